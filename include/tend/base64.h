/* tend/base64.h: bytes as letters: Python's base64 and binascii.
 *
 * Encoders return text, decoders td_bytes, in s. Nothing here blocks. binascii's own errors are of the kind binascii.Error
 * (TD_binascii_Error, a ValueError), with Python's messages.
 *
 *     #include <tend.h>
 *
 *     static bool round_trip(td_scope *s) {
 *         const char *letters = td_base64_b64encode(s, td_bytes_of("tend"));       // "dGVuZA=="
 *         td_bytes back = td_base64_b64decode(s, letters, .validate = true);
 *         return back.len == 4 && !td_failed(s);
 *     }
 */
#ifndef TEND_BASE64_H
#define TEND_BASE64_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_base64_opts {
	TD__OPTS_HEAD;
	const char *altchars; /* two characters in the place of + and / */
	bool validate;        /* decoding: what is not of the alphabet is an error, not skipped */
} td_base64_opts;

/* Python: base64.b64encode, base64.b64decode. */
TD_API const char *td_base64_b64encode(td_scope *s, td_bytes data, const td_base64_opts *opts);
#define td_base64_b64encode(s, ...) TD__BASE64(td_base64_b64encode, s, __VA_ARGS__)
TD_API td_bytes td_base64_b64decode(td_scope *s, const char *text, const td_base64_opts *opts);
#define td_base64_b64decode(s, ...) TD__BASE64(td_base64_b64decode, s, __VA_ARGS__)
#define TD__BASE64(fn, s, data, ...) (fn)(TD_HERE(s), (data), TD__OPTS(td_base64_opts, __VA_ARGS__))

/* With - and _ for + and /. Python: base64.urlsafe_b64encode, base64.urlsafe_b64decode. */
TD_API const char *td_base64_urlsafe_b64encode(td_scope *s, td_bytes data);
#define td_base64_urlsafe_b64encode(s, ...) (td_base64_urlsafe_b64encode)(TD_HERE(s), __VA_ARGS__)
TD_API td_bytes td_base64_urlsafe_b64decode(td_scope *s, const char *text);
#define td_base64_urlsafe_b64decode(s, text) (td_base64_urlsafe_b64decode)(TD_HERE(s), (text))

/* Lines of 76 letters, each with its newline. Python: base64.encodebytes, base64.decodebytes. */
TD_API const char *td_base64_encodebytes(td_scope *s, td_bytes data);
#define td_base64_encodebytes(s, ...) (td_base64_encodebytes)(TD_HERE(s), __VA_ARGS__)
TD_API td_bytes td_base64_decodebytes(td_scope *s, const char *text);
#define td_base64_decodebytes(s, text) (td_base64_decodebytes)(TD_HERE(s), (text))

typedef struct td_base64_b32decode_opts {
	TD__OPTS_HEAD;
	bool casefold;     /* small letters are as good as capitals */
	const char *map01; /* "I" or "L": what a 1 is read as, and a 0 is then an O; NULL: neither is a digit */
} td_base64_b32decode_opts;
/* "Incorrect padding", "Non-base32 digit found"; AssertionError for a map01 of more than one letter.
 * Python: base64.b32encode, base64.b32decode. */
TD_API const char *td_base64_b32encode(td_scope *s, td_bytes data);
#define td_base64_b32encode(s, ...) (td_base64_b32encode)(TD_HERE(s), __VA_ARGS__)
TD_API td_bytes td_base64_b32decode(td_scope *s, const char *text, const td_base64_b32decode_opts *opts);
#define td_base64_b32decode(s, ...) TD__BASE64_B32DECODE(s, __VA_ARGS__)
#define TD__BASE64_B32DECODE(s, text, ...)                                                                             \
	(td_base64_b32decode)(TD_HERE(s), (text), TD__OPTS(td_base64_b32decode_opts, __VA_ARGS__))

typedef struct td_base64_b16decode_opts {
	TD__OPTS_HEAD;
	bool casefold; /* small letters are as good as capitals */
} td_base64_b16decode_opts;
/* Capital hexadecimal digits. "Non-base16 digit found", "Odd-length string".
 * Python: base64.b16encode, base64.b16decode. */
TD_API const char *td_base64_b16encode(td_scope *s, td_bytes data);
#define td_base64_b16encode(s, ...) (td_base64_b16encode)(TD_HERE(s), __VA_ARGS__)
TD_API td_bytes td_base64_b16decode(td_scope *s, const char *text, const td_base64_b16decode_opts *opts);
#define td_base64_b16decode(s, ...) TD__BASE64_B16DECODE(s, __VA_ARGS__)
#define TD__BASE64_B16DECODE(s, text, ...)                                                                             \
	(td_base64_b16decode)(TD_HERE(s), (text), TD__OPTS(td_base64_b16decode_opts, __VA_ARGS__))

typedef struct td_binascii_hexlify_opts {
	TD__OPTS_HEAD;
	const char *sep;          /* one character between groups */
	td_opt_int bytes_per_sep; /* absent: 1; counted from the right, or from the left when negative */
} td_binascii_hexlify_opts;
/* Small hexadecimal digits. Python: binascii.hexlify, bytes.hex. */
TD_API const char *td_binascii_hexlify(td_scope *s, td_bytes data, const td_binascii_hexlify_opts *opts);
#define td_binascii_hexlify(s, ...) TD__HEXLIFY(s, __VA_ARGS__)
#define TD__HEXLIFY(s, data, ...)                                                                                      \
	(td_binascii_hexlify)(TD_HERE(s), (data), TD__OPTS(td_binascii_hexlify_opts, __VA_ARGS__))
/* "Odd-length string", "Non-hexadecimal digit found". Python: binascii.unhexlify. */
TD_API td_bytes td_binascii_unhexlify(td_scope *s, const char *text);
#define td_binascii_unhexlify(s, text) (td_binascii_unhexlify)(TD_HERE(s), (text))

TD__END
#endif
