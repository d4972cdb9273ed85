#include <string.h>
#include <tend.h>

#include "agent/past.h"

#define NS 1000000000LL

static td_process_table table_of(td_scope *s, int first, int count, double cpu) {
	td_process_row *rows = td_alloc_array(s, (size_t)count, sizeof *rows);
	for (int i = 0; i < count; i++)
		rows[i] = (td_process_row){.pid = first + i,
		                           .start = (uint64_t)(first + i),
		                           .name = td_format(s, "p%d", first + i),
		                           .cmdline = td_format(s, "p%d --x", first + i),
		                           .username = "user",
		                           .state = 'S',
		                           .cpu_percent = i == 0 ? cpu : 0,
		                           .rss = (uint64_t)(i + 1) << 20,
		                           .num_threads = 1};
	return (td_process_table){rows, (size_t)count};
}

static const td_value *item(const td_value *answer, size_t i) {
	return td_value_at(td_get(answer, "items"), i);
}

TD_TEST(TestAgentPast, test_busiest_and_largest_of_each_slot) {
	agent_past *p = agent_past_new(t);
	td_unittest_assert_true(t, agent_past_query(t, p, 5 * NS) == NULL, .msg = "nothing before the first tick");
	for (int i = 0; i < 200; i++) {
		TD_SCOPE(tick, t);
		/* Busy in every other second of the first hundred; another crowd in the second. */
		td_process_table table = table_of(tick, i < 100 ? 1000 : 5000, 40, i % 2 ? 80 : 0);
		agent_past_tick(p, &table, i * NS);
	}
	const td_value *then = agent_past_query(t, p, 55 * NS), *later = agent_past_query(t, p, 155 * NS);
	td_unittest_assert_equal(t, td_value_int(td_get(then, "step"), 0), 10);
	td_unittest_assert_equal(t, td_value_len(td_get(then, "items")), 12);
	td_unittest_assert_equal(t, td_value_int(td_get(item(then, 0), "pid"), 0), 1000);
	td_unittest_assert_equal(t, td_value_float(td_get(item(then, 0), "cpu"), 0), 40.0, .msg = "the mean");
	td_unittest_assert_equal(t, td_value_int(td_get(item(then, 1), "pid"), 0), 1039, .msg = "the largest");
	td_unittest_assert_equal(t, td_value_str(td_get(item(later, 0), "command"), ""), "p5000 --x");
	const td_value *now = agent_past_query(t, p, 199 * NS);
	td_unittest_assert_equal(t, td_value_int(td_get(item(now, 0), "pid"), 0), 5000,
	                         .msg = "of a slot that is not over");
	td_unittest_assert_true(t, agent_past_query(t, p, 300 * NS) == NULL);
	/* Who ended in the middle of a slot is remembered with the part that it had. */
	const td_value *between = agent_past_query(t, p, 99 * NS);
	td_unittest_assert_equal(t, td_value_int(td_get(item(between, 0), "pid"), 0), 1000);
}

TD_TEST(TestAgentPast, test_coarser_rings_reach_further) {
	agent_past *p = agent_past_new(t);
	for (int64_t i = 0; i < 9000; i++) {
		TD_SCOPE(tick, t);
		/* A crowd that changes all the time: its names must not be kept for ever. */
		td_process_table table = table_of(tick, (int)(1 + i / 50 * 7), 3, 50);
		agent_past_tick(p, &table, i * NS);
	}
	td_unittest_assert_equal(t, td_value_int(td_get(agent_past_query(t, p, 8500 * NS), "step"), 0), 10);
	td_unittest_assert_equal(t, td_value_int(td_get(agent_past_query(t, p, 1000 * NS), "step"), 0), 60);
	const td_value *first = agent_past_query(t, p, 1000 * NS);
	td_unittest_assert_equal(t, td_value_str(td_get(item(first, 0), "user"), ""), "user");
	td_unittest_assert_true(t, agent_past_query(t, p, -5 * NS) == NULL);
}

TD_TEST(TestAgentPast, test_same_number_another_process) {
	agent_past *p = agent_past_new(t);
	td_process_row row = {
		.pid = 7, .start = 1, .name = "old", .cmdline = "", .username = "", .state = 'R', .cpu_percent = 10};
	td_process_table table = {&row, 1};
	agent_past_tick(p, &table, 0);
	row.start = 2;
	row.name = "new";
	row.cpu_percent = 90;
	agent_past_tick(p, &table, NS);
	row.name = "executed";
	agent_past_tick(p, &table, 2 * NS);
	const td_value *v = agent_past_query(t, p, 2 * NS);
	td_unittest_assert_equal(t, td_value_len(td_get(v, "items")), 2);
	td_unittest_assert_equal(t, td_value_str(td_get(item(v, 0), "name"), ""), "executed");
	td_unittest_assert_equal(t, td_value_float(td_get(item(v, 0), "cpu"), 0), 60.0);
	td_unittest_assert_equal(t, td_value_str(td_get(item(v, 1), "name"), ""), "old");
}
