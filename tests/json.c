#include <string.h>
#include <tend.h>

/* --- reading --- */

TD_TEST(TestJsonLoads, test_reads_nested_values_in_order) {
	const td_value *v = td_json_loads(t, " {\"b\": [1, -2.5, \"x\\ny\", null, true, false], \"a\": {}} \n");
	td_unittest_assert_equal(t, td_value_repr(t, v), "{'b': [1, -2.5, 'x\\ny', None, True, False], 'a': {}}");
}

TD_TEST(TestJsonLoads, test_of_equal_keys_the_later_gives_the_value_and_the_earlier_the_place) {
	const td_value *v = td_json_loads(t, "{\"a\":1,\"b\":2,\"a\":3}");
	td_unittest_assert_equal(t, td_value_repr(t, v), "{'a': 3, 'b': 2}");
	td_unittest_assert_raises_message(t, TD_JSONDecodeError, "Duplicate key 'a': line 1 column 14 (char 13)",
	                                  td_json_loads(c, "{\"a\":1,\"b\":2,\"a\":3}", .reject_duplicates = true));
	td_json_loads(t, "[{\"a\":1},{\"a\":1}]", .reject_duplicates = true);
}

TD_TEST(TestJsonLoads, test_many_equal_keys) {
	const char *text = "{";
	for (int i = 0; i < 300; i++) text = td_format(t, "%s\"k%d\": %d, ", text, i % 100, i);
	const td_value *v = td_json_loads(t, td_format(t, "%s\"end\": 0}", text));
	td_unittest_assert_equal(t, td_value_len(v), 101);
	for (int i = 0; i < 100; i++)
		td_unittest_assert_equal(t, td_value_int(td_value_get(v, td_format(t, "k%d", i)), -1), 200 + i);
	td_unittest_assert_equal(t, td_value_str(td_value_key(v, 100), ""), "end");
}

TD_TEST(TestJsonLoads, test_numbers) {
	const td_value *v = td_json_loads(
		t, "[-0, -0.0, 1E400, 12345678901234567890123, 1e-7, 0.1, -9223372036854775808, 9223372036854775808]");
	td_unittest_assert_equal(
		t, td_value_repr(t, v),
		"[0, -0.0, inf, 12345678901234567890123, 1e-07, 0.1, -9223372036854775808, 9223372036854775808]");
	td_unittest_assert_equal(t, td_value_repr(t, td_json_loads(t, "[NaN, Infinity, -Infinity]")), "[nan, inf, -inf]");
	td_unittest_assert_raises_message(t, TD_JSONDecodeError, "Expecting value: line 1 column 1 (char 0)",
	                                  td_json_loads(c, "NaN", .reject_nan = true));
	char *digits = td_alloc(t, 4302);
	memset(digits, '7', 4301);
	td_unittest_assert_raises_message(t, TD_ValueError, "Exceeds the limit (4300 digits)", td_json_loads(c, digits));
	digits[4300] = '\0';
	td_unittest_assert_equal(t, td_value_digits(t, td_json_loads(t, digits)), digits);
}

TD_TEST(TestJsonLoads, test_what_is_wrong_is_said_as_python_does) {
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"{\"a\":1,}", "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"},
		{"[1,]", "Expecting value: line 1 column 4 (char 3)"},
		{"{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"},
		{"{1:2}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{"", "Expecting value: line 1 column 1 (char 0)"},
		{"  ", "Expecting value: line 1 column 3 (char 2)"},
		{"[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"},
		{"\"abc", "Unterminated string starting at: line 1 column 1 (char 0)"},
		{"\"a\x01\"", "Invalid control character at: line 1 column 3 (char 2)"},
		{"\"\\x\"", "Invalid \\escape: line 1 column 2 (char 1)"},
		{"\"\\u12\"", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"},
		{"\"\\ud800\\u12\"", "Invalid \\uXXXX escape: line 1 column 9 (char 8)"},
		{"\xef\xbb\xbf"
	     "1",
	     "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"},
		{"1 2", "Extra data: line 1 column 3 (char 2)"},
		{"{\"a\":}", "Expecting value: line 1 column 6 (char 5)"},
		{"[", "Expecting value: line 1 column 2 (char 1)"},
		{"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{"{\"a\"", "Expecting ':' delimiter: line 1 column 5 (char 4)"},
		{"{\"a\":1", "Expecting ',' delimiter: line 1 column 7 (char 6)"},
		{"tru", "Expecting value: line 1 column 1 (char 0)"},
		{"-", "Expecting value: line 1 column 1 (char 0)"},
		{"1.", "Extra data: line 1 column 2 (char 1)"},
		{"01", "Extra data: line 1 column 2 (char 1)"},
		{"[\"\xc3\xa9\xf0\x9f\x98\x80\",\n  \"\xc3\xa9\" 1]", "Expecting ',' delimiter: line 2 column 7 (char 13)"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		TD_SCOPE(c, t);
		td_json_loads(c, rows[i].text);
		const td_error *e = td_catch(c, TD_JSONDecodeError);
		td_unittest_assert_equal(t, e ? e->message : "nothing", rows[i].message, .msg = rows[i].text);
	}
	TD_SCOPE(c, t);
	td_json_loads(c, "[1,\n2 3]", .source = "x.json");
	const td_error *e = td_catch(c, TD_ValueError);
	td_unittest_assert_equal(t, e->line, 2);
	td_unittest_assert_equal(t, e->column, 3);
	td_unittest_assert_equal(t, e->position, 6);
	td_unittest_assert_equal(t, e->source, "x.json");
}

TD_TEST(TestJsonLoads, test_lone_surrogates_survive) {
	td_unittest_assert_equal(t, td_json_dumps(t, td_json_loads(t, "\"\\ud800 \\udc00 \\ud83d\\ude00\"")),
	                         "\"\\ud800 \\udc00 \\ud83d\\ude00\"");
	td_unittest_assert_equal(t, td_value_str(td_json_loads(t, "\"\\ud83d\\ude00\""), ""), "\xf0\x9f\x98\x80");
	/* Two that would be bytes of another character stay what they are, whichever way they are read. */
	const td_value *v = td_json_loads(t, "\"\\udcc3\\udca9\"");
	td_unittest_assert_equal(t, td_json_dumps(t, v), "\"\\udcc3\\udca9\"");
	td_unittest_assert_true(t, td_value_equal(v, td_json_loads(t, "\"\\udcc3\\udca9\"", .positions = true)));
}

TD_TEST(TestJsonLoads, test_control_characters_and_nul) {
	td_unittest_assert_equal(t, td_value_str(td_json_loads(t, "\"a\tb\"", .nonstrict = true), ""), "a\tb");
	td_bytes text = td_value_bytes(td_json_loads(t, "\"a\\u0000b\""));
	td_unittest_assert_equal(t, text.len, 3);
	td_unittest_assert_equal(t, td_json_dumps(t, td_json_loads(t, "\"a\\u0000b\"")), "\"a\\u0000b\"");
}

TD_TEST(TestJsonLoads, test_depth_is_an_error_at_any_depth) {
	enum { DEEP = 1000000 };
	char *text = td_alloc(t, 2 * DEEP + 1);
	memset(text, '[', DEEP);
	td_unittest_assert_raises_message(
		t, TD_RecursionError, "maximum recursion depth exceeded while decoding a JSON array from a unicode string",
		td_json_loads(c, text));
	td_unittest_assert_raises(t, TD_RecursionError, td_json_loads(c, "[[1]]", .max_depth = 1));
	td_json_loads(t, "[[1]]", .max_depth = 2);
	/* With the limit out of the way a tree deeper than any stack is read, copied, compared, walked and written. */
	memset(text + DEEP, ']', DEEP);
	const td_value *deep = td_json_loads(t, text, .max_depth = DEEP);
	const td_value *copy = td_value_copy(t, deep);
	td_unittest_assert_true(t, td_value_equal(deep, copy));
	td_unittest_assert_equal(t, strlen(td_json_dumps(t, copy)), 2 * DEEP);
	td_unittest_assert_equal(t, strlen(td_value_repr(t, copy)), 2 * DEEP);
	size_t seen = 0;
	for (td_value_walk *w = td_value_walk_open(t, copy); td_value_walk_next(t, w);) seen++;
	td_unittest_assert_equal(t, seen, DEEP);
}

TD_TEST(TestJsonLoads, test_positions) {
	const td_value *v =
		td_json_loads(t, "{\"a\": [1,\n  {\"\xc3\xa9\": \"x\"}]}", .positions = true, .source = "cfg.json");
	td_unittest_assert_equal(t, td_value_where(t, v), "cfg.json:1:1");
	td_unittest_assert_equal(t, td_value_where(t, td_get(v, "a")), "cfg.json:1:7");
	td_unittest_assert_equal(t, td_value_where(t, td_get(v, "a", "0")), "cfg.json:1:8");
	td_unittest_assert_equal(t, td_value_where(t, td_get(v, "a", "1")), "cfg.json:2:3");
	td_unittest_assert_equal(t, td_value_where(t, td_get(v, "a", "1", "\xc3\xa9")), "cfg.json:2:9");
	td_unittest_assert_equal(t, td_value_where(t, td_value_key(td_get(v, "a", "1"), 0)), "cfg.json:2:4");
	td_unittest_assert_equal(t, td_value_where(t, td_get(td_value_copy(t, v), "a", "1")), "cfg.json:2:3");
	td_unittest_assert_equal(t, td_value_where(t, td_json_loads(t, "1")), "");
}

TD_TEST(TestJsonLoads, test_bytes_in_every_encoding) {
	static const td_bytes rows[] = {
		{"\"\xc3\xa9\"", 4},
		{"\xef\xbb\xbf\"\xc3\xa9\"", 7},
		{"\"\0\xe9\0\"\0", 6},
		{"\0\"\0\xe9\0\"", 6},
		{"\xff\xfe\"\0\xe9\0\"\0", 8},
		{"\xfe\xff\0\"\0\xe9\0\"", 8},
		{"\"\0\0\0\xe9\0\0\0\"\0\0\0", 12},
		{"\0\0\0\"\0\0\0\xe9\0\0\0\"", 12},
		{"\xff\xfe\0\0\"\0\0\0\xe9\0\0\0\"\0\0\0", 16},
		{"\0\0\xfe\xff\0\0\0\"\0\0\0\xe9\0\0\0\"", 16},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		td_unittest_assert_equal(t, td_value_str(td_json_loads_bytes(t, rows[i]), ""), "\xc3\xa9");
	}
	td_unittest_assert_equal(t, td_json_dumps(t, td_json_loads_bytes(t, ((td_bytes){"\"\0=\xd8\0\xde\"\0", 8}))),
	                         "\"\\ud83d\\ude00\"");
	td_unittest_assert_raises_message(t, TD_UnicodeDecodeError,
	                                  "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte",
	                                  td_json_loads(c, "\"\xff\""));
	td_unittest_assert_raises_message(t, TD_UnicodeDecodeError,
	                                  "'utf-16-le' codec can't decode byte 0x31 in position 2: truncated data",
	                                  td_json_loads_bytes(c, ((td_bytes){"\xff\xfe"
	                                                                     "1",
	                                                                     3})));
	td_unittest_assert_equal(t, td_value_len(td_json_loads_bytes(t, ((td_bytes){"\"\xed\xa0\x80\"", 5}))), 3);
}

TD_TEST(TestJsonLoads, test_raw_decode_reads_one_value_after_another) {
	const char *text = "{\"a\":1}[2]3";
	size_t at = 0;
	td_unittest_assert_equal(t, td_value_repr(t, td_json_raw_decode(t, text, &at)), "{'a': 1}");
	td_unittest_assert_equal(t, td_value_repr(t, td_json_raw_decode(t, text, &at)), "[2]");
	td_unittest_assert_equal(t, td_value_repr(t, td_json_raw_decode(t, text, &at)), "3");
	td_unittest_assert_equal(t, at, strlen(text));
	td_unittest_assert_raises_message(t, TD_JSONDecodeError, "Expecting value: line 1 column 12 (char 11)",
	                                  td_json_raw_decode(c, text, &at));
	at = 0;
	td_unittest_assert_raises(t, TD_JSONDecodeError, td_json_raw_decode(c, " 1", &at));
}

/* --- writing --- */

TD_TEST(TestJsonDumps, test_layout_is_pythons) {
	const td_value *v =
		td_dict(t, "a", td_list(t, 1, 2.0, TD_NULL), "b", td_dict(t), "c", td_list(t), "d", td_dict(t, "e", TD_TRUE));
	td_unittest_assert_equal(t, td_json_dumps(t, v),
	                         "{\"a\": [1, 2.0, null], \"b\": {}, \"c\": [], \"d\": {\"e\": true}}");
	td_unittest_assert_equal(t, td_json_dumps(t, v, .item_separator = ",", .key_separator = ":"),
	                         "{\"a\":[1,2.0,null],\"b\":{},\"c\":[],\"d\":{\"e\":true}}");
	td_unittest_assert_equal(t, td_json_dumps(t, v, .indent = TD_INT(2)),
	                         "{\n  \"a\": [\n    1,\n    2.0,\n    null\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": "
	                         "{\n    \"e\": true\n  }\n}");
	td_unittest_assert_equal(t, td_json_dumps(t, td_list(t, 1, td_list(t, 2)), .indent = TD_INT(0)),
	                         "[\n1,\n[\n2\n]\n]");
	td_unittest_assert_equal(t, td_json_dumps(t, td_list(t, 1, td_list(t, 2)), .indent_str = "--"),
	                         "[\n--1,\n--[\n----2\n--]\n]");
}

TD_TEST(TestJsonDumps, test_texts) {
	const td_value *v = td_v(t, "\x7f\xe2\x80\xa8\xf0\x9f\x98\x80\"\\\n\x01/\b\f\r\t");
	td_unittest_assert_equal(t, td_json_dumps(t, v), "\"\\u007f\\u2028\\ud83d\\ude00\\\"\\\\\\n\\u0001/\\b\\f\\r\\t\"");
	td_unittest_assert_equal(t, td_json_dumps(t, v, .ensure_utf8 = true),
	                         "\"\x7f\xe2\x80\xa8\xf0\x9f\x98\x80\\\"\\\\\\n\\u0001/\\b\\f\\r\\t\"");
	/* A file name that is not UTF-8 is written as Python writes its surrogateescape. */
	td_unittest_assert_equal(t, td_json_dumps(t, td_v(t, "a\xff")), "\"a\\udcff\"");
	const char *longer =
		td_format(t, "%s%s", "0123456789abcdef0123456789abcde\"", "plain text that goes on for a while \xc3\xa9");
	td_unittest_assert_equal(t, td_json_dumps(t, td_v(t, longer)),
	                         "\"0123456789abcdef0123456789abcde\\\"plain text that goes on for a while \\u00e9\"");
}

TD_TEST(TestJsonDumps, test_keys) {
	td_value *d = td_value_new_dict(t);
	td_value_set_key(t, d, td_v(t, 1), td_v(t, 2));
	td_value_set_key(t, d, td_v(t, TD_NULL), td_v(t, 3));
	td_value_set_key(t, d, td_v(t, 1.5), td_v(t, 5));
	td_value_set_key(t, d, td_v(t, TD_FALSE), td_v(t, 6));
	td_unittest_assert_equal(t, td_json_dumps(t, d), "{\"1\": 2, \"null\": 3, \"1.5\": 5, \"false\": 6}");
	td_unittest_assert_raises_message(t, TD_TypeError, "'<' not supported between instances of 'NoneType' and 'int'",
	                                  td_json_dumps(c, d, .sort_keys = true));
	td_value *bytes = td_value_new_dict(t);
	td_value_set_key(t, bytes, td_v(t, ((td_bytes){"k", 1})), td_v(t, 1));
	td_value_set(t, bytes, "x", td_v(t, 2));
	td_unittest_assert_raises_message(t, TD_TypeError, "keys must be str, int, float, bool or None, not bytes",
	                                  td_json_dumps(c, bytes));
	td_unittest_assert_equal(t, td_json_dumps(t, bytes, .skipkeys = true), "{\"x\": 2}");
	td_unittest_assert_equal(t,
	                         td_json_dumps(t, td_dict(t, "b", 1, "\xc3\xa9", 2, "a", td_dict(t, "z", 1, "y", 2)),
	                                       .sort_keys = true),
	                         "{\"a\": {\"y\": 2, \"z\": 1}, \"b\": 1, \"\\u00e9\": 2}");
}

static const td_value *as_hex(td_scope *s, const td_value *v, void *arg) {
	(void)arg;
	return td_v(s, td_format(s, "%zu bytes", td_value_len(v)));
}

static const td_value *as_itself(td_scope *s, const td_value *v, void *arg) {
	(void)s, (void)arg;
	return v;
}

TD_TEST(TestJsonDumps, test_what_json_has_no_form_for) {
	const td_value *v = td_list(t, ((td_bytes){"abc", 3}));
	td_unittest_assert_raises_message(t, TD_TypeError, "Object of type bytes is not JSON serializable",
	                                  td_json_dumps(c, v));
	td_unittest_assert_equal(t, td_json_dumps(t, v, .default_ = as_hex), "[\"3 bytes\"]");
	td_unittest_assert_raises_message(t, TD_ValueError, "Circular reference detected",
	                                  td_json_dumps(c, v, .default_ = as_itself));
	const td_value *nan = td_list(t, __builtin_nan(""), __builtin_inf(), -__builtin_inf());
	td_unittest_assert_equal(t, td_json_dumps(t, nan), "[NaN, Infinity, -Infinity]");
	td_unittest_assert_raises_message(t, TD_ValueError, "Out of range float values are not JSON compliant",
	                                  td_json_dumps(c, nan, .disallow_nan = true));
	td_unittest_assert_raises_message(t, TD_ValueError, "Out of range float values are not JSON compliant: nan",
	                                  td_json_dumps(c, nan, .disallow_nan = true, .indent = TD_INT(1)));
}

TD_TEST(TestJsonDumps, test_a_long_text_is_whole) {
	td_value *list = td_value_new_list(t);
	for (int i = 0; i < 20000; i++) td_value_append(t, list, td_v(t, td_format(t, "item %d", i)));
	const char *text = td_json_dumps(t, list);
	td_unittest_assert_true(t, td_value_equal(td_json_loads(t, text), list));
}

TD_TEST(TestJsonDumps, test_a_missing_value_is_a_type_error) {
	td_unittest_assert_raises(t, TD_TypeError, td_json_dumps(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_json_loads(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_json_loads(c, td_no_text));
}

/* --- files --- */

static void write_file(td_scope *s, const char *path, td_bytes bytes) {
	td_file *f = td_open(s, path, "wb");
	td_file_write_bytes(s, f, bytes);
	td_file_close(s, f);
}

TD_TEST(TestJsonFiles, test_dump_and_load) {
	const td_value *v = td_dict(t, "a", td_list(t, 1, "\xc3\xa9"), "b", TD_NULL);
	td_file *f = td_open(t, "x.json", "w");
	td_json_dump(t, v, f, .indent = TD_INT(2));
	td_file_close(t, f);
	f = td_open(t, "x.json", "r");
	td_unittest_assert_true(t, td_value_equal(td_json_load(t, f), v));
	td_file_close(t, f);
	td_unittest_assert_true(t, td_value_equal(td_json_load_path(t, "x.json"), v));
	td_unittest_assert_equal(t, td_value_where(t, td_get(td_json_load_path(t, "x.json", .positions = true), "b")),
	                         "x.json:6:8");
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_json_load_path(c, "y.json"));
}

TD_TEST(TestJsonFiles, test_dump_is_dumps_for_what_is_long) {
	td_value *list = td_value_new_list(t);
	for (int i = 0; i < 30000; i++) td_value_append(t, list, td_v(t, td_format(t, "item %d", i)));
	td_file *f = td_file_mem(t, ((td_bytes){"", 0}));
	td_json_dump(t, list, f);
	td_unittest_assert_true(t, strcmp(td_file_getvalue(t, f).data, td_json_dumps(t, list)) == 0);
}

TD_TEST(TestJsonFiles, test_an_error_says_the_file_and_the_place) {
	write_file(t, "x.json", (td_bytes){"{\"a\": 1,\r\n \"b\" 2}", 17});
	TD_SCOPE(c, t);
	td_json_load_path(c, "x.json");
	const td_error *e = td_catch(c, TD_JSONDecodeError);
	td_unittest_assert_equal(t, e->message, "Expecting ':' delimiter: line 2 column 6 (char 14)");
	td_unittest_assert_equal(t, e->source, "x.json");
}

TD_TEST(TestJsonFiles, test_text_files_are_utf8_and_binary_ones_anything) {
	write_file(t, "x.json",
	           (td_bytes){"\xff\xfe"
	                      "1\0",
	                      4});
	td_unittest_assert_raises_message(t, TD_UnicodeDecodeError, "'utf-8' codec can't decode byte 0xff in position 0",
	                                  td_json_load_path(c, "x.json"));
	td_file *f = td_open(t, "x.json", "rb");
	td_unittest_assert_equal(t, td_value_int(td_json_load(t, f), 0), 1);
	td_file_close(t, f);
	write_file(t, "x.json",
	           (td_bytes){"\xef\xbb\xbf"
	                      "1",
	                      4});
	td_unittest_assert_raises_message(t, TD_JSONDecodeError, "Unexpected UTF-8 BOM", td_json_load_path(c, "x.json"));
	write_file(t, "x.json", (td_bytes){"\"\xed\xa0\x80\"", 5});
	td_unittest_assert_raises_message(t, TD_UnicodeDecodeError, "'utf-8' codec can't decode byte 0xed in position 1",
	                                  td_json_load_path(c, "x.json"));
}

TD_TEST(TestJsonFiles, test_lines) {
	write_file(t, "x.jsonl", (td_bytes){"{\"n\": 1}\n\n  \r\n[2]\n3", 19});
	td_file *f = td_open(t, "x.jsonl", "r");
	const char *seen = "";
	for (td_json_lines *it = td_json_lines_open(t, f); td_json_lines_next(t, it);) {
		seen = td_format(t, "%s%lld:%s ", seen, (long long)td_json_lines_number(it),
		                 td_value_repr(t, td_json_lines_value(it)));
	}
	td_unittest_assert_equal(t, seen, "1:{'n': 1} 4:[2] 5:3 ");
	td_file_close(t, f);
	write_file(t, "x.jsonl", (td_bytes){"1\n[1,,2]\n", 9});
	f = td_open(t, "x.jsonl", "r");
	TD_SCOPE(c, t);
	td_json_lines *it = td_json_lines_open(c, f, .source = "x.jsonl");
	td_unittest_assert_true(t, td_json_lines_next(c, it));
	td_unittest_assert_false(t, td_json_lines_next(c, it));
	const td_error *e = td_catch(c, TD_JSONDecodeError);
	td_unittest_assert_equal(t, e ? e->message : "", "Expecting value: line 2 column 4 (char 3)");
	td_file_close(t, f);
}
