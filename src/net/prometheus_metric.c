#include "net/prometheus_private.h"
#include <time.h>

const char *const td__metric_type_names[TD__METRIC_TYPES] = {"counter", "gauge",    "summary", "histogram",
                                                             "info",    "stateset", "unknown"};

static td_prometheus_registry default_registry = {.lock = PTHREAD_MUTEX_INITIALIZER, .is_default = true};

td_prometheus_registry *td__registry_of(td_prometheus_registry *registry) {
	return registry ? registry : &default_registry;
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- names --- */

static bool name_ok(const char *name, bool colon) {
	for (size_t i = 0; name[i]; i++) {
		char c = name[i], lower = (char)(c | 0x20);
		if (!((lower >= 'a' && lower <= 'z') || c == '_' || (colon && c == ':') || (i && c >= '0' && c <= '9')))
			return false;
	}
	return *name != '\0';
}

static const char *full_name(td_scope *s, td__metric_type type, const char *name, const td_metric_opts *o) {
	const char *full =
		td_format(s, "%s%s%s%s%s", o->namespace_ ? o->namespace_ : "", o->namespace_ && *o->namespace_ ? "_" : "",
	              o->subsystem ? o->subsystem : "", o->subsystem && *o->subsystem ? "_" : "", name);
	if (type == TD__COUNTER && td_str_endswith(full, "_total")) full = td_strndup(s, full, strlen(full) - 6);
	if (!o->unit || !*o->unit) return full;
	const char *suffix = td_format(s, "_%s", o->unit);
	if (!td_str_endswith(full, suffix)) full = td_format(s, "%s%s", full, suffix);
	if (type == TD__INFO || type == TD__STATESET)
		td_raise(s, TD_ValueError, "Metric name is of a type that cannot have a unit: %s", full);
	return full;
}

static bool label_names_ok(td_scope *s, td__metric_type type, td_strs names) {
	for (size_t i = 0; i < names.len; i++) {
		const char *l = names.items[i];
		if (!name_ok(l, false)) return td_raise(s, TD_ValueError, "Invalid label metric name: %s", l), false;
		bool reserved = (l[0] == '_' && l[1] == '_') || (type == TD__HISTOGRAM && !strcmp(l, "le")) ||
		                (type == TD__SUMMARY && !strcmp(l, "quantile"));
		if (reserved) return td_raise(s, TD_ValueError, "Reserved label metric name: %s", l), false;
	}
	return true;
}

/* --- the registry --- */

static const char *const suffixes[TD__METRIC_TYPES][4] = {[TD__COUNTER] = {"_total", "_created"},
                                                          [TD__SUMMARY] = {"_sum", "_count", "_created"},
                                                          [TD__HISTOGRAM] = {"_bucket", "_sum", "_count", "_created"},
                                                          [TD__INFO] = {"_info"}};

/* The i-th name that m's series take: its own, then with each suffix. */
static const char *series_name(td_scope *s, const td_metric *m, size_t i) {
	if (i == 0) return m->name;
	return i <= 4 && suffixes[m->type][i - 1] ? td_format(s, "%s%s", m->name, suffixes[m->type][i - 1]) : NULL;
}

static const char *duplicates(td_scope *s, const td_metric *m, const td_prometheus_registry *r) {
	const char *found = NULL, *name;
	for (size_t i = 0; (name = series_name(s, m, i)); i++) {
		bool taken = false;
		for (const td_metric *other = r->first; other && !taken; other = other->after) {
			const char *theirs;
			for (size_t k = 0; !other->collect && (theirs = series_name(s, other, k)); k++)
				taken = taken || !strcmp(theirs, name);
		}
		if (taken) found = found ? td_format(s, "%s, '%s'", found, name) : td_format(s, "'%s'", name);
	}
	return found;
}

static bool enroll(td_scope *s, td_metric *m, td_prometheus_registry *r) {
	TD_SCOPE(tmp, s);
	pthread_mutex_lock(&r->lock);
	const char *taken = m->collect ? NULL : duplicates(tmp, m, r);
	if (!taken && !td_failed(tmp)) {
		td_metric **at = &r->first;
		while (*at) at = &(*at)->after;
		*at = m;
		m->registry = r;
	}
	pthread_mutex_unlock(&r->lock);
	if (taken) td_raise(s, TD_ValueError, "Duplicated timeseries in CollectorRegistry: {%s}", taken);
	return m->registry != NULL;
}

static void withdraw(td_metric *m) {
	td_prometheus_registry *r = m->registry;
	if (!r) return;
	pthread_mutex_lock(&r->lock);
	td_metric **at = &r->first;
	while (*at && *at != m) at = &(*at)->after;
	if (*at) *at = m->after;
	m->registry = NULL;
	pthread_mutex_unlock(&r->lock);
}

static void metric_end(td_scope *c, void *handle) {
	td_metric *m = handle;
	(void)c;
	withdraw(m);
	for (td_metric *child = m->all_children, *next; child; child = next) {
		next = child->sibling;
		td__free(child->buckets);
		td__free(child->text);
		td__free(child->labels);
		td__free(child);
	}
	for (td__metric_table *t = m->table, *older; t; t = older) {
		older = t->older;
		td__free(t);
	}
	m->all_children = m->first = NULL;
	m->table = NULL;
	pthread_mutex_destroy(&m->lock);
}

static void registry_end(td_scope *c, void *handle) {
	td_prometheus_registry *r = handle;
	(void)c;
	for (td_metric *m = r->first; m; m = m->after) m->registry = NULL;
	r->first = NULL;
	pthread_mutex_destroy(&r->lock);
}

td_prometheus_registry *(td_prometheus_collector_registry)(td_scope *s) {
	if (!td__enter(s)) return NULL;
	td_prometheus_registry *r = td__handle_new(s, sizeof *r, registry_end);
	if (r) pthread_mutex_init(&r->lock, NULL);
	return r;
}

bool(td_prometheus_register)(td_scope *s, td_prometheus_registry *registry, td_collector_fn fn, void *userdata) {
	if (!td__enter(s)) return false;
	if (!fn) return td_raise(s, TD_TypeError, "fn must not be NULL"), false;
	td_metric *m = td__handle_new(s, sizeof *m, metric_end);
	if (!m) return false;
	pthread_mutex_init(&m->lock, NULL);
	m->name = m->help = m->unit = "";
	m->type = TD__UNKNOWN;
	m->collect = fn;
	m->userdata = userdata;
	return enroll(s, m, td__registry_of(registry));
}

bool(td_prometheus_unregister)(td_scope *s, td_metric *m) {
	if (!td__enter(s) || !td__need_handle(s, "m", m)) return false;
	if (!m->registry)
		return td_raise(s, TD_KeyError, "%s:%s", td__metric_type_names[m->type], m->name ? m->name : ""), false;
	withdraw(m);
	return true;
}

/* --- making --- */

static const double default_buckets[] = {.005, .01, .025, .05,  .075,           .1, .25, .5, .75, 1.0,
                                         2.5,  5.0, 7.5,  10.0, __builtin_inf()};

static bool set_buckets(td_scope *s, td_metric *m, const td_metric_opts *o) {
	const double *given = o->buckets ? o->buckets : default_buckets;
	size_t count = o->buckets ? o->nbuckets : sizeof default_buckets / sizeof *default_buckets;
	for (size_t i = 1; i < count; i++) {
		if (!(given[i - 1] <= given[i])) return td_raise(s, TD_ValueError, "Buckets not in sorted order"), false;
	}
	double *bounds = td_alloc_array(s, count + 1, sizeof *bounds);
	if (!bounds) return false;
	if (count) memcpy(bounds, given, count * sizeof *bounds);
	if (count && bounds[count - 1] != __builtin_inf()) bounds[count++] = __builtin_inf();
	if (count < 2) return td_raise(s, TD_ValueError, "Must have at least two buckets"), false;
	m->bounds = bounds;
	m->bound_count = count;
	return true;
}

static bool sort_names(td_scope *s, td_metric *m) {
	size_t *sorted = td_alloc_array(s, m->labelnames.len + 1, sizeof *sorted);
	if (!sorted) return false;
	for (size_t i = 0; i < m->labelnames.len; i++) {
		size_t at = i;
		for (; at && strcmp(m->labelnames.items[sorted[at - 1]], m->labelnames.items[i]) > 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = i;
	}
	m->sorted = sorted;
	return true;
}

static bool value_init(td_metric *m, const td_metric *parent) {
	m->created = parent->has_created ? parent->created_option : now();
	m->observable = true;
	if (m->type != TD__HISTOGRAM) return true;
	m->bounds = parent->bounds;
	m->bound_count = parent->bound_count;
	m->buckets = td__malloc(m->bound_count * sizeof *m->buckets);
	if (m->buckets) memset(m->buckets, 0, m->bound_count * sizeof *m->buckets);
	return m->buckets != NULL;
}

static void free_buckets(td_scope *c, void *buckets) {
	(void)c;
	td__free(buckets);
}

static bool describe(td_scope *s, td_metric *m, const char *name, const char *help, const td_metric_opts *o) {
	m->name = full_name(s, m->type, name, o);
	m->help = td_strdup(s, help);
	m->unit = td_strdup(s, o->unit ? o->unit : "");
	m->labelnames = td__keep_strs(s, o->labelnames);
	m->states = td__keep_strs(s, o->states);
	m->has_created = o->created.given;
	m->created_option = o->created.value;
	if (td_failed(s) || !label_names_ok(s, m->type, m->labelnames)) return false;
	if (!name_ok(m->name, true)) return td_raise(s, TD_ValueError, "Invalid metric name: %s", m->name), false;
	if (m->type == TD__STATESET) {
		if (td_strs_contains(m->labelnames, name))
			return td_raise(s, TD_ValueError, "Overlapping labels for Enum metric: %s", name), false;
		if (!m->states.len) return td_raise(s, TD_ValueError, "No states provided for Enum metric: %s", name), false;
	}
	return true;
}

static td_metric *metric_new(td_scope *s, td__metric_type type, const char *name, const char *help,
                             const td_metric_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "name", name) || !td__need_text(s, "help", help)) return NULL;
	td_metric_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__need_strs(s, "labelnames", o.labelnames) || !td__need_strs(s, "states", o.states)) return NULL;
	td_metric *m = td__handle_new(s, sizeof *m, metric_end);
	if (!m) return NULL;
	pthread_mutex_init(&m->lock, NULL);
	m->type = type;
	m->scope = s;
	m->last = &m->first;
	bool ok = (type != TD__HISTOGRAM || set_buckets(s, m, &o)) && describe(s, m, name, help, &o) && sort_names(s, m);
	if (ok && !m->labelnames.len) {
		ok = value_init(m, m);
		if (!ok)
			td_raise(s, TD_MemoryError, "no memory for a metric");
		else if (m->buckets && !(ok = td_defer(s, free_buckets, m->buckets)))
			td__free(m->buckets);
	}
	if (ok && !o.unregistered) ok = enroll(s, m, td__registry_of(o.registry));
	if (ok) return m;
	metric_end(s, m);
	td__handle_close(m);
	return NULL;
}

td_metric *(td_prometheus_counter)(td_scope *s, const char *name, const char *help, const td_metric_opts *opts) {
	return metric_new(s, TD__COUNTER, name, help, opts);
}
td_metric *(td_prometheus_gauge)(td_scope *s, const char *name, const char *help, const td_metric_opts *opts) {
	return metric_new(s, TD__GAUGE, name, help, opts);
}
td_metric *(td_prometheus_summary)(td_scope *s, const char *name, const char *help, const td_metric_opts *opts) {
	return metric_new(s, TD__SUMMARY, name, help, opts);
}
td_metric *(td_prometheus_histogram)(td_scope *s, const char *name, const char *help, const td_metric_opts *opts) {
	return metric_new(s, TD__HISTOGRAM, name, help, opts);
}
td_metric *(td_prometheus_info)(td_scope *s, const char *name, const char *help, const td_metric_opts *opts) {
	return metric_new(s, TD__INFO, name, help, opts);
}
td_metric *(td_prometheus_enum)(td_scope *s, const char *name, const char *help, const td_metric_opts *opts) {
	return metric_new(s, TD__STATESET, name, help, opts);
}

/* --- children --- */

static uint64_t hash_of(const char *const *values, size_t count) {
	uint64_t h = 0x9e3779b97f4a7c15u;
	for (size_t i = 0; i < count; i++) {
		for (const char *c = values[i]; *c; c++) h = (h ^ (unsigned char)*c) * 0x100000001b3u;
		h = (h ^ 0xff) * 0x100000001b3u;
	}
	return h ^ h >> 29;
}

static bool same_labels(const td_metric *child, uint64_t hash, const char *const *values, size_t count) {
	if (child->hash != hash) return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(child->labels[i], values[i])) return false;
	}
	return true;
}

/* Without a lock: a table that was published is never changed but for empty slots that become full. */
static td_metric *find_child(const td_metric *m, uint64_t hash, const char *const *values, size_t count) {
	const td__metric_table *t = __atomic_load_n(&m->table, __ATOMIC_ACQUIRE);
	for (size_t i = t ? hash & t->mask : 0; t; i = (i + 1) & t->mask) {
		td_metric *child = __atomic_load_n(&t->slots[i], __ATOMIC_ACQUIRE);
		if (!child) return NULL;
		if (same_labels(child, hash, values, count) && __atomic_load_n(&child->shown, __ATOMIC_ACQUIRE)) return child;
	}
	return NULL;
}

static void insert(td__metric_table *t, td_metric *child) {
	size_t i = child->hash & t->mask;
	while (t->slots[i]) i = (i + 1) & t->mask;
	__atomic_store_n(&t->slots[i], child, __ATOMIC_RELEASE);
}

static bool make_room(td_metric *m) {
	if (m->table && (m->known + 1) * 2 <= m->table->mask) return true;
	size_t slots = 16;
	while (slots < (m->children + 1) * 4) slots *= 2;
	td__metric_table *t = td__malloc(sizeof *t + slots * sizeof *t->slots);
	if (!t) return false;
	memset(t->slots, 0, slots * sizeof *t->slots);
	t->mask = slots - 1;
	t->older = m->table;
	m->known = 0;
	for (td_metric *child = m->first; child; child = child->next) insert(t, child), m->known++;
	__atomic_store_n(&m->table, t, __ATOMIC_RELEASE);
	return true;
}

/* The labels as they are shown: made once, shown many times. */
static bool render(td_metric *child, const td_metric *m) {
	td__metric_buffer b = {0};
	child->le_at = SIZE_MAX;
	for (size_t i = 0; i < m->labelnames.len; i++) {
		const char *name = m->labelnames.items[m->sorted[i]];
		if (child->le_at == SIZE_MAX && strcmp(name, "le") > 0) child->le_at = b.len;
		if (i) td__metric_puts(&b, ",");
		td__metric_puts(&b, name);
		td__metric_puts(&b, "=\"");
		td__metric_escape(&b, child->labels[m->sorted[i]], true);
		td__metric_puts(&b, "\"");
	}
	if (child->le_at == SIZE_MAX) child->le_at = b.len;
	child->text = b.data;
	child->text_len = b.len;
	return !b.failed;
}

static td_metric *child_new(const td_metric *m, uint64_t hash, const char *const *values, size_t count) {
	size_t bytes = count * sizeof(char *);
	for (size_t i = 0; i < count; i++) bytes += strlen(values[i]) + 1;
	td_metric *child = td__malloc(sizeof *child);
	if (!child) return NULL;
	*child = (td_metric){.type = m->type, .hash = hash, .states = m->states, .shown = true};
	child->labels = td__malloc(bytes);
	if (!child->labels) {
		td__free(child);
		return NULL;
	}
	char *at = (char *)(child->labels + count);
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(values[i]) + 1;
		child->labels[i] = memcpy(at, values[i], n);
		at += n;
	}
	if (render(child, m) && value_init(child, m)) return child;
	td__free(child->buckets);
	td__free(child->text);
	td__free(child->labels);
	td__free(child);
	return NULL;
}

static bool label_values_ok(td_scope *s, td_metric *m, const char *const *values, size_t count) {
	if (!td__enter(s) || !td__need_handle(s, "m", m)) return false;
	if (td__unlikely(m->labels != NULL)) {
		return td_raise(s, TD_ValueError, "%s already has labels set; can not chain calls to .labels()",
		                td__metric_type_names[m->type]),
		       false;
	}
	if (td__unlikely(!m->labelnames.len)) {
		return td_raise(s, TD_ValueError, "No label names were set when constructing %s:%s",
		                td__metric_type_names[m->type], m->name),
		       false;
	}
	for (size_t i = 0; i < count; i++) {
		if (td__unlikely(!values[i] || values[i] == td_no_text)) return td__need_text(s, "label value", values[i]);
	}
	return true;
}

td_metric *td__prometheus_labels(td_scope *s, td_metric *m, const char *const *values, size_t count) {
	if (!label_values_ok(s, m, values, count)) return NULL;
	if (td__unlikely(count != m->labelnames.len)) return td_raise(s, TD_ValueError, "Incorrect label count"), NULL;
	uint64_t hash = hash_of(values, count);
	td_metric *child = find_child(m, hash, values, count);
	if (td__likely(child != NULL)) return child;
	pthread_mutex_lock(&m->lock);
	child = find_child(m, hash, values, count);
	if (!child && make_room(m) && (child = child_new(m, hash, values, count))) {
		child->name = m->name;
		child->sibling = m->all_children;
		m->all_children = child;
		td_metric **last = &m->first;
		if (m->last) last = m->last;
		*last = child;
		m->last = &child->next;
		m->children++;
		m->known++;
		insert(m->table, child);
	}
	pthread_mutex_unlock(&m->lock);
	if (!child) td_raise(s, TD_MemoryError, "no memory for a metric");
	return child;
}

static void take_out(td_metric *m, td_metric **at) {
	td_metric *child = *at;
	*at = child->next;
	if (m->last == &child->next) m->last = at;
	__atomic_store_n(&child->shown, false, __ATOMIC_RELEASE);
	m->children--;
}

bool td__prometheus_remove(td_scope *s, td_metric *m, const char *const *values, size_t count) {
	if (!label_values_ok(s, m, values, count)) return false;
	TD_SCOPE(tmp, s);
	const char *tuple = "";
	for (size_t i = 0; i < count; i++)
		tuple = td_format(tmp, "%s%s%s", tuple, i ? ", " : "", td_str_repr(tmp, values[i]));
	tuple = td_format(tmp, "(%s%s)", tuple, count == 1 ? "," : "");
	if (count != m->labelnames.len) {
		td_raise(s, TD_ValueError, "Incorrect label count (expected %zu, got %s)", m->labelnames.len, tuple);
		return false;
	}
	uint64_t hash = hash_of(values, count);
	pthread_mutex_lock(&m->lock);
	td_metric **at = &m->first;
	while (*at && !same_labels(*at, hash, values, count)) at = &(*at)->next;
	bool found = *at != NULL;
	if (found) take_out(m, at);
	pthread_mutex_unlock(&m->lock);
	if (!found) td_raise(s, TD_KeyError, "%s", tuple);
	return found;
}

bool(td_prometheus_clear)(td_scope *s, td_metric *m) {
	if (!td__enter(s) || !td__need_handle(s, "m", m)) return false;
	pthread_mutex_lock(&m->lock);
	while (m->first) take_out(m, &m->first);
	pthread_mutex_unlock(&m->lock);
	return true;
}

/* --- values --- */

static inline void add(uint64_t *to, double amount) {
	uint64_t was = __atomic_load_n(to, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(to, &was, td__metric_bits(td__metric_double(was) + amount), true,
	                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
	}
}

static __attribute__((noinline, cold)) bool refuse(td_scope *s, const td_metric *m, const char *what) {
	if (!td__enter(s) || !td__need_handle(s, "m", m)) return false;
	if (!m->observable && m->labelnames.len)
		td_raise(s, TD_ValueError, "%s metric is missing label values", td__metric_type_names[m->type]);
	else
		td_raise(s, TD_AttributeError, "a %s has no %s", td__metric_type_names[m->type], what);
	return false;
}

static inline bool can(td_scope *s, const td_metric *m, unsigned types) {
	return td__likely(td__enter(s) && m && m->observable && (types >> m->type & 1));
}

bool(td_prometheus_inc)(td_scope *s, td_metric *m, double amount) {
	if (!can(s, m, 1u << TD__COUNTER | 1u << TD__GAUGE)) return refuse(s, m, "inc");
	if (td__unlikely(amount < 0) && m->type == TD__COUNTER) {
		return td_raise(s, TD_ValueError, "Counters can only be incremented by non-negative amounts."), false;
	}
	add(&m->value, amount);
	return true;
}

bool(td_prometheus_dec)(td_scope *s, td_metric *m, double amount) {
	if (!can(s, m, 1u << TD__GAUGE)) return refuse(s, m, "dec");
	add(&m->value, -amount);
	return true;
}

bool(td_prometheus_set)(td_scope *s, td_metric *m, double value) {
	if (!can(s, m, 1u << TD__GAUGE)) return refuse(s, m, "set");
	__atomic_store_n(&m->value, td__metric_bits(value), __ATOMIC_RELAXED);
	return true;
}

bool(td_prometheus_set_to_current_time)(td_scope *s, td_metric *m) {
	return (td_prometheus_set)(s, m, now());
}

bool(td_prometheus_set_function)(td_scope *s, td_metric *m, double (*fn)(void *userdata), void *userdata) {
	if (!can(s, m, 1u << TD__GAUGE)) return refuse(s, m, "set_function");
	m->userdata = userdata;
	__atomic_store_n(&m->fn, fn, __ATOMIC_RELEASE);
	return true;
}

bool(td_prometheus_observe)(td_scope *s, td_metric *m, double amount) {
	if (!can(s, m, 1u << TD__SUMMARY | 1u << TD__HISTOGRAM)) return refuse(s, m, "observe");
	add(&m->value, amount);
	if (m->type == TD__SUMMARY) {
		__atomic_fetch_add(&m->count, 1, __ATOMIC_RELAXED);
		return true;
	}
	for (size_t i = 0; i < m->bound_count; i++) {
		if (amount <= m->bounds[i]) {
			__atomic_fetch_add(&m->buckets[i], 1, __ATOMIC_RELAXED);
			break;
		}
	}
	return true;
}

bool(td_prometheus_set_info)(td_scope *s, td_metric *m, const td_value *labels) {
	if (!can(s, m, 1u << TD__INFO)) return refuse(s, m, "info");
	if (td_value_type(labels) != TD_DICT) return td_raise(s, TD_TypeError, "the labels of an info are a dict"), false;
	for (size_t i = 0; i < td_value_len(labels); i++) {
		const char *key = td_value_str(td_value_key(labels, i), NULL);
		if (!key || !td_value_str(td_value_at(labels, i), NULL))
			return td_raise(s, TD_TypeError, "the labels of an info are texts"), false;
	}
	/* It is read by whoever scrapes, so it lives with the metric and not with s. */
	if (!m->scope) return td_raise(s, TD_NotImplementedError, "an info with label names"), false;
	td_value *copy = td_value_copy(m->scope, labels);
	if (!copy) return false;
	pthread_mutex_lock(&m->lock);
	m->info = copy;
	pthread_mutex_unlock(&m->lock);
	return true;
}

bool(td_prometheus_state)(td_scope *s, td_metric *m, const char *state) {
	if (!can(s, m, 1u << TD__STATESET)) return refuse(s, m, "state");
	if (!td__need_text(s, "state", state)) return false;
	for (size_t i = 0; i < m->states.len; i++) {
		if (strcmp(m->states.items[i], state)) continue;
		__atomic_store_n(&m->value, i, __ATOMIC_RELAXED);
		return true;
	}
	TD_SCOPE(tmp, s);
	td_raise(s, TD_ValueError, "%s is not in list", td_str_repr(tmp, state));
	return false;
}

double td_prometheus_value(const td_metric *m) {
	if (!m || !m->observable) return 0;
	double (*fn)(void *) = __atomic_load_n(&m->fn, __ATOMIC_ACQUIRE);
	return fn ? fn(m->userdata) : td__metric_double(__atomic_load_n(&m->value, __ATOMIC_RELAXED));
}
