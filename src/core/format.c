/* td_format: C's conversions, always in the C locale. */
#include "core/format.h"

#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <tend/text.h>

#include "core/unicode.h"

struct sink {
	char *out;
	size_t size, len;
};

static void put(struct sink *k, const char *text, size_t len) {
	if (k->len < k->size) {
		size_t room = k->size - k->len;
		memcpy(k->out + k->len, text, len < room ? len : room);
	}
	k->len += len;
}

static void put_many(struct sink *k, char c, size_t count) {
	if (k->len < k->size) {
		size_t room = k->size - k->len;
		memset(k->out + k->len, c, count < room ? count : room);
	}
	k->len += count;
}

enum { MINUS = 1, PLUS = 2, BLANK = 4, HASH = 8, ZERO = 16 };
enum length { PLAIN, LEN_HH, LEN_H, LEN_L, LEN_LL, LEN_Z, LEN_J, LEN_T, LEN_BIG };

struct conversion {
	unsigned flags;
	size_t width;
	int precision; /* -1: none */
	enum length length;
	char kind;
};

/* sign and prefix, zeros, digits, in the field's width. */
static void put_number(struct sink *k, const struct conversion *c, const char *prefix, size_t prefix_len, size_t zeros,
                       const char *digits, size_t len) {
	size_t body = prefix_len + zeros + len;
	size_t pad = c->width > body ? c->width - body : 0;
	if (!(c->flags & (MINUS | ZERO))) put_many(k, ' ', pad);
	put(k, prefix, prefix_len);
	if ((c->flags & (MINUS | ZERO)) == ZERO) put_many(k, '0', pad);
	put_many(k, '0', zeros);
	put(k, digits, len);
	if (c->flags & MINUS) put_many(k, ' ', pad);
}

static void put_integer(struct sink *k, struct conversion *c, uint64_t n, bool negative) {
	char digits[24];
	char *at = digits + sizeof digits;
	const char *alphabet = c->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned base = c->kind == 'o' ? 8 : c->kind == 'x' || c->kind == 'X' || c->kind == 'p' ? 16 : 10;
	for (uint64_t rest = n; rest; rest /= base) *--at = alphabet[rest % base];
	size_t len = (size_t)(digits + sizeof digits - at);
	size_t least = c->precision < 0 ? 1 : (size_t)c->precision;
	size_t zeros = least > len ? least - len : 0;
	char prefix[2];
	size_t prefix_len = 0;
	if (c->kind == 'd' || c->kind == 'i') {
		if (negative)
			prefix[prefix_len++] = '-';
		else if (c->flags & PLUS)
			prefix[prefix_len++] = '+';
		else if (c->flags & BLANK)
			prefix[prefix_len++] = ' ';
	} else if (c->flags & HASH && base == 8) {
		if (zeros == 0 && (len == 0 || *at != '0')) zeros = 1;
	} else if (c->flags & HASH && base == 16 && n != 0) {
		prefix[prefix_len++] = '0';
		prefix[prefix_len++] = c->kind == 'X' ? 'X' : 'x';
	}
	if (c->precision >= 0) c->flags &= ~(unsigned)ZERO;
	put_number(k, c, prefix, prefix_len, zeros, at, len);
}

/* The C locale, whatever the host has set: glibc's digits are exact, only its decimal point is not ours. */
static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;
static void make_c_locale(void) {
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static bool put_double(struct sink *k, const struct conversion *c, double x, long double big) {
	pthread_once(&c_locale_once, make_c_locale);
	char spec[16];
	size_t n = 0;
	spec[n++] = '%';
	if (c->flags & MINUS) spec[n++] = '-';
	if (c->flags & PLUS) spec[n++] = '+';
	if (c->flags & BLANK) spec[n++] = ' ';
	if (c->flags & HASH) spec[n++] = '#';
	if (c->flags & ZERO) spec[n++] = '0';
	spec[n++] = '*';
	spec[n++] = '.';
	spec[n++] = '*';
	if (c->length == LEN_BIG) spec[n++] = 'L';
	spec[n++] = c->kind;
	spec[n] = '\0';
	size_t room = k->len < k->size ? k->size - k->len : 0;
	char *out = room ? k->out + k->len : NULL;
	int width = (int)c->width;
	locale_t before = c_locale ? uselocale(c_locale) : (locale_t)0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	int len = c->length == LEN_BIG ? snprintf(out, room, spec, width, c->precision, big)
	                               : snprintf(out, room, spec, width, c->precision, x);
#pragma GCC diagnostic pop
	if (before) uselocale(before);
	if (len < 0) return false;
	k->len += (size_t)len;
	return true;
}

static void put_text(struct sink *k, const struct conversion *c, const char *text) {
	size_t len = c->precision < 0 ? strlen(text) : strnlen(text, (size_t)c->precision);
	size_t pad = 0;
	if (c->width) {
		size_t count = td__utf8_count(text, len);
		pad = c->width > count ? c->width - count : 0;
	}
	if (!(c->flags & MINUS)) put_many(k, ' ', pad);
	put(k, text, len);
	if (c->flags & MINUS) put_many(k, ' ', pad);
}

/* va_list inside a struct, so that helpers can take from it. */
struct arguments {
	va_list list;
};

static int64_t take_signed(struct arguments *a, enum length length) {
	switch (length) {
	case LEN_HH: return (signed char)va_arg(a->list, int);
	case LEN_H: return (short)va_arg(a->list, int);
	case LEN_L: return va_arg(a->list, long);
	case LEN_LL:
	case LEN_BIG: return va_arg(a->list, long long);
	case LEN_Z: return va_arg(a->list, ssize_t);
	case LEN_J: return va_arg(a->list, intmax_t);
	case LEN_T: return va_arg(a->list, ptrdiff_t);
	case PLAIN: break;
	}
	return va_arg(a->list, int);
}

static uint64_t take_unsigned(struct arguments *a, enum length length) {
	switch (length) {
	case LEN_HH: return (unsigned char)va_arg(a->list, unsigned);
	case LEN_H: return (unsigned short)va_arg(a->list, unsigned);
	case LEN_L: return va_arg(a->list, unsigned long);
	case LEN_LL:
	case LEN_BIG: return va_arg(a->list, unsigned long long);
	case LEN_Z: return va_arg(a->list, size_t);
	case LEN_J: return va_arg(a->list, uintmax_t);
	case LEN_T: return (uint64_t)va_arg(a->list, ptrdiff_t);
	case PLAIN: break;
	}
	return va_arg(a->list, unsigned);
}

/* A number in the format, or one past INT_MAX for what is larger than any field may be. */
static size_t read_number(const char **at) {
	size_t n = 0;
	while (**at >= '0' && **at <= '9') {
		if (n <= INT_MAX) n = n * 10 + (size_t)(**at - '0');
		++*at;
	}
	return n;
}

/* Reads what stands between the % and the conversion's letter. */
static td__format_fault read_conversion(const char **at, struct arguments *a, struct conversion *c) {
	const char *p = *at;
	*c = (struct conversion){.precision = -1};
	for (;; p++) {
		if (*p == '-')
			c->flags |= MINUS;
		else if (*p == '+')
			c->flags |= PLUS;
		else if (*p == ' ')
			c->flags |= BLANK;
		else if (*p == '#')
			c->flags |= HASH;
		else if (*p == '0')
			c->flags |= ZERO;
		else
			break;
	}
	if (*p == '*') {
		int width = va_arg(a->list, int);
		if (width < 0) c->flags |= MINUS;
		c->width = width < 0 ? 0u - (unsigned)width : (unsigned)width;
		p++;
	} else {
		c->width = read_number(&p);
	}
	size_t precision = 0;
	if (*p == '.') {
		p++;
		if (*p == '*') {
			c->precision = va_arg(a->list, int);
			if (c->precision < 0) c->precision = -1;
			p++;
		} else {
			precision = read_number(&p);
			c->precision = precision > INT_MAX ? INT_MAX : (int)precision;
		}
	}
	switch (*p) {
	case 'h': c->length = p[1] == 'h' ? LEN_HH : LEN_H; break;
	case 'l': c->length = p[1] == 'l' ? LEN_LL : LEN_L; break;
	case 'z': c->length = LEN_Z; break;
	case 'j': c->length = LEN_J; break;
	case 't': c->length = LEN_T; break;
	case 'L': c->length = LEN_BIG; break;
	default: break;
	}
	if (c->length != PLAIN) p += c->length == LEN_HH || c->length == LEN_LL ? 2 : 1;
	c->kind = *p;
	*at = p;
	if (c->width > INT_MAX || precision > INT_MAX) return TD__FORMAT_TOO_LONG;
	return *p ? TD__FORMAT_OK : TD__FORMAT_INCOMPLETE;
}

/* Takes the argument of one conversion and writes it. */
static td__format_fault convert(struct sink *k, struct conversion *c, struct arguments *a, bool strict) {
	switch (c->kind) {
	case 'd':
	case 'i': {
		int64_t n = take_signed(a, c->length);
		put_integer(k, c, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, n < 0);
		return TD__FORMAT_OK;
	}
	case 'u':
	case 'x':
	case 'X':
	case 'o': put_integer(k, c, take_unsigned(a, c->length), false); return TD__FORMAT_OK;
	case 'p': {
		const void *p = va_arg(a->list, const void *);
		c->flags |= HASH;
		if (p) {
			put_integer(k, c, (uintptr_t)p, false);
		} else {
			c->precision = -1;
			put_text(k, c, "(nil)");
		}
		return TD__FORMAT_OK;
	}
	case 'c': {
		if (c->length != PLAIN) return TD__FORMAT_BAD;
		char one = (char)va_arg(a->list, int);
		c->flags &= ~(unsigned)ZERO;
		put_number(k, c, "", 0, 0, &one, 1);
		return TD__FORMAT_OK;
	}
	case 's': {
		if (c->length != PLAIN) return TD__FORMAT_BAD;
		const char *text = va_arg(a->list, const char *);
		if (strict && (!text || text == td_no_text)) return TD__FORMAT_NULL;
		put_text(k, c, text ? text : "(null)");
		return TD__FORMAT_OK;
	}
	case 'f':
	case 'F':
	case 'e':
	case 'E':
	case 'g':
	case 'G':
	case 'a':
	case 'A': {
		bool big = c->length == LEN_BIG;
		if (!big && c->length != PLAIN && c->length != LEN_L) return TD__FORMAT_BAD;
		long double wide = 0;
		double x = 0;
		if (big)
			wide = va_arg(a->list, long double);
		else
			x = va_arg(a->list, double);
		return put_double(k, c, x, wide) ? TD__FORMAT_OK : TD__FORMAT_MEMORY;
	}
	case '%': put(k, "%", 1); return TD__FORMAT_OK;
	default: return TD__FORMAT_BAD;
	}
}

size_t td__vsnformat(char *out, size_t size, td__format_report *report, const char *fmt, va_list args) {
	struct sink k = {out, size, 0};
	struct arguments a;
	va_copy(a.list, args);
	td__format_fault fault = TD__FORMAT_OK;
	const char *at = fmt;
	while (fault == TD__FORMAT_OK) {
		const char *percent = strchrnul(at, '%');
		put(&k, at, (size_t)(percent - at));
		if (!*percent) break;
		struct conversion c;
		at = percent + 1;
		fault = read_conversion(&at, &a, &c);
		if (fault == TD__FORMAT_OK) fault = convert(&k, &c, &a, report != NULL);
		if (fault == TD__FORMAT_OK && k.len > INT_MAX) fault = TD__FORMAT_TOO_LONG;
		if (fault == TD__FORMAT_OK) {
			at++;
		} else if (report) {
			*report = (td__format_report){fault, (size_t)((fault == TD__FORMAT_NULL ? percent : at) - fmt),
			                              (unsigned char)*at};
		} else {
			put(&k, percent, strlen(percent)); /* the rest as it stands: its arguments cannot be told any more */
		}
	}
	va_end(a.list);
	if (fault == TD__FORMAT_OK && report) *report = (td__format_report){0};
	if (size) out[k.len < size ? k.len : size - 1] = '\0';
	return k.len;
}

bool td__format_raise(td_scope *s, const td__format_report *r) {
	switch (r->fault) {
	case TD__FORMAT_OK: break;
	case TD__FORMAT_BAD: {
		unsigned c = r->what;
		(td_raise)(s, TD_ValueError, "unsupported format character '%c' (0x%x) at index %zu",
		           c > 31 && c < 127 ? (int)c : '?', c, r->at);
		break;
	}
	case TD__FORMAT_INCOMPLETE: (td_raise)(s, TD_ValueError, "incomplete format"); break;
	case TD__FORMAT_NULL: (td_raise)(s, TD_TypeError, "NULL given for %%s at index %zu", r->at); break;
	case TD__FORMAT_TOO_LONG: (td_raise)(s, TD_OverflowError, "formatted text is too long"); break;
	case TD__FORMAT_MEMORY: (td_raise)(s, TD_MemoryError, "%s", ""); break;
	}
	return false;
}

const char *td_vformat(td_scope *s, const char *fmt, va_list args) {
	if (!td__enter(s) || !td__need_text(s, "fmt", fmt)) return td_no_text;
	char first[512];
	td__format_report report;
	size_t len = td__vsnformat(first, sizeof first, &report, fmt, args);
	if (report.fault) {
		td__format_raise(s, &report);
		return td_no_text;
	}
	char *text = td_alloc(s, len + 1);
	if (!text) return td_no_text;
	if (len < sizeof first)
		memcpy(text, first, len + 1);
	else
		td__vsnformat(text, len + 1, &report, fmt, args);
	return text;
}

const char *(td_format)(td_scope *s, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	const char *text = td_vformat(s, fmt, args);
	va_end(args);
	return text;
}
