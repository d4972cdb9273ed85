/* src/crypto/hash.h: what the files of hashlib share: the algorithms, and a digest under way. */
#ifndef TD_CRYPTO_HASH_H
#define TD_CRYPTO_HASH_H

#include "core/internal.h"
#include "crypto/blake2.h"
#include "crypto/crypto_lib.h"
#include "crypto/sha256.h"

enum { TD__HASH_LONGEST_BLOCK = 168 };

typedef enum td__hash_engine { TD__HASH_EVP, TD__HASH_BLAKE2, TD__HASH_SHA256 } td__hash_engine;

typedef struct td__hash_kind {
	const char *name, *openssl, *aliases[2];
	td__hash_engine engine;
	size_t digest_size, block_size; /* digest_size 0: as long as is asked */
	EVP_MD *md;                     /* fetched once: fetching costs more than a small digest */
} td__hash_kind;

struct td_hash {
	td__hash_kind *kind;
	td__hash_engine engine; /* EVP in place of SHA256 where the processor lacks the instructions */
	union {
		EVP_MD_CTX *ctx;
		td__blake2 blake2;
		td__sha256 sha256;
	} state;
};

/* By any of its names, or NULL. */
td__hash_kind *td__hash_known(const char *name);
/* Two threads may fetch it at once, and then one of the two is simply kept. NULL: raised. */
const EVP_MD *td__hash_md(td_scope *s, td__hash_kind *k);
void td__hash_take(td_hash *hash, const void *data, size_t size);

#endif
