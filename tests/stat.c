/* What the system keeps of a file, and its changing. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <tend.h>
#include <unistd.h>

TD_TEST(TestStat, test_fields_are_the_systems) {
	td_path_write_text(t, "f", "12345");
	td_os_link(t, "f", "g");
	td_os_chmod(t, "f", 0640);
	struct stat st;
	td_unittest_assert_equal(t, stat("f", &st), 0);
	const td_stat *got = td_os_stat(t, "f");
	td_unittest_assert_equal(t, got->mode, st.st_mode);
	td_unittest_assert_equal(t, got->ino, st.st_ino);
	td_unittest_assert_equal(t, got->dev, st.st_dev);
	td_unittest_assert_equal(t, got->nlink, 2);
	td_unittest_assert_equal(t, got->uid, (int64_t)st.st_uid);
	td_unittest_assert_equal(t, got->gid, (int64_t)st.st_gid);
	td_unittest_assert_equal(t, got->size, 5);
	td_unittest_assert_equal(t, got->blocks, st.st_blocks);
	td_unittest_assert_equal(t, got->blksize, st.st_blksize);
	td_unittest_assert_equal(t, got->mtime_ns, st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec);
	td_unittest_assert_equal(t, got->mtime, (double)st.st_mtim.tv_sec + 1e-9 * (double)st.st_mtim.tv_nsec);
	td_unittest_assert_equal(t, td_os_stat(t, "/dev/null")->rdev, 0x103);
}

TD_TEST(TestStat, test_kinds) {
	td_os_mkdir(t, "d");
	td_os_symlink(t, "d", "link");
	td_os_mkfifo(t, "p", .mode = TD_INT(0600));
	td_unittest_assert_true(t, td_stat_isdir(td_os_stat(t, "link")->mode));
	td_unittest_assert_true(t, td_stat_islnk(td_os_lstat(t, "link")->mode));
	td_unittest_assert_true(t, td_stat_isfifo(td_os_stat(t, "p")->mode));
	td_unittest_assert_true(t, td_stat_ischr(td_os_stat(t, "/dev/null")->mode));
	td_unittest_assert_equal(t, td_os_fstat(t, 0)->mode, td_os_stat(t, "/dev/fd/0")->mode);
	td_unittest_assert_equal(t, td_stat_filemode(t, td_os_lstat(t, "link")->mode), "lrwxrwxrwx");
	td_unittest_assert_equal(t, td_stat_filemode(t, 0107777), "-rwsrwsrwt");
	td_unittest_assert_equal(t, td_stat_filemode(t, 0047000), "d--S--S--T");
	td_unittest_assert_equal(t, td_stat_filemode(t, 0), "?---------");
}

TD_TEST(TestStat, test_errors) {
	td_os_symlink(t, "nothing", "dangling");
	td_os_symlink(t, "loop", "loop");
	td_path_write_text(t, "f", "");
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'dangling'",
	                                  td_os_stat(c, "dangling"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 40] Too many levels of symbolic links: 'loop'",
	                                  td_os_stat(c, "loop"));
	td_unittest_assert_raises_message(t, TD_NotADirectoryError, "[Errno 20] Not a directory: 'f/x'",
	                                  td_os_lstat(c, "f/x"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_os_fstat(c, -1));
	TD_SCOPE(c, t);
	const td_stat *none = td_os_stat(c, "no");
	td_unittest_assert_true(t, td_catch(c, TD_FileNotFoundError) != NULL);
	td_unittest_assert_equal(t, none->size, -1);
	td_unittest_assert_equal(t, none->mode, 0u);
}

TD_TEST(TestStat, test_a_file_larger_than_4_gib) {
	td_path_write_text(t, "f", "");
	td_os_truncate(t, "f", INT64_C(5) << 32);
	td_unittest_assert_equal(t, td_os_stat(t, "f")->size, INT64_C(5) << 32);
	td_unittest_assert_less(t, td_os_stat(t, "f")->blocks, 100, .msg = "a hole takes no room");
	int fd = open("f", 2);
	td_os_ftruncate(t, fd, 3);
	close(fd);
	td_unittest_assert_equal(t, td_os_stat(t, "f")->size, 3);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument: 'f'", td_os_truncate(c, "f", -1));
}

TD_TEST(TestStatChange, test_chmod) {
	td_path_write_text(t, "f", "");
	td_os_symlink(t, "f", "link");
	td_os_chmod(t, "link", 04711);
	td_unittest_assert_equal(t, td_stat_imode(td_os_stat(t, "f")->mode), 04711u);
	td_os_chmod(t, "f", 0600, .nofollow = true);
	td_unittest_assert_equal(t, td_stat_imode(td_os_stat(t, "f")->mode), 0600u);
	td_unittest_assert_raises_message(t, TD_NotImplementedError, "chmod: follow_symlinks unavailable on this platform",
	                                  td_os_chmod(c, "link", 0644, .nofollow = true));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "'no'", td_os_chmod(c, "no", 0644));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_os_chmod(c, "no", 0644, .nofollow = true));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_os_fchmod(c, -1, 0644));
}

TD_TEST(TestStatChange, test_chown) {
	td_path_write_text(t, "f", "");
	td_os_symlink(t, "f", "link");
	const td_stat *before = td_os_stat(t, "f");
	td_unittest_assert_true(t, td_os_chown(t, "f", -1, -1));
	td_unittest_assert_true(t, td_os_lchown(t, "link", before->uid, before->gid));
	td_unittest_assert_equal(t, td_os_stat(t, "f")->uid, before->uid);
	td_unittest_assert_raises_message(t, TD_OverflowError, "uid is less than minimum", td_os_chown(c, "f", -2, 0));
	td_unittest_assert_raises_message(t, TD_OverflowError, "gid is less than minimum",
	                                  td_os_fchown(c, 0, -1, INT64_C(1) << 32));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_os_fchown(c, -1, -1, -1));
	if (geteuid() != 0) return;
	td_os_chown(t, "link", 12, 34);
	td_unittest_assert_equal(t, td_os_stat(t, "f")->uid, 12);
	td_os_chown(t, "f", -1, 4294967294);
	td_unittest_assert_equal(t, td_os_stat(t, "f")->gid, 4294967294);
	td_os_chown(t, "link", 56, -1, .nofollow = true);
	td_unittest_assert_equal(t, td_os_lstat(t, "link")->uid, 56);
	td_unittest_assert_equal(t, td_os_stat(t, "f")->uid, 12);
}

TD_TEST(TestStatChange, test_utime) {
	td_path_write_text(t, "f", "");
	td_os_symlink(t, "f", "link");
	td_os_utime(t, "link", .atime_ns = TD_INT(-1500000001), .mtime_ns = TD_INT(123456789012345678));
	td_unittest_assert_equal(t, td_os_stat(t, "f")->atime_ns, INT64_C(-1500000001));
	td_unittest_assert_equal(t, td_os_stat(t, "f")->mtime_ns, INT64_C(123456789012345678));
	td_os_utime(t, "f", .atime = TD_FLOAT(-1.5), .mtime = TD_FLOAT(1.25));
	td_unittest_assert_equal(t, td_os_stat(t, "f")->atime_ns, INT64_C(-1500000000));
	td_unittest_assert_equal(t, td_os_stat(t, "f")->mtime, 1.25);
	td_os_utime(t, "link", .atime_ns = TD_INT(7), .mtime_ns = TD_INT(8), .nofollow = true);
	td_unittest_assert_equal(t, td_os_lstat(t, "link")->mtime_ns, INT64_C(8));
	td_unittest_assert_equal(t, td_os_stat(t, "f")->mtime, 1.25);
	double before = td_time_time();
	td_os_utime(t, "f");
	td_unittest_assert_greater_equal(t, td_os_stat(t, "f")->mtime, before - 1);
	td_unittest_assert_raises_message(t, TD_ValueError, "utime: you may specify either 'times' or 'ns' but not both",
	                                  td_os_utime(c, "f", .atime = TD_FLOAT(1), .mtime_ns = TD_INT(1)));
	td_unittest_assert_raises(t, TD_ValueError, td_os_utime(c, "f", .mtime = TD_FLOAT(1)));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid value NaN (not a number)",
	                                  td_os_utime(c, "f", .atime = TD_FLOAT(0), .mtime = TD_FLOAT(0.0 / 0.0)));
	td_unittest_assert_raises_message(t, TD_OverflowError, "timestamp out of range for platform time_t",
	                                  td_os_utime(c, "f", .atime = TD_FLOAT(0), .mtime = TD_FLOAT(1e300)));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory",
	                                  td_os_utime(c, "no"));
}

TD_TEST(TestStatChange, test_links) {
	td_path_write_text(t, "f", "");
	td_unittest_assert_true(t, td_os_link(t, "f", "g") && td_os_stat(t, "g")->ino == td_os_stat(t, "f")->ino);
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'f' -> 'g'",
	                                  td_os_link(c, "f", "g"));
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'x' -> 'g'",
	                                  td_os_symlink(c, "x", "g"));
	for (int len = 1; len<4096; len = len * 4> 4095 && len < 1000 ? 4095 : len * 4) {
		const char *target = td_str_ljust(t, "x", len), *name = td_format(t, "l%d", len);
		td_os_symlink(t, target, name);
		td_unittest_assert_equal(t, td_os_readlink(t, name), target);
	}
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument: 'f'", td_os_readlink(c, "f"));
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists", td_os_mkfifo(c, "f"));
}

TD_TEST(TestStatChange, test_access) {
	td_path_write_text(t, "f", "");
	td_os_chmod(t, "f", 0644);
	td_os_symlink(t, "nothing", "dangling");
	td_unittest_assert_true(t, td_os_access(t, "f", F_OK) && td_os_access(t, "f", R_OK | W_OK));
	td_unittest_assert_false(t, td_os_access(t, "f", X_OK), .msg = "not even for root");
	td_unittest_assert_false(t, td_os_access(t, "dangling", F_OK));
	td_unittest_assert_true(t, td_os_access(t, "dangling", F_OK, .nofollow = true));
	td_unittest_assert_true(t, td_os_access(t, "f", W_OK, .effective_ids = true));
	td_unittest_assert_false(t, td_os_access(t, "no", F_OK) || td_os_access(t, "f", 8) || td_failed(t));
}

TD_TEST(TestStatChange, test_statvfs) {
	const td_statvfs *v = td_os_statvfs(t, ".");
	td_unittest_assert_greater(t, v->frsize, 0);
	td_unittest_assert_less_equal(t, v->bavail, v->blocks);
	td_unittest_assert_equal(t, td_os_fstatvfs(t, 0)->namemax > 0, true);
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "'no'", td_os_statvfs(c, "no"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_os_fstatvfs(c, -1));
}

TD_TEST(TestXattr, test_values) {
	td_path_write_text(t, "f", "");
	if (setxattr("f", "user.probe", "", 0, 0) != 0) td_unittest_skip_test(t, "this file system has no attributes");
	char big[3000];
	memset(big, 'b', sizeof big);
	td_os_removexattr(t, "f", "user.probe");
	td_unittest_assert_equal(t, td_os_listxattr(t, "f").len, 0);
	td_bytes value = {"a\0b", 3}, large = {big, sizeof big};
	td_os_setxattr(t, "f", "user.one", value);
	td_unittest_assert_equal(t, td_os_getxattr(t, "f", "user.one").len, 3);
	td_unittest_assert_equal(t, memcmp(td_os_getxattr(t, "f", "user.one").data, "a\0b", 4), 0);
	td_os_setxattr(t, "f", "user.one", large, .replace = true);
	td_unittest_assert_equal(t, td_os_getxattr(t, "f", "user.one").len, 3000);
	td_os_setxattr(t, "f", "user.none", td_bytes_of(""), .create = true);
	td_unittest_assert_equal(t, td_os_getxattr(t, "f", "user.none").len, 0);
	td_strs names = td_os_listxattr(t, "f");
	td_unittest_assert_true(t, names.len == 2 && td_strs_contains(names, "user.none"));
	td_unittest_assert_is_none(t, names.items[2]);
	td_unittest_assert_raises_message(t, TD_FileExistsError, "'f'",
	                                  td_os_setxattr(c, "f", "user.one", value, .create = true));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 61] No data available: 'f'",
	                                  td_os_getxattr(c, "f", "user.no"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 61] No data available: 'f'",
	                                  td_os_removexattr(c, "f", "user.no"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 95] Operation not supported: 'f'",
	                                  td_os_setxattr(c, "f", "none", value));
	td_os_symlink(t, "f", "link");
	td_unittest_assert_equal(t, td_os_listxattr(t, "link").len, 2);
	td_unittest_assert_equal(t, td_os_listxattr(t, "link", .nofollow = true).len, 0);
	for (int i = 0; i < 20; i++)
		td_os_setxattr(t, "f", td_format(t, "user.a_rather_long_name_%d", i), td_bytes_of("x"));
	td_unittest_assert_equal(t, td_os_listxattr(t, "f").len, 22, .msg = "longer than the first room");
}
