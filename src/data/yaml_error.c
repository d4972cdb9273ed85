/* yaml_error.c: errors in PyYAML's words. libyaml is terser than PyYAML's own scanner and parser: what it says is mapped to
 * PyYAML's text, and the character or token that PyYAML names is taken from where libyaml's parser stopped. */
#include "data/yaml_internal.h"
#include <tend/text.h>

/* --- places in the text --- */

/* Bytes of the line break at p, 0 when there is none. */
static size_t break_len(const char *p, const char *end) {
	if (p >= end) return 0;
	if (*p == '\n') return 1;
	if (*p == '\r') return p + 1 < end && p[1] == '\n' ? 2 : 1;
	if (end - p >= 2 && memcmp(p, "\xC2\x85", 2) == 0) return 2;
	if (end - p >= 3 && (memcmp(p, "\xE2\x80\xA8", 3) == 0 || memcmp(p, "\xE2\x80\xA9", 3) == 0)) return 3;
	return 0;
}

static bool at_mark(const char *p, const char *end) {
	return end - p >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0;
}

static const char *next_char(const char *p, const char *end) {
	for (p++; p < end && (*p & 0xC0) == 0x80;) p++;
	return p;
}

/* The byte at that line and column; the end of the text when there is no such place. */
static const char *find_at(const yaml_loader *l, const yaml_at *at) {
	const char *p = l->text.data, *end = p + l->text.len;
	for (size_t line = 0; line < at->line && p < end;) {
		size_t n = break_len(p, end);
		line += n != 0;
		p += n ? n : 1;
	}
	if (p == l->text.data && at_mark(p, end)) p += 3; /* takes no column */
	for (size_t column = 0; column < at->column && p < end && !break_len(p, end); column++) p = next_char(p, end);
	return p;
}

/* libyaml puts the end of a text whose last line is not ended on a line of its own; PyYAML behind the last character. */
static void clip(const yaml_loader *l, yaml_at *at) {
	const char *p = l->text.data, *end = p + l->text.len;
	yaml_at last = {0, 0};
	while (p < end) {
		size_t n = break_len(p, end);
		if (n)
			last = (yaml_at){last.line + 1, 0};
		else if (p > l->text.data || !at_mark(p, end))
			last.column++;
		p = n ? p + n : next_char(p, end);
	}
	if (at->line > last.line) *at = last;
}

static bool ends_line(const char *p, const char *end) {
	return p >= end || *p == '\0' || break_len(p, end);
}

/* The line with a caret under the place; as PyYAML's Mark.get_snippet, which shows 37 characters to each side. */
static const char *snippet(td_scope *s, const yaml_loader *l, const yaml_at *at) {
	const char *text = l->text.data, *end = text + l->text.len, *p = find_at(l, at);
	enum { SIDE = 37, CUT = 5 };
	const char *head = "", *tail = "";
	size_t before = 0, after = 0;
	const char *a = p, *b = p;
	const char *back[SIDE + 1];
	while (a > text) {
		const char *q = a - 1;
		while (q > text && (*q & 0xC0) == 0x80) q--;
		if (ends_line(q, end) || (q == text && at_mark(q, end))) break;
		a = q;
		back[before++] = a;
		if (before == SIDE) {
			head = " ... ";
			before -= CUT;
			a = back[before - 1];
			break;
		}
	}
	const char *forth[SIDE + 1];
	while (!ends_line(b, end)) {
		forth[after++] = b;
		b = next_char(b, end);
		if (after == SIDE) {
			tail = " ... ";
			b = forth[SIDE - CUT];
			break;
		}
	}
	return td_format(s, ":\n    %s%.*s%s\n%*s^", head, (int)(b - a), a, tail, (int)(4 + before + strlen(head)), "");
}

static const char *mark(td_scope *s, const yaml_loader *l, const yaml_at *at) {
	return td_format(s, "\n  in \"%s\", line %zu, column %zu%s", l->name, at->line + 1, at->column + 1,
	                 l->snippets ? snippet(s, l, at) : "");
}

/* --- raising --- */

bool td__yaml_raise(td_scope *s, const yaml_loader *l, const td_kind *kind, const char *context,
                    const yaml_at *context_at, const char *problem, const yaml_at *problem_at) {
	TD_SCOPE(tmp, s);
	bool same = context_at && problem && problem_at && context_at->line == problem_at->line &&
	            context_at->column == problem_at->column;
	const char *text =
		td_format(tmp, "%s%s%s%s%s", context ? context : "", context_at && !same ? mark(tmp, l, context_at) : "",
	              context && problem ? "\n" : "", problem ? problem : "", problem_at ? mark(tmp, l, problem_at) : "");
	if (td_failed(tmp)) return false;
	td_error *e = td__error_new(s, kind, "%s", text);
	if (!e) return false;
	const yaml_at *at = problem_at ? problem_at : context_at;
	if (at) {
		e->line = (int64_t)at->line + 1;
		e->column = (int64_t)at->column + 1;
	}
	e->source = td__error_text(e, l->source, strlen(l->source));
	td__error_throw(s, e);
	return false;
}

/* --- from libyaml's words to PyYAML's --- */

/* PyYAML's names of the tokens. */
static const char *token_name(yaml_token_type_t type) {
	static const char *const ids[] = {
		[YAML_STREAM_START_TOKEN] = "<stream start>",
		[YAML_STREAM_END_TOKEN] = "<stream end>",
		[YAML_VERSION_DIRECTIVE_TOKEN] = "<directive>",
		[YAML_TAG_DIRECTIVE_TOKEN] = "<directive>",
		[YAML_DOCUMENT_START_TOKEN] = "<document start>",
		[YAML_DOCUMENT_END_TOKEN] = "<document end>",
		[YAML_BLOCK_SEQUENCE_START_TOKEN] = "<block sequence start>",
		[YAML_BLOCK_MAPPING_START_TOKEN] = "<block mapping start>",
		[YAML_BLOCK_END_TOKEN] = "<block end>",
		[YAML_FLOW_SEQUENCE_START_TOKEN] = "[",
		[YAML_FLOW_SEQUENCE_END_TOKEN] = "]",
		[YAML_FLOW_MAPPING_START_TOKEN] = "{",
		[YAML_FLOW_MAPPING_END_TOKEN] = "}",
		[YAML_BLOCK_ENTRY_TOKEN] = "-",
		[YAML_FLOW_ENTRY_TOKEN] = ",",
		[YAML_KEY_TOKEN] = "?",
		[YAML_VALUE_TOKEN] = ":",
		[YAML_ALIAS_TOKEN] = "<alias>",
		[YAML_ANCHOR_TOKEN] = "<anchor>",
		[YAML_TAG_TOKEN] = "<tag>",
		[YAML_SCALAR_TOKEN] = "<scalar>",
	};
	return (size_t)type < sizeof ids / sizeof ids[0] && ids[type] ? ids[type] : "<stream end>";
}

/* The character k after the one where the scanner stopped, as Python's repr shows it. */
static const char *found_char(td_scope *s, const yaml_parser_t *p, size_t k) {
	const char *c = (const char *)p->buffer.pointer, *end = (const char *)p->buffer.last;
	for (; k && c < end; k--) c = next_char(c, end);
	if (c >= end || *c == '\0') return "'\\x00'";
	return td_str_repr(s, td_strndup(s, c, (size_t)(next_char(c, end) - c)));
}

static bool is_hex(char c) {
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* A name that the text has at a place: a tag handle, from '!' to the next '!'. */
static const char *handle_at(td_scope *s, const yaml_loader *l, const char *p) {
	const char *end = l->text.data + l->text.len;
	while (p < end && *p != '!' && !ends_line(p, end)) p++;
	const char *q = p < end && *p == '!' ? p + 1 : p;
	while (q < end && *q != '!' && *q != ' ' && !ends_line(q, end)) q++;
	if (q < end && *q == '!') q++;
	return td_str_repr(s, td_strndup(s, p, (size_t)(q - p)));
}

enum shows { PLAIN, TOKEN, CHAR, ESCAPE, HEX, HEADER, HANDLE };

/* Rows of libyaml's problem and PyYAML's; %s is what was found. in is a part of libyaml's context that must fit, context
 * replaces it. */
#define NEXT_TOKEN "while scanning for the next token" /* a context that PyYAML gives no place for */
static const struct row {
	const char *problem, *in, *context, *text;
	enum shows shows;
} rows[] = {
	{"block sequence entries are not allowed in this context", NULL, NULL, "sequence entries are not allowed here",
     PLAIN},
	{"mapping keys are not allowed in this context", NULL, NULL, "mapping keys are not allowed here", PLAIN},
	{"mapping values are not allowed in this context", NULL, NULL, "mapping values are not allowed here", PLAIN},
	{"found character that cannot start any token", NULL, NULL, "found character %s that cannot start any token", CHAR},
	{"found an indentation indicator equal to 0", NULL, NULL,
     "expected indentation indicator in the range 1-9, but found 0", PLAIN},
	{"did not find expected comment or line break", "block scalar", NULL, NULL, HEADER},
	{"did not find expected comment or line break", "directive", NULL,
     "expected a comment or a line break, but found %s", CHAR},
	{"found a tab character that violates indentation", NULL, NEXT_TOKEN,
     "found character '\\t' that cannot start any token", PLAIN},
	{"found a tab character where an indentation space is expected", NULL, NEXT_TOKEN,
     "found character '\\t' that cannot start any token", PLAIN},
	{"found unknown escape character", NULL, "while scanning a double-quoted scalar",
     "found unknown escape character %s", ESCAPE},
	{"did not find expected hexdecimal number", NULL, "while scanning a double-quoted scalar", NULL, HEX},
	{"found invalid Unicode character escape code", NULL, "while scanning a double-quoted scalar", NULL, PLAIN},
	{"found unexpected document indicator", NULL, NULL, "found unexpected document separator", PLAIN},
	{"did not find expected alphabetic or numeric character", NULL, NULL,
     "expected alphabetic or numeric character, but found %s", CHAR},
	{"could not find expected directive name", NULL, NULL, "expected alphabetic or numeric character, but found %s",
     CHAR},
	{"found unexpected non-alphabetical character", NULL, NULL,
     "expected alphabetic or numeric character, but found %s", CHAR},
	{"did not find expected digit or '.' character", NULL, "while scanning a directive",
     "expected a digit or '.', but found %s", CHAR},
	{"did not find expected version number", NULL, "while scanning a directive", "expected a digit, but found %s",
     CHAR},
	{"did not find expected whitespace", "directive", "while scanning a directive", "expected ' ', but found %s", CHAR},
	{"did not find expected whitespace or line break", "directive", "while scanning a directive",
     "expected ' ', but found %s", CHAR},
	{"did not find expected whitespace or line break", NULL, NULL, "expected ' ', but found %s", CHAR},
	{"did not find the expected '>'", NULL, "while parsing a tag", "expected '>', but found %s", CHAR},
	{"did not find expected tag URI", "directive", "while parsing a directive", "expected URI, but found %s", CHAR},
	{"did not find expected tag URI", NULL, NULL, "expected URI, but found %s", CHAR},
	{"did not find expected '!'", NULL, NULL, "expected '!', but found %s", CHAR},
	{"did not find URI escaped octet", NULL, "while scanning a tag",
     "expected URI escape sequence of 2 hexadecimal numbers, but found %s", CHAR},
	{"did not find expected <document start>", NULL, NULL, "expected '<document start>', but found %s", TOKEN},
	{"did not find expected node content", NULL, NULL, "expected the node content, but found %s", TOKEN},
	{"did not find expected '-' indicator", NULL, NULL, "expected <block end>, but found %s", TOKEN},
	{"did not find expected key", NULL, NULL, "expected <block end>, but found %s", TOKEN},
	{"did not find expected ',' or ']'", NULL, NULL, "expected ',' or ']', but got %s", TOKEN},
	{"did not find expected ',' or '}'", NULL, NULL, "expected ',' or '}', but got %s", TOKEN},
	{"found undefined tag handle", NULL, NULL, "found undefined tag handle %s", HANDLE},
	{"found duplicate %TAG directive", NULL, NULL, "duplicate tag handle %s", HANDLE},
	{"found duplicate %YAML directive", NULL, NULL, "found duplicate YAML directive", PLAIN},
	{"found incompatible YAML document", NULL, NULL, "found incompatible YAML document (version 1.* is required)",
     PLAIN},
};

static const struct row *find_row(const char *problem, const char *context) {
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (strcmp(rows[i].problem, problem) != 0) continue;
		if (!rows[i].in || (context && strstr(context, rows[i].in))) return &rows[i];
	}
	return NULL;
}

/* The row's text, %s filled in. */
static const char *fill(td_scope *s, const char *text, const char *found) {
	const char *hole = strstr(text, "%s");
	return hole ? td_format(s, "%.*s%s%s", (int)(hole - text), text, found, hole + 2) : text;
}

/* The problem as PyYAML says it; at may move. */
static const char *say(td_scope *s, const yaml_loader *l, const struct row *row, const char *problem, yaml_at *at) {
	const yaml_parser_t *p = &l->parser;
	switch (row->shows) {
	case PLAIN: return row->text ? row->text : problem;
	case CHAR: return fill(s, row->text, found_char(s, p, 0));
	case ESCAPE: at->column++; return fill(s, row->text, found_char(s, p, 1));
	case HANDLE: return fill(s, row->text, handle_at(s, l, find_at(l, at)));
	case TOKEN: {
		bool any = p->tokens.head != p->tokens.tail;
		return fill(s, row->text, td_str_repr(s, token_name(any ? p->tokens.head->type : YAML_STREAM_END_TOKEN)));
	}
	case HEADER: {
		bool blank = p->buffer.pointer > p->buffer.start && p->buffer.pointer[-1] == ' ';
		return td_format(s,
		                 blank ? "expected a comment or a line break, but found %s"
		                       : "expected chomping or indentation indicators, but found %s",
		                 found_char(s, p, 0));
	}
	case HEX: {
		char kind = p->buffer.pointer > p->buffer.start ? (char)p->buffer.pointer[-1] : 'x';
		int digits = kind == 'U' ? 8 : kind == 'u' ? 4 : 2;
		size_t k = 0;
		while (p->buffer.pointer + k < p->buffer.last && is_hex((char)p->buffer.pointer[k])) k++;
		return td_format(s, "expected escape sequence of %d hexadecimal numbers, but found %s", digits,
		                 found_char(s, p, k));
	}
	}
	return problem;
}

static bool reader_error(td_scope *s, const yaml_loader *l, td_error *e, int64_t position) {
	if (!e) return false;
	e->position = position;
	e->source = td__error_text(e, l->source, strlen(l->source));
	td__error_throw(s, e);
	return false;
}

bool td__yaml_parser_error(td_scope *s, const yaml_loader *l) {
	const yaml_parser_t *p = &l->parser;
	if (p->error == YAML_MEMORY_ERROR) {
		td_raise(s, TD_MemoryError, "out of memory in libyaml");
		return false;
	}
	const char *problem = p->problem ? p->problem : "the text is not YAML";
	if (p->error == YAML_READER_ERROR) {
		bool control = strcmp(problem, "control characters are not allowed") == 0;
		const char *what = control ? "special characters are not allowed" : problem;
		return reader_error(s, l,
		                    td__error_new(s, TD_ReaderError,
		                                  "unacceptable character #x%04x: %s\n  in \"%s\", position %zu",
		                                  (unsigned)p->problem_value, what, l->name, p->problem_offset),
		                    (int64_t)p->problem_offset);
	}
	TD_SCOPE(tmp, s);
	const char *context = p->context;
	yaml_at at = {p->problem_mark.line, p->problem_mark.column};
	yaml_at context_at = {p->context_mark.line, p->context_mark.column};
	if (l->snippets) clip(l, &at);
	const struct row *row = find_row(problem, context);
	if (row) {
		problem = say(tmp, l, row, problem, &at);
		if (context && row->context) context = row->context;
	}
	const td_kind *kind = p->error == YAML_SCANNER_ERROR ? TD_ScannerError : TD_ParserError;
	bool placed = context && strcmp(context, NEXT_TOKEN) != 0;
	return td__yaml_raise(s, l, kind, context, placed ? &context_at : NULL, problem, &at);
}

/* --- what may stand in YAML --- */

static bool printable(uint32_t c) {
	return c == 0x09 || c == 0x0A || c == 0x0D || (c >= 0x20 && c <= 0x7E) || c == 0x85 || (c >= 0xA0 && c <= 0xD7FF) ||
	       (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

/* Decodes one character of UTF-8; 0 bytes when it is malformed, and why then says how in Python's words. */
static size_t decode(const unsigned char *p, const unsigned char *end, uint32_t *c, const char **why) {
	if (*p < 0x80) {
		*c = *p;
		return 1;
	}
	size_t n = *p >= 0xF0 ? 4 : *p >= 0xE0 ? 3 : 2;
	*why = "invalid start byte";
	if (*p < 0xC2 || *p > 0xF4) return 0;
	uint32_t x = *p & (0x7Fu >> n);
	for (size_t i = 1; i < n; i++) {
		*why = "unexpected end of data";
		if (p + i >= end) return 0;
		*why = "invalid continuation byte";
		if ((p[i] & 0xC0) != 0x80) return 0;
		if (i == 1 && ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F) || (*p == 0xF0 && p[1] < 0x90) ||
		               (*p == 0xF4 && p[1] > 0x8F)))
			return 0;
		x = x << 6 | (p[i] & 0x3Fu);
	}
	*c = x;
	return n;
}

bool td__yaml_check_text(td_scope *s, const yaml_loader *l) {
	const unsigned char *text = (const unsigned char *)l->text.data, *end = text + l->text.len;
	if (l->text.len >= 2 && ((text[0] == 0xFF && text[1] == 0xFE) || (text[0] == 0xFE && text[1] == 0xFF)) &&
	    !l->snippets)
		return true; /* UTF-16: libyaml checks it as it goes */
	int64_t position = 0;
	for (const unsigned char *p = text; p < end; position++) {
		if (*p >= 0x20 && *p < 0x7F) {
			p++;
			continue;
		}
		uint32_t c = 0;
		const char *why = "";
		size_t n = decode(p, end, &c, &why);
		if (!n) {
			return reader_error(s, l,
			                    td__error_new(s, TD_ReaderError,
			                                  "'utf-8' codec can't decode byte #x%02x: %s\n  in \"%s\", position %zu",
			                                  *p, why, l->name, (size_t)(p - text)),
			                    p - text);
		}
		if (!printable(c)) {
			return reader_error(
				s, l,
				td__error_new(
					s, TD_ReaderError,
					"unacceptable character #x%04x: special characters are not allowed\n  in \"%s\", position %lld",
					(unsigned)c, l->name, (long long)position),
				position);
		}
		p += n;
	}
	return true;
}
