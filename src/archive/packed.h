/* src/archive/packed.h: files under an archive: plain ones, and compressed ones over them. They are private: an archive
 * owns them whole, and no scope knows them. What is said on s is said there; nothing here enters it. */
#ifndef TD_ARCHIVE_PACKED_H
#define TD_ARCHIVE_PACKED_H

#include "archive/codec.h"
#include "core/file_private.h"

/* Opens path (mode as td_open's, bytes). NULL: raised. */
td_file *td__under_open(td_scope *s, const char *path, const char *mode);
/* Takes an OSError from s, but none that says that the time is over: what is late is not damaged. */
const td_error *td__catch_os(td_scope *s);
/* Reads up to size bytes: 0 at the end, -1 raised. */
ssize_t td__under_read(td_scope *s, td_file *f, char *out, size_t size);
/* Reads until there are size bytes or the end has come; how many, or -1. */
ssize_t td__under_read_all(td_scope *s, td_file *f, char *out, size_t size);
int64_t td__under_seek(td_scope *s, td_file *f, int64_t offset, int whence);
bool td__under_write(td_scope *s, td_file *f, const char *data, size_t len);
/* Where *size bytes, at least one, may be read to that are to be written, which spares a copy of them; who has put some
 * there says so with td__under_wrote before anything else is done with f. NULL: raised. */
char *td__under_room(td_scope *s, td_file *f, size_t *size);
bool td__under_wrote(td_scope *s, td_file *f, size_t len);
/* Writes what is left and closes; s NULL: closes only. The memory is freed in any case. */
bool td__under_close(td_scope *s, td_file *f);

typedef struct td__packed_opts {
	int level;
	bool keep_under;       /* closing it leaves what is under it open: that is the caller's */
	const char *gzip_name; /* for the gzip header: the file's name, or NULL for none */
	bool gzip_name_always; /* as tarfile's streams have it: a field even when the name is empty, "?" for what is no
	                         * Latin-1 */
	td_opt_int gzip_mtime; /* absent: now */
	int64_t max_output;    /* reading more is OverflowError; 0: no limit */
} td__packed_opts;
/* A compressed file over under. NULL: raised, and under is as it was. */
td_file *td__packed_open(td_scope *s, td_file *under, const td__method *method, bool writing, const td__packed_opts *o);
/* Whether what is under it is closed with it. */
void td__packed_owns(td_file *f, bool owns);
/* The same into f, which td__file_new made. */
bool td__packed_into(td_scope *s, td_file *f, td_file *under, const td__method *method, bool writing,
                     const td__packed_opts *o);

#endif
