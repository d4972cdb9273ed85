/* wire.c: what JSON cannot say, in the shapes of the protocol: {"$bytes": base64}, {"$float": "nan"}, {"$int": digits},
 * {"$dict": [[key, value], …]}. */
#include <math.h>

#include "oracle.h"

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const char *oracle_base64(td_scope *s, td_bytes bytes) {
	char *out = td_alloc(s, (bytes.len + 2) / 3 * 4 + 1), *end = out;
	if (!out) return td_no_text;
	const unsigned char *in = (const unsigned char *)bytes.data;
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		unsigned group = (unsigned)in[i] << 16 | (left > 1 ? in[i + 1] : 0u) << 8 | (left > 2 ? in[i + 2] : 0u);
		*end++ = DIGITS[group >> 18];
		*end++ = DIGITS[group >> 12 & 63];
		*end++ = left > 1 ? DIGITS[group >> 6 & 63] : '=';
		*end++ = left > 2 ? DIGITS[group & 63] : '=';
	}
	return out;
}

static const td_value *from_base64(td_scope *s, const char *text) {
	size_t len = strlen(text);
	char *out = td_alloc(s, len + 1);
	if (!out) return NULL;
	size_t n = 0;
	unsigned group = 0, bits = 0;
	for (const char *c = text; *c && *c != '='; c++) {
		const char *digit = strchr(DIGITS, *c);
		if (!digit) {
			td_raise(s, TD_ValueError, "broken $bytes: %s", text);
			return NULL;
		}
		group = group << 6 | (unsigned)(digit - DIGITS);
		bits += 6;
		if (bits < 8) continue;
		bits -= 8;
		out[n++] = (char)(group >> bits);
	}
	return td_value_new_bytes(s, (td_bytes){out, n});
}

static const td_value *from_pairs(td_scope *s, const td_value *pairs) {
	td_value *dict = td_value_new_dict(s);
	for (size_t i = 0; i < td_value_len(pairs); i++) {
		const td_value *pair = td_value_at(pairs, i);
		td_value_set_key(s, dict, oracle_decode(s, td_value_at(pair, 0)), oracle_decode(s, td_value_at(pair, 1)));
	}
	return dict;
}

static const td_value *from_shape(td_scope *s, const td_value *v, bool *shaped) {
	const td_value *inner = td_value_at(v, 0);
	*shaped = true;
	if (oracle_shape(v, "$bytes")) return from_base64(s, td_value_str(inner, ""));
	if (oracle_shape(v, "$int")) return td_value_new_digits(s, td_value_str(inner, ""));
	if (oracle_shape(v, "$dict")) return from_pairs(s, inner);
	if (oracle_shape(v, "$float")) {
		const char *text = td_value_str(inner, "");
		double d = strcmp(text, "nan") == 0    ? (double)NAN
		           : strcmp(text, "inf") == 0  ? (double)INFINITY
		           : strcmp(text, "-inf") == 0 ? -(double)INFINITY
		                                       : td_float(s, text);
		return td_value_new_float(s, d);
	}
	*shaped = false;
	return NULL;
}

const td_value *oracle_decode(td_scope *s, const td_value *v) {
	if (td_value_type(v) == TD_LIST) {
		td_value *list = td_value_new_list(s);
		for (size_t i = 0; i < td_value_len(v); i++) td_value_append(s, list, oracle_decode(s, td_value_at(v, i)));
		return list;
	}
	if (td_value_type(v) != TD_DICT) return v;
	if (td_value_len(v) == 1) {
		bool shaped;
		const td_value *found = from_shape(s, v, &shaped);
		if (shaped) return found;
	}
	td_value *dict = td_value_new_dict(s);
	for (size_t i = 0; i < td_value_len(v); i++) {
		td_value_set_key(s, dict, td_value_key(v, i), oracle_decode(s, td_value_at(v, i)));
	}
	return dict;
}

/* --- back --- */

static bool has_plain_keys(const td_value *dict) {
	for (size_t i = 0; i < td_value_len(dict); i++) {
		if (td_value_type(td_value_key(dict, i)) != TD_STR) return false;
	}
	return true;
}

/* A key as json.dumps writes it; of what it refuses, the repr. */
static const td_value *plain_key(td_scope *s, const td_value *key) {
	switch (td_value_type(key)) {
	case TD_STR: return key;
	case TD_NULL_TYPE: return td_value_new_str(s, "null");
	case TD_BOOL: return td_value_new_str(s, td_value_bool(key, false) ? "true" : "false");
	case TD_FLOAT_TYPE: {
		double d = td_value_float(key, 0);
		return td_value_new_str(s, isnan(d)   ? "NaN"
		                           : isinf(d) ? d < 0 ? "-Infinity" : "Infinity"
		                                      : td_float_repr(s, d));
	}
	default: return td_value_new_str(s, td_value_repr(s, key));
	}
}

static const td_value *encode_dict(td_scope *s, const td_value *v, bool exact) {
	if (exact && !has_plain_keys(v)) {
		td_value *pairs = td_value_new_list(s);
		for (size_t i = 0; i < td_value_len(v); i++) {
			td_value *pair = td_value_new_list(s);
			td_value_append(s, pair, oracle_encode(s, td_value_key(v, i), exact));
			td_value_append(s, pair, oracle_encode(s, td_value_at(v, i), exact));
			td_value_append(s, pairs, pair);
		}
		return oracle_shaped(s, "$dict", pairs);
	}
	td_value *dict = td_value_new_dict(s);
	for (size_t i = 0; i < td_value_len(v); i++) {
		td_value_set_key(s, dict, plain_key(s, td_value_key(v, i)), oracle_encode(s, td_value_at(v, i), exact));
	}
	return dict;
}

const td_value *oracle_encode(td_scope *s, const td_value *v, bool exact) {
	switch (td_value_type(v)) {
	case TD_NONE: return td_value_new_null(s);
	case TD_BYTES: return oracle_shaped(s, "$bytes", td_value_new_str(s, oracle_base64(s, td_value_bytes(v))));
	case TD_FLOAT_TYPE: {
		double d = td_value_float(v, 0);
		if (isfinite(d)) return v;
		return oracle_shaped(s, "$float", td_value_new_str(s, isnan(d) ? "nan" : d < 0 ? "-inf" : "inf"));
	}
	case TD_INTEGER:
		if (td_value_int(v, 0) == td_value_int(v, 1)) return v;
		return oracle_shaped(s, "$int", td_value_new_str(s, td_value_digits(s, v)));
	case TD_LIST: {
		td_value *list = td_value_new_list(s);
		for (size_t i = 0; i < td_value_len(v); i++)
			td_value_append(s, list, oracle_encode(s, td_value_at(v, i), exact));
		return list;
	}
	case TD_DICT: return encode_dict(s, v, exact);
	default: return v;
	}
}
