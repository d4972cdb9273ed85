/* Rule 2: what calls do on a scope that has failed. */
#include "child.h"

#include "core/internal.h"

TD_TEST(TestRule2AfterAnError, test_later_calls_do_nothing) {
	TD_SCOPE(c, t);
	td_raise(c, TD_ValueError, "first");
	td_unittest_assert_true(t, td_failed(c));
	td_unittest_assert_is_none(t, td_alloc(c, 10));
	td_unittest_assert_is(t, td_strdup(c, "x"), td_no_text);
	td_unittest_assert_false(t, td_defer(c, td_ignore_arg, NULL));
	td_unittest_assert_false(t, td_check(c));
	td_unittest_assert_is_not_none(t, td_catch(c));
	td_unittest_assert_is_not_none(t, td_alloc(c, 10));
}

TD_TEST(TestRule2AfterAnError, test_a_failed_text_never_becomes_an_empty_one) {
	TD_SCOPE(failed, t);
	td_raise(failed, TD_ValueError, "x");
	const char *path = td_strdup(failed, "/etc");
	td_catch(failed);
	td_unittest_assert_raises_message(t, TD_TypeError, "failed", td_strdup(c, path));
	td_unittest_assert_raises_message(t, TD_TypeError, "NULL", td_strdup(c, NULL));
	td_unittest_assert_equal(t, td_strdup(t, ""), "");
}

TD_TEST(TestRule2AfterAnError, test_an_uncaught_error_below_fails_the_scope_above) {
	TD_SCOPE(outer, t);
	td_scope *sibling = td_scope_open(outer);
	{
		TD_SCOPE(inner, outer);
		td_raise(inner, TD_ValueError, "below");
		td_unittest_assert_true(t, td_failed(outer));
		td_unittest_assert_is_none(t, td_alloc(outer, 1));
		td_unittest_assert_is_not_none(t, td_alloc(sibling, 1)); /* opened before: not concerned */
		TD_SCOPE(late, outer);
		td_unittest_assert_true(t, td_failed(late));   /* opened after: born failed */
		td_unittest_assert_is_none(t, td_catch(late)); /* and has nothing of its own to catch */
		td_unittest_assert_is_not_none(t, td_catch(inner));
		td_unittest_assert_false(t, td_failed(outer));
	}
	td_unittest_assert_is_not_none(t, td_alloc(outer, 1));
}

TD_TEST(TestRule2AfterAnError, test_an_error_two_floors_down_is_seen_and_forgotten) {
	TD_SCOPE(a, t);
	TD_SCOPE(b, a);
	TD_SCOPE(c, b);
	td_raise(c, TD_KeyError, "'k'");
	td_unittest_assert_true(t, td_failed(a) && td_failed(b));
	td_catch(c, TD_LookupError);
	td_unittest_assert_false(t, td_failed(a) || td_failed(b) || td_failed(c));
}

static int spins(int argc, char **argv) {
	(void)argc;
	(void)argv;
	td_scope *root = td_scope_open_root();
	td_raise(root, TD_ValueError, "nobody looks");
	while (true) td_alloc(root, 1);
	return 0;
}

TD_TEST(TestRule2AfterAnError, test_a_million_refused_calls_abort_with_the_error) {
	child_result r = child_run(spins);
	td_unittest_assert_equal(t, r.status, -6);
	td_unittest_assert_in(t, "ValueError: nobody looks", r.err);
	td_unittest_assert_in(t, "1000000", r.err);
}

static int refused_now_and_then(int argc, char **argv) {
	(void)argc;
	(void)argv;
	td_scope *root = td_scope_open_root(), *bad = td_scope_open(root), *good = td_scope_open_root();
	td_raise(bad, TD_ValueError, "known");
	for (int i = 0; i < 3000000; i++) {
		td_alloc(bad, 1);
		if (i % 1000 != 0) continue;
		td_catch(bad);
		td_raise(bad, TD_ValueError, "known");
	}
	td_scope_close(good);
	return 0;
}

TD_TEST(TestRule2AfterAnError, test_errors_that_are_handled_do_not_count_as_a_spin) {
	td_unittest_assert_equal(t, child_run(refused_now_and_then).status, 0);
}

TD_TEST(TestRule2AfterAnError, test_bad_items_of_a_list_are_named) {
	const char *items[] = {"a", NULL, "c", NULL};
	td_unittest_assert_raises_message(t, TD_TypeError, "item 1 is NULL", td__keep_strs(c, (td_strs){items, 3}));
}
