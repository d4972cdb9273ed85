/* base64.c: bytes as letters. Decoding is CPython's binascii: what is not of the alphabet is skipped unless asked, and
 * padding ends the text only where it may. */
#include <tend/base64.h>

#include <tend/text.h>
#include <tend/value.h>

#include "core/internal.h"

static const td_bytes nothing = {"", 0};

static bool need_bytes(td_scope *s, td_bytes data) {
	return td__need_handle(s, "data", data.data);
}

static td_bytes wrong(td_scope *s, const char *message) {
	td_raise(s, TD_binascii_Error, "%s", message);
	return nothing;
}

/* --- base 64 --- */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char *encode64(td_scope *s, td_bytes data, const char *alt, size_t line) {
	if (data.len > SIZE_MAX / 4) {
		td_raise(s, TD_OverflowError, "the data is too long to be encoded");
		return NULL;
	}
	size_t len = (data.len + 2) / 3 * 4;
	size_t breaks = line ? (len + line - 1) / line : 0;
	char *out = td__alloc_raw(s, len + breaks + 1), *at = out;
	if (!out) return NULL;
	char table[64];
	memcpy(table, letters, 64);
	if (alt) memcpy(table + 62, alt, 2);
	const unsigned char *in = (const unsigned char *)data.data;
	size_t column = 0;
	for (size_t i = 0; i < data.len; i += 3) {
		size_t left = data.len - i;
		unsigned group = (unsigned)in[i] << 16 | (left > 1 ? (unsigned)in[i + 1] << 8 : 0) | (left > 2 ? in[i + 2] : 0);
		*at++ = table[group >> 18];
		*at++ = table[group >> 12 & 63];
		*at++ = left > 1 ? table[group >> 6 & 63] : '=';
		*at++ = left > 2 ? table[group & 63] : '=';
		column += 4;
		if (line && (column == line || left <= 3)) {
			*at++ = '\n';
			column = 0;
		}
	}
	*at = '\0';
	return out;
}

static int digit64(unsigned char c, const char *alt) {
	if (c >= 'A' && c <= 'Z') return c - 'A';
	if (c >= 'a' && c <= 'z') return c - 'a' + 26;
	if (c >= '0' && c <= '9') return c - '0' + 52;
	/* Python translates the two before it decodes, and leaves the plain ones what they were. */
	if (c == '+' || (alt && c == (unsigned char)alt[0])) return 62;
	if (c == '/' || (alt && c == (unsigned char)alt[1])) return 63;
	return -1;
}

static td_bytes decode64(td_scope *s, const char *text, const char *alt, bool strict) {
	size_t len = strlen(text), n = 0, digits = 0;
	unsigned char *out = td__alloc_raw(s, len / 4 * 3 + 4);
	if (!out) return nothing;
	unsigned left = 0;
	int quad = 0, pads = 0;
	bool padded = false;
	if (strict && len && text[0] == '=') return wrong(s, "Leading padding not allowed");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '=') {
			padded = true;
			if (quad >= 2 && quad + ++pads >= 4) {
				if (strict && i + 1 < len) return wrong(s, "Excess data after padding");
				out[n] = '\0';
				return (td_bytes){(char *)out, n};
			}
			continue;
		}
		int digit = digit64(c, alt);
		if (digit < 0) {
			if (strict) return wrong(s, "Only base64 data is allowed");
			continue;
		}
		if (strict && padded) return wrong(s, "Discontinuous padding not allowed");
		pads = 0;
		digits++;
		switch (quad) {
		case 0: left = (unsigned)digit; break;
		case 1:
			out[n++] = (unsigned char)(left << 2 | (unsigned)digit >> 4);
			left = (unsigned)digit & 15;
			break;
		case 2:
			out[n++] = (unsigned char)(left << 4 | (unsigned)digit >> 2);
			left = (unsigned)digit & 3;
			break;
		default: out[n++] = (unsigned char)(left << 6 | (unsigned)digit); left = 0;
		}
		quad = (quad + 1) % 4;
	}
	if (quad == 1) {
		td_raise(s, TD_binascii_Error,
		         "Invalid base64-encoded string: number of data characters (%zu) cannot be 1 more than a multiple of 4",
		         digits);
		return nothing;
	}
	if (quad) return wrong(s, "Incorrect padding");
	out[n] = '\0';
	return (td_bytes){(char *)out, n};
}

static bool read_opts(td_scope *s, const td_base64_opts *opts, td_base64_opts *o) {
	if (!td__enter_opts(s, opts)) return false;
	td__opts_copy(o, sizeof *o, opts);
	if (!o->altchars || strlen(o->altchars) == 2) return true;
	td_raise(s, TD_AssertionError, "altchars has %zu characters and not 2", strlen(o->altchars));
	return false;
}

const char *(td_base64_b64encode)(td_scope *s, td_bytes data, const td_base64_opts *opts) {
	td_base64_opts o;
	if (!read_opts(s, opts, &o) || !need_bytes(s, data)) return td_no_text;
	const char *out = encode64(s, data, o.altchars, 0);
	return out ? out : td_no_text;
}

td_bytes(td_base64_b64decode)(td_scope *s, const char *text, const td_base64_opts *opts) {
	td_base64_opts o;
	if (!read_opts(s, opts, &o) || !td__need_text(s, "text", text)) return nothing;
	return decode64(s, text, o.altchars, o.validate);
}

const char *(td_base64_urlsafe_b64encode)(td_scope *s, td_bytes data) {
	return (td_base64_b64encode)(s, data, TD__OPTS(td_base64_opts, .altchars = "-_"));
}

td_bytes(td_base64_urlsafe_b64decode)(td_scope *s, const char *text) {
	return (td_base64_b64decode)(s, text, TD__OPTS(td_base64_opts, .altchars = "-_"));
}

const char *(td_base64_encodebytes)(td_scope *s, td_bytes data) {
	if (!td__enter(s) || !need_bytes(s, data)) return td_no_text;
	const char *out = encode64(s, data, NULL, 76);
	return out ? out : td_no_text;
}

td_bytes(td_base64_decodebytes)(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return nothing;
	return decode64(s, text, NULL, false);
}

/* --- base 32 --- */

static const char letters32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const char *(td_base64_b32encode)(td_scope *s, td_bytes data) {
	if (!td__enter(s) || !need_bytes(s, data)) return td_no_text;
	char *out = td__alloc_raw(s, (data.len + 4) / 5 * 8 + 1), *at = out;
	if (!out) return td_no_text;
	static const int shown[] = {0, 2, 4, 5, 7, 8};
	for (size_t i = 0; i < data.len; i += 5) {
		uint64_t group = 0;
		size_t left = data.len - i < 5 ? data.len - i : 5;
		for (size_t k = 0; k < 5; k++) group = group << 8 | (k < left ? (unsigned char)data.data[i + k] : 0);
		for (int k = 0; k < 8; k++) *at++ = k < shown[left] ? letters32[group >> (35 - 5 * k) & 31] : '=';
	}
	*at = '\0';
	return out;
}

/* The letter that c is read as. */
static char folded32(char c, const td_base64_b32decode_opts *o) {
	if (o->map01 && c == '0') c = 'O';
	if (o->map01 && c == '1') c = *o->map01;
	return o->casefold && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

td_bytes(td_base64_b32decode)(td_scope *s, const char *text, const td_base64_b32decode_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return nothing;
	td_base64_b32decode_opts o;
	td__opts_copy(&o, sizeof o, opts);
	size_t len = strlen(text), pads = 0, n = 0;
	if (len % 8) return wrong(s, "Incorrect padding");
	if (o.map01 && strlen(o.map01) != 1) {
		TD_SCOPE(tmp, s);
		td_raise(tmp, TD_AssertionError, "%s", td_value_repr(tmp, td_value_new_bytes(tmp, td_bytes_of(o.map01))));
		return nothing;
	}
	while (pads < len && folded32(text[len - 1 - pads], &o) == '=') pads++;
	unsigned char *out = td__alloc_raw(s, len / 8 * 5 + 1);
	if (!out) return nothing;
	uint64_t group = 0;
	for (size_t i = 0; i < len; i++) {
		const char *found = i < len - pads ? memchr(letters32, folded32(text[i], &o), 32) : letters32;
		if (!found) return wrong(s, "Non-base32 digit found");
		group = group << 5 | (uint64_t)(found - letters32);
		if (i % 8 < 7) continue;
		for (int k = 4; k >= 0; k--) out[n++] = (unsigned char)(group >> (8 * k));
		group = 0;
	}
	if (pads != 0 && pads != 1 && pads != 3 && pads != 4 && pads != 6) return wrong(s, "Incorrect padding");
	n -= (5 * pads + 7) / 8;
	out[n] = '\0';
	return (td_bytes){(char *)out, n};
}

/* --- hexadecimal --- */

const char *(td_base64_b16encode)(td_scope *s, td_bytes data) {
	if (!td__enter(s) || !need_bytes(s, data)) return td_no_text;
	char *out = td__alloc_raw(s, data.len * 2 + 1);
	if (!out) return td_no_text;
	for (size_t i = 0; i < data.len; i++) {
		unsigned char c = (unsigned char)data.data[i];
		out[2 * i] = "0123456789ABCDEF"[c >> 4];
		out[2 * i + 1] = "0123456789ABCDEF"[c & 15];
	}
	out[2 * data.len] = '\0';
	return out;
}

static int hex_digit(char c, bool small) {
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	if (small && c >= 'a' && c <= 'f') return c - 'a' + 10;
	return -1;
}

/* small: small letters too. letters_first: that all are digits is asked before how many there are. */
static td_bytes decode16(td_scope *s, const char *text, bool small, bool letters_first, const char *bad) {
	size_t len = strlen(text);
	unsigned char *out = td__alloc_raw(s, len / 2 + 1);
	if (!out) return nothing;
	for (size_t i = 0; letters_first && i < len; i++) {
		if (hex_digit(text[i], small) < 0) return wrong(s, bad);
	}
	if (len % 2) return wrong(s, "Odd-length string");
	for (size_t i = 0; i < len; i += 2) {
		int high = hex_digit(text[i], small), low = hex_digit(text[i + 1], small);
		if (high < 0 || low < 0) return wrong(s, bad);
		out[i / 2] = (unsigned char)(high << 4 | low);
	}
	out[len / 2] = '\0';
	return (td_bytes){(char *)out, len / 2};
}

td_bytes(td_base64_b16decode)(td_scope *s, const char *text, const td_base64_b16decode_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return nothing;
	td_base64_b16decode_opts o;
	td__opts_copy(&o, sizeof o, opts);
	return decode16(s, text, o.casefold, true, "Non-base16 digit found");
}

td_bytes(td_binascii_unhexlify)(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return nothing;
	return decode16(s, text, true, false, "Non-hexadecimal digit found");
}

/* Python takes one character that fits a byte, and writes it as that byte. */
static bool separator(td_scope *s, const char *sep, char *out) {
	size_t len = strlen(sep);
	unsigned char first = (unsigned char)sep[0];
	*out = sep[0];
	if (len == 1) return true;
	if (len == 2 && (first == 0xc2 || first == 0xc3)) {
		*out = (char)((first & 3) << 6 | (sep[1] & 0x3f));
		return true;
	}
	bool one = len && first >= 0xc0 && td_str_len(sep) == 1;
	td_raise(s, TD_ValueError, "%s", one ? "sep must be ASCII." : "sep must be length 1.");
	return false;
}

const char *(td_binascii_hexlify)(td_scope *s, td_bytes data, const td_binascii_hexlify_opts *opts) {
	if (!td__enter_opts(s, opts) || !need_bytes(s, data)) return td_no_text;
	td_binascii_hexlify_opts o;
	td__opts_copy(&o, sizeof o, opts);
	char sep = '\0';
	if (o.sep && !separator(s, o.sep, &sep)) return td_no_text;
	int64_t group = !o.sep ? 0 : o.bytes_per_sep.given ? o.bytes_per_sep.value : 1;
	size_t every = (size_t)(group < 0 ? -group : group);
	size_t seps = every && data.len ? (data.len - 1) / every : 0;
	char *out = td__alloc_raw(s, data.len * 2 + seps + 1), *at = out;
	if (!out) return td_no_text;
	for (size_t i = 0; i < data.len; i++) {
		size_t place = group > 0 ? data.len - i : i;
		if (every && i && place % every == 0) *at++ = sep;
		unsigned char c = (unsigned char)data.data[i];
		*at++ = "0123456789abcdef"[c >> 4];
		*at++ = "0123456789abcdef"[c & 15];
	}
	*at = '\0';
	return out;
}
