/* Reading directories, and a way down through them. See dirs.h. */
#include "os/dirs.h"

enum {
	PIECE = 32768,  /* what one call is asked for */
	KEPT_OPEN = 16, /* of a trail's descriptors; more where links were followed, of which a path has 40 */
};

/* --- entries --- */

static bool make_room(td__dirents *d, size_t need) {
	if (d->room >= need) return true;
	size_t room = d->room ? d->room * 2 : (size_t)PIECE * 2;
	while (room < need) room *= 2;
	char *larger = td__realloc(d->data, room);
	if (!larger) return false;
	d->data = larger;
	d->room = room;
	return true;
}

int td__dirents_read(td__dirents *d, int fd, size_t most, bool *end) {
	size_t start = d->len;
	*end = false;
	while (d->len - start < most) {
		if (!make_room(d, d->len + PIECE)) return ENOMEM;
		ssize_t got = td__sys_getdents(fd, d->data + d->len, PIECE);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) return errno;
		if (got == 0) {
			*end = true;
			return 0;
		}
		d->len += (size_t)got;
	}
	return 0;
}

void td__dirents_free(td__dirents *d) {
	td__free(d->data);
	*d = (td__dirents){0};
}

/* --- the path --- */

bool td__way_push(td__way *w, const char *name) {
	size_t len = strlen(name), need = w->len + len + 2;
	if (need > w->room) {
		char *larger = td__realloc(w->text, need * 2);
		if (!larger) return false;
		w->text = larger;
		w->room = need * 2;
	}
	if (w->len && w->text[w->len - 1] != '/') w->text[w->len++] = '/';
	memcpy(w->text + w->len, name, len + 1);
	w->len += len;
	return true;
}

void td__way_cut(td__way *w, size_t len) {
	w->len = len;
	w->text[len] = '\0';
}

void td__way_free(td__way *w) {
	td__free(w->text);
	*w = (td__way){0};
}

/* --- the way down --- */

struct td__step {
	int fd;      /* -1: closed, and known by: */
	bool pinned; /* not to be closed */
	dev_t dev;
	ino_t ino;
};

int td__trail_push(td__trail *t, int fd, bool jumped) {
	if (t->depth == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		struct td__step *larger = td__realloc(t->steps, room * sizeof *larger);
		if (!larger) {
			close(fd);
			return ENOMEM;
		}
		t->steps = larger;
		t->room = room;
	}
	if (jumped && t->depth) t->steps[t->depth - 1].pinned = true;
	t->steps[t->depth++] = (struct td__step){.fd = fd};
	if (t->depth <= KEPT_OPEN) return 0;
	struct td__step *old = &t->steps[t->depth - 1 - KEPT_OPEN];
	struct stat st;
	if (old->fd < 0 || old->pinned || td__sys_fstat(old->fd, &st) < 0) return 0;
	old->dev = st.st_dev;
	old->ino = st.st_ino;
	close(old->fd);
	old->fd = -1;
	return 0;
}

int td__trail_fd(const td__trail *t) {
	return t->depth ? t->steps[t->depth - 1].fd : -1;
}

static int open_above(int fd) {
	const int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int up = td__sys_openat(fd, "..", flags | O_RDONLY, 0);
	return up < 0 && errno == EACCES ? td__sys_openat(fd, "..", flags | O_PATH, 0) : up;
}

int td__trail_pop(td__trail *t) {
	struct td__step *last = &t->steps[t->depth - 1];
	int err_no = 0;
	if (t->depth > 1 && last[-1].fd < 0) {
		struct stat st;
		int up = open_above(last->fd);
		if (up < 0 || td__sys_fstat(up, &st) < 0) {
			err_no = errno;
		} else if (st.st_dev != last[-1].dev || st.st_ino != last[-1].ino) {
			err_no = ESTALE; /* moved away under our feet: what is there now is none of ours */
		}
		if (err_no && up >= 0) close(up);
		if (!err_no) last[-1].fd = up;
	}
	if (last->fd >= 0) close(last->fd);
	t->depth--;
	if (t->depth) t->steps[t->depth - 1].pinned = false;
	return err_no;
}

void td__trail_free(td__trail *t) {
	for (size_t i = 0; i < t->depth; i++) {
		if (t->steps[i].fd >= 0) close(t->steps[i].fd);
	}
	td__free(t->steps);
	*t = (td__trail){0};
}
