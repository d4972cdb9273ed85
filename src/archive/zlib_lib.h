/* src/archive/zlib_lib.h: the functions of zlib that the library uses, opened on first use. Checksums are our own, so that
 * they cannot fail: see checksum.c. */
#ifndef TD_ARCHIVE_ZLIB_LIB_H
#define TD_ARCHIVE_ZLIB_LIB_H

#include <tend/zlib.h>
#include <zlib.h>

#include "core/internal.h"

typedef struct td__zlib_table {
	int (*deflate_init2)(z_stream *z, int level, int method, int wbits, int mem_level, int strategy,
	                     const char *version, int size);
	int (*deflate_set_dictionary)(z_stream *z, const Bytef *data, uInt len);
	int (*deflate)(z_stream *z, int flush);
	int (*deflate_reset)(z_stream *z);
	int (*deflate_end)(z_stream *z);
	int (*inflate_init2)(z_stream *z, int wbits, const char *version, int size);
	int (*inflate_set_dictionary)(z_stream *z, const Bytef *data, uInt len);
	int (*inflate)(z_stream *z, int flush);
	int (*inflate_reset)(z_stream *z);
	int (*inflate_end)(z_stream *z);
} td__zlib_table;

extern td__zlib_table td__zlib;

/* Opens it; ImportError that names the package. */
bool td__zlib_open(td_scope *s);
/* Raises zlib.error in Python's words: "Error -3 while decompressing data: invalid block type". */
bool td__zlib_raise(td_scope *s, const z_stream *z, int err, const char *doing);
/* A z_stream whose memory comes from the library's allocator. */
void td__zlib_prepare(z_stream *z);
int td__zlib_deflate_begin(z_stream *z, int level, int wbits, int mem_level, int strategy);
int td__zlib_inflate_begin(z_stream *z, int wbits);

#endif
