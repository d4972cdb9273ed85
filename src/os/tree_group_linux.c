/* src/os/tree_group_linux.c: a control group (v2) for all that a child starts, where one may be made: nothing leaves it by
 * forking, and one write kills all of it.
 *
 * Its name says whose it is: tend-PID-START-RANDOM. Who is killed by SIGKILL leaves his behind; the next program that makes
 * one takes away those of the dead. Only an empty one can be removed, so the worst that a wrong guess (a process of
 * another namespace, which is not seen here) can do is to make somebody do without a group. */
#include "core/sys.h"
#include "os/process_internal.h"
#include "os/tree_private.h"
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>

static bool write_in(int dir, const char *name, const char *text) {
	int fd = td__sys_openat(dir, name, O_WRONLY | O_CLOEXEC, 0);
	if (fd < 0) return false;
	bool done = td__sys_write(fd, text, strlen(text)) > 0;
	td__sys_close(fd);
	return done;
}

static ssize_t read_in(int dir, const char *name, char *buffer, size_t size) {
	int fd = td__sys_openat(dir, name, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) return -1;
	ssize_t n = td__sys_read(fd, buffer, size - 1);
	td__sys_close(fd);
	if (n >= 0) buffer[n] = 0;
	return n;
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

/* Whether the group of that name is left of a process that has ended. */
static bool is_stale(int proc, const char *name) {
	td__process p;
	const char *at = name + 5;
	if (strncmp(name, "tend-", 5) != 0 || *at < '1' || *at > '9') return false;
	uint64_t pid = td__scan_u64(&at);
	if (*at++ != '-' || *at < '0' || *at > '9' || pid > INT_MAX) return false;
	uint64_t start = td__scan_u64(&at);
	if (*at != '-') return false;
	return !td__process_look(proc, (int)pid, &p) ? errno == ENOENT || errno == ESRCH : p.start != start;
}

static void remove_stale(int proc, const char *own) {
	td__names names = {.fd = td__sys_open(own, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)};
	if (names.fd < 0) return;
	for (const char *name; (name = td__names_next(&names));) {
		if (is_stale(proc, name)) td__sys_unlinkat(names.fd, name, AT_REMOVEDIR);
	}
	td__sys_close(names.fd);
}

void td__tree_group_make(td_scope *s, td__tree_group *g, const char *name) {
	static atomic_flag swept = ATOMIC_FLAG_INIT;
	TD_SCOPE(tmp, s);
	char own[900];
	td__process self;
	*g = (td__tree_group){.dir = -1};
	if (!own_group(tmp, own, sizeof own)) return;
	int proc = td__open_proc();
	bool known = proc >= 0 && td__process_look(proc, getpid(), &self);
	if (known && !atomic_flag_test_and_set(&swept)) remove_stale(proc, own);
	if (proc >= 0) td__sys_close(proc);
	if (!known) return;
	snprintf(g->path, sizeof g->path, "%s/tend-%d-%llu-%s", own, self.pid, (unsigned long long)self.start, name);
	if (td__sys_mkdir(g->path, 0755) < 0) {
		g->path[0] = 0;
		return;
	}
	g->dir = td__sys_open(g->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (g->dir >= 0 && faccessat(g->dir, "cgroup.kill", W_OK, 0) == 0) return;
	td__tree_group_remove(g);
}

void td__tree_group_remove(td__tree_group *g) {
	if (g->dir >= 0) td__sys_close(g->dir);
	g->dir = -1;
	if (g->path[0]) rmdir(g->path);
	g->path[0] = 0;
}

bool td__tree_group_runs(const td__tree_group *g) {
	char events[256];
	ssize_t n = read_in(g->dir, "cgroup.events", events, sizeof events);
	if (n < 0) return errno != ENOENT && errno != ENODEV; /* it cannot be told: it may */
	return strstr(events, "populated 1") != NULL;
}

/* Each process in it, through its descriptor, if it is still there with that open. */
static void signal_each(const td__tree_group *g, int leader, int number) {
	char list[65536], where[4096];
	if (read_in(g->dir, "cgroup.procs", list, sizeof list) <= 0) return;
	const char *name = strrchr(g->path, '/');
	int proc = td__open_proc();
	for (const char *p = list; proc >= 0 && p && *p; p = td__next_line(p)) {
		const char *at = p;
		int pid = (int)td__scan_u64(&at), fd = pid > 0 && pid != leader ? td__sys_pidfd_open(pid, 0) : -1;
		if (fd < 0) continue;
		if (td__pid_read(proc, pid, "cgroup", where, sizeof where) > 0 && strstr(where, name)) {
			td__sys_pidfd_send_signal(fd, number);
		}
		td__sys_close(fd);
	}
	if (proc >= 0) td__sys_close(proc);
}

void td__tree_group_signal(const td__tree_group *g, int leader, int number) {
	if (number != SIGKILL || !write_in(g->dir, "cgroup.kill", "1")) signal_each(g, leader, number);
}
