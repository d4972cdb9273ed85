/* child.c: one test in its own process. The order is Python's: set_up_class, set_up, the test, tear_down, cleanups,
 * tear_down_class; then what the test left behind is looked for. An error that reaches the test's scope ends the scope
 * at once (tear_down and cleanups run inside that), and then after_error goes on with what remains: the code that stood
 * after the failing line is never returned to. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "test/runner.h"

/* In a program that is built with the leak sanitizer. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

typedef struct cleanup {
	struct cleanup *next;
	td_cleanup_fn fn;
	void *arg;
} cleanup;

typedef struct subtest {
	struct subtest *outer;
	td_scope *scope, **variable, *whole; /* the caller's variable stands for the part, and then for the whole again */
	const char *part;
} subtest;

typedef struct late { /* an error of tear_down or of a cleanup: told after that of the test */
	struct late *next;
	td_error *error;
} late;

/* The one test of this process. */
static struct {
	pid_t pid;
	int pipe;
	const td__test *test;
	td_test_opts opts;
	td_testcase_opts fixtures;
	td_scope *base; /* outlives the test: what the runner itself remembers */
	td_scope *t;
	const clean_exit *before;
	const char *tmp;
	cleanup *cleanups;
	subtest *subtests;
	late *late_errors;
	bool body_reached, part_failed, part_skipped;
} now;

/* --- reporting --- */

static void write_all(int fd, const char *data, size_t len) {
	while (len > 0) {
		ssize_t n = write(fd, data, len);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) return;
		data += n;
		len -= (size_t)n;
	}
}

static void tell(test_outcome outcome, const char *part, const char *text) {
	fflush(NULL); /* what the test printed is out before the runner hears how it went: it reads that at once */
	report_head head = {(uint32_t)outcome, (uint32_t)strlen(part), (uint32_t)strlen(text)};
	write_all(now.pipe, (const char *)&head, sizeof head);
	write_all(now.pipe, part, head.part_len);
	write_all(now.pipe, text, head.text_len);
}

static void tell_error(const td_error *e, const char *part) {
	if (td_kind_is(e->kind, TD_SkipTest)) {
		tell(SKIPPED, part, e->message);
		return;
	}
	TD_SCOPE(tmp, now.base);
	test_outcome outcome = td_kind_is(e->kind, TD_AssertionError) ? FAILED : ERROR;
	tell(outcome, part, td_error_format(tmp, e));
}

/* --- parts of the test --- */

/* Runs one fixture on a root of its own, so that its error is told by itself. */
static bool run_apart(td_test_fn fn, const char *name) {
	if (!fn) return true;
	td_scope *root = td__root_open(&(td_scope_opts){.td__size = sizeof(td_scope_opts),
	                                                .name = name,
	                                                .td__function = now.test->testcase},
	                               NULL, NULL);
	fn(root);
	td_error *e = td__scope_end(root);
	if (!e) return true;
	late *l = td_alloc(now.base, sizeof *l), **last = &now.late_errors;
	if (!l) return false;
	while (*last) last = &(*last)->next;
	l->error = e;
	*last = l;
	return false;
}

static cleanup *current;
static void run_current(td_scope *c) {
	current->fn(c, current->arg);
}

/* Registered first on t, so that it runs last of all but what set_up registered itself. */
static void run_cleanups(td_scope *c, void *arg) {
	(void)c;
	(void)arg;
	while (now.cleanups) {
		current = now.cleanups;
		now.cleanups = current->next;
		run_apart(run_current, "cleanup");
	}
}

static void run_tear_down(td_scope *c, void *arg) {
	run_apart(now.fixtures.tear_down, "tear_down");
	run_cleanups(c, arg);
}

void td_unittest_add_cleanup(td_scope *t, td_cleanup_fn fn, void *arg) {
	if (!td__enter(t) || !td__need_handle(t, "fn", (const void *)(uintptr_t)fn)) return;
	cleanup *c = now.base ? td_alloc(now.base, sizeof *c) : NULL;
	if (!c) {
		td_defer(t, fn, arg);
		return;
	}
	*c = (cleanup){now.cleanups, fn, arg};
	now.cleanups = c;
}

/* --- the end --- */

static _Noreturn void leave(void) {
	fflush(NULL);
	tell(ENDED, "", "");
	_exit(0);
}

/* Everything after the test's own scope is gone; e is what the test failed of, or NULL. */
static _Noreturn void after_test(const td_error *e) {
	bool body_failed = e && now.body_reached && !td_kind_is(e->kind, TD_SkipTest);
	bool healthy = !e && !now.part_failed;
	if (now.opts.expected_failure && body_failed) {
		TD_SCOPE(tmp, now.base);
		tell(EXPECTED_FAILURE, "", td_error_format(tmp, e));
	} else if (e) {
		tell_error(e, "");
	}
	run_apart(now.fixtures.tear_down_class, "tear_down_class");
	for (late *l = now.late_errors; l; l = l->next) {
		if (td_kind_is(l->error->kind, TD_SkipTest) && !healthy) continue;
		tell_error(l->error, "");
		healthy = false;
		td__error_free(l->error);
	}
	if (healthy && now.opts.expected_failure) {
		tell(UNEXPECTED_SUCCESS, "", "");
	} else if (healthy) {
		fflush(NULL);
		TD_SCOPE(tmp, now.base);
		const char *left = td__clean_exit_find(tmp, now.before, now.tmp);
		if (!left[0] && __lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check()) {
			left = "AssertionError: the test left memory that nothing points to\n";
		}
		if (left[0]) {
			tell(FAILED, "", left);
		} else if (!now.part_skipped) {
			tell(PASSED, "", "");
		}
	}
	leave();
}

static void after_error(const td_error *e, void *arg) {
	(void)arg;
	if (getpid() != now.pid) { /* a process that the test forked: not ours to report for */
		fprintf(stderr, "%s: %s\n", e->kind->name, e->message);
		fflush(NULL);
		_exit(1);
	}
	after_test(e);
}

/* --- the beginning --- */

static void redirect(int to, const char *dir, const char *name) {
	char path[4200];
	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path) return;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0) return;
	dup2(fd, to);
	close(fd);
}

/* The directory, an input at its end, and outputs as asked. */
static void settle(const child_setup *setup, char *tmp, size_t size) {
	char cwd[4200];
	snprintf(cwd, sizeof cwd, "%s/cwd", setup->dir);
	snprintf(tmp, size, "%s/tmp", setup->dir);
	if (chdir(cwd) < 0) tell(ERROR, "", "OSError: the test's directory cannot be entered\n");
	setenv("TMPDIR", tmp, 1);
	int none = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (none >= 0) {
		dup2(none, STDIN_FILENO);
		if (none != STDIN_FILENO) close(none);
	}
	if (setup->capture) {
		redirect(STDOUT_FILENO, setup->dir, "stdout");
		redirect(STDERR_FILENO, setup->dir, "stderr");
	} else if (setup->out_to_err) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
	}
}

_Noreturn void td__test_child(const child_setup *setup) {
	static char tmp[4200];
	now.pid = getpid();
	now.pipe = setup->pipe;
	now.test = setup->result->test;
	now.opts = setup->result->opts;
	now.tmp = tmp;
	td__testcase_of(now.test, &now.fixtures);
	settle(setup, tmp, sizeof tmp);
	now.base = td_scope_open_root();
	now.before = td__clean_exit_begin(now.base);
	if (!run_apart(now.fixtures.set_up_class, "set_up_class")) {
		tell_error(now.late_errors->error, "");
		leave();
	}
	td_scope_opts o = {.td__size = sizeof o,
	                   .td__file = now.opts.td__file,
	                   .td__line = now.opts.td__line,
	                   .name = now.test->name,
	                   .td__function = now.test->name};
	now.t = td__root_open(&o, after_error, NULL);
	td_defer(now.t, run_cleanups, NULL);
	if (now.fixtures.set_up) now.fixtures.set_up(now.t);
	td_defer(now.t, run_tear_down, NULL);
	now.body_reached = true;
	now.test->fn(now.t);
	td_error *e = td__scope_end(now.t);
	after_test(e);
}

/* --- subtests --- */

td_scope *td__subtest_begin(td_scope **variable, const char *fmt, ...) {
	td_scope *t = *variable;
	if (!td__enter(t)) return NULL;
	td_scope *scope = td_scope_open(t);
	char text[1024];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	subtest *sub = td_alloc(scope, sizeof *sub);
	const char *outer = now.subtests ? now.subtests->part : "()";
	size_t outer_len = strlen(outer) - 2;
	char *part = td_alloc(scope, outer_len + strlen(text) + 5);
	if (!sub || !part) {
		td_scope_close(scope);
		return NULL;
	}
	char *end = stpcpy(stpcpy(part, "("), text);
	if (outer_len) end = mempcpy(stpcpy(end, ", "), outer + 1, outer_len); /* the innermost first, as in Python */
	stpcpy(end, ")");
	*sub = (subtest){now.subtests, scope, variable, t, part};
	now.subtests = sub;
	*variable = scope;
	return scope;
}

/* Takes the part's error from it, so that the test goes on. */
td_scope *td__subtest_turn(td_scope *scope) {
	subtest *sub = now.subtests;
	while (sub && sub->scope != scope) sub = sub->outer;
	if (sub) {
		const td_error *e = td_catch(scope, TD_BaseException);
		if (e && now.opts.expected_failure) {
			td_reraise(sub->whole, e);
		} else if (e) {
			now.part_skipped |= td_kind_is(e->kind, TD_SkipTest);
			now.part_failed |= !td_kind_is(e->kind, TD_SkipTest);
			tell_error(e, sub->part);
		}
		*sub->variable = sub->whole;
		now.subtests = sub->outer;
	}
	td_scope_close(scope);
	return NULL;
}

void td__subtest_leave(td_scope **scope) {
	if (*scope) *scope = td__subtest_turn(*scope);
}
