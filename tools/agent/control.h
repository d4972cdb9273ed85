/* tools/agent/control.h: the agent's control socket, where `tend status`, `tend start` and the like ask.
 *
 * A UNIX stream socket; one request a line, one answer a line, both JSON; a connection may ask many times:
 *
 *     {"do": "status"}                    {"ok": true, "agent": {version, pid, uptime, config}, "services": [S …]}
 *     {"do": "stop", "name": "web"}       {"ok": true, "service": S}          also start, restart
 *     {"do": "reload"}                    {"ok": true, "plan": ["restart web", …]}
 *     {"do": "past", "at": 1700000000}    {"ok": true, "past": {…}}           agent_sampler_past
 *     what cannot be done                 {"ok": false, "error": "no service 'wbe'", "suggestion": "web"}
 *
 *     S: {name, state, up, pid, restarts, since, uptime, next, last_status, reason, command}
 *
 * Who may open the socket may command the agent: its mode is 0660 for root, 0600 for anybody else. */
#ifndef AGENT_CONTROL_H
#define AGENT_CONTROL_H

#include <tend/selectors.h>
#include <tend/value.h>

#include "agent/sample.h"
#include "agent/supervise.h"

typedef struct agent_control agent_control;

typedef struct agent_control_opts {
	const char *path;        /* of the socket */
	const char *config_path; /* shown by status */
	agent_supervisor *supervisor;
	const char *(*reload)(td_scope *s, void *userdata, td_strs *plan); /* "" or why not, in s */
	void *userdata;
	agent_sampler *sampler; /* or NULL */
} agent_control_opts;

/* Listens, until s ends. OSError (EADDRINUSE) when an agent answers there already; a socket that nobody answers on any
 * more is replaced. The directory is made if it is not there. */
agent_control *agent_control_new(td_scope *s, td_selector *selector, const agent_control_opts *opts);

/* One service as the protocol and the API show it. */
td_value *agent_service_value(td_scope *s, const agent_service_status *service);

#endif
