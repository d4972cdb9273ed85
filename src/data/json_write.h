/* src/data/json_write.h: the writer of JSON text, shared by dumps and dump. */
#ifndef TD_DATA_JSON_WRITE_H
#define TD_DATA_JSON_WRITE_H

#include <tend/json.h>

#include "core/buffer.h"
#include "core/value_build.h"

typedef struct td__json_writer {
	td_scope *s;
	td__buffer out;
	td_json_dumps_opts o; /* with its defaults filled in */
	size_t item_len, key_len, indent_len;
	char item_first[16], key_first[16]; /* the separators again, if they are that short: copied without a call */
	bool indented;
	bool says_value; /* as Python's own encoder, which names the float it refuses */
	bool (*drain)(td_scope *s, td_bytes text, void *arg); /* NULL: all stays in out */
	void *drain_arg;
} td__json_writer;

/* Both leave an error on s when they are false. end frees what begin took; out may have been taken by then. */
bool td__json_write_begin(td__json_writer *w, td_scope *s, const td_json_dumps_opts *opts);
bool td__json_write(td__json_writer *w, const td_value *v);

/* Appends the text in quotes. */
void td__json_quote(td__buffer *out, td_bytes text, bool utf8);

/* The pairs of a dict in the order of their keys; TypeError when they have none. */
bool td__json_sort(td_scope *s, const td__items *pairs, uint32_t *order);

#endif
