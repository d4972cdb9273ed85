/* tools/top/layout.c: the less important goes first when the screen is small. */
#include "top/layout.h"

enum { LABEL = 5, EACH_LEAST = 19, EACH_MOST = 40, DETAILS_LEAST = 5 };

static int between(int x, int least, int most) {
	return x < least ? least : x > most ? most : x;
}

/* The bars of single processors: as many in a row as fit, all rows of the same shape. */
static int each_rows(top_layout *l, int columns, size_t cpus, int room) {
	int most = columns / EACH_LEAST;
	if (most < 1) return 0;
	size_t in_row = cpus < (size_t)most ? cpus : (size_t)most;
	size_t rows = (cpus + in_row - 1) / in_row;
	if (cpus == 0 || rows > (size_t)room) return 0;
	in_row = (cpus + rows - 1) / rows;
	l->each_in_row = (int)in_row;
	l->each_width = between(columns / (int)in_row, 1, EACH_MOST);
	l->each_rows = (int)rows;
	return (int)rows;
}

top_layout top_layout_of(int rows, int columns, const top_contents *c) {
	top_layout l = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, -1, 0, -1, 0, -1, 0, 0, 0};
	l.bar = LABEL;
	l.bar_width = between(columns * 2 / 5, 8, 70);
	l.spark_width = columns >= 60 ? between(columns / 4, 0, 60) : 0;
	l.spark = l.spark_width ? l.bar + l.bar_width + 1 : -1;
	l.text = l.spark_width ? l.spark + l.spark_width + 1 : l.bar + l.bar_width + 1;
	/* At most half of the screen above the table, and a table of at least three. */
	int room = between(rows / 2, 0, rows - 4);
	bool title = room-- > 0, cpu = room-- > 0, memory = room-- > 0, tasks = room-- > 0;
	bool pressure = c->pressure && room > 0;
	room -= pressure;
	bool limits = c->limits && room > 0;
	room -= limits;
	bool swap = c->swap && room > 0;
	room -= swap;
	int each = c->each_cpu && room > 0 ? each_rows(&l, columns, c->cpus, room) : 0;
	int y = 0;
	if (title) l.title = y++;
	if (cpu) l.cpu = y++;
	if (each) {
		l.each_cpu = y;
		y += each;
	}
	if (memory) l.memory = y++;
	if (swap) l.swap = y++;
	if (pressure) l.pressure = y++;
	if (limits) l.limits = y++;
	if (tasks) l.tasks = y++;
	int end = rows;
	if (rows >= 10) l.hints = --end;
	if (c->details && end - y >= 3 + DETAILS_LEAST) {
		l.details_rows = between((end - y) / 2, DETAILS_LEAST, 16);
		end -= l.details_rows;
		l.details = end;
	}
	l.table = y;
	l.table_rows = end - y - 1 > 0 ? end - y - 1 : 0;
	return l;
}
