/* zip_write.c: adding members, from files and from memory. */
#include <tend/path.h>
#include <tend/text.h>
#include <time.h>

#include "archive/zip_private.h"
#include "core/sys.h"
#include "core/unicode.h"

/* --- what a member is --- */

static bool set_time(td_scope *s, const td_zipfile *z, td_zipinfo *m, time_t when) {
	struct tm tm;
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

td_zipinfo *td__zip_new_member(td_scope *s, td_zipfile *z, const char *name) {
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
	if (z->mode != 'r' && !z->has_writer) return true;
	td_raise(s, TD_ValueError, "%s",
	         z->has_writer ? "Can't write to ZIP archive while an open writing handle exists."
	                       : "write() requires mode 'w', 'x', or 'a'");
	return false;
}

/* Writes the member: what source gives, until it gives nothing. */
typedef ssize_t (*source_fn)(td_scope *s, void *arg, const char **data);

static bool pack_source(td_scope *s, td__zip_packing *p, source_fn source, void *arg) {
	const char *data;
	ssize_t got;
	while ((got = source(s, arg, &data)) > 0) {
		if (!td__zip_pack(s, p, data, (size_t)got)) return false;
	}
	return got == 0;
}

static bool add_member(td_scope *s, td_zipfile *z, td_zipinfo *m, td_opt_int level, source_fn source, void *arg) {
	TD_SCOPE(tmp, s);
	td__zip_packing p = {.z = z, .m = m};
	if (td__zip_pack_begin(tmp, &p, level) && pack_source(tmp, &p, source, arg) && td__zip_pack_end(tmp, &p))
		return true;
	td__zip_pack_drop(&p);
	return false;
}

/* --- the calls --- */

typedef struct file_source {
	int fd;
	const char *name;
	char *buffer;
	int64_t left; /* bytes of those that it had when it was opened: more are not asked for; 0: not known, -1: none */
} file_source;

static ssize_t read_file(td_scope *s, void *arg, const char **data) {
	file_source *f = arg;
	if (f->left < 0) return 0;
	ssize_t got;
	do {
		got = td__sys_read(f->fd, f->buffer, TD__ZIP_PIECE);
	} while (got < 0 && errno == EINTR);
	if (got < 0) td__os_error(s, errno, f->name);
	if (f->left > 0 && got >= f->left) {
		got = f->left;
		f->left = -1;
	} else if (f->left > 0) {
		f->left -= got > 0 ? got : 0;
	}
	*data = f->buffer;
	return got;
}

static bool add_dir(td_scope *s, td_zipfile *z, td_zipinfo *m) {
	m->header_offset = z->start_dir;
	if (!td__zip_check_64(s, z, m) || !td__zip_go_to_end(s, z)) return false;
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
	td_zipinfo *m = td_failed(s) ? NULL : td__zip_new_member(s, z, name);
	if (!m || !set_time(s, z, m, st.st_mtim.tv_sec)) return false;
	m->external_attr = (uint32_t)(st.st_mode & 0xFFFF) << 16;
	if (dir) {
		m->external_attr |= 0x10;
		return add_dir(s, z, m);
	}
	m->file_size = st.st_size;
	m->compress_type = o->compress_type.given ? (int)o->compress_type.value : z->compression;
	if (!td__zip_memory(s, &z->input, TD__ZIP_PIECE)) return false;
	file_source f = {fd, filename, z->input, S_ISREG(st.st_mode) ? st.st_size : 0};
	return add_member(s, z, m, o->compresslevel.given ? o->compresslevel : z->level, read_file, &f);
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
	td_zipinfo *m = td__zip_new_member(s, z, name);
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
	td_zipinfo *m = td__zip_new_member(tmp, z, td_str_endswith(name, "/") ? name : td_format(tmp, "%s/", name));
	if (!m) return false;
	const int first[6] = {1980, 1, 1, 0, 0, 0};
	memcpy(m->date_time, first, sizeof first);
	m->external_attr = ((040000u | mode) & 0xFFFF) << 16 | 0x10;
	return add_dir(tmp, z, m);
}
