/* checksum.c: CRC-32 and Adler-32. Our own, because a checksum that could fail for want of a library would need a scope.
 * Eight bytes a step by tables, or 64 where the processor multiplies polynomials. */
#include <pthread.h>
#include <tend/zlib.h>

#include "core/cpu.h"
#include "core/internal.h"

enum { CRC_POLYNOMIAL = (int)0xEDB88320 };

static uint32_t tables[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_tables(void) {
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int bit = 0; bit < 8; bit++) c = c & 1 ? c >> 1 ^ (uint32_t)CRC_POLYNOMIAL : c >> 1;
		tables[0][i] = c;
	}
	for (int t = 1; t < 8; t++) {
		for (int i = 0; i < 256; i++) tables[t][i] = tables[t - 1][i] >> 8 ^ tables[0][tables[t - 1][i] & 255];
	}
}

static uint32_t by_tables(uint32_t c, const unsigned char *at, size_t left) {
	for (; left >= 8; left -= 8, at += 8) {
		uint32_t low = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
		low ^= c;
		c = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^ tables[4][low >> 24] ^
		    tables[3][at[4]] ^ tables[2][at[5]] ^ tables[1][at[6]] ^ tables[0][at[7]];
	}
	for (; left; left--, at++) c = tables[0][(c ^ *at) & 255] ^ c >> 8;
	return c;
}

#ifdef __x86_64__
#include <wmmintrin.h>

enum { FOLD = 64 };

/* What stands n bits ahead of other data counts for as much as its product with x^n modulo the polynomial, 64 bits
 * longer, put onto that data. So 16 bytes are taken to where the next 16 or 64 are, until 16 are left that have the
 * checksum of them all. */
__attribute__((target("pclmul"))) static inline __m128i carry(__m128i from, __m128i by, __m128i onto) {
	__m128i low = _mm_clmulepi64_si128(from, by, 0x00), high = _mm_clmulepi64_si128(from, by, 0x11);
	return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

/* len: a multiple of FOLD, and not 0. */
__attribute__((target("pclmul"))) static uint32_t by_folding(uint32_t c, const unsigned char *at, size_t len) {
	/* x^(512+32), x^(512-32) and x^(128+32), x^(128-32) modulo the polynomial, bits reversed */
	const __m128i by_64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4), by_16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
	const __m128i *in = (const __m128i *)(const void *)at;
	__m128i part[4];
	for (int i = 0; i < 4; i++) part[i] = _mm_loadu_si128(in + i);
	part[0] = _mm_xor_si128(part[0], _mm_cvtsi32_si128((int)c));
	for (len -= FOLD; len; len -= FOLD) {
		in += 4;
		for (int i = 0; i < 4; i++) part[i] = carry(part[i], by_64, _mm_loadu_si128(in + i));
	}
	for (int i = 1; i < 4; i++) part[i] = carry(part[i - 1], by_16, part[i]);
	unsigned char last[16];
	_mm_storeu_si128((__m128i *)(void *)last, part[3]);
	return by_tables(0, last, sizeof last);
}
#else
enum { FOLD = 1 };

static uint32_t by_folding(uint32_t c, const unsigned char *at, size_t len) {
	return by_tables(c, at, len);
}
#endif

uint32_t td_zlib_crc32(td_bytes data, uint32_t value) {
	pthread_once(&once, make_tables);
	const unsigned char *at = (const unsigned char *)data.data;
	size_t folded = data.len >= 2 * FOLD && td__cpu_clmul(data.len) ? data.len / FOLD * FOLD : 0;
	uint32_t c = folded ? by_folding(~value, at, folded) : ~value;
	return ~by_tables(c, at + folded, data.len - folded);
}

enum { ADLER_BASE = 65521, ADLER_RUN = 5552 }; /* the longest run whose sums fit 32 bits */

uint32_t td_zlib_adler32(td_bytes data, uint32_t value) {
	const unsigned char *at = (const unsigned char *)data.data;
	uint32_t a = (value & 0xFFFF) % ADLER_BASE, b = (value >> 16) % ADLER_BASE;
	for (size_t left = data.len; left;) {
		size_t run = left < ADLER_RUN ? left : ADLER_RUN;
		left -= run;
		for (; run; run--) {
			a += *at++;
			b += a;
		}
		a %= ADLER_BASE;
		b %= ADLER_BASE;
	}
	return b << 16 | a;
}
