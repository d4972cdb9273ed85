/* tools/agent/services.c: the table of states and events. */
#include "agent/services.h"

#define NEVER INT64_MAX

typedef enum act {
	IGNORE,  /* nothing happens */
	WANT_UP, /* remembered, the state stays */
	WANT_DOWN,
	QUEUE,  /* to waiting, failures forgotten */
	AGAIN,  /* to waiting, failures kept */
	DROP,   /* to stopped */
	HOLD,   /* to held */
	RESUME, /* from held back to what it was */
	ASK,    /* to stopping */
	CYCLE,  /* to stopping, and then up again */
	SPAWN,  /* to starting, or as a process that ended at once */
	NOW_UP, /* to running */
	DIED,   /* as the policy says */
	GONE,   /* the end that was asked for */
	KILL,
} act;

static const unsigned char table[AGENT_STATE_COUNT][AGENT_EVENT_COUNT] = {
	/*                  START    STOP       RESTART  CLEAR   READY   EXITED_OK EXITED_BAD TIMER */
	[AGENT_STOPPED] = {QUEUE, IGNORE, QUEUE, IGNORE, IGNORE, IGNORE, IGNORE, IGNORE},
	[AGENT_WAITING] = {IGNORE, DROP, IGNORE, SPAWN, IGNORE, IGNORE, IGNORE, IGNORE},
	[AGENT_STARTING] = {IGNORE, HOLD, CYCLE, IGNORE, NOW_UP, DIED, DIED, IGNORE},
	[AGENT_RUNNING] = {IGNORE, HOLD, CYCLE, IGNORE, IGNORE, DIED, DIED, IGNORE},
	[AGENT_HELD] = {RESUME, IGNORE, CYCLE, ASK, IGNORE, GONE, GONE, IGNORE},
	[AGENT_STOPPING] = {WANT_UP, WANT_DOWN, WANT_UP, IGNORE, IGNORE, GONE, GONE, KILL},
	[AGENT_BACKOFF] = {QUEUE, DROP, QUEUE, IGNORE, IGNORE, IGNORE, IGNORE, AGAIN},
	[AGENT_FAILED] = {QUEUE, DROP, QUEUE, IGNORE, IGNORE, IGNORE, IGNORE, IGNORE},
};

static const char *const state_names[] = {
#define AGENT_STATE(name, text) text,
	AGENT_STATES(AGENT_STATE)
#undef AGENT_STATE
};
static const char *const event_names[] = {
#define AGENT_EVENT(name, text) text,
	AGENT_EVENTS(AGENT_EVENT)
#undef AGENT_EVENT
};

const char *agent_state_name(agent_state state) {
	return state < AGENT_STATE_COUNT ? state_names[state] : "";
}
const char *agent_event_name(agent_event event) {
	return event < AGENT_EVENT_COUNT ? event_names[event] : "";
}

bool agent_state_alive(agent_state state) {
	return state == AGENT_STARTING || state == AGENT_RUNNING || state == AGENT_HELD || state == AGENT_STOPPING;
}

int64_t agent_machine_pause(const agent_machine *m) {
	if (m->failures <= 1) return 0;
	int64_t pause = m->backoff_min;
	for (unsigned i = 2; i < m->failures && pause < m->backoff_max; i++) pause *= 2;
	return pause < m->backoff_max ? pause : m->backoff_max;
}

static int64_t in(int64_t now, int64_t span) {
	int64_t sum;
	return __builtin_add_overflow(now, span, &sum) ? NEVER : sum;
}

typedef struct step {
	agent_machine *m;
	size_t i;
	agent_event event;
	int64_t now;
	const agent_effects *effects;
} step;

static void enter(step *p, agent_state state, int64_t timer) {
	agent_state from = p->m->state;
	p->m->state = state;
	p->m->timer = timer;
	p->m->since = p->now;
	if (from != state) p->effects->changed(p->effects->with, p->i, from, p->event);
}

/* An end that nobody asked for. spawned: there was a process, so the first start anew is at once. */
static void died(step *p, bool ok, bool spawned) {
	agent_machine *m = p->m;
	if (spawned && p->now - m->started_at >= m->stable) m->failures = 0;
	m->ready = false;
	bool again = m->policy == AGENT_POLICY_ALWAYS || (m->policy == AGENT_POLICY_ON_FAILURE && !ok);
	if (!again) {
		m->up = false;
		m->failures = 0;
		enter(p, ok ? AGENT_STOPPED : AGENT_FAILED, NEVER);
		return;
	}
	m->failures++;
	if (!spawned && m->failures == 1) m->failures = 2; /* what cannot be executed now will not be in a moment */
	m->restarts++;
	int64_t pause = agent_machine_pause(m);
	if (!spawned && pause <= 0) pause = 100000000; /* nothing in between could stop the next try */
	if (pause > 0)
		enter(p, AGENT_BACKOFF, in(p->now, pause));
	else
		enter(p, AGENT_WAITING, NEVER);
}

static void spawn(step *p) {
	p->m->started_at = p->now;
	p->m->killed = false;
	p->m->ready = false;
	if (p->effects->spawn(p->effects->with, p->i))
		enter(p, AGENT_STARTING, NEVER);
	else
		died(p, false, false);
}

static void ask(step *p) {
	p->m->killed = false;
	enter(p, AGENT_STOPPING, in(p->now, p->m->grace));
	p->effects->ask(p->effects->with, p->i);
}

static void happen(step *p) {
	agent_machine *m = p->m;
	switch ((act)table[m->state][p->event]) {
	case IGNORE: break;
	case WANT_UP: m->up = true; break;
	case WANT_DOWN: m->up = false; break;
	case QUEUE:
		m->failures = 0;
		m->up = true;
		enter(p, AGENT_WAITING, NEVER);
		break;
	case AGAIN: enter(p, AGENT_WAITING, NEVER); break;
	case DROP:
		m->up = false;
		m->failures = 0;
		enter(p, AGENT_STOPPED, NEVER);
		break;
	case HOLD:
		m->up = false;
		enter(p, AGENT_HELD, NEVER);
		break;
	case RESUME:
		m->up = true;
		enter(p, m->ready ? AGENT_RUNNING : AGENT_STARTING, NEVER);
		break;
	case ASK: ask(p); break;
	case CYCLE:
		m->up = true;
		m->failures = 0;
		ask(p);
		break;
	case SPAWN: spawn(p); break;
	case NOW_UP:
		m->ready = true;
		enter(p, AGENT_RUNNING, NEVER);
		break;
	case DIED: died(p, p->event == AGENT_EXITED_OK, true); break;
	case GONE:
		m->ready = false;
		m->failures = 0;
		enter(p, m->up ? AGENT_WAITING : AGENT_STOPPED, NEVER);
		break;
	case KILL:
		m->killed = true;
		m->timer = NEVER;
		p->effects->kill(p->effects->with, p->i);
		break;
	}
}

/* --- who waits for whom --- */

/* On its way up: what stands behind it shall wait. A service that was stopped, or has failed for good, is not waited
 * for: it would be for ever. */
static bool is_coming(const agent_machine *m) {
	if (m->state == AGENT_STOPPING) return m->up;
	return m->state == AGENT_WAITING || m->state == AGENT_STARTING || m->state == AGENT_BACKOFF;
}

static bool is_after(const agent_machine *m, size_t i) {
	for (size_t k = 0; k < m->after_count; k++) {
		if (m->after[k] == i) return true;
	}
	return false;
}

static bool may_start(const agent_machine *all, size_t i) {
	for (size_t k = 0; k < all[i].after_count; k++) {
		if (is_coming(&all[all[i].after[k]])) return false;
	}
	return true;
}

static bool may_stop(const agent_machine *all, size_t count, size_t i) {
	for (size_t k = 0; k < count; k++) {
		bool leaving = all[k].state == AGENT_HELD || (all[k].state == AGENT_STOPPING && !all[k].up);
		if (leaving && is_after(&all[k], i)) return false;
	}
	return true;
}

/* Gives AGENT_CLEAR to whom it is due until nobody is left. Each round moves somebody on, and nobody comes back to
 * waiting within it: who cannot be executed goes to backoff. */
static void settle(agent_machine *all, size_t count, int64_t now, const agent_effects *effects) {
	for (bool moved = true; moved;) {
		moved = false;
		for (size_t i = 0; i < count; i++) {
			bool start = all[i].state == AGENT_WAITING && may_start(all, i);
			bool stop = all[i].state == AGENT_HELD && may_stop(all, count, i);
			if (!start && !stop) continue;
			step p = {&all[i], i, AGENT_CLEAR, now, effects};
			happen(&p);
			moved = true;
		}
	}
}

void agent_machine_event(agent_machine *all, size_t count, size_t i, agent_event event, int64_t now,
                         const agent_effects *effects) {
	step p = {&all[i], i, event, now, effects};
	happen(&p);
	settle(all, count, now, effects);
}

void agent_machine_all(agent_machine *all, size_t count, agent_event event, int64_t now, const agent_effects *effects) {
	for (size_t i = 0; i < count; i++) {
		step p = {&all[i], i, event, now, effects};
		happen(&p);
	}
	settle(all, count, now, effects);
}

int64_t agent_machine_due(const agent_machine *all, size_t count) {
	int64_t due = NEVER;
	for (size_t i = 0; i < count; i++) {
		if (all[i].timer < due) due = all[i].timer;
	}
	return due;
}

void agent_machine_tick(agent_machine *all, size_t count, int64_t now, const agent_effects *effects) {
	for (size_t i = 0; i < count; i++) {
		if (all[i].timer <= now) agent_machine_event(all, count, i, AGENT_TIMER, now, effects);
	}
}
