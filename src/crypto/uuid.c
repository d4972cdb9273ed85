/* Identifiers that need no authority. */
#include <tend/hashlib.h>
#include <tend/os.h>
#include <tend/text.h>
#include <tend/uuid.h>

#include "core/internal.h"
#include "core/unicode.h"

static const td_uuid nobody;

const td_uuid td__namespaces[4] = {
	{{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}},
	{{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}},
	{{0x6b, 0xa7, 0xb8, 0x12, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}},
	{{0x6b, 0xa7, 0xb8, 0x14, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}},
};

static const td_uuid *of_bytes(td_scope *s, const void *bytes) {
	td_uuid *u = td_alloc(s, sizeof *u);
	if (!u) return &nobody;
	memcpy(u->bytes, bytes, sizeof u->bytes);
	return u;
}

/* The same with the marks of a version made by whoever calls. */
static const td_uuid *marked(td_scope *s, const void *bytes, unsigned version) {
	td_uuid u;
	memcpy(u.bytes, bytes, sizeof u.bytes);
	u.bytes[6] = (uint8_t)((u.bytes[6] & 0x0f) | version << 4);
	u.bytes[8] = (uint8_t)((u.bytes[8] & 0x3f) | 0x80);
	return of_bytes(s, u.bytes);
}

/* 32 characters as Python's int(text, 16) reads them, which is more than hexadecimal digits: blanks around, "+", "0x", "_"
 * between digits, any script's decimal digits. */
static bool read_number(const char *text, uint8_t bytes[16]) {
	char plain[33];
	size_t n = 0, kept = 0;
	for (const char *at = text, *end = text + strlen(text); at < end;) {
		uint32_t c = td__utf8_next(&at, end);
		int digit = c < 0x80 ? -1 : td__decimal_digit(c);
		bool space = td__is_space(c);
		if ((space && n == 0) || n == 32) continue;
		plain[n++] = space ? ' ' : digit >= 0 ? (char)('0' + digit) : c < 0x80 ? (char)c : '?';
		if (!space) kept = n;
	}
	plain[kept] = '\0';
	const char *p = plain + (plain[0] == '+');
	if (p[0] == '0' && (p[1] | 0x20) == 'x') p += 2 + (p[2] == '_');
	if (*p == '\0') return false;
	uint64_t high = 0, low = 0;
	for (bool after_digit = false;; p++) {
		if (*p == '\0') break;
		if (*p == '_' && after_digit && p[1] != '\0') {
			after_digit = false;
			continue;
		}
		char letter = *p | 0x20;
		unsigned digit = 16;
		if (*p >= '0' && *p <= '9') digit = (unsigned)(*p - '0');
		if (letter >= 'a' && letter <= 'f') digit = (unsigned)(letter - 'a') + 10;
		if (digit == 16) return false;
		high = high << 4 | low >> 60;
		low = low << 4 | digit;
		after_digit = true;
	}
	for (unsigned i = 0; i < 8; i++) {
		bytes[i] = (uint8_t)(high >> (56 - 8 * i));
		bytes[8 + i] = (uint8_t)(low >> (56 - 8 * i));
	}
	return true;
}

const td_uuid *(td_uuid_new)(td_scope *s, const char *hex) {
	if (!td__enter(s) || !td__need_text(s, "hex", hex)) return &nobody;
	TD_SCOPE(tmp, s);
	const char *text = td_str_replace(tmp, td_str_replace(tmp, hex, "urn:", ""), "uuid:", "");
	text = td_str_replace(tmp, td_str_strip(tmp, text, .chars = "{}"), "-", "");
	if (td_failed(tmp)) return &nobody;
	uint8_t bytes[16];
	if (td_str_len(text) != 32) {
		td_raise(s, TD_ValueError, "badly formed hexadecimal UUID string");
	} else if (!read_number(text, bytes)) {
		td_raise(s, TD_ValueError, "invalid literal for int() with base 16: %s", td_str_repr(tmp, text));
	} else {
		return of_bytes(s, bytes);
	}
	return &nobody;
}

const td_uuid *(td_uuid_new_bytes)(td_scope *s, td_bytes bytes) {
	if (!td__enter(s) || !td__need_text(s, "bytes", bytes.data)) return &nobody;
	if (bytes.len == sizeof nobody.bytes) return of_bytes(s, bytes.data);
	td_raise(s, TD_ValueError, "bytes is not a 16-char string");
	return &nobody;
}

/* --- making one --- */

const td_uuid *(td_uuid_uuid4)(td_scope *s) {
	if (!td__enter(s)) return &nobody;
	TD_SCOPE(tmp, s);
	td_bytes random = td_os_urandom(tmp, sizeof nobody.bytes);
	return td_failed(tmp) ? &nobody : marked(s, random.data, 4);
}

static const td_uuid *named(td_scope *s, const char *algorithm, unsigned version, const td_uuid *space,
                            const char *name) {
	if (!td__enter(s) || !td__need_handle(s, "namespace_", space) || !td__need_text(s, "name", name)) return &nobody;
	TD_SCOPE(tmp, s);
	td_hash *hash = td_hashlib_new(tmp, algorithm);
	td_hash_update(tmp, hash, (td_bytes){(const char *)space->bytes, sizeof space->bytes});
	td_hash_update(tmp, hash, td_bytes_of(name));
	td_bytes digest = td_hash_digest(tmp, hash);
	return td_failed(tmp) ? &nobody : marked(s, digest.data, version);
}

const td_uuid *(td_uuid_uuid5)(td_scope *s, const td_uuid *namespace_, const char *name) {
	return named(s, "sha1", 5, namespace_, name);
}

const td_uuid *(td_uuid_uuid3)(td_scope *s, const td_uuid *namespace_, const char *name) {
	return named(s, "md5", 3, namespace_, name);
}

/* --- what it says --- */

static const char *written(td_scope *s, const td_uuid *u, bool hyphens) {
	static const char digits[] = "0123456789abcdef";
	if (!td__enter(s) || !td__need_handle(s, "uuid", u)) return td_no_text;
	char text[37];
	size_t n = 0;
	for (size_t i = 0; i < sizeof u->bytes; i++) {
		if (hyphens && (i == 4 || i == 6 || i == 8 || i == 10)) text[n++] = '-';
		text[n++] = digits[u->bytes[i] >> 4];
		text[n++] = digits[u->bytes[i] & 15];
	}
	return td_strndup(s, text, n);
}

const char *(td_uuid_str)(td_scope *s, const td_uuid *uuid) {
	return written(s, uuid, true);
}

const char *(td_uuid_hex)(td_scope *s, const td_uuid *uuid) {
	return written(s, uuid, false);
}

int td_uuid_version(const td_uuid *uuid) {
	return (uuid->bytes[8] & 0xc0) == 0x80 ? uuid->bytes[6] >> 4 : -1;
}

const char *td_uuid_variant(const td_uuid *uuid) {
	unsigned top = uuid->bytes[8] >> 5;
	if (top < 4) return "reserved for NCS compatibility";
	if (top < 6) return "specified in RFC 4122";
	return top == 6 ? "reserved for Microsoft compatibility" : "reserved for future definition";
}
