/* crypto_lib.c: OpenSSL's libcrypto, opened on first use with its own exit handlers off: they would run before ours. */
#include "crypto/crypto_lib.h"

#include <openssl/crypto.h>

td__crypto_table td__crypto;

static const char *const names[] = {
	"EVP_MD_fetch",       "EVP_MD_CTX_new",   "EVP_MD_CTX_free",     "EVP_MD_CTX_copy_ex",
	"EVP_DigestInit_ex2", "EVP_DigestUpdate", "EVP_DigestFinal_ex",  "EVP_DigestFinalXOF",
	"PKCS5_PBKDF2_HMAC",  "EVP_PBE_scrypt",   "OPENSSL_init_crypto",
};

static void initialise(void) {
	td__crypto.init_crypto(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

static td__lib lib = {
	.soname = "libcrypto.so.3",
	.package = "libssl3",
	.names = names,
	.slots = (void **)(void *)&td__crypto,
	.count = sizeof names / sizeof names[0],
	.init = initialise,
};
_Static_assert(sizeof td__crypto == sizeof names, "one name per function");

bool td__crypto_open(td_scope *s) {
	return td__lib_open(s, &lib);
}
