/* Paths as texts: os.path by posixpath's rules, and pathlib's joinpath. */
#include <tend/os.h>
#include <tend/path.h>

#include "core/internal.h"

static const char *const no_items[1] = {NULL};

/* A list of one or two texts that lie behind each other. */
static td_strs pair(td_scope *s, const char *a, size_t a_len, const char *b, size_t b_len) {
	const char **items = td_alloc_array(s, 3, sizeof *items);
	if (!items) return (td_strs){no_items, 0};
	items[0] = td_strndup(s, a, a_len);
	items[1] = td_strndup(s, b, b_len);
	return td_failed(s) ? (td_strs){no_items, 0} : (td_strs){items, 2};
}

static size_t total_len(td_strs parts) {
	size_t total = 0;
	for (size_t i = 0; i < parts.len; i++) total += strlen(parts.items[i]) + 1;
	return total;
}

const char *td__path_join(td_scope *s, td_strs parts) {
	if (!td__enter(s)) return td_no_text;
	size_t first = 0;
	for (size_t i = 0; i < parts.len; i++) {
		if (parts.items[i][0] == '/') first = i;
	}
	char *path = td__alloc_raw(s, total_len(parts) + 1), *to = path;
	if (!path) return td_no_text;
	for (size_t i = first; i < parts.len; i++) {
		if (i > first && to > path && to[-1] != '/') *to++ = '/';
		to = stpcpy(to, parts.items[i]);
	}
	*to = '\0';
	return path;
}

const char *td__path_joinpath(td_scope *s, td_strs parts) {
	if (!td__enter(s)) return td_no_text;
	size_t first = 0;
	for (size_t i = 0; i < parts.len; i++) {
		if (parts.items[i][0] == '/') first = i;
	}
	char *path = td__alloc_raw(s, total_len(parts) + 3), *to = path;
	if (!path) return td_no_text;
	if (parts.len && parts.items[first][0] == '/') { /* two slashes are a root of their own, one or three are not */
		*to++ = '/';
		if (strspn(parts.items[first], "/") == 2) *to++ = '/';
	}
	const char *root = to;
	for (size_t i = first; i < parts.len; i++) {
		for (const char *at = parts.items[i]; *at;) {
			size_t len = strcspn(at, "/");
			if (len && !(len == 1 && *at == '.')) {
				if (to > root) *to++ = '/';
				to = mempcpy(to, at, len);
			}
			at += len + strspn(at + len, "/");
		}
	}
	if (to == path) *to++ = '.';
	*to = '\0';
	return path;
}

/* Where the last name begins; *head is how long the part before it is without its slashes (unless it is nothing else). */
static const char *tail_of(const char *path, size_t *head) {
	const char *slash = strrchr(path, '/');
	const char *tail = slash ? slash + 1 : path;
	size_t len = (size_t)(tail - path);
	*head = len;
	while (*head > 0 && path[*head - 1] == '/') --*head;
	if (*head == 0) *head = len;
	return tail;
}

const char *td_path_dirname(td_scope *s, const char *path) {
	size_t head;
	if (!td__enter(s) || !td__need_text(s, "path", path)) return td_no_text;
	tail_of(path, &head);
	return td_strndup(s, path, head);
}

const char *td_path_basename(td_scope *s, const char *path) {
	size_t head;
	if (!td__enter(s) || !td__need_text(s, "path", path)) return td_no_text;
	return td_strdup(s, tail_of(path, &head));
}

td_strs td_path_split(td_scope *s, const char *path) {
	size_t head;
	if (!td__enter(s) || !td__need_text(s, "path", path)) return (td_strs){no_items, 0};
	const char *tail = tail_of(path, &head);
	return pair(s, path, head, tail, strlen(tail));
}

td_strs td_path_splitext(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path)) return (td_strs){no_items, 0};
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	name += strspn(name, ".");
	const char *dot = strrchr(name, '.');
	size_t len = dot ? (size_t)(dot - path) : strlen(path);
	return pair(s, path, len, path + len, strlen(path + len));
}

bool td_path_isabs(const char *path) {
	return path && path[0] == '/';
}

/* Writes the normal form of path, from is long enough for what comes of it. */
static char *normalise(char *out, const char *path) {
	size_t slashes = strspn(path, "/");
	if (slashes > 2) slashes = 1;
	char *to = mempcpy(out, "//", slashes);
	char *root = to;
	for (const char *at = path; *at;) {
		size_t len = strcspn(at, "/");
		bool up = len == 2 && at[0] == '.' && at[1] == '.';
		char *last = memrchr(root, '/', (size_t)(to - root));
		last = last ? last + 1 : root;
		bool last_is_up = to - last == 2 && last[0] == '.' && last[1] == '.';
		if (len == 0 || (len == 1 && *at == '.') || (up && slashes && to == root)) {
			/* nothing of it stays */
		} else if (up && to > root && !last_is_up) {
			to = last > root ? last - 1 : root;
		} else {
			if (to > root) *to++ = '/';
			to = mempcpy(to, at, len);
		}
		at += len + (at[len] == '/');
	}
	if (to == out) *to++ = '.';
	*to = '\0';
	return out;
}

const char *td_path_normpath(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path)) return td_no_text;
	char *out = td__alloc_raw(s, strlen(path) + 2);
	return out ? normalise(out, path) : td_no_text;
}

const char *(td_path_abspath)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path)) return td_no_text;
	if (path[0] == '/') return td_path_normpath(s, path);
	TD_SCOPE(tmp, s);
	const char *both[2] = {td_os_getcwd(tmp), path};
	if (td_failed(tmp)) return td_no_text;
	const char *joined = td__path_join(tmp, (td_strs){both, 2});
	if (joined == td_no_text) return td_no_text;
	return td_path_normpath(s, joined);
}

/* --- what several have in common --- */

const char *td_path_commonprefix(td_scope *s, td_strs paths) {
	if (!td__enter(s) || !td__need_strs(s, "paths", paths)) return td_no_text;
	if (!paths.len) return td_strdup(s, "");
	size_t len = strlen(paths.items[0]);
	for (size_t i = 1; i < paths.len; i++) {
		size_t same = 0;
		while (same < len && paths.items[i][same] == paths.items[0][same]) same++;
		len = same;
	}
	while (len && ((unsigned char)paths.items[0][len] & 0xC0) == 0x80) len--; /* whole characters, as Python's */
	return td_strndup(s, paths.items[0], len);
}

/* The names of a path without "" and ".": the next one from *at on. */
static bool next_name(const char **at, const char **name, size_t *len) {
	for (;;) {
		*at += strspn(*at, "/");
		*len = strcspn(*at, "/");
		*name = *at;
		*at += *len;
		if (*len == 0) return false;
		if (*len != 1 || **name != '.') return true;
	}
}

const char *td_path_commonpath(td_scope *s, td_strs paths) {
	if (!td__enter(s) || !td__need_strs(s, "paths", paths)) return td_no_text;
	if (!paths.len) {
		(td_raise)(s, TD_ValueError, "commonpath() arg is an empty sequence");
		return td_no_text;
	}
	size_t absolute = 0;
	for (size_t i = 0; i < paths.len; i++) absolute += paths.items[i][0] == '/';
	if (absolute && absolute < paths.len) {
		(td_raise)(s, TD_ValueError, "Can't mix absolute and relative paths");
		return td_no_text;
	}
	size_t names = SIZE_MAX; /* of the first path, how many all have */
	for (size_t i = 1; i < paths.len; i++) {
		const char *a = paths.items[0], *b = paths.items[i], *a_name, *b_name;
		size_t a_len, b_len, same = 0;
		while (same < names && next_name(&a, &a_name, &a_len) && next_name(&b, &b_name, &b_len) && a_len == b_len &&
		       memcmp(a_name, b_name, a_len) == 0)
			same++;
		names = same;
	}
	char *out = td__alloc_raw(s, strlen(paths.items[0]) + 2), *to = out;
	if (!out) return td_no_text;
	if (absolute) *to++ = '/';
	const char *at = paths.items[0], *name;
	size_t len;
	for (size_t i = 0; i < names && next_name(&at, &name, &len); i++) {
		if (i) *to++ = '/';
		to = mempcpy(to, name, len);
	}
	*to = '\0';
	return out;
}

const char *(td_path_relpath)(td_scope *s, const char *path, const td_path_relpath_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return td_no_text;
	td_path_relpath_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!*path) {
		(td_raise)(s, TD_ValueError, "no path specified");
		return td_no_text;
	}
	TD_SCOPE(tmp, s);
	const char *from = (td_path_abspath)(tmp, o.start ? o.start : "."), *to = (td_path_abspath)(tmp, path);
	if (td_failed(tmp)) return td_no_text;
	const char *a_name, *b_name, *rest = to;
	size_t a_len, b_len, ups = 0;
	while (next_name(&from, &a_name, &a_len)) {
		if (!next_name(&to, &b_name, &b_len) || a_len != b_len || memcmp(a_name, b_name, a_len) != 0) {
			ups++;
			break;
		}
		rest = to;
	}
	if (ups) {
		while (next_name(&from, &a_name, &a_len)) ups++;
	}
	rest += strspn(rest, "/");
	char *out = td__alloc_raw(s, 3 * ups + strlen(rest) + 2), *at = out;
	if (!out) return td_no_text;
	for (; ups; ups--) at = mempcpy(at, "../", 3);
	at = stpcpy(at, rest);
	if (at > out && at[-1] == '/') at--;
	if (at == out) *at++ = '.';
	*at = '\0';
	return out;
}
