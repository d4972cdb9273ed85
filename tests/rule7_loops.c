/* Rule 7: loops. */
#include "child.h"

#include "core/internal.h"

static int ended;

static void count(td_scope *c, void *arg) {
	(void)c;
	(void)arg;
	ended++;
}

static int returns_from_a_loop(td_scope *s) {
	TD_LOOP (turn, s) {
		td_defer(turn, count, NULL);
		return 3;
	}
	return 0;
}

TD_TEST(TestRule7Loops, test_a_turn_ends_on_continue_break_and_return) {
	ended = 0;
	int turns = 0;
	TD_LOOP (turn, t) {
		td_defer(turn, count, NULL);
		if (++turns < 5) continue;
		if (turns == 8) break;
	}
	td_unittest_assert_equal(t, ended, 8);
	td_unittest_assert_equal(t, returns_from_a_loop(t), 3);
	td_unittest_assert_equal(t, ended, 9);
}

TD_TEST(TestRule7Loops, test_an_error_in_a_turn_ends_the_loop) {
	TD_SCOPE(c, t);
	int turns = 0;
	TD_LOOP (turn, c) {
		if (++turns == 3) td_raise(turn, TD_ValueError, "third");
	}
	td_unittest_assert_equal(t, turns, 3);
	td_unittest_assert_equal(t, td_catch(c, TD_ValueError)->message, "third");
}

TD_TEST(TestRule7Loops, test_an_error_caught_in_its_turn_does_not) {
	int turns = 0;
	TD_LOOP (turn, t) {
		if (++turns == 10) break;
		td_raise(turn, TD_ValueError, "x");
		td_catch(turn);
	}
	td_unittest_assert_equal(t, turns, 10);
}

TD_TEST(TestRule7Loops, test_a_loop_stops_when_its_scope_is_cancelled_or_over) {
	TD_SCOPE(outer, t);
	{
		TD_SCOPE(c, outer);
		TD_LOOP (turn, c) td_scope_cancel(c);
		td_unittest_assert_true(t, td_failed(c));
		TD_LOOP (turn, c) td_unittest_fail(t, "a turn of a cancelled scope");
	}
	td_unittest_assert_false(t, td_failed(outer));
	TD_SCOPE(brief, outer, .timeout = 0.02);
	long turns = 0;
	TD_LOOP (turn, brief) turns++;
	td_unittest_assert_greater(t, turns, 1);
	td_unittest_assert_is_not_none(t, td_catch(brief, TD_TimeoutError));
}

TD_TEST(TestRule7Loops, test_each_turn_has_its_own_time) {
	TD_SCOPE(c, t);
	int turns = 0;
	TD_LOOP (turn, c, .timeout = 0.5) {
		if (td_remaining(turn) < 0.3) break;
		td__poll(turn, NULL, 0, td__now() + 30000000);
		if (++turns == 20) break;
	}
	td_unittest_assert_equal(t, turns, 20);
}

TD_TEST(TestRule7Loops, test_blocks_are_recycled) {
	if (td__is_debug()) td_unittest_skip_test(t, "debug builds recycle nothing");
	TD_SCOPE(c, t);
	void *seen[3] = {0};
	int turns = 0, same = 0;
	TD_LOOP (turn, c) {
		void *at = td_alloc(turn, 100);
		for (int i = 0; i < 3; i++) same += seen[i] == at;
		seen[turns % 3] = at;
		if (++turns == 1000) break;
	}
	td_unittest_assert_greater(t, same, 900);
	td_unittest_assert_less(t, td_scope_bytes(c), 10000);
}

TD_TEST(TestRule7Loops, test_a_loop_in_a_loop) {
	int sum = 0;
	TD_LOOP (row, t) {
		int cells = 0;
		TD_LOOP (cell, row) {
			sum++;
			if (++cells == 4) break;
		}
		if (sum >= 12) break;
	}
	td_unittest_assert_equal(t, sum, 12);
}
