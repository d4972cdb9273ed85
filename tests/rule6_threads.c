/* Rule 6: threads in scopes. */
#include "child.h"

#include <stdatomic.h>
#include <tend/threading.h>

#include "core/internal.h"

enum { MS = 1000000 };

static bool nap(td_scope *s, int64_t ns) {
	return td__poll(s, NULL, 0, td__now() + ns) == 0;
}

static void sleeps(td_scope *t, void *arg) {
	nap(t, INT64_C(60000) * MS);
	atomic_fetch_add((_Atomic int *)arg, td_failed(t) ? 1 : 100);
}

static void fails(td_scope *t, void *arg) {
	nap(t, 10 * MS);
	td_raise(t, TD_ValueError, "%s", (char *)arg);
}

static void adds(td_scope *t, void *arg) {
	char *scratch = td_alloc(t, 1000);
	memset(scratch, 1, 1000);
	nap(t, 5 * MS);
	atomic_fetch_add((_Atomic int *)arg, 1);
}

TD_TEST(TestRule6Threads, test_the_end_of_the_scope_joins) {
	_Atomic int sum = 0;
	{
		TD_SCOPE(c, t);
		for (int i = 0; i < 10; i++) td_thread_start(c, adds, &sum);
	}
	td_unittest_assert_equal(t, atomic_load(&sum), 10);
}

TD_TEST(TestRule6Threads, test_the_thread_that_fails_first_stops_the_others_and_is_raised) {
	_Atomic int stopped = 0;
	int64_t before = td__now();
	TD_SCOPE(outer, t);
	{
		TD_SCOPE(nursery, outer);
		td_thread_start(nursery, sleeps, &stopped);
		td_thread_start(nursery, sleeps, &stopped);
		td_thread_start(nursery, fails, text_arg("first"));
	}
	td_unittest_assert_less(t, td__now() - before, INT64_C(20000) * MS);
	td_unittest_assert_equal(t, atomic_load(&stopped), 2);
	const td_error *e = td_catch(outer, TD_ValueError);
	td_unittest_assert_equal(t, e ? e->message : "none", "first");
}

TD_TEST(TestRule6Threads, test_its_error_takes_the_place_of_the_cancel_it_caused) {
	TD_SCOPE(outer, t);
	{
		TD_SCOPE(nursery, outer);
		td_thread_start(nursery, fails, text_arg("why"));
		td_unittest_assert_false(t, nap(nursery, INT64_C(60000) * MS)); /* the body is woken by the failure */
		td_unittest_assert_is(t, td_peek(nursery)->kind, TD_CancelledError);
	}
	td_unittest_assert_is_not_none(t, td_catch(outer, TD_ValueError));
}

TD_TEST(TestRule6Threads, test_join_raises_and_twice_is_as_once) {
	TD_SCOPE(c, t);
	_Atomic int sum = 0;
	td_thread *good = td_thread_start(c, adds, &sum, .name = "good");
	td_unittest_assert_true(t, td_thread_join(c, good));
	td_unittest_assert_true(t, td_thread_join(c, good));
	td_unittest_assert_false(t, td_thread_is_alive(good));
	td_thread *bad = td_thread_start(c, fails, text_arg("bad"));
	td_unittest_assert_false(t, td_thread_join(c, bad));
	td_unittest_assert_is_not_none(t, td_catch(c, TD_ValueError));
}

TD_TEST(TestRule6Threads, test_join_obeys_a_deadline_and_can_be_repeated) {
	TD_SCOPE(c, t);
	_Atomic int sum = 0;
	td_thread *slow = td_thread_start(c, adds, &sum);
	{
		TD_SCOPE(brief, c, .timeout = TD_NOW);
		td_unittest_assert_false(t, td_thread_join(brief, slow));
		td_unittest_assert_is_not_none(t, td_catch(brief, TD_TimeoutError));
	}
	td_unittest_assert_true(t, td_thread_join(c, slow));
}

TD_TEST(TestRule6Threads, test_a_cancel_from_outside_is_not_an_error_of_the_thread) {
	_Atomic int stopped = 0;
	{
		TD_SCOPE(work, t);
		td_thread_start(work, sleeps, &stopped);
		td_scope_cancel(work);
	}
	td_unittest_assert_equal(t, atomic_load(&stopped), 1);
	td_unittest_assert_false(t, td_failed(t));
}

static void leaves(td_scope *t, void *arg) {
	(void)t;
	(void)arg;
	exit(5);
}

static void says(td_scope *c, void *arg) {
	(void)c;
	printf("%s\n", (char *)arg);
}

static void registers_and_leaves(td_scope *t, void *arg) {
	td_defer(t, says, text_arg("thread cleaned up"));
	leaves(t, arg);
}

static int thread_exits(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_defer(s, says, text_arg("main cleaned up"));
	td_thread_start(s, registers_and_leaves, NULL);
	nap(s, INT64_C(60000) * MS);
	return 9;
}

TD_TEST(TestRule6Threads, test_exit_from_a_thread_cleans_up_that_threads_scopes_only) {
	child_result r = child_run(thread_exits);
	td_unittest_assert_equal(t, r.status, 5);
	td_unittest_assert_equal(t, r.out, "thread cleaned up\n");
}

TD_TEST(TestRule6Threads, test_many_threads_leave_nothing_behind) {
	_Atomic int sum = 0;
	TD_LOOP (turn, t) {
		for (int i = 0; i < 8; i++) td_thread_start(turn, adds, &sum);
		if (atomic_load(&sum) >= 40) break;
	}
	td_unittest_assert_greater_equal(t, atomic_load(&sum), 40);
}
