/* argparse_parse.c: a command line is read; the order of things is that of Python's _parse_known_args. */
#include <stdio.h>
#include <strings.h>
#include <tend/difflib.h>
#include <tend/file.h>

#include "core/main.h"
#include "data/argparse_run.h"

/* --- before and after --- */

static bool start(arg_run *r) {
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
		if (a->dest && !a->no_default && !later && !td__argparse_find(r->ns, a->dest) &&
		    !td__argparse_put(r->ns, a->dest, a->def))
			return false;
		for (size_t k = 0; k < a->flags.len; k++) {
			if (!td__argparse_add_text(r->ns->s, &r->ns->flags, &r->ns->flags_room, a->flags.items[k])) return false;
		}
	}
	for (size_t i = 0; i < td_value_len(p->defaults); i++) {
		const char *dest = td_value_str(td_value_key(p->defaults, i), "");
		if (!td__argparse_find(r->ns, dest) && !td__argparse_put(r->ns, dest, td_value_at(p->defaults, i)))
			return false;
	}
	if (p->func) r->ns->func = p->func;
	for (size_t i = 0; i < len; i++) {
		if (strcmp(r->args.items[i], "--") == 0) {
			memset(r->pattern + i, 'A', len - i);
			r->pattern[i] = '-';
			break;
		}
		if (!td__argparse_read_option(r, r->args.items[i], &r->options[i])) return false;
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
static bool take_environment(arg_run *r, const arg_action *a, bool *taken) {
	const char *text = a->env ? getenv(a->env) : NULL;
	*taken = text != NULL;
	if (!text) return true;
	if (a->kind == TD_ARG_STORE_TRUE || a->kind == TD_ARG_STORE_FALSE || a->kind == TD_ARG_BOOLEAN_OPTIONAL) {
		bool yes = !is_no(text);
		return td__argparse_put(r->ns, a->dest,
		                        td_value_new_bool(r->ns->s, a->kind == TD_ARG_STORE_FALSE ? !yes : yes));
	}
	if (a->kind == TD_ARG_COUNT)
		return td__argparse_put(r->ns, a->dest, td_value_new_int(r->ns->s, td_int(r->s, text)));
	const td_value *v = td__argparse_read(r, a, text);
	if (!v || !td__argparse_check_choice(r->s, a, v)) return false;
	bool list = a->kind != TD_ARG_STORE || (a->nargs != NARGS_ONE && a->nargs != NARGS_OPTIONAL);
	return td__argparse_put(r->ns, a->dest, list ? td_list(r->ns->s, v) : v);
}

static bool finish(arg_run *r) {
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
		} else if (a->def && td_value_type(a->def) == TD_STR && a->dest &&
		           td__argparse_current(r->ns, a->dest) == a->def) {
			const td_value *v = td__argparse_read_default(r, a, a->def);
			if (!v || !td__argparse_put(r->ns, a->dest, v)) return false;
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

static bool expand_files(arg_run *r, td_strs args, td_strs *out, size_t *room, int depth) {
	const char *marks = r->p->o.fromfile_prefix_chars;
	for (size_t i = 0; i < args.len; i++) {
		const char *arg = args.items[i];
		if (!*arg || !strchr(marks, *arg)) {
			if (!td__argparse_add_text(r->s, out, room, arg)) return false;
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

bool td__argparse_parse_into(td_scope *s, td_argparser *p, td_strs args, arg_space *ns, arg_stage at) {
	TD_SCOPE(keep, s); /* what is to be told of an error outlives the attempt */
	const char *message = NULL, *hint = NULL;
	{
		TD_SCOPE(attempt, keep);
		arg_run r = {.s = attempt, .stage = at, .p = p, .ns = ns, .args = args};
		size_t room = 0;
		td_strs expanded = {NULL, 0};
		bool ok = !p->o.fromfile_prefix_chars || expand_files(&r, args, &expanded, &room, 0);
		if (p->o.fromfile_prefix_chars) r.args = expanded;
		if (ok && start(&r) && td__argparse_consume(&r) && finish(&r)) return true;
		const td_error *e = td_catch(attempt, TD_ArgumentError);
		if (!e) return false;
		message = td_strdup(keep, e->message);
		hint = e->notes.len ? td_strdup(keep, e->notes.items[0]) : NULL;
	}
	fail(s, p, message, hint);
	return false;
}

/* What the first unknown option was meant to be. */
static const char *meant(td_scope *s, const arg_space *ns) {
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
static bool parse_both(td_scope *s, td_argparser *p, td_strs args, arg_space *ns) {
	if (!td__argparse_parse_into(s, p, args, ns, OPTIONS_ONLY)) return false;
	td_strs left = ns->extras;
	ns->extras = (td_strs){NULL, 0};
	ns->extras_room = 0;
	static const char *const none[] = {NULL};
	return td__argparse_parse_into(s, p, left.len ? left : (td_strs){none, 0}, ns, POSITIONALS_ONLY);
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
	arg_space ns = {.s = work};
	if (intermixed ? !parse_both(work, p, o.args, &ns) : !td__argparse_parse_into(work, p, o.args, &ns, WHOLE))
		return NULL;
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
