/* Where a path leads once every link in it is followed. */
#include <limits.h>
#include <tend/map.h>
#include <tend/pathlib.h>
#include <tend/stat.h>
#include <tend/text.h>

#include "core/sys.h"

/* One text that is being walked along: the path given, or the target of a link in it. */
struct stretch {
	const char *rest;
	const char *link; /* NULL, or the link that led here */
};

struct search {
	td_scope *tmp;
	td_map *seen; /* of each link where it leads; UNKNOWN while that is being found out */
	struct stretch *stretches;
	size_t depth, room;
	const char *path;
};

static const char UNKNOWN[] = "";

static const char *join(td_scope *s, const char *a, const char *b) {
	const char *both[2] = {a, b};
	return td__path_join(s, (td_strs){both, 2});
}

static void go_up(struct search *r) {
	if (!*r->path) {
		r->path = "..";
		return;
	}
	td_strs pair = td_path_split(r->tmp, r->path);
	if (td_failed(r->tmp)) return;
	r->path = strcmp(pair.items[1], "..") == 0 ? join(r->tmp, join(r->tmp, pair.items[0], ".."), "..") : pair.items[0];
}

static bool follow(struct search *r, const char *rest, const char *link) {
	if (!td__grow(r->tmp, (void **)&r->stretches, &r->room, r->depth + 1, sizeof *r->stretches)) return false;
	if (rest[0] == '/') {
		r->path = "/";
		rest++;
	}
	r->stretches[r->depth++] = (struct stretch){rest, link};
	return true;
}

/* A loop: what has been resolved, and the rest of all that led here as it is. */
static const char *give_up(struct search *r, const char *link) {
	const char *path = link;
	while (r->depth) path = join(r->tmp, path, r->stretches[--r->depth].rest);
	return path;
}

/* Takes the next name of the last stretch. False: raised, or *done is the answer. */
static bool take_name(struct search *r, bool strict, const char **done) {
	struct stretch *last = &r->stretches[r->depth - 1];
	size_t len = strcspn(last->rest, "/");
	const char *name = td_strndup(r->tmp, last->rest, len);
	last->rest += len + (last->rest[len] == '/');
	if (name == td_no_text || !*name || strcmp(name, ".") == 0) return name != td_no_text;
	if (strcmp(name, "..") == 0) {
		go_up(r);
		return !td_failed(r->tmp);
	}
	const char *at = join(r->tmp, r->path, name);
	struct stat st;
	if (!td__may_block(r->tmp)) return false;
	if (td__sys_lstat(at, &st) < 0) {
		if (strict) return td__os_error(r->tmp, errno, at);
		st.st_mode = 0;
	}
	if (!S_ISLNK(st.st_mode)) {
		r->path = at;
		return true;
	}
	const char *known = td_map_get(r->seen, at);
	if (known && known != UNKNOWN) {
		r->path = known;
		return true;
	}
	if (known && !strict) {
		*done = give_up(r, at);
		return false;
	}
	if (known && td__sys_stat(at, &st) < 0) return td__os_error(r->tmp, errno, at);
	const char *target = (td_os_readlink)(r->tmp, at);
	return !td_failed(r->tmp) && td_map_set(r->tmp, r->seen, at, UNKNOWN) && follow(r, target, at);
}

const char *(td_path_realpath)(td_scope *s, const char *path, const td_path_realpath_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return td_no_text;
	td_path_realpath_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	struct search r = {.tmp = tmp, .seen = td_map_new(tmp), .path = ""};
	const char *done = NULL;
	bool ok = !td_failed(tmp) && follow(&r, path, NULL);
	while (ok && r.depth) {
		struct stretch *last = &r.stretches[r.depth - 1];
		if (*last->rest) {
			ok = take_name(&r, o.strict, &done);
		} else {
			if (last->link) ok = td_map_set(tmp, r.seen, last->link, r.path);
			r.depth--;
		}
	}
	if (td_failed(tmp)) return td_no_text;
	return (td_path_abspath)(s, done ? done : r.path);
}

const char *(td_path_resolve)(td_scope *s, const char *path, const td_path_realpath_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return td_no_text;
	td_path_realpath_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	const char *normal = td__path_joinpath(tmp, (td_strs){&path, 1});
	if (normal == td_no_text) return td_no_text;
	const char *real = (td_path_realpath)(tmp, normal, opts), *looped = NULL;
	const td_error *e = o.strict ? td_catch(tmp, TD_OSError) : NULL;
	if (e && e->err_no != ELOOP) td_reraise(tmp, e);
	if (e && e->err_no == ELOOP) looped = e->filename;
	if (td_failed(tmp)) return td_no_text;
	struct stat st;
	if (!o.strict && td__sys_stat(real, &st) < 0 && errno == ELOOP) looped = real;
	if (looped) {
		(td_raise)(tmp, TD_RuntimeError, "Symlink loop from %s", td_str_repr(tmp, looped));
		return td_no_text;
	}
	return td__path_joinpath(s, (td_strs){&real, 1});
}
