/* Says which hardware it finds, and takes another branch on another system. */
#include <string.h>
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *how = "nothing we know";
	if (strcmp(td_platform_system(s), "Linux") == 0)
		how = td_path_exists(s, "/run/systemd/system") ? "systemctl" : "kill";
	else if (strcmp(td_platform_system(s), "Darwin") == 0)
		how = "launchctl";
	td_print(s, "services are stopped by %s", how);
	td_print(s, "%d processors, %zu of them for us, %s", td_os_cpu_count(), td_os_sched_getaffinity(s, 0)->len,
	         td_platform_machine(s));
	td_print(s, "%.1f GiB of memory, pages of %d bytes", (double)td_psutil_virtual_memory(s)->total / (1 << 30),
	         (int)td_os_sysconf(s, "SC_PAGE_SIZE"));
	const td_sdiskpart_list *parts = td_psutil_disk_partitions(s);
	for (size_t i = 0; i < parts->len; i++) {
		const td_sdiskpart *part = &parts->items[i];
		const td_sdiskusage *usage = td_psutil_disk_usage(s, part->mountpoint);
		td_print(s, "%s on %s: %s, %.1f GiB", part->device, part->mountpoint, part->fstype,
		         (double)usage->total / (1 << 30));
	}
}
