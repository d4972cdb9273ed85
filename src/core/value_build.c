/* Building compact trees. The nodes of open containers stand on one stack; when a container is closed its nodes move, in
 * one piece and once, into memory of the scope, and a node for the container takes their place. */
#include "core/value_build.h"

enum { FIRST_PIECE = 1024, LAST_PIECE = 1 << 20, SMALL_DICT = 8 };

void td__build_begin(td__build *b, td_scope *s, const char *source) {
	*b =
		(td__build){.s = s, .seed = td__hash_seed(), .stride = source ? TD__WIDE_NODE : TD__NODE, .piece = FIRST_PIECE};
	b->place.source = source;
	b->failed = td_failed(s);
}

static bool out_of_memory(td__build *b) {
	b->failed = true;
	td__raise_memory(b->s);
	return false;
}

void *td__build_alloc_slow(td__build *b, size_t size) {
	if (b->failed) return NULL;
	size_t piece = b->piece;
	if (size > piece / 4) { /* of its own, so that what is left of the piece is not lost */
		void *memory = td__alloc_raw(b->s, size);
		if (!memory) b->failed = true;
		return memory;
	}
	char *memory = td__alloc_raw(b->s, piece);
	if (!memory) {
		b->failed = true;
		return NULL;
	}
	if (b->piece < LAST_PIECE) b->piece *= 2;
	b->bump = memory + size;
	b->limit = memory + piece;
	return memory;
}

td_value *td__build_push_slow(td__build *b) {
	if (b->failed) return NULL;
	if (b->top + b->stride > b->room) {
		size_t room = b->room ? b->room * 2 : 4096;
		char *stack = td__realloc(b->stack, room);
		if (!stack) {
			out_of_memory(b);
			return NULL;
		}
		b->stack = stack;
		b->room = room;
	}
	td_value *v = (td_value *)(void *)(b->stack + b->top);
	b->top += b->stride;
	*v = (td_value){0};
	if (b->stride == TD__WIDE_NODE) {
		v->flags = TD__V_PLACE;
		*(td__place *)(void *)(v + 1) = b->place;
	}
	return v;
}

bool td__build_null(td__build *b) {
	return td__build_push(b, TD_NULL_TYPE) != NULL;
}

bool td__build_bool(td__build *b, bool x) {
	td_value *v = td__build_push(b, TD_BOOL);
	if (v) v->as.b = x;
	return v != NULL;
}

bool td__build_int(td__build *b, int64_t x) {
	td_value *v = td__build_push(b, TD_INTEGER);
	if (v) v->as.i = x;
	return v != NULL;
}

bool td__build_float(td__build *b, double x) {
	td_value *v = td__build_push(b, TD_FLOAT_TYPE);
	if (v) v->as.d = x;
	return v != NULL;
}

/* What td__node_… made, in the place of the node that was pushed. */
static bool take(td__build *b, bool made, td_value *v, const td_value *made_node) {
	if (!made) {
		b->failed = true;
		return false;
	}
	uint8_t place = v->flags & TD__V_PLACE;
	*v = *made_node;
	v->flags |= place;
	return true;
}

bool td__build_digits(td__build *b, const char *digits, size_t len) {
	td_value *v = td__build_push(b, TD_INTEGER), made;
	return v && take(b, td__node_digits(b->s, &made, digits, len), v, &made);
}

static bool build_text(td__build *b, uint8_t type, const char *data, size_t len) {
	td_value *v = td__build_push(b, type), made;
	if (!v) return false;
	if (len <= TD__SHORT_MOST || len > UINT32_MAX)
		return take(b, td__node_text(b->s, &made, type, data, len), v, &made);
	char *text = td__build_alloc(b, len + 1, 1);
	if (!text) return false;
	memcpy(text, data, len);
	text[len] = '\0';
	v->n = (uint32_t)len;
	v->as.text = text;
	return true;
}

bool td__build_text(td__build *b, const char *data, size_t len) {
	return build_text(b, TD_STR, data, len);
}

bool td__build_bytes(td__build *b, const char *data, size_t len) {
	return build_text(b, TD_BYTES, data, len);
}

td_value *td__build_last(const td__build *b) {
	return (td_value *)(void *)(b->stack + b->top - b->stride);
}

bool td__build_key(td__build *b) {
	if (b->failed) return false;
	td_value *v = td__build_last(b);
	v->hash = (uint16_t)(td__key_hash(v) >> 48);
	return true;
}

bool td__build_share(td__build *b, const td_value *shared) {
	td_value *v = td__build_push(b, TD_NULL_TYPE);
	return v && take(b, true, v, shared);
}

static bool open_container(td__build *b, bool dict) {
	/* The container's own node goes below its items, so that its place is noted now. */
	td_value *v = td__build_push(b, dict ? TD_DICT : TD_LIST);
	if (!v) return false;
	if (b->depth == b->frame_room) {
		size_t room = b->frame_room ? b->frame_room * 2 : 64;
		td__build_frame *frames = td__realloc(b->frames, room * sizeof *frames);
		if (!frames) return out_of_memory(b);
		b->frames = frames;
		b->frame_room = room;
	}
	b->frames[b->depth++] = (td__build_frame){b->top, dict};
	return true;
}

bool td__build_list(td__build *b) {
	return open_container(b, false);
}

bool td__build_dict(td__build *b) {
	return open_container(b, true);
}

/* --- equal keys --- */

static void copy_value(td__items *c, size_t to, size_t from) {
	memcpy((void *)td__pair_value(c, to), td__pair_value(c, from), c->stride);
}

/* Few pairs: only if a table of hash bits says that two keys could be equal they are compared. */
static size_t unique_few(td__items *c) {
	uint64_t seen[8] = {0};
	bool maybe = false;
	const td_value *k = c->nodes;
	for (size_t i = 0; i < c->len; i++, k = td__step(k, 2 * c->stride)) {
		uint64_t *word = &seen[k->hash >> 6 & 7], bit = 1ull << (k->hash & 63);
		maybe |= (*word & bit) != 0;
		*word |= bit;
	}
	if (td__likely(!maybe)) return c->len;
	size_t kept = 0;
	for (size_t i = 0; i < c->len; i++) {
		const td_value *key = td__pair_key(c, i);
		size_t same = 0;
		for (k = c->nodes; same < kept; same++, k = td__step(k, 2 * c->stride)) {
			if (k->hash == key->hash && td__key_equal(k, key)) break;
		}
		if (same < kept) {
			copy_value(c, same, i);
		} else {
			if (kept != i) memcpy((void *)td__pair_key(c, kept), key, 2 * c->stride);
			kept++;
		}
	}
	return kept;
}

/* Many pairs, by the index that they will be found with. */
static size_t unique_many(td__items *c, td__index *index) {
	memset(index->slots, 0, ((size_t)index->mask + 1) * sizeof *index->slots);
	size_t kept = 0;
	for (size_t i = 0; i < c->len; i++) {
		const td_value *key = td__pair_key(c, i);
		uint64_t hash = td__key_hash(key);
		int64_t same = td__index_find(index, c, key, hash);
		if (same >= 0) {
			copy_value(c, (size_t)same, i);
			continue;
		}
		if (kept != i) memcpy((void *)td__pair_key(c, kept), td__pair_key(c, i), 2 * c->stride);
		td__index_add(index, hash, (uint32_t)kept++);
	}
	return kept;
}

bool td__build_seal(td__build *b, td_value *v, size_t bytes, bool dict) {
	td__items c = {td__step(v, b->stride), bytes / b->stride, b->stride};
	if (td__unlikely(c.len >= UINT32_MAX / 2)) {
		td_raise(b->s, TD_OverflowError, "a container of %zu values is too long", c.len);
		b->failed = true;
		return false;
	}
	td__index index = {0};
	if (dict) {
		c.len /= 2;
		size_t given = c.len;
		if (c.len > TD__INDEX_FROM) {
			size_t slots = td__index_slots(c.len);
			index = (td__index){td__build_alloc(b, slots * sizeof *index.slots, 8), (uint32_t)(slots - 1)};
			if (!index.slots) return false;
			c.len = unique_many(&c, &index);
		} else if (c.len > 1) {
			c.len = unique_few(&c);
		}
		if (c.len != given) b->duplicate = true;
		bytes = 2 * c.len * c.stride;
	}
	bool indexed = dict && c.len > TD__INDEX_FROM;
	td_value *nodes = NULL;
	if (bytes) {
		char *memory = td__build_alloc(b, bytes + (indexed ? sizeof index : 0), 8);
		if (!memory) return false;
		if (indexed) {
			memcpy(memory, &index, sizeof index);
			memory += sizeof index;
		}
		nodes = (td_value *)(void *)memory;
		if (bytes <= 512) { /* nodes are whole, and mostly few: no call */
			for (size_t i = 0; i < bytes; i += TD__NODE) memcpy(memory + i, (const char *)c.nodes + i, TD__NODE);
		} else {
			memcpy(memory, c.nodes, bytes);
		}
	}
	if (b->stride == TD__WIDE_NODE) v->flags |= TD__V_WIDE_ITEMS;
	v->n = (uint32_t)c.len;
	v->as.items = nodes;
	return true;
}

bool td__build_close(td__build *b) {
	if (b->failed) return false;
	td__build_frame frame = b->frames[--b->depth];
	size_t bytes = b->top - frame.start;
	b->top = frame.start;
	return td__build_seal(b, (td_value *)(void *)(b->stack + frame.start - b->stride), bytes, frame.dict);
}

td_value *td__build_end(td__build *b) {
	td_value *root = NULL;
	if (!b->failed && b->top) {
		root = td__alloc_raw(b->s, b->stride);
		if (root) memcpy((void *)root, b->stack, b->stride);
	}
	td__free(b->stack);
	td__free(b->frames);
	b->stack = NULL;
	b->frames = NULL;
	return root;
}
