/* src/time/logging_format.c: records as text. What nearly every format is made of (times, names, the message) is written
 * without a scope and without printf; what is rarer takes the long way. */
#include "time/logging_internal.h"
#include "time/time_internal.h"
#include <ctype.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <tend/text.h>
#include <unistd.h>

static struct timespec started; /* for relativeCreated */
__attribute__((constructor)) static void note_start(void) {
	clock_gettime(CLOCK_REALTIME, &started);
}

/* --- values --- */

typedef struct value {
	char kind; /* 's' 'i' 'f'; 0: the record lacks it */
	const char *text;
	size_t len;
	int64_t i;
	double f;
} value;

static value text_value(const char *text) {
	return (value){.kind = 's', .text = text, .len = strlen(text)};
}

int td__log_milliseconds(const td__record *r) {
	return (int)((r->r.created - (double)(int64_t)r->r.created) * 1000);
}

void td__log_put_digits(char *out, unsigned n, int digits) {
	while (digits--) {
		out[digits] = (char)('0' + n % 10);
		n /= 10;
	}
}

void td__log_make_time(td_formatter *f, int64_t second) {
	time_t t = (time_t)second;
	struct tm tm;
	if (!(f->utc ? gmtime_r(&t, &tm) : localtime_r(&t, &tm))) memset(&tm, 0, sizeof tm);
	if (f->utc) tm.tm_zone = "GMT";
	f->second = second;
	f->cached = true;
	f->time_len = 0;
	if (!f->datefmt && tm.tm_year >= -900 && tm.tm_year < 8100) {
		memcpy(f->time, "0000-00-00 00:00:00,000", 24);
		td__log_put_digits(f->time, (unsigned)tm.tm_year + 1900, 4);
		td__log_put_digits(f->time + 5, (unsigned)tm.tm_mon + 1, 2);
		td__log_put_digits(f->time + 8, (unsigned)tm.tm_mday, 2);
		td__log_put_digits(f->time + 11, (unsigned)tm.tm_hour, 2);
		td__log_put_digits(f->time + 14, (unsigned)tm.tm_min, 2);
		td__log_put_digits(f->time + 17, (unsigned)tm.tm_sec, 2);
		f->time_len = 23;
		return;
	}
	td_scope *s = td_scope_open_root();
	const char *text = td__strftime(s, f->datefmt ? f->datefmt : "%Y-%m-%d %H:%M:%S,000", &tm);
	size_t len = strlen(text);
	if (len < sizeof f->time) {
		memcpy(f->time, text, len + 1);
		f->time_len = len;
	}
	td_scope_close(s);
}

static value time_value(td_formatter *f, const td__record *r) {
	int64_t second = (int64_t)r->r.created - (r->r.created < (double)(int64_t)r->r.created);
	if (!f->cached || f->second != second) td__log_make_time(f, second);
	if (!f->datefmt && f->time_len > 3)
		td__log_put_digits(f->time + f->time_len - 3, (unsigned)td__log_milliseconds(r), 3);
	return (value){.kind = 's', .text = f->time, .len = f->time_len};
}

static const char *thread_name(void) {
	static _Thread_local char name[24];
	if ((pid_t)gettid() == getpid()) return "MainThread";
	if (prctl(PR_GET_NAME, name) < 0) return "Thread";
	return name;
}

static value of_value(td_scope *s, const td_value *v) {
	switch (td_value_type(v)) {
	case TD_NONE: return (value){0};
	case TD_INTEGER: return (value){.kind = 'i', .i = td_value_int(v, 0)};
	case TD_FLOAT_TYPE: return (value){.kind = 'f', .f = td_value_float(v, 0)};
	case TD_STR: return (value){.kind = 's', .text = td_value_bytes(v).data, .len = td_value_bytes(v).len};
	default: return text_value(td_value_repr(s, v));
	}
}

static const char *file_of(const td__record *r) {
	const char *slash = strrchr(r->r.pathname, '/');
	return slash ? slash + 1 : r->r.pathname;
}

/* s: for what has to be made. */
static value field_value(td_scope *s, td_formatter *f, const td__log_piece *p, td__record *r) {
	switch (p->sort) {
	case 'm': return (value){.kind = 's', .text = r->r.message, .len = r->message_len};
	case 't': return time_value(f, r);
	case 'l': return text_value(r->r.levelname);
	case 'n': return text_value(r->r.name);
	case 'L': return (value){.kind = 'i', .i = r->r.levelno};
	case 'p': return text_value(r->r.pathname);
	case 'f': return text_value(file_of(r));
	case 'M': {
		const char *file = file_of(r);
		const char *dot = strrchr(file, '.');
		return (value){.kind = 's', .text = file, .len = dot && dot > file ? (size_t)(dot - file) : strlen(file)};
	}
	case 'N': return (value){.kind = 'i', .i = r->r.lineno};
	case 'F': return text_value(r->r.function);
	case 'c': return (value){.kind = 'f', .f = r->r.created};
	case 's': return (value){.kind = 'f', .f = td__log_milliseconds(r)};
	case 'r':
		return (value){.kind = 'f',
		               .f = (r->r.created - ((double)started.tv_sec + (double)started.tv_nsec / 1e9)) * 1000};
	case 'T': return (value){.kind = 'i', .i = (int64_t)(uintptr_t)pthread_self()};
	case 'H': return text_value(thread_name());
	case 'P': return (value){.kind = 'i', .i = getpid()};
	case 'O': return text_value("MainProcess");
	default: break;
	}
	value v = of_value(s, td_value_get(r->r.extra, p->field));
	return v.kind ? v : of_value(s, td_value_get(f->defaults, p->field));
}

/* As str() shows it. */
static value as_text(td_scope *s, value v) {
	if (v.kind == 'i') return text_value(td_format(s, "%lld", (long long)v.i));
	if (v.kind == 'f') return text_value(td_float_repr(s, v.f));
	return v;
}

static value quoted(td_scope *s, value v) {
	return v.kind == 's' ? text_value(td_str_repr(s, td_strndup(s, v.text, v.len))) : as_text(s, v);
}

/* As ascii() shows it: what is beyond ASCII by its number. */
static value escaped(td_scope *s, value v) {
	v = quoted(s, v);
	char *out = td_alloc(s, v.len * 5 + 12);
	if (!out) return v;
	size_t n = 0;
	for (size_t i = 0; i < v.len;) {
		unsigned char c = (unsigned char)v.text[i];
		size_t len = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
		uint32_t point = len == 1 ? c : c & (0x7Fu >> len);
		for (size_t k = 1; k < len && i + k < v.len; k++) point = point << 6 | ((unsigned char)v.text[i + k] & 0x3F);
		if (c < 0x80)
			out[n++] = (char)c;
		else
			n += (size_t)snprintf(out + n, 12,
			                      point < 0x100     ? "\\x%02x"
			                      : point < 0x10000 ? "\\u%04x"
			                                        : "\\U%08x",
			                      point);
		i += len;
	}
	return (value){.kind = 's', .text = out, .len = n};
}

static size_t characters(const char *text, size_t len) {
	size_t n = 0;
	for (size_t i = 0; i < len; i++) n += ((unsigned char)text[i] & 0xC0) != 0x80;
	return n;
}

/* Cuts to at most so many characters. */
static value cut(value v, size_t most) {
	size_t i = 0, n = 0;
	for (; i < v.len; i++) {
		if (((unsigned char)v.text[i] & 0xC0) != 0x80 && n++ == most) break;
	}
	v.len = i;
	return v;
}

static void put_padded(td__log_buffer *out, const char *text, size_t len, size_t width, char align, const char *fill,
                       size_t fill_len) {
	size_t have = characters(text, len), missing = width > have ? width - have : 0;
	size_t left = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
	for (size_t i = 0; i < left; i++) td__log_put(out, fill, fill_len);
	td__log_put(out, text, len);
	for (size_t i = left; i < missing; i++) td__log_put(out, fill, fill_len);
}

static size_t number_at(const char **p) {
	size_t n = 0;
	for (; isdigit((unsigned char)**p); (*p)++) n = n < 100000 ? n * 10 + (size_t)(**p - '0') : n;
	return n;
}

/* --- the styles --- */

/* x, X and o: Python gives them a sign, and octal "0o" with a "#". */
static bool put_percent_radix(td_scope *s, td__log_buffer *out, const char *spec, char c, value v) {
	if (v.kind != 'i') return false;
	bool minus = false, zero = false, alternate = false;
	char sign = 0;
	const char *p = spec;
	for (; *p && strchr("#0+ -", *p); p++) {
		minus = minus || *p == '-';
		zero = zero || *p == '0';
		alternate = alternate || *p == '#';
		if (*p == '+' || (*p == ' ' && !sign)) sign = *p;
	}
	size_t width = number_at(&p), precision = 0;
	if (*p == '.') {
		p++;
		precision = number_at(&p);
	}
	unsigned long long n = v.i < 0 ? 0 - (unsigned long long)v.i : (unsigned long long)v.i;
	const char *digits = c == 'x'   ? td_format(s, "%llx", n)
	                     : c == 'X' ? td_format(s, "%llX", n)
	                                : td_format(s, "%llo", n);
	digits = td_str_zfill(s, digits, (int)precision);
	char before[4] = "";
	size_t len = 0;
	if (v.i < 0 || sign) before[len++] = v.i < 0 ? '-' : sign;
	if (alternate) {
		before[len++] = '0';
		before[len++] = c;
	}
	before[len] = 0;
	if (zero && !minus) {
		digits = td_str_zfill(s, digits, width > len ? (int)(width - len) : 0);
	}
	const char *all = td_format(s, "%s%s", before, digits);
	put_padded(out, all, strlen(all), width, minus ? '<' : '>', " ", 1);
	return true;
}

/* printf knows what Python's % does with other numbers; the length letters are ours. false: a text where a number is wanted. */
static bool put_percent_number(td_scope *s, td__log_buffer *out, const char *spec, size_t flags, char c, value v) {
	if (v.kind == 's') return false;
	if (strchr("oxX", c)) return put_percent_radix(s, out, spec, c, v);
	char format[48];
	if (flags > 30) return false;
	memcpy(format, spec, flags);
	bool whole = strchr("diouxX", c) != NULL;
	memcpy(format + flags, whole ? "ll" : "", whole ? 2 : 0);
	format[flags + (whole ? 2 : 0)] = c == 'i' || c == 'u' ? 'd' : c;
	format[flags + (whole ? 3 : 1)] = 0;
	char full[56] = "%";
	memcpy(full + 1, format, strlen(format) + 1);
	double f = v.kind == 'f' ? v.f : (double)v.i;
	long long i = v.kind == 'f' ? (long long)v.f : (long long)v.i;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	const char *text = whole ? td_format(s, full, i) : td_format(s, full, f);
#pragma GCC diagnostic pop
	td__log_put(out, text, strlen(text));
	return true;
}

static bool put_percent(td_scope *s, td__log_buffer *out, const char *spec, value v) {
	size_t len = strlen(spec);
	char c = spec[len - 1];
	size_t flags = len - 1;
	while (flags && strchr("hlL", spec[flags - 1])) flags--;
	if (strchr("diouxXeEfFgG", c)) return put_percent_number(s, out, spec, flags, c, v);
	if (c == 'c') return false;
	v = c == 's' ? as_text(s, v) : c == 'a' ? escaped(s, v) : quoted(s, v);
	const char *p = spec;
	bool minus = false;
	for (; *p && strchr("#0+ -", *p); p++) minus = minus || *p == '-';
	size_t width = number_at(&p);
	if (*p == '.') {
		p++;
		v = cut(v, number_at(&p));
	}
	put_padded(out, v.text, v.len, width, minus ? '<' : '>', " ", 1);
	return true;
}

/* Digits with a sign in groups of three. */
static const char *grouped(td_scope *s, const char *digits, char comma) {
	size_t whole = strspn(digits, "0123456789"), len = strlen(digits);
	char *out = td_alloc(s, len + whole / 3 + 1), *to = out;
	if (!out) return digits;
	for (size_t i = 0; i < len; i++) {
		if (i && i < whole && (whole - i) % 3 == 0) *to++ = comma;
		*to++ = digits[i];
	}
	return out;
}

static const char *binary(td_scope *s, uint64_t n) {
	char digits[65], *p = digits + 64;
	*p = 0;
	do {
		*--p = (char)('0' + (n & 1));
	} while (n >>= 1);
	return td_strdup(s, p);
}

/* A float with a precision and no letter: %g that keeps a ".0" and goes over to an exponent one digit earlier. */
static const char *brace_float(td_scope *s, double f, int precision) {
	const char *e = td_format(s, "%.*e", precision - 1, f), *mark = strchr(e, 'e');
	if (!mark) return e; /* inf, nan */
	int exponent = 0;
	for (const char *p = mark + 2; isdigit((unsigned char)*p); p++) exponent = exponent * 10 + (*p - '0');
	if (mark[1] == '-') exponent = -exponent;
	if (exponent >= -4 && exponent < precision - 1) {
		const char *g = td_format(s, "%.*g", precision, f);
		return strchr(g, '.') ? g : td_format(s, "%s.0", g);
	}
	size_t len = (size_t)(mark - e);
	if (memchr(e, '.', len)) {
		while (e[len - 1] == '0') len--;
		if (e[len - 1] == '.') len--;
	}
	return td_format(s, "%.*s%s", (int)len, e, mark);
}

/* The number without its sign, by the letter at the end of a format specification. NULL: not a letter for numbers. */
static const char *brace_digits(td_scope *s, value v, char type, bool alternate, int precision) {
	double f = v.kind == 'f' ? v.f : (double)v.i;
	if (f < 0) f = -f;
	unsigned long long i = v.i < 0 ? 0 - (unsigned long long)v.i : (unsigned long long)v.i;
	int places = precision < 0 ? 6 : precision;
	switch (type) {
	case 'f':
	case 'F': return td_format(s, "%.*f", places, f);
	case 'e': return td_format(s, "%.*e", places, f);
	case 'E': return td_format(s, "%.*E", places, f);
	case 'g':
	case 'n':
		if (type == 'n' && v.kind == 'i') return td_format(s, "%llu", i);
		return td_format(s, "%.*g", places, f);
	case 'G': return td_format(s, "%.*G", places, f);
	case '%': return td_format(s, "%.*f%%", places, f * 100);
	case 0:
		if (v.kind == 'f') return precision < 0 ? td_float_repr(s, f) : brace_float(s, f, precision ? precision : 1);
		return precision < 0 ? td_format(s, "%llu", i) : NULL;
	default: break;
	}
	if (v.kind == 'f' || precision >= 0) return NULL;
	switch (type) {
	case 'd': return td_format(s, "%llu", i);
	case 'x': return td_format(s, alternate ? "0x%llx" : "%llx", i);
	case 'X': return td_format(s, alternate ? "0X%llX" : "%llX", i);
	case 'o': return td_format(s, alternate ? "0o%llo" : "%llo", i);
	case 'b': return td_format(s, alternate ? "0b%s" : "%s", binary(s, i));
	default: return NULL;
	}
}

static bool put_brace(td_scope *s, td__log_buffer *out, const td__log_piece *piece, value v) {
	if (piece->conversion == 's')
		v = as_text(s, v);
	else if (piece->conversion)
		v = piece->conversion == 'a' ? escaped(s, v) : quoted(s, v);
	const char *p = piece->spec, *fill = " ";
	size_t fill_len = 1, first = *p ? 1 : 0;
	while (((unsigned char)p[first] & 0xC0) == 0x80) first++;
	char align = 0, sign = '-';
	if (first && p[first] && strchr("<=>^", p[first])) {
		fill = p;
		fill_len = first;
		align = p[first];
		p += first + 1;
	} else if (*p && strchr("<=>^", *p)) {
		align = *p++;
	}
	bool signed_ = *p == '+' || *p == '-' || *p == ' ';
	if (signed_) sign = *p++;
	bool alternate = *p == '#';
	p += alternate;
	if (*p == '0') {
		if (!align && v.kind != 's') align = '=';
		if (fill_len == 1 && *fill == ' ') fill = "0";
		p++;
	}
	size_t width = number_at(&p);
	char comma = *p == ',' || *p == '_' ? *p++ : 0;
	int precision = -1;
	if (*p == '.') {
		p++;
		precision = (int)number_at(&p);
	}
	char type = *p;
	if (type && p[1]) return false;
	if (v.kind == 's') {
		if ((type && type != 's') || signed_ || alternate || comma || align == '=') return false;
		if (precision >= 0) v = cut(v, (size_t)precision);
		put_padded(out, v.text, v.len, width, align ? align : '<', fill, fill_len);
		return true;
	}
	const char *digits = brace_digits(s, v, type, alternate, precision);
	if (!digits) return false;
	if (comma) digits = grouped(s, digits, comma);
	bool minus = v.kind == 'f' ? v.f < 0 : v.i < 0;
	const char *before = minus ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
	if (align == '=') {
		size_t used = strlen(before);
		td__log_put(out, before, used);
		put_padded(out, digits, strlen(digits), width > used ? width - used : 0, '>', fill, fill_len);
	} else {
		const char *all = td_format(s, "%s%s", before, digits);
		put_padded(out, all, strlen(all), width, align ? align : '>', fill, fill_len);
	}
	return true;
}

/* The error below the message, as it would be printed if nobody had caught it. */
static void put_error(td__record *r, td__log_buffer *out) {
	if (!r->r.error) return;
	td_scope *s = td_scope_open_root();
	const char *text = td_error_format(s, r->r.error);
	size_t len = strlen(text);
	while (len && text[len - 1] == '\n') len--;
	if (!out->len || out->data[out->len - 1] != '\n') td__log_put(out, "\n", 1);
	td__log_put(out, text, len);
	td_scope_close(s);
}

void td__log_format(td_formatter *f, td__record *r, td__log_buffer *out) {
	if (f && f->json) {
		td__log_format_json(f, r, out);
		return;
	}
	td_scope *s = NULL; /* opened for the first piece that wants one */
	for (size_t i = 0; f && i < f->count && !r->lacks; i++) {
		const td__log_piece *p = &f->pieces[i];
		if (!p->field) {
			td__log_put(out, p->text, p->len);
			continue;
		}
		if (p->plain) {
			value v = field_value(NULL, f, p, r);
			td__log_put(out, v.text, v.len);
			continue;
		}
		if (!s) s = td_scope_open_root();
		value v = field_value(s, f, p, r);
		bool ok = v.kind != 0;
		if (ok && f->style == '$') {
			v = as_text(s, v);
			td__log_put(out, v.text, v.len);
		} else if (ok) {
			ok = f->style == '%' ? put_percent(s, out, p->spec, v) : put_brace(s, out, p, v);
		}
		if (!ok || td_failed(s)) r->lacks = true;
	}
	if (s) td_scope_close(s);
	if (!f) td__log_put(out, r->r.message, r->message_len);
	put_error(r, out);
}

/* --- making them --- */

td_formatter *(td_logging_formatter)(td_scope *s, const td_logging_formatter_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_logging_formatter_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *style = o.style ? o.style : "%";
	if (strlen(style) != 1 || !strchr("%{$", *style)) {
		td_raise(s, TD_ValueError, "Style must be one of: %%,{,$");
		return NULL;
	}
	td_formatter *f = td_alloc(s, sizeof *f);
	if (!f) return NULL;
	f->style = *style;
	f->utc = o.gmtime;
	f->datefmt = o.datefmt ? td_strdup(s, o.datefmt) : NULL;
	f->defaults = o.defaults ? td_value_copy(s, o.defaults) : NULL;
	const char *plain = *style == '%' ? "%(message)s" : *style == '{' ? "{message}" : "${message}";
	const char *fmt = td_strdup(s, o.fmt && *o.fmt ? o.fmt : plain); /* Python takes "" for none, too */
	if (td_failed(s)) return NULL;
	return td__log_compile(s, f, fmt, !o.no_validate) ? f : NULL;
}
