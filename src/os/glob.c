/* glob's patterns: name by name down a tree, one path found at a time. A frame is a place in the pattern with a directory
 * before it; the next frame begins where it has found a name. */
#include <tend/glob.h>

#include "core/buffer.h"
#include "core/sys.h"
#include "os/dirs.h"
#include "os/fnmatch.h"

struct part {
	const char *text; /* "" for a slash at the end */
	td__pattern *pattern;
	bool recursive;
};

struct frame {
	size_t part;
	size_t path_len; /* of the path shown, up to the directory it looks in */
	td__dirents entries;
	size_t at;
	bool listed, shown_itself;
	bool below; /* has found a name of "**" and goes into it next */
	size_t below_len;
};

struct glob {
	td_glob shown; /* first: it is what the user holds */
	td_glob_opts o;
	int base; /* the directory that relative paths begin in */
	struct part *parts;
	size_t count;
	struct frame *frames;
	size_t depth, room;
	char *path; /* root_dir, a slash, and from root_len on the path that is shown */
	size_t root_len, path_len, path_room;
	bool plain;      /* nothing in the pattern means anything else: it is there or not */
	bool skip_empty; /* "**" finds the directory it begins in, which has no name */
	bool done;
	char pathname[];
};

static void end(td_scope *c, void *handle) {
	(void)c;
	struct glob *g = handle;
	for (size_t i = 0; i < g->depth; i++) td__dirents_free(&g->frames[i].entries);
	td__free(g->frames);
	td__free(g->path);
	g->shown.path = td_no_text;
}

/* --- the path --- */

static const char *shown(const struct glob *g) {
	return g->path + g->root_len;
}

/* The same for the system: "." for none at all. */
static const char *real(const struct glob *g) {
	const char *path = *shown(g) == '/' ? shown(g) : g->path;
	return *path ? path : ".";
}

static bool set_path(td_scope *s, struct glob *g, size_t len, const char *name) {
	size_t more = strlen(name);
	if (g->root_len + len + more + 2 > g->path_room) {
		size_t room = (g->root_len + len + more + 2) * 2;
		char *larger = td__realloc(g->path, room);
		if (!larger) {
			td__raise_memory(s);
			return false;
		}
		g->path = larger;
		g->path_room = room;
	}
	char *to = g->path + g->root_len + len;
	if (len && to[-1] != '/') *to++ = '/';
	memcpy(to, name, more + 1);
	g->path_len = (size_t)(to - shown(g)) + more;
	return true;
}

/* --- reading the pattern --- */

static bool has_magic(const char *text) {
	return strpbrk(text, "*?[") != NULL;
}

/* Parts from the right, as os.path.split takes them off, down to what has nothing to be found: that is where it begins. */
static bool read_pattern(td_scope *s, struct glob *g, const char **start) {
	size_t most = 2;
	for (const char *c = g->pathname; *c; c++) most += *c == '/';
	struct part *parts = td_alloc_array(s, most, sizeof *parts), *first = parts ? parts + most : NULL;
	if (!parts) return false;
	char *text = g->pathname;
	while (*text && has_magic(text)) {
		char *slash = strrchr(text, '/');
		*--first = (struct part){.text = slash ? slash + 1 : text};
		g->count++;
		first->recursive = g->o.recursive && strcmp(first->text, "**") == 0;
		if (!first->recursive && has_magic(first->text)) first->pattern = td__pattern_read(s, first->text);
		if (!first->recursive && has_magic(first->text) && !first->pattern) return false;
		if (!slash) {
			*start = "";
			g->parts = first;
			return true;
		}
		char *cut = slash;
		while (cut > text && cut[-1] == '/') cut--;
		if (cut == text) { /* nothing but slashes: they are the root */
			*start = td_strndup(s, text, (size_t)(slash + 1 - text));
			g->parts = first;
			return *start != td_no_text;
		}
		*cut = '\0';
	}
	*start = text;
	g->parts = first;
	return true;
}

static td_glob *begin(td_scope *s, const char *pathname, const td_glob_opts *opts) {
	size_t len = strlen(pathname);
	struct glob *g = td__handle_new(s, sizeof *g + len + 1, end);
	if (!g) return NULL;
	td_scope *home = td__handle_scope(g);
	memcpy(g->pathname, pathname, len + 1);
	td__opts_copy(&g->o, sizeof g->o, opts);
	g->base = g->o.dir_fd.given ? (int)g->o.dir_fd.value : AT_FDCWD;
	const char *root = g->o.root_dir ? g->o.root_dir : "", *start = "";
	g->shown.path = td_no_text;
	g->plain = !has_magic(pathname);
	g->skip_empty = !*pathname || (g->o.recursive && strncmp(pathname, "**", 2) == 0);
	bool ok = td__need_text(s, "root_dir", root) && (g->plain || read_pattern(home, g, &start));
	if (ok) { /* the root with its slash, behind which all else is put */
		ok = set_path(s, g, 0, root);
		if (ok && *root) {
			size_t root_len = g->path_len;
			ok = set_path(s, g, root_len, "");
			g->root_len = g->path_len;
		}
		g->path_len = 0;
	}
	if (ok) ok = set_path(s, g, 0, g->plain ? g->pathname : start);
	if (ok) return &g->shown;
	td__handle_close(g);
	end(NULL, g);
	return NULL;
}

td_glob *(td_glob_iglob)(td_scope *s, const char *pathname, const td_glob_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "pathname", pathname)) return NULL;
	return begin(s, pathname, opts);
}

/* --- looking --- */

static bool exists(const struct glob *g) {
	struct stat st;
	return td__sys_fstatat(g->base, real(g), &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool is_directory(const struct glob *g) {
	struct stat st;
	return td__sys_fstatat(g->base, real(g), &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static bool push(td_scope *s, struct glob *g, size_t part) {
	if (g->depth == g->room) {
		size_t room = g->room ? g->room * 2 : 16;
		void *larger = td__realloc(g->frames, room * sizeof *g->frames);
		if (!larger) {
			td__raise_memory(s);
			return false;
		}
		g->frames = larger;
		g->room = room;
	}
	g->frames[g->depth++] = (struct frame){.part = part, .path_len = g->path_len};
	return true;
}

static void pop(struct glob *g) {
	td__dirents_free(&g->frames[--g->depth].entries);
}

/* Reads the directory of a frame; one that cannot be read has nothing in it. False: raised. */
static bool list(td_scope *s, struct glob *g, struct frame *f) {
	f->listed = true;
	if (!td__may_block(s)) return false;
	int fd = td__sys_openat(g->base, real(g), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd < 0) return true;
	int err_no = 0;
	for (bool at_end = false; !at_end && !err_no;) err_no = td__dirents_read(&f->entries, fd, SIZE_MAX, &at_end);
	close(fd);
	if (err_no == ENOMEM) td__raise_memory(s);
	return err_no != ENOMEM;
}

/* The next name in the directory that the frame's part takes, put behind the path. 0: there is none; -1: raised. */
static int next_name(td_scope *s, struct glob *g, struct frame *f) {
	const struct part *p = &g->parts[f->part];
	bool dirs_only = f->part + 1 < g->count;
	bool hidden = g->o.include_hidden || (!p->recursive && p->text[0] == '.');
	while (f->at < f->entries.len) {
		const td__dirent *e = td__dirents_at(&f->entries, f->at);
		f->at += e->length;
		if (td__is_dots(e->name) || (!hidden && e->name[0] == '.')) continue;
		if (p->pattern && !td__pattern_match(p->pattern, e->name)) continue;
		bool may_be_dir = e->type == DT_DIR || e->type == DT_LNK || e->type == DT_UNKNOWN;
		if (dirs_only && !may_be_dir) continue;
		if (!set_path(s, g, f->path_len, e->name)) return -1;
		if (dirs_only && e->type != DT_DIR && !is_directory(g)) continue;
		f->below = p->recursive && may_be_dir;
		f->below_len = g->path_len;
		return 1;
	}
	return 0;
}

/* One step of the last frame: 1, a name has been put behind the path; 0, the frame is through; -1, raised. */
static int step(td_scope *s, struct glob *g) {
	struct frame *f = &g->frames[g->depth - 1];
	const struct part *p = &g->parts[f->part];
	if (f->below) { /* what was found last is looked into, as the same "**" */
		f->below = false;
		g->path[g->root_len + f->below_len] = '\0';
		g->path_len = f->below_len;
		if (!push(s, g, f->part)) return -1;
		g->frames[g->depth - 1].shown_itself = true;
		return step(s, g);
	}
	g->path[g->root_len + f->path_len] = '\0';
	g->path_len = f->path_len;
	if (!p->pattern && !p->recursive) { /* a plain name */
		if (f->listed) return 0;
		f->listed = true;
		bool there = *p->text || is_directory(g);
		if (!set_path(s, g, f->path_len, p->text)) return -1;
		return there && (!*p->text || exists(g));
	}
	if (p->recursive && !f->shown_itself) {
		f->shown_itself = true;
		return set_path(s, g, f->path_len, "") ? 1 : -1;
	}
	if (!f->listed && !list(s, g, f)) return -1;
	return next_name(s, g, f);
}

/* To the next path; false: there is none, or raised. */
static bool find(td_scope *s, struct glob *g) {
	if (g->plain) {
		if (g->done) return false;
		g->done = true;
		size_t len = g->path_len;
		if (!td__may_block(s)) return false;
		if (len && shown(g)[len - 1] == '/') return is_directory(g);
		return len && exists(g);
	}
	if (!g->done && !push(s, g, 0)) return false;
	g->done = true;
	while (g->depth) {
		size_t part = g->frames[g->depth - 1].part;
		if (!td__may_block(s)) return false;
		int found = step(s, g);
		if (found < 0) return false;
		if (!found)
			pop(g);
		else if (g->frames[g->depth - 1].part + 1 == g->count)
			return true;
		else if (!push(s, g, part + 1))
			return false;
	}
	return false;
}

bool(td_glob_next)(td_scope *s, td_glob *shown_) {
	struct glob *g = (struct glob *)shown_;
	if (!td__enter(s) || !td__need_handle(s, "g", g) || !td__handle_open(g)) return false;
	while (find(s, g)) {
		bool skip = g->skip_empty && !*shown(g);
		g->skip_empty = false;
		g->shown.path = shown(g);
		if (!skip) return true;
	}
	td__handle_close(g);
	end(NULL, g);
	return false;
}

td_strs(td_glob_glob)(td_scope *s, const char *pathname, const td_glob_opts *opts) {
	static const char *const no_items[1] = {NULL};
	const td_strs none = {no_items, 0};
	if (!td__enter_opts(s, opts) || !td__need_text(s, "pathname", pathname)) return none;
	TD_SCOPE(tmp, s);
	const char **items = NULL;
	size_t room = 0, count = 0;
	for (td_glob *g = begin(tmp, pathname, opts); td_glob_next(tmp, g);) {
		if (!td__grow(s, (void **)&items, &room, count + 2, sizeof *items)) return none;
		items[count++] = td_strdup(s, g->path);
		items[count] = NULL;
	}
	return count && !td_failed(tmp) && !td_failed(s) ? (td_strs){items, count} : none;
}

const char *(td_glob_escape)(td_scope *s, const char *pathname) {
	if (!td__enter(s) || !td__need_text(s, "pathname", pathname)) return td_no_text;
	td__buffer b;
	td__buffer_begin(&b, s);
	for (; *pathname; pathname++) {
		bool magic = strchr("*?[", *pathname) != NULL;
		if (magic) td__buffer_char(&b, '[');
		td__buffer_char(&b, *pathname);
		if (magic) td__buffer_char(&b, ']');
	}
	return td__buffer_text(&b).data;
}
