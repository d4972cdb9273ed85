/* tools/top/paint.c: the picture. Everything is drawn anew each time; ncurses sends what has changed. */
#include <string.h>
#include <tend/time.h>

#include "top/screen.h"

unsigned top_colour(const top_screen *x, int pair, unsigned otherwise) {
	return td_curses_has_colors(x->w) ? td_curses_color_pair(x->w, pair) : otherwise;
}

const top_line *top_selected(const top_screen *x) {
	return x->selected >= 0 && (size_t)x->selected < x->lines.len ? &x->lines.items[x->selected] : NULL;
}

static void put(td_scope *s, top_screen *x, int row, int column, const char *text, unsigned attributes) {
	td_curses_addstr(s, x->w, row, column, text, attributes);
}

/* --- the machine --- */

static unsigned mark_colour(const top_screen *x, char mark) {
	switch (mark) {
	case '|': return top_colour(x, TOP_GREEN, 0);
	case '+': return top_colour(x, TOP_RED, 0);
	case '.': return top_colour(x, TOP_YELLOW, 0);
	case '-': return top_colour(x, TOP_BLUE, 0);
	default: return TD_CURSES_BOLD;
	}
}

/* "[|||||++    34.5%]". In colour all marks are the same; without it they differ. */
static void paint_bar(td_scope *s, top_screen *x, int row, int column, int width, const top_part *parts, size_t count,
                      const char *label) {
	int inside = width - 2;
	if (inside < 1) return;
	const char *bar = top_bar(s, inside, parts, count, label);
	int label_at = inside - (int)strlen(label);
	put(s, x, row, column, "[", TD_CURSES_BOLD);
	for (int i = 0; i < inside;) {
		int end = i;
		while (end < inside && bar[end] == bar[i] && (end < label_at) == (i < label_at)) end++;
		char run[128];
		size_t len = (size_t)(end - i) < sizeof run ? (size_t)(end - i) : sizeof run - 1;
		bool mark = i < label_at && bar[i] != ' ';
		memset(run, mark && td_curses_has_colors(x->w) ? '|' : bar[i], len);
		run[len] = 0;
		if (bar[i] != ' ') put(s, x, row, column + 1 + i, run, mark ? mark_colour(x, bar[i]) : TD_CURSES_BOLD);
		i = end;
	}
	put(s, x, row, column + 1 + inside, "]", TD_CURSES_BOLD);
}

static void paint_label(td_scope *s, top_screen *x, int row, const char *text) {
	put(s, x, row, 0, text, top_colour(x, TOP_CYAN, 0));
}

/* So many values a character that the whole is about five minutes. */
static void paint_spark(td_scope *s, top_screen *x, int row, const top_history *h) {
	const top_layout *l = &x->layout;
	if (l->spark < 0) return;
	double each = 300 / (x->interval * l->spark_width);
	put(s, x, row, l->spark, top_spark(s, h, l->spark_width, each < 1 ? 1 : (size_t)(each + 0.5), 100, x->style.utf8),
	    top_colour(x, TOP_CYAN, 0));
}

static size_t cpu_parts(top_part *out, top_cpu c) {
	out[0] = (top_part){c.user / 100, '|'};
	out[1] = (top_part){c.system / 100, '+'};
	out[2] = (top_part){c.steal / 100, '-'};
	out[3] = (top_part){c.wait / 100, '.'};
	return 4;
}

static const char *percent_label(td_scope *s, double percent) {
	return percent == percent ? td_format(s, "%s%%", top_percent(s, percent)) : "";
}

static void paint_cpu(td_scope *s, top_screen *x) {
	const top_sample *m = x->sample;
	const top_layout *l = &x->layout;
	top_part parts[4];
	if (l->cpu >= 0) {
		paint_label(s, x, l->cpu, "cpu");
		paint_bar(s, x, l->cpu, l->bar, l->bar_width, parts, cpu_parts(parts, m->all),
		          percent_label(s, top_busy(m->all)));
		paint_spark(s, x, l->cpu, &x->cpu);
		if (m->all.user == m->all.user)
			put(s, x, l->cpu, l->text,
			    td_format(s, "us %.0f sy %.0f wa %.0f%s", m->all.user, m->all.system, m->all.wait,
			              m->all.steal >= 0.5 ? td_format(s, " st %.0f", m->all.steal) : ""),
			    0);
	}
	for (size_t i = 0; l->each_cpu >= 0 && i < m->cpus; i++) {
		int row = l->each_cpu + (int)i % l->each_rows, column = (int)i / l->each_rows * l->each_width;
		put(s, x, row, column, td_format(s, "%3zu ", i), top_colour(x, TOP_CYAN, 0));
		paint_bar(s, x, row, column + 4, l->each_width - 5, parts, cpu_parts(parts, m->each[i]),
		          percent_label(s, top_busy(m->each[i])));
	}
}

static const char *of(td_scope *s, double used, double total) {
	return td_format(s, "%s/%s", top_size(s, used), top_size(s, total));
}

static void paint_memory(td_scope *s, top_screen *x) {
	const top_sample *m = x->sample;
	const top_layout *l = &x->layout;
	double total = m->memory_total ? (double)m->memory_total : 1;
	if (l->memory >= 0) {
		top_part parts[] = {{(double)m->memory_used / total, '|'}, {(double)m->memory_cached / total, '.'}};
		paint_label(s, x, l->memory, "mem");
		paint_bar(s, x, l->memory, l->bar, l->bar_width, parts, 2,
		          of(s, (double)m->memory_used, (double)m->memory_total));
		paint_spark(s, x, l->memory, &x->memory);
		put(s, x, l->memory, l->text, td_format(s, "cached %s", top_size(s, (double)m->memory_cached)), 0);
	}
	if (l->swap < 0) return;
	top_part part = {m->swap_total ? (double)m->swap_used / (double)m->swap_total : 0, '+'};
	paint_label(s, x, l->swap, "swap");
	paint_bar(s, x, l->swap, l->bar, l->bar_width, &part, 1, of(s, (double)m->swap_used, (double)m->swap_total));
}

static const char *stall_text(td_scope *s, top_stall st) {
	if (st.some != st.some) return "-";
	if (st.full != st.full) return td_format(s, "%s", top_percent(s, st.some));
	return td_format(s, "%s/%s", top_percent(s, st.some), top_percent(s, st.full));
}

static unsigned stall_colour(const top_screen *x, double lost) {
	return lost >= 40 ? top_colour(x, TOP_RED, 0) | TD_CURSES_BOLD : lost >= 10 ? top_colour(x, TOP_YELLOW, 0) : 0;
}

static void paint_pressure(td_scope *s, top_screen *x) {
	static const char *const names[TOP_STALLS] = {"cpu", "mem", "io"};
	const top_layout *l = &x->layout;
	if (l->pressure < 0) return;
	paint_label(s, x, l->pressure, "psi");
	int width = (td_curses_columns(x->w) - l->bar) / TOP_STALLS, column = l->bar;
	if (width < 12) width = 12;
	for (int i = 0; i < TOP_STALLS; i++, column += width) {
		const char *text = td_format(s, "%s %s%%", names[i], stall_text(s, x->sample->stalls[i]));
		put(s, x, l->pressure, column, tend_text_cut(s, text, width - 1, x->style.utf8),
		    stall_colour(x, x->sample->stalls[i].some));
		int chart = width - 18;
		double each = chart > 0 ? 300 / (x->interval * chart) : 1;
		if (chart >= 4)
			put(s, x, l->pressure, column + 16,
			    top_spark(s, &x->stalls[i], chart > 30 ? 30 : chart, each < 1 ? 1 : (size_t)(each + 0.5), 100,
			              x->style.utf8),
			    top_colour(x, TOP_CYAN, 0));
	}
}

static const char *limits_text(td_scope *s, const top_limits *g) {
	const char *cpu = "", *memory = "";
	if (g->cpus > 0)
		cpu = td_format(s, "  cpu %s of %.4g", g->cpu == g->cpu ? td_format(s, "%.2f", g->cpu / 100) : "-", g->cpus);
	else if (g->cpu == g->cpu)
		cpu = td_format(s, "  cpu %.2f, no limit", g->cpu / 100);
	if (g->memory_max)
		memory = td_format(s, "  memory %s of %s (%.0f%%)", top_size(s, (double)g->memory),
		                   top_size(s, (double)g->memory_max), (double)g->memory / (double)g->memory_max * 100);
	else if (g->memory)
		memory = td_format(s, "  memory %s, no limit", top_size(s, (double)g->memory));
	const char *psi = "";
	if (g->stalls[0].some == g->stalls[0].some)
		psi = td_format(s, "  psi %s %s %s", stall_text(s, g->stalls[0]), stall_text(s, g->stalls[1]),
		                stall_text(s, g->stalls[2]));
	return td_format(s, "%s%s%s", cpu, memory, psi);
}

static void paint_limits(td_scope *s, top_screen *x) {
	const top_limits *g = &x->sample->limits;
	const top_layout *l = &x->layout;
	if (l->limits < 0) return;
	int columns = td_curses_columns(x->w);
	paint_label(s, x, l->limits, "group");
	const char *text = limits_text(s, g);
	int room = columns - l->bar - 1 - tend_text_width(text);
	const char *name = tend_text_cut(s, g->cgroup, room > 8 ? room : 8, x->style.utf8);
	double full = g->memory_max ? (double)g->memory / (double)g->memory_max : 0;
	double busy = g->cpus > 0 ? g->cpu / 100 / g->cpus : 0;
	put(s, x, l->limits, l->bar + 1, name, TD_CURSES_BOLD);
	put(s, x, l->limits, l->bar + 1 + tend_text_width(name), text,
	    full > 0.95 || busy > 0.95 ? top_colour(x, TOP_RED, TD_CURSES_BOLD) : 0);
}

static void paint_title(td_scope *s, top_screen *x) {
	const top_sample *m = x->sample;
	if (x->layout.title < 0) return;
	int columns = td_curses_columns(x->w);
	const char *clock = td_time_strftime(s, x->past ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S",
	                                     .t = td_time_localtime(s, .secs = TD_FLOAT(m->time)));
	const char *state = x->past ? "past" : x->paused ? "PAUSED" : td_format(s, "%gs", x->interval);
	const char *left = td_format(s, "%s  %s", m->host, clock);
	const char *middle =
		td_format(s, "up %s  load %.2f %.2f %.2f", top_uptime(s, m->uptime), m->load[0], m->load[1], m->load[2]);
	int used = tend_text_width(left), room = columns - (int)strlen(state) - 1;
	put(s, x, 0, 0, tend_text_cut(s, left, room > 0 ? room : 0, x->style.utf8), TD_CURSES_BOLD);
	if (room - used - 2 > 8) put(s, x, 0, used + 2, tend_text_cut(s, middle, room - used - 2, x->style.utf8), 0);
	if (room > 0)
		put(s, x, 0, room + 1, state, x->paused || x->past ? top_colour(x, TOP_YELLOW, 0) | TD_CURSES_BOLD : 0);
}

static void paint_tasks(td_scope *s, top_screen *x) {
	const top_sample *m = x->sample;
	if (x->layout.tasks < 0) return;
	int columns = td_curses_columns(x->w);
	const char *text = td_format(s, "%zu processes", m->tasks);
	if (!m->partly) text = td_format(s, "%s, %zu running", text, m->running);
	if (m->threads) text = td_format(s, "%s, %zu threads", text, m->threads);
	if (m->zombies) text = td_format(s, "%s, %zu zombies", text, m->zombies);
	if (*m->note) text = td_format(s, "%s: %s", text, m->note);
	const char *how = td_format(s, "by %s%s%s%s%s", top_key_name(x->order.by), x->order.reverse ? ", reversed" : "",
	                            x->order.tree && x->order.group == TOP_EACH ? ", tree" : "",
	                            x->order.group != TOP_EACH ? ", per " : "", top_group_text(x->order.group));
	/* What hides processes is said first: it must not be cut off. */
	const char *only = *x->filter ? td_format(s, "only '%s'; ", x->filter) : "";
	if (x->order.only != TOP_EACH)
		only = td_format(s, "%sonly %s %s; ", only, top_group_text(x->order.only), x->only_name);
	put(s, x, x->layout.tasks, 0, tend_text_cut(s, td_format(s, "%s%s  %s", only, text, how), columns, x->style.utf8),
	    *x->filter || x->order.only != TOP_EACH ? top_colour(x, TOP_YELLOW, TD_CURSES_BOLD) : 0);
}

/* --- the table --- */

static void paint_titles(td_scope *s, top_screen *x) {
	unsigned plain = top_colour(x, TOP_ON_GREEN, TD_CURSES_REVERSE);
	int column = 0, row = x->layout.table;
	put(s, x, row, 0, tend_text_fit(s, "", td_curses_columns(x->w), false), plain);
	for (size_t i = 0; i < x->columns.len; i++) {
		top_key key = x->columns.keys[i];
		int width = x->columns.widths[i];
		bool left = key == TOP_USER || key == TOP_STATE || key == TOP_COMMAND || key == TOP_CGROUP;
		const char *title = top_column_title(key, x->order.group != TOP_EACH);
		title = tend_text_cut(s, title, width, false);
		int at = left ? column : column + width - (int)strlen(title);
		bool sorted = key == x->order.by;
		put(s, x, row, at, title, sorted ? top_colour(x, TOP_ON_CYAN, TD_CURSES_REVERSE) | TD_CURSES_BOLD : plain);
		column += width + 1;
	}
}

static unsigned cell_colour(const top_screen *x, const top_line *line, top_key key) {
	const td_process_row *p = line->p;
	switch (key) {
	case TOP_STATE:
		return p->state == 'R'                      ? top_colour(x, TOP_GREEN, TD_CURSES_BOLD)
		       : p->state == 'Z' || p->state == 'D' ? top_colour(x, TOP_RED, TD_CURSES_BOLD)
		                                            : 0;
	case TOP_CPU:
		return p->cpu_percent >= 50 ? top_colour(x, TOP_RED, TD_CURSES_BOLD) : p->cpu_percent >= 5 ? TD_CURSES_BOLD : 0;
	case TOP_NICE: return p->nice < 0 ? top_colour(x, TOP_RED, 0) : p->nice > 0 ? top_colour(x, TOP_GREEN, 0) : 0;
	case TOP_READ:
	case TOP_WRITE: {
		double rate = key == TOP_READ ? p->read_rate : p->write_rate;
		return p->has_io && rate >= 1048576 ? top_colour(x, TOP_YELLOW, TD_CURSES_BOLD) : 0;
	}
	case TOP_COMMAND: return p->kernel_thread ? TD_CURSES_DIM : 0;
	default: return 0;
	}
}

static void paint_line(td_scope *s, top_screen *x, int row, const top_line *line, bool selected) {
	unsigned whole = selected ? top_colour(x, TOP_ON_CYAN, TD_CURSES_REVERSE) : line->shadow ? TD_CURSES_DIM : 0;
	TD_SCOPE(scratch, s);
	const char *text = "";
	for (size_t i = 0; i < x->columns.len; i++)
		text = td_format(scratch, "%s%s%s", text, i ? " " : "",
		                 top_cell(scratch, line, x->columns.keys[i], x->columns.widths[i], &x->style));
	put(scratch, x, row, 0, text, whole);
	int column = 0;
	for (size_t i = 0; !whole && i < x->columns.len; i++) {
		unsigned colour = cell_colour(x, line, x->columns.keys[i]);
		int width = x->columns.widths[i];
		if (colour) put(scratch, x, row, column, top_cell(scratch, line, x->columns.keys[i], width, &x->style), colour);
		column += width + 1;
	}
}

static void paint_table(td_scope *s, top_screen *x) {
	paint_titles(s, x);
	int rows = x->layout.table_rows;
	if (x->selected < x->first) x->first = x->selected;
	if (x->selected >= x->first + rows) x->first = x->selected - rows + 1;
	if (x->first + rows > (int64_t)x->lines.len) x->first = (int64_t)x->lines.len - rows;
	if (x->first < 0) x->first = 0;
	for (int i = 0; i < rows && (size_t)(x->first + i) < x->lines.len; i++)
		paint_line(s, x, x->layout.table + 1 + i, &x->lines.items[x->first + i], x->first + i == x->selected);
	if (x->lines.len == 0 && rows > 0)
		put(s, x, x->layout.table + 1, 0, *x->filter ? "nothing matches; Esc shows all again" : "nothing to be shown",
		    TD_CURSES_DIM);
}

/* --- the bottom line --- */

static void paint_hints(td_scope *s, top_screen *x) {
	static const struct {
		const char *key, *text;
	} hints[] = {{"h", "Help"}, {"/", "Filter"}, {"s", "Sort"},        {"t", "Tree"},      {"g", "Group"},
	             {"k", "Kill"}, {"n", "Nice"},   {"Enter", "Details"}, {"Space", "Pause"}, {"q", "Quit"}},
	  past[] = {{"h", "Help"}, {"[", "Earlier"}, {"]", "Later"},       {"/", "Filter"}, {"s", "Sort"},
	            {"t", "Tree"}, {"g", "Group"},   {"Enter", "Details"}, {"q", "Quit"},   {NULL, NULL}};
	int row = x->layout.hints, column = 0, columns = td_curses_columns(x->w);
	if (row < 0) return;
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
		const char *key = x->past ? past[i].key : hints[i].key, *text = x->past ? past[i].text : hints[i].text;
		if (!key || column + (int)strlen(key) + (int)strlen(text) + 1 > columns) break;
		put(s, x, row, column, key, TD_CURSES_BOLD);
		column += (int)strlen(key);
		text = td_format(s, " %s ", text);
		put(s, x, row, column, text, top_colour(x, TOP_CYAN, 0));
		column += (int)strlen(text) + 1;
	}
}

static void paint_bottom(td_scope *s, top_screen *x) {
	int row = td_curses_rows(x->w) - 1, columns = td_curses_columns(x->w);
	bool input = x->mode == TOP_FILTER || x->mode == TOP_NICE_INPUT;
	td_curses_curs_set(s, x->w, 0, 0, 0);
	if (input) {
		const char *label = x->mode == TOP_FILTER ? "/"
		                                          : td_format(s, "nice value (-20 to 19) of %d %s: ", x->pid,
		                                                      x->targets.len ? x->targets.rows[0].name : "");
		const char *text = td_format(s, "%s%s", label, x->input);
		put(s, x, row, 0, tend_text_fit(s, text, columns, x->style.utf8), TD_CURSES_BOLD);
		int at = tend_text_width(text);
		td_curses_curs_set(s, x->w, 1, row, at < columns ? at : columns - 1);
	} else if (x->message[0]) {
		put(s, x, row, 0, tend_text_fit(s, x->message, columns, x->style.utf8),
		    x->wrong ? top_colour(x, TOP_ON_RED, TD_CURSES_REVERSE) : TD_CURSES_BOLD);
	} else {
		paint_hints(s, x);
	}
}

void top_paint(td_scope *s, top_screen *x) {
	TD_SCOPE(scratch, s);
	td_curses_erase(scratch, x->w);
	paint_title(scratch, x);
	paint_cpu(scratch, x);
	paint_memory(scratch, x);
	paint_pressure(scratch, x);
	paint_limits(scratch, x);
	paint_tasks(scratch, x);
	paint_table(scratch, x);
	if (x->layout.details >= 0) top_paint_details(scratch, x, x->layout.details, x->layout.details_rows);
	paint_bottom(scratch, x);
	top_paint_dialog(scratch, x);
	td_curses_refresh(scratch, x->w);
}
