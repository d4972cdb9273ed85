/* bench/core.c: what a scope costs, beside what C programmers use instead. Prints "name nanoseconds" lines. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>

enum { ROUNDS = 7, TIMES = 2000000 };

static void *volatile sink;

static void keep(void *at) {
	sink = at;
}

static void scope_empty(td_scope *s) {
	for (int i = 0; i < TIMES; i++) {
		TD_SCOPE(c, s);
		keep(c);
	}
}

static void scope_with_one_allocation(td_scope *s) {
	for (int i = 0; i < TIMES; i++) {
		TD_SCOPE(c, s);
		keep(td_alloc(c, 24));
	}
}

static void scope_with_ten_allocations(td_scope *s) {
	for (int i = 0; i < TIMES; i++) {
		TD_SCOPE(c, s);
		for (int k = 0; k < 10; k++) keep(td_alloc(c, 24));
	}
}

static void malloc_and_free(td_scope *s) {
	(void)s;
	for (int i = 0; i < TIMES; i++) {
		void *at = calloc(1, 24);
		keep(at);
		free(at);
	}
}

static void ten_mallocs_and_frees(td_scope *s) {
	(void)s;
	for (int i = 0; i < TIMES; i++) {
		void *at[10];
		for (int k = 0; k < 10; k++) keep(at[k] = calloc(1, 24));
		for (int k = 0; k < 10; k++) free(at[k]);
	}
}

static void nothing(td_scope *c, void *arg) {
	(void)c;
	keep(arg);
}

static void scope_with_a_cleanup(td_scope *s) {
	for (int i = 0; i < TIMES; i++) {
		TD_SCOPE(c, s);
		td_defer(c, nothing, s);
	}
}

static void raise_and_catch(td_scope *s) {
	for (int i = 0; i < TIMES / 4; i++) {
		TD_SCOPE(c, s);
		td_raise(c, TD_ValueError, "turn %d", i);
		td_catch(c);
	}
}

static void a_turn_of_a_loop(td_scope *s) {
	int turns = 0;
	TD_LOOP (t, s) {
		if (++turns == TIMES) break;
	}
}

static const struct {
	const char *name;
	void (*run)(td_scope *s);
	int times;
} items[] = {
	{"scope, opened and closed", scope_empty, TIMES},
	{"scope with one small allocation", scope_with_one_allocation, TIMES},
	{"calloc + free", malloc_and_free, TIMES},
	{"scope with ten small allocations", scope_with_ten_allocations, TIMES},
	{"ten calloc + free", ten_mallocs_and_frees, TIMES},
	{"scope with a cleanup", scope_with_a_cleanup, TIMES},
	{"error raised and caught", raise_and_catch, TIMES / 4},
	{"one turn of TD_LOOP", a_turn_of_a_loop, TIMES},
};

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
		double best = 1e18;
		for (int round = 0; round < ROUNDS; round++) {
			TD_SCOPE(c, s);
			double before = td_time_perf_counter();
			items[i].run(c);
			double took = (td_time_perf_counter() - before) * 1e9 / items[i].times;
			if (took < best) best = took;
		}
		printf("%s\t%.2f\n", items[i].name, best);
	}
	return 0;
}
