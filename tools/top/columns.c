/* tools/top/columns.c: the columns of the table. */
#include "top/columns.h"

#include <string.h>

#include "fit.h"
#include "top/format.h"

/* In the order in which they stand. importance: those with the highest number go first when there is no room. */
static const struct {
	const char *title, *name, *help;
	int width, importance;
	bool left;
} columns[TOP_KEYS] = {
	[TOP_PID] = {"PID", "pid", "process id, or how many in a group", 7, 1, false},
	[TOP_USER] = {"USER", "user", "whose rights it has", 8, 5, true},
	[TOP_STATE] = {"S", "state", "Running, Sleeping, Disk wait, sTopped, Zombie", 1, 4, true},
	[TOP_NICE] = {"NI", "nice", "how much it steps back for others", 3, 9, false},
	[TOP_THREADS] = {"THR", "threads", "how many threads", 4, 8, false},
	[TOP_CPU] = {"CPU%", "cpu", "percent of one processor", 5, 2, false},
	[TOP_MEMORY] = {"MEM%", "memory", "percent of the machine's memory", 4, 7, false},
	[TOP_RESIDENT] = {"RES", "resident", "memory in use", 5, 3, false},
	[TOP_VIRTUAL] = {"VIRT", "virtual", "addresses in use", 5, 10, false},
	[TOP_READ] = {"READ/s", "read", "bytes read from disks, a second", 6, 6, false},
	[TOP_WRITE] = {"WRIT/s", "write", "bytes written to disks, a second", 6, 6, false},
	[TOP_TIME] = {"TIME+", "time", "processor time it has had", 8, 7, false},
	[TOP_CGROUP] = {"CGROUP", "cgroup", "its control group", 24, 11, true},
	[TOP_COMMAND] = {"COMMAND", "command", "its name or command line", 0, 0, true},
};

enum { COMMAND_LEAST = 20 };

static bool kept(top_key key) {
	return key != TOP_READ && key != TOP_WRITE && key != TOP_TIME && key != TOP_VIRTUAL && key != TOP_CGROUP;
}

top_columns top_columns_fit(int width, bool cgroups, bool past) {
	for (int most = 11; most > 0; most--) {
		top_columns out = {.len = 0};
		int left = width;
		for (int key = 0; key < TOP_KEYS; key++) {
			if (columns[key].importance > most || (key == TOP_CGROUP && !cgroups)) continue;
			if (past && !kept((top_key)key)) continue;
			out.keys[out.len] = (top_key)key;
			out.widths[out.len++] = columns[key].width;
			left -= columns[key].width + (key != TOP_COMMAND);
		}
		if (left < COMMAND_LEAST && most > 1) continue;
		out.widths[out.len - 1] = left > 0 ? left : 0;
		return out;
	}
	return (top_columns){.len = 0};
}

bool top_columns_have(const top_columns *c, top_key key) {
	for (size_t i = 0; i < c->len; i++) {
		if (c->keys[i] == key) return true;
	}
	return false;
}

const char *top_column_title(top_key key, bool groups) {
	return groups && key == TOP_PID ? "COUNT" : groups && key == TOP_COMMAND ? "GROUP" : columns[key].title;
}

const char *top_key_name(top_key key) {
	return columns[key].name;
}

const char *top_key_help(top_key key) {
	return columns[key].help;
}

top_key top_key_of(const char *name) {
	int key = 0;
	while (key < TOP_KEYS && strcmp(columns[key].name, name) != 0) key++;
	return (top_key)key;
}

const char *top_command(td_scope *s, const td_process_row *p, bool names) {
	if (!*p->cmdline) return td_format(s, "[%s]", p->name);
	if (names) return p->name;
	/* "/usr/bin/python3 -c /x": the folder of the program says little and takes much. */
	size_t word = strcspn(p->cmdline, " ");
	const char *slash = *p->cmdline == '/' ? memrchr(p->cmdline, '/', word) : NULL;
	return slash && slash + 1 < p->cmdline + word ? slash + 1 : p->cmdline;
}

static const char *command_cell(td_scope *s, const top_line *line, const top_style *style) {
	if (line->members) return *line->p->name ? line->p->name : "?";
	const char *command = top_command(s, line->p, style->names);
	return *line->branch ? td_format(s, "%s%s", line->branch, command) : command;
}

static const char *text_of(td_scope *s, const top_line *line, top_key key, const top_style *style) {
	const td_process_row *p = line->p;
	switch (key) {
	case TOP_PID: return line->members ? td_format(s, "%zu", line->members) : td_format(s, "%d", p->pid);
	case TOP_USER: return p->username;
	case TOP_STATE: return p->state ? td_format(s, "%c", p->state) : "";
	case TOP_NICE: return line->members ? "" : td_format(s, "%d", p->nice);
	case TOP_THREADS: return td_format(s, "%d", p->num_threads);
	case TOP_CPU: return top_percent(s, p->cpu_percent);
	case TOP_MEMORY:
		return style->memory_total ? top_percent(s, (double)p->rss / (double)style->memory_total * 100) : "";
	case TOP_RESIDENT: return top_size(s, (double)p->rss);
	case TOP_VIRTUAL: return top_size(s, (double)p->vms);
	case TOP_READ: return top_rate(s, p->has_io ? p->read_rate : __builtin_nan(""));
	case TOP_WRITE: return top_rate(s, p->has_io ? p->write_rate : __builtin_nan(""));
	case TOP_TIME: return top_cpu_time(s, p->cpu_user + p->cpu_system);
	case TOP_CGROUP: return top_group_name(p, TOP_BY_CGROUP);
	case TOP_COMMAND: return command_cell(s, line, style);
	default: return "";
	}
}

const char *top_cell(td_scope *s, const top_line *line, top_key key, int width, const top_style *style) {
	const char *text = text_of(s, line, key, style);
	if (columns[key].left) return tend_text_fit(s, text, width, style->utf8);
	int used = (int)strlen(text); /* numbers are ASCII */
	return used >= width ? tend_text_fit(s, text, width, style->utf8) : td_format(s, "%*s", width, text);
}
