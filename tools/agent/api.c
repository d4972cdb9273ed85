#include <unistd.h>

#include "agent/web_private.h"

static const td_value *service_value(td_scope *s, agent_service_status st) {
	td_value *v = td_dict(s, "name", st.name, "state", st.state, "up", td_v(s, (bool)st.up), "pid", st.pid, "restarts",
	                      st.restarts, "since", st.since, "uptime", st.uptime, "next", st.next, "reason", st.reason,
	                      "command", st.command);
	td_value_set(s, v, "last_status", st.has_ended ? td_v(s, st.last_status) : td_v(s, TD_NULL));
	return v;
}

const td_value *agent_api_services(td_scope *s, const agent_web *web) {
	td_value *list = td_value_new_list(s);
	size_t count = web->supervisor ? agent_supervisor_count(web->supervisor) : 0;
	for (size_t i = 0; i < count; i++)
		td_value_append(s, list, service_value(s, agent_supervisor_status(web->supervisor, i)));
	return list;
}

/* --- what is wrong --- */

typedef struct problems {
	td_scope *s;
	td_value *critical, *warning;
} problems;

static void TD__PRINTF(4, 5) say(problems *p, bool critical, const char *what, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	const char *text = td_vformat(p->s, fmt, args);
	va_end(args);
	td_value_append(p->s, critical ? p->critical : p->warning,
	                td_dict(p->s, "severity", critical ? "critical" : "warning", "what", what, "text", text));
}

static void service_problems(problems *p, const agent_web *web) {
	size_t count = web->supervisor ? agent_supervisor_count(web->supervisor) : 0;
	for (size_t i = 0; i < count; i++) {
		agent_service_status st = agent_supervisor_status(web->supervisor, i);
		const char *what = td_format(p->s, "Service %s", st.name);
		if (st.number == AGENT_FAILED)
			say(p, true, what, "has failed and is not started again: %s", st.reason);
		else if (st.number == AGENT_BACKOFF)
			say(p, true, what, "is down and waits to be started again: %s", st.reason);
	}
}

static void filesystem_problems(problems *p, const td_value *sample) {
	const td_value *all = td_get(sample, "filesystems");
	for (size_t i = 0; i < td_value_len(all); i++) {
		const td_value *f = td_value_at(all, i);
		const char *what = td_format(p->s, "File system %s", td_value_str(td_get(f, "mountpoint"), "?"));
		double percent = td_value_float(td_get(f, "percent"), 0), files = td_value_float(td_get(f, "files"), 0);
		double files_free = td_value_float(td_get(f, "files_free"), 0), left = td_value_float(td_get(f, "free"), 0);
		if (td_value_bool(td_get(f, "stale"), false)) {
			say(p, true, what, "does not answer");
			continue;
		}
		/* Read-only images are full by design. */
		if (td_value_bool(td_get(f, "read_only"), false)) continue;
		if (percent >= 85) say(p, percent >= 95, what, "is %.0f %% full, %.1f GiB left", percent, left / 1073741824);
		if (files > 0 && files_free / files < 0.1)
			say(p, files_free / files < 0.03, what, "has %.0f %% of its inodes in use", 100 - 100 * files_free / files);
	}
}

static void memory_problems(problems *p, const td_value *sample) {
	double total = td_value_float(td_get(sample, "memory", "total"), 0),
		   available = td_value_float(td_get(sample, "memory", "available"), 0);
	if (total > 0 && available / total < 0.1) {
		say(p, available / total < 0.04, "Memory", "is short: %.0f %% available, %.2f GiB of %.1f",
		    100 * available / total, available / 1073741824, total / 1073741824);
	}
	double swap = td_value_float(td_get(sample, "swap", "percent"), 0);
	double moved =
		td_value_float(td_get(sample, "swap", "in_rate"), 0) + td_value_float(td_get(sample, "swap", "out_rate"), 0);
	if (swap >= 80) say(p, false, "Swap", "is %.0f %% full", swap);
	if (moved >= 4 << 20) say(p, false, "Swap", "moves %.1f MiB/s", moved / 1048576);
}

static void load_problems(problems *p, const agent_web *web, const td_value *sample) {
	static const struct {
		const char *what;
		double warning, critical;
	} limits[3] = {{"Processor", 70, 95}, {"Memory", 15, 40}, {"Disk", 50, 85}};
	for (size_t i = 0; i < 3; i++) {
		double lost = web->pressure[i];
		if (lost >= limits[i].warning)
			say(p, lost >= limits[i].critical, limits[i].what,
			    "is short: some process waits for it %.0f %% of the time", lost);
	}
	double load = td_value_float(td_get(sample, "load", "1"), 0),
		   cpus = td_value_float(td_get(sample, "host", "cpus"), 1);
	if (cpus > 0 && load >= 2 * cpus)
		say(p, load >= 8 * cpus, "Load", "is %.1f on %.0f processors over five minutes", load, cpus);
	const td_value *all = td_get(sample, "temperatures");
	for (size_t i = 0; i < td_value_len(all); i++) {
		const td_value *t = td_value_at(all, i);
		double now = td_value_float(td_get(t, "current"), 0), high = td_value_float(td_get(t, "high"), 0),
			   critical = td_value_float(td_get(t, "critical"), 0);
		bool worst = critical > 0 && now >= critical;
		if (worst || (high > 0 && now >= high)) {
			say(p, worst,
			    td_format(p->s, "Temperature %s %s", td_value_str(td_get(t, "name"), ""),
			              td_value_str(td_get(t, "label"), "")),
			    "is %.0f °C", now);
		}
	}
}

const td_value *agent_api_problems(td_scope *s, const agent_web *web, const td_value *sample) {
	problems p = {s, td_value_new_list(s), td_value_new_list(s)};
	service_problems(&p, web);
	filesystem_problems(&p, sample);
	memory_problems(&p, sample);
	load_problems(&p, web, sample);
	const td_value *missing = td_get(sample, "missing");
	for (size_t i = 0; i < td_value_len(missing); i++)
		say(&p, false, "Sample", "lacks %s, which could not be read", td_value_str(td_value_at(missing, i), "?"));
	for (size_t i = 0; i < td_value_len(p.warning); i++) td_value_append(s, p.critical, td_value_at(p.warning, i));
	return p.critical;
}

const td_value *agent_api_info(td_scope *s, const agent_web *web) {
	const td_value *rings = td_list(s, td_dict(s, "name", "1s", "step", 1, "count", 600),
	                                td_dict(s, "name", "10s", "step", 10, "count", 2160),
	                                td_dict(s, "name", "1m", "step", 60, "count", 10080));
	return td_dict(s, "name", "tend", "version", TD_VERSION, "pid", (int64_t)getpid(), "started", web->started,
	               "uptime", td_time_time() - web->started, "rings", rings, "writable",
	               td_v(s, (bool)(*web->token != '\0')));
}

const td_value *agent_api_state(td_scope *s, const agent_web *web) {
	const td_value *sample = agent_sampler_value(s, web->sampler);
	return td_dict(s, "sample", sample, "problems", agent_api_problems(s, web, sample), "services",
	               agent_api_services(s, web));
}
