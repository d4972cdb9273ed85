/* src/time/strptime.c: reading times from text, as Python's _strptime does. Python makes a regular expression of the
 * format; this is that expression walked by hand, alternatives tried in the same order, so that texts without separators
 * ("%m%d" on "111") come out the same. Digits are ASCII. */
#include "time/time_internal.h"
#include <tend/text.h>

/* What each directive takes: alternatives in order, '#' for a digit, [..] for a range. Those that are not here are names,
 * offsets, or stand for several others. */
static const char *pattern_of(char c) {
	switch (c) {
	case 'd': return "3[0-1]|[1-2]#|0[1-9]|[1-9]| [1-9]";
	case 'f': return "######|#####|####|###|##|#";
	case 'H': return "2[0-3]|[0-1]#|#";
	case 'I':
	case 'm': return "1[0-2]|0[1-9]|[1-9]";
	case 'G':
	case 'Y': return "####";
	case 'j': return "36[0-6]|3[0-5]#|[1-2]##|0[1-9]#|00[1-9]|[1-9]#|0[1-9]|[1-9]";
	case 'M': return "[0-5]#|#";
	case 'S': return "6[0-1]|[0-5]#|#";
	case 'U':
	case 'W': return "5[0-3]|[0-4]#|#";
	case 'w': return "[0-6]";
	case 'u': return "[1-7]";
	case 'V': return "5[0-3]|0[1-9]|[1-4]#|#";
	case 'y': return "##";
	default: return NULL;
	}
}

static const char *const composed[][2] = {{"c", "%a %b %d %H:%M:%S %Y"}, {"x", "%m/%d/%y"}, {"X", "%H:%M:%S"}};

typedef struct node {
	char kind; /* 't' text, ' ' white space, else the directive */
	const char *text;
	size_t len;
} node;

typedef struct field {
	char directive;
	const char *begin;
	size_t len;
} field;

typedef struct reader {
	td_scope *s; /* scratch */
	node *nodes;
	size_t count, capacity;
	field fields[32]; /* in the order of the format; each directive once */
	size_t field_count;
	char repeated;
	const char *zones[4]; /* for %Z, longest first; lower case */
	td__zone zone;
} reader;

/* --- the format --- */

/* The length of the white space character at p, as Python's \s knows them; 0 when it is none. */
static size_t space_at(const char *p) {
	const unsigned char *u = (const unsigned char *)p;
	if ((u[0] >= 9 && u[0] <= 13) || (u[0] >= 28 && u[0] <= 32)) return 1;
	if (u[0] == 0xC2 && (u[1] == 0x85 || u[1] == 0xA0)) return 2;
	if (u[0] == 0xE1 && u[1] == 0x9A && u[2] == 0x80) return 3;
	if (u[0] == 0xE2 && u[1] == 0x80 &&
	    ((u[2] >= 0x80 && u[2] <= 0x8A) || u[2] == 0xA8 || u[2] == 0xA9 || u[2] == 0xAF))
		return 3;
	if (u[0] == 0xE2 && u[1] == 0x81 && u[2] == 0x9F) return 3;
	if (u[0] == 0xE3 && u[1] == 0x80 && u[2] == 0x80) return 3;
	return 0;
}

static size_t character_at(const char *p) {
	unsigned char c = (unsigned char)*p;
	size_t want = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4, n = 1;
	while (n < want && ((unsigned char)p[n] & 0xC0) == 0x80) n++;
	return n;
}

static bool add_node(reader *r, char kind, const char *text, size_t len) {
	void *nodes = r->nodes;
	if (!td__grow(r->s, &nodes, &r->capacity, r->count + 1, sizeof *r->nodes)) return false;
	r->nodes = nodes;
	r->nodes[r->count++] = (node){kind, text, len};
	return true;
}

/* A directive that is there twice is an error, but a bad one further on is the first that Python sees. */
static void add_field(reader *r, char directive) {
	for (size_t i = 0; i < r->field_count && !r->repeated; i++) {
		if (r->fields[i].directive == directive) r->repeated = directive;
	}
	if (!r->repeated) r->fields[r->field_count++].directive = directive;
}

static bool compile(td_scope *s, reader *r, const char *format, const char *whole) {
	for (const char *p = format; *p;) {
		size_t n = space_at(p);
		if (n) {
			while ((n = space_at(p))) p += n;
			if (!add_node(r, ' ', NULL, 0)) return false;
			continue;
		}
		if (*p != '%') {
			const char *begin = p;
			while (*p && *p != '%' && !space_at(p)) p += character_at(p);
			if (!add_node(r, 't', begin, (size_t)(p - begin))) return false;
			continue;
		}
		char c = *++p;
		if (!c) {
			td_raise(s, TD_ValueError, "stray %% in format '%s'", whole);
			return false;
		}
		if (c == '%') {
			if (!add_node(r, 't', "%", 1)) return false;
		} else if (strchr("cxX", c)) {
			for (size_t i = 0; i < 3; i++) {
				if (composed[i][0][0] == c && !compile(s, r, composed[i][1], whole)) return false;
			}
		} else if (pattern_of(c) || strchr("aAbBpzZ", c)) {
			add_field(r, c);
			if (!add_node(r, c, NULL, 0)) return false;
		} else {
			/* Python has put a backslash before blanks and signs by then, and shows that as a "%". */
			bool escaped = space_at(p) || strchr("\\.^$*+?(){}[]|", c);
			td_raise(s, TD_ValueError, "'%.*s' is a bad directive in format '%s'", escaped ? 1 : (int)character_at(p),
			         escaped ? "%" : p, whole);
			return false;
		}
		p += character_at(p);
	}
	return true;
}

/* --- the text --- */

static char lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_letters(const char *text, const char *want, size_t len) {
	for (size_t i = 0; i < len; i++) {
		if (!text[i] || lower(text[i]) != lower(want[i])) return false;
	}
	return true;
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

/* How long the alternative at pattern is on text; -1 when it does not match. */
static int match_alternative(const char *pattern, const char *text) {
	int n = 0;
	for (const char *p = pattern; *p && *p != '|'; p++, n++) {
		if (*p == '#') {
			if (!is_digit(text[n])) return -1;
		} else if (*p == '[') {
			if (text[n] < p[1] || text[n] > p[3]) return -1;
			p += 4;
		} else if (text[n] != *p) {
			return -1;
		}
	}
	return n;
}

/* The lengths that "+01:30:15.25" may be taken in, longest first. */
static int offset_lengths(const char *t, int *lengths) {
	int count = 0, n = 0;
	if (*t == 'Z') {
		lengths[0] = 1;
		return 1;
	}
	if ((t[0] != '+' && t[0] != '-') || !is_digit(t[1]) || !is_digit(t[2])) return 0;
	n = t[3] == ':' ? 4 : 3;
	if (t[n] < '0' || t[n] > '5' || !is_digit(t[n + 1])) return 0;
	n += 2;
	int seconds = t[n] == ':' ? n + 1 : n;
	if (t[seconds] >= '0' && t[seconds] <= '5' && is_digit(t[seconds + 1])) {
		seconds += 2;
		if (t[seconds] == '.') {
			int digits = 0;
			while (digits < 6 && is_digit(t[seconds + 1 + digits])) digits++;
			for (; digits > 0; digits--) lengths[count++] = seconds + 1 + digits;
		}
		lengths[count++] = seconds;
	}
	lengths[count++] = n;
	return count;
}

/* The names a directive may stand for. */
static const char *name_of(const reader *r, char directive, size_t i, size_t *len) {
	static const char *const am_pm[2] = {"am", "pm"};
	const char *name = NULL;
	if (directive == 'a' || directive == 'A')
		name = i < 7 ? td__day_names[i] : NULL;
	else if (directive == 'b' || directive == 'B')
		name = i < 12 ? td__month_names[i] : NULL;
	else if (directive == 'p')
		name = i < 2 ? am_pm[i] : NULL;
	else
		name = i < 4 ? r->zones[i] : NULL;
	if (name) *len = directive == 'a' || directive == 'b' ? 3 : strlen(name);
	return name;
}

/* Matches nodes from i on; the place where the match ends, or NULL. It calls itself only for directives, of which a
 * format has each at most once, so the depth is bounded. */
static const char *match(reader *r, size_t i, size_t field_at, const char *text) {
	for (; i < r->count; i++) {
		const node *n = &r->nodes[i];
		if (n->kind == 't') {
			if (!same_letters(text, n->text, n->len)) return NULL;
			text += n->len;
			continue;
		}
		if (n->kind == ' ') {
			const char *last = NULL;
			size_t len, blanks = 0;
			for (; (len = space_at(text)); text += len, blanks++) last = text;
			if (!blanks) return NULL;
			/* Only the day may begin with a blank itself: it may want back the last one that was taken. */
			if (blanks > 1 && *last == ' ' && i + 1 < r->count && r->nodes[i + 1].kind == 'd') {
				const char *end = match(r, i + 1, field_at, text);
				if (end) return end;
				text = last;
			}
			continue;
		}
		field *f = &r->fields[field_at];
		f->begin = text;
		const char *pattern = pattern_of(n->kind);
		if (pattern) {
			while (pattern) {
				int len = match_alternative(pattern, text);
				if (len > 0) {
					f->len = (size_t)len;
					const char *end = match(r, i + 1, field_at + 1, text + len);
					if (end) return end;
				}
				pattern = strchr(pattern, '|');
				if (pattern) pattern++;
			}
			return NULL;
		}
		if (n->kind == 'z') {
			int lengths[10], count = offset_lengths(text, lengths);
			for (int k = 0; k < count; k++) {
				f->len = (size_t)lengths[k];
				const char *end = match(r, i + 1, field_at + 1, text + lengths[k]);
				if (end) return end;
			}
			return NULL;
		}
		size_t len;
		const char *name;
		for (size_t k = 0; (name = name_of(r, n->kind, k, &len)); k++) {
			if (!same_letters(text, name, len)) continue;
			f->len = len;
			const char *end = match(r, i + 1, field_at + 1, text + len);
			if (end) return end;
		}
		return NULL;
	}
	return text;
}

/* --- what was read --- */

static int number(const field *f) {
	int n = 0;
	for (size_t i = 0; i < f->len; i++) {
		if (f->begin[i] != ' ') n = n * 10 + (f->begin[i] - '0');
	}
	return n;
}

static const field *field_of(const reader *r, char directive) {
	for (size_t i = 0; i < r->field_count; i++) {
		if (r->fields[i].directive == directive) return &r->fields[i];
	}
	return NULL;
}

static int index_of(const reader *r, const field *f) {
	size_t len;
	const char *name;
	for (size_t k = 0; (name = name_of(r, f->directive, k, &len)); k++) {
		if (len == f->len && same_letters(f->begin, name, len)) return (int)k;
	}
	return 0;
}

static bool read_offset(td_scope *s, const field *f, td__parsed_time *p) {
	const char *z = f->begin;
	p->has_offset = true;
	if (*z == 'Z') return true;
	const char *end = z + f->len;
	const char *at = z + 3;
	bool colon = *at == ':';
	at += colon;
	int minutes = (at[0] - '0') * 10 + at[1] - '0', secs = 0, fraction = 0;
	at += 2;
	if (at < end) {
		if (colon && *at != ':') {
			td_raise(s, TD_ValueError, "Inconsistent use of : in %.*s", (int)f->len, z);
			return false;
		}
		/* Without the first colon Python reads past the second one, and finds no number there. */
		if (!colon && *at == ':') {
			td_raise(s, TD_ValueError, "invalid literal for int() with base 10: '%.2s'", at);
			return false;
		}
		at += *at == ':';
		secs = (at[0] - '0') * 10 + at[1] - '0';
		at += 2;
		int scale = 100000;
		for (at += at < end; at < end; at++, scale /= 10) fraction += (*at - '0') * scale;
	}
	p->offset = ((z[1] - '0') * 10 + z[2] - '0') * 3600 + minutes * 60 + secs;
	p->offset_fraction = fraction;
	if (*z == '-') {
		p->offset = -p->offset;
		p->offset_fraction = -p->offset_fraction;
	}
	return true;
}

/* 0 when the name is standard time's, 1 when daylight's, -1 when that cannot be told. */
static int isdst_of(const reader *r, const field *f) {
	const td__zone *z = &r->zone;
	bool universal = f->len == 3 && (same_letters(f->begin, "utc", 3) || same_letters(f->begin, "gmt", 3));
	if (universal) return 0;
	if (z->daylight && !strcmp(z->names[0], z->names[1])) return -1;
	bool standard = strlen(z->names[0]) == f->len && same_letters(f->begin, z->names[0], f->len);
	return standard ? 0 : 1;
}

/* What was not written and has no default: -1, or 0 for a year. */
typedef struct found {
	int64_t year, iso_year;
	bool has_year, has_iso_year;
	int iso_week, week, week_start, weekday, yday;
} found;

static bool read_fields(td_scope *s, const reader *r, td__parsed_time *p, found *w) {
	for (size_t i = 0; i < r->field_count; i++) {
		const field *f = &r->fields[i];
		int n = number(f);
		switch (f->directive) {
		case 'y':
			w->year = n + (n <= 68 ? 2000 : 1900);
			w->has_year = true;
			break;
		case 'Y':
			w->year = n;
			w->has_year = true;
			break;
		case 'G':
			w->iso_year = n;
			w->has_iso_year = true;
			break;
		case 'm': p->month = n; break;
		case 'b':
		case 'B': p->month = index_of(r, f) + 1; break;
		case 'd': p->day = n; break;
		case 'H': p->hour = n; break;
		case 'I': {
			const field *half = field_of(r, 'p');
			bool afternoon = half && index_of(r, half) == 1;
			p->hour = n % 12 + (afternoon ? 12 : 0);
			break;
		}
		case 'M': p->minute = n; break;
		case 'S': p->second = n; break;
		case 'f':
			for (size_t k = f->len; k < 6; k++) n *= 10;
			p->fraction = n;
			break;
		case 'a':
		case 'A': w->weekday = index_of(r, f); break;
		case 'w': w->weekday = (n + 6) % 7; break;
		case 'u': w->weekday = n - 1; break;
		case 'j': w->yday = n; break;
		case 'U':
		case 'W':
			w->week = n;
			w->week_start = f->directive == 'U' ? 6 : 0;
			break;
		case 'V': w->iso_week = n; break;
		case 'z':
			if (!read_offset(s, f, p)) return false;
			break;
		case 'Z':
			p->isdst = isdst_of(r, f);
			p->zone = td_strndup(s, f->begin, f->len);
			break;
		default: break;
		}
	}
	return true;
}

static bool value_error(td_scope *s, const char *message) {
	td_raise(s, TD_ValueError, "%s", message);
	return false;
}

static bool check_iso(td_scope *s, const found *w) {
	if (!w->has_year && w->has_iso_year) {
		if (w->iso_week < 0 || w->weekday < 0)
			return value_error(s, "ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday "
			                      "directive ('%A', '%a', '%w', or '%u').");
		if (w->yday >= 0)
			return value_error(s, "Day of the year directive '%j' is not compatible with ISO year directive '%G'. "
			                      "Use '%Y' instead.");
	} else if (w->week < 0 && w->iso_week >= 0) {
		if (w->weekday < 0)
			return value_error(s, "ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday "
			                      "directive ('%A', '%a', '%w', or '%u').");
		return value_error(s, "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the ISO year "
		                      "'%G' instead.");
	}
	return true;
}

static bool check_year(td_scope *s, int64_t year) {
	if (year >= 1 && year <= 9999) return true;
	td_raise(s, TD_ValueError, "year %lld is out of range", (long long)year);
	return false;
}

/* The day of the year from a week and a weekday, where those were given. */
static bool yday_from_weeks(td_scope *s, found *w, int64_t *year) {
	if (w->yday >= 0 || w->weekday < 0) return true;
	int64_t yday;
	if (w->week >= 0) {
		if (!check_year(s, *year)) return false;
		int first = td__weekday(*year, 1, 1), day = w->weekday;
		if (w->week_start == 6) {
			first = (first + 1) % 7;
			day = (day + 1) % 7;
		}
		yday = w->week == 0 ? 1 + day - first : 1 + (7 - first) % 7 + 7 * (w->week - 1) + day;
	} else if (w->has_iso_year && w->iso_week >= 0) {
		if (!check_year(s, w->iso_year)) return false;
		*year = w->iso_year;
		yday = w->iso_week * 7 + w->weekday + 1 - (td__weekday(*year, 1, 4) + 1 + 3);
		if (yday < 1) {
			if (!check_year(s, *year - 1)) return false;
			yday += td__ordinal(*year, 1, 1);
			*year -= 1;
			yday -= td__ordinal(*year, 1, 1);
		}
	} else {
		return true;
	}
	if (yday <= 0) {
		*year -= 1;
		yday += 365 + td__is_leap(*year);
	}
	w->yday = (int)yday;
	return true;
}

static bool settle_date(td_scope *s, td__parsed_time *p, found *w) {
	bool leap_day = !w->has_year && p->month == 2 && p->day == 29;
	int64_t year = w->has_year ? w->year : leap_day ? 1904 : 1900;
	if (!yday_from_weeks(s, w, &year) || !check_year(s, year)) return false;
	if (w->yday < 0) {
		if (p->day > td__days_in_month(year, p->month)) return value_error(s, "day is out of range for month");
		w->yday = (int)(td__ordinal(year, p->month, p->day) - td__ordinal(year, 1, 1)) + 1;
	} else {
		int64_t ordinal = w->yday - 1 + td__ordinal(year, 1, 1);
		if (ordinal < 1) return value_error(s, "ordinal must be >= 1");
		td__from_ordinal(ordinal, &year, &p->month, &p->day);
		if (!check_year(s, year)) return false;
	}
	p->weekday = w->weekday >= 0 ? w->weekday : td__weekday(year, p->month, p->day);
	p->yday = w->yday;
	p->year = leap_day ? 1900 : year;
	return true;
}

/* The names that %Z knows, the longest first. */
static void zone_names(reader *r) {
	td__local_zone(&r->zone);
	size_t n = 0;
	const char *all[4] = {"utc", "gmt", r->zone.names[0], r->zone.daylight ? r->zone.names[1] : ""};
	for (size_t len = 9; len > 0; len--) {
		for (size_t i = 0; i < 4; i++) {
			if (strlen(all[i]) == len) r->zones[n++] = all[i];
		}
	}
}

bool td__strptime(td_scope *s, const char *text, const char *format, td__parsed_time *out) {
	if (!format) format = "%a %b %d %H:%M:%S %Y";
	if (!td__need_text(s, "string", text) || !td__need_text(s, "format", format)) return false;
	TD_SCOPE(scratch, s);
	reader r = {.s = scratch};
	zone_names(&r);
	if (!compile(scratch, &r, format, format)) return false;
	if (r.repeated) {
		td_raise(scratch, TD_ValueError, "redefinition of group name '%c' as group %zu", r.repeated, r.field_count + 1);
		return false;
	}
	const char *end = match(&r, 0, 0, text);
	if (!end) {
		td_raise(scratch, TD_ValueError, "time data %s does not match format %s", td_str_repr(scratch, text),
		         td_str_repr(scratch, format));
		return false;
	}
	if (*end) {
		td_raise(scratch, TD_ValueError, "unconverted data remains: %s", end);
		return false;
	}
	*out = (td__parsed_time){.month = 1, .day = 1, .isdst = -1};
	found w = {.iso_week = -1, .week = -1, .weekday = -1, .yday = -1};
	if (!read_fields(scratch, &r, out, &w) || !check_iso(scratch, &w) || !settle_date(scratch, out, &w)) return false;
	if (out->zone) out->zone = td_strdup(s, out->zone);
	return !td_failed(scratch);
}
