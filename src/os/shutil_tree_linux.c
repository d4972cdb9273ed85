/* Copying a tree. Source and target are gone through together, each by directories that are open, so that no path is too
 * long and nobody can lead the copy elsewhere by a link that was a directory or a file a moment ago. A directory is listed
 * whole before anything is made, as Python does it: what is copied into the source itself is not copied again. */
#include <tend/map.h>
#include <tend/os.h>
#include <tend/path.h>

#include "core/buffer.h"
#include "os/copier.h"
#include "os/dirs.h"
#include "os/shutil_internal.h"

enum {
	LEFT_OUT = 255,  /* the type of an entry that is to be ignored */
	LINKS_MOST = 40, /* that a path may lead through, as the system has it */
	PARTS = 3,       /* of an error: source, target, reason */
};

/* A directory that is being copied. */
struct frame {
	size_t start, at;        /* of its entries: the first, and the next to be copied */
	size_t src_len, dst_len; /* of the paths up to it */
	struct timespec read_at; /* when the source had last been read before we did */
	bool fresh;              /* the target was made by us, and nothing was in it */
	bool linked;             /* it was entered through a link */
};

struct tree {
	td_scope *s;
	const td_shutil_copytree_opts *o;
	td__copy_what what; /* of the copy function, if it is one of ours: */
	bool own;           /* it is the user's */
	td__copier copier;
	td__trail in, out;
	td__way src, dst;
	td__dirents entries;
	struct frame *frames; /* in.depth of them */
	size_t room;
	int links;          /* through which one has come here */
	struct stat target; /* the tree's own, in which nothing is to be looked for */
	const char **errors;
	size_t error_count, error_room;
};

static struct frame *top(const struct tree *t) {
	return &t->frames[t->in.depth - 1];
}

static bool out_of_memory(td_scope *s) {
	td__raise_memory(s);
	return false;
}

/* --- errors --- */

static bool add_error(struct tree *t, const char *src, const char *dst, const char *why) {
	if (!td__grow(t->s, (void **)&t->errors, &t->error_room, t->error_count + PARTS + 1, sizeof *t->errors))
		return false;
	t->errors[t->error_count++] = td_strdup(t->s, src);
	t->errors[t->error_count++] = td_strdup(t->s, dst);
	t->errors[t->error_count++] = td_strdup(t->s, why);
	return !td_failed(t->s);
}

/* Takes the OSError of what has just been tried and notes it; false for anything else, which stops it all. */
static bool gather(struct tree *t, td_scope *tried) {
	const td_error *held = td_peek(tried);
	if (held && held->kind == TD_TimeoutError && !held->err_no) return false; /* our time is over, not a server's */
	const td_error *e = td_catch(tried, TD_OSError);
	if (!e) return false;
	if (e->kind != TD_shutil_Error || !e->args.len) return add_error(t, t->src.text, t->dst.text, e->message);
	for (size_t i = 0; i + PARTS <= e->args.len; i += PARTS) {
		if (!add_error(t, e->args.items[i], e->args.items[i + 1], e->args.items[i + 2])) return false;
	}
	return true;
}

/* As Python shows a list of tuples. */
static bool raise_errors(struct tree *t) {
	TD_SCOPE(tmp, t->s);
	td__buffer b;
	td__buffer_begin(&b, tmp);
	for (size_t i = 0; i < t->error_count; i++) {
		const char *part = td_str_repr(tmp, t->errors[i]);
		td__buffer_put(&b, i == 0 ? "[(" : i % PARTS ? ", " : "), (", i == 0 || i % PARTS ? 2 : 4);
		td__buffer_put(&b, part, strlen(part));
	}
	td__buffer_lit(&b, ")]");
	td_bytes message = td__buffer_text(&b);
	if (td_failed(tmp)) return false;
	td_error *e = td__error_new(tmp, TD_shutil_Error, "%s", message.data);
	e->args = td__error_strs(e, (td_strs){t->errors, t->error_count});
	td__error_throw(tmp, e);
	return false;
}

/* --- what is left out --- */

static td_strs names_from(td_scope *s, const td__dirents *entries, size_t start) {
	size_t count = 0;
	for (size_t at = start; at < entries->len; at += td__dirents_at(entries, at)->length) count++;
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!items) return (td_strs){0};
	count = 0;
	for (size_t at = start; at < entries->len; at += td__dirents_at(entries, at)->length) {
		const char *name = td__dirents_at(entries, at)->name;
		if (!td__is_dots(name)) items[count++] = name;
	}
	return (td_strs){items, count};
}

/* Marks the entries of the directory whose path stands. */
static bool leave_out(struct tree *t, td_scope *s, size_t start) {
	if (!t->o->ignore.call && !t->o->ignore.patterns.len) return true;
	TD_SCOPE(call, s);
	td_strs ignored = td_shutil_ignored(call, t->o->ignore, t->src.text, names_from(call, &t->entries, start));
	td_map *set = td_map_new(call);
	for (size_t i = 0; i < ignored.len; i++) td_map_set(call, set, ignored.items[i], NULL);
	if (td_failed(call)) return false;
	for (size_t at = start; at < t->entries.len; at += td__dirents_at(&t->entries, at)->length) {
		td__dirent *e = (td__dirent *)(void *)(t->entries.data + at);
		if (td_map_contains(set, e->name)) e->type = LEFT_OUT;
	}
	return true;
}

/* --- directories --- */

/* Both directories are open, and theirs from then on; their paths and the entries stand. */
static bool push(struct tree *t, td_scope *s, int in, int out, struct frame f, bool out_linked) {
	if (t->in.depth == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		struct frame *larger = td__realloc(t->frames, room * sizeof *larger);
		if (!larger) {
			close(in);
			close(out);
			return out_of_memory(s);
		}
		t->frames = larger;
		t->room = room;
	}
	if (td__trail_push(&t->in, in, f.linked) != 0) {
		close(out);
		return out_of_memory(s);
	}
	f.at = f.start;
	f.src_len = t->src.len;
	f.dst_len = t->dst.len;
	*top(t) = f;
	t->links += f.linked;
	return td__trail_push(&t->out, out, out_linked) == 0 || out_of_memory(s);
}

/* Lists the directory fd, whose path stands, without what is to be left out. */
static bool list(struct tree *t, td_scope *s, int fd, struct frame *f) {
	bool end;
	struct stat st;
	f->start = t->entries.len;
	int err_no = td__sys_fstat(fd, &st) < 0 ? errno : 0;
	f->read_at = st.st_atim;
	if (!err_no && t->in.depth && st.st_dev == t->target.st_dev && st.st_ino == t->target.st_ino) {
		(td_raise)(s, TD_OSError, "Cannot copy a directory into itself: %s", t->src.text);
		return false;
	}
	if (!err_no) err_no = td__dirents_read(&t->entries, fd, SIZE_MAX, &end);
	if (err_no == ENOMEM) return out_of_memory(s);
	return err_no ? td__os_error(s, err_no, t->src.text) : leave_out(t, s, f->start);
}

/* Makes the directory name and opens it; -1: raised. */
static int make_directory(struct tree *t, td_scope *s, const char *name, bool *fresh, bool *linked) {
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int above = td__trail_fd(&t->out);
	*fresh = td__sys_mkdirat(above, name, 0700) == 0;
	*linked = false;
	int err_no = *fresh ? 0 : errno;
	if (err_no == EEXIST && t->o->dirs_exist_ok) err_no = 0;
	int fd = err_no ? -1 : td__sys_openat(above, name, flags | O_NOFOLLOW, 0);
	if (!err_no && fd < 0) {
		err_no = errno;
		if (!*fresh && (err_no == ENOTDIR || err_no == ELOOP)) { /* a link to one will do */
			fd = td__sys_openat(above, name, flags, 0);
			err_no = fd >= 0 ? 0 : errno == ENOTDIR ? EEXIST : errno;
			*linked = true;
		}
	}
	if (err_no) td__os_error(s, err_no, t->dst.text);
	return fd;
}

static bool enter(struct tree *t, td_scope *s, td__name from, td__name to, bool follow) {
	struct frame f = {.linked = follow};
	int in = td__sys_openat(from.dir, from.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW), 0);
	if (in < 0) return td__os_error(s, errno, from.shown);
	size_t entries = t->entries.len;
	bool out_linked;
	int out = list(t, s, in, &f) ? make_directory(t, s, to.name, &f.fresh, &out_linked) : -1;
	if (out >= 0) return push(t, s, in, out, f, out_linked);
	close(in);
	t->entries.len = entries;
	return false;
}

/* Gives the directory that is filled what its source has. */
static bool finish(struct tree *t, td_scope *s) {
	int in = td__trail_fd(&t->in);
	td__name from = {AT_FDCWD, t->src.text, t->src.text}, to = {AT_FDCWD, t->dst.text, t->dst.text};
	struct stat st;
	if (td__sys_fstat(in, &st) < 0) return td__os_error(s, errno, from.shown);
	st.st_atim = top(t)->read_at;
	return td__copy_stat(s, &t->copier, in, &st, td__trail_fd(&t->out), -1, from, to);
}

/* Back to the directory above. */
static bool leave(struct tree *t) {
	TD_SCOPE(one, t->s);
	if (!finish(t, one) && !gather(t, one)) return false;
	t->links -= top(t)->linked;
	t->entries.len = top(t)->start;
	int err_no = td__trail_pop(&t->in);
	if (err_no) return td__os_error(one, err_no, t->src.text);
	err_no = td__trail_pop(&t->out);
	if (err_no) return td__os_error(one, err_no, t->dst.text);
	if (!t->in.depth) return true;
	td__way_cut(&t->src, top(t)->src_len);
	td__way_cut(&t->dst, top(t)->dst_len);
	return true;
}

/* --- files --- */

static bool copy_file(struct tree *t, td_scope *s, td__name from, td__name to, bool is_link) {
	if (t->own) {
		td_shutil_copy_opts o = {.td__size = sizeof o, .arg = t->o->copy_arg};
		t->o->copy_function(s, from.shown, to.shown, &o);
		return !td_failed(s);
	}
	td__copy_how how = {.what = t->what, .no_links = !is_link};
	struct stat st;
	if (top(t)->fresh || t->what == TD__COPY_DATA || fstatat(to.dir, to.name, &st, 0) < 0 || !S_ISDIR(st.st_mode))
		return td__copy_file(s, &t->copier, from, to, &how);
	/* A directory stands there: into it, as copy and copy2 do it. */
	size_t dst_len = t->dst.len, start = (size_t)(to.name - t->dst.text);
	if (!td__way_push(&t->dst, from.name)) return out_of_memory(s);
	td__name inside = {to.dir, t->dst.text + start, t->dst.text};
	bool ok = td__copy_file(s, &t->copier, from, inside, &how);
	td__way_cut(&t->dst, dst_len);
	return ok;
}

static bool copy_link(struct tree *t, td_scope *s, td__name from, td__name to) {
	if (t->o->symlinks) return td__copy_link(s, &t->copier, from, to, TD__COPY_STAT);
	struct stat st;
	int err_no = td__sys_fstatat(from.dir, from.name, &st, 0) < 0 ? errno : t->links < LINKS_MOST ? 0 : ELOOP;
	if (!err_no && S_ISDIR(st.st_mode)) return enter(t, s, from, to, true);
	if (err_no && err_no != ENOENT && err_no != ENOTDIR && err_no != ELOOP) return td__os_error(s, err_no, from.shown);
	if (err_no && t->o->ignore_dangling_symlinks) return true;
	return err_no == ELOOP ? td__os_error(s, ELOOP, from.shown) : copy_file(t, s, from, to, true);
}

/* The entry whose paths stand. */
static bool copy_entry(struct tree *t, td_scope *s, unsigned char type) {
	td__name from = {td__trail_fd(&t->in), td__way_name(&t->src, top(t)->src_len), t->src.text};
	td__name to = {td__trail_fd(&t->out), td__way_name(&t->dst, top(t)->dst_len), t->dst.text};
	struct stat st;
	if (type == DT_UNKNOWN) {
		if (td__sys_fstatat(from.dir, from.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return td__os_error(s, errno, from.shown);
		type = IFTODT(st.st_mode);
	}
	if (type == DT_LNK) return copy_link(t, s, from, to);
	return type == DT_DIR ? enter(t, s, from, to, false) : copy_file(t, s, from, to, false);
}

/* Copies all that stands in the directories that are entered. */
static bool copy_all(struct tree *t) {
	while (t->in.depth) {
		struct frame *f = top(t);
		if (f->at == t->entries.len) {
			if (!leave(t)) return false;
			continue;
		}
		const td__dirent *e = td__dirents_at(&t->entries, f->at);
		f->at += e->length;
		if (td__is_dots(e->name) || e->type == LEFT_OUT) continue;
		TD_SCOPE(one, t->s);
		if (!td__may_block(one)) return false;
		if (!td__way_push(&t->src, e->name) || !td__way_push(&t->dst, e->name)) return out_of_memory(one);
		size_t depth = t->in.depth;
		if (!copy_entry(t, one, e->type) && !gather(t, one)) return false;
		if (t->in.depth != depth) continue; /* one deeper */
		td__way_cut(&t->src, top(t)->src_len);
		td__way_cut(&t->dst, top(t)->dst_len);
	}
	return true;
}

/* --- the whole --- */

static bool begin(struct tree *t, const char *src, const char *dst, const char *shown) {
	td_scope *s = t->s;
	struct frame f = {.fresh = !t->o->dirs_exist_ok};
	if (!td__way_push(&t->src, src) || !td__way_push(&t->dst, shown)) return out_of_memory(s);
	int out = -1, in = td__sys_open(src, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (in < 0) return td__os_error(s, errno, src);
	if (list(t, s, in, &f)) {
		td_os_makedirs(s, dst, .mode = TD_INT(0700), .exist_ok = t->o->dirs_exist_ok);
		if (!td_failed(s)) out = td__sys_open(dst, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
		if (!td_failed(s) && (out < 0 || td__sys_fstat(out, &t->target) < 0)) td__os_error(s, errno, shown);
	}
	if (!td_failed(s)) return push(t, s, in, out, f, false);
	close(in);
	if (out >= 0) close(out);
	return false;
}

bool td__copytree(td_scope *s, const char *src, const char *dst, const char *shown, const td_shutil_copytree_opts *o) {
	TD_SCOPE(tmp, s);
	struct tree t = {.s = tmp, .o = o, .what = TD__COPY_STAT};
	t.copier = (td__copier){.progress = o->progress, .progress_arg = o->progress_arg, .total = -1};
	if (o->copy_function == (td_shutil_copy))
		t.what = TD__COPY_MODE;
	else if (o->copy_function == (td_shutil_copyfile))
		t.what = TD__COPY_DATA;
	else
		t.own = o->copy_function && o->copy_function != (td_shutil_copy2);
	bool ok = td__may_block(tmp) && begin(&t, src, dst, shown) && copy_all(&t);
	if (ok && t.error_count) ok = raise_errors(&t);
	td__trail_free(&t.in);
	td__trail_free(&t.out);
	td__dirents_free(&t.entries);
	td__way_free(&t.src);
	td__way_free(&t.dst);
	td__free(t.frames);
	td__copier_end(&t.copier);
	return ok;
}

const char *(td_shutil_copytree)(td_scope *s, const char *src, const char *dst, const td_shutil_copytree_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "src", src) || !td__need_text(s, "dst", dst)) return td_no_text;
	td_shutil_copytree_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *path = td_strdup(s, dst);
	return !td_failed(s) && td__copytree(s, src, dst, dst, &o) ? path : td_no_text;
}
