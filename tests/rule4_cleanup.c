/* Rule 4: what is cleaned up, in which order, and what happens when cleaning up fails. */
#include "child.h"

#include "core/internal.h"

static char order[64];

static void note(td_scope *c, void *arg) {
	(void)c;
	strncat(order, arg, sizeof order - strlen(order) - 1);
}

static void fails(td_scope *c, void *arg) {
	note(c, arg);
	td_raise(c, TD_KeyError, "'%s'", (char *)arg);
}

TD_TEST(TestRule4Cleanup, test_last_in_first_out_children_first) {
	order[0] = '\0';
	{
		TD_SCOPE(c, t);
		td_defer(c, note, text_arg("1"));
		td_defer(c, note, text_arg("2"));
		td_scope *child = td_scope_open(c);
		td_defer(c, note, text_arg("3"));
		td_defer(child, note, text_arg("a"));
		td_defer(child, note, text_arg("b"));
	}
	td_unittest_assert_equal(t, (const char *)order, "ba321");
}

TD_TEST(TestRule4Cleanup, test_each_runs_even_if_one_fails) {
	order[0] = '\0';
	TD_SCOPE(outer, t);
	{
		TD_SCOPE(c, outer);
		td_defer(c, note, text_arg("1"));
		td_defer(c, fails, text_arg("2"));
		td_defer(c, fails, text_arg("3"));
	}
	td_unittest_assert_equal(t, (const char *)order, "321");
	const td_error *e = td_catch(outer, TD_KeyError);
	td_unittest_assert_equal(t, e->message, "'3'");
	td_unittest_assert_equal(t, e->notes.items[0], "while cleaning up: KeyError: '2'");
}

TD_TEST(TestRule4Cleanup, test_its_error_is_a_note_on_the_one_there_was) {
	TD_SCOPE(outer, t);
	{
		TD_SCOPE(c, outer);
		td_defer(c, fails, text_arg("cleanup"));
		td_raise(c, TD_ValueError, "body");
	}
	const td_error *e = td_catch(outer);
	td_unittest_assert_is(t, e->kind, TD_ValueError);
	td_unittest_assert_equal(t, e->notes.len, 1);
}

static void works_all_the_same(td_scope *c, void *arg) {
	*(bool *)arg = !td_failed(c) && td_alloc(c, 100) && td_check(c) && td_remaining(c) > 0.5 && td_remaining(c) < 60;
}

TD_TEST(TestRule4Cleanup, test_a_cleanup_of_a_failed_and_expired_scope_can_work) {
	bool worked = false;
	TD_SCOPE(outer, t);
	{
		TD_SCOPE(c, outer, .timeout = 0.001);
		td_defer(c, works_all_the_same, &worked);
		td__poll(c, NULL, 0, TD__NEVER);
		td_unittest_assert_true(t, td_failed(c));
	}
	td_unittest_assert_true(t, worked);
	td_unittest_assert_is_not_none(t, td_catch(outer, TD_TimeoutError));
}

static void hangs(td_scope *c, void *arg) {
	(void)arg;
	td__poll(c, NULL, 0, TD__NEVER);
}

TD_TEST(TestRule4Cleanup, test_the_grace_ends_a_cleanup_that_hangs, .timeout = 10) {
	TD_SCOPE(outer, t);
	int64_t before = td__now();
	{
		TD_SCOPE(c, outer, .grace = 0.05);
		td_defer(c, hangs, NULL);
	}
	td_unittest_assert_less(t, td__now() - before, INT64_C(5000000000));
	td_unittest_assert_is_not_none(t, td_catch(outer, TD_TimeoutError));
}

static bool refused;

static void registers(td_scope *c, void *arg) {
	td_scope *ending = arg;
	refused = !td_defer(ending, note, text_arg("x")) && td_defer(c, note, text_arg("c"));
}

TD_TEST(TestRule4Cleanup, test_an_ending_scope_takes_no_new_registrations) {
	order[0] = '\0';
	refused = false;
	{
		TD_SCOPE(c, t);
		td_defer(c, registers, c);
	}
	td_unittest_assert_true(t, refused);
	td_unittest_assert_equal(t, (const char *)order, "c");
}

TD_TEST(TestRule4Cleanup, test_undefer_takes_one_back) {
	order[0] = '\0';
	char one[] = "1";
	{
		TD_SCOPE(c, t);
		td_defer(c, note, one);
		td_defer(c, note, one);
		td_unittest_assert_true(t, td_undefer(c, note, one));
		td_unittest_assert_false(t, td_undefer(c, fails, one));
	}
	td_unittest_assert_equal(t, (const char *)order, "1");
}

/* --- processes: asked together, one grace, then forced --- */

typedef struct stand_in {
	int64_t asked, forced;
	int64_t gone_at; /* after being asked; 0 is never by itself */
	bool reaped;
} stand_in;

static stand_in *slots[3];

static void ask(void *handle) {
	slots[*(int *)handle]->asked = td__now();
}

static bool gone(void *handle) {
	stand_in *p = slots[*(int *)handle];
	return p->forced || (p->gone_at && p->asked && td__now() >= p->asked + p->gone_at);
}

static int no_fd(void *handle) {
	(void)handle;
	return -1;
}

static void force(void *handle) {
	slots[*(int *)handle]->forced = td__now();
}

static void reap(td_scope *c, void *handle) {
	(void)c;
	slots[*(int *)handle]->reaped = true;
}

static const td__stoppable how = {ask, gone, no_fd, force};

TD_TEST(TestRule4Cleanup, test_processes_are_asked_together_and_share_one_grace) {
	stand_in quick = {.gone_at = 1000000}, slow = {.gone_at = 30000000}, deaf = {0};
	slots[0] = &quick;
	slots[1] = &slow;
	slots[2] = &deaf;
	int64_t before = td__now();
	{
		TD_SCOPE(c, t, .grace = 0.2);
		for (int i = 0; i < 3; i++) {
			int *handle = td__handle_new(c, sizeof *handle, reap);
			*handle = i;
			td__handle_stoppable(handle, &how);
		}
	}
	td_unittest_assert_true(t, quick.reaped && slow.reaped && deaf.reaped);
	td_unittest_assert_true(t, !quick.forced && !slow.forced && deaf.forced);
	td_unittest_assert_greater(t, deaf.forced - deaf.asked, 190000000);
	td_unittest_assert_less(t, deaf.asked - before, 100000000);
	td_unittest_assert_less(t, td__now() - before, INT64_C(2000000000));
}
