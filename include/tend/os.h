/* tend/os.h: the operating system by Python's names: environment, directories, files, the machine. What a file is besides its
 * name stands in tend/stat.h, descriptors in tend/os_fd.h, processes in tend/os_process.h.
 *
 * Errors are OSError or its descendants with Python's text, the file name (or both) in it. Directory calls are not
 * interruptible: a dead network mount holds them. Safe among threads, each with a scope of its own; the current directory
 * and the environment are the whole process's.
 *
 *     #include <tend.h>
 *
 *     static void prepare(td_scope *s) {
 *         const char *root = td_os_getenv(s, "APP_ROOT", .fallback = "/opt/app");
 *         td_os_makedirs(s, td_path_join(s, root, "releases"), .exist_ok = true);
 *         td_strs names = td_os_listdir(s, root);
 *         for (size_t i = 0; i < names.len; i++) {
 *             td_print(s, "%s", names.items[i]);
 *         }
 *     }
 */
#ifndef TEND_OS_H
#define TEND_OS_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* --- environment --- */

typedef struct td_os_getenv_opts {
	TD__OPTS_HEAD;
	const char *fallback; /* what is returned when the variable is not set */
} td_os_getenv_opts;
/* A copy of the variable's value; set and empty is "". NULL, as Python's None, when it is not set and there is no
 * fallback; td_no_text when s has failed. Safe among threads that use td_os_*. Python: os.getenv, os.environ.get. */
TD_API const char *td_os_getenv(td_scope *s, const char *key, const td_os_getenv_opts *opts);
#define td_os_getenv(s, ...) TD__OS_GETENV(s, __VA_ARGS__)
#define TD__OS_GETENV(s, key, ...) (td_os_getenv)(TD_HERE(s), (key), TD__OPTS(td_os_getenv_opts, __VA_ARGS__))
/* Sets it for this program and the children it starts from now on. ValueError when key has a "=", OSError when it is
 * empty. Python: os.environ[key] = value. */
TD_API bool td_os_environ_set(td_scope *s, const char *key, const char *value);
#define td_os_environ_set(s, ...) (td_os_environ_set)(TD_HERE(s), __VA_ARGS__)
/* Takes it away; one that is not there is no error. Python: os.unsetenv. */
TD_API bool td_os_unsetenv(td_scope *s, const char *key);
#define td_os_unsetenv(s, ...) (td_os_unsetenv)(TD_HERE(s), __VA_ARGS__)
/* Takes it away and returns what it was; KeyError when it is not there and there is no fallback. Python:
 * os.environ.pop. */
TD_API const char *td_os_environ_pop(td_scope *s, const char *key, const td_os_getenv_opts *opts);
#define td_os_environ_pop(s, ...) TD__OS_ENVIRON_POP(s, __VA_ARGS__)
#define TD__OS_ENVIRON_POP(s, key, ...) (td_os_environ_pop)(TD_HERE(s), (key), TD__OPTS(td_os_getenv_opts, __VA_ARGS__))
/* All of it as it is now, a dict of texts: of two entries with one name the first, as getenv sees it. Later changes do not
 * reach it. Python: os.environ.items. */
TD_API const td_value *td_os_environ(td_scope *s);
#define td_os_environ(s) (td_os_environ)(TD_HERE(s))

/* --- directories --- */

/* The names in it without "." and "..", in no order. Python: os.listdir. */
TD_API td_strs td_os_listdir(td_scope *s, const char *path);
#define td_os_listdir(s, ...) (td_os_listdir)(TD_HERE(s), __VA_ARGS__)
/* FileNotFoundError when it has been removed. Python: os.getcwd. */
TD_API const char *td_os_getcwd(td_scope *s);
#define td_os_getcwd(s) (td_os_getcwd)(TD_HERE(s))
/* For the whole process. Python: os.chdir. */
TD_API bool td_os_chdir(td_scope *s, const char *path);
#define td_os_chdir(s, ...) (td_os_chdir)(TD_HERE(s), __VA_ARGS__)

typedef struct td_os_mkdir_opts {
	TD__OPTS_HEAD;
	td_opt_int mode; /* permission bits, less the umask; absent: 0777 */
} td_os_mkdir_opts;
/* FileExistsError when anything is there. Python: os.mkdir. */
TD_API bool td_os_mkdir(td_scope *s, const char *path, const td_os_mkdir_opts *opts);
#define td_os_mkdir(s, ...) TD__OS_MKDIR(s, __VA_ARGS__)
#define TD__OS_MKDIR(s, path, ...) (td_os_mkdir)(TD_HERE(s), (path), TD__OPTS(td_os_mkdir_opts, __VA_ARGS__))

typedef struct td_os_makedirs_opts {
	TD__OPTS_HEAD;
	td_opt_int mode; /* of the last directory; those above it get 0777, less the umask */
	bool exist_ok;   /* a directory that is there already is no error */
} td_os_makedirs_opts;
/* The directory with those above it. Python: os.makedirs. */
TD_API bool td_os_makedirs(td_scope *s, const char *path, const td_os_makedirs_opts *opts);
#define td_os_makedirs(s, ...) TD__OS_MAKEDIRS(s, __VA_ARGS__)
#define TD__OS_MAKEDIRS(s, path, ...) (td_os_makedirs)(TD_HERE(s), (path), TD__OPTS(td_os_makedirs_opts, __VA_ARGS__))

/* An empty one. Python: os.rmdir. */
TD_API bool td_os_rmdir(td_scope *s, const char *path);
#define td_os_rmdir(s, ...) (td_os_rmdir)(TD_HERE(s), __VA_ARGS__)
/* The same, then those above it that are empty by that, as far as that goes. Python: os.removedirs. */
TD_API bool td_os_removedirs(td_scope *s, const char *path);
#define td_os_removedirs(s, ...) (td_os_removedirs)(TD_HERE(s), __VA_ARGS__)
/* Sets which permission bits new files do not get, for the whole process; returns those before. Python: os.umask. */
TD_API unsigned td_os_umask(unsigned mask);

/* --- files --- */

/* A link itself goes, not what it points to; IsADirectoryError for a directory. Python: os.unlink, os.remove. */
TD_API bool td_os_unlink(td_scope *s, const char *path);
#define td_os_unlink(s, ...) (td_os_unlink)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_os_remove(td_scope *s, const char *path);
#define td_os_remove(s, ...) (td_os_remove)(TD_HERE(s), __VA_ARGS__)
/* In one step, over what is there; within one file system. The error carries both names. Python: os.rename,
 * os.replace. */
TD_API bool td_os_rename(td_scope *s, const char *src, const char *dst);
#define td_os_rename(s, ...) (td_os_rename)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_os_replace(td_scope *s, const char *src, const char *dst);
#define td_os_replace(s, ...) (td_os_replace)(TD_HERE(s), __VA_ARGS__)

/* Makes the directories that dst needs, renames, and removes those of src that are empty by that. When the renaming fails,
 * the directories stay made. Python: os.renames. */
TD_API bool td_os_renames(td_scope *s, const char *src, const char *dst);
#define td_os_renames(s, ...) (td_os_renames)(TD_HERE(s), __VA_ARGS__)

/* --- the machine --- */

/* Of a failed call all "". */
typedef struct td_uname {
	const char *sysname, *nodename, *release, *version, *machine;
} td_uname;
/* Never NULL. (td_platform_uname says "" for "unknown".) Python: os.uname. */
TD_API const td_uname *td_os_uname(td_scope *s);
#define td_os_uname(s) (td_os_uname)(TD_HERE(s))

/* How many processors are switched on; 0, Python's None, when nobody knows. Fewer may be this process's:
 * td_os_sched_getaffinity. Python: os.cpu_count. */
TD_API int td_os_cpu_count(void);

typedef struct td_loadavg {
	double one, five, fifteen; /* minutes */
} td_loadavg;
/* How many processes want a processor or wait for a disk, on average. Of a failed call all −1. Never NULL. Python:
 * os.getloadavg. */
TD_API const td_loadavg *td_os_getloadavg(td_scope *s);
#define td_os_getloadavg(s) (td_os_getloadavg)(TD_HERE(s))

/* A limit or property of the system by its name, "SC_PAGE_SIZE"; −1 where there is no limit, and when it failed.
 * ValueError for a name that is none. Python: os.sysconf. */
TD_API int64_t td_os_sysconf(td_scope *s, const char *name);
#define td_os_sysconf(s, name) (td_os_sysconf)(TD_HERE(s), (name))
/* So many bytes that nobody can guess, always all of them. Blocks only in the first second of a machine's life. Python:
 * os.urandom. */
TD_API td_bytes td_os_urandom(td_scope *s, size_t size);
#define td_os_urandom(s, size) (td_os_urandom)(TD_HERE(s), (size))
/* The same by one system call, which may give fewer of more than 256; flags are GRND_NONBLOCK (BlockingIOError) and
 * GRND_RANDOM of <sys/random.h>. Python: os.getrandom. */
TD_API td_bytes td_os_getrandom(td_scope *s, size_t size, unsigned flags);
#define td_os_getrandom(s, size, flags) (td_os_getrandom)(TD_HERE(s), (size), (flags))

/* What an error number means, in English whatever the locale: "No such file or directory". Python: os.strerror. */
TD_API const char *td_os_strerror(td_scope *s, int code);
#define td_os_strerror(s, code) (td_os_strerror)(TD_HERE(s), (code))

TD__END
#endif
