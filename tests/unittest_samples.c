/* Suites for the test library's own tests: nothing runs them but who names them on the command line. Many of these tests
 * must fail. tests/unittest.c runs them and looks at what is said; tests/real/unittest-golden holds it against Python. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <tend.h>
#include <unistd.h>

TD_TEST(SampleOutcomes, test_error, .hidden = true) {
	td_raise(t, TD_ValueError, "bad value");
}
TD_TEST(SampleOutcomes, test_fail, .hidden = true) {
	td_unittest_assert_equal(t, 1, 2, .msg = "not the same");
}
TD_TEST(SampleOutcomes, test_pass, .hidden = true) {
	td_unittest_assert_equal(t, "a", "a");
}
TD_TEST(SampleOutcomes, test_skip, .hidden = true) {
	td_unittest_skip_test(t, "not today");
}
TD_TEST(SampleOutcomes, test_skip_marked, .hidden = true, .skip = "never") {
	td_unittest_fail(t, "it ran");
}
TD_TEST(SampleOutcomes, test_xfail, .hidden = true, .expected_failure = true) {
	td_unittest_fail(t, "as expected");
}
TD_TEST(SampleOutcomes, test_xpass, .hidden = true, .expected_failure = true) {}
TD_TEST(SampleOutcomes, test_sub, .hidden = true) {
	for (int i = 0; i < 4; i++)
		TD_SUBTEST (t, "i=%d", i) td_unittest_assert_equal(t, i % 2, 0);
}
TD_TEST(SampleLong, test_two_seconds, .hidden = true) {
	sleep(2); /* tenfold what a test that does nothing takes under sanitizers */
}
TD_TEST(SampleDeaths, test_segv, .hidden = true) {
	raise(SIGSEGV);
}
TD_TEST(SampleDeaths, test_slow, .hidden = true, .timeout = 0.2) {
	sleep(10);
}
TD_TEST(SampleDeaths, test_exit, .hidden = true) {
	exit(3);
}
TD_TEST(SampleLeaves, test_fd, .hidden = true) {
	open("x", O_CREAT | O_WRONLY, 0600);
}
TD_TEST(SampleLeaves, test_child, .hidden = true) {
	if (fork() == 0) {
		pause();
		_exit(0);
	}
}
TD_TEST(SampleLeaves, test_zombie, .hidden = true) {
	if (fork() == 0) {
		_exit(0);
	}
	usleep(20000);
}
TD_TEST(SampleLeaves, test_orphan, .hidden = true) {
	pid_t p = fork();
	if (p == 0) {
		int gone[2]; /* closed once the group is left: the runner kills the group as soon as the test has ended */
		if (pipe(gone) < 0) _exit(1);
		if (fork() == 0) {
			setsid();
			close(gone[0]);
			close(gone[1]);
			pause();
		}
		close(gone[1]);
		char nothing;
		_exit(read(gone[0], &nothing, 1) == 0 ? 0 : 1);
	}
	waitpid(p, NULL, 0);
}

/* --- the same suite as tests/real/unittest-golden writes in Python --- */

TD_TEST(SampleAsserts, test_01_equal_ints, .hidden = true) {
	td_unittest_assert_equal(t, 1, 2, .msg = "msg");
}
TD_TEST(SampleAsserts, test_02_equal_texts, .hidden = true) {
	td_unittest_assert_equal(t, "a line", "another line");
}
TD_TEST(SampleAsserts, test_03_equal_lines, .hidden = true) {
	td_unittest_assert_multi_line_equal(t, "one\ntwo\tx\nthree\n", "one\ntwo\ty\nthree and a half\nfour\n");
}
TD_TEST(SampleAsserts, test_04_equal_floats, .hidden = true) {
	td_unittest_assert_equal(t, 0.1, 1e16);
}
TD_TEST(SampleAsserts, test_05_equal_types, .hidden = true) {
	td_unittest_assert_equal(t, "1", 1);
}
TD_TEST(SampleAsserts, test_06_equal_lists, .hidden = true) {
	td_unittest_assert_equal(t, td_list(t, 1, "b", 3.5), td_list(t, 1, "c", 3.5, TD_NULL));
}
TD_TEST(SampleAsserts, test_07_equal_dicts, .hidden = true) {
	td_unittest_assert_equal(t, td_dict(t, "name", "alpha", "port", 80, "on", TD_TRUE),
	                         td_dict(t, "port", 81, "name", "alpha"));
}
TD_TEST(SampleAsserts, test_08_equal_long, .hidden = true) {
	td_value *a = td_value_new_list(t), *b = td_value_new_list(t);
	for (int i = 0; i < 40; i++) {
		td_value_append(t, a, td_v(t, td_format(t, "item number %d", i)));
		td_value_append(t, b, td_v(t, td_format(t, "item number %d", i == 20 ? 99 : i)));
	}
	td_unittest_assert_list_equal(t, a, b);
}
TD_TEST(SampleAsserts, test_09_long_texts, .hidden = true) {
	td_unittest_assert_equal(
		t, "the quick brown fox jumps over the lazy dog and then some more words follow until the end",
		"the quick brown fox jumps over the lazy cat and then some more words follow until the end");
}
TD_TEST(SampleAsserts, test_10_not_equal, .hidden = true) {
	td_unittest_assert_not_equal(t, "é\n", "é\n");
}
TD_TEST(SampleAsserts, test_11_true, .hidden = true) {
	td_unittest_assert_true(t, false, .msg = "x");
}
TD_TEST(SampleAsserts, test_12_false, .hidden = true) {
	td_unittest_assert_false(t, true);
}
TD_TEST(SampleAsserts, test_13_in, .hidden = true) {
	td_unittest_assert_in(t, "x", td_strs_of(t, "a", "b"));
}
TD_TEST(SampleAsserts, test_14_not_in, .hidden = true) {
	td_unittest_assert_not_in(t, "b", "abc");
}
TD_TEST(SampleAsserts, test_15_greater, .hidden = true) {
	td_unittest_assert_greater(t, 1, 2);
}
TD_TEST(SampleAsserts, test_16_greater_equal, .hidden = true) {
	td_unittest_assert_greater_equal(t, 1.5, 2);
}
TD_TEST(SampleAsserts, test_17_less, .hidden = true) {
	td_unittest_assert_less(t, "b", "a");
}
TD_TEST(SampleAsserts, test_18_less_equal, .hidden = true) {
	td_unittest_assert_less_equal(t, td_list(t, 2), td_list(t, 1, 5));
}
TD_TEST(SampleAsserts, test_19_almost, .hidden = true) {
	td_unittest_assert_almost_equal(t, 1.0, 1.00001);
}
TD_TEST(SampleAsserts, test_20_almost_places, .hidden = true) {
	td_unittest_assert_almost_equal(t, 1, 3, .places = TD_INT(2));
}
TD_TEST(SampleAsserts, test_21_almost_delta, .hidden = true) {
	td_unittest_assert_almost_equal(t, 1.0, 2.5, .delta = TD_FLOAT(0.5));
}
TD_TEST(SampleAsserts, test_22_not_almost, .hidden = true) {
	td_unittest_assert_not_almost_equal(t, 1.0, 1.00000001);
}
TD_TEST(SampleAsserts, test_23_not_raised, .hidden = true) {
	td_unittest_assert_raises(t, TD_ValueError, td_str_len("x"));
}
TD_TEST(SampleAsserts, test_24_other_raised, .hidden = true) {
	td_unittest_assert_raises(t, TD_ValueError, td_raise(c, TD_KeyError, "'k'"));
}
TD_TEST(SampleAsserts, test_25_is_not_none, .hidden = true) {
	td_unittest_assert_is_not_none(t, NULL, .msg = "nothing");
}
TD_TEST(SampleAsserts, test_26_count, .hidden = true) {
	td_unittest_assert_count_equal(t, td_strs_of(t, "a", "b", "a"), td_strs_of(t, "b", "c", "a"));
}
TD_TEST(SampleAsserts, test_27_set, .hidden = true) {
	td_unittest_assert_set_equal(t, td_list(t, 1, 2), td_list(t, 2, 3));
}
TD_TEST(SampleAsserts, test_28_dict, .hidden = true) {
	td_unittest_assert_dict_equal(t, 1, td_dict(t));
}
TD_TEST(SampleAsserts, test_29_list, .hidden = true) {
	td_unittest_assert_list_equal(t, td_list(t), "x");
}
TD_TEST(SampleAsserts, test_30_fail, .hidden = true) {
	td_unittest_fail(t, "%s", "on purpose");
}
TD_TEST(SampleAsserts, test_31_not_ordered, .hidden = true) {
	td_unittest_assert_less(t, 1, "a");
}
TD_TEST(SampleAsserts, test_32_nested_dict, .hidden = true) {
	td_value *a = td_dict(t, "servers",
	                      td_list(t, td_dict(t, "name", "a server with a long name", "address", "10.0.0.1"),
	                              td_dict(t, "name", "another one with a long name", "address", "10.0.0.2")));
	td_value *b = td_dict(t, "servers",
	                      td_list(t, td_dict(t, "name", "a server with a long name", "address", "10.0.0.1"),
	                              td_dict(t, "name", "another one with a long name", "address", "10.0.0.3")));
	td_unittest_assert_dict_equal(t, a, b);
}
TD_TEST(SampleAsserts, test_33_regex, .hidden = true) {
	td_unittest_assert_regex(t, "port 80", "^\\d+$");
}
TD_TEST(SampleAsserts, test_34_not_regex, .hidden = true) {
	td_unittest_assert_not_regex(t, "port 80", "\\d+", .msg = "msg");
}
TD_TEST(SampleAsserts, test_35_no_logs_came, .hidden = true) {
	td_log_capture *seen = td_unittest_assert_logs(t, .logger = "app", .level = TD_LOGGING_WARNING);
	td_logging_info(td_logging_get_logger("app"), "nothing to see");
	td_unittest_assert_logs_end(t, seen);
}
TD_TEST(SampleAsserts, test_36_logs_came, .hidden = true) {
	td_log_capture *seen = td_unittest_assert_no_logs(t);
	td_logging_error(td_logging_get_logger("app.db"), "it's %d", 1);
	td_unittest_assert_logs_end(t, seen);
}

/* Fixtures write down when they are called; the order is what counts. */
static void say(const char *text) {
	puts(text);
}
static void note(td_scope *c, void *arg) {
	(void)c;
	say(arg);
}
static void fail_in_cleanup(td_scope *c, void *arg) {
	td_raise(c, TD_ValueError, "%s", (const char *)arg);
}
static char cleanup_a[] = "cleanup a", cleanup_b[] = "cleanup b";
static void order_set_up(td_scope *t) {
	say("set up");
	td_unittest_add_cleanup(t, note, cleanup_a);
}
static void order_tear_down(td_scope *t) {
	(void)t;
	say("tear down");
}
TD_TESTCASE(SampleFixtures, .set_up = order_set_up, .tear_down = order_tear_down);
TD_TEST(SampleFixtures, test_fails, .hidden = true) {
	td_unittest_add_cleanup(t, note, cleanup_b);
	td_unittest_fail(t, "in the test");
}
TD_TEST(SampleFixtures, test_passes, .hidden = true) {
	td_unittest_add_cleanup(t, note, cleanup_b);
	say("test");
}
TD_TEST(SampleFixtures, test_cleanup_fails, .hidden = true) {
	td_unittest_add_cleanup(t, fail_in_cleanup, cleanup_b);
	td_unittest_fail(t, "first");
}

static void broken_set_up(td_scope *t) {
	td_unittest_add_cleanup(t, note, cleanup_a);
	td_raise(t, TD_ValueError, "in set_up");
}
TD_TESTCASE(SampleSetUpFails, .set_up = broken_set_up, .tear_down = order_tear_down);
TD_TEST(SampleSetUpFails, test_is_not_run, .hidden = true) {
	say("test");
}
static void skipping_set_up(td_scope *t) {
	td_unittest_skip_test(t, "set_up says so");
}
TD_TESTCASE(SampleSetUpSkips, .set_up = skipping_set_up, .tear_down = order_tear_down);
TD_TEST(SampleSetUpSkips, test_is_not_run, .hidden = true) {
	say("test");
}
static void broken_tear_down(td_scope *t) {
	td_raise(t, TD_ValueError, "in tear_down");
}
TD_TESTCASE(SampleTearDownFails, .tear_down = broken_tear_down);
TD_TEST(SampleTearDownFails, test_fails_too, .hidden = true) {
	td_unittest_fail(t, "in the test");
}
TD_TEST(SampleTearDownFails, test_passes, .hidden = true) {}
TD_TEST(SampleParts, test_nested, .hidden = true) {
	TD_SUBTEST (t, "i=%d", 1) {
		TD_SUBTEST (t, "j=%d", 2) {
			td_unittest_fail(t, "inner");
		}
		td_raise(t, TD_ValueError, "outer");
	}
	TD_SUBTEST (t, "i=%d", 2) {
		td_unittest_skip_test(t, "not this one");
	}
}
TD_TEST(SampleParts, test_part_then_whole, .hidden = true) {
	TD_SUBTEST (t, "i=%d", 1) {
		td_unittest_fail(t, "part");
	}
	td_unittest_fail(t, "whole");
}

TD_TEST(SampleMemory, test_leak, .hidden = true) {
	void *volatile lost = malloc(1234);
	lost = NULL;
	(void)lost;
}

TD_TEST(SampleLeaves, test_thread, .hidden = true) {
	pthread_t id;
	pthread_create(&id, NULL, (void *(*)(void *))(void (*)(void))pause, NULL);
}
TD_TEST(SampleLeaves, test_temporary_file, .hidden = true) {
	char path[4096];
	snprintf(path, sizeof path, "%s/left", getenv("TMPDIR"));
	close(open(path, O_CREAT | O_WRONLY, 0600));
}
TD_TEST(SampleDeaths, test_abort, .hidden = true) {
	abort();
}
TD_TEST(SampleDeaths, test_ignores_term, .hidden = true, .timeout = 0.2) {
	signal(SIGTERM, SIG_IGN);
	for (;;) pause();
}
TD_TEST(SampleOutput, test_fails, .hidden = true) {
	printf("to out\n");
	fprintf(stderr, "to err\n");
	td_unittest_fail(t, "<&> \"quoted\"");
}
TD_TEST(SampleOutput, test_passes, .hidden = true) {
	printf("quiet\n");
}
static void say_class_up(td_scope *t) {
	(void)t;
	puts("class up");
}
static void say_class_down(td_scope *t) {
	(void)t;
	puts("class down");
}
TD_TESTCASE(SampleClassFixtures, .set_up_class = say_class_up, .tear_down_class = say_class_down);
TD_TEST(SampleClassFixtures, test_one, .hidden = true) {
	puts("one");
}
