/* yaml_resolve.c: which type a plain scalar has: PyYAML's implicit resolvers, regular expressions there, by hand here. */
#include "data/yaml_internal.h"

typedef struct cursor {
	const char *p, *end;
} cursor;

static bool at(const cursor *c, char x) {
	return c->p < c->end && *c->p == x;
}
static bool take(cursor *c, char x) {
	bool yes = at(c, x);
	c->p += yes;
	return yes;
}
static bool take_any(cursor *c, const char *set) {
	bool yes = c->p < c->end && *c->p && strchr(set, *c->p);
	c->p += yes;
	return yes;
}
static bool digit(const cursor *c) {
	return c->p < c->end && *c->p >= '0' && *c->p <= '9';
}
/* How many characters of that set follow, and past them. */
static size_t run(cursor *c, const char *set) {
	const char *from = c->p;
	while (take_any(c, set)) {
	}
	return (size_t)(c->p - from);
}
static bool done(const cursor *c) {
	return c->p == c->end;
}

#define DIGITS "0123456789"

static bool is_one_of(const char *text, size_t len, const char *const *words) {
	for (; *words; words++) {
		if (strlen(*words) == len && memcmp(*words, text, len) == 0) return true;
	}
	return false;
}

/* (?::[0-5]?[0-9])+ */
static bool sixties(cursor *c) {
	size_t parts = 0;
	while (take(c, ':')) {
		if (!digit(c)) return false;
		char first = *c->p++;
		if (digit(c)) {
			if (first > '5') return false;
			c->p++;
		}
		parts++;
	}
	return parts > 0;
}

/* (?:[eE][-+][0-9]+)? and the end */
static bool exponent(cursor *c) {
	if (take_any(c, "eE") && (!take_any(c, "-+") || run(c, DIGITS) == 0)) return false;
	return done(c);
}

static bool is_float(const char *text, size_t len) {
	static const char *const inf[] = {"inf", "Inf", "INF", NULL};
	static const char *const nan[] = {"nan", "NaN", "NAN", NULL};
	cursor c = {text, text + len};
	bool sign = take_any(&c, "-+");
	if (take(&c, '.')) {
		size_t left = (size_t)(c.end - c.p);
		if (is_one_of(c.p, left, inf) || (!sign && is_one_of(c.p, left, nan))) return true;
		if (sign || !digit(&c)) return false;
		run(&c, DIGITS "_");
		return exponent(&c);
	}
	if (!digit(&c)) return false;
	run(&c, DIGITS "_");
	if (at(&c, ':')) {
		if (!sixties(&c) || !take(&c, '.')) return false;
		run(&c, DIGITS "_");
		return done(&c);
	}
	if (!take(&c, '.')) return false;
	run(&c, DIGITS "_");
	return exponent(&c);
}

static bool is_int(const char *text, size_t len) {
	cursor c = {text, text + len};
	take_any(&c, "-+");
	if (take(&c, '0')) {
		if (done(&c)) return true;
		if (take(&c, 'b')) return run(&c, "01_") > 0 && done(&c);
		if (take(&c, 'x')) return run(&c, DIGITS "abcdefABCDEF_") > 0 && done(&c);
		return run(&c, "01234567_") > 0 && done(&c);
	}
	if (!digit(&c)) return false;
	run(&c, DIGITS "_");
	return done(&c) || (sixties(&c) && done(&c));
}

static bool is_timestamp(const char *text, size_t len) {
	cursor c = {text, text + len};
	if (run(&c, DIGITS) != 4 || !take(&c, '-')) return false;
	size_t month = run(&c, DIGITS);
	if (month < 1 || month > 2 || !take(&c, '-')) return false;
	size_t day = run(&c, DIGITS);
	if (day < 1 || day > 2) return false;
	if (done(&c)) return month == 2 && day == 2;
	if (!take_any(&c, "Tt") && run(&c, " \t") == 0) return false;
	size_t hour = run(&c, DIGITS);
	if (hour < 1 || hour > 2 || !take(&c, ':') || run(&c, DIGITS) != 2 || !take(&c, ':') || run(&c, DIGITS) != 2)
		return false;
	if (take(&c, '.')) run(&c, DIGITS);
	if (done(&c)) return true;
	run(&c, " \t");
	if (take(&c, 'Z')) return done(&c);
	if (!take_any(&c, "-+")) return false;
	size_t offset = run(&c, DIGITS);
	if (offset < 1 || offset > 2) return false;
	if (take(&c, ':') && run(&c, DIGITS) != 2) return false;
	return done(&c);
}

yaml_tag td__yaml_resolve(const char *text, size_t len) {
	static const char *const bools[] = {"yes",   "Yes",   "YES", "no", "No", "NO",  "true", "True", "TRUE", "false",
	                                    "False", "FALSE", "on",  "On", "ON", "off", "Off",  "OFF",  NULL};
	static const char *const nulls[] = {"~", "null", "Null", "NULL", NULL};
	if (len == 0) return YAML_TAG_NULL;
	switch (*text) {
	case '~':
	case 'n':
	case 'N':
	case 'y':
	case 'Y':
	case 't':
	case 'T':
	case 'f':
	case 'F':
	case 'o':
	case 'O':
		if (len > 5) return YAML_TAG_STR;
		if (is_one_of(text, len, bools)) return YAML_TAG_BOOL;
		return is_one_of(text, len, nulls) ? YAML_TAG_NULL : YAML_TAG_STR;
	case '<': return len == 2 && text[1] == '<' ? YAML_TAG_MERGE : YAML_TAG_STR;
	case '=': return len == 1 ? YAML_TAG_VALUE : YAML_TAG_STR;
	default:
		if (!strchr("-+." DIGITS, *text)) return YAML_TAG_STR;
		if (is_float(text, len)) return YAML_TAG_FLOAT;
		if (is_int(text, len)) return YAML_TAG_INT;
		return is_timestamp(text, len) ? YAML_TAG_TIMESTAMP : YAML_TAG_STR;
	}
}

yaml_tag td__yaml_tag_of(const char *tag) {
	static const char *const names[] = {
		[YAML_TAG_NULL] = "null",   [YAML_TAG_BOOL] = "bool",     [YAML_TAG_INT] = "int",
		[YAML_TAG_FLOAT] = "float", [YAML_TAG_BINARY] = "binary", [YAML_TAG_TIMESTAMP] = "timestamp",
		[YAML_TAG_OMAP] = "omap",   [YAML_TAG_PAIRS] = "pairs",   [YAML_TAG_SET] = "set",
		[YAML_TAG_STR] = "str",     [YAML_TAG_SEQ] = "seq",       [YAML_TAG_MAP] = "map",
		[YAML_TAG_MERGE] = "merge", [YAML_TAG_VALUE] = "value",
	};
	static const char prefix[] = "tag:yaml.org,2002:";
	if (strncmp(tag, prefix, sizeof prefix - 1) != 0) return YAML_TAG_OTHER;
	for (size_t i = YAML_TAG_NULL; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(tag + sizeof prefix - 1, names[i]) == 0) return (yaml_tag)i;
	}
	return YAML_TAG_OTHER;
}

const char *td__yaml_kind_name(yaml_kind kind) {
	return kind == YAML_SCALAR ? "scalar" : kind == YAML_SEQUENCE ? "sequence" : "mapping";
}
