/* Removing a tree, whoever plays with it meanwhile. See rmtree.h. */
#include "os/rmtree.h"

#include <stdio.h>
#include <sys/syscall.h>

#include "core/sys.h"

struct entry { /* struct linux_dirent64, which no header has */
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

struct place {
	dev_t dev;
	ino_t ino;
	size_t path_len; /* of the names up to here */
	bool stuck;      /* something in it could not be removed, and would be found again for ever: so one goes on from */
	int64_t resume;  /* behind the entry that was entered last */
};

struct walk {
	td_scope *s;
	td__rmtree_opts o;
	int fd; /* of the directory one is in */
	struct place *places;
	size_t depth, room; /* places[depth] is that directory */
	char *path;
	size_t path_len, path_room;
	bool failed;
};

static bool is_dots(const char *name) {
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static bool fail(struct walk *w, int err_no) {
	w->failed = true;
	return td__os_error(w->s, err_no, w->path);
}

/* An error that only counts when errors count. */
static bool complain(struct walk *w, int err_no) {
	w->places[w->depth].stuck = true;
	return w->o.ignore_errors || fail(w, err_no);
}

static bool push_name(struct walk *w, const char *name) {
	size_t len = strlen(name);
	if (w->path_len + len + 2 > w->path_room) {
		size_t room = (w->path_len + len + 2) * 2;
		char *larger = td__alloc_raw(w->s, room);
		if (!larger) {
			w->failed = true;
			return false;
		}
		if (w->path) memcpy(larger, w->path, w->path_len + 1);
		w->path = larger;
		w->path_room = room;
	}
	if (w->path_len) w->path[w->path_len++] = '/';
	memcpy(w->path + w->path_len, name, len + 1);
	w->path_len += len;
	return true;
}

static void pop_name(struct walk *w) {
	w->path_len = w->places[w->depth].path_len;
	w->path[w->path_len] = '\0';
}

/* Gives the owner his rights back, through a descriptor: a name could have become a link. */
static bool unlock_child(struct walk *w, const char *name) {
	if (!w->o.insist) return false;
	int fd = openat(w->fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) return false;
	char via[40];
	snprintf(via, sizeof via, "/proc/self/fd/%d", fd);
	bool ok = td__sys_chmod(via, 0700) == 0;
	close(fd);
	return ok;
}

/* Takes fd as the directory that is worked on, one deeper. */
static bool enter(struct walk *w, int fd) {
	struct stat st;
	size_t next = w->places ? w->depth + 1 : 0;
	if (td__sys_fstat(fd, &st) < 0) {
		close(fd);
		return fail(w, errno);
	}
	if (!td__grow(w->s, (void **)&w->places, &w->room, next + 1, sizeof *w->places)) {
		close(fd);
		w->failed = true;
		return false;
	}
	if (w->fd >= 0) close(w->fd);
	w->fd = fd;
	w->depth = next;
	w->places[next] = (struct place){st.st_dev, st.st_ino, w->path_len, false, 0};
	return true;
}

static int open_child(struct walk *w, const char *name) {
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = td__sys_openat(w->fd, name, flags, 0);
	if (fd < 0 && errno == EACCES && unlock_child(w, name)) fd = td__sys_openat(w->fd, name, flags, 0);
	return fd;
}

/* Removes one entry or enters it. *entered: the directory one is in has changed. */
static bool take(struct walk *w, const struct entry *e, bool *entered) {
	int err_no = EISDIR;
	if (e->type != 4 /* DT_DIR */) {
		if (td__sys_unlinkat(w->fd, e->name, 0) == 0) return true;
		err_no = errno;
		if (err_no == ENOENT) return true; /* somebody was quicker */
		if ((err_no == EACCES || err_no == EPERM) && w->o.insist && td__sys_fchmod(w->fd, 0700) == 0) {
			if (td__sys_unlinkat(w->fd, e->name, 0) == 0) return true;
			err_no = errno;
		}
	}
	int fd = err_no == EISDIR || err_no == EPERM ? open_child(w, e->name) : -1;
	if (fd < 0 && err_no == EISDIR) err_no = errno;
	if (!push_name(w, e->name)) {
		if (fd >= 0) close(fd);
		return false;
	}
	if (fd >= 0) {
		*entered = true;
		w->places[w->depth].resume = e->offset;
		return enter(w, fd);
	}
	bool go_on = err_no == ENOENT || complain(w, err_no);
	pop_name(w);
	return go_on;
}

/* One pass over the directory; false: failed. *entered as above. */
static bool pass(struct walk *w, bool *entered) {
	_Alignas(struct entry) char buffer[8192];
	long got;
	while ((got = syscall(SYS_getdents64, w->fd, buffer, sizeof buffer)) > 0) {
		for (long at = 0; at < got;) {
			const struct entry *e = (const struct entry *)(const void *)(buffer + at);
			at += e->length;
			if (is_dots(e->name)) continue;
			if (!td__may_block(w->s)) {
				w->failed = true;
				return false;
			}
			if (!take(w, e, entered)) return false;
			if (*entered) return true;
		}
	}
	return got == 0 || complain(w, errno);
}

/* Back to the directory above, which must be the one that was left; the one left is removed from it. */
static bool leave(struct walk *w) {
	int up = td__sys_openat(w->fd, "..", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
	struct stat st;
	if (up < 0) return fail(w, errno);
	bool stuck = w->places[w->depth].stuck;
	const struct place *above = &w->places[w->depth - 1];
	if (td__sys_fstat(up, &st) < 0 || st.st_dev != above->dev || st.st_ino != above->ino) {
		close(up);
		return fail(w, ESTALE); /* moved away under our feet: what is there now is none of ours */
	}
	close(w->fd);
	w->fd = up;
	w->depth--;
	const char *name = w->path + above->path_len + (above->path_len > 0);
	bool ok = true;
	if (stuck) {
		w->places[w->depth].stuck = true;
	} else if (td__sys_unlinkat(w->fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT) {
		bool again = (errno == EACCES || errno == EPERM) && w->o.insist && td__sys_fchmod(w->fd, 0700) == 0 &&
		             td__sys_unlinkat(w->fd, name, AT_REMOVEDIR) == 0;
		if (!again) ok = complain(w, errno);
	}
	pop_name(w);
	return ok;
}

bool td__rmtree(td_scope *s, const char *path, td__rmtree_opts o) {
	TD_SCOPE(tmp, s);
	struct walk w = {.s = tmp, .o = o, .fd = AT_FDCWD};
	if (!td__need_text(tmp, "path", path) || !push_name(&w, path)) return false;
	int fd = open_child(&w, path);
	w.fd = -1;
	if (fd < 0) {
		if ((errno == ENOENT && o.missing_ok) || o.ignore_errors) return true;
		return td__os_error(tmp, errno == ELOOP ? ENOTDIR : errno, path);
	}
	bool ok = enter(&w, fd);
	while (ok) {
		bool entered = false;
		ok = pass(&w, &entered);
		if (!ok || entered) continue;
		if (w.depth == 0) break;
		ok = leave(&w);
		if (ok && w.places[w.depth].stuck) lseek(w.fd, w.places[w.depth].resume, SEEK_SET);
	}
	if (w.fd >= 0) close(w.fd);
	if (!ok) return false;
	if (td__sys_rmdir(path) == 0 || errno == ENOENT || o.ignore_errors) return true;
	return td__os_error(tmp, errno, path);
}
