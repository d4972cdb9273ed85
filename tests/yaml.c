/* Tests of tend/yaml.h. That its answers are PyYAML's is what the oracle asks of thousands of texts; here is what a user of
 * the C interface relies on. */
#include <string.h>
#include <tend.h>

static const td_value *one(td_scope *t, const char *text) {
	return td_yaml_safe_load(t, text);
}

TD_TEST(TestYaml, test_types_are_those_of_yaml_1_1) {
	static const struct {
		const char *text, *repr;
	} rows[] = {
		{"on", "True"},
		{"No", "False"},
		{"y", "'y'"},
		{"017", "15"},
		{"0o17", "'0o17'"},
		{"0b1_01", "5"},
		{"0xFF", "255"},
		{"1:30", "90"},
		{"190:20:30.15", "685230.15"},
		{"1e3", "'1e3'"},
		{"1.e+3", "1000.0"},
		{"-.inf", "-inf"},
		{".5", "0.5"},
		{"~", "None"},
		{"", "None"},
		{"'on'", "'on'"},
		{"!!str 5", "'5'"},
		{"!!binary aGk=", "b'hi'"},
		{"2001-12-14", "'2001-12-14'"},
		{"2001-12-14t21:59:43.10-05:00", "'2001-12-14T21:59:43.100000-05:00'"},
		{"-0x10000000000000000", "-18446744073709551616"},
		{"!!set {a, b}", "{'a': None, 'b': None}"},
		{"!!omap [a: 1]", "[['a', 1]]"},
		{"{1: a, true: b}", "{1: 'b'}"},
		{"{a: 1, a: 2}", "{'a': 2}"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		TD_SUBTEST (t, "%s", rows[i].text) {
			td_unittest_assert_equal(t, td_value_repr(t, one(t, rows[i].text)), rows[i].repr);
		}
}

TD_TEST(TestYaml, test_merge_keys_come_first_and_own_values_win) {
	const td_value *v = one(t, "base: &b {x: 1, y: 2}\nit: {z: 0, <<: *b, y: 3}\n");
	td_unittest_assert_equal(t, td_value_repr(t, td_get(v, "it")), "{'x': 1, 'y': 3, 'z': 0}");
	v = one(t, "- &a {x: 1}\n- &b {x: 2, y: 2}\n- <<: [*a, *b]\n");
	td_unittest_assert_equal(t, td_value_repr(t, td_get(v, "2")), "{'x': 1, 'y': 2}");
}

TD_TEST(TestYaml, test_values_and_keys_know_where_they_stood) {
	const td_value *v = td_yaml_safe_load(t, "a: 1\nb:\n  - x\n  - {c: d}\n", .source = "my.yaml");
	td_unittest_assert_equal(t, td_value_where(t, td_get(v, "b", "1", "c")), "my.yaml:4:9");
	td_unittest_assert_equal(t, td_value_where(t, td_value_key(v, 1)), "my.yaml:2:1");
	td_unittest_assert_equal(t, td_value_where(t, td_get(v, "b")), "my.yaml:3:3");
}

TD_TEST(TestYaml, test_an_error_reads_as_pyyaml_s_and_says_where) {
	TD_SCOPE(c, t);
	td_unittest_assert_is_none(t, td_yaml_safe_load(c, "a: [1, 2\nb: 3\n", .source = "x.yaml"));
	const td_error *e = td_catch(c, TD_ParserError);
	if (!td_unittest_assert_is_not_none(t, e)) return;
	td_unittest_assert_equal(
		t, e->message,
		"while parsing a flow sequence\n  in \"x.yaml\", line 1, column 4:\n    a: [1, 2\n       ^\n"
		"expected ',' or ']', but got ':'\n  in \"x.yaml\", line 2, column 2:\n    b: 3\n     ^");
	td_unittest_assert_equal(t, e->line, 2);
	td_unittest_assert_equal(t, e->column, 2);
	td_unittest_assert_equal(t, e->source, "x.yaml");
}

TD_TEST(TestYaml, test_unknown_tags_are_refused) {
	td_unittest_assert_raises_message(t, TD_ConstructorError,
	                                  "could not determine a constructor for the tag "
	                                  "'tag:yaml.org,2002:python/object/apply:os.system'",
	                                  one(c, "!!python/object/apply:os.system ['true']"));
	td_unittest_assert_raises_message(t, TD_ConstructorError, "found unhashable key", one(c, "{[a]: 1}"));
	td_unittest_assert_raises_message(t, TD_ConstructorError, "tag:yaml.org,2002:value", one(c, "[=]"));
}

TD_TEST(TestYaml, test_scalars_that_python_refuses) {
	td_unittest_assert_raises_message(t, TD_ValueError, "month must be in 1..12", one(c, "2001-13-01"));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid literal for int() with base 8: '08'",
	                                  one(c, "!!int 08"));
	td_unittest_assert_raises_message(t, TD_IndexError, "string index out of range", one(c, "!!int ''"));
	td_unittest_assert_raises_message(t, TD_ConstructorError, "Incorrect padding", one(c, "!!binary abc"));
}

TD_TEST(TestYaml, test_a_value_in_itself_is_refused) {
	td_unittest_assert_raises_message(t, TD_ConstructorError, "found unconstructable recursive node",
	                                  one(c, "&a [*a]"));
	td_unittest_assert_raises_message(t, TD_ComposerError, "found undefined alias 'b'", one(c, "[*b]"));
	td_unittest_assert_raises_message(t, TD_ComposerError, "found duplicate anchor 'a'", one(c, "[&a 1, &a 2]"));
}

TD_TEST(TestYaml, test_alias_bombs_and_depth_end_in_errors) {
	const char *bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
	for (char k = 'b'; k < 'k'; k++)
		bomb = td_format(t, "%s%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", bomb, k, k, k - 1, k - 1,
		                 k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1);
	td_unittest_assert_raises_message(t, TD_ComposerError, "aliases stand for more than 1000000 values", one(c, bomb));
	td_unittest_assert_raises(t, TD_ComposerError, td_yaml_safe_load(c, "[&a [1, 2], *a, *a]", .max_aliases = 5));
	td_unittest_assert_equal(t, td_value_len(td_yaml_safe_load(t, "[&a [1, 2], *a, *a]", .max_aliases = 6)), 3);
	char deep[4097];
	memset(deep, '[', 4096);
	deep[4096] = '\0';
	td_unittest_assert_raises(t, TD_RecursionError, one(c, deep));
	td_unittest_assert_raises(t, TD_RecursionError, td_yaml_safe_load(c, "[[[1]]]", .max_depth = 2));
	td_unittest_assert_equal(t, td_value_repr(t, td_yaml_safe_load(t, "[[1]]", .max_depth = 2)), "[[1]]");
}

TD_TEST(TestYaml, test_unique_keys_on_request) {
	td_unittest_assert_raises_message(t, TD_ConstructorError, "found duplicate key 'a', first given in line 1",
	                                  td_yaml_safe_load(c, "a: 1\nb: 2\na: 3\n", .unique_keys = true));
	const td_value *v = td_yaml_safe_load(t, "x: &x {a: 1}\ny: {<<: *x, a: 2}\n", .unique_keys = true);
	td_unittest_assert_equal(t, td_value_int(td_get(v, "y", "a"), 0), 2);
}

TD_TEST(TestYaml, test_times_can_be_told_from_texts) {
	const td_value *v = td_yaml_safe_load(t, "[2001-12-14, 2001-12-14 21:59:43Z, '2001-12-14']", .tag_times = true);
	td_unittest_assert_equal(t, td_value_repr(t, v),
	                         "[{'$date': '2001-12-14'}, {'$datetime': "
	                         "'2001-12-14T21:59:43+00:00'}, '2001-12-14']");
}

TD_TEST(TestYaml, test_documents_one_after_another) {
	td_yaml_docs *d = td_yaml_safe_load_all(t, "a: 1\n---\n---\n[2]\n");
	const char *seen = "";
	while (td_yaml_docs_next(t, d)) seen = td_format(t, "%s%s;", seen, td_value_repr(t, td_yaml_docs_value(d)));
	td_unittest_assert_equal(t, seen, "{'a': 1};None;[2];");
	td_unittest_assert_false(t, td_yaml_docs_next(t, d));
	td_unittest_assert_raises_message(t, TD_ComposerError, "expected a single document in the stream",
	                                  one(c, "--- 1\n--- 2\n"));
}

TD_TEST(TestYaml, test_two_good_documents_before_a_bad_one) {
	TD_SCOPE(c, t);
	td_yaml_docs *d = td_yaml_safe_load_all(c, "--- 1\n--- 2\n--- [\n");
	td_unittest_assert_true(t, td_yaml_docs_next(c, d));
	td_unittest_assert_true(t, td_yaml_docs_next(c, d));
	td_unittest_assert_equal(t, td_value_int(td_yaml_docs_value(d), 0), 2);
	td_unittest_assert_false(t, td_yaml_docs_next(c, d));
	td_unittest_assert_is_not_none(t, td_catch(c, TD_ParserError));
	td_unittest_assert_is_none(t, td_yaml_docs_value(d));
}

static void write_bytes(const char *path, const char *data, size_t len) {
	FILE *f = fopen(path, "wb");
	fwrite(data, 1, len, f);
	fclose(f);
}

TD_TEST(TestYaml, test_files) {
	static const char utf16[] = "\xFF\xFE"
								"a\0:\0 \0\xE9\0\n";
	write_bytes("plain.yaml", "a: [1\n", 6);
	write_bytes("utf16.yaml", utf16, sizeof utf16);
	write_bytes("bad.yaml", "a: \xFF", 4);
	write_bytes("nul.yaml", "a: \0b", 5);
	td_unittest_assert_equal(t, td_value_str(td_get(td_yaml_safe_load_path(t, "utf16.yaml"), "a"), ""), "\xC3\xA9");
	td_unittest_assert_raises_message(t, TD_ParserError, "in \"plain.yaml\", line 1, column 4\n",
	                                  td_yaml_safe_load_path(c, "plain.yaml"));
	td_unittest_assert_raises_message(t, TD_ReaderError,
	                                  "'utf-8' codec can't decode byte #xff: invalid start byte\n"
	                                  "  in \"bad.yaml\", position 3",
	                                  td_yaml_safe_load_path(c, "bad.yaml"));
	td_unittest_assert_raises_message(t, TD_ReaderError,
	                                  "unacceptable character #x0000: special characters are not "
	                                  "allowed\n  in \"nul.yaml\", position 3",
	                                  td_yaml_safe_load_path(c, "nul.yaml"));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_yaml_safe_load_path(c, "none.yaml"));
}

TD_TEST(TestYaml, test_a_failed_scope_and_missing_texts) {
	td_unittest_assert_raises(t, TD_TypeError, td_yaml_safe_load(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_yaml_safe_load(c, td_no_text));
	TD_SCOPE(c, t);
	td_raise(c, TD_ValueError, "first");
	td_unittest_assert_is_none(t, td_yaml_safe_load(c, "a: 1"));
	td_unittest_assert_is_none(t, td_yaml_safe_load_all(c, "a: 1"));
	td_catch(c);
}
