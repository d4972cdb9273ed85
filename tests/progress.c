/* The bar of tools/progress.h, as far as it is words and not a terminal. */
#include "progress.h"

#include <string.h>
#include <tend.h>

TD_TEST(TestProgress, test_a_line_has_what_there_is_room_for) {
	char line[256];
	int64_t gib = (int64_t)1 << 30;
	size_t len = tend_progress_line(line, 79, "file", gib, 4 * gib, 2);
	td_unittest_assert_equal(t, len, strlen(line));
	td_unittest_assert_equal(t, line, "file [#######.......................]  25%  1.0 GiB  512 MiB/s  0:06");
	tend_progress_line(line, 30, "file", gib, 4 * gib, 2);
	td_unittest_assert_equal(t, line, " 25%  1.0 GiB  512 MiB/s  0:06");
	tend_progress_line(line, 22, "file", gib, 4 * gib, 2);
	td_unittest_assert_equal(t, line, " 25%  512 MiB/s  0:06");
	tend_progress_line(line, 16, "file", gib, 4 * gib, 2);
	td_unittest_assert_equal(t, line, " 25%  512 MiB/s");
	tend_progress_line(line, 4, "file", gib, 4 * gib, 2);
	td_unittest_assert_equal(t, line, " 25%");
}

TD_TEST(TestProgress, test_what_is_not_known_is_not_told) {
	char line[256];
	tend_progress_line(line, 79, "", 5000, -1, 1);
	td_unittest_assert_equal(t, line, "4.9 KiB  4.9 KiB/s");
	tend_progress_line(line, 79, "tree", 0, -1, 0);
	td_unittest_assert_equal(t, line, "tree 0 B  0 B/s");
	tend_progress_line(line, 79, "f", 10, 10, 1);
	td_unittest_assert_equal(t, line, "f [##############################] 100%  10 B  10 B/s");
	tend_progress_line(line, 79, "f", 20, 10, 1); /* it grew while it was read */
	td_unittest_assert_equal(t, line, "f [##############################] 100%  20 B  20 B/s");
}

TD_TEST(TestProgress, test_no_width_is_overrun) {
	static const char *const labels[] = {"", "a",
	                                     "a/very/long/path/to/some/file/with/a/name\n\xc3\xa9\xc3\xa9\xc3\xa9.tar.gz"};
	static const int64_t totals[] = {-1, 0, 1, 1 << 20, INT64_MAX};
	for (size_t width = 1; width < 220; width++) {
		for (size_t i = 0; i < 15; i++) {
			char line[256];
			memset(line, 'x', sizeof line);
			int64_t total = totals[i % 5];
			size_t len = tend_progress_line(line, width, labels[i / 5], total / 3 + 1, total, 0.5);
			td_unittest_assert_equal(t, strlen(line), len);
			td_unittest_assert_less_equal(t, len, width);
			td_unittest_assert_true(t, strpbrk(line, "\n\r\033") == NULL);
		}
	}
}

TD_TEST(TestProgress, test_nothing_is_told_where_there_is_no_bar) {
	tend_progress_tell(NULL, 1, 2);
	tend_progress_label(NULL, "x");
	tend_progress_clear(NULL);
}
