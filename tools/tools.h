/* tools/tools.h: the tools that `tend` has built in. A tool is a function and a line in the table of tools.c. */
#ifndef TOOLS_H
#define TOOLS_H

#include <tend/argparse.h>

/* argv: what follows the tool's name. Ends the program by td_sys_exit where its status is not 0. */
typedef void (*tend_tool_fn)(td_scope *s, td_strs argv);

typedef struct tend_tool {
	const char *name;
	const char *summary; /* one line, as `tend --help` shows it */
	const char *page;    /* its manual page */
	tend_tool_fn run;
	td_argparser *(*parser)(td_scope *s); /* its command line, as completion has to know it */
} tend_tool;

/* In the order in which they are shown; a NULL name ends the table. */
extern const tend_tool tend_tools[];

/* NULL when there is none of that name. */
const tend_tool *tend_tool_find(const char *name);

/* `tend help [TOOL]` and `tend completion SHELL`. */
void tend_help(td_scope *s, td_strs argv);
void tend_completion(td_scope *s, td_strs argv);
td_argparser *tend_help_parser(td_scope *s);
td_argparser *tend_completion_parser(td_scope *s);

/* What `tend --help` prints. */
const char *tend_usage(td_scope *s);

#endif
