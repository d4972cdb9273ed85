/* Says which system, release, machine and runtime it is on. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_print(s, "system:  %s", td_platform_system(s));
	td_print(s, "release: %s", td_platform_release(s));
	td_print(s, "machine: %s", td_platform_machine(s));
	td_print(s, "all:     %s", td_platform_platform(s));
	const td_platform_libc_result *libc = td_platform_libc_ver(s);
	td_print(s, "runtime: %s %s", libc->lib, libc->version);
	const td_value *os = td_platform_freedesktop_os_release(s);
	td_print(s, "distribution: %s (%s)", td_value_str(td_get(os, "PRETTY_NAME"), ""),
	         td_value_str(td_get(os, "ID"), ""));
}
