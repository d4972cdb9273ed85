/* extract_linux.c: writing into a directory and nowhere else. See extract.h. */
#include "archive/extract.h"

#include <linux/openat2.h>
#include <sys/syscall.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/text.h>

#include "os/random_name.h"

enum { DIRECTORY = O_PATH | O_DIRECTORY | O_CLOEXEC, LINKS_MOST = 40 };

const char *td__target_name(td_scope *s, const td__target *t, const char *name) {
	return *name == '/' ? name : td_format(s, "%s/%s", t->path, name);
}

static bool fail(td_scope *s, const td__target *t, int err_no, const char *name) {
	TD_SCOPE(tmp, s);
	return td__os_error(tmp, err_no, td__target_name(tmp, t, name));
}

bool td__target_open(td_scope *s, td__target *t, const char *path, bool trusted) {
	*t = (td__target){.path = path, .root = -1, .trusted = trusted, .parent = -1};
	t->root = td__sys_open(path, DIRECTORY, 0);
	if (t->root < 0 && errno == ENOENT) {
		td_os_makedirs(s, path, .exist_ok = true);
		if (td_failed(s)) return false;
		t->root = td__sys_open(path, DIRECTORY, 0);
	}
	return t->root >= 0 || td__os_error(s, errno, path);
}

static void forget_parent(td__target *t) {
	if (t->parent >= 0) close(t->parent);
	td__free(t->parent_name);
	t->parent = -1;
	t->parent_name = NULL;
}

void td__target_close(td__target *t) {
	forget_parent(t);
	if (t->root >= 0) close(t->root);
	t->root = -1;
}

/* --- finding a directory --- */

/* One that is there: a descriptor, or -1 with errno. EXDEV: it is not inside. */
static int open_beneath(td__target *t, const char *name) {
	if (t->no_beneath) return errno = ENOSYS, -1;
	struct open_how how = {.flags = DIRECTORY, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	if (td__sys_fails("openat2")) return -1;
	long fd = -1;
	for (int turn = 0; turn < 100; turn++) { /* EAGAIN: something was renamed meanwhile */
		fd = syscall(SYS_openat2, t->root, *name ? name : ".", &how, sizeof how);
		if (fd >= 0 || errno != EAGAIN) break;
	}
	return (int)fd;
}

/* The walk where the kernel cannot, or where directories are missing: one component after the other, never through a
 * link without looking at it. done is what was walked, free of links. */
typedef struct walk {
	td_scope *s;
	td__target *t;
	int fd; /* of done; own */
	const char *done, *rest;
	int links;
} walk;

static bool step_into(walk *w, int fd, const char *name) {
	close(w->fd);
	w->fd = fd;
	w->done = *w->done ? td_format(w->s, "%s/%s", w->done, name) : td_strdup(w->s, name);
	return !td_failed(w->s);
}

/* Up by beginning anew: ".." of a directory that somebody moves about could be anywhere. */
static bool step_up(walk *w) {
	if (!*w->done) return errno = EXDEV, false;
	const char *slash = strrchr(w->done, '/'), *rest = w->rest;
	w->rest = slash ? td_strndup(w->s, w->done, (size_t)(slash - w->done)) : "";
	w->rest = td_format(w->s, "%s/%s", w->rest, rest);
	w->done = "";
	int fd = fcntl(w->t->root, F_DUPFD_CLOEXEC, 0);
	if (fd < 0) return false;
	close(w->fd);
	w->fd = fd;
	return true;
}

static bool follow(walk *w, const char *name) {
	char target[4096];
	ssize_t len = readlinkat(w->fd, name, target, sizeof target - 1);
	if (len < 0) return errno = ENOTDIR, false;
	target[len] = '\0';
	if (*target == '/') return errno = EXDEV, false;
	if (++w->links > LINKS_MOST) return errno = ELOOP, false;
	w->rest = td_format(w->s, "%s/%s", target, w->rest);
	return true;
}

static int walk_beneath(td_scope *s, td__target *t, const char *name, bool make) {
	walk w = {.s = s, .t = t, .done = "", .rest = name};
	w.fd = fcntl(t->root, F_DUPFD_CLOEXEC, 0);
	bool ok = w.fd >= 0;
	if (*name == '/') ok = (errno = EXDEV, false);
	while (ok && *w.rest && !td_failed(s)) {
		while (*w.rest == '/') w.rest++;
		size_t len = strcspn(w.rest, "/");
		const char *part = td_strndup(s, w.rest, len);
		w.rest += len;
		if (!*part || strcmp(part, ".") == 0) continue;
		if (strcmp(part, "..") == 0) {
			ok = step_up(&w);
			continue;
		}
		int fd = td__sys_openat(w.fd, part, DIRECTORY | O_NOFOLLOW, 0);
		if (fd < 0 && errno == ENOENT && make) {
			if (mkdirat(w.fd, part, 0777) < 0 && errno != EEXIST) break;
			fd = td__sys_openat(w.fd, part, DIRECTORY | O_NOFOLLOW, 0);
		}
		if (fd >= 0)
			ok = step_into(&w, fd, part);
		else
			ok = (errno == ENOTDIR || errno == ELOOP) && follow(&w, part);
	}
	if (ok && !*w.rest && !td_failed(s)) return w.fd;
	int err_no = errno;
	if (w.fd >= 0) close(w.fd);
	errno = err_no;
	return -1;
}

static int open_trusted(td_scope *s, td__target *t, const char *name, bool make) {
	const char *path = td__target_name(s, t, *name ? name : ".");
	int fd = td__sys_open(path, DIRECTORY, 0);
	if (fd >= 0 || errno != ENOENT || !make) return fd;
	td_os_makedirs(s, path, .exist_ok = true);
	return td_failed(s) ? -1 : td__sys_open(path, DIRECTORY, 0);
}

/* A directory of the target by its name, made if need be: a descriptor, or -1: raised. */
static int open_directory(td_scope *s, td__target *t, const char *name, bool make) {
	TD_SCOPE(tmp, s);
	int fd;
	if (t->trusted) {
		fd = open_trusted(tmp, t, name, make);
	} else {
		fd = open_beneath(t, name);
		if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EINVAL)) t->no_beneath = true;
		if (fd < 0 && (t->no_beneath || errno == ENOENT)) fd = walk_beneath(tmp, t, name, make);
	}
	if (fd < 0 && !td_failed(tmp)) fail(tmp, t, errno, name);
	if (fd >= 0 && td_failed(tmp)) { /* tmp had no memory to begin with */
		close(fd);
		fd = -1;
	}
	return fd;
}

bool td__target_escaped(td_scope *s) {
	const td_error *e = td_peek(s);
	return e && e->err_no == EXDEV && td_catch(s, TD_OSError);
}

int td__target_parent(td_scope *s, td__target *t, const char *name, const char **leaf) {
	size_t len = strlen(name);
	while (len > 1 && name[len - 1] == '/') len--;
	size_t cut = len;
	while (cut && name[cut - 1] != '/') cut--;
	*leaf = td_strndup(s, name + cut, len - cut);
	if (td_failed(s)) return -1;
	if (!**leaf) *leaf = ".";
	if (strcmp(*leaf, "..") == 0) { /* all of it is the directory */
		cut = len;
		*leaf = ".";
	}
	while (cut > 1 && name[cut - 1] == '/') cut--;
	if (t->parent >= 0 && strncmp(t->parent_name, name, cut) == 0 && !t->parent_name[cut]) return t->parent;
	char *kept = td__malloc(cut + 1);
	if (!kept) return td__raise_memory(s), -1;
	memcpy(kept, name, cut);
	kept[cut] = '\0';
	int fd = open_directory(s, t, kept, true);
	if (fd < 0) {
		td__free(kept);
		return -1;
	}
	forget_parent(t);
	t->parent = fd;
	t->parent_name = kept;
	return fd;
}

/* --- what is made there --- */

bool td__target_mkdir(td_scope *s, td__target *t, const char *name, unsigned mode) {
	const char *leaf;
	int parent = td__target_parent(s, t, name, &leaf);
	if (parent < 0) return false;
	if (strcmp(leaf, ".") == 0 || mkdirat(parent, leaf, mode) == 0) return true;
	if (errno != EEXIST) return fail(s, t, errno, name);
	struct stat st;
	if (td__sys_fstatat(parent, leaf, &st, AT_SYMLINK_NOFOLLOW) < 0) return fail(s, t, errno, name);
	if (S_ISDIR(st.st_mode)) return true;
	if (!S_ISLNK(st.st_mode)) return fail(s, t, EEXIST, name);
	int fd = open_directory(s, t, name, false); /* a link to a directory inside */
	if (fd < 0) return false;
	close(fd);
	return true;
}

/* Takes what is there away, so that something else can have its name; a directory stays, and is an error later. */
static void make_way(int parent, const char *leaf) {
	td__sys_unlinkat(parent, leaf, 0);
}

static bool temp_name(td_scope *s, char temp[24]) {
	char random[TD__RANDOM_NAME + 1];
	if (!td__random_name(random)) return td__os_error(s, errno, NULL);
	snprintf(temp, 24, ".tend-%s", random);
	return true;
}

bool td__target_create(td_scope *s, td__target *t, const char *name, td__new_file *f) {
	*f = (td__new_file){.fd = -1, .parent = -1, .name = name};
	int parent = td__target_parent(s, t, name, &f->leaf);
	if (parent < 0) return false;
	if (strcmp(f->leaf, ".") == 0) return fail(s, t, EISDIR, name);
	if (!t->no_tmpfile) {
		f->fd = td__sys_openat(parent, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
		if (f->fd < 0 && errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)
			return fail(s, t, errno, name);
		t->no_tmpfile = f->fd < 0;
	}
	for (int turn = 0; f->fd < 0 && turn < 100; turn++) {
		if (!temp_name(s, f->temp)) {
			f->temp[0] = '\0';
			return false;
		}
		f->fd = td__sys_openat(parent, f->temp, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0666);
		if (f->fd < 0 && errno != EEXIST) break;
	}
	f->parent = parent;
	return f->fd >= 0 || fail(s, t, errno, name);
}

void td__target_drop(td__target *t, td__new_file *f) {
	(void)t;
	if (f->temp[0] && f->fd >= 0) unlinkat(f->parent, f->temp, 0);
	if (f->fd >= 0) close(f->fd);
	f->fd = -1;
}

/* Gives a file without a name one: 0 or the errno. Through proc where a kernel does not let everybody link what is open. */
static int give_name(td__target *t, int fd, int parent, const char *name) {
	if (td__sys_fails("linkat")) return errno;
	if (!t->no_empty_path) {
		if (linkat(fd, "", parent, name, AT_EMPTY_PATH) == 0) return 0;
		if (errno != ENOENT && errno != EPERM && errno != EINVAL) return errno;
		t->no_empty_path = true;
	}
	char via[40];
	snprintf(via, sizeof via, "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, via, parent, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

bool td__target_commit(td_scope *s, td__target *t, td__new_file *f) {
	int err_no = 0;
	if (!f->temp[0]) {
		err_no = give_name(t, f->fd, f->parent, f->leaf);
		if (err_no == 0) {
			int closed = td__sys_close(f->fd);
			f->fd = -1;
			td__target_drop(t, f);
			return closed == 0 || errno == EINTR || fail(s, t, errno, f->name);
		}
		for (int turn = 0; err_no == EEXIST && turn < 100;
		     turn++) { /* something stands there: beside it, then over it */
			err_no = temp_name(s, f->temp) ? give_name(t, f->fd, f->parent, f->temp) : EIO;
			if (err_no) f->temp[0] = '\0';
			if (!err_no) break;
		}
	}
	if (!err_no && td__sys_fails("renameat")) err_no = errno;
	if (!err_no && renameat(f->parent, f->temp, f->parent, f->leaf) < 0) err_no = errno;
	if (!err_no) {
		f->temp[0] = '\0';
		int closed = td__sys_close(f->fd);
		if (closed < 0 && errno != EINTR) err_no = errno;
		f->fd = -1;
	}
	td__target_drop(t, f);
	if (err_no && !td_failed(s)) fail(s, t, err_no, f->name);
	return !err_no;
}

bool td__target_symlink(td_scope *s, td__target *t, const char *name, const char *to) {
	const char *leaf;
	int parent = td__target_parent(s, t, name, &leaf);
	if (parent < 0) return false;
	if (td__sys_fails("symlinkat")) return fail(s, t, errno, name);
	if (symlinkat(to, parent, leaf) == 0) return true;
	if (errno == EEXIST) {
		make_way(parent, leaf);
		if (symlinkat(to, parent, leaf) == 0) return true;
	}
	return fail(s, t, errno, name);
}

bool td__target_link(td_scope *s, td__target *t, const char *name, const char *to) {
	TD_SCOPE(tmp, s);
	const char *leaf, *to_leaf;
	int from = td__target_parent(tmp, t, to, &to_leaf);
	if (from < 0) return false;
	from = fcntl(from, F_DUPFD_CLOEXEC, 0);
	if (from < 0) return fail(s, t, errno, to);
	int parent = td__target_parent(tmp, t, name, &leaf);
	int err_no = 0;
	if (parent >= 0 && td__sys_fails("linkat")) err_no = errno;
	if (parent >= 0 && !err_no && linkat(from, to_leaf, parent, leaf, 0) < 0) err_no = errno;
	if (err_no == EEXIST) {
		struct stat a, b;
		bool same = fstatat(from, to_leaf, &a, AT_SYMLINK_NOFOLLOW) == 0 &&
		            fstatat(parent, leaf, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
		if (!same) make_way(parent, leaf);
		err_no = same || linkat(from, to_leaf, parent, leaf, 0) == 0 ? 0 : errno;
	}
	close(from);
	if (parent < 0) return false;
	bool cannot = err_no == ENOENT || err_no == EXDEV || err_no == EPERM || err_no == EMLINK || err_no == EOPNOTSUPP;
	if (err_no && !cannot) fail(s, t, err_no, name);
	return !err_no;
}

bool td__target_mknod(td_scope *s, td__target *t, const char *name, mode_t mode, dev_t dev) {
	const char *leaf;
	int parent = td__target_parent(s, t, name, &leaf);
	if (parent < 0) return false;
	if (td__sys_fails("mknodat")) return fail(s, t, errno, name);
	return mknodat(parent, leaf, mode, dev) == 0 || fail(s, t, errno, name);
}

/* --- owners, modes, times --- */

int td__attrs_fd(int fd, const td__attrs *a) {
	if (a->owner && td__sys_fchown(fd, a->uid, a->gid) < 0) return 1;
	if (a->mode && td__sys_fchmod(fd, a->bits) < 0) return 2;
	struct timespec times[2] = {a->time, a->time};
	if (a->mtime && futimens(fd, times) < 0) return 3;
	return 0;
}

/* Of what can be named but not opened: through a descriptor that only names it, and proc. */
static int attrs_by_name(int fd, const td__attrs *a) {
	struct stat st;
	if (fstat(fd, &st) < 0) return 2;
	bool link = S_ISLNK(st.st_mode);
	if (a->owner && fchownat(fd, "", a->uid, a->gid, AT_EMPTY_PATH) < 0) return 1;
	char via[40];
	snprintf(via, sizeof via, "/proc/self/fd/%d", fd);
	if (a->mode && !link && td__sys_chmod(via, a->bits) < 0) return 2;
	struct timespec times[2] = {a->time, a->time};
	if (a->mtime && !link && utimensat(AT_FDCWD, via, times, 0) < 0) return 3;
	return 0;
}

int td__target_attrs(td_scope *s, td__target *t, const char *name, const td__attrs *a, bool is_dir) {
	TD_SCOPE(tmp, s);
	int fd;
	if (is_dir) {
		fd = open_directory(tmp, t, name, false);
	} else {
		const char *leaf;
		int parent = td__target_parent(tmp, t, name, &leaf);
		fd = parent < 0 ? -1 : td__sys_openat(parent, leaf, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
		if (parent >= 0 && fd < 0) fail(tmp, t, errno, name);
	}
	if (fd < 0) return -1;
	int which = attrs_by_name(fd, a), err_no = errno;
	close(fd);
	errno = err_no;
	return which;
}
