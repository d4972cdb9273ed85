/* Rule 8: forks, exits and fatal signals. */
#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "core/internal.h"

static void says(td_scope *c, void *arg) {
	(void)c;
	printf("%s\n", (char *)arg);
	fflush(stdout);
}

static int forks(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	TD_SCOPE(work, s);
	td_defer(work, says, text_arg("parent"));
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		TD_SCOPE(own, work);
		td_defer(own, says, text_arg("child"));
		return 4; /* leaves main as any program would */
	}
	int status;
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

TD_TEST(TestRule8Processes, test_a_forked_child_runs_only_its_own_cleanups) {
	child_result r = child_run(forks);
	td_unittest_assert_equal(t, r.status, 4);
	td_unittest_assert_equal(t, r.out, "child\nparent\n");
}

static int child_fails(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_defer(s, says, text_arg("parent"));
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		td_raise(s, TD_ValueError, "in the child");
		return 0;
	}
	int status;
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status) + 10;
}

TD_TEST(TestRule8Processes, test_an_error_of_a_forked_child_ends_the_child) {
	child_result r = child_run(child_fails);
	td_unittest_assert_equal(t, r.status, 11);
	td_unittest_assert_equal(t, r.out, "parent\n");
	td_unittest_assert_in(t, "ValueError: in the child", r.err);
}

static int calls_exit(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_defer(s, says, text_arg("outer"));
	TD_SCOPE(inner, s);
	td_defer(inner, says, text_arg("inner"));
	exit(6);
}

TD_TEST(TestRule8Processes, test_exit_ends_the_open_scopes) {
	child_result r = child_run(calls_exit);
	td_unittest_assert_equal(t, r.status, 6);
	td_unittest_assert_equal(t, r.out, "inner\nouter\n");
}

static char here[4096];

static void make_temporary(void) {
	mkdir("gone", 0700);
	mkdir("gone/deep", 0700);
	close(open("gone/deep/file", O_CREAT | O_WRONLY, 0600));
	close(open("gone/file", O_CREAT | O_WRONLY, 0600));
	if (symlink("../kept", "gone/link") < 0) perror("symlink");
	char path[4200];
	snprintf(path, sizeof path, "%s/gone", here);
	td__temp_add(path, true);
	close(open("gone.txt", O_CREAT | O_WRONLY, 0600));
	snprintf(path, sizeof path, "%s/gone.txt", here);
	td__temp_add(path, false);
}

static int dies(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	make_temporary();
	raise(SIGTERM);
	return td_failed(s);
}

static int leaves(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	make_temporary();
	exit(td_failed(s));
}

static void prepare(td_scope *t) {
	if (!getcwd(here, sizeof here)) td_unittest_fail(t, "getcwd");
	mkdir("kept", 0700);
	close(open("kept/precious", O_CREAT | O_WRONLY, 0600));
}

TD_TEST(TestRule8Processes, test_a_fatal_signal_removes_temporary_files_and_still_kills) {
	prepare(t);
	td_unittest_assert_equal(t, child_run(dies).status, -SIGTERM);
	td_unittest_assert_true(t, access("gone", F_OK) < 0 && access("gone.txt", F_OK) < 0);
	td_unittest_assert_true(t, access("kept/precious", F_OK) == 0);
}

TD_TEST(TestRule8Processes, test_exit_removes_temporary_files) {
	prepare(t);
	td_unittest_assert_equal(t, child_run(leaves).status, 0);
	td_unittest_assert_true(t, access("gone", F_OK) < 0 && access("gone.txt", F_OK) < 0);
	td_unittest_assert_true(t, access("kept/precious", F_OK) == 0);
}

static int forked_leaves(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	make_temporary();
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) exit(0);
	int status;
	waitpid(pid, &status, 0);
	return access("gone.txt", F_OK) == 0 && !td_failed(s) ? 0 : 1;
}

TD_TEST(TestRule8Processes, test_a_forked_child_leaves_the_parents_temporary_files) {
	prepare(t);
	td_unittest_assert_equal(t, child_run(forked_leaves).status, 0);
}

static int writes_to_a_closed_pipe(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	int fds[2];
	if (pipe(fds) < 0) return 9;
	close(fds[0]);
	return write(fds[1], "x", 1) == -1 && errno == EPIPE && !td_failed(s) ? 0 : 1;
}

TD_TEST(TestRule8Processes, test_a_closed_pipe_does_not_kill) {
	td_unittest_assert_equal(t, child_run(writes_to_a_closed_pipe).status, 0);
}

static int keeps_handlers(int argc, char **argv) {
	signal(SIGINT, SIG_IGN);
	TD_MAIN(s, argc, argv);
	struct sigaction now;
	sigaction(SIGINT, NULL, &now);
	return now.sa_handler == SIG_IGN && !td_failed(s) ? 0 : 1;
}

TD_TEST(TestRule8Processes, test_what_the_program_ignores_stays_ignored) {
	td_unittest_assert_equal(t, child_run(keeps_handlers).status, 0);
}
