/* tests/subprocess.c: commands, with real children. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tend.h>
#include <time.h>
#include <unistd.h>

#include "os/spawn.h"
#include "os/tree.h"

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#define SH(line) TD_ARGV("/bin/sh", "-c", line)

/* --- run --- */

TD_TEST(TestRun, test_captures_both_streams) {
	const td_completed_process *p = td_subprocess_run(t, SH("echo out; echo err >&2; exit 3"), .capture_output = true);
	td_unittest_assert_equal(t, p->returncode, 3);
	td_unittest_assert_equal(t, p->out, "out\n");
	td_unittest_assert_equal(t, p->err, "err\n");
	td_unittest_assert_equal(t, p->args.items[2], "echo out; echo err >&2; exit 3");
}

TD_TEST(TestRun, test_input_is_read) {
	const td_completed_process *p = td_subprocess_run(t, TD_ARGV("cat"), .input = "hello", .capture_output = true);
	td_unittest_assert_equal(t, p->out, "hello");
}

TD_TEST(TestRun, test_input_with_nul_bytes) {
	td_bytes in = {"a\0b", 3};
	const td_completed_process *p = td_subprocess_run(t, TD_ARGV("cat"), .input_bytes = in, .capture_output = true);
	td_unittest_assert_equal(t, p->out_len, 3);
	td_unittest_assert_true(t, memcmp(p->out, "a\0b", 4) == 0);
}

TD_TEST(TestRun, test_child_that_does_not_read_its_input) {
	char *much = td_alloc(t, 1 << 20);
	memset(much, 'x', (1 << 20) - 1);
	const td_completed_process *p = td_subprocess_run(t, TD_ARGV("true"), .input = much, .capture_output = true);
	td_unittest_assert_equal(t, p->returncode, 0);
}

TD_TEST(TestRun, test_hundred_megabytes_both_ways, .timeout = 60) {
	size_t n = 100 << 20;
	char *much = malloc(n + 1);
	for (size_t i = 0; i < n; i++) much[i] = (char)('a' + i % 23);
	much[n] = 0;
	const td_completed_process *p = td_subprocess_run(t, TD_ARGV("cat"), .input = much, .capture_output = true);
	bool same = p->out_len == n && memcmp(p->out, much, n) == 0;
	free(much);
	td_unittest_assert_true(t, same);
}

TD_TEST(TestRun, test_both_outputs_large_at_once) {
	const char *line = "head -c 3000000 /dev/zero & head -c 2000000 /dev/zero >&2; wait";
	const td_completed_process *p = td_subprocess_run(t, SH(line), .capture_output = true);
	td_unittest_assert_equal(t, p->out_len, 3000000);
	td_unittest_assert_equal(t, p->err_len, 2000000);
}

TD_TEST(TestRun, test_missing_program_directory_and_permission) {
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no-such-program'",
	                                  td_subprocess_run(c, TD_ARGV("no-such-program")));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: '/no/such/dir'",
	                                  td_subprocess_run(c, TD_ARGV("true"), .cwd = "/no/such/dir"));
	td_unittest_assert_raises_message(t, TD_PermissionError, "[Errno 13] Permission denied: '/etc/passwd'",
	                                  td_subprocess_run(c, TD_ARGV("/etc/passwd")));
	td_unittest_assert_raises_message(t, TD_NotADirectoryError, "[Errno 20] Not a directory: '/etc/passwd'",
	                                  td_subprocess_run(c, TD_ARGV("true"), .cwd = "/etc/passwd"));
}

TD_TEST(TestRun, test_text_without_interpreter_is_not_run_by_a_shell) {
	int fd = open("script", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	td_unittest_assert_equal(t, write(fd, "echo hi\n", 8), 8);
	close(fd);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 8] Exec format error: './script'",
	                                  td_subprocess_run(c, TD_ARGV("./script")));
}

TD_TEST(TestRun, test_check_says_what_python_says) {
	TD_SCOPE(attempt, t);
	td_subprocess_run(attempt, SH("echo out; echo err >&2; exit 3"), .capture_output = true, .check = true);
	const td_error *e = td_catch(attempt, TD_CalledProcessError);
	td_unittest_assert_is_not_none(t, e);
	td_unittest_assert_equal(
		t, e->message,
		"Command '['/bin/sh', '-c', 'echo out; echo err >&2; exit 3']' returned non-zero exit status 3.");
	td_unittest_assert_equal(t, e->process->returncode, 3);
	td_unittest_assert_equal(t, e->process->out, "out\n");
	td_unittest_assert_equal(t, e->process->err, "err\n");
	td_unittest_assert_equal(t, e->process->argv.len, 3);
}

TD_TEST(TestRun, test_check_of_a_signal) {
	td_unittest_assert_raises_message(t, TD_CalledProcessError, "died with <Signals.SIGKILL: 9>.",
	                                  td_subprocess_run(c, SH("kill -9 $$"), .check = true));
	td_unittest_assert_raises_message(t, TD_CalledProcessError, "died with unknown signal 40.",
	                                  td_subprocess_run(c, SH("kill -40 $$"), .check = true));
	td_unittest_assert_equal(t, td_subprocess_run(t, SH("kill -9 $$"))->returncode, -9);
}

TD_TEST(TestRun, test_timeout_keeps_what_was_said) {
	double start = now();
	TD_SCOPE(attempt, t);
	td_subprocess_run(attempt, SH("echo part; exec sleep 100"), .capture_output = true, .timeout = 1.5);
	const td_error *e = td_catch(attempt, TD_TimeoutExpired);
	td_unittest_assert_is_not_none(t, e);
	td_unittest_assert_equal(t, e->message,
	                         "Command '['/bin/sh', '-c', 'echo part; exec sleep 100']' timed out after 1.5 seconds");
	td_unittest_assert_equal(t, e->process->out, "part\n");
	td_unittest_assert_equal(t, e->process->timeout, 1.5);
	td_unittest_assert_less(t, now() - start, 10.0);
}

TD_TEST(TestRun, test_timeout_with_a_grandchild_on_the_pipe) {
	double start = now();
	td_unittest_assert_raises(t, TD_TimeoutExpired,
	                          td_subprocess_run(c, SH("sleep 60 & echo $!; wait"), .capture_output = true,
	                                            .timeout = 0.2, .start_new_session = true));
	td_unittest_assert_less(t, now() - start, 10.0);
}

/* Gone, or dead and not yet reaped by whoever adopted it. */
static void assert_gone(td_scope *t, int grandchild) {
	td_unittest_assert_greater(t, grandchild, 1);
	for (int i = 0; i < 500 && kill(grandchild, 0) == 0; i++) {
		char path[64], state[256] = "";
		snprintf(path, sizeof path, "/proc/%d/stat", grandchild);
		FILE *f = fopen(path, "re");
		if (!f) break;
		char *got = fgets(state, sizeof state, f);
		fclose(f);
		if (got && strstr(state, ") Z")) break; /* dead; whoever adopted it has yet to look */
		usleep(10000);
		td_unittest_assert_less(t, i, 499);
	}
}

TD_TEST(TestRun, test_timeout_reaches_the_whole_group) {
	for (int i = 0; i < 2; i++) { /* a group of its own, and its part of ours */
		TD_SCOPE(attempt, t);
		td_subprocess_run(attempt, SH("sh -c 'sleep 60 & echo $!; wait' & wait"), .out = TD_PIPE, .timeout = 1.5,
		                  .start_new_session = i == 0);
		const td_error *e = td_catch(attempt, TD_TimeoutExpired);
		td_unittest_assert_is_not_none(t, e);
		assert_gone(t, (int)td_int(t, e->process->out));
	}
}

/* It calls setsid, its parent ends, and it holds no pipe. */
#define ESCAPE "setsid sh -c 'echo $$; exec sleep 60 >/dev/null 2>&1' & exec sleep 60"

static void kill_tree_reaches_who_called_setsid(td_scope *t) {
	TD_SCOPE(attempt, t);
	td_subprocess_run(attempt, SH(ESCAPE), .out = TD_PIPE, .timeout = 1.5, .kill_tree = true);
	const td_error *e = td_catch(attempt, TD_TimeoutExpired);
	td_unittest_assert_is_not_none(t, e);
	assert_gone(t, (int)td_int(t, e->process->out));
}

TD_TEST(TestRun, test_kill_tree_reaches_who_called_setsid) {
	kill_tree_reaches_who_called_setsid(t);
	td__tree_groups = false;
	kill_tree_reaches_who_called_setsid(t);
	td__tree_groups = true;
}

/* Neither its TERM nor that of the one below it ends it; that one has no mark, and no parent once its own is dead. */
#define DEAF                                                                                                           \
	"setsid sh -c 'trap \"\" TERM; env -i sleep 60 >/dev/null 2>&1 & echo $$ $!; exec sleep 60 >/dev/null 2>&1' & "    \
	"exec sleep 60"

static void kill_tree_kills_who_is_deaf(td_scope *t) {
	TD_SCOPE(attempt, t, .grace = 0.2);
	td_subprocess_run(attempt, SH(DEAF), .out = TD_PIPE, .timeout = 1.5, .kill_tree = true);
	const td_error *e = td_catch(attempt, TD_TimeoutExpired);
	td_unittest_assert_is_not_none(t, e);
	td_strs pids = td_str_split(t, e->process->out);
	td_unittest_assert_equal(t, pids.len, 2);
	for (size_t i = 0; i < pids.len; i++) assert_gone(t, (int)td_int(t, pids.items[i]));
}

TD_TEST(TestRun, test_kill_tree_kills_who_is_deaf) {
	kill_tree_kills_who_is_deaf(t);
	td__tree_groups = false;
	kill_tree_kills_who_is_deaf(t);
	td__tree_groups = true;
}

static void kill_tree_leaves_none_behind(td_scope *t) {
	const char *line = "sh -c 'setsid sh -c \"echo \\$\\$; exec sleep 60 >/dev/null 2>&1\" &'; sleep 0.1";
	const td_completed_process *p = td_subprocess_run(t, SH(line), .out = TD_PIPE, .kill_tree = true);
	td_unittest_assert_equal(t, p->returncode, 0);
	assert_gone(t, (int)td_int(t, p->out));
}

TD_TEST(TestRun, test_kill_tree_leaves_none_behind) {
	kill_tree_leaves_none_behind(t);
	td__tree_groups = false;
	kill_tree_leaves_none_behind(t);
	td__tree_groups = true;
}

static void kill_tree_at_the_end_of_the_scope(td_scope *t) {
	double start = now();
	int grandchild;
	{
		TD_SCOPE(group, t, .grace = 5);
		td_popen *p = td_subprocess_popen(group, SH(ESCAPE), .out = TD_PIPE, .kill_tree = true, .text = true);
		grandchild = (int)td_int(t, td_file_readline(group, td_popen_stdout(group, p)));
		td_unittest_assert_equal(t, kill(grandchild, 0), 0);
	}
	assert_gone(t, grandchild);
	td_unittest_assert_less(t, now() - start, 4.0); /* TERM was enough */
}

TD_TEST(TestPopen, test_kill_tree_at_the_end_of_the_scope) {
	kill_tree_at_the_end_of_the_scope(t);
	td__tree_groups = false;
	kill_tree_at_the_end_of_the_scope(t);
	td__tree_groups = true;
}

TD_TEST(TestRun, test_scope_deadline_is_not_timeout_expired) {
	td_unittest_assert_raises(t, TD_TimeoutError, ({
								  TD_SCOPE(hurried, c, .timeout = 0.1, .grace = 0.1);
								  td_subprocess_run(hurried, TD_ARGV("sleep", "60"));
							  }));
}

TD_TEST(TestRun, test_expired_scope_starts_nothing) {
	td_unittest_assert_raises(t, TD_TimeoutError, ({
								  TD_SCOPE(late, c, .timeout = TD_NOW);
								  td_subprocess_run(late, TD_ARGV("touch", "started"));
							  }));
	td_unittest_assert_equal(t, access("started", F_OK), -1);
}

TD_TEST(TestRun, test_bad_arguments) {
	td_unittest_assert_raises_message(t, TD_ValueError, "stdin and input arguments may not both be used.",
	                                  td_subprocess_run(c, TD_ARGV("cat"), .input = "x", .in = TD_DEVNULL));
	td_unittest_assert_raises_message(t, TD_ValueError,
	                                  "stdout and stderr arguments may not be used with capture_output.",
	                                  td_subprocess_run(c, TD_ARGV("cat"), .capture_output = true, .err = TD_DEVNULL));
	td_unittest_assert_raises(t, TD_TypeError, td_subprocess_run(c, TD_ARGV("echo", NULL, "x")));
	td_unittest_assert_raises(t, TD_TypeError, td_subprocess_run(c, TD_ARGV("echo", td_no_text)));
	td_unittest_assert_raises(t, TD_IndexError, td_subprocess_run(c, ((td_strs){NULL, 0})));
	td_unittest_assert_raises(t, TD_TypeError, td_subprocess_popen(c, TD_ARGV("true"), .check = true));
}

TD_TEST(TestRun, test_failed_scope_runs_nothing) {
	TD_SCOPE(attempt, t);
	td_raise(attempt, TD_ValueError, "earlier");
	const td_completed_process *p = td_subprocess_run(attempt, TD_ARGV("touch", "started"));
	td_unittest_assert_equal(t, p->returncode, -1);
	td_unittest_assert_equal(t, p->out, "");
	td_unittest_assert_equal(t, access("started", F_OK), -1);
	td_unittest_assert_is_not_none(t, td_catch(attempt, TD_ValueError));
}

TD_TEST(TestRun, test_text_folds_line_ends_and_wants_utf8) {
	const td_completed_process *p =
		td_subprocess_run(t, SH("printf 'a\\r\\nb\\rc\\n'"), .capture_output = true, .text = true);
	td_unittest_assert_equal(t, p->out, "a\nb\nc\n");
	td_unittest_assert_raises_message(t, TD_UnicodeDecodeError,
	                                  "'utf-8' codec can't decode byte 0xff in position 2: invalid start byte",
	                                  td_subprocess_run(c, SH("printf 'ab\\377'"), .capture_output = true,
	                                                    .text = true));
	td_unittest_assert_raises_message(t, TD_UnicodeDecodeError,
	                                  "'utf-8' codec can't decode bytes in position 1-2: unexpected end of data",
	                                  td_subprocess_run(c, SH("printf 'a\\342\\202'"), .capture_output = true,
	                                                    .text = true));
}

TD_TEST(TestRun, test_shell_and_its_errors) {
	const td_completed_process *p = td_subprocess_run_shell(t, "echo $((6*7))", .capture_output = true);
	td_unittest_assert_equal(t, p->out, "42\n");
	td_unittest_assert_raises_message(t, TD_CalledProcessError, "Command 'exit 7' returned non-zero exit status 7.",
	                                  td_subprocess_run_shell(c, "exit 7", .check = true));
	td_unittest_assert_raises_message(t, TD_CalledProcessError, "Command 'exit 7' returned non-zero exit status 7.",
	                                  td_completed_process_check_returncode(c, td_subprocess_run_shell(c, "exit 7")));
}

TD_TEST(TestRun, test_check_output_and_call) {
	td_unittest_assert_equal(t, td_subprocess_check_output(t, TD_ARGV("echo", "hi")), "hi\n");
	td_unittest_assert_equal(t, td_subprocess_call(t, SH("exit 4")), 4);
	td_unittest_assert_raises(t, TD_CalledProcessError, td_subprocess_check_call(c, TD_ARGV("false")));
	td_unittest_assert_raises(t, TD_CalledProcessError, td_subprocess_check_output(c, TD_ARGV("false")));
	td_unittest_assert_equal(t, td_subprocess_check_output(t, SH("echo a; echo b >&2; echo c"), .err = TD_STDOUT),
	                         "a\nb\nc\n");
}

TD_TEST(TestRun, test_text_comes_before_check) {
	TD_SCOPE(attempt, t);
	td_subprocess_run(attempt, SH("printf 'a\\r\\n'; exit 3"), .capture_output = true, .text = true, .check = true);
	const td_error *e = td_catch(attempt, TD_CalledProcessError);
	td_unittest_assert_equal(t, e->process->out, "a\n");
	td_unittest_assert_raises(t, TD_UnicodeDecodeError,
	                          td_subprocess_run(c, SH("printf '\\377'; exit 3"), .capture_output = true, .text = true,
	                                            .check = true));
}

TD_TEST(TestRun, test_getoutput) {
	int status;
	td_unittest_assert_equal(t, td_subprocess_getoutput(t, "echo out; echo err >&2; echo"), "out\nerr\n");
	td_unittest_assert_equal(t, td_subprocess_getstatusoutput(t, "printf x; exit 3", &status), "x");
	td_unittest_assert_equal(t, status, 3);
	td_unittest_assert_equal(t, td_subprocess_getstatusoutput(t, "kill $$", &status), "");
	td_unittest_assert_equal(t, status, -15);
}

/* --- pipelines --- */

TD_TEST(TestPipeline, test_each_stage_reads_the_one_before) {
	const td_completed_pipeline *p =
		td_subprocess_pipeline(t, TD_PIPELINE(TD_ARGV("cat"), TD_ARGV("sort"), TD_ARGV("head", "-2")),
	                           .input = "c\na\nb\n", .capture_output = true);
	td_unittest_assert_equal(t, p->out, "a\nb\n");
	td_unittest_assert_equal(t, p->len, 3);
	td_unittest_assert_equal(t, p->returncode, 0);
	td_unittest_assert_equal(t, p->stages[1].args.items[0], "sort");
}

TD_TEST(TestPipeline, test_a_producer_gets_sigpipe_and_pipefail_tells) {
	const td_completed_pipeline *p =
		td_subprocess_pipeline(t, TD_PIPELINE(TD_ARGV("yes"), TD_ARGV("head", "-1")), .out = TD_PIPE);
	td_unittest_assert_equal(t, p->out, "y\n");
	td_unittest_assert_equal(t, p->stages[0].returncode, -SIGPIPE);
	td_unittest_assert_equal(t, p->stages[1].returncode, 0);
	td_unittest_assert_equal(t, p->returncode, -SIGPIPE);
	td_unittest_assert_raises_message(t, TD_CalledProcessError,
	                                  "Command '['/bin/sh', '-c', 'exit 4']' returned non-zero exit status 4.",
	                                  td_subprocess_pipeline(c, TD_PIPELINE(SH("exit 3"), SH("exit 4"), SH("exit 0")),
	                                                         .check = true));
}

TD_TEST(TestPipeline, test_errors_of_each_stage_are_its_own) {
	const td_completed_pipeline *p =
		td_subprocess_pipeline(t,
	                           TD_PIPELINE(SH("echo one >&2; echo x"), SH("echo two >&2; cat"),
	                                       SH("echo three >&2; cat"), SH("cat"), SH("cat")),
	                           .capture_output = true, .text = true);
	td_unittest_assert_equal(t, p->out, "x\n");
	td_unittest_assert_equal(t, p->stages[0].err, "one\n");
	td_unittest_assert_equal(t, p->stages[1].err, "two\n");
	td_unittest_assert_equal(t, p->stages[2].err, "three\n");
	td_unittest_assert_equal(t, p->stages[4].err, "");
}

TD_TEST(TestPipeline, test_much_goes_through) {
	size_t n = 8 << 20;
	char *much = malloc(n + 1);
	memset(much, 'x', n);
	const td_completed_pipeline *p =
		td_subprocess_pipeline(t, TD_PIPELINE(TD_ARGV("cat"), TD_ARGV("tr", "x", "y"), TD_ARGV("cat")),
	                           .input_bytes = {much, n}, .out = TD_PIPE);
	memset(much, 'y', n);
	bool same = p->out_len == n && memcmp(p->out, much, n) == 0;
	free(much);
	td_unittest_assert_true(t, same);
}

TD_TEST(TestPipeline, test_a_missing_command_ends_the_others) {
	double start = now();
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no-such-program'",
	                                  td_subprocess_pipeline(c, TD_PIPELINE(TD_ARGV("yes"), TD_ARGV("sleep", "60"),
	                                                                        TD_ARGV("no-such-program"))));
	td_unittest_assert_less(t, now() - start, 10.0);
	int before = dup(0);
	close(before);
	td_unittest_assert_raises(t, TD_FileNotFoundError,
	                          td_subprocess_pipeline(c, TD_PIPELINE(TD_ARGV("true"), TD_ARGV("no-such-program"))));
	int after = dup(0);
	close(after);
	td_unittest_assert_equal(t, before, after);
}

TD_TEST(TestPipeline, test_timeout_is_that_of_the_whole) {
	double start = now();
	TD_SCOPE(attempt, t);
	td_subprocess_pipeline(attempt,
	                       TD_PIPELINE(SH("echo part"), SH("cat; echo said >&2; exec sleep 60"), TD_ARGV("cat")),
	                       .capture_output = true, .timeout = 1.5);
	const td_error *e = td_catch(attempt, TD_TimeoutExpired);
	td_unittest_assert_is_not_none(t, e);
	td_unittest_assert_in(t, "exec sleep 60']' timed out after 1.5 seconds", e->message);
	td_unittest_assert_equal(t, e->process->out, "part\n");
	td_unittest_assert_equal(t, e->process->err, "said\n");
	td_unittest_assert_less(t, now() - start, 10.0);
	td_unittest_assert_raises(t, TD_ValueError, td_subprocess_pipeline(c, ((td_commands){NULL, 0})));
}

/* --- what the child has --- */

TD_TEST(TestChild, test_has_only_the_standard_descriptors) {
	int kept = open("/dev/null", O_RDONLY); /* not close-on-exec on purpose */
	const td_completed_process *p = td_subprocess_run(t, SH("ls /proc/self/fd | wc -l"), .capture_output = true);
	close(kept);
	td_unittest_assert_equal(t, td_int(t, p->out), 4); /* and the directory that ls reads */
}

TD_TEST(TestChild, test_pass_fds) {
	int a = open("/dev/null", O_RDONLY | O_CLOEXEC), b = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	const char *line = td_format(t, "readlink /proc/self/fd/%d || echo closed; readlink /proc/self/fd/%d", a, b);
	const td_completed_process *p = td_subprocess_run(t, SH(line), .capture_output = true, .pass_fds = TD_FDS(b));
	close(a);
	close(b);
	td_unittest_assert_equal(t, p->out, "closed\n/dev/zero\n");
}

TD_TEST(TestChild, test_descriptors_that_are_not_open) {
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor",
	                                  td_subprocess_run(c, TD_ARGV("true"), .out = TD_FD(987)));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor",
	                                  td_subprocess_run(c, TD_ARGV("true"), .out = TD_FD(-7)));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor",
	                                  td_subprocess_run(c, TD_ARGV("true"), .pass_fds = TD_FDS(987)));
	td_unittest_assert_raises_message(t, TD_ValueError, "bad value(s) in fds_to_keep",
	                                  td_subprocess_run(c, TD_ARGV("true"), .pass_fds = TD_FDS(-1)));
}

TD_TEST(TestChild, test_table_with_holes) {
	/* Descriptors here and there, without close-on-exec, up to a high one; the child gets two of them. */
	int at[] = {5, 9, 17, 64, 200, 511}, null = open("/dev/null", O_RDONLY);
	for (int i = 0; i < 6; i++) dup2(null, at[i]);
	const char *line = "for f in /proc/$$/fd/*; do echo ${f##*/}; done";
	const td_completed_process *p =
		td_subprocess_run(t, SH(line), .capture_output = true, .pass_fds = TD_FDS(200, 9, 9), .keep_fds = true);
	td_unittest_assert_equal(t, p->out, "0\n1\n2\n200\n3\n9\n"); /* 3: the directory that the shell reads */
	p = td_subprocess_run(t, SH(line), .capture_output = true, .keep_fds = true);
	td_unittest_assert_in(t, "511\n", p->out);
	for (int i = 0; i < 6; i++) close(at[i]);
	close(null);
}

TD_TEST(TestChild, test_streams_to_a_descriptor_and_swapped) {
	int fd = open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	td_subprocess_run(t, SH("echo out; echo err >&2"), .out = TD_FD(fd), .err = TD_STDOUT, .check = true);
	close(fd);
	td_unittest_assert_equal(t, td_subprocess_check_output(t, TD_ARGV("cat", "log")), "out\nerr\n");
	/* 1 becomes 2 and 2 becomes 1: neither may be overwritten before it is used. */
	int saved1 = dup(1), saved2 = dup(2);
	int one = open("one", O_WRONLY | O_CREAT | O_CLOEXEC, 0644),
		two = open("two", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	dup2(one, 1);
	dup2(two, 2);
	int rc = td_subprocess_call(t, SH("echo out; echo err >&2"), .out = TD_FD(2), .err = TD_FD(1));
	dup2(saved1, 1);
	dup2(saved2, 2);
	close(saved1), close(saved2), close(one), close(two);
	td_unittest_assert_equal(t, rc, 0);
	td_unittest_assert_equal(t, td_subprocess_check_output(t, TD_ARGV("cat", "one")), "err\n");
	td_unittest_assert_equal(t, td_subprocess_check_output(t, TD_ARGV("cat", "two")), "out\n");
}

TD_TEST(TestChild, test_parent_without_standard_descriptors) {
	int saved[3];
	for (int i = 0; i < 3; i++) {
		saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
		close(i);
	}
	const td_completed_process *p =
		td_subprocess_run(t, SH("cat; echo err >&2"), .input = "in", .capture_output = true);
	for (int i = 0; i < 3; i++) {
		dup2(saved[i], i);
		close(saved[i]);
	}
	td_unittest_assert_equal(t, p->out, "in");
	td_unittest_assert_equal(t, p->err, "err\n");
}

TD_TEST(TestChild, test_environment) {
	const td_completed_process *p =
		td_subprocess_run(t, TD_ARGV("/usr/bin/env"), .env = td_dict(t, "A", "1", "B", "x y"), .capture_output = true);
	td_unittest_assert_equal(t, p->out, "A=1\nB=x y\n");
	setenv("TEND_TEST_OLD", "old", 1);
	setenv("TEND_TEST_GONE", "gone", 1);
	p = td_subprocess_run(t, SH("echo $TEND_TEST_OLD-$TEND_TEST_GONE-$TEND_TEST_NEW"),
	                      .more_env = td_dict(t, "TEND_TEST_NEW", "new", "TEND_TEST_GONE", TD_NULL),
	                      .capture_output = true);
	td_unittest_assert_equal(t, p->out, "old--new\n");
	td_unittest_assert_raises_message(t, TD_ValueError, "illegal environment variable name",
	                                  td_subprocess_run(c, TD_ARGV("true"), .env = td_dict(c, "A=B", "1")));
	td_unittest_assert_raises_message(t, TD_TypeError, "expected str, bytes or os.PathLike object, not int",
	                                  td_subprocess_run(c, TD_ARGV("true"), .env = td_dict(c, "A", 1)));
}

TD_TEST(TestChild, test_program_is_found_in_its_own_path) {
	mkdir("bin", 0755);
	td_subprocess_run(t, TD_ARGV("cp", "/bin/echo", "bin/tend-test-echo"), .check = true);
	char here[4096];
	const char *dir = td_format(t, "%s/bin", getcwd(here, sizeof here));
	const td_completed_process *p = td_subprocess_run(t, TD_ARGV("tend-test-echo", "found"),
	                                                  .env = td_dict(t, "PATH", dir), .capture_output = true);
	td_unittest_assert_equal(t, p->out, "found\n");
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_subprocess_run(c, TD_ARGV("tend-test-echo", "found")));
}

TD_TEST(TestChild, test_executable_is_not_its_name) {
	const td_completed_process *p =
		td_subprocess_run(t, TD_ARGV("another", "-c", "echo $0"), .executable = "/bin/sh", .capture_output = true);
	td_unittest_assert_equal(t, p->out, "another\n");
}

TD_TEST(TestChild, test_cwd_umask_session_group) {
	mkdir("sub", 0755);
	const td_completed_process *p =
		td_subprocess_run(t, SH("basename $PWD; umask"), .cwd = "sub", .umask = TD_INT(027), .capture_output = true);
	td_unittest_assert_equal(t, p->out, "sub\n0027\n");
	const char *line = "set -- $(cat /proc/self/stat); test $5 = $1 -o $5 = $4 && echo own";
	p = td_subprocess_run(t, SH(line), .process_group = TD_INT(0), .capture_output = true);
	td_unittest_assert_equal(t, p->out, "own\n");
	p = td_subprocess_run(t, SH("set -- $(cat /proc/$$/stat); test $6 = $1 && echo own"), .start_new_session = true,
	                      .capture_output = true);
	td_unittest_assert_equal(t, p->out, "own\n");
}

static void ignore(int number) {
	(void)number;
}

TD_TEST(TestChild, test_signals_are_fresh) {
	signal(SIGINT, SIG_DFL); /* a shell's background job has them ignored, and hands that on */
	signal(SIGQUIT, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, ignore);
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	const char *want = "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nSigCgt:\t0000000000000000\n";
	for (int i = 0; i < 2; i++) {
		td__spawn_clone3 = i == 0;
		const td_completed_process *p =
			td_subprocess_run(t, TD_ARGV("cat", "/proc/self/status"), .capture_output = true);
		td_unittest_assert_in(t, want, p->out);
	}
}

TD_TEST(TestChild, test_both_ways_of_starting_are_equal) {
	for (int i = 0; i < 2; i++) {
		td__spawn_clone3 = i == 0;
		td_unittest_assert_equal(t, td_subprocess_check_output(t, TD_ARGV("echo", "hi")), "hi\n");
		td_unittest_assert_raises(t, TD_FileNotFoundError, td_subprocess_run(c, TD_ARGV("no-such-program")));
	}
}

TD_TEST(TestChild, test_another_user) {
	if (geteuid() != 0) td_unittest_skip_test(t, "only the superuser can become another user");
	const char *line = "id -un; id -gn; id -G";
	const td_completed_process *p = td_subprocess_run(t, SH(line), .login = "nobody", .capture_output = true);
	td_unittest_assert_equal(t, p->out, "nobody\nnogroup\n65534\n");
	p = td_subprocess_run(t, SH("id -un"), .user = "nobody", .capture_output = true);
	td_unittest_assert_equal(t, p->out, "nobody\n");
	p = td_subprocess_run(t, SH("id -u; id -g; id -G"), .uid = TD_INT(12), .gid = TD_INT(34),
	                      .extra_gids = TD_GIDS(56, 7), .capture_output = true);
	td_unittest_assert_equal(t, p->out, "12\n34\n34 7 56\n");
	p = td_subprocess_run(t, SH("id -G"), .uid = TD_INT(12), .gid = TD_INT(34), .extra_gids = TD_GIDS(),
	                      .capture_output = true);
	td_unittest_assert_equal(t, p->out, "34\n");
	td_unittest_assert_raises_message(t, TD_ValueError, "User ID cannot be negative, got -1",
	                                  td_subprocess_run(c, TD_ARGV("true"), .uid = TD_INT(-1)));
	td_unittest_assert_raises_message(t, TD_ValueError, "Group ID cannot be negative, got -5",
	                                  td_subprocess_run(c, TD_ARGV("true"), .extra_gids = TD_GIDS(3, -5)));
	td_unittest_assert_raises_message(t, TD_KeyError, "getpwnam(): name not found: 'no-such-user'",
	                                  td_subprocess_run(c, TD_ARGV("true"), .user = "no-such-user"));
}

/* --- Popen --- */

TD_TEST(TestPopen, test_poll_wait_and_signals) {
	td_popen *p = td_subprocess_popen(t, TD_ARGV("sleep", "100"));
	td_unittest_assert_false(t, td_popen_poll(t, p));
	td_unittest_assert_raises(t, TD_TimeoutExpired, td_popen_wait(c, p, .timeout = 0.05));
	td_popen_terminate(t, p);
	td_unittest_assert_equal(t, td_popen_wait(t, p), -15);
	td_unittest_assert_true(t, td_popen_poll(t, p));
	td_unittest_assert_equal(t, td_popen_returncode(p), -15);
	td_unittest_assert_true(t, td_popen_kill(t, p)); /* nothing is there to be signalled */
	td_unittest_assert_equal(t, td_popen_wait(t, p), -15);
	td_unittest_assert_equal(t, td_popen_pidfd(p), -1);
}

TD_TEST(TestPopen, test_communicate_goes_on_after_a_timeout) {
	td_popen *p = td_subprocess_popen(t, SH("echo first; sleep 0.4; cat"), .in = TD_PIPE, .out = TD_PIPE);
	td_unittest_assert_raises(t, TD_TimeoutExpired, td_popen_communicate(c, p, .input = "second", .timeout = 0.1));
	td_unittest_assert_raises_message(t, TD_ValueError, "Cannot send input after starting communication",
	                                  td_popen_communicate(c, p, .input = "third"));
	const td_completed_process *done = td_popen_communicate(t, p);
	td_unittest_assert_equal(t, done->out, "first\nsecond");
	td_unittest_assert_equal(t, done->returncode, 0);
}

TD_TEST(TestPopen, test_two_commands_piped) {
	td_popen *a = td_subprocess_popen(t, TD_ARGV("printf", "b\\na\\n"), .out = TD_PIPE);
	td_popen *b = td_subprocess_popen(t, TD_ARGV("sort"), .in = TD_FD(td_popen_stdout_fd(a)), .out = TD_PIPE);
	td_unittest_assert_equal(t, td_popen_communicate(t, b)->out, "a\nb\n");
	td_unittest_assert_equal(t, td_popen_wait(t, a), 0);
}

TD_TEST(TestPopen, test_lines_as_they_come) {
	td_popen *p =
		td_subprocess_popen(t, SH("while read line; do echo \"got $line\"; done"), .in = TD_PIPE, .out = TD_PIPE);
	td_file *in = td_popen_stdin(t, p), *out = td_popen_stdout(t, p);
	td_bytes line;
	for (int i = 0; i < 3; i++) {
		td_file_printf(t, in, "%d\n", i);
		td_file_flush(t, in);
		td_unittest_assert_true(t, td_file_next_line(t, out, &line));
		td_unittest_assert_in(t, td_format(t, "got %d", i), line.data);
	}
	td_file_close(t, in);
	td_unittest_assert_false(t, td_file_next_line(t, out, &line));
	td_unittest_assert_equal(t, td_popen_wait(t, p), 0);
	td_unittest_assert_raises(t, TD_ValueError, td_popen_stdout(c, p));
	td_unittest_assert_raises(t, TD_ValueError, td_popen_stderr(c, p));
}

TD_TEST(TestPopen, test_reading_a_pipe_obeys_the_scope) {
	td_popen *p = td_subprocess_popen(t, TD_ARGV("sleep", "60"), .out = TD_PIPE);
	td_unittest_assert_raises(t, TD_TimeoutError, ({
								  TD_SCOPE(hurried, c, .timeout = 0.1);
								  td_file_readline(hurried, td_popen_stdout(hurried, p));
							  }));
}

TD_TEST(TestPopen, test_scope_ends_its_children_together) {
	double start = now();
	int pids[10];
	{
		TD_SCOPE(group, t, .grace = 10);
		for (int i = 0; i < 10; i++) pids[i] = td_popen_pid(td_subprocess_popen(group, TD_ARGV("sleep", "100")));
	}
	td_unittest_assert_less(t, now() - start, 8.0);
	for (int i = 0; i < 10; i++) td_unittest_assert_equal(t, waitpid(pids[i], NULL, WNOHANG), -1); /* reaped */
}

TD_TEST(TestPopen, test_child_that_ignores_term_is_killed_after_the_grace) {
	double start = now();
	{
		TD_SCOPE(group, t, .grace = 0.3);
		td_popen *p = td_subprocess_popen(group, SH("trap '' TERM; echo ready; while :; do sleep 0.05; done"),
		                                  .out = TD_PIPE, .start_new_session = true);
		char byte[8];
		td_unittest_assert_greater(t, read(td_popen_stdout_fd(p), byte, sizeof byte), 0);
	}
	double took = now() - start;
	td_unittest_assert_greater_equal(t, took, 0.29);
	td_unittest_assert_less(t, took, 8.0);
}

TD_TEST(TestPopen, test_stopped_child_ends_too) {
	TD_SCOPE(group, t, .grace = 5);
	td_popen *p = td_subprocess_popen(group, TD_ARGV("sleep", "100"));
	td_popen_send_signal(group, p, SIGSTOP);
}

TD_TEST(TestPopen, test_move_to_an_outer_scope) {
	td_popen *p;
	{
		TD_SCOPE(inner, t);
		p = td_subprocess_popen(inner, SH("sleep 0.2; exit 5"));
		td_move(t, p);
	}
	td_unittest_assert_equal(t, td_popen_wait(t, p), 5);
}

TD_TEST(TestPopen, test_sigchld_ignored_gives_zero) {
	signal(SIGCHLD, SIG_IGN);
	td_unittest_assert_equal(t, td_subprocess_call(t, SH("exit 3")), 0);
	signal(SIGCHLD, SIG_DFL);
}

TD_TEST(TestPopen, test_no_descriptor_is_left_after_failures) {
	int before = dup(0);
	close(before);
	for (int i = 0; i < 5; i++) {
		td_unittest_assert_raises(t, TD_FileNotFoundError,
		                          td_subprocess_popen(c, TD_ARGV("no-such-program"), .in = TD_PIPE, .out = TD_PIPE,
		                                              .err = TD_DEVNULL));
		td_unittest_assert_raises(t, TD_ValueError,
		                          td_subprocess_popen(c, TD_ARGV("true"), .in = TD_PIPE, .out = TD_STDOUT));
	}
	int after = dup(0);
	close(after);
	td_unittest_assert_equal(t, before, after);
}

static void run_many(td_scope *s, void *arg) {
	(void)arg;
	for (int i = 0; i < 50; i++) {
		TD_SCOPE(turn, s);
		td_subprocess_run(turn, TD_ARGV("true"), .capture_output = true, .check = true);
	}
}

TD_TEST(TestPopen, test_threads_start_children_at_once) {
	TD_SCOPE(nursery, t);
	for (int i = 0; i < 4; i++) td_thread_start(nursery, run_many, NULL);
}

/* --- shlex --- */

TD_TEST(TestShlex, test_split) {
	td_strs words = td_shlex_split(t, "a 'b c' \"d \\\" \\e\" f\\ g '' x\"y\"'z'");
	td_unittest_assert_equal(t, words, td_strs_of(t, "a", "b c", "d \" \\e", "f g", "", "xyz"));
	td_unittest_assert_equal(t, td_shlex_split(t, "").len, 0);
	td_unittest_assert_equal(t, td_shlex_split(t, "a # b").len, 3);
	td_unittest_assert_equal(t, td_shlex_split(t, "a # b\nc", .comments = true), td_strs_of(t, "a", "c"));
	td_unittest_assert_raises_message(t, TD_ValueError, "No closing quotation", td_shlex_split(c, "a 'b").len);
	td_unittest_assert_raises_message(t, TD_ValueError, "No escaped character", td_shlex_split(c, "a\\").len);
}

TD_TEST(TestShlex, test_quote_and_join) {
	td_unittest_assert_equal(t, td_shlex_quote(t, ""), "''");
	td_unittest_assert_equal(t, td_shlex_quote(t, "plain_-./x"), "plain_-./x");
	td_unittest_assert_equal(t, td_shlex_quote(t, "a'b"), "'a'\"'\"'b'");
	td_unittest_assert_equal(t, td_shlex_quote(t, "é"), "'é'");
	td_unittest_assert_equal(t, td_shlex_join(t, TD_ARGV("ls", "a b", "$x")), "ls 'a b' '$x'");
}
