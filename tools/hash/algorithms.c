/* algorithms.c: what can be asked for, and what coreutils calls it. */
#include <string.h>

#include "hash.h"

/* In the order in which digits of one length are taken for the one or the other. */
const hash_algorithm hash_algorithms[] = {
	{"sha256", "SHA256", 32, false},
	{"sha512", "SHA512", 64, false},
	{"sha384", "SHA384", 48, false},
	{"sha224", "SHA224", 28, false},
	{"sha1", "SHA1", 20, false},
	{"md5", "MD5", 16, false},
	{"blake2b", "BLAKE2b", 64, true},
	{"blake2s", "BLAKE2s", 32, true},
	{"sha3_256", "SHA3-256", 32, false},
	{"sha3_512", "SHA3-512", 64, false},
	{"sha3_384", "SHA3-384", 48, false},
	{"sha3_224", "SHA3-224", 28, false},
	{NULL, NULL, 0, false},
};

static char plain(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c == '-' ? '_' : c;
}

const hash_algorithm *hash_algorithm_named(const char *name) {
	for (const hash_algorithm *a = hash_algorithms; a->name; a++) {
		size_t i = 0;
		while (name[i] && plain(name[i]) == a->name[i]) i++;
		if (!name[i] && !a->name[i]) return a;
	}
	return NULL;
}
