/* src/os/psutil_sockets_linux.c: the sockets of /proc/net, and whose descriptors lead to them. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <tend/text.h>
#include <unistd.h>

/* --- whose socket it is --- */

typedef struct owner {
	uint64_t inode;
	int pid, fd;
} owner;

typedef struct owners {
	owner *items; /* by inode; of one inode in the order in which they were found */
	size_t count, capacity;
} owners;

uint64_t td__socket_inode(const char *target) {
	static const char prefix[] = "socket:[";
	if (strncmp(target, prefix, sizeof prefix - 1) != 0) return 0;
	const char *p = target + sizeof prefix - 1;
	return td__scan_u64(&p);
}

/* The sockets among the descriptors of one process. 0, an errno, or -1: raised. */
static int add_owner(td_scope *scratch, int proc, int pid, owners *all) {
	char path[48], target[64];
	snprintf(path, sizeof path, "%d/fd", pid);
	int fd = td__sys_openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd < 0) return errno;
	DIR *dir = fdopendir(fd);
	if (!dir) {
		td__sys_close(fd);
		return ENOMEM;
	}
	int failed = 0;
	for (struct dirent *e; !failed && (e = readdir(dir));) {
		if (*e->d_name == '.') continue;
		ssize_t n = readlinkat(fd, e->d_name, target, sizeof target - 1);
		if (n < 0) {
			if (errno == EACCES || errno == EPERM) failed = errno;
			continue;
		}
		target[n] = 0;
		uint64_t inode = td__socket_inode(target);
		if (!inode) continue;
		void *items = all->items;
		if (!td__grow(scratch, &items, &all->capacity, all->count + 1, sizeof *all->items)) {
			failed = -1;
			break;
		}
		all->items = items;
		const char *digits = e->d_name;
		all->items[all->count++] = (owner){inode, pid, (int)td__scan_u64(&digits)};
	}
	closedir(dir);
	return failed;
}

static int by_inode(const void *a, const void *b) {
	const owner *x = a, *y = b;
	if (x->inode != y->inode) return x->inode < y->inode ? -1 : 1;
	if (x->pid != y->pid) return x->pid < y->pid ? -1 : 1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

static bool all_owners(td_scope *scratch, const char *procfs, owners *all) {
	td_pids pids;
	if (!td__pids(scratch, procfs, &pids)) return false;
	int proc = td__sys_open(procfs, O_PATH | O_DIRECTORY | O_CLOEXEC, 0), failed = 0;
	if (proc < 0) return td__os_error(scratch, errno, procfs);
	for (size_t i = 0; i < pids.len && failed >= 0; i++) {
		failed = add_owner(scratch, proc, pids.items[i], all); /* another user's, or gone: nobody's, then */
	}
	td__sys_close(proc);
	if (failed < 0) return false;
	if (all->count) qsort(all->items, all->count, sizeof *all->items, by_inode);
	return true;
}

/* The owners of a socket: those that psutil names, all descriptors of the last process that has it, or every one. */
static size_t find_owners(const owners *all, uint64_t inode, bool every, const owner **first) {
	size_t low = 0, high = all->count;
	while (low < high) { /* to behind the last of that inode */
		size_t middle = low + (high - low) / 2;
		if (all->items[middle].inode <= inode)
			low = middle + 1;
		else
			high = middle;
	}
	size_t end = low;
	while (low && all->items[low - 1].inode == inode && (every || all->items[low - 1].pid == all->items[end - 1].pid))
		low--;
	*first = low < end ? &all->items[low] : NULL;
	return end - low;
}

/* --- the tables --- */

typedef struct table {
	const char *file;
	int family, type;
	const char *kinds; /* every kind it is part of, between blanks */
} table;

static const table tables[] = {
	{"tcp", AF_INET, SOCK_STREAM, " all tcp tcp4 inet inet4 "},
	{"tcp6", AF_INET6, SOCK_STREAM, " all tcp tcp6 inet inet6 "},
	{"udp", AF_INET, SOCK_DGRAM, " all udp udp4 inet inet4 "},
	{"udp6", AF_INET6, SOCK_DGRAM, " all udp udp6 inet inet6 "},
	{"unix", AF_UNIX, 0, " all unix "},
};

typedef struct sockets {
	td_scope *s;
	const char *procfs;
	const owners *all;
	int only_pid; /* 0: everybody's */
	bool every;   /* and of each of them */
	td_sconn *items;
	size_t count, capacity;
} sockets;

static bool add_socket(sockets *t, td_sconn c) {
	void *items = t->items;
	if (!td__grow(t->s, &items, &t->capacity, t->count + 1, sizeof *t->items)) return false;
	t->items = items;
	t->items[t->count++] = c;
	return true;
}

static unsigned hex_digit(char c) {
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

/* "0100007F:1F90": words in the machine's own order of bytes, as the kernel has them. "" and 0 where there is no port. */
static bool read_address(td_scope *s, td_bytes text, int family, const char **address, int *port) {
	size_t digits = family == AF_INET ? 8 : 32;
	uint32_t words[4] = {0};
	char shown[INET6_ADDRSTRLEN];
	unsigned number = 0;
	*address = "";
	*port = 0;
	if (text.len != digits + 5 || text.data[digits] != ':') return false;
	for (size_t i = 0; i < digits + 5; i++) {
		if (i == digits) continue;
		unsigned d = hex_digit(text.data[i]);
		if (d > 15) return false;
		if (i < digits)
			words[i / 8] = words[i / 8] << 4 | d;
		else
			number = number << 4 | d;
	}
	if (!number) return true;
	inet_ntop(family, words, shown, sizeof shown);
	*address = td_strdup(s, shown);
	*port = (int)number;
	return true;
}

static const char *tcp_status(td_bytes text) {
	static const char *const names[] = {"NONE",      "ESTABLISHED", "SYN_SENT",   "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
	                                    "TIME_WAIT", "CLOSE",       "CLOSE_WAIT", "LAST_ACK", "LISTEN",    "CLOSING"};
	unsigned n = text.len == 2 ? hex_digit(text.data[0]) * 16 + hex_digit(text.data[1]) : 0;
	if (n == 12) return "SYN_RECV"; /* NEW_SYN_RECV, which the kernel does not show so far */
	return n < sizeof names / sizeof *names ? names[n] : names[0];
}

/* number is the line's below the title; 0: not told. */
static bool malformed(sockets *t, const char *file, size_t number, const char *line) {
	TD_SCOPE(scratch, t->s);
	const char *where = number ? td_format(scratch, "%zu ", number) : "";
	size_t len = strcspn(line, "\n");
	td_raise(t->s, TD_RuntimeError, "error while parsing %s/net/%s; malformed line %s%s", t->procfs, file, where,
	         td_str_repr(scratch, td_strndup(scratch, line, len + (line[len] == '\n'))));
	return false;
}

/* "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 12345 …" */
static bool read_inet(sockets *t, const table *from, size_t number, const char *line) {
	td_bytes word[10];
	const char *p = line;
	for (int i = 0; i < 10; i++) word[i] = td__scan_word(&p);
	if (!word[9].len) return malformed(t, from->file, number, line);
	const char *digits = word[9].data;
	const owner *first;
	size_t known = find_owners(t->all, td__scan_u64(&digits), t->every, &first);
	td_sconn c = {.fd = known ? first->fd : -1,
	              .family = from->family,
	              .type = from->type,
	              .status = from->type == SOCK_STREAM ? tcp_status(word[3]) : "NONE",
	              .pid = known ? first->pid : -1};
	if (t->only_pid && c.pid != t->only_pid) return true;
	if (!read_address(t->s, word[1], c.family, &c.laddr, &c.lport) ||
	    !read_address(t->s, word[2], c.family, &c.raddr, &c.rport)) {
		return malformed(t, from->file, number, line);
	}
	if (!add_socket(t, c)) return false;
	for (size_t i = 1; t->every && i < known; i++) {
		if (first[i].pid == first[i - 1].pid) continue;
		c.pid = first[i].pid;
		c.fd = first[i].fd;
		if (!add_socket(t, c)) return false;
	}
	return true;
}

/* "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/x.sock": the path may hold anything but a newline. */
static bool read_unix(sockets *t, const char *line) {
	td_bytes word[7];
	const char *p = line, *end = line + strcspn(line, "\n");
	for (int i = 0; i < 7; i++) word[i] = td__scan_word(&p);
	if (!word[6].len || word[6].data >= end) {
		/* What is left of a path with a newline in it. */
		return memchr(line, ' ', (size_t)(end - line)) ? malformed(t, "unix", 0, line) : true;
	}
	const char *type = word[4].data, *digits = word[6].data;
	const owner *first;
	owner nobody = {.pid = -1, .fd = -1};
	size_t count = find_owners(t->all, td__scan_u64(&digits), t->every, &first);
	if (!count) {
		first = &nobody;
		count = 1;
	}
	while (p < end && *p == ' ') p++;
	const char *path = p < end ? td_strndup(t->s, p, (size_t)(end - p)) : "";
	for (size_t i = 0; i < count; i++) {
		if (t->only_pid && first[i].pid != t->only_pid) continue;
		td_sconn c = {.fd = first[i].fd,
		              .family = AF_UNIX,
		              .type = (int)td__scan_u64(&(const char *){type}),
		              .laddr = path,
		              .raddr = "",
		              .status = "NONE",
		              .pid = first[i].pid};
		if (!add_socket(t, c)) return false;
	}
	return true;
}

static bool read_table(sockets *t, td_psutil_reader *r, const table *from) {
	TD_SCOPE(scratch, t->s);
	td_bytes text;
	if (!td__proc_read(scratch, r, td_format(scratch, "net/%s", from->file), &text)) {
		/* Without IPv6 there are no such files. */
		return from->family == AF_INET6 && td_catch(scratch, TD_FileNotFoundError);
	}
	const char *line = td__next_line(text.data);
	for (size_t number = 1; line && *line; line = td__next_line(line), number++) {
		if (!(from->family == AF_UNIX ? read_unix(t, line) : read_inet(t, from, number, line))) return false;
	}
	return true;
}

static bool is_kind(td_scope *s, const char *kind) {
	TD_SCOPE(scratch, s);
	const char *between = td_format(scratch, " %s ", kind);
	bool known = false;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) known |= strstr(tables[i].kinds, between) != NULL;
	if (known && *kind && !strchr(kind, ' ')) return true;
	td_raise(s, TD_ValueError,
	         "invalid %s kind argument; choose between 'all', 'tcp', 'tcp4', 'tcp6', 'udp', 'udp4', 'udp6', 'unix', "
	         "'inet', 'inet4', 'inet6'",
	         td_str_repr(scratch, kind));
	return false;
}

static const td_sconn_list *read_tables(td_scope *s, td_psutil_reader *r, const char *kind, const owners *all, int pid,
                                        bool every) {
	static const td_sconn_list none;
	TD_SCOPE(scratch, s);
	const char *between = td_format(scratch, " %s ", kind);
	sockets t = {.s = s, .procfs = td__procfs(r), .all = all, .only_pid = pid, .every = every};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (strstr(tables[i].kinds, between) && !read_table(&t, r, &tables[i])) return &none;
	}
	td_sconn_list *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	*out = (td_sconn_list){t.items, t.count};
	return out;
}

const td_sconn_list *(td_psutil_net_connections)(td_scope *s, const td_psutil_net_connections_opts *opts) {
	static const td_sconn_list none;
	if (!td__enter_opts(s, opts)) return &none;
	td_psutil_net_connections_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *kind = o.kind ? o.kind : "inet";
	TD_SCOPE(scratch, s);
	owners all = {0};
	if (!is_kind(s, kind) || !all_owners(scratch, td__procfs(o.reader), &all)) return &none;
	return read_tables(s, o.reader, kind, &all, 0, o.every_owner);
}

const td_sconn_list *(td_process_net_connections)(td_scope *s, td_process *p,
                                                  const td_process_net_connections_opts *opts) {
	static const td_sconn_list none;
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "process", p)) return &none;
	td_process_net_connections_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *kind = o.kind ? o.kind : "inet";
	TD_SCOPE(scratch, s);
	owners all = {0};
	int proc = is_kind(s, kind) ? td__proc_dir(s) : -1;
	if (proc < 0) return &none;
	int failed = add_owner(scratch, proc, p->pid, &all);
	td__sys_close(proc);
	if (failed > 0) td__process_failed(s, p, failed);
	if (failed) return &none;
	if (!all.count) {
		td__process_check(s, p);
		return &none;
	}
	qsort(all.items, all.count, sizeof *all.items, by_inode);
	return read_tables(s, NULL, kind, &all, p->pid, false);
}
