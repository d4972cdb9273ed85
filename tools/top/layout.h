/* tools/top/layout.h: which line of the screen holds what, from 20 by 5 to as large as it gets. */
#ifndef TOP_LAYOUT_H
#define TOP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

/* What there is to be shown. */
typedef struct top_contents {
	size_t cpus;
	bool each_cpu, swap, pressure, limits, details;
} top_contents;

/* Lines are counted from 0; -1 is left out. */
typedef struct top_layout {
	int title, cpu, each_cpu, memory, swap, pressure, limits, tasks;
	int each_rows, each_in_row, each_width; /* the bars of single processors */
	int table, table_rows;                  /* the line of titles, and how many processes fit below it */
	int details, details_rows;
	int hints;
	int bar, spark, text;       /* of cpu, memory and swap: where each begins; spark -1 is left out */
	int bar_width, spark_width; /* the bar with its brackets */
} top_layout;

top_layout top_layout_of(int rows, int columns, const top_contents *contents);

#endif
