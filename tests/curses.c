#include <fcntl.h>
#include <tend.h>
#include <unistd.h>

/* On a terminal it is driven by tests/real/top. */

TD_TEST(TestCurses, test_no_terminal) {
	int in = dup(0), null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, 0);
	td_unittest_assert_raises_message(t, TD_curses_error, "standard input is not a terminal", td_curses_initscr(c));
	td_unittest_assert_raises_message(t, TD_curses_error, "standard input is not a terminal", td_curses_initscr(c));
	if (in >= 0) dup2(in, 0);
	close(in);
	close(null);
}

TD_TEST(TestCurses, test_without_a_window) {
	td_unittest_assert_equal(t, td_curses_rows(NULL), 0);
	td_unittest_assert_equal(t, td_curses_columns(NULL), 0);
	td_unittest_assert_equal(t, td_curses_color_pair(NULL, 1), 0U);
	td_unittest_assert_false(t, td_curses_is_utf8(NULL) || td_curses_has_colors(NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_curses_refresh(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_curses_addstr(c, NULL, 0, 0, "x", 0));
	td_unittest_assert_raises(t, TD_TypeError, td_curses_getch(c, NULL));
}
