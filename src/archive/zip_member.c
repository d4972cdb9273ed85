/* zip_member.c: the content of one member, piece by piece: where it is, what it unfolds to, and the checksum at its end. */
#include <tend/text.h>
#include <tend/value.h>
#include <tend/zlib.h>

#include "archive/zip_private.h"

static bool bad(td_scope *s, const char *why) {
	td_raise(s, TD_BadZipFile, "%s", why);
	return false;
}

/* --- the bytes of the archive --- */

bool td__zip_memory(td_scope *s, char **data, size_t size) {
	if (!*data) *data = td__malloc(size);
	if (!*data) td__raise_memory(s);
	return *data != NULL;
}

/* What the archive has from at on: how much of it is at hand, 0 at its end, -1. */
static ssize_t look(td_scope *s, td__zip_member *r, int64_t at, const char **data) {
	td__zip_window *w = r->window;
	if (at < w->at || at - w->at >= (int64_t)w->len) {
		w->len = 0;
		if (!td__may_block(s) || !td__zip_memory(s, &w->data, TD__ZIP_PIECE)) return -1;
		r->z->moved = true;
		if (td__under_seek(s, r->z->f, at, SEEK_SET) < 0) return -1;
		ssize_t got = td__under_read(s, r->z->f, w->data, TD__ZIP_PIECE);
		if (got <= 0) return got;
		w->at = at;
		w->len = (size_t)got;
	}
	*data = w->data + (at - w->at);
	return (ssize_t)(w->len - (size_t)(at - w->at));
}

/* Copies size bytes from at on, or those that there are: how many, -1. */
static ssize_t copy_bytes(td_scope *s, td__zip_member *r, int64_t at, char *out, size_t size) {
	size_t len = 0;
	while (len < size) {
		const char *data;
		ssize_t got = look(s, r, at + (int64_t)len, &data);
		if (got < 0) return -1;
		if (got == 0) break;
		if ((size_t)got > size - len) got = (ssize_t)(size - len);
		memcpy(out + len, data, (size_t)got);
		len += (size_t)got;
	}
	return (ssize_t)len;
}

/* --- where a member's data is --- */

static bool check_flags(td_scope *s, const td_zipinfo *m) {
	if (m->flag_bits & 0x20) {
		td_raise(s, TD_NotImplementedError, "compressed patched data (flag bit 5)");
		return false;
	}
	if (m->flag_bits & 0x40) {
		td_raise(s, TD_NotImplementedError, "strong encryption (flag bit 6)");
		return false;
	}
	return true;
}

static bool check_method(td_scope *s, int type) {
	if (type == TD_ZIP_STORED || type == TD_ZIP_DEFLATED || type == TD_ZIP_BZIP2 || type == TD_ZIP_LZMA) return true;
	td_raise(s, TD_NotImplementedError, "That compression method is not supported");
	return false;
}

static bool is_ascii(td_bytes text) {
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] & 0x80) return false;
	}
	return true;
}

/* Whether the name in the member's header is the one in the directory. */
static bool check_name(td_scope *s, const td_zipinfo *m, td_bytes raw, bool utf8) {
	td_bytes known = m->orig_filename;
	if (raw.len == known.len && memcmp(raw.data, known.data, raw.len) == 0 && (utf8 || is_ascii(raw))) return true;
	TD_SCOPE(tmp, s);
	td_bytes text = td__zip_decode_name(tmp, raw, utf8);
	if (td_failed(tmp)) return false;
	if (text.len == known.len && memcmp(text.data, known.data, text.len) == 0) return true;
	td_raise(tmp, TD_BadZipFile, "File name in directory %s and header %s differ.",
	         td_value_repr(tmp, td_value_new_text(tmp, known)), td_value_repr(tmp, td_value_new_bytes(tmp, raw)));
	return false;
}

/* Finds the member's data, having held its header against the directory. */
static bool find_data(td_scope *s, td__zip_member *r) {
	TD_SCOPE(tmp, s);
	const td_zipinfo *m = r->m;
	char head[TD__ZIP_LOCAL];
	if (m->header_offset < 0) return td__os_error(tmp, EINVAL, NULL);
	ssize_t got = copy_bytes(tmp, r, m->header_offset, head, sizeof head);
	if (got < 0) return false;
	if (got != TD__ZIP_LOCAL) return bad(tmp, "Truncated file header");
	if (memcmp(head, "PK\x03\x04", 4) != 0) return bad(tmp, "Bad magic number for file header");
	size_t name_len = td__le16(head + 26), extra = td__le16(head + 28);
	char *name = td__alloc_raw(tmp, name_len + 1);
	got = name ? copy_bytes(tmp, r, m->header_offset + TD__ZIP_LOCAL, name, name_len) : -1;
	if (got < 0 || !check_flags(tmp, m)) return false;
	if (!check_name(tmp, m, (td_bytes){name, (size_t)got}, td__le16(head + 6) & TD__ZIP_UTF8)) return false;
	r->data_at = m->header_offset + TD__ZIP_LOCAL + (int64_t)(name_len + extra);
	bool over = m->compress_size > INT64_MAX - r->data_at ||
	            (m->end_offset >= 0 && r->data_at + m->compress_size > m->end_offset);
	if (over) {
		td_raise(tmp, TD_BadZipFile, "Overlapped entries: %s (possible zip bomb)",
		         td_value_repr(tmp, td_value_new_text(tmp, m->orig_filename)));
		return false;
	}
	if (m->flag_bits & 1) {
		td_raise(tmp, TD_RuntimeError, "File %s is encrypted, password required for extraction",
		         td_str_repr(tmp, m->filename));
		return false;
	}
	return check_method(tmp, m->compress_type);
}

/* --- unpacking --- */

/* The next packed bytes, which are then taken: 0 when they are used up, -1. */
static ssize_t more_packed(td_scope *s, td__zip_member *r, const char **data) {
	if (r->packed_left <= 0) return 0;
	ssize_t got = look(s, r, r->packed_at, data);
	if (got == 0) {
		td_raise(s, TD_EOFError, "%s", "");
		return -1;
	}
	if (got > r->packed_left) got = (ssize_t)r->packed_left;
	if (got > 0) {
		r->packed_at += got;
		r->packed_left -= got;
	}
	return got;
}

/* At its first byte. */
static bool go_to_start(td_scope *s, td__zip_member *r) {
	static const td__method *const methods[] = {[TD_ZIP_DEFLATED] = &td__deflate_method,
	                                            [TD_ZIP_BZIP2] = &td__bzip2_method,
	                                            [TD_ZIP_LZMA] = &td__zip_lzma_method};
	r->packed_at = r->data_at;
	r->packed_left = r->m->compress_size;
	r->left = r->m->file_size;
	r->crc = 0;
	r->over = false;
	r->drained = true;
	int type = r->m->compress_type;
	return type == TD_ZIP_STORED || td__codec_again(s, r->codec, methods[type], false, 0);
}

bool td__zip_member_begin(td_scope *s, td__zip_member *r) {
	if (r->z->mode != 'r' || !r->z->ours) r->window->len = 0; /* it may have been written to meanwhile */
	return find_data(s, r) && go_to_start(s, r);
}

bool td__zip_member_rewind(td_scope *s, td__zip_member *r) {
	return go_to_start(s, r);
}

/* Counts len bytes of content at data, of which no more are handed on than the directory says there are. The checksum is
 * looked at with the last of them. */
static ssize_t hand_on(td_scope *s, td__zip_member *r, const char *data, size_t len) {
	if ((int64_t)len > r->left) len = (size_t)r->left;
	r->left -= (int64_t)len;
	r->crc = td_zlib_crc32((td_bytes){data, len}, r->crc);
	if (r->left <= 0) r->over = true;
	if (!r->over || r->crc == r->m->crc) return (ssize_t)len;
	TD_SCOPE(tmp, s);
	td_raise(tmp, TD_BadZipFile, "Bad CRC-32 for file %s", td_str_repr(tmp, r->m->filename));
	return -1;
}

static ssize_t next_stored(td_scope *s, td__zip_member *r, const char **data, size_t most) {
	*data = "";
	ssize_t got = r->left > 0 ? more_packed(s, r, data) : 0;
	if (got < 0) return -1;
	if (got == 0) r->over = true;
	if (got > 0 && (size_t)got > most) { /* the rest is looked at again */
		r->packed_at -= got - (ssize_t)most;
		r->packed_left += got - (ssize_t)most;
		got = (ssize_t)most;
	}
	return hand_on(s, r, *data, (size_t)got);
}

static ssize_t next_unpacked(td_scope *s, td__zip_member *r, char *out, size_t size) {
	td__codec *c = r->codec;
	for (;;) {
		if (!td__may_block(s)) return -1;
		if (!c->in_len && r->drained) {
			ssize_t got = more_packed(s, r, &c->in);
			if (got < 0) return -1;
			if (got == 0) r->over = true;
			if (got == 0) return hand_on(s, r, out, 0);
			c->in_len = (size_t)got;
		}
		c->out = out;
		c->out_len = size;
		td__codec_step step = c->method->step(s, c, TD__RUN);
		if (step == TD__CODEC_FAILED) return -1;
		r->drained = c->out_len > 0;
		r->over = step == TD__CODEC_END || r->left <= 0;
		size_t len = size - c->out_len;
		if (len || r->over) return hand_on(s, r, out, len);
	}
}

ssize_t td__zip_member_read(td_scope *s, td__zip_member *r, char *out, size_t size) {
	if (r->over || !size) return 0;
	if (r->m->compress_type != TD_ZIP_STORED) return next_unpacked(s, r, out, size);
	const char *data;
	ssize_t got = next_stored(s, r, &data, size);
	if (got > 0) memcpy(out, data, (size_t)got);
	return got;
}

bool td__zip_read(td_scope *s, td_zipfile *z, const td_zipinfo *m, td__zip_put put, void *arg) {
	TD_SCOPE(tmp, s);
	td__zip_member r = {.z = z, .m = m, .window = &z->window, .codec = &z->unpacker};
	if (!td__zip_memory(tmp, &z->scratch, TD__ZIP_PIECE) || !td__zip_member_begin(tmp, &r)) return false;
	while (!r.over) {
		const char *data = z->scratch;
		ssize_t got = m->compress_type == TD_ZIP_STORED ? next_stored(tmp, &r, &data, TD__ZIP_PIECE)
		                                                : next_unpacked(tmp, &r, z->scratch, TD__ZIP_PIECE);
		if (got < 0 || (got > 0 && !put(tmp, arg, data, (size_t)got))) return false;
	}
	return true;
}
