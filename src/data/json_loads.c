/* td_json_loads and its like: options, encodings, errors. */
#include "core/unicode.h"
#include "core/utf8_fast.h"
#include "data/json_private.h"

enum { PYTHON_DEPTH = 994 };

void td__json_options(td_json_loads_opts *full, const td_json_loads_opts *given) {
	td__opts_copy(full, sizeof *full, given);
	if (full->max_depth <= 0) full->max_depth = PYTHON_DEPTH;
}

/* --- errors --- */

void td__json_error(td_scope *s, const td__json_source *src, const char *message, size_t at) {
	size_t line_start = at;
	int64_t line = src->first_line;
	while (line_start > 0 && src->text[line_start - 1] != '\n') line_start--;
	for (size_t i = 0; i < line_start; i++) line += src->text[i] == '\n';
	int64_t column = (int64_t)td__utf8_count(src->text + line_start, at - line_start) + 1;
	int64_t position = (int64_t)td__utf8_count(src->text, at);
	td_error *e = td__error_new(s, TD_JSONDecodeError, "%s: line %lld column %lld (char %lld)", message,
	                            (long long)line, (long long)column, (long long)position);
	if (!e) return;
	e->line = line;
	e->column = column;
	e->position = position;
	if (src->o.source) e->source = td__error_text(e, src->o.source, strlen(src->o.source));
	td__error_throw(s, e);
}

static void bad_bytes(td_scope *s, const char *codec, const char *bytes, size_t at, size_t count, const char *reason) {
	if (count == 1) {
		td_raise(s, TD_UnicodeDecodeError, "'%s' codec can't decode byte 0x%02x in position %zu: %s", codec,
		         (unsigned)(unsigned char)bytes[at], at, reason);
	} else {
		td_raise(s, TD_UnicodeDecodeError, "'%s' codec can't decode bytes in position %zu-%zu: %s", codec, at,
		         at + count - 1, reason);
	}
}

static bool is_surrogate(const char *text, size_t left) {
	const unsigned char *p = (const unsigned char *)text;
	return left >= 3 && p[0] == 0xED && (p[1] & 0xE0) == 0xA0 && (p[2] & 0xC0) == 0x80;
}

/* UnicodeDecodeError unless text is UTF-8; surrogates are allowed unless strict, as Python's surrogatepass does. */
static bool check_utf8(td_scope *s, const char *text, size_t len, bool strict) {
	for (size_t at = 0;;) {
		size_t bad = 0;
		const char *reason = "";
		at += td__utf8_check(text + at, len - at, &bad, &reason);
		if (at == len) return true;
		if (strict || !is_surrogate(text + at, len - at)) {
			bad_bytes(s, "utf-8", text, at, bad, reason);
			return false;
		}
		at += 3;
	}
}

/* --- encodings --- */

typedef struct wide {
	const char *codec;
	unsigned unit; /* bytes */
	bool big;
} wide;

static uint32_t unit_at(const wide *w, const unsigned char *p) {
	uint32_t x = 0;
	for (unsigned i = 0; i < w->unit; i++) x = x << 8 | p[w->big ? i : w->unit - 1 - i];
	return x;
}

/* Lone surrogates pass, as with Python's surrogatepass. */
static bool from_wide(td_scope *s, td_scope *tmp, const wide *w, td_bytes bytes, size_t at, td_bytes *text) {
	if (bytes.len > SIZE_MAX / 8) {
		td__raise_memory(s);
		return false;
	}
	char *out = td__alloc_raw(tmp, (bytes.len / w->unit + 1) * 4);
	if (!out) return false;
	size_t len = 0;
	const unsigned char *p = (const unsigned char *)bytes.data;
	for (; bytes.len - at >= w->unit; at += w->unit) {
		uint32_t c = unit_at(w, p + at);
		if (w->unit == 2 && c >> 10 == 0xD800 >> 10 && bytes.len - at >= 4) {
			uint32_t low = unit_at(w, p + at + 2);
			if (low >> 10 == 0xDC00 >> 10) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				at += 2;
			}
		}
		if (c > 0x10FFFF) {
			bad_bytes(s, w->codec, bytes.data, at, 4, "code point not in range(0x110000)");
			return false;
		}
		len += td__json_put(out + len, c);
	}
	if (at < bytes.len) {
		bad_bytes(s, w->codec, bytes.data, at, bytes.len - at, "truncated data");
		return false;
	}
	out[len] = '\0';
	*text = (td_bytes){out, len};
	return true;
}

bool td__json_decode(td_scope *s, td_scope *tmp, td_bytes bytes, td_bytes *text) {
	static const wide utf16[] = {{"utf-16-le", 2, false}, {"utf-16-be", 2, true}};
	static const wide utf32[] = {{"utf-32-le", 4, false}, {"utf-32-be", 4, true}};
	const unsigned char *p = (const unsigned char *)bytes.data;
	size_t n = bytes.len;
	*text = bytes;
	if (n >= 4 && memcmp(p, "\0\0\xFE\xFF", 4) == 0) return from_wide(s, tmp, &utf32[1], bytes, 4, text);
	if (n >= 4 && memcmp(p, "\xFF\xFE\0\0", 4) == 0) return from_wide(s, tmp, &utf32[0], bytes, 4, text);
	if (n >= 2 && memcmp(p, "\xFE\xFF", 2) == 0) return from_wide(s, tmp, &utf16[1], bytes, 2, text);
	if (n >= 2 && memcmp(p, "\xFF\xFE", 2) == 0) return from_wide(s, tmp, &utf16[0], bytes, 2, text);
	if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
		*text = (td_bytes){bytes.data + 3, n - 3};
	} else if (n >= 4) {
		if (!p[0]) return from_wide(s, tmp, p[1] ? &utf16[1] : &utf32[1], bytes, 0, text);
		if (!p[1]) return from_wide(s, tmp, p[2] || p[3] ? &utf16[0] : &utf32[0], bytes, 0, text);
	} else if (n == 2) {
		if (!p[0]) return from_wide(s, tmp, &utf16[1], bytes, 0, text);
		if (!p[1]) return from_wide(s, tmp, &utf16[0], bytes, 0, text);
	}
	return true;
}

/* --- reading --- */

const td_value *td__json_read(td_scope *s, const td__json_source *src, size_t *end) {
	const char *from = src->text + src->start;
	bool plain = td__is_utf8(from, src->len - src->start);
	if (!plain && !check_utf8(s, from, src->len - src->start, src->strict_utf8)) return NULL;
	td__build b;
	if (plain && !src->o.positions) {
		td__build_begin(&b, s, NULL);
		bool ok = td__json_fast(src, &b, end) && !(b.duplicate && src->o.reject_duplicates);
		const td_value *v = td__build_end(&b);
		if (ok || td_failed(s)) return ok ? v : NULL;
	}
	const char *source = NULL;
	if (src->o.positions) source = src->o.source ? td_strdup(s, src->o.source) : "";
	td__build_begin(&b, s, source);
	bool ok = td__json_exact(s, src, &b, end);
	const td_value *v = td__build_end(&b);
	return ok ? v : NULL;
}

bool td__json_has_mark(td_scope *s, const td__json_source *src) {
	if (src->len < 3 || memcmp(src->text, "\xEF\xBB\xBF", 3) != 0) return false;
	td__json_error(s, src, "Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
	return true;
}

static const td_value *read_text(td_scope *s, const char *text, size_t len, const td_json_loads_opts *opts) {
	td__json_source src = {.text = text, .len = len, .whole = true, .first_line = 1};
	td__json_options(&src.o, opts);
	size_t end;
	return td__json_has_mark(s, &src) ? NULL : td__json_read(s, &src, &end);
}

const td_value *(td_json_loads)(td_scope *s, const char *text, const td_json_loads_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return NULL;
	return read_text(s, text, strlen(text), opts);
}

const td_value *(td_json_loads_bytes)(td_scope *s, td_bytes bytes, const td_json_loads_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "bytes", bytes.data)) return NULL;
	TD_SCOPE(tmp, s);
	td__json_source src = {.whole = true, .first_line = 1};
	td__json_options(&src.o, opts);
	td_bytes text;
	if (!td__json_decode(s, tmp, bytes, &text)) return NULL;
	src.text = text.data;
	src.len = text.len;
	size_t end;
	return td__json_read(s, &src, &end);
}

const td_value *(td_json_raw_decode)(td_scope *s, const char *text, size_t *at, const td_json_loads_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text) || !td__need_handle(s, "at", at)) return NULL;
	td__json_source src = {.text = text, .len = strlen(text), .start = *at, .first_line = 1};
	td__json_options(&src.o, opts);
	if (src.start > src.len) src.start = src.len;
	size_t end;
	const td_value *v = td__json_read(s, &src, &end);
	if (v) *at = end;
	return v;
}
