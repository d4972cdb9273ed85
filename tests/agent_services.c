/* tests/agent_services.c: the agent's state machine, in every order of events. From the beginning, every event that can
 * happen to any of three services (the second and third stand after the first, the third after the second) is tried in
 * every state that can be reached, with every start succeeding or failing, until no new state appears: so every order of
 * events, of any length, has been tried. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>

#include "agent/services.h"

enum { COUNT = 3, MOST_FAILURES = 2 }; /* the second unexpected end in a row pauses, and so does each further one */

typedef struct world {
	agent_machine m[COUNT];
	bool alive[4], asked[4];
} world;

static world now_world;
static unsigned spawn_mask; /* bit i: starting service i succeeds */
static const char *wrong;
static char story[200];

static void complain(const char *what, size_t i) {
	if (wrong) return;
	snprintf(story, sizeof story, "%s: service %zu in state %s", what, i, agent_state_name(now_world.m[i].state));
	wrong = story;
}

static bool spawn(void *with, size_t i) {
	(void)with;
	if (now_world.alive[i]) complain("two alive", i);
	for (size_t k = 0; k < now_world.m[i].after_count; k++) {
		agent_state s = now_world.m[now_world.m[i].after[k]].state;
		if (s == AGENT_WAITING || s == AGENT_STARTING || s == AGENT_BACKOFF)
			complain("started before what it is after", i);
	}
	now_world.alive[i] = spawn_mask >> i & 1;
	now_world.asked[i] = false;
	return now_world.alive[i];
}

static void ask(void *with, size_t i) {
	(void)with;
	if (!now_world.alive[i]) complain("nobody to ask", i);
	if (now_world.asked[i]) complain("asked twice", i);
	now_world.asked[i] = true;
	if (now_world.m[i].up) return; /* a restart waits for nobody */
	for (size_t k = i + 1; k < COUNT; k++) {
		const agent_machine *m = &now_world.m[k];
		if (m->state == AGENT_HELD || (m->state == AGENT_STOPPING && !m->up))
			complain("stopped before what is after it", i);
	}
}

static void kill_it(void *with, size_t i) {
	(void)with;
	if (!now_world.alive[i] || !now_world.asked[i]) complain("killed without a reason", i);
}

static size_t changes;
static void changed(void *with, size_t i, agent_state from, agent_event why) {
	(void)with;
	(void)why;
	if (from == now_world.m[i].state) complain("a change that is none", i);
	if (++changes > 1000) complain("never settles", i);
}

static const agent_effects effects = {NULL, spawn, ask, kill_it, changed};

static world first(agent_policy policy) {
	static const size_t after1[] = {0}, after2[] = {0, 1};
	world w;
	memset(&w, 0, sizeof w);
	for (size_t i = 0; i < COUNT; i++) {
		w.m[i].policy = policy;
		w.m[i].backoff_min = 100;
		w.m[i].backoff_max = 800;
		w.m[i].stable = 60000;
		w.m[i].grace = 5000;
		w.m[i].timer = INT64_MAX;
	}
	w.m[1].after = after1;
	w.m[1].after_count = 1;
	w.m[2].after = after2;
	w.m[2].after_count = 2;
	return w;
}

/* Times do not belong to the state, beyond whether a timer runs. */
static void forget_time(world *w) {
	for (size_t i = 0; i < COUNT; i++) {
		agent_machine *m = &w->m[i];
		if (m->failures > MOST_FAILURES) m->failures = MOST_FAILURES;
		if (m->timer != INT64_MAX) m->timer = 0;
		if (m->state != AGENT_STOPPING)
			m->killed = false;
		else
			m->failures = 0; /* both are set anew before they are looked at */
		m->restarts = 0;
		m->since = m->started_at = 0;
	}
}

static void check(void) {
	for (size_t i = 0; i < COUNT; i++) {
		const agent_machine *m = &now_world.m[i];
		if (agent_state_alive(m->state) != now_world.alive[i]) complain("alive or not", i);
		bool timed = m->state == AGENT_BACKOFF || (m->state == AGENT_STOPPING && !m->killed);
		if (timed != (m->timer != INT64_MAX)) complain("timer", i);
		if (m->state == AGENT_HELD && m->up) complain("held and wanted up", i);
		if ((m->state == AGENT_RUNNING || m->state == AGENT_WAITING || m->state == AGENT_BACKOFF) && !m->up) {
			complain("on its way up and not wanted", i);
		}
		if ((m->state == AGENT_STOPPED || m->state == AGENT_FAILED) && m->up) complain("down and wanted up", i);
	}
}

/* One thing that can happen: an event for a service; an end may come soon or after a minute of health. */
static bool can_happen(const world *w, size_t i, agent_event event) {
	if (event == AGENT_EXITED_OK || event == AGENT_EXITED_BAD) return w->alive[i];
	if (event == AGENT_TIMER) return w->m[i].timer != INT64_MAX;
	return event != AGENT_CLEAR;
}

static void happens(size_t i, agent_event event, bool healthy) {
	changes = 0;
	if (event == AGENT_EXITED_OK || event == AGENT_EXITED_BAD) now_world.alive[i] = now_world.asked[i] = false;
	now_world.m[i].started_at = healthy ? -100000 : 0;
	agent_machine_event(now_world.m, COUNT, i, event, 0, &effects);
	check();
}

/* --- a set of worlds --- */

typedef struct set {
	world *items;
	size_t count, room;
	size_t *table, buckets; /* position + 1 */
} set;

static size_t hash(const world *w) {
	const uint64_t *words = (const uint64_t *)(const void *)w;
	size_t h = 1469598103934665603u;
	for (size_t i = 0; i < sizeof *w / sizeof *words; i++) h = (h ^ words[i]) * 1099511628211u, h ^= h >> 31;
	return h;
}

static bool add(set *s, const world *w) {
	if (s->count * 2 >= s->buckets) {
		size_t buckets = s->buckets ? s->buckets * 2 : 1024;
		size_t *grown = calloc(buckets, sizeof *grown);
		for (size_t i = 0; i < s->count; i++) {
			size_t at = hash(&s->items[i]) & (buckets - 1);
			while (grown[at]) at = (at + 1) & (buckets - 1);
			grown[at] = i + 1;
		}
		free(s->table);
		s->table = grown;
		s->buckets = buckets;
	}
	size_t at = hash(w) & (s->buckets - 1);
	for (; s->table[at]; at = (at + 1) & (s->buckets - 1)) {
		if (memcmp(&s->items[s->table[at] - 1], w, sizeof *w) == 0) return false;
	}
	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 1024;
		s->items = realloc(s->items, s->room * sizeof *s->items);
	}
	s->items[s->count++] = *w;
	s->table[at] = s->count;
	return true;
}

static void explore(set *all, agent_policy policy) {
	world start = first(policy);
	add(all, &start);
	for (size_t n = 0; n < all->count && !wrong; n++) {
		for (size_t i = 0; i < COUNT; i++) {
			for (int event = 0; event < AGENT_EVENT_COUNT; event++) {
				if (!can_happen(&all->items[n], i, (agent_event)event)) continue;
				for (unsigned way = 0; way < 2u << COUNT; way++) {
					now_world = all->items[n];
					spawn_mask = way >> 1;
					happens(i, (agent_event)event, way & 1);
					forget_time(&now_world);
					add(all, &now_world);
					if (wrong) return;
				}
			}
		}
		now_world = all->items[n];
		changes = 0;
		agent_machine_all(now_world.m, COUNT, AGENT_STOP, 0, &effects);
		check();
		forget_time(&now_world);
		add(all, &now_world);
	}
}

/* Lets happen what must: ends of those that were asked, timers, readiness. */
static void go_on(void) {
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < COUNT; i++) {
			if (now_world.alive[i] && now_world.asked[i]) happens(i, AGENT_EXITED_OK, false);
			if (now_world.m[i].timer != INT64_MAX) happens(i, AGENT_TIMER, false);
			if (now_world.m[i].state == AGENT_STARTING) happens(i, AGENT_READY, false);
		}
	}
}

/* From each state that can be reached: all can be stopped, and all can be started. */
static void stop_everywhere(const set *all) {
	for (size_t n = 0; n < all->count && !wrong; n++) {
		now_world = all->items[n];
		changes = 0;
		spawn_mask = 7;
		agent_machine_all(now_world.m, COUNT, AGENT_STOP, 0, &effects);
		go_on();
		for (size_t i = 0; i < COUNT; i++) {
			if (now_world.m[i].state != AGENT_STOPPED) complain("cannot be stopped", i);
		}
	}
}

static void start_everywhere(const set *all) {
	for (size_t n = 0; n < all->count && !wrong; n++) {
		now_world = all->items[n];
		changes = 0;
		spawn_mask = 7;
		agent_machine_all(now_world.m, COUNT, AGENT_START, 0, &effects);
		go_on();
		for (size_t i = 0; i < COUNT; i++) {
			if (now_world.m[i].state != AGENT_RUNNING) complain("cannot be started", i);
		}
	}
}

static void every_order(td_scope *t, agent_policy policy) {
	set all = {0};
	explore(&all, policy);
	size_t count = all.count;
	if (!wrong) stop_everywhere(&all);
	if (!wrong) start_everywhere(&all);
	free(all.items);
	free(all.table);
	if (wrong) td_unittest_fail(t, "%s", wrong);
	td_unittest_assert_greater(t, count, 500);
}

TD_TEST(TestServices, test_every_order_of_events_always, .timeout = 120) {
	every_order(t, AGENT_POLICY_ALWAYS);
}
TD_TEST(TestServices, test_every_order_of_events_on_failure, .timeout = 120) {
	every_order(t, AGENT_POLICY_ON_FAILURE);
}
TD_TEST(TestServices, test_every_order_of_events_never, .timeout = 120) {
	every_order(t, AGENT_POLICY_NEVER);
}

/* --- the policy --- */

TD_TEST(TestServices, test_first_restart_is_at_once_then_the_pause_doubles) {
	now_world = first(AGENT_POLICY_ALWAYS);
	spawn_mask = 7;
	happens(0, AGENT_START, false);
	happens(0, AGENT_READY, false);
	happens(0, AGENT_EXITED_BAD, false);
	td_unittest_assert_equal(t, agent_state_name(now_world.m[0].state), "starting");
	const int64_t pauses[] = {100, 200, 400, 800, 800};
	for (size_t i = 0; i < 5; i++) {
		happens(0, AGENT_EXITED_BAD, false);
		td_unittest_assert_equal(t, agent_state_name(now_world.m[0].state), "backoff");
		td_unittest_assert_equal(t, now_world.m[0].timer, pauses[i]);
		happens(0, AGENT_TIMER, false);
	}
	happens(0, AGENT_EXITED_OK, true); /* after a minute of health */
	td_unittest_assert_equal(t, agent_state_name(now_world.m[0].state), "starting");
	td_unittest_assert_equal(t, now_world.m[0].restarts, 7);
	td_unittest_assert_is_none(t, wrong);
}

TD_TEST(TestServices, test_policies) {
	const struct {
		agent_policy policy;
		agent_event end;
		const char *state;
	} rows[] = {
		{AGENT_POLICY_ALWAYS, AGENT_EXITED_OK, "starting"},    {AGENT_POLICY_ALWAYS, AGENT_EXITED_BAD, "starting"},
		{AGENT_POLICY_ON_FAILURE, AGENT_EXITED_OK, "stopped"}, {AGENT_POLICY_ON_FAILURE, AGENT_EXITED_BAD, "starting"},
		{AGENT_POLICY_NEVER, AGENT_EXITED_OK, "stopped"},      {AGENT_POLICY_NEVER, AGENT_EXITED_BAD, "failed"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		now_world = first(rows[i].policy);
		spawn_mask = 7;
		happens(0, AGENT_START, false);
		happens(0, AGENT_READY, false);
		happens(0, rows[i].end, false);
		td_unittest_assert_equal(t, agent_state_name(now_world.m[0].state), rows[i].state);
	}
	td_unittest_assert_is_none(t, wrong);
}

TD_TEST(TestServices, test_stop_is_in_reverse_order_and_waits) {
	now_world = first(AGENT_POLICY_ALWAYS);
	spawn_mask = 7;
	changes = 0;
	agent_machine_all(now_world.m, COUNT, AGENT_START, 0, &effects);
	td_unittest_assert_equal(t, agent_state_name(now_world.m[1].state), "waiting");
	for (size_t i = 0; i < COUNT; i++) happens(i, AGENT_READY, false);
	agent_machine_all(now_world.m, COUNT, AGENT_STOP, 0, &effects);
	td_unittest_assert_equal(t, agent_state_name(now_world.m[2].state), "stopping");
	td_unittest_assert_equal(t, agent_state_name(now_world.m[1].state), "held");
	td_unittest_assert_equal(t, agent_state_name(now_world.m[0].state), "held");
	happens(2, AGENT_EXITED_OK, false);
	td_unittest_assert_equal(t, agent_state_name(now_world.m[1].state), "stopping");
	td_unittest_assert_equal(t, agent_state_name(now_world.m[0].state), "held");
	happens(1, AGENT_EXITED_BAD, false);
	td_unittest_assert_equal(t, agent_state_name(now_world.m[0].state), "stopping");
	td_unittest_assert_is_none(t, wrong);
}
