/* tools/top/limits.c: the limits of a control group, and the rate at which it uses processors. A group without limits is
 * looked at now and then only: it is on the way of every look, and has several files in each group above it. */
#include "top/limits.h"

#include <string.h>
#include <tend/text.h>

#define NAN_ __builtin_nan("")
enum { NAME_MOST = 1024, SECONDS_UNLIMITED = 10 };

struct top_limits_reader {
	td_psutil_reader *reader;
	char group[NAME_MOST]; /* the one that was asked for last; "" is our own */
	double looked;         /* 0 never */
	bool limited;
	double used, before; /* seconds of processor time at that moment; 0 not known */
};

top_limits_reader *top_limits_new(td_scope *s, td_psutil_reader *reader) {
	top_limits_reader *r = td_alloc(s, sizeof *r);
	if (r) r->reader = reader;
	return r;
}

static top_stall stall(const td_spressure *p) {
	return p ? (top_stall){p->some.avg10, p->full.avg10} : (top_stall){NAN_, NAN_};
}

/* Percent of one processor since the last time; NaN the first. */
static double cpu(top_limits_reader *r, td_opt_float used, double at) {
	double percent = NAN_;
	if (used.given && r->before > 0 && at > r->before && used.value >= r->used)
		percent = (used.value - r->used) / (at - r->before) * 100;
	r->used = used.value;
	r->before = used.given ? at : 0;
	return percent;
}

top_limits top_limits_read(td_scope *s, top_limits_reader *r, const char *cgroup, double at) {
	top_limits out = {.cgroup = "", .cpu = NAN_, .stalls = {{NAN_, NAN_}, {NAN_, NAN_}, {NAN_, NAN_}}};
	if (!r || td_failed(s) || (cgroup && (*cgroup != '/' || strlen(cgroup) >= NAME_MOST))) return out;
	if (strcmp(cgroup ? cgroup : "", r->group) != 0) {
		strcpy(r->group, cgroup ? cgroup : "");
		r->looked = r->before = 0;
	}
	if (r->looked > 0 && !r->limited && !cgroup && at - r->looked < SECONDS_UNLIMITED) return out;
	TD_SCOPE(attempt, s);
	const td_pcgroup *g = td_psutil_cgroup(attempt, .path = cgroup, .reader = r->reader);
	r->looked = at;
	r->limited = g->memory_max.given || g->cpu_max.given;
	/* Of our own group nothing is said when there is no limit: the machine's own lines say it all. */
	if (td_catch(attempt, TD_OSError) || td_failed(attempt) || (!cgroup && !r->limited)) return out;
	out.cgroup = td_strdup(s, g->path);
	out.cpus = g->cpu_max.given ? g->cpu_max.value : 0;
	out.memory_max = g->memory_max.given ? (uint64_t)g->memory_max.value : 0;
	out.memory = g->memory_used.given ? (uint64_t)g->memory_used.value : 0;
	out.cpu = cpu(r, g->cpu_time, at);
	out.stalls[TOP_STALL_CPU] = stall(g->cpu_pressure);
	out.stalls[TOP_STALL_MEMORY] = stall(g->memory_pressure);
	out.stalls[TOP_STALL_IO] = stall(g->io_pressure);
	return out;
}
