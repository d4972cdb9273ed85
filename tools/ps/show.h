/* tools/ps/show.h: processes as a table, as a tree, as JSON and as CSV. */
#ifndef PS_SHOW_H
#define PS_SHOW_H

#include "ps/columns.h"

typedef struct ps_view {
	const ps_column *const *columns;
	size_t column_count;
	const ps_line *lines;
	size_t line_count;
	ps_machine machine;
	bool no_header, utf8, colour;
	int width; /* 0: as long as it is */
} ps_view;

void ps_show_table(td_scope *s, const ps_view *v);
void ps_show_json(td_scope *s, const ps_view *v);
void ps_show_csv(td_scope *s, const ps_view *v);
/* One process as a dict. */
td_value *ps_line_value(td_scope *s, const ps_view *v, const ps_line *line);

/* "-cpu,pid" into keys; sorts the lines. */
typedef struct ps_key {
	const ps_column *column;
	bool descending;
} ps_key;
void ps_sort(ps_line *lines, size_t count, const ps_key *keys, size_t key_count, const ps_machine *m);
/* Brings the lines into the order of a tree, and gives each its branch. Children keep the order they have. */
void ps_tree(td_scope *s, ps_line *lines, size_t count, const td_process_table *all, bool utf8);

bool ps_is_utf8(void);
/* Of the terminal, or what COLUMNS says; 0 when neither does. */
int ps_width(td_scope *s);

#endif
