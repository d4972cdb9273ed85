/* src/core/buffer.h: text that grows as it is written, and becomes a result in a scope without another copy when it is
 * long. Memory that runs out is noted once and raised at the end; writing goes on harmlessly until then. */
#ifndef TD_CORE_BUFFER_H
#define TD_CORE_BUFFER_H

#include "core/internal.h"

typedef struct td__buffer {
	char *data; /* len bytes so far, room for cap */
	size_t len, cap;
	td_scope *s;
	bool failed;
	char *block; /* where data lies, behind room for the arena's own header; NULL: in first */
	char first[1024];
} td__buffer;

void td__buffer_begin(td__buffer *b, td_scope *s);
/* Frees what was not handed on; always, unless td__buffer_text was called. */
void td__buffer_drop(td__buffer *b);
/* The text, NUL-terminated, in s; td_no_text and an error when memory ran out. Ends the buffer. */
td_bytes td__buffer_text(td__buffer *b);
/* Makes room for more bytes; false: memory has run out. */
bool td__buffer_grow(td__buffer *b, size_t more);

static inline bool td__buffer_room(td__buffer *b, size_t more) {
	return td__likely(b->cap - b->len >= more) || td__buffer_grow(b, more);
}
static inline void td__buffer_put(td__buffer *b, const char *text, size_t len) {
	if (!td__buffer_room(b, len)) return;
	memcpy(b->data + b->len, text, len);
	b->len += len;
}
static inline void td__buffer_char(td__buffer *b, char c) {
	if (!td__buffer_room(b, 1)) return;
	b->data[b->len++] = c;
}
#define td__buffer_lit(b, literal) td__buffer_put((b), (literal), sizeof(literal) - 1)

#endif
