/* zipfile.c: opening and closing a zip archive, and what is in it. */
#include <tend/text.h>

#include <time.h>

#include "archive/zip_private.h"
#include "core/handle.h"
#include "core/sys.h"

bool td_zipinfo_is_dir(const td_zipinfo *m) {
	return m && td_str_endswith(m->filename, "/");
}

static void end_zipfile(td_scope *c, void *handle) {
	(void)c;
	td_zipfile *z = handle;
	td__zip_forget(z);
	if (z->ours) td__under_close(NULL, z->f);
}

void td__zip_forget(td_zipfile *z) {
	td__detach_all(&z->open);
	td__codec_end(&z->unpacker);
	td__codec_end(&z->packer);
	char **const memory[] = {&z->window.data, &z->input, &z->scratch};
	for (int i = 0; i < 3; i++) {
		td__free(*memory[i]);
		*memory[i] = NULL;
	}
	if (z->packed.s) td__buffer_drop(&z->packed);
	z->packed.s = NULL;
}

bool td__zip_may_read(td_scope *s, td_zipfile *z) {
	if (!z->has_writer) return true;
	td_raise(s, TD_ValueError,
	         "Can't read from the ZIP file while there is an open writing handle on it. "
	         "Close the writing handle before trying to read.");
	return false;
}

static bool start(td_scope *s, td_zipfile *z) {
	td_file *f = z->f;
	z->seekable = f->seekable;
	if (z->mode != 'r') tzset(); /* the times of members are local */
	if (z->mode == 'w') {
		z->modified = true;
		if (z->seekable) z->start_dir = td__under_seek(s, f, 0, SEEK_CUR);
		return z->start_dir >= 0;
	}
	z->size = td__under_seek(s, f, 0, SEEK_END);
	if (z->size < 0) return false;
	if (z->mode == 'r') return td__zip_read_directory(s, z);
	{
		TD_SCOPE(attempt, s);
		bool ok = td__zip_read_directory(attempt, z);
		const td_error *e = td_catch(attempt, TD_BadZipFile);
		if (!e) return ok && td__under_seek(attempt, f, z->start_dir, SEEK_SET) >= 0;
	}
	z->modified = true; /* not one: an archive is put behind what is there */
	z->start_dir = td__under_seek(s, f, 0, SEEK_END);
	return z->start_dir >= 0;
}

/* As Python: what cannot be opened for reading and writing is tried for writing alone. */
static td_file *open_plain(td_scope *s, const char *name, char mode) {
	static const char *const ways[][3] = {{"rb"}, {"wb+", "wb"}, {"xb+", "xb"}, {"rb+", "wb+", "wb"}};
	const char *const *way = ways[mode == 'r' ? 0 : mode == 'w' ? 1 : mode == 'x' ? 2 : 3];
	for (int i = 0;; i++) {
		if (i == 2 || !way[i + 1]) return td__under_open(s, name, way[i]);
		TD_SCOPE(attempt, s);
		td_file *f = td__under_open(attempt, name, way[i]);
		if (!td__catch_os(attempt)) return f;
	}
}

td_zipfile *(td_zipfile_open)(td_scope *s, const char *file, const char *mode, const td_zipfile_open_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "mode", mode)) return NULL;
	td_zipfile_open_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!o.fileobj && !td__need_text(s, "file", file)) return NULL;
	if (strlen(mode) != 1 || !strchr("rwxa", *mode)) {
		td_raise(s, TD_ValueError, "ZipFile requires mode 'r', 'w', 'x', or 'a'");
		return NULL;
	}
	bool known = o.compression == TD_ZIP_STORED || o.compression == TD_ZIP_DEFLATED || o.compression == TD_ZIP_BZIP2;
	if (!known && !(o.compression == TD_ZIP_LZMA && *mode == 'r')) {
		td_raise(s, TD_NotImplementedError, "That compression method is not supported");
		return NULL;
	}
	if (o.fileobj && !td__file_enter(s, o.fileobj, "I/O operation on closed file.")) return NULL;
	td_file *plain = o.fileobj ? o.fileobj : open_plain(s, file, *mode);
	if (!plain) return NULL;
	td_zipfile *z = td__handle_new(s, sizeof *z, end_zipfile);
	if (z) {
		td__handle_stays(z);
		z->f = plain;
		z->ours = !o.fileobj;
		z->mode = *mode == 'x' ? 'w' : *mode;
		z->cut = *mode == 'a';
		z->compression = (int)o.compression;
		z->level = o.compresslevel;
		z->no_zip64 = o.no_zip64;
		z->clamp = o.clamp_timestamps;
		z->owner = s;
		z->comment = (td_bytes){"", 0};
		z->by_name = td_map_new(s);
		if (!td_failed(s) && start(s, z)) return z;
		td__handle_close(z);
	}
	if (!o.fileobj) td__under_close(NULL, plain);
	return NULL;
}

bool(td_zipfile_close)(td_scope *s, td_zipfile *z) {
	if (!td__enter(s) || !td__need_handle(s, "z", z)) return false;
	if (!td__handle_open(z)) return true;
	if (z->has_writer) {
		td_raise(s, TD_ValueError,
		         "Can't close the ZIP file while there is an open writing handle on it. "
		         "Close the writing handle before closing the zip.");
		return false;
	}
	bool ok = true;
	td__zip_forget(z);
	if (z->mode != 'r' && z->modified) {
		if (z->seekable) ok = td__under_seek(s, z->f, z->start_dir, SEEK_SET) >= 0;
		ok = ok && td__zip_write_directory(s, z);
	}
	if (z->ours)
		ok = td__under_close(ok ? s : NULL, z->f) && ok;
	else if (ok && z->mode != 'r')
		ok = td__file_flush_pending(s, z->f);
	td__handle_close(z);
	return ok;
}

bool(td_zipfile_is_zipfile)(td_scope *s, const char *file) {
	if (!td__enter(s) || !td__need_text(s, "file", file)) return false;
	TD_SCOPE(attempt, s);
	td_file *f = td__under_open(attempt, file, "rb");
	bool is = f && f->seekable && td__zip_has_end(attempt, f);
	td__under_close(NULL, f);
	td__catch_os(attempt);
	return is && !td_failed(attempt);
}

/* --- members --- */

bool td__zip_enter(td_scope *s, td_zipfile *z) {
	if (!td__enter(s) || !td__need_handle(s, "z", z)) return false;
	if (td__handle_open(z)) return true;
	td_raise(s, TD_ValueError, "Attempt to use ZIP archive that was already closed");
	return false;
}

bool td__zip_add(td_scope *s, td_zipfile *z, const td_zipinfo *m) {
	if (!td__grow(z->owner, (void **)&z->members, &z->room, z->count + 1, sizeof *z->members)) return false;
	z->members[z->count++] = m;
	td_map_set(z->owner, z->by_name, m->filename, (void *)(uintptr_t)m);
	return !td_failed(s) && !td_failed(z->owner);
}

td_strs(td_zipfile_namelist)(td_scope *s, td_zipfile *z) {
	static const char *const no_items[1] = {NULL};
	const char **items = td__zip_enter(s, z) ? td_alloc_array(s, z->count + 1, sizeof *items) : NULL;
	if (!items) return (td_strs){no_items, 0};
	for (size_t i = 0; i < z->count; i++) items[i] = z->members[i]->filename;
	return (td_strs){items, z->count};
}

td_zipinfos(td_zipfile_infolist)(td_scope *s, td_zipfile *z) {
	return td__zip_enter(s, z) ? (td_zipinfos){z->members, z->count} : (td_zipinfos){NULL, 0};
}

const td_zipinfo *(td_zipfile_getinfo)(td_scope *s, td_zipfile *z, const char *name) {
	if (!td__zip_enter(s, z) || !td__need_text(s, "name", name)) return NULL;
	const td_zipinfo *m = td_map_get(z->by_name, name);
	if (m) return m;
	TD_SCOPE(tmp, s);
	const char *text = td_format(tmp, "There is no item named %s in the archive", td_str_repr(tmp, name));
	td_raise(tmp, TD_KeyError, "%s", td_str_repr(tmp, text));
	return NULL;
}

td_bytes td_zipfile_comment(const td_zipfile *z) {
	return z ? z->comment : (td_bytes){"", 0};
}

bool(td_zipfile_set_comment)(td_scope *s, td_zipfile *z, td_bytes comment) {
	if (!td__zip_enter(s, z) || !td__need_handle(s, "comment", comment.data)) return false;
	if (comment.len > 0xFFFF) comment.len = 0xFFFF;
	z->comment = td_keep(z->owner, comment);
	z->modified = true;
	return !td_failed(s);
}
