/* sha256.c: SHA-256 (FIPS 180-4) on the SHA extensions of x86. */
#include "crypto/sha256.h"

#include <string.h>

#include "core/cpu.h"

#ifdef __x86_64__
#include <immintrin.h>

#define WITH_SHA __attribute__((target("sha,sse4.1,ssse3")))

static const uint32_t k[64] __attribute__((
	aligned(16))) = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
                     0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
                     0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
                     0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
                     0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
                     0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
                     0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
                     0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Four rounds, and what they leave for the message schedule. i is a constant wherever this is inlined, so that m stays in
 * registers. The schedule's next words are finished in the rounds before those that use them. */
static inline __attribute__((always_inline)) WITH_SHA void four(__m128i *abef, __m128i *cdgh, __m128i *m, int i) {
	__m128i w = _mm_add_epi32(m[i & 3], _mm_load_si128((const __m128i *)(const void *)(k + 4 * i)));
	*cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, w);
	if (i >= 3 && i < 15) {
		__m128i *next = &m[(i + 1) & 3];
		*next = _mm_add_epi32(*next, _mm_alignr_epi8(m[i & 3], m[(i - 1) & 3], 4));
		*next = _mm_sha256msg2_epu32(*next, m[i & 3]);
	}
	*abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(w, 0x0e));
	if (i >= 1 && i < 13) m[(i - 1) & 3] = _mm_sha256msg1_epu32(m[(i - 1) & 3], m[i & 3]);
}

static WITH_SHA void blocks(uint32_t *h, const uint8_t *in, size_t count) {
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i *state = (__m128i *)(void *)h;
	__m128i dcba = _mm_shuffle_epi32(_mm_loadu_si128(state), 0xb1);
	__m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(state + 1), 0x1b);
	__m128i abef = _mm_alignr_epi8(dcba, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, dcba, 0xf0);
	for (; count; count--, in += 64) {
		__m128i a = abef, c = cdgh, m[4];
		for (int i = 0; i < 4; i++) {
			m[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)in + i), big_endian);
		}
		four(&a, &c, m, 0);
		four(&a, &c, m, 1);
		four(&a, &c, m, 2);
		four(&a, &c, m, 3);
		four(&a, &c, m, 4);
		four(&a, &c, m, 5);
		four(&a, &c, m, 6);
		four(&a, &c, m, 7);
		four(&a, &c, m, 8);
		four(&a, &c, m, 9);
		four(&a, &c, m, 10);
		four(&a, &c, m, 11);
		four(&a, &c, m, 12);
		four(&a, &c, m, 13);
		four(&a, &c, m, 14);
		four(&a, &c, m, 15);
		abef = _mm_add_epi32(abef, a);
		cdgh = _mm_add_epi32(cdgh, c);
	}
	__m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128(state, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128(state + 1, _mm_alignr_epi8(dchg, feba, 8));
}

bool td__sha256_here(void) {
	return td__cpu_sha();
}
#else
static void blocks(uint32_t *h, const uint8_t *in, size_t count) {
	(void)h, (void)in, (void)count;
}

bool td__sha256_here(void) {
	return false;
}
#endif

void td__sha256_init(td__sha256 *d, bool sha224) {
	static const uint32_t start[2][8] = {{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
	                                      0x1f83d9ab, 0x5be0cd19},
	                                     {0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511,
	                                      0x64f98fa7, 0xbefa4fa4}};
	memcpy(d->h, start[sha224], sizeof d->h);
	d->total = 0;
}

void td__sha256_update(td__sha256 *d, const void *data, size_t size) {
	const uint8_t *in = data;
	size_t filled = d->total % 64;
	d->total += size;
	if (filled) {
		size_t take = size < 64 - filled ? size : 64 - filled;
		memcpy(d->buffer + filled, in, take);
		if (filled + take < 64) return;
		blocks(d->h, d->buffer, 1);
		in += take;
		size -= take;
	}
	if (size >= 64) blocks(d->h, in, size / 64);
	memcpy(d->buffer, in + size / 64 * 64, size % 64);
}

void td__sha256_final(const td__sha256 *d, uint8_t digest[32]) {
	uint32_t h[8];
	uint8_t end[128] = {0};
	size_t filled = d->total % 64, size = filled < 56 ? 64 : 128;
	uint64_t bits = __builtin_bswap64(d->total * 8);
	memcpy(h, d->h, sizeof h);
	memcpy(end, d->buffer, filled);
	end[filled] = 0x80;
	memcpy(end + size - 8, &bits, 8);
	blocks(h, end, size / 64);
	for (int i = 0; i < 8; i++) {
		uint32_t word = __builtin_bswap32(h[i]);
		memcpy(digest + (size_t)4 * (size_t)i, &word, 4);
	}
}
