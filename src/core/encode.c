/* Texts in other encodings than UTF-8. */
#include <tend/text.h>

#include "core/internal.h"
#include "core/unicode.h"

typedef enum encoding { UTF8, ASCII, LATIN1, UTF16, UTF32 } encoding;

/* By Python's names of them, without what it does not look at. */
static const struct {
	const char *name;
	encoding as;
	bool big, mark; /* the first byte is the highest; a byte order mark is written first */
} names[] = {
	{"utf8", UTF8, false, false},     {"u8", UTF8, false, false},         {"utf", UTF8, false, false},
	{"cp65001", UTF8, false, false},  {"ascii", ASCII, false, false},     {"usascii", ASCII, false, false},
	{"646", ASCII, false, false},     {"latin1", LATIN1, false, false},   {"latin", LATIN1, false, false},
	{"l1", LATIN1, false, false},     {"iso88591", LATIN1, false, false}, {"88591", LATIN1, false, false},
	{"cp819", LATIN1, false, false},  {"utf16", UTF16, false, true},      {"u16", UTF16, false, true},
	{"utf16le", UTF16, false, false}, {"utf16be", UTF16, true, false},    {"utf32", UTF32, false, true},
	{"u32", UTF32, false, true},      {"utf32le", UTF32, false, false},   {"utf32be", UTF32, true, false},
};

/* "Latin-1", "LATIN_1" and "latin1" are one name. */
static bool same_name(const char *given, const char *known) {
	for (; *given; given++) {
		if (*given == '-' || *given == '_' || *given == ' ' || *given == '.') continue;
		char c = *given >= 'A' && *given <= 'Z' ? (char)(*given | 0x20) : *given;
		if (*known == '\0' || c != *known) return false;
		known++;
	}
	return *known == '\0';
}

typedef struct output {
	char *data;
	size_t len, room;
	encoding as;
	bool big, mark;
} output;

static bool need_room(td_scope *s, output *o, size_t more) {
	return o->len + more <= o->room || td__grow(s, (void **)&o->data, &o->room, o->len + more, 1);
}

static void put_unit(output *o, uint32_t unit, unsigned bytes) {
	for (unsigned i = 0; i < bytes; i++) o->data[o->len++] = (char)(unit >> 8 * (o->big ? bytes - 1 - i : i));
}

static bool is_surrogate(uint32_t c) {
	return c >= 0xd800 && c < 0xe000;
}

static void put(output *o, uint32_t c) {
	if (o->as == UTF8 && is_surrogate(c)) { /* as three bytes, not as the one that it may stand for */
		put_unit(o, 0xed, 1);
		put_unit(o, 0x80 | (c >> 6 & 0x3f), 1);
		put_unit(o, 0x80 | (c & 0x3f), 1);
	} else if (o->as == UTF8) {
		o->len += td__utf8_put(o->data + o->len, c);
	} else if (o->as == UTF32) {
		put_unit(o, c, 4);
	} else if (o->as == UTF16 && c >= 0x10000) {
		put_unit(o, 0xd800 + ((c - 0x10000) >> 10), 2);
		put_unit(o, 0xdc00 + ((c - 0x10000) & 0x3ff), 2);
	} else {
		put_unit(o, c, o->as == UTF16 ? 2 : 1);
	}
}

/* A byte that is not UTF-8 is a surrogate too, as in Python's file names. */
static bool has(const output *o, uint32_t c) {
	if (o->as == ASCII || o->as == LATIN1) return c < (o->as == ASCII ? 128 : 256);
	return !is_surrogate(c);
}

static const char *escape(td_scope *s, uint32_t c) {
	return td_format(s, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

/* The characters from first (which is at position in the text) that the encoding has not, up to end. */
static void raise_missing(td_scope *s, const output *o, int64_t position, const char *first, const char *end) {
	static const char *const plain[] = {"utf-8", "ascii", "latin-1", "utf-16", "utf-32"};
	bool wide = o->as == UTF16 || o->as == UTF32;
	uint32_t c = 0;
	int64_t count = 0;
	for (const char *at = first; at < end && !(wide && count); count++) {
		uint32_t next = td__utf8_next(&at, end);
		if (has(o, next)) break;
		if (!count) c = next;
	}
	TD_SCOPE(tmp, s);
	const char *codec = td_format(tmp, "%s%s", plain[o->as], !wide || o->mark ? "" : o->big ? "-be" : "-le");
	const char *reason = o->as == ASCII    ? "ordinal not in range(128)"
	                     : o->as == LATIN1 ? "ordinal not in range(256)"
	                                       : "surrogates not allowed";
	if (count == 1)
		td_raise(s, TD_UnicodeEncodeError, "'%s' codec can't encode character '%s' in position %lld: %s", codec,
		         escape(tmp, c), (long long)position, reason);
	else
		td_raise(s, TD_UnicodeEncodeError, "'%s' codec can't encode characters in position %lld-%lld: %s", codec,
		         (long long)position, (long long)(position + count - 1), reason);
}

typedef enum handler { STRICT, IGNORE, REPLACE, BACKSLASH, XML, SURROGATE_ESCAPE, SURROGATE_PASS, UNKNOWN } handler;

static handler handler_of(const char *errors) {
	static const char *const ways[] = {
		"strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape", "surrogatepass"};
	size_t i = 0;
	while (i < UNKNOWN && strcmp(errors, ways[i]) != 0) i++;
	return (handler)i;
}

/* What is written for a character that the encoding has not, ASCII; NULL: nothing can be. */
static const char *instead_of(td_scope *tmp, handler how, uint32_t c) {
	switch (how) {
	case IGNORE: return "";
	case REPLACE: return "?";
	case BACKSLASH: return escape(tmp, c);
	case XML: return td_format(tmp, "&#%u;", c);
	default: return NULL;
	}
}

static bool encode(td_scope *s, output *o, const char *text, const char *errors) {
	TD_SCOPE(tmp, s);
	const char *end = text + strlen(text);
	handler how = handler_of(errors);
	bool single = o->as == UTF8 || o->as == ASCII || o->as == LATIN1;
	int64_t position = 0;
	for (const char *at = text; at < end; position++) {
		const char *before = at;
		uint32_t c = td__utf8_next(&at, end);
		if (!need_room(s, o, 4)) return false;
		if (has(o, c) || (how == SURROGATE_PASS && o->as != ASCII && o->as != LATIN1 && is_surrogate(c))) {
			put(o, c);
		} else if (how == SURROGATE_ESCAPE && single && c >= 0xdc80 && c < 0xdd00) {
			o->data[o->len++] = (char)(c - 0xdc00);
		} else if (how == UNKNOWN) {
			td_raise(s, TD_LookupError, "unknown error handler name '%s'", errors);
			return false;
		} else {
			const char *instead = instead_of(tmp, how, c);
			if (!instead) raise_missing(s, o, position, before, end);
			if (!instead || td_failed(tmp) || !need_room(s, o, 4 * strlen(instead))) return false;
			for (; *instead; instead++) put(o, (unsigned char)*instead);
		}
	}
	return true;
}

td_bytes(td_str_encode)(td_scope *s, const char *text, const td_str_encode_opts *opts) {
	const td_bytes none = {td_no_text, 0};
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return none;
	td_str_encode_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *name = o.encoding ? o.encoding : "utf-8", *errors = o.errors ? o.errors : "strict";
	if (!td__need_text(s, "encoding", name) || !td__need_text(s, "errors", errors)) return none;
	size_t i = 0, count = sizeof names / sizeof *names;
	while (i < count && !same_name(name, names[i].name)) i++;
	if (i == count) {
		td_raise(s, TD_LookupError, "unknown encoding: %s", name);
		return none;
	}
	size_t len = strlen(text), bad;
	const char *reason;
	if (names[i].as == UTF8 && td__utf8_check(text, len, &bad, &reason) == len) return td_keep(s, td_bytes_of(text));
	output out = {.as = names[i].as, .big = names[i].big, .mark = names[i].mark};
	if (!need_room(s, &out, len + 8)) return none;
	if (names[i].mark) put(&out, 0xfeff);
	if (!encode(s, &out, text, errors) || !need_room(s, &out, 4)) return none;
	memset(out.data + out.len, 0, 1);
	return (td_bytes){out.data, out.len};
}
