#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <tend.h>
#include <unistd.h>

/* What needs no Python beside it; tests/real/shutil holds the rest against CPython. */

static unsigned mode_of(const char *path) {
	struct stat st;
	return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0xffff;
}

static void make_tree(td_scope *t, const char *top) {
	td_os_makedirs(t, td_path_join(t, top, "a/b"));
	td_path_write_text(t, td_path_join(t, top, "f.txt"), "f");
	td_path_write_text(t, td_path_join(t, top, "f.pyc"), "p");
	td_path_write_text(t, td_path_join(t, top, "a", "tmp1"), "t");
	td_path_write_text(t, td_path_join(t, top, "a", "b", "deep"), "d");
	td_os_symlink(t, "f.txt", td_path_join(t, top, "link"));
}

TD_TEST(TestCopy, test_copy) {
	td_path_write_text(t, "src", "content");
	chmod("src", 0640);
	td_os_mkdir(t, "dir");
	td_unittest_assert_equal(t, td_shutil_copy(t, "src", "new"), "new");
	td_unittest_assert_equal(t, td_path_read_text(t, "new"), "content");
	td_unittest_assert_equal(t, mode_of("new"), 0640);
	td_unittest_assert_equal(t, td_shutil_copy(t, "src", "dir"), "dir/src");
	td_unittest_assert_equal(t, td_shutil_copyfile(t, "src", "plain"), "plain");
	td_unittest_assert_equal(t, mode_of("plain") & 0111, 0);
	td_unittest_assert_raises_message(t, TD_SameFileError, "'src' and 'src' are the same file",
	                                  td_shutil_copy(c, "src", "src"));
	td_unittest_assert_raises(t, TD_shutil_Error, td_shutil_copy(c, "src", "src"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_shutil_copy(c, "no", "x"));
	td_unittest_assert_raises_message(t, TD_IsADirectoryError, "[Errno 21] Is a directory: 'dir'",
	                                  td_shutil_copy(c, "dir", "x"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "Directory does not exist: no/",
	                                  td_shutil_copyfile(c, "src", "no/"));
	td_unittest_assert_raises(t, TD_TypeError, td_shutil_copy(c, NULL, "x"));
	td_unittest_assert_raises(t, TD_TypeError, td_shutil_copy(c, "src", td_no_text));
	mkfifo("fifo", 0600);
	td_unittest_assert_raises_message(t, TD_SpecialFileError, "`fifo` is a named pipe", td_shutil_copy(c, "fifo", "x"));
}

TD_TEST(TestCopy, test_mode_is_never_wider_than_the_source) {
	umask(0);
	td_path_write_text(t, "src", "secret");
	chmod("src", 0600);
	td_shutil_copy(t, "src", "a");
	td_shutil_copy2(t, "src", "b", .atomic = true);
	td_unittest_assert_equal(t, mode_of("a"), 0600);
	td_unittest_assert_equal(t, mode_of("b"), 0600);
	chmod("src", 04711);
	td_shutil_copy(t, "src", "c");
	td_unittest_assert_equal(t, mode_of("c"), 04711);
}

TD_TEST(TestCopy, test_copy2_keeps_times_and_attributes) {
	td_path_write_text(t, "src", "x");
	setxattr("src", "user.note", "hello", 5, 0);
	const struct timespec times[2] = {{1, 2}, {3, 456789}};
	utimensat(AT_FDCWD, "src", times, 0);
	td_shutil_copy2(t, "src", "dst");
	struct stat st;
	stat("dst", &st);
	td_unittest_assert_equal(t, st.st_mtim.tv_sec, 3);
	td_unittest_assert_equal(t, st.st_mtim.tv_nsec, 456789);
	char value[8] = "";
	if (getxattr("src", "user.note", value, sizeof value) > 0) {
		td_unittest_assert_equal(t, getxattr("dst", "user.note", value, sizeof value), 5);
	}
}

TD_TEST(TestCopy, test_holes_stay_holes) {
	td_path_write_text(t, "src", "head");
	td_unittest_assert_equal(t, truncate("src", 50 << 20), 0);
	td_shutil_copy(t, "src", "dst");
	struct stat st;
	stat("dst", &st);
	td_unittest_assert_equal(t, st.st_size, 50 << 20);
	td_unittest_assert_less(t, st.st_blocks, 1000);
	td_unittest_assert_equal(t, td_path_read_bytes(t, "dst").len, 50 << 20);
}

TD_TEST(TestCopy, test_links) {
	td_path_write_text(t, "f", "x");
	td_os_symlink(t, "f", "link");
	td_shutil_copy(t, "link", "as-link", .nofollow = true);
	td_unittest_assert_equal(t, td_os_readlink(t, "as-link"), "f");
	td_shutil_copy(t, "link", "as-file");
	td_unittest_assert_false(t, td_path_islink(t, "as-file"));
}

TD_TEST(TestCopy, test_atomic) {
	td_os_mkdir(t, "d");
	td_path_write_text(t, "src", "new");
	td_path_write_text(t, "d/dst", "old");
	td_path_write_text(t, "d/.dst.tend-new", "left by a run that was killed");
	td_unittest_assert_equal(t, td_shutil_copy(t, "src", "d/dst", .atomic = true), "d/dst");
	td_unittest_assert_equal(t, td_path_read_text(t, "d/dst"), "new");
	td_unittest_assert_equal(t, td_os_listdir(t, "d").len, 1);
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_shutil_copy(c, "src", "no/dst", .atomic = true));
	char name[256] = "";
	memset(name, 'n', 255);
	td_unittest_assert_equal(t, td_shutil_copy(t, "src", name, .atomic = true), name);
}

TD_TEST(TestCopy, test_copyfileobj) {
	td_file *in = td_file_mem(t, (td_bytes){"0123456789", 10}), *out = td_file_mem(t, (td_bytes){"", 0});
	td_file_seek(t, in, 3);
	td_unittest_assert_equal(t, td_shutil_copyfileobj(t, in, out, .length = 2), 7);
	td_unittest_assert_equal(t, td_file_getvalue(t, out).data, "3456789");
	td_path_write_text(t, "lines", "a\r\nb\r\n");
	td_file *text = td_open(t, "lines", "r"), *copy = td_open(t, "copy", "w");
	td_shutil_copyfileobj(t, text, copy);
	td_file_close(t, copy);
	td_unittest_assert_equal(t, td_path_read_bytes(t, "copy").len, 4, .msg = "as text, line ends are read");
	td_file_seek(t, in, 0);
	td_unittest_assert_raises(t, TD_ValueError, td_shutil_copyfileobj(c, in, copy));
}

TD_TEST(TestTrees, test_copytree) {
	make_tree(t, "src");
	chmod("src/a", 0750);
	td_unittest_assert_equal(t, td_shutil_copytree(t, "src", "dst", .symlinks = true), "dst");
	td_unittest_assert_equal(t, td_path_read_text(t, "dst/a/b/deep"), "d");
	td_unittest_assert_equal(t, td_os_readlink(t, "dst/link"), "f.txt");
	td_unittest_assert_equal(t, mode_of("dst/a"), 0750);
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'dst'",
	                                  td_shutil_copytree(c, "src", "dst"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_shutil_copytree(c, "no", "x"));
	td_unittest_assert_equal(t, td_shutil_copytree(t, "src", "dst", .dirs_exist_ok = true), "dst");
}

TD_TEST(TestTrees, test_errors_are_gathered) {
	make_tree(t, "src");
	td_os_symlink(t, "nothing", "src/dangling");
	mkfifo("src/a/fifo", 0600);
	TD_SCOPE(attempt, t);
	td_unittest_assert_is(t, td_shutil_copytree(attempt, "src", "dst"), td_no_text);
	const td_error *e = td_catch(attempt, TD_shutil_Error);
	td_unittest_assert_is_not_none(t, e);
	td_unittest_assert_equal(t, e->args.len, 6);
	size_t pipe = strcmp(e->args.items[0], "src/a/fifo") == 0 ? 0 : 3;
	td_unittest_assert_equal(t, e->args.items[pipe + 1], "dst/a/fifo");
	td_unittest_assert_equal(t, e->args.items[pipe + 2], "`src/a/fifo` is a named pipe");
	td_unittest_assert_in(t,
	                      "('src/dangling', 'dst/dangling', \"[Errno 2] No such file or directory: 'src/dangling'\")",
	                      e->message);
	td_unittest_assert_equal(t, td_path_read_text(t, "dst/a/b/deep"), "d", .msg = "the rest is copied");
}

static td_strs only_deep(td_scope *s, void *arg, const char *dir, TD__UNUSED td_strs names) {
	(*(int *)arg)++;
	if (td_str_endswith(dir, "/b")) td_raise(s, TD_ValueError, "enough");
	return (td_strs){0};
}

TD_TEST(TestTrees, test_ignore) {
	make_tree(t, "src");
	td_shutil_copytree(t, "src", "dst", .ignore = TD_IGNORE_PATTERNS("*.pyc", "tmp*"));
	td_unittest_assert_true(t, td_path_exists(t, "dst/f.txt"));
	td_unittest_assert_false(t, td_path_exists(t, "dst/f.pyc") || td_path_exists(t, "dst/a/tmp1"));
	int calls = 0;
	td_unittest_assert_raises_message(t, TD_ValueError, "enough",
	                                  td_shutil_copytree(c, "src", "x", .ignore = {.call = only_deep, .arg = &calls}));
	td_unittest_assert_equal(t, calls, 3);
	td_strs left_out = td_shutil_ignored(t, TD_IGNORE_PATTERNS("a*", "[!b]"), "dir", td_strs_of(t, "ab", "b", "c"));
	td_unittest_assert_equal(t, td_str_join(t, ",", left_out), "ab,c");
}

static const char *refusing(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *o) {
	(*(int *)o->arg)++;
	if (td_str_endswith(src, "deep")) td_raise(s, TD_OSError, "not %s", dst);
	return dst;
}

TD_TEST(TestTrees, test_copy_function) {
	make_tree(t, "src");
	int calls = 0;
	td_unittest_assert_raises_message(t, TD_shutil_Error, "[('src/a/b/deep', 'dst/a/b/deep', 'not dst/a/b/deep')]",
	                                  td_shutil_copytree(c, "src", "dst", .copy_function = refusing,
	                                                     .copy_arg = &calls));
	td_unittest_assert_equal(t, calls, 5);
	td_unittest_assert_equal(t, td_os_listdir(t, "dst").len, 1, .msg = "directories only");
	td_shutil_copytree(t, "src", "modes", .copy_function = td_shutil_copy);
	td_unittest_assert_equal(t, td_path_read_text(t, "modes/link"), "f");
}

TD_TEST(TestTrees, test_a_deadline_ends_it) {
	make_tree(t, "src");
	TD_SCOPE(late, t, .timeout = 1e-9);
	td_shutil_copytree(late, "src", "dst");
	td_unittest_assert_is_not_none(t, td_catch(late, TD_TimeoutError));
	td_unittest_assert_false(t, td_path_exists(t, "dst"));
}

TD_TEST(TestTrees, test_rmtree) {
	make_tree(t, "src");
	td_os_symlink(t, "src", "link");
	td_unittest_assert_raises_message(t, TD_OSError, "Cannot call rmtree on a symbolic link",
	                                  td_shutil_rmtree(c, "link"));
	td_unittest_assert_true(t, td_shutil_rmtree(t, "src"));
	td_unittest_assert_false(t, td_path_exists(t, "src"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'src'",
	                                  td_shutil_rmtree(c, "src"));
	td_unittest_assert_true(t, td_shutil_rmtree(t, "src", .ignore_errors = true));
	td_path_write_text(t, "f", "");
	td_unittest_assert_raises_message(t, TD_NotADirectoryError, "[Errno 20] Not a directory: 'f'",
	                                  td_shutil_rmtree(c, "f"));
}

static void note_error(td_scope *s, void *arg, const char *function, const char *path, const td_error *e) {
	char *seen = arg;
	snprintf(seen + strlen(seen), 200 - strlen(seen), "%s %s %s; ", function, path, e->kind->name);
	(void)s;
}

TD_TEST(TestTrees, test_onerror) {
	char seen[200] = "";
	td_unittest_assert_true(t, td_shutil_rmtree(t, "no", .onerror = note_error, .onerror_arg = seen));
	td_unittest_assert_equal(t, seen, "os.lstat no FileNotFoundError; ");
	td_path_write_text(t, "f", "");
	seen[0] = '\0';
	td_shutil_rmtree(t, "f", .onerror = note_error, .onerror_arg = seen);
	td_unittest_assert_equal(t, seen, "os.scandir f NotADirectoryError; os.rmdir f NotADirectoryError; ");
}

TD_TEST(TestTrees, test_move) {
	make_tree(t, "src");
	td_os_mkdir(t, "into");
	td_unittest_assert_equal(t, td_shutil_move(t, "src/", "into"), "into/src");
	td_unittest_assert_equal(t, td_shutil_move(t, "into/src", "src"), "src");
	td_os_makedirs(t, "into/src");
	td_unittest_assert_raises_message(t, TD_shutil_Error, "Destination path 'into/src' already exists",
	                                  td_shutil_move(c, "src", "into"));
	td_unittest_assert_raises_message(t, TD_shutil_Error, "Cannot move a directory 'src' into itself 'src/a'.",
	                                  td_shutil_move(c, "src", "src/a"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_shutil_move(c, "no", "x"));
	td_unittest_assert_is_none(t, td_shutil_move(t, "src", "src"));
}

TD_TEST(TestRest, test_disk_usage) {
	const td_disk_usage *u = td_shutil_disk_usage(t, "/");
	td_unittest_assert_true(t, u->total > 0 && u->used <= u->total && u->free <= u->total - u->used);
	TD_SCOPE(attempt, t);
	td_unittest_assert_equal(t, td_shutil_disk_usage(attempt, "/no")->free, -1);
	td_unittest_assert_is_not_none(t, td_catch(attempt, TD_FileNotFoundError));
}

TD_TEST(TestRest, test_which) {
	td_unittest_assert_equal(t, td_shutil_which(t, "sh", .path = "/nowhere:/bin"), "/bin/sh");
	td_unittest_assert_is_none(t, td_shutil_which(t, "sh", .path = ""));
	td_unittest_assert_is_none(t, td_shutil_which(t, "no-such-command-here"));
	td_unittest_assert_equal(t, td_shutil_which(t, "/bin/sh"), "/bin/sh");
	td_os_makedirs(t, "bin/tool");
	td_path_write_text(t, "tool", "");
	chmod("tool", 0755);
	td_unittest_assert_equal(t, td_shutil_which(t, "tool", .path = "bin:"), "tool", .msg = "a directory is none");
	chmod("tool", 0644);
	td_unittest_assert_is_none(t, td_shutil_which(t, "tool", .path = ":"));
	td_unittest_assert_equal(t, td_shutil_which(t, "tool", .path = ":", .mode = TD_INT(R_OK)), "tool");
	td_os_unsetenv(t, "PATH");
	td_unittest_assert_equal(t, td_shutil_which(t, "sh"), "/bin/sh");
}

TD_TEST(TestRest, test_chown) {
	td_path_write_text(t, "f", "");
	td_unittest_assert_raises_message(t, TD_ValueError, "user and/or group must be set", td_shutil_chown(c, "f"));
	td_unittest_assert_raises_message(t, TD_LookupError, "no such user: 'no-such-user'",
	                                  td_shutil_chown(c, "f", .user = "no-such-user"));
	td_unittest_assert_raises_message(t, TD_LookupError, "no such group: 'no-such-group'",
	                                  td_shutil_chown(c, "f", .group = "no-such-group"));
	td_unittest_assert_raises(t, TD_ValueError, td_shutil_chown(c, "f", .user = "root", .uid = TD_INT(0)));
	if (geteuid() != 0) return;
	td_shutil_chown(t, "f", .user = "nobody", .gid = TD_INT(1));
	struct stat st;
	stat("f", &st);
	td_unittest_assert_equal(t, st.st_uid, 65534);
	td_unittest_assert_equal(t, st.st_gid, 1);
}

TD_TEST(TestRest, test_terminal_size) {
	td_os_environ_set(t, "COLUMNS", "77");
	td_os_environ_set(t, "LINES", " 8 ");
	td_unittest_assert_equal(t, td_shutil_get_terminal_size(t)->columns, 77);
	td_unittest_assert_equal(t, td_shutil_get_terminal_size(t)->lines, 8);
	td_os_environ_set(t, "COLUMNS", "0");
	td_os_environ_set(t, "LINES", "junk");
	if (isatty(1)) return;
	td_unittest_assert_equal(t, td_shutil_get_terminal_size(t)->columns, 80);
	td_unittest_assert_equal(t, td_shutil_get_terminal_size(t, .columns = 5, .lines = 6)->lines, 6);
}
