/* Rows of hashlib, hmac, base64, binascii and secrets.compare_digest. A digest is answered in hexadecimal; what base64
 * encodes is answered as text. */
#include "oracle.h"

/* words, and the type's name in quotes behind them when they end so. */
static void wrong_type(td_scope *s, const char *words, const td_value *v) {
	bool named = td_str_endswith(words, " ");
	td_raise(s, TD_TypeError, "%s%s%s%s", words, named ? "'" : "", named ? td_value_type_name(v) : "",
	         named ? "'" : "");
}

/* Bytes are wanted: a text is TypeError, as in Python. */
static td_bytes bytes(td_scope *s, const oracle_call *call, const char *name, const char *words) {
	const td_value *v = oracle_arg(call, name);
	if (!v) return (td_bytes){"", 0};
	if (td_value_type(v) == TD_BYTES) return td_value_bytes(v);
	wrong_type(s, words, v);
	return (td_bytes){"", 0};
}

static const char not_bytes[] = "a bytes-like object is required, not ";

static const td_value *hex(td_scope *s, const td_hash *hash, const td_value *length) {
	if (!hash) return NULL;
	size_t n = (size_t)td_value_int(length, 0);
	return td_value_new_str(s, td_hash_hexdigest(s, hash, .length = n));
}

/* Data is checked before the name of the algorithm is used, in the words of the function that Python has for it. */
static const td_value *digest(td_scope *s, const oracle_call *call, const char *name, const char *data) {
	const td_value *v = oracle_arg(call, data);
	if (v && td_value_type(v) == TD_STR) {
		td_raise(s, TD_TypeError, "Strings must be encoded before hashing");
		return NULL;
	}
	td_bytes b = bytes(s, call, data, "object supporting the buffer API required");
	if (td_failed(s)) return NULL;
	return hex(s, td_hashlib_new(s, name, .data = b), oracle_arg(call, "length"));
}

ORACLE_ROW(hashlib_new, "hashlib.new", "name, data=b'', *, usedforsecurity=True, length=None") {
	const char *name = oracle_text(s, call, "name", NULL);
	return td_failed(s) ? NULL : digest(s, call, name, "data");
}

#define DIGEST(name)                                                                                                   \
	ORACLE_ROW(hashlib_##name, "hashlib." #name, "string=b'', *, usedforsecurity=True") {                              \
		return digest(s, call, #name, "string");                                                                       \
	}
#define SHAKE(name)                                                                                                    \
	ORACLE_ROW(hashlib_##name, "hashlib." #name, "string=b'', *, usedforsecurity=True, length=None") {                 \
		return digest(s, call, #name, "string");                                                                       \
	}
DIGEST(md5)
DIGEST(sha1)
DIGEST(sha224)
DIGEST(sha256)
DIGEST(sha384)
DIGEST(sha512)
DIGEST(sha3_224)
DIGEST(sha3_256)
DIGEST(sha3_384)
DIGEST(sha3_512)
SHAKE(shake_128)
SHAKE(shake_256)

static const td_value *blake2(td_scope *s, const oracle_call *call, const char *name) {
	td_bytes data = bytes(s, call, "data", not_bytes), key = bytes(s, call, "key", not_bytes);
	td_bytes salt = bytes(s, call, "salt", not_bytes), person = bytes(s, call, "person", not_bytes);
	int64_t leaf = oracle_int(s, call, "leaf_size", 0), node = oracle_int(s, call, "node_depth", 0);
	int64_t inner = oracle_int(s, call, "inner_size", 0), offset = oracle_int(s, call, "node_offset", 0);
	if (td_failed(s)) return NULL;
	if (leaf < 0 || leaf > UINT32_MAX || offset < 0) {
		if (leaf > UINT32_MAX) {
			td_raise(s, TD_OverflowError, "leaf_size is too large");
		} else {
			td_raise(s, TD_ValueError, "value must be positive");
		}
		return NULL;
	}
	return hex(s,
	           td_hashlib_new(s, name, .data = data, .digest_size = oracle_opt_int(s, call, "digest_size"), .key = key,
	                          .salt = salt, .person = person, .fanout = oracle_opt_int(s, call, "fanout"),
	                          .depth = oracle_opt_int(s, call, "depth"), .leaf_size = (uint32_t)leaf,
	                          .node_offset = (uint64_t)offset, .node_depth = (unsigned)node,
	                          .inner_size = (unsigned)inner, .last_node = oracle_true(call, "last_node", false)),
	           NULL);
}

#define BLAKE2_SIGNATURE                                                                                               \
	"data=b'', /, *, digest_size=None, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, " \
	"node_depth=0, inner_size=0, last_node=False, usedforsecurity=True"
ORACLE_ROW(hashlib_blake2b, "hashlib.blake2b", BLAKE2_SIGNATURE) {
	return blake2(s, call, "blake2b");
}
ORACLE_ROW(hashlib_blake2s, "hashlib.blake2s", BLAKE2_SIGNATURE) {
	return blake2(s, call, "blake2s");
}

ORACLE_ROW(hashlib_file_digest, "hashlib.file_digest", "fileobj, digest") {
	const td_value *path = td_get(oracle_arg(call, "fileobj"), "$file");
	const char *name = oracle_text(s, call, "digest", NULL);
	if (td_failed(s)) return NULL;
	if (path) return hex(s, td_hashlib_file_digest(s, td_value_str(path, ""), name), NULL);
	td_bytes content = bytes(s, call, "fileobj", not_bytes); /* what an io.BytesIO holds */
	return hex(s, td_hashlib_fileobj_digest(s, td_file_mem(s, content), name), NULL);
}

ORACLE_ROW(hashlib_pbkdf2, "hashlib.pbkdf2_hmac", "hash_name, password, salt, iterations, dklen=None") {
	const char *name = oracle_text(s, call, "hash_name", NULL);
	td_bytes password = bytes(s, call, "password", not_bytes), salt = bytes(s, call, "salt", not_bytes);
	int64_t iterations = oracle_int(s, call, "iterations", 0), dklen = oracle_int(s, call, "dklen", 0);
	if (td_failed(s)) return NULL;
	if (oracle_given(call, "dklen") && dklen < 1) {
		td_raise(s, TD_ValueError, "key length must be greater than 0.");
		return NULL;
	}
	return td_value_new_bytes(s, td_hashlib_pbkdf2_hmac(s, name, password, salt, iterations, (size_t)dklen));
}

/* One of scrypt's numbers, which has to be there and not negative. */
static bool unsigned_arg(td_scope *s, const oracle_call *call, const char *name, uint64_t *out) {
	const td_value *v = oracle_arg(call, name);
	int64_t n = td_value_int(v, -1);
	*out = (uint64_t)n;
	if (td_value_type(v) == TD_INTEGER && n >= 0) return true;
	td_raise(s, TD_TypeError, "%s is required and must be an unsigned int", name);
	return false;
}

ORACLE_ROW(hashlib_scrypt, "hashlib.scrypt", "password, *, salt=None, n=None, r=None, p=None, maxmem=0, dklen=64") {
	td_bytes password = bytes(s, call, "password", not_bytes), salt = bytes(s, call, "salt", not_bytes);
	uint64_t n = 0, r = 0, p = 0;
	int64_t most = oracle_int(s, call, "maxmem", 0), dklen = oracle_int(s, call, "dklen", 64);
	if (td_failed(s)) return NULL;
	if (!oracle_given(call, "salt")) salt.data = NULL;
	if (salt.data &&
	    (!unsigned_arg(s, call, "n", &n) ||
	     (n >= 2 && !(n & (n - 1)) && (!unsigned_arg(s, call, "r", &r) || !unsigned_arg(s, call, "p", &p))))) {
		return NULL;
	}
	if (salt.data && n >= 2 && !(n & (n - 1)) && most < 0) {
		td_raise(s, TD_ValueError, "maxmem must be positive and smaller than 2147483647");
		return NULL;
	}
	if (salt.data && n >= 2 && !(n & (n - 1)) && dklen < 1) {
		td_raise(s, TD_ValueError, "dklen must be greater than 0 and smaller than 2147483647");
		return NULL;
	}
	return td_value_new_bytes(s, td_hashlib_scrypt(s, password, .salt = salt, .n = n, .r = r, .p = p,
	                                               .maxmem = (uint64_t)most, .dklen = (size_t)dklen));
}

/* A hash is its algorithm's name, or a list of that and what it has taken in. */
static td_hash *object(td_scope *s, const oracle_call *call) {
	const td_value *self = oracle_arg(call, "self");
	const td_value *name = td_value_type(self) == TD_LIST ? td_value_at(self, 0) : self;
	td_bytes data = td_value_type(self) == TD_LIST ? td_value_bytes(td_value_at(self, 1)) : (td_bytes){"", 0};
	return td_hashlib_new(s, td_value_str(name, ""), .data = data);
}

ORACLE_ROW(hash_name, "hash.name", "self") {
	return td_value_new_str(s, td_hash_name(object(s, call)));
}
ORACLE_ROW(hash_digest_size, "hash.digest_size", "self") {
	return td_value_new_int(s, (int64_t)td_hash_digest_size(object(s, call)));
}
ORACLE_ROW(hash_block_size, "hash.block_size", "self") {
	return td_value_new_int(s, (int64_t)td_hash_block_size(object(s, call)));
}
ORACLE_ROW(hash_digest, "hash.digest", "self, length=None") {
	td_hash *hash = object(s, call);
	return td_value_new_bytes(s, td_hash_digest(s, hash, .length = (size_t)oracle_int(s, call, "length", 0)));
}
ORACLE_ROW(hash_hexdigest, "hash.hexdigest", "self, length=None") {
	return hex(s, object(s, call), oracle_arg(call, "length"));
}
/* Both answer with what the hash would say then. */
ORACLE_ROW(hash_update, "hash.update", "self, data, /") {
	td_hash *hash = object(s, call);
	td_bytes more = bytes(s, call, "data", "object supporting the buffer API required");
	td_hash_update(s, hash, more);
	return td_failed(s) ? NULL : hex(s, hash, NULL);
}
ORACLE_ROW(hash_copy, "hash.copy", "self") {
	td_hash *hash = object(s, call), *copy = td_hash_copy(s, hash);
	td_hash_update(s, hash, td_bytes_of("only the first takes this in"));
	return hex(s, copy, NULL);
}

ORACLE_ROW(hashlib_guaranteed, "hashlib.algorithms_guaranteed", "") {
	return td_value_new_strs(s, td_hashlib_algorithms_guaranteed(s));
}
ORACLE_ROW(hashlib_available, "hashlib.algorithms_available", "") {
	return td_value_new_strs(s, td_hashlib_algorithms_available(s));
}

/* --- hmac --- */

ORACLE_ROW(hmac_new, "hmac.new", "key, msg=None, digestmod=''") {
	td_bytes key = bytes(s, call, "key", "key: expected bytes or bytearray, but got "), message = {"", 0};
	if (oracle_given(call, "msg")) message = bytes(s, call, "msg", not_bytes);
	const char *name = oracle_text(s, call, "digestmod", "");
	if (td_failed(s)) return NULL;
	if (!*name) {
		td_raise(s, TD_TypeError, "Missing required parameter 'digestmod'.");
		return NULL;
	}
	td_hmac *hmac = td_hmac_new(s, key, name);
	td_hmac_update(s, hmac, message);
	return td_value_new_str(s, td_hmac_hexdigest(s, hmac));
}

ORACLE_ROW(hmac_digest, "hmac.digest", "key, msg, digest") {
	td_bytes key = bytes(s, call, "key", not_bytes), message = bytes(s, call, "msg", not_bytes);
	const char *name = oracle_text(s, call, "digest", NULL);
	return td_failed(s) ? NULL : td_value_new_bytes(s, td_hmac_digest(s, key, message, name));
}

static const td_value *compare(td_scope *s, const oracle_call *call) {
	const td_value *a = oracle_arg(call, "a"), *b = oracle_arg(call, "b");
	bool texts = td_value_type(a) == TD_STR && td_value_type(b) == TD_STR;
	bool first = td_value_type(a) == TD_BYTES, second = td_value_type(b) == TD_BYTES;
	if (first != second) {
		wrong_type(s, not_bytes, first ? b : a);
		return NULL;
	}
	if (!texts && !first) {
		td_raise(s, TD_TypeError, "unsupported operand types(s) or combination of types: '%s' and '%s'",
		         td_value_type_name(a), td_value_type_name(b));
		return NULL;
	}
	return td_value_new_bool(s, td_secrets_compare_digest_bytes(td_value_bytes(a), td_value_bytes(b)));
}

ORACLE_ROW(hmac_compare, "hmac.compare_digest", "a, b, /") {
	return compare(s, call);
}
ORACLE_ROW(secrets_compare, "secrets.compare_digest", "a, b, /") {
	return compare(s, call);
}

/* --- base64 and binascii --- */

static td_bytes data(td_scope *s, const oracle_call *call) {
	return bytes(s, call, "s", not_bytes);
}

/* What is decoded is text or bytes; text has to be ASCII. */
static const char *letters(td_scope *s, const oracle_call *call, const char *name, const char *words) {
	td_bytes b = td_value_bytes(oracle_arg(call, name));
	td_type type = td_value_type(oracle_arg(call, name));
	if (type != TD_STR && type != TD_BYTES) {
		wrong_type(s, words, oracle_arg(call, name));
		return td_no_text;
	}
	for (size_t i = 0; i < b.len; i++) {
		if (type == TD_STR && (unsigned char)b.data[i] > 127) {
			td_raise(s, TD_ValueError, "string argument should contain only ASCII characters");
			return td_no_text;
		}
		if (!b.data[i]) {
			td_raise(s, TD_NotImplementedError, "a NUL in what is decoded");
			return td_no_text;
		}
	}
	return td_strdup(s, b.data);
}

static const char not_ascii[] = "argument should be a bytes-like object or ASCII string, not ";

#define ENCODE(name)                                                                                                   \
	ORACLE_ROW(base64_##name, "base64." #name, "s") {                                                                  \
		td_bytes b = data(s, call);                                                                                    \
		return td_failed(s) ? NULL : td_value_new_str(s, td_base64_##name(s, b));                                      \
	}
#define DECODE(name, signature)                                                                                        \
	ORACLE_ROW(base64_##name, "base64." #name, signature) {                                                            \
		const char *text = letters(s, call, "s", not_ascii);                                                           \
		return td_failed(s) ? NULL : td_value_new_bytes(s, td_base64_##name(s, text));                                 \
	}
ENCODE(urlsafe_b64encode)
ENCODE(b32encode)
ENCODE(b16encode)
ENCODE(encodebytes)
DECODE(urlsafe_b64decode, "s")
DECODE(decodebytes, "s")

ORACLE_ROW(base64_b32decode, "base64.b32decode", "s, casefold=False, map01=None") {
	const char *text = letters(s, call, "s", not_ascii), *map01 = NULL;
	if (oracle_given(call, "map01")) map01 = letters(s, call, "map01", not_ascii);
	if (td_failed(s)) return NULL;
	return td_value_new_bytes(s, td_base64_b32decode(s, text, .casefold = oracle_true(call, "casefold", false),
	                                                 .map01 = map01));
}

ORACLE_ROW(base64_b16decode, "base64.b16decode", "s, casefold=False") {
	const char *text = letters(s, call, "s", not_ascii);
	if (td_failed(s)) return NULL;
	return td_value_new_bytes(s, td_base64_b16decode(s, text, .casefold = oracle_true(call, "casefold", false)));
}

ORACLE_ROW(base64_b64encode, "base64.b64encode", "s, altchars=None") {
	td_bytes b = data(s, call), alt = {"", 0};
	if (oracle_given(call, "altchars")) alt = bytes(s, call, "altchars", not_bytes);
	if (td_failed(s)) return NULL;
	return td_value_new_str(s, td_base64_b64encode(s, b, .altchars = alt.len ? alt.data : NULL));
}

ORACLE_ROW(base64_b64decode, "base64.b64decode", "s, altchars=None, validate=False") {
	const char *text = letters(s, call, "s", not_ascii);
	td_bytes alt = td_value_bytes(oracle_arg(call, "altchars"));
	if (td_failed(s)) return NULL;
	return td_value_new_bytes(s, td_base64_b64decode(s, text, .altchars = alt.len ? alt.data : NULL,
	                                                 .validate = oracle_true(call, "validate", false)));
}

ORACLE_ROW(binascii_hexlify, "binascii.hexlify", "data, sep=None, bytes_per_sep=1") {
	td_bytes b = bytes(s, call, "data", not_bytes), sep = td_value_bytes(oracle_arg(call, "sep"));
	if (td_failed(s)) return NULL;
	const char *text = td_binascii_hexlify(s, b, .sep = oracle_given(call, "sep") ? sep.data : NULL,
	                                       .bytes_per_sep = oracle_opt_int(s, call, "bytes_per_sep"));
	return td_failed(s) ? NULL : td_value_new_bytes(s, td_bytes_of(text));
}

ORACLE_ROW(binascii_unhexlify, "binascii.unhexlify", "hexstr") {
	const char *text = letters(s, call, "hexstr", "argument should be bytes, buffer or ASCII string, not ");
	return td_failed(s) ? NULL : td_value_new_bytes(s, td_binascii_unhexlify(s, text));
}

/* --- secrets, where nothing is left to chance --- */

ORACLE_ROW(secrets_randbelow, "secrets.randbelow", "exclusive_upper_bound") {
	int64_t below = oracle_int(s, call, "exclusive_upper_bound", 0);
	if (td_failed(s)) return NULL;
	return td_value_new_int(s, (int64_t)td_secrets_randbelow(s, below < 0 ? 0 : (uint64_t)below));
}

ORACLE_ROW(secrets_randbits, "secrets.randbits", "k") {
	int64_t k = oracle_int(s, call, "k", 0);
	if (!td_failed(s) && k < 0) td_raise(s, TD_ValueError, "number of bits must be non-negative");
	return td_failed(s) ? NULL : td_value_new_int(s, (int64_t)td_secrets_randbits(s, (unsigned)k));
}

ORACLE_ROW(secrets_choice, "secrets.choice", "seq") {
	const td_value *seq = oracle_arg(call, "seq");
	if (td_value_type(seq) == TD_STR) {
		return td_value_new_str(s, td_secrets_string(s, 1, td_value_str(seq, "")));
	}
	return td_value_new_str(s, td_secrets_choice(s, oracle_strs(s, call, "seq")));
}

ORACLE_ROW(secrets_token_bytes, "secrets.token_bytes", "nbytes=None") {
	return td_value_new_bytes(s, td_secrets_token_bytes(s, .nbytes = oracle_opt_int(s, call, "nbytes")));
}
ORACLE_ROW(secrets_token_hex, "secrets.token_hex", "nbytes=None") {
	return td_value_new_str(s, td_secrets_token_hex(s, .nbytes = oracle_opt_int(s, call, "nbytes")));
}
ORACLE_ROW(secrets_token_urlsafe, "secrets.token_urlsafe", "nbytes=None") {
	return td_value_new_str(s, td_secrets_token_urlsafe(s, .nbytes = oracle_opt_int(s, call, "nbytes")));
}

#define CONSTANT(name, value)                                                                                          \
	ORACLE_ROW(string_##name, "string." #name, "") {                                                                   \
		(void)call;                                                                                                    \
		return td_value_new_str(s, value);                                                                             \
	}
CONSTANT(ascii_letters, TD_ASCII_LETTERS)
CONSTANT(ascii_lowercase, TD_ASCII_LOWERCASE)
CONSTANT(ascii_uppercase, TD_ASCII_UPPERCASE)
CONSTANT(digits, TD_DIGITS)
CONSTANT(hexdigits, TD_HEXDIGITS)
CONSTANT(octdigits, TD_OCTDIGITS)
CONSTANT(punctuation, TD_PUNCTUATION)
