/* pathlib's glob: a pattern name by name down a tree. */
#include <tend/map.h>
#include <tend/text.h>

#include "core/sys.h"
#include "os/dirs.h"
#include "os/fnmatch.h"
#include "os/path_names.h"

struct part {
	const char *text;
	td__pattern *pattern; /* NULL: a plain name, or "**": */
	bool recursive;
};

struct search {
	td_scope *s;   /* where what is found is kept */
	td_scope *tmp; /* and what is needed for it */
	struct part *parts;
	size_t count;
	bool dirs_only; /* the pattern ends with a slash */
	const char **found;
	size_t len, room;
};

/* What "**" has found: twice the same way is once. One for each "**" that looks from one place. */
struct once {
	td_map *paths;
	struct once *outer;
};

static bool select_from(struct search *g, size_t i, const char *path, struct once *once);

static bool emit(struct search *g, const char *path, struct once *once) {
	for (; once; once = once->outer) {
		if (td_map_get(once->paths, path)) return true;
		if (!td_map_set(g->tmp, once->paths, path, path)) return false;
	}
	if (!td__grow(g->s, (void **)&g->found, &g->room, g->len + 2, sizeof *g->found)) return false;
	const char *kept = td_strdup(g->s, path);
	if (kept == td_no_text) return false;
	g->found[g->len++] = kept;
	g->found[g->len] = NULL;
	return true;
}

static bool nothing_there(int err_no) {
	return err_no == ENOENT || err_no == ENOTDIR || err_no == EBADF || err_no == ELOOP;
}
static bool not_allowed(int err_no) {
	return err_no == EACCES || err_no == EPERM;
}

/* The entries of a directory. False: raised, or *denied. */
static bool list(struct search *g, const char *path, td__dirents *d, bool *denied) {
	if (!td__may_block(g->tmp)) return false;
	int fd = td__sys_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	int err_no = fd < 0 ? errno : 0;
	for (bool end = false; !err_no && !end;) err_no = td__dirents_read(d, fd, SIZE_MAX, &end);
	if (fd >= 0) close(fd);
	*denied = not_allowed(err_no);
	if (err_no == ENOMEM) td__raise_memory(g->tmp);
	return !err_no || *denied || td__os_error(g->tmp, err_no, path);
}

enum answer { NO, YES, DENIED, RAISED };

/* Whether path, of an entry of that type, is a directory (or, with any, is there). */
static enum answer is_dir(struct search *g, const char *path, unsigned char type, bool any) {
	if (type != DT_LNK && type != DT_UNKNOWN) return type == DT_DIR || any ? YES : NO;
	struct stat st;
	if (td__sys_stat(path, &st) == 0) return any || S_ISDIR(st.st_mode) ? YES : NO;
	if (nothing_there(errno)) return NO;
	if (not_allowed(errno)) return DENIED;
	td__os_error(g->tmp, errno, path);
	return RAISED;
}

static bool is_link(const char *path, unsigned char type) {
	struct stat st;
	return type == DT_LNK || (type == DT_UNKNOWN && td__sys_lstat(path, &st) == 0 && S_ISLNK(st.st_mode));
}

static bool last(const struct search *g, size_t i) {
	return i + 1 == g->count && !g->dirs_only;
}

static bool select_plain(struct search *g, size_t i, const char *path, struct once *once) {
	const char *child = td__pure_child(g->tmp, path, g->parts[i].text);
	if (child == td_no_text) return false;
	enum answer there = is_dir(g, child, DT_UNKNOWN, last(g, i));
	return there == YES ? select_from(g, i + 1, child, once) : there != RAISED;
}

static bool select_matching(struct search *g, size_t i, const char *path, struct once *once) {
	td__dirents d = {0};
	bool denied = false, ok = list(g, path, &d, &denied);
	for (size_t at = 0; ok && !denied && at < d.len;) {
		const td__dirent *e = td__dirents_at(&d, at);
		at += e->length;
		if (td__is_dots(e->name)) continue;
		bool matches = td__pattern_match(g->parts[i].pattern, e->name);
		if (!matches && e->type != DT_LNK && e->type != DT_UNKNOWN) continue;
		TD_SCOPE(turn, g->tmp);
		const char *child = td__pure_child(turn, path, e->name);
		if (child == td_no_text) {
			ok = false;
			break;
		}
		if (!last(g, i)) {
			enum answer dir = is_dir(g, child, e->type, false);
			denied = dir == DENIED;
			ok = dir != RAISED;
			if (dir != YES) continue;
		}
		if (matches) ok = select_from(g, i + 1, once ? td_strdup(g->tmp, child) : child, once);
	}
	td__dirents_free(&d);
	return ok;
}

/* Path and all directories below it, each a place to look from. */
static bool select_below(struct search *g, size_t i, const char *path, struct once *once) {
	if (!select_from(g, i + 1, path, once)) return false;
	td__dirents d = {0};
	bool denied = false, ok = list(g, path, &d, &denied);
	for (size_t at = 0; ok && !denied && at < d.len;) {
		const td__dirent *e = td__dirents_at(&d, at);
		at += e->length;
		if (td__is_dots(e->name) || (e->type != DT_DIR && e->type != DT_LNK && e->type != DT_UNKNOWN)) continue;
		const char *child = td__pure_child(g->tmp, path, e->name);
		enum answer dir = child == td_no_text ? RAISED : is_dir(g, child, e->type, false);
		denied = dir == DENIED;
		ok = dir != RAISED;
		if (dir == YES && !is_link(child, e->type)) ok = select_below(g, i, child, once);
	}
	td__dirents_free(&d);
	return ok;
}

static bool select_from(struct search *g, size_t i, const char *path, struct once *once) {
	if (i == g->count) return emit(g, path, once);
	if (g->parts[i].pattern) return select_matching(g, i, path, once);
	if (!g->parts[i].recursive) return select_plain(g, i, path, once);
	struct once mine = {td_map_new(g->tmp), once};
	return mine.paths && select_below(g, i, path, &mine);
}

static bool read_parts(struct search *g, const char *pattern, bool r) {
	td__pure p;
	if (!td__pure_read(g->tmp, pattern, &p)) return false;
	if (p.root) {
		(td_raise)(g->tmp, TD_NotImplementedError, "Non-relative patterns are unsupported");
		return false;
	}
	td_strs names = *p.first ? td_path_parts(g->tmp, p.text) : (td_strs){NULL, 0};
	g->parts = td_alloc_array(g->tmp, names.len + 1, sizeof *g->parts);
	if (!g->parts) return false;
	if (r) g->parts[g->count++] = (struct part){.text = "**", .recursive = true};
	for (size_t i = 0; i < names.len; i++) {
		struct part *part = &g->parts[g->count++];
		part->text = names.items[i];
		part->recursive = strcmp(part->text, "**") == 0;
		if (!part->recursive && strstr(part->text, "**")) {
			(td_raise)(g->tmp, TD_ValueError, "Invalid pattern: '**' can only be an entire path component");
			return false;
		}
		if (!part->recursive && strpbrk(part->text, "*?[")) {
			part->pattern = td__pattern_read(g->tmp, part->text);
			if (!part->pattern) return false;
		}
	}
	size_t len = strlen(pattern);
	g->dirs_only = len && pattern[len - 1] == '/';
	if (g->count || g->dirs_only) return true;
	(td_raise)(g->tmp, TD_IndexError, "tuple index out of range"); /* as Python's glob(".") */
	return false;
}

static td_strs glob(td_scope *s, const char *path, const char *pattern, bool r) {
	static const char *const no_items[1] = {NULL};
	const td_strs none = {no_items, 0};
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__need_text(s, "pattern", pattern)) return none;
	TD_SCOPE(tmp, s);
	if (!*pattern && !r) {
		(td_raise)(tmp, TD_ValueError, "Unacceptable pattern: ''");
		return none;
	}
	struct search g = {.s = s, .tmp = tmp};
	td__pure p;
	if (!read_parts(&g, pattern, r) || !td__pure_read(tmp, path, &p)) return none;
	if (!(td_path_is_dir)(tmp, p.text)) return none;
	if (!select_from(&g, 0, p.text, NULL) || !g.len) return none;
	return (td_strs){g.found, g.len};
}

td_strs(td_path_glob)(td_scope *s, const char *path, const char *pattern) {
	return glob(s, path, pattern, false);
}

td_strs(td_path_rglob)(td_scope *s, const char *path, const char *pattern) {
	return glob(s, path, pattern, true);
}
