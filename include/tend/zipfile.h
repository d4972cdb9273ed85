/* tend/zipfile.h: zip archives, with zip64; members stored, deflated or packed by bzip2, and read when packed by LZMA.
 *
 * The bytes written are Python's. Members live in the archive's scope: td_move of it is ValueError. A writer is closed
 * with td_zipfile_close, which writes the directory and can fail; the scope's end only discards. Encrypted members are
 * refused. File I/O is not interruptible, but none begins on an expired scope. One thread uses an archive at a time.
 *
 *     #include <tend.h>
 *
 *     static void pack_and_unpack(td_scope *s) {
 *         td_zipfile *out = td_zipfile_open(s, "site.zip", "w", .compression = TD_ZIP_DEFLATED);
 *         td_zipfile_write(s, out, "index.html");
 *         td_zipfile_writestr(s, out, "VERSION", td_bytes_of("1.2.3\n"));
 *         td_zipfile_close(s, out);
 *         td_zipfile *in = td_zipfile_open(s, "site.zip", "r");
 *         td_print(s, "%s", td_zipfile_read(s, in, "VERSION").data);
 *         td_zipfile_extractall(s, in, .path = "/srv/site", .max_size = 1 << 30);
 *     }
 *
 * What is extracted cannot leave its directory: ".." and leading slashes are taken out of names, as in Python, and a
 * link that leads out is never followed. A file appears under its name whole or not at all. What is wrong with an
 * archive is BadZipFile. */
#ifndef TEND_ZIPFILE_H
#define TEND_ZIPFILE_H

#pragma GCC system_header

#include <tend/file.h>

TD__BEGIN

typedef enum td_zip_compression {
	TD_ZIP_STORED = 0,
	TD_ZIP_DEFLATED = 8,
	TD_ZIP_BZIP2 = 12,
	TD_ZIP_LZMA = 14, /* read only */
} td_zip_compression;

typedef struct td_zipfile td_zipfile;

/* A member. Python: zipfile.ZipInfo. */
typedef struct td_zipinfo {
	const char *filename;   /* up to its first NUL */
	td_bytes orig_filename; /* all of it */
	int date_time[6];       /* year (from 1980), month, day, hour, minute, second (even): local time */
	int compress_type;
	td_bytes comment, extra;
	int create_system, create_version, extract_version, flag_bits, volume, internal_attr;
	uint32_t external_attr; /* the high half is the mode */
	uint32_t crc;
	int64_t header_offset, compress_size, file_size;
	int64_t end_offset; /* where the next member, or the directory, begins; -1: not known */
} td_zipinfo;
/* Whether it is a directory. Python: zipfile.ZipInfo.is_dir. */
TD_API bool td_zipinfo_is_dir(const td_zipinfo *m);

typedef struct td_zipfile_open_opts {
	TD__OPTS_HEAD;
	td_zip_compression compression; /* of what is written */
	td_opt_int compresslevel;       /* deflate: 0 to 9; bzip2: 1 to 9; absent: the method's own */
	bool no_zip64;                  /* what would need it is LargeZipFile. Python: allowZip64=False */
	bool clamp_timestamps;          /* times that zip cannot hold become the nearest. Python: strict_timestamps=False */
	td_file *fileobj;               /* read from or written to instead of the file name, which may then be NULL */
} td_zipfile_open_opts;
/* Opens an archive. mode: r, w, x (made anew), a (more members; behind whatever a file that is no archive holds).
 * Raises BadZipFile "File is not a zip file", ValueError for a mode that is none, OSError. Python: zipfile.ZipFile. */
TD_API td_zipfile *td_zipfile_open(td_scope *s, const char *file, const char *mode, const td_zipfile_open_opts *opts);
#define td_zipfile_open(s, file, ...) TD__ZIPFILE_OPEN(s, file, __VA_ARGS__)
#define TD__ZIPFILE_OPEN(s, file, mode, ...)                                                                           \
	(td_zipfile_open)(TD_HERE(s), (file), (mode), TD__OPTS(td_zipfile_open_opts, __VA_ARGS__))
/* Writes the directory, if anything was written, and closes. It is closed in any case; twice is as once.
 * Python: zipfile.ZipFile.close. */
TD_API bool td_zipfile_close(td_scope *s, td_zipfile *z);
#define td_zipfile_close(s, ...) (td_zipfile_close)(TD_HERE(s), __VA_ARGS__)
/* Whether file has a zip archive's end; false also when it cannot be read and when s has failed.
 * Python: zipfile.is_zipfile. */
TD_API bool td_zipfile_is_zipfile(td_scope *s, const char *file);
#define td_zipfile_is_zipfile(s, ...) (td_zipfile_is_zipfile)(TD_HERE(s), __VA_ARGS__)

/* --- reading --- */

typedef struct td_zipinfos {
	const td_zipinfo *const *items;
	size_t len;
} td_zipinfos;
/* The members in the directory's order. Python: zipfile.ZipFile.namelist, .infolist. */
TD_API td_strs td_zipfile_namelist(td_scope *s, td_zipfile *z);
#define td_zipfile_namelist(s, ...) (td_zipfile_namelist)(TD_HERE(s), __VA_ARGS__)
TD_API td_zipinfos td_zipfile_infolist(td_scope *s, td_zipfile *z);
#define td_zipfile_infolist(s, ...) (td_zipfile_infolist)(TD_HERE(s), __VA_ARGS__)
/* The last of that name; KeyError "There is no item named 'x' in the archive". Python: zipfile.ZipFile.getinfo. */
TD_API const td_zipinfo *td_zipfile_getinfo(td_scope *s, td_zipfile *z, const char *name);
#define td_zipfile_getinfo(s, ...) (td_zipfile_getinfo)(TD_HERE(s), __VA_ARGS__)

typedef struct td_zipfile_read_opts {
	TD__OPTS_HEAD;
	int64_t max_size; /* a longer member is OverflowError; 0: no limit */
} td_zipfile_read_opts;
/* A member's content. Raises BadZipFile ("Bad CRC-32 for file 'x'", …), zlib.error, EOFError, RuntimeError for an
 * encrypted one, NotImplementedError for a method that is not known. Python: zipfile.ZipFile.read. */
TD_API td_bytes td_zipfile_read(td_scope *s, td_zipfile *z, const char *name, const td_zipfile_read_opts *opts);
#define td_zipfile_read(s, z, ...) TD__ZIPFILE_READ(s, z, __VA_ARGS__)
#define TD__ZIPFILE_READ(s, z, name, ...)                                                                              \
	(td_zipfile_read)(TD_HERE(s), (z), (name), TD__OPTS(td_zipfile_read_opts, __VA_ARGS__))
typedef struct td_zipfile_open_member_opts {
	TD__OPTS_HEAD;
	bool force_zip64; /* writing: more than 2 GiB may come */
	td_opt_int compress_type, compresslevel;
	const int *date_time; /* six numbers, as in td_zipinfo; NULL: the first of January 1980, as in Python */
} td_zipfile_open_member_opts;
/* A member as a file of bytes, to be read ("r") or written ("w") in pieces or by lines with the calls of tend/file.h, in
 * no more memory than a buffer's.
 *
 * Reading raises what td_zipfile_read raises: BadZipFile of the checksum with the last bytes. Where the archive can be
 * sought in, so can the member: forward by reading on, backward by beginning anew. Several may be open, and read in turn;
 * after the archive is closed or its scope has ended, reading is ValueError.
 *
 * What is written is in the archive once td_file_close has succeeded; one that its scope closes is left out of it. Only
 * one can be open, and while it is, the archive's own calls and td_zipfile_close are ValueError. More than 2 GiB without
 * force_zip64 is RuntimeError "File size unexpectedly exceeded ZIP64 limit". Python: zipfile.ZipFile.open. */
TD_API td_file *td_zipfile_open_member(td_scope *s, td_zipfile *z, const char *name, const char *mode,
                                       const td_zipfile_open_member_opts *opts);
#define td_zipfile_open_member(s, z, name, ...) TD__ZIPFILE_OPEN_MEMBER(s, z, name, __VA_ARGS__)
#define TD__ZIPFILE_OPEN_MEMBER(s, z, name, mode, ...)                                                                 \
	(td_zipfile_open_member)(TD_HERE(s), (z), (name), (mode), TD__OPTS(td_zipfile_open_member_opts, __VA_ARGS__))
/* Reads all members; the name of the first that is damaged, or NULL. Python: zipfile.ZipFile.testzip. */
TD_API const char *td_zipfile_testzip(td_scope *s, td_zipfile *z);
#define td_zipfile_testzip(s, ...) (td_zipfile_testzip)(TD_HERE(s), __VA_ARGS__)
/* The archive's comment. Python: zipfile.ZipFile.comment. */
TD_API td_bytes td_zipfile_comment(const td_zipfile *z);

/* --- extracting --- */

typedef struct td_zipfile_extract_opts {
	TD__OPTS_HEAD;
	const char *path; /* where to; NULL: the current directory. It is made if it is not there */
	td_strs members;  /* extractall: these alone; none: all */
	int64_t max_size; /* more than that many bytes in all is OverflowError; 0: no limit */
	int64_t max_entries;
	double max_ratio;        /* likewise so many bytes for each byte of the archive (past 1 MiB of them) */
	td_progress_fn progress; /* bytes extracted of all there are */
	void *progress_arg;
} td_zipfile_extract_opts;
/* Extracts all members, or those named. Modes and times in the archive are not used, as in Python. A file that is there
 * is replaced (not written into). Python: zipfile.ZipFile.extractall. */
TD_API bool td_zipfile_extractall(td_scope *s, td_zipfile *z, const td_zipfile_extract_opts *opts);
#define td_zipfile_extractall(s, ...) TD__ZIPFILE_EXTRACTALL(s, __VA_ARGS__)
#define TD__ZIPFILE_EXTRACTALL(s, z, ...)                                                                              \
	(td_zipfile_extractall)(TD_HERE(s), (z), TD__OPTS(td_zipfile_extract_opts, __VA_ARGS__))
/* Extracts one member and returns where it is now. Python: zipfile.ZipFile.extract. */
TD_API const char *td_zipfile_extract(td_scope *s, td_zipfile *z, const char *member,
                                      const td_zipfile_extract_opts *opts);
#define td_zipfile_extract(s, z, ...) TD__ZIPFILE_EXTRACT(s, z, __VA_ARGS__)
#define TD__ZIPFILE_EXTRACT(s, z, member, ...)                                                                         \
	(td_zipfile_extract)(TD_HERE(s), (z), (member), TD__OPTS(td_zipfile_extract_opts, __VA_ARGS__))

/* --- writing --- */

typedef struct td_zipfile_write_opts {
	TD__OPTS_HEAD;
	const char *arcname;      /* its name in the archive; NULL: filename, without a leading "/" */
	td_opt_int compress_type; /* TD_INT(TD_ZIP_STORED) …; absent: the archive's */
	td_opt_int compresslevel;
} td_zipfile_write_opts;
/* Adds a file, or a directory (without what is in it); links are followed. ValueError "ZIP does not support timestamps
 * before 1980". Python: zipfile.ZipFile.write. */
TD_API bool td_zipfile_write(td_scope *s, td_zipfile *z, const char *filename, const td_zipfile_write_opts *opts);
#define td_zipfile_write(s, z, ...) TD__ZIPFILE_WRITE(s, z, __VA_ARGS__)
#define TD__ZIPFILE_WRITE(s, z, filename, ...)                                                                         \
	(td_zipfile_write)(TD_HERE(s), (z), (filename), TD__OPTS(td_zipfile_write_opts, __VA_ARGS__))
typedef struct td_zipfile_writestr_opts {
	TD__OPTS_HEAD;
	td_opt_int compress_type, compresslevel;
	const int *date_time; /* six numbers, as in td_zipinfo; NULL: now */
	unsigned mode;        /* 0: 0600, or 0775 for a directory (a name that ends in "/") */
} td_zipfile_writestr_opts;
/* Adds a member with that content. Python: zipfile.ZipFile.writestr. */
TD_API bool td_zipfile_writestr(td_scope *s, td_zipfile *z, const char *name, td_bytes data,
                                const td_zipfile_writestr_opts *opts);
#define td_zipfile_writestr(s, z, name, ...) TD__ZIPFILE_WRITESTR(s, z, name, __VA_ARGS__)
#define TD__ZIPFILE_WRITESTR(s, z, name, data, ...)                                                                    \
	(td_zipfile_writestr)(TD_HERE(s), (z), (name), (data), TD__OPTS(td_zipfile_writestr_opts, __VA_ARGS__))
/* Adds an empty directory; mode as in os.mkdir (Python's default is 0777). Python: zipfile.ZipFile.mkdir. */
TD_API bool td_zipfile_mkdir(td_scope *s, td_zipfile *z, const char *name, unsigned mode);
#define td_zipfile_mkdir(s, ...) (td_zipfile_mkdir)(TD_HERE(s), __VA_ARGS__)
/* The archive's comment, up to 65535 bytes of it. */
TD_API bool td_zipfile_set_comment(td_scope *s, td_zipfile *z, td_bytes comment);
#define td_zipfile_set_comment(s, ...) (td_zipfile_set_comment)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
