/* tools/agent/sample_value.c: the latest sample as a tree of values, for JSON. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <tend/time.h>

#include "agent/sample_private.h"

#define TOP 20

/* A number with at most so many decimals; null for none. */
static td_lit number(double x, double scale) {
	if (x != x) return TD_NULL;
	if (x > 1e15 || x < -1e15) return td__lit_float(x);
	double y = (double)(int64_t)(x * scale + (x < 0 ? -0.5 : 0.5)) / scale;
	return y == (double)(int64_t)y ? td__lit_int((int64_t)y) : td__lit_float(y);
}
#define RATE(x) number((x), 10)

static td_value *host_value(td_scope *s, const agent_sampler *a) {
	struct utsname u;
	if (uname(&u) < 0) memset(&u, 0, sizeof u);
	return td_dict(s, "name", u.nodename, "system", u.sysname, "release", u.release, "machine", u.machine, "boot_time",
	               number(a->boot_time, 1), "uptime", number(a->now.time - a->boot_time, 1), "cpus", a->cpus);
}

static td_value *cpu_value(td_scope *s, const agent_sampler *a, bool rates) {
	const agent_sample *x = &a->now;
	td_value *cores = td_value_new_list(s);
	for (size_t i = 0; rates && i < x->cores->len; i++) td_value_append(s, cores, td_v(s, RATE(x->cores->items[i])));
	td_scputimes cpu = agent_cpu_percent(a);
	return td_dict(s, "busy", RATE(rates ? x->busy : cpu.user), "user", RATE(cpu.user + cpu.nice), "system",
	               RATE(cpu.system + cpu.irq + cpu.softirq), "iowait", RATE(cpu.iowait), "steal", RATE(cpu.steal),
	               "cores", cores, "frequency", number(a->frequency, 1));
}

static td_value *pressure_value(td_scope *s, const agent_sampler *a, double seconds) {
	td_value *all = td_value_new_dict(s);
	bool any = false;
	for (int i = 0; i < 3; i++) {
		const td_spressure *now = a->now.pressure[i], *old = a->before.scope ? a->before.pressure[i] : NULL;
		any = any || now;
		if (!now) continue;
		const double none = __builtin_nan("");
		double some = old ? agent_rate(old->some.total, now->some.total, seconds) / 1e4 : none;
		double full = old ? agent_rate(old->full.total, now->full.total, seconds) / 1e4 : none;
		td_value_set(s, all, agent_pressure_names[i], td_dict(s, "some", RATE(some), "full", RATE(full)));
	}
	return any ? all : td_value_new_null(s);
}

static td_value *disks_value(td_scope *s, const agent_sampler *a, double seconds) {
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < a->now.disks->len; i++) {
		const td_sdiskio *d = &a->now.disks->items[i], *old = agent_disk_before(a, d->name);
		if (!agent_is_disk(d->name)) continue;
		if (!old) old = d;
		td_value_append(s, list,
		                td_dict(s, "name", d->name, "read_rate",
		                        RATE(agent_rate(old->read_bytes, d->read_bytes, seconds)), "write_rate",
		                        RATE(agent_rate(old->write_bytes, d->write_bytes, seconds)), "reads",
		                        RATE(agent_rate(old->read_count, d->read_count, seconds)), "writes",
		                        RATE(agent_rate(old->write_count, d->write_count, seconds)), "busy",
		                        RATE(agent_rate(old->busy_time, d->busy_time, seconds) / 10)));
	}
	return list;
}

static td_value *filesystems_value(td_scope *s, const agent_sampler *a) {
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < a->slow.len; i++) {
		const agent_filesystem *f = &a->slow.items[i];
		if (f->known && !f->usage.total) continue;
		double age = (double)(a->now.at - f->at) / 1e9;
		td_value_append(s, list,
		                td_dict(s, "device", f->device, "mountpoint", f->mountpoint, "type", f->fstype, "total",
		                        f->usage.total, "used", f->usage.used, "free", f->usage.free, "percent",
		                        f->known ? number(f->usage.percent, 10) : TD_NULL, "files", f->usage.files,
		                        "files_free", f->usage.files_free, "read_only", td__lit_bool(f->usage.read_only),
		                        "stale", td__lit_bool(f->stale), "age", number(age > 0 ? age : 0, 1)));
	}
	return list;
}

static td_value *network_value(td_scope *s, const agent_sampler *a, double seconds) {
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < a->now.nics->len; i++) {
		const td_snetio *n = &a->now.nics->items[i], *old = agent_nic_before(a, n->name);
		if (!old) old = n;
		bool up = false;
		for (size_t k = 0; a->slow.nics && k < a->slow.nics->len; k++) {
			if (!strcmp(a->slow.nics->items[k].name, n->name)) up = a->slow.nics->items[k].isup;
		}
		td_value *addresses = td_value_new_list(s);
		for (size_t k = 0; a->slow.addresses && k < a->slow.addresses->len; k++) {
			const td_snicaddr *address = &a->slow.addresses->items[k];
			if (strcmp(address->name, n->name) || (address->family != 2 && address->family != 10)) continue;
			td_value_append(s, addresses, td_v(s, address->address));
		}
		td_value_append(s, list,
		                td_dict(s, "name", n->name, "up", td__lit_bool(up), "recv_rate",
		                        RATE(agent_rate(old->bytes_recv, n->bytes_recv, seconds)), "sent_rate",
		                        RATE(agent_rate(old->bytes_sent, n->bytes_sent, seconds)), "packets_in",
		                        RATE(agent_rate(old->packets_recv, n->packets_recv, seconds)), "packets_out",
		                        RATE(agent_rate(old->packets_sent, n->packets_sent, seconds)), "errors",
		                        n->errin + n->errout, "drops", n->dropin + n->dropout, "addresses", addresses));
	}
	return list;
}

static td_value *temperatures_value(td_scope *s, const agent_sampler *a) {
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; a->slow.temperatures && i < a->slow.temperatures->len; i++) {
		const td_shwtemp *t = &a->slow.temperatures->items[i];
		td_value_append(s, list,
		                td_dict(s, "name", t->name, "label", t->label, "current", number(t->current, 10), "high",
		                        t->high.given ? number(t->high.value, 10) : TD_NULL, "critical",
		                        t->critical.given ? number(t->critical.value, 10) : TD_NULL));
	}
	return list;
}

/* --- processes --- */

/* Names and command lines are bytes that anybody may choose: what is not UTF-8 is shown as U+FFFD. */
const char *agent_clean(td_scope *s, const char *text) {
	const unsigned char *p = (const unsigned char *)text;
	size_t bad = 0, len = 0;
	for (; p[len]; len++) bad += p[len] >= 0x80;
	if (!bad) return text;
	char *out = td_alloc(s, len * 3 + 1), *to = out;
	if (!out) return "";
	while (*p) {
		size_t n = *p < 0x80                 ? 1
		           : *p >= 0xC2 && *p < 0xE0 ? 2
		           : *p >= 0xE0 && *p < 0xF0 ? 3
		           : *p >= 0xF0 && *p < 0xF5 ? 4
		                                     : 0;
		size_t have = n ? 1 : 0;
		while (have && have < n && (p[have] & 0xC0) == 0x80) have++;
		bool good = n && have == n && !(*p == 0xE0 && p[1] < 0xA0) && !(*p == 0xED && p[1] > 0x9F) &&
		            !(*p == 0xF0 && p[1] < 0x90) && !(*p == 0xF4 && p[1] > 0x8F);
		if (good) {
			memcpy(to, p, n);
			to += n;
			p += n;
		} else {
			memcpy(to, "\xEF\xBF\xBD", 3);
			to += 3;
			p++;
		}
	}
	return out;
}

static int by_cpu(const void *a, const void *b) {
	const td_process_row *x = *(const td_process_row *const *)a, *y = *(const td_process_row *const *)b;
	if (x->cpu_percent != y->cpu_percent) return x->cpu_percent < y->cpu_percent ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int by_memory(const void *a, const void *b) {
	const td_process_row *x = *(const td_process_row *const *)a, *y = *(const td_process_row *const *)b;
	if (x->rss != y->rss) return x->rss < y->rss ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static td_value *top(td_scope *s, const td_process_row **rows, size_t count, int (*order)(const void *, const void *)) {
	td_value *list = td_value_new_list(s);
	if (count) qsort(rows, count, sizeof *rows, order);
	for (size_t i = 0; i < count && i < TOP; i++) {
		const td_process_row *p = rows[i];
		td_value_append(s, list,
		                td_dict(s, "pid", p->pid, "name", agent_clean(s, p->name), "user", agent_clean(s, p->username),
		                        "cpu", RATE(p->cpu_percent), "rss", p->rss, "status", p->status, "command",
		                        agent_clean(s, p->cmdline)));
	}
	return list;
}

static td_value *processes_value(td_scope *s, const agent_sampler *a) {
	const td_process_table *t = a->now.processes;
	const td_process_row **rows = td_alloc_array(s, t->len, sizeof *rows);
	if (!rows) return NULL;
	size_t running = 0;
	int64_t threads = 0;
	for (size_t i = 0; i < t->len; i++) {
		rows[i] = &t->items[i];
		running += !strcmp(t->items[i].status, "running");
		threads += t->items[i].num_threads;
	}
	td_value *cpu = top(s, rows, t->len, by_cpu);
	return td_dict(s, "count", t->len, "running", running, "threads", threads, "top_cpu", cpu, "top_memory",
	               top(s, rows, t->len, by_memory));
}

const td_value *agent_sampler_processes(td_scope *s, agent_sampler *a) {
	td_value *list = td_value_new_list(s);
	if (!a->now.scope) return list;
	const td_process_table *t = a->now.processes;
	for (size_t i = 0; i < t->len && !td_failed(s); i++) {
		const td_process_row *p = &t->items[i];
		td_value_append(s, list,
		                td_dict(s, "pid", p->pid, "ppid", p->ppid, "name", agent_clean(s, p->name), "user",
		                        agent_clean(s, p->username), "status", p->status, "cpu", RATE(p->cpu_percent), "rss",
		                        p->rss, "vms", p->vms, "threads", p->num_threads, "nice", p->nice, "created",
		                        number(p->create_time, 100), "cpu_time", number(p->cpu_user + p->cpu_system, 100),
		                        "command", agent_clean(s, p->cmdline)));
	}
	return list;
}

const td_value *agent_sampler_value(td_scope *s, agent_sampler *a) {
	const agent_sample *x = &a->now;
	if (!x->scope) return td_value_new_dict(s);
	double seconds = agent_sample_seconds(a);
	const td_svmem *m = x->memory;
	const td_sswap *w = x->swap, *old = a->before.scope ? a->before.swap : w;
	td_value *v =
		td_dict(s, "time", number(x->time, 1000), "host", host_value(s, a), "cpu", cpu_value(s, a, seconds > 0), "load",
	            td_list(s, number(x->load->one, 100), number(x->load->five, 100), number(x->load->fifteen, 100)));
	td_value_set(s, v, "memory",
	             td_dict(s, "total", m->total, "available", m->available, "used", m->used, "free", m->free, "cached",
	                     m->cached, "buffers", m->buffers, "percent", number(m->percent, 10)));
	td_value_set(s, v, "swap",
	             td_dict(s, "total", w->total, "used", w->used, "free", w->free, "percent", number(w->percent, 10),
	                     "in_rate", RATE(agent_rate(old->sin, w->sin, seconds)), "out_rate",
	                     RATE(agent_rate(old->sout, w->sout, seconds))));
	td_value_set(s, v, "pressure", pressure_value(s, a, seconds));
	td_value_set(s, v, "disks", disks_value(s, a, seconds));
	td_value_set(s, v, "filesystems", filesystems_value(s, a));
	td_value_set(s, v, "network", network_value(s, a, seconds));
	td_value_set(s, v, "temperatures", temperatures_value(s, a));
	td_value_set(s, v, "processes", processes_value(s, a));
	td_value_set(s, v, "missing", x->missing);
	td_value_set(s, v, "cost", td_v(s, number(a->cost, 1e6)));
	return v;
}
