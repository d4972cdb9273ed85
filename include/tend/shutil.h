/* tend/shutil.h: files and trees as a whole: copying, moving, removing; and what Python's shutil has beside that. (Its
 * archives stand in tend/archive.h.)
 *
 * Copies share blocks where the file system can, keep holes as holes, and are never finished by halves when .atomic is
 * asked. Removing a tree cannot be led astray by a link that somebody puts in its way, and neither depth nor the length of
 * a path is limited. Errors are OSError and its descendants with Python's text; names are bytes and pass through
 * unchanged.
 *
 *     #include <tend.h>
 *
 *     static void release(td_scope *s, const char *build, const char *version) {
 *         const char *dir = td_path_join(s, "/opt/app", version);
 *         td_shutil_copytree(s, build, dir, .symlinks = true, .ignore = TD_IGNORE_PATTERNS("*.o", ".git"));
 *         td_shutil_copy(s, "app.conf", td_path_join(s, dir, "app.conf"), .atomic = true);
 *         td_shutil_rmtree(s, "/opt/app/previous", .ignore_errors = true);
 *         td_print(s, "%lld bytes are free", (long long)td_shutil_disk_usage(s, "/opt")->free);
 *     }
 *
 * Blocking: a call looks at the scope's deadline and cancel before each file and each few MiB of one; a single system call
 * (a dead mount, an fsync) is not interruptible. Safe among threads, each with a scope of its own; the trees must not be
 * changed meanwhile by others, or the result is a mix. */
#ifndef TEND_SHUTIL_H
#define TEND_SHUTIL_H

#pragma GCC system_header

#include <tend/os_fd.h>

TD__BEGIN

/* --- one file --- */

typedef struct td_shutil_copy_opts {
	TD__OPTS_HEAD;
	bool nofollow; /* of a link src a link is made. Python: follow_symlinks=False */
	bool atomic; /* dst holds either what it held before or all of the new, whatever happens: made beside it, brought to
	                * the disk (fsync), renamed. Of a link dst the target is replaced. What a run that was killed left
	                * beside dst, the next one removes. ValueError where dst is there and no regular file */
	td_progress_fn progress; /* is told the bytes that are copied, of all */
	void *progress_arg;
	void *arg; /* for a copy function of your own, from .copy_arg; these take no notice */
} td_shutil_copy_opts;

/* Copies the content of the file src to the file dst, which is emptied first or made; the permissions of one that is there
 * stay. Returns dst, in s. Raises SameFileError (links and hard links count), SpecialFileError for a named pipe,
 * IsADirectoryError, FileNotFoundError, PermissionError, OSError with both names where writing failed (ENOSPC); without
 * .atomic half a copy stays then. A device is read to its end. Python: shutil.copyfile. */
TD_API const char *td_shutil_copyfile(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *opts);
#define td_shutil_copyfile(s, src, ...) TD__SHUTIL_COPY(td_shutil_copyfile, s, src, __VA_ARGS__)
/* The same with the permission bits; dst may be a directory, in which the copy gets src's name. Returns the new file's
 * path, in s. Python: shutil.copy. */
TD_API const char *td_shutil_copy(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *opts);
#define td_shutil_copy(s, src, ...) TD__SHUTIL_COPY(td_shutil_copy, s, src, __VA_ARGS__)
/* The same with all that td_shutil_copystat copies. Python: shutil.copy2. */
TD_API const char *td_shutil_copy2(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *opts);
#define td_shutil_copy2(s, src, ...) TD__SHUTIL_COPY(td_shutil_copy2, s, src, __VA_ARGS__)
#define TD__SHUTIL_COPY(fn, s, src, dst, ...) (fn)(TD_HERE(s), (src), (dst), TD__OPTS(td_shutil_copy_opts, __VA_ARGS__))

typedef struct td_shutil_stat_opts {
	TD__OPTS_HEAD;
	bool nofollow; /* when both are links, of the links themselves (which have times, but no mode). Python:
	                * follow_symlinks=False */
} td_shutil_stat_opts;
/* Gives dst the permission bits of src. Python: shutil.copymode. */
TD_API bool td_shutil_copymode(td_scope *s, const char *src, const char *dst, const td_shutil_stat_opts *opts);
#define td_shutil_copymode(s, src, ...) TD__SHUTIL_STAT(td_shutil_copymode, s, src, __VA_ARGS__)
/* Permission bits, the times of last reading and writing to the nanosecond, and extended attributes, access control lists
 * among them; attributes that dst's file system or user may not have are left out. The owner stays. Python:
 * shutil.copystat. */
TD_API bool td_shutil_copystat(td_scope *s, const char *src, const char *dst, const td_shutil_stat_opts *opts);
#define td_shutil_copystat(s, src, ...) TD__SHUTIL_STAT(td_shutil_copystat, s, src, __VA_ARGS__)
#define TD__SHUTIL_STAT(fn, s, src, dst, ...) (fn)(TD_HERE(s), (src), (dst), TD__OPTS(td_shutil_stat_opts, __VA_ARGS__))

typedef struct td_shutil_copyfileobj_opts {
	TD__OPTS_HEAD;
	size_t length; /* bytes (of two text files characters) that are read at a time; 0 is 64 KiB */
} td_shutil_copyfileobj_opts;
/* Copies from fsrc's position to its end into fdst, as text when both are open for text. Returns how many bytes; -1 when it
 * raised. What is written is on its way once fdst is flushed or closed. Python: shutil.copyfileobj. */
TD_API int64_t td_shutil_copyfileobj(td_scope *s, td_file *fsrc, td_file *fdst, const td_shutil_copyfileobj_opts *opts);
#define td_shutil_copyfileobj(s, fsrc, ...) TD__SHUTIL_COPYFILEOBJ(s, fsrc, __VA_ARGS__)
#define TD__SHUTIL_COPYFILEOBJ(s, fsrc, fdst, ...)                                                                     \
	(td_shutil_copyfileobj)(TD_HERE(s), (fsrc), (fdst), TD__OPTS(td_shutil_copyfileobj_opts, __VA_ARGS__))

/* --- trees --- */

/* What is left out of a tree's copy: names that match a pattern, or those that a function of yours returns. It is called
 * for each directory, in a scope of its own, with the directory's path and all names in it; what it returns must live in
 * that scope (names do). Zero leaves nothing out. */
typedef td_strs (*td_ignore_fn)(td_scope *s, void *arg, const char *dir, td_strs names);
typedef struct td_ignore {
	td_strs patterns; /* as td_fnmatch_fnmatch's */
	td_ignore_fn call;
	void *arg;
} td_ignore;
/* TD_IGNORE_PATTERNS("*.pyc", "tmp*"): names that match one of them. It lives until the end of the block. Python:
 * shutil.ignore_patterns. */
#ifdef __cplusplus
TD__END
#include <initializer_list>
inline td_ignore td__ignore_patterns(std::initializer_list<const char *> l) {
	return td_ignore{td_strs{l.begin(), l.size() - 1}, nullptr, nullptr};
}
#define TD_IGNORE_PATTERNS(...) (td__ignore_patterns({__VA_ARGS__, (const char *)nullptr}))
TD__BEGIN
#else
#define TD_IGNORE_PATTERNS(...)                                                                                        \
	((td_ignore){.patterns = {(const char *const[]){__VA_ARGS__, NULL},                                                \
	                          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)}})
#endif
/* The names that ignore leaves out of the directory dir. Python: shutil.ignore_patterns(…)(dir, names). */
TD_API td_strs td_shutil_ignored(td_scope *s, td_ignore ignore, const char *dir, td_strs names);
#define td_shutil_ignored(s, ...) (td_shutil_ignored)(TD_HERE(s), __VA_ARGS__)

/* What copies one file of a tree: td_shutil_copy2, td_shutil_copy, td_shutil_copyfile, or one of your own, which finds
 * .copy_arg in opts->arg. Its OSErrors are gathered; any other error ends the copying. */
typedef const char *(*td_copy_fn)(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *opts);

typedef struct td_shutil_copytree_opts {
	TD__OPTS_HEAD;
	bool symlinks; /* links are copied as links; otherwise what they lead to is copied in their place */
	td_ignore ignore;
	td_copy_fn copy_function; /* NULL is td_shutil_copy2 */
	void *copy_arg;
	bool ignore_dangling_symlinks; /* without .symlinks: links that lead nowhere are left out, not an error */
	bool dirs_exist_ok;            /* directories that are there are filled, files in them replaced */
	td_progress_fn progress;       /* is told the bytes that are copied, of -1 */
	void *progress_arg;
} td_shutil_copytree_opts;
/* Copies the directory src with all in it to dst, which is made with those above it. Directories get the mode, the times and
 * the attributes of theirs once they are filled; until then they are the owner's alone. Owners and hard links are not
 * kept. Returns dst, in s.
 *
 * What cannot be copied does not stop the rest: at the end shutil.Error (TD_shutil_Error) is raised, whose args are the
 * source, the target and the reason of the first, of the second, and so on. Before that: FileNotFoundError,
 * NotADirectoryError, PermissionError of src, FileExistsError of dst. A circle of links ends after 40 of them, as ELOOP.
 * Python: shutil.copytree. */
TD_API const char *td_shutil_copytree(td_scope *s, const char *src, const char *dst,
                                      const td_shutil_copytree_opts *opts);
#define td_shutil_copytree(s, src, ...) TD__SHUTIL_COPYTREE(s, src, __VA_ARGS__)
#define TD__SHUTIL_COPYTREE(s, src, dst, ...)                                                                          \
	(td_shutil_copytree)(TD_HERE(s), (src), (dst), TD__OPTS(td_shutil_copytree_opts, __VA_ARGS__))

/* Is told of an error while a tree is removed: the name of Python's call that failed ("os.unlink", "os.rmdir",
 * "os.scandir", "os.open", "os.lstat", "os.path.islink"), the path, and the error. To stop there, td_reraise(s, e). */
typedef void (*td_onerror_fn)(td_scope *s, void *arg, const char *function, const char *path, const td_error *e);

typedef struct td_shutil_rmtree_opts {
	TD__OPTS_HEAD;
	bool ignore_errors;    /* goes on past what cannot be removed, without a word */
	td_onerror_fn onerror; /* goes on past what cannot be removed, having been told */
	void *onerror_arg;
	td_progress_fn progress; /* is told how many entries are gone, of -1 */
	void *progress_arg;
} td_shutil_rmtree_opts;
/* Removes the directory path and all in it; of links only the links. Nobody can lead it out of the tree by swapping a
 * directory for a link meanwhile. Raises OSError "Cannot call rmtree on a symbolic link" for a link, FileNotFoundError,
 * NotADirectoryError, PermissionError and so on with the whole path of what could not be removed; what stands before it in
 * the order is gone then. What somebody else removes at the same time is no error. Python: shutil.rmtree. */
TD_API bool td_shutil_rmtree(td_scope *s, const char *path, const td_shutil_rmtree_opts *opts);
#define td_shutil_rmtree(s, ...) TD__SHUTIL_RMTREE(s, __VA_ARGS__)
#define TD__SHUTIL_RMTREE(s, path, ...)                                                                                \
	(td_shutil_rmtree)(TD_HERE(s), (path), TD__OPTS(td_shutil_rmtree_opts, __VA_ARGS__))

typedef struct td_shutil_move_opts {
	TD__OPTS_HEAD;
	td_copy_fn copy_function; /* across file systems; NULL is td_shutil_copy2 */
	void *copy_arg;
	td_progress_fn progress; /* across file systems: bytes, of -1 */
	void *progress_arg;
} td_shutil_move_opts;
/* Moves a file, a link or a tree to dst, or into it if it is a directory. Within a file system that is a rename; otherwise
 * it is copied, and only when the copy is whole and in its place is src removed: a tree is made beside its place under
 * another name and renamed, a file is copied as with .atomic. (A copy function of your own copies in place.) Returns the
 * new path, in s; NULL, as Python's None, when dst is src itself. Raises shutil.Error when dst holds that name already or
 * lies in src, and what td_shutil_copytree and td_shutil_rmtree raise. Python: shutil.move. */
TD_API const char *td_shutil_move(td_scope *s, const char *src, const char *dst, const td_shutil_move_opts *opts);
#define td_shutil_move(s, src, ...) TD__SHUTIL_MOVE(s, src, __VA_ARGS__)
#define TD__SHUTIL_MOVE(s, src, dst, ...)                                                                              \
	(td_shutil_move)(TD_HERE(s), (src), (dst), TD__OPTS(td_shutil_move_opts, __VA_ARGS__))

/* --- and the rest --- */

/* Bytes of a file system; -1 each when the call failed. */
typedef struct td_disk_usage {
	int64_t total, used;
	int64_t free; /* to whoever is not root: less than total minus used */
} td_disk_usage;
/* Of the file system that path is on. Never NULL. Python: shutil.disk_usage. */
TD_API const td_disk_usage *td_shutil_disk_usage(td_scope *s, const char *path);
#define td_shutil_disk_usage(s, ...) (td_shutil_disk_usage)(TD_HERE(s), __VA_ARGS__)

typedef struct td_shutil_which_opts {
	TD__OPTS_HEAD;
	td_opt_int mode;  /* what one must be allowed: F_OK, R_OK, W_OK, X_OK; absent: X_OK */
	const char *path; /* directories with ":" between them; NULL: PATH, or the system's default when it is not set */
} td_shutil_which_opts;
/* The path of the program that cmd would start, in s; NULL, as Python's None, when there is none. One with a "/" in it is
 * not searched for. An empty search path holds nothing; an empty element of it is the current directory. Python:
 * shutil.which. */
TD_API const char *td_shutil_which(td_scope *s, const char *cmd, const td_shutil_which_opts *opts);
#define td_shutil_which(s, ...) TD__SHUTIL_WHICH(s, __VA_ARGS__)
#define TD__SHUTIL_WHICH(s, cmd, ...) (td_shutil_which)(TD_HERE(s), (cmd), TD__OPTS(td_shutil_which_opts, __VA_ARGS__))

typedef struct td_shutil_chown_opts {
	TD__OPTS_HEAD;
	const char *user, *group; /* by name */
	td_opt_int uid, gid;      /* by number; not both */
} td_shutil_chown_opts;
/* Gives path, or what it leads to, to another user or group; one that is not named stays. LookupError "no such user: 'x'"
 * for a name that nobody has, ValueError when none is given, PermissionError. Python: shutil.chown. */
TD_API bool td_shutil_chown(td_scope *s, const char *path, const td_shutil_chown_opts *opts);
#define td_shutil_chown(s, path, ...) TD__SHUTIL_CHOWN(s, path, __VA_ARGS__)
#define TD__SHUTIL_CHOWN(s, path, ...)                                                                                 \
	(td_shutil_chown)(TD_HERE(s), (path), TD__OPTS(td_shutil_chown_opts, __VA_ARGS__))

typedef struct td_shutil_get_terminal_size_opts {
	TD__OPTS_HEAD;
	int columns, lines; /* where nothing says how many: 0 is 80 and 24. Python: fallback= */
} td_shutil_get_terminal_size_opts;
/* How wide and how high the terminal is: as COLUMNS and LINES say, if they are positive numbers; else as the terminal on
 * standard output says; else what is given. Python: shutil.get_terminal_size. */
TD_API const td_terminal_size *td_shutil_get_terminal_size(td_scope *s, const td_shutil_get_terminal_size_opts *opts);
#define td_shutil_get_terminal_size(...) TD__SHUTIL_GET_TERMINAL_SIZE(__VA_ARGS__, )
#define TD__SHUTIL_GET_TERMINAL_SIZE(s, ...)                                                                           \
	(td_shutil_get_terminal_size)(TD_HERE(s), TD__OPTS(td_shutil_get_terminal_size_opts, __VA_ARGS__))

TD__END
#endif
