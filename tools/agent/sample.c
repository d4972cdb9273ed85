/* tools/agent/sample.c: looking at the machine, once a tick. */
#include "agent/sample.h"

#include <string.h>
#include <tend/time.h>

#include "agent/sample_private.h"

#define SLOW_TICKS 10

const char *const agent_pressure_names[3] = {"cpu", "memory", "io"};

agent_sampler *agent_sampler_new(td_scope *s, const char *procfs, const char *sysfs) {
	agent_sampler *a = td_alloc(s, sizeof *a);
	if (!a) return NULL;
	a->owner = s;
	a->procfs = procfs ? td_strdup(s, procfs) : "/proc";
	a->sysfs = sysfs ? td_strdup(s, sysfs) : "/sys";
	a->reader = td_psutil_reader_open(s, .procfs = procfs, .sysfs = sysfs);
	a->history = agent_history_new(s);
	a->past = agent_past_new(s);
	return td_failed(s) ? NULL : a;
}

agent_history *agent_sampler_history(agent_sampler *a) {
	return a->history;
}

/* Takes an error off the sample and notes what is missing for it; false for one that is not to be taken (cancelled). */
static bool settled(agent_sample *x, const char *what) {
	if (!td_failed(x->scope)) return true;
	const td_error *e = td_catch(x->scope);
	if (!e || td_kind_is(e->kind, TD_MemoryError)) {
		if (e) td_reraise(x->scope, e);
		return false;
	}
	td_value_append(x->scope, x->missing, td_v(x->scope, td_format(x->scope, "%s: %s", what, e->message)));
	return true;
}

/* --- a tick --- */

static bool look(agent_sampler *a, agent_sample *x) {
	td_scope *s = x->scope;
	td_psutil_reader *r = a->reader;
	x->time = td_time_time();
	x->at = td_time_monotonic_ns();
	x->missing = td_value_new_list(s);
	x->busy = td_psutil_cpu_percent(s, .reader = r);
	x->cores = td_psutil_cpu_percent_percpu(s, .reader = r);
	x->cpu = td_psutil_cpu_times(s, .reader = r);
	if (!settled(x, "cpu")) return false;
	x->load = td_psutil_getloadavg(s, .reader = r);
	if (!settled(x, "load")) return false;
	x->memory = td_psutil_virtual_memory(s, .reader = r);
	x->swap = td_psutil_swap_memory(s, .reader = r);
	if (!settled(x, "memory")) return false;
	for (int i = 0; i < 3; i++) {
		x->pressure[i] = td_psutil_pressure(s, agent_pressure_names[i], .reader = r);
		if (!td_failed(s)) continue;
		if (!td_catch(s, TD_OSError)) return settled(x, "pressure");
		x->pressure[i] = NULL; /* a kernel without it lacks nothing that could be mended */
	}
	x->disks = td_psutil_disk_io_counters_perdisk(s, .reader = r);
	if (!settled(x, "disks")) return false;
	x->nics = td_psutil_net_io_counters_pernic(s, .reader = r);
	if (!settled(x, "network")) return false;
	x->processes = td_psutil_process_table(s, .reader = r);
	return settled(x, "processes");
}

double agent_rate(uint64_t before, uint64_t now, double seconds) {
	return seconds > 0 && now >= before ? (double)(now - before) / seconds : __builtin_nan("");
}

td_scputimes agent_cpu_percent(const agent_sampler *a) {
	td_scputimes out;
	double *to = &out.user, all = 0;
	for (int i = 0; i < 10; i++) {
		to[i] = __builtin_nan("");
		if (!a->before.scope) continue;
		double delta = (&a->now.cpu->user)[i] - (&a->before.cpu->user)[i];
		to[i] = delta > 0 ? delta : 0;
		if (i < 8) all += to[i]; /* guests' time is in user and nice already */
	}
	for (int i = 0; i < 10; i++) to[i] = all > 0 ? to[i] / all * 100 : a->before.scope ? 0 : to[i];
	return out;
}

double agent_sample_seconds(const agent_sampler *a) {
	return a->before.scope ? (double)(a->now.at - a->before.at) / 1e9 : 0;
}

const td_sdiskio *agent_disk_before(const agent_sampler *a, const char *name) {
	for (size_t i = 0; a->before.scope && i < a->before.disks->len; i++) {
		if (!strcmp(a->before.disks->items[i].name, name)) return &a->before.disks->items[i];
	}
	return NULL;
}

const td_snetio *agent_nic_before(const agent_sampler *a, const char *name) {
	for (size_t i = 0; a->before.scope && i < a->before.nics->len; i++) {
		if (!strcmp(a->before.nics->items[i].name, name)) return &a->before.nics->items[i];
	}
	return NULL;
}

static bool digits_only(const char *text) {
	return *text && strspn(text, "0123456789") == strlen(text);
}

bool agent_is_disk(const char *name) {
	static const char *const plain[] = {"ram", "loop", "fd"};
	for (int i = 0; i < 3; i++) {
		size_t len = strlen(plain[i]);
		if (!strncmp(name, plain[i], len) && digits_only(name + len)) return false;
	}
	/* hda1, sda1, vda1, xvda1; nvme0n1p1 */
	const char *p = name + (*name == 'x');
	bool letter = (name != p ? *p == 'v' : *p == 'h' || *p == 's' || *p == 'v') && p[1] == 'd';
	if (letter && p[2] >= 'a' && p[2] <= 'z' && digits_only(p + 3)) return false;
	if (strncmp(name, "nvme", 4) != 0) return true;
	p = name + 4;
	size_t n = strspn(p, "0123456789");
	if (!n || p[n] != 'n') return true;
	p += n + 1;
	n = strspn(p, "0123456789");
	return !(n && p[n] == 'p' && digits_only(p + n + 1));
}

/* --- the history --- */

static void put(agent_sampler *a, const char *name, const char *unit, double value) {
	agent_history_put(a->history, agent_history_series(a->history, name, unit), value);
}

static void put_named(agent_sampler *a, td_scope *s, const char *kind, const char *name, const char *what,
                      const char *unit, double value) {
	put(a, td_format(s, "%s.%s.%s", kind, name, what), unit, value);
}

static void remember_devices(agent_sampler *a, td_scope *s, double seconds) {
	for (size_t i = 0; i < a->now.disks->len; i++) {
		const td_sdiskio *d = &a->now.disks->items[i], *old = agent_disk_before(a, d->name);
		if (!old || !agent_is_disk(d->name)) continue;
		put_named(a, s, "disk", d->name, "read", "B/s", agent_rate(old->read_bytes, d->read_bytes, seconds));
		put_named(a, s, "disk", d->name, "write", "B/s", agent_rate(old->write_bytes, d->write_bytes, seconds));
		put_named(a, s, "disk", d->name, "busy", "%", agent_rate(old->busy_time, d->busy_time, seconds) / 10);
	}
	for (size_t i = 0; i < a->now.nics->len; i++) {
		const td_snetio *n = &a->now.nics->items[i], *old = agent_nic_before(a, n->name);
		if (!old) continue;
		put_named(a, s, "net", n->name, "recv", "B/s", agent_rate(old->bytes_recv, n->bytes_recv, seconds));
		put_named(a, s, "net", n->name, "sent", "B/s", agent_rate(old->bytes_sent, n->bytes_sent, seconds));
	}
	for (size_t i = 0; i < a->slow.len; i++) {
		const agent_filesystem *f = &a->slow.items[i];
		if (f->known && !f->failed && f->usage.total) {
			put_named(a, s, "fs", f->mountpoint, "used", "%", f->usage.percent);
		}
	}
	for (size_t i = 0; a->slow.temperatures && i < a->slow.temperatures->len; i++) {
		const td_shwtemp *t = &a->slow.temperatures->items[i];
		put_named(a, s, "temp", t->name, *t->label ? t->label : "0", "°C", t->current);
	}
}

static void remember(agent_sampler *a, td_scope *s) {
	const agent_sample *x = &a->now, *old = &a->before;
	double seconds = agent_sample_seconds(a);
	if (seconds > 0) { /* the first tick has nothing to be compared with */
		td_scputimes cpu = agent_cpu_percent(a);
		put(a, "cpu.busy", "%", x->busy);
		put(a, "cpu.user", "%", cpu.user + cpu.nice);
		put(a, "cpu.system", "%", cpu.system + cpu.irq + cpu.softirq);
		put(a, "cpu.iowait", "%", cpu.iowait);
		put(a, "cpu.steal", "%", cpu.steal);
		for (size_t i = 0; i < x->cores->len && i < 32; i++) {
			put(a, td_format(s, "cpu%zu.busy", i), "%", x->cores->items[i]);
		}
		put(a, "swap.in", "B/s", agent_rate(old->swap->sin, x->swap->sin, seconds));
		put(a, "swap.out", "B/s", agent_rate(old->swap->sout, x->swap->sout, seconds));
		for (int i = 0; i < 3; i++) {
			if (!x->pressure[i] || !old->pressure[i]) continue;
			double lost = agent_rate(old->pressure[i]->some.total, x->pressure[i]->some.total, seconds);
			put(a, td_format(s, "pressure.%s", agent_pressure_names[i]), "%", lost / 1e4);
		}
	}
	put(a, "load.1", "", x->load->one);
	put(a, "load.5", "", x->load->five);
	put(a, "load.15", "", x->load->fifteen);
	if (x->memory->total) {
		put(a, "memory.percent", "%", x->memory->percent);
		put(a, "memory.used", "B", (double)x->memory->used);
		put(a, "memory.cached", "B", (double)(x->memory->cached + x->memory->buffers));
		put(a, "memory.available", "B", (double)x->memory->available);
	}
	if (x->swap->total) put(a, "swap.percent", "%", x->swap->percent);
	put(a, "processes.count", "", (double)x->processes->len);
	remember_devices(a, s, seconds);
	agent_history_tick(a->history, x->at);
	agent_past_tick(a->past, x->processes, x->at);
}

bool agent_sampler_tick(td_scope *tick, agent_sampler *a) {
	if (!td_check(tick)) return false;
	double begin = td_time_thread_time();
	agent_sample x = {.scope = td_scope_open(a->owner)};
	if (!look(a, &x)) {
		td_scope_close(x.scope);
		return false;
	}
	if (a->ticks % SLOW_TICKS == 0) agent_look_slowly(a, &x);
	if (a->before.scope) td_scope_close(a->before.scope);
	a->before = a->now;
	a->now = x;
	a->ticks++;
	TD_SCOPE(scratch, tick);
	remember(a, scratch);
	a->cost = td_time_thread_time() - begin;
	return !td_failed(tick);
}

const td_value *agent_sample_once(td_scope *s, const char *procfs, const char *sysfs) {
	TD_SCOPE(once, s);
	agent_sampler *a = agent_sampler_new(once, procfs, sysfs);
	if (!a || !agent_sampler_tick(once, a) || !td_time_sleep(once, 0.25) || !agent_sampler_tick(once, a)) return NULL;
	return agent_sampler_value(s, a);
}
