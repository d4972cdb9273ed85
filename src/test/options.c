/* options.c: the command line of a test program. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "test/runner.h"

static const char USAGE[] =
	"usage: %s [-v] [-q] [-f] [-b] [-k PATTERN] [-j N] [--list] [--shuffle SEED]\n"
	"          [--durations N] [--tap] [--junit FILE] [NAME ...]\n"
	"\n"
	"  NAME             Case or Case.test: run only these (and hidden ones among them)\n"
	"  -k PATTERN       only tests whose Case.test holds PATTERN, or matches it when it has a *; may be given again\n"
	"  -v, --verbose    a line for each test\n"
	"  -q, --quiet      only errors and the summary\n"
	"  -f, --failfast   stop at the first failure\n"
	"  -b, --buffer     show what a test prints only when it fails\n"
	"  -j, --jobs N     as many at a time; 0 is one for each processor\n"
	"  --list           print the names and run nothing\n"
	"  --shuffle SEED   in an order that SEED decides\n"
	"  --durations N    the N slowest; 0 is all\n"
	"  --tap            TAP version 14 on standard output\n"
	"  --junit FILE     JUnit XML into FILE too\n";

static bool usage_error(const char *program, const char *what, const char *which) {
	fprintf(stderr, USAGE, program);
	fprintf(stderr, "%s: error: %s%s\n", program, what, which);
	return false;
}

static bool add(td_scope *s, td_strs *list, size_t *capacity, const char *text) {
	const char **items = (const char **)(uintptr_t)list->items;
	if (!td__grow(s, (void **)&items, capacity, list->len + 2, sizeof *items)) return false;
	items[list->len++] = text;
	items[list->len] = NULL;
	list->items = items;
	return true;
}

static bool number(const char *text, int64_t *n) {
	char *end;
	errno = 0;
	*n = strtoll(text, &end, 10);
	return end != text && !*end && !errno && *n >= 0;
}

typedef struct option {
	const char *brief, *full;
	char takes; /* 0 nothing, 's' a text, 'n' a number */
} option;
static const option options[] = {{"-v", "--verbose", 0},   {"-q", "--quiet", 0},     {"-f", "--failfast", 0},
                                 {"-b", "--buffer", 0},    {"-k", "--keyword", 's'}, {"-j", "--jobs", 'n'},
                                 {"-h", "--help", 0},      {"", "--list", 0},        {"", "--shuffle", 'n'},
                                 {"", "--durations", 'n'}, {"", "--tap", 0},         {"", "--junit", 's'},
                                 {"-c", "--catch", 0}};
enum { VERBOSE, QUIET, FAILFAST, BUFFER, KEYWORD, JOBS, HELP, LIST, SHUFFLE, DURATIONS, TAP, JUNIT, CATCH, OPTIONS };

/* The option that arg is, and its value when that stands in the same word. */
static int find(const char *arg, const char **value) {
	*value = NULL;
	for (int i = 0; i < OPTIONS; i++) {
		size_t len = strlen(options[i].full);
		if (strcmp(arg, options[i].full) == 0) return i;
		if (options[i].takes && strncmp(arg, options[i].full, len) == 0 && arg[len] == '=') {
			*value = arg + len + 1;
			return i;
		}
		if (!options[i].brief[0] || strncmp(arg, options[i].brief, 2) != 0) continue;
		if (!arg[2]) return i;
		if (options[i].takes) {
			*value = arg + 2;
			return i;
		}
	}
	return -1;
}

static void set(run_options *o, int which, const char *text, int64_t n) {
	switch (which) {
	case VERBOSE: o->verbosity = 2; break;
	case QUIET: o->verbosity = 0; break;
	case FAILFAST: o->failfast = true; break;
	case BUFFER: o->buffer = true; break;
	case JOBS: o->jobs = n ? n : sysconf(_SC_NPROCESSORS_ONLN); break;
	case LIST: o->list = true; break;
	case SHUFFLE:
		o->shuffle = true;
		o->seed = (uint64_t)n;
		break;
	case DURATIONS: o->durations = n; break;
	case TAP: o->tap = true; break;
	case JUNIT: o->junit = text; break;
	default: break;
	}
}

bool td__test_options(td_scope *s, run_options *o, int argc, char **argv) {
	size_t pattern_capacity = 0, name_capacity = 0;
	*o = (run_options){.verbosity = 1, .jobs = 1, .durations = -1};
	for (int i = 1; i < argc; i++) {
		const char *value;
		if (argv[i][0] != '-' || !argv[i][1]) {
			if (!add(s, &o->names, &name_capacity, argv[i])) return false;
			continue;
		}
		int which = find(argv[i], &value);
		if (which < 0) return usage_error(argv[0], "unrecognized arguments: ", argv[i]);
		if (which == HELP) {
			o->help = true;
			printf(USAGE, argv[0]);
			return true;
		}
		if (options[which].takes && !value) {
			if (++i == argc) return usage_error(argv[0], "expected one argument: ", argv[i - 1]);
			value = argv[i];
		}
		int64_t n = 0;
		if (options[which].takes == 'n' && !number(value, &n))
			return usage_error(argv[0], "invalid int value: ", value);
		if (which == KEYWORD && !add(s, &o->patterns, &pattern_capacity, value)) return false;
		set(o, which, value, n);
	}
	return true;
}

int td_unittest_main(int argc, char **argv) {
	run r = {0};
	int status = 1;
	signal(SIGPIPE, SIG_IGN);
	r.s = td_scope_open_root();
	if (!td__test_options(r.s, &r.o, argc, argv)) {
		td_scope_close(r.s);
		return 2;
	}
	if (!r.o.help) r.results = td__tests_selected(r.s, &r.o, &r.count);
	if (r.o.help) {
		status = 0;
	} else if (r.o.list) {
		for (size_t i = 0; i < r.count; i++) printf("%s.%s\n", r.results[i].test->testcase, r.results[i].test->name);
		status = fflush(stdout) == 0 ? 0 : 1;
	} else {
		td__tests_run(&r);
		if (r.o.tap) {
			td__report_tap(&r);
		} else {
			td__report_end(&r);
		}
		bool written = !r.o.junit || td__report_junit(&r, r.o.junit);
		bool good = !r.failures && !r.errors && !r.unexpected_successes && written && !td_failed(r.s);
		status = !good ? 1 : r.ran ? 0 : 5;
	}
	td_scope_close(r.s);
	return status;
}
