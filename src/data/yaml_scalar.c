/* yaml_scalar.c: scalars become values by the rules of PyYAML's SafeConstructor, its errors included. */
#include "data/yaml_internal.h"
#include <math.h>
#include <tend/text.h>

static bool made_int(yaml_made *out, int64_t x) {
	*out = (yaml_made){.type = TD_INTEGER, .as.i = x};
	return true;
}

static bool made_digits(yaml_made *out, const char *digits) {
	*out = (yaml_made){.type = TD_INTEGER, .text = {digits, strlen(digits)}};
	return true;
}

static bool same_word(const char *text, const char *word) {
	for (; *text && *word; text++, word++) {
		char c = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
		if (c != *word) return false;
	}
	return *text == *word;
}

bool td__yaml_bool(td_scope *s, td_bytes text, yaml_made *out) {
	static const char *const yes[] = {"yes", "true", "on"}, *const no[] = {"no", "false", "off"};
	for (size_t i = 0; i < 3; i++) {
		bool is_yes = same_word(text.data, yes[i]);
		if (!is_yes && !same_word(text.data, no[i])) continue;
		*out = (yaml_made){.type = TD_BOOL, .as.b = is_yes};
		return true;
	}
	TD_SCOPE(tmp, s);
	td_raise(s, TD_KeyError, "%s", td_str_repr(tmp, td_str_lower(tmp, text.data)));
	return false;
}

/* The text without underscores, after its sign. NULL: raised IndexError, as Python's value[0] of an empty text. */
static char *digits_of(td_scope *s, td_scope *scratch, td_bytes text, bool *negative) {
	char *out = td_alloc(scratch, text.len + 1);
	if (!out) return NULL;
	size_t n = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] != '_') out[n++] = text.data[i];
	}
	*negative = *out == '-';
	if (*out == '-' || *out == '+') out++;
	if (!*out) {
		td_raise(s, TD_IndexError, "string index out of range");
		return NULL;
	}
	return out;
}

/* --- integers of any length --- */

enum { MAX_DIGITS = 4300 }; /* CPython's limit for integers as text */
enum { LIMB = 1000000000 };

typedef struct big {
	uint32_t limbs[MAX_DIGITS / 9 + 2]; /* nine decimal digits each, the lowest first */
	size_t count;
	bool over; /* longer than the limit */
} big;

static void big_muladd(big *b, uint32_t factor, uint64_t add) {
	uint64_t carry = add;
	for (size_t i = 0; i < b->count; i++) {
		uint64_t x = (uint64_t)b->limbs[i] * factor + carry;
		b->limbs[i] = (uint32_t)(x % LIMB);
		carry = x / LIMB;
	}
	for (; carry && !b->over; carry /= LIMB) {
		if (b->count == sizeof b->limbs / sizeof b->limbs[0])
			b->over = true;
		else
			b->limbs[b->count++] = (uint32_t)(carry % LIMB);
	}
}

static bool too_long(td_scope *s, size_t digits) {
	td_raise(s, TD_ValueError,
	         "Exceeds the limit (4300 digits) for integer string conversion: value has %zu digits; use "
	         "sys.set_int_max_str_digits() to increase the limit",
	         digits);
	return false;
}

static bool big_value(td_scope *s, td_scope *scratch, const big *b, bool negative, yaml_made *out) {
	size_t room = b->count * 9 + 3;
	char *text = td_alloc(scratch, room);
	if (!text) return false;
	size_t n = (size_t)snprintf(text, room, "%s%u", negative ? "-" : "", b->count ? b->limbs[b->count - 1] : 0);
	if (b->over || n > MAX_DIGITS + 1) return too_long(s, n > room ? n : b->count * 9);
	for (size_t i = b->count; i-- > 1;) n += (size_t)snprintf(text + n, room - n, "%09u", b->limbs[i - 1]);
	return made_digits(out, text);
}

static int digit_value(char c) {
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'z') return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
	return 99;
}

/* int(text, base), its sign apart. */
static bool based_int(td_scope *s, td_scope *scratch, const char *text, unsigned base, bool negative, yaml_made *out) {
	size_t len = strlen(text);
	uint64_t x = 0;
	bool plain = len > 0, fits = true;
	for (size_t i = 0; i < len && plain; i++) {
		int d = digit_value(text[i]);
		plain = d < (int)base;
		fits = fits && !__builtin_mul_overflow(x, base, &x) && !__builtin_add_overflow(x, (uint64_t)d, &x);
	}
	if (!plain) { /* what int() makes of it: blanks, a second sign, or its error */
		int64_t y = td_int(s, text, .base = TD_INT(base));
		return !td_failed(s) && made_int(out, negative ? -y : y);
	}
	if (fits && x <= INT64_MAX) return made_int(out, negative ? -(int64_t)x : (int64_t)x);
	if (base == 10) {
		if (len > MAX_DIGITS) return too_long(s, len);
		return made_digits(out, negative ? td_format(scratch, "-%s", text) : text);
	}
	big b = {.count = 0};
	for (size_t i = 0; i < len && !b.over; i++) big_muladd(&b, base, (uint64_t)digit_value(text[i]));
	return big_value(s, scratch, &b, negative, out);
}

/* 190:20:30 is 685230. */
static bool sixties_int(td_scope *s, td_scope *scratch, const char *text, bool negative, yaml_made *out) {
	td_strs parts = td_str_split(scratch, text, .sep = ":");
	int64_t x = 0;
	bool fits = true;
	big b = {.count = 0};
	for (size_t i = 0; i < parts.len && !td_failed(scratch); i++) {
		const char *part = parts.items[i];
		int64_t d;
		if (i == 0 && strlen(part) > 18 && strspn(part, "0123456789") == strlen(part)) {
			fits = false;
			if (strlen(part) > MAX_DIGITS) return too_long(s, strlen(part));
			for (const char *p = part; *p; p++) big_muladd(&b, 10, (uint64_t)(*p - '0'));
			continue;
		}
		d = td_int(scratch, part);
		fits = fits && !__builtin_mul_overflow(x, 60, &x) && !__builtin_add_overflow(x, d, &x);
		if (d >= 0) big_muladd(&b, 60, (uint64_t)d);
	}
	if (td_failed(scratch)) return false;
	return fits ? made_int(out, negative ? -x : x) : big_value(s, scratch, &b, negative, out);
}

bool td__yaml_int(td_scope *s, td_scope *scratch, td_bytes text, yaml_made *out) {
	bool negative;
	const char *x = digits_of(s, scratch, text, &negative);
	if (!x) return false;
	if (strcmp(x, "0") == 0) return made_int(out, 0);
	if (x[0] == '0' && x[1] == 'b') return based_int(s, scratch, x + 2, 2, negative, out);
	if (x[0] == '0' && x[1] == 'x') return based_int(s, scratch, x + 2, 16, negative, out);
	if (x[0] == '0') return based_int(s, scratch, x, 8, negative, out);
	if (strchr(x, ':')) return sixties_int(s, scratch, x, negative, out);
	return based_int(s, scratch, x, 10, negative, out);
}

static bool made_float(yaml_made *out, double x) {
	*out = (yaml_made){.type = TD_FLOAT_TYPE, .as.d = x};
	return true;
}

bool td__yaml_float(td_scope *s, td_scope *scratch, td_bytes text, yaml_made *out) {
	bool negative;
	const char *x = digits_of(s, scratch, text, &negative);
	if (!x) return false;
	if (same_word(x, ".inf")) return made_float(out, negative ? -INFINITY : INFINITY);
	if (same_word(x, ".nan")) return made_float(out, NAN);
	double value = 0;
	if (strchr(x, ':')) {
		td_strs parts = td_str_split(scratch, x, .sep = ":");
		double base = 1;
		for (size_t i = parts.len; i-- > 0; base *= 60) value += td_float(scratch, parts.items[i]) * base;
	} else {
		value = td_float(scratch, x);
	}
	return !td_failed(scratch) && made_float(out, negative ? -value : value);
}

/* --- dates and times --- */

typedef struct stamp {
	int year, month, day, hour, minute, second, micro, offset; /* offset in minutes */
	bool time, zone;
} stamp;

/* Up to most digits at *p into x; how many there were. */
static int number(const char **p, int most, int *x) {
	int n = 0;
	*x = 0;
	for (; n < most && **p >= '0' && **p <= '9'; n++, (*p)++) *x = *x * 10 + (**p - '0');
	return n;
}

static bool parse_stamp(const char *p, stamp *t) {
	if (number(&p, 4, &t->year) != 4 || *p++ != '-' || !number(&p, 2, &t->month) || *p++ != '-' ||
	    !number(&p, 2, &t->day))
		return false;
	if (!*p) return true;
	if (*p == 'T' || *p == 't')
		p++;
	else if (*p == ' ' || *p == '\t')
		p += strspn(p, " \t");
	else
		return false;
	t->time = true;
	if (!number(&p, 2, &t->hour) || *p++ != ':' || number(&p, 2, &t->minute) != 2 || *p++ != ':' ||
	    number(&p, 2, &t->second) != 2)
		return false;
	if (*p == '.') {
		p++;
		int scale = 100000;
		for (; *p >= '0' && *p <= '9'; p++, scale /= 10) t->micro += (*p - '0') * scale;
	}
	if (!*p) return true;
	p += strspn(p, " \t");
	t->zone = true;
	if (*p == 'Z') return p[1] == '\0';
	if (*p != '-' && *p != '+') return false;
	int sign = *p++ == '-' ? -1 : 1, hours, minutes = 0;
	if (!number(&p, 2, &hours)) return false;
	if (*p == ':' && (p++, number(&p, 2, &minutes) != 2)) return false;
	t->offset = sign * (hours * 60 + minutes);
	return *p == '\0';
}

static int days_in(int year, int month) {
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

/* What datetime's constructors say of it; NULL when all is well. */
static const char *wrong(td_scope *scratch, const stamp *t) {
	if (t->offset <= -1440 || t->offset >= 1440) {
		int days = t->offset / 1440, seconds = t->offset % 1440 * 60;
		if (seconds < 0) {
			days--;
			seconds += 86400;
		}
		const char *rest = seconds ? td_format(scratch, ", seconds=%d", seconds) : "";
		return td_format(scratch,
		                 "offset must be a timedelta strictly between -timedelta(hours=24) and "
		                 "timedelta(hours=24), not datetime.timedelta(days=%d%s).",
		                 days, rest);
	}
	if (t->year < 1) return td_format(scratch, "year %d is out of range", t->year);
	if (t->month < 1 || t->month > 12) return "month must be in 1..12";
	if (t->day < 1 || t->day > days_in(t->year, t->month)) return "day is out of range for month";
	if (t->hour > 23) return "hour must be in 0..23";
	if (t->minute > 59) return "minute must be in 0..59";
	return t->second > 59 ? "second must be in 0..59" : NULL;
}

bool td__yaml_timestamp(td_scope *s, td_scope *scratch, td_bytes text, yaml_made *out) {
	stamp t = {0};
	if (!parse_stamp(text.data, &t)) {
		td_raise(s, TD_AttributeError, "'NoneType' object has no attribute 'groupdict'");
		return false;
	}
	const char *problem = wrong(scratch, &t);
	if (problem) {
		td_raise(s, TD_ValueError, "%s", problem);
		return false;
	}
	const char *iso = td_format(scratch, "%04d-%02d-%02d", t.year, t.month, t.day);
	if (t.time) {
		const char *micro = t.micro ? td_format(scratch, ".%06d", t.micro) : "";
		int offset = t.offset < 0 ? -t.offset : t.offset;
		const char *zone =
			t.zone ? td_format(scratch, "%c%02d:%02d", t.offset < 0 ? '-' : '+', offset / 60, offset % 60) : "";
		iso = td_format(scratch, "%sT%02d:%02d:%02d%s%s", iso, t.hour, t.minute, t.second, micro, zone);
	}
	*out = (yaml_made){.type = TD_STR, .text = {iso, strlen(iso)}, .time_tag = t.time ? "$datetime" : "$date"};
	return !td_failed(scratch);
}

/* --- base64 --- */

static bool binary_error(td_scope *s, const yaml_loader *l, const yaml_node *node, const char *text) {
	return td__yaml_raise(s, l, TD_ConstructorError, NULL, NULL, text, &node->at);
}

/* Python's UnicodeEncodeError for the characters past ASCII, the first run of them. */
static bool refuse_unicode(td_scope *s, td_scope *scratch, const yaml_loader *l, const yaml_node *node, td_bytes text) {
	size_t from = 0, position = 0;
	while ((unsigned char)text.data[from] < 0x80) from++, position++;
	size_t count = 0, end = from, first_len = 0;
	while (end < text.len && (unsigned char)text.data[end] >= 0x80) {
		for (end++; end < text.len && (text.data[end] & 0xC0) == 0x80;) end++;
		if (count++ == 0) first_len = end - from;
	}
	const char *what;
	if (count == 1) {
		const unsigned char *p = (const unsigned char *)text.data + from;
		uint32_t c = p[0] & (0x7Fu >> first_len);
		for (size_t i = 1; i < first_len; i++) c = c << 6 | (p[i] & 0x3Fu);
		what = td_format(scratch,
		                 c > 0xFFFF ? "character '\\U%08x' in position %zu"
		                 : c > 0xFF ? "character '\\u%04x' in position %zu"
		                            : "character '\\x%02x' in position %zu",
		                 c, position);
	} else {
		what = td_format(scratch, "characters in position %zu-%zu", position, position + count - 1);
	}
	return binary_error(s, l, node,
	                    td_format(scratch,
	                              "failed to convert base64 data into ascii: 'ascii' codec can't "
	                              "encode %s: ordinal not in range(128)",
	                              what));
}

static int base64_value(char c) {
	if (c >= 'A' && c <= 'Z') return c - 'A';
	if (c >= 'a' && c <= 'z') return c - 'a' + 26;
	if (c >= '0' && c <= '9') return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* As binascii.a2b_base64 without strict_mode: what is no base64 is passed over. */
bool td__yaml_binary(td_scope *s, td_scope *scratch, const yaml_loader *l, const yaml_node *node, td_bytes text,
                     yaml_made *made) {
	char *out = td_alloc(scratch, text.len + 1);
	if (!out) return false;
	size_t n = 0;
	int place = 0, pads = 0, left = 0;
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.data[i] >= 0x80) {
			return refuse_unicode(s, scratch, l, node, text);
		}
	}
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '=') {
			if (place >= 2 && place + ++pads >= 4) {
				place = 0;
				break;
			}
			continue;
		}
		int c = base64_value(text.data[i]);
		if (c < 0) continue;
		pads = 0;
		if (place == 1)
			out[n++] = (char)(left << 2 | c >> 4);
		else if (place == 2)
			out[n++] = (char)((left & 15) << 4 | c >> 2);
		else if (place == 3)
			out[n++] = (char)((left & 3) << 6 | c);
		left = c;
		place = (place + 1) % 4;
	}
	if (place == 0) {
		*made = (yaml_made){.type = TD_BYTES, .text = {out, n}};
		return true;
	}
	return binary_error(
		s, l, node,
		place == 1
			? td_format(scratch,
	                    "failed to decode base64 data: Invalid base64-encoded string: number of data characters (%zu) "
	                    "cannot be 1 more than a multiple of 4",
	                    n / 3 * 4 + 1)
			: "failed to decode base64 data: Incorrect padding");
}
