/* src/os/tree_linux.c: finding what a child has started, to signal it.
 *
 * Where a control group (v2) of its own may be made, the child is born in it: nothing leaves it by forking, and one write
 * kills all of it. Elsewhere a process belongs to the tree when its parent does, when it is in the child's session or
 * group, or when the mark is in its environment, which a daemon takes along. What wipes its environment, opens a
 * session and lets its parent end, all three, is not found this way.
 *
 * Danger: between the look at a process and the signal its number may have gone to another. So the signal goes through a
 * descriptor of the process, and its start time is looked at once more with that open. */
#include "core/sys.h"
#include "os/process_internal.h"
#include "os/random_name.h"
#include "os/tree.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS INT64_C(1000000000)
enum { ROUNDS_MOST = 200, LOOK_EVERY = 50000000 };

bool td__tree_groups = true;

struct td__tree {
	char mark[40];
	int group;       /* directory of the control group, or -1 */
	char path[1024]; /* its name, to remove it */
	uint64_t since;  /* no member started before: ticks since the machine did */
	int64_t looked;  /* when; and what was seen then */
	bool ran;
};

typedef struct process {
	int pid, ppid, group, session;
	uint64_t start;
	char state;
	bool mine, signalled;
} process;

typedef struct census {
	process *items; /* by pid */
	size_t len, room;
} census;

/* --- looking at all processes --- */

static bool look_at(int proc, int pid, process *p) {
	char text[1024];
	td__stat stat;
	if (td__pid_read(proc, pid, "stat", text, sizeof text) <= 0 || !td__stat_parse(text, &stat)) return false;
	*p = (process){.pid = pid,
	               .ppid = stat.ppid,
	               .group = stat.pgrp,
	               .session = stat.session,
	               .start = stat.start,
	               .state = stat.state};
	return true;
}

static bool runs(const process *p) {
	return p->state != 'Z' && p->state != 'X' && p->state != 'x';
}

static bool add(census *c, const process *p) {
	if (c->len == c->room) {
		size_t room = c->room ? c->room * 2 : 512;
		process *items = td__realloc(c->items, room * sizeof *items);
		if (!items) return false;
		c->items = items;
		c->room = room;
	}
	c->items[c->len++] = *p;
	return true;
}

/* What has been signalled stays marked from one census to the next. */
static process *find(const census *c, int pid) {
	size_t low = 0, high = c->len;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (c->items[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->len && c->items[low].pid == pid ? &c->items[low] : NULL;
}

static int number_of(const char *name) {
	int n = 0;
	for (; *name >= '0' && *name <= '9' && n < 100000000; name++) n = n * 10 + (*name - '0');
	return *name ? 0 : n;
}

/* Without opendir, which allocates: at a scope's end memory may be out. */
static bool take(census *c, int proc) {
	char buffer[16384] __attribute__((aligned(8)));
	census before = *c;
	*c = (census){0};
	lseek(proc, 0, SEEK_SET);
	long n;
	bool whole = true;
	while (whole && (n = syscall(SYS_getdents64, proc, buffer, sizeof buffer)) > 0) {
		for (long at = 0; whole && at < n;) {
			const struct dirent64 *entry = (const struct dirent64 *)(const void *)(buffer + at);
			at += entry->d_reclen;
			int pid = number_of(entry->d_name);
			process p;
			if (pid <= 0 || !look_at(proc, pid, &p)) continue;
			const process *old = find(&before, pid);
			p.signalled = old && old->start == p.start && old->signalled;
			whole = add(c, &p);
		}
	}
	td__free(before.items);
	return whole;
}

static bool has_mark(int proc, int pid, const char *mark) {
	char path[32], buffer[8192 + 64];
	snprintf(path, sizeof path, "%d/environ", pid);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return false;
	size_t kept = 0, length = strlen(mark);
	ssize_t n;
	bool found = false;
	while (!found && (n = read(fd, buffer + kept, 8192)) > 0) {
		size_t have = kept + (size_t)n;
		found = memmem(buffer, have, mark, length) != NULL;
		kept = have < length ? have : length;
		memmove(buffer, buffer + have - kept, kept);
	}
	td__sys_close(fd);
	return found;
}

/* --- who belongs to it --- */

typedef struct target {
	const td__tree *tree; /* NULL: only the leader's group */
	int leader;
	int group; /* of that: the leader's own process group */
} target;

static void mark_members(const target *t, census *c, int proc) {
	int self = getpid();
	for (size_t i = 0; i < c->len; i++) {
		process *p = &c->items[i];
		bool leads = t->leader && p->pid == t->leader;
		if (!t->tree || p->pid == self || p->start < t->tree->since)
			p->mine = leads;
		else
			p->mine = leads || (t->leader && (p->session == t->leader || p->group == t->leader)) ||
			          has_mark(proc, p->pid, t->tree->mark);
	}
	for (bool again = true; again;) { /* and their children, for ever down */
		again = false;
		for (size_t i = 0; i < c->len; i++) {
			process *p = &c->items[i];
			if (p->mine || p->pid == self || (!t->tree && p->group != t->group)) continue;
			const process *parent = find(c, p->ppid);
			if (!parent || !parent->mine) continue;
			p->mine = again = true;
		}
	}
}

static void send_one(int proc, process *p, int number) {
	int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	process now;
	if (fd < 0) return;
	if (look_at(proc, p->pid, &now) && now.start == p->start) syscall(SYS_pidfd_send_signal, fd, number, NULL, 0);
	p->signalled = true;
	td__sys_close(fd);
}

/* Signals the members that have not had it. How many there were. */
static size_t send_round(const target *t, census *c, int proc, int number) {
	size_t sent = 0;
	if (!take(c, proc)) return 0;
	mark_members(t, c, proc);
	for (size_t i = 0; i < c->len; i++) {
		process *p = &c->items[i];
		if (!p->mine || p->signalled || !runs(p) || p->pid == t->leader) continue;
		send_one(proc, p, number);
		sent++;
	}
	return sent;
}

static int open_proc(void) {
	return open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* All are stopped first, until a look finds none that runs: who is stopped starts no other, and loses no child. */
static void kill_members(const target *t) {
	census c = {0};
	int proc = open_proc();
	if (proc < 0) return;
	if (t->leader) kill(t->leader, SIGSTOP); /* not reaped: the number is the child's */
	for (int i = 0; i < ROUNDS_MOST && send_round(t, &c, proc, SIGSTOP) > 0; i++) {
	}
	for (size_t i = 0; i < c.len; i++) {
		if (c.items[i].mine && runs(&c.items[i])) send_one(proc, &c.items[i], SIGKILL);
	}
	if (t->leader) kill(t->leader, SIGKILL);
	td__free(c.items);
	td__sys_close(proc);
}

void td__tree_kill_group(int leader) {
	process p;
	int proc = open_proc();
	bool found = proc >= 0 && look_at(proc, leader, &p);
	if (proc >= 0) td__sys_close(proc);
	target t = {.leader = leader, .group = found ? p.group : leader};
	kill_members(&t);
}

/* --- the control group --- */

static bool write_in(int dir, const char *name, const char *text) {
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	if (fd < 0) return false;
	bool done = write(fd, text, strlen(text)) > 0;
	td__sys_close(fd);
	return done;
}

static ssize_t read_in(int dir, const char *name, char *buffer, size_t size) {
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return -1;
	ssize_t n = read(fd, buffer, size - 1);
	td__sys_close(fd);
	if (n >= 0) buffer[n] = 0;
	return n;
}

static bool group_runs(const td__tree *t) {
	char events[256];
	return read_in(t->group, "cgroup.events", events, sizeof events) > 0 && strstr(events, "populated 1");
}

/* The directory of the control group that this process is in: where the hierarchy is mounted, and our place in it. */
static bool own_group(td_scope *tmp, char *path, size_t size) {
	td_bytes mounts, groups;
	if (!td__file_read(tmp, AT_FDCWD, "/proc/self/cgroup", true, &groups)) return false;
	if (!td__file_read(tmp, AT_FDCWD, "/proc/self/mountinfo", true, &mounts)) return false;
	const char *own = groups.data;
	while (own && strncmp(own, "0::/", 4) != 0) own = td__next_line(own);
	if (!own) return false;
	own += 3;
	size_t own_len = strcspn(own, "\n");
	for (const char *line = mounts.data; line; line = td__next_line(line)) {
		const char *end = line + strcspn(line, "\n"), *type = strstr(line, " - cgroup2 "), *p = line;
		if (!type || type > end) continue;
		for (int i = 0; i < 3; i++) td__scan_word(&p);
		td_bytes root = td__scan_word(&p), point = td__scan_word(&p);
		if (memchr(point.data, '\\', point.len)) continue; /* a blank in its name */
		size_t skip = root.len == 1 ? 0 : root.len;
		if (own_len < skip || memcmp(own, root.data, skip) != 0) continue;
		int n = snprintf(path, size, "%.*s%.*s", (int)point.len, point.data, (int)(own_len - skip), own + skip);
		return n > 0 && (size_t)n < size;
	}
	return false;
}

static void make_group(td_scope *s, td__tree *t, const char *name) {
	TD_SCOPE(tmp, s);
	char own[900];
	if (!own_group(tmp, own, sizeof own)) return;
	snprintf(t->path, sizeof t->path, "%s/tend-%s", own, name);
	if (td__sys_mkdir(t->path, 0755) < 0) return;
	t->group = td__sys_open(t->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (t->group >= 0 && faccessat(t->group, "cgroup.kill", W_OK, 0) == 0) return;
	td__tree_ungroup(t);
}

void td__tree_ungroup(td__tree *t) {
	if (t->group >= 0) td__sys_close(t->group);
	t->group = -1;
	if (t->path[0]) rmdir(t->path);
	t->path[0] = 0;
}

/* Each process in it, through its descriptor, if it is still there with that open. */
static void signal_group(const td__tree *t, int leader, int number) {
	char list[65536], where[4096];
	if (read_in(t->group, "cgroup.procs", list, sizeof list) <= 0) return;
	const char *name = strrchr(t->path, '/');
	int proc = open_proc();
	for (const char *p = list; proc >= 0 && p && *p; p = td__next_line(p)) {
		const char *at = p;
		int pid = (int)td__scan_u64(&at), fd = pid > 0 && pid != leader ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
		if (fd < 0) continue;
		if (td__pid_read(proc, pid, "cgroup", where, sizeof where) > 0 && strstr(where, name)) {
			syscall(SYS_pidfd_send_signal, fd, number, NULL, 0);
		}
		td__sys_close(fd);
	}
	if (proc >= 0) td__sys_close(proc);
}

/* --- the calls --- */

td__tree *td__tree_new(td_scope *s) {
	char name[TD__RANDOM_NAME + 1];
	td__tree *t = td__malloc(sizeof *t);
	if (!t) {
		td__raise_memory(s);
		return NULL;
	}
	*t = (td__tree){.group = -1};
	if (!td__random_name(name)) {
		td__free(t);
		td__os_error(s, errno, NULL);
		return NULL;
	}
	struct timespec up;
	clock_gettime(CLOCK_BOOTTIME, &up);
	double ticks = ((double)up.tv_sec + (double)up.tv_nsec / 1e9) * td__clock_ticks();
	t->since = ticks > 2 ? (uint64_t)ticks - 2 : 0;
	snprintf(t->mark, sizeof t->mark, "TEND_TREE_%s=1", name);
	if (td__tree_groups) make_group(s, t, name);
	return t;
}

const char *td__tree_mark(const td__tree *t) {
	return t->mark;
}

int td__tree_group(const td__tree *t) {
	return t->group;
}

void td__tree_signal(td__tree *t, int leader, int number) {
	t->looked = 0;
	if (t->group >= 0 && number == SIGKILL) {
		write_in(t->group, "cgroup.kill", "1");
	} else if (t->group >= 0) {
		signal_group(t, leader, number);
	} else if (number == SIGKILL) {
		kill_members(&(target){.tree = t, .leader = leader});
	} else {
		census c = {0};
		int proc = open_proc();
		if (proc < 0) return;
		send_round(&(target){.tree = t, .leader = leader}, &c, proc, number);
		td__free(c.items);
		td__sys_close(proc);
	}
}

bool td__tree_runs(td__tree *t, int leader) {
	if (t->group >= 0) return group_runs(t);
	if (t->looked && td__now() - t->looked < LOOK_EVERY) return t->ran;
	census c = {0};
	int proc = open_proc();
	t->ran = false;
	if (proc >= 0 && take(&c, proc)) mark_members(&(target){.tree = t, .leader = leader}, &c, proc);
	for (size_t i = 0; i < c.len && !t->ran; i++) t->ran = c.items[i].mine && runs(&c.items[i]);
	td__free(c.items);
	if (proc >= 0) td__sys_close(proc);
	t->looked = td__now();
	return t->ran;
}

void td__tree_end(td__tree *t, int leader) {
	if (!t) return;
	for (int i = 0; i < ROUNDS_MOST && td__tree_runs(t, leader); i++) {
		td__tree_signal(t, leader, SIGKILL);
		poll(NULL, 0, 1 + i / 10); /* they are dying */
	}
	td__tree_ungroup(t);
	td__free(t);
}
