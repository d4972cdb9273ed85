#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include <tend.h>

#define CHECK(list, ...)                                                                                               \
	do {                                                                                                               \
		td_strs got = (list);                                                                                          \
		const char *const wanted[] = {__VA_ARGS__};                                                                    \
		td_unittest_assert_equal(t, got.len, sizeof wanted / sizeof *wanted);                                          \
		for (size_t i = 0; i < got.len; i++) td_unittest_assert_equal(t, got.items[i], wanted[i]);                     \
		td_unittest_assert_is_none(t, got.items[got.len]);                                                             \
	} while (0)

/* --- formatting --- */

#pragma GCC diagnostic push /* what compilers warn of is what is tried here */
#pragma GCC diagnostic ignored "-Wformat"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wformat-overflow"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#endif
#pragma GCC diagnostic ignored "-Wformat-zero-length"

/* The same format and arguments through libtend and through C's own snprintf. */
#define SAME(...)                                                                                                      \
	do {                                                                                                               \
		char wanted[8000];                                                                                             \
		snprintf(wanted, sizeof wanted, __VA_ARGS__);                                                                  \
		td_unittest_assert_equal(t, td_format(t, __VA_ARGS__), wanted);                                                \
	} while (0)

TD_TEST(TestFormat, test_integers_as_c_has_them) {
	static const int64_t numbers[] = {0, 1, -1, 7, 8, 42, -42, 255, INT_MAX, INT_MIN, INT64_MAX, INT64_MIN, 1000000};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		long long n = numbers[i];
		SAME("%lld|%5lld|%-5lld|%05lld|%+lld|% lld|%.3lld|%8.3lld|%-8.3lld|%08.3lld|%+.0lld", n, n, n, n, n, n, n, n, n,
		     n, n);
		unsigned long long u = (unsigned long long)n;
		SAME("%llu|%llx|%llX|%llo|%#llx|%#llX|%#llo|%#10llx|%#010llx|%-#10llx|%.5llx|%#.5llx|%#.0llo", u, u, u, u, u, u,
		     u, u, u, u, u, u, u);
		SAME("%hhd %hd %d %ld %zd %jd %td %hhu %hu %u %lu %zu %ju", (signed char)n, (short)n, (int)n, (long)n,
		     (ssize_t)n, (intmax_t)n, (ptrdiff_t)n, (unsigned char)n, (unsigned short)n, (unsigned)n, (unsigned long)n,
		     (size_t)n, (uintmax_t)n);
		SAME("%*d|%-*d|%.*d|%*.*d", 7, (int)n, 7, (int)n, 4, (int)n, -9, -1, (int)n);
	}
}

TD_TEST(TestFormat, test_floats_as_c_has_them) {
	static const double numbers[] = {0.0,     -0.0,   1,   -1,  0.1,  1e23,     123456789.125, DBL_MAX,
	                                 DBL_MIN, 5e-324, 2.5, 3.5, 1e-5, INFINITY, -INFINITY,     NAN};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		double x = numbers[i];
		SAME("%f|%e|%g|%a|%F|%E|%G|%A", x, x, x, x, x, x, x, x);
		SAME("%.0f|%.10f|%20.3f|%-20.3f|%020.3f|%+f|% f|%#.0f|%#g|%.17g|%.3e", x, x, x, x, x, x, x, x, x, x, x);
		SAME("%Lf|%Lg|%*.*f|%lf", (long double)x, (long double)x, 15, 2, x, x);
	}
}

TD_TEST(TestFormat, test_texts) {
	SAME("%s|%5s|%-5s|%.2s|%5.1s|%.*s|%c|%3c|%-3c|%%", "abc", "abc", "abc", "abc", "abc", 2, "abc", 'x', 'y', 'z');
	SAME("%p %p", (void *)t, NULL);
	SAME("%20p|%-20p|", (void *)t, (void *)t);
	td_unittest_assert_equal(t, td_format(t, "%-4s|%4s|", "\xC3\xA9", "\xE2\x82\xAC"), "\xC3\xA9   |   \xE2\x82\xAC|",
	                         .msg = "widths count characters");
	const char not_ended[2] = {'o', 'k'};
	td_unittest_assert_equal(t, td_format(t, "%.2s", not_ended), "ok");
	td_unittest_assert_equal(t, td_format(t, "%s", ""), "");
	char *large = td_alloc(t, 100001);
	memset(large, 'x', 100000);
	td_unittest_assert_equal(t, strlen(td_format(t, "<%s>", large)), 100002);
	td_unittest_assert_equal(t, strlen(td_format(t, "%100000d", 1)), 100000);
}

TD_TEST(TestFormat, test_what_is_refused) {
	int n = 5;
	td_unittest_assert_raises_message(t, TD_ValueError, "unsupported format character 'n' (0x6e) at index 3",
	                                  td_format(c, "ab%n", &n));
	td_unittest_assert_equal(t, n, 5);
	td_unittest_assert_raises_message(t, TD_ValueError, "unsupported format character 'y' (0x79) at index 1",
	                                  td_format(c, "%y", 1));
	td_unittest_assert_raises_message(t, TD_ValueError, "unsupported format character '$' (0x24) at index 2",
	                                  td_format(c, "%1$d", 1));
	td_unittest_assert_raises_message(t, TD_ValueError, "incomplete format", td_format(c, "100%"));
	td_unittest_assert_raises_message(t, TD_ValueError, "incomplete format", td_format(c, "%-5.3l"));
	td_unittest_assert_raises(t, TD_ValueError, td_format(c, "%ls", L"x"));
	td_unittest_assert_raises(t, TD_OverflowError, td_format(c, "%99999999999d", 1));
	td_unittest_assert_raises(t, TD_OverflowError, td_format(c, "%2147483647d%d", 1, 1));
	td_unittest_assert_equal(t, td_format(t, ""), "");
}

/* What came of a failed call must not go on into a path or a command. */
TD_TEST(TestFormat, test_failed_text_is_refused) {
	td_unittest_assert_raises(t, TD_TypeError, td_format(c, "%s/app", td_no_text));
	td_unittest_assert_raises(t, TD_TypeError, td_format(c, "%s", (const char *)NULL));
}

TD_TEST(TestFormat, test_the_locale_changes_nothing) {
	if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8") && !setlocale(LC_ALL, "de_DE"))
		td_unittest_skip_test(t, "no locale with another decimal point is installed");
	td_unittest_assert_equal(t, td_format(t, "%.2f %g", 1.5, 0.25), "1.50 0.25");
	setlocale(LC_ALL, "C");
}

#pragma GCC diagnostic pop

/* --- the str methods, beyond what the oracle asks --- */

TD_TEST(TestStr, test_split) {
	CHECK(td_str_split(t, "a,b,,c", .sep = ","), "a", "b", "", "c");
	CHECK(td_str_split(t, "  a \t\xC2\xA0 b\xE3\x80\x80\n"), "a", "b");
	CHECK(td_str_split(t, "", .sep = ","), "");
	td_unittest_assert_equal(t, td_str_split(t, "").len, 0);
	CHECK(td_str_split(t, "a b c", .maxsplit = TD_INT(1)), "a", "b c");
	CHECK(td_str_split(t, " a b ", .maxsplit = TD_INT(0)), "a b ");
	CHECK(td_str_rsplit(t, "a.b.c", .sep = ".", .maxsplit = TD_INT(1)), "a.b", "c");
	CHECK(td_str_rsplit(t, " a b ", .maxsplit = TD_INT(0)), " a b");
	CHECK(td_str_rsplit(t, "aaa", .sep = "aa"), "a", "");
	td_unittest_assert_raises_message(t, TD_ValueError, "empty separator", td_str_split(c, "a", .sep = ""));
	td_unittest_assert_raises(t, TD_TypeError, td_str_split(c, td_no_text));
}

TD_TEST(TestStr, test_lines) {
	CHECK(td_str_splitlines(t, "a\nb\r\nc\rd\n"), "a", "b", "c", "d");
	CHECK(td_str_splitlines(t, "\n\n"), "", "");
	CHECK(td_str_splitlines(t,
	                        "a\xC2\x85"
	                        "b\xE2\x80\xA8"
	                        "c\x1D",
	                        .keepends = true),
	      "a\xC2\x85", "b\xE2\x80\xA8", "c\x1D");
	td_unittest_assert_equal(t, td_str_splitlines(t, "").len, 0);
}

TD_TEST(TestStr, test_bytes_that_are_no_utf8_pass) {
	const char *odd = "\xFF"
					  "a\xE2\x82 \x80";
	td_unittest_assert_equal(t, td_str_len(odd), 6);
	td_unittest_assert_equal(t, td_str_upper(t, odd),
	                         "\xFF"
	                         "A\xE2\x82 \x80");
	td_unittest_assert_equal(t, td_str_repr(t, odd), "'\\udcffa\\udce2\\udc82 \\udc80'");
	td_unittest_assert_equal(t, td_str_strip(t, odd, .chars = "\xFF\x80"), "a\xE2\x82 ");
	CHECK(td_str_split(t, odd),
	      "\xFF"
	      "a\xE2\x82",
	      "\x80");
}

TD_TEST(TestStr, test_case_by_the_full_rules) {
	td_unittest_assert_equal(t,
	                         td_str_upper(t, "stra\xC3\x9F"
	                                         "e \xEF\xAC\x81"),
	                         "STRASSE FI");
	td_unittest_assert_equal(t, td_str_lower(t, "\xCE\x9F\xCE\x94\xCE\x9F\xCE\xA3"), "\xCE\xBF\xCE\xB4\xCE\xBF\xCF\x82",
	                         .msg = "the last sigma of a word");
	td_unittest_assert_equal(t,
	                         td_str_lower(t, "\xCE\xA3"
	                                         "A"),
	                         "\xCF\x83"
	                         "a");
	td_unittest_assert_equal(t,
	                         td_str_lower(t, "A\xCE\xA3."
	                                         "B"),
	                         "a\xCF\x83."
	                         "b",
	                         .msg = "a full stop does not end it");
	td_unittest_assert_equal(t, td_str_lower(t, "\xC4\xB0"), "i\xCC\x87");
}

TD_TEST(TestStr, test_padding) {
	td_unittest_assert_equal(t, td_str_ljust(t, "\xC3\xA9", 3), "\xC3\xA9  ");
	td_unittest_assert_equal(t, td_str_rjust(t, "abc", 2), "abc");
	td_unittest_assert_equal(t, td_str_zfill(t, "-7", 5), "-0007");
	td_unittest_assert_equal(t, td_str_zfill(t, "+", 3), "+00");
	td_unittest_assert_equal(t, td_str_ljust(t, "x", -5), "x");
}

TD_TEST(TestStr, test_questions_never_fail) {
	td_unittest_assert_false(t, td_str_startswith(NULL, "a") || td_str_startswith("a", NULL) ||
	                                td_str_endswith("a", "ba"));
	td_unittest_assert_true(t, td_str_startswith("abc", "") && td_str_endswith("abc", "bc"));
	td_unittest_assert_equal(t, td_str_find("h\xC3\xA9llo", "l"), 3, .msg = "bytes, not characters");
	td_unittest_assert_equal(t, td_str_find(NULL, "l"), -1);
	td_unittest_assert_equal(t, td_str_find("x", ""), 0);
	td_unittest_assert_equal(t, td_str_len(NULL), 0);
	td_unittest_assert_false(t, td_str_isdigit("") || td_str_isdigit(NULL) || td_str_isdigit("1a"));
	td_unittest_assert_true(t, td_str_isdigit("12\xC2\xB2\xD9\xA3"));
}

TD_TEST(TestStr, test_lists) {
	td_strs list = td_strs_of(t, "a", "b");
	td_unittest_assert_true(t, td_strs_contains(list, "b") && !td_strs_contains(list, "c") &&
	                               !td_strs_contains(list, NULL));
	td_unittest_assert_equal(t, td_str_join(t, ", ", list), "a, b");
	td_unittest_assert_equal(t, td_str_join(t, ", ", (td_strs){0}), "");
	td_unittest_assert_raises(t, TD_TypeError, td_strs_of(c, "a", NULL, "b"));
	td_unittest_assert_raises(t, TD_TypeError, td_str_join(c, NULL, list));
	td_strs kept;
	{
		TD_SCOPE(inner, t);
		kept = td_keep(t, td_str_split(inner, "x y"));
	}
	CHECK(kept, "x", "y");
}

/* Results of a failed scope: nothing is NULL, and text is the one address. */
TD_TEST(TestStr, test_failed_scope) {
	TD_SCOPE(inner, t);
	td_raise(inner, TD_ValueError, "first");
	td_unittest_assert_is(t, td_str_upper(inner, "a"), td_no_text);
	td_unittest_assert_is(t, td_format(inner, "%d", 1), td_no_text);
	td_strs parts = td_str_split(inner, "a b");
	td_catch(inner);
	td_unittest_assert_equal(t, parts.len, 0);
	td_unittest_assert_is_none(t, parts.items[0]);
}

/* Messages and notes go through the same formatting, and none is cut. */
TD_TEST(TestFormat, test_messages_and_notes) {
	TD_SCOPE(attempt, t);
	td_raise(attempt, TD_ValueError, "%01500d %.1f %s", 1, 0.5, td_str_lower(t, "END"));
	td_add_note(attempt, "%02000d %s", 2, "end");
	const td_error *e = td_catch(attempt, TD_ValueError);
	td_unittest_assert_true(t, td_str_endswith(e->message, "1 0.5 end"));
	td_unittest_assert_equal(t, strlen(e->message), 1508);
	td_unittest_assert_equal(t, strlen(e->notes.items[0]), 2004);
}
