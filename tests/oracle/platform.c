/* Rows of platform: this machine, asked by both. */
#include "oracle.h"

#define TEXT_ROW(name)                                                                                                 \
	ORACLE_ROW(platform_##name, "platform." #name, "") {                                                               \
		return td_value_new_str(s, td_platform_##name(s));                                                             \
	}
TEXT_ROW(system)
TEXT_ROW(node)
TEXT_ROW(release)
TEXT_ROW(version)
TEXT_ROW(machine)
TEXT_ROW(processor)

ORACLE_ROW(platform_platform, "platform.platform", "aliased=0, terse=0") {
	bool aliased = oracle_true(call, "aliased", false), terse = oracle_true(call, "terse", false);
	return td_value_new_str(s, td_platform_platform(s, .aliased = aliased, .terse = terse));
}

ORACLE_ROW(platform_uname, "platform.uname", "") {
	const td_platform_uname_result *u = td_platform_uname(s);
	return td_list(s, u->system, u->node, u->release, u->version, u->machine, u->processor);
}

ORACLE_ROW(platform_libc_ver, "platform.libc_ver", "") {
	const td_platform_libc_result *r = td_platform_libc_ver(s);
	return td_list(s, r->lib, r->version);
}

ORACLE_ROW(platform_freedesktop_os_release, "platform.freedesktop_os_release", "") {
	return td_platform_freedesktop_os_release(s);
}
