/* Whether bytes are UTF-8, 32 at a time where the processor can: J. Keiser and D. Lemire, "Validating UTF-8 in less than
 * one instruction per byte". Three tables, looked up by nibbles of each byte and the one before it, say which errors the
 * two could be; what is left after and-ing them is one, unless it is the second or third of the bytes that must follow a
 * longer first byte. */
#include <string.h>

#include "core/cpu.h"
#include "core/unicode.h"
#include "core/utf8_fast.h"

#ifdef __x86_64__
#include <immintrin.h>

enum {
	TOO_SHORT = 1, /* a first byte, and no continuation after it */
	TOO_LONG = 2,  /* ASCII, and a continuation after it */
	OVERLONG_3 = 4,
	TOO_LARGE = 8,
	SURROGATE = 16,
	OVERLONG_2 = 32,
	BEYOND = 64, /* too large by more, or overlong in four */
	TWO = 128,   /* two continuations: right only after a longer first byte */
	ANY = TOO_SHORT | TOO_LONG | TWO,
};

#define EVERY16(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

__attribute__((target("avx2"))) static inline __m256i before(__m256i now, __m256i last, int bytes) {
	__m256i middle = _mm256_permute2x128_si256(last, now, 0x21);
	return bytes == 1   ? _mm256_alignr_epi8(now, middle, 15)
	       : bytes == 2 ? _mm256_alignr_epi8(now, middle, 14)
	                    : _mm256_alignr_epi8(now, middle, 13);
}

__attribute__((target("avx2"))) static inline __m256i errors_of(__m256i now, __m256i last) {
	const __m256i first_high = EVERY16(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
	                                   (char)TWO, (char)TWO, (char)TWO, (char)TWO, TOO_SHORT | OVERLONG_2, TOO_SHORT,
	                                   TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | BEYOND);
	const char many = (char)(ANY | TOO_LARGE | BEYOND);
	const __m256i first_low = EVERY16((char)(ANY | OVERLONG_2 | OVERLONG_3 | BEYOND), (char)(ANY | OVERLONG_2),
	                                  (char)ANY, (char)ANY, (char)(ANY | TOO_LARGE), many, many, many, many, many, many,
	                                  many, many, (char)(many | SURROGATE), many, many);
	const char second = (char)(TOO_LONG | OVERLONG_2 | TWO);
	const __m256i second_high =
		EVERY16(TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
	            (char)(second | OVERLONG_3 | BEYOND), (char)(second | OVERLONG_3 | TOO_LARGE),
	            (char)(second | SURROGATE | TOO_LARGE), (char)(second | SURROGATE | TOO_LARGE), TOO_SHORT, TOO_SHORT,
	            TOO_SHORT, TOO_SHORT);
	const __m256i nibble = _mm256_set1_epi8(15);
	__m256i one = before(now, last, 1);
	__m256i found =
		_mm256_and_si256(_mm256_and_si256(_mm256_shuffle_epi8(first_high,
	                                                          _mm256_and_si256(_mm256_srli_epi16(one, 4), nibble)),
	                                      _mm256_shuffle_epi8(first_low, _mm256_and_si256(one, nibble))),
	                     _mm256_shuffle_epi8(second_high, _mm256_and_si256(_mm256_srli_epi16(now, 4), nibble)));
	__m256i third = _mm256_subs_epu8(before(now, last, 2), _mm256_set1_epi8((char)(0xE0 - 0x80)));
	__m256i fourth = _mm256_subs_epu8(before(now, last, 3), _mm256_set1_epi8((char)(0xF0 - 0x80)));
	__m256i expected = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
	return _mm256_xor_si256(found, expected);
}

__attribute__((target("avx2"))) static bool is_utf8_avx2(const char *text, size_t len) {
	/* A character that begins in the last three bytes and does not end there. */
	const __m256i whole = _mm256_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	                                       -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, (char)0xEF, (char)0xDF, (char)0xBF);
	__m256i last = _mm256_setzero_si256(), open = last, bad = last;
	char rest[64] = {0};
	size_t blocks = len / 64;
	memcpy(rest, text + blocks * 64, len % 64);
	for (size_t i = 0; i <= blocks; i++) {
		const char *p = i < blocks ? text + i * 64 : rest;
		__m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p);
		__m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
		if (_mm256_movemask_epi8(_mm256_or_si256(a, b)) == 0) {
			bad = _mm256_or_si256(bad, open);
			open = _mm256_setzero_si256();
		} else {
			bad = _mm256_or_si256(bad, _mm256_or_si256(errors_of(a, last), errors_of(b, a)));
			open = _mm256_subs_epu8(b, whole);
		}
		last = b;
	}
	bad = _mm256_or_si256(bad, open);
	return _mm256_testz_si256(bad, bad);
}
#endif

bool td__is_utf8(const char *text, size_t len) {
#ifdef __x86_64__
	if (len >= 256 && td__cpu_avx2(len)) return is_utf8_avx2(text, len);
#endif
	size_t bad;
	const char *reason;
	return td__utf8_check(text, len, &bad, &reason) == len;
}
