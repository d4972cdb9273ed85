/* zip_stream.c: a member as an open file, to be read or to be written. */
#include <tend/zipfile.h>

#include "archive/zip_private.h"

typedef struct stream {
	td__attached to; /* the archive */
	td__zip_member member;
	td__zip_window window;
	td__codec unpacker;
	td__zip_packing packing;
} stream;

static bool cut_off(td_scope *s) {
	td_raise(s, TD_ValueError, "I/O operation on closed file.");
	return false;
}

static void free_stream(td_file *f) {
	stream *x = f->own;
	f->own = NULL;
	td__detach(&x->to);
	td__codec_end(&x->unpacker);
	td__free(x->window.data);
	td__free(x);
}

/* --- reading --- */

/* The file of a member; NULL: raised. */
static stream *enter(td_scope *s, td_file *f) {
	stream *x = f->own;
	if (!x || !x->to.archive) return cut_off(s), NULL;
	return td__zip_may_read(s, x->to.archive) ? x : NULL;
}

static ssize_t stream_read(td_scope *s, td_file *f, char *out, size_t size) {
	stream *x = enter(s, f);
	return x ? td__zip_member_read(s, &x->member, out, size) : -1;
}

static bool stream_refuse(td_scope *s, td_file *f, const char *data, size_t size) {
	(void)f;
	(void)data;
	(void)size;
	td_raise(s, TD_UnsupportedOperation, "write");
	return false;
}

static bool skip(td_scope *s, td__zip_member *r, int64_t n) {
	char *scratch = NULL;
	bool ok = n <= 0 || td__zip_memory(s, &scratch, TD__ZIP_PIECE);
	while (ok && n > 0) {
		ssize_t got = td__zip_member_read(s, r, scratch, n < TD__ZIP_PIECE ? (size_t)n : TD__ZIP_PIECE);
		ok = got > 0;
		n -= got;
	}
	td__free(scratch);
	return !td_failed(s);
}

/* Within the member, as in Python: what lies outside is its beginning or its end. */
static int64_t stream_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	stream *x = f->own;
	if (!x || !x->to.archive) return cut_off(s), -1;
	td__zip_member *r = &x->member;
	int64_t size = r->m->file_size, now = size - r->left, at;
	if (whence == SEEK_CUR && offset == 0) return now; /* where one is may be asked at any time */
	if (!enter(s, f)) return -1;
	if (__builtin_add_overflow(whence == SEEK_SET ? 0 : whence == SEEK_CUR ? now : size, offset, &at)) at = size;
	at = at < 0 ? 0 : at > size ? size : at;
	if (at < now) {
		if (!td__zip_member_rewind(s, r)) return -1;
		now = 0;
	}
	return skip(s, r, at - now) ? size - r->left : -1;
}

static bool reader_close(td_scope *s, td_file *f) {
	(void)s;
	if (f->own) free_stream(f);
	return true;
}

static const td__file_backend reader = {stream_read,          stream_refuse,     stream_seek,
                                        td__file_no_truncate, td__file_no_flush, reader_close};

static bool begin_reading(td_scope *s, td_zipfile *z, td_file *f, stream *x, const td_zipinfo *m) {
	x->member = (td__zip_member){.z = z, .m = m, .window = &x->window, .codec = &x->unpacker};
	if (!td__zip_member_begin(s, &x->member)) return false;
	f->backend = &reader;
	f->seekable = z->seekable;
	/* A size that deflate cannot unfold to is a lie; memory for it is not reserved. */
	f->size_hint = m->file_size / 1032 <= m->compress_size ? m->file_size : 0;
	return true;
}

/* --- writing --- */

static ssize_t writer_refuse(td_scope *s, td_file *f, char *out, size_t size) {
	(void)f;
	(void)out;
	(void)size;
	td_raise(s, TD_UnsupportedOperation, "read");
	return -1;
}

static bool writer_write(td_scope *s, td_file *f, const char *data, size_t size) {
	stream *x = f->own;
	return x && x->to.archive ? td__zip_pack(s, &x->packing, data, size) : cut_off(s);
}

static int64_t writer_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	stream *x = f->own;
	if (x && whence == SEEK_CUR && offset == 0) return x->packing.in;
	td_raise(s, TD_UnsupportedOperation, "seek");
	return -1;
}

/* Without a scope, or when its end fails, the member is not in the archive. */
static bool writer_close(td_scope *s, td_file *f) {
	stream *x = f->own;
	if (!x) return true;
	td_zipfile *z = x->to.archive;
	bool ok = s && (z ? td__zip_pack_end(s, &x->packing) : cut_off(s));
	if (z) z->has_writer = false;
	if (z && !ok) td__zip_pack_drop(&x->packing);
	free_stream(f);
	return ok || !s;
}

static const td__file_backend writer = {writer_refuse,        writer_write,      writer_seek,
                                        td__file_no_truncate, td__file_no_flush, writer_close};

static bool begin_writing(td_scope *s, td_zipfile *z, td_file *f, stream *x, const char *name,
                          const td_zipfile_open_member_opts *o) {
	td_zipinfo *m = td__zip_new_member(s, z, name);
	if (!m) return false;
	static const int first[6] = {1980, 1, 1, 0, 0, 0};
	memcpy(m->date_time, o->date_time ? o->date_time : first, sizeof m->date_time);
	if (m->date_time[0] < 1980) {
		td_raise(s, TD_ValueError, "ZIP does not support timestamps before 1980");
		return false;
	}
	m->compress_type = o->compress_type.given ? (int)o->compress_type.value : z->compression;
	x->packing = (td__zip_packing){.z = z, .m = m, .unknown_size = true, .force_zip64 = o->force_zip64};
	if (!td__zip_pack_begin(s, &x->packing, o->compresslevel.given ? o->compresslevel : z->level)) {
		td__zip_pack_drop(&x->packing);
		return false;
	}
	z->has_writer = true;
	f->backend = &writer;
	f->seekable = false;
	return true;
}

/* --- the call --- */

static bool may_write(td_scope *s, const td_zipfile *z, const td_zipfile_open_member_opts *o) {
	const char *why = NULL;
	if (o->force_zip64 && z->no_zip64)
		why = "force_zip64 is True, but allowZip64 was False when opening the ZIP file.";
	else if (z->has_writer)
		why = "Can't write to the ZIP file while there is another write handle open on it. "
			  "Close the first handle before opening another.";
	else if (z->mode == 'r')
		why = "write() requires mode 'w', 'x', or 'a'";
	if (why) td_raise(s, TD_ValueError, "%s", why);
	return !why;
}

td_file *(td_zipfile_open_member)(td_scope *s, td_zipfile *z, const char *name, const char *mode,
                                  const td_zipfile_open_member_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "mode", mode) || !td__need_text(s, "name", name)) return NULL;
	td_zipfile_open_member_opts o;
	td__opts_copy(&o, sizeof o, opts);
	bool reading = strcmp(mode, "r") == 0;
	if (!reading && strcmp(mode, "w") != 0) {
		td_raise(s, TD_ValueError, "open() requires mode \"r\" or \"w\"");
		return NULL;
	}
	if (!td__zip_enter(s, z)) return NULL;
	const td_zipinfo *m = reading ? (td_zipfile_getinfo)(s, z, name) : NULL;
	if (reading ? !m || !td__zip_may_read(s, z) : !may_write(s, z, &o)) return NULL;
	int flags;
	td_file *f = td__file_new(s, name, reading ? "rb" : "wb", NULL, &flags);
	if (!f) return NULL;
	f->regular = true;
	stream *x = td__malloc(sizeof *x);
	if (!x) {
		td__raise_memory(s);
		return td__file_abandon(f);
	}
	memset(x, 0, sizeof *x);
	td__attach(&x->to, z, &z->open);
	if (reading ? begin_reading(s, z, f, x, m) : begin_writing(s, z, f, x, name, &o)) {
		f->own = x;
		return f;
	}
	f->own = x;
	free_stream(f);
	return td__file_abandon(f);
}
