/* Rows of pathlib, of the rest of os.path, of fnmatch, glob and filecmp. */
#include "oracle.h"

static const td_value *text(td_scope *s, const char *t) {
	return td_failed(s) ? NULL : td_value_new_str(s, t);
}

static const td_value *strs(td_scope *s, td_strs list) {
	return td_failed(s) ? NULL : td_value_new_strs(s, list);
}

static const td_value *truth(td_scope *s, bool b) {
	return td_failed(s) ? NULL : td_value_new_bool(s, b);
}

static td_strs rest(td_scope *s, const oracle_call *call) {
	size_t count = td_value_len(call->rest);
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	for (size_t i = 0; items && i < count; i++) items[i] = td_value_str(td_value_at(call->rest, i), NULL);
	return (td_strs){items, items ? count : 0};
}

/* Calls of one path that answer with a text, a list, a truth. */
#define TEXT_ROW(id, name_, parameter, fn)                                                                             \
	ORACLE_ROW(id, name_, parameter) {                                                                                 \
		return text(s, (fn)(s, oracle_text(s, call, parameter, NULL)));                                                \
	}
#define LIST_ROW(id, name_, parameter, fn)                                                                             \
	ORACLE_ROW(id, name_, parameter) {                                                                                 \
		return strs(s, (fn)(s, oracle_text(s, call, parameter, NULL)));                                                \
	}
#define TRUTH_ROW(id, name_, parameter, fn)                                                                            \
	ORACLE_ROW(id, name_, parameter) {                                                                                 \
		return truth(s, (fn)(s, oracle_text(s, call, parameter, NULL)));                                               \
	}

TEXT_ROW(pure_name, "pathlib.PurePosixPath.name", "self", td_path_name)
TEXT_ROW(pure_stem, "pathlib.PurePosixPath.stem", "self", td_path_stem)
TEXT_ROW(pure_suffix, "pathlib.PurePosixPath.suffix", "self", td_path_suffix)
LIST_ROW(pure_suffixes, "pathlib.PurePosixPath.suffixes", "self", td_path_suffixes)
TEXT_ROW(pure_parent, "pathlib.PurePosixPath.parent", "self", td_path_parent)
LIST_ROW(pure_parents, "pathlib.PurePosixPath.parents", "self", td_path_parents)
LIST_ROW(pure_parts, "pathlib.PurePosixPath.parts", "self", td_path_parts)
TEXT_ROW(pure_as_uri, "pathlib.PurePosixPath.as_uri", "self", td_path_as_uri)
TEXT_ROW(path_absolute, "pathlib.Path.absolute", "self", td_path_absolute)
TEXT_ROW(path_pexpanduser, "pathlib.Path.expanduser", "self", td_path_pexpanduser)
TRUTH_ROW(path_pexists, "pathlib.Path.exists", "self", td_path_pexists)
TRUTH_ROW(path_is_file, "pathlib.Path.is_file", "self", td_path_is_file)
TRUTH_ROW(path_is_dir, "pathlib.Path.is_dir", "self", td_path_is_dir)
TRUTH_ROW(path_is_symlink, "pathlib.Path.is_symlink", "self", td_path_is_symlink)
TRUTH_ROW(path_is_socket, "pathlib.Path.is_socket", "self", td_path_is_socket)
TRUTH_ROW(path_is_fifo, "pathlib.Path.is_fifo", "self", td_path_is_fifo)
TRUTH_ROW(path_is_mount, "pathlib.Path.is_mount", "self", td_path_is_mount)
TEXT_ROW(path_owner, "pathlib.Path.owner", "self", td_path_owner)
TEXT_ROW(path_group, "pathlib.Path.group", "self", td_path_group)
LIST_ROW(path_iterdir, "pathlib.Path.iterdir", "self", td_path_iterdir)
TEXT_ROW(path_expanduser, "os.path.expanduser", "path", td_path_expanduser)
TEXT_ROW(path_expandvars, "os.path.expandvars", "path", td_path_expandvars)
TRUTH_ROW(path_exists, "os.path.exists", "path", td_path_exists)
TRUTH_ROW(path_lexists, "os.path.lexists", "path", td_path_lexists)
TRUTH_ROW(path_isfile, "os.path.isfile", "path", td_path_isfile)
TRUTH_ROW(path_isdir, "os.path.isdir", "s", td_path_isdir)
TRUTH_ROW(path_islink, "os.path.islink", "path", td_path_islink)
TRUTH_ROW(path_ismount, "os.path.ismount", "path", td_path_ismount)
TEXT_ROW(glob_escape, "glob.escape", "pathname", td_glob_escape)
TEXT_ROW(fnmatch_translate, "fnmatch.translate", "pat", td_fnmatch_translate)

ORACLE_ROW(pure_truediv, "pathlib.PurePosixPath.__truediv__", "self, key") {
	return text(s, td_path_joinpath(s, oracle_text(s, call, "self", NULL), oracle_text(s, call, "key", NULL)));
}

ORACLE_ROW(pure_is_absolute, "pathlib.PurePosixPath.is_absolute", "self") {
	return truth(s, td_path_isabs(oracle_text(s, call, "self", NULL)));
}

ORACLE_ROW(pure_with_name, "pathlib.PurePosixPath.with_name", "self, name") {
	const char *name = oracle_text(s, call, "name", NULL);
	return text(s, td_path_with_name(s, oracle_text(s, call, "self", NULL), name));
}

ORACLE_ROW(pure_with_stem, "pathlib.PurePosixPath.with_stem", "self, stem") {
	const char *stem = oracle_text(s, call, "stem", NULL);
	return text(s, td_path_with_stem(s, oracle_text(s, call, "self", NULL), stem));
}

ORACLE_ROW(pure_with_suffix, "pathlib.PurePosixPath.with_suffix", "self, suffix") {
	const char *suffix = oracle_text(s, call, "suffix", NULL);
	return text(s, td_path_with_suffix(s, oracle_text(s, call, "self", NULL), suffix));
}

static td_strs others(td_scope *s, const oracle_call *call) {
	td_strs other = rest(s, call);
	if (!other.len && !td_failed(s)) td_raise(s, TD_TypeError, "need at least one argument");
	return other;
}

ORACLE_ROW(pure_relative_to, "pathlib.PurePosixPath.relative_to", "self, *other") {
	td_strs other = others(s, call);
	return text(s, td__path_relative_to(s, oracle_text(s, call, "self", NULL), other));
}

ORACLE_ROW(pure_is_relative_to, "pathlib.PurePosixPath.is_relative_to", "self, *other") {
	td_strs other = others(s, call);
	return truth(s, td__path_is_relative_to(s, oracle_text(s, call, "self", NULL), other));
}

ORACLE_ROW(pure_match, "pathlib.PurePosixPath.match", "self, path_pattern") {
	const char *pattern = oracle_text(s, call, "path_pattern", NULL);
	return truth(s, td_path_match(s, oracle_text(s, call, "self", NULL), pattern));
}

ORACLE_ROW(path_home, "pathlib.Path.home", "") {
	return text(s, td_path_home(s));
}

ORACLE_ROW(path_resolve, "pathlib.Path.resolve", "self, strict=False") {
	const char *path = oracle_text(s, call, "self", NULL);
	return text(s, td_path_resolve(s, path, .strict = oracle_true(call, "strict", false)));
}

ORACLE_ROW(path_realpath, "os.path.realpath", "filename, *, strict=False") {
	const char *path = oracle_text(s, call, "filename", NULL);
	return text(s, td_path_realpath(s, path, .strict = oracle_true(call, "strict", false)));
}

ORACLE_ROW(path_glob, "pathlib.Path.glob", "self, pattern") {
	const char *pattern = oracle_text(s, call, "pattern", NULL);
	return strs(s, td_path_glob(s, oracle_text(s, call, "self", NULL), pattern));
}

ORACLE_ROW(path_rglob, "pathlib.Path.rglob", "self, pattern") {
	const char *pattern = oracle_text(s, call, "pattern", NULL);
	return strs(s, td_path_rglob(s, oracle_text(s, call, "self", NULL), pattern));
}

static const td_value *number(td_scope *s, double x) {
	return td_failed(s) ? NULL : td_value_new_float(s, x);
}

ORACLE_ROW(path_getsize, "os.path.getsize", "filename") {
	int64_t size = td_path_getsize(s, oracle_text(s, call, "filename", NULL));
	return td_failed(s) ? NULL : td_value_new_int(s, size);
}

ORACLE_ROW(path_getmtime, "os.path.getmtime", "filename") {
	return number(s, td_path_getmtime(s, oracle_text(s, call, "filename", NULL)));
}

ORACLE_ROW(path_getatime, "os.path.getatime", "filename") {
	return number(s, td_path_getatime(s, oracle_text(s, call, "filename", NULL)));
}

ORACLE_ROW(path_getctime, "os.path.getctime", "filename") {
	return number(s, td_path_getctime(s, oracle_text(s, call, "filename", NULL)));
}

ORACLE_ROW(path_samefile, "os.path.samefile", "f1, f2") {
	const char *f2 = oracle_text(s, call, "f2", NULL);
	return truth(s, td_path_samefile(s, oracle_text(s, call, "f1", NULL), f2));
}

/* --- patterns --- */

ORACLE_ROW(fnmatch_fnmatch, "fnmatch.fnmatch", "name, pat") {
	const char *pat = oracle_text(s, call, "pat", NULL);
	return truth(s, td_fnmatch_fnmatch(s, oracle_text(s, call, "name", NULL), pat));
}

ORACLE_ROW(fnmatch_fnmatchcase, "fnmatch.fnmatchcase", "name, pat") {
	const char *pat = oracle_text(s, call, "pat", NULL);
	return truth(s, td_fnmatch_fnmatchcase(s, oracle_text(s, call, "name", NULL), pat));
}

ORACLE_ROW(fnmatch_filter, "fnmatch.filter", "names, pat") {
	td_strs names = oracle_strs(s, call, "names");
	return strs(s, td_fnmatch_filter(s, names, oracle_text(s, call, "pat", NULL)));
}

ORACLE_ROW(glob_glob, "glob.glob", "pathname, *, root_dir=None, dir_fd=None, recursive=False, include_hidden=False") {
	if (oracle_given(call, "dir_fd")) td_raise(s, TD_NotImplementedError, "dir_fd");
	const char *pathname = oracle_text(s, call, "pathname", NULL), *root = oracle_text(s, call, "root_dir", "");
	return strs(s, td_glob_glob(s, pathname, .root_dir = root, .recursive = oracle_true(call, "recursive", false),
	                            .include_hidden = oracle_true(call, "include_hidden", false)));
}

ORACLE_ROW(glob_iglob, "glob.iglob", "pathname, *, root_dir=None, dir_fd=None, recursive=False, include_hidden=False") {
	if (oracle_given(call, "dir_fd")) td_raise(s, TD_NotImplementedError, "dir_fd");
	const char *pathname = oracle_text(s, call, "pathname", NULL), *root = oracle_text(s, call, "root_dir", "");
	td_value *all = td_list(s);
	for (td_glob *g = td_glob_iglob(s, pathname, .root_dir = root, .recursive = oracle_true(call, "recursive", false),
	                                             .include_hidden = oracle_true(call, "include_hidden", false));
	     td_glob_next(s, g);)
		td_value_append(s, all, td_value_new_str(s, g->path));
	return td_failed(s) ? NULL : all;
}

ORACLE_ROW(filecmp_cmp, "filecmp.cmp", "f1, f2, shallow=True") {
	const char *f1 = oracle_text(s, call, "f1", NULL), *f2 = oracle_text(s, call, "f2", NULL);
	return truth(s, td_filecmp_cmp(s, f1, f2, .deep = !oracle_true(call, "shallow", true)));
}

ORACLE_ROW(filecmp_cmpfiles, "filecmp.cmpfiles", "a, b, common, shallow=True") {
	const char *a = oracle_text(s, call, "a", NULL), *b = oracle_text(s, call, "b", NULL);
	td_strs common = oracle_strs(s, call, "common");
	const td_cmpfiles *all = td_filecmp_cmpfiles(s, a, b, common, .deep = !oracle_true(call, "shallow", true));
	if (td_failed(s)) return NULL;
	td_value *lists = td_list(s);
	td_value_append(s, lists, strs(s, all->match));
	td_value_append(s, lists, strs(s, all->mismatch));
	td_value_append(s, lists, strs(s, all->errors));
	return lists;
}

static const td_dircmp *dircmp(td_scope *s, const oracle_call *call) {
	const char *a = oracle_text(s, call, "a", NULL), *b = oracle_text(s, call, "b", NULL);
	td_strs ignore = oracle_given(call, "ignore") ? oracle_strs(s, call, "ignore") : (td_strs){0};
	td_strs hide = oracle_given(call, "hide") ? oracle_strs(s, call, "hide") : (td_strs){0};
	bool none = oracle_given(call, "ignore") && !ignore.len;
	return td_filecmp_dircmp(s, a, b, .ignore = ignore, .ignore_none = none, .hide = hide);
}

ORACLE_ROW(filecmp_report, "filecmp.dircmp.report", "a, b, ignore=None, hide=None") {
	return td_value_new_str(s, td_dircmp_report(s, dircmp(s, call)));
}

ORACLE_ROW(filecmp_partial, "filecmp.dircmp.report_partial_closure", "a, b, ignore=None, hide=None") {
	return td_value_new_str(s, td_dircmp_report_partial_closure(s, dircmp(s, call)));
}

ORACLE_ROW(filecmp_full, "filecmp.dircmp.report_full_closure", "a, b, ignore=None, hide=None") {
	return td_value_new_str(s, td_dircmp_report_full_closure(s, dircmp(s, call)));
}

ORACLE_ROW(filecmp_subdirs, "filecmp.dircmp.subdirs", "a, b, ignore=None, hide=None") {
	td_dircmps all = td_dircmp_subdirs(s, dircmp(s, call));
	td_value *pairs = td_list(s);
	for (size_t i = 0; i < all.len; i++) td_value_append(s, pairs, td_list(s, all.items[i]->left, all.items[i]->right));
	return td_failed(s) ? NULL : pairs;
}

ORACLE_ROW(filecmp_dircmp, "filecmp.dircmp", "a, b, ignore=None, hide=None") {
	const td_dircmp *d = dircmp(s, call);
	if (td_failed(s)) return NULL;
	td_value *all = td_dict(s);
	td_value_set(s, all, "left_list", strs(s, d->left_list));
	td_value_set(s, all, "right_list", strs(s, d->right_list));
	td_value_set(s, all, "left_only", strs(s, d->left_only));
	td_value_set(s, all, "right_only", strs(s, d->right_only));
	td_value_set(s, all, "common", strs(s, d->common));
	td_value_set(s, all, "common_dirs", strs(s, d->common_dirs));
	td_value_set(s, all, "common_files", strs(s, d->common_files));
	td_value_set(s, all, "common_funny", strs(s, d->common_funny));
	td_value_set(s, all, "same_files", strs(s, d->same_files));
	td_value_set(s, all, "diff_files", strs(s, d->diff_files));
	td_value_set(s, all, "funny_files", strs(s, d->funny_files));
	return all;
}

/* --- directories and trees --- */

ORACLE_ROW(os_scandir, "os.scandir", "path='.'") {
	td_value *all = td_list(s);
	for (td_scandir *e = td_os_scandir(s, oracle_text(s, call, "path", ".")); td_scandir_next(s, e);) {
		bool dir = td_scandir_is_dir(s, e, .nofollow = true), file = td_scandir_is_file(s, e, .nofollow = true);
		bool link = td_scandir_is_symlink(s, e);
		td_value_append(s, all, td_list(s, e->name, e->path, dir, file, link, (int64_t)e->ino));
	}
	return td_failed(s) ? NULL : all;
}

static const td_value *walked(td_scope *s, td_walk *w) {
	td_value *all = td_list(s);
	while (td_walk_next(s, w)) td_value_append(s, all, td_list(s, w->path, strs(s, w->dirs), strs(s, w->files)));
	return td_failed(s) ? NULL : all;
}

ORACLE_ROW(os_walk, "os.walk", "top, topdown=True, onerror=None, followlinks=False") {
	if (oracle_given(call, "onerror")) td_raise(s, TD_NotImplementedError, "onerror");
	return walked(s, td_os_walk(s, oracle_text(s, call, "top", NULL), .bottomup = !oracle_true(call, "topdown", true),
	                            .followlinks = oracle_true(call, "followlinks", false)));
}

ORACLE_ROW(os_fwalk, "os.fwalk", "top='.', topdown=True, onerror=None, *, follow_symlinks=False, dir_fd=None") {
	if (oracle_given(call, "onerror") || oracle_given(call, "dir_fd")) td_raise(s, TD_NotImplementedError, "fwalk");
	return walked(s, td_os_fwalk(s, oracle_text(s, call, "top", "."), .bottomup = !oracle_true(call, "topdown", true),
	                             .followlinks = oracle_true(call, "follow_symlinks", false)));
}
