/* textwrap.c: Python's TextWrapper: text is cut into words and blanks, at hyphens too, and those are laid out in lines. */
#include <tend/textwrap.h>

#include "core/internal.h"
#include "core/unicode.h"

typedef struct chunk {
	size_t from, to; /* characters */
} chunk;

typedef struct wrapper {
	td_scope *tmp;
	uint32_t *c; /* the text's characters, white space made blanks */
	size_t len;
	chunk *chunks;
	size_t count, capacity;
} wrapper;

static bool blank(const wrapper *w, size_t i) {
	return w->c[i] == ' ';
}
/* Python's \w; and a letter is one that is no digit. */
static bool is_word(uint32_t c) {
	return c == '_' || (td__unicode(c)->flags & TD__UNI_ALNUM);
}
static bool letter(const wrapper *w, size_t i) {
	return i < w->len && is_word(w->c[i]) && !(td__unicode(w->c[i])->flags & TD__UNI_DECIMAL);
}
static bool word_or_mark(const wrapper *w, size_t i) {
	return is_word(w->c[i]) || (w->c[i] < 0x80 && strchr("!\"'&.,?", (int)w->c[i]));
}

/* How long the dash of two or more is that stands at i and has a word behind it; else 0. */
static size_t dash(const wrapper *w, size_t i) {
	size_t j = i;
	while (j < w->len && w->c[j] == '-') j++;
	return j - i >= 2 && j < w->len && is_word(w->c[j]) ? j - i : 0;
}

/* Whether a word may be broken behind the hyphen at i. */
static bool breakable(const wrapper *w, size_t i) {
	if (i >= w->len || w->c[i] != '-') return false;
	bool two = i >= 2 && letter(w, i - 1) && letter(w, i - 2);
	bool hyphened = i >= 3 && letter(w, i - 3) && w->c[i - 2] == '-' && letter(w, i - 1);
	if (!two && !hyphened) return false;
	return letter(w, i + 1) && (letter(w, i + 2) || (i + 2 < w->len && w->c[i + 2] == '-' && letter(w, i + 3)));
}

/* Where the piece that begins at i ends. */
static size_t piece_end(const wrapper *w, size_t i, bool hyphens) {
	size_t j = i + 1;
	if (blank(w, i)) {
		while (j < w->len && blank(w, j)) j++;
		return j;
	}
	if (hyphens && i > 0 && word_or_mark(w, i - 1)) {
		size_t n = dash(w, i);
		if (n) return i + n;
	}
	for (;; j++) {
		if (j >= w->len || blank(w, j)) return j;
		if (!hyphens) continue;
		if (breakable(w, j)) return j + 1;
		if (word_or_mark(w, j - 1) && dash(w, j)) return j;
	}
}

static bool split(wrapper *w, bool hyphens) {
	for (size_t i = 0; i < w->len;) {
		size_t end = piece_end(w, i, hyphens);
		void *chunks = w->chunks;
		if (!td__grow(w->tmp, &chunks, &w->capacity, w->count + 1, sizeof *w->chunks)) return false;
		w->chunks = chunks;
		w->chunks[w->count++] = (chunk){i, end};
		i = end;
	}
	return true;
}

/* Tabs become blanks up to the next eighth column, every other white space of ASCII one blank. */
static bool read_text(wrapper *w, const char *text) {
	size_t bytes = strlen(text), room = bytes;
	for (size_t i = 0; i < bytes; i++) room += text[i] == '\t' ? 8 : 0;
	w->c = td_alloc_array(w->tmp, room + 1, sizeof *w->c);
	if (!w->c) return false;
	size_t column = 0;
	for (const char *end = text + bytes; text < end;) {
		uint32_t c = td__utf8_next(&text, end);
		size_t n = c == '\t' ? 8 - column % 8 : 1;
		column = c == '\n' || c == '\r' ? 0 : column + n;
		if (c == '\t' || (c >= 0x0A && c <= 0x0D)) c = ' ';
		while (n-- > 0) w->c[w->len++] = c;
	}
	return true;
}

/* indent, the characters from the one place to the other, and what stands behind them. */
static const char *line_text(td_scope *s, const wrapper *w, const char *indent, size_t from, size_t to,
                             const char *behind) {
	size_t n = strlen(indent), last = strlen(behind);
	char *out = td_alloc(s, n + (to - from) * 4 + last + 1);
	if (!out) return td_no_text;
	memcpy(out, indent, n);
	for (size_t i = from; i < to; i++) n += td__utf8_put(out + n, w->c[i]);
	memcpy(out + n, behind, last + 1);
	return out;
}

/* How much of a word that fits no line goes on this one. */
static size_t cut_word(const wrapper *w, chunk word, size_t left, bool hyphens) {
	size_t end = word.from + left;
	if (end > word.to) end = word.to;
	if (!hyphens || word.to - word.from <= left) return end;
	for (size_t i = end; i-- > word.from + 1;) {
		if (w->c[i] != '-') continue;
		for (size_t k = word.from; k < i; k++) {
			if (w->c[k] != '-') return i + 1;
		}
		break;
	}
	return end;
}

typedef struct lines {
	const char **items;
	size_t count, capacity;
} lines;

static bool add_line(td_scope *s, lines *out, const char *line) {
	if (!td__grow(s, (void **)&out->items, &out->capacity, out->count + 2, sizeof *out->items)) return false;
	out->items[out->count++] = line;
	out->items[out->count] = NULL;
	return !td_failed(s);
}

/* The line that is being filled: consecutive pieces of the text, chunks or what was cut from them; some are empty. */
typedef struct filling {
	size_t from, count, *ends;
} filling;

static size_t begin_of(const filling *l, size_t piece) {
	return piece ? l->ends[piece - 1] : l->from;
}

static bool is_blank(const wrapper *w, size_t from, size_t to) {
	return from == to || blank(w, from);
}

/* Ends the last line that there may be with the placeholder: behind the last word that leaves room for it, or behind the
 * line before. */
static bool add_last(td_scope *s, lines *out, const wrapper *w, const td_textwrap_opts *o, const char *indent,
                     const filling *l, int64_t width) {
	int64_t mark = (int64_t)td_str_len(o->placeholder);
	for (size_t k = l->count; k-- > 0;) {
		if (!is_blank(w, begin_of(l, k), l->ends[k]) && (int64_t)(l->ends[k] - l->from) + mark <= width)
			return add_line(s, out, line_text(s, w, indent, l->from, l->ends[k], o->placeholder));
	}
	if (out->count) {
		const char *before = td_str_rstrip(s, out->items[out->count - 1]);
		if ((int64_t)td_str_len(before) + mark <= o->width) {
			out->items[out->count - 1] = td_format(s, "%s%s", before, o->placeholder);
			return !td_failed(s);
		}
	}
	return add_line(s, out, td_format(s, "%s%s", indent, td_str_lstrip(s, o->placeholder)));
}

static bool check_options(td_scope *s, td_textwrap_opts *o) {
	if (o->width < 0) {
		td_raise(s, TD_ValueError, "invalid width %d (must be > 0)", o->width);
		return false;
	}
	if (!o->width) o->width = 70;
	if (!o->initial_indent) o->initial_indent = "";
	if (!o->subsequent_indent) o->subsequent_indent = "";
	if (!o->placeholder) o->placeholder = " [...]";
	if (!o->max_lines) return true;
	const char *indent = o->max_lines > 1 ? o->subsequent_indent : o->initial_indent;
	TD_SCOPE(tmp, s);
	if (td_str_len(indent) + td_str_len(td_str_lstrip(tmp, o->placeholder)) <= (size_t)o->width) return true;
	td_raise(s, TD_ValueError, "placeholder too large for max width");
	return false;
}

/* Whether nothing but a blank is left from chunk i on. */
static bool all_taken(const wrapper *w, size_t i) {
	return i >= w->count || (i + 1 == w->count && is_blank(w, w->chunks[i].from, w->chunks[i].to));
}

/* Python's _wrap_chunks, in whose lists a word that was cut to its end leaves an empty chunk: that is what the next line
 * then begins with, and a blank behind it stays. */
static bool lay_out(td_scope *s, lines *out, wrapper *w, const td_textwrap_opts *o) {
	filling l = {.ends = td_alloc_array(w->tmp, w->count + 2, sizeof *l.ends)};
	if (!l.ends) return false;
	for (size_t i = 0; i < w->count;) {
		const char *indent = out->count ? o->subsequent_indent : o->initial_indent;
		int64_t width = o->width - (int64_t)td_str_len(indent);
		chunk *next = &w->chunks[i];
		/* CPython never ends where a blank was cut for an indent that is wider than the line. */
		bool stuck = next->from == next->to && width < 0;
		if (stuck || (out->count && is_blank(w, next->from, next->to))) i++;
		l.from = i < w->count ? w->chunks[i].from : w->len;
		l.count = 0;
		for (; i < w->count && (int64_t)(w->chunks[i].to - l.from) <= width; i++) l.ends[l.count++] = w->chunks[i].to;
		next = &w->chunks[i];
		if (i < w->count && (int64_t)(next->to - next->from) > width) {
			if (!o->keep_long_words) {
				int64_t left = width < 1 ? 1 : width - (int64_t)(next->from - l.from);
				next->from = cut_word(w, *next, (size_t)left, !o->keep_hyphens);
				l.ends[l.count++] = next->from;
			} else if (!l.count) {
				l.ends[l.count++] = next->to;
				i++;
			}
		}
		if (l.count && is_blank(w, begin_of(&l, l.count - 1), l.ends[l.count - 1])) l.count--;
		if (!l.count) continue;
		size_t to = l.ends[l.count - 1];
		bool fits = all_taken(w, i) && (int64_t)(to - l.from) <= width;
		if (o->max_lines && out->count + 1 >= (size_t)o->max_lines && !fits)
			return add_last(s, out, w, o, indent, &l, width);
		if (!add_line(s, out, line_text(s, w, indent, l.from, to, ""))) return false;
	}
	return true;
}

td_strs(td_textwrap_wrap)(td_scope *s, const char *text, const td_textwrap_opts *opts) {
	static const char *const nothing[] = {NULL};
	td_strs none = {nothing, 0};
	td_textwrap_opts o;
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return none;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	wrapper w = {.tmp = tmp};
	lines out = {NULL, 0, 0};
	if (!check_options(s, &o) || !read_text(&w, text) || !split(&w, !o.keep_hyphens)) return none;
	return lay_out(s, &out, &w, &o) && out.count ? (td_strs){out.items, out.count} : none;
}

const char *(td_textwrap_fill)(td_scope *s, const char *text, const td_textwrap_opts *opts) {
	return td_str_join(s, "\n", (td_textwrap_wrap)(s, text, opts));
}

const char *(td_textwrap_shorten)(td_scope *s, const char *text, int width, const td_textwrap_opts *opts) {
	td_textwrap_opts o;
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return td_no_text;
	td__opts_copy(&o, sizeof o, opts);
	o.width = width;
	o.max_lines = 1;
	TD_SCOPE(tmp, s);
	if (width <= 0) { /* 0 is no default here */
		td_raise(s, TD_ValueError, "invalid width %d (must be > 0)", width);
		return td_no_text;
	}
	return (td_textwrap_fill)(s, td_str_join(tmp, " ", td_str_split(tmp, text)), &o);
}

/* --- margins --- */

static size_t margin_of(const char *line, size_t len) {
	size_t n = 0;
	while (n < len && (line[n] == ' ' || line[n] == '\t')) n++;
	return n;
}

static size_t line_len(const char *line) {
	return strcspn(line, "\n");
}

const char *td_textwrap_dedent(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	const char *margin = NULL;
	size_t common = 0;
	for (const char *line = text; *line; line += line_len(line), line += *line == '\n') {
		size_t len = line_len(line), own = margin_of(line, len);
		if (own == len) continue;
		if (!margin) {
			margin = line;
			common = own;
		}
		size_t same = 0;
		while (same < common && same < own && line[same] == margin[same]) same++;
		common = same;
	}
	char *out = td_alloc(s, strlen(text) + 1), *to = out;
	if (!out) return td_no_text;
	for (const char *line = text; *line; line += *line == '\n') {
		size_t len = line_len(line);
		if (margin_of(line, len) < len) {
			memcpy(to, line + common, len - common);
			to += len - common;
		}
		line += len;
		if (*line) *to++ = '\n';
	}
	*to = '\0';
	return out;
}

static bool not_blank(const char *line, void *arg) {
	td_scope *tmp = arg;
	return *td_str_strip(tmp, line) != '\0';
}

const char *(td_textwrap_indent)(td_scope *s, const char *text, const char *prefix,
                                 const td_textwrap_indent_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text) || !td__need_text(s, "prefix", prefix))
		return td_no_text;
	td_textwrap_indent_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	td_strs all = td_str_splitlines(tmp, text, .keepends = true);
	const char **parts = td_alloc_array(tmp, 2 * all.len + 1, sizeof *parts);
	if (!parts) return td_no_text;
	for (size_t i = 0; i < all.len; i++) {
		bool wanted = o.predicate ? o.predicate(all.items[i], o.arg) : not_blank(all.items[i], tmp);
		parts[2 * i] = wanted ? prefix : "";
		parts[2 * i + 1] = all.items[i];
	}
	return td_str_join(s, "", (td_strs){parts, 2 * all.len});
}
