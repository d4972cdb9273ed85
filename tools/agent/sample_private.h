/* tools/agent/sample_private.h: what sample.c, sample_value.c and metrics_node.c share. */
#ifndef AGENT_SAMPLE_PRIVATE_H
#define AGENT_SAMPLE_PRIVATE_H

#include <tend/process.h>

#include "agent/past.h"
#include "agent/sample.h"

/* One file system that node_exporter's rules let through. */
typedef struct agent_filesystem {
	const char *device, *mountpoint, *fstype;
	td_sdiskusage usage;
	bool known; /* usage was read, now or earlier */
	bool stale; /* it did not answer the last time */
	bool failed;
	int64_t at; /* when usage was read */
} agent_filesystem;
/* What udev knows of a disk; "" for what it does not. */
typedef struct agent_udev {
	uint64_t major, minor;
	const char *path, *wwn, *model, *serial, *revision;
	const char *fs_type, *fs_usage, *fs_uuid, *fs_version;
	const char *dm_name, *dm_uuid, *dm_vg, *dm_lv, *dm_layer;
	const char *ata, *write_cache, *write_cache_enabled, *rotation_rate;
} agent_udev;

/* What changes seldom, is dear, or may hang: looked at every tenth tick. */
typedef struct agent_slow {
	td_scope *scope; /* that all of it lives in */
	agent_filesystem *items;
	size_t len;
	const td_snicstats_list *nics;
	const td_snicaddr_list *addresses;
	const uint64_t *nohandler; /* packets that no protocol wanted, in the order of nics */
	const td_shwtemp_list *temperatures;
	const struct agent_udev *udev; /* what udev knows of the disks */
	size_t udev_len;
	const char *clock_current;
	td_strs clocks;
} agent_slow;

/* One tick's worth. What could not be read is the empty result of its call, and named in missing. */
typedef struct agent_sample {
	td_scope *scope;
	double time;
	int64_t at;
	double busy;
	const td_psutil_percents *cores;
	const td_scputimes *cpu; /* since boot */
	const td_loadavg *load;
	const td_svmem *memory;
	const td_sswap *swap;
	const td_spressure *pressure[3]; /* cpu, memory, io; NULL where there is none */
	const td_sdiskio_list *disks;
	const td_snetio_list *nics;
	const td_process_table *processes;
	td_value *missing;
} agent_sample;

struct agent_sampler {
	td_scope *owner;
	td_psutil_reader *reader;
	const char *procfs, *sysfs;
	agent_history *history;
	agent_past *past;
	agent_sample now, before;
	agent_slow slow;
	uint64_t ticks;
	double cost;
	double boot_time, frequency;
	int cpus;
	char *text; /* of the last metrics */
	size_t text_capacity;
};

extern const char *const agent_pressure_names[3];

/* What became of a counter in a second; NaN where there is no telling. */
double agent_rate(uint64_t before, uint64_t now, double seconds);
/* The same disk or interface a tick earlier; NULL. */
const td_sdiskio *agent_disk_before(const agent_sampler *a, const char *name);
const td_snetio *agent_nic_before(const agent_sampler *a, const char *name);
/* What the processors did between the last two ticks, in percent; NaN after the first. */
td_scputimes agent_cpu_percent(const agent_sampler *a);
/* Seconds between the last two ticks; 0 after the first. */
double agent_sample_seconds(const agent_sampler *a);
/* Looks at all of it again. Errors are named in x->missing. */
void agent_look_slowly(agent_sampler *a, agent_sample *x);
/* The descriptions of the disks in /proc/diskstats, out of /run/udev/data. */
void agent_read_udev(agent_sampler *a, td_scope *s, agent_slow *out);
/* The first line of a small file, in s, and "" when it cannot be read. */
const char *agent_first_line(td_scope *s, const char *path);

/* text, with U+FFFD in place of bytes that are not UTF-8. */
const char *agent_clean(td_scope *s, const char *text);

/* A disk and not a part of one, a loop or a RAM disk, by node_exporter's rule. */
bool agent_is_disk(const char *name);

#endif
