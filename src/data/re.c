/* re.c: patterns and matches as their user holds them. */
#include "data/re_cache.h"

static void drop_regex(td_scope *c, void *re) {
	(void)c;
	td__regex_drop(re);
}

/* Hands the caller's reference to s. */
static bool give_to(td_scope *s, td__regex *re) {
	if (td_defer(s, drop_regex, re)) return true;
	td__regex_drop(re);
	return false;
}

static td__regex *get(td_scope *s, const char *pattern, int flags) {
	if (!td__need_text(s, "pattern", pattern)) return NULL;
	return td__regex_get(s, pattern, flags);
}

td_pattern *(td_re_compile)(td_scope *s, const char *pattern, const td_re_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_re_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__regex *re = get(s, pattern, o.flags);
	if (!re || !give_to(s, re)) return NULL;
	td_pattern *p = td_alloc(s, sizeof *p);
	if (p) p->re = re;
	return p;
}

/* --- one search, or one after the other --- */

static void free_state(td_scope *c, void *state) {
	(void)c;
	td__rx_state_free(state);
}

static bool scan_begin(td__re_scan *scan, td_scope *s, td__regex *re, td__re_mode mode, td_bytes text, size_t start) {
	*scan = (td__re_scan){.s = s, .re = re, .text = text, .start = start};
	scan->code = td__regex_code(s, re, mode);
	if (!scan->code) return false;
	scan->state = td__rx_state_new(s, scan->code);
	if (!scan->state) return false;
	if (td_defer(s, free_state, scan->state)) return true;
	td__rx_state_free(scan->state);
	return false;
}

bool td__re_scan_begin(td__re_scan *scan, td_scope *s, td__regex *re, td_bytes text, size_t start) {
	return scan_begin(scan, s, re, TD__RE_SEARCH, text, start);
}

/* Behind an empty match the next may be empty too, only not at the same place. */
const size_t *td__re_scan_next(td__re_scan *scan) {
	if (scan->done) return NULL;
	if (td__rx_run(scan->s, scan->code, scan->state, scan->text, scan->start, scan->not_empty) != 1) {
		scan->done = true;
		return NULL;
	}
	const size_t *spans = td__rx_spans(scan->state);
	scan->start = spans[1];
	scan->not_empty = spans[0] == spans[1];
	return spans;
}

bool td__re_subject_of_text(td_scope *s, td__re_subject *x, const char *pattern, const char *text, int flags) {
	if (!td__need_text(s, "text", text)) return false;
	*x = (td__re_subject){get(s, pattern, flags), td_bytes_of(text), 0};
	return x->re != NULL;
}

bool td__re_subject_of(td_scope *s, td__re_subject *x, const td_pattern *p, const char *text,
                       const td_pattern_opts *opts, td_pattern_opts *o) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "pattern", p) || !td__need_text(s, "text", text)) return false;
	td__opts_copy(o, sizeof *o, opts);
	*x = (td__re_subject){p->re, td_bytes_of(text), 0};
	x->start = o->pos < x->text.len ? o->pos : x->text.len;
	if (o->endpos.given && o->endpos.value < (int64_t)x->text.len)
		x->text.len = o->endpos.value < 0 ? 0 : (size_t)o->endpos.value;
	return true;
}

/* --- matches --- */

/* Copies what the groups cover, so that the match does not depend on the text that was searched. */
static const td_match *match_new(td_scope *s, td__regex *re, const char *text, const size_t *spans) {
	size_t count = ((size_t)re->groups + 1) * 2, first = spans[0], last = spans[1];
	for (size_t i = 0; i < count; i += 2) {
		if (spans[i] == SIZE_MAX) continue;
		if (spans[i] < first) first = spans[i];
		if (spans[i + 1] > last) last = spans[i + 1];
	}
	td_match *m = td_alloc(s, sizeof *m);
	size_t *own = td_alloc_array(s, count, sizeof *own);
	char *copy = td_alloc(s, last - first + 1);
	if (!m || !own || !copy) return NULL;
	memcpy(own, spans, count * sizeof *own);
	memcpy(copy, text + first, last - first);
	*m = (td_match){re, copy, first, own};
	td__regex_hold(re);
	return give_to(s, re) ? m : NULL;
}

static const td_match *match_once(td_scope *s, const td__re_subject *x, td__re_mode mode) {
	if (x->start > x->text.len) return NULL;
	TD_SCOPE(tmp, s);
	td__re_scan scan;
	if (!scan_begin(&scan, tmp, x->re, mode, x->text, x->start)) return NULL;
	const size_t *spans = td__re_scan_next(&scan);
	return spans && !td_failed(tmp) ? match_new(s, x->re, x->text.data, spans) : NULL;
}

static const td_match *module_match(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts,
                                    td__re_mode mode) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_re_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__re_subject x;
	if (!td__re_subject_of_text(s, &x, pattern, text, o.flags)) return NULL;
	const td_match *m = match_once(s, &x, mode);
	td__regex_drop(x.re);
	return m;
}

const td_match *(td_re_search)(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts) {
	return module_match(s, pattern, text, opts, TD__RE_SEARCH);
}

const td_match *(td_re_match)(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts) {
	return module_match(s, pattern, text, opts, TD__RE_MATCH);
}

const td_match *(td_re_fullmatch)(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts) {
	return module_match(s, pattern, text, opts, TD__RE_FULLMATCH);
}

static const td_match *pattern_match(td_scope *s, const td_pattern *p, const char *text, const td_pattern_opts *opts,
                                     td__re_mode mode) {
	td_pattern_opts o;
	td__re_subject x;
	return td__re_subject_of(s, &x, p, text, opts, &o) ? match_once(s, &x, mode) : NULL;
}

const td_match *(td_pattern_search)(td_scope *s, const td_pattern *p, const char *text, const td_pattern_opts *opts) {
	return pattern_match(s, p, text, opts, TD__RE_SEARCH);
}

const td_match *(td_pattern_match)(td_scope *s, const td_pattern *p, const char *text, const td_pattern_opts *opts) {
	return pattern_match(s, p, text, opts, TD__RE_MATCH);
}

const td_match *(td_pattern_fullmatch)(td_scope *s, const td_pattern *p, const char *text,
                                       const td_pattern_opts *opts) {
	return pattern_match(s, p, text, opts, TD__RE_FULLMATCH);
}

bool td_pattern_test(td_scope *s, const td_pattern *p, const char *data, size_t len) {
	if (!td__enter(s) || !td__need_handle(s, "pattern", p) || !td__need_handle(s, "data", data)) return false;
	TD_SCOPE(tmp, s);
	td__re_scan scan;
	return td__re_scan_begin(&scan, tmp, p->re, (td_bytes){data, len}, 0) && td__re_scan_next(&scan);
}

/* --- every match --- */

struct td_matches {
	td__re_scan scan;
	td_match match;
};

static td_matches *matches_new(td_scope *s, const td__re_subject *x) {
	td__regex *re = x->re;
	td_bytes text = x->text;
	td_matches *found = td_alloc(s, sizeof *found);
	char *copy = td_alloc(s, text.len + 1);
	size_t *spans = td_alloc_array(s, (size_t)re->groups + 1, 2 * sizeof *spans);
	if (!found || !copy || !spans) return NULL;
	memcpy(copy, text.data, text.len);
	td__regex_hold(re);
	if (!give_to(s, re)) return NULL;
	if (!td__re_scan_begin(&found->scan, s, re, (td_bytes){copy, text.len}, x->start)) return NULL;
	found->scan.done = x->start > text.len;
	found->match = (td_match){re, copy, 0, spans};
	return found;
}

td_matches *(td_re_finditer)(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_re_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__re_subject x;
	if (!td__re_subject_of_text(s, &x, pattern, text, o.flags)) return NULL;
	td_matches *found = matches_new(s, &x);
	td__regex_drop(x.re);
	return found;
}

td_matches *(td_pattern_finditer)(td_scope *s, const td_pattern *p, const char *text, const td_pattern_opts *opts) {
	td_pattern_opts o;
	td__re_subject x;
	return td__re_subject_of(s, &x, p, text, opts, &o) ? matches_new(s, &x) : NULL;
}

const td_match *td_matches_next(td_scope *s, td_matches *found) {
	if (!td__enter(s) || !td__need_handle(s, "found", found)) return NULL;
	const size_t *spans = td__re_scan_next(&found->scan);
	if (!spans || td_failed(s)) return NULL;
	memcpy(found->match.spans, spans, ((size_t)found->match.re->groups + 1) * 2 * sizeof *spans);
	return &found->match;
}

/* --- what a pattern tells of itself --- */

int td_pattern_groups(const td_pattern *p) {
	return p ? p->re->groups : 0;
}

int td_pattern_flags(const td_pattern *p) {
	return p ? p->re->flags : 0;
}

const char *td_pattern_pattern(const td_pattern *p) {
	return p ? p->re->pattern : td_no_text;
}

const td_value *td_pattern_groupindex(td_scope *s, const td_pattern *p) {
	if (!td__enter(s) || !td__need_handle(s, "pattern", p)) return NULL;
	td_value *index = td_value_new_dict(s);
	for (size_t i = 0; i < p->re->name_count; i++)
		td_value_set(s, index, p->re->names[i].name, td_value_new_int(s, p->re->names[i].group));
	return td_failed(s) ? NULL : index;
}
