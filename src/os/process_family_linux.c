/* src/os/process_family_linux.c: the parents and the children of a process. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <fcntl.h>

static td_process *process_at(td_scope *s, int pid, uint64_t start) {
	td_process *p = td_alloc(s, sizeof *p);
	if (p) {
		p->pid = pid;
		p->start = start;
	}
	return p;
}

td_process *(td_process_parent)(td_scope *s, td_process *p) {
	td__stat st;
	if (!td__process_enter(s, p) || !td__process_stat(s, p, &st) || st.ppid <= 0) return NULL;
	TD_SCOPE(attempt, s);
	td__stat above;
	td_process parent = {.pid = st.ppid};
	if (!td__process_stat(attempt, &parent, &above)) {
		td_catch(attempt, TD_NoSuchProcess);
		return NULL;
	}
	return above.start <= p->start ? process_at(s, st.ppid, above.start) : NULL;
}

const td_process_list *(td_process_parents)(td_scope *s, td_process *p) {
	static const td_process_list none;
	void *items = NULL;
	size_t count = 0, capacity = 0;
	td_process_list *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	for (td_process *up = (td_process_parent)(s, p); up; up = (td_process_parent)(s, up)) {
		if (!td__grow(s, &items, &capacity, count + 1, sizeof(td_process *))) return &none;
		((td_process **)items)[count++] = up;
	}
	if (td_failed(s)) return &none;
	*out = (td_process_list){items, count};
	return out;
}

/* --- children --- */

typedef struct kin {
	int pid, ppid;
	uint64_t start;
} kin;

/* Everybody's parent, in the order of the ids. */
static bool all_kin(td_scope *scratch, kin **out, size_t *count) {
	td_pids pids;
	if (!td__pids(scratch, td__procfs(NULL), &pids)) return false;
	kin *all = td_alloc_array(scratch, pids.len, sizeof *all);
	int dir = all ? td__proc_dir(scratch) : -1;
	if (dir < 0) return false;
	*count = 0;
	for (size_t i = 0; i < pids.len; i++) {
		char text[2048];
		td__stat st;
		if (td__pid_read(dir, pids.items[i], "stat", text, sizeof text) <= 0 || !td__stat_parse(text, &st)) continue;
		all[(*count)++] = (kin){pids.items[i], st.ppid, st.start};
	}
	td__sys_close(dir);
	*out = all;
	return true;
}

typedef struct search {
	const kin *all;
	size_t all_count;
	uint64_t born; /* when the ancestor was: who is older than that is nobody's descendant */
	td_process **found;
	size_t count;
	bool *taken;
} search;

static bool add_children(td_scope *s, search *f, int of) {
	for (size_t i = 0; i < f->all_count; i++) {
		const kin *k = &f->all[i];
		if (k->ppid != of || k->start < f->born || f->taken[i]) continue;
		f->taken[i] = true;
		f->found[f->count] = process_at(s, k->pid, k->start);
		if (!f->found[f->count++]) return false;
	}
	return true;
}

const td_process_list *(td_process_children)(td_scope *s, td_process *p, const td_process_children_opts *opts) {
	static const td_process_list none;
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "process", p)) return &none;
	td_process_children_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__process_check(s, p)) return &none;
	TD_SCOPE(scratch, s);
	kin *all;
	search f = {.born = p->start};
	if (!all_kin(scratch, &all, &f.all_count)) return &none;
	f.all = all;
	f.taken = td_alloc_array(scratch, f.all_count, sizeof *f.taken);
	f.found = td_alloc_array(s, f.all_count, sizeof *f.found);
	int *stack = td_alloc_array(scratch, f.all_count + 1, sizeof *stack);
	td_process_list *out = td_alloc(s, sizeof *out);
	if (!f.taken || !f.found || !stack || !out) return &none;
	size_t depth = 0;
	stack[depth++] = p->pid;
	while (depth) { /* the last found is asked for its own first, as psutil goes */
		size_t before = f.count;
		if (!add_children(s, &f, stack[--depth])) return &none;
		for (size_t i = before; o.recursive && i < f.count; i++) stack[depth++] = f.found[i]->pid;
	}
	*out = (td_process_list){f.found, f.count};
	return out;
}
