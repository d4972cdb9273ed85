/* src/data/json_fast_body.h: JSON at full speed, for what is plainly right: one pass, no recursion, VECTOR bytes of text at
 * a time. Whatever is not plainly right (an error, NaN, a depth too deep) makes it give up, and json_exact.c begins anew.
 * The NUL behind the text stops every loop that looks at single bytes; loops over more ask where the text ends.
 *
 * Included by two files, which define TARGET (an attribute of every function), VECTOR and NAME. */
#include "core/number.h"
#include "data/json_fast.h"

typedef td__json_fast_reader fast;

#if VECTOR == 32
typedef __m256i vector;
TARGET static inline vector load(const char *p) {
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}
TARGET static inline void store(char *p, vector x) {
	_mm256_storeu_si256((__m256i *)(void *)p, x);
}
/* A bit for each quote, backslash and control character. */
TARGET static inline uint32_t specials(vector x) {
	vector control = _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(0x1F)), x);
	vector quote = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')), slash = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\'));
	return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(control, _mm256_or_si256(quote, slash)));
}
#elif VECTOR == 16
typedef __m128i vector;
TARGET static inline vector load(const char *p) {
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}
TARGET static inline void store(char *p, vector x) {
	_mm_storeu_si128((__m128i *)(void *)p, x);
}
TARGET static inline uint32_t specials(vector x) {
	vector control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1F)), x);
	vector quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"')), slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
	return (uint32_t)_mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, slash)));
}
#endif

TARGET static const char *skip_more_space(const fast *f, const char *p) {
#if VECTOR
	const __m128i blank = _mm_set1_epi8(' '), newline = _mm_set1_epi8('\n'), tab = _mm_set1_epi8('\t'),
				  cr = _mm_set1_epi8('\r');
	for (; p <= f->last16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i space = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, blank), _mm_cmpeq_epi8(x, newline)),
		                             _mm_or_si128(_mm_cmpeq_epi8(x, tab), _mm_cmpeq_epi8(x, cr)));
		unsigned other = (unsigned)_mm_movemask_epi8(space) ^ 0xFFFF;
		if (other) return p + __builtin_ctz(other);
	}
#else
	(void)f;
#endif
	while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r') p++;
	return p;
}

TARGET static inline const char *skip_space(const fast *f, const char *p) {
	if (td__likely((unsigned char)*p > ' ')) return p;
	if (*p == ' ' && td__likely((unsigned char)p[1] > ' ')) return p + 1;
	return skip_more_space(f, p);
}

/* --- texts --- */

/* What is not plain within the room that is at hand. from is where the text begins, p where it was looked at. */
TARGET static const char *read_text_slow(fast *f, const char *from, const char *p, td_value *v) {
	p = td__json_plain_end(f->last16, p);
	if (*p == '\\') return td__json_escaped(f, from, p, v);
	if (*p != '"') return NULL;
	size_t len = (size_t)(p - from);
	if (len > UINT32_MAX) return NULL;
	v->n = (uint32_t)len;
	if (len <= TD__SHORT_MOST) {
		v->flags = TD__V_SHORT;
		memcpy(v->as.in, from, len);
		return p + 1;
	}
	char *text = td__build_alloc(f->b, len + 1, 1);
	if (!text) return NULL;
	memcpy(text, from, len);
	text[len] = '\0';
	v->as.text = text;
	return p + 1;
}

/* p is after the opening quote; returns the place after the closing one, NULL: give up. *bump is f->b->bump, in a register
 * where that is possible. */
TARGET static inline const char *read_text(fast *f, const char *p, td_value *v, char **bump) {
	const char *from = p;
	*v = (td_value){.type = TD_STR};
#if VECTOR
	/* Copied while it is looked at, as long as there is room for what comes. */
	char *start = *bump, *out = start, *limit = f->b->limit;
	const char *last = VECTOR == 32 ? f->last32 : f->last16;
	while (td__likely(p <= last && limit - out >= 2 * VECTOR)) {
		vector x = load(p);
		uint32_t mask = specials(x);
		store(out, x);
		if (!mask) {
			p += VECTOR;
			out += VECTOR;
			continue;
		}
		unsigned at = (unsigned)__builtin_ctz(mask);
		p += at;
		if (td__unlikely(*p != '"')) break;
		size_t len = (size_t)(p - from);
		v->n = (uint32_t)len;
		if (len <= TD__SHORT_MOST) {
			uint64_t bits;
			memcpy(&bits, from, 8);
			v->flags = TD__V_SHORT;
			v->as.bits = bits & (((uint64_t)1 << (8 * len)) - 1);
		} else {
			out[at] = '\0';
			v->as.text = start;
			*bump = out + at + 1;
		}
		return p + 1;
	}
#endif
	f->b->bump = *bump;
	p = read_text_slow(f, from, p, v);
	*bump = f->b->bump;
	return p;
}

/* Whether the key at p, in its quotes, is this one. */
TARGET static inline bool is_key(const fast *f, const char *p, const td_value *key) {
	size_t len = key->n;
	if (td__unlikely(p > f->last32 || len > 31)) return false;
	if (p[len] != '"') return false;
	if (key->flags & TD__V_SHORT) {
		uint64_t bits;
		memcpy(&bits, p, 8);
		return (bits & (((uint64_t)1 << (8 * len)) - 1)) == key->as.bits;
	}
	uint64_t a, b;
	memcpy(&a, p, 8);
	memcpy(&b, key->as.text, 8);
	if (a != b) return false;
	memcpy(&a, p + len - 8, 8);
	memcpy(&b, key->as.text + len - 8, 8);
	if (a != b || len <= 16) return a == b;
	return memcmp(p + 8, key->as.text + 8, len - 16) == 0;
}

/* A key that was not foreseen. */
TARGET static const char *read_new_key(fast *f, const char *p, td_value *v, char **bump) {
	char *before = *bump;
	const char *from = p;
	p = read_text(f, p, v, bump);
	if (td__unlikely(!p)) return NULL;
	td_bytes text = td__text_of(v);
	uint64_t hash = td__hash_bytes(f->b->seed, text.data, text.len);
	v->hash = (uint16_t)(hash >> 48);
	if (!f->names) return p;
	size_t at = hash & (TD__JSON_NAMES - 1);
	td__json_name *name = &f->names[at];
	if (name->used && name->key.hash == v->hash && td__key_equal(&name->key, v)) {
		if (!(v->flags & TD__V_SHORT) && v->as.text == before) *bump = before;
		*v = name->key;
	} else if (p - from == (ptrdiff_t)text.len + 1) { /* as it stands in the text: without escapes */
		name->key = *v;
		name->used = true;
	} else {
		return p;
	}
	f->last->next = (uint16_t)at;
	f->last = name;
	return p;
}

TARGET static inline const char *read_key(fast *f, const char *p, td_value *v, char **bump) {
	if (f->names) {
		td__json_name *name = &f->names[f->last->next];
		if (td__likely(name->used && is_key(f, p, &name->key))) {
			*v = name->key;
			f->last = name;
			return p + name->key.n + 1;
		}
	}
	return read_new_key(f, p, v, bump);
}

/* --- numbers --- */

TARGET static inline bool is_digit(char c) {
	return (unsigned char)(c - '0') < 10;
}

/* Eight digits at once, if there are eight. */
TARGET static inline bool eight_digits(const char *p, uint64_t *w) {
	uint64_t x;
	memcpy(&x, p, 8);
	if (((x & 0xF0F0F0F0F0F0F0F0u) | (((x + 0x0606060606060606u) & 0xF0F0F0F0F0F0F0F0u) >> 4)) != 0x3333333333333333u) {
		return false;
	}
	x -= 0x3030303030303030u;
	x = x * 10 + (x >> 8);
	x = ((x & 0x000000FF000000FFu) * 0x000F424000000064u + (x >> 16 & 0x000000FF000000FFu) * 0x0000271000000001u) >> 32;
	*w = *w * 100000000 + (uint32_t)x;
	return true;
}

TARGET static inline const char *read_number(fast *f, const char *p, td_value *v) {
	const char *begin = p;
	bool negative = *p == '-';
	p += negative;
	const char *digits = p;
	uint64_t w = 0;
	if (*p == '0') {
		p++;
		if (is_digit(*p)) return NULL;
	} else {
		if (!is_digit(*p)) return NULL;
		while (is_digit(*p)) w = w * 10 + (uint64_t)(*p++ - '0');
	}
	size_t count = (size_t)(p - digits);
	if (td__likely(*p != '.' && (*p | 0x20) != 'e')) {
		if (td__unlikely(count > 18)) return td__json_long_number(f, begin, v);
		*v = (td_value){.type = TD_INTEGER, .as.i = negative ? -(int64_t)w : (int64_t)w};
		return p;
	}
	int64_t q = 0;
	if (*p == '.') {
		const char *point = ++p;
		if (!is_digit(*p)) return NULL;
		while (p + 8 <= f->last16 && eight_digits(p, &w)) p += 8;
		while (is_digit(*p)) w = w * 10 + (uint64_t)(*p++ - '0');
		q = -(p - point);
		count += (size_t)(p - point);
	}
	if (count > 19) return td__json_long_number(f, begin, v);
	if ((*p | 0x20) == 'e') {
		p++;
		bool minus = *p == '-';
		p += *p == '-' || *p == '+';
		if (!is_digit(*p)) return NULL;
		int64_t e = 0;
		while (is_digit(*p)) {
			if (e < 1000000) e = e * 10 + (*p - '0');
			p++;
		}
		q += minus ? -e : e;
	}
	bool sure;
	double x = td__float_scale(w, q, &sure);
	if (td__unlikely(!sure)) return td__json_long_number(f, begin, v);
	*v = (td_value){.type = TD_FLOAT_TYPE, .as.d = negative ? -x : x};
	return p;
}

TARGET static inline const char *read_word(const char *p, td_value *v) {
	if (memcmp(p, "null", 4) == 0) {
		*v = (td_value){.type = TD_NULL_TYPE};
		return p + 4;
	}
	if (memcmp(p, "true", 4) == 0) {
		*v = (td_value){.type = TD_BOOL, .as.b = true};
		return p + 4;
	}
	if (memcmp(p, "fals", 4) == 0 && p[4] == 'e') {
		*v = (td_value){.type = TD_BOOL};
		return p + 5;
	}
	return NULL;
}

/* --- the whole --- */

/* An open container's own node holds, until it is closed, how far below the node of the one around it is. */
TARGET static const char *read_value(fast *f, const char *p, size_t max_depth) {
	td__build *b = f->b;
	size_t depth = 0;
	char *bump = b->bump;
	td_value *top = td__json_more_stack(b, (td_value *)(void *)b->stack), *open = NULL, *full;
	if (!top) return NULL;
	full = (td_value *)(void *)(b->stack + b->room) - 2;
	for (;;) {
		/* A value begins at p. */
		if (td__unlikely(top > full)) {
			ptrdiff_t below = open ? top - open : 0;
			if (!(top = td__json_more_stack(b, top))) return NULL;
			full = (td_value *)(void *)(b->stack + b->room) - 2;
			if (open) open = top - below;
		}
		bool complete = true;
		if (*p == '"') {
			p = read_text(f, p + 1, top, &bump);
		} else if (*p == '{' || *p == '[') {
			bool dict = *p == '{';
			if (depth++ == max_depth) return NULL;
			*top = (td_value){.type = dict ? TD_DICT : TD_LIST, .as.i = open ? top - open : 0};
			open = top++;
			p = skip_space(f, p + 1);
			if (*p == (dict ? '}' : ']')) {
				top--; /* the container's own node is complete once the loop below has closed it */
				td_value *around = open->as.i ? open - open->as.i : NULL;
				open->as.i = 0;
				open = around;
				depth--;
				p++;
			} else if (dict) {
				goto key;
			} else {
				complete = false;
			}
		} else if (*p == '-' || is_digit(*p)) {
			p = read_number(f, p, top);
		} else {
			p = f->last16 + 16 - p >= 4 ? read_word(p, top) : NULL;
		}
		if (td__unlikely(!p)) return NULL;
		if (!complete) continue;
		top++;
		for (;;) {
			if (!open) {
				b->top = TD__NODE;
				b->bump = bump;
				return p;
			}
			p = skip_space(f, p);
			bool dict = open->type == TD_DICT;
			if (td__likely(*p == ',')) {
				p = skip_space(f, p + 1);
				if (dict) goto key;
				break;
			}
			if (*p != (dict ? '}' : ']')) return NULL;
			p++;
			depth--;
			td_value *around = open->as.i ? open - open->as.i : NULL;
			b->bump = bump;
			if (!td__build_seal(b, open, (size_t)((char *)top - (char *)(open + 1)), dict)) return NULL;
			bump = b->bump;
			top = open + 1;
			open = around;
		}
		continue;
	key:
		if (*p != '"') return NULL;
		if (td__unlikely(top > full)) {
			ptrdiff_t below = top - open;
			if (!(top = td__json_more_stack(b, top))) return NULL;
			full = (td_value *)(void *)(b->stack + b->room) - 2;
			open = top - below;
		}
		p = read_key(f, p + 1, top, &bump);
		if (td__unlikely(!p)) return NULL;
		top++;
		p = skip_space(f, p);
		if (*p != ':') return NULL;
		p = skip_space(f, p + 1);
	}
}

bool NAME(const td__json_source *src, td__build *b, size_t *end) {
	enum { NAMES_FROM = 2048 };
	td__json_name names[TD__JSON_NAMES];
	const char *text_end = src->text + src->len;
	fast f = {.b = b, .last16 = text_end - 16, .last32 = text_end - 32};
	if (src->len - src->start >= NAMES_FROM) {
		memset(names, 0, sizeof names);
		f.names = names;
		f.last = names;
	}
	const char *p = src->text + src->start;
	if (src->whole) p = skip_space(&f, p);
	p = read_value(&f, p, (size_t)src->o.max_depth);
	if (!p) return false;
	if (src->whole) p = skip_space(&f, p);
	*end = (size_t)(p - src->text);
	return !src->whole || *end == src->len;
}
