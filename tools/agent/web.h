/* tools/agent/web.h: the agent over HTTP: the page, /api/v1/…, its events, and /metrics.
 *
 *     agent_web *web = agent_web_new(s, selector, config, sampler, supervisor);    // listens, watched through selector
 *     … in the loop, after each agent_sampler_tick:   agent_web_tick(turn, web);
 *     … when a service has changed its state:         agent_web_changed(turn, web);
 *
 * Routes:
 *   GET  /                     the page, made here with current numbers, so that it says something without JavaScript
 *   GET  /assets/…             its style, script and charts, from the program itself
 *   GET  /metrics              text format 0.0.4: node_* and tend_*
 *   GET  /api/v1/sample        agent_sampler_value
 *   GET  /api/v1/processes     agent_sampler_processes
 *   GET  /api/v1/services      [{name, state, up, pid, restarts, since, uptime, next, last_status, reason, command}]
 *   GET  /api/v1/series        agent_history_list
 *   GET  /api/v1/history       agent_history_query: ?series=a,b&ring=1s&since=1700000000
 *   GET  /api/v1/past          agent_sampler_past: ?at=1700000000; 404 with {error} outside of what is kept
 *   GET  /api/v1/problems      what is wrong now: [{severity, what, text, value, limit}]
 *   GET  /api/v1/info          {version, pid, started, uptime, rings, writable, …}
 *   GET  /api/v1/events        server-sent events: "sample" each second, "services" when one has changed
 *   POST /api/v1/services/NAME/start|stop|restart      with "Authorization: Bearer TOKEN"
 *
 * Answers only requests whose Host is the address it listens on or a name of loopback: a page elsewhere cannot have its
 * own name point here. What changes state wants the token, which a page elsewhere does not have. */
#ifndef AGENT_WEB_H
#define AGENT_WEB_H

#include <tend/selectors.h>

#include "agent/config.h"
#include "agent/sample.h"
#include "agent/supervise.h"

typedef struct agent_web agent_web;

/* Listens where config says and answers through selector, whose data are agent_source. Everything given must outlive s;
 * the supervisor may be NULL. Raises OSError when the address cannot be had, and agent_config_error when it is not one of
 * loopback: without TLS nothing else is served. */
agent_web *agent_web_new(td_scope *s, td_selector *selector, const agent_config *config, agent_sampler *sampler,
                         agent_supervisor *supervisor);

/* The port, which the system has chosen when the configuration says 0. */
int agent_web_port(const agent_web *web);

/* A new configuration is in force: its token. Another address needs a new agent. */
void agent_web_configure(agent_web *web, const agent_config *config);

/* After each sample: tells those who listen to the events. */
void agent_web_tick(td_scope *s, agent_web *web);

/* After a service has changed its state: tells them at once. */
void agent_web_changed(td_scope *s, agent_web *web);

/* Stops listening and ends the events; answers under way go out while the loop runs on. */
void agent_web_drain(agent_web *web);

#endif
