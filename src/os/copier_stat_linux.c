/* What a copy takes over from its source besides the bytes. */
#include <limits.h>
#include <stdio.h>

#include "os/copier.h"

enum { NAMES = 65536, VALUE = 65536 }; /* the most that Linux lets there be */

static bool is_nothing_to_list(int err_no) {
	return err_no == ENOTSUP || err_no == ENODATA || err_no == EINVAL;
}

/* As Python has it: what this file system, or this user, may not set is left out. */
static bool is_left_out(int err_no) {
	return err_no == EPERM || err_no == ENOTSUP || err_no == ENODATA || err_no == EINVAL;
}

/* One side: a descriptor, or a path. */
struct side {
	int fd; /* -1: by the path */
	const char *path;
	bool follow;
};

static ssize_t list(const struct side *of, char *out, size_t size) {
	if (of->fd >= 0) return td__sys_flistxattr(of->fd, out, size);
	return of->follow ? td__sys_listxattr(of->path, out, size) : td__sys_llistxattr(of->path, out, size);
}

static ssize_t get(const struct side *of, const char *name, char *out, size_t size) {
	if (of->fd >= 0) return td__sys_fgetxattr(of->fd, name, out, size);
	return of->follow ? td__sys_getxattr(of->path, name, out, size) : td__sys_lgetxattr(of->path, name, out, size);
}

static int set(const struct side *of, const char *name, const char *value, size_t size) {
	if (of->fd >= 0) return td__sys_fsetxattr(of->fd, name, value, size, 0);
	return of->follow ? td__sys_setxattr(of->path, name, value, size, 0)
	                  : td__sys_lsetxattr(of->path, name, value, size, 0);
}

static bool copy_attributes(td_scope *s, const struct side *in, const struct side *out, td__name from, td__name to) {
	char *space = td__malloc(NAMES + VALUE);
	if (!space) {
		td__raise_memory(s);
		return false;
	}
	char *value = space + NAMES;
	ssize_t len = list(in, space, NAMES);
	bool ok = len >= 0 || is_nothing_to_list(errno) || td__os_error(s, errno, from.shown);
	for (ssize_t at = 0; ok && at < len; at += (ssize_t)strlen(space + at) + 1) {
		ssize_t size = get(in, space + at, value, VALUE);
		if (size < 0)
			ok = is_left_out(errno) || td__os_error(s, errno, from.shown);
		else if (set(out, space + at, value, (size_t)size) < 0)
			ok = is_left_out(errno) || td__os_error(s, errno, to.shown);
	}
	td__free(space);
	return ok;
}

/* Most files have none: asked first, without a buffer. */
static bool copy_between(td_scope *s, td__copier *c, dev_t dev, const struct side *in, const struct side *out,
                         td__name from, td__name to) {
	if (c->no_xattrs && c->known && dev == c->from) return true;
	ssize_t len = list(in, NULL, 0);
	if (len > 0) return copy_attributes(s, in, out, from, to);
	if (len == 0) return true;
	if (!is_nothing_to_list(errno)) return td__os_error(s, errno, from.shown);
	if (errno == ENOTSUP && c->known && dev == c->from) c->no_xattrs = true;
	return true;
}

/* A path for a name in an open directory, for calls that take no descriptor. */
static const char *path_of(td__name n, char space[48 + NAME_MAX]) {
	if (n.dir == AT_FDCWD) return n.name;
	snprintf(space, 48 + NAME_MAX, "/proc/self/fd/%d/%s", n.dir, n.name);
	return space;
}

bool td__copy_link_stat(td_scope *s, td__copier *c, const struct stat *st, td__name from, td__name to) {
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	if (td__sys_utimensat(to.dir, to.name, times, AT_SYMLINK_NOFOLLOW) < 0) return td__os_error(s, errno, NULL);
	char in[48 + NAME_MAX], out[48 + NAME_MAX];
	return copy_between(s, c, st->st_dev, &(struct side){-1, path_of(from, in), false},
	                    &(struct side){-1, path_of(to, out), false}, from, to);
}

bool td__copy_path_stat(td_scope *s, const char *src, const char *dst) {
	td__copier c = {0};
	td__name from = {AT_FDCWD, src, src}, to = {AT_FDCWD, dst, dst};
	struct stat st;
	if (td__sys_stat(src, &st) < 0) return td__os_error(s, errno, src);
	const struct timespec times[2] = {st.st_atim, st.st_mtim};
	if (td__sys_utimensat(AT_FDCWD, dst, times, 0) < 0) return td__os_error(s, errno, NULL); /* as Python's */
	return copy_between(s, &c, st.st_dev, &(struct side){-1, src, true}, &(struct side){-1, dst, true}, from, to) &&
	       (td__sys_chmod(dst, st.st_mode & 07777) == 0 || td__os_error(s, errno, dst));
}

bool td__copy_stat(td_scope *s, td__copier *c, int in, const struct stat *st, int out, int64_t have, td__name from,
                   td__name to) {
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	if (td__sys_futimens(out, times) < 0) return td__os_error(s, errno, NULL);
	if (!copy_between(s, c, st->st_dev, &(struct side){.fd = in}, &(struct side){.fd = out}, from, to))
		return false; /* before the mode: a read-only file takes none */
	mode_t mode = st->st_mode & 07777;
	return have == (int64_t)mode || td__sys_fchmod(out, mode) == 0 || td__os_error(s, errno, to.shown);
}
