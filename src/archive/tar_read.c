/* tar_read.c: going through an archive. */
#include <tend/path.h>
#include <tend/text.h>

#include "archive/tar_private.h"
#include "core/buffer.h"

enum { HEADER_MOST = 1 << 26, CHAIN_MOST = 64 };

/* --- bytes --- */

bool td__tar_unexpected_end(td_scope *s) {
	td_raise(s, TD_tarfile_ReadError, "unexpected end of data");
	return false;
}

ssize_t td__tar_piece(td_scope *s, td_tarfile *t, const char **data, size_t most) {
	if (t->at == t->end) {
		ssize_t got = td__under_read(s, t->f, t->buffer, TD__TAR_BUFFER);
		if (got <= 0) return got;
		t->at = 0;
		t->end = (size_t)got;
	}
	size_t len = t->end - t->at < most ? t->end - t->at : most;
	*data = t->buffer + t->at;
	t->at += len;
	t->pos += (int64_t)len;
	return (ssize_t)len;
}

ssize_t td__tar_get(td_scope *s, td_tarfile *t, char *out, size_t n) {
	size_t len = 0;
	while (len < n) {
		const char *data;
		ssize_t got = td__tar_piece(s, t, &data, n - len);
		if (got < 0) return -1;
		if (got == 0) break;
		memcpy(out + len, data, (size_t)got);
		len += (size_t)got;
	}
	return (ssize_t)len;
}

static bool skip(td_scope *s, td_tarfile *t, int64_t n) {
	while (n > 0) {
		const char *data;
		ssize_t got = td__tar_piece(s, t, &data, n < TD__TAR_BUFFER ? (size_t)n : TD__TAR_BUFFER);
		if (got < 0) return false;
		if (got == 0) return true; /* what is read next finds the end */
		n -= got;
	}
	return true;
}

bool td__tar_go_to(td_scope *s, td_tarfile *t, int64_t offset) {
	int64_t ahead = offset - t->pos;
	if (ahead >= 0 && ahead <= (int64_t)(t->end - t->at)) return skip(s, t, ahead);
	bool can_seek = t->f->seekable && !t->stream;
	if (ahead > 0 && (!can_seek || t->f->own)) return skip(s, t, ahead); /* seeking there is reading too */
	if (ahead < 0 && !can_seek) {
		td_raise(s, TD_StreamError, "seeking backwards is not allowed");
		return false;
	}
	t->at = t->end = 0;
	if (td__under_seek(s, t->f, offset, SEEK_SET) < 0) return false;
	t->pos = offset;
	return true;
}

/* The content of a header member, up to the next block. */
static td_bytes read_content(td_scope *s, td_tarfile *t, int64_t size) {
	td_bytes none = {NULL, 0};
	int64_t whole = td__tar_blocks(size);
	if (size < 0 || whole > HEADER_MOST) {
		td_raise(s, TD_tarfile_ReadError, "a header of %lld bytes is too large", (long long)size);
		return none;
	}
	td__buffer b;
	td__buffer_begin(&b, s);
	while (whole > 0) { /* grown as it comes: the size may be a lie */
		const char *data;
		ssize_t got = td__tar_piece(s, t, &data, (size_t)whole);
		if (got < 0) {
			td__buffer_drop(&b);
			return none;
		}
		if (got == 0) break;
		td__buffer_put(&b, data, (size_t)got);
		whole -= got;
	}
	td_bytes text = td__buffer_text(&b);
	return td_failed(s) ? none : text;
}

/* --- members --- */

bool td__tar_has_data(const td_tarinfo *m) {
	return td_tarinfo_isreg(m) || !memchr("0\0001234567LKS", m->type, 12);
}

static const char *copy_text(td_scope *s, const char *text) {
	return text ? td_strdup(s, text) : "";
}

td_tarinfo *td__tarinfo_copy(td_scope *s, const td_tarinfo *m) {
	td_tarinfo *copy = td__alloc_raw(s, sizeof *copy);
	if (!copy) return NULL;
	*copy = *m;
	copy->name = copy_text(s, m->name);
	copy->linkname = copy_text(s, m->linkname);
	copy->uname = copy_text(s, m->uname);
	copy->gname = copy_text(s, m->gname);
	if (m->pax_headers) copy->pax_headers = td_value_copy(s, m->pax_headers);
	if (m->sparse_count) {
		td_tar_piece *pieces = td_alloc_array(s, m->sparse_count, sizeof *pieces);
		if (pieces) memcpy(pieces, m->sparse, m->sparse_count * sizeof *pieces);
		copy->sparse = pieces;
	}
	return td_failed(s) ? NULL : copy;
}

/* What is wrong with a header, where Python tells five kinds apart. */
typedef struct trouble {
	td__tar_block kind;
	const char *text;
	bool subsequent; /* of the header that an extended one is about */
} trouble;

static int read_header(td_scope *s, td_tarfile *t, td_tarinfo **out, trouble *why, int depth);

static int invalid(trouble *why) {
	*why = (trouble){TD__TAR_INVALID, "invalid header", false};
	return 0;
}

static int64_t end_of(const td_tarinfo *m, int64_t size) {
	int64_t end;
	int64_t data = td__tar_has_data(m) ? td__tar_blocks(size) : 0;
	return __builtin_add_overflow(m->offset_data, data, &end) ? INT64_MAX : end;
}

static bool add_piece(td_scope *s, td_tar_piece **pieces, size_t *count, size_t *room, td_tar_piece piece) {
	if (!td__grow(s, (void **)pieces, room, *count + 1, sizeof **pieces)) return false;
	(*pieces)[(*count)++] = piece;
	return true;
}

/* The pieces of GNU tar's old sparse format: four in the header, more in blocks behind it. */
static int read_old_sparse(td_scope *s, td_tarfile *t, const td__tar_header *h, td_tarinfo *m, trouble *why) {
	td_tar_piece *pieces = NULL;
	size_t count = 0, room = 0;
	for (size_t i = 0; i < h->piece_count; i++) {
		if (!add_piece(s, &pieces, &count, &room, h->pieces[i])) return -1;
	}
	for (bool more = h->sparse_more; more;) {
		char block[TD__TAR_BLOCK];
		ssize_t got = td__tar_get(s, t, block, sizeof block);
		if (got < 0) return -1;
		if (got != TD__TAR_BLOCK) return invalid(why);
		for (int i = 0; i < 21; i++) {
			td_tar_piece p;
			if (!td__tar_number(block + 24 * i, 12, &p.offset) || !td__tar_number(block + 24 * i + 12, 12, &p.size))
				break;
			if (p.offset && p.size && !add_piece(s, &pieces, &count, &room, p)) return -1;
		}
		more = block[504] != 0;
	}
	m->sparse = pieces;
	m->sparse_count = count;
	m->is_sparse = true;
	m->offset_data = t->pos;
	if (m->size < 0 || h->real_size < 0) return invalid(why);
	int64_t stored = td__tar_blocks(m->size);
	if (__builtin_add_overflow(t->pos, stored, &t->offset)) return invalid(why);
	m->size = h->real_size;
	return 1;
}

/* --- pax --- */

/* A whole number as Python's int: false when it is none. */
static bool whole_number(td_scope *s, const char *text, int64_t *out) {
	TD_SCOPE(attempt, s);
	*out = (td_int)(attempt, text, NULL);
	return !td_catch(attempt, TD_ValueError, TD_OverflowError) && !td_failed(attempt);
}

/* The records of a pax header into dict and, those of GNU sparse 0.0, into pieces. 0: invalid. */
static int read_records(td_scope *s, td_bytes buf, td_value *dict, td_tar_piece **pieces, size_t *count) {
	size_t room = 0, sizes = 0, offsets = 0;
	for (size_t pos = 0; pos < buf.len && buf.data[pos];) {
		size_t at = pos, length = 0;
		while (at < buf.len && at - pos < 20 && buf.data[at] >= '0' && buf.data[at] <= '9')
			length = length > SIZE_MAX / 16 ? SIZE_MAX / 16 : length * 10 + (size_t)(buf.data[at++] - '0');
		if (at == pos || at == buf.len || buf.data[at] != ' ' || length < 5 || length > buf.len - pos) return 0;
		const char *key = buf.data + at + 1, *end = buf.data + pos + length - 1;
		const char *equals = key < end ? memchr(key, '=', (size_t)(end - key)) : NULL;
		if (!equals || equals == key || *end != '\n') return 0;
		const char *name = td_strndup(s, key, (size_t)(equals - key));
		td_bytes value = {equals + 1, (size_t)(end - equals - 1)};
		if (strlen(name) != (size_t)(equals - key)) return 0; /* a NUL in a keyword: nothing that Python knows */
		bool is_size = strcmp(name, "GNU.sparse.numbytes") == 0;
		if (is_size || strcmp(name, "GNU.sparse.offset") == 0) {
			int64_t n;
			size_t *which = is_size ? &sizes : &offsets;
			if (!whole_number(s, td_strndup(s, value.data, value.len), &n) || n < 0) return td_failed(s) ? -1 : 0;
			if (!td__grow(s, (void **)pieces, &room, *which + 1, sizeof **pieces)) return -1;
			*(is_size ? &(*pieces)[*which].size : &(*pieces)[*which].offset) = n;
			++*which;
		}
		if (!td_value_set(s, dict, name, td_value_new_text(s, value))) return -1;
		pos += length;
	}
	*count = sizes < offsets ? sizes : offsets;
	return 1;
}

/* GNU sparse 0.1: "offset,size,offset,size". */
static int read_map(td_scope *s, const char *text, td_tarinfo *m) {
	td_strs numbers = td_str_split(s, text, .sep = ",");
	size_t count = numbers.len / 2;
	td_tar_piece *pieces = td_alloc_array(s, count + 1, sizeof *pieces);
	if (!pieces) return -1;
	for (size_t i = 0; i < count; i++) {
		if (!whole_number(s, numbers.items[2 * i], &pieces[i].offset) ||
		    !whole_number(s, numbers.items[2 * i + 1], &pieces[i].size))
			return td_failed(s) ? -1 : 0;
	}
	m->sparse = pieces;
	m->sparse_count = count;
	m->is_sparse = true;
	return 1;
}

/* GNU sparse 1.0: decimal lines at the beginning of the data. */
static int read_lines(td_scope *s, td_tarfile *t, td_tarinfo *m) {
	td_tar_piece *pieces = NULL;
	size_t count = 0, room = 0, len = 0, at = 0;
	int64_t numbers = -1, seen = 0, first = 0;
	char block[TD__TAR_BLOCK], text[24];
	while (numbers < 0 || seen < numbers) {
		int64_t n;
		size_t used = 0;
		for (;;) {
			if (at == len) {
				ssize_t got = td__tar_get(s, t, block, sizeof block);
				if (got <= 0) return (int)got;
				len = (size_t)got;
				at = 0;
			}
			char c = block[at++];
			if (c == '\n') break;
			if (used + 1 == sizeof text) return 0;
			text[used++] = c;
		}
		text[used] = '\0';
		if (!whole_number(s, text, &n) || n < 0) return td_failed(s) ? -1 : 0;
		if (numbers < 0) {
			if (n > INT64_MAX / 2) return 0;
			numbers = 2 * n;
		} else if (seen++ % 2 == 0) {
			first = n;
		} else if (!add_piece(s, &pieces, &count, &room, (td_tar_piece){first, n})) {
			return -1;
		}
	}
	m->offset_data = t->pos;
	m->sparse = pieces;
	m->sparse_count = count;
	m->is_sparse = true;
	return 1;
}

static const char *strip_slashes(td_scope *s, const char *name) {
	size_t len = strlen(name);
	while (len && name[len - 1] == '/') len--;
	return td_strndup(s, name, len);
}

/* A pax number, or 0 for what is none; *whole is false for one that is no integer. */
static bool apply_number(td_scope *s, const char *key, const char *text, td_tarinfo *m) {
	int64_t n = 0;
	if (strcmp(key, "mtime") == 0) {
		TD_SCOPE(attempt, s);
		double seconds = td_float(attempt, text);
		m->mtime_is_float = !td_catch(attempt, TD_ValueError);
		m->mtime = m->mtime_is_float ? seconds : 0;
		return !td_failed(attempt);
	}
	if (!whole_number(s, text, &n)) n = 0;
	if (strcmp(key, "uid") == 0)
		m->uid = n;
	else if (strcmp(key, "gid") == 0)
		m->gid = n;
	else
		m->size = n;
	return !td_failed(s);
}

static bool apply_pax(td_scope *s, const td_value *pax, td_tarinfo *m) {
	for (size_t i = 0; i < td_value_len(pax); i++) {
		const char *key = td_value_str(td_value_key(pax, i), ""), *value = td_value_str(td_value_at(pax, i), "");
		if (strcmp(key, "GNU.sparse.name") == 0)
			m->name = td_strdup(s, value);
		else if (strcmp(key, "path") == 0)
			m->name = strip_slashes(s, value);
		else if (strcmp(key, "linkpath") == 0)
			m->linkname = td_strdup(s, value);
		else if (strcmp(key, "uname") == 0)
			m->uname = td_strdup(s, value);
		else if (strcmp(key, "gname") == 0)
			m->gname = td_strdup(s, value);
		else if (strcmp(key, "size") == 0 || strcmp(key, "mtime") == 0 || strcmp(key, "uid") == 0 ||
		         strcmp(key, "gid") == 0 || strcmp(key, "GNU.sparse.size") == 0 ||
		         strcmp(key, "GNU.sparse.realsize") == 0)
			apply_number(s, key, value, m);
		if (td_failed(s)) return false;
	}
	m->pax_headers = td_value_len(pax) ? td_value_copy(s, pax) : NULL;
	return !td_failed(s);
}

static int read_pax(td_scope *s, td_tarfile *t, const td_tarinfo *head, td_tarinfo **out, trouble *why, int depth) {
	td_bytes buf = read_content(s, t, head->size);
	if (!buf.data) return -1;
	bool global = head->type == 'g';
	td_value *pax = t->pax_headers;
	if (!pax || !global) pax = pax ? td_value_copy(s, pax) : td_value_new_dict(s);
	if (!pax) return -1;
	if (global) t->pax_headers = pax;
	td_tar_piece *pieces = NULL;
	size_t count = 0;
	int ok = read_records(s, buf, pax, &pieces, &count);
	if (ok <= 0) return ok < 0 ? -1 : invalid(why);
	ok = read_header(s, t, out, why, depth + 1);
	if (ok <= 0) {
		why->subsequent = true;
		return ok;
	}
	td_tarinfo *m = *out;
	const td_value *map = td_value_get(pax, "GNU.sparse.map");
	if (map) {
		ok = read_map(s, td_value_str(map, ""), m);
	} else if (td_value_get(pax, "GNU.sparse.size")) {
		m->sparse = pieces;
		m->sparse_count = count;
		m->is_sparse = true;
	} else if (strcmp(td_value_str(td_value_get(pax, "GNU.sparse.major"), ""), "1") == 0 &&
	           strcmp(td_value_str(td_value_get(pax, "GNU.sparse.minor"), ""), "0") == 0) {
		ok = read_lines(s, t, m);
	}
	if (ok <= 0) return ok < 0 ? -1 : invalid(why);
	if (global) return 1;
	if (!apply_pax(s, pax, m)) return -1;
	m->offset = head->offset;
	if (td_value_get(pax, "size")) {
		if (m->size < 0) return invalid(why);
		t->offset = end_of(m, m->size);
	}
	return 1;
}

static int read_gnu_long(td_scope *s, td_tarfile *t, const td_tarinfo *head, td_tarinfo **out, trouble *why,
                         int depth) {
	td_bytes buf = read_content(s, t, head->size);
	if (!buf.data) return -1;
	int ok = read_header(s, t, out, why, depth + 1);
	if (ok <= 0) {
		why->subsequent = true;
		return ok;
	}
	td_tarinfo *m = *out;
	m->offset = head->offset;
	size_t len = strnlen(buf.data, buf.len);
	if (head->type == 'K')
		m->linkname = td_strndup(s, buf.data, len);
	else
		m->name = td_strndup(s, buf.data, len);
	if (td_tarinfo_isdir(m)) m->name = td_str_removesuffix(s, m->name, "/");
	return td_failed(s) ? -1 : 1;
}

/* Reads a header with those in front of it: 1, 0 with *why, -1 raised. */
static int read_header(td_scope *s, td_tarfile *t, td_tarinfo **out, trouble *why, int depth) {
	if (depth > CHAIN_MOST) return invalid(why);
	char block[TD__TAR_BLOCK];
	ssize_t got = td__tar_get(s, t, block, sizeof block);
	if (got < 0) return -1;
	td__tar_header h;
	td__tar_block kind = td__tar_decode(block, (size_t)got, &h);
	if (kind != TD__TAR_OK) {
		static const char *const texts[] = {"", "empty header", "truncated header", "end of file header"};
		*why = (trouble){kind, kind == TD__TAR_INVALID ? h.problem : texts[kind], false};
		return 0;
	}
	h.m.offset = t->pos - TD__TAR_BLOCK;
	if (h.m.type == 'L' || h.m.type == 'K') return read_gnu_long(s, t, &h.m, out, why, depth);
	if (h.m.type == 'x' || h.m.type == 'g' || h.m.type == 'X') return read_pax(s, t, &h.m, out, why, depth);
	td_tarinfo *m = *out = td__tarinfo_copy(s, &h.m);
	if (!m) return -1;
	if (m->type == 'S') return read_old_sparse(s, t, &h, m, why);
	m->offset_data = t->pos;
	if (m->size < 0) return invalid(why);
	t->offset = end_of(m, m->size);
	if (t->pax_headers && !apply_pax(s, t->pax_headers, m)) return -1;
	if (td_tarinfo_isdir(m)) m->name = strip_slashes(s, m->name);
	return td_failed(s) ? -1 : 1;
}

/* To t->offset, and ReadError when the archive ends before. */
static bool go_to_next(td_scope *s, td_tarfile *t) {
	if (t->offset == t->pos) return true;
	char last;
	if (!td__tar_go_to(s, t, t->offset - 1)) return false;
	ssize_t got = td__tar_get(s, t, &last, 1);
	return got == 1 || (got == 0 && td__tar_unexpected_end(s));
}

/* zlib's errors in the middle of an archive are ReadErrors. */
static void as_read_error(td_scope *s, td_scope *attempt) {
	const td_error *e = td_catch(attempt, TD_zlib_error);
	if (e) td_raise(s, TD_tarfile_ReadError, "zlib error: %s", e->message);
}

int td__tar_read_member(td_scope *s, td_tarfile *t, const td_tarinfo **out) {
	td_scope *attempt = td_scope_open(s, .name = "member");
	int ok;
	for (;;) {
		trouble why = {0};
		td_tarinfo *m = NULL;
		ok = go_to_next(attempt, t) ? read_header(attempt, t, &m, &why, 0) : -1;
		if (ok == 1) {
			*out = td__tarinfo_copy(t->owner, m);
			if (t->pax_headers) t->pax_headers = td_value_copy(t->owner, t->pax_headers);
			if (!*out) ok = -1;
		}
		if (ok != 0) break;
		if (t->pax_headers) t->pax_headers = td_value_copy(t->owner, t->pax_headers);
		bool may_skip = !why.subsequent && (why.kind == TD__TAR_EOF || why.kind == TD__TAR_INVALID);
		if (t->ignore_zeros && may_skip) {
			t->offset += TD__TAR_BLOCK;
			continue;
		}
		if (why.subsequent || (t->offset == 0 && why.kind != TD__TAR_EOF)) {
			td_raise(attempt, TD_tarfile_ReadError, "%s",
			         why.kind == TD__TAR_EMPTY && !why.subsequent ? "empty file" : why.text);
			ok = -1;
		}
		break;
	}
	as_read_error(s, attempt);
	if (t->pax_headers && ok < 0)
		t->pax_headers = td_value_copy(t->owner, t->pax_headers); /* not in a scope that ends */
	td_scope_close(attempt);
	return ok;
}

bool td__tar_find_end(td_scope *s, td_tarfile *t) {
	TD_LOOP (turn, s) {
		trouble why = {0};
		td_tarinfo *m;
		if (!td__tar_go_to(turn, t, t->offset)) return false;
		int64_t begin = t->offset;
		int ok = read_header(turn, t, &m, &why, 0);
		if (ok < 0) return false;
		if (ok == 1) {
			if (t->pax_headers) t->pax_headers = td_value_copy(t->owner, t->pax_headers);
			td_tarinfo *kept = td__tarinfo_copy(t->owner, m);
			if (!kept || !td__tar_remember(s, t, kept)) return false;
			continue;
		}
		if (why.kind != TD__TAR_EOF || why.subsequent) {
			td_raise(turn, TD_tarfile_ReadError, "%s", why.text);
			return false;
		}
		t->offset = begin;
		return td__tar_go_to(turn, t, begin);
	}
	return false;
}

/* --- the calls --- */

bool td__tar_enter(td_scope *s, td_tarfile *t, const char *modes) {
	if (!td__enter(s) || !td__need_handle(s, "t", t)) return false;
	if (!td__handle_open(t)) {
		(td_raise)(s, TD_OSError, "TarFile is closed");
		return false;
	}
	if (strchr(modes, t->mode)) return true;
	(td_raise)(s, TD_OSError, "bad operation for mode '%c'", t->mode);
	return false;
}

bool td__tar_remember(td_scope *s, td_tarfile *t, const td_tarinfo *m) {
	if (!td__grow(t->owner, (void **)&t->members, &t->room, t->count + 1, sizeof *t->members)) return false;
	t->members[t->count++] = m;
	return !td_failed(s);
}

/* Reads one more member: 1, 0 when there is none, -1. */
static int load_one(td_scope *s, td_tarfile *t) {
	if (t->loaded) return 0;
	const td_tarinfo *m;
	int ok = td__tar_read_member(s, t, &m);
	if (ok == 0) t->loaded = true;
	if (ok == 1 && !td__tar_remember(s, t, m)) ok = -1;
	return ok;
}

const td_tarinfo *(td_tarfile_next)(td_scope *s, td_tarfile *t) {
	if (!td__tar_enter(s, t, "ra")) return NULL;
	if (t->given == t->count && load_one(s, t) <= 0) return NULL;
	return t->members[t->given++];
}

td_tarinfos(td_tarfile_getmembers)(td_scope *s, td_tarfile *t) {
	td_tarinfos none = {NULL, 0};
	if (!td__tar_enter(s, t, "rwa")) return none;
	int ok;
	while ((ok = load_one(s, t)) > 0) continue;
	return ok < 0 ? none : (td_tarinfos){t->members, t->count};
}

td_strs(td_tarfile_getnames)(td_scope *s, td_tarfile *t) {
	static const char *const no_items[1] = {NULL};
	td_tarinfos all = (td_tarfile_getmembers)(s, t);
	const char **items = td_failed(s) ? NULL : td_alloc_array(s, all.len + 1, sizeof *items);
	if (!items) return (td_strs){no_items, 0};
	for (size_t i = 0; i < all.len; i++) items[i] = all.items[i]->name;
	return (td_strs){items, all.len};
}

const td_tarinfo *(td_tarfile_getmember)(td_scope *s, td_tarfile *t, const char *name) {
	if (!td__tar_enter(s, t, "rwa") || !td__need_text(s, "name", name)) return NULL;
	td_tarinfos all = (td_tarfile_getmembers)(s, t);
	if (td_failed(s)) return NULL;
	size_t len = strlen(name);
	while (len && name[len - 1] == '/') len--;
	for (size_t i = all.len; i-- > 0;) {
		if (strncmp(all.items[i]->name, name, len) == 0 && !all.items[i]->name[len]) return all.items[i];
	}
	TD_SCOPE(tmp, s);
	td_raise(s, TD_KeyError, "%s", td_str_repr(tmp, td_format(tmp, "filename %s not found", td_str_repr(tmp, name))));
	return NULL;
}

const td_tarinfo *td__tar_link_target(td_scope *s, td_tarfile *t, const td_tarinfo *m) {
	TD_SCOPE(tmp, s);
	const char *name = m->linkname;
	if (td_tarinfo_issym(m)) {
		const char *dir = td_path_dirname(tmp, m->name);
		name = *dir && *name ? td_format(tmp, "%s/%s", dir, name) : *dir ? dir : name;
	}
	td_tarinfos all = (td_tarfile_getmembers)(s, t);
	size_t limit = all.len;
	for (size_t i = 0; td_tarinfo_islnk(m) && i < all.len; i++) {
		if (all.items[i]->offset == m->offset) limit = i;
	}
	const char *wanted = td_path_normpath(tmp, name);
	for (size_t i = limit; i-- > 0 && !td_failed(tmp);) {
		TD_SCOPE(turn, tmp);
		if (strcmp(td_path_normpath(turn, all.items[i]->name), wanted) == 0) return all.items[i];
	}
	if (!td_failed(tmp)) {
		const char *text = td_format(tmp, "linkname %s not found", td_str_repr(tmp, name));
		td_raise(tmp, TD_KeyError, "%s", td_str_repr(tmp, text));
	}
	return NULL;
}

static bool gather(td_scope *s, td_tarfile *t, const td_tarinfo *m, char *out) {
	td_tar_piece whole = {0, m->size};
	const td_tar_piece *pieces = m->is_sparse ? m->sparse : &whole;
	if (!td__tar_go_to(s, t, m->offset_data)) return false;
	for (size_t i = 0; i < (m->is_sparse ? m->sparse_count : 1); i++) {
		if (pieces[i].offset < 0 || pieces[i].size < 0 || pieces[i].size > m->size - pieces[i].offset)
			return td__tar_unexpected_end(s);
		ssize_t got = td__tar_get(s, t, out + pieces[i].offset, (size_t)pieces[i].size);
		if (got < 0) return false;
		if (got != pieces[i].size) return td__tar_unexpected_end(s);
	}
	return true;
}

td_bytes(td_tarfile_read)(td_scope *s, td_tarfile *t, const td_tarinfo *m, int64_t most) {
	td_bytes none = {"", 0};
	if (!td__tar_enter(s, t, "r") || !td__need_handle(s, "member", m)) return none;
	for (int hops = 0; td_tarinfo_islnk(m) || td_tarinfo_issym(m); hops++) {
		m = hops < 40 ? td__tar_link_target(s, t, m) : NULL;
		if (!m && !td_failed(s)) td_raise(s, TD_RecursionError, "maximum recursion depth exceeded");
		if (!m) return none;
	}
	if (!td__tar_has_data(m)) return none;
	if (most && m->size > most) {
		td_raise(s, TD_OverflowError, "the member is longer than %lld bytes", (long long)most);
		return none;
	}
	/* A size is believed as far as the file goes; a compressed one may unfold to anything. */
	if (!m->is_sparse && !t->f->own && t->packed_size && m->size > t->packed_size) {
		td__tar_unexpected_end(s);
		return none;
	}
	char *out = td_alloc(s, (size_t)m->size + 1);
	if (!out || !gather(s, t, m, out)) return none;
	return (td_bytes){out, (size_t)m->size};
}
