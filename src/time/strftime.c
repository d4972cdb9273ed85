/* src/time/strftime.c: strftime by glibc's rules in the C locale. The C library's own obeys the host's setlocale, and
 * other systems' know fewer directives. */
#include "time/time_internal.h"
#include <limits.h>
#include <tend/text.h>

typedef struct out {
	td_scope *s; /* scratch */
	char *data;
	size_t len, capacity, limit;
	bool full;
} out;

/* How one directive wants to be written. */
typedef struct spec {
	char pad; /* 0 '_' '-' '0' */
	bool upper, lower, change;
	int width;
	char modifier; /* 0 'E' 'O' */
} spec;

static void put(out *o, const char *text, size_t len, const spec *f) {
	size_t fill = f->width > 0 && (size_t)f->width > len ? (size_t)f->width - len : 0;
	if (o->full || o->len + fill + len >= o->limit) {
		o->full = true;
		return;
	}
	void *data = o->data;
	if (!td__grow(o->s, &data, &o->capacity, o->len + fill + len + 1, 1)) {
		o->full = true;
		return;
	}
	o->data = data;
	memset(o->data + o->len, f->pad == '0' ? '0' : ' ', fill);
	o->len += fill;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		if (f->lower && c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		else if (f->upper && !f->lower && c >= 'a' && c <= 'z')
			c = (char)(c - 32);
		o->data[o->len++] = c;
	}
}

static void put_number(out *o, int64_t value, int digits, spec f) {
	char buffer[32];
	char *end = buffer + sizeof buffer, *p = end;
	uint64_t u = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		*--p = (char)('0' + u % 10);
	} while (u /= 10);
	if (value < 0) *--p = '-';
	int missing = digits - (int)(end - p);
	if (f.pad == '_' && missing > 0) {
		static const char blanks[] = "          ";
		spec bare = {0};
		put(o, blanks, (size_t)missing, &bare);
		f.width = f.width > missing ? f.width - missing : 0;
	} else if (f.pad != '_' && f.pad != '-') {
		if (!f.pad) f.pad = '0';
		if (f.width < digits) f.width = digits;
		if (value < 0 && f.width > end - p) { /* the zeros stand between the sign and the digits */
			spec bare = {0};
			put(o, p++, 1, &bare);
			f.width--;
		}
	}
	put(o, p, (size_t)(end - p), &f);
}

static void put_spaced(out *o, int64_t value, int digits, spec f) {
	if (f.pad != '0' && f.pad != '-') f.pad = '_';
	put_number(o, value, digits, f);
}

static void format_into(out *o, const char *format, const struct tm *tm, bool upper);

static void put_sub(out *o, const char *format, const struct tm *tm, const spec *f) {
	out part = {.s = o->s, .limit = o->limit};
	format_into(&part, format, tm, f->upper);
	if (part.full) o->full = true;
	spec plain = *f;
	plain.lower = false;
	put(o, part.data ? part.data : "", part.len, &plain);
}

/* Days since the Monday of week 1; negative before it. */
static int iso_week_days(int yday, int wday) {
	return yday - (yday - wday + 4 + 378) % 7 + 3;
}

/* The ISO 8601 year and week that a day is in. */
static void iso_week(const struct tm *tm, int64_t *year, int *week) {
	int64_t y = (int64_t)tm->tm_year + 1900;
	int days = iso_week_days(tm->tm_yday, tm->tm_wday);
	if (days < 0) {
		y--;
		days = iso_week_days(tm->tm_yday + 365 + td__is_leap(y), tm->tm_wday);
	} else {
		int next = iso_week_days(tm->tm_yday - 365 - td__is_leap(y), tm->tm_wday);
		if (next >= 0) {
			y++;
			days = next;
		}
	}
	*year = y;
	*week = days / 7 + 1;
}

static void put_zone(out *o, const struct tm *tm, spec f) {
	if (f.change) {
		f.upper = false;
		f.lower = true;
	}
	const char *zone = tm->tm_zone ? tm->tm_zone : "";
	td__zone local;
	if (!*zone && tm->tm_isdst >= 0) {
		tzset();
		snprintf(local.names[0], sizeof local.names[0], "%.9s", tzname[tm->tm_isdst != 0]);
		zone = local.names[0];
	}
	put(o, zone, strlen(zone), &f);
}

/* One directive; false when it is not one. */
static bool put_directive(out *o, char c, const struct tm *tm, spec f) {
	const bool e = f.modifier == 'E';
	const int hour12 = tm->tm_hour % 12 ? tm->tm_hour % 12 : 12;
	const int64_t year = (int64_t)tm->tm_year + 1900;
	int64_t iso_year;
	int week;
	if (f.modifier && !strchr(e ? "cCxXyY%PRTZnprstuz" : "%BbhdeHIkljmMSuUVgGwWyCpPszZrRTnt", c)) return false;
	switch (c) {
	case '%': put(o, "%", 1, &f); return true;
	case 'a':
	case 'A':
		if (f.change) f.upper = true;
		put(o, td__day_names[(tm->tm_wday + 6) % 7], c == 'a' ? 3 : strlen(td__day_names[(tm->tm_wday + 6) % 7]), &f);
		return true;
	case 'b':
	case 'h':
	case 'B':
		if (f.change) f.upper = true;
		put(o, td__month_names[tm->tm_mon], c != 'B' ? 3 : strlen(td__month_names[tm->tm_mon]), &f);
		return true;
	case 'c': put_sub(o, "%a %b %e %H:%M:%S %Y", tm, &f); return true;
	case 'C': put_number(o, year / 100 - (year % 100 < 0), 1, f); return true;
	case 'x':
	case 'D': put_sub(o, "%m/%d/%y", tm, &f); return true;
	case 'd': put_number(o, tm->tm_mday, 2, f); return true;
	case 'e': put_spaced(o, tm->tm_mday, 2, f); return true;
	case 'F': put_sub(o, "%Y-%m-%d", tm, &f); return true;
	case 'H': put_number(o, tm->tm_hour, 2, f); return true;
	case 'I': put_number(o, hour12, 2, f); return true;
	case 'k': put_spaced(o, tm->tm_hour, 2, f); return true;
	case 'l': put_spaced(o, hour12, 2, f); return true;
	case 'j': put_number(o, tm->tm_yday + 1, 3, f); return true;
	case 'M': put_number(o, tm->tm_min, 2, f); return true;
	case 'm': put_number(o, tm->tm_mon + 1, 2, f); return true;
	case 'n': put(o, "\n", 1, &f); return true;
	case 't': put(o, "\t", 1, &f); return true;
	case 'p':
	case 'P':
		if (c == 'P' || f.change) f.lower = true;
		put(o, tm->tm_hour > 11 ? "PM" : "AM", 2, &f);
		return true;
	case 'R': put_sub(o, "%H:%M", tm, &f); return true;
	case 'r': put_sub(o, "%I:%M:%S %p", tm, &f); return true;
	case 'T':
	case 'X': put_sub(o, "%H:%M:%S", tm, &f); return true;
	case 'S': put_number(o, tm->tm_sec, 2, f); return true;
	case 's': {
		struct tm copy = *tm;
		char buffer[24];
		int len = snprintf(buffer, sizeof buffer, "%lld", (long long)mktime(&copy));
		put(o, buffer, (size_t)len, &f);
		return true;
	}
	case 'u': put_number(o, (tm->tm_wday + 6) % 7 + 1, 1, f); return true;
	case 'w': put_number(o, tm->tm_wday, 1, f); return true;
	case 'U': put_number(o, (tm->tm_yday - tm->tm_wday + 7) / 7, 2, f); return true;
	case 'W': put_number(o, (tm->tm_yday - (tm->tm_wday + 6) % 7 + 7) / 7, 2, f); return true;
	case 'V':
	case 'g':
	case 'G':
		iso_week(tm, &iso_year, &week);
		if (c == 'V')
			put_number(o, week, 2, f);
		else if (c == 'g')
			put_number(o, (iso_year % 100 + 100) % 100, 2, f);
		else
			put_number(o, iso_year, 1, f);
		return true;
	case 'Y': put_number(o, year, 1, f); return true;
	case 'y': put_number(o, (year % 100 + 100) % 100, 2, f); return true;
	case 'Z': put_zone(o, tm, f); return true;
	case 'z': {
		if (tm->tm_isdst < 0) return true;
		int64_t minutes = tm->tm_gmtoff / 60;
		put(o, tm->tm_gmtoff < 0 ? "-" : "+", 1, &f);
		if (minutes < 0) minutes = -minutes;
		put_number(o, minutes / 60 * 100 + minutes % 60, 4, f);
		return true;
	}
	default: return false;
	}
}

static void format_into(out *o, const char *format, const struct tm *tm, bool upper) {
	const spec bare = {0};
	for (const char *p = format; *p && !o->full;) {
		const char *next = strchrnul(p, '%');
		if (next > p) {
			put(o, p, (size_t)(next - p), &bare);
			p = next;
			continue;
		}
		const char *begin = p++;
		spec f = {.upper = upper};
		for (;; p++) {
			if (*p == '_' || *p == '-' || *p == '0')
				f.pad = *p;
			else if (*p == '^')
				f.upper = true;
			else if (*p == '#')
				f.change = true;
			else
				break;
		}
		for (; *p >= '0' && *p <= '9'; p++) {
			f.width = f.width > (INT_MAX - 9) / 10 ? INT_MAX : f.width * 10 + (*p - '0');
		}
		if (*p == 'E' || *p == 'O') f.modifier = *p++;
		if (!*p) { /* cut off: what stands there is the text */
			put(o, begin, (size_t)(p - begin), &f);
			return;
		}
		if (!put_directive(o, *p, tm, f)) put(o, begin, (size_t)(p + 1 - begin), &f);
		p++;
	}
}

const char *td__strftime(td_scope *s, const char *format, const struct tm *tm) {
	TD_SCOPE(scratch, s);
	/* Python gives up on a result that is much longer than its format, and calls it empty. */
	size_t limit = 1024, longest = 256 * strlen(format);
	while (limit < longest) limit *= 2;
	out o = {.s = scratch, .limit = limit};
	format_into(&o, format, tm, false);
	if (td_failed(scratch)) return td_no_text;
	return td_strndup(s, o.data ? o.data : "", o.full ? 0 : o.len);
}
