/* tools/agent/supervise.h: the services of the configuration as real processes. The table in services.h says what
 * happens; here it is done: processes are started in groups of their own, known by descriptor, asked to stop by their
 * signal, killed as a group when their grace is over, and reaped.
 *
 * A service's output goes to its `log` file (appended to; the file is opened anew at each start), or to the agent's own
 * standard output and error when it has none. Its standard input is /dev/null. When its process has ended, whatever it
 * left behind in its group is killed before the next one is started: never are two alive.
 *
 * One line is logged for each transition, with its reason. */
#ifndef AGENT_SUPERVISE_H
#define AGENT_SUPERVISE_H

#include <tend/selectors.h>

#include "agent/config.h"
#include "agent/services.h"

typedef struct agent_supervisor agent_supervisor;

/* One service, for whoever shows it. The texts are good until the next call that lets something happen. */
typedef struct agent_service_status {
	const char *name;
	const char *state; /* agent_state_name */
	agent_state number;
	bool up;           /* whether it is wanted up */
	int pid;           /* 0 when no process is there */
	uint64_t restarts; /* after unexpected ends, since the agent began */
	double since;      /* seconds in this state */
	double uptime;     /* seconds that its process runs; 0 when none does */
	double next;       /* seconds until it is started again, or killed; -1 when neither is due */
	int last_status;   /* how its last process ended: exit status, or minus the signal; meaningful with has_ended */
	bool has_ended;
	const char *reason;  /* of the last transition: "killed by SIGKILL after 12 s" */
	const char *command; /* its command as one line */
} agent_service_status;

/* Lives in s, and so do the processes; they are watched through selector, whose data are agent_source. */
agent_supervisor *agent_supervisor_new(td_scope *s, td_selector *selector);

/* Makes the services those of config and starts what is new: the first time all of them, later by difference. What has
 * not changed goes on undisturbed, what has changed is restarted, what is gone is stopped. config lives in scope, which
 * is the supervisor's from now on: it is closed when nothing needs it any more. plan (lives in s): what was done, one
 * line each; empty when nothing had changed. Logged, too. */
bool agent_supervisor_load(td_scope *s, agent_supervisor *v, td_scope *scope, const agent_config *config,
                           td_strs *plan);

/* How many services there are, and the i-th, in the order to start them. */
size_t agent_supervisor_count(const agent_supervisor *v);
agent_service_status agent_supervisor_status(const agent_supervisor *v, size_t i);
/* The position of a service by name, or -1. */
int64_t agent_supervisor_find(const agent_supervisor *v, const char *name);

/* AGENT_START, AGENT_STOP or AGENT_RESTART for one service. */
void agent_supervisor_do(td_scope *s, agent_supervisor *v, size_t i, agent_event what);
/* AGENT_STOP for all, in order; whether all are down is agent_supervisor_idle. */
void agent_supervisor_stop_all(td_scope *s, agent_supervisor *v);
bool agent_supervisor_idle(const agent_supervisor *v);
/* At once, whatever their graces are: KILL to each group. */
void agent_supervisor_kill_all(agent_supervisor *v);

/* Seconds until agent_supervisor_tick has something to do; infinity when nothing is due. */
double agent_supervisor_due(const agent_supervisor *v);
void agent_supervisor_tick(td_scope *s, agent_supervisor *v);

/* Calls fn(userdata, i) after each transition of service i. One listener. */
void agent_supervisor_listen(agent_supervisor *v, void (*fn)(void *userdata, size_t i), void *userdata);

#endif
