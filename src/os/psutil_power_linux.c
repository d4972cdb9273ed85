/* src/os/psutil_power_linux.c: fans and the battery. */
#include "os/psutil_internal.h"
#include <dirent.h>
#include <fcntl.h>
#include <tend/text.h>

static int by_text(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef bool (*wanted)(td_scope *scratch, const char *name);

/* The names in a directory that are wanted, sorted; none when it is not there. */
static td_strs names_in(td_scope *scratch, const char *path, wanted is_wanted) {
	static const char *const nothing[1] = {NULL};
	td_strs none = {nothing, 0};
	DIR *dir = opendir(path);
	if (!dir) return none;
	void *names = NULL;
	size_t count = 0, capacity = 0;
	for (struct dirent *e; (e = readdir(dir));) {
		if (!is_wanted(scratch, e->d_name)) continue;
		if (!td__grow(scratch, &names, &capacity, count + 1, sizeof(const char *))) break;
		((const char **)names)[count++] = td_strdup(scratch, e->d_name);
	}
	closedir(dir);
	if (td_failed(scratch) || !count) return none;
	qsort(names, count, sizeof(const char *), by_text);
	return (td_strs){names, count};
}

/* The whole number in a file; absent when there is none. */
static td_opt_int number(td_scope *scratch, const char *dir, const char *name) {
	const char *word = td__file_word(scratch, td_format(scratch, "%s/%s", dir, name));
	bool minus = *word == '-';
	const char *digits = word + minus;
	if (*digits < '0' || *digits > '9') return (td_opt_int){false, 0};
	int64_t value = (int64_t)td__scan_u64(&digits);
	return *digits ? (td_opt_int){false, 0} : TD_INT(minus ? -value : value);
}

static td_opt_int first_of(td_scope *scratch, const char *dir, const char *name, const char *other) {
	td_opt_int value = number(scratch, dir, name);
	return value.given || !other ? value : number(scratch, dir, other);
}

/* --- fans --- */

static bool is_chip(td_scope *scratch, const char *name) {
	return td_str_startswith(name, "hwmon") && !td_failed(scratch);
}

static bool is_fan(td_scope *scratch, const char *name) {
	return td_str_startswith(name, "fan") && strchr(name, '_') && !td_failed(scratch);
}

typedef struct fans {
	td_scope *s, *scratch;
	td_sfan *items;
	size_t count, capacity;
	size_t places; /* where a fan might be, readable or not */
} fans;

/* Several files (fan1_input, fan1_min) make one fan. */
static void read_chip(fans *f, const char *dir) {
	td_strs files = names_in(f->scratch, dir, is_fan);
	const char *before = "";
	for (size_t i = 0; i < files.len; i++) {
		const char *base =
			td_strndup(f->scratch, files.items[i], (size_t)(strchr(files.items[i], '_') - files.items[i]));
		if (!strcmp(base, before)) continue;
		before = base;
		f->places++;
		td_opt_int now = number(f->scratch, dir, td_format(f->scratch, "%s_input", base));
		void *items = f->items;
		if (!now.given || !td__grow(f->s, &items, &f->capacity, f->count + 1, sizeof *f->items)) continue;
		f->items = items;
		const char *label = td__file_word(f->scratch, td_format(f->scratch, "%s/%s_label", dir, base));
		f->items[f->count++] =
			(td_sfan){.name = td_strdup(f->s, td__file_word(f->scratch, td_format(f->scratch, "%s/name", dir))),
		              .label = td_strdup(f->s, label),
		              .current = now.value};
	}
}

const td_sfan_list *(td_psutil_sensors_fans)(td_scope *s, const td_psutil_opts *opts) {
	static const td_sfan_list none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	fans f = {.s = s, .scratch = scratch};
	const char *hwmon = td_format(scratch, "%s/class/hwmon", td__sysfs(o.reader));
	td_strs chips = names_in(scratch, hwmon, is_chip);
	for (size_t i = 0; i < chips.len; i++) read_chip(&f, td_format(scratch, "%s/%s", hwmon, chips.items[i]));
	/* Older kernels have them a directory deeper. */
	for (size_t i = 0; !f.places && i < chips.len; i++)
		read_chip(&f, td_format(scratch, "%s/%s/device", hwmon, chips.items[i]));
	td_sfan_list *out = td_alloc(s, sizeof *out);
	if (!out || td_failed(scratch)) return &none;
	*out = (td_sfan_list){f.items, f.count};
	return out;
}

/* --- the battery --- */

static bool is_battery(td_scope *scratch, const char *name) {
	return td_str_startswith(name, "BAT") || strstr(td_str_lower(scratch, name), "battery");
}

static td_opt_int is_plugged(td_scope *scratch, const char *supplies, const char *battery) {
	td_opt_int online = first_of(scratch, supplies, "AC0/online", "AC/online");
	if (online.given) return TD_INT(online.value == 1);
	const char *status = td_str_lower(scratch, td__file_word(scratch, td_format(scratch, "%s/status", battery)));
	if (!strcmp(status, "discharging")) return TD_INT(0);
	if (!strcmp(status, "charging") || !strcmp(status, "full")) return TD_INT(1);
	return (td_opt_int){false, 0};
}

const td_sbattery *(td_psutil_sensors_battery)(td_scope *s, const td_psutil_opts *opts) {
	static const td_sbattery none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *supplies = td_format(scratch, "%s/class/power_supply", td__sysfs(o.reader));
	td_strs found = names_in(scratch, supplies, is_battery);
	td_sbattery *out = td_alloc(s, sizeof *out);
	if (!out || !found.len || td_failed(scratch)) return &none;
	const char *root = td_format(scratch, "%s/%s", supplies, found.items[0]);
	td_opt_int now = first_of(scratch, root, "energy_now", "charge_now"),
			   draw = first_of(scratch, root, "power_now", "current_now"),
			   full = first_of(scratch, root, "energy_full", "charge_full"),
			   minutes = first_of(scratch, root, "time_to_empty_now", NULL),
			   capacity = first_of(scratch, root, "capacity", NULL);
	bool exact = full.given && now.given;
	if (!exact && (!capacity.given || capacity.value == -1)) return &none;
	out->present = true;
	out->percent = exact ? full.value ? 100.0 * (double)now.value / (double)full.value : 0 : (double)capacity.value;
	out->power_plugged = is_plugged(scratch, supplies, root);
	out->secsleft = TD_POWER_TIME_UNKNOWN;
	if (out->power_plugged.given && out->power_plugged.value)
		out->secsleft = TD_POWER_TIME_UNLIMITED;
	else if (now.given && draw.given)
		out->secsleft = draw.value ? (int64_t)((double)now.value / (double)draw.value * 3600) : TD_POWER_TIME_UNKNOWN;
	else if (minutes.given && minutes.value >= 0)
		out->secsleft = minutes.value * 60;
	return td_failed(scratch) ? &none : out;
}
