/* What commands and signals do when memory, system calls or time run out, at each step. No child may be left. */
#include <signal.h>
#include <string.h>
#include <tend.h>

#include "fault.h"
#include "os/tree.h"

TD_FAULT_SCENARIO(running_a_command) {
	const td_completed_process *p = td_subprocess_run(s, TD_ARGV("cat"), .input = "some words", .capture_output = true,
	                                                  .more_env = td_dict(s, "TEND_FAULT", "1"));
	if (!td_failed(s) && strcmp(p->out, "some words") != 0) td_raise(s, TD_AssertionError, "read %s", p->out);
	TD_SCOPE(attempt, s);
	td_subprocess_run_shell(attempt, "echo said; exit 3", .capture_output = true, .check = true);
	td_catch(attempt, TD_CalledProcessError);
}

TD_FAULT_SCENARIO(starting_children) {
	TD_SCOPE(work, s, .grace = 0.5);
	td_popen *a =
		td_subprocess_popen(work, TD_ARGV("sleep", "60"), .in = TD_PIPE, .out = TD_DEVNULL, .start_new_session = true);
	td_popen *b = td_subprocess_popen(work, TD_ARGV("cat"), .in = TD_PIPE, .out = TD_PIPE);
	td_popen_communicate(work, b, .input = "x");
	td_popen_terminate(work, a);
	td_popen_wait(work, a);
}

TD_FAULT_SCENARIO(a_pipeline) {
	const td_completed_pipeline *p =
		td_subprocess_pipeline(s, TD_PIPELINE(TD_ARGV("cat"), TD_ARGV("tr", "a", "b")), .input = "aaa",
	                           .capture_output = true, .text = true, .check = true);
	if (!td_failed(s) && strcmp(p->out, "bbb") != 0) td_raise(s, TD_AssertionError, "read %s", p->out);
	int status;
	td_subprocess_getstatusoutput(s, "echo x", &status);
}

/* Children of a child: one in a session of its own, one whose parent has ended. Their numbers are in the files. */
#define DESCENDANTS "setsid sleep 61 & echo $! > one; sh -c 'sleep 62 & echo $! > two'; exec sleep 60 >ready 2>&1"

static void remove_numbers(td_scope *t) {
	static const char *const names[] = {"one", "two", "ready"};
	for (size_t i = 0; i < 3; i++) {
		if (td_path_exists(t, names[i])) td_os_unlink(t, names[i]);
	}
}

static void none_lives(td_scope *t, bool failed) {
	(void)failed;
	static const char *const names[] = {"one", "two"};
	for (size_t i = 0; i < 2; i++) {
		TD_SCOPE(attempt, t);
		const char *number = td_str_strip(t, td_path_read_text(attempt, names[i]));
		if (td_catch(attempt, TD_FileNotFoundError) || !*number) continue; /* the shell died before it could write it */
		const char *path = td_format(t, "/proc/%s/stat", number);
		bool gone = false;
		for (int turn = 0; turn < 100 && !gone; turn++) {
			const char *stat = td_path_read_text(attempt, path);
			gone = td_catch(attempt, TD_OSError) || strstr(stat, ") Z ");
			if (!gone) td_time_sleep(t, 0.01);
		}
		td_unittest_assert_true(t, gone, .msg = names[i]);
	}
}

static void in_a_tree(td_scope *s) {
	TD_SCOPE(work, s, .grace = 0.2);
	td_popen *p = td_subprocess_popen(work, TD_ARGV("sh", "-c", DESCENDANTS), .kill_tree = true);
	while (!td_failed(work) && !td_path_exists(work, "ready") && !td_popen_poll(work, p)) td_time_sleep(work, 0.002);
	td_popen_terminate(work, p);
}

TD_FAULT_SCENARIO(a_tree, .each = 40, .stride = 97, .prepare = remove_numbers, .verify = none_lives) {
	in_a_tree(s);
}

TD_FAULT_SCENARIO(a_tree_without_a_group, .each = 40, .stride = 97, .prepare = remove_numbers, .verify = none_lives) {
	td__tree_groups = false;
	in_a_tree(s);
}

TD_FAULT_SCENARIO(a_tree_that_ends_of_itself) {
	td_subprocess_run(s, TD_ARGV("true"), .kill_tree = true, .env = td_dict(s, "A", "1"));
}

TD_FAULT_SCENARIO(words) {
	td_strs words = td_shlex_split(s, "a 'b c' \"d\" e\\ f");
	td_shlex_join(s, words);
	td_shlex_quote(s, "it's");
}

static void note(td_scope *s, int number, void *arg) {
	(void)s;
	*(int *)arg = number;
}

TD_FAULT_SCENARIO(handling_signals) {
	int came = 0;
	TD_SCOPE(work, s);
	td_signal_signal(work, SIGUSR1, note, .arg = &came);
	if (td_failed(work)) return;
	td_signal_raise_signal(work, SIGUSR1);
	if (!td_failed(work) && came != SIGUSR1) td_raise(work, TD_AssertionError, "the handler did not run");
	uint64_t old = td_signal_pthread_sigmask(work, SIG_BLOCK, TD_SIGS(SIGUSR2));
	td_signal_raise_signal(work, SIGUSR2);
	td_signal_sigtimedwait(work, TD_SIGS(SIGUSR2), 1);
	while (sigtimedwait(&(sigset_t){{TD_SIGS(SIGUSR2)}}, NULL, &(struct timespec){0, 0}) > 0) { /* if that failed */
	}
	td_signal_pthread_sigmask(s, SIG_SETMASK, old);
	td_signal_setitimer(work, 0, 0, 0);
}

TD_FAULT_SCENARIO(waiting_for_signals) {
	TD_SCOPE(work, s);
	td_signal_watch *w = td_signal_watch(work, SIGUSR1);
	td_signal_cancel_on(work, SIGUSR2);
	if (td_failed(work)) return;
	td_signal_raise_signal(work, SIGUSR1);
	td_signal_watch_next(w);
}
