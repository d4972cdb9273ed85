/* tend/gzip.h: gzip files and gzipped data.
 *
 * A gzip file is a td_file: read and written, by lines too, with the calls of tend/file.h, which also say how long they
 * block. It may hold several members, one after the other, and zeros at its end; both are read as one. What is damaged
 * is BadGzipFile, what ends too early is EOFError, with Python's texts. zlib is opened on first use. One thread uses a
 * file at a time.
 *
 *     #include <tend.h>
 *
 *     static int64_t errors_in(td_scope *s, const char *log) {
 *         int64_t count = 0;
 *         td_file *f = td_gzip_open(s, log, "rt");
 *         for (td_bytes line; td_file_next_line(s, f, &line);) count += td_str_find(line.data, "ERROR") >= 0;
 *         return count;
 *     }
 *
 * A writer is closed with td_file_close, which writes what is left and can fail; a file that was not is damaged. */
#ifndef TEND_GZIP_H
#define TEND_GZIP_H

#pragma GCC system_header

#include <tend/file.h>

TD__BEGIN

typedef struct td_gzip_open_opts {
	TD__OPTS_HEAD;
	td_opt_int compresslevel; /* 0 to 9; absent: 9 */
	const char *newline;      /* text mode, as in td_open */
	const char *errors;
	td_opt_int mtime;   /* seconds since the epoch, for the header; absent: now */
	int64_t max_output; /* reading more than that many bytes of content is OverflowError; 0: no limit */
	td_file *fileobj;   /* what is read from or written to instead of the file; it stays open, and must until this one
	                     * is closed. filename is then only the name in the header, and may be NULL */
} td_gzip_open_opts;
/* Opens a gzip file. mode is r, w, a (another member behind what is there) or x, with b (the default, other than in
 * td_open) or t. Seeking works: forward by reading on, backward by beginning anew. Raises what td_open raises, and
 * ValueError for a level that is none. Python: gzip.open, gzip.GzipFile. */
TD_API td_file *td_gzip_open(td_scope *s, const char *filename, const char *mode, const td_gzip_open_opts *opts);
#define td_gzip_open(s, filename, ...) TD__GZIP_OPEN(s, filename, __VA_ARGS__)
#define TD__GZIP_OPEN(s, filename, mode, ...)                                                                          \
	(td_gzip_open)(TD_HERE(s), (filename), (mode), TD__OPTS(td_gzip_open_opts, __VA_ARGS__))

typedef struct td_gzip_compress_opts {
	TD__OPTS_HEAD;
	td_opt_int compresslevel; /* 0 to 9; absent: 9 */
	td_opt_int mtime;         /* TD_INT(0) for bytes that depend on the data alone; absent: now */
} td_gzip_compress_opts;
/* data as one member. Python: gzip.compress. */
TD_API td_bytes td_gzip_compress(td_scope *s, td_bytes data, const td_gzip_compress_opts *opts);
#define td_gzip_compress(s, ...) TD__GZIP_COMPRESS(s, __VA_ARGS__)
#define TD__GZIP_COMPRESS(s, data, ...)                                                                                \
	(td_gzip_compress)(TD_HERE(s), (data), TD__OPTS(td_gzip_compress_opts, __VA_ARGS__))

typedef struct td_gzip_decompress_opts {
	TD__OPTS_HEAD;
	int64_t max_output; /* more than that many bytes of result is OverflowError; 0: no limit, as in Python */
} td_gzip_decompress_opts;
/* The content of all members; of no data, nothing. Python: gzip.decompress. */
TD_API td_bytes td_gzip_decompress(td_scope *s, td_bytes data, const td_gzip_decompress_opts *opts);
#define td_gzip_decompress(s, ...) TD__GZIP_DECOMPRESS(s, __VA_ARGS__)
#define TD__GZIP_DECOMPRESS(s, data, ...)                                                                              \
	(td_gzip_decompress)(TD_HERE(s), (data), TD__OPTS(td_gzip_decompress_opts, __VA_ARGS__))

TD__END
#endif
