/* tend/tempfile.h: files and directories that are gone when their scope is.
 *
 * What temporary_directory and named make is removed as the scope ends, on every way out: an error, exit, a signal that
 * ends the program (only SIGKILL leaves it behind). Names are Python's: prefix, eight random characters, suffix. They
 * are made so that nobody else can get hold of them first, and are for the owner's eyes only. Safe among threads, each
 * with a scope of its own.
 *
 *     #include <tend.h>
 *
 *     static void with_key(td_scope *s, const char *key) {
 *         TD_SCOPE(work, s);
 *         const char *dir = td_tempfile_temporary_directory(work, .prefix = "deploy-");
 *         td_path_write_text(work, td_path_join(work, dir, "id"), key, .perm = TD_INT(0600));
 *     }                                                     // the directory and all in it are gone
 */
#ifndef TEND_TEMPFILE_H
#define TEND_TEMPFILE_H

#pragma GCC system_header

#include <tend/file.h>

TD__BEGIN

typedef struct td_tempfile_opts {
	TD__OPTS_HEAD;
	const char *suffix;         /* NULL: none */
	const char *prefix;         /* NULL: "tmp" */
	const char *dir;            /* NULL: td_tempfile_gettempdir */
	const char *mode;           /* of named: as td_open's; NULL: "w+b" */
	bool keep;                  /* of named: closing it does not remove it. Python: delete=False */
	bool ignore_cleanup_errors; /* of temporary_directory: what cannot be removed stays, and nobody is told */
} td_tempfile_opts;

/* A new directory (0700); its absolute path. It is removed with all in it as s ends, links not followed; that it is gone
 * already is no error. Raises FileNotFoundError, PermissionError, OSError. Python: tempfile.TemporaryDirectory. */
TD_API const char *td_tempfile_temporary_directory(td_scope *s, const td_tempfile_opts *opts);
#define td_tempfile_temporary_directory(...) TD__TEMPFILE(td_tempfile_temporary_directory, __VA_ARGS__, )
/* A new file (0600), open; td_file_name is its absolute path. It is removed when it is closed, or as s ends; with .keep
 * it stays. Python: tempfile.NamedTemporaryFile. */
TD_API td_file *td_tempfile_named(td_scope *s, const td_tempfile_opts *opts);
#define td_tempfile_named(...) TD__TEMPFILE(td_tempfile_named, __VA_ARGS__, )
/* A new directory that stays; its absolute path. Python: tempfile.mkdtemp. */
TD_API const char *td_tempfile_mkdtemp(td_scope *s, const td_tempfile_opts *opts);
#define td_tempfile_mkdtemp(...) TD__TEMPFILE(td_tempfile_mkdtemp, __VA_ARGS__, )
/* A new file without a name, open: nobody else can get at it, and it is gone when it is closed or the program ends in any
 * way, SIGKILL too (O_TMPFILE; where the file system has none, the name is taken away at once).
 * Python: tempfile.TemporaryFile. */
TD_API td_file *td_tempfile_temporary_file(td_scope *s, const td_tempfile_opts *opts);
#define td_tempfile_temporary_file(...) TD__TEMPFILE(td_tempfile_temporary_file, __VA_ARGS__, )
#define TD__TEMPFILE(fn, s, ...) (fn)(TD_HERE(s), TD__OPTS(td_tempfile_opts, __VA_ARGS__))

/* A new file (0600) that stays, open for reading and writing: its descriptor, which is the caller's to close, and in *path
 * its absolute path; -1 when it raised. Python: tempfile.mkstemp. */
TD_API int td_tempfile_mkstemp(td_scope *s, const char **path, const td_tempfile_opts *opts);
#define td_tempfile_mkstemp(s, ...) TD__TEMPFILE_MKSTEMP(s, __VA_ARGS__, )
#define TD__TEMPFILE_MKSTEMP(s, path, ...)                                                                             \
	(td_tempfile_mkstemp)(TD_HERE(s), (path), TD__OPTS(td_tempfile_opts, __VA_ARGS__))

typedef struct td_tempfile_spooled_opts {
	TD__OPTS_HEAD;
	int64_t max_size; /* bytes held in memory at most; 0: any number (2 GiB) */
	const char *mode; /* NULL: "w+b" */
	const char *dir;  /* where the file is made, if it is; NULL: td_tempfile_gettempdir */
} td_tempfile_spooled_opts;
/* A file in memory that goes into one without a name once it is longer than .max_size, or td_file_fileno asks for its
 * descriptor; whoever reads and writes it does not notice. Python: tempfile.SpooledTemporaryFile. */
TD_API td_file *td_tempfile_spooled(td_scope *s, const td_tempfile_spooled_opts *opts);
#define td_tempfile_spooled(...) TD__TEMPFILE_SPOOLED(__VA_ARGS__, )
#define TD__TEMPFILE_SPOOLED(s, ...) (td_tempfile_spooled)(TD_HERE(s), TD__OPTS(td_tempfile_spooled_opts, __VA_ARGS__))

/* The first of $TMPDIR, $TEMP, $TMP, /tmp, /var/tmp, /usr/tmp and the current directory that one may write to;
 * FileNotFoundError when there is none. Python: tempfile.gettempdir. */
TD_API const char *td_tempfile_gettempdir(td_scope *s);
#define td_tempfile_gettempdir(s) (td_tempfile_gettempdir)(TD_HERE(s))

/* Makes dir that directory, for the whole program; NULL: found as above again. ValueError when it is longer than 4095 bytes.
 * Python: tempfile.tempdir. */
TD_API bool td_tempfile_set_tempdir(td_scope *s, const char *dir);
#define td_tempfile_set_tempdir(s, ...) (td_tempfile_set_tempdir)(TD_HERE(s), __VA_ARGS__)
/* "tmp", with which names begin. Python: tempfile.gettempprefix. */
TD_API const char *td_tempfile_gettempprefix(void);

TD__END
#endif
