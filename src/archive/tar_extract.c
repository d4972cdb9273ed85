/* tar_extract.c: members to files. */
#include <grp.h>
#include <math.h>
#include <pwd.h>
#include <sys/sysmacros.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/text.h>

#include "archive/extract.h"
#include "archive/tar_private.h"

enum { RATIO_FROM = 1 << 20, NAMES = 16384 };

typedef struct extraction {
	td_tarfile *t;
	td_tarfile_extract_opts o;
	td__tar_filter filter;
	td__target target;
	bool with_owner; /* root alone may give files away */
	int64_t bytes, entries;
	const td_tarinfo **dirs; /* whose attributes are set last */
	size_t dir_count, dir_room;
} extraction;

static bool too_much(td_scope *s, const char *what, int64_t most) {
	(td_raise)(s, TD_OverflowError, "the archive holds more than %lld %s", (long long)most, what);
	return false;
}

static bool count_bytes(td_scope *s, extraction *x, int64_t n) {
	x->bytes += n;
	if (x->o.max_size && x->bytes > x->o.max_size) return too_much(s, "bytes", x->o.max_size);
	bool much = x->o.max_ratio > 0 && x->t->packed_size && x->bytes > RATIO_FROM &&
	            (double)x->bytes > x->o.max_ratio * (double)x->t->packed_size;
	if (much) {
		td_raise(s, TD_OverflowError, "the archive unfolds to more than %g times its size", x->o.max_ratio);
		return false;
	}
	if (x->o.progress) x->o.progress(x->o.progress_arg, x->bytes, -1);
	return true;
}

/* --- owners, modes, times --- */

static void find_owner(td_scope *s, const extraction *x, const td_tarinfo *m, td__attrs *a) {
	a->uid = (uid_t)m->uid;
	a->gid = (gid_t)m->gid;
	if (x->o.numeric_owner) return;
	TD_SCOPE(tmp, s);
	char *room = td_alloc(tmp, NAMES);
	if (!room) return;
	struct passwd user, *found = NULL;
	if (*m->uname && getpwnam_r(m->uname, &user, room, NAMES, &found) == 0 && found) a->uid = found->pw_uid;
	struct group group, *found_group = NULL;
	if (*m->gname && getgrnam_r(m->gname, &group, room, NAMES, &found_group) == 0 && found_group)
		a->gid = found_group->gr_gid;
}

static td__attrs attrs_of(td_scope *s, const extraction *x, const td_tarinfo *m) {
	td__attrs a = {.mode = !m->no_mode, .mtime = true, .bits = m->mode & 07777};
	a.owner = x->with_owner && !m->no_owner;
	if (a.owner) find_owner(s, x, m, &a);
	bool fits = fabs(m->mtime) < 9.2e18;
	int64_t whole = fits ? (int64_t)m->mtime : 0;
	if (fits && (double)whole > m->mtime) whole--; /* floor() would be a call into libm where nothing is optimised */
	a.time.tv_sec = whole;
	a.time.tv_nsec = fits ? (long)((m->mtime - (double)whole) * 1e9) : 0;
	return a;
}

/* What could not be set is passed over, as Python does, unless it was asked to be strict. */
static bool set_failed(td_scope *s, const extraction *x, int which) {
	static const char *const what[] = {"owner", "mode", "modification time"};
	if (which <= 0 || !x->t->strict) return which >= 0;
	td_raise(s, TD_ExtractError, "could not change %s", what[which - 1]);
	return false;
}

static bool set_attrs(td_scope *s, extraction *x, const td_tarinfo *m) {
	if (x->o.no_attrs) return true;
	td__attrs a = attrs_of(s, x, m);
	if (td_tarinfo_issym(m)) a.mode = a.mtime = false;
	if (!a.owner && !a.mode && !a.mtime) return true;
	int which = td__target_attrs(s, &x->target, m->name, &a, false);
	return set_failed(s, x, which);
}

/* --- content --- */

static bool write_all(td_scope *s, extraction *x, int fd, const char *data, size_t len, const char *name) {
	while (len) {
		if (!td__may_block(s)) return false;
		ssize_t done = td__sys_write(fd, data, len);
		if (done < 0 && errno == EINTR) continue;
		if (done < 0) {
			TD_SCOPE(tmp, s);
			return td__os_error(tmp, errno, td__target_name(tmp, &x->target, name));
		}
		data += done;
		len -= (size_t)done;
	}
	return true;
}

static bool copy_out(td_scope *s, extraction *x, int fd, int64_t size, const char *name) {
	while (size > 0) {
		const char *data;
		ssize_t got = td__tar_piece(s, x->t, &data, size < TD__TAR_BUFFER ? (size_t)size : TD__TAR_BUFFER);
		if (got < 0) return false;
		if (got == 0) return td__tar_unexpected_end(s);
		if (!count_bytes(s, x, got) || !write_all(s, x, fd, data, (size_t)got, name)) return false;
		size -= got;
	}
	return true;
}

static bool write_content(td_scope *s, extraction *x, const td_tarinfo *m, int fd, const char *name) {
	if (!td__tar_go_to(s, x->t, m->offset_data)) return false;
	if (!m->is_sparse) return copy_out(s, x, fd, m->size, name);
	for (size_t i = 0; i < m->sparse_count; i++) {
		td_tar_piece p = m->sparse[i];
		if (p.offset < 0 || p.size < 0 || p.size > m->size - p.offset) return td__tar_unexpected_end(s);
		if (td__sys_lseek(fd, p.offset, SEEK_SET) < 0) return td__os_error(s, errno, name);
		if (!copy_out(s, x, fd, p.size, name)) return false;
	}
	/* Holes cost nothing here, but who limits what an archive may unfold to means them too. */
	if (x->o.max_size && m->size > x->o.max_size) return too_much(s, "bytes", x->o.max_size);
	return td__sys_ftruncate(fd, m->size) == 0 || td__os_error(s, errno, name);
}

/* content is m, or the member that m links to. */
static bool make_file(td_scope *s, extraction *x, const td_tarinfo *m, const td_tarinfo *content) {
	td__new_file f;
	if (!td__target_create(s, &x->target, m->name, &f)) return false;
	int which = 0;
	bool ok = write_content(s, x, content, f.fd, m->name);
	if (ok && !x->o.no_attrs) {
		td__attrs a = attrs_of(s, x, m);
		which = td__attrs_fd(f.fd, &a);
		ok = set_failed(s, x, which);
	}
	if (ok) return td__target_commit(s, &x->target, &f);
	td__target_drop(&x->target, &f);
	return false;
}

/* --- members --- */

static bool make_dir(td_scope *s, extraction *x, const td_tarinfo *m, bool later) {
	if (!td__target_mkdir(s, &x->target, m->name, m->no_mode ? 0777 : 0700)) return false;
	if (!later) {
		td__attrs a = attrs_of(s, x, m);
		return x->o.no_attrs || set_failed(s, x, td__target_attrs(s, &x->target, m->name, &a, true));
	}
	const td_tarinfo *kept = td__tarinfo_copy(x->t->owner, m);
	if (!kept || !td__grow(x->t->owner, (void **)&x->dirs, &x->dir_room, x->dir_count + 1, sizeof *x->dirs))
		return false;
	x->dirs[x->dir_count++] = kept;
	return true;
}

/* What cannot be linked is copied: the member of the archive that the link points to, if the filter lets it. */
static bool copy_instead(td_scope *s, extraction *x, const td_tarinfo *m) {
	const td_tarinfo *target;
	{
		TD_SCOPE(attempt, s);
		target = td__tar_link_target(attempt, x->t, m);
		if (td_catch(attempt, TD_KeyError)) target = NULL;
	}
	if (td_failed(s)) return false;
	if (!target) {
		if (!x->t->strict) return true; /* as in Python, whose errorlevel passes an ExtractError over */
		td_raise(s, TD_ExtractError, "unable to resolve link inside archive");
		return false;
	}
	const td_tarinfo *allowed = x->filter(s, target, x->target.path);
	if (!allowed) return false;
	td_tarinfo *own = td__tarinfo_copy(s, allowed);
	if (!own) return false;
	own->name = m->name;
	return td__tar_has_data(own) ? make_file(s, x, own, target) : true;
}

static bool make_member(td_scope *s, extraction *x, const td_tarinfo *m, const td_tarinfo *content, bool later) {
	switch (m->type) {
	case '5': return make_dir(s, x, m, later);
	case '2': return td__target_symlink(s, &x->target, m->name, m->linkname) && set_attrs(s, x, m);
	case '1':
		if (td__target_link(s, &x->target, m->name, m->linkname)) return set_attrs(s, x, m);
		return !td_failed(s) && copy_instead(s, x, m);
	case '6': return td__target_mknod(s, &x->target, m->name, S_IFIFO | 0600, 0) && set_attrs(s, x, m);
	case '3':
	case '4': {
		mode_t kind = m->type == '3' ? S_IFCHR : S_IFBLK;
		dev_t dev = makedev((unsigned)m->devmajor, (unsigned)m->devminor);
		return td__target_mknod(s, &x->target, m->name, kind | 0600, dev) && set_attrs(s, x, m);
	}
	default: return make_file(s, x, m, content);
	}
}

/* The cheap half of Python's filter comes first; what names alone cannot tell, whether a link leads out, is found by the
 * one who opens the directory, and only then put in Python's words. */
static const td_tarinfo *quick_filter(td_scope *s, const extraction *x, const td_tarinfo *m) {
	bool plain = (x->filter == td_tarfile_data_filter || x->filter == td_tarfile_tar_filter) &&
	             (td_tarinfo_isreg(m) || td_tarinfo_isdir(m)) && *m->name != '/' && !strstr(m->name, "..");
	if (!plain) return x->filter(s, m, x->target.path);
	bool data = x->filter == td_tarfile_data_filter;
	td_tarinfo *c = td__alloc_raw(s, sizeof *c);
	if (!c) return NULL;
	*c = *m;
	td__tar_limit_mode(c, data);
	c->no_owner = data;
	return c;
}

static bool extract_one(td_scope *s, extraction *x, const td_tarinfo *m, bool later) {
	if (x->o.max_entries && ++x->entries > x->o.max_entries) return too_much(s, "members", x->o.max_entries);
	const td_tarinfo *content = m;
	if (x->o.filter_fn) m = x->o.filter_fn(s, m, x->target.path, x->o.filter_arg);
	if (!m || td_failed(s)) return !td_failed(s);
	const td_tarinfo *asked = m;
	m = quick_filter(s, x, m);
	if (!m) return false;
	TD_SCOPE(attempt, s);
	bool ok = make_member(attempt, x, m, content, later);
	if (!ok && !x->target.trusted && td__target_escaped(attempt)) {
		x->filter(s, asked, x->target.path); /* says so in Python's words */
		if (td_failed(s)) return false;
		TD_SCOPE(tmp, s);
		const char *where = td__target_name(tmp, &x->target, m->name);
		td_raise(s, TD_OutsideDestinationError, "%s would be extracted to %s, which is outside the destination",
		         td_str_repr(tmp, m->name), td_str_repr(tmp, td__tar_realpath(tmp, where)));
	}
	return ok;
}

static int by_name_backwards(const void *a, const void *b) {
	return strcmp((*(const td_tarinfo *const *)b)->name, (*(const td_tarinfo *const *)a)->name);
}

/* Directories last, those inside others first: what is put into them changes their times, and their modes may forbid it. */
static bool finish_dirs(td_scope *s, extraction *x) {
	if (x->dir_count) qsort(x->dirs, x->dir_count, sizeof *x->dirs, by_name_backwards);
	for (size_t i = 0; i < x->dir_count; i++) {
		TD_SCOPE(turn, s);
		td__attrs a = attrs_of(turn, x, x->dirs[i]);
		if (!set_failed(turn, x, td__target_attrs(turn, &x->target, x->dirs[i]->name, &a, true))) return false;
	}
	return true;
}

static bool begin(td_scope *s, extraction *x, td_tarfile *t, const td_tarfile_extract_opts *opts) {
	*x = (extraction){.t = t, .target = {.root = -1, .parent = -1}};
	td__opts_copy(&x->o, sizeof x->o, opts);
	x->filter = td__tar_filter_named(s, x->o.filter);
	if (!x->filter) return false;
	x->with_owner = geteuid() == 0;
	const char *path = x->o.path ? x->o.path : ".";
	return td__need_text(s, "path", path) &&
	       td__target_open(s, &x->target, *path ? path : ".", x->filter == td_tarfile_fully_trusted_filter);
}

static bool extract_all(td_scope *s, extraction *x) {
	if (x->o.members) {
		for (size_t i = 0; i < x->o.members_count; i++) {
			TD_SCOPE(turn, s);
			if (!td__need_handle(turn, "members", x->o.members[i]) || !extract_one(turn, x, x->o.members[i], true))
				return false;
		}
		return finish_dirs(s, x);
	}
	x->t->given = 0;
	TD_LOOP (turn, s) {
		const td_tarinfo *m = (td_tarfile_next)(turn, x->t);
		if (!m) break;
		if (!extract_one(turn, x, m, true)) break;
	}
	return !td_failed(s) && finish_dirs(s, x);
}

bool(td_tarfile_extractall)(td_scope *s, td_tarfile *t, const td_tarfile_extract_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__tar_enter(s, t, "r")) return false;
	extraction x;
	bool ok = begin(s, &x, t, opts) && extract_all(s, &x);
	td__target_close(&x.target);
	return ok;
}

bool(td_tarfile_extract)(td_scope *s, td_tarfile *t, const char *member, const td_tarfile_extract_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__tar_enter(s, t, "r")) return false;
	const td_tarinfo *m = (td_tarfile_getmember)(s, t, member);
	extraction x;
	if (!m) return false;
	TD_SCOPE(work, s);
	bool ok = begin(work, &x, t, opts) && extract_one(work, &x, m, false);
	td__target_close(&x.target);
	return ok;
}
