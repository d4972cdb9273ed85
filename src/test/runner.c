/* runner.c: starts each test in a process and a directory of its own, at most so many at a time, gathers what the
 * processes report, and ends those that take too long together with everything in their process group. */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/runner.h"

enum { JOBS_MOST = 256, PATH_SIZE = 4096 };
static const double DEFAULT_TIMEOUT = 30;

/* A test that runs now. */
typedef struct job {
	test_result *result;
	td_scope *s; /* the bytes that came so far live here */
	pid_t pid;
	int pidfd, pipe;
	int64_t started, deadline;
	bool timed_out, passed;
	char *bytes;
	size_t len, capacity;
	char dir[PATH_SIZE];
} job;

static volatile sig_atomic_t interrupts, terminated;

static void on_signal(int number) {
	if (number == SIGINT) interrupts++;
	if (number != SIGINT || interrupts > 1) terminated = number;
}

/* --- the test's directory --- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
	(void)st;
	(void)ftw;
	if (type == FTW_DNR && chmod(path, 0700) < 0) return 0;
	remove(path);
	return 0;
}

static void remove_tree(const char *path) {
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static bool make_directory(char *dir, const char *parent) {
	char sub[PATH_SIZE + 8];
	if (snprintf(dir, PATH_SIZE, "%s/tend-test-XXXXXX", parent) >= PATH_SIZE || !mkdtemp(dir)) return false;
	snprintf(sub, sizeof sub, "%s/cwd", dir);
	if (mkdir(sub, 0700) < 0) return false;
	snprintf(sub, sizeof sub, "%s/tmp", dir);
	return mkdir(sub, 0700) == 0;
}

static const char *temporary_parent(void) {
	const char *dir = getenv("TMPDIR");
	return dir && dir[0] == '/' ? dir : "/tmp";
}

/* --- results --- */

static void count_report(run *r, const test_report *p) {
	switch (p->outcome) {
	case FAILED: r->failures++; break;
	case ERROR: r->errors++; break;
	case SKIPPED: r->skipped++; break;
	case EXPECTED_FAILURE: r->expected_failures++; break;
	case UNEXPECTED_SUCCESS: r->unexpected_successes++; break;
	default: break;
	}
	bool bad = p->outcome == FAILED || p->outcome == ERROR || p->outcome == UNEXPECTED_SUCCESS;
	if (bad && r->o.failfast) r->stopped = true;
}

static void add_report(run *r, test_result *result, test_outcome outcome, const char *part, const char *text) {
	test_report *p = td_alloc(r->s, sizeof *p);
	if (!p) return;
	*p = (test_report){NULL, outcome, part, text};
	*result->last = p;
	result->last = &p->next;
	count_report(r, p);
	td__report_one(r, result, p);
}

/* What a captured test printed, for the end of its error. */
static const char *captured(td_scope *s, const job *j, const char *name, const char *title) {
	char path[PATH_SIZE + 8];
	snprintf(path, sizeof path, "%s/%s", j->dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return "";
	struct stat st;
	size_t size = fstat(fd, &st) == 0 ? (size_t)st.st_size : 0, at = strlen(title);
	char *text = size ? td_alloc(s, at + size + 2) : NULL;
	if (text) {
		memcpy(text, title, at);
		ssize_t n;
		while (at < strlen(title) + size && (n = read(fd, text + at, size)) > 0) at += (size_t)n;
		if (text[at - 1] != '\n') text[at] = '\n';
	}
	close(fd);
	return text ? text : "";
}

static void take_report(run *r, job *j, const report_head *head, const char *part, const char *text) {
	if (head->outcome == ENDED) {
		j->result->done = true;
		return;
	}
	if (head->outcome == PASSED) { /* said once its process is gone and has left nobody behind */
		j->passed = true;
		return;
	}
	const char *own_part = td_strndup(r->s, part, head->part_len);
	const char *own_text = td_strndup(r->s, text, head->text_len);
	if (r->o.buffer && (head->outcome == FAILED || head->outcome == ERROR)) {
		const char *out = captured(r->s, j, "stdout", "\nStdout:\n"), *err = captured(r->s, j, "stderr", "\nStderr:\n");
		char *all = td_alloc(r->s, head->text_len + strlen(out) + strlen(err) + 1);
		if (all) {
			stpcpy(stpcpy(stpcpy(all, own_text), out), err);
			own_text = all;
		}
	}
	add_report(r, j->result, (test_outcome)head->outcome, own_part, own_text);
}

static void take_reports(run *r, job *j) {
	size_t at = 0;
	for (;;) {
		report_head head;
		if (j->len - at < sizeof head) break;
		memcpy(&head, j->bytes + at, sizeof head);
		size_t whole = sizeof head + head.part_len + head.text_len;
		if (j->len - at < whole) break;
		const char *part = j->bytes + at + sizeof head;
		take_report(r, j, &head, part, part + head.part_len);
		at += whole;
	}
	j->len -= at;
	if (at && j->len) memmove(j->bytes, j->bytes + at, j->len);
}

/* Reads what is there; false at the end of the pipe. */
static bool read_pipe(run *r, job *j) {
	for (;;) {
		if (!td__grow(j->s, (void **)&j->bytes, &j->capacity, j->len + 4096, 1)) return false;
		ssize_t n = read(j->pipe, j->bytes + j->len, j->capacity - j->len);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return errno == EAGAIN;
		if (n == 0) return false;
		j->len += (size_t)n;
		take_reports(r, j);
	}
}

/* --- starting and ending --- */

static void start(run *r, job *j, test_result *result) {
	int ends[2];
	*j = (job){.result = result, .pid = -1, .pidfd = -1, .pipe = -1};
	td__report_start(r, result);
	r->ran++;
	if (result->opts.skip) {
		result->done = true;
		add_report(r, result, SKIPPED, "", result->opts.skip);
		return;
	}
	if (!make_directory(j->dir, temporary_parent()) || pipe2(ends, O_CLOEXEC) < 0) {
		add_report(r, result, ERROR, "", "OSError: no directory or pipe could be made for the test\n");
		return;
	}
	j->s = td_scope_open(r->s);
	j->pipe = ends[0];
	fcntl(j->pipe, F_SETFL, O_NONBLOCK);
	fflush(NULL);
	j->started = td__now();
	double timeout = result->opts.timeout > 0 ? result->opts.timeout : DEFAULT_TIMEOUT;
	j->deadline = td__deadline_in(timeout);
	pid_t self = getpid();
	j->pid = fork();
	if (j->pid == 0) {
		setpgid(0, 0);
		td__test_die_with_parent(self);
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		signal(SIGHUP, SIG_DFL);
		child_setup setup = {result, ends[1], j->dir, r->o.buffer, r->o.tap};
		td__test_child(&setup);
	}
	close(ends[1]);
	if (j->pid < 0) {
		add_report(r, result, ERROR, "", "OSError: no process could be made for the test\n");
		return;
	}
	setpgid(j->pid, j->pid);
	j->pidfd = td__test_pidfd(j->pid);
}

static const char *how_it_died(td_scope *s, const job *j, int status) {
	char text[256];
	if (j->timed_out) {
		double timeout = j->result->opts.timeout > 0 ? j->result->opts.timeout : DEFAULT_TIMEOUT;
		snprintf(text, sizeof text, "TimeoutError: the test did not end within %g seconds\n", timeout);
	} else if (WIFSIGNALED(status)) {
		const char *name = sigabbrev_np(WTERMSIG(status)), *what = sigdescr_np(WTERMSIG(status));
		snprintf(text, sizeof text, "RuntimeError: the test's process was killed by signal SIG%s (%s)\n",
		         name ? name : "?", what ? what : "unknown");
	} else {
		snprintf(text, sizeof text, "SystemExit: the test's process ended with status %d before the test did\n",
		         WEXITSTATUS(status));
	}
	return td_strdup(s, text);
}

static void end(run *r, job *j, const pid_t *known, size_t known_count) {
	test_result *result = j->result;
	if (j->pid > 0) {
		int status = 0;
		kill(-j->pid, SIGKILL); /* whoever is left of its group; the leader's number is not free before the wait */
		while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR) continue;
		while (j->pipe >= 0 && !j->timed_out && read_pipe(r, j) && j->len) continue;
		if (!result->done || j->timed_out) add_report(r, result, ERROR, "", how_it_died(r->s, j, status));
		for (pid_t orphan; (orphan = td__test_orphan(known, known_count));) {
			char text[80];
			snprintf(text, sizeof text, "AssertionError: the test left process %d running\n", (int)orphan);
			kill(orphan, SIGKILL);
			waitpid(orphan, NULL, 0);
			if (j->passed) add_report(r, result, FAILED, "", td_strdup(r->s, text));
			j->passed = false;
		}
		if (j->passed) add_report(r, result, PASSED, "", "");
		result->seconds = (double)(td__now() - j->started) / 1e9;
	}
	result->done = true;
	if (j->pidfd >= 0) close(j->pidfd);
	if (j->pipe >= 0) close(j->pipe);
	if (j->dir[0]) remove_tree(j->dir);
	if (j->s) td_scope_close(j->s);
	j->result = NULL;
}

/* Waits until a job says something, ends, or has run out of time. */
static void wait_for(run *r, job *jobs, size_t count) {
	struct pollfd fds[2 * JOBS_MOST];
	nfds_t n = 0;
	int64_t until = TD__NEVER;
	for (size_t i = 0; i < count; i++) {
		if (!jobs[i].result) continue;
		fds[n++] = (struct pollfd){jobs[i].pidfd, POLLIN, 0};
		fds[n++] = (struct pollfd){jobs[i].pipe, POLLIN, 0};
		if (jobs[i].deadline < until) until = jobs[i].deadline;
	}
	int64_t left = until - td__now();
	poll(fds, n, left <= 0 ? 0 : left > 3600 * INT64_C(1000000000) ? 3600000 : (int)(left / 1000000 + 1));
	nfds_t at = 0;
	for (size_t i = 0; i < count; i++) {
		job *j = &jobs[i];
		if (!j->result) continue;
		short ended = fds[at].revents, said = fds[at + 1].revents;
		at += 2;
		if (said && !read_pipe(r, j)) {
			close(j->pipe);
			j->pipe = -1;
		}
		if (!ended && (terminated || td__now() >= j->deadline)) {
			j->timed_out = !terminated;
			kill(-j->pid, SIGKILL);
			ended = 1;
		}
		if (!ended) continue;
		pid_t known[JOBS_MOST];
		size_t known_count = 0;
		for (size_t k = 0; k < count; k++) {
			if (jobs[k].result && k != i) known[known_count++] = jobs[k].pid;
		}
		end(r, j, known, known_count);
	}
}

static void run_jobs(run *r) {
	size_t most = r->o.jobs > JOBS_MOST ? JOBS_MOST : r->o.jobs < 1 ? 1 : (size_t)r->o.jobs;
	job *jobs = td_alloc_array(r->s, most, sizeof *jobs);
	if (!jobs) return;
	size_t next = 0, running = 0;
	do {
		for (size_t i = 0; i < most && next < r->count && !r->stopped && !interrupts && !terminated; i++) {
			if (jobs[i].result) continue;
			start(r, &jobs[i], &r->results[next++]);
			if (jobs[i].pid < 0) {
				end(r, &jobs[i], NULL, 0);
				i--;
			}
		}
		running = 0;
		for (size_t i = 0; i < most; i++) running += jobs[i].result != NULL;
		if (running) wait_for(r, jobs, most);
	} while (running || (next < r->count && !r->stopped && !interrupts && !terminated));
}

void td__tests_run(run *r) {
	struct sigaction act = {.sa_handler = on_signal}, old[3];
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < 3; i++) sigaction(numbers[i], &act, &old[i]);
	td__test_watch_orphans();
	int64_t started = td__now();
	run_jobs(r);
	r->seconds = (double)(td__now() - started) / 1e9;
	for (size_t i = 0; i < 3; i++) sigaction(numbers[i], &old[i], NULL);
	if (terminated) {
		signal(terminated, SIG_DFL);
		raise(terminated);
	}
}
