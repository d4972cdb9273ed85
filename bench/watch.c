/* bench/watch.c: looking at the machine, in one process: the table of all processes and one look at the system. Prints
 * "name milliseconds" lines. */
#include <stdio.h>
#include <tend.h>

enum { ROUNDS = 15 };

static void table_anew(td_scope *s, td_psutil_reader *r) {
	(void)r;
	td_psutil_process_table(s);
}

static void table_again(td_scope *s, td_psutil_reader *r) {
	td_psutil_process_table(s, .reader = r);
}

static void look(td_scope *s, td_psutil_reader *r) {
	td_psutil_cpu_times(s, .reader = r);
	td_psutil_virtual_memory(s, .reader = r);
	td_psutil_getloadavg(s);
	td_psutil_disk_io_counters(s, .reader = r);
	td_psutil_net_io_counters(s, .reader = r);
	td_psutil_disk_usage(s, "/");
}

static const struct {
	const char *name;
	void (*run)(td_scope *s, td_psutil_reader *r);
} items[] = {{"process table, fresh", table_anew}, {"process table, again", table_again}, {"system look", look}};

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_psutil_reader *r = td_psutil_reader_open(s);
	for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
		double best = 1e18;
		for (int round = 0; round < ROUNDS; round++) {
			TD_SCOPE(c, s);
			double before = td_time_process_time();
			items[i].run(c, r);
			double took = (td_time_process_time() - before) * 1e3;
			if (took < best) best = took;
		}
		printf("%s\t%.4f\n", items[i].name, best);
	}
	return 0;
}
