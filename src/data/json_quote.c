/* Texts in quotes. Most are plain: sixteen bytes at a time are copied and looked at together. */
#include "core/unicode.h"
#include "data/json_write.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { PIECE = 4096 };

/* What a byte becomes: 0 itself; 'u' a \u escape, 'd' too (DEL), 'x' part of a character past ASCII, which both stay as
 * they are in UTF-8; else that letter after a backslash. */
static inline char escape_of(unsigned char c) {
	static const char low[32] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";
	if (c < 32) return low[c];
	if (c == '"' || c == '\\') return (char)c;
	return c < 127 ? 0 : c == 127 ? 'd' : 'x';
}

#ifdef __SSE2__
static inline unsigned specials(__m128i x, bool utf8) {
	__m128i special =
		_mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1F)), x),
	                 _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));
	if (!utf8) special = _mm_or_si128(special, _mm_cmpeq_epi8(_mm_max_epu8(x, _mm_set1_epi8(0x7F)), x));
	return (unsigned)_mm_movemask_epi8(special);
}

static inline __m128i load16(const char *p) {
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline void store16(char *p, __m128i x) {
	_mm_storeu_si128((__m128i *)(void *)p, x);
}
#endif

/* Copies bytes that need no escape, up to the first that does. What is left of less than sixteen is looked at together
 * with bytes before it, so that nothing behind the text is read. */
static inline size_t copy_plain(char *out, const char *text, size_t len, bool utf8) {
	size_t i = 0;
#ifdef __SSE2__
	for (; i + 16 <= len; i += 16) {
		__m128i x = load16(text + i);
		store16(out + i, x);
		unsigned mask = specials(x, utf8);
		if (mask) return i + (size_t)__builtin_ctz(mask);
	}
	if (i == len) return len;
	if (len >= 16) {
		__m128i x = load16(text + len - 16);
		store16(out + len - 16, x);
		unsigned mask = specials(x, utf8);
		return mask ? len - 16 + (size_t)__builtin_ctz(mask) : len;
	}
	if (len >= 8) {
		uint64_t first, last;
		memcpy(&first, text, 8);
		memcpy(&last, text + len - 8, 8);
		memcpy(out, &first, 8);
		memcpy(out + len - 8, &last, 8);
		unsigned mask = specials(_mm_set_epi64x((long long)last, (long long)first), utf8);
		if (!mask) return len;
		unsigned at = (unsigned)__builtin_ctz(mask);
		return at < 8 ? at : len - 16 + at;
	}
	if (len >= 4) {
		uint32_t first, last;
		memcpy(&first, text, 4);
		memcpy(&last, text + len - 4, 4);
		memcpy(out, &first, 4);
		memcpy(out + len - 4, &last, 4);
		unsigned mask = specials(_mm_set_epi64x(0, (long long)((uint64_t)last << 32 | first)), utf8) & 255;
		if (!mask) return len;
		unsigned at = (unsigned)__builtin_ctz(mask);
		return at < 4 ? at : len - 8 + at;
	}
#endif
	for (; i < len; i++) {
		char kind = escape_of((unsigned char)text[i]);
		if (kind && !(utf8 && (kind == 'x' || kind == 'd'))) break;
		out[i] = text[i];
	}
	return i;
}

static char *put_unicode(char *p, uint32_t c) {
	static const char hex[] = "0123456789abcdef";
	p[0] = '\\';
	p[1] = 'u';
	for (int i = 0; i < 4; i++) p[2 + i] = hex[c >> (12 - 4 * i) & 15];
	return p + 6;
}

/* The bytes from text on, escaped, at p, where there is room for six times as many. */
static char *put_escaped(char *p, const char *at, const char *stop, const char *end, bool utf8, const char **reached) {
	while (at < stop) {
		size_t plain = copy_plain(p, at, (size_t)(stop - at), utf8);
		p += plain;
		at += plain;
		if (at >= stop) break;
		char kind = escape_of((unsigned char)*at);
		if (kind == 'u' || kind == 'd') {
			p = put_unicode(p, (unsigned char)*at++);
		} else if (kind != 'x') {
			*p++ = '\\';
			*p++ = kind;
			at++;
		} else {
			uint32_t c = td__utf8_next(&at, end);
			if (c >= 0x10000) {
				p = put_unicode(p, 0xD7C0 + (c >> 10));
				c = 0xDC00 + (c & 0x3FF);
			}
			p = put_unicode(p, c);
		}
	}
	*reached = at;
	return p;
}

void td__json_quote(td__buffer *out, td_bytes text, bool utf8) {
	const char *at = text.data, *end = text.data + text.len;
	bool first = true;
	do { /* a long text piece by piece, so that the room for escapes is not much more than is used */
		const char *stop = (size_t)(end - at) <= PIECE ? end : at + PIECE;
		if (!td__buffer_room(out, (size_t)(stop - at) * 6 + 64)) return;
		char *p = out->data + out->len;
		if (first) *p++ = '"';
		first = false;
		p = put_escaped(p, at, stop, end, utf8, &at);
		if (at >= end) *p++ = '"';
		out->len = (size_t)(p - out->data);
	} while (at < end);
}
