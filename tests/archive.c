/* zlib, gzip, tarfile, zipfile and shutil's archives: what has no oracle row, and no tree to compare. */
#include <string.h>
#include <tend.h>

TD_TEST(TestZlib, streams) {
	td_zlib_compressobj *c = td_zlib_compressobj_new(t, .level = TD_INT(9), .zdict = td_bytes_of("dictionary"));
	td_bytes first = td_zlib_compressobj_compress(t, c, td_bytes_of("a dictionary is a dictionary "));
	td_bytes second = td_zlib_compressobj_flush(t, c, .mode = TD_ZLIB_SYNC_FLUSH);
	td_bytes third = td_zlib_compressobj_flush(t, c);
	td_zlib_decompressobj *d = td_zlib_decompressobj_new(t, .zdict = td_bytes_of("dictionary"));
	td_zlib_decompressobj_decompress(t, d, first);
	td_bytes some = td_zlib_decompressobj_decompress(t, d, second, .max_length = 5);
	td_unittest_assert_equal(t, some.data, "a dic");
	td_bytes rest = td_zlib_decompressobj_decompress(t, d, td_zlib_decompressobj_unconsumed_tail(d));
	td_unittest_assert_equal(t, rest.data, "tionary is a dictionary ");
	td_unittest_assert_false(t, td_zlib_decompressobj_eof(d));
	td_zlib_decompressobj_decompress(t, d, third);
	td_zlib_decompressobj_decompress(t, d, td_bytes_of("behind"));
	td_unittest_assert_true(t, td_zlib_decompressobj_eof(d));
	td_unittest_assert_equal(t, td_zlib_decompressobj_unused_data(d).data, "behind");
	TD_SCOPE(a, t);
	td_zlib_compressobj_compress(a, c, td_bytes_of("x"));
	td_unittest_assert_equal(t, td_catch(a, TD_zlib_error)->message,
	                         "Error -2 while compressing data: inconsistent stream state");
	td_zlib_compressobj_new(a, .level = TD_INT(11));
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "Invalid initialization option");
}

TD_TEST(TestZlib, no_bomb_gets_past_the_limit) {
	char *zeros = td_alloc(t, 1 << 22);
	td_bytes packed = td_zlib_compress(t, ((td_bytes){zeros, 1 << 22}));
	td_unittest_assert_equal(t, td_zlib_decompress(t, packed, .max_output = 1 << 22).len, 1 << 22);
	TD_SCOPE(a, t);
	td_zlib_decompress(a, packed, .max_output = (1 << 22) - 1);
	td_unittest_assert_true(t, td_catch(a, TD_OverflowError) != NULL);
	td_gzip_decompress(a, td_gzip_compress(a, ((td_bytes){zeros, 1 << 22})), .max_output = 1000);
	td_unittest_assert_true(t, td_catch(a, TD_OverflowError) != NULL);
}

TD_TEST(TestGzip, text_lines_and_seeking) {
	td_file *f = td_gzip_open(t, "f.gz", "wt", .newline = "\r\n");
	for (int i = 0; i < 3000; i++) td_file_printf(t, f, "line %d\n", i);
	td_file_flush(t, f);
	td_file_close(t, f);
	f = td_gzip_open(t, "f.gz", "rt");
	int count = 0;
	for (td_bytes line; td_file_next_line(t, f, &line);) count += td_str_startswith(line.data, "line ");
	td_unittest_assert_equal(t, count, 3000);
	f = td_gzip_open(t, "f.gz", "rb");
	td_file_seek(t, f, 8);
	td_unittest_assert_equal(t, td_file_readline(t, f), "line 1\r\n");
	td_unittest_assert_equal(t, td_file_tell(t, f), 16);
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_file_readline(t, f), "line 0\r\n");
	f = td_gzip_open(t, "f.gz", "ab");
	td_file_write(t, f, "second");
	td_file_close(t, f);
	td_unittest_assert_true(t, td_str_endswith(td_file_read(t, td_gzip_open(t, "f.gz", "rb")), "line 2999\r\nsecond"));
	TD_SCOPE(a, t);
	td_gzip_open(a, "f.gz", "rbt");
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "Invalid mode: 'rbt'");
	td_gzip_open(a, "missing.gz", "r");
	td_unittest_assert_true(t, td_catch(a, TD_FileNotFoundError) != NULL);
}

static const td_tarinfo *without_logs(td_scope *s, const td_tarinfo *m, void *arg) {
	(void)arg;
	if (td_str_endswith(m->name, ".log")) return NULL;
	td_tarinfo *c = td_alloc(s, sizeof *c);
	if (!c) return NULL;
	*c = *m;
	c->uid = 4711;
	return c;
}

static void count_bytes(void *arg, int64_t done, int64_t total) {
	(void)total;
	*(int64_t *)arg = done;
}

TD_TEST(TestTarfile, adding_and_extracting) {
	td_os_makedirs(t, "tree/d");
	td_path_write_text(t, "tree/f", "content");
	td_path_write_text(t, "tree/f.log", "log");
	int64_t added = 0, extracted = 0;
	td_tarfile *out = td_tarfile_open(t, "a.tar.xz", "w:xz");
	td_tarfile_add(t, out, "tree", .arcname = "t", .filter = without_logs, .progress = count_bytes,
	               .progress_arg = &added);
	td_tarinfo by_hand = {.name = "by hand", .size = 4, .mode = 0600};
	td_tarfile_addfile(t, out, &by_hand, td_file_mem(t, td_bytes_of("hand and more")));
	td_tarfile_close(t, out);
	td_tarfile *in = td_tarfile_open(t, "a.tar.xz", "r");
	td_unittest_assert_equal(t, td_str_join(t, " ", td_tarfile_getnames(t, in)), "t t/d t/f by hand");
	td_unittest_assert_equal(t, td_tarfile_getmember(t, in, "t/")->uid, 4711);
	td_unittest_assert_equal(t, td_tarfile_read(t, in, td_tarfile_getmember(t, in, "by hand"), 0).data, "hand");
	td_tarfile_extractall(t, in, .path = "out", .progress = count_bytes, .progress_arg = &extracted);
	td_unittest_assert_equal(t, td_path_read_text(t, "out/t/f"), "content");
	td_unittest_assert_equal(t, added, 7);
	td_unittest_assert_equal(t, extracted, 11);
	TD_SCOPE(a, t);
	td_tarfile_getmember(a, in, "missing");
	td_unittest_assert_equal(t, td_catch(a, TD_KeyError)->message, "\"filename 'missing' not found\"");
	td_tarfile_add(a, in, "tree");
	td_unittest_assert_equal(t, td_catch(a, TD_OSError)->message, "bad operation for mode 'r'");
	td_tarfile_close(t, in);
	td_tarfile_getnames(a, in);
	td_unittest_assert_equal(t, td_catch(a, TD_OSError)->message, "TarFile is closed");
	td_tarfile_extractall(a, td_tarfile_open(a, "a.tar.xz", "r"), .filter = "foo");
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "filter 'foo' not found");
}

TD_TEST(TestGzip, a_file_may_outlive_the_scope_it_was_opened_in) {
	td_file *gz;
	{
		TD_SCOPE(inner, t);
		gz = td_gzip_open(inner, "m.gz", "wb");
		td_move(t, gz);
	}
	td_file_write(t, gz, "text");
	td_file_close(t, gz);
	td_unittest_assert_equal(t, td_file_read(t, td_gzip_open(t, "m.gz", "rb")), "text");
}

TD_TEST(TestTarfile, an_archive_stays_in_its_scope) {
	static const char refused[] = "the handle stays in its scope: what it has handed out lives there";
	TD_SCOPE(inner, t);
	td_tarfile *tar = td_tarfile_open(inner, "m.tar.gz", "w:gz");
	td_zipfile *zip = td_zipfile_open(inner, "m.zip", "w");
	TD_SCOPE(attempt, t);
	td_unittest_assert_false(t, td_move(attempt, tar));
	td_unittest_assert_equal(t, td_catch(attempt, TD_ValueError)->message, refused);
	td_unittest_assert_false(t, td_move(attempt, zip));
	td_unittest_assert_equal(t, td_catch(attempt, TD_ValueError)->message, refused);
	td_unittest_assert_true(t, td_tarfile_close(inner, tar) && td_zipfile_close(inner, zip));
	td_unittest_assert_true(t, td_tarfile_is_tarfile(t, "m.tar.gz") && td_zipfile_is_zipfile(t, "m.zip"));
}

TD_TEST(TestZipfile, members) {
	td_zipfile *out = td_zipfile_open(t, "a.zip", "w", .compression = TD_ZIP_DEFLATED);
	td_zipfile_writestr(t, out, "one", td_bytes_of("1"));
	td_zipfile_writestr(t, out, "one", td_bytes_of("2"), .compress_type = TD_INT(TD_ZIP_STORED));
	td_zipfile_mkdir(t, out, "dir", 0755);
	td_zipfile_set_comment(t, out, td_bytes_of("a comment"));
	td_zipfile_close(t, out);
	td_zipfile *in = td_zipfile_open(t, "a.zip", "r");
	td_unittest_assert_equal(t, td_str_join(t, " ", td_zipfile_namelist(t, in)), "one one dir/");
	td_unittest_assert_equal(t, td_zipfile_read(t, in, "one").data, "2");
	td_unittest_assert_equal(t, td_zipfile_comment(in).data, "a comment");
	td_unittest_assert_true(t, td_zipfile_testzip(t, in) == NULL);
	td_unittest_assert_equal(t, td_zipfile_extract(t, in, "one", .path = "out/x"), "out/x/one");
	TD_SCOPE(a, t);
	td_zipfile_read(a, in, "missing");
	td_unittest_assert_equal(t, td_catch(a, TD_KeyError)->message,
	                         "\"There is no item named 'missing' in the archive\"");
	td_zipfile_write(a, in, "a.zip");
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "write() requires mode 'w', 'x', or 'a'");
	td_zipfile_open(a, "a.zip", "rw");
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "ZipFile requires mode 'r', 'w', 'x', or 'a'");
	td_zipfile_open(a, "a.zip", "x");
	td_unittest_assert_true(t, td_catch(a, TD_FileExistsError) != NULL);
}

TD_TEST(TestZipfile, members_are_files) {
	td_zipfile *z = td_zipfile_open(t, "a.zip", "w", .compression = TD_ZIP_DEFLATED);
	td_file *out = td_zipfile_open_member(t, z, "log", "w", .date_time = (const int[]){2024, 5, 6, 7, 8, 10});
	for (int i = 0; i < 20000; i++) td_file_printf(t, out, "line %d\n", i);
	TD_SCOPE(a, t);
	td_zipfile_open_member(a, z, "other", "w");
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message,
	                         "Can't write to the ZIP file while there is another write handle open on it. "
	                         "Close the first handle before opening another.");
	td_zipfile_writestr(a, z, "other", td_bytes_of("x"));
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message,
	                         "Can't write to ZIP archive while an open writing handle exists.");
	td_zipfile_close(a, z);
	td_unittest_assert_true(t, td_str_startswith(td_catch(a, TD_ValueError)->message, "Can't close the ZIP file"));
	td_file_read(a, out);
	td_unittest_assert_true(t, td_catch(a, TD_UnsupportedOperation) != NULL);
	td_file_close(t, out);
	td_zipfile_writestr(t, z, "two", td_bytes_of("2\n"));
	td_zipfile_close(t, z);

	z = td_zipfile_open(t, "a.zip", "r");
	td_unittest_assert_equal(t, td_zipfile_getinfo(t, z, "log")->date_time[5], 10);
	td_file *log = td_zipfile_open_member(t, z, "log", "r"), *two = td_zipfile_open_member(t, z, "two", "r");
	int count = 0;
	for (td_bytes line; td_file_next_line(t, log, &line); count++) {
		if (count % 1000 == 0) { /* others may be read meanwhile */
			td_unittest_assert_equal(t, td_zipfile_read(t, z, "two").data, "2\n");
			td_file_seek(t, two, 0);
			td_unittest_assert_equal(t, td_file_readline(t, two), "2\n");
		}
	}
	td_unittest_assert_equal(t, count, 20000);
	td_file_seek(t, log, 7);
	td_unittest_assert_equal(t, td_file_readline(t, log), "line 1\n");
	td_file_write(a, log, "x");
	td_unittest_assert_true(t, td_catch(a, TD_UnsupportedOperation) != NULL);
	td_zipfile_open_member(a, z, "missing", "r");
	td_unittest_assert_true(t, td_catch(a, TD_KeyError) != NULL);
	td_zipfile_open_member(a, z, "two", "rb");
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "open() requires mode \"r\" or \"w\"");
	td_zipfile_open_member(a, z, "new", "w");
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "write() requires mode 'w', 'x', or 'a'");
	td_zipfile_close(t, z);
	td_file_seek(a, log, 0);
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "I/O operation on closed file.");
	td_file_close(t, log);
}

TD_TEST(TestZipfile, a_file_may_outlive_its_archive) {
	td_file *f, *tarred;
	td_path_write_text(t, "f", "content");
	{
		TD_SCOPE(inner, t);
		td_zipfile *z = td_zipfile_open(inner, "a.zip", "w");
		td_zipfile_write(inner, z, "f");
		td_zipfile_close(inner, z);
		f = td_zipfile_open_member(t, td_zipfile_open(inner, "a.zip", "r"), "f", "r");
		td_tarfile *tar = td_tarfile_open(inner, "a.tar", "w");
		td_tarfile_add(inner, tar, "f");
		td_tarfile_close(inner, tar);
		tar = td_tarfile_open(inner, "a.tar", "r");
		tarred = td_tarfile_extractfile(t, tar, td_tarfile_getmember(inner, tar, "f"));
	}
	TD_SCOPE(a, t);
	td_file_read(a, f);
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "I/O operation on closed file.");
	td_file_read(a, tarred);
	td_unittest_assert_equal(t, td_catch(a, TD_ValueError)->message, "I/O operation on closed file.");
}

TD_TEST(TestZipfile, what_is_not_finished_is_not_in_it) {
	td_zipfile *z = td_zipfile_open(t, "a.zip", "w");
	td_zipfile_writestr(t, z, "first", td_bytes_of("1"));
	{
		TD_SCOPE(attempt, t);
		td_file *f = td_zipfile_open_member(attempt, z, "half", "w");
		char *much = td_alloc(attempt, 200000);
		td_file_write_bytes(attempt, f, (td_bytes){much, 200000});
		td_file_flush(attempt, f);
		td_raise(attempt, TD_ValueError, "something else goes wrong");
		td_catch(attempt);
	}
	TD_SCOPE(attempt, t);
	td_zipfile_write(attempt, z, "/proc/self/mem"); /* opens, and cannot be read */
	td_unittest_assert_true(t, td_catch(attempt, TD_OSError) != NULL);
	td_zipfile_writestr(t, z, "last", td_bytes_of("9"));
	td_zipfile_close(t, z);
	z = td_zipfile_open(t, "a.zip", "r");
	td_unittest_assert_equal(t, td_str_join(t, " ", td_zipfile_namelist(t, z)), "first last");
	td_unittest_assert_equal(t, td_zipfile_read(t, z, "first").data, "1");
	td_unittest_assert_equal(t, td_zipfile_read(t, z, "last").data, "9");
	td_unittest_assert_true(t, td_path_getsize(t, "a.zip") < 300);
}

TD_TEST(TestZipfile, reading_between_writing) {
	td_zipfile *z = td_zipfile_open(t, "a.zip", "w");
	td_zipfile_writestr(t, z, "one", td_bytes_of("1"));
	td_zipfile_close(t, z);
	z = td_zipfile_open(t, "a.zip", "a", .compression = TD_ZIP_DEFLATED);
	td_zipfile_writestr(t, z, "two", td_bytes_of("22"));
	td_unittest_assert_equal(t, td_zipfile_read(t, z, "one").data, "1");
	td_zipfile_writestr(t, z, "three", td_bytes_of("333"));
	td_unittest_assert_equal(t, td_zipfile_read(t, z, "two").data, "22");
	td_zipfile_mkdir(t, z, "dir", 0755);
	td_unittest_assert_equal(t, td_zipfile_read(t, z, "three").data, "333");
	td_zipfile_close(t, z);
	z = td_zipfile_open(t, "a.zip", "r");
	td_unittest_assert_equal(t, td_str_join(t, " ", td_zipfile_namelist(t, z)), "one two three dir/");
	td_unittest_assert_true(t, td_zipfile_testzip(t, z) == NULL);
}

TD_TEST(TestTarfile, members_are_files) {
	td_os_makedirs(t, "tree");
	td_path_write_text(t, "tree/a", "one\ntwo\nthree");
	td_path_write_text(t, "tree/b", "b\n");
	td_os_symlink(t, "a", "tree/link");
	td_tarfile *out = td_tarfile_open(t, "a.tar.gz", "w:gz");
	td_tarfile_add(t, out, "tree");
	td_tarfile_close(t, out);
	td_tarfile *in = td_tarfile_open(t, "a.tar.gz", "r");
	td_unittest_assert_true(t, td_tarfile_extractfile(t, in, td_tarfile_next(t, in)) == NULL); /* the directory */
	td_file *a = td_tarfile_extractfile(t, in, td_tarfile_next(t, in));
	td_unittest_assert_equal(t, td_file_readline(t, a), "one\n");
	td_file *b = td_tarfile_extractfile(t, in, td_tarfile_next(t, in));
	td_unittest_assert_equal(t, td_file_read(t, b), "b\n");
	td_unittest_assert_equal(t, td_str_join(t, "", td_file_readlines(t, a)), "two\nthree");
	td_file *link = td_tarfile_extractfile(t, in, td_tarfile_next(t, in));
	td_file_seek(t, link, -5, .whence = 2);
	td_unittest_assert_equal(t, td_file_read(t, link), "three");
	td_unittest_assert_equal(t, td_file_tell(t, link), 13);

	TD_SCOPE(attempt, t);
	td_tarfile *stream = td_tarfile_open(t, "a.tar.gz", "r|gz");
	td_tarfile_next(t, stream);
	a = td_tarfile_extractfile(t, stream, td_tarfile_next(t, stream));
	td_unittest_assert_equal(t, td_file_readline(t, a), "one\n");
	b = td_tarfile_extractfile(t, stream, td_tarfile_next(t, stream));
	td_tarfile_extractfile(attempt, stream, td_tarfile_next(t, stream));
	td_unittest_assert_equal(t, td_catch(attempt, TD_StreamError)->message, "cannot extract (sym)link as file object");
	td_file_read(attempt, b);
	td_unittest_assert_equal(t, td_catch(attempt, TD_StreamError)->message, "seeking backwards is not allowed");
	td_tarfile_close(t, in);
	td_file_read(attempt, link);
	td_unittest_assert_true(t, td_catch(attempt, TD_ValueError) != NULL);
}
