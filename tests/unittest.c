/* The test library's own tests: suites that are there for this (unittest_samples.c) are run by this same program, and what
 * it prints is looked at. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tend.h>
#include <unistd.h>

TD_TEST(TestUnittest, test_assertions_hold) {
	td_unittest_assert_true(t, 1 < 2);
	td_unittest_assert_false(t, 2 < 1);
	td_unittest_assert_equal(t, -1, -1);
	td_unittest_assert_not_equal(t, -1, (uint64_t)-1);
	td_unittest_assert_less(t, 1, 1.5);
	td_unittest_assert_raises(t, TD_LookupError, td_raise(c, TD_KeyError, "x"));
	td_unittest_assert_is_none(t, NULL);
}

TD_TEST(TestUnittest, test_regular_expressions_hold) {
	td_unittest_assert_regex(t, "port 80", "\\d+");
	td_unittest_assert_not_regex(t, "port 80", "^\\d+");
	td_unittest_assert_raises_regex(t, TD_ValueError, "^bad \\w+$", td_raise(c, TD_ValueError, "bad value"));
	TD_SCOPE(attempt, t);
	td_unittest_assert_raises_regex(attempt, TD_ValueError, "^v", td_raise(c, TD_ValueError, "bad value"));
	td_unittest_assert_equal(t, td_catch(attempt, TD_AssertionError)->message, "\"^v\" does not match \"bad value\"");
	td_unittest_assert_raises(t, TD_re_error, td__assert_regex(c, true, "a", "(", NULL));
}

static void log_a_warning(td_scope *s, void *arg) {
	(void)s;
	td_logging_warning(arg, "from a thread");
}

TD_TEST(TestUnittest, test_logs_are_seen_and_the_logger_is_as_it_was) {
	td_logger *app = td_logging_get_logger("app"), *db = td_logging_get_logger("app.db");
	td_logging_set_level(app, TD_LOGGING_ERROR);
	td_log_capture *seen = td_unittest_assert_logs(t, .logger = "app");
	td_logging_info(app, "one %d", 1);
	td_logging_debug(app, "too low");
	td_logging_error(db, "two");
	{
		TD_SCOPE(work, t);
		td_thread_start(work, log_a_warning, db);
	}
	td_strs lines = td_unittest_assert_logs_end(t, seen);
	td_unittest_assert_list_equal(t, lines,
	                              td_strs_of(t, "INFO:app:one 1", "ERROR:app.db:two", "WARNING:app.db:from a thread"));
	td_unittest_assert_equal(t, td_logging_get_effective_level(db), TD_LOGGING_ERROR);
	td_unittest_assert_false(t, td_logging_has_handlers(db));
	td_log_capture *none = td_unittest_assert_no_logs(t, .level = TD_LOGGING_ERROR);
	td_logging_warning(app, "below the level");
	td_unittest_assert_equal(t, td_unittest_assert_logs_end(t, none).len, 0);
	td_unittest_assert_raises(t, TD_ValueError, td_unittest_assert_logs_end(c, none));
	td_unittest_assert_logs(t); /* never ended: t lets it go */
}

/* Runs this program with those arguments. */
static const td_completed_process *run(td_scope *t, td_strs args) {
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
	self[len > 0 ? len : 0] = '\0';
	const char *argv[16] = {self};
	for (size_t i = 0; i < args.len && i < 14; i++) argv[i + 1] = args.items[i];
	return td_subprocess_run(t, td__strs_of(t, argv, args.len + 1), .capture_output = true);
}
#define RUN(t, ...) run((t), td_strs_of((t), __VA_ARGS__))

static size_t count_of(const char *text, const char *part) {
	size_t count = 0;
	for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) count++;
	return count;
}

/* --- deaths and what is left --- */

TD_TEST(TestUnittest, test_death_by_signal_is_an_error_with_its_name) {
	const td_completed_process *p = RUN(t, "SampleDeaths.test_abort");
	td_unittest_assert_equal(t, p->returncode, 1);
	td_unittest_assert_in(t, "killed by signal SIGABRT (Aborted)", p->err);
	td_unittest_assert_in(t, "FAILED (errors=1)", p->err);
}
TD_TEST(TestUnittest, test_exit_within_a_test_is_an_error) {
	const td_completed_process *p = RUN(t, "SampleDeaths.test_exit");
	td_unittest_assert_equal(t, p->returncode, 1);
	td_unittest_assert_in(t, "ended with status 3 before the test did", p->err);
}
TD_TEST(TestUnittest, test_time_limit) {
	const td_completed_process *p = RUN(t, "SampleDeaths.test_slow", "SampleDeaths.test_ignores_term");
	td_unittest_assert_equal(t, count_of(p->err, "TimeoutError: the test did not end within 0.2 seconds"), 2);
	td_unittest_assert_in(t, "FAILED (errors=2)", p->err);
}
TD_TEST(TestUnittest, test_leaves) {
	static const char *const left[][2] = {
		{"SampleLeaves.test_fd", "the test left descriptor"},
		{"SampleLeaves.test_child", "running"},
		{"SampleLeaves.test_zombie", "unreaped"},
		{"SampleLeaves.test_orphan", "running"},
		{"SampleLeaves.test_thread", "the test left 1 threads running"},
		{"SampleLeaves.test_temporary_file", "the test left a temporary file behind: 'left'"},
	};
	for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
		TD_SUBTEST (t, "%s", left[i][0]) {
			const td_completed_process *p = RUN(t, left[i][0]);
			td_unittest_assert_in(t, left[i][1], p->err);
			td_unittest_assert_in(t, "FAILED (failures=1)", p->err);
		}
	}
}

/* --- the directory --- */

TD_TEST(TestUnittest, test_directory_is_own_and_empty) {
	char *cwd = getcwd(NULL, 0);
	td_unittest_assert_in(t, "tend-test-", cwd);
	free(cwd);
	struct stat st;
	td_unittest_assert_equal(t, stat(".", &st), 0);
	td_unittest_assert_equal(t, st.st_nlink, 2, .msg = "directories in it");
	td_unittest_assert_true(t, rmdir(getenv("TMPDIR")) == 0 && mkdir(getenv("TMPDIR"), 0700) == 0);
}
TD_TEST(TestUnittest, test_directory_is_removed_with_what_is_in_it) {
	const td_completed_process *p = td_subprocess_run(t, TD_ARGV("mkdir", "own"), .check = true);
	(void)p;
	char *cwd = getcwd(NULL, 0);
	setenv("TMPDIR", td_format(t, "%s/own", cwd), 1);
	free(cwd);
	RUN(t, "SampleLeaves", "SampleOutcomes", "-j", "3");
	td_unittest_assert_equal(t, rmdir("own"), 0, .msg = "empty again");
}

/* --- the command line --- */

TD_TEST(TestUnittest, test_exit_status) {
	td_unittest_assert_equal(t, RUN(t, "SampleOutcomes.test_pass")->returncode, 0);
	td_unittest_assert_equal(t, RUN(t, "SampleOutcomes.test_skip")->returncode, 0);
	td_unittest_assert_equal(t, RUN(t, "SampleOutcomes.test_fail")->returncode, 1);
	td_unittest_assert_equal(t, RUN(t, "SampleOutcomes.test_xpass")->returncode, 1);
	td_unittest_assert_equal(t, RUN(t, "-k", "nothing is named so")->returncode, 5);
	td_unittest_assert_equal(t, RUN(t, "--nonsense")->returncode, 2);
	td_unittest_assert_equal(t, RUN(t, "-j", "x")->returncode, 2);
	td_unittest_assert_equal(t, RUN(t, "-k")->returncode, 2);
	td_unittest_assert_equal(t, RUN(t, "--help")->returncode, 0);
}
TD_TEST(TestUnittest, test_no_tests) {
	td_unittest_assert_regex(t, RUN(t, "-k", "nothing is named so")->err,
	                         "\\nRan 0 tests in \\d\\.\\d{3}s\\n\\nNO TESTS RAN\\n$");
}
TD_TEST(TestUnittest, test_hidden_tests_want_their_name) {
	td_unittest_assert_not_in(t, "SampleOutcomes", RUN(t, "--list")->out);
	td_unittest_assert_not_in(t, "SampleOutcomes", RUN(t, "--list", "-k", "Sample")->out);
	td_unittest_assert_in(t, "SampleOutcomes.test_pass\n", RUN(t, "--list", "SampleOutcomes")->out);
}
TD_TEST(TestUnittest, test_list_is_sorted) {
	td_strs lines = td_str_splitlines(t, RUN(t, "--list")->out);
	td_unittest_assert_greater(t, lines.len, 10);
	for (size_t i = 1; i < lines.len; i++) td_unittest_assert_not_equal(t, lines.items[i - 1], lines.items[i]);
	td_unittest_assert_in(t, "TestUnittest.test_list_is_sorted", lines);
}
TD_TEST(TestUnittest, test_patterns) {
	const char *all = RUN(t, "--list", "SampleOutcomes", "-k", "skip")->out;
	td_unittest_assert_equal(t, all, "SampleOutcomes.test_skip\nSampleOutcomes.test_skip_marked\n");
	all = RUN(t, "--list", "SampleOutcomes", "-k", "*.test_s?b", "-k", "fail")->out;
	td_unittest_assert_equal(t, all, "SampleOutcomes.test_fail\nSampleOutcomes.test_sub\nSampleOutcomes.test_xfail\n");
}
TD_TEST(TestUnittest, test_shuffle_is_repeatable) {
	const char *one = RUN(t, "--list", "SampleAsserts", "--shuffle", "7")->out;
	td_unittest_assert_equal(t, RUN(t, "--list", "SampleAsserts", "--shuffle=7")->out, one);
	td_unittest_assert_not_equal(t, RUN(t, "--list", "SampleAsserts", "--shuffle", "8")->out, one);
	td_unittest_assert_count_equal(t, td_str_splitlines(t, RUN(t, "--list", "SampleAsserts")->out),
	                               td_str_splitlines(t, one));
}
TD_TEST(TestUnittest, test_jobs_run_all_and_report_in_order) {
	const td_completed_process *p = RUN(t, "-j", "4", "SampleOutcomes", "SampleAsserts");
	td_unittest_assert_in(t, "Ran 44 tests in ", p->err);
	td_unittest_assert_in(t, "FAILED (failures=37, errors=3, skipped=2, expected failures=1, unexpected successes=1)",
	                      p->err);
	const char *first = strstr(p->err, "FAIL: test_01"), *last = strstr(p->err, "FAIL: test_32");
	td_unittest_assert_true(t, first && last && first < last);
}
TD_TEST(TestUnittest, test_failfast) {
	td_unittest_assert_in(t, "Ran 1 test in ", RUN(t, "-f", "SampleOutcomes")->err);
}
TD_TEST(TestUnittest, test_buffer_shows_output_of_failures_only) {
	const td_completed_process *p = RUN(t, "-b", "SampleOutput");
	td_unittest_assert_equal(t, p->out, "");
	td_unittest_assert_in(t, "\nStdout:\nto out\n\nStderr:\nto err\n", p->err);
	td_unittest_assert_not_in(t, "quiet", p->err);
	td_unittest_assert_in(t, "quiet\n", RUN(t, "SampleOutput")->out);
}
TD_TEST(TestUnittest, test_durations) {
	const td_completed_process *p =
		RUN(t, "--durations", "1", "-v", "SampleOutcomes.test_pass", "SampleLong.test_two_seconds");
	td_unittest_assert_in(t, "Slowest test durations\n", p->err);
	td_unittest_assert_in(t, "s     test_two_seconds (SampleLong.test_two_seconds)\n\n", p->err);
	td_unittest_assert_not_in(t, "s     test_pass", p->err);
}
TD_TEST(TestUnittest, test_class_fixtures) {
	td_unittest_assert_equal(t, RUN(t, "SampleClassFixtures")->out, "class up\none\nclass down\n");
}

/* --- for machines --- */

TD_TEST(TestUnittest, test_tap) {
	const td_completed_process *p = RUN(t, "--tap", "SampleOutcomes", "SampleOutput");
	td_unittest_assert_equal(t, p->returncode, 1);
	td_strs lines = td_str_splitlines(t, p->out);
	td_unittest_assert_equal(t, lines.items[0], "TAP version 14");
	td_unittest_assert_equal(t, lines.items[1], "1..10");
	static const char *const wanted[] = {
		"not ok 1 - SampleOutcomes.test_error",
		"ok 3 - SampleOutcomes.test_pass",
		"ok 4 - SampleOutcomes.test_skip # SKIP not today",
		"not ok 6 - SampleOutcomes.test_sub",
		"not ok 7 - SampleOutcomes.test_xfail # TODO expected failure",
		"ok 10 - SampleOutput.test_passes",
		"    ValueError: bad value",
		"  ---",
		"  ...",
	};
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) td_unittest_assert_in(t, wanted[i], lines);
	td_unittest_assert_not_in(t, "quiet", p->out); /* what tests print goes elsewhere */
}
TD_TEST(TestUnittest, test_junit) {
	const td_completed_process *p = RUN(t, "--junit", "out.xml", "SampleOutcomes", "SampleOutput");
	td_unittest_assert_equal(t, p->returncode, 1);
	td_file *f = td_open(t, "out.xml", "r");
	const char *xml = td_file_read(t, f);
	td_file_close(t, f);
	td_unittest_assert_in(t, "<testsuites tests=\"10\" failures=\"5\" errors=\"1\" skipped=\"3\"", xml);
	td_unittest_assert_in(t, "<testcase classname=\"SampleOutcomes\" name=\"test_pass\"", xml);
	td_unittest_assert_in(t, "<skipped message=\"not today\"/>", xml);
	td_unittest_assert_in(t, "<failure message=\"AssertionError: &lt;&amp;&gt; &quot;quoted&quot;\">", xml);
	td_unittest_assert_in(t, "<error message=\"ValueError: bad value\">", xml);
	td_unittest_assert_equal(t, count_of(xml, "<testcase "), count_of(xml, "</testcase>"));
	td_unittest_assert_equal(t, RUN(t, "--junit", "no/such/out.xml", "SampleOutcomes.test_pass")->returncode, 1);
}

/* --- assertions that Python cannot show --- */

TD_TEST(TestAssertions, test_texts_of_c) {
	const char *nothing = NULL;
	td_unittest_assert_equal(t, nothing, (const char *)NULL);
	td_unittest_assert_not_equal(t, nothing, "");
	td_unittest_assert_raises_message(t, TD_AssertionError, "None != ''", td_unittest_assert_equal(c, nothing, ""));
	td_unittest_assert_raises(t, TD_TypeError, td_unittest_assert_equal(c, td_no_text, "")); /* of a failed call */
}
TD_TEST(TestAssertions, test_numbers) {
	td_unittest_assert_equal(t, UINT64_MAX, UINT64_MAX);
	td_unittest_assert_not_equal(t, UINT64_MAX, INT64_C(-1));
	td_unittest_assert_greater(t, UINT64_MAX, INT64_C(-1));
	td_unittest_assert_not_equal(t, (double)NAN, (double)NAN);
	td_unittest_assert_equal(t, 1, 1.0);
	td_unittest_assert_raises(t, TD_AssertionError, td_unittest_assert_less(c, (double)NAN, 1.0));
	td_unittest_assert_raises(t, TD_AssertionError, td_unittest_assert_greater_equal(c, (double)NAN, 1.0));
}
TD_TEST(TestAssertions, test_almost_equal) {
	td_unittest_assert_almost_equal(t, (double)INFINITY, (double)INFINITY);
	td_unittest_assert_almost_equal(t, 0.00000005, 0.0); /* half to even at the seventh place */
	td_unittest_assert_not_almost_equal(t, 0.00000016, 0.0);
	td_unittest_assert_almost_equal(t, 100, 104, .places = TD_INT(-1));
	td_unittest_assert_raises(t, TD_AssertionError, td_unittest_assert_almost_equal(c, (double)NAN, (double)NAN));
	td_unittest_assert_raises(t, TD_AssertionError, td_unittest_assert_almost_equal(c, (double)INFINITY, 1.0));
	td_unittest_assert_raises_message(t, TD_TypeError, "specify delta or places not both",
	                                  td_unittest_assert_almost_equal(c, 1, 2, .places = TD_INT(1),
	                                                                  .delta = TD_FLOAT(1)));
}
TD_TEST(TestAssertions, test_in_kinds) {
	td_unittest_assert_in(t, "b", "abc");
	td_unittest_assert_in(t, "b", td_strs_of(t, "a", "b"));
	td_unittest_assert_in(t, "b", td_dict(t, "b", 1));
	td_unittest_assert_in(t, 2, td_list(t, 1, 2.0));
	td_unittest_assert_raises(t, TD_TypeError, td_unittest_assert_in(c, 1, "1"));
	td_unittest_assert_raises(t, TD_TypeError, td_unittest_assert_in(c, 1, 1));
}
TD_TEST(TestAssertions, test_bytes_and_values) {
	td_unittest_assert_equal(t, ((td_bytes){"a\0b", 3}), ((td_bytes){"a\0b", 3}));
	td_unittest_assert_not_equal(t, ((td_bytes){"ab", 2}), "ab");
	td_unittest_assert_equal(t, td_list(t, "a"), td_strs_of(t, "a"));
	td_unittest_assert_raises_message(t, TD_AssertionError, "b'a\\x00b' != b'a'",
	                                  td_unittest_assert_equal(c, ((td_bytes){"a\0b", 3}), ((td_bytes){"a", 1})));
}
TD_TEST(TestAssertions, test_raises_takes_descendants_only) {
	td_unittest_assert_raises(t, TD_OSError, td_raise_os(c, ENOENT, "x"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "'x'", td_raise_os(c, ENOENT, "x"));
	TD_SCOPE(attempt, t);
	td_unittest_assert_raises(attempt, TD_FileNotFoundError, td_raise(c, TD_OSError, "not that"));
	td_unittest_assert_equal(t, td_catch(attempt, TD_OSError)->message, "not that");
}
TD_TEST(TestAssertions, test_nothing_after_a_failure_runs, .expected_failure = true) {
	td_unittest_assert_true(t, false);
	_exit(3);
}
