/* tools/agent/past.c: sums of the current slot of each ring, and what is kept of those that are over. */
#include "agent/past.h"

#include <stdlib.h>
#include <string.h>

#include "agent/sample_private.h"

#define NS 1000000000LL
enum { RINGS = 3, KEPT = 12, BUSIEST = 8, NAMES_MOST = 8192, BUCKETS = 1024, TEXT_MOST = 160, CHUNK = 64 };

static const struct {
	int64_t step; /* seconds */
	int64_t size;
} rings[RINGS] = {{10, 360}, {60, 1440}, {600, 1008}};

/* "name\0user\0command": kept while somebody refers to it. */
typedef struct text {
	char *data;
	uint32_t references, hash, next; /* next in the bucket, or among the free, plus one */
} text;

/* A process in the slot that is being filled. */
typedef struct sum {
	int pid, threads, nice;
	char state;
	bool alive; /* it was in the last table */
	uint64_t start;
	double cpu; /* percent, added up */
	uint64_t rss;
	double created;
	uint32_t text;
} sum;

typedef struct entry {
	int32_t pid;
	uint32_t text, rss_kib, created;
	float cpu;
	uint16_t threads;
	int8_t nice;
	char state;
} entry;

typedef struct snapshot {
	int64_t slot; /* -1: none */
	uint32_t count;
	entry items[KEPT];
} snapshot;

typedef struct ring {
	snapshot **chunks;
	sum *sums; /* by pid */
	size_t count, room;
	int64_t slot; /* that is being filled; -1 before the first */
	uint32_t ticks;
} ring;

struct agent_past {
	td_scope *owner;
	int64_t first; /* the moment of the first tick; -1 */
	ring rings[RINGS];
	text *texts; /* the first is "?" */
	size_t text_count, text_room;
	uint32_t buckets[BUCKETS], free;
	sum *spare;
	size_t spare_room;
};

static void forget(td_scope *c, void *past) {
	(void)c;
	agent_past *p = past;
	for (size_t i = 0; i < p->text_count; i++) free(p->texts[i].data);
	free(p->texts);
	free(p->spare);
	for (int r = 0; r < RINGS; r++) free(p->rings[r].sums);
}

agent_past *agent_past_new(td_scope *s) {
	agent_past *p = td_alloc(s, sizeof *p);
	if (!p) return NULL;
	p->owner = s;
	p->first = -1;
	for (int r = 0; r < RINGS; r++) {
		p->rings[r].slot = -1;
		p->rings[r].chunks = td_alloc_array(s, (size_t)(rings[r].size / CHUNK + 1), sizeof *p->rings[r].chunks);
	}
	return td_defer(s, forget, p) ? p : NULL;
}

/* --- what they are called --- */

static uint32_t hash_of(const char *data, size_t len) {
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < len; i++) hash = (hash ^ (unsigned char)data[i]) * 16777619u;
	return hash;
}

static size_t put_text(char *out, size_t room, const char *from) {
	size_t len = strnlen(from, room - 1);
	while (len && from[len] && ((unsigned char)from[len] & 0xc0) == 0x80) len--; /* not in the middle of a character */
	memcpy(out, from, len);
	out[len] = 0;
	return len + 1;
}

static size_t length(const char *data) {
	size_t name = strlen(data) + 1, user = strlen(data + name) + 1;
	return name + user + strlen(data + name + user) + 1;
}

/* The place of a process's texts, with one reference more; 0 when there is no room. */
static uint32_t intern(agent_past *p, const td_process_row *row) {
	char data[TEXT_MOST];
	size_t len = put_text(data, 48, row->name);
	len += put_text(data + len, 32, row->username);
	len += put_text(data + len, sizeof data - len, row->cmdline);
	uint32_t hash = hash_of(data, len), *bucket = &p->buckets[hash % BUCKETS];
	for (uint32_t at = *bucket; at; at = p->texts[at - 1].next) {
		text *t = &p->texts[at - 1];
		if (t->hash != hash || length(t->data) != len || memcmp(t->data, data, len) != 0) continue;
		t->references++;
		return at;
	}
	if (!p->free && p->text_count == p->text_room) {
		size_t room = p->text_room ? p->text_room * 2 : 256;
		text *larger = room <= NAMES_MOST ? realloc(p->texts, room * sizeof *larger) : NULL;
		if (!larger) return 0;
		p->texts = larger;
		p->text_room = room;
	}
	char *copy = malloc(len);
	if (!copy) return 0;
	memcpy(copy, data, len);
	uint32_t at = p->free;
	if (at)
		p->free = p->texts[at - 1].next;
	else
		at = (uint32_t)++p->text_count;
	p->texts[at - 1] = (text){copy, 1, hash, *bucket};
	*bucket = at;
	return at;
}

static void release(agent_past *p, uint32_t at) {
	if (!at || --p->texts[at - 1].references > 0) return;
	text *t = &p->texts[at - 1];
	uint32_t *place = &p->buckets[t->hash % BUCKETS];
	while (*place != at) place = &p->texts[*place - 1].next;
	*place = t->next;
	free(t->data);
	*t = (text){.next = p->free};
	p->free = at;
}

/* --- a slot that is over --- */

static int by_cpu(const void *a, const void *b) {
	const sum *x = *(const sum *const *)a, *y = *(const sum *const *)b;
	return x->cpu != y->cpu ? (x->cpu < y->cpu ? 1 : -1) : (x->pid > y->pid) - (x->pid < y->pid);
}

static int by_size(const void *a, const void *b) {
	const sum *x = *(const sum *const *)a, *y = *(const sum *const *)b;
	return x->rss != y->rss ? (x->rss < y->rss ? 1 : -1) : (x->pid > y->pid) - (x->pid < y->pid);
}

/* The busiest, then the largest that are not among them. */
static uint32_t choose(const ring *g, const sum **chosen, const sum **scratch) {
	uint32_t count = 0;
	for (size_t i = 0; i < g->count; i++) scratch[i] = &g->sums[i];
	if (g->count) qsort(scratch, g->count, sizeof *scratch, by_cpu);
	while (count < BUSIEST && count < g->count && scratch[count]->cpu > 0) {
		chosen[count] = scratch[count];
		count++;
	}
	uint32_t busy = count;
	if (g->count) qsort(scratch, g->count, sizeof *scratch, by_size);
	for (size_t i = 0; i < g->count && count < KEPT && scratch[i]->rss > 0; i++) {
		bool there = false;
		for (uint32_t k = 0; k < busy; k++) there = there || chosen[k] == scratch[i];
		if (!there) chosen[count++] = scratch[i];
	}
	return count;
}

static snapshot *place(const agent_past *p, int r, int64_t slot, bool make) {
	snapshot **chunk = &p->rings[r].chunks[slot % rings[r].size / CHUNK];
	if (!*chunk && make && !td_failed(p->owner)) {
		*chunk = td_alloc_array(p->owner, CHUNK, sizeof **chunk);
		if (!*chunk) td_catch(p->owner, TD_MemoryError); /* a slot is lost; the agent's own scope is not */
		for (int i = 0; *chunk && i < CHUNK; i++) (*chunk)[i].slot = -1;
	}
	return *chunk ? &(*chunk)[slot % rings[r].size % CHUNK] : NULL;
}

static entry entry_of(const sum *x, uint32_t ticks) {
	uint64_t kib = x->rss / 1024;
	return (entry){.pid = x->pid,
	               .text = x->text,
	               .rss_kib = kib < UINT32_MAX ? (uint32_t)kib : UINT32_MAX,
	               .created = x->created > 0 ? (uint32_t)x->created : 0,
	               .cpu = (float)(ticks ? x->cpu / ticks : 0),
	               .threads = (uint16_t)(x->threads < 65535 ? x->threads : 65535),
	               .nice = (int8_t)x->nice,
	               .state = x->state};
}

static void close_slot(agent_past *p, int r) {
	ring *g = &p->rings[r];
	snapshot *out = g->slot >= 0 && g->ticks ? place(p, r, g->slot, true) : NULL;
	const sum **scratch = out ? malloc((g->count + 1) * sizeof *scratch) : NULL;
	if (scratch) {
		if (out->slot >= 0) {
			for (uint32_t i = 0; i < out->count; i++) release(p, out->items[i].text);
		}
		const sum *chosen[KEPT];
		out->slot = g->slot;
		out->count = choose(g, chosen, scratch);
		for (uint32_t i = 0; i < out->count; i++) {
			out->items[i] = entry_of(chosen[i], g->ticks);
			if (chosen[i]->text) p->texts[chosen[i]->text - 1].references++;
		}
		free(scratch);
	}
	size_t count = 0;
	for (size_t i = 0; i < g->count; i++) {
		if (g->sums[i].alive) {
			g->sums[count] = g->sums[i];
			g->sums[count++].cpu = 0;
		} else {
			release(p, g->sums[i].text);
		}
	}
	g->count = count;
	g->ticks = 0;
}

/* --- a tick --- */

static void add(sum *x, const td_process_row *row) {
	x->alive = true;
	x->cpu += row->cpu_percent;
	x->rss = row->rss;
	x->threads = row->num_threads;
	x->nice = row->nice;
	x->state = row->state;
}

/* Whether the texts of a sum are still the row's: a program that executes another has its name. */
static bool named(const agent_past *p, const sum *x, const td_process_row *row) {
	return x->text && strncmp(p->texts[x->text - 1].data, row->name, 47) == 0;
}

/* Merges the table, which is by pid, into the sums, which are, too. */
static bool merge(agent_past *p, ring *g, const td_process_table *table) {
	size_t most = g->count + table->len;
	if (p->spare_room < most) {
		sum *larger = realloc(p->spare, (most + most / 8) * sizeof *larger);
		if (!larger) return false;
		p->spare = larger;
		p->spare_room = most + most / 8;
	}
	sum *out = p->spare;
	size_t count = 0, i = 0;
	for (size_t k = 0; k < table->len; k++) {
		const td_process_row *row = &table->items[k];
		bool known = false;
		while (i < g->count && g->sums[i].pid <= row->pid) {
			sum *x = &out[count++];
			*x = g->sums[i++];
			x->alive = false;
			known = x->pid == row->pid && x->start == row->start;
			if (!known) continue;
			if (!named(p, x, row)) {
				release(p, x->text);
				x->text = intern(p, row);
			}
			add(x, row);
		}
		if (known) continue;
		sum *x = &out[count++];
		*x = (sum){.pid = row->pid, .start = row->start, .created = row->create_time, .text = intern(p, row)};
		add(x, row);
	}
	for (; i < g->count; i++) {
		out[count] = g->sums[i];
		out[count++].alive = false;
	}
	p->spare = g->sums;
	size_t room = p->spare_room;
	p->spare_room = g->room;
	g->sums = out;
	g->room = room;
	g->count = count;
	return true;
}

void agent_past_tick(agent_past *p, const td_process_table *table, int64_t monotonic_ns) {
	if (!p || !table) return;
	if (p->first < 0) p->first = monotonic_ns;
	int64_t second = (monotonic_ns - p->first + NS / 2) / NS;
	for (int r = 0; r < RINGS; r++) {
		ring *g = &p->rings[r];
		int64_t slot = second / rings[r].step;
		if (slot != g->slot) {
			close_slot(p, r);
			g->slot = slot;
		}
		if (merge(p, g, table)) g->ticks++;
	}
}

/* --- answers --- */

static double rounded(double x, double scale) {
	return (double)(int64_t)(x * scale + 0.5) / scale;
}

static td_value *item(td_scope *s, const agent_past *p, const entry *e) {
	const char *name = e->text ? p->texts[e->text - 1].data : "?\0\0";
	const char *user = name + strlen(name) + 1, *command = user + strlen(user) + 1;
	return td_dict(s, "pid", (int64_t)e->pid, "name", agent_clean(s, name), "user", agent_clean(s, user), "state",
	               td_strndup(s, &e->state, 1), "cpu", rounded((double)e->cpu, 10), "rss", (int64_t)e->rss_kib * 1024,
	               "threads", (int64_t)e->threads, "nice", (int64_t)e->nice, "created", (int64_t)e->created, "command",
	               agent_clean(s, command));
}

static const td_value *answer(td_scope *s, const agent_past *p, int r, int64_t slot, const entry *items,
                              uint32_t count) {
	td_value *list = td_value_new_list(s);
	for (uint32_t i = 0; i < count; i++) td_value_append(s, list, item(s, p, &items[i]));
	double start = (double)p->first / 1e9 + (double)(slot * rings[r].step);
	return td_dict(s, "step", rings[r].step, "start", start, "items", list);
}

const td_value *agent_past_query(td_scope *s, const agent_past *p, int64_t monotonic_ns) {
	if (!p || p->first < 0 || monotonic_ns < p->first - NS / 2) return NULL;
	int64_t second = (monotonic_ns - p->first + NS / 2) / NS;
	for (int r = 0; r < RINGS; r++) {
		const ring *g = &p->rings[r];
		int64_t slot = second / rings[r].step;
		if (slot == g->slot && g->ticks) {
			const sum *chosen[KEPT], **scratch = td_alloc_array(s, g->count + 1, sizeof *scratch);
			if (!scratch) return NULL;
			entry items[KEPT];
			uint32_t count = choose(g, chosen, scratch);
			for (uint32_t i = 0; i < count; i++) items[i] = entry_of(chosen[i], g->ticks);
			return answer(s, p, r, slot, items, count);
		}
		if (slot > g->slot) return NULL;
		const snapshot *kept = place(p, r, slot, false);
		if (kept && kept->slot == slot) return answer(s, p, r, slot, kept->items, kept->count);
	}
	return NULL;
}
