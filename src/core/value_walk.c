/* Walking a tree, depth first. */
#include "core/buffer.h"
#include "core/number.h"
#include "core/value_build.h"

typedef struct level {
	const td_value *v;
	size_t next;
} level;

struct td_value_walk {
	td_scope *s;
	const td_value *root, *now;
	void *levels; /* the containers above now, and now itself if it is one that was not entered yet */
	size_t depth, room;
};

td_value_walk *td_value_walk_open(td_scope *s, const td_value *v) {
	if (!td__enter(s)) return NULL;
	td_value_walk *w = td_alloc(s, sizeof *w);
	if (!w) return NULL;
	w->s = s;
	w->root = v;
	return w;
}

bool td_value_walk_next(td_scope *s, td_value_walk *w) {
	if (!td__enter(s) || !td__need_handle(s, "w", w)) return false;
	if (!w->now) {
		w->now = w->root;
		w->root = NULL;
		return w->now != NULL;
	}
	if (td__is_container(w->now) && td__items_of(w->now).len) {
		if (!td__grow(w->s, &w->levels, &w->room, w->depth + 1, sizeof(level))) return false;
		((level *)w->levels)[w->depth++] = (level){w->now, 0};
	}
	for (; w->depth; w->depth--) {
		level *top = &((level *)w->levels)[w->depth - 1];
		td__items c = td__items_of(top->v);
		if (top->next == c.len) continue;
		w->now = top->v->type == TD_LIST ? td__item(&c, top->next) : td__pair_value(&c, top->next);
		top->next++;
		return true;
	}
	w->now = NULL;
	return false;
}

const td_value *td_value_walk_value(const td_value_walk *w) {
	return w ? w->now : NULL;
}

size_t td_value_walk_depth(const td_value_walk *w) {
	return w ? w->depth : 0;
}

const char *td_value_walk_path(td_scope *s, const td_value_walk *w) {
	if (!td__enter(s) || !td__need_handle(s, "w", w)) return td_no_text;
	TD_SCOPE(tmp, s);
	td__buffer b;
	td__buffer_begin(&b, s);
	for (size_t i = 0; i < w->depth; i++) {
		const level *at = &((const level *)w->levels)[i];
		if (i) td__buffer_char(&b, '.');
		if (at->v->type == TD_LIST) {
			char number[TD__INT_MOST];
			td__buffer_put(&b, number, td__uint_text(number, at->next - 1));
			continue;
		}
		td__items c = td__items_of(at->v);
		const td_value *key = td__pair_key(&c, at->next - 1);
		if (key->type == TD_STR) {
			td_bytes text = td__text_of(key);
			td__buffer_put(&b, text.data, text.len);
		} else {
			const char *text = td_value_repr(tmp, key);
			td__buffer_put(&b, text, strlen(text));
		}
	}
	return td__buffer_text(&b).data;
}
