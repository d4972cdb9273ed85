/* pathlib's calls that make and remove, and the list of a directory. */
#include <tend/os.h>
#include <tend/stat.h>

#include "core/sys.h"
#include "os/path_names.h"

bool(td_path_touch)(td_scope *s, const char *path, const td_path_touch_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_path_touch_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	const char *text = td__pure_text(tmp, path);
	if (td_failed(tmp) || !td__may_block(tmp)) return false;
	if (!o.no_exist_ok && td__sys_utimensat(AT_FDCWD, text, NULL, 0) == 0) return true;
	int flags = O_CREAT | O_WRONLY | O_CLOEXEC | (o.no_exist_ok ? O_EXCL : 0);
	int fd = td__sys_open(text, flags, o.mode.given ? (mode_t)o.mode.value : 0666);
	if (fd < 0) return td__os_error(tmp, errno, text);
	return td__sys_close(fd) == 0 || td__os_error(tmp, errno, text);
}

/* Those above are made with 0777, and may be there. 0, or the errno of the one that is left in path. */
static int make(char *path, size_t root, mode_t mode, bool parents, bool exist_ok) {
	if (td__sys_mkdir(path, mode) == 0) return 0;
	int err_no = errno;
	char *slash = strrchr(path + root, '/');
	if (err_no == ENOENT && parents && slash) {
		*slash = '\0';
		err_no = make(path, root, 0777, true, true);
		if (err_no) return err_no;
		*slash = '/';
		return make(path, root, mode, false, exist_ok);
	}
	struct stat st;
	if (exist_ok && err_no != ENOENT && td__sys_stat(path, &st) == 0 && S_ISDIR(st.st_mode)) return 0;
	return err_no;
}

bool(td_path_mkdir)(td_scope *s, const char *path, const td_path_mkdir_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_path_mkdir_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	td__pure p;
	if (!td__pure_read(tmp, path, &p) || !td__may_block(tmp)) return false;
	char *text = (char *)(uintptr_t)p.text; /* ours: made by reading it */
	int err_no = make(text, p.root, o.mode.given ? (mode_t)o.mode.value : 0777, o.parents, o.exist_ok);
	return !err_no || td__os_error(tmp, err_no, text);
}

bool(td_path_unlink)(td_scope *s, const char *path, const td_path_unlink_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_path_unlink_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	const char *text = td__pure_text(tmp, path);
	if (td_failed(tmp) || !td__may_block(tmp)) return false;
	return td__sys_unlink(text) == 0 || (errno == ENOENT && o.missing_ok) || td__os_error(tmp, errno, text);
}

td_strs(td_path_iterdir)(td_scope *s, const char *path) {
	static const char *const no_items[1] = {NULL};
	TD_SCOPE(tmp, s);
	const char *text = td__pure_text(tmp, path);
	td_strs names = (td_os_listdir)(tmp, text);
	const char **items = td_failed(tmp) ? NULL : td_alloc_array(s, names.len + 1, sizeof *items);
	for (size_t i = 0; items && i < names.len; i++) items[i] = td__pure_child(s, text, names.items[i]);
	return !items || td_failed(s) ? (td_strs){no_items, 0} : (td_strs){items, names.len};
}
