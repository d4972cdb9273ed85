#include <string.h>
#include <tend.h>

#include "fit.h"
#include "top/format.h"
#include "top/layout.h"
#include "top/past.h"

TD_TEST(TestTopFormat, test_numbers) {
	static const struct {
		double bytes;
		const char *text;
	} sizes[] = {{0, "0"},
	             {1, "1B"},
	             {999, "999B"},
	             {1000, "1.0K"},
	             {1536, "1.5K"},
	             {102400, "100K"},
	             {1048576, "1.0M"},
	             {104857600, "100M"},
	             {1e9, "954M"},
	             {1e10, "9.3G"},
	             {1.1e15, "1.0P"},
	             {-5, "0"},
	             {__builtin_nan(""), "0"},
	             {1.8e19, "15.6E"}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		td_unittest_assert_equal(t, top_size(t, sizes[i].bytes), sizes[i].text);
	}
	for (double x = 1; x < 1e19; x *= 1.07) td_unittest_assert_less_equal(t, strlen(top_size(t, x)), 5);
	td_unittest_assert_equal(t, top_rate(t, 0), "-");
	td_unittest_assert_equal(t, top_rate(t, __builtin_nan("")), "?");
	td_unittest_assert_equal(t, top_cpu_time(t, 0), "0:00.00");
	td_unittest_assert_equal(t, top_cpu_time(t, 83.456), "1:23.46");
	td_unittest_assert_equal(t, top_cpu_time(t, 5999.99), "99:59.99");
	td_unittest_assert_equal(t, top_cpu_time(t, 6000), "1h40m");
	td_unittest_assert_equal(t, top_cpu_time(t, 400000), "4d15h");
	for (double x = 0.01; x < 1e9; x *= 1.3) td_unittest_assert_less_equal(t, strlen(top_cpu_time(t, x)), 8);
	td_unittest_assert_equal(t, top_uptime(t, 59), "0:00:59");
	td_unittest_assert_equal(t, top_uptime(t, 90061), "1 d 1:01");
	td_unittest_assert_equal(t, top_percent(t, 99.94), "99.9");
	td_unittest_assert_equal(t, top_percent(t, 99.96), "100");
	td_unittest_assert_equal(t, top_percent(t, __builtin_nan("")), "");
}

TD_TEST(TestTopFormat, test_bars) {
	top_part parts[] = {{0.5, '|'}, {0.25, '+'}};
	td_unittest_assert_equal(t, top_bar(t, 8, parts, 2, ""), "||||++  ");
	td_unittest_assert_equal(t, top_bar(t, 8, parts, 2, "75%"), "||||+75%");
	td_unittest_assert_equal(t, top_bar(t, 2, parts, 2, "75%"), "|+", .msg = "a label that has no room is left out");
	top_part more[] = {{0.9, '|'}, {0.9, '+'}};
	td_unittest_assert_equal(t, top_bar(t, 4, more, 2, ""), "||||");
	top_part nothing[] = {{__builtin_nan(""), '|'}, {-1, '+'}, {0.5, '.'}};
	td_unittest_assert_equal(t, top_bar(t, 4, nothing, 3, ""), "..  ");
	td_unittest_assert_equal(t, top_bar(t, 0, parts, 2, "x"), "");
}

TD_TEST(TestTopFormat, test_spark) {
	top_history *h = td_alloc(t, sizeof *h);
	td_unittest_assert_equal(t, top_spark(t, h, 3, 1, 100, true), "   ");
	for (int i = 0; i <= 8; i++) top_history_put(h, i * 12.5);
	td_unittest_assert_equal(t, top_spark(t, h, 10, 1, 100, true), " ▁▂▃▄▅▆▇██");
	td_unittest_assert_equal(t, top_spark(t, h, 9, 1, 100, false), "_.:-=+*##");
	td_unittest_assert_equal(t, top_spark(t, h, 4, 1, 100, false), "+*##", .msg = "the newest");
	td_unittest_assert_equal(t, top_spark(t, h, 6, 3, 100, false), "   :+#", .msg = "the largest of three");
	top_history_put(h, 0);
	td_unittest_assert_equal(t, top_spark(t, h, 6, 3, 100, false), "  :+#_", .msg = "groups stay together");
	top_history_put(h, __builtin_nan(""));
	top_history_put(h, __builtin_nan(""));
	top_history_put(h, __builtin_nan(""));
	td_unittest_assert_equal(t, top_spark(t, h, 3, 1, 100, false), "   ");
	for (int i = 0; i < 3 * TOP_HISTORY; i++) top_history_put(h, 100);
	td_unittest_assert_equal(t, top_spark(t, h, 2, 1, 100, false), "##");
	td_unittest_assert_equal(t, strlen(top_spark(t, h, TOP_HISTORY + 5, 1, 100, false)), TOP_HISTORY + 5);
}

TD_TEST(TestTopFormat, test_widths) {
	td_unittest_assert_equal(t, tend_text_width("abc"), 3);
	td_unittest_assert_equal(t, tend_text_width("漢字"), 4);
	td_unittest_assert_equal(t, tend_text_width("e\xcc\x81"), 1);
	td_unittest_assert_equal(t, tend_text_fit(t, "abc", 5, true), "abc  ");
	td_unittest_assert_equal(t, tend_text_fit(t, "abcdef", 4, true), "abc…");
	td_unittest_assert_equal(t, tend_text_fit(t, "abcdef", 4, false), "abc~");
	td_unittest_assert_equal(t, tend_text_fit(t, "漢字漢", 5, true), "漢字…");
	td_unittest_assert_equal(t, tend_text_fit(t, "漢字漢", 4, true), "漢… ");
	td_unittest_assert_equal(t, tend_text_fit(t, "a\x1b[31mb\n", 8, true), "a?[31mb?");
	td_unittest_assert_equal(t, tend_text_fit(t, "\xff\xc3x\xe2\x82", 6, true), "??x?? ");
	td_unittest_assert_equal(t, tend_text_fit(t, "ä\xc2\x9b", 3, true), "ä? ", .msg = "a control character of 8 bits");
	td_unittest_assert_equal(t, tend_text_fit(t, "äb", 3, false), "?b ");
	td_unittest_assert_equal(t, tend_text_cut(t, "ab", 5, true), "ab");
	td_unittest_assert_equal(t, tend_text_fit(t, "ab", 0, true), "");
	for (int width = 1; width < 12; width++)
		td_unittest_assert_equal(t, tend_text_width(tend_text_fit(t, "a漢e\xcc\x81\xff…字b漢字", width, true)), width);
}

TD_TEST(TestTopLayout, test_every_size) {
	for (int rows = 1; rows <= 120; rows++) {
		for (int columns = 1; columns <= 320; columns += 3) {
			for (unsigned what = 0; what < 16; what++) {
				top_contents c = {.cpus = 1 + (size_t)columns % 130,
				                  .each_cpu = what & 1,
				                  .swap = what & 2,
				                  .pressure = what & 4,
				                  .limits = what & 4,
				                  .details = what & 8};
				top_layout l = top_layout_of(rows, columns, &c);
				int used = (l.title >= 0) + (l.cpu >= 0) + l.each_rows + (l.memory >= 0) + (l.swap >= 0) +
				           (l.pressure >= 0) + (l.limits >= 0) + (l.tasks >= 0);
				bool sound = used == l.table && l.table_rows >= 0 &&
				             l.table + 1 + l.table_rows + l.details_rows + (l.hints >= 0) <= (rows > 1 ? rows : 1) &&
				             (l.each_cpu < 0 ||
				              (l.each_in_row * l.each_rows >= (int)c.cpus && l.each_in_row * l.each_width <= columns));
				td_unittest_assert_true(t, sound, .msg = td_format(t, "%d rows, %d columns, %u", rows, columns, what));
				if (rows >= 5) td_unittest_assert_greater_equal(t, l.table_rows, 3 - (l.details_rows > 0));
			}
		}
	}
}

TD_TEST(TestTopLayout, test_usual_and_tiny) {
	top_contents c = {.cpus = 4, .each_cpu = true, .swap = true, .pressure = true, .limits = true};
	top_layout usual = top_layout_of(24, 80, &c), tiny = top_layout_of(5, 20, &c);
	td_unittest_assert_equal(t, usual.table, 8);
	td_unittest_assert_equal(t, usual.each_in_row, 4);
	td_unittest_assert_equal(t, usual.hints, 23);
	td_unittest_assert_equal(t, tiny.title, 0);
	td_unittest_assert_equal(t, tiny.cpu, -1);
	td_unittest_assert_equal(t, tiny.table, 1);
	td_unittest_assert_equal(t, tiny.table_rows, 3);
	td_unittest_assert_equal(t, tiny.hints, -1);
}

TD_TEST(TestTopPast, test_moments) {
	double now = td_time_mktime(t, td_time_strptime(t, "2024-02-29 14:30:00", .format = "%Y-%m-%d %H:%M:%S"));
	td_unittest_assert_equal(t, top_past_moment(t, "14:05", now), now - 25 * 60.0);
	td_unittest_assert_equal(t, top_past_moment(t, "14:29:59", now), now - 1);
	td_unittest_assert_equal(t, top_past_moment(t, "15:00", now), now - 23.5 * 3600, .msg = "yesterday");
	td_unittest_assert_equal(t, top_past_moment(t, "2024-02-28 14:30", now), now - 86400);
	td_unittest_assert_equal(t, top_past_moment(t, "2024-02-29T14:29:30", now), now - 30);
	td_unittest_assert_equal(t, top_past_moment(t, "1h30m", now), now - 5400);
	td_unittest_assert_equal(t, top_past_moment(t, "-10m", now), now - 600);
	static const char *const wrong[] = {"", "25:00", "yesterday", "14", "12:60", "-"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		td_unittest_assert_raises(t, TD_ValueError, top_past_moment(c, wrong[i], now));
}
