/* checksum.c: CRC-32 and Adler-32. Our own, because a checksum that could fail for want of a library would need a scope.
 * Eight bytes a step by tables. */
#include <pthread.h>
#include <tend/zlib.h>

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

uint32_t td_zlib_crc32(td_bytes data, uint32_t value) {
	pthread_once(&once, make_tables);
	const unsigned char *at = (const unsigned char *)data.data;
	size_t left = data.len;
	uint32_t c = ~value;
	for (; left >= 8; left -= 8, at += 8) {
		uint32_t low = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
		low ^= c;
		c = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^ tables[4][low >> 24] ^
		    tables[3][at[4]] ^ tables[2][at[5]] ^ tables[1][at[6]] ^ tables[0][at[7]];
	}
	for (; left; left--, at++) c = tables[0][(c ^ *at) & 255] ^ c >> 8;
	return ~c;
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
