/* packed.c: files under an archive. See packed.h. */
#include "archive/packed.h"

#include <time.h>

#include "archive/packed_private.h"

td_file *td__under_open(td_scope *s, const char *path, const char *mode) {
	td_file *opened = (td_open)(s, path, mode, NULL);
	if (!opened) return NULL;
	size_t size = sizeof *opened + strlen(opened->name) + 1;
	td_file *f = td__malloc(size);
	if (!f) {
		td__raise_memory(s);
		return td__file_abandon(opened);
	}
	memcpy(f, opened, size);
	td__handle_close(opened); /* its descriptor is the copy's from now on */
	return f;
}

const td_error *td__catch_os(td_scope *s) {
	const td_error *e = td_peek(s);
	return e && !td_kind_is(e->kind, TD_TimeoutError) ? td_catch(s, TD_OSError) : NULL;
}

ssize_t td__under_read(td_scope *s, td_file *f, char *out, size_t size) {
	if (f->pending && !td__file_flush_pending(s, f)) return -1;
	size_t ahead = f->end - f->at;
	if (!ahead) return f->backend->read(s, f, out, size);
	if (size > ahead) size = ahead;
	memcpy(out, f->buffer + f->at, size);
	f->at += size;
	return (ssize_t)size;
}

ssize_t td__under_read_all(td_scope *s, td_file *f, char *out, size_t size) {
	size_t len = 0;
	while (len < size) {
		ssize_t got = td__under_read(s, f, out + len, size - len);
		if (got < 0) return -1;
		if (got == 0) break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

int64_t td__under_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	if (f->pending && !td__file_flush_pending(s, f)) return -1;
	if (whence == SEEK_CUR) offset -= (int64_t)(f->end - f->at);
	f->at = f->end = 0;
	return f->backend->seek(s, f, offset, whence);
}

bool td__under_write(td_scope *s, td_file *f, const char *data, size_t len) {
	if (f->end && !td__file_to_writing(s, f)) return false;
	return !len || td__file_put(s, f, data, len);
}

char *td__under_room(td_scope *s, td_file *f, size_t *size) {
	if (f->end && !td__file_to_writing(s, f)) return NULL;
	if (!td__file_buffer(s, f) || (f->pending == f->capacity && !td__file_flush_pending(s, f))) return NULL;
	*size = f->capacity - f->pending;
	return f->buffer + f->pending;
}

bool td__under_wrote(td_scope *s, td_file *f, size_t len) {
	f->pending += len;
	return !f->unbuffered || td__file_flush_pending(s, f);
}

bool td__under_close(td_scope *s, td_file *f) {
	if (!f) return true;
	f->closing = true;
	bool ok = s && td__file_flush_pending(s, f);
	ok = f->backend->close(ok ? s : NULL, f) && ok;
	td__free(f->buffer);
	td__free(f);
	return ok;
}

/* --- a compressed file --- */

/* What is read at once is as long as Python's pieces: what is damaged further on is then found at the same member. */
enum { PACKED_BUFFER = 1 << 16, READ_PIECE = 8192 };

static bool emit(td_scope *s, td__packed *p, td__codec_flush flush) {
	for (;;) {
		p->codec.out = p->buffer;
		p->codec.out_len = PACKED_BUFFER;
		td__codec_step step = p->codec.method->step(s, &p->codec, flush);
		if (step == TD__CODEC_FAILED) return false;
		size_t len = PACKED_BUFFER - p->codec.out_len;
		if (!td__under_write(s, p->under, p->buffer, len)) return false;
		if (flush == TD__FINISH ? step == TD__CODEC_END : !p->codec.in_len && p->codec.out_len) return true;
	}
}

static bool packed_write(td_scope *s, td_file *f, const char *data, size_t size) {
	td__packed *p = f->own;
	if (!td__may_block(s)) return false;
	if (p->gzip) p->crc = td_zlib_crc32((td_bytes){data, size}, p->crc);
	p->at += (int64_t)size;
	p->codec.in = data;
	p->codec.in_len = size;
	return emit(s, p, TD__RUN);
}

static bool packed_flush(td_scope *s, td_file *f) {
	td__packed *p = f->own;
	if (f->closing || !p->writing) return true;
	p->codec.in_len = 0;
	if (p->gzip && !emit(s, p, TD__SYNC)) return false;
	return td__file_flush_pending(s, p->under);
}

/* Fills the input when it is used up: 1, 0 at the end, -1. */
int td__packed_fill(td_scope *s, td__packed *p) {
	if (p->codec.in_len) return 1;
	ssize_t got = td__under_read(s, p->under, p->buffer, PACKED_BUFFER);
	if (got > 0) {
		p->codec.in = p->buffer;
		p->codec.in_len = (size_t)got;
	}
	return got > 0 ? 1 : (int)got;
}

static int ended_early(td_scope *s) {
	td_raise(s, TD_EOFError, "Compressed file ended before the end-of-stream marker was reached");
	return -1;
}

/* Begins the next stream of the file: 1, 0 when there is none, -1. */
static int begin_stream(td_scope *s, td__packed *p) {
	int more = p->gzip ? td__gzip_read_header(s, p) : td__packed_fill(s, p);
	if (more == 0 && !p->gzip && !p->streams) return ended_early(s);
	if (more <= 0) return more;
	const char *in = p->codec.in;
	size_t in_len = p->codec.in_len;
	if (!td__codec_again(s, &p->codec, p->codec.method, false, 0)) return -1;
	p->codec.in = in;
	p->codec.in_len = in_len;
	p->crc = 0;
	p->stream_at = 0;
	p->fresh = p->streams++ > 0;
	p->where = TD__PACKED_BODY;
	return 1;
}

/* One step; what follows the first stream and is none itself ends the file, as in Python. */
static td__codec_step read_step(td_scope *s, td__packed *p) {
	if (!p->fresh || p->gzip) return p->codec.method->step(s, &p->codec, TD__RUN);
	TD_SCOPE(attempt, s);
	td__codec_step step = p->codec.method->step(attempt, &p->codec, TD__RUN);
	p->fresh = false;
	if (!td_catch(attempt, TD_OSError, TD_LZMAError, TD_ValueError)) return step;
	p->where = TD__PACKED_OVER;
	return TD__CODEC_END;
}

static ssize_t packed_read(td_scope *s, td_file *f, char *out, size_t size) {
	td__packed *p = f->own;
	if (!size) return 0;
	if (size > READ_PIECE) size = READ_PIECE;
	for (;;) {
		if (!td__may_block(s)) return -1;
		if (p->where == TD__PACKED_TAIL) {
			if (p->gzip && !td__gzip_read_tail(s, p)) return -1;
			p->where = TD__PACKED_HEAD;
		}
		if (p->where == TD__PACKED_HEAD) {
			int more = begin_stream(s, p);
			if (more == 0) p->where = TD__PACKED_OVER;
			if (more < 0) return -1;
		}
		if (p->where == TD__PACKED_OVER) return 0;
		int more = td__packed_fill(s, p);
		if (more < 0) return -1;
		p->codec.out = out;
		p->codec.out_len = size;
		td__codec_step step = read_step(s, p);
		if (step == TD__CODEC_FAILED) return -1;
		if (p->where == TD__PACKED_OVER) continue;
		size_t len = size - p->codec.out_len;
		if (step == TD__CODEC_END) p->where = TD__PACKED_TAIL;
		if (len) {
			if (p->gzip) p->crc = td_zlib_crc32((td_bytes){out, len}, p->crc);
			p->at += (int64_t)len;
			p->stream_at += len;
			if (p->max_output && p->at > p->max_output) {
				td_raise(s, TD_OverflowError, "the decompressed data is longer than %lld bytes",
				         (long long)p->max_output);
				return -1;
			}
			return (ssize_t)len;
		}
		if (step == TD__CODEC_MORE && more == 0) return ended_early(s);
	}
}

/* Reads or writes on to the byte at. */
static bool go_on_to(td_scope *s, td_file *f, int64_t at, bool to_end) {
	td__packed *p = f->own;
	static const char zeros[4096];
	char *scratch = p->writing ? NULL : td__malloc(PACKED_BUFFER);
	if (!p->writing && !scratch) {
		td__raise_memory(s);
		return false;
	}
	bool ok = true;
	while (ok && (to_end || p->at < at)) {
		int64_t left = to_end ? PACKED_BUFFER : at - p->at;
		if (p->writing) {
			ok = packed_write(s, f, zeros, left < (int64_t)sizeof zeros ? (size_t)left : sizeof zeros);
		} else {
			ssize_t got = packed_read(s, f, scratch, left < PACKED_BUFFER ? (size_t)left : PACKED_BUFFER);
			if (got <= 0) {
				ok = got == 0;
				break;
			}
		}
	}
	td__free(scratch);
	return ok;
}

static int64_t packed_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	td__packed *p = f->own;
	if (whence == SEEK_END && p->writing) {
		td_raise(s, TD_ValueError, "Seek from end not supported");
		return -1;
	}
	if (whence == SEEK_END && !go_on_to(s, f, 0, true)) return -1;
	int64_t at;
	if (__builtin_add_overflow(whence == SEEK_SET ? 0 : p->at, offset, &at)) at = INT64_MAX;
	if (at < p->at && p->writing) {
		td_raise(s, TD_OSError, "Negative seek in write mode");
		return -1;
	}
	if (at < 0) at = 0;
	if (at < p->at) { /* once more from the beginning */
		if (td__under_seek(s, p->under, p->start, SEEK_SET) < 0) return -1;
		td__codec_end(&p->codec);
		p->codec.in_len = 0;
		p->at = 0;
		p->streams = 0;
		p->where = TD__PACKED_HEAD;
	}
	return go_on_to(s, f, at, false) ? p->at : -1;
}

static bool packed_close(td_scope *s, td_file *f) {
	td__packed *p = f->own;
	if (!p) return true;
	f->own = NULL;
	bool ok = true;
	if (s && p->writing) {
		p->codec.in_len = 0;
		ok = emit(s, p, TD__FINISH) && (!p->gzip || td__gzip_write_tail(s, p));
	}
	td__codec_end(&p->codec);
	if (!p->keep_under) ok = td__under_close(ok ? s : NULL, p->under) && ok;
	td__free(p->buffer);
	td__free(p);
	return ok;
}

static const td__file_backend packed_backend = {packed_read,          packed_write, packed_seek,
                                                td__file_no_truncate, packed_flush, packed_close};

bool td__packed_into(td_scope *s, td_file *f, td_file *under, const td__method *method, bool writing,
                     const td__packed_opts *o) {
	td__packed *p = td__malloc(sizeof *p);
	char *buffer = td__malloc(PACKED_BUFFER);
	if (!p || !buffer) {
		td__raise_memory(s);
		td__free(p);
		td__free(buffer);
		return false;
	}
	*p = (td__packed){.buffer = buffer, .under = under, .writing = writing, .level = o->level};
	p->gzip = method == &td__deflate_method;
	p->keep_under = o->keep_under;
	p->max_output = o->max_output;
	p->codec.method = method;
	p->codec.in = buffer;
	bool ok = true;
	if (writing) {
		ok = td__codec_begin(s, &p->codec, method, true, o->level) && (!p->gzip || td__gzip_write_header(s, p, o));
	} else if (under->seekable) {
		p->start = td__under_seek(s, under, 0, SEEK_CUR);
		ok = p->start >= 0;
	}
	if (!ok) {
		td__codec_end(&p->codec);
		td__free(p->buffer);
		td__free(p);
		return false;
	}
	f->own = p;
	f->backend = &packed_backend;
	f->regular = true;
	f->seekable = writing || under->seekable;
	f->append = false;
	return true;
}

td_file *td__packed_open(td_scope *s, td_file *under, const td__method *method, bool writing,
                         const td__packed_opts *o) {
	size_t size = sizeof(td_file) + strlen(under->name) + 1;
	td_file *f = td__malloc(size);
	if (!f) {
		td__raise_memory(s);
		return NULL;
	}
	memset(f, 0, size);
	memcpy(f->name, under->name, strlen(under->name) + 1);
	f->fd = -1;
	f->readable = !writing;
	f->writable = writing;
	f->newline = "\n";
	if (td__packed_into(s, f, under, method, writing, o)) return f;
	td__free(f);
	return NULL;
}

void td__packed_owns(td_file *f, bool owns) {
	((td__packed *)f->own)->keep_under = !owns;
}
