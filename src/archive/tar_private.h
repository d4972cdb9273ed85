/* src/archive/tar_private.h: a tar archive as its parts see it. tar_header.c turns members into blocks and back,
 * tar_read.c goes through an archive, tar_stream.c makes a member a file, tar_write.c adds to one, tar_filter.c says what may be extracted, tar_extract.c
 * does it, tarfile.c opens and closes. */
#ifndef TD_ARCHIVE_TAR_PRIVATE_H
#define TD_ARCHIVE_TAR_PRIVATE_H

#include <tend/tarfile.h>

#include "archive/attached.h"
#include "archive/packed.h"

enum { TD__TAR_BLOCK = 512, TD__TAR_RECORD = 10240, TD__TAR_BUFFER = 1 << 16 };

typedef struct td__tar_inode {
	uint64_t dev, ino;
	const char *arcname;
} td__tar_inode;

struct td_tarfile {
	td_file *f;
	bool ours; /* f is closed with it */
	char mode; /* 'r' 'w' 'a' */
	bool stream, dereference, ignore_zeros, strict;
	td_tar_format format;
	const char *path;          /* absolute; NULL for a file object without a name */
	uint64_t own_dev, own_ino; /* of the file that is written: it is not put into itself */
	int64_t packed_size;       /* of the archive file; 0: not known */
	int64_t offset;            /* where the next header is, or goes */
	int64_t pos;               /* of the next byte that tar_read hands out */
	char *buffer;              /* TD__TAR_BUFFER bytes; [at..end) is read ahead */
	size_t at, end;
	td_value *pax_headers; /* of global headers; NULL: none */
	const td_tarinfo **members;
	size_t count, room, given; /* given: how many next has handed out */
	bool loaded;
	td__tar_inode *inodes; /* of what was added and has more than one name; an open hash */
	size_t inode_count, inode_room;
	int64_t user, group; /* whose names these are */
	const char *user_name, *group_name;
	td__attached *open; /* files of members */
	td_scope *owner;    /* where members live */
};

/* --- tar_header.c --- */

typedef enum td__tar_block { TD__TAR_OK, TD__TAR_EMPTY, TD__TAR_TRUNCATED, TD__TAR_EOF, TD__TAR_INVALID } td__tar_block;
typedef struct td__tar_header {
	td_tarinfo m;
	const char *problem; /* of TD__TAR_INVALID: "bad checksum", "invalid header" */
	bool sparse_more;    /* old GNU sparse: more blocks of pieces follow */
	int64_t real_size;
	td_tar_piece pieces[4];
	size_t piece_count;
	char text[100 + 1 + 155 + 1 + 100 + 1 + 32 + 1 + 32 + 1 + 8];
} td__tar_header;
/* Reads a block of len bytes (512 unless the file has ended). The texts of h->m lie in h. */
td__tar_block td__tar_decode(const char *block, size_t len, td__tar_header *h);
/* A number field: false when it is none. */
bool td__tar_number(const char *field, size_t len, int64_t *out);
/* A global pax header block sequence. */
td_bytes td__tar_global(td_scope *s, const td_value *pax_headers);

/* --- tar_read.c --- */

/* Reads exactly what is there of n bytes; how many, or -1. */
ssize_t td__tar_get(td_scope *s, td_tarfile *t, char *out, size_t n);
/* A look at what is next in the buffer, up to most bytes, which are then taken: 0 at the end, -1. */
ssize_t td__tar_piece(td_scope *s, td_tarfile *t, const char **data, size_t most);
bool td__tar_go_to(td_scope *s, td_tarfile *t, int64_t offset);
/* Reads the member at t->offset: 1, 0 at the end of the archive, -1. */
int td__tar_read_member(td_scope *s, td_tarfile *t, const td_tarinfo **out);
/* For appending: goes to the end of the archive. */
bool td__tar_find_end(td_scope *s, td_tarfile *t);
bool td__tar_enter(td_scope *s, td_tarfile *t, const char *modes);
bool td__tar_remember(td_scope *s, td_tarfile *t, const td_tarinfo *m);
/* The member that a link points to; NULL: KeyError raised. */
const td_tarinfo *td__tar_link_target(td_scope *s, td_tarfile *t, const td_tarinfo *m);
bool td__tar_unexpected_end(td_scope *s);
static inline int64_t td__tar_blocks(int64_t size) {
	return size > INT64_MAX - TD__TAR_BLOCK ? INT64_MAX : (size + TD__TAR_BLOCK - 1) / TD__TAR_BLOCK * TD__TAR_BLOCK;
}
bool td__tar_has_data(const td_tarinfo *m); /* by its type: data blocks follow the header */
/* A copy of m in s, texts and all. */
td_tarinfo *td__tarinfo_copy(td_scope *s, const td_tarinfo *m);

/* --- tar_filter.c --- */

typedef const td_tarinfo *(*td__tar_filter)(td_scope *s, const td_tarinfo *m, const char *path);
/* Takes from a mode what Python's filters take. */
void td__tar_limit_mode(td_tarinfo *m, bool data);
/* By its name; NULL: ValueError raised. */
td__tar_filter td__tar_filter_named(td_scope *s, const char *name);
/* Python's os.path.realpath. */
const char *td__tar_realpath(td_scope *s, const char *path);

#endif
