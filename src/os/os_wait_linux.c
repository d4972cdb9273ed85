/* Waiting for children and for commands, so that the deadline and cancel of the scope are obeyed. */
#include <tend/os_process.h>

#include <pthread.h>
#include <sys/syscall.h>
#include <tend/text.h>

#include "core/sys.h"
#include "os/popen.h"

enum { FIRST_PAUSE = 1000000, LONGEST_PAUSE = 32000000 }; /* nanoseconds */

/* As waitpid; −1: raised. The kernel tells of one child by a descriptor; of "any child", and of stops, it has none that
 * leaves SIGCHLD alone: there we look again and again. */
static pid_t wait_for(td_scope *s, pid_t pid, int *status, int options) {
	int fd = -1;
	int64_t pause = FIRST_PAUSE;
	pid_t got;
	for (;;) {
		got = td__sys_waitpid(pid, status, options | WNOHANG);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) td__os_error(s, errno, NULL);
		if (got != 0 || options & WNOHANG) break;
		if (fd < 0 && pid > 0 && !(options & (WUNTRACED | WCONTINUED))) fd = (int)syscall(SYS_pidfd_open, pid, 0);
		int ready = fd >= 0 ? td__wait_fd(s, fd, POLLIN, TD__NEVER) : td__poll(s, NULL, 0, td__now() + pause);
		if (ready < 0) {
			got = -1;
			break;
		}
		pause = pause * 2 < LONGEST_PAUSE ? pause * 2 : LONGEST_PAUSE;
	}
	if (fd >= 0) td__sys_close(fd);
	return got;
}

const td_waited *(td_os_waitpid)(td_scope *s, int pid, int options) {
	static const td_waited nobody = {-1, -1};
	if (!td__enter(s) || (!(options & WNOHANG) && !td__may_block(s))) return &nobody;
	td_waited *w = td_alloc(s, sizeof *w); /* before the child is reaped: its status would be lost */
	if (!w) return &nobody;
	w->pid = wait_for(s, pid, &w->status, options);
	return w->pid < 0 ? &nobody : w;
}

const td_waited *(td_os_wait)(td_scope *s) {
	return (td_os_waitpid)(s, -1, 0);
}

int(td_os_waitstatus_to_exitcode)(td_scope *s, int status) {
	if (!td__enter(s)) return -1;
	if (WIFEXITED(status)) return WEXITSTATUS(status);
	if (WIFSIGNALED(status)) return -WTERMSIG(status);
	if (WIFSTOPPED(status))
		td_raise(s, TD_ValueError, "process stopped by delivery of signal %d", WSTOPSIG(status));
	else
		td_raise(s, TD_ValueError, "invalid wait status: %d", status);
	return -1;
}

/* --- system: SIGINT and SIGQUIT are the command's alone while one runs --- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int running; /* under the lock, with what the signals did before */
static struct sigaction interrupt, quit;

/* Not SIG_IGN, which the command would inherit: a handler becomes the default again when it is executed. */
static void do_nothing(int number) {
	(void)number;
}

static void take(int number, struct sigaction *before) {
	struct sigaction quiet = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};
	sigaction(number, NULL, before);
	if (before->sa_handler != SIG_IGN) sigaction(number, &quiet, NULL);
}

static void begin_command(void) {
	pthread_mutex_lock(&lock);
	if (running++ == 0) {
		take(SIGINT, &interrupt);
		take(SIGQUIT, &quit);
	}
	pthread_mutex_unlock(&lock);
}

static void end_command(void) {
	pthread_mutex_lock(&lock);
	if (--running == 0) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
	}
	pthread_mutex_unlock(&lock);
}

int(td_os_system)(td_scope *s, const char *command) {
	if (!td__enter(s) || !td__need_text(s, "command", command) || !td__may_block(s)) return -1;
	TD_SCOPE(tmp, s);
	begin_command();
	td_popen *p = td_subprocess_popen(tmp, TD_ARGV("/bin/sh", "-c", command), .keep_fds = true);
	int code = p ? td_popen_wait(tmp, p) : -1;
	end_command();
	if (td_failed(tmp)) return -1;
	return code >= 0 ? code << 8 : -code | (p->dumped ? WCOREFLAG : 0);
}

/* --- popen --- */

td_popen *(td_os_popen)(td_scope *s, const char *command, const td_os_popen_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "command", command)) return NULL;
	td_os_popen_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *mode = o.mode ? o.mode : "r";
	if (!td__need_text(s, "mode", mode)) return NULL;
	td_strs line = TD_ARGV("/bin/sh", "-c", command);
	if (strcmp(mode, "r") == 0) return td_subprocess_popen(s, line, .out = TD_PIPE);
	if (strcmp(mode, "w") == 0) return td_subprocess_popen(s, line, .in = TD_PIPE);
	TD_SCOPE(tmp, s);
	td_raise(s, TD_ValueError, "invalid mode %s", td_str_repr(tmp, mode));
	return NULL;
}

int(td_os_popen_close)(td_scope *s, td_popen *p) {
	if (!td__enter(s) || !td__need_handle(s, "popen", p)) return -1;
	for (int i = 0; i < 3; i++) td__popen_close(p, i);
	int code = td_popen_wait(s, p);
	return td_failed(s) ? -1 : code * 256;
}
