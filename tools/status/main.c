/* tools/status/main.c: `tend status`, `tend start|stop|restart NAME`, `tend reload`: what the agent is told and asked. */
#include <stdlib.h>
#include <string.h>
#include <tend/argparse.h>
#include <tend/difflib.h>
#include <tend/file.h>
#include <tend/json.h>
#include <tend/time.h>
#include <unistd.h>

#include "status/client.h"
#include "status/status.h"

/* --- the table --- */

static bool in_colour(void) {
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	return isatty(1) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

static const char *colour_of(const char *state, bool up) {
	if (strcmp(state, "running") == 0) return "\033[32m";
	if (strcmp(state, "failed") == 0 || strcmp(state, "backoff") == 0) return "\033[31m";
	return up || strcmp(state, "stopped") != 0 ? "\033[33m" : "\033[2m";
}

/* "4 s", "12 min", "3 h 05", "17 d 4 h" */
static const char *span(td_scope *s, double seconds) {
	long long n = (long long)seconds;
	if (n < 120) return td_format(s, "%lld s", n);
	if (n < 7200) return td_format(s, "%lld min", n / 60);
	if (n < 2 * 86400) return td_format(s, "%lld h %02lld", n / 3600, n / 60 % 60);
	return td_format(s, "%lld d %lld h", n / 86400, n / 3600 % 24);
}

/* At most width characters, with … where something is left out. */
static const char *fit(td_scope *s, const char *text, int width) {
	size_t at = 0;
	for (int shown = 0; text[at]; shown++) {
		if (shown == width - 1 && td_str_len(text + at) > 1) return td_format(s, "%s…", td_strndup(s, text, at));
		do at++;
		while ((text[at] & 0xc0) == 0x80);
	}
	return text;
}

static const char *text_of(const td_value *service, const char *key) {
	return td_value_str(td_value_get(service, key), "");
}

static bool is_fine(const td_value *service) {
	bool up = td_value_bool(td_value_get(service, "up"), false);
	const char *state = text_of(service, "state");
	return up ? strcmp(state, "running") == 0 : strcmp(state, "stopped") == 0;
}

/* 80 columns: name 16, state 8, pid 7, up 8, restarts 4, and the reason in what is left. */
static void print_row(td_scope *s, const td_value *service, bool colour, int width) {
	const char *state = text_of(service, "state");
	const char *on = colour ? colour_of(state, td_value_bool(td_value_get(service, "up"), false)) : "";
	int64_t pid = td_value_int(td_value_get(service, "pid"), 0);
	double uptime = td_value_float(td_value_get(service, "uptime"), 0);
	td_print(s, "%s %s%s%s %7s %8s %4lld  %s", td_str_ljust(s, fit(s, text_of(service, "name"), 16), 16), on,
	         td_str_ljust(s, state, 8), *on ? "\033[0m" : "", pid ? td_format(s, "%lld", (long long)pid) : "-",
	         pid ? span(s, uptime) : "-", (long long)td_value_int(td_value_get(service, "restarts"), 0),
	         fit(s, text_of(service, "reason"), width > 60 ? width - 49 : 31));
}

static void print_table(td_scope *s, const td_value *services) {
	const char *columns = getenv("COLUMNS");
	int width = columns && td_str_isdigit(columns) && strlen(columns) < 5 ? (int)td_int(s, columns) : 80;
	bool colour = in_colour();
	td_print(s, "%-16s %-8s %7s %8s %4s  %s", "SERVICE", "STATE", "PID", "UP FOR", "RST", "WHY");
	for (size_t i = 0; i < td_value_len(services); i++) print_row(s, td_value_at(services, i), colour, width);
}

/* --- status --- */

static const td_value *named(const td_value *services, const char *name) {
	for (size_t i = 0; i < td_value_len(services); i++) {
		if (strcmp(text_of(td_value_at(services, i), "name"), name) == 0) return td_value_at(services, i);
	}
	return NULL;
}

/* The services that were asked for; one that is not there ends the program with 2. */
static const td_value *chosen(td_scope *s, const td_value *services, td_strs names) {
	if (!names.len) return services;
	td_value *some = td_value_new_list(s);
	for (size_t i = 0; i < names.len; i++) {
		const td_value *one = named(services, names.items[i]);
		if (one) {
			td_value_append(s, some, one);
			continue;
		}
		td_value *known = td_value_new_list(s);
		for (size_t k = 0; k < td_value_len(services); k++) {
			td_value_append(s, known, td_value_get(td_value_at(services, k), "name"));
		}
		const char **list = td_alloc_array(s, td_value_len(known) + 1, sizeof *list);
		for (size_t k = 0; list && k < td_value_len(known); k++) list[k] = td_value_str(td_value_at(known, k), "");
		td_strs close = td_difflib_get_close_matches(s, names.items[i], ((td_strs){list, td_value_len(known)}));
		fprintf(stderr, "tend: no service %s%s%s%s\n", td_str_repr(s, names.items[i]),
		        close.len ? "; did you mean '" : "", close.len ? close.items[0] : "", close.len ? "'?" : "");
		td_sys_exit(s, 2);
		return NULL;
	}
	return some;
}

/* The names of the services of the agent that answers, if one does. */
static const char names_command[] = "tend status --json 2>/dev/null | sed -n 's/^ *\"name\": \"\\(.*\\)\",*$/\\1/p'";

static void add_common(td_scope *s, td_argparser *p) {
	td_argparse_add_argument(s, p, "--socket", .type = TD_ARG_PATH, .metavar = "PATH", .env = "TEND_SOCKET",
	                         .help = "the agent's control socket");
	td_argparse_add_argument(s, p, "--json", .action = TD_ARG_STORE_TRUE, .help = "print JSON");
}

td_argparser *tend_status_parser(td_scope *s) {
	td_argparser *p = td_argparse_argument_parser(
		s, .prog = "tend status", .description = "Show the services that the agent keeps running.",
		.epilog = "exit status: 0 all are as they are wanted, 1 one is not or no agent answers, 2 no such service. "
				  "example: tend status web");
	add_common(s, p);
	td_argparse_add_argument(s, p, "name", .nargs = "*", .metavar = "NAME", .help = "only these services",
	                         .suggest_command = names_command);
	return p;
}

void tend_status(td_scope *s, td_strs argv) {
	const td_args *args = td_argparse_parse_args(s, tend_status_parser(s), .args = argv);
	if (td_failed(s)) return;
	const char *path = tend_socket_path(s, td_args_str(args, "socket"));
	const td_value *answer = tend_ask(s, path, td_dict(s, "do", "status"));
	const td_value *services = chosen(s, td_value_get(answer, "services"), td_args_strs(args, "name"));
	if (td_failed(s)) return;
	if (td_args_bool(args, "json")) {
		td_value *shown = td_dict(s, "agent", td_value_get(answer, "agent"), "services", services);
		td_print(s, "%s", td_json_dumps(s, shown, .indent = TD_INT(2), .ensure_utf8 = true));
	} else {
		print_table(s, services);
	}
	for (size_t i = 0; i < td_value_len(services); i++) {
		if (!is_fine(td_value_at(services, i))) {
			td_sys_exit(s, 1);
			return;
		}
	}
}

/* --- start, stop, restart --- */

/* Whether the service has come to where it was sent, or to where it will stay short of it. */
static bool has_settled(const td_value *service, const char *what, int64_t old_pid) {
	const char *state = text_of(service, "state");
	if (strcmp(what, "stop") == 0) return strcmp(state, "stopped") == 0;
	if (strcmp(state, "failed") == 0 || strcmp(state, "backoff") == 0) return true;
	if (strcmp(state, "stopped") == 0) return true; /* it has ended, as it should, already */
	bool another = td_value_int(td_value_get(service, "pid"), 0) != old_pid;
	return strcmp(state, "running") == 0 && (strcmp(what, "restart") != 0 || another);
}

static const td_value *wait_for(td_scope *s, const char *path, const char *name, const char *what, int64_t old_pid) {
	const td_value *service = NULL;
	double pause = 0.005;
	TD_LOOP (turn, s) {
		const td_value *answer = tend_ask(turn, path, td_dict(turn, "do", "status"));
		const td_value *now = named(td_value_get(answer, "services"), name);
		if (td_failed(turn)) break;
		if (!now || has_settled(now, what, old_pid)) {
			service = td_keep(s, now);
			break;
		}
		td_time_sleep(turn, pause);
		pause = pause < 0.1 ? pause * 1.5 : pause;
	}
	return service;
}

static bool command_one(td_scope *s, const char *path, const char *what, const char *name, const td_args *args) {
	const td_value *before = tend_ask(s, path, td_dict(s, "do", "status"));
	const td_value *old = named(td_value_get(before, "services"), name);
	const td_value *answer = tend_ask(s, path, td_dict(s, "do", what, "name", name));
	const td_value *service = td_value_get(answer, "service");
	if (td_failed(s)) return false;
	int64_t old_pid = td_value_int(td_value_get(old, "pid"), 0);
	if (!td_args_bool(args, "no_wait")) {
		TD_SCOPE(patient, s, .timeout = td_args_float(args, "timeout"));
		const td_value *settled = td_keep(s, wait_for(patient, path, name, what, old_pid));
		const td_error *e = td_catch(patient, TD_TimeoutError);
		if (e) fprintf(stderr, "tend: %s is still %s\n", name, text_of(service, "state"));
		if (e || td_failed(patient)) return false;
		if (settled) service = settled;
	}
	if (td_args_bool(args, "json"))
		td_print(s, "%s", td_json_dumps(s, service, .ensure_utf8 = true));
	else
		td_print(s, "%s: %s: %s", name, text_of(service, "state"), text_of(service, "reason"));
	return td_args_bool(args, "no_wait") || is_fine(service);
}

static td_argparser *declare(td_scope *s, const char *what, const char *description) {
	td_argparser *p = td_argparse_argument_parser(
		s, .prog = td_format(s, "tend %s", what), .description = description,
		.epilog = td_format(s, "exit status: 0 done, 1 not, 2 no such service. example: tend %s web", what));
	add_common(s, p);
	td_argparse_add_argument(s, p, "--no-wait", .action = TD_ARG_STORE_TRUE,
	                         .help = "do not wait until it has happened");
	td_argparse_add_argument(s, p, "--timeout", .type = TD_ARG_DURATION, .default_ = "90s", .metavar = "TIME",
	                         .help = "wait so long (default: %(default)s)");
	td_argparse_add_argument(s, p, "name", .nargs = "+", .metavar = "NAME", .help = "the service",
	                         .suggest_command = names_command);
	return p;
}

static void command(td_scope *s, const char *what, td_argparser *p, td_strs argv) {
	const td_args *args = td_argparse_parse_args(s, p, .args = argv);
	if (td_failed(s)) return;
	const char *path = tend_socket_path(s, td_args_str(args, "socket"));
	td_strs names = td_args_strs(args, "name");
	bool fine = true;
	for (size_t i = 0; i < names.len && !td_failed(s); i++) {
		if (!command_one(s, path, what, names.items[i], args)) fine = false;
	}
	if (!fine && !td_failed(s)) td_sys_exit(s, 1);
}

td_argparser *tend_start_parser(td_scope *s) {
	return declare(s, "start", "Start a service, and wait until it runs.");
}
td_argparser *tend_stop_parser(td_scope *s) {
	return declare(s, "stop", "Stop a service, and wait until it has ended. It stays stopped until it is started.");
}
td_argparser *tend_restart_parser(td_scope *s) {
	return declare(s, "restart", "Stop a service and start it again, and wait until it runs.");
}

void tend_start(td_scope *s, td_strs argv) {
	command(s, "start", tend_start_parser(s), argv);
}
void tend_stop(td_scope *s, td_strs argv) {
	command(s, "stop", tend_stop_parser(s), argv);
}
void tend_restart(td_scope *s, td_strs argv) {
	command(s, "restart", tend_restart_parser(s), argv);
}

td_argparser *tend_reload_parser(td_scope *s) {
	td_argparser *p = td_argparse_argument_parser(
		s, .prog = "tend reload",
		.description = "Let the agent read its configuration again; only what has changed is touched.",
		.epilog =
			"exit status: 0 done, 1 the configuration is wrong: the old one stays in force. example: tend reload");
	add_common(s, p);
	return p;
}

void tend_reload(td_scope *s, td_strs argv) {
	const td_args *args = td_argparse_parse_args(s, tend_reload_parser(s), .args = argv);
	if (td_failed(s)) return;
	const char *path = tend_socket_path(s, td_args_str(args, "socket"));
	const td_value *plan = td_value_get(tend_ask(s, path, td_dict(s, "do", "reload")), "plan");
	if (td_failed(s)) return;
	if (td_args_bool(args, "json"))
		td_print(s, "%s", td_json_dumps(s, plan, .ensure_utf8 = true));
	else if (td_value_len(plan) == 0)
		td_print(s, "nothing has changed");
	for (size_t i = 0; !td_args_bool(args, "json") && i < td_value_len(plan); i++) {
		td_print(s, "%s", td_value_str(td_value_at(plan, i), ""));
	}
}
