/* Descriptors: opening, their flags, reading and writing. */
#include <tend/os_fd.h>

#include "core/sys.h"

static bool done(td_scope *s, int result) {
	return result >= 0 || td__os_error(s, errno, NULL);
}

/* --- opening and closing --- */

int(td_os_open)(td_scope *s, const char *path, int flags, const td_os_open_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return -1;
	td_os_open_opts o;
	td__opts_copy(&o, sizeof o, opts);
	for (;;) {
		if (!td__may_block(s)) return -1;
		int fd = td__sys_open(path, flags | O_CLOEXEC, o.mode.given ? (mode_t)o.mode.value : 0777);
		if (fd >= 0) return fd;
		if (errno == EINTR) continue;
		td__os_error(s, errno, path);
		return -1;
	}
}

bool(td_os_close)(td_scope *s, int fd) {
	if (!td__enter(s)) return false;
	return td__sys_close(fd) == 0 || errno == EINTR ||
	       td__os_error(s, errno, NULL); /* EINTR: it is closed all the same */
}

bool(td_os_pipe)(td_scope *s, int fds[2]) {
	fds[0] = fds[1] = -1;
	return td__enter(s) && done(s, td__sys_pipe2(fds, O_CLOEXEC));
}

int(td_os_dup)(td_scope *s, int fd) {
	if (!td__enter(s)) return -1;
	int copy = td__sys_fails("dup") ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return done(s, copy) ? copy : -1;
}

int(td_os_dup2)(td_scope *s, int fd, int fd2, const td_os_dup2_opts *opts) {
	if (!td__enter_opts(s, opts)) return -1;
	td_os_dup2_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int result;
	do {
		if (o.noinherit)
			result = td__sys_dup3(fd, fd2, O_CLOEXEC);
		else
			result = td__sys_fails("dup2") ? -1 : dup2(fd, fd2);
	} while (result < 0 && errno == EINTR);
	return done(s, result) ? fd2 : -1;
}

/* --- flags --- */

static int flags_of(td_scope *s, int fd, int get) {
	if (!td__enter(s)) return -1;
	int flags = td__sys_fails("fcntl") ? -1 : fcntl(fd, get);
	done(s, flags);
	return flags;
}

static bool set_flag(td_scope *s, int fd, int get, int set, int flag, bool on) {
	int flags = flags_of(s, fd, get);
	if (flags < 0) return false;
	int wanted = on ? flags | flag : flags & ~flag;
	return wanted == flags || done(s, fcntl(fd, set, wanted));
}

bool(td_os_set_inheritable)(td_scope *s, int fd, bool inheritable) {
	return set_flag(s, fd, F_GETFD, F_SETFD, FD_CLOEXEC, !inheritable);
}

bool(td_os_get_inheritable)(td_scope *s, int fd) {
	int flags = flags_of(s, fd, F_GETFD);
	return flags >= 0 && !(flags & FD_CLOEXEC);
}

bool(td_os_set_blocking)(td_scope *s, int fd, bool blocking) {
	return set_flag(s, fd, F_GETFL, F_SETFL, O_NONBLOCK, !blocking);
}

bool(td_os_get_blocking)(td_scope *s, int fd) {
	int flags = flags_of(s, fd, F_GETFL);
	return flags >= 0 && !(flags & O_NONBLOCK);
}

/* --- reading and writing --- */

/* What a descriptor is waited for in: one that does not block is not waited for, nor is a regular file. */
static bool need_waits(td_scope *s, int fd, bool *waits) {
	struct stat st;
	int flags = flags_of(s, fd, F_GETFL);
	if (flags < 0) return false;
	*waits = !(flags & O_NONBLOCK) && td__sys_fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
	return td__may_block(s);
}

td_bytes(td_os_read)(td_scope *s, int fd, size_t length) {
	const td_bytes none = {td_no_text, 0};
	bool waits;
	if (!need_waits(s, fd, &waits)) return none;
	if (length >= PTRDIFF_MAX) {
		td__os_error(s, EINVAL, NULL);
		return none;
	}
	char *data = td__alloc_raw(s, length + 1);
	if (!data) return none;
	for (;;) {
		if (waits && td__wait_fd(s, fd, POLLIN, TD__NEVER) <= 0) return none;
		ssize_t got = td__sys_read(fd, data, length);
		if (got >= 0) {
			data[got] = '\0';
			return (td_bytes){data, (size_t)got};
		}
		if (errno == EINTR && td__may_block(s)) continue;
		if (errno == EAGAIN && waits) continue; /* another reader was faster */
		if (!td_failed(s)) td__os_error(s, errno, NULL);
		return none;
	}
}

/* As much as is sure not to block once poll has said so. */
enum { PIPE_PIECE = 4096 };

enum { BEFORE_THE_END = 1000000 }; /* nanoseconds */

/* Moves up to size bytes by step, which writes to out. Once a part of them has gone, how many did is the answer, and not
 * that the deadline came, which the next call will say. */
static int64_t move_out(td_scope *s, int out, bool waits, size_t size, ssize_t (*step)(void *arg, size_t size),
                        void *arg) {
	int64_t moved = 0;
	for (;;) {
		if (waits) {
			if (moved && td_stopping(s)) return moved;
			int64_t end = moved ? td__deadline_of(s) : TD__NEVER;
			int ready = td__wait_fd(s, out, POLLOUT, end == TD__NEVER ? end : end - BEFORE_THE_END);
			if (ready <= 0) return ready == 0 ? moved : -1;
		}
		ssize_t went = step(arg, waits && size > PIPE_PIECE ? PIPE_PIECE : size);
		if (went < 0) {
			if (errno == EINTR && td__may_block(s)) continue;
			if (errno == EAGAIN && waits) continue;
			if (moved) return moved;
			if (!td_failed(s)) td__os_error(s, errno, NULL);
			return -1;
		}
		moved += went;
		size -= (size_t)went;
		if (!waits || size == 0 || went == 0) return moved;
	}
}

typedef struct writing {
	int fd;
	const char *data;
} writing;

static ssize_t write_step(void *arg, size_t size) {
	writing *w = arg;
	ssize_t went = td__sys_write(w->fd, w->data, size);
	if (went > 0) w->data += went;
	return went;
}

int64_t(td_os_write)(td_scope *s, int fd, td_bytes data) {
	bool waits;
	if (!td__enter(s) || !td__need_text(s, "data", data.data) || !need_waits(s, fd, &waits)) return -1;
	return move_out(s, fd, waits, data.len, write_step, &(writing){fd, data.data});
}

int64_t(td_os_lseek)(td_scope *s, int fd, int64_t position, int whence) {
	if (!td__enter(s)) return -1;
	int64_t at = td__sys_lseek(fd, position, whence);
	if (at < 0) td__os_error(s, errno, NULL);
	return at;
}

static bool sync_by(td_scope *s, int fd, bool content_only) {
	for (;;) {
		if (!td__enter(s) || !td__may_block(s)) return false;
		int result = content_only ? td__sys_fdatasync(fd) : td__sys_fsync(fd);
		if (result == 0 || errno != EINTR) return done(s, result);
	}
}

bool(td_os_fsync)(td_scope *s, int fd) {
	return sync_by(s, fd, false);
}

bool(td_os_fdatasync)(td_scope *s, int fd) {
	return sync_by(s, fd, true);
}

bool(td_os_sync)(td_scope *s) {
	if (!td__may_block(s)) return false;
	sync();
	return true;
}

/* --- copies inside the kernel --- */

typedef struct sending {
	int out, in;
	off_t *offset;
} sending;

static ssize_t send_step(void *arg, size_t size) {
	sending *f = arg;
	return td__sys_sendfile(f->out, f->in, f->offset, size);
}

int64_t(td_os_sendfile)(td_scope *s, int out_fd, int in_fd, int64_t offset, size_t count) {
	bool waits;
	if (!need_waits(s, out_fd, &waits)) return -1;
	off_t at = offset;
	return move_out(s, out_fd, waits, count, send_step, &(sending){out_fd, in_fd, offset == -1 ? NULL : &at});
}

int64_t(td_os_copy_file_range)(td_scope *s, int src, int dst, size_t count, const td_os_copy_file_range_opts *opts) {
	if (!td__enter_opts(s, opts)) return -1;
	td_os_copy_file_range_opts o;
	td__opts_copy(&o, sizeof o, opts);
	off_t from = o.offset_src.value, to = o.offset_dst.value;
	for (;;) {
		if (!td__may_block(s)) return -1;
		ssize_t went = td__sys_copy_file_range(src, o.offset_src.given ? &from : NULL, dst,
		                                       o.offset_dst.given ? &to : NULL, count, 0);
		if (went >= 0) return went;
		if (errno == EINTR) continue;
		td__os_error(s, errno, NULL);
		return -1;
	}
}
