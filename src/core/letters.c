/* Letters: case mapping by Unicode's full rules, and a text as Python's repr shows it. */
#include <tend/text.h>

#include "core/internal.h"
#include "core/unicode.h"

#define SIGMA 0x3A3
#define FINAL_SIGMA 0x3C2
#define SMALL_SIGMA 0x3C3

/* Whether, from at on, a cased character comes before any that is neither cased nor ignorable. */
static bool cased_follows(const char *at, const char *end) {
	while (at < end) {
		unsigned flags = td__unicode(td__utf8_next(&at, end))->flags;
		if (!(flags & TD__UNI_IGNORABLE)) return flags & TD__UNI_CASED;
	}
	return false;
}

/* Writes text's mapping to out, or only measures it when out is NULL. */
static size_t map_case(char *out, const char *text, size_t len, bool upper) {
	const char *end = text + len;
	size_t total = 0;
	bool cased_before = false;
	unsigned many = upper ? TD__UNI_MANY_UPPER : TD__UNI_MANY_LOWER;
	char scratch[4];
	while (text < end) {
		uint32_t c = td__utf8_next(&text, end);
		if (c < 0x80) {
			if (upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
				c ^= 0x20, cased_before = true;
			else if (!(td__unicode(c)->flags & TD__UNI_IGNORABLE))
				cased_before = td__unicode(c)->flags & TD__UNI_CASED;
			if (out) out[total] = (char)c;
			total++;
			continue;
		}
		const struct td__unicode_record *r = td__unicode(c);
		int32_t shift = upper ? r->upper : r->lower;
		if (r->flags & many) {
			const uint32_t *points = &td__unicode_many[shift];
			for (uint32_t i = 1; i <= points[0]; i++) total += td__utf8_put(out ? out + total : scratch, points[i]);
		} else {
			uint32_t to = c + (uint32_t)shift;
			if (c == SIGMA && !upper) to = cased_before && !cased_follows(text, end) ? FINAL_SIGMA : SMALL_SIGMA;
			total += td__utf8_put(out ? out + total : scratch, to);
		}
		if (!(r->flags & TD__UNI_IGNORABLE)) cased_before = r->flags & TD__UNI_CASED;
	}
	return total;
}

static const char *mapped(td_scope *s, const char *text, bool upper) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	size_t len = strlen(text), total = map_case(NULL, text, len, upper);
	char *out = td_alloc(s, total + 1);
	if (!out) return td_no_text;
	map_case(out, text, len, upper);
	out[total] = '\0';
	return out;
}

const char *td_str_lower(td_scope *s, const char *text) {
	return mapped(s, text, false);
}

const char *td_str_upper(td_scope *s, const char *text) {
	return mapped(s, text, true);
}

/* --- repr --- */

static size_t put_escape(char *out, char letter, uint32_t c, unsigned digits) {
	static const char hex[] = "0123456789abcdef";
	out[0] = '\\';
	out[1] = letter;
	for (unsigned i = 0; i < digits; i++) out[2 + i] = hex[c >> 4 * (digits - 1 - i) & 15];
	return 2 + digits;
}

/* One character as repr shows it between the quotes: at most 10 bytes. */
static size_t put_shown(char *out, uint32_t c, char quote) {
	if (c == (unsigned char)quote || c == '\\') return put_escape(out, (char)c, 0, 0);
	if (c == '\n') return put_escape(out, 'n', 0, 0);
	if (c == '\r') return put_escape(out, 'r', 0, 0);
	if (c == '\t') return put_escape(out, 't', 0, 0);
	if (td__unicode(c)->flags & TD__UNI_PRINTABLE) return td__utf8_put(out, c);
	if (c < 0x100) return put_escape(out, 'x', c, 2);
	return c < 0x10000 ? put_escape(out, 'u', c, 4) : put_escape(out, 'U', c, 8);
}

const char *td_str_repr(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	const char *end = text + strlen(text);
	char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
	size_t total = 2;
	char shown[16];
	for (const char *at = text; at < end;) total += put_shown(shown, td__utf8_next(&at, end), quote);
	char *out = td_alloc(s, total + 1), *to = out;
	if (!out) return td_no_text;
	*to++ = quote;
	for (const char *at = text; at < end;) to += put_shown(to, td__utf8_next(&at, end), quote);
	*to++ = quote;
	*to = '\0';
	return out;
}
