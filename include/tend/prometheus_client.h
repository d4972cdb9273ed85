/* tend/prometheus_client.h: metrics: counters, gauges, histograms, shown to Prometheus.
 *
 * A metric may be counted up from any thread, without a lock. It belongs to a registry (the process's own unless told)
 * from its making until its scope ends. Text is that of python3-prometheus-client 0.16, to the byte, the _created rows
 * included (PROMETHEUS_DISABLE_CREATED_SERIES=true leaves them out, as there).
 *
 *     #include <tend.h>
 *
 *     static void count_requests(td_scope *s) {
 *         td_metric *requests = td_prometheus_counter(s, "app_requests_total", "Requests served", .labelnames = td_strs_of(s, "method"));
 *         td_metric *size = td_prometheus_histogram(s, "app_request_size_bytes", "Their size");
 *         td_prometheus_start_http_server(s, 8000, .addr = "127.0.0.1");
 *         td_prometheus_inc(s, td_prometheus_labels(s, requests, "GET"));
 *         td_prometheus_observe(s, size, 512);
 *         td_time_sleep(s, 0.01);
 *     }
 *
 * A child (what td_prometheus_labels gives) is good as long as its metric, also after remove and clear, which only take
 * it out of what is shown. NULL for a registry is the process's. */
#ifndef TEND_PROMETHEUS_CLIENT_H
#define TEND_PROMETHEUS_CLIENT_H

#pragma GCC system_header

#include <tend/http_server.h>
#include <tend/text.h>
#include <tend/value.h>

TD__BEGIN

typedef struct td_metric td_metric;
typedef struct td_prometheus_registry td_prometheus_registry;
typedef struct td_prometheus_family td_prometheus_family;

#define TD_PROMETHEUS_CONTENT_TYPE_LATEST "text/plain; version=0.0.4; charset=utf-8"

/* A registry of its own. Python: CollectorRegistry(). */
TD_API td_prometheus_registry *td_prometheus_collector_registry(td_scope *s);
#define td_prometheus_collector_registry(s) (td_prometheus_collector_registry)(TD_HERE(s))

typedef struct td_metric_opts {
	TD__OPTS_HEAD;
	td_strs labelnames;
	const char *namespace_, *subsystem, *unit; /* parts of the name: namespace_subsystem_name_unit */
	td_prometheus_registry *registry;
	bool unregistered;     /* belongs to no registry; Python: registry=None */
	const double *buckets; /* of a histogram: upper bounds, ascending; +Inf is added; NULL: Python's defaults */
	size_t nbuckets;
	td_strs states;       /* of an enum */
	td_opt_float created; /* seconds since the epoch, of the _created row; absent: now */
} td_metric_opts;

/* Each lives in s and leaves its registry with it. Raises ValueError for a bad or duplicate name and bad label names, in
 * Python's words. Python: Counter, Gauge, Summary, Histogram, Info, Enum. */
TD_API td_metric *td_prometheus_counter(td_scope *s, const char *name, const char *help, const td_metric_opts *opts);
TD_API td_metric *td_prometheus_gauge(td_scope *s, const char *name, const char *help, const td_metric_opts *opts);
TD_API td_metric *td_prometheus_summary(td_scope *s, const char *name, const char *help, const td_metric_opts *opts);
TD_API td_metric *td_prometheus_histogram(td_scope *s, const char *name, const char *help, const td_metric_opts *opts);
TD_API td_metric *td_prometheus_info(td_scope *s, const char *name, const char *help, const td_metric_opts *opts);
TD_API td_metric *td_prometheus_enum(td_scope *s, const char *name, const char *help, const td_metric_opts *opts);
#define td_prometheus_counter(s, name, ...) TD__METRIC(td_prometheus_counter, s, name, __VA_ARGS__, )
#define td_prometheus_gauge(s, name, ...) TD__METRIC(td_prometheus_gauge, s, name, __VA_ARGS__, )
#define td_prometheus_summary(s, name, ...) TD__METRIC(td_prometheus_summary, s, name, __VA_ARGS__, )
#define td_prometheus_histogram(s, name, ...) TD__METRIC(td_prometheus_histogram, s, name, __VA_ARGS__, )
#define td_prometheus_info(s, name, ...) TD__METRIC(td_prometheus_info, s, name, __VA_ARGS__, )
#define td_prometheus_enum(s, name, ...) TD__METRIC(td_prometheus_enum, s, name, __VA_ARGS__, )
#define TD__METRIC(fn, s, name, help, ...) (fn)(TD_HERE(s), (name), (help), TD__OPTS(td_metric_opts, __VA_ARGS__))

/* td_prometheus_labels(s, m, "GET", "200"): the child with these label values, in the order of the label names, made if
 * it is new. ValueError "Incorrect label count". Python: labels. */
TD_API td_metric *td__prometheus_labels(td_scope *s, td_metric *m, const char *const *values, size_t count);
TD_API bool td__prometheus_remove(td_scope *s, td_metric *m, const char *const *values, size_t count);
#ifdef __cplusplus
TD__END
#include <initializer_list>
inline td_metric *td__prometheus_labels_list(td_scope *s, td_metric *m, std::initializer_list<const char *> v) {
	return td__prometheus_labels(s, m, v.begin(), v.size());
}
inline bool td__prometheus_remove_list(td_scope *s, td_metric *m, std::initializer_list<const char *> v) {
	return td__prometheus_remove(s, m, v.begin(), v.size());
}
#define td_prometheus_labels(s, m, ...) td__prometheus_labels_list(TD_HERE(s), (m), {__VA_ARGS__})
#define td_prometheus_remove(s, m, ...) td__prometheus_remove_list(TD_HERE(s), (m), {__VA_ARGS__})
TD__BEGIN
#else
#define td_prometheus_labels(s, m, ...)                                                                                \
	td__prometheus_labels(TD_HERE(s), (m), (const char *const[]){__VA_ARGS__},                                         \
	                      sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
/* Takes the child with these label values out. KeyError when there is none. Python: remove. */
#define td_prometheus_remove(s, m, ...)                                                                                \
	td__prometheus_remove(TD_HERE(s), (m), (const char *const[]){__VA_ARGS__},                                         \
	                      sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
#endif
/* Takes all children out. Python: clear. */
TD_API bool td_prometheus_clear(td_scope *s, td_metric *m);
#define td_prometheus_clear(s, ...) (td_prometheus_clear)(TD_HERE(s), __VA_ARGS__)

/* td_prometheus_inc(s, m) or td_prometheus_inc(s, m, amount): counters and gauges; a counter refuses what is negative.
 * Python: inc, dec. */
TD_API bool td_prometheus_inc(td_scope *s, td_metric *m, double amount);
#define td_prometheus_inc(s, ...) TD__PROMETHEUS_INC(td_prometheus_inc, s, __VA_ARGS__, 1.0, )
TD_API bool td_prometheus_dec(td_scope *s, td_metric *m, double amount);
#define td_prometheus_dec(s, ...) TD__PROMETHEUS_INC(td_prometheus_dec, s, __VA_ARGS__, 1.0, )
#define TD__PROMETHEUS_INC(fn, s, m, amount, ...) (fn)(TD_HERE(s), (m), (amount))
/* Gauges. Python: set, set_to_current_time. */
TD_API bool td_prometheus_set(td_scope *s, td_metric *m, double value);
#define td_prometheus_set(s, ...) (td_prometheus_set)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_prometheus_set_to_current_time(td_scope *s, td_metric *m);
#define td_prometheus_set_to_current_time(s, ...) (td_prometheus_set_to_current_time)(TD_HERE(s), __VA_ARGS__)
/* A gauge whose value is what fn says when it is asked for, in the thread that asks. Python: set_function. */
TD_API bool td_prometheus_set_function(td_scope *s, td_metric *m, double (*fn)(void *userdata), void *userdata);
#define td_prometheus_set_function(s, ...) (td_prometheus_set_function)(TD_HERE(s), __VA_ARGS__)
/* Summaries and histograms. Python: observe. */
TD_API bool td_prometheus_observe(td_scope *s, td_metric *m, double amount);
#define td_prometheus_observe(s, ...) (td_prometheus_observe)(TD_HERE(s), __VA_ARGS__)
/* An info's labels: a dict of texts. ValueError when one is among the label names. Python: Info.info. */
TD_API bool td_prometheus_set_info(td_scope *s, td_metric *m, const td_value *labels);
#define td_prometheus_set_info(s, ...) (td_prometheus_set_info)(TD_HERE(s), __VA_ARGS__)
/* An enum's state. ValueError "'x' is not in list". Python: Enum.state. */
TD_API bool td_prometheus_state(td_scope *s, td_metric *m, const char *state);
#define td_prometheus_state(s, ...) (td_prometheus_state)(TD_HERE(s), __VA_ARGS__)
/* What a counter or gauge stands at. */
TD_API double td_prometheus_value(const td_metric *m);

/* A collector of the user's own: asked at each scrape, on the scraping thread, for its families. What it raises is raised
 * where the text was asked for. It leaves the registry with s. Python: registry.register(collector). */
typedef void (*td_collector_fn)(td_scope *s, td_prometheus_registry *out, void *userdata);
TD_API bool td_prometheus_register(td_scope *s, td_prometheus_registry *registry, td_collector_fn fn, void *userdata);
#define td_prometheus_register(s, ...) (td_prometheus_register)(TD_HERE(s), __VA_ARGS__)
/* Takes one out before its scope ends: a metric, or a collector. Python: unregister. */
TD_API bool td_prometheus_unregister(td_scope *s, td_metric *m);
#define td_prometheus_unregister(s, ...) (td_prometheus_unregister)(TD_HERE(s), __VA_ARGS__)

/* In a collector: begins a family of type "counter", "gauge", "summary", "histogram", "info", "stateset", "unknown"; out
 * is what the collector was given. Python: GaugeMetricFamily and its kin. */
TD_API td_prometheus_family *td_prometheus_family_new(td_scope *s, td_prometheus_registry *out, const char *type,
                                                      const char *name, const char *help, td_strs labelnames);
#define td_prometheus_family_new(s, ...) (td_prometheus_family_new)(TD_HERE(s), __VA_ARGS__)
typedef struct td_prometheus_sample_opts {
	TD__OPTS_HEAD;
	const char *suffix;     /* of the sample's name; NULL is the type's own ("_total" of a counter, "_info", "") */
	td_opt_float timestamp; /* seconds since the epoch; absent: none is shown */
	const char *le;         /* one more label, of a histogram's buckets */
} td_prometheus_sample_opts;
/* A sample with these label values. Python: add_metric. */
TD_API bool td_prometheus_family_add(td_scope *s, td_prometheus_family *family, td_strs labels, double value,
                                     const td_prometheus_sample_opts *opts);
#define td_prometheus_family_add(s, family, labels, ...) TD__FAMILY_ADD(s, family, labels, __VA_ARGS__, )
#define TD__FAMILY_ADD(s, family, labels, value, ...)                                                                  \
	(td_prometheus_family_add)(TD_HERE(s), (family), (labels), (value),                                                \
	                           TD__OPTS(td_prometheus_sample_opts, __VA_ARGS__))

/* Everything in the registry as text 0.0.4, in s. Python: generate_latest. */
TD_API td_bytes td_prometheus_generate_latest(td_scope *s, td_prometheus_registry *registry);
#define td_prometheus_generate_latest(s, ...) (td_prometheus_generate_latest)(TD_HERE(s), __VA_ARGS__)

/* The value of the sample of that name with just these labels (a dict of texts; NULL is none); false when there is none.
 * Slow, for tests. Python: get_sample_value. */
TD_API bool td_prometheus_get_sample_value(td_scope *s, td_prometheus_registry *registry, const char *name,
                                           const td_value *labels, double *value);
#define td_prometheus_get_sample_value(s, ...) (td_prometheus_get_sample_value)(TD_HERE(s), __VA_ARGS__)

typedef struct td_prometheus_http_opts {
	TD__OPTS_HEAD;
	const char *addr; /* NULL is "0.0.0.0", as in Python */
	td_prometheus_registry *registry;
} td_prometheus_http_opts;
/* Serves the registry's text over HTTP from a thread of its own until s ends; every path is answered with it, but
 * /favicon.ico with nothing. Returns at once; port 0 is one that is free. Python: start_http_server. */
TD_API td_http_server *td_prometheus_start_http_server(td_scope *s, int port, const td_prometheus_http_opts *opts);
#define td_prometheus_start_http_server(s, ...) TD__PROMETHEUS_HTTP(s, __VA_ARGS__, )
#define TD__PROMETHEUS_HTTP(s, port, ...)                                                                              \
	(td_prometheus_start_http_server)(TD_HERE(s), (port), TD__OPTS(td_prometheus_http_opts, __VA_ARGS__))

TD__END
#endif
