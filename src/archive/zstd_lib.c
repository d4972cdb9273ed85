/* zstd_lib.c: libzstd, opened on first use: the frames of zstd. Python 3.11 has none, so the words are our own. */
#include <zstd.h>

#include "archive/codec.h"

static struct {
	ZSTD_CStream *(*create_c)(void);
	size_t (*free_c)(ZSTD_CStream *z);
	size_t (*set_parameter)(ZSTD_CStream *z, ZSTD_cParameter parameter, int value);
	size_t (*compress)(ZSTD_CStream *z, ZSTD_outBuffer *out, ZSTD_inBuffer *in, ZSTD_EndDirective how);
	ZSTD_DStream *(*create_d)(void);
	size_t (*free_d)(ZSTD_DStream *z);
	size_t (*decompress)(ZSTD_DStream *z, ZSTD_outBuffer *out, ZSTD_inBuffer *in);
	unsigned (*is_error)(size_t code);
	const char *(*error_name)(size_t code);
} zstd;

static const char *const names[] = {"ZSTD_createCStream",    "ZSTD_freeCStream",   "ZSTD_CCtx_setParameter",
                                    "ZSTD_compressStream2",  "ZSTD_createDStream", "ZSTD_freeDStream",
                                    "ZSTD_decompressStream", "ZSTD_isError",       "ZSTD_getErrorName"};

static td__lib lib = {
	.soname = "libzstd.so.1",
	.package = "libzstd1",
	.names = names,
	.slots = (void **)(void *)&zstd,
	.count = sizeof names / sizeof names[0],
};
_Static_assert(sizeof zstd == sizeof names, "one name per function");

struct state {
	ZSTD_CStream *c;
	ZSTD_DStream *d;
};

static bool begin(td_scope *s, td__codec *c) {
	int level = c->level == TD__LEVEL_DEFAULT ? 3 : c->level;
	if (c->writing && (level < -7 || level > 22)) {
		td_raise(s, TD_ValueError, "the level of zstd is -7 to 22, not %d", level);
		return false;
	}
	if (!td__lib_open(s, &lib)) return false;
	struct state *z = td__codec_state(s, c, sizeof *z);
	if (!z) return false;
	if (c->writing)
		z->c = zstd.create_c();
	else
		z->d = zstd.create_d();
	if (!z->c && !z->d) {
		td__free(c->state);
		c->state = NULL;
		td__raise_memory(s);
		return false;
	}
	if (c->writing) {
		zstd.set_parameter(z->c, ZSTD_c_compressionLevel, level);
		zstd.set_parameter(z->c, ZSTD_c_checksumFlag, 1);
	}
	return true;
}

static td__codec_step step(td_scope *s, td__codec *c, td__codec_flush flush) {
	struct state *z = c->state;
	ZSTD_inBuffer in = {c->in, c->in_len, 0};
	ZSTD_outBuffer out = {c->out, c->out_len, 0};
	size_t left = c->writing ? zstd.compress(z->c, &out, &in, flush == TD__FINISH ? ZSTD_e_end : ZSTD_e_continue)
	                         : zstd.decompress(z->d, &out, &in);
	c->in += in.pos;
	c->in_len -= in.pos;
	c->out += out.pos;
	c->out_len -= out.pos;
	if (zstd.is_error(left)) {
		td_raise(s, TD_ValueError, "zstd: %s", zstd.error_name(left));
		return TD__CODEC_FAILED;
	}
	bool over = c->writing ? flush == TD__FINISH && left == 0 : left == 0;
	return over ? TD__CODEC_END : TD__CODEC_MORE;
}

static void end(td__codec *c) {
	struct state *z = c->state;
	if (z->c) zstd.free_c(z->c);
	if (z->d) zstd.free_d(z->d);
}

const td__method td__zstd_method = {"zst", "not a zstd file", "\x28\xb5\x2f\xfd", 4, begin, step, end, NULL};
