/* re_set.c: single characters, escapes and sets: read as Python reads them, written so that PCRE2 means the same.
 *
 * The classes are written out: PCRE2's own \s, \w and \d are not Python's (U+001C is white space there), and change from
 * release to release. */
#include "core/unicode.h"
#include "data/re_internal.h"

typedef struct range {
	uint32_t lo, hi;
} range;

static bool is_hex(char c) {
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static uint32_t hex_digit(char c) {
	return (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static bool is_octal(char c) {
	return c >= '0' && c <= '7';
}

static bool next_is_one(const td__re_source *in, bool (*of)(char)) {
	return in->after - in->next == 1 && of(*in->next);
}

/* Takes up to most such characters. */
static bool take_while(td__re_source *in, int most, bool (*of)(char)) {
	while (most-- > 0 && next_is_one(in, of)) {
		if (!td__re_advance(in)) return false;
	}
	return true;
}

/* \xhh, \uhhhh, \Uhhhhhhhh */
static bool hex_escape(td__re_source *in, const char *escape, int digits, td__re_char *out) {
	if (!take_while(in, digits, is_hex)) return false;
	int64_t got = in->next - escape - 2;
	if (got != digits) return td__re_error(in, escape, "incomplete escape %.*s", (int)got + 2, escape);
	uint32_t c = 0;
	for (const char *p = escape + 2; p < in->next; p++) c = c * 16 + hex_digit(*p);
	if (c > 0x10FFFF) return td__re_error(in, escape, "bad escape %.*s", (int)got + 2, escape);
	*out = (td__re_char){'c', c};
	return true;
}

static bool octal_value(td__re_source *in, const char *escape, td__re_char *out) {
	uint32_t c = 0;
	for (const char *p = escape + 1; p < in->next; p++) c = c * 8 + (uint32_t)(*p - '0');
	if (c > 0377) {
		return td__re_error(in, escape, "octal escape value %.*s outside of range 0-0o377", (int)(in->next - escape),
		                    escape);
	}
	*out = (td__re_char){'c', c};
	return true;
}

/* What is the same in a set and outside: false with an error, or the character. */
static bool common_escape(td__re_source *in, const char *escape, td__re_char *out) {
	static const char from[] = "abfnrtv\\", to[] = "\a\b\f\n\r\t\v\\";
	const char *at = escape + 1;
	const char *simple = strchr(from, *at);
	if (*at && simple && *at != 'b') {
		*out = (td__re_char){'c', (unsigned char)to[simple - from]};
		return true;
	}
	switch (*at) {
	case 'd':
	case 'D':
	case 's':
	case 'S':
	case 'w':
	case 'W': *out = (td__re_char){*at, 0}; return true;
	case 'x': return hex_escape(in, escape, 2, out);
	case 'u': return hex_escape(in, escape, 4, out);
	case 'U': return hex_escape(in, escape, 8, out);
	case 'N':
		if (!td__re_next_is(in, '{')) return td__re_error(in, in->next, "missing {");
		td_raise(in->s, TD_NotImplementedError, "a character by its name, \\N{...}, is not known in a pattern");
		return false;
	default: break;
	}
	if (td__is_word(*at)) return td__re_error(in, escape, "bad escape %.2s", escape);
	const char *p = at;
	*out = (td__re_char){'c', td__utf8_next(&p, in->end)};
	return true;
}

bool td__re_class_escape(td__re_source *in, const char *escape, td__re_char *out) {
	if (escape[1] == 'b') {
		*out = (td__re_char){'c', '\b'};
		return true;
	}
	if (is_octal(escape[1])) return take_while(in, 2, is_octal) && octal_value(in, escape, out);
	return common_escape(in, escape, out);
}

bool td__re_escape(td__re_source *in, const char *escape, int groups, td__re_char *out) {
	char c = escape[1];
	if (c == 'A' || c == 'Z' || c == 'b' || c == 'B') {
		*out = (td__re_char){c, 0};
		return true;
	}
	if (c == '0') return take_while(in, 2, is_octal) && octal_value(in, escape, out);
	if (c < '1' || c > '9') return common_escape(in, escape, out);
	/* \12 is a group, \123 a character if all three digits are octal. */
	uint32_t group = (uint32_t)(c - '0');
	if (in->after - in->next == 1 && *in->next >= '0' && *in->next <= '9') {
		char second = *in->next;
		if (!td__re_advance(in)) return false;
		if (is_octal(c) && is_octal(second) && next_is_one(in, is_octal))
			return td__re_advance(in) && octal_value(in, escape, out);
		group = group * 10 + (uint32_t)(second - '0');
	}
	if ((int64_t)group > groups) return td__re_error(in, escape + 1, "invalid group reference %u", group);
	*out = (td__re_char){'g', group};
	return true;
}

/* --- writing --- */

static void put_code(td__buffer *out, uint32_t c) {
	char text[16];
	int len = snprintf(text, sizeof text, "\\x{%x}", c);
	td__buffer_put(out, text, (size_t)len);
}

/* A character that stands for itself, in a set or outside. Letters and digits do, and whatever is not ASCII. */
static void put_plain(td__buffer *out, uint32_t c) {
	if (c < 0x80 && !td__is_word((char)c)) {
		put_code(out, c);
	} else {
		char text[4];
		td__buffer_put(out, text, td__utf8_put(text, c));
	}
}

static bool is_surrogate(uint32_t c) {
	return c >= 0xD800 && c <= 0xDFFF;
}

static bool ascii_case(int flags) {
	return (flags & TD_RE_IGNORECASE) && (flags & TD_RE_ASCII);
}

/* Python folds these four together, by way of their simple lower case. */
static bool dotted_or_not(uint32_t c, int flags) {
	return (flags & TD_RE_IGNORECASE) && !(flags & TD_RE_ASCII) && (c == 'i' || c == 'I' || c == 0x130 || c == 0x131);
}

void td__re_put_char(td__buffer *out, uint32_t c, int flags) {
	if (is_surrogate(c)) {
		td__buffer_lit(out, "(?!)"); /* no UTF-8 text holds one */
	} else if (ascii_case(flags) && c < 0x80 && td__is_letter((char)c)) {
		char text[] = {'[', (char)(c | 0x20), (char)(c & ~0x20u), ']'};
		td__buffer_put(out, text, sizeof text);
	} else if (dotted_or_not(c, flags)) {
		td__buffer_lit(out, "[iI\\x{130}\\x{131}]");
	} else {
		put_plain(out, c);
	}
}

/* The insides of a set for each class: of Unicode, then of ASCII. */
static const char *class_inside(char kind, bool ascii) {
	switch (kind) {
	case 'd': return ascii ? "0-9" : "\\p{Nd}";
	case 'D': return ascii ? "\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}" : "\\P{Nd}";
	case 'w': return ascii ? "A-Za-z0-9_" : "\\p{L}\\p{N}_";
	case 'W':
		return ascii ? "\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{10ffff}"
		             : "\\p{M}\\p{S}\\p{Z}\\p{C}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}"
		               "\\x{203f}\\x{2040}\\x{2054}\\x{fe33}\\x{fe34}\\x{fe4d}-\\x{fe4f}\\x{ff3f}";
	case 's':
		return ascii
		           ? "\\x{9}-\\x{d}\\x{20}"
		           : "\\x{9}-\\x{d}\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"
		             "\\x{205f}\\x{3000}";
	default:
		return ascii ? "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}"
		             : "\\x{0}-\\x{8}\\x{e}-\\x{1b}\\x{21}-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"
		               "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{"
		               "10ffff}";
	}
}

static void put_inside(td__buffer *out, char kind, int flags) {
	const char *inside = class_inside(kind, flags & TD_RE_ASCII);
	td__buffer_put(out, inside, strlen(inside));
}

void td__re_put_class(td__buffer *out, char kind, int flags) {
	td__buffer_char(out, '[');
	put_inside(out, kind, flags);
	td__buffer_char(out, ']');
}

static void put_range(td__buffer *out, range r) {
	if (is_surrogate(r.lo)) r.lo = 0xE000;
	if (is_surrogate(r.hi)) r.hi = 0xD7FF;
	if (r.lo > r.hi) return;
	put_code(out, r.lo);
	if (r.lo == r.hi) return;
	td__buffer_char(out, '-');
	put_code(out, r.hi);
}

/* The part of r that lies in from…to, moved by so much. */
static void put_moved(td__buffer *out, range r, uint32_t from, uint32_t to, int32_t by) {
	uint32_t lo = r.lo > from ? r.lo : from, hi = r.hi < to ? r.hi : to;
	if (lo <= hi) put_range(out, (range){(uint32_t)((int32_t)lo + by), (uint32_t)((int32_t)hi + by)});
}

static bool holds(range r, uint32_t c) {
	return r.lo <= c && c <= r.hi;
}

static void put_folded(td__buffer *out, range r, int flags) {
	put_range(out, r);
	if (ascii_case(flags)) {
		put_moved(out, r, 'a', 'z', -32);
		put_moved(out, r, 'A', 'Z', 32);
	} else if ((flags & TD_RE_IGNORECASE) && (holds(r, 'i') || holds(r, 'I') || holds(r, 0x130) || holds(r, 0x131))) {
		td__buffer_lit(out, "iI\\x{130}\\x{131}");
	}
}

/* --- a set --- */

static bool unterminated(td__re_source *in, const char *here) {
	return td__re_error(in, here, "unterminated character set");
}

/* One token as a member; the token was taken. */
static bool member(td__re_source *in, const char *token, td__re_char *out) {
	if (*token == '\\') return td__re_class_escape(in, token, out);
	const char *p = token;
	*out = (td__re_char){'c', td__utf8_next(&p, in->end)};
	return true;
}

static void put_member(td__buffer *out, td__re_char c, int flags) {
	if (c.kind == 'c')
		put_folded(out, (range){c.c, c.c}, flags);
	else
		put_inside(out, c.kind, flags);
}

static int token_len(const td__re_source *in, const char *token) {
	const char *p = token;
	td__utf8_next(&p, in->end);
	if (*token == '\\') td__utf8_next(&p, in->end);
	return (int)(p - token);
}

bool td__re_set(td__re_source *in, const char *here, td__buffer *out, int flags) {
	bool negated = td__re_take(in, '^');
	td__buffer_put(out, "[^", negated ? 2 : 1);
	size_t inside = out->len;
	for (bool first = true;; first = false) {
		const char *token = in->next;
		if (td__re_at_end(in)) return unterminated(in, here);
		if (!td__re_advance(in)) return false;
		if (*token == ']' && !first) break;
		td__re_char low, high;
		if (!member(in, token, &low)) return false;
		if (!td__re_take(in, '-')) {
			if (td_failed(in->s)) return false;
			put_member(out, low, flags);
			continue;
		}
		const char *to = in->next;
		if (td__re_at_end(in)) return unterminated(in, here);
		if (!td__re_advance(in)) return false;
		if (*to == ']') {
			put_member(out, low, flags);
			put_range(out, (range){'-', '-'});
			break;
		}
		if (!member(in, to, &high)) return false;
		if (low.kind != 'c' || high.kind != 'c' || high.c < low.c) {
			int a = token_len(in, token), b = token_len(in, to);
			/* Python points so many characters back as the two tokens and the dash have. */
			const char *at = in->next;
			size_t back = td__utf8_count(token, (size_t)a) + 1 + td__utf8_count(to, (size_t)b);
			while (back-- > 0) td__utf8_prev(&at, in->text);
			return td__re_error(in, at, "bad character range %.*s-%.*s", a, token, b, to);
		}
		put_folded(out, (range){low.c, high.c}, flags);
	}
	if (out->len == inside) { /* nothing but surrogates */
		out->len = inside - (negated ? 2 : 1);
		if (negated)
			td__buffer_lit(out, "[\\x{0}-\\x{10ffff}]");
		else
			td__buffer_lit(out, "(?!)");
		return !td_failed(in->s);
	}
	td__buffer_char(out, ']');
	return !td_failed(in->s);
}
