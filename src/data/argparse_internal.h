/* src/data/argparse_internal.h: what the files of argparse share. The structures are those of Python's argparse:
 * a parser owns actions, shows them in groups, and excludes them mutually in others. */
#ifndef TD_DATA_ARGPARSE_INTERNAL_H
#define TD_DATA_ARGPARSE_INTERNAL_H

#include <tend/argparse.h>

#include "core/internal.h"

/* How many arguments an action takes. */
typedef enum arg_nargs {
	NARGS_ONE,
	NARGS_COUNT, /* exactly action->count; 0 for flags */
	NARGS_OPTIONAL,
	NARGS_ANY,
	NARGS_SOME,
	NARGS_REST,
	NARGS_PARSER, /* a command and the rest */
} arg_nargs;

typedef struct arg_action arg_action;
typedef struct arg_actions {
	arg_action **items;
	size_t count, capacity;
} arg_actions;

struct arg_action {
	td_arg_action kind;
	td_argsub *sub;   /* of the action that chooses a command */
	td_strs flags;    /* none: a positional */
	const char *dest; /* NULL: suppressed */
	arg_nargs nargs;
	size_t count;
	const td_value *konst, *def; /* NULL is None */
	bool no_default;             /* it is suppressed */
	td_arg_type type;
	td_arg_parse_fn parse;
	const char *type_name;
	const td_value *choices; /* a list, typed; NULL: anything */
	bool required;
	const char *help; /* NULL: none */
	const char *metavar;
	td_strs metavars;
	const char *version;
	const char *env;
	td_strs suggestions;
	const char *suggest_command; /* NULL: none */
	td_arggroup *home;           /* the titled group that shows it */
	size_t number;               /* its place in parser->actions */
};

struct td_arggroup {
	td_argparser *parser;
	const char *title, *description;
	bool exclusive, required;
	td_arggroup *home; /* of an exclusive group */
	arg_actions actions;
};

typedef struct arg_groups {
	td_arggroup **items;
	size_t count, capacity;
} arg_groups;

struct td_argparser {
	td_scope *s; /* where it lives */
	td_argparser_opts o;
	const char *prog;
	const char *prefix_chars;
	arg_actions actions;
	arg_groups groups, exclusive;
	td_arggroup *positionals, *optionals;
	td_argsub *sub;
	td_value *defaults; /* set_defaults */
	td_arg_func func;
	bool negative_flags; /* some flag looks like a negative number */
};

/* A command under one of its names. */
typedef struct arg_command {
	const char *name, *help; /* help NULL: not listed, and so for aliases */
	td_strs aliases;
	bool alias;
	td_argparser *parser;
} arg_command;

struct td_argsub {
	td_argparser *parser;
	arg_action *action;
	const char *prog;
	arg_command *commands;
	size_t count, capacity;
};

/* A result as texts, for td_args_strs. */
typedef struct arg_texts {
	const char *dest;
	td_strs texts;
} arg_texts;

struct td_args {
	td_value *values;
	td_arg_func func;
	arg_texts *lists;
	size_t list_count;
};

static inline bool arg_suppressed(const char *text) {
	return text && strcmp(text, TD_SUPPRESS) == 0;
}

/* argparse_build.c */
arg_action *td__argparse_by_flag(const td_argparser *p, const char *flag, size_t len);
const char *td__argparse_name(td_scope *s, const arg_action *a); /* as messages call it; NULL: it has no name */
td_strs td__argparse_command_names(td_scope *s, const td_argsub *sub);

bool td__argparse_add_action(td_scope *s, td_argparser *p, arg_action *a, td_arggroup *group);
td_arggroup *td__argparse_new_group(td_argparser *p, arg_groups *list, const char *title, const char *description);

/* argparse_parents.c */
bool td__argparse_take_parents(td_scope *s, td_argparser *p, td_argparser *const *parents, size_t count);

/* argparse_value.c: NULL: raised ArgumentError. */
const td_value *td__argparse_convert(td_scope *s, const arg_action *a, const char *text);
bool td__argparse_check_choice(td_scope *s, const arg_action *a, const td_value *value);
bool td__argparse_argument_error(td_scope *s, const arg_action *a, const char *message);
const char *td__argparse_type_name(const arg_action *a);
const char *td__argparse_str(td_scope *s, const td_value *v); /* Python's str(value) */

/* argparse_match.c: how many of the arguments in pattern ("A": an argument, "O": an option, "-": the "--") an option
 * takes, or -1; and how many each of the first n positionals takes, for the greatest n that fits. */
int64_t td__argparse_match_one(const arg_action *a, const char *pattern);
size_t td__argparse_match_some(arg_action *const *actions, size_t count, const char *pattern, size_t *counts);

/* argparse_usage.c */
const char *td__argparse_usage(td_scope *s, const td_argparser *p, const arg_action *const *actions, size_t count,
                               const char *prefix, size_t width);
const char *td__argparse_args_text(td_scope *s, const td_argparser *p, const arg_action *a);
const char *td__argparse_metavar(td_scope *s, const td_argparser *p, const arg_action *a, size_t i);
size_t td__argparse_width(const td_argparser *p);

/* argparse_help.c: a text with its %(name)s replaced; and a paragraph as the formatter lays it out. */
const char *td__argparse_expand(td_scope *s, const td_argparser *p, const arg_action *a, const char *text);
const char *td__argparse_paragraph(td_scope *s, const td_argparser *p, const char *text);

/* argparse_parse.c's last step, in argparse_args.c. */
const td_args *td__argparse_result(td_scope *s, td_value *values, td_arg_func func);

#endif
