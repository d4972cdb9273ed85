/* tend/os_fd.h: descriptors, by the names of Python's os: open, read, write, pipes, terminals, copies inside the kernel.
 *
 * A descriptor is a plain int, as in Python: no scope closes it. For files td_open is the better call: it reads lines, and
 * its handle ends with its scope; td_os_fdopen makes such a handle of a descriptor. Those made here are closed when another
 * program is executed, unless asked otherwise.
 *
 * A call that a signal interrupted is made again. Reading and writing a pipe, socket or terminal obeys the deadline and
 * cancel of the scope; on a descriptor that was set not to block it raises BlockingIOError at once, as in Python. Regular
 * files cannot be interrupted. Errors are OSError and its descendants; they name no file, because a descriptor has no name.
 *
 *     #include <tend.h>
 *     #include <fcntl.h>
 *
 *     static void note(td_scope *s, const char *path, const char *line) {
 *         int fd = td_os_open(s, path, O_WRONLY | O_CREAT | O_APPEND, .mode = TD_INT(0640));
 *         td_os_write(s, fd, td_bytes_of(line));
 *         td_os_fsync(s, fd);                           // on the disk, or an error says why not
 *         td_os_close(s, fd);
 *     }
 */
#ifndef TEND_OS_FD_H
#define TEND_OS_FD_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* --- opening and closing --- */

typedef struct td_os_open_opts {
	TD__OPTS_HEAD;
	td_opt_int mode; /* permission bits of a file that it makes, less the umask; absent: 0777, as Python's */
} td_os_open_opts;
/* flags are O_RDONLY, O_CREAT and so on of <fcntl.h>; O_CLOEXEC is added. −1 when it failed. Opening a named pipe waits for
 * the other side and cannot be interrupted, unless O_NONBLOCK is given. Python: os.open. */
TD_API int td_os_open(td_scope *s, const char *path, int flags, const td_os_open_opts *opts);
#define td_os_open(s, ...) TD__OS_OPEN(s, __VA_ARGS__)
#define TD__OS_OPEN(s, path, flags, ...)                                                                               \
	(td_os_open)(TD_HERE(s), (path), (flags), TD__OPTS(td_os_open_opts, __VA_ARGS__))
/* It is closed also when this fails: with EIO or ENOSPC data that was written before is lost. Python: os.close. */
TD_API bool td_os_close(td_scope *s, int fd);
#define td_os_close(s, fd) (td_os_close)(TD_HERE(s), (fd))

/* A pipe: fds[0] to read from, fds[1] to write to; both −1 when it failed. Python: os.pipe. */
TD_API bool td_os_pipe(td_scope *s, int fds[2]);
#define td_os_pipe(s, fds) (td_os_pipe)(TD_HERE(s), (fds))
/* A second number for the same open file. Python: os.dup. */
TD_API int td_os_dup(td_scope *s, int fd);
#define td_os_dup(s, fd) (td_os_dup)(TD_HERE(s), (fd))

typedef struct td_os_dup2_opts {
	TD__OPTS_HEAD;
	bool noinherit; /* close fd2 when another program is executed. Python: inheritable=False */
} td_os_dup2_opts;
/* The same under the number fd2, which is closed first if it is open; programs that are executed inherit it. Returns fd2.
 * Python: os.dup2. */
TD_API int td_os_dup2(td_scope *s, int fd, int fd2, const td_os_dup2_opts *opts);
#define td_os_dup2(s, ...) TD__OS_DUP2(s, __VA_ARGS__)
#define TD__OS_DUP2(s, fd, fd2, ...) (td_os_dup2)(TD_HERE(s), (fd), (fd2), TD__OPTS(td_os_dup2_opts, __VA_ARGS__))

/* Whether programs that are executed inherit it. The getters are false also when s has failed. Python: os.set_inheritable,
 * os.get_inheritable. */
TD_API bool td_os_set_inheritable(td_scope *s, int fd, bool inheritable);
#define td_os_set_inheritable(s, fd, inheritable) (td_os_set_inheritable)(TD_HERE(s), (fd), (inheritable))
TD_API bool td_os_get_inheritable(td_scope *s, int fd);
#define td_os_get_inheritable(s, fd) (td_os_get_inheritable)(TD_HERE(s), (fd))
/* Whether reading and writing wait. It belongs to the open file: to every descriptor of it, in other processes too. Python:
 * os.set_blocking, os.get_blocking. */
TD_API bool td_os_set_blocking(td_scope *s, int fd, bool blocking);
#define td_os_set_blocking(s, fd, blocking) (td_os_set_blocking)(TD_HERE(s), (fd), (blocking))
TD_API bool td_os_get_blocking(td_scope *s, int fd);
#define td_os_get_blocking(s, fd) (td_os_get_blocking)(TD_HERE(s), (fd))

/* --- reading and writing --- */

/* At most length bytes, in s; fewer when fewer are there; none at the end of the file. Python: os.read. */
TD_API td_bytes td_os_read(td_scope *s, int fd, size_t length);
#define td_os_read(s, fd, length) (td_os_read)(TD_HERE(s), (fd), (length))
/* Returns how many bytes went, which may be fewer: the disk was full, or the deadline passed after a part of them. −1
 * when it failed and none went. Python: os.write. */
TD_API int64_t td_os_write(td_scope *s, int fd, td_bytes data);
#define td_os_write(s, ...) (td_os_write)(TD_HERE(s), __VA_ARGS__)
/* The new position; whence is SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA or SEEK_HOLE. −1 when it failed. Python: os.lseek. */
TD_API int64_t td_os_lseek(td_scope *s, int fd, int64_t position, int whence);
#define td_os_lseek(s, fd, position, whence) (td_os_lseek)(TD_HERE(s), (fd), (position), (whence))

/* Until it is on the disk: all of the file; its content and size; everything on the machine. An error here is the last
 * word on data that was written: trying again does not bring it back. Python: os.fsync, os.fdatasync, os.sync. */
TD_API bool td_os_fsync(td_scope *s, int fd);
#define td_os_fsync(s, fd) (td_os_fsync)(TD_HERE(s), (fd))
TD_API bool td_os_fdatasync(td_scope *s, int fd);
#define td_os_fdatasync(s, fd) (td_os_fdatasync)(TD_HERE(s), (fd))
TD_API bool td_os_sync(td_scope *s);
#define td_os_sync(s) (td_os_sync)(TD_HERE(s))

/* --- copies inside the kernel --- */

/* Moves at most count bytes from a file, at offset (−1: at its position, which moves on: Python's None), to a socket, pipe or
 * file. Returns how many went, 0 at the end, −1 when it failed. Python: os.sendfile. */
TD_API int64_t td_os_sendfile(td_scope *s, int out_fd, int in_fd, int64_t offset, size_t count);
#define td_os_sendfile(s, out_fd, in_fd, offset, count)                                                                \
	(td_os_sendfile)(TD_HERE(s), (out_fd), (in_fd), (offset), (count))

typedef struct td_os_copy_file_range_opts {
	TD__OPTS_HEAD;
	td_opt_int offset_src, offset_dst; /* where to read and to write; absent: at the positions, which move on */
} td_os_copy_file_range_opts;
/* Between two regular files, sharing the blocks where the file system can. Returns how many bytes went, 0 at the end, −1
 * when it failed: EXDEV or EINVAL say that these two cannot be copied so (td_shutil_copyfile can). Python:
 * os.copy_file_range. */
TD_API int64_t td_os_copy_file_range(td_scope *s, int src, int dst, size_t count,
                                     const td_os_copy_file_range_opts *opts);
#define td_os_copy_file_range(s, ...) TD__OS_COPY_FILE_RANGE(s, __VA_ARGS__)
#define TD__OS_COPY_FILE_RANGE(s, src, dst, count, ...)                                                                \
	(td_os_copy_file_range)(TD_HERE(s), (src), (dst), (count), TD__OPTS(td_os_copy_file_range_opts, __VA_ARGS__))

/* --- terminals --- */

/* False also for what is no descriptor. Python: os.isatty. */
TD_API bool td_os_isatty(int fd);
/* "/dev/pts/3"; OSError (ENOTTY) for what is no terminal. Python: os.ttyname. */
TD_API const char *td_os_ttyname(td_scope *s, int fd);
#define td_os_ttyname(s, fd) (td_os_ttyname)(TD_HERE(s), (fd))

/* Of a failed call −1 and −1. */
typedef struct td_terminal_size {
	int columns, lines;
} td_terminal_size;
/* OSError (ENOTTY) for what is no terminal: td_shutil_get_terminal_size always has an answer. Python:
 * os.get_terminal_size. */
TD_API const td_terminal_size *td_os_get_terminal_size(td_scope *s, int fd);
#define td_os_get_terminal_size(s, fd) (td_os_get_terminal_size)(TD_HERE(s), (fd))

TD__END
#endif
