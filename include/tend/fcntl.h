/* tend/fcntl.h: locks on files, by the names of Python's fcntl; and a lock file, so that a program runs only once.
 *
 * These locks are kept by whoever asks for them; they stop nobody from reading or writing. Waiting for one obeys the
 * deadline and cancel of the scope (it looks again up to sixty times a second). On network mounts their reach is the
 * server's to say.
 *
 *     #include <tend.h>
 *
 *     int main(int argc, char **argv) {
 *         TD_MAIN(s, argc, argv);
 *         TD_SCOPE(alone, s);
 *         td_lockfile_open(alone, "nightly.lock");
 *         if (td_catch(alone, TD_BlockingIOError)) return 0;    // the last one is still at it
 *         td_time_sleep(alone, 0.01);                           // the work
 *     }                                                         // the lock goes with the scope, also when it was killed
 */
#ifndef TEND_FCNTL_H
#define TEND_FCNTL_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* Locks the whole open file: operation is LOCK_SH, LOCK_EX or LOCK_UN of <sys/file.h>, with LOCK_NB to raise BlockingIOError
 * instead of waiting. The lock belongs to what was opened: it is shared with every copy of the descriptor, in children
 * too, and goes with the last of them. flock(1) is the same lock. Python: fcntl.flock. */
TD_API bool td_fcntl_flock(td_scope *s, int fd, int operation);
#define td_fcntl_flock(s, fd, operation) (td_fcntl_flock)(TD_HERE(s), (fd), (operation))

typedef struct td_fcntl_lockf_opts {
	TD__OPTS_HEAD;
	int64_t len;   /* bytes; 0 is to the end of the file, wherever that comes to be */
	int64_t start; /* from there */
	int whence;    /* counted from SEEK_SET, SEEK_CUR or SEEK_END */
} td_fcntl_lockf_opts;
/* Locks a part of a file for this process: cmd is LOCK_SH (the descriptor must be readable), LOCK_EX (writable) or LOCK_UN,
 * with LOCK_NB to raise BlockingIOError instead of waiting. Danger: POSIX drops the lock when the process closes any
 * descriptor of that file, and children do not have it. ValueError for another cmd. Python: fcntl.lockf. */
TD_API bool td_fcntl_lockf(td_scope *s, int fd, int cmd, const td_fcntl_lockf_opts *opts);
#define td_fcntl_lockf(s, ...) TD__FCNTL_LOCKF(s, __VA_ARGS__)
#define TD__FCNTL_LOCKF(s, fd, cmd, ...)                                                                               \
	(td_fcntl_lockf)(TD_HERE(s), (fd), (cmd), TD__OPTS(td_fcntl_lockf_opts, __VA_ARGS__))

/* --- one at a time --- */

typedef struct td_lockfile td_lockfile;
typedef struct td_lockfile_opts {
	TD__OPTS_HEAD;
	bool wait;       /* wait until the other has ended, as long as the scope allows; left out: raise at once */
	td_opt_int mode; /* permission bits of the file, less the umask; absent: 0644 */
} td_lockfile_opts;
/* Holds path until s ends, so that another who asks for it, here or in another process, has to wait or raises
 * BlockingIOError, with a note that says which process holds it. The file is made if need be, has this process's number
 * in it, and stays afterwards, empty: to remove it would let two hold it. A link is not followed (OSError, ELOOP). The
 * kernel drops the lock when the process ends, however it ends; children that are executed do not have it. */
TD_API td_lockfile *td_lockfile_open(td_scope *s, const char *path, const td_lockfile_opts *opts);
#define td_lockfile_open(s, ...) TD__LOCKFILE_OPEN(s, __VA_ARGS__)
#define TD__LOCKFILE_OPEN(s, path, ...) (td_lockfile_open)(TD_HERE(s), (path), TD__OPTS(td_lockfile_opts, __VA_ARGS__))
/* Lets go of it before the scope ends; twice is as once. */
TD_API bool td_lockfile_close(td_scope *s, td_lockfile *lock);
#define td_lockfile_close(s, lock) (td_lockfile_close)(TD_HERE(s), (lock))

TD__END
#endif
