/* hashlib.c: digests by name. */
#include <tend/hashlib.h>

#include <tend/base64.h>

#include "crypto/hash.h"

enum { SHAKE_MOST = 1 << 29 };

/* The names that OpenSSL has for each, in capitals: Python takes these in any letters, and its own as they are. */
static td__hash_kind kinds[] = {
	{"blake2b", "BLAKE2B-512", {"BLAKE2B512"}, TD__HASH_BLAKE2, 64, 128, NULL},
	{"blake2s", "BLAKE2S-256", {"BLAKE2S256"}, TD__HASH_BLAKE2, 32, 64, NULL},
	{"md5", "MD5", {"SSL3-MD5"}, TD__HASH_EVP, 16, 64, NULL},
	{"sha1", "SHA1", {"SHA-1", "SSL3-SHA1"}, TD__HASH_EVP, 20, 64, NULL},
	{"sha224", "SHA224", {"SHA-224", "SHA2-224"}, TD__HASH_SHA256, 28, 64, NULL},
	{"sha256", "SHA256", {"SHA-256", "SHA2-256"}, TD__HASH_SHA256, 32, 64, NULL},
	{"sha384", "SHA384", {"SHA-384", "SHA2-384"}, TD__HASH_EVP, 48, 128, NULL},
	{"sha3_224", "SHA3-224", {NULL}, TD__HASH_EVP, 28, 144, NULL},
	{"sha3_256", "SHA3-256", {NULL}, TD__HASH_EVP, 32, 136, NULL},
	{"sha3_384", "SHA3-384", {NULL}, TD__HASH_EVP, 48, 104, NULL},
	{"sha3_512", "SHA3-512", {NULL}, TD__HASH_EVP, 64, 72, NULL},
	{"sha512", "SHA512", {"SHA-512", "SHA2-512"}, TD__HASH_EVP, 64, 128, NULL},
	{"shake_128", "SHAKE128", {"SHAKE-128"}, TD__HASH_EVP, 0, 168, NULL},
	{"shake_256", "SHAKE256", {"SHAKE-256"}, TD__HASH_EVP, 0, 136, NULL},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const td_bytes nothing = {"", 0};

static bool same_letters(const char *given, const char *capitals) {
	while (*given && (*given >= 'a' && *given <= 'z' ? *given - 32 : *given) == *capitals) {
		given++;
		capitals++;
	}
	return !*given && !*capitals;
}

td__hash_kind *td__hash_known(const char *name) {
	for (size_t i = 0; i < KINDS; i++) {
		td__hash_kind *k = &kinds[i];
		if (strcmp(name, k->name) == 0 || same_letters(name, k->openssl)) return k;
		for (size_t a = 0; a < sizeof k->aliases / sizeof *k->aliases && k->aliases[a]; a++) {
			if (same_letters(name, k->aliases[a])) return k;
		}
	}
	return NULL;
}

static td__hash_kind *find(td_scope *s, const char *name) {
	if (!td__need_text(s, "name", name)) return NULL;
	td__hash_kind *k = td__hash_known(name);
	if (!k) td_raise(s, TD_ValueError, "unsupported hash type %s", name);
	return k;
}

const EVP_MD *td__hash_md(td_scope *s, td__hash_kind *k) {
	if (!td__crypto_open(s)) return NULL;
	EVP_MD *md = __atomic_load_n(&k->md, __ATOMIC_ACQUIRE);
	if (md) return md;
	md = td__crypto.md_fetch(NULL, k->openssl, NULL);
	if (!md) {
		td_raise(s, TD_ValueError, "unsupported hash type %s", k->name);
		return NULL;
	}
	__atomic_store_n(&k->md, md, __ATOMIC_RELEASE);
	return md;
}

static void end_hash(td_scope *c, void *handle) {
	(void)c;
	td_hash *hash = handle;
	if (hash->state.ctx) td__crypto.ctx_free(hash->state.ctx);
	hash->state.ctx = NULL;
}

/* blake2's alone: OpenSSL's would be left without effect. */
static bool has_parameters(const td_hashlib_opts *o) {
	return o->digest_size.given || o->key.len || o->salt.len || o->person.len || o->fanout.given || o->depth.given ||
	       o->leaf_size || o->node_offset || o->node_depth || o->inner_size || o->last_node;
}

static bool start_evp(td_scope *s, td_hash *hash) {
	const EVP_MD *md = td__hash_md(s, hash->kind);
	if (!md) return false;
	hash->state.ctx = td__crypto.ctx_new();
	if (hash->state.ctx && td__crypto.init(hash->state.ctx, md, NULL)) return true;
	td_raise(s, TD_MemoryError, "%s", "");
	return false;
}

static td_hash *begin(td_scope *s, td__hash_kind *k, const td_hashlib_opts *o) {
	if (k->engine != TD__HASH_BLAKE2 && has_parameters(o)) {
		td_raise(s, TD_TypeError, "%s takes no such parameters: they are blake2's", k->name);
		return NULL;
	}
	td__hash_engine engine = k->engine;
	if (engine == TD__HASH_SHA256 && !td__sha256_here()) engine = TD__HASH_EVP;
	/* Only what OpenSSL holds has to be given back at the end. */
	td_hash *hash = engine == TD__HASH_EVP ? td__handle_new(s, sizeof *hash, end_hash) : td_alloc(s, sizeof *hash);
	if (!hash) return NULL;
	hash->kind = k;
	hash->engine = engine;
	switch (engine) {
	case TD__HASH_BLAKE2: return td__blake2_init(s, &hash->state.blake2, k->block_size == 64, o) ? hash : NULL;
	case TD__HASH_SHA256: td__sha256_init(&hash->state.sha256, k->digest_size == 28); return hash;
	default: return start_evp(s, hash) ? hash : NULL;
	}
}

void td__hash_take(td_hash *hash, const void *data, size_t size) {
	switch (hash->engine) {
	case TD__HASH_BLAKE2: td__blake2_update(&hash->state.blake2, data, size); break;
	case TD__HASH_SHA256: td__sha256_update(&hash->state.sha256, data, size); break;
	default: td__crypto.update(hash->state.ctx, data, size);
	}
}

td_hash *(td_hashlib_new)(td_scope *s, const char *name, const td_hashlib_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_hashlib_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__hash_kind *k = find(s, name);
	td_hash *hash = k ? begin(s, k, &o) : NULL;
	if (hash && o.data.len) td__hash_take(hash, o.data.data, o.data.len);
	return hash;
}

bool(td_hash_update)(td_scope *s, td_hash *hash, td_bytes data) {
	if (!td__enter(s) || !td__need_handle(s, "hash", hash) || !td__need_handle(s, "data", data.data)) return false;
	td__hash_take(hash, data.data, data.len);
	return true;
}

td_hash *(td_hash_copy)(td_scope *s, const td_hash *hash) {
	if (!td__enter(s) || !td__need_handle(s, "hash", hash)) return NULL;
	bool evp = hash->engine == TD__HASH_EVP;
	td_hash *copy = evp ? td__handle_new(s, sizeof *copy, end_hash) : td_alloc(s, sizeof *copy);
	if (!copy) return NULL;
	*copy = *hash;
	if (!evp) return copy;
	copy->state.ctx = td__crypto.ctx_new();
	if (copy->state.ctx && td__crypto.ctx_copy(copy->state.ctx, hash->state.ctx)) return copy;
	td_raise(s, TD_MemoryError, "%s", "");
	return NULL;
}

static bool finish_evp(td_scope *s, const td_hash *hash, unsigned char *out, size_t length) {
	EVP_MD_CTX *end = td__crypto.ctx_new();
	bool done = end && td__crypto.ctx_copy(end, hash->state.ctx);
	if (done && hash->kind->digest_size) {
		done = td__crypto.final(end, out, NULL);
	} else if (done && length) {
		done = td__crypto.final_xof(end, out, length);
	}
	if (end) td__crypto.ctx_free(end);
	if (!done) td_raise(s, TD_MemoryError, "%s", "");
	return done;
}

/* Into out, from a copy: what was taken in can go on. */
static bool finish(td_scope *s, const td_hash *hash, unsigned char *out, size_t length) {
	uint8_t digest[32];
	switch (hash->engine) {
	case TD__HASH_BLAKE2: td__blake2_final(&hash->state.blake2, out); return true;
	case TD__HASH_SHA256:
		td__sha256_final(&hash->state.sha256, digest);
		memcpy(out, digest, length);
		return true;
	default: return finish_evp(s, hash, out, length);
	}
}

td_bytes(td_hash_digest)(td_scope *s, const td_hash *hash, const td_hash_digest_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "hash", hash)) return nothing;
	td_hash_digest_opts o;
	td__opts_copy(&o, sizeof o, opts);
	size_t length = td_hash_digest_size(hash);
	if (!hash->kind->digest_size) {
		length = o.length;
		if (length >= SHAKE_MOST) {
			td_raise(s, TD_ValueError, "value must be less than 2**29");
			return nothing;
		}
	} else if (o.length) {
		td_raise(s, TD_TypeError, "the digest of %s has one length only", hash->kind->name);
		return nothing;
	}
	unsigned char *out = td__alloc_raw(s, length + 1);
	if (!out || !finish(s, hash, out, length)) return nothing;
	out[length] = '\0';
	return (td_bytes){(char *)out, length};
}

const char *(td_hash_hexdigest)(td_scope *s, const td_hash *hash, const td_hash_digest_opts *opts) {
	if (!td__enter_opts(s, opts)) return td_no_text;
	TD_SCOPE(tmp, s);
	td_bytes digest = (td_hash_digest)(tmp, hash, opts);
	return td_failed(tmp) ? td_no_text : td_binascii_hexlify(s, digest);
}

const char *td_hash_name(const td_hash *hash) {
	return hash ? hash->kind->name : "";
}

size_t td_hash_digest_size(const td_hash *hash) {
	if (!hash) return 0;
	return hash->engine == TD__HASH_BLAKE2 ? hash->state.blake2.digest_size : hash->kind->digest_size;
}

size_t td_hash_block_size(const td_hash *hash) {
	return hash ? hash->kind->block_size : 0;
}

/* Those that fit, sorted as the table is. */
static td_strs names(td_scope *s, bool (*fits)(const td__hash_kind *k)) {
	static const char *const none[1] = {NULL};
	const char **list = td_alloc_array(s, KINDS + 1, sizeof *list);
	size_t len = 0;
	for (size_t i = 0; list && i < KINDS; i++) {
		if (!fits || fits(&kinds[i])) list[len++] = kinds[i].name;
	}
	return list ? (td_strs){list, len} : (td_strs){none, 0};
}

static bool needs_nothing(const td__hash_kind *k) {
	return k->engine == TD__HASH_BLAKE2 || (k->engine == TD__HASH_SHA256 && td__sha256_here());
}

td_strs(td_hashlib_algorithms_guaranteed)(td_scope *s) {
	return names(s, NULL);
}

td_strs(td_hashlib_algorithms_available)(td_scope *s) {
	TD_SCOPE(attempt, s);
	td__crypto_open(attempt);
	bool missing = td_catch(attempt, TD_ImportError);
	return names(s, missing ? needs_nothing : NULL);
}
