/* tools/top/live.c: looking at the machine now. Memory is two scopes that take turns, so that a look costs no fresh page. */
#include "top/live.h"

#include <string.h>
#include <sys/utsname.h>
#include <tend/time.h>

#include "top/limits.h"

#define NAN_ __builtin_nan("")

static const char *const stall_names[TOP_STALLS] = {"cpu", "memory", "io"};

typedef struct look {
	td_scope *scope;
	top_sample sample;
	const td_scputimes_list *times; /* since boot */
	uint64_t stalls[TOP_STALLS][2]; /* microseconds since boot; some, full */
	bool stalled[TOP_STALLS];       /* known */
	double at;
} look;

struct top_live {
	td_scope *owner;
	td_psutil_reader *reader;
	top_limits_reader *limits;
	struct utsname names;
	double boot;
	bool recorded; /* from another tree: its own clock */
	look now, before;
};

top_live *top_live_new(td_scope *s, const char *procfs, const char *sysfs) {
	top_live *live = td_alloc(s, sizeof *live);
	if (!live) return NULL;
	live->owner = s;
	live->recorded = procfs != NULL;
	live->reader = td_psutil_reader_open(s, .procfs = procfs, .sysfs = sysfs);
	live->limits = top_limits_new(s, procfs ? procfs : "/proc", sysfs ? sysfs : "/sys");
	live->boot = td_psutil_boot_time(s, .reader = live->reader);
	if (uname(&live->names) < 0) live->names.nodename[0] = 0;
	return td_failed(s) ? NULL : live;
}

/* --- processors --- */

static double spent(double now, double before) {
	return now > before ? now - before : 0;
}

/* Adds the time between two readings to sum; the sum's fields are seconds until they are divided. */
static double add_times(top_cpu *sum, const td_scputimes *now, const td_scputimes *old) {
	double user = spent(now->user, old->user) + spent(now->nice, old->nice);
	double system = spent(now->system, old->system) + spent(now->irq, old->irq) + spent(now->softirq, old->softirq);
	double wait = spent(now->iowait, old->iowait), steal = spent(now->steal, old->steal);
	sum->user += user;
	sum->system += system;
	sum->wait += wait;
	sum->steal += steal;
	return user + system + wait + steal + spent(now->idle, old->idle);
}

static void divide(top_cpu *c, double all) {
	double scale = all > 0 ? 100 / all : 0;
	c->user *= scale;
	c->system *= scale;
	c->wait *= scale;
	c->steal *= scale;
}

static void processors(td_scope *s, look *x, const look *old) {
	top_cpu *each = td_alloc_array(s, x->times->len, sizeof *each), all = {0};
	if (!each) return;
	bool known = old->scope && old->times->len == x->times->len; /* a processor that came or went: wait a turn */
	double sum = 0;
	for (size_t i = 0; i < x->times->len; i++) {
		if (known) {
			sum += add_times(&all, &x->times->items[i], &old->times->items[i]);
			divide(&each[i], add_times(&each[i], &x->times->items[i], &old->times->items[i]));
		} else {
			each[i] = (top_cpu){NAN_, NAN_, NAN_, NAN_};
		}
	}
	divide(&all, sum);
	x->sample.all = known ? all : (top_cpu){NAN_, NAN_, NAN_, NAN_};
	x->sample.each = each;
	x->sample.cpus = x->times->len;
}

/* --- pressure --- */

static double share(uint64_t now, uint64_t before, double seconds) {
	double percent = seconds > 0 && now >= before ? (double)(now - before) / seconds / 1e4 : NAN_;
	return percent > 100 ? 100 : percent; /* the kernel adds up now and then only */
}

static void pressure(td_scope *s, top_live *live, look *x) {
	double seconds = x->at - live->before.at;
	for (int i = 0; i < TOP_STALLS; i++) {
		TD_SCOPE(attempt, s);
		const td_spressure *p = td_psutil_pressure(attempt, stall_names[i], .reader = live->reader);
		x->sample.stalls[i] = (top_stall){NAN_, NAN_};
		if (td_catch(attempt, TD_OSError) || td_failed(attempt)) continue;
		x->stalls[i][0] = p->some.total;
		x->stalls[i][1] = p->full.total;
		x->stalled[i] = true;
		/* The first time round: what the kernel says of the last ten seconds. */
		if (!live->before.scope || !live->before.stalled[i])
			x->sample.stalls[i] = (top_stall){p->some.avg10, p->full.avg10};
		else
			x->sample.stalls[i] = (top_stall){share(p->some.total, live->before.stalls[i][0], seconds),
			                                  share(p->full.total, live->before.stalls[i][1], seconds)};
	}
}

/* --- the look --- */

static void machine(td_scope *s, top_live *live, look *x) {
	top_sample *m = &x->sample;
	td_psutil_reader *r = live->reader;
	m->time = td_time_time();
	m->host = live->names.nodename;
	m->uptime = m->time - live->boot;
	m->note = "";
	x->at = td_time_monotonic();
	x->times = td_psutil_cpu_times_percpu(s, .reader = r);
	const td_loadavg *load = td_psutil_getloadavg(s, .reader = r);
	m->load[0] = load->one;
	m->load[1] = load->five;
	m->load[2] = load->fifteen;
	const td_svmem *memory = td_psutil_virtual_memory(s, .reader = r);
	m->memory_total = memory->total;
	m->memory_used = memory->used;
	m->memory_cached = memory->cached + memory->buffers;
	const td_sswap *swap = td_psutil_swap_memory(s, .reader = r);
	m->swap_total = swap->total;
	m->swap_used = swap->used;
}

static void count(top_sample *m) {
	m->tasks = m->len;
	for (size_t i = 0; i < m->len; i++) {
		m->running += m->items[i].state == 'R';
		m->zombies += m->items[i].state == 'Z';
		m->threads += (size_t)(m->items[i].num_threads > 0 ? m->items[i].num_threads : 0);
	}
}

const top_sample *top_live_look(td_scope *tick, top_live *live, const top_want *want) {
	if (!td_check(tick)) return NULL;
	if (live->before.scope) td_scope_close(live->before.scope);
	live->before = live->now;
	live->now = (look){.scope = td_scope_open(live->owner, .name = "look")};
	look *x = &live->now;
	td_scope *s = x->scope;
	machine(s, live, x);
	pressure(s, live, x);
	processors(s, x, &live->before);
	const td_process_table *table = td_psutil_process_table(s, .reader = live->reader, .effective_user = true,
	                                                        .cgroup = want->cgroups, .io = want->io);
	x->sample.items = table->items;
	x->sample.len = table->len;
	count(&x->sample);
	x->sample.limits = top_limits_read(s, live->limits, want->limits, x->at);
	return td_failed(s) ? NULL : &x->sample;
}
