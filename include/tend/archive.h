/* tend/archive.h: shutil's archives: a directory into a tar or zip file and back, in one call.
 *
 * Formats: "tar", "gztar", "bztar", "xztar", "zip" as in Python, and "zstdtar" (".tar.zst", as Python 3.14 has it). The current directory stays what
 * it is. Results live in s. File I/O is not interruptible once begun, but none begins on an expired or cancelled scope.
 * Safe among threads, each with a scope of its own.
 *
 *     #include <tend.h>
 *
 *     static void back_up(td_scope *s) {
 *         const char *made = td_shutil_make_archive(s, "/backup/etc", "gztar", .root_dir = "/etc");
 *         td_print(s, "%s", made);                                       // /backup/etc.tar.gz
 *         td_shutil_unpack_archive(s, made, .extract_dir = "/restore", .max_size = 1 << 30);
 *     }
 *
 * More control is in tend/tarfile.h and tend/zipfile.h, as is what protects the extraction. */
#ifndef TEND_ARCHIVE_H
#define TEND_ARCHIVE_H

#pragma GCC system_header

#include <tend/value.h>

TD__BEGIN

typedef struct td_shutil_make_archive_opts {
	TD__OPTS_HEAD;
	const char *root_dir;      /* names in the archive are relative to it; NULL: the current directory */
	const char *base_dir;      /* what of it is archived, and what names begin with; NULL: "." */
	const char *owner, *group; /* tar: who everything belongs to, by name; NULL: as it is */
	td_progress_fn progress;   /* bytes archived, of an unknown total (-1); tar only */
	void *progress_arg;
} td_shutil_make_archive_opts;
/* Makes base_name with the format's extension of what is in .root_dir, and returns its name (absolute when there is a
 * .root_dir, as in Python). Directories above it are made. Until it is whole it has another name beside its own;
 * what a run that was killed left there goes with the next.
 * ValueError "unknown archive format 'x'", OSError. Python: shutil.make_archive. */
TD_API const char *td_shutil_make_archive(td_scope *s, const char *base_name, const char *format,
                                          const td_shutil_make_archive_opts *opts);
#define td_shutil_make_archive(s, base_name, ...) TD__SHUTIL_MAKE_ARCHIVE(s, base_name, __VA_ARGS__)
#define TD__SHUTIL_MAKE_ARCHIVE(s, base_name, format, ...)                                                             \
	(td_shutil_make_archive)(TD_HERE(s), (base_name), (format), TD__OPTS(td_shutil_make_archive_opts, __VA_ARGS__))

typedef struct td_shutil_unpack_archive_opts {
	TD__OPTS_HEAD;
	const char *extract_dir; /* NULL: the current directory */
	const char *format;      /* NULL: by the name's extension */
	const char *filter;      /* tar: "data" (NULL), "tar", "fully_trusted"; see tend/tarfile.h */
	int64_t max_size;        /* more than that many bytes in all is OverflowError; 0: no limit */
	int64_t max_entries;
	double max_ratio;
	td_progress_fn progress; /* bytes extracted */
	void *progress_arg;
} td_shutil_unpack_archive_opts;
/* Unpacks an archive. Raises shutil.ReadError (TD_shutil_ReadError) for what is none of its format, "Unknown archive
 * format 'x'"; ValueError "Unknown unpack format 'x'"; and what extracting raises. Members of a zip with an absolute name
 * or ".." in it are left out, as in Python. Python: shutil.unpack_archive. */
TD_API bool td_shutil_unpack_archive(td_scope *s, const char *filename, const td_shutil_unpack_archive_opts *opts);
#define td_shutil_unpack_archive(s, ...) TD__SHUTIL_UNPACK_ARCHIVE(s, __VA_ARGS__)
#define TD__SHUTIL_UNPACK_ARCHIVE(s, filename, ...)                                                                    \
	(td_shutil_unpack_archive)(TD_HERE(s), (filename), TD__OPTS(td_shutil_unpack_archive_opts, __VA_ARGS__))

/* A list of [name, description]: Python 3.11's, without "zstdtar". Python: shutil.get_archive_formats. */
TD_API const td_value *td_shutil_get_archive_formats(td_scope *s);
#define td_shutil_get_archive_formats(s) (td_shutil_get_archive_formats)(TD_HERE(s))
/* The same as a list of [name, [extension, …], description]. Python: shutil.get_unpack_formats. */
TD_API const td_value *td_shutil_get_unpack_formats(td_scope *s);
#define td_shutil_get_unpack_formats(s) (td_shutil_get_unpack_formats)(TD_HERE(s))

TD__END
#endif
