/* src/os/signal_linux.c: the handlers that belong to a scope.
 *
 * What the kernel calls (on_signal) only marks, cancels or writes a byte; a handler of the program runs later, in its
 * main thread, where that asks td_check or waits (core/signals.h). Each signal has a stack of uses, innermost on top; the handler looks only at the top. A use's memory belongs to a
 * scope, and another thread may be inside the handler when that scope ends: who takes a use off waits until no handler
 * is running before its memory may go. */
#include "core/main.h"
#include "core/signals.h"
#include "core/sys.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <tend/signal.h>
#include <unistd.h>

#define SIGNALS 65 /* 1 to 64 */

typedef struct use {
	struct use *below[SIGNALS]; /* what each signal did before */
	bool has[SIGNALS];
	td_scope *cancels; /* or NULL */
	int fd;            /* of the watch's pipe that the handler writes to, or -1 */
	atomic_uint seen;  /* signals that came; the second ends the process */
	bool calls;        /* it is one of td_signal_signal: what it calls, with what; its scope */
	td_signal_handler handler;
	void *arg;
	td_scope *owner;
} use;

static _Atomic(use *) top[SIGNALS];
static atomic_int inside;
static struct sigaction before[SIGNALS]; /* what the process did before the first use; under the lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static atomic_bool due[SIGNALS];       /* came for a handler of the program */
static atomic_int due_fd = -1;         /* an eventfd that is readable then */
static atomic_int wakeup_fd = -1;      /* of td_signal_set_wakeup_fd */
static atomic_int pause_fd = -1;       /* of td_signal_pause */
static _Atomic(pthread_t) main_thread; /* which runs the handlers */

static void put(int fd, const void *data, size_t size) {
	ssize_t n = fd >= 0 ? write(fd, data, size) : 0; /* what is full has news enough */
	(void)n;
}

static void on_signal(int number) {
	int saved = errno;
	uint64_t one = 1;
	unsigned char byte = (unsigned char)number;
	atomic_fetch_add(&inside, 1);
	use *u = atomic_load(&top[number]);
	if (u && u->cancels) {
		if (atomic_fetch_add(&u->seen, 1) > 0) {
			td__last_words();
			_exit(128 + number);
		}
		td_scope_cancel(u->cancels);
	} else if (u && u->fd >= 0) {
		put(u->fd, &byte, 1);
	} else if (u && u->calls) {
		atomic_store(&due[number], true);
		atomic_store(&td__signals_due, true);
		put(atomic_load(&due_fd), &one, sizeof one);
	}
	put(atomic_load(&wakeup_fd), &byte, 1);
	put(atomic_load(&pause_fd), &one, sizeof one);
	atomic_fetch_sub(&inside, 1);
	errno = saved;
}

/* What the kernel is to do, as the top of the stack says. */
static void apply(int number) {
	const use *u = atomic_load(&top[number]);
	struct sigaction act = {.sa_handler = on_signal};
	sigemptyset(&act.sa_mask);
	if (u && u->calls && u->handler == TD_SIG_IGN) act.sa_handler = SIG_IGN;
	if (u && u->calls && u->handler == TD_SIG_DFL) act.sa_handler = SIG_DFL;
	bool as_before = !u || (act.sa_handler == SIG_DFL && before[number].sa_handler == td__main_on_fatal);
	sigaction(number, as_before ? &before[number] : &act, NULL);
}

static void install(use *u, int number) {
	u->has[number] = true;
	u->below[number] = atomic_load(&top[number]);
	if (!u->below[number]) sigaction(number, NULL, &before[number]);
	atomic_store(&top[number], u);
	apply(number);
}

/* Takes u off each stack, wherever it stands: scopes may be closed in any order. */
static void take_off(use *u) {
	pthread_mutex_lock(&lock);
	for (int number = 1; number < SIGNALS; number++) {
		if (!u->has[number]) continue;
		use *t = atomic_load(&top[number]);
		if (t == u) {
			atomic_store(&top[number], u->below[number]);
			apply(number);
			continue;
		}
		while (t && t->below[number] != u) t = t->below[number];
		if (t) t->below[number] = u->below[number];
	}
	pthread_mutex_unlock(&lock);
	/* This thread is not in the handler here, so whoever is will be through in a moment. */
	while (atomic_load(&inside) > 0) sched_yield();
}

/* ValueError or OSError as Python's signal.signal raises them. */
static bool may_handle(td_scope *s, const int *signals, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (signals[i] < 1 || signals[i] >= SIGNALS) {
			(td_raise)(s, TD_ValueError, "signal number out of range");
			return false;
		}
		if (!(td_signal_valid_signals() >> (signals[i] - 1) & 1) || signals[i] == SIGKILL || signals[i] == SIGSTOP) {
			return td__os_error(s, EINVAL, NULL);
		}
	}
	return true;
}

static void install_all(use *u, const int *signals, size_t count) {
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old); /* no handler on this thread while it holds the lock */
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < count; i++) {
		if (!u->has[signals[i]]) install(u, signals[i]);
	}
	pthread_mutex_unlock(&lock);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void end_use(void *arg) {
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	take_off(arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void end_cancel(td_scope *c, void *arg) {
	(void)c;
	end_use(arg);
}

bool td__signal_cancel_on(td_scope *s, const int *signals, size_t count) {
	if (!td__enter(s) || !may_handle(s, signals, count)) return false;
	td__scope_set_cancel_fd(s); /* the handler may run on another thread than the one that waits */
	use *u = td_alloc(s, sizeof *u);
	if (!u || td_failed(s)) return false;
	u->cancels = s;
	u->fd = -1;
	if (!td_defer(s, end_cancel, u)) return false;
	install_all(u, signals, count);
	return true;
}

struct td_signal_watch {
	use use;
	int in;
};

static void end_watch(td_scope *c, void *handle) {
	(void)c;
	td_signal_watch *w = handle;
	end_use(&w->use);
	if (w->in >= 0) td__sys_close(w->in);
	if (w->use.fd >= 0) td__sys_close(w->use.fd);
	w->in = w->use.fd = -1;
}

td_signal_watch *td__signal_watch(td_scope *s, const int *signals, size_t count) {
	if (!td__enter(s) || !may_handle(s, signals, count)) return NULL;
	td_signal_watch *w = td__handle_new(s, sizeof *w, end_watch);
	if (!w) return NULL;
	w->in = w->use.fd = -1;
	int fds[2];
	if (td__sys_pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0) {
		td__os_error(s, errno, NULL);
		return NULL;
	}
	w->in = fds[0];
	w->use.fd = fds[1];
	install_all(&w->use, signals, count);
	return w;
}

int td_signal_watch_fd(const td_signal_watch *w) {
	return w && td__handle_open(w) ? w->in : -1;
}

int td_signal_watch_next(td_signal_watch *w) {
	unsigned char byte;
	return w && td__handle_open(w) && read(w->in, &byte, 1) == 1 ? byte : 0;
}

/* --- handlers of the program --- */

void td__sig_dfl(td_scope *s, int number, void *arg) {
	(void)s, (void)number, (void)arg;
}
void td__sig_ign(td_scope *s, int number, void *arg) {
	(void)s, (void)number, (void)arg;
}
void td_signal_default_int_handler(td_scope *s, int number, void *arg) {
	(void)number, (void)arg;
	(td_raise)(s, TD_KeyboardInterrupt, "%s", "");
}

static bool runs_here(void) {
	return pthread_equal(atomic_load(&main_thread), pthread_self());
}

/* The handler that is on top; false when there is none of the program's (any more). The stack may be changed by another
 * thread meanwhile, whose uses are not ours to call. */
static bool on_top(int number, td_signal_handler *handler, void **arg) {
	atomic_fetch_add(&inside, 1);
	const use *u = atomic_load(&top[number]);
	bool calls = u && u->calls;
	if (calls) {
		*handler = u->handler;
		*arg = u->arg;
	}
	atomic_fetch_sub(&inside, 1);
	return calls;
}

static bool run_due(td_scope *s) {
	if (!runs_here()) return true;
	uint64_t count;
	ssize_t n = read(atomic_load(&due_fd), &count, sizeof count);
	(void)n;
	atomic_store(&td__signals_due, false);
	for (int number = 1; number < SIGNALS && !td_failed(s); number++) {
		td_signal_handler handler;
		void *arg;
		if (!atomic_load(&due[number]) || !atomic_exchange(&due[number], false)) continue;
		if (on_top(number, &handler, &arg)) handler(s, number, arg);
	}
	if (!td_failed(s)) return true;
	for (int number = 1; number < SIGNALS; number++) { /* the others' turn comes once this is caught */
		if (atomic_load(&due[number])) atomic_store(&td__signals_due, true);
	}
	return false;
}

static int fd_here(void) {
	return runs_here() ? atomic_load(&due_fd) : -1;
}

static const td__signals hook = {run_due, fd_here};

/* A forked child has a descriptor of its own, and not its parent's signals. */
static void after_fork(void) {
	int fd = atomic_load(&due_fd);
	if (fd < 0) return;
	close(fd);
	atomic_store(&due_fd, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	for (int number = 1; number < SIGNALS; number++) atomic_store(&due[number], false);
	atomic_store(&main_thread, pthread_self());
}

static unsigned handlers; /* uses that call one; of the main thread */

/* For the first of them. */
static bool begin(td_scope *s) {
	static bool watches_forks;
	if (atomic_load(&due_fd) >= 0) return true;
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0) return td__os_error(s, errno, NULL);
	atomic_store(&main_thread, pthread_self());
	atomic_store(&due_fd, fd);
	atomic_store(&td__signals_hook, &hook);
	if (!watches_forks) pthread_atfork(NULL, NULL, after_fork);
	watches_forks = true;
	return true;
}

/* After the last. */
static void end(void) {
	int fd = handlers == 0 ? atomic_exchange(&due_fd, -1) : -1;
	while (atomic_load(&inside) > 0) sched_yield(); /* one may be about to write there */
	if (fd >= 0) td__sys_close(fd);
}

static void end_handler(td_scope *c, void *arg) {
	(void)c;
	end_use(arg);
	handlers--;
	end();
}

static bool in_main_thread(td_scope *s, const char *what) {
	if (gettid() == getpid()) return true;
	(td_raise)(s, TD_ValueError, "%s only works in main thread of the main interpreter", what);
	return false;
}

static td_signal_handler current(int number) {
	td_signal_handler handler;
	void *arg;
	if (on_top(number, &handler, &arg)) return handler;
	struct sigaction act;
	if (atomic_load(&top[number]) || sigaction(number, NULL, &act) < 0) return NULL;
	if (act.sa_handler == SIG_IGN) return TD_SIG_IGN;
	return act.sa_handler == SIG_DFL || act.sa_handler == td__main_on_fatal ? TD_SIG_DFL : NULL;
}

/* One scope that sets a handler again and again has one use of it. */
static bool replace(td_scope *s, int number, td_signal_handler handler, void *arg) {
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pthread_mutex_lock(&lock);
	use *u = atomic_load(&top[number]);
	bool ours = u && u->calls && u->owner == s;
	if (ours) {
		u->handler = handler;
		u->arg = arg;
		apply(number);
	}
	pthread_mutex_unlock(&lock);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ours;
}

td_signal_handler(td_signal_signal)(td_scope *s, int number, td_signal_handler handler, const td_signal_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_signal_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!in_main_thread(s, "signal")) return NULL;
	if (!handler) {
		(td_raise)(s, TD_TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
		return NULL;
	}
	if (!may_handle(s, &number, 1) || !(td_signal_check)(s) || !begin(s)) return NULL;
	td_signal_handler previous = current(number);
	if (replace(s, number, handler, o.arg)) return previous;
	use *u = td_alloc(s, sizeof *u);
	if (!u || !td_defer(s, end_handler, u)) {
		end();
		return NULL;
	}
	*u = (use){.fd = -1, .calls = true, .handler = handler, .arg = o.arg, .owner = s};
	handlers++;
	install_all(u, &number, 1);
	return previous;
}

td_signal_handler(td_signal_getsignal)(td_scope *s, int number) {
	if (!td__enter(s)) return NULL;
	if (number >= 1 && number < SIGNALS) return current(number);
	(td_raise)(s, TD_ValueError, "signal number out of range");
	return NULL;
}

bool(td_signal_check)(td_scope *s) {
	if (!td__enter(s)) return false;
	return !atomic_load(&td__signals_due) || run_due(s);
}

bool(td_signal_raise_signal)(td_scope *s, int number) {
	if (!td__enter(s)) return false;
	if (raise(number) != 0) return td__os_error(s, errno, NULL);
	return (td_signal_check)(s);
}

bool(td_signal_pthread_kill)(td_scope *s, uint64_t thread, int number) {
	if (!td__enter(s)) return false;
	int e = pthread_kill((pthread_t)thread, number);
	if (e) return td__os_error(s, e, NULL);
	return (td_signal_check)(s);
}

bool(td_signal_pause)(td_scope *s) {
	if (!td__enter(s) || !td__may_block(s)) return false;
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0) return td__os_error(s, errno, NULL);
	int outer = atomic_exchange(&pause_fd, fd);
	int r = td__wait_fd(s, fd, POLLIN, TD__NEVER);
	atomic_store(&pause_fd, outer);
	while (atomic_load(&inside) > 0) sched_yield(); /* one may be about to write there */
	td__sys_close(fd);
	return r > 0 && td_check(s);
}

bool(td_signal_siginterrupt)(td_scope *s, int number, bool flag) {
	if (!td__enter(s)) return false;
	if (number < 1 || number >= SIGNALS) {
		(td_raise)(s, TD_ValueError, "signal number out of range");
		return false;
	}
	struct sigaction act;
	if (sigaction(number, NULL, &act) < 0) return td__os_error(s, errno, NULL);
	act.sa_flags = flag ? act.sa_flags & ~SA_RESTART : act.sa_flags | SA_RESTART;
	return sigaction(number, &act, NULL) == 0 || td__os_error(s, errno, NULL);
}

int(td_signal_set_wakeup_fd)(td_scope *s, int fd) {
	if (!td__enter(s) || !in_main_thread(s, "set_wakeup_fd")) return -1;
	if (fd >= 0) {
		int flags = fcntl(fd, F_GETFL);
		if (flags < 0) {
			td__os_error(s, errno, NULL);
			return -1;
		}
		if (!(flags & O_NONBLOCK)) {
			(td_raise)(s, TD_ValueError, "the fd %d must be in non-blocking mode", fd);
			return -1;
		}
	}
	return atomic_exchange(&wakeup_fd, fd >= 0 ? fd : -1);
}
