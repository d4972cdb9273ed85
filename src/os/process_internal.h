/* src/os/process_internal.h: /proc/PID, for the table and for single processes. */
#ifndef TD_OS_PROCESS_INTERNAL_H
#define TD_OS_PROCESS_INTERNAL_H

#include "os/psutil_internal.h"
#include <tend/process.h>

/* What is taken from /proc/PID/stat. */
typedef struct td__stat {
	char name[72];
	char state;
	int ppid, pgrp, session, tty, foreground, priority, nice, threads, cpu, rt_priority, policy;
	bool kernel_thread;
	uint64_t minor_faults, major_faults;
	uint64_t user, system, children_user, children_system, start, iowait; /* ticks */
	uint64_t vms, rss_pages;
} td__stat;
/* text is the file's content, NUL-terminated. false when it is none. */
bool td__stat_parse(const char *text, td__stat *out);
const char *td__status_text(char state);

/* Reads a file of /proc/PID that the kernel makes in one piece (stat, status, io; not smaps) into buffer, NUL-terminated,
 * as far as it fits. -1: errno. */
ssize_t td__pid_read(int proc_dir, int pid, const char *file, char *buffer, size_t size);
/* Opens one, for good. -1: errno. */
int td__pid_open(int proc_dir, int pid, const char *file);
/* The user whose rights the process has: its directory is his. -1: gone. */
int64_t td__pid_owner(int proc_dir, int pid);
/* The whole of cmdline, in s; empty when it has none. false: raised, or gone with errno in *err_no. */
bool td__pid_cmdline(td_scope *s, int proc_dir, int pid, td_bytes *out, int *err_no);
/* The arguments in the content of cmdline, as psutil splits it. */
td_strs td__cmdline_split(td_scope *s, td_bytes content);
/* The name as psutil has it: the kernel's 15 bytes made longer by the command line. May be short itself. */
const char *td__long_name(td_scope *s, const char *name, const char *first_argument);
/* The real user in the content of status; -1. */
int64_t td__real_uid(const char *status);
/* The user's name, or number as text, in s. Asks the system's user data base, which may be on the network. */
const char *td__user_name(td_scope *s, int64_t uid);
/* The same out of the texts of nsswitch.conf and passwd; false where only libc can tell. */
bool td__user_in_files(const char *nsswitch, const char *passwd, int64_t uid, td_bytes *name);
/* "/dev/pts/3" for the terminal's number in stat, in buffer; "" for none, and for one that nobody can name. */
const char *td__terminal_name(int tty, char *buffer, size_t size);
/* The control group in the content of cgroup, in s: the one of version 2, or the first that is not the root. */
const char *td__cgroup_path(td_scope *s, const char *text);
/* The ids in a /proc directory, ascending, in s. */
bool td__pids(td_scope *s, const char *procfs, td_pids *out);

/* --- a single process --- */

typedef struct td__oneshot {
	char *stat, *status, *statm; /* NULL: not read yet */
} td__oneshot;

struct td_process {
	int pid;
	uint64_t start; /* ticks after boot: with the pid, who it is */
	char name[256]; /* once it was asked for, for messages */
	bool sampled;
	double last_cpu, last_time;
	bool ended;
	int status;
	td__oneshot *once;
};

/* What each call begins with. */
static inline bool td__process_enter(td_scope *s, const td_process *p) {
	return td__enter(s) && td__need_handle(s, "process", p);
}
/* Raise, and are false. */
bool td__process_error(td_scope *s, const td_kind *kind, const td_process *p, const char *message);
bool td__process_gone(td_scope *s, const td_process *p);
bool td__process_zombie(td_scope *s, const td_process *p);             /* or gone */
bool td__process_failed(td_scope *s, const td_process *p, int err_no); /* what a file of it answered */
/* A descriptor of /proc; -1: raised. */
int td__proc_dir(td_scope *s);
/* A small file of the process, see td__pid_read; from what oneshot keeps where it does. */
bool td__process_file(td_scope *s, td_process *p, const char *file, char *buffer, size_t size);
bool td__process_stat(td_scope *s, td_process *p, td__stat *st);
/* The whole of a file of any length, in s, NUL-terminated. 0: read; an errno that nobody has raised; -1: raised. */
int td__process_slurp(td_scope *s, const td_process *p, const char *file, td_bytes *out);
/* A descriptor of this very process. -1: it has gone, or another has its number; raised only where raise is set. */
int td__process_open(td_scope *s, td_process *p, bool raise);
/* NoSuchProcess unless this very process is still there. */
bool td__process_check(td_scope *s, td_process *p);
/* The names in a directory of the process, in the system's order; td_failed tells whether it raised. */
td_strs td__process_names(td_scope *s, const td_process *p, const char *dir);
/* The inode of the socket that a link in fd leads to; 0 for anything else. */
uint64_t td__socket_inode(const char *target);

#endif
