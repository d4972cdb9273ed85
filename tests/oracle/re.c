/* Rows of re. A match is {"span", "group", "groups"}; positions are counted in characters, as Python does. */
#include "oracle.h"

static td_value *span_of(td_scope *s, const td_match *m, int group, const char *text) {
	td_value *span = td_value_new_list(s);
	int64_t from = td_match_start(s, m, group), to = td_match_end(s, m, group);
	td_value_append(s, span, td_value_new_int(s, from < 0 ? -1 : oracle_characters(s, text, (size_t)from)));
	td_value_append(s, span, td_value_new_int(s, to < 0 ? -1 : oracle_characters(s, text, (size_t)to)));
	return span;
}

static const td_value *match_value(td_scope *s, const td_match *m, const char *text) {
	if (!m || td_failed(s)) return NULL;
	td_value *answer = td_value_new_dict(s);
	td_value_set(s, answer, "span", span_of(s, m, 0, text));
	td_value_set(s, answer, "group", td_value_new_str(s, td_match_group(s, m, 0)));
	td_value_set(s, answer, "groups", td_match_groups(s, m, NULL));
	return td_failed(s) ? NULL : answer;
}

#define STRING oracle_text(s, call, "string", NULL)

static const char *pattern_of(td_scope *s, const oracle_call *call) {
	return oracle_text_or(s, call, "pattern", "first argument must be string or compiled pattern");
}

static int flags_of(td_scope *s, const oracle_call *call) {
	return (int)oracle_int(s, call, "flags", 0);
}

ORACLE_ROW(re_search, "re.search", "pattern, string, flags=0") {
	return match_value(s, td_re_search(s, pattern_of(s, call), STRING, .flags = flags_of(s, call)), STRING);
}

ORACLE_ROW(re_match, "re.match", "pattern, string, flags=0") {
	return match_value(s, td_re_match(s, pattern_of(s, call), STRING, .flags = flags_of(s, call)), STRING);
}

ORACLE_ROW(re_fullmatch, "re.fullmatch", "pattern, string, flags=0") {
	return match_value(s, td_re_fullmatch(s, pattern_of(s, call), STRING, .flags = flags_of(s, call)), STRING);
}

static const td_value *every(td_scope *s, td_matches *found, const char *text) {
	td_value *list = td_value_new_list(s);
	for (const td_match *m; (m = td_matches_next(s, found));) td_value_append(s, list, match_value(s, m, text));
	return td_failed(s) ? NULL : list;
}

ORACLE_ROW(re_finditer, "re.finditer", "pattern, string, flags=0") {
	return every(s, td_re_finditer(s, pattern_of(s, call), STRING, .flags = flags_of(s, call)), STRING);
}

ORACLE_ROW(re_findall, "re.findall", "pattern, string, flags=0") {
	return td_re_findall(s, pattern_of(s, call), STRING, .flags = flags_of(s, call));
}

static const td_value *text_value(td_scope *s, const char *text) {
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

static const td_value *counted(td_scope *s, const char *text, int64_t count) {
	return td_failed(s) ? NULL : td_list(s, text, count);
}

ORACLE_ROW(re_sub, "re.sub", "pattern, repl, string, count=0, flags=0") {
	return text_value(s, td_re_sub(s, pattern_of(s, call), oracle_text(s, call, "repl", NULL), STRING,
	                               .count = oracle_int(s, call, "count", 0), .flags = flags_of(s, call)));
}

ORACLE_ROW(re_subn, "re.subn", "pattern, repl, string, count=0, flags=0") {
	int64_t count = 0;
	const char *made =
		td_re_sub(s, pattern_of(s, call), oracle_text(s, call, "repl", NULL), STRING,
	              .count = oracle_int(s, call, "count", 0), .flags = flags_of(s, call), .counted = &count);
	return counted(s, made, count);
}

ORACLE_ROW(re_split, "re.split", "pattern, string, maxsplit=0, flags=0") {
	return td_re_split(s, pattern_of(s, call), STRING, .maxsplit = oracle_int(s, call, "maxsplit", 0),
	                   .flags = flags_of(s, call));
}

ORACLE_ROW(re_escape, "re.escape", "pattern") {
	return text_value(s, td_re_escape(s, oracle_text(s, call, "pattern", NULL)));
}

/* What a compiled pattern tells of itself. */
ORACLE_ROW(re_compile, "re.compile", "pattern, flags=0") {
	td_pattern *p = td_re_compile(s, pattern_of(s, call), .flags = flags_of(s, call));
	if (!p) return NULL;
	td_value *answer = td_value_new_dict(s);
	td_value_set(s, answer, "pattern", td_value_new_str(s, td_pattern_pattern(p)));
	td_value_set(s, answer, "flags", td_value_new_int(s, td_pattern_flags(p)));
	td_value_set(s, answer, "groups", td_value_new_int(s, td_pattern_groups(p)));
	td_value_set(s, answer, "groupindex", td_pattern_groupindex(s, p));
	return answer;
}

/* --- a pattern's methods: its text comes first --- */

typedef struct method {
	td_pattern *p;
	const char *text;
	size_t pos;
	td_opt_int endpos;
} method;

static method method_of(td_scope *s, const oracle_call *call) {
	method m = {td_re_compile(s, oracle_text(s, call, "self", NULL)), STRING, 0, {0}};
	if (!m.p || !m.text || td_failed(s)) return m;
	int64_t pos = oracle_int(s, call, "pos", 0), end = oracle_int(s, call, "endpos", INT64_MAX);
	m.pos = oracle_offset(m.text, pos < 0 ? 0 : pos);
	if (end != INT64_MAX) m.endpos = TD_INT((int64_t)oracle_offset(m.text, end < 0 ? 0 : end));
	return m;
}

#define METHOD(id, name, fn)                                                                                           \
	ORACLE_ROW(id, name, "self, /, string, pos=0, endpos=None") {                                                      \
		method m = method_of(s, call);                                                                                 \
		return match_value(s, fn(s, m.p, m.text, .pos = m.pos, .endpos = m.endpos), m.text);                           \
	}
METHOD(pattern_search, "re.Pattern.search", td_pattern_search)
METHOD(pattern_match, "re.Pattern.match", td_pattern_match)
METHOD(pattern_fullmatch, "re.Pattern.fullmatch", td_pattern_fullmatch)

ORACLE_ROW(pattern_findall, "re.Pattern.findall", "self, /, string, pos=0, endpos=None") {
	method m = method_of(s, call);
	return td_pattern_findall(s, m.p, m.text, .pos = m.pos, .endpos = m.endpos);
}

ORACLE_ROW(pattern_finditer, "re.Pattern.finditer", "self, /, string, pos=0, endpos=None") {
	method m = method_of(s, call);
	return every(s, td_pattern_finditer(s, m.p, m.text, .pos = m.pos, .endpos = m.endpos), m.text);
}

ORACLE_ROW(pattern_sub, "re.Pattern.sub", "self, /, repl, string, count=0") {
	method m = method_of(s, call);
	return text_value(s, td_pattern_sub(s, m.p, oracle_text(s, call, "repl", NULL), m.text,
	                                    .count = oracle_int(s, call, "count", 0)));
}

ORACLE_ROW(pattern_subn, "re.Pattern.subn", "self, /, repl, string, count=0") {
	method m = method_of(s, call);
	int64_t count = 0;
	const char *made = td_pattern_sub(s, m.p, oracle_text(s, call, "repl", NULL), m.text,
	                                  .count = oracle_int(s, call, "count", 0), .counted = &count);
	return counted(s, made, count);
}

ORACLE_ROW(pattern_split, "re.Pattern.split", "self, /, string, maxsplit=0") {
	method m = method_of(s, call);
	return td_pattern_split(s, m.p, m.text, .maxsplit = oracle_int(s, call, "maxsplit", 0));
}

ORACLE_ROW(pattern_groups, "re.Pattern.groups", "self, /") {
	td_pattern *p = td_re_compile(s, oracle_text(s, call, "self", NULL));
	return p ? td_value_new_int(s, td_pattern_groups(p)) : NULL;
}

ORACLE_ROW(pattern_groupindex, "re.Pattern.groupindex", "self, /") {
	td_pattern *p = td_re_compile(s, oracle_text(s, call, "self", NULL));
	return p ? td_pattern_groupindex(s, p) : NULL;
}

ORACLE_ROW(pattern_flags, "re.Pattern.flags", "self, /") {
	td_pattern *p = td_re_compile(s, oracle_text(s, call, "self", NULL));
	return p ? td_value_new_int(s, td_pattern_flags(p)) : NULL;
}

/* Not Python's own: what a match of pattern in string tells, so that its methods can be held against Python's. */
ORACLE_ROW(re_match_all, "re.Match", "pattern, string, template=''") {
	const char *text = STRING;
	const td_match *m = td_re_search(s, pattern_of(s, call), text);
	if (!m) return NULL;
	td_value *answer = td_value_new_dict(s), *spans = td_value_new_list(s);
	const td_value *groups = td_match_groups(s, m, "-");
	for (int i = 0; i <= (int)td_value_len(groups); i++) td_value_append(s, spans, span_of(s, m, i, text));
	int last = td_match_lastindex(m);
	const char *name = td_match_lastgroup(m);
	td_value_set(s, answer, "spans", spans);
	td_value_set(s, answer, "groups", groups);
	td_value_set(s, answer, "groupdict", td_match_groupdict(s, m, NULL));
	td_value_set(s, answer, "lastindex", last ? td_value_new_int(s, last) : td_value_new_null(s));
	td_value_set(s, answer, "lastgroup", name ? td_value_new_str(s, name) : td_value_new_null(s));
	td_value_set(s, answer, "expand", td_value_new_str(s, td_match_expand(s, m, oracle_text(s, call, "template", ""))));
	return td_failed(s) ? NULL : answer;
}
