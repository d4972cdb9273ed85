/* tend/glob.h: the files whose paths match a shell's pattern, as Python's glob finds them.
 *
 * "*", "?" and "[…]" match within one name (tend/fnmatch.h); a name with a leading dot only if the pattern has that dot too.
 * With .recursive "**" stands for any directories and files below, links to directories followed. What cannot be read is left
 * out; nothing that matches is no error. A link that leads nowhere is found. Paths come in the system's order.
 *
 *     #include <tend.h>
 *
 *     static void show_logs(td_scope *s) {
 *         for (td_glob *g = td_glob_iglob(s, "**" "/" "*.log", .root_dir = "/var/log", .recursive = true); td_glob_next(s, g);) {
 *             td_print(s, "%s", g->path);
 *         }
 *     }
 *
 * Safe among threads, each with a scope of its own; a dead network mount holds it. */
#ifndef TEND_GLOB_H
#define TEND_GLOB_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_glob_opts {
	TD__OPTS_HEAD;
	const char *root_dir; /* where a relative pattern begins; the paths found are relative to it. NULL: here */
	bool recursive;       /* "**" is any depth */
	bool include_hidden;  /* "*", "?" and "**" match a leading dot */
	td_opt_int dir_fd; /* an open directory, which a relative pattern, or root_dir, begins in; it stays the caller's */
} td_glob_opts;

/* All that match. Python: glob.glob. */
TD_API td_strs td_glob_glob(td_scope *s, const char *pathname, const td_glob_opts *opts);
#define td_glob_glob(s, ...) TD__GLOB(td_glob_glob, s, __VA_ARGS__)
#define TD__GLOB(fn, s, pathname, ...) (fn)(TD_HERE(s), (pathname), TD__OPTS(td_glob_opts, __VA_ARGS__))

/* The one that was found last; to be read only. */
typedef struct td_glob {
	const char *path; /* until the next step */
} td_glob;
/* The same one after another, without a list: only the directories on the way to one are in memory. At the end the iterator
 * is closed by itself; one that is left early closes with its scope. Python: glob.iglob. */
TD_API td_glob *td_glob_iglob(td_scope *s, const char *pathname, const td_glob_opts *opts);
#define td_glob_iglob(s, ...) TD__GLOB(td_glob_iglob, s, __VA_ARGS__)
/* Goes on to the next; false at the end and when s has failed. */
TD_API bool td_glob_next(td_scope *s, td_glob *g);
#define td_glob_next(s, ...) (td_glob_next)(TD_HERE(s), __VA_ARGS__)

/* pathname with its "*", "?" and "[" made to mean themselves. Python: glob.escape. */
TD_API const char *td_glob_escape(td_scope *s, const char *pathname);
#define td_glob_escape(s, ...) (td_glob_escape)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
