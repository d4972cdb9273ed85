/* src/net/prometheus_text.c: metrics as text 0.0.4. What OpenMetrics added (_created and its kin) comes behind a family's
 * own samples, as families of gauges: that is how python3-prometheus-client writes it. */
#include "core/number.h"
#include "net/prometheus_private.h"

void td__metric_put(td__metric_buffer *b, const void *data, size_t len) {
	if (b->failed || !len) return;
	if (b->cap - b->len < len) {
		size_t cap = b->cap ? b->cap : 512;
		while (cap - b->len < len) cap *= 2;
		char *grown = td__realloc(b->data, cap);
		if (!grown) {
			b->failed = true;
			return;
		}
		b->data = grown;
		b->cap = cap;
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void td__metric_puts(td__metric_buffer *b, const char *text) {
	td__metric_put(b, text, strlen(text));
}

void td__metric_escape(td__metric_buffer *b, const char *text, bool quotes) {
	for (const char *from = text;; text++) {
		if (*text && *text != '\\' && *text != '\n' && !(quotes && *text == '"')) continue;
		td__metric_put(b, from, (size_t)(text - from));
		if (!*text) return;
		td__metric_puts(b, *text == '\n' ? "\\n" : *text == '"' ? "\\\"" : "\\\\");
		from = text + 1;
	}
}

/* prometheus_client's floatToGoString, its odd exponents included. */
size_t td__go_float(char *out, double x) {
	if (x != x) return memcpy(out, "NaN", 3), 3;
	if (x == __builtin_inf()) return memcpy(out, "+Inf", 4), 4;
	if (x == -__builtin_inf()) return memcpy(out, "-Inf", 4), 4;
	if (x >= 0 && x < 1000000 && x == (double)(int32_t)x && !(x == 0 && __builtin_signbit(x))) {
		char digits[8], *p = digits + 8;
		uint32_t n = (uint32_t)x;
		do *--p = (char)('0' + n % 10);
		while (n /= 10);
		size_t len = (size_t)(digits + 8 - p);
		memcpy(out, p, len);
		memcpy(out + len, ".0", 2);
		return len + 2;
	}
	char s[40];
	size_t len = td__float_text(s, x);
	char *point = memchr(s, '.', len);
	size_t dot = point ? (size_t)(point - s) : 0;
	if (!(x > 0) || dot <= 6) return memcpy(out, s, len), len;
	size_t n = 0;
	out[n++] = s[0];
	out[n++] = '.';
	memcpy(out + n, s + 1, dot - 1), n += dot - 1;
	memcpy(out + n, s + dot + 1, len - dot - 1), n += len - dot - 1;
	while (n && (out[n - 1] == '0' || out[n - 1] == '.')) n--;
	memcpy(out + n, "e+0", 3), n += 3;
	if (dot - 1 >= 10) out[n++] = (char)('0' + (dot - 1) / 10);
	out[n++] = (char)('0' + (dot - 1) % 10);
	return n;
}

static void put_head(td__metric_buffer *b, const char *name, const char *suffix, const char *help, const char *type) {
	td__metric_puts(b, "# HELP ");
	td__metric_puts(b, name);
	td__metric_puts(b, suffix);
	td__metric_puts(b, " ");
	td__metric_escape(b, help, false);
	td__metric_puts(b, "\n# TYPE ");
	td__metric_puts(b, name);
	td__metric_puts(b, suffix);
	td__metric_puts(b, " ");
	td__metric_puts(b, type);
	td__metric_puts(b, "\n");
}

static void put_value(td__metric_buffer *b, double value) {
	char text[41];
	text[0] = ' ';
	size_t n = 1 + td__go_float(text + 1, value);
	td__metric_put(b, text, n);
}

typedef struct labels_text {
	const char *text;
	size_t len, le_at;
} labels_text;

static void put_sample(td__metric_buffer *b, const char *name, const char *suffix, labels_text l, const char *le,
                       double value) {
	td__metric_puts(b, name);
	td__metric_puts(b, suffix);
	if (l.len || le) {
		td__metric_put(b, "{", 1);
		if (l.len) td__metric_put(b, l.text, le ? l.le_at : l.len);
		if (le) {
			if (l.le_at) td__metric_put(b, ",", l.text[l.le_at - 1] != ',');
			td__metric_puts(b, "le=\"");
			td__metric_puts(b, le);
			td__metric_put(b, "\"", 1);
			if (l.le_at < l.len && l.text[l.le_at] != ',') td__metric_put(b, ",", 1);
			if (l.le_at < l.len) td__metric_put(b, l.text + l.le_at, l.len - l.le_at);
		}
		td__metric_put(b, "}", 1);
	}
	put_value(b, value);
	td__metric_put(b, "\n", 1);
}

static bool shows_created(void) {
	const char *off = getenv("PROMETHEUS_DISABLE_CREATED_SERIES");
	return !off || (strcasecmp(off, "true") && strcmp(off, "1") && strcasecmp(off, "t"));
}

/* The samples of one metric or child: its own to b, the _created row to tail. */
static void put_histogram(const td_metric *m, const td_metric *family, labels_text l, td__metric_buffer *b) {
	double total = 0;
	for (size_t i = 0; i < m->bound_count; i++) {
		char le[41];
		le[td__go_float(le, m->bounds[i])] = '\0';
		total += (double)__atomic_load_n(&m->buckets[i], __ATOMIC_RELAXED);
		put_sample(b, family->name, "_bucket", l, le, total);
	}
	put_sample(b, family->name, "_count", l, NULL, total);
	if (m->bounds[0] >= 0)
		put_sample(b, family->name, "_sum", l, NULL, td__metric_double(__atomic_load_n(&m->value, __ATOMIC_RELAXED)));
}

/* The labels of l and one more, or those of a dict, sorted by name. */
typedef struct pair {
	const char *name, *value;
} pair;

static int by_name(const void *a, const void *b) {
	return strcmp(((const pair *)a)->name, ((const pair *)b)->name);
}

static void put_pairs(td__metric_buffer *b, const char *name, const char *suffix, pair *pairs, size_t count,
                      double value) {
	qsort(pairs, count, sizeof *pairs, by_name);
	td__metric_puts(b, name);
	td__metric_puts(b, suffix);
	for (size_t i = 0; i < count; i++) {
		td__metric_puts(b, i ? "," : "{");
		td__metric_puts(b, pairs[i].name);
		td__metric_puts(b, "=\"");
		td__metric_escape(b, pairs[i].value, true);
		td__metric_puts(b, "\"");
	}
	if (count) td__metric_puts(b, "}");
	put_value(b, value);
	td__metric_puts(b, "\n");
}

static void put_special(td_scope *s, const td_metric *m, const td_metric *family, td__metric_buffer *b) {
	size_t own = m->labels ? family->labelnames.len : 0, more = m->type == TD__INFO ? td_value_len(m->info) : 1;
	pair *pairs = td_alloc_array(s, own + more + 1, sizeof *pairs);
	if (!pairs) return;
	if (m->type == TD__INFO) {
		for (size_t i = 0; i < own; i++) pairs[i] = (pair){family->labelnames.items[i], m->labels[i]};
		for (size_t i = 0; i < more; i++)
			pairs[own + i] =
				(pair){td_value_str(td_value_key(m->info, i), ""), td_value_str(td_value_at(m->info, i), "")};
		put_pairs(b, family->name, "_info", pairs, own + more, 1);
		return;
	}
	uint64_t state = __atomic_load_n(&m->value, __ATOMIC_RELAXED);
	for (size_t k = 0; k < family->states.len; k++) {
		for (size_t i = 0; i < own; i++) pairs[i] = (pair){family->labelnames.items[i], m->labels[i]};
		pairs[own] = (pair){family->name, family->states.items[k]};
		put_pairs(b, family->name, "", pairs, own + 1, k == state);
	}
}

static void put_one(td_scope *s, const td_metric *m, const td_metric *family, td__metric_buffer *b,
                    td__metric_buffer *tail, bool created) {
	labels_text l = {m->text, m->text_len, m->le_at};
	switch (m->type) {
	case TD__COUNTER:
		put_sample(b, family->name, "_total", l, NULL, td__metric_double(__atomic_load_n(&m->value, __ATOMIC_RELAXED)));
		break;
	case TD__GAUGE: put_sample(b, family->name, "", l, NULL, td_prometheus_value(m)); return;
	case TD__SUMMARY:
		put_sample(b, family->name, "_count", l, NULL, (double)__atomic_load_n(&m->count, __ATOMIC_RELAXED));
		put_sample(b, family->name, "_sum", l, NULL, td__metric_double(__atomic_load_n(&m->value, __ATOMIC_RELAXED)));
		break;
	case TD__HISTOGRAM: put_histogram(m, family, l, b); break;
	default: put_special(s, m, family, b); return;
	}
	if (created) put_sample(tail, family->name, "_created", l, NULL, m->created);
}

static void put_metric(td_scope *s, td_metric *m, td__metric_buffer *b, td__metric_buffer *tail, bool created) {
	tail->len = 0;
	put_head(b, m->name,
	         m->type == TD__COUNTER ? "_total"
	         : m->type == TD__INFO  ? "_info"
	                                : "",
	         m->help, m->type == TD__INFO || m->type == TD__STATESET ? "gauge" : td__metric_type_names[m->type]);
	if (m->observable) {
		pthread_mutex_lock(&m->lock);
		put_one(s, m, m, b, tail, created);
		pthread_mutex_unlock(&m->lock);
	} else {
		pthread_mutex_lock(&m->lock);
		for (td_metric *child = m->first; child; child = child->next) put_one(s, child, m, b, tail, created);
		pthread_mutex_unlock(&m->lock);
	}
	if (!tail->len) return;
	put_head(b, m->name, "_created", m->help, "gauge");
	td__metric_put(b, tail->data, tail->len);
}

/* --- a collector's families --- */

struct td_prometheus_family {
	td__metric_type type;
	const char *name, *help;
	td_strs labelnames;
	td__metric_buffer rows, created;
	td_prometheus_family *next;
};

td_prometheus_family *(td_prometheus_family_new)(td_scope *s, td_prometheus_registry *out, const char *type,
                                                 const char *name, const char *help, td_strs labelnames) {
	if (!td__enter(s) || !td__need_handle(s, "out", out) || !td__need_text(s, "type", type) ||
	    !td__need_text(s, "name", name) || !td__need_text(s, "help", help) ||
	    !td__need_strs(s, "labelnames", labelnames)) {
		return NULL;
	}
	if (!out->scratch)
		return td_raise(s, TD_ValueError, "families are made for the registry that a collector is given"), NULL;
	td__metric_type t = !strcmp(type, "untyped") ? TD__UNKNOWN : TD__COUNTER;
	while (t < TD__METRIC_TYPES && strcmp(type, td__metric_type_names[t])) t++;
	if (!strcmp(type, "untyped")) t = TD__UNKNOWN;
	if (t == TD__METRIC_TYPES) return td_raise(s, TD_ValueError, "Invalid metric type: %s", type), NULL;
	td_prometheus_family *f = td_alloc(out->scratch, sizeof *f);
	if (!f) return NULL;
	f->type = t;
	f->name = td_strdup(out->scratch, name);
	if (t == TD__COUNTER && td_str_endswith(name, "_total")) f->name = td_strndup(out->scratch, name, strlen(name) - 6);
	f->help = td_strdup(out->scratch, help);
	f->labelnames = td__keep_strs(out->scratch, labelnames);
	*out->last_family = f;
	out->last_family = &f->next;
	return td_failed(out->scratch) ? NULL : f;
}

bool(td_prometheus_family_add)(td_scope *s, td_prometheus_family *f, td_strs labels, double value,
                               const td_prometheus_sample_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "family", f) || !td__need_strs(s, "labels", labels))
		return false;
	td_prometheus_sample_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *suffix = o.suffix ? o.suffix : f->type == TD__COUNTER ? "_total" : f->type == TD__INFO ? "_info" : "";
	TD_SCOPE(tmp, s);
	/* As Python's zip: names without a value are left out, and values without a name. */
	size_t count = labels.len < f->labelnames.len ? labels.len : f->labelnames.len;
	pair *pairs = td_alloc_array(tmp, count + 1, sizeof *pairs);
	if (!pairs) return false;
	for (size_t i = 0; i < count; i++) pairs[i] = (pair){f->labelnames.items[i], labels.items[i]};
	if (o.le) pairs[count++] = (pair){"le", o.le};
	td__metric_buffer *b = !strcmp(suffix, "_created") ? &f->created : &f->rows;
	put_pairs(b, f->name, suffix, pairs, count, value);
	if (o.timestamp.given && b->len) {
		b->len--;
		char text[32];
		int n = snprintf(text, sizeof text, " %lld\n", (long long)(o.timestamp.value * 1000));
		td__metric_put(b, text, (size_t)n);
	}
	if (b->failed) td_raise(s, TD_MemoryError, "no memory for a sample");
	return !b->failed;
}

static void put_collected(td_scope *s, const td_metric *m, td__metric_buffer *b) {
	TD_SCOPE(scratch, s);
	td_prometheus_registry out = {.scratch = scratch, .last_family = &out.families};
	m->collect(scratch, &out, m->userdata);
	for (td_prometheus_family *f = out.families; f; f = f->next) {
		put_head(b, f->name,
		         f->type == TD__COUNTER ? "_total"
		         : f->type == TD__INFO  ? "_info"
		                                : "",
		         f->help,
		         f->type == TD__INFO || f->type == TD__STATESET ? "gauge"
		         : f->type == TD__UNKNOWN                       ? "untyped"
		                                                        : td__metric_type_names[f->type]);
		td__metric_put(b, f->rows.data, f->rows.len);
		if (f->created.len) {
			put_head(b, f->name, "_created", f->help, "gauge");
			td__metric_put(b, f->created.data, f->created.len);
		}
		td__free(f->rows.data);
		td__free(f->created.data);
	}
}

td_bytes(td_prometheus_generate_latest)(td_scope *s, td_prometheus_registry *registry) {
	td_bytes none = {td_no_text, 0};
	if (!td__enter(s)) return none;
	td_prometheus_registry *r = td__registry_of(registry);
	td__metric_buffer b = {0}, tail = {0};
	bool created = shows_created();
	/* Held throughout, so that no metric ends while it is being read. */
	pthread_mutex_lock(&r->lock);
	for (td_metric *m = r->first; m && !td_failed(s); m = m->after) {
		if (m->collect)
			put_collected(s, m, &b);
		else
			put_metric(s, m, &b, &tail, created);
	}
	pthread_mutex_unlock(&r->lock);
	if (b.failed || tail.failed) td_raise(s, TD_MemoryError, "no memory for the text of the metrics");
	td_bytes text = td_failed(s) ? none : td__keep_bytes(s, (td_bytes){b.data ? b.data : "", b.len});
	td__free(b.data);
	td__free(tail.data);
	return text;
}

/* Whether a line of text is the sample of that name with just those labels. */
static bool line_is(td_scope *s, const char *line, size_t len, const char *want, double *value) {
	size_t n = strlen(want);
	if (len <= n || memcmp(line, want, n) || line[n] != ' ') return false;
	const char *text = td_strndup(s, line + n + 1, len - n - 1);
	*value = !strcmp(text, "+Inf")   ? __builtin_inf()
	         : !strcmp(text, "-Inf") ? -__builtin_inf()
	         : !strcmp(text, "NaN")  ? __builtin_nan("")
	                                 : td_float(s, text);
	return true;
}

bool(td_prometheus_get_sample_value)(td_scope *s, td_prometheus_registry *registry, const char *name,
                                     const td_value *labels, double *value) {
	if (!td__enter(s) || !td__need_text(s, "name", name) || !td__need_handle(s, "value", value)) return false;
	TD_SCOPE(tmp, s);
	td_bytes all = (td_prometheus_generate_latest)(tmp, registry);
	size_t count = td_value_len(labels);
	pair *pairs = td_alloc_array(tmp, count + 1, sizeof *pairs);
	if (!pairs) return false;
	for (size_t i = 0; i < count; i++)
		pairs[i] = (pair){td_value_str(td_value_key(labels, i), ""), td_value_str(td_value_at(labels, i), "")};
	td__metric_buffer want = {0};
	put_pairs(&want, name, "", pairs, count, 0);
	td__metric_put(&want, "", 1);
	bool found = false;
	if (!want.failed) {
		want.data[want.len - 6] = '\0'; /* without " 0.0\n" */
		for (const char *at = all.data, *end; *at && !found; at = end + 1) {
			end = strchr(at, '\n');
			found = *at != '#' && line_is(tmp, at, (size_t)(end - at), want.data, value);
		}
	}
	td__free(want.data);
	return found && !td_failed(tmp);
}
