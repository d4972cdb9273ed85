/* tools/ps/read.c: the processes that are meant, with what their columns need. What is dear is read of them alone. */
#include "ps/read.h"

#include <stdio.h>
#include <string.h>
#include <tend/path.h>
#include <tend/time.h>

enum {
	OF_EACH = PS_MEMORY | PS_FDS | PS_LIMITS | PS_EXE | PS_CWD | PS_SWITCHES | PS_OOM, /* asked of each process */
	EXTRA = OF_EACH | PS_PORTS,
};

/* The rows that show for ports: who listens first. */
static const char *ports_of(td_scope *s, const ps_sockets *sockets, int pid) {
	const char *out = NULL, *before = "";
	for (size_t i = 0; i < sockets->len; i++) {
		const ps_socket *x = &sockets->items[i];
		if (x->pid != pid || strcmp(x->shown, before) == 0) continue;
		before = x->shown;
		out = out ? td_format(s, "%s %s", out, x->shown) : x->shown;
	}
	return out;
}

/* The same group has the same limits: most processes are in few groups. */
typedef struct known_group {
	const char *path;
	const td_pcgroup *limits;
} known_group;
typedef struct groups {
	known_group items[64];
	size_t count;
} groups;

static const td_pcgroup *limits_of(td_scope *s, td_scope *attempt, groups *known, td_process *p,
                                   const td_process_row *row) {
	for (size_t i = 0; i < known->count; i++) {
		if (strcmp(known->items[i].path, row->cgroup) == 0) return known->items[i].limits;
	}
	const td_pcgroup *read = td_process_cgroup(attempt, p);
	td_pcgroup *limits = td_failed(attempt) ? NULL : td_alloc(s, sizeof *limits);
	if (!limits) return NULL;
	*limits = *read;
	if (known->count < 64) known->items[known->count++] = (known_group){row->cgroup, limits};
	return limits;
}

/* Each value that we may not read, or that went with its process, stays unknown. */
#define TRY(scope, ...)                                                                                                \
	{                                                                                                                  \
		TD_SCOPE(attempt, scope);                                                                                      \
		__VA_ARGS__;                                                                                                   \
		td_catch(attempt, TD_psutil_Error, TD_OSError, TD_ValueError);                                                 \
	}

static void read_memory(td_scope *s, td_process *p, ps_extra *x) {
	const td_pfullmem *m = td_process_memory_full_info(s, p);
	x->has_memory = !td_failed(s);
	x->pss = m->pss;
	x->uss = m->uss;
	x->swap = m->swap;
}

static void read_switches(td_scope *s, td_process *p, ps_extra *x) {
	const td_pctxsw *n = td_process_num_ctx_switches(s, p);
	x->has_switches = !td_failed(s);
	x->switches = n->voluntary + n->involuntary;
}

static void read_oom(td_scope *s, td_process *p, ps_extra *x) {
	const char *text = td_path_read_text(s, td_format(s, "/proc/%d/oom_score", td_process_pid(p)));
	x->oom = (int)td_int(s, text);
	x->has_oom = !td_failed(s);
}

static void read_extra(td_scope *s, const td_process_row *row, unsigned needs, groups *known, ps_extra *x) {
	td_process *p = td_process_of_row(s, row);
	if (needs & PS_MEMORY) TRY(s, read_memory(attempt, p, x));
	if (needs & PS_SWITCHES) TRY(s, read_switches(attempt, p, x));
	if (needs & PS_OOM) TRY(s, read_oom(attempt, p, x));
	if (needs & PS_FDS) TRY(s, x->fds = td_process_num_fds(attempt, p));
	if (needs & PS_EXE) TRY(s, x->exe = td_keep(s, td_process_exe(attempt, p)));
	if (needs & PS_CWD) TRY(s, x->cwd = td_keep(s, td_process_cwd(attempt, p)));
	if (needs & PS_LIMITS) TRY(s, x->limits = limits_of(s, attempt, known, p, row));
}

static uint64_t machine_memory(td_scope *s) {
	return td_psutil_virtual_memory(s)->total;
}

static void say_hidden(const ps_sockets *sockets) {
	if (!sockets->hidden) return;
	fprintf(stderr,
	        "tend ps: %zu socket%s of that port belong%s to processes that are not seen from here; root sees more\n",
	        sockets->hidden, sockets->hidden == 1 ? "" : "s", sockets->hidden == 1 ? "s" : "");
}

ps_found ps_read(td_scope *s, const ps_filter *f, unsigned needs) {
	ps_found out = {0};
	needs |= ps_filter_needs(f);
	if (needs & PS_LIMITS) needs |= PS_CGROUP;
	ps_sockets sockets = {0};
	if (needs & PS_PORTS) sockets = ps_sockets_read(s, f);
	out.all = td_psutil_process_table(s, .no_cmdline = !(needs & PS_CMDLINE), .no_username = !(needs & PS_USER),
	                                  .effective_user = true, .cgroup = needs & PS_CGROUP, .io = needs & PS_IO);
	out.machine = (ps_machine){td_time_time(), machine_memory(s)};
	out.lines = td_alloc_array(s, out.all->len, sizeof *out.lines);
	ps_extra *extras = needs & EXTRA ? td_alloc_array(s, out.all->len, sizeof *extras) : NULL;
	if (!out.lines || td_failed(s)) return out;
	static groups known;
	known.count = 0;
	for (size_t i = 0; i < out.all->len && !td_failed(s); i++) {
		const td_process_row *row = &out.all->items[i];
		if (!ps_filter_takes(s, f, out.all, &sockets, row, out.machine.now)) continue;
		ps_line *line = &out.lines[out.count];
		*line = (ps_line){.row = row, .branch = ""};
		if (extras) {
			ps_extra *x = &extras[out.count];
			x->fds = -1;
			x->ports = ports_of(s, &sockets, row->pid);
			if (needs & OF_EACH) read_extra(s, row, needs, &known, x);
			line->extra = x;
		}
		out.count++;
	}
	say_hidden(&sockets);
	return out;
}
