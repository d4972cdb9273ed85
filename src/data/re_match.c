/* re_match.c: what a match tells. */
#include "data/re_cache.h"
#include "data/re_replace.h"

static bool took_part(const td_match *m, int group) {
	return m->spans[2 * group] != SIZE_MAX;
}

static bool has_group(td_scope *s, const td_match *m, int64_t group) {
	if (!td__need_handle(s, "match", m)) return false;
	if (group >= 0 && group <= m->re->groups) return true;
	td_raise(s, TD_IndexError, "no such group");
	return false;
}

static td_bytes text_of(const td_match *m, int group) {
	size_t from = m->spans[2 * group], to = m->spans[2 * group + 1];
	return (td_bytes){m->text + (from - m->base), to - from};
}

const char *td_match_group(td_scope *s, const td_match *m, int group) {
	if (!td__enter(s) || !has_group(s, m, group)) return td_no_text;
	if (!took_part(m, group)) return NULL;
	td_bytes text = text_of(m, group);
	return td_strndup(s, text.data, text.len);
}

const char *td_match_group_name(td_scope *s, const td_match *m, const char *name) {
	if (!td__enter(s) || !td__need_handle(s, "match", m) || !td__need_text(s, "name", name)) return td_no_text;
	for (size_t i = 0; i < m->re->name_count; i++) {
		if (strcmp(m->re->names[i].name, name) == 0) return td_match_group(s, m, m->re->names[i].group);
	}
	td_raise(s, TD_IndexError, "no such group");
	return td_no_text;
}

static td_value *value_of(td_scope *s, const td_match *m, int group, const char *fallback) {
	if (took_part(m, group)) return td_value_new_text(s, text_of(m, group));
	return fallback ? td_value_new_str(s, fallback) : td_value_new_null(s);
}

const td_value *td_match_groups(td_scope *s, const td_match *m, const char *fallback) {
	if (!td__enter(s) || !td__need_handle(s, "match", m)) return NULL;
	td_value *list = td_value_new_list(s);
	for (int i = 1; i <= m->re->groups; i++) td_value_append(s, list, value_of(s, m, i, fallback));
	return td_failed(s) ? NULL : list;
}

const td_value *td_match_groupdict(td_scope *s, const td_match *m, const char *fallback) {
	if (!td__enter(s) || !td__need_handle(s, "match", m)) return NULL;
	td_value *dict = td_value_new_dict(s);
	for (size_t i = 0; i < m->re->name_count; i++)
		td_value_set(s, dict, m->re->names[i].name, value_of(s, m, m->re->names[i].group, fallback));
	return td_failed(s) ? NULL : dict;
}

int64_t td_match_start(td_scope *s, const td_match *m, int group) {
	if (!td__enter(s) || !has_group(s, m, group)) return -1;
	return took_part(m, group) ? (int64_t)m->spans[2 * group] : -1;
}

int64_t td_match_end(td_scope *s, const td_match *m, int group) {
	if (!td__enter(s) || !has_group(s, m, group)) return -1;
	return took_part(m, group) ? (int64_t)m->spans[2 * group + 1] : -1;
}

/* Whether a was closed after b, as far as where they end tells: of two that end together the outer one, and of two
 * beside each other the later. */
static bool closed_after(const td_match *m, int a, int b) {
	size_t a_end = m->spans[2 * a + 1], b_end = m->spans[2 * b + 1];
	if (a_end != b_end) return a_end > b_end;
	for (int around = m->re->parents[b]; around; around = m->re->parents[around]) {
		if (around == a) return true;
	}
	for (int around = m->re->parents[a]; around; around = m->re->parents[around]) {
		if (around == b) return false;
	}
	return a > b;
}

int td_match_lastindex(const td_match *m) {
	int last = 0;
	for (int i = 1; m && i <= m->re->groups; i++) {
		if (took_part(m, i) && (!last || closed_after(m, i, last))) last = i;
	}
	return last;
}

const char *td_match_lastgroup(const td_match *m) {
	int last = td_match_lastindex(m);
	for (size_t i = 0; last && i < m->re->name_count; i++) {
		if (m->re->names[i].group == last) return m->re->names[i].name;
	}
	return NULL;
}

const char *td_match_expand(td_scope *s, const td_match *m, const char *repl) {
	if (!td__enter(s) || !td__need_handle(s, "match", m) || !td__need_text(s, "repl", repl)) return td_no_text;
	TD_SCOPE(tmp, s);
	td__re_template t;
	if (!td__re_template_read(tmp, repl, m->re->groups, m->re->names, m->re->name_count, &t)) return td_no_text;
	td__buffer out;
	td__buffer_begin(&out, s);
	td__re_expand(&out, &t, m->text, m->base, m->spans);
	return td__buffer_text(&out).data;
}
