#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <tend.h>
#include <unistd.h>

/* What needs no file is held against Python by the oracle; here is what a reader should see, and what changes files. */
TD_TEST(TestPathlib, test_names) {
	td_unittest_assert_equal(t, td_path_name(t, "/a/b.tar.gz/"), "b.tar.gz");
	td_unittest_assert_equal(t, td_path_stem(t, "/a/b.tar.gz"), "b.tar");
	td_unittest_assert_equal(t, td_path_suffix(t, ".bashrc"), "");
	td_unittest_assert_equal(t, td_path_suffixes(t, "b.tar.gz"), td_strs_of(t, ".tar", ".gz"));
	td_unittest_assert_equal(t, td_path_parents(t, "/a/b"), td_strs_of(t, "/a", "/"));
	td_unittest_assert_equal(t, td_path_parts(t, "//a/./b"), td_strs_of(t, "//", "a", "b"));
	td_unittest_assert_equal(t, td_path_with_suffix(t, "a/b.txt", ""), "a/b");
	td_unittest_assert_equal(t, td_path_relative_to(t, "/a/b/c", "/a"), "b/c");
	td_unittest_assert_true(t,
	                        td_path_is_relative_to(t, "/a/b/c", "/", "a") && !td_path_is_relative_to(t, "/ab", "/a"));
	td_unittest_assert_raises_message(t, TD_ValueError, "PurePosixPath('/') has an empty name",
	                                  td_path_with_name(c, "/", "x"));
	td_unittest_assert_raises_message(
		t, TD_ValueError, "'a' is not in the subpath of '/b' OR one path is relative and the other is absolute.",
		td_path_relative_to(c, "a", "/b"));
	td_unittest_assert_true(t, td_path_match(t, "/a/b.py", "a/*.py") && !td_path_match(t, "/a/b.py", "/*.py"));
	td_unittest_assert_raises(t, TD_TypeError, td_path_name(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_path_with_name(c, "a", td_no_text));
}

TD_TEST(TestPathlib, test_touch) {
	umask(022);
	td_unittest_assert_true(t, td_path_touch(t, "f", .mode = TD_INT(0640)));
	td_unittest_assert_equal(t, td_stat_imode(td_os_stat(t, "f")->mode), 0640);
	td_path_write_text(t, "f", "x");
	td_os_utime(t, "f", .atime = TD_FLOAT(1), .mtime = TD_FLOAT(1));
	td_unittest_assert_equal(t, td_path_getmtime(t, "f"), 1.0);
	td_unittest_assert_true(t, td_path_touch(t, "./f"));
	td_unittest_assert_greater(t, td_path_getmtime(t, "f"), 1e9);
	td_unittest_assert_equal(t, td_path_read_text(t, "f"), "x");
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'f'",
	                                  td_path_touch(c, "./f", .no_exist_ok = true));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_path_touch(c, "no/f"));
}

TD_TEST(TestPathlib, test_mkdir_and_unlink) {
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'a/b'",
	                                  td_path_mkdir(c, "a//b/"));
	td_unittest_assert_true(t, td_path_mkdir(t, "a/b/c", .parents = true, .mode = TD_INT(0700)));
	td_unittest_assert_equal(t, td_stat_imode(td_os_stat(t, "a/b/c")->mode), 0700);
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'a/b'", td_path_mkdir(c, "a/b"));
	td_unittest_assert_true(t, td_path_mkdir(t, "a/b", .exist_ok = true));
	td_path_touch(t, "a/f");
	td_unittest_assert_raises(t, TD_FileExistsError, td_path_mkdir(c, "a/f", .exist_ok = true));
	td_unittest_assert_raises_message(t, TD_NotADirectoryError, "[Errno 20] Not a directory: 'a/f/x/y'",
	                                  td_path_mkdir(c, "a/f/x/y", .parents = true));
	td_unittest_assert_true(t, td_path_unlink(t, "a/f") && td_path_unlink(t, "a/f", .missing_ok = true));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_path_unlink(c, "a/f"));
	td_unittest_assert_raises(t, TD_IsADirectoryError, td_path_unlink(c, "a/b", .missing_ok = true));
}

TD_TEST(TestPathlib, test_questions) {
	td_path_touch(t, "f");
	td_os_mkfifo(t, "fifo");
	td_os_symlink(t, "nowhere", "dangling");
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "sock"};
	td_unittest_assert_equal(t, bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	close(fd);
	td_unittest_assert_true(t, td_path_is_fifo(t, "fifo") && td_path_is_socket(t, "sock") && td_path_is_file(t, "f/"));
	td_unittest_assert_true(t, td_path_is_symlink(t, "dangling") && !td_path_pexists(t, "dangling"));
	td_unittest_assert_true(t, td_path_is_dir(t, "") && td_path_is_char_device(t, "/dev/null") &&
	                               td_path_is_mount(t, "/"));
	td_unittest_assert_true(t, td_path_ismount(t, "/proc") && !td_path_ismount(t, "f") && !td_path_ismount(t, "no"));
	td_unittest_assert_true(t, td_path_samefile(t, "f", "./f") && !td_path_samefile(t, "f", "fifo"));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_path_samefile(c, "f", "no"));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_path_getmtime(c, "no"));
	td_unittest_assert_equal(t, td_path_owner(t, "/"), "root");
	td_unittest_assert_equal(t, td_path_group(t, "/"), "root");
	if (geteuid() != 0) return;
	td_os_chown(t, "f", 54321, 54322, .nofollow = false);
	td_unittest_assert_raises_message(t, TD_KeyError, "getpwuid(): uid not found: 54321", td_path_owner(c, "f"));
	td_unittest_assert_raises_message(t, TD_KeyError, "getgrgid(): gid not found: 54322", td_path_group(c, "f"));
}

TD_TEST(TestPathlib, test_not_allowed) {
	td_os_makedirs(t, "locked/in");
	td_os_makedirs(t, "open/in");
	td_os_chmod(t, "locked", 0);
	if (getuid() == 0 && (chmod(".", 0777) || setgid(65534) || setuid(65534)))
		td_unittest_skip_test(t, "no other user");
	td_unittest_assert_false(t, td_path_exists(t, "locked/in"));
	td_unittest_assert_raises_message(t, TD_PermissionError, "[Errno 13] Permission denied: 'locked/in'",
	                                  td_path_pexists(c, "locked/in"));
	td_unittest_assert_equal(t, td_path_rglob(t, ".", "in"), td_strs_of(t, "open/in"));
	td_unittest_assert_equal(t, td_path_glob(t, ".", "*/in"), td_strs_of(t, "open/in"));
	td_unittest_assert_equal(t, td_glob_glob(t, "*/in"), td_strs_of(t, "open/in"));
	size_t count = 0;
	for (td_walk *w = td_os_walk(t, "."); td_walk_next(t, w);) count++;
	td_unittest_assert_equal(t, count, 3, .msg = "the directory, and those that are open");
	td_walk *w = td_os_walk(t, "locked", .onerror = td_walk_raise);
	td_unittest_assert_raises_message(t, TD_PermissionError, "[Errno 13] Permission denied: 'locked'",
	                                  td_walk_next(c, w));
}

TD_TEST(TestPathlib, test_resolve_and_realpath) {
	td_os_makedirs(t, "d/e");
	td_os_symlink(t, "d/e", "link");
	td_os_symlink(t, "loop", "loop");
	const char *here = td_path_realpath(t, ".");
	td_unittest_assert_equal(t, td_path_realpath(t, "link/../x"), td_path_join(t, here, "d/x"));
	td_unittest_assert_equal(t, td_path_realpath(t, "loop/x"), td_path_join(t, here, "loop/x"));
	td_unittest_assert_raises(t, TD_OSError, td_path_realpath(c, "loop", .strict = true));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_path_realpath(c, "no", .strict = true));
	td_unittest_assert_raises_message(t, TD_RuntimeError, td_format(t, "Symlink loop from '%s/loop'", here),
	                                  td_path_resolve(c, "loop"));
	td_unittest_assert_raises_message(t, TD_RuntimeError, "Symlink loop from 'loop'",
	                                  td_path_resolve(c, "loop", .strict = true));
	td_unittest_assert_equal(t, td_path_resolve(t, "link//."), td_path_join(t, here, "d/e"));
}

/* A chain of links longer than any stack of calls. */
TD_TEST(TestPathlib, test_long_chain) {
	td_path_touch(t, "0");
	for (int i = 0; i < 3000; i++) {
		TD_SCOPE(turn, t);
		td_os_symlink(turn, td_format(turn, "%d", i), td_format(turn, "%d", i + 1));
	}
	td_unittest_assert_equal(t, td_path_realpath(t, "3000"), td_path_join(t, td_path_realpath(t, "."), "0"));
}

TD_TEST(TestPathlib, test_home) {
	td_os_environ_set(t, "HOME", "/home/me/");
	td_unittest_assert_equal(t, td_path_expanduser(t, "~/x"), "/home/me/x");
	td_unittest_assert_equal(t, td_path_home(t), "/home/me");
	td_os_environ_set(t, "HOME", "/");
	td_unittest_assert_equal(t, td_path_expanduser(t, "~"), "/");
	td_os_environ_set(t, "HOME", "");
	td_unittest_assert_equal(t, td_path_expanduser(t, "~"), "/");
	td_unittest_assert_equal(t, td_path_expanduser(t, "~/x"), "/x");
	td_os_unsetenv(t, "HOME");
	td_unittest_assert_equal(t, td_path_expanduser(t, "~/x"), td_format(t, "%s/x", getpwuid(getuid())->pw_dir));
	td_unittest_assert_equal(t, td_path_expanduser(t, "~nobody-of-that-name/x"), "~nobody-of-that-name/x");
	td_unittest_assert_raises_message(t, TD_RuntimeError, "Could not determine home directory.",
	                                  td_path_pexpanduser(c, "~nobody-of-that-name/x"));
	td_os_environ_set(t, "A", "1");
	td_unittest_assert_equal(t, td_path_expandvars(t, "$A-${A}-$B-${B}-$$A-${A"), "1-1-$B-${B}-$1-${A");
}

TD_TEST(TestGlob, test_glob) {
	td_os_makedirs(t, "a/b");
	td_path_touch(t, "a/x.txt");
	td_path_touch(t, "a/.y.txt");
	td_path_touch(t, "a/b/[1].txt");
	td_unittest_assert_equal(t, td_glob_glob(t, "a/*.txt"), td_strs_of(t, "a/x.txt"));
	td_unittest_assert_equal(t, td_glob_glob(t, "a/.*"), td_strs_of(t, "a/.y.txt"));
	td_unittest_assert_equal(t, td_glob_glob(t, "**", .root_dir = "a/b", .recursive = true), td_strs_of(t, "[1].txt"));
	td_unittest_assert_equal(t, td_glob_glob(t, td_glob_escape(t, "a/b/[1].txt")), td_strs_of(t, "a/b/[1].txt"));
	td_unittest_assert_equal(t, td_glob_glob(t, "nothing*").len, 0);
	td_unittest_assert_equal(t, td_path_glob(t, "a", "*.txt").len, 2, .msg = "pathlib sees dots too");
	td_glob *g = td_glob_iglob(t, "*");
	td_unittest_assert_true(t, td_glob_next(t, g));
	td_unittest_assert_equal(t, g->path, "a");
	td_unittest_assert_false(t, td_glob_next(t, g) || td_glob_next(t, g));
	td_unittest_assert_raises_message(t, TD_ValueError, "Unacceptable pattern: ''", td_path_glob(c, ".", ""));
	td_unittest_assert_raises_message(t, TD_NotImplementedError, "Non-relative patterns are unsupported",
	                                  td_path_glob(c, ".", "/a"));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid pattern: '**' can only be an entire path component",
	                                  td_path_rglob(c, ".", "a**"));
}

TD_TEST(TestFnmatch, test_never_exponential) {
	char name[2001], pattern[2001];
	memset(name, 'a', 2000);
	name[2000] = '\0';
	for (int i = 0; i < 2000; i++) pattern[i] = i % 2 ? 'a' : '*';
	pattern[2000] = '\0';
	pattern[1999] = 'b';
	td_unittest_assert_false(t, td_fnmatch_fnmatch(t, name, pattern));
	td_unittest_assert_true(t,
	                        td_fnmatch_fnmatch(t,
	                                           "\xFF"
	                                           "a",
	                                           "?a"),
	                        .msg = "a byte that is no UTF-8 is a character");
	td_unittest_assert_true(t, td_fnmatch_fnmatch(t, "日本", "[!a][本]"));
	td_unittest_assert_equal(t, td_fnmatch_filter(t, td_strs_of(t, "a.c", "b.h", "c.py"), "*.[ch]"),
	                         td_strs_of(t, "a.c", "b.h"));
	td_unittest_assert_equal(t, td_fnmatch_translate(t, "*.txt"), "(?s:.*\\.txt)\\Z");
}

TD_TEST(TestFilecmp, test_cmp) {
	td_path_write_text(t, "a", "one");
	td_path_write_text(t, "b", "two");
	td_unittest_assert_false(t, td_filecmp_cmp(t, "a", "b"));
	td_os_utime(t, "a", .atime = TD_FLOAT(1), .mtime = TD_FLOAT(1));
	td_os_utime(t, "b", .atime = TD_FLOAT(1), .mtime = TD_FLOAT(1));
	td_unittest_assert_true(t, td_filecmp_cmp(t, "a", "b"), .msg = "size and time are the same");
	td_unittest_assert_false(t, td_filecmp_cmp(t, "a", "b", .deep = true));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_filecmp_cmp(c, "a", "no"));
	td_unittest_assert_raises(t, TD_TypeError, td_dircmp_report(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_dircmp_subdirs(c, NULL));
	const td_cmpfiles *files = td_filecmp_cmpfiles(t, ".", ".", td_strs_of(t, "a", "no"));
	td_unittest_assert_equal(t, files->errors, td_strs_of(t, "no"));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_filecmp_dircmp(c, ".", "no"));
}
