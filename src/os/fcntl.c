/* Locks on files. The kernel offers no descriptor to wait on for them: we try, and try again. */
#include <tend/fcntl.h>
#include <tend/text.h>

#include "core/sys.h"

enum { FIRST_PAUSE = 1000000, LONGEST_PAUSE = 16000000 }; /* nanoseconds */

/* Calls attempt until it does not say that somebody else has the lock. */
static bool lock_by(td_scope *s, bool wait, bool (*attempt)(void *arg), void *arg, const char *path) {
	int64_t pause = FIRST_PAUSE;
	if (wait && !td__may_block(s)) return false;
	while (!attempt(arg)) {
		if (errno == EINTR && td__may_block(s)) continue;
		if (td_failed(s)) return false;
		if (!wait || (errno != EWOULDBLOCK && errno != EACCES)) return td__os_error(s, errno, path);
		if (td__poll(s, NULL, 0, td__now() + pause) < 0) return false;
		pause = pause * 2 < LONGEST_PAUSE ? pause * 2 : LONGEST_PAUSE;
	}
	return true;
}

typedef struct flocking {
	int fd, operation;
} flocking;

static bool try_flock(void *arg) {
	const flocking *f = arg;
	return td__sys_flock(f->fd, f->operation | LOCK_NB) == 0;
}

bool(td_fcntl_flock)(td_scope *s, int fd, int operation) {
	if (!td__enter(s)) return false;
	return lock_by(s, !(operation & LOCK_NB), try_flock, &(flocking){fd, operation}, NULL);
}

typedef struct locking {
	int fd;
	struct flock what;
} locking;

static bool try_lockf(void *arg) {
	locking *l = arg;
	return !td__sys_fails("fcntl") && fcntl(l->fd, F_SETLK, &l->what) == 0;
}

bool(td_fcntl_lockf)(td_scope *s, int fd, int cmd, const td_fcntl_lockf_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_fcntl_lockf_opts o;
	td__opts_copy(&o, sizeof o, opts);
	locking l = {fd, {.l_whence = (short)o.whence, .l_start = o.start, .l_len = o.len}};
	if (cmd == LOCK_UN) { /* in Python's order */
		l.what.l_type = F_UNLCK;
	} else if (cmd & LOCK_SH) {
		l.what.l_type = F_RDLCK;
	} else if (cmd & LOCK_EX) {
		l.what.l_type = F_WRLCK;
	} else {
		td_raise(s, TD_ValueError, "unrecognized lockf argument");
		return false;
	}
	return lock_by(s, !(cmd & LOCK_NB), try_lockf, &l, NULL);
}

/* --- one at a time --- */

struct td_lockfile {
	int fd;
};

static void let_go(td_lockfile *lock) {
	if (lock->fd < 0) return;
	int result = ftruncate(lock->fd, 0);
	(void)result; /* the number in it is for people; the lock is what counts */
	close(lock->fd);
	lock->fd = -1;
}

static void end_lockfile(td_scope *c, void *handle) {
	(void)c;
	let_go(handle);
}

/* Whether path still leads to what was locked: whoever cleans up in /run or /tmp may have removed it. */
static bool is_there(int fd, const char *path) {
	struct stat ours, there;
	return td__sys_fstat(fd, &ours) == 0 && td__sys_lstat(path, &there) == 0 && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

static void tell_holder(td_scope *s, int fd) {
	char text[32];
	ssize_t len = pread(fd, text, sizeof text - 1, 0);
	while (len > 0 && text[len - 1] == '\n') len--;
	if (len > 0) td_add_note(s, "it is held by process %.*s", (int)len, text);
}

static bool write_number(td_scope *s, int fd, const char *path) {
	TD_SCOPE(tmp, s);
	const char *text = td_format(tmp, "%d\n", (int)getpid());
	size_t len = strlen(text);
	if (td_failed(tmp)) return false;
	ssize_t went = td__sys_ftruncate(fd, 0) == 0 ? td__sys_pwrite(fd, text, len, 0) : -1;
	return went >= 0 || td__os_error(s, errno, path);
}

td_lockfile *(td_lockfile_open)(td_scope *s, const char *path, const td_lockfile_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return NULL;
	td_lockfile_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_lockfile *lock = td__handle_new(s, sizeof *lock, end_lockfile);
	if (!lock) return NULL;
	lock->fd = -1;
	TD_SCOPE(tmp, s);
	for (;;) {
		if (!td__may_block(tmp)) break;
		lock->fd = td__sys_open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC,
		                        o.mode.given ? (mode_t)o.mode.value : 0644);
		if (lock->fd < 0 && errno == EINTR) continue;
		if (lock->fd < 0) {
			td__os_error(tmp, errno, path);
			break;
		}
		if (lock_by(tmp, o.wait, try_flock, &(flocking){lock->fd, LOCK_EX}, path)) {
			if (!is_there(lock->fd, path)) { /* another file has that name now: that is the one to lock */
				close(lock->fd);
				lock->fd = -1;
				continue;
			}
			if (write_number(tmp, lock->fd, path)) return lock;
			break;
		}
		tell_holder(tmp, lock->fd);
		close(lock->fd); /* not let_go: the number in it is the other's */
		lock->fd = -1;
		break;
	}
	let_go(lock);
	td__handle_close(lock);
	return NULL;
}

bool(td_lockfile_close)(td_scope *s, td_lockfile *lock) {
	if (!td__enter(s) || !td__need_handle(s, "lock", lock)) return false;
	if (!td__handle_open(lock)) return true;
	let_go(lock);
	td__handle_close(lock);
	return true;
}
