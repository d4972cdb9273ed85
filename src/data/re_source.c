/* re_source.c: a pattern or a replacement, token by token. A token is a character or a backslash with the one behind it;
 * one token is always looked ahead at, which decides which of two errors Python finds first. */
#include "core/unicode.h"
#include "data/re_internal.h"

bool td__re_error(td__re_source *in, const char *at, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	TD_SCOPE(tmp, in->s);
	const char *what = td_vformat(tmp, fmt, args);
	va_end(args);
	int64_t position = (int64_t)td__utf8_count(in->text, (size_t)(at - in->text)), line = 1;
	const char *begin = in->text;
	for (const char *p = in->text; p < at; p++) {
		if (*p != '\n') continue;
		line++;
		begin = p + 1;
	}
	int64_t column = (int64_t)td__utf8_count(begin, (size_t)(at - begin)) + 1;
	const char *where = "";
	if (strchr(in->text, '\n')) where = td_format(tmp, " (line %ld, column %ld)", (long)line, (long)column);
	td_error *e = td__error_new(in->s, TD_re_error, "%s at position %ld%s", what, (long)position, where);
	if (!e) return false;
	e->position = position;
	e->line = line;
	e->column = column;
	td__error_throw(in->s, e);
	return false;
}

bool td__re_advance(td__re_source *in) {
	in->next = in->after;
	if (in->next == in->end) return true;
	td__utf8_next(&in->after, in->end);
	if (*in->next != '\\') return true;
	if (in->after == in->end) return td__re_error(in, in->next, "bad escape (end of pattern)");
	td__utf8_next(&in->after, in->end);
	return true;
}

bool td__re_source_begin(td__re_source *in, td_scope *s, const char *text) {
	*in = (td__re_source){.s = s, .text = text, .end = text + strlen(text), .next = text, .after = text};
	return td__re_advance(in);
}

bool td__re_take(td__re_source *in, char c) {
	if (!td__re_next_is(in, c)) return false;
	td__re_advance(in);
	return true;
}

const char *td__re_until(td__re_source *in, char terminator, const char *what) {
	const char *begin = in->next;
	for (;;) {
		const char *token = in->next;
		if (td__re_at_end(in)) {
			if (token == begin)
				td__re_error(in, token, "missing %s", what);
			else
				td__re_error(in, begin, "missing %c, unterminated name", terminator);
			return NULL;
		}
		bool ends = td__re_next_is(in, terminator);
		if (ends && token == begin) {
			td__re_error(in, token, "missing %s", what);
			return NULL;
		}
		if (!td__re_advance(in)) return NULL;
		if (ends) return td_strndup(in->s, begin, (size_t)(token - begin));
	}
}

bool td__re_is_identifier(const char *name) {
	const char *at = name, *end = name + strlen(name);
	while (at < end) {
		bool first = at == name;
		uint32_t c = td__utf8_next(&at, end);
		unsigned flags = td__unicode(c)->flags;
		bool letter = c == '_' || ((flags & TD__UNI_ALNUM) && !(flags & (TD__UNI_DECIMAL | TD__UNI_DIGIT)));
		bool digit = flags & TD__UNI_DECIMAL;
		if (!letter && (first || !digit)) return false;
	}
	return end > name;
}

int64_t td__re_group_number(td__re_source *in, const char *name) {
	TD_SCOPE(attempt, in->s);
	int64_t number = td_int(attempt, name);
	if (td_catch(attempt, TD_OverflowError)) return INT64_MAX;
	if (!td_catch(attempt, TD_ValueError) && number >= 0) return td_failed(attempt) ? -1 : number;
	/* Python points at the name, which ends before the terminator that was taken. */
	td__re_error(in, in->next - strlen(name) - 1, "bad character in group name %s", td_str_repr(attempt, name));
	return -1;
}
