/* Users, groups, passwords; locks on files; limits. */
#include "child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <termios.h>

TD_TEST(TestPwd, test_users) {
	const td_passwd *root = td_pwd_getpwnam(t, "root");
	td_unittest_assert_equal(t, root->uid, 0);
	td_unittest_assert_equal(t, root->dir, "/root");
	td_unittest_assert_equal(t, td_pwd_getpwuid(t, 0)->name, "root");
	td_unittest_assert_raises_message(t, TD_KeyError, "\"getpwnam(): name not found: 'no one'\"",
	                                  td_pwd_getpwnam(c, "no one"));
	td_unittest_assert_raises_message(t, TD_KeyError, "'getpwnam(): name not found: \"a\\'b\"'",
	                                  td_pwd_getpwnam(c, "a'b"));
	td_unittest_assert_raises_message(t, TD_KeyError, "'getpwuid(): uid not found: 99999'", td_pwd_getpwuid(c, 99999));
	td_unittest_assert_raises_message(t, TD_KeyError, "'getpwuid(): uid not found: -1'", td_pwd_getpwuid(c, -1));
	td_unittest_assert_raises_message(t, TD_KeyError, "'getpwuid(): uid not found'", td_pwd_getpwuid(c, -2));
}

TD_TEST(TestPwd, test_groups) {
	td_unittest_assert_equal(t, td_grp_getgrnam(t, "root")->gid, 0);
	td_unittest_assert_equal(t, td_grp_getgrgid(t, 0)->name, "root");
	td_unittest_assert_is_none(t, td_grp_getgrgid(t, 0)->mem.items[td_grp_getgrgid(t, 0)->mem.len]);
	td_unittest_assert_raises_message(t, TD_KeyError, "\"getgrnam(): name not found: 'no'\"", td_grp_getgrnam(c, "no"));
	td_unittest_assert_raises_message(t, TD_KeyError, "'getgrgid(): gid not found: 99999'", td_grp_getgrgid(c, 99999));
	td_unittest_assert_raises_message(t, TD_OverflowError, "gid is less than minimum",
	                                  td_grp_getgrgid(c, INT64_C(1) << 40));
}

TD_TEST(TestPwd, test_getuser) {
	static const char *const names[] = {"LOGNAME", "USER", "LNAME", "USERNAME"};
	for (size_t i = 0; i < 4; i++) td_os_unsetenv(t, names[i]);
	td_unittest_assert_equal(t, td_getpass_getuser(t), td_pwd_getpwuid(t, td_os_getuid())->name);
	for (size_t i = 4; i-- > 0;) {
		td_os_environ_set(t, names[i], names[i]);
		td_unittest_assert_equal(t, td_getpass_getuser(t), names[i]);
	}
	td_os_environ_set(t, "LOGNAME", "");
	td_unittest_assert_equal(t, td_getpass_getuser(t), "USER", .msg = "empty is not set");
}

/* --- a password --- */

/* Runs body in a session of its own with a new terminal, types keys when the prompt has come, and returns all that the
 * terminal showed; *echo is whether it shows what is typed afterwards. */
static const char *on_a_terminal(td_scope *t, int (*body)(void), const char *keys, int *status, bool *echo) {
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0) td_unittest_skip_test(t, "no terminals here");
	grantpt(master);
	unlockpt(master);
	int number = -1;
	ioctl(master, TIOCGPTN, &number);
	int side = open(td_format(t, "/dev/pts/%d", number), O_RDWR | O_NOCTTY | O_CLOEXEC);
	int pid = td_os_fork(t);
	if (pid == 0) {
		setsid();
		ioctl(side, TIOCSCTTY, 0);
		td_os_exit(body());
	}
	char shown[1000];
	size_t len = 0;
	struct pollfd p = {master, POLLIN, 0};
	bool typed = false;
	while (len < sizeof shown - 1 && poll(&p, 1, typed ? 300 : 5000) > 0) {
		ssize_t got = read(master, shown + len, sizeof shown - 1 - len);
		if (got <= 0) break;
		len += (size_t)got;
		if (!typed && memchr(shown, '?', len)) {
			typed = true;
			td_unittest_assert_equal(t, write(master, keys, strlen(keys)), (ssize_t)strlen(keys));
		}
	}
	shown[len] = '\0';
	*status = td_os_waitstatus_to_exitcode(t, td_os_waitpid(t, pid, 0)->status);
	struct termios now;
	*echo = tcgetattr(side, &now) == 0 && now.c_lflag & ECHO && now.c_lflag & ISIG;
	close(side);
	close(master);
	return td_strdup(t, shown);
}

static int asks(void) {
	TD_SCOPE(s, td_scope_open_root());
	const char *answer = td_getpass_getpass(s, .prompt = "Word? ");
	if (td_catch(s, TD_KeyboardInterrupt, TD_CancelledError)) return 3;
	if (td_catch(s, TD_EOFError)) return 4;
	return strcmp(answer, "secret") == 0 ? 0 : 5;
}

static int asks_for_a_moment(void) {
	td_scope *root = td_scope_open_root(.timeout = 0.2);
	td_getpass_getpass(root, .prompt = "Word? ");
	return td_peek(root)->kind == TD_TimeoutError ? 6 : 7;
}

TD_TEST(TestGetpass, test_the_terminal_is_as_it_was) {
	static const struct {
		int (*body)(void);
		const char *keys;
		int status;
	} cases[] = {
		{asks, "secret\n", 0}, {asks, "sec\x1aret\n", 0}, {asks, "secr\x03", 3},       {asks, "s\x1c", 3},
		{asks, "\x04", 4},     {asks, "other\n", 5},      {asks_for_a_moment, "s", 6},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int status;
		bool echo;
		const char *shown = on_a_terminal(t, cases[i].body, cases[i].keys, &status, &echo);
		td_unittest_assert_equal(t, status, cases[i].status, .msg = td_format(t, "case %zu", i));
		td_unittest_assert_equal(t, shown, "Word? \r\n", .msg = td_format(t, "case %zu", i));
		td_unittest_assert_true(t, echo, .msg = td_format(t, "case %zu", i));
	}
}

static int asks_without_a_terminal(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	setsid();
	int fds[2];
	td_os_pipe(s, fds);
	td_os_write(s, fds[1], td_bytes_of("from a pipe\nrest"));
	td_os_dup2(s, fds[0], 0);
	td_print(s, "%s", td_getpass_getpass(s));
	td_print(s, "%s", td_os_read(s, 0, 100).data);
	return 0;
}

TD_TEST(TestGetpass, test_without_a_terminal) {
	child_result r = child_run(asks_without_a_terminal);
	td_unittest_assert_equal(t, r.out, "from a pipe\nrest\n");
	td_unittest_assert_equal(t, r.err, "Password: ");
}

/* --- locks --- */

static int two(td_scope *t, const char *path) {
	td_path_write_text(t, path, "");
	return td_os_open(t, path, O_RDWR);
}

TD_TEST(TestLocks, test_flock) {
	int a = two(t, "f"), b = td_os_open(t, "f", O_RDWR);
	td_fcntl_flock(t, a, LOCK_EX);
	td_unittest_assert_raises_message(t, TD_BlockingIOError, "[Errno 11] Resource temporarily unavailable",
	                                  td_fcntl_flock(c, b, LOCK_EX | LOCK_NB));
	TD_SCOPE(d, t);
	{
		TD_SCOPE(short_one, d, .timeout = 0.05);
		td_unittest_assert_false(t, td_fcntl_flock(short_one, b, LOCK_SH));
	}
	td_unittest_assert_true(t, td_catch(d, TD_TimeoutError) != NULL);
	td_fcntl_flock(t, a, LOCK_UN);
	td_unittest_assert_true(t, td_fcntl_flock(t, b, LOCK_SH) && td_fcntl_flock(t, a, LOCK_SH));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_fcntl_flock(c, -1, LOCK_EX));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_fcntl_flock(c, a, 0));
	close(a);
	close(b);
}

static int locked_by_parent(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	int fd = td_os_open(s, "f", O_RDWR);
	td_fcntl_lockf(s, fd, LOCK_EX | LOCK_NB, .start = 10);
	TD_SCOPE(work, s);
	td_fcntl_lockf(work, fd, LOCK_EX | LOCK_NB, .len = 1, .start = 5);
	return td_catch(work, TD_BlockingIOError) ? 0 : 8;
}

TD_TEST(TestLocks, test_lockf) {
	int fd = two(t, "f");
	td_fcntl_lockf(t, fd, LOCK_EX, .len = 10);
	td_unittest_assert_equal(t, child_run(locked_by_parent).status, 0);
	td_fcntl_lockf(t, fd, LOCK_UN);
	td_unittest_assert_equal(t, child_run(locked_by_parent).status, 8);
	td_unittest_assert_raises_message(t, TD_ValueError, "unrecognized lockf argument", td_fcntl_lockf(c, fd, 0));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument",
	                                  td_fcntl_lockf(c, fd, LOCK_SH, .start = -5));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_fcntl_lockf(c, -1, LOCK_EX));
	close(fd);
}

TD_TEST(TestLockfile, test_one_at_a_time) {
	{
		TD_SCOPE(alone, t);
		td_lockfile_open(alone, "lock");
		td_unittest_assert_equal(t, td_path_read_text(t, "lock"), td_format(t, "%d\n", getpid()));
		TD_SCOPE(other, t);
		td_unittest_assert_is_none(t, td_lockfile_open(other, "lock"));
		const td_error *e = td_catch(other, TD_BlockingIOError);
		td_unittest_assert_equal(t, e->message, "[Errno 11] Resource temporarily unavailable: 'lock'");
		td_unittest_assert_equal(t, e->notes.items[0], td_format(t, "it is held by process %d", getpid()));
		td_unittest_assert_equal(t, td_path_read_text(t, "lock"), td_format(t, "%d\n", getpid()));
	}
	td_unittest_assert_equal(t, td_path_read_text(t, "lock"), "");
	td_lockfile *lock = td_lockfile_open(t, "lock", .wait = true);
	td_unittest_assert_true(t, td_lockfile_close(t, lock) && td_lockfile_close(t, lock));
	td_os_symlink(t, "lock", "link");
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 40] Too many levels of symbolic links: 'link'",
	                                  td_lockfile_open(c, "link"));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_lockfile_open(c, "no/lock"));
}

static void hold_for_a_moment(td_scope *s, void *arg) {
	td_lockfile *lock = td_lockfile_open(s, "lock");
	td_event_set(arg);
	td_time_sleep(s, 0.1);
	td_os_unlink(s, "lock"); /* somebody tidies up: whoever waits must take the new file, not the old */
	td_lockfile_close(s, lock);
}

TD_TEST(TestLockfile, test_waiting) {
	TD_SCOPE(work, t);
	td_event *held = td_event_new(work);
	td_thread_start(work, hold_for_a_moment, held);
	td_event_wait(work, held);
	td_lockfile_open(work, "lock", .wait = true);
	td_unittest_assert_equal(work, td_path_read_text(work, "lock"), td_format(work, "%d\n", getpid()));
	TD_SCOPE(other, work);
	td_lockfile_open(other, "lock");
	td_unittest_assert_true(work, td_catch(other, TD_BlockingIOError) != NULL);
}

static int dies_with_a_lock(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_lockfile_open(s, "lock");
	kill(getpid(), SIGKILL);
	return 0;
}

TD_TEST(TestLockfile, test_a_killed_holder_holds_nothing) {
	td_unittest_assert_equal(t, child_run(dies_with_a_lock).status, -SIGKILL);
	td_unittest_assert_not_equal(t, td_path_read_text(t, "lock"), "");
	td_unittest_assert_is_not_none(t, td_lockfile_open(t, "lock"));
}

/* --- limits --- */

static int limits(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_resource_setrlimit(s, RLIMIT_CORE, 0, 5);
	td_print(s, "%d %d", (int)td_resource_getrlimit(s, RLIMIT_CORE)->soft, (int)td_resource_getrlimit(s, 4)->hard);
	return 0;
}

TD_TEST(TestResource, test_limits_and_use) {
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	td_unittest_assert_equal(t, td_resource_getrlimit(t, RLIMIT_NOFILE)->soft, (int64_t)limit.rlim_cur);
	td_unittest_assert_equal(t, child_run(limits).out, "0 5\n");
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid resource specified", td_resource_getrlimit(c, 99));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid resource specified",
	                                  td_resource_setrlimit(c, -1, 0, 0));
	td_unittest_assert_raises_message(t, TD_ValueError, "current limit exceeds maximum limit",
	                                  td_resource_setrlimit(c, RLIMIT_CORE, 5, 4));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid who parameter", td_resource_getrusage(c, 9));
	td_unittest_assert_greater(t, td_resource_getrusage(t, RUSAGE_SELF)->maxrss, 1000);
}
