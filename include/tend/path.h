/* tend/path.h: os.path and pathlib: paths as texts, questions about them, and whole files in one call.
 *
 * A path is bytes, and passes through unchanged. The names of os.path behave as os.path does (they work on the text as
 * it stands; questions are answered with false when the system cannot answer); the names of pathlib as pathlib does
 * (normalised; what the system cannot answer is raised). A predicate is also false when s has failed. Empty text is a
 * path like any other; NULL and td_no_text are TypeError. Safe among threads, each with a scope of its own; what asks the
 * file system is not interruptible, as a dead network mount shows.
 *
 *     #include <tend.h>
 *
 *     static const char *config_of(td_scope *s, const char *root, const char *stage) {
 *         const char *path = td_path_join(s, root, stage, "app.conf");
 *         return td_path_isfile(s, path) ? td_path_read_text(s, path) : "";
 *     }
 */
#ifndef TEND_PATH_H
#define TEND_PATH_H

#pragma GCC system_header

#include <tend/text.h>

TD__BEGIN

/* --- as texts: nothing is looked up --- */

/* td_path_join(s, "a", "b", …): the parts with one "/" between them; an absolute part begins anew, an empty last one
 * leaves a "/" at the end. Nothing is collapsed. Python: os.path.join. */
TD_API const char *td__path_join(td_scope *s, td_strs parts);
#define td_path_join(s, ...) td__path_join((s), td_strs_of((s), __VA_ARGS__))
/* The same, normalised: "//" and "/./" collapse, ".." stays, "" is ".". Python: pathlib.PurePath.joinpath, "/". */
TD_API const char *td__path_joinpath(td_scope *s, td_strs parts);
#define td_path_joinpath(s, ...) td__path_joinpath((s), td_strs_of((s), __VA_ARGS__))

/* "/a/b/" has the basename "" and the dirname "/a/b". Python: os.path.dirname, basename. */
TD_API const char *td_path_dirname(td_scope *s, const char *path);
TD_API const char *td_path_basename(td_scope *s, const char *path);
/* The two of them; the text and its last suffix, "" when it has none (".bashrc" has none).
 * Python: os.path.split, splitext. */
TD_API td_strs td_path_split(td_scope *s, const char *path);
TD_API td_strs td_path_splitext(td_scope *s, const char *path);
/* Without "//", "." and "..", by the text alone. Python: os.path.normpath. */
TD_API const char *td_path_normpath(td_scope *s, const char *path);
/* Whether it begins with "/". Python: os.path.isabs. */
TD_API bool td_path_isabs(const char *path);
/* The longest common path, or ValueError for none at all or a mix of absolute and relative; the longest common text.
 * Python: os.path.commonpath, commonprefix. */
TD_API const char *td_path_commonpath(td_scope *s, td_strs paths);
TD_API const char *td_path_commonprefix(td_scope *s, td_strs paths);

/* --- from the current directory --- */

/* Absolute and normalised. Raises FileNotFoundError when the current directory is gone. Python: os.path.abspath. */
TD_API const char *td_path_abspath(td_scope *s, const char *path);
#define td_path_abspath(s, ...) (td_path_abspath)(TD_HERE(s), __VA_ARGS__)

typedef struct td_path_relpath_opts {
	TD__OPTS_HEAD;
	const char *start; /* NULL and "": the current directory */
} td_path_relpath_opts;
/* The way from start to path, by the texts. ValueError "no path specified" for "". Python: os.path.relpath. */
TD_API const char *td_path_relpath(td_scope *s, const char *path, const td_path_relpath_opts *opts);
#define td_path_relpath(s, ...) TD__PATH_RELPATH(s, __VA_ARGS__)
#define TD__PATH_RELPATH(s, path, ...)                                                                                 \
	(td_path_relpath)(TD_HERE(s), (path), TD__OPTS(td_path_relpath_opts, __VA_ARGS__))

typedef struct td_path_realpath_opts {
	TD__OPTS_HEAD;
	bool strict; /* what is not there, and a loop of links, is raised */
} td_path_realpath_opts;
/* Absolute and normalised, with every link on the way replaced by what it leads to. Of what is not there the rest is kept as
 * it is, and a loop of links is left standing. Python: os.path.realpath. */
TD_API const char *td_path_realpath(td_scope *s, const char *path, const td_path_realpath_opts *opts);
#define td_path_realpath(s, ...) TD__PATH_REALPATH(td_path_realpath, s, __VA_ARGS__)
#define TD__PATH_REALPATH(fn, s, path, ...) (fn)(TD_HERE(s), (path), TD__OPTS(td_path_realpath_opts, __VA_ARGS__))

/* --- from the environment and the users' table --- */

/* "~" at the beginning by $HOME or the user's home directory, "~name" by that user's; unchanged when it is not known.
 * Python: os.path.expanduser. */
TD_API const char *td_path_expanduser(td_scope *s, const char *path);
#define td_path_expanduser(s, ...) (td_path_expanduser)(TD_HERE(s), __VA_ARGS__)
/* "$name" and "${name}" by the environment; what is not set stays as it is. Python: os.path.expandvars. */
TD_API const char *td_path_expandvars(td_scope *s, const char *path);
#define td_path_expandvars(s, ...) (td_path_expandvars)(TD_HERE(s), __VA_ARGS__)

/* --- questions --- */

/* Links are followed but by lexists and islink. Python: os.path.exists, lexists, isfile, isdir, islink. */
TD_API bool td_path_exists(td_scope *s, const char *path);
#define td_path_exists(s, ...) (td_path_exists)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_lexists(td_scope *s, const char *path);
#define td_path_lexists(s, ...) (td_path_lexists)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_isfile(td_scope *s, const char *path);
#define td_path_isfile(s, ...) (td_path_isfile)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_isdir(td_scope *s, const char *path);
#define td_path_isdir(s, ...) (td_path_isdir)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_islink(td_scope *s, const char *path);
#define td_path_islink(s, ...) (td_path_islink)(TD_HERE(s), __VA_ARGS__)

/* False when there is nothing there (ENOENT, ENOTDIR, EBADF, ELOOP); anything else is raised: PermissionError, OSError.
 * Python: pathlib.Path.is_file, is_dir. */
TD_API bool td_path_is_file(td_scope *s, const char *path);
#define td_path_is_file(s, ...) (td_path_is_file)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_is_dir(td_scope *s, const char *path);
#define td_path_is_dir(s, ...) (td_path_is_dir)(TD_HERE(s), __VA_ARGS__)

/* Bytes; -1 when it raised. Python: os.path.getsize. */
TD_API int64_t td_path_getsize(td_scope *s, const char *path);
#define td_path_getsize(s, ...) (td_path_getsize)(TD_HERE(s), __VA_ARGS__)

/* When it was written last, read last, changed in any way (mode and owner too): seconds since 1970; -1 when it raised.
 * Python: os.path.getmtime, getatime, getctime. */
TD_API double td_path_getmtime(td_scope *s, const char *path);
#define td_path_getmtime(s, ...) (td_path_getmtime)(TD_HERE(s), __VA_ARGS__)
TD_API double td_path_getatime(td_scope *s, const char *path);
#define td_path_getatime(s, ...) (td_path_getatime)(TD_HERE(s), __VA_ARGS__)
TD_API double td_path_getctime(td_scope *s, const char *path);
#define td_path_getctime(s, ...) (td_path_getctime)(TD_HERE(s), __VA_ARGS__)
/* Whether both lead to the one file; raises when one of them is not there. Python: os.path.samefile. */
TD_API bool td_path_samefile(td_scope *s, const char *f1, const char *f2);
#define td_path_samefile(s, ...) (td_path_samefile)(TD_HERE(s), __VA_ARGS__)
/* Whether another file system begins there; never of a link. Python: os.path.ismount. */
TD_API bool td_path_ismount(td_scope *s, const char *path);
#define td_path_ismount(s, ...) (td_path_ismount)(TD_HERE(s), __VA_ARGS__)

/* --- whole files --- */

/* All of the file: as text it must be UTF-8 without a NUL, and "\r\n" and "\r" are read as "\n" (UnicodeDecodeError,
 * ValueError); as bytes it is what it is. Raises what td_open raises. Python: pathlib.Path.read_text, read_bytes. */
TD_API const char *td_path_read_text(td_scope *s, const char *path);
#define td_path_read_text(s, ...) (td_path_read_text)(TD_HERE(s), __VA_ARGS__)
TD_API td_bytes td_path_read_bytes(td_scope *s, const char *path);
#define td_path_read_bytes(s, ...) (td_path_read_bytes)(TD_HERE(s), __VA_ARGS__)

typedef struct td_path_write_opts {
	TD__OPTS_HEAD;
	bool atomic;     /* path holds either what it held before or all of the new, whatever happens: written beside it,
	                  * brought to the disk (fsync), renamed. A link's target is replaced, not the link; mode and owner
	                  * stay as they were */
	td_opt_int perm; /* permission bits of a file that is made, less the umask; absent: 0666 */
} td_path_write_opts;
/* Makes path hold exactly that. Without .atomic a failure can leave half of it. Raises what td_open raises, and OSError
 * (ENOSPC, EIO). Python: pathlib.Path.write_text, write_bytes. */
TD_API bool td_path_write_text(td_scope *s, const char *path, const char *text, const td_path_write_opts *opts);
#define td_path_write_text(s, path, ...) TD__PATH_WRITE(td_path_write_text, s, path, __VA_ARGS__)
TD_API bool td_path_write_bytes(td_scope *s, const char *path, td_bytes bytes, const td_path_write_opts *opts);
#define td_path_write_bytes(s, path, ...) TD__PATH_WRITE(td_path_write_bytes, s, path, __VA_ARGS__)
#define TD__PATH_WRITE(fn, s, path, what, ...)                                                                         \
	(fn)(TD_HERE(s), (path), (what), TD__OPTS(td_path_write_opts, __VA_ARGS__))

TD__END
#endif
