/* tools/agent/past_value.c: what the rings say of one moment, put together. */
#include <string.h>
#include <sys/utsname.h>
#include <tend/time.h>

#include "agent/sample_private.h"

#define NS 1e9

typedef struct moment {
	td_scope *s;
	const agent_history *h;
	agent_ring ring;
	int64_t at;
} moment;

/* The value of a series, null where there is none, with two decimals at most. */
static td_lit value(const moment *m, const char *name) {
	double x = agent_history_value(m->h, name, m->ring, m->at);
	if (x != x) return TD_NULL;
	double scale = x < 1e6 && x > -1e6 ? 100 : 1, y = (double)(int64_t)(x * scale + (x < 0 ? -0.5 : 0.5)) / scale;
	return y == (double)(int64_t)y ? td__lit_int((int64_t)y) : td__lit_float(y);
}

static td_value *cores(const moment *m, int count) {
	td_value *list = td_value_new_list(m->s);
	for (int i = 0; i < count && i < 32; i++) {
		td_lit one = value(m, td_format(m->s, "cpu%d.busy", i));
		td_value_append(m->s, list, td_v(m->s, one));
	}
	return list;
}

static const char *clock_text(td_scope *s, double at) {
	return td_time_strftime(s, "%Y-%m-%d %H:%M:%S", .t = td_time_localtime(s, .secs = TD_FLOAT(at)));
}

const td_value *agent_sampler_past(td_scope *s, agent_sampler *a, double at, const char **why_not) {
	double now = td_time_time();
	int64_t mono = td_time_monotonic_ns(), oldest, newest;
	double ago = now - at;
	*why_not = "nothing is kept of a moment that no calendar has";
	if (!(at >= 0 && at < 1e11)) return NULL;
	*why_not = "nothing is kept yet";
	if (!agent_history_span(a->history, &oldest, &newest)) return NULL;
	moment m = {s, a->history, AGENT_RINGS, 0};
	if (ago < 8 * 86400.0 && ago > -86400) {
		m.at = mono - (int64_t)(ago * NS);
		/* The last second may not be over yet. */
		if (m.at > newest && m.at <= mono + (int64_t)NS) m.at = newest;
		m.ring = agent_history_ring(a->history, m.at);
	}
	if (m.ring == AGENT_RINGS) {
		*why_not = td_format(s, "nothing is kept of %s; what is reaches from %s to now", clock_text(s, at),
		                     clock_text(s, now - (double)(mono - oldest) / NS));
		return NULL;
	}
	struct utsname u;
	if (uname(&u) < 0) memset(&u, 0, sizeof u);
	td_value *cpu =
		td_dict(s, "busy", value(&m, "cpu.busy"), "user", value(&m, "cpu.user"), "system", value(&m, "cpu.system"),
	            "iowait", value(&m, "cpu.iowait"), "steal", value(&m, "cpu.steal"), "cores", cores(&m, a->cpus));
	const agent_sample *x = &a->now; /* what does not change */
	td_value *v =
		td_dict(s, "time", at, "step", agent_ring_step(m.ring), "host", u.nodename, "uptime", at - a->boot_time, "cpu",
	            cpu, "load", td_list(s, value(&m, "load.1"), value(&m, "load.5"), value(&m, "load.15")), "memory",
	            td_dict(s, "total", x->memory->total, "used", value(&m, "memory.used"), "cached",
	                    value(&m, "memory.cached"), "percent", value(&m, "memory.percent")));
	td_value_set(s, v, "swap", td_dict(s, "total", x->swap->total, "percent", value(&m, "swap.percent")));
	td_value_set(s, v, "pressure",
	             td_dict(s, "cpu", value(&m, "pressure.cpu"), "memory", value(&m, "pressure.memory"), "io",
	                     value(&m, "pressure.io")));
	const td_value *kept = agent_past_query(s, a->past, m.at);
	td_value_set(s, v, "processes",
	             td_dict(s, "count", value(&m, "processes.count"), "step",
	                     kept ? td_v(s, td_get(kept, "step")) : td_v(s, TD_NULL), "items",
	                     kept ? td_get(kept, "items") : td_value_new_list(s)));
	return td_failed(s) ? NULL : v;
}
