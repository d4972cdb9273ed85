/* tools/agent/sample_slow.c: what changes seldom, is dear to ask for, or may not answer: file systems, interfaces, sensors,
 * what udev knows. */
#include <string.h>
#include <tend/file.h>
#include <tend/time.h>

#include "agent/sample_private.h"

#define MOUNT_TIMEOUT 0.1

/* The mount points and types that node_exporter 1.5 leaves out, as Debian configures it. */
static bool mount_shown(const char *point, const char *type) {
	static const char *const below[] = {"/dev", "/proc", "/run", "/sys", "/mnt", "/media"};
	static const char *const containers[] = {"/var/lib/docker/", "/var/lib/containers/storage/"};
	static const char *const types[] = {"autofs",     "binfmt_misc", "bpf",       "cgroup",   "cgroup2",   "configfs",
	                                    "debugfs",    "devpts",      "devtmpfs",  "fusectl",  "hugetlbfs", "iso9660",
	                                    "mqueue",     "nsfs",        "overlay",   "proc",     "procfs",    "pstore",
	                                    "rpc_pipefs", "securityfs",  "selinuxfs", "squashfs", "sysfs",     "tracefs"};
	for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
		size_t len = strlen(below[i]);
		if (!strncmp(point, below[i], len) && (!point[len] || point[len] == '/')) return false;
	}
	for (size_t i = 0; i < sizeof containers / sizeof *containers; i++) {
		size_t len = strlen(containers[i]);
		if (!strncmp(point, containers[i], len) && point[len]) return false;
	}
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!strcmp(type, types[i])) return false;
	}
	return true;
}

static bool listed(const agent_slow *f, const td_sdiskpart *part) {
	for (size_t i = 0; i < f->len; i++) {
		const agent_filesystem *x = &f->items[i];
		if (!strcmp(x->mountpoint, part->mountpoint) && !strcmp(x->device, part->device) &&
		    !strcmp(x->fstype, part->fstype))
			return true;
	}
	return false;
}

static const agent_filesystem *known_before(const agent_sampler *a, const char *mountpoint) {
	for (size_t i = 0; i < a->slow.len; i++) {
		if (!strcmp(a->slow.items[i].mountpoint, mountpoint)) return &a->slow.items[i];
	}
	return NULL;
}

static void ask_filesystem(agent_sampler *a, td_scope *s, agent_filesystem *x) {
	TD_SCOPE(attempt, s);
	const td_sdiskusage *usage =
		td_psutil_disk_usage(attempt, x->mountpoint, .reader = a->reader, .timeout = MOUNT_TIMEOUT);
	x->usage = *usage;
	x->known = !td_failed(attempt);
	x->at = td_time_monotonic_ns();
	if (x->known) return;
	const agent_filesystem *old = known_before(a, x->mountpoint);
	if (old && old->known) {
		x->usage = old->usage;
		x->known = true;
		x->at = old->at;
	}
	const td_error *e = td_catch(attempt);
	x->stale = e && td_kind_is(e->kind, TD_TimeoutError);
	x->failed = true;
}

const char *agent_first_line(td_scope *s, const char *path) {
	TD_SCOPE(attempt, s);
	td_file *f = td_open(attempt, path, "rb");
	td_bytes line = {"", 0};
	if (!td_file_next_line(attempt, f, &line)) {
		td_catch(attempt, TD_Exception);
		return "";
	}
	if (line.len && line.data[line.len - 1] == '\n') line.len--;
	return td_strndup(s, line.data, line.len);
}

/* A part that failed is named and left out; the rest is looked at all the same. */
static void settle(td_scope *s, agent_sample *x, const char *what) {
	const td_error *e = td_failed(s) ? td_catch(s) : NULL;
	if (!e) return;
	td_value_append(x->scope, x->missing, td_v(x->scope, td_format(x->scope, "%s: %s", what, e->message)));
}

static void look_at_mounts(agent_sampler *a, td_scope *s, agent_slow *f) {
	const td_sdiskpart_list *parts = td_psutil_disk_partitions(s, .reader = a->reader, .all = true);
	f->items = td_alloc_array(s, parts->len, sizeof *f->items);
	for (size_t i = 0; f->items && i < parts->len; i++) {
		const td_sdiskpart *part = &parts->items[i];
		if (!mount_shown(part->mountpoint, part->fstype) || listed(f, part)) continue;
		agent_filesystem *y = &f->items[f->len++];
		*y = (agent_filesystem){.device = part->device, .mountpoint = part->mountpoint, .fstype = part->fstype};
		ask_filesystem(a, s, y);
	}
}

static void look_at_nics(agent_sampler *a, td_scope *s, agent_slow *f) {
	f->nics = td_psutil_net_if_stats(s, .reader = a->reader);
	uint64_t *nohandler = td_alloc_array(s, f->nics->len, sizeof *nohandler);
	for (size_t i = 0; nohandler && i < f->nics->len; i++) {
		const char *path = td_format(s, "%s/class/net/%s/statistics/rx_nohandler", a->sysfs, f->nics->items[i].name);
		for (const char *p = agent_first_line(s, path); *p >= '0' && *p <= '9'; p++) {
			nohandler[i] = nohandler[i] * 10 + (uint64_t)(*p - '0');
		}
	}
	f->nohandler = nohandler;
}

void agent_look_slowly(agent_sampler *a, agent_sample *x) {
	agent_slow f = {.scope = td_scope_open(a->owner)};
	td_scope *s = f.scope;
	look_at_mounts(a, s, &f);
	settle(s, x, "filesystems");
	look_at_nics(a, s, &f);
	settle(s, x, "interfaces");
	f.addresses = td_psutil_net_if_addrs(s);
	settle(s, x, "addresses");
	f.temperatures = td_psutil_sensors_temperatures(s, .reader = a->reader);
	settle(s, x, "temperatures");
	a->frequency = td_psutil_cpu_freq(s, .reader = a->reader)->current;
	a->cpus = td_psutil_cpu_count(s, .reader = a->reader);
	a->boot_time = td_psutil_boot_time(s, .reader = a->reader);
	settle(s, x, "cpu");
	agent_read_udev(a, s, &f);
	const char *clocks = td_format(s, "%s/devices/system/clocksource/clocksource0", a->sysfs);
	f.clock_current = agent_first_line(s, td_format(s, "%s/current_clocksource", clocks));
	f.clocks = td_str_split(s, agent_first_line(s, td_format(s, "%s/available_clocksource", clocks)));
	settle(s, x, "devices");
	if (td_failed(s)) { /* memory is out, or all of it ends: what there was is better than a part */
		td_scope_close(s);
		return;
	}
	if (a->slow.scope) td_scope_close(a->slow.scope);
	a->slow = f;
}
