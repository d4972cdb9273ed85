/* src/archive/zip_private.h: a zip archive as its parts see it. zipfile.c opens and closes, zip_directory.c reads and
 * writes the directory, zip_member.c unpacks a member and zip_pack.c packs one, piece by piece; zip_read.c, zip_write.c
 * and zip_stream.c are the calls: members whole, to and from files, and as open files. */
#ifndef TD_ARCHIVE_ZIP_PRIVATE_H
#define TD_ARCHIVE_ZIP_PRIVATE_H

#include <tend/map.h>
#include <tend/zipfile.h>

#include "archive/attached.h"
#include "archive/packed.h"
#include "core/buffer.h"

enum { TD__ZIP_LOCAL = 30, TD__ZIP_CENTRAL = 46, TD__ZIP_END = 22, TD__ZIP_END64 = 56, TD__ZIP_LOCATOR = 20 };
enum { TD__ZIP_UTF8 = 0x800, TD__ZIP_DESCRIPTOR = 8 };
#define TD__ZIP64_LIMIT INT32_MAX

enum { TD__ZIP_PIECE = 1 << 16 };

/* What was read of the archive last. */
typedef struct td__zip_window {
	char *data; /* TD__ZIP_PIECE bytes, from td__malloc when first needed */
	int64_t at; /* where in the archive they begin */
	size_t len;
} td__zip_window;

struct td_zipfile {
	td_file *f;
	bool ours, seekable, modified, no_zip64, clamp;
	bool moved;      /* f does not stand where the next member goes */
	bool cut;        /* what f has behind the directory goes when that is written */
	bool has_writer; /* a member is written through an open file */
	/* What members read and written whole use one after the other, since memory is dear to make anew for each. */
	td__zip_window window;
	td__codec unpacker, packer;
	char *input, *scratch; /* TD__ZIP_PIECE bytes each, from td__malloc when first needed */
	td__buffer packed;     /* begun when its scope is set */
	td__attached *open;    /* files of members */
	char mode;
	int compression;
	td_opt_int level;
	int64_t start_dir; /* where the directory is, or goes */
	int64_t size;      /* of the archive file when it was opened */
	td_bytes comment;
	const td_zipinfo **members;
	size_t count, room;
	td_map *by_name; /* the last of each name */
	td_scope *owner;
};

bool td__zip_enter(td_scope *s, td_zipfile *z);
bool td__zip_add(td_scope *s, td_zipfile *z, const td_zipinfo *m);

/* --- zip_pack.c --- */

typedef struct td__zip_packing {
	td_zipfile *z;
	td_zipinfo *m; /* with its name, time, method and, unless unknown_size, size */
	bool unknown_size, force_zip64;
	bool zip64, in_memory, written; /* written: of all that f has not written yet, nothing is another member's */
	int64_t head_len, in, out;      /* bytes */
	uint32_t crc;
} td__zip_packing;
bool td__zip_pack_begin(td_scope *s, td__zip_packing *p, td_opt_int level);
bool td__zip_pack(td_scope *s, td__zip_packing *p, const char *data, size_t len);
/* The member is in the archive then. */
bool td__zip_pack_end(td_scope *s, td__zip_packing *p);
/* Takes back one that was begun and went wrong. */
void td__zip_pack_drop(td__zip_packing *p);
/* LargeZipFile when one more member needs zip64 and may not. */
bool td__zip_check_64(td_scope *s, const td_zipfile *z, const td_zipinfo *m);
/* To where the next member goes, if reading has led elsewhere. */
bool td__zip_go_to_end(td_scope *s, td_zipfile *z);

/* --- zip_write.c --- */

/* A member of that name, in the archive's scope, with Python's defaults. NULL: raised. */
td_zipinfo *td__zip_new_member(td_scope *s, td_zipfile *z, const char *name);

/* --- zip_directory.c --- */

bool td__zip_read_directory(td_scope *s, td_zipfile *z);
bool td__zip_write_directory(td_scope *s, td_zipfile *z);
/* A member's header as bytes. */
td_bytes td__zip_local_header(td_scope *s, td_zipinfo *m, bool zip64);
/* The name as it is stored: decoded from CP437 unless utf8. */
td_bytes td__zip_decode_name(td_scope *s, td_bytes raw, bool utf8);
/* BadZipFile when f has no end of a directory; whether it has one. */
bool td__zip_has_end(td_scope *s, td_file *f);

static inline uint16_t td__le16(const char *at) {
	return (uint16_t)((unsigned char)at[0] | (unsigned char)at[1] << 8);
}
static inline uint32_t td__le32(const char *at) {
	return td__le16(at) | (uint32_t)td__le16(at + 2) << 16;
}
static inline uint64_t td__le64(const char *at) {
	return td__le32(at) | (uint64_t)td__le32(at + 4) << 32;
}

/* Frees what is kept between members, and cuts off the files that are still open. */
void td__zip_forget(td_zipfile *z);
/* ValueError while a member is being written through an open file. */
bool td__zip_may_read(td_scope *s, td_zipfile *z);

/* --- zip_member.c --- */

typedef struct td__zip_member {
	td_zipfile *z;
	const td_zipinfo *m;
	td__zip_window *window;
	td__codec *codec; /* zeroed, or of a member before */
	int64_t data_at;
	int64_t packed_at, packed_left, left; /* left: of the content */
	uint32_t crc;
	bool over, drained; /* drained: the codec has given all that it had */
} td__zip_member;
/* From z, m, window and codec. */
bool td__zip_member_begin(td_scope *s, td__zip_member *r);
/* Once more from the first byte. */
bool td__zip_member_rewind(td_scope *s, td__zip_member *r);
/* Up to size bytes: 0 at the end, -1. With the last bytes comes the checksum: BadZipFile. */
ssize_t td__zip_member_read(td_scope *s, td__zip_member *r, char *out, size_t size);
/* size bytes from td__malloc at *data, if there are none yet. */
bool td__zip_memory(td_scope *s, char **data, size_t size);

/* A member's content in pieces to put, which is false to stop. */
typedef bool (*td__zip_put)(td_scope *s, void *arg, const char *data, size_t len);
bool td__zip_read(td_scope *s, td_zipfile *z, const td_zipinfo *m, td__zip_put put, void *arg);

#endif
