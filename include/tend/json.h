/* tend/json.h: JSON text into values and back, as Python's json module reads and writes it.
 *
 * What is written is Python's to the byte, for every option; what is accepted, refused and said about it is Python's too.
 * Integers of any length keep their digits (more than 4300 are refused), floats read and write their nearest and shortest
 * form, a lone surrogate such as "\ud800" survives the round trip, of two equal keys the later gives the value and the
 * earlier the place. Values that were read do not change; td_value_copy gives one that does.
 *
 *     #include <tend.h>
 *
 *     static int64_t port_of(td_scope *s, const char *text) {
 *         const td_value *cfg = td_json_loads(s, text);                // {"aws": {"s3": {"port": 9000}}}
 *         return td_value_int(td_get(cfg, "aws", "s3", "port"), 443);
 *     }
 *
 *     static const char *report(td_scope *s, double seconds) {
 *         return td_json_dumps(s, td_dict(s, "status", "ok", "seconds", seconds), .indent = TD_INT(2));
 *     }
 *
 * Nothing here blocks but the calls that read or write a file. All of it may be used by many threads at once, each on its
 * own scopes. A text that is not JSON is JSONDecodeError: its message is Python's ("Expecting ',' delimiter: line 1 column
 * 8 (char 7)"), and the error's line, column and position count characters. */
#ifndef TEND_JSON_H
#define TEND_JSON_H

#pragma GCC system_header

#include <tend/value.h>

TD__BEGIN

/* --- reading --- */

typedef struct td_json_loads_opts {
	TD__OPTS_HEAD;
	bool nonstrict;         /* control characters may stand in texts. Python: strict=False */
	bool reject_nan;        /* NaN, Infinity and -Infinity are errors; Python reads them */
	bool reject_duplicates; /* two equal keys in one object are an error; Python takes the later */
	bool positions;         /* values know their line and column; twice the memory */
	const char *source;     /* the name in td_value_where and in errors; NULL: none, or the file's */
	int64_t max_depth;      /* of lists and objects in each other; 0: 994, where Python's recursion limit ends */
} td_json_loads_opts;

/* The value in text, which is UTF-8. Raises JSONDecodeError; UnicodeDecodeError; RecursionError for what is nested too
 * deep; ValueError for an integer of more than 4300 digits. NULL when it raised. Python: json.loads. */
TD_API const td_value *td_json_loads(td_scope *s, const char *text, const td_json_loads_opts *opts);
#define td_json_loads(...) TD__JSON_LOADS(td_json_loads, __VA_ARGS__, )
/* The same for bytes in UTF-8, UTF-16 or UTF-32, with or without a byte order mark. Python: json.loads(bytes). */
TD_API const td_value *td_json_loads_bytes(td_scope *s, td_bytes bytes, const td_json_loads_opts *opts);
#define td_json_loads_bytes(...) TD__JSON_LOADS(td_json_loads_bytes, __VA_ARGS__, )
/* All that is left of a file that is open for reading text. Python: json.load. */
TD_API const td_value *td_json_load(td_scope *s, td_file *f, const td_json_loads_opts *opts);
#define td_json_load(...) TD__JSON_LOADS(td_json_load, __VA_ARGS__, )
/* Opens the file, reads it and closes it. Also raises what td_open does. Python: json.load(open(path)). */
TD_API const td_value *td_json_load_path(td_scope *s, const char *path, const td_json_loads_opts *opts);
#define td_json_load_path(...) TD__JSON_LOADS(td_json_load_path, __VA_ARGS__, )
#define TD__JSON_LOADS(fn, s, what, ...) (fn)(TD_HERE(s), (what), TD__OPTS(td_json_loads_opts, __VA_ARGS__))

/* The value that begins right at byte *at of text (white space is not skipped); *at becomes the byte after it.
 * Python: JSONDecoder.raw_decode. */
TD_API const td_value *td_json_raw_decode(td_scope *s, const char *text, size_t *at, const td_json_loads_opts *opts);
#define td_json_raw_decode(...) TD__JSON_RAW(__VA_ARGS__, )
#define TD__JSON_RAW(s, text, at, ...)                                                                                 \
	(td_json_raw_decode)(TD_HERE(s), (text), (at), TD__OPTS(td_json_loads_opts, __VA_ARGS__))

/* JSON Lines, one value a line; lines of white space are skipped:
 *     for (td_json_lines *it = td_json_lines_open(s, f); td_json_lines_next(s, it);) … td_json_lines_value(it) …
 * The value is valid until the next step; memory does not grow with the file. An error's line is the file's. */
typedef struct td_json_lines td_json_lines;
TD_API td_json_lines *td_json_lines_open(td_scope *s, td_file *f, const td_json_loads_opts *opts);
#define td_json_lines_open(...) TD__JSON_LOADS(td_json_lines_open, __VA_ARGS__, )
TD_API bool td_json_lines_next(td_scope *s, td_json_lines *it);
#define td_json_lines_next(s, it) (td_json_lines_next)(TD_HERE(s), (it))
TD_API const td_value *td_json_lines_value(const td_json_lines *it);
/* The line's number in the file, from 1. */
TD_API int64_t td_json_lines_number(const td_json_lines *it);

/* --- writing --- */

/* What stands for a value that JSON has no form for (bytes): made in s from v. NULL without an error is a TypeError. */
typedef const td_value *(*td_json_default_fn)(td_scope *s, const td_value *v, void *arg);

typedef struct td_json_dumps_opts {
	TD__OPTS_HEAD;
	bool ensure_utf8;           /* write characters as they are, not as \u escapes. Python: ensure_ascii=False */
	bool disallow_nan;          /* NaN and infinities are ValueError. Python: allow_nan=False */
	td_opt_int indent;          /* TD_INT(n): each value on its own line, n blanks a level; absent: all on one line */
	const char *indent_str;     /* this text a level instead */
	const char *item_separator; /* NULL: ", ", or "," with an indent */
	const char *key_separator;  /* NULL: ": " */
	bool sort_keys;
	bool skipkeys;               /* leave out pairs whose key is bytes; without, they are TypeError */
	td_json_default_fn default_; /* called with default_arg */
	void *default_arg;
} td_json_dumps_opts;

/* v as text. Raises ValueError "Out of range float values are not JSON compliant"; TypeError for bytes, and for keys
 * that cannot be sorted. Python: json.dumps. */
TD_API const char *td_json_dumps(td_scope *s, const td_value *v, const td_json_dumps_opts *opts);
#define td_json_dumps(...) TD__JSON_DUMPS(__VA_ARGS__, )
#define TD__JSON_DUMPS(s, v, ...) (td_json_dumps)(TD_HERE(s), (v), TD__OPTS(td_json_dumps_opts, __VA_ARGS__))
/* The same bytes into a file that is open for writing, piece by piece. Python: json.dump. */
TD_API bool td_json_dump(td_scope *s, const td_value *v, td_file *f, const td_json_dumps_opts *opts);
#define td_json_dump(...) TD__JSON_DUMP(__VA_ARGS__, )
#define TD__JSON_DUMP(s, v, f, ...) (td_json_dump)(TD_HERE(s), (v), (f), TD__OPTS(td_json_dumps_opts, __VA_ARGS__))

TD__END
#endif
