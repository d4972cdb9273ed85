/* Rule 5: deadlines, cancels and shields. */
#include "child.h"

#include <tend/threading.h>

#include "core/internal.h"

enum { MS = 1000000 };

static bool nap(td_scope *s, int64_t ns) {
	return td__poll(s, NULL, 0, td__now() + ns) == 0;
}

TD_TEST(TestRule5Time, test_a_child_never_has_longer_than_its_parent) {
	TD_SCOPE(outer, t, .timeout = 1);
	TD_SCOPE(inner, outer, .timeout = 100);
	td_unittest_assert_less_equal(t, td_remaining(inner), 1.0);
	TD_SCOPE(shorter, outer, .timeout = 0.5);
	td_unittest_assert_less_equal(t, td_remaining(shorter), 0.5);
	td_unittest_assert_equal(t, td_remaining(t) > 1e9, true);
}

TD_TEST(TestRule5Time, test_an_expired_scope_does_not_start_anything) {
	TD_SCOPE(c, t, .timeout = TD_NOW);
	td_unittest_assert_false(t, nap(c, MS));
	const td_error *e = td_catch(c, TD_TimeoutError);
	td_unittest_assert_is_not_none(t, e);
	td_unittest_assert_false(t, nap(c, MS)); /* caught, but still over */
	td_unittest_assert_is_not_none(t, td_catch(c, TD_TimeoutError));
}

TD_TEST(TestRule5Time, test_a_blocking_call_ends_at_the_deadline) {
	TD_SCOPE(c, t, .timeout = 0.03);
	int64_t before = td__now();
	td_unittest_assert_equal(t, td__poll(c, NULL, 0, TD__NEVER), -1);
	td_unittest_assert_greater_equal(t, td__now() - before, 29 * MS);
	td_unittest_assert_less(t, td__now() - before, 2000 * MS);
	td_unittest_assert_is(t, td_catch(c)->kind, TD_TimeoutError);
}

TD_TEST(TestRule5Time, test_a_calls_own_time_is_not_an_error) {
	TD_SCOPE(c, t, .timeout = 5);
	td_unittest_assert_true(t, nap(c, 2 * MS));
	int fds[2];
	if (pipe(fds) < 0) td_unittest_fail(t, "pipe");
	td_unittest_assert_equal(t, td__wait_fd(c, fds[0], POLLIN, td__now() + 2 * MS), 0);
	td_unittest_assert_equal(t, write(fds[1], "x", 1), 1);
	td_unittest_assert_equal(t, td__wait_fd(c, fds[0], POLLIN, td__now()), POLLIN);
	close(fds[0]);
	close(fds[1]);
}

static void cancels_owner(td_scope *t, void *arg) {
	nap(t, 20 * MS);
	td_scope_cancel(arg);
}

TD_TEST(TestRule5Time, test_a_cancel_wakes_a_blocking_call_and_is_absorbed) {
	int64_t before = td__now();
	{
		TD_SCOPE(work, t);
		td_thread_start(work, cancels_owner, work);
		{
			TD_SCOPE(inner, work);
			td_unittest_assert_false(t, nap(inner, INT64_C(30000) * MS));
			td_unittest_assert_is(t, td_peek(inner)->kind, TD_CancelledError);
			td_unittest_assert_is_none(t, td_catch(inner, TD_BaseException));
		}
		td_unittest_assert_true(t, td_failed(work));
		td_unittest_assert_true(t, td_stopping(work));
	}
	td_unittest_assert_false(t, td_failed(t));
	td_unittest_assert_less(t, td__now() - before, INT64_C(10000) * MS);
}

TD_TEST(TestRule5Time, test_cancelling_twice_is_as_once) {
	TD_SCOPE(work, t);
	td_scope_cancel(work);
	td_scope_cancel(work);
	td_unittest_assert_false(t, td_check(work));
}

TD_TEST(TestRule5Time, test_the_item_in_hand_is_finished_under_a_shield) {
	int64_t before = td__now();
	{
		TD_SCOPE(work, t);
		td_scope_cancel(work);
		{
			TD_SCOPE(item, work, .shield = 5);
			td_unittest_assert_true(t, nap(item, 10 * MS));
			td_unittest_assert_false(t, td_stopping(item));
		}
		td_unittest_assert_false(t, td_failed(work));
		td_unittest_assert_false(t, nap(work, MS));
	}
	td_unittest_assert_less(t, td__now() - before, INT64_C(4000) * MS);
}

TD_TEST(TestRule5Time, test_a_shield_holds_only_so_long) {
	TD_SCOPE(work, t, .timeout = 0.01);
	int64_t before = td__now();
	{
		TD_SCOPE(item, work, .shield = 0.05);
		td_unittest_assert_false(t, nap(item, INT64_C(30000) * MS));
	}
	int64_t took = td__now() - before;
	td_unittest_assert_greater_equal(t, took, 55 * MS);
	td_unittest_assert_less(t, took, INT64_C(5000) * MS);
	td_unittest_assert_is_not_none(t, td_catch(work, TD_TimeoutError));
}

TD_TEST(TestRule5Time, test_a_shield_does_not_lift_the_scopes_own_deadline) {
	TD_SCOPE(item, t, .shield = 5, .timeout = 0.01);
	td_unittest_assert_false(t, nap(item, INT64_C(30000) * MS));
	td_unittest_assert_is_not_none(t, td_catch(item, TD_TimeoutError));
}

static int told_to_stop(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_scope_cancel(s);
	nap(s, MS);
	return 9; /* nothing after the failing line runs */
}

TD_TEST(TestRule5Time, test_a_program_told_to_stop_ends_with_zero) {
	child_result r = child_run(told_to_stop);
	td_unittest_assert_equal(t, r.status, 0);
	td_unittest_assert_equal(t, r.err, "");
}
