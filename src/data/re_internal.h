/* src/data/re_internal.h: what the files of re share. A pattern goes three ways: re_parse.c reads Python's syntax and
 * writes PCRE2's, re_lib.c compiles and runs that, re.c keeps what is compiled and makes matches of it. */
#ifndef TD_DATA_RE_INTERNAL_H
#define TD_DATA_RE_INTERNAL_H

#include <tend/re.h>
#include <tend/text.h>
#include <tend/value.h>

#include "core/buffer.h"
#include "core/internal.h"

/* --- re_lib.c: PCRE2 --- */

enum { TD__RX_CASELESS = 1, TD__RX_ASCII = 2, TD__RX_ANCHORED = 4 };
typedef struct td__rx td__rx;             /* compiled code; may be used by many threads at once */
typedef struct td__rx_state td__rx_state; /* what one match at a time needs */

/* Compiles PCRE2's syntax. NULL: raised. */
td__rx *td__rx_compile(td_scope *s, td_bytes pattern, unsigned options);
void td__rx_free(td__rx *rx);
td__rx_state *td__rx_state_new(td_scope *s, const td__rx *rx);
void td__rx_state_free(td__rx_state *state);
/* 1: matched, the spans are filled; 0: no match; -1: raised. not_empty: an empty match at start does not count. */
int td__rx_run(td_scope *s, const td__rx *rx, td__rx_state *state, td_bytes subject, size_t start, bool not_empty);
/* Two offsets a group, SIZE_MAX for one that took no part. */
const size_t *td__rx_spans(const td__rx_state *state);

/* --- re_parse.c --- */

typedef struct td__re_name {
	const char *name;
	int group;
} td__re_name;

/* What is known of a pattern once it is read; in the scope it was parsed in. */
typedef struct td__re_parsed {
	td_bytes pattern; /* in PCRE2's syntax */
	int flags;
	int groups;
	const td__re_name *names;
	size_t name_count;
	const int *parents; /* of each group the one around it, 0 for none; [0] is not used */
} td__re_parsed;
bool td__re_parse(td_scope *s, const char *pattern, int flags, td__re_parsed *out);

/* --- re_source.c: the pattern or template, token by token, as Python's tokenizer sees it --- */

typedef struct td__re_source {
	td_scope *s;
	const char *text, *end;
	const char *next; /* the token to come: a character, or a backslash with one; next == after at the end */
	const char *after;
} td__re_source;
bool td__re_source_begin(td__re_source *in, td_scope *s, const char *text);
bool td__re_advance(td__re_source *in);
/* Raises error with Python's " at position N"; at is a place in the text. false. */
bool td__re_error(td__re_source *in, const char *at, const char *fmt, ...) TD__PRINTF(3, 4);
static inline bool td__re_at_end(const td__re_source *in) {
	return in->next == in->after;
}
static inline bool td__re_next_is(const td__re_source *in, char c) {
	return in->after - in->next == 1 && *in->next == c;
}
/* Whether the next token is c; takes it then. A failure of what follows shows in in->s. */
bool td__re_take(td__re_source *in, char c);
/* The characters up to terminator, which is taken too; what names them in errors. NULL: raised. */
const char *td__re_until(td__re_source *in, char terminator, const char *what);
bool td__re_is_identifier(const char *name);
/* The number that name is, or -1 with "bad character in group name". */
int64_t td__re_group_number(td__re_source *in, const char *name);

/* --- re_set.c: single characters, escapes and sets --- */

typedef struct td__re_char {
	char kind;  /* 'c' a character, else the letter of a class (d D w W s S) or of a place (A Z b B), 'g' a group */
	uint32_t c; /* the character, or the group's number */
} td__re_char;
/* The escape whose token (backslash and character) was taken at escape. groups: how many are known, for \1. */
bool td__re_class_escape(td__re_source *in, const char *escape, td__re_char *out);
bool td__re_escape(td__re_source *in, const char *escape, int groups, td__re_char *out);
/* Writes one character, or one class, so that a quantifier may follow. */
void td__re_put_char(td__buffer *out, uint32_t c, int flags);
void td__re_put_class(td__buffer *out, char kind, int flags);
/* Reads a set whose "[" was taken at here, and writes it. */
bool td__re_set(td__re_source *in, const char *here, td__buffer *out, int flags);

/* --- re_template.c: the replacement of sub and expand --- */

typedef struct td__re_piece {
	td_bytes literal; /* of group < 0 */
	int group;
} td__re_piece;
typedef struct td__re_template {
	const td__re_piece *pieces;
	size_t count;
} td__re_template;
bool td__re_template_read(td_scope *s, const char *repl, int groups, const td__re_name *names, size_t name_count,
                          td__re_template *out);

#endif
