/* src/os/process_linux.c: one process: what it is. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tend/text.h>
#include <unistd.h>

/* --- errors --- */

bool td__process_error(td_scope *s, const td_kind *kind, const td_process *p, const char *message) {
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

bool td__process_gone(td_scope *s, const td_process *p) {
	return td__process_error(s, TD_NoSuchProcess, p, "process no longer exists");
}

bool td__process_zombie(td_scope *s, const td_process *p) {
	TD_SCOPE(attempt, s);
	bool there = (td_psutil_pid_exists)(attempt, p->pid);
	return there ? td__process_error(s, TD_ZombieProcess, p, "PID still exists but it's a zombie")
	             : td__process_gone(s, p);
}

bool td__process_failed(td_scope *s, const td_process *p, int err_no) {
	if (err_no == EACCES || err_no == EPERM) return td__process_error(s, TD_AccessDenied, p, "");
	if (err_no == ENOENT || err_no == ESRCH) return td__process_gone(s, p);
	return td__os_error(s, err_no, NULL);
}

/* --- reading --- */

int td__proc_dir(td_scope *s) {
	int dir = td__sys_open(td__procfs(NULL), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
	if (dir < 0) td__os_error(s, errno, td__procfs(NULL));
	return dir;
}

/* Where oneshot keeps that file; NULL when it does not. */
static char **kept_file(const td_process *p, const char *file) {
	if (!p->once) return NULL;
	if (!strcmp(file, "stat")) return &p->once->stat;
	if (!strcmp(file, "status")) return &p->once->status;
	return !strcmp(file, "statm") ? &p->once->statm : NULL;
}

bool td__process_file(td_scope *s, td_process *p, const char *file, char *buffer, size_t size) {
	char **kept = kept_file(p, file);
	if (kept && *kept) {
		snprintf(buffer, size, "%s", *kept);
		return true;
	}
	int dir = td__proc_dir(s);
	if (dir < 0) return false;
	ssize_t n = td__pid_read(dir, p->pid, file, buffer, size);
	int err_no = n < 0 ? errno : ESRCH;
	td__sys_close(dir);
	if (n <= 0) return td__process_failed(s, p, err_no);
	if (kept) {
		*kept = td__malloc((size_t)n + 1);
		if (*kept) memcpy(*kept, buffer, (size_t)n + 1);
	}
	return true;
}

static void oneshot_end(td_scope *c, void *process) {
	(void)c;
	td_process *p = process;
	if (!p->once) return;
	td__free(p->once->stat);
	td__free(p->once->status);
	td__free(p->once->statm);
	td__free(p->once);
	p->once = NULL;
}

bool(td_process_oneshot)(td_scope *s, td_process *p) {
	if (!td__process_enter(s, p)) return false;
	if (p->once) return true; /* the outer one goes on */
	p->once = td__malloc(sizeof *p->once);
	if (!p->once) {
		td__raise_memory(s);
		return false;
	}
	*p->once = (td__oneshot){0};
	if (td_defer(s, oneshot_end, p)) return true;
	oneshot_end(s, p);
	return false;
}

bool td__process_stat(td_scope *s, td_process *p, td__stat *st) {
	char text[2048];
	if (!td__process_file(s, p, "stat", text, sizeof text)) return false;
	return td__stat_parse(text, st) || td__process_gone(s, p);
}

int td__process_slurp(td_scope *s, const td_process *p, const char *file, td_bytes *out) {
	char path[64];
	int dir = td__proc_dir(s);
	if (dir < 0) return -1;
	snprintf(path, sizeof path, "%d/%s", p->pid, file);
	int fd = td__sys_openat(dir, path, O_RDONLY | O_CLOEXEC, 0), err_no = errno;
	td__sys_close(dir);
	if (fd < 0) return err_no;
	size_t capacity = 16384, len = 0;
	void *data = td__alloc_raw(s, capacity);
	err_no = 0;
	while (data) {
		ssize_t n = td__sys_read(fd, (char *)data + len, capacity - len - 1);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) err_no = errno;
		if (n <= 0) break;
		len += (size_t)n;
		if (capacity - len < 4096 && !td__grow(s, &data, &capacity, capacity * 2, 1)) data = NULL;
	}
	td__sys_close(fd);
	if (!data) return -1;
	((char *)data)[len] = 0;
	*out = (td_bytes){data, len};
	return err_no;
}

static bool enter(td_scope *s, td_process *p, td__stat *st) {
	return td__process_enter(s, p) && td__process_stat(s, p, st);
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
	if (!td__process_stat(attempt, p, &st)) {
		if (td_catch(attempt, TD_NoSuchProcess)) td__process_error(s, TD_NoSuchProcess, p, "process PID not found");
		return NULL;
	}
	p->start = st.start;
	return p;
}

td_process *(td_process_of_row)(td_scope *s, const td_process_row *row) {
	if (!td__enter(s) || !td__need_handle(s, "row", row)) return NULL;
	td_process *p = td_alloc(s, sizeof *p);
	if (!p) return NULL;
	p->pid = row->pid;
	p->start = row->start;
	snprintf(p->name, sizeof p->name, "%s", row->name);
	return p;
}

int td_process_pid(const td_process *p) {
	return p ? p->pid : -1;
}

static bool cmdline(td_scope *s, const td_process *p, td_strs *out) {
	int dir = td__proc_dir(s), err_no;
	td_bytes content;
	if (dir < 0) return false;
	bool ok = td__pid_cmdline(s, dir, p->pid, &content, &err_no);
	td__sys_close(dir);
	if (!ok) return err_no ? td__process_failed(s, p, err_no) : false;
	*out = td__cmdline_split(s, content);
	return !td_failed(s);
}

td_strs(td_process_cmdline)(td_scope *s, td_process *p) {
	static const char *const nothing[1] = {NULL};
	td_strs out = {nothing, 0};
	if (!td__process_enter(s, p)) return out;
	cmdline(s, p, &out);
	return out;
}

static const char *full_name(td_scope *s, td_process *p, const td__stat *st) {
	if (td_str_len(st->name) < 15) return td_strdup(s, st->name);
	TD_SCOPE(attempt, s);
	td_strs arguments;
	if (!cmdline(attempt, p, &arguments)) {
		if (!td_catch(attempt, TD_AccessDenied)) return td_no_text;
		return td_strdup(s, st->name);
	}
	return arguments.len ? td__long_name(s, st->name, arguments.items[0]) : td_strdup(s, st->name);
}

const char *(td_process_name)(td_scope *s, td_process *p) {
	td__stat st;
	if (!enter(s, p, &st)) return td_no_text;
	const char *name = full_name(s, p, &st);
	if (!td_failed(s)) snprintf(p->name, sizeof p->name, "%s", name);
	return name;
}

const char *(td_process_status)(td_scope *s, td_process *p) {
	td__stat st;
	return enter(s, p, &st) ? td__status_text(st.state) : td_no_text;
}

const char *(td_process_username)(td_scope *s, td_process *p) {
	char text[4096];
	if (!td__process_enter(s, p)) return td_no_text;
	if (!td__process_file(s, p, "status", text, sizeof text)) return td_no_text;
	return td__user_name(s, td__real_uid(text));
}

/* What the command line begins with, where that is a program. */
static const char *guessed_exe(td_scope *s, td_process *p) {
	td_strs arguments;
	if (!cmdline(s, p, &arguments) || !arguments.len || *arguments.items[0] != '/') return NULL;
	struct stat st;
	const char *path = arguments.items[0];
	return td__sys_stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? path : NULL;
}

const char *(td_process_exe)(td_scope *s, td_process *p) {
	char path[64], target[PATH_MAX];
	if (!td__process_enter(s, p)) return td_no_text;
	int dir = td__proc_dir(s);
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
	bool none = there && (err_no == ENOENT || err_no == ESRCH);
	if (none || err_no == EACCES || err_no == EPERM) {
		TD_SCOPE(attempt, s);
		const char *guess = guessed_exe(attempt, p);
		if (td_catch(attempt, TD_AccessDenied) == NULL && guess) return td_strdup(s, guess);
		if (td_failed(attempt)) return td_no_text;
	}
	if (none) return td_strdup(s, "");
	td__process_failed(s, p, err_no);
	return td_no_text;
}

int(td_process_ppid)(td_scope *s, td_process *p) {
	td__stat st;
	return enter(s, p, &st) ? st.ppid : -1;
}

double(td_process_create_time)(td_scope *s, td_process *p) {
	if (!td__process_enter(s, p)) return 0;
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
		if (!td__process_stat(s, p, &st) || td__poll(s, NULL, 0, td__deadline_in(o.interval)) < 0) return 0;
		cpu = (double)(st.user + st.system) / ticks;
		known = true;
	}
	p->last_time = (double)td__now() / 1e9;
	if (!td__process_stat(s, p, &st)) return 0;
	p->last_cpu = (double)(st.user + st.system) / ticks;
	p->sampled = true;
	if (!known || p->last_time <= time) return 0;
	return td__round1((p->last_cpu - cpu) / (p->last_time - time) * 100);
}

const td_pmem *(td_process_memory_info)(td_scope *s, td_process *p) {
	static const td_pmem none;
	char text[256];
	if (!td__process_enter(s, p)) return &none;
	if (!td__process_file(s, p, "statm", text, sizeof text)) return &none;
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
	if (!td__process_enter(s, p)) return false;
	TD_SCOPE(attempt, s);
	td__stat st;
	td_process now = {.pid = p->pid}; /* not what oneshot remembers */
	if (!td__process_stat(attempt, &now, &st)) {
		td_catch(attempt, TD_NoSuchProcess);
		return false;
	}
	return st.start == p->start;
}

bool td__process_check(td_scope *s, td_process *p) {
	TD_SCOPE(attempt, s);
	td__stat st;
	td_process now = {.pid = p->pid};
	if (td__process_stat(attempt, &now, &st)) {
		return st.start == p->start ||
		       td__process_error(s, TD_NoSuchProcess, p, "process no longer exists and its PID has been reused");
	}
	return td_catch(attempt, TD_NoSuchProcess) ? td__process_gone(s, p) : false;
}

bool(td_psutil_pid_exists)(td_scope *s, int pid) {
	if (!td__enter(s) || pid < 0) return false;
	TD_SCOPE(scratch, s);
	char text[4096];
	td_process p = {.pid = pid};
	if (!td__process_file(scratch, &p, "status", text, sizeof text)) {
		td_catch(scratch, TD_psutil_Error, TD_OSError);
		return false;
	}
	const char *tgid = td__line_after(text, "Tgid:"); /* /proc/TID is there for threads too */
	return tgid && td__scan_u64(&tgid) == (uint64_t)pid;
}
