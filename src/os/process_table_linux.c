/* src/os/process_table_linux.c: all processes in one pass. The kernel's making of /proc text is nearly all of the cost, so
 * the one thing that helps is to read fewer files: `stat` each time, `io` if it is asked for; `cmdline`, `status` and
 * `cgroup` when a process is new. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <fcntl.h>
#include <tend/text.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000LL

/* What is known of a process from the table before. Its texts are memory of its own; in a cache of one table, the
 * table's. */
typedef struct known {
	int pid;
	uint64_t start, ticks;
	int64_t read_again; /* when the texts are due */
	int64_t uid;
	uint64_t read_bytes, write_bytes;
	bool has_io;
	int stat_file, io_file; /* kept open: the descriptor plus one; 0 is none */
	uint64_t kernel_name;   /* a hash: it may change */
	char *name, *cmdline, *user, *cgroup;
} known;

/* The names of users, so that a thousand processes of one ask the system's user data base once. */
typedef struct user {
	int64_t uid;
	char name[40];
} user;

struct td__process_cache {
	bool keeps; /* belongs to a reader; else it goes with the table */
	int dir;
	known *rows; /* by pid */
	size_t count, room;
	size_t open;       /* files that are kept open */
	uint64_t last_pid; /* what had been given out last when the ids were listed; 0 not known */
	bool settled;      /* and that had been so for a while by then: all that had begun was in the list */
	int64_t taken;     /* when */
	double boot;
	user users[16];
	size_t user_count;
	int64_t users_known;   /* since when */
	const char *last_user; /* of the row before, in the table that is being made: neighbours share it */
	bool effective_user;   /* what uid and user of the rows mean */
};

static void close_kept(struct td__process_cache *c, int *file) {
	if (*file <= 0) return;
	td__sys_close(*file - 1);
	*file = 0;
	c->open--;
}

static void forget(struct td__process_cache *c, known *k) {
	close_kept(c, &k->stat_file);
	close_kept(c, &k->io_file);
	if (c->keeps) {
		td__free(k->name);
		td__free(k->cmdline);
		td__free(k->user);
		td__free(k->cgroup);
	}
	*k = (known){0};
}

void td__process_cache_free(struct td__process_cache *c) {
	if (!c) return;
	for (size_t i = 0; i < c->count; i++) forget(c, &c->rows[i]);
	if (c->dir >= 0) td__sys_close(c->dir);
	td__free(c->rows);
	td__free(c);
}

static bool out_of_memory(td_scope *s) {
	td_raise(s, TD_MemoryError, "%s", "");
	return false;
}

/* The arguments as one line. */
static void join_arguments(char *data, size_t len) {
	if (len && (data[len - 1] == 0 || data[len - 1] == ' ')) len--;
	for (size_t i = 0; i < len; i++) {
		if (!data[i]) data[i] = ' ';
	}
	data[len] = 0;
}

static struct td__process_cache *cache_new(td_scope *s, td_psutil_reader *r) {
	struct td__process_cache *c = td__malloc(sizeof *c);
	if (!c) {
		out_of_memory(s);
		return NULL;
	}
	*c = (struct td__process_cache){.keeps = r, .dir = -1};
	c->dir = td__sys_open(td__procfs(r), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (c->dir < 0) {
		td__os_error(s, errno, td__procfs(r));
		td__free(c);
		return NULL;
	}
	return c;
}

typedef struct pass {
	td_scope *s, *scratch;
	const td_psutil_process_table_opts *o;
	struct td__process_cache *cache;
	int64_t now;
	double ticks, up; /* seconds since boot */
	uint64_t page;
} pass;

static double seconds_up(void) {
	struct timespec t;
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- what is read now and then --- */

/* Replaces one of a row's texts; a row keeps what it has when memory is out. */
static bool set_text(pass *t, char **place, const char *text) {
	size_t size = strlen(text) + 1;
	char *copy = t->cache->keeps ? td__realloc(*place, size) : td__alloc_raw(t->s, size);
	if (!copy) return t->cache->keeps ? out_of_memory(t->scratch) : false;
	memcpy(copy, text, size);
	*place = copy;
	return true;
}

static const char *user_name(pass *t, int64_t uid) {
	struct td__process_cache *c = t->cache;
	if (t->now - c->users_known > 60 * NS) {
		c->user_count = 0;
		c->users_known = t->now;
	}
	for (size_t i = 0; i < c->user_count; i++) {
		if (c->users[i].uid == uid) return c->users[i].name;
	}
	const char *name = td__user_name(t->scratch, uid);
	if (!td_failed(t->scratch) && strlen(name) < sizeof c->users->name && c->user_count < 16) {
		user *u = &c->users[c->user_count++];
		u->uid = uid;
		memcpy(u->name, name, strlen(name) + 1);
	}
	return name;
}

/* The command line; and the name, which it may know more of. */
static bool read_cmdline(pass *t, known *k, const td__stat *st, const char **name) {
	td_bytes content = {0};
	int err_no;
	bool cut = strlen(st->name) >= 15;
	if (t->o->no_cmdline && (!cut || st->kernel_thread)) return true;
	const char *line = "";
	if (!st->kernel_thread && td__pid_cmdline(t->scratch, t->cache->dir, k->pid, &content, &err_no) && content.len) {
		if (cut) {
			td_strs arguments = td__cmdline_split(t->scratch, content);
			if (arguments.len) *name = td__long_name(t->scratch, st->name, arguments.items[0]);
		}
		join_arguments((char *)(uintptr_t)content.data, content.len);
		line = content.data;
	}
	return !td_failed(t->scratch) && set_text(t, &k->cmdline, line);
}

/* The name as the table has it. */
static const char *shared_user(pass *t, const char *name) {
	struct td__process_cache *c = t->cache;
	if (!c->last_user || strcmp(c->last_user, name) != 0) c->last_user = td_strdup(t->s, name);
	return c->last_user;
}

/* The directory of a process belongs to the user whose rights it has; the real user stands in a file. */
static bool read_user(pass *t, known *k, bool kernel_thread) {
	char text[2048];
	k->uid = -1;
	if (t->o->effective_user) {
		k->uid = kernel_thread ? 0 : td__pid_owner(t->cache->dir, k->pid);
	} else if (td__pid_read(t->cache->dir, k->pid, "status", text, sizeof text) > 0) {
		k->uid = td__real_uid(text);
	}
	const char *name = user_name(t, k->uid);
	if (td_failed(t->scratch)) return false;
	if (t->cache->keeps) return set_text(t, &k->user, name);
	k->user = (char *)(uintptr_t)shared_user(t, name);
	return true;
}

static bool read_cgroup(pass *t, known *k) {
	char text[4096];
	const char *path = "";
	if (td__pid_read(t->cache->dir, k->pid, "cgroup", text, sizeof text) > 0) path = td__cgroup_path(t->scratch, text);
	return !td_failed(t->scratch) && set_text(t, &k->cgroup, path);
}

/* Reads what is not in stat. A process that has gone meanwhile keeps empty texts: the caller has its stat. */
static bool read_texts(pass *t, known *k, const td__stat *st) {
	const char *name = st->name;
	if (!read_cmdline(t, k, st, &name)) return false;
	if (!t->o->no_username && !read_user(t, k, st->kernel_thread)) return false;
	if (t->o->cgroup && !read_cgroup(t, k)) return false;
	/* A minute or so, so that not all are due at once; sooner for the young, which change user, name and group. */
	bool young = t->up - (double)k->start / t->ticks < 5;
	k->read_again = t->now + (young ? 1 : 45 + k->pid % 30) * NS;
	return set_text(t, &k->name, name);
}

/* --- what is read each time --- */

/* The same as td__pid_read of a file that may stay open: opening and closing it is more than half of its cost. A
 * descriptor belongs to its process for good: that another has the number by now is seen when reading fails. */
static ssize_t read_kept(pass *t, int *file, int pid, const char *name, char *text, size_t size) {
	struct td__process_cache *c = t->cache;
	if (*file > 0) {
		ssize_t n = td__sys_pread(*file - 1, text, size - 1, 0);
		if (n > 0) {
			text[n] = 0;
			return n;
		}
		close_kept(c, file);
	}
	if (c->open >= t->o->keep_open) return td__pid_read(c->dir, pid, name, text, size);
	int fd = td__pid_open(c->dir, pid, name);
	if (fd < 0) return td__pid_read(c->dir, pid, name, text, size);
	*file = fd + 1;
	c->open++;
	ssize_t n = td__sys_pread(fd, text, size - 1, 0);
	text[n > 0 ? n : 0] = 0;
	return n;
}

static uint64_t number_after(const char *text, const char *key) {
	const char *p = td__line_after(text, key);
	return p ? td__scan_u64(&p) : 0;
}

static void read_io(pass *t, known *k, td_process_row *row) {
	char text[512];
	row->has_io = read_kept(t, &k->io_file, k->pid, "io", text, sizeof text) > 0;
	if (row->has_io) {
		row->read_bytes = number_after(text, "read_bytes:");
		row->write_bytes = number_after(text, "write_bytes:");
		double seconds = (double)(t->now - t->cache->taken) / 1e9;
		if (k->has_io && seconds > 0) {
			if (row->read_bytes > k->read_bytes) row->read_rate = (double)(row->read_bytes - k->read_bytes) / seconds;
			if (row->write_bytes > k->write_bytes)
				row->write_rate = (double)(row->write_bytes - k->write_bytes) / seconds;
		}
		k->read_bytes = row->read_bytes;
		k->write_bytes = row->write_bytes;
	}
	k->has_io = row->has_io;
}

static const char *kept(pass *t, const char *text, bool wanted) {
	if (!wanted || !text || !*text) return "";
	return t->cache->keeps ? td_strdup(t->s, text) : text;
}

static const char *terminal(pass *t, int tty) {
	char name[80];
	return tty ? td_strdup(t->s, td__terminal_name(tty, name, sizeof name)) : "";
}

static bool fill_row(pass *t, known *k, const td__stat *st, uint64_t before, td_process_row *row) {
	uint64_t ticks = st->user + st->system;
	double seconds = (double)(t->now - t->cache->taken) / 1e9;
	double percent =
		t->cache->taken && seconds > 0 && ticks > before ? (double)(ticks - before) / t->ticks / seconds * 100 : 0;
	*row = (td_process_row){.pid = k->pid,
	                        .ppid = st->ppid,
	                        .name = kept(t, k->name, true),
	                        .cmdline = kept(t, k->cmdline, !t->o->no_cmdline),
	                        .username = t->o->no_username || !k->user ? "" : shared_user(t, k->user),
	                        .status = td__status_text(st->state),
	                        .create_time = (double)st->start / t->ticks + t->cache->boot,
	                        .cpu_user = (double)st->user / t->ticks,
	                        .cpu_system = (double)st->system / t->ticks,
	                        .cpu_percent = percent > 0 ? td__round1(percent) : 0,
	                        .rss = st->rss_pages * t->page,
	                        .vms = st->vms,
	                        .num_threads = st->threads,
	                        .nice = st->nice,
	                        .state = st->state,
	                        .kernel_thread = st->kernel_thread,
	                        .uid = t->o->no_username ? -1 : k->uid,
	                        .terminal = terminal(t, st->tty),
	                        .pgrp = st->pgrp,
	                        .session = st->session,
	                        .foreground = st->foreground,
	                        .priority = st->priority,
	                        .rt_priority = st->rt_priority,
	                        .policy = st->policy,
	                        .cpu_num = st->cpu,
	                        .minor_faults = st->minor_faults,
	                        .major_faults = st->major_faults,
	                        .start = st->start,
	                        .cgroup = kept(t, k->cgroup, t->o->cgroup)};
	if (t->o->io) read_io(t, k, row);
	return !td_failed(t->s);
}

static uint64_t hash_of(const char *text) { /* FNV-1a */
	uint64_t h = 0xcbf29ce484222325;
	while (*text) h = (h ^ (unsigned char)*text++) * 0x100000001b3;
	return h;
}

/* One process: brings *k, which is empty or knows an earlier time, up to date. 0: it has gone. -1: raised. */
static int take_one(pass *t, known *k, int pid, td_process_row *row) {
	char text[2048];
	td__stat st;
	if (read_kept(t, &k->stat_file, pid, "stat", text, sizeof text) <= 0 || !td__stat_parse(text, &st)) return 0;
	bool same = k->pid == pid && k->start == st.start;
	if (!same) {
		int file = k->stat_file; /* just read: it is the new one's */
		k->stat_file = 0;
		forget(t->cache, k);
		k->stat_file = file;
		k->pid = pid;
		k->start = st.start;
	}
	uint64_t before = same ? k->ticks : st.user + st.system;
	uint64_t name = hash_of(st.name);
	bool texts = !same || k->read_again <= t->now || k->kernel_name != name || (!t->o->no_cmdline && !k->cmdline) ||
	             (!t->o->no_username && !k->user) || (t->o->cgroup && !k->cgroup);
	k->kernel_name = name;
	if (texts && !read_texts(t, k, &st)) return -1;
	k->ticks = st.user + st.system;
	return fill_row(t, k, &st, before, row) ? 1 : -1;
}

static bool make_room(struct td__process_cache *c, size_t need) {
	if (need <= c->room) return true;
	size_t room = need + need / 8;
	known *rows = td__realloc(c->rows, room * sizeof *rows);
	if (!rows) return false;
	c->rows = rows;
	c->room = room;
	return true;
}

/* Row at, for that process: with what is known of it, or empty. Rows before at are done, rows from *old on are still to
 * come; what lies between is free. NULL: no memory. */
static known *row_for(struct td__process_cache *c, size_t at, size_t *old, int pid) {
	while (*old < c->count && c->rows[*old].pid < pid) forget(c, &c->rows[(*old)++]);
	if (*old < c->count && c->rows[*old].pid == pid) {
		known k = c->rows[*old];
		c->rows[(*old)++] = (known){0};
		c->rows[at] = k;
		return &c->rows[at];
	}
	if (at == *old) { /* the new are the last as a rule, so that there is little to move */
		if (!make_room(c, c->count + 1)) return NULL;
		memmove(&c->rows[at + 1], &c->rows[at], (c->count - at) * sizeof *c->rows);
		c->count++;
		++*old;
	}
	c->rows[at] = (known){0};
	return &c->rows[at];
}

/* Walks the ids and what is known of them side by side; both are in ascending order. */
static bool take_all(pass *t, td_pids pids, td_process_table *out) {
	struct td__process_cache *c = t->cache;
	td_process_row *rows = td_alloc_array(t->s, pids.len, sizeof *rows);
	if (!rows) return false;
	/* A cache that goes with its table has one row for all, whose memory is used again. */
	if (!make_room(c, c->keeps ? pids.len : 1)) return out_of_memory(t->s);
	size_t count = 0, old = 0;
	bool ok = true;
	for (size_t i = 0; i < pids.len && ok; i++) {
		known *k = row_for(c, c->keeps ? count : 0, &old, pids.items[i]);
		if (!k) {
			ok = out_of_memory(t->s);
			break;
		}
		TD_SCOPE(one, t->scratch);
		pass turn = *t;
		turn.scratch = one;
		int got = take_one(&turn, k, pids.items[i], &rows[count]);
		if (got > 0) count++;
		if (got <= 0 || !c->keeps) forget(c, k);
		ok = got >= 0;
	}
	for (; old < c->count; old++) forget(c, &c->rows[old]);
	c->count = c->keeps ? count : 0;
	*out = (td_process_table){rows, count};
	return ok;
}

/* The number that was given out last; 0 when it cannot be told. */
static uint64_t last_pid(td_scope *scratch, td_psutil_reader *r) {
	td_bytes text;
	TD_SCOPE(attempt, scratch);
	bool readable = td__proc_read(attempt, r, "loadavg", &text);
	if (td_catch(attempt, TD_OSError) || !readable) return 0;
	const char *last = strrchr(text.data, ' ');
	return last ? td__scan_u64(&last) : 0;
}

/* The ids. Listing a directory of a thousand is dear, and needless where no number was given out since: those that have
 * gone are seen when they are read. A number is given out a moment before its process can be seen, so one list more is
 * made after it has stayed the same. */
static bool list_ids(td_scope *scratch, td_psutil_reader *r, bool keep, td_pids *out) {
	struct td__process_cache *c = r ? r->processes : NULL;
	uint64_t last = keep && c ? last_pid(scratch, r) : 0;
	bool same = last && last == c->last_pid;
	if (same && c->settled) {
		int *ids = td_alloc_array(scratch, c->count, sizeof *ids);
		for (size_t i = 0; ids && i < c->count; i++) ids[i] = c->rows[i].pid;
		*out = (td_pids){ids, c->count};
		return ids != NULL;
	}
	if (c) {
		c->settled = same;
		c->last_pid = last;
	}
	return td__pids(scratch, td__procfs(r), out);
}

static void free_cache(td_scope *c, void *cache) {
	(void)c;
	td__process_cache_free(cache);
}

const td_process_table *(td_psutil_process_table)(td_scope *s, const td_psutil_process_table_opts *opts) {
	static const td_process_table none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_process_table_opts o;
	td__opts_copy(&o, sizeof o, opts);
	struct td__process_cache *c = o.reader ? o.reader->processes : NULL;
	if (!c) {
		c = cache_new(s, o.reader);
		if (!c) return &none;
		if (o.reader) {
			o.reader->processes = c;
		} else if (!td_defer(scratch, free_cache, c)) {
			td__process_cache_free(c);
			return &none;
		}
	}
	td_pids pids;
	td_process_table *out = td_alloc(s, sizeof *out);
	if (!out || !list_ids(scratch, o.reader, o.keep_open > 0, &pids)) return &none;
	/* Anew each time: it moves with the clock, as psutil's own does. */
	c->last_user = NULL;
	c->boot = td_psutil_boot_time(scratch, .reader = o.reader);
	if (c->effective_user != o.effective_user) { /* users of the other kind are not asked for */
		for (size_t i = 0; i < c->count; i++) {
			td__free(c->rows[i].user);
			c->rows[i].user = NULL;
		}
		c->effective_user = o.effective_user;
	}
	pass t = {.s = s,
	          .scratch = scratch,
	          .o = &o,
	          .cache = c,
	          .now = td__now(),
	          .ticks = td__clock_ticks(),
	          .up = seconds_up(),
	          .page = (uint64_t)sysconf(_SC_PAGESIZE)};
	if (td_failed(scratch) || !take_all(&t, pids, out)) return &none;
	c->taken = t.now;
	return out;
}

const td_pids *(td_psutil_pids)(td_scope *s, const td_psutil_opts *opts) {
	static const td_pids none;
	if (!td__enter_opts(s, opts)) return &none;
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_pids *out = td_alloc(s, sizeof *out);
	return out && td__pids(s, td__procfs(o.reader), out) ? out : &none;
}
