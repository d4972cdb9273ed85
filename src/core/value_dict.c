/* Keys of dicts: hashing, equality, finding. Small dicts are searched in order, by 16 bits of hash that stand in each
 * key's node; larger ones have an index that was built with them, since readers may be on several threads. */
#include <stdatomic.h>
#include <unistd.h>

#include "core/number.h"
#include "core/value_build.h"

/* Keys come from outside: with a known hash an attacker could make all of them collide. */
uint64_t td__hash_seed(void) {
	static _Atomic uint64_t kept;
	uint64_t seed = atomic_load_explicit(&kept, memory_order_relaxed);
	if (td__likely(seed)) return seed;
	if (getentropy(&seed, sizeof seed) != 0 || !seed) {
		seed = (uint64_t)td__now() * 0x9E3779B97F4A7C15u ^ (uint64_t)(uintptr_t)&seed;
		seed |= 1;
	}
	uint64_t none = 0; /* the first thread decides: an index made with one seed is read with the same */
	if (!atomic_compare_exchange_strong(&kept, &none, seed)) seed = none;
	return seed;
}

static inline uint64_t fold(uint64_t a, uint64_t b) {
	unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load8(const char *p) {
	uint64_t x;
	memcpy(&x, p, 8);
	return x;
}

static inline uint64_t load4(const char *p) {
	uint32_t x;
	memcpy(&x, p, 4);
	return x;
}

#define ODD1 0xA0761D6478BD642Fu
#define ODD2 0xE7037ED1A0B428DBu

uint64_t td__hash_bytes(uint64_t seed, const char *data, size_t len) {
	uint64_t a, b, h = seed;
	size_t left = len;
	for (; left > 16; data += 16, left -= 16) h = fold(load8(data) ^ ODD1, load8(data + 8) ^ h);
	if (left >= 8) {
		a = load8(data);
		b = load8(data + left - 8);
	} else if (left >= 4) {
		a = load4(data);
		b = load4(data + left - 4);
	} else {
		a = left ? (uint64_t)(unsigned char)data[0] << 16 | (uint64_t)(unsigned char)data[left >> 1] << 8 |
		               (unsigned char)data[left - 1]
		         : 0;
		b = 0;
	}
	return fold(ODD2 ^ len, fold(a ^ ODD1, b ^ h));
}

/* The same for 1, 1.0 and True, and for 2**70 in either form. */
static uint64_t number_hash(const td_value *v) {
	int64_t i = 0;
	if (v->type == TD_BOOL) {
		i = v->as.b;
	} else if (v->type == TD_INTEGER && !(v->flags & TD__V_DIGITS)) {
		i = v->as.i;
	} else {
		double d = td_value_float(v, 0);
		if (d >= -0x1p63 && d < 0x1p63 && (double)(int64_t)d == d)
			i = (int64_t)d;
		else
			memcpy(&i, &d, sizeof i);
	}
	return fold((uint64_t)i ^ ODD1, td__hash_seed() ^ ODD2);
}

uint64_t td__key_hash(const td_value *key) {
	if (td__is_text(key)) {
		td_bytes text = td__text_of(key);
		return td__hash_bytes(td__hash_seed(), text.data, text.len);
	}
	return key->type == TD_NULL_TYPE ? td__hash_seed() : number_hash(key);
}

bool td__key_equal(const td_value *a, const td_value *b) {
	if (td__is_text(a)) {
		if (a->type != b->type) return false;
		td_bytes x = td__text_of(a), y = td__text_of(b);
		return x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
	}
	if (a->type == TD_NULL_TYPE) return b->type == TD_NULL_TYPE;
	return td__number_compare(a, b) == 0;
}

size_t td__index_slots(size_t pairs) {
	size_t slots = 64;
	while (slots - slots / 4 < pairs) slots *= 2;
	return slots;
}

void td__index_fill(td__index *index, const td__items *pairs) {
	memset(index->slots, 0, ((size_t)index->mask + 1) * sizeof *index->slots);
	for (size_t i = 0; i < pairs->len; i++) td__index_add(index, td__key_hash(td__pair_key(pairs, i)), (uint32_t)i);
}

void td__index_add(td__index *index, uint64_t hash, uint32_t pair) {
	uint32_t at = (uint32_t)hash & index->mask;
	while (index->slots[at]) at = (at + 1) & index->mask;
	index->slots[at] = pair + 1;
}

int64_t td__index_find(const td__index *index, const td__items *pairs, const td_value *key, uint64_t hash) {
	uint16_t tag = (uint16_t)(hash >> 48);
	for (uint32_t at = (uint32_t)hash & index->mask; index->slots[at]; at = (at + 1) & index->mask) {
		const td_value *k = td__pair_key(pairs, index->slots[at] - 1);
		if (k->hash == tag && td__key_equal(k, key)) return index->slots[at] - 1;
	}
	return -1;
}

int64_t td__dict_find(const td_value *dict, const td_value *key) {
	td__items c = td__items_of(dict);
	if (c.len == 0 || td__is_container(key)) return -1;
	uint64_t hash = td__key_hash(key);
	const td__index *index = NULL;
	if (dict->flags & TD__V_BOX) {
		if (dict->as.box->index.slots) index = &dict->as.box->index;
	} else if (c.len > TD__INDEX_FROM) {
		index = (const td__index *)(const void *)c.nodes - 1;
	}
	if (index) return td__index_find(index, &c, key, hash);
	uint16_t tag = (uint16_t)(hash >> 48);
	const td_value *k = c.nodes;
	for (size_t i = 0; i < c.len; i++, k = td__step(k, 2 * c.stride)) {
		if (k->hash == tag && td__key_equal(k, key)) return (int64_t)i;
	}
	return -1;
}
