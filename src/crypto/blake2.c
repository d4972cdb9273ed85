/* blake2.c: BLAKE2b on 64-bit words and BLAKE2s on 32-bit ones. One state holds either: words of blake2s lie in the low
 * halves. */
#include "crypto/blake2.h"

static const uint64_t iv64[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                                 0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

static const uint8_t sigma[10][16] = {
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
	{11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
	{9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
	{12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
	{6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

static inline uint64_t turn64(uint64_t x, int by) {
	return x >> by | x << (64 - by);
}

static inline uint32_t turn32(uint32_t x, int by) {
	return x >> by | x << (32 - by);
}

/* One round is inlined for each that there is, so that its order of the message is known when it is compiled: a third of
 * the time of a loop. */
#define INLINED static inline __attribute__((always_inline))

INLINED void mix64(uint64_t *v, int a, int b, int c, int d, uint64_t x, uint64_t y) {
	v[a] += v[b] + x;
	v[d] = turn64(v[d] ^ v[a], 32);
	v[c] += v[d];
	v[b] = turn64(v[b] ^ v[c], 24);
	v[a] += v[b] + y;
	v[d] = turn64(v[d] ^ v[a], 16);
	v[c] += v[d];
	v[b] = turn64(v[b] ^ v[c], 63);
}

INLINED void mix32(uint32_t *v, int a, int b, int c, int d, uint32_t x, uint32_t y) {
	v[a] += v[b] + x;
	v[d] = turn32(v[d] ^ v[a], 16);
	v[c] += v[d];
	v[b] = turn32(v[b] ^ v[c], 12);
	v[a] += v[b] + y;
	v[d] = turn32(v[d] ^ v[a], 8);
	v[c] += v[d];
	v[b] = turn32(v[b] ^ v[c], 7);
}

INLINED void round64(uint64_t *v, const uint64_t *m, int round) {
	const uint8_t *at = sigma[round % 10];
	mix64(v, 0, 4, 8, 12, m[at[0]], m[at[1]]);
	mix64(v, 1, 5, 9, 13, m[at[2]], m[at[3]]);
	mix64(v, 2, 6, 10, 14, m[at[4]], m[at[5]]);
	mix64(v, 3, 7, 11, 15, m[at[6]], m[at[7]]);
	mix64(v, 0, 5, 10, 15, m[at[8]], m[at[9]]);
	mix64(v, 1, 6, 11, 12, m[at[10]], m[at[11]]);
	mix64(v, 2, 7, 8, 13, m[at[12]], m[at[13]]);
	mix64(v, 3, 4, 9, 14, m[at[14]], m[at[15]]);
}

INLINED void round32(uint32_t *v, const uint32_t *m, int round) {
	const uint8_t *at = sigma[round];
	mix32(v, 0, 4, 8, 12, m[at[0]], m[at[1]]);
	mix32(v, 1, 5, 9, 13, m[at[2]], m[at[3]]);
	mix32(v, 2, 6, 10, 14, m[at[4]], m[at[5]]);
	mix32(v, 3, 7, 11, 15, m[at[6]], m[at[7]]);
	mix32(v, 0, 5, 10, 15, m[at[8]], m[at[9]]);
	mix32(v, 1, 6, 11, 12, m[at[10]], m[at[11]]);
	mix32(v, 2, 7, 8, 13, m[at[12]], m[at[13]]);
	mix32(v, 3, 4, 9, 14, m[at[14]], m[at[15]]);
}

static void compress64(td__blake2 *b, const uint8_t *block, bool last) {
	uint64_t m[16], v[16];
	memcpy(m, block, sizeof m);
	memcpy(v, b->h, sizeof b->h);
	memcpy(v + 8, iv64, sizeof iv64);
	v[12] ^= b->count[0];
	v[13] ^= b->count[1];
	if (last) v[14] = ~v[14];
	if (last && b->last_node) v[15] = ~v[15];
	round64(v, m, 0);
	round64(v, m, 1);
	round64(v, m, 2);
	round64(v, m, 3);
	round64(v, m, 4);
	round64(v, m, 5);
	round64(v, m, 6);
	round64(v, m, 7);
	round64(v, m, 8);
	round64(v, m, 9);
	round64(v, m, 10);
	round64(v, m, 11);
	for (int i = 0; i < 8; i++) b->h[i] ^= v[i] ^ v[i + 8];
}

static void compress32(td__blake2 *b, const uint8_t *block, bool last) {
	uint32_t m[16], v[16];
	memcpy(m, block, sizeof m);
	for (int i = 0; i < 8; i++) {
		v[i] = (uint32_t)b->h[i];
		v[i + 8] = (uint32_t)(iv64[i] >> 32);
	}
	v[12] ^= (uint32_t)b->count[0];
	v[13] ^= (uint32_t)(b->count[0] >> 32);
	if (last) v[14] = ~v[14];
	if (last && b->last_node) v[15] = ~v[15];
	round32(v, m, 0);
	round32(v, m, 1);
	round32(v, m, 2);
	round32(v, m, 3);
	round32(v, m, 4);
	round32(v, m, 5);
	round32(v, m, 6);
	round32(v, m, 7);
	round32(v, m, 8);
	round32(v, m, 9);
	for (int i = 0; i < 8; i++) b->h[i] ^= v[i] ^ v[i + 8];
}

static size_t block_size(const td__blake2 *b) {
	return b->small ? 64 : 128;
}

static void compress(td__blake2 *b, const uint8_t *block, size_t size, bool last) {
	b->count[0] += size;
	b->count[1] += b->count[0] < size;
	if (b->small) {
		compress32(b, block, last);
	} else {
		compress64(b, block, last);
	}
}

void td__blake2_update(td__blake2 *b, const void *data, size_t size) {
	const uint8_t *in = data;
	size_t block = block_size(b);
	while (size) {
		if (b->filled == block) {
			compress(b, b->buffer, block, false);
			b->filled = 0;
		}
		if (!b->filled && size > block) {
			compress(b, in, block, false);
			in += block;
			size -= block;
			continue;
		}
		size_t take = block - b->filled < size ? block - b->filled : size;
		memcpy(b->buffer + b->filled, in, take);
		b->filled += take;
		in += take;
		size -= take;
	}
}

void td__blake2_final(const td__blake2 *b, uint8_t *digest) {
	td__blake2 end = *b;
	uint8_t bytes[64];
	memset(end.buffer + end.filled, 0, sizeof end.buffer - end.filled);
	compress(&end, end.buffer, end.filled, true);
	size_t word = end.small ? 4 : 8;
	for (size_t i = 0; i < 8; i++) memcpy(bytes + i * word, &end.h[i], word); /* this system is little-endian */
	memcpy(digest, bytes, end.digest_size);
}

/* --- the parameters --- */

static bool wrong(td_scope *s, const td_kind *kind, const char *message) {
	td_raise(s, kind, "%s", message);
	return false;
}

static bool between(td_opt_int v, int64_t least, int64_t most) {
	return !v.given || (v.value >= least && v.value <= most);
}

static bool check(td_scope *s, bool small, const td_hashlib_opts *o) {
	if (!between(o->digest_size, 1, small ? 32 : 64)) {
		return wrong(s, TD_ValueError,
		             small ? "digest_size must be between 1 and 32 bytes"
		                   : "digest_size must be between 1 and 64 bytes");
	}
	if (o->salt.len > (small ? 8 : 16)) {
		return wrong(s, TD_ValueError, small ? "maximum salt length is 8 bytes" : "maximum salt length is 16 bytes");
	}
	if (o->person.len > (small ? 8 : 16)) {
		return wrong(s, TD_ValueError,
		             small ? "maximum person length is 8 bytes" : "maximum person length is 16 bytes");
	}
	if (!between(o->fanout, 0, 255)) return wrong(s, TD_ValueError, "fanout must be between 0 and 255");
	if (!between(o->depth, 1, 255)) return wrong(s, TD_ValueError, "depth must be between 1 and 255");
	if (small && o->node_offset >> 48) return wrong(s, TD_OverflowError, "node_offset is too large");
	if (o->node_depth > 255) return wrong(s, TD_ValueError, "node_depth must be between 0 and 255");
	if (o->inner_size > (small ? 32 : 64)) {
		return wrong(s, TD_ValueError,
		             small ? "inner_size must be between 0 and is 32" : "inner_size must be between 0 and is 64");
	}
	if (o->key.len > (small ? 32 : 64)) {
		return wrong(s, TD_ValueError, small ? "maximum key length is 32 bytes" : "maximum key length is 64 bytes");
	}
	return true;
}

bool td__blake2_init(td_scope *s, td__blake2 *b, bool small, const td_hashlib_opts *o) {
	if (!check(s, small, o)) return false;
	memset(b, 0, sizeof *b);
	b->small = small;
	b->last_node = o->last_node;
	b->digest_size = (uint8_t)(o->digest_size.given ? o->digest_size.value : small ? 32 : 64);
	uint8_t p[64] = {b->digest_size, (uint8_t)o->key.len, (uint8_t)(o->fanout.given ? o->fanout.value : 1),
	                 (uint8_t)(o->depth.given ? o->depth.value : 1)};
	memcpy(p + 4, &o->leaf_size, 4);
	memcpy(p + 8, &o->node_offset, small ? 6 : 8);
	p[small ? 14 : 16] = (uint8_t)o->node_depth;
	p[small ? 15 : 17] = (uint8_t)o->inner_size;
	if (o->salt.len) memcpy(p + (small ? 16 : 32), o->salt.data, o->salt.len);
	if (o->person.len) memcpy(p + (small ? 24 : 48), o->person.data, o->person.len);
	for (size_t i = 0; i < 8; i++) {
		uint64_t word = 0;
		memcpy(&word, p + i * (small ? 4 : 8), small ? 4 : 8);
		b->h[i] = word ^ (small ? iv64[i] >> 32 : iv64[i]);
	}
	if (o->key.len) {
		memcpy(b->buffer, o->key.data, o->key.len);
		b->filled = block_size(b); /* a key is a block of its own */
	}
	return true;
}
