/* tools/top/view.h: which processes are shown, in what order and how they belong together. */
#ifndef TOP_VIEW_H
#define TOP_VIEW_H

#include "top/sample.h"

typedef enum top_key {
	TOP_PID,
	TOP_USER,
	TOP_STATE,
	TOP_NICE,
	TOP_THREADS,
	TOP_CPU,
	TOP_MEMORY, /* percent of the machine's */
	TOP_RESIDENT,
	TOP_VIRTUAL,
	TOP_READ,
	TOP_WRITE,
	TOP_TIME,
	TOP_CGROUP,
	TOP_COMMAND,
	TOP_KEYS
} top_key;

typedef enum top_group { TOP_EACH, TOP_BY_USER, TOP_BY_CGROUP, TOP_BY_NAME, TOP_GROUPS } top_group;

typedef struct top_order {
	top_key by;
	bool reverse; /* against the key's own direction: the largest number, the first name */
	bool tree;    /* children below their parents; not with a group */
	bool no_kernel;
	top_group group;
	const char *filter; /* part of a name, a command line or a user, or a whole pid; "" is all */
	top_group only;     /* TOP_EACH: all; else only those whose user, cgroup or name is only_name */
	const char *only_name;
} top_order;

/* One line of the table. */
typedef struct top_line {
	const td_process_row *p; /* of a group: the sums, its name as name, the first member's pid */
	const char *branch;      /* of a tree: what stands before the command */
	size_t members;          /* of a group: how many processes; 0 is a process */
	bool shadow;             /* not asked for, but the parent of one that is */
} top_line;
typedef struct top_lines {
	const top_line *items;
	size_t len;
} top_lines;

/* The lines, in s; they point into the rows, which are by pid. utf8 is for the branches. */
top_lines top_view(td_scope *s, const td_process_row *rows, size_t len, const top_order *order, bool utf8);

/* What a process is called in a grouping: its user, its control group, its name. */
const char *top_group_name(const td_process_row *p, top_group group);
/* "", "user", "cgroup", "name", and back; TOP_GROUPS for none of them. */
const char *top_group_text(top_group group);
top_group top_group_of(const char *text);

/* The processes among rows that are p or below it, as indices in s: what a signal for a tree hits. */
size_t top_family(td_scope *s, const td_process_row *rows, size_t len, int pid, size_t **out);

/* Whether the row with that pid and start is among the lines; its place, or -1. */
int64_t top_find(top_lines lines, int pid, uint64_t start);

#endif
