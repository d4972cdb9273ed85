/* secrets.c: random numbers from the kernel, without bias. */
#include <tend/secrets.h>

#include <tend/base64.h>

#include "core/sys.h"

static bool fill(td_scope *s, void *into, size_t size) {
	char *at = into;
	while (size) {
		ssize_t got = td__sys_getrandom(at, size < 256 ? size : 256, 0);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) return td__os_error(s, errno, NULL);
		at += got;
		size -= (size_t)got;
	}
	return true;
}

td_bytes(td_secrets_token_bytes)(td_scope *s, const td_secrets_token_opts *opts) {
	td_bytes none = {"", 0};
	if (!td__enter_opts(s, opts)) return none;
	td_secrets_token_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int64_t n = o.nbytes.given ? o.nbytes.value : 32;
	if (n < 0) {
		td_raise(s, TD_ValueError, "negative argument not allowed");
		return none;
	}
	char *bytes = td__alloc_raw(s, (size_t)n + 1);
	if (!bytes || !fill(s, bytes, (size_t)n)) return none;
	bytes[n] = '\0';
	return (td_bytes){bytes, (size_t)n};
}

const char *(td_secrets_token_hex)(td_scope *s, const td_secrets_token_opts *opts) {
	if (!td__enter_opts(s, opts)) return td_no_text;
	TD_SCOPE(tmp, s);
	td_bytes bytes = (td_secrets_token_bytes)(tmp, opts);
	return td_failed(tmp) ? td_no_text : td_binascii_hexlify(s, bytes);
}

const char *(td_secrets_token_urlsafe)(td_scope *s, const td_secrets_token_opts *opts) {
	if (!td__enter_opts(s, opts)) return td_no_text;
	TD_SCOPE(tmp, s);
	td_bytes bytes = (td_secrets_token_bytes)(tmp, opts);
	if (td_failed(tmp)) return td_no_text;
	const char *text = td_base64_urlsafe_b64encode(s, bytes);
	return td_failed(s) ? td_no_text : td_strndup(s, text, strcspn(text, "="));
}

uint64_t(td_secrets_randbits)(td_scope *s, unsigned k) {
	uint64_t bits = 0;
	if (!td__enter(s)) return 0;
	if (k > 64) {
		td_raise(s, TD_ValueError, "%u bits do not fit 64", k);
		return 0;
	}
	if (k == 0 || !fill(s, &bits, sizeof bits)) return 0;
	return bits >> (64 - k);
}

/* What is drawn too high is drawn again: the rest is without bias. */
uint64_t(td_secrets_randbelow)(td_scope *s, uint64_t below) {
	if (!td__enter(s)) return 0;
	if (below == 0) {
		td_raise(s, TD_ValueError, "Upper bound must be positive.");
		return 0;
	}
	unsigned bits = below == 1 ? 1 : 64 - (unsigned)__builtin_clzll(below - 1);
	for (;;) {
		uint64_t drawn = (td_secrets_randbits)(s, bits);
		if (td_failed(s)) return 0;
		if (drawn < below) return drawn;
	}
}

const char *(td_secrets_choice)(td_scope *s, td_strs list) {
	if (!td__enter(s) || !td__need_strs(s, "list", list)) return td_no_text;
	if (list.len == 0) {
		td_raise(s, TD_IndexError, "Cannot choose from an empty sequence");
		return td_no_text;
	}
	uint64_t i = (td_secrets_randbelow)(s, list.len);
	return td_failed(s) ? td_no_text : list.items[i];
}

const char *(td_secrets_string)(td_scope *s, size_t n, const char *alphabet) {
	if (!td__enter(s) || !td__need_text(s, "alphabet", alphabet)) return td_no_text;
	size_t len = strlen(alphabet);
	if (len == 0 || len > 256) {
		td_raise(s, TD_IndexError, "%s",
		         len ? "the alphabet is longer than 256 characters" : "Cannot choose from an empty sequence");
		return td_no_text;
	}
	char *text = td__alloc_raw(s, n + 1);
	if (!text) return td_no_text;
	unsigned char drawn[64];
	size_t limit = 256 - 256 % len, have = 0;
	for (size_t i = 0; i < n;) {
		if (have == 0) {
			if (!fill(s, drawn, sizeof drawn)) return td_no_text;
			have = sizeof drawn;
		}
		unsigned char byte = drawn[--have];
		if (byte < limit) text[i++] = alphabet[byte % len];
	}
	explicit_bzero(drawn, sizeof drawn);
	text[n] = '\0';
	return text;
}

bool(td_secrets_shuffle)(td_scope *s, void *items, size_t count, size_t size) {
	if (!td__enter(s) || (count && !td__need_handle(s, "items", items))) return false;
	TD_SCOPE(tmp, s);
	char *spare = td_alloc(tmp, size);
	for (size_t i = count; spare && i > 1; i--) {
		size_t k = (td_secrets_randbelow)(tmp, i);
		if (td_failed(tmp)) return false;
		char *a = (char *)items + (i - 1) * size, *b = (char *)items + k * size;
		memcpy(spare, a, size);
		memmove(a, b, size);
		memcpy(b, spare, size);
	}
	return spare != NULL;
}

bool td_secrets_compare_digest_bytes(td_bytes a, td_bytes b) {
	if (!a.data || !b.data) return false;
	const unsigned char *x = (const unsigned char *)a.data, *y = (const unsigned char *)b.data;
	volatile unsigned char differ = a.len != b.len;
	for (size_t i = 0; i < b.len; i++) differ |= (unsigned char)(y[i] ^ (a.len == b.len ? x[i] : y[i]));
	return differ == 0;
}

bool td_secrets_compare_digest(const char *a, const char *b) {
	if (!a || !b) return false;
	return td_secrets_compare_digest_bytes((td_bytes){a, strlen(a)}, (td_bytes){b, strlen(b)});
}
