/* src/os/psutil_misc_linux.c: boot time, users, temperatures. */
#include "os/psutil_internal.h"
#include <dirent.h>
#include <fcntl.h>
#include <tend/text.h>
#include <utmp.h>

double(td_psutil_boot_time)(td_scope *s, const td_psutil_opts *opts) {
	if (!td__enter_opts(s, opts)) return 0;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes text;
	if (!td__proc_read(scratch, o.reader, "stat", &text)) return 0;
	const char *p = td__line_after(text.data, "btime");
	if (!p) {
		td_raise(s, TD_RuntimeError, "line 'btime' not found in %s/stat", td__procfs(o.reader));
		return 0;
	}
	return (double)td__scan_u64(&p);
}

const td_suser_list *(td_psutil_users)(td_scope *s) {
	static const td_suser_list none;
	if (!td__enter(s)) return &none;
	TD_SCOPE(scratch, s);
	td_bytes text;
	td_suser_list *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	if (!td__file_read(scratch, AT_FDCWD, _PATH_UTMP, true, &text)) return td_failed(scratch) ? &none : out;
	size_t total = text.len / sizeof(struct utmp), count = 0;
	td_suser *items = td_alloc_array(s, total, sizeof *items);
	if (!items) return &none;
	for (size_t i = 0; i < total; i++) {
		struct utmp u;
		memcpy(&u, text.data + i * sizeof u, sizeof u);
		if (u.ut_type != USER_PROCESS) continue;
		const char *host = td_strndup(s, u.ut_host, strnlen(u.ut_host, sizeof u.ut_host));
		if (!strcmp(host, ":0") || !strcmp(host, ":0.0")) host = "localhost";
		items[count++] = (td_suser){.name = td_strndup(s, u.ut_user, strnlen(u.ut_user, sizeof u.ut_user)),
		                            .terminal = td_strndup(s, u.ut_line, strnlen(u.ut_line, sizeof u.ut_line)),
		                            .host = host,
		                            .started = (double)u.ut_tv.tv_sec,
		                            .pid = (int)u.ut_pid};
	}
	if (td_failed(s)) return &none;
	*out = (td_suser_list){items, count};
	return out;
}

/* --- temperatures --- */

static int by_text(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a directory that begin with prefix, sorted; none when it is not there. */
static td_strs names_in(td_scope *scratch, const char *path, const char *prefix) {
	static const char *const nothing[1] = {NULL};
	td_strs none = {nothing, 0};
	DIR *dir = opendir(path);
	if (!dir) return none;
	const char **names = NULL;
	size_t count = 0, capacity = 0;
	for (struct dirent *e; (e = readdir(dir));) {
		if (strncmp(e->d_name, prefix, strlen(prefix)) != 0) continue;
		void *items = names;
		if (!td__grow(scratch, &items, &capacity, count + 1, sizeof *names)) break;
		names = items;
		names[count++] = td_strdup(scratch, e->d_name);
	}
	closedir(dir);
	if (td_failed(scratch) || !count) return none;
	qsort(names, count, sizeof *names, by_text);
	return (td_strs){names, count};
}

typedef struct sensors {
	td_scope *s, *scratch;
	td_shwtemp *items;
	size_t count, capacity;
	size_t places; /* where a sensor might be, readable or not */
} sensors;

/* The thousandths in a file as degrees. */
static td_opt_float degrees(td_scope *scratch, const char *dir, const char *name, const char *suffix) {
	const char *word = td__file_word(scratch, td_format(scratch, "%s/%s%s", dir, name, suffix));
	bool minus = *word == '-';
	const char *digits = word + minus;
	if (*digits < '0' || *digits > '9') return (td_opt_float){false, 0};
	double value = td__scan_decimal(&digits);
	if (*digits) return (td_opt_float){false, 0};
	return TD_FLOAT((minus ? -value : value) / 1000.0);
}

static void add_sensor(sensors *t, const char *name, const char *label, double now, td_opt_float high,
                       td_opt_float critical) {
	void *items = t->items;
	if (!td__grow(t->s, &items, &t->capacity, t->count + 1, sizeof *t->items)) return;
	t->items = items;
	t->items[t->count++] = (td_shwtemp){.name = td_strdup(t->s, name),
	                                    .label = td_strdup(t->s, label),
	                                    .current = now,
	                                    .high = high,
	                                    .critical = critical};
}

/* The sensors in one chip's directory. Several files (temp1_input, temp1_max) make one. */
static void read_chip(sensors *t, const char *dir) {
	td_strs files = names_in(t->scratch, dir, "temp");
	const char *before = "";
	for (size_t i = 0; i < files.len; i++) {
		const char *underscore = strchr(files.items[i], '_');
		if (!underscore) continue;
		const char *base = td_strndup(t->scratch, files.items[i], (size_t)(underscore - files.items[i]));
		if (!strcmp(base, before)) continue;
		before = base;
		t->places++;
		td_opt_float now = degrees(t->scratch, dir, base, "_input");
		const char *name = td__file_word(t->scratch, td_format(t->scratch, "%s/name", dir));
		if (!now.given || !*name) continue;
		const char *label = td__file_word(t->scratch, td_format(t->scratch, "%s/%s_label", dir, base));
		add_sensor(t, name, label, now.value, degrees(t->scratch, dir, base, "_max"),
		           degrees(t->scratch, dir, base, "_crit"));
	}
}

static void read_zone(sensors *t, const char *dir) {
	td_opt_float now = degrees(t->scratch, dir, "temp", ""), high = {0}, critical = {0};
	const char *name = td__file_word(t->scratch, td_format(t->scratch, "%s/type", dir));
	if (!now.given || !*name) return;
	td_strs points = names_in(t->scratch, dir, "trip_point_");
	for (size_t i = 0; i < points.len; i++) {
		if (!td_str_endswith(points.items[i], "_type")) continue;
		const char *type = td__file_word(t->scratch, td_format(t->scratch, "%s/%s", dir, points.items[i]));
		const char *base = td_strndup(t->scratch, points.items[i], strlen(points.items[i]) - 5);
		if (!strcmp(type, "critical")) critical = degrees(t->scratch, dir, base, "_temp");
		if (!strcmp(type, "high")) high = degrees(t->scratch, dir, base, "_temp");
	}
	add_sensor(t, name, "", now.value, high, critical);
}

const td_shwtemp_list *(td_psutil_sensors_temperatures)(td_scope *s, const td_psutil_opts *opts) {
	static const td_shwtemp_list none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	sensors t = {.s = s, .scratch = scratch};
	const char *sysfs = td__sysfs(o.reader);
	const char *hwmon = td_format(scratch, "%s/class/hwmon", sysfs);
	td_strs chips = names_in(scratch, hwmon, "hwmon");
	for (size_t i = 0; i < chips.len; i++) {
		read_chip(&t, td_format(scratch, "%s/%s", hwmon, chips.items[i]));
		read_chip(&t, td_format(scratch, "%s/%s/device", hwmon, chips.items[i]));
	}
	if (!t.places) {
		const char *thermal = td_format(scratch, "%s/class/thermal", sysfs);
		td_strs zones = names_in(scratch, thermal, "thermal_zone");
		for (size_t i = 0; i < zones.len; i++) read_zone(&t, td_format(scratch, "%s/%s", thermal, zones.items[i]));
	}
	td_shwtemp_list *out = td_alloc(s, sizeof *out);
	if (!out || td_failed(s) || td_failed(scratch)) return &none;
	*out = (td_shwtemp_list){t.items, t.count};
	return out;
}
