/* Removing a tree, whoever plays with it meanwhile. See rmtree.h. */
#include "os/rmtree.h"

#include <stdio.h>

#include "core/sys.h"
#include "os/dirs.h"

enum { BATCH = 4 << 20 }; /* bytes of entries that are listed before the first of them is removed */

/* A directory that is being emptied. */
struct frame {
	size_t start, at; /* of its entries: the first, and the next to be removed */
	size_t path_len;  /* of the names up to it */
	int64_t resume;   /* where the directory is read on, */
	bool more;        /* if there is more of it */
	bool stuck;       /* something in it stays */
	bool again;       /* it was not empty after all, and is done a second time */
};

struct walk {
	td_scope *s;
	const td__rmtree_opts *o;
	td__trail trail;
	td__dirents entries;
	struct frame *frames; /* trail.depth of them */
	size_t room;
	td__way path;
	int64_t removed;
};

static struct frame *top(const struct walk *w) {
	return &w->frames[w->trail.depth - 1];
}

static bool out_of_memory(struct walk *w) {
	td__raise_memory(w->s);
	return false;
}

static bool push_name(struct walk *w, const char *name) {
	return td__way_push(&w->path, name) || out_of_memory(w);
}

/* --- errors --- */

/* Tells of an error of the path as it stands; false when that ends it. err_no 0 is a link where there must be none. */
static bool complain(struct walk *w, const char *function, int err_no) {
	if (w->trail.depth) top(w)->stuck = true;
	if (err_no == ENOMEM) return out_of_memory(w);
	if (w->o->ignore_errors) return true;
	TD_SCOPE(one, w->s);
	if (err_no)
		td__os_error(one, err_no, w->path.text);
	else
		(td_raise)(one, TD_OSError, "Cannot call rmtree on a symbolic link");
	if (!w->o->on_error) return false;
	const td_error *e = td_catch(one);
	if (e) w->o->on_error(one, w->o->on_error_arg, function, w->path.text, e);
	return !td_failed(one);
}

/* The same of an entry of the directory one is in. */
static bool complain_of(struct walk *w, const char *name, const char *function, int err_no) {
	size_t len = w->path.len;
	if (!push_name(w, name)) return false;
	bool go_on = complain(w, function, err_no);
	td__way_cut(&w->path, len);
	return go_on;
}

static void count(struct walk *w) {
	w->removed++;
	if (w->o->progress) w->o->progress(w->o->progress_arg, w->removed, -1);
}

/* --- with insistence: the owner gets his rights back --- */

static bool is_refusal(int err_no) {
	return err_no == EACCES || err_no == EPERM;
}

/* Through a descriptor: the name could have become a link. */
static bool unlock_child(int dir, const char *name) {
	int fd = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) return false;
	char via[40];
	snprintf(via, sizeof via, "/proc/self/fd/%d", fd);
	bool ok = td__sys_chmod(via, 0700) == 0;
	close(fd);
	return ok;
}

static int open_child(const struct walk *w, int dir, const char *name) {
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = td__sys_openat(dir, name, flags, 0);
	if (fd < 0 && errno == EACCES && w->o->insist && unlock_child(dir, name)) fd = td__sys_openat(dir, name, flags, 0);
	return fd;
}

/* 0, or the errno. */
static int remove_name(const struct walk *w, int dir, const char *name, int flags) {
	if (td__sys_unlinkat(dir, name, flags) == 0) return 0;
	int err_no = errno;
	if (!is_refusal(err_no) || !w->o->insist || td__sys_fchmod(dir, 0700) < 0) return err_no;
	return td__sys_unlinkat(dir, name, flags) == 0 ? 0 : errno;
}

/* --- down and up --- */

static bool read_on(struct walk *w) {
	struct frame *f = top(w);
	int fd = td__trail_fd(&w->trail);
	f->at = w->entries.len = f->start;
	if (f->resume && td__sys_lseek(fd, f->resume, SEEK_SET) < 0) return complain(w, "os.scandir", errno);
	bool end;
	int err_no = td__dirents_read(&w->entries, fd, BATCH, &end);
	f->more = !err_no && !end;
	return !err_no || complain(w, "os.scandir", err_no);
}

/* Takes fd, whose path stands, as the directory that is worked on. */
static bool enter(struct walk *w, int fd, bool again) {
	if (w->trail.depth == w->room) {
		size_t room = w->room ? w->room * 2 : 64;
		struct frame *larger = td__realloc(w->frames, room * sizeof *larger);
		if (!larger) {
			close(fd);
			return out_of_memory(w);
		}
		w->frames = larger;
		w->room = room;
	}
	if (td__trail_push(&w->trail, fd, false) != 0) return out_of_memory(w);
	*top(w) = (struct frame){.start = w->entries.len, .path_len = w->path.len, .again = again};
	return read_on(w);
}

/* Enters what should be a directory, or removes what it has become meanwhile. */
static bool enter_child(struct walk *w, const char *name, bool again) {
	int dir = td__trail_fd(&w->trail);
	int fd = open_child(w, dir, name);
	if (fd >= 0) {
		if (push_name(w, name)) return enter(w, fd, again);
		close(fd);
		return false;
	}
	int err_no = errno;
	if (err_no == ENOENT) return true; /* somebody was quicker */
	if (err_no == ENOTDIR || err_no == ELOOP) {
		err_no = remove_name(w, dir, name, 0);
		if (err_no == 0 || err_no == ENOENT) return true;
		return complain_of(w, name, "os.unlink", err_no);
	}
	struct stat st;
	bool seen = td__sys_fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	return complain_of(w, name, seen ? "os.open" : "os.lstat", err_no);
}

static bool take(struct walk *w, const char *name, unsigned char type) {
	if (type == DT_DIR) return enter_child(w, name, false);
	int err_no = remove_name(w, td__trail_fd(&w->trail), name, 0);
	if (err_no == EISDIR) return enter_child(w, name, false);
	if (err_no && err_no != ENOENT) return complain_of(w, name, "os.unlink", err_no);
	count(w);
	return true;
}

/* Back to the directory above; the one left is removed from it. */
static bool leave(struct walk *w) {
	struct frame f = *top(w);
	w->entries.len = f.start;
	int err_no = td__trail_pop(&w->trail);
	if (err_no) return complain(w, "os.open", err_no) && false; /* the way back is lost */
	const struct frame *above = top(w);
	const char *name = td__way_name(&w->path, above->path_len);
	err_no = remove_name(w, td__trail_fd(&w->trail), name, AT_REMOVEDIR);
	if (err_no == 0) count(w);
	bool go_on = true;
	if (err_no == ENOTEMPTY && !f.stuck && !f.again) {
		/* Somebody put something there, or the file system did not list all: once more. */
		char copy[NAME_MAX + 1];
		size_t len = strlen(name);
		memcpy(copy, name, len < sizeof copy ? len + 1 : 0);
		td__way_cut(&w->path, above->path_len);
		return len >= sizeof copy || enter_child(w, copy, true);
	}
	if (err_no && err_no != ENOENT) go_on = complain(w, "os.rmdir", err_no);
	td__way_cut(&w->path, above->path_len);
	return go_on;
}

static bool empty(struct walk *w) {
	for (;;) {
		struct frame *f = top(w);
		if (f->at == w->entries.len) {
			if (f->more) {
				if (!read_on(w)) return false;
			} else if (w->trail.depth > 1) {
				if (!leave(w)) return false;
			} else {
				return true;
			}
			continue;
		}
		const td__dirent *e = td__dirents_at(&w->entries, f->at);
		f->at += e->length;
		f->resume = e->offset;
		if (td__is_dots(e->name)) continue;
		if (!td__may_block(w->s) || !take(w, e->name, e->type)) return false;
	}
}

/* Why path could not be opened as a directory, as Python's calls would find it out one by one. */
static bool refuse(struct walk *w, int err_no) {
	struct stat st, to;
	if (err_no == ENOENT && w->o->missing_ok) return true;
	if (td__sys_lstat(w->path.text, &st) < 0) return complain(w, "os.lstat", errno);
	if (S_ISLNK(st.st_mode) && td__sys_stat(w->path.text, &to) < 0) return complain(w, "os.open", errno);
	if (S_ISLNK(st.st_mode)) return complain(w, "os.path.islink", 0);
	if (S_ISDIR(st.st_mode)) return complain(w, "os.open", err_no);
	return complain(w, "os.scandir", ENOTDIR) && complain(w, "os.rmdir", ENOTDIR);
}

static bool remove_tree(struct walk *w, const char *path) {
	if (!push_name(w, path) || !td__may_block(w->s)) return false;
	int fd = open_child(w, AT_FDCWD, path);
	if (fd < 0) return refuse(w, errno);
	if (!enter(w, fd, false) || !empty(w)) return false;
	td__trail_pop(&w->trail);
	if (td__sys_rmdir(path) < 0) return errno == ENOENT || complain(w, "os.rmdir", errno);
	count(w);
	return true;
}

bool td__rmtree(td_scope *s, const char *path, td__rmtree_opts o) {
	TD_SCOPE(tmp, s);
	if (!td__need_text(tmp, "path", path)) return false;
	struct walk w = {.s = tmp, .o = &o};
	bool ok = remove_tree(&w, path);
	td__trail_free(&w.trail);
	td__dirents_free(&w.entries);
	td__free(w.frames);
	td__way_free(&w.path);
	return ok || (o.ignore_errors && !td_failed(tmp));
}
