/* What lies under a file's buffer: a descriptor, memory, or one of C's own streams. */
#include "core/file_private.h"
#include "core/sys.h"

/* --- a descriptor --- */

/* A pipe, terminal or socket is waited for before the call, so that the deadline holds; a regular file is not, and only
 * does not start late. */
static bool ready(td_scope *s, td_file *f, short events) {
	if (f->regular) return td__may_block(s);
	return td__wait_fd(s, f->fd, events, TD__NEVER) > 0;
}

static bool may_try_again(void) {
	return errno == EINTR || errno == EAGAIN;
}

static ssize_t fd_read(td_scope *s, td_file *f, char *out, size_t size) {
	for (;;) {
		if (!ready(s, f, POLLIN)) return -1;
		ssize_t got = td__sys_read(f->fd, out, size);
		if (got >= 0) return got;
		if (!may_try_again()) {
			td__os_error(s, errno, NULL);
			return -1;
		}
	}
}

/* As much as is sure not to block once poll has said so. */
enum { PIPE_PIECE = 4096 };

static bool fd_write(td_scope *s, td_file *f, const char *data, size_t size) {
	while (size) {
		if (!ready(s, f, POLLOUT)) return false;
		ssize_t done = td__sys_write(f->fd, data, f->regular || size < PIPE_PIECE ? size : PIPE_PIECE);
		if (done < 0) {
			if (may_try_again()) continue;
			return td__os_error(s, errno, NULL);
		}
		data += done;
		size -= (size_t)done;
	}
	return true;
}

static int64_t fd_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	int64_t at = td__sys_lseek(f->fd, offset, whence);
	if (at < 0) td__os_error(s, errno, NULL);
	return at;
}

static bool fd_truncate(td_scope *s, td_file *f, int64_t size) {
	int result;
	do {
		if (!td__may_block(s)) return false;
		result = td__sys_ftruncate(f->fd, size);
	} while (result < 0 && errno == EINTR);
	return result == 0 || td__os_error(s, errno, NULL);
}

bool td__file_no_flush(td_scope *s, td_file *f) {
	(void)s;
	(void)f;
	return true;
}

bool td__file_no_truncate(td_scope *s, td_file *f, int64_t size) {
	(void)f;
	(void)size;
	(td_raise)(s, TD_UnsupportedOperation, "truncate");
	return false;
}

static bool fd_close(td_scope *s, td_file *f) {
	if (f->keep_fd || f->fd < 0) return true;
	int result = td__sys_close(f->fd);
	f->fd = -1;
	if (result == 0 || errno == EINTR || !s) return true; /* after EINTR Linux has closed it all the same */
	return td__os_error(s, errno, NULL);
}

const td__file_backend td__file_fd = {fd_read, fd_write, fd_seek, fd_truncate, td__file_no_flush, fd_close};

/* --- memory --- */

enum { MEMORY_MOST = INT32_MAX };

static ssize_t memory_read(td_scope *s, td_file *f, char *out, size_t size) {
	(void)s;
	size_t left = f->memory_at < f->memory_len ? f->memory_len - f->memory_at : 0;
	if (size > left) size = left;
	if (size) memcpy(out, f->memory + f->memory_at, size);
	f->memory_at += size;
	return (ssize_t)size;
}

static bool memory_resize(td_scope *s, td_file *f, size_t len) {
	if (len > MEMORY_MOST) {
		(td_raise)(s, TD_OverflowError, "a file in memory holds at most %d bytes", MEMORY_MOST);
		return false;
	}
	if (len + 1 > f->memory_room) {
		size_t room = f->memory_room ? f->memory_room * 2 : 256;
		if (room < len + 1) room = len + 1;
		char *larger = td__realloc(f->memory, room);
		if (!larger) {
			(td_raise)(s, TD_MemoryError, "%s", "");
			return false;
		}
		f->memory = larger;
		f->memory_room = room;
	}
	if (len > f->memory_len) memset(f->memory + f->memory_len, 0, len - f->memory_len);
	f->memory_len = len;
	f->memory[len] = '\0';
	return true;
}

static bool memory_write(td_scope *s, td_file *f, const char *data, size_t size) {
	if (!size) return true;
	size_t end;
	if (__builtin_add_overflow(f->memory_at, size, &end)) end = SIZE_MAX;
	if (end > f->memory_len && !memory_resize(s, f, end)) return false;
	memcpy(f->memory + f->memory_at, data, size);
	f->memory_at = end;
	return true;
}

static int64_t memory_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	int64_t from = whence == SEEK_SET ? 0 : (int64_t)(whence == SEEK_CUR ? f->memory_at : f->memory_len);
	int64_t at;
	if (__builtin_add_overflow(from, offset, &at)) at = -1;
	if (whence == SEEK_SET && offset < 0) {
		(td_raise)(s, TD_ValueError, "negative seek value %lld", (long long)offset);
		return -1;
	}
	f->memory_at = at > 0 ? (size_t)at : 0;
	return (int64_t)f->memory_at;
}

static bool memory_truncate(td_scope *s, td_file *f, int64_t size) {
	if (size < 0) {
		(td_raise)(s, TD_ValueError, "negative size value %lld", (long long)size);
		return false;
	}
	return (uint64_t)size >= f->memory_len || memory_resize(s, f, (size_t)size); /* BytesIO never grows so */
}

static bool memory_close(td_scope *s, td_file *f) {
	(void)s;
	td__free(f->memory);
	f->memory = NULL;
	return true;
}

const td__file_backend td__file_memory = {memory_read,     memory_write,      memory_seek,
                                          memory_truncate, td__file_no_flush, memory_close};

/* --- C's stdout and stderr --- */

static ssize_t stream_read(td_scope *s, td_file *f, char *out, size_t size) {
	(void)f;
	(void)out;
	(void)size;
	(td_raise)(s, TD_UnsupportedOperation, "not readable");
	return -1;
}

static bool stream_write(td_scope *s, td_file *f, const char *data, size_t size) {
	if (!td__may_block(s)) return false;
	errno = 0;
	if (fwrite(data, 1, size, f->stream) == size) return true;
	return td__os_error(s, errno ? errno : EIO, NULL);
}

static int64_t stream_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	(void)f;
	(void)offset;
	(void)whence;
	(td_raise)(s, TD_UnsupportedOperation, "underlying stream is not seekable");
	return -1;
}

static bool stream_truncate(td_scope *s, td_file *f, int64_t size) {
	return stream_seek(s, f, size, 0) >= 0;
}

static bool stream_flush(td_scope *s, td_file *f) {
	if (!td__may_block(s)) return false;
	errno = 0;
	return fflush(f->stream) == 0 || td__os_error(s, errno ? errno : EIO, NULL);
}

static bool stream_close(td_scope *s, td_file *f) {
	(void)f;
	(void)s;
	return true; /* the stream stays C's; td_file_close has flushed it */
}

const td__file_backend td__file_stream = {stream_read,     stream_write, stream_seek,
                                          stream_truncate, stream_flush, stream_close};
