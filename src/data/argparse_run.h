/* argparse_run.h: what the reading of one command line keeps, shared by argparse_parse.c (before and after), argparse_take.c
 * (which argument is whose) and argparse_act.c (what an argument does). false and, for functions that raise, NULL: raised. */
#ifndef TEND_ARGPARSE_RUN_H
#define TEND_ARGPARSE_RUN_H

#include "data/argparse_internal.h"

typedef struct arg_entry {
	const char *dest;
	const td_value *value; /* NULL is None */
} arg_entry;

/* Python's Namespace. Values live in the scope of the whole call. */
typedef struct arg_space {
	td_scope *s;
	arg_entry *items;
	size_t count, capacity;
	td_arg_func func;
	td_strs extras; /* what nobody declared */
	size_t extras_room;
	td_strs flags; /* of all parsers that took part, to suggest from */
	size_t flags_room;
} arg_space;

/* How one argument that looks like an option was understood. */
typedef struct arg_option {
	bool is;                  /* else an argument */
	const arg_action *action; /* NULL: nobody's */
	const char *flag, *explicit_arg;
} arg_option;

/* A line is read at once, or for parse_intermixed_args twice: first its options, then what is left of it. */
typedef enum arg_stage { WHOLE, OPTIONS_ONLY, POSITIONALS_ONLY } arg_stage;

typedef struct arg_run {
	td_scope *s; /* for errors and scratch */
	arg_stage stage;
	td_argparser *p;
	arg_space *ns;
	td_strs args;
	char *pattern;
	arg_option *options;
	bool *seen, *given; /* per action: met; met with other than its default */
	arg_action **positionals;
	size_t positional_count;
} arg_run;

/* Lists of texts, the arguments that nobody declared, the namespace. */
bool td__argparse_add_text(td_scope *s, td_strs *list, size_t *room, const char *text);
bool td__argparse_add_extras(arg_run *r, size_t from, size_t to);
arg_entry *td__argparse_find(const arg_space *ns, const char *dest);
bool td__argparse_put(arg_space *ns, const char *dest, const td_value *value);
const td_value *td__argparse_current(const arg_space *ns, const char *dest);

/* A text by the type of an action, in the namespace's scope. */
const td_value *td__argparse_read(arg_run *r, const arg_action *a, const char *text);

/* A default that is a text is read by the type. Texts that stay texts stay the same value, which says "not given". */
const td_value *td__argparse_read_default(arg_run *r, const arg_action *a, const td_value *v);

/* An action takes its arguments; flag: by which it was called, NULL for a positional. */
bool td__argparse_take(arg_run *r, const arg_action *a, td_strs args, const char *flag);

/* What one argument is, by its looks alone. */
bool td__argparse_read_option(arg_run *r, const char *arg, arg_option *out);

/* All arguments of r, by its pattern of options and arguments. */
bool td__argparse_consume(arg_run *r);

/* One parser reads args into ns; an error has ended the program or, with no_exit, been raised on s. */
bool td__argparse_parse_into(td_scope *s, td_argparser *p, td_strs args, arg_space *ns, arg_stage at);

#endif
