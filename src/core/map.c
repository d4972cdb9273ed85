/* A map from texts to pointers, in insertion order: pairs in an array, and a table of their numbers by hash. */
#include <tend/map.h>
#include <tend/text.h>

#include "core/internal.h"
#include "core/value_build.h"

enum { NO_SLOT = 0, GONE = UINT32_MAX, KEYS_MOST = 2000000000 };

struct pair {
	char *key; /* NULL: taken out */
	uint64_t hash;
	void *value;
};

struct td_map {
	struct pair *pairs;
	size_t used, room, len, limit; /* used counts those taken out too */
	uint32_t *slots;               /* a pair's number plus 1, NO_SLOT, or GONE */
	size_t slot_count, slots_used; /* a power of two; GONE counts as used */
};

void td_map_clear(td_map *m) {
	if (!m) return;
	for (size_t i = 0; i < m->used; i++) td__free(m->pairs[i].key);
	if (m->slots) memset(m->slots, 0, m->slot_count * sizeof *m->slots);
	m->used = m->len = m->slots_used = 0;
}

static void end_map(td_scope *c, void *handle) {
	(void)c;
	td_map *m = handle;
	td_map_clear(m);
	td__free(m->pairs);
	td__free(m->slots);
	*m = (td_map){0};
}

td_map *(td_map_new)(td_scope *s, const td_map_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_map_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_map *m = td__handle_new(s, sizeof *m, end_map);
	if (m) m->limit = o.limit && o.limit < KEYS_MOST ? o.limit : KEYS_MOST;
	return m;
}

static uint64_t hash_of(const char *key) {
	return td__hash_bytes(td__hash_seed(), key, strlen(key));
}

/* The slot of key, or NULL. */
static uint32_t *find(const td_map *m, const char *key, uint64_t hash) {
	if (!m->slot_count) return NULL;
	size_t mask = m->slot_count - 1;
	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		uint32_t *slot = &m->slots[i];
		if (*slot == NO_SLOT) return NULL;
		if (*slot == GONE) continue;
		const struct pair *p = &m->pairs[*slot - 1];
		if (p->hash == hash && strcmp(p->key, key) == 0) return slot;
	}
}

static void add_slot(td_map *m, size_t number) {
	size_t mask = m->slot_count - 1, i = m->pairs[number].hash & mask;
	while (m->slots[i] != NO_SLOT) i = (i + 1) & mask;
	m->slots[i] = (uint32_t)(number + 1);
	m->slots_used++;
}

/* Moves the pairs together and makes the table anew, for at least one more. */
static bool rebuild(td_map *m) {
	size_t slots = 16, room = m->len + m->len / 2 + 8;
	while (slots * 2 < room * 3) slots *= 2;
	uint32_t *table = td__malloc(slots * sizeof *table);
	struct pair *pairs = td__malloc(room * sizeof *pairs);
	if (!table || !pairs) {
		td__free(table);
		td__free(pairs);
		return false;
	}
	memset(table, 0, slots * sizeof *table);
	size_t kept = 0;
	for (size_t i = 0; i < m->used; i++) {
		if (m->pairs[i].key) pairs[kept++] = m->pairs[i];
	}
	td__free(m->slots);
	td__free(m->pairs);
	*m = (td_map){pairs, kept, room, kept, m->limit, table, slots, 0};
	for (size_t i = 0; i < kept; i++) add_slot(m, i);
	return true;
}

size_t td_map_len(const td_map *m) {
	return m ? m->len : 0;
}

bool td_map_contains(const td_map *m, const char *key) {
	return m && key && find(m, key, hash_of(key));
}

void *td_map_get(const td_map *m, const char *key) {
	const uint32_t *slot = m && key ? find(m, key, hash_of(key)) : NULL;
	return slot ? m->pairs[*slot - 1].value : NULL;
}

static bool usable(td_scope *s, td_map *m, const char *key) {
	if (!td__enter(s) || !td__need_handle(s, "m", m) || !td__need_text(s, "key", key)) return false;
	if (td__handle_open(m)) return true;
	(td_raise)(s, TD_ValueError, "the map is gone, or another process made it");
	return false;
}

bool(td_map_set)(td_scope *s, td_map *m, const char *key, const void *value) {
	if (!usable(s, m, key)) return false;
	uint64_t hash = hash_of(key);
	const uint32_t *slot = find(m, key, hash);
	if (slot) {
		m->pairs[*slot - 1].value = (void *)(uintptr_t)value;
		return true;
	}
	if (m->len >= m->limit) {
		(td_raise)(s, TD_OverflowError, "the map holds at most %zu keys", m->limit);
		return false;
	}
	size_t len = strlen(key) + 1;
	char *copy = td__malloc(len);
	bool full = m->used == m->room || (m->slots_used + 1) * 3 > m->slot_count * 2;
	if (!copy || (full && !rebuild(m))) {
		td__free(copy);
		(td_raise)(s, TD_MemoryError, "%s", "");
		return false;
	}
	memcpy(copy, key, len);
	m->pairs[m->used] = (struct pair){copy, hash, (void *)(uintptr_t)value};
	add_slot(m, m->used++);
	m->len++;
	return true;
}

static void take_out(td_map *m, uint32_t *slot) {
	struct pair *p = &m->pairs[*slot - 1];
	td__free(p->key);
	p->key = NULL;
	*slot = GONE;
	m->len--;
}

void *(td_map_pop)(td_scope *s, td_map *m, const char *key) {
	if (!usable(s, m, key)) return NULL;
	uint32_t *slot = find(m, key, hash_of(key));
	if (!slot) {
		TD_SCOPE(tmp, s);
		const char *shown = td_str_repr(tmp, key);
		if (!td_failed(tmp)) (td_raise)(s, TD_KeyError, "%s", shown);
		return NULL;
	}
	void *value = m->pairs[*slot - 1].value;
	take_out(m, slot);
	return value;
}

bool td_map_remove(td_map *m, const char *key) {
	uint32_t *slot = m && key && td__handle_open(m) ? find(m, key, hash_of(key)) : NULL;
	if (slot) take_out(m, slot);
	return slot != NULL;
}

bool td_map_next(const td_map *m, size_t *at, const char **key, void **value) {
	if (!m) return false;
	while (*at < m->used && !m->pairs[*at].key) ++*at;
	if (*at >= m->used) return false;
	const struct pair *p = &m->pairs[(*at)++];
	if (key) *key = p->key;
	if (value) *value = p->value;
	return true;
}
