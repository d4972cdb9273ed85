/* hashlib.c: digests by name. */
#include <tend/hashlib.h>

#include <tend/base64.h>

#include "core/sys.h"
#include "crypto/blake2.h"
#include "crypto/crypto_lib.h"

enum { READ_SIZE = 128 << 10, LONGEST_BLOCK = 168, SHAKE_MOST = 1 << 29 };

typedef struct algorithm {
	const char *name, *openssl; /* openssl NULL: the library's own */
	size_t digest_size, block_size;
	EVP_MD *md; /* fetched once: fetching costs more than a small digest */
} algorithm;

static algorithm algorithms[] = {
	{"blake2b", NULL, 64, 128, NULL},
	{"blake2s", NULL, 32, 64, NULL},
	{"md5", "MD5", 16, 64, NULL},
	{"sha1", "SHA1", 20, 64, NULL},
	{"sha224", "SHA224", 28, 64, NULL},
	{"sha256", "SHA256", 32, 64, NULL},
	{"sha384", "SHA384", 48, 128, NULL},
	{"sha3_224", "SHA3-224", 28, 144, NULL},
	{"sha3_256", "SHA3-256", 32, 136, NULL},
	{"sha3_384", "SHA3-384", 48, 104, NULL},
	{"sha3_512", "SHA3-512", 64, 72, NULL},
	{"sha512", "SHA512", 64, 128, NULL},
	{"shake_128", "SHAKE128", 0, 168, NULL},
	{"shake_256", "SHAKE256", 0, 136, NULL},
};
enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

struct td_hash {
	const algorithm *of;
	EVP_MD_CTX *ctx;
	td__blake2 blake2;
};

static const td_bytes nothing = {"", 0};

static char plain(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c == '-' ? '_' : c;
}

/* Names as Python takes them: in capitals or not, with - for _, and "sha-256". */
static bool same_name(const char *given, const char *name) {
	while (*given && plain(*given) == *name) {
		given++;
		name++;
	}
	if (*given == '-' && *name >= '0' && *name <= '9') return same_name(given + 1, name);
	return !*given && !*name;
}

static algorithm *known(const char *name) {
	for (size_t i = 0; i < ALGORITHMS; i++) {
		if (same_name(name, algorithms[i].name)) return &algorithms[i];
	}
	return NULL;
}

static algorithm *find(td_scope *s, const char *name) {
	if (!td__need_text(s, "name", name)) return NULL;
	algorithm *a = known(name);
	if (!a) td_raise(s, TD_ValueError, "unsupported hash type %s", name);
	return a;
}

/* The fetched digest; two threads may fetch it at once, and then one of the two is simply kept. */
static const EVP_MD *md_of(td_scope *s, algorithm *a) {
	if (!td__crypto_open(s)) return NULL;
	EVP_MD *md = __atomic_load_n(&a->md, __ATOMIC_ACQUIRE);
	if (md) return md;
	md = td__crypto.md_fetch(NULL, a->openssl, NULL);
	if (!md) {
		td_raise(s, TD_ValueError, "unsupported hash type %s", a->name);
		return NULL;
	}
	__atomic_store_n(&a->md, md, __ATOMIC_RELEASE);
	return md;
}

static void end_hash(td_scope *c, void *handle) {
	(void)c;
	td_hash *hash = handle;
	if (hash->ctx) td__crypto.ctx_free(hash->ctx);
	hash->ctx = NULL;
}

static td_hash *begin(td_scope *s, algorithm *a, const td_hashlib_opts *o) {
	const EVP_MD *md = a->openssl ? md_of(s, a) : NULL;
	if (a->openssl && !md) return NULL;
	if (a->openssl && (o->digest_size.given || o->key.len || o->salt.len || o->person.len)) {
		td_raise(s, TD_TypeError, "%s takes no such parameters: they are blake2's", a->name);
		return NULL;
	}
	td_hash *hash = td__handle_new(s, sizeof *hash, end_hash);
	if (!hash) return NULL;
	hash->of = a;
	if (!a->openssl) return td__blake2_init(s, &hash->blake2, a->block_size == 64, o) ? hash : NULL;
	hash->ctx = td__crypto.ctx_new();
	if (hash->ctx && td__crypto.init(hash->ctx, md, NULL)) return hash;
	td_raise(s, TD_MemoryError, "%s", "");
	return NULL;
}

static void take(td_hash *hash, const void *data, size_t size) {
	if (hash->of->openssl) {
		td__crypto.update(hash->ctx, data, size);
	} else {
		td__blake2_update(&hash->blake2, data, size);
	}
}

td_hash *(td_hashlib_new)(td_scope *s, const char *name, const td_hashlib_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_hashlib_opts o;
	td__opts_copy(&o, sizeof o, opts);
	algorithm *a = find(s, name);
	td_hash *hash = a ? begin(s, a, &o) : NULL;
	if (hash && o.data.len) take(hash, o.data.data, o.data.len);
	return hash;
}

bool(td_hash_update)(td_scope *s, td_hash *hash, td_bytes data) {
	if (!td__enter(s) || !td__need_handle(s, "hash", hash) || !td__need_handle(s, "data", data.data)) return false;
	take(hash, data.data, data.len);
	return true;
}

td_hash *(td_hash_copy)(td_scope *s, const td_hash *hash) {
	if (!td__enter(s) || !td__need_handle(s, "hash", hash)) return NULL;
	td_hash *copy = td__handle_new(s, sizeof *copy, end_hash);
	if (!copy) return NULL;
	copy->of = hash->of;
	copy->blake2 = hash->blake2;
	if (!hash->ctx) return copy;
	copy->ctx = td__crypto.ctx_new();
	if (copy->ctx && td__crypto.ctx_copy(copy->ctx, hash->ctx)) return copy;
	td_raise(s, TD_MemoryError, "%s", "");
	return NULL;
}

/* Into out, from a copy: what was taken in can go on. */
static bool finish(td_scope *s, const td_hash *hash, unsigned char *out, size_t length) {
	if (!hash->of->openssl) {
		td__blake2_final(&hash->blake2, out);
		return true;
	}
	EVP_MD_CTX *end = td__crypto.ctx_new();
	bool done = end && td__crypto.ctx_copy(end, hash->ctx);
	if (done && hash->of->digest_size) {
		done = td__crypto.final(end, out, NULL);
	} else if (done && length) {
		done = td__crypto.final_xof(end, out, length);
	}
	if (end) td__crypto.ctx_free(end);
	if (!done) td_raise(s, TD_MemoryError, "%s", "");
	return done;
}

td_bytes(td_hash_digest)(td_scope *s, const td_hash *hash, const td_hash_digest_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "hash", hash)) return nothing;
	td_hash_digest_opts o;
	td__opts_copy(&o, sizeof o, opts);
	size_t length = td_hash_digest_size(hash);
	if (!hash->of->digest_size) {
		length = o.length;
		if (length >= SHAKE_MOST) {
			td_raise(s, TD_ValueError, "value must be less than 2**29");
			return nothing;
		}
	} else if (o.length) {
		td_raise(s, TD_TypeError, "the digest of %s has one length only", hash->of->name);
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
	return hash ? hash->of->name : "";
}

size_t td_hash_digest_size(const td_hash *hash) {
	if (!hash) return 0;
	return hash->of->openssl ? hash->of->digest_size : hash->blake2.digest_size;
}

size_t td_hash_block_size(const td_hash *hash) {
	return hash ? hash->of->block_size : 0;
}

td_strs td_hashlib_algorithms_guaranteed(td_scope *s) {
	const char **names = td_alloc_array(s, ALGORITHMS + 1, sizeof *names);
	for (size_t i = 0; names && i < ALGORITHMS; i++) names[i] = algorithms[i].name;
	static const char *const none[1] = {NULL};
	return names ? (td_strs){names, ALGORITHMS} : (td_strs){none, 0};
}

/* --- files --- */

static bool read_all(td_scope *s, td_hash *hash, int fd, const char *path, const td_hashlib_file_digest_opts *o) {
	struct stat about;
	if (td__sys_fstat(fd, &about) < 0) return td__os_error(s, errno, path);
	if (S_ISDIR(about.st_mode)) return td__os_error(s, EISDIR, path);
	bool regular = S_ISREG(about.st_mode);
	TD_SCOPE(tmp, s);
	char *buffer = td__alloc_raw(tmp, READ_SIZE);
	int64_t done = 0;
	while (buffer && td__may_block(s)) {
		if (!regular && td__wait_fd(s, fd, POLLIN, TD__NEVER) < 0) return false;
		ssize_t got = td__sys_read(fd, buffer, READ_SIZE);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) return td__os_error(s, errno, path);
		if (got == 0) return true;
		take(hash, buffer, (size_t)got);
		done += got;
		if (o->progress) o->progress(o->progress_arg, done, regular ? about.st_size : -1);
	}
	return false;
}

td_hash *(td_hashlib_file_digest)(td_scope *s, const char *path, const char *name,
                                  const td_hashlib_file_digest_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return NULL;
	td_hashlib_file_digest_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_hash *hash = (td_hashlib_new)(s, name, NULL);
	if (!hash) return NULL;
	int fd = td__sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		td__os_error(s, errno, path);
		return NULL;
	}
	bool whole = read_all(s, hash, fd, path, &o);
	td__sys_close(fd);
	return whole ? hash : NULL;
}

/* --- keys from passwords --- */

td_bytes(td_hashlib_pbkdf2_hmac)(td_scope *s, const char *name, td_bytes password, td_bytes salt, int64_t iterations,
                                 size_t dklen) {
	if (!td__enter(s)) return nothing;
	algorithm *a = find(s, name);
	if (!a) return nothing;
	if (!a->openssl || !a->digest_size || iterations < 1 || iterations > INT32_MAX || dklen > INT32_MAX) {
		td_raise(s, TD_ValueError, "%s",
		         iterations < 1 ? "iteration value must be greater than 0."
		                        : "[digital envelope routines] unsupported");
		return nothing;
	}
	const EVP_MD *md = md_of(s, a);
	if (!dklen) dklen = a->digest_size;
	unsigned char *key = md ? td__alloc_raw(s, dklen + 1) : NULL;
	if (!key) return nothing;
	if (!td__crypto.pbkdf2(password.data, (int)password.len, (const unsigned char *)salt.data, (int)salt.len,
	                       (int)iterations, md, (int)dklen, key)) {
		td_raise(s, TD_MemoryError, "%s", "");
		return nothing;
	}
	key[dklen] = '\0';
	return (td_bytes){(char *)key, dklen};
}

td_bytes(td_hashlib_scrypt)(td_scope *s, td_bytes password, const td_hashlib_scrypt_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__crypto_open(s)) return nothing;
	td_hashlib_scrypt_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.n < 2 || (o.n & (o.n - 1))) {
		td_raise(s, TD_ValueError, "n must be a power of 2.");
		return nothing;
	}
	size_t dklen = o.dklen ? o.dklen : 64;
	unsigned char *key = td__alloc_raw(s, dklen + 1);
	if (!key) return nothing;
	const unsigned char *salt = (const unsigned char *)(o.salt.data ? o.salt.data : "");
	if (!td__crypto.scrypt(password.data, password.len, salt, o.salt.len, o.n, o.r, o.p, o.maxmem, key, dklen)) {
		td_raise(s, TD_ValueError, "[digital envelope routines] memory limit exceeded");
		return nothing;
	}
	key[dklen] = '\0';
	return (td_bytes){(char *)key, dklen};
}

/* --- hmac --- */

struct td_hmac {
	td_hash *inner, *outer;
};

static td_hash *padded(td_scope *s, const char *name, const unsigned char *key, size_t block, unsigned char with) {
	unsigned char pad[LONGEST_BLOCK];
	for (size_t i = 0; i < block; i++) pad[i] = key[i] ^ with;
	return (td_hashlib_new)(s, name, TD__OPTS(td_hashlib_opts, .data = {(char *)pad, block}));
}

td_hmac *(td_hmac_new)(td_scope *s, td_bytes key, const char *name) {
	if (!td__enter(s) || !td__need_handle(s, "key", key.data)) return NULL;
	td_hmac *hmac = td_alloc(s, sizeof *hmac);
	if (!hmac || !td__need_text(s, "name", name)) return NULL;
	algorithm *a = known(name);
	if (!a || (a->openssl && !a->digest_size)) { /* in OpenSSL's words, as Python has them */
		td_raise(s, TD_ValueError, "%s", a ? "no reason supplied" : "[digital envelope routines] unsupported");
		return NULL;
	}
	TD_SCOPE(tmp, s);
	if (key.len > a->block_size) {
		td_hash *shorter = (td_hashlib_new)(tmp, name, TD__OPTS(td_hashlib_opts, .data = key));
		key = (td_hash_digest)(tmp, shorter, NULL);
		if (td_failed(tmp)) return NULL;
	}
	unsigned char block[LONGEST_BLOCK] = {0};
	memcpy(block, key.data, key.len);
	hmac->inner = padded(s, name, block, a->block_size, 0x36);
	hmac->outer = padded(s, name, block, a->block_size, 0x5c);
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
