/* src/data/json_private.h: what the files of json share. Reading goes two ways: json_fast.c takes what is plainly JSON at
 * full speed and gives up on all else; json_exact.c then reads it again from the start, as Python's scanner does, and
 * says what is wrong, or finds that nothing is. */
#ifndef TD_DATA_JSON_PRIVATE_H
#define TD_DATA_JSON_PRIVATE_H

#include <tend/json.h>

#include "core/value_build.h"

typedef struct td__json_source {
	const char *text; /* text[len] is NUL */
	size_t len;
	size_t start;     /* where the value begins; errors count from text all the same */
	bool whole;       /* white space around the value, and nothing else, may stand in text */
	bool strict_utf8; /* surrogates are no UTF-8: what a text file's decoder says, before any JSON is seen */
	int64_t first_line;
	td_json_loads_opts o; /* with its defaults filled in */
} td__json_source;

/* Writes c in up to 4 bytes and returns how many. Any surrogate is three bytes, so that "\udcc3\udca9" stays two of them;
 * td__utf8_put would make them the bytes that surrogateescape takes them for, and with that another text. */
static inline size_t td__json_put(char *out, uint32_t c) {
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = len; --i; c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
	out[0] = (char)(0xF00 >> len | c); /* 0xC0, 0xE0, 0xF0 in its low byte */
	return len;
}

/* Builds the value; false: raised. *end is the byte after it. text is UTF-8 that was checked. */
bool td__json_exact(td_scope *s, const td__json_source *src, td__build *b, size_t *end);

/* The same for text without surrogates and a tree without places; false: it gives up, or s has failed. */
bool td__json_fast(const td__json_source *src, td__build *b, size_t *end);

/* The whole of loads: checks the text's UTF-8 and reads it. NULL: raised. */
const td_value *td__json_read(td_scope *s, const td__json_source *src, size_t *end);
void td__json_options(td_json_loads_opts *full, const td_json_loads_opts *given);

/* Whether the text begins with a byte order mark, which is an error. */
bool td__json_has_mark(td_scope *s, const td__json_source *src);
/* The bytes as UTF-8 (not checked), by the marks and zeros that give their encoding away; in tmp if it had to be made. */
bool td__json_decode(td_scope *s, td_scope *tmp, td_bytes bytes, td_bytes *text);

/* Raises a JSONDecodeError about the byte at. */
void td__json_error(td_scope *s, const td__json_source *src, const char *message, size_t at);

#endif
