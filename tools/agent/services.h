/* tools/agent/services.h: what becomes of a service when something happens, as a table, and nothing else. No process, no
 * clock and no log is touched here: the times are given, and what is to be done goes through agent_effects. So every
 * order of events can be tried out, and is (tests/agent_services.c).
 *
 * A service is wanted up or down, and is in one state. Services stand in the order to start them: each behind those that
 * it is `after`. One that is to start waits while one that it is after is on its way up; one that is to stop waits while
 * one after it is on its way down. */
#ifndef AGENT_SERVICES_H
#define AGENT_SERVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AGENT_STATES(X)                                                                                                \
	X(STOPPED, "stopped")   /* no process, and none is wanted; also one that has ended as it should */                 \
	X(WAITING, "waiting")   /* to be started when those it is after are up */                                          \
	X(STARTING, "starting") /* its process runs and is not ready yet */                                                \
	X(RUNNING, "running")                                                                                              \
	X(HELD, "held")         /* runs, and is to be asked to stop when those after it are down */                        \
	X(STOPPING, "stopping") /* asked to stop; killed when the grace is over */                                         \
	X(BACKOFF, "backoff")   /* ended unexpectedly; to be started again when the timer is up */                         \
	X(FAILED, "failed")     /* ended unexpectedly, and its policy does not start it again */
typedef enum agent_state {
#define AGENT_STATE(name, text) AGENT_##name,
	AGENT_STATES(AGENT_STATE)
#undef AGENT_STATE
		AGENT_STATE_COUNT
} agent_state;

#define AGENT_EVENTS(X)                                                                                                \
	X(START, "start")     /* somebody wants it up */                                                                   \
	X(STOP, "stop")       /* somebody wants it down */                                                                 \
	X(RESTART, "restart") /* down and up again, whatever it does */                                                    \
	X(CLEAR, "clear")     /* nothing it has to wait for is left */                                                     \
	X(READY, "ready")                                                                                                  \
	X(EXITED_OK, "exited")                                                                                             \
	X(EXITED_BAD, "failed")                                                                                            \
	X(TIMER, "timer")
typedef enum agent_event {
#define AGENT_EVENT(name, text) AGENT_##name,
	AGENT_EVENTS(AGENT_EVENT)
#undef AGENT_EVENT
		AGENT_EVENT_COUNT
} agent_event;

typedef enum agent_policy { AGENT_POLICY_ALWAYS, AGENT_POLICY_ON_FAILURE, AGENT_POLICY_NEVER } agent_policy;

typedef struct agent_machine {
	/* set by its owner; may be changed between events */
	agent_policy policy;
	int64_t backoff_min, backoff_max, stable, grace; /* nanoseconds */
	const size_t *after;                             /* positions of those it is after */
	size_t after_count;
	/* the machine's own */
	agent_state state;
	bool up; /* wanted up */
	bool ready;
	bool killed;        /* the grace is over and it was killed */
	unsigned failures;  /* unexpected ends in a row */
	uint64_t restarts;  /* starts after an unexpected end, ever */
	int64_t since;      /* when it came into this state */
	int64_t started_at; /* when its process was started */
	int64_t timer;      /* when AGENT_TIMER is due; INT64_MAX is never */
} agent_machine;

/* What the machine makes happen. Each is called at most once per event and service. */
typedef struct agent_effects {
	void *with;
	bool (*spawn)(void *with, size_t i); /* false: it could not be executed */
	void (*ask)(void *with, size_t i);   /* the stop signal */
	void (*kill)(void *with, size_t i);  /* the whole group, at once */
	void (*changed)(void *with, size_t i, agent_state from, agent_event why);
} agent_effects;

/* Lets event happen to service i of count at time now, and then all that follows from it. */
void agent_machine_event(agent_machine *all, size_t count, size_t i, agent_event event, int64_t now,
                         const agent_effects *effects);
/* The same for AGENT_START or AGENT_STOP of all of them, in one step: nobody is started that is to stop next. */
void agent_machine_all(agent_machine *all, size_t count, agent_event event, int64_t now, const agent_effects *effects);
/* When the next timer is due; INT64_MAX for none. Those that are due get AGENT_TIMER by agent_machine_tick. */
int64_t agent_machine_due(const agent_machine *all, size_t count);
void agent_machine_tick(agent_machine *all, size_t count, int64_t now, const agent_effects *effects);

/* Whether a process of it is alive in that state. */
bool agent_state_alive(agent_state state);
const char *agent_state_name(agent_state state);
const char *agent_event_name(agent_event event);
/* How long the pause before the next start is, after so many unexpected ends in a row: the first is at once. */
int64_t agent_machine_pause(const agent_machine *m);

#endif
