#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tend.h>
#include <unistd.h>

static void put(td_scope *t, const char *path, const char *data, size_t len) {
	td_file *f = td_open(t, path, "wb");
	td_file_write_bytes(t, f, (td_bytes){data, len});
	td_file_close(t, f);
}
#define PUT(t, path, text) put((t), (path), (text), sizeof(text) - 1)

static const char *get(td_scope *t, const char *path) {
	td_file *f = td_open(t, path, "rb");
	const char *text = td_file_read(t, f);
	td_file_close(t, f);
	return text;
}

/* --- opening --- */

static const char MODES[] = "must have exactly one of create/read/write/append mode";

TD_TEST(TestOpen, test_modes_that_are_none) {
	PUT(t, "a", "keep");
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid mode: 'rz'", td_open(c, "a", "rz"));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid mode: 'rr'", td_open(c, "a", "rr"));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid mode: 'r++'", td_open(c, "a", "r++"));
	td_unittest_assert_raises_message(t, TD_ValueError, MODES, td_open(c, "a", "rw"));
	td_unittest_assert_raises_message(t, TD_ValueError, MODES, td_open(c, "a", "wx"));
	td_unittest_assert_raises_message(t, TD_ValueError, "Must have exactly one of create/read/write/append mode",
	                                  td_open(c, "a", ""));
	td_unittest_assert_raises_message(t, TD_ValueError, "Must have exactly one of create/read/write/append mode",
	                                  td_open(c, "a", "b+"));
	td_unittest_assert_raises_message(t, TD_ValueError, "can't have text and binary mode at once",
	                                  td_open(c, "a", "wbt"));
	td_unittest_assert_equal(t, get(t, "a"), "keep");
}

TD_TEST(TestOpen, test_options_that_are_none) {
	PUT(t, "a", "keep");
	td_unittest_assert_raises_message(t, TD_ValueError, "illegal newline value: x",
	                                  td_open(c, "a", "w", .newline = "x"));
	td_unittest_assert_raises_message(t, TD_ValueError, "binary mode doesn't take a newline argument",
	                                  td_open(c, "a", "wb", .newline = "\n"));
	td_unittest_assert_raises_message(t, TD_ValueError, "binary mode doesn't take an errors argument",
	                                  td_open(c, "a", "rb", .errors = "strict"));
	td_unittest_assert_raises_message(t, TD_LookupError, "unknown error handler name 'bogus'",
	                                  td_open(c, "a", "r", .errors = "bogus"));
	td_unittest_assert_equal(t, get(t, "a"), "keep", .msg = "a refused open leaves the file alone");
}

TD_TEST(TestOpen, test_errors_of_the_system) {
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  td_open(c, "no", "r"));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "'no'", td_open(c, "no", "r+"));
	td_unittest_assert_raises_message(t, TD_IsADirectoryError, "[Errno 21] Is a directory: '.'", td_open(c, ".", "r"));
	td_unittest_assert_raises_message(t, TD_IsADirectoryError, "[Errno 21] Is a directory: '.'", td_open(c, ".", "w"));
	PUT(t, "a", "");
	td_unittest_assert_raises_message(t, TD_FileExistsError, "[Errno 17] File exists: 'a'", td_open(c, "a", "x"));
	td_unittest_assert_raises(t, TD_NotADirectoryError, td_open(c, "a/b", "w"));
	td_unittest_assert_raises(t, TD_TypeError, td_open(c, NULL, "w"));
	td_unittest_assert_raises(t, TD_TypeError, td_open(c, td_no_text, "w"));
}

TD_TEST(TestOpen, test_perm_and_inheritance) {
	umask(022);
	td_file *f = td_open(t, "a", "x");
	td_file *g = td_open(t, "b", "w", .perm = TD_INT(0600));
	struct stat st;
	fstat(td_file_fileno(t, f), &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0644);
	fstat(td_file_fileno(t, g), &st);
	td_unittest_assert_equal(t, st.st_mode & 07777, 0600);
	td_unittest_assert_true(t, fcntl(td_file_fileno(t, f), F_GETFD) & FD_CLOEXEC);
	td_unittest_assert_equal(t, td_file_name(g), "b");
}

TD_TEST(TestOpen, test_fdopen) {
	int fds[2];
	td_unittest_assert_equal(t, pipe(fds), 0);
	td_file *out = td_os_fdopen(t, fds[1], "w");
	td_file_write(t, out, "eins\nzwei\n");
	td_file_close(t, out);
	td_unittest_assert_equal(t, close(fds[1]), -1, .msg = "closed with its file");
	td_file *in = td_os_fdopen(t, fds[0], "r", .keep_fd = true);
	td_unittest_assert_equal(t, td_file_read(t, in), "eins\nzwei\n");
	td_file_close(t, in);
	td_unittest_assert_equal(t, close(fds[0]), 0, .msg = "kept open");
	td_unittest_assert_raises_message(t, TD_ValueError, "negative file descriptor", td_os_fdopen(c, -3, "r"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_os_fdopen(c, 999, "r"));
}

TD_TEST(TestOpen, test_scope_closes) {
	int fd;
	{
		TD_SCOPE(inner, t);
		fd = td_file_fileno(inner, td_open(inner, "a", "w"));
		td_unittest_assert_greater_equal(t, fd, 0);
	}
	td_unittest_assert_equal(t, fcntl(fd, F_GETFD), -1);
}

TD_TEST(TestOpen, test_moves_up) {
	td_file *f;
	{
		TD_SCOPE(inner, t);
		f = td_open(inner, "a", "w");
		td_move(t, f);
	}
	td_unittest_assert_true(t, td_file_write(t, f, "x"));
	td_unittest_assert_true(t, td_file_close(t, f));
	td_unittest_assert_equal(t, get(t, "a"), "x");
}

/* --- what the mode allows --- */

TD_TEST(TestModes, test_not_for_that) {
	PUT(t, "a", "text");
	td_file *r = td_open(t, "a", "r"), *rb = td_open(t, "a", "rb");
	td_file *w = td_open(t, "b", "w"), *wb = td_open(t, "b", "wb");
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "not writable", td_file_write(c, r, "x"));
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "write", td_file_write(c, rb, "x"));
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "not readable", td_file_read(c, w));
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "read", td_file_readline(c, wb));
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "truncate", td_file_truncate(c, r));
}

TD_TEST(TestModes, test_closed) {
	PUT(t, "a", "text");
	td_file *r = td_open(t, "a", "r"), *rb = td_open(t, "a", "rb"), *w = td_open(t, "b", "wb");
	td_unittest_assert_false(t, td_file_closed(r));
	td_unittest_assert_true(t, td_file_close(t, r) && td_file_close(t, rb) && td_file_close(t, w));
	td_unittest_assert_true(t, td_file_closed(r));
	td_unittest_assert_true(t, td_file_close(t, r), .msg = "twice is as once");
	td_unittest_assert_raises_message(t, TD_ValueError, "I/O operation on closed file.", td_file_read(c, r));
	td_unittest_assert_raises_message(t, TD_ValueError, "read of closed file", td_file_read(c, rb));
	td_unittest_assert_raises_message(t, TD_ValueError, "readline of closed file", td_file_readline(c, rb));
	td_unittest_assert_raises_message(t, TD_ValueError, "write to closed file", td_file_write(c, w, "x"));
	td_unittest_assert_raises_message(t, TD_ValueError, "seek of closed file", td_file_seek(c, w, 0));
	td_unittest_assert_raises_message(t, TD_ValueError, "flush of closed file", td_file_flush(c, w));
	td_unittest_assert_raises_message(t, TD_ValueError, "truncate of closed file", td_file_truncate(c, w));
	td_unittest_assert_raises_message(t, TD_ValueError, "I/O operation on closed file", td_file_tell(c, w));
	td_unittest_assert_raises_message(t, TD_ValueError, "I/O operation on closed file", td_file_fileno(c, w));
}

/* After an error on a scope its files do nothing and hand out what is safe. */
TD_TEST(TestModes, test_failed_scope) {
	PUT(t, "a", "text");
	TD_SCOPE(inner, t);
	td_file *f = td_open(inner, "a", "r+");
	td_raise(inner, TD_ValueError, "first");
	td_bytes line;
	td_unittest_assert_is(t, td_file_read(inner, f), td_no_text);
	td_unittest_assert_is_none(t, td_open(inner, "a", "r"));
	bool next = td_file_next_line(inner, f, &line);
	bool wrote = td_file_write(inner, f, "x");
	int64_t at = td_file_tell(inner, f);
	size_t count = td_file_readlines(inner, f).len;
	td_catch(inner);
	td_unittest_assert_false(t, next || wrote);
	td_unittest_assert_equal(t, at, -1);
	td_unittest_assert_equal(t, count, 0);
	td_unittest_assert_equal(t, td_file_read(inner, f), "text");
}

TD_TEST(TestModes, test_append) {
	PUT(t, "a", "one");
	td_file *f = td_open(t, "a", "a+");
	td_unittest_assert_equal(t, td_file_tell(t, f), 3);
	td_file_write(t, f, "two");
	td_unittest_assert_equal(t, td_file_tell(t, f), 6);
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(4)), "onet");
	td_file_write(t, f, "three");
	td_unittest_assert_equal(t, td_file_tell(t, f), 11, .msg = "appended wherever one has read");
	td_file_close(t, f);
	td_unittest_assert_equal(t, get(t, "a"), "onetwothree");
}

TD_TEST(TestModes, test_reading_and_writing_mixed) {
	PUT(t, "a", "0123456789");
	td_file *f = td_open(t, "a", "rb+");
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(2)), "01");
	td_file_write(t, f, "XY");
	td_unittest_assert_equal(t, td_file_tell(t, f), 4);
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(3)), "456");
	td_file_write(t, f, "Z");
	td_unittest_assert_equal(t, td_file_seek(t, f, -1, .whence = 2), 9);
	td_unittest_assert_equal(t, td_file_read(t, f), "9");
	td_file_write(t, f, "end");
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_file_read(t, f), "01XY456Z89end");
}

/* --- reading --- */

TD_TEST(TestRead, test_whole) {
	PUT(t, "a", "h\xC3\xA9llo\n");
	td_file *f = td_open(t, "a", "r");
	td_unittest_assert_equal(t, td_file_read(t, f), "h\xC3\xA9llo\n");
	td_unittest_assert_equal(t, td_file_read(t, f), "");
	td_unittest_assert_false(t, td_failed(t));
	td_unittest_assert_equal(t, td_file_read_bytes(t, f).len, 0);
}

TD_TEST(TestRead, test_empty) {
	PUT(t, "a", "");
	td_file *f = td_open(t, "a", "r");
	const char *text = td_file_read(t, f);
	td_unittest_assert_equal(t, text, "");
	td_unittest_assert_is_not(t, text, td_no_text, .msg = "an empty file is no failure");
	td_unittest_assert_equal(t, td_file_readline(t, f), "");
	td_unittest_assert_equal(t, td_file_readlines(t, f).len, 0);
}

TD_TEST(TestRead, test_characters_not_bytes_in_text) {
	PUT(t, "a", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80x\r\ny");
	td_file *f = td_open(t, "a", "r");
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(1)), "\xC3\xA9");
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(2)), "\xE2\x82\xAC\xF0\x9F\x98\x80");
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(0)), "");
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(2)), "x\n");
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(100)), "y");
	td_file *b = td_open(t, "a", "rb");
	td_unittest_assert_equal(t, td_file_read_bytes(t, b, .n = TD_INT(3)), ((td_bytes){"\xC3\xA9\xE2", 3}));
}

/* Size 0 and yet not empty: what the kernel makes up as it is read. */
TD_TEST(TestRead, test_proc) {
	td_file *f = td_open(t, "/proc/self/status", "r");
	const char *text = td_file_read(t, f);
	td_unittest_assert_true(t, td_str_startswith(text, "Name:"));
	td_unittest_assert_greater(t, strlen(text), 500);
}

TD_TEST(TestRead, test_large_by_every_way) {
	enum { SIZE = 300000 };
	char *data = td_alloc(t, SIZE + 1);
	for (int i = 0; i < SIZE; i++) data[i] = (char)(i % 61 == 60 ? '\n' : 'a' + i % 26);
	put(t, "a", data, SIZE);
	td_unittest_assert_true(t, strcmp(get(t, "a"), data) == 0);
	td_file *f = td_open(t, "a", "r");
	size_t total = 0;
	for (td_bytes line; td_file_next_line(t, f, &line); total += line.len) {
		if (memcmp(line.data, data + total, line.len) != 0 || line.data[line.len]) td_unittest_fail(t, "at %zu", total);
	}
	td_unittest_assert_equal(t, total, SIZE);
	td_file_seek(t, f, 0);
	total = 0;
	for (const char *part; *(part = td_file_read(t, f, .n = TD_INT(70001)));) {
		if (strncmp(part, data + total, strlen(part)) != 0) td_unittest_fail(t, "at %zu", total);
		total += strlen(part);
	}
	td_unittest_assert_equal(t, total, SIZE);
	td_file *b = td_open(t, "a", "rb");
	td_file_read_bytes(t, b, .n = TD_INT(10));
	td_bytes rest = td_file_read_bytes(t, b, .n = TD_INT(200000));
	td_unittest_assert_equal(t, rest.len, 200000);
	td_unittest_assert_true(t, memcmp(rest.data, data + 10, 200000) == 0);
	td_unittest_assert_equal(t, td_file_read_bytes(t, b).len, SIZE - 200010);
}

TD_TEST(TestRead, test_grows_while_open) {
	PUT(t, "log", "one\ntw");
	td_file *f = td_open(t, "log", "r");
	td_unittest_assert_equal(t, td_file_readline(t, f), "one\n");
	td_unittest_assert_equal(t, td_file_readline(t, f), "tw");
	td_unittest_assert_equal(t, td_file_readline(t, f), "");
	td_file *w = td_open(t, "log", "a");
	td_file_write(t, w, "o\nthree\n");
	td_file_close(t, w);
	td_unittest_assert_equal(t, td_file_readline(t, f), "o\n");
	td_unittest_assert_equal(t, td_file_read(t, f), "three\n");
}

TD_TEST(TestRead, test_not_utf8) {
	PUT(t, "a", "ok\nab\xFF\xFE\ncd\xE2\x82");
	td_file *f = td_open(t, "a", "r");
	td_unittest_assert_raises_message(t, TD_UnicodeDecodeError,
	                                  "'utf-8' codec can't decode byte 0xff in position 5: invalid start byte",
	                                  td_file_read(c, f));
	td_file *lines = td_open(t, "a", "r");
	td_unittest_assert_equal(t, td_file_readline(t, lines), "ok\n");
	td_unittest_assert_raises(t, TD_UnicodeDecodeError, td_file_readline(c, lines));
	td_file *esc = td_open(t, "a", "r", .errors = "surrogateescape");
	td_unittest_assert_equal(t, td_file_read(t, esc), "ok\nab\xFF\xFE\ncd\xE2\x82");
	td_file *rep = td_open(t, "a", "r", .errors = "replace");
	td_unittest_assert_equal(t, td_file_read(t, rep), "ok\nab\xEF\xBF\xBD\xEF\xBF\xBD\ncd\xEF\xBF\xBD");
	td_file *ign = td_open(t, "a", "r", .errors = "ignore");
	td_strs all = td_file_readlines(t, ign);
	td_unittest_assert_equal(t, all.len, 3);
	td_unittest_assert_equal(t, all.items[1], "ab\n");
	td_unittest_assert_equal(t, all.items[2], "cd");
}

TD_TEST(TestRead, test_nul_is_not_lost) {
	PUT(t, "a", "a\0b\nc\n");
	td_file *f = td_open(t, "a", "r");
	td_bytes line;
	td_unittest_assert_true(t, td_file_next_line(t, f, &line));
	td_unittest_assert_equal(t, line, ((td_bytes){"a\0b\n", 4}));
	td_file_seek(t, f, 0);
	td_unittest_assert_raises_message(t, TD_ValueError, "embedded null byte", td_file_readline(c, f));
	td_file_seek(t, f, 0);
	td_unittest_assert_raises_message(t, TD_ValueError, "embedded null byte", td_file_read(c, f));
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_file_read_bytes(t, f).len, 6);
}

/* --- lines --- */

static const char *joined(td_scope *t, const char *path, const char *newline) {
	td_file *f = td_open(t, path, "r", .newline = newline);
	const char *by_lines = td_str_join(t, "|", td_file_readlines(t, f));
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_str_join(t, "", td_str_split(t, by_lines, .sep = "|")), td_file_read(t, f));
	return by_lines;
}

TD_TEST(TestLines, test_newline_table) {
	PUT(t, "a", "x\r\ny\rz\n\n\r\r\n.\r");
	td_unittest_assert_equal(t, joined(t, "a", NULL), "x\n|y\n|z\n|\n|\n|\n|.\n");
	td_unittest_assert_equal(t, joined(t, "a", ""), "x\r\n|y\r|z\n|\n|\r|\r\n|.\r");
	td_unittest_assert_equal(t, joined(t, "a", "\n"), "x\r\n|y\rz\n|\n|\r\r\n|.\r");
	td_unittest_assert_equal(t, joined(t, "a", "\r"), "x\r|\ny\r|z\n\n\r|\r|\n.\r");
	td_unittest_assert_equal(t, joined(t, "a", "\r\n"), "x\r\n|y\rz\n\n\r\r\n|.\r");
}

TD_TEST(TestLines, test_bytes_end_at_newline_only) {
	PUT(t, "a", "x\r\ny\rz");
	td_strs lines = td_file_readlines(t, td_open(t, "a", "rb"));
	td_unittest_assert_equal(t, lines.len, 2);
	td_unittest_assert_equal(t, lines.items[0], "x\r\n");
	td_unittest_assert_equal(t, lines.items[1], "y\rz");
}

/* A "\r\n" that falls on the border of two reads is one line end. */
TD_TEST(TestLines, test_line_end_on_the_border) {
	for (size_t before = 65530; before < 65540; before++) {
		char *data = td_alloc(t, before + 8);
		memset(data, 'x', before);
		memcpy(data + before, "\r\nend", 6);
		put(t, "a", data, before + 5);
		td_file *f = td_open(t, "a", "r");
		td_unittest_assert_equal(t, strlen(td_file_readline(t, f)), before + 1);
		td_unittest_assert_equal(t, td_file_readline(t, f), "end");
		td_file_close(t, f);
	}
}

TD_TEST(TestLines, test_very_long_line) {
	enum { SIZE = 5000000 };
	char *data = td_alloc(t, SIZE + 3);
	memset(data, 'x', SIZE);
	memcpy(data + SIZE, "\ny", 3);
	put(t, "a", data, SIZE + 2);
	td_file *f = td_open(t, "a", "r");
	td_bytes line;
	td_unittest_assert_true(t, td_file_next_line(t, f, &line));
	td_unittest_assert_equal(t, line.len, SIZE + 1);
	td_unittest_assert_true(t, td_file_next_line(t, f, &line));
	td_unittest_assert_equal(t, line, ((td_bytes){"y", 1}));
	td_unittest_assert_false(t, td_file_next_line(t, f, &line));
	td_unittest_assert_equal(t, line.len, 0);
}

TD_TEST(TestLines, test_tell_between_lines) {
	PUT(t, "a", "one\r\ntwo\nthree");
	td_file *f = td_open(t, "a", "r");
	td_bytes line;
	td_file_next_line(t, f, &line);
	int64_t second = td_file_tell(t, f);
	td_unittest_assert_equal(t, second, 5);
	td_file_next_line(t, f, &line);
	td_unittest_assert_equal(t, td_file_tell(t, f), 9);
	td_file_seek(t, f, second);
	td_unittest_assert_equal(t, td_file_readline(t, f), "two\n");
}

/* --- writing --- */

TD_TEST(TestWrite, test_newlines) {
	static const char *const newlines[] = {NULL, "", "\n", "\r", "\r\n"};
	static const char *const wanted[] = {"a\nb\r\n", "a\nb\r\n", "a\nb\r\n", "a\rb\r\r", "a\r\nb\r\r\n"};
	for (int i = 0; i < 5; i++) {
		td_file *f = td_open(t, "a", "w", .newline = newlines[i]);
		td_file_write(t, f, "a\nb\r\n");
		td_file_close(t, f);
		td_unittest_assert_equal(t, get(t, "a"), wanted[i]);
	}
}

TD_TEST(TestWrite, test_sizes_around_the_buffer) {
	static const size_t sizes[] = {1, 100, 65535, 65536, 65537, 3, 131072, 200000, 7};
	size_t total = 0;
	char *data = td_alloc(t, 200000);
	memset(data, 'q', 200000);
	td_file *f = td_open(t, "a", "wb");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		data[0] = (char)('0' + i);
		td_file_write_bytes(t, f, (td_bytes){data, sizes[i]});
		total += sizes[i];
		td_unittest_assert_equal(t, td_file_tell(t, f), total);
	}
	td_file_close(t, f);
	const char *back = get(t, "a");
	td_unittest_assert_equal(t, strlen(back), total);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		td_unittest_assert_equal(t, back[0], '0' + i);
		td_unittest_assert_equal(t, strspn(back + 1, "q"), sizes[i] - 1);
		back += sizes[i];
	}
}

TD_TEST(TestWrite, test_printf) {
	td_file *f = td_open(t, "a", "w");
	td_file_printf(t, f, "%s=%d\n", "port", 80);
	td_file_printf(t, f, "%02000d", 7);
	td_unittest_assert_raises(t, TD_TypeError, td_file_printf(c, f, "%s", td_no_text));
	td_file_close(t, f);
	td_unittest_assert_true(t, td_str_startswith(get(t, "a"), "port=80\n000"));
	td_unittest_assert_equal(t, strlen(get(t, "a")), 2008);
}

TD_TEST(TestWrite, test_not_there_before_flush) {
	td_file *f = td_open(t, "a", "w");
	td_file_write(t, f, "x");
	td_unittest_assert_equal(t, get(t, "a"), "");
	td_unittest_assert_true(t, td_file_flush(t, f));
	td_unittest_assert_equal(t, get(t, "a"), "x");
}

/* A full disk shows when the buffer goes out, and the file is closed all the same. */
TD_TEST(TestWrite, test_full_disk) {
	td_file *f = td_open(t, "/dev/full", "w");
	td_unittest_assert_true(t, td_file_write(t, f, "x"));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 28] No space left on device", td_file_close(c, f));
	td_unittest_assert_true(t, td_file_closed(f));
	f = td_open(t, "/dev/full", "w");
	td_file_write(t, f, "x");
	td_unittest_assert_raises(t, TD_OSError, td_file_flush(c, f));
	td_unittest_assert_true(t, td_file_close(t, f), .msg = "what has failed is not written again");
}

TD_TEST(TestWrite, test_size_limit) {
	struct rlimit limit = {1000, 1000};
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	td_file *f = td_open(t, "a", "wb");
	char data[3000] = {1};
	td_file_write_bytes(t, f, (td_bytes){data, sizeof data});
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 27] File too large", td_file_close(c, f));
}

TD_TEST(TestWrite, test_broken_pipe) {
	signal(SIGPIPE, SIG_IGN);
	int fds[2];
	td_unittest_assert_equal(t, pipe(fds), 0);
	close(fds[0]);
	td_file *f = td_os_fdopen(t, fds[1], "w");
	td_file_write(t, f, "x");
	td_unittest_assert_raises_message(t, TD_BrokenPipeError, "[Errno 32] Broken pipe", td_file_flush(c, f));
}

/* --- positions --- */

TD_TEST(TestSeek, test_whence) {
	PUT(t, "a", "0123456789");
	td_file *f = td_open(t, "a", "rb");
	td_unittest_assert_equal(t, td_file_seek(t, f, 4), 4);
	td_unittest_assert_equal(t, td_file_read(t, f, .n = TD_INT(2)), "45");
	td_unittest_assert_equal(t, td_file_seek(t, f, -1, .whence = 1), 5);
	td_unittest_assert_equal(t, td_file_seek(t, f, -2, .whence = 2), 8);
	td_unittest_assert_equal(t, td_file_read(t, f), "89");
	td_unittest_assert_equal(t, td_file_seek(t, f, 100), 100);
	td_unittest_assert_equal(t, td_file_read(t, f), "");
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_file_seek(c, f, -1));
	td_unittest_assert_raises_message(t, TD_ValueError, "whence value 7 unsupported",
	                                  td_file_seek(c, f, 0, .whence = 7));
	td_file *r = td_open(t, "a", "r");
	td_unittest_assert_raises_message(t, TD_ValueError, "negative seek position -1", td_file_seek(c, r, -1));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid whence (7, should be 0, 1 or 2)",
	                                  td_file_seek(c, r, 0, .whence = 7));
}

TD_TEST(TestSeek, test_pipes_have_none) {
	int fds[2];
	td_unittest_assert_equal(t, pipe(fds), 0);
	td_file *r = td_os_fdopen(t, fds[0], "r"), *w = td_os_fdopen(t, fds[1], "wb");
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "underlying stream is not seekable",
	                                  td_file_seek(c, r, 0));
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "underlying stream is not seekable",
	                                  td_file_tell(c, r));
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "File or stream is not seekable.",
	                                  td_file_seek(c, w, 0));
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 29] Illegal seek", td_file_tell(c, w));
	int both[2];
	td_unittest_assert_equal(t, pipe(both), 0);
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "File or stream is not seekable.",
	                                  td_os_fdopen(c, both[0], "r+"));
	td_unittest_assert_equal(t, close(both[0]) | close(both[1]), 0, .msg = "a refused descriptor stays the caller's");
}

TD_TEST(TestSeek, test_truncate) {
	PUT(t, "a", "0123456789");
	td_file *f = td_open(t, "a", "r+");
	td_file_read(t, f, .n = TD_INT(4));
	td_unittest_assert_equal(t, td_file_truncate(t, f), 4);
	td_unittest_assert_equal(t, td_file_read(t, f), "");
	td_file_write(t, f, "abc");
	td_unittest_assert_equal(t, td_file_truncate(t, f, .size = TD_INT(5)), 5);
	td_unittest_assert_equal(t, td_file_tell(t, f), 7, .msg = "the position stays");
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument",
	                                  td_file_truncate(c, f, .size = TD_INT(-1)));
	td_file_close(t, f);
	td_unittest_assert_equal(t, get(t, "a"), "0123a");
}

/* --- in memory --- */

TD_TEST(TestMem, test_as_a_file) {
	td_file *f = td_file_mem(t, (td_bytes){"one\ntwo\n", 8});
	td_unittest_assert_equal(t, td_file_readline(t, f), "one\n");
	td_unittest_assert_equal(t, td_file_tell(t, f), 4);
	td_file_write(t, f, "TWO\nthree\n");
	td_unittest_assert_equal(t, td_file_getvalue(t, f).data, "one\nTWO\nthree\n");
	td_unittest_assert_equal(t, td_file_read(t, f), "");
	td_file_seek(t, f, 0);
	td_unittest_assert_equal(t, td_file_readlines(t, f).len, 3);
	td_unittest_assert_equal(t, td_file_seek(t, f, 16), 16);
	td_file_write(t, f, "!");
	td_unittest_assert_equal(t, td_file_getvalue(t, f), ((td_bytes){"one\nTWO\nthree\n\0\0!", 17}));
	td_unittest_assert_equal(t, td_file_truncate(t, f, .size = TD_INT(3)), 3);
	td_unittest_assert_equal(t, td_file_getvalue(t, f).data, "one");
	td_unittest_assert_raises_message(t, TD_UnsupportedOperation, "fileno", td_file_fileno(c, f));
	td_unittest_assert_raises_message(t, TD_ValueError, "negative seek value -1", td_file_seek(c, f, -1));
	td_file_close(t, f);
	td_unittest_assert_raises_message(t, TD_ValueError, "I/O operation on closed file.", td_file_getvalue(c, f));
}

/* --- waiting --- */

/* Runs what follows in a scope of 50 ms and takes the TimeoutError that it must end with. */
#define TIMES_OUT(t, statement)                                                                                        \
	do {                                                                                                               \
		TD_SCOPE(attempt, t);                                                                                          \
		{                                                                                                              \
			TD_SCOPE(brief, attempt, .timeout = 0.05);                                                                 \
			statement;                                                                                                 \
		}                                                                                                              \
		td_unittest_assert_is_not_none(t, td_catch(attempt, TD_TimeoutError));                                         \
	} while (0)

TD_TEST(TestWaiting, test_pipe_obeys_the_deadline) {
	int fds[2];
	td_unittest_assert_equal(t, pipe(fds), 0);
	td_file *f = td_os_fdopen(t, fds[0], "r");
	TIMES_OUT(t, td_file_readline(brief, f));
	td_unittest_assert_equal(t, write(fds[1], "late\n", 5), 5);
	td_unittest_assert_equal(t, td_file_readline(t, f), "late\n", .msg = "nothing was lost by the first try");
	close(fds[1]);
}

TD_TEST(TestWaiting, test_full_pipe_obeys_the_deadline) {
	int fds[2];
	td_unittest_assert_equal(t, pipe(fds), 0);
	td_file *f = td_os_fdopen(t, fds[1], "wb");
	char *data = td_alloc(t, 1 << 20);
	const td_bytes all = {data, 1 << 20};
	TIMES_OUT(t, td_file_write_bytes(brief, f, all));
	close(fds[0]);
}

TD_TEST(TestWaiting, test_fifo_without_other_end) {
	td_unittest_assert_equal(t, mkfifo("f", 0600), 0);
	TIMES_OUT(t, td_open(brief, "f", "w"));
	TIMES_OUT(t, td_file_read(brief, td_open(brief, "f", "r")));
}

/* A regular file is read however little time is left, but nothing starts once there is none. */
TD_TEST(TestWaiting, test_nothing_starts_late) {
	PUT(t, "a", "text");
	td_file *f = td_open(t, "a", "r");
	TIMES_OUT(t, {
		TD_SCOPE(late, brief, .timeout = TD_NOW);
		td_file_read(late, f);
	});
	td_unittest_assert_equal(t, td_file_read(t, f), "text");
}

/* --- standard output --- */

/* Sends standard output to a file while fn runs. */
static void captured(td_scope *t, const char *path, void (*fn)(td_scope *)) {
	fflush(stdout);
	int before = dup(1), fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	dup2(fd, 1);
	{
		TD_SCOPE(inner, t);
		fn(inner);
	}
	fflush(stdout);
	dup2(before, 1);
	close(fd);
	close(before);
}

static void say(td_scope *s) {
	td_print(s, "%d", 1);
	printf("two\n");
	td_file *out = td_sys_stdout(s);
	td_file_write(s, out, "three\n");
	td_print(s, "%01500d", 4);
	td_file_flush(s, out);
}

TD_TEST(TestStandard, test_keeps_order_with_printf) {
	captured(t, "out", say);
	const char *text = get(t, "out");
	td_unittest_assert_true(t, td_str_startswith(text, "1\ntwo\nthree\n000"));
	td_unittest_assert_equal(t, strlen(text), 12 + 1501);
}

TD_TEST(TestStandard, test_stdin) {
	PUT(t, "in", "one\ntwo");
	int before = dup(0), fd = open("in", O_RDONLY);
	dup2(fd, 0);
	close(fd);
	td_file *f = td_sys_stdin(t);
	td_unittest_assert_equal(t, td_file_readlines(t, f).len, 2);
	td_file_close(t, f);
	td_unittest_assert_not_equal(t, fcntl(0, F_GETFD), -1);
	dup2(before, 0);
	close(before);
}

/* --- where libtend differs from Python on purpose: docs/differences.md says why; each test asks both --- */

/* What Python prints for a script that works on a copy of the same file. */
static const char *python(td_scope *t, const char *script) {
	if (!td_path_exists(t, "/usr/bin/python3")) td_unittest_skip_test(t, "needs /usr/bin/python3");
	const td_completed_process *run =
		td_subprocess_run(t, TD_ARGV("/usr/bin/python3", "-c", script), .capture_output = true, .text = true);
	return td_str_strip(t, run->out);
}

#define OPEN_COPY "import io\nopen('copy', 'w').write('0123456789' * 2000)\nf = open('copy', 'r+')\n"

static td_file *open_same(td_scope *t) {
	TD_SCOPE(tmp, t);
	td_path_write_text(tmp, "same", td_str_replace(tmp, td_str_ljust(tmp, "", 2000), " ", "0123456789"));
	return td_open(t, "same", "r+");
}

TD_TEST(TestDifferences, test_truncate_cuts_where_one_is) {
	td_unittest_assert_equal(t, python(t, OPEN_COPY "f.read(5)\nprint(f.truncate())"), "8192");
	td_file *f = open_same(t);
	td_file_read(t, f, .n = TD_INT(5));
	td_unittest_assert_equal(t, td_file_truncate(t, f), 5);
}

TD_TEST(TestDifferences, test_text_is_written_where_one_is) {
	td_unittest_assert_equal(
		t, python(t, OPEN_COPY "f.read(5)\nf.write('X')\nf.close()\nprint(open('copy').read().index('X'))"), "8192");
	td_file *f = open_same(t);
	td_file_read(t, f, .n = TD_INT(5));
	td_file_write(t, f, "X");
	td_file_close(t, f);
	td_unittest_assert_equal(t, td_str_find(get(t, "same"), "X"), 5);
}

TD_TEST(TestDifferences, test_text_positions_are_bytes) {
	td_unittest_assert_equal(t,
	                         python(t, OPEN_COPY "try: f.seek(-1, 2)\nexcept io.UnsupportedOperation as e: print(e)"),
	                         "can't do nonzero end-relative seeks");
	td_unittest_assert_equal(t, python(t, OPEN_COPY "next(f)\ntry: f.tell()\nexcept OSError as e: print(e)"),
	                         "telling position disabled by next() call");
	td_file *f = open_same(t);
	td_unittest_assert_equal(t, td_file_seek(t, f, -1, .whence = 2), 19999);
	td_bytes line;
	td_unittest_assert_true(t, td_file_next_line(t, f, &line));
	td_unittest_assert_equal(t, td_file_tell(t, f), 20000);
}

TD_TEST(TestDifferences, test_a_wrong_newline_empties_nothing) {
	td_unittest_assert_equal(t,
	                         python(t, OPEN_COPY "try: open('copy', 'w', newline='x')\n"
	                                             "except ValueError as e: print(e, len(open('copy').read()))"),
	                         "illegal newline value: x 0");
	open_same(t);
	td_unittest_assert_raises_message(t, TD_ValueError, "illegal newline value: x",
	                                  td_open(c, "same", "w", .newline = "x"));
	td_unittest_assert_equal(t, td_path_getsize(t, "same"), 20000);
}

#ifndef TD_SCOPE_DEBUG
TD_TEST(TestDifferences, test_the_end_of_a_scope_discards) {
	td_unittest_assert_equal(
		t, python(t, "def g():\n f = open('copy', 'w'); f.write('x')\ng()\nprint(open('copy').read())"), "x");
	{
		TD_SCOPE(inner, t);
		td_file_write(inner, td_open(inner, "same", "w"), "x");
	}
	td_unittest_assert_equal(t, td_path_getsize(t, "same"), 0);
}
#else
TD_TEST(TestWrite, test_debug_builds_tell_of_a_writer_left_open) {
	TD_SCOPE(attempt, t);
	{
		TD_SCOPE(inner, attempt);
		td_file_write(inner, td_open(inner, "a", "w"), "x");
	}
	const td_error *e = td_catch(attempt, TD_RuntimeError);
	td_unittest_assert_equal(t, e ? e->message : "",
	                         "a was still open for writing when its scope ended: 1 bytes were not written");
}
#endif
