/* src/os/process_held_linux.c: what a process holds: its directory, environment, terminal, users, files. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <tend/text.h>
#include <unistd.h>

const char *(td_process_cwd)(td_scope *s, td_process *p) {
	char path[32], target[PATH_MAX];
	if (!td__process_enter(s, p)) return td_no_text;
	int dir = td__proc_dir(s);
	if (dir < 0) return td_no_text;
	snprintf(path, sizeof path, "%d/cwd", p->pid);
	ssize_t n = readlinkat(dir, path, target, sizeof target);
	int err_no = errno;
	td__sys_close(dir);
	if (n >= 0) return td_strndup(s, target, (size_t)n);
	if (err_no == ENOENT || err_no == ESRCH)
		td__process_zombie(s, p);
	else
		td__process_failed(s, p, err_no);
	return td_no_text;
}

const td_value *(td_process_environ)(td_scope *s, td_process *p) {
	if (!td__process_enter(s, p)) return NULL;
	TD_SCOPE(scratch, s);
	td_bytes text = {0};
	td_value *out = td_value_new_dict(s);
	int err_no = td__process_slurp(scratch, p, "environ", &text);
	if (err_no == ESRCH) { /* of what has no memory, as a kernel thread: newer kernels say so even while it lives */
		text = td_bytes_of("");
		err_no = td__process_check(s, p) ? 0 : -1;
	}
	if (err_no > 0) td__process_failed(s, p, err_no);
	if (err_no) return NULL;
	/* Two NULs end it: what is behind may be anything. */
	for (const char *at = text.data, *end = at + text.len; at < end && *at;) {
		const char *next = memchr(at, 0, (size_t)(end - at));
		if (!next) break;
		const char *equals = strchr(at, '=');
		if (equals && equals > at) {
			td_value_set(s, out, td_strndup(scratch, at, (size_t)(equals - at)), td_v(scratch, equals + 1));
		}
		at = next + 1;
	}
	return td_failed(s) ? NULL : out;
}

const char *(td_process_terminal)(td_scope *s, td_process *p) {
	td__stat st;
	struct stat device;
	char name[80];
	if (!td__process_enter(s, p) || !td__process_stat(s, p, &st)) return td_no_text;
	td__terminal_name(st.tty, name, sizeof name);
	/* Of another devpts, as in a container, there is no such file here. */
	bool here = *name && td__sys_stat(name, &device) == 0 && (int)device.st_rdev == st.tty;
	return td_strdup(s, here ? name : "");
}

/* The three numbers behind "Uid:" or "Gid:". */
static const td_puids *ids(td_scope *s, td_process *p, const char *key) {
	static const td_puids none = {-1, -1, -1};
	char text[4096];
	if (!td__process_enter(s, p) || !td__process_file(s, p, "status", text, sizeof text)) return &none;
	td_puids *out = td_alloc(s, sizeof *out);
	const char *at = td__line_after(text, key);
	if (!out) return &none;
	if (!at) {
		td_raise(s, TD_RuntimeError, "line '%s' not found in %s/%d/status", key, td__procfs(NULL), p->pid);
		return &none;
	}
	out->real = (int64_t)td__scan_u64(&at);
	out->effective = (int64_t)td__scan_u64(&at);
	out->saved = (int64_t)td__scan_u64(&at);
	return out;
}

const td_puids *(td_process_uids)(td_scope *s, td_process *p) {
	return ids(s, p, "Uid:");
}

const td_puids *(td_process_gids)(td_scope *s, td_process *p) {
	return ids(s, p, "Gid:");
}

/* --- descriptors --- */

td_strs td__process_names(td_scope *s, const td_process *p, const char *name) {
	static const char *const nothing[1] = {NULL};
	td_strs none = {nothing, 0};
	char path[64];
	int proc = td__proc_dir(s);
	if (proc < 0) return none;
	snprintf(path, sizeof path, "%d/%s", p->pid, name);
	int fd = td__sys_openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), err_no = errno;
	td__sys_close(proc);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		if (fd >= 0) td__sys_close(fd);
		td__process_failed(s, p, fd < 0 ? err_no : ENOMEM);
		return none;
	}
	void *names = NULL;
	size_t count = 0, capacity = 0;
	for (struct dirent *e; (e = readdir(dir));) {
		if (*e->d_name == '.') continue;
		if (!td__grow(s, &names, &capacity, count + 1, sizeof(const char *))) break;
		((const char **)names)[count++] = td_strdup(s, e->d_name);
	}
	closedir(dir);
	return td_failed(s) || !count ? none : (td_strs){names, count};
}

int(td_process_num_fds)(td_scope *s, td_process *p) {
	if (!td__process_enter(s, p)) return -1;
	TD_SCOPE(scratch, s);
	size_t count = td__process_names(scratch, p, "fd").len;
	return td_failed(scratch) ? -1 : (int)count;
}

static const char *mode_of(int64_t flags) {
	bool append = flags & O_APPEND;
	switch (flags & O_ACCMODE) {
	case O_RDONLY: return "r";
	case O_WRONLY: return append ? "a" : "w";
	default: return append ? "a+" : "r+";
	}
}

/* "pos:\t0\nflags:\t0100002\n…"; false when the descriptor has gone. */
static bool read_fdinfo(int proc, const td_process *p, const char *fd, td_popenfile *out) {
	char path[64], text[1024];
	snprintf(path, sizeof path, "fdinfo/%s", fd);
	if (td__pid_read(proc, p->pid, path, text, sizeof text) <= 0) return false;
	const char *position = td__line_after(text, "pos:"), *flags = td__line_after(text, "flags:");
	if (!position || !flags) return false;
	out->position = (int64_t)td__scan_u64(&position);
	out->flags = 0; /* written in octal */
	while (*flags == ' ' || *flags == '\t') flags++;
	for (; *flags >= '0' && *flags <= '7'; flags++) out->flags = out->flags * 8 + (*flags - '0');
	out->mode = mode_of(out->flags);
	return true;
}

/* 1: a regular file, filled in; 0: something else, or gone; -1: raised. */
static int open_file(td_scope *s, int proc, const td_process *p, const char *fd, td_popenfile *out) {
	char link[64], target[PATH_MAX];
	snprintf(link, sizeof link, "%d/fd/%s", p->pid, fd);
	ssize_t n = readlinkat(proc, link, target, sizeof target - 1);
	if (n < 0) {
		if (errno == ENOENT || errno == ESRCH || errno == EINVAL || errno == ENAMETOOLONG) return 0;
		td__process_failed(s, p, errno);
		return -1;
	}
	target[n] = 0;
	struct stat st;
	if (*target != '/') return 0;
	if (td__sys_stat(target, &st) < 0) {
		if (errno != EACCES && errno != EPERM) return 0;
		td__process_failed(s, p, errno);
		return -1;
	}
	if (!S_ISREG(st.st_mode) || !read_fdinfo(proc, p, fd, out)) return 0;
	const char *digits = fd;
	out->fd = (int)td__scan_u64(&digits);
	out->path = td_strdup(s, target);
	return td_failed(s) ? -1 : 1;
}

const td_popenfile_list *(td_process_open_files)(td_scope *s, td_process *p) {
	static const td_popenfile_list none;
	if (!td__process_enter(s, p)) return &none;
	TD_SCOPE(scratch, s);
	td_strs fds = td__process_names(scratch, p, "fd");
	td_popenfile_list *out = td_alloc(s, sizeof *out);
	td_popenfile *items = td_alloc_array(s, fds.len, sizeof *items);
	int proc = out && items && !td_failed(scratch) ? td__proc_dir(s) : -1;
	if (proc < 0) return &none;
	size_t count = 0;
	int got = 0;
	for (size_t i = 0; i < fds.len && got >= 0; i++) {
		got = open_file(s, proc, p, fds.items[i], &items[count]);
		if (got > 0) count++;
	}
	td__sys_close(proc);
	if (got < 0 || td_failed(s)) return &none;
	*out = (td_popenfile_list){items, count};
	return out;
}
