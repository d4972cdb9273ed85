/* src/os/process_signal_linux.c: signals to a process, and its end. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int td__process_open(td_scope *s, td_process *p, bool raise) {
	int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd < 0) {
		if (errno != ESRCH)
			td__os_error(s, errno, NULL);
		else if (raise)
			td__process_gone(s, p);
		return -1;
	}
	/* From here on the number belongs to whoever fd is: so who is it? */
	TD_SCOPE(attempt, s);
	td__stat st;
	td_process now = {.pid = p->pid};
	bool same = td__process_stat(attempt, &now, &st) && st.start == p->start;
	if (same) return fd;
	td__sys_close(fd);
	bool gone = td_catch(attempt, TD_NoSuchProcess) != NULL;
	if (td_failed(attempt) || !raise) return -1;
	if (gone)
		td__process_gone(s, p);
	else
		td__process_error(s, TD_NoSuchProcess, p, "process no longer exists and its PID has been reused");
	return -1;
}

bool(td_process_send_signal)(td_scope *s, td_process *p, int sig) {
	if (!td__process_enter(s, p)) return false;
	int fd = td__process_open(s, p, true);
	if (fd < 0) return false;
	int failed = syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) < 0 ? errno : 0;
	td__sys_close(fd);
	if (failed == EINVAL) return td__os_error(s, failed, NULL);
	return failed ? td__process_failed(s, p, failed) : true;
}

bool(td_process_terminate)(td_scope *s, td_process *p) {
	return (td_process_send_signal)(s, p, SIGTERM);
}
bool(td_process_kill)(td_scope *s, td_process *p) {
	return (td_process_send_signal)(s, p, SIGKILL);
}
bool(td_process_suspend)(td_scope *s, td_process *p) {
	return (td_process_send_signal)(s, p, SIGSTOP);
}
bool(td_process_resume)(td_scope *s, td_process *p) {
	return (td_process_send_signal)(s, p, SIGCONT);
}

/* Takes the status of a child that has ended; TD_PROCESS_NO_STATUS of what is no child of ours. */
static int reap(int fd) {
	siginfo_t info = {0};
	int n;
	do {
		n = waitid(P_PIDFD, (id_t)fd, &info, WEXITED);
	} while (n < 0 && errno == EINTR);
	if (n < 0) return TD_PROCESS_NO_STATUS;
	return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

int(td_process_wait)(td_scope *s, td_process *p, const td_process_wait_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "process", p)) return -1;
	td_process_wait_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (p->ended) return p->status;
	if (!td_check(s)) return -1;
	int fd = td__process_open(s, p, false);
	if (fd < 0 && td_failed(s)) return -1;
	int status = TD_PROCESS_NO_STATUS;
	if (fd >= 0) {
		int revents = td__wait_fd(s, fd, POLLIN, td__deadline_in(o.timeout));
		if (revents > 0) status = reap(fd);
		td__sys_close(fd);
		if (revents < 0) return -1;
		if (revents == 0) {
			TD_SCOPE(scratch, s);
			const char *after =
				td_format(scratch, "timeout after %s seconds", td_float_repr(scratch, o.timeout < 0 ? 0 : o.timeout));
			td__process_error(s, TD_psutil_TimeoutExpired, p, after);
			return -1;
		}
	}
	p->ended = true;
	p->status = status;
	return status;
}

int td_process_returncode(const td_process *p) {
	return p && p->ended ? p->status : TD_PROCESS_NO_STATUS;
}

/* --- many of them --- */

typedef struct waiting {
	td_scope *s;
	td_process *const *procs;
	struct pollfd *fds; /* of each process; -1: not open, for want of descriptors, or any more */
	bool *gone;
	size_t count, left, open, next; /* next: from there on none has been opened */
	const td_psutil_wait_procs_opts *o;
} waiting;

static void close_all(td_scope *c, void *arg) {
	(void)c;
	waiting *w = arg;
	for (size_t i = 0; i < w->count; i++) {
		if (w->fds[i].fd >= 0) td__sys_close(w->fds[i].fd);
		w->fds[i].fd = -1;
	}
}

static bool note_gone(waiting *w, size_t i, int status) {
	if (w->fds[i].fd >= 0) {
		td__sys_close(w->fds[i].fd);
		w->open--;
	}
	w->fds[i].fd = -1;
	w->gone[i] = true;
	w->left--;
	if (!w->procs[i]->ended) {
		w->procs[i]->ended = true;
		w->procs[i]->status = status;
	}
	if (w->o->callback) w->o->callback(w->s, w->procs[i], w->o->arg);
	return !td_failed(w->s);
}

/* Opens as many as there are descriptors for. */
static bool open_more(waiting *w) {
	for (; w->next < w->count; w->next++) {
		td_process *p = w->procs[w->next];
		if (p->ended) {
			if (!note_gone(w, w->next, p->status)) return false;
			continue;
		}
		TD_SCOPE(attempt, w->s);
		int fd = td__process_open(attempt, p, false);
		const td_error *e = td_catch(attempt, TD_OSError);
		if (td_failed(attempt)) return false;
		if (e && (e->err_no == EMFILE || e->err_no == ENFILE) && w->open) return true;
		if (e) return td__os_error(w->s, e->err_no, NULL);
		w->fds[w->next].fd = fd;
		w->open += fd >= 0;
		if (fd < 0 && !note_gone(w, w->next, TD_PROCESS_NO_STATUS)) return false;
	}
	return true;
}

static bool collect(waiting *w) {
	for (size_t i = 0; i < w->next; i++) {
		if (w->fds[i].fd >= 0 && w->fds[i].revents && !note_gone(w, i, reap(w->fds[i].fd))) return false;
	}
	return true;
}

/* Whether those for which there was no descriptor have ended meanwhile. */
static bool look_at_rest(waiting *w) {
	close_all(NULL, w);
	for (size_t i = w->next; i < w->count; i++) {
		TD_SCOPE(attempt, w->s);
		int status = (td_process_wait)(attempt, w->procs[i], TD__OPTS(td_process_wait_opts, .timeout = TD_NOW));
		if (td_catch(attempt, TD_psutil_TimeoutExpired)) continue;
		if (td_failed(attempt) || !note_gone(w, i, status)) return false;
	}
	return true;
}

static bool wait_all(waiting *w, int64_t until) {
	while (w->left) {
		if (!open_more(w)) return false;
		if (!w->left) break;
		int n = td__poll(w->s, w->fds, w->next, until);
		if (n < 0 || !collect(w)) return false;
		if (n == 0) return look_at_rest(w);
	}
	return true;
}

const td_psutil_waited *(td_psutil_wait_procs)(td_scope *s, td_process *const *procs, size_t count,
                                               const td_psutil_wait_procs_opts *opts) {
	static const td_psutil_waited none;
	if (!td__enter_opts(s, opts) || (count && !td__need_handle(s, "procs", procs))) return &none;
	td_psutil_wait_procs_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!(o.timeout >= 0) && o.timeout != TD_NOW) {
		td_raise(s, TD_ValueError, "timeout must be a positive integer, got %s", td_float_repr(s, o.timeout));
		return &none;
	}
	for (size_t i = 0; i < count; i++) {
		if (!td__need_handle(s, "process", procs[i])) return &none;
	}
	waiting w = {.procs = procs, .count = count, .left = count, .o = &o}; /* lives when the cleanups of work run */
	TD_SCOPE(work, s);
	w.s = work;
	w.fds = td_alloc_array(work, count, sizeof *w.fds);
	w.gone = td_alloc_array(work, count, sizeof *w.gone);
	td_psutil_waited *out = td_alloc(s, sizeof *out);
	td_process **gone = td_alloc_array(s, count, sizeof(td_process *)),
			   **alive = td_alloc_array(s, count, sizeof *alive);
	if (!w.fds || !w.gone || !out || !gone || !alive) return &none;
	for (size_t i = 0; i < count; i++) w.fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (!td_defer(work, close_all, &w) || !wait_all(&w, td__deadline_in(o.timeout))) return &none;
	for (size_t i = 0; i < count; i++) {
		if (w.gone[i])
			gone[out->gone.len++] = procs[i];
		else
			alive[out->alive.len++] = procs[i];
	}
	out->gone.items = gone;
	out->alive.items = alive;
	return out;
}
