/* tools/top/batch.c: plain text and JSON. */
#include "top/batch.h"

#include <tend/file.h>
#include <tend/json.h>
#include <tend/time.h>
#include <tend/value.h>

#include "fit.h"
#include "top/columns.h"
#include "top/format.h"

static const char *const stall_names[TOP_STALLS] = {"cpu", "memory", "io"};

/* "12.3", "-" for what is not known. */
static const char *percent(td_scope *s, double x) {
	return x == x ? top_percent(s, x) : "-";
}

static void print_machine(td_scope *s, const top_sample *m) {
	const char *clock = td_time_strftime(s, "%Y-%m-%d %H:%M:%S", .t = td_time_localtime(s, .secs = TD_FLOAT(m->time)));
	td_print(s, "%s  %s  up %s  load %.2f %.2f %.2f", m->host, clock, top_uptime(s, m->uptime), m->load[0], m->load[1],
	         m->load[2]);
	if (m->partly)
		td_print(s, "%zu processes: %s", m->tasks, m->note);
	else
		td_print(s, "%zu processes, %zu running, %zu threads, %zu zombies", m->tasks, m->running, m->threads,
		         m->zombies);
	td_print(s, "cpu   %s%% of %zu: user %s  system %s  wait %s  steal %s", percent(s, top_busy(m->all)), m->cpus,
	         percent(s, m->all.user), percent(s, m->all.system), percent(s, m->all.wait), percent(s, m->all.steal));
	td_print(s, "mem   %s of %s, cached %s; swap %s of %s", top_size(s, (double)m->memory_used),
	         top_size(s, (double)m->memory_total), top_size(s, (double)m->memory_cached),
	         top_size(s, (double)m->swap_used), top_size(s, (double)m->swap_total));
	td_print(s, "psi   cpu %s/%s  memory %s/%s  io %s/%s", percent(s, m->stalls[0].some), percent(s, m->stalls[0].full),
	         percent(s, m->stalls[1].some), percent(s, m->stalls[1].full), percent(s, m->stalls[2].some),
	         percent(s, m->stalls[2].full));
	const top_limits *g = &m->limits;
	if (!*g->cgroup) return;
	const char *cpu = g->cpus > 0 ? td_format(s, "cpu %s of %.4g",
	                                          g->cpu == g->cpu ? td_format(s, "%.2f", g->cpu / 100) : "-", g->cpus)
	                              : "cpu without limit";
	const char *memory = g->memory_max ? td_format(s, "memory %s of %s", top_size(s, (double)g->memory),
	                                               top_size(s, (double)g->memory_max))
	                                   : "memory without limit";
	td_print(s, "group %s: %s, %s", g->cgroup, cpu, memory);
}

void top_print(td_scope *s, const top_sample *m, const top_order *order, int width, size_t most, bool utf8) {
	print_machine(s, m);
	td_print(s, "%s", "");
	top_columns columns = top_columns_fit(width, order->by == TOP_CGROUP, m->partly);
	top_style style = {.utf8 = utf8, .memory_total = m->memory_total};
	const char *text = "";
	for (size_t i = 0; i < columns.len; i++) {
		top_key key = columns.keys[i];
		const char *title = top_column_title(key, order->group != TOP_EACH);
		bool left = key == TOP_USER || key == TOP_STATE || key == TOP_COMMAND || key == TOP_CGROUP;
		text = td_format(s, "%s%s%*s", text, i ? " " : "", left ? -columns.widths[i] : columns.widths[i], title);
	}
	td_print(s, "%s", td_str_rstrip(s, text));
	top_lines lines = top_view(s, m->items, m->len, order, utf8);
	for (size_t i = 0; i < lines.len && (most == 0 || i < most) && !td_failed(s); i++) {
		TD_SCOPE(one, s);
		text = "";
		for (size_t k = 0; k < columns.len; k++)
			text = td_format(one, "%s%s%s", text, k ? " " : "",
			                 top_cell(one, &lines.items[i], columns.keys[k], columns.widths[k], &style));
		td_print(one, "%s", td_str_rstrip(one, text));
	}
}

/* --- JSON --- */

/* With one or two decimals; null for what is not known. */
static td_lit rounded(double x, double scale) {
	if (x != x) return TD_NULL;
	if (x > 1e15 || x < -1e15) return td__lit_float(x);
	double y = (double)(int64_t)(x * scale + (x < 0 ? -0.5 : 0.5)) / scale;
	return y == (double)(int64_t)y ? td__lit_int((int64_t)y) : td__lit_float(y);
}

static td_value *cpu_value(td_scope *s, top_cpu c) {
	return td_dict(s, "busy", rounded(top_busy(c), 10), "user", rounded(c.user, 10), "system", rounded(c.system, 10),
	               "iowait", rounded(c.wait, 10), "steal", rounded(c.steal, 10));
}

static td_value *stalls_value(td_scope *s, const top_stall *stalls) {
	td_value *v = td_value_new_dict(s);
	for (int i = 0; i < TOP_STALLS; i++)
		td_value_set(s, v, stall_names[i],
		             td_dict(s, "some", rounded(stalls[i].some, 100), "full", rounded(stalls[i].full, 100)));
	return v;
}

static td_value *limits_value(td_scope *s, const top_limits *g) {
	if (!*g->cgroup) return td_value_new_null(s);
	return td_dict(s, "cgroup", g->cgroup, "cpus", g->cpus > 0 ? rounded(g->cpus, 1000) : TD_NULL, "cpu",
	               rounded(g->cpu, 10), "memory_max", g->memory_max ? td__lit_int((int64_t)g->memory_max) : TD_NULL,
	               "memory", g->memory, "pressure", stalls_value(s, g->stalls));
}

/* Names and command lines are bytes that anybody may choose. */
static const char *clean(td_scope *s, const char *text) {
	return tend_text_cut(s, text, 1 << 20, true);
}

static td_value *process_value(td_scope *s, const top_line *line) {
	const td_process_row *p = line->p;
	td_lit read = p->has_io ? rounded(p->read_rate, 1) : TD_NULL,
		   write = p->has_io ? rounded(p->write_rate, 1) : TD_NULL;
	double cpu_time = p->cpu_user + p->cpu_system;
	if (line->members)
		return td_dict(s, "group", clean(s, p->name), "processes", line->members, "cpu", rounded(p->cpu_percent, 10),
		               "rss", p->rss, "vms", p->vms, "threads", p->num_threads, "read_rate", read, "write_rate", write,
		               "cpu_time", rounded(cpu_time, 100));
	td_value *v = td_dict(s, "pid", p->pid, "ppid", p->ppid, "name", clean(s, p->name), "user", clean(s, p->username),
	                      "status", p->status, "cpu", rounded(p->cpu_percent, 10), "rss", p->rss, "vms", p->vms,
	                      "threads", p->num_threads, "nice", p->nice);
	td_value_set(s, v, "read_rate", td_v(s, read));
	td_value_set(s, v, "write_rate", td_v(s, write));
	td_value_set(s, v, "cpu_time", td_v(s, rounded(cpu_time, 100)));
	td_value_set(s, v, "created", td_v(s, rounded(p->create_time, 100)));
	td_value_set(s, v, "cgroup", td_v(s, clean(s, p->cgroup ? p->cgroup : "")));
	td_value_set(s, v, "command", td_v(s, clean(s, p->cmdline)));
	return v;
}

void top_print_json(td_scope *s, const top_sample *m, const top_order *order) {
	td_value *cores = td_value_new_list(s), *list = td_value_new_list(s), *cpu = cpu_value(s, m->all);
	for (size_t i = 0; i < m->cpus; i++) td_value_append(s, cores, cpu_value(s, m->each[i]));
	td_value_set(s, cpu, "each", cores);
	td_value *v =
		td_dict(s, "time", rounded(m->time, 1000), "host", m->host, "uptime", rounded(m->uptime, 1), "cpu", cpu, "load",
	            td_list(s, rounded(m->load[0], 100), rounded(m->load[1], 100), rounded(m->load[2], 100)), "memory",
	            td_dict(s, "total", m->memory_total, "used", m->memory_used, "cached", m->memory_cached), "swap",
	            td_dict(s, "total", m->swap_total, "used", m->swap_used), "pressure", stalls_value(s, m->stalls));
	td_value_set(s, v, "limits", limits_value(s, &m->limits));
	td_value_set(s, v, "tasks",
	             td_dict(s, "count", m->tasks, "running", m->running, "zombies", m->zombies, "threads", m->threads));
	top_lines lines = top_view(s, m->items, m->len, order, true);
	for (size_t i = 0; i < lines.len && !td_failed(s); i++) td_value_append(s, list, process_value(s, &lines.items[i]));
	td_value_set(s, v, order->group == TOP_EACH ? "processes" : "groups", list);
	td_print(s, "%s", td_json_dumps(s, v, .indent = TD_INT(1)));
}
