/* tools/top/limits.c: memory.max, cpu.max and what is used of them. The groups are walked from the one asked for to the
 * root; three small files each, so what cannot change often (the limits) is kept for some seconds. */
#include "top/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAN_ __builtin_nan("")
enum { NAME_MOST = 1024, SECONDS_KEPT = 10 };

struct top_limits_reader {
	const char *procfs, *mount; /* where groups are; NULL where there are none of version 2 */
	char own[NAME_MOST];
	char group[NAME_MOST]; /* the one that was asked for last */
	double looked;         /* when its limits were read; 0 never */
	double cpus;
	uint64_t memory_max;
	char cpu_at[NAME_MOST], memory_at[NAME_MOST]; /* which group sets them */
	uint64_t usage;                               /* microseconds, at before */
	double before;
};

/* The file's text, at most size - 1 bytes; false when it cannot be read. */
static bool read_file(const char *path, char *out, size_t size) {
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return false;
	ssize_t n;
	do {
		n = read(fd, out, size - 1);
	} while (n < 0 && errno == EINTR);
	close(fd);
	out[n > 0 ? n : 0] = 0;
	return n >= 0;
}

static bool read_in(td_scope *s, const top_limits_reader *r, const char *group, const char *file, char *out,
                    size_t size) {
	const char *path = td_format(s, "%s%s/%s", r->mount, strcmp(group, "/") == 0 ? "" : group, file);
	return !td_failed(s) && read_file(path, out, size);
}

static const char *find_mount(td_scope *s, const char *sysfs) {
	static const char *const places[] = {"fs/cgroup", "fs/cgroup/unified"};
	for (size_t i = 0; i < 2; i++) {
		const char *mount = td_format(s, "%s/%s", sysfs, places[i]);
		if (access(td_format(s, "%s/cgroup.procs", mount), F_OK) == 0 &&
		    access(td_format(s, "%s/cgroup.controllers", mount), F_OK) == 0)
			return mount;
	}
	return NULL;
}

top_limits_reader *top_limits_new(td_scope *s, const char *procfs, const char *sysfs) {
	top_limits_reader *r = td_alloc(s, sizeof *r);
	if (!r) return NULL;
	r->procfs = td_strdup(s, procfs);
	r->mount = find_mount(s, sysfs);
	char text[4096];
	strcpy(r->own, "/");
	if (!read_file(td_format(s, "%s/self/cgroup", procfs), text, sizeof text)) return r;
	const char *line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
	if (!line) return r;
	line = strstr(line, "::") + 2;
	size_t len = strcspn(line, "\n");
	if (len > 0 && len < NAME_MOST) {
		memcpy(r->own, line, len);
		r->own[len] = 0;
	}
	return r;
}

/* "max" is 0: no limit. */
static uint64_t number(const char *text) {
	return strtoull(text, NULL, 10);
}

static void read_limits(td_scope *s, top_limits_reader *r) {
	char group[NAME_MOST], text[256];
	strcpy(group, r->group);
	r->cpus = 0;
	r->memory_max = 0;
	strcpy(r->cpu_at, r->group);
	strcpy(r->memory_at, r->group);
	for (;;) {
		if (read_in(s, r, group, "memory.max", text, sizeof text)) {
			uint64_t most = number(text);
			if (most && (!r->memory_max || most < r->memory_max)) {
				r->memory_max = most;
				strcpy(r->memory_at, group);
			}
		}
		if (read_in(s, r, group, "cpu.max", text, sizeof text)) {
			char *period = NULL;
			double quota = (double)strtoull(text, &period, 10), of = period ? (double)number(period) : 0;
			if (quota > 0 && of > 0 && (r->cpus == 0 || quota / of < r->cpus)) {
				r->cpus = quota / of;
				strcpy(r->cpu_at, group);
			}
		}
		char *slash = strrchr(group, '/');
		if (strcmp(group, "/") == 0 || !slash) return;
		slash[slash == group ? 1 : 0] = 0;
	}
}

static top_stall stall(td_scope *s, const top_limits_reader *r, const char *file) {
	char text[512];
	top_stall out = {NAN_, NAN_};
	if (!read_in(s, r, r->group, file, text, sizeof text)) return out;
	TD_SCOPE(scratch, s);
	const char *some = strstr(text, "some avg10="), *full = strstr(text, "full avg10=");
	if (some) out.some = td_float(scratch, td_strndup(scratch, some + 11, strcspn(some + 11, " \n")));
	if (full) out.full = td_float(scratch, td_strndup(scratch, full + 11, strcspn(full + 11, " \n")));
	td_catch(scratch);
	return out;
}

/* Percent of one processor since the last time; NaN the first. */
static double cpu(td_scope *s, top_limits_reader *r, double at) {
	char text[512];
	uint64_t usage = 0;
	double before = r->before, percent = NAN_;
	if (read_in(s, r, r->cpu_at, "cpu.stat", text, sizeof text)) {
		const char *found = strstr(text, "usage_usec ");
		if (!found) return percent;
		usage = number(found + 11);
		if (before > 0 && at > before && usage >= r->usage) percent = (double)(usage - r->usage) / (at - before) / 1e4;
		r->usage = usage;
		r->before = at;
	}
	return percent;
}

top_limits top_limits_read(td_scope *s, top_limits_reader *r, const char *cgroup, double at) {
	top_limits none = {.cgroup = "", .cpu = NAN_, .stalls = {{NAN_, NAN_}, {NAN_, NAN_}, {NAN_, NAN_}}};
	if (!r || !r->mount || td_failed(s)) return none;
	const char *group = cgroup ? cgroup : r->own;
	if (strlen(group) >= NAME_MOST || *group != '/') return none;
	if (strcmp(group, r->group) != 0) {
		strcpy(r->group, group);
		r->looked = r->before = 0;
	}
	TD_SCOPE(scratch, s);
	if (r->looked == 0 || at - r->looked > SECONDS_KEPT) {
		read_limits(scratch, r);
		r->looked = at;
	}
	top_limits out = {.cgroup = td_strdup(s, group), .cpus = r->cpus, .memory_max = r->memory_max};
	/* Of our own group nothing is said when there is no limit: the machine's own lines say it all. */
	if (!cgroup && !out.cpus && !out.memory_max) return none;
	char text[64];
	if (read_in(scratch, r, r->memory_at, "memory.current", text, sizeof text)) out.memory = number(text);
	out.cpu = cpu(scratch, r, at);
	static const char *const files[TOP_STALLS] = {"cpu.pressure", "memory.pressure", "io.pressure"};
	for (int i = 0; i < TOP_STALLS; i++) out.stalls[i] = stall(scratch, r, files[i]);
	return out;
}
