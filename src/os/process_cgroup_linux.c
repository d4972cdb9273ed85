/* src/os/process_cgroup_linux.c: the control group of a process, and what it may use. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <fcntl.h>
#include <tend/text.h>

/* A file of a group: its text without the blanks around it; "" when it cannot be read. */
static const char *word(td_scope *scratch, const char *dir, const char *name) {
	return td__file_word(scratch, td_format(scratch, "%s/%s", dir, name));
}

/* "max", and what version 1 says for no limit, are absent. */
static td_opt_int number(const char *text) {
	const char *p = text;
	if (*p < '0' || *p > '9') return (td_opt_int){false, 0};
	uint64_t value = td__scan_u64(&p);
	return value >= (uint64_t)INT64_MAX / 4096 * 4096 ? (td_opt_int){false, 0} : TD_INT((int64_t)value);
}

static void least(td_opt_int *least, td_opt_int value) {
	if (value.given && (!least->given || value.value < least->value)) *least = value;
}

/* Microseconds of each period: "150000 100000" is one and a half processors. */
static void least_cpu(td_opt_float *least, td_opt_int quota, td_opt_int period) {
	if (!quota.given || !period.given || !period.value) return;
	double cpus = (double)quota.value / (double)period.value;
	if (!least->given || cpus < least->value) *least = TD_FLOAT(cpus);
}

/* One step up: "/a/b" becomes "/a", and "/a" "/". false at the root. */
static bool go_up(char *path) {
	char *slash = strrchr(path, '/');
	if (!slash || !path[1]) return false;
	slash[slash == path] = 0;
	return true;
}

typedef struct cgroup {
	td_scope *scratch;
	const char *root; /* where the hierarchy is mounted */
	td_pcgroup *out;
	bool v2, memory, cpu, pids; /* what this hierarchy tells of */
} cgroup;

static void read_limits(cgroup *g, const char *dir) {
	td_scope *t = g->scratch;
	if (g->memory) least(&g->out->memory_max, number(word(t, dir, g->v2 ? "memory.max" : "memory.limit_in_bytes")));
	if (g->pids) least(&g->out->pids_max, number(word(t, dir, "pids.max")));
	if (g->cpu && g->v2) {
		const char *both = word(t, dir, "cpu.max"), *blank = strchr(both, ' ');
		least_cpu(&g->out->cpu_max, number(both), number(blank ? blank + 1 : ""));
	} else if (g->cpu) {
		least_cpu(&g->out->cpu_max, number(word(t, dir, "cpu.cfs_quota_us")),
		          number(word(t, dir, "cpu.cfs_period_us")));
	}
}

/* path is the group in its hierarchy; the limits of those around it hold for it too. */
static void read_group(cgroup *g, const char *path) {
	td_scope *t = g->scratch;
	char *up = (char *)(uintptr_t)td_strdup(t, path);
	const char *dir = td_format(t, "%s%s", g->root, path);
	if (td_failed(t)) return;
	if (g->memory) g->out->memory_current = number(word(t, dir, g->v2 ? "memory.current" : "memory.usage_in_bytes"));
	if (g->pids) g->out->pids_current = number(word(t, dir, "pids.current"));
	do read_limits(g, td_format(t, "%s%s", g->root, up));
	while (go_up(up));
}

/* Whether a comma-separated list has the name. */
static bool lists(td_scope *scratch, td_bytes list, const char *name) {
	const char *between = td_format(scratch, ",%s,", td_strndup(scratch, list.data, list.len));
	return strstr(between, td_format(scratch, ",%s,", name)) != NULL;
}

static void read_line(td_scope *scratch, const char *sysfs, const char *line, td_pcgroup *out) {
	const char *first = strchr(line, ':'), *second = first ? strchr(first + 1, ':') : NULL;
	if (!second) return;
	td_bytes list = {first + 1, (size_t)(second - first) - 1};
	const char *path = td_strndup(scratch, second + 1, strcspn(second + 1, "\n"));
	cgroup g = {.scratch = scratch, .out = out};
	if (!list.len) {
		/* Beside version 1 it is mounted a step deeper, and has no controllers. */
		struct stat st;
		const char *root = td_format(scratch, "%s/fs/cgroup", sysfs);
		if (td__sys_stat(td_format(scratch, "%s/cgroup.controllers", root), &st) < 0) return;
		g = (cgroup){scratch, root, out, true, true, true, true};
	} else {
		g.memory = lists(scratch, list, "memory");
		g.cpu = lists(scratch, list, "cpu");
		g.pids = lists(scratch, list, "pids");
		if (!g.memory && !g.cpu && !g.pids) return;
		g.root = td_format(scratch, "%s/fs/cgroup/%s", sysfs, td_strndup(scratch, list.data, list.len));
	}
	read_group(&g, path);
}

const td_pcgroup *(td_process_cgroup)(td_scope *s, td_process *p) {
	static const td_pcgroup none = {.path = ""};
	char text[8192];
	if (!td__process_enter(s, p) || !td__process_file(s, p, "cgroup", text, sizeof text)) return &none;
	TD_SCOPE(scratch, s);
	td_pcgroup *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	out->path = td__cgroup_path(s, text);
	for (const char *line = text; line && *line; line = td__next_line(line)) {
		read_line(scratch, td__sysfs(NULL), line, out);
	}
	return td_failed(scratch) ? &none : out;
}
