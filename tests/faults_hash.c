/* What digests, keys, letters and random numbers do when memory, system calls or time run out, at each step. */
#include <tend.h>

#include "fault.h"

static void make_data(td_scope *s) {
	static char block[200000];
	td_bytes bytes = {block, sizeof block};
	td_path_write_bytes(s, "data", bytes);
}

TD_FAULT_SCENARIO(digesting, .prepare = make_data) {
	td_hash *hashes[] = {td_hashlib_sha256(s), td_hashlib_sha3_256(s), td_hashlib_blake2s(s, .key = td_bytes_of("k"))};
	td_hash_update_from(s, hashes, 3, "data");
	td_hash_hexdigest(s, hashes[1]);
	td_hash *copy = td_hash_copy(s, hashes[1]);
	td_hash_update(s, copy, td_bytes_of("more"));
	td_hash_digest(s, copy);
	td_hash *whole = td_hashlib_file_digest(s, "data", "sha1");
	const char *hex = td_hash_hexdigest(s, whole);
	/* A digest is right or there is none. */
	if (!td_failed(s) && !td_secrets_compare_digest(hex, "e0798a0a2e0fe6856358d6c4225dde2c632e9263")) {
		td_raise(s, TD_AssertionError, "a wrong digest: %s", hex);
	}
	td_hashlib_algorithms_available(s);
}

TD_FAULT_SCENARIO(keying) {
	td_hmac *hmac = td_hmac_new(s, td_bytes_of("a key"), "sha512");
	td_hmac_update(s, hmac, td_bytes_of("a message"));
	td_hmac_hexdigest(s, hmac);
	td_hashlib_pbkdf2_hmac(s, "sha256", td_bytes_of("p"), td_bytes_of("s"), 2, 0);
	td_hashlib_scrypt(s, td_bytes_of("p"), .salt = td_bytes_of("s"), .n = 2, .r = 1, .p = 1);
}

TD_FAULT_SCENARIO(drawing) {
	td_secrets_token_urlsafe(s);
	td_secrets_string(s, 300, TD_DIGITS);
	int items[9] = {0};
	td_secrets_shuffle(s, items, 9, sizeof *items);
	td_bytes back = td_base64_b64decode(s, td_base64_encodebytes(s, td_bytes_of("some bytes")));
	td_binascii_unhexlify(s, td_binascii_hexlify(s, back));
	td_base64_b32decode(s, td_base64_b32encode(s, back));
}
