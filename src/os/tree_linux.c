/* src/os/tree_linux.c: finding what a child has started, to signal it.
 *
 * Where a control group of its own may be made, the child is born in it (tree_group_linux.c). Elsewhere a process belongs to
 * the tree when its parent does, when it is in the child's session or group, or when the mark is in its environment, which a
 * daemon takes along. What wipes its environment, opens a session and lets its parent end, all three, is not found this way.
 *
 * Why nobody is made a subreaper, to whom such a one would come: this process must not be, since the orphans of the host's
 * own children would come too, could not be told from ours once their parents are gone, and would be found by its
 * wait(-1). A process put in between would be the child's parent: then the status is not ours to wait for, the child's
 * getppid is another, and whoever kills the one between loses both the status and the tree.
 *
 * Danger: between the look at a process and the signal its number may have gone to another. So the signal goes through a
 * descriptor of the process, and its start time is looked at once more with that open. */
#include "core/sys.h"
#include "os/process_internal.h"
#include "os/random_name.h"
#include "os/tree.h"
#include "os/tree_private.h"
#include <stdio.h>
#include <time.h>

enum { ROUNDS_MOST = 200, DEPTH_MOST = 1000, LOOK_EVERY = 50000000 };

bool td__tree_groups = true;

struct td__tree {
	char mark[40];
	td__tree_group group;
	uint64_t since; /* no member started before: ticks since the machine did */
	int64_t looked; /* when; and what was seen then */
	bool ran;
};

/* --- looking at all processes --- */

int td__open_proc(void) {
	return td__sys_open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
}

bool td__process_look(int proc, int pid, td__process *p) {
	char text[1024];
	td__stat stat;
	ssize_t n = td__pid_read(proc, pid, "stat", text, sizeof text);
	if (n == 0) errno = ESRCH;
	if (n <= 0 || !td__stat_parse(text, &stat)) return false;
	*p = (td__process){.pid = pid,
	                   .ppid = stat.ppid,
	                   .group = stat.pgrp,
	                   .session = stat.session,
	                   .start = stat.start,
	                   .state = stat.state,
	                   .is_kernel = stat.kernel_thread};
	return true;
}

const char *td__names_next(td__names *n) {
	if (n->at == n->len) {
		n->at = 0;
		n->len = td__sys_getdents(n->fd, n->buffer, sizeof n->buffer);
		n->failed |= n->len < 0;
		if (n->len <= 0) n->len = 0;
	}
	if (n->at == n->len) return NULL;
	const td__dirent *entry = (const td__dirent *)(const void *)(n->buffer + n->at);
	n->at += entry->length;
	return entry->name;
}

static bool runs(const td__process *p) {
	return p->state != 'Z' && p->state != 'X' && p->state != 'x';
}

static bool is_stopped(const td__process *p) {
	return p->state == 'T' || p->state == 't';
}

/* 0 for what is no number. */
static int number_of(const char *name) {
	int n = 0;
	for (; *name >= '0' && *name <= '9' && n < 100000000; name++) n = n * 10 + (*name - '0');
	return *name ? 0 : n;
}

/* Whether who has lost his parent may have come to that process: the first of all, this one or one above it. */
static bool may_adopt(int proc, int pid) {
	if (pid <= 1) return true;
	td__process p = {.ppid = getpid()};
	for (int depth = 0; depth < DEPTH_MOST && p.ppid > 1; depth++) {
		if (p.ppid == pid) return true;
		if (!td__process_look(proc, p.ppid, &p)) return false;
	}
	return false;
}

/* Whether it is in the middle of an exec, when its environment cannot be read yet; nor can its arguments. */
static bool is_between(int proc, int pid) {
	char first[2];
	return td__pid_read(proc, pid, "cmdline", first, sizeof first) == 0;
}

/* *empty: there is no environment at all. */
static bool has_mark(int proc, int pid, const char *mark, bool *empty) {
	char path[32], buffer[8192 + 64];
	snprintf(path, sizeof path, "%d/environ", pid);
	int fd = td__sys_openat(proc, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) return false;
	size_t kept = 0, length = strlen(mark);
	ssize_t n;
	bool found = false;
	while (!found && (n = td__sys_read(fd, buffer + kept, 8192)) > 0) {
		size_t have = kept + (size_t)n;
		found = memmem(buffer, have, mark, length) != NULL;
		kept = have < length ? have : length;
		memmove(buffer, buffer + have - kept, kept);
	}
	td__sys_close(fd);
	*empty = !found && !kept;
	return found;
}

/* --- who belongs to it --- */

typedef struct target {
	const td__tree *tree; /* NULL: only the leader's group */
	int leader;           /* not reaped: the number is the child's; or 0 */
	int group;            /* of the leader, when there is no tree */
	bool unsure;          /* of somebody in this look it could not be told whether he belongs to it */
} target;

static bool is_root_of(target *t, int proc, const td__process *p) {
	if (t->leader && p->pid == t->leader) return true;
	if (!t->tree) return false;
	if (t->leader && (p->session == t->leader || p->group == t->leader)) return true;
	bool empty = false;
	if (p->is_kernel || has_mark(proc, p->pid, t->tree->mark, &empty)) return !p->is_kernel;
	if (empty && is_between(proc, p->pid) && may_adopt(proc, p->ppid)) t->unsure = true;
	return false;
}

/* How far below the child, or below one that belongs to it of itself: 0 for those; -1: it does not belong to it. A parent
 * starts before its children, so the way up ends where the tree's time begins. */
static int depth_of(target *t, int proc, const td__process *start) {
	td__process p = *start;
	int self = getpid();
	for (int depth = 0; depth < DEPTH_MOST; depth++) {
		if (p.pid == self || p.pid <= 1) return -1;
		if (t->tree && p.start < t->tree->since && p.pid != t->leader) return -1;
		if (!t->tree && p.group != t->group) return -1;
		if (is_root_of(t, proc, &p)) return depth;
		if (!td__process_look(proc, p.ppid, &p)) return -1;
	}
	return -1;
}

/* false: it is gone, or is not ours to signal. */
static bool send_one(int proc, const td__process *p, int number) {
	int fd = td__sys_pidfd_open(p->pid, 0);
	td__process now;
	if (fd < 0) return errno != ESRCH;
	bool same = td__process_look(proc, p->pid, &now) && now.start == p->start;
	bool done = same && td__sys_pidfd_send_signal(fd, number) == 0;
	int err_no = errno;
	td__sys_close(fd);
	return done || (same && err_no != ESRCH && err_no != EPERM);
}

typedef struct look {
	size_t found;  /* members that run; those that have stopped are not counted for SIGSTOP */
	int deepest;   /* of all members that run */
	bool is_whole; /* all processes have been looked at, and told apart */
} look;

/* Looks at all processes and signals the members at that depth (-1: at any); number 0: only looks. */
static look send_round(target *t, int number, int depth) {
	look seen = {.deepest = -1};
	t->unsure = false;
	td__names names = {.fd = td__open_proc()};
	if (names.fd < 0) return seen;
	for (const char *name; (name = td__names_next(&names));) {
		td__process p;
		int pid = number_of(name);
		if (pid <= 0 || !td__process_look(names.fd, pid, &p) || !runs(&p)) continue;
		int at = depth_of(t, names.fd, &p);
		if (at > seen.deepest) seen.deepest = at;
		if (at < 0 || (depth >= 0 && at != depth) || (number == SIGSTOP && is_stopped(&p))) continue;
		if (pid == t->leader && number != SIGSTOP && number != SIGKILL && number != 0)
			continue; /* its owner's to signal */
		seen.found += !number || send_one(names.fd, &p, number);
	}
	seen.is_whole = !names.failed && !t->unsure;
	td__sys_close(names.fd);
	return seen;
}

/* All are stopped first, until a look finds none that runs: who is stopped starts no other, and loses no child. Then they
 * die from below, so that nobody's parent is gone before he has been found. */
static void kill_members(target *t) {
	int deepest = 0;
	for (int i = 0; i < ROUNDS_MOST; i++) {
		look seen = send_round(t, SIGSTOP, -1);
		if (seen.deepest > deepest) deepest = seen.deepest;
		if (seen.is_whole && !seen.found) break;
		if (i > 5) poll(NULL, 0, 1); /* they are stopping */
	}
	for (int depth = deepest; depth >= 0; depth--) send_round(t, SIGKILL, depth);
}

void td__tree_kill_group(int leader) {
	td__process p;
	int proc = td__open_proc();
	bool found = proc >= 0 && td__process_look(proc, leader, &p);
	if (proc >= 0) td__sys_close(proc);
	kill_members(&(target){.leader = leader, .group = found ? p.group : leader});
}

/* --- the calls --- */

td__tree *td__tree_new(td_scope *s) {
	char name[TD__RANDOM_NAME + 1];
	td__tree *t = td__malloc(sizeof *t);
	if (!t) {
		td__raise_memory(s);
		return NULL;
	}
	*t = (td__tree){.group = {.dir = -1}};
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
	if (td__tree_groups) td__tree_group_make(s, &t->group, name);
	return t;
}

const char *td__tree_mark(const td__tree *t) {
	return t->mark;
}

int td__tree_group_fd(const td__tree *t) {
	return t->group.dir;
}

void td__tree_ungroup(td__tree *t) {
	td__tree_group_remove(&t->group);
}

void td__tree_signal(td__tree *t, int leader, int number) {
	target all = {.tree = t, .leader = leader};
	t->looked = 0;
	if (t->group.dir >= 0)
		td__tree_group_signal(&t->group, leader, number);
	else if (number == SIGKILL)
		kill_members(&all);
	else
		send_round(&all, number, -1);
}

bool td__tree_runs(td__tree *t, int leader) {
	if (t->group.dir >= 0) return td__tree_group_runs(&t->group);
	if (t->looked && td__now() - t->looked < LOOK_EVERY) return t->ran;
	look seen = send_round(&(target){.tree = t, .leader = leader}, 0, -1);
	t->ran = seen.found > 0 || !seen.is_whole;
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
