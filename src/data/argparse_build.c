/* argparse_build.c: parsers, arguments and groups are declared, and what cannot be meant is refused. */
#include "core/main.h"
#include "data/argparse_internal.h"

static bool push(td_scope *s, td_argparser *p, arg_actions *list, arg_action *a) {
	void *items = list->items;
	(void)s;
	if (!td__grow(p->s, &items, &list->capacity, list->count + 1, sizeof *list->items)) return false;
	list->items = items;
	list->items[list->count++] = a;
	return true;
}

static void drop(arg_actions *list, const arg_action *a) {
	size_t n = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i] != a) list->items[n++] = list->items[i];
	}
	list->count = n;
}

static bool fail_value(td_scope *s, const char *text) {
	td_raise(s, TD_ValueError, "%s", text);
	return false;
}

static const char *copy(td_argparser *p, const char *text) {
	return text ? td_strdup(p->s, text) : NULL;
}

/* --- names --- */

static bool is_prefix(const td_argparser *p, char c) {
	return c && strchr(p->prefix_chars, c);
}

arg_action *td__argparse_by_flag(const td_argparser *p, const char *flag, size_t len) {
	for (size_t i = 0; i < p->actions.count; i++) {
		arg_action *a = p->actions.items[i];
		for (size_t k = 0; k < a->flags.len; k++) {
			if (strlen(a->flags.items[k]) == len && memcmp(a->flags.items[k], flag, len) == 0) return a;
		}
	}
	return NULL;
}

const char *td__argparse_name(td_scope *s, const arg_action *a) {
	if (a->flags.len) return td_str_join(s, "/", a->flags);
	if (a->metavar && !arg_suppressed(a->metavar)) return a->metavar;
	if (a->dest) return a->dest;
	if (a->sub && a->sub->count)
		return td_format(s, "{%s}", td_str_join(s, ",", td__argparse_command_names(s, a->sub)));
	return NULL;
}

td_strs td__argparse_command_names(td_scope *s, const td_argsub *sub) {
	const char **names = td_alloc_array(s, sub->count + 1, sizeof *names);
	static const char *const none[] = {NULL};
	if (!names) return (td_strs){none, 0};
	for (size_t i = 0; i < sub->count; i++) names[i] = sub->commands[i].name;
	return (td_strs){names, sub->count};
}

/* "-p, --port" as a list. */
static td_strs split_names(td_argparser *p, const char *names) {
	TD_SCOPE(tmp, p->s);
	td_strs parts = td_str_split(tmp, names, .sep = ",");
	const char **out = td_alloc_array(p->s, parts.len + 1, sizeof *out);
	static const char *const none[] = {NULL};
	if (!out) return (td_strs){none, 0};
	for (size_t i = 0; i < parts.len; i++) out[i] = td_str_strip(p->s, parts.items[i]);
	return (td_strs){out, parts.len};
}

/* What the flags are called in the result: '--foo-bar' is foo_bar, '-x' is x. */
static const char *dest_of(td_scope *s, td_argparser *p, td_strs flags) {
	const char *flag = flags.items[0];
	for (size_t i = flags.len; i-- > 0;) {
		if (is_prefix(p, flags.items[i][0]) && is_prefix(p, flags.items[i][1])) flag = flags.items[i];
	}
	const char *name = flag;
	while (is_prefix(p, *name)) name++;
	if (!*name) {
		TD_SCOPE(tmp, s);
		td_raise(s, TD_ValueError, "dest= is required for options like %s",
		         td_str_repr(tmp, flags.items[flags.len - 1]));
		return NULL;
	}
	return td_str_replace(p->s, name, "-", "_");
}

/* '-' and digits, perhaps with a point: Python's '^-\d+$|^-\d*\.\d+$'. */
static bool like_negative(const char *flag) {
	if (*flag++ != '-') return false;
	size_t whole = strspn(flag, "0123456789");
	if (!flag[whole]) return whole > 0;
	size_t part = flag[whole] == '.' ? strspn(flag + whole + 1, "0123456789") : 0;
	return part > 0 && !flag[whole + 1 + part];
}

/* --- actions --- */

static bool read_nargs(td_scope *s, const char *text, arg_action *a) {
	if (!text)
		a->nargs = NARGS_ONE;
	else if (strcmp(text, "?") == 0)
		a->nargs = NARGS_OPTIONAL;
	else if (strcmp(text, "*") == 0)
		a->nargs = NARGS_ANY;
	else if (strcmp(text, "+") == 0)
		a->nargs = NARGS_SOME;
	else if (strcmp(text, "...") == 0)
		a->nargs = NARGS_REST;
	else if (*text && strlen(text) < 5 && strspn(text, "0123456789") == strlen(text)) {
		a->nargs = NARGS_COUNT;
		a->count = (size_t)td_int(s, text);
	} else {
		return fail_value(s, "invalid nargs value");
	}
	return true;
}

static bool takes_arguments(td_arg_action kind) {
	return kind == TD_ARG_STORE || kind == TD_ARG_APPEND || kind == TD_ARG_EXTEND;
}

static bool check_nargs(td_scope *s, const arg_action *a, bool has_const) {
	if (!takes_arguments(a->kind)) return true;
	if (a->nargs == NARGS_COUNT && a->count == 0) {
		return fail_value(s, a->kind == TD_ARG_STORE ? "nargs for store actions must be != 0; if you have nothing to "
		                                               "store, actions such as store true or store const "
		                                               "may be more appropriate"
		                                             : "nargs for append actions must be != 0; if arg strings are not "
		                                               "supplying the value to append, the append const "
		                                               "action may be more appropriate");
	}
	if (has_const && a->nargs != NARGS_OPTIONAL) return fail_value(s, "nargs must be '?' to supply const");
	return true;
}

static bool check_metavars(td_scope *s, const arg_action *a) {
	if (!a->metavars.len || !takes_arguments(a->kind)) return true;
	size_t n = a->metavars.len;
	bool ok = a->nargs == NARGS_COUNT  ? n == a->count
	          : a->nargs == NARGS_SOME ? n == 2
	          : a->nargs == NARGS_ANY  ? n <= 2
	          : a->nargs == NARGS_REST ? true
	                                   : n == 1;
	return ok || fail_value(s, "length of metavar tuple does not match nargs");
}

static td_strs boolean_flags(td_argparser *p, td_strs flags) {
	const char **out = td_alloc_array(p->s, flags.len * 2 + 1, sizeof *out);
	size_t n = 0;
	if (!out) return flags;
	for (size_t i = 0; i < flags.len; i++) {
		out[n++] = flags.items[i];
		if (td_str_startswith(flags.items[i], "--")) out[n++] = td_format(p->s, "--no-%s", flags.items[i] + 2);
	}
	return (td_strs){out, n};
}

/* The default, from the nearest place that names one. */
static bool read_default(td_argparser *p, arg_action *a, const td_argument_opts *o) {
	const char *text = o->default_;
	if (a->kind == TD_ARG_HELP || a->kind == TD_ARG_VERSION) {
		a->no_default = true;
		return true;
	}
	if (!text && !o->default_value) {
		a->def = a->dest ? td_value_get(p->defaults, a->dest) : NULL;
		if (!a->def) text = p->o.argument_default;
	}
	if (o->default_value)
		a->def = td_value_copy(p->s, o->default_value);
	else if (arg_suppressed(text))
		a->no_default = true;
	else if (text)
		a->def = td_value_new_str(p->s, text);
	else if (!a->def && a->kind == TD_ARG_STORE_TRUE)
		a->def = td_value_new_bool(p->s, false);
	else if (!a->def && a->kind == TD_ARG_STORE_FALSE)
		a->def = td_value_new_bool(p->s, true);
	if (a->def && td_value_is_null(a->def)) a->def = NULL;
	return !td_failed(p->s);
}

static bool read_choices(td_scope *s, td_argparser *p, arg_action *a, td_strs choices) {
	if (!choices.len) return true;
	if (!td__need_strs(s, "choices", choices)) return false;
	td_value *list = td_value_new_list(p->s);
	for (size_t i = 0; i < choices.len; i++) {
		const td_value *v = td__argparse_convert(s, a, choices.items[i]);
		if (!v || !td_value_append(s, list, v)) return false;
	}
	a->choices = list;
	return true;
}

static td_strs copy_strs(td_argparser *p, td_strs list) {
	return list.len ? td__keep_strs(p->s, list) : (td_strs){list.items, 0};
}

/* Flags that are there already: an error, or taken from whom they belonged to. */
static bool settle_conflicts(td_scope *s, td_argparser *p, const arg_action *a) {
	TD_SCOPE(tmp, s);
	const char *taken = NULL;
	size_t count = 0;
	for (size_t i = 0; i < a->flags.len; i++) {
		const char *flag = a->flags.items[i];
		arg_action *other = td__argparse_by_flag(p, flag, strlen(flag));
		if (!other) continue;
		if (!p->o.conflict_resolve) {
			taken = taken ? td_format(tmp, "%s, %s", taken, flag) : flag;
			count++;
			continue;
		}
		const char **left = td_alloc_array(p->s, other->flags.len + 1, sizeof *left);
		size_t n = 0;
		if (!left) return false;
		for (size_t k = 0; k < other->flags.len; k++) {
			if (strcmp(other->flags.items[k], flag) != 0) left[n++] = other->flags.items[k];
		}
		other->flags = (td_strs){left, n};
		if (n) continue;
		drop(&p->actions, other);
		drop(&other->home->actions, other);
		for (size_t k = 0; k < p->exclusive.count; k++) drop(&p->exclusive.items[k]->actions, other);
	}
	if (!taken) return true;
	return td__argparse_argument_error(s, a,
	                                   td_format(tmp, "conflicting option string%s: %s", count > 1 ? "s" : "", taken));
}

bool td__argparse_add_action(td_scope *s, td_argparser *p, arg_action *a, td_arggroup *group) {
	if (group && group->exclusive && a->required) return fail_value(s, "mutually exclusive arguments must be optional");
	if (!settle_conflicts(s, p, a)) return false;
	a->home = group ? (group->exclusive ? group->home : group) : NULL;
	if (!a->home) a->home = a->flags.len ? p->optionals : p->positionals;
	a->number = p->actions.count;
	for (size_t i = 0; i < a->flags.len; i++) p->negative_flags = p->negative_flags || like_negative(a->flags.items[i]);
	return push(s, p, &p->actions, a) && push(s, p, &a->home->actions, a) &&
	       (!group || !group->exclusive || push(s, p, &group->actions, a));
}

/* Whether these names are flags; false with s failed when they are a mixture. */
static bool are_flags(td_scope *s, const td_argparser *p, td_strs names) {
	if (names.len == 1 && !is_prefix(p, names.items[0][0])) return false;
	for (size_t i = 0; i < names.len; i++) {
		if (is_prefix(p, names.items[i][0])) continue;
		TD_SCOPE(tmp, s);
		td_raise(s, TD_ValueError, "invalid option string %s: must start with a character %s",
		         td_str_repr(tmp, names.items[i]), td_str_repr(tmp, p->prefix_chars));
		return false;
	}
	return true;
}

static bool read_names(td_scope *s, td_argparser *p, const char *text, const td_argument_opts *o, arg_action *a) {
	td_strs names = split_names(p, text);
	bool flags = are_flags(s, p, names);
	if (td_failed(s) || td_failed(p->s)) return false;
	if (flags) {
		a->dest = o->dest ? copy(p, o->dest) : dest_of(s, p, names);
		if (!a->dest) return false;
		if (arg_suppressed(a->dest)) a->dest = NULL;
		a->flags = a->kind == TD_ARG_BOOLEAN_OPTIONAL ? boolean_flags(p, names) : names;
		a->required = o->required;
		return true;
	}
	if (o->dest) return fail_value(s, "dest supplied twice for positional argument");
	if (o->required) {
		td_raise(s, TD_TypeError, "'required' is an invalid argument for positionals");
		return false;
	}
	a->dest = arg_suppressed(names.items[0]) ? NULL : names.items[0];
	a->required = a->nargs != NARGS_OPTIONAL && (a->nargs != NARGS_ANY || (!o->default_ && !o->default_value));
	return true;
}

bool(td_argparse_add_argument)(td_scope *s, td_argparser *p, const char *names, const td_argument_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "parser", p) || !td__need_text(s, "names", names)) return false;
	td_argument_opts o;
	td__opts_copy(&o, sizeof o, opts);
	arg_action *a = td_alloc(p->s, sizeof *a);
	if (!a) return false;
	a->kind = o.action;
	a->type = o.type;
	a->parse = o.parse;
	a->type_name = copy(p, o.type_name);
	if (o.type == TD_ARG_OWN && !o.parse) {
		td_raise(s, TD_TypeError, "TD_ARG_OWN needs .parse");
		return false;
	}
	a->nargs = NARGS_COUNT;
	if (takes_arguments(o.action) && !read_nargs(s, o.nargs, a)) return false;
	if (!check_nargs(s, a, o.const_ || !td_value_is_null(o.const_value)) || !read_names(s, p, names, &o, a))
		return false;
	a->konst = !td_value_is_null(o.const_value) ? td_value_copy(p->s, o.const_value)
	           : o.const_                       ? td_value_new_str(p->s, o.const_)
	                                            : NULL;
	a->help = copy(p, o.help ? o.help : o.action == TD_ARG_VERSION ? "show program's version number and exit" : NULL);
	a->metavar = copy(p, o.metavar);
	a->metavars = copy_strs(p, o.metavars);
	a->version = copy(p, o.version);
	a->env = copy(p, o.env);
	a->suggestions = copy_strs(p, o.suggestions);
	a->suggest_command = copy(p, o.suggest_command);
	return read_default(p, a, &o) && read_choices(s, p, a, o.choices) && check_metavars(s, a) &&
	       td__argparse_add_action(s, p, a, o.group) && !td_failed(p->s);
}

/* --- groups --- */

td_arggroup *td__argparse_new_group(td_argparser *p, arg_groups *list, const char *title, const char *description) {
	td_arggroup *g = td_alloc(p->s, sizeof *g);
	void *items = list->items;
	if (!g || !td__grow(p->s, &items, &list->capacity, list->count + 1, sizeof *list->items)) return NULL;
	list->items = items;
	list->items[list->count++] = g;
	g->parser = p;
	g->title = copy(p, title);
	g->description = copy(p, description);
	return td_failed(p->s) ? NULL : g;
}

td_arggroup *(td_argparse_add_argument_group)(td_scope *s, td_argparser *p, const td_arggroup_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "parser", p)) return NULL;
	td_arggroup_opts o;
	td__opts_copy(&o, sizeof o, opts);
	return td__argparse_new_group(p, &p->groups, o.title, o.description);
}

td_arggroup *(td_argparse_add_mutually_exclusive_group)(td_scope *s, td_argparser *p, const td_arggroup_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "parser", p)) return NULL;
	td_arggroup_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_arggroup *g = td__argparse_new_group(p, &p->exclusive, NULL, NULL);
	if (!g) return NULL;
	g->exclusive = true;
	g->required = o.required;
	g->home = o.group;
	return g;
}

/* --- parsers --- */

static const char *program_name(td_scope *s) {
	char **argv = NULL;
	if (td__main_arguments(&argv) < 1 || !argv[0]) return td_strdup(s, "");
	const char *slash = strrchr(argv[0], '/');
	return td_strdup(s, slash ? slash + 1 : argv[0]);
}

static td_argparser *new_parser(td_scope *s, const td_argparser_opts *o, const char *prog) {
	td_argparser *p = td_alloc(s, sizeof *p);
	if (!p) return NULL;
	p->s = s;
	p->o = *o;
	p->prog = prog ? td_strdup(s, prog) : program_name(s);
	p->prefix_chars = o->prefix_chars ? td_strdup(s, o->prefix_chars) : "-";
	p->o.usage = copy(p, o->usage);
	p->o.description = copy(p, o->description);
	p->o.epilog = copy(p, o->epilog);
	p->o.fromfile_prefix_chars = copy(p, o->fromfile_prefix_chars);
	p->o.argument_default = copy(p, o->argument_default);
	if (!*p->prefix_chars) {
		fail_value(s, "prefix_chars must not be empty");
		return NULL;
	}
	p->defaults = td_value_new_dict(s);
	p->positionals = td__argparse_new_group(p, &p->groups, "positional arguments", NULL);
	p->optionals = td__argparse_new_group(p, &p->groups, "options", NULL);
	if (td_failed(s)) return NULL;
	if (!o->no_help) {
		char c = strchr(p->prefix_chars, '-') ? '-' : p->prefix_chars[0];
		const char *flags = td_format(s, "%ch, %c%chelp", c, c, c);
		td_argparse_add_argument(s, p, flags, .action = TD_ARG_HELP, .help = "show this help message and exit");
	}
	if (!td__argparse_take_parents(s, p, o->parents, o->parent_count)) return NULL;
	return td_failed(s) ? NULL : p;
}

td_argparser *(td_argparse_argument_parser)(td_scope *s, const td_argparser_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_argparser_opts o;
	td__opts_copy(&o, sizeof o, opts);
	return new_parser(s, &o, o.prog);
}

/* The usage of the positionals so far: "tend --config FILE" does not belong to a command's name, "tend" does. */
static const char *commands_prog(td_scope *s, td_argparser *p) {
	TD_SCOPE(tmp, s);
	const arg_action **positionals = td_alloc_array(tmp, p->actions.count + 1, sizeof *positionals);
	size_t n = 0;
	if (!positionals) return td_no_text;
	for (size_t i = 0; i < p->actions.count; i++) {
		if (!p->actions.items[i]->flags.len) positionals[n++] = p->actions.items[i];
	}
	return td_str_strip(p->s, td__argparse_usage(tmp, p, positionals, n, "", td__argparse_width(p)));
}

td_argsub *(td_argparse_add_subparsers)(td_scope *s, td_argparser *p, const td_argsub_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "parser", p)) return NULL;
	td_argsub_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (p->sub) {
		td_raise(s, TD_ArgumentError, "cannot have multiple subparser arguments");
		return NULL;
	}
	td_arggroup *group = p->positionals;
	if (o.title || o.description)
		group = td__argparse_new_group(p, &p->groups, o.title ? o.title : "subcommands", o.description);
	td_argsub *sub = td_alloc(p->s, sizeof *sub);
	arg_action *a = td_alloc(p->s, sizeof *a);
	if (!group || !sub || !a) return NULL;
	sub->parser = p;
	sub->action = a;
	sub->prog = o.prog ? copy(p, o.prog) : commands_prog(s, p);
	a->sub = sub;
	a->nargs = NARGS_PARSER;
	a->dest = arg_suppressed(o.dest) ? NULL : copy(p, o.dest);
	a->required = o.required;
	a->help = copy(p, o.help);
	a->metavar = copy(p, o.metavar);
	a->suggest_command = copy(p, o.suggest_command);
	if (!td__argparse_add_action(s, p, a, group) || td_failed(p->s)) return NULL;
	p->sub = sub;
	return sub;
}

static bool add_command(td_scope *s, td_argsub *sub, arg_command command) {
	for (size_t i = 0; i < sub->count; i++) {
		if (strcmp(sub->commands[i].name, command.name) != 0) continue;
		TD_SCOPE(tmp, s);
		return td__argparse_argument_error(s, sub->action,
		                                   td_format(tmp, "conflicting subparser%s: %s", command.alias ? " alias" : "",
		                                             command.name));
	}
	void *commands = sub->commands;
	if (!td__grow(sub->parser->s, &commands, &sub->capacity, sub->count + 1, sizeof *sub->commands)) return false;
	sub->commands = commands;
	sub->commands[sub->count++] = command;
	return true;
}

td_argparser *(td_argparse_add_parser)(td_scope *s, td_argsub *sub, const char *name, const td_argparser_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "subparsers", sub) || !td__need_text(s, "name", name))
		return NULL;
	td_argparser_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_argparser *above = sub->parser;
	o.no_exit = o.no_exit || above->o.no_exit;
	if (!o.width) o.width = above->o.width;
	TD_SCOPE(tmp, s);
	td_argparser *p = new_parser(above->s, &o, o.prog ? o.prog : td_format(tmp, "%s %s", sub->prog, name));
	if (!p) return NULL;
	arg_command command = {.name = copy(p, name),
	                       .help = copy(p, o.help),
	                       .aliases = copy_strs(p, o.aliases),
	                       .parser = p};
	if (!add_command(s, sub, command)) return NULL;
	for (size_t i = 0; i < command.aliases.len; i++) {
		if (strcmp(command.aliases.items[i], name) == 0) continue; /* Python lets it pass */
		if (!add_command(s, sub, (arg_command){.name = command.aliases.items[i], .alias = true, .parser = p}))
			return NULL;
	}
	return p;
}

/* --- defaults --- */

bool(td_argparse_set_defaults)(td_scope *s, td_argparser *p, const td_value *defaults) {
	if (!td__enter(s) || !td__need_handle(s, "parser", p)) return false;
	for (size_t i = 0; i < td_value_len(defaults); i++) {
		const char *dest = td_value_str(td_value_key(defaults, i), "");
		const td_value *v = td_value_copy(p->s, td_value_at(defaults, i));
		if (!td_value_set(s, p->defaults, dest, v)) return false;
		for (size_t k = 0; k < p->actions.count; k++) {
			arg_action *a = p->actions.items[k];
			if (!a->dest || strcmp(a->dest, dest) != 0) continue;
			a->def = td_value_is_null(v) ? NULL : v;
			a->no_default = false;
		}
	}
	return true;
}

const td_value *td_argparse_get_default(const td_argparser *p, const char *dest) {
	if (!p || !dest) return NULL;
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		if (a->dest && strcmp(a->dest, dest) == 0 && a->def) return a->def;
	}
	return td_value_get(p->defaults, dest);
}

void td_argparse_set_func(td_argparser *p, td_arg_func func) {
	if (p) p->func = func;
}
