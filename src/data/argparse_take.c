/* argparse_take.c: which of the arguments are options, and which arguments belong to whom. */
#include "core/unicode.h"
#include "data/argparse_run.h"

/* --- options --- */

static bool is_prefix(const td_argparser *p, char c) {
	return c && strchr(p->prefix_chars, c);
}

static bool negative_number(const char *text) {
	if (*text++ != '-') return false;
	size_t whole = strspn(text, "0123456789");
	if (!text[whole]) return whole > 0;
	size_t part = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	return part > 0 && !text[whole + 1 + part];
}

/* The options that arg may abbreviate: --ver for --version, and -xVALUE. Counts them; the last one is in *out. */
static size_t abbreviated(arg_run *r, const char *arg, arg_option *out, const char **names) {
	const td_argparser *p = r->p;
	bool two = is_prefix(p, arg[1]);
	const char *equal = two ? strchr(arg, '=') : NULL;
	size_t len = equal ? (size_t)(equal - arg) : strlen(arg);
	const char *after = arg + 1, *end = arg + strlen(arg);
	if (!two) td__utf8_next(&after, end); /* the first letter of a cluster */
	size_t short_len = (size_t)(after - arg), count = 0;
	if (two && p->o.no_abbrev) return 0;
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		for (size_t k = 0; k < a->flags.len; k++) {
			const char *flag = a->flags.items[k];
			bool is_short = !two && strlen(flag) == short_len && memcmp(flag, arg, short_len) == 0;
			if (!is_short && strncmp(flag, arg, len) != 0) continue;
			*out = (arg_option){true, a, flag, is_short ? after : equal ? equal + 1 : NULL};
			*names = count++ ? td_format(r->s, "%s, %s", *names, flag) : flag;
		}
	}
	return count;
}

/* false: raised. */
bool td__argparse_read_option(arg_run *r, const char *arg, arg_option *out) {
	const td_argparser *p = r->p;
	*out = (arg_option){0};
	if (!is_prefix(p, arg[0])) return true;
	const arg_action *a = td__argparse_by_flag(p, arg, strlen(arg));
	if (a) {
		*out = (arg_option){true, a, arg, NULL};
		return true;
	}
	if (!arg[1]) return true;
	const char *equal = strchr(arg, '=');
	if (equal && (a = td__argparse_by_flag(p, arg, (size_t)(equal - arg)))) {
		*out = (arg_option){true, a, td_strndup(r->s, arg, (size_t)(equal - arg)), equal + 1};
		return true;
	}
	const char *names = "";
	size_t count = abbreviated(r, arg, out, &names);
	if (count == 1) return true;
	if (count > 1) {
		td_raise(r->s, TD_ArgumentError, "ambiguous option: %s could match %s", arg, names);
		return false;
	}
	bool argument = (negative_number(arg) && !p->negative_flags) || strchr(arg, ' ');
	*out = (arg_option){.is = !argument, .flag = arg};
	return true;
}

/* --- taking arguments apart --- */

static bool wrong_count(arg_run *r, const arg_action *a) {
	const char *text = a->nargs == NARGS_ONE        ? "expected one argument"
	                   : a->nargs == NARGS_OPTIONAL ? "expected at most one argument"
	                   : a->nargs == NARGS_SOME     ? "expected at least one argument"
	                                                : NULL;
	if (!text) text = td_format(r->s, "expected %zu argument%s", a->count, a->count == 1 ? "" : "s");
	return td__argparse_argument_error(r->s, a, text);
}

/* How many arguments a takes of pattern; -1: raised. */
static int64_t count_for(arg_run *r, const arg_action *a, const char *pattern) {
	int64_t n = td__argparse_match_one(a, pattern);
	if (n == -1) wrong_count(r, a);
	if (n == -2) td_raise(r->s, TD_MemoryError, "out of memory");
	return n < 0 ? -1 : n;
}

/* The arg_option at *at, or the cluster of short ones that stands there, with what belongs to it. */
static bool consume_option(arg_run *r, size_t *at) {
	arg_option o = r->options[*at];
	const char *flag = o.flag;
	const td_strs none = {r->args.items + r->args.len, 0};
	TD_SCOPE(tmp, r->s);
	struct {
		const arg_action *action;
		const char *flag;
	} *cluster = td_alloc_array(tmp, strlen(r->args.items[*at]) + 1, sizeof *cluster);
	size_t count = 0;
	if (!cluster) return false;
	if (!o.action) {
		(*at)++;
		return td__argparse_add_extras(r, *at - 1, *at);
	}
	td_strs args = none;
	const char *one[2] = {NULL, NULL};
	for (;;) {
		if (!o.explicit_arg) {
			int64_t n = count_for(r, o.action, r->pattern + *at + 1);
			if (n < 0) return false;
			args = (td_strs){r->args.items + *at + 1, (size_t)n};
			break;
		}
		int64_t n = count_for(r, o.action, "A");
		if (n < 0) return false;
		if (n == 1) {
			one[0] = o.explicit_arg;
			args = (td_strs){one, 1};
			break;
		}
		const char *next = o.explicit_arg, *end = next + strlen(next);
		const arg_action *action = o.action;
		if (n == 0 && !is_prefix(r->p, flag[1]) && *next) {
			cluster[count].action = action;
			cluster[count++].flag = flag;
			td__utf8_next(&next, end);
			flag = td_format(tmp, "%c%.*s", flag[0], (int)(next - o.explicit_arg), o.explicit_arg);
			o.action = td__argparse_by_flag(r->p, flag, strlen(flag));
			if (o.action) {
				o.explicit_arg = *next ? next : NULL;
				continue;
			}
		}
		return td__argparse_argument_error(r->s, action,
		                                   td_format(tmp, "ignored explicit argument %s",
		                                             td_str_repr(tmp, o.explicit_arg)));
	}
	size_t stop = *at + 1 + (o.explicit_arg ? 0 : args.len);
	for (size_t i = 0; i < count; i++) {
		if (!td__argparse_take(r, cluster[i].action, none, cluster[i].flag)) return false;
	}
	if (!td__argparse_take(r, o.action, args, flag)) return false;
	*at = stop;
	return true;
}

static bool consume_positionals(arg_run *r, size_t *at) {
	if (r->stage == OPTIONS_ONLY) { /* they take nothing but a "--" that stands where they would begin */
		if (r->positional_count && r->pattern[*at] == '-') ++*at;
		r->positional_count = 0;
		return true;
	}
	TD_SCOPE(tmp, r->s);
	size_t *counts = td_alloc_array(tmp, r->positional_count + 1, sizeof *counts);
	if (!counts) return false;
	size_t n = td__argparse_match_some(r->positionals, r->positional_count, r->pattern + *at, counts);
	if (n == SIZE_MAX) {
		td_raise(r->s, TD_MemoryError, "out of memory");
		return false;
	}
	arg_action **taken = r->positionals;
	r->positionals += n;
	r->positional_count -= n;
	for (size_t i = 0; i < n; i++) {
		td_strs args = {r->args.items + *at, counts[i]};
		*at += counts[i];
		if (!td__argparse_take(r, taken[i], args, NULL)) return false;
	}
	return true;
}

bool td__argparse_consume(arg_run *r) {
	size_t at = 0, last = 0, len = r->args.len;
	for (size_t i = 0; i < len; i++) {
		if (r->options[i].is) last = i + 1;
	}
	while (at < last) {
		size_t next = at;
		while (!r->options[next].is) next++;
		if (at != next) {
			size_t before = at;
			if (!consume_positionals(r, &at)) return false;
			if (at > before) continue;
		}
		if (!r->options[at].is) {
			if (!td__argparse_add_extras(r, at, next)) return false;
			at = next;
		}
		if (!consume_option(r, &at)) return false;
	}
	return consume_positionals(r, &at) && td__argparse_add_extras(r, at, len);
}
