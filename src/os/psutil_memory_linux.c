/* src/os/psutil_memory_linux.c: memory, swap and pressure, out of /proc/meminfo, vmstat and pressure. */
#include "os/psutil_internal.h"
#include <sys/sysinfo.h>
#include <unistd.h>

/* The bytes in the line of meminfo that begins with key ("MemFree:"); -1 when there is none. */
static int64_t amount(const char *text, const char *key) {
	const char *p = td__line_after(text, key);
	return p ? (int64_t)td__scan_u64(&p) * 1024 : -1;
}

static int64_t amount_or_0(const char *text, const char *key) {
	int64_t n = amount(text, key);
	return n < 0 ? 0 : n;
}

/* What kernels before 3.14 do not say themselves: the way that those after it count. */
static int64_t estimate_available(td_scope *scratch, td_psutil_reader *r, const char *meminfo) {
	int64_t free = amount_or_0(meminfo, "MemFree:");
	int64_t fallback = free + amount_or_0(meminfo, "Cached:");
	int64_t active = amount(meminfo, "Active(file):"), inactive = amount(meminfo, "Inactive(file):");
	int64_t reclaimable = amount(meminfo, "SReclaimable:");
	if (active < 0 || inactive < 0 || reclaimable < 0) return fallback;
	td_bytes zones = {"", 0};
	TD_SCOPE(attempt, scratch);
	if (!td__proc_read(attempt, r, "zoneinfo", &zones)) {
		td_catch(attempt, TD_OSError);
		return fallback;
	}
	int64_t low = 0;
	for (const char *p = zones.data; p; p = td__next_line(p)) {
		const char *word = p + strspn(p, " \t");
		if (strncmp(word, "low", 3) != 0) continue;
		word += 3;
		low += (int64_t)td__scan_u64(&word);
	}
	low *= sysconf(_SC_PAGESIZE);
	double cache = (double)(active + inactive);
	cache -= cache / 2 < (double)low ? cache / 2 : (double)low;
	double slab = (double)reclaimable;
	slab -= slab / 2 < (double)low ? slab / 2 : (double)low;
	return (int64_t)((double)(free - low) + cache + slab);
}

const td_svmem *(td_psutil_virtual_memory)(td_scope *s, const td_psutil_opts *opts) {
	static const td_svmem none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes text;
	if (!td__proc_read(scratch, o.reader, "meminfo", &text)) return &none;
	const char *t = text.data;
	int64_t total = amount_or_0(t, "MemTotal:"), free = amount_or_0(t, "MemFree:");
	int64_t buffers = amount_or_0(t, "Buffers:"), cached = amount(t, "Cached:");
	cached = cached < 0 ? 0 : cached + amount_or_0(t, "SReclaimable:");
	int64_t shared = amount(t, "Shmem:");
	if (shared < 0) shared = amount_or_0(t, "MemShared:");
	int64_t inactive = amount(t, "Inactive:");
	if (inactive < 0) {
		int64_t dirty = amount(t, "Inact_dirty:"), clean = amount(t, "Inact_clean:"),
				laundry = amount(t, "Inact_laundry:");
		inactive = dirty < 0 || clean < 0 || laundry < 0 ? 0 : dirty + clean + laundry;
	}
	/* In a container the parts may be the host's and the whole its own. */
	int64_t used = total - free - cached - buffers;
	if (used < 0) used = total - free;
	int64_t available = amount(t, "MemAvailable:");
	if (available < 0) available = estimate_available(scratch, o.reader, t);
	if (available < 0) available = 0;
	if (available > total) available = free;
	td_svmem *out = td_alloc(s, sizeof *out);
	if (!out || td_failed(scratch)) return &none;
	*out = (td_svmem){.total = (uint64_t)total,
	                  .available = (uint64_t)available,
	                  .percent = td__usage_percent((uint64_t)(total - available), (uint64_t)total),
	                  .used = (uint64_t)used,
	                  .free = (uint64_t)free,
	                  .active = (uint64_t)amount_or_0(t, "Active:"),
	                  .inactive = (uint64_t)inactive,
	                  .buffers = (uint64_t)buffers,
	                  .cached = (uint64_t)cached,
	                  .shared = (uint64_t)shared,
	                  .slab = (uint64_t)amount_or_0(t, "Slab:")};
	return out;
}

const td_sswap *(td_psutil_swap_memory)(td_scope *s, const td_psutil_opts *opts) {
	static const td_sswap none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes text;
	if (!td__proc_read(scratch, o.reader, "meminfo", &text)) return &none;
	int64_t total = amount(text.data, "SwapTotal:"), free = amount(text.data, "SwapFree:");
	if (total < 0 || free < 0) {
		struct sysinfo info;
		if (sysinfo(&info) < 0) {
			td__os_error(s, errno, NULL);
			return &none;
		}
		total = (int64_t)info.totalswap * info.mem_unit;
		free = (int64_t)info.freeswap * info.mem_unit;
	}
	td_sswap *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	uint64_t used = total > free ? (uint64_t)(total - free) : 0;
	*out = (td_sswap){.total = (uint64_t)total,
	                  .used = used,
	                  .free = (uint64_t)free,
	                  .percent = td__usage_percent(used, (uint64_t)total)};
	TD_SCOPE(attempt, scratch);
	if (!td__proc_read(attempt, o.reader, "vmstat", &text)) {
		td_catch(attempt, TD_OSError); /* a container without it: Python warns, and calls both 0 */
		return out;
	}
	const char *p;
	if ((p = td__line_after(text.data, "pswpin "))) out->sin = td__scan_u64(&p) * 4096;
	if ((p = td__line_after(text.data, "pswpout "))) out->sout = td__scan_u64(&p) * 4096;
	return out;
}

static td_psutil_stall stall(const char *text, const char *which) {
	td_psutil_stall out = {0};
	const char *p = td__line_after(text, which);
	if (!p) return out;
	const char *end = strchrnul(p, '\n');
	for (const char *eq; (eq = memchr(p, '=', (size_t)(end - p)));) {
		const char *value = eq + 1;
		if (eq - p >= 5 && !strncmp(eq - 5, "total", 5))
			out.total = td__scan_u64(&value);
		else if (eq - p >= 5 && !strncmp(eq - 5, "avg10", 5))
			out.avg10 = td__scan_decimal(&value);
		else if (eq - p >= 5 && !strncmp(eq - 5, "avg60", 5))
			out.avg60 = td__scan_decimal(&value);
		else if (eq - p >= 6 && !strncmp(eq - 6, "avg300", 6))
			out.avg300 = td__scan_decimal(&value);
		p = value;
	}
	return out;
}

td_spressure td__pressure_in(const char *text) {
	return (td_spressure){stall(text, "some"), stall(text, "full")};
}

const td_spressure *(td_psutil_pressure)(td_scope *s, const char *resource, const td_psutil_opts *opts) {
	static const td_spressure none;
	if (!td__enter_opts(s, opts) || !td__need_text(s, "resource", resource)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	char name[64];
	snprintf(name, sizeof name, "pressure/%s", resource);
	td_bytes text;
	if (!td__proc_read(scratch, o.reader, name, &text)) return &none;
	td_spressure *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	*out = td__pressure_in(text.data);
	return out;
}
