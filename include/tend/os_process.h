/* tend/os_process.h: processes as the system sees them, by the names of Python's os: who this one is, whom it signals, what it
 * becomes, what it waits for, how it is scheduled.
 *
 * To run a program, tend/subprocess.h is the better call: it knows pipes, time limits and errors, and its children end with
 * their scope. What stands here is for programs that do these things themselves.
 *
 * Process numbers are reused: a number that you did not wait for may be somebody else by now. Users and groups are numbers;
 * tend/pwd.h has their names. Errors are OSError's descendants with Python's text: ProcessLookupError, PermissionError,
 * ChildProcessError. Safe among threads; what is changed is changed for the whole process.
 *
 *     #include <signal.h>
 *     #include <tend.h>
 *
 *     static void drop_root(td_scope *s, const char *name) {
 *         const td_passwd *who = td_pwd_getpwnam(s, name);
 *         td_os_initgroups(s, name, who->gid);          // in this order: root may do all three, the user none of them
 *         td_os_setgid(s, who->gid);
 *         td_os_setuid(s, who->uid);
 *     }
 *
 *     static int child_status(td_scope *s, int pid) {
 *         TD_SCOPE(patient, s, .timeout = 10);          // waiting obeys the scope
 *         const td_waited *w = td_os_waitpid(patient, pid, 0);
 *         return td_os_waitstatus_to_exitcode(s, w->status);
 *     }
 */
#ifndef TEND_OS_PROCESS_H
#define TEND_OS_PROCESS_H

#pragma GCC system_header

#include <tend/subprocess.h>

TD__BEGIN

/* --- who this process is --- */

/* Its number and its parent's; 1, or a subreaper's, once the parent is gone. Python: os.getpid, os.getppid. */
TD_API int td_os_getpid(void);
TD_API int td_os_getppid(void);
/* User and group: the real ones, and those that count for permissions. Python: os.getuid, os.geteuid, os.getgid,
 * os.getegid. */
TD_API int64_t td_os_getuid(void);
TD_API int64_t td_os_geteuid(void);
TD_API int64_t td_os_getgid(void);
TD_API int64_t td_os_getegid(void);

/* A list of numbers of groups. */
typedef struct td_gids {
	const int64_t *items;
	size_t len;
} td_gids;
/* The other groups it is in; of a failed call none. Never NULL. Python: os.getgroups. */
TD_API const td_gids *td_os_getgroups(td_scope *s);
#define td_os_getgroups(s) (td_os_getgroups)(TD_HERE(s))
/* Who logged in on its terminal. OSError when nobody did (a service, a container): td_getpass_getuser has an answer
 * then too. Python: os.getlogin. */
TD_API const char *td_os_getlogin(td_scope *s);
#define td_os_getlogin(s) (td_os_getlogin)(TD_HERE(s))

/* Become another user or group, real, effective and saved, in all threads. PermissionError without the right to.
 * OverflowError for what is no such number. Python: os.setuid, os.setgid. */
TD_API bool td_os_setuid(td_scope *s, int64_t uid);
#define td_os_setuid(s, uid) (td_os_setuid)(TD_HERE(s), (uid))
TD_API bool td_os_setgid(td_scope *s, int64_t gid);
#define td_os_setgid(s, gid) (td_os_setgid)(TD_HERE(s), (gid))
/* The other groups, count of them; those that the user database has for name, and gid. Python: os.setgroups,
 * os.initgroups. */
TD_API bool td_os_setgroups(td_scope *s, const int64_t *groups, size_t count);
#define td_os_setgroups(s, groups, count) (td_os_setgroups)(TD_HERE(s), (groups), (count))
TD_API bool td_os_initgroups(td_scope *s, const char *name, int64_t gid);
#define td_os_initgroups(s, name, gid) (td_os_initgroups)(TD_HERE(s), (name), (gid))

/* Process groups and sessions; a pid of 0 is this process. −1 when it failed. setsid: PermissionError for the leader of a
 * group. Python: os.getpgid, os.setpgid, os.setsid, os.getsid. */
TD_API int td_os_getpgid(td_scope *s, int pid);
#define td_os_getpgid(s, pid) (td_os_getpgid)(TD_HERE(s), (pid))
TD_API bool td_os_setpgid(td_scope *s, int pid, int pgrp);
#define td_os_setpgid(s, pid, pgrp) (td_os_setpgid)(TD_HERE(s), (pid), (pgrp))
TD_API bool td_os_setsid(td_scope *s);
#define td_os_setsid(s) (td_os_setsid)(TD_HERE(s))
TD_API int td_os_getsid(td_scope *s, int pid);
#define td_os_getsid(s, pid) (td_os_getsid)(TD_HERE(s), (pid))

/* --- signals to others --- */

/* Sends a signal to a process, to a group of them; signal 0 only asks whether that could be done. ProcessLookupError when
 * there is none. (td_process_send_signal cannot hit a stranger with a reused number.) Python: os.kill, os.killpg. */
TD_API bool td_os_kill(td_scope *s, int pid, int signal);
#define td_os_kill(s, pid, signal) (td_os_kill)(TD_HERE(s), (pid), (signal))
TD_API bool td_os_killpg(td_scope *s, int pgid, int signal);
#define td_os_killpg(s, pgid, signal) (td_os_killpg)(TD_HERE(s), (pgid), (signal))

/* --- becoming two, becoming another --- */

/* A copy of this process: 0 in the child, its number in the parent, −1 when it failed. Cleanups that are registered run in
 * the parent only; the child has none but its own. Danger: of a program's threads only the caller is in the child, and a
 * lock that another held stays locked there: fork before starting threads, or run a program. Python: os.fork. */
TD_API int td_os_fork(td_scope *s);
#define td_os_fork(s) (td_os_fork)(TD_HERE(s))

typedef struct td_os_exec_opts {
	TD__OPTS_HEAD;
	const td_value *env; /* the environment it gets, a dict of texts; NULL: this one's. Python: os.execve, os.execvpe */
} td_os_exec_opts;
/* This process becomes that program; it returns only when that failed. argv has the name that the program sees first.
 * execvp looks for a file without a "/" along PATH (that of env, if there is one); what is there and cannot be executed
 * is told rather than what is not there. What was printed is flushed first, SIGPIPE is as a new program expects it; the
 * scopes do not end, so that temporary files stay. ValueError for an empty argv. Python: os.execv, os.execve, os.execvp,
 * os.execvpe. */
TD_API bool td_os_execv(td_scope *s, const char *path, td_strs argv, const td_os_exec_opts *opts);
#define td_os_execv(s, ...) TD__OS_EXEC(td_os_execv, s, __VA_ARGS__)
TD_API bool td_os_execvp(td_scope *s, const char *file, td_strs argv, const td_os_exec_opts *opts);
#define td_os_execvp(s, ...) TD__OS_EXEC(td_os_execvp, s, __VA_ARGS__)
#define TD__OS_EXEC(...) TD__OS_EXEC_(__VA_ARGS__, )
#define TD__OS_EXEC_(fn, s, file, argv, ...) (fn)(TD_HERE(s), (file), (argv), TD__OPTS(td_os_exec_opts, __VA_ARGS__))

/* Ends the process at once: no cleanup, no flush. For a forked child. Python: os._exit. */
TD_API __attribute__((noreturn)) void td_os_exit(int status);

/* --- waiting --- */

/* Who ended (0: nobody yet, with WNOHANG), and its raw status; −1 and −1 when the call failed. */
typedef struct td_waited {
	int pid, status;
} td_waited;
/* Waits for a child: that pid; −1 any; 0 any of this group; −pgid any of that group. options are 0, WNOHANG, WUNTRACED and
 * WCONTINUED of <sys/wait.h>. Obeys the deadline and cancel of s; the child then lives on. Blocks without asking again
 * only where a pid is given; for the others it looks some thirty times a second. ChildProcessError when there is none to
 * wait for. Never NULL. Python: os.waitpid, os.wait. */
TD_API const td_waited *td_os_waitpid(td_scope *s, int pid, int options);
#define td_os_waitpid(s, pid, options) (td_os_waitpid)(TD_HERE(s), (pid), (options))
TD_API const td_waited *td_os_wait(td_scope *s);
#define td_os_wait(s) (td_os_wait)(TD_HERE(s))
/* A raw status as the number that people use: the exit status, or minus the signal. ValueError for one that has only
 * stopped; −1 is also what a failed call gives. Python: os.waitstatus_to_exitcode. */
TD_API int td_os_waitstatus_to_exitcode(td_scope *s, int status);
#define td_os_waitstatus_to_exitcode(s, status) (td_os_waitstatus_to_exitcode)(TD_HERE(s), (status))

/* --- a command through the shell --- */

/* Runs the line by /bin/sh and waits. Returns the raw status (td_os_waitstatus_to_exitcode), −1 when it failed. While it runs
 * SIGINT and SIGQUIT reach the command and not this program, as system(3) has it. Obeys the deadline and cancel of s: the
 * command then gets TERM, and KILL after the grace. Never put a name that is not yours into the line unquoted
 * (td_shlex_quote). Python: os.system. */
TD_API int td_os_system(td_scope *s, const char *command);
#define td_os_system(s, ...) (td_os_system)(TD_HERE(s), __VA_ARGS__)

typedef struct td_os_popen_opts {
	TD__OPTS_HEAD;
	const char *mode; /* "r": its output is read (td_popen_stdout); "w": its input is written (td_popen_stdin) */
} td_os_popen_opts;
/* Starts the line by /bin/sh with one pipe. It ends with s at the latest. Python: os.popen. */
TD_API td_popen *td_os_popen(td_scope *s, const char *command, const td_os_popen_opts *opts);
#define td_os_popen(s, ...) TD__OS_POPEN(s, __VA_ARGS__)
#define TD__OS_POPEN(s, command, ...) (td_os_popen)(TD_HERE(s), (command), TD__OPTS(td_os_popen_opts, __VA_ARGS__))
/* Closes the pipe and waits: 0 (Python's None), or its exit status times 256, minus the signal times 256; −1 when this
 * call failed. Python: os.popen(…).close. */
TD_API int td_os_popen_close(td_scope *s, td_popen *p);
#define td_os_popen_close(s, p) (td_os_popen_close)(TD_HERE(s), (p))

/* --- scheduling --- */

/* Adds to the niceness and returns the new one; −1 is a niceness too: ask td_failed. Python: os.nice. */
TD_API int td_os_nice(td_scope *s, int increment);
#define td_os_nice(s, increment) (td_os_nice)(TD_HERE(s), (increment))
/* which is PRIO_PROCESS, PRIO_PGRP or PRIO_USER of <sys/resource.h>; who 0 is this one. Python: os.getpriority,
 * os.setpriority. */
TD_API int td_os_getpriority(td_scope *s, int which, int who);
#define td_os_getpriority(s, which, who) (td_os_getpriority)(TD_HERE(s), (which), (who))
TD_API bool td_os_setpriority(td_scope *s, int which, int who, int priority);
#define td_os_setpriority(s, which, who, priority) (td_os_setpriority)(TD_HERE(s), (which), (who), (priority))

/* Numbers of processors, in order. */
typedef struct td_cpus {
	const int *items;
	size_t len;
} td_cpus;
/* Those that a process may run on, also beyond 1024; pid 0 is the calling thread; of a failed call none. Never NULL.
 * Python: os.sched_getaffinity. */
TD_API const td_cpus *td_os_sched_getaffinity(td_scope *s, int pid);
#define td_os_sched_getaffinity(s, pid) (td_os_sched_getaffinity)(TD_HERE(s), (pid))
/* OSError (EINVAL) when none of them is there. Python: os.sched_setaffinity. */
TD_API bool td_os_sched_setaffinity(td_scope *s, int pid, const int *cpus, size_t count);
#define td_os_sched_setaffinity(s, pid, cpus, count) (td_os_sched_setaffinity)(TD_HERE(s), (pid), (cpus), (count))

/* Seconds of processor time, of this process and of its children that were waited for, and since some fixed moment. */
typedef struct td_times {
	double user, system, children_user, children_system, elapsed;
} td_times;
/* Of a failed call all −1. Never NULL. Python: os.times. */
TD_API const td_times *td_os_times(td_scope *s);
#define td_os_times(s) (td_os_times)(TD_HERE(s))

TD__END
#endif
