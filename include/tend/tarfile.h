/* tend/tarfile.h: tar archives, plain or compressed (gz, bz2, xz, zst).
 *
 * All of ustar, GNU and pax is read; pax is what is written unless told otherwise, with the bytes that Python writes.
 * Members live in the scope that the archive was opened in; td_move of it is ValueError. A writer is closed with
 * td_tarfile_close, which can fail; the scope's end only discards. File I/O is not interruptible once begun, but none
 * begins on an expired or cancelled scope. One thread uses an archive at a time.
 *
 *     #include <tend.h>
 *
 *     static void pack_and_unpack(td_scope *s) {
 *         td_tarfile *out = td_tarfile_open(s, "site.tar.gz", "w:gz");
 *         td_tarfile_add(s, out, "public", .arcname = "site");
 *         td_tarfile_close(s, out);
 *         td_tarfile *in = td_tarfile_open(s, "site.tar.gz", "r");
 *         for (const td_tarinfo *m; (m = td_tarfile_next(s, in));) td_print(s, "%s %lld", m->name, (long long)m->size);
 *         td_tarfile_extractall(s, in, .path = "/srv", .max_size = 1 << 30);
 *     }
 *
 * What is extracted cannot leave its directory: not by "..", an absolute name, a link in the archive, or a link that
 * somebody puts in the way meanwhile; unless the filter is "fully_trusted". A file appears under its name whole or not
 * at all. */
#ifndef TEND_TARFILE_H
#define TEND_TARFILE_H

#pragma GCC system_header

#include <tend/file.h>
#include <tend/value.h>

TD__BEGIN

typedef struct td_tarfile td_tarfile;

typedef struct td_tar_piece { /* a piece of a sparse file that is not a hole */
	int64_t offset, size;
} td_tar_piece;

/* A member. All of 0 with a name is an empty file, but for its mode: Python's default there is 0644. */
typedef struct td_tarinfo {
	const char *name;
	int64_t size;
	double mtime;        /* seconds since the epoch */
	bool mtime_is_float; /* it is written as a float, in a pax header; false: as the whole number it is */
	unsigned mode;       /* permission bits (and, from td_tarfile_gettarinfo, the kind, as in Python) */
	char type; /* '0' or 0 file, '1' hard link, '2' symbolic link, '3' '4' devices, '5' directory, '6' FIFO … */
	const char *linkname;
	int64_t uid, gid;
	const char *uname, *gname;
	int64_t devmajor, devminor;
	int64_t chksum, offset, offset_data; /* of one that was read: where its header and its data begin */
	const td_value *pax_headers;         /* a dict of texts, or NULL */
	const td_tar_piece *sparse;          /* sparse_count of them */
	size_t sparse_count;
	bool is_sparse;
	bool no_mode, no_owner; /* a filter left them out (None in Python): they are not set on what is extracted */
} td_tarinfo;

/* Python: tarfile.TarInfo.isreg, .isfile, .isdir, .issym, .islnk, .ischr, .isblk, .isfifo, .isdev, .issparse. */
TD_API bool td_tarinfo_isreg(const td_tarinfo *m);
TD_API bool td_tarinfo_isfile(const td_tarinfo *m);
TD_API bool td_tarinfo_isdir(const td_tarinfo *m);
TD_API bool td_tarinfo_issym(const td_tarinfo *m);
TD_API bool td_tarinfo_islnk(const td_tarinfo *m);
TD_API bool td_tarinfo_ischr(const td_tarinfo *m);
TD_API bool td_tarinfo_isblk(const td_tarinfo *m);
TD_API bool td_tarinfo_isfifo(const td_tarinfo *m);
TD_API bool td_tarinfo_isdev(const td_tarinfo *m);
TD_API bool td_tarinfo_issparse(const td_tarinfo *m);

typedef enum td_tar_format { TD_TAR_PAX, TD_TAR_USTAR, TD_TAR_GNU } td_tar_format;

typedef struct td_tarfile_open_opts {
	TD__OPTS_HEAD;
	td_file *fileobj;         /* read from or written to instead of the file name, which may then be NULL; stays open */
	td_tar_format format;     /* of what is written; zero: pax */
	td_opt_int compresslevel; /* gz, bz2: 0 to 9, absent: 9; xz: preset 0 to 9; zst: 1 to 22, absent: 3 */
	bool dereference;         /* what symbolic links point to is archived, not the links */
	bool ignore_zeros;      /* empty and invalid blocks are skipped when reading, for archives put behind each other */
	bool strict_attributes; /* an owner, mode or time that cannot be set is ExtractError. Python: errorlevel=2 */
	const td_value *pax_headers; /* a dict of texts for a global header */
	int64_t max_output;          /* unpacking more than that many bytes is OverflowError; 0: no limit */
} td_tarfile_open_opts;
/* Opens an archive. mode: "r" or "r:*" finds out how it is compressed; "r:", "r:gz", "r:bz2", "r:xz", "r:zst"; "w:…" and
 * "x:…" likewise ("w" is not compressed); "a" appends; "r|…" and "w|…" for what cannot be sought in. Raises
 * tarfile.ReadError (TD_tarfile_ReadError), CompressionError, ValueError for a mode that is none, OSError.
 * Python: tarfile.open. */
TD_API td_tarfile *td_tarfile_open(td_scope *s, const char *name, const char *mode, const td_tarfile_open_opts *opts);
#define td_tarfile_open(s, name, ...) TD__TARFILE_OPEN(s, name, __VA_ARGS__)
#define TD__TARFILE_OPEN(s, name, mode, ...)                                                                           \
	(td_tarfile_open)(TD_HERE(s), (name), (mode), TD__OPTS(td_tarfile_open_opts, __VA_ARGS__))
/* Ends the archive and closes it. What failed is raised; it is closed in any case. Twice is as once.
 * Python: tarfile.TarFile.close. */
TD_API bool td_tarfile_close(td_scope *s, td_tarfile *t);
#define td_tarfile_close(s, ...) (td_tarfile_close)(TD_HERE(s), __VA_ARGS__)
/* Whether name can be opened for reading; false also when s has failed. OSError when it cannot be read.
 * Python: tarfile.is_tarfile. */
TD_API bool td_tarfile_is_tarfile(td_scope *s, const char *name);
#define td_tarfile_is_tarfile(s, ...) (td_tarfile_is_tarfile)(TD_HERE(s), __VA_ARGS__)

/* --- reading --- */

/* The next member, or NULL after the last and when it raised: tarfile.ReadError "unexpected end of data", and what the
 * compression raises. Python: tarfile.TarFile.next. */
TD_API const td_tarinfo *td_tarfile_next(td_scope *s, td_tarfile *t);
#define td_tarfile_next(s, ...) (td_tarfile_next)(TD_HERE(s), __VA_ARGS__)
typedef struct td_tarinfos {
	const td_tarinfo *const *items;
	size_t len;
} td_tarinfos;
/* All members, in their order. Python: tarfile.TarFile.getmembers, .getnames. */
TD_API td_tarinfos td_tarfile_getmembers(td_scope *s, td_tarfile *t);
#define td_tarfile_getmembers(s, ...) (td_tarfile_getmembers)(TD_HERE(s), __VA_ARGS__)
TD_API td_strs td_tarfile_getnames(td_scope *s, td_tarfile *t);
#define td_tarfile_getnames(s, ...) (td_tarfile_getnames)(TD_HERE(s), __VA_ARGS__)
/* The last member of that name; KeyError "filename 'x' not found". Python: tarfile.TarFile.getmember. */
TD_API const td_tarinfo *td_tarfile_getmember(td_scope *s, td_tarfile *t, const char *name);
#define td_tarfile_getmember(s, ...) (td_tarfile_getmember)(TD_HERE(s), __VA_ARGS__)
/* The content of a file, or of what a link in the archive points to, holes as zeros; in s. Empty for other kinds. More
 * than most bytes is OverflowError (0: no limit). Python: tarfile.TarFile.extractfile(member).read(). */
TD_API td_bytes td_tarfile_read(td_scope *s, td_tarfile *t, const td_tarinfo *member, int64_t most);
#define td_tarfile_read(s, ...) (td_tarfile_read)(TD_HERE(s), __VA_ARGS__)
/* The same as a file of bytes, in s, to be read in pieces or by lines with the calls of tend/file.h, in no more memory
 * than a buffer's; NULL without an error for what has no content, as a directory. Several may be open, and read in turn,
 * and the archive be gone through between two reads; where it can be sought in, so can the member (of a compressed one
 * backward by beginning anew). After the archive is closed or its scope has ended, reading is ValueError.
 * tarfile.ReadError "unexpected end of data"; StreamError for a link in what was opened as "r|".
 * Python: tarfile.TarFile.extractfile. */
TD_API td_file *td_tarfile_extractfile(td_scope *s, td_tarfile *t, const td_tarinfo *member);
#define td_tarfile_extractfile(s, ...) (td_tarfile_extractfile)(TD_HERE(s), __VA_ARGS__)

/* --- extracting --- */

/* Looks at a member before it is extracted to path: returns it, a changed copy (made in s), or NULL to leave it out. */
typedef const td_tarinfo *(*td_tarfile_filter_fn)(td_scope *s, const td_tarinfo *m, const char *path, void *arg);
/* Python's filters, as calls: a member that may not be extracted raises AbsolutePathError, OutsideDestinationError,
 * AbsoluteLinkError, LinkOutsideDestinationError or tarfile.SpecialFileError (TD_tarfile_SpecialFileError).
 * Python: tarfile.data_filter, tarfile.tar_filter, tarfile.fully_trusted_filter. */
TD_API const td_tarinfo *td_tarfile_data_filter(td_scope *s, const td_tarinfo *m, const char *path);
#define td_tarfile_data_filter(s, ...) (td_tarfile_data_filter)(TD_HERE(s), __VA_ARGS__)
TD_API const td_tarinfo *td_tarfile_tar_filter(td_scope *s, const td_tarinfo *m, const char *path);
#define td_tarfile_tar_filter(s, ...) (td_tarfile_tar_filter)(TD_HERE(s), __VA_ARGS__)
TD_API const td_tarinfo *td_tarfile_fully_trusted_filter(td_scope *s, const td_tarinfo *m, const char *path);
#define td_tarfile_fully_trusted_filter(s, ...) (td_tarfile_fully_trusted_filter)(TD_HERE(s), __VA_ARGS__)

typedef struct td_tarfile_extract_opts {
	TD__OPTS_HEAD;
	const char *path;   /* where to; NULL: the current directory. It is made if it is not there */
	const char *filter; /* "data" (NULL): no owners, no devices, no links to outside, modes made harmless; "tar": owners
	                     * and devices too; "fully_trusted": what the archive says, wherever it points */
	td_tarfile_filter_fn filter_fn; /* asked first; what it returns goes through the filter above */
	void *filter_arg;
	const td_tarinfo *const *members; /* only these members_count of the archive's, in this order; NULL: all */
	size_t members_count;
	bool numeric_owner;      /* owners by number, not by name; they are set only as root */
	bool no_attrs;           /* extract: owner, mode and time are left. Python: set_attrs=False */
	int64_t max_size;        /* more than that many bytes in all is OverflowError; 0: no limit */
	int64_t max_entries;     /* likewise so many members */
	double max_ratio;        /* likewise so many bytes for each byte of the archive file (past 1 MiB of them) */
	td_progress_fn progress; /* bytes extracted, of an unknown total (-1) */
	void *progress_arg;
} td_tarfile_extract_opts;
/* Extracts all members, or those named; modes and times of directories last. A file that is there is replaced (not
 * written into), and so is a link. What was extracted before an error stays. Raises the filter's errors,
 * tarfile.ReadError, OSError. Python: tarfile.TarFile.extractall. */
TD_API bool td_tarfile_extractall(td_scope *s, td_tarfile *t, const td_tarfile_extract_opts *opts);
#define td_tarfile_extractall(s, ...) TD__TARFILE_EXTRACTALL(s, __VA_ARGS__)
#define TD__TARFILE_EXTRACTALL(s, t, ...)                                                                              \
	(td_tarfile_extractall)(TD_HERE(s), (t), TD__OPTS(td_tarfile_extract_opts, __VA_ARGS__))
/* Extracts one member, named in full. KeyError. Python: tarfile.TarFile.extract. */
TD_API bool td_tarfile_extract(td_scope *s, td_tarfile *t, const char *member, const td_tarfile_extract_opts *opts);
#define td_tarfile_extract(s, t, ...) TD__TARFILE_EXTRACT(s, t, __VA_ARGS__)
#define TD__TARFILE_EXTRACT(s, t, member, ...)                                                                         \
	(td_tarfile_extract)(TD_HERE(s), (t), (member), TD__OPTS(td_tarfile_extract_opts, __VA_ARGS__))

/* --- writing --- */

/* Looks at a member before it is added: returns it, a changed copy (made in s), or NULL to leave it out, and all below
 * it if it is a directory. */
typedef const td_tarinfo *(*td_tarfile_add_fn)(td_scope *s, const td_tarinfo *m, void *arg);
typedef struct td_tarfile_add_opts {
	TD__OPTS_HEAD;
	const char *arcname; /* its name in the archive; NULL: name, without a leading "/" */
	bool nonrecursive;   /* a directory without what is in it */
	td_tarfile_add_fn filter;
	void *filter_arg;
	td_progress_fn progress; /* bytes of content added, of an unknown total (-1) */
	void *progress_arg;
} td_tarfile_add_opts;
/* Adds a file, link, FIFO, device or directory with all in it, in the order of their names; sockets and the archive
 * itself are left out. A file that shrinks meanwhile is OSError "unexpected end of data". Python: tarfile.TarFile.add. */
TD_API bool td_tarfile_add(td_scope *s, td_tarfile *t, const char *name, const td_tarfile_add_opts *opts);
#define td_tarfile_add(s, t, ...) TD__TARFILE_ADD(s, t, __VA_ARGS__)
#define TD__TARFILE_ADD(s, t, name, ...)                                                                               \
	(td_tarfile_add)(TD_HERE(s), (t), (name), TD__OPTS(td_tarfile_add_opts, __VA_ARGS__))
/* What add would write of a file: NULL without an error for a socket. arcname NULL: name. A file with more than one name
 * that was added before is a hard link. Python: tarfile.TarFile.gettarinfo. */
TD_API const td_tarinfo *td_tarfile_gettarinfo(td_scope *s, td_tarfile *t, const char *name, const char *arcname);
#define td_tarfile_gettarinfo(s, ...) (td_tarfile_gettarinfo)(TD_HERE(s), __VA_ARGS__)
/* Adds a member made by hand, with m->size bytes of content read from content; NULL: none.
 * Python: tarfile.TarFile.addfile. */
TD_API bool td_tarfile_addfile(td_scope *s, td_tarfile *t, const td_tarinfo *m, td_file *content);
#define td_tarfile_addfile(s, ...) (td_tarfile_addfile)(TD_HERE(s), __VA_ARGS__)
/* A member's header block or blocks. ValueError for what the format cannot hold: "linkname is too long", "name is too
 * long", "overflow in number field". Python: tarfile.TarInfo.tobuf. */
TD_API td_bytes td_tarinfo_tobuf(td_scope *s, const td_tarinfo *m, td_tar_format format);
#define td_tarinfo_tobuf(s, ...) (td_tarinfo_tobuf)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
