/* tend/process.h: processes: all of them at once for a table, or one to look at, to signal and to wait for.
 *
 * A td_process is a process id and when that process began, so that a process id that was given to another is noticed.
 * It holds no resource. Values are those of psutil 5.9.4.
 *
 *     #include <tend.h>
 *
 *     static void stop_all(td_scope *s, const char *name) {
 *         const td_process_table *table = td_psutil_process_table(s);
 *         for (size_t i = 0; i < table->len; i++) {
 *             if (strcmp(table->items[i].name, name) != 0) continue;
 *             TD_SCOPE(one, s);
 *             td_process *p = td_process_of_row(one, &table->items[i]);
 *             td_process_terminate(one, p);
 *             td_process_wait(one, p, .timeout = 5);
 *             td_catch(one, TD_NoSuchProcess);                       // gone before we came: just as well
 *         }
 *     }
 *
 * Calls raise NoSuchProcess when the process has gone, or another has its number; AccessDenied when the system does not
 * let us look. Thread-safe, but for one td_process and one reader being used by one thread at a time. */
#ifndef TEND_PROCESS_H
#define TEND_PROCESS_H

#pragma GCC system_header

#include <string.h>
#include <tend/psutil.h>
#include <tend/text.h>
#include <tend/value.h>

TD__BEGIN

/* --- all of them --- */

/* One row of the table. */
typedef struct td_process_row {
	int pid, ppid;
	const char *name;     /* longer than the kernel's 15 bytes where the command line knows it */
	const char *cmdline;  /* the arguments with blanks between them; "" for kernel threads, zombies, or when left out */
	const char *username; /* of the real user; the number when it has no name; "" when left out */
	const char *status;   /* "running" "sleeping" "disk-sleep" "stopped" "tracing-stop" "zombie" "idle" … */
	double create_time;   /* seconds since the epoch */
	double cpu_user, cpu_system; /* seconds */
	double cpu_percent;          /* of one processor, since this reader's last table; 0 for what is new */
	uint64_t rss, vms;           /* bytes */
	int num_threads, nice;
	char state;           /* the kernel's letter of status: R S D T t Z X I P */
	bool kernel_thread;   /* has no program and no memory of its own */
	int64_t uid;          /* whose name username is; -1 when left out */
	const char *terminal; /* "/dev/pts/3"; "" without one */
	int pgrp, session;
	int foreground; /* the process group its terminal listens to; -1 */
	int priority;   /* 20 plus nice; of real-time processes -1 minus theirs */
	int rt_priority, policy;
	int cpu_num; /* the processor it last ran on */
	uint64_t minor_faults, major_faults;
	uint64_t start;                   /* clock ticks after boot; with the pid it says which process it is */
	const char *cgroup;               /* "/system.slice/cron.service"; "" unless asked for */
	bool has_io;                      /* the four below are known: asked for, and allowed to us */
	uint64_t read_bytes, write_bytes; /* from and to disks, since it began */
	double read_rate, write_rate;     /* bytes a second, since this reader's last table; 0 for what is new */
} td_process_row;
typedef struct td_process_table {
	const td_process_row *items; /* by pid */
	size_t len;
} td_process_table;
typedef struct td_psutil_process_table_opts {
	TD__OPTS_HEAD;
	td_psutil_reader *reader; /* keeps command lines and users from one table to the next */
	bool no_cmdline;          /* leaves the field empty, and a file unread but for names that may be longer */
	bool no_username;
	bool effective_user; /* username and uid are those whose rights it has, as ps shows; reads no file for them */
	bool cgroup;         /* one file more, read as often as command lines */
	bool io;             /* one file more each time, which only root and the process's own user may read */
	size_t keep_open; /* so many files at most stay open from one table of the reader to the next, for half the cost */
} td_psutil_process_table_opts;
/* All processes, in one pass: one file of /proc for each, and two more the first time a reader sees it. Command line,
 * user and control group of a process that a reader knows are read again when its name changes, while it is young, and
 * else about once a minute. Those that
 * end meanwhile are left out. Never NULL; empty when s has failed. Python: psutil.process_iter. */
TD_API const td_process_table *td_psutil_process_table(td_scope *s, const td_psutil_process_table_opts *opts);
#define td_psutil_process_table(...) TD__PSUTIL_PROCESS_TABLE(__VA_ARGS__)
#define TD__PSUTIL_PROCESS_TABLE(s, ...)                                                                               \
	(td_psutil_process_table)(TD_HERE(s), TD__OPTS(td_psutil_process_table_opts, __VA_ARGS__))

typedef struct td_pids {
	const int *items;
	size_t len;
} td_pids;
/* The process ids, in ascending order. Python: psutil.pids. */
TD_API const td_pids *td_psutil_pids(td_scope *s, const td_psutil_opts *opts);
#define td_psutil_pids(...) TD__PSUTIL(td_psutil_pids, __VA_ARGS__)

/* Whether there is such a process (not a mere thread); false also when s has failed. Python: psutil.pid_exists. */
TD_API bool td_psutil_pid_exists(td_scope *s, int pid);
#define td_psutil_pid_exists(s, pid) (td_psutil_pid_exists)(TD_HERE(s), (pid))

/* --- one of them --- */

typedef struct td_process td_process;

typedef struct td_process_new_opts {
	TD__OPTS_HEAD;
	int pid; /* 0: this process */
} td_process_new_opts;
/* NULL when s has failed; NoSuchProcess "process PID not found (pid=…)"; ValueError for a negative one.
 * Python: psutil.Process. */
TD_API td_process *td_process_new(td_scope *s, const td_process_new_opts *opts);
#define td_process_new(...) TD__PROCESS_NEW(__VA_ARGS__)
#define TD__PROCESS_NEW(s, ...) (td_process_new)(TD_HERE(s), TD__OPTS(td_process_new_opts, __VA_ARGS__))

/* A td_process for a row of the table, in s: no system call is made, and it is that very process and no later one with
 * its number. NULL when s has failed. */
TD_API td_process *td_process_of_row(td_scope *s, const td_process_row *row);
#define td_process_of_row(s, row) (td_process_of_row)(TD_HERE(s), (row))

/* -1 for NULL. Python: Process.pid. */
TD_API int td_process_pid(const td_process *p);

/* Python: Process.name, Process.status, Process.username, Process.exe. exe is "" when it cannot be told. */
TD_API const char *td_process_name(td_scope *s, td_process *p);
#define td_process_name(s, p) (td_process_name)(TD_HERE(s), (p))
TD_API const char *td_process_status(td_scope *s, td_process *p);
#define td_process_status(s, p) (td_process_status)(TD_HERE(s), (p))
TD_API const char *td_process_username(td_scope *s, td_process *p);
#define td_process_username(s, p) (td_process_username)(TD_HERE(s), (p))
TD_API const char *td_process_exe(td_scope *s, td_process *p);
#define td_process_exe(s, p) (td_process_exe)(TD_HERE(s), (p))
/* -1 when s has failed. Python: Process.ppid. */
TD_API int td_process_ppid(td_scope *s, td_process *p);
#define td_process_ppid(s, p) (td_process_ppid)(TD_HERE(s), (p))
/* The arguments. Python: Process.cmdline. */
TD_API td_strs td_process_cmdline(td_scope *s, td_process *p);
#define td_process_cmdline(s, p) (td_process_cmdline)(TD_HERE(s), (p))
/* Seconds since the epoch. Python: Process.create_time. */
TD_API double td_process_create_time(td_scope *s, td_process *p);
#define td_process_create_time(s, p) (td_process_create_time)(TD_HERE(s), (p))
/* Python: Process.num_threads. */
TD_API int td_process_num_threads(td_scope *s, td_process *p);
#define td_process_num_threads(s, p) (td_process_num_threads)(TD_HERE(s), (p))

typedef struct td_pcputimes {
	double user, system, children_user, children_system, iowait;
} td_pcputimes;
/* Seconds. Python: Process.cpu_times. */
TD_API const td_pcputimes *td_process_cpu_times(td_scope *s, td_process *p);
#define td_process_cpu_times(s, p) (td_process_cpu_times)(TD_HERE(s), (p))

typedef struct td_process_cpu_percent_opts {
	TD__OPTS_HEAD;
	double
		interval; /* seconds to measure for, blocking; 0: since the last call for this td_process, the first is 0.0 */
} td_process_cpu_percent_opts;
/* Of one processor: two busy threads are 200. Python: Process.cpu_percent. */
TD_API double td_process_cpu_percent(td_scope *s, td_process *p, const td_process_cpu_percent_opts *opts);
#define td_process_cpu_percent(s, ...) TD__PROCESS_CPU_PERCENT(s, __VA_ARGS__)
#define TD__PROCESS_CPU_PERCENT(s, p, ...)                                                                             \
	(td_process_cpu_percent)(TD_HERE(s), (p), TD__OPTS(td_process_cpu_percent_opts, __VA_ARGS__))

typedef struct td_pmem {
	uint64_t rss, vms, shared, text, lib, data, dirty;
} td_pmem;
/* Bytes. Python: Process.memory_info. */
TD_API const td_pmem *td_process_memory_info(td_scope *s, td_process *p);
#define td_process_memory_info(s, p) (td_process_memory_info)(TD_HERE(s), (p))

/* Until s ends, the files that several of these calls share (stat, status, statm) are read once. s is the scope that p was
 * made in, or one below it. Python: with Process.oneshot(). */
TD_API bool td_process_oneshot(td_scope *s, td_process *p);
#define td_process_oneshot(s, p) (td_process_oneshot)(TD_HERE(s), (p))

/* --- its memory --- */

typedef struct td_pfullmem {
	uint64_t rss, vms, shared, text, lib, data, dirty;
	uint64_t uss;  /* what only this process has, and would be free without it */
	uint64_t pss;  /* with its part of what it shares */
	uint64_t swap; /* of it on swap */
} td_pfullmem;
/* Bytes. Walks all of its memory in the kernel: dearer than memory_info by far, and only allowed for root and its own
 * user. ZombieProcess for one that has ended. Python: Process.memory_full_info. */
TD_API const td_pfullmem *td_process_memory_full_info(td_scope *s, td_process *p);
#define td_process_memory_full_info(s, p) (td_process_memory_full_info)(TD_HERE(s), (p))

typedef struct td_process_memory_percent_opts {
	TD__OPTS_HEAD;
	const char *memtype; /* a field of td_pfullmem; NULL is "rss" */
} td_process_memory_percent_opts;
/* Of the machine's memory. ValueError for a field that is none. Python: Process.memory_percent. */
TD_API double td_process_memory_percent(td_scope *s, td_process *p, const td_process_memory_percent_opts *opts);
#define td_process_memory_percent(s, ...) TD__PROCESS_OPTS(td_process_memory_percent, s, __VA_ARGS__)
#define TD__PROCESS_OPTS(fn, s, p, ...) (fn)(TD_HERE(s), (p), TD__OPTS(fn##_opts, __VA_ARGS__))

typedef struct td_pmmap {
	const char *addr, *perms; /* "55e0-55f0", "r-xp"; "" when grouped */
	const char *path;         /* "[anon]" "[heap]" "[stack]" or a file */
	uint64_t rss, size, pss, shared_clean, shared_dirty, private_clean, private_dirty, referenced, anonymous, swap;
} td_pmmap;
typedef struct td_pmmap_list {
	const td_pmmap *items;
	size_t len;
} td_pmmap_list;
typedef struct td_process_memory_maps_opts {
	TD__OPTS_HEAD;
	bool each; /* every mapping by itself; else those of one path are summed. Python: grouped=False */
} td_process_memory_maps_opts;
/* Bytes. Python: Process.memory_maps. */
TD_API const td_pmmap_list *td_process_memory_maps(td_scope *s, td_process *p, const td_process_memory_maps_opts *opts);
#define td_process_memory_maps(s, ...) TD__PROCESS_OPTS(td_process_memory_maps, s, __VA_ARGS__)

/* --- what it holds and does --- */

/* The directory it works in; ZombieProcess. Python: Process.cwd. */
TD_API const char *td_process_cwd(td_scope *s, td_process *p);
#define td_process_cwd(s, p) (td_process_cwd)(TD_HERE(s), (p))
/* A dict of texts: its environment as it was started with. Python: Process.environ. */
TD_API const td_value *td_process_environ(td_scope *s, td_process *p);
#define td_process_environ(s, p) (td_process_environ)(TD_HERE(s), (p))
/* "/dev/pts/3"; "" without one (Python's None). Python: Process.terminal. */
TD_API const char *td_process_terminal(td_scope *s, td_process *p);
#define td_process_terminal(s, p) (td_process_terminal)(TD_HERE(s), (p))

typedef struct td_puids {
	int64_t real, effective, saved;
} td_puids;
/* Its users and groups. Python: Process.uids, Process.gids. */
TD_API const td_puids *td_process_uids(td_scope *s, td_process *p);
#define td_process_uids(s, p) (td_process_uids)(TD_HERE(s), (p))
TD_API const td_puids *td_process_gids(td_scope *s, td_process *p);
#define td_process_gids(s, p) (td_process_gids)(TD_HERE(s), (p))

typedef struct td_pthread {
	int id;
	double user_time, system_time; /* seconds */
} td_pthread;
typedef struct td_pthread_list {
	const td_pthread *items;
	size_t len;
} td_pthread_list;
/* Its threads, in the order of their ids as texts. Python: Process.threads. */
TD_API const td_pthread_list *td_process_threads(td_scope *s, td_process *p);
#define td_process_threads(s, p) (td_process_threads)(TD_HERE(s), (p))

/* How many descriptors are open; -1 when s has failed. Python: Process.num_fds. */
TD_API int td_process_num_fds(td_scope *s, td_process *p);
#define td_process_num_fds(s, p) (td_process_num_fds)(TD_HERE(s), (p))

typedef struct td_popenfile {
	const char *path;
	int fd;
	int64_t position;
	const char *mode; /* "r" "w" "a" "r+" "a+" */
	int64_t flags;    /* of open(2) */
} td_popenfile;
typedef struct td_popenfile_list {
	const td_popenfile *items;
	size_t len;
} td_popenfile_list;
/* The regular files it has open. Python: Process.open_files. */
TD_API const td_popenfile_list *td_process_open_files(td_scope *s, td_process *p);
#define td_process_open_files(s, p) (td_process_open_files)(TD_HERE(s), (p))

typedef struct td_process_net_connections_opts {
	TD__OPTS_HEAD;
	const char *kind; /* as of td_psutil_net_connections */
} td_process_net_connections_opts;
/* Its sockets; those of another network namespace are not seen. Python: Process.net_connections. */
TD_API const td_sconn_list *td_process_net_connections(td_scope *s, td_process *p,
                                                       const td_process_net_connections_opts *opts);
#define td_process_net_connections(s, ...) TD__PROCESS_OPTS(td_process_net_connections, s, __VA_ARGS__)

typedef struct td_pio {
	uint64_t read_count, write_count; /* system calls */
	uint64_t read_bytes, write_bytes; /* from and to disks */
	uint64_t read_chars, write_chars; /* by those calls, whatever was behind them */
} td_pio;
/* Python: Process.io_counters. */
TD_API const td_pio *td_process_io_counters(td_scope *s, td_process *p);
#define td_process_io_counters(s, p) (td_process_io_counters)(TD_HERE(s), (p))

typedef struct td_pctxsw {
	uint64_t voluntary, involuntary;
} td_pctxsw;
/* Python: Process.num_ctx_switches. */
TD_API const td_pctxsw *td_process_num_ctx_switches(td_scope *s, td_process *p);
#define td_process_num_ctx_switches(s, p) (td_process_num_ctx_switches)(TD_HERE(s), (p))

/* The processor it last ran on; -1 when s has failed. Python: Process.cpu_num. */
TD_API int td_process_cpu_num(td_scope *s, td_process *p);
#define td_process_cpu_num(s, p) (td_process_cpu_num)(TD_HERE(s), (p))

typedef struct td_pcgroup {
	const char *path; /* as in the table's cgroup */
	/* Of the group and those around it, the strictest; absent: no limit, or one that cannot be read here. */
	td_opt_int memory_max, pids_max;         /* bytes; processes and threads */
	td_opt_float cpu_max;                    /* processors: 1.5 */
	td_opt_int memory_current, pids_current; /* of the group itself */
	/* Of the group whose limit memory_max, or cpu_max, is: what counts against it. Of the group itself without one. */
	td_opt_int memory_used; /* bytes */
	td_opt_float cpu_time;  /* seconds of processor time since it was made */
	/* How much work in the group had to wait; NULL in version 1, and where the kernel does not keep it. */
	const td_spressure *cpu_pressure, *memory_pressure, *io_pressure;
} td_pcgroup;
/* Which control group it is in and what that may use, by version 2 or 1 of them, wherever they are mounted. psutil has no
 * such call. */
TD_API const td_pcgroup *td_process_cgroup(td_scope *s, td_process *p);
#define td_process_cgroup(s, p) (td_process_cgroup)(TD_HERE(s), (p))

typedef struct td_psutil_cgroup_opts {
	TD__OPTS_HEAD;
	/* "/system.slice/cron.service", the same in each hierarchy of version 1; NULL: the group of this process. */
	const char *path;
	td_psutil_reader *reader; /* whose trees are read */
} td_psutil_cgroup_opts;
/* The same of a group by its path, or of this process's own. A group that is not there has no limits. OSError when
 * /proc/self/cgroup cannot be read. Reads files of the kernel's, and does not wait. psutil has no such call. */
TD_API const td_pcgroup *td_psutil_cgroup(td_scope *s, const td_psutil_cgroup_opts *opts);
#define td_psutil_cgroup(...) TD__PSUTIL_CGROUP(__VA_ARGS__)
#define TD__PSUTIL_CGROUP(s, ...) (td_psutil_cgroup)(TD_HERE(s), TD__OPTS(td_psutil_cgroup_opts, __VA_ARGS__))

typedef struct td_process_as_dict_opts {
	TD__OPTS_HEAD;
	td_strs attrs;            /* names of these calls without their td_process_; items NULL: all that read */
	const td_value *ad_value; /* what stands for a value we may not read; NULL is null */
} td_process_as_dict_opts;
/* Many of them at once, in a dict; where Python has a named tuple stands a dict of its fields, and null for what ours have
 * as "". ValueError "invalid attr name 'x'"; NoSuchProcess. Python: Process.as_dict. */
TD_API const td_value *td_process_as_dict(td_scope *s, td_process *p, const td_process_as_dict_opts *opts);
#define td_process_as_dict(s, ...) TD__PROCESS_OPTS(td_process_as_dict, s, __VA_ARGS__)

/* --- its family --- */

typedef struct td_process_list {
	td_process *const *items;
	size_t len;
} td_process_list;
/* NULL without one, and when s has failed. One that began later is none: its number was used again.
 * Python: Process.parent. */
TD_API td_process *td_process_parent(td_scope *s, td_process *p);
#define td_process_parent(s, p) (td_process_parent)(TD_HERE(s), (p))
/* The parent, its parent and so on. Python: Process.parents. */
TD_API const td_process_list *td_process_parents(td_scope *s, td_process *p);
#define td_process_parents(s, p) (td_process_parents)(TD_HERE(s), (p))

typedef struct td_process_children_opts {
	TD__OPTS_HEAD;
	bool recursive; /* theirs too, and so on */
} td_process_children_opts;
/* NoSuchProcess when it has gone. Python: Process.children. */
TD_API const td_process_list *td_process_children(td_scope *s, td_process *p, const td_process_children_opts *opts);
#define td_process_children(s, ...) TD__PROCESS_OPTS(td_process_children, s, __VA_ARGS__)

/* --- its share of the machine ---
 * Each has a call that asks and one that sets, which is Python's with an argument. The kernel takes these by number alone:
 * who it is is looked at right before. AccessDenied for what the system does not let us set. */

/* -20, the first to run, to 19; 0 when s has failed. Python: Process.nice. */
TD_API int td_process_nice(td_scope *s, td_process *p);
#define td_process_nice(s, p) (td_process_nice)(TD_HERE(s), (p))
TD_API bool td_process_set_nice(td_scope *s, td_process *p, int nice);
#define td_process_set_nice(s, p, nice) (td_process_set_nice)(TD_HERE(s), (p), (nice))

#define TD_IOPRIO_CLASS_NONE 0
#define TD_IOPRIO_CLASS_RT 1
#define TD_IOPRIO_CLASS_BE 2
#define TD_IOPRIO_CLASS_IDLE 3
typedef struct td_pionice {
	int ioclass; /* one of these */
	int value;   /* 0, the first served, to 7 */
} td_pionice;
/* ValueError "value not in 0-7 range". Python: Process.ionice. */
TD_API const td_pionice *td_process_ionice(td_scope *s, td_process *p);
#define td_process_ionice(s, p) (td_process_ionice)(TD_HERE(s), (p))
TD_API bool td_process_set_ionice(td_scope *s, td_process *p, int ioclass, int value);
#define td_process_set_ionice(s, p, ioclass, value) (td_process_set_ionice)(TD_HERE(s), (p), (ioclass), (value))

typedef struct td_prlimit {
	int64_t soft, hard; /* -1: no limit */
} td_prlimit;
/* resource is RLIMIT_NOFILE and the like, of <sys/resource.h>. ValueError "invalid resource specified", "current limit
 * exceeds maximum limit". Python: Process.rlimit. */
TD_API const td_prlimit *td_process_rlimit(td_scope *s, td_process *p, int resource);
#define td_process_rlimit(s, p, resource) (td_process_rlimit)(TD_HERE(s), (p), (resource))
TD_API bool td_process_set_rlimit(td_scope *s, td_process *p, int resource, td_prlimit limit);
#define td_process_set_rlimit(s, p, ...) (td_process_set_rlimit)(TD_HERE(s), (p), __VA_ARGS__)

typedef struct td_pcpus {
	const int *items; /* ascending */
	size_t len;
} td_pcpus;
/* The processors it may run on; setting none sets all it may have. ValueError "invalid CPU number 99; choose between
 * [0, 1]". Python: Process.cpu_affinity. */
TD_API const td_pcpus *td_process_cpu_affinity(td_scope *s, td_process *p);
#define td_process_cpu_affinity(s, p) (td_process_cpu_affinity)(TD_HERE(s), (p))
TD_API bool td_process_set_cpu_affinity(td_scope *s, td_process *p, const int *cpus, size_t count);
#define td_process_set_cpu_affinity(s, p, ...) (td_process_set_cpu_affinity)(TD_HERE(s), (p), __VA_ARGS__)

/* --- signals, and the end --- */

/* Whether this very process is still there; a zombie is. False also when s has failed. Python: Process.is_running. */
TD_API bool td_process_is_running(td_scope *s, td_process *p);
#define td_process_is_running(s, p) (td_process_is_running)(TD_HERE(s), (p))

/* Sends it a signal, never to another that has its number by now. Python: Process.send_signal; terminate, kill, suspend
 * and resume send TERM, KILL, STOP and CONT. */
TD_API bool td_process_send_signal(td_scope *s, td_process *p, int sig);
#define td_process_send_signal(s, p, sig) (td_process_send_signal)(TD_HERE(s), (p), (sig))
TD_API bool td_process_terminate(td_scope *s, td_process *p);
#define td_process_terminate(s, p) (td_process_terminate)(TD_HERE(s), (p))
TD_API bool td_process_kill(td_scope *s, td_process *p);
#define td_process_kill(s, p) (td_process_kill)(TD_HERE(s), (p))
TD_API bool td_process_suspend(td_scope *s, td_process *p);
#define td_process_suspend(s, p) (td_process_suspend)(TD_HERE(s), (p))
TD_API bool td_process_resume(td_scope *s, td_process *p);
#define td_process_resume(s, p) (td_process_resume)(TD_HERE(s), (p))

/* What td_process_wait returns for a process that is not our child: Python's None. */
#define TD_PROCESS_NO_STATUS INT32_MIN
typedef struct td_process_wait_opts {
	TD__OPTS_HEAD;
	double timeout; /* seconds; 0 is none of its own, TD_NOW asks only */
} td_process_wait_opts;
/* Blocks until it has ended. A child of ours is reaped, and its exit status returned, minus the signal's number when one
 * ended it; of any other TD_PROCESS_NO_STATUS, also when it had gone before. -1 when s has failed;
 * psutil_TimeoutExpired "timeout after 5 seconds (pid=…)". Python: Process.wait. */
TD_API int td_process_wait(td_scope *s, td_process *p, const td_process_wait_opts *opts);
#define td_process_wait(s, ...) TD__PROCESS_WAIT(s, __VA_ARGS__)
#define TD__PROCESS_WAIT(s, p, ...) (td_process_wait)(TD_HERE(s), (p), TD__OPTS(td_process_wait_opts, __VA_ARGS__))

/* What waiting for it returned; TD_PROCESS_NO_STATUS before that. Python: proc.returncode after wait_procs. */
TD_API int td_process_returncode(const td_process *p);

typedef struct td_psutil_waited {
	td_process_list gone, alive;
} td_psutil_waited;
typedef struct td_psutil_wait_procs_opts {
	TD__OPTS_HEAD;
	double timeout;                                          /* seconds for all of them; 0 is none, TD_NOW asks only */
	void (*callback)(td_scope *s, td_process *p, void *arg); /* called as each ends */
	void *arg;
} td_psutil_wait_procs_opts;
/* Blocks until all of them have ended, or the time is over, which is no error. Both lists keep the order of procs.
 * Python: psutil.wait_procs. */
TD_API const td_psutil_waited *td_psutil_wait_procs(td_scope *s, td_process *const *procs, size_t count,
                                                    const td_psutil_wait_procs_opts *opts);
#define td_psutil_wait_procs(s, ...) TD__PSUTIL_WAIT_PROCS(s, __VA_ARGS__)
#define TD__PSUTIL_WAIT_PROCS(s, procs, count, ...)                                                                    \
	(td_psutil_wait_procs)(TD_HERE(s), (procs), (count), TD__OPTS(td_psutil_wait_procs_opts, __VA_ARGS__))

TD__END
#endif
