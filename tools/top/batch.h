/* tools/top/batch.h: the same as plain text, for pipes, and as JSON. */
#ifndef TOP_BATCH_H
#define TOP_BATCH_H

#include "top/view.h"

/* Prints the machine and the table, at most width columns wide; most is how many processes (0: all). */
void top_print(td_scope *s, const top_sample *m, const top_order *order, int width, size_t most, bool utf8);
/* Prints one object: {time, host, uptime, cpu, load, memory, swap, pressure, limits, tasks, processes}. */
void top_print_json(td_scope *s, const top_sample *m, const top_order *order);

#endif
