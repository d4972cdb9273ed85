/* Rows of prometheus_client. A registry is declared as data: [{"type": "counter", "name": …, "documentation": …, "labelnames": […],
 * "namespace": …, "subsystem": …, "unit": …, "buckets": […], "states": […], "ops": [[method, [label values], argument] …]} …]. */
#include "oracle.h"

typedef struct maker {
	const char *type;
	td_metric *(*make)(td_scope *s, const char *name, const char *help, const td_metric_opts *opts);
} maker;

static const maker makers[] = {{"counter", (td_prometheus_counter)}, {"gauge", (td_prometheus_gauge)},
                               {"summary", (td_prometheus_summary)}, {"histogram", (td_prometheus_histogram)},
                               {"info", (td_prometheus_info)},       {"enum", (td_prometheus_enum)}};

static td_strs texts(td_scope *s, const td_value *list) {
	const char **items = td_alloc_array(s, td_value_len(list) + 1, sizeof *items);
	for (size_t i = 0; items && i < td_value_len(list); i++) items[i] = td_value_str(td_value_at(list, i), "");
	return (td_strs){items, items ? td_value_len(list) : 0};
}

static td_metric *make(td_scope *s, const td_value *m, td_prometheus_registry *registry) {
	const char *type = td_value_str(td_get(m, "type"), "");
	const td_value *buckets = td_get(m, "buckets");
	double *bounds = td_alloc_array(s, td_value_len(buckets) + 1, sizeof *bounds);
	for (size_t i = 0; bounds && i < td_value_len(buckets); i++) bounds[i] = td_value_float(td_value_at(buckets, i), 0);
	td_metric_opts opts = {.td__size = sizeof opts,
	                       .registry = registry,
	                       .labelnames = texts(s, td_get(m, "labelnames")),
	                       .namespace_ = td_value_str(td_get(m, "namespace"), NULL),
	                       .subsystem = td_value_str(td_get(m, "subsystem"), NULL),
	                       .unit = td_value_str(td_get(m, "unit"), NULL),
	                       .states = texts(s, td_get(m, "states")),
	                       .buckets = buckets ? bounds : NULL,
	                       .nbuckets = td_value_len(buckets),
	                       .created = TD_FLOAT(1234567890.25)};
	for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
		if (!strcmp(makers[i].type, type)) {
			return makers[i].make(s, td_value_str(td_get(m, "name"), ""), td_value_str(td_get(m, "documentation"), ""),
			                      &opts);
		}
	}
	td_raise(s, TD_NotImplementedError, "%s", type);
	return NULL;
}

static void apply(td_scope *s, td_metric *m, const td_value *op) {
	const char *method = td_value_str(td_get(op, "0"), "");
	td_strs labels = texts(s, td_get(op, "1"));
	const td_value *argument = td_get(op, "2");
	double number = td_value_float(argument, 0);
	if (!strcmp(method, "clear")) {
		td_prometheus_clear(s, m);
		return;
	}
	if (!strcmp(method, "remove")) {
		td__prometheus_remove(s, m, labels.items, labels.len);
		return;
	}
	if (labels.len) m = td__prometheus_labels(s, m, labels.items, labels.len);
	if (td_failed(s)) return;
	if (!strcmp(method, "inc"))
		td_prometheus_inc(s, m, number);
	else if (!strcmp(method, "dec"))
		td_prometheus_dec(s, m, number);
	else if (!strcmp(method, "set"))
		td_prometheus_set(s, m, number);
	else if (!strcmp(method, "observe"))
		td_prometheus_observe(s, m, number);
	else if (!strcmp(method, "info"))
		td_prometheus_set_info(s, m, argument);
	else if (!strcmp(method, "state"))
		td_prometheus_state(s, m, td_value_str(argument, ""));
	else if (strcmp(method, "labels"))
		td_raise(s, TD_NotImplementedError, "%s", method);
}

ORACLE_ROW(prometheus_generate_latest, "prometheus_client.generate_latest", "registry") {
	const td_value *all = oracle_arg(call, "registry");
	td_prometheus_registry *registry = td_prometheus_collector_registry(s);
	for (size_t i = 0; i < td_value_len(all) && !td_failed(s); i++) {
		const td_value *m = td_value_at(all, i), *ops = td_get(m, "ops");
		td_metric *metric = make(s, m, registry);
		for (size_t k = 0; k < td_value_len(ops) && !td_failed(s); k++) apply(s, metric, td_value_at(ops, k));
	}
	td_bytes text = td_prometheus_generate_latest(s, registry);
	return td_failed(s) ? NULL : td_value_new_bytes(s, text);
}
