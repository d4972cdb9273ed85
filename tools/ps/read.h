/* tools/ps/read.h: the processes that are meant, with what their columns need. */
#ifndef PS_READ_H
#define PS_READ_H

#include "ps/select.h"
#include "ps/show.h"

typedef struct ps_found {
	const td_process_table *all;
	ps_line *lines; /* of those that the filter takes, by pid */
	size_t count;
	ps_machine machine;
} ps_found;

/* needs: what columns and keys want. Reads no file that neither they nor the filter want. */
ps_found ps_read(td_scope *s, const ps_filter *f, unsigned needs);

#endif
