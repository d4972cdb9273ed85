/* tests/oracle/oracle.h: the rows of the oracle. A row is a Python call by its Python name and argument names, answered
 * by libtend. README.md says how to add one. */
#ifndef ORACLE_H
#define ORACLE_H

#include <string.h>
#include <tend.h>

enum { ORACLE_ARGS_MOST = 32 };

/* A call with its arguments bound to the row's parameters, as Python binds them. */
typedef struct oracle_call {
	const char *names[ORACLE_ARGS_MOST];
	const td_value *values[ORACLE_ARGS_MOST]; /* NULL: left out, the default holds */
	size_t count;
	const td_value *rest;    /* of a row with *args: the list of the others; else NULL */
	const td_value *options; /* of a row with **kwargs: the dict of the others; else NULL */
} oracle_call;

/* Answers with a value in s, or raises on s. NULL without an error is None. */
typedef const td_value *(*oracle_fn)(td_scope *s, const oracle_call *call);

typedef struct oracle_row {
	struct oracle_row *next;
	const char *name;      /* "json.dumps", "str.split" */
	const char *signature; /* "text, /, sep=None, maxsplit=-1": as in Python's help; defaults are only for the reader */
	oracle_fn fn;
} oracle_row;

void oracle_register(oracle_row *row);

/* ORACLE_ROW(str_split, "str.split", "text, /, sep=None, maxsplit=-1") { … }: a row; its body has s and call. */
#define ORACLE_ROW(id, name_, signature_)                                                                              \
	static const td_value *oracle__row_##id(td_scope *s, const oracle_call *call);                                     \
	__attribute__((constructor)) static void oracle__register_##id(void) {                                             \
		static oracle_row row = {NULL, name_, signature_, oracle__row_##id};                                           \
		oracle_register(&row);                                                                                         \
	}                                                                                                                  \
	static const td_value *oracle__row_##id(td_scope *s, TD__UNUSED const oracle_call *call)

/* The argument of that name; NULL when it was left out. */
const td_value *oracle_arg(const oracle_call *call, const char *name);
/* Whether it was given and is not None. */
bool oracle_given(const oracle_call *call, const char *name);

/* The argument as that type; when it was left out, or is None, fallback. TypeError for another type: "expected str, not
 * int" and the like. A text with a NUL inside is ValueError "embedded null byte", since a C function would see it cut. */
const char *oracle_text(td_scope *s, const oracle_call *call, const char *name, const char *fallback);
/* The same with the TypeError's words, in which %s is the type: "must be str, not %s". None is an error too. */
const char *oracle_text_or(td_scope *s, const oracle_call *call, const char *name, const char *words);
int64_t oracle_int(td_scope *s, const oracle_call *call, const char *name, int64_t fallback);
double oracle_float(td_scope *s, const oracle_call *call, const char *name, double fallback);
/* Python's truth of any value. */
bool oracle_true(const oracle_call *call, const char *name, bool fallback);
bool oracle_truth(const td_value *v);
/* A list of texts. */
td_strs oracle_strs(td_scope *s, const oracle_call *call, const char *name);
/* A td_opt_int for options where 0 is not the default: absent when left out or None. */
td_opt_int oracle_opt_int(td_scope *s, const oracle_call *call, const char *name);
/* Where the n-th character of text begins, in bytes; the length when there is none. For positions, which Python counts
 * in characters. */
size_t oracle_offset(const char *text, int64_t n);
/* How many characters the first len bytes are. */
int64_t oracle_characters(td_scope *s, const char *text, size_t len);
/* For readers: the text (or bytes) given, or the content of {"$file": "path"}. */
td_bytes oracle_document(td_scope *s, const oracle_call *call, const char *name);
/* The text of {"$datetime": "…"} and its like (shape "$datetime", "$date", "$time", "$timedelta"); NULL for others. */
const td_value *oracle_shape(const td_value *v, const char *shape);
/* {"$datetime": text} to answer with. */
const td_value *oracle_shaped(td_scope *s, const char *shape, const td_value *v);

/* wire.c: {"$bytes": …}, {"$float": …}, {"$int": …} and {"$dict": [[key, value], …]} to values and back. With exact, a
 * dict whose keys are not all texts is answered as $dict; without it, keys become what json.dumps makes of them. */
const td_value *oracle_decode(td_scope *s, const td_value *v);
const td_value *oracle_encode(td_scope *s, const td_value *v, bool exact);
const char *oracle_base64(td_scope *s, td_bytes bytes);

/* bind.c */
bool oracle_bind(td_scope *s, const oracle_row *row, const td_value *args, const td_value *kwargs, oracle_call *call);

#endif
