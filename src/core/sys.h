/* src/core/sys.h: the system calls that modules make, under one hook, so that a test can make the n-th of them fail. A
 * call that is refused by the hook has not been made; a close has, because a descriptor must not leak for a test's sake.
 * Each wrapper is the call of its name with that call's types. */
#ifndef TD_CORE_SYS_H
#define TD_CORE_SYS_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#include "core/internal.h"

/* Asked before each call, with its name: 0 lets it happen, an errno makes it fail, TD__SYS_SHORT makes a transfer move
 * half of what was asked. NULL outside tests. */
extern int (*td__sys_hook)(const char *call);
enum { TD__SYS_SHORT = -1 };

static inline bool td__sys_fails(const char *call) {
	if (td__likely(!td__sys_hook)) return false;
	int err_no = td__sys_hook(call);
	if (err_no > 0) errno = err_no;
	return err_no > 0;
}
static inline bool td__sys_transfer_fails(const char *call, size_t *size) {
	if (td__likely(!td__sys_hook)) return false;
	int err_no = td__sys_hook(call);
	if (err_no == TD__SYS_SHORT && *size > 1) *size /= 2;
	if (err_no > 0) errno = err_no;
	return err_no > 0;
}

/* TD__SYS(result type, name, (parameters), (arguments)) */
#define TD__SYS(type, name, parameters, arguments)                                                                     \
	static inline type td__sys_##name parameters {                                                                     \
		return td__sys_fails(#name) ? (type)-1 : name arguments;                                                       \
	}

/* The same for a call that may move less than the size it is given. */
#define TD__SYS_TRANSFER(name, parameters, arguments)                                                                  \
	static inline ssize_t td__sys_##name parameters {                                                                  \
		return td__sys_transfer_fails(#name, &size) ? -1 : name arguments;                                             \
	}

TD__SYS(int, open, (const char *path, int flags, mode_t mode), (path, flags, mode))
TD__SYS(int, openat, (int dir, const char *path, int flags, mode_t mode), (dir, path, flags, mode))
TD__SYS_TRANSFER(read, (int fd, void *buffer, size_t size), (fd, buffer, size))
TD__SYS_TRANSFER(pread, (int fd, void *buffer, size_t size, off_t at), (fd, buffer, size, at))
TD__SYS(ssize_t, readv, (int fd, const struct iovec *parts, int count), (fd, parts, count))
TD__SYS_TRANSFER(write, (int fd, const void *data, size_t size), (fd, data, size))
TD__SYS_TRANSFER(pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
TD__SYS(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
TD__SYS_TRANSFER(getrandom, (void *buffer, size_t size, unsigned flags), (buffer, size, flags))
TD__SYS(off_t, lseek, (int fd, off_t offset, int whence), (fd, offset, whence))
TD__SYS(int, ftruncate, (int fd, off_t size), (fd, size))
TD__SYS(int, ioctl, (int fd, unsigned long request, void *arg), (fd, request, arg))
TD__SYS(int, tcgetattr, (int fd, struct termios *out), (fd, out))
TD__SYS(int, fsync, (int fd), (fd))
TD__SYS(int, fdatasync, (int fd), (fd))
TD__SYS(int, fstat, (int fd, struct stat *out), (fd, out))
TD__SYS(int, stat, (const char *path, struct stat *out), (path, out))
TD__SYS(int, lstat, (const char *path, struct stat *out), (path, out))
TD__SYS(int, fstatat, (int dir, const char *path, struct stat *out, int flags), (dir, path, out, flags))
TD__SYS(int, mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode))
TD__SYS(int, renameat, (int from_dir, const char *from, int to_dir, const char *to), (from_dir, from, to_dir, to))
TD__SYS(int, symlinkat, (const char *target, int dir, const char *path), (target, dir, path))
TD__SYS(ssize_t, readlinkat, (int dir, const char *path, char *buffer, size_t size), (dir, path, buffer, size))
TD__SYS(int, futimens, (int fd, const struct timespec *times), (fd, times))
TD__SYS(ssize_t, flistxattr, (int fd, char *out, size_t size), (fd, out, size))
TD__SYS(ssize_t, fgetxattr, (int fd, const char *name, void *out, size_t size), (fd, name, out, size))
TD__SYS(int, fsetxattr, (int fd, const char *name, const void *value, size_t size, int flags),
        (fd, name, value, size, flags))
TD__SYS(int, fchmod, (int fd, mode_t mode), (fd, mode))
TD__SYS(int, chmod, (const char *path, mode_t mode), (path, mode))
TD__SYS(int, fchmodat, (int dir, const char *path, mode_t mode, int flags), (dir, path, mode, flags))
TD__SYS(int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group))
TD__SYS(int, chown, (const char *path, uid_t user, gid_t group), (path, user, group))
TD__SYS(int, lchown, (const char *path, uid_t user, gid_t group), (path, user, group))
TD__SYS(int, utimensat, (int dir, const char *path, const struct timespec *times, int flags), (dir, path, times, flags))
TD__SYS(int, faccessat, (int dir, const char *path, int mode, int flags), (dir, path, mode, flags))
TD__SYS(int, truncate, (const char *path, off_t size), (path, size))
TD__SYS(int, statvfs, (const char *path, struct statvfs *out), (path, out))
TD__SYS(int, fstatvfs, (int fd, struct statvfs *out), (fd, out))
TD__SYS(ssize_t, getxattr, (const char *path, const char *name, void *out, size_t size), (path, name, out, size))
TD__SYS(ssize_t, lgetxattr, (const char *path, const char *name, void *out, size_t size), (path, name, out, size))
TD__SYS(ssize_t, listxattr, (const char *path, char *out, size_t size), (path, out, size))
TD__SYS(ssize_t, llistxattr, (const char *path, char *out, size_t size), (path, out, size))
TD__SYS(int, setxattr, (const char *path, const char *name, const void *value, size_t size, int flags),
        (path, name, value, size, flags))
TD__SYS(int, lsetxattr, (const char *path, const char *name, const void *value, size_t size, int flags),
        (path, name, value, size, flags))
TD__SYS(int, removexattr, (const char *path, const char *name), (path, name))
TD__SYS(int, lremovexattr, (const char *path, const char *name), (path, name))
TD__SYS(int, mkfifo, (const char *path, mode_t mode), (path, mode))
TD__SYS(int, rename, (const char *from, const char *to), (from, to))
TD__SYS(int, link, (const char *from, const char *to), (from, to))
TD__SYS(int, symlink, (const char *target, const char *path), (target, path))
TD__SYS(ssize_t, readlink, (const char *path, char *buffer, size_t size), (path, buffer, size))
TD__SYS(int, unlink, (const char *path), (path))
TD__SYS(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
TD__SYS(int, mkdir, (const char *path, mode_t mode), (path, mode))
TD__SYS(int, rmdir, (const char *path), (path))
TD__SYS(int, chdir, (const char *path), (path))
TD__SYS(int, getgroups, (int room, gid_t *out), (room, out))
TD__SYS(int, setuid, (uid_t user), (user))
TD__SYS(int, setgid, (gid_t group), (group))
TD__SYS(pid_t, getpgid, (pid_t pid), (pid))
TD__SYS(int, setpgid, (pid_t pid, pid_t group), (pid, group))
TD__SYS(pid_t, getsid, (pid_t pid), (pid))
TD__SYS(pid_t, setsid, (void), ())
TD__SYS(int, kill, (pid_t pid, int number), (pid, number))
TD__SYS(int, killpg, (pid_t group, int number), (group, number))
TD__SYS(int, pidfd_open, (pid_t pid, unsigned flags), (pid, flags))
TD__SYS(int, pidfd_send_signal, (int fd, int number), (fd, number, NULL, 0))
TD__SYS(int, execve, (const char *path, char *const *argv, char *const *envp), (path, argv, envp))
TD__SYS(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options))
TD__SYS(int, nice, (int increment), (increment))
TD__SYS(int, getpriority, (int which, id_t who), (which, who))
TD__SYS(int, setpriority, (int which, id_t who, int priority), (which, who, priority))
TD__SYS(int, sched_getaffinity, (pid_t pid, size_t size, cpu_set_t *out), (pid, size, out))
TD__SYS(int, sched_setaffinity, (pid_t pid, size_t size, const cpu_set_t *set), (pid, size, set))
TD__SYS(int, getrlimit, (int resource, struct rlimit *out), (resource, out))
TD__SYS(int, setrlimit, (int resource, const struct rlimit *limit), (resource, limit))
TD__SYS(int, getrusage, (int who, struct rusage *out), (who, out))
TD__SYS(int, flock, (int fd, int operation), (fd, operation))
TD__SYS(ssize_t, sendfile, (int out, int in, off_t *offset, size_t size), (out, in, offset, size))
TD__SYS(ssize_t, copy_file_range, (int in, off_t *in_at, int out, off_t *out_at, size_t size, unsigned flags),
        (in, in_at, out, out_at, size, flags))
TD__SYS(int, pipe2, (int fds[2], int flags), (fds, flags))
TD__SYS(int, dup3, (int from, int to, int flags), (from, to, flags))
TD__SYS(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
TD__SYS(int, socketpair, (int domain, int type, int protocol, int fds[2]), (domain, type, protocol, fds))
TD__SYS(int, accept4, (int fd, struct sockaddr *from, socklen_t *len, int flags), (fd, from, len, flags))
TD__SYS(int, bind, (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len))
TD__SYS(int, listen, (int fd, int backlog), (fd, backlog))
TD__SYS(int, connect, (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len))
TD__SYS_TRANSFER(send, (int fd, const void *data, size_t size, int flags), (fd, data, size, flags))
TD__SYS_TRANSFER(recv, (int fd, void *buffer, size_t size, int flags), (fd, buffer, size, flags))
TD__SYS(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
TD__SYS(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
TD__SYS(int, epoll_create1, (int flags), (flags))
TD__SYS(int, epoll_ctl, (int epoll, int op, int fd, struct epoll_event *event), (epoll, op, fd, event))
TD__SYS(int, epoll_wait, (int epoll, struct epoll_event *events, int most, int timeout), (epoll, events, most, timeout))

static inline int td__sys_close(int fd) {
	int result = close(fd);
	return td__sys_fails("close") ? -1 : result;
}

#endif
