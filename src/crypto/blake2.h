/* src/crypto/blake2.h: BLAKE2b and BLAKE2s with all their parameters (RFC 7693 and the tree mode of its paper). */
#ifndef TD_CRYPTO_BLAKE2_H
#define TD_CRYPTO_BLAKE2_H

#include <tend/hashlib.h>

#include "core/internal.h"

typedef struct td__blake2 {
	bool small;     /* blake2s */
	bool last_node; /* of its level of a tree */
	uint8_t digest_size;
	size_t filled; /* of the buffer, which is compressed only when more comes: the last block is marked */
	uint64_t h[8], count[2];
	uint8_t buffer[128];
} td__blake2;

/* ValueError for a parameter out of its range, with Python's messages. */
bool td__blake2_init(td_scope *s, td__blake2 *b, bool small, const td_hashlib_opts *o);
void td__blake2_update(td__blake2 *b, const void *data, size_t size);
void td__blake2_final(const td__blake2 *b, uint8_t *digest);

#endif
