/* What the file system says of a path. */
#include "os/path_names.h"

#include "core/sys.h"
#include "os/stat_internal.h"

/* 0, or the errno; EINVAL stands for a path that was refused (raised). */
static int look(td_scope *s, const char *path, bool follow, struct stat *st) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return EINVAL;
	int result = follow ? td__sys_stat(path, st) : td__sys_lstat(path, st);
	return result == 0 ? 0 : errno;
}

bool(td_path_exists)(td_scope *s, const char *path) {
	struct stat st;
	return look(s, path, true, &st) == 0;
}

bool(td_path_lexists)(td_scope *s, const char *path) {
	struct stat st;
	return look(s, path, false, &st) == 0;
}

bool(td_path_isfile)(td_scope *s, const char *path) {
	struct stat st;
	return look(s, path, true, &st) == 0 && S_ISREG(st.st_mode);
}

bool(td_path_isdir)(td_scope *s, const char *path) {
	struct stat st;
	return look(s, path, true, &st) == 0 && S_ISDIR(st.st_mode);
}

bool(td_path_islink)(td_scope *s, const char *path) {
	struct stat st;
	return look(s, path, false, &st) == 0 && S_ISLNK(st.st_mode);
}

/* --- pathlib's: nothing there is false, not being able to tell is an error --- */

static bool look_strict(td_scope *s, const char *path, bool follow, struct stat *st) {
	TD_SCOPE(tmp, s);
	const char *text = td__pure_text(tmp, path);
	int err_no = look(tmp, text, follow, st);
	if (td_failed(tmp)) return false;
	if (err_no && err_no != ENOENT && err_no != ENOTDIR && err_no != EBADF && err_no != ELOOP)
		td__os_error(tmp, err_no, text);
	return err_no == 0;
}

static bool is_kind(td_scope *s, const char *path, mode_t kind) {
	struct stat st;
	return look_strict(s, path, true, &st) && (st.st_mode & S_IFMT) == kind;
}

bool(td_path_is_file)(td_scope *s, const char *path) {
	return is_kind(s, path, S_IFREG);
}

bool(td_path_is_dir)(td_scope *s, const char *path) {
	return is_kind(s, path, S_IFDIR);
}

bool(td_path_is_socket)(td_scope *s, const char *path) {
	return is_kind(s, path, S_IFSOCK);
}

bool(td_path_is_fifo)(td_scope *s, const char *path) {
	return is_kind(s, path, S_IFIFO);
}

bool(td_path_is_block_device)(td_scope *s, const char *path) {
	return is_kind(s, path, S_IFBLK);
}

bool(td_path_is_char_device)(td_scope *s, const char *path) {
	return is_kind(s, path, S_IFCHR);
}

bool(td_path_is_symlink)(td_scope *s, const char *path) {
	struct stat st;
	return look_strict(s, path, false, &st) && S_ISLNK(st.st_mode);
}

bool(td_path_pexists)(td_scope *s, const char *path) {
	struct stat st;
	return look_strict(s, path, true, &st);
}

bool(td_path_is_mount)(td_scope *s, const char *path) {
	struct stat st, above;
	if (!look_strict(s, path, true, &st) || !S_ISDIR(st.st_mode)) return false;
	TD_SCOPE(tmp, s);
	const char *parent = td_path_parent(tmp, path);
	if (td_failed(tmp) || look(tmp, parent, true, &above) != 0) return false;
	return st.st_dev != above.st_dev || st.st_ino == above.st_ino;
}

/* --- what must be there --- */

static bool look_or_raise(td_scope *s, const char *path, struct stat *st) {
	int err_no = look(s, path, true, st);
	return !err_no || (!td_failed(s) && td__os_error(s, err_no, path));
}

int64_t(td_path_getsize)(td_scope *s, const char *path) {
	struct stat st;
	return look_or_raise(s, path, &st) ? (int64_t)st.st_size : -1;
}

static td_stat all_of(td_scope *s, const char *path) {
	struct stat st;
	td_stat all = td__no_stat;
	if (look_or_raise(s, path, &st)) td__stat_of(&st, &all);
	return all;
}

double(td_path_getmtime)(td_scope *s, const char *path) {
	return all_of(s, path).mtime;
}

double(td_path_getatime)(td_scope *s, const char *path) {
	return all_of(s, path).atime;
}

double(td_path_getctime)(td_scope *s, const char *path) {
	return all_of(s, path).ctime;
}

bool(td_path_samefile)(td_scope *s, const char *f1, const char *f2) {
	struct stat a, b;
	if (!look_or_raise(s, f1, &a) || !look_or_raise(s, f2, &b)) return false;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool(td_path_ismount)(td_scope *s, const char *path) {
	struct stat st, above;
	if (look(s, path, false, &st) != 0 || S_ISLNK(st.st_mode)) return false;
	TD_SCOPE(tmp, s);
	const char *both[2] = {path, ".."};
	const char *parent = (td_path_realpath)(tmp, td__path_join(tmp, (td_strs){both, 2}), NULL);
	if (td_failed(tmp) || look(tmp, parent, false, &above) != 0) return false;
	return st.st_dev != above.st_dev || st.st_ino == above.st_ino;
}
