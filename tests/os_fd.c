/* Descriptors by the names of os. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <tend.h>
#include <unistd.h>

TD_TEST(TestFd, test_open_read_write_seek) {
	int fd = td_os_open(t, "f", O_RDWR | O_CREAT | O_EXCL, .mode = TD_INT(0600));
	td_unittest_assert_equal(t, td_stat_imode(td_os_fstat(t, fd)->mode), 0600u);
	td_unittest_assert_false(t, td_os_get_inheritable(t, fd));
	td_unittest_assert_equal(t, td_os_write(t, fd, td_bytes_of("hello")), 5);
	td_unittest_assert_equal(t, td_os_lseek(t, fd, 1, SEEK_SET), 1);
	td_unittest_assert_equal(t, td_os_read(t, fd, 3).data, "ell");
	td_unittest_assert_equal(t, td_os_read(t, fd, 100).data, "o");
	td_unittest_assert_equal(t, td_os_read(t, fd, 100).len, 0);
	td_unittest_assert_equal(t, td_os_lseek(t, fd, -2, SEEK_END), 3);
	td_unittest_assert_true(t, td_os_fsync(t, fd) && td_os_fdatasync(t, fd) && td_os_close(t, fd));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_os_close(c, fd));
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'f'",
	                                  td_os_open(c, "f", O_CREAT | O_EXCL | O_WRONLY));
	td_unittest_assert_raises_message(t, TD_IsADirectoryError, "[Errno 21] Is a directory: '.'",
	                                  td_os_open(c, ".", O_WRONLY));
}

TD_TEST(TestFd, test_bad_descriptors) {
	static const int bad[] = {-1, 9999};
	for (size_t i = 0; i < 2; i++) {
		td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_os_read(c, bad[i], 1));
		td_unittest_assert_raises(t, TD_OSError, td_os_write(c, bad[i], td_bytes_of("x")));
		td_unittest_assert_raises(t, TD_OSError, td_os_lseek(c, bad[i], 0, SEEK_SET));
		td_unittest_assert_raises(t, TD_OSError, td_os_fsync(c, bad[i]));
		td_unittest_assert_raises(t, TD_OSError, td_os_dup(c, bad[i]));
		td_unittest_assert_raises(t, TD_OSError, td_os_dup2(c, bad[i], 50));
		td_unittest_assert_raises(t, TD_OSError, td_os_set_inheritable(c, bad[i], true));
		td_unittest_assert_raises(t, TD_OSError, td_os_set_blocking(c, bad[i], true));
		td_unittest_assert_raises(t, TD_OSError, td_os_sendfile(c, bad[i], 0, 0, 1));
		td_unittest_assert_raises(t, TD_OSError, td_os_ttyname(c, bad[i]));
		td_unittest_assert_raises(t, TD_OSError, td_os_get_terminal_size(c, bad[i]));
		td_unittest_assert_false(t, td_os_isatty(bad[i]));
	}
}

TD_TEST(TestFd, test_inheritance) {
	int fds[2];
	td_os_pipe(t, fds);
	td_unittest_assert_false(t, td_os_get_inheritable(t, fds[0]) || td_os_get_inheritable(t, fds[1]));
	int copy = td_os_dup(t, fds[0]);
	td_unittest_assert_false(t, td_os_get_inheritable(t, copy));
	td_unittest_assert_equal(t, td_os_dup2(t, fds[0], copy), copy);
	td_unittest_assert_true(t, td_os_get_inheritable(t, copy));
	td_unittest_assert_equal(t, td_os_dup2(t, fds[0], copy, .noinherit = true), copy);
	td_unittest_assert_false(t, td_os_get_inheritable(t, copy));
	td_unittest_assert_equal(t, td_os_dup2(t, copy, copy), copy);
	td_unittest_assert_raises(t, TD_OSError, td_os_dup2(c, copy, copy, .noinherit = true));
	td_os_set_inheritable(t, copy, true);
	td_unittest_assert_true(t, td_os_get_inheritable(t, copy));
	close(copy);
	close(fds[0]);
	close(fds[1]);
}

TD_TEST(TestFd, test_a_pipe_obeys_the_deadline) {
	int fds[2];
	td_os_pipe(t, fds);
	TD_SCOPE(d, t);
	{
		TD_SCOPE(c, d, .timeout = 0.05);
		td_unittest_assert_equal(t, td_os_read(c, fds[0], 10).len, 0);
	}
	td_unittest_assert_true(t, td_catch(d, TD_TimeoutError) != NULL);
	size_t size = 1 << 20;
	char *data = td_alloc(t, size);
	int64_t went;
	{
		TD_SCOPE(c, d, .timeout = 0.1);
		went = td_os_write(c, fds[1], (td_bytes){data, size});
		td_unittest_assert_false(t, td_failed(c), .msg = "what went is told before the deadline is");
	}
	td_unittest_assert_true(t, went > 4096 && went < (int64_t)size);
	{
		TD_SCOPE(c, d, .timeout = 0.05);
		td_unittest_assert_equal(t, td_os_write(c, fds[1], (td_bytes){data, size}), -1);
	}
	td_unittest_assert_true(t, td_catch(d, TD_TimeoutError) != NULL);
	close(fds[0]);
	td_unittest_assert_raises(t, TD_BrokenPipeError, td_os_write(c, fds[1], td_bytes_of("x")));
	close(fds[1]);
}

typedef struct draining {
	int fd;
	int64_t got;
} draining;

static void drain(td_scope *s, void *arg) {
	draining *d = arg;
	TD_LOOP (turn, s) {
		size_t len = td_os_read(turn, d->fd, 1000).len;
		if (!len) break;
		d->got += (int64_t)len;
	}
}

TD_TEST(TestFd, test_a_blocking_pipe_takes_all) {
	int fds[2];
	td_os_pipe(t, fds);
	draining d = {fds[0], 0};
	td_bytes data = {td_alloc(t, 300000), 300000};
	{
		TD_SCOPE(work, t);
		td_thread_start(work, drain, &d);
		td_unittest_assert_equal(t, td_os_write(work, fds[1], data), 300000);
		close(fds[1]);
	}
	td_unittest_assert_equal(t, d.got, 300000);
	close(fds[0]);
}

TD_TEST(TestFd, test_not_blocking) {
	int fds[2];
	td_os_pipe(t, fds);
	td_unittest_assert_true(t, td_os_get_blocking(t, fds[0]));
	td_os_set_blocking(t, fds[0], false);
	td_unittest_assert_false(t, td_os_get_blocking(t, fds[0]));
	td_unittest_assert_raises_message(t, TD_BlockingIOError, "[Errno 11] Resource temporarily unavailable",
	                                  td_os_read(c, fds[0], 1));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 29] Illegal seek", td_os_lseek(c, fds[0], 0, SEEK_SET));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_os_fsync(c, fds[0]));
	close(fds[0]);
	close(fds[1]);
}

TD_TEST(TestFd, test_sendfile) {
	td_path_write_text(t, "f", "0123456789");
	int fd = td_os_open(t, "f", O_RDONLY), fds[2];
	td_os_pipe(t, fds);
	td_unittest_assert_equal(t, td_os_sendfile(t, fds[1], fd, 2, 3), 3);
	td_unittest_assert_equal(t, td_os_lseek(t, fd, 0, SEEK_CUR), 0);
	td_unittest_assert_equal(t, td_os_sendfile(t, fds[1], fd, -1, 100), 10);
	td_unittest_assert_equal(t, td_os_sendfile(t, fds[1], fd, -1, 100), 0);
	td_unittest_assert_equal(t, td_os_read(t, fds[0], 100).data, "2340123456789");
	int to = td_os_open(t, "g", O_RDWR | O_CREAT);
	td_unittest_assert_equal(t, td_os_copy_file_range(t, fd, to, 4, .offset_src = TD_INT(6)), 4);
	td_unittest_assert_equal(t, td_path_read_text(t, "g"), "6789");
	td_unittest_assert_equal(t, td_os_copy_file_range(t, fd, to, 4), 0, .msg = "at the end");
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22]", td_os_copy_file_range(c, fds[0], fds[1], 4));
	close(fd);
	close(to);
	close(fds[0]);
	close(fds[1]);
}

TD_TEST(TestTty, test_a_terminal) {
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0) td_unittest_skip_test(t, "no terminals here");
	grantpt(master);
	unlockpt(master);
	int number = -1;
	ioctl(master, TIOCGPTN, &number);
	const char *name = td_format(t, "/dev/pts/%d", number);
	int fd = td_os_open(t, name, O_RDWR | O_NOCTTY);
	ioctl(fd, TIOCSWINSZ, &(struct winsize){.ws_row = 33, .ws_col = 77});
	td_unittest_assert_true(t, td_os_isatty(fd));
	td_unittest_assert_equal(t, td_os_ttyname(t, fd), name);
	td_unittest_assert_equal(t, td_os_get_terminal_size(t, fd)->columns, 77);
	td_unittest_assert_equal(t, td_os_get_terminal_size(t, fd)->lines, 33);
	close(fd);
	close(master);
	int null = td_os_open(t, "/dev/null", O_RDONLY);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 25] Inappropriate ioctl for device",
	                                  td_os_ttyname(c, null));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 25] Inappropriate ioctl for device",
	                                  td_os_get_terminal_size(c, null));
	close(null);
}
