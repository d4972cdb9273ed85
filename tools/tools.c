/* tools/tools.c: the table of tools, and what explains them. */
#include "tools.h"

#include <stdio.h>
#include <string.h>
#include <tend/difflib.h>
#include <tend/file.h>
#include <tend/subprocess.h>

#include "agent/agent.h"
#include "agent/config_tool.h"
#include "hash/hash.h"
#include "ps/ps.h"
#include "status/status.h"
#include "top/top.h"
#include "token/token.h"

const tend_tool tend_tools[] = {
	{"agent", "watch this machine, keep services running, show both", "tend-agent", tend_agent, tend_agent_parser},
	{"status", "show the services of the running agent", "tend-agent", tend_status, tend_status_parser},
	{"start", "start a service", "tend-agent", tend_start, tend_start_parser},
	{"stop", "stop a service", "tend-agent", tend_stop, tend_stop_parser},
	{"restart", "stop a service and start it again", "tend-agent", tend_restart, tend_restart_parser},
	{"reload", "let the agent read its configuration again", "tend-agent", tend_reload, tend_reload_parser},
	{"top", "show what the machine and its processes are doing, or were", "tend-top", tend_top, tend_top_parser},
	{"ps", "list processes, as a table, tree or data; signal, wait for and renice them", "tend-ps", tend_ps,
     tend_ps_parser},
	{"config", "check the configuration, show what it means", "tend-config", tend_config, tend_config_parser},
	{"hash", "print and check digests of files and trees", "tend-hash", tend_hash, tend_hash_parser},
	{"token", "make keys, passwords and passphrases", "tend-token", tend_token, tend_token_parser},
	{"completion", "print the completion script of a shell", "tend-completion", tend_completion,
     tend_completion_parser},
	{"help", "show the manual page of a tool", "tend", tend_help, tend_help_parser},
	{NULL, NULL, NULL, NULL, NULL},
};

const tend_tool *tend_tool_find(const char *name) {
	for (const tend_tool *t = tend_tools; t->name; t++) {
		if (strcmp(t->name, name) == 0) return t;
	}
	return NULL;
}

const char *tend_usage(td_scope *s) {
	const char *list = "";
	for (const tend_tool *t = tend_tools; t->name; t++)
		list = td_format(s, "%s  %s%s\n", list, td_str_ljust(s, t->name, 13), t->summary);
	return td_format(s,
	                 "usage: tend TOOL [ARGUMENT ...]\n       tend --help | --version\n\n"
	                 "The caretaker of a Linux server, in one program.\n\n"
	                 "tools:\n%s\n"
	                 "A program tend-NAME on the PATH is a tool as well. 'tend TOOL --help' tells how\n"
	                 "a tool is used, 'tend help TOOL' shows its manual page.\n\n"
	                 "example:\n  tend agent -c /etc/tend/tend.yaml\n",
	                 list);
}

/* Whether man(1) has that page. */
static bool has_page(td_scope *s, const char *page) {
	TD_SCOPE(attempt, s);
	const td_completed_process *found = td_subprocess_run(attempt, TD_ARGV("man", "-w", page), .capture_output = true);
	return !td_catch(attempt) && found->returncode == 0;
}

/* The names that programs tend-NAME on the PATH have as tools. */
static const char outside[] =
	"IFS=:; for d in $PATH; do for f in \"$d\"/tend-*; do [ -x \"$f\" ] && echo \"${f##*/tend-}\"; done; done";

static td_strs tool_names(td_scope *s) {
	const char **names = td_alloc_array(s, sizeof tend_tools / sizeof *tend_tools, sizeof *names);
	size_t n = 0;
	for (const tend_tool *t = tend_tools; names && t->name; t++) names[n++] = t->name;
	return (td_strs){names, n};
}

td_argparser *tend_help_parser(td_scope *s) {
	td_argparser *p =
		td_argparse_argument_parser(s, .prog = "tend help", .description = "Show the manual page of a tool.",
	                                .epilog = "example: tend help agent");
	td_argparse_add_argument(s, p, "tool", .nargs = "?", .metavar = "TOOL", .help = "without one: of tend itself",
	                         .suggestions = tool_names(s), .suggest_command = outside);
	return p;
}

void tend_help(td_scope *s, td_strs argv) {
	const td_args *args = td_argparse_parse_args(s, tend_help_parser(s), .args = argv);
	if (td_failed(s)) return;
	const char *name = td_args_str(args, "tool");
	const tend_tool *tool = *name ? tend_tool_find(name) : NULL;
	const char *page = tool ? tool->page : *name ? td_format(s, "tend-%s", name) : "tend";
	if (has_page(s, page)) {
		const td_completed_process *shown = td_subprocess_run(s, TD_ARGV("man", page));
		if (!td_failed(s) && shown->returncode != 0) td_sys_exit(s, 1);
	} else if (tool && tool->run != tend_help) {
		tool->run(s, td_strs_of(s, "--help"));
	} else if (!*name || tool) {
		td_print(s, "%s", td_str_removesuffix(s, tend_usage(s), "\n"));
	} else {
		fprintf(stderr, "tend help: there is no manual page %s\n", page);
		td_sys_exit(s, 2);
	}
}

td_argparser *tend_completion_parser(td_scope *s) {
	td_argparser *p = td_argparse_argument_parser(
		s, .prog = "tend completion", .description = "Print a completion script.",
		.epilog = "example: tend completion bash > ~/.local/share/bash-completion/completions/tend");
	td_argparse_add_argument(s, p, "shell", .choices = td_strs_of(s, "bash", "zsh", "fish"), .help = "for which shell");
	return p;
}

void tend_completion(td_scope *s, td_strs argv) {
	const td_args *args = td_argparse_parse_args(s, tend_completion_parser(s), .args = argv);
	if (td_failed(s)) return;
	td_argparser *tend = td_argparse_argument_parser(s, .prog = "tend");
	td_argparse_add_argument(s, tend, "--version", .action = TD_ARG_VERSION, .version = TD_VERSION);
	td_argsub *tools = td_argparse_add_subparsers(s, tend, .suggest_command = outside);
	for (const tend_tool *t = tend_tools; t->name; t++) {
		td_argparser *declared = t->parser(s);
		td_argparse_add_parser(s, tools, t->name, .help = t->summary, .no_help = true, .parents = &declared,
		                       .parent_count = 1);
	}
	td_print(s, "%s", td_str_removesuffix(s, td_argparse_completion(s, tend, td_args_str(args, "shell")), "\n"));
}
