/* tools/top/details.c: the pane of one process. What is not in the table is read for it alone. */
#include <string.h>
#include <tend/path.h>
#include <tend/time.h>

#include "top/screen.h"

typedef struct pane {
	td_scope *s;
	top_screen *x;
	int y, end;
} pane;

static void line(pane *p, const char *label, const char *text) {
	if (p->y >= p->end) return;
	int columns = td_curses_columns(p->x->w);
	td_curses_addstr(p->s, p->x->w, p->y, 0, label, top_colour(p->x, TOP_CYAN, 0));
	td_curses_addstr(p->s, p->x->w, p->y, 9, tend_text_cut(p->s, text, columns - 9, p->x->style.utf8), 0);
	p->y++;
}

/* All of a text, over as many lines as there are. */
static void wrapped(pane *p, const char *label, const char *text) {
	int width = td_curses_columns(p->x->w) - 9;
	if (width < 8) return;
	const char *clean = tend_text_cut(p->s, text, 4000, p->x->style.utf8);
	do {
		/* As much as fits: cut would put its mark in place of the last character. */
		size_t n = 0;
		for (int used = 0; clean[n] && used < width; used++) {
			do n++;
			while (((unsigned char)clean[n] & 0xc0) == 0x80);
		}
		line(p, label, td_strndup(p->s, clean, n));
		clean += n;
		label = "";
	} while (*clean && p->y < p->end);
}

static const char *row_of(const top_sample *m, int pid, int *above) {
	for (size_t i = 0; i < m->len; i++) {
		if (m->items[i].pid == pid) {
			*above = m->items[i].ppid;
			return m->items[i].name;
		}
	}
	return NULL;
}

/* "bash 812, sshd 800, systemd 1" */
static const char *parents(td_scope *s, const top_sample *m, const td_process_row *p) {
	const char *text = "";
	int pid = p->ppid;
	for (int i = 0; i < 8 && pid > 0; i++) {
		int above = 0;
		const char *name = row_of(m, pid, &above);
		if (!name) break;
		text = td_format(s, "%s%s%s %d", text, *text ? ", " : "", name, pid);
		pid = above;
	}
	return *text ? text : "none";
}

/* What only the system knows, and may not tell. */
static void ask_system(pane *p, const td_process_row *row) {
	TD_SCOPE(attempt, p->s);
	td_process *process = td_process_new(attempt, .pid = row->pid);
	const char *exe = td_process_exe(attempt, process);
	if (td_catch(attempt)) exe = "";
	if (*exe) line(p, "program", exe);
	const td_pmem *memory = td_process_memory_info(attempt, process);
	if (td_catch(attempt) || td_failed(attempt)) return;
	line(p, "memory",
	     td_format(p->s, "%s resident, %s of it shared; %s data and stack, %s program text, %s addresses",
	               top_size(p->s, (double)memory->rss), top_size(p->s, (double)memory->shared),
	               top_size(p->s, (double)memory->data), top_size(p->s, (double)memory->text),
	               top_size(p->s, (double)memory->vms)));
}

static void paint_process(pane *p, const td_process_row *row) {
	td_scope *s = p->s;
	const top_sample *m = p->x->sample;
	line(p, "process",
	     td_format(s, "%d %s, %s, %s, nice %d, priority %d, processor %d", row->pid, row->name, row->username,
	               row->status, row->nice, row->priority, row->cpu_num));
	double age = m->time - row->create_time;
	line(p, "began",
	     td_format(s, "%s, %s ago%s%s",
	               td_time_strftime(s, "%Y-%m-%d %H:%M:%S",
	                                .t = td_time_localtime(s, .secs = TD_FLOAT(row->create_time))),
	               top_uptime(s, age), row->terminal && *row->terminal ? ", on " : "",
	               row->terminal ? row->terminal : ""));
	line(p, "parents", parents(s, m, row));
	line(p, "time",
	     td_format(s, "%s user, %s system, %s%% now, %d thread%s, %llu page faults from disk",
	               top_cpu_time(s, row->cpu_user), top_cpu_time(s, row->cpu_system), top_percent(s, row->cpu_percent),
	               row->num_threads, row->num_threads == 1 ? "" : "s", (unsigned long long)row->major_faults));
	if (!p->x->past) ask_system(p, row);
	if (row->has_io)
		line(p, "disks",
		     td_format(s, "%s read, %s written; now %s/s and %s/s", top_size(s, (double)row->read_bytes),
		               top_size(s, (double)row->write_bytes), top_rate(s, row->read_rate),
		               top_rate(s, row->write_rate)));
	if (row->cgroup && *row->cgroup) line(p, "cgroup", row->cgroup);
	wrapped(p, "command", *row->cmdline ? row->cmdline : td_format(s, "[%s]", row->name));
}

void top_paint_details(td_scope *s, top_screen *x, int y, int height) {
	int columns = td_curses_columns(x->w);
	pane p = {s, x, y + 1, y + height};
	const top_line *selected = top_selected(x);
	td_curses_addstr(s, x->w, y, 0, tend_text_fit(s, "Details (Enter closes them)", columns, false),
	                 top_colour(x, TOP_ON_GREEN, TD_CURSES_REVERSE));
	if (!selected) return;
	if (selected->members)
		line(&p, "group", td_format(s, "%zu processes of %s", selected->members, selected->p->name));
	else
		paint_process(&p, selected->p);
}
