/* tend/hashlib.h: digests, keyed digests, and keys from passwords.
 *
 * The algorithms are those that Python guarantees: md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512
 * shake_128 shake_256 blake2b blake2s. BLAKE2 is the library's own (it has parameters that OpenSSL 3.0 lacks), and so are
 * sha256 and sha224 where the processor has instructions for them; the rest is OpenSSL's, opened on first use (ImportError
 * names the package). Nothing blocks but the digest of a file, which cannot be interrupted within one read.
 *
 *     #include <tend.h>
 *
 *     static bool is_whole(td_scope *s, const char *path, const char *expected) {
 *         const td_hash *sum = td_hashlib_file_digest(s, path, "sha256");
 *         return td_secrets_compare_digest(td_hash_hexdigest(s, sum), expected);
 *     }
 */
#ifndef TEND_HASHLIB_H
#define TEND_HASHLIB_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_hash td_hash;

typedef struct td_hashlib_opts {
	TD__OPTS_HEAD;
	td_bytes data; /* what it begins with */
	/* of blake2b and blake2s; others refuse them */
	td_opt_int digest_size; /* bytes; absent: 64, or 32 of blake2s */
	td_bytes key, salt, person;
	td_opt_int fanout, depth; /* of a tree; absent: 1 */
	uint32_t leaf_size;
	uint64_t node_offset;
	unsigned node_depth, inner_size;
	bool last_node;
} td_hashlib_opts;

/* A digest by its name: as it stands above, or as OpenSSL calls it, in any letters ("SHA2-256", "sha-1", "SHAKE128").
 * ValueError "unsupported hash type x"; for blake2's parameters what Python says of each, and TypeError for another
 * algorithm that is given them. Python: hashlib.new. */
TD_API td_hash *td_hashlib_new(td_scope *s, const char *name, const td_hashlib_opts *opts);
#define td_hashlib_new(s, ...) TD__HASHLIB_NEW(s, __VA_ARGS__)
#define TD__HASHLIB_NEW(s, name, ...) (td_hashlib_new)(TD_HERE(s), (name), TD__OPTS(td_hashlib_opts, __VA_ARGS__))

/* The same in one word for each: td_hashlib_sha256(s, .data = td_bytes_of("abc")).
 * Python: hashlib.md5, hashlib.sha1, hashlib.sha224, hashlib.sha256, hashlib.sha384, hashlib.sha512, hashlib.sha3_224,
 * hashlib.sha3_256, hashlib.sha3_384, hashlib.sha3_512, hashlib.shake_128, hashlib.shake_256, hashlib.blake2b,
 * hashlib.blake2s. */
#define td_hashlib_md5(...) TD__HASHLIB("md5", __VA_ARGS__)
#define td_hashlib_sha1(...) TD__HASHLIB("sha1", __VA_ARGS__)
#define td_hashlib_sha224(...) TD__HASHLIB("sha224", __VA_ARGS__)
#define td_hashlib_sha256(...) TD__HASHLIB("sha256", __VA_ARGS__)
#define td_hashlib_sha384(...) TD__HASHLIB("sha384", __VA_ARGS__)
#define td_hashlib_sha512(...) TD__HASHLIB("sha512", __VA_ARGS__)
#define td_hashlib_sha3_224(...) TD__HASHLIB("sha3_224", __VA_ARGS__)
#define td_hashlib_sha3_256(...) TD__HASHLIB("sha3_256", __VA_ARGS__)
#define td_hashlib_sha3_384(...) TD__HASHLIB("sha3_384", __VA_ARGS__)
#define td_hashlib_sha3_512(...) TD__HASHLIB("sha3_512", __VA_ARGS__)
#define td_hashlib_shake_128(...) TD__HASHLIB("shake_128", __VA_ARGS__)
#define td_hashlib_shake_256(...) TD__HASHLIB("shake_256", __VA_ARGS__)
#define td_hashlib_blake2b(...) TD__HASHLIB("blake2b", __VA_ARGS__)
#define td_hashlib_blake2s(...) TD__HASHLIB("blake2s", __VA_ARGS__)
#define TD__HASHLIB(name, s, ...) (td_hashlib_new)(TD_HERE(s), name, TD__OPTS(td_hashlib_opts, __VA_ARGS__))

/* Takes in more. Python: hash.update. */
TD_API bool td_hash_update(td_scope *s, td_hash *hash, td_bytes data);
#define td_hash_update(s, hash, ...) (td_hash_update)(TD_HERE(s), (hash), __VA_ARGS__)

typedef struct td_hash_digest_opts {
	TD__OPTS_HEAD;
	size_t length; /* of shake_128 and shake_256: how many bytes; others refuse it */
} td_hash_digest_opts;

/* The digest of what was taken in so far; more may follow. Python: hash.digest, hash.hexdigest. */
TD_API td_bytes td_hash_digest(td_scope *s, const td_hash *hash, const td_hash_digest_opts *opts);
#define td_hash_digest(s, ...) TD__HASH_DIGEST(td_hash_digest, s, __VA_ARGS__)
TD_API const char *td_hash_hexdigest(td_scope *s, const td_hash *hash, const td_hash_digest_opts *opts);
#define td_hash_hexdigest(s, ...) TD__HASH_DIGEST(td_hash_hexdigest, s, __VA_ARGS__)
#define TD__HASH_DIGEST(fn, s, hash, ...) (fn)(TD_HERE(s), (hash), TD__OPTS(td_hash_digest_opts, __VA_ARGS__))

/* Another that has taken in the same. Python: hash.copy. */
TD_API td_hash *td_hash_copy(td_scope *s, const td_hash *hash);
#define td_hash_copy(s, hash) (td_hash_copy)(TD_HERE(s), (hash))

/* Never fail; "" and 0 for NULL. Python: hash.name, hash.digest_size, hash.block_size. */
TD_API const char *td_hash_name(const td_hash *hash);
TD_API size_t td_hash_digest_size(const td_hash *hash);
TD_API size_t td_hash_block_size(const td_hash *hash);

/* The fourteen names, sorted. Python: hashlib.algorithms_guaranteed. */
TD_API td_strs td_hashlib_algorithms_guaranteed(td_scope *s);
#define td_hashlib_algorithms_guaranteed(s) (td_hashlib_algorithms_guaranteed)(TD_HERE(s))
/* Those of them that can be had now: without OpenSSL's library only the library's own. What OpenSSL has beyond them (sm3,
 * ripemd160) is not among ours. Python: hashlib.algorithms_available. */
TD_API td_strs td_hashlib_algorithms_available(td_scope *s);
#define td_hashlib_algorithms_available(s) (td_hashlib_algorithms_available)(TD_HERE(s))

typedef struct td_hashlib_file_digest_opts {
	TD__OPTS_HEAD;
	td_progress_fn progress; /* called now and then with the bytes read and the file's size, or -1 for a pipe */
	void *progress_arg;
} td_hashlib_file_digest_opts;
/* The digest of a whole file, read in large pieces. Raises what opening and reading raise.
 * Python: hashlib.file_digest(open(path, "rb"), name). */
TD_API td_hash *td_hashlib_file_digest(td_scope *s, const char *path, const char *name,
                                       const td_hashlib_file_digest_opts *opts);
#define td_hashlib_file_digest(s, path, ...) TD__FILE_DIGEST(s, path, __VA_ARGS__)
#define TD__FILE_DIGEST(s, path, name, ...)                                                                            \
	(td_hashlib_file_digest)(TD_HERE(s), (path), (name), TD__OPTS(td_hashlib_file_digest_opts, __VA_ARGS__))

/* The digest of what is left of an open file, from where it stands. Python: hashlib.file_digest. */
TD_API td_hash *td_hashlib_fileobj_digest(td_scope *s, td_file *file, const char *name);
#define td_hashlib_fileobj_digest(s, ...) (td_hashlib_fileobj_digest)(TD_HERE(s), __VA_ARGS__)

typedef struct td_hash_update_from_opts {
	TD__OPTS_HEAD;
	td_opt_int fd; /* read on from this open descriptor, which stays open; path then only names it in errors */
	td_progress_fn progress; /* called now and then with the bytes read and the file's size, or -1 for a pipe */
	void *progress_arg;
} td_hash_update_from_opts;
/* Takes a whole file into each of count digests, reading it once. Returns how many bytes it has; -1 when it raised what
 * opening and reading raise, and then the digests have taken in a part. A pipe is waited for with the scope's deadline. */
TD_API int64_t td_hash_update_from(td_scope *s, td_hash *const *hashes, size_t count, const char *path,
                                   const td_hash_update_from_opts *opts);
#define td_hash_update_from(s, hashes, count, ...) TD__UPDATE_FROM(s, hashes, count, __VA_ARGS__)
#define TD__UPDATE_FROM(s, hashes, count, path, ...)                                                                   \
	(td_hash_update_from)(TD_HERE(s), (hashes), (count), (path), TD__OPTS(td_hash_update_from_opts, __VA_ARGS__))

/* Keys from passwords. iterations of HMAC; dklen 0 is the digest's size. Takes as long as it is meant to, in one go.
 * ValueError and OverflowError in Python's words, "[digital envelope routines] unsupported" for an unknown name.
 * Python: hashlib.pbkdf2_hmac. */
TD_API td_bytes td_hashlib_pbkdf2_hmac(td_scope *s, const char *name, td_bytes password, td_bytes salt,
                                       int64_t iterations, size_t dklen);
#define td_hashlib_pbkdf2_hmac(s, ...) (td_hashlib_pbkdf2_hmac)(TD_HERE(s), __VA_ARGS__)

typedef struct td_hashlib_scrypt_opts {
	TD__OPTS_HEAD;
	td_bytes salt;
	uint64_t n, r, p;
	uint64_t maxmem; /* bytes; 0 is OpenSSL's 32 MiB */
	size_t dklen;    /* 0 is 64 */
} td_hashlib_scrypt_opts;
/* A key that costs memory to guess: about 128 * n * r bytes of it. n is a power of 2. ValueError for parameters that are
 * none, and "[digital envelope routines] memory limit exceeded" when they need more than maxmem; TypeError "salt is
 * required". Takes as long as it is meant to, in one go. Python: hashlib.scrypt. */
TD_API td_bytes td_hashlib_scrypt(td_scope *s, td_bytes password, const td_hashlib_scrypt_opts *opts);
#define td_hashlib_scrypt(s, ...) TD__SCRYPT(s, __VA_ARGS__)
#define TD__SCRYPT(s, password, ...)                                                                                   \
	(td_hashlib_scrypt)(TD_HERE(s), (password), TD__OPTS(td_hashlib_scrypt_opts, __VA_ARGS__))

/* --- hmac --- */

typedef struct td_hmac td_hmac;
/* Python: hmac.new, HMAC.update, HMAC.digest, HMAC.hexdigest; hmac.digest. */
TD_API td_hmac *td_hmac_new(td_scope *s, td_bytes key, const char *name);
#define td_hmac_new(s, ...) (td_hmac_new)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_hmac_update(td_scope *s, td_hmac *hmac, td_bytes data);
#define td_hmac_update(s, hmac, ...) (td_hmac_update)(TD_HERE(s), (hmac), __VA_ARGS__)
TD_API td_bytes td_hmac_final(td_scope *s, const td_hmac *hmac);
#define td_hmac_final(s, hmac) (td_hmac_final)(TD_HERE(s), (hmac))
TD_API const char *td_hmac_hexdigest(td_scope *s, const td_hmac *hmac);
#define td_hmac_hexdigest(s, hmac) (td_hmac_hexdigest)(TD_HERE(s), (hmac))
TD_API td_bytes td_hmac_digest(td_scope *s, td_bytes key, td_bytes message, const char *name);
#define td_hmac_digest(s, ...) (td_hmac_digest)(TD_HERE(s), __VA_ARGS__)
#define td_hmac_compare_digest td_secrets_compare_digest_bytes

TD__END

#include <tend/secrets.h>

#endif
