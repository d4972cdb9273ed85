/* src/os/popen_linux.c: starting, signalling and waiting for a child.
 *
 * The child is known by its descriptor (pidfd), so a signal cannot reach a stranger that was given its number. A group is
 * signalled by number, which is safe as long as its leader has not been reaped: the number is taken until then. */
#include "core/sys.h"
#include "os/popen.h"
#include "os/spawn.h"
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* --- the handle --- */

void td__popen_close(td_popen *p, int which) {
	if (p->fds[which] >= 0) td__sys_close(p->fds[which]);
	p->fds[which] = -1;
}

bool td__popen_reap(td_popen *p) {
	if (p->reaped) return true;
	siginfo_t gone = {0};
	int r;
	while ((r = waitid((idtype_t)3 /* P_PIDFD */, (id_t)p->pidfd, &gone, WEXITED | WNOHANG)) < 0 && errno == EINTR) {
	}
	if (r == 0 && gone.si_pid == 0) return false;
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

int td__popen_signal(td_popen *p, int number) {
	if (p->reaped) return 0;
	long r = p->own_group ? kill(-p->pid, number) : syscall(SYS_pidfd_send_signal, p->pidfd, number, NULL, 0);
	if (r < 0 && errno == EPERM && p->own_group) { /* one member that may not be signalled must not save the leader */
		r = syscall(SYS_pidfd_send_signal, p->pidfd, number, NULL, 0);
	}
	return r < 0 && errno != ESRCH ? errno : 0;
}

static void stop_ask(void *handle) {
	td__popen_signal(handle, SIGTERM);
	td__popen_signal(handle, SIGCONT); /* a stopped one could not obey */
}
static bool stop_gone(void *handle) {
	return td__popen_reap(handle);
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
	if (!p->reaped && p->pidfd >= 0) {
		td__popen_signal(p, SIGKILL);
		struct pollfd fd = {.fd = p->pidfd, .events = POLLIN};
		while (!td__popen_reap(p)) poll(&fd, 1, -1); /* it was killed: this ends */
	}
	td__free(p->input);
	td__free(p->got[0].data);
	td__free(p->got[1].data);
	p->input = p->got[0].data = p->got[1].data = NULL;
}

/* --- what the options mean --- */

static bool env_entry(td_scope *s, const td_value *key, const td_value *v, const char **entry) {
	td_bytes k = td_value_bytes(key), t = td_value_bytes(v);
	if (td_value_type(key) != TD_STR || (td_value_type(v) != TD_STR && td_value_type(v) != TD_BYTES)) {
		const td_value *wrong = td_value_type(key) != TD_STR ? key : v;
		(td_raise)(s, TD_TypeError, "expected str, bytes or os.PathLike object, not %s", td_value_type_name(wrong));
		return false;
	}
	if (k.len == 0 || memchr(k.data, '=', k.len)) {
		(td_raise)(s, TD_ValueError, "illegal environment variable name");
		return false;
	}
	if (memchr(k.data, 0, k.len) || memchr(t.data, 0, t.len)) {
		(td_raise)(s, TD_ValueError, "embedded null byte");
		return false;
	}
	char *text = td_alloc(s, k.len + t.len + 2);
	if (!text) return false;
	memcpy(text, k.data, k.len);
	text[k.len] = '=';
	memcpy(text + k.len + 1, t.data, t.len);
	*entry = text;
	return true;
}

static bool same_name(const char *entry, td_bytes key) {
	return strncmp(entry, key.data, key.len) == 0 && entry[key.len] == '=';
}

/* The strings of an environment: the dict's, or the parent's, with more on top. */
const char *const *td__env_make(td_scope *s, const td_value *env, const td_value *more) {
	if (!env && !more) return (const char *const *)environ;
	if ((env && td_value_type(env) != TD_DICT) || (more && td_value_type(more) != TD_DICT)) {
		(td_raise)(s, TD_TypeError, "env must be a dict, not %s",
		           td_value_type_name(env && td_value_type(env) != TD_DICT ? env : more));
		return NULL;
	}
	size_t have = 0, n = 0;
	while (!env && environ && environ[have]) have++;
	const char **list = td_alloc_array(s, have + td_value_len(env) + td_value_len(more) + 1, sizeof *list);
	if (!list) return NULL;
	for (; n < have; n++) list[n] = environ[n];
	for (size_t i = 0; i < td_value_len(env); i++) {
		if (!env_entry(s, td_value_key(env, i), td_value_at(env, i), &list[n++])) return NULL;
	}
	for (size_t i = 0; i < td_value_len(more); i++) {
		td_bytes key = td_value_bytes(td_value_key(more, i));
		size_t at = 0;
		while (at < n && !same_name(list[at], key)) at++;
		if (td_value_is_null(td_value_at(more, i))) {
			if (at < n) list[at] = list[--n];
		} else if (!env_entry(s, td_value_key(more, i), td_value_at(more, i), &list[at])) {
			return NULL;
		} else if (at == n) {
			n++;
		}
	}
	list[n] = NULL;
	return list;
}

/* Where the program may be: itself if it has a slash, else in each directory of the PATH that it will have. */
const char *const *td__path_make(td_scope *s, const char *file, const char *const *envp) {
	if (strchr(file, '/')) {
		const char **one = td_alloc_array(s, 2, sizeof *one);
		if (one) one[0] = file;
		return one;
	}
	const char *path = "/bin:/usr/bin";
	for (size_t i = 0; envp && envp[i]; i++) {
		if (strncmp(envp[i], "PATH=", 5) == 0) path = envp[i] + 5;
	}
	size_t dirs = 1, len = strlen(file), total = 0;
	for (const char *c = path; *c; c++) dirs += *c == ':';
	const char **list = td_alloc_array(s, dirs + 1, sizeof *list);
	char *text = td_alloc(s, strlen(path) + dirs * (len + 2));
	if (!list || !text) return NULL;
	for (size_t i = 0; i < dirs; i++) {
		size_t n = strcspn(path, ":");
		list[i] = text + total;
		memcpy(text + total, path, n);
		total += n;
		if (n && path[n - 1] != '/') text[total++] = '/';
		memcpy(text + total, file, len + 1);
		total += len + 1;
		path += n + 1;
	}
	return list;
}

/* A lookup in the system's databases, with its buffer grown as long as it is too small. */
static bool find_user(td_scope *s, const char *name, struct passwd *found) {
	for (size_t size = 1024;; size *= 4) {
		char *buffer = td_alloc(s, size);
		struct passwd *r = NULL;
		if (!buffer) return false;
		int e = getpwnam_r(name, found, buffer, size, &r);
		if (e == ERANGE && size < (1 << 20)) continue;
		if (r) return true;
		(td_raise)(s, TD_KeyError, "\"getpwnam(): name not found: '%s'\"", name);
		return false;
	}
}

static bool find_group(td_scope *s, const char *name, unsigned *gid) {
	for (size_t size = 1024;; size *= 4) {
		char *buffer = td_alloc(s, size);
		struct group group, *r = NULL;
		if (!buffer) return false;
		int e = getgrnam_r(name, &group, buffer, size, &r);
		if (e == ERANGE && size < (1 << 20)) continue;
		if (r) {
			*gid = group.gr_gid;
			return true;
		}
		(td_raise)(s, TD_KeyError, "\"getgrnam(): name not found: '%s'\"", name);
		return false;
	}
}

static bool spawn_ids(td_scope *s, td__spawn *sp, const td_subprocess_opts *o) {
	struct passwd who;
	if (o->login) {
		if (!td__need_text(s, "login", o->login) || !find_user(s, o->login, &who)) return false;
		int count = 64;
		gid_t *groups = NULL;
		for (;;) {
			int room = count;
			groups = td_alloc_array(s, (size_t)room, sizeof *groups);
			if (!groups) return false;
			if (getgrouplist(o->login, who.pw_gid, groups, &count) >= 0) break;
			if (count <= room) count = room * 2;
		}
		sp->has_uid = sp->has_gid = sp->has_groups = true;
		sp->uid = who.pw_uid;
		sp->gid = who.pw_gid;
		sp->groups = groups;
		sp->group_count = (size_t)count;
		/* Only the superuser may set groups; who is that account already needs none of it. */
		if (geteuid() != 0 && geteuid() == sp->uid) sp->has_uid = sp->has_gid = sp->has_groups = false;
	}
	if (o->user) {
		if (!td__need_text(s, "user", o->user) || !find_user(s, o->user, &who)) return false;
		sp->has_uid = true;
		sp->uid = who.pw_uid;
	}
	if (o->group) {
		if (!td__need_text(s, "group", o->group) || !find_group(s, o->group, &sp->gid)) return false;
		sp->has_gid = true;
	}
	if (o->extra_groups.len) {
		if (!td__need_strs(s, "extra_groups", o->extra_groups)) return false;
		unsigned *groups = td_alloc_array(s, o->extra_groups.len, sizeof *groups);
		if (!groups) return false;
		for (size_t i = 0; i < o->extra_groups.len; i++) {
			if (!find_group(s, o->extra_groups.items[i], &groups[i])) return false;
		}
		sp->has_groups = true;
		sp->groups = groups;
		sp->group_count = o->extra_groups.len;
	}
	return true;
}

static bool spawn_pass_fds(td_scope *s, td__spawn *sp, td_fds fds) {
	if (!fds.len) return true;
	int *sorted = td_alloc_array(s, fds.len, sizeof *sorted);
	if (!sorted) return false;
	for (size_t i = 0; i < fds.len; i++) {
		size_t at = i;
		if (fds.items[i] < 0) {
			(td_raise)(s, TD_ValueError, "bad value(s) in fds_to_keep");
			return false;
		}
		for (; at > 0 && sorted[at - 1] > fds.items[i]; at--) sorted[at] = sorted[at - 1];
		sorted[at] = fds.items[i];
	}
	sp->pass_fds = sorted;
	sp->pass_count = fds.len;
	return true;
}

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
			if (want[i].fd < 0) {
				(td_raise)(s, TD_ValueError, "%d is no file descriptor", want[i].fd);
				return false;
			}
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
		.keep_fds = o->keep_fds,
		.new_session = o->start_new_session,
		.keep_signals = o->keep_signals,
		.has_group = o->process_group.given,
		.group = (pid_t)o->process_group.value,
		.has_umask = o->umask.given,
		.umask = (unsigned)o->umask.value,
	};
	sp.envp = td__env_make(tmp, o->env, o->more_env);
	if (td_failed(tmp)) return NULL;
	sp.paths = td__path_make(tmp, file, sp.envp);
	if (!sp.paths || !spawn_ids(tmp, &sp, o) || !spawn_pass_fds(tmp, &sp, o->pass_fds)) return NULL;
	td_popen *p = popen_new(s, argv);
	if (!p) return NULL;
	sp.argv = p->args.items;
	int theirs[3] = {-1, -1, -1};
	bool ready = streams_open(s, &sp, o, p->fds, theirs);
	bool started = ready && td__spawn_start(&sp);
	close_all(theirs);
	if (!started) {
		close_all(p->fds);
		td__handle_close(p);
		if (ready) {
			const char *name = sp.stage == TD__SPAWN_EXEC ? file : sp.stage == TD__SPAWN_CWD ? o->cwd : NULL;
			td__os_error(s, sp.err_no, name);
		}
		return NULL;
	}
	p->pid = sp.pid;
	p->pidfd = sp.pidfd;
	p->shell = shell;
	p->reaped = false;
	p->own_group = o->start_new_session || (o->process_group.given && o->process_group.value == 0);
	td__handle_stoppable(p, &stop);
	return p;
}

/* --- the calls --- */

int td__popen_wait_until(td_scope *s, td_popen *p, int64_t until) {
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
