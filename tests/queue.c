/* Queues and the pool of threads. */
#include <stdatomic.h>
#include <string.h>
#include <tend.h>

static int by_value(const void *a, const void *b) {
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

static void fill(td_scope *t, td_queue *queue) {
	static const int items[] = {5, 1, 4, 2, 3};
	for (size_t i = 0; i < 5; i++) td_queue_put(t, queue, &items[i]);
}

static int number(td_scope *t, td_queue *queue) {
	int n = 0;
	for (size_t i = td_queue_qsize(queue); i > 0; i--) {
		int item = 0;
		td_queue_get(t, queue, &item);
		n = n * 10 + item;
	}
	return n;
}

TD_TEST(TestQueue, test_the_three_orders) {
	td_queue *fifo = td_queue_new(t, sizeof(int)), *lifo = td_lifo_queue_new(t, sizeof(int)),
			 *least = td_priority_queue_new(t, sizeof(int), by_value);
	fill(t, fifo);
	fill(t, lifo);
	fill(t, least);
	td_unittest_assert_equal(t, number(t, fifo), 51423);
	td_unittest_assert_equal(t, number(t, lifo), 32415);
	td_unittest_assert_equal(t, number(t, least), 12345);
}

TD_TEST(TestQueue, test_a_heap_of_many_and_a_ring_that_turns) {
	td_queue *least = td_priority_queue_new(t, sizeof(int), by_value), *ring = td_queue_new(t, sizeof(int));
	for (int i = 0; i < 1000; i++) {
		int item = (i * 7919) % 1000;
		td_queue_put(t, least, &item);
	}
	for (int i = 0; i < 1000; i++) {
		int item = -1;
		td_queue_get(t, least, &item);
		td_unittest_assert_equal(t, item, i);
	}
	int next = 0;
	for (int i = 0; i < 1000; i++) {
		td_queue_put(t, ring, &i);
		if (i % 3 == 0) continue;
		int item = -1;
		td_queue_get(t, ring, &item);
		td_unittest_assert_equal(t, item, next++);
	}
}

TD_TEST(TestQueue, test_empty_full_and_misuse) {
	td_queue *queue = td_queue_new(t, sizeof(int), .maxsize = 1);
	int item = 3;
	td_unittest_assert_raises(t, TD_Empty, td_queue_get(c, queue, &item, .nonblocking = true));
	td_unittest_assert_raises(t, TD_Empty, td_queue_get(c, queue, &item, .timeout = 0.01));
	td_unittest_assert_true(t, td_queue_put(t, queue, &item));
	td_unittest_assert_raises(t, TD_Full, td_queue_put(c, queue, &item, .timeout = TD_NOW));
	td_unittest_assert_true(t, td_queue_task_done(t, queue));
	td_unittest_assert_raises_message(t, TD_ValueError, "task_done() called too many times",
	                                  td_queue_task_done(c, queue));
	td_unittest_assert_raises(t, TD_ValueError, td_queue_new(c, 0));
}

typedef struct line {
	td_queue *jobs;
	_Atomic long sum;
} line;

static void consumes(td_scope *t, void *arg) {
	line *l = arg;
	TD_LOOP (turn, t) {
		int job = 0;
		if (!td_queue_get(turn, l->jobs, &job) || job < 0) break;
		atomic_fetch_add(&l->sum, job);
		td_queue_task_done(turn, l->jobs);
	}
}

TD_TEST(TestQueue, test_many_hands, .timeout = 60) {
	line l = {.jobs = td_queue_new(t, sizeof(int), .maxsize = 10)};
	TD_SCOPE(nursery, t, .timeout = 50);
	for (int i = 0; i < 4; i++) td_thread_start(nursery, consumes, &l);
	for (int job = 1; job <= 2000; job++) td_queue_put(nursery, l.jobs, &job);
	td_queue_join(nursery, l.jobs);
	td_unittest_assert_equal(t, atomic_load(&l.sum), 2001000L);
	for (int i = 0, end = -1; i < 4; i++) td_queue_put(nursery, l.jobs, &end);
}

/* --- the pool --- */

static const td_value *length(td_scope *t, void *arg) {
	return td_v(t, strlen(*(const char **)arg));
}

static const td_value *fails_on_b(td_scope *t, void *arg) {
	const char *text = *(const char **)arg;
	if (text[0] == 'b') td_raise(t, TD_ValueError, "no %s", text);
	return td_v(t, text);
}

static const td_value *naps(td_scope *t, void *arg) {
	atomic_fetch_add((_Atomic int *)arg, 1);
	td_time_sleep(t, 0.05);
	return td_v(t, "rested");
}

static const char *const words[] = {"alpha", "be", "gamma-ray"};

TD_TEST(TestExecutor, test_map_keeps_the_order) {
	td_executor *pool = td_executor_new(t, .max_workers = 3);
	const td_value *lengths = td_executor_map(t, pool, length, words, 3, sizeof *words);
	td_unittest_assert_equal(t, td_value_repr(t, lengths), "[5, 2, 9]");
}

TD_TEST(TestExecutor, test_an_error_crosses_into_the_result) {
	td_executor *pool = td_executor_new(t, .max_workers = 2);
	td_unittest_assert_raises_message(t, TD_ValueError, "no be",
	                                  td_executor_map(c, pool, fails_on_b, words, 3, sizeof *words));
	const char *word = "fine";
	td_future *future = td_executor_submit(t, pool, fails_on_b, &word);
	td_unittest_assert_equal(t, td_value_str(td_future_result(t, future), ""), "fine");
	td_unittest_assert_true(t, td_future_done(future));
	td_unittest_assert_false(t, td_future_cancelled(future));
}

TD_TEST(TestExecutor, test_cancel_timeout_and_shutdown) {
	_Atomic int begun = 0;
	td_executor *pool = td_executor_new(t, .max_workers = 1);
	td_future *first = td_executor_submit(t, pool, naps, &begun), *second = td_executor_submit(t, pool, naps, &begun);
	td_unittest_assert_raises(t, TD_TimeoutError, td_future_result(c, first, .timeout = 0.005));
	td_unittest_assert_true(t, td_future_cancel(second));
	td_unittest_assert_raises(t, TD_futures_CancelledError, td_future_result(c, second));
	td_unittest_assert_equal(t, td_value_str(td_future_result(t, first), ""), "rested");
	td_unittest_assert_false(t, td_future_cancel(first));
	td_unittest_assert_true(t, td_executor_shutdown(t, pool, false));
	td_unittest_assert_true(t, td_executor_shutdown(t, pool, false));
	td_unittest_assert_raises_message(t, TD_RuntimeError, "cannot schedule new futures after shutdown",
	                                  td_executor_submit(c, pool, naps, &begun));
	td_unittest_assert_equal(t, atomic_load(&begun), 1);
}

TD_TEST(TestExecutor, test_the_end_of_the_scope_finishes_the_work) {
	_Atomic int begun = 0;
	{
		TD_SCOPE(c, t);
		td_executor *pool = td_executor_new(c, .max_workers = 4);
		for (int i = 0; i < 4; i++) td_executor_submit(t, pool, naps, &begun);
	}
	td_unittest_assert_equal(t, atomic_load(&begun), 4);
}

TD_TEST(TestExecutor, test_a_deadline_ends_the_work) {
	_Atomic int begun = 0;
	TD_SCOPE(outer, t);
	{
		TD_SCOPE(brief, outer, .timeout = 0.02);
		td_executor *pool = td_executor_new(brief, .max_workers = 1);
		const td_value *all = td_executor_map(brief, pool, naps, &begun, 1, 1);
		td_unittest_assert_is_none(t, all);
	}
	td_unittest_assert_is_not_none(t, td_catch(outer, TD_TimeoutError));
}
