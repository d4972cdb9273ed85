/* zlib.c: zlib's streams, in one piece and as they come. */
#include "archive/zlib_lib.h"
#include "core/buffer.h"

static const td_bytes no_bytes = {"", 0};

enum { PIECE = 1 << 30 }; /* what a z_stream's counters take at once */

static Bytef *input(const char *data) {
	return (Bytef *)(uintptr_t)data; /* zlib reads it only */
}

static int option(td_opt_int given, int fallback) {
	if (!given.given) return fallback;
	return given.value < -1000000 ? -1000000 : given.value > 1000000 ? 1000000 : (int)given.value;
}

/* Gives zlib room to write into; false: memory has run out. The result grows in proportion. */
static bool room(td__buffer *b, z_stream *z, size_t first) {
	size_t more = b->len < first ? first - b->len : b->len;
	if (more < 256) more = 256;
	if (more > PIECE) more = PIECE;
	if (b->cap - b->len < 64 && !td__buffer_room(b, more)) return false;
	size_t free_room = b->cap - b->len;
	z->next_out = (Bytef *)b->data + b->len;
	z->avail_out = (uInt)(free_room > PIECE ? PIECE : free_room);
	return true;
}

static void take(td__buffer *b, const z_stream *z) {
	b->len = (size_t)((char *)z->next_out - b->data);
}

/* How large a piece of the result Python hands to zlib, one after the other: what is only stored is cut where a piece
 * ends, and the bytes shall be the same. */
static bool python_room(td__buffer *b, z_stream *z, size_t turn) {
	static const uint32_t pieces[] = {32 << 10, 64 << 10, 256 << 10, 1 << 20,  4 << 20,  8 << 20,  16 << 20,
	                                  16 << 20, 32 << 20, 32 << 20,  32 << 20, 32 << 20, 64 << 20, 64 << 20};
	size_t last = sizeof pieces / sizeof *pieces - 1, piece = pieces[turn < last ? turn : last];
	if (!td__buffer_room(b, piece)) return false;
	z->next_out = (Bytef *)b->data + b->len;
	z->avail_out = (uInt)piece;
	return true;
}

/* Runs deflate over all of data; the last zlib result. */
static int deflate_all(td__buffer *b, z_stream *z, td_bytes data, int flush) {
	size_t left = data.len;
	size_t turn = 0;
	int err = Z_OK;
	z->next_in = input(data.data);
	z->avail_out = 0;
	do {
		z->avail_in = (uInt)(left > PIECE ? PIECE : left);
		left -= z->avail_in;
		do {
			if (!z->avail_out && !python_room(b, z, turn++)) return Z_MEM_ERROR;
			err = td__zlib.deflate(z, left ? Z_NO_FLUSH : flush);
			take(b, z);
			if (err == Z_STREAM_ERROR) return err;
		} while (z->avail_out == 0);
	} while (left);
	return err;
}

td_bytes(td_zlib_compress)(td_scope *s, td_bytes data, const td_zlib_compress_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "data", data.data) || !td__zlib_open(s)) return no_bytes;
	td_zlib_compress_opts o;
	td__opts_copy(&o, sizeof o, opts);
	z_stream z;
	int err = td__zlib_deflate_begin(&z, option(o.level, Z_DEFAULT_COMPRESSION), option(o.wbits, MAX_WBITS), 8, 0);
	if (err == Z_STREAM_ERROR) {
		td_raise(s, TD_zlib_error, "Bad compression level");
		return no_bytes;
	}
	if (err != Z_OK) {
		td__zlib_raise(s, &z, err, "while compressing data");
		return no_bytes;
	}
	td__buffer b;
	td__buffer_begin(&b, s);
	err = deflate_all(&b, &z, data, Z_FINISH);
	td__zlib.deflate_end(&z);
	if (err == Z_STREAM_END) return td__buffer_text(&b);
	td__buffer_drop(&b);
	td__zlib_raise(s, &z, err, "while compressing data");
	return no_bytes;
}

/* Runs inflate until data or the stream ends, or there are most bytes (0: no limit). The last zlib result. */
static int inflate_all(td__buffer *b, z_stream *z, td_bytes data, size_t first, size_t most, bool finish) {
	size_t left = data.len;
	int err = Z_BUF_ERROR;
	z->next_in = input(data.data);
	z->avail_in = 0;
	do {
		uInt piece = (uInt)(left > PIECE - z->avail_in ? PIECE - z->avail_in : left);
		z->avail_in += piece;
		left -= piece;
		do {
			if (!room(b, z, first)) return Z_MEM_ERROR;
			if (most && z->avail_out > most - b->len) z->avail_out = (uInt)(most - b->len);
			err = td__zlib.inflate(z, left || !finish ? Z_SYNC_FLUSH : Z_FINISH);
			take(b, z);
			if (err != Z_OK && err != Z_BUF_ERROR) return err;
			if (most && b->len == most) return err;
		} while (z->avail_out == 0);
	} while (left);
	return err;
}

static td_bytes too_long(td_scope *s, td__buffer *b, int64_t most) {
	td__buffer_drop(b);
	td_raise(s, TD_OverflowError, "the decompressed data is longer than %lld bytes", (long long)most);
	return no_bytes;
}

td_bytes(td_zlib_decompress)(td_scope *s, td_bytes data, const td_zlib_decompress_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "data", data.data)) return no_bytes;
	td_zlib_decompress_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.bufsize.given && o.bufsize.value < 0) {
		td_raise(s, TD_ValueError, "bufsize must be non-negative");
		return no_bytes;
	}
	if (!td__zlib_open(s)) return no_bytes;
	z_stream z;
	int err = td__zlib_inflate_begin(&z, option(o.wbits, MAX_WBITS));
	if (err != Z_OK) {
		td__zlib_raise(s, &z, err, "while preparing to decompress data");
		return no_bytes;
	}
	td__buffer b;
	td__buffer_begin(&b, s);
	size_t most = o.max_output > 0 ? (size_t)o.max_output : 0;
	/* No more is set aside than deflate could fill: what a caller, or a bomb, says is not to be believed. */
	size_t first = o.bufsize.given && o.bufsize.value > 0 ? (size_t)o.bufsize.value : 16384;
	if (first / 1032 > data.len) first = data.len * 1032 + 64;
	err = inflate_all(&b, &z, data, first, most ? most + 1 : 0, true);
	td__zlib.inflate_end(&z);
	if (most && b.len > most) return too_long(s, &b, o.max_output);
	if (err == Z_STREAM_END) return td__buffer_text(&b);
	td__buffer_drop(&b);
	td__zlib_raise(s, &z, err, "while decompressing data");
	return no_bytes;
}

/* --- as it comes --- */

struct td_zlib_compressobj {
	z_stream z;
	bool ended;
};

static void end_compressobj(td_scope *c, void *handle) {
	(void)c;
	td__zlib.deflate_end(&((td_zlib_compressobj *)handle)->z);
}

td_zlib_compressobj *(td_zlib_compressobj_new)(td_scope *s, const td_zlib_compressobj_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__zlib_open(s)) return NULL;
	td_zlib_compressobj_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_zlib_compressobj *c = td__handle_new(s, sizeof *c, end_compressobj);
	if (!c) return NULL;
	int err = td__zlib_deflate_begin(&c->z, option(o.level, Z_DEFAULT_COMPRESSION), option(o.wbits, MAX_WBITS),
	                                 option(o.mem_level, 8), o.strategy);
	if (err == Z_OK && o.zdict.data)
		err = td__zlib.deflate_set_dictionary(&c->z, input(o.zdict.data), (uInt)o.zdict.len);
	else if (err == Z_OK)
		return c;
	else if (err == Z_STREAM_ERROR)
		td_raise(s, TD_ValueError, "Invalid initialization option");
	else
		td_raise(s, TD_MemoryError, "Can't allocate memory for compression object");
	if (err == Z_OK) return c;
	if (!td_failed(s)) td_raise(s, TD_ValueError, "Invalid dictionary");
	td__zlib.deflate_end(&c->z);
	td__handle_close(c);
	return NULL;
}

static td_bytes compress_more(td_scope *s, td_zlib_compressobj *c, td_bytes data, int flush, const char *doing) {
	if (c->ended) {
		td__zlib_raise(s, &c->z, Z_STREAM_ERROR, doing);
		return no_bytes;
	}
	td__buffer b;
	td__buffer_begin(&b, s);
	int err = deflate_all(&b, &c->z, data, flush);
	if (err == Z_STREAM_END && flush == Z_FINISH) {
		c->ended = true;
	} else if (err != Z_OK && err != Z_BUF_ERROR) {
		td__buffer_drop(&b);
		td__zlib_raise(s, &c->z, err, doing);
		return no_bytes;
	}
	return td__buffer_text(&b);
}

td_bytes(td_zlib_compressobj_compress)(td_scope *s, td_zlib_compressobj *c, td_bytes data) {
	if (!td__enter(s) || !td__need_handle(s, "c", c) || !td__need_handle(s, "data", data.data)) return no_bytes;
	return compress_more(s, c, data, Z_NO_FLUSH, "while compressing data");
}

td_bytes(td_zlib_compressobj_flush)(td_scope *s, td_zlib_compressobj *c, const td_zlib_compressobj_flush_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "c", c)) return no_bytes;
	td_zlib_compressobj_flush_opts o;
	td__opts_copy(&o, sizeof o, opts);
	static const int modes[] = {Z_FINISH, Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_BLOCK};
	if (o.mode == TD_ZLIB_NO_FLUSH) return no_bytes;
	int mode = (size_t)o.mode < sizeof modes / sizeof *modes ? modes[o.mode] : -1;
	return compress_more(s, c, no_bytes, mode, "while flushing");
}

struct td_zlib_decompressobj {
	z_stream z;
	td_bytes zdict;
	td_bytes unused, tail; /* in the handle's scope */
	bool eof;
};

static void end_decompressobj(td_scope *c, void *handle) {
	(void)c;
	td__zlib.inflate_end(&((td_zlib_decompressobj *)handle)->z);
}

td_zlib_decompressobj *(td_zlib_decompressobj_new)(td_scope *s, const td_zlib_decompressobj_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__zlib_open(s)) return NULL;
	td_zlib_decompressobj_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_zlib_decompressobj *d = td__handle_new(s, sizeof *d, end_decompressobj);
	if (!d) return NULL;
	d->unused = d->tail = no_bytes;
	int wbits = option(o.wbits, MAX_WBITS), err = td__zlib_inflate_begin(&d->z, wbits);
	if (err == Z_STREAM_ERROR) {
		td_raise(s, TD_ValueError, "Invalid initialization option");
	} else if (err != Z_OK) {
		td_raise(s, TD_MemoryError, "Can't allocate memory for decompression object");
	} else if (o.zdict.data) {
		d->zdict = td_keep(s, o.zdict);
		/* A raw stream does not ask for its dictionary. */
		if (wbits < 0 && td__zlib.inflate_set_dictionary(&d->z, input(d->zdict.data), (uInt)d->zdict.len) != Z_OK)
			td_raise(s, TD_ValueError, "Invalid dictionary");
	}
	if (!td_failed(s)) return d;
	td__zlib.inflate_end(&d->z);
	td__handle_close(d);
	return NULL;
}

static td_bytes joined(td_scope *s, td_bytes a, td_bytes b) {
	if (!b.len) return a;
	char *data = td__alloc_raw(s, a.len + b.len + 1);
	if (!data) return no_bytes;
	memcpy(data, a.data, a.len);
	memcpy(data + a.len, b.data, b.len);
	data[a.len + b.len] = '\0';
	return (td_bytes){data, a.len + b.len};
}

static td_bytes decompress_more(td_scope *s, td_zlib_decompressobj *d, td_bytes data, size_t most, bool finish) {
	td_scope *owner = td__handle_scope(d);
	td__buffer b;
	td__buffer_begin(&b, s);
	int err = Z_STREAM_END;
	if (!d->eof) {
		err = inflate_all(&b, &d->z, data, 1024, most, finish);
		if (err == Z_NEED_DICT && d->zdict.data) {
			err = td__zlib.inflate_set_dictionary(&d->z, input(d->zdict.data), (uInt)d->zdict.len);
			td_bytes rest = {(char *)d->z.next_in, data.len - (size_t)((const char *)d->z.next_in - data.data)};
			if (err == Z_OK) err = inflate_all(&b, &d->z, rest, 1024, most, finish);
		}
	} else {
		d->z.next_in = input(data.data);
	}
	bool bad = err != Z_OK && err != Z_BUF_ERROR && err != Z_STREAM_END;
	size_t used = (size_t)((const char *)d->z.next_in - data.data);
	td_bytes rest = {data.data + used, data.len - used};
	if (err == Z_STREAM_END) {
		d->eof = true;
		d->tail = no_bytes;
		d->unused = joined(owner, d->unused, rest);
	} else if (!bad) {
		d->tail = rest.len ? td_keep(owner, rest) : no_bytes;
	}
	if (bad) {
		td__buffer_drop(&b);
		td__zlib_raise(s, &d->z, err, "while decompressing data");
		return no_bytes;
	}
	return td__buffer_text(&b);
}

td_bytes(td_zlib_decompressobj_decompress)(td_scope *s, td_zlib_decompressobj *d, td_bytes data,
                                           const td_zlib_decompressobj_decompress_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "d", d) || !td__need_handle(s, "data", data.data))
		return no_bytes;
	td_zlib_decompressobj_decompress_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.max_length < 0) {
		td_raise(s, TD_ValueError, "max_length must be non-negative");
		return no_bytes;
	}
	return decompress_more(s, d, data, (size_t)o.max_length, false);
}

td_bytes(td_zlib_decompressobj_flush)(td_scope *s, td_zlib_decompressobj *d) {
	if (!td__enter(s) || !td__need_handle(s, "d", d)) return no_bytes;
	return decompress_more(s, d, d->tail, 0, true);
}

bool td_zlib_decompressobj_eof(const td_zlib_decompressobj *d) {
	return d && d->eof;
}

td_bytes td_zlib_decompressobj_unused_data(const td_zlib_decompressobj *d) {
	return d ? d->unused : no_bytes;
}

td_bytes td_zlib_decompressobj_unconsumed_tail(const td_zlib_decompressobj *d) {
	return d ? d->tail : no_bytes;
}
