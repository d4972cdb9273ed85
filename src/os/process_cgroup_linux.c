/* src/os/process_cgroup_linux.c: what a control group may use, and what is used of it; of both versions. */
#include <fcntl.h>
#include <tend/text.h>

#include "core/sys.h"
#include "os/cgroup_linux.h"
#include "os/process_internal.h"

/* A file of a group: its text without the blanks around it; "" when it cannot be read. */
static const char *word(td_scope *scratch, const char *dir, const char *name) {
	TD_SCOPE(file, scratch); /* the room to read one is that for all */
	return td_strdup(scratch, td__file_word(file, td_format(file, "%s/%s", dir, name)));
}

/* "max", and what version 1 says for no limit, are absent. */
static td_opt_int number(const char *text) {
	const char *p = text;
	if (*p < '0' || *p > '9') return (td_opt_int){false, 0};
	uint64_t value = td__scan_u64(&p);
	return value >= (uint64_t)INT64_MAX / 4096 * 4096 ? (td_opt_int){false, 0} : TD_INT((int64_t)value);
}

static bool least(td_opt_int *least, td_opt_int value) {
	bool less = value.given && (!least->given || value.value < least->value);
	if (less) *least = value;
	return less;
}

/* Microseconds of each period: "150000 100000" is one and a half processors. */
static bool least_cpu(td_opt_float *least, td_opt_int quota, td_opt_int period) {
	if (!quota.given || !period.given || !period.value) return false;
	double cpus = (double)quota.value / (double)period.value;
	bool less = !least->given || cpus < least->value;
	if (less) *least = TD_FLOAT(cpus);
	return less;
}

/* One step up; false at the top. */
static bool go_up(char *dir, size_t top) {
	char *slash = strrchr(dir, '/');
	if (strlen(dir) <= top || !slash) return false;
	*slash = 0;
	return true;
}

typedef struct group {
	td_scope *s, *scratch;
	const char *sysfs, *mountinfo;
	td_pcgroup *out;
} group;

static char *dir_of(const group *g, const char *controller, const char *list, const char *path, size_t *top) {
	return td__cgroup_dir(g->scratch, g->sysfs, g->mountinfo, controller, list, path, top);
}

/* Each of these reads the limit of dir and of those around it, and what is used where the strictest is set. */

static void read_memory(const group *g, char *dir, size_t top, bool v2) {
	td_scope *t = g->scratch;
	const char *used = v2 ? "memory.current" : "memory.usage_in_bytes", *at = td_strdup(t, dir);
	g->out->memory_current = number(word(t, dir, used));
	do {
		if (least(&g->out->memory_max, number(word(t, dir, v2 ? "memory.max" : "memory.limit_in_bytes"))))
			at = td_strdup(t, dir);
	} while (go_up(dir, top));
	g->out->memory_used = number(word(t, at, used));
}

static void read_pids(const group *g, char *dir, size_t top) {
	td_scope *t = g->scratch;
	g->out->pids_current = number(word(t, dir, "pids.current"));
	do least(&g->out->pids_max, number(word(t, dir, "pids.max")));
	while (go_up(dir, top));
}

static void read_cpu_v2(const group *g, char *dir, size_t top) {
	td_scope *t = g->scratch;
	const char *at = td_strdup(t, dir);
	do {
		const char *both = word(t, dir, "cpu.max"), *blank = strchr(both, ' ');
		if (least_cpu(&g->out->cpu_max, number(both), number(blank ? blank + 1 : ""))) at = td_strdup(t, dir);
	} while (go_up(dir, top));
	const char *usage = td__line_after(word(t, at, "cpu.stat"), "usage_usec ");
	if (usage) g->out->cpu_time = TD_FLOAT((double)td__scan_u64(&usage) / 1e6);
}

/* What was used is another controller's, which may be mounted elsewhere; its group has the same path as a rule. */
static void read_cpu_v1(const group *g, char *dir, size_t top, const char *path) {
	td_scope *t = g->scratch;
	size_t up = 0, depth = 0, above;
	do {
		if (least_cpu(&g->out->cpu_max, number(word(t, dir, "cpu.cfs_quota_us")),
		              number(word(t, dir, "cpu.cfs_period_us"))))
			depth = up;
		up++;
	} while (go_up(dir, top));
	char *account = dir_of(g, "cpuacct", NULL, path, &above);
	if (!account) return;
	while (depth-- > 0) go_up(account, above);
	td_opt_int ns = number(word(t, account, "cpuacct.usage"));
	if (ns.given) g->out->cpu_time = TD_FLOAT((double)ns.value / 1e9);
}

static const td_spressure *read_pressure(const group *g, const char *dir, const char *name) {
	td_bytes text;
	TD_SCOPE(file, g->scratch);
	const char *path = td_format(file, "%s/%s", dir, name);
	if (td_failed(file) || !td__file_read(file, AT_FDCWD, path, true, &text) || !text.len) return NULL;
	td_spressure *out = td_alloc(g->s, sizeof *out);
	if (out) *out = td__pressure_in(text.data);
	return out;
}

static void read_v2(const group *g, const char *path) {
	size_t top;
	const char *dir = dir_of(g, "", NULL, path, &top);
	if (!dir) return;
	g->out->cpu_pressure = read_pressure(g, dir, "cpu.pressure");
	g->out->memory_pressure = read_pressure(g, dir, "memory.pressure");
	g->out->io_pressure = read_pressure(g, dir, "io.pressure");
	/* Beside version 1 it has no controllers. */
	const char *controllers = word(g->scratch, td_strndup(g->scratch, dir, top), "cgroup.controllers");
	if (!*controllers) return;
	read_memory(g, (char *)(uintptr_t)td_strdup(g->scratch, dir), top, true);
	read_pids(g, (char *)(uintptr_t)td_strdup(g->scratch, dir), top);
	read_cpu_v2(g, (char *)(uintptr_t)td_strdup(g->scratch, dir), top);
}

static void read_v1(const group *g, const char *controller, const char *list, const char *path) {
	size_t top;
	char *dir = dir_of(g, controller, list, path, &top);
	if (!dir || td_failed(g->scratch)) return;
	if (*controller == 'm')
		read_memory(g, dir, top, false);
	else if (*controller == 'p')
		read_pids(g, dir, top);
	else
		read_cpu_v1(g, dir, top, path);
}

static const char *const controllers[] = {"memory", "cpu", "pids"};

/* "4:cpu,cpuacct:/docker/1", or "0::/a/b" of version 2. */
static void read_line(const group *g, const char *line) {
	const char *first = strchr(line, ':'), *second = first ? strchr(first + 1, ':') : NULL;
	if (!second) return;
	td_bytes list = {first + 1, (size_t)(second - first) - 1};
	const char *path = td_strndup(g->scratch, second + 1, strcspn(second + 1, "\n"));
	if (!list.len) read_v2(g, path);
	for (size_t i = 0; i < sizeof controllers / sizeof *controllers; i++) {
		if (td__names_have(list, ',', controllers[i]))
			read_v1(g, controllers[i], td_strndup(g->scratch, list.data, list.len), path);
	}
}

static group begin(td_scope *s, td_scope *scratch, td_psutil_reader *r) {
	group g = {.s = s, .scratch = scratch, .sysfs = td__sysfs(r), .mountinfo = "", .out = td_alloc(s, sizeof *g.out)};
	td_bytes text;
	const char *path = td_format(scratch, "%s/self/mountinfo", td__procfs(r));
	if (!td_failed(scratch) && td__file_read(scratch, AT_FDCWD, path, true, &text)) g.mountinfo = text.data;
	return g;
}

static const td_pcgroup none = {.path = ""};

static const td_pcgroup *of_lines(group *g, const char *text) {
	if (!g->out) return &none;
	g->out->path = td__cgroup_path(g->s, text);
	for (const char *line = text; line && *line; line = td__next_line(line)) {
		TD_SCOPE(one, g->scratch);
		group turn = *g;
		turn.scratch = one;
		read_line(&turn, line);
	}
	return td_failed(g->scratch) ? &none : g->out;
}

const td_pcgroup *(td_process_cgroup)(td_scope *s, td_process *p) {
	char text[8192];
	if (!td__process_enter(s, p) || !td__process_file(s, p, "cgroup", text, sizeof text)) return &none;
	TD_SCOPE(scratch, s);
	group g = begin(s, scratch, NULL);
	return of_lines(&g, text);
}

const td_pcgroup *(td_psutil_cgroup)(td_scope *s, const td_psutil_cgroup_opts *opts) {
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_cgroup_opts o;
	td__opts_copy(&o, sizeof o, opts);
	group g = begin(s, scratch, o.reader);
	if (!g.out) return &none;
	if (o.path) {
		g.out->path = td_strdup(s, o.path);
		read_v2(&g, o.path);
		for (size_t i = 0; i < sizeof controllers / sizeof *controllers; i++) {
			if (!td_failed(scratch)) read_v1(&g, controllers[i], NULL, o.path);
		}
		return td_failed(scratch) ? &none : g.out;
	}
	td_bytes text;
	const char *own = td_format(scratch, "%s/self/cgroup", td__procfs(o.reader));
	if (td_failed(scratch) || !td__file_read(scratch, AT_FDCWD, own, false, &text)) return &none;
	return of_lines(&g, text.data);
}
