/* pool_linux.c: a pool of forked workers, seen from the process that made them. Each worker has one message under way at
 * a time; a message of a walk that was given up is thrown away when its answer comes. */
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/sys.h"
#include "os/pool.h"

typedef struct worker {
	int pid, pidfd, fd;
	bool reaped;
	int status; /* as wait reports it */
	bool busy;
	uint64_t walk; /* whose items it has */
	size_t first, count;
	char *out; /* the message on its way to it */
	size_t out_len, out_at;
	char *in; /* the answer, as far as it has come; behind its length */
	size_t size, have;
} worker;

struct td_pool {
	worker **workers;
	size_t count;
	bool closed, broken;
	uint64_t walk; /* the latest */
};

/* --- a worker's life --- */

static bool reap(worker *w) {
	siginfo_t gone = {0};
	if (w->reaped) return true;
	int r = waitid((idtype_t)3 /* P_PIDFD */, (id_t)w->pidfd, &gone, WEXITED | WNOHANG);
	if (r < 0 ? errno == EINTR : gone.si_pid == 0) return false;
	w->status = r < 0 ? 0 : gone.si_code == CLD_EXITED ? gone.si_status : -gone.si_status;
	w->reaped = true;
	return true;
}

static void signal_worker(worker *w, int number) {
	if (!w->reaped) syscall(SYS_pidfd_send_signal, w->pidfd, number, NULL, 0);
}

static void stop_ask(void *handle) {
	signal_worker(handle, SIGTERM);
	signal_worker(handle, SIGCONT);
}
static bool stop_gone(void *handle) {
	return reap(handle);
}
static int stop_fd(void *handle) {
	return ((worker *)handle)->pidfd;
}
static void stop_force(void *handle) {
	signal_worker(handle, SIGKILL);
}
static const td__stoppable stop = {stop_ask, stop_gone, stop_fd, stop_force};

static void end_worker(td_scope *c, void *handle) {
	(void)c;
	worker *w = handle;
	if (!w->reaped && w->pidfd >= 0) {
		signal_worker(w, SIGKILL);
		struct pollfd fd = {.fd = w->pidfd, .events = POLLIN};
		while (!reap(w)) poll(&fd, 1, -1); /* it was killed: this ends */
	}
	if (w->fd >= 0) td__sys_close(w->fd);
	if (w->pidfd >= 0) td__sys_close(w->pidfd);
	w->fd = w->pidfd = -1;
	td__free(w->out);
	td__free(w->in);
	w->out = w->in = NULL;
}

/* The child closes what belongs to its siblings: a socket ends only when nobody holds its other side. */
static bool start_worker(td_scope *s, td_pool *pool, worker *w, const td_pool_opts *o) {
	int pair[2];
	w->fd = w->pidfd = -1;
	if (td__sys_socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) return td__os_error(s, errno, NULL);
	fflush(NULL); /* else both would write what is buffered */
	pid_t pid = td__sys_fails("fork") ? -1 : fork();
	int err_no = errno;
	if (pid == 0) {
		close(pair[0]);
		for (size_t i = 0; i < pool->count; i++) close(pool->workers[i]->fd);
		td__pool_work(pair[1], o);
	}
	td__sys_close(pair[1]);
	w->fd = pair[0];
	if (pid < 0) return td__os_error(s, err_no, NULL);
	w->pid = pid;
	w->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (w->pidfd < 0) {
		td__os_error(s, errno, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return false;
	}
	fcntl(w->fd, F_SETFL, O_NONBLOCK);
	return true;
}

int td_multiprocessing_cpu_count(void) {
	cpu_set_t set;
	return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

td_pool *(td_pool_new)(td_scope *s, const td_pool_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_pool_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.processes < 0) {
		td_raise(s, TD_ValueError, "Number of processes must be at least 1");
		return NULL;
	}
	size_t count = (size_t)(o.processes ? o.processes : td_multiprocessing_cpu_count());
	td_pool *pool = td_alloc(s, sizeof *pool);
	if (pool) pool->workers = td_alloc_array(s, count, sizeof *pool->workers);
	for (size_t i = 0; i < count && !td_failed(s); i++) {
		worker *w = td__handle_new(s, sizeof *w, end_worker);
		if (!w || !start_worker(s, pool, w, &o)) return NULL;
		td__handle_stoppable(w, &stop);
		pool->workers[pool->count++] = w;
	}
	return td_failed(s) ? NULL : pool;
}

/* --- one walk over items --- */

struct td_results {
	td_pool *pool;
	td_scope *s;
	td_pool_fn fn;
	const td_value *items;
	size_t len, next, chunk;
	size_t under_way; /* messages whose answer is awaited */
	uint64_t walk;
	int64_t until;
	bool failed; /* an item's error came: nothing more is begun */
	/* the answer that is being handed out */
	char *answer, *answer_end;
	td__wire wire;
	size_t index, left;
	td_scope *turn;
	const td_value *value;
	size_t value_index;
};

static void end_results(td_scope *c, void *handle) {
	(void)c;
	td__free(((td_results *)handle)->answer);
	((td_results *)handle)->answer = NULL;
}

static bool running(td_scope *s, const td_pool *pool) {
	if (!td__need_handle(s, "pool", pool)) return false;
	if (pool->broken) {
		td_raise(s, TD_BrokenProcessPool, "a worker of this pool has died");
	} else if (pool->closed) {
		td_raise(s, TD_ValueError, "Pool not running");
	}
	return !td_failed(s);
}

static td_results *results_new(td_scope *s, td_pool *pool, td_pool_fn fn, const td_value *items,
                               const td_pool_map_opts *o) {
	if (!td__need_handle(s, "fn", (const void *)(uintptr_t)fn) || !td__need_handle(s, "items", items)) return NULL;
	if (td_value_type(items) != TD_LIST) {
		td_raise(s, TD_TypeError, "'%s' object is not iterable", td_value_type_name(items));
		return NULL;
	}
	td_results *r = td__handle_new(s, sizeof *r, end_results);
	if (!r) return NULL;
	r->pool = pool;
	r->s = s;
	r->fn = fn;
	r->items = items;
	r->len = td_value_len(items);
	r->until = td__deadline_in(o->timeout);
	r->walk = ++pool->walk;
	size_t shares = 4 * pool->count;
	r->chunk = o->chunksize ? o->chunksize : (r->len + shares - 1) / shares;
	return r;
}

/* The next items become a message for w. */
static bool give(td_scope *s, td_results *r, worker *w) {
	TD_SCOPE(tmp, s);
	td__pool_head head = {r->fn, r->next, r->len - r->next < r->chunk ? r->len - r->next : r->chunk};
	td__buffer b;
	td__buffer_begin(&b, tmp);
	size_t size = 0;
	td__wire_put(&b, &size, sizeof size);
	td__wire_put(&b, &head, sizeof head);
	for (size_t i = 0; i < head.count; i++) td__wire_put_value(&b, td_value_at(r->items, r->next + i));
	w->out = b.failed ? NULL : td__malloc(b.len);
	if (!w->out) {
		td__buffer_drop(&b);
		td__raise_memory(s);
		return false;
	}
	size = b.len - sizeof size;
	memcpy(w->out, b.data, b.len);
	memcpy(w->out, &size, sizeof size);
	w->out_len = b.len;
	w->out_at = 0;
	td__buffer_drop(&b);
	w->first = head.first;
	w->count = head.count;
	w->walk = r->walk;
	w->busy = true;
	r->next += head.count;
	r->under_way++;
	return true;
}

static bool died(td_scope *s, td_pool *pool, worker *w) {
	struct pollfd fd = {.fd = w->pidfd, .events = POLLIN};
	while (!reap(w)) { /* it closed its socket, which it does by ending */
		if (td__poll(s, &fd, 1, TD__NEVER) < 0) return false;
	}
	pool->broken = true;
	const char *how = w->status < 0 ? sigabbrev_np(-w->status) : NULL;
	if (w->status < 0)
		td_raise(s, TD_BrokenProcessPool, "worker %d was killed by SIG%s while it had the items from %zu on", w->pid,
		         how ? how : "?", w->first);
	else
		td_raise(s, TD_BrokenProcessPool, "worker %d ended with status %d while it had the items from %zu on", w->pid,
		         w->status, w->first);
	return false;
}

static bool again(void) {
	return errno == EAGAIN || errno == EINTR;
}

static bool push_out(td_scope *s, td_pool *pool, worker *w) {
	while (w->out_at < w->out_len) {
		ssize_t n = td__sys_send(w->fd, w->out + w->out_at, w->out_len - w->out_at, MSG_NOSIGNAL);
		if (n < 0 && again()) return true;
		if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) return died(s, pool, w);
		if (n < 0) return td__os_error(s, errno, NULL);
		w->out_at += (size_t)n;
	}
	td__free(w->out);
	w->out = NULL;
	w->out_at = w->out_len = 0;
	return true;
}

/* Reads what has come. *whole: the answer is all there. */
static bool pull_in(td_scope *s, td_pool *pool, worker *w, bool *whole) {
	*whole = false;
	for (;;) {
		bool head = w->have < sizeof w->size;
		size_t want = (head ? 0 : w->size) + sizeof w->size - w->have;
		if (want == 0) {
			*whole = true;
			return true;
		}
		char *to = head ? (char *)&w->size + w->have : w->in + (w->have - sizeof w->size);
		ssize_t n = td__sys_recv(w->fd, to, want, 0);
		if (n < 0 && again()) return true;
		if (n == 0 || (n < 0 && errno == ECONNRESET)) return died(s, pool, w);
		if (n < 0) return td__os_error(s, errno, NULL);
		w->have += (size_t)n;
		if (w->have != sizeof w->size || !head) continue;
		w->in = td__malloc(w->size);
		if (w->in) continue;
		pool->broken = true; /* its answer is in the way of all others */
		td__raise_memory(s);
		return false;
	}
}

/* Sends and receives until one answer of this walk is whole; NULL: there is none to come, or raised. */
static worker *next_answer(td_scope *s, td_results *r) {
	td_pool *pool = r->pool;
	TD_SCOPE(tmp, s);
	struct pollfd *fds = td_alloc_array(tmp, pool->count, sizeof *fds);
	while (fds && !td_failed(s)) {
		for (size_t i = 0; i < pool->count && !r->failed && r->next < r->len; i++) {
			if (!pool->workers[i]->busy && !give(s, r, pool->workers[i])) return NULL;
		}
		if (r->under_way == 0 && (r->failed || r->next == r->len)) return NULL;
		for (size_t i = 0; i < pool->count; i++) {
			worker *w = pool->workers[i];
			fds[i] = (struct pollfd){.fd = w->busy ? w->fd : -1, .events = (short)(POLLIN | (w->out ? POLLOUT : 0))};
		}
		int ready = td__poll(s, fds, pool->count, r->until);
		if (ready == 0) td_raise(s, TD_TimeoutError, "%s", "");
		if (ready <= 0) return NULL;
		for (size_t i = 0; i < pool->count; i++) {
			worker *w = pool->workers[i];
			bool whole = false;
			if (!fds[i].revents) continue;
			if (w->out && (fds[i].revents & POLLOUT) && !push_out(s, pool, w)) return NULL;
			if ((fds[i].revents & ~POLLOUT) && !pull_in(s, pool, w, &whole)) return NULL;
			if (!whole) continue;
			w->busy = false;
			w->have = 0;
			if (w->walk == r->walk) {
				r->under_way--;
				return w;
			}
			td__free(w->in); /* of a walk that was given up */
			w->in = NULL;
		}
	}
	return NULL;
}

/* Takes the answer's bytes over. */
static void open_answer(td_results *r, worker *w) {
	td__free(r->answer);
	r->answer = w->in;
	r->wire = (td__wire){w->in, w->in + w->size};
	r->index = w->first;
	r->left = w->count;
	w->in = NULL;
}

/* --- map --- */

/* Puts an answer's results where they belong; the first error that comes is kept, in keep. */
static void sort_in(td_scope *keep, td_results *r, td_value **results, td__wire *error) {
	for (; r->left > 0; r->left--, r->index++) {
		if (*r->wire.at++ == 'r') {
			results[r->index] = td__wire_get_value(keep, &r->wire);
			continue;
		}
		r->failed = true;
		size_t size = (size_t)(r->wire.end - r->wire.at);
		char *copy = error->at ? NULL : td_alloc(keep, size);
		if (copy) {
			memcpy(copy, r->wire.at, size);
			*error = (td__wire){copy, copy + size};
		}
		r->left = 0;
		return;
	}
}

const td_value *(td_pool_map)(td_scope *s, td_pool *pool, td_pool_fn fn, const td_value *items,
                              const td_pool_map_opts *opts) {
	if (!td__enter_opts(s, opts) || !running(s, pool)) return NULL;
	td_pool_map_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	td_results *r = results_new(tmp, pool, fn, items, &o);
	td_value **results = r ? td_alloc_array(tmp, r->len, sizeof *results) : NULL;
	if (!results) return NULL;
	td__wire error = {NULL, NULL};
	for (worker *w; (w = next_answer(tmp, r));) {
		open_answer(r, w);
		sort_in(tmp, r, results, &error);
	}
	if (!td_failed(tmp) && error.at) td__pool_raise(tmp, &error);
	if (td_failed(tmp)) return NULL;
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < r->len; i++) td_value_append(s, list, results[i]);
	return td_failed(s) ? NULL : list;
}

const td_value *(td_pool_apply)(td_scope *s, td_pool *pool, td_pool_fn fn, const td_value *item) {
	if (!td__enter(s)) return NULL;
	TD_SCOPE(tmp, s);
	const td_value *one = td_list(tmp, item);
	const td_value *results = (td_pool_map)(tmp, pool, fn, one, NULL);
	return results ? td_value_copy(s, td_value_at(results, 0)) : NULL;
}

/* --- one by one --- */

td_results *(td_pool_imap_unordered)(td_scope *s, td_pool *pool, td_pool_fn fn, const td_value *items,
                                     const td_pool_map_opts *opts) {
	if (!td__enter_opts(s, opts) || !running(s, pool)) return NULL;
	td_pool_map_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!o.chunksize) o.chunksize = 1; /* as Python's */
	return results_new(s, pool, fn, items, &o);
}

bool td_results_next(td_scope *s, td_results *r) {
	if (!td__enter(s) || !td__need_handle(s, "results", r)) return false;
	if (r->turn) td_scope_close(r->turn);
	r->turn = NULL;
	r->value = NULL;
	while (r->left == 0) {
		worker *w = next_answer(s, r);
		if (!w) return false;
		open_answer(r, w);
	}
	r->value_index = r->index++;
	r->left--;
	if (*r->wire.at++ == 'e') {
		r->failed = true;
		r->left = 0;
		td__pool_raise(s, &r->wire);
		return false;
	}
	r->turn = (td_scope_open)(s, TD__OPTS(td_scope_opts, .name = "result"));
	r->value = td__wire_get_value(r->turn, &r->wire);
	return r->value != NULL;
}

const td_value *td_results_value(const td_results *r) {
	return r ? r->value : NULL;
}

size_t td_results_index(const td_results *r) {
	return r ? r->value_index : 0;
}

/* --- the end --- */

bool(td_pool_close)(td_scope *s, td_pool *pool) {
	if (!td__enter(s) || !td__need_handle(s, "pool", pool)) return false;
	pool->closed = true;
	for (size_t i = 0; i < pool->count; i++) {
		worker *w = pool->workers[i];
		if (!w->out && w->fd >= 0) shutdown(w->fd, SHUT_WR);
	}
	return true;
}

bool(td_pool_terminate)(td_scope *s, td_pool *pool) {
	if (!td__enter(s) || !td__need_handle(s, "pool", pool)) return false;
	pool->closed = true;
	for (size_t i = 0; i < pool->count; i++) stop_ask(pool->workers[i]);
	return true;
}

bool(td_pool_join)(td_scope *s, td_pool *pool) {
	if (!td__enter(s) || !td__need_handle(s, "pool", pool)) return false;
	if (!pool->closed) {
		td_raise(s, TD_ValueError, "Pool is still running");
		return false;
	}
	for (size_t i = 0; i < pool->count; i++) {
		worker *w = pool->workers[i];
		struct pollfd fd = {.fd = w->pidfd, .events = POLLIN};
		while (!reap(w)) {
			if (td__poll(s, &fd, 1, TD__NEVER) < 0) return false;
		}
	}
	return true;
}
