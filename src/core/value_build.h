/* src/core/value_build.h: what a value is in memory, and how a parser builds a tree of them.
 *
 * A value is a node of 16 bytes. What a parser built is compact: a list's items, or a dict's keys and values in turn,
 * stand in one array that never changes. What a program made (td_list, td_value_copy) is open: its containers have a box
 * that remembers the scope it grows in. In a tree that knows its source each node has a place behind it, so its nodes
 * stand 32 bytes apart; who walks an array asks td__stride. Readers see no difference.
 *
 *     td__build b;
 *     td__build_begin(&b, s, "tend.yaml");                    // NULL: without positions
 *     td__build_dict(&b);
 *     td__build_at(&b, 1, 1);
 *     td__build_text(&b, "port", 4), td__build_key(&b);       // any scalar can be made a key
 *     td__build_int(&b, 80);
 *     td__build_close(&b);
 *     const td_value *v = td__build_end(&b);                  // always: frees the scratch; NULL when s has failed
 *
 * In a dict the later of two equal keys gives the value and the earlier its position, as in Python. */
#ifndef TD_CORE_VALUE_BUILD_H
#define TD_CORE_VALUE_BUILD_H

#include <tend/value.h>

#include "core/internal.h"

enum {
	TD__V_SHORT = 1,       /* text of up to 7 bytes: it lies in the node, NUL included */
	TD__V_LONG = 2,        /* text of 4 GiB or more: as.big_text */
	TD__V_DIGITS = 4,      /* an int past 64 bits: as.text, n digits with the sign */
	TD__V_PLACE = 8,       /* a td__place follows the node */
	TD__V_BOX = 16,        /* an open container: as.box */
	TD__V_WIDE_ITEMS = 32, /* a compact container whose nodes have places */
};
enum { TD__NODE = 16, TD__WIDE_NODE = 32, TD__SHORT_MOST = 7, TD__INDEX_FROM = 48 };

typedef struct td__box td__box;
typedef struct td__big_text {
	size_t len;
	const char *data;
} td__big_text;

struct td_value {
	uint8_t type, flags;
	uint16_t hash; /* of a key in a dict: 16 bits of it */
	uint32_t n;    /* bytes of a text; items or pairs of a compact container */
	union {
		bool b;
		int64_t i;
		double d;
		const char *text;
		char in[8];
		uint64_t bits;
		const td__big_text *big_text;
		td_value *items; /* a compact dict of more than TD__INDEX_FROM pairs has a td__index right before them */
		td__box *box;
	} as;
};
_Static_assert(sizeof(td_value) == TD__NODE, "a node is 16 bytes");

/* Where a value came from; stands right behind a node that has TD__V_PLACE. */
typedef struct td__place {
	const char *source;
	uint32_t line, column;
} td__place;

/* slots[hash & mask] and on: a pair's number plus 1; 0 ends the search. */
typedef struct td__index {
	uint32_t *slots;
	uint32_t mask;
} td__index;

struct td__box {
	td_scope *scope;
	td_value *items;
	td__index index; /* slots NULL: few pairs */
	uint32_t len, capacity;
	uint32_t stride;
};

static inline td_value *td__step(const td_value *items, size_t bytes) {
	return (td_value *)(void *)((char *)(uintptr_t)items + bytes);
}
static inline const td__place *td__place_of(const td_value *v) {
	return v->flags & TD__V_PLACE ? (const td__place *)(const void *)(v + 1) : NULL;
}

/* A container's nodes, however it is kept. len counts items or pairs. */
typedef struct td__items {
	td_value *nodes;
	size_t len;
	size_t stride;
} td__items;
static inline td__items td__items_of(const td_value *v) {
	if (v->flags & TD__V_BOX) return (td__items){v->as.box->items, v->as.box->len, v->as.box->stride};
	return (td__items){v->as.items, v->n, v->flags & TD__V_WIDE_ITEMS ? TD__WIDE_NODE : TD__NODE};
}
static inline td_value *td__item(const td__items *c, size_t i) {
	return td__step(c->nodes, i * c->stride);
}
static inline td_value *td__pair_key(const td__items *c, size_t i) {
	return td__step(c->nodes, 2 * i * c->stride);
}
static inline td_value *td__pair_value(const td__items *c, size_t i) {
	return td__step(c->nodes, (2 * i + 1) * c->stride);
}
static inline bool td__is_container(const td_value *v) {
	return v->type >= TD_LIST;
}
static inline bool td__is_text(const td_value *v) {
	return v->type == TD_STR || v->type == TD_BYTES;
}
/* The bytes of a str or bytes. */
static inline td_bytes td__text_of(const td_value *v) {
	if (v->flags & TD__V_SHORT) return (td_bytes){v->as.in, v->n};
	if (td__unlikely(v->flags & TD__V_LONG)) return (td_bytes){v->as.big_text->data, v->as.big_text->len};
	return (td_bytes){v->as.text, v->n};
}

/* --- keys (value_dict.c) --- */

uint64_t td__hash_seed(void); /* one of this process, so that nobody can prepare keys that collide */
uint64_t td__hash_bytes(uint64_t seed, const char *data, size_t len);
uint64_t td__key_hash(const td_value *key);
bool td__key_equal(const td_value *a, const td_value *b);
/* The pair with that key, or -1. */
int64_t td__dict_find(const td_value *dict, const td_value *key);
size_t td__index_slots(size_t pairs); /* how many slots that many pairs want: a power of two */
void td__index_fill(td__index *index, const td__items *pairs);
void td__index_add(td__index *index, uint64_t hash, uint32_t pair);
int64_t td__index_find(const td__index *index, const td__items *pairs, const td_value *key, uint64_t hash);

/* A node on somebody else's text, to look it up. */
static inline void td__node_borrow(td_value *v, const td__big_text *text) {
	*v = (td_value){.type = TD_STR};
	if (text->len > UINT32_MAX) {
		v->flags = TD__V_LONG;
		v->as.big_text = text;
	} else {
		v->n = (uint32_t)text->len;
		v->as.text = text->data;
	}
}

/* Make a node in place, with its text copied into s; false: s has failed. Digits are canonicalised ("-0" is 0) and kept
 * as an int64_t where they fit. */
bool td__node_text(td_scope *s, td_value *v, uint8_t type, const char *data, size_t len);
bool td__node_digits(td_scope *s, td_value *v, const char *digits, size_t len);

/* Python's 1 == 1.0 == True for any two numbers: -1, 0, 1; 2 when one of them is not a number or NaN. */
int td__number_compare(const td_value *a, const td_value *b);

/* --- the builder (value_build.c) --- */

typedef struct td__build_frame {
	size_t start; /* of its first item on the stack, in bytes; its own node is right below */
	bool dict;
} td__build_frame;

typedef struct td__build {
	td_scope *s;
	uint64_t seed;
	size_t stride;
	char *stack; /* the nodes of all containers that are still open */
	size_t top, room;
	td__build_frame *frames;
	size_t depth, frame_room;
	char *bump, *limit; /* what is left of the current piece of s's memory */
	size_t piece;
	td__place place; /* of the next node */
	bool failed;     /* s has the error */
	bool duplicate;  /* some dict had a key twice */
} td__build;

void td__build_begin(td__build *b, td_scope *s, const char *source);
td_value *td__build_end(td__build *b);
static inline void td__build_at(td__build *b, uint32_t line, uint32_t column) {
	b->place.line = line;
	b->place.column = column;
}
/* Each pushes one value; false: s has failed. */
bool td__build_null(td__build *b);
bool td__build_bool(td__build *b, bool x);
bool td__build_int(td__build *b, int64_t x);
bool td__build_digits(td__build *b, const char *digits, size_t len); /* an int of any length, in canonical form */
bool td__build_float(td__build *b, double x);
bool td__build_text(td__build *b, const char *data, size_t len); /* copied */
bool td__build_bytes(td__build *b, const char *data, size_t len);
bool td__build_list(td__build *b); /* opens one, until td__build_close */
bool td__build_dict(td__build *b);
bool td__build_close(td__build *b);
/* The half of closing that is left to who keeps the open containers by himself: bytes of nodes stand behind the
 * container's own node v on the stack; they move, and v holds them. */
bool td__build_seal(td__build *b, td_value *v, size_t bytes, bool dict);
/* Makes the value that was pushed last a key. */
bool td__build_key(td__build *b);
/* Pushes a value that was built in the same scope once more, shared: what it holds is not copied. */
bool td__build_share(td__build *b, const td_value *v);
/* The value that was pushed last; valid until the next push. */
td_value *td__build_last(const td__build *b);
/* Memory in s, not zeroed, aligned to 1 or 8; NULL: s has failed. */
void *td__build_alloc_slow(td__build *b, size_t size);
static inline void *td__build_alloc(td__build *b, size_t size, uintptr_t align) {
	char *start = (char *)(((uintptr_t)b->bump + align - 1) & ~(align - 1));
	if (td__unlikely(!b->bump || size > (size_t)(b->limit - b->bump) || start + size > b->limit)) {
		return td__build_alloc_slow(b, size);
	}
	b->bump = start + size;
	return start;
}

/* Room for one more node at the top; NULL: s has failed. Its place, if it has one, is filled in. */
td_value *td__build_push_slow(td__build *b);
static inline td_value *td__build_push(td__build *b, uint8_t type) {
	td_value *v;
	if (td__unlikely(b->stride != TD__NODE || b->top + TD__NODE > b->room)) {
		v = td__build_push_slow(b);
		if (!v) return NULL;
		v->type = type;
		return v;
	}
	v = (td_value *)(void *)(b->stack + b->top);
	b->top += TD__NODE;
	*v = (td_value){.type = type};
	return v;
}

#endif
