/* Whether files are the same, and how directories differ. */
#include <stdlib.h>
#include <tend/filecmp.h>
#include <tend/os.h>
#include <tend/path.h>

#include "core/buffer.h"
#include "core/sys.h"

static const char *const no_items[1] = {NULL};

enum { BLOCK = 65536 };

/* Up to BLOCK bytes, fewer only at the end; -1: raised. */
static ssize_t read_block(td_scope *s, int fd, const char *path, char *out) {
	size_t len = 0;
	while (len < BLOCK) {
		if (!td__may_block(s)) return -1;
		ssize_t got = td__sys_read(fd, out + len, BLOCK - len);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) td__os_error(s, errno, path);
		if (got < 0) return -1;
		if (got == 0) break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

static bool same_content(td_scope *s, const char *f1, const char *f2, int a, int b) {
	char *blocks = td__alloc_raw(s, (size_t)BLOCK * 2);
	if (!blocks) return false;
	for (;;) {
		ssize_t got = read_block(s, a, f1, blocks), other = got < 0 ? -1 : read_block(s, b, f2, blocks + BLOCK);
		if (got < 0 || got != other || memcmp(blocks, blocks + BLOCK, (size_t)got) != 0) return false;
		if (got == 0) return true;
	}
}

bool(td_filecmp_cmp)(td_scope *s, const char *f1, const char *f2, const td_filecmp_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "f1", f1) || !td__need_text(s, "f2", f2) || !td__may_block(s))
		return false;
	td_filecmp_opts o;
	td__opts_copy(&o, sizeof o, opts);
	struct stat a, b;
	if (td__sys_stat(f1, &a) < 0) return td__os_error(s, errno, f1);
	if (td__sys_stat(f2, &b) < 0) return td__os_error(s, errno, f2);
	if (!S_ISREG(a.st_mode) || !S_ISREG(b.st_mode) || a.st_size != b.st_size) return false;
	bool same_time = a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
	if (same_time && !o.deep) return true;
	TD_SCOPE(tmp, s);
	int one = td__sys_open(f1, O_RDONLY | O_CLOEXEC, 0);
	if (one < 0) return td__os_error(tmp, errno, f1);
	int two = td__sys_open(f2, O_RDONLY | O_CLOEXEC, 0);
	bool same = two < 0 ? td__os_error(tmp, errno, f2) : same_content(tmp, f1, f2, one, two);
	close(one);
	if (two >= 0) close(two);
	return same;
}

/* --- lists --- */

struct list {
	const char **items;
	size_t len, room;
};

static bool add(td_scope *s, struct list *l, const char *name) {
	if (!td__grow(s, (void **)&l->items, &l->room, l->len + 2, sizeof *l->items)) return false;
	l->items[l->len++] = name;
	l->items[l->len] = NULL;
	return true;
}

static td_strs of(const struct list *l) {
	return l->len ? (td_strs){l->items, l->len} : (td_strs){no_items, 0};
}

const td_cmpfiles *(td_filecmp_cmpfiles)(td_scope *s, const char *a, const char *b, td_strs common,
                                         const td_filecmp_opts *opts) {
	static const td_cmpfiles none = {{no_items, 0}, {no_items, 0}, {no_items, 0}};
	if (!td__enter_opts(s, opts) || !td__need_text(s, "a", a) || !td__need_text(s, "b", b) ||
	    !td__need_strs(s, "common", common))
		return &none;
	struct list match = {0}, mismatch = {0}, errors = {0};
	for (size_t i = 0; i < common.len; i++) {
		TD_SCOPE(turn, s);
		const char *one[2] = {a, common.items[i]}, *two[2] = {b, common.items[i]};
		bool same = (td_filecmp_cmp)(turn, td__path_join(turn, (td_strs){one, 2}),
		                             td__path_join(turn, (td_strs){two, 2}), opts);
		bool error = td_catch(turn, TD_OSError) != NULL;
		if (td_failed(turn)) return &none;
		const char *name = td_strdup(s, common.items[i]);
		if (!add(s, error ? &errors : same ? &match : &mismatch, name)) return &none;
	}
	td_cmpfiles *all = td_alloc(s, sizeof *all);
	if (!all) return &none;
	*all = (td_cmpfiles){of(&match), of(&mismatch), of(&errors)};
	return all;
}

/* --- directories --- */

static int by_bytes(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool contains(td_strs list, const char *name) {
	for (size_t i = 0; i < list.len; i++) {
		if (strcmp(list.items[i], name) == 0) return true;
	}
	return false;
}

static td_strs names_in(td_scope *s, const char *dir, td_strs ignore, td_strs hide) {
	td_strs all = (td_os_listdir)(s, dir);
	struct list kept = {0};
	for (size_t i = 0; i < all.len; i++) {
		if (contains(ignore, all.items[i]) || contains(hide, all.items[i])) continue;
		if (!add(s, &kept, all.items[i])) break;
	}
	if (kept.len) qsort(kept.items, kept.len, sizeof *kept.items, by_bytes);
	return of(&kept);
}

/* Both lists are sorted: what is in one, in the other, in both. */
static bool divide(td_scope *s, td_dircmp *d) {
	struct list left = {0}, right = {0}, common = {0};
	size_t i = 0, k = 0;
	while (i < d->left_list.len || k < d->right_list.len) {
		int order = i == d->left_list.len    ? 1
		            : k == d->right_list.len ? -1
		                                     : strcmp(d->left_list.items[i], d->right_list.items[k]);
		const char *name = order <= 0 ? d->left_list.items[i] : d->right_list.items[k];
		if (!add(s, order < 0 ? &left : order > 0 ? &right : &common, name)) return false;
		i += order <= 0;
		k += order >= 0;
	}
	d->left_only = of(&left);
	d->right_only = of(&right);
	d->common = of(&common);
	return true;
}

static bool sort_out(td_scope *s, td_dircmp *d) {
	struct list dirs = {0}, files = {0}, funny = {0};
	for (size_t i = 0; i < d->common.len; i++) {
		TD_SCOPE(turn, s);
		const char *name = d->common.items[i], *one[2] = {d->left, name}, *two[2] = {d->right, name};
		const char *left = td__path_join(turn, (td_strs){one, 2}), *right = td__path_join(turn, (td_strs){two, 2});
		if (td_failed(turn) || !td__may_block(turn)) return false;
		struct stat a, b;
		bool alike =
			td__sys_stat(left, &a) == 0 && td__sys_stat(right, &b) == 0 && (a.st_mode & S_IFMT) == (b.st_mode & S_IFMT);
		if (!add(s, alike && S_ISDIR(a.st_mode) ? &dirs : alike && S_ISREG(a.st_mode) ? &files : &funny, name))
			return false;
	}
	d->common_dirs = of(&dirs);
	d->common_files = of(&files);
	d->common_funny = of(&funny);
	return true;
}

static const td_dircmp none = {.left = td_no_text,
                               .right = td_no_text,
                               .left_list = {no_items, 0},
                               .right_list = {no_items, 0},
                               .left_only = {no_items, 0},
                               .right_only = {no_items, 0},
                               .common = {no_items, 0},
                               .common_dirs = {no_items, 0},
                               .common_files = {no_items, 0},
                               .same_files = {no_items, 0},
                               .diff_files = {no_items, 0},
                               .funny_files = {no_items, 0},
                               .common_funny = {no_items, 0},
                               .ignore = {no_items, 0},
                               .hide = {no_items, 0}};

/* ignore and hide live in s already. */
static const td_dircmp *compare(td_scope *s, const char *a, const char *b, td_strs ignore, td_strs hide) {
	td_dircmp *d = td_alloc(s, sizeof *d);
	if (!d) return &none;
	*d = none;
	d->left = td_strdup(s, a);
	d->right = td_strdup(s, b);
	d->ignore = ignore;
	d->hide = hide;
	d->left_list = names_in(s, a, ignore, hide);
	d->right_list = names_in(s, b, ignore, hide);
	if (td_failed(s) || !divide(s, d) || !sort_out(s, d)) return &none;
	const td_cmpfiles *files = (td_filecmp_cmpfiles)(s, a, b, d->common_files, NULL);
	d->same_files = files->match;
	d->diff_files = files->mismatch;
	d->funny_files = files->errors;
	return td_failed(s) ? &none : d;
}

const td_dircmp *(td_filecmp_dircmp)(td_scope *s, const char *a, const char *b, const td_filecmp_dircmp_opts *opts) {
	static const td_strs empty = {no_items, 0};
	static const char *const usual[] = {"RCS", "CVS", "tags", ".git", ".hg", ".bzr", "_darcs", "__pycache__", NULL};
	if (!td__enter_opts(s, opts) || !td__need_text(s, "a", a) || !td__need_text(s, "b", b)) return &none;
	td_filecmp_dircmp_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.ignore.len && !td__need_strs(s, "ignore", o.ignore)) return &none;
	if (o.hide.len && !td__need_strs(s, "hide", o.hide)) return &none;
	td_strs ignore = o.ignore_none  ? empty
	                 : o.ignore.len ? td_keep(s, o.ignore)
	                                : (td_strs){usual, sizeof usual / sizeof *usual - 1};
	td_strs hide = o.hide.len ? td_keep(s, o.hide) : empty;
	return td_failed(s) ? &none : compare(s, a, b, ignore, hide);
}

static bool need_dircmp(td_scope *s, const td_dircmp *d) {
	if (d && d != &none) return true;
	(td_raise)(s, TD_TypeError, "d must be a dircmp, not None");
	return false;
}

td_dircmps(td_dircmp_subdirs)(td_scope *s, const td_dircmp *d) {
	static const td_dircmp *const nothing[1] = {NULL};
	const td_dircmps failed = {nothing, 0};
	if (!td__enter(s) || !need_dircmp(s, d)) return failed;
	td_strs ignore = td_keep(s, d->ignore), hide = td_keep(s, d->hide);
	const td_dircmp **all = td_alloc_array(s, d->common_dirs.len + 1, sizeof *all);
	for (size_t i = 0; all && i < d->common_dirs.len; i++) {
		const char *one[2] = {d->left, d->common_dirs.items[i]}, *two[2] = {d->right, d->common_dirs.items[i]};
		const char *left = td__path_join(s, (td_strs){one, 2}), *right = td__path_join(s, (td_strs){two, 2});
		if (td_failed(s)) return failed;
		all[i] = compare(s, left, right, ignore, hide);
	}
	return td_failed(s) || !all ? failed : (td_dircmps){all, d->common_dirs.len};
}

/* --- reports --- */

static void report_names(td_scope *tmp, td__buffer *b, const char *title, const char *where, td_strs names) {
	if (!names.len) return;
	td__buffer_put(b, title, strlen(title));
	if (where) td__buffer_put(b, where, strlen(where));
	td__buffer_put(b, where ? " : [" : "[", where ? 4 : 1);
	for (size_t i = 0; i < names.len; i++) {
		const char *name = td_str_repr(tmp, names.items[i]);
		if (i) td__buffer_put(b, ", ", 2);
		td__buffer_put(b, name, strlen(name));
	}
	td__buffer_put(b, "]\n", 2);
}

static void report(td_scope *s, td__buffer *b, const td_dircmp *d) {
	TD_SCOPE(tmp, s);
	const char *head = td_format(tmp, "diff %s %s\n", d->left, d->right);
	td__buffer_put(b, head, strlen(head));
	report_names(tmp, b, "Only in ", d->left, d->left_only);
	report_names(tmp, b, "Only in ", d->right, d->right_only);
	report_names(tmp, b, "Identical files : ", NULL, d->same_files);
	report_names(tmp, b, "Differing files : ", NULL, d->diff_files);
	report_names(tmp, b, "Trouble with common files : ", NULL, d->funny_files);
	report_names(tmp, b, "Common subdirectories : ", NULL, d->common_dirs);
	report_names(tmp, b, "Common funny cases : ", NULL, d->common_funny);
}

/* levels: how many below this one. A level has a path, so that paths end before the stack does. */
static void report_levels(td_scope *s, td__buffer *b, const td_dircmp *d, size_t levels) {
	report(s, b, d);
	if (!levels) return;
	TD_SCOPE(tmp, s);
	td_dircmps below = td_dircmp_subdirs(tmp, d);
	for (size_t i = 0; i < below.len && !td_failed(tmp); i++) {
		td__buffer_put(b, "\n", 1);
		report_levels(tmp, b, below.items[i], levels - 1);
	}
}

static const char *reported(td_scope *s, const td_dircmp *d, size_t levels) {
	if (!need_dircmp(s, d)) return td_no_text;
	td__buffer b;
	td__buffer_begin(&b, s);
	report_levels(s, &b, d, levels);
	const char *text = td__buffer_text(&b).data;
	return td_failed(s) ? td_no_text : text;
}

const char *(td_dircmp_report)(td_scope *s, const td_dircmp *d) {
	return td__enter(s) ? reported(s, d, 0) : td_no_text;
}
const char *(td_dircmp_report_partial_closure)(td_scope *s, const td_dircmp *d) {
	return td__enter(s) ? reported(s, d, 1) : td_no_text;
}
const char *(td_dircmp_report_full_closure)(td_scope *s, const td_dircmp *d) {
	return td__enter(s) ? reported(s, d, SIZE_MAX) : td_no_text;
}
