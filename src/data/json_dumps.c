/* td_json_dumps: values as JSON text, to the byte as Python writes them. */
#include "core/number.h"
#include "data/json_private.h"
#include "data/json_write.h"

enum { DRAIN_FROM = 1 << 16, DEFAULTS_MOST = 1000 };

bool td__json_write_begin(td__json_writer *w, td_scope *s, const td_json_dumps_opts *opts) {
	w->s = s;
	w->drain = NULL;
	td__opts_copy(&w->o, sizeof w->o, opts);
	td__buffer_begin(&w->out, s);
	w->indented = w->o.indent_str || w->o.indent.given;
	w->indent_len = w->o.indent_str ? strlen(w->o.indent_str) : w->o.indent.value > 0 ? (size_t)w->o.indent.value : 0;
	if (w->indent_len > UINT32_MAX) {
		td_raise(s, TD_OverflowError, "an indent of %zu is too much", w->indent_len);
		return false;
	}
	if (!w->o.item_separator) w->o.item_separator = w->indented ? "," : ", ";
	if (!w->o.key_separator) w->o.key_separator = ": ";
	w->item_len = strlen(w->o.item_separator);
	w->key_len = strlen(w->o.key_separator);
	if (w->item_len <= sizeof w->item_first) memcpy(w->item_first, w->o.item_separator, w->item_len);
	if (w->key_len <= sizeof w->key_first) memcpy(w->key_first, w->o.key_separator, w->key_len);
	w->says_value = w->indented;
	return true;
}

static inline void put_separator(td__buffer *out, const char *first, const char *text, size_t len) {
	if (td__unlikely(len > 16)) {
		td__buffer_put(out, text, len);
	} else if (td__buffer_room(out, 16)) {
		memcpy(out->data + out->len, first, 16);
		out->len += len;
	}
}

/* --- scalars --- */

static bool put_float(td__json_writer *w, double x) {
	if (!td__buffer_room(&w->out, TD__FLOAT_MOST)) return false;
	char *p = w->out.data + w->out.len;
	if (td__likely(x - x == 0)) {
		w->out.len += td__float_text(p, x);
		return true;
	}
	if (w->o.disallow_nan) {
		p[td__float_text(p, x)] = '\0';
		td_raise(w->s, TD_ValueError, "Out of range float values are not JSON compliant%s%s", w->says_value ? ": " : "",
		         w->says_value ? p : "");
		return false;
	}
	const char *name = x != x ? "NaN" : x > 0 ? "Infinity" : "-Infinity";
	td__buffer_put(&w->out, name, strlen(name));
	return true;
}

static bool put_int(td__json_writer *w, const td_value *v) {
	if (v->flags & TD__V_DIGITS) {
		td__buffer_put(&w->out, v->as.text, v->n);
	} else if (td__buffer_room(&w->out, TD__INT_MOST)) {
		w->out.len += td__int_text(w->out.data + w->out.len, v->as.i);
	}
	return !w->out.failed;
}

static bool put_word(td__json_writer *w, const td_value *v) {
	if (v->type == TD_NULL_TYPE)
		td__buffer_lit(&w->out, "null");
	else if (v->as.b)
		td__buffer_lit(&w->out, "true");
	else
		td__buffer_lit(&w->out, "false");
	return !w->out.failed;
}

/* A key; *skipped says that its pair is left out. */
static bool put_key(td__json_writer *w, const td_value *key, bool *skipped) {
	bool ok = true;
	*skipped = false;
	switch ((td_type)key->type) {
	case TD_STR: td__json_quote(&w->out, td__text_of(key), w->o.ensure_utf8); return !w->out.failed;
	case TD_BYTES:
		*skipped = w->o.skipkeys;
		if (*skipped) return true;
		td_raise(w->s, TD_TypeError, "keys must be str, int, float, bool or None, not bytes");
		return false;
	default:
		td__buffer_char(&w->out, '"');
		if (key->type == TD_FLOAT_TYPE)
			ok = put_float(w, key->as.d);
		else
			ok = key->type == TD_INTEGER ? put_int(w, key) : put_word(w, key);
		td__buffer_char(&w->out, '"');
		return ok && !w->out.failed;
	}
}

/* --- containers --- */

typedef struct level {
	td__items c;
	size_t next;
	size_t order; /* where the order of its pairs begins, when they are sorted */
	bool dict, first;
} level;

typedef struct levels {
	void *items;
	size_t depth, room;
	void *order; /* uint32_t, of all levels */
	size_t order_len, order_room;
} levels;

static void put_newline(td__json_writer *w, size_t depth) {
	td__buffer_char(&w->out, '\n');
	for (size_t i = 0; i < depth; i++) {
		if (w->o.indent_str) {
			td__buffer_put(&w->out, w->o.indent_str, w->indent_len);
		} else if (td__buffer_room(&w->out, w->indent_len)) {
			memset(w->out.data + w->out.len, ' ', w->indent_len);
			w->out.len += w->indent_len;
		}
	}
}

static bool open_level(td__json_writer *w, td_scope *tmp, levels *l, const td_value *v) {
	td__items c = td__items_of(v);
	bool dict = v->type == TD_DICT;
	if (c.len == 0) {
		td__buffer_put(&w->out, dict ? "{}" : "[]", 2);
		return true;
	}
	if (!td__grow(tmp, &l->items, &l->room, l->depth + 1, sizeof(level))) return false;
	level *top = &((level *)l->items)[l->depth++];
	*top = (level){.c = c, .dict = dict, .first = true, .order = l->order_len};
	if (dict && w->o.sort_keys) {
		if (!td__grow(tmp, &l->order, &l->order_room, l->order_len + c.len, sizeof(uint32_t))) return false;
		l->order_len += c.len;
		if (!td__json_sort(w->s, &c, (uint32_t *)l->order + top->order)) return false;
	}
	td__buffer_char(&w->out, dict ? '{' : '[');
	if (w->indented) put_newline(w, l->depth);
	return true;
}

/* What default_ makes of v, however often it takes. */
static const td_value *replace(td__json_writer *w, const td_value *v) {
	for (int i = 0; v && v->type == TD_BYTES; i++) {
		const td_value *by = w->o.default_ && i < DEFAULTS_MOST ? w->o.default_(w->s, v, w->o.default_arg) : NULL;
		if (td_failed(w->s)) return NULL;
		if (!by) {
			td_raise(w->s, TD_TypeError, "Object of type bytes is not JSON serializable");
		} else if (by == v) {
			td_raise(w->s, TD_ValueError, "Circular reference detected");
			by = NULL;
		}
		v = by;
	}
	return v;
}

static inline bool put_scalar(td__json_writer *w, const td_value *v) {
	switch ((td_type)v->type) {
	case TD_STR: td__json_quote(&w->out, td__text_of(v), w->o.ensure_utf8); return !w->out.failed;
	case TD_INTEGER: return put_int(w, v);
	case TD_FLOAT_TYPE: return put_float(w, v->as.d);
	default: return put_word(w, v);
	}
}

static bool put_value(td__json_writer *w, td_scope *tmp, levels *l, const td_value *v) {
	if (v->type == TD_BYTES) v = replace(w, v);
	if (!v) return false;
	return td__is_container(v) ? open_level(w, tmp, l, v) : put_scalar(w, v);
}

static bool drain(td__json_writer *w, size_t from) {
	if (!w->drain || w->out.len < from) return true;
	if (w->out.len == 0) return true;
	if (!td__buffer_room(&w->out, 1)) return false;
	w->out.data[w->out.len] = '\0';
	bool ok = w->drain(w->s, (td_bytes){w->out.data, w->out.len}, w->drain_arg);
	w->out.len = 0;
	return ok;
}

/* Goes on in the innermost container: the next value to write, or NULL when the container was closed. */
static inline const td_value *next_value(td__json_writer *w, levels *l, bool *ok) {
	level *top = &((level *)l->items)[l->depth - 1];
	const td_value *v = NULL;
	while (!v && top->next < top->c.len) {
		size_t i = top->next++, separator = w->out.len;
		if (!top->first) {
			put_separator(&w->out, w->item_first, w->o.item_separator, w->item_len);
			if (w->indented) put_newline(w, l->depth);
		}
		if (!top->dict) {
			v = td__item(&top->c, i);
		} else {
			if (w->o.sort_keys) i = ((uint32_t *)l->order)[top->order + i];
			bool skipped;
			*ok = put_key(w, td__pair_key(&top->c, i), &skipped);
			if (!*ok) return NULL;
			if (skipped) {
				w->out.len = separator;
				continue;
			}
			put_separator(&w->out, w->key_first, w->o.key_separator, w->key_len);
			v = td__pair_value(&top->c, i);
		}
		top->first = false;
	}
	if (v) return v;
	l->depth--;
	l->order_len = top->order;
	if (w->indented) put_newline(w, l->depth);
	td__buffer_char(&w->out, top->dict ? '}' : ']');
	return NULL;
}

bool td__json_write(td__json_writer *w, const td_value *v) {
	TD_SCOPE(tmp, w->s);
	levels l = {0};
	bool ok = put_value(w, tmp, &l, v);
	while (ok && l.depth) {
		v = next_value(w, &l, &ok);
		if (v) ok = v->type < TD_BYTES ? put_scalar(w, v) : put_value(w, tmp, &l, v);
		ok = ok && !w->out.failed && drain(w, DRAIN_FROM);
	}
	return ok && !w->out.failed && drain(w, 0);
}

const char *(td_json_dumps)(td_scope *s, const td_value *v, const td_json_dumps_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "v", v)) return td_no_text;
	td__json_writer w;
	if (!td__json_write_begin(&w, s, opts)) return td_no_text;
	if (td__json_write(&w, v)) return td__buffer_text(&w.out).data;
	td__buffer_drop(&w.out);
	return td_no_text;
}
