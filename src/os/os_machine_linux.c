/* The machine: its name, processors, load, random bytes; what its error numbers mean. */
#include <sys/utsname.h>
#include <tend/os.h>
#include <tend/text.h>

#include "core/sys.h"

const td_uname *(td_os_uname)(td_scope *s) {
	static const td_uname none = {"", "", "", "", ""};
	if (!td__enter(s)) return &none;
	struct utsname u;
	if (td__sys_fails("uname") || uname(&u) < 0) {
		td__os_error(s, errno, NULL);
		return &none;
	}
	td_uname *r = td_alloc(s, sizeof *r);
	if (!r) return &none;
	r->sysname = td_strdup(s, u.sysname);
	r->nodename = td_strdup(s, u.nodename);
	r->release = td_strdup(s, u.release);
	r->version = td_strdup(s, u.version);
	r->machine = td_strdup(s, u.machine);
	return td_failed(s) ? &none : r;
}

int td_os_cpu_count(void) {
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (int)n : 0;
}

const td_loadavg *(td_os_getloadavg)(td_scope *s) {
	static const td_loadavg none = {-1, -1, -1};
	if (!td__enter(s)) return &none;
	double loads[3];
	if (td__sys_fails("getloadavg") || getloadavg(loads, 3) != 3) {
		td_raise(s, TD_OSError, "Load averages are unobtainable");
		return &none;
	}
	td_loadavg *r = td_alloc(s, sizeof *r);
	if (!r) return &none;
	*r = (td_loadavg){loads[0], loads[1], loads[2]};
	return r;
}

/* At least least bytes of size. */
static td_bytes random_bytes(td_scope *s, size_t size, size_t least, unsigned flags) {
	const td_bytes none = {td_no_text, 0};
	if (!td__enter(s) || !td__may_block(s)) return none;
	if (size >= PTRDIFF_MAX) {
		td__raise_memory(s);
		return none;
	}
	char *data = td__alloc_raw(s, size + 1);
	if (!data) return none;
	size_t len = 0;
	do {
		ssize_t got = td__sys_getrandom(data + len, size - len, flags);
		if (got < 0 && errno == EINTR && td__may_block(s)) continue;
		if (got < 0) {
			if (!td_failed(s)) td__os_error(s, errno, NULL);
			return none;
		}
		len += (size_t)got;
	} while (len < least);
	data[len] = '\0';
	return (td_bytes){data, len};
}

td_bytes(td_os_urandom)(td_scope *s, size_t size) {
	return random_bytes(s, size, size, 0);
}

td_bytes(td_os_getrandom)(td_scope *s, size_t size, unsigned flags) {
	return random_bytes(s, size, 0, flags);
}

const char *(td_os_strerror)(td_scope *s, int code) {
	if (!td__enter(s)) return td_no_text;
	const char *known = strerrordesc_np(code);
	return known ? known : td_format(s, "Unknown error %d", code);
}
