/* src/test/runner.h: what the files of the test runner share. registry.c knows the tests, child.c runs one in its own
 * process and reports over a pipe, runner.c starts those processes and gathers what they say, report*.c print it,
 * clean_exit_linux.c finds what a test left behind, options.c reads the command line. */
#ifndef TD_TEST_RUNNER_H
#define TD_TEST_RUNNER_H

#include <sys/types.h>
#include <tend/unittest.h>

#include "core/internal.h"

typedef enum test_outcome { PASSED, FAILED, ERROR, SKIPPED, EXPECTED_FAILURE, UNEXPECTED_SUCCESS, ENDED } test_outcome;

/* One thing that a test's process reports: a failure, an error, a skip … of the test or of a part of it. */
typedef struct test_report {
	struct test_report *next;
	test_outcome outcome;
	const char *part; /* "(i=1)" of a subtest, or "" */
	const char *text; /* the error as it is printed, or the reason */
} test_report;

typedef struct test_result {
	const td__test *test;
	td_test_opts opts;
	test_report *reports, **last;
	double seconds;
	bool done;
} test_result;

typedef struct run_options {
	int verbosity; /* 0 quiet, 1 dots, 2 a line a test */
	bool failfast, buffer, list, tap, help;
	const char *junit;
	int64_t jobs;
	bool shuffle;
	uint64_t seed;
	int64_t durations; /* how many of the slowest; -1 none, 0 all */
	td_strs patterns;  /* -k */
	td_strs names;
} run_options;

typedef struct run {
	td_scope *s;
	run_options o;
	test_result *results;
	size_t count;
	size_t ran, failures, errors, skipped, expected_failures, unexpected_successes;
	double seconds;
	bool stopped;    /* a failure with -f, or Ctrl-C */
	bool line_begun; /* of the verbose form: the test's name stands there without its status */
} run;

/* registry.c */
test_result *td__tests_selected(td_scope *s, const run_options *o, size_t *count);
const td_testcase_opts *td__testcase_of(const td__test *test, td_testcase_opts *o);

/* child.c */
typedef struct child_setup {
	const test_result *result;
	int pipe;        /* reports go here */
	const char *dir; /* "cwd", "tmp" and the captured output lie in it */
	bool capture, out_to_err;
} child_setup;
_Noreturn void td__test_child(const child_setup *setup);
/* A report on the wire: this, then part and text without their NUL. */
typedef struct report_head {
	uint32_t outcome, part_len, text_len;
} report_head;

/* clean_exit_linux.c */
typedef struct clean_exit clean_exit;
clean_exit *td__clean_exit_begin(td_scope *s);
/* What is there now and was not before: "2 descriptors …", or "" when nothing is. */
const char *td__clean_exit_find(td_scope *s, const clean_exit *before, const char *tmp);
/* A living child that comes from none of the other tests, or 0. */
pid_t td__test_orphan(const pid_t *others, size_t count);
void td__test_watch_orphans(void);
void td__test_die_with_parent(pid_t parent);
int td__test_pidfd(pid_t pid);

/* runner.c */
void td__tests_run(run *r);

/* report.c: the form of Python's unittest */
const char *td__test_title(td_scope *s, const td__test *test, const char *part);
void td__report_start(run *r, const test_result *result);
void td__report_one(run *r, const test_result *result, const test_report *report);
void td__report_end(run *r);
/* report_files.c */
void td__report_tap(run *r);
bool td__report_junit(run *r, const char *path);

/* options.c */
bool td__test_options(td_scope *s, run_options *o, int argc, char **argv);

#endif
