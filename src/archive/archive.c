/* archive.c: shutil's archives. */
#include <tend/archive.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/tarfile.h>
#include <tend/text.h>
#include <tend/zipfile.h>

#include <grp.h>
#include <pwd.h>

#include "core/sys.h"
#include "os/replace.h"

typedef struct format {
	const char *name;
	const char *extensions[2];
	const char *made; /* what a made archive's name ends in */
	const char *mode; /* of tarfile; NULL: a zip file */
	const char *description;
	bool ours; /* Python 3.11 has it not */
} format;

/* In the order in which Python looks for a name's end. */
static const format formats[] = {
	{"tar", {".tar"}, ".tar", "w|", "uncompressed tar file", false},
	{"zip", {".zip"}, ".zip", NULL, "ZIP file", false},
	{"gztar", {".tar.gz", ".tgz"}, ".tar.gz", "w|gz", "gzip'ed tar-file", false},
	{"bztar", {".tar.bz2", ".tbz2"}, ".tar.bz2", "w|bz2", "bzip2'ed tar-file", false},
	{"xztar", {".tar.xz", ".txz"}, ".tar.xz", "w|xz", "xz'ed tar-file", false},
	{"zstdtar", {".tar.zst", ".tzst"}, ".tar.zst", "w|zst", "zstd'ed tar-file", true},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const format *format_named(const char *name) {
	for (size_t i = 0; i < FORMATS; i++) {
		if (strcmp(formats[i].name, name) == 0) return &formats[i];
	}
	return NULL;
}

static const format *format_of_file(const char *filename) {
	for (size_t i = 0; i < FORMATS; i++) {
		for (int k = 0; k < 2 && formats[i].extensions[k]; k++) {
			if (td_str_endswith(filename, formats[i].extensions[k])) return &formats[i];
		}
	}
	return NULL;
}

static int by_name(const void *a, const void *b) {
	return strcmp((*(const format *const *)a)->name, (*(const format *const *)b)->name);
}

static const td_value *list_formats(td_scope *s, bool with_extensions) {
	const format *sorted[FORMATS];
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < FORMATS; i++) sorted[i] = &formats[i];
	qsort(sorted, FORMATS, sizeof *sorted, by_name);
	for (size_t i = 0; i < FORMATS && !td_failed(s); i++) {
		const format *f = sorted[i];
		if (f->ours) continue;
		TD_SCOPE(tmp, s);
		td_strs extensions = {f->extensions, f->extensions[1] ? 2 : 1};
		td_value_append(s, list,
		                with_extensions ? td_list(tmp, f->name, extensions, f->description)
		                                : td_list(tmp, f->name, f->description));
	}
	return td_failed(s) ? NULL : list;
}

const td_value *(td_shutil_get_archive_formats)(td_scope *s) {
	return td__enter(s) ? list_formats(s, false) : NULL;
}

const td_value *(td_shutil_get_unpack_formats)(td_scope *s) {
	return td__enter(s) ? list_formats(s, true) : NULL;
}

/* --- making --- */

enum { NAMES = 16384 };

typedef struct ownership {
	bool user, group;
	int64_t uid, gid;
	const char *user_name, *group_name;
} ownership;

/* A name that nobody has changes nothing, as in Python. */
static ownership find_ownership(td_scope *s, const td_shutil_make_archive_opts *o) {
	ownership w = {.user_name = o->owner, .group_name = o->group};
	TD_SCOPE(tmp, s);
	char *room = td_alloc(tmp, NAMES);
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;
	if (room && o->owner) getpwnam_r(o->owner, &user, room, NAMES, &found_user);
	w.user = found_user != NULL;
	if (w.user) w.uid = user.pw_uid;
	if (room && o->group) getgrnam_r(o->group, &group, room, NAMES, &found_group);
	w.group = found_group != NULL;
	if (w.group) w.gid = group.gr_gid;
	return w;
}

static const td_tarinfo *give_away(td_scope *s, const td_tarinfo *m, void *arg) {
	const ownership *w = arg;
	td_tarinfo *c = td_alloc(s, sizeof *c);
	if (!c) return NULL;
	*c = *m;
	if (w->group) {
		c->gid = w->gid;
		c->gname = w->group_name;
	}
	if (w->user) {
		c->uid = w->uid;
		c->uname = w->user_name;
	}
	return c;
}

static void make_tar(td_scope *s, const format *f, td_file *out, const char *name, const char *base,
                     const td_shutil_make_archive_opts *o) {
	ownership w = find_ownership(s, o);
	td_tarfile *t = td_tarfile_open(s, name, f->mode, .fileobj = out);
	const char *from = o->root_dir ? td_path_join(s, o->root_dir, base) : base;
	td_tarfile_add(s, t, from, .arcname = base, .filter = w.user || w.group ? give_away : NULL, .filter_arg = &w,
	               .progress = o->progress, .progress_arg = o->progress_arg);
	td_tarfile_close(s, t);
}

typedef struct zipping {
	td_zipfile *z;
	const char *root;  /* what names are relative to; NULL: nothing */
	uint64_t dev, ino; /* of the archive, which is not put into itself */
	const char *final; /* its name */
} zipping;

static int by_text(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Python's name in the archive for what is below dir. */
static const char *name_below(td_scope *s, const zipping *x, const char *dir, const char *name) {
	const char *base = x->root ? td_path_relpath(s, dir, .start = x->root) : dir;
	return td_path_join(s, td_path_normpath(s, base), name);
}

static bool is_archive(const zipping *x, const struct stat *st) {
	return st->st_ino == x->ino && st->st_dev == x->dev;
}

/* Directories sorted, then files as they come, then into the directories as they come: Python's order. */
static void zip_dir(td_scope *s, const zipping *x, const char *dir) {
	td_strs names = td_os_listdir(s, dir);
	const char **dirs = td_alloc_array(s, names.len + 1, sizeof *dirs);
	const char **sorted = td_alloc_array(s, names.len + 1, sizeof *sorted);
	bool *is_file = td_alloc_array(s, names.len + 1, sizeof *is_file);
	size_t count = 0;
	for (size_t i = 0; i < names.len && !td_failed(s); i++) {
		TD_SCOPE(turn, s);
		struct stat st;
		const char *path = td_path_join(turn, dir, names.items[i]);
		if (td_failed(turn)) return;
		if (td__sys_stat(path, &st) < 0) { /* a link to nowhere is left out, as in Python; what is broken is an error */
			if (errno == ENOENT || errno == ELOOP || errno == ENOTDIR || errno == EACCES) continue;
			td__os_error(turn, errno, path);
			return;
		}
		if (S_ISDIR(st.st_mode)) dirs[count++] = names.items[i];
		is_file[i] = S_ISREG(st.st_mode) && !is_archive(x, &st) && strcmp(td_path_abspath(turn, path), x->final) != 0;
	}
	if (td_failed(s)) return;
	memcpy(sorted, dirs, count * sizeof *dirs);
	qsort(sorted, count, sizeof *sorted, by_text);
	for (size_t i = 0; i < count; i++) {
		TD_SCOPE(turn, s);
		td_zipfile_write(turn, x->z, td_path_join(turn, dir, sorted[i]),
		                 .arcname = name_below(turn, x, dir, sorted[i]));
	}
	for (size_t i = 0; i < names.len && !td_failed(s); i++) {
		TD_SCOPE(turn, s);
		if (!is_file[i]) continue;
		const char *path = td_path_normpath(turn, td_path_join(turn, dir, names.items[i]));
		td_zipfile_write(turn, x->z, path, .arcname = name_below(turn, x, dir, names.items[i]));
	}
	for (size_t i = 0; i < count && !td_failed(s); i++) {
		TD_SCOPE(turn, s);
		const char *path = td_path_join(turn, dir, dirs[i]);
		if (!td_path_islink(turn, path)) zip_dir(turn, x, path);
	}
}

static void make_zip(td_scope *s, td_file *out, const char *name, const char *base,
                     const td_shutil_make_archive_opts *o) {
	zipping x = {.root = o->root_dir, .final = td_path_abspath(s, name)};
	struct stat st;
	if (td__sys_fstat(td_file_fileno(s, out), &st) == 0) {
		x.dev = st.st_dev;
		x.ino = st.st_ino;
	}
	x.z = td_zipfile_open(s, name, "w", .compression = TD_ZIP_DEFLATED, .fileobj = out);
	const char *arcname = td_path_normpath(s, base);
	const char *from = td_path_normpath(s, o->root_dir ? td_path_join(s, o->root_dir, base) : base);
	if (!td_failed(s) && strcmp(arcname, ".") != 0) td_zipfile_write(s, x.z, from, .arcname = arcname);
	if (!td_failed(s) && td__sys_stat(from, &st) < 0) td__os_error(s, errno, from);
	if (!td_failed(s) && S_ISDIR(st.st_mode)) zip_dir(s, &x, from);
	td_zipfile_close(s, x.z);
}

static const char *make(td_scope *s, const char *base_name, const format *f, const td_shutil_make_archive_opts *o) {
	const char *name = td_format(s, "%s%s", base_name, f->made), *dir = td_path_dirname(s, name);
	if (!td_failed(s) && *dir && !td_path_exists(s, dir)) td_os_makedirs(s, dir);
	const char *base = o->base_dir ? o->base_dir : ".";
	td__replacement r = {.fd = -1}; /* what a run that was killed left is found under its name, and removed */
	if (td_failed(s) || !td__replace_open(s, &r, name, 0666)) return td_no_text;
	r.unsynced = true;
	td_file *out = td__replace_inherit(s, &r) ? td_os_fdopen(s, r.fd, "wb+", .keep_fd = true) : NULL;
	if (out && f->mode)
		make_tar(s, f, out, name, base, o);
	else if (out)
		make_zip(s, out, name, base, o);
	if (out) td_file_close(s, out);
	td__replace_end(s, &r, !td_failed(s));
	if (td_failed(s)) return td_no_text;
	return o->root_dir ? td_path_abspath(s, name) : name;
}

const char *(td_shutil_make_archive)(td_scope *s, const char *base_name, const char *format_name,
                                     const td_shutil_make_archive_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "base_name", base_name) ||
	    !td__need_text(s, "format", format_name))
		return td_no_text;
	td_shutil_make_archive_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const format *f = format_named(format_name);
	if (!f) {
		td_raise(s, TD_ValueError, "unknown archive format '%s'", format_name);
		return td_no_text;
	}
	if (o.root_dir == td_no_text || o.base_dir == td_no_text) {
		td__need_text(s, o.root_dir == td_no_text ? "root_dir" : "base_dir", td_no_text);
		return td_no_text;
	}
	TD_SCOPE(work, s);
	const char *name = make(work, base_name, f, &o);
	return td_failed(work) ? td_no_text : td_strdup(s, name);
}

/* --- unpacking --- */

static void unpack_tar(td_scope *s, const char *filename, const char *dir, const td_shutil_unpack_archive_opts *o) {
	TD_SCOPE(attempt, s);
	td_tarfile *t = td_tarfile_open(attempt, filename, "r");
	const td_error *e = td_catch(attempt, TD_TarError);
	if (e) td_raise_from(s, e, TD_shutil_ReadError, "%s is not a compressed or uncompressed tar file", filename);
	if (!t) return;
	td_tarfile_extractall(attempt, t, .path = dir, .filter = o->filter, .max_size = o->max_size,
	                      .max_entries = o->max_entries, .max_ratio = o->max_ratio, .progress = o->progress,
	                      .progress_arg = o->progress_arg);
	td_tarfile_close(attempt, t);
}

static void unpack_zip(td_scope *s, const char *filename, const char *dir, const td_shutil_unpack_archive_opts *o) {
	if (!td_zipfile_is_zipfile(s, filename)) {
		if (!td_failed(s)) td_raise(s, TD_shutil_ReadError, "%s is not a zip file", filename);
		return;
	}
	td_zipfile *z = td_zipfile_open(s, filename, "r");
	td_strs names = td_zipfile_namelist(s, z);
	const char **safe = td_failed(s) ? NULL : td_alloc_array(s, names.len + 1, sizeof *safe);
	size_t count = 0;
	for (size_t i = 0; safe && i < names.len; i++) {
		const char *name = names.items[i];
		if (*name && *name != '/' && !strstr(name, "..")) safe[count++] = name;
	}
	td_zipfile_extractall(s, z, .path = dir, .members = {safe, count}, .max_size = o->max_size,
	                      .max_entries = o->max_entries, .max_ratio = o->max_ratio, .progress = o->progress,
	                      .progress_arg = o->progress_arg);
	td_zipfile_close(s, z);
}

bool(td_shutil_unpack_archive)(td_scope *s, const char *filename, const td_shutil_unpack_archive_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "filename", filename)) return false;
	td_shutil_unpack_archive_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const format *f = o.format ? format_named(o.format) : format_of_file(filename);
	if (!f && o.format)
		td_raise(s, TD_ValueError, "Unknown unpack format '%s'", o.format);
	else if (!f)
		td_raise(s, TD_shutil_ReadError, "Unknown archive format '%s'", filename);
	if (!f) return false;
	const char *dir = o.extract_dir ? o.extract_dir : ".";
	if (!td__need_text(s, "extract_dir", dir)) return false;
	TD_SCOPE(work, s);
	if (f->mode)
		unpack_tar(work, filename, dir, &o);
	else
		unpack_zip(work, filename, dir, &o);
	return !td_failed(work);
}
