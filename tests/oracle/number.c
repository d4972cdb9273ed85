/* Rows of numbers as text, and of repr. */
#include <math.h>

#include "oracle.h"

/* A decimal number past 64 bits keeps its digits. */
static const td_value *long_int(td_scope *s, const char *text) {
	char *digits = td_alloc(s, strlen(text) + 1), *end = digits;
	if (!digits) return NULL;
	for (const char *c = td_str_strip(s, text); *c; c++) {
		if (*c != '_' && *c != '+') *end++ = *c;
	}
	return td_value_new_digits(s, digits);
}

static const td_value *int_of_text(td_scope *s, const char *text, td_opt_int base) {
	TD_SCOPE(attempt, s);
	int64_t n = td_int(attempt, text, .base = base);
	bool decimal = !base.given || base.value == 10;
	if (decimal && td_catch(attempt, TD_OverflowError)) return long_int(s, text);
	return td_failed(attempt) ? NULL : td_value_new_int(s, n);
}

ORACLE_ROW(int, "int", "x=0, /, base=10") {
	const td_value *v = oracle_arg(call, "x"), *base = oracle_arg(call, "base");
	td_type type = v ? td_value_type(v) : TD_INTEGER;
	if (type == TD_STR) {
		td_opt_int b = {base != NULL, oracle_int(s, call, "base", 10)};
		const char *text = oracle_text(s, call, "x", "");
		return td_failed(s) ? NULL : int_of_text(s, text, b);
	}
	if (base) {
		td_raise(s, TD_TypeError, "int() can't convert non-string with explicit base");
		return NULL;
	}
	if (!v) return td_value_new_int(s, 0);
	if (type == TD_INTEGER) return v;
	if (type == TD_BOOL) return td_value_new_int(s, td_value_bool(v, false));
	if (type == TD_FLOAT_TYPE) {
		double d = td_value_float(v, 0);
		if (isnan(d)) td_raise(s, TD_ValueError, "cannot convert float NaN to integer");
		if (isinf(d)) td_raise(s, TD_OverflowError, "cannot convert float infinity to integer");
		return td_failed(s) ? NULL : td_value_new_digits(s, td_format(s, "%.0f", trunc(d)));
	}
	td_raise(s, TD_TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%s'",
	         td_value_type_name(v));
	return NULL;
}

ORACLE_ROW(float, "float", "x=0.0, /") {
	const td_value *v = oracle_arg(call, "x");
	td_type type = v ? td_value_type(v) : TD_FLOAT_TYPE;
	if (type == TD_STR) {
		const char *text = oracle_text(s, call, "x", "");
		double d = td_float(s, text);
		return td_failed(s) ? NULL : td_value_new_float(s, d);
	}
	if (type == TD_FLOAT_TYPE || type == TD_INTEGER || type == TD_BOOL) {
		return td_value_new_float(s, v ? oracle_float(s, call, "x", 0) : 0);
	}
	td_raise(s, TD_TypeError, "float() argument must be a string or a real number, not '%s'", td_value_type_name(v));
	return NULL;
}

ORACLE_ROW(repr, "repr", "obj, /") {
	const td_value *v = oracle_arg(call, "obj");
	if (td_value_type(v) == TD_FLOAT_TYPE) return td_value_new_str(s, td_float_repr(s, td_value_float(v, 0)));
	const char *text = td_value_repr(s, v);
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

ORACLE_ROW(float_repr, "float.__repr__", "self, /") {
	double d = oracle_float(s, call, "self", 0);
	return td_failed(s) ? NULL : td_value_new_str(s, td_float_repr(s, d));
}

ORACLE_ROW(str, "str", "object='', /") {
	const td_value *v = oracle_arg(call, "object");
	if (!v || td_value_type(v) == TD_STR) return v ? v : td_value_new_str(s, "");
	const char *text = td_value_repr(s, v);
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}
