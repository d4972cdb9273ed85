/* argparse_parse.c: a command line is read; the order of things is that of Python's _parse_known_args. */
#include <stdio.h>
#include <strings.h>
#include <tend/difflib.h>
#include <tend/file.h>

#include "core/main.h"
#include "core/unicode.h"
#include "data/argparse_internal.h"

typedef struct entry {
	const char *dest;
	const td_value *value; /* NULL is None */
} entry;

/* Python's Namespace. Values live in the scope of the whole call. */
typedef struct space {
	td_scope *s;
	entry *items;
	size_t count, capacity;
	td_arg_func func;
	td_strs extras; /* what nobody declared */
	size_t extras_room;
	td_strs flags; /* of all parsers that took part, to suggest from */
	size_t flags_room;
} space;

/* How one argument that looks like an option was understood. */
typedef struct option {
	bool is;                  /* else an argument */
	const arg_action *action; /* NULL: nobody's */
	const char *flag, *explicit_arg;
} option;

/* A line is read at once, or for parse_intermixed_args twice: first its options, then what is left of it. */
typedef enum stage { WHOLE, OPTIONS_ONLY, POSITIONALS_ONLY } stage;

typedef struct run {
	td_scope *s; /* for errors and scratch */
	stage stage;
	td_argparser *p;
	space *ns;
	td_strs args;
	char *pattern;
	option *options;
	bool *seen, *given; /* per action: met; met with other than its default */
	arg_action **positionals;
	size_t positional_count;
} run;

static bool parse_into(td_scope *s, td_argparser *p, td_strs args, space *ns, stage at);

static bool add_text(td_scope *s, td_strs *list, size_t *room, const char *text) {
	void *items = (void *)(uintptr_t)list->items;
	if (!td__grow(s, &items, room, list->len + 2, sizeof(char *))) return false;
	((const char **)items)[list->len++] = text;
	((const char **)items)[list->len] = NULL;
	list->items = items;
	return true;
}

static bool add_extras(run *r, size_t from, size_t to) {
	for (; from < to; from++) {
		if (!add_text(r->ns->s, &r->ns->extras, &r->ns->extras_room, td_strdup(r->ns->s, r->args.items[from])))
			return false;
	}
	return true;
}

/* --- the namespace --- */

static entry *find(const space *ns, const char *dest) {
	for (size_t i = 0; i < ns->count; i++) {
		if (strcmp(ns->items[i].dest, dest) == 0) return &ns->items[i];
	}
	return NULL;
}

static bool put(space *ns, const char *dest, const td_value *value) {
	if (!dest) return true;
	entry *e = find(ns, dest);
	if (e) {
		e->value = value;
		return true;
	}
	void *items = ns->items;
	if (!td__grow(ns->s, &items, &ns->capacity, ns->count + 1, sizeof *ns->items)) return false;
	ns->items = items;
	ns->items[ns->count++] = (entry){dest, value};
	return true;
}

static const td_value *current(const space *ns, const char *dest) {
	const entry *e = dest ? find(ns, dest) : NULL;
	return e ? e->value : NULL;
}

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
static size_t abbreviated(run *r, const char *arg, option *out, const char **names) {
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
			*out = (option){true, a, flag, is_short ? after : equal ? equal + 1 : NULL};
			*names = count++ ? td_format(r->s, "%s, %s", *names, flag) : flag;
		}
	}
	return count;
}

/* false: raised. */
static bool read_option(run *r, const char *arg, option *out) {
	const td_argparser *p = r->p;
	*out = (option){0};
	if (!is_prefix(p, arg[0])) return true;
	const arg_action *a = td__argparse_by_flag(p, arg, strlen(arg));
	if (a) {
		*out = (option){true, a, arg, NULL};
		return true;
	}
	if (!arg[1]) return true;
	const char *equal = strchr(arg, '=');
	if (equal && (a = td__argparse_by_flag(p, arg, (size_t)(equal - arg)))) {
		*out = (option){true, a, td_strndup(r->s, arg, (size_t)(equal - arg)), equal + 1};
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
	*out = (option){.is = !argument, .flag = arg};
	return true;
}

/* --- values --- */

static const td_value *convert(run *r, const arg_action *a, const char *text) {
	TD_SCOPE(tmp, r->s);
	const td_value *v = td__argparse_convert(tmp, a, text);
	return v ? td_value_copy(r->ns->s, v) : NULL;
}

static const td_value *convert_list(run *r, const arg_action *a, td_strs args, bool checked) {
	td_value *list = td_value_new_list(r->ns->s);
	for (size_t i = 0; i < args.len; i++) {
		TD_SCOPE(tmp, r->s);
		const td_value *v = td__argparse_convert(tmp, a, args.items[i]);
		if (!v || !td_value_append(tmp, list, v)) return NULL;
	}
	for (size_t i = 0; checked && i < args.len; i++) {
		if (!td__argparse_check_choice(r->s, a, td_value_at(list, i))) return NULL;
	}
	return list;
}

/* A default that is a text is read by the type. Texts that stay texts stay the same value, which says "not given". */
static const td_value *read_text_default(run *r, const arg_action *a, const td_value *v) {
	bool reads = v && td_value_type(v) == TD_STR && a->type != TD_ARG_TEXT && a->type != TD_ARG_STR;
	return reads ? convert(r, a, td_value_str(v, "")) : v;
}

/* The value of an action for its arguments; NULL is None unless r->s has failed. *nothing: there is none at all. */
static const td_value *values_of(run *r, const arg_action *a, td_strs args, bool *nothing) {
	*nothing = false;
	if (a->nargs != NARGS_PARSER && a->nargs != NARGS_REST) {
		for (size_t i = 0; i < args.len; i++) {
			if (strcmp(args.items[i], "--") != 0) continue;
			const char **kept = td_alloc_array(r->s, args.len + 1, sizeof *kept);
			if (!kept) return NULL;
			memcpy(kept, args.items, i * sizeof *kept);
			memcpy(kept + i, args.items + i + 1, (args.len - i - 1) * sizeof *kept);
			args = (td_strs){kept, args.len - 1};
			break;
		}
	}
	if (!args.len && a->nargs == NARGS_OPTIONAL) {
		if (!a->flags.len && a->no_default) {
			*nothing = true;
			return NULL;
		}
		const td_value *v = a->flags.len ? a->konst : a->def;
		if (!v || td_value_type(v) != TD_STR) return v;
		v = read_text_default(r, a, v);
		return td__argparse_check_choice(r->s, a, v) ? v : NULL;
	}
	if (!args.len && a->nargs == NARGS_ANY && !a->flags.len) {
		const td_value *v = a->def ? a->def : td_value_new_list(r->ns->s);
		*nothing = a->no_default;
		return td__argparse_check_choice(r->s, a, v) ? v : NULL;
	}
	if (args.len == 1 && (a->nargs == NARGS_ONE || a->nargs == NARGS_OPTIONAL)) {
		const td_value *v = convert(r, a, args.items[0]);
		return v && td__argparse_check_choice(r->s, a, v) ? v : NULL;
	}
	const td_value *list = convert_list(r, a, args, a->nargs != NARGS_REST && a->nargs != NARGS_PARSER);
	if (list && a->nargs == NARGS_PARSER && !td__argparse_check_choice(r->s, a, td_value_at(list, 0))) return NULL;
	return list;
}

/* --- actions --- */

static void print_and_exit(td_scope *s, const char *text) {
	if (td_failed(s)) return;
	fputs(text, stdout);
	td_sys_exit(s, 0);
}

static const td_value *appended(run *r, const arg_action *a, const td_value *v, bool each) {
	const td_value *old = current(r->ns, a->dest);
	td_value *list = old && td_value_type(old) == TD_LIST ? td_value_copy(r->ns->s, old) : td_value_new_list(r->ns->s);
	if (!list) return NULL;
	if (!each || !v || td_value_type(v) != TD_LIST) {
		td_value_append(r->s, list, v ? v : td_value_new_null(r->s));
	} else {
		for (size_t i = 0; i < td_value_len(v); i++) td_value_append(r->s, list, td_value_at(v, i));
	}
	return list;
}

static bool run_command(run *r, const arg_action *a, const td_value *v) {
	const char *name = td_value_str(td_value_at(v, 0), "");
	if (a->dest && !put(r->ns, a->dest, td_value_at(v, 0))) return false;
	td_argparser *below = NULL;
	for (size_t i = 0; i < a->sub->count && !below; i++) {
		if (strcmp(a->sub->commands[i].name, name) == 0) below = a->sub->commands[i].parser;
	}
	size_t count = td_value_len(v);
	const char **rest = td_alloc_array(r->s, count + 1, sizeof *rest);
	if (!rest || !below) return false;
	for (size_t i = 1; i < count; i++) rest[i - 1] = td_value_str(td_value_at(v, i), "");
	space sub = {.s = r->ns->s, .flags = r->ns->flags, .flags_room = r->ns->flags_room};
	if (!parse_into(r->s, below, (td_strs){rest, count - 1}, &sub, WHOLE)) return false;
	for (size_t i = 0; i < sub.count; i++) {
		if (!put(r->ns, sub.items[i].dest, sub.items[i].value)) return false;
	}
	if (sub.func) r->ns->func = sub.func;
	r->ns->flags = sub.flags;
	r->ns->flags_room = sub.flags_room;
	for (size_t i = 0; i < sub.extras.len; i++) {
		if (!add_text(r->ns->s, &r->ns->extras, &r->ns->extras_room, sub.extras.items[i])) return false;
	}
	return true;
}

static bool act(run *r, const arg_action *a, const td_value *v, const char *flag) {
	space *ns = r->ns;
	switch (a->kind) {
	case TD_ARG_STORE: return a->sub ? run_command(r, a, v) : put(ns, a->dest, v);
	case TD_ARG_STORE_CONST: return put(ns, a->dest, a->konst);
	case TD_ARG_STORE_TRUE: return put(ns, a->dest, td_value_new_bool(ns->s, true));
	case TD_ARG_STORE_FALSE: return put(ns, a->dest, td_value_new_bool(ns->s, false));
	case TD_ARG_APPEND: return put(ns, a->dest, appended(r, a, v, false));
	case TD_ARG_APPEND_CONST: return put(ns, a->dest, appended(r, a, a->konst, false));
	case TD_ARG_EXTEND: return put(ns, a->dest, appended(r, a, v, true));
	case TD_ARG_COUNT: return put(ns, a->dest, td_value_new_int(ns->s, td_value_int(current(ns, a->dest), 0) + 1));
	case TD_ARG_BOOLEAN_OPTIONAL: return put(ns, a->dest, td_value_new_bool(ns->s, !td_str_startswith(flag, "--no-")));
	case TD_ARG_HELP: print_and_exit(r->s, td_argparse_format_help(r->s, r->p)); return false;
	case TD_ARG_VERSION:
		print_and_exit(r->s, td__argparse_paragraph(r->s, r->p, a->version ? a->version : ""));
		return false;
	}
	return true;
}

static bool in_group(const td_arggroup *g, const arg_action *a) {
	for (size_t i = 0; i < g->actions.count; i++) {
		if (g->actions.items[i] == a) return true;
	}
	return false;
}

/* Whether a stands in an exclusive group of which another was given. */
static bool check_exclusive(run *r, const arg_action *a) {
	for (size_t i = 0; i < r->p->exclusive.count; i++) {
		const td_arggroup *g = r->p->exclusive.items[i];
		if (!in_group(g, a)) continue;
		for (size_t k = 0; k < g->actions.count; k++) {
			const arg_action *other = g->actions.items[k];
			if (other == a || !r->given[other->number]) continue;
			const char *text = td_format(r->s, "not allowed with argument %s", td__argparse_name(r->s, other));
			return td__argparse_argument_error(r->s, a, text);
		}
	}
	return true;
}

static bool take(run *r, const arg_action *a, td_strs args, const char *flag) {
	bool nothing;
	r->seen[a->number] = true;
	const td_value *v = values_of(r, a, args, &nothing);
	if (td_failed(r->s)) return false;
	if (!(nothing || (v == a->def && !a->no_default))) {
		r->given[a->number] = true;
		if (!check_exclusive(r, a)) return false;
	}
	return nothing || (act(r, a, v, flag) && !td_failed(r->s));
}

/* --- taking arguments apart --- */

static bool wrong_count(run *r, const arg_action *a) {
	const char *text = a->nargs == NARGS_ONE        ? "expected one argument"
	                   : a->nargs == NARGS_OPTIONAL ? "expected at most one argument"
	                   : a->nargs == NARGS_SOME     ? "expected at least one argument"
	                                                : NULL;
	if (!text) text = td_format(r->s, "expected %zu argument%s", a->count, a->count == 1 ? "" : "s");
	return td__argparse_argument_error(r->s, a, text);
}

/* How many arguments a takes of pattern; -1: raised. */
static int64_t count_for(run *r, const arg_action *a, const char *pattern) {
	int64_t n = td__argparse_match_one(a, pattern);
	if (n == -1) wrong_count(r, a);
	if (n == -2) td_raise(r->s, TD_MemoryError, "out of memory");
	return n < 0 ? -1 : n;
}

/* The option at *at, or the cluster of short ones that stands there, with what belongs to it. */
static bool consume_option(run *r, size_t *at) {
	option o = r->options[*at];
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
		return add_extras(r, *at - 1, *at);
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
		if (!take(r, cluster[i].action, none, cluster[i].flag)) return false;
	}
	if (!take(r, o.action, args, flag)) return false;
	*at = stop;
	return true;
}

static bool consume_positionals(run *r, size_t *at) {
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
		if (!take(r, taken[i], args, NULL)) return false;
	}
	return true;
}

static bool consume(run *r) {
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
			if (!add_extras(r, at, next)) return false;
			at = next;
		}
		if (!consume_option(r, &at)) return false;
	}
	return consume_positionals(r, &at) && add_extras(r, at, len);
}

/* --- before and after --- */

static bool start(run *r) {
	td_argparser *p = r->p;
	size_t len = r->args.len;
	r->pattern = td_alloc(r->s, len + 1);
	r->options = td_alloc_array(r->s, len + 1, sizeof *r->options);
	r->seen = td_alloc_array(r->s, p->actions.count + 1, sizeof *r->seen);
	r->given = td_alloc_array(r->s, p->actions.count + 1, sizeof *r->given);
	r->positionals = td_alloc_array(r->s, p->actions.count + 1, sizeof *r->positionals);
	if (!r->pattern || !r->options || !r->seen || !r->given || !r->positionals) return false;
	for (size_t i = 0; i < p->actions.count; i++) {
		arg_action *a = p->actions.items[i];
		a->number = i;
		if (!a->flags.len) r->positionals[r->positional_count++] = a;
		bool later = r->stage == OPTIONS_ONLY && !a->flags.len;
		if (a->dest && !a->no_default && !later && !find(r->ns, a->dest) && !put(r->ns, a->dest, a->def)) return false;
		for (size_t k = 0; k < a->flags.len; k++) {
			if (!add_text(r->ns->s, &r->ns->flags, &r->ns->flags_room, a->flags.items[k])) return false;
		}
	}
	for (size_t i = 0; i < td_value_len(p->defaults); i++) {
		const char *dest = td_value_str(td_value_key(p->defaults, i), "");
		if (!find(r->ns, dest) && !put(r->ns, dest, td_value_at(p->defaults, i))) return false;
	}
	if (p->func) r->ns->func = p->func;
	for (size_t i = 0; i < len; i++) {
		if (strcmp(r->args.items[i], "--") == 0) {
			memset(r->pattern + i, 'A', len - i);
			r->pattern[i] = '-';
			break;
		}
		if (!read_option(r, r->args.items[i], &r->options[i])) return false;
		r->pattern[i] = r->options[i].is ? 'O' : 'A';
	}
	return !td_failed(r->s);
}

static bool is_no(const char *text) {
	static const char *const words[] = {"", "0", "no", "false", "off", NULL};
	for (size_t i = 0; words[i]; i++) {
		if (strcasecmp(text, words[i]) == 0) return true;
	}
	return false;
}

/* What the environment says of an option that was not given. */
static bool take_environment(run *r, const arg_action *a, bool *taken) {
	const char *text = a->env ? getenv(a->env) : NULL;
	*taken = text != NULL;
	if (!text) return true;
	if (a->kind == TD_ARG_STORE_TRUE || a->kind == TD_ARG_STORE_FALSE || a->kind == TD_ARG_BOOLEAN_OPTIONAL) {
		bool yes = !is_no(text);
		return put(r->ns, a->dest, td_value_new_bool(r->ns->s, a->kind == TD_ARG_STORE_FALSE ? !yes : yes));
	}
	if (a->kind == TD_ARG_COUNT) return put(r->ns, a->dest, td_value_new_int(r->ns->s, td_int(r->s, text)));
	const td_value *v = convert(r, a, text);
	if (!v || !td__argparse_check_choice(r->s, a, v)) return false;
	bool list = a->kind != TD_ARG_STORE || (a->nargs != NARGS_ONE && a->nargs != NARGS_OPTIONAL);
	return put(r->ns, a->dest, list ? td_list(r->ns->s, v) : v);
}

static bool finish(run *r) {
	const char *missing = NULL;
	for (size_t i = 0; i < r->p->actions.count; i++) {
		const arg_action *a = r->p->actions.items[i];
		bool taken = false;
		if (r->seen[i] || (r->stage == OPTIONS_ONLY && !a->flags.len)) continue;
		if (r->stage == POSITIONALS_ONLY && a->flags.len) continue;
		if (!take_environment(r, a, &taken)) return false;
		if (taken) continue;
		if (a->required) {
			const char *name = td__argparse_name(r->s, a);
			missing = missing ? td_format(r->s, "%s, %s", missing, name ? name : "None") : name ? name : "None";
		} else if (a->def && td_value_type(a->def) == TD_STR && a->dest && current(r->ns, a->dest) == a->def) {
			const td_value *v = read_text_default(r, a, a->def);
			if (!v || !put(r->ns, a->dest, v)) return false;
		}
	}
	if (missing) {
		td_raise(r->s, TD_ArgumentError, "the following arguments are required: %s", missing);
		return false;
	}
	for (size_t i = 0; i < r->p->exclusive.count; i++) {
		const td_arggroup *g = r->p->exclusive.items[i];
		bool any = !g->required || r->stage == POSITIONALS_ONLY;
		const char *names = "";
		for (size_t k = 0; k < g->actions.count; k++) {
			const arg_action *a = g->actions.items[k];
			any = any || r->given[a->number];
			if (!arg_suppressed(a->help))
				names = td_format(r->s, "%s%s%s", names, *names ? " " : "", td__argparse_name(r->s, a));
		}
		if (any) continue;
		td_raise(r->s, TD_ArgumentError, "one of the arguments %s is required", names);
		return false;
	}
	return true;
}

/* --- arguments from files --- */

static bool expand_files(run *r, td_strs args, td_strs *out, size_t *room, int depth) {
	const char *marks = r->p->o.fromfile_prefix_chars;
	for (size_t i = 0; i < args.len; i++) {
		const char *arg = args.items[i];
		if (!*arg || !strchr(marks, *arg)) {
			if (!add_text(r->s, out, room, arg)) return false;
			continue;
		}
		TD_SCOPE(attempt, r->s);
		if (depth > 50) td_raise_os(attempt, ELOOP, arg + 1);
		const char *text = td_file_read(attempt, td_open(attempt, arg + 1, "r"));
		const td_error *e = td_catch(attempt, TD_OSError);
		if (e) {
			td_raise(r->s, TD_ArgumentError, "%s", e->message);
			return false;
		}
		if (!expand_files(r, td_str_splitlines(r->s, text), out, room, depth + 1)) return false;
	}
	return true;
}

/* --- ending the program --- */

static void fail(td_scope *s, td_argparser *p, const char *message, const char *hint) {
	if (p->o.no_exit) {
		td_raise(s, TD_ArgumentError, "%s", message);
		if (hint) td_add_note(s, "%s", hint);
		return;
	}
	TD_SCOPE(tmp, s);
	const char *usage = td_argparse_format_usage(tmp, p);
	if (td_failed(tmp)) return;
	fflush(stdout);
	fprintf(stderr, "%s%s: error: %s\n", usage, p->prog, message);
	if (hint) fprintf(stderr, "%s: %s\n", p->prog, hint);
	td_sys_exit(s, 2);
}

void(td_argparse_error)(td_scope *s, td_argparser *p, const char *fmt, ...) {
	if (!td__enter(s) || !td__need_handle(s, "parser", p)) return;
	va_list args;
	va_start(args, fmt);
	TD_SCOPE(tmp, s);
	const char *text = td_vformat(tmp, fmt, args);
	va_end(args);
	if (!td_failed(tmp)) fail(s, p, text, NULL);
}

static bool parse_into(td_scope *s, td_argparser *p, td_strs args, space *ns, stage at) {
	TD_SCOPE(keep, s); /* what is to be told of an error outlives the attempt */
	const char *message = NULL, *hint = NULL;
	{
		TD_SCOPE(attempt, keep);
		run r = {.s = attempt, .stage = at, .p = p, .ns = ns, .args = args};
		size_t room = 0;
		td_strs expanded = {NULL, 0};
		bool ok = !p->o.fromfile_prefix_chars || expand_files(&r, args, &expanded, &room, 0);
		if (p->o.fromfile_prefix_chars) r.args = expanded;
		if (ok && start(&r) && consume(&r) && finish(&r)) return true;
		const td_error *e = td_catch(attempt, TD_ArgumentError);
		if (!e) return false;
		message = td_strdup(keep, e->message);
		hint = e->notes.len ? td_strdup(keep, e->notes.items[0]) : NULL;
	}
	fail(s, p, message, hint);
	return false;
}

/* What the first unknown option was meant to be. */
static const char *meant(td_scope *s, const space *ns) {
	for (size_t i = 0; i < ns->extras.len; i++) {
		const char *word = ns->extras.items[i];
		if (word[0] != '-' || !word[1]) continue;
		word = td_strndup(s, word, strcspn(word, "="));
		td_strs near = td_difflib_get_close_matches(s, word, ns->flags, .n = 1);
		if (near.len) return td_format(s, "did you mean %s?", td_str_repr(s, near.items[0]));
	}
	return NULL;
}

/* First the options, wherever they stand, then the positionals from what is left. */
static bool parse_both(td_scope *s, td_argparser *p, td_strs args, space *ns) {
	if (!parse_into(s, p, args, ns, OPTIONS_ONLY)) return false;
	td_strs left = ns->extras;
	ns->extras = (td_strs){NULL, 0};
	ns->extras_room = 0;
	static const char *const none[] = {NULL};
	return parse_into(s, p, left.len ? left : (td_strs){none, 0}, ns, POSITIONALS_ONLY);
}

static const td_args *parse(td_scope *s, td_argparser *p, td_strs *rest, bool intermixed,
                            const td_argparse_parse_opts *opts) {
	td_argparse_parse_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!o.args.items) {
		char **argv = NULL;
		int argc = td__main_arguments(&argv);
		static const char *const none[] = {NULL};
		o.args = argc > 1 ? (td_strs){(const char *const *)argv + 1, (size_t)argc - 1} : (td_strs){none, 0};
	}
	if (!td__need_strs(s, "args", o.args)) return NULL;
	TD_SCOPE(work, s);
	space ns = {.s = work};
	if (intermixed ? !parse_both(work, p, o.args, &ns) : !parse_into(work, p, o.args, &ns, WHOLE)) return NULL;
	if (ns.extras.len && !rest) {
		const char *text = td_format(work, "unrecognized arguments: %s", td_str_join(work, " ", ns.extras));
		const char *hint = meant(work, &ns);
		if (!td_failed(work)) fail(s, p, text, hint);
		return NULL;
	}
	td_value *values = td_value_new_dict(s);
	const td_value *null = td_value_new_null(work);
	for (size_t i = 0; i < ns.count; i++) {
		if (!td_value_set(s, values, ns.items[i].dest, ns.items[i].value ? ns.items[i].value : null)) return NULL;
	}
	if (rest) *rest = td__keep_strs(s, ns.extras);
	return td__argparse_result(s, values, ns.func);
}

const td_args *(td_argparse_parse_args)(td_scope *s, td_argparser *p, const td_argparse_parse_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "parser", p)) return NULL;
	return parse(s, p, NULL, false, opts);
}

const td_args *(td_argparse_parse_known_args)(td_scope *s, td_argparser *p, td_strs *rest,
                                              const td_argparse_parse_opts *opts) {
	static const char *const none[] = {NULL};
	td_strs ignored;
	if (!rest) rest = &ignored;
	*rest = (td_strs){none, 0};
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "parser", p)) return NULL;
	return parse(s, p, rest, false, opts);
}

static bool may_be_intermixed(td_scope *s, const td_argparser *p) {
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		if (a->flags.len || (a->nargs != NARGS_PARSER && a->nargs != NARGS_REST)) continue;
		td_raise(s, TD_TypeError, "parse_intermixed_args: positional arg with nargs=%s",
		         a->nargs == NARGS_PARSER ? "A..." : "...");
		return false;
	}
	for (size_t i = 0; i < p->exclusive.count; i++) {
		const arg_actions *in = &p->exclusive.items[i]->actions;
		for (size_t k = 0; k < in->count; k++) {
			if (in->items[k]->flags.len) continue;
			td_raise(s, TD_TypeError, "parse_intermixed_args: positional in mutuallyExclusiveGroup");
			return false;
		}
	}
	return true;
}

const td_args *(td_argparse_parse_intermixed_args)(td_scope *s, td_argparser *p, const td_argparse_parse_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "parser", p) || !may_be_intermixed(s, p)) return NULL;
	return parse(s, p, NULL, true, opts);
}

bool td_argparse_print_help(td_scope *s, td_argparser *p, td_file *file) {
	TD_SCOPE(tmp, s);
	const char *help = td_argparse_format_help(tmp, p);
	if (file) return td_file_write(tmp, file, help);
	td_print(tmp, "%s", td_str_removesuffix(tmp, help, "\n"));
	return !td_failed(tmp);
}

void(td_argparse_exit)(td_scope *s, td_argparser *p, const td_argparse_exit_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "parser", p)) return;
	td_argparse_exit_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.message) {
		fflush(stdout);
		fputs(o.message, stderr);
	}
	td_sys_exit(s, o.status);
}
