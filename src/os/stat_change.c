/* What changes a file besides its content: permissions, owners, times; links and other names. */
#include <tend/stat.h>

#include "core/sys.h"
#include "os/os_internal.h"

/* --- permissions and owners --- */

bool(td_os_chmod)(td_scope *s, const char *path, unsigned mode, const td_os_nofollow_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	td_os_nofollow_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!o.nofollow) return td__sys_chmod(path, mode) == 0 || td__os_error(s, errno, path);
	if (td__sys_fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0) return true;
	if (errno != EOPNOTSUPP) return td__os_error(s, errno, path);
	td_raise(s, TD_NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
	return false;
}

bool(td_os_fchmod)(td_scope *s, int fd, unsigned mode) {
	if (!td__enter(s) || !td__may_block(s)) return false;
	return td__sys_fchmod(fd, mode) == 0 || td__os_error(s, errno, NULL);
}

bool(td_os_chown)(td_scope *s, const char *path, int64_t uid, int64_t gid, const td_os_nofollow_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__need_id(s, "uid", uid) ||
	    !td__need_id(s, "gid", gid) || !td__may_block(s))
		return false;
	td_os_nofollow_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int result =
		o.nofollow ? td__sys_lchown(path, (uid_t)uid, (gid_t)gid) : td__sys_chown(path, (uid_t)uid, (gid_t)gid);
	return result == 0 || td__os_error(s, errno, path);
}

bool(td_os_lchown)(td_scope *s, const char *path, int64_t uid, int64_t gid) {
	return td_os_chown(s, path, uid, gid, .nofollow = true);
}

bool(td_os_fchown)(td_scope *s, int fd, int64_t uid, int64_t gid) {
	if (!td__enter(s) || !td__need_id(s, "uid", uid) || !td__need_id(s, "gid", gid) || !td__may_block(s)) return false;
	return td__sys_fchown(fd, (uid_t)uid, (gid_t)gid) == 0 || td__os_error(s, errno, NULL);
}

/* --- times --- */

enum { NS = 1000000000 };

static struct timespec of_nanoseconds(int64_t ns) {
	int64_t rest = ns % NS < 0 ? ns % NS + NS : ns % NS;
	return (struct timespec){.tv_sec = (ns - rest) / NS, .tv_nsec = rest};
}

/* Seconds, rounded down to a nanosecond as Python does it. */
static bool of_seconds(td_scope *s, double seconds, struct timespec *into) {
	if (seconds != seconds) {
		td_raise(s, TD_ValueError, "Invalid value NaN (not a number)");
		return false;
	}
	if (!(seconds >= -0x1p63 && seconds < 0x1p63)) {
		td_raise(s, TD_OverflowError, "timestamp out of range for platform time_t");
		return false;
	}
	int64_t whole = (int64_t)seconds;
	double part = (seconds - (double)whole) * 1e9;
	int64_t ns = (int64_t)part;
	if ((double)ns > part) ns--;
	if (ns < 0) {
		ns += NS;
		whole--;
	}
	*into = (struct timespec){.tv_sec = whole, .tv_nsec = ns};
	return true;
}

static bool both_or_none(td_scope *s, const char *what, bool one, bool other) {
	if (one == other) return true;
	td_raise(s, TD_ValueError, "utime: %s needs both times", what);
	return false;
}

bool(td_os_utime)(td_scope *s, const char *path, const td_os_utime_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return false;
	td_os_utime_opts o;
	td__opts_copy(&o, sizeof o, opts);
	bool in_seconds = o.atime.given || o.mtime.given, in_ns = o.atime_ns.given || o.mtime_ns.given;
	if (in_seconds && in_ns) {
		td_raise(s, TD_ValueError, "utime: you may specify either 'times' or 'ns' but not both");
		return false;
	}
	if (!both_or_none(s, "times", o.atime.given, o.mtime.given) ||
	    !both_or_none(s, "ns", o.atime_ns.given, o.mtime_ns.given))
		return false;
	struct timespec times[2] = {of_nanoseconds(o.atime_ns.value), of_nanoseconds(o.mtime_ns.value)};
	if (in_seconds && (!of_seconds(s, o.atime.value, &times[0]) || !of_seconds(s, o.mtime.value, &times[1])))
		return false;
	if (!td__may_block(s)) return false;
	int flags = o.nofollow ? AT_SYMLINK_NOFOLLOW : 0;
	return td__sys_utimensat(AT_FDCWD, path, in_seconds || in_ns ? times : NULL, flags) == 0 ||
	       td__os_error(s, errno, NULL); /* Python names no file here */
}

/* --- links and other names --- */

bool(td_os_symlink)(td_scope *s, const char *target, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "target", target) || !td__need_text(s, "path", path) || !td__may_block(s))
		return false;
	return td__sys_symlink(target, path) == 0 || td__os_error2(s, errno, target, path);
}

bool(td_os_link)(td_scope *s, const char *src, const char *dst) {
	if (!td__enter(s) || !td__need_text(s, "src", src) || !td__need_text(s, "dst", dst) || !td__may_block(s))
		return false;
	return td__sys_link(src, dst) == 0 || td__os_error2(s, errno, src, dst);
}

const char *(td_os_readlink)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return td_no_text;
	TD_SCOPE(tmp, s);
	for (size_t size = 256; size <= 1 << 20; size *= 4) { /* what fills the room may have been cut */
		char *target = td__alloc_raw(tmp, size);
		if (!target) return td_no_text;
		ssize_t len = td__sys_readlink(path, target, size);
		if (len < 0) {
			td__os_error(s, errno, path);
			return td_no_text;
		}
		if ((size_t)len < size) return td_strndup(s, target, (size_t)len);
	}
	td__os_error(s, ENAMETOOLONG, path);
	return td_no_text;
}

bool(td_os_truncate)(td_scope *s, const char *path, int64_t length) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	return td__sys_truncate(path, length) == 0 || td__os_error(s, errno, path);
}

bool(td_os_ftruncate)(td_scope *s, int fd, int64_t length) {
	if (!td__enter(s) || !td__may_block(s)) return false;
	int result;
	do result = td__sys_ftruncate(fd, length);
	while (result < 0 && errno == EINTR);
	return result == 0 || td__os_error(s, errno, NULL);
}

bool(td_os_mkfifo)(td_scope *s, const char *path, const td_os_mkfifo_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	td_os_mkfifo_opts o;
	td__opts_copy(&o, sizeof o, opts);
	return td__sys_mkfifo(path, o.mode.given ? (mode_t)o.mode.value : 0666) == 0 || td__os_error(s, errno, NULL);
}

/* --- the file system under it --- */

static const td_statvfs no_statvfs = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, UINT64_MAX};

static const td_statvfs *space(td_scope *s, int result, const struct statvfs *from, const char *path) {
	if (result < 0) {
		td__os_error(s, errno, path);
		return &no_statvfs;
	}
	td_statvfs *v = td__alloc_raw(s, sizeof *v);
	if (!v) return &no_statvfs;
	*v = (td_statvfs){
		.bsize = (int64_t)from->f_bsize,
		.frsize = (int64_t)from->f_frsize,
		.blocks = (int64_t)from->f_blocks,
		.bfree = (int64_t)from->f_bfree,
		.bavail = (int64_t)from->f_bavail,
		.files = (int64_t)from->f_files,
		.ffree = (int64_t)from->f_ffree,
		.favail = (int64_t)from->f_favail,
		.flag = (int64_t)from->f_flag,
		.namemax = (int64_t)from->f_namemax,
		.fsid = from->f_fsid,
	};
	return v;
}

const td_statvfs *(td_os_statvfs)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return &no_statvfs;
	struct statvfs v;
	return space(s, td__sys_statvfs(path, &v), &v, path);
}

const td_statvfs *(td_os_fstatvfs)(td_scope *s, int fd) {
	if (!td__enter(s) || !td__may_block(s)) return &no_statvfs;
	struct statvfs v;
	return space(s, td__sys_fstatvfs(fd, &v), &v, NULL);
}
