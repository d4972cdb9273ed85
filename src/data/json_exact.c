/* JSON read as Python's scanner reads it: the same texts accepted, the same words about the others, at the same
 * character. No recursion: the builder knows which containers are open. */
#include <tend/text.h>

#include "core/buffer.h"
#include "core/number.h"
#include "core/unicode.h"
#include "data/json_private.h"

typedef struct reader {
	td_scope *s;
	const td__json_source *src;
	td__build *b;
	const char *text, *p, *end;
	td__buffer unescaped;
	/* How far lines and columns were counted: the next value's place is found by going on from there. */
	const char *counted;
	uint32_t line, column;
	td_value *seen; /* when looking for the key that is there twice: the outermost object's keys so far */
} reader;

static bool fail(reader *r, const char *message, const char *at) {
	td__json_error(r->s, r->src, message, (size_t)(at - r->text));
	return false;
}

static void skip_space(reader *r) {
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r')) r->p++;
}

static bool at_char(const reader *r, char c) {
	return r->p < r->end && *r->p == c;
}

static bool at_word(const reader *r, const char *word) {
	size_t len = strlen(word);
	return (size_t)(r->end - r->p) >= len && memcmp(r->p, word, len) == 0;
}

static void note_place(reader *r) {
	if (!r->src->o.positions) return;
	for (; r->counted < r->p; r->counted++) {
		if (*r->counted == '\n') {
			r->line++;
			r->column = 1;
		} else if (((unsigned char)*r->counted & 0xC0) != 0x80) {
			r->column++;
		}
	}
	td__build_at(r->b, r->line, r->column);
}

/* --- texts --- */

static int hex4(const char *p, const char *end) {
	int x = 0;
	if (end - p < 4) return -1;
	for (int i = 0; i < 4; i++) {
		int c = p[i], lower = c | 0x20;
		int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
		if (digit < 0) return -1;
		x = x * 16 + digit;
	}
	return x;
}

/* *p is after "\u", at the first hex digit; it goes past the character. Something must follow the digits. */
static bool read_unicode(reader *r, const char **p, uint32_t *c) {
	int x = hex4(*p, r->end);
	if (x < 0 || *p + 4 >= r->end) return fail(r, "Invalid \\uXXXX escape", *p - 1);
	*p += 4;
	*c = (uint32_t)x;
	if (x < 0xD800 || x > 0xDBFF || r->end - *p <= 6 || (*p)[0] != '\\' || (*p)[1] != 'u') return true;
	int low = hex4(*p + 2, r->end);
	if (low < 0) return fail(r, "Invalid \\uXXXX escape", *p + 1);
	if (low >= 0xDC00 && low <= 0xDFFF) {
		*c = 0x10000 + (((uint32_t)x - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
		*p += 6;
	}
	return true;
}

/* At the opening quote. */
static bool read_text(reader *r) {
	const char *begin = r->p, *from = begin + 1, *p = from;
	bool plain = true;
	r->unescaped.len = 0;
	for (;;) {
		while (p < r->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20) p++;
		if (p == r->end) return fail(r, "Unterminated string starting at", begin);
		if (*p == '"') break;
		if (*p != '\\') {
			if (!r->src->o.nonstrict) return fail(r, "Invalid control character at", p);
			p++;
			continue;
		}
		td__buffer_put(&r->unescaped, from, (size_t)(p - from));
		plain = false;
		const char *slash = p++;
		if (p == r->end) return fail(r, "Unterminated string starting at", begin);
		uint32_t c;
		switch (*p++) {
		case '"': c = '"'; break;
		case '\\': c = '\\'; break;
		case '/': c = '/'; break;
		case 'b': c = '\b'; break;
		case 'f': c = '\f'; break;
		case 'n': c = '\n'; break;
		case 'r': c = '\r'; break;
		case 't': c = '\t'; break;
		case 'u':
			if (!read_unicode(r, &p, &c)) return false;
			break;
		default: return fail(r, "Invalid \\escape", slash);
		}
		char utf8[4];
		td__buffer_put(&r->unescaped, utf8, td__json_put(utf8, c));
		from = p;
	}
	r->p = p + 1;
	if (plain) return td__build_text(r->b, from, (size_t)(p - from));
	td__buffer_put(&r->unescaped, from, (size_t)(p - from));
	return !r->unescaped.failed && td__build_text(r->b, r->unescaped.data, r->unescaped.len);
}

/* --- numbers and words --- */

static bool is_digit(const reader *r, const char *p) {
	return p < r->end && *p >= '0' && *p <= '9';
}

static bool read_number(reader *r) {
	const char *start = r->p, *p = start;
	bool negative = *p == '-';
	p += negative;
	const char *digits = p;
	if (!is_digit(r, p)) return fail(r, "Expecting value", start);
	if (*p == '0')
		p++;
	else
		while (is_digit(r, p)) p++;
	const char *digits_end = p;
	bool is_float = false;
	if (p < r->end && *p == '.' && is_digit(r, p + 1)) {
		is_float = true;
		for (p++; is_digit(r, p);) p++;
	}
	if (p < r->end && (*p == 'e' || *p == 'E')) {
		const char *e = p + 1;
		if (e < r->end && (*e == '-' || *e == '+')) e++;
		if (is_digit(r, e)) {
			is_float = true;
			for (p = e; is_digit(r, p);) p++;
		}
	}
	r->p = p;
	if (is_float) {
		double x = 0;
		td__float_read(start, p, &x);
		return td__build_float(r->b, x);
	}
	size_t count = (size_t)(digits_end - digits);
	if (count > TD__INT_DIGITS) {
		td_raise(r->s, TD_ValueError,
		         "Exceeds the limit (%d digits) for integer string conversion: value has %zu digits; use "
		         "sys.set_int_max_str_digits() to increase the limit",
		         TD__INT_DIGITS, count);
		return false;
	}
	int64_t x;
	if (td__int_read(digits, digits_end, negative, &x)) return td__build_int(r->b, x);
	return td__build_digits(r->b, start, (size_t)(p - start));
}

static bool read_constant(reader *r, const char *word, double x) {
	if (r->src->o.reject_nan) return fail(r, "Expecting value", r->p);
	r->p += strlen(word);
	return td__build_float(r->b, x);
}

/* A value that is no container. */
static bool read_scalar(reader *r) {
	if (r->p == r->end) return fail(r, "Expecting value", r->p);
	if (*r->p == '"') return read_text(r);
	if (at_word(r, "null")) {
		r->p += 4;
		return td__build_null(r->b);
	}
	bool is_true = at_word(r, "true");
	if (is_true || at_word(r, "false")) {
		r->p += is_true ? 4 : 5;
		return td__build_bool(r->b, is_true);
	}
	if (at_word(r, "NaN")) return read_constant(r, "NaN", __builtin_nan(""));
	if (at_word(r, "Infinity")) return read_constant(r, "Infinity", __builtin_inf());
	if (at_word(r, "-Infinity")) return read_constant(r, "-Infinity", -__builtin_inf());
	return read_number(r);
}

/* --- containers --- */

static bool read_value(reader *r);

/* An object that began there has a key twice: reads it once more, keeping its keys, so that the error names the second. */
static bool say_duplicate(reader *r, size_t object) {
	TD_SCOPE(tmp, r->s);
	td__build b;
	td__build_begin(&b, tmp, r->src->o.positions ? "" : NULL);
	reader again = {.s = tmp,
	                .src = r->src,
	                .b = &b,
	                .text = r->text,
	                .p = r->text + object,
	                .end = r->end,
	                .counted = r->text + object,
	                .line = 1,
	                .column = 1,
	                .seen = td_value_new_dict(tmp)};
	td__buffer_begin(&again.unescaped, tmp);
	if (again.seen) read_value(&again);
	td__buffer_drop(&again.unescaped);
	td__build_end(&b);
	return false;
}

/* At what should be a key's quote; goes on to the value. */
static bool read_key(reader *r) {
	if (!at_char(r, '"')) return fail(r, "Expecting property name enclosed in double quotes", r->p);
	note_place(r);
	const char *at = r->p;
	if (!read_text(r) || !td__build_key(r->b)) return false;
	if (r->seen && r->b->depth == 1) {
		const td_value *key = td__build_last(r->b);
		if (td__dict_find(r->seen, key) >= 0) {
			TD_SCOPE(tmp, r->s);
			return fail(r, td_format(tmp, "Duplicate key %s", td_value_repr(tmp, key)), at);
		}
		if (!td_value_set_key(r->s, r->seen, key, key)) return false;
	}
	skip_space(r);
	if (!at_char(r, ':')) return fail(r, "Expecting ':' delimiter", r->p);
	r->p++;
	skip_space(r);
	return true;
}

/* At "{" or "["; *empty says that it was closed at once. */
static bool open_container(reader *r, bool *empty) {
	bool dict = *r->p == '{';
	if (r->b->depth >= (size_t)r->src->o.max_depth) {
		td_raise(r->s, TD_RecursionError,
		         "maximum recursion depth exceeded while decoding a JSON %s from a unicode string",
		         dict ? "object" : "array");
		return false;
	}
	if (!(dict ? td__build_dict(r->b) : td__build_list(r->b))) return false;
	r->p++;
	skip_space(r);
	*empty = at_char(r, dict ? '}' : ']');
	if (*empty) {
		r->p++;
		return td__build_close(r->b);
	}
	return dict ? read_key(r) : true;
}

static bool read_value(reader *r) {
	size_t *objects = NULL, room = 0; /* where the open containers begin, if it may be asked */
	TD_SCOPE(tmp, r->s);
	for (;;) {
		bool complete = true;
		note_place(r);
		if (at_char(r, '{') || at_char(r, '[')) {
			if (r->src->o.reject_duplicates) {
				void *items = objects;
				if (!td__grow(tmp, &items, &room, r->b->depth + 1, sizeof *objects)) return false;
				objects = items;
				objects[r->b->depth] = (size_t)(r->p - r->text);
			}
			if (!open_container(r, &complete)) return false;
		} else if (!read_scalar(r)) {
			return false;
		}
		while (complete) {
			if (r->b->depth == 0) return true;
			bool dict = r->b->frames[r->b->depth - 1].dict;
			skip_space(r);
			if (at_char(r, dict ? '}' : ']')) {
				r->p++;
				if (!td__build_close(r->b)) return false;
				if (objects && r->b->duplicate && !r->seen) return say_duplicate(r, objects[r->b->depth]);
			} else if (at_char(r, ',')) {
				r->p++;
				skip_space(r);
				if (dict && !read_key(r)) return false;
				complete = false;
			} else {
				return fail(r, "Expecting ',' delimiter", r->p);
			}
		}
	}
}

bool td__json_exact(td_scope *s, const td__json_source *src, td__build *b, size_t *end) {
	reader r = {.s = s,
	            .src = src,
	            .b = b,
	            .text = src->text,
	            .p = src->text + src->start,
	            .end = src->text + src->len,
	            .counted = src->text,
	            .line = (uint32_t)src->first_line,
	            .column = 1};
	td__buffer_begin(&r.unescaped, s);
	if (src->whole) skip_space(&r);
	bool ok = read_value(&r);
	td__buffer_drop(&r.unescaped);
	if (ok && src->whole) {
		skip_space(&r);
		if (r.p < r.end) ok = fail(&r, "Extra data", r.p);
	}
	*end = (size_t)(r.p - r.text);
	return ok;
}
