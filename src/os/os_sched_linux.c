/* How processes are scheduled: niceness, processors, time. */
#include <tend/os_process.h>

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>

#include "core/sys.h"

/* --- niceness: −1 is an answer, so errno says whether it is one --- */

int(td_os_nice)(td_scope *s, int increment) {
	if (!td__enter(s)) return -1;
	errno = 0;
	int result = td__sys_nice(increment);
	if (result == -1 && errno) td__os_error(s, errno, NULL);
	return result;
}

int(td_os_getpriority)(td_scope *s, int which, int who) {
	if (!td__enter(s)) return -1;
	errno = 0;
	int result = td__sys_getpriority(which, who);
	if (result == -1 && errno) td__os_error(s, errno, NULL);
	return result;
}

bool(td_os_setpriority)(td_scope *s, int which, int who, int priority) {
	return td__enter(s) && (td__sys_setpriority(which, who, priority) == 0 || td__os_error(s, errno, NULL));
}

/* --- processors: sets of any size, as many as the kernel was built for --- */

enum { SET_BITS = 1024, SET_MOST = 1 << 20 };

const td_cpus *(td_os_sched_getaffinity)(td_scope *s, int pid) {
	static const td_cpus none = {NULL, 0};
	if (!td__enter(s)) return &none;
	TD_SCOPE(tmp, s);
	for (size_t bits = SET_BITS; bits <= SET_MOST; bits *= 2) {
		cpu_set_t *set = td_alloc(tmp, CPU_ALLOC_SIZE(bits));
		if (!set) return &none;
		if (td__sys_sched_getaffinity(pid, CPU_ALLOC_SIZE(bits), set) < 0) {
			if (errno == EINVAL) continue; /* too small for this kernel */
			break;
		}
		size_t count = (size_t)CPU_COUNT_S(CPU_ALLOC_SIZE(bits), set), n = 0;
		td_cpus *result = td_alloc(s, sizeof *result);
		int *items = td_alloc_array(s, count + 1, sizeof *items);
		if (!result || !items) return &none;
		for (size_t cpu = 0; cpu < bits; cpu++) {
			if (CPU_ISSET_S(cpu, CPU_ALLOC_SIZE(bits), set)) items[n++] = (int)cpu;
		}
		*result = (td_cpus){items, count};
		return result;
	}
	td__os_error(s, errno, NULL);
	return &none;
}

bool(td_os_sched_setaffinity)(td_scope *s, int pid, const int *cpus, size_t count) {
	if (!td__enter(s) || (count && !td__need_handle(s, "cpus", cpus))) return false;
	size_t bits = SET_BITS;
	for (size_t i = 0; i < count; i++) {
		if (cpus[i] < 0) {
			td_raise(s, TD_ValueError, "negative CPU number");
			return false;
		}
		if (cpus[i] >= SET_MOST) return td__os_error(s, EINVAL, NULL);
		while ((size_t)cpus[i] >= bits) bits *= 2;
	}
	TD_SCOPE(tmp, s);
	cpu_set_t *set = td_alloc(tmp, CPU_ALLOC_SIZE(bits));
	if (!set) return false;
	for (size_t i = 0; i < count; i++) CPU_SET_S((size_t)cpus[i], CPU_ALLOC_SIZE(bits), set);
	return td__sys_sched_setaffinity(pid, CPU_ALLOC_SIZE(bits), set) == 0 || td__os_error(s, errno, NULL);
}

/* --- time --- */

const td_times *(td_os_times)(td_scope *s) {
	static const td_times none = {-1, -1, -1, -1, -1};
	if (!td__enter(s)) return &none;
	struct tms t;
	clock_t elapsed = times(&t); /* cannot fail on Linux; a large negative number is a time */
	double tick = (double)sysconf(_SC_CLK_TCK);
	td_times *r = td_alloc(s, sizeof *r);
	if (!r) return &none;
	*r = (td_times){
		.user = (double)t.tms_utime / tick,
		.system = (double)t.tms_stime / tick,
		.children_user = (double)t.tms_cutime / tick,
		.children_system = (double)t.tms_cstime / tick,
		.elapsed = (double)elapsed / tick,
	};
	return r;
}
