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
/* "/dev/pts/3" for the terminal's number in stat, in buffer; "" for none, and for one that nobody can name. */
const char *td__terminal_name(int tty, char *buffer, size_t size);
/* The control group in the content of cgroup, in s: the one of version 2, or the first that is not the root. */
const char *td__cgroup_path(td_scope *s, const char *text);
/* The ids in a /proc directory, ascending, in s. */
bool td__pids(td_scope *s, const char *procfs, td_pids *out);

#endif
