/* report.c: results as Python's unittest prints them, on standard error. */
#include <stdio.h>

#include "test/runner.h"

static const char DOUBLE_LINE[] = "======================================================================";
static const char LINE[] = "----------------------------------------------------------------------";

const char *td__test_title(td_scope *s, const td__test *test, const char *part) {
	size_t size = 2 * strlen(test->name) + strlen(test->testcase) + strlen(part) + 8;
	char *title = td_alloc(s, size);
	if (!title) return "";
	snprintf(title, size, "%s (%s.%s)%s%s", test->name, test->testcase, test->name, part[0] ? " " : "", part);
	return title;
}

static bool quiet(const run *r) {
	return r->o.tap || r->o.verbosity == 0;
}

void td__report_start(run *r, const test_result *result) {
	if (quiet(r) || r->o.verbosity < 2 || r->o.jobs > 1) return;
	TD_SCOPE(tmp, r->s);
	fprintf(stderr, "%s ... ", td__test_title(tmp, result->test, ""));
	fflush(stderr);
	r->line_begun = true;
}

static void status_line(run *r, const test_result *result, const test_report *p, const char *status) {
	TD_SCOPE(tmp, r->s);
	bool part = p->part[0] != '\0';
	if (part || !r->line_begun) {
		if (r->line_begun) fputc('\n', stderr);
		fprintf(stderr, "%s%s ... ", part ? "  " : "", td__test_title(tmp, result->test, p->part));
	}
	fprintf(stderr, "%s\n", status);
	r->line_begun = false;
}

static void verbose(run *r, const test_result *result, const test_report *p) {
	static const char *const words[] = {"ok", "FAIL", "ERROR", "", "expected failure", "unexpected success", ""};
	if (p->outcome != SKIPPED) {
		status_line(r, result, p, words[p->outcome]);
		return;
	}
	TD_SCOPE(tmp, r->s);
	const char *reason = td_str_repr(tmp, p->text);
	char *status = td_alloc(tmp, strlen(reason) + 16);
	if (status) status_line(r, result, p, (stpcpy(stpcpy(status, "skipped "), reason), status));
}

void td__report_one(run *r, const test_result *result, const test_report *p) {
	if (quiet(r)) return;
	if (r->o.verbosity > 1) {
		verbose(r, result, p);
	} else {
		fputc(".FEsxu "[p->outcome], stderr);
	}
	fflush(stderr);
}

/* --- the end --- */

static void error_list(run *r, test_outcome outcome, const char *flavour) {
	for (size_t i = 0; i < r->count; i++) {
		for (const test_report *p = r->results[i].reports; p; p = p->next) {
			if (p->outcome != outcome) continue;
			TD_SCOPE(tmp, r->s);
			fprintf(stderr, "%s\n%s: %s\n%s\n%s\n", DOUBLE_LINE, flavour,
			        td__test_title(tmp, r->results[i].test, p->part), LINE, p->text);
		}
	}
}

static int slowest_first(const void *a, const void *b) {
	const test_result *const *x = a, *const *y = b;
	return (*x)->seconds < (*y)->seconds ? 1 : (*x)->seconds > (*y)->seconds ? -1 : 0;
}

static void print_durations(run *r) {
	TD_SCOPE(tmp, r->s);
	const test_result **sorted = td_alloc_array(tmp, r->count + 1, sizeof *sorted);
	if (!sorted) return;
	for (size_t i = 0; i < r->count; i++) sorted[i] = &r->results[i];
	qsort(sorted, r->count, sizeof *sorted, slowest_first);
	fprintf(stderr, "Slowest test durations\n%s\n", LINE);
	bool hid = false;
	size_t most = r->o.durations && (size_t)r->o.durations < r->count ? (size_t)r->o.durations : r->count;
	for (size_t i = 0; i < most; i++) {
		if (r->o.verbosity < 2 && sorted[i]->seconds < 0.001) {
			hid = true;
			continue;
		}
		char seconds[32];
		snprintf(seconds, sizeof seconds, "%.3fs", sorted[i]->seconds);
		fprintf(stderr, "%-10s %s\n", seconds, td__test_title(tmp, sorted[i]->test, ""));
	}
	fputs(hid ? "\n(durations < 0.001s were hidden; use -v to show these durations)\n" : "\n", stderr);
}

static void info(bool *first, const char *what, size_t count) {
	if (!count) return;
	fprintf(stderr, "%s%s=%zu", *first ? " (" : ", ", what, count);
	*first = false;
}

void td__report_end(run *r) {
	if (r->o.verbosity > 0) fputc('\n', stderr);
	error_list(r, ERROR, "ERROR");
	error_list(r, FAILED, "FAIL");
	if (r->unexpected_successes) fprintf(stderr, "%s\n", DOUBLE_LINE);
	for (size_t i = 0; i < r->count; i++) {
		for (const test_report *p = r->results[i].reports; p; p = p->next) {
			TD_SCOPE(tmp, r->s);
			if (p->outcome == UNEXPECTED_SUCCESS) {
				fprintf(stderr, "UNEXPECTED SUCCESS: %s\n", td__test_title(tmp, r->results[i].test, ""));
			}
		}
	}
	if (r->o.durations >= 0) print_durations(r);
	fprintf(stderr, "%s\nRan %zu test%s in %.3fs\n\n", LINE, r->ran, r->ran == 1 ? "" : "s", r->seconds);
	bool bad = r->failures || r->errors || r->unexpected_successes, first = true;
	fputs(bad ? "FAILED" : r->ran ? "OK" : "NO TESTS RAN", stderr);
	info(&first, "failures", r->failures);
	info(&first, "errors", r->errors);
	info(&first, "skipped", r->skipped);
	info(&first, "expected failures", r->expected_failures);
	info(&first, "unexpected successes", r->unexpected_successes);
	fputs(first ? "\n" : ")\n", stderr);
	fflush(stderr);
}
