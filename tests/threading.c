/* Locks, events, conditions, semaphores, barriers and timers, as Python's lock_tests have them. */
#include <stdatomic.h>
#include <tend.h>

enum { THREADS = 4, ROUNDS = 300 };

typedef struct shared {
	td_lock *lock;
	td_rlock *rlock;
	td_event *event;
	td_condition *condition;
	td_semaphore *semaphore;
	td_barrier *barrier;
	long count;
	_Atomic int inside, most, done, broken;
	bool ready;
} shared;

static shared *shared_new(td_scope *t) {
	shared *x = td_alloc(t, sizeof *x);
	x->lock = td_lock_new(t);
	x->rlock = td_rlock_new(t);
	x->event = td_event_new(t);
	x->condition = td_condition_new(t);
	x->semaphore = td_semaphore_new(t, 2);
	x->barrier = td_barrier_new(t, THREADS);
	return x;
}

static void run(td_scope *t, td_thread_fn fn, shared *x, int threads) {
	TD_SCOPE(nursery, t, .timeout = 60);
	for (int i = 0; i < threads; i++) td_thread_start(nursery, fn, x);
}

static void adds_under_lock(td_scope *t, void *arg) {
	shared *x = arg;
	for (int i = 0; i < ROUNDS; i++) {
		TD_WITH_LOCK(t, x->lock) {
			long seen = x->count;
			if (i % 50 == 0) td_time_sleep(t, 0.0001);
			x->count = seen + 1;
		}
	}
}

TD_TEST(TestLock, test_one_at_a_time, .timeout = 90) {
	shared *x = shared_new(t);
	run(t, adds_under_lock, x, THREADS);
	td_unittest_assert_equal(t, x->count, (long)THREADS * ROUNDS);
	td_unittest_assert_false(t, td_lock_locked(x->lock));
}

TD_TEST(TestLock, test_nonblocking_timeout_and_misuse) {
	td_lock *lock = td_lock_new(t);
	td_unittest_assert_true(t, td_lock_acquire(t, lock));
	td_unittest_assert_true(t, td_lock_locked(lock));
	td_unittest_assert_false(t, td_lock_acquire(t, lock, .nonblocking = true));
	td_unittest_assert_false(t, td_lock_acquire(t, lock, .timeout = 0.01));
	td_unittest_assert_false(t, td_lock_acquire(t, lock, .timeout = TD_NOW));
	td_unittest_assert_raises_message(t, TD_ValueError, "can't specify a timeout for a non-blocking call",
	                                  td_lock_acquire(c, lock, .nonblocking = true, .timeout = 1));
	td_unittest_assert_true(t, td_lock_release(t, lock));
	td_unittest_assert_raises_message(t, TD_RuntimeError, "release unlocked lock", td_lock_release(c, lock));
}

TD_TEST(TestLock, test_waiting_obeys_the_scope) {
	td_lock *lock = td_lock_new(t);
	td_lock_acquire(t, lock);
	TD_SCOPE(brief, t, .timeout = 0.02);
	td_unittest_assert_false(t, td_lock_acquire(brief, lock));
	td_unittest_assert_is_not_none(t, td_catch(brief, TD_TimeoutError));
	td_lock_release(t, lock);
}

TD_TEST(TestLock, test_with_lock_releases_on_the_way_out) {
	td_lock *lock = td_lock_new(t);
	for (int i = 0; i < 3; i++) {
		TD_WITH_LOCK(t, lock) {
			if (i == 1) break;
		}
		td_unittest_assert_false(t, td_lock_locked(lock));
	}
	TD_SCOPE(c, t);
	TD_WITH_LOCK(c, lock) {
		td_raise(c, TD_ValueError, "inside");
	}
	td_catch(c);
	td_unittest_assert_false(t, td_lock_locked(lock));
}

static void adds_twice_deep(td_scope *t, void *arg) {
	shared *x = arg;
	for (int i = 0; i < ROUNDS; i++) {
		td_rlock_acquire(t, x->rlock);
		td_rlock_acquire(t, x->rlock);
		x->count++;
		td_rlock_release(t, x->rlock);
		td_rlock_release(t, x->rlock);
	}
}

static void tries_rlock(td_scope *t, void *arg) {
	shared *x = arg;
	if (td_rlock_acquire(t, x->rlock, .nonblocking = true)) atomic_fetch_add(&x->broken, 1);
	td_rlock_release(t, x->rlock);
	if (td_catch(t, TD_RuntimeError)) atomic_fetch_add(&x->done, 1);
}

TD_TEST(TestRLock, test_reentrant_and_owned, .timeout = 90) {
	shared *x = shared_new(t);
	run(t, adds_twice_deep, x, THREADS);
	td_unittest_assert_equal(t, x->count, (long)THREADS * ROUNDS);
	td_rlock_acquire(t, x->rlock);
	run(t, tries_rlock, x, 1);
	td_unittest_assert_equal(t, atomic_load(&x->broken), 0);
	td_unittest_assert_equal(t, atomic_load(&x->done), 1);
	td_rlock_release(t, x->rlock);
	td_unittest_assert_raises_message(t, TD_RuntimeError, "cannot release un-acquired lock",
	                                  td_rlock_release(c, x->rlock));
}

static void waits_for_event(td_scope *t, void *arg) {
	shared *x = arg;
	if (td_event_wait(t, x->event)) atomic_fetch_add(&x->done, 1);
}

static void sets_event(td_scope *t, void *arg) {
	shared *x = arg;
	td_time_sleep(t, 0.03);
	td_event_set(x->event);
	td_event_clear(x->event);
}

TD_TEST(TestEvent, test_set_then_clear_wakes_all) {
	shared *x = shared_new(t);
	td_unittest_assert_false(t, td_event_wait(t, x->event, .timeout = 0.005));
	{
		TD_SCOPE(nursery, t, .timeout = 60);
		for (int i = 0; i < THREADS; i++) td_thread_start(nursery, waits_for_event, x);
		td_thread_start(nursery, sets_event, x);
	}
	td_unittest_assert_equal(t, atomic_load(&x->done), THREADS);
	td_unittest_assert_false(t, td_event_is_set(x->event));
	td_event_set(x->event);
	td_unittest_assert_true(t, td_event_wait(t, x->event, .timeout = TD_NOW));
}

static bool is_ready(void *arg) {
	return ((shared *)arg)->ready;
}

static void waits_for_condition(td_scope *t, void *arg) {
	shared *x = arg;
	td_condition_acquire(t, x->condition);
	if (td_condition_wait_for(t, x->condition, is_ready, x)) x->count++;
	td_condition_release(t, x->condition);
}

static void makes_ready(td_scope *t, void *arg) {
	shared *x = arg;
	td_time_sleep(t, 0.02);
	td_condition_acquire(t, x->condition);
	x->ready = true;
	td_condition_notify_all(t, x->condition);
	td_condition_release(t, x->condition);
}

TD_TEST(TestCondition, test_wait_for_and_notify_all) {
	shared *x = shared_new(t);
	{
		TD_SCOPE(nursery, t, .timeout = 60);
		for (int i = 0; i < THREADS; i++) td_thread_start(nursery, waits_for_condition, x);
		td_thread_start(nursery, makes_ready, x);
	}
	td_unittest_assert_equal(t, x->count, (long)THREADS);
}

TD_TEST(TestCondition, test_timeout_and_misuse) {
	td_condition *condition = td_condition_new(t);
	td_unittest_assert_raises_message(t, TD_RuntimeError, "cannot wait on un-acquired lock",
	                                  td_condition_wait(c, condition));
	td_unittest_assert_raises_message(t, TD_RuntimeError, "cannot notify on un-acquired lock",
	                                  td_condition_notify(c, condition, 1));
	td_condition_acquire(t, condition);
	td_condition_acquire(t, condition);
	td_unittest_assert_false(t, td_condition_wait(t, condition, .timeout = 0.01));
	TD_SCOPE(brief, t, .timeout = 0.01);
	td_unittest_assert_false(t, td_condition_wait(brief, condition));
	td_unittest_assert_is_not_none(t, td_catch(brief));
	td_unittest_assert_true(t, td_condition_release(t, condition)); /* held as often as before */
	td_unittest_assert_true(t, td_condition_release(t, condition));
}

static void few_inside(td_scope *t, void *arg) {
	shared *x = arg;
	for (int i = 0; i < 20; i++) {
		td_semaphore_acquire(t, x->semaphore);
		int now = atomic_fetch_add(&x->inside, 1) + 1;
		if (now > atomic_load(&x->most)) atomic_store(&x->most, now);
		td_time_sleep(t, 0.0005);
		atomic_fetch_sub(&x->inside, 1);
		td_semaphore_release(t, x->semaphore, 1);
	}
}

TD_TEST(TestSemaphore, test_no_more_than_its_value, .timeout = 90) {
	shared *x = shared_new(t);
	run(t, few_inside, x, THREADS);
	td_unittest_assert_less_equal(t, atomic_load(&x->most), 2);
	td_unittest_assert_true(t, td_semaphore_acquire(t, x->semaphore));
	td_unittest_assert_true(t, td_semaphore_acquire(t, x->semaphore));
	td_unittest_assert_false(t, td_semaphore_acquire(t, x->semaphore, .nonblocking = true));
}

TD_TEST(TestSemaphore, test_bounds) {
	td_unittest_assert_raises_message(t, TD_ValueError, "semaphore initial value must be >= 0",
	                                  td_semaphore_new(c, -1));
	td_semaphore *bounded = td_bounded_semaphore_new(t, 1);
	td_unittest_assert_raises_message(t, TD_ValueError, "Semaphore released too many times",
	                                  td_semaphore_release(c, bounded, 1));
	td_unittest_assert_raises_message(t, TD_ValueError, "n must be one or more", td_semaphore_release(c, bounded, 0));
	td_semaphore *open = td_semaphore_new(t, 0);
	td_unittest_assert_true(t, td_semaphore_release(t, open, 2));
	td_unittest_assert_true(t, td_semaphore_acquire(t, open) && td_semaphore_acquire(t, open));
}

static void meets(td_scope *t, void *arg) {
	shared *x = arg;
	for (int i = 0; i < 10; i++) {
		int number = td_barrier_wait(t, x->barrier);
		if (number == 0) atomic_fetch_add(&x->done, 1);
	}
}

static void waits_at_a_barrier(td_scope *t, void *arg) {
	shared *x = arg;
	td_barrier_wait(t, x->barrier);
	if (td_catch(t, TD_BrokenBarrierError)) atomic_fetch_add(&x->broken, 1);
}

TD_TEST(TestBarrier, test_meets_again_and_again) {
	shared *x = shared_new(t);
	run(t, meets, x, THREADS);
	td_unittest_assert_equal(t, atomic_load(&x->done), 10);
}

TD_TEST(TestBarrier, test_one_who_gives_up_breaks_it_for_all) {
	shared *x = shared_new(t);
	{
		TD_SCOPE(nursery, t, .timeout = 60);
		td_thread_start(nursery, waits_at_a_barrier, x);
		td_thread_start(nursery, waits_at_a_barrier, x);
		td_unittest_assert_raises(t, TD_BrokenBarrierError, td_barrier_wait(c, x->barrier, .timeout = 0.05));
	}
	td_unittest_assert_equal(t, atomic_load(&x->broken), 2);
	td_unittest_assert_true(t, td_barrier_broken(x->barrier));
	td_unittest_assert_raises(t, TD_BrokenBarrierError, td_barrier_wait(c, x->barrier));
	td_barrier_reset(x->barrier);
	td_unittest_assert_false(t, td_barrier_broken(x->barrier));
}

static void counts(td_scope *t, void *arg) {
	if (!td_failed(t)) atomic_fetch_add(&((shared *)arg)->done, 1);
}

TD_TEST(TestTimer, test_runs_unless_cancelled) {
	shared *x = shared_new(t);
	{
		TD_SCOPE(c, t);
		td_timer_start(c, 0.01, counts, x);
		td_timer *never = td_timer_start(c, 60, counts, x);
		td_timer_cancel(never);
	}
	td_unittest_assert_equal(t, atomic_load(&x->done), 1);
}

TD_TEST(TestThread, test_names_and_numbers) {
	TD_SCOPE(c, t);
	shared *x = shared_new(t);
	td_thread *thread = td_thread_start(c, waits_for_event, x, .name = "waiter");
	td_unittest_assert_equal(t, td_thread_name(thread), "waiter");
	td_unittest_assert_equal(t, td_threading_active_count(), 2);
	td_event_set(x->event);
	td_thread_join(c, thread);
	td_unittest_assert_greater(t, td_thread_native_id(thread), 0);
	td_unittest_assert_not_equal(t, td_thread_native_id(thread), td_threading_get_native_id());
	td_unittest_assert_equal(t, td_threading_active_count(), 1);
}

/* --- several futures --- */

static const td_value *sleep_some(td_scope *t, void *arg) {
	double seconds = *(double *)arg;
	if (seconds < 0) td_raise(t, TD_ValueError, "below zero");
	td_time_sleep(t, seconds);
	return td_v(t, seconds);
}

TD_TEST(TestFutures, test_as_completed_gives_the_quickest_first) {
	double times[] = {0.3, 0.01, 0.15};
	td_executor *pool = td_executor_new(t, .max_workers = 3);
	td_future *futures[3];
	for (int i = 0; i < 3; i++) futures[i] = td_executor_submit(t, pool, sleep_some, &times[i]);
	td_completed *done = td_futures_as_completed(t, futures, 3, .timeout = 20);
	td_unittest_assert_is(t, td_completed_next(t, done), futures[1]);
	td_unittest_assert_is(t, td_completed_next(t, done), futures[2]);
	td_unittest_assert_is(t, td_completed_next(t, done), futures[0]);
	td_unittest_assert_is_none(t, td_completed_next(t, done));
	done = td_futures_as_completed(t, futures, 3, .timeout = TD_NOW); /* all are done already */
	td_unittest_assert_is(t, td_completed_next(t, done), futures[0]);
}

TD_TEST(TestFutures, test_waiting_for_one_or_a_failure_or_in_vain) {
	double times[] = {30, 0.01, -1};
	td_executor *pool = td_executor_new(t, .max_workers = 3);
	td_future *futures[3];
	TD_SCOPE(work, t);
	td_executor *own = td_executor_new(work, .max_workers = 1);
	td_future *slow = td_executor_submit(work, own, sleep_some, &times[0]);
	futures[0] = slow;
	futures[1] = td_executor_submit(t, pool, sleep_some, &times[1]);
	td_unittest_assert_true(t, td_futures_wait(t, futures, 2, .return_when = TD_FIRST_COMPLETED));
	td_unittest_assert_true(t, td_future_done(futures[1]));
	td_unittest_assert_false(t, td_future_done(slow));
	td_unittest_assert_false(t, td_futures_wait(t, futures, 2, .timeout = 0.02));
	TD_SCOPE(attempt, t);
	td_completed *done = td_futures_as_completed(attempt, futures, 2, .timeout = 0.02);
	while (td_completed_next(attempt, done)) {
	}
	td_unittest_assert_equal(t, td_catch(attempt, TD_TimeoutError)->message, "1 (of 2) futures unfinished");
	futures[2] = td_executor_submit(t, pool, sleep_some, &times[2]);
	td_unittest_assert_true(t, td_futures_wait(t, futures, 3, .return_when = TD_FIRST_EXCEPTION, .timeout = 20));
	td_scope_cancel(work);
}

static void name_itself(td_scope *t, void *arg) {
	*(bool *)arg = strcmp(td_thread_name(td_threading_current_thread()), "namesake") == 0;
	(void)t;
}

TD_TEST(TestFutures, test_a_thread_knows_itself) {
	bool same = false;
	td_unittest_assert_is_none(t, td_threading_current_thread());
	td_thread_join(t, td_thread_start(t, name_itself, &same, .name = "namesake"));
	td_unittest_assert_true(t, same);
}
