/* tools/ps/select.h: which processes are meant. */
#ifndef PS_SELECT_H
#define PS_SELECT_H

#include <tend/argparse.h>
#include <tend/process.h>
#include <tend/re.h>

/* What was asked for. Kinds that are given must all fit; of several values of one kind one must. */
typedef struct ps_filter {
	td_strs what; /* process ids, and names with * ? [ ] */
	td_strs users, cgroups, ports, terminals, under;
	const char *states;
	td_pattern *regex;     /* of the command line, or of the name where there is none */
	double older, younger; /* seconds; 0: not asked */
	bool no_kernel, invert;
} ps_filter;

/* Declares the options, and reads them; a mistake in them ends the program with 2. */
void ps_filter_declare(td_scope *s, td_argparser *p);
/* more: what stands between and behind options. */
const td_args *ps_filter_parse(td_scope *s, td_argparser *p, td_strs argv, td_strs *more);
ps_filter ps_filter_read(td_scope *s, td_argparser *p, const td_args *args, td_strs more);
bool ps_filter_is_empty(const ps_filter *f);
/* What it must know of every process: PS_USER and so on. */
unsigned ps_filter_needs(const ps_filter *f);

/* What processes do with ports; kept where a filter or a column asks for it. */
typedef struct ps_socket {
	int pid;
	const char *shown; /* "tcp:8080", "tcp:8080<52344", "tcp:52344>8080" */
	bool listens;
	bool asked_for; /* by --port */
} ps_socket;
typedef struct ps_sockets {
	const ps_socket *items; /* by pid */
	size_t len, hidden;     /* hidden: asked for, and nobody's as far as we can see */
} ps_sockets;
ps_sockets ps_sockets_read(td_scope *s, const ps_filter *f);

/* Whether the filter takes the process. */
bool ps_filter_takes(td_scope *s, const ps_filter *f, const td_process_table *all, const ps_sockets *sockets,
                     const td_process_row *row, double now);
/* The row of a process id; NULL. */
const td_process_row *ps_row_of(const td_process_table *all, int pid);
/* Whether the process stands below that one, or is it. */
bool ps_is_under(const td_process_table *all, const td_process_row *row, int pid);

#endif
