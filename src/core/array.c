/* An array of things of one size. */
#include <tend/array.h>

#include "core/internal.h"

struct td_array {
	size_t size, len, room, limit;
	char *data;
};

static void end_array(td_scope *c, void *handle) {
	(void)c;
	td_array *a = handle;
	td__free(a->data);
	a->data = NULL;
	a->len = a->room = 0;
}

static bool usable(td_scope *s, td_array *a) {
	if (!td__enter(s) || !td__need_handle(s, "a", a)) return false;
	if (td__handle_open(a)) return true;
	(td_raise)(s, TD_ValueError, "the array is gone, or another process made it");
	return false;
}

/* Makes room for more items behind those that are there. */
static bool make_room(td_scope *s, td_array *a, size_t more) {
	size_t need, bytes;
	if (__builtin_add_overflow(a->len, more, &need) || need > a->limit) {
		(td_raise)(s, TD_OverflowError, "the array holds at most %zu items", a->limit);
		return false;
	}
	if (need <= a->room) return true;
	size_t room = a->room > SIZE_MAX / 2 ? need : a->room * 2;
	if (room < 8) room = 8;
	if (room < need) room = need;
	char *larger = __builtin_mul_overflow(room, a->size, &bytes) ? NULL : td__realloc(a->data, bytes);
	if (!larger) {
		(td_raise)(s, TD_MemoryError, "%s", "");
		return false;
	}
	a->data = larger;
	a->room = room;
	return true;
}

td_array *(td_array_new)(td_scope *s, size_t size, const td_array_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_array_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!size) {
		(td_raise)(s, TD_ValueError, "an item has at least one byte");
		return NULL;
	}
	td_array *a = td__handle_new(s, sizeof *a, end_array);
	if (!a) return NULL;
	a->size = size;
	a->limit = o.limit ? o.limit : SIZE_MAX;
	if (o.room && !make_room(s, a, o.room)) {
		td__handle_close(a);
		return NULL;
	}
	return a;
}

size_t td_array_len(const td_array *a) {
	return a ? a->len : 0;
}

void *td_array_at(const td_array *a, size_t i) {
	return a && i < a->len ? a->data + i * a->size : NULL;
}

void *td_array_data(const td_array *a) {
	static _Alignas(16) char nothing[16];
	return a && a->data ? a->data : nothing;
}

void *(td_array_insert)(td_scope *s, td_array *a, size_t i, const void *item) {
	if (!usable(s, a)) return NULL;
	if (i > a->len) i = a->len;
	ptrdiff_t own = -1; /* an item of the array's own moves with it */
	if (item && a->len && (const char *)item >= a->data && (const char *)item < a->data + a->len * a->size)
		own = (const char *)item - a->data;
	if (!make_room(s, a, 1)) return NULL;
	char *place = a->data + i * a->size;
	memmove(place + a->size, place, (a->len - i) * a->size);
	if (own >= (ptrdiff_t)(i * a->size)) own += (ptrdiff_t)a->size;
	if (own >= 0)
		memcpy(place, a->data + own, a->size);
	else if (item)
		memcpy(place, item, a->size);
	else
		memset(place, 0, a->size);
	a->len++;
	return place;
}

void *(td_array_append)(td_scope *s, td_array *a, const void *item) {
	return (td_array_insert)(s, a, SIZE_MAX, item);
}

bool(td_array_extend)(td_scope *s, td_array *a, const void *items, size_t count) {
	if (!usable(s, a) || (count && !td__need_handle(s, "items", items))) return false;
	ptrdiff_t own = -1;
	if (a->len && (const char *)items >= a->data && (const char *)items < a->data + a->len * a->size)
		own = (const char *)items - a->data;
	if (!make_room(s, a, count)) return false;
	if (count) memcpy(a->data + a->len * a->size, own >= 0 ? a->data + own : items, count * a->size);
	a->len += count;
	return true;
}

bool(td_array_pop)(td_scope *s, td_array *a, size_t i, void *out) {
	if (!usable(s, a)) return false;
	if (i >= a->len) {
		(td_raise)(s, TD_IndexError, a->len ? "pop index out of range" : "pop from empty list");
		return false;
	}
	char *place = a->data + i * a->size;
	if (out) memcpy(out, place, a->size);
	a->len--;
	memmove(place, place + a->size, (a->len - i) * a->size);
	return true;
}

void td_array_clear(td_array *a) {
	if (a) a->len = 0;
}

/* --- sorting: merges runs bottom up, which keeps the order of equals --- */

typedef int (*comparison)(const void *a, const void *b, void *arg);

static void merge(char *out, const char *left, const char *middle, const char *end, size_t size, comparison compare,
                  void *arg) {
	const char *right = middle;
	while (left < middle || right < end) {
		bool take_left = right == end || (left < middle && compare(left, right, arg) <= 0);
		out = mempcpy(out, take_left ? left : right, size);
		if (take_left)
			left += size;
		else
			right += size;
	}
}

bool(td_array_sort)(td_scope *s, td_array *a, comparison compare, void *arg) {
	if (!usable(s, a) || !td__need_handle(s, "compare", (const void *)(uintptr_t)compare)) return false;
	if (a->len < 2) return true;
	size_t bytes = a->len * a->size;
	char *spare = td__malloc(bytes);
	if (!spare) {
		(td_raise)(s, TD_MemoryError, "%s", "");
		return false;
	}
	char *from = a->data, *to = spare;
	for (size_t width = a->size; width<bytes; width = width> bytes / 2 ? bytes : width * 2) {
		for (size_t at = 0; at < bytes; at += 2 * width) {
			size_t middle = bytes - at < width ? bytes : at + width;
			size_t end = bytes - middle < width ? bytes : middle + width;
			merge(to + at, from + at, from + middle, from + end, a->size, compare, arg);
			if (end == bytes) break;
		}
		char *swap = from;
		from = to;
		to = swap;
	}
	if (from != a->data) memcpy(a->data, from, bytes);
	td__free(spare);
	return true;
}
