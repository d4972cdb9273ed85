/* tend/secrets.h: random numbers that nobody can guess, from the kernel's generator.
 *
 * Every choice is without bias. Nothing here blocks, once the machine has gathered entropy at its start.
 *
 *     #include <tend.h>
 *
 *     static const char *api_key(td_scope *s) {
 *         return td_secrets_string(s, 40, TD_ASCII_LETTERS TD_DIGITS TD_PUNCTUATION);
 *     }
 */
#ifndef TEND_SECRETS_H
#define TEND_SECRETS_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* Python: string.ascii_letters and its siblings. Literals, so that they can be put together. */
#define TD_ASCII_LOWERCASE "abcdefghijklmnopqrstuvwxyz"
#define TD_ASCII_UPPERCASE "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define TD_ASCII_LETTERS TD_ASCII_LOWERCASE TD_ASCII_UPPERCASE
#define TD_DIGITS "0123456789"
#define TD_HEXDIGITS TD_DIGITS "abcdefABCDEF"
#define TD_OCTDIGITS "01234567"
#define TD_PUNCTUATION "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

typedef struct td_secrets_token_opts {
	TD__OPTS_HEAD;
	td_opt_int nbytes; /* TD_INT(n); absent: 32 */
} td_secrets_token_opts;

/* Random bytes; as hexadecimal digits, two a byte; as letters for a URL, about 1.3 a byte.
 * Python: secrets.token_bytes, secrets.token_hex, secrets.token_urlsafe. */
TD_API td_bytes td_secrets_token_bytes(td_scope *s, const td_secrets_token_opts *opts);
#define td_secrets_token_bytes(...) TD__SECRETS_TOKEN(td_secrets_token_bytes, __VA_ARGS__)
TD_API const char *td_secrets_token_hex(td_scope *s, const td_secrets_token_opts *opts);
#define td_secrets_token_hex(...) TD__SECRETS_TOKEN(td_secrets_token_hex, __VA_ARGS__)
TD_API const char *td_secrets_token_urlsafe(td_scope *s, const td_secrets_token_opts *opts);
#define td_secrets_token_urlsafe(...) TD__SECRETS_TOKEN(td_secrets_token_urlsafe, __VA_ARGS__)
#define TD__SECRETS_TOKEN(fn, s, ...) (fn)(TD_HERE(s), TD__OPTS(td_secrets_token_opts, __VA_ARGS__))

/* 0 to below - 1. ValueError "Upper bound must be positive." Python: secrets.randbelow. */
TD_API uint64_t td_secrets_randbelow(td_scope *s, uint64_t below);
#define td_secrets_randbelow(s, below) (td_secrets_randbelow)(TD_HERE(s), (below))

/* k random bits, 0 to 64 of them. Python: secrets.randbits. */
TD_API uint64_t td_secrets_randbits(td_scope *s, unsigned k);
#define td_secrets_randbits(s, k) (td_secrets_randbits)(TD_HERE(s), (k))

/* One of the texts. IndexError "Cannot choose from an empty sequence". Python: secrets.choice. */
TD_API const char *td_secrets_choice(td_scope *s, td_strs list);
#define td_secrets_choice(s, list) (td_secrets_choice)(TD_HERE(s), (list))

/* n characters, each chosen from those of alphabet (bytes; an alphabet of single-byte characters is meant).
 * Python: "".join(secrets.choice(alphabet) for _ in range(n)). */
TD_API const char *td_secrets_string(td_scope *s, size_t n, const char *alphabet);
#define td_secrets_string(s, n, alphabet) (td_secrets_string)(TD_HERE(s), (n), (alphabet))

/* Brings count items of size bytes into random order. Python: secrets.SystemRandom().shuffle. */
TD_API bool td_secrets_shuffle(td_scope *s, void *items, size_t count, size_t size);
#define td_secrets_shuffle(s, ...) (td_secrets_shuffle)(TD_HERE(s), __VA_ARGS__)

/* Whether two texts are equal, in a time that tells nothing of where they differ. Never raises; a NULL is equal to
 * nothing. Python: secrets.compare_digest, hmac.compare_digest. */
TD_API bool td_secrets_compare_digest(const char *a, const char *b);
TD_API bool td_secrets_compare_digest_bytes(td_bytes a, td_bytes b);

TD__END
#endif
