/* tools/agent/history.c: the three rings. */
#include "agent/history.h"

#include <string.h>
#include <tend/time.h>

#define NS 1000000000LL

/* Values lie in chunks that are made when their time comes: a ring of 7 days takes its memory in the course of 7 days. */
#define CHUNK 128
#define CHUNKS_MAX 79

static const struct {
	const char *name;
	int64_t step; /* seconds */
	int64_t size;
} rings[AGENT_RINGS] = {{"1s", 1, 600}, {"10s", 10, 2160}, {"1m", 60, 10080}};

typedef struct series {
	const char *name, *unit;
	float *chunks[AGENT_RINGS][CHUNKS_MAX];
	double now;              /* what was put since the last tick; NaN */
	double sum[AGENT_RINGS]; /* of the slot that is being filled */
	uint32_t count[AGENT_RINGS];
} series;

struct agent_history {
	td_scope *owner;
	series *series[AGENT_SERIES_MAX];
	int count;
	int64_t first;               /* the moment of the first tick */
	int64_t newest[AGENT_RINGS]; /* the slot that was written last; -1 before the first */
};

agent_ring agent_ring_of(const char *name) {
	int i = 0;
	while (i < AGENT_RINGS && (!name || strcmp(name, rings[i].name) != 0)) i++;
	return (agent_ring)i;
}

agent_history *agent_history_new(td_scope *s) {
	agent_history *h = td_alloc(s, sizeof *h);
	if (!h) return NULL;
	h->owner = s;
	for (int r = 0; r < AGENT_RINGS; r++) h->newest[r] = -1;
	return h;
}

int agent_history_series(agent_history *h, const char *name, const char *unit) {
	if (!h) return -1;
	for (int i = 0; i < h->count; i++) {
		if (!strcmp(h->series[i]->name, name)) return i;
	}
	if (h->count == AGENT_SERIES_MAX) return -1;
	series *x = td_alloc(h->owner, sizeof *x);
	if (!x) return -1;
	x->name = td_strdup(h->owner, name);
	x->unit = td_strdup(h->owner, unit);
	x->now = __builtin_nan("");
	h->series[h->count] = x;
	return h->count++;
}

void agent_history_put(agent_history *h, int index, double value) {
	if (h && index >= 0 && index < h->count) h->series[index]->now = value;
}

/* Where the value of a slot lies; NULL when it has no chunk yet and none is made. */
static float *place(agent_history *h, series *x, int ring, int64_t slot, bool make) {
	int64_t at = slot % rings[ring].size;
	float **chunk = &x->chunks[ring][at / CHUNK];
	if (!*chunk && make) {
		*chunk = td_alloc_array(h->owner, CHUNK, sizeof **chunk);
		for (int i = 0; *chunk && i < CHUNK; i++) (*chunk)[i] = __builtin_nanf("");
	}
	return *chunk ? *chunk + at % CHUNK : NULL;
}

/* Slots that no tick came in are gaps; after a long sleep all of the ring is. */
static void open_slot(agent_history *h, int ring, int64_t slot) {
	int64_t from = h->newest[ring] + 1;
	if (from < slot - rings[ring].size + 1) from = slot - rings[ring].size + 1;
	for (int i = 0; i < h->count; i++) {
		series *x = h->series[i];
		for (int64_t k = from; k <= slot; k++) {
			float *value = place(h, x, ring, k, false);
			if (value) *value = __builtin_nanf("");
		}
		x->sum[ring] = 0;
		x->count[ring] = 0;
	}
	h->newest[ring] = slot;
}

void agent_history_tick(agent_history *h, int64_t monotonic_ns) {
	if (!h) return;
	if (h->newest[0] < 0) h->first = monotonic_ns;
	/* Ticks stand in the middle of their second, so that one that comes a little late is not the next one's. */
	int64_t second = (monotonic_ns - h->first + NS / 2) / NS;
	for (int r = 0; r < AGENT_RINGS; r++) {
		int64_t slot = second / rings[r].step;
		if (slot > h->newest[r]) open_slot(h, r, slot);
		for (int i = 0; i < h->count; i++) {
			series *x = h->series[i];
			if (x->now != x->now) continue;
			float *value = place(h, x, r, slot, true);
			if (!value) continue;
			x->sum[r] += x->now;
			x->count[r]++;
			*value = (float)(x->sum[r] / x->count[r]);
		}
	}
	for (int i = 0; i < h->count; i++) h->series[i]->now = __builtin_nan("");
}

/* --- single moments --- */

int64_t agent_ring_step(agent_ring ring) {
	return rings[ring].step;
}

static int64_t slot_of(const agent_history *h, agent_ring ring, int64_t monotonic_ns) {
	int64_t since = monotonic_ns - h->first + NS / 2;
	return since < 0 ? -1 : since / NS / rings[ring].step;
}

agent_ring agent_history_ring(const agent_history *h, int64_t monotonic_ns) {
	if (!h || h->newest[0] < 0) return AGENT_RINGS;
	for (int r = 0; r < AGENT_RINGS; r++) {
		int64_t slot = slot_of(h, (agent_ring)r, monotonic_ns);
		if (slot >= 0 && slot <= h->newest[r] && slot > h->newest[r] - rings[r].size) return (agent_ring)r;
	}
	return AGENT_RINGS;
}

double agent_history_value(const agent_history *h, const char *name, agent_ring ring, int64_t monotonic_ns) {
	int64_t slot = slot_of(h, ring, monotonic_ns);
	for (int i = 0; slot >= 0 && slot <= h->newest[ring] && i < h->count; i++) {
		if (strcmp(h->series[i]->name, name) != 0) continue;
		const float *value = place((agent_history *)(uintptr_t)h, h->series[i], ring, slot, false);
		return value ? (double)*value : (double)__builtin_nanf("");
	}
	return __builtin_nan("");
}

bool agent_history_span(const agent_history *h, int64_t *oldest, int64_t *newest) {
	if (!h || h->newest[0] < 0) return false;
	int r = AGENT_RINGS - 1;
	int64_t slots = h->newest[r] + 1 < rings[r].size ? h->newest[r] + 1 : rings[r].size;
	*oldest = h->first + (h->newest[r] + 1 - slots) * rings[r].step * NS;
	*newest = h->first + h->newest[0] * NS;
	return true;
}

/* --- answers --- */

const td_value *agent_history_list(td_scope *s, const agent_history *h) {
	td_value *list = td_value_new_list(s);
	for (int i = 0; h && i < h->count; i++) {
		td_value_append(s, list, td_dict(s, "name", h->series[i]->name, "unit", h->series[i]->unit));
	}
	return list;
}

/* Four significant digits, and no fraction where there is none: a page of values is a third as long. */
static td_lit short_number(float value) {
	if (value != value) return TD_NULL;
	double a = value < 0 ? -(double)value : (double)value, rounded;
	if (a > 9e15) return td__lit_float(value);
	if (a >= 1000) {
		int64_t unit = 1;
		while (a / (double)unit >= 10000) unit *= 10;
		rounded = (double)((int64_t)(a / (double)unit + 0.5) * unit);
	} else {
		double scale = 1;
		while (a * scale < 1000 && scale < 1e6) scale *= 10;
		rounded = (double)(int64_t)(a * scale + 0.5) / scale;
	}
	if (value < 0) rounded = -rounded;
	int64_t whole = (int64_t)rounded;
	return (double)whole == rounded ? td__lit_int(whole) : td__lit_float(rounded);
}

static bool wanted(td_strs names, const char *name) {
	return names.len == 0 || td_strs_contains(names, name);
}

const td_value *agent_history_query(td_scope *s, const agent_history *h, td_strs names, agent_ring ring, double since) {
	if (!h || ring < 0 || ring >= AGENT_RINGS) {
		td_raise(s, TD_ValueError, "there is no such ring");
		return NULL;
	}
	int64_t newest = h->newest[ring], step = rings[ring].step;
	int64_t count = newest + 1 < rings[ring].size ? newest + 1 : rings[ring].size;
	/* The time of the newest slot by the clock of now, whatever that clock showed when it was written. */
	double age = (double)(td_time_monotonic_ns() - h->first - newest * step * NS) / 1e9;
	double last = td_time_time() - age;
	if (since > 0 && last <= since)
		count = 0;
	else if (since > 0 && (last - since) / (double)step < (double)count) {
		double newer = (last - since) / (double)step;
		count = (int64_t)newer + (newer > (double)(int64_t)newer);
	}
	td_value *found = td_value_new_list(s);
	for (int i = 0; i < h->count && !td_failed(s); i++) {
		series *x = h->series[i];
		if (!wanted(names, x->name)) continue;
		td_value *values = td_value_new_list(s);
		for (int64_t slot = newest - count + 1; slot <= newest; slot++) {
			float *value = place((agent_history *)(uintptr_t)h, x, ring, slot, false);
			td_value_append(s, values, td_v(s, value ? short_number(*value) : TD_NULL));
		}
		td_value_append(s, found, td_dict(s, "name", x->name, "unit", x->unit, "values", values));
	}
	double start = count ? last - (double)((count - 1) * step) : last;
	return td_dict(s, "ring", rings[ring].name, "step", step, "start", start, "count", count, "series", found);
}
