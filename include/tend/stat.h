/* tend/stat.h: what the system keeps of a file besides its content, by the names of Python's os and stat: kind, size, times,
 * permissions, owners, links, extended attributes; and of the file system under it.
 *
 * Errors are OSError or its descendants with Python's text and file name. Nothing here can be interrupted: a dead network
 * mount holds it. Safe among threads, each with a scope of its own.
 *
 *     #include <tend.h>
 *     #include <unistd.h>
 *
 *     static void publish(td_scope *s, const char *path) {
 *         const td_stat *st = td_os_stat(s, path);
 *         if (td_stat_isreg(st->mode) && !(st->mode & 0004)) {
 *             td_os_chmod(s, path, td_stat_imode(st->mode) | 0444);
 *             td_print(s, "%s is %s now", path, td_stat_filemode(s, td_os_stat(s, path)->mode));
 *         }
 *         if (!td_os_access(s, path, R_OK)) td_print(s, "and still it cannot be read");
 *     }
 */
#ifndef TEND_STAT_H
#define TEND_STAT_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* --- stat --- */

/* Python's os.stat_result without the "st_". Times stand here twice, as they do there: in seconds as a float, near enough
 * for ages, and in nanoseconds, exact (one beyond the year 2262 is the last nanosecond that fits). When the call failed:
 * mode 0, which is no kind of file, all else −1. */
typedef struct td_stat {
	unsigned mode; /* kind and permission bits: td_stat_isdir, td_stat_imode */
	uint64_t ino;  /* ino and dev together name the file on this machine */
	uint64_t dev;
	int64_t nlink; /* how many names it has */
	int64_t uid, gid;
	int64_t size;                         /* bytes; of a link, those of its target's name */
	double atime, mtime, ctime;           /* last read, content written, anything of this changed: seconds since 1970 */
	int64_t atime_ns, mtime_ns, ctime_ns; /* the same, nanoseconds */
	int64_t blocks;  /* taken on the disk, of 512 bytes whatever blksize says; fewer for a file with holes */
	int64_t blksize; /* what it is best read and written in, bytes */
	uint64_t rdev;   /* of a device node: which device */
} td_stat;

/* Of what path leads to; of a link itself; of an open descriptor. Never NULL. Python: os.stat, os.lstat, os.fstat. */
TD_API const td_stat *td_os_stat(td_scope *s, const char *path);
#define td_os_stat(s, ...) (td_os_stat)(TD_HERE(s), __VA_ARGS__)
TD_API const td_stat *td_os_lstat(td_scope *s, const char *path);
#define td_os_lstat(s, ...) (td_os_lstat)(TD_HERE(s), __VA_ARGS__)
TD_API const td_stat *td_os_fstat(td_scope *s, int fd);
#define td_os_fstat(s, ...) (td_os_fstat)(TD_HERE(s), __VA_ARGS__)

/* The kind of file that a mode says: a directory, a regular file, a symbolic link, a named pipe, a socket, a block and a
 * character device. Python: stat.S_ISDIR, stat.S_ISREG, stat.S_ISLNK, stat.S_ISFIFO, stat.S_ISSOCK, stat.S_ISBLK,
 * stat.S_ISCHR. */
static inline bool td_stat_isdir(unsigned mode) {
	return (mode & 0170000) == 0040000;
}
static inline bool td_stat_isreg(unsigned mode) {
	return (mode & 0170000) == 0100000;
}
static inline bool td_stat_islnk(unsigned mode) {
	return (mode & 0170000) == 0120000;
}
static inline bool td_stat_isfifo(unsigned mode) {
	return (mode & 0170000) == 0010000;
}
static inline bool td_stat_issock(unsigned mode) {
	return (mode & 0170000) == 0140000;
}
static inline bool td_stat_isblk(unsigned mode) {
	return (mode & 0170000) == 0060000;
}
static inline bool td_stat_ischr(unsigned mode) {
	return (mode & 0170000) == 0020000;
}
/* The bits that chmod can set; the bits that say the kind. Python: stat.S_IMODE, stat.S_IFMT. */
static inline unsigned td_stat_imode(unsigned mode) {
	return mode & 07777;
}
static inline unsigned td_stat_ifmt(unsigned mode) {
	return mode & 0170000;
}
/* As `ls -l` shows it: "-rwsr-xr-t". Python: stat.filemode. */
TD_API const char *td_stat_filemode(td_scope *s, unsigned mode);

typedef struct td_os_access_opts {
	TD__OPTS_HEAD;
	bool effective_ids; /* ask for the effective user, as open would; Python's default is the real one */
	bool nofollow;      /* of a link itself. Python: follow_symlinks=False */
} td_os_access_opts;
/* Whether the user who runs this may: mode is F_OK (is there), or R_OK, W_OK, X_OK together, of <unistd.h>. What cannot be
 * asked is false too, and so is it when s has failed. The answer may be old when you act on it: to open and see is
 * better. Python: os.access. */
TD_API bool td_os_access(td_scope *s, const char *path, int mode, const td_os_access_opts *opts);
#define td_os_access(s, ...) TD__OS_ACCESS(s, __VA_ARGS__)
#define TD__OS_ACCESS(s, path, mode, ...)                                                                              \
	(td_os_access)(TD_HERE(s), (path), (mode), TD__OPTS(td_os_access_opts, __VA_ARGS__))

/* --- permissions, owners, times --- */

typedef struct td_os_nofollow_opts {
	TD__OPTS_HEAD;
	bool nofollow; /* the link itself, not what it leads to. Python: follow_symlinks=False */
} td_os_nofollow_opts;
/* Sets the permission bits, setuid, setgid and sticky too; the umask has no say. PermissionError for another's file. A
 * link has no mode on Linux: with nofollow, NotImplementedError for one. Python: os.chmod, os.fchmod. */
TD_API bool td_os_chmod(td_scope *s, const char *path, unsigned mode, const td_os_nofollow_opts *opts);
#define td_os_chmod(s, ...) TD__OS_CHMOD(s, __VA_ARGS__)
#define TD__OS_CHMOD(s, path, mode, ...)                                                                               \
	(td_os_chmod)(TD_HERE(s), (path), (mode), TD__OPTS(td_os_nofollow_opts, __VA_ARGS__))
TD_API bool td_os_fchmod(td_scope *s, int fd, unsigned mode);
#define td_os_fchmod(s, ...) (td_os_fchmod)(TD_HERE(s), __VA_ARGS__)

/* Gives the file to a user and a group, by number; −1 leaves one as it is. (td_pwd_getpwnam has the number of a name.) The
 * system takes setuid and setgid away from what changes hands. OverflowError for what is no number of a user. Python:
 * os.chown, os.lchown, os.fchown. */
TD_API bool td_os_chown(td_scope *s, const char *path, int64_t uid, int64_t gid, const td_os_nofollow_opts *opts);
#define td_os_chown(s, ...) TD__OS_CHOWN(s, __VA_ARGS__)
#define TD__OS_CHOWN(s, path, uid, gid, ...)                                                                           \
	(td_os_chown)(TD_HERE(s), (path), (uid), (gid), TD__OPTS(td_os_nofollow_opts, __VA_ARGS__))
TD_API bool td_os_lchown(td_scope *s, const char *path, int64_t uid, int64_t gid);
#define td_os_lchown(s, ...) (td_os_lchown)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_os_fchown(td_scope *s, int fd, int64_t uid, int64_t gid);
#define td_os_fchown(s, ...) (td_os_fchown)(TD_HERE(s), __VA_ARGS__)

typedef struct td_os_utime_opts {
	TD__OPTS_HEAD;
	td_opt_float atime, mtime;     /* seconds since 1970, Python's times=; both or none, which is now */
	td_opt_int atime_ns, mtime_ns; /* nanoseconds, Python's ns=; both or none; not with the others */
	bool nofollow;                 /* of a link itself. Python: follow_symlinks=False */
} td_os_utime_opts;
/* Sets the times of last reading and writing. ValueError when both kinds are given, or one time of two; OverflowError when
 * the system's time does not reach that far. Python: os.utime. */
TD_API bool td_os_utime(td_scope *s, const char *path, const td_os_utime_opts *opts);
#define td_os_utime(s, ...) TD__OS_UTIME(s, __VA_ARGS__)
#define TD__OS_UTIME(s, path, ...) (td_os_utime)(TD_HERE(s), (path), TD__OPTS(td_os_utime_opts, __VA_ARGS__))

/* --- links and other names --- */

/* A symbolic link at path that leads to target, which need not be there. FileExistsError carries both names. Python:
 * os.symlink. */
TD_API bool td_os_symlink(td_scope *s, const char *target, const char *path);
#define td_os_symlink(s, ...) (td_os_symlink)(TD_HERE(s), __VA_ARGS__)
/* A second name for the file; of a link, the link itself gets it. Within one file system. Python: os.link. */
TD_API bool td_os_link(td_scope *s, const char *src, const char *dst);
#define td_os_link(s, ...) (td_os_link)(TD_HERE(s), __VA_ARGS__)
/* Where a link leads, as it was written. OSError (EINVAL) for what is no link. Python: os.readlink. */
TD_API const char *td_os_readlink(td_scope *s, const char *path);
#define td_os_readlink(s, ...) (td_os_readlink)(TD_HERE(s), __VA_ARGS__)

/* Cuts the file off at length bytes, or lengthens it by a hole. Python: os.truncate, os.ftruncate. */
TD_API bool td_os_truncate(td_scope *s, const char *path, int64_t length);
#define td_os_truncate(s, ...) (td_os_truncate)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_os_ftruncate(td_scope *s, int fd, int64_t length);
#define td_os_ftruncate(s, ...) (td_os_ftruncate)(TD_HERE(s), __VA_ARGS__)

typedef struct td_os_mkfifo_opts {
	TD__OPTS_HEAD;
	td_opt_int mode; /* permission bits, less the umask; absent: 0666 */
} td_os_mkfifo_opts;
/* A named pipe. Python: os.mkfifo. */
TD_API bool td_os_mkfifo(td_scope *s, const char *path, const td_os_mkfifo_opts *opts);
#define td_os_mkfifo(s, ...) TD__OS_MKFIFO(s, __VA_ARGS__)
#define TD__OS_MKFIFO(s, path, ...) (td_os_mkfifo)(TD_HERE(s), (path), TD__OPTS(td_os_mkfifo_opts, __VA_ARGS__))

/* --- the file system under it --- */

/* Python's os.statvfs_result without the "f_". Space is counted in frsize, not bsize: free for all of us is
 * bavail * frsize bytes. When the call failed: all −1. */
typedef struct td_statvfs {
	int64_t bsize, frsize;         /* best size of a transfer; the unit of blocks, bfree and bavail: bytes */
	int64_t blocks, bfree, bavail; /* all; free; free to whoever is not root */
	int64_t files, ffree, favail;  /* inodes, likewise */
	int64_t flag;                  /* ST_RDONLY and its like, of <sys/statvfs.h> */
	int64_t namemax;               /* the longest file name, bytes */
	uint64_t fsid;
} td_statvfs;
/* Of the file system that path is on. Never NULL. Python: os.statvfs, os.fstatvfs. */
TD_API const td_statvfs *td_os_statvfs(td_scope *s, const char *path);
#define td_os_statvfs(s, ...) (td_os_statvfs)(TD_HERE(s), __VA_ARGS__)
TD_API const td_statvfs *td_os_fstatvfs(td_scope *s, int fd);
#define td_os_fstatvfs(s, ...) (td_os_fstatvfs)(TD_HERE(s), __VA_ARGS__)

/* --- extended attributes --- */

/* The value of one, any bytes. OSError: ENODATA when it is not there, ENOTSUP when the file system has none. Python:
 * os.getxattr. */
TD_API td_bytes td_os_getxattr(td_scope *s, const char *path, const char *attribute, const td_os_nofollow_opts *opts);
#define td_os_getxattr(s, ...) TD__OS_GETXATTR(s, __VA_ARGS__)
#define TD__OS_GETXATTR(s, path, attribute, ...)                                                                       \
	(td_os_getxattr)(TD_HERE(s), (path), (attribute), TD__OPTS(td_os_nofollow_opts, __VA_ARGS__))
/* Their names. Python: os.listxattr. */
TD_API td_strs td_os_listxattr(td_scope *s, const char *path, const td_os_nofollow_opts *opts);
#define td_os_listxattr(s, ...) TD__OS_LISTXATTR(s, __VA_ARGS__)
#define TD__OS_LISTXATTR(s, path, ...) (td_os_listxattr)(TD_HERE(s), (path), TD__OPTS(td_os_nofollow_opts, __VA_ARGS__))

typedef struct td_os_setxattr_opts {
	TD__OPTS_HEAD;
	bool create, replace; /* FileExistsError when it is there already; ENODATA when it is not. Python: flags= */
	bool nofollow;        /* of a link itself. Python: follow_symlinks=False */
} td_os_setxattr_opts;
/* Sets one, whether it is there or not. Python: os.setxattr. */
TD_API bool td_os_setxattr(td_scope *s, const char *path, const char *attribute, td_bytes value,
                           const td_os_setxattr_opts *opts);
#define td_os_setxattr(s, ...) TD__OS_SETXATTR(s, __VA_ARGS__)
#define TD__OS_SETXATTR(s, path, attribute, value, ...)                                                                \
	(td_os_setxattr)(TD_HERE(s), (path), (attribute), (value), TD__OPTS(td_os_setxattr_opts, __VA_ARGS__))
/* Takes one away. Python: os.removexattr. */
TD_API bool td_os_removexattr(td_scope *s, const char *path, const char *attribute, const td_os_nofollow_opts *opts);
#define td_os_removexattr(s, ...) TD__OS_REMOVEXATTR(s, __VA_ARGS__)
#define TD__OS_REMOVEXATTR(s, path, attribute, ...)                                                                    \
	(td_os_removexattr)(TD_HERE(s), (path), (attribute), TD__OPTS(td_os_nofollow_opts, __VA_ARGS__))

TD__END
#endif
