/* Temporary files and directories. */
#include <pthread.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/tempfile.h>

#include "core/file_private.h"
#include "core/sys.h"
#include "os/random_name.h"
#include "os/rmtree.h"

static bool usable(const char *dir) {
	struct stat st;
	return dir && *dir && td__sys_stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	       faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) == 0;
}

/* What the program has chosen; "" is nothing. */
static char chosen[4096];
static pthread_mutex_t choosing = PTHREAD_MUTEX_INITIALIZER;

bool(td_tempfile_set_tempdir)(td_scope *s, const char *dir) {
	if (!td__enter(s) || (dir && !td__need_text(s, "dir", dir))) return false;
	size_t size = dir ? strlen(dir) + 1 : 1;
	if (size > sizeof chosen) {
		(td_raise)(s, TD_ValueError, "the name of the directory is longer than %zu bytes", sizeof chosen - 1);
		return false;
	}
	pthread_mutex_lock(&choosing);
	memcpy(chosen, dir ? dir : "", size);
	pthread_mutex_unlock(&choosing);
	return true;
}

const char *td_tempfile_gettempprefix(void) {
	return "tmp";
}

const char *(td_tempfile_gettempdir)(td_scope *s) {
	static const char *const variables[] = {"TMPDIR", "TEMP", "TMP"};
	static const char *const places[] = {"/tmp", "/var/tmp", "/usr/tmp"};
	if (!td__enter(s)) return td_no_text;
	char copy[sizeof chosen];
	pthread_mutex_lock(&choosing);
	memcpy(copy, chosen, sizeof copy);
	pthread_mutex_unlock(&choosing);
	if (*copy) return td_strdup(s, copy);
	TD_SCOPE(tmp, s);
	for (size_t i = 0; i < 3; i++) {
		const char *dir = td_os_getenv(tmp, variables[i]);
		if (td_failed(tmp)) return td_no_text;
		if (usable(dir)) return (td_path_abspath)(s, dir);
	}
	for (size_t i = 0; i < 3; i++) {
		if (usable(places[i])) return td_strdup(s, places[i]);
	}
	const char *here = (td_os_getcwd)(tmp);
	if (td_failed(tmp)) return td_no_text;
	if (usable(here)) return td_strdup(s, here);
	(td_raise)(s, TD_FileNotFoundError,
	           "[Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp', %s]",
	           td_str_repr(tmp, here));
	return td_no_text;
}

enum { TRIES = 10000 };

/* Where a name is made, absolute. Python takes the ".." of a file's directory away by the text, but makes a directory
 * where the path itself leads, which is elsewhere behind a link. */
static const char *where(td_scope *s, const char *dir, bool is_dir) {
	if (!is_dir || !td__need_text(s, "dir", dir)) return (td_path_abspath)(s, dir);
	const char *path = *dir == '/' ? dir : td_format(s, "%s/%s", (td_os_getcwd)(s), dir);
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/') len--;
	return td_strndup(s, path, len);
}

/* Makes a name until make(path) does not find it taken; the path in s, already on the list of what is to go if temp is
 * given. */
static const char *make_unique(td_scope *s, const td_tempfile_opts *o, int (*make)(const char *path, void *arg),
                               void *arg, td__temp **temp, bool is_dir) {
	TD_SCOPE(tmp, s);
	const char *dir = o->dir ? where(tmp, o->dir, is_dir) : (td_tempfile_gettempdir)(tmp);
	const char *prefix = o->prefix ? o->prefix : td_tempfile_gettempprefix(), *suffix = o->suffix ? o->suffix : "";
	if (!td__need_text(tmp, "prefix", prefix) || !td__need_text(tmp, "suffix", suffix)) return td_no_text;
	for (int tries = 0; tries < TRIES; tries++) {
		char name[TD__RANDOM_NAME + 1];
		if (!td__may_block(tmp)) return td_no_text;
		if (!td__random_name(name)) {
			td__os_error(tmp, errno, NULL);
			return td_no_text;
		}
		const char *path = td_format(tmp, "%s%s%s%s%s", dir, dir[0] == '/' && !dir[1] ? "" : "/", prefix, name, suffix);
		if (td_failed(tmp)) return td_no_text;
		if (temp) { /* on the list first: a signal may come between */
			*temp = td__temp_add(path, is_dir);
			if (!*temp) {
				(td_raise)(tmp, TD_MemoryError, "%s", "");
				return td_no_text;
			}
		}
		if (make(path, arg) >= 0) {
			const char *kept = td_strdup(s, path);
			return kept == td_no_text ? (td__temp_delete(path, is_dir), td_no_text) : kept;
		}
		int err_no = errno;
		if (temp) td__temp_remove(*temp);
		if (err_no != EEXIST) {
			td__os_error(tmp, err_no, path);
			return td_no_text;
		}
	}
	(td_raise)(tmp, TD_FileExistsError, "[Errno 17] No usable temporary file name found");
	return td_no_text;
}

/* --- directories --- */

static int make_dir(const char *path, void *arg) {
	(void)arg;
	return td__sys_mkdir(path, 0700);
}

const char *(td_tempfile_mkdtemp)(td_scope *s, const td_tempfile_opts *opts) {
	if (!td__enter_opts(s, opts)) return td_no_text;
	td_tempfile_opts o;
	td__opts_copy(&o, sizeof o, opts);
	return make_unique(s, &o, make_dir, NULL, NULL, true);
}

struct directory {
	td__temp *temp;
	const char *path;
	bool ignore_errors;
};

static void remove_directory(td_scope *c, void *handle) {
	struct directory *d = handle;
	if (!d->path) return;
	td__rmtree_opts how = {.insist = true, .ignore_errors = d->ignore_errors, .missing_ok = true};
	if (!td__rmtree(c, d->path, how)) td__temp_delete(d->path, true); /* what can go goes; the error stands */
	td__temp_remove(d->temp);
}

const char *(td_tempfile_temporary_directory)(td_scope *s, const td_tempfile_opts *opts) {
	if (!td__enter_opts(s, opts)) return td_no_text;
	td_tempfile_opts o;
	td__opts_copy(&o, sizeof o, opts);
	struct directory *d = td__handle_new(s, sizeof *d, remove_directory); /* first: then nothing can fail any more */
	if (!d) return td_no_text;
	d->ignore_errors = o.ignore_cleanup_errors;
	td__temp *temp = NULL;
	const char *path = make_unique(s, &o, make_dir, NULL, &temp, true);
	if (path == td_no_text) {
		td__temp_remove(temp);
		td__handle_close(d);
		return td_no_text;
	}
	d->temp = temp;
	d->path = path;
	return path;
}

/* --- files --- */

static int make_file(const char *path, void *arg) {
	int *fd = arg;
	*fd = td__sys_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return *fd;
}

td_file *(td_tempfile_named)(td_scope *s, const td_tempfile_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_tempfile_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__temp *temp = NULL;
	int fd = -1;
	const char *path = make_unique(s, &o, make_file, &fd, o.keep ? NULL : &temp, false);
	td_file *f = NULL;
	if (path != td_no_text) {
		/* Opened over the descriptor: the name is its own from birth. */
		f = td__file_over(s, path, fd, o.mode ? o.mode : "w+b");
	}
	if (f) {
		td__file_remove_at_close(f, temp);
		return f;
	}
	if (fd >= 0) close(fd);
	if (path != td_no_text) unlink(path);
	td__temp_remove(temp);
	return NULL;
}

int(td_tempfile_mkstemp)(td_scope *s, const char **path, const td_tempfile_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "path", path)) return -1;
	*path = td_no_text;
	td_tempfile_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int fd = -1;
	const char *made = make_unique(s, &o, make_file, &fd, NULL, false);
	if (made == td_no_text) {
		if (fd >= 0) close(fd);
		return -1;
	}
	*path = made;
	return fd;
}

/* --- files without a name --- */

static int open_unnamed(td_scope *s, const td_tempfile_opts *o) {
	TD_SCOPE(tmp, s);
	const char *dir = o->dir ? o->dir : (td_tempfile_gettempdir)(tmp);
	if (!td__need_text(tmp, "dir", dir) || !td__may_block(tmp)) return -1;
	int fd = td__sys_open(dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) return fd;
	td__temp *temp = NULL; /* for the moment that it has a name */
	const char *path = make_unique(tmp, o, make_file, &fd, &temp, false);
	if (path != td_no_text) td__temp_delete(path, false);
	td__temp_remove(temp);
	if (path == td_no_text && fd >= 0) close(fd);
	return path == td_no_text ? -1 : fd;
}

td_file *(td_tempfile_temporary_file)(td_scope *s, const td_tempfile_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_tempfile_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int fd = open_unnamed(s, &o);
	if (fd < 0) return NULL;
	char name[24];
	snprintf(name, sizeof name, "<fd %d>", fd);
	td_file *f = td__file_over(s, name, fd, o.mode ? o.mode : "w+b");
	if (!f) close(fd);
	return f;
}

static int spool_into(td_scope *s, const char *dir) {
	td_tempfile_opts o = {.dir = dir};
	return open_unnamed(s, &o);
}

td_file *(td_tempfile_spooled)(td_scope *s, const td_tempfile_spooled_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_tempfile_spooled_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.dir && !td__need_text(s, "dir", o.dir)) return NULL;
	return td__file_spool(s, o.mode ? o.mode : "w+b", o.max_size > 0 ? (size_t)o.max_size : 0, spool_into, o.dir);
}
