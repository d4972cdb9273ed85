/* src/crypto/crypto_lib.h: the functions of OpenSSL's libcrypto that the library uses. */
#ifndef TD_CRYPTO_LIB_H
#define TD_CRYPTO_LIB_H

#include <openssl/evp.h>

#include "core/internal.h"

typedef struct td__crypto_table {
	EVP_MD *(*md_fetch)(OSSL_LIB_CTX *context, const char *name, const char *properties);
	EVP_MD_CTX *(*ctx_new)(void);
	void (*ctx_free)(EVP_MD_CTX *ctx);
	int (*ctx_copy)(EVP_MD_CTX *to, const EVP_MD_CTX *from);
	int (*init)(EVP_MD_CTX *ctx, const EVP_MD *md, const OSSL_PARAM *parameters);
	int (*update)(EVP_MD_CTX *ctx, const void *data, size_t size);
	int (*final)(EVP_MD_CTX *ctx, unsigned char *digest, unsigned *size);
	int (*final_xof)(EVP_MD_CTX *ctx, unsigned char *digest, size_t size);
	int (*pbkdf2)(const char *password, int password_len, const unsigned char *salt, int salt_len, int iterations,
	              const EVP_MD *md, int key_len, unsigned char *key);
	int (*scrypt)(const char *password, size_t password_len, const unsigned char *salt, size_t salt_len, uint64_t n,
	              uint64_t r, uint64_t p, uint64_t max_memory, unsigned char *key, size_t key_len);
	int (*init_crypto)(uint64_t options, const void *settings);
} td__crypto_table;

extern td__crypto_table td__crypto;

/* Opens it; ImportError that names the package. */
bool td__crypto_open(td_scope *s);

#endif
