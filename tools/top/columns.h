/* tools/top/columns.h: the columns of the table: which fit, and what stands in them. */
#ifndef TOP_COLUMNS_H
#define TOP_COLUMNS_H

#include "top/view.h"

typedef struct top_columns {
	top_key keys[TOP_KEYS];
	int widths[TOP_KEYS]; /* the command has what is left */
	size_t len;
} top_columns;

/* Those that fit into width, the less important left out first. cgroups: a column of control groups is shown.
 * past: without what the agent does not keep. */
top_columns top_columns_fit(int width, bool cgroups, bool past);
/* Whether a key is among them. */
bool top_columns_have(const top_columns *columns, top_key key);

/* "CPU%"; of a group, the column of pids is of counts. */
const char *top_column_title(top_key key, bool groups);
/* "cpu", for options and menus, and back; TOP_KEYS for none of them. */
const char *top_key_name(top_key key);
const char *top_key_help(top_key key);
top_key top_key_of(const char *name);

typedef struct top_style {
	bool utf8;
	bool names; /* the process's name, and not its command line */
	uint64_t memory_total;
} top_style;
/* What stands in a column, filled to its width and cut. */
const char *top_cell(td_scope *s, const top_line *line, top_key key, int width, const top_style *style);
/* The command as it is shown: a command line without the folder of the program, or [name]. */
const char *top_command(td_scope *s, const td_process_row *p, bool names);

#endif
