/* tools/top/live.c: looking at the machine now. The memory of one look is that of the next, so that it costs no fresh page;
 * what rates are made of is copied before. */
#include "top/live.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <tend/time.h>

#include "top/limits.h"

#define NAN_ __builtin_nan("")

static const char *const stall_names[TOP_STALLS] = {"cpu", "memory", "io"};

/* Counters since boot, of one look. */
typedef struct counters {
	bool known;
	double at;
	td_scputimes *times;
	size_t cpus, room;
	uint64_t stalls[TOP_STALLS][2]; /* microseconds; some, full */
	bool stalled[TOP_STALLS];       /* known */
} counters;

struct top_live {
	td_scope *owner;
	td_psutil_reader *reader;
	top_limits_reader *limits;
	struct utsname names;
	double boot;
	size_t files;    /* that may stay open */
	td_scope *scope; /* the sample lives here */
	top_sample sample;
	counters before;
};

/* A file each for a process, kept open, is half the cost of a look: as many as may be, but for some for ourselves. */
static size_t allowed_files(void) {
	enum { OURS = 64, MOST = 8192 };
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
	if (limit.rlim_cur < MOST) {
		limit.rlim_cur = limit.rlim_max < MOST ? limit.rlim_max : MOST;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < OURS) return 0;
	return (size_t)(limit.rlim_cur < MOST ? limit.rlim_cur : MOST) - OURS;
}

top_live *top_live_new(td_scope *s, const char *procfs, const char *sysfs) {
	top_live *live = td_alloc(s, sizeof *live);
	if (!live) return NULL;
	live->owner = s;
	live->files = allowed_files();
	live->reader = td_psutil_reader_open(s, .procfs = procfs, .sysfs = sysfs);
	live->limits = top_limits_new(s, live->reader);
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

static void processors(td_scope *s, top_live *live) {
	top_sample *m = &live->sample;
	counters *old = &live->before;
	const td_scputimes_list *now = td_psutil_cpu_times_percpu(s, .reader = live->reader);
	top_cpu *each = td_alloc_array(s, now->len, sizeof *each), all = {0};
	if (!each) return;
	bool known = old->known && old->cpus == now->len; /* a processor that came or went: wait a turn */
	double sum = 0;
	for (size_t i = 0; i < now->len; i++) {
		if (known) {
			sum += add_times(&all, &now->items[i], &old->times[i]);
			divide(&each[i], add_times(&each[i], &now->items[i], &old->times[i]));
		} else {
			each[i] = (top_cpu){NAN_, NAN_, NAN_, NAN_};
		}
	}
	divide(&all, sum);
	m->all = known ? all : (top_cpu){NAN_, NAN_, NAN_, NAN_};
	m->each = each;
	m->cpus = now->len;
	if (old->room < now->len) {
		old->times = td_alloc_array(live->owner, now->len, sizeof *old->times);
		old->room = old->times ? now->len : 0;
	}
	old->cpus = old->room < now->len ? 0 : now->len;
	if (old->cpus) memcpy(old->times, now->items, old->cpus * sizeof *old->times);
}

/* --- pressure --- */

static double share(uint64_t now, uint64_t before, double seconds) {
	double percent = seconds > 0 && now >= before ? (double)(now - before) / seconds / 1e4 : NAN_;
	return percent > 100 ? 100 : percent; /* the kernel adds up now and then only */
}

static void pressure(td_scope *s, top_live *live, double at) {
	counters *old = &live->before;
	double seconds = at - old->at;
	for (int i = 0; i < TOP_STALLS; i++) {
		TD_SCOPE(attempt, s);
		const td_spressure *p = td_psutil_pressure(attempt, stall_names[i], .reader = live->reader);
		top_stall *out = &live->sample.stalls[i];
		*out = (top_stall){NAN_, NAN_};
		if (td_catch(attempt, TD_OSError) || td_failed(attempt)) continue;
		/* The first time round: what the kernel says of the last ten seconds. */
		if (old->known && old->stalled[i])
			*out = (top_stall){share(p->some.total, old->stalls[i][0], seconds),
			                   share(p->full.total, old->stalls[i][1], seconds)};
		else
			*out = (top_stall){p->some.avg10, p->full.avg10};
		old->stalls[i][0] = p->some.total;
		old->stalls[i][1] = p->full.total;
		old->stalled[i] = true;
	}
}

/* --- the look --- */

static void machine(td_scope *s, top_live *live) {
	top_sample *m = &live->sample;
	td_psutil_reader *r = live->reader;
	m->time = td_time_time();
	m->host = live->names.nodename;
	m->uptime = m->time - live->boot;
	m->note = "";
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
	if (live->scope) td_scope_close(live->scope);
	td_scope *s = live->scope = td_scope_open(live->owner, .name = "look");
	top_sample *m = &live->sample;
	*m = (top_sample){.len = 0};
	double at = td_time_monotonic();
	machine(s, live);
	pressure(s, live, at);
	processors(s, live);
	const td_process_table *table =
		td_psutil_process_table(s, .reader = live->reader, .effective_user = true, .cgroup = want->cgroups,
	                            .io = want->io, .keep_open = want->again ? live->files : 0);
	m->items = table->items;
	m->len = table->len;
	count(m);
	m->limits = top_limits_read(s, live->limits, want->limits, at);
	live->before.at = at;
	live->before.known = true;
	return td_failed(s) ? NULL : m;
}
