/* Tests of tend/re.h: what differs from texts in and out; tests/oracle/gen_re.py holds the meaning against CPython. */
#include <tend.h>

TD_TEST(TestRe, test_a_match_outlives_the_text) {
	char text[] = "level=warn what=disk";
	const td_match *m = td_re_search(t, "what=(?P<what>\\w+)(!)?", text);
	memset(text, '#', sizeof text - 1);
	td_unittest_assert_equal(t, td_match_group(t, m, 0), "what=disk");
	td_unittest_assert_equal(t, td_match_group_name(t, m, "what"), "disk");
	td_unittest_assert_is_none(t, td_match_group(t, m, 2));
	td_unittest_assert_equal(t, td_match_start(t, m, 1), 16);
	td_unittest_assert_equal(t, td_match_end(t, m, 1), 20);
	td_unittest_assert_equal(t, td_match_start(t, m, 2), -1);
	td_unittest_assert_equal(t, td_match_expand(t, m, "[\\1]"), "[disk]");
	td_unittest_assert_raises_message(t, TD_IndexError, "no such group", td_match_group(c, m, 3));
	td_unittest_assert_raises_message(t, TD_IndexError, "no such group", td_match_group_name(c, m, "q"));
}

TD_TEST(TestRe, test_no_match_is_no_error) {
	td_unittest_assert_is_none(t, td_re_search(t, "b", "aaa"));
	td_unittest_assert_is_none(t, td_re_match(t, "a", "ba"));
	td_unittest_assert_is_none(t, td_re_fullmatch(t, "a", "ab"));
}

TD_TEST(TestRe, test_positions_are_bytes) {
	const td_match *m = td_re_search(t, "\xC3\xBC.", "\xC3\xA4\xC3\xBC\xC3\xB6");
	td_unittest_assert_equal(t, td_match_start(t, m, 0), 2);
	td_unittest_assert_equal(t, td_match_end(t, m, 0), 6);
}

TD_TEST(TestRe, test_bytes_that_are_no_text) {
	const td_match *m = td_re_search(t, "b+", "a\xFF\xFE bb \xC3");
	td_unittest_assert_equal(t, td_match_group(t, m, 0), "bb");
	td_unittest_assert_is_none(t, td_re_search(t, "a.\\w", "a\xFF b"));
}

static const char *louder(td_scope *s, const td_match *m, void *arg) {
	++*(int *)arg;
	return td_str_upper(s, td_match_group(s, m, 1));
}

TD_TEST(TestRe, test_a_function_makes_the_replacement) {
	int calls = 0;
	int64_t count = 0;
	const char *made = td_re_sub(t, "<(\\w)>", NULL, "<a><b>c", .fn = louder, .arg = &calls, .counted = &count);
	td_unittest_assert_equal(t, made, "ABc");
	td_unittest_assert_equal(t, calls, 2);
	td_unittest_assert_equal(t, count, 2);
	td_unittest_assert_raises(t, TD_TypeError, td_re_sub(c, "a", NULL, "a"));
}

TD_TEST(TestRe, test_an_error_says_where) {
	TD_SCOPE(attempt, t);
	td_re_compile(attempt, "ab\n[c", .flags = TD_RE_VERBOSE);
	const td_error *e = td_catch(attempt, TD_re_error);
	td_unittest_assert_equal(t, e->message, "unterminated character set at position 3 (line 2, column 1)");
	td_unittest_assert_equal(t, e->position, 3);
	td_unittest_assert_equal(t, e->line, 2);
}

TD_TEST(TestRe, test_a_runaway_pattern_is_an_error, .timeout = 20) {
	const char *text = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
	td_unittest_assert_raises_message(t, TD_re_error, "ways without an end", td_re_match(c, "(a|a?)+$", text));
	td_unittest_assert_raises(t, TD_re_error, td_re_sub(c, "(a|a?)+$", "", text));
}

TD_TEST(TestRe, test_deep_groups) {
	const char *open = "", *close = "";
	for (int i = 0; i < 10; i++) { /* 1,024 in each other */
		open = i ? td_format(t, "%s%s", open, open) : "(";
		close = i ? td_format(t, "%s%s", close, close) : ")";
	}
	td_unittest_assert_raises(t, TD_RecursionError,
	                          td_re_compile(c, td_format(c, "%s%sa%s%s", open, open, close, close)));
}

TD_TEST(TestRe, test_long_subjects) {
	char *text = td_alloc(t, 3000001);
	memset(text, 'a', 3000000);
	td_unittest_assert_equal(t, td_match_end(t, td_re_match(t, "(?:a)*", text), 0), 3000000);
	td_unittest_assert_equal(t, td_match_end(t, td_re_match(t, "a*", text), 0), 3000000);
}

TD_TEST(TestRe, test_a_pattern_outlives_the_cache) {
	td_pattern *p = td_re_compile(t, "a(?P<n>b)");
	for (int i = 0; i < 600; i++) {
		TD_SCOPE(turn, t);
		td_re_search(turn, td_format(turn, "x%d", i), "x599");
	}
	td_re_purge();
	td_unittest_assert_true(t, td_pattern_search(t, p, "ab") != NULL);
	td_unittest_assert_equal(t, td_pattern_pattern(p), "a(?P<n>b)");
	td_unittest_assert_equal(t, td_value_int(td_get(td_pattern_groupindex(t, p), "n"), 0), 1);
}

static void search_much(td_scope *s, void *arg) {
	for (int i = 0; i < 200; i++) {
		TD_SCOPE(turn, s);
		const td_match *m = td_re_fullmatch(turn, td_format(turn, "(%d)x*", i % 40), td_format(turn, "%dxx", i % 40));
		if (!m) td_raise(s, TD_RuntimeError, "no match");
		if (i % 50 == 0) td_re_purge();
	}
	(void)arg;
}

TD_TEST(TestRe, test_many_threads) {
	TD_SCOPE(work, t);
	for (int i = 0; i < 4; i++) td_thread_start(work, search_much, NULL);
}

TD_TEST(TestRe, test_lines_with_nul) {
	td_pattern *p = td_re_compile(t, "b$");
	td_unittest_assert_true(t, td_pattern_test(t, p, "a\0b", 3));
	td_unittest_assert_false(t, td_pattern_test(t, p, "a\0bc", 4));
}

TD_TEST(TestRe, test_after_an_error) {
	TD_SCOPE(failed, t);
	td_raise(failed, TD_ValueError, "first");
	td_unittest_assert_is_none(t, td_re_search(failed, "a", "a"));
	td_unittest_assert_is_none(t, td_re_findall(failed, "a", "a"));
	td_unittest_assert_is(t, td_re_sub(failed, "a", "b", "a"), td_no_text);
	td_catch(failed);
	td_unittest_assert_raises(t, TD_TypeError, td_re_search(c, td_no_text, "a"));
	td_unittest_assert_raises(t, TD_TypeError, td_re_search(c, "a", NULL));
}
