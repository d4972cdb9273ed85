/* Processes by the names of os: fork, exec, waiting, commands, scheduling. */
#include "child.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

TD_TEST(TestIds, test_numbers_are_the_systems) {
	td_unittest_assert_equal(t, td_os_getpid(), getpid());
	td_unittest_assert_equal(t, td_os_getppid(), getppid());
	td_unittest_assert_equal(t, td_os_geteuid(), (int64_t)geteuid());
	td_unittest_assert_equal(t, td_os_getpgid(t, 0), getpgrp());
	td_unittest_assert_equal(t, td_os_getsid(t, 0), getsid(0));
	td_unittest_assert_equal(t, td_os_getgroups(t)->len, (size_t)getgroups(0, NULL));
	td_unittest_assert_raises_message(t, TD_ProcessLookupError, "[Errno 3] No such process", td_os_getpgid(c, 9999999));
	td_unittest_assert_raises_message(t, TD_OverflowError, "gid is less than minimum",
	                                  td_os_initgroups(c, "nobody", -2));
	td_unittest_assert_raises_message(t, TD_OverflowError, "uid is less than minimum",
	                                  td_os_setuid(c, INT64_C(1) << 32));
}

/* All of it in a child, which does not come back. */
static int becomes_somebody(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	int64_t groups[] = {7, 8, 9};
	td_os_setgroups(s, groups, 3);
	td_print(s, "%zu %d", td_os_getgroups(s)->len, (int)td_os_getgroups(s)->items[2]);
	td_os_initgroups(s, "nobody", 65534);
	td_os_setgid(s, 65534);
	td_os_setuid(s, 65534);
	td_print(s, "%d %d", (int)td_os_getuid(), (int)td_os_getegid());
	td_os_setuid(s, 0);
	return 0;
}

TD_TEST(TestIds, test_root_becomes_somebody_and_not_back) {
	if (geteuid() != 0) td_unittest_skip_test(t, "needs root");
	child_result r = child_run(becomes_somebody);
	td_unittest_assert_equal(t, r.out, "3 9\n65534 65534\n");
	td_unittest_assert_in(t, "PermissionError: [Errno 1] Operation not permitted", r.err);
	td_unittest_assert_equal(t, r.status, 1);
}

TD_TEST(TestKill, test_kill) {
	int pid = td_os_fork(t);
	if (pid == 0)
		for (;;) pause();
	td_unittest_assert_true(t, td_os_kill(t, pid, 0) && td_os_kill(t, pid, SIGTERM));
	td_unittest_assert_equal(t, td_os_waitpid(t, pid, 0)->status, SIGTERM);
	td_unittest_assert_raises_message(t, TD_ProcessLookupError, "[Errno 3] No such process", td_os_kill(c, pid, 0));
	td_unittest_assert_raises(t, TD_ProcessLookupError, td_os_killpg(c, pid, 0));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_os_kill(c, getpid(), 99));
}

/* --- exec --- */

static int becomes_a_program(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_print(s, "said before");
	td_os_execvp(s, "sh", TD_ARGV("name", "-c", "echo $0 $1 \"$X\"; kill -PIPE $$; echo not here", "", "two words"),
	             .env = td_dict(s, "X", "y z", "PATH", "/nowhere:/bin"));
	return 7;
}

TD_TEST(TestExec, test_environment_path_flush_and_sigpipe) {
	child_result r = child_run(becomes_a_program);
	td_unittest_assert_equal(t, r.out, "said before\ntwo words y z\n");
	td_unittest_assert_equal(t, r.status, -SIGPIPE, .msg = "SIGPIPE does again what it does in a new program");
}

TD_TEST(TestExec, test_errors) {
	td_path_write_text(t, "script", "echo no first line\n");
	td_os_chmod(t, "script", 0755);
	td_os_mkdir(t, "d");
	td_path_write_text(t, "d/locked", "");
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_os_execv(c, "no", TD_ARGV("x")));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 8] Exec format error: './script'",
	                                  td_os_execvp(c, "./script", TD_ARGV("x")));
	td_unittest_assert_raises_message(t, TD_ValueError, "execv() arg 2 must not be empty",
	                                  td_os_execv(c, "no", (td_strs){0}));
	td_unittest_assert_raises_message(t, TD_ValueError, "execv() arg 2 first element cannot be empty",
	                                  td_os_execv(c, "no", TD_ARGV("")));
	td_unittest_assert_raises_message(t, TD_ValueError, "illegal environment variable name",
	                                  td_os_execv(c, "no", TD_ARGV("x"), .env = td_dict(c, "a=b", "c")));
	td_unittest_assert_raises_message(t, TD_PermissionError, "[Errno 13] Permission denied: 'd/locked'",
	                                  td_os_execvp(c, "locked", TD_ARGV("x"),
	                                               .env = td_dict(c, "PATH", "/no:d:script:/bin")));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: '/bin/nowhere'",
	                                  td_os_execvp(c, "nowhere", TD_ARGV("x"), .env = td_dict(c, "PATH", "/bin")));
}

/* --- waiting --- */

TD_TEST(TestWait, test_statuses) {
	int pid = td_os_fork(t);
	if (pid == 0) td_os_exit(7);
	const td_waited *w = td_os_waitpid(t, pid, 0);
	td_unittest_assert_equal(t, w->pid, pid);
	td_unittest_assert_equal(t, td_os_waitstatus_to_exitcode(t, w->status), 7);
	pid = td_os_fork(t);
	if (pid == 0) raise(SIGKILL);
	w = td_os_wait(t);
	td_unittest_assert_equal(t, w->pid, pid);
	td_unittest_assert_equal(t, td_os_waitstatus_to_exitcode(t, w->status), -9);
	td_unittest_assert_equal(t, td_os_waitstatus_to_exitcode(t, 137), -9, .msg = "with a core");
	td_unittest_assert_raises_message(t, TD_ValueError, "process stopped by delivery of signal 19",
	                                  td_os_waitstatus_to_exitcode(c, 0x137f));
	td_unittest_assert_raises_message(t, TD_ChildProcessError, "[Errno 10] No child processes", td_os_wait(c));
	td_unittest_assert_raises_message(t, TD_ChildProcessError, "[Errno 10] No child processes",
	                                  td_os_waitpid(c, 1, WNOHANG));
}

TD_TEST(TestWait, test_deadline_and_nohang) {
	int pid = td_os_fork(t);
	if (pid == 0)
		for (;;) pause();
	td_unittest_assert_equal(t, td_os_waitpid(t, pid, WNOHANG)->pid, 0);
	TD_SCOPE(d, t);
	{
		TD_SCOPE(short_one, d, .timeout = 0.05);
		td_unittest_assert_equal(t, td_os_waitpid(short_one, pid, 0)->pid, -1);
	}
	td_unittest_assert_true(t, td_catch(d, TD_TimeoutError) != NULL);
	{
		TD_SCOPE(short_one, d, .timeout = 0.05);
		td_unittest_assert_equal(t, td_os_waitpid(short_one, -1, 0)->pid, -1);
	}
	td_unittest_assert_true(t, td_catch(d, TD_TimeoutError) != NULL);
	td_os_kill(t, pid, SIGSTOP);
	td_unittest_assert_true(t, WIFSTOPPED(td_os_waitpid(t, pid, WUNTRACED)->status));
	td_os_kill(t, pid, SIGKILL);
	td_unittest_assert_equal(t, td_os_waitpid(t, -1, 0)->pid, pid);
}

/* --- commands --- */

TD_TEST(TestSystem, test_statuses) {
	td_unittest_assert_equal(t, td_os_system(t, "exit 3"), 768);
	td_unittest_assert_equal(t, td_os_system(t, "kill -9 $$"), 9);
	td_unittest_assert_equal(t, td_os_system(t, "nosuchcommand 2>/dev/null"), 127 << 8);
}

static int interrupted_command(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	signal(SIGQUIT, SIG_IGN);
	int status = td_os_system(s, "kill -INT $PPID; kill -INT $$; echo still here");
	td_print(s, "%d", td_os_waitstatus_to_exitcode(s, status));
	struct sigaction now;
	sigaction(SIGINT, NULL, &now);
	td_print(s, "%d", now.sa_handler == SIG_IGN);
	sigaction(SIGQUIT, NULL, &now);
	td_print(s, "%d", now.sa_handler == SIG_IGN);
	return 0;
}

TD_TEST(TestSystem, test_an_interrupt_is_the_commands) {
	child_result r = child_run(interrupted_command);
	td_unittest_assert_equal(t, r.out, "-2\n0\n1\n");
	td_unittest_assert_equal(t, r.status, 0);
}

static void run_many(td_scope *s, void *arg) {
	(void)arg;
	for (int i = 0; i < 5; i++) td_unittest_assert_equal(s, td_os_system(s, "kill -INT $$"), SIGINT);
}

TD_TEST(TestSystem, test_threads_at_the_same_time) {
	struct sigaction now;
	{
		TD_SCOPE(work, t);
		for (int i = 0; i < 4; i++) td_thread_start(work, run_many, NULL);
	}
	sigaction(SIGINT, NULL, &now);
	td_unittest_assert_true(t, now.sa_handler != SIG_IGN);
}

TD_TEST(TestSystem, test_deadline) {
	TD_SCOPE(d, t);
	{
		TD_SCOPE(short_one, d, .timeout = 0.05);
		td_unittest_assert_equal(t, td_os_system(short_one, "exec sleep 60"), -1);
	}
	td_unittest_assert_true(t, td_catch(d, TD_TimeoutError) != NULL);
	td_unittest_assert_equal(t, waitpid(-1, NULL, WNOHANG), -1, .msg = "the command is gone");
}

TD_TEST(TestPopen, test_reading_and_writing) {
	td_popen *p = td_os_popen(t, "echo one; exit 3");
	td_unittest_assert_equal(t, td_file_read(t, td_popen_stdout(t, p)), "one\n");
	td_unittest_assert_equal(t, td_os_popen_close(t, p), 768);
	p = td_os_popen(t, "cat > got", .mode = "w");
	td_file *f = td_popen_stdin(t, p);
	td_file_write(t, f, "two");
	td_file_close(t, f);
	td_unittest_assert_equal(t, td_os_popen_close(t, p), 0);
	td_unittest_assert_equal(t, td_path_read_text(t, "got"), "two");
	td_unittest_assert_equal(t, td_os_popen_close(t, td_os_popen(t, "kill -9 $$")), -2304);
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid mode 'q'", td_os_popen(c, "true", .mode = "q"));
}

/* --- scheduling --- */

static int grows_nicer(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_os_setpriority(s, PRIO_PROCESS, 0, 3);
	int now = td_os_nice(s, 2);
	td_print(s, "%d %d", now, td_os_getpriority(s, PRIO_PROCESS, 0));
	return td_failed(s);
}

TD_TEST(TestSched, test_niceness) {
	td_unittest_assert_equal(t, child_run(grows_nicer).out, "5 5\n");
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_os_getpriority(c, 7, 0));
	td_unittest_assert_raises(t, TD_ProcessLookupError, td_os_getpriority(c, PRIO_PROCESS, 9999999));
	td_unittest_assert_raises(t, TD_OSError, td_os_setpriority(c, 7, 0, 0));
}

TD_TEST(TestSched, test_affinity) {
	const td_cpus *all = td_os_sched_getaffinity(t, 0);
	cpu_set_t set;
	sched_getaffinity(0, sizeof set, &set);
	td_unittest_assert_equal(t, all->len, (size_t)CPU_COUNT(&set));
	td_unittest_assert_true(t, CPU_ISSET((size_t)all->items[0], &set));
	td_unittest_assert_true(t, td_os_sched_setaffinity(t, 0, all->items, 1));
	td_unittest_assert_equal(t, td_os_sched_getaffinity(t, 0)->len, 1);
	td_os_sched_setaffinity(t, 0, all->items, all->len);
	int none[] = {-1}, far[] = {5000}, too_far[] = {1 << 30}, both[] = {all->items[0], 5000};
	td_unittest_assert_raises_message(t, TD_ValueError, "negative CPU number", td_os_sched_setaffinity(c, 0, none, 1));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22]", td_os_sched_setaffinity(c, 0, none, 0));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22]", td_os_sched_setaffinity(c, 0, far, 1));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22]", td_os_sched_setaffinity(c, 0, too_far, 1));
	td_unittest_assert_true(t, td_os_sched_setaffinity(t, 0, both, 2), .msg = "those that are not there do not count");
	td_os_sched_setaffinity(t, 0, all->items, all->len);
	td_unittest_assert_raises(t, TD_ProcessLookupError, td_os_sched_getaffinity(c, 9999999));
}

TD_TEST(TestSched, test_times) {
	td_os_system(t, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
	const td_times *a = td_os_times(t);
	td_unittest_assert_greater(t, a->children_user + a->children_system, 0.0);
	td_unittest_assert_greater(t, a->elapsed, 0.0);
}
