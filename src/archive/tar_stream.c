/* tar_stream.c: a member of a tar archive as an open file. It reads through the archive, which may have gone elsewhere
 * between two reads, and is then led back. */
#include "archive/tar_private.h"
#include "core/file_private.h"

typedef struct stream {
	td__attached to; /* the archive */
	int64_t offset_data, size, at;
	size_t piece;   /* the one that holds at, or the next behind it */
	int64_t before; /* bytes in the pieces before that */
	size_t count;
	td_tar_piece pieces[]; /* the whole, or what of a sparse member is no hole: one behind the other */
} stream;

static int64_t end_of(td_tar_piece p) {
	return p.offset + p.size;
}

static td_tarfile *archive_of(td_scope *s, td_file *f) {
	stream *x = f->own;
	if (x && x->to.archive) return x->to.archive;
	td_raise(s, TD_ValueError, "I/O operation on closed file.");
	return NULL;
}

static ssize_t stream_read(td_scope *s, td_file *f, char *out, size_t size) {
	td_tarfile *t = archive_of(s, f);
	if (!t) return -1;
	stream *x = f->own;
	for (; x->piece < x->count && x->at >= end_of(x->pieces[x->piece]); x->piece++)
		x->before += x->pieces[x->piece].size;
	bool last = x->piece == x->count, hole = last || x->at < x->pieces[x->piece].offset;
	int64_t end = last ? x->size : hole ? x->pieces[x->piece].offset : end_of(x->pieces[x->piece]);
	if ((int64_t)size > end - x->at) size = (size_t)(end - x->at);
	if (!size) return 0;
	if (hole) {
		memset(out, 0, size);
	} else {
		int64_t within = x->at - x->pieces[x->piece].offset;
		const char *data;
		if (!td__may_block(s) || !td__tar_go_to(s, t, x->offset_data + x->before + within)) return -1;
		ssize_t got = td__tar_piece(s, t, &data, size);
		if (got == 0) td__tar_unexpected_end(s);
		if (got <= 0) return -1;
		size = (size_t)got;
		memcpy(out, data, size);
	}
	x->at += (int64_t)size;
	return (ssize_t)size;
}

static bool stream_write(td_scope *s, td_file *f, const char *data, size_t size) {
	(void)f;
	(void)data;
	(void)size;
	td_raise(s, TD_UnsupportedOperation, "write");
	return false;
}

/* Within the member, as in Python: what lies outside is its beginning or its end. */
static int64_t stream_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	if (!archive_of(s, f)) return -1;
	stream *x = f->own;
	int64_t at;
	if (__builtin_add_overflow(whence == SEEK_SET ? 0 : whence == SEEK_CUR ? x->at : x->size, offset, &at))
		at = x->size;
	at = at < 0 ? 0 : at > x->size ? x->size : at;
	if (at < x->at) {
		x->piece = 0;
		x->before = 0;
	}
	return x->at = at;
}

static bool stream_close(td_scope *s, td_file *f) {
	(void)s;
	stream *x = f->own;
	f->own = NULL;
	if (x) td__detach(&x->to);
	td__free(x);
	return true;
}

static const td__file_backend backend = {stream_read,          stream_write,      stream_seek,
                                         td__file_no_truncate, td__file_no_flush, stream_close};

/* NULL: raised. */
static stream *new_stream(td_scope *s, td_tarfile *t, const td_tarinfo *m) {
	size_t count = m->is_sparse ? m->sparse_count : 1;
	stream *x = count < SIZE_MAX / 64 ? td__malloc(sizeof *x + count * sizeof *x->pieces) : NULL;
	if (!x) return td__raise_memory(s), NULL;
	*x = (stream){.offset_data = m->offset_data, .size = m->size, .count = count};
	if (!m->is_sparse) x->pieces[0] = (td_tar_piece){0, m->size};
	int64_t end = 0;
	bool sound = m->size >= 0;
	for (size_t i = 0; i < count; i++) {
		td_tar_piece p = m->is_sparse ? m->sparse[i] : x->pieces[0];
		sound = sound && p.offset >= end && p.size >= 0 && p.offset <= m->size && p.size <= m->size - p.offset;
		x->pieces[i] = p;
		if (sound) end = end_of(p);
	}
	if (sound) {
		td__attach(&x->to, t, &t->open);
		return x;
	}
	td__free(x);
	td__tar_unexpected_end(s);
	return NULL;
}

td_file *(td_tarfile_extractfile)(td_scope *s, td_tarfile *t, const td_tarinfo *m) {
	if (!td__tar_enter(s, t, "r") || !td__need_handle(s, "member", m)) return NULL;
	for (int hops = 0; td_tarinfo_islnk(m) || td_tarinfo_issym(m); hops++) {
		if (t->stream) td_raise(s, TD_StreamError, "cannot extract (sym)link as file object");
		m = t->stream ? NULL : hops < 40 ? td__tar_link_target(s, t, m) : NULL;
		if (!m && !td_failed(s)) td_raise(s, TD_RecursionError, "maximum recursion depth exceeded");
		if (!m) return NULL;
	}
	if (!td__tar_has_data(m)) return NULL;
	int flags;
	td_file *f = td__file_new(s, m->name, "rb", NULL, &flags);
	if (!f) return NULL;
	f->own = new_stream(s, t, m);
	if (!f->own) return td__file_abandon(f);
	f->backend = &backend;
	f->regular = true;
	f->seekable = t->f->seekable && !t->stream;
	/* A size that gzip cannot unfold to is a lie; memory for it is not reserved. */
	f->size_hint = m->size / 1032 <= t->packed_size ? m->size : 0;
	return f;
}
