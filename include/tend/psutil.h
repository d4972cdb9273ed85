/* tend/psutil.h: what the system is doing: processors, memory, disks, network, sensors.
 *
 * Everything is read when it is asked for. Counters count since boot; sizes are bytes, times seconds, percentages 0 to
 * 100 with one decimal place, as psutil gives them. Results are never NULL; their fields are 0 when s has failed. What a
 * kernel does not offer is 0 too. Values are those of psutil 5.9.4.
 *
 *     #include <tend.h>
 *
 *     static void watch(td_scope *s) {
 *         td_psutil_reader *r = td_psutil_reader_open(s);             // keeps files open, and what came before
 *         TD_LOOP(tick, s) {
 *             double busy = td_psutil_cpu_percent(tick, .reader = r);  // since the last time round
 *             const td_svmem *memory = td_psutil_virtual_memory(tick, .reader = r);
 *             const td_sdiskusage *disk = td_psutil_disk_usage(tick, "/", .timeout = 2);
 *             printf("CPU %.1f%%  memory %.1f%%  disk %.1f%%\n", busy, memory->percent, disk->percent);
 *             td_time_sleep(tick, 1);
 *         }
 *     }
 *
 * A reader is for who asks again and again: it keeps the files of /proc open, which halves the cost of a call, and keeps
 * the last sample that percentages and wrapping counters need. Every call takes one; each reader is used by one thread at
 * a time. Calls without one are thread-safe. */
#ifndef TEND_PSUTIL_H
#define TEND_PSUTIL_H

#pragma GCC system_header

#include <tend/os.h>

TD__BEGIN

/* --- where it is read from --- */

typedef struct td_psutil_reader td_psutil_reader;

typedef struct td_psutil_reader_opts {
	TD__OPTS_HEAD;
	const char *procfs; /* NULL: what td_psutil_set_procfs said, or /proc */
	const char *sysfs;  /* NULL: /sys */
} td_psutil_reader_opts;
/* A reader that lives as long as s. NULL when s has failed. Opens nothing yet. */
TD_API td_psutil_reader *td_psutil_reader_open(td_scope *s, const td_psutil_reader_opts *opts);
#define td_psutil_reader_open(...) TD__PSUTIL_READER_OPEN(__VA_ARGS__)
#define TD__PSUTIL_READER_OPEN(s, ...) (td_psutil_reader_open)(TD_HERE(s), TD__OPTS(td_psutil_reader_opts, __VA_ARGS__))

/* All of the file NAME of /proc ("stat", "net/dev", "pressure/cpu") as it is now, through a descriptor that stays open.
 * The bytes are the reader's, and valid until it next reads that file. Raises OSError; empty when s has failed. */
TD_API td_bytes td_psutil_reader_read(td_scope *s, td_psutil_reader *reader, const char *name);
#define td_psutil_reader_read(s, ...) (td_psutil_reader_read)(TD_HERE(s), __VA_ARGS__)

/* Reads from a recorded tree instead of /proc from now on; NULL is /proc again. For the whole process: call it before
 * other threads start. Python: psutil.PROCFS_PATH. */
TD_API void td_psutil_set_procfs(const char *path);

/* What every call below can be given. */
typedef struct td_psutil_opts {
	TD__OPTS_HEAD;
	td_psutil_reader *reader;
} td_psutil_opts;
#define TD__PSUTIL(fn, s, ...) (fn)(TD_HERE(s), TD__OPTS(td_psutil_opts, __VA_ARGS__))

/* --- processors --- */

/* Seconds that processors have spent so. guest is part of user, guest_nice of nice. */
typedef struct td_scputimes {
	double user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice;
} td_scputimes;
typedef struct td_scputimes_list {
	const td_scputimes *items;
	size_t len;
} td_scputimes_list;
/* Of all processors together, and of each. Python: psutil.cpu_times. */
TD_API const td_scputimes *td_psutil_cpu_times(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_cpu_times(...) TD__PSUTIL(td_psutil_cpu_times, __VA_ARGS__)
TD_API const td_scputimes_list *td_psutil_cpu_times_percpu(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_cpu_times_percpu(...) TD__PSUTIL(td_psutil_cpu_times_percpu, __VA_ARGS__)

typedef struct td_psutil_interval_opts {
	TD__OPTS_HEAD;
	td_psutil_reader *reader;
	double interval; /* seconds to measure for, blocking; 0: since the last call, at once */
} td_psutil_interval_opts;
#define TD__PSUTIL_INTERVAL(fn, s, ...) (fn)(TD_HERE(s), TD__OPTS(td_psutil_interval_opts, __VA_ARGS__))
typedef struct td_psutil_percents {
	const double *items;
	size_t len;
} td_psutil_percents;
/* How busy the processors were. Without an interval: since the last call with this reader, or without one in this
 * thread; the first such call gives 0.0. ValueError for a negative interval. Python: psutil.cpu_percent. */
TD_API double td_psutil_cpu_percent(td_scope *s, const td_psutil_interval_opts *opts);
#define td_psutil_cpu_percent(...) TD__PSUTIL_INTERVAL(td_psutil_cpu_percent, __VA_ARGS__)
/* The same for each processor. Without an interval it wants a reader (TypeError). Python: psutil.cpu_percent. */
TD_API const td_psutil_percents *td_psutil_cpu_percent_percpu(td_scope *s, const td_psutil_interval_opts *opts);
#define td_psutil_cpu_percent_percpu(...) TD__PSUTIL_INTERVAL(td_psutil_cpu_percent_percpu, __VA_ARGS__)
/* What they were busy with, each field a percentage. Python: psutil.cpu_times_percent. */
TD_API const td_scputimes *td_psutil_cpu_times_percent(td_scope *s, const td_psutil_interval_opts *opts);
#define td_psutil_cpu_times_percent(...) TD__PSUTIL_INTERVAL(td_psutil_cpu_times_percent, __VA_ARGS__)
TD_API const td_scputimes_list *td_psutil_cpu_times_percent_percpu(td_scope *s, const td_psutil_interval_opts *opts);
#define td_psutil_cpu_times_percent_percpu(...) TD__PSUTIL_INTERVAL(td_psutil_cpu_times_percent_percpu, __VA_ARGS__)

typedef struct td_scpustats {
	uint64_t ctx_switches, interrupts, soft_interrupts, syscalls; /* syscalls is always 0 on Linux */
} td_scpustats;
/* Python: psutil.cpu_stats. */
TD_API const td_scpustats *td_psutil_cpu_stats(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_cpu_stats(...) TD__PSUTIL(td_psutil_cpu_stats, __VA_ARGS__)

typedef struct td_psutil_cpu_count_opts {
	TD__OPTS_HEAD;
	td_psutil_reader *reader;
	bool physical; /* cores, not threads of cores; Python's logical=False */
} td_psutil_cpu_count_opts;
/* How many processors are online; 0 when it cannot be told (Python's None). Python: psutil.cpu_count. */
TD_API int td_psutil_cpu_count(td_scope *s, const td_psutil_cpu_count_opts *opts);
#define td_psutil_cpu_count(...) TD__PSUTIL_CPU_COUNT(__VA_ARGS__)
#define TD__PSUTIL_CPU_COUNT(s, ...) (td_psutil_cpu_count)(TD_HERE(s), TD__OPTS(td_psutil_cpu_count_opts, __VA_ARGS__))

typedef struct td_scpufreq {
	double current, min, max; /* MHz; min and max 0 when they are not known */
} td_scpufreq;
typedef struct td_scpufreq_list {
	const td_scpufreq *items;
	size_t len;
} td_scpufreq_list;
/* The mean of all processors (0 when nothing is known: Python's None), and each. Python: psutil.cpu_freq. */
TD_API const td_scpufreq *td_psutil_cpu_freq(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_cpu_freq(...) TD__PSUTIL(td_psutil_cpu_freq, __VA_ARGS__)
TD_API const td_scpufreq_list *td_psutil_cpu_freq_percpu(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_cpu_freq_percpu(...) TD__PSUTIL(td_psutil_cpu_freq_percpu, __VA_ARGS__)

/* Python: psutil.getloadavg. */
TD_API const td_loadavg *td_psutil_getloadavg(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_getloadavg(...) TD__PSUTIL(td_psutil_getloadavg, __VA_ARGS__)

/* --- memory --- */

typedef struct td_svmem {
	uint64_t total, available;
	double percent; /* (total - available) / total */
	uint64_t used, free, active, inactive, buffers, cached, shared, slab;
} td_svmem;
/* Python: psutil.virtual_memory. */
TD_API const td_svmem *td_psutil_virtual_memory(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_virtual_memory(...) TD__PSUTIL(td_psutil_virtual_memory, __VA_ARGS__)

typedef struct td_sswap {
	uint64_t total, used, free;
	double percent;
	uint64_t sin, sout; /* swapped in and out since boot */
} td_sswap;
/* Python: psutil.swap_memory. */
TD_API const td_sswap *td_psutil_swap_memory(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_swap_memory(...) TD__PSUTIL(td_psutil_swap_memory, __VA_ARGS__)

typedef struct td_psutil_stall {
	double avg10, avg60, avg300; /* percent of the last so many seconds in which tasks stood still */
	uint64_t total;              /* microseconds since boot */
} td_psutil_stall;
typedef struct td_spressure {
	td_psutil_stall some, full; /* at least one task; all of them at once */
} td_spressure;
/* How much work had to wait for "cpu", "memory", "io" or "irq" (pressure stall information). FileNotFoundError where
 * the kernel does not keep it. psutil has no such call. */
TD_API const td_spressure *td_psutil_pressure(td_scope *s, const char *resource, const td_psutil_opts *opts);
#define td_psutil_pressure(s, ...) TD__PSUTIL_PRESSURE(s, __VA_ARGS__)
#define TD__PSUTIL_PRESSURE(s, resource, ...)                                                                          \
	(td_psutil_pressure)(TD_HERE(s), (resource), TD__OPTS(td_psutil_opts, __VA_ARGS__))

/* --- disks --- */

typedef struct td_sdiskpart {
	const char *device, *mountpoint, *fstype, *opts;
} td_sdiskpart;
typedef struct td_sdiskpart_list {
	const td_sdiskpart *items;
	size_t len;
} td_sdiskpart_list;
typedef struct td_psutil_disk_partitions_opts {
	TD__OPTS_HEAD;
	td_psutil_reader *reader;
	bool all; /* file systems without a device too */
} td_psutil_disk_partitions_opts;
/* What is mounted. Touches no mount point, so a dead one does not hold it up. Python: psutil.disk_partitions. */
TD_API const td_sdiskpart_list *td_psutil_disk_partitions(td_scope *s, const td_psutil_disk_partitions_opts *opts);
#define td_psutil_disk_partitions(...) TD__PSUTIL_DISK_PARTITIONS(__VA_ARGS__)
#define TD__PSUTIL_DISK_PARTITIONS(s, ...)                                                                             \
	(td_psutil_disk_partitions)(TD_HERE(s), TD__OPTS(td_psutil_disk_partitions_opts, __VA_ARGS__))

typedef struct td_sdiskusage {
	uint64_t total, used, free; /* free to users other than root */
	double percent;             /* used / (used + free), as df has it */
	uint64_t free_root;         /* free to root; from here on psutil has nothing of the kind */
	uint64_t files, files_free;
	bool read_only;
} td_sdiskusage;
typedef struct td_psutil_disk_usage_opts {
	TD__OPTS_HEAD;
	td_psutil_reader *reader; /* remembers which paths did not answer */
	double timeout;           /* seconds; 0 is as long as s has */
} td_psutil_disk_usage_opts;
/* How full the file system of path is. A dead mount (NFS, FUSE) can hold this up for ever, and no signal gets it out: with
 * a timeout, or when s has a deadline or can be cancelled by one, a thread asks and is left behind if no answer comes;
 * TimeoutError. With a reader a path that was left so raises TimeoutError at once until its answer is there: at most one
 * thread per path is ever left. Python: psutil.disk_usage. */
TD_API const td_sdiskusage *td_psutil_disk_usage(td_scope *s, const char *path, const td_psutil_disk_usage_opts *opts);
#define td_psutil_disk_usage(s, ...) TD__PSUTIL_DISK_USAGE(s, __VA_ARGS__)
#define TD__PSUTIL_DISK_USAGE(s, path, ...)                                                                            \
	(td_psutil_disk_usage)(TD_HERE(s), (path), TD__OPTS(td_psutil_disk_usage_opts, __VA_ARGS__))

typedef struct td_psutil_counters_opts {
	TD__OPTS_HEAD;
	td_psutil_reader *reader;
	bool keep_wrapping; /* Python's nowrap=False; without a reader counters are as the kernel gives them anyway */
} td_psutil_counters_opts;
#define TD__PSUTIL_COUNTERS(fn, s, ...) (fn)(TD_HERE(s), TD__OPTS(td_psutil_counters_opts, __VA_ARGS__))

typedef struct td_sdiskio {
	const char *name; /* "" for the sum */
	uint64_t read_count, write_count, read_bytes, write_bytes;
	uint64_t read_time, write_time; /* milliseconds */
	uint64_t read_merged_count, write_merged_count;
	uint64_t busy_time; /* milliseconds */
} td_sdiskio;
typedef struct td_sdiskio_list {
	const td_sdiskio *items;
	size_t len;
} td_sdiskio_list;
/* The sum over whole disks, and each disk and partition. With a reader, counters that the kernel wraps or resets go on
 * growing. Python: psutil.disk_io_counters. */
TD_API const td_sdiskio *td_psutil_disk_io_counters(td_scope *s, const td_psutil_counters_opts *opts);
#define td_psutil_disk_io_counters(...) TD__PSUTIL_COUNTERS(td_psutil_disk_io_counters, __VA_ARGS__)
TD_API const td_sdiskio_list *td_psutil_disk_io_counters_perdisk(td_scope *s, const td_psutil_counters_opts *opts);
#define td_psutil_disk_io_counters_perdisk(...) TD__PSUTIL_COUNTERS(td_psutil_disk_io_counters_perdisk, __VA_ARGS__)

/* --- network --- */

typedef struct td_snetio {
	const char *name; /* "" for the sum */
	uint64_t bytes_sent, bytes_recv, packets_sent, packets_recv, errin, errout, dropin, dropout;
} td_snetio;
typedef struct td_snetio_list {
	const td_snetio *items;
	size_t len;
} td_snetio_list;
/* The sum over all interfaces, and each. Python: psutil.net_io_counters. */
TD_API const td_snetio *td_psutil_net_io_counters(td_scope *s, const td_psutil_counters_opts *opts);
#define td_psutil_net_io_counters(...) TD__PSUTIL_COUNTERS(td_psutil_net_io_counters, __VA_ARGS__)
TD_API const td_snetio_list *td_psutil_net_io_counters_pernic(td_scope *s, const td_psutil_counters_opts *opts);
#define td_psutil_net_io_counters_pernic(...) TD__PSUTIL_COUNTERS(td_psutil_net_io_counters_pernic, __VA_ARGS__)

typedef struct td_snicaddr {
	const char *name;
	int family;          /* AF_INET 2, AF_INET6 10, AF_PACKET 17: a hardware address */
	const char *address; /* "" for what there is none of, here and below */
	const char *netmask, *broadcast, *ptp;
} td_snicaddr;
typedef struct td_snicaddr_list {
	const td_snicaddr *items;
	size_t len;
} td_snicaddr_list;
/* The addresses, those of one interface together. Python: psutil.net_if_addrs. */
TD_API const td_snicaddr_list *td_psutil_net_if_addrs(td_scope *s);
#define td_psutil_net_if_addrs(s) (td_psutil_net_if_addrs)(TD_HERE(s))

typedef struct td_snicstats {
	const char *name;
	bool isup;
	int duplex;        /* 2 full, 1 half, 0 not known */
	int speed;         /* Mbit/s; 0 not known */
	int mtu;           /* bytes */
	const char *flags; /* "up,broadcast,running,multicast" */
} td_snicstats;
typedef struct td_snicstats_list {
	const td_snicstats *items;
	size_t len;
} td_snicstats_list;
/* Python: psutil.net_if_stats. */
TD_API const td_snicstats_list *td_psutil_net_if_stats(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_net_if_stats(...) TD__PSUTIL(td_psutil_net_if_stats, __VA_ARGS__)

typedef struct td_sconn {
	int fd;            /* in the process; -1 when it is not known */
	int family;        /* AF_INET 2, AF_INET6 10, AF_UNIX 1 */
	int type;          /* SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_SEQPACKET 5 */
	const char *laddr; /* "127.0.0.1", "::"; of AF_UNIX the path; "" without one */
	int lport;         /* 0 without one, and of AF_UNIX */
	const char *raddr; /* the other end */
	int rport;
	const char *status; /* "LISTEN" "ESTABLISHED" "TIME_WAIT" …; "NONE" of UDP and AF_UNIX */
	int pid;            /* -1 when it is not known: another user's, or nobody's any more */
} td_sconn;
typedef struct td_sconn_list {
	const td_sconn *items;
	size_t len;
} td_sconn_list;
typedef struct td_psutil_net_connections_opts {
	TD__OPTS_HEAD;
	td_psutil_reader *reader;
	const char *kind; /* inet (NULL), inet4, inet6, tcp, tcp4, tcp6, udp, udp4, udp6, unix, all */
	bool every_owner; /* a socket that processes share stands there for each of them; else for the last, as in Python */
} td_psutil_net_connections_opts;
/* The sockets of this network namespace, and whose they are, which takes a look at every open file of every process.
 * ValueError for a kind that is none. Python: psutil.net_connections. */
TD_API const td_sconn_list *td_psutil_net_connections(td_scope *s, const td_psutil_net_connections_opts *opts);
#define td_psutil_net_connections(...) TD__PSUTIL_NET_CONNECTIONS(__VA_ARGS__)
#define TD__PSUTIL_NET_CONNECTIONS(s, ...)                                                                             \
	(td_psutil_net_connections)(TD_HERE(s), TD__OPTS(td_psutil_net_connections_opts, __VA_ARGS__))

/* --- the rest --- */

/* When the system started, seconds since the epoch. Python: psutil.boot_time. */
TD_API double td_psutil_boot_time(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_boot_time(...) TD__PSUTIL(td_psutil_boot_time, __VA_ARGS__)

typedef struct td_suser {
	const char *name, *terminal, *host;
	double started; /* seconds since the epoch */
	int pid;
} td_suser;
typedef struct td_suser_list {
	const td_suser *items;
	size_t len;
} td_suser_list;
/* Who is logged in, by utmp. Python: psutil.users. */
TD_API const td_suser_list *td_psutil_users(td_scope *s);
#define td_psutil_users(s) (td_psutil_users)(TD_HERE(s))

typedef struct td_shwtemp {
	const char *name;  /* of the chip */
	const char *label; /* "" when it has none */
	double current;    /* degrees Celsius */
	td_opt_float high, critical;
} td_shwtemp;
typedef struct td_shwtemp_list {
	const td_shwtemp *items;
	size_t len;
} td_shwtemp_list;
/* The sensors of /sys/class/hwmon, or the thermal zones where there are none; empty on most virtual machines.
 * Python: psutil.sensors_temperatures. */
TD_API const td_shwtemp_list *td_psutil_sensors_temperatures(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_sensors_temperatures(...) TD__PSUTIL(td_psutil_sensors_temperatures, __VA_ARGS__)

typedef struct td_sfan {
	const char *name;  /* of the chip */
	const char *label; /* "" when it has none */
	int64_t current;   /* turns a minute */
} td_sfan;
typedef struct td_sfan_list {
	const td_sfan *items;
	size_t len;
} td_sfan_list;
/* Those of one chip together; empty on most virtual machines. Python: psutil.sensors_fans. */
TD_API const td_sfan_list *td_psutil_sensors_fans(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_sensors_fans(...) TD__PSUTIL(td_psutil_sensors_fans, __VA_ARGS__)

#define TD_POWER_TIME_UNKNOWN (-1)
#define TD_POWER_TIME_UNLIMITED (-2)
typedef struct td_sbattery {
	bool present;             /* false: there is none, Python's None */
	double percent;           /* that are left */
	int64_t secsleft;         /* seconds until it is empty, or one of the two above */
	td_opt_int power_plugged; /* 1 on mains, 0 not; absent when it is not known */
} td_sbattery;
/* The first battery. Python: psutil.sensors_battery. */
TD_API const td_sbattery *td_psutil_sensors_battery(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_sensors_battery(...) TD__PSUTIL(td_psutil_sensors_battery, __VA_ARGS__)

TD__END
#endif
