/* zip_pack.c: one member put into an archive, piece by piece. What fits into memory is packed there first, so that its
 * header can be written at once with the sizes in it; what is longer, or of unknown length, is written behind an empty
 * header, which is then filled in. */
#include <tend/zlib.h>

#include "archive/zip_private.h"

enum { AT_ONCE = 1 << 20 };

bool td__zip_check_64(td_scope *s, const td_zipfile *z, const td_zipinfo *m) {
	if (!z->no_zip64) return true;
	const char *needs = z->count >= 0xFFFF                   ? "Files count"
	                    : m->file_size > TD__ZIP64_LIMIT     ? "Filesize"
	                    : m->header_offset > TD__ZIP64_LIMIT ? "Zipfile size"
	                                                         : NULL;
	if (!needs) return true;
	td_raise(s, TD_LargeZipFile, "%s would require ZIP64 extensions", needs);
	return false;
}

bool td__zip_go_to_end(td_scope *s, td_zipfile *z) {
	bool moved = z->moved;
	z->moved = false;
	return !moved || !z->seekable || td__under_seek(s, z->f, z->start_dir, SEEK_SET) >= 0;
}

/* --- packing --- */

static bool begin_method(td_scope *s, td__zip_packing *p, td_opt_int level) {
	int type = p->m->compress_type;
	if (type != TD_ZIP_STORED && type != TD_ZIP_DEFLATED && type != TD_ZIP_BZIP2) {
		td_raise(s, TD_NotImplementedError, "That compression method is not supported");
		return false;
	}
	if (type == TD_ZIP_STORED) return true;
	const td__method *method = type == TD_ZIP_DEFLATED ? &td__deflate_method : &td__bzip2_method;
	int chosen = level.given ? (int)level.value : TD__LEVEL_DEFAULT;
	return td__zip_memory(s, &p->z->scratch, TD__ZIP_PIECE) && td__codec_again(s, &p->z->packer, method, true, chosen);
}

static void begin_memory(td_scope *s, td__buffer *b) {
	if (!b->data) td__buffer_begin(b, s);
	b->s = s;
	b->len = 0;
	b->failed = false;
}

static bool write_header(td_scope *s, td__zip_packing *p, int64_t *len) {
	td_bytes head = td__zip_local_header(s, p->m, p->zip64);
	*len = (int64_t)head.len;
	return !td_failed(s) && td__under_write(s, p->z->f, head.data, head.len);
}

bool td__zip_pack_begin(td_scope *s, td__zip_packing *p, td_opt_int level) {
	td_zipfile *z = p->z;
	td_zipinfo *m = p->m;
	if (!m->external_attr) m->external_attr = 0600u << 16;
	m->flag_bits = z->seekable ? 0 : TD__ZIP_DESCRIPTOR;
	m->header_offset = z->start_dir;
	p->zip64 = !z->no_zip64 && (p->force_zip64 || (double)m->file_size * 1.05 > (double)TD__ZIP64_LIMIT);
	if (!td__zip_check_64(s, z, m) || !td__zip_go_to_end(s, z)) return false;
	z->modified = true;
	p->in_memory = !p->unknown_size && z->seekable && m->file_size <= AT_ONCE;
	if (!begin_method(s, p, level)) return false;
	if (p->in_memory) {
		begin_memory(s, &z->packed);
		return true;
	}
	/* Members before it shall be out, so that all that waits to be written is this one's. */
	if (z->seekable && !td__file_flush_pending(s, z->f)) return false;
	p->written = true;
	return write_header(s, p, &p->head_len);
}

static bool put_packed(td_scope *s, td__zip_packing *p, const char *data, size_t len) {
	p->out += (int64_t)len;
	if (!p->in_memory) return td__under_write(s, p->z->f, data, len);
	p->z->packed.s = s;
	td__buffer_put(&p->z->packed, data, len);
	return !p->z->packed.failed;
}

static bool pack(td_scope *s, td__zip_packing *p, const char *data, size_t len, bool finish) {
	td_zipfile *z = p->z;
	td__codec *c = &z->packer;
	p->in += (int64_t)len;
	p->crc = td_zlib_crc32((td_bytes){data, len}, p->crc);
	if (p->m->compress_type == TD_ZIP_STORED) return put_packed(s, p, data, len);
	c->in = data;
	c->in_len = len;
	for (;;) {
		c->out = z->scratch;
		c->out_len = TD__ZIP_PIECE;
		td__codec_step step = c->method->step(s, c, finish ? TD__FINISH : TD__RUN);
		if (step == TD__CODEC_FAILED || !put_packed(s, p, z->scratch, TD__ZIP_PIECE - c->out_len)) return false;
		if (finish ? step == TD__CODEC_END : !c->in_len && c->out_len) return true;
	}
}

bool td__zip_pack(td_scope *s, td__zip_packing *p, const char *data, size_t len) {
	return td__may_block(s) && pack(s, p, data, len, false);
}

/* --- the end of a member --- */

/* The sizes behind the data, where one cannot go back. */
static bool write_descriptor(td_scope *s, td__zip_packing *p) {
	td__buffer b;
	td__buffer_begin(&b, s);
	const uint64_t words[4] = {0x08074b50, p->crc, (uint64_t)p->out, (uint64_t)p->in};
	for (int i = 0; i < 4; i++) {
		for (int k = 0; k < (p->zip64 && i > 1 ? 8 : 4); k++) td__buffer_char(&b, (char)(words[i] >> 8 * k));
	}
	bool ok = td__under_write(s, p->z->f, b.data, b.len);
	p->z->start_dir += (int64_t)b.len;
	td__buffer_drop(&b);
	return ok;
}

/* The header once more, now that the sizes are known. */
static bool finish_written(td_scope *s, td__zip_packing *p) {
	td_zipfile *z = p->z;
	int64_t len;
	z->start_dir = p->m->header_offset + p->head_len + p->out;
	if (!z->seekable) return write_descriptor(s, p);
	if (!p->zip64 && (p->in > TD__ZIP64_LIMIT || p->out > TD__ZIP64_LIMIT)) {
		const char *what = p->in > TD__ZIP64_LIMIT ? "File" : "Compressed";
		td_raise(s, TD_RuntimeError, "%s size unexpectedly exceeded ZIP64 limit", what);
		return false;
	}
	return td__under_seek(s, z->f, p->m->header_offset, SEEK_SET) >= 0 && write_header(s, p, &len) &&
	       td__under_seek(s, z->f, z->start_dir, SEEK_SET) >= 0;
}

static bool finish_in_memory(td_scope *s, td__zip_packing *p) {
	td_zipfile *z = p->z;
	if (!write_header(s, p, &p->head_len) || !td__under_write(s, z->f, z->packed.data, z->packed.len)) return false;
	z->start_dir = p->m->header_offset + p->head_len + p->out;
	return true;
}

bool td__zip_pack_end(td_scope *s, td__zip_packing *p) {
	if (p->m->compress_type != TD_ZIP_STORED && !pack(s, p, "", 0, true)) return false;
	p->m->crc = p->crc;
	p->m->file_size = p->in;
	p->m->compress_size = p->out;
	return (p->in_memory ? finish_in_memory(s, p) : finish_written(s, p)) && td__zip_add(s, p->z, p->m);
}

/* What of it was written is overwritten by the next, or stays in front of it where one cannot go back. */
void td__zip_pack_drop(td__zip_packing *p) {
	td_zipfile *z = p->z;
	z->start_dir = p->m->header_offset;
	if (!z->seekable) z->start_dir += p->head_len + p->out;
	if (p->written) z->f->pending = 0;
	z->cut = z->cut || (p->written && z->seekable);
	z->moved = true;
}
