/* Keys in order, for sort_keys: texts by code point, numbers by size; anything else is the TypeError that Python's sort
 * would stop at. */
#include "data/json_write.h"

static int class_of(const td_value *key) {
	return td__is_text(key) ? key->type : key->type == TD_NULL_TYPE ? TD_NULL_TYPE : TD_INTEGER;
}

/* Without an error: the keys are of one class. */
static bool below(td_scope *s, const td__items *pairs, uint32_t a, uint32_t b) {
	return td_value_compare(s, td__pair_key(pairs, a), td__pair_key(pairs, b)) < 0;
}

static void sink(td_scope *s, const td__items *pairs, uint32_t *heap, size_t at, size_t len) {
	for (size_t child; (child = 2 * at + 1) < len; at = child) {
		if (child + 1 < len && below(s, pairs, heap[child], heap[child + 1])) child++;
		if (!below(s, pairs, heap[at], heap[child])) return;
		uint32_t kept = heap[at];
		heap[at] = heap[child];
		heap[child] = kept;
	}
}

static void sort(td_scope *s, const td__items *pairs, uint32_t *order, size_t len) {
	if (len < 2) return;
	for (size_t i = len / 2; i-- > 0;) sink(s, pairs, order, i, len);
	for (size_t i = len - 1; i > 0; i--) {
		uint32_t kept = order[0];
		order[0] = order[i];
		order[i] = kept;
		sink(s, pairs, order, 0, i);
	}
}

/* Whether the first len are one run, up or down: Python's sort then compares the next with the last of them, and
 * otherwise with the middle of them sorted. */
static bool is_run(td_scope *s, const td__items *pairs, size_t len) {
	bool down = len > 1 && below(s, pairs, 1, 0);
	for (size_t i = 2; i < len; i++) {
		if (below(s, pairs, (uint32_t)i, (uint32_t)i - 1) != down) return false;
	}
	return true;
}

bool td__json_sort(td_scope *s, const td__items *pairs, uint32_t *order) {
	size_t same = 0;
	while (same < pairs->len && class_of(td__pair_key(pairs, same)) == class_of(pairs->nodes)) {
		order[same] = (uint32_t)same;
		same++;
	}
	if (same == pairs->len) {
		sort(s, pairs, order, same);
		return !td_failed(s);
	}
	uint32_t other = (uint32_t)same - 1;
	if (!is_run(s, pairs, same)) {
		sort(s, pairs, order, same);
		other = order[same / 2];
	}
	td_value_compare(s, td__pair_key(pairs, same), td__pair_key(pairs, other));
	return false;
}
