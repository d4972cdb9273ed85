/* Making values: scalars, open lists and dicts, setters, deep copies, literals. A setter copies what it is given into the
 * container's scope, so no value is in two places and a cycle cannot come about. */
#include "core/number.h"
#include "core/value_build.h"

/* --- scalars --- */

static td_value *new_node(td_scope *s, uint8_t type) {
	if (!td__enter(s)) return NULL;
	td_value *v = td__alloc_raw(s, sizeof *v);
	if (v) *v = (td_value){.type = type};
	return v;
}

td_value *td_value_new_null(td_scope *s) {
	return new_node(s, TD_NULL_TYPE);
}

td_value *td_value_new_bool(td_scope *s, bool b) {
	td_value *v = new_node(s, TD_BOOL);
	if (v) v->as.b = b;
	return v;
}

td_value *td_value_new_int(td_scope *s, int64_t i) {
	td_value *v = new_node(s, TD_INTEGER);
	if (v) v->as.i = i;
	return v;
}

static bool node_uint(td_scope *s, td_value *v, uint64_t u) {
	*v = (td_value){.type = TD_INTEGER};
	if (u <= INT64_MAX) {
		v->as.i = (int64_t)u;
		return true;
	}
	char *digits = td__alloc_raw(s, TD__INT_MOST);
	if (!digits) return false;
	v->n = (uint32_t)td__uint_text(digits, u);
	digits[v->n] = '\0';
	v->flags = TD__V_DIGITS;
	v->as.text = digits;
	return true;
}

td_value *td_value_new_uint(td_scope *s, uint64_t u) {
	td_value *v = new_node(s, TD_INTEGER);
	return v && node_uint(s, v, u) ? v : NULL;
}

bool td__node_digits(td_scope *s, td_value *v, const char *digits, size_t len) {
	const char *p = digits, *end = digits + len;
	bool negative = p < end && *p == '-';
	p += negative;
	while (p + 1 < end && *p == '0') p++;
	*v = (td_value){.type = TD_INTEGER};
	if (td__int_read(p, end, negative, &v->as.i)) return true;
	if ((size_t)(end - p) >= UINT32_MAX) {
		td_raise(s, TD_OverflowError, "an int of %zu digits is too long", (size_t)(end - p));
		return false;
	}
	char *text = td__alloc_raw(s, (size_t)(end - p) + 2), *out = text;
	if (!text) return false;
	if (negative) *out++ = '-';
	memcpy(out, p, (size_t)(end - p));
	out += end - p;
	*out = '\0';
	v->flags = TD__V_DIGITS;
	v->n = (uint32_t)(out - text);
	v->as.text = text;
	return true;
}

td_value *td_value_new_digits(td_scope *s, const char *digits) {
	if (!td__enter(s) || !td__need_text(s, "digits", digits)) return NULL;
	const char *p = digits + (digits[0] == '-');
	size_t len = strspn(p, "0123456789");
	if (len == 0 || p[len]) {
		td_raise(s, TD_ValueError, "an int is decimal digits with a sign or without, not '%s'", digits);
		return NULL;
	}
	td_value *v = new_node(s, TD_INTEGER);
	return v && td__node_digits(s, v, digits, strlen(digits)) ? v : NULL;
}

td_value *td_value_new_float(td_scope *s, double d) {
	td_value *v = new_node(s, TD_FLOAT_TYPE);
	if (v) v->as.d = d;
	return v;
}

bool td__node_text(td_scope *s, td_value *v, uint8_t type, const char *data, size_t len) {
	*v = (td_value){.type = type};
	if (len <= TD__SHORT_MOST) {
		v->flags = TD__V_SHORT;
		v->n = (uint32_t)len;
		memcpy(v->as.in, data, len);
		return true;
	}
	bool is_long = len > UINT32_MAX;
	if (len > SIZE_MAX / 2) {
		td__raise_memory(s);
		return false;
	}
	size_t head = is_long ? sizeof(td__big_text) : 0;
	char *memory = td__alloc_raw(s, head + len + 1);
	if (!memory) return false;
	char *text = memory + head;
	memcpy(text, data, len);
	text[len] = '\0';
	if (is_long) {
		td__big_text *big = (td__big_text *)(void *)memory;
		*big = (td__big_text){len, text};
		v->flags = TD__V_LONG;
		v->as.big_text = big;
	} else {
		v->n = (uint32_t)len;
		v->as.text = text;
	}
	return true;
}

static td_value *new_text(td_scope *s, uint8_t type, td_bytes text, const char *what) {
	if (!td__enter(s) || !td__need_handle(s, what, text.data)) return NULL;
	td_value *v = new_node(s, type);
	return v && td__node_text(s, v, type, text.data, text.len) ? v : NULL;
}

td_value *td_value_new_str(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return NULL;
	return new_text(s, TD_STR, (td_bytes){text, strlen(text)}, "text");
}

td_value *td_value_new_text(td_scope *s, td_bytes text) {
	return new_text(s, TD_STR, text, "text");
}

td_value *td_value_new_bytes(td_scope *s, td_bytes bytes) {
	return new_text(s, TD_BYTES, bytes, "bytes");
}

/* --- open containers --- */

static bool node_box(td_scope *s, td_value *v, uint8_t type, size_t stride, size_t capacity) {
	*v = (td_value){.type = type};
	if (capacity > UINT32_MAX) {
		td_raise(s, TD_OverflowError, "a container of %zu values is too long", capacity);
		return false;
	}
	td__box *box = td__alloc_raw(s, sizeof *box);
	if (!box) return false;
	*box = (td__box){.scope = s, .stride = (uint32_t)stride, .capacity = (uint32_t)capacity};
	if (capacity) {
		box->items = td__alloc_raw(s, capacity * stride * (type == TD_DICT ? 2 : 1));
		if (!box->items) return false;
	}
	v->flags = TD__V_BOX;
	v->as.box = box;
	return true;
}

static td_value *new_container(td_scope *s, uint8_t type, size_t capacity) {
	td_value *v = new_node(s, type);
	return v && node_box(s, v, type, TD__NODE, capacity) ? v : NULL;
}

td_value *td_value_new_list(td_scope *s) {
	return new_container(s, TD_LIST, 0);
}

td_value *td_value_new_dict(td_scope *s) {
	return new_container(s, TD_DICT, 0);
}

td_value *td_value_new_strs(td_scope *s, td_strs list) {
	if (!td__enter(s) || !td__need_strs(s, "list", list)) return NULL;
	td_value *v = new_container(s, TD_LIST, list.len);
	if (!v) return NULL;
	for (size_t i = 0; i < list.len; i++) {
		if (!td__node_text(s, td__step(v->as.box->items, i * TD__NODE), TD_STR, list.items[i], strlen(list.items[i]))) {
			return NULL;
		}
		v->as.box->len++;
	}
	return v;
}

/* --- copying: iteratively, since a tree may be deeper than a stack --- */

typedef struct job {
	const td_value *from;
	td_value *to;
	size_t count, from_stride, to_stride;
} job;

typedef struct jobs {
	void *items;
	size_t len, capacity;
	td_scope *tmp;
	const char *source, *source_copy; /* of the places: one name for a whole tree */
} jobs;

static bool copy_index(td_scope *s, td__box *box) {
	if (box->len <= TD__INDEX_FROM) return true;
	size_t slots = td__index_slots(box->capacity);
	box->index.slots = td__alloc_raw(s, slots * sizeof *box->index.slots);
	if (!box->index.slots) return false;
	box->index.mask = (uint32_t)(slots - 1);
	td__items pairs = {box->items, box->len, box->stride};
	td__index_fill(&box->index, &pairs);
	return true;
}

static bool copy_node(td_scope *s, jobs *work, td_value *to, const td_value *from) {
	uint16_t hash = from->hash;
	if (td__is_text(from)) {
		td_bytes text = td__text_of(from);
		if (!td__node_text(s, to, from->type, text.data, text.len)) return false;
	} else if (from->type == TD_INTEGER && from->flags & TD__V_DIGITS) {
		if (!td__node_digits(s, to, from->as.text, from->n)) return false;
	} else if (td__is_container(from)) {
		td__items c = td__items_of(from);
		if (!node_box(s, to, from->type, c.stride, c.len)) return false;
		if (c.len) {
			if (!td__grow(work->tmp, &work->items, &work->capacity, work->len + 1, sizeof(job))) return false;
			((job *)work->items)[work->len++] =
				(job){c.nodes, to->as.box->items, c.len * (from->type == TD_DICT ? 2 : 1), c.stride, c.stride};
		}
		/* The keys are not there yet, but an index needs their hashes only: it is filled from the original's. */
		to->as.box->len = (uint32_t)c.len;
		if (from->type == TD_DICT && c.len > TD__INDEX_FROM) {
			td__box source = {.items = c.nodes,
			                  .len = (uint32_t)c.len,
			                  .stride = (uint32_t)c.stride,
			                  .capacity = (uint32_t)c.len};
			if (!copy_index(s, &source)) return false;
			to->as.box->index = source.index;
		}
	} else {
		*to = *from;
		to->flags = 0;
	}
	to->hash = hash;
	return true;
}

/* The name of the source lives where the tree does; a copy that outlives the tree has its own. */
static const char *copy_source(td_scope *s, jobs *work, const char *source) {
	if (!source || !*source) return source ? "" : NULL;
	if (work && work->source == source) return work->source_copy;
	const char *copy = td_strdup(s, source);
	if (work) {
		work->source = source;
		work->source_copy = copy;
	}
	return copy;
}

/* to has room for a place if wide; a place that from lacks is none. */
static bool copy_placed(td_scope *s, jobs *work, td_value *to, const td_value *from, bool wide) {
	if (!copy_node(s, work, to, from)) return false;
	if (wide) {
		const td__place *place = td__place_of(from);
		td__place *mine = (td__place *)(void *)(to + 1);
		*mine = place ? *place : (td__place){0};
		mine->source = copy_source(s, work, mine->source);
		to->flags |= TD__V_PLACE;
	}
	return !td_failed(s);
}

static bool copy_deep(td_scope *s, td_value *to, const td_value *from, bool wide) {
	if (!td__is_container(from)) return copy_placed(s, NULL, to, from, wide);
	TD_SCOPE(tmp, s);
	jobs work = {.tmp = tmp};
	if (!copy_placed(s, &work, to, from, wide)) return false;
	while (work.len) {
		job j = ((job *)work.items)[--work.len];
		for (size_t i = 0; i < j.count; i++) {
			td_value *node = td__step(j.to, i * j.to_stride);
			const td_value *original = td__step(j.from, i * j.from_stride);
			if (!copy_placed(s, &work, node, original, j.to_stride == TD__WIDE_NODE)) return false;
		}
	}
	return true;
}

td_value *td_value_copy(td_scope *s, const td_value *v) {
	if (!td__enter(s) || !td__need_handle(s, "v", v)) return NULL;
	bool wide = v->flags & TD__V_PLACE;
	td_value *copy = td__alloc_raw(s, wide ? TD__WIDE_NODE : TD__NODE);
	return copy && copy_deep(s, copy, v, wide) ? copy : NULL;
}

const td_value *td__keep_value(td_scope *up, const td_value *value) {
	return td_value_copy(up, value);
}

/* --- setters --- */

static bool need_container(td_scope *s, const td_value *v, uint8_t type, const char *what) {
	if (!td__enter(s) || !td__need_handle(s, what, v)) return false;
	if (v->type != type) {
		td_raise(s, TD_TypeError, "%s must be %s, not %s", what, type == TD_LIST ? "list" : "dict",
		         td_value_type_name(v));
		return false;
	}
	if (!(v->flags & TD__V_BOX)) {
		td_raise(s, TD_TypeError, "a %s that was read does not change: td_value_copy it", what);
		return false;
	}
	if (td_failed(v->as.box->scope)) {
		td_raise(s, TD_RuntimeError, "the %s lives in a scope that has failed", what);
		return false;
	}
	return true;
}

/* What went wrong on the container's scope is told on the caller's too. */
static bool report(td_scope *s, const td__box *box) {
	if (!td_failed(s) && td_failed(box->scope)) td__raise_memory(s);
	return false;
}

/* Room for one more item or pair, and for places if wide. */
static bool box_room(td_scope *s, td__box *box, bool dict, bool wide) {
	size_t stride = wide ? TD__WIDE_NODE : box->stride, per = dict ? 2 : 1;
	if (box->len < box->capacity && stride == box->stride) return true;
	if (box->len >= UINT32_MAX / 2) {
		td_raise(s, TD_OverflowError, "the container is full");
		return false;
	}
	size_t capacity = box->len < box->capacity ? box->capacity : box->capacity ? (size_t)box->capacity * 2 : 4;
	td_value *items = td__alloc_raw(box->scope, capacity * stride * per);
	if (!items) return report(s, box);
	if (stride == box->stride) {
		if (box->len) memcpy(items, box->items, box->len * stride * per);
	} else {
		for (size_t i = 0; i < box->len * per; i++) {
			td_value *to = td__step(items, i * stride);
			*to = *td__step(box->items, i * box->stride);
			*(td__place *)(void *)(to + 1) = (td__place){0};
			to->flags |= TD__V_PLACE;
		}
	}
	box->items = items;
	box->capacity = (uint32_t)capacity;
	box->stride = (uint32_t)stride;
	return true;
}

/* Copies into a node of the box. A failed one is left a null, so that no half-made value is ever seen. */
static bool put(td_scope *s, td__box *box, td_value *to, const td_value *v) {
	if (copy_deep(box->scope, to, v, box->stride == TD__WIDE_NODE)) return true;
	*to = (td_value){.type = TD_NULL_TYPE};
	return report(s, box);
}

bool td_value_append(td_scope *s, td_value *list, const td_value *v) {
	if (!need_container(s, list, TD_LIST, "list") || !td__need_handle(s, "v", v)) return false;
	td__box *box = list->as.box;
	if (!box_room(s, box, false, v->flags & TD__V_PLACE)) return false;
	if (!put(s, box, td__step(box->items, (size_t)box->len * box->stride), v)) return false;
	box->len++;
	return true;
}

bool td_value_set_at(td_scope *s, td_value *list, size_t i, const td_value *v) {
	if (!need_container(s, list, TD_LIST, "list") || !td__need_handle(s, "v", v)) return false;
	td__box *box = list->as.box;
	if (i >= box->len) {
		td_raise(s, TD_IndexError, "list assignment index out of range");
		return false;
	}
	td_value fresh[2];
	if (!put(s, box, fresh, v)) return false;
	memcpy((void *)td__step(box->items, i * box->stride), fresh, box->stride);
	return true;
}

static bool index_pair(td_scope *s, td__box *box, uint64_t hash) {
	size_t slots = td__index_slots(box->len);
	if (box->index.slots && slots <= (size_t)box->index.mask + 1) {
		td__index_add(&box->index, hash, box->len - 1);
		return true;
	}
	if (box->len <= TD__INDEX_FROM) return true;
	slots = td__index_slots((size_t)box->len * 2);
	td__index index = {td__alloc_raw(box->scope, slots * sizeof *index.slots), (uint32_t)(slots - 1)};
	if (!index.slots) {
		box->len--;
		return report(s, box);
	}
	td__items pairs = {box->items, box->len, box->stride};
	td__index_fill(&index, &pairs);
	box->index = index;
	return true;
}

bool td_value_set_key(td_scope *s, td_value *dict, const td_value *key, const td_value *v) {
	if (!need_container(s, dict, TD_DICT, "dict")) return false;
	if (!td__need_handle(s, "key", key) || !td__need_handle(s, "v", v)) return false;
	if (td__is_container(key)) {
		td_raise(s, TD_TypeError, "unhashable type: '%s'", td_value_type_name(key));
		return false;
	}
	td__box *box = dict->as.box;
	int64_t at = td__dict_find(dict, key);
	td_value fresh[2];
	if (at >= 0) {
		td__items pairs = {box->items, box->len, box->stride};
		if (!put(s, box, fresh, v)) return false;
		memcpy((void *)td__pair_value(&pairs, (size_t)at), fresh, box->stride);
		return true;
	}
	if (!box_room(s, box, true, (key->flags | v->flags) & TD__V_PLACE)) return false;
	td__items pairs = {box->items, box->len, box->stride};
	td_value *place = td__pair_key(&pairs, box->len);
	uint64_t hash = td__key_hash(key);
	if (!put(s, box, place, key) || !put(s, box, td__pair_value(&pairs, box->len), v)) return false;
	place->hash = (uint16_t)(hash >> 48);
	box->len++;
	return index_pair(s, box, hash);
}

bool td_value_set(td_scope *s, td_value *dict, const char *key, const td_value *v) {
	if (!td__enter(s) || !td__need_text(s, "key", key)) return false;
	td__big_text text = {strlen(key), key};
	td_value k;
	td__node_borrow(&k, &text);
	return td_value_set_key(s, dict, &k, v);
}

bool td_value_remove(td_scope *s, td_value *dict, const char *key) {
	if (!need_container(s, dict, TD_DICT, "dict") || !td__need_text(s, "key", key)) return false;
	td__big_text text = {strlen(key), key};
	td_value k;
	td__node_borrow(&k, &text);
	int64_t at = td__dict_find(dict, &k);
	if (at < 0) return td__need(s, dict, &key, 1) != NULL;
	td__box *box = dict->as.box;
	td__items pairs = {box->items, box->len, box->stride};
	size_t pair = 2 * (size_t)box->stride;
	memmove((void *)td__pair_key(&pairs, (size_t)at), td__pair_key(&pairs, (size_t)at + 1),
	        (box->len - (size_t)at - 1) * pair);
	pairs.len = --box->len;
	if (box->index.slots) td__index_fill(&box->index, &pairs);
	return true;
}

/* --- literals --- */

td_value *td__value(td_scope *s, td_lit item) {
	switch (item.kind) {
	case TD__LIT_NULL: return td_value_new_null(s);
	case TD__LIT_BOOL: return td_value_new_bool(s, item.as.i != 0);
	case TD__LIT_INT: return td_value_new_int(s, item.as.i);
	case TD__LIT_UINT: return td_value_new_uint(s, item.as.u);
	case TD__LIT_FLOAT: return td_value_new_float(s, item.as.d);
	case TD__LIT_TEXT: return td_value_new_str(s, item.as.t);
	case TD__LIT_BYTES: return td_value_new_bytes(s, item.as.b);
	case TD__LIT_STRS: return td_value_new_strs(s, item.as.l);
	case TD__LIT_VALUE: return td_value_copy(s, item.as.v);
	default: td_raise(s, TD_TypeError, "the literal is not one of this library's"); return NULL;
	}
}

static size_t literal_count(const td_lit *items, size_t count) {
	if (count != SIZE_MAX) return count;
	for (count = 0; items[count].kind != TD__LIT_END;) count++;
	return count;
}

/* A literal as a value to copy from: in place where nothing has to be made. */
static const td_value *literal_node(td_scope *s, td_value *v, td__big_text *text, const td_lit *item) {
	*v = (td_value){.type = TD_NULL_TYPE};
	switch (item->kind) {
	case TD__LIT_TEXT:
		if (!td__need_text(s, "item", item->as.t)) return NULL;
		*text = (td__big_text){strlen(item->as.t), item->as.t};
		td__node_borrow(v, text);
		return v;
	case TD__LIT_VALUE: return td__need_handle(s, "item", item->as.v) ? item->as.v : NULL;
	case TD__LIT_NULL: return v;
	case TD__LIT_BOOL: v->type = TD_BOOL, v->as.b = item->as.i != 0; return v;
	case TD__LIT_INT: v->type = TD_INTEGER, v->as.i = item->as.i; return v;
	case TD__LIT_FLOAT: v->type = TD_FLOAT_TYPE, v->as.d = item->as.d; return v;
	default: return td__value(s, *item);
	}
}

td_value *td__list(td_scope *s, const td_lit *items, size_t count) {
	if (!td__enter(s)) return NULL;
	count = literal_count(items, count);
	td_value *list = new_container(s, TD_LIST, count);
	for (size_t i = 0; list && i < count; i++) {
		td__big_text text;
		td_value borrowed;
		const td_value *v = literal_node(s, &borrowed, &text, &items[i]);
		if (!v || !td_value_append(s, list, v)) return NULL;
	}
	return list;
}

td_value *td__dict(td_scope *s, const td_lit *pairs, size_t count) {
	if (!td__enter(s)) return NULL;
	count = literal_count(pairs, count);
	if (count % 2) {
		td_raise(s, TD_ValueError, "a dict literal is keys and values in turn; the last key has no value");
		return NULL;
	}
	td_value *dict = new_container(s, TD_DICT, count / 2);
	for (size_t i = 0; dict && i < count; i += 2) {
		td__big_text key_text, text;
		td_value key_node, node;
		const td_value *key = literal_node(s, &key_node, &key_text, &pairs[i]);
		const td_value *v = key ? literal_node(s, &node, &text, &pairs[i + 1]) : NULL;
		if (!v || !td_value_set_key(s, dict, key, v)) return NULL;
	}
	return dict;
}
