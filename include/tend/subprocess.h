/* tend/subprocess.h: running commands.
 *
 * A command is a list of arguments, never a line for a shell (td_subprocess_run_shell is the one that asks for a shell,
 * by its name). A child belongs to the scope it was started in: when that ends, all its children get SIGTERM together,
 * share the scope's grace, then get SIGKILL, and are reaped. A child is only ever signalled and waited for through its
 * process descriptor, so never another process that was given its number. SIGCHLD is not touched.
 *
 *     #include <tend.h>
 *
 *     static void example(td_scope *s) {
 *         const td_completed_process *ls = td_subprocess_run(s, TD_ARGV("ls", "-l", "/etc"), .capture_output = true);
 *         fputs(ls->out, stdout);
 *         td_subprocess_run(s, TD_ARGV("make", "install"), .cwd = "/usr/src/app", .timeout = 600, .check = true);
 *
 *         TD_SCOPE(session, s, .grace = 2);
 *         td_popen *server = td_subprocess_popen(session, TD_ARGV("./server"), .err = TD_DEVNULL);
 *         td_popen_wait(session, server, .timeout = 60);          // TimeoutExpired after a minute
 *     }                                                           // and here it is stopped, if it still runs
 *
 * The child starts with no signal blocked and with SIGPIPE as a program expects it; of the descriptors it has 0, 1, 2
 * and pass_fds. Starting one costs the same however large the parent is. Thread-safe, each child used by one thread. */
#ifndef TEND_SUBPROCESS_H
#define TEND_SUBPROCESS_H

#pragma GCC system_header

#include <tend/value.h>

TD__BEGIN

/* TD_ARGV("ls", "-l"): a list of arguments, where it stands; it lives until the end of the block. A NULL element is
 * TypeError in the call it is given to. A td_strs will do as well. */
#ifdef __cplusplus
TD__END
#include <initializer_list>
inline td_strs td__argv(std::initializer_list<const char *> l) {
	return td_strs{l.begin(), l.size() - 1};
}
#define TD_ARGV(...) (td__argv({__VA_ARGS__, (const char *)nullptr}))
TD__BEGIN
#else
#define TD_ARGV(...)                                                                                                   \
	((td_strs){(const char *const[]){__VA_ARGS__, NULL}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)})
#endif

/* Where a standard stream of the child goes. Left out: where the parent's goes. */
typedef struct td_stream {
	int kind;
	int fd;
} td_stream;
enum { TD__STREAM_SAME, TD__STREAM_PIPE, TD__STREAM_STDOUT, TD__STREAM_DEVNULL, TD__STREAM_FD };
#ifdef __cplusplus
#define TD__STREAM(kind, fd) (td_stream{(kind), (fd)})
#else
#define TD__STREAM(kind, fd) ((td_stream){(kind), (fd)})
#endif
#define TD_PIPE TD__STREAM(TD__STREAM_PIPE, -1)       /* Python: subprocess.PIPE */
#define TD_STDOUT TD__STREAM(TD__STREAM_STDOUT, -1)   /* of .err only: where .out goes. Python: subprocess.STDOUT */
#define TD_DEVNULL TD__STREAM(TD__STREAM_DEVNULL, -1) /* Python: subprocess.DEVNULL */
#define TD_FD(n) TD__STREAM(TD__STREAM_FD, (n)) /* that descriptor; it stays the caller's. A file's: td_file_fileno */

typedef struct td_fds {
	const int *items;
	size_t len;
} td_fds;
#ifdef __cplusplus
TD__END
inline td_fds td__fds(std::initializer_list<int> l) {
	return td_fds{l.begin(), l.size()};
}
#define TD_FDS(...) (td__fds({__VA_ARGS__}))
TD__BEGIN
#else
#define TD_FDS(...) ((td_fds){(const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int)})
#endif

typedef struct td_subprocess_opts {
	TD__OPTS_HEAD;
	const char *input;        /* run: what the child reads on its standard input */
	td_bytes input_bytes;     /* the same for bytes that may hold NUL */
	bool capture_output;      /* run: .out and .err are pipes, and what comes is kept */
	bool check;               /* run: CalledProcessError unless the status is 0 */
	bool text;                /* line ends of what was captured become \n; UnicodeDecodeError if it is not UTF-8 */
	double timeout;           /* run: seconds; TimeoutExpired after them, with what was captured; the child is killed,
	                           * and what it has started in its process group with it */
	const char *cwd;          /* the child's working directory */
	const td_value *env;      /* a dict of texts: the child's whole environment */
	const td_value *more_env; /* a dict of texts: added to the environment that it would have; null takes one away */
	td_stream in, out, err;   /* Python: stdin, stdout, stderr */
	const char *executable;   /* the program, when it is not the first argument */
	bool start_new_session;   /* setsid: a group of its own, no terminal */
	td_opt_int process_group; /* TD_INT(0): a group of its own. One that has its own is signalled as a whole */
	const char *user, *group; /* names; only the superuser may */
	td_strs extra_groups;     /* names */
	const char *login;        /* an account: its user, its group and its other groups */
	td_opt_int umask;
	td_fds pass_fds; /* TD_FDS(5, 6): descriptors that the child keeps, under their numbers */
	bool keep_fds; /* all descriptors that are not close-on-exec, unless pass_fds are given. Python: close_fds=False */
	int pipesize;  /* bytes of each pipe; 0 is the system's */
	bool keep_signals;   /* SIGPIPE and SIGXFSZ stay ignored if they are. Python: restore_signals=False */
	td_opt_int uid, gid; /* user and group as numbers; before the names where both are given */
	td_fds extra_gids;   /* TD_GIDS(27, 4): other groups as numbers, beside extra_groups. TD_GIDS(): none at all */
	/* All that it starts, and what that starts, is signalled with it and ends with it: by a control group (v2) where one
	 * may be made, which nothing leaves by itself; elsewhere by its descent, its session and a mark in its environment.
	 * There one gets away that wipes its environment, opens a session and lets its parent end, all three, before anybody
	 * looks. (A subreaper would catch it, and with it the orphans of children that are none of ours.) When this program is
	 * killed by SIGKILL, the tree lives on, and an empty group is removed by the next program that makes one. */
	bool kill_tree;
} td_subprocess_opts;
#define TD_GIDS(...) TD_FDS(__VA_ARGS__)

/* What is left of a child that has ended. */
typedef struct td_completed_process {
	td_strs args;
	int returncode;        /* its exit status; minus the signal's number when one ended it */
	const char *out, *err; /* what was captured, NUL-terminated; "" when nothing was */
	size_t out_len, err_len;
} td_completed_process;

/* Starts the command, gives it .input, keeps what it says, and waits for it to end. No amount of data in any direction
 * blocks it for ever. The result is in s; on a failed scope it is an empty one with the return code -1. Raises
 * FileNotFoundError, PermissionError, NotADirectoryError for the program or .cwd, whichever it is; CalledProcessError,
 * TimeoutExpired; ValueError for .input with .in, or .capture_output with .out or .err; IndexError for no arguments.
 * Blocks; on a cancel or deadline of s the child is stopped as at a scope's end. Python: subprocess.run. */
TD_API const td_completed_process *td_subprocess_run(td_scope *s, td_strs argv, const td_subprocess_opts *opts);
#define td_subprocess_run(s, ...) TD__SUBPROCESS(td_subprocess_run, s, __VA_ARGS__)
#define TD__SUBPROCESS(fn, s, ...) TD__SUBPROCESS_(fn, s, __VA_ARGS__)
#define TD__SUBPROCESS_(fn, s, argv, ...) (fn)(TD_HERE(s), (argv), TD__OPTS(td_subprocess_opts, __VA_ARGS__))

/* The same for a line that /bin/sh reads. Text from elsewhere goes into it through td_shlex_quote only.
 * Python: subprocess.run(line, shell=True). */
TD_API const td_completed_process *td_subprocess_run_shell(td_scope *s, const char *line,
                                                           const td_subprocess_opts *opts);
#define td_subprocess_run_shell(s, ...) TD__SUBPROCESS(td_subprocess_run_shell, s, __VA_ARGS__)

/* What the command wrote to its standard output; CalledProcessError unless its status is 0.
 * Python: subprocess.check_output. */
TD_API const char *td_subprocess_check_output(td_scope *s, td_strs argv, const td_subprocess_opts *opts);
#define td_subprocess_check_output(s, ...) TD__SUBPROCESS(td_subprocess_check_output, s, __VA_ARGS__)

/* Its return code; -1 also when s has failed. Python: subprocess.call, subprocess.check_call. */
TD_API int td_subprocess_call(td_scope *s, td_strs argv, const td_subprocess_opts *opts);
#define td_subprocess_call(s, ...) TD__SUBPROCESS(td_subprocess_call, s, __VA_ARGS__)
TD_API int td_subprocess_check_call(td_scope *s, td_strs argv, const td_subprocess_opts *opts);
#define td_subprocess_check_call(s, ...) TD__SUBPROCESS(td_subprocess_check_call, s, __VA_ARGS__)

/* What a line for /bin/sh wrote to both its outputs, as text without its last line end. Its status goes to *status:
 * minus the signal's number when one ended it; no status is an error. *status is -1 also when s has failed.
 * Python: subprocess.getoutput, subprocess.getstatusoutput. */
TD_API const char *td_subprocess_getoutput(td_scope *s, const char *line);
#define td_subprocess_getoutput(s, line) (td_subprocess_getoutput)(TD_HERE(s), (line))
TD_API const char *td_subprocess_getstatusoutput(td_scope *s, const char *line, int *status);
#define td_subprocess_getstatusoutput(s, line, status) (td_subprocess_getstatusoutput)(TD_HERE(s), (line), (status))

/* CalledProcessError unless the return code is 0. Python: CompletedProcess.check_returncode. */
TD_API bool td_completed_process_check_returncode(td_scope *s, const td_completed_process *p);
#define td_completed_process_check_returncode(s, p) (td_completed_process_check_returncode)(TD_HERE(s), (p))

/* --- commands that feed each other --- */

typedef struct td_commands {
	const td_strs *items;
	size_t len;
} td_commands;
/* TD_PIPELINE(TD_ARGV("dmesg"), TD_ARGV("grep", "eth0"), TD_ARGV("tail", "-1")) */
#ifdef __cplusplus
TD__END
inline td_commands td__commands(std::initializer_list<td_strs> l) {
	return td_commands{l.begin(), l.size()};
}
#define TD_PIPELINE(...) (td__commands({__VA_ARGS__}))
TD__BEGIN
#else
#define TD_PIPELINE(...)                                                                                               \
	((td_commands){(const td_strs[]){__VA_ARGS__}, sizeof((const td_strs[]){__VA_ARGS__}) / sizeof(td_strs)})
#endif

/* What is left of a pipeline. */
typedef struct td_completed_pipeline {
	const td_completed_process *stages; /* each with its own status, and with its own .err if that was captured */
	size_t len;
	int returncode;  /* of the last stage that did not end with 0; 0 when all did */
	const char *out; /* what the last stage wrote, if it was captured, NUL-terminated */
	size_t out_len;
} td_completed_pipeline;

/* Runs the commands at once, each reading what the one before it writes, without a shell, and waits for all of them.
 * .input and .in are the first one's, .out the last one's, all other options each one's; .timeout is that of the whole.
 * When a reader ends, SIGPIPE ends who writes to it, and that is its status. .check raises CalledProcessError for the
 * last stage that did not end with 0 (the shell's pipefail). The rest as td_subprocess_run; a command that cannot be
 * executed ends those that were started. On a failed scope the result is empty, with the return code -1.
 * Python: Popen(stdin=p1.stdout). */
TD_API const td_completed_pipeline *td_subprocess_pipeline(td_scope *s, td_commands commands,
                                                           const td_subprocess_opts *opts);
#define td_subprocess_pipeline(s, ...) TD__SUBPROCESS(td_subprocess_pipeline, s, __VA_ARGS__)

/* --- a child that runs beside its parent --- */

typedef struct td_popen td_popen;

/* Starts the command and returns at once; what cannot be executed is raised here, as by td_subprocess_run. The options
 * that are marked "run" there are TypeError here. NULL when s has failed. td_move takes the child to an outer scope.
 * Python: subprocess.Popen. */
TD_API td_popen *td_subprocess_popen(td_scope *s, td_strs argv, const td_subprocess_opts *opts);
#define td_subprocess_popen(s, ...) TD__SUBPROCESS(td_subprocess_popen, s, __VA_ARGS__)

/* Whether it has ended; then it is reaped and has its return code. Does not block; false also when s has failed.
 * Python: Popen.poll() is not None. */
TD_API bool td_popen_poll(td_scope *s, td_popen *p);
#define td_popen_poll(s, p) (td_popen_poll)(TD_HERE(s), (p))

typedef struct td_popen_opts {
	TD__OPTS_HEAD;
	double timeout;       /* seconds; TimeoutExpired after them, and the child goes on */
	const char *input;    /* communicate: for its standard input, which must be a pipe */
	td_bytes input_bytes; /* the same for bytes that may hold NUL */
} td_popen_opts;

/* Waits for it to end and returns its return code; -1 also when s has failed. Blocks. Python: Popen.wait. */
TD_API int td_popen_wait(td_scope *s, td_popen *p, const td_popen_opts *opts);
#define td_popen_wait(s, ...) TD__POPEN(td_popen_wait, s, __VA_ARGS__)
#define TD__POPEN(fn, s, ...) TD__POPEN_(fn, s, __VA_ARGS__)
#define TD__POPEN_(fn, s, p, ...) (fn)(TD_HERE(s), (p), TD__OPTS(td_popen_opts, __VA_ARGS__))

/* Gives it the input, closes its standard input, keeps what comes from its pipes to their end, and waits for it. May be
 * called again after TimeoutExpired, without input (ValueError): nothing is lost, what was left of it is still written.
 * Blocks. Python: Popen.communicate. */
TD_API const td_completed_process *td_popen_communicate(td_scope *s, td_popen *p, const td_popen_opts *opts);
#define td_popen_communicate(s, ...) TD__POPEN(td_popen_communicate, s, __VA_ARGS__)

/* Signals it, or its whole group if it has one of its own (asked for by start_new_session or process_group). Nothing
 * happens once it has been waited for; until then a signal still reaches the rest of its group, also when it has ended
 * itself. Python: Popen.send_signal, Popen.terminate, Popen.kill. */
TD_API bool td_popen_send_signal(td_scope *s, td_popen *p, int signal);
#define td_popen_send_signal(s, p, signal) (td_popen_send_signal)(TD_HERE(s), (p), (signal))
TD_API bool td_popen_terminate(td_scope *s, td_popen *p);
#define td_popen_terminate(s, p) (td_popen_terminate)(TD_HERE(s), (p))
TD_API bool td_popen_kill(td_scope *s, td_popen *p);
#define td_popen_kill(s, p) (td_popen_kill)(TD_HERE(s), (p))

/* Its number; -1 for NULL. Python: Popen.pid. */
TD_API int td_popen_pid(const td_popen *p);
/* Its return code once it has been waited for; until then, and for NULL, -1: ask td_popen_poll first.
 * Python: Popen.returncode. */
TD_API int td_popen_returncode(const td_popen *p);
/* Its process descriptor, readable when it has ended, for a selector; -1 once it is reaped. It stays p's. */
TD_API int td_popen_pidfd(const td_popen *p);
/* The parent's ends of its pipes, or -1; they stay p's. Python: Popen.stdin.fileno(), stdout, stderr. */
TD_API int td_popen_stdin_fd(const td_popen *p);
TD_API int td_popen_stdout_fd(const td_popen *p);
TD_API int td_popen_stderr_fd(const td_popen *p);
/* The same as files (of bytes; of text with .text), for lines as they come or writing piece by piece. It lives in s and owns the
 * descriptor from then on: it can be asked for once, and communicate no longer serves it. ValueError when there is no
 * such pipe (any more). Python: Popen.stdin, Popen.stdout, Popen.stderr. */
TD_API td_file *td_popen_stdin(td_scope *s, td_popen *p);
#define td_popen_stdin(s, p) (td_popen_stdin)(TD_HERE(s), (p))
TD_API td_file *td_popen_stdout(td_scope *s, td_popen *p);
#define td_popen_stdout(s, p) (td_popen_stdout)(TD_HERE(s), (p))
TD_API td_file *td_popen_stderr(td_scope *s, td_popen *p);
#define td_popen_stderr(s, p) (td_popen_stderr)(TD_HERE(s), (p))
/* Closes the pipe to its standard input, so that it reads the end. Twice is as once. Python: Popen.stdin.close(). */
TD_API void td_popen_close_stdin(td_popen *p);

/* --- shlex --- */

typedef struct td_shlex_split_opts {
	TD__OPTS_HEAD;
	bool comments; /* # begins a comment that ends with the line */
} td_shlex_split_opts;
/* The words of a line as a shell would see them, in s. ValueError "No closing quotation" or "No escaped character".
 * Python: shlex.split. */
TD_API td_strs td_shlex_split(td_scope *s, const char *text, const td_shlex_split_opts *opts);
#define td_shlex_split(s, ...) TD__SHLEX_SPLIT(s, __VA_ARGS__)
#define TD__SHLEX_SPLIT(s, text, ...) (td_shlex_split)(TD_HERE(s), (text), TD__OPTS(td_shlex_split_opts, __VA_ARGS__))

/* The text so that a shell reads it as one word. Python: shlex.quote. */
TD_API const char *td_shlex_quote(td_scope *s, const char *text);
#define td_shlex_quote(s, text) (td_shlex_quote)(TD_HERE(s), (text))
/* The words as one line that td_shlex_split takes apart again. Python: shlex.join. */
TD_API const char *td_shlex_join(td_scope *s, td_strs words);
#define td_shlex_join(s, words) (td_shlex_join)(TD_HERE(s), (words))

TD__END
#endif
