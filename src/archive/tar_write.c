/* tar_write.c: adding to an archive. */
#include <grp.h>
#include <pwd.h>
#include <sys/sysmacros.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/text.h>

#include "archive/tar_private.h"
#include "core/sys.h"
#include "core/unicode.h"

/* --- whose a file is --- */

enum { NAMES = 16384 };

/* The last name of each kind is kept: a tree is mostly one owner's. "" for a number that has none. */
static const char *user_name(td_scope *s, td_tarfile *t, int64_t user) {
	if (t->user_name && t->user == user) return t->user_name;
	TD_SCOPE(tmp, s);
	struct passwd entry, *found = NULL;
	char *room = td_alloc(tmp, NAMES);
	if (!room) return td_no_text;
	getpwuid_r((uid_t)user, &entry, room, NAMES, &found);
	t->user = user;
	t->user_name = td_strdup(t->owner, found ? found->pw_name : "");
	return t->user_name;
}

static const char *group_name(td_scope *s, td_tarfile *t, int64_t group) {
	if (t->group_name && t->group == group) return t->group_name;
	TD_SCOPE(tmp, s);
	struct group entry, *found = NULL;
	char *room = td_alloc(tmp, NAMES);
	if (!room) return td_no_text;
	getgrgid_r((gid_t)group, &entry, room, NAMES, &found);
	t->group = group;
	t->group_name = td_strdup(t->owner, found ? found->gr_name : "");
	return t->group_name;
}

/* --- hard links --- */

static size_t place_of(const td_tarfile *t, uint64_t dev, uint64_t ino) {
	size_t at = (size_t)((ino * 0x9E3779B97F4A7C15u) ^ dev) & (t->inode_room - 1);
	while (t->inodes[at].arcname && (t->inodes[at].ino != ino || t->inodes[at].dev != dev))
		at = (at + 1) & (t->inode_room - 1);
	return at;
}

/* The name a file was added under before; NULL: it is new, and noted. Only files with more than one name are. */
static const char *name_of_inode(td_tarfile *t, const struct stat *st, const char *arcname) {
	if (2 * t->inode_count >= t->inode_room) {
		size_t room = t->inode_room ? 2 * t->inode_room : 64;
		td__tar_inode *old = t->inodes, *larger = td_alloc_array(t->owner, room, sizeof *larger);
		if (!larger) return NULL;
		size_t old_room = t->inode_room;
		t->inodes = larger;
		t->inode_room = room;
		for (size_t i = 0; i < old_room; i++) {
			if (old[i].arcname) t->inodes[place_of(t, old[i].dev, old[i].ino)] = old[i];
		}
	}
	td__tar_inode *place = &t->inodes[place_of(t, st->st_dev, st->st_ino)];
	if (place->arcname && strcmp(place->arcname, arcname) != 0) return place->arcname;
	if (!place->arcname) {
		*place = (td__tar_inode){st->st_dev, st->st_ino, td_strdup(t->owner, arcname)};
		t->inode_count++;
	}
	return NULL;
}

/* --- a member of a file --- */

static const char *read_link(td_scope *s, const char *name) {
	char target[4096 + 1];
	ssize_t len = td__sys_readlink(name, target, sizeof target);
	if (len >= 0) return td_strndup(s, target, (size_t)len);
	td__os_error(s, errno, name);
	return td_no_text;
}

static char type_of(mode_t mode) {
	switch (mode & S_IFMT) {
	case S_IFREG: return '0';
	case S_IFLNK: return '2';
	case S_IFCHR: return '3';
	case S_IFBLK: return '4';
	case S_IFDIR: return '5';
	case S_IFIFO: return '6';
	default: return 0;
	}
}

/* Fills m; false with s healthy: a socket. */
static bool look_at(td_scope *s, td_tarfile *t, const char *name, const char *arcname, struct stat *st, td_tarinfo *m) {
	while (*arcname == '/') arcname++;
	if ((t->dereference ? td__sys_stat(name, st) : td__sys_lstat(name, st)) < 0) return td__os_error(s, errno, name);
	*m = (td_tarinfo){.name = arcname, .linkname = "", .type = type_of(st->st_mode), .mode = st->st_mode};
	if (!m->type) return false;
	if (m->type == '0') {
		const char *first = !t->dereference && st->st_nlink > 1 ? name_of_inode(t, st, arcname) : NULL;
		if (first) {
			m->type = '1';
			m->linkname = first;
		} else {
			m->size = st->st_size;
		}
	} else if (m->type == '2') {
		m->linkname = read_link(s, name);
	} else if (m->type == '3' || m->type == '4') {
		m->devmajor = major(st->st_rdev);
		m->devminor = minor(st->st_rdev);
	}
	m->uid = st->st_uid;
	m->gid = st->st_gid;
	m->mtime = (double)st->st_mtim.tv_sec + 1e-9 * (double)st->st_mtim.tv_nsec;
	m->mtime_is_float = true;
	m->uname = user_name(s, t, m->uid);
	m->gname = group_name(s, t, m->gid);
	return !td_failed(s);
}

const td_tarinfo *(td_tarfile_gettarinfo)(td_scope *s, td_tarfile *t, const char *name, const char *arcname) {
	if (!td__tar_enter(s, t, "aw") || !td__need_text(s, "name", name)) return NULL;
	struct stat st;
	td_tarinfo m;
	return look_at(s, t, name, arcname ? arcname : name, &st, &m) ? td__tarinfo_copy(s, &m) : NULL;
}

/* --- writing --- */

static bool put(td_scope *s, td_tarfile *t, const char *data, size_t len) {
	t->offset += (int64_t)len;
	return td__under_write(s, t->f, data, len);
}

/* Fills up the last block. */
static bool put_padding(td_scope *s, td_tarfile *t, int64_t size) {
	static const char zeros[TD__TAR_BLOCK];
	size_t over = (size_t)(size % TD__TAR_BLOCK);
	return !over || put(s, t, zeros, TD__TAR_BLOCK - over);
}

typedef struct adding {
	td_tarfile *t;
	td_tarfile_add_opts o;
	int64_t done;
} adding;

static bool unexpected_end(td_scope *s) {
	(td_raise)(s, TD_OSError, "unexpected end of data");
	return false;
}

static bool put_header(td_scope *s, td_tarfile *t, const td_tarinfo *m) {
	TD_SCOPE(tmp, s);
	td_bytes head = (td_tarinfo_tobuf)(tmp, m, t->format);
	if (td_failed(tmp) || !put(tmp, t, head.data, head.len)) return false;
	td_tarinfo *kept = td__tarinfo_copy(t->owner, m);
	return kept && td__tar_remember(tmp, t, kept);
}

static bool put_content(td_scope *s, adding *a, const td_tarinfo *m, const char *name, const struct stat *st) {
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (a->t->dereference ? 0 : O_NOFOLLOW);
	int fd = td__sys_open(name, flags, 0);
	if (fd < 0) return td__os_error(s, errno, name);
	struct stat now;
	bool ok = td__sys_fstat(fd, &now) == 0 || td__os_error(s, errno, name);
	/* Another file under that name meanwhile, a FIFO perhaps, is not the one whose header was written. */
	if (ok && (now.st_ino != st->st_ino || now.st_dev != st->st_dev)) ok = td__os_error(s, ESTALE, name);
	ok = ok && put_header(s, a->t, m);
	for (int64_t left = m->size; ok && left > 0;) {
		size_t room = 0;
		char *to = td__may_block(s) ? td__under_room(s, a->t->f, &room) : NULL;
		if (!(ok = to != NULL)) break;
		ssize_t got = td__sys_read(fd, to, left < (int64_t)room ? (size_t)left : room);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) ok = td__os_error(s, errno, name);
		if (ok && got == 0) ok = unexpected_end(s);
		ok = ok && td__under_wrote(s, a->t->f, (size_t)got);
		left -= got;
		a->done += got;
		if (ok) a->t->offset += got;
		if (ok && a->o.progress) a->o.progress(a->o.progress_arg, a->done, -1);
	}
	close(fd);
	return ok && put_padding(s, a->t, m->size);
}

static int by_characters(const void *x, const void *y) {
	const char *a = *(const char *const *)x, *b = *(const char *const *)y;
	const char *a_end = a + strlen(a), *b_end = b + strlen(b);
	while (a < a_end && b < b_end) {
		uint32_t c = td__utf8_next(&a, a_end), d = td__utf8_next(&b, b_end);
		if (c != d) return c < d ? -1 : 1;
	}
	return (a < a_end) - (b < b_end);
}

static const char *joined(td_scope *s, const char *dir, const char *name) {
	const char *slash = !*dir || td_str_endswith(dir, "/") ? "" : "/";
	return td_format(s, "%s%s%s", dir, slash, name);
}

static bool add(td_scope *s, adding *a, const char *name, const char *arcname);

static bool add_below(td_scope *s, adding *a, const char *name, const char *arcname) {
	td_strs names = td_os_listdir(s, name);
	const char **sorted = td_failed(s) ? NULL : td_alloc_array(s, names.len + 1, sizeof *sorted);
	if (!sorted) return false;
	for (size_t i = 0; i < names.len; i++) sorted[i] = names.items[i];
	qsort(sorted, names.len, sizeof *sorted, by_characters);
	for (size_t i = 0; i < names.len; i++) {
		TD_SCOPE(turn, s);
		if (!add(turn, a, joined(turn, name, sorted[i]), joined(turn, arcname, sorted[i]))) return false;
	}
	return true;
}

static bool add(td_scope *s, adding *a, const char *name, const char *arcname) {
	if (td_failed(s) || !td__may_block(s)) return false;
	if (a->t->path && strcmp(td_path_abspath(s, name), a->t->path) == 0) return !td_failed(s);
	struct stat st;
	td_tarinfo own;
	if (!look_at(s, a->t, name, arcname, &st, &own)) return !td_failed(s);
	if (a->t->own_ino && st.st_ino == a->t->own_ino && st.st_dev == a->t->own_dev) return true;
	const td_tarinfo *m = &own;
	if (a->o.filter) m = a->o.filter(s, m, a->o.filter_arg);
	if (!m || td_failed(s)) return !td_failed(s);
	if (td_tarinfo_isreg(m)) return put_content(s, a, m, name, &st);
	if (!put_header(s, a->t, m)) return false;
	return !td_tarinfo_isdir(m) || a->o.nonrecursive || add_below(s, a, name, arcname);
}

bool(td_tarfile_add)(td_scope *s, td_tarfile *t, const char *name, const td_tarfile_add_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__tar_enter(s, t, "aw") || !td__need_text(s, "name", name)) return false;
	adding a = {.t = t};
	td__opts_copy(&a.o, sizeof a.o, opts);
	TD_SCOPE(work, s);
	return add(work, &a, name, a.o.arcname ? a.o.arcname : name);
}

bool(td_tarfile_addfile)(td_scope *s, td_tarfile *t, const td_tarinfo *m, td_file *content) {
	if (!td__tar_enter(s, t, "aw") || !td__need_handle(s, "m", m)) return false;
	if (content && !td__file_enter(s, content, "I/O operation on closed file.")) return false;
	if (!put_header(s, t, m) || !content) return !td_failed(s);
	for (int64_t left = m->size; left > 0;) {
		ssize_t got = td__under_read(s, content, t->buffer, left < TD__TAR_BUFFER ? (size_t)left : TD__TAR_BUFFER);
		if (got < 0) return false;
		if (got == 0) return unexpected_end(s);
		if (!put(s, t, t->buffer, (size_t)got)) return false;
		left -= got;
	}
	return put_padding(s, t, m->size);
}
