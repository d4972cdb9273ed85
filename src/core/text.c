/* Texts: joining, searching, replacing, padding, and lists of them. */
#include <limits.h>
#include <tend/text.h>

#include "core/internal.h"
#include "core/unicode.h"

/* Room for len bytes and a NUL; NULL: raised. */
static char *room_for(td_scope *s, size_t len) {
	return len < SIZE_MAX ? td_alloc(s, len + 1) : NULL;
}

/* a * b + c; false: raised, as no such text can be. */
static bool sum(td_scope *s, size_t a, size_t b, size_t c, size_t *out) {
	size_t product;
	if (!__builtin_mul_overflow(a, b, &product) && !__builtin_add_overflow(product, c, out) && *out < PTRDIFF_MAX)
		return true;
	(td_raise)(s, TD_OverflowError, "text is too long");
	return false;
}

/* --- lists --- */

static const char *const no_items[1] = {NULL};

td_strs td__strs_of(td_scope *s, const char *const *items, size_t count) {
	td_strs none = {no_items, 0};
	if (!td__enter(s) || !td__need_strs(s, "items", (td_strs){items, count})) return none;
	const char **copy = td_alloc_array(s, count + 1, sizeof *copy);
	if (!copy) return none;
	if (count) memcpy(copy, items, count * sizeof *copy);
	return (td_strs){copy, count};
}

bool td_strs_contains(td_strs list, const char *text) {
	if (!text) return false;
	for (size_t i = 0; i < list.len; i++) {
		if (list.items[i] && strcmp(list.items[i], text) == 0) return true;
	}
	return false;
}

const char *td_str_join(td_scope *s, const char *sep, td_strs list) {
	if (!td__enter(s) || !td__need_text(s, "sep", sep) || !td__need_strs(s, "list", list)) return td_no_text;
	size_t sep_len = strlen(sep), total = 0;
	if (list.len && !sum(s, sep_len, list.len - 1, 0, &total)) return td_no_text;
	for (size_t i = 0; i < list.len; i++) {
		if (!sum(s, 1, strlen(list.items[i]), total, &total)) return td_no_text;
	}
	char *text = room_for(s, total);
	if (!text) return td_no_text;
	char *at = text;
	for (size_t i = 0; i < list.len; i++) {
		if (i) at = mempcpy(at, sep, sep_len);
		at = mempcpy(at, list.items[i], strlen(list.items[i]));
	}
	*at = '\0';
	return text;
}

/* --- asking --- */

bool td_str_startswith(const char *text, const char *prefix) {
	return text && prefix && strncmp(text, prefix, strlen(prefix)) == 0;
}

bool td_str_endswith(const char *text, const char *suffix) {
	if (!text || !suffix) return false;
	size_t len = strlen(text), tail = strlen(suffix);
	return tail <= len && memcmp(text + len - tail, suffix, tail) == 0;
}

int64_t td_str_find(const char *text, const char *sub) {
	const char *at = text && sub ? strstr(text, sub) : NULL;
	return at ? at - text : -1;
}

bool td_str_isdigit(const char *text) {
	if (!text || !*text) return false;
	const char *end = text + strlen(text);
	while (text < end) {
		if (!(td__unicode(td__utf8_next(&text, end))->flags & TD__UNI_DIGIT)) return false;
	}
	return true;
}

size_t td_str_len(const char *text) {
	return text ? td__utf8_count(text, strlen(text)) : 0;
}

/* --- taking off and replacing --- */

const char *td_str_removeprefix(td_scope *s, const char *text, const char *prefix) {
	if (!td__enter(s) || !td__need_text(s, "text", text) || !td__need_text(s, "prefix", prefix)) return td_no_text;
	return td_strdup(s, td_str_startswith(text, prefix) ? text + strlen(prefix) : text);
}

const char *td_str_removesuffix(td_scope *s, const char *text, const char *suffix) {
	if (!td__enter(s) || !td__need_text(s, "text", text) || !td__need_text(s, "suffix", suffix)) return td_no_text;
	size_t len = strlen(text);
	return td_strndup(s, text, td_str_endswith(text, suffix) ? len - strlen(suffix) : len);
}

/* Python puts by before each character, and at the end, when old is empty. */
static const char *interleave(td_scope *s, const char *text, const char *by, size_t most) {
	size_t len = strlen(text), by_len = strlen(by), places = td__utf8_count(text, len) + 1, total;
	if (places > most) places = most;
	if (!sum(s, places, by_len, len, &total)) return td_no_text;
	char *out = room_for(s, total), *at = out;
	if (!out) return td_no_text;
	const char *end = text + len;
	for (; places; places--) {
		at = mempcpy(at, by, by_len);
		if (text == end) break;
		const char *from = text;
		td__utf8_next(&text, end);
		at = mempcpy(at, from, (size_t)(text - from));
	}
	at = mempcpy(at, text, (size_t)(end - text));
	*at = '\0';
	return out;
}

const char *(td_str_replace)(td_scope *s, const char *text, const char *old, const char *by,
                             const td_str_replace_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text) || !td__need_text(s, "old", old) ||
	    !td__need_text(s, "by", by))
		return td_no_text;
	td_str_replace_opts o;
	td__opts_copy(&o, sizeof o, opts);
	size_t most = o.count.given && o.count.value >= 0 ? (size_t)o.count.value : SIZE_MAX;
	if (!*old) return interleave(s, text, by, most);
	size_t old_len = strlen(old), by_len = strlen(by), count = 0, grown;
	for (const char *at = text; count < most && (at = strstr(at, old)); at += old_len) count++;
	if (!sum(s, count, by_len, strlen(text) - count * old_len, &grown)) return td_no_text;
	char *out = room_for(s, grown), *to = out;
	if (!out) return td_no_text;
	for (; count; count--) {
		const char *at = strstr(text, old);
		to = mempcpy(to, text, (size_t)(at - text));
		to = mempcpy(to, by, by_len);
		text = at + old_len;
	}
	memcpy(to, text, strlen(text) + 1);
	return out;
}

/* --- padding --- */

/* text with pad bytes of fill put in after its first head bytes. */
static const char *padded(td_scope *s, const char *text, size_t head, int width, char fill) {
	size_t len = strlen(text), count = td__utf8_count(text, len);
	size_t pad = width > 0 && (size_t)width > count ? (size_t)width - count : 0;
	char *out = room_for(s, len + pad);
	if (!out) return td_no_text;
	memcpy(out, text, head);
	memset(out + head, fill, pad);
	memcpy(out + head + pad, text + head, len - head + 1);
	return out;
}

const char *td_str_ljust(td_scope *s, const char *text, int width) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	return padded(s, text, strlen(text), width, ' ');
}

const char *td_str_rjust(td_scope *s, const char *text, int width) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	return padded(s, text, 0, width, ' ');
}

const char *td_str_zfill(td_scope *s, const char *text, int width) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	return padded(s, text, *text == '+' || *text == '-', width, '0');
}

void td__raise_decode(td_scope *s, const char *text, size_t at, size_t bad, const char *reason) {
	if (bad == 1) {
		(td_raise)(s, TD_UnicodeDecodeError, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
		           (unsigned char)text[at], at, reason);
	} else {
		(td_raise)(s, TD_UnicodeDecodeError, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", at,
		           at + bad - 1, reason);
	}
}
