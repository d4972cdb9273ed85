/* re_template.c: the replacement text of sub and expand: literal pieces and groups. */
#include <tend/array.h>

#include "core/unicode.h"
#include "data/re_internal.h"

typedef struct reader {
	td__re_source in;
	td__buffer literal; /* what has been read since the last group */
	int groups;
	const td__re_name *names;
	size_t name_count;
	td__re_piece *pieces;
	size_t count, cap;
} reader;

static bool add_piece(reader *r, td__re_piece piece) {
	if (!td__grow(r->in.s, (void **)&r->pieces, &r->cap, r->count + 1, sizeof *r->pieces)) return false;
	r->pieces[r->count++] = piece;
	return true;
}

static bool flush(reader *r) {
	if (!r->literal.len) return true;
	td_bytes text = td__buffer_text(&r->literal);
	td__buffer_begin(&r->literal, r->in.s);
	return !td_failed(r->in.s) && add_piece(r, (td__re_piece){text, -1});
}

static bool add_group(reader *r, int64_t group, const char *at) {
	if (group > r->groups) return td__re_error(&r->in, at, "invalid group reference %ld", (long)group);
	return flush(r) && add_piece(r, (td__re_piece){{NULL, 0}, (int)group});
}

/* \g<…>, of which \g was taken. */
static bool named(reader *r) {
	td__re_source *in = &r->in;
	if (!td__re_take(in, '<')) return td__re_error(in, in->next, "missing <");
	const char *name = td__re_until(in, '>', "group name");
	if (!name) return false;
	const char *at = in->next - strlen(name) - 1;
	if (!td__re_is_identifier(name)) {
		int64_t number = td__re_group_number(in, name);
		return number >= 0 && add_group(r, number, at);
	}
	for (size_t i = 0; i < r->name_count; i++) {
		if (strcmp(r->names[i].name, name) == 0) return add_group(r, r->names[i].group, at);
	}
	TD_SCOPE(tmp, in->s);
	td_raise(in->s, TD_IndexError, "unknown group name %s", td_str_repr(tmp, name));
	return false;
}

/* A text ends at its first NUL: none is made. */
static bool put(reader *r, uint32_t c) {
	char text[4];
	td__buffer_put(&r->literal, text, td__utf8_put(text, c));
	if (c == 0) td_raise(r->in.s, TD_ValueError, "embedded null byte");
	return c != 0;
}

static bool next_digit(const td__re_source *in, char most, int *digit) {
	if (in->after - in->next != 1 || *in->next < '0' || *in->next > most) return false;
	*digit = *in->next - '0';
	return true;
}

/* \0, \1, \12, \123 */
static bool number(reader *r, const char *escape) {
	td__re_source *in = &r->in;
	int first = escape[1] - '0', second, third;
	if (first == 0) {
		int c = 0;
		for (int i = 0; i < 2 && next_digit(in, '7', &second); i++) {
			c = c * 8 + second;
			if (!td__re_advance(in)) return false;
		}
		return put(r, (uint32_t)c);
	}
	if (!next_digit(in, '9', &second)) return add_group(r, first, escape + 1);
	if (!td__re_advance(in)) return false;
	if (first < 8 && second < 8 && next_digit(in, '7', &third)) {
		if (!td__re_advance(in)) return false;
		int c = first * 64 + second * 8 + third;
		if (c > 0377) return td__re_error(in, escape, "octal escape value %.4s outside of range 0-0o377", escape);
		return put(r, (uint32_t)c);
	}
	return add_group(r, first * 10 + second, escape + 1);
}

static bool escaped(reader *r, const char *escape) {
	static const char from[] = "abfnrtv\\", to[] = "\a\b\f\n\r\t\v\\";
	char c = escape[1];
	if (c == 'g') return named(r);
	if (c >= '0' && c <= '9') return number(r, escape);
	const char *simple = c ? strchr(from, c) : NULL;
	if (simple) {
		td__buffer_char(&r->literal, to[simple - from]);
		return true;
	}
	if (td__is_letter(c)) return td__re_error(&r->in, escape, "bad escape %.2s", escape);
	const char *p = escape + 1;
	td__utf8_next(&p, r->in.end);
	td__buffer_put(&r->literal, escape, (size_t)(p - escape)); /* the backslash stays */
	return true;
}

static bool read_all(reader *r) {
	td__re_source *in = &r->in;
	while (!td__re_at_end(in)) {
		const char *token = in->next;
		size_t len = (size_t)(in->after - in->next);
		if (!td__re_advance(in)) return false;
		if (*token != '\\') {
			td__buffer_put(&r->literal, token, len);
		} else if (!escaped(r, token)) {
			return false;
		}
	}
	return flush(r);
}

bool td__re_template_read(td_scope *s, const char *repl, int groups, const td__re_name *names, size_t name_count,
                          td__re_template *out) {
	reader r = {.groups = groups, .names = names, .name_count = name_count};
	td__buffer_begin(&r.literal, s);
	bool ok = td__re_source_begin(&r.in, s, repl) && read_all(&r);
	td__buffer_drop(&r.literal);
	*out = (td__re_template){r.pieces, r.count};
	return ok && !td_failed(s);
}
