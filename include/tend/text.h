/* tend/text.h: texts, lists of texts, numbers as text, formatting.
 *
 * Text is UTF-8 and NUL-terminated. Results live in s; on a failed scope they are td_no_text, an empty list, or the
 * failure value named. Positions and lengths are bytes; widths and paddings count characters, as Python's do. A host's
 * setlocale changes nothing here. Safe among threads, each with a scope of its own.
 *
 *     #include <tend.h>
 *
 *     static int ports(td_scope *s) {
 *         int64_t sum = 0;
 *         td_strs parts = td_str_split(s, "80, 443, 9180", .sep = ",");
 *         for (size_t i = 0; i < parts.len; i++) {
 *             sum += td_int(s, parts.items[i]);              // blanks around a number are fine, as in Python
 *         }
 *         return (int)sum;
 *     }
 */
#ifndef TEND_TEXT_H
#define TEND_TEXT_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* Formats as printf does, into s. The conversions are C's without %n; %f and its kin never obey the locale.
 * Python: f-strings. */
TD_API const char *td_format(td_scope *s, const char *fmt, ...) TD__PRINTF(2, 3);
#define td_format(s, ...) (td_format)(TD_HERE(s), __VA_ARGS__)
TD_API const char *td_vformat(td_scope *s, const char *fmt, va_list args) TD__PRINTF(2, 0);

/* --- lists of texts --- */

/* td_strs_of(s, "a", "b"): the list of those texts; a NULL among them is TypeError. The texts are not copied. */
TD_API td_strs td__strs_of(td_scope *s, const char *const *items, size_t count);
#ifdef __cplusplus
TD__END
#include <initializer_list>
inline td_strs td__strs_list(td_scope *s, std::initializer_list<const char *> items) {
	return td__strs_of(s, items.begin(), items.size());
}
#define td_strs_of(s, ...) td__strs_list(TD_HERE(s), {__VA_ARGS__})
TD__BEGIN
#else
#define td_strs_of(s, ...)                                                                                             \
	td__strs_of(TD_HERE(s), (const char *const[]){__VA_ARGS__},                                                        \
	            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
#endif

/* Whether text is one of the list's. Python: in. */
TD_API bool td_strs_contains(td_strs list, const char *text);

/* --- the str methods, under their names --- */

typedef struct td_str_split_opts {
	TD__OPTS_HEAD;
	const char *sep;     /* NULL: runs of white space, as Python's split(); "" is ValueError */
	td_opt_int maxsplit; /* TD_INT(n): at most n splits; absent: all */
} td_str_split_opts;
/* Python: str.split, str.rsplit. */
TD_API td_strs td_str_split(td_scope *s, const char *text, const td_str_split_opts *opts);
#define td_str_split(s, ...) TD__STR_SPLIT(td_str_split, s, __VA_ARGS__)
TD_API td_strs td_str_rsplit(td_scope *s, const char *text, const td_str_split_opts *opts);
#define td_str_rsplit(s, ...) TD__STR_SPLIT(td_str_rsplit, s, __VA_ARGS__)
#define TD__STR_SPLIT(fn, s, text, ...) (fn)(TD_HERE(s), (text), TD__OPTS(td_str_split_opts, __VA_ARGS__))

/* The texts with sep between them. Python: sep.join(list). */
TD_API const char *td_str_join(td_scope *s, const char *sep, td_strs list);

typedef struct td_str_strip_opts {
	TD__OPTS_HEAD;
	const char *chars; /* the set of characters to take off; NULL is white space */
} td_str_strip_opts;
/* Python: str.strip, str.lstrip, str.rstrip. */
TD_API const char *td_str_strip(td_scope *s, const char *text, const td_str_strip_opts *opts);
#define td_str_strip(s, ...) TD__STR_STRIP(td_str_strip, s, __VA_ARGS__)
TD_API const char *td_str_lstrip(td_scope *s, const char *text, const td_str_strip_opts *opts);
#define td_str_lstrip(s, ...) TD__STR_STRIP(td_str_lstrip, s, __VA_ARGS__)
TD_API const char *td_str_rstrip(td_scope *s, const char *text, const td_str_strip_opts *opts);
#define td_str_rstrip(s, ...) TD__STR_STRIP(td_str_rstrip, s, __VA_ARGS__)
#define TD__STR_STRIP(fn, s, text, ...) (fn)(TD_HERE(s), (text), TD__OPTS(td_str_strip_opts, __VA_ARGS__))

typedef struct td_str_encode_opts {
	TD__OPTS_HEAD;
	const char
		*encoding;      /* "utf-8" (NULL), "ascii", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32" and so on */
	const char *errors; /* "strict" (NULL), "ignore", "replace", "backslashreplace", "xmlcharrefreplace",
	                     * "surrogateescape", "surrogatepass" */
} td_str_encode_opts;
/* The text's bytes in another encoding; text is UTF-8 already, so that without options this is a copy. UnicodeEncodeError
 * for a character that it does not have; a byte that is not UTF-8, as in a file name, is one ("\udcff"), which
 * "surrogateescape" writes as that byte. LookupError for an encoding, or a way with errors, that is unknown. Python:
 * str.encode. */
TD_API td_bytes td_str_encode(td_scope *s, const char *text, const td_str_encode_opts *opts);
#define td_str_encode(s, ...) TD__STR_ENCODE(s, __VA_ARGS__)
#define TD__STR_ENCODE(s, text, ...) (td_str_encode)(TD_HERE(s), (text), TD__OPTS(td_str_encode_opts, __VA_ARGS__))

/* Never raise; a NULL is not a prefix of anything. Python: str.startswith, str.endswith. */
TD_API bool td_str_startswith(const char *text, const char *prefix);
TD_API bool td_str_endswith(const char *text, const char *suffix);

/* text with the prefix or suffix taken off, if it is there. Python: str.removeprefix, str.removesuffix. */
TD_API const char *td_str_removeprefix(td_scope *s, const char *text, const char *prefix);
TD_API const char *td_str_removesuffix(td_scope *s, const char *text, const char *suffix);

typedef struct td_str_replace_opts {
	TD__OPTS_HEAD;
	td_opt_int count; /* TD_INT(n): the first n only */
} td_str_replace_opts;
/* Python: str.replace. */
TD_API const char *td_str_replace(td_scope *s, const char *text, const char *old, const char *by,
                                  const td_str_replace_opts *opts);
#define td_str_replace(s, text, old, ...) TD__STR_REPLACE(s, text, old, __VA_ARGS__)
#define TD__STR_REPLACE(s, text, old, by, ...)                                                                         \
	(td_str_replace)(TD_HERE(s), (text), (old), (by), TD__OPTS(td_str_replace_opts, __VA_ARGS__))

typedef struct td_str_splitlines_opts {
	TD__OPTS_HEAD;
	bool keepends;
} td_str_splitlines_opts;
/* Splits at every line boundary that Python knows (\n \r \r\n \v \f \x1c-\x1e U+0085 U+2028 U+2029).
 * Python: str.splitlines. */
TD_API td_strs td_str_splitlines(td_scope *s, const char *text, const td_str_splitlines_opts *opts);
#define td_str_splitlines(s, ...) TD__STR_SPLITLINES(s, __VA_ARGS__)
#define TD__STR_SPLITLINES(s, text, ...)                                                                               \
	(td_str_splitlines)(TD_HERE(s), (text), TD__OPTS(td_str_splitlines_opts, __VA_ARGS__))

/* Always three texts. Python: str.partition, str.rpartition. */
TD_API td_strs td_str_partition(td_scope *s, const char *text, const char *sep);
TD_API td_strs td_str_rpartition(td_scope *s, const char *text, const char *sep);

/* The byte offset of the first place, or -1. Python: str.find (which counts characters). */
TD_API int64_t td_str_find(const char *text, const char *sub);

/* Unicode's full case mapping. Python: str.lower, str.upper. */
TD_API const char *td_str_lower(td_scope *s, const char *text);
TD_API const char *td_str_upper(td_scope *s, const char *text);

/* Padded with blanks (zfill: zeros, after a sign) to width characters. Python: str.ljust, str.rjust, str.zfill. */
TD_API const char *td_str_ljust(td_scope *s, const char *text, int width);
TD_API const char *td_str_rjust(td_scope *s, const char *text, int width);
TD_API const char *td_str_zfill(td_scope *s, const char *text, int width);

/* Whether there are characters and all of them are digits. Python: str.isdigit. */
TD_API bool td_str_isdigit(const char *text);

/* How many characters text has. Python: len(text). */
TD_API size_t td_str_len(const char *text);

/* The text as Python's repr shows it, in quotes. Python: repr(text). */
TD_API const char *td_str_repr(td_scope *s, const char *text);

/* --- numbers as text --- */

typedef struct td_int_opts {
	TD__OPTS_HEAD;
	td_opt_int base; /* TD_INT(0): by prefix; 2 to 36; absent: 10 */
} td_int_opts;
/* The whole number in text: white space around it, a sign, underscores between digits, any Unicode decimal digits.
 * ValueError "invalid literal for int() with base 10: 'x'"; OverflowError when it does not fit 64 bits (td_value_int
 * keeps longer ones as digits). Python: int(text, base). */
TD_API int64_t td_int(td_scope *s, const char *text, const td_int_opts *opts);
#define td_int(s, ...) TD__INT(s, __VA_ARGS__)
#define TD__INT(s, text, ...) (td_int)(TD_HERE(s), (text), TD__OPTS(td_int_opts, __VA_ARGS__))

/* The nearest double; takes what Python's float takes ("inf", "nan", "1_0.5", blanks around it).
 * ValueError "could not convert string to float: 'x'". Python: float(text). */
TD_API double td_float(td_scope *s, const char *text);
#define td_float(s, text) (td_float)(TD_HERE(s), (text))

/* The shortest text that reads back as the same double: "0.1", "1e+16", "-0.0", "inf", "nan". Python: repr(x). */
TD_API const char *td_float_repr(td_scope *s, double x);

TD__END
#endif
