/* tend/argparse.h: command lines, as Python's argparse reads and explains them.
 *
 * A parser is declared once; from the declaration come the typed result, the help text (byte for byte as CPython 3.11
 * lays it out), the errors, and completion for bash, zsh and fish.
 *
 *     #include <tend.h>
 *
 *     static int serve(td_scope *s, td_strs args) {
 *         td_argparser *p = td_argparse_argument_parser(s, .prog = "serve", .description = "Serve a directory.");
 *         td_argparse_add_argument(s, p, "-p, --port", .type = TD_ARG_INT, .default_ = "8000", .help = "TCP port");
 *         td_argparse_add_argument(s, p, "--limit", .type = TD_ARG_DURATION, .env = "SERVE_LIMIT", .help = "per request");
 *         td_argparse_add_argument(s, p, "-v, --verbose", .action = TD_ARG_COUNT);
 *         td_argparse_add_argument(s, p, "dir", .nargs = "?", .default_ = ".");
 *         const td_args *a = td_argparse_parse_args(s, p, .args = args);
 *         if (td_args_has(a, "limit")) printf("%g s\n", td_args_float(a, "limit"));
 *         return (int)td_args_int(a, "port");
 *     }
 *
 * Names. "-p, --port" are the option's flags, "dir" is a positional. The result is asked by dest, which is the first
 * long flag without its dashes ('-' becomes '_'), the first short one, or the positional's name.
 *
 * Ending the program. --help and --version print and end the program with 0, a wrong command line prints the usage and
 * the error on standard error and ends it with 2, both through td_sys_exit. This is one of the few places where the
 * library prints. .no_exit makes an ArgumentError of the latter.
 *
 * A parser belongs to the scope it was made in. A mistake in the declaration (a flag given twice, a wrong nargs) raises
 * ValueError, TypeError or ArgumentError as in Python. Not thread-safe: one thread declares and parses. */
#ifndef TEND_ARGPARSE_H
#define TEND_ARGPARSE_H

#pragma GCC system_header

#include <tend/text.h>
#include <tend/value.h>

TD__BEGIN

typedef struct td_argparser td_argparser;
typedef struct td_arggroup td_arggroup; /* a titled group, or a mutually exclusive one */
typedef struct td_argsub td_argsub;     /* the commands below a parser */
typedef struct td_args td_args;         /* Python: argparse.Namespace */

/* As .default_, .help or .metavar: nothing of the kind; as in Python it hides what it is given for. */
#define TD_SUPPRESS "==SUPPRESS=="

typedef enum td_arg_formatter {
	TD_ARG_HELP_FORMATTER,
	TD_ARG_RAW_DESCRIPTION, /* description and epilog keep their lines */
	TD_ARG_RAW_TEXT,        /* every help text does */
	TD_ARG_DEFAULTS,        /* "(default: …)" behind the help of each option */
	TD_ARG_METAVAR_TYPE,    /* the type's name in place of the dest */
} td_arg_formatter;

typedef struct td_argparser_opts {
	TD__OPTS_HEAD;
	const char *prog;  /* NULL: the last part of the program's name */
	const char *usage; /* in place of the one that is made; %(prog)s is replaced */
	const char *description;
	const char *epilog;
	td_arg_formatter formatter;
	const char *prefix_chars;          /* NULL is "-" */
	const char *fromfile_prefix_chars; /* "@": an argument @file stands for the lines in it */
	const char *argument_default;      /* of every argument that has none of its own */
	bool conflict_resolve; /* a flag that is given again moves to the later option; otherwise ArgumentError */
	bool no_help, no_abbrev, no_exit;
	int width; /* of help texts; 0: of the terminal (COLUMNS, then the terminal itself, then 80) minus 2 */
	/* of a command below another parser only */
	const char *help; /* NULL: the command is not listed */
	td_strs aliases;
	/* of any parser */
	td_argparser *const
		*parents; /* whose arguments, groups, commands and defaults it takes over; they mostly have .no_help
	                               * and must live as long */
	size_t parent_count;
} td_argparser_opts;

/* A parser. Python: argparse.ArgumentParser. */
TD_API td_argparser *td_argparse_argument_parser(td_scope *s, const td_argparser_opts *opts);
#define td_argparse_argument_parser(...) TD__ARGPARSER(__VA_ARGS__, )
#define TD__ARGPARSER(s, ...) (td_argparse_argument_parser)(TD_HERE(s), TD__OPTS(td_argparser_opts, __VA_ARGS__))

typedef enum td_arg_action {
	TD_ARG_STORE,
	TD_ARG_STORE_CONST,
	TD_ARG_STORE_TRUE,
	TD_ARG_STORE_FALSE,
	TD_ARG_APPEND,
	TD_ARG_APPEND_CONST,
	TD_ARG_EXTEND,
	TD_ARG_COUNT,
	TD_ARG_HELP,
	TD_ARG_VERSION,
	TD_ARG_BOOLEAN_OPTIONAL, /* --x and --no-x */
} td_arg_action;

typedef enum td_arg_type {
	TD_ARG_TEXT,     /* as it stands */
	TD_ARG_STR,      /* the same, and called "str" in help texts */
	TD_ARG_INT,      /* what Python's int() takes */
	TD_ARG_FLOAT,    /* what Python's float() takes */
	TD_ARG_PATH,     /* a text that is not empty */
	TD_ARG_DURATION, /* "1h30m", "250ms"; a float of seconds */
	TD_ARG_SIZE,     /* "64MiB"; an int of bytes */
	TD_ARG_OWN,      /* .parse */
} td_arg_type;

/* Makes a value, in s, of an argument's text. What it raises becomes the error: ArgumentTypeError with its own message,
 * ValueError and TypeError as "invalid TYPE value: 'text'". */
typedef const td_value *(*td_arg_parse_fn)(td_scope *s, const char *text);

typedef struct td_argument_opts {
	TD__OPTS_HEAD;
	td_arg_action action;
	const char *nargs;           /* a number, "?", "*", "+", or "..." for the rest of the line; NULL: one */
	const char *const_;          /* what an option with nargs "?" is without its argument; what store_const stores */
	const char *default_;        /* read by the type, as if it had been given */
	const td_value *const_value; /* the same for what is no text; these are taken as they are */
	const td_value *default_value;
	td_arg_type type;
	td_arg_parse_fn parse; /* of TD_ARG_OWN */
	const char *type_name; /* of TD_ARG_OWN, for messages */
	td_strs choices;       /* read by the type too */
	bool required;         /* of an option */
	const char *dest;
	const char *help; /* %(default)s, %(prog)s, %(choices)s, %(type)s, %(metavar)s, %(dest)s, %(env)s; %% is % */
	const char *metavar;
	td_strs metavars;    /* one for each of several arguments */
	const char *version; /* of TD_ARG_VERSION */
	const char *env;     /* a variable of the environment that is read when the option is not given */
	td_arggroup *group;  /* where it stands in the help; NULL: options or positional arguments */
	/* What completion offers beside the choices; anything else is taken as well. Options have them with commas between, too. */
	td_strs suggestions;
	const char *suggest_command; /* for sh(1): each line that it prints is offered */
} td_argument_opts;

/* Declares an argument: flags such as "-n, --name", or a positional's name. Everything is copied.
 * Python: parser.add_argument. */
TD_API bool td_argparse_add_argument(td_scope *s, td_argparser *p, const char *names, const td_argument_opts *opts);
#define td_argparse_add_argument(s, p, ...) TD__ADD_ARGUMENT(s, p, __VA_ARGS__)
#define TD__ADD_ARGUMENT(s, p, names, ...)                                                                             \
	(td_argparse_add_argument)(TD_HERE(s), (p), (names), TD__OPTS(td_argument_opts, __VA_ARGS__))

typedef struct td_arggroup_opts {
	TD__OPTS_HEAD;
	const char *title;
	const char *description;
	bool required;      /* of a mutually exclusive group: one of them must be given */
	td_arggroup *group; /* the titled group that an exclusive one stands in */
} td_arggroup_opts;

/* A heading of its own in the help. Python: parser.add_argument_group. */
TD_API td_arggroup *td_argparse_add_argument_group(td_scope *s, td_argparser *p, const td_arggroup_opts *opts);
#define td_argparse_add_argument_group(s, ...) TD__ARGGROUP(td_argparse_add_argument_group, s, __VA_ARGS__, )
/* Arguments of which at most one may be given. Python: parser.add_mutually_exclusive_group. */
TD_API td_arggroup *td_argparse_add_mutually_exclusive_group(td_scope *s, td_argparser *p,
                                                             const td_arggroup_opts *opts);
#define td_argparse_add_mutually_exclusive_group(s, ...)                                                               \
	TD__ARGGROUP(td_argparse_add_mutually_exclusive_group, s, __VA_ARGS__, )
#define TD__ARGGROUP(fn, s, p, ...) (fn)(TD_HERE(s), (p), TD__OPTS(td_arggroup_opts, __VA_ARGS__))

typedef struct td_argsub_opts {
	TD__OPTS_HEAD;
	const char *title;
	const char *description;
	const char *prog; /* what the commands' own usage begins with; NULL: the usage up to here */
	const char *dest; /* where the command's name goes; NULL: nowhere */
	bool required;
	const char *help;
	const char *metavar;
	const char *suggest_command; /* as that of an argument: completion offers what it prints beside the commands */
} td_argsub_opts;

/* Commands, each with a parser of its own. Python: parser.add_subparsers, subparsers.add_parser. */
TD_API td_argsub *td_argparse_add_subparsers(td_scope *s, td_argparser *p, const td_argsub_opts *opts);
#define td_argparse_add_subparsers(s, ...) TD__ADD_SUBPARSERS(s, __VA_ARGS__, )
#define TD__ADD_SUBPARSERS(s, p, ...)                                                                                  \
	(td_argparse_add_subparsers)(TD_HERE(s), (p), TD__OPTS(td_argsub_opts, __VA_ARGS__))
TD_API td_argparser *td_argparse_add_parser(td_scope *s, td_argsub *sub, const char *name,
                                            const td_argparser_opts *opts);
#define td_argparse_add_parser(s, sub, ...) TD__ADD_PARSER(s, sub, __VA_ARGS__)
#define TD__ADD_PARSER(s, sub, name, ...)                                                                              \
	(td_argparse_add_parser)(TD_HERE(s), (sub), (name), TD__OPTS(td_argparser_opts, __VA_ARGS__))

/* Defaults that need no argument; a dict from dest to value. Python: parser.set_defaults, parser.get_default. */
TD_API bool td_argparse_set_defaults(td_scope *s, td_argparser *p, const td_value *defaults);
TD_API const td_value *td_argparse_get_default(const td_argparser *p, const char *dest);

/* What to call for a command: set on its parser, asked of the result. Python: set_defaults(func=…), args.func. */
typedef void (*td_arg_func)(td_scope *s, const td_args *args);
TD_API void td_argparse_set_func(td_argparser *p, td_arg_func func);
TD_API td_arg_func td_args_func(const td_args *args); /* NULL when none was set */

typedef struct td_argparse_parse_opts {
	TD__OPTS_HEAD;
	td_strs args; /* items NULL: the program's own, as TD_MAIN was given them */
} td_argparse_parse_opts;

/* Reads a command line; NULL when it ends the program or raises. Python: parser.parse_args. */
TD_API const td_args *td_argparse_parse_args(td_scope *s, td_argparser *p, const td_argparse_parse_opts *opts);
#define td_argparse_parse_args(s, ...) TD__PARSE_ARGS(s, __VA_ARGS__, )
#define TD__PARSE_ARGS(s, p, ...)                                                                                      \
	(td_argparse_parse_args)(TD_HERE(s), (p), TD__OPTS(td_argparse_parse_opts, __VA_ARGS__))
/* The same, but what nobody declared goes to *rest, in its order. Python: parser.parse_known_args. */
TD_API const td_args *td_argparse_parse_known_args(td_scope *s, td_argparser *p, td_strs *rest,
                                                   const td_argparse_parse_opts *opts);
#define td_argparse_parse_known_args(s, p, ...) TD__PARSE_KNOWN_ARGS(s, p, __VA_ARGS__, )
#define TD__PARSE_KNOWN_ARGS(s, p, rest, ...)                                                                          \
	(td_argparse_parse_known_args)(TD_HERE(s), (p), (rest), TD__OPTS(td_argparse_parse_opts, __VA_ARGS__))

/* The same for a line in which positionals and options stand in any order: the options are read first, wherever they
 * stand, then the positionals from what is left. TypeError for a parser with commands, a positional that takes the rest of
 * the line, or one in an exclusive group. Python: parser.parse_intermixed_args. */
TD_API const td_args *td_argparse_parse_intermixed_args(td_scope *s, td_argparser *p,
                                                        const td_argparse_parse_opts *opts);
#define td_argparse_parse_intermixed_args(s, ...) TD__PARSE_INTERMIXED_ARGS(s, __VA_ARGS__, )
#define TD__PARSE_INTERMIXED_ARGS(s, p, ...)                                                                           \
	(td_argparse_parse_intermixed_args)(TD_HERE(s), (p), TD__OPTS(td_argparse_parse_opts, __VA_ARGS__))

/* --- the result: none of these fails; NULL args are allowed. What is None or not there is "", 0, false, empty. --- */

TD_API bool td_args_has(const td_args *args, const char *dest); /* there, and not None */
TD_API const char *td_args_str(const td_args *args, const char *dest);
TD_API int64_t td_args_int(const td_args *args, const char *dest);
TD_API bool td_args_bool(const td_args *args, const char *dest);
TD_API double td_args_float(const td_args *args, const char *dest);
TD_API td_strs td_args_strs(const td_args *args, const char *dest); /* the texts of a list; of one text, that one */
TD_API const td_value *td_args_value(const td_args *args, const char *dest); /* NULL when it is not there */
TD_API const td_value *td_args_values(const td_args *args);                  /* all: a dict. Python: vars(args) */

/* --- texts --- */

/* Python: parser.format_help, parser.format_usage. */
TD_API const char *td_argparse_format_help(td_scope *s, td_argparser *p);
TD_API const char *td_argparse_format_usage(td_scope *s, td_argparser *p);

/* Prints the usage and "PROG: error: message" on standard error and ends the program with 2 (or raises ArgumentError).
 * Python: parser.error. */
TD_API void td_argparse_error(td_scope *s, td_argparser *p, const char *fmt, ...) TD__PRINTF(3, 4);

/* Prints the help on file, NULL being standard output. Python: parser.print_help. */
TD_API bool td_argparse_print_help(td_scope *s, td_argparser *p, td_file *file);
typedef struct td_argparse_exit_opts {
	TD__OPTS_HEAD;
	int status;
	const char *message; /* printed on standard error, as it stands */
} td_argparse_exit_opts;
/* Ends the program by td_sys_exit. Python: parser.exit. */
TD_API void td_argparse_exit(td_scope *s, td_argparser *p, const td_argparse_exit_opts *opts);
#define td_argparse_exit(s, ...) TD__ARGPARSE_EXIT(s, __VA_ARGS__, )
#define TD__ARGPARSE_EXIT(s, p, ...) (td_argparse_exit)(TD_HERE(s), (p), TD__OPTS(td_argparse_exit_opts, __VA_ARGS__))

/* A completion script for "bash", "zsh" or "fish", made from the declaration; ValueError for another shell. It offers the
 * commands, and options once a '-' is typed; where a word of an argument is expected, its choices and suggestions; file
 * names for TD_ARG_PATH and for positional texts of which nothing else is known. */
TD_API const char *td_argparse_completion(td_scope *s, td_argparser *p, const char *shell);

TD__END
#endif
