/* src/archive/codec.h: compressing and decompressing a stream, whatever the method: raw deflate (gzip, zip), bzip2, xz,
 * zstd. Each library stands in one file, is opened on first use, and says what is wrong in Python's words. */
#ifndef TD_ARCHIVE_CODEC_H
#define TD_ARCHIVE_CODEC_H

#include "core/internal.h"

typedef struct td__codec td__codec;

typedef enum td__codec_step { TD__CODEC_FAILED = -1, TD__CODEC_MORE = 0, TD__CODEC_END = 1 } td__codec_step;

/* What a step of writing is for. TD__SYNC: what was written so far can be read; only deflate knows it. */
typedef enum td__codec_flush { TD__RUN, TD__SYNC, TD__FINISH } td__codec_flush;

typedef struct td__method {
	const char *name;     /* "gz" "bz2" "xz" "zst" */
	const char *not_that; /* "not a gzip file": what tarfile says of what is none */
	const char *magic;    /* the bytes a file begins with */
	size_t magic_len;
	bool (*begin)(td_scope *s, td__codec *c); /* from c->writing and c->level */
	/* Moves what it can from in to out. END: the stream is over (reading), or all is out (writing, TD__FINISH). */
	td__codec_step (*step)(td_scope *s, td__codec *c, td__codec_flush flush);
	void (*end)(td__codec *c);
	bool (*again)(td__codec *c); /* makes a begun one as new; NULL, or false: it cannot */
} td__method;

struct td__codec {
	const td__method *method;
	bool writing;
	int level;
	const char *in;
	size_t in_len;
	char *out;
	size_t out_len;
	void *state; /* from td__malloc; NULL: not begun */
};

extern const td__method td__deflate_method, td__bzip2_method, td__xz_method, td__zstd_method;
extern const td__method td__zip_lzma_method; /* reads */

/* level: TD__LEVEL_DEFAULT is Python's default of the method. */
enum { TD__LEVEL_DEFAULT = -1000 };
bool td__codec_begin(td_scope *s, td__codec *c, const td__method *method, bool writing, int level);
/* The same of one that is zeroed, begun or ended: the memory of one that was begun likewise is used again. */
bool td__codec_again(td_scope *s, td__codec *c, const td__method *method, bool writing, int level);
void td__codec_end(td__codec *c);
/* The state of a method, zeroed; NULL: raised. */
void *td__codec_state(td_scope *s, td__codec *c, size_t size);

#endif
