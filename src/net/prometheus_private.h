/* src/net/prometheus_private.h: inside the metrics. Values are doubles in 64-bit words that are changed by compare and
 * swap; the children of a metric are found through a table that is read without a lock and never changed in place. */
#ifndef TD_NET_PROMETHEUS_PRIVATE_H
#define TD_NET_PROMETHEUS_PRIVATE_H

#include "core/internal.h"
#include <pthread.h>
#include <strings.h>
#include <tend/prometheus_client.h>

typedef enum td__metric_type {
	TD__COUNTER,
	TD__GAUGE,
	TD__SUMMARY,
	TD__HISTOGRAM,
	TD__INFO,
	TD__STATESET,
	TD__UNKNOWN,
	TD__METRIC_TYPES
} td__metric_type;
extern const char *const td__metric_type_names[TD__METRIC_TYPES];

typedef struct td__metric_table {
	size_t mask;
	struct td__metric_table *older; /* kept for whoever is still reading it */
	td_metric *slots[];
} td__metric_table;

struct td_metric {
	td__metric_type type;
	bool observable;   /* has a value: no label names, or all label values */
	bool shown;        /* of a child: not removed */
	uint64_t value;    /* a double's bits; of an enum the state's position; of a summary and a histogram the sum */
	uint64_t count;    /* observations of a summary */
	uint64_t *buckets; /* observations per bucket, not cumulated */
	const double *bounds;
	size_t bound_count;
	double (*fn)(void *userdata);
	void *userdata;
	double created;
	/* of a child */
	const char **labels; /* its values, in the order of the names */
	uint64_t hash;
	char *text;             /* a="b",c="d", sorted by name */
	size_t text_len, le_at; /* where le="…" belongs in it */
	td_metric *next;
	/* of what a registry holds */
	const char *name, *help, *unit;
	td_strs labelnames, states;
	const size_t *sorted; /* positions of the label names in the order of their names */
	td__metric_table *table;
	td_metric *first, **last;
	size_t children, known; /* shown; ever made */
	pthread_mutex_t lock;
	td_scope *scope;
	td_value *info;
	td_prometheus_registry *registry;
	td_metric *after; /* in the registry */
	td_collector_fn collect;
	td_metric *all_children;
	td_metric *sibling;
	double created_option;
	bool has_created;
};

typedef struct td__metric_buffer {
	char *data;
	size_t len, cap;
	bool failed;
} td__metric_buffer;

struct td_prometheus_registry {
	pthread_mutex_t lock;
	td_metric *first, **last;
	bool is_default;
	/* of the stand-in that a collector is given */
	td__metric_buffer *out, *tail;
	td_scope *scratch;
	td_prometheus_family *families, **last_family;
};

td_prometheus_registry *td__registry_of(td_prometheus_registry *registry);
static inline double td__metric_double(uint64_t bits) {
	double d;
	memcpy(&d, &bits, sizeof d);
	return d;
}
static inline uint64_t td__metric_bits(double d) {
	uint64_t bits;
	memcpy(&bits, &d, sizeof bits);
	return bits;
}
size_t td__go_float(char *out, double x); /* at most 40 bytes */
void td__metric_escape(td__metric_buffer *b, const char *text, bool quotes);
void td__metric_put(td__metric_buffer *b, const void *data, size_t len);
void td__metric_puts(td__metric_buffer *b, const char *text);

#endif
