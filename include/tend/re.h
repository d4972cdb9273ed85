/* tend/re.h: regular expressions in Python's syntax, with Python's meaning.
 *
 * The pattern is read as Python reads it (its errors are Python's, with the position), and matched by PCRE2's compiled
 * code, opened on first use (ImportError names the package). What Python does not have: a limit. A pattern that would
 * try more than a million ways from one place, and four more for each byte of the text, raises error instead of hanging,
 * and never says "no match" for it.
 *
 * Texts are UTF-8; positions are byte offsets, where Python counts characters. A byte that is not UTF-8 is no character:
 * nothing matches it, and the search goes on behind it. Compiled patterns are kept, at most 512 of them, so that calling
 * td_re_search with the same pattern again costs no compiling. Nothing here blocks. All of it may be used by many threads
 * at once, each on its own scopes; a pattern may be shared by threads below the scope it lives in.
 *
 *     #include <tend.h>
 *
 *     static void report(td_scope *s, const char *log) {
 *         td_pattern *line = td_re_compile(s, "^(?P<level>ERROR|WARN) (?P<what>.*)$", .flags = TD_RE_MULTILINE);
 *         td_matches *found = td_pattern_finditer(s, line, log);
 *         for (const td_match *m; (m = td_matches_next(s, found));) {
 *             td_print(s, "%s: %s", td_match_group_name(s, m, "level"), td_match_group_name(s, m, "what"));
 *         }
 *         const char *safe = td_re_sub(s, "password=\\S+", "password=***", log);
 *         td_print(s, "%s", safe);
 *     }
 *
 * Raises TD_re_error for a pattern that is wrong ("unterminated character set at position 3") and OverflowError for a
 * repetition that is too large. docs/differences.md lists where PCRE2 sets a limit that Python does not have. */
#ifndef TEND_RE_H
#define TEND_RE_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* Flags, with Python's values. Python: re.ASCII, re.IGNORECASE, re.MULTILINE, re.DOTALL, re.VERBOSE, re.UNICODE. */
enum {
	TD_RE_IGNORECASE = 2, /* upper and lower case are the same */
	TD_RE_MULTILINE = 8,  /* ^ and $ hold at every line */
	TD_RE_DOTALL = 16,    /* . is a newline too */
	TD_RE_UNICODE = 32,   /* what is in force without TD_RE_ASCII */
	TD_RE_VERBOSE = 64,   /* white space and # comments in the pattern mean nothing */
	TD_RE_ASCII = 256,    /* \w \d \s \b and case know ASCII only */
};

typedef struct td_pattern td_pattern;
typedef struct td_match td_match;
typedef struct td_matches td_matches;

typedef struct td_re_opts {
	TD__OPTS_HEAD;
	int flags; /* TD_RE_IGNORECASE | … */
} td_re_opts;

/* The pattern, ready to be used many times; lives in s. NULL when it raised. Python: re.compile. */
TD_API td_pattern *td_re_compile(td_scope *s, const char *pattern, const td_re_opts *opts);
#define td_re_compile(s, ...) TD__RE_COMPILE(s, __VA_ARGS__)
#define TD__RE_COMPILE(s, pattern, ...) (td_re_compile)(TD_HERE(s), (pattern), TD__OPTS(td_re_opts, __VA_ARGS__))

/* The first place in text that the pattern matches; at the beginning of text only; or all of text. NULL, as Python's
 * None, when there is none; also NULL when s has failed. The match lives in s and holds a copy of text.
 * Python: re.search, re.match, re.fullmatch. */
TD_API const td_match *td_re_search(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts);
#define td_re_search(...) TD__RE_TEXT(td_re_search, __VA_ARGS__, )
TD_API const td_match *td_re_match(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts);
#define td_re_match(...) TD__RE_TEXT(td_re_match, __VA_ARGS__, )
TD_API const td_match *td_re_fullmatch(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts);
#define td_re_fullmatch(...) TD__RE_TEXT(td_re_fullmatch, __VA_ARGS__, )
#define TD__RE_TEXT(fn, s, pattern, text, ...) (fn)(TD_HERE(s), (pattern), (text), TD__OPTS(td_re_opts, __VA_ARGS__))

/* Every match from left to right, without overlaps; empty ones count. A list of texts: of the whole match, of the group
 * when the pattern has one, of lists of the groups when it has several ("" for one that took no part). NULL when it
 * raised. Python: re.findall. */
TD_API const td_value *td_re_findall(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts);
#define td_re_findall(...) TD__RE_TEXT(td_re_findall, __VA_ARGS__, )
/* The same, one by one. Python: re.finditer. */
TD_API td_matches *td_re_finditer(td_scope *s, const char *pattern, const char *text, const td_re_opts *opts);
#define td_re_finditer(...) TD__RE_TEXT(td_re_finditer, __VA_ARGS__, )
/* The next match, valid until the next step; NULL after the last and when s has failed. */
TD_API const td_match *td_matches_next(td_scope *s, td_matches *found);

/* Makes the text that takes a match's place; in s. */
typedef const char *(*td_re_sub_fn)(td_scope *s, const td_match *m, void *arg);

typedef struct td_re_sub_opts {
	TD__OPTS_HEAD;
	int flags;        /* TD_RE_IGNORECASE | … */
	int64_t count;    /* at most so many; 0: all */
	td_re_sub_fn fn;  /* makes the replacement, instead of repl, which is NULL then */
	void *arg;        /* given to fn */
	int64_t *counted; /* where the number of replacements is put (re.subn), or NULL */
} td_re_sub_opts;
/* text with each match replaced by repl, in which \1, \g<1> and \g<name> are groups ("" for one that took no part) and \n
 * is a newline. Raises TD_re_error for a bad repl, IndexError for a name that no group has.
 * Python: re.sub, re.subn (with .counted). */
TD_API const char *td_re_sub(td_scope *s, const char *pattern, const char *repl, const char *text,
                             const td_re_sub_opts *opts);
#define td_re_sub(s, pattern, repl, ...) TD__RE_SUB(s, pattern, repl, __VA_ARGS__)
#define TD__RE_SUB(s, pattern, repl, text, ...)                                                                        \
	(td_re_sub)(TD_HERE(s), (pattern), (repl), (text), TD__OPTS(td_re_sub_opts, __VA_ARGS__))

typedef struct td_re_split_opts {
	TD__OPTS_HEAD;
	int flags;        /* TD_RE_IGNORECASE | … */
	int64_t maxsplit; /* at most so many splits; 0: all */
} td_re_split_opts;
/* text cut at each match: a list of texts, with the pattern's groups between them (null for one that took no part). NULL
 * when it raised. Python: re.split. */
TD_API const td_value *td_re_split(td_scope *s, const char *pattern, const char *text, const td_re_split_opts *opts);
#define td_re_split(s, pattern, ...) TD__RE_SPLIT(s, pattern, __VA_ARGS__)
#define TD__RE_SPLIT(s, pattern, text, ...)                                                                            \
	(td_re_split)(TD_HERE(s), (pattern), (text), TD__OPTS(td_re_split_opts, __VA_ARGS__))

/* text with a backslash before every character that means something in a pattern. Python: re.escape. */
TD_API const char *td_re_escape(td_scope *s, const char *text);
/* Drops the kept patterns; those still in use stay valid. Python: re.purge. */
TD_API void td_re_purge(void);

/* --- a compiled pattern --- */

typedef struct td_pattern_opts {
	TD__OPTS_HEAD;
	size_t pos;        /* the search begins at this byte; ^ still means the beginning of text */
	td_opt_int endpos; /* as if text ended at this byte */
	int64_t count;     /* of sub: at most so many; 0: all */
	int64_t maxsplit;  /* of split: at most so many; 0: all */
	td_re_sub_fn fn;   /* of sub: makes the replacement */
	void *arg;         /* given to fn */
	int64_t *counted;  /* of sub: where the number of replacements is put */
} td_pattern_opts;
/* As the functions above. Python: re.Pattern.search, re.Pattern.match, re.Pattern.fullmatch, re.Pattern.findall,
 * re.Pattern.finditer, re.Pattern.split. */
TD_API const td_match *td_pattern_search(td_scope *s, const td_pattern *p, const char *text,
                                         const td_pattern_opts *opts);
#define td_pattern_search(...) TD__PATTERN(td_pattern_search, __VA_ARGS__, )
TD_API const td_match *td_pattern_match(td_scope *s, const td_pattern *p, const char *text,
                                        const td_pattern_opts *opts);
#define td_pattern_match(...) TD__PATTERN(td_pattern_match, __VA_ARGS__, )
TD_API const td_match *td_pattern_fullmatch(td_scope *s, const td_pattern *p, const char *text,
                                            const td_pattern_opts *opts);
#define td_pattern_fullmatch(...) TD__PATTERN(td_pattern_fullmatch, __VA_ARGS__, )
TD_API const td_value *td_pattern_findall(td_scope *s, const td_pattern *p, const char *text,
                                          const td_pattern_opts *opts);
#define td_pattern_findall(...) TD__PATTERN(td_pattern_findall, __VA_ARGS__, )
TD_API td_matches *td_pattern_finditer(td_scope *s, const td_pattern *p, const char *text, const td_pattern_opts *opts);
#define td_pattern_finditer(...) TD__PATTERN(td_pattern_finditer, __VA_ARGS__, )
TD_API const td_value *td_pattern_split(td_scope *s, const td_pattern *p, const char *text,
                                        const td_pattern_opts *opts);
#define td_pattern_split(...) TD__PATTERN(td_pattern_split, __VA_ARGS__, )
#define TD__PATTERN(fn, s, p, text, ...) (fn)(TD_HERE(s), (p), (text), TD__OPTS(td_pattern_opts, __VA_ARGS__))
/* Python: re.Pattern.sub, re.Pattern.subn. */
TD_API const char *td_pattern_sub(td_scope *s, const td_pattern *p, const char *repl, const char *text,
                                  const td_pattern_opts *opts);
#define td_pattern_sub(s, p, repl, ...) TD__PATTERN_SUB(s, p, repl, __VA_ARGS__)
#define TD__PATTERN_SUB(s, p, repl, text, ...)                                                                         \
	(td_pattern_sub)(TD_HERE(s), (p), (repl), (text), TD__OPTS(td_pattern_opts, __VA_ARGS__))

/* Whether the pattern matches anywhere in the len bytes of data, which may hold NUL; nothing is copied or allocated in s.
 * False also when s has failed. For filters over many lines. */
TD_API bool td_pattern_test(td_scope *s, const td_pattern *p, const char *data, size_t len);

/* How many groups it has. Python: re.Pattern.groups. */
TD_API int td_pattern_groups(const td_pattern *p);
/* Its flags, those written in the pattern and TD_RE_UNICODE included. Python: re.Pattern.flags. */
TD_API int td_pattern_flags(const td_pattern *p);
/* The text it was made from. Python: re.Pattern.pattern. */
TD_API const char *td_pattern_pattern(const td_pattern *p);
/* The names of its groups, and their numbers. Python: re.Pattern.groupindex. */
TD_API const td_value *td_pattern_groupindex(td_scope *s, const td_pattern *p);

/* --- a match --- */

/* The text of a group, 0 being the whole; NULL, as Python's None, when it took no part; td_no_text when s has failed.
 * Raises IndexError "no such group". Python: re.Match.group. */
TD_API const char *td_match_group(td_scope *s, const td_match *m, int group);
/* By the group's name. Python: re.Match.group. */
TD_API const char *td_match_group_name(td_scope *s, const td_match *m, const char *name);
/* All groups from 1 on, a list in which fallback (NULL: null) stands for one that took no part. Python: re.Match.groups. */
TD_API const td_value *td_match_groups(td_scope *s, const td_match *m, const char *fallback);
/* The named ones, a dict. Python: re.Match.groupdict. */
TD_API const td_value *td_match_groupdict(td_scope *s, const td_match *m, const char *fallback);
/* Where a group begins and ends, in bytes; -1 when it took no part and when s has failed. IndexError "no such group".
 * Python: re.Match.start, re.Match.end. */
TD_API int64_t td_match_start(td_scope *s, const td_match *m, int group);
TD_API int64_t td_match_end(td_scope *s, const td_match *m, int group);
/* The replacement that td_re_sub would make of it. Python: re.Match.expand. */
TD_API const char *td_match_expand(td_scope *s, const td_match *m, const char *repl);
/* The group that was closed last, 0 for none; its name, NULL for none. Python: re.Match.lastindex, re.Match.lastgroup. */
TD_API int td_match_lastindex(const td_match *m);
TD_API const char *td_match_lastgroup(const td_match *m);

TD__END
#endif
