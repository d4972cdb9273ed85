/* src/archive/packed_private.h: a compressed file as packed.c and gzip.c see it. */
#ifndef TD_ARCHIVE_PACKED_PRIVATE_H
#define TD_ARCHIVE_PACKED_PRIVATE_H

#include <tend/zlib.h>

#include "archive/packed.h"

typedef struct td__packed {
	td_file *under;
	bool keep_under, writing, gzip;
	int level;
	td__codec codec; /* in and in_len: what of buffer is not used yet, between streams too */
	char *buffer;
	int64_t start; /* where in under it begins */
	int64_t at;    /* bytes of content so far */
	enum { TD__PACKED_HEAD, TD__PACKED_BODY, TD__PACKED_TAIL, TD__PACKED_OVER } where;
	int64_t streams;    /* begun so far */
	bool fresh;         /* the first step of a stream that is not the first */
	uint64_t stream_at; /* bytes of content of this stream */
	uint32_t crc;
	int64_t max_output;
} td__packed;

int td__packed_fill(td_scope *s, td__packed *p);
int td__gzip_read_header(td_scope *s, td__packed *p); /* 1, 0 at the end of the file, -1 */
bool td__gzip_read_tail(td_scope *s, td__packed *p);
bool td__gzip_write_header(td_scope *s, td__packed *p, const td__packed_opts *o);
bool td__gzip_write_tail(td_scope *s, td__packed *p);

#endif
