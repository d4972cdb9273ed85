/* tools/top/main.c: `tend top`: the command line, and who does the rest. */
#include <stdlib.h>
#include <string.h>
#include <tend/argparse.h>
#include <tend/difflib.h>
#include <tend/file.h>
#include <tend/signal.h>
#include <tend/time.h>
#include <unistd.h>

#include "status/client.h"
#include "top/batch.h"
#include "top/screen.h"
#include "top/top.h"

static bool wrong(td_scope *s, const char *fmt, ...) TD__PRINTF(2, 3);
static bool wrong(td_scope *s, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	fprintf(stderr, "tend top: %s\n", td_vformat(s, fmt, args));
	va_end(args);
	td_sys_exit(s, 2);
	return false;
}

static td_strs key_names(td_scope *s) {
	const char **names = td_alloc_array(s, TOP_KEYS, sizeof *names);
	for (int i = 0; names && i < TOP_KEYS; i++) names[i] = top_key_name((top_key)i);
	return (td_strs){names, names ? TOP_KEYS : 0};
}

td_argparser *tend_top_parser(td_scope *s) {
	td_argparser *p =
		td_argparse_argument_parser(s, .prog = "tend top",
	                                .description = "Show what this machine and its processes are doing, or were.",
	                                .epilog =
	                                    "examples:\n  tend top                    full screen; h there lists the keys\n"
	                                    "  tend top -b -n 1 -s memory  once, as text, the largest first\n"
	                                    "  tend top --json             one sample\n"
	                                    "  tend top --at 14:05         that moment, from the agent's memory",
	                                .formatter = TD_ARG_RAW_DESCRIPTION);
	td_argparse_add_argument(s, p, "-d, --delay", .type = TD_ARG_FLOAT, .metavar = "SECONDS",
	                         .help = "how often it looks (default: 1)");
	td_argparse_add_argument(s, p, "-s, --sort", .default_ = "cpu", .metavar = "COLUMN",
	                         .help = "pid, user, cpu, memory, time, read, write, command, threads, …",
	                         .suggestions = key_names(s));
	td_argparse_add_argument(s, p, "-r, --reverse", .action = TD_ARG_STORE_TRUE, .help = "the other way round");
	td_argparse_add_argument(s, p, "-t, --tree", .action = TD_ARG_STORE_TRUE, .help = "children below their parents");
	td_argparse_add_argument(s, p, "-g, --group", .choices = td_strs_of(s, "user", "cgroup", "name"),
	                         .help = "one line for all processes of one");
	td_argparse_add_argument(s, p, "-f, --filter", .default_ = "", .metavar = "TEXT",
	                         .help = "only those with it in name, command line or user");
	td_argparse_add_argument(s, p, "-b, --batch", .action = TD_ARG_STORE_TRUE, .help = "print text, for pipes");
	td_argparse_add_argument(s, p, "-n, --count", .type = TD_ARG_INT, .metavar = "N",
	                         .help = "end after so many looks (batch)");
	td_argparse_add_argument(s, p, "--once", .action = TD_ARG_STORE_TRUE, .help = "the same as -b -n 1");
	td_argparse_add_argument(s, p, "--json", .action = TD_ARG_STORE_TRUE, .help = "print one sample as JSON");
	td_argparse_add_argument(s, p, "--at", .metavar = "TIME",
	                         .help = "what the agent remembers of 14:05, '2024-02-29 14:05', or 10m ago");
	td_argparse_add_argument(s, p, "--socket", .type = TD_ARG_PATH, .metavar = "PATH",
	                         .help = "the agent's control socket");
	td_argparse_add_argument(s, p, "--ascii", .action = TD_ARG_STORE_TRUE, .help = "nothing but ASCII on the screen");
	td_argparse_add_argument(s, p, "--procfs", .type = TD_ARG_PATH, .metavar = "DIR",
	                         .help = "look there in place of /proc");
	td_argparse_add_argument(s, p, "--sysfs", .type = TD_ARG_PATH, .metavar = "DIR",
	                         .help = "look there in place of /sys");
	return p;
}

static bool order_of(td_scope *s, const td_args *args, top_order *o) {
	const char *sort = td_args_str(args, "sort");
	*o = (top_order){.by = top_key_of(sort),
	                 .reverse = td_args_bool(args, "reverse"),
	                 .tree = td_args_bool(args, "tree"),
	                 .group = top_group_of(td_args_str(args, "group")),
	                 .filter = td_args_str(args, "filter"),
	                 .only_name = ""};
	if (o->by != TOP_KEYS) return true;
	td_strs near = td_difflib_get_close_matches(s, sort, key_names(s), .n = 1);
	return wrong(s, "there is no column '%s'; %s", sort,
	             near.len ? td_format(s, "did you mean '%s'?", near.items[0])
	                      : td_format(s, "there are %s", td_str_join(s, ", ", key_names(s))));
}

static bool terminal_is_utf8(void) {
	const char *value = getenv("LC_ALL");
	if (!value || !*value) value = getenv("LC_CTYPE");
	if (!value || !*value) value = getenv("LANG");
	return value &&
	       (strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8") || strstr(value, "utf-8"));
}

static int text_width(td_scope *s) {
	const char *columns = getenv("COLUMNS");
	return columns && td_str_isdigit(columns) && strlen(columns) < 5 ? (int)td_int(s, columns) : 80;
}

/* --- without a screen --- */

static void batch(td_scope *s, top_live *live, const top_order *o, const td_args *args, double delay) {
	bool json = td_args_bool(args, "json"), utf8 = terminal_is_utf8() && !td_args_bool(args, "ascii");
	int64_t count = td_args_bool(args, "once") || json ? 1
	                : td_args_has(args, "count")       ? td_args_int(args, "count")
	                                                   : 0;
	top_want want = {.io = true,
	                 .again = count != 1,
	                 .cgroups = json || o->group == TOP_BY_CGROUP || o->by == TOP_CGROUP};
	signal(SIGPIPE, SIG_DFL); /* `tend top -b | head` ends with head */
	td_signal_cancel_on(s, SIGTERM, SIGINT);
	top_live_look(s, live, &want);
	/* Rates need two looks; who wants one sample does not wait long for it. */
	double wait = count == 1 && !td_args_has(args, "delay") ? 0.25 : delay;
	int64_t done = 0;
	TD_LOOP (turn, s) {
		if (!td_time_sleep(turn, wait)) break;
		const top_sample *m = top_live_look(turn, live, &want);
		if (!m) break;
		if (done > 0) td_print(turn, "%s", "");
		if (json)
			top_print_json(turn, m, o);
		else
			top_print(turn, m, o, text_width(turn), 0, utf8);
		if (fflush(stdout) != 0) break;
		if (++done == count) break;
		wait = delay;
	}
}

static void past_text(td_scope *s, top_past *past, const top_order *o, const td_args *args, double at) {
	double step;
	TD_SCOPE(attempt, s);
	const top_sample *m = top_past_at(attempt, past, at, &step);
	const td_error *e = td_catch(attempt, TD_RuntimeError);
	if (e) {
		fprintf(stderr, "tend top: %s\n", e->message);
		td_sys_exit(s, 1);
	} else if (td_args_bool(args, "json")) {
		top_print_json(attempt, m, o);
	} else {
		top_print(attempt, m, o, text_width(attempt), 0, terminal_is_utf8() && !td_args_bool(args, "ascii"));
	}
}

/* --- the screen --- */

static void full_screen(td_scope *s, top_screen *x) {
	TD_SCOPE(work, s);
	top_screen_run(work, x);
	const td_error *e = td_catch(work, TD_curses_error, TD_ImportError);
	if (e) wrong(s, "%s; 'tend top -b' prints text", e->message);
}

static bool begin_past(td_scope *s, top_screen *x, double at) {
	x->past_scope = td_scope_open(s, .name = "past");
	x->at = at;
	x->sample = top_past_at(x->past_scope, x->past, at, &x->step);
	const td_error *e = td_catch(x->past_scope, TD_RuntimeError);
	if (!e) return !td_failed(s);
	fprintf(stderr, "tend top: %s\n", e->message);
	td_sys_exit(s, 1);
	return false;
}

/* Reads the command line and does what it wants, but for the screen: false when nothing is left to do. What the screen
 * shows is made in s; the rest goes with command. */
static bool prepare(td_scope *command, td_scope *s, td_strs argv, top_screen *x) {
	const td_args *args = td_argparse_parse_args(command, tend_top_parser(command), .args = argv);
	if (td_failed(command)) return false;
	double delay = td_args_has(args, "delay") ? td_args_float(args, "delay") : 1;
	if (!order_of(command, args, &x->order)) return false;
	if (!(delay >= 0.05) || delay > 86400)
		return wrong(command, "--delay: %g is not from 0.05 to 86400 seconds", delay);
	if (td_args_has(args, "count") && td_args_int(args, "count") < 1)
		return wrong(command, "--count: %lld is not a number of looks", (long long)td_args_int(args, "count"));
	bool text = td_args_bool(args, "batch") || td_args_bool(args, "once") || td_args_bool(args, "json");
	const char *procfs = td_args_str(args, "procfs"), *sysfs = td_args_str(args, "sysfs");
	if (td_args_has(args, "at")) {
		TD_SCOPE(attempt, command);
		double at = top_past_moment(attempt, td_args_str(args, "at"), td_time_time());
		const td_error *e = td_catch(attempt, TD_ValueError);
		if (e) return wrong(command, "--at: %s", e->message);
		x->past = top_past_new(s, tend_socket_path(command, td_args_str(args, "socket")));
		if (text) {
			past_text(command, x->past, &x->order, args, at);
			return false;
		}
		if (!begin_past(s, x, at)) return false;
	} else {
		x->live = top_live_new(s, *procfs ? procfs : NULL, *sysfs ? sysfs : NULL);
		if (td_failed(s)) return false;
		if (text) {
			batch(command, x->live, &x->order, args, delay);
			return false;
		}
	}
	x->interval = delay;
	x->each_cpu = true;
	x->style.utf8 = !td_args_bool(args, "ascii");
	size_t len = strnlen(x->order.filter, sizeof x->filter - 1);
	memcpy(x->filter, x->order.filter, len);
	return true;
}

void tend_top(td_scope *s, td_strs argv) {
	top_screen *x = td_alloc(s, sizeof *x);
	td_scope *command = td_scope_open(s, .name = "command"); /* its memory is the screen's once it is read */
	bool goes_on = x && prepare(command, s, argv, x);
	td_scope_close(command);
	if (goes_on) full_screen(s, x);
}
