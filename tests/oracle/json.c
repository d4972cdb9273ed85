/* Rows of json. */
#include "oracle.h"

/* What json hands on to its class is refused there. */
static bool only_option(td_scope *s, const oracle_call *call, const char *known, const char *class) {
	for (size_t i = 0; i < td_value_len(call->options); i++) {
		const char *name = td_value_str(td_value_key(call->options, i), "");
		if (strcmp(name, known) == 0) continue;
		td_raise(s, TD_TypeError, "%s.__init__() got an unexpected keyword argument '%s'", class, name);
		return false;
	}
	return true;
}

static const td_value *read_json(td_scope *s, const oracle_call *call, const char *name) {
	const td_value *v = oracle_arg(call, name), *path = oracle_shape(v, "$file");
	const td_value *strict = td_value_get(call->options, "strict");
	bool nonstrict = strict && !oracle_truth(strict);
	td_type type = td_value_type(v);
	bool readable = path || type == TD_STR || type == TD_BYTES; /* else that is said first */
	if (readable && !only_option(s, call, "strict", "JSONDecoder")) return NULL;
	if (path) return td_json_load_path(s, td_value_str(path, ""), .nonstrict = nonstrict);
	if (type == TD_BYTES) return td_json_loads_bytes(s, td_value_bytes(v), .nonstrict = nonstrict);
	const char *text = oracle_text_or(s, call, name, "the JSON object must be str, bytes or bytearray, not %s");
	return td_json_loads(s, text, .nonstrict = nonstrict);
}

#define LOADS_OPTIONS                                                                                                  \
	"cls=None, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, object_pairs_hook=None, "      \
	"**kw"

ORACLE_ROW(json_loads, "json.loads", "s, *, " LOADS_OPTIONS) {
	return read_json(s, call, "s");
}

ORACLE_ROW(json_load, "json.load", "fp, *, " LOADS_OPTIONS) {
	return read_json(s, call, "fp");
}

ORACLE_ROW(json_raw_decode, "json.JSONDecoder.raw_decode", "s, idx=0") {
	const char *text = oracle_text_or(s, call, "s", "first argument must be a string, not %s");
	int64_t idx = oracle_int(s, call, "idx", 0);
	if (td_failed(s)) return NULL;
	if (idx < 0) {
		td_raise(s, TD_ValueError, "idx cannot be negative");
		return NULL;
	}
	size_t at = oracle_offset(text, idx), end = strlen(text);
	if (at == end) at += (size_t)(idx - oracle_characters(s, text, end)); /* past the end */
	const td_value *v = td_json_raw_decode(s, text, &at);
	return v ? td_list(s, v, oracle_characters(s, text, at)) : NULL;
}

/* The two texts of separators; false: raised. */
static bool separators(td_scope *s, const td_value *v, const char **item, const char **key) {
	if (td_value_is_null(v)) return true;
	size_t len = td_value_len(v);
	if (td_value_type(v) != TD_LIST) {
		td_raise(s, TD_TypeError, "cannot unpack non-iterable %s object", td_value_type_name(v));
	} else if (len < 2) {
		td_raise(s, TD_ValueError, "not enough values to unpack (expected 2, got %zu)", len);
	} else if (len > 2) {
		td_raise(s, TD_ValueError, "too many values to unpack (expected 2)");
	} else if (td_value_type(td_value_at(v, 0)) != TD_STR || td_value_type(td_value_at(v, 1)) != TD_STR) {
		td_raise(s, TD_TypeError, "make_encoder() argument %d must be str, not %s",
		         td_value_type(td_value_at(v, 1)) != TD_STR ? 5 : 6,
		         td_value_type_name(td_value_at(v, td_value_type(td_value_at(v, 1)) != TD_STR ? 1 : 0)));
	} else {
		*item = td_value_str(td_value_at(v, 0), "");
		*key = td_value_str(td_value_at(v, 1), "");
	}
	return !td_failed(s);
}

ORACLE_ROW(json_dumps, "json.dumps",
           "obj, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, cls=None, indent=None, "
           "separators=None, default=None, sort_keys=False, **kw") {
	const char *item = NULL, *key = NULL, *indent_str = NULL;
	const td_value *indent = oracle_arg(call, "indent");
	if (!separators(s, oracle_arg(call, "separators"), &item, &key)) return NULL;
	if (!only_option(s, call, "", "JSONEncoder")) return NULL;
	td_opt_int indent_int = {false, 0};
	if (td_value_type(indent) == TD_STR) {
		indent_str = oracle_text(s, call, "indent", NULL);
	} else if (td_value_type(indent) == TD_INTEGER || td_value_type(indent) == TD_BOOL) {
		indent_int = oracle_opt_int(s, call, "indent");
	} else if (!td_value_is_null(indent)) {
		td_raise(s, TD_TypeError, "can't multiply sequence by non-int of type '%s'", td_value_type_name(indent));
	}
	const char *text =
		td_json_dumps(s, oracle_arg(call, "obj"), .ensure_utf8 = !oracle_true(call, "ensure_ascii", true),
	                  .disallow_nan = !oracle_true(call, "allow_nan", true), .indent = indent_int,
	                  .indent_str = indent_str, .item_separator = item, .key_separator = key,
	                  .sort_keys = oracle_true(call, "sort_keys", false),
	                  .skipkeys = oracle_true(call, "skipkeys", false));
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}
