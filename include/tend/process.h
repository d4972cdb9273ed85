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
 *             td_process *p = td_process_new(one, .pid = table->items[i].pid);
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
	bool no_cmdline;          /* leaves the field empty, and a file unread */
	bool no_username;
	bool effective_user; /* username and uid are those whose rights it has, as ps shows; reads no file for them */
	bool cgroup;         /* one file more, read as often as command lines */
	bool io;             /* one file more each time, which only root and the process's own user may read */
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

TD__END
#endif
