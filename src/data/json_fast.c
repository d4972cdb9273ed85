/* JSON at full speed, for what is plainly right: one pass, no recursion, sixteen bytes of text at a time. Whatever is not
 * plainly right (an error, NaN, a depth too deep) makes it give up, and json_exact.c begins anew. The NUL behind the text
 * stops every loop that looks at single bytes; loops over sixteen ask where the text ends. */
#include "core/number.h"
#include "data/json_private.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { NAMES = 256, NAMES_FROM = 4096 };

/* Keys repeat: the same text is kept once. */
typedef struct name {
	const char *text;
	uint32_t len;
	uint16_t tag;
} name;

typedef struct fast {
	td__build *b;
	const char *last16; /* the last place where sixteen bytes of text can be read */
	name *names;        /* NULL: a short text, not worth it */
} fast;

static inline const char *skip_space(const fast *f, const char *p) {
	if (td__likely((unsigned char)*p > ' ')) return p;
	if (*p == ' ' && (unsigned char)p[1] > ' ') return p + 1;
#ifdef __SSE2__
	const __m128i blank = _mm_set1_epi8(' '), newline = _mm_set1_epi8('\n'), tab = _mm_set1_epi8('\t'),
	              cr = _mm_set1_epi8('\r');
	for (; p <= f->last16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i space = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, blank), _mm_cmpeq_epi8(x, newline)),
		                             _mm_or_si128(_mm_cmpeq_epi8(x, tab), _mm_cmpeq_epi8(x, cr)));
		unsigned other = (unsigned)_mm_movemask_epi8(space) ^ 0xFFFF;
		if (other) return p + __builtin_ctz(other);
	}
#endif
	while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r') p++;
	return p;
}

/* --- texts --- */

static inline bool is_plain(char c) {
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* The first byte from p on that ends a plain stretch: a quote, a backslash, a control character. */
static inline const char *plain_end(const fast *f, const char *p) {
#ifdef __SSE2__
	const __m128i control = _mm_set1_epi8(0x1F), quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	for (; p <= f->last16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i special = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, control), x),
		                               _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(special);
		if (mask) return p + __builtin_ctz(mask);
	}
#endif
	while (is_plain(*p)) p++;
	return p;
}

static int hex4(const char *p) {
	int x = 0;
	for (int i = 0; i < 4; i++) {
		int c = p[i], lower = c | 0x20;
		int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
		if (digit < 0) return -1; /* before anything behind a NUL is looked at */
		x = x << 4 | digit;
	}
	return x;
}

/* p is after "\u"; writes the character and goes past it; NULL: give up. */
static const char *unescape_unicode(const char *p, char **out) {
	int x = hex4(p);
	if (x < 0) return NULL;
	uint32_t c = (uint32_t)x;
	p += 4;
	if (c >> 10 == 0xD800 >> 10 && p[0] == '\\' && p[1] == 'u') {
		int low = hex4(p + 2);
		if (low < 0) return NULL;
		if (low >> 10 == 0xDC00 >> 10) {
			c = 0x10000 + ((c - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
			p += 6;
		}
	}
	char *o = *out;
	if (c < 0x80) {
		*o++ = (char)c;
	} else if (c < 0x800) {
		*o++ = (char)(0xC0 | c >> 6);
		*o++ = (char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		*o++ = (char)(0xE0 | c >> 12);
		*o++ = (char)(0x80 | (c >> 6 & 0x3F));
		*o++ = (char)(0x80 | (c & 0x3F));
	} else {
		*o++ = (char)(0xF0 | c >> 18);
		*o++ = (char)(0x80 | (c >> 12 & 0x3F));
		*o++ = (char)(0x80 | (c >> 6 & 0x3F));
		*o++ = (char)(0x80 | (c & 0x3F));
	}
	*out = o;
	return p;
}

/* A text with escapes, the first at slash. Makes room for as many bytes as stand in its quotes, and gives back what was
 * not needed. */
static const char *read_escaped(fast *f, const char *begin, const char *slash, td_value *v) {
	static const char letters[128] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
	                                  ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
	const char *end = slash;
	while (*end == '\\') {
		if (!end[1]) return NULL;
		end = plain_end(f, end + 2);
	}
	if (*end != '"') return NULL;
	size_t room = (size_t)(end - begin) + 1;
	if (room > UINT32_MAX) return NULL;
	char *text = td__build_alloc(f->b, room, 1), *out = text;
	if (!text) return NULL;
	const char *p = begin;
	for (const char *next = slash;;) {
		memcpy(out, p, (size_t)(next - p));
		out += next - p;
		p = next;
		if (p == end) break;
		if (p[1] == 'u') {
			p = unescape_unicode(p + 2, &out);
			if (!p || p > end) return NULL;
		} else {
			char c = (unsigned char)p[1] < 128 ? letters[(unsigned char)p[1]] : 0;
			if (!c) return NULL;
			*out++ = c;
			p += 2;
		}
		next = *p == '\\' || p == end ? p : plain_end(f, p);
	}
	*out = '\0';
	size_t len = (size_t)(out - text);
	v->n = (uint32_t)len;
	if (text + room == f->b->bump) f->b->bump = len <= TD__SHORT_MOST ? text : out + 1;
	if (len <= TD__SHORT_MOST) {
		v->flags = TD__V_SHORT;
		memcpy(v->as.in, text, len);
	} else {
		v->as.text = text;
	}
	return end + 1;
}

/* p is after the opening quote; returns the place after the closing one, NULL: give up. */
static inline const char *read_text(fast *f, const char *p, td_value *v) {
	const char *begin = p;
	char *out = f->b->bump;
	*v = (td_value){.type = TD_STR};
#ifdef __SSE2__
	/* Copied while it is looked at, as long as there is room for what comes. */
	const __m128i control = _mm_set1_epi8(0x1F), quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	while (p <= f->last16 && f->b->limit - out >= 32) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		_mm_storeu_si128((__m128i *)(void *)out, x);
		__m128i special = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, control), x),
		                               _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(special);
		if (!mask) {
			p += 16;
			out += 16;
			continue;
		}
		unsigned at = (unsigned)__builtin_ctz(mask);
		p += at;
		if (td__unlikely(*p != '"')) break;
		size_t len = (size_t)(p - begin);
		v->n = (uint32_t)len;
		if (len <= TD__SHORT_MOST) {
			v->flags = TD__V_SHORT;
			uint64_t bits;
			memcpy(&bits, f->b->bump, 8);
			v->as.bits = bits & (((uint64_t)1 << (8 * len)) - 1);
		} else {
			out[at] = '\0';
			v->as.text = f->b->bump;
			f->b->bump = out + at + 1;
		}
		return p + 1;
	}
#endif
	p = plain_end(f, p);
	if (*p == '\\') return read_escaped(f, begin, p, v);
	if (*p != '"') return NULL;
	size_t len = (size_t)(p - begin);
	if (len > UINT32_MAX) return NULL;
	v->n = (uint32_t)len;
	if (len <= TD__SHORT_MOST) {
		v->flags = TD__V_SHORT;
		memcpy(v->as.in, begin, len);
		return p + 1;
	}
	char *text = td__build_alloc(f->b, len + 1, 1);
	if (!text) return NULL;
	memcpy(text, begin, len);
	text[len] = '\0';
	v->as.text = text;
	return p + 1;
}

static inline const char *read_key(fast *f, const char *p, td_value *v) {
	char *bump = f->b->bump;
	p = read_text(f, p, v);
	if (td__unlikely(!p)) return NULL;
	td_bytes text = td__text_of(v);
	uint64_t hash = td__hash_bytes(f->b->seed, text.data, text.len);
	v->hash = (uint16_t)(hash >> 48);
	if (v->flags & TD__V_SHORT || !f->names) return p;
	name *known = &f->names[hash & (NAMES - 1)];
	if (known->len == v->n && known->tag == v->hash && memcmp(known->text, v->as.text, v->n) == 0) {
		if (v->as.text == bump) f->b->bump = bump;
		v->as.text = known->text;
	} else {
		*known = (name){v->as.text, v->n, v->hash};
	}
	return p;
}

/* --- numbers --- */

static inline bool is_digit(char c) {
	return (unsigned char)(c - '0') < 10;
}

/* Eight digits at once, if there are eight. */
static inline bool eight_digits(const char *p, uint64_t *w) {
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

/* What the quick way leaves: more digits than fit. */
static const char *read_long_number(fast *f, const char *begin, td_value *v) {
	const char *p = begin + (*begin == '-'), *digits = p;
	while (is_digit(*p)) p++;
	const char *digits_end = p;
	bool whole = true;
	if (*p == '.') {
		if (!is_digit(p[1])) return NULL;
		for (p++; is_digit(*p);) p++;
		whole = false;
	}
	if (*p == 'e' || *p == 'E') {
		p += p[1] == '-' || p[1] == '+' ? 2 : 1;
		if (!is_digit(*p)) return NULL;
		while (is_digit(*p)) p++;
		whole = false;
	}
	if (whole) {
		if (digits_end - digits > TD__INT_DIGITS) return NULL;
		return td__node_digits(f->b->s, v, begin, (size_t)(p - begin)) ? p : NULL;
	}
	*v = (td_value){.type = TD_FLOAT_TYPE};
	return td__float_read(begin, p, &v->as.d) == p ? p : NULL;
}

static inline const char *read_number(fast *f, const char *p, td_value *v) {
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
		if (td__unlikely(count > 18)) return read_long_number(f, begin, v);
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
	if (count > 19) return read_long_number(f, begin, v);
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
	if (td__unlikely(!sure)) return read_long_number(f, begin, v);
	*v = (td_value){.type = TD_FLOAT_TYPE, .as.d = negative ? -x : x};
	return p;
}

static inline const char *read_word(const char *p, td_value *v) {
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

/* Room for two more nodes; the stack may move. */
static td_value *more_stack(td__build *b, td_value *top) {
	b->top = (size_t)((char *)top - b->stack);
	size_t room = b->room ? b->room * 2 : 4096;
	char *stack = td__realloc(b->stack, room);
	if (!stack) {
		b->failed = true;
		td__raise_memory(b->s);
		return NULL;
	}
	b->stack = stack;
	b->room = room;
	return (td_value *)(void *)(stack + b->top);
}

/* An open container's own node holds, until it is closed, how far below the node of the one around it is. */
static const char *read_value(fast *f, const char *p, size_t max_depth) {
	td__build *b = f->b;
	size_t depth = 0;
	td_value *top = more_stack(b, (td_value *)(void *)b->stack), *open = NULL;
	if (!top) return NULL;
	for (;;) {
		if (td__unlikely((size_t)((char *)(top + 2) - b->stack) > b->room)) {
			size_t open_at = (size_t)((char *)open - b->stack);
			bool any = open != NULL;
			if (!(top = more_stack(b, top))) return NULL;
			if (any) open = (td_value *)(void *)(b->stack + open_at);
		}
		switch (*p) {
		case '"': p = read_text(f, p + 1, top); break;
		case '{':
		case '[': {
			bool dict = *p == '{';
			if (depth++ == max_depth) return NULL;
			*top = (td_value){.type = dict ? TD_DICT : TD_LIST, .as.i = open ? top - open : 0};
			open = top++;
			p = skip_space(f, p + 1);
			if (*p != (dict ? '}' : ']')) {
				if (dict) goto key;
				continue;
			}
			goto complete;
		}
		case '-':
		case '0' ... '9': p = read_number(f, p, top); break;
		case 'n':
		case 't':
		case 'f': p = (size_t)(f->last16 + 16 - p) >= 4 ? read_word(p, top) : NULL; break;
		default: return NULL;
		}
		if (td__unlikely(!p)) return NULL;
		top++;
	complete:
		for (;;) {
			if (!open) {
				b->top = TD__NODE;
				return p;
			}
			p = skip_space(f, p);
			bool dict = open->type == TD_DICT;
			if (*p == ',') {
				p = skip_space(f, p + 1);
				if (dict) goto key;
				break;
			}
			if (*p != (dict ? '}' : ']')) return NULL;
			p++;
			depth--;
			td_value *around = open->as.i ? open - open->as.i : NULL;
			if (!td__build_seal(b, open, (size_t)((char *)top - (char *)(open + 1)), dict)) return NULL;
			top = open + 1;
			open = around;
		}
		continue;
	key:
		if (*p != '"') return NULL;
		if (td__unlikely((size_t)((char *)(top + 2) - b->stack) > b->room)) {
			size_t open_at = (size_t)((char *)open - b->stack);
			if (!(top = more_stack(b, top))) return NULL;
			open = (td_value *)(void *)(b->stack + open_at);
		}
		p = read_key(f, p + 1, top);
		if (!p) return NULL;
		top++;
		p = skip_space(f, p);
		if (*p != ':') return NULL;
		p = skip_space(f, p + 1);
	}
}

bool td__json_fast(const td__json_source *src, td__build *b, size_t *end) {
	name names[NAMES];
	fast f = {.b = b, .last16 = src->text + src->len - 16};
	if (src->len - src->start >= NAMES_FROM) {
		memset(names, 0, sizeof names);
		f.names = names;
	}
	const char *p = src->text + src->start;
	if (src->whole) p = skip_space(&f, p);
	p = read_value(&f, p, (size_t)src->o.max_depth);
	if (!p) return false;
	if (src->whole) p = skip_space(&f, p);
	*end = (size_t)(p - src->text);
	return !src->whole || *end == src->len;
}
