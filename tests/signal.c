/* tests/signal.c: signals that stop a scope, signals that a loop reads, names. */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <tend.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t old_handler_ran;
static void old_handler(int number) {
	old_handler_ran = number;
}

TD_TEST(TestCancelOn, test_cancels_and_restores) {
	signal(SIGUSR1, old_handler);
	{
		TD_SCOPE(work, t);
		td_signal_cancel_on(work, SIGUSR1, SIGUSR2);
		td_unittest_assert_false(t, td_stopping(work));
		td_signal_raise_signal(work, SIGUSR1);
		td_unittest_assert_true(t, td_stopping(work));
		td_unittest_assert_false(t, td_check(work));
	} /* absorbed */
	td_unittest_assert_false(t, td_failed(t));
	raise(SIGUSR1);
	td_unittest_assert_equal(t, old_handler_ran, SIGUSR1);
}

TD_TEST(TestCancelOn, test_wakes_a_waiting_call) {
	TD_SCOPE(work, t);
	td_signal_cancel_on(work, SIGTERM);
	td_subprocess_popen(work, TD_ARGV("sh", "-c", "sleep 0.1; kill -TERM $PPID"));
	td_subprocess_run(work, TD_ARGV("sleep", "60"));
	td_unittest_assert_true(t, td_failed(work));
	td_unittest_assert_true(t, td_kind_is(td_peek(work)->kind, TD_CancelledError));
}

TD_TEST(TestCancelOn, test_inner_scope_has_it_first) {
	TD_SCOPE(outer, t);
	td_signal_cancel_on(outer, SIGUSR1);
	{
		TD_SCOPE(inner, outer);
		td_signal_cancel_on(inner, SIGUSR1);
		raise(SIGUSR1);
		td_unittest_assert_true(t, td_stopping(inner));
		td_unittest_assert_false(t, td_stopping(outer));
	}
	raise(SIGUSR1);
	td_unittest_assert_true(t, td_stopping(outer));
}

TD_TEST(TestCancelOn, test_scopes_closed_in_any_order) {
	signal(SIGUSR1, old_handler);
	td_scope *a = td_scope_open(t), *b = td_scope_open(t);
	td_signal_cancel_on(a, SIGUSR1);
	td_signal_cancel_on(b, SIGUSR1);
	td_scope_close(a);
	raise(SIGUSR1);
	td_unittest_assert_true(t, td_stopping(b));
	td_scope_close(b);
	raise(SIGUSR1);
	td_unittest_assert_equal(t, old_handler_ran, SIGUSR1);
}

TD_TEST(TestCancelOn, test_second_signal_ends_the_process) {
	pid_t pid = fork();
	if (pid == 0) {
		td_scope *s = td_scope_open_root();
		td_signal_cancel_on(s, SIGTERM, SIGINT);
		raise(SIGTERM);
		raise(SIGINT);
		_exit(0);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	td_unittest_assert_true(t, WIFEXITED(status));
	td_unittest_assert_equal(t, WEXITSTATUS(status), 130);
}

TD_TEST(TestCancelOn, test_what_cannot_be_handled) {
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_signal_cancel_on(c, SIGKILL));
	td_unittest_assert_raises_message(t, TD_ValueError, "signal number out of range", td_signal_cancel_on(c, 65));
	td_unittest_assert_raises(t, TD_ValueError, td_signal_cancel_on(c, 0));
}

TD_TEST(TestWatch, test_reads_what_came) {
	TD_SCOPE(work, t);
	td_signal_watch *w = td_signal_watch(work, SIGHUP, SIGUSR1);
	td_unittest_assert_equal(t, td_signal_watch_next(w), 0);
	raise(SIGHUP);
	raise(SIGUSR1);
	struct pollfd fd = {.fd = td_signal_watch_fd(w), .events = POLLIN};
	td_unittest_assert_equal(t, poll(&fd, 1, 0), 1);
	td_unittest_assert_equal(t, td_signal_watch_next(w), SIGHUP);
	td_unittest_assert_equal(t, td_signal_watch_next(w), SIGUSR1);
	td_unittest_assert_equal(t, td_signal_watch_next(w), 0);
}

TD_TEST(TestWatch, test_a_flood_does_not_block) {
	TD_SCOPE(work, t);
	td_signal_watch *w = td_signal_watch(work, SIGHUP);
	for (int i = 0; i < 200000; i++) raise(SIGHUP);
	td_unittest_assert_equal(t, td_signal_watch_next(w), SIGHUP);
}

TD_TEST(TestNames, test_names_and_numbers) {
	td_unittest_assert_equal(t, td_signal_name(SIGTERM), "SIGTERM");
	td_unittest_assert_equal(t, td_signal_name(SIGIO), "SIGIO");
	td_unittest_assert_equal(t, td_signal_name(SIGRTMIN), "SIGRTMIN");
	td_unittest_assert_equal(t, td_signal_name(40), "");
	td_unittest_assert_equal(t, td_signal_name(-1), "");
	td_unittest_assert_equal(t, td_signal_number("TERM"), SIGTERM);
	td_unittest_assert_equal(t, td_signal_number("sigterm"), SIGTERM);
	td_unittest_assert_equal(t, td_signal_number("SIGPOLL"), SIGIO);
	td_unittest_assert_equal(t, td_signal_number("15"), 15);
	td_unittest_assert_equal(t, td_signal_number("99"), 0);
	td_unittest_assert_equal(t, td_signal_number("NOPE"), 0);
	td_unittest_assert_equal(t, td_signal_number(NULL), 0);
	for (int n = 1; n < 32; n++) td_unittest_assert_equal(t, td_signal_number(td_signal_name(n)), n);
}

TD_TEST(TestNames, test_strsignal_and_valid_signals) {
	td_unittest_assert_equal(t, td_signal_strsignal(t, SIGTERM), "Terminated");
	td_unittest_assert_equal(t, td_signal_strsignal(t, SIGRTMIN + 1), "Real-time signal 1");
	td_unittest_assert_raises_message(t, TD_ValueError, "signal number out of range", td_signal_strsignal(c, 0));
	td_unittest_assert_raises_message(t, TD_ValueError, "signal number out of range", td_signal_strsignal(c, 65));
	td_unittest_assert_equal(t, td_signal_valid_signals(), ~(UINT64_C(3) << 31));
}
