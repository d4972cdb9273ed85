/* Measures how long a step took. */
#include <tend.h>

static void step(td_scope *s) {
	td_time_sleep(s, 0.2);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	double start = td_time_perf_counter();
	step(s);
	double took = td_time_perf_counter() - start;
	if (took >= 0.2) td_print(s, "the step took its time");
	if (took < 30) td_print(s, "and not for ever: less than %d s", 30);
}
