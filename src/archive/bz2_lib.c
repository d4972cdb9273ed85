/* bz2_lib.c: libbz2, opened on first use: the streams of bzip2. */
#include <bzlib.h>

#include "archive/codec.h"

static struct {
	int (*compress_init)(bz_stream *z, int level, int verbosity, int work);
	int (*compress)(bz_stream *z, int action);
	int (*compress_end)(bz_stream *z);
	int (*decompress_init)(bz_stream *z, int verbosity, int small);
	int (*decompress)(bz_stream *z);
	int (*decompress_end)(bz_stream *z);
} bz2;

static const char *const names[] = {"BZ2_bzCompressInit",   "BZ2_bzCompress",   "BZ2_bzCompressEnd",
                                    "BZ2_bzDecompressInit", "BZ2_bzDecompress", "BZ2_bzDecompressEnd"};

static td__lib lib = {
	.soname = "libbz2.so.1.0",
	.package = "libbz2-1.0",
	.names = names,
	.slots = (void **)(void *)&bz2,
	.count = sizeof names / sizeof names[0],
};
_Static_assert(sizeof bz2 == sizeof names, "one name per function");

static void *allocate(void *opaque, int count, int size) {
	(void)opaque;
	return count < 0 || size < 0 ? NULL : td__malloc((size_t)count * (size_t)size);
}

static void release(void *opaque, void *memory) {
	(void)opaque;
	td__free(memory);
}

static bool raise_bz2(td_scope *s, int err) {
	if (err == BZ_MEM_ERROR)
		td__raise_memory(s);
	else if (err == BZ_PARAM_ERROR)
		td_raise(s, TD_ValueError, "Internal error - invalid parameters passed to libbzip2");
	else if (err == BZ_DATA_ERROR || err == BZ_DATA_ERROR_MAGIC)
		td_raise(s, TD_OSError, "Invalid data stream");
	else
		td_raise(s, TD_OSError, "Unrecognized error from libbzip2: %d", err);
	return false;
}

static bool begin(td_scope *s, td__codec *c) {
	int level = c->level == TD__LEVEL_DEFAULT ? 9 : c->level;
	if (c->writing && (level < 1 || level > 9)) {
		td_raise(s, TD_ValueError, "compresslevel must be between 1 and 9");
		return false;
	}
	if (!td__lib_open(s, &lib)) return false;
	bz_stream *z = td__codec_state(s, c, sizeof *z);
	if (!z) return false;
	z->bzalloc = allocate;
	z->bzfree = release;
	int err = c->writing ? bz2.compress_init(z, level, 0, 0) : bz2.decompress_init(z, 0, 0);
	if (err == BZ_OK) return true;
	td__free(c->state);
	c->state = NULL;
	return raise_bz2(s, err);
}

enum { PIECE = 1 << 30 };

static td__codec_step step(td_scope *s, td__codec *c, td__codec_flush flush) {
	bz_stream *z = c->state;
	size_t in = c->in_len < PIECE ? c->in_len : PIECE, out = c->out_len < PIECE ? c->out_len : PIECE;
	if (c->writing && !in && flush != TD__FINISH) return TD__CODEC_MORE;
	z->next_in = (char *)(uintptr_t)c->in;
	z->avail_in = (unsigned)in;
	z->next_out = c->out;
	z->avail_out = (unsigned)out;
	int err =
		c->writing ? bz2.compress(z, flush == TD__FINISH && in == c->in_len ? BZ_FINISH : BZ_RUN) : bz2.decompress(z);
	c->in = z->next_in;
	c->in_len -= in - z->avail_in;
	c->out = z->next_out;
	c->out_len -= out - z->avail_out;
	if (err == BZ_STREAM_END) return TD__CODEC_END;
	if (err >= 0) return TD__CODEC_MORE;
	raise_bz2(s, err);
	return TD__CODEC_FAILED;
}

static void end(td__codec *c) {
	if (c->writing)
		bz2.compress_end(c->state);
	else
		bz2.decompress_end(c->state);
}

const td__method td__bzip2_method = {"bz2", "not a bzip2 file", "BZh", 3, begin, step, end, NULL};
