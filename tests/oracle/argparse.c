/* Rows of argparse. A parser is a spec, a dict:
 *
 *     {"parser": {"prog": "x", …}, "groups": [{"title": …}], "exclusive": [{"required": true, "group": 0}],
 *      "arguments": [{"flags": ["-n", "--name"], "type": "int", …, "group": 0, "exclusive": 0}],
 *      "commands": {"options": {"dest": "command"}, "parsers": [{"name": "up", "help": …, "aliases": ["u"], "spec": {…}}]},
 *      "parents": [{…}], "defaults": {"a": 1}, "width": 78}
 *
 * with the keyword arguments of ArgumentParser, add_argument_group, add_mutually_exclusive_group, add_argument,
 * add_subparsers and add_parser under their Python names, types and actions as texts. Defaults and constants that are
 * texts are read by the type. An error of the command line is ArgumentError with the message alone. */
#include "oracle.h"

static const char *text_of(const td_value *v, const char *key) {
	return td_value_str(td_value_get(v, key), NULL);
}
static bool flag_of(const td_value *v, const char *key) {
	return td_value_bool(td_value_get(v, key), false);
}

static td_strs texts_of(td_scope *s, const td_value *list) {
	size_t n = td_value_len(list);
	const char **items = td_alloc_array(s, n + 1, sizeof *items);
	for (size_t i = 0; items && i < n; i++) {
		const td_value *v = td_value_at(list, i);
		items[i] = td_value_type(v) == TD_STR ? td_value_str(v, "") : td_value_repr(s, v);
	}
	return items ? (td_strs){items, n} : td_strs_of(s, "");
}

static int number_of(const char *name, const char *const *names) {
	for (int i = 0; name && names[i]; i++) {
		if (strcmp(names[i], name) == 0) return i;
	}
	return 0;
}

static const char *const actions[] = {
	"store", "store_const", "store_true", "store_false",           "append", "append_const", "extend",
	"count", "help",        "version",    "BooleanOptionalAction", NULL};
static const char *const types[] = {"", "str", "int", "float", NULL};
static const char *const formatters[] = {"HelpFormatter",
                                         "RawDescriptionHelpFormatter",
                                         "RawTextHelpFormatter",
                                         "ArgumentDefaultsHelpFormatter",
                                         "MetavarTypeHelpFormatter",
                                         NULL};

static td_argparser_opts parser_opts(const td_value *v, const td_value *spec) {
	return (td_argparser_opts){
		.td__size = sizeof(td_argparser_opts),
		.prog = text_of(v, "prog"),
		.usage = text_of(v, "usage"),
		.description = text_of(v, "description"),
		.epilog = text_of(v, "epilog"),
		.formatter = (td_arg_formatter)number_of(text_of(v, "formatter_class"), formatters),
		.prefix_chars = text_of(v, "prefix_chars"),
		.argument_default = text_of(v, "argument_default"),
		.conflict_resolve = text_of(v, "conflict_handler") && strcmp(text_of(v, "conflict_handler"), "resolve") == 0,
		.no_help = !td_value_bool(td_value_get(v, "add_help"), true),
		.no_abbrev = !td_value_bool(td_value_get(v, "allow_abbrev"), true),
		.no_exit = true,
		.width = (int)td_value_int(td_value_get(spec, "width"), 78),
	};
}

static td_arggroup *group_of(td_arggroup **groups, size_t count, const td_value *v, const char *key) {
	int64_t i = td_value_int(td_value_get(v, key), -1);
	return i >= 0 && (size_t)i < count ? groups[i] : NULL;
}

static void add_argument(td_scope *s, td_argparser *p, const td_value *v, td_arggroup *group) {
	const td_value *nargs = td_value_get(v, "nargs"), *konst = td_value_get(v, "const"),
				   *def = td_value_get(v, "default");
	const td_value *choices = td_value_get(v, "choices"), *metavar = td_value_get(v, "metavar");
	bool many = td_value_type(metavar) == TD_LIST;
	td_argument_opts o = {
		.td__size = sizeof o,
		.action = (td_arg_action)number_of(text_of(v, "action"), actions),
		.nargs = td_value_type(nargs) == TD_INTEGER ? td_value_digits(s, nargs) : td_value_str(nargs, NULL),
		.const_ = td_value_str(konst, NULL),
		.const_value = td_value_type(konst) == TD_STR ? NULL : konst,
		.default_ = td_value_str(def, NULL),
		.default_value = td_value_type(def) == TD_STR ? NULL : def,
		.type = (td_arg_type)number_of(text_of(v, "type"), types),
		.required = flag_of(v, "required"),
		.dest = text_of(v, "dest"),
		.help = text_of(v, "help"),
		.metavar = many ? NULL : td_value_str(metavar, NULL),
		.version = text_of(v, "version"),
		.group = group,
	};
	if (td_value_len(choices)) o.choices = texts_of(s, choices);
	if (many) o.metavars = texts_of(s, metavar);
	(td_argparse_add_argument)(s, p, td_str_join(s, ", ", texts_of(s, td_value_get(v, "flags"))), &o);
}

static void declare(td_scope *s, td_argparser *p, const td_value *spec) {
	td_arggroup *groups[8], *exclusive[8];
	size_t group_count = 0, exclusive_count = 0;
	const td_value *list = td_value_get(spec, "groups");
	for (size_t i = 0; i < td_value_len(list) && i < 8; i++) {
		const td_value *v = td_value_at(list, i);
		groups[group_count++] = td_argparse_add_argument_group(s, p, .title = text_of(v, "title"),
		                                                       .description = text_of(v, "description"));
	}
	list = td_value_get(spec, "exclusive");
	for (size_t i = 0; i < td_value_len(list) && i < 8; i++) {
		const td_value *v = td_value_at(list, i);
		exclusive[exclusive_count++] =
			td_argparse_add_mutually_exclusive_group(s, p, .required = flag_of(v, "required"),
		                                             .group = group_of(groups, group_count, v, "group"));
	}
	list = td_value_get(spec, "arguments");
	for (size_t i = 0; i < td_value_len(list) && !td_failed(s); i++) {
		const td_value *v = td_value_at(list, i);
		td_arggroup *group = group_of(exclusive, exclusive_count, v, "exclusive");
		add_argument(s, p, v, group ? group : group_of(groups, group_count, v, "group"));
	}
	const td_value *commands = td_value_get(spec, "commands"), *o = td_value_get(commands, "options");
	if (commands) {
		td_argsub *sub =
			td_argparse_add_subparsers(s, p, .title = text_of(o, "title"), .description = text_of(o, "description"),
		                               .prog = text_of(o, "prog"), .dest = text_of(o, "dest"),
		                               .required = flag_of(o, "required"), .help = text_of(o, "help"),
		                               .metavar = text_of(o, "metavar"));
		list = td_value_get(commands, "parsers");
		for (size_t i = 0; i < td_value_len(list) && !td_failed(s); i++) {
			const td_value *v = td_value_at(list, i), *below = td_value_get(v, "spec");
			td_argparser_opts opts = parser_opts(td_value_get(below, "parser"), spec);
			opts.help = text_of(v, "help");
			opts.aliases = texts_of(s, td_value_get(v, "aliases"));
			td_argparser *parser = (td_argparse_add_parser)(s, sub, text_of(v, "name"), &opts);
			if (parser) declare(s, parser, below);
		}
	}
	if (td_value_get(spec, "defaults")) td_argparse_set_defaults(s, p, td_value_get(spec, "defaults"));
}

static td_argparser *build_spec(td_scope *s, const td_value *spec) {
	td_argparser_opts o = parser_opts(td_value_get(spec, "parser"), spec);
	const td_value *list = td_value_get(spec, "parents");
	td_argparser *parents[8];
	for (size_t i = 0; i < td_value_len(list) && i < 8; i++) {
		parents[o.parent_count++] = build_spec(s, td_value_at(list, i));
		if (td_failed(s)) return NULL;
	}
	o.parents = parents;
	td_argparser *p = (td_argparse_argument_parser)(s, &o);
	if (p) declare(s, p, spec);
	return td_failed(s) ? NULL : p;
}

static td_argparser *build(td_scope *s, const oracle_call *call) {
	return build_spec(s, oracle_arg(call, "spec"));
}

ORACLE_ROW(argparse_parse_args, "argparse.ArgumentParser.parse_args", "spec, args") {
	td_argparser *p = build(s, call);
	return p ? td_args_values(td_argparse_parse_args(s, p, .args = oracle_strs(s, call, "args"))) : NULL;
}

ORACLE_ROW(argparse_parse_known_args, "argparse.ArgumentParser.parse_known_args", "spec, args") {
	td_argparser *p = build(s, call);
	td_strs rest = {NULL, 0};
	if (!p) return NULL;
	const td_args *a = td_argparse_parse_known_args(s, p, &rest, .args = oracle_strs(s, call, "args"));
	return a ? td_list(s, td_args_values(a), rest) : NULL;
}

ORACLE_ROW(argparse_parse_intermixed_args, "argparse.ArgumentParser.parse_intermixed_args", "spec, args") {
	td_argparser *p = build(s, call);
	return p ? td_args_values(td_argparse_parse_intermixed_args(s, p, .args = oracle_strs(s, call, "args"))) : NULL;
}

ORACLE_ROW(argparse_format_help, "argparse.ArgumentParser.format_help", "spec") {
	td_argparser *p = build(s, call);
	return p ? td_value_new_str(s, td_argparse_format_help(s, p)) : NULL;
}

ORACLE_ROW(argparse_format_usage, "argparse.ArgumentParser.format_usage", "spec") {
	td_argparser *p = build(s, call);
	return p ? td_value_new_str(s, td_argparse_format_usage(s, p)) : NULL;
}
