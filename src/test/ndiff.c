/* ndiff.c: Python's difflib.ndiff: lines that differ, with the places in similar lines marked below them. */
#include "core/buffer.h"
#include "core/unicode.h"
#include "test/asserts.h"
#include "test/sequence.h"

static const double CUTOFF = 0.75, BEST_SO_FAR = 0.74;

typedef struct lines {
	td_strs text;
	sequence *letters; /* of each line: its code points */
	uint32_t *numbers; /* of each line: the same for the same text, in a and b */
} lines;

typedef struct differ {
	td_scope *s;
	td__buffer *out;
	const char *end;
	lines a, b;
} differ;

static void put(differ *d, const char *tag, const char *text) {
	td__buffer_put(d->out, tag, 2);
	td__buffer_put(d->out, text, strlen(text));
	td__buffer_put(d->out, d->end, strlen(d->end));
}

static void dump(differ *d, const char *tag, const lines *x, size_t low, size_t high) {
	for (size_t i = low; i < high; i++) put(d, tag, x->text.items[i]);
}

static void plain_replace(differ *d, size_t alo, size_t ahi, size_t blo, size_t bhi) {
	if (bhi - blo < ahi - alo) {
		dump(d, "+ ", &d->b, blo, bhi);
		dump(d, "- ", &d->a, alo, ahi);
	} else {
		dump(d, "- ", &d->a, alo, ahi);
		dump(d, "+ ", &d->b, blo, bhi);
	}
}

/* Marks stand below their letters: a tab above is a tab below. */
static void put_marks(differ *d, sequence line, char *marks) {
	size_t len = strlen(marks), kept = 0;
	for (size_t i = 0; i < len; i++) {
		if (marks[i] == ' ' && td__is_space(line.items[i]) && line.items[i] < 0x80) marks[i] = (char)line.items[i];
		if (!td__is_space((unsigned char)marks[i])) kept = i + 1;
	}
	if (!kept) return;
	marks[kept] = '\0';
	td__buffer_lit(d->out, "? ");
	td__buffer_put(d->out, marks, kept);
	td__buffer_char(d->out, '\n');
	td__buffer_put(d->out, d->end, strlen(d->end));
}

static void similar_pair(differ *d, size_t i, size_t j) {
	TD_SCOPE(tmp, d->s);
	sequence a = d->a.letters[i], b = d->b.letters[j];
	size_t count, x = 0, y = 0;
	opcode *codes = td__opcodes(tmp, a, b, true, &count);
	char *a_marks = td_alloc(tmp, a.len + 1), *b_marks = td_alloc(tmp, b.len + 1);
	if (!codes || !a_marks || !b_marks) return;
	for (size_t k = 0; k < count; k++) {
		const opcode *c = &codes[k];
		memset(a_marks + x, c->tag == 'r' ? '^' : c->tag == 'd' ? '-' : ' ', c->i2 - c->i1);
		memset(b_marks + y, c->tag == 'r' ? '^' : c->tag == 'i' ? '+' : ' ', c->j2 - c->j1);
		x += c->i2 - c->i1;
		y += c->j2 - c->j1;
	}
	put(d, "- ", d->a.text.items[i]);
	put_marks(d, a, a_marks);
	put(d, "+ ", d->b.text.items[j]);
	put_marks(d, b, b_marks);
}

static void fancy_replace(differ *d, size_t alo, size_t ahi, size_t blo, size_t bhi);

static void around(differ *d, size_t alo, size_t ahi, size_t blo, size_t bhi) {
	if (alo < ahi && blo < bhi) {
		fancy_replace(d, alo, ahi, blo, bhi);
	} else {
		dump(d, "- ", &d->a, alo, ahi);
		dump(d, "+ ", &d->b, blo, bhi);
	}
}

static double similarity(differ *d, size_t i, size_t j, double best) {
	sequence a = d->a.letters[i], b = d->b.letters[j];
	size_t length = a.len + b.len, least = a.len < b.len ? a.len : b.len;
	if (length && 2.0 * (double)least / (double)length <= best) return 0;
	if (td__quick_ratio(d->s, a, b) <= best) return 0;
	return td__ratio(d->s, a, b, true);
}

/* Finds the pair of lines that are most alike without being the same, shows it with marks, and goes on before and after
 * it. */
static void fancy_replace(differ *d, size_t alo, size_t ahi, size_t blo, size_t bhi) {
	double best = BEST_SO_FAR;
	size_t best_i = 0, best_j = 0, same_i = 0, same_j = 0;
	bool any_same = false;
	for (size_t j = blo; j < bhi; j++) {
		for (size_t i = alo; i < ahi; i++) {
			if (d->a.numbers[i] == d->b.numbers[j]) {
				if (!any_same) same_i = i, same_j = j;
				any_same = true;
				continue;
			}
			double ratio = similarity(d, i, j, best);
			if (ratio > best) best = ratio, best_i = i, best_j = j;
		}
	}
	bool alike = best >= CUTOFF;
	if (!alike && !any_same) {
		plain_replace(d, alo, ahi, blo, bhi);
		return;
	}
	if (!alike) best_i = same_i, best_j = same_j;
	around(d, alo, best_i, blo, best_j);
	if (alike) {
		similar_pair(d, best_i, best_j);
	} else {
		put(d, "  ", d->a.text.items[best_i]);
	}
	around(d, best_i + 1, ahi, best_j + 1, bhi);
}

/* --- lines as sequences --- */

static sequence letters_of(td_scope *s, const char *text) {
	size_t len = strlen(text), n = 0;
	uint32_t *items = td_alloc_array(s, len + 1, sizeof *items);
	if (!items) return (sequence){NULL, 0};
	for (const char *at = text, *end = text + len; at < end;) items[n++] = td__utf8_next(&at, end);
	return (sequence){items, n};
}

static int by_text(const void *x, const void *y) {
	return strcmp(**(const char *const *const *)x, **(const char *const *const *)y);
}

/* Gives equal lines of both the same number. */
static bool number_lines(td_scope *s, lines *a, lines *b) {
	size_t count = a->text.len + b->text.len;
	const char *const **sorted = td_alloc_array(s, count + 1, sizeof *sorted);
	a->numbers = td_alloc_array(s, a->text.len + 1, sizeof *a->numbers);
	b->numbers = td_alloc_array(s, b->text.len + 1, sizeof *b->numbers);
	if (!sorted || !a->numbers || !b->numbers) return false;
	for (size_t i = 0; i < a->text.len; i++) sorted[i] = &a->text.items[i];
	for (size_t i = 0; i < b->text.len; i++) sorted[a->text.len + i] = &b->text.items[i];
	qsort(sorted, count, sizeof *sorted, by_text);
	uint32_t number = 0;
	for (size_t k = 0; k < count; k++) {
		if (k && strcmp(*sorted[k], *sorted[k - 1]) != 0) number++;
		bool in_a = a->text.len && sorted[k] >= a->text.items && sorted[k] < a->text.items + a->text.len;
		if (in_a) {
			a->numbers[sorted[k] - a->text.items] = number;
		} else {
			b->numbers[sorted[k] - b->text.items] = number;
		}
	}
	return true;
}

static bool split_letters(td_scope *s, lines *x) {
	x->letters = td_alloc_array(s, x->text.len + 1, sizeof *x->letters);
	for (size_t i = 0; x->letters && i < x->text.len; i++) x->letters[i] = letters_of(s, x->text.items[i]);
	return !td_failed(s);
}

const char *td__ndiff(td_scope *s, td_strs a, td_strs b, const char *end) {
	if (!td__enter(s)) return td_no_text;
	TD_SCOPE(tmp, s);
	td__buffer out;
	differ d = {tmp, &out, end, {.text = a}, {.text = b}};
	size_t count = 0;
	if (!number_lines(tmp, &d.a, &d.b) || !split_letters(tmp, &d.a) || !split_letters(tmp, &d.b)) return td_no_text;
	opcode *codes = td__opcodes(tmp, (sequence){d.a.numbers, a.len}, (sequence){d.b.numbers, b.len}, false, &count);
	if (!codes) return td_no_text;
	td__buffer_begin(&out, s);
	for (size_t k = 0; k < count; k++) {
		const opcode *c = &codes[k];
		switch (c->tag) {
		case 'r': fancy_replace(&d, c->i1, c->i2, c->j1, c->j2); break;
		case 'd': dump(&d, "- ", &d.a, c->i1, c->i2); break;
		case 'i': dump(&d, "+ ", &d.b, c->j1, c->j2); break;
		default: dump(&d, "  ", &d.a, c->i1, c->i2); break;
		}
	}
	return td__buffer_text(&out).data;
}
