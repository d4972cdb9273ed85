#include <string.h>
#include <sys/stat.h>
#include <tend.h>
#include <unistd.h>

TD_TEST(TestEnvironment, test_getenv) {
	td_unittest_assert_true(t, td_os_environ_set(t, "TEND_TEST", "value"));
	td_unittest_assert_equal(t, td_os_getenv(t, "TEND_TEST"), "value");
	td_os_environ_set(t, "TEND_TEST", "");
	const char *empty = td_os_getenv(t, "TEND_TEST", .fallback = "x");
	td_unittest_assert_equal(t, empty, "", .msg = "set and empty is not the fallback");
	td_unittest_assert_is_not(t, empty, td_no_text);
	td_os_unsetenv(t, "TEND_TEST");
	td_unittest_assert_is_none(t, td_os_getenv(t, "TEND_TEST"));
	td_unittest_assert_equal(t, td_os_getenv(t, "TEND_TEST", .fallback = "x"), "x");
	td_unittest_assert_is_none(t, td_os_getenv(t, "PA=TH"));
	td_unittest_assert_true(t, td_os_unsetenv(t, "TEND_TEST"), .msg = "not there is no error");
}

TD_TEST(TestEnvironment, test_long_value) {
	char *value = td_alloc(t, 100001);
	memset(value, 'v', 100000);
	td_os_environ_set(t, "TEND_TEST", value);
	td_unittest_assert_equal(t, strlen(td_os_getenv(t, "TEND_TEST")), 100000);
}

TD_TEST(TestEnvironment, test_names_that_are_none) {
	td_unittest_assert_raises_message(t, TD_ValueError, "illegal environment variable name",
	                                  td_os_environ_set(c, "a=b", "c"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_os_environ_set(c, "", "c"));
	td_unittest_assert_raises(t, TD_OSError, td_os_unsetenv(c, "a=b"));
	td_unittest_assert_raises(t, TD_TypeError, td_os_getenv(c, NULL));
}

TD_TEST(TestDirectories, test_mkdir) {
	umask(022);
	struct stat st;
	td_unittest_assert_true(t, td_os_mkdir(t, "d"));
	stat("d", &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0755);
	td_os_mkdir(t, "e", .mode = TD_INT(0700));
	stat("e", &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0700);
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'd'", td_os_mkdir(c, "d"));
	td_unittest_assert_equal(t, symlink("nothing", "dangling"), 0);
	td_unittest_assert_raises(t, TD_FileExistsError, td_os_mkdir(c, "dangling"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no/x'",
	                                  td_os_mkdir(c, "no/x"));
}

TD_TEST(TestDirectories, test_makedirs) {
	umask(022);
	struct stat st;
	td_unittest_assert_true(t, td_os_makedirs(t, "a/b/c", .mode = TD_INT(0700)));
	stat("a/b/c", &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0700);
	stat("a/b", &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0755, .msg = "the mode is the last one's");
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'a/b'", td_os_makedirs(c, "a/b"));
	td_unittest_assert_true(t, td_os_makedirs(t, "a/b", .exist_ok = true));
	td_unittest_assert_true(t, td_os_makedirs(t, "g//h///", .exist_ok = true) && td_path_isdir(t, "g/h"));
	td_unittest_assert_true(t, td_os_makedirs(t, "k/l/.") && td_path_isdir(t, "k/l"));
	td_unittest_assert_raises_message(t, TD_FileExistsError, "File exists: 'k/l/.'", td_os_makedirs(c, "k/l/."));
	td_unittest_assert_true(t, td_os_makedirs(t, "m/n/../o") && td_path_isdir(t, "m/n") && td_path_isdir(t, "m/o"));
	td_path_write_text(t, "f", "");
	td_unittest_assert_raises_message(t, TD_FileExistsError, "'f'", td_os_makedirs(c, "f", .exist_ok = true));
	td_unittest_assert_raises_message(t, TD_NotADirectoryError, "[Errno 20] Not a directory: 'f/x'",
	                                  td_os_makedirs(c, "f/x", .exist_ok = true));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: ''",
	                                  td_os_makedirs(c, ""));
}

TD_TEST(TestDirectories, test_listdir) {
	td_unittest_assert_equal(t, td_os_listdir(t, ".").len, 0);
	for (int i = 0; i < 100; i++) td_path_write_text(t, td_format(t, "f%d", i), "");
	td_path_write_text(t, ".hidden", "");
	td_strs names = td_os_listdir(t, ".");
	td_unittest_assert_equal(t, names.len, 101);
	td_unittest_assert_true(t, td_strs_contains(names, "f99") && td_strs_contains(names, ".hidden"));
	td_unittest_assert_false(t, td_strs_contains(names, ".") || td_strs_contains(names, ".."));
	td_unittest_assert_is_none(t, names.items[101]);
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_os_listdir(c, "no"));
	td_unittest_assert_raises_message(t, TD_NotADirectoryError, "[Errno 20] Not a directory: 'f1'",
	                                  td_os_listdir(c, "f1"));
}

TD_TEST(TestDirectories, test_getcwd) {
	const char *start = td_os_getcwd(t);
	td_os_makedirs(t, "deep/gone");
	td_os_chdir(t, "deep/gone");
	td_unittest_assert_equal(t, td_os_getcwd(t), td_path_join(t, start, "deep/gone"));
	td_os_rmdir(t, "../gone");
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory", td_os_getcwd(c));
	td_os_chdir(t, start);
}

TD_TEST(TestDirectories, test_very_long_cwd) {
	const char *start = td_os_getcwd(t);
	const char *name = td_str_ljust(t, "d", 200);
	for (int i = 0; i < 30; i++) {
		td_os_mkdir(t, name);
		td_os_chdir(t, name);
	}
	td_unittest_assert_greater(t, strlen(td_os_getcwd(t)), 6000);
	for (int i = 0; i < 30; i++) {
		td_os_chdir(t, "..");
		td_os_rmdir(t, name);
	}
	td_os_chdir(t, start);
}

TD_TEST(TestFiles, test_unlink) {
	td_path_write_text(t, "f", "");
	td_os_mkdir(t, "d");
	td_unittest_assert_equal(t, symlink("f", "link"), 0);
	td_unittest_assert_true(t, td_os_unlink(t, "link") && td_path_exists(t, "f"));
	td_unittest_assert_true(t, td_os_remove(t, "f"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'f'",
	                                  td_os_unlink(c, "f"));
	td_unittest_assert_raises_message(t, TD_IsADirectoryError, "[Errno 21] Is a directory: 'd'", td_os_unlink(c, "d"));
	td_path_write_text(t, "d/x", "");
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 39] Directory not empty: 'd'", td_os_rmdir(c, "d"));
}

TD_TEST(TestFiles, test_rename) {
	td_path_write_text(t, "a", "a");
	td_path_write_text(t, "b", "b");
	td_os_mkdir(t, "d");
	td_unittest_assert_true(t, td_os_replace(t, "a", "b"));
	td_unittest_assert_equal(t, td_path_read_text(t, "b"), "a");
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no' -> 'x'",
	                                  td_os_rename(c, "no", "x"));
	td_unittest_assert_raises_message(t, TD_IsADirectoryError, "[Errno 21] Is a directory: 'b' -> 'd'",
	                                  td_os_rename(c, "b", "d"));
}
