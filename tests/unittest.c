/* The test library's own tests: a suite that the command line must name (Sample…) is run by this same program, and what
 * it prints is looked at. */
#include <fcntl.h>
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
		if (fork() == 0) {
			setsid();
			pause();
		}
		_exit(0);
	}
	waitpid(p, NULL, 0);
}

TD_TEST(TestUnittest, test_assertions_hold) {
	td_unittest_assert_true(t, 1 < 2);
	td_unittest_assert_false(t, 2 < 1);
	td_unittest_assert_equal(t, -1, -1);
	td_unittest_assert_not_equal(t, -1, (uint64_t)-1);
	td_unittest_assert_less(t, 1, 1.5);
	td_unittest_assert_raises(t, TD_LookupError, td_raise(c, TD_KeyError, "x"));
	td_unittest_assert_is_none(t, NULL);
}
