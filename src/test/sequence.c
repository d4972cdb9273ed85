/* sequence.c: the longest common blocks of two sequences, found as Python's difflib finds them, junk and popular items
 * included, so that a diff is the same line by line. */
#include "test/sequence.h"

enum { POPULAR_FROM = 200 };

typedef struct place {
	uint32_t item;
	size_t at;
} place;

typedef struct match {
	size_t i, j, size;
} match;

typedef struct matcher {
	sequence a, b;
	bool blanks;
	place *places; /* of b, by item and then by place; junk and popular items are not there */
	size_t count;
	size_t *lengths, *next_lengths; /* of the match that ends at b[j - 1]; all zero between rows */
	size_t *touched, *next_touched;
} matcher;

static bool is_junk(const matcher *m, uint32_t item) {
	return m->blanks && (item == ' ' || item == '\t');
}

static int by_item(const void *x, const void *y) {
	const place *a = x, *b = y;
	if (a->item != b->item) return a->item < b->item ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static bool prepare(td_scope *s, matcher *m) {
	size_t n = m->b.len;
	m->places = td_alloc_array(s, n + 1, sizeof *m->places);
	m->lengths = td_alloc_array(s, n + 2, sizeof *m->lengths);
	m->next_lengths = td_alloc_array(s, n + 2, sizeof *m->lengths);
	m->touched = td_alloc_array(s, n + 2, sizeof *m->touched);
	m->next_touched = td_alloc_array(s, n + 2, sizeof *m->touched);
	if (!m->places || !m->lengths || !m->next_lengths || !m->touched || !m->next_touched) return false;
	for (size_t j = 0; j < n; j++) m->places[j] = (place){m->b.items[j], j};
	qsort(m->places, n, sizeof *m->places, by_item);
	size_t kept = 0, most = n >= POPULAR_FROM ? n / 100 + 1 : n;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && m->places[end].item == m->places[i].item; end++) continue;
		if (is_junk(m, m->places[i].item) || end - i > most) continue;
		memmove(m->places + kept, m->places + i, (end - i) * sizeof *m->places);
		kept += end - i;
	}
	m->count = kept;
	return true;
}

/* The first place in b of that item at or after from. */
static size_t first_place(const matcher *m, uint32_t item, size_t from) {
	size_t low = 0, high = m->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		const place *p = &m->places[middle];
		if (p->item < item || (p->item == item && p->at < from)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static void forget(size_t *lengths, const size_t *touched, size_t count) {
	for (size_t i = 0; i < count; i++) lengths[touched[i]] = 0;
}

static match longest_free_match(matcher *m, size_t alo, size_t ahi, size_t blo, size_t bhi) {
	match best = {alo, blo, 0};
	size_t count = 0;
	for (size_t i = alo; i < ahi; i++) {
		size_t next_count = 0;
		uint32_t item = m->a.items[i];
		for (size_t p = first_place(m, item, blo); p < m->count && m->places[p].item == item; p++) {
			size_t j = m->places[p].at;
			if (j >= bhi) break;
			size_t k = m->lengths[j] + 1; /* lengths[j] is of the match that ends at j - 1 */
			m->next_lengths[j + 1] = k;
			m->next_touched[next_count++] = j + 1;
			if (k > best.size) best = (match){i + 1 - k, j + 1 - k, k};
		}
		forget(m->lengths, m->touched, count);
		size_t *lengths = m->lengths, *touched = m->touched;
		m->lengths = m->next_lengths;
		m->touched = m->next_touched;
		m->next_lengths = lengths;
		m->next_touched = touched;
		count = next_count;
	}
	forget(m->lengths, m->touched, count);
	return best;
}

/* Items that are popular, then those that are junk, are taken in on each end. */
static match longest_match(matcher *m, size_t alo, size_t ahi, size_t blo, size_t bhi) {
	match best = longest_free_match(m, alo, ahi, blo, bhi);
	const uint32_t *a = m->a.items, *b = m->b.items;
	for (int junk = 0; junk < 2; junk++) {
		while (best.i > alo && best.j > blo && is_junk(m, b[best.j - 1]) == (junk == 1) &&
		       a[best.i - 1] == b[best.j - 1]) {
			best = (match){best.i - 1, best.j - 1, best.size + 1};
		}
		while (best.i + best.size < ahi && best.j + best.size < bhi &&
		       is_junk(m, b[best.j + best.size]) == (junk == 1) && a[best.i + best.size] == b[best.j + best.size]) {
			best.size++;
		}
	}
	return best;
}

static int by_place(const void *x, const void *y) {
	const match *a = x, *b = y;
	if (a->i != b->i) return a->i < b->i ? -1 : 1;
	return a->j < b->j ? -1 : a->j > b->j;
}

/* The blocks in order, adjacent ones joined, and an empty one at the end. */
static match *matching_blocks(td_scope *s, matcher *m, size_t *count) {
	struct range {
		size_t alo, ahi, blo, bhi;
	} *queue = NULL;
	match *blocks = NULL;
	size_t queued = 0, queue_capacity = 0, n = 0, capacity = 0;
	if (!prepare(s, m) || !td__grow(s, (void **)&queue, &queue_capacity, 2, sizeof *queue)) return NULL;
	queue[queued++] = (struct range){0, m->a.len, 0, m->b.len};
	while (queued) {
		struct range r = queue[--queued];
		match x = longest_match(m, r.alo, r.ahi, r.blo, r.bhi);
		if (!x.size) continue;
		if (!td__grow(s, (void **)&blocks, &capacity, n + 1, sizeof *blocks)) return NULL;
		if (!td__grow(s, (void **)&queue, &queue_capacity, queued + 2, sizeof *queue)) return NULL;
		blocks[n++] = x;
		if (r.alo < x.i && r.blo < x.j) queue[queued++] = (struct range){r.alo, x.i, r.blo, x.j};
		if (x.i + x.size < r.ahi && x.j + x.size < r.bhi) {
			queue[queued++] = (struct range){x.i + x.size, r.ahi, x.j + x.size, r.bhi};
		}
	}
	if (!td__grow(s, (void **)&blocks, &capacity, n + 1, sizeof *blocks)) return NULL;
	if (n) qsort(blocks, n, sizeof *blocks, by_place);
	size_t kept = 0;
	for (size_t k = 0; k < n; k++) {
		match *last = kept ? &blocks[kept - 1] : NULL;
		if (last && last->i + last->size == blocks[k].i && last->j + last->size == blocks[k].j) {
			last->size += blocks[k].size;
		} else {
			blocks[kept++] = blocks[k];
		}
	}
	blocks[kept++] = (match){m->a.len, m->b.len, 0};
	*count = kept;
	return blocks;
}

opcode *td__opcodes(td_scope *s, sequence a, sequence b, bool blanks_are_junk, size_t *count) {
	matcher m = {.a = a, .b = b, .blanks = blanks_are_junk};
	size_t blocks_count, i = 0, j = 0, n = 0;
	match *blocks = matching_blocks(s, &m, &blocks_count);
	opcode *codes = blocks ? td_alloc_array(s, 2 * blocks_count, sizeof *codes) : NULL;
	if (!codes) return NULL;
	for (size_t k = 0; k < blocks_count; k++) {
		match x = blocks[k];
		char tag = i < x.i && j < x.j ? 'r' : i < x.i ? 'd' : j < x.j ? 'i' : 0;
		if (tag) codes[n++] = (opcode){tag, i, x.i, j, x.j};
		i = x.i + x.size;
		j = x.j + x.size;
		if (x.size) codes[n++] = (opcode){'e', x.i, i, x.j, j};
	}
	*count = n;
	return codes;
}

static double ratio_of(size_t matches, size_t length) {
	return length ? 2.0 * (double)matches / (double)length : 1.0;
}

double td__ratio(td_scope *s, sequence a, sequence b, bool blanks_are_junk) {
	TD_SCOPE(tmp, s);
	matcher m = {.a = a, .b = b, .blanks = blanks_are_junk};
	size_t count, matches = 0;
	match *blocks = matching_blocks(tmp, &m, &count);
	for (size_t k = 0; blocks && k < count; k++) matches += blocks[k].size;
	return ratio_of(matches, a.len + b.len);
}

static int by_number(const void *x, const void *y) {
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return a < b ? -1 : a > b;
}

static uint32_t *sorted(td_scope *s, sequence x) {
	uint32_t *copy = td_alloc_array(s, x.len + 1, sizeof *copy);
	if (!copy) return NULL;
	if (x.len) memcpy(copy, x.items, x.len * sizeof *copy);
	qsort(copy, x.len, sizeof *copy, by_number);
	return copy;
}

/* How many items both have, without regard to their order. */
double td__quick_ratio(td_scope *s, sequence a, sequence b) {
	TD_SCOPE(tmp, s);
	uint32_t *x = sorted(tmp, a), *y = sorted(tmp, b);
	if (!x || !y) return 0;
	size_t matches = 0;
	for (size_t i = 0, j = 0; i < a.len && j < b.len;) {
		if (x[i] == y[j]) {
			matches++;
			i++;
			j++;
		} else if (x[i] < y[j]) {
			i++;
		} else {
			j++;
		}
	}
	return ratio_of(matches, a.len + b.len);
}
