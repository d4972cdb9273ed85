/* main.c: the command line of `tend hash`. */
#include <string.h>
#include <tend/argparse.h>
#include <tend/difflib.h>
#include <unistd.h>

#include "hash.h"

int64_t hash_jobs(int64_t asked) {
	long here = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t jobs = asked ? asked : here;
	return jobs < 1 ? 1 : jobs > 256 ? 256 : jobs;
}

static td_strs algorithm_names(td_scope *s) {
	const char **names = td_alloc_array(s, HASH_MOST, sizeof *names);
	size_t n = 0;
	for (const hash_algorithm *a = hash_algorithms; names && a->name; a++) names[n++] = a->name;
	return (td_strs){names, n};
}

static td_argparser *declare(td_scope *s) {
	td_argparser *p = td_argparse_argument_parser(
		s, .prog = "tend hash", .formatter = TD_ARG_RAW_DESCRIPTION,
		.usage = "%(prog)s [OPTION ...] [FILE ...]\n       %(prog)s -c [OPTION ...] [SUMS ...]\n"
				 "       %(prog)s diff | watch SUMS [DIR ...]",
		.description = "Print or check digests of files, as sha256sum and its kin do. Without FILE, or where\n"
					   "FILE is -, standard input is read.",
		.epilog = "exit status: 0 all went well, 1 a file could not be read or does not match, 2 usage.\n"
				  "example: tend hash -r /etc > sums && tend hash -c --quiet sums");
	td_arggroup *form = td_argparse_add_argument_group(s, p, .title = "what is printed");
	td_argparse_add_argument(s, p, "-a, --algorithm", .metavar = "NAME[,NAME]", .group = form,
	                         .help =
	                             "sha256 (the default), sha512, sha384, sha224, sha1, md5, blake2b, blake2s, sha3_256, "
	                             "sha3_512, sha3_384, sha3_224; several are taken in one reading",
	                         .suggestions = algorithm_names(s));
	td_argparse_add_argument(s, p, "-l, --length", .type = TD_ARG_INT, .metavar = "BITS", .group = form,
	                         .help = "of blake2b and blake2s, a multiple of 8");
	td_argparse_add_argument(s, p, "-b, --binary", .action = TD_ARG_STORE_TRUE, .group = form,
	                         .help = "mark files with * as read in binary");
	td_argparse_add_argument(s, p, "-t, --text", .action = TD_ARG_STORE_TRUE, .group = form,
	                         .help = "mark them with a blank (the default)");
	td_argparse_add_argument(s, p, "--tag", .action = TD_ARG_STORE_TRUE, .group = form,
	                         .help = "lines that name their algorithm (the default with several)");
	td_argparse_add_argument(s, p, "--untagged", .action = TD_ARG_STORE_TRUE, .group = form,
	                         .help = "lines that do not");
	td_argparse_add_argument(s, p, "-z, --zero", .action = TD_ARG_STORE_TRUE, .group = form,
	                         .help = "end lines with NUL and leave names as they are");
	td_argparse_add_argument(s, p, "--json", .action = TD_ARG_STORE_TRUE, .group = form, .help = "print JSON");
	td_arggroup *work = td_argparse_add_argument_group(s, p, .title = "how it works");
	td_argparse_add_argument(s, p, "-r, --recursive", .action = TD_ARG_STORE_TRUE, .group = work,
	                         .help = "a directory stands for the regular files below it");
	td_argparse_add_argument(s, p, "-j, --jobs", .type = TD_ARG_INT, .default_ = "1", .metavar = "N", .group = work,
	                         .help = "threads; 0: one for each processor (default: %(default)s)");
	td_arggroup *check = td_argparse_add_argument_group(s, p, .title = "checking");
	td_argparse_add_argument(s, p, "-c, --check", .action = TD_ARG_STORE_TRUE, .group = check,
	                         .help = "read sums from the files and check them");
	td_argparse_add_argument(s, p, "--ignore-missing", .action = TD_ARG_STORE_TRUE, .group = check,
	                         .help = "do not fail for files that are not there");
	td_argparse_add_argument(s, p, "--quiet", .action = TD_ARG_STORE_CONST, .const_ = "quiet", .dest = "report",
	                         .group = check, .help = "do not print OK for those that match");
	td_argparse_add_argument(s, p, "--status", .action = TD_ARG_STORE_CONST, .const_ = "status", .dest = "report",
	                         .group = check, .help = "print nothing, the exit status tells");
	td_argparse_add_argument(s, p, "--strict", .action = TD_ARG_STORE_TRUE, .group = check,
	                         .help = "fail for lines that are no sums");
	td_argparse_add_argument(s, p, "-w, --warn", .action = TD_ARG_STORE_CONST, .const_ = "warn", .dest = "report",
	                         .group = check, .help = "tell where such lines are");
	td_argparse_add_argument(s, p, "file", .nargs = "*", .metavar = "FILE",
	                         .help =
	                             "files; with -c, files of sums. A first FILE called diff or watch is ./diff, ./watch");
	return p;
}

/* --- what was asked for --- */

static void unknown(td_scope *s, td_argparser *p, const char *name) {
	td_strs known = algorithm_names(s);
	td_strs near = td_difflib_get_close_matches(s, name, known, .n = 1);
	if (near.len)
		td_argparse_error(s, p, "argument -a/--algorithm: no algorithm '%s'; did you mean '%s'?", name, near.items[0]);
	else
		td_argparse_error(s, p, "argument -a/--algorithm: no algorithm '%s' (choose from %s)", name,
		                  td_str_join(s, ", ", known));
}

static void read_algorithms(td_scope *s, td_argparser *p, const td_args *args, hash_set *set) {
	bool sized = false;
	td_strs names = td_args_has(args, "algorithm") ? td_str_split(s, td_args_str(args, "algorithm"), .sep = ",")
	                                               : (td_strs){NULL, 0};
	for (size_t i = 0; i < names.len && !td_failed(s); i++) {
		const hash_algorithm *a = hash_algorithm_named(td_str_strip(s, names.items[i]));
		if (!a) {
			unknown(s, p, names.items[i]);
			return;
		}
		bool again = false;
		for (size_t k = 0; k < set->count; k++) again = again || set->of[k].algorithm == a;
		if (!again) set->of[set->count++] = (hash_wanted){a, a->size};
	}
	if (!td_args_has(args, "length")) return;
	int64_t bits = td_args_int(args, "length");
	for (size_t i = 0; i < set->count; i++) {
		const hash_algorithm *a = set->of[i].algorithm;
		if (!a->any_size) continue;
		sized = true;
		if (bits < 0 || bits % 8) td_argparse_error(s, p, "argument -l/--length: it must be a multiple of 8");
		if (bits > (int64_t)a->size * 8) {
			td_argparse_error(s, p, "argument -l/--length: %s has %zu bits at most", a->name, a->size * 8);
		}
		if (bits) set->of[i].size = (size_t)bits / 8; /* 0 is its own length, as b2sum has it */
	}
	if (!sized) td_argparse_error(s, p, "argument -l/--length: only blake2b and blake2s have lengths");
}

/* What contradicts itself, in coreutils' words. */
static const char *contradiction(const td_args *args, const hash_options *o) {
	bool check = td_args_bool(args, "check"), marked = o->binary || td_args_bool(args, "text");
	if (o->tag && td_args_bool(args, "text")) return "--tag does not support --text mode";
	if (o->tag && o->untagged) return "--tag and --untagged exclude each other";
	if (check && o->zero) return "the --zero option is not supported when verifying checksums";
	if (check && o->tag) return "the --tag option is meaningless when verifying checksums";
	if (check && marked) return "the --binary and --text options are meaningless when verifying checksums";
	if (check && o->recursive) return "the --recursive option is meaningless when verifying checksums";
	if (check) return NULL;
	if (o->ignore_missing) return "the --ignore-missing option is meaningful only when verifying checksums";
	if (o->status) return "the --status option is meaningful only when verifying checksums";
	if (o->warn) return "the --warn option is meaningful only when verifying checksums";
	if (o->quiet) return "the --quiet option is meaningful only when verifying checksums";
	if (o->strict) return "the --strict option is meaningful only when verifying checksums";
	return NULL;
}

static void read_options(td_scope *s, td_argparser *p, const td_args *args, hash_options *o) {
	read_algorithms(s, p, args, &o->set);
	o->binary = td_args_bool(args, "binary");
	o->tag = td_args_bool(args, "tag");
	o->untagged = td_args_bool(args, "untagged");
	o->zero = td_args_bool(args, "zero");
	o->recursive = td_args_bool(args, "recursive");
	o->ignore_missing = td_args_bool(args, "ignore_missing");
	o->strict = td_args_bool(args, "strict");
	const char *report = td_args_str(args, "report"); /* the last of the three is the one that counts */
	o->quiet = strcmp(report, "quiet") == 0;
	o->status = strcmp(report, "status") == 0;
	o->warn = strcmp(report, "warn") == 0;
	o->rows.wanted = td_args_bool(args, "json");
	o->jobs = hash_jobs(td_args_int(args, "jobs"));
	const char *wrong = contradiction(args, o);
	if (wrong && !td_failed(s)) td_argparse_error(s, p, "%s", wrong);
	if (td_args_int(args, "jobs") < 0 && !td_failed(s)) {
		td_argparse_error(s, p, "argument -j/--jobs: it must not be negative");
	}
}

static bool check_all(td_scope *s, hash_options *o, td_strs paths) {
	hash_reader reader = {.allowed = o->set, .reversed = -1};
	reader.tag = o->set.count ? o->set.of[0].algorithm->tag : hash_algorithms[0].tag;
	bool fine = true;
	hash_rows_begin(&o->rows);
	for (size_t i = 0; i < paths.len && !td_failed(s); i++) fine = hash_check(s, o, &reader, paths.items[i]) && fine;
	hash_rows_end(&o->rows);
	return fine;
}

/* A parser would take diff and watch for files: they are looked for before it, and known as commands to completion only. */
td_argparser *tend_hash_parser(td_scope *s) {
	td_argparser *files = declare(s), *diff = hash_diff_parser(s), *watch = hash_watch_parser(s);
	td_argparser *p =
		td_argparse_argument_parser(s, .prog = "tend hash", .no_help = true, .parents = &files, .parent_count = 1);
	td_argsub *sub = td_argparse_add_subparsers(s, p);
	td_argparse_add_parser(s, sub, "diff", .help = "compare a tree with its sums", .no_help = true, .parents = &diff,
	                       .parent_count = 1);
	td_argparse_add_parser(s, sub, "watch", .help = "again and again", .no_help = true, .parents = &watch,
	                       .parent_count = 1);
	return p;
}

void tend_hash(td_scope *s, td_strs argv) {
	if (argv.len && strcmp(argv.items[0], "diff") == 0) {
		hash_diff_tool(s, (td_strs){argv.items + 1, argv.len - 1});
		return;
	}
	if (argv.len && strcmp(argv.items[0], "watch") == 0) {
		hash_watch_tool(s, (td_strs){argv.items + 1, argv.len - 1});
		return;
	}
	td_argparser *p = declare(s);
	const td_args *args = td_argparse_parse_args(s, p, .args = argv);
	hash_options o = {0};
	if (!td_failed(s)) read_options(s, p, args, &o);
	if (td_failed(s)) return;
	td_strs paths = td_args_strs(args, "file");
	if (!paths.len) paths = td_strs_of(s, "-");
	bool fine;
	if (td_args_bool(args, "check")) {
		fine = check_all(s, &o, paths);
	} else {
		if (!o.set.count) o.set = (hash_set){1, {{&hash_algorithms[0], hash_algorithms[0].size}}};
		if (o.set.count > 1 && !o.untagged) o.tag = true;
		fine = hash_print(s, &o, paths);
	}
	if (!fine && !td_failed(s)) td_sys_exit(s, 1);
}
