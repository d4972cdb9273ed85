/* Prints CPU, memory and disk in use. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	double cpu = td_psutil_cpu_percent(s, .interval = 0.1);
	const td_svmem *memory = td_psutil_virtual_memory(s);
	const td_sdiskusage *disk = td_psutil_disk_usage(s, "/");
	if (cpu >= 0 && cpu <= 100) td_print(s, "CPU is in use");
	td_print(s, "memory: %.0f GB in all, available: %s", (double)memory->total / 1e9,
	         memory->available > 0 ? "yes" : "no");
	td_print(s, "disk: %.0f GB in all, %d tenths in use", (double)disk->total / 1e9, (int)(disk->percent / 10));
	td_print(s, "processors: %d", td_psutil_cpu_count(s));
	for (size_t i = 0; i < td_psutil_disk_partitions(s)->len; i++) {
		td_print(s, "mounted: %s", td_psutil_disk_partitions(s)->items[i].mountpoint);
	}
	td_process *me = td_process_new(s);
	if (td_process_memory_info(s, me)->rss > 0) td_print(s, "this process is %s", td_process_status(s, me));
}
