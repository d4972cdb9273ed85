/* Texts in quotes. Most are plain: sixteen bytes at a time are copied and looked at at once. */
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

/* Copies bytes that need no escape, up to the first that may; room for 16 more than there are. */
static size_t copy_plain(char *out, const char *text, size_t len, bool utf8) {
	size_t i = 0;
#ifdef __SSE2__
	const __m128i control = _mm_set1_epi8(0x1F), quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
	              del = _mm_set1_epi8(0x7F);
	for (; i + 16 <= len; i += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(text + i));
		_mm_storeu_si128((__m128i *)(void *)(out + i), x);
		__m128i special = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, control), x),
		                               _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
		if (!utf8) special = _mm_or_si128(special, _mm_cmpeq_epi8(_mm_max_epu8(x, del), x));
		unsigned mask = (unsigned)_mm_movemask_epi8(special);
		if (mask) return i + (size_t)__builtin_ctz(mask);
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

void td__json_quote(td__buffer *out, td_bytes text, bool utf8) {
	td__buffer_char(out, '"');
	const char *at = text.data, *end = text.data + text.len;
	while (at < end) {
		size_t piece = (size_t)(end - at) < PIECE ? (size_t)(end - at) : PIECE;
		if (!td__buffer_room(out, piece * 6 + 32)) return;
		char *p = out->data + out->len;
		for (const char *stop = at + piece; at < stop;) {
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
		out->len = (size_t)(p - out->data);
	}
	td__buffer_char(out, '"');
}
