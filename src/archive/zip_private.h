/* src/archive/zip_private.h: a zip archive as its parts see it. zipfile.c opens and closes, zip_directory.c reads and
 * writes the directory, zip_read.c members, zip_write.c adds them. */
#ifndef TD_ARCHIVE_ZIP_PRIVATE_H
#define TD_ARCHIVE_ZIP_PRIVATE_H

#include <tend/map.h>
#include <tend/zipfile.h>

#include "archive/packed.h"

enum { TD__ZIP_LOCAL = 30, TD__ZIP_CENTRAL = 46, TD__ZIP_END = 22, TD__ZIP_END64 = 56, TD__ZIP_LOCATOR = 20 };
enum { TD__ZIP_UTF8 = 0x800, TD__ZIP_DESCRIPTOR = 8 };
#define TD__ZIP64_LIMIT INT32_MAX

struct td_zipfile {
	td_file *f;
	bool ours, seekable, modified, no_zip64, clamp;
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

/* zip_directory.c */
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

/* zip_read.c: a member's content in pieces to put, which is false to stop. */
typedef bool (*td__zip_put)(td_scope *s, void *arg, const char *data, size_t len);
bool td__zip_read(td_scope *s, td_zipfile *z, const td_zipinfo *m, td__zip_put put, void *arg);

#endif
