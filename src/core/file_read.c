/* Reading: whole files, so many characters, lines. */
#include "core/file_private.h"
#include "core/unicode.h"

static const char *const no_items[1] = {NULL};
static const td_bytes no_bytes = {"", 0};

static bool enter_reading(td_scope *s, td_file *f, const char *closed) {
	if (!td__file_enter(s, f, closed)) return false;
	if (!f->readable) {
		(td_raise)(s, TD_UnsupportedOperation, f->text ? "not readable" : "read");
		return false;
	}
	return td__file_to_reading(s, f) && td__file_buffer(s, f);
}

static ssize_t raw_read(td_scope *s, td_file *f, char *out, size_t size) {
	ssize_t got = f->backend->read(s, f, out, size);
	if (got > 0) f->consumed += got;
	return got;
}

/* Reads more behind what is unread: 1, 0 at the end, -1. The buffer grows when it is full of unread bytes. */
static int fill(td_scope *s, td_file *f) {
	if (f->at == f->end) f->at = f->end = 0;
	if (f->end == f->capacity && f->at) {
		memmove(f->buffer, f->buffer + f->at, f->end - f->at);
		f->end -= f->at;
		f->at = 0;
	}
	if (f->end == f->capacity) {
		size_t larger = f->capacity * 2;
		char *buffer = td__realloc(f->buffer, larger + 1);
		if (!buffer) {
			(td_raise)(s, TD_MemoryError, "%s", "");
			return -1;
		}
		f->buffer = buffer;
		f->capacity = larger;
	}
	ssize_t got = raw_read(s, f, f->buffer + f->end, f->capacity - f->end);
	if (got > 0) f->end += (size_t)got;
	return got > 0 ? 1 : (int)got;
}

/* A buffer that a long line has made large goes back to its size once it is empty. */
static void shrink(td_file *f) {
	if (f->at != f->end || f->capacity <= 16 * TD__FILE_BUFFER) return;
	char *small = td__realloc(f->buffer, TD__FILE_BUFFER + 1);
	if (!small) return;
	f->buffer = small;
	f->capacity = TD__FILE_BUFFER;
	f->at = f->end = 0;
}

/* --- text out of bytes --- */

/* Handles what is not UTF-8 as the file's errors say; the result is *text itself, or a changed copy that the file holds
 * until the next call. False: raised. */
static bool decode(td_scope *s, td_file *f, const char **text, size_t *len) {
	if (!f->text || f->errors == TD__ESCAPE) return true;
	size_t bad;
	const char *reason;
	size_t good = td__utf8_check(*text, *len, &bad, &reason);
	if (good == *len) return true;
	if (f->errors == TD__STRICT) {
		td__raise_decode(s, *text, good, bad, reason);
		return false;
	}
	char *out = *len < SIZE_MAX / 4 ? td__realloc(f->decoded, *len * 3 + 1) : NULL;
	if (!out) {
		(td_raise)(s, TD_MemoryError, "%s", "");
		return false;
	}
	f->decoded = out;
	const char *at = *text, *end = at + *len;
	for (;;) {
		good = td__utf8_check(at, (size_t)(end - at), &bad, &reason);
		out = mempcpy(out, at, good);
		at += good;
		if (at == end) break;
		if (f->errors == TD__REPLACE) out = mempcpy(out, "\xEF\xBF\xBD", 3);
		at += bad;
	}
	*out = '\0';
	*text = f->decoded;
	*len = (size_t)(out - f->decoded);
	return true;
}

/* "\r\n" and "\r" become "\n", in place; the new length. */
static size_t translate(char *text, size_t len) {
	char *from = memchr(text, '\r', len);
	if (!from) return len;
	char *to = from, *end = text + len;
	while (from < end) {
		if (*from == '\r') {
			from += from + 1 < end && from[1] == '\n' ? 2 : 1;
			*to++ = '\n';
			continue;
		}
		char *next = memchr(from, '\r', (size_t)(end - from));
		size_t run = (size_t)((next ? next : end) - from);
		memmove(to, from, run);
		to += run;
		from += run;
	}
	return (size_t)(to - text);
}

/* Whether who takes `const char *` gets all of it: a NUL inside would cut it short without a word. */
static bool is_text(td_scope *s, const char *text, size_t len) {
	if (!memchr(text, '\0', len)) return true;
	(td_raise)(s, TD_ValueError, "embedded null byte");
	return false;
}

/* --- all of it --- */

/* For what has no size to go by: pieces into memory that grows. Takes over the len bytes that are in head already. */
static bool read_growing(td_scope *s, td_file *f, const char *head, size_t len, td_bytes *out) {
	size_t room = len + 2 * TD__FILE_BUFFER;
	char *data = td__malloc(room);
	if (data) memcpy(data, head, len);
	ssize_t got = 0;
	while (data && (got = raw_read(s, f, data + len, room - len)) > 0) {
		len += (size_t)got;
		if (room - len >= TD__FILE_BUFFER) continue;
		char *larger = room < SIZE_MAX / 4 ? td__realloc(data, room * 2) : NULL;
		if (!larger) {
			td__free(data);
			data = NULL;
		} else {
			data = larger;
			room *= 2;
		}
	}
	if (!data) (td_raise)(s, TD_MemoryError, "%s", "");
	char *copy = data && got == 0 ? td__alloc_raw(s, len + 1) : NULL;
	if (copy) {
		memcpy(copy, data, len);
		copy[len] = '\0';
		*out = (td_bytes){copy, len};
	}
	td__free(data);
	return copy != NULL;
}

static bool read_all(td_scope *s, td_file *f, td_bytes *out) {
	size_t ahead = f->end - f->at;
	const char *start = f->buffer + f->at;
	int64_t hint = f->size_hint - f->consumed;
	if (f->backend == &td__file_memory) hint = (int64_t)f->memory_len - (int64_t)f->memory_at;
	bool ok;
	if (hint > 0) { /* a regular file: straight to where it stays, and one more read to see that it has ended */
		size_t len = ahead, room = ahead + (size_t)hint;
		char *data = td__alloc_raw(s, room + 1);
		if (!data) return false;
		memcpy(data, start, ahead);
		ssize_t got = 1;
		while (len < room && (got = raw_read(s, f, data + len, room - len)) > 0) len += (size_t)got;
		char more[512];
		if (got > 0) got = raw_read(s, f, more, sizeof more);
		data[len] = '\0';
		*out = (td_bytes){data, len};
		ok = got >= 0;
		if (got > 0) { /* it has grown meanwhile */
			char *both = td__malloc(len + (size_t)got);
			if (!both)
				(td_raise)(s, TD_MemoryError, "%s", "");
			else
				memcpy(mempcpy(both, data, len), more, (size_t)got);
			ok = both && read_growing(s, f, both, len + (size_t)got, out);
			td__free(both);
		}
		f->at = f->end = 0;
		return ok;
	}
	int more = 1;
	while (more > 0 && f->end - f->at < f->capacity) more = fill(s, f);
	if (more < 0) return false;
	start = f->buffer + f->at;
	ahead = f->end - f->at;
	if (more > 0) {
		ok = read_growing(s, f, start, ahead, out);
	} else {
		*out = td__keep_bytes(s, (td_bytes){start, ahead});
		ok = !td_failed(s);
	}
	f->at = f->end = 0;
	return ok;
}

/* --- so much of it --- */

static bool read_some_bytes(td_scope *s, td_file *f, size_t n, td_bytes *out) {
	size_t ahead = f->end - f->at;
	int more = 1;
	while (ahead < n && ahead < f->capacity && more > 0) {
		more = fill(s, f);
		ahead = f->end - f->at;
	}
	if (more < 0) return false;
	if (ahead >= n || more == 0) {
		if (n > ahead) n = ahead;
		*out = td__keep_bytes(s, (td_bytes){f->buffer + f->at, n});
		f->at += n;
		return !td_failed(s);
	}
	size_t room = n, len = ahead; /* more than a buffer: grown as it comes, since n may be any number */
	if (room > 16 * TD__FILE_BUFFER) room = 16 * TD__FILE_BUFFER;
	char *data = td__malloc(room);
	if (data) memcpy(data, f->buffer + f->at, ahead);
	f->at = f->end = 0;
	ssize_t got = 0;
	while (data && len < n && (got = raw_read(s, f, data + len, room - len)) > 0) {
		len += (size_t)got;
		if (len < room || len == n) continue;
		room = room < n / 2 ? room * 2 : n;
		char *larger = td__realloc(data, room);
		if (!larger) td__free(data);
		data = larger;
	}
	if (!data) (td_raise)(s, TD_MemoryError, "%s", "");
	if (data && got >= 0) *out = td__keep_bytes(s, (td_bytes){data, len});
	td__free(data);
	return !td_failed(s);
}

/* How many bytes must be there before a character that begins with c can be told. */
static int needs(const td_file *f, unsigned char c) {
	if (c < 0x80) return c == '\r' && f->translate ? 2 : 1;
	return c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;
}

/* Takes up to n characters from the buffer, which must hold whole ones; line ends are translated on the way. Returns how
 * many it took; *to is moved on. At the end of the file (last) what is incomplete counts as it is. */
static size_t take_characters(td_file *f, size_t n, char **to, bool last) {
	size_t count = 0;
	while (count < n && f->at < f->end) {
		const char *from = f->buffer + f->at, *end = f->buffer + f->end, *at = from;
		if (!last && end - from < needs(f, (unsigned char)*from)) break;
		td__utf8_next(&at, end);
		if (f->translate && *from == '\r') {
			if (at < end && *at == '\n') at++;
			*(*to)++ = '\n';
		} else {
			*to = mempcpy(*to, from, (size_t)(at - from));
		}
		f->at += (size_t)(at - from);
		count++;
	}
	return count;
}

static bool read_characters(td_scope *s, td_file *f, size_t n, td_bytes *out) {
	char *data = NULL;
	size_t room = 0, len = 0;
	bool last = false;
	while (n) {
		size_t need = len + 4 * (f->end - f->at < n ? f->end - f->at : n) + 1;
		if (need > room) {
			char *larger = td__realloc(data, need * 2);
			if (!larger) {
				td__free(data);
				(td_raise)(s, TD_MemoryError, "%s", "");
				return false;
			}
			data = larger;
			room = need * 2;
		}
		char *to = data + len;
		n -= take_characters(f, n, &to, last);
		len = (size_t)(to - data);
		if (!n || last) break;
		int more = fill(s, f);
		if (more < 0) break;
		last = more == 0;
	}
	if (!td_failed(s)) *out = td__keep_bytes(s, (td_bytes){data ? data : "", len});
	td__free(data);
	return !td_failed(s);
}

const char *(td_file_read)(td_scope *s, td_file *f, const td_file_read_opts *opts) {
	if (!td__enter_opts(s, opts) || !enter_reading(s, f, "read of closed file")) return td_no_text;
	td_file_read_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes out = no_bytes;
	bool all = !o.n.given || o.n.value < 0;
	if (all       ? !read_all(s, f, &out)
	    : f->text ? !read_characters(s, f, (size_t)o.n.value, &out)
	              : !read_some_bytes(s, f, (size_t)o.n.value, &out))
		return td_no_text;
	const char *text = out.data;
	size_t len = out.len;
	if (all && f->translate) {
		len = translate((char *)(uintptr_t)text, len); /* ours, and nobody has seen it yet */
		((char *)(uintptr_t)text)[len] = '\0';
	}
	if (!decode(s, f, &text, &len) || !is_text(s, text, len)) return td_no_text;
	return text == f->decoded ? td_strndup(s, text, len) : text;
}

td_bytes(td_file_read_bytes)(td_scope *s, td_file *f, const td_file_read_opts *opts) {
	if (!td__enter_opts(s, opts) || !enter_reading(s, f, "read of closed file")) return no_bytes;
	td_file_read_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes out = no_bytes;
	bool all = !o.n.given || o.n.value < 0;
	bool ok = all ? read_all(s, f, &out) : read_some_bytes(s, f, (size_t)o.n.value, &out);
	return ok ? out : no_bytes;
}

/* --- lines --- */

/* The first "\n" or "\r", looked for in windows: a file of "\r" alone must not be searched to its end for each line. */
static char *find_either(char *at, char *end) {
	for (size_t window = 512; at < end; window *= 2) {
		size_t size = (size_t)(end - at) < window ? (size_t)(end - at) : window;
		char *lf = memchr(at, '\n', size);
		char *cr = memchr(at, '\r', lf ? (size_t)(lf - at) : size);
		if (cr || lf) return cr ? cr : lf;
		at += size;
	}
	return NULL;
}

/* Where a line end begins in [at, end), or NULL. */
static char *find_end(const td_file *f, char *at, char *end) {
	if (f->newline[0] == '\0') return find_either(at, end);
	if (f->newline[1] == '\0') return memchr(at, f->newline[0], (size_t)(end - at));
	return memmem(at, (size_t)(end - at), f->newline, 2);
}

/* Brings the next line into the buffer, at f->at: its length with its line end, and how long that end is (0 at the end
 * of a file without one). 1, 0 at the end of the file, -1. */
static int bring_line(td_scope *s, td_file *f, size_t *len, size_t *end_len) {
	size_t scanned = 0;
	for (;;) {
		char *start = f->buffer + f->at, *end = f->buffer + f->end;
		char *found = find_end(f, start + scanned, end);
		bool lone = found && *found == '\r' && f->newline[0] == '\0';
		if (found && (!lone || found + 1 < end)) {
			*end_len = lone ? (found[1] == '\n' ? 2 : 1) : f->newline[0] && f->newline[1] ? 2 : 1;
			*len = (size_t)(found - start) + *end_len;
			return 1;
		}
		size_t have = f->end - f->at;
		if (have > TD__FILE_LINE_MOST) {
			(td_raise)(s, TD_OverflowError, "a line is longer than %d bytes", TD__FILE_LINE_MOST);
			return -1;
		}
		scanned = have ? have - 1 : 0; /* the last byte may be half of a line end */
		int more = fill(s, f);
		if (more < 0) return -1;
		if (more == 0) {
			*len = have;
			*end_len = found ? 1 : 0;
			return have > 0;
		}
	}
}

/* The next line as *text, NUL-terminated, valid until the next call on f. */
static bool next_line(td_scope *s, td_file *f, const char **text, size_t *len) {
	size_t end_len;
	shrink(f);
	if (bring_line(s, f, len, &end_len) <= 0) return false;
	char *start = f->buffer + f->at;
	f->at += *len;
	if (f->translate && end_len) {
		*len -= end_len - 1;
		start[*len - 1] = '\n';
	}
	f->cut = start + *len;
	f->cut_byte = *f->cut;
	*f->cut = '\0';
	*text = start;
	return decode(s, f, text, len);
}

static void uncut(td_file *f) {
	if (f->cut) *f->cut = f->cut_byte;
	f->cut = NULL;
}

bool(td_file_next_line)(td_scope *s, td_file *f, td_bytes *line) {
	if (line) *line = no_bytes;
	const char *text;
	size_t len;
	if (!enter_reading(s, f, "readline of closed file") || !td__need_handle(s, "line", line)) return false;
	if (!next_line(s, f, &text, &len)) return false;
	*line = (td_bytes){text, len};
	return true;
}

const char *(td_file_readline)(td_scope *s, td_file *f) {
	const char *text;
	size_t len;
	if (!enter_reading(s, f, "readline of closed file")) return td_no_text;
	if (!next_line(s, f, &text, &len)) return td_failed(s) ? td_no_text : td_strdup(s, "");
	return is_text(s, text, len) ? td_strndup(s, text, len) : td_no_text;
}

td_strs(td_file_readlines)(td_scope *s, td_file *f) {
	td_strs none = {no_items, 0};
	const char **items = NULL, *text;
	size_t room = 0, count = 0, len;
	if (!enter_reading(s, f, "I/O operation on closed file.")) return none;
	for (; next_line(s, f, &text, &len); uncut(f)) {
		if (!is_text(s, text, len) || !td__grow(s, (void **)&items, &room, count + 2, sizeof *items)) return none;
		items[count++] = td_strndup(s, text, len);
	}
	return count && !td_failed(s) ? (td_strs){items, count} : none;
}
