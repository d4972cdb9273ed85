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
