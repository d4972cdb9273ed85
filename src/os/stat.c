/* stat, and what a mode says. */
#include "os/stat_internal.h"

#include "core/sys.h"

const td_stat td__no_stat = {
	.mode = 0,
	.ino = UINT64_MAX,
	.dev = UINT64_MAX,
	.nlink = -1,
	.uid = -1,
	.gid = -1,
	.size = -1,
	.atime = -1,
	.mtime = -1,
	.ctime = -1,
	.atime_ns = -1,
	.mtime_ns = -1,
	.ctime_ns = -1,
	.blocks = -1,
	.blksize = -1,
	.rdev = UINT64_MAX,
};

static int64_t nanoseconds(struct timespec t) {
	int64_t ns;
	if (__builtin_mul_overflow((int64_t)t.tv_sec, INT64_C(1000000000), &ns) ||
	    __builtin_add_overflow(ns, (int64_t)t.tv_nsec, &ns))
		return t.tv_sec < 0 ? INT64_MIN : INT64_MAX;
	return ns;
}

static double seconds(struct timespec t) {
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void td__stat_of(const struct stat *from, td_stat *into) {
	*into = (td_stat){
		.mode = from->st_mode,
		.ino = from->st_ino,
		.dev = from->st_dev,
		.nlink = (int64_t)from->st_nlink,
		.uid = from->st_uid,
		.gid = from->st_gid,
		.size = from->st_size,
		.atime = seconds(from->st_atim),
		.mtime = seconds(from->st_mtim),
		.ctime = seconds(from->st_ctim),
		.atime_ns = nanoseconds(from->st_atim),
		.mtime_ns = nanoseconds(from->st_mtim),
		.ctime_ns = nanoseconds(from->st_ctim),
		.blocks = from->st_blocks,
		.blksize = from->st_blksize,
		.rdev = from->st_rdev,
	};
}

static const td_stat *answer(td_scope *s, int result, const struct stat *from, const char *path) {
	if (result < 0) {
		td__os_error(s, errno, path);
		return &td__no_stat;
	}
	td_stat *st = td__alloc_raw(s, sizeof *st);
	if (!st) return &td__no_stat;
	td__stat_of(from, st);
	return st;
}

const td_stat *(td_os_stat)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return &td__no_stat;
	struct stat st;
	return answer(s, td__sys_stat(path, &st), &st, path);
}

const td_stat *(td_os_lstat)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return &td__no_stat;
	struct stat st;
	return answer(s, td__sys_lstat(path, &st), &st, path);
}

const td_stat *(td_os_fstat)(td_scope *s, int fd) {
	if (!td__enter(s) || !td__may_block(s)) return &td__no_stat;
	struct stat st;
	return answer(s, td__sys_fstat(fd, &st), &st, NULL);
}

const char *td_stat_filemode(td_scope *s, unsigned mode) {
	static const char kinds[] = "?pc?d?b?-?l?s???", bits[] = "rwxrwxrwx";
	if (!td__enter(s)) return td_no_text;
	char text[11];
	text[0] = kinds[mode >> 12 & 15];
	for (unsigned i = 0; i < 9; i++) text[1 + i] = mode & (0400u >> i) ? bits[i] : '-';
	if (mode & S_ISUID) text[3] = mode & S_IXUSR ? 's' : 'S';
	if (mode & S_ISGID) text[6] = mode & S_IXGRP ? 's' : 'S';
	if (mode & S_ISVTX) text[9] = mode & S_IXOTH ? 't' : 'T';
	return td_strndup(s, text, 10);
}

bool(td_os_access)(td_scope *s, const char *path, int mode, const td_os_access_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	td_os_access_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int flags = (o.effective_ids ? AT_EACCESS : 0) | (o.nofollow ? AT_SYMLINK_NOFOLLOW : 0);
	return td__sys_faccessat(AT_FDCWD, path, mode, flags) == 0;
}
