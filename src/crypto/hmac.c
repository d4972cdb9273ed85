/* hmac.c: keyed digests (RFC 2104). */
#include <tend/base64.h>

#include "crypto/hash.h"

static const td_bytes nothing = {"", 0};

struct td_hmac {
	td_hash *inner, *outer;
};

static td_hash *padded(td_scope *s, const char *name, const unsigned char *key, size_t block, unsigned char with) {
	unsigned char pad[TD__HASH_LONGEST_BLOCK];
	for (size_t i = 0; i < block; i++) pad[i] = key[i] ^ with;
	return (td_hashlib_new)(s, name, TD__OPTS(td_hashlib_opts, .data = {(char *)pad, block}));
}

td_hmac *(td_hmac_new)(td_scope *s, td_bytes key, const char *name) {
	if (!td__enter(s) || !td__need_handle(s, "key", key.data)) return NULL;
	td_hmac *hmac = td_alloc(s, sizeof *hmac);
	if (!hmac || !td__need_text(s, "name", name)) return NULL;
	td__hash_kind *k = td__hash_known(name);
	if (!k || !k->digest_size) { /* in OpenSSL's words, as Python has them */
		td_raise(s, TD_ValueError, "%s", k ? "no reason supplied" : "[digital envelope routines] unsupported");
		return NULL;
	}
	TD_SCOPE(tmp, s);
	if (key.len > k->block_size) {
		td_hash *shorter = (td_hashlib_new)(tmp, name, TD__OPTS(td_hashlib_opts, .data = key));
		key = (td_hash_digest)(tmp, shorter, NULL);
		if (td_failed(tmp)) return NULL;
	}
	unsigned char block[TD__HASH_LONGEST_BLOCK] = {0};
	memcpy(block, key.data, key.len);
	hmac->inner = padded(s, name, block, k->block_size, 0x36);
	hmac->outer = padded(s, name, block, k->block_size, 0x5c);
	explicit_bzero(block, sizeof block);
	return td_failed(s) ? NULL : hmac;
}

bool(td_hmac_update)(td_scope *s, td_hmac *hmac, td_bytes data) {
	if (!td__enter(s) || !td__need_handle(s, "hmac", hmac)) return false;
	return (td_hash_update)(s, hmac->inner, data);
}

td_bytes(td_hmac_final)(td_scope *s, const td_hmac *hmac) {
	if (!td__enter(s) || !td__need_handle(s, "hmac", hmac)) return nothing;
	TD_SCOPE(tmp, s);
	td_bytes inner = (td_hash_digest)(tmp, hmac->inner, NULL);
	td_hash *outer = (td_hash_copy)(tmp, hmac->outer);
	(td_hash_update)(tmp, outer, inner);
	return td_failed(tmp) ? nothing : (td_hash_digest)(s, outer, NULL);
}

const char *(td_hmac_hexdigest)(td_scope *s, const td_hmac *hmac) {
	if (!td__enter(s)) return td_no_text;
	TD_SCOPE(tmp, s);
	td_bytes digest = (td_hmac_final)(tmp, hmac);
	return td_failed(tmp) ? td_no_text : td_binascii_hexlify(s, digest);
}

td_bytes(td_hmac_digest)(td_scope *s, td_bytes key, td_bytes message, const char *name) {
	if (!td__enter(s)) return nothing;
	TD_SCOPE(tmp, s);
	td_hmac *hmac = (td_hmac_new)(tmp, key, name);
	(td_hmac_update)(tmp, hmac, message);
	return td_failed(tmp) ? nothing : (td_hmac_final)(s, hmac);
}
