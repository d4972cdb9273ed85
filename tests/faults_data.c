/* What yaml, argparse, textwrap, difflib, platform and the configuration do when memory, system calls or time run out. */
#include <stdio.h>
#include <tend.h>

#include "agent/config.h"
#include "fault.h"

TD_FAULT_SCENARIO(yaml_documents) {
	for (td_yaml_docs *d =
	         td_yaml_safe_load_all(s, "a: &x [1, 2.5, yes, ~, 2001-12-14, !!binary aGk=]\nb: {<<: {c: d}, e: *x}\n---\n"
	                                  "!!set {x, y}\n---\n0x10000000000000000\n");
	     td_yaml_docs_next(s, d);) {
		td_value_repr(s, td_yaml_docs_value(d));
	}
}

TD_FAULT_SCENARIO(yaml_error) {
	TD_SCOPE(attempt, s);
	td_yaml_safe_load(attempt, "a: [1\nb: 2\n", .source = "x.yaml");
	td_catch(attempt, TD_ParserError);
}

static void write_yaml(td_scope *t) {
	td_path_write_text(
		t, "tend.yaml",
		"services:\n  a: {run: [x], after: b, restart: {backoff: 1s..2s}, log: a.log}\n  b: {run: [y]}\n");
}

TD_FAULT_SCENARIO(configuration, .prepare = write_yaml, .also = agent_config_error) {
	const agent_config *c = agent_config_load(s, "tend.yaml");
	if (c) td_value_repr(s, agent_config_value(s, c));
}

static td_argparser *declare(td_scope *s) {
	td_argparser *p =
		td_argparse_argument_parser(s, .prog = "prog", .no_exit = true, .width = 60, .description = "What it does.");
	td_arggroup *g = td_argparse_add_mutually_exclusive_group(s, p);
	td_argparse_add_argument(s, p, "-n, --number", .type = TD_ARG_INT, .default_ = "3", .group = g,
	                         .help = "a number %(default)s");
	td_argparse_add_argument(s, p, "--level", .choices = td_strs_of(s, "low", "high"), .group = g);
	td_argparse_add_argument(s, p, "--tag", .action = TD_ARG_APPEND, .nargs = "+");
	td_argsub *sub = td_argparse_add_subparsers(s, p, .dest = "command");
	td_argparser *up = td_argparse_add_parser(s, sub, "up", .help = "go up", .aliases = td_strs_of(s, "u"));
	td_argparse_add_argument(s, up, "file", .nargs = "*");
	return p;
}

TD_FAULT_SCENARIO(arguments) {
	td_argparser *p = declare(s);
	const td_args *a =
		td_argparse_parse_args(s, p, .args = td_strs_of(s, "-n5", "--tag", "x", "y", "-n7", "up", "f", "g"));
	td_args_strs(a, "file");
	td_argparse_format_help(s, p);
	td_argparse_completion(s, p, "zsh");
}

TD_FAULT_SCENARIO(wrong_arguments) {
	TD_SCOPE(attempt, s);
	td_argparse_parse_args(attempt, declare(attempt), .args = td_strs_of(attempt, "--level", "hihg"));
	td_catch(attempt, TD_ArgumentError);
}

TD_FAULT_SCENARIO(platform_facts) {
	td_platform_platform(s);
	td_platform_architecture(s);
	td_platform_freedesktop_os_release(s);
}

static void forget_patterns(td_scope *t) {
	(void)t;
	td_re_purge();
}

static void forgotten(td_scope *t, bool failed) {
	(void)failed;
	forget_patterns(t);
}

TD_FAULT_SCENARIO(regular_expressions, .prepare = forget_patterns, .verify = forgotten) {
	td_pattern *p = td_re_compile(s, "(?P<word>\\w+)|([^a-c\\s])", .flags = TD_RE_IGNORECASE);
	td_matches *found = td_pattern_finditer(s, p, "one, two");
	for (const td_match *m; (m = td_matches_next(s, found));) td_match_groupdict(s, m, "");
	td_re_sub(s, "(o)(n)", "\\2\\1", "one none");
	td_re_split(s, "(,)", "a,b");
	td_re_fullmatch(s, "a*", "aaa");
	td_re_purge();
}
