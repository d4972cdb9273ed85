/* src/data/json_fast.h: what the two forms of the quick reader share. */
#ifndef TD_DATA_JSON_FAST_H
#define TD_DATA_JSON_FAST_H

#include "data/json_private.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { TD__JSON_NAMES = 256 };

/* A key that was read before: its node, whose text is shared, and which key came after it the last time. Objects that
 * follow each other mostly have the same keys in the same order, so the next key is compared before it is read. */
typedef struct td__json_name {
	td_value key;
	uint16_t next;
	bool used;
} td__json_name;

typedef struct td__json_fast_reader {
	td__build *b;
	const char *last16; /* the last place where sixteen bytes of text can be read */
	const char *last32;
	td__json_name *names; /* NULL: a short text, not worth it */
	td__json_name *last;  /* the key that was read last */
} td__json_fast_reader;

bool td__json_fast_any(const td__json_source *src, td__build *b, size_t *end);
bool td__json_fast_avx2(const td__json_source *src, td__build *b, size_t *end);

/* A text whose first escape is at slash, from its first byte on; returns the place after its closing quote. Makes room for
 * as many bytes as stand in the quotes, and gives back what was not needed. NULL: give up. */
const char *td__json_escaped(td__json_fast_reader *f, const char *begin, const char *slash, td_value *v);
const char *td__json_long_number(td__json_fast_reader *f, const char *begin, td_value *v);
/* A larger stack; returns where top is now. NULL: s has failed. */
td_value *td__json_more_stack(td__build *b, td_value *top);

/* The first byte from p on that ends a plain stretch: a quote, a backslash, a control character. */
static inline const char *td__json_plain_end(const char *last16, const char *p) {
#ifdef __SSE2__
	const __m128i control = _mm_set1_epi8(0x1F), quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	for (; p <= last16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i special = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, control), x),
		                               _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(special);
		if (mask) return p + __builtin_ctz(mask);
	}
#else
	(void)last16;
#endif
	while ((unsigned char)*p >= 0x20 && *p != '"' && *p != '\\') p++;
	return p;
}

#endif
