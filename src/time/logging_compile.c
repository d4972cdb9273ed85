/* src/time/logging_compile.c: taking formats apart, and what is wrong with them, in the three styles of Python. */
#include "time/logging_internal.h"
#include <ctype.h>
#include <tend/text.h>

/* The record's own fields; the letter is what they are known by from then on. */
static const struct {
	const char *name;
	char sort;
} fields[] = {{"message", 'm'},  {"asctime", 't'},    {"levelname", 'l'},       {"name", 'n'},   {"levelno", 'L'},
              {"pathname", 'p'}, {"filename", 'f'},   {"module", 'M'},          {"lineno", 'N'}, {"funcName", 'F'},
              {"created", 'c'},  {"msecs", 's'},      {"relativeCreated", 'r'}, {"thread", 'T'}, {"threadName", 'H'},
              {"process", 'P'},  {"processName", 'O'}};

td__log_piece td__log_piece_of(const char *name, const char *spec, char conversion) {
	td__log_piece p = {.field = name, .spec = spec, .conversion = conversion};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (!strcmp(fields[i].name, name)) p.sort = fields[i].sort;
	}
	p.plain = !conversion && (!*spec || !strcmp(spec, "s")) && p.sort && strchr("mtlnpfMFHO", p.sort);
	return p;
}

typedef struct parser {
	td_scope *s;
	td_formatter *f;
	size_t capacity;
	size_t named; /* fields found */
	const char *wrong;
	char detail[160];
} parser;

static bool add(parser *p, td__log_piece piece) {
	void *pieces = p->f->pieces;
	if (!td__grow(p->s, &pieces, &p->capacity, p->f->count + 1, sizeof *p->f->pieces)) return false;
	p->f->pieces = pieces;
	p->f->pieces[p->f->count++] = piece;
	return true;
}

static bool add_text(parser *p, const char *text, size_t len) {
	return len == 0 || add(p, (td__log_piece){.text = text, .len = len});
}

static bool add_field(parser *p, const char *name, size_t len, const char *spec, size_t spec_len, char conversion) {
	p->named++;
	return add(p, td__log_piece_of(td_strndup(p->s, name, len), td_strndup(p->s, spec, spec_len), conversion));
}

/* A format that nobody can fill in: every record is lost to it, as in Python, where each raises. */
static bool add_impossible(parser *p) {
	return add(p, (td__log_piece){.field = "", .spec = ""});
}

/* --- "%(levelname)-8s" --- */

/* How long the flags, width, precision and conversion at spec are; 0 when there is no conversion. */
static size_t percent_spec(const char *spec) {
	const char *p = spec;
	p += strspn(p, "#0+ -");
	p += strspn(p, "0123456789");
	if (*p == '.') {
		p++;
		p += strspn(p, "0123456789");
	}
	p += strspn(p, "hlL");
	return *p && strchr("diouxefgcrsaEFGX", *p) ? (size_t)(p - spec) + 1 : 0;
}

static bool compile_percent(parser *p, const char *fmt) {
	while (*fmt) {
		size_t n = strcspn(fmt, "%");
		if (!add_text(p, fmt, n)) return false;
		fmt += n;
		if (!*fmt) return true;
		if (fmt[1] == '%') {
			if (!add_text(p, "%", 1)) return false;
			fmt += 2;
			continue;
		}
		const char *close = fmt[1] == '(' ? strchr(fmt, ')') : NULL;
		size_t spec = close ? percent_spec(close + 1) : 0;
		if (!spec) return add_impossible(p);
		if (!add_field(p, fmt + 2, (size_t)(close - fmt) - 2, close + 1, spec, 0)) return false;
		fmt = close + 1 + spec;
	}
	return true;
}

/* Python asks for one such field anywhere: \(\w+\)[#0+ -]*(\*|\d+)?(\.(\*|\d+))?[diouxefgcrsa%] */
static bool percent_valid(const char *fmt) {
	for (const char *p = fmt; (p = strstr(p, "%(")); p++) {
		const char *q = p + 2;
		while (td__is_word(*q) || *q == '_' || (unsigned char)*q >= 0x80) q++;
		if (q == p + 2 || *q != ')') continue;
		q++;
		q += strspn(q, "#0+ -");
		q += *q == '*' ? 1 : strspn(q, "0123456789");
		if (*q == '.' && (q[1] == '*' || isdigit((unsigned char)q[1])))
			q += q[1] == '*' ? 2 : 1 + strspn(q + 1, "0123456789");
		if (*q && strchr("diouxefgcrsaDIOUXEFGCRSA%", *q)) return true;
	}
	return false;
}

/* --- "{levelname:<8}" --- */

static bool brace_wrong(parser *p, const char *what) {
	p->wrong = what;
	return false;
}

/* ^(\d+|\w+)(\.\w+|\[[^]]+\])*$ */
static bool brace_name_valid(const char *name, size_t len) {
	const char *p = name, *end = name + len;
	while (p < end && (td__is_word(*p) || *p == '_' || (unsigned char)*p >= 0x80)) p++;
	if (p == name) return false;
	while (p < end) {
		const char *begin = p + 1;
		if (*p == '.') {
			for (p++; p < end && (td__is_word(*p) || *p == '_'); p++) {
			}
			if (p == begin) return false;
		} else if (*p == '[') {
			p = memchr(begin, ']', (size_t)(end - begin));
			if (!p || p == begin) return false;
			p++;
		} else {
			return false;
		}
	}
	return true;
}

/* ^(.?[<=>^])?[+ -]?#?0?(\d+|{\w+})?[,_]?(\.(\d+|{\w+}))?[bcdefgnosx%]?$ */
static bool brace_spec_valid(const char *spec, size_t len) {
	const char *p = spec, *end = spec + len;
	size_t first = len ? 1 : 0;
	while (p + first < end && ((unsigned char)p[first] & 0xC0) == 0x80) first++;
	if (p + first < end && strchr("<=>^", p[first]) && p[first])
		p += first + 1;
	else if (p < end && *p && strchr("<=>^", *p))
		p++;
	if (p < end && *p && strchr("+ -", *p)) p++;
	if (p < end && *p == '#') p++;
	while (p < end && isdigit((unsigned char)*p)) p++;
	if (p < end && (*p == ',' || *p == '_')) p++;
	if (p < end && *p == '.') {
		if (p + 1 >= end || !isdigit((unsigned char)p[1])) return false;
		for (p++; p < end && isdigit((unsigned char)*p); p++) {
		}
	}
	if (p < end && *p && strchr("bcdefgnosx%BCDEFGNOSX", *p)) p++;
	return p == end;
}

static const char *quoted(parser *p, const char *what, const char *text, size_t len) {
	TD_SCOPE(scratch, p->s);
	const char *repr = td_str_repr(scratch, td_strndup(scratch, text, len));
	snprintf(p->detail, sizeof p->detail, "%s: %s", what, repr);
	return p->detail;
}

/* One field; fmt stands behind its bracket. Where it ends, or NULL. */
static const char *brace_field(parser *p, const char *fmt, bool validate) {
	size_t name = strcspn(fmt, "{}:!");
	const char *q = fmt + name;
	for (; *q == '['; q = fmt + name) name += strcspn(q, "]");
	if (*q == '{') return brace_wrong(p, "unexpected '{' in field name"), NULL;
	if (!*q) return brace_wrong(p, "expected '}' before end of string"), NULL;
	char conversion = 0;
	const char *conversion_at = q + 1;
	if (*q == '!') {
		conversion = q[1];
		if (!conversion) return brace_wrong(p, "end of string while looking for conversion specifier"), NULL;
		q += 2;
		if (*q != ':' && *q != '}')
			return brace_wrong(p, *q ? "expected ':' after conversion specifier" : "unmatched '{' in format spec"),
			       NULL;
	}
	const char *spec = q;
	if (*q == ':') {
		spec = ++q;
		unsigned nested = 0;
		for (; *q && (*q != '}' || nested); q++) nested += *q == '{' ? 1u : *q == '}' ? -1u : 0u;
		if (!*q) return brace_wrong(p, "expected '}' before end of string"), NULL;
	}
	size_t spec_len = (size_t)(q - spec);
	if (validate && name && !brace_name_valid(fmt, name)) {
		return brace_wrong(p, quoted(p, "invalid field name/expression", fmt, name)), NULL;
	}
	if (validate && conversion && !strchr("rsa", conversion)) {
		return brace_wrong(p, quoted(p, "invalid conversion", conversion_at, 1)), NULL;
	}
	if (validate && spec_len && !brace_spec_valid(spec, spec_len)) {
		return brace_wrong(p, quoted(p, "bad specifier", spec, spec_len)), NULL;
	}
	if (!name) return add_impossible(p) ? q + 1 : NULL;
	return add_field(p, fmt, name, spec, spec_len, conversion) ? q + 1 : NULL;
}

static bool compile_brace(parser *p, const char *fmt, bool validate) {
	while (*fmt) {
		size_t n = strcspn(fmt, "{}");
		if (!add_text(p, fmt, n)) return false;
		fmt += n;
		if (!*fmt) return true;
		if (fmt[1] == *fmt) {
			if (!add_text(p, fmt, 1)) return false;
			fmt += 2;
			continue;
		}
		if (*fmt == '}') return brace_wrong(p, "Single '}' encountered in format string");
		if (!fmt[1]) return brace_wrong(p, "Single '{' encountered in format string");
		fmt = brace_field(p, fmt + 1, validate);
		if (!fmt) return false;
	}
	return true;
}

/* --- "${levelname}" --- */

static size_t identifier(const char *p) {
	if (!td__is_letter(*p) && *p != '_') return 0;
	size_t n = 1;
	while (td__is_word(p[n]) || p[n] == '_') n++;
	return n;
}

static bool compile_dollar(parser *p, const char *fmt, bool validate) {
	while (*fmt) {
		size_t n = strcspn(fmt, "$");
		if (!add_text(p, fmt, n)) return false;
		fmt += n;
		if (!*fmt) return true;
		if (fmt[1] == '$') {
			if (!add_text(p, "$", 1)) return false;
			fmt += 2;
			continue;
		}
		bool braced = fmt[1] == '{';
		const char *name = fmt + 1 + braced;
		n = identifier(name);
		if (!n || (braced && name[n] != '}')) {
			p->wrong = "bare '$' not allowed";
			return validate ? false : add_impossible(p);
		}
		if (!add_field(p, name, n, "", 0, 0)) return false;
		fmt = name + n + braced;
	}
	return true;
}

bool td__log_compile(td_scope *s, td_formatter *f, const char *fmt, bool validate) {
	parser p = {.s = s, .f = f};
	if (f->style == '%') {
		if (validate && !percent_valid(fmt)) {
			td_raise(s, TD_ValueError, "Invalid format '%s' for '%%' style", fmt);
			return false;
		}
		return compile_percent(&p, fmt) && !td_failed(s);
	}
	bool ok = f->style == '{' ? compile_brace(&p, fmt, validate) : compile_dollar(&p, fmt, validate);
	if (td_failed(s)) return false;
	if (ok && validate && !p.named) {
		p.wrong = "no fields";
		ok = false;
	}
	if (ok) return true;
	if (validate) {
		td_raise(s, TD_ValueError, "invalid format: %s", p.wrong);
		return false;
	}
	return add_impossible(&p);
}
