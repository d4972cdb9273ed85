/* tools/top/format.c: numbers, bars and little charts as text. */
#include "top/format.h"

#include <string.h>

const char *top_size(td_scope *s, double bytes) {
	static const char units[] = "BKMGTPE";
	if (!(bytes >= 0.5)) return "0";
	size_t unit = 0;
	while (bytes >= 999.5 && units[unit + 1]) {
		bytes /= 1024;
		unit++;
	}
	int decimals = unit > 0 && bytes < 99.95;
	return td_format(s, "%.*f%c", decimals, bytes, units[unit]);
}

const char *top_rate(td_scope *s, double rate) {
	return rate != rate ? "?" : rate < 0.5 ? "-" : top_size(s, rate);
}

const char *top_cpu_time(td_scope *s, double seconds) {
	if (!(seconds > 0)) seconds = 0;
	long long centi = (long long)(seconds * 100 + 0.5), n = centi / 100;
	if (n < 6000) return td_format(s, "%lld:%02lld.%02lld", n / 60, n % 60, centi % 100);
	if (n < 360000) return td_format(s, "%lldh%02lldm", n / 3600, n / 60 % 60);
	if (n < 1000 * 86400) return td_format(s, "%lldd%02lldh", n / 86400, n / 3600 % 24);
	return td_format(s, "%lldd", n / 86400);
}

const char *top_uptime(td_scope *s, double seconds) {
	long long n = seconds > 0 ? (long long)seconds : 0;
	if (n < 86400) return td_format(s, "%lld:%02lld:%02lld", n / 3600, n / 60 % 60, n % 60);
	return td_format(s, "%lld d %lld:%02lld", n / 86400, n / 3600 % 24, n / 60 % 60);
}

const char *top_percent(td_scope *s, double percent) {
	if (percent != percent) return "";
	return td_format(s, "%.*f", percent < 99.95, percent);
}

const char *top_bar(td_scope *s, int width, const top_part *parts, size_t count, const char *label) {
	if (width < 1) return "";
	char *out = td_alloc(s, (size_t)width + 1);
	if (!out) return "";
	memset(out, ' ', (size_t)width);
	double sum = 0;
	int at = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].share > 0) sum += parts[i].share;
		int to = sum >= 1 ? width : (int)(sum * width + 0.5);
		for (; at < to; at++) out[at] = parts[i].mark;
	}
	size_t len = strlen(label);
	if (len <= (size_t)width) memcpy(out + (size_t)width - len, label, len);
	return out;
}

/* --- the past --- */

void top_history_put(top_history *h, double value) {
	h->values[h->count++ % TOP_HISTORY] = (float)value;
}

/* The largest of the values from up to to; NaN when there is none. */
static double largest(const top_history *h, size_t from, size_t to) {
	double found = __builtin_nan("");
	for (size_t i = from; i < to; i++) {
		if (i + TOP_HISTORY < h->count) continue;
		double value = (double)h->values[i % TOP_HISTORY];
		if (value == value && !(value <= found)) found = value;
	}
	return found;
}

const char *top_spark(td_scope *s, const top_history *h, int width, size_t each, double most, bool utf8) {
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
	if (width < 1) return "";
	char *out = td_alloc(s, (size_t)width * 3 + 1), *to = out;
	if (!out) return "";
	if (each < 1) each = 1;
	size_t last = h->count ? (h->count - 1) / each : 0; /* the group that the newest value is in */
	for (int i = 0; i < width; i++) {
		size_t back = (size_t)(width - 1 - i);
		double value = __builtin_nan("");
		if (h->count && back <= last) {
			size_t from = (last - back) * each, end = from + each;
			value = largest(h, from, end < h->count ? end : h->count);
		}
		if (value != value) {
			*to++ = ' ';
			continue;
		}
		int level = most > 0 ? (int)(value / most * 8) : 0;
		const char *mark = (utf8 ? blocks : ascii)[level < 0 ? 0 : level > 7 ? 7 : level];
		size_t len = strlen(mark);
		memcpy(to, mark, len);
		to += len;
	}
	return out;
}

/* --- widths --- */

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

int top_width(const char *text) {
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

const char *top_fit(td_scope *s, const char *text, int width, bool utf8) {
	return fit(s, text, width, utf8, true);
}

const char *top_cut(td_scope *s, const char *text, int width, bool utf8) {
	return fit(s, text, width, utf8, false);
}
