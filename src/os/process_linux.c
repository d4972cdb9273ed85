/* src/os/process_linux.c: one process: what it is, signals to it, its end. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tend/text.h>
#include <unistd.h>

struct td_process {
	int pid;
	uint64_t start; /* ticks after boot: with the pid, who it is */
	char name[72];  /* as it was last seen, for messages */
	bool sampled;
	double last_cpu, last_time;
	bool ended;
	int status;
};

/* --- errors --- */

static bool process_error(td_scope *s, const td_kind *kind, const td_process *p, const char *message) {
	td_error *e = *p->name ? td__error_new(s, kind, "%s%s(pid=%d, name=%s)", message, *message ? " " : "", p->pid,
	                                       td_str_repr(s, p->name))
	                       : td__error_new(s, kind, "%s%s(pid=%d)", message, *message ? " " : "", p->pid);
	if (!e) return false;
	char pid[16];
	snprintf(pid, sizeof pid, "%d", p->pid);
	const char *const items[2] = {pid, NULL};
	e->args = td__error_strs(e, (td_strs){items, 1});
	td__error_throw(s, e);
	return false;
}

static bool no_such_process(td_scope *s, const td_process *p) {
	return process_error(s, TD_NoSuchProcess, p, "process no longer exists");
}

static bool failed_read(td_scope *s, const td_process *p, int err_no) {
	if (err_no == EACCES || err_no == EPERM) return process_error(s, TD_AccessDenied, p, "");
	if (err_no == ENOENT || err_no == ESRCH) return no_such_process(s, p);
	return td__os_error(s, err_no, NULL);
}

/* --- reading --- */

static int proc_dir(td_scope *s) {
	int dir = td__sys_open(td__procfs(NULL), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
	if (dir < 0) td__os_error(s, errno, td__procfs(NULL));
	return dir;
}

static bool read_file(td_scope *s, const td_process *p, const char *file, char *buffer, size_t size) {
	int dir = proc_dir(s);
	if (dir < 0) return false;
	ssize_t n = td__pid_read(dir, p->pid, file, buffer, size);
	int err_no = n < 0 ? errno : ESRCH;
	td__sys_close(dir);
	return n > 0 || failed_read(s, p, err_no);
}

static bool read_stat(td_scope *s, td_process *p, td__stat *st) {
	char text[2048];
	if (!read_file(s, p, "stat", text, sizeof text)) return false;
	if (!td__stat_parse(text, st)) return no_such_process(s, p);
	memcpy(p->name, st->name, sizeof p->name);
	return true;
}

static bool enter(td_scope *s, td_process *p, td__stat *st) {
	return td__enter(s) && td__need_handle(s, "process", p) && read_stat(s, p, st);
}

td_process *(td_process_new)(td_scope *s, const td_process_new_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_process_new_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.pid < 0) {
		td_raise(s, TD_ValueError, "pid must be a positive integer (got %d)", o.pid);
		return NULL;
	}
	td_process *p = td_alloc(s, sizeof *p);
	if (!p) return NULL;
	p->pid = o.pid ? o.pid : (int)getpid();
	td__stat st;
	TD_SCOPE(attempt, s);
	if (!read_stat(attempt, p, &st)) {
		if (td_catch(attempt, TD_NoSuchProcess)) process_error(s, TD_NoSuchProcess, p, "process PID not found");
		return NULL;
	}
	p->start = st.start;
	*p->name = 0; /* psutil says the name only once it was asked for it */
	return p;
}

int td_process_pid(const td_process *p) {
	return p ? p->pid : -1;
}

static bool cmdline(td_scope *s, const td_process *p, td_strs *out) {
	int dir = proc_dir(s), err_no;
	td_bytes content;
	if (dir < 0) return false;
	bool ok = td__pid_cmdline(s, dir, p->pid, &content, &err_no);
	td__sys_close(dir);
	if (!ok) return err_no ? failed_read(s, p, err_no) : false;
	*out = td__cmdline_split(s, content);
	return !td_failed(s);
}

td_strs(td_process_cmdline)(td_scope *s, td_process *p) {
	static const char *const nothing[1] = {NULL};
	td_strs out = {nothing, 0};
	if (!td__enter(s) || !td__need_handle(s, "process", p)) return out;
	cmdline(s, p, &out);
	return out;
}

const char *(td_process_name)(td_scope *s, td_process *p) {
	td__stat st;
	if (!enter(s, p, &st)) return td_no_text;
	if (td_str_len(st.name) < 15) return td_strdup(s, st.name);
	TD_SCOPE(attempt, s);
	td_strs arguments;
	if (!cmdline(attempt, p, &arguments)) {
		if (!td_catch(attempt, TD_AccessDenied)) return td_no_text;
		return td_strdup(s, st.name);
	}
	return arguments.len ? td__long_name(s, st.name, arguments.items[0]) : td_strdup(s, st.name);
}

const char *(td_process_status)(td_scope *s, td_process *p) {
	td__stat st;
	return enter(s, p, &st) ? td__status_text(st.state) : td_no_text;
}

const char *(td_process_username)(td_scope *s, td_process *p) {
	char text[4096];
	if (!td__enter(s) || !td__need_handle(s, "process", p)) return td_no_text;
	if (!read_file(s, p, "status", text, sizeof text)) return td_no_text;
	return td__user_name(s, td__real_uid(text));
}

const char *(td_process_exe)(td_scope *s, td_process *p) {
	char path[64], target[PATH_MAX];
	if (!td__enter(s) || !td__need_handle(s, "process", p)) return td_no_text;
	int dir = proc_dir(s);
	if (dir < 0) return td_no_text;
	snprintf(path, sizeof path, "%d/exe", p->pid);
	ssize_t n = readlinkat(dir, path, target, sizeof target - 1);
	int err_no = errno;
	snprintf(path, sizeof path, "%d", p->pid);
	bool there = faccessat(dir, path, F_OK, 0) == 0;
	td__sys_close(dir);
	if (n >= 0) {
		target[n] = 0;
		/* Replaced on disk while it runs; a file may also be named so. */
		static const char gone[] = " (deleted)";
		if (td_str_endswith(target, gone) && access(target, F_OK) < 0) n -= (ssize_t)sizeof gone - 1;
		return td_strndup(s, target, (size_t)n);
	}
	if (there && (err_no == ENOENT || err_no == ESRCH)) return td_strdup(s, "");
	failed_read(s, p, err_no);
	return td_no_text;
}

int(td_process_ppid)(td_scope *s, td_process *p) {
	td__stat st;
	return enter(s, p, &st) ? st.ppid : -1;
}

double(td_process_create_time)(td_scope *s, td_process *p) {
	if (!td__enter(s) || !td__need_handle(s, "process", p)) return 0;
	return (double)p->start / td__clock_ticks() + td_psutil_boot_time(s);
}

int(td_process_num_threads)(td_scope *s, td_process *p) {
	td__stat st;
	return enter(s, p, &st) ? st.threads : 0;
}

const td_pcputimes *(td_process_cpu_times)(td_scope *s, td_process *p) {
	static const td_pcputimes none;
	td__stat st;
	if (!enter(s, p, &st)) return &none;
	td_pcputimes *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	double ticks = td__clock_ticks();
	*out = (td_pcputimes){(double)st.user / ticks, (double)st.system / ticks, (double)st.children_user / ticks,
	                      (double)st.children_system / ticks, (double)st.iowait / ticks};
	return out;
}

double(td_process_cpu_percent)(td_scope *s, td_process *p, const td_process_cpu_percent_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "process", p)) return 0;
	td_process_cpu_percent_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!(o.interval >= 0)) {
		td_raise(s, TD_ValueError, "interval is not positive (got %s)", td_float_repr(s, o.interval));
		return 0;
	}
	td__stat st;
	double ticks = td__clock_ticks(), cpu = p->last_cpu, time = p->last_time;
	bool known = p->sampled;
	if (o.interval > 0) {
		time = (double)td__now() / 1e9;
		if (!read_stat(s, p, &st) || td__poll(s, NULL, 0, td__deadline_in(o.interval)) < 0) return 0;
		cpu = (double)(st.user + st.system) / ticks;
		known = true;
	}
	p->last_time = (double)td__now() / 1e9;
	if (!read_stat(s, p, &st)) return 0;
	p->last_cpu = (double)(st.user + st.system) / ticks;
	p->sampled = true;
	if (!known || p->last_time <= time) return 0;
	return td__round1((p->last_cpu - cpu) / (p->last_time - time) * 100);
}

const td_pmem *(td_process_memory_info)(td_scope *s, td_process *p) {
	static const td_pmem none;
	char text[256];
	if (!td__enter(s) || !td__need_handle(s, "process", p)) return &none;
	if (!read_file(s, p, "statm", text, sizeof text)) return &none;
	td_pmem *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	const char *t = text;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), v[7];
	for (int i = 0; i < 7; i++) v[i] = td__scan_u64(&t) * page;
	*out = (td_pmem){.rss = v[1], .vms = v[0], .shared = v[2], .text = v[3], .lib = v[4], .data = v[5], .dirty = v[6]};
	return out;
}

/* --- being there --- */

bool(td_process_is_running)(td_scope *s, td_process *p) {
	if (!td__enter(s) || !td__need_handle(s, "process", p)) return false;
	TD_SCOPE(attempt, s);
	td__stat st;
	if (!read_stat(attempt, p, &st)) {
		td_catch(attempt, TD_NoSuchProcess);
		return false;
	}
	return st.start == p->start;
}

bool(td_psutil_pid_exists)(td_scope *s, int pid) {
	if (!td__enter(s) || pid < 0) return false;
	TD_SCOPE(scratch, s);
	char text[4096];
	td_process p = {.pid = pid};
	if (!read_file(scratch, &p, "status", text, sizeof text)) {
		td_catch(scratch, TD_psutil_Error, TD_OSError);
		return false;
	}
	const char *tgid = td__line_after(text, "Tgid:"); /* /proc/TID is there for threads too */
	return tgid && td__scan_u64(&tgid) == (uint64_t)pid;
}

/* A descriptor of this very process. -1: it has gone, or another has its number; raised only where raise is set. */
static int open_process(td_scope *s, td_process *p, bool raise) {
	int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd < 0) {
		if (errno != ESRCH)
			td__os_error(s, errno, NULL);
		else if (raise)
			no_such_process(s, p);
		return -1;
	}
	/* From here on the number belongs to whoever fd is: so who is it? */
	TD_SCOPE(attempt, s);
	td__stat st;
	bool same = read_stat(attempt, p, &st) && st.start == p->start;
	if (same) return fd;
	td__sys_close(fd);
	bool gone = td_catch(attempt, TD_NoSuchProcess) != NULL;
	if (td_failed(attempt) || !raise) return -1;
	if (gone)
		no_such_process(s, p);
	else
		process_error(s, TD_NoSuchProcess, p, "process no longer exists and its PID has been reused");
	return -1;
}

bool(td_process_send_signal)(td_scope *s, td_process *p, int sig) {
	if (!td__enter(s) || !td__need_handle(s, "process", p)) return false;
	int fd = open_process(s, p, true);
	if (fd < 0) return false;
	int failed = syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) < 0 ? errno : 0;
	td__sys_close(fd);
	if (failed == EINVAL) return td__os_error(s, failed, NULL);
	return failed ? failed_read(s, p, failed) : true;
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
	int fd = open_process(s, p, false);
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
			process_error(s, TD_psutil_TimeoutExpired, p, after);
			return -1;
		}
	}
	p->ended = true;
	p->status = status;
	return status;
}
