/* What the quick reader leaves to slower code, and the choice between its two forms. */
#include "core/cpu.h"
#include "core/number.h"
#include "data/json_fast.h"

static inline bool is_digit(char c) {
	return (unsigned char)(c - '0') < 10;
}

/* --- texts with escapes --- */

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
	*out += td__json_put(*out, c);
	return p;
}

/* A text with escapes, the first at slash. Makes room for as many bytes as stand in its quotes, and gives back what was
 * not needed. */
const char *td__json_escaped(td__json_fast_reader *f, const char *begin, const char *slash, td_value *v) {
	static const char letters[128] = {
		['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
	const char *end = slash;
	while (*end == '\\') {
		if (!end[1]) return NULL;
		end = td__json_plain_end(f->last16, end + 2);
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
		next = *p == '\\' || p == end ? p : td__json_plain_end(f->last16, p);
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

/* --- numbers of more digits than fit --- */

const char *td__json_long_number(td__json_fast_reader *f, const char *begin, td_value *v) {
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

/* --- the stack --- */

td_value *td__json_more_stack(td__build *b, td_value *top) {
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

bool td__json_fast(const td__json_source *src, td__build *b, size_t *end) {
	if (td__cpu_avx2(src->len - src->start)) return td__json_fast_avx2(src, b, end);
	return td__json_fast_any(src, b, end);
}
