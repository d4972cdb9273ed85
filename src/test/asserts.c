/* asserts.c: the assertions, with Python's messages. */
#include <math.h>
#include <stdio.h>

#include "test/runner.h"

/* "text" or "text : msg". */
static bool failed(td_scope *t, const td_assert_opts *opts, const char *text) {
	td_assert_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_raise(t, TD_AssertionError, "%s%s%s", text, o.msg ? " : " : "", o.msg ? o.msg : "");
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

void(td_unittest_fail)(td_scope *t, const char *fmt, ...) {
	char text[4096];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (td__enter(t)) td_raise(t, TD_AssertionError, "%s", text);
}

void(td_unittest_skip_test)(td_scope *t, const char *fmt, ...) {
	char text[4096];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (td__enter(t)) td_raise(t, TD_SkipTest, "%s", text);
}

bool td__assert_pointer(td_scope *t, const char *op, const void *a, const void *b, const td_assert_opts *opts) {
	if (!td__enter_opts(t, opts)) return false;
	char text[128] = "";
	if (strcmp(op, "is") == 0) {
		if (a == b) return true;
		snprintf(text, sizeof text, "%p is not %p", a, b);
	} else if (strcmp(op, "is not") == 0) {
		if (a != b) return true;
		snprintf(text, sizeof text, "unexpectedly identical: %p", a);
	} else if (strcmp(op, "is none") == 0) {
		if (!a) return true;
		snprintf(text, sizeof text, "%p is not None", a);
	} else {
		if (a) return true;
		stpcpy(text, "unexpectedly None");
	}
	return failed(t, opts, text);
}

bool td__assert_raised(td_scope *t, td_scope *c, const td_kind *kind, const char *message) {
	const td_error *e = td_catch(c, kind);
	if (!e) {
		if (td_failed(c)) return false; /* another kind: it goes up by itself */
		td_raise(t, TD_AssertionError, "%s not raised", kind->name);
		return false;
	}
	if (!message || strstr(e->message, message)) return true;
	td_raise(t, TD_AssertionError, "\"%s\" does not match \"%s\"", message, e->message);
	return false;
}

/* --- two values --- */

static const char *show(td_scope *s, td_lit x) {
	char text[64];
	switch (x.kind) {
	case TD__LIT_BOOL: return x.as.i ? "True" : "False";
	case TD__LIT_INT: snprintf(text, sizeof text, "%lld", (long long)x.as.i); break;
	case TD__LIT_UINT: snprintf(text, sizeof text, "%llu", (unsigned long long)x.as.u); break;
	case TD__LIT_FLOAT: snprintf(text, sizeof text, "%.17g", x.as.d); break;
	case TD__LIT_TEXT: return x.as.t ? td_str_repr(s, x.as.t) : "None";
	case TD__LIT_BYTES: return td_str_repr(s, x.as.b.data);
	default: return "None";
	}
	return td_strdup(s, text);
}

typedef enum order { LESS, EQUAL, GREATER, UNORDERED } order;

static bool is_number(td_lit x) {
	return x.kind == TD__LIT_BOOL || x.kind == TD__LIT_INT || x.kind == TD__LIT_UINT || x.kind == TD__LIT_FLOAT;
}

static double as_double(td_lit x) {
	return x.kind == TD__LIT_FLOAT ? x.as.d : x.kind == TD__LIT_UINT ? (double)x.as.u : (double)x.as.i;
}

static order compare_ints(td_lit a, td_lit b) {
	bool a_low = a.kind != TD__LIT_UINT && a.as.i < 0, b_low = b.kind != TD__LIT_UINT && b.as.i < 0;
	if (a_low != b_low) return a_low ? LESS : GREATER;
	if (a_low) return a.as.i < b.as.i ? LESS : a.as.i > b.as.i ? GREATER : EQUAL;
	return a.as.u < b.as.u ? LESS : a.as.u > b.as.u ? GREATER : EQUAL;
}

static order compare(td_lit a, td_lit b) {
	if (is_number(a) && is_number(b)) {
		if (a.kind != TD__LIT_FLOAT && b.kind != TD__LIT_FLOAT) return compare_ints(a, b);
		double x = as_double(a), y = as_double(b);
		return x < y ? LESS : x > y ? GREATER : x == y ? EQUAL : UNORDERED;
	}
	if (a.kind != b.kind) return UNORDERED;
	int by = 0;
	if (a.kind == TD__LIT_TEXT) {
		if (!a.as.t || !b.as.t) return a.as.t == b.as.t ? EQUAL : UNORDERED;
		by = strcmp(a.as.t, b.as.t);
	} else if (a.kind == TD__LIT_BYTES) {
		size_t least = a.as.b.len < b.as.b.len ? a.as.b.len : b.as.b.len;
		by = memcmp(a.as.b.data, b.as.b.data, least);
		if (!by) by = a.as.b.len < b.as.b.len ? -1 : a.as.b.len > b.as.b.len;
	} else if (a.kind == TD__LIT_STRS) {
		size_t least = a.as.l.len < b.as.l.len ? a.as.l.len : b.as.l.len;
		for (size_t i = 0; i < least && !by; i++) by = strcmp(a.as.l.items[i], b.as.l.items[i]);
		if (!by) by = a.as.l.len < b.as.l.len ? -1 : a.as.l.len > b.as.l.len;
	}
	return by < 0 ? LESS : by > 0 ? GREATER : EQUAL;
}

typedef struct comparison {
	const char *op;
	const char *middle; /* of the message "a middle b" */
	unsigned holds;     /* the orders that are right */
} comparison;
static const comparison comparisons[] = {
	{"==", "!=", 1 << EQUAL},
	{"!=", "==", 1 << LESS | 1 << GREATER | 1 << UNORDERED},
	{">", "not greater than", 1 << GREATER},
	{">=", "not greater than or equal to", 1 << GREATER | 1 << EQUAL},
	{"<", "not less than", 1 << LESS},
	{"<=", "not less than or equal to", 1 << LESS | 1 << EQUAL},
};

bool td__assert_compare(td_scope *t, const char *op, td_lit a, td_lit b, const td_assert_opts *opts) {
	if (!td__enter_opts(t, opts)) return false;
	for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++) {
		const comparison *c = &comparisons[i];
		if (strcmp(c->op, op) != 0) continue;
		if (c->holds & 1u << compare(a, b)) return true;
		TD_SCOPE(tmp, t);
		const char *x = show(tmp, a), *y = show(tmp, b);
		char *text = td_alloc(tmp, strlen(x) + strlen(y) + 64);
		if (!text) return false;
		stpcpy(stpcpy(stpcpy(stpcpy(stpcpy(text, x), " "), c->middle), " "), y);
		return failed(t, opts, text);
	}
	return false;
}
