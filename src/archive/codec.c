/* codec.c: what the methods share, and raw deflate. */
#include "archive/codec.h"

#include "archive/zlib_lib.h"

bool td__codec_begin(td_scope *s, td__codec *c, const td__method *method, bool writing, int level) {
	*c = (td__codec){.method = method, .writing = writing, .level = level, .in = "", .out = NULL};
	return method->begin(s, c);
}

bool td__codec_again(td_scope *s, td__codec *c, const td__method *method, bool writing, int level) {
	bool same = c->state && c->method == method && c->writing == writing && c->level == level;
	if (same && method->again && method->again(c)) {
		c->in = "";
		c->in_len = 0;
		return true;
	}
	td__codec_end(c);
	return td__codec_begin(s, c, method, writing, level);
}

void td__codec_end(td__codec *c) {
	if (!c->state) return;
	c->method->end(c);
	td__free(c->state);
	c->state = NULL;
}

void *td__codec_state(td_scope *s, td__codec *c, size_t size) {
	c->state = td__malloc(size);
	if (!c->state) {
		td__raise_memory(s);
		return NULL;
	}
	memset(c->state, 0, size);
	return c->state;
}

static bool deflate_begin(td_scope *s, td__codec *c) {
	if (!td__zlib_open(s)) return false;
	z_stream *z = td__codec_state(s, c, sizeof *z);
	if (!z) return false;
	int level = c->level == TD__LEVEL_DEFAULT ? Z_DEFAULT_COMPRESSION : c->level;
	int err = c->writing ? td__zlib_deflate_begin(z, level, -MAX_WBITS, 8, 0) : td__zlib_inflate_begin(z, -MAX_WBITS);
	if (err == Z_OK) return true;
	td__free(c->state);
	c->state = NULL;
	if (err == Z_STREAM_ERROR)
		td_raise(s, TD_ValueError, "Invalid initialization option");
	else
		td_raise(s, TD_MemoryError, "Can't allocate memory for %scompression object", c->writing ? "" : "de");
	return false;
}

enum { PIECE = 1 << 30 };

static td__codec_step deflate_step(td_scope *s, td__codec *c, td__codec_flush flush) {
	z_stream *z = c->state;
	size_t in = c->in_len < PIECE ? c->in_len : PIECE, out = c->out_len < PIECE ? c->out_len : PIECE;
	z->next_in = (Bytef *)(uintptr_t)c->in;
	z->avail_in = (uInt)in;
	z->next_out = (Bytef *)c->out;
	z->avail_out = (uInt)out;
	int err = c->writing ? td__zlib.deflate(z, in < c->in_len || flush == TD__RUN ? Z_NO_FLUSH
	                                           : flush == TD__SYNC                ? Z_SYNC_FLUSH
	                                                                              : Z_FINISH)
	                     : td__zlib.inflate(z, Z_SYNC_FLUSH);
	c->in = (const char *)z->next_in;
	c->in_len -= in - z->avail_in;
	c->out = (char *)z->next_out;
	c->out_len -= out - z->avail_out;
	if (err == Z_STREAM_END) return TD__CODEC_END;
	if (err == Z_OK || err == Z_BUF_ERROR) return TD__CODEC_MORE;
	td__zlib_raise(s, z, err, c->writing ? "while compressing data" : "while decompressing data");
	return TD__CODEC_FAILED;
}

static void deflate_end(td__codec *c) {
	if (c->writing)
		td__zlib.deflate_end(c->state);
	else
		td__zlib.inflate_end(c->state);
}

static bool deflate_again(td__codec *c) {
	return (c->writing ? td__zlib.deflate_reset(c->state) : td__zlib.inflate_reset(c->state)) == Z_OK;
}

const td__method td__deflate_method = {"gz",          "not a gzip file", "\x1f\x8b",  2,
                                       deflate_begin, deflate_step,      deflate_end, deflate_again};
