/* A file in memory until it is too long for that. */
#include "core/file_private.h"
#include "core/sys.h"

static bool write_all(td_scope *s, int fd, const char *data, size_t len) {
	while (len) {
		if (!td__may_block(s)) return false;
		ssize_t done = td__sys_write(fd, data, len);
		if (done < 0 && errno == EINTR) continue;
		if (done < 0) return td__os_error(s, errno, NULL);
		data += done;
		len -= (size_t)done;
	}
	return true;
}

bool td__file_rollover(td_scope *s, td_file *f) {
	if (f->backend != &td__file_spooled) return true;
	int fd = f->spool(s, f->spool_dir);
	if (fd < 0) return false;
	bool ok = write_all(s, fd, f->memory, f->memory_len);
	if (ok && td__sys_lseek(fd, (off_t)f->memory_at, SEEK_SET) < 0) ok = td__os_error(s, errno, NULL);
	if (!ok) {
		close(fd);
		return false;
	}
	f->backend->close(NULL, f);
	f->backend = &td__file_fd;
	f->fd = fd;
	f->unbuffered = false;
	return true;
}

static ssize_t spooled_read(td_scope *s, td_file *f, char *out, size_t size) {
	return td__file_memory.read(s, f, out, size);
}

static bool spooled_write(td_scope *s, td_file *f, const char *data, size_t size) {
	size_t end;
	bool fits = !__builtin_add_overflow(f->memory_at, size, &end) && (!f->spool_max || end <= f->spool_max);
	if (fits) return td__file_memory.write(s, f, data, size);
	return td__file_rollover(s, f) && f->backend->write(s, f, data, size);
}

static int64_t spooled_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	return td__file_memory.seek(s, f, offset, whence);
}

static bool spooled_truncate(td_scope *s, td_file *f, int64_t size) {
	bool fits = size < 0 || !f->spool_max || (uint64_t)size <= f->spool_max;
	if (!fits && !td__file_rollover(s, f)) return false;
	return (fits ? &td__file_memory : f->backend)->truncate(s, f, size);
}

static bool spooled_flush(td_scope *s, td_file *f) {
	(void)s;
	(void)f;
	return true;
}

static bool spooled_close(td_scope *s, td_file *f) {
	td__free(f->spool_dir);
	f->spool_dir = NULL;
	return td__file_memory.close(s, f);
}

const td__file_backend td__file_spooled = {spooled_read,     spooled_write, spooled_seek,
                                           spooled_truncate, spooled_flush, spooled_close};

td_file *td__file_spool(td_scope *s, const char *mode, size_t max, int (*make)(td_scope *s, const char *dir),
                        const char *dir) {
	int flags;
	td_file *f = td__file_new(s, "<spooled>", mode, NULL, &flags);
	if (!f) return NULL;
	f->backend = &td__file_spooled;
	f->regular = f->seekable = f->unbuffered = true;
	f->spool_max = max;
	f->spool = make;
	size_t size = dir ? strlen(dir) + 1 : 0;
	if (!dir) return f;
	f->spool_dir = td__malloc(size);
	if (f->spool_dir) {
		memcpy(f->spool_dir, dir, size);
		return f;
	}
	td__raise_memory(s);
	return NULL; /* the scope ends it */
}
