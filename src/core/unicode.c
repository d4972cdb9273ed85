/* UTF-8, strict and lenient. See unicode.h. */
#include "core/unicode.h"

#include <string.h>

/* The length that a first byte promises; 0 for what cannot begin a character. */
static unsigned promised(unsigned char c) {
	if (c >= 0xC2 && c <= 0xDF) return 2;
	if (c >= 0xE0 && c <= 0xEF) return 3;
	if (c >= 0xF0 && c <= 0xF4) return 4;
	return 0;
}

/* Whether second may follow first: overlong forms and code points past U+10FFFF end here. */
static bool second_fits(unsigned char first, unsigned char second) {
	if ((second & 0xC0) != 0x80) return false;
	if (first == 0xE0) return second >= 0xA0;
	if (first == 0xF0) return second >= 0x90;
	if (first == 0xF4) return second <= 0x8F;
	return true;
}

uint32_t td__utf8_next_slow(const char **at, const char *end) {
	const unsigned char *p = (const unsigned char *)*at;
	unsigned len = promised(p[0]);
	uint32_t c = 0xDC00u + p[0];
	if (len == 0 || (size_t)(end - *at) < len || !second_fits(p[0], p[1])) {
		*at += 1;
		return c < 0xDC80 ? p[0] : c;
	}
	for (unsigned i = 2; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80) {
			*at += 1;
			return c;
		}
	}
	if (len == 2)
		c = (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
	else if (len == 3)
		c = (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	else
		c = (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
	*at += len;
	return c;
}

uint32_t td__utf8_prev(const char **at, const char *start) {
	const char *end = *at;
	for (int back = 1; back <= 4 && end - back >= start; back++) {
		const char *from = end - back;
		if (((unsigned char)*from & 0xC0) == 0x80 && back < 4) continue;
		const char *p = from;
		uint32_t c = td__utf8_next(&p, end);
		if (p == end) {
			*at = from;
			return c;
		}
		break;
	}
	*at = end - 1;
	const char *p = end - 1;
	return td__utf8_next(&p, end);
}

size_t td__utf8_put(char *out, uint32_t c) {
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c >= 0xDC80 && c <= 0xDCFF) { /* a byte that was not UTF-8 */
		out[0] = (char)(c - 0xDC00);
		return 1;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

static bool eight_ascii(const char *p) {
	uint64_t word;
	memcpy(&word, p, sizeof word);
	return (word & 0x8080808080808080u) == 0;
}

size_t td__utf8_count(const char *text, size_t len) {
	const char *at = text, *end = text + len;
	size_t count = 0;
	while (at < end) {
		while (end - at >= 8 && eight_ascii(at)) at += 8, count += 8;
		if (at == end) break;
		td__utf8_next(&at, end);
		count++;
	}
	return count;
}

size_t td__utf8_check(const char *text, size_t len, size_t *bad, const char **reason) {
	size_t i = 0;
	while (i < len) {
		while (len - i >= 8 && eight_ascii(text + i)) i += 8;
		if (i == len) break;
		const unsigned char *p = (const unsigned char *)text + i;
		if (p[0] < 0x80) {
			i++;
			continue;
		}
		unsigned want = promised(p[0]);
		size_t have = len - i;
		*bad = 1;
		if (want == 0) {
			*reason = "invalid start byte";
			return i;
		}
		if (have > 1 && (!second_fits(p[0], p[1]) || (p[0] == 0xED && p[1] >= 0xA0))) {
			*reason = "invalid continuation byte";
			return i;
		}
		for (unsigned n = 2; n < want && n < have; n++) {
			if ((p[n] & 0xC0) == 0x80) continue;
			*bad = n;
			*reason = "invalid continuation byte";
			return i;
		}
		if (have < want) {
			*bad = have;
			*reason = "unexpected end of data";
			return i;
		}
		i += want;
	}
	return len;
}
