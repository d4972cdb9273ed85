/* src/data/re_cache.h: compiled patterns, counted and kept. */
#ifndef TD_DATA_RE_CACHE_H
#define TD_DATA_RE_CACHE_H

#include "data/re_internal.h"

/* How a pattern may begin to match, each of which is code of its own. */
typedef enum td__re_mode { TD__RE_SEARCH, TD__RE_MATCH, TD__RE_FULLMATCH, TD__RE_MODES } td__re_mode;

typedef struct td__regex {
	int refs; /* under the lock of re_cache.c */
	int given, flags, groups;
	char *pattern;
	td__re_name *names;
	size_t name_count;
	int *parents;
	char *syntax; /* the pattern for PCRE2 */
	td__rx *code[TD__RE_MODES];
} td__regex;

/* The compiled pattern, with a reference that is the caller's. NULL: raised. */
td__regex *td__regex_get(td_scope *s, const char *pattern, int flags);
void td__regex_hold(td__regex *re);
void td__regex_drop(td__regex *re);
/* The code for that mode, compiled when it is first asked for. NULL: raised. */
const td__rx *td__regex_code(td_scope *s, td__regex *re, td__re_mode mode);

/* A pattern as its user holds it. */
struct td_pattern {
	td__regex *re;
};

/* A match: spans are those of groups 0 to groups, in text, which holds the bytes from base on. */
struct td_match {
	const td__regex *re;
	const char *text;
	size_t base;
	size_t *spans;
};

/* A search through text, match after match. */
typedef struct td__re_scan {
	td_scope *s;
	const td__regex *re;
	const td__rx *code;
	td__rx_state *state;
	td_bytes text; /* as far as endpos */
	size_t start;
	bool not_empty, done;
} td__re_scan;
bool td__re_scan_begin(td__re_scan *scan, td_scope *s, td__regex *re, td_bytes text, size_t start);
/* The spans of the next match, or NULL: none is left, or raised. */
const size_t *td__re_scan_next(td__re_scan *scan);
/* What the functions of both kinds work on: a regex, and the text from start on, as the options limit it. */
typedef struct td__re_subject {
	td__regex *re;
	td_bytes text;
	size_t start;
} td__re_subject;
/* Of the functions that are given a pattern's text: x->re is the caller's to drop. Of those that are given a pattern: it is
 * the pattern's, and *o holds the options. false: raised. */
bool td__re_subject_of_text(td_scope *s, td__re_subject *x, const char *pattern, const char *text, int flags);
bool td__re_subject_of(td_scope *s, td__re_subject *x, const td_pattern *p, const char *text,
                       const td_pattern_opts *opts, td_pattern_opts *o);

#endif
