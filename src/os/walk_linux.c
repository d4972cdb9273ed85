/* Trees, directory by directory. Entries of all directories from top to where one stands lie behind each other in one
 * buffer, as the system wrote them; going up takes them off again. */
#include <tend/text.h>
#include <tend/walk.h>

#include "os/dirs.h"
#include "os/stat_internal.h"

enum { AT_ONCE = 1 << 20 }; /* bytes of entries between two looks at deadline and cancel */

/* Kept in an entry's offset, which a walk does not need. */
enum { IS_FILE, IS_DIR };

struct place {
	size_t start, end; /* of its entries */
	size_t at;         /* up to here those in it have been entered */
	size_t path_len;
	char *edited; /* NULL, or the names to be entered instead, each with its type before it, then an empty one */
	bool shown;
};

struct walk {
	td_walk shown; /* first: it is what the user holds */
	td_os_walk_opts o;
	bool f; /* fwalk */
	bool begun;
	int base; /* what a relative top begins in */
	td__trail trail;
	td__dirents entries;
	struct place *places;
	size_t depth, room;
	const char **names[2]; /* what is shown: of files, of directories */
	unsigned char *types[2];
	size_t count[2], names_room[2];
	bool changed; /* dirs, by the user */
	char *given;  /* the memory of those he set */
	char *path;
	size_t path_len, path_room;
	td_stat stat;
	char top[];
};

static void end(td_scope *c, void *handle) {
	(void)c;
	struct walk *w = handle;
	td__trail_free(&w->trail);
	td__dirents_free(&w->entries);
	for (size_t i = 0; i < w->depth; i++) td__free(w->places[i].edited);
	td__free(w->places);
	for (int i = 0; i < 2; i++) {
		td__free((void *)w->names[i]);
		td__free(w->types[i]);
	}
	td__free(w->given);
	td__free(w->path);
	static const char *const no_items[1] = {NULL};
	w->shown = (td_walk){.path = td_no_text, .dirs = {no_items, 0}, .files = {no_items, 0}, .fd = -1};
}

void td_walk_close(td_walk *shown) {
	struct walk *w = (struct walk *)shown;
	if (!w || !td__handle_open(w)) return;
	td__handle_close(w);
	end(NULL, w);
}

static td_walk *new_walk(td_scope *s, const char *top, const td_os_walk_opts *opts, bool f) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "top", top)) return NULL;
	size_t len = strlen(top);
	struct walk *w = td__handle_new(s, sizeof *w + len + 1, end);
	if (!w) return NULL;
	memcpy(w->top, top, len + 1);
	td__opts_copy(&w->o, sizeof w->o, opts);
	static const char *const no_items[1] = {NULL};
	w->shown = (td_walk){.path = td_no_text, .dirs = {no_items, 0}, .files = {no_items, 0}, .fd = -1};
	w->f = f;
	w->base = w->o.dir_fd.given ? (int)w->o.dir_fd.value : AT_FDCWD;
	return &w->shown;
}

td_walk *(td_os_walk)(td_scope *s, const char *top, const td_os_walk_opts *opts) {
	return new_walk(s, top, opts, false);
}

td_walk *(td_os_fwalk)(td_scope *s, const char *top, const td_os_walk_opts *opts) {
	return new_walk(s, top, opts, true);
}

void td_walk_raise(td_scope *s, const td_error *e, void *arg) {
	(void)arg;
	td_reraise(s, e);
}

/* --- errors --- */

static bool out_of_memory(td_scope *s) {
	td__raise_memory(s);
	return false;
}

/* Tells of a directory that cannot be read. False: the walk is over. */
static bool complain(td_scope *s, struct walk *w, int err_no, const char *name) {
	if (err_no == ENOMEM) return out_of_memory(s);
	if (!w->o.onerror) return true;
	TD_SCOPE(attempt, s);
	td__os_error(attempt, err_no, w->f && name ? name : w->path);
	const td_error *e = td_catch(attempt, TD_OSError);
	if (!e) return false;
	w->o.onerror(attempt, e, w->o.onerror_arg);
	return !td_failed(attempt);
}

/* --- the path --- */

static bool push_name(td_scope *s, struct walk *w, const char *name) {
	size_t len = strlen(name);
	if (w->path_len + len + 2 > w->path_room) {
		size_t room = (w->path_len + len + 2) * 2;
		char *larger = td__realloc(w->path, room);
		if (!larger) return out_of_memory(s);
		w->path = larger;
		w->path_room = room;
	}
	if (w->path_len && w->path[w->path_len - 1] != '/') w->path[w->path_len++] = '/';
	memcpy(w->path + w->path_len, name, len + 1);
	w->path_len += len;
	return true;
}

static void cut_path(struct walk *w, size_t len) {
	w->path_len = len;
	w->path[len] = '\0';
}

/* --- reading a directory --- */

static td__dirent *entry_at(struct walk *w, size_t at) {
	return (td__dirent *)(void *)(w->entries.data + at);
}

/* Says of a link, or of what the file system does not tell, whether it is a directory. A link is asked by its whole path
 * when links are followed: the system counts those in it, and that ends a loop. */
static bool find_out(td_scope *s, struct walk *w, int fd, td__dirent *e, size_t path_len) {
	struct stat st;
	if (e->type == DT_UNKNOWN) {
		if (td__sys_fstatat(fd, e->name, &st, AT_SYMLINK_NOFOLLOW) < 0) return true;
		e->type = (unsigned char)(st.st_mode >> 12 & 15);
	}
	if (e->type == DT_LNK) {
		bool by_path = w->o.followlinks;
		if (by_path && !push_name(s, w, e->name)) return false;
		int result = td__sys_fstatat(by_path ? w->base : fd, by_path ? w->path : e->name, &st, 0);
		if (by_path) cut_path(w, path_len);
		if (result == 0 && S_ISDIR(st.st_mode)) e->offset = IS_DIR;
	} else if (e->type == DT_DIR) {
		e->offset = IS_DIR;
	}
	return true;
}

/* Reads all of the directory that one has come to. False: over. *left_out: it could not be read. */
static bool read_all(td_scope *s, struct walk *w, bool *left_out) {
	struct place *p = &w->places[w->depth - 1];
	int fd = td__trail_fd(&w->trail);
	for (bool at_end = false; !at_end;) {
		if (!td__may_block(s)) return false;
		int err_no = td__dirents_read(&w->entries, fd, AT_ONCE, &at_end);
		if (err_no == ENOENT) break; /* it has been removed: what was read was there */
		if (err_no && w->f && err_no != ENOMEM) return td__os_error(s, err_no, w->path);
		if (err_no) {
			*left_out = true;
			return complain(s, w, err_no, NULL);
		}
	}
	p->end = w->entries.len;
	w->count[IS_FILE] = w->count[IS_DIR] = 0;
	for (size_t at = p->start; at < p->end;) {
		td__dirent *e = entry_at(w, at);
		at += e->length;
		e->offset = e->type == DT_DIR ? IS_DIR : IS_FILE;
		if ((e->type == DT_LNK || e->type == DT_UNKNOWN) && !find_out(s, w, fd, e, p->path_len)) return false;
		w->count[e->offset]++;
	}
	return true;
}

/* Makes the lists of what is there. */
static bool show(td_scope *s, struct walk *w) {
	struct place *p = &w->places[w->depth - 1];
	size_t most = (p->end - p->start) / offsetof(td__dirent, name) + 1;
	for (int i = 0; i < 2; i++) {
		if (most <= w->names_room[i]) continue;
		size_t room = most < 512 ? 1024 : most * 2;
		void *names = td__realloc((void *)w->names[i], room * sizeof *w->names[i]);
		if (names) w->names[i] = names;
		unsigned char *types = names ? td__realloc(w->types[i], room) : NULL;
		if (!types) return out_of_memory(s);
		w->types[i] = types;
		w->names_room[i] = room;
	}
	size_t count[2] = {0, 0};
	for (size_t at = p->start; at < p->end;) {
		td__dirent *e = entry_at(w, at);
		at += e->length;
		if (td__is_dots(e->name)) continue;
		int64_t kind = e->offset;
		w->names[kind][count[kind]] = e->name;
		w->types[kind][count[kind]++] = e->type;
	}
	for (int i = 0; i < 2; i++) w->names[i][count[i]] = NULL;
	p->shown = true;
	w->changed = false;
	w->shown = (td_walk){
		.path = w->path,
		.dirs = {w->names[IS_DIR], count[IS_DIR]},
		.files = {w->names[IS_FILE], count[IS_FILE]},
		.dir_types = w->types[IS_DIR],
		.file_types = w->types[IS_FILE],
		.fd = td__trail_fd(&w->trail),
		.depth = w->depth - 1,
	};
	return true;
}

/* --- down and up --- */

/* Takes fd as the directory that one has come to, whose path is w->path, and reads it. False: over. */
static bool arrive(td_scope *s, struct walk *w, int fd, bool by_link) {
	if (w->depth == w->room) {
		size_t room = w->room ? w->room * 2 : 32;
		void *larger = td__realloc(w->places, room * sizeof *w->places);
		if (!larger) {
			close(fd);
			return out_of_memory(s);
		}
		w->places = larger;
		w->room = room;
	}
	if (td__trail_push(&w->trail, fd, by_link)) return out_of_memory(s);
	w->places[w->depth++] =
		(struct place){.start = w->entries.len, .end = w->entries.len, .at = w->entries.len, .path_len = w->path_len};
	bool left_out = false;
	if (!read_all(s, w, &left_out)) return false;
	if (left_out) { /* neither shown nor entered */
		struct place *p = &w->places[w->depth - 1];
		w->entries.len = p->end = p->start;
		p->shown = true;
	}
	return true;
}

enum { DOWN = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

/* Python opens a top that is no directory, and then goes no further. What opening it would say, without doing it: 0 or
 * errno. (Opening a named pipe would wait, opening a device might do something.) */
static int not_to_be_opened(const struct walk *w) {
	struct stat st;
	if (td__sys_fstatat(w->base, w->top, &st, 0) < 0) return errno;
	if (S_ISSOCK(st.st_mode)) return ENXIO;
	return td__sys_faccessat(w->base, w->top, R_OK, AT_EACCESS) < 0 ? errno : 0;
}

static bool begin(td_scope *s, struct walk *w) {
	w->begun = true;
	if (!push_name(s, w, w->top)) return false;
	struct stat st;
	if (w->f && !w->o.followlinks) {
		if (td__sys_fstatat(w->base, w->top, &st, AT_SYMLINK_NOFOLLOW) < 0) return td__os_error(s, errno, w->top);
		if (!S_ISDIR(st.st_mode)) {
			int err_no = not_to_be_opened(w);
			return !err_no || td__os_error(s, err_no, w->top);
		}
	}
	int fd = td__sys_openat(w->base, w->top, DOWN | (w->f && !w->o.followlinks ? O_NOFOLLOW : 0), 0);
	if (fd >= 0) return arrive(s, w, fd, false);
	return w->f ? td__os_error(s, errno, w->top) : complain(s, w, errno, NULL);
}

/* Opens the directory name in the one that one stands in, whose path is w->path now; -1, with errno 0 for a link that is
 * not entered. */
static int open_below(struct walk *w, const char *name, unsigned char type, bool *by_link) {
	int fd = -1;
	*by_link = false;
	errno = ENOTDIR;
	if (type != DT_LNK || !w->o.followlinks) fd = td__sys_openat(td__trail_fd(&w->trail), name, DOWN | O_NOFOLLOW, 0);
	if (fd >= 0 || (errno != ENOTDIR && errno != ELOOP)) return fd;
	if (w->o.followlinks) {
		*by_link = true;
		return td__sys_openat(w->base, w->path, DOWN, 0);
	}
	struct stat st;
	int err_no = errno;
	bool is_link = td__sys_fstatat(td__trail_fd(&w->trail), name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
	errno = is_link ? 0 : err_no;
	return -1;
}

static bool enter(td_scope *s, struct walk *w, const char *name, unsigned char type) {
	size_t path_len = w->path_len;
	bool by_link;
	if (!td__may_block(s) || !push_name(s, w, name)) return false;
	int fd = open_below(w, name, type, &by_link);
	if (fd >= 0) return arrive(s, w, fd, by_link);
	bool go_on = errno == 0 || complain(s, w, errno, name);
	cut_path(w, path_len);
	return go_on;
}

static bool leave(td_scope *s, struct walk *w) {
	struct place *p = &w->places[--w->depth];
	w->entries.len = p->start;
	td__free(p->edited);
	p->edited = NULL;
	int err_no = td__trail_pop(&w->trail);
	if (w->depth) cut_path(w, p[-1].path_len);
	return !err_no || td__os_error(s, err_no, w->path);
}

/* The next directory of the place that is to be entered: its name, NULL when there is none. */
static const char *next_below(struct walk *w, struct place *p, unsigned char *type) {
	if (p->edited) {
		const char *e = p->edited + p->at;
		size_t len = strlen(e + 1);
		if (!len) return NULL;
		p->at += len + 2;
		*type = (unsigned char)*e;
		return e + 1;
	}
	while (p->at < p->end) {
		const td__dirent *e = entry_at(w, p->at);
		p->at += e->length;
		*type = e->type;
		bool enterable = e->offset == IS_DIR && !(w->o.bottomup && e->type == DT_LNK && !w->o.followlinks);
		if (enterable && !td__is_dots(e->name)) return e->name;
	}
	return NULL;
}

/* name with its NUL; where the next one goes. */
static char *add_name(char *to, const char *name) {
	size_t size = strlen(name) + 1;
	memcpy(to, name, size);
	return to + size;
}

/* Keeps what the user has made of dirs. */
static bool keep_changes(td_scope *s, struct walk *w) {
	struct place *p = &w->places[w->depth - 1];
	size_t size = 2;
	for (size_t i = 0; i < w->shown.dirs.len; i++) size += strlen(w->shown.dirs.items[i]) + 2;
	char *to = p->edited = td__malloc(size);
	if (!to) return out_of_memory(s);
	for (size_t i = 0; i < w->shown.dirs.len; i++) {
		*to++ = (char)w->shown.dir_types[i];
		to = add_name(to, w->shown.dirs.items[i]);
	}
	to[0] = to[1] = '\0';
	p->at = 0;
	w->changed = false;
	td__free(w->given);
	w->given = NULL;
	return true;
}

/* To the next directory to be shown; false: there is none, or it is over. */
static bool step(td_scope *s, struct walk *w) {
	if (!w->begun && !begin(s, w)) return false;
	while (w->depth) {
		struct place *p = &w->places[w->depth - 1];
		if (!w->o.bottomup && !p->shown) return show(s, w);
		if (!w->o.bottomup && w->changed && !keep_changes(s, w)) return false;
		unsigned char type;
		const char *name = next_below(w, p, &type);
		if (name) {
			/* A name in the buffer is copied before the buffer can move: enter pushes it first. */
			if (!enter(s, w, name, type)) return false;
		} else if (!p->shown) {
			return show(s, w);
		} else if (!leave(s, w)) {
			return false;
		}
	}
	return false;
}

bool(td_walk_next)(td_scope *s, td_walk *shown) {
	struct walk *w = (struct walk *)shown;
	if (!td__enter(s) || !td__need_handle(s, "w", w) || !td__handle_open(w)) return false;
	if (td__may_block(s) && step(s, w)) return true;
	td_walk_close(shown);
	return false;
}

/* --- what the user does where he stands --- */

static bool stands(const struct walk *w) {
	return w && td__handle_open(w) && w->shown.path != td_no_text;
}

bool td_walk_prune(td_walk *shown, const char *name) {
	struct walk *w = (struct walk *)shown;
	if (!stands(w) || !name) return false;
	td_strs *dirs = &w->shown.dirs;
	for (size_t i = 0; i < dirs->len; i++) {
		if (strcmp(dirs->items[i], name) != 0) continue;
		size_t rest = dirs->len - i; /* with the NULL */
		memmove((void *)(w->names[IS_DIR] + i), w->names[IS_DIR] + i + 1, rest * sizeof *w->names[IS_DIR]);
		memmove(w->types[IS_DIR] + i, w->types[IS_DIR] + i + 1, rest - 1);
		dirs->len--;
		w->changed = true;
		return true;
	}
	return false;
}

struct named {
	const char *name;
	unsigned char type;
};

static void sift(const char **names, unsigned char *types, size_t i, size_t count) {
	for (size_t child; (child = 2 * i + 1) < count; i = child) {
		if (child + 1 < count && strcmp(names[child], names[child + 1]) < 0) child++;
		if (strcmp(names[i], names[child]) >= 0) return;
		struct named held = {names[i], types[i]};
		names[i] = names[child];
		types[i] = types[child];
		names[child] = held.name;
		types[child] = held.type;
	}
}

/* Two lists in one order, without memory: a heap. */
static void sort(const char **names, unsigned char *types, size_t count) {
	for (size_t i = count / 2; i-- > 0;) sift(names, types, i, count);
	for (size_t i = count; i-- > 1;) {
		struct named held = {names[0], types[0]};
		names[0] = names[i];
		types[0] = types[i];
		names[i] = held.name;
		types[i] = held.type;
		sift(names, types, 0, i);
	}
}

void td_walk_sort(td_walk *shown) {
	struct walk *w = (struct walk *)shown;
	if (!stands(w)) return;
	sort(w->names[IS_DIR], w->types[IS_DIR], w->shown.dirs.len);
	sort(w->names[IS_FILE], w->types[IS_FILE], w->shown.files.len);
	w->changed = true;
}

bool(td_walk_set_dirs)(td_scope *s, td_walk *shown, td_strs names) {
	struct walk *w = (struct walk *)shown;
	if (!td__enter(s) || !td__need_handle(s, "w", w) || !td__need_strs(s, "names", names)) return false;
	if (!stands(w)) {
		(td_raise)(s, TD_ValueError, "the walk stands in no directory");
		return false;
	}
	size_t size = 1;
	for (size_t i = 0; i < names.len; i++) {
		const char *name = names.items[i];
		if (!*name || strchr(name, '/') || td__is_dots(name)) {
			(td_raise)(s, TD_ValueError, "not a name in a directory: %s", td_str_repr(s, name));
			return false;
		}
		size += strlen(name) + 1;
	}
	char *memory = td__malloc(size), *to = memory;
	const char **items = td__malloc((names.len + 1) * sizeof *items);
	unsigned char *types = td__malloc(names.len + 1);
	if (!memory || !items || !types) {
		td__free(memory);
		td__free((void *)items);
		td__free(types);
		return out_of_memory(s);
	}
	for (size_t i = 0; i < names.len; i++) {
		items[i] = to;
		types[i] = DT_DIR; /* if it is a link, that shows as it is opened */
		to = add_name(to, names.items[i]);
	}
	items[names.len] = NULL;
	td__free(w->given);
	td__free((void *)w->names[IS_DIR]);
	td__free(w->types[IS_DIR]);
	w->given = memory;
	w->names[IS_DIR] = items;
	w->types[IS_DIR] = types;
	w->names_room[IS_DIR] = names.len + 1;
	w->shown.dirs = (td_strs){items, names.len};
	w->shown.dir_types = types;
	w->changed = true;
	return true;
}

const td_stat *(td_walk_stat)(td_scope *s, td_walk *shown, const char *name, const td_os_nofollow_opts *opts) {
	struct walk *w = (struct walk *)shown;
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "w", w) || !td__need_text(s, "name", name) || !td__may_block(s))
		return &td__no_stat;
	td_os_nofollow_opts o;
	td__opts_copy(&o, sizeof o, opts);
	struct stat st;
	if (td__sys_fstatat(w->shown.fd, name, &st, o.nofollow ? AT_SYMLINK_NOFOLLOW : 0) < 0) {
		int err_no = errno;
		size_t len = w->path_len;
		if (stands(w) && !push_name(s, w, name)) return &td__no_stat;
		td__os_error(s, err_no, w->path);
		if (stands(w)) {
			cut_path(w, len);
			w->shown.path = w->path;
		}
		return &td__no_stat;
	}
	td__stat_of(&st, &w->stat);
	return &w->stat;
}
