/* Tests of tend/multiprocessing.h: pools of processes. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <tend.h>
#include <unistd.h>

static const td_value *square(td_scope *t, const td_value *item) {
	int64_t n = td_value_int(item, 0);
	return td_v(t, n * n);
}

static td_value *numbers(td_scope *t, int count) {
	td_value *list = td_value_new_list(t);
	for (int i = 0; i < count; i++) td_value_append(t, list, td_value_new_int(t, i));
	return list;
}

TD_TEST(TestPool, test_map_keeps_the_order) {
	td_pool *pool = td_pool_new(t, .processes = 3);
	const td_value *squares = td_pool_map(t, pool, square, numbers(t, 1000));
	td_unittest_assert_equal(t, td_value_len(squares), 1000);
	for (int i = 0; i < 1000; i += 37)
		td_unittest_assert_equal(t, td_value_int(td_value_at(squares, (size_t)i), -1), i * i);
	td_unittest_assert_equal(t, td_value_len(td_pool_map(t, pool, square, td_list(t))), 0);
	td_unittest_assert_equal(t, td_value_int(td_pool_apply(t, pool, square, td_v(t, 12)), 0), 144);
}

static const td_value *echo(td_scope *t, const td_value *item) {
	(void)t;
	return item;
}

TD_TEST(TestPool, test_every_type_crosses) {
	td_pool *pool = td_pool_new(t, .processes = 1);
	const td_value *v =
		td_list(t, TD_NULL, TD_TRUE, TD_FALSE, -1, INT64_MIN, 1.5, "t\xC3\xA9xt", td_list(t),
	            td_dict(t, "a", td_list(t, 1, "b"), "c", td_dict(t)),
	            td_value_new_digits(t, "123456789012345678901234567890"), td_value_new_bytes(t, (td_bytes){"a\0b", 3}),
	            td_value_new_text(t, (td_bytes){"c\0d", 3}));
	td_unittest_assert_equal(t, td_pool_map(t, pool, echo, v), v);
}

TD_TEST(TestPool, test_large_items_both_ways, .timeout = 60) {
	td_pool *pool = td_pool_new(t, .processes = 2);
	char *big = td_alloc(t, (8 << 20) + 1);
	memset(big, 'x', 8 << 20);
	const td_value *back = td_pool_map(t, pool, echo, td_list(t, big, big, big, big), .chunksize = 1);
	td_unittest_assert_equal(t, td_value_len(td_value_at(back, 3)), 8 << 20);
}

static const td_value *fail_at_seven(td_scope *t, const td_value *item) {
	int64_t n = td_value_int(item, 0);
	if (n == 7) td_raise_os(t, ENOENT, "seven");
	return td_v(t, n);
}

TD_TEST(TestPool, test_an_error_crosses_and_the_pool_goes_on) {
	td_pool *pool = td_pool_new(t, .processes = 2);
	TD_SCOPE(attempt, t);
	td_pool_map(attempt, pool, fail_at_seven, numbers(t, 50));
	const td_error *e = td_catch(attempt, TD_FileNotFoundError);
	td_unittest_assert_equal(t, e->message, "[Errno 2] No such file or directory: 'seven'");
	td_unittest_assert_equal(t, e->err_no, ENOENT);
	td_unittest_assert_equal(t, e->filename, "seven");
	td_unittest_assert_equal(t, td_value_len(td_pool_map(t, pool, square, numbers(t, 20))), 20);
}

static const td_value *die(td_scope *t, const td_value *item) {
	if (td_value_int(item, 0) == 3) kill(getpid(), SIGKILL);
	if (td_value_int(item, 0) == 4) _exit(9);
	return td_v(t, 0);
}

TD_TEST(TestPool, test_a_worker_that_dies_is_an_error) {
	td_unittest_assert_raises_regex(t, TD_BrokenProcessPool,
	                                "^worker \\d+ was killed by SIGKILL while it had the items from 3 on$",
	                                td_pool_map(c, td_pool_new(c, .processes = 2), die, td_list(c, 0, 1, 2, 3),
	                                            .chunksize = 1));
	td_pool *pool = td_pool_new(t, .processes = 1);
	td_unittest_assert_raises_regex(t, TD_BrokenProcessPool, "ended with status 9",
	                                td_pool_apply(c, pool, die, td_v(c, 4)));
	td_unittest_assert_raises(t, TD_BrokenProcessPool, td_pool_apply(c, pool, die, td_v(c, 0)));
}

static const td_value *sleep_long(td_scope *t, const td_value *item) {
	td_time_sleep(t, td_value_float(item, 0));
	return td_v(t, 1);
}

TD_TEST(TestPool, test_time_limits_and_what_was_given_up) {
	td_pool *pool = td_pool_new(t, .processes = 2);
	td_unittest_assert_raises(t, TD_TimeoutError,
	                          td_pool_map(c, pool, sleep_long, td_list(c, 0.4, 0.4), .timeout = 0.05));
	td_unittest_assert_equal(t, td_value_int(td_pool_apply(t, pool, square, td_v(t, 5)), 0), 25);
	TD_SCOPE(attempt, t);
	{
		TD_SCOPE(brief, attempt, .timeout = 0.05);
		td_pool_apply(brief, pool, sleep_long, td_v(brief, 100));
	}
	td_unittest_assert_true(t, td_catch(attempt, TD_TimeoutError) != NULL);
} /* and the worker that sleeps is ended with the scope */

TD_TEST(TestPool, test_results_as_they_come) {
	td_pool *pool = td_pool_new(t, .processes = 2);
	int64_t sum = 0, count = 0;
	bool seen[20] = {false};
	for (td_results *r = td_pool_imap_unordered(t, pool, square, numbers(t, 20)); td_results_next(t, r); count++) {
		sum += td_value_int(td_results_value(r), 0);
		seen[td_results_index(r)] = true;
	}
	td_unittest_assert_equal(t, count, 20);
	td_unittest_assert_equal(t, sum, 2470);
	for (int i = 0; i < 20; i++) td_unittest_assert_true(t, seen[i]);
	TD_SCOPE(attempt, t);
	td_results *r = td_pool_imap_unordered(attempt, pool, fail_at_seven, numbers(attempt, 50));
	while (td_results_next(attempt, r)) {
	}
	td_unittest_assert_true(t, td_catch(attempt, TD_FileNotFoundError) != NULL);
	td_results_next(t, td_pool_imap_unordered(t, pool, square, numbers(t, 20))); /* left half way */
	td_unittest_assert_equal(t, td_value_len(td_pool_map(t, pool, square, numbers(t, 5))), 5);
}

static void set_variable(td_scope *t, void *arg) {
	td_os_environ_set(t, "POOL_TEST", arg);
}

static const td_value *read_variable(td_scope *t, const td_value *item) {
	(void)item;
	return td_v(t, td_os_getenv(t, "POOL_TEST", .fallback = "none"));
}

TD_TEST(TestPool, test_closing_joining_terminating) {
	td_pool *pool = td_pool_new(t, .processes = 2, .initializer = set_variable, .arg = (void *)(uintptr_t) "set");
	td_unittest_assert_equal(t, td_value_str(td_pool_apply(t, pool, read_variable, td_v(t, 0)), ""), "set");
	td_unittest_assert_raises_message(t, TD_ValueError, "Pool is still running", td_pool_join(c, pool));
	td_pool_close(t, pool);
	td_unittest_assert_raises_message(t, TD_ValueError, "Pool not running", td_pool_apply(c, pool, square, td_v(c, 0)));
	td_pool_join(t, pool);
	td_pool *other = td_pool_new(t, .processes = 2);
	td_pool_terminate(t, other);
	td_pool_terminate(t, other);
	td_pool_join(t, other);
	td_unittest_assert_raises_message(t, TD_ValueError, "Number of processes must be at least 1",
	                                  td_pool_new(c, .processes = -1));
}

static const td_value *count_descriptors(td_scope *t, const td_value *item) {
	(void)item;
	return td_v(t, (int64_t)td_os_listdir(t, "/proc/self/fd").len);
}

TD_TEST(TestPool, test_workers_do_not_hold_each_other) {
	td_pool *pool = td_pool_new(t, .processes = 6);
	const td_value *counts = td_pool_map(t, pool, count_descriptors, numbers(t, 6), .chunksize = 1);
	int64_t here = (int64_t)td_os_listdir(t, "/proc/self/fd").len;
	for (size_t i = 0; i < 6; i++) td_unittest_assert_less(t, td_value_int(td_value_at(counts, i), 0), here);
}
