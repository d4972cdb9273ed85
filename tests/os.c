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

TD_TEST(TestEnvironment, test_environ_and_pop) {
	td_os_environ_set(t, "TEND_TEST", "a=b");
	const td_value *all = td_os_environ(t);
	td_unittest_assert_equal(t, td_value_str(td_value_get(all, "TEND_TEST"), NULL), "a=b");
	td_unittest_assert_equal(t, td_os_environ_pop(t, "TEND_TEST"), "a=b");
	td_unittest_assert_is_none(t, td_os_getenv(t, "TEND_TEST"));
	td_unittest_assert_equal(t, td_value_str(td_value_get(all, "TEND_TEST"), NULL), "a=b", .msg = "a snapshot");
	td_unittest_assert_equal(t, td_os_environ_pop(t, "TEND_TEST", .fallback = "x"), "x");
	td_unittest_assert_raises_message(t, TD_KeyError, "'TEND_TEST'", td_os_environ_pop(c, "TEND_TEST"));
	static char twice_1[] = "TWICE=1", twice_2[] = "TWICE=2", bare[] = "BARE", bytes[] = "BYTES=\xff\xfe";
	static char *odd[] = {twice_1, twice_2, bare, bytes, NULL};
	char **before = environ;
	environ = odd;
	all = td_os_environ(t);
	environ = before;
	td_unittest_assert_equal(t, td_value_len(all), 2);
	td_unittest_assert_equal(t, td_value_str(td_value_get(all, "TWICE"), NULL), "1");
	td_unittest_assert_equal(t, td_value_str(td_value_get(all, "BYTES"), NULL), "\xff\xfe");
}

static void change_environment(td_scope *s, void *arg) {
	for (int i = 0; i < 300; i++) td_os_environ_set(s, arg, td_str_ljust(s, "v", i));
}

TD_TEST(TestEnvironment, test_threads_read_while_it_changes) {
	TD_SCOPE(work, t);
	static char a[] = "TEND_A", b[] = "TEND_B";
	td_thread_start(work, change_environment, a);
	td_thread_start(work, change_environment, b);
	for (int i = 0; i < 300; i++) td_unittest_assert_greater(work, td_value_len(td_os_environ(work)), 0);
}

TD_TEST(TestDirectories, test_removedirs_and_renames) {
	td_os_makedirs(t, "a/b/c/d");
	td_os_mkdir(t, "a/other");
	td_unittest_assert_true(t, td_os_removedirs(t, "a/b/c/d/"));
	td_unittest_assert_true(t, td_path_isdir(t, "a/other") && !td_path_exists(t, "a/b"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 39] Directory not empty: 'a'", td_os_removedirs(c, "a"));
	td_os_makedirs(t, "x/y");
	td_path_write_text(t, "x/y/f", "f");
	td_unittest_assert_true(t, td_os_renames(t, "x/y/f", "new/er/f"));
	td_unittest_assert_true(t, td_path_exists(t, "new/er/f") && !td_path_exists(t, "x"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "'no' -> 'made/f'", td_os_renames(c, "no", "made/f"));
	td_unittest_assert_true(t, td_path_isdir(t, "made"), .msg = "as in Python");
	unsigned before = td_os_umask(027);
	td_unittest_assert_equal(t, td_os_umask(before), 027u);
}

TD_TEST(TestMachine, test_uname_load_and_processors) {
	td_unittest_assert_equal(t, td_os_uname(t)->sysname, "Linux");
	td_unittest_assert_equal(t, td_os_uname(t)->machine, td_platform_machine(t));
	td_unittest_assert_equal(t, (int64_t)td_os_cpu_count(), (int64_t)sysconf(_SC_NPROCESSORS_ONLN));
	td_unittest_assert_greater_equal(t, td_os_getloadavg(t)->five, 0.0);
	td_unittest_assert_equal(t, td_os_sysconf(t, "SC_PAGE_SIZE"), (int64_t)sysconf(_SC_PAGE_SIZE));
	td_unittest_assert_equal(t, td_os_sysconf(t, "SC_XBS5_LPBIG_OFFBIG"), (int64_t)sysconf(_SC_XBS5_LPBIG_OFFBIG));
	td_unittest_assert_raises_message(t, TD_ValueError, "unrecognized configuration name", td_os_sysconf(c, "x"));
}

TD_TEST(TestMachine, test_random) {
	td_unittest_assert_equal(t, td_os_urandom(t, 0).len, 0);
	td_bytes a = td_os_urandom(t, 100000), b = td_os_urandom(t, 100000);
	td_unittest_assert_equal(t, a.len, 100000);
	td_unittest_assert_true(t, memcmp(a.data, b.data, a.len) != 0);
	td_unittest_assert_true(t, memcmp(a.data + 90000, b.data + 90000, 10000) != 0, .msg = "to the end");
	td_unittest_assert_equal(t, td_os_getrandom(t, 16, 0).len, 16);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_os_getrandom(c, 4, 99));
}

TD_TEST(TestMachine, test_strerror) {
	td_unittest_assert_equal(t, td_os_strerror(t, 2), "No such file or directory");
	td_unittest_assert_equal(t, td_os_strerror(t, 0), "Success");
	td_unittest_assert_equal(t, td_os_strerror(t, 9999), "Unknown error 9999");
	td_unittest_assert_equal(t, td_os_strerror(t, -1), "Unknown error -1");
}
