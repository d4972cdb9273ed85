/* The environment, directories and files. */
#include <tend/os.h>

#include <dirent.h>
#include <pthread.h>
#include <tend/path.h>
#include <tend/text.h>
#include <tend/value.h>

#include "core/sys.h"

/* --- environment: one lock over the C library's, which has none that readers could take --- */

static pthread_mutex_t environment = PTHREAD_MUTEX_INITIALIZER;

const char *(td_os_getenv)(td_scope *s, const char *key, const td_os_getenv_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "key", key)) return td_no_text;
	td_os_getenv_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.fallback && !td__need_text(s, "fallback", o.fallback)) return td_no_text;
	const char *copy = NULL;
	char small[256], *outside = NULL;
	pthread_mutex_lock(&environment); /* copied out first: raising may run the user's code */
	const char *value = strchr(key, '=') ? NULL : getenv(key);
	size_t len = value ? strlen(value) : 0;
	if (value) {
		outside = len < sizeof small ? small : td__malloc(len + 1);
		if (outside) memcpy(outside, value, len + 1);
	}
	pthread_mutex_unlock(&environment);
	if (!value) return o.fallback ? td_strdup(s, o.fallback) : NULL;
	if (outside)
		copy = td_strdup(s, outside);
	else
		(td_raise)(s, TD_MemoryError, "%s", "");
	if (outside != small) td__free(outside);
	return copy ? copy : td_no_text;
}

bool(td_os_environ_set)(td_scope *s, const char *key, const char *value) {
	if (!td__enter(s) || !td__need_text(s, "key", key) || !td__need_text(s, "value", value)) return false;
	if (strchr(key, '=')) {
		(td_raise)(s, TD_ValueError, "illegal environment variable name");
		return false;
	}
	pthread_mutex_lock(&environment);
	int err_no = setenv(key, value, 1) < 0 ? errno : 0;
	pthread_mutex_unlock(&environment);
	return !err_no || td__os_error(s, err_no, NULL);
}

bool(td_os_unsetenv)(td_scope *s, const char *key) {
	if (!td__enter(s) || !td__need_text(s, "key", key)) return false;
	pthread_mutex_lock(&environment);
	int err_no = unsetenv(key) < 0 ? errno : 0;
	pthread_mutex_unlock(&environment);
	return !err_no || td__os_error(s, err_no, NULL);
}

const char *(td_os_environ_pop)(td_scope *s, const char *key, const td_os_getenv_opts *opts) {
	const char *value = (td_os_getenv)(s, key, opts); /* the fallback, if it was not there */
	if (td_failed(s)) return td_no_text;
	if (!value) {
		TD_SCOPE(tmp, s);
		td_raise(s, TD_KeyError, "%s", td_str_repr(tmp, key));
		return td_no_text;
	}
	if (strchr(key, '=')) return value; /* no name of a variable */
	return td_os_unsetenv(s, key) ? value : td_no_text;
}

extern char **environ;

/* All entries with their NULs, in one block of td__malloc; NULL when memory is out. */
static char *copy_environment(size_t *count) {
	pthread_mutex_lock(&environment);
	size_t len = 1, n = 0;
	for (char **e = environ; e && *e; e++, n++) len += strlen(*e) + 1;
	char *copy = td__malloc(len), *at = copy;
	for (size_t i = 0; copy && i < n; i++) {
		size_t size = strlen(environ[i]) + 1;
		memcpy(at, environ[i], size);
		at += size;
	}
	pthread_mutex_unlock(&environment);
	*count = n;
	return copy;
}

const td_value *(td_os_environ)(td_scope *s) {
	if (!td__enter(s)) return NULL;
	size_t count;
	char *copy = copy_environment(&count);
	if (!copy) {
		td__raise_memory(s);
		return NULL;
	}
	TD_SCOPE(tmp, s);
	td_value *all = td_value_new_dict(s);
	const char *entry = copy;
	for (size_t i = 0; all && i < count && !td_failed(tmp); i++, entry += strlen(entry) + 1) {
		const char *mark = strchr(entry, '=');
		if (!mark) continue;
		td_bytes key = {entry, (size_t)(mark - entry)};
		if (td_value_get_bytes(all, key)) continue;
		td_value_set_key(s, all, td_value_new_text(tmp, key), td_value_new_str(tmp, mark + 1));
	}
	td__free(copy);
	return td_failed(s) ? NULL : all;
}

/* --- directories --- */

static const char *const no_items[1] = {NULL};

static bool is_dots(const char *name) {
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

td_strs(td_os_listdir)(td_scope *s, const char *path) {
	const td_strs none = {no_items, 0};
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return none;
	int fd = td__sys_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		int err_no = errno;
		if (fd >= 0) close(fd);
		td__os_error(s, err_no, path);
		return none;
	}
	const char **items = NULL;
	size_t room = 0, count = 0;
	int err_no = 0;
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		err_no = errno;
		if (!entry) break;
		if (is_dots(entry->d_name)) continue;
		if (!td__grow(s, (void **)&items, &room, count + 2, sizeof *items)) break;
		items[count++] = td_strdup(s, entry->d_name);
	}
	closedir(dir);
	if (err_no) td__os_error(s, err_no, path);
	return count && !td_failed(s) ? (td_strs){items, count} : none;
}

const char *(td_os_getcwd)(td_scope *s) {
	if (!td__enter(s)) return td_no_text;
	for (size_t size = 256; size < 1 << 20; size *= 4) {
		char *path = td__alloc_raw(s, size);
		if (!path) return td_no_text;
		if (getcwd(path, size)) return path;
		if (errno != ERANGE) break;
	}
	td__os_error(s, errno, NULL);
	return td_no_text;
}

bool(td_os_chdir)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	return td__sys_chdir(path) == 0 || td__os_error(s, errno, path);
}

bool(td_os_mkdir)(td_scope *s, const char *path, const td_os_mkdir_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	td_os_mkdir_opts o;
	td__opts_copy(&o, sizeof o, opts);
	return td__sys_mkdir(path, o.mode.given ? (mode_t)o.mode.value : 0777) == 0 || td__os_error(s, errno, path);
}

/* The length of the path above: without the last name and the slashes around it; 0 when there is none. */
static size_t parent_len(const char *path, size_t len, const char **name) {
	size_t end = len;
	while (end > 0 && path[end - 1] == '/') end--;
	size_t start = end;
	while (start > 0 && path[start - 1] != '/') start--;
	*name = path + start;
	while (start > 1 && path[start - 1] == '/') start--;
	return end == 0 ? 0 : start;
}

static bool is_there(const char *path) {
	struct stat st;
	return td__sys_stat(path, &st) == 0;
}

/* 0, or the errno of the path that could not be made, which is then in *failed. Those above are made when they are not
 * seen, for whatever reason: the error then names the first that is in the way, as Python's does. That somebody else
 * makes one at the same time is no error. */
static int make_with_parents(char *path, size_t len, mode_t mode, size_t *failed) {
	*failed = len;
	if (td__sys_mkdir(path, mode) == 0) return 0;
	int err_no = errno;
	const char *name;
	size_t above = parent_len(path, len, &name);
	if (err_no == EEXIST || above == 0 || above == len) return err_no;
	bool is_dot = name[0] == '.' && (!name[1] || name[1] == '/');
	char cut = path[above];
	path[above] = '\0';
	if (err_no != ENOENT && is_there(path)) {
		path[above] = cut;
		return err_no;
	}
	err_no = make_with_parents(path, above, 0777, failed);
	path[above] = cut;
	if (err_no && err_no != EEXIST) return err_no;
	*failed = len;
	if (is_dot && name[1] == '\0') return 0; /* "a/b/." is there once "a/b" is */
	return td__sys_mkdir(path, mode) == 0 ? 0 : errno;
}

bool(td_os_makedirs)(td_scope *s, const char *path, const td_os_makedirs_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	td_os_makedirs_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	size_t len = strlen(path), failed;
	char *copy = td__alloc_raw(tmp, len + 1);
	if (!copy) return false;
	memcpy(copy, path, len + 1);
	int err_no = make_with_parents(copy, len, o.mode.given ? (mode_t)o.mode.value : 0777, &failed);
	if (err_no == 0) return true;
	struct stat st;
	if (o.exist_ok && failed == len && td__sys_stat(path, &st) == 0 && S_ISDIR(st.st_mode)) return true;
	copy[failed] = '\0';
	return td__os_error(s, err_no, copy);
}

bool(td_os_rmdir)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	return td__sys_rmdir(path) == 0 || td__os_error(s, errno, path);
}

/* Takes the directories above away that are empty, upwards from path[0..len). As Python, it stops silently. */
static void prune(char *path, size_t len) {
	for (;;) {
		const char *name;
		size_t above = parent_len(path, len, &name);
		while (above > 0 && path[above - 1] == '/') above--;
		if (above == 0 || above >= len) return;
		path[above] = '\0';
		if (td__sys_rmdir(path) < 0) return;
		len = above;
	}
}

bool(td_os_removedirs)(td_scope *s, const char *path) {
	if (!td_os_rmdir(s, path)) return false;
	TD_SCOPE(tmp, s);
	size_t len = strlen(path);
	char *copy = td__alloc_raw(tmp, len + 1);
	if (!copy) return false;
	memcpy(copy, path, len + 1);
	prune(copy, len);
	return true;
}

unsigned td_os_umask(unsigned mask) {
	return umask(mask);
}

/* --- files --- */

bool(td_os_unlink)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	return td__sys_unlink(path) == 0 || td__os_error(s, errno, path);
}

bool(td_os_remove)(td_scope *s, const char *path) {
	return (td_os_unlink)(s, path);
}

bool(td_os_rename)(td_scope *s, const char *src, const char *dst) {
	if (!td__enter(s) || !td__need_text(s, "src", src) || !td__need_text(s, "dst", dst) || !td__may_block(s))
		return false;
	return td__sys_rename(src, dst) == 0 || td__os_error2(s, errno, src, dst);
}

bool(td_os_replace)(td_scope *s, const char *src, const char *dst) {
	return (td_os_rename)(s, src, dst);
}

bool(td_os_renames)(td_scope *s, const char *src, const char *dst) {
	if (!td__enter(s) || !td__need_text(s, "src", src) || !td__need_text(s, "dst", dst) || !td__may_block(s))
		return false;
	TD_SCOPE(tmp, s);
	const char *above = td_path_dirname(tmp, dst);
	size_t len = strlen(src);
	char *copy = td__alloc_raw(tmp, len + 1);
	if (!copy) return false;
	memcpy(copy, src, len + 1);
	if (*above && td_path_basename(tmp, dst)[0] && !td_path_exists(tmp, above) && !td_os_makedirs(tmp, above))
		return false;
	if (!td_os_rename(tmp, src, dst)) return false;
	if (len && copy[len - 1] != '/') prune(copy, len);
	return true;
}
