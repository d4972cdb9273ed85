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
	bool hyphened = i >= 3 && letter(w, i - 3) && w->c[i - 2] == '-' && word_or_mark(w, i - 1);
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

/* indent and the characters from the one place to the other. */
static const char *line_text(td_scope *s, const wrapper *w, const char *indent, size_t from, size_t to) {
	size_t n = strlen(indent);
	char *out = td_alloc(s, n + (to - from) * 4 + 1);
	if (!out) return td_no_text;
	memcpy(out, indent, n);
	for (size_t i = from; i < to; i++) n += td__utf8_put(out + n, w->c[i]);
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

td_strs(td_textwrap_wrap)(td_scope *s, const char *text, const td_textwrap_opts *opts) {
	static const char *const nothing[] = {NULL};
	td_strs none = {nothing, 0};
	td_textwrap_opts o;
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return none;
	td__opts_copy(&o, sizeof o, opts);
	if (o.width < 0) {
		td_raise(s, TD_ValueError, "invalid width %d (must be > 0)", o.width);
		return none;
	}
	size_t full = o.width ? (size_t)o.width : 70;
	const char *first = o.initial_indent ? o.initial_indent : "",
			   *rest = o.subsequent_indent ? o.subsequent_indent : "";
	TD_SCOPE(tmp, s);
	wrapper w = {.tmp = tmp};
	if (!read_text(&w, text) || !split(&w, !o.keep_hyphens)) return none;
	void *lines = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < w.count;) {
		const char *indent = count ? rest : first;
		size_t used = td_str_len(indent), width = used < full ? full - used : 0;
		if (count && blank(&w, w.chunks[i].from)) i++;
		size_t begin = i, len = 0;
		for (; i < w.count && len + w.chunks[i].to - w.chunks[i].from <= width; i++)
			len += w.chunks[i].to - w.chunks[i].from;
		size_t from = begin < w.count ? w.chunks[begin].from : w.len, to = from + len;
		bool ends_blank = i > begin && blank(&w, w.chunks[i - 1].from);
		if (i < w.count && w.chunks[i].to - w.chunks[i].from > width && (!o.keep_long_words || i == begin)) {
			size_t end = o.keep_long_words ? w.chunks[i].to
			                               : cut_word(&w, w.chunks[i], width ? width - len : 1, !o.keep_hyphens);
			/* With no room left nothing of the word is taken, and as in Python a blank before it then stays. */
			ends_blank = end != to && blank(&w, w.chunks[i].from);
			to = end;
			w.chunks[i].from = end;
			if (end == w.chunks[i].to) i++;
		}
		if (ends_blank) {
			while (to > from && blank(&w, to - 1)) to--;
		}
		if (to == from) continue;
		if (!td__grow(s, &lines, &capacity, count + 2, sizeof(char *))) return none;
		((const char **)lines)[count++] = line_text(s, &w, indent, from, to);
		((const char **)lines)[count] = NULL;
	}
	return lines && !td_failed(s) ? (td_strs){lines, count} : none;
}

const char *(td_textwrap_fill)(td_scope *s, const char *text, const td_textwrap_opts *opts) {
	return td_str_join(s, "\n", (td_textwrap_wrap)(s, text, opts));
}
