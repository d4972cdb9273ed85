/* pformat.c: Python's pprint.pformat, at its width of 80: a value on one line if it fits, else one item a line, dicts
 * by their sorted keys. */
#include "core/buffer.h"
#include "core/unicode.h"
#include "test/asserts.h"

enum { WIDTH = 80 };

typedef struct printer {
	td_scope *s;
	td__buffer *out;
} printer;

static void put(printer *p, const char *text) {
	td__buffer_put(p->out, text, strlen(text));
}

static void indent_line(printer *p, const char *before, size_t indent) {
	put(p, before);
	td__buffer_char(p->out, '\n');
	while (indent--) td__buffer_char(p->out, ' ');
}

/* --- a copy whose dicts are sorted --- */

typedef struct pair {
	const td_value *key, *value;
} pair;

/* As Python's _safe_key: by what the keys are, and where they have no order, by the names of their types. */
static bool before(td_scope *s, const td_value *a, const td_value *b) {
	TD_SCOPE(tmp, s);
	int order = td_value_compare(tmp, a, b);
	if (td_catch(tmp, TD_TypeError)) return strcmp(td_value_type_name(a), td_value_type_name(b)) < 0;
	return order < 0;
}

static const td_value *sorted(td_scope *s, const td_value *v) {
	size_t len = td_value_len(v);
	if (td_value_type(v) == TD_LIST) {
		td_value *list = td_value_new_list(s);
		for (size_t i = 0; i < len; i++) td_value_append(s, list, sorted(s, td_value_at(v, i)));
		return list;
	}
	if (td_value_type(v) != TD_DICT) return v;
	pair *pairs = td_alloc_array(s, len + 1, sizeof *pairs);
	if (!pairs) return NULL;
	for (size_t i = 0; i < len; i++) {
		pair next = {td_value_key(v, i), td_value_at(v, i)};
		size_t at = i;
		for (; at && before(s, next.key, pairs[at - 1].key); at--) pairs[at] = pairs[at - 1];
		pairs[at] = next;
	}
	td_value *dict = td_value_new_dict(s);
	for (size_t i = 0; i < len; i++) td_value_set_key(s, dict, pairs[i].key, sorted(s, pairs[i].value));
	return dict;
}

/* --- writing --- */

static void print(printer *p, const td_value *v, size_t indent, size_t allowance, int level);

static size_t repr_width(printer *p, const char *text, size_t len) {
	TD_SCOPE(tmp, p->s);
	return td_str_len(td_str_repr(tmp, td_strndup(tmp, text, len)));
}

/* A part of a text and the white space after it. */
static size_t word(const char *text, size_t len) {
	const char *at = text, *end = text + len, *next = at;
	while (at < end && !td__is_space(td__utf8_next(&next, end))) at = next;
	for (next = at; at < end && td__is_space(td__utf8_next(&next, end)); at = next) continue;
	return (size_t)(at - text);
}

typedef struct chunks {
	const char **items;
	size_t count, capacity;
} chunks;

static void add_chunk(printer *p, chunks *c, const char *text, size_t len) {
	if (!td__grow(p->s, (void **)&c->items, &c->capacity, c->count + 1, sizeof *c->items)) return;
	c->items[c->count++] = td_str_repr(p->s, td_strndup(p->s, text, len));
}

static void split_line(printer *p, chunks *c, const char *line, size_t width, size_t allowance) {
	size_t len = strlen(line), start = 0, end = 0;
	while (end < len) {
		size_t next = end + word(line + end, len - end);
		size_t room = next == len && width > allowance ? width - allowance : width;
		if (repr_width(p, line + start, next - start) > room) {
			if (end > start) add_chunk(p, c, line + start, end - start);
			start = end;
		}
		end = next;
	}
	if (end > start) add_chunk(p, c, line + start, end - start);
}

static void print_text(printer *p, const td_value *v, size_t indent, size_t allowance, int level) {
	const char *text = td_value_str(v, "");
	td_strs lines = td_str_splitlines(p->s, text, .keepends = true);
	chunks c = {0};
	if (level == 1) {
		indent++;
		allowance++;
	}
	size_t width = indent < WIDTH ? WIDTH - indent : 0;
	for (size_t i = 0; i < lines.len; i++) {
		bool last = i + 1 == lines.len;
		size_t room = last && width > allowance ? width - allowance : width, len = strlen(lines.items[i]);
		if (repr_width(p, lines.items[i], len) <= room) {
			add_chunk(p, &c, lines.items[i], len);
		} else {
			split_line(p, &c, lines.items[i], width, last ? allowance : 0);
		}
	}
	if (c.count < 2) {
		put(p, td_value_repr(p->s, v));
		return;
	}
	if (level == 1) put(p, "(");
	for (size_t i = 0; i < c.count; i++) {
		if (i) indent_line(p, "", indent);
		put(p, c.items[i]);
	}
	if (level == 1) put(p, ")");
}

static void print_list(printer *p, const td_value *v, size_t indent, size_t allowance, int level) {
	put(p, "[");
	for (size_t i = 0; i < td_value_len(v); i++) {
		bool last = i + 1 == td_value_len(v);
		if (i) indent_line(p, ",", indent + 1);
		print(p, td_value_at(v, i), indent + 1, last ? allowance + 1 : 1, level);
	}
	put(p, "]");
}

static void print_dict(printer *p, const td_value *v, size_t indent, size_t allowance, int level) {
	put(p, "{");
	for (size_t i = 0; i < td_value_len(v); i++) {
		bool last = i + 1 == td_value_len(v);
		const char *key = td_value_repr(p->s, td_value_key(v, i));
		if (i) indent_line(p, ",", indent + 1);
		put(p, key);
		put(p, ": ");
		print(p, td_value_at(v, i), indent + 1 + td_str_len(key) + 2, last ? allowance + 1 : 1, level);
	}
	put(p, "}");
}

static void print(printer *p, const td_value *v, size_t indent, size_t allowance, int level) {
	const char *whole = td_value_repr(p->s, v);
	bool fits = td_str_len(whole) + indent + allowance <= WIDTH;
	td_type type = td_value_type(v);
	if (!fits && type == TD_LIST && td_value_len(v)) {
		print_list(p, v, indent, allowance, level + 1);
	} else if (!fits && type == TD_DICT && td_value_len(v)) {
		print_dict(p, v, indent, allowance, level + 1);
	} else if (!fits && type == TD_STR) {
		print_text(p, v, indent, allowance, level + 1);
	} else {
		put(p, whole);
	}
}

const char *td__pformat(td_scope *s, const td_value *v) {
	if (!td__enter(s)) return td_no_text;
	TD_SCOPE(tmp, s);
	td__buffer out;
	td__buffer_begin(&out, s);
	printer p = {tmp, &out};
	print(&p, sorted(tmp, v), 0, 0, 0);
	return td__buffer_text(&out).data;
}
