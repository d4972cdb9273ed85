/* tend/file.h: files as Python's open gives them: text or bytes, buffered, closed by the scope.
 *
 * A file belongs to the scope it was opened in. What was written is on its way once td_file_flush or td_file_close has
 * said so: both can fail (a full disk shows there), so a writer is closed by hand; the scope's end only discards what is
 * still in the buffer (and debug builds raise RuntimeError for it, if all else went well).
 *
 *     #include <tend.h>
 *
 *     static int64_t copy_errors(td_scope *s, const char *from, const char *to) {
 *         int64_t count = 0;
 *         td_file *in = td_open(s, from, "r");
 *         td_file *out = td_open(s, to, "w");
 *         for (td_bytes line; td_file_next_line(s, in, &line);) {
 *             if (td_str_find(line.data, "ERROR") < 0) continue;
 *             td_file_write(s, out, line.data);
 *             count++;
 *         }
 *         td_file_printf(s, out, "%lld lines\n", (long long)count);
 *         td_file_close(s, out);                             // here a full disk would be told
 *         return count;
 *     }
 *
 * Text mode checks that what is read is UTF-8 (UnicodeDecodeError) and reads every line end as "\n", as Python does;
 * a text with a NUL inside cannot be returned as `const char *` and is ValueError there, while td_file_next_line and
 * td_file_read_bytes return it whole. Positions are bytes in both modes. One thread uses a file at a time.
 *
 * Blocking: pipes, terminals and sockets are waited for with the scope's deadline and cancel; a regular file's reads and
 * writes are not interruptible once started (nothing on Linux is), but none starts on an expired or cancelled scope.
 *
 * On a failed scope each call does nothing and returns false, -1, NULL, td_no_text or empty bytes. On a closed file it
 * raises ValueError, and UnsupportedOperation for what the mode does not allow. */
#ifndef TEND_FILE_H
#define TEND_FILE_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* --- opening and closing --- */

typedef struct td_open_opts {
	TD__OPTS_HEAD;
	const char *newline; /* text mode. NULL: "\n", "\r" and "\r\n" end a line and are read as "\n". "": they end a line
	                      * and are read as they are. "\n", "\r", "\r\n": that alone ends a line, and is what a "\n"
	                      * that is written becomes */
	const char *errors;  /* text mode, for bytes that are not UTF-8. NULL or "strict": UnicodeDecodeError;
	                      * "surrogateescape": they pass through unchanged; "replace": each becomes U+FFFD;
	                      * "ignore": they are left out */
	td_opt_int perm;     /* permission bits of a file that is made, less the umask; absent: 0666 */
	bool keep_fd;        /* td_os_fdopen: closing the file leaves the descriptor open. Python: closefd=False */
} td_open_opts;

/* Opens path. mode is one of r (read), w (write, emptied), a (append), x (made anew), with + for both reading and
 * writing, and b for bytes or t (the default) for text. The descriptor is not inherited by children. A FIFO is waited
 * for until its other end is there. Raises ValueError for a mode or newline that is none, FileNotFoundError,
 * FileExistsError (x), IsADirectoryError, PermissionError, OSError. NULL when it raised. Python: open. */
TD_API td_file *td_open(td_scope *s, const char *path, const char *mode, const td_open_opts *opts);
#define td_open(s, path, ...) TD__OPEN(td_open, s, path, __VA_ARGS__)
#define TD__OPEN(fn, s, what, mode, ...) (fn)(TD_HERE(s), (what), (mode), TD__OPTS(td_open_opts, __VA_ARGS__))

/* A file over a descriptor that is open already, and is closed with it. Python: os.fdopen. */
TD_API td_file *td_os_fdopen(td_scope *s, int fd, const char *mode, const td_open_opts *opts);
#define td_os_fdopen(s, fd, ...) TD__OPEN(td_os_fdopen, s, fd, __VA_ARGS__)

/* A file in memory that holds a copy of data, at its beginning, open for reading and writing bytes. It grows as it is
 * written, up to 2 GiB. Python: io.BytesIO. */
TD_API td_file *td_file_mem(td_scope *s, td_bytes data);
#define td_file_mem(s, ...) (td_file_mem)(TD_HERE(s), __VA_ARGS__)
/* All that such a file holds, wherever its position is. Python: BytesIO.getvalue. */
TD_API td_bytes td_file_getvalue(td_scope *s, td_file *f);
#define td_file_getvalue(s, ...) (td_file_getvalue)(TD_HERE(s), __VA_ARGS__)

/* Writes what is in the buffer and closes. The file is closed in any case; what failed is raised: OSError (ENOSPC, EIO),
 * BrokenPipeError. Twice is as once. Python: f.close. */
TD_API bool td_file_close(td_scope *s, td_file *f);
#define td_file_close(s, ...) (td_file_close)(TD_HERE(s), __VA_ARGS__)
/* Whether it is closed; true also for NULL. Python: f.closed. */
TD_API bool td_file_closed(const td_file *f);
/* The name it was opened by, "<fd 3>" or "<memory>". Python: f.name. */
TD_API const char *td_file_name(const td_file *f);

/* --- reading --- */

typedef struct td_file_read_opts {
	TD__OPTS_HEAD;
	td_opt_int n; /* at most that many characters (td_file_read in text mode) or bytes; absent or negative: all */
} td_file_read_opts;

/* What is left of the file, or .n of it; "" at the end. Python: f.read. */
TD_API const char *td_file_read(td_scope *s, td_file *f, const td_file_read_opts *opts);
#define td_file_read(s, ...) TD__FILE_READ(td_file_read, s, __VA_ARGS__)
/* The same as bytes: nothing is checked and no line end changed, whatever the mode. Empty at the end. */
TD_API td_bytes td_file_read_bytes(td_scope *s, td_file *f, const td_file_read_opts *opts);
#define td_file_read_bytes(s, ...) TD__FILE_READ(td_file_read_bytes, s, __VA_ARGS__)
#define TD__FILE_READ(fn, s, f, ...) (fn)(TD_HERE(s), (f), TD__OPTS(td_file_read_opts, __VA_ARGS__))

/* The next line with its "\n" (the last may have none); "" at the end. A line of more than 1 GiB is OverflowError.
 * Python: f.readline. */
TD_API const char *td_file_readline(td_scope *s, td_file *f);
#define td_file_readline(s, ...) (td_file_readline)(TD_HERE(s), __VA_ARGS__)
/* All the lines that are left. Python: f.readlines. */
TD_API td_strs td_file_readlines(td_scope *s, td_file *f);
#define td_file_readlines(s, ...) (td_file_readlines)(TD_HERE(s), __VA_ARGS__)

/* Goes on to the next line: *line is that line, with its line end, NUL-terminated, in the file's own buffer: valid until
 * the next call on f. Nothing is allocated. False at the end and when s has failed. Python: for line in f. */
TD_API bool td_file_next_line(td_scope *s, td_file *f, td_bytes *line);
#define td_file_next_line(s, ...) (td_file_next_line)(TD_HERE(s), __VA_ARGS__)

/* --- writing --- */

/* Writes text; in text mode a "\n" becomes what .newline says. Python: f.write. */
TD_API bool td_file_write(td_scope *s, td_file *f, const char *text);
#define td_file_write(s, ...) (td_file_write)(TD_HERE(s), __VA_ARGS__)
/* Writes the bytes as they are, whatever the mode. */
TD_API bool td_file_write_bytes(td_scope *s, td_file *f, td_bytes bytes);
#define td_file_write_bytes(s, ...) (td_file_write_bytes)(TD_HERE(s), __VA_ARGS__)
/* td_format and td_file_write in one. Python: f.write(f"…"). */
TD_API bool td_file_printf(td_scope *s, td_file *f, const char *fmt, ...) TD__PRINTF(3, 4);
#define td_file_printf(s, f, ...) (td_file_printf)(TD_HERE(s), (f), __VA_ARGS__)
/* Hands what is in the buffer to the system. Python: f.flush. */
TD_API bool td_file_flush(td_scope *s, td_file *f);
#define td_file_flush(s, ...) (td_file_flush)(TD_HERE(s), __VA_ARGS__)

/* --- where one is --- */

typedef struct td_file_seek_opts {
	TD__OPTS_HEAD;
	int whence; /* 0 from the beginning, 1 from here, 2 from the end */
} td_file_seek_opts;
/* Goes to that byte and returns the new position; -1 when it raised: ValueError for a negative one,
 * UnsupportedOperation where there are no positions (a pipe). Python: f.seek. */
TD_API int64_t td_file_seek(td_scope *s, td_file *f, int64_t offset, const td_file_seek_opts *opts);
#define td_file_seek(s, f, ...) TD__FILE_SEEK(s, f, __VA_ARGS__)
#define TD__FILE_SEEK(s, f, offset, ...)                                                                               \
	(td_file_seek)(TD_HERE(s), (f), (offset), TD__OPTS(td_file_seek_opts, __VA_ARGS__))
/* The position in bytes, with what is buffered counted in; -1 when it raised. Python: f.tell. */
TD_API int64_t td_file_tell(td_scope *s, td_file *f);
#define td_file_tell(s, ...) (td_file_tell)(TD_HERE(s), __VA_ARGS__)

typedef struct td_file_truncate_opts {
	TD__OPTS_HEAD;
	td_opt_int size; /* absent: the position */
} td_file_truncate_opts;
/* Makes the file that long; the position stays. Returns the size; -1 when it raised. Python: f.truncate. */
TD_API int64_t td_file_truncate(td_scope *s, td_file *f, const td_file_truncate_opts *opts);
#define td_file_truncate(s, ...) TD__FILE_TRUNCATE(s, __VA_ARGS__)
#define TD__FILE_TRUNCATE(s, f, ...) (td_file_truncate)(TD_HERE(s), (f), TD__OPTS(td_file_truncate_opts, __VA_ARGS__))

/* The descriptor, which stays the file's; -1 when it raised: UnsupportedOperation for one in memory. Python: f.fileno. */
TD_API int td_file_fileno(td_scope *s, td_file *f);
#define td_file_fileno(s, ...) (td_file_fileno)(TD_HERE(s), __VA_ARGS__)
/* Whether it is a terminal; false also when s has failed. Python: f.isatty. */
TD_API bool td_file_isatty(td_scope *s, td_file *f);
#define td_file_isatty(s, ...) (td_file_isatty)(TD_HERE(s), __VA_ARGS__)

/* --- standard input and output --- */

/* Standard input as text. It reads ahead: open it once and keep it, and leave C's stdin alone. Python: sys.stdin. */
TD_API td_file *td_sys_stdin(td_scope *s);
#define td_sys_stdin(s) (td_sys_stdin)(TD_HERE(s))
/* Standard output and error as files. They write through C's stdout and stderr, so that printf and these keep their
 * order; such a write waits as long as it takes. Closing one flushes it. Python: sys.stdout, sys.stderr. */
TD_API td_file *td_sys_stdout(td_scope *s);
#define td_sys_stdout(s) (td_sys_stdout)(TD_HERE(s))
TD_API td_file *td_sys_stderr(td_scope *s);
#define td_sys_stderr(s) (td_sys_stderr)(TD_HERE(s))

/* Prints the formatted text and a newline to standard output, in one piece also among threads. BrokenPipeError and
 * other errors are raised where they show: at once on a terminal, when the buffer goes out otherwise. Waits as long as
 * the reader of a pipe lets it. Python: print. */
TD_API bool td_print(td_scope *s, const char *fmt, ...) TD__PRINTF(2, 3);
#define td_print(s, ...) (td_print)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
