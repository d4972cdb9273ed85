/* tools/agent/supervise.c: services as processes. */
#include "agent/supervise.h"

#include <stdlib.h>
#include <string.h>
#include <tend/file.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/signal.h>
#include <tend/subprocess.h>
#include <tend/time.h>

#include "agent/log.h"
#include "agent/loop.h"

/* A configuration that some service still uses. */
typedef struct generation {
	td_scope *scope;
	struct generation *older;
} generation;

typedef struct slot {
	td_scope *home; /* the slot lives here */
	agent_supervisor *v;
	agent_source source;
	const char *name;
	const agent_service *config; /* what its process was started with */
	generation *of;
	const agent_service *next; /* what the next one is started with, when that is another */
	generation *next_of;
	bool removed;   /* no longer in the configuration */
	td_scope *life; /* of its process */
	td_popen *process;
	int last_status;
	bool has_ended;
	char cause[200];  /* why what happens next happens */
	char reason[300]; /* of the last transition */
	const char *command;
} slot;

struct agent_supervisor {
	td_scope *s;
	td_selector *selector;
	size_t count;
	slot **slots;
	agent_machine *machines; /* side by side with slots */
	generation *newest;
	agent_effects effects;
	int64_t now;
	void (*listener)(void *, size_t);
	void *listener_data;
};

#define SECOND 1e9

static int64_t span(double seconds) {
	return seconds >= 9e9 ? INT64_MAX : (int64_t)(seconds * SECOND);
}

/* --- what was configured --- */

static bool uses(const agent_supervisor *v, const generation *g) {
	if (g == v->newest) return true;
	for (size_t i = 0; i < v->count; i++) {
		if (v->slots[i]->of == g || v->slots[i]->next_of == g) return true;
	}
	return false;
}

static void drop_generations(agent_supervisor *v) {
	if (!v->newest) return;
	for (generation **at = &v->newest->older; *at;) {
		generation *g = *at;
		if (uses(v, g)) {
			at = &g->older;
			continue;
		}
		*at = g->older;
		td_scope_close(g->scope); /* and g with it */
	}
}

static agent_policy policy_of(agent_restart_when when) {
	return when == AGENT_RESTART_ALWAYS       ? AGENT_POLICY_ALWAYS
	       : when == AGENT_RESTART_ON_FAILURE ? AGENT_POLICY_ON_FAILURE
	                                          : AGENT_POLICY_NEVER;
}

/* How it is to be restarted and how long it may take to stop; the process itself knows nothing of it. */
static void set_machine(agent_machine *m, const agent_service *c) {
	m->policy = policy_of(c->restart.when);
	m->backoff_min = span(c->restart.backoff_min);
	m->backoff_max = span(c->restart.backoff_max);
	m->stable = span(c->restart.stable);
	m->grace = span(c->stop.within);
}

static void adopt(slot *t, agent_machine *m) {
	if (!t->next) return;
	t->config = t->next;
	t->of = t->next_of;
	t->next = NULL;
	t->next_of = NULL;
	t->command = td_shlex_join(t->of->scope, t->config->run);
	set_machine(m, t->config);
}

/* --- effects --- */

static td_value *environment(td_scope *s, const agent_service *c) {
	/* What the agent was told by its own supervisor is not for its services. */
	td_value *env = td_dict(s, "NOTIFY_SOCKET", TD_NULL, "WATCHDOG_USEC", TD_NULL, "WATCHDOG_PID", TD_NULL,
	                        "LISTEN_FDS", TD_NULL, "LISTEN_PID", TD_NULL);
	for (size_t i = 0; i < c->env.len; i++) {
		td_strs pair = td_str_partition(s, c->env.items[i], "=");
		if (!td_failed(s)) td_value_set(s, env, pair.items[0], td_value_new_str(s, pair.items[2]));
	}
	return env;
}

static td_popen *start(td_scope *s, const agent_service *c) {
	td_stream output = {0};
	if (*c->log) {
		td_os_makedirs(s, td_path_dirname(s, c->log), .exist_ok = true);
		output = TD_FD(td_file_fileno(s, td_open(s, c->log, "ab")));
	}
	return td_subprocess_popen(s, c->run, .cwd = *c->cwd ? c->cwd : NULL, .more_env = environment(s, c),
	                           .in = TD_DEVNULL, .out = output, .err = *c->log ? TD_STDOUT : output,
	                           .login = *c->user ? c->user : NULL, .start_new_session = true);
}

static void forget_process(slot *t) {
	const td_error *e = td_catch(t->life);
	if (e) agent_warning("service %s: %s: %s", t->name, e->kind->name, e->message);
	td_scope_close(t->life);
	t->life = NULL;
	t->process = NULL;
}

static bool do_spawn(void *with, size_t i) {
	agent_supervisor *v = with;
	slot *t = v->slots[i];
	adopt(t, &v->machines[i]);
	t->life = td_scope_open(v->s, .name = "service", .grace = 1);
	t->process = start(t->life, t->config);
	if (t->process) td_selectors_register(t->life, v->selector, td_popen_pidfd(t->process), TD_EVENT_READ, &t->source);
	const td_error *e = td_catch(t->life);
	if (!e) {
		snprintf(t->cause, sizeof t->cause, "pid %d", td_popen_pid(t->process));
		return true;
	}
	snprintf(t->cause, sizeof t->cause, "could not be started: %s", e->message);
	if (t->process) td_popen_kill(t->life, t->process);
	forget_process(t);
	return false;
}

static void signal_group(slot *t, int number) {
	if (!t->process) return;
	TD_SCOPE(attempt, t->life);
	td_popen_send_signal(attempt, t->process, number);
	const td_error *e = td_catch(attempt);
	if (e) agent_warning("service %s: %s could not be sent: %s", t->name, td_signal_name(number), e->message);
}

static void do_ask(void *with, size_t i) {
	slot *t = ((agent_supervisor *)with)->slots[i];
	signal_group(t, t->config->stop.signal);
	signal_group(t, SIGCONT); /* one that was halted could not obey */
}

static void do_kill(void *with, size_t i) {
	slot *t = ((agent_supervisor *)with)->slots[i];
	agent_warning("service %s: still runs %.3g s after %s, killed", t->name, t->config->stop.within,
	              td_signal_name(t->config->stop.signal));
	signal_group(t, SIGKILL);
}

static const char *why_text(const agent_machine *m, agent_event why) {
	switch (why) {
	case AGENT_START: return "asked to start";
	case AGENT_STOP: return "asked to stop";
	case AGENT_RESTART: return "asked to restart";
	case AGENT_CLEAR: return m->state == AGENT_STOPPING ? "nothing after it is left" : "";
	case AGENT_READY: return "its process runs";
	case AGENT_TIMER: return "the pause is over";
	default: return "";
	}
}

static void do_changed(void *with, size_t i, agent_state from, agent_event why) {
	agent_supervisor *v = with;
	slot *t = v->slots[i];
	const agent_machine *m = &v->machines[i];
	char more[60] = "";
	if (m->state == AGENT_BACKOFF) {
		snprintf(more, sizeof more, ", again in %.3g s", (double)(m->timer - v->now) / SECOND);
	} else if (m->state == AGENT_WAITING && (why == AGENT_EXITED_OK || why == AGENT_EXITED_BAD) && m->failures) {
		snprintf(more, sizeof more, ", again at once");
	} else if (m->state == AGENT_FAILED) {
		snprintf(more, sizeof more, ", and is not to be started again");
	}
	char text[300];
	snprintf(text, sizeof text, "%s%s", *t->cause ? t->cause : why_text(m, why), more);
	t->cause[0] = 0;
	/* What is shown of one that runs is why it had to be started, not that it was. */
	if (!(m->state == AGENT_STARTING || m->state == AGENT_RUNNING || why == AGENT_TIMER)) {
		snprintf(t->reason, sizeof t->reason, "%s", text);
	}
	bool bad =
		m->state == AGENT_BACKOFF || m->state == AGENT_FAILED || (why == AGENT_EXITED_BAD && from != AGENT_STOPPING);
	td_logging_log(agent_logger(), bad ? TD_LOGGING_WARNING : TD_LOGGING_INFO, "service %s: %s -> %s: %s", t->name,
	               agent_state_name(from), agent_state_name(m->state), text);
	if (v->listener) v->listener(v->listener_data, i);
}

/* --- letting things happen --- */

/* A process without a readiness check is ready as soon as it runs. */
static void make_ready(agent_supervisor *v) {
	for (size_t i = 0; i < v->count; i++) {
		if (v->machines[i].state == AGENT_STARTING) {
			agent_machine_event(v->machines, v->count, i, AGENT_READY, v->now, &v->effects);
			i = (size_t)-1; /* somebody else may have been waiting for it */
		}
	}
}

static void happen(agent_supervisor *v, size_t i, agent_event event) {
	v->now = td_time_monotonic_ns();
	agent_machine_event(v->machines, v->count, i, event, v->now, &v->effects);
	make_ready(v);
	drop_generations(v);
}

static void tell_end(slot *t, const agent_machine *m, int64_t now) {
	double ran = (double)(now - m->started_at) / SECOND;
	const char *name = t->last_status < 0 ? td_signal_name(-t->last_status) : "";
	if (t->last_status >= 0)
		snprintf(t->cause, sizeof t->cause, "exit status %d after %.3g s", t->last_status, ran);
	else if (*name)
		snprintf(t->cause, sizeof t->cause, "killed by %s after %.3g s", name, ran);
	else
		snprintf(t->cause, sizeof t->cause, "killed by signal %d after %.3g s", -t->last_status, ran);
}

/* Its process has ended. What is left of its group is killed while the number cannot belong to anybody else: it is
 * reaped afterwards. */
static void process_ended(td_scope *turn, void *self, unsigned events) {
	(void)turn;
	(void)events;
	slot *t = self;
	agent_supervisor *v = t->v;
	if (!t->process) return;
	signal_group(t, SIGKILL);
	int fd = td_popen_pidfd(t->process);
	td_selectors_unregister(t->life, v->selector, fd);
	if (!td_popen_poll(t->life, t->process)) { /* woken for nothing */
		td_selectors_register(t->life, v->selector, fd, TD_EVENT_READ, &t->source);
		return;
	}
	t->last_status = td_popen_returncode(t->process);
	t->has_ended = true;
	forget_process(t);
	for (size_t i = 0; i < v->count; i++) {
		if (v->slots[i] != t) continue;
		tell_end(t, &v->machines[i], td_time_monotonic_ns());
		happen(v, i, t->last_status == 0 ? AGENT_EXITED_OK : AGENT_EXITED_BAD);
		return;
	}
}

/* --- loading --- */

agent_supervisor *agent_supervisor_new(td_scope *s, td_selector *selector) {
	agent_supervisor *v = td_alloc(s, sizeof *v);
	if (!v) return NULL;
	v->s = s;
	v->selector = selector;
	v->effects = (agent_effects){v, do_spawn, do_ask, do_kill, do_changed};
	v->now = td_time_monotonic_ns();
	return v;
}

static slot *slot_new(agent_supervisor *v, const char *name) {
	td_scope *home = td_scope_open(v->s, .name = "slot");
	slot *t = td_alloc(home, sizeof *t);
	if (!t) return NULL;
	t->home = home;
	t->v = v;
	t->source = (agent_source){process_ended, t};
	t->name = td_strdup(home, name);
	t->command = "";
	return t;
}

static int64_t find(const agent_supervisor *v, const char *name) {
	for (size_t i = 0; i < v->count; i++) {
		if (strcmp(v->slots[i]->name, name) == 0) return (int64_t)i;
	}
	return -1;
}

typedef struct plan {
	td_scope *s;
	td_value *lines;
} plan;

static void planned(plan *p, const char *fmt, const char *name) {
	char line[300];
	snprintf(line, sizeof line, "%s %s", fmt, name);
	td_value_append(p->s, p->lines, td_value_new_str(p->s, line));
	agent_info("plan: %s", line);
}

/* The positions, in the new order, of those that one which is going was after: it still stops before them. */
static void keep_order(slot *t, agent_machine *m, const agent_config *config) {
	size_t *after = td_alloc_array(t->home, t->config->after.len + 1, sizeof *after);
	m->after_count = 0;
	m->after = after;
	for (size_t k = 0; after && k < t->config->after.len; k++) {
		for (size_t i = 0; i < config->service_count; i++) {
			if (strcmp(config->services[i].name, t->config->after.items[k]) == 0) after[m->after_count++] = i;
		}
	}
}

typedef struct change {
	agent_event event;
	bool any;
} change;

/* Puts the services of config first, in its order, then those that are going and still have a process. */
static bool rearrange(td_scope *s, agent_supervisor *v, generation *g, const agent_config *config, change *changes,
                      plan *p) {
	size_t most = v->count + config->service_count, n = 0;
	slot **slots = calloc(most + 1, sizeof *slots);
	agent_machine *machines = calloc(most + 1, sizeof *machines);
	if (!slots || !machines) {
		free(slots);
		free(machines);
		td_raise(s, TD_MemoryError, "out of memory");
		return false;
	}
	for (size_t i = 0; i < config->service_count; i++, n++) {
		const agent_service *c = &config->services[i];
		int64_t old = find(v, c->name);
		slots[n] = old >= 0 ? v->slots[old] : slot_new(v, c->name);
		if (old >= 0) machines[n] = v->machines[old];
		slot *t = slots[n];
		agent_machine *m = &machines[n];
		if (old < 0) m->timer = INT64_MAX;
		bool same = t->config && !t->removed && agent_service_same(t->next ? t->next : t->config, c);
		bool back = old < 0 || t->removed;
		t->removed = false;
		t->next = c;
		t->next_of = g;
		/* A process that goes on keeps the configuration that stops it until another has taken its place; of one
		 * that is the same, or has none, the new one is its own at once. */
		if (same || !agent_state_alive(m->state)) adopt(t, m);
		m->after = c->after_at;
		m->after_count = c->after.len;
		if (back) {
			changes[n] = (change){AGENT_START, true};
			planned(p, "start", c->name);
		} else if (!same) {
			changes[n] = (change){AGENT_RESTART, m->up || agent_state_alive(m->state)};
			if (changes[n].any)
				planned(p, "restart", c->name);
			else
				planned(p, "change", c->name);
		}
	}
	for (size_t i = 0; i < v->count; i++) {
		slot *t = v->slots[i];
		bool stays = false;
		for (size_t k = 0; k < n && !stays; k++) stays = slots[k] == t;
		if (stays) continue;
		if (!t->removed) planned(p, "stop", t->name);
		if (!t->process) {
			td_scope_close(t->home);
			continue;
		}
		t->removed = true;
		slots[n] = t;
		machines[n] = v->machines[i];
		keep_order(t, &machines[n], config);
		changes[n] = (change){AGENT_STOP, true};
		n++;
	}
	free(v->slots);
	free(v->machines);
	v->slots = slots;
	v->machines = machines;
	v->count = n;
	return true;
}

static void free_arrays(td_scope *c, void *arg) {
	(void)c;
	agent_supervisor *v = arg;
	free(v->slots);
	free(v->machines);
	v->slots = NULL;
	v->machines = NULL;
	v->count = 0;
}

bool agent_supervisor_load(td_scope *s, agent_supervisor *v, td_scope *scope, const agent_config *config,
                           td_strs *done) {
	generation *g = td_alloc(scope, sizeof *g);
	change *changes = td_alloc_array(s, v->count + config->service_count + 1, sizeof *changes);
	plan p = {s, td_value_new_list(s)};
	if (!g || !changes || !p.lines) return false;
	g->scope = scope;
	g->older = v->newest;
	if (!v->newest) td_defer(v->s, free_arrays, v);
	v->newest = g;
	if (!rearrange(s, v, g, config, changes, &p)) return false;
	v->now = td_time_monotonic_ns();
	/* What stops and restarts begins to; then the new ones, in their order: each finds those it is after on their way. */
	for (size_t i = 0; i < v->count; i++) {
		if (changes[i].any && changes[i].event != AGENT_START) {
			agent_machine_event(v->machines, v->count, i, changes[i].event, v->now, &v->effects);
		}
	}
	for (size_t i = 0; i < v->count; i++) {
		if (changes[i].any && changes[i].event == AGENT_START) {
			snprintf(v->slots[i]->cause, sizeof v->slots[i]->cause, "configured");
			agent_machine_event(v->machines, v->count, i, AGENT_START, v->now, &v->effects);
			make_ready(v);
		}
	}
	make_ready(v);
	drop_generations(v);
	if (done) {
		const char **lines = td_alloc_array(s, td_value_len(p.lines) + 1, sizeof *lines);
		if (!lines) return false;
		for (size_t i = 0; i < td_value_len(p.lines); i++) lines[i] = td_value_str(td_value_at(p.lines, i), "");
		*done = (td_strs){lines, td_value_len(p.lines)};
	}
	return !td_failed(s);
}

/* --- asking and telling --- */

size_t agent_supervisor_count(const agent_supervisor *v) {
	size_t n = 0;
	while (n < v->count && !v->slots[n]->removed) n++; /* those that are going stand at the end */
	return n;
}

int64_t agent_supervisor_find(const agent_supervisor *v, const char *name) {
	int64_t i = find(v, name);
	return i >= 0 && !v->slots[i]->removed ? i : -1;
}

agent_service_status agent_supervisor_status(const agent_supervisor *v, size_t i) {
	const slot *t = v->slots[i];
	const agent_machine *m = &v->machines[i];
	int64_t now = td_time_monotonic_ns();
	return (agent_service_status){
		.name = t->name,
		.state = agent_state_name(m->state),
		.number = m->state,
		.up = m->up,
		.pid = t->process ? td_popen_pid(t->process) : 0,
		.restarts = m->restarts,
		.since = (double)(now - m->since) / SECOND,
		.uptime = t->process ? (double)(now - m->started_at) / SECOND : 0,
		.next = m->timer == INT64_MAX ? -1
	            : m->timer > now      ? (double)(m->timer - now) / SECOND
	                                  : 0,
		.last_status = t->last_status,
		.has_ended = t->has_ended,
		.reason = t->reason,
		.command = t->command,
	};
}

void agent_supervisor_do(td_scope *s, agent_supervisor *v, size_t i, agent_event what) {
	if (td_failed(s) || i >= v->count) return;
	happen(v, i, what);
}

void agent_supervisor_stop_all(td_scope *s, agent_supervisor *v) {
	(void)s; /* also when it has failed: this is how the agent ends */
	v->now = td_time_monotonic_ns();
	agent_machine_all(v->machines, v->count, AGENT_STOP, v->now, &v->effects);
}

bool agent_supervisor_idle(const agent_supervisor *v) {
	for (size_t i = 0; i < v->count; i++) {
		if (v->slots[i]->process) return false;
	}
	return true;
}

void agent_supervisor_kill_all(agent_supervisor *v) {
	for (size_t i = 0; i < v->count; i++) signal_group(v->slots[i], SIGKILL);
}

double agent_supervisor_due(const agent_supervisor *v) {
	int64_t due = agent_machine_due(v->machines, v->count), now = td_time_monotonic_ns();
	if (due == INT64_MAX) return __builtin_inf();
	return due > now ? (double)(due - now) / SECOND : 0;
}

void agent_supervisor_tick(td_scope *s, agent_supervisor *v) {
	(void)s;
	v->now = td_time_monotonic_ns();
	agent_machine_tick(v->machines, v->count, v->now, &v->effects);
	make_ready(v);
	drop_generations(v);
}

void agent_supervisor_listen(agent_supervisor *v, void (*fn)(void *, size_t), void *userdata) {
	v->listener = fn;
	v->listener_data = userdata;
}
