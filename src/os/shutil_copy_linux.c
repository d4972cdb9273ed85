/* The calls of shutil that copy one file. */
#include <tend/file.h>
#include <tend/path.h>
#include <tend/shutil.h>

#include "core/file_private.h"
#include "os/copier.h"
#include "os/shutil_internal.h"

/* --- the file --- */

static bool copy_to(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *o, td__copy_what what) {
	TD_SCOPE(tmp, s);
	td__copier c = {.progress = o->progress, .progress_arg = o->progress_arg};
	td__name from = {AT_FDCWD, src, src}, to = {AT_FDCWD, dst, dst};
	td__copy_how how = {.what = what, .nofollow = o->nofollow, .atomic = o->atomic};
	bool ok = td__may_block(tmp) && td__copy_file(tmp, &c, from, to, &how);
	td__copier_end(&c);
	return ok;
}

const char *td__shutil_into(td_scope *s, const char *src, const char *dst) {
	struct stat st;
	if (stat(dst, &st) < 0 || !S_ISDIR(st.st_mode)) return td_strdup(s, dst);
	TD_SCOPE(tmp, s);
	const char *both[2] = {dst, td_path_basename(tmp, src)};
	return td__path_join(s, (td_strs){both, 2});
}

static const char *copy(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *opts,
                        td__copy_what what) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "src", src) || !td__need_text(s, "dst", dst)) return td_no_text;
	td_shutil_copy_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *path = what == TD__COPY_DATA ? td_strdup(s, dst) : td__shutil_into(s, src, dst);
	return !td_failed(s) && copy_to(s, src, path, &o, what) ? path : td_no_text;
}

const char *(td_shutil_copyfile)(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *opts) {
	return copy(s, src, dst, opts, TD__COPY_DATA);
}

const char *(td_shutil_copy)(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *opts) {
	return copy(s, src, dst, opts, TD__COPY_MODE);
}

const char *(td_shutil_copy2)(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *opts) {
	return copy(s, src, dst, opts, TD__COPY_STAT);
}

/* --- what belongs to it --- */

/* false: raised or refused. *links: of the links themselves. */
static bool enter_stat(td_scope *s, const char *src, const char *dst, const td_shutil_stat_opts *opts, bool *links) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "src", src) || !td__need_text(s, "dst", dst) || !td__may_block(s))
		return false;
	td_shutil_stat_opts o;
	td__opts_copy(&o, sizeof o, opts);
	struct stat a, b;
	*links = o.nofollow && lstat(src, &a) == 0 && S_ISLNK(a.st_mode) && lstat(dst, &b) == 0 && S_ISLNK(b.st_mode);
	return true;
}

bool(td_shutil_copymode)(td_scope *s, const char *src, const char *dst, const td_shutil_stat_opts *opts) {
	bool links;
	struct stat st;
	if (!enter_stat(s, src, dst, opts, &links)) return false;
	if (links) return true; /* they have none */
	if (td__sys_stat(src, &st) < 0) return td__os_error(s, errno, src);
	return td__sys_chmod(dst, st.st_mode & 07777) == 0 || td__os_error(s, errno, dst);
}

bool(td_shutil_copystat)(td_scope *s, const char *src, const char *dst, const td_shutil_stat_opts *opts) {
	bool links;
	struct stat st;
	if (!enter_stat(s, src, dst, opts, &links)) return false;
	if (!links) return td__copy_path_stat(s, src, dst);
	if (td__sys_lstat(src, &st) < 0) return td__os_error(s, errno, src);
	td__copier c = {0};
	return td__copy_link_stat(s, &c, &st, (td__name){AT_FDCWD, src, src}, (td__name){AT_FDCWD, dst, dst});
}

/* --- open files --- */

int64_t(td_shutil_copyfileobj)(td_scope *s, td_file *fsrc, td_file *fdst, const td_shutil_copyfileobj_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "fsrc", fsrc) || !td__need_handle(s, "fdst", fdst)) return -1;
	td_shutil_copyfileobj_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_opt_int length = TD_INT(o.length ? (int64_t)o.length : TD__FILE_BUFFER);
	bool text = fsrc->text && fdst->text;
	int64_t copied = 0;
	TD_LOOP (t, s) {
		td_bytes piece =
			text ? td_bytes_of(td_file_read(t, fsrc, .n = length)) : td_file_read_bytes(t, fsrc, .n = length);
		if (td_failed(t) || !piece.len) break;
		if (!(text ? td_file_write(t, fdst, piece.data) : td_file_write_bytes(t, fdst, piece))) break;
		copied += (int64_t)piece.len;
	}
	return td_failed(s) ? -1 : copied;
}
