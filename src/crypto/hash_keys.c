/* hash_keys.c: keys from passwords, by OpenSSL, which says why it refuses in Python's place. */
#include "crypto/hash.h"

static const td_bytes nothing = {"", 0};

static td_bytes refuse(td_scope *s, const td_kind *kind, const char *message) {
	td_raise(s, kind, "%s", message);
	return nothing;
}

static const void *or_empty(td_bytes b) {
	return b.data ? b.data : "";
}

td_bytes(td_hashlib_pbkdf2_hmac)(td_scope *s, const char *name, td_bytes password, td_bytes salt, int64_t iterations,
                                 size_t dklen) {
	if (!td__enter(s) || !td__need_text(s, "name", name)) return nothing;
	td__hash_kind *k = td__hash_known(name);
	if (!k) return refuse(s, TD_ValueError, "[digital envelope routines] unsupported");
	if (password.len > INT32_MAX) return refuse(s, TD_OverflowError, "password is too long.");
	if (salt.len > INT32_MAX) return refuse(s, TD_OverflowError, "salt is too long.");
	if (iterations < 1) return refuse(s, TD_ValueError, "iteration value must be greater than 0.");
	if (iterations > INT32_MAX) return refuse(s, TD_OverflowError, "iteration value is too great.");
	if (dklen > INT32_MAX) return refuse(s, TD_OverflowError, "key length is too great.");
	if (!k->digest_size) return refuse(s, TD_ValueError, "no reason supplied");
	const EVP_MD *md = td__hash_md(s, k);
	if (!dklen) dklen = k->digest_size;
	unsigned char *key = md ? td__alloc_raw(s, dklen + 1) : NULL;
	if (!key) return nothing;
	if (!td__crypto.pbkdf2(or_empty(password), (int)password.len, or_empty(salt), (int)salt.len, (int)iterations, md,
	                       (int)dklen, key)) {
		return refuse(s, TD_MemoryError, "");
	}
	key[dklen] = '\0';
	return (td_bytes){(char *)key, dklen};
}

td_bytes(td_hashlib_scrypt)(td_scope *s, td_bytes password, const td_hashlib_scrypt_opts *opts) {
	if (!td__enter_opts(s, opts)) return nothing;
	td_hashlib_scrypt_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!o.salt.data) return refuse(s, TD_TypeError, "salt is required");
	if (o.n < 2 || (o.n & (o.n - 1))) return refuse(s, TD_ValueError, "n must be a power of 2.");
	if (o.maxmem > INT32_MAX) return refuse(s, TD_ValueError, "maxmem must be positive and smaller than 2147483647");
	if (o.dklen > INT32_MAX) {
		return refuse(s, TD_ValueError, "dklen must be greater than 0 and smaller than 2147483647");
	}
	if (o.r > UINT32_MAX || o.p > UINT32_MAX) {
		return refuse(s, TD_ValueError, "[digital envelope routines] parameter too large");
	}
	if (!o.r || !o.p) return refuse(s, TD_ValueError, "Invalid parameter combination for n, r, p, maxmem.");
	if (!td__crypto_open(s)) return nothing;
	size_t dklen = o.dklen ? o.dklen : 64;
	unsigned char *key = td__alloc_raw(s, dklen + 1);
	if (!key) return nothing;
	if (!td__crypto.scrypt(or_empty(password), password.len, or_empty(o.salt), o.salt.len, o.n, o.r, o.p, o.maxmem, key,
	                       dklen)) {
		return refuse(s, TD_ValueError, "[digital envelope routines] memory limit exceeded");
	}
	key[dklen] = '\0';
	return (td_bytes){(char *)key, dklen};
}
