/* src/crypto/sha256.h: SHA-256 and SHA-224 by the processor's own instructions. Where it has them, the most used digest
 * needs no library at all: opening OpenSSL takes longer than a small file and most of a small program's memory. */
#ifndef TD_CRYPTO_SHA256_H
#define TD_CRYPTO_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct td__sha256 {
	uint32_t h[8];
	uint64_t total; /* bytes taken in */
	uint8_t buffer[64];
} td__sha256;

/* Whether this processor can. The others are for those that can only. */
bool td__sha256_here(void);
void td__sha256_init(td__sha256 *d, bool sha224);
void td__sha256_update(td__sha256 *d, const void *data, size_t size);
/* 32 bytes, of which SHA-224 is the first 28; d can go on. */
void td__sha256_final(const td__sha256 *d, uint8_t digest[32]);

#endif
