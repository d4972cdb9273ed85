/* hash_file.c: digests of files, read once in large pieces whatever the number of digests. */
#include <tend/file.h>

#include "core/sys.h"
#include "crypto/hash.h"

/* Larger ones gain nothing and miss the processor's cache; a map of the whole file counts as the program's memory. */
enum { READ_SIZE = 128 << 10 };

static bool need_hashes(td_scope *s, td_hash *const *hashes, size_t count) {
	if (!td__need_handle(s, "hashes", hashes)) return false;
	for (size_t i = 0; i < count; i++) {
		if (!td__need_handle(s, "hashes", hashes[i])) return false;
	}
	return true;
}

static int64_t failed(td_scope *s, const char *path) {
	td__os_error(s, errno, path);
	return -1;
}

/* What is left of fd. A regular file that has given as much as it has is not asked again for its end. */
static int64_t read_fd(td_scope *s, td_hash *const *hashes, size_t count, int fd, const char *path,
                       const td_hash_update_from_opts *o) {
	struct stat about;
	if (td__sys_fstat(fd, &about) < 0) return failed(s, path);
	bool regular = S_ISREG(about.st_mode), whole = regular && !o->fd.given;
	size_t size = whole && about.st_size > 0 && about.st_size < READ_SIZE ? (size_t)about.st_size + 1 : READ_SIZE;
	TD_SCOPE(tmp, s);
	char *buffer = td__alloc_raw(tmp, size);
	int64_t done = 0;
	while (buffer && td__may_block(s)) {
		if (!regular && !S_ISDIR(about.st_mode) && td__wait_fd(s, fd, POLLIN, TD__NEVER) < 0) return -1;
		ssize_t got = td__sys_read(fd, buffer, size);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) return failed(s, path);
		for (size_t i = 0; i < count && got; i++) td__hash_take(hashes[i], buffer, (size_t)got);
		done += got;
		if (o->progress && got) o->progress(o->progress_arg, done, regular ? about.st_size : -1);
		if (got == 0 || (whole && done == about.st_size)) return done;
	}
	return -1;
}

int64_t(td_hash_update_from)(td_scope *s, td_hash *const *hashes, size_t count, const char *path,
                             const td_hash_update_from_opts *opts) {
	if (!td__enter_opts(s, opts)) return -1;
	td_hash_update_from_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!need_hashes(s, hashes, count)) return -1;
	if (o.fd.given) return read_fd(s, hashes, count, (int)o.fd.value, path, &o);
	if (!td__need_text(s, "path", path)) return -1;
	int fd = td__sys_open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0);
	if (fd < 0) return failed(s, path);
	int64_t done = read_fd(s, hashes, count, fd, path, &o);
	td__sys_close(fd);
	return done;
}

td_hash *(td_hashlib_file_digest)(td_scope *s, const char *path, const char *name,
                                  const td_hashlib_file_digest_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return NULL;
	td_hashlib_file_digest_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_hash *hash = (td_hashlib_new)(s, name, NULL);
	int64_t done = (td_hash_update_from)(s, &hash, 1, path,
	                                     TD__OPTS(td_hash_update_from_opts, .progress = o.progress,
	                                              .progress_arg = o.progress_arg));
	return done < 0 ? NULL : hash;
}

td_hash *(td_hashlib_fileobj_digest)(td_scope *s, td_file *file, const char *name) {
	if (!td__enter(s) || !td__need_handle(s, "file", file)) return NULL;
	td_hash *hash = (td_hashlib_new)(s, name, NULL);
	TD_LOOP (turn, s) {
		td_bytes part = (td_file_read_bytes)(turn, file, TD__OPTS(td_file_read_opts, .n = TD_INT(READ_SIZE)));
		if (!part.len) break;
		td__hash_take(hash, part.data, part.len);
	}
	return td_failed(s) ? NULL : hash;
}
