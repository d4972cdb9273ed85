/* tools/fit.c: texts that fit into columns of a terminal. */
#include "fit.h"

#include <string.h>

/* The character at *p, which moves behind it; 0xfffd for a byte that is not UTF-8. */
static unsigned next_character(const char **p) {
	const unsigned char *t = (const unsigned char *)*p;
	unsigned c = *t;
	int more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : -1;
	(*p)++;
	if (more <= 0) return more ? 0xfffd : c;
	unsigned code = c & (0x3fu >> more);
	for (int i = 1; i <= more; i++) {
		if ((t[i] & 0xc0) != 0x80) return 0xfffd;
		code = code << 6 | (t[i] & 0x3fu);
	}
	if ((more == 2 && code < 0x800) || (more == 3 && (code < 0x10000 || code > 0x10ffff))) return 0xfffd;
	if (code >= 0xd800 && code < 0xe000) return 0xfffd;
	*p += more;
	return code;
}

static int columns_of(unsigned c) {
	static const struct {
		unsigned from, to;
		int columns;
	} odd[] = {{0x300, 0x36f, 0},     {0x200b, 0x200f, 0},   {0x20d0, 0x20f0, 0},  {0xfe00, 0xfe0f, 0},
	           {0x1100, 0x115f, 2},   {0x2e80, 0x303e, 2},   {0x3041, 0xa4cf, 2},  {0xac00, 0xd7a3, 2},
	           {0xf900, 0xfaff, 2},   {0xfe30, 0xfe6f, 2},   {0xff01, 0xff60, 2},  {0xffe0, 0xffe6, 2},
	           {0x1f300, 0x1f64f, 2}, {0x1f900, 0x1f9ff, 2}, {0x20000, 0x3fffd, 2}};
	for (size_t i = 0; c >= 0x300 && i < sizeof odd / sizeof *odd; i++) {
		if (c >= odd[i].from && c <= odd[i].to) return odd[i].columns;
	}
	return 1;
}

int tend_text_width(const char *text) {
	int width = 0;
	while (*text) width += columns_of(next_character(&text));
	return width;
}

static bool shown_as_it_is(unsigned c, bool utf8) {
	if (c < 0x80) return c >= 0x20 && c != 0x7f;
	return utf8 && c >= 0xa0 && c != 0xfffd;
}

static const char *fit(td_scope *s, const char *text, int width, bool utf8, bool fill) {
	if (width < 1) return "";
	char *out = td_alloc(s, strlen(text) + (fill ? (size_t)width : 0) + 4), *to = out, *mark = out;
	if (!out) return "";
	int used = 0, used_at_mark = 0; /* where the mark of a cut would go: one column is left for it there */
	while (*text) {
		const char *begin = text;
		unsigned c = next_character(&text);
		bool as_it_is = shown_as_it_is(c, utf8);
		int columns = as_it_is ? columns_of(c) : 1;
		if (used <= width - 1) {
			mark = to;
			used_at_mark = used;
		}
		if (used + columns > width) {
			used = used_at_mark + 1;
			to = mark;
			memcpy(to, utf8 ? "…" : "~", utf8 ? 3 : 1);
			to += utf8 ? 3 : 1;
			break;
		}
		if (as_it_is) {
			memcpy(to, begin, (size_t)(text - begin));
			to += text - begin;
		} else {
			*to++ = '?';
		}
		used += columns;
	}
	for (; fill && used < width; used++) *to++ = ' ';
	*to = 0;
	return out;
}

const char *tend_text_fit(td_scope *s, const char *text, int width, bool utf8) {
	return fit(s, text, width, utf8, true);
}

const char *tend_text_cut(td_scope *s, const char *text, int width, bool utf8) {
	return fit(s, text, width, utf8, false);
}
