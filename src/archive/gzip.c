/* gzip.c: the frame that gzip puts around deflate, and gzip's calls. */
#include <tend/gzip.h>
#include <tend/text.h>
#include <time.h>

#include "archive/packed_private.h"
#include "core/buffer.h"
#include "core/unicode.h"

static const td_bytes no_bytes = {"", 0};

enum { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16 };

static uint32_t load32(const unsigned char *at) {
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void store32(char *at, uint32_t value) {
	for (int i = 0; i < 4; i++) at[i] = (char)(value >> 8 * i);
}

/* --- reading a member's frame --- */

/* The next byte, or -1 at the end, or -2: raised. */
static int next_byte(td_scope *s, td__packed *p) {
	int more = td__packed_fill(s, p);
	if (more <= 0) return more < 0 ? -2 : -1;
	p->codec.in_len--;
	return (unsigned char)*p->codec.in++;
}

static bool read_exact(td_scope *s, td__packed *p, unsigned char *out, size_t n) {
	for (size_t i = 0; i < n; i++) {
		int c = next_byte(s, p);
		if (c == -1) td_raise(s, TD_EOFError, "Compressed file ended before the end-of-stream marker was reached");
		if (c < 0) return false;
		if (out) out[i] = (unsigned char)c;
	}
	return true;
}

/* Past a text and its NUL; a file that ends in it is found out later. */
static bool skip_text(td_scope *s, td__packed *p) {
	int c;
	while ((c = next_byte(s, p)) > 0) continue;
	return c != -2;
}

static bool not_gzip(td_scope *s, const char *magic, size_t len) {
	char shown[16] = "";
	size_t n = 0;
	bool quote = memchr(magic, '\'', len) && !memchr(magic, '"', len); /* as Python's repr chooses */
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)magic[i];
		const char *simple = c == '\t' ? "\\t" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\\' ? "\\\\" : NULL;
		if (c == '\'' && !quote) simple = "\\'";
		if (simple)
			n += (size_t)snprintf(shown + n, sizeof shown - n, "%s", simple);
		else
			n += (size_t)snprintf(shown + n, sizeof shown - n, c >= 32 && c < 127 ? "%c" : "\\x%02x", c);
	}
	const char *q = quote ? "\"" : "'";
	td_raise(s, TD_BadGzipFile, "Not a gzipped file (b%s%s%s)", q, shown, q);
	return false;
}

int td__gzip_read_header(td_scope *s, td__packed *p) {
	int a = next_byte(s, p);
	if (a < 0) return a == -1 ? 0 : -1;
	int b = next_byte(s, p);
	if (b == -2) return -1;
	if (a != 0x1f || b != 0x8b) {
		not_gzip(s, (char[]){(char)a, (char)b}, b < 0 ? 1 : 2);
		return -1;
	}
	unsigned char head[8];
	if (!read_exact(s, p, head, 8)) return -1;
	if (head[0] != 8) {
		td_raise(s, TD_BadGzipFile, "Unknown compression method");
		return -1;
	}
	unsigned char len[2];
	if (head[1] & FEXTRA && (!read_exact(s, p, len, 2) || !read_exact(s, p, NULL, len[0] | (size_t)len[1] << 8)))
		return -1;
	if (head[1] & FNAME && !skip_text(s, p)) return -1;
	if (head[1] & FCOMMENT && !skip_text(s, p)) return -1;
	if (head[1] & FHCRC && !read_exact(s, p, NULL, 2)) return -1;
	return 1;
}

bool td__gzip_read_tail(td_scope *s, td__packed *p) {
	unsigned char tail[8];
	if (!read_exact(s, p, tail, 8)) return false;
	if (load32(tail) != p->crc) {
		td_raise(s, TD_BadGzipFile, "CRC check failed 0x%x != 0x%x", load32(tail), p->crc);
		return false;
	}
	if (load32(tail + 4) != (uint32_t)p->stream_at) {
		td_raise(s, TD_BadGzipFile, "Incorrect length of data produced");
		return false;
	}
	int more;
	while ((more = td__packed_fill(s, p)) > 0 && *p->codec.in == '\0') { /* zeros may follow */
		p->codec.in++;
		p->codec.in_len--;
	}
	return more >= 0;
}

/* --- writing it --- */

/* The name as Latin-1 into out, which has room for strlen(name) bytes. With always, what cannot be is "?"; without, a
 * name that cannot be is none. */
static size_t latin_name(char *out, const char *name, bool always) {
	const char *slash = strrchr(name, '/');
	if (slash) name = slash + 1;
	const char *end = name + strlen(name);
	if (td_str_endswith(name, ".gz")) end -= 3;
	size_t n = 0;
	for (const char *at = name; at < end;) {
		const char *from = at;
		uint32_t c = td__utf8_next(&at, end);
		bool bad = (unsigned char)*from >= 0x80 && at - from == 1;
		if (!bad && c <= 0xFF)
			out[n++] = (char)c;
		else if (always)
			out[n++] = '?';
		else
			return 0;
	}
	return n;
}

static uint32_t time_of(td_opt_int mtime) {
	return mtime.given ? (uint32_t)mtime.value : (uint32_t)time(NULL);
}

static void fixed_header(char *out, int flags, uint32_t mtime, int level) {
	memcpy(out, "\x1f\x8b\x08", 3);
	out[3] = (char)flags;
	store32(out + 4, mtime);
	out[8] = level == 9 ? 2 : level == 1 ? 4 : 0;
	out[9] = (char)255;
}

bool td__gzip_write_header(td_scope *s, td__packed *p, const td__packed_opts *o) {
	char head[10];
	const char *name = o->gzip_name ? o->gzip_name : "";
	char *latin = td__malloc(strlen(name) + 1);
	if (!latin) {
		td__raise_memory(s);
		return false;
	}
	size_t len = latin_name(latin, name, o->gzip_name_always);
	latin[len] = '\0';
	bool has_name = len || o->gzip_name_always;
	fixed_header(head, has_name ? FNAME : 0, time_of(o->gzip_mtime), p->level);
	bool ok =
		td__under_write(s, p->under, head, sizeof head) && (!has_name || td__under_write(s, p->under, latin, len + 1));
	td__free(latin);
	return ok;
}

bool td__gzip_write_tail(td_scope *s, td__packed *p) {
	char tail[8];
	store32(tail, p->crc);
	store32(tail + 4, (uint32_t)p->at);
	return td__under_write(s, p->under, tail, sizeof tail);
}

/* --- the calls --- */

/* td_open's mode: bytes unless it says text. */
static bool file_mode(td_scope *s, const char *mode, char out[8]) {
	bool text = strchr(mode, 't') != NULL;
	size_t len = strlen(mode);
	if (len > 5 || (text && strchr(mode, 'b')) || strchr(mode, 'U') || strchr(mode, '+') || !strchr("rwax", mode[0])) {
		td_raise(s, TD_ValueError, "Invalid mode: %s", td_str_repr(s, mode));
		return false;
	}
	memcpy(out, mode, len + 1);
	if (!text && !strchr(mode, 'b')) memcpy(out + len, "b", 2);
	return true;
}

td_file *(td_gzip_open)(td_scope *s, const char *filename, const char *mode, const td_gzip_open_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "mode", mode)) return NULL;
	td_gzip_open_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!o.fileobj && !td__need_text(s, "filename", filename)) return NULL;
	char shape[8], under_mode[3] = {mode[0], 'b', '\0'};
	if (!file_mode(s, mode, shape)) return NULL;
	const char *const unsuited[] = {o.errors ? "errors" : NULL, o.newline ? "newline" : NULL};
	for (int i = 0; i < 2 && !strchr(shape, 't'); i++) {
		if (!unsuited[i]) continue;
		td_raise(s, TD_ValueError, "Argument '%s' not supported in binary mode", unsuited[i]);
		return NULL;
	}
	if (o.fileobj && !td__file_enter(s, o.fileobj, "I/O operation on closed file.")) return NULL;
	int flags;
	const char *name = filename ? filename : o.fileobj->name;
	td_file *f = td__file_new(s, name, shape, TD__OPTS(td_open_opts, .newline = o.newline, .errors = o.errors), &flags);
	if (!f) return NULL;
	bool writing = mode[0] != 'r';
	td_file *under = o.fileobj ? o.fileobj : td__under_open(s, filename, under_mode);
	td__packed_opts packed = {.level = o.compresslevel.given ? (int)o.compresslevel.value : 9,
	                          .keep_under = o.fileobj != NULL,
	                          .gzip_name = filename       ? filename
	                                       : *name == '<' ? ""
	                                                      : name,
	                          .gzip_mtime = o.mtime,
	                          .max_output = o.max_output};
	if (under && td__packed_into(s, f, under, &td__deflate_method, writing, &packed)) return f;
	if (!o.fileobj) td__under_close(NULL, under);
	return td__file_abandon(f);
}

td_bytes(td_gzip_compress)(td_scope *s, td_bytes data, const td_gzip_compress_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "data", data.data)) return no_bytes;
	td_gzip_compress_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_opt_int level = o.compresslevel.given ? o.compresslevel : TD_INT(9);
	if (o.mtime.given && o.mtime.value == 0) return td_zlib_compress(s, data, .level = level, .wbits = TD_INT(31));
	TD_SCOPE(tmp, s);
	td_bytes raw = td_zlib_compress(tmp, data, .level = level, .wbits = TD_INT(-15));
	char *out = td_failed(tmp) ? NULL : td__alloc_raw(s, raw.len + 19);
	if (!out) return no_bytes;
	fixed_header(out, 0, time_of(o.mtime), (int)level.value);
	memcpy(out + 10, raw.data, raw.len);
	store32(out + 10 + raw.len, td_zlib_crc32(data, 0));
	store32(out + 14 + raw.len, (uint32_t)data.len);
	out[18 + raw.len] = '\0';
	return (td_bytes){out, raw.len + 18};
}

/* Members from memory into b. False: raised. */
static bool decompress(td_scope *s, td__packed *p, td__buffer *b, int64_t most) {
	for (;;) {
		int more = td__gzip_read_header(s, p);
		if (more <= 0) return more == 0;
		const char *in = p->codec.in;
		size_t in_len = p->codec.in_len, begin = b->len;
		if (!td__codec_again(s, &p->codec, &td__deflate_method, false, 0)) return false;
		p->codec.in = in;
		p->codec.in_len = in_len;
		td__codec_step step;
		do {
			if (!td__buffer_room(b, b->len < 16384 ? 16384 - b->len : 4096)) return false;
			p->codec.out = b->data + b->len;
			p->codec.out_len = b->cap - b->len;
			step = p->codec.method->step(s, &p->codec, TD__RUN);
			b->len = (size_t)(p->codec.out - b->data);
			if (step == TD__CODEC_FAILED) return false;
			if (most && b->len > (size_t)most) {
				td_raise(s, TD_OverflowError, "the decompressed data is longer than %lld bytes", (long long)most);
				return false;
			}
		} while (step == TD__CODEC_MORE && (p->codec.in_len || !p->codec.out_len));
		if (step == TD__CODEC_MORE || p->codec.in_len < 8) {
			td_raise(s, TD_EOFError, "Compressed file ended before the end-of-stream marker was reached");
			return false;
		}
		const unsigned char *tail = (const unsigned char *)p->codec.in;
		td_bytes content = {b->data + begin, b->len - begin};
		if (load32(tail) != td_zlib_crc32(content, 0)) {
			td_raise(s, TD_BadGzipFile, "CRC check failed");
			return false;
		}
		if (load32(tail + 4) != (uint32_t)content.len) {
			td_raise(s, TD_BadGzipFile, "Incorrect length of data produced");
			return false;
		}
		p->codec.in += 8;
		p->codec.in_len -= 8;
		while (p->codec.in_len && !*p->codec.in) {
			p->codec.in++;
			p->codec.in_len--;
		}
	}
}

td_bytes(td_gzip_decompress)(td_scope *s, td_bytes data, const td_gzip_decompress_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "data", data.data)) return no_bytes;
	td_gzip_decompress_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_file nothing = {.backend = &td__file_memory}; /* the input is all there from the start */
	td__packed p = {.under = &nothing, .codec = {.method = &td__deflate_method, .in = data.data, .in_len = data.len}};
	td__buffer b;
	td__buffer_begin(&b, s);
	bool ok = decompress(s, &p, &b, o.max_output);
	td__codec_end(&p.codec);
	if (ok) return td__buffer_text(&b);
	td__buffer_drop(&b);
	return no_bytes;
}
