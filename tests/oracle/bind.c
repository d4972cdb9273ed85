/* bind.c: arguments to parameters, as Python binds them, with its TypeErrors; and the arguments' types. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "oracle.h"

typedef struct parameter {
	char name[48];
	bool required, positional, keyword;
} parameter;

/* The parameters of "a, /, b=None, *, c=1, **rest". */
static size_t parse(const char *signature, parameter *out, bool *rest, bool *options) {
	size_t count = 0, before_slash = 0;
	bool keyword_only = false;
	*rest = *options = false;
	for (const char *p = signature; *p;) {
		size_t len = 0;
		int depth = 0; /* a comma inside a default is part of it */
		while (p[len] && (p[len] != ',' || depth)) {
			depth += (p[len] == '(') - (p[len] == ')');
			len++;
		}
		size_t name_len = strcspn(p, "=, ");
		if (name_len > len) name_len = len;
		if (len == 1 && *p == '/') {
			before_slash = count;
		} else if (strncmp(p, "**", 2) == 0) {
			*options = true;
		} else if (*p == '*') {
			keyword_only = true;
			if (len > 1) *rest = true;
		} else if (count < ORACLE_ARGS_MOST) {
			parameter *q = &out[count++];
			snprintf(q->name, sizeof q->name, "%.*s", (int)name_len, p);
			q->required = p[name_len] != '=';
			q->positional = !keyword_only;
			q->keyword = true;
		}
		p += len;
		p += strspn(p, ", ");
	}
	for (size_t i = 0; i < before_slash; i++) out[i].keyword = false;
	return count;
}

/* The name as Python's message has it: of "json.JSONDecoder.raw_decode" that is "JSONDecoder.raw_decode", of
 * "json.loads" it is "loads". */
static const char *short_name(const char *name) {
	const char *last = strrchr(name, '.'), *start = name;
	if (!last) return name;
	for (const char *dot = strchr(name, '.'); dot && dot < last; dot = strchr(dot + 1, '.')) start = dot + 1;
	return start == name && strchr(name, '.') == last ? last + 1 : start;
}

static bool too_many(td_scope *s, const oracle_row *row, const parameter *p, size_t count, size_t given) {
	size_t positional = 0, required = 0;
	for (size_t i = 0; i < count; i++) {
		positional += p[i].positional;
		required += p[i].positional && p[i].required;
	}
	const char *be = given == 1 ? "was" : "were";
	if (required < positional) {
		td_raise(s, TD_TypeError, "%s() takes from %zu to %zu positional arguments but %zu %s given",
		         short_name(row->name), required, positional, given, be);
	} else {
		td_raise(s, TD_TypeError, "%s() takes %zu positional argument%s but %zu %s given", short_name(row->name),
		         positional, positional == 1 ? "" : "s", given, be);
	}
	return false;
}

static bool missing(td_scope *s, const oracle_row *row, const parameter *p, size_t count, const oracle_call *call) {
	const char *names[ORACLE_ARGS_MOST];
	size_t n = 0;
	bool positional = true;
	for (int pass = 0; pass < 2 && n == 0; pass++) {
		positional = pass == 0;
		for (size_t i = 0; i < count; i++) {
			if (p[i].required && !call->values[i] && p[i].positional == positional) names[n++] = p[i].name;
		}
	}
	if (n == 0) return true;
	TD_SCOPE(tmp, s);
	const char *list = "";
	for (size_t i = 0; i < n; i++) {
		const char *between = i == 0 ? "" : i + 1 < n ? ", " : n == 2 ? " and " : ", and ";
		list = td_format(tmp, "%s%s'%s'", list, between, names[i]);
	}
	td_raise(s, TD_TypeError, "%s() missing %zu required %s argument%s: %s", short_name(row->name), n,
	         positional ? "positional" : "keyword-only", n == 1 ? "" : "s", list);
	return false;
}

bool oracle_bind(td_scope *s, const oracle_row *row, const td_value *args, const td_value *kwargs, oracle_call *call) {
	static parameter p[ORACLE_ARGS_MOST];
	bool rest, options;
	memset(call, 0, sizeof *call);
	call->count = parse(row->signature, p, &rest, &options);
	td_value *others = rest ? td_value_new_list(s) : NULL, *named = options ? td_value_new_dict(s) : NULL;
	for (size_t i = 0; i < call->count; i++) call->names[i] = p[i].name;
	size_t at = 0, given = td_value_len(args);
	for (size_t i = 0; i < given; i++) {
		while (at < call->count && !p[at].positional) at++;
		if (at < call->count) {
			call->values[at++] = td_value_at(args, i);
		} else if (rest) {
			td_value_append(s, others, td_value_at(args, i));
		} else {
			return too_many(s, row, p, call->count, given);
		}
	}
	for (size_t k = 0; k < td_value_len(kwargs); k++) {
		const char *name = td_value_str(td_value_key(kwargs, k), "");
		size_t i = 0;
		while (i < call->count && (!p[i].keyword || strcmp(p[i].name, name) != 0)) i++;
		if (i < call->count && call->values[i]) {
			td_raise(s, TD_TypeError, "%s() got multiple values for argument '%s'", short_name(row->name), name);
			return false;
		}
		if (i < call->count) {
			call->values[i] = td_value_at(kwargs, k);
		} else if (options) {
			td_value_set(s, named, name, td_value_at(kwargs, k));
		} else {
			td_raise(s, TD_TypeError, "%s() got an unexpected keyword argument '%s'", short_name(row->name), name);
			return false;
		}
	}
	call->rest = others;
	call->options = named;
	return missing(s, row, p, call->count, call) && !td_failed(s);
}

/* --- what rows ask --- */

const td_value *oracle_arg(const oracle_call *call, const char *name) {
	for (size_t i = 0; i < call->count; i++) {
		if (strcmp(call->names[i], name) == 0) return call->values[i];
	}
	return NULL;
}

bool oracle_given(const oracle_call *call, const char *name) {
	return !td_value_is_null(oracle_arg(call, name));
}

static const td_value *of_type(td_scope *s, const oracle_call *call, const char *name, td_type type,
                               const char *words) {
	const td_value *v = oracle_arg(call, name);
	if (td_value_is_null(v)) return NULL;
	td_type found = td_value_type(v);
	if (found == type || (type == TD_INTEGER && found == TD_BOOL)) return v;
	if (type == TD_FLOAT_TYPE && (found == TD_INTEGER || found == TD_BOOL)) return v;
	if (type == TD_INTEGER) {
		td_raise(s, TD_TypeError, "'%s' object cannot be interpreted as an integer", td_value_type_name(v));
	} else {
		td_raise(s, TD_TypeError, "expected %s, not %s", words, td_value_type_name(v));
	}
	return NULL;
}

const char *oracle_text(td_scope *s, const oracle_call *call, const char *name, const char *fallback) {
	const td_value *v = of_type(s, call, name, TD_STR, "str");
	if (!v) return td_failed(s) ? td_no_text : fallback;
	td_bytes text = td_value_bytes(v);
	if (strlen(text.data) != text.len) {
		td_raise(s, TD_ValueError, "embedded null byte");
		return td_no_text;
	}
	return text.data;
}

const char *oracle_text_or(td_scope *s, const oracle_call *call, const char *name, const char *words) {
	const td_value *v = oracle_arg(call, name);
	if (td_value_type(v) == TD_STR) return oracle_text(s, call, name, NULL);
	TD_SCOPE(tmp, s);
	const char *type = td_value_type_name(v);
	td_raise(s, TD_TypeError, "%s", td_str_replace(tmp, words, "%s", type));
	return td_no_text;
}

size_t oracle_offset(const char *text, int64_t n) {
	const char *at = text;
	while (*at && n > 0) {
		at++;
		while ((*at & 0xc0) == 0x80) at++;
		n--;
	}
	return (size_t)(at - text);
}

int64_t oracle_characters(td_scope *s, const char *text, size_t len) {
	return (int64_t)td_str_len(td_strndup(s, text, len));
}

int64_t oracle_int(td_scope *s, const oracle_call *call, const char *name, int64_t fallback) {
	const td_value *v = of_type(s, call, name, TD_INTEGER, "int");
	if (!v) return fallback;
	if (td_value_type(v) == TD_BOOL) return td_value_bool(v, false);
	int64_t n = td_value_int(v, 0);
	if (n == 0 && td_value_int(v, 1) == 1)
		td_raise(s, TD_OverflowError, "Python int too large to convert to C ssize_t");
	return n;
}

double oracle_float(td_scope *s, const oracle_call *call, const char *name, double fallback) {
	const td_value *v = of_type(s, call, name, TD_FLOAT_TYPE, "float");
	if (!v) return fallback;
	if (td_value_type(v) == TD_BOOL) return td_value_bool(v, false);
	return td_value_float(v, fallback);
}

bool oracle_truth(const td_value *v) {
	switch (td_value_type(v)) {
	case TD_BOOL: return td_value_bool(v, false);
	case TD_INTEGER: return td_value_int(v, 1) != 0;
	case TD_FLOAT_TYPE: return td_value_float(v, 0) != 0;
	case TD_STR:
	case TD_BYTES:
	case TD_LIST:
	case TD_DICT: return td_value_len(v) != 0;
	default: return false;
	}
}

bool oracle_true(const oracle_call *call, const char *name, bool fallback) {
	const td_value *v = oracle_arg(call, name);
	return v ? oracle_truth(v) : fallback;
}

td_strs oracle_strs(td_scope *s, const oracle_call *call, const char *name) {
	const td_value *v = oracle_arg(call, name);
	size_t len = td_value_len(v);
	const char **items = td_alloc_array(s, len + 1, sizeof *items);
	if (!items) return (td_strs){NULL, 0};
	if (td_value_type(v) != TD_LIST) {
		td_raise(s, TD_TypeError, "can only join an iterable");
		return (td_strs){items, 0};
	}
	for (size_t i = 0; i < len; i++) {
		items[i] = td_value_str(td_value_at(v, i), NULL);
		if (items[i]) continue;
		td_raise(s, TD_TypeError, "sequence item %zu: expected str instance, %s found", i,
		         td_value_type_name(td_value_at(v, i)));
		return (td_strs){items, 0};
	}
	return (td_strs){items, len};
}

td_opt_int oracle_opt_int(td_scope *s, const oracle_call *call, const char *name) {
	if (!oracle_given(call, name)) return (td_opt_int){false, 0};
	return (td_opt_int){true, oracle_int(s, call, name, 0)};
}

const td_value *oracle_shape(const td_value *v, const char *shape) {
	return td_value_type(v) == TD_DICT && td_value_len(v) == 1 ? td_value_get(v, shape) : NULL;
}

const td_value *oracle_shaped(td_scope *s, const char *shape, const td_value *v) {
	return td_dict(s, shape, v);
}

td_bytes oracle_document(td_scope *s, const oracle_call *call, const char *name) {
	static const td_bytes nothing = {"", 0};
	const td_value *v = oracle_arg(call, name), *path = oracle_shape(v, "$file");
	if (!path) {
		if (td_value_type(v) == TD_STR || td_value_type(v) == TD_BYTES) return td_value_bytes(v);
		td_raise(s, TD_TypeError, "expected str, bytes or {\"$file\": path}, not %s", td_value_type_name(v));
		return nothing;
	}
	const char *name_of = td_value_str(path, "");
	FILE *in = fopen(name_of, "re");
	if (!in) {
		td_raise_os(s, errno, name_of);
		return nothing;
	}
	char *bytes = NULL;
	size_t len = 0;
	FILE *copy = open_memstream(&bytes, &len);
	char part[65536];
	for (size_t n; copy && (n = fread(part, 1, sizeof part, in)) > 0;) fwrite(part, 1, n, copy);
	fclose(in);
	if (!copy || fclose(copy) != 0) return nothing;
	char *kept = td_alloc(s, len + 1);
	if (kept) memcpy(kept, bytes, len);
	free(bytes);
	return kept ? (td_bytes){kept, len} : nothing;
}
