/* Growing text. See buffer.h. */
#include "core/buffer.h"

enum { HEADER = 32, ADOPT_FROM = 1 << 16 };

void td__buffer_begin(td__buffer *b, td_scope *s) {
	b->data = b->first;
	b->len = 0;
	b->cap = sizeof b->first;
	b->s = s;
	b->failed = false;
	b->block = NULL;
}

void td__buffer_drop(td__buffer *b) {
	td__free(b->block);
	b->block = NULL;
	b->data = b->first;
	b->len = b->cap = 0;
}

bool td__buffer_grow(td__buffer *b, size_t more) {
	if (b->failed) return false;
	size_t wanted = b->cap * 2;
	if (more > SIZE_MAX / 4 || wanted > SIZE_MAX / 4)
		wanted = 0;
	else if (wanted < b->len + more)
		wanted = b->len + more;
	char *block = wanted ? td__realloc(b->block, HEADER + wanted) : NULL;
	if (!block) {
		b->failed = true;
		td__raise_memory(b->s);
		return false;
	}
	if (!b->block) memcpy(block + HEADER, b->first, b->len);
	b->block = block;
	b->data = block + HEADER;
	b->cap = wanted;
	return true;
}

td_bytes td__buffer_text(td__buffer *b) {
	td_bytes text = {td_no_text, 0};
	if (!td__enter(b->s) || !td__buffer_room(b, 1)) {
		td__buffer_drop(b);
		return text;
	}
	b->data[b->len] = '\0';
	if (b->block && b->len >= ADOPT_FROM && !td__is_debug()) {
		char *smaller = td__realloc(b->block, HEADER + b->len + 1);
		if (smaller) b->block = smaller;
		td__adopt(b->s, b->block, HEADER + b->len + 1);
		text = (td_bytes){b->block + HEADER, b->len};
		b->block = NULL;
	} else {
		char *copy = td__alloc_raw(b->s, b->len + 1);
		if (copy) {
			memcpy(copy, b->data, b->len + 1);
			text = (td_bytes){copy, b->len};
		}
	}
	td__buffer_drop(b);
	return text;
}
