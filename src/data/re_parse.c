/* re_parse.c: reads a pattern as Python does, with Python's errors, and writes it as PCRE2 understands it. What is
 * written needs no flags but "caseless" and "ASCII": ^, $ and . are spelled out, groups are numbered, names are kept
 * here. */
#include "core/unicode.h"
#include "data/re_internal.h"

enum {
	DEPTH_MOST = 480,    /* groups in each other; where Python's recursion limit ends */
	PCRE_REPEAT = 65535, /* the most that PCRE2 counts to */
	NO_LOOKBEHIND = -1,
	CLOSED_UNKNOWN = -1,
};
#define WIDTH_MOST INT64_C(4294967295)

/* How many characters something may match. */
typedef struct width {
	int64_t lo, hi;
} width;

typedef enum item_kind { NOTHING, PLACE, REPEATED, OTHER } item_kind;

/* What a quantifier would repeat: the last thing written. */
typedef struct item {
	item_kind kind;
	width width;
} item;

typedef struct group {
	width width; /* lo is CLOSED_UNKNOWN while it is open */
	int parent;
	const char *conditional; /* where (?(N) first named it, before it was there */
} group;

typedef struct parser {
	td__re_source in;
	td__buffer out;
	int flags; /* of the whole pattern */
	int groups;
	group *group;
	size_t group_cap;
	td__re_name *names;
	size_t name_count, name_cap;
	int open;              /* the innermost open group */
	int lookbehind_groups; /* how many there were when the outermost lookbehind began */
	int highest_conditional;
	bool loose_lookbehind;
	int depth;
} parser;

static width add(width a, width b) {
	width sum = {a.lo + b.lo, a.hi + b.hi};
	if (sum.lo > WIDTH_MOST - 1) sum.lo = WIDTH_MOST - 1;
	if (sum.hi > WIDTH_MOST) sum.hi = WIDTH_MOST;
	return sum;
}

static int64_t times(int64_t a, int64_t b, int64_t most) {
	return a && b > most / a ? most : a * b;
}

static width either(width a, width b) {
	return (width){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}

static void put(parser *p, const char *text) {
	td__buffer_put(&p->out, text, strlen(text));
}

static void put_number(parser *p, const char *before, int64_t n, const char *after) {
	char text[32];
	snprintf(text, sizeof text, "%ld", (long)n);
	put(p, before);
	put(p, text);
	put(p, after);
}

static bool alternatives(parser *p, bool verbose, int flags, bool outermost, width *out);
static bool sequence(parser *p, bool verbose, int flags, bool first, width *out);

/* --- groups and their names --- */

static bool know_group(parser *p, int64_t number) {
	size_t need = (size_t)number + 1, had = p->group_cap;
	if (!td__grow(p->in.s, (void **)&p->group, &p->group_cap, need, sizeof *p->group)) return false;
	if (p->group_cap > had) memset(p->group + had, 0, (p->group_cap - had) * sizeof *p->group);
	return true;
}

static int find_name(const parser *p, const char *name) {
	for (size_t i = 0; i < p->name_count; i++) {
		if (strcmp(p->names[i].name, name) == 0) return p->names[i].group;
	}
	return 0;
}

static bool is_closed(const parser *p, int64_t number) {
	return number <= p->groups && p->group[number].width.lo != CLOSED_UNKNOWN;
}

/* at: where the name begins, for the error. */
static bool open_group(parser *p, const char *name, const char *at) {
	int number = p->groups + 1;
	if (!know_group(p, number)) return false;
	if (name) {
		int was = find_name(p, name);
		if (was) {
			TD_SCOPE(tmp, p->in.s);
			return td__re_error(&p->in, at, "redefinition of group name %s as group %d; was group %d",
			                    td_str_repr(tmp, name), number, was);
		}
		if (!td__grow(p->in.s, (void **)&p->names, &p->name_cap, p->name_count + 1, sizeof *p->names)) return false;
		p->names[p->name_count++] = (td__re_name){name, number};
	}
	p->groups = number;
	p->group[number].width.lo = CLOSED_UNKNOWN;
	p->group[number].parent = p->open;
	p->open = number;
	return true;
}

static void close_group(parser *p, int number, width w) {
	p->group[number].width = w;
	p->open = p->group[number].parent;
}

static bool name_ok(parser *p, const char *name) {
	if (td__re_is_identifier(name)) return true;
	TD_SCOPE(tmp, p->in.s);
	return td__re_error(&p->in, p->in.next - strlen(name) - 1, "bad character in group name %s",
	                    td_str_repr(tmp, name));
}

static bool unknown_name(parser *p, const char *name) {
	TD_SCOPE(tmp, p->in.s);
	return td__re_error(&p->in, p->in.next - strlen(name) - 1, "unknown group name %s", td_str_repr(tmp, name));
}

/* A group that a lookbehind refers to must have been closed before it began. */
static bool lookbehind_may_use(parser *p, int64_t number) {
	if (p->lookbehind_groups == NO_LOOKBEHIND) return true;
	if (!is_closed(p, number)) return td__re_error(&p->in, p->in.next, "cannot refer to an open group");
	if (number > p->lookbehind_groups) {
		return td__re_error(&p->in, p->in.next, "cannot refer to group defined in the same lookbehind subpattern");
	}
	return true;
}

static bool reference(parser *p, int number, const char *at, item *it) {
	if (!is_closed(p, number)) return td__re_error(&p->in, at, "cannot refer to an open group");
	if (!lookbehind_may_use(p, number)) return false;
	put_number(p, "\\g{", number, "}");
	*it = (item){OTHER, p->group[number].width};
	return true;
}

/* --- inline flags --- */

static int flag_of(char c) {
	switch (c) {
	case 'i': return TD_RE_IGNORECASE;
	case 'm': return TD_RE_MULTILINE;
	case 's': return TD_RE_DOTALL;
	case 'x': return TD_RE_VERBOSE;
	case 'a': return TD_RE_ASCII;
	case 'u': return TD_RE_UNICODE;
	case 't': return 1; /* re.TEMPLATE, which means nothing */
	case 'L': return 4; /* re.LOCALE, which is for bytes */
	default: return 0;
	}
}

enum { TEMPLATE = 1, TYPES = TD_RE_ASCII | TD_RE_UNICODE };

/* The flag whose letter is the next token, 0 with an error otherwise; what is missing when it is no letter. */
static int next_flag(parser *p, const char *missing) {
	td__re_source *in = &p->in;
	if (td__re_at_end(in)) {
		td__re_error(in, in->next, "missing %s", missing);
		return 0;
	}
	int flag = in->after - in->next == 1 ? flag_of(*in->next) : 0;
	if (flag) return flag;
	const char *at = in->next;
	uint32_t c = td__utf8_next(&at, in->end);
	unsigned kind = td__unicode(c)->flags;
	bool letter = c != '\\' && (kind & TD__UNI_ALNUM) && !(kind & (TD__UNI_DECIMAL | TD__UNI_DIGIT));
	if (letter)
		td__re_error(in, in->next, "unknown flag");
	else
		td__re_error(in, in->next, "missing %s", missing);
	return 0;
}

/* (?flags) and (?flags-flags: from the first letter or dash on, which is the next token. *global: the first form. */
static bool inline_flags(parser *p, int *plus, int *minus, bool *global) {
	td__re_source *in = &p->in;
	*plus = *minus = 0;
	*global = false;
	while (!td__re_next_is(in, '-')) {
		int flag = next_flag(p, "-, : or )");
		if (!flag || !td__re_advance(in)) return false;
		if (flag == 4) return td__re_error(in, in->next, "bad inline flags: cannot use 'L' flag with a str pattern");
		*plus |= flag;
		if ((flag & TYPES) && (*plus & TYPES) != flag)
			return td__re_error(in, in->next, "bad inline flags: flags 'a', 'u' and 'L' are incompatible");
		if (td__re_next_is(in, ')') || td__re_next_is(in, ':')) break;
	}
	const char *end = in->next;
	bool negative = td__re_next_is(in, '-');
	*global = td__re_next_is(in, ')');
	if (!td__re_advance(in) || *global) return !td_failed(in->s);
	if (*plus & TEMPLATE) return td__re_error(in, end, "bad inline flags: cannot turn on global flag");
	if (!negative) return true;
	for (const char *missing = "flag"; !*minus || !td__re_next_is(in, ':'); missing = ":") {
		int flag = next_flag(p, missing);
		if (!flag || !td__re_advance(in)) return false;
		if (flag & (TYPES | 4))
			return td__re_error(in, in->next, "bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
		*minus |= flag;
	}
	end = in->next;
	if (!td__re_advance(in)) return false;
	if (*minus & TEMPLATE) return td__re_error(in, end, "bad inline flags: cannot turn off global flag");
	if (*plus & *minus) return td__re_error(in, end, "bad inline flags: flag turned on and off");
	return true;
}

static bool caseless(int flags) {
	return (flags & TD_RE_IGNORECASE) && !(flags & TD_RE_ASCII);
}

/* --- what begins with a parenthesis --- */

static bool close_parenthesis(parser *p, const char *start) {
	if (td__re_take(&p->in, ')')) return !td_failed(p->in.s);
	return td_failed(p->in.s) ? false : td__re_error(&p->in, start, "missing ), unterminated subpattern");
}

static bool inside(parser *p, const char *start, bool verbose, int flags, width *w) {
	if (p->depth >= DEPTH_MOST) {
		td_raise(p->in.s, TD_RecursionError, "maximum recursion depth exceeded");
		return false;
	}
	p->depth++;
	bool ok = alternatives(p, verbose, flags, false, w) && close_parenthesis(p, start);
	p->depth--;
	return ok;
}

static bool capture(parser *p, const char *start, const char *name, bool verbose, int flags, item *it) {
	if (!open_group(p, name, name ? p->in.next - strlen(name) - 1 : start)) return false;
	int number = p->groups;
	put(p, "(");
	if (!inside(p, start, verbose, flags, &it->width)) return false;
	close_group(p, number, it->width);
	put(p, ")");
	return true;
}

/* how: "(?:", "(?>", "(?=" and so on. */
static bool uncaptured(parser *p, const char *start, const char *how, bool verbose, int flags, item *it) {
	put(p, how);
	if (!inside(p, start, verbose, flags, &it->width)) return false;
	put(p, ")");
	return true;
}

static bool lookaround(parser *p, const char *start, const char *how, bool verbose, int flags, item *it) {
	bool behind = how[2] == '<';
	int outer = p->lookbehind_groups;
	if (behind && outer == NO_LOOKBEHIND) p->lookbehind_groups = p->groups;
	if (!uncaptured(p, start, how, verbose, flags, it)) return false;
	if (behind && it->width.lo != it->width.hi) p->loose_lookbehind = true;
	p->lookbehind_groups = outer;
	it->width = (width){0, 0};
	return true;
}

/* (?P…, of which "P" was taken. */
static bool python_group(parser *p, const char *start, bool verbose, int flags, item *it) {
	td__re_source *in = &p->in;
	bool refers = td__re_next_is(in, '=');
	if (!refers && !td__re_next_is(in, '<')) {
		if (td__re_at_end(in)) return td__re_error(in, in->next, "unexpected end of pattern");
		return td__re_error(in, start + 1, "unknown extension ?P%.*s", (int)(in->after - in->next), in->next);
	}
	if (!td__re_advance(in)) return false;
	const char *name = td__re_until(in, refers ? ')' : '>', "group name");
	if (!name || !name_ok(p, name)) return false;
	if (!refers) return capture(p, start, name, verbose, flags, it);
	int number = find_name(p, name);
	return number ? reference(p, number, in->next - strlen(name) - 1, it) : unknown_name(p, name);
}

/* The group that (?(…) asks for; 0 with an error. */
static int condition(parser *p) {
	td__re_source *in = &p->in;
	const char *name = td__re_until(in, ')', "group name");
	if (!name) return 0;
	const char *at = in->next - strlen(name) - 1;
	if (td__re_is_identifier(name)) {
		int number = find_name(p, name);
		if (!number) unknown_name(p, name);
		return number;
	}
	int64_t number = td__re_group_number(in, name);
	if (number < 0) return 0;
	if (number == 0) td__re_error(in, at, "bad group number");
	if (number > INT32_MAX / 4) td__re_error(in, at, "invalid group reference %ld", (long)number);
	if (td_failed(in->s)) return 0;
	if (number > p->groups && number > 65535) { /* more groups than PCRE2 counts */
		td__re_error(in, at, "invalid group reference %ld", (long)number);
		return 0;
	}
	if (!know_group(p, number)) return 0;
	if (!p->group[number].conditional) p->group[number].conditional = at;
	if (number > p->highest_conditional) p->highest_conditional = (int)number;
	return (int)number;
}

/* (?(N)yes|no), of which the second "(" was taken. */
static bool conditional(parser *p, const char *start, bool verbose, int flags, item *it) {
	td__re_source *in = &p->in;
	int number = condition(p);
	if (!number || !lookbehind_may_use(p, number)) return false;
	if (p->depth >= DEPTH_MOST) {
		td_raise(in->s, TD_RecursionError, "maximum recursion depth exceeded");
		return false;
	}
	p->depth++;
	put_number(p, "(?(", number, ")");
	width yes, no = {0, 0};
	if (!sequence(p, verbose, flags, false, &yes)) return false;
	bool two = td__re_take(in, '|');
	if (two) {
		put(p, "|");
		if (!sequence(p, verbose, flags, false, &no)) return false;
		if (td__re_next_is(in, '|'))
			return td__re_error(in, in->next, "conditional backref with more than two branches");
	}
	if (!close_parenthesis(p, start)) return false;
	put(p, ")");
	p->depth--;
	it->width = either(yes, no);
	return true;
}

/* What follows "(?": false with an error, else *nothing tells that it was a comment or set global flags. */
static bool extension(parser *p, const char *start, bool verbose, int *flags, bool at_start, item *it, bool *nothing) {
	td__re_source *in = &p->in;
	const char *token = in->next;
	char c = in->after - in->next == 1 ? *token : 0;
	if (td__re_at_end(in)) return td__re_error(in, token, "unexpected end of pattern");
	if (flag_of(c) || c == '-') {
		int plus, minus;
		if (!inline_flags(p, &plus, &minus, nothing)) return false;
		if (*nothing) {
			if (!at_start) return td__re_error(in, start, "global flags not at the start of the expression");
			p->flags |= plus;
			*flags = p->flags;
			return true;
		}
		int inner = ((plus & TYPES) ? *flags & ~TYPES : *flags) | plus;
		inner &= ~minus;
		bool inner_verbose = (verbose || (plus & TD_RE_VERBOSE)) && !(minus & TD_RE_VERBOSE);
		const char *how = caseless(inner) == caseless(*flags) ? "(?:" : caseless(inner) ? "(?i:" : "(?-i:";
		return uncaptured(p, start, how, inner_verbose, inner, it);
	}
	if (!td__re_advance(in)) return false;
	switch (c) {
	case 'P': return python_group(p, start, verbose, *flags, it);
	case ':': return uncaptured(p, start, "(?:", verbose, *flags, it);
	case '>': return uncaptured(p, start, "(?>", verbose, *flags, it);
	case '=': return lookaround(p, start, "(?=", verbose, *flags, it);
	case '!': return lookaround(p, start, "(?!", verbose, *flags, it);
	case '(': return conditional(p, start, verbose, *flags, it);
	case '#':
		*nothing = true;
		while (!td__re_next_is(in, ')')) {
			if (td__re_at_end(in)) return td__re_error(in, start, "missing ), unterminated comment");
			if (!td__re_advance(in)) return false;
		}
		return td__re_advance(in);
	case '<':
		if (td__re_at_end(in)) return td__re_error(in, in->next, "unexpected end of pattern");
		if (td__re_next_is(in, '=') || td__re_next_is(in, '!')) {
			const char *how = td__re_next_is(in, '=') ? "(?<=" : "(?<!";
			return td__re_advance(in) && lookaround(p, start, how, verbose, *flags, it);
		}
		return td__re_error(in, start + 1, "unknown extension ?<%.*s", (int)(in->after - in->next), in->next);
	default: return td__re_error(in, start + 1, "unknown extension ?%.*s", (int)(in->next - token), token);
	}
}

/* --- quantifiers --- */

/* Digits from the next token on; -1: none, -2: raised. */
static int64_t digits(parser *p) {
	int64_t n = -1;
	while (p->in.after - p->in.next == 1 && *p->in.next >= '0' && *p->in.next <= '9') {
		n = (n < 0 ? 0 : n) * 10 + (*p->in.next - '0');
		if (n > WIDTH_MOST) n = WIDTH_MOST;
		if (!td__re_advance(&p->in)) return -2;
	}
	return n;
}

/* {m}, {m,}, {,n}, {m,n}; its "{" was taken. *literal: it is none of these, and nothing more was taken. */
static bool braces(parser *p, const char *here, width *times_, bool *literal) {
	td__re_source *in = &p->in, back = p->in;
	*literal = td__re_next_is(in, '}');
	if (*literal) return true;
	int64_t lo = digits(p), hi = lo;
	bool comma = td__re_take(in, ',');
	if (comma) hi = digits(p);
	if (lo == -2 || hi == -2 || td_failed(in->s)) return false;
	if (!td__re_take(in, '}')) {
		*in = back;
		*literal = true;
		return !td_failed(in->s);
	}
	if (td_failed(in->s)) return false;
	if (lo >= WIDTH_MOST || hi >= WIDTH_MOST) {
		td_raise(in->s, TD_OverflowError, "the repetition number is too large");
		return false;
	}
	if (hi >= 0 && hi < lo) return td__re_error(in, here, "min repeat greater than max repeat");
	*times_ = (width){lo < 0 ? 0 : lo, hi < 0 ? WIDTH_MOST : hi};
	if (times_->lo > PCRE_REPEAT || (hi >= 0 && hi > PCRE_REPEAT)) {
		td_raise(in->s, TD_OverflowError, "the repetition number is too large: at most %d", PCRE_REPEAT);
		return false;
	}
	return true;
}

static void put_times(parser *p, width n) {
	if (n.lo == 0 && n.hi == WIDTH_MOST) {
		put(p, "*");
	} else if (n.lo == 1 && n.hi == WIDTH_MOST) {
		put(p, "+");
	} else if (n.lo == 0 && n.hi == 1) {
		put(p, "?");
	} else {
		put_number(p, "{", n.lo, ",");
		if (n.hi != WIDTH_MOST) put_number(p, "", n.hi, "");
		put(p, "}");
	}
}

/* A quantifier whose first character c was taken at token. */
static bool repeat(parser *p, char c, const char *token, item *it, bool *literal) {
	td__re_source *in = &p->in;
	width n = {c == '+', c == '?' ? 1 : WIDTH_MOST};
	*literal = false;
	if (c == '{' && !braces(p, token + 1, &n, literal)) return false;
	if (*literal) return true;
	if (it->kind == NOTHING || it->kind == PLACE) return td__re_error(in, token, "nothing to repeat");
	if (it->kind == REPEATED) return td__re_error(in, token, "multiple repeat");
	put_times(p, n);
	if (td__re_take(in, '?'))
		put(p, "?");
	else if (td__re_take(in, '+'))
		put(p, "+");
	it->kind = REPEATED;
	it->width.lo = times(it->width.lo, n.lo, WIDTH_MOST - 1);
	it->width.hi = times(it->width.hi, n.hi, WIDTH_MOST);
	return !td_failed(in->s);
}

/* --- sequences and alternatives --- */

static void put_boundary(parser *p, char kind, int flags) {
	if (kind == 'B') put(p, "(?:(?!\\A\\z)"); /* Python's \B does not hold in an empty text */
	if (!(flags & TD_RE_ASCII) == !(p->flags & TD_RE_ASCII)) {
		put(p, kind == 'b' ? "\\b" : "\\B");
	} else {
		td__buffer word;
		td__buffer_begin(&word, p->in.s);
		td__re_put_class(&word, 'w', flags);
		td__buffer_char(&word, 0);
		if (!word.failed) {
			put(p, kind == 'b' ? "(?:(?<=" : "(?!(?<=");
			put(p, word.data);
			put(p, ")(?!");
			put(p, word.data);
			put(p, kind == 'b' ? ")|(?<!" : ")|(?<!");
			put(p, word.data);
			put(p, ")(?=");
			put(p, word.data);
			put(p, "))");
		}
		td__buffer_drop(&word);
	}
	if (kind == 'B') put(p, ")");
}

static bool escape(parser *p, const char *token, int flags, item *it) {
	td__re_char c;
	if (!td__re_escape(&p->in, token, p->groups, &c)) return false;
	*it = (item){OTHER, {1, 1}};
	switch (c.kind) {
	case 'g': return reference(p, (int)c.c, token, it);
	case 'c': td__re_put_char(&p->out, c.c, flags); return true;
	case 'A':
	case 'Z':
	case 'b':
	case 'B': *it = (item){PLACE, {0, 0}}; break;
	default: td__re_put_class(&p->out, c.kind, flags); return true;
	}
	if (c.kind == 'A' || c.kind == 'Z')
		put(p, c.kind == 'A' ? "\\A" : "\\z");
	else
		put_boundary(p, c.kind, flags);
	return true;
}

static bool parenthesis(parser *p, const char *token, bool verbose, int *flags, bool at_start, item *it,
                        bool *nothing) {
	*it = (item){OTHER, {0, 0}};
	if (!td__re_take(&p->in, '?')) return !td_failed(p->in.s) && capture(p, token, NULL, verbose, *flags, it);
	return !td_failed(p->in.s) && extension(p, token, verbose, flags, at_start, it, nothing);
}

static bool skip_comment(parser *p) {
	for (;;) {
		if (td__re_at_end(&p->in)) return true;
		bool newline = td__re_next_is(&p->in, '\n');
		if (!td__re_advance(&p->in)) return false;
		if (newline) return true;
	}
}

/* What c, which was taken at token, is; false: raised. *nothing: it adds no item. */
static bool one(parser *p, char c, const char *token, bool verbose, int *flags, bool at_start, item *it,
                bool *nothing) {
	*it = (item){OTHER, {1, 1}};
	switch (c) {
	case '\\': return escape(p, token, *flags, it);
	case '[': return td__re_set(&p->in, token, &p->out, *flags);
	case '(': return parenthesis(p, token, verbose, flags, at_start, it, nothing);
	case '.':
		if (*flags & TD_RE_DOTALL)
			put(p, "(?s:.)");
		else
			put(p, "\\N");
		return true;
	case '^':
		put(p, *flags & TD_RE_MULTILINE ? "(?m:^)" : "\\A");
		*it = (item){PLACE, {0, 0}};
		return true;
	case '$':
		put(p, *flags & TD_RE_MULTILINE ? "(?m:$)" : "$");
		*it = (item){PLACE, {0, 0}};
		return true;
	default: {
		const char *at = token;
		td__re_put_char(&p->out, td__utf8_next(&at, p->in.end), *flags);
		return true;
	}
	}
}

static bool sequence(parser *p, bool verbose, int flags, bool first, width *out) {
	td__re_source *in = &p->in;
	item last = {NOTHING, {0, 0}};
	width before = {0, 0};
	while (!td__re_at_end(in) && !td__re_next_is(in, '|') && !td__re_next_is(in, ')')) {
		const char *token = in->next;
		char c = *token;
		if (!td__re_advance(in)) return false;
		if (verbose && strchr(" \t\n\r\v\f", c)) continue;
		if (verbose && c == '#') {
			if (!skip_comment(p)) return false;
			continue;
		}
		if (c == '*' || c == '+' || c == '?' || c == '{') {
			bool literal;
			if (!repeat(p, c, token, &last, &literal)) return false;
			if (!literal) continue;
		}
		item it;
		bool nothing = false;
		if (!one(p, c, token, verbose, &flags, first && last.kind == NOTHING, &it, &nothing)) return false;
		if (nothing) {
			if (first) verbose = p->flags & TD_RE_VERBOSE;
			continue;
		}
		before = add(before, last.width);
		last = it;
	}
	*out = add(before, last.width);
	return !td_failed(in->s);
}

static bool alternatives(parser *p, bool verbose, int flags, bool outermost, width *out) {
	for (bool first = true;; first = false) {
		width w;
		if (!sequence(p, verbose, flags, outermost && first, &w)) return false;
		*out = first ? w : either(*out, w);
		if (!td__re_take(&p->in, '|')) return !td_failed(p->in.s);
		if (td_failed(p->in.s)) return false;
		put(p, "|");
		if (outermost) {
			flags = p->flags;
			verbose = flags & TD_RE_VERBOSE;
		}
	}
}

/* What can only be said once all is read. */
static bool whole(parser *p) {
	td__re_source *in = &p->in;
	if ((p->flags & TYPES) == TYPES) {
		td_raise(in->s, TD_ValueError, "ASCII and UNICODE flags are incompatible");
		return false;
	}
	if (!(p->flags & TD_RE_ASCII)) p->flags |= TD_RE_UNICODE;
	if (!td__re_at_end(in)) return td__re_error(in, in->next, "unbalanced parenthesis");
	for (int i = p->groups + 1; i <= p->highest_conditional; i++) {
		const char *at = p->group[i].conditional;
		if (at) return td__re_error(in, at, "invalid group reference %d", i);
	}
	if (p->loose_lookbehind) {
		td_raise(in->s, TD_re_error, "look-behind requires fixed-width pattern");
		return false;
	}
	return true;
}

bool td__re_parse(td_scope *s, const char *pattern, int flags, td__re_parsed *out) {
	parser p = {.flags = flags, .lookbehind_groups = NO_LOOKBEHIND};
	td__buffer_begin(&p.out, s);
	width w;
	if (!td__re_source_begin(&p.in, s, pattern) || !know_group(&p, 0) ||
	    !alternatives(&p, flags & TD_RE_VERBOSE, flags, true, &w) || !whole(&p)) {
		td__buffer_drop(&p.out);
		return false;
	}
	int *parents = td_alloc_array(s, (size_t)p.groups + 1, sizeof *parents);
	for (int i = 1; parents && i <= p.groups; i++) parents[i] = p.group[i].parent;
	*out = (td__re_parsed){.pattern = td__buffer_text(&p.out),
	                       .flags = p.flags,
	                       .groups = p.groups,
	                       .names = p.names,
	                       .name_count = p.name_count,
	                       .parents = parents};
	return !td_failed(s);
}
