/* Tests of tend/textwrap.h, tend/difflib.h and tend/units.h: answers are CPython 3.11's where it has them. */
#include <tend.h>

static const char *joined(td_scope *t, td_strs lines) {
	return td_str_join(t, "|", lines);
}

TD_TEST(TestTextwrap, test_wrap) {
	td_unittest_assert_equal(t, joined(t, td_textwrap_wrap(t, "Hello there, how are you this fine day?", .width = 12)),
	                         "Hello there,|how are you|this fine|day?");
	td_unittest_assert_equal(t, joined(t, td_textwrap_wrap(t, "yaba daba-doo", .width = 11)), "yaba daba-|doo");
	td_unittest_assert_equal(t, joined(t, td_textwrap_wrap(t, "yaba daba-doo", .width = 11, .keep_hyphens = true)),
	                         "yaba|daba-doo");
	td_unittest_assert_equal(t,
	                         joined(t,
	                                td_textwrap_wrap(t, "use the -n option, or --dry-run or --dryrun.", .width = 20)),
	                         "use the -n option,|or --dry-run or|--dryrun.");
	td_unittest_assert_equal(t, joined(t, td_textwrap_wrap(t, "em-dashes -- like this--and so", .width = 10)),
	                         "em-dashes|-- like|this--and|so");
	td_unittest_assert_equal(t, joined(t, td_textwrap_wrap(t, "aaaaaaaaaabbbbbbbbbbcc dd", .width = 10)),
	                         "aaaaaaaaaa|bbbbbbbbbb|cc dd");
	td_unittest_assert_equal(t, joined(t, td_textwrap_wrap(t, "a\tb \n c", .width = 20, .initial_indent = "* ")),
	                         "* a       b   c");
	td_unittest_assert_equal(t, td_textwrap_wrap(t, "").len, 0);
	td_unittest_assert_equal(t, td_textwrap_wrap(t, "   ", .width = 2).len, 0);
	td_unittest_assert_equal(t, td_textwrap_fill(t, "\xC3\xA4\xC3\xB6 \xC3\xBC", .width = 2),
	                         "\xC3\xA4\xC3\xB6\n\xC3\xBC");
	td_unittest_assert_raises(t, TD_ValueError, td_textwrap_wrap(c, "x", .width = -1));
}

TD_TEST(TestDifflib, test_close_matches) {
	td_strs words = td_strs_of(t, "ape", "apple", "peach", "puppy");
	td_unittest_assert_equal(t, joined(t, td_difflib_get_close_matches(t, "appel", words)), "apple|ape");
	td_unittest_assert_equal(t, joined(t, td_difflib_get_close_matches(t, "appel", words, .n = 1)), "apple");
	td_unittest_assert_equal(t, td_difflib_get_close_matches(t, "zzz", words).len, 0);
	td_unittest_assert_equal(t, td_difflib_get_close_matches(t, "zzz", words, .cutoff = TD_FLOAT(0)).len, 3);
	td_unittest_assert_raises_message(t, TD_ValueError, "cutoff must be in [0.0, 1.0]: 2.0",
	                                  td_difflib_get_close_matches(c, "x", words, .cutoff = TD_FLOAT(2)));
}

TD_TEST(TestUnits, test_durations) {
	static const struct {
		const char *text;
		double seconds;
	} rows[] = {{"100ms", 0.1}, {"30s", 30}, {"1h30m", 5400}, {"2d 12h", 216000},
	            {"1.5h", 5400}, {"0", 0},    {"7us", 7e-6}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		td_unittest_assert_equal(t, td_units_duration(t, rows[i].text), rows[i].seconds, .msg = rows[i].text);
	static const char *const wrong[] = {"", "5", "s", "1x", "30m1h", "1s2s", "-1s", "1h ", "1e3s", ".s"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		TD_SUBTEST (t, "%s", wrong[i]) td_unittest_assert_raises(t, TD_ValueError, td_units_duration(c, wrong[i]));
	td_unittest_assert_equal(t, td_units_format_duration(t, 90), "1m30s");
	td_unittest_assert_equal(t, td_units_format_duration(t, 0.1), "100ms");
	td_unittest_assert_equal(t, td_units_format_duration(t, 0), "0s");
}

TD_TEST(TestUnits, test_sizes_and_percentages) {
	td_unittest_assert_equal(t, td_units_size(t, "64MiB"), 67108864);
	td_unittest_assert_equal(t, td_units_size(t, "1.5kB"), 1500);
	td_unittest_assert_equal(t, td_units_size(t, "4096"), 4096);
	td_unittest_assert_raises(t, TD_ValueError, td_units_size(c, "64M"));
	td_unittest_assert_raises(t, TD_ValueError, td_units_size(c, "99999999PiB"));
	td_unittest_assert_equal(t, td_units_percent(t, "12.5%"), 0.125);
	td_unittest_assert_raises(t, TD_ValueError, td_units_percent(c, "12.5"));
}
