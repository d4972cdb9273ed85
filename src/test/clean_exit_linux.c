/* clean_exit_linux.c: what a test left behind: descriptors, threads, child processes, temporary files. And what the
 * runner needs of Linux to keep hold of the processes it starts. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/runner.h"

static const char MARK[] = "TEND_TEST_PROCESS=";

struct clean_exit {
	int *fds;
	size_t count, capacity;
	size_t threads;
};

static void list_fds(td_scope *s, clean_exit *c) {
	DIR *dir = opendir("/proc/self/fd");
	if (!dir) return;
	for (struct dirent *d; (d = readdir(dir));) {
		char *end;
		long fd = strtol(d->d_name, &end, 10);
		if (*end || fd == dirfd(dir)) continue;
		if (!td__grow(s, (void **)&c->fds, &c->capacity, c->count + 1, sizeof *c->fds)) break;
		c->fds[c->count++] = (int)fd;
	}
	closedir(dir);
}

/* ThreadSanitizer starts a thread of its own beside the first of the program's. */
#ifdef __SANITIZE_THREAD__
enum { TOOLS_OWN = 1 };
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
enum { TOOLS_OWN = 1 };
#else
enum { TOOLS_OWN = 0 };
#endif
#else
enum { TOOLS_OWN = 0 };
#endif

/* A thread that has been joined stands in /proc for a moment longer: the kernel wakes the joiner first. */
static size_t count_threads(size_t expected) {
	size_t count = 0;
	for (int tries = 0; tries < 50; tries++) {
		DIR *dir = opendir("/proc/self/task");
		if (!dir) return expected;
		count = 0;
		for (struct dirent *d; (d = readdir(dir));) count += d->d_name[0] != '.';
		closedir(dir);
		if (count <= expected) break;
		usleep(2000);
	}
	return count;
}

clean_exit *td__clean_exit_begin(td_scope *s) {
	clean_exit *c = td_alloc(s, sizeof *c);
	if (!c) return NULL;
	list_fds(s, c);
	c->threads = count_threads(1);
	return c;
}

static bool had_fd(const clean_exit *c, int fd) {
	for (size_t i = 0; i < c->count; i++) {
		if (c->fds[i] == fd) return true;
	}
	return false;
}

static void find_fds(td_scope *s, const clean_exit *before, FILE *out) {
	clean_exit *after = td_alloc(s, sizeof *after);
	if (!after) return;
	list_fds(s, after);
	for (size_t i = 0; i < after->count; i++) {
		int fd = after->fds[i];
		if (had_fd(before, fd)) continue;
		char link[64], target[512];
		snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
		ssize_t len = readlink(link, target, sizeof target - 1);
		target[len > 0 ? len : 0] = '\0';
		fprintf(out, "AssertionError: the test left descriptor %d open: %s\n", fd, target);
	}
}

static void find_children(FILE *out) {
	for (;;) {
		siginfo_t info = {0};
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WALL) < 0) return;
		if (info.si_pid == 0) break;
		fprintf(out, "AssertionError: the test left process %d unreaped\n", (int)info.si_pid);
	}
	char path[64];
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *in = fopen(path, "re");
	int pid;
	while (in && fscanf(in, "%d", &pid) == 1) {
		fprintf(out, "AssertionError: the test left process %d running\n", pid);
	}
	if (in) fclose(in);
}

static void find_files(const char *tmp, FILE *out) {
	DIR *dir = opendir(tmp);
	if (!dir) return;
	for (struct dirent *d; (d = readdir(dir));) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0) continue;
		fprintf(out, "AssertionError: the test left a temporary file behind: '%s'\n", d->d_name);
	}
	closedir(dir);
}

const char *td__clean_exit_find(td_scope *s, const clean_exit *before, const char *tmp) {
	if (!before) return "";
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	if (!out) return "";
	find_fds(s, before, out);
	size_t threads = count_threads(before->threads + TOOLS_OWN);
	if (threads > before->threads + TOOLS_OWN) {
		fprintf(out, "AssertionError: the test left %zu threads running\n", threads - before->threads - TOOLS_OWN);
	}
	find_children(out);
	find_files(tmp, out);
	fclose(out);
	const char *found = len ? td_strndup(s, text, len) : "";
	free(text);
	return found;
}

/* --- processes --- */

/* What a test's process leaves running becomes the runner's child, and is found. */
void td__test_watch_orphans(void) {
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

void td__test_die_with_parent(pid_t parent) {
	char mark[48];
	snprintf(mark, sizeof mark, "%d", (int)getpid());
	setenv("TEND_TEST_PROCESS", mark, 1);
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent) _exit(1);
}

int td__test_pidfd(pid_t pid) {
	return pidfd_open(pid, 0);
}

/* Whose test it comes from: that process left its number in the environment. 0: it cannot be told. */
static pid_t test_of(pid_t pid) {
	char path[64], *line = NULL;
	snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
	FILE *in = fopen(path, "re");
	size_t capacity = 0, len = strlen(MARK);
	pid_t test = 0;
	while (in && !test && getdelim(&line, &capacity, '\0', in) > 0) {
		if (strncmp(line, MARK, len) == 0) test = (pid_t)strtol(line + len, NULL, 10);
	}
	free(line);
	if (in) fclose(in);
	return test;
}

static bool is_among(pid_t pid, const pid_t *pids, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (pids[i] == pid) return true;
	}
	return false;
}

/* One that is dying is given the moment that it takes; a dead one is reaped, and nobody's fault. */
static bool stays(pid_t pid) {
	for (int tries = 0; tries < 100; tries++) {
		if (waitpid(pid, NULL, WNOHANG) != 0) return false;
		usleep(2000);
	}
	return true;
}

pid_t td__test_orphan(const pid_t *others, size_t count) {
	char path[64];
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *in = fopen(path, "re");
	pid_t found = 0;
	int pid;
	while (in && !found && fscanf(in, "%d", &pid) == 1) {
		if (is_among(pid, others, count)) continue;
		pid_t test = test_of(pid);
		if ((!test || !is_among(test, others, count)) && stays(pid)) found = pid;
	}
	if (in) fclose(in);
	return found;
}
