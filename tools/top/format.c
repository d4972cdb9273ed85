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
