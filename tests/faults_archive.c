/* What archives do when memory, system calls or time run out, at each step. */
#include <string.h>
#include <tend.h>

#include "fault.h"

static void make_tree(td_scope *t) {
	td_os_makedirs(t, "tree/d", .exist_ok = true);
	td_path_write_text(t, "tree/f", "content\n");
	td_path_write_text(t, "tree/d/g", "more\n");
	td_os_makedirs(t, "out", .exist_ok = true);
	td_path_write_text(t, "out/f", "old");
	static const char *const names[] = {"a.tar.gz", "a.zip"};
	for (int i = 0; i < 2; i++) {
		TD_SCOPE(attempt, t);
		td_os_unlink(attempt, names[i]);
		td_catch(attempt, TD_FileNotFoundError);
	}
}

/* No half archive under its name, and nothing beside it. */
static void no_half_archive(td_scope *t, bool failed) {
	td_strs names = td_os_listdir(t, ".");
	for (size_t i = 0; i < names.len; i++)
		td_unittest_assert_false(t, td_str_startswith(names.items[i], ".tend-"), .msg = names.items[i]);
	if (td_path_exists(t, "a.tar.gz"))
		td_unittest_assert_equal(t, td_tarfile_getnames(t, td_tarfile_open(t, "a.tar.gz", "r")).len, 4);
	if (td_path_exists(t, "a.zip"))
		td_unittest_assert_equal(t, td_zipfile_namelist(t, td_zipfile_open(t, "a.zip", "r")).len, 3);
	(void)failed;
}

TD_FAULT_SCENARIO(making_tar, .prepare = make_tree, .verify = no_half_archive) {
	td_shutil_make_archive(s, "a", "gztar", .base_dir = "tree");
}

TD_FAULT_SCENARIO(making_zip, .prepare = make_tree, .verify = no_half_archive) {
	td_shutil_make_archive(s, "a", "zip", .root_dir = "tree");
}

static void make_archives(td_scope *t) {
	make_tree(t);
	td_shutil_make_archive(t, "a", "gztar", .root_dir = "tree");
	td_shutil_make_archive(t, "a", "zip", .root_dir = "tree");
}

/* A file is as it was or as it shall be, and nothing is left beside it. */
static void old_or_new(td_scope *t, bool failed) {
	const char *text = td_path_read_text(t, "out/f");
	if (!failed || strcmp(text, "old") != 0) td_unittest_assert_equal(t, text, "content\n");
	td_strs names = td_os_listdir(t, "out");
	for (size_t i = 0; i < names.len; i++)
		td_unittest_assert_false(t, td_str_startswith(names.items[i], ".tend-"), .msg = names.items[i]);
}

TD_FAULT_SCENARIO(unpacking_tar, .prepare = make_archives, .verify = old_or_new, .also = TD_shutil_ReadError) {
	td_shutil_unpack_archive(s, "a.tar.gz", .extract_dir = "out");
}

TD_FAULT_SCENARIO(unpacking_zip, .prepare = make_archives, .verify = old_or_new, .also = TD_shutil_ReadError) {
	td_shutil_unpack_archive(s, "a.zip", .extract_dir = "out");
}

TD_FAULT_SCENARIO(gzipping) {
	td_file *f = td_gzip_open(s, "x.gz", "wb", .mtime = TD_INT(0));
	td_file_write(s, f, "text\n");
	td_file_close(s, f);
	f = td_gzip_open(s, "x.gz", "rt");
	td_file_readline(s, f);
	td_file_close(s, f);
	td_gzip_decompress(s, td_gzip_compress(s, td_bytes_of("text"), .mtime = TD_INT(1)));
	td_zlib_compressobj *c = td_zlib_compressobj_new(s);
	td_zlib_decompressobj *d = td_zlib_decompressobj_new(s);
	td_zlib_decompressobj_decompress(s, d, td_zlib_compressobj_flush(s, c));
}

/* Members as files. What an archive holds that could be closed is whole, and of the member that was written nothing else. */
static void whole_or_absent(td_scope *t, bool failed) {
	if (failed || !td_path_exists(t, "stream.zip")) return;
	td_zipfile *z = td_zipfile_open(t, "stream.zip", "r");
	td_unittest_assert_equal(t, td_str_join(t, " ", td_zipfile_namelist(t, z)), "first member");
	td_unittest_assert_true(t, td_zipfile_testzip(t, z) == NULL);
}

TD_FAULT_SCENARIO(members_as_files, .prepare = make_archives, .verify = whole_or_absent, .also = TD_tarfile_ReadError) {
	td_zipfile *out = td_zipfile_open(s, "stream.zip", "w", .compression = TD_ZIP_DEFLATED);
	td_zipfile_writestr(s, out, "first", td_bytes_of("1"));
	td_file *f = td_zipfile_open_member(s, out, "member", "w");
	td_file_write(s, f, "line\n");
	td_file_close(s, f);
	td_zipfile_close(s, out);
	td_zipfile *z = td_zipfile_open(s, "a.zip", "r");
	f = td_zipfile_open_member(s, z, "f", "r");
	td_file_readline(s, f);
	td_file_seek(s, f, 0);
	td_file_read(s, f);
	td_file_close(s, f);
	td_tarfile *t = td_tarfile_open(s, "a.tar.gz", "r");
	f = td_tarfile_extractfile(s, t, td_tarfile_getmember(s, t, "./f"));
	td_file_read(s, f);
	td_file_close(s, f);
}
