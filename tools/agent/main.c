/* tools/agent/main.c: `tend agent`: the command and its one loop.
 *
 * Everything the agent does hangs on one selector: signals, the control socket, the ends of processes, HTTP. Between two
 * events it sleeps until the next sample, the next restart or the next word to the watchdog is due. What goes wrong in
 * one turn is logged and does not end the agent. */
#include <stdlib.h>
#include <string.h>
#include <tend/argparse.h>
#include <tend/file.h>
#include <tend/json.h>
#include <tend/signal.h>
#include <tend/time.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/config.h"
#include "agent/control.h"
#include "agent/log.h"
#include "agent/loop.h"
#include "agent/notify.h"
#include "agent/sample.h"
#include "agent/supervise.h"
#include "agent/web.h"

typedef struct agent {
	td_scope *s;
	const char *config_path, *listen, *socket;
	const char *socket_option; /* "" when --socket was not given */
	td_selector *selector;
	td_signal_watch *signals;
	agent_source signal_source;
	agent_supervisor *supervisor;
	agent_sampler *sampler;
	agent_web *web;
	bool stopping, changed;
	int killed_by; /* the second signal */
	double next_sample, watchdog, next_watchdog;
} agent;

/* --- configuration --- */

/* Prints what is wrong for who started it, and ends with 2. True when there was something. */
static bool wrong_configuration(td_scope *s, td_scope *attempt) {
	const td_error *e = td_catch(attempt, agent_config_error);
	if (!e) return false;
	fprintf(stderr, "tend agent: %s\n", e->message);
	td_sys_exit(s, 2);
	return true;
}

/* The reason why not, in s, or "". */
static const char *reload(td_scope *s, void *userdata, td_strs *plan) {
	agent *a = userdata;
	if (a->stopping) return "the agent is stopping";
	agent_notify_reloading(s);
	td_scope *scope = td_scope_open(a->s, .name = "config");
	const agent_config *config = agent_config_load(scope, a->config_path);
	const td_error *e = td_catch(scope);
	const char *why_not = "";
	if (e) {
		why_not = td_strdup(s, e->message);
		agent_error("the old configuration stays in force: %s", e->message);
		td_scope_close(scope);
	} else {
		const char *socket = *a->socket_option ? a->socket : config->socket;
		if (strcmp(config->listen, a->listen) != 0 || strcmp(socket, a->socket) != 0) {
			agent_warning("another address or control socket is used only by an agent that is started anew");
		}
		if (a->web) agent_web_configure(a->web, config);
		agent_supervisor_load(s, a->supervisor, scope, config, plan);
		agent_info("configuration read again: %zu change%s", plan->len, plan->len == 1 ? "" : "s");
	}
	agent_notify(s, "READY=1\nSTATUS=running");
	return why_not;
}

/* --- signals --- */

static void on_signal(td_scope *turn, void *self, unsigned events) {
	(void)events;
	agent *a = self;
	int number;
	while ((number = td_signal_watch_next(a->signals)) != 0) {
		if (number == SIGHUP) {
			td_strs plan = {0};
			agent_info("SIGHUP: reading the configuration again");
			reload(turn, a, &plan);
		} else if (a->stopping) {
			a->killed_by = number;
		} else {
			agent_info("%s: stopping", td_signal_name(number));
			a->stopping = true;
			agent_notify(turn, "STOPPING=1\nSTATUS=stopping services");
			agent_supervisor_stop_all(turn, a->supervisor);
			if (a->web) agent_web_drain(a->web);
		}
	}
}

static void on_change(void *userdata, size_t i) {
	(void)i;
	((agent *)userdata)->changed = true;
}

/* --- the loop --- */

static double earlier(double a, double b) {
	return a < b ? a : b;
}

static double due(const agent *a) {
	double now = td_time_monotonic(), wait = agent_supervisor_due(a->supervisor);
	if (a->sampler) wait = earlier(wait, a->next_sample - now);
	if (a->watchdog > 0) wait = earlier(wait, a->next_watchdog - now);
	return wait;
}

/* Each part fails by itself. */
static void survive(td_scope *part) {
	const td_error *e = td_catch(part);
	if (e) agent_error("%s: %s", e->kind->name, e->message);
}

static void call(td_scope *turn, const td_selector_event *event) {
	TD_SCOPE(part, turn);
	agent_source *source = event->data;
	source->ready(part, source->self, event->events);
	survive(part);
}

static void sample(td_scope *turn, agent *a) {
	double now = td_time_monotonic();
	if (!a->sampler || now < a->next_sample) return;
	a->next_sample += 1;
	if (a->next_sample < now) a->next_sample = now + 1; /* the machine slept, or was too busy */
	TD_SCOPE(part, turn);
	agent_sampler_tick(part, a->sampler);
	survive(part);
	if (a->web) agent_web_tick(part, a->web);
	survive(part);
}

static void do_what_is_due(td_scope *turn, agent *a) {
	TD_SCOPE(part, turn);
	if (agent_supervisor_due(a->supervisor) <= 0) agent_supervisor_tick(part, a->supervisor);
	if (a->watchdog > 0 && td_time_monotonic() >= a->next_watchdog) {
		a->next_watchdog = td_time_monotonic() + a->watchdog;
		agent_notify(part, "WATCHDOG=1");
	}
	if (a->changed && a->web) agent_web_changed(part, a->web);
	a->changed = false;
	survive(part);
}

static void run(td_scope *s, agent *a) {
	TD_LOOP (turn, s) {
		td_selector_event ready[32];
		double wait = due(a);
		size_t n = td_selectors_select(turn, a->selector, ready, 32,
		                               .timeout = wait <= 0    ? TD_NOW
		                                          : wait > 1e9 ? 0
		                                                       : wait);
		for (size_t i = 0; i < n; i++) call(turn, &ready[i]);
		do_what_is_due(turn, a);
		sample(turn, a);
		if (a->stopping && (agent_supervisor_idle(a->supervisor) || a->killed_by)) return;
	}
}

/* --- starting --- */

static void set_up(td_scope *s, agent *a, td_scope *scope, const agent_config *config, const td_args *args) {
	a->selector = td_selectors_new(s);
	a->signals = td_signal_watch(s, SIGTERM, SIGINT, SIGHUP);
	a->signal_source = (agent_source){on_signal, a};
	td_selectors_register(s, a->selector, td_signal_watch_fd(a->signals), TD_EVENT_READ, &a->signal_source);
	const char *procfs = td_args_str(args, "procfs"), *sysfs = td_args_str(args, "sysfs");
	a->sampler = agent_sampler_new(s, *procfs ? procfs : NULL, *sysfs ? sysfs : NULL);
	a->supervisor = agent_supervisor_new(s, a->selector);
	if (td_failed(s)) return;
	agent_control_opts control = {a->socket, a->config_path, a->supervisor, reload, a, a->sampler};
	agent_control_new(s, a->selector, &control);
	if (*config->listen) a->web = agent_web_new(s, a->selector, config, a->sampler, a->supervisor);
	if (td_failed(s)) return;
	agent_supervisor_listen(a->supervisor, on_change, a);
	agent_supervisor_load(s, a->supervisor, scope, config, NULL);
	a->next_sample = td_time_monotonic();
	a->watchdog = agent_notify_watchdog(s);
	a->next_watchdog = td_time_monotonic() + a->watchdog;
}

static void serve(td_scope *s, const td_args *args) {
	agent a = {.s = s, .config_path = td_args_str(args, "config"), .socket_option = td_args_str(args, "socket")};
	if (!*a.config_path) a.config_path = agent_config_default_path(s);
	td_scope *scope = td_scope_open(s, .name = "config");
	const agent_config *config = agent_config_load(scope, a.config_path);
	if (wrong_configuration(s, scope) || td_failed(s)) return;
	a.listen = td_strdup(s, config->listen);
	a.socket = td_strdup(s, *a.socket_option ? a.socket_option : config->socket);
	TD_SCOPE(work, s);
	set_up(work, &a, scope, config, args);
	if (wrong_configuration(s, work) || td_failed(work)) return;
	if (a.web) agent_info("tend %s: http://%s:%d/", TD_VERSION, config->listen_host, agent_web_port(a.web));
	agent_info("control socket %s, %zu services", a.socket, agent_supervisor_count(a.supervisor));
	agent_notify(work, "READY=1\nSTATUS=running");
	run(work, &a);
	if (a.killed_by) {
		agent_warning("%s again: what still runs is killed", td_signal_name(a.killed_by));
		agent_supervisor_kill_all(a.supervisor);
		td_sys_exit(s, 128 + a.killed_by);
	}
	agent_info("stopped");
}

static void once(td_scope *s, const td_args *args) {
	const char *procfs = td_args_str(args, "procfs"), *sysfs = td_args_str(args, "sysfs");
	const td_value *v = agent_sample_once(s, *procfs ? procfs : NULL, *sysfs ? sysfs : NULL);
	td_print(s, "%s", td_json_dumps(s, v, .indent = TD_INT(2)));
}

td_argparser *tend_agent_parser(td_scope *s) {
	td_argparser *p =
		td_argparse_argument_parser(s, .prog = "tend agent",
	                                .description = "Watch this machine, keep its services running, show both.",
	                                .epilog = "example: tend agent -c /etc/tend/tend.yaml");
	td_argparse_add_argument(s, p, "-c, --config", .type = TD_ARG_PATH, .metavar = "FILE", .env = "TEND_CONFIG",
	                         .help = "the configuration (default: /etc/tend/tend.yaml)");
	td_argparse_add_argument(s, p, "--socket", .type = TD_ARG_PATH, .metavar = "PATH",
	                         .help = "the control socket, in place of the configured one");
	td_argparse_add_argument(s, p, "--once", .action = TD_ARG_STORE_TRUE, .help = "print one sample and end");
	td_argparse_add_argument(s, p, "--json", .action = TD_ARG_STORE_TRUE, .help = "log lines, and the sample, as JSON");
	td_argparse_add_argument(s, p, "--foreground", .action = TD_ARG_STORE_TRUE,
	                         .help = "what it always does; accepted");
	td_argparse_add_argument(s, p, "--procfs", .type = TD_ARG_PATH, .metavar = "DIR",
	                         .help = "look there in place of /proc");
	td_argparse_add_argument(s, p, "--sysfs", .type = TD_ARG_PATH, .metavar = "DIR",
	                         .help = "look there in place of /sys");
	return p;
}

void tend_agent(td_scope *s, td_strs argv) {
	const td_args *args = td_argparse_parse_args(s, tend_agent_parser(s), .args = argv);
	if (td_failed(s)) return;
	if (td_args_bool(args, "once")) {
		once(s, args);
		return;
	}
	agent_log_to_stderr(s, td_args_bool(args, "json"));
	serve(s, args);
}
