/* tools/ps/main.c: `tend ps`: the command line, and the list. */
#include "ps/ps.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tend/file.h>
#include <unistd.h>

#include "ps/act.h"
#include "ps/read.h"

enum { MOST_COLUMNS = 64 };

static const char TABLE[] = "user,pid,cpu,mem,vsz,rss,tty,state,start,time,command";
static const char TREE[] = "user,pid,cpu,rss,time,command";
/* For programs: all that costs no more than the table's. */
static const char DATA[] =
	"pid,ppid,pgid,sid,user,uid,name,command,state,status,tty,cpu,mem,vsz,rss,start,age,time,nice,pri,threads,psr";

typedef struct chosen {
	const ps_column *columns[MOST_COLUMNS];
	size_t count;
} chosen;

static const ps_column *column(td_scope *s, td_argparser *p, const char *name) {
	const ps_column *c = ps_column_find(td_str_lower(s, name));
	if (c || td_failed(s)) return c;
	const char *near = ps_column_near(s, name);
	td_argparse_error(s, p, "there is no column %s; %s", td_str_repr(s, name),
	                  near ? td_format(s, "did you mean '%s'?", near) : "'tend ps --list-columns' shows them all");
	return NULL;
}

static void add(td_scope *s, td_argparser *p, chosen *to, const char *list) {
	td_strs names = td_str_split(s, list, .sep = ",");
	for (size_t i = 0; i < names.len && !td_failed(s); i++) {
		const char *name = td_str_strip(s, names.items[i]);
		const ps_column *c = *name ? column(s, p, name) : NULL;
		if (c && to->count < MOST_COLUMNS) to->columns[to->count++] = c;
	}
}

/* "pid,name", or "+io,fds": those beside the usual ones, before the command. */
static chosen choose_columns(td_scope *s, td_argparser *p, const char *asked, const char *usual, bool ports) {
	chosen out = {0}, more = {0};
	bool beside = *asked == '+';
	if (*asked && !beside) {
		add(s, p, &out, asked);
		if (!out.count && !td_failed(s)) td_argparse_error(s, p, "--columns wants at least one");
		return out;
	}
	add(s, p, &out, usual);
	if (beside) add(s, p, &more, asked + 1);
	if (ports) add(s, p, &more, "ports");
	if (out.count + more.count > MOST_COLUMNS || !out.count) return out;
	const ps_column *last = out.columns[--out.count];
	for (size_t i = 0; i < more.count; i++) out.columns[out.count++] = more.columns[i];
	out.columns[out.count++] = last;
	return out;
}

static size_t read_keys(td_scope *s, td_argparser *p, const char *text, ps_key *keys) {
	td_strs names = td_str_split(s, text, .sep = ",");
	size_t count = 0;
	for (size_t i = 0; i < names.len && count < MOST_COLUMNS && !td_failed(s); i++) {
		const char *name = td_str_strip(s, names.items[i]);
		if (!*name) continue;
		bool sign = *name == '-' || *name == '+';
		keys[count++] = (ps_key){column(s, p, name + sign), *name == '-'};
	}
	return td_failed(s) ? 0 : count;
}

static void list_columns(td_scope *s) {
	for (size_t i = 0; i < ps_column_count; i++) {
		const ps_column *c = &ps_columns[i];
		td_print(s, "%-11s %-10s %s", c->name, c->title, c->help);
	}
}

static td_strs column_names(td_scope *s) {
	const char **names = td_alloc_array(s, ps_column_count, sizeof *names);
	for (size_t i = 0; names && i < ps_column_count; i++) names[i] = ps_columns[i].name;
	return (td_strs){names, names ? ps_column_count : 0};
}

static td_argparser *declare(td_scope *s, bool tree) {
	td_argparser *p = td_argparse_argument_parser(
		s, .prog = "tend ps", .formatter = TD_ARG_RAW_DESCRIPTION,
		.usage = "tend ps [list|tree] [WHAT ...] [OPTION ...]\n       tend ps kill|stop|continue|nice|wait WHAT ... "
				 "[OPTION ...]",
		.description = "List processes, or act on those that are chosen. 'tend ps kill --help' and so on tell\n"
					   "how the actions are used; they show what they would hit first.",
		.epilog = "exit status: 0 done, 1 nothing matched, 2 the command line is wrong\n"
				  "example: tend ps --port 8080\n"
				  "example: tend ps -u www -o pid,rss,fds,cgroup,command -s -rss");
	ps_filter_declare(s, p);
	td_arggroup *g = td_argparse_add_argument_group(s, p, .title = "how they are shown");
	td_argparse_add_argument(s, p, "-o, --columns", .metavar = "LIST", .group = g,
	                         .help = "these columns; +LIST adds to the usual ones", .suggestions = column_names(s));
	td_argparse_add_argument(s, p, "-s, --sort", .metavar = "COLUMN", .group = g,
	                         .help = "by these columns; -COLUMN puts the largest first (--sort=-rss)",
	                         .suggestions = column_names(s));
	if (!tree)
		td_argparse_add_argument(s, p, "-t, --tree", .action = TD_ARG_STORE_TRUE, .group = g,
		                         .help = "children below their parents");
	td_argparse_add_argument(s, p, "-l, --limit", .type = TD_ARG_INT, .metavar = "N", .group = g,
	                         .help = "only the first N");
	td_argparse_add_argument(s, p, "-w, --wide", .action = TD_ARG_STORE_TRUE, .group = g,
	                         .help = "do not cut lines at the terminal's width");
	td_argparse_add_argument(s, p, "--no-header", .action = TD_ARG_STORE_TRUE, .group = g, .help = "no line of titles");
	td_argparse_add_argument(s, p, "--json", .action = TD_ARG_STORE_TRUE, .group = g,
	                         .help = "a list of objects; sizes in bytes, times in seconds");
	td_argparse_add_argument(s, p, "--csv", .action = TD_ARG_STORE_TRUE, .group = g, .help = "the same as CSV");
	td_argparse_add_argument(s, p, "--list-columns", .action = TD_ARG_STORE_TRUE, .group = g,
	                         .help = "what the columns are");
	return p;
}

static bool in_colour(void) {
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	return isatty(1) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

/* "-s -rss" is what people write, and what a parser of options takes for an option. */
static td_strs with_sort_joined(td_scope *s, td_strs argv) {
	const char **out = td_alloc_array(s, argv.len + 1, sizeof *out);
	size_t len = 0;
	for (size_t i = 0; out && i < argv.len; i++) {
		bool sort = strcmp(argv.items[i], "-s") == 0 || strcmp(argv.items[i], "--sort") == 0;
		if (sort && i + 1 < argv.len && argv.items[i + 1][0] == '-')
			out[len++] = td_format(s, "--sort=%s", argv.items[++i]);
		else
			out[len++] = argv.items[i];
	}
	return out ? (td_strs){out, len} : argv;
}

static void list(td_scope *s, td_strs argv, bool tree) {
	td_argparser *p = declare(s, tree);
	td_strs more;
	const td_args *args = ps_filter_parse(s, p, with_sort_joined(s, argv), &more);
	if (td_failed(s)) return;
	if (td_args_bool(args, "list_columns")) {
		list_columns(s);
		return;
	}
	bool json = td_args_bool(args, "json"), csv = td_args_bool(args, "csv");
	tree |= td_args_bool(args, "tree");
	if (json && csv) td_argparse_error(s, p, "--json and --csv are two");
	if (td_args_has(args, "limit") && td_args_int(args, "limit") < 1)
		td_argparse_error(s, p, "--limit wants a number from 1");
	ps_filter f = ps_filter_read(s, p, args, more);
	ps_key keys[MOST_COLUMNS];
	size_t key_count = td_failed(s) ? 0 : read_keys(s, p, td_args_str(args, "sort"), keys);
	if (td_failed(s)) return;
	chosen c = choose_columns(s, p, td_args_str(args, "columns"),
	                          json || csv ? DATA
	                          : tree      ? TREE
	                                      : TABLE,
	                          f.ports.len);
	if (td_failed(s)) return;
	unsigned needs = 0;
	for (size_t i = 0; i < c.count; i++) needs |= c.columns[i]->needs;
	for (size_t i = 0; i < key_count; i++) needs |= keys[i].column->needs;
	ps_found found = ps_read(s, &f, needs);
	if (key_count) ps_sort(found.lines, found.count, keys, key_count, &found.machine);
	ps_view view = {.columns = c.columns,
	                .column_count = c.count,
	                .lines = found.lines,
	                .line_count = found.count,
	                .machine = found.machine,
	                .no_header = td_args_bool(args, "no_header"),
	                .utf8 = ps_is_utf8(),
	                .colour = in_colour(),
	                .width = td_args_bool(args, "wide") ? 0 : ps_width(s)};
	if (tree) ps_tree(s, found.lines, found.count, found.all, view.utf8);
	if (td_args_has(args, "limit") && view.line_count > (size_t)td_args_int(args, "limit"))
		view.line_count = (size_t)td_args_int(args, "limit");
	if (td_failed(s)) return;
	signal(SIGPIPE, SIG_DFL); /* `tend ps | head` ends without a word, as every list does */
	if (json)
		ps_show_json(s, &view);
	else if (csv)
		ps_show_csv(s, &view);
	else
		ps_show_table(s, &view);
	if (!found.count && !td_failed(s)) td_sys_exit(s, 1);
}

/* A parser would take list and kill for names of processes: they are looked for before it, and known as commands to
 * completion only. */
td_argparser *tend_ps_parser(td_scope *s) {
	td_argparser *table = declare(s, false), *tree = declare(s, true);
	td_argparser *p =
		td_argparse_argument_parser(s, .prog = "tend ps", .no_help = true, .parents = &table, .parent_count = 1);
	td_argsub *sub = td_argparse_add_subparsers(s, p);
	td_argparse_add_parser(s, sub, "list", .help = "as a table", .no_help = true, .parents = &table, .parent_count = 1);
	td_argparse_add_parser(s, sub, "tree", .help = "children below their parents", .no_help = true, .parents = &tree,
	                       .parent_count = 1);
	ps_act_declare(s, sub);
	return p;
}

void tend_ps(td_scope *s, td_strs argv) {
	static const char *const verbs[] = {"kill", "stop", "continue", "nice", "wait"};
	const char *first = argv.len ? argv.items[0] : "";
	td_strs rest = argv.len ? (td_strs){argv.items + 1, argv.len - 1} : argv;
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(first, verbs[i]) != 0) continue;
		ps_act(s, first, rest);
		return;
	}
	bool tree = strcmp(first, "tree") == 0;
	list(s, tree || strcmp(first, "list") == 0 ? rest : argv, tree);
}
