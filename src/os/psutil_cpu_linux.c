/* src/os/psutil_cpu_linux.c: what the processors have done, out of /proc/stat, /proc/cpuinfo and /sys. */
#include "os/psutil_internal.h"
#include <dirent.h>
#include <limits.h>
#include <tend/text.h>
#include <unistd.h>

static const td_scputimes no_times;
static const td_scputimes_list no_times_list;
static const td_psutil_percents no_percents;

/* --- times --- */

static td_scputimes read_times(const char *p, double ticks) {
	td_scputimes t;
	double *field = &t.user;
	for (int i = 0; i < 10; i++) field[i] = (double)td__scan_u64(&p) / ticks;
	return t;
}

/* The rows of single processors. Their number may differ from one call to the next. */
static bool read_each(td_scope *s, td_psutil_reader *r, td_scputimes_list *out) {
	TD_SCOPE(scratch, s);
	td_bytes text;
	if (!td__proc_read(scratch, r, "stat", &text)) return false;
	double ticks = td__clock_ticks();
	size_t count = 0;
	const char *first = NULL;
	for (const char *p = td__next_line(text.data); p && !strncmp(p, "cpu", 3); p = td__next_line(p)) {
		if (!first) first = p;
		count++;
	}
	td_scputimes *items = td_alloc_array(s, count, sizeof *items);
	if (!items) return false;
	for (size_t i = 0; i < count; i++, first = td__next_line(first)) {
		const char *p = first + 3;
		td__scan_u64(&p);
		items[i] = read_times(p, ticks);
	}
	*out = (td_scputimes_list){items, count};
	return true;
}

static bool read_total(td_scope *s, td_psutil_reader *r, td_scputimes *out) {
	TD_SCOPE(scratch, s);
	td_bytes text;
	if (!td__proc_read(scratch, r, "stat", &text)) return false;
	const char *p = td__line_after(text.data, "cpu ");
	*out = p ? read_times(p, td__clock_ticks()) : no_times;
	return true;
}

const td_scputimes *(td_psutil_cpu_times)(td_scope *s, const td_psutil_opts *opts) {
	if (!td__enter_opts(s, opts)) return &no_times;
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_scputimes *t = td_alloc(s, sizeof *t);
	return t && read_total(s, o.reader, t) ? t : &no_times;
}

const td_scputimes_list *(td_psutil_cpu_times_percpu)(td_scope *s, const td_psutil_opts *opts) {
	if (!td__enter_opts(s, opts)) return &no_times_list;
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_scputimes_list *list = td_alloc(s, sizeof *list);
	return list && read_each(s, o.reader, list) ? list : &no_times_list;
}

/* --- percentages --- */

/* Field by field, never less than nothing: some kernels let a counter go back. */
static td_scputimes since(const td_scputimes *before, const td_scputimes *now) {
	td_scputimes d;
	const double *a = &before->user, *b = &now->user;
	double *out = &d.user;
	for (int i = 0; i < 10; i++) out[i] = b[i] > a[i] ? b[i] - a[i] : 0;
	return d;
}

/* Guests' time is in user and nice already. */
static double all_of(const td_scputimes *d) {
	double sum = 0;
	const double *field = &d->user;
	for (int i = 0; i < 10; i++) sum += field[i];
	return sum - d->guest - d->guest_nice;
}

static double busy_percent(const td_scputimes *before, const td_scputimes *now) {
	td_scputimes d = since(before, now);
	double all = all_of(&d);
	double busy = all - d.idle - d.iowait;
	return all == 0 ? 0.0 : td__round1(busy / all * 100);
}

static td_scputimes times_percent(const td_scputimes *before, const td_scputimes *now) {
	td_scputimes d = since(before, now), out;
	double all = all_of(&d), scale = 100.0 / (all > 1 ? all : 1);
	const double *from = &d.user;
	double *to = &out.user;
	for (int i = 0; i < 10; i++) {
		double x = td__round1(from[i] * scale);
		to[i] = x < 0 ? 0 : x > 100 ? 100 : x;
	}
	return out;
}

/* What was before and what is now, as the options say. known is false at the first call without an interval. */
typedef struct span {
	bool known;
	td_scputimes_list before, now;
} span;

static bool check_interval(td_scope *s, double interval) {
	if (interval >= 0) return true;
	td_raise(s, TD_ValueError, "interval is not positive (got %s)", td_float_repr(s, interval));
	return false;
}

/* Takes the sample of now, keeping it as the one before for the next call. which: the reader's slot. */
static bool take(td_scope *s, td_scope *scratch, const td_psutil_interval_opts *o, int which, bool each, span *out) {
	static _Thread_local td__cpu_last of_thread[4];
	if (!check_interval(s, o->interval)) return false;
	td_scputimes *totals = td_alloc_array(scratch, 2, sizeof *totals);
	if (!totals) return false;
	out->known = o->interval > 0;
	if (each && !out->known && !td__need_handle(s, "reader", o->reader)) return false;
	if (out->known) {
		if (each ? !read_each(scratch, o->reader, &out->before) : !read_total(scratch, o->reader, &totals[0]))
			return false;
		if (td__poll(scratch, NULL, 0, td__deadline_in(o->interval)) < 0) return false;
	}
	if (each ? !read_each(scratch, o->reader, &out->now) : !read_total(scratch, o->reader, &totals[1])) return false;
	if (!each) {
		if (out->known) out->before = (td_scputimes_list){&totals[0], 1};
		out->now = (td_scputimes_list){&totals[1], 1};
	}
	td__cpu_last *last = o->reader ? &o->reader->last[which] : &of_thread[which];
	if (!out->known && last->known) {
		out->known = true;
		if (each) {
			td_scputimes *copy = td_alloc_array(scratch, last->count, sizeof *copy);
			if (!copy) return false;
			if (last->count) memcpy(copy, last->each, last->count * sizeof *copy);
			out->before = (td_scputimes_list){copy, last->count};
		} else {
			totals[0] = last->total;
			out->before = (td_scputimes_list){&totals[0], 1};
		}
	}
	if (o->interval > 0) return true;
	if (each && last->count < out->now.len) {
		void *grown = td__realloc(last->each, out->now.len * sizeof *last->each);
		if (!grown) {
			td_raise(s, TD_MemoryError, "%s", "");
			return false;
		}
		last->each = grown;
	}
	if (each) {
		if (out->now.len) memcpy(last->each, out->now.items, out->now.len * sizeof *last->each);
		last->count = out->now.len;
	} else {
		last->total = out->now.items[0];
	}
	last->known = true;
	return true;
}

static const td_scputimes *before_of(const span *sp, size_t i) {
	return sp->known && i < sp->before.len ? &sp->before.items[i] : &sp->now.items[i];
}

double(td_psutil_cpu_percent)(td_scope *s, const td_psutil_interval_opts *opts) {
	if (!td__enter_opts(s, opts)) return 0;
	TD_SCOPE(scratch, s);
	td_psutil_interval_opts o;
	td__opts_copy(&o, sizeof o, opts);
	span sp = {0};
	if (!take(scratch, scratch, &o, 0, false, &sp)) return 0;
	return busy_percent(before_of(&sp, 0), &sp.now.items[0]);
}

const td_psutil_percents *(td_psutil_cpu_percent_percpu)(td_scope *s, const td_psutil_interval_opts *opts) {
	if (!td__enter_opts(s, opts)) return &no_percents;
	TD_SCOPE(scratch, s);
	td_psutil_interval_opts o;
	td__opts_copy(&o, sizeof o, opts);
	span sp = {0};
	if (!take(scratch, scratch, &o, 1, true, &sp)) return &no_percents;
	td_psutil_percents *out = td_alloc(s, sizeof *out);
	double *items = td_alloc_array(s, sp.now.len, sizeof *items);
	if (!out || !items) return &no_percents;
	for (size_t i = 0; i < sp.now.len; i++) items[i] = busy_percent(before_of(&sp, i), &sp.now.items[i]);
	*out = (td_psutil_percents){items, sp.now.len};
	return out;
}

const td_scputimes *(td_psutil_cpu_times_percent)(td_scope *s, const td_psutil_interval_opts *opts) {
	if (!td__enter_opts(s, opts)) return &no_times;
	TD_SCOPE(scratch, s);
	td_psutil_interval_opts o;
	td__opts_copy(&o, sizeof o, opts);
	span sp = {0};
	if (!take(scratch, scratch, &o, 2, false, &sp)) return &no_times;
	td_scputimes *out = td_alloc(s, sizeof *out);
	if (!out) return &no_times;
	*out = times_percent(before_of(&sp, 0), &sp.now.items[0]);
	return out;
}

const td_scputimes_list *(td_psutil_cpu_times_percent_percpu)(td_scope *s, const td_psutil_interval_opts *opts) {
	if (!td__enter_opts(s, opts)) return &no_times_list;
	TD_SCOPE(scratch, s);
	td_psutil_interval_opts o;
	td__opts_copy(&o, sizeof o, opts);
	span sp = {0};
	if (!take(scratch, scratch, &o, 3, true, &sp)) return &no_times_list;
	td_scputimes_list *out = td_alloc(s, sizeof *out);
	td_scputimes *items = td_alloc_array(s, sp.now.len, sizeof *items);
	if (!out || !items) return &no_times_list;
	for (size_t i = 0; i < sp.now.len; i++) items[i] = times_percent(before_of(&sp, i), &sp.now.items[i]);
	*out = (td_scputimes_list){items, sp.now.len};
	return out;
}

/* --- counts --- */

const td_scpustats *(td_psutil_cpu_stats)(td_scope *s, const td_psutil_opts *opts) {
	static const td_scpustats none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes text;
	if (!td__proc_read(scratch, o.reader, "stat", &text)) return &none;
	td_scpustats *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	const char *p;
	if ((p = td__line_after(text.data, "ctxt"))) out->ctx_switches = td__scan_u64(&p);
	if ((p = td__line_after(text.data, "intr"))) out->interrupts = td__scan_u64(&p);
	if ((p = td__line_after(text.data, "softirq"))) out->soft_interrupts = td__scan_u64(&p);
	return out;
}

/* Whether name is prefix and then digits only. */
static bool numbered(const char *name, const char *prefix) {
	size_t len = strlen(prefix);
	if (strncmp(name, prefix, len) != 0 || !name[len]) return false;
	return strspn(name + len, "0123456789") == strlen(name + len);
}

/* How many different texts stand in cpu*\/topology/FILE: each is the list of threads of one core. */
static int count_cores(td_scope *scratch, const char *sysfs, const char *file) {
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/devices/system/cpu", sysfs);
	DIR *dir = opendir(path);
	if (!dir) return 0;
	const char **seen = NULL;
	size_t count = 0, capacity = 0;
	for (struct dirent *e; (e = readdir(dir)) && !td_failed(scratch);) {
		if (!numbered(e->d_name, "cpu")) continue;
		snprintf(path, sizeof path, "%s/devices/system/cpu/%s/topology/%s", sysfs, e->d_name, file);
		const char *threads = td__file_word(scratch, path);
		if (!*threads) continue;
		bool known = false;
		for (size_t i = 0; i < count && !known; i++) known = !strcmp(seen[i], threads);
		void *items = seen;
		if (known || !td__grow(scratch, &items, &capacity, count + 1, sizeof *seen)) continue;
		seen = items;
		seen[count++] = threads;
	}
	closedir(dir);
	return (int)count;
}

static const char *after_colon(const char *line, const char *end) {
	const char *colon = memchr(line, ':', (size_t)(end - line));
	return colon ? colon + 1 : end;
}

/* Cores by "physical id" and "cpu cores" of /proc/cpuinfo, for kernels without a topology in /sys. */
static int count_cores_cpuinfo(const char *text) {
	int64_t packages[256], sum = 0;
	size_t count = 0;
	int64_t package = -1, cores = -1;
	for (const char *p = text; p; p = td__next_line(p)) {
		const char *end = strchrnul(p, '\n'), *value = after_colon(p, end);
		if (!strncasecmp(p, "physical id", 11))
			package = (int64_t)td__scan_u64(&value);
		else if (!strncasecmp(p, "cpu cores", 9))
			cores = (int64_t)td__scan_u64(&value);
		if (end == p || !*end || !end[1]) { /* the end of one processor's lines */
			bool known = package < 0 || cores < 0;
			for (size_t i = 0; i < count && !known; i++) known = packages[i] == package;
			if (!known && count < 256) {
				packages[count++] = package;
				sum += cores;
			}
			package = cores = -1;
		}
	}
	return (int)sum;
}

static int count_online(const char *stat_text) {
	int count = 0;
	for (const char *p = td__next_line(stat_text); p && !strncmp(p, "cpu", 3); p = td__next_line(p)) count++;
	return count;
}

int(td_psutil_cpu_count)(td_scope *s, const td_psutil_cpu_count_opts *opts) {
	if (!td__enter_opts(s, opts)) return 0;
	TD_SCOPE(scratch, s);
	td_psutil_cpu_count_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *procfs = td__procfs(o.reader);
	td_bytes text;
	if (!o.physical) {
		long online = strcmp(procfs, "/proc") ? -1 : sysconf(_SC_NPROCESSORS_ONLN);
		if (online > 0) return (int)online;
		return td__proc_read(scratch, o.reader, "stat", &text) ? count_online(text.data) : 0;
	}
	int cores = count_cores(scratch, td__sysfs(o.reader), "core_cpus_list");
	if (!cores) cores = count_cores(scratch, td__sysfs(o.reader), "thread_siblings_list");
	if (cores || !td__proc_read(scratch, o.reader, "cpuinfo", &text)) return cores;
	return count_cores_cpuinfo(text.data);
}

/* --- frequencies --- */

static int64_t number_in(td_scope *scratch, const char *sysfs, const char *dir, const char *file) {
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s/%s", sysfs, dir, file);
	const char *word = td__file_word(scratch, path);
	return *word >= '0' && *word <= '9' ? (int64_t)td__scan_u64(&word) : -1;
}

static bool frequencies(td_scope *s, td_psutil_reader *r, td_scpufreq_list *out) {
	TD_SCOPE(scratch, s);
	const char *sysfs = td__sysfs(r);
	td_bytes text;
	if (!td__proc_read(scratch, r, "cpuinfo", &text)) return false;
	size_t listed = 0;
	for (const char *p = text.data; p; p = td__next_line(p)) listed += !strncasecmp(p, "cpu MHz", 7);
	double *mhz = td_alloc_array(scratch, listed + 1, sizeof *mhz);
	if (!mhz) return false;
	size_t n = 0;
	for (const char *p = text.data; p; p = td__next_line(p)) {
		if (strncasecmp(p, "cpu MHz", 7) != 0) continue;
		const char *value = after_colon(p, strchrnul(p, '\n'));
		mhz[n++] = td__scan_decimal(&value);
	}
	/* Policies are numbered by the first processor they govern; where there are none each processor has its own. */
	size_t limit = (size_t)sysconf(_SC_NPROCESSORS_CONF), count = 0;
	td_scpufreq *items = td_alloc_array(s, (limit > listed ? limit : listed) + 1, sizeof *items);
	if (!items) return false;
	for (int k = 0; k < 2 && !count; k++) {
		for (size_t i = 0; i < limit; i++) {
			char dir[80];
			if (k)
				snprintf(dir, sizeof dir, "devices/system/cpu/cpu%zu/cpufreq", i);
			else
				snprintf(dir, sizeof dir, "devices/system/cpu/cpufreq/policy%zu", i);
			int64_t max = number_in(scratch, sysfs, dir, "scaling_max_freq");
			if (max < 0) continue;
			int64_t current = number_in(scratch, sysfs, dir, "scaling_cur_freq");
			if (current < 0) current = number_in(scratch, sysfs, dir, "cpuinfo_cur_freq");
			int64_t min = number_in(scratch, sysfs, dir, "scaling_min_freq");
			items[count++] = (td_scpufreq){current < 0 ? 0 : (double)current / 1000, min < 0 ? 0 : (double)min / 1000,
			                               (double)max / 1000};
		}
	}
	if (!count || count == listed) { /* what the kernel measured is nearer the truth than what it set */
		for (size_t i = 0; i < listed; i++) items[i].current = mhz[i];
		count = listed;
	}
	*out = (td_scpufreq_list){items, count};
	return true;
}

const td_scpufreq_list *(td_psutil_cpu_freq_percpu)(td_scope *s, const td_psutil_opts *opts) {
	static const td_scpufreq_list none;
	if (!td__enter_opts(s, opts)) return &none;
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_scpufreq_list *list = td_alloc(s, sizeof *list);
	return list && frequencies(s, o.reader, list) ? list : &none;
}

const td_scpufreq *(td_psutil_cpu_freq)(td_scope *s, const td_psutil_opts *opts) {
	static const td_scpufreq none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_scpufreq_list list;
	if (!frequencies(scratch, o.reader, &list)) return &none;
	td_scpufreq *mean = td_alloc(s, sizeof *mean);
	if (!mean) return &none;
	for (size_t i = 0; i < list.len; i++) {
		mean->current += list.items[i].current;
		mean->min += list.items[i].min;
		mean->max += list.items[i].max;
	}
	if (list.len)
		*mean =
			(td_scpufreq){mean->current / (double)list.len, mean->min / (double)list.len, mean->max / (double)list.len};
	return mean;
}

const td_loadavg *(td_psutil_getloadavg)(td_scope *s, const td_psutil_opts *opts) {
	static const td_loadavg none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_loadavg *out = td_alloc(s, sizeof *out);
	double exact[3];
	if (!out) return &none;
	if (!strcmp(td__procfs(o.reader), "/proc") && getloadavg(exact, 3) == 3) { /* more digits than the file has */
		*out = (td_loadavg){exact[0], exact[1], exact[2]};
		return out;
	}
	td_bytes text;
	if (!td__proc_read(scratch, o.reader, "loadavg", &text)) return &none;
	const char *p = text.data;
	out->one = td__scan_decimal(&p);
	out->five = td__scan_decimal(&p);
	out->fifteen = td__scan_decimal(&p);
	return out;
}
