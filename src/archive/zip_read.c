/* zip_read.c: members' content, and members to files. */
#include <tend/os.h>
#include <tend/path.h>
#include <tend/text.h>
#include <tend/value.h>
#include <tend/zlib.h>

#include "archive/extract.h"
#include "archive/zip_private.h"
#include "core/buffer.h"

enum { PIECE = 1 << 16, RATIO_FROM = 1 << 20 };

static bool bad(td_scope *s, const char *why) {
	td_raise(s, TD_BadZipFile, "%s", why);
	return false;
}

/* How Python shows bytes: only for messages. */
static const char *bytes_repr(td_scope *s, td_bytes b) {
	return td_value_repr(s, td_value_new_bytes(s, b));
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

/* Goes to the member's data, having held its header against the directory. */
static bool find_data(td_scope *s, td_zipfile *z, const td_zipinfo *m, int64_t *at) {
	TD_SCOPE(tmp, s);
	char head[TD__ZIP_LOCAL];
	if (m->header_offset < 0) return td__os_error(tmp, EINVAL, NULL);
	if (td__under_seek(tmp, z->f, m->header_offset, SEEK_SET) < 0) return false;
	ssize_t got = td__under_read_all(tmp, z->f, head, sizeof head);
	if (got < 0) return false;
	if (got != TD__ZIP_LOCAL) return bad(tmp, "Truncated file header");
	if (memcmp(head, "PK\x03\x04", 4) != 0) return bad(tmp, "Bad magic number for file header");
	size_t name_len = td__le16(head + 26), extra = td__le16(head + 28);
	char *name = td_alloc(tmp, name_len + 1);
	got = name ? td__under_read_all(tmp, z->f, name, name_len) : -1;
	if (got < 0 || !check_flags(tmp, m)) return false;
	td_bytes raw = {name, (size_t)got}, text = td__zip_decode_name(tmp, raw, td__le16(head + 6) & TD__ZIP_UTF8);
	if (td_failed(tmp)) return false;
	if (text.len != m->orig_filename.len || memcmp(text.data, m->orig_filename.data, text.len) != 0) {
		td_raise(tmp, TD_BadZipFile, "File name in directory %s and header %s differ.",
		         td_value_repr(tmp, td_value_new_text(tmp, m->orig_filename)), bytes_repr(tmp, raw));
		return false;
	}
	*at = m->header_offset + TD__ZIP_LOCAL + (int64_t)(name_len + extra);
	if (m->end_offset >= 0 && (m->compress_size > INT64_MAX - *at || *at + m->compress_size > m->end_offset)) {
		td_raise(tmp, TD_BadZipFile, "Overlapped entries: %s (possible zip bomb)",
		         td_value_repr(tmp, td_value_new_text(tmp, m->orig_filename)));
		return false;
	}
	if (m->flag_bits & 1) {
		td_raise(tmp, TD_RuntimeError, "File %s is encrypted, password required for extraction",
		         td_str_repr(tmp, m->filename));
		return false;
	}
	return check_method(tmp, m->compress_type) && td__under_seek(tmp, z->f, *at, SEEK_SET) >= 0;
}

/* --- unpacking --- */

typedef struct unpacking {
	td_zipfile *z;
	const td_zipinfo *m;
	int64_t packed_left, left;
	uint32_t crc;
	td__zip_put put;
	void *arg;
	char *in, *out;
} unpacking;

/* The next packed bytes; 0 when they are used up, -1. */
static ssize_t more_packed(td_scope *s, unpacking *u) {
	if (u->packed_left <= 0) return 0;
	if (!td__may_block(s)) return -1;
	ssize_t got = td__under_read(s, u->z->f, u->in, u->packed_left < PIECE ? (size_t)u->packed_left : PIECE);
	if (got == 0) {
		td_raise(s, TD_EOFError, "%s", "");
		return -1;
	}
	u->packed_left -= got > 0 ? got : 0;
	return got;
}

/* Hands on as much as the directory says there is. */
static bool hand_on(td_scope *s, unpacking *u, const char *data, size_t len) {
	if ((int64_t)len > u->left) len = (size_t)u->left;
	u->left -= (int64_t)len;
	u->crc = td_zlib_crc32((td_bytes){data, len}, u->crc);
	return !len || u->put(s, u->arg, data, len);
}

static bool unpack_stored(td_scope *s, unpacking *u) {
	while (u->left > 0) {
		ssize_t got = more_packed(s, u);
		if (got <= 0) return got == 0;
		if (!hand_on(s, u, u->in, (size_t)got)) return false;
	}
	return true;
}

/* An LZMA member begins with a version, the length of its properties and those; the decoder wants properties and the
 * size of the content before the data. */
static bool lzma_header(td_scope *s, unpacking *u, td__codec *c) {
	char head[9], alone[13];
	ssize_t got = td__under_read_all(s, u->z->f, head, sizeof head);
	if (got < 0) return false;
	u->packed_left -= got;
	if (got < 9 || td__le16(head + 2) != 5) {
		td_raise(s, TD_LZMAError, "Invalid or unsupported options");
		return false;
	}
	memcpy(alone, head + 4, 5);
	uint64_t size =
		u->m->flag_bits & 2 ? UINT64_MAX : (uint64_t)u->m->file_size; /* bit 1: the data says where it ends */
	for (int i = 0; i < 8; i++) alone[5 + i] = (char)(size >> 8 * i);
	c->in = alone;
	c->in_len = sizeof alone;
	c->out = u->out;
	c->out_len = PIECE;
	return c->method->step(s, c, TD__RUN) != TD__CODEC_FAILED;
}

static bool unpack_codec(td_scope *s, unpacking *u) {
	static const td__method *const methods[] = {
		[TD_ZIP_DEFLATED] = &td__deflate_method, [TD_ZIP_BZIP2] = &td__bzip2_method, [TD_ZIP_LZMA] = &td__xz_method};
	td__codec c;
	if (!td__codec_begin(s, &c, methods[u->m->compress_type], false, 0)) return false;
	bool ok = u->m->compress_type != TD_ZIP_LZMA || lzma_header(s, u, &c);
	bool drained = true;
	while (ok) {
		if (!c.in_len && drained) {
			ssize_t got = more_packed(s, u);
			if (got < 0) ok = false;
			if (got <= 0) break;
			c.in = u->in;
			c.in_len = (size_t)got;
		}
		c.out = u->out;
		c.out_len = PIECE;
		td__codec_step step = c.method->step(s, &c, TD__RUN);
		if (step == TD__CODEC_FAILED) ok = false;
		drained = c.out_len > 0;
		ok = ok && hand_on(s, u, u->out, PIECE - c.out_len);
		if (step == TD__CODEC_END || u->left <= 0) break;
	}
	td__codec_end(&c);
	return ok;
}

bool td__zip_read(td_scope *s, td_zipfile *z, const td_zipinfo *m, td__zip_put put, void *arg) {
	TD_SCOPE(tmp, s);
	int64_t at;
	if (!find_data(tmp, z, m, &at)) return false;
	unpacking u = {.z = z, .m = m, .packed_left = m->compress_size, .left = m->file_size, .put = put, .arg = arg};
	u.in = td__alloc_raw(tmp, PIECE);
	u.out = td__alloc_raw(tmp, PIECE);
	if (td_failed(tmp)) return false;
	bool ok = m->compress_type == TD_ZIP_STORED ? unpack_stored(tmp, &u) : unpack_codec(tmp, &u);
	if (!ok) return false;
	if (u.crc == m->crc) return true;
	td_raise(tmp, TD_BadZipFile, "Bad CRC-32 for file %s", td_str_repr(tmp, m->filename));
	return false;
}

/* --- the calls --- */

typedef struct gathering {
	td__buffer b;
	int64_t most;
} gathering;

static bool gather(td_scope *s, void *arg, const char *data, size_t len) {
	gathering *g = arg;
	td__buffer_put(&g->b, data, len);
	if (g->most && (int64_t)g->b.len > g->most) {
		td_raise(s, TD_OverflowError, "the member is longer than %lld bytes", (long long)g->most);
		return false;
	}
	return !g->b.failed;
}

td_bytes(td_zipfile_read)(td_scope *s, td_zipfile *z, const char *name, const td_zipfile_read_opts *opts) {
	td_bytes none = {"", 0};
	if (!td__enter_opts(s, opts) || !td__zip_enter(s, z)) return none;
	td_zipfile_read_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const td_zipinfo *m = (td_zipfile_getinfo)(s, z, name);
	if (!m) return none;
	gathering g = {.most = o.max_size};
	td__buffer_begin(&g.b, s);
	if (td__zip_read(s, z, m, gather, &g)) return td__buffer_text(&g.b);
	td__buffer_drop(&g.b);
	return none;
}

static bool drop(td_scope *s, void *arg, const char *data, size_t len) {
	(void)s;
	(void)arg;
	(void)data;
	(void)len;
	return true;
}

const char *(td_zipfile_testzip)(td_scope *s, td_zipfile *z) {
	if (!td__zip_enter(s, z)) return NULL;
	for (size_t i = 0; i < z->count && !td_failed(s); i++) {
		TD_SCOPE(attempt, s);
		const td_zipinfo *m = (td_zipfile_getinfo)(attempt, z, z->members[i]->filename);
		if (m) td__zip_read(attempt, z, m, drop, NULL);
		if (td_catch(attempt, TD_BadZipFile)) return z->members[i]->filename;
	}
	return NULL;
}

/* --- to files --- */

typedef struct extraction {
	td_zipfile *z;
	td_zipfile_extract_opts o;
	td__target target;
	int64_t bytes, total, entries;
	td__new_file file;
} extraction;

static bool too_much(td_scope *s, const char *what, int64_t most) {
	td_raise(s, TD_OverflowError, "the archive holds more than %lld %s", (long long)most, what);
	return false;
}

static bool write_piece(td_scope *s, void *arg, const char *data, size_t len) {
	extraction *x = arg;
	x->bytes += (int64_t)len;
	if (x->o.max_size && x->bytes > x->o.max_size) return too_much(s, "bytes", x->o.max_size);
	if (x->o.max_ratio > 0 && x->bytes > RATIO_FROM && (double)x->bytes > x->o.max_ratio * (double)x->z->size) {
		td_raise(s, TD_OverflowError, "the archive unfolds to more than %g times its size", x->o.max_ratio);
		return false;
	}
	while (len) {
		ssize_t done = td__sys_write(x->file.fd, data, len);
		if (done < 0 && errno == EINTR) continue;
		if (done < 0) return td__os_error(s, errno, td__target_name(s, &x->target, x->file.name));
		data += done;
		len -= (size_t)done;
	}
	if (x->o.progress) x->o.progress(x->o.progress_arg, x->bytes, x->total);
	return true;
}

/* The name without "..", "." and empty parts. */
static const char *safe_name(td_scope *s, const char *name) {
	td_strs parts = td_str_split(s, name, .sep = "/");
	const char *out = "";
	for (size_t i = 0; i < parts.len; i++) {
		const char *part = parts.items[i];
		if (!*part || strcmp(part, ".") == 0 || strcmp(part, "..") == 0) continue;
		out = *out ? td_format(s, "%s/%s", out, part) : part;
	}
	return out;
}

static bool extract_file(td_scope *s, extraction *x, const td_zipinfo *m, const char *name) {
	if (!td__target_create(s, &x->target, name, &x->file)) return false;
	if (td__zip_read(s, x->z, m, write_piece, x)) return td__target_commit(s, &x->target, &x->file);
	td__target_drop(&x->target, &x->file);
	return false;
}

static const char *extract_one(td_scope *s, extraction *x, const td_zipinfo *m) {
	if (x->o.max_entries && ++x->entries > x->o.max_entries)
		return too_much(s, "members", x->o.max_entries) ? NULL : td_no_text;
	TD_SCOPE(attempt, s);
	const char *name = safe_name(attempt, m->filename);
	const char *where = td_path_normpath(s, td_path_join(attempt, x->target.path, name));
	if (td_failed(attempt)) return td_no_text;
	bool ok = td_zipinfo_is_dir(m) ? !*name || td__target_mkdir(attempt, &x->target, name, 0777)
	                               : extract_file(attempt, x, m, name);
	if (!ok && td__target_escaped(attempt)) {
		td_raise(s, TD_OutsideDestinationError, "%s would be extracted to outside the destination, through a link",
		         td_str_repr(attempt, m->filename));
	}
	return ok ? where : td_no_text;
}

static bool begin(td_scope *s, extraction *x, td_zipfile *z, const td_zipfile_extract_opts *opts) {
	*x = (extraction){.z = z, .target = {.root = -1, .parent = -1}};
	td__opts_copy(&x->o, sizeof x->o, opts);
	const char *path = x->o.path ? x->o.path : td_os_getcwd(s);
	return td__need_text(s, "path", path) && td__target_open(s, &x->target, *path ? path : ".", false);
}

bool(td_zipfile_extractall)(td_scope *s, td_zipfile *z, const td_zipfile_extract_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__zip_enter(s, z)) return false;
	TD_SCOPE(work, s);
	extraction x;
	bool ok = begin(work, &x, z, opts);
	bool all = !x.o.members.items;
	for (size_t i = 0; ok && i < z->count; i++) x.total += z->members[i]->file_size;
	if (!all) x.total = -1;
	for (size_t i = 0; ok && i < (all ? z->count : x.o.members.len); i++) {
		TD_SCOPE(turn, work);
		const td_zipinfo *m = (td_zipfile_getinfo)(turn, z, all ? z->members[i]->filename : x.o.members.items[i]);
		ok = m && td__may_block(turn) && extract_one(turn, &x, m) != td_no_text;
	}
	td__target_close(&x.target);
	return ok;
}

const char *(td_zipfile_extract)(td_scope *s, td_zipfile *z, const char *member, const td_zipfile_extract_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__zip_enter(s, z)) return td_no_text;
	const td_zipinfo *m = (td_zipfile_getinfo)(s, z, member);
	if (!m) return td_no_text;
	extraction x;
	const char *where = begin(s, &x, z, opts) ? extract_one(s, &x, m) : td_no_text;
	td__target_close(&x.target);
	return where;
}
