#include <math.h>
#include <string.h>
#include <tend.h>

static const char *text(td_scope *t, td_prometheus_registry *r) {
	return td_prometheus_generate_latest(t, r).data;
}

TD_TEST(TestPrometheus, test_a_counter) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	td_metric *m = td_prometheus_counter(t, "c_total", "Counts\nand \\counts", .registry = r, .created = TD_FLOAT(1.5));
	td_prometheus_inc(t, m);
	td_prometheus_inc(t, m, 0.5);
	td_unittest_assert_equal(t, text(t, r),
	                         "# HELP c_total Counts\\nand \\\\counts\n# TYPE c_total counter\nc_total 1.5\n"
	                         "# HELP c_created Counts\\nand \\\\counts\n# TYPE c_created gauge\nc_created 1.5\n");
	td_unittest_assert_raises_message(t, TD_ValueError, "Counters can only be incremented by non-negative amounts.",
	                                  td_prometheus_inc(c, m, -1));
	td_unittest_assert_raises(t, TD_AttributeError, td_prometheus_set(c, m, 1));
	td_unittest_assert_raises(t, TD_TypeError, td_prometheus_inc(c, NULL));
}

TD_TEST(TestPrometheus, test_labels) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	td_metric *m = td_prometheus_gauge(t, "g", "h", .labelnames = td_strs_of(t, "z", "a"), .registry = r);
	td_metric *child = td_prometheus_labels(t, m, "1", "q\"\\\n");
	td_unittest_assert_is(t, td_prometheus_labels(t, m, "1", "q\"\\\n"), child);
	td_prometheus_set(t, child, -2.5);
	td_prometheus_dec(t, td_prometheus_labels(t, m, "", "b"));
	td_unittest_assert_equal(
		t, text(t, r), "# HELP g h\n# TYPE g gauge\ng{a=\"q\\\"\\\\\\n\",z=\"1\"} -2.5\ng{a=\"b\",z=\"\"} -1.0\n");
	td_prometheus_remove(t, m, "", "b");
	td_unittest_assert_not_in(t, "-1.0", text(t, r));
	td_prometheus_inc(t, td_prometheus_labels(t, m, "", "b"));
	td_unittest_assert_in(t, "g{a=\"b\",z=\"\"} 1.0\n", text(t, r), .msg = "a child that was removed begins anew");
	td_unittest_assert_raises_message(t, TD_KeyError, "('x', 'y')", td_prometheus_remove(c, m, "x", "y"));
	td_unittest_assert_raises_message(t, TD_ValueError, "Incorrect label count", td_prometheus_labels(c, m, "1"));
	td_unittest_assert_raises_message(t, TD_ValueError, "Incorrect label count (expected 2, got ('1',))",
	                                  td_prometheus_remove(c, m, "1"));
	td_unittest_assert_raises_message(t, TD_ValueError, "gauge metric is missing label values",
	                                  td_prometheus_inc(c, m));
	td_unittest_assert_raises(t, TD_TypeError, td_prometheus_labels(c, m, "1", NULL));
	td_prometheus_clear(t, m);
	td_unittest_assert_equal(t, text(t, r), "# HELP g h\n# TYPE g gauge\n");
	td_metric *plain = td_prometheus_gauge(t, "plain", "h", .registry = r);
	td_unittest_assert_raises_message(t, TD_ValueError, "No label names were set when constructing gauge:plain",
	                                  td_prometheus_labels(c, plain, "1"));
}

TD_TEST(TestPrometheus, test_many_children_stay_found) {
	td_metric *m = td_prometheus_counter(t, "many", "h", .labelnames = td_strs_of(t, "n"), .unregistered = true);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 1000; i++) td_prometheus_inc(t, td_prometheus_labels(t, m, td_format(t, "%d", i)));
	}
	for (int i = 0; i < 1000; i++)
		td_unittest_assert_equal(t, td_prometheus_value(td_prometheus_labels(t, m, td_format(t, "%d", i))), 3.0);
}

TD_TEST(TestPrometheus, test_histogram_and_summary) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	const double bounds[] = {0.5, 1, 1e6, 1234567};
	td_metric *h = td_prometheus_histogram(t, "h", "x", .registry = r, .labelnames = td_strs_of(t, "zone", "app"),
	                                       .buckets = bounds, .nbuckets = 4, .created = TD_FLOAT(1));
	td_metric *child = td_prometheus_labels(t, h, "z", "a");
	td_prometheus_observe(t, child, 0.5);
	td_prometheus_observe(t, child, 0.75);
	td_prometheus_observe(t, child, 1e9);
	td_unittest_assert_in(
		t,
		"h_bucket{app=\"a\",le=\"0.5\",zone=\"z\"} 1.0\nh_bucket{app=\"a\",le=\"1.0\",zone=\"z\"} 2.0\n"
		"h_bucket{app=\"a\",le=\"1e+06\",zone=\"z\"} 2.0\nh_bucket{app=\"a\",le=\"1.234567e+06\",zone=\"z\"} 2.0\n"
		"h_bucket{app=\"a\",le=\"+Inf\",zone=\"z\"} 3.0\nh_count{app=\"a\",zone=\"z\"} "
		"3.0\nh_sum{app=\"a\",zone=\"z\"} 1.00000000125e+09\n",
		text(t, r));
	double value = 0;
	td_unittest_assert_true(t,
	                        td_prometheus_get_sample_value(t, r, "h_bucket",
	                                                       td_dict(t, "app", "a", "zone", "z", "le", "+Inf"), &value));
	td_unittest_assert_equal(t, value, 3.0);
	td_unittest_assert_false(t, td_prometheus_get_sample_value(t, r, "h_bucket", td_dict(t, "app", "a"), &value));
	const double down[] = {2, 1};
	td_unittest_assert_raises_message(t, TD_ValueError, "Buckets not in sorted order",
	                                  td_prometheus_histogram(c, "d", "x", .buckets = down, .nbuckets = 2));
	td_unittest_assert_raises_message(t, TD_ValueError, "Must have at least two buckets",
	                                  td_prometheus_histogram(c, "d", "x", .buckets = down, .nbuckets = 0));
	td_metric *s = td_prometheus_summary(t, "s", "x", .registry = r);
	td_prometheus_observe(t, s, 2.5);
	td_unittest_assert_in(t, "# TYPE s summary\ns_count 1.0\ns_sum 2.5\n# HELP s_created x\n", text(t, r));
}

TD_TEST(TestPrometheus, test_info_and_enum) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	td_metric *info = td_prometheus_info(t, "build", "x", .registry = r);
	td_prometheus_set_info(t, info, td_dict(t, "version", "1", "arch", "x86"));
	td_metric *state = td_prometheus_enum(t, "task", "x", .registry = r, .states = td_strs_of(t, "off", "on"));
	td_prometheus_state(t, state, "on");
	td_unittest_assert_equal(
		t, text(t, r),
		"# HELP build_info x\n# TYPE build_info gauge\nbuild_info{arch=\"x86\",version=\"1\"} 1.0\n"
		"# HELP task x\n# TYPE task gauge\ntask{task=\"off\"} 0.0\ntask{task=\"on\"} 1.0\n");
	td_unittest_assert_raises_message(t, TD_ValueError, "'up' is not in list", td_prometheus_state(c, state, "up"));
	td_unittest_assert_raises(t, TD_ValueError, td_prometheus_enum(c, "e", "x"));
}

TD_TEST(TestPrometheus, test_names) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	td_prometheus_gauge(t, "g", "h", .registry = r, .namespace_ = "app", .subsystem = "db", .unit = "bytes");
	td_unittest_assert_in(t, "app_db_g_bytes 0.0\n", text(t, r));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid metric name: 1x", td_prometheus_gauge(c, "1x", "h"));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid label metric name: a-b",
	                                  td_prometheus_gauge(c, "x", "h", .labelnames = td_strs_of(c, "a-b")));
	td_unittest_assert_raises_message(t, TD_ValueError, "Reserved label metric name: __x",
	                                  td_prometheus_gauge(c, "x", "h", .labelnames = td_strs_of(c, "__x")));
	td_unittest_assert_raises_message(t, TD_ValueError, "Reserved label metric name: le",
	                                  td_prometheus_histogram(c, "x", "h", .labelnames = td_strs_of(c, "le")));
	td_prometheus_counter(t, "c", "h", .registry = r);
	td_unittest_assert_raises_message(t, TD_ValueError, "Duplicated timeseries in CollectorRegistry: {'c_total'}",
	                                  td_prometheus_gauge(c, "c_total", "h", .registry = r));
}

TD_TEST(TestPrometheus, test_a_metric_leaves_with_its_scope) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	for (int i = 0; i < 2; i++) {
		TD_SCOPE(inner, t);
		td_prometheus_gauge(inner, "g", "h", .registry = r);
		td_unittest_assert_in(t, "g 0.0\n", text(t, r));
	}
	td_unittest_assert_equal(t, text(t, r), "");
}

static void collect(td_scope *s, td_prometheus_registry *out, void *userdata) {
	td_prometheus_family *f = td_prometheus_family_new(s, out, "counter", "seen_total", "h", td_strs_of(s, "who"));
	td_prometheus_family_add(s, f, td_strs_of(s, "me"), *(int *)userdata, .timestamp = TD_FLOAT(1.5));
	td_prometheus_family_new(s, out, "untyped", "odd", "h", td_strs_of(s, "x"));
	if (*(int *)userdata < 0) td_raise(s, TD_RuntimeError, "no luck");
}

TD_TEST(TestPrometheus, test_a_collector_of_ones_own) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	int n = 7;
	td_prometheus_register(t, r, collect, &n);
	td_unittest_assert_equal(t, text(t, r),
	                         "# HELP seen_total h\n# TYPE seen_total counter\nseen_total{who=\"me\"} 7.0 1500\n# HELP "
	                         "odd h\n# TYPE odd untyped\n");
	n = -1;
	td_unittest_assert_raises_message(t, TD_RuntimeError, "no luck", td_prometheus_generate_latest(c, r));
}

static double seven(void *userdata) {
	(void)userdata;
	return 7;
}

TD_TEST(TestPrometheus, test_floats_and_functions) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	td_metric *g = td_prometheus_gauge(t, "g", "h", .registry = r);
	static const struct {
		double x;
		const char *text;
	} cases[] = {{0, "0.0"},
	             {-0.0, "-0.0"},
	             {1, "1.0"},
	             {999999, "999999.0"},
	             {1000000, "1e+06"},
	             {1234567.5, "1.2345675e+06"},
	             {-1234567, "-1234567.0"},
	             {123456789012, "1.23456789012e+011"},
	             {1e16, "1e+16"},
	             {0.1, "0.1"},
	             {1e-7, "1e-07"},
	             {NAN, "NaN"},
	             {INFINITY, "+Inf"},
	             {-INFINITY, "-Inf"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		td_prometheus_set(t, g, cases[i].x);
		td_unittest_assert_equal(t, text(t, r), td_format(t, "# HELP g h\n# TYPE g gauge\ng %s\n", cases[i].text));
	}
	td_prometheus_set_function(t, g, seven, NULL);
	td_unittest_assert_in(t, "g 7.0\n", text(t, r));
}

static void count_up(td_scope *s, void *m) {
	for (int i = 0; i < 20000; i++) td_prometheus_inc(s, td_prometheus_labels(s, m, i % 2 ? "a" : "b"));
}

TD_TEST(TestPrometheus, test_threads_lose_no_count) {
	td_metric *m = td_prometheus_counter(t, "n", "h", .labelnames = td_strs_of(t, "l"), .unregistered = true);
	{
		TD_SCOPE(nursery, t);
		for (int i = 0; i < 4; i++) td_thread_start(nursery, count_up, m);
	}
	td_unittest_assert_equal(t, td_prometheus_value(td_prometheus_labels(t, m, "a")), 40000.0);
	td_unittest_assert_equal(t, td_prometheus_value(td_prometheus_labels(t, m, "b")), 40000.0);
}

TD_TEST(TestPrometheus, test_start_http_server) {
	td_prometheus_registry *r = td_prometheus_collector_registry(t);
	td_metric *m = td_prometheus_gauge(t, "g", "h", .registry = r);
	td_prometheus_set(t, m, 4);
	td_http_server *server = td_prometheus_start_http_server(t, 0, .addr = "127.0.0.1", .registry = r);
	td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	const char *raw = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	td_bytes ask = {raw, strlen(raw)};
	td_socket_sendall(t, sock, ask);
	const char *said = td_socket_recv(t, sock, 65536).data;
	td_unittest_assert_in(t, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n", said);
	td_unittest_assert_true(t, td_str_endswith(said, "\r\n\r\n# HELP g h\n# TYPE g gauge\ng 4.0\n"));
}
