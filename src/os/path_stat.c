/* What the file system says of a path. */
#include <tend/path.h>

#include "core/sys.h"

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

/* pathlib's: nothing there is false, not being able to tell is an error. */
static bool look_strict(td_scope *s, const char *path, struct stat *st) {
	int err_no = look(s, path, true, st);
	if (err_no && err_no != ENOENT && err_no != ENOTDIR && err_no != EBADF && err_no != ELOOP && !td_failed(s))
		td__os_error(s, err_no, path);
	return err_no == 0;
}

bool(td_path_is_file)(td_scope *s, const char *path) {
	struct stat st;
	return look_strict(s, path, &st) && S_ISREG(st.st_mode);
}

bool(td_path_is_dir)(td_scope *s, const char *path) {
	struct stat st;
	return look_strict(s, path, &st) && S_ISDIR(st.st_mode);
}

int64_t(td_path_getsize)(td_scope *s, const char *path) {
	struct stat st;
	int err_no = look(s, path, true, &st);
	if (err_no && !td_failed(s)) td__os_error(s, err_no, path);
	return err_no ? -1 : (int64_t)st.st_size;
}
