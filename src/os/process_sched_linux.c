/* src/os/process_sched_linux.c: what a process has used of the machine, and its share of it: threads, input and output,
 * niceness, limits, processors. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <tend/text.h>
#include <unistd.h>

static uint64_t number_after(const char *text, const char *key) {
	const char *p = td__line_after(text, key);
	return p ? td__scan_u64(&p) : 0;
}

const td_pio *(td_process_io_counters)(td_scope *s, td_process *p) {
	static const td_pio none;
	char text[1024];
	if (!td__process_enter(s, p) || !td__process_file(s, p, "io", text, sizeof text)) return &none;
	td_pio *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	*out = (td_pio){number_after(text, "syscr:"),       number_after(text, "syscw:"), number_after(text, "read_bytes:"),
	                number_after(text, "write_bytes:"), number_after(text, "rchar:"), number_after(text, "wchar:")};
	return out;
}

const td_pctxsw *(td_process_num_ctx_switches)(td_scope *s, td_process *p) {
	static const td_pctxsw none;
	char text[4096];
	if (!td__process_enter(s, p) || !td__process_file(s, p, "status", text, sizeof text)) return &none;
	td_pctxsw *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	*out =
		(td_pctxsw){number_after(text, "voluntary_ctxt_switches:"), number_after(text, "nonvoluntary_ctxt_switches:")};
	return out;
}

int(td_process_cpu_num)(td_scope *s, td_process *p) {
	td__stat st;
	return td__process_enter(s, p) && td__process_stat(s, p, &st) ? st.cpu : -1;
}

static int by_text(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const td_pthread_list *(td_process_threads)(td_scope *s, td_process *p) {
	static const td_pthread_list none;
	if (!td__process_enter(s, p)) return &none;
	TD_SCOPE(scratch, s);
	td_strs names = td__process_names(scratch, p, "task");
	td_pthread_list *out = td_alloc(s, sizeof *out);
	td_pthread *items = td_alloc_array(s, names.len, sizeof *items);
	int proc = out && items && !td_failed(scratch) ? td__proc_dir(s) : -1;
	if (proc < 0) return &none;
	qsort((void *)(uintptr_t)names.items, names.len, sizeof *names.items, by_text);
	size_t count = 0;
	double ticks = td__clock_ticks();
	for (size_t i = 0; i < names.len; i++) {
		char path[64], text[2048];
		td__stat st;
		snprintf(path, sizeof path, "task/%.20s/stat", names.items[i]);
		if (td__pid_read(proc, p->pid, path, text, sizeof text) <= 0 || !td__stat_parse(text, &st)) continue;
		const char *digits = names.items[i];
		items[count++] = (td_pthread){(int)td__scan_u64(&digits), (double)st.user / ticks, (double)st.system / ticks};
	}
	td__sys_close(proc);
	if (count < names.len && !td__process_check(s, p)) return &none;
	*out = (td_pthread_list){items, count};
	return out;
}

/* --- niceness --- */

int(td_process_nice)(td_scope *s, td_process *p) {
	if (!td__process_enter(s, p)) return 0;
	errno = 0;
	int nice = getpriority(PRIO_PROCESS, (id_t)p->pid);
	if (nice == -1 && errno) {
		td__process_failed(s, p, errno);
		return 0;
	}
	return nice;
}

bool(td_process_set_nice)(td_scope *s, td_process *p, int nice) {
	if (!td__process_enter(s, p) || !td__process_check(s, p)) return false;
	return setpriority(PRIO_PROCESS, (id_t)p->pid, nice) == 0 || td__process_failed(s, p, errno);
}

enum { WHO_PROCESS = 1, CLASS_SHIFT = 13 };

const td_pionice *(td_process_ionice)(td_scope *s, td_process *p) {
	static const td_pionice none;
	if (!td__process_enter(s, p)) return &none;
	td_pionice *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	int value = (int)syscall(SYS_ioprio_get, WHO_PROCESS, p->pid);
	if (value < 0) {
		td__process_failed(s, p, errno);
		return &none;
	}
	*out = (td_pionice){value >> CLASS_SHIFT, value & ((1 << CLASS_SHIFT) - 1)};
	return out;
}

bool(td_process_set_ionice)(td_scope *s, td_process *p, int ioclass, int value) {
	if (!td__process_enter(s, p)) return false;
	if (value && (ioclass == TD_IOPRIO_CLASS_IDLE || ioclass == TD_IOPRIO_CLASS_NONE)) {
		td_raise(s, TD_ValueError, "%d ioclass accepts no value", ioclass);
		return false;
	}
	if (value < 0 || value > 7) {
		td_raise(s, TD_ValueError, "value not in 0-7 range");
		return false;
	}
	if (!td__process_check(s, p)) return false;
	long done = syscall(SYS_ioprio_set, WHO_PROCESS, p->pid, ioclass << CLASS_SHIFT | value);
	return done == 0 || td__process_failed(s, p, errno);
}

/* --- limits --- */

static bool limit(td_scope *s, td_process *p, int resource, const struct rlimit *set, struct rlimit *old) {
	if (resource < 0 || resource >= RLIM_NLIMITS) {
		td_raise(s, TD_ValueError, "invalid resource specified");
		return false;
	}
	if (!td__process_check(s, p)) return false;
	if (prlimit(p->pid, (enum __rlimit_resource)resource, set, old) == 0) return true;
	if (errno != EINVAL) return td__process_failed(s, p, errno);
	td_raise(s, TD_ValueError, "current limit exceeds maximum limit");
	return false;
}

const td_prlimit *(td_process_rlimit)(td_scope *s, td_process *p, int resource) {
	static const td_prlimit none;
	struct rlimit old;
	if (!td__process_enter(s, p)) return &none;
	td_prlimit *out = td_alloc(s, sizeof *out);
	if (!out || !limit(s, p, resource, NULL, &old)) return &none;
	*out = (td_prlimit){(int64_t)old.rlim_cur, (int64_t)old.rlim_max}; /* RLIM_INFINITY is -1 */
	return out;
}

bool(td_process_set_rlimit)(td_scope *s, td_process *p, int resource, td_prlimit value) {
	if (!td__process_enter(s, p)) return false;
	struct rlimit set = {(rlim_t)value.soft, (rlim_t)value.hard};
	return limit(s, p, resource, &set, NULL);
}

/* --- processors --- */

enum { MOST_CPUS = 8192 };

const td_pcpus *(td_process_cpu_affinity)(td_scope *s, td_process *p) {
	static const td_pcpus none;
	if (!td__process_enter(s, p)) return &none;
	TD_SCOPE(scratch, s);
	size_t size = CPU_ALLOC_SIZE(MOST_CPUS);
	cpu_set_t *set = td_alloc(scratch, size);
	td_pcpus *out = td_alloc(s, sizeof *out);
	if (!set || !out) return &none;
	if (sched_getaffinity(p->pid, size, set) < 0) {
		td__process_failed(s, p, errno);
		return &none;
	}
	int *items = td_alloc_array(s, (size_t)CPU_COUNT_S(size, set), sizeof *items);
	if (!items) return &none;
	size_t count = 0;
	for (int i = 0; i < MOST_CPUS; i++) {
		if (CPU_ISSET_S((size_t)i, size, set)) items[count++] = i;
	}
	*out = (td_pcpus){items, count};
	return out;
}

/* The first range of "Cpus_allowed_list:\t0-3,8"; all processors when it has another shape. As psutil reads it. */
static bool eligible(td_scope *s, td_process *p, int all, int *low, int *high) {
	char text[4096];
	*low = 0;
	*high = all - 1;
	if (!td__process_file(s, p, "status", text, sizeof text)) return false;
	const char *at = td__line_after(text, "Cpus_allowed_list:");
	if (!at) return true;
	int from = (int)td__scan_u64(&at);
	if (*at++ != '-') return true;
	*low = from;
	*high = (int)td__scan_u64(&at);
	return true;
}

static const char *range_text(td_scope *s, int low, int high) {
	td_value *list = td_value_new_list(s);
	for (int i = low; i <= high; i++) td_value_append(s, list, td_v(s, i));
	return td_value_repr(s, list);
}

/* Says which of the numbers it was that the kernel did not take. */
static bool refuse_cpus(td_scope *s, td_process *p, const int *cpus, size_t count) {
	TD_SCOPE(scratch, s);
	int low, high, all = (int)td_psutil_cpu_times_percpu(scratch)->len;
	if (!eligible(scratch, p, all, &low, &high)) return false;
	for (size_t i = 0; i < count; i++) {
		bool there = cpus[i] >= 0 && cpus[i] < all, ours = cpus[i] >= low && cpus[i] <= high;
		if (there && ours) continue;
		td_raise(s, TD_ValueError,
		         there ? "CPU number %d is not eligible; choose between %s"
		               : "invalid CPU number %d; choose between %s",
		         cpus[i], range_text(scratch, low, high));
		return false;
	}
	return td__os_error(s, EINVAL, NULL);
}

bool(td_process_set_cpu_affinity)(td_scope *s, td_process *p, const int *cpus, size_t count) {
	if (!td__process_enter(s, p) || (count && !td__need_handle(s, "cpus", cpus)) || !td__process_check(s, p))
		return false;
	TD_SCOPE(scratch, s);
	size_t size = CPU_ALLOC_SIZE(MOST_CPUS);
	cpu_set_t *set = td_alloc(scratch, size);
	if (!set) return false;
	int low = 0, high = -1;
	if (!count && !eligible(s, p, (int)td_psutil_cpu_times_percpu(scratch)->len, &low, &high)) return false;
	for (int i = low; i <= high; i++) CPU_SET_S((size_t)i, size, set);
	for (size_t i = 0; i < count; i++) {
		if (cpus[i] < 0 || cpus[i] >= MOST_CPUS) return refuse_cpus(s, p, cpus, count);
		CPU_SET_S((size_t)cpus[i], size, set);
	}
	if (td_failed(s)) return false;
	if (sched_setaffinity(p->pid, size, set) == 0) return true;
	return errno == EINVAL ? refuse_cpus(s, p, cpus, count) : td__process_failed(s, p, errno);
}
