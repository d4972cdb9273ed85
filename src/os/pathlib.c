/* Paths as texts, by pathlib's rules. */
#include <tend/fnmatch.h>
#include <tend/os.h>

#include "core/buffer.h"
#include "os/path_names.h"

static const char *const no_items[1] = {NULL};

static bool fail(td_scope *s, const char *before, const char *what, const char *after) {
	TD_SCOPE(tmp, s);
	(td_raise)(tmp, TD_ValueError, "%s%s%s", before, td_str_repr(tmp, what), after);
	return false;
}

bool td__pure_read(td_scope *s, const char *path, td__pure *p) {
	if (!td__enter(s) || !td__need_text(s, "path", path)) return false;
	p->text = td__path_joinpath(s, (td_strs){&path, 1});
	if (p->text == td_no_text) return false;
	p->root = strspn(p->text, "/");
	p->first = p->text + p->root;
	if (!p->root && strcmp(p->text, ".") == 0) p->first++;
	const char *slash = strrchr(p->first, '/');
	p->last = slash ? slash + 1 : p->first;
	return true;
}

const char *td__pure_text(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path)) return td_no_text;
	bool normal = *path;
	for (const char *at = path; normal && *at;) {
		size_t len = strcspn(at, "/");
		bool dot = len == 1 && *at == '.' && path[1];
		bool slash = at[len] == '/' && (!at[len + 1] || at[len + 1] == '/');
		if (dot || (slash && path[1])) normal = false;
		at += len + (at[len] == '/');
	}
	return normal ? path : td__path_joinpath(s, (td_strs){&path, 1});
}

const char *td__pure_child(td_scope *s, const char *normal, const char *name) {
	size_t len = strlen(normal), name_len = strlen(name);
	if (strcmp(normal, ".") == 0) len = 0;
	char *path = td__alloc_raw(s, len + name_len + 2), *to = path;
	if (!path) return td_no_text;
	to = mempcpy(to, normal, len);
	if (len && to[-1] != '/') *to++ = '/';
	memcpy(to, name, name_len + 1);
	return path;
}

/* --- its names --- */

/* Where a name's suffix begins; its end when it has none. */
static const char *suffix_of(const char *name) {
	const char *dot = strrchr(name, '.');
	return dot && dot > name && dot[1] ? dot : name + strlen(name);
}

const char *td_path_name(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	return td__pure_read(tmp, path, &p) ? td_strdup(s, p.last) : td_no_text;
}

const char *td_path_stem(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	return td__pure_read(tmp, path, &p) ? td_strndup(s, p.last, (size_t)(suffix_of(p.last) - p.last)) : td_no_text;
}

const char *td_path_suffix(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	return td__pure_read(tmp, path, &p) ? td_strdup(s, suffix_of(p.last)) : td_no_text;
}

td_strs td_path_suffixes(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	const td_strs none = {no_items, 0};
	if (!td__pure_read(tmp, path, &p)) return none;
	size_t len = strlen(p.last), count = 0;
	if (len && p.last[len - 1] == '.') return none;
	const char *name = p.last + strspn(p.last, ".");
	for (const char *at = name; (at = strchr(at, '.')); at++) count++;
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!items) return none;
	count = 0;
	for (const char *at = name; (at = strchr(at, '.'));) {
		size_t part = 1 + strcspn(at + 1, ".");
		items[count++] = td_strndup(s, at, part);
		at += part;
	}
	return td_failed(s) ? none : (td_strs){items, count};
}

/* How long the path above is, of one that has a name: its names without the last, or its root. */
static size_t above(const char *text, size_t root, size_t len) {
	while (len > root && text[len - 1] != '/') len--;
	return len > root ? len - 1 : root;
}

static const char *cut(td_scope *s, const char *text, size_t len) {
	return len ? td_strndup(s, text, len) : td_strdup(s, ".");
}

const char *td_path_parent(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	if (!td__pure_read(tmp, path, &p)) return td_no_text;
	return *p.last ? cut(s, p.text, above(p.text, p.root, strlen(p.text))) : td_strdup(s, p.text);
}

static size_t count_names(const td__pure *p) {
	size_t count = *p->first != '\0';
	for (const char *at = p->first; *at; at++) count += *at == '/';
	return count;
}

td_strs td_path_parents(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	if (!td__pure_read(tmp, path, &p)) return (td_strs){no_items, 0};
	size_t count = count_names(&p), len = strlen(p.text);
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	for (size_t i = 0; items && i < count; i++) {
		len = above(p.text, p.root, len);
		items[i] = cut(s, p.text, len);
	}
	return td_failed(s) ? (td_strs){no_items, 0} : (td_strs){items, count};
}

static td_strs parts_of(td_scope *s, const td__pure *p) {
	const char **items = td_alloc_array(s, count_names(p) + 2, sizeof *items);
	size_t count = 0;
	if (items && p->root) items[count++] = td_strndup(s, p->text, p->root);
	for (const char *at = p->first; items && *at;) {
		size_t len = strcspn(at, "/");
		items[count++] = td_strndup(s, at, len);
		at += len + (at[len] == '/');
	}
	return td_failed(s) ? (td_strs){no_items, 0} : (td_strs){items, count};
}

td_strs td_path_parts(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	return td__pure_read(tmp, path, &p) ? parts_of(s, &p) : (td_strs){no_items, 0};
}

/* --- with another name --- */

static bool has_name(td_scope *s, const td__pure *p) {
	return *p->last || fail(s, "PurePosixPath(", p->text, ") has an empty name");
}

static const char *renamed(td_scope *s, const td__pure *p, const char *name) {
	td__pure n;
	TD_SCOPE(tmp, s);
	if (!has_name(tmp, p) || !td__pure_read(tmp, name, &n)) return td_no_text;
	if (!*name || name[strlen(name) - 1] == '/' || n.root || count_names(&n) != 1) {
		fail(tmp, "Invalid name ", name, "");
		return td_no_text;
	}
	return td_format(s, "%.*s%s", (int)(p->last - p->text), p->text, name);
}

const char *(td_path_with_name)(td_scope *s, const char *path, const char *name) {
	TD_SCOPE(tmp, s);
	td__pure p;
	if (!td__need_text(s, "name", name) || !td__pure_read(tmp, path, &p)) return td_no_text;
	return renamed(s, &p, name);
}

const char *(td_path_with_stem)(td_scope *s, const char *path, const char *stem) {
	TD_SCOPE(tmp, s);
	td__pure p;
	if (!td__need_text(s, "stem", stem) || !td__pure_read(tmp, path, &p)) return td_no_text;
	const char *name = td_format(tmp, "%s%s", stem, suffix_of(p.last));
	return td_failed(tmp) ? td_no_text : renamed(s, &p, name);
}

const char *(td_path_with_suffix)(td_scope *s, const char *path, const char *suffix) {
	TD_SCOPE(tmp, s);
	td__pure p;
	if (!td__need_text(s, "suffix", suffix) || !td__pure_read(tmp, path, &p)) return td_no_text;
	if (strchr(suffix, '/') || (*suffix && *suffix != '.') || strcmp(suffix, ".") == 0) {
		fail(tmp, "Invalid suffix ", suffix, "");
		return td_no_text;
	}
	if (!has_name(tmp, &p)) return td_no_text;
	return td_format(s, "%.*s%s", (int)(suffix_of(p.last) - p.text), p.text, suffix);
}

/* --- one below another --- */

/* What of p is left below other; NULL when it is not below. */
static const char *rest_below(const td__pure *p, const td__pure *other) {
	if (p->root != other->root) return NULL;
	size_t len = strlen(other->first);
	if (!len) return p->first;
	if (strncmp(p->first, other->first, len) != 0) return NULL;
	if (p->first[len] == '/') return p->first + len + 1;
	return p->first[len] ? NULL : p->first + len;
}

/* Whether path is below other; then *rest is what is left. False without an error: it is not. */
static bool below(td_scope *s, const char *path, td_strs other, td__pure *p, const char **rest,
                  const char **other_text) {
	td__pure o;
	if (!td__need_strs(s, "other", other) || !td__pure_read(s, path, p)) return false;
	const char *joined = td__path_joinpath(s, other);
	if (!td__pure_read(s, joined, &o)) return false;
	*rest = rest_below(p, &o);
	*other_text = o.root || *o.first ? o.text : "";
	return *rest != NULL;
}

const char *td__path_relative_to(td_scope *s, const char *path, td_strs other) {
	TD_SCOPE(tmp, s);
	td__pure p;
	const char *rest = NULL, *other_text = NULL;
	if (below(tmp, path, other, &p, &rest, &other_text)) return td_strdup(s, *rest ? rest : ".");
	if (!td_failed(tmp)) {
		(td_raise)(tmp, TD_ValueError,
		           "%s is not in the subpath of %s OR one path is relative and the other is absolute.",
		           td_str_repr(tmp, p.text), td_str_repr(tmp, other_text));
	}
	return td_no_text;
}

bool td__path_is_relative_to(td_scope *s, const char *path, td_strs other) {
	TD_SCOPE(tmp, s);
	td__pure p;
	const char *rest, *other_text;
	return below(tmp, path, other, &p, &rest, &other_text);
}

bool(td_path_match)(td_scope *s, const char *path, const char *pattern) {
	TD_SCOPE(tmp, s);
	td__pure p, q;
	if (!td__need_text(tmp, "pattern", pattern) || !td__pure_read(tmp, pattern, &q)) return false;
	if (!q.root && !*q.first) {
		(td_raise)(tmp, TD_ValueError, "empty pattern");
		return false;
	}
	if (!td__pure_read(tmp, path, &p) || (q.root && q.root != p.root)) return false;
	td_strs names = parts_of(tmp, &p), patterns = parts_of(tmp, &q);
	if (td_failed(tmp) || (q.root ? names.len != patterns.len : names.len < patterns.len)) return false;
	for (size_t i = 0; i < patterns.len - (q.root != 0); i++) {
		if (!td_fnmatch_fnmatchcase(tmp, names.items[names.len - 1 - i], patterns.items[patterns.len - 1 - i]))
			return false;
	}
	return true;
}

/* --- others --- */

const char *(td_path_as_uri)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	if (!td__pure_read(tmp, path, &p)) return td_no_text;
	if (!p.root) {
		(td_raise)(tmp, TD_ValueError, "relative path can't be expressed as a file URI");
		return td_no_text;
	}
	td__buffer b;
	td__buffer_begin(&b, s);
	td__buffer_lit(&b, "file://");
	for (const char *c = p.text; *c; c++) {
		if (td__is_word(*c) || strchr("/_.-~", *c)) {
			td__buffer_char(&b, *c);
		} else {
			td__buffer_char(&b, '%');
			td__buffer_char(&b, "0123456789ABCDEF"[(unsigned char)*c >> 4]);
			td__buffer_char(&b, "0123456789ABCDEF"[*c & 15]);
		}
	}
	return td__buffer_text(&b).data;
}

const char *(td_path_absolute)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	if (!td__need_text(tmp, "path", path)) return td_no_text;
	const char *both[2] = {path[0] == '/' ? "/" : (td_os_getcwd)(tmp), path};
	return td_failed(tmp) ? td_no_text : td__path_joinpath(s, (td_strs){both, 2});
}
