/* tar_header.c: members to header blocks and back, to the byte as Python writes them. */
#include <math.h>
#include <tend/text.h>

#include "archive/tar_private.h"
#include "core/buffer.h"
#include "core/unicode.h"

enum { NAME = 100, LINK = 100, PREFIX = 155, OWNER = 32 };

/* --- numbers --- */

static bool is_blank(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

/* Octal as Python's int(text, 8) takes it: blanks around it, a sign, "0o", single underscores between digits. */
static bool octal(const char *at, const char *end, int64_t *out) {
	while (at < end && is_blank(*at)) at++;
	while (at < end && is_blank(end[-1])) end--;
	*out = 0;
	if (at == end) return true;
	bool minus = *at == '-';
	if (*at == '-' || *at == '+') at++;
	bool digit = false;
	if (end - at > 1 && at[0] == '0' && (at[1] == 'o' || at[1] == 'O')) {
		at += 2;
		if (at < end && *at == '_') at++;
	}
	for (; at < end; at++) {
		if (*at == '_' && digit) {
			digit = false;
			continue;
		}
		if (*at < '0' || *at > '7') return false;
		*out = *out * 8 + (*at - '0');
		digit = true;
	}
	if (minus) *out = -*out;
	return digit;
}

bool td__tar_number(const char *field, size_t len, int64_t *out) {
	const unsigned char *byte = (const unsigned char *)field;
	if (byte[0] != 0x80 && byte[0] != 0xFF) {
		size_t used = strnlen(field, len);
		return octal(field, field + used, out);
	}
	unsigned char filler = byte[0] == 0xFF ? 0xFF : 0;
	uint64_t n = filler ? UINT64_MAX : 0;
	for (size_t i = 1; i < len; i++) {
		if (len - i > 8 && byte[i] != filler) return false; /* past 64 bits */
		n = n << 8 | byte[i];
	}
	*out = (int64_t)n;
	return (*out < 0) == (byte[0] == 0xFF);
}

/* --- reading --- */

static char *take_text(char *to, const char *field, size_t len) {
	size_t used = strnlen(field, len);
	memcpy(to, field, used);
	to[used] = '\0';
	return to + used + 1;
}

static void strip_slashes(char *name) {
	size_t len = strlen(name);
	while (len && name[len - 1] == '/') name[--len] = '\0';
}

static bool read_numbers(const char *b, td_tarinfo *m) {
	int64_t mode, mtime;
	bool ok = td__tar_number(b + 100, 8, &mode) && td__tar_number(b + 108, 8, &m->uid) &&
	          td__tar_number(b + 116, 8, &m->gid) && td__tar_number(b + 124, 12, &m->size) &&
	          td__tar_number(b + 136, 12, &mtime) && td__tar_number(b + 329, 8, &m->devmajor) &&
	          td__tar_number(b + 337, 8, &m->devminor);
	if (!ok) return false;
	m->mode = (unsigned)mode;
	m->mtime = (double)mtime;
	return true;
}

/* The sum of bytes, and how many of them are negative where a char has a sign: some archives were summed so. */
static void add_up(const char *at, size_t len, int *sum, int *negative) {
	*sum = *negative = 0;
	for (size_t i = 0; i < len; i++) {
		*sum += (unsigned char)at[i];
		*negative += (unsigned char)at[i] >> 7;
	}
}

td__tar_block td__tar_decode(const char *b, size_t len, td__tar_header *h) {
	if (len == 0) return TD__TAR_EMPTY;
	if (len != TD__TAR_BLOCK) return TD__TAR_TRUNCATED;
	int sum, negative, field, field_negative;
	add_up(b, TD__TAR_BLOCK, &sum, &negative);
	if (!sum) return TD__TAR_EOF;
	add_up(b + 148, 8, &field, &field_negative); /* the checksum's own field counts as blanks */
	int64_t plain = sum - field + 8 * ' ', with_sign = plain - 256 * (negative - field_negative), chksum;
	memset(h, 0, sizeof *h);
	h->problem = "invalid header";
	if (!td__tar_number(b + 148, 8, &chksum)) return TD__TAR_INVALID;
	if (chksum != plain && chksum != with_sign) {
		h->problem = "bad checksum";
		return TD__TAR_INVALID;
	}
	td_tarinfo *m = &h->m;
	if (!read_numbers(b, m)) return TD__TAR_INVALID;
	m->chksum = chksum;
	m->type = b[156];
	char *to = h->text, *name = to;
	to = take_text(to, b, NAME);
	bool is_dir = m->type == '5' || (m->type == '\0' && *name && to[-2] == '/');
	if (is_dir) {
		m->type = '5';
		strip_slashes(name);
	}
	if (b[345] && m->type != 'L' && m->type != 'K' && m->type != 'S') { /* a long name in two parts */
		char last[NAME + 1];
		memcpy(last, name, sizeof last);
		to = take_text(name, b + 345, PREFIX) - 1;
		*to++ = '/';
		to = take_text(to, last, NAME);
	}
	m->name = name;
	m->linkname = to;
	to = take_text(to, b + 157, LINK);
	m->uname = to;
	to = take_text(to, b + 265, OWNER);
	m->gname = to;
	take_text(to, b + 297, OWNER);
	if (m->type == 'S') {
		for (int i = 0; i < 4; i++) {
			td_tar_piece *p = &h->pieces[h->piece_count];
			if (!td__tar_number(b + 386 + 24 * i, 12, &p->offset) || !td__tar_number(b + 398 + 24 * i, 12, &p->size))
				break;
			h->piece_count++;
		}
		h->sparse_more = b[482] != 0;
		if (!td__tar_number(b + 483, 12, &h->real_size)) return TD__TAR_INVALID;
	}
	return TD__TAR_OK;
}

/* --- writing --- */

static bool overflow(td_scope *s) {
	(td_raise)(s, TD_ValueError, "overflow in number field");
	return false;
}

static bool put_number(td_scope *s, char *field, int digits, int64_t n, td_tar_format format) {
	if (n >= 0 && (digits - 1 >= 21 || n < INT64_C(1) << 3 * (digits - 1))) {
		for (int i = digits - 2; i >= 0; i--, n >>= 3) field[i] = (char)('0' + (n & 7));
		field[digits - 1] = '\0';
		return true;
	}
	int64_t most = digits > 8 ? INT64_MAX : (INT64_C(1) << 8 * (digits - 1)) - 1;
	if (format != TD_TAR_GNU || n > most || n < -most - 1) return overflow(s);
	field[0] = n >= 0 ? (char)0x80 : (char)0xFF;
	for (int i = digits - 1; i >= 1; i--, n >>= 8) field[i] = (char)n;
	return true;
}

static void put_text(char *field, size_t room, const char *text, size_t len) {
	memcpy(field, text, len < room ? len : room);
}

/* As Python's encode("ascii", "replace"): each character that is none is "?". */
static size_t to_ascii(char *out, size_t room, const char *text) {
	size_t n = 0;
	for (const char *at = text, *end = text + strlen(text); at < end && n < room;) {
		uint32_t c = td__utf8_next(&at, end);
		out[n++] = c < 0x80 ? (char)c : '?';
	}
	return n;
}

typedef struct fields {
	const char *name, *linkname, *uname, *gname, *prefix;
	size_t name_len, prefix_len;
	int64_t mode, uid, gid, size, mtime, devmajor, devminor;
	char type;
	bool gnu, ascii;
} fields;

static bool put_header(td_scope *s, td__buffer *out, const fields *f, td_tar_format format) {
	char b[TD__TAR_BLOCK] = "";
	if (f->ascii) {
		char name[PREFIX + NAME];
		put_text(b, NAME, name, to_ascii(name, NAME, f->name));
		put_text(b + 157, LINK, name, to_ascii(name, LINK, f->linkname));
		put_text(b + 265, OWNER, name, to_ascii(name, OWNER, f->uname));
		put_text(b + 297, OWNER, name, to_ascii(name, OWNER, f->gname));
	} else {
		put_text(b, NAME, f->name, f->name_len);
		put_text(b + 157, LINK, f->linkname, strlen(f->linkname));
		put_text(b + 265, OWNER, f->uname, strlen(f->uname));
		put_text(b + 297, OWNER, f->gname, strlen(f->gname));
		put_text(b + 345, PREFIX, f->prefix, f->prefix_len);
	}
	bool device = f->type == '3' || f->type == '4';
	bool ok = (!device ||
	           (put_number(s, b + 329, 8, f->devmajor, format) && put_number(s, b + 337, 8, f->devminor, format))) &&
	          put_number(s, b + 100, 8, f->mode & 07777, format) && put_number(s, b + 108, 8, f->uid, format) &&
	          put_number(s, b + 116, 8, f->gid, format) && put_number(s, b + 124, 12, f->size, format) &&
	          put_number(s, b + 136, 12, f->mtime, format);
	if (!ok) return false;
	memset(b + 148, ' ', 8);
	b[156] = f->type;
	memcpy(b + 257, f->gnu ? "ustar  \0" : "ustar\00000", 8);
	unsigned sum = 0;
	for (size_t i = 0; i < TD__TAR_BLOCK; i++) sum += (unsigned char)b[i];
	char text[8];
	snprintf(text, sizeof text, "%06o", sum);
	memcpy(b + 148, text, 7);
	td__buffer_put(out, b, sizeof b);
	return true;
}

static void put_padding(td__buffer *out) {
	static const char zeros[TD__TAR_BLOCK];
	size_t over = out->len % TD__TAR_BLOCK;
	if (over) td__buffer_put(out, zeros, TD__TAR_BLOCK - over);
}

/* A name longer than its field, as GNU tar stores it: as the content of a member before. */
static bool put_gnu_long(td_scope *s, td__buffer *out, const char *text, char type) {
	size_t len = strlen(text) + 1;
	fields f = {.name = "././@LongLink",
	            .name_len = 13,
	            .linkname = "",
	            .uname = "",
	            .gname = "",
	            .prefix = "",
	            .size = (int64_t)len,
	            .type = type,
	            .gnu = true};
	if (!put_header(s, out, &f, TD_TAR_USTAR)) return false;
	td__buffer_put(out, text, len);
	put_padding(out);
	return true;
}

static void put_record(td__buffer *out, const char *key, size_t key_len, const char *value, size_t len) {
	size_t rest = key_len + len + 3, total = 0, next;
	char digits[24];
	do {
		next = total;
		total = rest + (size_t)snprintf(digits, sizeof digits, "%zu", next);
	} while (total != next);
	td__buffer_put(out, digits, strlen(digits));
	td__buffer_char(out, ' ');
	td__buffer_put(out, key, key_len);
	td__buffer_char(out, '=');
	td__buffer_put(out, value, len);
	td__buffer_char(out, '\n');
}

static bool put_pax(td_scope *s, td__buffer *out, const td_value *headers, char type) {
	td__buffer records;
	td__buffer_begin(&records, s);
	for (size_t i = 0; i < td_value_len(headers); i++) { /* a text that is not UTF-8 says so for all */
		td_bytes value = td_value_bytes(td_value_at(headers, i));
		size_t bad;
		const char *reason;
		if (td__utf8_check(value.data, value.len, &bad, &reason) == value.len) continue;
		td__buffer_lit(&records, "21 hdrcharset=BINARY\n");
		break;
	}
	for (size_t i = 0; i < td_value_len(headers); i++) {
		td_bytes key = td_value_bytes(td_value_key(headers, i)), value = td_value_bytes(td_value_at(headers, i));
		put_record(&records, key.data, key.len, value.data, value.len);
	}
	fields f = {.name = "././@PaxHeader",
	            .linkname = "",
	            .uname = "",
	            .gname = "",
	            .size = (int64_t)records.len,
	            .type = type,
	            .ascii = true};
	bool ok = !records.failed && put_header(s, out, &f, TD_TAR_USTAR);
	td__buffer_put(out, records.data, ok ? records.len : 0);
	put_padding(out);
	td__buffer_drop(&records);
	return ok;
}

td_bytes td__tar_global(td_scope *s, const td_value *headers) {
	td__buffer out;
	td__buffer_begin(&out, s);
	if (put_pax(s, &out, headers, 'g')) return td__buffer_text(&out);
	td__buffer_drop(&out);
	return (td_bytes){"", 0};
}

/* What of a member its pax header must say. */
static void need_text(td_scope *s, td_value *pax, const char *key, const char *text, size_t most) {
	if (td_value_get(pax, key)) return;
	bool ascii = true;
	size_t len = 0;
	for (const char *at = text; *at; at++, len++) ascii = ascii && (unsigned char)*at < 0x80;
	if (!ascii || len > most) td_value_set(s, pax, key, td_value_new_str(s, text));
}

static void need_number(td_scope *s, td_value *pax, const char *key, int64_t *n, int digits) {
	if (*n >= 0 && *n < INT64_C(1) << 3 * (digits - 1)) return;
	if (!td_value_get(pax, key)) td_value_set(s, pax, key, td_value_new_str(s, td_format(s, "%lld", (long long)*n)));
	*n = 0;
}

/* The nearest whole number, to even, as Python's round; rint() would be a call into libm where nothing is optimised. */
static double rounded(double x) {
	const double whole_from = (double)(INT64_C(1) << 52);
	double size = fabs(x);
	if (size < whole_from) size = size + whole_from - whole_from;
	return x < 0 ? -size : size;
}

static void need_mtime(td_scope *s, td_value *pax, const td_tarinfo *m, int64_t *out) {
	double whole = rounded(m->mtime);
	bool fits = whole >= 0 && whole < (double)(INT64_C(1) << 33);
	*out = fits ? (int64_t)whole : 0;
	if ((fits && !m->mtime_is_float) || td_value_get(pax, "mtime")) return;
	const char *text = m->mtime_is_float ? td_float_repr(s, m->mtime) : td_format(s, "%.0f", m->mtime);
	td_value_set(s, pax, "mtime", td_value_new_str(s, text));
}

static bool to_pax(td_scope *s, td__buffer *out, const td_tarinfo *m, fields *f) {
	TD_SCOPE(tmp, s);
	td_value *pax = m->pax_headers ? td_value_copy(tmp, m->pax_headers) : td_value_new_dict(tmp);
	need_text(tmp, pax, "path", f->name, NAME);
	need_text(tmp, pax, "linkpath", f->linkname, LINK);
	need_text(tmp, pax, "uname", f->uname, OWNER);
	need_text(tmp, pax, "gname", f->gname, OWNER);
	need_number(tmp, pax, "uid", &f->uid, 8);
	need_number(tmp, pax, "gid", &f->gid, 8);
	need_number(tmp, pax, "size", &f->size, 12);
	need_mtime(tmp, pax, m, &f->mtime);
	if (td_failed(tmp)) return false;
	f->ascii = true;
	return (!td_value_len(pax) || put_pax(s, out, pax, 'x')) && put_header(s, out, f, TD_TAR_USTAR);
}

static bool split_name(td_scope *s, fields *f) {
	for (const char *slash = strchr(f->name, '/'); slash; slash = strchr(slash + 1, '/')) {
		if (slash - f->name > PREFIX || strlen(slash + 1) > NAME) continue;
		f->prefix = f->name;
		f->prefix_len = (size_t)(slash - f->name);
		f->name = slash + 1;
		f->name_len = strlen(f->name);
		return true;
	}
	(td_raise)(s, TD_ValueError, "name is too long");
	return false;
}

static bool encode(td_scope *s, td__buffer *out, const td_tarinfo *m, td_tar_format format) {
	TD_SCOPE(tmp, s);
	fields f = {.name = m->name ? m->name : "",
	            .linkname = m->linkname ? m->linkname : "",
	            .uname = m->uname ? m->uname : "",
	            .gname = m->gname ? m->gname : "",
	            .prefix = "",
	            .mode = m->mode,
	            .uid = m->uid,
	            .gid = m->gid,
	            .size = m->size,
	            .mtime = (int64_t)m->mtime,
	            .devmajor = m->devmajor,
	            .devminor = m->devminor,
	            .type = m->type ? m->type : '0'};
	if (f.type == '5' && !td_str_endswith(f.name, "/")) f.name = td_format(tmp, "%s/", f.name);
	f.name_len = strlen(f.name);
	if (td_failed(tmp)) return false;
	if (format == TD_TAR_PAX) return to_pax(s, out, m, &f);
	if (format == TD_TAR_GNU) {
		f.gnu = true;
		return (strlen(f.linkname) <= LINK || put_gnu_long(s, out, f.linkname, 'K')) &&
		       (f.name_len <= NAME || put_gnu_long(s, out, f.name, 'L')) && put_header(s, out, &f, format);
	}
	if (strlen(f.linkname) > LINK) {
		(td_raise)(s, TD_ValueError, "linkname is too long");
		return false;
	}
	return (f.name_len <= NAME || split_name(s, &f)) && put_header(s, out, &f, format);
}

td_bytes(td_tarinfo_tobuf)(td_scope *s, const td_tarinfo *m, td_tar_format format) {
	td_bytes none = {"", 0};
	if (!td__enter(s) || !td__need_handle(s, "m", m)) return none;
	td__buffer out;
	td__buffer_begin(&out, s);
	if (encode(s, &out, m, format)) return td__buffer_text(&out);
	td__buffer_drop(&out);
	return none;
}
