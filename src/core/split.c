/* Cutting texts up: split, rsplit, splitlines, partition, strip. The pieces of one text lie in one block. */
#include <tend/text.h>

#include "core/internal.h"
#include "core/unicode.h"

static const char *const no_items[1] = {NULL};
static const td_strs none = {no_items, 0};

static char *copy_of(td_scope *s, const char *text, size_t len) {
	char *copy = td_alloc(s, len + 1);
	return copy ? memcpy(copy, text, len + 1) : NULL;
}

static size_t limit_of(td_opt_int maxsplit) {
	return maxsplit.given && maxsplit.value >= 0 ? (size_t)maxsplit.value : SIZE_MAX;
}

/* The next run of white space from at on: false at the end. */
static bool find_space(const char *at, const char *end, const char **from, const char **to) {
	while (at < end) {
		const char *here = at;
		if (!td__is_space(td__utf8_next(&at, end))) continue;
		*from = here;
		for (*to = at; at < end; *to = at) {
			if (!td__is_space(td__utf8_next(&at, end))) break;
		}
		return true;
	}
	return false;
}

static const char *skip_space(const char *at, const char *end) {
	while (at < end) {
		const char *here = at;
		if (!td__is_space(td__utf8_next(&at, end))) return here;
	}
	return end;
}

static const char *skip_space_back(const char *at, const char *start) {
	while (at > start) {
		const char *here = at;
		if (!td__is_space(td__utf8_prev(&at, start))) return here;
	}
	return start;
}

static td_strs split_space(td_scope *s, const char *text, size_t most) {
	size_t len = strlen(text), count = 0;
	const char *end = text + len, *from, *to;
	for (const char *at = skip_space(text, end); at < end; at = to) {
		if (count++ == most || !find_space(at, end, &from, &to)) break;
	}
	char *copy = copy_of(s, text, len);
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!copy || !items) return none;
	const char *at = skip_space(text, end);
	for (size_t i = 0; i < count; i++) {
		items[i] = copy + (at - text);
		if (i == most || !find_space(at, end, &from, &to)) break;
		copy[from - text] = '\0';
		at = to;
	}
	return (td_strs){items, count};
}

/* The run of white space that ends last before at: false when there is none. */
static bool find_space_back(const char *at, const char *start, const char **from, const char **to) {
	while (at > start) {
		const char *here = at;
		if (!td__is_space(td__utf8_prev(&at, start))) continue;
		*to = here;
		*from = skip_space_back(here, start);
		return true;
	}
	return false;
}

static td_strs rsplit_space(td_scope *s, const char *text, size_t most) {
	size_t len = strlen(text), count = 0;
	const char *last = skip_space_back(text + len, text), *from, *to;
	for (const char *at = last; at > text; at = from) {
		if (count++ == most || !find_space_back(at, text, &from, &to)) break;
	}
	char *copy = copy_of(s, text, len);
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!copy || !items) return none;
	copy[last - text] = '\0';
	const char *at = last;
	for (size_t i = count; i-- > 0; at = from) {
		items[i] = copy;
		if (count - 1 - i == most || !find_space_back(at, text, &from, &to)) break;
		items[i] = copy + (to - text);
		copy[from - text] = '\0';
	}
	return (td_strs){items, count};
}

static td_strs split_sep(td_scope *s, const char *text, const char *sep, size_t most) {
	size_t len = strlen(text), sep_len = strlen(sep), count = 1;
	for (const char *at = text; count - 1 < most && (at = strstr(at, sep)); at += sep_len) count++;
	char *copy = copy_of(s, text, len);
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!copy || !items) return none;
	const char *at = text;
	for (size_t i = 0; i < count; i++) {
		items[i] = copy + (at - text);
		if (i + 1 == count) break;
		at = strstr(at, sep);
		copy[at - text] = '\0';
		at += sep_len;
	}
	return (td_strs){items, count};
}

/* The last sep that ends at or before end, or NULL. */
static const char *find_back(const char *text, const char *end, const char *sep, size_t sep_len) {
	while ((size_t)(end - text) >= sep_len) {
		const char *last = memrchr(text, sep[0], (size_t)(end - text) - sep_len + 1);
		if (!last || memcmp(last, sep, sep_len) == 0) return last;
		end = last + sep_len - 1;
	}
	return NULL;
}

static td_strs rsplit_sep(td_scope *s, const char *text, const char *sep, size_t most) {
	size_t len = strlen(text), sep_len = strlen(sep), count = 1;
	for (const char *at = text + len; count - 1 < most && (at = find_back(text, at, sep, sep_len));) count++;
	char *copy = copy_of(s, text, len);
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!copy || !items) return none;
	const char *at = text + len;
	for (size_t i = count; i-- > 1;) {
		at = find_back(text, at, sep, sep_len);
		items[i] = copy + (at - text) + sep_len;
		copy[at - text] = '\0';
	}
	items[0] = copy;
	return (td_strs){items, count};
}

static td_strs split(td_scope *s, const char *text, const td_str_split_opts *opts, bool from_right) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return none;
	td_str_split_opts o;
	td__opts_copy(&o, sizeof o, opts);
	size_t most = limit_of(o.maxsplit);
	if (!o.sep) return from_right ? rsplit_space(s, text, most) : split_space(s, text, most);
	if (!td__need_text(s, "sep", o.sep)) return none;
	if (!*o.sep) {
		(td_raise)(s, TD_ValueError, "empty separator");
		return none;
	}
	return from_right ? rsplit_sep(s, text, o.sep, most) : split_sep(s, text, o.sep, most);
}

td_strs(td_str_split)(td_scope *s, const char *text, const td_str_split_opts *opts) {
	return split(s, text, opts, false);
}

td_strs(td_str_rsplit)(td_scope *s, const char *text, const td_str_split_opts *opts) {
	return split(s, text, opts, true);
}

/* --- lines --- */

/* The end of the line that begins at at (before end): its text is up to *text_end, the next begins where returned. */
static const char *line_end(const char *at, const char *end, const char **text_end) {
	while (at < end) {
		unsigned char c = (unsigned char)*at;
		if (c > 0x1E && c < 0x80) {
			at++;
			continue;
		}
		*text_end = at;
		uint32_t point = td__utf8_next(&at, end);
		if (point == '\r') return at < end && *at == '\n' ? at + 1 : at;
		if ((point >= '\n' && point <= '\f') || (point >= 0x1C && point <= 0x1E) || point == 0x85 || point == 0x2028 ||
		    point == 0x2029)
			return at;
	}
	*text_end = end;
	return end;
}

td_strs(td_str_splitlines)(td_scope *s, const char *text, const td_str_splitlines_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return none;
	td_str_splitlines_opts o;
	td__opts_copy(&o, sizeof o, opts);
	size_t len = strlen(text), count = 0;
	const char *end = text + len, *text_end;
	for (const char *at = text; at < end; count++) at = line_end(at, end, &text_end);
	char *out = td_alloc(s, len + count + 1);
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!out || !items) return none;
	const char *at = text;
	for (size_t i = 0; i < count; i++) {
		const char *next = line_end(at, end, &text_end);
		items[i] = out;
		out = mempcpy(out, at, (size_t)((o.keepends ? next : text_end) - at));
		*out++ = '\0';
		at = next;
	}
	return (td_strs){items, count};
}

/* --- partition --- */

static td_strs partition(td_scope *s, const char *text, const char *sep, bool from_right) {
	if (!td__enter(s) || !td__need_text(s, "text", text) || !td__need_text(s, "sep", sep)) return none;
	size_t len = strlen(text), sep_len = strlen(sep);
	if (!sep_len) {
		(td_raise)(s, TD_ValueError, "empty separator");
		return none;
	}
	const char **items = td_alloc_array(s, 4, sizeof *items);
	char *out = td_alloc(s, len + 3);
	if (!items || !out) return none;
	const char *at = from_right ? find_back(text, text + len, sep, sep_len) : strstr(text, sep);
	size_t head = at ? (size_t)(at - text) : from_right ? 0 : len;
	size_t middle = at ? sep_len : 0;
	const size_t parts[3] = {head, middle, len - head - middle};
	for (int i = 0; i < 3; i++) {
		items[i] = out;
		out = mempcpy(out, text, parts[i]);
		*out++ = '\0';
		text += parts[i];
	}
	return (td_strs){items, 3};
}

td_strs td_str_partition(td_scope *s, const char *text, const char *sep) {
	return partition(s, text, sep, false);
}

td_strs td_str_rpartition(td_scope *s, const char *text, const char *sep) {
	return partition(s, text, sep, true);
}

/* --- strip --- */

static bool in_set(uint32_t c, const char *chars) {
	if (!chars) return td__is_space(c);
	const char *end = chars + strlen(chars);
	while (chars < end) {
		if (td__utf8_next(&chars, end) == c) return true;
	}
	return false;
}

static const char *strip(td_scope *s, const char *text, const td_str_strip_opts *opts, bool left, bool right) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return td_no_text;
	td_str_strip_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.chars && !td__need_text(s, "chars", o.chars)) return td_no_text;
	const char *end = text + strlen(text);
	while (left && text < end) {
		const char *next = text;
		if (!in_set(td__utf8_next(&next, end), o.chars)) break;
		text = next;
	}
	while (right && end > text) {
		const char *before = end;
		if (!in_set(td__utf8_prev(&before, text), o.chars)) break;
		end = before;
	}
	return td_strndup(s, text, (size_t)(end - text));
}

const char *(td_str_strip)(td_scope *s, const char *text, const td_str_strip_opts *opts) {
	return strip(s, text, opts, true, true);
}

const char *(td_str_lstrip)(td_scope *s, const char *text, const td_str_strip_opts *opts) {
	return strip(s, text, opts, true, false);
}

const char *(td_str_rstrip)(td_scope *s, const char *text, const td_str_strip_opts *opts) {
	return strip(s, text, opts, false, true);
}
