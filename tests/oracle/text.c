/* Rows of the str methods: the text they are called on comes first. */
#include "oracle.h"

/* The text; of another type as Python's unbound method says it. */
static const char *self(td_scope *s, const oracle_call *call, const char *method) {
	const td_value *v = oracle_arg(call, "self");
	if (td_value_type(v) == TD_STR) return oracle_text(s, call, "self", NULL);
	td_raise(s, TD_TypeError, "descriptor '%s' for 'str' objects doesn't apply to a '%s' object", method,
	         td_value_type_name(v));
	return td_no_text;
}

static const td_value *strs(td_scope *s, td_strs list) {
	return td_failed(s) ? NULL : td_value_new_strs(s, list);
}

static const td_value *text(td_scope *s, const char *t) {
	return td_failed(s) ? NULL : td_value_new_str(s, t);
}

/* What Python has and libtend has not. */
static bool refuse_given(td_scope *s, const oracle_call *call, const char *name) {
	if (!oracle_given(call, name)) return false;
	td_raise(s, TD_NotImplementedError, "%s is not offered", name);
	return true;
}

/* -1, the default of maxsplit and count, and every other negative number is "all". */
static td_opt_int limit(td_scope *s, const oracle_call *call, const char *name) {
	const td_value *v = oracle_arg(call, name);
	if (!v) return (td_opt_int){false, 0};
	int64_t n = 0;
	if (td_value_is_null(v)) {
		td_raise(s, TD_TypeError, "'NoneType' object cannot be interpreted as an integer");
	} else {
		n = oracle_int(s, call, name, 0);
	}
	return (td_opt_int){n >= 0, n};
}

static const char *separator(td_scope *s, const oracle_call *call) {
	return oracle_given(call, "sep") ? oracle_text_or(s, call, "sep", "must be str or None, not %s") : NULL;
}

ORACLE_ROW(str_split, "str.split", "self, /, sep=None, maxsplit=-1") {
	const char *t = self(s, call, "split"), *sep = separator(s, call);
	return strs(s, td_str_split(s, t, .sep = sep, .maxsplit = limit(s, call, "maxsplit")));
}

ORACLE_ROW(str_rsplit, "str.rsplit", "self, /, sep=None, maxsplit=-1") {
	const char *t = self(s, call, "rsplit"), *sep = separator(s, call);
	return strs(s, td_str_rsplit(s, t, .sep = sep, .maxsplit = limit(s, call, "maxsplit")));
}

/* A text or dict is joined by its characters or keys, as Python iterates them. */
static td_strs iterable(td_scope *s, const oracle_call *call, const char *name) {
	const td_value *v = oracle_arg(call, name);
	if (td_value_type(v) != TD_STR && td_value_type(v) != TD_DICT) return oracle_strs(s, call, name);
	size_t len = td_value_len(v), n = 0;
	const char **items = td_alloc_array(s, len + 1, sizeof *items), *at = td_value_str(v, "");
	if (!items) return (td_strs){NULL, 0};
	if (td_value_type(v) == TD_DICT) {
		for (; n < len; n++) items[n] = td_value_str(td_value_key(v, n), "");
	}
	while (*at) {
		size_t size = oracle_offset(at, 1);
		items[n++] = td_strndup(s, at, size);
		at += size;
	}
	return (td_strs){items, n};
}

ORACLE_ROW(str_join, "str.join", "self, iterable, /") {
	const char *sep = self(s, call, "join");
	td_strs list = iterable(s, call, "iterable");
	return td_failed(s) ? NULL : text(s, td_str_join(s, sep, list));
}

static const char *chars(td_scope *s, const oracle_call *call, const char *words) {
	return oracle_given(call, "chars") ? oracle_text_or(s, call, "chars", words) : NULL;
}

ORACLE_ROW(str_strip, "str.strip", "self, chars=None, /") {
	const char *t = self(s, call, "strip"), *set = chars(s, call, "strip arg must be None or str");
	return text(s, td_str_strip(s, t, .chars = set));
}

ORACLE_ROW(str_lstrip, "str.lstrip", "self, chars=None, /") {
	const char *t = self(s, call, "lstrip"), *set = chars(s, call, "lstrip arg must be None or str");
	return text(s, td_str_lstrip(s, t, .chars = set));
}

ORACLE_ROW(str_rstrip, "str.rstrip", "self, chars=None, /") {
	const char *t = self(s, call, "rstrip"), *set = chars(s, call, "rstrip arg must be None or str");
	return text(s, td_str_rstrip(s, t, .chars = set));
}

static const td_value *affix(td_scope *s, const oracle_call *call, const char *method, const char *name,
                             bool (*has)(const char *text, const char *affix)) {
	const char *t = self(s, call, method);
	const td_value *v = oracle_arg(call, name);
	if (refuse_given(s, call, "start") || refuse_given(s, call, "end") || td_failed(s)) return NULL;
	if (td_value_type(v) != TD_LIST) {
		const char *words = td_format(s, "%s first arg must be str or a tuple of str, not %%s", method);
		const char *a = oracle_text_or(s, call, name, words);
		return td_failed(s) ? NULL : td_value_new_bool(s, has(t, a));
	}
	bool any = false;
	for (size_t i = 0; i < td_value_len(v); i++) any |= has(t, td_value_str(td_value_at(v, i), NULL));
	return td_value_new_bool(s, any);
}

ORACLE_ROW(str_startswith, "str.startswith", "self, prefix, start=None, end=None, /") {
	return affix(s, call, "startswith", "prefix", td_str_startswith);
}

ORACLE_ROW(str_endswith, "str.endswith", "self, suffix, start=None, end=None, /") {
	return affix(s, call, "endswith", "suffix", td_str_endswith);
}

ORACLE_ROW(str_removeprefix, "str.removeprefix", "self, prefix, /") {
	const char *t = self(s, call, "removeprefix");
	const char *a = td_failed(s) ? t : oracle_text_or(s, call, "prefix", "removeprefix() argument must be str, not %s");
	return text(s, td_str_removeprefix(s, t, a));
}

ORACLE_ROW(str_removesuffix, "str.removesuffix", "self, suffix, /") {
	const char *t = self(s, call, "removesuffix");
	const char *a = td_failed(s) ? t : oracle_text_or(s, call, "suffix", "removesuffix() argument must be str, not %s");
	return text(s, td_str_removesuffix(s, t, a));
}

ORACLE_ROW(str_replace, "str.replace", "self, old, new, count=-1, /") {
	const char *t = self(s, call, "replace");
	const char *old = td_failed(s) ? t : oracle_text_or(s, call, "old", "replace() argument 1 must be str, not %s");
	const char *by = td_failed(s) ? t : oracle_text_or(s, call, "new", "replace() argument 2 must be str, not %s");
	return text(s, td_str_replace(s, t, old, by, .count = limit(s, call, "count")));
}

ORACLE_ROW(str_splitlines, "str.splitlines", "self, /, keepends=False") {
	const char *t = self(s, call, "splitlines");
	return strs(s, td_str_splitlines(s, t, .keepends = oracle_true(call, "keepends", false)));
}

ORACLE_ROW(str_partition, "str.partition", "self, sep, /") {
	const char *t = self(s, call, "partition");
	const char *sep = td_failed(s) ? t : oracle_text_or(s, call, "sep", "must be str, not %s");
	return strs(s, td_str_partition(s, t, sep));
}

ORACLE_ROW(str_rpartition, "str.rpartition", "self, sep, /") {
	const char *t = self(s, call, "rpartition");
	const char *sep = td_failed(s) ? t : oracle_text_or(s, call, "sep", "must be str, not %s");
	return strs(s, td_str_rpartition(s, t, sep));
}

ORACLE_ROW(str_find, "str.find", "self, sub, start=None, end=None, /") {
	const char *t = self(s, call, "find");
	const char *sub = td_failed(s) ? t : oracle_text_or(s, call, "sub", "must be str, not %s");
	if (refuse_given(s, call, "start") || refuse_given(s, call, "end") || td_failed(s)) return NULL;
	int64_t at = td_str_find(t, sub);
	return td_value_new_int(s, at < 0 ? -1 : oracle_characters(s, t, (size_t)at));
}

ORACLE_ROW(str_lower, "str.lower", "self, /") {
	return text(s, td_str_lower(s, self(s, call, "lower")));
}

ORACLE_ROW(str_upper, "str.upper", "self, /") {
	return text(s, td_str_upper(s, self(s, call, "upper")));
}

static int width(td_scope *s, const oracle_call *call) {
	int64_t n = oracle_int(s, call, "width", 0);
	return n < 0 ? 0 : n > 1 << 20 ? 1 << 20 : (int)n;
}

ORACLE_ROW(str_ljust, "str.ljust", "self, width, fillchar=' ', /") {
	const char *t = self(s, call, "ljust");
	if (td_value_len(oracle_arg(call, "fillchar")) && strcmp(oracle_text(s, call, "fillchar", ""), " ") != 0) {
		refuse_given(s, call, "fillchar");
	}
	int n = width(s, call);
	return text(s, td_str_ljust(s, t, n));
}

ORACLE_ROW(str_rjust, "str.rjust", "self, width, fillchar=' ', /") {
	const char *t = self(s, call, "rjust");
	if (td_value_len(oracle_arg(call, "fillchar")) && strcmp(oracle_text(s, call, "fillchar", ""), " ") != 0) {
		refuse_given(s, call, "fillchar");
	}
	int n = width(s, call);
	return text(s, td_str_rjust(s, t, n));
}

ORACLE_ROW(str_zfill, "str.zfill", "self, width, /") {
	const char *t = self(s, call, "zfill");
	int n = width(s, call);
	return text(s, td_str_zfill(s, t, n));
}

ORACLE_ROW(str_isdigit, "str.isdigit", "self, /") {
	const char *t = self(s, call, "isdigit");
	return td_failed(s) ? NULL : td_value_new_bool(s, td_str_isdigit(t));
}

ORACLE_ROW(str_encode, "str.encode", "self, /, encoding='utf-8', errors='strict'") {
	const char *t = self(s, call, "encode");
	const char *encoding = oracle_text(s, call, "encoding", "utf-8"),
			   *errors = oracle_text(s, call, "errors", "strict");
	td_bytes bytes = td_str_encode(s, t, .encoding = encoding, .errors = errors);
	return td_failed(s) ? NULL : td_value_new_bytes(s, bytes);
}

ORACLE_ROW(len, "len", "obj, /") {
	const td_value *v = oracle_arg(call, "obj");
	td_type type = td_value_type(v);
	if (type == TD_STR) {
		const char *t = oracle_text(s, call, "obj", "");
		return td_failed(s) ? NULL : td_value_new_int(s, (int64_t)td_str_len(t));
	}
	if (type == TD_LIST || type == TD_DICT || type == TD_BYTES) return td_value_new_int(s, (int64_t)td_value_len(v));
	td_raise(s, TD_TypeError, "object of type '%s' has no len()", td_value_type_name(v));
	return NULL;
}
