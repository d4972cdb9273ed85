/* One directory, entry by entry. */
#include <tend/walk.h>

#include "os/dirs.h"
#include "os/stat_internal.h"

struct scandir {
	td_scandir shown; /* first: it is what the user holds */
	td__dirents entries;
	size_t at;
	bool end;
	bool is_lent; /* the descriptor was the caller's: its position is his too */
	char *path;   /* the directory with a "/" behind it, and room for a name */
	size_t path_len, path_room;
	bool has_stat[2]; /* of this entry: of itself, of what it leads to */
	td_stat stat[2];
	char dir[];
};

static void end(td_scope *c, void *handle) {
	(void)c;
	struct scandir *d = handle;
	if (d->shown.fd >= 0 && d->is_lent) lseek(d->shown.fd, 0, SEEK_SET);
	if (d->shown.fd >= 0) close(d->shown.fd);
	td__dirents_free(&d->entries);
	td__free(d->path);
	d->path = NULL;
	d->shown = (td_scandir){.name = td_no_text, .path = td_no_text, .fd = -1};
}

/* A second descriptor of the directory, for us to close. -1: errno. */
static int again(int fd) {
	struct stat st;
	if (td__sys_fstat(fd, &st) < 0) return -1;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode) ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
}

td_scandir *(td_os_scandir)(td_scope *s, const char *path, const td_os_scandir_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_os_scandir_opts o;
	td__opts_copy(&o, sizeof o, opts);
	bool by_fd = o.fd.given && !path;
	if ((!by_fd && !td__need_text(s, "path", path)) || !td__may_block(s)) return NULL;
	if (by_fd) path = "";
	size_t len = strlen(path);
	struct scandir *d = td__handle_new(s, sizeof *d + len + 1, end);
	if (!d) return NULL;
	memcpy(d->dir, path, len + 1);
	d->shown = (td_scandir){.name = td_no_text, .path = td_no_text};
	d->shown.fd = by_fd ? again((int)o.fd.value) : td__sys_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	d->is_lent = by_fd;
	if (d->shown.fd >= 0) return &d->shown;
	td__os_error(s, errno, by_fd ? NULL : path);
	td__handle_close(d);
	return NULL;
}

void td_scandir_close(td_scandir *e) {
	struct scandir *d = (struct scandir *)e;
	if (!d || !td__handle_open(d)) return;
	td__handle_close(d);
	end(NULL, d);
}

/* Puts the name behind the directory. */
static bool show_path(td_scope *s, struct scandir *d, const char *name) {
	size_t len = strlen(name);
	if (!d->path) d->path_len = strlen(d->dir);
	if (d->path_len + len + 2 > d->path_room) {
		size_t room = d->path_len + len + 258;
		char *larger = td__realloc(d->path, room);
		if (!larger) {
			td__raise_memory(s);
			return false;
		}
		if (!d->path) {
			memcpy(larger, d->dir, d->path_len);
			if (d->path_len && larger[d->path_len - 1] != '/') larger[d->path_len++] = '/';
		}
		d->path = larger;
		d->path_room = room;
	}
	memcpy(d->path + d->path_len, name, len + 1);
	d->shown.path = d->path;
	return true;
}

bool(td_scandir_next)(td_scope *s, td_scandir *e) {
	struct scandir *d = (struct scandir *)e;
	if (!td__enter(s) || !td__need_handle(s, "e", d) || !td__handle_open(d)) return false;
	d->has_stat[0] = d->has_stat[1] = false;
	for (;;) {
		if (d->at == d->entries.len) {
			d->at = d->entries.len = 0;
			if (!td__may_block(s)) break;
			int err_no = d->end ? 0 : td__dirents_read(&d->entries, d->shown.fd, 1, &d->end);
			if (err_no == ENOMEM)
				td__raise_memory(s);
			else if (err_no && err_no != ENOENT)
				td__os_error(s, err_no, d->dir); /* ENOENT: it has been removed */
			if (!d->entries.len) break;
		}
		const td__dirent *entry = td__dirents_at(&d->entries, d->at);
		d->at += entry->length;
		if (td__is_dots(entry->name)) continue;
		d->shown.name = entry->name;
		d->shown.ino = entry->inode;
		d->shown.type = entry->type;
		if (show_path(s, d, entry->name)) return true;
		break;
	}
	td_scandir_close(e);
	return false;
}

/* --- questions about the entry --- */

static struct scandir *enter(td_scope *s, td_scandir *e) {
	struct scandir *d = (struct scandir *)e;
	if (!td__enter(s) || !td__need_handle(s, "e", d)) return NULL;
	if (td__handle_open(d) && d->shown.path != td_no_text) return d;
	(td_raise)(s, TD_ValueError, "the iterator stands on no entry");
	return NULL;
}

/* 0, or why there is no answer. */
static int ask(struct scandir *d, bool follow) {
	if (d->has_stat[follow]) return 0;
	struct stat st;
	if (follow && d->shown.type != DT_LNK && d->shown.type != DT_UNKNOWN) {
		int err_no = ask(d, false);
		if (!err_no) d->stat[1] = d->stat[0];
		d->has_stat[1] = !err_no;
		return err_no;
	}
	if (td__sys_fstatat(d->shown.fd, d->shown.name, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0) return errno;
	td__stat_of(&st, &d->stat[follow]);
	d->has_stat[follow] = true;
	if (!follow) d->shown.type = (unsigned char)(st.st_mode >> 12 & 15);
	return 0;
}

static bool is(td_scope *s, td_scandir *e, bool follow, unsigned char type) {
	struct scandir *d = enter(s, e);
	if (!d) return false;
	int err_no = 0;
	bool known = d->shown.type != DT_UNKNOWN && !(follow && d->shown.type == DT_LNK);
	if (!known) {
		if (!td__may_block(s)) return false;
		err_no = ask(d, follow);
	}
	if (err_no) return err_no != ENOENT && td__os_error(s, err_no, d->shown.path);
	return (known ? d->shown.type : (d->stat[follow].mode >> 12 & 15)) == type;
}

static bool followed(const td_os_nofollow_opts *opts) {
	td_os_nofollow_opts o;
	td__opts_copy(&o, sizeof o, opts);
	return !o.nofollow;
}

bool(td_scandir_is_dir)(td_scope *s, td_scandir *e, const td_os_nofollow_opts *opts) {
	return td__enter_opts(s, opts) && is(s, e, followed(opts), DT_DIR);
}

bool(td_scandir_is_file)(td_scope *s, td_scandir *e, const td_os_nofollow_opts *opts) {
	return td__enter_opts(s, opts) && is(s, e, followed(opts), DT_REG);
}

bool(td_scandir_is_symlink)(td_scope *s, td_scandir *e) {
	return is(s, e, false, DT_LNK);
}

const td_stat *(td_scandir_stat)(td_scope *s, td_scandir *e, const td_os_nofollow_opts *opts) {
	struct scandir *d = td__enter_opts(s, opts) ? enter(s, e) : NULL;
	if (!d || !td__may_block(s)) return &td__no_stat;
	int err_no = ask(d, followed(opts));
	if (!err_no) return &d->stat[followed(opts)];
	td__os_error(s, err_no, d->shown.path);
	return &td__no_stat;
}
