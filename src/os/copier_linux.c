/* One file copied. The order in which things are asked is Python's as far as it shows: errors come out as there. */
#include "os/copier.h"

#include <limits.h>
#include <tend/text.h>

#include "os/replace.h"

/* --- what cannot be copied --- */

static bool raise_same(td_scope *s, td__name from, td__name to) {
	TD_SCOPE(tmp, s);
	(td_raise)(tmp, TD_SameFileError, "%s and %s are the same file", td_str_repr(tmp, from.shown),
	           td_str_repr(tmp, to.shown));
	return false;
}

static bool raise_pipe(td_scope *s, td__name of) {
	(td_raise)(s, TD_SpecialFileError, "`%s` is a named pipe", of.shown);
	return false;
}

static bool is_same(const struct stat *a, const struct stat *b) {
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool td__copy_refuses(td_scope *s, td__name from, td__name to) {
	struct stat a, b;
	bool has_a = fstatat(from.dir, from.name, &a, 0) == 0, has_b = fstatat(to.dir, to.name, &b, 0) == 0;
	if (has_a && has_b && is_same(&a, &b)) return !raise_same(s, from, to);
	if (has_a && S_ISFIFO(a.st_mode)) return !raise_pipe(s, from);
	return has_b && S_ISFIFO(b.st_mode) && !raise_pipe(s, to);
}

/* --- both ends --- */

/* The flag that kept open from waiting would make reads fail. */
static void allow_waiting(int fd) {
	int flags = fcntl(fd, F_GETFL);
	if (flags >= 0) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

/* -1: raised. A pipe is opened without waiting for who writes to it, and refused. */
static int open_source(td_scope *s, td__name from, td__name to, const td__copy_how *how, struct stat *st) {
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (how->no_links ? O_NOFOLLOW : 0);
	int fd = td__sys_openat(from.dir, from.name, flags, 0);
	int err_no = fd < 0 || td__sys_fstat(fd, st) < 0 ? errno : S_ISDIR(st->st_mode) ? EISDIR : 0;
	if (!err_no && !S_ISFIFO(st->st_mode)) {
		if (!S_ISREG(st->st_mode)) allow_waiting(fd);
		return fd;
	}
	if (!td__copy_refuses(s, from, to)) td__os_error(s, err_no ? err_no : EINVAL, from.shown);
	if (fd >= 0) close(fd);
	return -1;
}

/* Where the copy goes. */
struct target {
	int fd;
	bool created;
	struct stat st; /* not known where it was created for bytes alone */
};

static bool raise_target(td_scope *s, td__name from, td__name to, int err_no) {
	struct stat st;
	if (td__copy_refuses(s, from, to)) return false;
	if (err_no != EISDIR || fstatat(to.dir, to.name, &st, 0) == 0) return td__os_error(s, err_no, to.shown);
	(td_raise)(s, TD_FileNotFoundError, "Directory does not exist: %s", to.shown);
	return false;
}

/* Made with no more rights than it will have; one that is there is emptied only when it is sure what it is. */
static bool open_target(td_scope *s, struct target *t, td__name from, td__name to, const struct stat *in,
                        td__copy_what what) {
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
	mode_t mode = what == TD__COPY_DATA ? 0666 : (in->st_mode & 0777) | 0200;
	t->fd = td__sys_openat(to.dir, to.name, flags | O_EXCL, mode);
	t->created = t->fd >= 0;
	if (!t->created && errno == EEXIST) t->fd = td__sys_openat(to.dir, to.name, flags | O_NONBLOCK, mode);
	if (t->fd < 0) return raise_target(s, from, to, errno);
	if (t->created && what == TD__COPY_DATA) return true;
	if (td__sys_fstat(t->fd, &t->st) < 0) return td__os_error(s, errno, to.shown);
	if (t->created) return true;
	if (is_same(in, &t->st)) return raise_same(s, from, to);
	if (S_ISFIFO(t->st.st_mode)) return raise_pipe(s, to);
	if (!S_ISREG(t->st.st_mode)) allow_waiting(t->fd);
	if (!S_ISREG(t->st.st_mode) || t->st.st_size == 0) return true;
	return td__sys_ftruncate(t->fd, 0) == 0 || td__os_error(s, errno, to.shown);
}

static bool give_stat(td_scope *s, td__copier *c, int in, const struct stat *st, int out, int64_t have, td__name from,
                      td__name to, td__copy_what what) {
	if (what == TD__COPY_STAT) return td__copy_stat(s, c, in, st, out, have, from, to);
	mode_t mode = st->st_mode & 07777;
	return what == TD__COPY_DATA || have == (int64_t)mode || td__sys_fchmod(out, mode) == 0 ||
	       td__os_error(s, errno, to.shown);
}

static bool copy_plain(td_scope *s, td__copier *c, int in, const struct stat *st, td__name from, td__name to,
                       td__copy_what what) {
	struct target t = {.fd = -1};
	bool ok = open_target(s, &t, from, to, st, what);
	const struct stat *out_st = ok && t.created && what == TD__COPY_DATA ? NULL : &t.st;
	ok = ok && td__copy_bytes(s, c, in, st, t.fd, out_st, from, to) &&
	     give_stat(s, c, in, st, t.fd, t.created ? (int64_t)(t.st.st_mode & 07777) : -1, from, to, what);
	if (t.fd < 0) return false;
	return td__sys_close(t.fd) == 0 ? ok : ok && td__os_error(s, errno, to.shown);
}

static bool copy_atomic(td_scope *s, td__copier *c, int in, const struct stat *st, td__name from, td__name to,
                        td__copy_what what) {
	if (td__copy_refuses(s, from, to)) return false;
	td__replacement r;
	struct stat made;
	mode_t mode = what == TD__COPY_DATA ? 0666 : (st->st_mode & 0777) | 0200;
	bool ok = td__replace_open(s, &r, to.name, mode);
	if (ok && what == TD__COPY_DATA) ok = td__replace_inherit(s, &r);
	if (ok && td__sys_fstat(r.fd, &made) < 0) ok = td__os_error(s, errno, to.shown);
	ok = ok && td__copy_bytes(s, c, in, st, r.fd, &made, from, to) && give_stat(s, c, in, st, r.fd, -1, from, to, what);
	return td__replace_end(s, &r, ok);
}

bool td__copy_file(td_scope *s, td__copier *c, td__name from, td__name to, const td__copy_how *how) {
	char one;
	if (how->nofollow && td__sys_readlinkat(from.dir, from.name, &one, 1) >= 0)
		return !td__copy_refuses(s, from, to) && td__copy_link(s, c, from, to, how->what);
	struct stat st;
	int in = open_source(s, from, to, how, &st);
	if (in < 0) return false;
	c->total = c->total < 0 ? -1 : (int64_t)st.st_size;
	bool ok =
		how->atomic ? copy_atomic(s, c, in, &st, from, to, how->what) : copy_plain(s, c, in, &st, from, to, how->what);
	close(in);
	return ok;
}

bool td__copy_link(td_scope *s, td__copier *c, td__name from, td__name to, td__copy_what what) {
	char target[PATH_MAX];
	struct stat st;
	ssize_t len = td__sys_readlinkat(from.dir, from.name, target, sizeof target - 1);
	if (len < 0) return td__os_error(s, errno, from.shown);
	target[len] = '\0';
	if (td__sys_symlinkat(target, to.dir, to.name) < 0) return td__os_error2(s, errno, target, to.shown);
	if (what != TD__COPY_STAT) return true;
	if (td__sys_fstatat(from.dir, from.name, &st, AT_SYMLINK_NOFOLLOW) < 0) return td__os_error(s, errno, from.shown);
	return td__copy_link_stat(s, c, &st, from, to);
}
