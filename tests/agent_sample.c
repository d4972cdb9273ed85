#include <string.h>
#include <tend.h>

#include "agent/metrics_node.h"
#include "agent/sample_private.h"

#define NS 1000000000LL

static td_value *none(td_scope *t) {
	return td_value_new_list(t);
}

/* --- history --- */

static double value_at(const td_value *answer, const char *series, size_t i) {
	const td_value *all = td_value_get(answer, "series");
	for (size_t k = 0; k < td_value_len(all); k++) {
		const td_value *x = td_value_at(all, k);
		if (strcmp(td_value_str(td_value_get(x, "name"), ""), series) != 0) continue;
		return td_value_float(td_value_at(td_value_get(x, "values"), i), -1);
	}
	return -2;
}

TD_TEST(TestHistory, test_three_rings_and_their_means) {
	agent_history *h = agent_history_new(t);
	int series = agent_history_series(h, "x", "%");
	td_unittest_assert_equal(t, agent_history_series(h, "x", "%"), series);
	int64_t begin = td_time_monotonic_ns() - 700 * NS;
	for (int i = 0; i < 700; i++) {
		agent_history_put(h, series, i);
		agent_history_tick(h, begin + i * NS + (i % 3) * 100000000); /* ticks come a little late at times */
	}
	const td_value *fine = agent_history_query(t, h, (td_strs){0}, AGENT_RING_1S, 0);
	td_unittest_assert_equal(t, td_value_int(td_value_get(fine, "count"), 0), 600);
	td_unittest_assert_equal(t, value_at(fine, "x", 0), 100.0);
	td_unittest_assert_equal(t, value_at(fine, "x", 599), 699.0);
	td_unittest_assert_almost_equal(t, td_value_float(td_value_get(fine, "start"), 0), td_time_time() - 600,
	                                .delta = TD_FLOAT(3));
	const td_value *middle = agent_history_query(t, h, (td_strs){0}, AGENT_RING_10S, 0);
	td_unittest_assert_equal(t, td_value_int(td_value_get(middle, "count"), 0), 70);
	td_unittest_assert_equal(t, value_at(middle, "x", 3), 34.5, .msg = "the mean of 30 to 39");
	const td_value *coarse = agent_history_query(t, h, (td_strs){0}, AGENT_RING_1M, 0);
	td_unittest_assert_equal(t, td_value_int(td_value_get(coarse, "count"), 0), 12);
	td_unittest_assert_equal(t, value_at(coarse, "x", 1), 89.5);
	const td_value *late = agent_history_query(t, h, (td_strs){0}, AGENT_RING_1S, td_time_time() - 10);
	td_unittest_assert_true(t, td_value_int(td_value_get(late, "count"), 0) >= 7 &&
	                               td_value_int(td_value_get(late, "count"), 0) <= 10);
	td_unittest_assert_equal(t, agent_ring_of("10s"), AGENT_RING_10S);
	td_unittest_assert_equal(t, agent_ring_of("2s"), AGENT_RINGS);
	td_unittest_assert_raises(t, TD_ValueError, agent_history_query(c, h, (td_strs){0}, AGENT_RINGS, 0));
}

TD_TEST(TestHistory, test_what_was_missed_is_a_gap) {
	agent_history *h = agent_history_new(t);
	int always = agent_history_series(h, "always", ""), late = -1;
	int64_t begin = td_time_monotonic_ns() - 100 * NS;
	for (int i = 0; i < 20; i++) {
		if (i >= 5 && i < 8) continue;
		if (i == 10) late = agent_history_series(h, "late", "");
		agent_history_put(h, always, i);
		if (i != 12) agent_history_put(h, late, 100 + i);
		agent_history_tick(h, begin + i * NS);
	}
	const td_value *v = agent_history_query(t, h, td_strs_of(t, "late", "always", "unknown"), AGENT_RING_1S, 0);
	td_unittest_assert_equal(t, td_value_len(td_value_get(v, "series")), 2);
	td_unittest_assert_equal(t, value_at(v, "always", 4), 4.0);
	td_unittest_assert_equal(t, value_at(v, "always", 6), -1.0);
	td_unittest_assert_equal(t, value_at(v, "late", 9), -1.0);
	td_unittest_assert_equal(t, value_at(v, "late", 10), 110.0);
	td_unittest_assert_equal(t, value_at(v, "late", 12), -1.0);
	agent_history_put(h, always, 7);
	agent_history_tick(h, begin + 5000 * NS); /* a machine that slept */
	v = agent_history_query(t, h, td_strs_of(t, "always"), AGENT_RING_1S, 0);
	td_unittest_assert_equal(t, value_at(v, "always", 599), 7.0);
	for (size_t i = 0; i < 599; i++) td_unittest_assert_equal(t, value_at(v, "always", i), -1.0);
}

TD_TEST(TestHistory, test_there_is_an_end_to_series) {
	agent_history *h = agent_history_new(t);
	for (int i = 0; i < AGENT_SERIES_MAX; i++)
		td_unittest_assert_equal(t, agent_history_series(h, td_format(t, "s%d", i), ""), i);
	td_unittest_assert_equal(t, agent_history_series(h, "one more", ""), -1);
	agent_history_put(h, -1, 5);
	agent_history_put(h, AGENT_SERIES_MAX, 5);
	agent_history_tick(h, 1);
	td_unittest_assert_equal(t, td_value_len(agent_history_list(t, h)), AGENT_SERIES_MAX);
}

TD_TEST(TestHistory, test_numbers_are_short) {
	agent_history *h = agent_history_new(t);
	static const struct {
		double given;
		const char *shown;
	} cases[] = {{24372436992.0, "24370000000"}, {12.3456, "12.35"}, {99.99, "99.99"}, {0, "0"},
	             {0.00012, "0.00012"},           {-1234.6, "-1235"}, {50, "50"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		agent_history_put(h, agent_history_series(h, td_format(t, "s%zu", i), ""), cases[i].given);
	}
	agent_history_tick(h, td_time_monotonic_ns());
	const td_value *v = agent_history_query(t, h, (td_strs){0}, AGENT_RING_1S, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		td_unittest_assert_equal(
			t, td_json_dumps(t, td_value_at(td_value_get(td_value_at(td_value_get(v, "series"), i), "values"), 0)),
			cases[i].shown);
	}
}

/* --- the sample --- */

TD_TEST(TestSample, test_this_machine) {
	agent_sampler *a = agent_sampler_new(t, NULL, NULL);
	td_unittest_assert_equal(t, td_value_len(agent_sampler_value(t, a)), 0, .msg = "nothing before the first tick");
	td_unittest_assert_equal(t, agent_sampler_processes(t, a), none(t));
	td_unittest_assert_true(t, agent_sampler_tick(t, a));
	td_unittest_assert_true(t, td_value_is_null(td_get(agent_sampler_value(t, a), "cpu", "user")),
	                        .msg = "no rate after one tick");
	td_time_sleep(t, 0.1);
	td_unittest_assert_true(t, agent_sampler_tick(t, a));
	const td_value *v = agent_sampler_value(t, a);
	td_unittest_assert_equal(t, td_value_get(v, "missing"), none(t));
	double busy = td_value_float(td_get(v, "cpu", "busy"), -1);
	td_unittest_assert_true(t, busy >= 0 && busy <= 100);
	td_unittest_assert_greater(t, td_value_int(td_get(v, "memory", "total"), 0), 0);
	td_unittest_assert_greater(t, td_value_len(td_get(v, "processes", "top_memory")), 0);
	td_unittest_assert_greater(t, td_value_len(agent_sampler_processes(t, a)), 0);
	td_unittest_assert_in(t, "\"cpu.busy\"", td_json_dumps(t, agent_history_list(t, agent_sampler_history(a))));
	td_bytes text = agent_node_metrics(t, a);
	td_unittest_assert_in(t, "\nnode_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} ", text.data);
	td_unittest_assert_in(t, "\n# TYPE node_memory_MemTotal_bytes gauge\nnode_memory_MemTotal_bytes ", text.data);
	td_unittest_assert_equal(t, strlen(text.data), text.len);
	for (int i = 0; i < 30; i++) td_unittest_assert_true(t, agent_sampler_tick(t, a));
	size_t before = td_scope_bytes(t);
	for (int i = 0; i < 30; i++) {
		TD_SCOPE(tick, t);
		agent_sampler_tick(tick, a);
		agent_node_metrics(tick, a);
	}
	td_unittest_assert_less_equal(t, td_scope_bytes(t), before + 4096, .msg = "a tick leaves nothing behind");
	td_time_sleep(t, 0.1); /* for the threads that asked the mounts */
}

TD_TEST(TestSample, test_once) {
	const td_value *v = agent_sample_once(t, NULL, NULL);
	td_unittest_assert_false(t, td_value_is_null(td_get(v, "cpu", "user")));
	td_unittest_assert_greater(t, td_value_float(td_value_get(v, "cost"), 0), 0);
	td_time_sleep(t, 0.1);
}

TD_TEST(TestSample, test_what_is_missing_is_named) {
	td_os_mkdir(t, "proc");
	td_path_write_text(t, "proc/stat", "cpu  1 2 3 4 5 6 7 8 9 10\nbtime 5\n");
	agent_sampler *a = agent_sampler_new(t, "proc", "nosys");
	td_unittest_assert_true(t, agent_sampler_tick(t, a));
	td_unittest_assert_true(t, agent_sampler_tick(t, a));
	const td_value *v = agent_sampler_value(t, a);
	td_unittest_assert_in(t, "memory: [Errno 2] No such file or directory: 'proc/meminfo'",
	                      td_json_dumps(t, td_value_get(v, "missing")));
	td_unittest_assert_true(t, td_value_is_null(td_value_get(v, "pressure")));
	td_unittest_assert_in(t, "node_time_seconds ", agent_node_metrics(t, a).data);
}

TD_TEST(TestSample, test_which_disks_are_shown) {
	static const char *const shown[] = {"sda", "nvme0n1", "vda",       "xvda", "dm-0",
	                                    "md0", "zram0",   "mmcblk0p1", "sr0",  "nbd0"};
	static const char *const hidden[] = {"sda1", "hdb12", "vda3", "xvda1", "nvme0n1p2", "loop0", "ram15", "fd0"};
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		td_unittest_assert_true(t, agent_is_disk(shown[i]), .msg = shown[i]);
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		td_unittest_assert_false(t, agent_is_disk(hidden[i]), .msg = hidden[i]);
}
