/* asserts.c: the assertions, with Python's messages. */
#include <math.h>
#include <tend/re.h>

#include "test/asserts.h"

/* "text" or "text : msg". */
static bool failed(td_scope *t, const td_assert_opts *o, const char *text) {
	if (text != td_no_text) {
		td_raise(t, TD_AssertionError, "%s%s%s", text, o && o->msg ? " : " : "", o && o->msg ? o->msg : "");
	}
	return false;
}

bool(td_unittest_assert_true)(td_scope *t, bool expr, const td_assert_opts *opts) {
	if (!td__enter_opts(t, opts)) return false;
	return expr || failed(t, opts, "False is not true");
}

bool(td_unittest_assert_false)(td_scope *t, bool expr, const td_assert_opts *opts) {
	if (!td__enter_opts(t, opts)) return false;
	return !expr || failed(t, opts, "True is not false");
}

static void TD__PRINTF(3, 0) end_test(td_scope *t, const td_kind *kind, const char *fmt, va_list args) {
	if (!td__enter(t)) return;
	const char *text = td_vformat(t, fmt, args);
	if (text != td_no_text) td_raise(t, kind, "%s", text);
}

void(td_unittest_fail)(td_scope *t, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	end_test(t, TD_AssertionError, fmt, args);
	va_end(args);
}

void(td_unittest_skip_test)(td_scope *t, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	end_test(t, TD_SkipTest, fmt, args);
	va_end(args);
}

bool td__assert_pointer(td_scope *t, const char *op, const void *a, const void *b, const td_assert_opts *opts) {
	if (!td__enter_opts(t, opts)) return false;
	TD_SCOPE(tmp, t);
	const char *text;
	if (strcmp(op, "is") == 0) {
		if (a == b) return true;
		text = td_format(tmp, "%p is not %p", a, b);
	} else if (strcmp(op, "is not") == 0) {
		if (a != b) return true;
		text = td_format(tmp, "unexpectedly identical: %p", a);
	} else if (strcmp(op, "is none") == 0) {
		if (!a) return true;
		text = td_format(tmp, "%p is not None", a);
	} else {
		if (a) return true;
		text = "unexpectedly None";
	}
	return failed(t, opts, text);
}

bool td__assert_regex(td_scope *t, bool wanted, const char *text, const char *pattern, const td_assert_opts *opts) {
	if (!td__enter_opts(t, opts)) return false;
	TD_SCOPE(tmp, t);
	const td_match *m = td_re_search(tmp, pattern, text);
	if (td_failed(tmp)) return false;
	if ((m != NULL) == wanted) return true;
	const char *regex = td_str_repr(tmp, pattern), *whole = td_str_repr(tmp, text);
	if (wanted) return failed(t, opts, td_format(tmp, "Regex didn't match: %s not found in %s", regex, whole));
	const char *found = td_str_repr(tmp, td_match_group(tmp, m, 0));
	return failed(t, opts, td_format(tmp, "Regex matched: %s matches %s in %s", found, regex, whole));
}

bool td__assert_raised(td_scope *t, td_scope *c, const td_kind *kind, const char *message, const char *pattern) {
	const td_error *e = td_catch(c, kind);
	if (!e) {
		if (td_failed(c)) return false; /* another kind: it goes up by itself */
		td_raise(t, TD_AssertionError, "%s not raised", kind->name);
		return false;
	}
	const char *wanted = pattern ? pattern : message;
	if (!wanted || (pattern ? td_re_search(c, pattern, e->message) != NULL : strstr(e->message, message) != NULL))
		return true;
	if (td_failed(c)) return false; /* the pattern itself is wrong */
	td_raise(t, TD_AssertionError, "\"%s\" does not match \"%s\"", wanted, e->message);
	return false;
}

/* --- two values --- */

static bool is_int(td_lit x) {
	return x.kind == TD__LIT_BOOL || x.kind == TD__LIT_INT || x.kind == TD__LIT_UINT;
}

/* A C NULL is None. */
static const td_value *value_of(td_scope *s, td_lit x) {
	bool nothing = (x.kind == TD__LIT_VALUE && !x.as.v) || (x.kind == TD__LIT_TEXT && !x.as.t);
	if (nothing) return td_value_new_null(s);
	return x.kind == TD__LIT_VALUE ? x.as.v : td__value(s, x);
}

static const char *repr(td_scope *s, const td_value *v) {
	return td_value_repr(s, v);
}

static bool is_nan(const td_value *v) {
	return td_value_type(v) == TD_FLOAT_TYPE && isnan(td_value_float(v, 0));
}

/* --- equal, and in order --- */

static const char *not_equal(td_scope *s, const td_value *a, const td_value *b) {
	return td_value_equal(a, b) ? "" : td__unequal(s, a, b);
}

static const char *not_unequal(td_scope *s, const td_value *a, const td_value *b) {
	return td_value_equal(a, b) ? td_format(s, "%s == %s", repr(s, a), repr(s, b)) : "";
}

static const char *unordered(td_scope *s, const td_value *a, const td_value *b, bool holds, const char *words) {
	return holds && !is_nan(a) && !is_nan(b) ? "" : td_format(s, "%s not %s %s", repr(s, a), words, repr(s, b));
}

static const char *not_greater(td_scope *s, const td_value *a, const td_value *b) {
	return unordered(s, a, b, td_value_compare(s, a, b) > 0, "greater than");
}

static const char *not_greater_equal(td_scope *s, const td_value *a, const td_value *b) {
	return unordered(s, a, b, td_value_compare(s, a, b) >= 0, "greater than or equal to");
}

static const char *not_less(td_scope *s, const td_value *a, const td_value *b) {
	return unordered(s, a, b, td_value_compare(s, a, b) < 0, "less than");
}

static const char *not_less_equal(td_scope *s, const td_value *a, const td_value *b) {
	return unordered(s, a, b, td_value_compare(s, a, b) <= 0, "less than or equal to");
}

/* --- in --- */

static bool holds_text(td_scope *s, const td_value *member, const td_value *container) {
	td_bytes part = td_value_bytes(member), whole = td_value_bytes(container);
	if (td_value_type(member) != td_value_type(container)) {
		td_raise(s, TD_TypeError, "'in <string>' requires string as left operand, not %s", td_value_type_name(member));
		return false;
	}
	return memmem(whole.data, whole.len, part.data, part.len) != NULL;
}

static bool holds(td_scope *s, const td_value *member, const td_value *container) {
	td_type type = td_value_type(container);
	if (type == TD_STR || type == TD_BYTES) return holds_text(s, member, container);
	if (type != TD_LIST && type != TD_DICT) {
		td_raise(s, TD_TypeError, "argument of type '%s' is not iterable", td_value_type_name(container));
		return false;
	}
	for (size_t i = 0; i < td_value_len(container); i++) {
		const td_value *item = type == TD_LIST ? td_value_at(container, i) : td_value_key(container, i);
		if (td_value_equal(item, member)) return true;
	}
	return false;
}

static const char *not_in(td_scope *s, const td_value *member, const td_value *container) {
	if (holds(s, member, container)) return "";
	return td_format(s, "%s not found in %s", repr(s, member), repr(s, container));
}

static const char *in(td_scope *s, const td_value *member, const td_value *container) {
	if (!holds(s, member, container)) return "";
	return td_format(s, "%s unexpectedly found in %s", repr(s, member), repr(s, container));
}

/* --- containers --- */

static const char *not_a(td_scope *s, const td_value *v, const char *type, const char *what) {
	if (strcmp(td_value_type_name(v), type) == 0) return "";
	return td_format(s, "%s is not an instance of <class '%s'> : %s", repr(s, v), type, what);
}

static const char *both_are(td_scope *s, const td_value *a, const td_value *b, const char *type, const char *word) {
	const char *text = not_a(s, a, type, td_format(s, "First argument is not a %s", word));
	return text[0] ? text : not_a(s, b, type, td_format(s, "Second argument is not a %s", word));
}

static const char *not_dict_equal(td_scope *s, const td_value *a, const td_value *b) {
	const char *text = both_are(s, a, b, "dict", "dictionary");
	return text[0] ? text : not_equal(s, a, b);
}

static const char *not_lines_equal(td_scope *s, const td_value *a, const td_value *b) {
	const char *text = both_are(s, a, b, "str", "string");
	return text[0] ? text : not_equal(s, a, b);
}

static const char *not_list_equal(td_scope *s, const td_value *a, const td_value *b) {
	if (td_value_type(a) != TD_LIST) return td_format(s, "First sequence is not a list: %s", repr(s, a));
	if (td_value_type(b) != TD_LIST) return td_format(s, "Second sequence is not a list: %s", repr(s, b));
	return not_equal(s, a, b);
}

static size_t count_of(const td_value *list, const td_value *item, size_t until) {
	size_t count = 0;
	for (size_t i = 0; i < until; i++) count += td_value_equal(td_value_at(list, i), item);
	return count;
}

/* The first of each distinct item of list that how() finds differing. */
static const char *count_differences(td_scope *s, const td_value *list, const td_value *a, const td_value *b,
                                     const char *text, bool only_new) {
	for (size_t i = 0; i < td_value_len(list); i++) {
		const td_value *item = td_value_at(list, i);
		if (count_of(list, item, i)) continue;
		size_t in_a = count_of(a, item, td_value_len(a)), in_b = count_of(b, item, td_value_len(b));
		if (in_a == in_b || (only_new && in_a)) continue;
		text = td_format(s, "%s%sFirst has %zu, Second has %zu:  %s", text, text[0] ? "\n" : "", in_a, in_b,
		                 repr(s, item));
	}
	return text;
}

static const char *not_count_equal(td_scope *s, const td_value *a, const td_value *b) {
	const char *text = count_differences(s, a, a, b, "", false);
	text = count_differences(s, b, a, b, text, true);
	return text[0] ? td__with_diff(s, "Element counts were not equal:\n", text) : "";
}

static const char *only_in(td_scope *s, const td_value *a, const td_value *b, const char *text, const char *title) {
	bool any = false;
	for (size_t i = 0; i < td_value_len(a); i++) {
		const td_value *item = td_value_at(a, i);
		if (count_of(a, item, i) || count_of(b, item, td_value_len(b))) continue;
		if (!any) text = td_format(s, "%s%s%s", text, text[0] ? "\n" : "", title);
		text = td_format(s, "%s\n%s", text, repr(s, item));
		any = true;
	}
	return text;
}

static const char *not_set_equal(td_scope *s, const td_value *a, const td_value *b) {
	const char *text = only_in(s, a, b, "", "Items in the first set but not the second:");
	return only_in(s, b, a, text, "Items in the second set but not the first:");
}

/* --- the one entry --- */

static const struct {
	const char *op;
	const char *(*fault)(td_scope *s, const td_value *a, const td_value *b); /* "" when it holds, else why not */
} comparisons[] = {
	{"==", not_equal},
	{"!=", not_unequal},
	{">", not_greater},
	{">=", not_greater_equal},
	{"<", not_less},
	{"<=", not_less_equal},
	{"in", not_in},
	{"not in", in},
	{"list", not_list_equal},
	{"dict", not_dict_equal},
	{"lines", not_lines_equal},
	{"count", not_count_equal},
	{"set", not_set_equal},
};

/* Ints and texts that are the same need no value tree: the common case, in loops too. */
static bool plainly_equal(td_lit a, td_lit b) {
	if (is_int(a) && is_int(b)) {
		bool a_low = a.kind != TD__LIT_UINT && a.as.i < 0, b_low = b.kind != TD__LIT_UINT && b.as.i < 0;
		return a_low == b_low && a.as.i == b.as.i;
	}
	return a.kind == TD__LIT_TEXT && b.kind == TD__LIT_TEXT && a.as.t && b.as.t && strcmp(a.as.t, b.as.t) == 0;
}

static bool refuse_failed(td_scope *t, td_lit x) {
	if (x.kind != TD__LIT_TEXT || x.as.t != td_no_text) return false;
	return !td__need_text(t, "the value", x.as.t);
}

static bool almost(td_scope *t, td_lit a, td_lit b, const td_assert_opts *o, bool wanted);

bool td__assert_compare(td_scope *t, const char *op, td_lit a, td_lit b, const td_assert_opts *opts) {
	if (!td__enter_opts(t, opts)) return false;
	if (refuse_failed(t, a) || refuse_failed(t, b)) return false;
	td_assert_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (strcmp(op, "==") == 0 && plainly_equal(a, b)) return true;
	if (strcmp(op, "~=") == 0) return almost(t, a, b, &o, true);
	if (strcmp(op, "!~=") == 0) return almost(t, a, b, &o, false);
	TD_SCOPE(tmp, t);
	const td_value *x = value_of(tmp, a), *y = value_of(tmp, b);
	for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++) {
		if (strcmp(comparisons[i].op, op) != 0) continue;
		const char *fault = comparisons[i].fault(tmp, x, y);
		if (td_failed(tmp)) return false;
		return !fault[0] || failed(t, &o, fault);
	}
	td_raise(t, TD_ValueError, "there is no comparison %s", op);
	return false;
}

/* --- almost equal --- */

/* Whether Python's round(difference, places) is zero: printf rounds the exact value, half to even, as it does. */
static bool rounds_to_zero(td_scope *s, double difference, int64_t places) {
	if (!isfinite(difference)) return false;
	if (places < 0) return difference <= 0.5 * td_float(s, td_format(s, "1e%lld", (long long)-places));
	if (places > 330) return difference == 0;
	const char *text = td_format(s, "%.*f", (int)places, difference);
	return text[strspn(text, "0.")] == '\0';
}

static const char *show_difference(td_scope *s, td_lit a, td_lit b, double difference) {
	if (!is_int(a) || !is_int(b)) return td_float_repr(s, difference);
	__int128 x = a.kind == TD__LIT_UINT ? (__int128)a.as.u : a.as.i,
			 y = b.kind == TD__LIT_UINT ? (__int128)b.as.u : b.as.i;
	return td_format(s, "%llu", (unsigned long long)(x > y ? x - y : y - x));
}

static bool almost(td_scope *t, td_lit a, td_lit b, const td_assert_opts *o, bool wanted) {
	TD_SCOPE(tmp, t);
	const td_value *x = value_of(tmp, a), *y = value_of(tmp, b);
	bool same = td_value_equal(x, y);
	if (same && wanted) return true;
	if (o->places.given && o->delta.given) {
		td_raise(t, TD_TypeError, "specify delta or places not both");
		return false;
	}
	double p = td_value_float(x, NAN), q = td_value_float(y, NAN), difference = fabs(p - q);
	bool numbers = (is_int(a) || td_value_type(x) == TD_FLOAT_TYPE || td_value_type(x) == TD_INTEGER) &&
	               (is_int(b) || td_value_type(y) == TD_FLOAT_TYPE || td_value_type(y) == TD_INTEGER);
	if (!numbers) {
		td_raise(t, TD_TypeError, "unsupported operand type(s) for -: '%s' and '%s'", td_value_type_name(x),
		         td_value_type_name(y));
		return false;
	}
	int64_t places = o->places.given ? o->places.value : 7;
	bool near = o->delta.given ? difference <= o->delta.value : rounds_to_zero(tmp, difference, places);
	bool far = o->delta.given ? difference > o->delta.value : !near;
	if (wanted ? near : !same && far) return true;
	const char *sign = wanted ? "!=" : "==", *text;
	const char *gap = show_difference(tmp, a, b, difference);
	if (o->delta.given) {
		text = td_format(tmp, "%s %s %s within %s delta (%s difference)", repr(tmp, x), sign, repr(tmp, y),
		                 td_float_repr(tmp, o->delta.value), gap);
	} else if (wanted) {
		text = td_format(tmp, "%s != %s within %lld places (%s difference)", repr(tmp, x), repr(tmp, y),
		                 (long long)places, gap);
	} else {
		text = td_format(tmp, "%s == %s within %lld places", repr(tmp, x), repr(tmp, y), (long long)places);
	}
	return failed(t, o, text);
}
