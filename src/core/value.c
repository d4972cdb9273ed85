/* Reading values. None of this fails, and NULL is nothing there. */
#include <tend/text.h>

#include "core/number.h"
#include "core/value_build.h"

td_type td_value_type(const td_value *v) {
	return v ? (td_type)v->type : TD_NONE;
}

const char *td_value_type_name(const td_value *v) {
	static const char *const names[] = {
		[TD_NONE] = "nothing", [TD_NULL_TYPE] = "NoneType", [TD_BOOL] = "bool",
		[TD_INTEGER] = "int",  [TD_FLOAT_TYPE] = "float",   [TD_STR] = "str",
		[TD_BYTES] = "bytes",  [TD_LIST] = "list",          [TD_DICT] = "dict",
	};
	return names[td_value_type(v)];
}

bool td_value_is_null(const td_value *v) {
	return !v || v->type == TD_NULL_TYPE;
}

bool td_value_bool(const td_value *v, bool fallback) {
	return v && v->type == TD_BOOL ? v->as.b : fallback;
}

int64_t td_value_int(const td_value *v, int64_t fallback) {
	return v && v->type == TD_INTEGER && !(v->flags & TD__V_DIGITS) ? v->as.i : fallback;
}

double td_value_float(const td_value *v, double fallback) {
	if (!v) return fallback;
	if (v->type == TD_FLOAT_TYPE) return v->as.d;
	if (v->type != TD_INTEGER) return fallback;
	if (!(v->flags & TD__V_DIGITS)) return (double)v->as.i;
	double d = fallback;
	td__float_read(v->as.text, v->as.text + v->n, &d);
	return d;
}

const char *td_value_str(const td_value *v, const char *fallback) {
	return v && v->type == TD_STR ? td__text_of(v).data : fallback;
}

td_bytes td_value_bytes(const td_value *v) {
	return v && td__is_text(v) ? td__text_of(v) : (td_bytes){"", 0};
}

const char *td_value_digits(td_scope *s, const td_value *v) {
	if (!td__enter(s)) return td_no_text;
	if (!v || v->type != TD_INTEGER) return "";
	if (v->flags & TD__V_DIGITS) return v->as.text;
	char digits[TD__INT_MOST];
	digits[td__int_text(digits, v->as.i)] = '\0';
	return td_strdup(s, digits);
}

size_t td_value_len(const td_value *v) {
	if (!v) return 0;
	if (td__is_container(v)) return td__items_of(v).len;
	return td__is_text(v) ? td__text_of(v).len : 0;
}

const td_value *td_value_at(const td_value *v, size_t i) {
	if (!v || !td__is_container(v)) return NULL;
	td__items c = td__items_of(v);
	if (i >= c.len) return NULL;
	return v->type == TD_LIST ? td__item(&c, i) : td__pair_value(&c, i);
}

const td_value *td_value_key(const td_value *v, size_t i) {
	if (!v || v->type != TD_DICT) return NULL;
	td__items c = td__items_of(v);
	return i < c.len ? td__pair_key(&c, i) : NULL;
}

const td_value *td_value_get_bytes(const td_value *v, td_bytes key) {
	if (!v || v->type != TD_DICT || !key.data) return NULL;
	td_value k;
	td__big_text big = {key.len, key.data};
	td__node_borrow(&k, &big);
	td__items c = td__items_of(v);
	int64_t i = td__dict_find(v, &k);
	return i >= 0 ? td__pair_value(&c, (size_t)i) : NULL;
}

const td_value *td_value_get(const td_value *v, const char *key) {
	if (!v || v->type != TD_DICT || !key) return NULL;
	return td_value_get_bytes(v, (td_bytes){key, strlen(key)});
}

/* A decimal position, or SIZE_MAX. */
static size_t position(const char *text) {
	size_t i = 0;
	if (!text || !*text) return SIZE_MAX;
	for (; *text; text++) {
		if (*text < '0' || *text > '9') return SIZE_MAX;
		if (__builtin_mul_overflow(i, 10, &i) || __builtin_add_overflow(i, (size_t)(*text - '0'), &i)) return SIZE_MAX;
	}
	return i;
}

static const td_value *step(const td_value *v, const char *name) {
	if (v && v->type == TD_LIST) return td_value_at(v, position(name));
	return td_value_get(v, name);
}

const td_value *td__get(const td_value *v, const char *const *path, size_t count) {
	for (size_t i = 0; v && i < count; i++) v = step(v, path[i]);
	return v;
}

static const td_value *missing(td_scope *s, const td_value *v, const char *name) {
	if (v->type == TD_DICT) {
		td_error *e = td__error_new(s, TD_KeyError, "%s", td_str_repr(s, name));
		if (!e) return NULL;
		e->args = td__error_strs(e, (td_strs){(const char *const[]){name, NULL}, 1});
		td__error_throw(s, e);
	} else if (v->type == TD_LIST && position(name) == SIZE_MAX) {
		td_raise(s, TD_TypeError, "list indices must be integers or slices, not str");
	} else if (v->type == TD_LIST) {
		td_raise(s, TD_IndexError, "list index out of range");
	} else {
		td_raise(s, TD_TypeError, "'%s' object is not subscriptable", td_value_type_name(v));
	}
	return NULL;
}

const td_value *td__need(td_scope *s, const td_value *v, const char *const *path, size_t count) {
	if (!td__enter(s) || !td__need_handle(s, "v", v)) return NULL;
	for (size_t i = 0; i < count; i++) {
		if (!td__need_text(s, "path", path[i])) return NULL;
		const td_value *next = step(v, path[i]);
		if (!next) return missing(s, v, path[i]);
		v = next;
	}
	return v;
}

uint32_t td_value_line(const td_value *v) {
	const td__place *place = v ? td__place_of(v) : NULL;
	return place ? place->line : 0;
}

uint32_t td_value_column(const td_value *v) {
	const td__place *place = v ? td__place_of(v) : NULL;
	return place ? place->column : 0;
}

const char *td_value_where(td_scope *s, const td_value *v) {
	if (!td__enter(s)) return td_no_text;
	const td__place *place = v ? td__place_of(v) : NULL;
	if (!place || !place->line) return "";
	return td_format(s, "%s:%u:%u", place->source ? place->source : "", (unsigned)place->line, (unsigned)place->column);
}
