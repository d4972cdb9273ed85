/* zip_directory.c: the directory at an archive's end, and the header before each member. */
#include <tend/text.h>

#include "archive/zip_private.h"
#include "core/buffer.h"
#include "core/unicode.h"

enum { VERSION = 20, VERSION_ZIP64 = 45, VERSION_BZIP2 = 46, VERSION_MOST = 63, COUNT_LIMIT = 0xFFFF };

static bool bad(td_scope *s, const char *why) {
	td_raise(s, TD_BadZipFile, "%s", why);
	return false;
}

/* --- names --- */

static const uint16_t cp437[128] = {
	0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA, 0x00EB, 0x00E8, 0x00EF, 0x00EE,
	0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9, 0x00FF, 0x00D6,
	0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1, 0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA,
	0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB, 0x2591, 0x2592, 0x2593, 0x2502,
	0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, 0x2514,
	0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, 0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550,
	0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518, 0x250C,
	0x2588, 0x2584, 0x258C, 0x2590, 0x2580, 0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4,
	0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6, 0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320,
	0x2321, 0x00F7, 0x2248, 0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0,
};

td_bytes td__zip_decode_name(td_scope *s, td_bytes raw, bool utf8) {
	td_bytes none = {"", 0};
	if (utf8) {
		size_t wrong;
		const char *reason;
		size_t good = td__utf8_check(raw.data, raw.len, &wrong, &reason);
		if (good == raw.len) return td_keep(s, raw);
		if (wrong == 1)
			td_raise(s, TD_UnicodeDecodeError, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
			         (unsigned char)raw.data[good], good, reason);
		else
			td_raise(s, TD_UnicodeDecodeError, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", good,
			         good + wrong - 1, reason);
		return none;
	}
	char *out = td__alloc_raw(s, raw.len * 3 + 1);
	if (!out) return none;
	size_t n = 0;
	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = (unsigned char)raw.data[i];
		n += td__utf8_put(out + n, c < 0x80 ? c : cp437[c - 0x80]);
	}
	out[n] = '\0';
	return (td_bytes){out, n};
}

/* --- the end of the file --- */

typedef struct end_record {
	int64_t size, offset, where; /* of the directory, and of this record */
	bool zip64;
	td_bytes comment;
} end_record;

static void read_end(const char *at, end_record *e) {
	e->size = td__le32(at + 12);
	e->offset = td__le32(at + 16);
}

/* What a zip64 archive has before its end record: 1, 0 when it has none, -1. */
static int read_end64(td_scope *s, td_file *f, end_record *e) {
	char locator[TD__ZIP_LOCATOR], record[TD__ZIP_END64];
	int64_t at = e->where - TD__ZIP_LOCATOR;
	if (at < 0) return 0;
	if (td__under_seek(s, f, at, SEEK_SET) < 0) return -1;
	ssize_t got = td__under_read_all(s, f, locator, sizeof locator);
	if (got < 0) return -1;
	if (got != sizeof locator || memcmp(locator, "PK\x06\x07", 4) != 0) return 0;
	if (td__le32(locator + 4) != 0 || td__le32(locator + 16) > 1)
		return bad(s, "zipfiles that span multiple disks are not supported"), -1;
	at -= TD__ZIP_END64;
	if (at < 0) return 0;
	if (td__under_seek(s, f, at, SEEK_SET) < 0) return -1;
	got = td__under_read_all(s, f, record, sizeof record);
	if (got < 0) return -1;
	if (got != sizeof record || memcmp(record, "PK\x06\x06", 4) != 0) return 0;
	e->size = (int64_t)td__le64(record + 40);
	e->offset = (int64_t)td__le64(record + 48);
	e->zip64 = true;
	return 1;
}

/* Finds the end record: 1, 0, -1. */
static int find_end(td_scope *s, td_file *f, end_record *e) {
	*e = (end_record){.comment = {"", 0}};
	int64_t size = td__under_seek(s, f, 0, SEEK_END);
	if (size < TD__ZIP_END) return size < 0 ? -1 : 0;
	int64_t begin = size - TD__ZIP_END - (1 << 16);
	if (begin < 0) begin = 0;
	TD_SCOPE(tmp, s);
	char *tail = td_alloc(tmp, (size_t)(size - begin));
	if (!tail) return -1;
	char *last = tail + (size - begin) - TD__ZIP_END;
	if (td__under_seek(tmp, f, size - TD__ZIP_END, SEEK_SET) < 0) return -1;
	ssize_t got = td__under_read_all(tmp, f, last, TD__ZIP_END);
	if (got < 0) return -1;
	if (got == TD__ZIP_END && memcmp(last, "PK\x05\x06", 4) == 0 && !last[20] && !last[21]) {
		read_end(last, e);
		e->where = size - TD__ZIP_END;
		return read_end64(s, f, e) < 0 ? -1 : 1;
	}
	if (td__under_seek(tmp, f, begin, SEEK_SET) < 0) return -1;
	got = td__under_read_all(tmp, f, tail, (size_t)(size - begin));
	if (got < 0) return -1;
	char *at = memrchr(tail, 'P', (size_t)got);
	while (at && (tail + got - at < 4 || memcmp(at, "PK\x05\x06", 4) != 0))
		at = memrchr(tail, 'P', (size_t)(at - tail));
	if (!at || tail + got - at < TD__ZIP_END) return 0;
	read_end(at, e);
	e->where = begin + (at - tail);
	size_t rest = (size_t)(tail + got - at - TD__ZIP_END), len = td__le16(at + 20);
	e->comment = td_keep(s, ((td_bytes){at + TD__ZIP_END, len < rest ? len : rest}));
	return read_end64(s, f, e) < 0 || td_failed(tmp) ? -1 : 1;
}

bool td__zip_has_end(td_scope *s, td_file *f) {
	end_record e;
	return find_end(s, f, &e) == 1;
}

/* --- the directory --- */

/* Sizes that did not fit their fields stand in the extra field 1. */
static bool decode_extra(td_scope *s, td_zipinfo *m) {
	const char *at = m->extra.data;
	size_t left = m->extra.len;
	while (left >= 4) {
		unsigned kind = td__le16(at), len = td__le16(at + 2);
		if (len + 4u > left) {
			td_raise(s, TD_BadZipFile, "Corrupt extra field %04x (size=%u)", kind, len);
			return false;
		}
		if (kind == 1) {
			const char *data = at + 4, *end = data + len;
			struct {
				int64_t *value;
				const char *name;
			} fields[] = {{&m->file_size, "File size"},
			              {&m->compress_size, "Compress size"},
			              {&m->header_offset, "Header offset"}};
			for (int i = 0; i < 3; i++) {
				if (*fields[i].value != UINT32_MAX && !(i == 0 && *fields[i].value == -1)) continue;
				if (end - data < 8) {
					td_raise(s, TD_BadZipFile, "Corrupt zip64 extra field. %s not found.", fields[i].name);
					return false;
				}
				*fields[i].value = (int64_t)td__le64(data);
				data += 8;
			}
			if (m->file_size < 0 || m->compress_size < 0 || m->header_offset < 0)
				return bad(s, "Corrupt zip64 extra field."); /* more than 63 bits */
		}
		at += len + 4;
		left -= len + 4;
	}
	return true;
}

static void decode_time(td_zipinfo *m, unsigned time, unsigned date) {
	const unsigned parts[6] = {(date >> 9) + 1980, date >> 5 & 15, date & 31,
	                           time >> 11,         time >> 5 & 63, (time & 31) * 2};
	for (int i = 0; i < 6; i++) m->date_time[i] = (int)parts[i];
}

/* Reads one member of the directory's left bytes; how many it took, 0: raised. */
static size_t read_central(td_scope *s, td_zipfile *z, const char *at, size_t left, int64_t concat) {
	if (left < TD__ZIP_CENTRAL) return bad(s, "Truncated central directory");
	if (memcmp(at, "PK\x01\x02", 4) != 0) return bad(s, "Bad magic number for central directory");
	td_zipinfo *m = td_alloc(z->owner, sizeof *m);
	if (!m) return 0;
	m->create_version = (unsigned char)at[4];
	m->create_system = (unsigned char)at[5];
	m->extract_version = (unsigned char)at[6];
	m->flag_bits = td__le16(at + 8);
	m->compress_type = td__le16(at + 10);
	decode_time(m, td__le16(at + 12), td__le16(at + 14));
	m->crc = td__le32(at + 16);
	m->compress_size = td__le32(at + 20);
	m->file_size = td__le32(at + 24);
	size_t name = td__le16(at + 28), extra = td__le16(at + 30), comment = td__le16(at + 32);
	m->volume = td__le16(at + 34);
	m->internal_attr = td__le16(at + 36);
	m->external_attr = td__le32(at + 38);
	m->header_offset = td__le32(at + 42);
	m->end_offset = -1;
	size_t rest = left - TD__ZIP_CENTRAL; /* Python reads what there is of these */
	td_bytes raw = {at + TD__ZIP_CENTRAL, name < rest ? name : rest};
	rest -= raw.len;
	td_bytes more = {raw.data + raw.len, extra < rest ? extra : rest};
	rest -= more.len;
	td_bytes note = {more.data + more.len, comment < rest ? comment : rest};
	m->orig_filename = td__zip_decode_name(z->owner, raw, m->flag_bits & TD__ZIP_UTF8);
	m->filename = m->orig_filename.data;
	m->extra = td_keep(z->owner, more);
	m->comment = td_keep(z->owner, note);
	if (td_failed(s) || td_failed(z->owner)) return 0;
	if (m->extract_version > VERSION_MOST) {
		td_raise(s, TD_NotImplementedError, "zip file version %d.%d", m->extract_version / 10, m->extract_version % 10);
		return 0;
	}
	if (!decode_extra(s, m)) return 0;
	if (__builtin_add_overflow(m->header_offset, concat, &m->header_offset)) m->header_offset = INT64_MAX;
	if (!td__zip_add(s, z, m)) return 0;
	return TD__ZIP_CENTRAL + name + extra + comment;
}

typedef struct ordered {
	td_zipinfo *member;
	size_t number;
} ordered;

/* The last first; of those with one offset the one that the directory names first. */
static int from_the_end(const void *a, const void *b) {
	const ordered *x = a, *y = b;
	int64_t at = x->member->header_offset, other = y->member->header_offset;
	return at != other ? (at < other) - (at > other) : (x->number > y->number) - (x->number < y->number);
}

/* Where each member must have ended; what reaches further overlaps another. */
static bool find_ends(td_scope *s, td_zipfile *z) {
	TD_SCOPE(tmp, s);
	ordered *sorted = td_alloc_array(tmp, z->count + 1, sizeof *sorted);
	if (!sorted) return false;
	for (size_t i = 0; i < z->count; i++) sorted[i] = (ordered){(td_zipinfo *)(uintptr_t)z->members[i], i};
	qsort(sorted, z->count, sizeof *sorted, from_the_end);
	int64_t end = z->start_dir;
	for (size_t i = 0; i < z->count; i++) {
		sorted[i].member->end_offset = end;
		end = sorted[i].member->header_offset;
	}
	return true;
}

bool td__zip_read_directory(td_scope *s, td_zipfile *z) {
	end_record e;
	int found = find_end(s, z->f, &e);
	if (found == 1) e.comment = td_keep(z->owner, e.comment);
	if (td_failed(s)) return false;
	if (found <= 0) return bad(s, "File is not a zip file");
	z->comment = e.comment;
	int64_t concat, start;
	if (e.size < 0 || e.offset < 0 || __builtin_sub_overflow(e.where - e.size, e.offset, &concat))
		return bad(s, "Bad offset for central directory");
	if (e.zip64) concat -= TD__ZIP_END64 + TD__ZIP_LOCATOR;
	if (__builtin_add_overflow(e.offset, concat, &start) || start < 0)
		return bad(s, "Bad offset for central directory");
	z->start_dir = start;
	if (e.size > z->size) return bad(s, "Truncated central directory");
	TD_SCOPE(tmp, s);
	char *data = td_alloc(tmp, (size_t)e.size + 1);
	if (!data || td__under_seek(tmp, z->f, start, SEEK_SET) < 0) return false;
	ssize_t got = td__under_read_all(tmp, z->f, data, (size_t)e.size);
	if (got < 0) return false;
	for (int64_t total = 0; total < e.size;) {
		size_t left = total < got ? (size_t)(got - total) : 0;
		size_t took = read_central(tmp, z, data + (total < got ? total : got), left, concat);
		if (!took) return false;
		total += (int64_t)took;
	}
	return find_ends(tmp, z);
}

/* --- writing --- */

static void put16(td__buffer *b, unsigned n) {
	td__buffer_char(b, (char)n);
	td__buffer_char(b, (char)(n >> 8));
}

static void put32(td__buffer *b, uint32_t n) {
	put16(b, n);
	put16(b, n >> 16);
}

static void put64(td__buffer *b, uint64_t n) {
	put32(b, (uint32_t)n);
	put32(b, (uint32_t)(n >> 32));
}

static void put_time(td__buffer *b, const td_zipinfo *m) {
	const int *t = m->date_time;
	put16(b, (unsigned)(t[3] << 11 | t[4] << 5 | t[5] / 2));
	put16(b, (unsigned)((t[0] - 1980) << 9 | t[1] << 5 | t[2]));
}

static int least_version(const td_zipinfo *m, bool large) {
	if (m->compress_type == TD_ZIP_BZIP2) return VERSION_BZIP2;
	return large ? VERSION_ZIP64 : 0;
}

/* The flag that the name is UTF-8, when it must be. */
static int name_flag(const td_zipinfo *m) {
	for (const char *c = m->filename; *c; c++) {
		if ((unsigned char)*c >= 0x80) return TD__ZIP_UTF8;
	}
	return 0;
}

static int larger(int a, int b) {
	return a > b ? a : b;
}

td_bytes td__zip_local_header(td_scope *s, td_zipinfo *m, bool zip64) {
	td__buffer b;
	td__buffer_begin(&b, s);
	bool later = m->flag_bits & TD__ZIP_DESCRIPTOR;
	int64_t file = later ? 0 : m->file_size, packed = later ? 0 : m->compress_size;
	bool large = file > TD__ZIP64_LIMIT || packed > TD__ZIP64_LIMIT;
	if (large && !zip64) {
		td__buffer_drop(&b);
		td_raise(s, TD_LargeZipFile, "Filesize would require ZIP64 extensions");
		return (td_bytes){"", 0};
	}
	int version = least_version(m, large);
	m->extract_version = larger(version, m->extract_version);
	m->create_version = larger(version, m->create_version);
	size_t name = strlen(m->filename);
	td__buffer_put(&b, "PK\x03\x04", 4);
	put16(&b, (unsigned)m->extract_version);
	put16(&b, (unsigned)(m->flag_bits | name_flag(m)));
	put16(&b, (unsigned)m->compress_type);
	put_time(&b, m);
	put32(&b, later ? 0 : m->crc);
	put32(&b, large ? UINT32_MAX : (uint32_t)packed);
	put32(&b, large ? UINT32_MAX : (uint32_t)file);
	put16(&b, (unsigned)name);
	put16(&b, (unsigned)(m->extra.len + (zip64 ? 20 : 0)));
	td__buffer_put(&b, m->filename, name);
	td__buffer_put(&b, m->extra.data ? m->extra.data : "", m->extra.len);
	if (zip64) {
		put16(&b, 1);
		put16(&b, 16);
		put64(&b, (uint64_t)file);
		put64(&b, (uint64_t)packed);
	}
	return td__buffer_text(&b);
}

/* The extra field without what zip64 has in it. */
static void put_extra_without_64(td__buffer *b, td_bytes extra) {
	size_t at = 0;
	while (at + 4 <= extra.len) {
		size_t len = 4 + (size_t)td__le16(extra.data + at + 2), here = len < extra.len - at ? len : extra.len - at;
		if (td__le16(extra.data + at) != 1) td__buffer_put(b, extra.data + at, here);
		at += here;
	}
	td__buffer_put(b, extra.data + at, extra.len - at);
}

static void put_central(td__buffer *b, td_scope *s, const td_zipinfo *m) {
	bool large = m->file_size > TD__ZIP64_LIMIT || m->compress_size > TD__ZIP64_LIMIT;
	bool far = m->header_offset > TD__ZIP64_LIMIT;
	td__buffer extra;
	td__buffer_begin(&extra, s);
	if (large || far) {
		put16(&extra, 1);
		put16(&extra, (unsigned)(16 * large + 8 * far));
		if (large) put64(&extra, (uint64_t)m->file_size);
		if (large) put64(&extra, (uint64_t)m->compress_size);
		if (far) put64(&extra, (uint64_t)m->header_offset);
		put_extra_without_64(&extra, m->extra);
	} else {
		td__buffer_put(&extra, m->extra.data ? m->extra.data : "", m->extra.len);
	}
	int version = least_version(m, large || far);
	size_t name = strlen(m->filename);
	td__buffer_put(b, "PK\x01\x02", 4);
	td__buffer_char(b, (char)larger(version, m->create_version));
	td__buffer_char(b, (char)m->create_system);
	put16(b, (unsigned)larger(version, m->extract_version));
	put16(b, (unsigned)(m->flag_bits | name_flag(m)));
	put16(b, (unsigned)m->compress_type);
	put_time(b, m);
	put32(b, m->crc);
	put32(b, large ? UINT32_MAX : (uint32_t)m->compress_size);
	put32(b, large ? UINT32_MAX : (uint32_t)m->file_size);
	put16(b, (unsigned)name);
	put16(b, (unsigned)extra.len);
	put16(b, (unsigned)m->comment.len);
	put16(b, 0);
	put16(b, (unsigned)m->internal_attr);
	put32(b, m->external_attr);
	put32(b, far ? UINT32_MAX : (uint32_t)m->header_offset);
	td__buffer_put(b, m->filename, name);
	td__buffer_put(b, extra.data, extra.len);
	td__buffer_put(b, m->comment.data ? m->comment.data : "", m->comment.len);
	td__buffer_drop(&extra);
}

static void put_end(td__buffer *b, const td_zipfile *z, size_t count, int64_t size, bool zip64) {
	int64_t offset = z->start_dir;
	if (zip64) {
		td__buffer_put(b, "PK\x06\x06", 4);
		put64(b, 44);
		put16(b, VERSION_ZIP64);
		put16(b, VERSION_ZIP64);
		put32(b, 0);
		put32(b, 0);
		put64(b, count);
		put64(b, count);
		put64(b, (uint64_t)size);
		put64(b, (uint64_t)offset);
		td__buffer_put(b, "PK\x06\x07", 4);
		put32(b, 0);
		put64(b, (uint64_t)(offset + size));
		put32(b, 1);
	}
	td__buffer_put(b, "PK\x05\x06", 4);
	put32(b, 0);
	put16(b, count < 0xFFFF ? (unsigned)count : 0xFFFF);
	put16(b, count < 0xFFFF ? (unsigned)count : 0xFFFF);
	put32(b, size < UINT32_MAX ? (uint32_t)size : UINT32_MAX);
	put32(b, offset < UINT32_MAX ? (uint32_t)offset : UINT32_MAX);
	put16(b, (unsigned)z->comment.len);
	td__buffer_put(b, z->comment.data, z->comment.len);
}

bool td__zip_write_directory(td_scope *s, td_zipfile *z) {
	td__buffer b;
	td__buffer_begin(&b, s);
	for (size_t i = 0; i < z->count && !b.failed; i++) put_central(&b, s, z->members[i]);
	int64_t size = (int64_t)b.len;
	const char *needs = z->count > COUNT_LIMIT           ? "Files count"
	                    : z->start_dir > TD__ZIP64_LIMIT ? "Central directory offset"
	                    : size > TD__ZIP64_LIMIT         ? "Central directory size"
	                                                     : NULL;
	bool ok = !b.failed;
	if (ok && needs && z->no_zip64) {
		td_raise(s, TD_LargeZipFile, "%s would require ZIP64 extensions", needs);
		ok = false;
	}
	if (ok) put_end(&b, z, z->count, size, needs != NULL);
	ok = ok && !b.failed && td__under_write(s, z->f, b.data, b.len);
	int64_t end = z->start_dir + (int64_t)b.len;
	td__buffer_drop(&b);
	if (ok && z->cut) ok = td__file_flush_pending(s, z->f) && z->f->backend->truncate(s, z->f, end);
	return ok;
}
