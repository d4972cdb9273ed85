/* unequal.c: why two values are not equal, in Python's words: both reprs, the first element that differs, and a diff. */
#include "core/unicode.h"
#include "test/asserts.h"

enum { LONGEST = 80, PLACEHOLDER = 12, BEGIN = 5, END = 5, COMMON = 5 };
enum { DIFFERENCE = LONGEST - (BEGIN + PLACEHOLDER + COMMON + PLACEHOLDER + END) };
enum { LONGEST_DIFF = 80 * 8, LONGEST_TEXT = 1 << 16 };

/* Where the n-th character begins. */
static size_t offset_of(const char *text, size_t n) {
	const char *at = text, *end = text + strlen(text);
	while (n-- && at < end) td__utf8_next(&at, end);
	return (size_t)(at - text);
}

/* prefix and suffix characters stay, "[n chars]" stands for what is between. */
static const char *shorten(td_scope *s, const char *text, size_t prefix, size_t suffix) {
	size_t len = td_str_len(text);
	if (len < prefix + suffix || len - prefix - suffix <= PLACEHOLDER) return text;
	return td_format(s, "%.*s[%zu chars]%s", (int)offset_of(text, prefix), text, len - prefix - suffix,
	                 text + offset_of(text, len - suffix));
}

static size_t common_prefix(const char *a, const char *b) {
	size_t n = 0;
	while (a[n] && a[n] == b[n]) n++;
	while (n && (a[n] & 0xc0) == 0x80) n--; /* not within a character */
	return n;
}

void td__shorten_both(td_scope *s, const char **first, const char **second) {
	size_t a = td_str_len(*first), b = td_str_len(*second), longest = a > b ? a : b;
	if (longest <= LONGEST) return;
	size_t bytes = common_prefix(*first, *second);
	const char *prefix = td_strndup(s, *first, bytes);
	size_t len = td_str_len(prefix);
	long common = LONGEST - ((long)(longest - len) + BEGIN + PLACEHOLDER);
	bool room = common > COMMON;
	prefix = shorten(s, prefix, BEGIN, room ? (size_t)common : COMMON);
	const char *x = *first + bytes, *y = *second + bytes;
	if (!room) {
		x = shorten(s, x, DIFFERENCE, END);
		y = shorten(s, y, DIFFERENCE, END);
	}
	*first = td_format(s, "%s%s", prefix, x);
	*second = td_format(s, "%s%s", prefix, y);
}

const char *td__with_diff(td_scope *s, const char *message, const char *diff) {
	size_t len = td_str_len(diff);
	if (len <= LONGEST_DIFF) return td_format(s, "%s%s", message, diff);
	return td_format(s, "%s\nDiff is %zu characters long. Set self.maxDiff to None to see it.", message, len);
}

static const char *both(td_scope *s, const char *fmt, const td_value *a, const td_value *b, size_t i) {
	const char *x = td_value_repr(s, a), *y = td_value_repr(s, b);
	td__shorten_both(s, &x, &y);
	switch (fmt[0]) {
	case 'L': return td_format(s, "Lists differ: %s != %s\n", x, y);
	case 'F': return td_format(s, "\nFirst differing element %zu:\n%s\n%s\n", i, x, y);
	default: return td_format(s, "%s != %s", x, y);
	}
}

static const char *diff_of_values(td_scope *s, const td_value *a, const td_value *b) {
	td_strs x = td_str_splitlines(s, td__pformat(s, a)), y = td_str_splitlines(s, td__pformat(s, b));
	const char *diff = td__ndiff(s, x, y, "\n");
	size_t len = strlen(diff);
	return td_format(s, "\n%.*s", (int)(len ? len - 1 : 0), diff); /* lines are joined: none after the last */
}

static const char *extra(td_scope *s, const td_value *longer, size_t from, const char *which) {
	return td_format(s, "\n%s list contains %zu additional elements.\nFirst extra element %zu:\n%s\n", which,
	                 td_value_len(longer) - from, from, td_value_repr(s, td_value_at(longer, from)));
}

static const char *unequal_lists(td_scope *s, const td_value *a, const td_value *b) {
	size_t a_len = td_value_len(a), b_len = td_value_len(b), least = a_len < b_len ? a_len : b_len;
	const char *text = both(s, "Lists", a, b, 0);
	for (size_t i = 0; i < least; i++) {
		const td_value *x = td_value_at(a, i), *y = td_value_at(b, i);
		if (td_value_equal(x, y)) continue;
		text = td_format(s, "%s%s", text, both(s, "First", x, y, i));
		break;
	}
	if (a_len > b_len) text = td_format(s, "%s%s", text, extra(s, a, b_len, "First"));
	if (a_len < b_len) text = td_format(s, "%s%s", text, extra(s, b, a_len, "Second"));
	return td__with_diff(s, text, diff_of_values(s, a, b));
}

static const char *unequal_texts(td_scope *s, const td_value *a, const td_value *b) {
	const char *text = both(s, "", a, b, 0), *x = td_value_str(a, ""), *y = td_value_str(b, "");
	bool cut = strlen(x) != td_value_len(a) || strlen(y) != td_value_len(b); /* a NUL inside */
	if (cut || td_str_len(x) > LONGEST_TEXT || td_str_len(y) > LONGEST_TEXT) return text;
	td_strs first = td_str_splitlines(s, x, .keepends = true), second = td_str_splitlines(s, y, .keepends = true);
	if (first.len == 1 && strcspn(x, "\r\n") == strlen(x)) {
		first = td__strs_of(s, (const char *const[]){td_format(s, "%s\n", x)}, 1);
		second = td__strs_of(s, (const char *const[]){td_format(s, "%s\n", y)}, 1);
	}
	const char *diff = td_format(s, "\n%s", td__ndiff(s, first, second, ""));
	return td__with_diff(s, text, diff);
}

const char *td__unequal(td_scope *s, const td_value *a, const td_value *b) {
	td_type type = td_value_type(a);
	if (type != td_value_type(b)) return both(s, "", a, b, 0);
	if (type == TD_LIST) return unequal_lists(s, a, b);
	if (type == TD_STR) return unequal_texts(s, a, b);
	const char *text = both(s, "", a, b, 0);
	return type == TD_DICT ? td__with_diff(s, text, diff_of_values(s, a, b)) : text;
}
