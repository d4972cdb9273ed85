/* tend/pathlib.h: paths as Python's pathlib sees them: normalised, taken apart by their names, looked for in a tree.
 *
 * It is one module with tend/path.h, td_path_*, which has os.path, whole files and td_path_joinpath. A path is a text here
 * as well; each call reads it as Path(text) would ("a//b/./c/" is "a/b/c", "" is "."), and answers with such a one. What
 * pathlib shares with os stands there: Path.rename, replace, rmdir, stat, lstat, chmod, symlink_to and hardlink_to are
 * td_os_rename and so on. Errors are Python's; what asks the file system is not interruptible. Thread-safe.
 *
 *     #include <tend.h>
 *
 *     static void keep_old(td_scope *s, const char *dir) {
 *         td_strs found = td_path_rglob(s, dir, "*.conf");
 *         for (size_t i = 0; i < found.len; i++) {
 *             td_print(s, "%s in %s", td_path_stem(s, found.items[i]), td_path_relative_to(s, found.items[i], dir));
 *             td_os_rename(s, found.items[i], td_path_with_suffix(s, found.items[i], ".conf.old"));
 *         }
 *     }
 */
#ifndef TEND_PATHLIB_H
#define TEND_PATHLIB_H

#pragma GCC system_header

#include <tend/path.h>

TD__BEGIN

/* --- the names it is made of --- */

/* The last name, "" when there is none ("/", "."); without its suffix; its last suffix with the dot, or "" (".bashrc" and
 * "a." have none). Python: pathlib.PurePath.name, pathlib.PurePath.stem, pathlib.PurePath.suffix. */
TD_API const char *td_path_name(td_scope *s, const char *path);
TD_API const char *td_path_stem(td_scope *s, const char *path);
TD_API const char *td_path_suffix(td_scope *s, const char *path);
/* ".tar", ".gz". Python: pathlib.PurePath.suffixes. */
TD_API td_strs td_path_suffixes(td_scope *s, const char *path);
/* The directory it is in, by the text: of "a" it is ".", of "/" itself. Python: pathlib.PurePath.parent. */
TD_API const char *td_path_parent(td_scope *s, const char *path);
/* All above, the nearest first. Python: pathlib.PurePath.parents. */
TD_API td_strs td_path_parents(td_scope *s, const char *path);
/* The root, if there is one, and the names. Python: pathlib.PurePath.parts. */
TD_API td_strs td_path_parts(td_scope *s, const char *path);

/* --- other paths made of it --- */

/* With another last name, another stem, another suffix ("" takes it away). ValueError "… has an empty name", "Invalid name
 * 'a/b'", "Invalid suffix 'x'". Python: pathlib.PurePath.with_name, pathlib.PurePath.with_stem,
 * pathlib.PurePath.with_suffix. */
TD_API const char *td_path_with_name(td_scope *s, const char *path, const char *name);
#define td_path_with_name(s, ...) (td_path_with_name)(TD_HERE(s), __VA_ARGS__)
TD_API const char *td_path_with_stem(td_scope *s, const char *path, const char *stem);
#define td_path_with_stem(s, ...) (td_path_with_stem)(TD_HERE(s), __VA_ARGS__)
TD_API const char *td_path_with_suffix(td_scope *s, const char *path, const char *suffix);
#define td_path_with_suffix(s, ...) (td_path_with_suffix)(TD_HERE(s), __VA_ARGS__)
/* td_path_relative_to(s, path, other, …): what leads from other (its parts joined) down to path; ValueError when path is not
 * below it: no ".." is ever put in, td_path_relpath does that. Python: pathlib.PurePath.relative_to. */
TD_API const char *td__path_relative_to(td_scope *s, const char *path, td_strs other);
#define td_path_relative_to(s, path, ...) td__path_relative_to(TD_HERE(s), (path), td_strs_of((s), __VA_ARGS__))
/* Whether that would do. Python: pathlib.PurePath.is_relative_to. */
TD_API bool td__path_is_relative_to(td_scope *s, const char *path, td_strs other);
#define td_path_is_relative_to(s, path, ...) td__path_is_relative_to(TD_HERE(s), (path), td_strs_of((s), __VA_ARGS__))
/* Whether the last names of path match those of pattern, each as td_fnmatch_fnmatchcase; all of them if pattern is
 * absolute. ValueError "empty pattern". Python: pathlib.PurePath.match. */
TD_API bool td_path_match(td_scope *s, const char *path, const char *pattern);
#define td_path_match(s, ...) (td_path_match)(TD_HERE(s), __VA_ARGS__)
/* "file:///a%20b". ValueError for a relative one. Python: pathlib.PurePath.as_uri. */
TD_API const char *td_path_as_uri(td_scope *s, const char *path);
#define td_path_as_uri(s, ...) (td_path_as_uri)(TD_HERE(s), __VA_ARGS__)
/* From the current directory, with nothing looked up and ".." kept. Python: pathlib.Path.absolute. */
TD_API const char *td_path_absolute(td_scope *s, const char *path);
#define td_path_absolute(s, ...) (td_path_absolute)(TD_HERE(s), __VA_ARGS__)
/* td_path_realpath that raises RuntimeError "Symlink loop from 'x'". Python: pathlib.Path.resolve. */
TD_API const char *td_path_resolve(td_scope *s, const char *path, const td_path_realpath_opts *opts);
#define td_path_resolve(s, ...) TD__PATH_REALPATH(td_path_resolve, s, __VA_ARGS__)
/* td_path_expanduser that raises RuntimeError "Could not determine home directory."; that of "~".
 * Python: pathlib.Path.expanduser, pathlib.Path.home. */
TD_API const char *td_path_pexpanduser(td_scope *s, const char *path);
#define td_path_pexpanduser(s, ...) (td_path_pexpanduser)(TD_HERE(s), __VA_ARGS__)
TD_API const char *td_path_home(td_scope *s);
#define td_path_home(s) (td_path_home)(TD_HERE(s))

/* --- questions --- */

/* As td_path_is_file in tend/path.h: false when nothing is there, but an error when that cannot be told (PermissionError).
 * Python: pathlib.Path.exists, pathlib.Path.is_symlink, pathlib.Path.is_socket, pathlib.Path.is_fifo,
 * pathlib.Path.is_block_device, pathlib.Path.is_char_device, pathlib.Path.is_mount. */
TD_API bool td_path_pexists(td_scope *s, const char *path);
#define td_path_pexists(s, ...) (td_path_pexists)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_is_symlink(td_scope *s, const char *path);
#define td_path_is_symlink(s, ...) (td_path_is_symlink)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_is_socket(td_scope *s, const char *path);
#define td_path_is_socket(s, ...) (td_path_is_socket)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_is_fifo(td_scope *s, const char *path);
#define td_path_is_fifo(s, ...) (td_path_is_fifo)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_is_block_device(td_scope *s, const char *path);
#define td_path_is_block_device(s, ...) (td_path_is_block_device)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_is_char_device(td_scope *s, const char *path);
#define td_path_is_char_device(s, ...) (td_path_is_char_device)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_path_is_mount(td_scope *s, const char *path);
#define td_path_is_mount(s, ...) (td_path_is_mount)(TD_HERE(s), __VA_ARGS__)
/* The name of the user or group it belongs to; KeyError when there is none for the number. Python: pathlib.Path.owner,
 * pathlib.Path.group. */
TD_API const char *td_path_owner(td_scope *s, const char *path);
#define td_path_owner(s, ...) (td_path_owner)(TD_HERE(s), __VA_ARGS__)
TD_API const char *td_path_group(td_scope *s, const char *path);
#define td_path_group(s, ...) (td_path_group)(TD_HERE(s), __VA_ARGS__)

/* --- changes --- */

typedef struct td_path_touch_opts {
	TD__OPTS_HEAD;
	td_opt_int mode;  /* of a file that is made, less the umask; absent: 0666 */
	bool no_exist_ok; /* FileExistsError when it is there. Python: exist_ok=False */
} td_path_touch_opts;
/* Makes an empty file, or sets the times of what is there to now. Python: pathlib.Path.touch. */
TD_API bool td_path_touch(td_scope *s, const char *path, const td_path_touch_opts *opts);
#define td_path_touch(s, ...) TD__PATH_TOUCH(s, __VA_ARGS__)
#define TD__PATH_TOUCH(s, path, ...) (td_path_touch)(TD_HERE(s), (path), TD__OPTS(td_path_touch_opts, __VA_ARGS__))

typedef struct td_path_mkdir_opts {
	TD__OPTS_HEAD;
	td_opt_int mode; /* of the last directory, less the umask; those above get 0777. Absent: 0777 */
	bool parents;    /* those above as well */
	bool exist_ok;   /* a directory that is there is no error */
} td_path_mkdir_opts;
/* Python: pathlib.Path.mkdir. */
TD_API bool td_path_mkdir(td_scope *s, const char *path, const td_path_mkdir_opts *opts);
#define td_path_mkdir(s, ...) TD__PATH_MKDIR(s, __VA_ARGS__)
#define TD__PATH_MKDIR(s, path, ...) (td_path_mkdir)(TD_HERE(s), (path), TD__OPTS(td_path_mkdir_opts, __VA_ARGS__))

typedef struct td_path_unlink_opts {
	TD__OPTS_HEAD;
	bool missing_ok; /* that it is not there is no error */
} td_path_unlink_opts;
/* Python: pathlib.Path.unlink. */
TD_API bool td_path_unlink(td_scope *s, const char *path, const td_path_unlink_opts *opts);
#define td_path_unlink(s, ...) TD__PATH_UNLINK(s, __VA_ARGS__)
#define TD__PATH_UNLINK(s, path, ...) (td_path_unlink)(TD_HERE(s), (path), TD__OPTS(td_path_unlink_opts, __VA_ARGS__))

/* --- what is below it --- */

/* The paths in a directory, in no order. (td_os_scandir goes through a large one without a list.)
 * Python: pathlib.Path.iterdir. */
TD_API td_strs td_path_iterdir(td_scope *s, const char *path);
#define td_path_iterdir(s, ...) (td_path_iterdir)(TD_HERE(s), __VA_ARGS__)
/* What matches pattern below path, in no order; rglob: in any depth. "*", "?" and "[…]" match in one name, and a leading dot
 * like any other character; "**" alone between slashes stands for all directories in any depth, links not followed. What
 * one may not look into is left out. ValueError "Unacceptable pattern: ''" and for "a**"; NotImplementedError for an absolute
 * pattern. Python: pathlib.Path.glob, pathlib.Path.rglob. */
TD_API td_strs td_path_glob(td_scope *s, const char *path, const char *pattern);
#define td_path_glob(s, ...) (td_path_glob)(TD_HERE(s), __VA_ARGS__)
TD_API td_strs td_path_rglob(td_scope *s, const char *path, const char *pattern);
#define td_path_rglob(s, ...) (td_path_rglob)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
