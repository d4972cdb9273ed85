/* lines.c: lines of sums: "digest  name" and "ALGORITHM (name) = digest", with all that coreutils takes and refuses. */
#include <string.h>
#include <tend/file.h>

#include "hash.h"

static bool is_blank(char c) {
	return c == ' ' || c == '\t';
}

static int digit(char c) {
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t digits(const char *text) {
	size_t n = 0;
	while (digit(text[n]) >= 0) n++;
	return n;
}

bool hash_same(const char *hex, const char *digest, size_t size) {
	for (size_t i = 0; i < 2 * size; i++) {
		if (digit(hex[i]) != digit(digest[i])) return false;
	}
	return true;
}

/* --- which algorithm --- */

static const hash_wanted *allowed(const hash_reader *r, const hash_algorithm *a, hash_wanted *any) {
	*any = (hash_wanted){a, a->size};
	if (!r->allowed.count) return any;
	for (size_t i = 0; i < r->allowed.count; i++) {
		if (r->allowed.of[i].algorithm == a) return &r->allowed.of[i];
	}
	return NULL;
}

/* "-128" behind BLAKE2b: how many bits. Returns what follows, or NULL when it is no length. */
static const char *length(const char *text, const hash_algorithm *a, size_t *size) {
	size_t bits = 0, n = 0;
	while (text[n] >= '0' && text[n] <= '9' && n < 9) bits = bits * 10 + (size_t)(text[n++] - '0');
	if (!n || !bits || bits > a->size * 8 || bits % 8) return NULL;
	*size = bits / 8;
	return text + n;
}

/* A tag at the beginning of the line; *rest is what follows it. NULL: there is none of them. */
static const hash_algorithm *tagged(const hash_reader *r, const char *text, hash_wanted *wanted, const char **rest) {
	for (const hash_algorithm *a = hash_algorithms; a->name; a++) {
		size_t len = strlen(a->tag);
		if (strncmp(text, a->tag, len) != 0 || !strchr(" (-", text[len]) || !allowed(r, a, wanted)) continue;
		if (text[len] == '-' && !a->any_size) continue;
		wanted->size = a->size;
		*rest = text[len] == '-' ? length(text + len + 1, a, &wanted->size) : text + len;
		return a;
	}
	return NULL;
}

/* The algorithm that a line without a tag can be meant for: by the number of its digits. */
static bool untagged(const hash_reader *r, size_t hex, hash_wanted *wanted) {
	for (const hash_algorithm *a = hash_algorithms; a->name; a++) {
		if (!allowed(r, a, wanted)) continue;
		bool only = r->allowed.count == 1;
		if (only && a->any_size && hex >= 2 && hex % 2 == 0 && hex <= 2 * a->size) {
			wanted->size = hex / 2;
			return true;
		}
		if (hex == 2 * a->size) return true;
	}
	return false;
}

/* --- the two forms --- */

static bool read_tagged(const char *rest, size_t len, bool escaped, hash_line *out) {
	if (len && *rest == ' ') rest++, len--;
	if (!len || *rest != '(') return false;
	char *name = (char *)rest + 1;
	size_t end = len - 1;
	if (!end) return false;
	for (end--; end && name[end] != ')'; end--) continue;
	if (name[end] != ')') return false;
	char *p = name + end;
	*p++ = '\0';
	if (escaped && !hash_unescape(name, end)) return false;
	while (is_blank(*p)) p++;
	if (*p++ != '=') return false;
	while (is_blank(*p)) p++;
	out->name = name;
	out->hex = p;
	size_t n = digits(p);
	return n == 2 * out->wanted.size && p[n] == '\0';
}

static bool read_plain(hash_reader *r, char *text, size_t len, bool escaped, hash_line *out) {
	size_t hex = digits(text), at = hex;
	if (len < 4 + (size_t)(text[0] == '\\') || !untagged(r, hex, &out->wanted)) return false;
	if (len < hex + 2 || !is_blank(text[at])) return false;
	out->hex = text;
	text[at++] = '\0';
	if (len - at == 1 || (text[at] != ' ' && text[at] != '*')) {
		/* Both forms in one run could be used to have " name" checked as "name". */
		if (r->reversed == 0) return false;
		r->reversed = 1;
	} else if (r->reversed != 1) {
		r->reversed = 0;
		at++;
	}
	out->name = text + at;
	return !escaped || hash_unescape(text + at, len - at);
}

bool hash_line_read(hash_reader *r, char *text, size_t len, hash_line *out) {
	size_t at = 0;
	while (at < len && is_blank(text[at])) at++;
	bool escaped = text[at] == '\\';
	at += escaped;
	const char *rest = NULL;
	const hash_algorithm *a = tagged(r, text + at, &out->wanted, &rest);
	if (a) r->tag = a->tag;
	if (a && !rest) return false;
	if (a) return read_tagged(rest, len - (size_t)(rest - text), escaped, out);
	return read_plain(r, text + at, len - at, escaped, out);
}

/* --- a file of them --- */

bool hash_sums_open(td_scope *s, hash_sums *sums, const char *path) {
	sums->is_input = strcmp(path, "-") == 0;
	sums->name = sums->is_input ? "standard input" : path;
	sums->number = 0;
	sums->file = sums->is_input ? td_os_fdopen(s, 0, "rb", .keep_fd = true) : td_open(s, path, "rb");
	return sums->file != NULL;
}

char *hash_sums_next(td_scope *s, hash_sums *sums, size_t *len) {
	for (td_bytes line; td_file_next_line(s, sums->file, &line);) {
		sums->number++;
		if (line.data[0] == '#') continue;
		*len = line.len;
		if (line.data[*len - 1] == '\n') --*len;
		if (*len && line.data[*len - 1] == '\r') --*len;
		if (!*len) continue;
		char *text = td_alloc(s, *len + 1);
		if (text) memcpy(text, line.data, *len);
		return text;
	}
	return NULL;
}
