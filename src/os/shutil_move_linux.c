/* shutil.move. Across file systems what is moved is whole in its new place before the old one goes: a tree is copied in a
 * directory beside its place, which is locked meanwhile. Whoever finds one unlocked knows that its maker was killed. */
#include <sys/file.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/shutil.h>
#include <tend/stat.h>
#include <tend/tempfile.h>

#include "core/sys.h"
#include "os/rmtree.h"
#include "os/shutil_internal.h"

enum { TRIES = 10, NAME_KEPT = 180 /* bytes of a name that fit beside what is added to it */ };

static bool is_link(const char *path) {
	struct stat st;
	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool is_dir(const char *path) {
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_same(const char *a, const char *b) {
	struct stat one, two;
	return stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

static bool is_open_at(int fd, const char *path) {
	struct stat a, b;
	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Without the slashes at its end. */
static const char *bare(td_scope *s, const char *path) {
	size_t end = strlen(path);
	while (end > 1 && path[end - 1] == '/') end--;
	return td_strndup(s, path, end);
}

static bool lies_in(td_scope *s, const char *dst, const char *src) {
	const char *inner[2] = {td_path_abspath(s, dst), ""}, *outer[2] = {td_path_abspath(s, src), ""};
	const char *in = td__path_join(s, (td_strs){inner, 2}), *out = td__path_join(s, (td_strs){outer, 2});
	return !td_failed(s) && td_str_startswith(in, out);
}

/* --- trees --- */

/* Where a tree is copied before it gets its name. */
struct stage {
	const char *path;
	int lock;
	td__temp *temp;
};

static bool make_usual(td_scope *s, struct stage *g, const char *dir, const char *name) {
	size_t len = strlen(name);
	const char *kept = td_strndup(s, name, len < NAME_KEPT ? len : NAME_KEPT);
	const char *parts[2] = {dir, td_format(s, ".%s.tend-new", kept)};
	g->path = td__path_join(s, (td_strs){parts, 2});
	for (int tries = 0; tries < TRIES && !td_failed(s); tries++) {
		bool made = td__sys_mkdir(g->path, 0700) == 0;
		if (!made && errno != EEXIST) return td__os_error(s, errno, g->path);
		g->lock = td__sys_open(g->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
		bool locked = g->lock >= 0 && (flock(g->lock, LOCK_EX | LOCK_NB) == 0 || (made && errno != EWOULDBLOCK));
		bool there = locked && is_open_at(g->lock, g->path);
		if (there && made) return true;
		if (there) td__rmtree(s, g->path, (td__rmtree_opts){.insist = true, .missing_ok = true});
		if (g->lock >= 0) close(g->lock);
		g->lock = -1;
		if (!made && !locked) return false; /* somebody is at work there */
	}
	return false;
}

static void close_stage(td_scope *c, void *handle) {
	struct stage *g = handle;
	if (g->path) td__rmtree(c, g->path, (td__rmtree_opts){.insist = true, .ignore_errors = true});
	td__temp_remove(g->temp);
	if (g->lock >= 0) close(g->lock);
}

/* It goes with s, and what is in it then. NULL: raised. */
static struct stage *open_stage(td_scope *s, const char *dst) {
	struct stage *g = td__handle_new(s, sizeof *g, close_stage);
	if (!g) return NULL;
	g->lock = -1;
	const char *dir = td_path_dirname(s, dst);
	if (*dir && !td_failed(s)) td_os_makedirs(s, dir, .exist_ok = true);
	if (td_failed(s)) return NULL;
	if (!make_usual(s, g, dir, td_path_basename(s, dst))) {
		g->path = NULL;
		const char *other = td_tempfile_mkdtemp(s, .dir = *dir ? dir : ".", .prefix = ".");
		if (td_failed(s)) return NULL;
		g->path = other;
	}
	const char *absolute = td_path_abspath(s, g->path);
	if (!td_failed(s)) g->temp = td__temp_add(absolute, true);
	return td_failed(s) ? NULL : g;
}

static bool copy_beside(td_scope *s, const char *src, const char *dst, const td_shutil_copytree_opts *how) {
	struct stat st;
	if (lstat(dst, &st) == 0) return td__os_error(s, EEXIST, dst);
	const char *place = bare(s, dst);
	struct stage *g = open_stage(s, place);
	if (!g) return false;
	const char *inside[2] = {g->path, td_path_basename(s, place)};
	const char *made = td__path_join(s, (td_strs){inside, 2});
	return !td_failed(s) && td__copytree(s, src, made, dst, how) &&
	       (td__sys_rename(made, place) == 0 || td__os_error(s, errno, dst));
}

static bool move_tree(td_scope *s, const char *src, const char *dst, const td_shutil_move_opts *o) {
	td_shutil_copytree_opts how = {.td__size = sizeof how,
	                               .symlinks = true,
	                               .copy_function = o->copy_function,
	                               .copy_arg = o->copy_arg,
	                               .progress = o->progress,
	                               .progress_arg = o->progress_arg};
	bool copied = o->copy_function ? td__copytree(s, src, dst, dst, &how) : copy_beside(s, src, dst, &how);
	return copied && td__rmtree(s, src, (td__rmtree_opts){0});
}

/* --- files and links --- */

static bool move_link(td_scope *s, const char *src, const char *dst) {
	const char *target = td_os_readlink(s, src);
	return td_os_symlink(s, target, dst) && td_os_unlink(s, src);
}

/* Whether dst can be replaced by a file beside it, rather than only be written over. */
static bool can_be_replaced(td_scope *s, const char *dst) {
	struct stat st;
	if (stat(dst, &st) < 0) return true;
	const char *dir = td_path_dirname(s, dst);
	return S_ISREG(st.st_mode) && (td_failed(s) || access(*dir ? dir : ".", W_OK | X_OK) == 0);
}

static bool move_file(td_scope *s, const char *src, const char *dst, const td_shutil_move_opts *o) {
	td_shutil_copy_opts how = {.td__size = sizeof how,
	                           .atomic = !o->copy_function && can_be_replaced(s, dst),
	                           .progress = o->progress,
	                           .progress_arg = o->progress_arg,
	                           .arg = o->copy_arg};
	(o->copy_function ? o->copy_function : td_shutil_copy2)(s, src, dst, &how);
	return td_os_unlink(s, src);
}

/* --- which of them --- */

/* Where src goes; NULL when it is there already, or s has failed. */
static const char *place_of(td_scope *s, const char *src, const char *dst) {
	if (!is_dir(dst)) return td_strdup(s, dst);
	if (is_same(src, dst)) {
		if (td__sys_rename(src, dst) < 0) td__os_error2(s, errno, src, dst);
		return NULL;
	}
	TD_SCOPE(tmp, s);
	const char *both[2] = {dst, td_path_basename(tmp, bare(tmp, src))};
	const char *place = td__path_join(s, (td_strs){both, 2});
	struct stat st;
	if (td_failed(s) || stat(place, &st) < 0) return place;
	(td_raise)(tmp, TD_shutil_Error, "Destination path '%s' already exists", place);
	return NULL;
}

static bool move(td_scope *s, const char *src, const char *dst, const char *place, const td_shutil_move_opts *o) {
	if (!td__may_block(s)) return false;
	if (td__sys_rename(src, place) == 0) return true;
	if (is_link(src)) return move_link(s, src, place);
	if (!is_dir(src)) return move_file(s, src, place, o);
	if (!lies_in(s, dst, src)) return !td_failed(s) && move_tree(s, src, place, o);
	(td_raise)(s, TD_shutil_Error, "Cannot move a directory '%s' into itself '%s'.", src, dst);
	return false;
}

const char *(td_shutil_move)(td_scope *s, const char *src, const char *dst, const td_shutil_move_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "src", src) || !td__need_text(s, "dst", dst)) return td_no_text;
	td_shutil_move_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.copy_function == (td_shutil_copy2)) o.copy_function = NULL;
	const char *place = place_of(s, src, dst);
	if (td_failed(s)) return td_no_text;
	if (!place) return NULL;
	TD_SCOPE(tmp, s);
	return move(tmp, src, dst, place, &o) ? place : td_no_text;
}
