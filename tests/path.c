#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tend.h>
#include <unistd.h>

TD_TEST(TestPath, test_join) {
	td_unittest_assert_equal(t, td_path_join(t, "a", "b", "c"), "a/b/c");
	td_unittest_assert_equal(t, td_path_join(t, "a/", "b"), "a/b");
	td_unittest_assert_equal(t, td_path_join(t, "a", "/b", "c"), "/b/c", .msg = "an absolute part begins anew");
	td_unittest_assert_equal(t, td_path_join(t, "a", ""), "a/");
	td_unittest_assert_equal(t, td_path_join(t, "", "a"), "a");
	td_unittest_assert_equal(t, td_path_join(t, "a//", "..", "./b"), "a//.././b", .msg = "nothing is collapsed");
	td_unittest_assert_equal(t, td_path_join(t, "a"), "a");
	td_unittest_assert_raises(t, TD_TypeError, td_path_join(c, "a", NULL));
}

/* A path that could not be made must not become a relative one. */
TD_TEST(TestPath, test_failed_path_is_refused) {
	const char *none;
	{
		TD_SCOPE(inner, t);
		td_raise(inner, TD_ValueError, "no path");
		none = td_path_join(inner, "/opt", "app");
		td_catch(inner);
	}
	td_unittest_assert_is(t, none, td_no_text);
	td_unittest_assert_raises(t, TD_TypeError, td_path_join(c, none, "bin"));
	td_unittest_assert_raises(t, TD_TypeError, td_os_makedirs(c, none));
	td_unittest_assert_raises(t, TD_TypeError, td_path_exists(c, NULL));
}

TD_TEST(TestPath, test_joinpath) {
	td_unittest_assert_equal(t, td_path_joinpath(t, "a//b/./c", "../d/"), "a/b/c/../d");
	td_unittest_assert_equal(t, td_path_joinpath(t, ""), ".");
	td_unittest_assert_equal(t, td_path_joinpath(t, "//a"), "//a");
	td_unittest_assert_equal(t, td_path_joinpath(t, "///a", "b"), "/a/b");
	td_unittest_assert_equal(t, td_path_joinpath(t, "a", "/b"), "/b");
}

TD_TEST(TestPath, test_parts) {
	td_unittest_assert_equal(t, td_path_basename(t, "/a/b/"), "");
	td_unittest_assert_equal(t, td_path_dirname(t, "/a/b/"), "/a/b");
	td_unittest_assert_equal(t, td_path_dirname(t, "/a"), "/");
	td_unittest_assert_equal(t, td_path_dirname(t, "a"), "");
	td_unittest_assert_equal(t, td_path_split(t, "//a").items[0], "//");
	td_unittest_assert_equal(t, td_path_splitext(t, ".bashrc").items[1], "");
	td_unittest_assert_equal(t, td_path_splitext(t, "a.tar.gz").items[1], ".gz");
	td_unittest_assert_equal(t, td_path_splitext(t, "a.d/b").items[0], "a.d/b");
	td_unittest_assert_equal(t, td_path_splitext(t, "...a.b").items[0], "...a");
}

TD_TEST(TestPath, test_normal_form) {
	td_unittest_assert_equal(t, td_path_normpath(t, "a/./b//../c/"), "a/c");
	td_unittest_assert_equal(t, td_path_normpath(t, "/../a"), "/a");
	td_unittest_assert_equal(t, td_path_normpath(t, "../../a"), "../../a");
	td_unittest_assert_equal(t, td_path_normpath(t, ""), ".");
	td_unittest_assert_equal(t, td_path_normpath(t, "//a"), "//a");
	td_unittest_assert_equal(t, td_path_normpath(t, "///a"), "/a");
	td_unittest_assert_equal(t, td_path_abspath(t, "x/.."), td_os_getcwd(t));
	td_unittest_assert_equal(t, td_path_relpath(t, "/a/b", .start = "/a/c/d"), "../../b");
	td_unittest_assert_equal(t, td_path_relpath(t, "/a", .start = "/a"), ".");
	td_unittest_assert_raises_message(t, TD_ValueError, "no path specified", td_path_relpath(c, ""));
}

TD_TEST(TestPath, test_common) {
	td_unittest_assert_equal(t, td_path_commonpath(t, td_strs_of(t, "/usr/lib", "/usr/libexec/x")), "/usr");
	td_unittest_assert_equal(t, td_path_commonprefix(t, td_strs_of(t, "/usr/lib", "/usr/libexec/x")), "/usr/lib");
	td_unittest_assert_raises_message(t, TD_ValueError, "Can't mix absolute and relative paths",
	                                  td_path_commonpath(c, td_strs_of(c, "/a", "b")));
	td_unittest_assert_raises_message(t, TD_ValueError, "commonpath() arg is an empty sequence",
	                                  td_path_commonpath(c, (td_strs){0}));
}

/* --- questions --- */

TD_TEST(TestQuestions, test_what_is_there) {
	td_path_write_text(t, "f", "12345");
	td_os_mkdir(t, "d");
	td_unittest_assert_equal(t, symlink("nothing", "dangling") | symlink("f", "link") | symlink("loop", "loop"), 0);
	td_unittest_assert_true(t, td_path_exists(t, "f") && td_path_exists(t, "d") && td_path_exists(t, "link"));
	td_unittest_assert_false(t, td_path_exists(t, "dangling") || td_path_exists(t, "") || td_path_exists(t, "f/x"));
	td_unittest_assert_true(t, td_path_lexists(t, "dangling") && td_path_islink(t, "dangling"));
	td_unittest_assert_true(t, td_path_isfile(t, "link") && !td_path_isfile(t, "d") && !td_path_isfile(t, "no"));
	td_unittest_assert_true(t, td_path_isdir(t, "d") && !td_path_isdir(t, "f"));
	td_unittest_assert_true(t, td_path_is_file(t, "f") && !td_path_is_file(t, "f/x") && !td_path_is_dir(t, "loop"));
	td_unittest_assert_equal(t, td_path_getsize(t, "f"), 5);
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_path_getsize(c, "no"));
}

TD_TEST(TestQuestions, test_os_path_swallows_and_pathlib_raises) {
	char name[300];
	memset(name, 'x', 299);
	name[299] = '\0';
	td_unittest_assert_false(t, td_path_exists(t, name) || td_path_isfile(t, name));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 36] File name too long", td_path_is_file(c, name));
}

/* --- whole files --- */

TD_TEST(TestWholeFiles, test_there_and_back) {
	td_unittest_assert_true(t, td_path_write_text(t, "a", "x\r\ny\n"));
	td_unittest_assert_equal(t, td_path_read_text(t, "a"), "x\ny\n");
	td_unittest_assert_equal(t, td_path_read_bytes(t, "a"), ((td_bytes){"x\r\ny\n", 5}));
	td_unittest_assert_true(t, td_path_write_bytes(t, "a", ((td_bytes){"\0\xFF", 2})));
	td_unittest_assert_equal(t, td_path_read_bytes(t, "a"), ((td_bytes){"\0\xFF", 2}));
	td_unittest_assert_raises(t, TD_UnicodeDecodeError, td_path_read_text(c, "a"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_path_read_text(c, "no"));
	td_unittest_assert_raises(t, TD_IsADirectoryError, td_path_write_text(c, ".", "x"));
	td_unittest_assert_true(t, td_str_startswith(td_path_read_text(t, "/proc/self/stat"), "1") ||
	                               strlen(td_path_read_text(t, "/proc/self/stat")) > 50);
}

TD_TEST(TestWholeFiles, test_error_names_the_callers_line) {
	TD_SCOPE(attempt, t);
	td_path_read_text(attempt, "no");
	unsigned line = __LINE__ - 1;
	const td_error *e = td_catch(attempt, TD_FileNotFoundError);
	td_unittest_assert_is_not_none(t, e);
	td_unittest_assert_equal(t, e->at, line);
	td_unittest_assert_equal(t, e->filename, "no");
}

/* --- all or nothing --- */

static size_t names_in(td_scope *t, const char *dir) {
	return td_os_listdir(t, dir).len;
}

TD_TEST(TestAtomic, test_replaces) {
	umask(022);
	td_unittest_assert_true(t, td_path_write_text(t, "a", "old", .atomic = true));
	struct stat st;
	stat("a", &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0644);
	chmod("a", 0640);
	ino_t before = st.st_ino;
	td_file *reader = td_open(t, "a", "r");
	td_unittest_assert_true(t, td_path_write_text(t, "a", "new", .atomic = true));
	stat("a", &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0640, .msg = "the mode stays");
	td_unittest_assert_true(t, st.st_ino != before);
	td_unittest_assert_equal(t, td_file_read(t, reader), "old", .msg = "who has it open reads on undisturbed");
	td_unittest_assert_equal(t, td_path_read_text(t, "a"), "new");
	td_unittest_assert_equal(t, names_in(t, "."), 1);
	td_path_write_text(t, "b", "", .atomic = true, .perm = TD_INT(0600));
	stat("b", &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0600);
}

TD_TEST(TestAtomic, test_through_a_link) {
	td_os_makedirs(t, "real");
	td_path_write_text(t, "real/conf", "old");
	td_unittest_assert_equal(t, symlink("real/conf", "conf") | symlink("nowhere", "dangling"), 0);
	td_path_write_text(t, "conf", "new", .atomic = true);
	td_unittest_assert_true(t, td_path_islink(t, "conf"));
	td_unittest_assert_equal(t, td_path_read_text(t, "real/conf"), "new");
	td_path_write_text(t, "dangling", "made", .atomic = true);
	td_unittest_assert_equal(t, td_path_read_text(t, "nowhere"), "made");
	td_unittest_assert_equal(t, names_in(t, "real"), 1);
}

TD_TEST(TestAtomic, test_what_cannot_be_replaced) {
	td_unittest_assert_raises(t, TD_ValueError, td_path_write_text(c, "/dev/null", "x", .atomic = true));
	td_unittest_assert_raises(t, TD_IsADirectoryError, td_path_write_text(c, ".", "x", .atomic = true));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_path_write_text(c, "no/a", "x", .atomic = true));
	td_unittest_assert_equal(t, symlink("loop", "loop"), 0);
	td_unittest_assert_raises(t, TD_OSError, td_path_write_text(c, "loop", "x", .atomic = true));
}

/* A write that fails half way leaves what was there, and nothing beside it. */
TD_TEST(TestAtomic, test_fails_half_way) {
	td_path_write_text(t, "a", "old");
	struct rlimit limit = {1000, 1000};
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	char *large = td_alloc(t, 5001);
	memset(large, 'x', 5000);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 27] File too large: 'a'",
	                                  td_path_write_text(c, "a", large, .atomic = true));
	td_unittest_assert_equal(t, td_path_read_text(t, "a"), "old");
	td_unittest_assert_equal(t, names_in(t, "."), 1);
	td_unittest_assert_raises(t, TD_OSError, td_path_write_text(c, "a", large));
	td_unittest_assert_equal(t, td_path_getsize(t, "a"), 1000, .msg = "the plain one does leave half");
}

TD_TEST(TestAtomic, test_nothing_starts_late) {
	td_path_write_text(t, "a", "old");
	TD_SCOPE(attempt, t);
	{
		TD_SCOPE(late, attempt, .timeout = TD_NOW);
		td_path_write_text(late, "a", "new", .atomic = true);
	}
	td_unittest_assert_is_not_none(t, td_catch(attempt, TD_TimeoutError));
	td_unittest_assert_equal(t, td_path_read_text(t, "a"), "old");
}

/* On a disk that fills up while it is written the old content stays, and the disk is as full as before. */
TD_TEST(TestAtomic, test_full_disk) {
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		td_unittest_skip_test(t, "needs root and mount namespaces");
	td_os_mkdir(t, "disk");
	if (mount("none", "disk", "tmpfs", 0, "size=64k") != 0) td_unittest_skip_test(t, "no tmpfs can be mounted");
	td_path_write_text(t, "disk/conf", "old");
	char *large = td_alloc(t, 100001);
	memset(large, 'x', 100000);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 28] No space left on device: 'disk/conf'",
	                                  td_path_write_text(c, "disk/conf", large, .atomic = true));
	td_unittest_assert_equal(t, td_path_read_text(t, "disk/conf"), "old");
	td_unittest_assert_equal(t, names_in(t, "disk"), 1);
	td_unittest_assert_true(t, td_path_write_text(t, "disk/conf", "new", .atomic = true));
	td_file *f = td_open(t, "disk/log", "w");
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 28] No space left on device",
	                                  (td_file_write(c, f, large), td_file_close(c, f)));
	td_unittest_assert_equal(t, umount2("disk", MNT_DETACH), 0);
}
