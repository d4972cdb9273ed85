/* tools/ps/select.c: which processes are meant. */
#include "ps/select.h"

#include <fnmatch.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ps/columns.h"
#include "fit.h"

/* --- what was asked for --- */

static const char user_names[] = "getent passwd | cut -d: -f1";
static const char process_names[] = "tend ps --no-kernel --no-header -w -o name | sort -u";

void ps_filter_declare(td_scope *s, td_argparser *p) {
	td_arggroup *g = td_argparse_add_argument_group(s, p, .title = "which processes (all that are given must fit)");
	td_argparse_add_argument(s, p, "what", .nargs = "*", .metavar = "WHAT", .group = g,
	                         .help = "a process id, or a name; * ? [ ] stand for any part of it",
	                         .suggest_command = process_names);
	td_argparse_add_argument(s, p, "-u, --user", .action = TD_ARG_APPEND, .metavar = "USER", .group = g,
	                         .help = "of these users, by name or number; several with commas",
	                         .suggest_command = user_names);
	td_argparse_add_argument(s, p, "-e, --regex", .metavar = "RE", .group = g,
	                         .help = "whose command line has this regular expression");
	td_argparse_add_argument(s, p, "-g, --cgroup", .action = TD_ARG_APPEND, .metavar = "GROUP", .group = g,
	                         .help = "in or below this control group: a path, or a part such as nginx.service");
	td_argparse_add_argument(s, p, "--port", .action = TD_ARG_APPEND, .metavar = "PORT", .group = g,
	                         .help = "who listens on it or is connected to it: 8080, tcp:8080, udp:53");
	td_argparse_add_argument(s, p, "--under", .action = TD_ARG_APPEND, .metavar = "PID", .group = g,
	                         .help = "this process and all below it");
	td_argparse_add_argument(s, p, "--tty", .action = TD_ARG_APPEND, .metavar = "TTY", .group = g,
	                         .help = "on this terminal, such as pts/3");
	td_argparse_add_argument(s, p, "--state", .metavar = "LETTERS", .group = g,
	                         .help = "in one of these states: R runs, S D wait, T stopped, Z ended, I idle");
	td_argparse_add_argument(s, p, "--older", .type = TD_ARG_DURATION, .metavar = "TIME", .group = g,
	                         .help = "running for longer than this, such as 1h30m");
	td_argparse_add_argument(s, p, "--younger", .type = TD_ARG_DURATION, .metavar = "TIME", .group = g,
	                         .help = "running for less than this");
	td_argparse_add_argument(s, p, "--no-kernel", .action = TD_ARG_STORE_TRUE, .group = g,
	                         .help = "without the kernel's own threads");
	td_argparse_add_argument(s, p, "-v, --invert", .action = TD_ARG_STORE_TRUE, .group = g,
	                         .help = "those that do not fit");
}

static bool is_number(const char *text) {
	return *text && strspn(text, "0123456789") == strlen(text) && strlen(text) < 10;
}

static int number(td_scope *s, const char *text) {
	return is_number(text) ? (int)td_int(s, text) : -1;
}

/* All parts between commas, of all the times that an option was given. */
static td_strs parts(td_scope *s, const td_args *args, const char *name) {
	return td_str_split(s, td_str_join(s, ",", td_args_strs(args, name)), .sep = ",");
}

static td_strs option(td_scope *s, const td_args *args, const char *name) {
	return td_args_has(args, name) ? parts(s, args, name) : (td_strs){NULL, 0};
}

static void check_users(td_scope *s, td_argparser *p, td_strs users) {
	for (size_t i = 0; i < users.len && !td_failed(s); i++) {
		struct passwd entry, *found = NULL;
		size_t size = 16384;
		char *buffer = td_alloc(s, size);
		if (!buffer || is_number(users.items[i])) continue;
		getpwnam_r(users.items[i], &entry, buffer, size, &found);
		if (!found) td_argparse_error(s, p, "there is no user %s", td_str_repr(s, users.items[i]));
	}
}

/* "tcp:8080", ":8080", "8080": the number; -1 when it is none. */
static int port_of(td_scope *s, const char *text, const char **protocol) {
	const char *colon = strchr(text, ':');
	*protocol = colon ? td_strndup(s, text, (size_t)(colon - text)) : "";
	if (**protocol && strcmp(*protocol, "tcp") != 0 && strcmp(*protocol, "udp") != 0) return -1;
	int port = number(s, colon ? colon + 1 : text);
	return port > 0 && port < 65536 ? port : -1;
}

static void check(td_scope *s, td_argparser *p, const ps_filter *f) {
	const char *protocol;
	check_users(s, p, f->users);
	for (size_t i = 0; i < f->ports.len && !td_failed(s); i++) {
		if (port_of(s, f->ports.items[i], &protocol) < 0)
			td_argparse_error(s, p, "%s is no port: expected 1 to 65535, or tcp:8080, or udp:53",
			                  td_str_repr(s, f->ports.items[i]));
	}
	for (size_t i = 0; i < f->under.len && !td_failed(s); i++) {
		if (number(s, f->under.items[i]) < 0)
			td_argparse_error(s, p, "--under wants a process id, not %s", td_str_repr(s, f->under.items[i]));
	}
	if (strspn(f->states, "RSDTtZXIPWK") != strlen(f->states) && !td_failed(s))
		td_argparse_error(s, p, "--state wants letters of R S D T t Z I, not %s", td_str_repr(s, f->states));
}

static td_pattern *compile(td_scope *s, td_argparser *p, const char *text) {
	TD_SCOPE(attempt, s);
	td_re_compile(attempt, text);
	const td_error *e = td_catch(attempt, TD_re_error, TD_ValueError, TD_OverflowError);
	if (e) td_argparse_error(s, p, "--regex %s: %s", td_str_repr(s, text), e->message);
	return e || td_failed(attempt) ? NULL : td_re_compile(s, text);
}

const td_args *ps_filter_parse(td_scope *s, td_argparser *p, td_strs argv, td_strs *more) {
	/* Python's parser takes all names from one place; people write some before and some behind an option. */
	const td_args *args = td_argparse_parse_known_args(s, p, more, .args = argv);
	if (td_failed(s)) return NULL;
	for (size_t i = 0; i < more->len; i++) {
		if (more->items[i][0] == '-') return td_argparse_parse_args(s, p, .args = argv); /* which says what is wrong */
	}
	return args;
}

static td_strs joined(td_scope *s, td_strs a, td_strs b) {
	const char **out = td_alloc_array(s, a.len + b.len + 1, sizeof *out);
	for (size_t i = 0; out && i < a.len + b.len; i++) out[i] = i < a.len ? a.items[i] : b.items[i - a.len];
	return out ? (td_strs){out, a.len + b.len} : a;
}

ps_filter ps_filter_read(td_scope *s, td_argparser *p, const td_args *args, td_strs more) {
	ps_filter f = {.what = joined(s, td_args_strs(args, "what"), more),
	               .users = option(s, args, "user"),
	               .cgroups = option(s, args, "cgroup"),
	               .ports = option(s, args, "port"),
	               .terminals = option(s, args, "tty"),
	               .under = option(s, args, "under"),
	               .states = td_args_str(args, "state"),
	               .older = td_args_float(args, "older"),
	               .younger = td_args_float(args, "younger"),
	               .no_kernel = td_args_bool(args, "no_kernel"),
	               .invert = td_args_bool(args, "invert")};
	if (td_args_has(args, "regex")) f.regex = compile(s, p, td_args_str(args, "regex"));
	if (!td_failed(s)) check(s, p, &f);
	return f;
}

bool ps_filter_is_empty(const ps_filter *f) {
	return !f->what.len && !f->users.len && !f->cgroups.len && !f->ports.len && !f->terminals.len && !f->under.len &&
	       !*f->states && !f->regex && f->older <= 0 && f->younger <= 0;
}

unsigned ps_filter_needs(const ps_filter *f) {
	return (f->users.len ? PS_USER : 0) | (f->cgroups.len ? PS_CGROUP : 0) | (f->regex ? PS_CMDLINE : 0) |
	       (f->ports.len ? PS_PORTS : 0);
}

/* --- ports --- */

static bool is_asked_for(td_scope *s, const ps_filter *f, const td_sconn *c) {
	for (size_t i = 0; i < f->ports.len; i++) {
		const char *protocol;
		int port = port_of(s, f->ports.items[i], &protocol);
		bool fits = !*protocol || (c->type == 1) == (strcmp(protocol, "tcp") == 0);
		if (fits && (c->lport == port || c->rport == port)) return true;
	}
	return false;
}

static const char *shown(td_scope *s, const ps_filter *f, const td_sconn *c) {
	const char *protocol = c->type == 1 ? "tcp" : "udp";
	if (!c->rport) return td_format(s, "%s:%d", protocol, c->lport);
	bool came = false; /* to the port that was asked for */
	for (size_t i = 0; i < f->ports.len; i++) {
		const char *ignored;
		came |= port_of(s, f->ports.items[i], &ignored) == c->lport;
	}
	return td_format(s, "%s:%d%c%d", protocol, c->lport, came ? '<' : '>', c->rport);
}

static int by_pid(const void *a, const void *b) {
	const ps_socket *x = a, *y = b;
	if (x->pid != y->pid) return x->pid < y->pid ? -1 : 1;
	if (x->listens != y->listens) return x->listens ? -1 : 1;
	return strcmp(x->shown, y->shown);
}

ps_sockets ps_sockets_read(td_scope *s, const ps_filter *f) {
	const td_sconn_list *all = td_psutil_net_connections(s, .every_owner = true);
	ps_socket *items = td_alloc_array(s, all->len, sizeof *items);
	ps_sockets out = {.items = items};
	if (!items) return out;
	for (size_t i = 0; i < all->len; i++) {
		const td_sconn *c = &all->items[i];
		bool listens = c->type == 1 ? strcmp(c->status, "LISTEN") == 0 : c->lport && !c->rport;
		bool asked_for = is_asked_for(s, f, c);
		/* A connection that is over belongs to nobody. */
		if (asked_for && c->pid < 0 && strcmp(c->status, "TIME_WAIT") != 0) out.hidden++;
		if (c->pid < 0 || (!listens && !asked_for)) continue;
		items[out.len++] = (ps_socket){c->pid, shown(s, f, c), listens, asked_for};
	}
	if (out.len) qsort(items, out.len, sizeof *items, by_pid);
	return out;
}

/* --- whether it fits --- */

const td_process_row *ps_row_of(const td_process_table *all, int pid) {
	size_t low = 0, high = all->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (all->items[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < all->len && all->items[low].pid == pid ? &all->items[low] : NULL;
}

bool ps_is_under(const td_process_table *all, const td_process_row *row, int pid) {
	/* A table is not read at one moment: what it tells of parents may go in a circle. */
	for (size_t steps = 0; row && steps < all->len; steps++) {
		if (row->pid == pid) return true;
		row = ps_row_of(all, row->ppid);
	}
	return false;
}

static bool fits_what(td_scope *s, td_strs what, const td_process_row *row) {
	for (size_t i = 0; i < what.len; i++) {
		if (is_number(what.items[i]) ? number(s, what.items[i]) == row->pid : !fnmatch(what.items[i], row->name, 0))
			return true;
	}
	return false;
}

static bool fits_user(td_scope *s, td_strs users, const td_process_row *row) {
	for (size_t i = 0; i < users.len; i++) {
		if (is_number(users.items[i]) ? number(s, users.items[i]) == row->uid : !strcmp(users.items[i], row->username))
			return true;
	}
	return false;
}

/* "/a/b" is that group and what is below it; "b.service" is any part of a path. */
static bool fits_cgroup(td_strs groups, const char *path) {
	for (size_t i = 0; i < groups.len; i++) {
		const char *group = groups.items[i];
		size_t len = strlen(group);
		while (len > 1 && group[len - 1] == '/') len--;
		if (*group == '/') {
			if (len == 1 || (strncmp(path, group, len) == 0 && (!path[len] || path[len] == '/'))) return true;
			continue;
		}
		for (const char *part = path; *part;) {
			while (*part == '/') part++;
			size_t n = strcspn(part, "/");
			char one[256];
			if (n && n < sizeof one) {
				memcpy(one, part, n);
				one[n] = 0;
				if (fnmatch(group, one, 0) == 0) return true;
			}
			part += n;
		}
	}
	return false;
}

static bool fits_port(const ps_sockets *sockets, int pid) {
	for (size_t i = 0; i < sockets->len; i++) {
		if (sockets->items[i].pid == pid && sockets->items[i].asked_for) return true;
	}
	return false;
}

static bool fits_terminal(td_strs terminals, const char *terminal) {
	for (size_t i = 0; i < terminals.len; i++) {
		const char *name = terminals.items[i];
		if (strncmp(name, "/dev/", 5) == 0) name += 5;
		if (strcmp(name, *terminal ? terminal + 5 : "?") == 0) return true;
	}
	return false;
}

static bool fits_regex(td_scope *s, td_pattern *regex, const td_process_row *row) {
	if (row->pid == getpid()) return false; /* whose command line has the expression in it */
	TD_SCOPE(scratch, s);
	const char *line = *row->cmdline ? row->cmdline : row->name;
	for (const char *p = line; *p; p++) {
		if ((unsigned char)*p < 0x80) continue;
		line = tend_text_cut(scratch, line, 1 << 20, true); /* what is no UTF-8 is a ? to an expression */
		break;
	}
	return td_pattern_search(scratch, regex, line) != NULL;
}

bool ps_filter_takes(td_scope *s, const ps_filter *f, const td_process_table *all, const ps_sockets *sockets,
                     const td_process_row *row, double now) {
	double age = now - row->create_time;
	if (f->no_kernel && row->kernel_thread) return false;
	bool under = !f->under.len;
	for (size_t i = 0; i < f->under.len && !under; i++) under = ps_is_under(all, row, number(s, f->under.items[i]));
	bool takes =
		under && (!f->what.len || fits_what(s, f->what, row)) && (!f->users.len || fits_user(s, f->users, row)) &&
		(!f->cgroups.len || fits_cgroup(f->cgroups, row->cgroup)) && (!f->ports.len || fits_port(sockets, row->pid)) &&
		(!f->terminals.len || fits_terminal(f->terminals, row->terminal)) &&
		(!*f->states || strchr(f->states, row->state)) && (f->older <= 0 || age > f->older) &&
		(f->younger <= 0 || age < f->younger) && (!f->regex || fits_regex(s, f->regex, row));
	return takes != f->invert;
}
