/* src/os/process_table_linux.c: all processes in one pass. The kernel's making of /proc text is nearly all of the cost, so
 * the one thing that helps is to read fewer files: `stat` each time, `cmdline` and `status` when a process is new. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <fcntl.h>
#include <tend/text.h>
#include <unistd.h>

#define NS 1000000000LL

/* What is known of a process from the table before. Its texts are memory of its own. */
typedef struct known {
	int pid;
	uint64_t start, ticks;
	int64_t read_again; /* when the texts are due */
	char kernel_name[72];
	char *name, *cmdline, *user;
} known;

struct td__process_cache {
	int dir;
	known *rows; /* by pid */
	size_t count, capacity;
	int64_t taken; /* when */
	double boot;
};

static void forget(known *k) {
	td__free(k->name);
	td__free(k->cmdline);
	td__free(k->user);
	*k = (known){0};
}

void td__process_cache_free(struct td__process_cache *c) {
	if (!c) return;
	for (size_t i = 0; i < c->count; i++) forget(&c->rows[i]);
	if (c->dir >= 0) td__sys_close(c->dir);
	td__free(c->rows);
	td__free(c);
}

static bool out_of_memory(td_scope *s) {
	td_raise(s, TD_MemoryError, "%s", "");
	return false;
}

/* Replaces one of a row's texts; a row keeps what it has when memory is out. */
static bool set_text(td_scope *s, char **place, const char *text) {
	size_t size = strlen(text) + 1;
	char *copy = td__realloc(*place, size);
	if (!copy) return out_of_memory(s);
	memcpy(copy, text, size);
	*place = copy;
	return true;
}

/* The arguments as one line. */
static void join_arguments(char *data, size_t len) {
	if (len && (data[len - 1] == 0 || data[len - 1] == ' ')) len--;
	for (size_t i = 0; i < len; i++) {
		if (!data[i]) data[i] = ' ';
	}
	data[len] = 0;
}

/* Reads what is not in stat. A process that has gone meanwhile keeps empty texts: the caller has its stat. */
static bool read_texts(td_scope *scratch, int dir, known *k, const td_psutil_process_table_opts *o, int64_t now) {
	const char *name = k->kernel_name;
	if (!o->no_cmdline) {
		td_bytes content;
		int err_no;
		const char *line = "";
		if (td__pid_cmdline(scratch, dir, k->pid, &content, &err_no) && content.len) {
			td_strs arguments = td__cmdline_split(scratch, content);
			if (arguments.len) name = td__long_name(scratch, name, arguments.items[0]);
			join_arguments((char *)(uintptr_t)content.data, content.len);
			line = content.data;
		}
		if (td_failed(scratch) || !set_text(scratch, &k->cmdline, line)) return false;
	}
	if (!o->no_username) {
		char status[2048];
		const char *user = "";
		if (td__pid_read(dir, k->pid, "status", status, sizeof status) > 0) {
			user = td__user_name(scratch, td__real_uid(status));
		}
		if (td_failed(scratch) || !set_text(scratch, &k->user, user)) return false;
	}
	/* A minute or so, so that not all are due at once. */
	k->read_again = now + (45 + k->pid % 30) * NS;
	return set_text(scratch, &k->name, name);
}

static struct td__process_cache *cache_new(td_scope *s, td_psutil_reader *r) {
	struct td__process_cache *c = td__malloc(sizeof *c);
	if (!c) {
		out_of_memory(s);
		return NULL;
	}
	*c = (struct td__process_cache){.dir = -1};
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
	double ticks;
	uint64_t page;
} pass;

static bool fill_row(pass *t, const known *k, const td__stat *st, uint64_t before, td_process_row *row) {
	uint64_t ticks = st->user + st->system;
	double seconds = (double)(t->now - t->cache->taken) / 1e9;
	double percent =
		t->cache->taken && seconds > 0 && ticks > before ? (double)(ticks - before) / t->ticks / seconds * 100 : 0;
	*row = (td_process_row){.pid = k->pid,
	                        .ppid = st->ppid,
	                        .name = td_strdup(t->s, k->name),
	                        .cmdline = k->cmdline && !t->o->no_cmdline ? td_strdup(t->s, k->cmdline) : "",
	                        .username = k->user && !t->o->no_username ? td_strdup(t->s, k->user) : "",
	                        .status = td__status_text(st->state),
	                        .create_time = (double)st->start / t->ticks + t->cache->boot,
	                        .cpu_user = (double)st->user / t->ticks,
	                        .cpu_system = (double)st->system / t->ticks,
	                        .cpu_percent = td__round1(percent),
	                        .rss = st->rss_pages * t->page,
	                        .vms = st->vms,
	                        .num_threads = st->threads,
	                        .nice = st->nice};
	return !td_failed(t->s);
}

/* One process: brings *k, which is empty or knows an earlier time, up to date. 0: it has gone. -1: raised. */
static int take_one(pass *t, known *k, int pid, td_process_row *row) {
	char text[2048];
	td__stat st;
	if (td__pid_read(t->cache->dir, pid, "stat", text, sizeof text) <= 0 || !td__stat_parse(text, &st)) return 0;
	bool same = k->pid == pid && k->start == st.start;
	if (!same) {
		forget(k);
		k->pid = pid;
		k->start = st.start;
	}
	uint64_t before = same ? k->ticks : st.user + st.system;
	bool texts = !same || k->read_again <= t->now || strcmp(k->kernel_name, st.name) != 0 ||
	             (!t->o->no_cmdline && !k->cmdline) || (!t->o->no_username && !k->user);
	memcpy(k->kernel_name, st.name, sizeof k->kernel_name);
	if (texts && !read_texts(t->scratch, t->cache->dir, k, t->o, t->now)) return -1;
	k->ticks = st.user + st.system;
	return fill_row(t, k, &st, before, row) ? 1 : -1;
}

/* Walks the ids and what is known of them side by side; both are in ascending order. */
static bool take_all(pass *t, td_pids pids, td_process_table *out) {
	struct td__process_cache *c = t->cache;
	td_process_row *rows = td_alloc_array(t->s, pids.len, sizeof *rows);
	known *fresh = td__malloc((pids.len + 1) * sizeof *fresh);
	if (!rows || !fresh) {
		td__free(fresh);
		return rows ? out_of_memory(t->s) : false;
	}
	size_t count = 0, old = 0;
	bool ok = true;
	for (size_t i = 0; i < pids.len && ok; i++) {
		while (old < c->count && c->rows[old].pid < pids.items[i]) forget(&c->rows[old++]);
		known *k = &fresh[count];
		*k = (known){0};
		if (old < c->count && c->rows[old].pid == pids.items[i]) {
			*k = c->rows[old];
			c->rows[old++] = (known){0};
		}
		TD_SCOPE(one, t->scratch);
		pass turn = *t;
		turn.scratch = one;
		int got = take_one(&turn, k, pids.items[i], &rows[count]);
		if (got > 0)
			count++;
		else
			forget(k);
		ok = got >= 0;
	}
	for (; old < c->count; old++) forget(&c->rows[old]);
	td__free(c->rows);
	c->rows = fresh;
	c->count = count;
	*out = (td_process_table){rows, count};
	return ok;
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
	if (!out || !td__pids(scratch, td__procfs(o.reader), &pids)) return &none;
	/* Anew each time: it moves with the clock, as psutil's own does. */
	c->boot = td_psutil_boot_time(scratch, .reader = o.reader);
	pass t = {.s = s,
	          .scratch = scratch,
	          .o = &o,
	          .cache = c,
	          .now = td__now(),
	          .ticks = td__clock_ticks(),
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
