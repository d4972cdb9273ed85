/* Prints the free space of / in GB. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const td_disk_usage *usage = td_shutil_disk_usage(s, "/");
	int64_t gb = 1 << 30;
	td_print(s, "Free: %lld GB of %lld GB", (long long)(usage->free / gb), (long long)(usage->total / gb));
}
