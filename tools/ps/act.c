/* tools/ps/act.c: kill, stop, continue, wait, nice. What would be hit is shown first; who is hit is looked at again right
 * before, through a pidfd, so that a process id that went to another meanwhile is not. */
#include "ps/act.h"

#include <stdio.h>
#include <string.h>
#include <tend/file.h>
#include <tend/json.h>
#include <tend/signal.h>
#include <tend/time.h>
#include <unistd.h>

#include "ps/read.h"

typedef struct verb {
	const char *name, *what, *example;
	int signal; /* 0: none */
	bool asks;  /* wants a yes, and a filter */
} verb;

static const verb verbs[] = {
	{"kill", "Send a signal to processes, TERM unless another is named.", "tend ps kill --user www --grace 10s nginx",
     SIGTERM, true},
	{"stop", "Suspend processes until they are continued.", "tend ps stop --under 4711", SIGSTOP, true},
	{"continue", "Let stopped processes go on.", "tend ps continue --state T --user me", SIGCONT, true},
	{"nice", "Set the niceness of processes, of all their threads.", "tend ps nice 10 --regex 'make -j'", 0, true},
	{"wait", "Wait until processes have ended.", "tend ps wait --timeout 5m rsync", 0, false},
};

static const verb *find_verb(const char *name) {
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(verbs[i].name, name) == 0) return &verbs[i];
	}
	return NULL;
}

typedef struct action {
	td_scope *s;
	const verb *verb;
	const td_args *args;
	int signal, nice;
	double timeout, grace;
	bool json, plan;
	ps_found found;
	ps_view view;
	td_process **procs;
	const char **results; /* what came of it, per line */
	size_t count, failed;
} action;

/* --- the command line --- */

static td_strs signal_names(td_scope *s) {
	return td_strs_of(s, "TERM", "HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "STOP", "CONT", "TSTP", "ALRM", "PIPE",
	                  "ABRT", "WINCH");
}

static td_argparser *declare(td_scope *s, const verb *v) {
	td_argparser *p = td_argparse_argument_parser(
		s, .prog = td_format(s, "tend ps %s%s", v->name, strcmp(v->name, "nice") == 0 ? " NICE" : ""),
		.description = v->what, .formatter = TD_ARG_RAW_DESCRIPTION,
		.epilog =
			td_format(s,
	                  "exit status: 0 done, 1 nothing matched or not all could be done, 2 the command line is wrong\n"
	                  "example: %s",
	                  v->example));
	ps_filter_declare(s, p);
	if (strcmp(v->name, "kill") == 0) {
		td_argparse_add_argument(s, p, "-s, --signal", .metavar = "SIGNAL", .default_ = "TERM",
		                         .help = "by name or number (default: %(default)s); -9 and -HUP are understood too",
		                         .suggestions = signal_names(s));
		td_argparse_add_argument(s, p, "--grace", .type = TD_ARG_DURATION, .metavar = "TIME",
		                         .help = "wait so long for their end, then send KILL to those left");
	}
	if (v->signal == SIGTERM || strcmp(v->name, "wait") == 0)
		td_argparse_add_argument(s, p, "--timeout", .type = TD_ARG_DURATION, .metavar = "TIME",
		                         .help = strcmp(v->name, "wait") == 0
		                                     ? "give up after so long"
		                                     : "wait so long for their end; 1 if one is still there");
	if (v->asks) {
		td_argparse_add_argument(s, p, "-n, --plan", .action = TD_ARG_STORE_TRUE,
		                         .help = "only show what would be hit");
		td_argparse_add_argument(s, p, "-y, --yes", .action = TD_ARG_STORE_TRUE, .help = "do not ask");
	}
	td_argparse_add_argument(s, p, "--json", .action = TD_ARG_STORE_TRUE, .help = "print JSON");
	return p;
}

void ps_act_declare(td_scope *s, td_argsub *sub) {
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		td_argparser *p = declare(s, &verbs[i]);
		td_argparse_add_parser(s, sub, verbs[i].name, .help = verbs[i].what, .no_help = true, .parents = &p,
		                       .parent_count = 1);
	}
}

/* kill -9, -HUP: as everybody writes it. */
static td_strs with_signal_option(td_scope *s, td_strs argv) {
	const char **out = td_alloc_array(s, argv.len + 2, sizeof *out);
	size_t len = 0;
	for (size_t i = 0; out && i < argv.len; i++) {
		const char *a = argv.items[i];
		bool is_signal = a[0] == '-' && a[1] && a[1] != '-' && td_signal_number(a + 1) > 0 &&
		                 (td_str_isdigit(a + 1) || strcmp(td_str_upper(s, a + 1), a + 1) == 0);
		if (is_signal) out[len++] = "--signal";
		out[len++] = is_signal ? a + 1 : a;
	}
	return out ? (td_strs){out, len} : argv;
}

/* The niceness stands first, where -5 is no option. */
static td_strs take_nice(action *a, td_argparser *p, td_strs argv) {
	const char *first = argv.len ? argv.items[0] : "";
	bool minus = *first == '-';
	if (strcmp(first, "-h") == 0 || strcmp(first, "--help") == 0) return argv;
	if (!td_str_isdigit(first + minus) || strlen(first) > 4)
		td_argparse_error(a->s, p, "NICE, a number from -20 to 19, must stand first, not %s", td_str_repr(a->s, first));
	if (td_failed(a->s)) return argv;
	a->nice = (int)td_int(a->s, first);
	if (a->nice < -20 || a->nice > 19) td_argparse_error(a->s, p, "niceness goes from -20 to 19");
	return (td_strs){argv.items + 1, argv.len - 1};
}

/* --- whom it hits --- */

static bool is_named(td_strs what, int pid) {
	char number[16];
	snprintf(number, sizeof number, "%d", pid);
	for (size_t i = 0; i < what.len; i++) {
		if (strcmp(what.items[i], number) == 0) return true;
	}
	return false;
}

/* Never us; never those we come from, who would take us with them, nor what takes no signals, unless named by number. */
static bool is_spared(const action *a, const ps_filter *f, const td_process_row *row, const char **why) {
	*why = NULL;
	if (row->pid == getpid()) return true;
	if (row->state == 'Z' && a->verb->signal) {
		*why = "has ended already";
		return true;
	}
	if (is_named(f->what, row->pid)) return false;
	if (row->kernel_thread) return true;
	const td_process_row *me = ps_row_of(a->found.all, getpid());
	if (a->verb->asks && me && ps_is_under(a->found.all, me, row->pid)) {
		*why = "this command runs below it: name it by its number to hit it";
		return true;
	}
	return false;
}

static void choose(action *a, const ps_filter *f) {
	td_scope *s = a->s;
	size_t kept = 0;
	for (size_t i = 0; i < a->found.count; i++) {
		const char *why;
		ps_line line = a->found.lines[i];
		if (is_spared(a, f, line.row, &why)) {
			if (why)
				fprintf(stderr, "tend ps: left out %d %s: %s\n", line.row->pid, td_str_repr(s, line.row->name), why);
			continue;
		}
		a->found.lines[kept++] = line;
	}
	a->count = kept;
	a->procs = td_alloc_array(s, kept, sizeof(td_process *));
	a->results = td_alloc_array(s, kept, sizeof *a->results);
	for (size_t i = 0; i < kept && !td_failed(s); i++) a->procs[i] = td_process_of_row(s, a->found.lines[i].row);
}

static void show(action *a) {
	static const char *const names[] = {"pid", "user", "age", "cpu", "rss", "command"};
	static const ps_column *columns[6];
	for (size_t i = 0; i < 6; i++) columns[i] = ps_column_find(names[i]);
	a->view = (ps_view){.columns = columns,
	                    .column_count = 6,
	                    .lines = a->found.lines,
	                    .line_count = a->count,
	                    .machine = a->found.machine,
	                    .utf8 = ps_is_utf8(),
	                    .width = ps_width(a->s)};
	if (!a->json) ps_show_table(a->s, &a->view);
}

static const char *several(td_scope *s, size_t count) {
	return count == 1 ? "this process" : td_format(s, "these %zu processes", count);
}

static const char *deed(action *a) {
	if (a->verb->signal) return td_format(a->s, "send %s to", td_signal_name(a->signal) + 3);
	return td_format(a->s, "set niceness %d of", a->nice);
}

/* Asks on the terminal. */
static bool agreed(action *a) {
	td_scope *s = a->s;
	if (td_args_bool(a->args, "yes")) return true;
	if (!isatty(0) || !isatty(2)) {
		fprintf(stderr,
		        "tend ps %s: nobody can be asked here: give --yes to do it, or --plan to see what it would hit\n",
		        a->verb->name);
		td_sys_exit(s, 2);
		return false;
	}
	td_file_flush(s, td_sys_stdout(s));
	const char *ask = deed(a);
	fprintf(stderr, "%c%s %s? [y/N] ", ask[0] - 'a' + 'A', ask + 1, several(s, a->count));
	const char *answer = td_str_lower(s, td_str_strip(s, td_file_readline(s, td_sys_stdin(s))));
	if (strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0) return true;
	if (!td_failed(s)) {
		fprintf(stderr, "nothing was done\n");
		td_sys_exit(s, 1);
	}
	return false;
}

/* --- doing it --- */

static void note(action *a, size_t i, const char *result, bool failed) {
	a->results[i] = result;
	a->failed += failed;
	if (failed) {
		const td_process_row *row = a->found.lines[i].row;
		fprintf(stderr, "tend ps %s: %d %s: %s\n", a->verb->name, row->pid, td_str_repr(a->s, row->name), result);
	}
}

static void signal_one(action *a, size_t i, int signal) {
	TD_SCOPE(attempt, a->s);
	td_process_send_signal(attempt, a->procs[i], signal);
	const td_error *e = td_catch(attempt, TD_psutil_Error, TD_OSError);
	if (!e)
		note(a, i, signal == a->signal ? "sent" : "sent, then KILL", false);
	else if (e->kind == TD_AccessDenied)
		note(a, i, "not permitted", true);
	else if (e->kind == TD_NoSuchProcess)
		note(a, i, "gone", false); /* which is what was wanted, or it is another process by now */
	else
		note(a, i, td_strdup(a->s, e->message), true);
}

/* Of each thread: the kernel knows niceness of threads only. */
static void renice_one(action *a, size_t i) {
	TD_SCOPE(attempt, a->s);
	td_process_set_nice(attempt, a->procs[i], a->nice);
	const td_pthread_list *threads = td_process_threads(attempt, a->procs[i]);
	for (size_t k = 0; k < threads->len && !td_failed(attempt); k++) {
		TD_SCOPE(one, attempt);
		td_process_set_nice(one, td_process_new(one, .pid = threads->items[k].id), a->nice);
		td_catch(one, TD_NoSuchProcess); /* a thread that has ended */
	}
	const td_error *e = td_catch(attempt, TD_psutil_Error, TD_OSError);
	if (!e)
		note(a, i, "set", false);
	else if (e->kind == TD_NoSuchProcess)
		note(a, i, "gone", false);
	else
		note(a, i, e->kind == TD_AccessDenied ? "not permitted" : td_strdup(a->s, e->message), true);
}

static size_t index_of(const action *a, const td_process *p) {
	size_t i = 0;
	while (i < a->count && a->procs[i] != p) i++;
	return i;
}

/* Waits for those that are still there; how many are after that. */
static size_t wait_for(action *a, double seconds) {
	td_process **waited = td_alloc_array(a->s, a->count, sizeof(td_process *));
	size_t count = 0;
	for (size_t i = 0; waited && i < a->count; i++) {
		const char *so_far = a->results[i];
		if (!so_far || strncmp(so_far, "sent", 4) == 0) waited[count++] = a->procs[i];
	}
	const td_psutil_waited *w = td_psutil_wait_procs(a->s, waited, count, .timeout = seconds);
	for (size_t i = 0; i < w->gone.len; i++) note(a, index_of(a, w->gone.items[i]), "ended", false);
	return w->alive.len;
}

static void say_alive(action *a) {
	for (size_t i = 0; i < a->count; i++) {
		const char *so_far = a->results[i];
		if (!so_far || strncmp(so_far, "sent", 4) == 0) note(a, i, "still running", true);
	}
}

static void do_it(action *a) {
	for (size_t i = 0; i < a->count && !td_failed(a->s); i++) {
		if (a->verb->signal)
			signal_one(a, i, a->signal);
		else if (a->verb->asks)
			renice_one(a, i);
	}
	bool waits = !a->verb->asks;
	size_t alive = 0;
	if (a->grace > 0) {
		alive = wait_for(a, a->grace);
		for (size_t i = 0; alive && i < a->count && !td_failed(a->s); i++) {
			if (a->results[i] && strcmp(a->results[i], "sent") == 0) signal_one(a, i, SIGKILL);
		}
		waits = true;
	}
	if (a->timeout > 0) waits = true;
	if (waits && (a->grace <= 0 || alive)) alive = wait_for(a, a->timeout > 0 ? a->timeout : a->grace > 0 ? 10 : 0);
	if (waits && alive && !td_failed(a->s)) say_alive(a);
}

static void print_json(action *a) {
	td_scope *s = a->s;
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < a->count; i++) {
		td_value *one = ps_line_value(s, &a->view, &a->found.lines[i]);
		td_value_set(s, one, "name", td_v(s, a->found.lines[i].row->name));
		td_value_set(s, one, "result", a->results[i] ? td_v(s, a->results[i]) : td_value_new_null(s));
		td_value_append(s, list, one);
	}
	td_value *out = td_dict(s, "action", a->verb->name, "plan", a->plan, "processes", list);
	if (a->verb->signal) td_value_set(s, out, "signal", td_v(s, td_signal_name(a->signal)));
	if (strcmp(a->verb->name, "nice") == 0) td_value_set(s, out, "nice", td_v(s, a->nice));
	td_print(s, "%s", td_json_dumps(s, out, .indent = TD_INT(2)));
}

static void print_summary(action *a) {
	size_t gone = 0, ended = 0;
	for (size_t i = 0; i < a->count; i++) {
		gone += a->results[i] && strcmp(a->results[i], "gone") == 0;
		ended += a->results[i] && strcmp(a->results[i], "ended") == 0;
	}
	const char *done = !a->verb->asks || ended ? "ended" : a->verb->signal ? "signalled" : "set";
	size_t good = !a->verb->asks || ended ? ended : a->count - a->failed - gone;
	td_print(a->s, "%zu %s%s%s", good, done, gone ? td_format(a->s, ", %zu gone already", gone) : "",
	         a->failed ? td_format(a->s, ", %zu not", a->failed) : "");
}

static void read_options(action *a, td_argparser *p) {
	td_scope *s = a->s;
	a->json = td_args_bool(a->args, "json");
	a->plan = td_args_bool(a->args, "plan");
	a->grace = td_args_float(a->args, "grace");
	a->timeout = td_args_float(a->args, "timeout");
	a->signal = a->verb->signal;
	if (td_args_has(a->args, "signal")) {
		const char *name = td_args_str(a->args, "signal");
		a->signal = td_signal_number(name);
		if (a->signal <= 0) td_argparse_error(s, p, "there is no signal %s", td_str_repr(s, name));
	}
}

void ps_act(td_scope *s, const char *name, td_strs argv) {
	action a = {.s = s, .verb = find_verb(name)};
	td_argparser *p = declare(s, a.verb);
	if (strcmp(name, "nice") == 0) argv = take_nice(&a, p, argv);
	td_strs more;
	a.args = ps_filter_parse(s, p, a.verb->signal == SIGTERM ? with_signal_option(s, argv) : argv, &more);
	if (td_failed(s)) return;
	read_options(&a, p);
	ps_filter f = ps_filter_read(s, p, a.args, more);
	if (!td_failed(s) && ps_filter_is_empty(&f))
		td_argparse_error(s, p, "which processes? Give a process id, a name, or an option that chooses");
	if (td_failed(s)) return;
	a.found = ps_read(s, &f, PS_USER | PS_CMDLINE);
	choose(&a, &f);
	if (td_failed(s)) return;
	show(&a);
	bool all_done = a.count > 0;
	if (a.count && !a.plan && (!a.verb->asks || agreed(&a)) && !td_failed(s)) {
		do_it(&a);
		all_done = !a.failed;
		if (!a.json && !td_failed(s)) print_summary(&a);
	} else if (!a.count && !td_failed(s)) {
		fprintf(stderr, "tend ps %s: no process matched\n", a.verb->name);
	} else if (a.plan && !a.json) {
		td_print(s, "would %s %s", deed(&a), several(s, a.count));
	}
	if (a.json && !td_failed(s)) print_json(&a);
	if (!all_done && !td_failed(s)) td_sys_exit(s, 1);
}
