/* tools/agent/metrics_node.c: /proc as node_exporter 1.5 shows it. The text is written straight from the kernel's own: a
 * scrape reads nine files through descriptors that are open already, and formats no floating point number. */
#include "agent/metrics_node.h"

#include <string.h>
#include <sys/utsname.h>
#include <tend/time.h>

#include "agent/sample_private.h"

/* --- writing --- */

typedef struct out {
	td_scope *s; /* of this scrape */
	agent_sampler *a;
	char *data;
	size_t len, capacity;
	bool failed;
} out;

static void put(out *o, const char *text, size_t len) {
	if (o->failed) return;
	if (o->capacity - o->len < len + 1) {
		size_t more = o->capacity ? o->capacity : 32768;
		while (more - o->len < len + 1) more *= 2;
		char *data = td_alloc(o->a->owner, more); /* lives as long as the sampler, and is used again */
		if (!data) {
			o->failed = true;
			return;
		}
		if (o->len) memcpy(data, o->data, o->len);
		o->a->text = o->data = data;
		o->a->text_capacity = o->capacity = more;
	}
	memcpy(o->data + o->len, text, len);
	o->len += len;
}

static void puts_(out *o, const char *text) {
	put(o, text, strlen(text));
}

static void put_u64(out *o, uint64_t n) {
	char buffer[20];
	size_t at = sizeof buffer;
	do {
		buffer[--at] = (char)('0' + n % 10);
	} while (n /= 10);
	put(o, buffer + at, sizeof buffer - at);
}

/* n units of which so many make one: put_scaled(o, 1230, 1000) is 1.23. The scale is a power of ten. */
static void put_scaled(out *o, uint64_t n, uint64_t scale) {
	put_u64(o, n / scale);
	uint64_t rest = n % scale;
	if (!rest) return;
	char digits[20];
	size_t len = 0;
	digits[len++] = '.';
	for (uint64_t unit = scale / 10; rest; unit /= 10) {
		digits[len++] = (char)('0' + rest / unit);
		rest %= unit;
	}
	put(o, digits, len);
}

/* A label's value, with what the format reserves escaped. */
static void put_label(out *o, const char *value) {
	for (const char *p = value; *p;) {
		size_t n = strcspn(p, "\\\"\n");
		put(o, p, n);
		p += n;
		if (!*p) return;
		put(o, *p == '\n' ? "\\n" : *p == '"' ? "\\\"" : "\\\\", 2);
		p++;
	}
}

static void family(out *o, const char *name, const char *type, const char *help) {
	puts_(o, "# HELP ");
	puts_(o, name);
	put(o, " ", 1);
	puts_(o, help);
	puts_(o, "\n# TYPE ");
	puts_(o, name);
	put(o, " ", 1);
	puts_(o, type);
	put(o, "\n", 1);
}

/* name{label="value"} and the blank before the number. */
static void series(out *o, const char *name, const char *label, const char *value) {
	puts_(o, name);
	put(o, "{", 1);
	puts_(o, label);
	put(o, "=\"", 2);
	put_label(o, value);
	put(o, "\"} ", 3);
}

static void end(out *o) {
	put(o, "\n", 1);
}

/* --- reading --- */

static const char *proc(out *o, const char *name) {
	TD_SCOPE(attempt, o->s);
	const char *text = td_psutil_reader_read(attempt, o->a->reader, name).data;
	return td_catch(attempt, TD_OSError) ? "" : text;
}

static uint64_t number(const char **p) {
	const char *t = *p;
	while (*t == ' ' || *t == '\t') t++;
	uint64_t n = 0;
	for (; *t >= '0' && *t <= '9'; t++) n = n * 10 + (uint64_t)(*t - '0');
	*p = t;
	return n;
}

static const char *next_line(const char *p) {
	p = strchr(p, '\n');
	return p ? p + 1 : "";
}

/* --- cpu --- */

static void cpu(out *o) {
	static const char *const modes[8] = {"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"};
	static const char name[] = "node_cpu_seconds_total", guest[] = "node_cpu_guest_seconds_total";
	const char *text = proc(o, "stat");
	if (!*text) return;
	for (int part = 0; part < 2; part++) {
		if (part)
			family(o, name, "counter", "Seconds the CPUs spent in each mode.");
		else
			family(o, guest, "counter", "Seconds the CPUs spent in guests (VMs) for each mode.");
		for (const char *p = next_line(text); !strncmp(p, "cpu", 3); p = next_line(p)) {
			const char *q = p + 3;
			uint64_t id = number(&q), v[10];
			for (int i = 0; i < 10; i++) v[i] = number(&q);
			for (int i = 0; i < (part ? 8 : 2); i++) {
				puts_(o, part ? name : guest);
				puts_(o, "{cpu=\"");
				put_u64(o, id);
				puts_(o, "\",mode=\"");
				puts_(o, part ? modes[i] : modes[i]);
				puts_(o, "\"} ");
				put_scaled(o, part ? v[i] : v[8 + i], 100);
				end(o);
			}
		}
	}
}

/* --- meminfo --- */

/* "Active(anon)" is Active_anon; what is counted in kB is in bytes, and says so. */
static void meminfo(out *o) {
	for (const char *p = proc(o, "meminfo"); *p; p = next_line(p)) {
		char name[96] = "node_memory_", help[160];
		size_t n = strlen(name);
		const char *q = p;
		for (; *q && *q != ':' && *q != '\n' && n < 80; q++) {
			if (*q != ')') name[n++] = *q == '(' ? '_' : *q;
		}
		if (*q != ':') continue;
		q++;
		uint64_t value = number(&q);
		bool kilo = !strncmp(q, " kB", 3);
		memcpy(name + n, kilo ? "_bytes" : "", kilo ? 7 : 1);
		const char *field = name + strlen("node_memory_");
		size_t len = strlen(field);
		memcpy(help, "Memory information field ", 25);
		memcpy(help + 25, field, len);
		memcpy(help + 25 + len, ".", 2);
		family(o, name, len > 6 && !strcmp(field + len - 6, "_total") ? "counter" : "gauge", help);
		puts_(o, name);
		put(o, " ", 1);
		put_u64(o, kilo ? value * 1024 : value);
		end(o);
	}
}

/* --- diskstats --- */

typedef struct disk {
	uint64_t major, minor, v[17];
	size_t fields;
	char name[64];
} disk;

static const struct {
	const char *name, *type, *help;
	unsigned multiply, divide;
} disk_fields[17] = {
	{"node_disk_reads_completed_total", "counter", "The total number of reads completed successfully.", 1, 1},
	{"node_disk_reads_merged_total", "counter", "The total number of reads merged.", 1, 1},
	{"node_disk_read_bytes_total", "counter", "The total number of bytes read successfully.", 512, 1},
	{"node_disk_read_time_seconds_total", "counter", "The total number of seconds spent by all reads.", 1, 1000},
	{"node_disk_writes_completed_total", "counter", "The total number of writes completed successfully.", 1, 1},
	{"node_disk_writes_merged_total", "counter", "The number of writes merged.", 1, 1},
	{"node_disk_written_bytes_total", "counter", "The total number of bytes written successfully.", 512, 1},
	{"node_disk_write_time_seconds_total", "counter", "This is the total number of seconds spent by all writes.", 1,
     1000},
	{"node_disk_io_now", "gauge", "The number of I/Os currently in progress.", 1, 1},
	{"node_disk_io_time_seconds_total", "counter", "Total seconds spent doing I/Os.", 1, 1000},
	{"node_disk_io_time_weighted_seconds_total", "counter", "The weighted # of seconds spent doing I/Os.", 1, 1000},
	{"node_disk_discards_completed_total", "counter", "The total number of discards completed successfully.", 1, 1},
	{"node_disk_discards_merged_total", "counter", "The total number of discards merged.", 1, 1},
	{"node_disk_discarded_sectors_total", "counter", "The total number of sectors discarded successfully.", 1, 1},
	{"node_disk_discard_time_seconds_total", "counter", "This is the total number of seconds spent by all discards.", 1,
     1000},
	{"node_disk_flush_requests_total", "counter", "The total number of flush requests completed successfully", 1, 1},
	{"node_disk_flush_requests_time_seconds_total", "counter",
     "This is the total number of seconds spent by all flush requests.", 1, 1000},
};

static const agent_udev *udev_of(const agent_sampler *a, const disk *d) {
	static const agent_udev nothing = {0, 0, "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""};
	for (size_t i = 0; i < a->slow.udev_len; i++) {
		if (a->slow.udev[i].major == d->major && a->slow.udev[i].minor == d->minor) return &a->slow.udev[i];
	}
	return &nothing;
}

static void more_label(out *o, const char *label, const char *value) {
	put(o, ",", 1);
	puts_(o, label);
	put(o, "=\"", 2);
	put_label(o, value);
	put(o, "\"", 1);
}

static void device(out *o, const char *name, const char *device_name) {
	puts_(o, name);
	puts_(o, "{device=\"");
	put_label(o, device_name);
	put(o, "\"", 1);
}

/* One family of the descriptions; which: 0 the disk, 1 its file system, 2 its mapping, 3 to 5 of an ATA disk. */
static void disk_description(out *o, const disk *disks, size_t count, int which) {
	static const char *const text[6][2] = {{"node_disk_info", "Info of /sys/block/<block_device>."},
	                                       {"node_disk_filesystem_info", "Info about disk filesystem."},
	                                       {"node_disk_device_mapper_info", "Info about disk device mapper."},
	                                       {"node_disk_ata_write_cache", "ATA disk has a write cache."},
	                                       {"node_disk_ata_write_cache_enabled",
	                                        "ATA disk has its write cache enabled."},
	                                       {"node_disk_ata_rotation_rate_rpm",
	                                        "ATA disk rotation rate in RPMs (0 for SSDs)."}};
	bool begun = false;
	for (size_t i = 0; i < count; i++) {
		const agent_udev *u = udev_of(o->a, &disks[i]);
		const char *const wanted[6] = {"1",
		                               *u->fs_type ? "1" : "",
		                               *u->dm_name ? "1" : "",
		                               *u->ata ? u->write_cache : "",
		                               *u->ata ? u->write_cache_enabled : "",
		                               *u->ata ? u->rotation_rate : ""};
		if (!*wanted[which]) continue;
		if (!begun) family(o, text[which][0], "gauge", text[which][1]);
		begun = true;
		device(o, text[which][0], disks[i].name);
		if (which == 0) {
			puts_(o, ",major=\"");
			put_u64(o, disks[i].major);
			puts_(o, "\",minor=\"");
			put_u64(o, disks[i].minor);
			put(o, "\"", 1);
			more_label(o, "model", u->model);
			more_label(o, "path", u->path);
			more_label(o, "revision", u->revision);
			more_label(o, "serial", u->serial);
			more_label(o, "wwn", u->wwn);
		} else if (which == 1) {
			more_label(o, "type", u->fs_type);
			more_label(o, "usage", u->fs_usage);
			more_label(o, "uuid", u->fs_uuid);
			more_label(o, "version", u->fs_version);
		} else if (which == 2) {
			more_label(o, "lv_layer", u->dm_layer);
			more_label(o, "lv_name", u->dm_lv);
			more_label(o, "name", u->dm_name);
			more_label(o, "uuid", u->dm_uuid);
			more_label(o, "vg_name", u->dm_vg);
		}
		puts_(o, "} ");
		puts_(o, wanted[which]);
		end(o);
	}
}

static void diskstats(out *o) {
	const char *text = proc(o, "diskstats");
	size_t lines = 0, count = 0;
	for (const char *p = text; *p; p = next_line(p)) lines++;
	disk *disks = td_alloc_array(o->s, lines, sizeof *disks);
	if (!disks || !lines) return;
	for (const char *p = text; *p; p = next_line(p)) {
		disk *d = &disks[count];
		const char *q = p;
		*d = (disk){.major = number(&q)};
		d->minor = number(&q);
		q += strspn(q, " ");
		size_t len = strcspn(q, " \n");
		if (!len || len >= sizeof d->name) continue;
		memcpy(d->name, q, len);
		d->name[len] = 0;
		if (!agent_is_disk(d->name)) continue;
		for (q += len; d->fields < 17; d->fields++) {
			q += strspn(q, " ");
			if (*q < '0' || *q > '9') break;
			d->v[d->fields] = number(&q);
		}
		count++;
	}
	for (size_t f = 0; f < 17; f++) {
		bool begun = false;
		for (size_t i = 0; i < count; i++) {
			if (f >= disks[i].fields) continue;
			if (!begun) family(o, disk_fields[f].name, disk_fields[f].type, disk_fields[f].help);
			begun = true;
			device(o, disk_fields[f].name, disks[i].name);
			puts_(o, "} ");
			put_scaled(o, disks[i].v[f] * disk_fields[f].multiply, disk_fields[f].divide);
			end(o);
		}
	}
	for (int which = 0; which < 6 && count; which++) disk_description(o, disks, count, which);
}

/* --- filesystem --- */

static void filesystem(out *o) {
	static const char *const text[7][2] = {{"node_filesystem_avail_bytes",
	                                        "Filesystem space available to non-root users in bytes."},
	                                       {"node_filesystem_device_error",
	                                        "Whether an error occurred while getting statistics for the given device."},
	                                       {"node_filesystem_files", "Filesystem total file nodes."},
	                                       {"node_filesystem_files_free", "Filesystem total free file nodes."},
	                                       {"node_filesystem_free_bytes", "Filesystem free space in bytes."},
	                                       {"node_filesystem_readonly", "Filesystem read-only status."},
	                                       {"node_filesystem_size_bytes", "Filesystem size in bytes."}};
	for (int k = 0; k < 7; k++) {
		bool begun = false;
		for (size_t i = 0; i < o->a->slow.len; i++) {
			const agent_filesystem *f = &o->a->slow.items[i];
			if (f->failed && k != 1) continue; /* of one that cannot be asked only that is told */
			if (!begun) family(o, text[k][0], "gauge", text[k][1]);
			begun = true;
			device(o, text[k][0], f->device);
			more_label(o, "fstype", f->fstype);
			more_label(o, "mountpoint", f->mountpoint);
			puts_(o, "} ");
			const uint64_t values[7] = {f->usage.free,      f->failed,          f->usage.files, f->usage.files_free,
			                            f->usage.free_root, f->usage.read_only, f->usage.total};
			put_u64(o, values[k]);
			end(o);
		}
	}
}

/* --- netdev --- */

typedef struct nic {
	char name[32];
	uint64_t v[17]; /* the columns of /proc/net/dev, and what no protocol wanted */
} nic;

static void netdev(out *o) {
	static const char *const columns[17] = {"receive_bytes",       "receive_packets",   "receive_errs",
	                                        "receive_drop",        "receive_fifo",      "receive_frame",
	                                        "receive_compressed",  "receive_multicast", "transmit_bytes",
	                                        "transmit_packets",    "transmit_errs",     "transmit_drop",
	                                        "transmit_fifo",       "transmit_colls",    "transmit_carrier",
	                                        "transmit_compressed", "receive_nohandler"};
	const char *text = next_line(next_line(proc(o, "net/dev")));
	size_t lines = 0, count = 0;
	for (const char *p = text; *p; p = next_line(p)) lines++;
	nic *nics = td_alloc_array(o->s, lines, sizeof *nics);
	if (!nics || !lines) return;
	for (const char *p = text; *p; p = next_line(p)) {
		nic *n = &nics[count];
		const char *line_end = strchrnul(p, '\n'), *begin = p + strspn(p, " ");
		const char *colon = memrchr(begin, ':', (size_t)(line_end - begin));
		if (!colon || (size_t)(colon - begin) >= sizeof n->name) continue;
		memcpy(n->name, begin, (size_t)(colon - begin));
		n->name[colon - begin] = 0;
		if (!strcmp(n->name, "lo")) continue; /* Debian's node_exporter leaves it out */
		const char *q = colon + 1;
		for (int i = 0; i < 16; i++) n->v[i] = number(&q);
		for (size_t k = 0; o->a->slow.nics && k < o->a->slow.nics->len; k++) {
			if (!strcmp(o->a->slow.nics->items[k].name, n->name)) n->v[16] = o->a->slow.nohandler[k];
		}
		count++;
	}
	for (int c = 0; c < 17 && count; c++) {
		char name[64] = "node_network_", help[96] = "Network device statistic ";
		size_t len = strlen(columns[c]);
		memcpy(name + 13, columns[c], len);
		memcpy(name + 13 + len, "_total", 7);
		memcpy(help + 25, columns[c], len);
		memcpy(help + 25 + len, ".", 2);
		family(o, name, "counter", help);
		for (size_t i = 0; i < count; i++) {
			series(o, name, "device", nics[i].name);
			put_u64(o, nics[i].v[c]);
			end(o);
		}
	}
}

/* --- loadavg, pressure, uname, time --- */

static void loadavg(out *o) {
	static const char *const text[3][2] = {{"node_load1", "1m load average."},
	                                       {"node_load5", "5m load average."},
	                                       {"node_load15", "15m load average."}};
	const char *p = proc(o, "loadavg");
	for (int i = 0; i < 3 && *p; i++) {
		size_t len = strcspn(p, " \n");
		family(o, text[i][0], "gauge", text[i][1]);
		puts_(o, text[i][0]);
		put(o, " ", 1);
		put(o, p, len);
		end(o);
		p += len + strspn(p + len, " ");
	}
}

static void pressure(out *o) {
	static const struct {
		const char *file, *line, *name, *help;
	} all[5] = {{"pressure/cpu", "some", "node_pressure_cpu_waiting_seconds_total",
	             "Total time in seconds that processes have waited for CPU time"},
	            {"pressure/io", "some", "node_pressure_io_waiting_seconds_total",
	             "Total time in seconds that processes have waited due to IO congestion"},
	            {"pressure/io", "full", "node_pressure_io_stalled_seconds_total",
	             "Total time in seconds no process could make progress due to IO congestion"},
	            {"pressure/memory", "some", "node_pressure_memory_waiting_seconds_total",
	             "Total time in seconds that processes have waited for memory"},
	            {"pressure/memory", "full", "node_pressure_memory_stalled_seconds_total",
	             "Total time in seconds no process could make progress due to memory congestion"}};
	const char *text = "", *file = "";
	for (int i = 0; i < 5; i++) {
		if (strcmp(file, all[i].file) != 0) text = proc(o, file = all[i].file);
		const char *p = text;
		while (*p && strncmp(p, all[i].line, 4) != 0) p = next_line(p);
		const char *total = *p ? strstr(p, "total=") : NULL;
		if (!total) continue;
		total += 6;
		family(o, all[i].name, "counter", all[i].help);
		puts_(o, all[i].name);
		put(o, " ", 1);
		put_scaled(o, number(&total), 1000000);
		end(o);
	}
}

static void uname_info(out *o) {
	struct utsname u;
	if (uname(&u) < 0) return;
	family(o, "node_uname_info", "gauge", "Labeled system information as provided by the uname system call.");
	puts_(o, "node_uname_info{domainname=\"");
	put_label(o, u.domainname);
	put(o, "\"", 1);
	more_label(o, "machine", u.machine);
	more_label(o, "nodename", u.nodename);
	more_label(o, "release", u.release);
	more_label(o, "sysname", u.sysname);
	more_label(o, "version", u.version);
	puts_(o, "} 1\n");
}

static void time_info(out *o) {
	const agent_slow *slow = &o->a->slow;
	for (size_t i = 0; i < slow->clocks.len; i++) {
		if (!i) {
			family(o, "node_time_clocksource_available_info", "gauge",
			       "Available clocksources read from '/sys/devices/system/clocksource'.");
		}
		puts_(o, "node_time_clocksource_available_info{clocksource=\"");
		put_label(o, slow->clocks.items[i]);
		puts_(o, "\",device=\"0\"} 1\n");
	}
	if (slow->clock_current && *slow->clock_current) {
		family(o, "node_time_clocksource_current_info", "gauge",
		       "Current clocksource read from '/sys/devices/system/clocksource'.");
		puts_(o, "node_time_clocksource_current_info{clocksource=\"");
		put_label(o, slow->clock_current);
		puts_(o, "\",device=\"0\"} 1\n");
	}
	family(o, "node_time_seconds", "gauge", "System time in seconds since epoch (1970).");
	puts_(o, "node_time_seconds ");
	put_scaled(o, (uint64_t)(td_time_time_ns() / 1000), 1000000);
	end(o);
	const td_struct_time *t = td_time_localtime(o->s);
	family(o, "node_time_zone_offset_seconds", "gauge", "System time zone offset in seconds.");
	series(o, "node_time_zone_offset_seconds", "time_zone", t->tm_zone);
	if (t->tm_gmtoff < 0) put(o, "-", 1);
	put_u64(o, (uint64_t)(t->tm_gmtoff < 0 ? -t->tm_gmtoff : t->tm_gmtoff));
	end(o);
}

td_bytes agent_node_metrics(td_scope *s, agent_sampler *a) {
	const td_bytes nothing = {"", 0};
	if (td_failed(s)) return nothing;
	TD_SCOPE(scrape, s);
	out o = {.s = scrape, .a = a, .data = a->text, .capacity = a->text_capacity};
	cpu(&o);
	diskstats(&o);
	filesystem(&o);
	loadavg(&o);
	meminfo(&o);
	netdev(&o);
	pressure(&o);
	time_info(&o);
	uname_info(&o);
	if (o.failed || td_failed(scrape) || !o.data) return nothing;
	o.data[o.len] = 0;
	return (td_bytes){o.data, o.len};
}
