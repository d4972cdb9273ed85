/* tarfile.c: opening and closing a tar archive. */
#include <tend/path.h>
#include <tend/text.h>

#include "archive/tar_private.h"
#include "core/handle.h"
#include "core/sys.h"

/* --- kinds of members --- */

bool td_tarinfo_isreg(const td_tarinfo *m) {
	return m && (m->type == '0' || m->type == '\0' || m->type == '7' || m->type == 'S');
}
bool td_tarinfo_isfile(const td_tarinfo *m) {
	return td_tarinfo_isreg(m);
}
bool td_tarinfo_isdir(const td_tarinfo *m) {
	return m && m->type == '5';
}
bool td_tarinfo_issym(const td_tarinfo *m) {
	return m && m->type == '2';
}
bool td_tarinfo_islnk(const td_tarinfo *m) {
	return m && m->type == '1';
}
bool td_tarinfo_ischr(const td_tarinfo *m) {
	return m && m->type == '3';
}
bool td_tarinfo_isblk(const td_tarinfo *m) {
	return m && m->type == '4';
}
bool td_tarinfo_isfifo(const td_tarinfo *m) {
	return m && m->type == '6';
}
bool td_tarinfo_isdev(const td_tarinfo *m) {
	return td_tarinfo_ischr(m) || td_tarinfo_isblk(m) || td_tarinfo_isfifo(m);
}
bool td_tarinfo_issparse(const td_tarinfo *m) {
	return m && m->is_sparse;
}

/* --- opening --- */

static const td__method *const methods[] = {&td__deflate_method, &td__bzip2_method, &td__xz_method, &td__zstd_method};

typedef struct shape {
	char mode; /* 'r' 'w' 'a' 'x' */
	bool stream, find_out;
	const td__method *method; /* NULL: not compressed */
} shape;

static bool wrong(td_scope *s, const char *message) {
	(td_raise)(s, TD_ValueError, "%s", message);
	return false;
}

static bool parse_method(td_scope *s, const char *name, shape *m) {
	if (!*name || strcmp(name, "tar") == 0) return true;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (strcmp(name, methods[i]->name) == 0) m->method = methods[i];
	}
	if (m->method) return true;
	TD_SCOPE(tmp, s);
	td_raise(tmp, TD_CompressionError, "unknown compression type %s", td_str_repr(tmp, name));
	return false;
}

static bool parse_mode(td_scope *s, const char *mode, shape *m) {
	*m = (shape){.find_out = true};
	if (strcmp(mode, "r") == 0 || strcmp(mode, "r:*") == 0) {
		m->mode = 'r';
		return true;
	}
	m->find_out = false;
	const char *mark = strchr(mode, ':');
	if (!mark) mark = strchr(mode, '|');
	size_t len = mark ? (size_t)(mark - mode) : strlen(mode);
	m->mode = len ? mode[0] : 'r';
	m->stream = mark && *mark == '|';
	if (!mark && (len != 1 || !strchr("awx", *mode))) return wrong(s, "undiscernible mode");
	if (m->stream) {
		if (len > 1 || !strchr("rw", m->mode)) return wrong(s, "mode must be 'r' or 'w'");
		m->find_out = m->mode == 'r' && strcmp(mark, "|*") == 0;
		return m->find_out || parse_method(s, mark + 1, m);
	}
	if (mark && !parse_method(s, mark + 1, m)) return false;
	if (m->method && (len > 1 || !strchr("rwx", m->mode))) return wrong(s, "mode must be 'r', 'w' or 'x'");
	if (len > 1 || !strchr("rawx", m->mode)) return wrong(s, "mode must be 'r', 'a', 'w' or 'x'");
	return true;
}

static void end_tarfile(td_scope *c, void *handle) {
	(void)c;
	td_tarfile *t = handle;
	td__detach_all(&t->open);
	if (t->ours) td__under_close(NULL, t->f);
	td__free(t->buffer);
}

/* Takes f, which is closed if this fails, and reads the first member or goes to the end. */
static bool start(td_scope *s, td_tarfile *t) {
	if (t->mode == 'r') {
		const td_tarinfo *m;
		int ok = td__tar_read_member(s, t, &m);
		if (ok == 0) t->loaded = true;
		return ok == 0 || (ok == 1 && td__tar_remember(s, t, m));
	}
	if (t->mode == 'a' && !td__tar_find_end(s, t)) return false;
	if (t->mode == 'a') {
		/* What comes next is written where the end was found. */
		t->at = t->end = 0;
		if (td__under_seek(s, t->f, t->offset, SEEK_SET) < 0) return false;
	}
	t->loaded = true;
	if (!t->pax_headers || t->mode != 'w' || t->format != TD_TAR_PAX) return true;
	td_bytes head = td__tar_global(s, t->pax_headers);
	t->offset += (int64_t)head.len;
	return !td_failed(s) && td__under_write(s, t->f, head.data, head.len);
}

/* What Python makes of an error while the first member of a compressed file is read. */
static void translate(td_scope *s, td_scope *attempt, const td__method *method) {
	const td_error *e = NULL;
	if (method == &td__deflate_method) e = td__catch_os(attempt);
	if (method == &td__bzip2_method && !(e = td_catch(attempt, TD_EOFError))) e = td__catch_os(attempt);
	if (method == &td__xz_method) e = td_catch(attempt, TD_LZMAError, TD_EOFError);
	if (method == &td__zstd_method) e = td_catch(attempt, TD_ValueError, TD_EOFError);
	if (e) td_raise_from(s, e, TD_tarfile_ReadError, "%s", method->not_that);
}

static bool open_as(td_scope *s, td_tarfile *t, td_file *plain, const shape *m, const td_tarfile_open_opts *o,
                    const char *name) {
	t->f = plain;
	if (!m->method) return start(s, t);
	bool writing = m->mode != 'r';
	td__packed_opts packed = {.level = o->compresslevel.given             ? (int)o->compresslevel.value
	                                   : m->method == &td__deflate_method ? 9
	                                                                      : TD__LEVEL_DEFAULT,
	                          .keep_under = true,
	                          .gzip_name = name,
	                          .gzip_name_always = m->stream,
	                          .max_output = o->max_output};
	td_file *f = td__packed_open(s, plain, m->method, writing, &packed);
	if (!f) return false;
	t->f = f;
	bool ok;
	if (writing) {
		ok = start(s, t);
	} else {
		TD_SCOPE(attempt, s);
		ok = start(attempt, t);
		translate(s, attempt, m->method);
	}
	if (!ok) {
		td__under_close(NULL, f);
		t->f = plain;
	}
	return ok;
}

static void reset(td_tarfile *t, int64_t begin) {
	t->offset = t->pos = begin;
	t->at = t->end = 0;
	t->count = 0;
	t->loaded = false;
	t->pax_headers = NULL;
}

/* Whether the file begins with what can only be a tar header, so that no library need be asked; -1: raised. */
static int looks_like_tar(td_scope *s, td_file *f, int64_t begin, const td__method **packed) {
	char block[TD__TAR_BLOCK];
	td__tar_header h;
	ssize_t got = td__under_read_all(s, f, block, sizeof block);
	if (got < 0 || td__under_seek(s, f, begin, SEEK_SET) < 0) return -1;
	if ((size_t)got > 4 && memcmp(block, td__zstd_method.magic, td__zstd_method.magic_len) == 0)
		*packed = &td__zstd_method;
	return td__tar_decode(block, (size_t)got, &h) == TD__TAR_OK;
}

/* Tries what it may be, one after the other, as Python does. */
static bool find_out(td_scope *s, td_tarfile *t, td_file *plain, shape *m, const td_tarfile_open_opts *o,
                     const char *name) {
	int64_t begin = td__under_seek(s, plain, 0, SEEK_CUR);
	const td__method *zstd = NULL;
	int tar = begin < 0 ? -1 : looks_like_tar(s, plain, begin, &zstd);
	if (tar < 0) return false;
	TD_SCOPE(tmp, s);
	const td__method *const order[] = {&td__deflate_method, &td__bzip2_method, &td__xz_method, zstd, NULL};
	const char *messages = "";
	for (size_t i = 0; i < 5; i++) {
		m->method = order[i];
		if (i == 3 && !zstd) continue;
		if (tar && i < 4) { /* no other method's file begins like this */
			if (m->method != zstd)
				messages =
					td_format(tmp, "%s\n- method %s: ReadError('%s')", messages, m->method->name, m->method->not_that);
			continue;
		}
		TD_SCOPE(attempt, tmp);
		reset(t, m->method ? 0 : begin);
		if (open_as(attempt, t, plain, m, o, name)) return true;
		const td_error *e = td_catch(attempt, TD_tarfile_ReadError, TD_CompressionError, TD_ImportError);
		if (!e) return false;
		const char *kind = e->kind == TD_ImportError ? "CompressionError" : e->kind->name;
		const char *which = m->method ? m->method->name : "tar";
		messages = td_format(tmp, "%s\n- method %s: %s(%s)", messages, which, kind, td_str_repr(tmp, e->message));
		if (td__under_seek(tmp, plain, begin, SEEK_SET) < 0) return false;
	}
	td_raise(tmp, TD_tarfile_ReadError, "file could not be opened successfully:%s", messages);
	return false;
}

static td_file *open_plain(td_scope *s, const char *name, shape *m) {
	if (m->mode == 'a' && !td_path_exists(s, name)) m->mode = 'w';
	const char *mode = m->mode == 'r' ? "rb" : m->mode == 'w' ? "wb" : m->mode == 'a' ? "rb+" : "xb";
	return td_failed(s) ? NULL : td__under_open(s, name, mode);
}

td_tarfile *(td_tarfile_open)(td_scope *s, const char *name, const char *mode, const td_tarfile_open_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "mode", mode)) return NULL;
	td_tarfile_open_opts o;
	td__opts_copy(&o, sizeof o, opts);
	shape m;
	if (!o.fileobj && (!name || !*name) && name != td_no_text) return wrong(s, "nothing to open"), NULL;
	if (!o.fileobj && !td__need_text(s, "name", name)) return NULL;
	if (!parse_mode(s, mode, &m)) return NULL;
	if (o.fileobj && !td__file_enter(s, o.fileobj, "I/O operation on closed file.")) return NULL;
	td_file *plain = o.fileobj ? o.fileobj : open_plain(s, name, &m);
	if (!plain) return NULL;
	td_tarfile *t = td__handle_new(s, sizeof *t, end_tarfile);
	bool ok = t != NULL;
	if (ok) {
		td__handle_stays(t);
		t->owner = s;
		t->mode = m.mode == 'x' ? 'w' : m.mode;
		t->stream = m.stream;
		t->dereference = o.dereference;
		t->ignore_zeros = o.ignore_zeros;
		t->strict = o.strict_attributes;
		t->format = o.format;
		t->pax_headers = o.pax_headers ? td_value_copy(s, o.pax_headers) : NULL;
		t->path = name ? td_path_abspath(s, name) : NULL;
		t->packed_size = plain->size_hint;
		struct stat st;
		if (m.mode != 'r' && plain->fd >= 0 && td__sys_fstat(plain->fd, &st) == 0) {
			t->own_dev = st.st_dev;
			t->own_ino = st.st_ino;
		}
		t->buffer = td__malloc(TD__TAR_BUFFER);
		if (!t->buffer) td__raise_memory(s);
		if (!m.method && plain->seekable && o.fileobj) t->offset = t->pos = td__under_seek(s, plain, 0, SEEK_CUR);
		ok = !td_failed(s);
	}
	if (ok && m.find_out && plain->seekable)
		ok = find_out(s, t, plain, &m, &o, name ? name : "");
	else if (ok)
		ok = open_as(s, t, plain, &m, &o, name ? name : "");
	if (ok && t->f != plain) td__packed_owns(t->f, !o.fileobj);
	if (ok) {
		t->ours = t->f != o.fileobj;
		return t;
	}
	if (!o.fileobj) td__under_close(NULL, plain);
	if (t) td__free(t->buffer);
	if (t) td__handle_close(t);
	return NULL;
}

bool(td_tarfile_close)(td_scope *s, td_tarfile *t) {
	if (!td__enter(s) || !td__need_handle(s, "t", t)) return false;
	if (!td__handle_open(t)) return true;
	bool ok = true;
	td__detach_all(&t->open);
	if (t->mode != 'r') {
		static const char zeros[TD__TAR_RECORD];
		size_t over = (size_t)((t->offset + 2 * TD__TAR_BLOCK) % TD__TAR_RECORD);
		ok = td__under_write(s, t->f, zeros, 2 * TD__TAR_BLOCK) &&
		     (!over || td__under_write(s, t->f, zeros, TD__TAR_RECORD - over));
	}
	if (t->ours) ok = td__under_close(ok ? s : NULL, t->f) && ok;
	td__free(t->buffer);
	t->buffer = NULL;
	td__handle_close(t);
	return ok;
}

bool(td_tarfile_is_tarfile)(td_scope *s, const char *name) {
	if (!td__enter(s) || !td__need_text(s, "name", name)) return false;
	TD_SCOPE(attempt, s);
	td_tarfile *t = (td_tarfile_open)(attempt, name, "r", NULL);
	(td_tarfile_close)(attempt, t);
	return !td_failed(attempt) || (td_catch(attempt, TD_TarError), false);
}
