#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tend.h>
#include <unistd.h>

static const char *kept(td_scope *t, const char *path) {
	return td_strdup(t, path);
}

TD_TEST(TestTempfile, test_directory_ends_with_its_scope) {
	const char *path;
	{
		TD_SCOPE(work, t);
		path = kept(t, td_tempfile_temporary_directory(work, .prefix = "deploy-", .suffix = ".d"));
		struct stat st;
		td_unittest_assert_equal(t, stat(path, &st), 0);
		td_unittest_assert_equal(t, st.st_mode & 07777, 0700);
		td_unittest_assert_true(t, td_path_isabs(path) && td_str_endswith(path, ".d"));
		td_unittest_assert_true(t, td_str_startswith(td_path_basename(t, path), "deploy-"));
		td_unittest_assert_equal(t, strlen(td_path_basename(t, path)), 7 + 8 + 2);
		td_os_makedirs(work, td_path_join(work, path, "a/b/c"));
		td_path_write_text(work, td_path_join(work, path, "a/b/f"), "x");
	}
	td_unittest_assert_false(t, td_path_lexists(t, path));
}

TD_TEST(TestTempfile, test_directory_goes_after_an_error) {
	const char *path;
	TD_SCOPE(attempt, t);
	{
		TD_SCOPE(work, attempt);
		path = kept(t, td_tempfile_temporary_directory(work));
		td_raise(work, TD_ValueError, "half way");
	}
	td_unittest_assert_is_not_none(t, td_catch(attempt, TD_ValueError));
	td_unittest_assert_false(t, td_path_lexists(t, path));
}

TD_TEST(TestTempfile, test_removed_by_hand_is_no_error) {
	TD_SCOPE(work, t);
	td_os_rmdir(work, td_tempfile_temporary_directory(work));
}

/* What a link points to is not touched, and modes are no obstacle. */
TD_TEST(TestTempfile, test_links_and_modes) {
	td_os_makedirs(t, "outside");
	td_path_write_text(t, "outside/precious", "x");
	const char *outside = td_path_abspath(t, "outside"), *path;
	{
		TD_SCOPE(work, t);
		path = kept(t, td_tempfile_temporary_directory(work));
		td_unittest_assert_equal(t, symlink(outside, td_path_join(work, path, "link")), 0);
		const char *locked = td_path_join(work, path, "locked");
		td_os_makedirs(work, td_path_join(work, locked, "in"));
		td_unittest_assert_equal(t, symlink(outside, td_path_join(work, locked, "link")), 0);
		chmod(td_path_join(work, locked, "in"), 0);
		chmod(locked, 0);
	}
	td_unittest_assert_false(t, td_path_lexists(t, path));
	td_unittest_assert_equal(t, td_path_read_text(t, "outside/precious"), "x");
}

/* The same as somebody who is not root, for whom the modes do count. */
TD_TEST(TestTempfile, test_modes_for_a_plain_user) {
	if (getuid() == 0 && (chmod(".", 0777) || setgid(65534) || setuid(65534)))
		td_unittest_skip_test(t, "no other user");
	const char *path;
	{
		TD_SCOPE(work, t);
		path = kept(t, td_tempfile_temporary_directory(work, .dir = "/tmp"));
		const char *locked = td_path_join(work, path, "locked");
		td_os_makedirs(work, td_path_join(work, locked, "in"));
		td_path_write_text(work, td_path_join(work, locked, "in", "f"), "x");
		td_path_write_text(work, td_path_join(work, locked, "f"), "x");
		chmod(td_path_join(work, locked, "in"), 0500);
		chmod(locked, 0);
	}
	td_unittest_assert_false(t, td_path_lexists(t, path));
}

/* Deeper than there are descriptors, and longer than a path may be. */
TD_TEST(TestTempfile, test_deep_tree) {
	const char *path;
	{
		TD_SCOPE(work, t);
		path = kept(t, td_tempfile_temporary_directory(work));
		const char *before = td_os_getcwd(work);
		td_os_chdir(work, path);
		for (int i = 0; i < 3000; i++) {
			if (mkdir("ddddd", 0700) != 0 || chdir("ddddd") != 0) td_unittest_fail(t, "at %d", i);
		}
		td_os_chdir(work, before);
	}
	td_unittest_assert_false(t, td_path_lexists(t, path));
}

TD_TEST(TestTempfile, test_many_entries) {
	const char *path;
	{
		TD_SCOPE(work, t);
		path = kept(t, td_tempfile_temporary_directory(work));
		for (int i = 0; i < 1500; i++) {
			TD_SCOPE(turn, work);
			const char *name = td_path_join(turn, path, td_format(turn, "%d", i));
			if (i % 3)
				td_path_write_text(turn, name, "");
			else
				td_os_mkdir(turn, name);
		}
	}
	td_unittest_assert_false(t, td_path_lexists(t, path));
}

TD_TEST(TestTempfile, test_named) {
	const char *name;
	{
		TD_SCOPE(work, t);
		td_file *f = td_tempfile_named(work, .suffix = ".pem");
		name = kept(t, td_file_name(f));
		struct stat st;
		td_unittest_assert_equal(t, stat(name, &st), 0);
		td_unittest_assert_equal(t, st.st_mode & 07777, 0600);
		td_file_write(work, f, "key");
		td_file_flush(work, f);
		td_unittest_assert_equal(t, td_path_read_text(work, name), "key");
		td_file_seek(work, f, 0);
		td_unittest_assert_equal(t, td_file_read(work, f), "key");
	}
	td_unittest_assert_false(t, td_path_lexists(t, name));
	td_file *f = td_tempfile_named(t, .mode = "w");
	td_unittest_assert_true(t, td_path_exists(t, td_file_name(f)) && td_file_close(t, f));
	td_unittest_assert_false(t, td_path_exists(t, td_file_name(f)), .msg = "gone when it is closed");
}

TD_TEST(TestTempfile, test_named_keep) {
	const char *name;
	{
		TD_SCOPE(work, t);
		td_file *f = td_tempfile_named(work, .keep = true, .dir = ".", .mode = "w");
		name = kept(t, td_file_name(f));
		td_file_write(work, f, "key");
		td_file_close(work, f);
	}
	td_unittest_assert_equal(t, td_path_read_text(t, name), "key");
	td_os_unlink(t, name);
}

TD_TEST(TestTempfile, test_mkdtemp_stays) {
	const char *path;
	{
		TD_SCOPE(work, t);
		path = kept(t, td_tempfile_mkdtemp(work, .dir = "."));
	}
	td_unittest_assert_true(t, td_path_isabs(path) && td_path_isdir(t, path));
	td_os_rmdir(t, path);
}

TD_TEST(TestTempfile, test_where) {
	td_os_mkdir(t, "here");
	const char *here = td_path_abspath(t, "here");
	td_os_environ_set(t, "TMPDIR", here);
	td_unittest_assert_equal(t, td_tempfile_gettempdir(t), here);
	td_os_environ_set(t, "TMPDIR", "/nowhere");
	td_os_environ_set(t, "TEMP", "");
	td_os_environ_set(t, "TMP", here);
	td_unittest_assert_equal(t, td_tempfile_gettempdir(t), here);
	td_os_unsetenv(t, "TMP");
	td_unittest_assert_equal(t, td_tempfile_gettempdir(t), "/tmp");
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: '/nowhere/x",
	                                  td_tempfile_temporary_directory(c, .dir = "/nowhere", .prefix = "x"));
}

/* A child that ends does not take its parent's files with it. */
TD_TEST(TestTempfile, test_not_removed_by_a_child) {
	const char *dir = td_tempfile_temporary_directory(t);
	td_file *f = td_tempfile_named(t);
	pid_t child = fork();
	if (child == 0) exit(0);
	int status;
	td_unittest_assert_equal(t, waitpid(child, &status, 0), child);
	td_unittest_assert_true(t, td_path_isdir(t, dir) && td_path_isfile(t, td_file_name(f)));
}

TD_TEST(TestTempfile, test_mkstemp) {
	const char *path;
	int fd = td_tempfile_mkstemp(t, &path, .dir = ".", .prefix = "p-", .suffix = ".s");
	td_unittest_assert_true(t, td_path_isabs(path) && td_str_endswith(path, ".s"));
	td_unittest_assert_equal(t, write(fd, "abc", 3), 3);
	close(fd);
	td_unittest_assert_equal(t, td_path_read_text(t, path), "abc");
	td_unittest_assert_equal(t, td_stat_imode(td_os_stat(t, path)->mode), 0600);
	td_os_unlink(t, path);
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_tempfile_mkstemp(c, &path, .dir = "no"));
	td_unittest_assert_is(t, path, td_no_text);
	td_unittest_assert_equal(t, td_tempfile_gettempprefix(), "tmp");
}

TD_TEST(TestTempfile, test_file_without_a_name) {
	td_os_mkdir(t, "in");
	td_file *f = td_tempfile_temporary_file(t, .dir = "in");
	td_file_write(t, f, "abc");
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_file_read(t, f), "abc");
	td_unittest_assert_equal(t, td_os_listdir(t, "in").len, 0);
	td_unittest_assert_equal(t, td_os_fstat(t, td_file_fileno(t, f))->nlink, 0);
	/* a file system without such files: the name is taken away at once */
	f = td_tempfile_temporary_file(t, .dir = "/dev/shm", .mode = "w+");
	td_unittest_assert_true(t, td_file_write(t, f, "x") && td_file_close(t, f));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_tempfile_temporary_file(c, .dir = "no"));
}

TD_TEST(TestTempfile, test_tempdir) {
	td_os_mkdir(t, "here");
	td_tempfile_set_tempdir(t, td_path_abspath(t, "here"));
	td_unittest_assert_equal(t, td_tempfile_gettempdir(t), td_path_abspath(t, "here"));
	td_unittest_assert_equal(t, td_path_parent(t, td_tempfile_mkdtemp(t)), td_path_abspath(t, "here"));
	td_tempfile_set_tempdir(t, NULL);
	td_unittest_assert_not_equal(t, td_tempfile_gettempdir(t), td_path_abspath(t, "here"));
}

TD_TEST(TestTempfile, test_spooled) {
	td_os_mkdir(t, "in");
	td_file *f = td_tempfile_spooled(t, .max_size = 10, .dir = "in");
	td_file_write(t, f, "0123456789");
	td_unittest_assert_equal(t, td_file_name(f), "<spooled>");
	td_unittest_assert_equal(t, td_file_seek(t, f, 3), 3);
	td_unittest_assert_equal(t, td_file_read(t, f), "3456789");
	td_file_write(t, f, "abc"); /* too long now */
	td_unittest_assert_equal(t, td_file_tell(t, f), 13);
	td_file_seek(t, f, 8);
	td_unittest_assert_equal(t, td_file_read(t, f), "89abc");
	struct stat st;
	td_unittest_assert_equal(t, fstat(td_file_fileno(t, f), &st), 0);
	td_unittest_assert_equal(t, st.st_nlink, 0);
	f = td_tempfile_spooled(t, .mode = "w+", .dir = "in");
	td_file_write(t, f, "é\n");
	td_unittest_assert_greater_equal(t, td_file_fileno(t, f), 3);
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_file_read(t, f), "é\n");
	f = td_tempfile_spooled(t, .max_size = 10, .dir = "no");
	td_file_write(t, f, "0123456789");
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_file_write(c, f, "x"));
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_file_read(t, f), "0123456789", .msg = "what was there stays");
}
