/* Whole files in one call, and the write that is all or nothing. */
#include <limits.h>
#include <tend/file.h>
#include <tend/path.h>

#include "core/sys.h"
#include "os/random_name.h"

const char *(td_path_read_text)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td_file *f = td_open(tmp, path, "r");
	const char *text = td_file_read(s, f);
	return td_failed(tmp) || td_failed(s) ? td_no_text : text;
}

td_bytes(td_path_read_bytes)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td_file *f = td_open(tmp, path, "rb");
	td_bytes bytes = td_file_read_bytes(s, f);
	return td_failed(tmp) || td_failed(s) ? (td_bytes){"", 0} : bytes;
}

static bool write_plain(td_scope *s, const char *path, td_bytes data, const td_path_write_opts *o) {
	TD_SCOPE(tmp, s);
	td_file *f = td_open(tmp, path, "wb", .perm = o->perm);
	td_file_write_bytes(tmp, f, data);
	return td_file_close(tmp, f);
}

/* --- all or nothing --- */

struct replacement {
	const char *target; /* where it goes: links followed */
	char *path;         /* where it is made, in the same directory */
	td__temp *temp;
	int fd;
	bool exists; /* the target, with: */
	mode_t mode;
	uid_t user;
	gid_t group;
};

/* The file that path names in the end; a link to nothing yet names where that would be. */
static bool find_target(td_scope *s, struct replacement *r, const char *path) {
	struct stat st;
	r->target = path;
	for (int links = 0;; links++) {
		if (td__sys_lstat(r->target, &st) < 0) return errno == ENOENT || td__os_error(s, errno, path);
		if (!S_ISLNK(st.st_mode)) break;
		char to[PATH_MAX];
		ssize_t len = td__sys_readlink(r->target, to, sizeof to - 1);
		if (len < 0) return td__os_error(s, errno, path);
		if (links >= 40) return td__os_error(s, ELOOP, path);
		to[len] = '\0';
		const char *both[2] = {td_path_dirname(s, r->target), td_strdup(s, to)};
		if (td_failed(s)) return false;
		r->target = to[0] == '/' || !*both[0] ? both[1] : td__path_join(s, (td_strs){both, 2});
	}
	if (S_ISDIR(st.st_mode)) return td__os_error(s, EISDIR, path);
	if (!S_ISREG(st.st_mode)) {
		(td_raise)(s, TD_ValueError, "cannot be replaced in one step, as it is no regular file: %s", path);
		return false;
	}
	r->exists = true;
	r->mode = st.st_mode & 07777;
	r->user = st.st_uid;
	r->group = st.st_gid;
	return true;
}

/* Opens a new file of a random name beside the target. */
static bool make_beside(td_scope *s, struct replacement *r, mode_t perm) {
	const char *dir = td_path_dirname(s, r->target);
	if (td_failed(s)) return false;
	for (int tries = 0; tries < 100; tries++) {
		char name[TD__RANDOM_NAME + 1];
		if (!td__random_name(name)) return td__os_error(s, errno, NULL);
		r->path = (char *)(uintptr_t)td_format(s, "%s%s.%s.tmp", dir, *dir ? "/" : "", name);
		const char *absolute = (td_path_abspath)(s, r->path);
		if (td_failed(s)) return false;
		r->temp = td__temp_add(absolute, false);
		if (!r->temp) {
			(td_raise)(s, TD_MemoryError, "%s", "");
			return false;
		}
		r->fd = td__sys_open(r->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, r->exists ? 0600 : perm);
		if (r->fd >= 0) return true;
		int err_no = errno;
		td__temp_remove(r->temp);
		r->temp = NULL;
		if (err_no != EEXIST) return td__os_error(s, err_no, r->target);
	}
	return td__os_error(s, EEXIST, r->target);
}

static bool fill(td_scope *s, struct replacement *r, td_bytes data) {
	if (r->exists) { /* the owner only where we may; then the mode, since a change of owner takes bits away */
		if (td__sys_fchown(r->fd, r->user, r->group) < 0 && errno != EPERM && errno != EINVAL)
			return td__os_error(s, errno, r->target);
		if (td__sys_fchmod(r->fd, r->mode) < 0) return td__os_error(s, errno, r->target);
	}
	while (data.len) {
		if (!td__may_block(s)) return false;
		ssize_t done = td__sys_write(r->fd, data.data, data.len);
		if (done < 0 && errno == EINTR) continue;
		if (done < 0) return td__os_error(s, errno, r->target);
		data.data += done;
		data.len -= (size_t)done;
	}
	if (td__sys_fsync(r->fd) < 0) return td__os_error(s, errno, r->target);
	int fd = r->fd;
	r->fd = -1;
	return td__sys_close(fd) == 0 || td__os_error(s, errno, r->target);
}

/* After the rename the new content is what everybody sees; that it also outlives a power failure is the directory's
 * business. */
static bool sync_directory(td_scope *s, struct replacement *r) {
	const char *dir = td_path_dirname(s, r->target);
	if (td_failed(s)) return false;
	int fd = td__sys_open(*dir ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd < 0) return errno == EACCES || td__os_error(s, errno, dir); /* a directory one may write but not read */
	bool ok = td__sys_fsync(fd) == 0 || errno == EINVAL || td__os_error(s, errno, dir);
	close(fd);
	return ok;
}

static bool write_atomic(td_scope *s, const char *path, td_bytes data, const td_path_write_opts *o) {
	TD_SCOPE(tmp, s);
	struct replacement r = {.fd = -1};
	if (!td__may_block(tmp) || !find_target(tmp, &r, path)) return false;
	bool ok = make_beside(tmp, &r, o->perm.given ? (mode_t)o->perm.value : 0666) && fill(tmp, &r, data);
	if (ok && td__sys_rename(r.path, r.target) < 0) ok = td__os_error(tmp, errno, r.target);
	if (r.fd >= 0) close(r.fd);
	if (!ok && r.temp) unlink(r.path);
	td__temp_remove(r.temp);
	return ok && sync_directory(tmp, &r);
}

static bool write_whole(td_scope *s, const char *path, td_bytes data, const td_path_write_opts *opts) {
	td_path_write_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__need_text(s, "path", path)) return false;
	return o.atomic ? write_atomic(s, path, data, &o) : write_plain(s, path, data, &o);
}

bool(td_path_write_text)(td_scope *s, const char *path, const char *text, const td_path_write_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return false;
	return write_whole(s, path, (td_bytes){text, strlen(text)}, opts);
}

bool(td_path_write_bytes)(td_scope *s, const char *path, td_bytes bytes, const td_path_write_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "bytes", bytes.data)) return false;
	return write_whole(s, path, bytes, opts);
}
