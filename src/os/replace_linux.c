/* A file that is replaced in one step. See replace.h.
 *
 * The new one is made beside the old under a name that is the same each time, and locked while it is worked on: so whoever
 * finds it unlocked knows that its maker was killed, and removes it. Where that name is taken by somebody at work (or
 * cannot be had) a random one does. */
#include "os/replace.h"

#include <limits.h>
#include <sys/file.h>
#include <tend/path.h>

#include "core/sys.h"
#include "os/random_name.h"

enum { TRIES = 100, NAME_KEPT = 180 /* bytes of the target's name that fit beside what is added to it */ };

/* The file that path names in the end; a link to nothing yet names where that would be. */
static bool find_target(td_scope *s, td__replacement *r, const char *path) {
	r->target = path;
	for (int links = 0;; links++) {
		if (td__sys_lstat(r->target, &r->st) < 0) return errno == ENOENT || td__os_error(s, errno, path);
		if (!S_ISLNK(r->st.st_mode)) break;
		char to[PATH_MAX];
		ssize_t len = td__sys_readlink(r->target, to, sizeof to - 1);
		if (len < 0) return td__os_error(s, errno, path);
		if (links >= 40) return td__os_error(s, ELOOP, path);
		to[len] = '\0';
		const char *both[2] = {td_path_dirname(s, r->target), td_strdup(s, to)};
		if (td_failed(s)) return false;
		r->target = to[0] == '/' || !*both[0] ? both[1] : td__path_join(s, (td_strs){both, 2});
	}
	if (S_ISDIR(r->st.st_mode)) return td__os_error(s, EISDIR, path);
	if (!S_ISREG(r->st.st_mode)) {
		(td_raise)(s, TD_ValueError, "cannot be replaced in one step, as it is no regular file: %s", path);
		return false;
	}
	r->exists = true;
	return true;
}

/* --- the file beside it --- */

static bool is_open_at(int fd, const char *path) {
	struct stat a, b;
	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Whether path was left by a run that is over, and is gone now. */
static bool remove_leftover(const char *path) {
	int fd = td__sys_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
	if (fd < 0) return errno == ENOENT;
	struct stat st;
	bool gone = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	            (!is_open_at(fd, path) || td__sys_unlink(path) == 0);
	close(fd);
	return gone;
}

/* The name that is the same each time. Two long names that begin alike share it, which costs nothing but that only one of
 * them has it at a time. */
static const char *usual_name(td_scope *s, const char *dir, const char *target) {
	const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target;
	size_t len = strlen(name);
	return td_format(s, "%s%s.%.*s.tend-new", dir, *dir ? "/" : "", (int)(len < NAME_KEPT ? len : NAME_KEPT), name);
}

static const char *random_name(td_scope *s, const char *dir) {
	char name[TD__RANDOM_NAME + 1];
	if (!td__random_name(name)) {
		td__os_error(s, errno, NULL);
		return td_no_text;
	}
	return td_format(s, "%s%s.%s.tmp", dir, *dir ? "/" : "", name);
}

/* 0 when it is made, or the errno; EEXIST: another name is needed. */
static int make(td_scope *s, td__replacement *r, mode_t mode) {
	const char *absolute = (td_path_abspath)(s, r->made);
	if (td_failed(s)) return EINVAL;
	r->temp = td__temp_add(absolute, false);
	if (!r->temp) {
		td__raise_memory(s);
		return EINVAL;
	}
	r->fd = td__sys_open(r->made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, r->exists ? 0600 : mode);
	int err_no = r->fd < 0 ? errno : 0;
	/* Between the two calls it looked like a leftover: then somebody has removed it, and it is to be made again. */
	if (!err_no && ((flock(r->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) || !is_open_at(r->fd, r->made))) {
		close(r->fd);
		r->fd = -1;
		err_no = EEXIST;
	}
	if (err_no) {
		td__temp_remove(r->temp);
		r->temp = NULL;
	}
	return err_no;
}

static bool make_beside(td_scope *s, td__replacement *r, mode_t mode) {
	const char *dir = td_path_dirname(s, r->target);
	if (td_failed(s)) return false;
	r->made = usual_name(s, dir, r->target);
	for (int tries = 0; tries < TRIES && !td_failed(s); tries++) {
		int err_no = make(s, r, mode);
		if (!err_no) return true;
		if (td_failed(s)) return false;
		if (err_no != EEXIST) return td__os_error(s, err_no, r->target);
		if (tries > TRIES / 2 || !remove_leftover(r->made)) r->made = random_name(s, dir);
	}
	return !td_failed(s) && td__os_error(s, EEXIST, r->target);
}

/* --- its way --- */

bool td__replace_open(td_scope *s, td__replacement *r, const char *path, mode_t mode) {
	*r = (td__replacement){.fd = -1};
	return td__may_block(s) && find_target(s, r, path) && make_beside(s, r, mode);
}

bool td__replace_inherit(td_scope *s, td__replacement *r) {
	if (!r->exists) return true;
	/* The owner only where we may; then the mode, since a change of owner takes bits away. */
	if (td__sys_fchown(r->fd, r->st.st_uid, r->st.st_gid) < 0 && errno != EPERM && errno != EINVAL)
		return td__os_error(s, errno, r->target);
	return td__sys_fchmod(r->fd, r->st.st_mode & 07777) == 0 || td__os_error(s, errno, r->target);
}

/* After the rename the new content is what everybody sees; that it also outlives a power failure is the directory's
 * business. */
static bool sync_directory(td_scope *s, const td__replacement *r) {
	const char *dir = td_path_dirname(s, r->target);
	if (td_failed(s)) return false;
	int fd = td__sys_open(*dir ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd < 0) return errno == EACCES || td__os_error(s, errno, dir); /* a directory one may write but not read */
	bool ok = td__sys_fsync(fd) == 0 || errno == EINVAL || td__os_error(s, errno, dir);
	close(fd);
	return ok;
}

bool td__replace_end(td_scope *s, td__replacement *r, bool good) {
	if (r->fd < 0) return false;
	if (good && !r->unsynced && td__sys_fsync(r->fd) < 0) good = td__os_error(s, errno, r->target);
	/* Renamed before it is closed: until then the lock says that it is no leftover. A disk that is full has said so. */
	if (good && td__sys_rename(r->made, r->target) < 0) good = td__os_error(s, errno, r->target);
	if (!good) unlink(r->made);
	td__temp_remove(r->temp);
	close(r->fd);
	r->fd = -1;
	return good && (r->unsynced || sync_directory(s, r));
}
