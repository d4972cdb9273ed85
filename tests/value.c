#include <string.h>
#include <tend.h>

TD_TEST(TestValue, test_literals_read_back) {
	const td_value *cfg =
		td_dict(t, "name", "web", "port", 8080, "debug", TD_FALSE, "none", TD_NULL, "pi", 3.5, "big", UINT64_MAX,
	            "servers", td_list(t, td_dict(t, "name", "alpha"), td_dict(t, "name", "beta")));
	td_unittest_assert_equal(t, td_value_int(td_get(cfg, "port"), 80), 8080);
	td_unittest_assert_equal(t, td_value_str(td_get(cfg, "servers", "1", "name"), "nobody"), "beta");
	td_unittest_assert_equal(t, td_value_digits(t, td_get(cfg, "big")), "18446744073709551615");
	td_unittest_assert_equal(t, td_value_int(td_get(cfg, "big"), -1), -1);
	td_unittest_assert_equal(t, td_value_float(td_get(cfg, "port"), 0), 8080.0);
	td_unittest_assert_true(t, td_value_is_null(td_get(cfg, "none")));
	td_unittest_assert_true(t, td_value_type(td_get(cfg, "none")) == TD_NULL_TYPE);
	td_unittest_assert_true(t, td_value_type(td_get(cfg, "debug")) == TD_BOOL);
	td_unittest_assert_equal(t, td_value_repr(t, cfg),
	                         "{'name': 'web', 'port': 8080, 'debug': False, 'none': None, 'pi': 3.5, 'big': "
	                         "18446744073709551615, 'servers': [{'name': 'alpha'}, {'name': 'beta'}]}");
}

TD_TEST(TestValue, test_what_is_not_there_is_null_all_the_way) {
	const td_value *v = td_list(t, 1, "x");
	td_unittest_assert_is_none(t, td_get(v, "2"));
	td_unittest_assert_is_none(t, td_get(v, "-1"));
	td_unittest_assert_is_none(t, td_get(v, "0", "x"));
	td_unittest_assert_is_none(t, td_get(NULL, "x"));
	td_unittest_assert_equal(t, td_value_str(td_get(v, "0"), "fallback"), "fallback");
	td_unittest_assert_equal(t, td_value_type_name(td_get(v, "9")), "nothing");
	td_unittest_assert_equal(t, td_value_len(NULL), 0);
}

TD_TEST(TestValue, test_need_says_what_is_missing) {
	const td_value *v = td_dict(t, "a", td_list(t, 1));
	td_unittest_assert_equal(t, td_value_int(td_need(t, v, "a", "0"), 0), 1);
	td_unittest_assert_raises_message(t, TD_KeyError, "'b'", td_need(c, v, "b"));
	td_unittest_assert_raises_message(t, TD_IndexError, "list index out of range", td_need(c, v, "a", "1"));
	td_unittest_assert_raises_message(t, TD_TypeError, "list indices must be integers", td_need(c, v, "a", "x"));
	td_unittest_assert_raises_message(t, TD_TypeError, "'int' object is not subscriptable",
	                                  td_need(c, v, "a", "0", "y"));
}

TD_TEST(TestValue, test_setters_copy) {
	td_value *inner = td_list(t, 1);
	td_value *outer = td_value_new_dict(t);
	td_value_set(t, outer, "inner", inner);
	td_value_append(t, inner, td_v(t, 2));
	td_unittest_assert_equal(t, td_value_len(td_get(outer, "inner")), 1);
	td_value_append(t, inner, inner);
	td_unittest_assert_equal(t, td_value_repr(t, inner), "[1, 2, [1, 2]]");
}

TD_TEST(TestValue, test_a_dict_keeps_its_order_and_the_first_place) {
	td_value *d = td_dict(t, "b", 1, "a", 2);
	td_value_set(t, d, "b", td_v(t, 3));
	td_unittest_assert_equal(t, td_value_repr(t, d), "{'b': 3, 'a': 2}");
	td_value_remove(t, d, "b");
	td_value_set(t, d, "b", td_v(t, 4));
	td_unittest_assert_equal(t, td_value_repr(t, d), "{'a': 2, 'b': 4}");
	td_unittest_assert_raises_message(t, TD_KeyError, "'zz'", td_value_remove(c, d, "zz"));
}

TD_TEST(TestValue, test_a_large_dict_finds_all_its_keys) {
	td_value *d = td_value_new_dict(t);
	for (int i = 0; i < 3000; i++) td_value_set(t, d, td_format(t, "key%d", i), td_v(t, i));
	for (int i = 0; i < 3000; i += 3) td_value_remove(t, d, td_format(t, "key%d", i));
	td_unittest_assert_equal(t, td_value_len(d), 2000);
	const td_value *copy = td_value_copy(t, d);
	for (int i = 0; i < 3000; i++) {
		int64_t want = i % 3 ? i : -1;
		if (td_value_int(td_value_get(d, td_format(t, "key%d", i)), -1) != want) td_unittest_fail(t, "key%d", i);
		if (td_value_int(td_value_get(copy, td_format(t, "key%d", i)), -1) != want)
			td_unittest_fail(t, "copy of key%d", i);
	}
	td_unittest_assert_true(t, td_value_equal(d, copy));
}

TD_TEST(TestValue, test_keys_are_equal_as_in_python) {
	td_value *d = td_value_new_dict(t);
	td_value_set_key(t, d, td_v(t, 1), td_v(t, "int"));
	td_value_set_key(t, d, td_v(t, 1.0), td_v(t, "float"));
	td_value_set_key(t, d, td_v(t, TD_TRUE), td_v(t, "bool"));
	td_value_set_key(t, d, td_v(t, "1"), td_v(t, "text"));
	td_value_set_key(t, d, td_v(t, TD_NULL), td_v(t, "none"));
	td_unittest_assert_equal(t, td_value_repr(t, d), "{1: 'bool', '1': 'text', None: 'none'}");
	td_unittest_assert_raises_message(t, TD_TypeError, "unhashable type: 'list'",
	                                  td_value_set_key(c, d, td_list(c), td_v(c, 1)));
}

TD_TEST(TestValue, test_equality_is_pythons) {
	td_unittest_assert_true(t, td_value_equal(td_v(t, 1), td_v(t, 1.0)));
	td_unittest_assert_true(t, td_value_equal(td_v(t, 1), td_v(t, TD_TRUE)));
	td_unittest_assert_false(t, td_value_equal(td_v(t, "1"), td_v(t, 1)));
	td_unittest_assert_false(t, td_value_equal(td_v(t, __builtin_nan("")), td_v(t, __builtin_nan(""))));
	td_unittest_assert_false(t, td_value_equal(td_v(t, (int64_t)9007199254740993), td_v(t, 9007199254740992.0)));
	td_unittest_assert_true(t, td_value_equal(td_value_new_digits(t, "1180591620717411303424"), td_v(t, 0x1p70)));
	td_unittest_assert_false(t, td_value_equal(td_value_new_digits(t, "1180591620717411303425"), td_v(t, 0x1p70)));
	td_unittest_assert_true(t, td_value_equal(td_dict(t, "a", 1, "b", 2), td_dict(t, "b", 2, "a", 1)));
	td_unittest_assert_false(t, td_value_equal(td_dict(t, "a", 1), td_dict(t, "a", 1, "b", 2)));
	td_unittest_assert_true(t, td_value_equal(td_list(t), td_list(t)));
	td_unittest_assert_false(t, td_value_equal(td_list(t), td_dict(t)));
	td_unittest_assert_false(t, td_value_equal(td_v(t, "x"), td_v(t, ((td_bytes){"x", 1}))));
}

TD_TEST(TestValue, test_order) {
	td_unittest_assert_equal(t, td_value_compare(t, td_v(t, 1), td_v(t, 1.5)), -1);
	td_unittest_assert_equal(t, td_value_compare(t, td_v(t, "b"), td_v(t, "abc")), 1);
	td_unittest_assert_equal(t, td_value_compare(t, td_list(t, 1, 2), td_list(t, 1, 2, 0)), -1);
	td_unittest_assert_equal(t,
	                         td_value_compare(t, td_value_new_digits(t, "-99999999999999999999"), td_v(t, INT64_MIN)),
	                         -1);
	td_unittest_assert_equal(t, td_value_compare(t, td_value_new_digits(t, "99999999999999999999"), td_v(t, 1e20)), -1);
	td_unittest_assert_raises_message(t, TD_TypeError, "'<' not supported between instances of 'int' and 'str'",
	                                  td_value_compare(c, td_list(c, 1), td_list(c, "a")));
}

TD_TEST(TestValue, test_text_may_hold_nul_and_bytes_are_bytes) {
	const td_value *v = td_value_new_text(t, (td_bytes){"a\0b", 3});
	td_unittest_assert_equal(t, td_value_len(v), 3);
	td_unittest_assert_equal(t, td_value_repr(t, v), "'a\\x00b'");
	td_unittest_assert_equal(t, td_value_repr(t, td_value_new_bytes(t, (td_bytes){"\xff'\n", 3})), "b\"\\xff'\\n\"");
	td_unittest_assert_equal(t, td_value_repr(t, td_v(t, "it's \"\xc3\xa9\" \xe2\x80\xa8")),
	                         "'it\\'s \"\xc3\xa9\" \\u2028'");
}

TD_TEST(TestValue, test_digits_are_kept_and_checked) {
	td_unittest_assert_equal(t, td_value_digits(t, td_value_new_digits(t, "-000")), "0");
	td_unittest_assert_equal(t, td_value_digits(t, td_value_new_digits(t, "-9223372036854775808")),
	                         "-9223372036854775808");
	td_unittest_assert_equal(t, td_value_int(td_value_new_digits(t, "-9223372036854775808"), 0), INT64_MIN);
	td_unittest_assert_equal(t, td_value_digits(t, td_value_new_digits(t, "00123456789012345678901")),
	                         "123456789012345678901");
	td_unittest_assert_raises(t, TD_ValueError, td_value_new_digits(c, "12a"));
	td_unittest_assert_raises(t, TD_ValueError, td_value_new_digits(c, "-"));
}

TD_TEST(TestValue, test_walk_visits_parents_first_and_knows_the_path) {
	const td_value *v = td_dict(t, "a", td_list(t, 1, td_dict(t, "b", 2)), "c", td_list(t));
	const char *seen = "";
	for (td_value_walk *w = td_value_walk_open(t, v); td_value_walk_next(t, w);) {
		seen = td_format(t, "%s%s=%s@%zu;", seen, td_value_walk_path(t, w), td_value_type_name(td_value_walk_value(w)),
		                 td_value_walk_depth(w));
	}
	td_unittest_assert_equal(t, seen, "=dict@0;a=list@1;a.0=int@2;a.1=dict@2;a.1.b=int@3;c=list@1;");
}

TD_TEST(TestValue, test_a_chain_of_lists) {
	td_value *chain = td_value_new_list(t);
	for (int i = 0; i < 400; i++) {
		td_value *outer = td_value_new_list(t);
		td_value_append(t, outer, chain);
		chain = outer;
	}
	const td_value *copy = td_value_copy(t, chain);
	td_unittest_assert_true(t, td_value_equal(chain, copy));
	td_unittest_assert_equal(t, strlen(td_value_repr(t, copy)), 802);
	td_unittest_assert_equal(t, td_value_compare(t, chain, copy), 0);
}

TD_TEST(TestValue, test_a_failed_scope_makes_nothing) {
	TD_SCOPE(c, t);
	td_raise(c, TD_ValueError, "first");
	td_unittest_assert_is_none(t, td_value_new_int(c, 1));
	td_unittest_assert_is_none(t, td_list(c, 1));
	td_unittest_assert_is_not_none(t, td_catch(c, TD_ValueError));
	td_unittest_assert_raises(t, TD_TypeError, td_value_new_str(c, td_no_text));
	td_unittest_assert_raises(t, TD_TypeError, td_list(c, (const char *)NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_value_append(c, td_dict(c), td_v(c, 1)));
}

TD_TEST(TestValue, test_a_value_outlives_its_scope_by_keeping) {
	const td_value *kept;
	{
		TD_SCOPE(inner, t);
		kept = td_keep(t, td_dict(inner, "long enough to be elsewhere", td_list(inner, "also not in the node itself")));
	}
	td_unittest_assert_equal(t, td_value_repr(t, kept),
	                         "{'long enough to be elsewhere': ['also not in the node itself']}");
}

TD_TEST(TestValue, test_a_kept_value_keeps_the_name_of_its_source) {
	const td_value *kept;
	{
		TD_SCOPE(work, t);
		const char *name = td_format(work, "%s.yaml", "my");
		kept = td_keep(t, td_yaml_safe_load(work, "a: {b: 1}\n", .source = name));
	}
	td_unittest_assert_equal(t, td_value_where(t, td_get(kept, "a", "b")), "my.yaml:1:8");
}
