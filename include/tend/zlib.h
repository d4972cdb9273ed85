/* tend/zlib.h: zlib's and raw deflate data, in one piece or as it comes, and checksums.
 *
 * Bytes in, bytes out; results live in s. The library zlib is opened on first use (ImportError names its package); the
 * checksums need none and cannot fail. With the same zlib the bytes are the same as Python's. Nothing here blocks. Safe
 * among threads, each with a scope of its own; one thread uses an object at a time.
 *
 *     #include <tend.h>
 *
 *     static bool survives(td_scope *s, const char *text) {
 *         td_bytes packed = td_zlib_compress(s, td_bytes_of(text), .level = TD_INT(9));
 *         td_bytes back = td_zlib_decompress(s, packed, .max_output = 1 << 20);     // no bomb gets past a megabyte
 *         return !td_failed(s) && td_zlib_crc32(back, 0) == td_zlib_crc32(td_bytes_of(text), 0);
 *     }
 *
 * What is wrong with the data is zlib.error (TD_zlib_error) with Python's text: "Error -3 while decompressing data:
 * incorrect header check". */
#ifndef TEND_ZLIB_H
#define TEND_ZLIB_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* --- checksums --- */

/* The CRC-32 of data, going on from value; a new one begins with 0. Python: zlib.crc32, binascii.crc32. */
TD_API uint32_t td_zlib_crc32(td_bytes data, uint32_t value);
/* The Adler-32 of data, going on from value; a new one begins with 1, Python's default. Python: zlib.adler32. */
TD_API uint32_t td_zlib_adler32(td_bytes data, uint32_t value);

/* --- in one piece --- */

typedef struct td_zlib_compress_opts {
	TD__OPTS_HEAD;
	td_opt_int level; /* 0 (stored) to 9; absent: -1, zlib's default (6) */
	td_opt_int wbits; /* 9 to 15: a zlib header; -9 to -15: raw deflate; 25 to 31: a gzip header. Absent: 15 */
} td_zlib_compress_opts;
/* Raises zlib.error for a level or wbits that is none: "Bad compression level". Python: zlib.compress. */
TD_API td_bytes td_zlib_compress(td_scope *s, td_bytes data, const td_zlib_compress_opts *opts);
#define td_zlib_compress(s, ...) TD__ZLIB_COMPRESS(s, __VA_ARGS__)
#define TD__ZLIB_COMPRESS(s, data, ...)                                                                                \
	(td_zlib_compress)(TD_HERE(s), (data), TD__OPTS(td_zlib_compress_opts, __VA_ARGS__))

typedef struct td_zlib_decompress_opts {
	TD__OPTS_HEAD;
	td_opt_int wbits;   /* 8 to 15, or 0: a zlib header; -8 to -15: raw; 24 to 31: gzip; 40 to 47: any. Absent: 15 */
	td_opt_int bufsize; /* what is first set aside for the result; absent: 16384. ValueError when negative */
	int64_t max_output; /* more than that many bytes of result is OverflowError; 0: no limit, as in Python */
} td_zlib_decompress_opts;
/* What comes after the stream's end is ignored, as in Python. Python: zlib.decompress. */
TD_API td_bytes td_zlib_decompress(td_scope *s, td_bytes data, const td_zlib_decompress_opts *opts);
#define td_zlib_decompress(s, ...) TD__ZLIB_DECOMPRESS(s, __VA_ARGS__)
#define TD__ZLIB_DECOMPRESS(s, data, ...)                                                                              \
	(td_zlib_decompress)(TD_HERE(s), (data), TD__OPTS(td_zlib_decompress_opts, __VA_ARGS__))

/* --- as it comes --- */

typedef enum td_zlib_flush {                   /* what flush does to the stream */
	                         TD_ZLIB_FINISH,   /* ends it: Python's default */
	                         TD_ZLIB_NO_FLUSH, /* nothing */
	                         TD_ZLIB_PARTIAL_FLUSH,
	                         TD_ZLIB_SYNC_FLUSH, /* what was written so far can be read */
	                         TD_ZLIB_FULL_FLUSH, /* and read without what was before */
	                         TD_ZLIB_BLOCK,
} td_zlib_flush;

typedef struct td_zlib_compressobj_opts {
	TD__OPTS_HEAD;
	td_opt_int level;     /* absent: -1 */
	td_opt_int wbits;     /* absent: 15 */
	td_opt_int mem_level; /* 1 to 9; absent: 8 */
	int strategy;         /* 0 default, 1 filtered, 2 Huffman only, 3 run lengths, 4 fixed codes */
	td_bytes zdict;       /* what the data is expected to hold */
} td_zlib_compressobj_opts;
typedef struct td_zlib_compressobj td_zlib_compressobj;
/* ValueError "Invalid initialization option", "Invalid dictionary". Its memory goes with s. Python: zlib.compressobj. */
TD_API td_zlib_compressobj *td_zlib_compressobj_new(td_scope *s, const td_zlib_compressobj_opts *opts);
#define td_zlib_compressobj_new(...) TD__ZLIB_COMPRESSOBJ_NEW(__VA_ARGS__)
#define TD__ZLIB_COMPRESSOBJ_NEW(s, ...)                                                                               \
	(td_zlib_compressobj_new)(TD_HERE(s), TD__OPTS(td_zlib_compressobj_opts, __VA_ARGS__))
/* What of the stream is ready so far; often nothing. Python: zlib.Compress.compress. */
TD_API td_bytes td_zlib_compressobj_compress(td_scope *s, td_zlib_compressobj *c, td_bytes data);
#define td_zlib_compressobj_compress(s, ...) (td_zlib_compressobj_compress)(TD_HERE(s), __VA_ARGS__)
typedef struct td_zlib_compressobj_flush_opts {
	TD__OPTS_HEAD;
	td_zlib_flush mode;
} td_zlib_compressobj_flush_opts;
/* The rest of the stream. Python: zlib.Compress.flush. */
TD_API td_bytes td_zlib_compressobj_flush(td_scope *s, td_zlib_compressobj *c,
                                          const td_zlib_compressobj_flush_opts *opts);
#define td_zlib_compressobj_flush(s, ...) TD__ZLIB_COMPRESSOBJ_FLUSH(s, __VA_ARGS__)
#define TD__ZLIB_COMPRESSOBJ_FLUSH(s, c, ...)                                                                          \
	(td_zlib_compressobj_flush)(TD_HERE(s), (c), TD__OPTS(td_zlib_compressobj_flush_opts, __VA_ARGS__))

typedef struct td_zlib_decompressobj_opts {
	TD__OPTS_HEAD;
	td_opt_int wbits; /* absent: 15 */
	td_bytes zdict;
} td_zlib_decompressobj_opts;
typedef struct td_zlib_decompressobj td_zlib_decompressobj;
/* ValueError "Invalid initialization option". Its memory goes with s. Python: zlib.decompressobj. */
TD_API td_zlib_decompressobj *td_zlib_decompressobj_new(td_scope *s, const td_zlib_decompressobj_opts *opts);
#define td_zlib_decompressobj_new(...) TD__ZLIB_DECOMPRESSOBJ_NEW(__VA_ARGS__)
#define TD__ZLIB_DECOMPRESSOBJ_NEW(s, ...)                                                                             \
	(td_zlib_decompressobj_new)(TD_HERE(s), TD__OPTS(td_zlib_decompressobj_opts, __VA_ARGS__))
typedef struct td_zlib_decompressobj_decompress_opts {
	TD__OPTS_HEAD;
	int64_t max_length; /* at most that many bytes; what was not read is the unconsumed tail. 0: no limit */
} td_zlib_decompressobj_decompress_opts;
/* What data gives. Python: zlib.Decompress.decompress. */
TD_API td_bytes td_zlib_decompressobj_decompress(td_scope *s, td_zlib_decompressobj *d, td_bytes data,
                                                 const td_zlib_decompressobj_decompress_opts *opts);
#define td_zlib_decompressobj_decompress(s, d, ...) TD__ZLIB_DECOMPRESSOBJ(s, d, __VA_ARGS__)
#define TD__ZLIB_DECOMPRESSOBJ(s, d, data, ...)                                                                        \
	(td_zlib_decompressobj_decompress)(TD_HERE(s), (d), (data),                                                        \
	                                   TD__OPTS(td_zlib_decompressobj_decompress_opts, __VA_ARGS__))
/* The rest of what was given. Python: zlib.Decompress.flush. */
TD_API td_bytes td_zlib_decompressobj_flush(td_scope *s, td_zlib_decompressobj *d);
#define td_zlib_decompressobj_flush(s, ...) (td_zlib_decompressobj_flush)(TD_HERE(s), __VA_ARGS__)
/* Whether the stream's end has been read; what came after it; what max_length left unread. They are d's, valid until its
 * next call; never fail. Python: zlib.Decompress.eof, .unused_data, .unconsumed_tail. */
TD_API bool td_zlib_decompressobj_eof(const td_zlib_decompressobj *d);
TD_API td_bytes td_zlib_decompressobj_unused_data(const td_zlib_decompressobj *d);
TD_API td_bytes td_zlib_decompressobj_unconsumed_tail(const td_zlib_decompressobj *d);

TD__END
#endif
