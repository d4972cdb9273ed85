/* src/os/popen_linux.c: starting, signalling and waiting for a child.
 *
 * The child is known by its descriptor (pidfd), so a signal cannot reach a stranger that was given its number. A group is
 * signalled by number, which is safe as long as its leader has not been reaped: the number is taken until then. */
#include "core/sys.h"
#include "os/popen.h"
#include "os/spawn.h"
#include "os/tree.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILL_AGAIN = 1000 }; /* milliseconds */

/* --- the handle --- */

void td__popen_close(td_popen *p, int which) {
	if (p->fds[which] >= 0) td__sys_close(p->fds[which]);
	p->fds[which] = -1;
}

/* One waitid; false: it still runs, or a signal came. */
static bool reap(td_popen *p, int flags) {
	siginfo_t gone = {0};
	int r = waitid((idtype_t)3 /* P_PIDFD */, (id_t)p->pidfd, &gone, WEXITED | flags);
	if (r < 0 ? errno == EINTR : gone.si_pid == 0) return false;
	if (r < 0)
		p->returncode = 0; /* as Python: SIGCHLD is ignored in this process, and nobody knows the status */
	else
		p->returncode = gone.si_code == CLD_EXITED ? gone.si_status : -gone.si_status;
	p->dumped = r == 0 && gone.si_code == CLD_DUMPED;
	p->reaped = true;
	td__sys_close(p->pidfd);
	p->pidfd = -1;
	return true;
}

bool td__popen_reap(td_popen *p) {
	return p->reaped || reap(p, WNOHANG);
}

int td__popen_signal(td_popen *p, int number) {
	if (p->tree) td__tree_signal(p->tree, p->reaped ? 0 : p->pid, number);
	if (p->reaped) return 0;
	int r = p->own_group ? td__sys_kill(-p->pid, number) : td__sys_pidfd_send_signal(p->pidfd, number);
	if (r < 0 && errno == EPERM && p->own_group) { /* one member that may not be signalled must not save the leader */
		r = td__sys_pidfd_send_signal(p->pidfd, number);
	}
	return r < 0 && errno != ESRCH ? errno : 0;
}

void td__popen_end_group(td_popen *p) {
	if (!p->own_group && !p->tree && !p->reaped) td__tree_kill_group(p->pid);
	td__popen_signal(p, SIGKILL);
}

static void stop_ask(void *handle) {
	td__popen_signal(handle, SIGTERM);
	td__popen_signal(handle, SIGCONT); /* a stopped one could not obey */
}
static bool stop_gone(void *handle) {
	td_popen *p = handle;
	return td__popen_reap(p) && !(p->tree && td__tree_runs(p->tree, 0));
}
static int stop_fd(void *handle) {
	return ((td_popen *)handle)->pidfd;
}
static void stop_force(void *handle) {
	td__popen_signal(handle, SIGKILL);
}
static const td__stoppable stop = {stop_ask, stop_gone, stop_fd, stop_force};

static void end_popen(td_scope *c, void *handle) {
	(void)c;
	td_popen *p = handle;
	for (int i = 0; i < 3; i++) td__popen_close(p, i);
	struct pollfd fd = {.fd = p->pidfd, .events = POLLIN};
	while (!p->reaped && p->pidfd >= 0 && !td__popen_reap(p)) {
		td__popen_signal(p, SIGKILL);
		poll(&fd, 1, KILL_AGAIN); /* once it has had it, this ends */
	}
	td__tree_end(p->tree, 0);
	p->tree = NULL;
	td__free(p->input);
	td__free(p->got[0].data);
	td__free(p->got[1].data);
	p->input = p->got[0].data = p->got[1].data = NULL;
}

/* --- starting --- */

/* The descriptors of the three streams; ours[] are the parent's ends, theirs[] what is to be closed after the start. */
static bool streams_open(td_scope *s, td__spawn *sp, const td_subprocess_opts *o, int ours[3], int theirs[3]) {
	const td_stream want[3] = {o->in, o->out, o->err};
	for (int i = 0; i < 3; i++) {
		int fds[2];
		sp->fds[i] = ours[i] = theirs[i] = -1;
		switch (want[i].kind) {
		case TD__STREAM_SAME: break;
		case TD__STREAM_PIPE:
			if (td__sys_pipe2(fds, O_CLOEXEC) < 0) return td__os_error(s, errno, NULL);
			ours[i] = fds[i == 0];
			sp->fds[i] = theirs[i] = fds[i != 0];
			if (o->pipesize > 0) fcntl(ours[i], F_SETPIPE_SZ, o->pipesize);
			break;
		case TD__STREAM_DEVNULL:
			sp->fds[i] = theirs[i] = td__sys_open("/dev/null", O_RDWR | O_CLOEXEC, 0);
			if (theirs[i] < 0) return td__os_error(s, errno, "/dev/null");
			break;
		case TD__STREAM_FD:
			if (want[i].fd < 0) return td__os_error(s, EBADF, NULL);
			sp->fds[i] = want[i].fd;
			break;
		case TD__STREAM_STDOUT:
			if (i != 2) {
				(td_raise)(s, TD_ValueError, "STDOUT can only be used for stderr");
				return false;
			}
			sp->fds[2] = sp->fds[1] >= 0 ? sp->fds[1] : 1;
			break;
		default: (td_raise)(s, TD_ValueError, "%d is no stream", want[i].kind); return false;
		}
	}
	return true;
}

static void close_all(const int fds[3]) {
	for (int i = 0; i < 3; i++) {
		if (fds[i] >= 0) td__sys_close(fds[i]);
	}
}

/* The handle and the copies of its arguments are one block: it can be moved to another scope. */
static td_popen *popen_new(td_scope *s, td_strs argv) {
	size_t size = sizeof(td_popen) + (argv.len + 1) * sizeof(char *);
	for (size_t i = 0; i < argv.len; i++) size += strlen(argv.items[i]) + 1;
	td_popen *p = td__handle_new(s, size, end_popen);
	if (!p) return NULL;
	p->pid = p->pidfd = p->returncode = -1;
	for (int i = 0; i < 3; i++) p->fds[i] = -1;
	p->reaped = true; /* nothing to stop yet */
	const char **items = (const char **)(void *)(p + 1);
	char *text = (char *)(items + argv.len + 1);
	for (size_t i = 0; i < argv.len; i++) {
		size_t n = strlen(argv.items[i]) + 1;
		items[i] = memcpy(text, argv.items[i], n);
		text += n;
	}
	items[argv.len] = NULL;
	p->args = (td_strs){items, argv.len};
	return p;
}

/* What is looked up and made before the child is there. */
static bool prepare(td_scope *tmp, td_popen *p, td__spawn *sp, const td_subprocess_opts *o, const char *file) {
	if (o->kill_tree && !(p->tree = td__tree_new(tmp))) return false;
	sp->argv = p->args.items;
	sp->cgroup = p->tree ? td__tree_group_fd(p->tree) : -1;
	sp->envp = td__popen_env(tmp, o, p->tree ? td__tree_mark(p->tree) : NULL);
	if (td_failed(tmp)) return false;
	sp->paths = td__path_make(tmp, file, sp->envp);
	return sp->paths && td__popen_ids(tmp, sp, o) && td__popen_pass_fds(tmp, sp, o->pass_fds);
}

/* There is no child after all. */
static td_popen *abandon(td_popen *p) {
	for (int i = 0; i < 3; i++) td__popen_close(p, i);
	td__tree_end(p->tree, 0);
	p->tree = NULL;
	td__handle_close(p);
	return NULL;
}

td_popen *td__popen_start(td_scope *s, td_strs argv, const td_subprocess_opts *o, bool shell) {
	if (!td__may_block(s) || !td__need_strs(s, "argv", argv)) return NULL;
	if (argv.len == 0) {
		(td_raise)(s, TD_IndexError, "list index out of range");
		return NULL;
	}
	if (o->cwd && !td__need_text(s, "cwd", o->cwd)) return NULL;
	if (o->executable && !td__need_text(s, "executable", o->executable)) return NULL;
	TD_SCOPE(tmp, s);
	const char *file = o->executable ? o->executable : argv.items[0];
	td__spawn sp = {
		.cwd = o->cwd,
		.keep_fds = o->keep_fds && !o->pass_fds.len, /* as Python */
		.new_session = o->start_new_session,
		.keep_signals = o->keep_signals,
		.has_group = o->process_group.given && o->process_group.value >= 0,
		.group = (pid_t)o->process_group.value,
		.has_umask = o->umask.given,
		.umask = (unsigned)o->umask.value,
	};
	td_popen *p = popen_new(s, argv);
	if (!p) return NULL;
	if (!prepare(tmp, p, &sp, o, file)) return abandon(p);
	int theirs[3] = {-1, -1, -1};
	bool ready = streams_open(s, &sp, o, p->fds, theirs);
	bool started = ready && td__spawn_start(&sp);
	close_all(theirs);
	if (!started) {
		if (ready) {
			const char *name = sp.stage == TD__SPAWN_EXEC ? file : sp.stage == TD__SPAWN_CWD ? o->cwd : NULL;
			td__os_error(s, sp.err_no, name);
		}
		return abandon(p);
	}
	if (p->tree && sp.cgroup < 0) td__tree_ungroup(p->tree);
	p->pid = sp.pid;
	p->pidfd = sp.pidfd;
	p->shell = shell;
	p->text = o->text;
	p->reaped = false;
	p->own_group = o->start_new_session || (o->process_group.given && o->process_group.value == 0);
	td__handle_stoppable(p, &stop);
	return p;
}

/* --- the calls --- */

int td__popen_wait_until(td_scope *s, td_popen *p, int64_t until) {
	while (until == TD__NEVER && !p->reaped && td__waits_plainly(s)) {
		if (reap(p, 0)) return 1;
		if (!td_check(s)) return -1;
	}
	while (!td__popen_reap(p)) {
		int r = td__wait_fd(s, p->pidfd, POLLIN, until);
		if (r <= 0) return td__popen_reap(p) && r == 0 ? 1 : r;
	}
	return 1;
}

bool(td_popen_poll)(td_scope *s, td_popen *p) {
	return td__enter(s) && td__need_handle(s, "popen", p) && td__popen_reap(p);
}

bool(td_popen_send_signal)(td_scope *s, td_popen *p, int number) {
	if (!td__enter(s) || !td__need_handle(s, "popen", p)) return false;
	if (!p->own_group) td__popen_reap(p); /* as Python: one that has ended is not signalled. A group may have others */
	int e = td__popen_signal(p, number);
	return e ? td__os_error(s, e, NULL) : true;
}

bool(td_popen_terminate)(td_scope *s, td_popen *p) {
	return (td_popen_send_signal)(s, p, SIGTERM);
}
bool(td_popen_kill)(td_scope *s, td_popen *p) {
	return (td_popen_send_signal)(s, p, SIGKILL);
}

int td_popen_pid(const td_popen *p) {
	return p ? p->pid : -1;
}
int td_popen_returncode(const td_popen *p) {
	return p && p->reaped ? p->returncode : -1;
}
int td_popen_pidfd(const td_popen *p) {
	return p ? p->pidfd : -1;
}
int td_popen_stdin_fd(const td_popen *p) {
	return p ? p->fds[0] : -1;
}
int td_popen_stdout_fd(const td_popen *p) {
	return p ? p->fds[1] : -1;
}
int td_popen_stderr_fd(const td_popen *p) {
	return p ? p->fds[2] : -1;
}
void td_popen_close_stdin(td_popen *p) {
	if (p) td__popen_close(p, 0);
}
