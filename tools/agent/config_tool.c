/* tools/agent/config_tool.c: `tend config check` says whether a configuration is right, `tend config show` what it means. */
#include "agent/config_tool.h"

#include <stdio.h>
#include <tend/argparse.h>
#include <tend/file.h>
#include <tend/json.h>

#include "agent/config.h"

/* The configuration that was named, in s; NULL: it is wrong, which was told, and the program ends with 2. */
static const agent_config *load(td_scope *s, const td_args *args) {
	const char *path = td_args_str(args, "file");
	if (!*path) path = agent_config_default_path(s);
	td_scope *attempt = td_scope_open(s);
	const agent_config *config = agent_config_load(attempt, path);
	const td_error *e = td_catch(attempt, agent_config_error);
	if (e) {
		fprintf(stderr, "%s\n", e->message);
		td_sys_exit(s, 2);
	}
	return td_failed(s) ? NULL : config;
}

static void check(td_scope *s, const td_args *args) {
	const agent_config *config = load(s, args);
	if (!config) return;
	td_print(s, "%s: right: %zu service%s in %zu file%s", config->path, config->service_count,
	         config->service_count == 1 ? "" : "s", config->files.len, config->files.len == 1 ? "" : "s");
}

static void show(td_scope *s, const td_args *args) {
	const agent_config *config = load(s, args);
	if (config)
		td_print(s, "%s", td_json_dumps(s, agent_config_value(s, config), .indent = TD_INT(2), .ensure_utf8 = true));
}

static void add(td_scope *s, td_argsub *sub, const char *name, const char *help, const char *description,
                td_arg_func func) {
	td_argparser *p = td_argparse_add_parser(s, sub, name, .description = description, .help = help,
	                                         .epilog = td_format(s, "example: tend config %s demo/tend.yaml", name));
	td_argparse_add_argument(s, p, "file", .nargs = "?", .metavar = "FILE",
	                         .help = "the configuration (default: TEND_CONFIG, /etc/tend/tend.yaml)");
	td_argparse_set_func(p, func);
}

td_argparser *tend_config_parser(td_scope *s) {
	td_argparser *p =
		td_argparse_argument_parser(s, .prog = "tend config",
	                                .description = "Check the configuration, or show what it means.",
	                                .epilog = "exit status: 0 it is right, 2 it is wrong. example: tend config check");
	td_argsub *sub = td_argparse_add_subparsers(s, p, .dest = "do", .required = true, .metavar = "COMMAND");
	add(s, sub, "check", "say whether it is right",
	    "Read a configuration as the agent would, and say whether it is right.", check);
	add(s, sub, "show", "print it with all defaults, as JSON",
	    "Print a configuration as the agent understands it: merged, ordered, with all defaults. Secrets are left out.",
	    show);
	return p;
}

void tend_config(td_scope *s, td_strs argv) {
	const td_args *args = td_argparse_parse_args(s, tend_config_parser(s), .args = argv);
	if (td_args_func(args)) td_args_func(args)(s, args);
}
