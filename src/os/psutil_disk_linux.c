/* src/os/psutil_disk_linux.c: what is mounted, and what disks have read and written. */
#include "os/psutil_internal.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <tend/text.h>
#include <unistd.h>

/* --- what is mounted --- */

/* A field of /proc/mounts, its \040 and kin made characters again. */
static const char *unescaped(td_scope *s, td_bytes word) {
	char *out = td_alloc(s, word.len + 1);
	if (!out) return td_no_text;
	size_t n = 0;
	for (size_t i = 0; i < word.len; i++) {
		const char *p = word.data + i;
		bool octal = *p == '\\' && i + 3 < word.len && p[1] >= '0' && p[1] <= '3' && p[2] >= '0' && p[2] <= '7' &&
		             p[3] >= '0' && p[3] <= '7';
		if (octal) {
			out[n++] = (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0'));
			i += 3;
		} else {
			out[n++] = *p;
		}
	}
	return out;
}

/* Whether /proc/filesystems lists fstype as one on a device. */
static bool on_device(const char *filesystems, const char *fstype) {
	for (const char *p = filesystems; p; p = td__next_line(p)) {
		const char *end = strchrnul(p, '\n');
		const char *name = memchr(p, '\t', (size_t)(end - p));
		name = name ? name + 1 : p;
		bool nodev = !strncmp(p, "nodev", 5);
		bool same = strlen(fstype) == (size_t)(end - name) && !strncmp(name, fstype, (size_t)(end - name));
		if (same && (!nodev || !strcmp(fstype, "zfs"))) return true;
	}
	return false;
}

/* The name that /proc/partitions, or else sysfs, has for a device number; "" when neither has one. */
static const char *device_name(td_scope *s, td_psutil_reader *r, unsigned high, unsigned low) {
	TD_SCOPE(scratch, s);
	td_bytes text;
	if (!td__proc_read(scratch, r, "partitions", &text)) {
		td_catch(scratch, TD_OSError);
		text = (td_bytes){"", 0};
	}
	for (const char *p = text.data; p && *p; p = td__next_line(p)) {
		const char *q = p;
		uint64_t a = td__scan_u64(&q), b = td__scan_u64(&q);
		td__scan_u64(&q);
		td_bytes name = td__scan_word(&q);
		if (name.len && a == high && b == low) return td_strndup(s, name.data, name.len);
	}
	const char *path = td_format(scratch, "%s/dev/block/%u:%u/uevent", td__sysfs(r), high, low);
	if (td__file_read(scratch, AT_FDCWD, path, true, &text)) {
		const char *name = td__line_after(text.data, "DEVNAME=");
		if (name) return td_strndup(s, name, strcspn(name, "\n"));
	}
	return "";
}

/* The device behind "/dev/root", by the number that / has. */
static const char *root_device(td_scope *s, td_psutil_reader *r, const char *fallback) {
	struct stat st;
	if (stat("/", &st) < 0) return fallback;
	const char *name = device_name(s, r, major(st.st_dev), minor(st.st_dev));
	const char *path = *name ? td_format(s, "/dev/%s", name) : "";
	return *path && access(path, F_OK) == 0 ? path : fallback;
}

const td_sdiskpart_list *(td_psutil_disk_partitions)(td_scope *s, const td_psutil_disk_partitions_opts *opts) {
	static const td_sdiskpart_list none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_disk_partitions_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes mounts, filesystems = {"", 0};
	if (!o.all && !td__proc_read(scratch, o.reader, "filesystems", &filesystems)) return &none;
	if (!td__proc_read(scratch, o.reader, "self/mounts", &mounts)) return &none;
	size_t lines = 0;
	for (const char *p = mounts.data; p; p = td__next_line(p)) lines++;
	td_sdiskpart_list *out = td_alloc(s, sizeof *out);
	td_sdiskpart *items = td_alloc_array(s, lines, sizeof *items);
	if (!out || !items) return &none;
	size_t count = 0;
	for (const char *p = mounts.data; p && *p; p = td__next_line(p)) {
		const char *q = p;
		td_bytes device = td__scan_word(&q), point = td__scan_word(&q), type = td__scan_word(&q);
		td_bytes options = td__scan_word(&q);
		td_sdiskpart part = {.device = unescaped(s, device), .fstype = unescaped(s, type)};
		if (!strcmp(part.device, "none")) part.device = "";
		if (!strcmp(part.device, "/dev/root") || !strcmp(part.device, "rootfs")) {
			part.device = root_device(s, o.reader, part.device);
		}
		if (!o.all && (!*part.device || !on_device(filesystems.data, part.fstype))) continue;
		part.mountpoint = unescaped(s, point);
		part.opts = unescaped(s, options);
		items[count++] = part;
	}
	if (td_failed(s)) return &none;
	*out = (td_sdiskpart_list){items, count};
	return out;
}

/* --- what disks have done --- */

/* The lines of /proc/diskstats have been of four lengths; the oldest has its fields one further on. */
static bool read_disk(td_scope *s, const char *line, td_sdiskio *out) {
	td_bytes words[32];
	size_t n = 0;
	const char *q = line;
	while (n < 32 && (words[n] = td__scan_word(&q)).len) n++;
	uint64_t v[11] = {0};
	size_t first = n == 15 ? 4 : 3;
	if (n == 15 || n == 14 || n >= 18) {
		for (size_t i = 0; i < 11; i++) {
			const char *p = words[n == 15 && i == 0 ? 2 : first + i - (n == 15)].data;
			v[i] = td__scan_u64(&p);
		}
	} else if (n == 7) { /* reads, sectors, writes, sectors of a partition */
		static const int to[4] = {0, 2, 4, 6};
		for (size_t i = 0; i < 4; i++) {
			const char *p = words[3 + i].data;
			v[to[i]] = td__scan_u64(&p);
		}
	} else {
		td_raise(s, TD_ValueError, "not sure how to interpret line '%.*s'", (int)(strchrnul(line, '\n') - line), line);
		return false;
	}
	td_bytes name = words[n == 15 ? 3 : 2];
	*out = (td_sdiskio){.name = td_strndup(s, name.data, name.len),
	                    .read_count = v[0],
	                    .write_count = v[4],
	                    .read_bytes = v[2] * 512,
	                    .write_bytes = v[6] * 512,
	                    .read_time = v[3],
	                    .write_time = v[7],
	                    .read_merged_count = v[1],
	                    .write_merged_count = v[5],
	                    .busy_time = v[9]};
	return true;
}

/* Whether it is a whole disk: those have a directory in /sys/block, partitions do not. */
static bool is_whole(const char *sysfs, const char *name) {
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/block/", sysfs);
	for (; *name && n < PATH_MAX - 1; name++) path[n++] = *name == '/' ? '!' : *name;
	path[n] = 0;
	return access(path, F_OK) == 0;
}

static bool read_disks(td_scope *s, const td_psutil_counters_opts *o, bool whole_only, td_sdiskio_list *out) {
	TD_SCOPE(scratch, s);
	td_bytes text;
	if (!td__proc_read(scratch, o->reader, "diskstats", &text)) return false;
	size_t lines = 0, count = 0;
	for (const char *p = text.data; p; p = td__next_line(p)) lines++;
	td_sdiskio *items = td_alloc_array(s, lines, sizeof *items);
	if (!items) return false;
	td__wraps *wraps = !o->reader || o->keep_wrapping ? NULL : whole_only ? &o->reader->disks_sum : &o->reader->disks;
	if (wraps) td__wraps_begin(wraps);
	for (const char *p = text.data; p && *p; p = td__next_line(p)) {
		td_sdiskio *d = &items[count];
		if (!read_disk(s, p, d)) return false;
		if (whole_only && !is_whole(td__sysfs(o->reader), d->name)) continue;
		if (wraps && !td__wraps_add(s, wraps, d->name, &d->read_count, 9)) return false;
		count++;
	}
	if (wraps) td__wraps_end(wraps);
	*out = (td_sdiskio_list){items, count};
	return !td_failed(s);
}

const td_sdiskio_list *(td_psutil_disk_io_counters_perdisk)(td_scope *s, const td_psutil_counters_opts *opts) {
	static const td_sdiskio_list none;
	if (!td__enter_opts(s, opts)) return &none;
	td_psutil_counters_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_sdiskio_list *out = td_alloc(s, sizeof *out);
	return out && read_disks(s, &o, false, out) ? out : &none;
}

const td_sdiskio *(td_psutil_disk_io_counters)(td_scope *s, const td_psutil_counters_opts *opts) {
	static const td_sdiskio none = {.name = ""};
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_counters_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_sdiskio_list list;
	td_sdiskio *sum = td_alloc(s, sizeof *sum);
	if (!sum || !read_disks(scratch, &o, true, &list)) return &none;
	sum->name = "";
	for (size_t i = 0; i < list.len; i++) {
		const uint64_t *from = &list.items[i].read_count;
		uint64_t *to = &sum->read_count;
		for (int k = 0; k < 9; k++) to[k] += from[k];
	}
	return sum;
}
