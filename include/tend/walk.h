/* tend/walk.h: directories and whole trees, entry by entry: Python's os.scandir, os.walk and os.fwalk.
 *
 *     #include <tend.h>
 *
 *     static int64_t size_of_logs(td_scope *s, const char *top) {
 *         int64_t total = 0;
 *         for (td_walk *w = td_os_walk(s, top); td_walk_next(s, w);) {
 *             td_walk_prune(w, ".git");                              // not entered
 *             for (size_t i = 0; i < w->files.len; i++) {
 *                 if (td_str_endswith(w->files.items[i], ".log")) total += td_walk_stat(s, w, w->files.items[i])->size;
 *             }
 *         }
 *         return total;
 *     }
 *
 * What a step shows (the fields, the texts they lead to, the descriptor, a stat) holds until the next step: to keep a
 * text longer, td_keep it. Nothing grows with the number of entries but with those of one directory, and with depth.
 * Entries come in the system's order, without "." and "..". Their kind comes with them and costs no system call, but
 * for links (and a file system that does not tell). A file that goes while one walks is no error of the walk.
 *
 * Each directory is opened from the one above, never by its whole path: trees may be deeper than PATH_MAX, at most some
 * twenty descriptors are open (with links followed, sixty), and unless links are followed nobody can lead the walk out of
 * the tree by putting a link in its way. A directory above that is moved elsewhere meanwhile ends the walk with OSError
 * (ESTALE). At the end, or at an error, the iterator is closed by itself; one that is left early closes with its scope, or
 * by td_walk_close. A dead network mount holds a step. One thread uses an iterator at a time. */
#ifndef TEND_WALK_H
#define TEND_WALK_H

#pragma GCC system_header

#include <tend/stat.h>

TD__BEGIN

/* What an entry is, as the directory says it: the numbers of DT_… in <dirent.h>. A link is a link, wherever it leads. */
typedef enum td_file_type {
	TD_TYPE_UNKNOWN = 0, /* gone before it could be asked */
	TD_TYPE_FIFO = 1,
	TD_TYPE_CHR = 2,
	TD_TYPE_DIR = 4,
	TD_TYPE_BLK = 6,
	TD_TYPE_REG = 8,
	TD_TYPE_LNK = 10,
	TD_TYPE_SOCK = 12,
} td_file_type;

/* --- one directory --- */

/* The entry one stands on, Python's os.DirEntry; to be read only. */
typedef struct td_scandir {
	const char *name;
	const char *path;   /* the directory as it was given, "/", and the name. Python: DirEntry.path */
	uint64_t ino;       /* Python: DirEntry.inode() */
	unsigned char type; /* a td_file_type; TD_TYPE_UNKNOWN where the file system does not tell: ask is_… */
	int fd;             /* of the directory */
} td_scandir;

typedef struct td_os_scandir_opts {
	TD__OPTS_HEAD;
	/* An open directory to read, path being NULL. It stays the caller's, and stands at its first entry again when the
	 * iterator is closed. An entry's path is then its name. Python: os.scandir(fd). */
	td_opt_int fd;
} td_os_scandir_opts;
/* Opens a directory to be read entry by entry: `for (td_scandir *e = td_os_scandir(s, dir); td_scandir_next(s, e);)`.
 * Raises FileNotFoundError, NotADirectoryError, PermissionError; NULL then. Python: os.scandir. */
TD_API td_scandir *td_os_scandir(td_scope *s, const char *path, const td_os_scandir_opts *opts);
#define td_os_scandir(s, ...) TD__OS_SCANDIR(s, __VA_ARGS__)
#define TD__OS_SCANDIR(s, path, ...) (td_os_scandir)(TD_HERE(s), (path), TD__OPTS(td_os_scandir_opts, __VA_ARGS__))
/* Goes on to the next entry; false at the end and when s has failed. */
TD_API bool td_scandir_next(td_scope *s, td_scandir *e);
#define td_scandir_next(s, ...) (td_scandir_next)(TD_HERE(s), __VA_ARGS__)
/* Early, before the end. Twice is as once. Python: os.scandir.close. */
TD_API void td_scandir_close(td_scandir *e);

/* Whether the entry is a directory, a regular file (links followed, unless .nofollow), a link. A system call only for
 * links and where the kind is not known. What is not there any more, or a link that leads nowhere, is false; what cannot be
 * asked is raised (PermissionError, OSError ELOOP). Python: os.DirEntry.is_dir, is_file, is_symlink. */
TD_API bool td_scandir_is_dir(td_scope *s, td_scandir *e, const td_os_nofollow_opts *opts);
#define td_scandir_is_dir(s, ...) TD__SCANDIR(td_scandir_is_dir, s, __VA_ARGS__)
TD_API bool td_scandir_is_file(td_scope *s, td_scandir *e, const td_os_nofollow_opts *opts);
#define td_scandir_is_file(s, ...) TD__SCANDIR(td_scandir_is_file, s, __VA_ARGS__)
TD_API bool td_scandir_is_symlink(td_scope *s, td_scandir *e);
#define td_scandir_is_symlink(s, ...) (td_scandir_is_symlink)(TD_HERE(s), __VA_ARGS__)
/* The entry's stat, links followed unless .nofollow; asked once for each entry. Never NULL: what could not be asked is
 * raised (FileNotFoundError) and is all -1. Python: os.DirEntry.stat. */
TD_API const td_stat *td_scandir_stat(td_scope *s, td_scandir *e, const td_os_nofollow_opts *opts);
#define td_scandir_stat(s, ...) TD__SCANDIR(td_scandir_stat, s, __VA_ARGS__)
#define TD__SCANDIR(fn, s, e, ...) (fn)(TD_HERE(s), (e), TD__OPTS(td_os_nofollow_opts, __VA_ARGS__))

/* --- a tree --- */

/* The directory one stands in, Python's tuple; to be read only. */
typedef struct td_walk {
	const char *path;                /* top, and what leads down from it */
	td_strs dirs;                    /* the names of its directories, and of the links to directories */
	td_strs files;                   /* the names of all else */
	const unsigned char *dir_types;  /* beside dirs: TD_TYPE_DIR or TD_TYPE_LNK */
	const unsigned char *file_types; /* beside files: a td_file_type each */
	int fd;                          /* of the directory, for openat(2) and its like; close it not */
	size_t depth;                    /* 0 is top */
} td_walk;

/* Told of a directory that could not be read, with its path in e->filename. What it raises on s ends the walk. */
typedef void (*td_walk_onerror)(td_scope *s, const td_error *e, void *arg);
/* The one that raises e: `td_os_walk(s, top, .onerror = td_walk_raise)` walks all or fails. */
TD_API void td_walk_raise(td_scope *s, const td_error *e, void *arg);

typedef struct td_os_walk_opts {
	TD__OPTS_HEAD;
	bool bottomup;           /* a directory comes after those in it. Python: topdown=False */
	td_walk_onerror onerror; /* NULL: what cannot be read is left out and nobody is told, as in Python */
	void *onerror_arg;
	bool followlinks;  /* links to directories are entered. One that leads back up is entered until the system has had
	                   * enough of links in one path (40). Python: fwalk's follow_symlinks too */
	td_opt_int dir_fd; /* of td_os_fwalk: the open directory that a relative top begins in */
} td_os_walk_opts;

/* All directories from top down: `for (td_walk *w = td_os_walk(s, top); td_walk_next(s, w);)`. Links to directories are
 * listed in dirs and not entered. Nothing is read before the first step; that top cannot be read is an error like that of
 * any other directory. Python: os.walk. */
TD_API td_walk *td_os_walk(td_scope *s, const char *top, const td_os_walk_opts *opts);
#define td_os_walk(s, ...) TD__OS_WALK(td_os_walk, s, __VA_ARGS__)
/* The same by Python's other name, for fd; with these differences of its: that top cannot be opened is raised, a top that
 * is a link is not entered (unless .followlinks), and e->filename is the name alone. Python: os.fwalk. */
TD_API td_walk *td_os_fwalk(td_scope *s, const char *top, const td_os_walk_opts *opts);
#define td_os_fwalk(s, ...) TD__OS_WALK(td_os_fwalk, s, __VA_ARGS__)
#define TD__OS_WALK(fn, s, top, ...) (fn)(TD_HERE(s), (top), TD__OPTS(td_os_walk_opts, __VA_ARGS__))

/* Goes on to the next directory; false at the end and when s has failed. */
TD_API bool td_walk_next(td_scope *s, td_walk *w);
#define td_walk_next(s, ...) (td_walk_next)(TD_HERE(s), __VA_ARGS__)
/* Takes name out of dirs, so that it is not entered; whether it was there. With .bottomup it has been entered already.
 * Python: dirs.remove(name). */
TD_API bool td_walk_prune(td_walk *w, const char *name);
/* Sorts dirs, which are then entered in that order, and files, by their bytes. Python: dirs.sort(), files.sort(). */
TD_API void td_walk_sort(td_walk *w);
/* Makes dirs these names, to be entered in that order. ValueError for what is no name. With .bottomup they have been
 * entered already. Python: dirs[:] = names. */
TD_API bool td_walk_set_dirs(td_scope *s, td_walk *w, td_strs names);
#define td_walk_set_dirs(s, ...) (td_walk_set_dirs)(TD_HERE(s), __VA_ARGS__)
/* The stat of a name in the directory one stands in, links followed unless .nofollow. Never NULL; what could not be asked
 * is raised and is all -1. Python: os.stat(name, dir_fd=fd). */
TD_API const td_stat *td_walk_stat(td_scope *s, td_walk *w, const char *name, const td_os_nofollow_opts *opts);
#define td_walk_stat(s, w, ...) TD__WALK_STAT(s, w, __VA_ARGS__)
#define TD__WALK_STAT(s, w, name, ...)                                                                                 \
	(td_walk_stat)(TD_HERE(s), (w), (name), TD__OPTS(td_os_nofollow_opts, __VA_ARGS__))
/* Early, before the end. Twice is as once. */
TD_API void td_walk_close(td_walk *w);

TD__END
#endif
