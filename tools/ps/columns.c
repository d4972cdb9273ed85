/* tools/ps/columns.c: the columns of `tend ps`. */
#include "ps/columns.h"

#include <string.h>
#include <tend/difflib.h>

static ps_value whole(int64_t n) {
	return (ps_value){.kind = PS_INT, .number = n};
}
static ps_value real(double x) {
	return (ps_value){.kind = PS_FLOAT, .real = x};
}
static ps_value text(const char *t) {
	return t && *t ? (ps_value){.kind = PS_TEXT, .text = t} : (ps_value){0};
}
static ps_value nothing(void) {
	return (ps_value){0};
}
static double tenths(double x) {
	return (double)(int64_t)(x * 10 + 0.5) / 10;
}

/* One function a column. */
#define COLUMN(name) static ps_value name(const ps_line *l, const ps_machine *m, char *scratch)
#define UNUSED (void)m, (void)scratch

COLUMN(get_user) {
	UNUSED;
	return text(l->row->username);
}
COLUMN(get_uid) {
	UNUSED;
	return l->row->uid < 0 ? nothing() : whole(l->row->uid);
}
COLUMN(get_pid) {
	UNUSED;
	return whole(l->row->pid);
}
COLUMN(get_ppid) {
	UNUSED;
	return whole(l->row->ppid);
}
COLUMN(get_pgid) {
	UNUSED;
	return whole(l->row->pgrp);
}
COLUMN(get_sid) {
	UNUSED;
	return whole(l->row->session);
}
COLUMN(get_cpu) {
	(void)scratch;
	double age = m->now - l->row->create_time;
	return real(age > 0 ? tenths((l->row->cpu_user + l->row->cpu_system) / age * 100) : 0);
}
COLUMN(get_mem) {
	(void)scratch;
	return real(m->memory ? tenths((double)l->row->rss / (double)m->memory * 100) : 0);
}
COLUMN(get_vsz) {
	UNUSED;
	return whole((int64_t)l->row->vms);
}
COLUMN(get_rss) {
	UNUSED;
	return whole((int64_t)l->row->rss);
}
COLUMN(get_tty) {
	UNUSED;
	const char *name = l->row->terminal;
	return text(strncmp(name, "/dev/", 5) == 0 ? name + 5 : name);
}
/* As ps has it: the state, then < or N for niceness, s for who leads a session, l for threads, + in the foreground. */
COLUMN(get_state) {
	UNUSED;
	const td_process_row *r = l->row;
	char *to = scratch;
	*to++ = r->state;
	if (r->nice) *to++ = r->nice < 0 ? '<' : 'N';
	if (r->session == r->pid) *to++ = 's';
	if (r->num_threads > 1) *to++ = 'l';
	if (r->foreground == r->pgrp && r->pgrp) *to++ = '+';
	*to = 0;
	return text(scratch);
}
COLUMN(get_status) {
	UNUSED;
	return text(l->row->status);
}
COLUMN(get_start) {
	UNUSED;
	return real((double)(int64_t)(l->row->create_time * 100 + 0.5) / 100);
}
COLUMN(get_age) {
	(void)scratch;
	double age = m->now - l->row->create_time;
	return real(age > 0 ? tenths(age) : 0);
}
COLUMN(get_time) {
	UNUSED;
	return real((double)(int64_t)((l->row->cpu_user + l->row->cpu_system) * 100 + 0.5) / 100);
}
COLUMN(get_name) {
	UNUSED;
	return text(l->row->name);
}
COLUMN(get_command) {
	UNUSED;
	return text(l->row->cmdline); /* the table shows [name] where there is none */
}
COLUMN(get_nice) {
	UNUSED;
	return whole(l->row->nice);
}
COLUMN(get_pri) {
	UNUSED;
	return whole(l->row->priority);
}
COLUMN(get_rtprio) {
	UNUSED;
	return l->row->rt_priority ? whole(l->row->rt_priority) : nothing();
}
COLUMN(get_policy) {
	UNUSED;
	static const char *const names[] = {"other", "fifo", "rr", "batch", "iso", "idle", "deadline", "ext"};
	return text(l->row->policy >= 0 && l->row->policy < 8 ? names[l->row->policy] : "?");
}
COLUMN(get_psr) {
	UNUSED;
	return whole(l->row->cpu_num);
}
COLUMN(get_threads) {
	UNUSED;
	return whole(l->row->num_threads);
}
COLUMN(get_minflt) {
	UNUSED;
	return whole((int64_t)l->row->minor_faults);
}
COLUMN(get_majflt) {
	UNUSED;
	return whole((int64_t)l->row->major_faults);
}
COLUMN(get_read) {
	UNUSED;
	return l->row->has_io ? whole((int64_t)l->row->read_bytes) : nothing();
}
COLUMN(get_write) {
	UNUSED;
	return l->row->has_io ? whole((int64_t)l->row->write_bytes) : nothing();
}
COLUMN(get_cgroup) {
	UNUSED;
	return text(l->row->cgroup);
}
static bool is_unit(const char *part, size_t len) {
	static const char *const kinds[] = {".service", ".scope", ".socket", ".mount", ".swap", ".slice"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t n = strlen(kinds[i]);
		if (len > n && memcmp(part + len - n, kinds[i], n) == 0) return true;
	}
	return false;
}
/* The last part of the path that is a unit of systemd; what a unit makes for itself below has other names. */
COLUMN(get_unit) {
	UNUSED;
	const char *path = l->row->cgroup;
	size_t end = strlen(path);
	while (end) {
		size_t begin = end;
		while (begin && path[begin - 1] != '/') begin--;
		if (is_unit(path + begin, end - begin) && end - begin < PS_SCRATCH) {
			memcpy(scratch, path + begin, end - begin);
			scratch[end - begin] = 0;
			return text(scratch);
		}
		end = begin ? begin - 1 : 0;
	}
	return nothing();
}
static size_t hex_run(const char *p) {
	size_t n = 0;
	while ((p[n] >= '0' && p[n] <= '9') || (p[n] >= 'a' && p[n] <= 'f')) n++;
	return n;
}
/* A container's group carries its id, 64 hexadecimal digits; LXC has names. */
COLUMN(get_container) {
	UNUSED;
	const char *path = l->row->cgroup, *lxc = strstr(path, "/lxc.payload."), *found = NULL;
	for (const char *p = path; *p;) {
		size_t n = hex_run(p);
		if (n == 64) found = p;
		p += n ? n : 1;
	}
	size_t len = found ? 12 : 0;
	if (!found && lxc) {
		found = lxc + strlen("/lxc.payload.");
		len = strcspn(found, "/");
	}
	if (len >= PS_SCRATCH) len = PS_SCRATCH - 1;
	if (found) memcpy(scratch, found, len);
	scratch[len] = 0;
	return text(scratch);
}
COLUMN(get_memlimit) {
	UNUSED;
	const td_pcgroup *g = l->extra->limits;
	return g && g->memory_max.given ? whole(g->memory_max.value) : nothing();
}
COLUMN(get_memused) {
	UNUSED;
	const td_pcgroup *g = l->extra->limits;
	return g && g->memory_current.given ? whole(g->memory_current.value) : nothing();
}
COLUMN(get_cpulimit) {
	UNUSED;
	const td_pcgroup *g = l->extra->limits;
	return g && g->cpu_max.given ? real(g->cpu_max.value) : nothing();
}
COLUMN(get_pidslimit) {
	UNUSED;
	const td_pcgroup *g = l->extra->limits;
	return g && g->pids_max.given ? whole(g->pids_max.value) : nothing();
}
COLUMN(get_pss) {
	UNUSED;
	return l->extra->has_memory ? whole((int64_t)l->extra->pss) : nothing();
}
COLUMN(get_uss) {
	UNUSED;
	return l->extra->has_memory ? whole((int64_t)l->extra->uss) : nothing();
}
COLUMN(get_swap) {
	UNUSED;
	return l->extra->has_memory ? whole((int64_t)l->extra->swap) : nothing();
}
COLUMN(get_fds) {
	UNUSED;
	return l->extra->fds >= 0 ? whole(l->extra->fds) : nothing();
}
COLUMN(get_ports) {
	UNUSED;
	return text(l->extra->ports);
}
COLUMN(get_exe) {
	UNUSED;
	return text(l->extra->exe);
}
COLUMN(get_cwd) {
	UNUSED;
	return text(l->extra->cwd);
}
COLUMN(get_switches) {
	UNUSED;
	return l->extra->has_switches ? whole((int64_t)l->extra->switches) : nothing();
}
COLUMN(get_oom) {
	UNUSED;
	return l->extra->has_oom ? whole(l->extra->oom) : nothing();
}

/* In the order in which --help lists them. */
const ps_column ps_columns[] = {
	{"user", "USER", "whose rights it has", PS_USER, PS_PLAIN, true, get_user},
	{"uid", "UID", "the number of that user", PS_USER, PS_PLAIN, false, get_uid},
	{"pid", "PID", "process id", 0, PS_PLAIN, false, get_pid},
	{"ppid", "PPID", "the parent's", 0, PS_PLAIN, false, get_ppid},
	{"pgid", "PGID", "process group", 0, PS_PLAIN, false, get_pgid},
	{"sid", "SID", "session", 0, PS_PLAIN, false, get_sid},
	{"cpu", "%CPU", "processor time over its whole life", 0, PS_PERCENT, false, get_cpu},
	{"mem", "%MEM", "rss in percent of the machine's memory", 0, PS_PERCENT, false, get_mem},
	{"vsz", "VSZ", "address space", 0, PS_SIZE, false, get_vsz},
	{"rss", "RSS", "memory in use, shared parts included", 0, PS_SIZE, false, get_rss},
	{"pss", "PSS", "memory with its part of what is shared", PS_MEMORY, PS_SIZE, false, get_pss},
	{"uss", "USS", "memory that is its alone", PS_MEMORY, PS_SIZE, false, get_uss},
	{"swap", "SWAP", "memory on swap", PS_MEMORY, PS_SIZE, false, get_swap},
	{"tty", "TTY", "terminal", 0, PS_PLAIN, true, get_tty},
	{"state", "STAT", "state and flags, as ps has them", 0, PS_PLAIN, true, get_state},
	{"status", "STATUS", "the state as a word", 0, PS_PLAIN, true, get_status},
	{"start", "START", "when it began", 0, PS_START, false, get_start},
	{"age", "AGE", "for how long it has been running", 0, PS_AGE, false, get_age},
	{"time", "TIME", "processor time", 0, PS_SECONDS, false, get_time},
	{"nice", "NI", "niceness", 0, PS_PLAIN, false, get_nice},
	{"pri", "PRI", "priority", 0, PS_PLAIN, false, get_pri},
	{"rtprio", "RTPRIO", "real-time priority", 0, PS_PLAIN, false, get_rtprio},
	{"policy", "POLICY", "scheduling policy", 0, PS_PLAIN, true, get_policy},
	{"psr", "PSR", "processor it last ran on", 0, PS_PLAIN, false, get_psr},
	{"threads", "THREADS", "number of threads", 0, PS_PLAIN, false, get_threads},
	{"fds", "FDS", "open descriptors", PS_FDS, PS_PLAIN, false, get_fds},
	{"minflt", "MINFLT", "page faults without reading", 0, PS_PLAIN, false, get_minflt},
	{"majflt", "MAJFLT", "page faults that read", 0, PS_PLAIN, false, get_majflt},
	{"switches", "SWITCHES", "context switches", PS_SWITCHES, PS_PLAIN, false, get_switches},
	{"read", "READ", "bytes read from disks", PS_IO, PS_SIZE, false, get_read},
	{"write", "WRITE", "bytes written to disks", PS_IO, PS_SIZE, false, get_write},
	{"oom", "OOM", "how near it is to be killed for memory", PS_OOM, PS_PLAIN, false, get_oom},
	{"cgroup", "CGROUP", "control group", PS_CGROUP, PS_PLAIN, true, get_cgroup},
	{"unit", "UNIT", "unit of systemd", PS_CGROUP, PS_PLAIN, true, get_unit},
	{"container", "CONTAINER", "id or name of its container", PS_CGROUP, PS_PLAIN, true, get_container},
	{"memused", "MEMUSED", "memory its control group has in use", PS_LIMITS, PS_SIZE, false, get_memused},
	{"memlimit", "MEMLIMIT", "memory its control group may use", PS_LIMITS, PS_SIZE, false, get_memlimit},
	{"cpulimit", "CPULIMIT", "processors its control group may use", PS_LIMITS, PS_PERCENT, false, get_cpulimit},
	{"pidslimit", "PIDSLIMIT", "processes its control group may have", PS_LIMITS, PS_PLAIN, false, get_pidslimit},
	{"ports", "PORTS", "ports it listens on", PS_PORTS, PS_PLAIN, true, get_ports},
	{"exe", "EXE", "its program file", PS_EXE, PS_PLAIN, true, get_exe},
	{"cwd", "CWD", "working directory", PS_CWD, PS_PLAIN, true, get_cwd},
	{"name", "NAME", "name", 0, PS_PLAIN, true, get_name},
	{"command", "COMMAND", "command line, or [name]", PS_CMDLINE, PS_PLAIN, true, get_command},
};
const size_t ps_column_count = sizeof ps_columns / sizeof *ps_columns;

/* What ps calls some of them. */
static const char *const other_names[][2] = {
	{"%cpu", "cpu"},     {"pcpu", "cpu"},     {"%mem", "mem"},     {"pmem", "mem"},    {"vsize", "vsz"},
	{"rssize", "rss"},   {"stat", "state"},   {"s", "state"},      {"etime", "age"},   {"lstart", "start"},
	{"cputime", "time"}, {"ni", "nice"},      {"args", "command"}, {"cmd", "command"}, {"comm", "name"},
	{"ucmd", "name"},    {"nlwp", "threads"}, {"euser", "user"},   {"euid", "uid"},    {"tt", "tty"},
	{"pgrp", "pgid"},    {"sess", "sid"},     {"class", "policy"}, {"cls", "policy"},
};

const ps_column *ps_column_find(const char *name) {
	for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++) {
		if (strcmp(other_names[i][0], name) == 0) name = other_names[i][1];
	}
	for (size_t i = 0; i < ps_column_count; i++) {
		if (strcmp(ps_columns[i].name, name) == 0) return &ps_columns[i];
	}
	return NULL;
}

const char *ps_column_near(td_scope *s, const char *name) {
	const char **names = td_alloc_array(s, ps_column_count + 1, sizeof *names);
	if (!names) return NULL;
	for (size_t i = 0; i < ps_column_count; i++) names[i] = ps_columns[i].name;
	td_strs near = td_difflib_get_close_matches(s, name, ((td_strs){names, ps_column_count}), .n = 1);
	return near.len ? near.items[0] : NULL;
}
