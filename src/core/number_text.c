/* Python's int(text), float(text) and repr(float). */
#include <tend/text.h>

#include "core/internal.h"
#include "core/number.h"
#include "core/unicode.h"

typedef struct span {
	const char *p, *end;
} span;

/* The text without white space around it, any script's digits as ASCII; '?' stands for what no number has. */
static span plain(td_scope *tmp, const char *text) {
	size_t len = strlen(text);
	char *out = td__alloc_raw(tmp, len + 1);
	if (!out) return (span){"", ""};
	char *p = out, *kept = out;
	for (const char *at = text, *end = text + len; at < end;) {
		uint32_t c = td__utf8_next(&at, end);
		int digit = c < 0x80 ? -1 : td__decimal_digit(c);
		bool space = td__is_space(c);
		if (space && p == out) continue;
		*p++ = space ? ' ' : digit >= 0 ? (char)('0' + digit) : c < 0x80 ? (char)c : '?';
		if (!space) kept = p;
	}
	*kept = '\0';
	return (span){out, kept};
}

static int digit_of(char c) {
	if (c >= '0' && c <= '9') return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

static int64_t bad_int(td_scope *s, const char *text, int64_t base) {
	td_raise(s, TD_ValueError, "invalid literal for int() with base %d: %s", (int)base, td_str_repr(s, text));
	return 0;
}

int64_t(td_int)(td_scope *s, const char *text, const td_int_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return 0;
	td_int_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int64_t base = o.base.given ? o.base.value : 10, wanted = base;
	if (base != 0 && (base < 2 || base > 36)) {
		td_raise(s, TD_ValueError, "int() base must be >= 2 and <= 36, or 0");
		return 0;
	}
	TD_SCOPE(tmp, s);
	span n = plain(tmp, text);
	if (td_failed(tmp)) return 0;
	bool negative = n.p < n.end && *n.p == '-';
	if (n.p < n.end && (*n.p == '-' || *n.p == '+')) n.p++;
	bool zeros_only = false;
	if (n.end - n.p >= 2 && n.p[0] == '0') {
		char mark = (char)(n.p[1] | 0x20);
		int marked = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
		if (marked && (base == 0 || base == marked)) {
			base = marked;
			n.p += 2;
			if (n.p < n.end && *n.p == '_') n.p++;
		} else if (base == 0) {
			zeros_only = true;
		}
	}
	if (base == 0) base = 10;
	uint64_t x = 0;
	size_t digits = 0;
	bool overflow = false, after_digit = false;
	for (; n.p < n.end; n.p++) {
		if (*n.p == '_' && after_digit) {
			after_digit = false;
			continue;
		}
		int digit = digit_of(*n.p);
		if (digit >= base) break;
		overflow |= __builtin_mul_overflow(x, (uint64_t)base, &x);
		overflow |= __builtin_add_overflow(x, (uint64_t)digit, &x);
		digits++;
		after_digit = true;
	}
	if (!after_digit || (zeros_only && (x || overflow))) return bad_int(s, text, wanted);
	if (digits > TD__INT_DIGITS && (base & (base - 1))) {
		td_raise(s, TD_ValueError,
		         "Exceeds the limit (%d digits) for integer string conversion: value has %zu digits; use "
		         "sys.set_int_max_str_digits() to increase the limit",
		         TD__INT_DIGITS, digits);
		return 0;
	}
	if (n.p < n.end) return bad_int(s, text, wanted);
	if (overflow || x > (uint64_t)INT64_MAX + negative) {
		td_raise(s, TD_OverflowError, "Python int too large to convert to C long");
		return 0;
	}
	return negative ? (int64_t)(0 - x) : (int64_t)x;
}

/* Takes the underscores between digits out; false when one stands elsewhere. */
static bool join_digits(span *n) {
	char *out = (char *)(uintptr_t)n->p, *start = out;
	for (const char *p = n->p; p < n->end; p++) {
		if (*p != '_') {
			*out++ = *p;
		} else if (p == start || p + 1 == n->end || digit_of(p[-1]) > 9 || digit_of(p[1]) > 9) {
			return false;
		}
	}
	n->end = out;
	return true;
}

static bool is_word(span n, const char *word) {
	for (; n.p < n.end && *word; n.p++, word++) {
		if ((*n.p | 0x20) != *word) return false;
	}
	return n.p == n.end && !*word;
}

double(td_float)(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return 0;
	TD_SCOPE(tmp, s);
	span n = plain(tmp, text);
	if (td_failed(tmp)) return 0;
	double x;
	if (n.p < n.end && join_digits(&n)) {
		if (td__float_read(n.p, n.end, &x) == n.end) return x;
		double sign = *n.p == '-' ? -1 : 1;
		if (*n.p == '-' || *n.p == '+') n.p++;
		if (is_word(n, "inf") || is_word(n, "infinity")) return sign * __builtin_inf();
		if (is_word(n, "nan")) return __builtin_copysign(__builtin_nan(""), sign);
	}
	td_raise(s, TD_ValueError, "could not convert string to float: %s", td_str_repr(s, text));
	return 0;
}

const char *td_float_repr(td_scope *s, double x) {
	if (!td__enter(s)) return td_no_text;
	char text[TD__FLOAT_MOST];
	text[td__float_text(text, x)] = '\0';
	return td_strdup(s, text);
}
