/* tests/signal.c: signals that stop a scope, signals that a loop reads, names. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <tend.h>
#include <pthread.h>
#include <sys/time.h>
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
	for (int i = 0; i < 70000; i++) raise(SIGHUP);
	td_unittest_assert_equal(t, td_signal_watch_next(w), SIGHUP);
}

/* --- handlers of the program --- */

typedef struct heard {
	int count, last;
	td_scope *on;
	bool raises;
} heard;

static void hear(td_scope *s, int number, void *arg) {
	heard *h = arg;
	h->count++;
	h->last = number;
	h->on = s;
	if (h->raises) td_raise(s, TD_RuntimeError, "signal %d", number);
}

static void hear_once(td_scope *s, int number, void *arg) {
	hear(s, number, arg);
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

TD_TEST(TestHandler, test_runs_between_calls_and_not_within_the_kernels) {
	heard h = {0};
	td_unittest_assert_true(t, td_signal_signal(t, SIGUSR1, hear, .arg = &h) == TD_SIG_DFL);
	raise(SIGUSR1);
	raise(SIGUSR1);
	td_unittest_assert_equal(t, h.count, 0);
	td_unittest_assert_true(t, td_signal_check(t));
	td_unittest_assert_equal(t, h.count, 1); /* twice before it ran is once */
	td_unittest_assert_equal(t, h.last, SIGUSR1);
	td_signal_raise_signal(t, SIGUSR1);
	td_unittest_assert_equal(t, h.count, 2);
	td_unittest_assert_true(t, td_signal_getsignal(t, SIGUSR1) == hear);
	td_unittest_assert_true(t, td_signal_signal(t, SIGUSR1, TD_SIG_IGN) == hear);
	td_signal_raise_signal(t, SIGUSR1);
	td_unittest_assert_equal(t, h.count, 2);
	struct sigaction act;
	sigaction(SIGUSR1, NULL, &act);
	td_unittest_assert_true(t, act.sa_handler == SIG_IGN);
	td_unittest_assert_true(t, td_signal_signal(t, SIGUSR1, TD_SIG_DFL) == TD_SIG_IGN);
	td_unittest_assert_true(t, td_signal_getsignal(t, SIGUSR1) == TD_SIG_DFL);
}

TD_TEST(TestHandler, test_ends_with_its_scope) {
	heard outer = {0}, inner = {0};
	signal(SIGUSR2, old_handler);
	{
		TD_SCOPE(a, t);
		td_unittest_assert_true(t, td_signal_signal(a, SIGUSR2, hear, .arg = &outer) == NULL); /* not set here */
		{
			TD_SCOPE(b, a);
			td_unittest_assert_true(t, td_signal_signal(b, SIGUSR2, hear_once, .arg = &inner) == hear);
			td_signal_raise_signal(b, SIGUSR2);
		}
		td_signal_raise_signal(a, SIGUSR2);
	}
	td_unittest_assert_equal(t, inner.count, 1);
	td_unittest_assert_equal(t, outer.count, 1);
	old_handler_ran = 0;
	raise(SIGUSR2);
	td_unittest_assert_equal(t, old_handler_ran, SIGUSR2);
}

TD_TEST(TestHandler, test_a_wait_goes_on_with_what_is_left) {
	heard h = {0};
	td_signal_signal(t, SIGALRM, hear, .arg = &h);
	double start = now();
	td_signal_setitimer(t, ITIMER_REAL, 0.05, 0.05);
	td_time_sleep(t, 0.4);
	td_signal_setitimer(t, ITIMER_REAL, 0, 0);
	td_unittest_assert_false(t, td_failed(t));
	td_unittest_assert_greater_equal(t, now() - start, 0.399);
	td_unittest_assert_greater_equal(t, h.count, 2);
	td_unittest_assert_equal(t, td_subprocess_call(t, TD_ARGV("true")), 0);
}

TD_TEST(TestHandler, test_what_it_raises_ends_the_wait) {
	double start = now();
	heard h = {.raises = true};
	td_signal_signal(t, SIGALRM, hear, .arg = &h);
	td_signal_setitimer(t, ITIMER_REAL, 0.05, 0);
	td_unittest_assert_raises_message(t, TD_RuntimeError, "signal 14", td_subprocess_run(c, TD_ARGV("sleep", "30")));
	td_signal_setitimer(t, ITIMER_REAL, 0.05, 0);
	td_unittest_assert_raises_message(t, TD_RuntimeError, "signal 14", td_time_sleep(c, 30));
	td_unittest_assert_less(t, now() - start, 15.0);
	td_signal_signal(t, SIGINT, td_signal_default_int_handler);
	TD_SCOPE(attempt, t);
	td_signal_raise_signal(attempt, SIGINT);
	td_unittest_assert_is_not_none(t, td_catch(attempt, TD_KeyboardInterrupt));
}

TD_TEST(TestHandler, test_one_that_raises_leaves_the_other_for_later) {
	heard first = {.raises = true}, second = {0};
	td_signal_signal(t, SIGUSR1, hear, .arg = &first);
	td_signal_signal(t, SIGUSR2, hear, .arg = &second);
	raise(SIGUSR1);
	raise(SIGUSR2);
	td_unittest_assert_raises(t, TD_RuntimeError, td_signal_check(c));
	td_unittest_assert_equal(t, second.count, 0);
	td_unittest_assert_true(t, td_signal_check(t));
	td_unittest_assert_equal(t, second.count, 1);
}

static void signals_process(td_scope *s, void *arg) {
	td_time_sleep(s, 0.05);
	int *number = arg;
	pthread_kill(pthread_self(), *number); /* this thread takes it, the main one runs the handler */
	td_unittest_assert_true(s, td_signal_check(s));
	td_unittest_assert_raises_message(s, TD_ValueError, "signal only works in main thread of the main interpreter",
	                                  td_signal_signal(c, SIGUSR1, hear));
}

TD_TEST(TestHandler, test_runs_in_the_main_thread_and_wakes_it) {
	heard h = {.raises = true};
	int number = SIGUSR1;
	td_signal_signal(t, SIGUSR1, hear, .arg = &h);
	double start = now();
	td_unittest_assert_raises(t, TD_RuntimeError, ({
								  td_thread *other = td_thread_start(c, signals_process, &number);
								  td_time_sleep(c, 30);
								  td_thread_join(c, other);
							  }));
	td_unittest_assert_less(t, now() - start, 15.0);
	td_unittest_assert_equal(t, h.count, 1);
}

TD_TEST(TestHandler, test_a_handler_may_wait_and_be_interrupted_itself) {
	heard h = {0};
	td_signal_signal(t, SIGALRM, hear, .arg = &h);
	td_signal_signal(t, SIGUSR1, td_signal_default_int_handler);
	td_unittest_assert_raises(t, TD_KeyboardInterrupt, ({
								  td_signal_alarm(0);
								  td_signal_raise_signal(c, SIGUSR1);
							  }));
	td_unittest_assert_false(t, td_failed(t));
}

TD_TEST(TestHandler, test_a_forked_child_hears_its_own) {
	heard h = {0};
	td_signal_signal(t, SIGUSR1, hear, .arg = &h);
	raise(SIGUSR1); /* the parent's, which the child does not inherit */
	pid_t pid = fork();
	if (pid == 0) {
		bool none = td_signal_check(t) && h.count == 0;
		raise(SIGUSR1);
		td_time_sleep(t, 0.001);
		_exit(none && h.count == 1 ? 0 : 1);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	td_unittest_assert_equal(t, status, 0);
	td_signal_check(t);
	td_unittest_assert_equal(t, h.count, 1);
}

TD_TEST(TestHandler, test_what_cannot_be_handled) {
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument",
	                                  td_signal_signal(c, SIGKILL, TD_SIG_IGN));
	td_unittest_assert_raises_message(t, TD_ValueError, "signal number out of range", td_signal_signal(c, 65, hear));
	td_unittest_assert_raises_message(t, TD_ValueError, "signal number out of range", td_signal_getsignal(c, 0));
	td_unittest_assert_raises_message(t, TD_TypeError,
	                                  "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
	                                  td_signal_signal(c, SIGUSR1, NULL));
}

TD_TEST(TestHandler, test_pause_and_wakeup_fd) {
	heard h = {0};
	int fds[2];
	td_unittest_assert_equal(t, pipe(fds), 0);
	td_unittest_assert_raises_message(t, TD_ValueError, td_format(t, "the fd %d must be in non-blocking mode", fds[1]),
	                                  td_signal_set_wakeup_fd(c, fds[1]));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_signal_set_wakeup_fd(c, 987));
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	td_unittest_assert_equal(t, td_signal_set_wakeup_fd(t, fds[1]), -1);
	td_signal_signal(t, SIGALRM, hear, .arg = &h);
	td_signal_setitimer(t, ITIMER_REAL, 0.05, 0);
	td_unittest_assert_true(t, td_signal_pause(t));
	td_unittest_assert_equal(t, h.count, 1);
	unsigned char byte = 0;
	td_unittest_assert_equal(t, read(fds[0], &byte, 1), 1);
	td_unittest_assert_equal(t, byte, SIGALRM);
	td_unittest_assert_equal(t, td_signal_set_wakeup_fd(t, -1), fds[1]);
	close(fds[0]);
	close(fds[1]);
	td_unittest_assert_raises(t, TD_TimeoutError, ({
								  TD_SCOPE(hurried, c, .timeout = 0.05);
								  td_signal_pause(hurried);
							  }));
}

TD_TEST(TestHandler, test_siginterrupt) {
	heard h = {0};
	td_signal_signal(t, SIGUSR1, hear, .arg = &h);
	struct sigaction act;
	td_signal_siginterrupt(t, SIGUSR1, false);
	sigaction(SIGUSR1, NULL, &act);
	td_unittest_assert_true(t, act.sa_flags & SA_RESTART);
	td_signal_siginterrupt(t, SIGUSR1, true);
	sigaction(SIGUSR1, NULL, &act);
	td_unittest_assert_false(t, act.sa_flags & SA_RESTART);
	td_unittest_assert_raises(t, TD_ValueError, td_signal_siginterrupt(c, 0, true));
}

/* --- held back --- */

TD_TEST(TestMask, test_mask_pending_and_waits) {
	uint64_t old = td_signal_pthread_sigmask(t, SIG_BLOCK, TD_SIGS(SIGUSR1, SIGUSR2));
	td_unittest_assert_equal(t, old & TD_SIGS(SIGUSR1, SIGUSR2), 0);
	td_unittest_assert_equal(t, td_signal_sigpending(t), 0);
	raise(SIGUSR1);
	td_unittest_assert_equal(t, td_signal_sigpending(t), TD_SIGS(SIGUSR1));
	td_unittest_assert_equal(t, td_signal_sigwait(t, TD_SIGS(SIGUSR1, SIGUSR2)), SIGUSR1);
	td_unittest_assert_is_none(t, td_signal_sigtimedwait(t, TD_SIGS(SIGUSR1), 0));
	td_unittest_assert_is_none(t, td_signal_sigtimedwait(t, TD_SIGS(SIGUSR1), 0.02));
	td_unittest_assert_false(t, td_failed(t));
	td_subprocess_popen(t, TD_ARGV("sh", "-c", "sleep 0.05; kill -USR2 $PPID"));
	const td_siginfo *info = td_signal_sigwaitinfo(t, TD_SIGS(SIGUSR2));
	td_unittest_assert_equal(t, info->signo, SIGUSR2);
	td_unittest_assert_greater(t, info->pid, 1);
	td_unittest_assert_equal(t, info->uid, getuid());
	td_unittest_assert_equal(t, td_signal_pthread_sigmask(t, SIG_SETMASK, old) & TD_SIGS(SIGUSR1), TD_SIGS(SIGUSR1));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument",
	                                  td_signal_pthread_sigmask(c, 1234, 0));
	td_unittest_assert_raises_message(t, TD_ValueError, "timeout must be non-negative",
	                                  td_signal_sigtimedwait(c, TD_SIGS(SIGUSR1), -1));
	td_unittest_assert_raises(t, TD_TimeoutError, ({
								  TD_SCOPE(hurried, c, .timeout = 0.05);
								  td_signal_sigwait(hurried, TD_SIGS(SIGUSR1));
							  }));
}

TD_TEST(TestMask, test_a_handler_runs_when_it_is_let_in) {
	heard h = {0};
	td_signal_signal(t, SIGUSR1, hear, .arg = &h);
	td_signal_pthread_sigmask(t, SIG_BLOCK, TD_SIGS(SIGUSR1));
	td_signal_pthread_kill(t, td_threading_get_ident(), SIGUSR1);
	td_unittest_assert_equal(t, h.count, 0);
	td_signal_pthread_sigmask(t, SIG_UNBLOCK, TD_SIGS(SIGUSR1));
	td_unittest_assert_equal(t, h.count, 1);
	td_unittest_assert_raises(t, TD_OSError, td_signal_pthread_kill(c, td_threading_get_ident(), 99));
}

TD_TEST(TestTimer, test_alarm_and_itimers) {
	td_unittest_assert_equal(t, td_signal_alarm(100), 0);
	td_unittest_assert_equal(t, td_signal_alarm(0), 100);
	td_unittest_assert_equal(t, td_signal_setitimer(t, ITIMER_VIRTUAL, 50, 2.5)->delay, 0.0);
	td_unittest_assert_equal(t, td_signal_getitimer(t, ITIMER_VIRTUAL)->interval, 2.5);
	td_unittest_assert_greater(t, td_signal_getitimer(t, ITIMER_VIRTUAL)->delay, 49.0);
	td_unittest_assert_equal(t, td_signal_setitimer(t, ITIMER_VIRTUAL, 0, 0)->interval, 2.5);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_signal_getitimer(c, 99));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument",
	                                  td_signal_setitimer(c, ITIMER_REAL, -1, 0));
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
