/* registry.c: the list of tests, who of them is to run, and in what order. */
#include <fnmatch.h>

#include "test/runner.h"

static td__test *tests;
static td__testcase *cases;

void td__unittest_register(td__test *test) {
	test->next = tests;
	tests = test;
}

void td__unittest_register_case(td__testcase *testcase) {
	testcase->next = cases;
	cases = testcase;
}

const td_testcase_opts *td__testcase_of(const td__test *test, td_testcase_opts *o) {
	memset(o, 0, sizeof *o);
	for (const td__testcase *c = cases; c; c = c->next) {
		if (strcmp(c->name, test->testcase) == 0) td__opts_copy(o, sizeof *o, &c->opts);
	}
	return o;
}

/* -k as in Python: a glob over the whole name when it has a *, else a part of it. */
static bool matches_pattern(const char *pattern, const char *full) {
	return strchr(pattern, '*') ? fnmatch(pattern, full, 0) == 0 : strstr(full, pattern) != NULL;
}

/* A name on the command line is "Case" or "Case.test". */
static bool is_named(const td__test *test, const char *name) {
	size_t len = strlen(test->testcase);
	if (strncmp(name, test->testcase, len) != 0) return false;
	return name[len] == '\0' || (name[len] == '.' && strcmp(name + len + 1, test->name) == 0);
}

static bool selected(td_scope *s, const run_options *o, const td__test *test, bool hidden) {
	bool named = o->names.len == 0;
	for (size_t i = 0; i < o->names.len && !named; i++) named = is_named(test, o->names.items[i]);
	if (!named || (hidden && o->names.len == 0)) return false;
	if (o->patterns.len == 0) return true;
	TD_SCOPE(tmp, s);
	char *full = td_alloc(tmp, strlen(test->testcase) + strlen(test->name) + 2);
	if (!full) return false;
	stpcpy(stpcpy(stpcpy(full, test->testcase), "."), test->name);
	for (size_t i = 0; i < o->patterns.len; i++) {
		if (matches_pattern(o->patterns.items[i], full)) return true;
	}
	return false;
}

static int by_name(const void *a, const void *b) {
	const td__test *x = ((const test_result *)a)->test, *y = ((const test_result *)b)->test;
	int order = strcmp(x->testcase, y->testcase);
	return order ? order : strcmp(x->name, y->name);
}

/* xorshift64*: the same seed gives the same order everywhere. */
static uint64_t next_random(uint64_t *state) {
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static void shuffle(test_result *results, size_t count, uint64_t seed) {
	uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)(next_random(&state) % i);
		test_result held = results[i - 1];
		results[i - 1] = results[j];
		results[j] = held;
	}
}

test_result *td__tests_selected(td_scope *s, const run_options *o, size_t *count) {
	size_t all = 0, n = 0;
	for (const td__test *test = tests; test; test = test->next) all++;
	test_result *results = td_alloc_array(s, all + 1, sizeof *results);
	if (!results) return NULL;
	for (const td__test *test = tests; test; test = test->next) {
		td_test_opts opts;
		td__opts_copy(&opts, sizeof opts, &test->opts);
		if (!selected(s, o, test, opts.hidden)) continue;
		results[n].test = test;
		results[n++].opts = opts;
	}
	qsort(results, n, sizeof *results, by_name);
	if (o->shuffle) shuffle(results, n, o->seed);
	for (size_t i = 0; i < n; i++) results[i].last = &results[i].reports;
	*count = n;
	return td_failed(s) ? NULL : results;
}
