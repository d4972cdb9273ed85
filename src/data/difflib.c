/* difflib.c: how alike two texts are, by Ratcliff and Obershelp's matching blocks as Python's SequenceMatcher finds them. */
#include <tend/difflib.h>

#include "core/internal.h"
#include "core/unicode.h"

typedef struct letters {
	uint32_t *at;
	size_t len;
} letters;

static bool decode(td_scope *s, const char *text, letters *out) {
	const char *end = text + strlen(text);
	out->at = td_alloc_array(s, (size_t)(end - text) + 1, sizeof *out->at);
	if (!out->at) return false;
	out->len = 0;
	while (text < end) out->at[out->len++] = td__utf8_next(&text, end);
	return true;
}

typedef struct matcher {
	letters a, b;
	bool *popular; /* of b: so frequent in a long text that matches do not begin there */
	size_t *row, *next;
} matcher;

/* Python's autojunk: in 200 letters or more, those that make up over a hundredth. */
static void mark_popular(matcher *m) {
	if (m->b.len < 200) return;
	for (size_t i = 0; i < m->b.len; i++) {
		size_t count = 0;
		for (size_t j = 0; j < m->b.len; j++) count += m->b.at[j] == m->b.at[i];
		m->popular[i] = count > m->b.len / 100 + 1;
	}
}

typedef struct span {
	size_t a_from, a_to, b_from, b_to;
} span;

/* The letters in the longest common block and, on both sides of it, in the next ones. */
static size_t matching(matcher *m, span in) {
	const uint32_t *a = m->a.at, *b = m->b.at;
	size_t best_a = in.a_from, best_b = in.b_from, best = 0;
	memset(m->row, 0, (m->b.len + 1) * sizeof *m->row);
	for (size_t i = in.a_from; i < in.a_to; i++) {
		memset(m->next, 0, (m->b.len + 1) * sizeof *m->next);
		for (size_t j = in.b_from; j < in.b_to; j++) {
			if (a[i] != b[j] || m->popular[j]) continue;
			size_t k = m->next[j + 1] = (j > in.b_from ? m->row[j] : 0) + 1;
			if (k > best) {
				best = k;
				best_a = i - k + 1;
				best_b = j - k + 1;
			}
		}
		size_t *swap = m->row;
		m->row = m->next;
		m->next = swap;
	}
	while (best_a > in.a_from && best_b > in.b_from && a[best_a - 1] == b[best_b - 1]) {
		best_a--;
		best_b--;
		best++;
	}
	while (best_a + best < in.a_to && best_b + best < in.b_to && a[best_a + best] == b[best_b + best]) best++;
	if (best == 0) return 0;
	size_t left = matching(m, (span){in.a_from, best_a, in.b_from, best_b});
	return best + left + matching(m, (span){best_a + best, in.a_to, best_b + best, in.b_to});
}

static double ratio(td_scope *s, const letters *a, const letters *b) {
	matcher m = {.a = *a, .b = *b};
	m.popular = td_alloc_array(s, b->len + 1, sizeof *m.popular);
	m.row = td_alloc_array(s, b->len + 1, sizeof *m.row);
	m.next = td_alloc_array(s, b->len + 1, sizeof *m.next);
	if (!m.popular || !m.row || !m.next) return 0;
	if (a->len + b->len == 0) return 1;
	mark_popular(&m);
	return 2.0 * (double)matching(&m, (span){0, a->len, 0, b->len}) / (double)(a->len + b->len);
}

typedef struct scored {
	double score;
	const char *text;
} scored;

/* The best first; of two equals the greater text, as heapq.nlargest has them. */
static int by_score(const void *x, const void *y) {
	const scored *a = x, *b = y;
	if (a->score != b->score) return a->score < b->score ? 1 : -1;
	return strcmp(b->text, a->text);
}

td_strs(td_difflib_get_close_matches)(td_scope *s, const char *word, td_strs possibilities,
                                      const td_difflib_get_close_matches_opts *opts) {
	static const char *const nothing[] = {NULL};
	td_strs none = {nothing, 0};
	td_difflib_get_close_matches_opts o;
	if (!td__enter_opts(s, opts) || !td__need_text(s, "word", word)) return none;
	if (!td__need_strs(s, "possibilities", possibilities)) return none;
	td__opts_copy(&o, sizeof o, opts);
	double cutoff = o.cutoff.given ? o.cutoff.value : 0.6;
	if (o.n < 0) {
		td_raise(s, TD_ValueError, "n must be > 0: %d", o.n);
		return none;
	}
	TD_SCOPE(tmp, s);
	if (!(cutoff >= 0 && cutoff <= 1)) {
		td_raise(s, TD_ValueError, "cutoff must be in [0.0, 1.0]: %s", td_float_repr(tmp, cutoff));
		return none;
	}
	letters b, a;
	scored *found = td_alloc_array(tmp, possibilities.len + 1, sizeof *found);
	if (!found || !decode(tmp, word, &b)) return none;
	size_t count = 0;
	for (size_t i = 0; i < possibilities.len; i++) {
		TD_SCOPE(one, tmp);
		if (!decode(one, possibilities.items[i], &a)) return none;
		double score = ratio(one, &a, &b);
		if (score >= cutoff) found[count++] = (scored){score, possibilities.items[i]};
	}
	qsort(found, count, sizeof *found, by_score);
	size_t most = o.n ? (size_t)o.n : 3;
	if (count > most) count = most;
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!items) return none;
	for (size_t i = 0; i < count; i++) items[i] = found[i].text;
	return (td_strs){items, count};
}
