/* src/core/file_private.h: a file as its parts see it. file.c opens and closes, file_raw.c talks to what is underneath,
 * file_read.c and file_write.c buffer in one direction each, file_std.c is standard input and output. */
#ifndef TD_CORE_FILE_PRIVATE_H
#define TD_CORE_FILE_PRIVATE_H

#include <tend/file.h>

#include "core/internal.h"

enum {
	TD__FILE_BUFFER = 65536,
	TD__FILE_LINE_MOST = 1 << 30,
};

/* What is under the buffer. Each raises on s and says so: -1 or false. */
typedef struct td__file_backend {
	ssize_t (*read)(td_scope *s, td_file *f, char *out, size_t size); /* 0 at the end; fewer than asked is no end */
	bool (*write)(td_scope *s, td_file *f, const char *data, size_t size);
	int64_t (*seek)(td_scope *s, td_file *f, int64_t offset, int whence);
	bool (*truncate)(td_scope *s, td_file *f, int64_t size);
	bool (*flush)(td_scope *s, td_file *f);
	bool (*close)(td_scope *s, td_file *f); /* s may be NULL: then nobody is told */
} td__file_backend;
/* Of backends that keep nothing back; of those that cannot be cut. */
bool td__file_no_flush(td_scope *s, td_file *f);
bool td__file_no_truncate(td_scope *s, td_file *f, int64_t size);
extern const td__file_backend td__file_fd, td__file_memory, td__file_spooled, td__file_stream;

typedef enum td__file_errors { TD__STRICT, TD__ESCAPE, TD__REPLACE, TD__IGNORE } td__file_errors;

struct td_file {
	const td__file_backend *backend;
	int fd;
	FILE *stream;
	bool readable, writable, append, text;
	bool regular; /* never has to be waited for */
	bool seekable;
	bool line_flush; /* a terminal: each line goes out */
	bool unbuffered; /* what is underneath has a buffer of its own */
	bool keep_fd;
	bool translate;      /* line ends are read as "\n" */
	const char *newline; /* what ends a line: "" for any of the three, "\n", "\r", "\r\n" */
	td__file_errors errors;
	char *buffer; /* one byte longer than capacity, for a NUL */
	size_t capacity;
	size_t at, end; /* buffer[at..end) is read ahead; both 0 while writing */
	size_t pending; /* buffer[0..pending) waits to be written; 0 while reading */
	char *cut;      /* where a NUL was put after a line that was handed out, */
	char cut_byte;  /* and what stood there */
	char *decoded;  /* the last text that was not UTF-8, as .errors made it */
	int64_t size_hint, consumed;
	td__temp *temp; /* of one that is removed as it is closed */
	char *memory;   /* of one in memory */
	size_t memory_len, memory_room, memory_at;
	size_t spool_max;                           /* of one that goes to a file when it is longer: 0 is never, */
	int (*spool)(td_scope *s, const char *dir); /* makes it; -1: raised */
	char *spool_dir;                            /* where; NULL: it knows */
	void *own;    /* of a backend outside the core: a compressed file, a member of an archive */
	bool closing; /* what is flushed now is flushed for the last time */
	char name[];
};

/* Starts a call on f: the scope, the handle, that it is open (closed is what the message says of one in bytes mode), and
 * puts back the byte under a line's NUL. */
bool td__file_enter(td_scope *s, td_file *f, const char *closed);
/* Makes the buffer. */
bool td__file_buffer(td_scope *s, td_file *f);
/* Turns to reading (what is pending is written) or to writing (what was read ahead is given back). */
bool td__file_to_reading(td_scope *s, td_file *f);
bool td__file_to_writing(td_scope *s, td_file *f);
bool td__file_flush_pending(td_scope *s, td_file *f);
/* Gives back what was read ahead. */
bool td__file_rewind_ahead(td_scope *s, td_file *f);
bool td__file_put(td_scope *s, td_file *f, const char *data, size_t len);

/* The file is removed as it is closed, and temp taken off the list. */
void td__file_remove_at_close(td_file *f, td__temp *temp);
/* A file over fd that is called path. The descriptor stays the caller's when it raised. */
td_file *td__file_over(td_scope *s, const char *path, int fd, const char *mode);
/* An empty file in memory that goes into the one that make opens once it is longer than max. */
td_file *td__file_spool(td_scope *s, const char *mode, size_t max, int (*make)(td_scope *s, const char *dir),
                        const char *dir);
/* Lets a spooled file go into a real one now. */
bool td__file_rollover(td_scope *s, td_file *f);
/* The parts of opening: a handle without a descriptor, and what open(2) is to be told. */
td_file *td__file_new(td_scope *s, const char *name, const char *mode, const td_open_opts *opts, int *flags);
/* Takes the file apart without a word: for one that could not be opened after all. NULL. */
td_file *td__file_abandon(td_file *f);

#endif
