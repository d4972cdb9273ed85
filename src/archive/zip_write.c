/* zip_write.c: adding members. What fits into memory is packed there first, so that its header can be written at once
 * with the sizes in it; a longer file is written behind an empty header, which is then filled in. */
#include <tend/path.h>
#include <tend/text.h>
#include <tend/zlib.h>
#include <time.h>

#include "archive/zip_private.h"
#include "core/buffer.h"
#include "core/sys.h"
#include "core/unicode.h"

enum { PIECE = 1 << 16, AT_ONCE = 1 << 20 };

/* --- what a member is --- */

static bool set_time(td_scope *s, const td_zipfile *z, td_zipinfo *m, time_t when) {
	struct tm tm;
	tzset();
	if (!localtime_r(&when, &tm)) return td__os_error(s, errno, NULL);
	int year = tm.tm_year + 1900;
	if (z->clamp && year < 1980) tm = (struct tm){.tm_year = 80, .tm_mon = 0, .tm_mday = 1};
	if (z->clamp && year > 2107)
		tm = (struct tm){.tm_year = 207, .tm_mon = 11, .tm_mday = 31, .tm_hour = 23, .tm_min = 59, .tm_sec = 59};
	year = tm.tm_year + 1900;
	if (year < 1980 || year > 2107) {
		td_raise(s, TD_ValueError,
		         year < 1980 ? "ZIP does not support timestamps before 1980"
		                     : "ZIP does not support timestamps after 2107");
		return false;
	}
	const int parts[6] = {year, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec};
	memcpy(m->date_time, parts, sizeof parts);
	return true;
}

static bool check_name(td_scope *s, const char *name) {
	if (strlen(name) > 0xFFFF) {
		td_raise(s, TD_ValueError, "a name in a zip archive has at most 65535 bytes");
		return false;
	}
	size_t bad, at;
	const char *reason;
	at = td__utf8_check(name, strlen(name), &bad, &reason);
	if (!name[at]) return true;
	td_raise(s, TD_UnicodeEncodeError,
	         "'utf-8' codec can't encode character '\\udc%02x' in position %zu: surrogates not allowed",
	         (unsigned char)name[at], td__utf8_count(name, at));
	return false;
}

static td_zipinfo *new_member(td_scope *s, td_zipfile *z, const char *name) {
	if (!check_name(s, name)) return NULL;
	td_zipinfo *m = td_alloc(z->owner, sizeof *m);
	if (!m) return NULL;
	m->filename = td_strdup(z->owner, name);
	m->orig_filename = td_bytes_of(m->filename);
	m->comment = m->extra = (td_bytes){"", 0};
	m->create_system = 3;
	m->create_version = m->extract_version = 20;
	m->end_offset = -1;
	return td_failed(z->owner) ? NULL : m;
}

static bool enter_writing(td_scope *s, td_zipfile *z) {
	if (!td__enter(s) || !td__need_handle(s, "z", z)) return false;
	if (!td__handle_open(z)) {
		td_raise(s, TD_ValueError, "Attempt to write to ZIP archive that was already closed");
		return false;
	}
	if (z->mode != 'r') return true;
	td_raise(s, TD_ValueError, "write() requires mode 'w', 'x', or 'a'");
	return false;
}

static bool check_zip64(td_scope *s, const td_zipfile *z, const td_zipinfo *m) {
	if (!z->no_zip64) return true;
	const char *needs = z->count >= 0xFFFF                   ? "Files count"
	                    : m->file_size > TD__ZIP64_LIMIT     ? "Filesize"
	                    : m->header_offset > TD__ZIP64_LIMIT ? "Zipfile size"
	                                                         : NULL;
	if (!needs) return true;
	td_raise(s, TD_LargeZipFile, "%s would require ZIP64 extensions", needs);
	return false;
}

/* --- packing --- */

typedef struct packing {
	td_zipfile *z;
	td_zipinfo *m;
	td__codec codec; /* not begun for what is stored */
	bool packed;     /* it is not stored */
	td__buffer *to;  /* into memory; NULL: into the archive */
	int64_t in, out; /* bytes */
	uint32_t crc;
	char *scratch;
} packing;

static bool put_packed(td_scope *s, packing *p, const char *data, size_t len) {
	p->out += (int64_t)len;
	if (!p->to) return td__under_write(s, p->z->f, data, len);
	td__buffer_put(p->to, data, len);
	return !p->to->failed;
}

static bool pack(td_scope *s, packing *p, const char *data, size_t len, bool finish) {
	p->in += (int64_t)len;
	p->crc = td_zlib_crc32((td_bytes){data, len}, p->crc);
	if (!p->packed) return put_packed(s, p, data, len);
	p->codec.in = data;
	p->codec.in_len = len;
	for (;;) {
		p->codec.out = p->scratch;
		p->codec.out_len = PIECE;
		td__codec_step step = p->codec.method->step(s, &p->codec, finish ? TD__FINISH : TD__RUN);
		if (step == TD__CODEC_FAILED || !put_packed(s, p, p->scratch, PIECE - p->codec.out_len)) return false;
		if (finish ? step == TD__CODEC_END : !p->codec.in_len && p->codec.out_len) return true;
	}
}

static bool begin_packing(td_scope *s, packing *p, td_opt_int level) {
	int type = p->m->compress_type;
	p->packed = type != TD_ZIP_STORED;
	if (type != TD_ZIP_STORED && type != TD_ZIP_DEFLATED && type != TD_ZIP_BZIP2) {
		td_raise(s, TD_NotImplementedError, "That compression method is not supported");
		return false;
	}
	p->scratch = td__alloc_raw(s, PIECE);
	if (!p->packed) return p->scratch != NULL;
	const td__method *method = type == TD_ZIP_DEFLATED ? &td__deflate_method : &td__bzip2_method;
	int chosen = level.given ? (int)level.value : TD__LEVEL_DEFAULT;
	return p->scratch && td__codec_begin(s, &p->codec, method, true, chosen);
}

/* Writes the member: its header, and what source gives until it gives nothing. */
typedef ssize_t (*source_fn)(td_scope *s, void *arg, const char **data);

static bool write_header(td_scope *s, packing *p, bool zip64) {
	td_bytes head = td__zip_local_header(s, p->m, zip64);
	return !td_failed(s) && td__under_write(s, p->z->f, head.data, head.len);
}

static void note(packing *p) {
	p->m->crc = p->crc;
	p->m->file_size = p->in;
	p->m->compress_size = p->out;
}

/* The sizes behind the data, where one cannot go back. */
static bool write_descriptor(td_scope *s, packing *p, bool zip64) {
	td__buffer b;
	td__buffer_begin(&b, s);
	const uint64_t words[4] = {0x08074b50, p->crc, (uint64_t)p->out, (uint64_t)p->in};
	for (int i = 0; i < 4; i++) {
		for (int k = 0; k < (zip64 && i > 1 ? 8 : 4); k++) td__buffer_char(&b, (char)(words[i] >> 8 * k));
	}
	bool ok = td__under_write(s, p->z->f, b.data, b.len);
	p->z->start_dir += (int64_t)b.len;
	td__buffer_drop(&b);
	return ok;
}

static bool pack_source(td_scope *s, packing *p, source_fn source, void *arg) {
	const char *data;
	ssize_t got;
	while ((got = source(s, arg, &data)) > 0) {
		if (!td__may_block(s) || !pack(s, p, data, (size_t)got, false)) return false;
	}
	return got == 0 && (!p->packed || pack(s, p, "", 0, true));
}

/* Header, data, and the header again when the sizes are known. */
static bool write_through(td_scope *s, packing *p, bool zip64, source_fn source, void *arg) {
	td_zipfile *z = p->z;
	if (!write_header(s, p, zip64)) return false;
	int64_t head_len = (int64_t)(TD__ZIP_LOCAL + strlen(p->m->filename) + p->m->extra.len + (zip64 ? 20 : 0));
	if (!pack_source(s, p, source, arg)) return false;
	note(p);
	z->start_dir = p->m->header_offset + head_len + p->out;
	if (!z->seekable) return write_descriptor(s, p, zip64);
	if (!zip64 && (p->in > TD__ZIP64_LIMIT || p->out > TD__ZIP64_LIMIT)) {
		const char *what = p->in > TD__ZIP64_LIMIT ? "File" : "Compressed";
		td_raise(s, TD_RuntimeError, "%s size unexpectedly exceeded ZIP64 limit", what);
		return false;
	}
	return td__under_seek(s, z->f, p->m->header_offset, SEEK_SET) >= 0 && write_header(s, p, zip64) &&
	       td__under_seek(s, z->f, z->start_dir, SEEK_SET) >= 0;
}

static bool write_at_once(td_scope *s, packing *p, bool zip64, source_fn source, void *arg) {
	td__buffer b;
	td__buffer_begin(&b, s);
	p->to = &b;
	bool ok = pack_source(s, p, source, arg);
	p->to = NULL;
	note(p);
	td_bytes head = ok ? td__zip_local_header(s, p->m, zip64) : (td_bytes){"", 0};
	ok = ok && !td_failed(s) && td__under_write(s, p->z->f, head.data, head.len) &&
	     td__under_write(s, p->z->f, b.data, b.len);
	p->z->start_dir = p->m->header_offset + (int64_t)(head.len + b.len);
	td__buffer_drop(&b);
	return ok;
}

static bool add_member(td_scope *s, td_zipfile *z, td_zipinfo *m, td_opt_int level, source_fn source, void *arg) {
	TD_SCOPE(tmp, s);
	packing p = {.z = z, .m = m};
	if (!m->external_attr) m->external_attr = 0600u << 16;
	m->flag_bits = z->seekable ? 0 : TD__ZIP_DESCRIPTOR;
	m->header_offset = z->start_dir;
	bool zip64 = !z->no_zip64 && (double)m->file_size * 1.05 > (double)TD__ZIP64_LIMIT;
	if (!check_zip64(tmp, z, m)) return false;
	z->modified = true;
	bool ok = begin_packing(tmp, &p, level) &&
	          (z->seekable && m->file_size <= AT_ONCE ? write_at_once(tmp, &p, zip64, source, arg)
	                                                  : write_through(tmp, &p, zip64, source, arg));
	td__codec_end(&p.codec);
	if (ok) return td__zip_add(tmp, z, m);
	z->start_dir = m->header_offset; /* what was written of it is overwritten */
	if (z->seekable) {
		TD_SCOPE(back, tmp);
		z->f->pending = 0;
		z->f->backend->seek(back, z->f, z->start_dir, SEEK_SET);
		td_catch(back);
	}
	return false;
}

/* --- the calls --- */

typedef struct file_source {
	int fd;
	const char *name;
	char *buffer;
} file_source;

static ssize_t read_file(td_scope *s, void *arg, const char **data) {
	file_source *f = arg;
	ssize_t got;
	do {
		got = td__sys_read(f->fd, f->buffer, PIECE);
	} while (got < 0 && errno == EINTR);
	if (got < 0) td__os_error(s, errno, f->name);
	*data = f->buffer;
	return got;
}

static bool add_dir(td_scope *s, td_zipfile *z, td_zipinfo *m) {
	m->header_offset = z->start_dir;
	if (!check_zip64(s, z, m)) return false;
	z->modified = true;
	td_bytes head = td__zip_local_header(s, m, false);
	if (td_failed(s) || !td__under_write(s, z->f, head.data, head.len)) return false;
	z->start_dir += (int64_t)head.len;
	return td__zip_add(s, z, m);
}

static bool write_open(td_scope *s, td_zipfile *z, int fd, const char *filename, const td_zipfile_write_opts *o) {
	struct stat st;
	if (td__sys_fstat(fd, &st) < 0) return td__os_error(s, errno, filename);
	const char *name = td_path_normpath(s, o->arcname ? o->arcname : filename);
	while (*name == '/') name++;
	bool dir = S_ISDIR(st.st_mode);
	if (dir) name = td_format(s, "%s/", name);
	td_zipinfo *m = td_failed(s) ? NULL : new_member(s, z, name);
	if (!m || !set_time(s, z, m, st.st_mtim.tv_sec)) return false;
	m->external_attr = (uint32_t)(st.st_mode & 0xFFFF) << 16;
	if (dir) {
		m->external_attr |= 0x10;
		return add_dir(s, z, m);
	}
	m->file_size = st.st_size;
	m->compress_type = o->compress_type.given ? (int)o->compress_type.value : z->compression;
	file_source f = {fd, filename, td__alloc_raw(s, PIECE)};
	return f.buffer && add_member(s, z, m, o->compresslevel.given ? o->compresslevel : z->level, read_file, &f);
}

bool(td_zipfile_write)(td_scope *s, td_zipfile *z, const char *filename, const td_zipfile_write_opts *opts) {
	if (!td__enter_opts(s, opts) || !enter_writing(s, z) || !td__need_text(s, "filename", filename)) return false;
	td_zipfile_write_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	int fd = td__sys_open(filename, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
	if (fd < 0) return td__os_error(tmp, errno, filename);
	bool ok = write_open(tmp, z, fd, filename, &o);
	close(fd);
	return ok;
}

static ssize_t give_bytes(td_scope *s, void *arg, const char **data) {
	(void)s;
	td_bytes *rest = arg;
	size_t len = rest->len;
	*data = rest->data;
	rest->len = 0;
	return (ssize_t)len;
}

bool(td_zipfile_writestr)(td_scope *s, td_zipfile *z, const char *name, td_bytes data,
                          const td_zipfile_writestr_opts *opts) {
	if (!td__enter_opts(s, opts) || !enter_writing(s, z) || !td__need_text(s, "name", name) ||
	    !td__need_handle(s, "data", data.data))
		return false;
	td_zipfile_writestr_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_zipinfo *m = new_member(s, z, name);
	if (!m) return false;
	bool dir = td_zipinfo_is_dir(m);
	if (!o.date_time && !set_time(s, z, m, time(NULL))) return false;
	if (o.date_time) memcpy(m->date_time, o.date_time, sizeof m->date_time);
	if (m->date_time[0] < 1980) {
		td_raise(s, TD_ValueError, "ZIP does not support timestamps before 1980");
		return false;
	}
	m->external_attr = (o.mode ? o.mode : dir ? 040775u : 0600u) << 16;
	if (dir) m->external_attr |= 0x10;
	m->file_size = (int64_t)data.len;
	m->compress_type = o.compress_type.given ? (int)o.compress_type.value : z->compression;
	td_bytes rest = data;
	return add_member(s, z, m, o.compresslevel.given ? o.compresslevel : z->level, give_bytes, &rest);
}

bool(td_zipfile_mkdir)(td_scope *s, td_zipfile *z, const char *name, unsigned mode) {
	if (!enter_writing(s, z) || !td__need_text(s, "name", name)) return false;
	TD_SCOPE(tmp, s);
	td_zipinfo *m = new_member(tmp, z, td_str_endswith(name, "/") ? name : td_format(tmp, "%s/", name));
	if (!m) return false;
	const int first[6] = {1980, 1, 1, 0, 0, 0};
	memcpy(m->date_time, first, sizeof first);
	m->external_attr = ((040000u | mode) & 0xFFFF) << 16 | 0x10;
	return add_dir(tmp, z, m);
}
