/* diff.c: a tree against its sums: what was added, removed and changed; once, or again and again. */
#include <signal.h>
#include <string.h>
#include <tend/argparse.h>
#include <tend/array.h>
#include <tend/file.h>
#include <tend/map.h>
#include <tend/path.h>
#include <tend/signal.h>
#include <tend/stat.h>
#include <tend/time.h>
#include <unistd.h>

#include "hash.h"

typedef enum state { SAME, ADDED, REMOVED, CHANGED, UNREADABLE } state;
static const char *const words[] = {"same", "added", "removed", "changed", "unreadable"};

/* What is known of one name: its sums, and what was found when it was looked at last. */
typedef struct entry {
	hash_set set; /* count 0: there is no sum of it */
	const char *hex[HASH_MOST];
	state now, before;
	int err_no;
	bool seen;
	/* of the file when it was read; while they stay as they are it is not read again */
	bool read;
	int64_t size, mtime_ns, ctime_ns;
	uint64_t ino;
} entry;

typedef struct differ {
	td_scope *scope; /* of the entries */
	td_map *entries; /* by name without "./" */
	td_strs roots;
	const char *sums; /* its own name, which is not in it */
	hash_tree *tree;
	int64_t jobs;
	hash_rows rows;
	bool different, follow; /* follow: only what is not as before is told */
} differ;

/* --- reading the sums --- */

/* Whether name lies below root, both without "./". */
static bool is_below(const char *root, const char *name) {
	if (strcmp(root, ".") == 0) return name[0] != '/' && strncmp(name, "../", 3) != 0;
	if (strcmp(root, "/") == 0) return name[0] == '/';
	size_t len = strlen(root);
	return strncmp(root, name, len) == 0 && (name[len] == '/' || name[len] == '\0');
}

static entry *entry_of(differ *d, const char *name) {
	entry *e = td_map_get(d->entries, name);
	if (e) return e;
	e = td_alloc(d->scope, sizeof *e);
	return e && td_map_set(d->scope, d->entries, name, e) ? e : NULL;
}

static void take_line(td_scope *s, differ *d, const hash_line *line) {
	const char *name = td_path_normpath(s, line->name);
	for (size_t i = 0; i < d->roots.len; i++) {
		if (!is_below(d->roots.items[i], name)) continue;
		entry *e = entry_of(d, name);
		if (!e || e->set.count == HASH_MOST) return;
		e->hex[e->set.count] = td_strndup(d->scope, line->hex, 2 * line->wanted.size);
		e->set.of[e->set.count++] = line->wanted;
		return;
	}
}

static void read_sums(td_scope *s, differ *d, const char *path) {
	hash_sums sums;
	hash_reader reader = {.reversed = -1, .tag = "SHA256"};
	size_t len = 0, lines = 0, wrong = 0;
	if (!hash_sums_open(s, &sums, path)) return;
	TD_LOOP (turn, s) {
		char *text = hash_sums_next(turn, &sums, &len);
		if (!text) break;
		hash_line line;
		bool right = hash_line_read(&reader, text, len, &line);
		lines += right;
		wrong += !right;
		if (right) take_line(turn, d, &line);
	}
	td_file_close(s, sums.file);
	if (!td_failed(s) && !lines) td_raise(s, TD_ValueError, "%s: no properly formatted checksum lines found", path);
	if (!td_failed(s) && wrong) {
		fprintf(stderr, "tend hash: WARNING: %zu line%s improperly formatted\n", wrong, wrong == 1 ? " is" : "s are");
	}
}

/* --- one look at the tree --- */

static bool is_as_read(td_scope *s, entry *e, const char *name) {
	TD_SCOPE(attempt, s);
	const td_stat *st = td_os_stat(attempt, name);
	if (td_catch(attempt, TD_OSError)) return false;
	bool same = e->read && e->size == st->size && e->mtime_ns == st->mtime_ns && e->ctime_ns == st->ctime_ns &&
	            e->ino == st->ino;
	e->size = st->size;
	e->mtime_ns = st->mtime_ns;
	e->ctime_ns = st->ctime_ns;
	e->ino = st->ino;
	e->read = true; /* of what is read after this; a change in between shows in the next look */
	return same;
}

static bool next(td_scope *s, void *arg, hash_item *item) {
	differ *d = arg;
	while (hash_tree_next(s, d->tree, item)) {
		const char *name = td_path_normpath(s, item->name);
		if (td_failed(s)) return false;
		if (strcmp(name, d->sums) == 0) continue;
		entry *e = entry_of(d, name);
		if (!e) return false;
		e->seen = true;
		item->name = name;
		item->tag = e;
		if (item->err_no) return true;
		if (d->follow && e->set.count && is_as_read(s, e, name)) {
			if (item->fd >= 0) close(item->fd);
			item->fd = -1;
			continue;
		}
		item->set = e->set;
		return true;
	}
	return false;
}

static void done(td_scope *s, void *arg, const hash_item *item) {
	(void)s, (void)arg;
	entry *e = (entry *)item->tag;
	e->err_no = item->err_no;
	e->now = item->err_no ? UNREADABLE : e->set.count ? SAME : ADDED;
	if (item->err_no) e->read = false;
	for (size_t i = 0; !item->err_no && i < e->set.count; i++) {
		if (!hash_same(e->hex[i], item->hex[i], e->set.of[i].size)) e->now = CHANGED;
	}
}

static void tell(td_scope *s, differ *d, const char *name, const entry *e) {
	const char *word = e->now == SAME ? "as before" : words[e->now];
	if (e->now == UNREADABLE) hash_complain(s, name, strerror(e->err_no));
	if (d->rows.wanted) {
		td_value *row = td_dict(s, "file", hash_json_name(s, name), "change", e->now == SAME ? "restored" : word);
		if (e->now == UNREADABLE) td_value_set(s, row, "error", td_value_new_str(s, strerror(e->err_no)));
		hash_rows_add(s, &d->rows, row);
		return;
	}
	if (e->now == UNREADABLE) return;
	bool escape = hash_name_needs_escape(name);
	printf("%s%s: ", escape ? "\\" : "", word);
	hash_print_name(name, escape, stdout);
	putchar('\n');
}

static int by_name(const void *a, const void *b, void *arg) {
	(void)arg;
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Tells what is different, in the order of the names; a file that was nowhere and is nowhere is forgotten. */
static void tell_all(td_scope *s, differ *d) {
	td_array *names = td_array_new(s, sizeof(const char *));
	const char *name;
	void *value;
	for (size_t at = 0; td_map_next(d->entries, &at, &name, &value);) {
		entry *e = value;
		if (!e->seen) {
			e->now = e->set.count ? REMOVED : SAME;
			e->read = false;
		}
		if (e->now != SAME) d->different = true;
		if (e->now != e->before) td_array_append(s, names, &name);
	}
	td_array_sort(s, names, by_name, NULL);
	for (size_t i = 0; i < td_array_len(names); i++) {
		TD_SCOPE(tmp, s);
		const char *one = *(const char *const *)td_array_at(names, i);
		entry *e = td_map_get(d->entries, one);
		bool gone = !e->seen && !e->set.count; /* it was added, and has been taken away again */
		if (gone && !d->rows.wanted) {
			bool escape = hash_name_needs_escape(one);
			printf("%sremoved: ", escape ? "\\" : "");
			hash_print_name(one, escape, stdout);
			putchar('\n');
		} else if (gone) {
			hash_rows_add(tmp, &d->rows, td_dict(tmp, "file", hash_json_name(tmp, one), "change", "removed"));
		} else {
			tell(tmp, d, one, e);
		}
		e->before = e->now;
	}
}

static void look(td_scope *s, differ *d) {
	TD_SCOPE(turn, s);
	const char *name;
	void *value;
	for (size_t at = 0; td_map_next(d->entries, &at, &name, &value);) ((entry *)value)->seen = false;
	d->tree = hash_tree_new(turn, d->roots, true);
	hash_run run = {.next = next, .done = done, .arg = d, .jobs = d->jobs, .total = -1};
	run.bar = tend_progress_open(turn);
	hash_run_all(turn, &run);
	if (!td_failed(turn)) tell_all(turn, d);
}

/* --- the command lines --- */

static td_argparser *parser(td_scope *s, const char *prog, const char *description, const char *epilog) {
	td_argparser *p = td_argparse_argument_parser(s, .prog = prog, .description = description, .epilog = epilog);
	td_argparse_add_argument(s, p, "-j, --jobs", .type = TD_ARG_INT, .default_ = "1", .metavar = "N",
	                         .help = "threads; 0: one for each processor (default: %(default)s)");
	td_argparse_add_argument(s, p, "--json", .action = TD_ARG_STORE_TRUE, .help = "print JSON");
	td_argparse_add_argument(s, p, "sums", .metavar = "SUMS", .help = "what 'tend hash -r' or sha256sum wrote");
	td_argparse_add_argument(s, p, "dir", .nargs = "*", .metavar = "DIR",
	                         .help = "the trees that are compared (default: the current directory)");
	return p;
}

static void prepare(td_scope *s, differ *d, const td_args *args) {
	td_strs dirs = td_args_strs(args, "dir");
	if (!dirs.len) dirs = td_strs_of(s, ".");
	const char **roots = td_alloc_array(s, dirs.len + 1, sizeof *roots);
	for (size_t i = 0; roots && i < dirs.len; i++) roots[i] = td_path_normpath(s, dirs.items[i]);
	d->scope = s;
	d->roots = (td_strs){roots, dirs.len};
	d->entries = td_map_new(s);
	d->sums = td_path_normpath(s, td_args_str(args, "sums"));
	d->jobs = hash_jobs(td_args_int(args, "jobs"));
	d->rows.wanted = td_args_bool(args, "json");
	TD_SCOPE(attempt, s);
	read_sums(attempt, d, td_args_str(args, "sums"));
	const td_error *e = td_catch(attempt, TD_OSError, TD_ValueError);
	if (!e) return;
	if (e->err_no)
		hash_complain(attempt, e->filename, strerror(e->err_no));
	else
		fprintf(stderr, "tend hash: %s\n", e->message);
	td_sys_exit(s, 2);
}

td_argparser *hash_diff_parser(td_scope *s) {
	return parser(s, "tend hash diff", "Compare a tree with its sums: which files were added, removed or changed.",
	              "exit status: 0 nothing is different, 1 something is, 2 the sums cannot be read. "
	              "example: tend hash -r etc > sums && tend hash diff sums etc");
}

void hash_diff_tool(td_scope *s, td_strs argv) {
	const td_args *args = td_argparse_parse_args(s, hash_diff_parser(s), .args = argv);
	if (td_failed(s)) return;
	differ d = {0};
	prepare(s, &d, args);
	if (td_failed(s)) return;
	hash_rows_begin(&d.rows);
	look(s, &d);
	hash_rows_end(&d.rows);
	if (!td_failed(s) && d.different) td_sys_exit(s, 1);
}

td_argparser *hash_watch_parser(td_scope *s) {
	td_argparser *p = parser(s, "tend hash watch",
	                         "Compare a tree with its sums again and again and tell what has come to be different. "
	                         "Files that look as they did are not read again.",
	                         "TERM and INT end it with 0; exit status 2: the sums cannot be read. "
	                         "example: tend hash watch --interval 1m sums etc");
	td_argparse_add_argument(s, p, "--interval", .type = TD_ARG_DURATION, .default_ = "10s", .metavar = "TIME",
	                         .help = "between two looks (default: %(default)s)");
	return p;
}

void hash_watch_tool(td_scope *s, td_strs argv) {
	td_argparser *p = hash_watch_parser(s);
	const td_args *args = td_argparse_parse_args(s, p, .args = argv);
	if (td_failed(s)) return;
	double interval = td_args_float(args, "interval");
	if (interval <= 0) {
		td_argparse_error(s, p, "argument --interval: it must be longer than nothing");
		return;
	}
	differ d = {.follow = true};
	prepare(s, &d, args);
	if (td_failed(s)) return;
	td_signal_cancel_on(s, SIGTERM, SIGINT);
	TD_LOOP (turn, s) {
		d.rows.any = false;
		look(turn, &d);
		if (d.rows.wanted && d.rows.any) puts("");
		fflush(stdout);
		td_time_sleep(turn, interval);
	}
}
