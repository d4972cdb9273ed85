/* re_replace.c: findall, sub and split: what walks a whole text. */
#include "data/re_replace.h"

#include "data/re_cache.h"

void td__re_expand(td__buffer *out, const td__re_template *t, const char *text, size_t base, const size_t *spans) {
	for (size_t i = 0; i < t->count; i++) {
		const td__re_piece *piece = &t->pieces[i];
		if (piece->group < 0) {
			td__buffer_put(out, piece->literal.data, piece->literal.len);
		} else if (spans[2 * piece->group] != SIZE_MAX) {
			size_t from = spans[2 * piece->group], to = spans[2 * piece->group + 1];
			td__buffer_put(out, text + (from - base), to - from);
		}
	}
}

static td_value *part(td_scope *s, const char *text, const size_t *span, bool none_is_null) {
	if (span[0] == SIZE_MAX) return none_is_null ? td_value_new_null(s) : td_value_new_str(s, "");
	return td_value_new_text(s, (td_bytes){text + span[0], span[1] - span[0]});
}

static const td_value *find_all(td_scope *s, const td__re_subject *x) {
	td__regex *re = x->re;
	td_bytes text = x->text;
	TD_SCOPE(tmp, s);
	td__re_scan scan;
	td_value *list = td_value_new_list(s);
	if (x->start > text.len) return list;
	if (!td__re_scan_begin(&scan, tmp, re, text, x->start)) return NULL;
	for (const size_t *spans; (spans = td__re_scan_next(&scan)) && !td_failed(s);) {
		if (re->groups < 2) {
			td_value_append(s, list, part(s, text.data, spans + 2 * re->groups, false));
			continue;
		}
		td_value *groups = td_value_new_list(s);
		for (int i = 1; i <= re->groups; i++) td_value_append(s, groups, part(s, text.data, spans + 2 * i, false));
		td_value_append(s, list, groups);
	}
	return td_failed(s) ? NULL : list;
}

/* One pass of sub. */
typedef struct substitution {
	const char *repl;
	td_re_sub_fn fn;
	void *arg;
	int64_t count;
	int64_t *counted;
} substitution;

static bool replace_one(td_scope *s, td__buffer *out, const substitution *how, const td__re_template *t,
                        const td__regex *re, td_bytes text, const size_t *spans) {
	if (!how->fn) {
		td__re_expand(out, t, text.data, 0, spans);
		return true;
	}
	TD_SCOPE(turn, s);
	size_t count = ((size_t)re->groups + 1) * 2;
	size_t *own = td_alloc_array(turn, count, sizeof *own);
	if (!own) return false;
	memcpy(own, spans, count * sizeof *own);
	td_match m = {re, text.data, 0, own};
	const char *made = how->fn(turn, &m, how->arg);
	if (td_failed(turn) || !td__need_text(turn, "replacement", made)) return false;
	td__buffer_put(out, made, strlen(made));
	return true;
}

static bool replace_all(td_scope *s, td__buffer *out, const td__re_subject *x, const substitution *how) {
	td__regex *re = x->re;
	td_bytes text = x->text;
	TD_SCOPE(tmp, s);
	td__re_scan scan;
	td__re_template t = {NULL, 0};
	if (!how->fn && !td__re_template_read(tmp, how->repl, re->groups, re->names, re->name_count, &t)) return false;
	size_t copied = 0;
	int64_t done = 0;
	if (x->start <= text.len) {
		if (!td__re_scan_begin(&scan, tmp, re, text, x->start)) return false;
		for (const size_t *spans; (how->count <= 0 || done < how->count) && (spans = td__re_scan_next(&scan)); done++) {
			td__buffer_put(out, text.data + copied, spans[0] - copied);
			copied = spans[1];
			if (!replace_one(tmp, out, how, &t, re, text, spans)) return false;
		}
	}
	td__buffer_put(out, text.data + copied, text.len - copied);
	if (how->counted) *how->counted = done;
	return !td_failed(s);
}

static const char *substitute(td_scope *s, const td__re_subject *x, const substitution *how) {
	if (!how->fn && !td__need_text(s, "repl", how->repl)) return td_no_text;
	td__buffer out;
	td__buffer_begin(&out, s);
	if (!replace_all(s, &out, x, how)) {
		td__buffer_drop(&out);
		return td_no_text;
	}
	return td__buffer_text(&out).data;
}

/* Of the whole text, as in Python. */
static const td_value *split(td_scope *s, td__regex *re, td_bytes text, int64_t maxsplit) {
	TD_SCOPE(tmp, s);
	td__re_scan scan;
	td_value *list = td_value_new_list(s);
	if (!td__re_scan_begin(&scan, tmp, re, text, 0)) return NULL;
	size_t from = 0;
	int64_t splits = 0;
	for (const size_t *spans; (maxsplit <= 0 || splits < maxsplit) && (spans = td__re_scan_next(&scan)); splits++) {
		td_value_append(s, list, part(s, text.data, (size_t[]){from, spans[0]}, true));
		for (int i = 1; i <= re->groups; i++) td_value_append(s, list, part(s, text.data, spans + 2 * i, true));
		from = spans[1];
		if (td_failed(s)) return NULL;
	}
	td_value_append(s, list, part(s, text.data, (size_t[]){from, text.len}, true));
	return td_failed(s) ? NULL : list;
}

/* --- the functions --- */

const td_value *(td_re_findall)(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_re_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__re_subject x;
	if (!td__re_subject_of_text(s, &x, pattern, text, o.flags)) return NULL;
	const td_value *all = find_all(s, &x);
	td__regex_drop(x.re);
	return all;
}

const char *(td_re_sub)(td_scope *s, const char *pattern, const char *repl, const char *text,
                        const td_re_sub_opts *opts) {
	if (!td__enter_opts(s, opts)) return td_no_text;
	td_re_sub_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__re_subject x;
	if (!td__re_subject_of_text(s, &x, pattern, text, o.flags)) return td_no_text;
	const char *made = substitute(s, &x, &(substitution){repl, o.fn, o.arg, o.count, o.counted});
	td__regex_drop(x.re);
	return made;
}

const td_value *(td_re_split)(td_scope *s, const char *pattern, const char *text, const td_re_split_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_re_split_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__re_subject x;
	if (!td__re_subject_of_text(s, &x, pattern, text, o.flags)) return NULL;
	const td_value *parts = split(s, x.re, x.text, o.maxsplit);
	td__regex_drop(x.re);
	return parts;
}

const td_value *(td_pattern_findall)(td_scope *s, const td_pattern *p, const char *text, const td_pattern_opts *opts) {
	td_pattern_opts o;
	td__re_subject x;
	return td__re_subject_of(s, &x, p, text, opts, &o) ? find_all(s, &x) : NULL;
}

const char *(td_pattern_sub)(td_scope *s, const td_pattern *p, const char *repl, const char *text,
                             const td_pattern_opts *opts) {
	td_pattern_opts o;
	td__re_subject x;
	if (!td__re_subject_of(s, &x, p, text, opts, &o)) return td_no_text;
	return substitute(s, &x, &(substitution){repl, o.fn, o.arg, o.count, o.counted});
}

const td_value *(td_pattern_split)(td_scope *s, const td_pattern *p, const char *text, const td_pattern_opts *opts) {
	td_pattern_opts o;
	td__re_subject x;
	return td__re_subject_of(s, &x, p, text, opts, &o) ? split(s, x.re, td_bytes_of(text), o.maxsplit) : NULL;
}

const char *td_re_escape(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	td__buffer out;
	td__buffer_begin(&out, s);
	for (const char *p = text; *p; p++) {
		if (strchr("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", *p)) td__buffer_char(&out, '\\');
		td__buffer_char(&out, *p);
	}
	return td__buffer_text(&out).data;
}
