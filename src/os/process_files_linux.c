/* src/os/process_files_linux.c: the files of /proc/PID and what stands in them. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <dirent.h>
#include <fcntl.h>
#include <tend/text.h>
#include <unistd.h>

bool td__stat_parse(const char *text, td__stat *out) {
	/* The name may hold blanks and brackets: it ends at the last one. */
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	if (!open || !close || close < open || !close[1] || !close[2]) return false;
	size_t len = (size_t)(close - open) - 1;
	if (len >= sizeof out->name) len = sizeof out->name - 1;
	memcpy(out->name, open + 1, len);
	out->name[len] = 0;
	out->state = close[2];
	uint64_t field[43]; /* numbered from 1 as in proc(5); state is 3 */
	const char *p = close + 3;
	for (int i = 4; i <= 42; i++) { /* by hand: called 400 times for a list, this is the most that it does itself */
		while (*p == ' ') p++;
		bool minus = *p == '-';
		if (minus) p++;
		uint64_t value = 0;
		for (; *p >= '0' && *p <= '9'; p++) value = value * 10 + (uint64_t)(*p - '0');
		field[i] = minus ? -value : value;
	}
	out->ppid = (int)field[4];
	out->pgrp = (int)field[5];
	out->session = (int)field[6];
	out->tty = (int)field[7];
	out->foreground = (int)field[8];
	out->kernel_thread = field[9] & 0x200000; /* PF_KTHREAD */
	out->minor_faults = field[10];
	out->major_faults = field[12];
	out->user = field[14];
	out->system = field[15];
	out->children_user = field[16];
	out->children_system = field[17];
	out->priority = (int)field[18];
	out->nice = (int)field[19];
	out->threads = (int)field[20];
	out->start = field[22];
	out->vms = field[23];
	out->rss_pages = field[24];
	out->cpu = (int)field[39];
	out->rt_priority = (int)field[40];
	out->policy = (int)field[41];
	out->iowait = field[42];
	return true;
}

const char *td__status_text(char state) {
	switch (state) {
	case 'R': return "running";
	case 'S': return "sleeping";
	case 'D': return "disk-sleep";
	case 'T': return "stopped";
	case 't': return "tracing-stop";
	case 'Z': return "zombie";
	case 'X':
	case 'x': return "dead";
	case 'K': return "wake-kill";
	case 'W': return "waking";
	case 'I': return "idle";
	case 'P': return "parked";
	default: return "?";
	}
}

/* "123"; returns its end. snprintf would cost a tenth of the whole. */
static char *put_pid(char *out, int pid) {
	char digits[12];
	int n = 0;
	unsigned u = (unsigned)pid;
	do {
		digits[n++] = (char)('0' + u % 10);
	} while (u /= 10);
	while (n) *out++ = digits[--n];
	*out = 0;
	return out;
}

static void path_of(char *out, int pid, const char *file) {
	out = put_pid(out, pid);
	*out++ = '/';
	memcpy(out, file, strlen(file) + 1);
}

int64_t td__pid_owner(int proc_dir, int pid) {
	char name[16];
	struct stat st;
	put_pid(name, pid);
	return td__sys_fstatat(proc_dir, name, &st, 0) == 0 ? (int64_t)st.st_uid : -1;
}

int td__pid_open(int proc_dir, int pid, const char *file) {
	char path[64];
	path_of(path, pid, file);
	return td__sys_openat(proc_dir, path, O_RDONLY | O_CLOEXEC, 0);
}

ssize_t td__pid_read(int proc_dir, int pid, const char *file, char *buffer, size_t size) {
	char path[64];
	path_of(path, pid, file);
	int fd = td__sys_openat(proc_dir, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) return -1;
	size_t len = 0;
	int err_no = 0;
	while (len < size - 1 &&
	       !(len && buffer[len - 1] == '\n')) { /* made in one piece: no read of its own for the end */
		ssize_t n = td__sys_read(fd, buffer + len, size - 1 - len);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) err_no = errno;
		if (n <= 0) break;
		len += (size_t)n;
	}
	td__sys_close(fd);
	buffer[len] = 0;
	errno = err_no;
	return err_no ? -1 : (ssize_t)len;
}

bool td__pid_cmdline(td_scope *s, int proc_dir, int pid, td_bytes *out, int *err_no) {
	char path[64];
	*err_no = 0;
	path_of(path, pid, "cmdline");
	int fd = td__sys_openat(proc_dir, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		*err_no = errno;
		return false;
	}
	size_t capacity = 2048, len = 0;
	void *data = td__alloc_raw(s, capacity);
	while (data) {
		ssize_t n = td__sys_read(fd, (char *)data + len, capacity - len - 1);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) *err_no = errno;
		if (n <= 0) break;
		len += (size_t)n;
		if (len < capacity - 1 && !((char *)data)[len - 1]) break; /* its end needs no read of its own */
		if (capacity - len < 512 && !td__grow(s, &data, &capacity, capacity * 2, 1)) data = NULL;
	}
	td__sys_close(fd);
	if (!data || *err_no) return false;
	((char *)data)[len] = 0;
	*out = (td_bytes){data, len};
	return true;
}

td_strs td__cmdline_split(td_scope *s, td_bytes content) {
	static const char *const nothing[1] = {NULL};
	td_strs none = {nothing, 0};
	if (!content.len) return none;
	/* Who rewrites his own command line often leaves blanks where NULs were. */
	char sep = content.data[content.len - 1] ? ' ' : 0;
	if (content.data[content.len - 1] == sep) content.len--;
	if (!sep && !memchr(content.data, 0, content.len) && memchr(content.data, ' ', content.len)) sep = ' ';
	size_t count = 1;
	for (size_t i = 0; i < content.len; i++) count += content.data[i] == sep;
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!items) return none;
	const char *p = content.data, *end = content.data + content.len;
	for (size_t i = 0; i < count; i++) {
		const char *next = memchr(p, sep, (size_t)(end - p));
		if (!next) next = end;
		items[i] = td_strndup(s, p, (size_t)(next - p));
		p = next + 1;
	}
	return td_failed(s) ? none : (td_strs){items, count};
}

const char *td__long_name(td_scope *s, const char *name, const char *first_argument) {
	const char *slash = strrchr(first_argument, '/');
	const char *base = slash ? slash + 1 : first_argument;
	return td_strdup(s, td_str_len(name) >= 15 && td_str_startswith(base, name) ? base : name);
}

int64_t td__real_uid(const char *status) {
	const char *p = td__line_after(status, "Uid:");
	return p ? (int64_t)td__scan_u64(&p) : -1;
}

const char *td__terminal_name(int tty, char *buffer, size_t size) {
	unsigned number = (unsigned)tty, major = number >> 8 & 0xfff, minor = (number & 0xff) | (number >> 12 & 0xfff00);
	*buffer = 0;
	if (!tty) return buffer;
	if (major >= 136 && major <= 143) {
		snprintf(buffer, size, "/dev/pts/%u", (major - 136) * 256 + minor);
	} else if (major == 4) {
		snprintf(buffer, size, minor < 64 ? "/dev/tty%u" : "/dev/ttyS%u", minor < 64 ? minor : minor - 64);
	} else {
		char link[64], target[512];
		snprintf(link, sizeof link, "/sys/dev/char/%u:%u", major, minor);
		ssize_t n = td__sys_readlink(link, target, sizeof target - 1);
		if (n <= 0) return buffer;
		target[n] = 0;
		const char *slash = strrchr(target, '/');
		snprintf(buffer, size, "/dev/%s", slash ? slash + 1 : target);
	}
	return buffer;
}

const char *td__cgroup_path(td_scope *s, const char *text) {
	const char *best = "/";
	for (const char *line = text; line && *line; line = td__next_line(line)) {
		const char *first = strchr(line, ':'), *second = first ? strchr(first + 1, ':') : NULL;
		if (!second) continue;
		bool root = second[1] == '/' && (second[2] == '\n' || !second[2]);
		if (root) continue;
		if (best[1] == 0 || (line[0] == '0' && line[1] == ':')) best = second + 1;
	}
	return td_strndup(s, best, strcspn(best, "\n"));
}

static int by_number(const void *a, const void *b) {
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

bool td__pids(td_scope *s, const char *procfs, td_pids *out) {
	DIR *dir = opendir(procfs);
	if (!dir) return td__os_error(s, errno, procfs);
	void *pids = NULL;
	size_t count = 0, capacity = 0;
	bool sorted = true;
	for (struct dirent *e; (e = readdir(dir));) {
		if (e->d_name[0] < '0' || e->d_name[0] > '9') continue;
		const char *p = e->d_name;
		uint64_t pid = td__scan_u64(&p);
		if (*p || pid > INT32_MAX) continue;
		if (!td__grow(s, &pids, &capacity, count + 1, sizeof(int))) break;
		int *items = pids;
		if (count && items[count - 1] > (int)pid) sorted = false;
		items[count++] = (int)pid;
	}
	closedir(dir);
	if (td_failed(s)) return false;
	if (!sorted) qsort(pids, count, sizeof(int), by_number); /* the kernel gives them in order; recorded trees do not */
	*out = (td_pids){pids, count};
	return true;
}
