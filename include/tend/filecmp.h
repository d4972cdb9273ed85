/* tend/filecmp.h: whether files are the same, and how two directories differ: Python's filecmp.
 *
 *     #include <tend.h>
 *
 *     static bool same_tree(td_scope *s, const char *a, const char *b) {
 *         const td_dircmp *d = td_filecmp_dircmp(s, a, b);
 *         bool same = !d->left_only.len && !d->right_only.len && !d->diff_files.len && !d->funny_files.len && !d->common_funny.len;
 *         for (size_t i = 0; same && i < d->common_dirs.len; i++) {
 *             same = same_tree(s, td_path_join(s, a, d->common_dirs.items[i]), td_path_join(s, b, d->common_dirs.items[i]));
 *         }
 *         return same;
 *     }
 *
 * Nothing is remembered from one call to the next (Python keeps a hundred answers). Safe among threads, each with a scope of
 * its own; reading asks for deadline and cancel between blocks. */
#ifndef TEND_FILECMP_H
#define TEND_FILECMP_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_filecmp_opts {
	TD__OPTS_HEAD;
	bool deep; /* the contents are read even if size and time of writing are the same. Python: shallow=False */
} td_filecmp_opts;
/* Whether two regular files are the same: of one size and time of writing, or of one content. What is no regular file is
 * never the same. Raises FileNotFoundError, PermissionError, OSError; false then. Python: filecmp.cmp. */
TD_API bool td_filecmp_cmp(td_scope *s, const char *f1, const char *f2, const td_filecmp_opts *opts);
#define td_filecmp_cmp(s, f1, ...) TD__FILECMP_CMP(s, f1, __VA_ARGS__)
#define TD__FILECMP_CMP(s, f1, f2, ...) (td_filecmp_cmp)(TD_HERE(s), (f1), (f2), TD__OPTS(td_filecmp_opts, __VA_ARGS__))

typedef struct td_cmpfiles {
	td_strs match, mismatch, errors;
} td_cmpfiles;
/* Those names of common that are the same in the directories a and b, those that are not, and those that could not be
 * compared. Never NULL. Python: filecmp.cmpfiles. */
TD_API const td_cmpfiles *td_filecmp_cmpfiles(td_scope *s, const char *a, const char *b, td_strs common,
                                              const td_filecmp_opts *opts);
#define td_filecmp_cmpfiles(s, a, b, ...) TD__FILECMP_CMPFILES(s, a, b, __VA_ARGS__)
#define TD__FILECMP_CMPFILES(s, a, b, common, ...)                                                                     \
	(td_filecmp_cmpfiles)(TD_HERE(s), (a), (b), (common), TD__OPTS(td_filecmp_opts, __VA_ARGS__))

/* How two directories differ, their subdirectories not looked into; names, sorted. */
typedef struct td_dircmp {
	const char *left, *right;
	td_strs left_list, right_list;  /* what is in them, less what is ignored */
	td_strs left_only, right_only;  /* in one alone */
	td_strs common;                 /* in both, and of these: */
	td_strs common_dirs;            /* directories in both */
	td_strs common_files;           /* regular files in both, and of these: */
	td_strs same_files, diff_files; /* as td_filecmp_cmp finds */
	td_strs funny_files;            /* could not be compared */
	td_strs common_funny;           /* of different kinds, of another kind, or not to be asked */
	td_strs ignore, hide;           /* what was left out */
} td_dircmp;
typedef struct td_filecmp_dircmp_opts {
	TD__OPTS_HEAD;
	td_strs ignore; /* names left out; none given: RCS CVS tags .git .hg .bzr _darcs __pycache__ */
	bool ignore_none;
	td_strs hide; /* names left out besides; "." and ".." always are */
} td_filecmp_dircmp_opts;
/* Compares them, at once. Never NULL. Raises FileNotFoundError, NotADirectoryError, PermissionError.
 * Python: filecmp.dircmp. */
TD_API const td_dircmp *td_filecmp_dircmp(td_scope *s, const char *a, const char *b,
                                          const td_filecmp_dircmp_opts *opts);
#define td_filecmp_dircmp(s, a, ...) TD__FILECMP_DIRCMP(s, a, __VA_ARGS__)
#define TD__FILECMP_DIRCMP(s, a, b, ...)                                                                               \
	(td_filecmp_dircmp)(TD_HERE(s), (a), (b), TD__OPTS(td_filecmp_dircmp_opts, __VA_ARGS__))

typedef struct td_dircmps {
	const td_dircmp *const *items;
	size_t len;
} td_dircmps;
/* The same of each of d->common_dirs, in that order, with what d left out left out. Compares them now; theirs are compared when
 * they are asked for. Raises what td_filecmp_dircmp does. Python: filecmp.dircmp.subdirs. */
TD_API td_dircmps td_dircmp_subdirs(td_scope *s, const td_dircmp *d);
#define td_dircmp_subdirs(s, ...) (td_dircmp_subdirs)(TD_HERE(s), __VA_ARGS__)
/* What Python prints, as a text: of these two directories; of those in both too; and so on all the way down, as far as paths
 * go. Python: filecmp.dircmp.report, filecmp.dircmp.report_partial_closure, filecmp.dircmp.report_full_closure. */
TD_API const char *td_dircmp_report(td_scope *s, const td_dircmp *d);
#define td_dircmp_report(s, ...) (td_dircmp_report)(TD_HERE(s), __VA_ARGS__)
TD_API const char *td_dircmp_report_partial_closure(td_scope *s, const td_dircmp *d);
#define td_dircmp_report_partial_closure(s, ...) (td_dircmp_report_partial_closure)(TD_HERE(s), __VA_ARGS__)
TD_API const char *td_dircmp_report_full_closure(td_scope *s, const td_dircmp *d);
#define td_dircmp_report_full_closure(s, ...) (td_dircmp_report_full_closure)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
