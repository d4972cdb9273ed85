/* src/os/signal_linux.c: the handlers that belong to a scope, and the names of signals.
 *
 * Each signal has a stack of uses, innermost on top; the handler looks only at the top. A use's memory belongs to a
 * scope, and another thread may be inside the handler when that scope ends: who takes a use off waits until no handler
 * is running before its memory may go. */
#include "core/sys.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <strings.h>
#include <tend/signal.h>
#include <unistd.h>

#define SIGNALS 65 /* 1 to 64 */

typedef struct use {
	struct use *below[SIGNALS]; /* what each signal did before */
	bool has[SIGNALS];
	td_scope *cancels; /* or NULL */
	int fd;            /* of the watch's pipe that the handler writes to, or -1 */
	atomic_uint seen;  /* signals that came; the second ends the process */
} use;

static _Atomic(use *) top[SIGNALS];
static atomic_int inside;
static struct sigaction before[SIGNALS]; /* what the process did before the first use; under the lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void on_signal(int number) {
	int saved = errno;
	atomic_fetch_add(&inside, 1);
	use *u = atomic_load(&top[number]);
	if (u && u->cancels) {
		if (atomic_fetch_add(&u->seen, 1) > 0) {
			td__last_words();
			_exit(128 + number);
		}
		td_scope_cancel(u->cancels);
	} else if (u && u->fd >= 0) {
		unsigned char byte = (unsigned char)number;
		ssize_t n = write(u->fd, &byte, 1); /* a full pipe has news enough */
		(void)n;
	}
	atomic_fetch_sub(&inside, 1);
	errno = saved;
}

static void install(use *u, int number) {
	u->has[number] = true;
	u->below[number] = atomic_load(&top[number]);
	atomic_store(&top[number], u);
	if (u->below[number]) return;
	struct sigaction act = {.sa_handler = on_signal};
	sigemptyset(&act.sa_mask);
	sigaction(number, &act, &before[number]);
}

/* Takes u off each stack, wherever it stands: scopes may be closed in any order. */
static void take_off(use *u) {
	pthread_mutex_lock(&lock);
	for (int number = 1; number < SIGNALS; number++) {
		if (!u->has[number]) continue;
		use *t = atomic_load(&top[number]);
		if (t == u) {
			atomic_store(&top[number], u->below[number]);
			if (!u->below[number]) sigaction(number, &before[number], NULL);
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

bool(td_signal_raise_signal)(td_scope *s, int number) {
	if (!td__enter(s)) return false;
	if (raise(number) != 0) return td__os_error(s, errno, NULL);
	return true;
}

/* --- names --- */

static const struct {
	int number;
	const char *name, *text;
} names[] = {
	{SIGHUP, "SIGHUP", "Hangup"},
	{SIGINT, "SIGINT", "Interrupt"},
	{SIGQUIT, "SIGQUIT", "Quit"},
	{SIGILL, "SIGILL", "Illegal instruction"},
	{SIGTRAP, "SIGTRAP", "Trace/breakpoint trap"},
	{SIGABRT, "SIGABRT", "Aborted"},
	{SIGBUS, "SIGBUS", "Bus error"},
	{SIGFPE, "SIGFPE", "Floating point exception"},
	{SIGKILL, "SIGKILL", "Killed"},
	{SIGUSR1, "SIGUSR1", "User defined signal 1"},
	{SIGSEGV, "SIGSEGV", "Segmentation fault"},
	{SIGUSR2, "SIGUSR2", "User defined signal 2"},
	{SIGPIPE, "SIGPIPE", "Broken pipe"},
	{SIGALRM, "SIGALRM", "Alarm clock"},
	{SIGTERM, "SIGTERM", "Terminated"},
#ifdef SIGSTKFLT
	{SIGSTKFLT, "SIGSTKFLT", "Stack fault"},
#endif
	{SIGCHLD, "SIGCHLD", "Child exited"},
	{SIGCONT, "SIGCONT", "Continued"},
	{SIGSTOP, "SIGSTOP", "Stopped (signal)"},
	{SIGTSTP, "SIGTSTP", "Stopped"},
	{SIGTTIN, "SIGTTIN", "Stopped (tty input)"},
	{SIGTTOU, "SIGTTOU", "Stopped (tty output)"},
	{SIGURG, "SIGURG", "Urgent I/O condition"},
	{SIGXCPU, "SIGXCPU", "CPU time limit exceeded"},
	{SIGXFSZ, "SIGXFSZ", "File size limit exceeded"},
	{SIGVTALRM, "SIGVTALRM", "Virtual timer expired"},
	{SIGPROF, "SIGPROF", "Profiling timer expired"},
	{SIGWINCH, "SIGWINCH", "Window changed"},
	{SIGIO, "SIGIO", "I/O possible"},
	{SIGPWR, "SIGPWR", "Power failure"},
	{SIGSYS, "SIGSYS", "Bad system call"},
	/* second names, found by number only after the first */
	{SIGABRT, "SIGIOT", ""},
	{SIGCHLD, "SIGCLD", ""},
	{SIGIO, "SIGPOLL", ""},
};

const char *td_signal_name(int number) {
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].number == number) return names[i].name;
	}
	if (number == SIGRTMIN) return "SIGRTMIN";
	if (number == SIGRTMAX) return "SIGRTMAX";
	return "";
}

int td_signal_number(const char *name) {
	if (!name || !*name) return 0;
	if (name[0] >= '0' && name[0] <= '9') {
		int number = 0;
		for (; *name >= '0' && *name <= '9' && number < SIGNALS; name++) number = number * 10 + (*name - '0');
		bool valid = !*name && number >= 1 && number < SIGNALS && (td_signal_valid_signals() >> (number - 1) & 1);
		return valid ? number : 0;
	}
	if (strncasecmp(name, "SIG", 3) == 0) name += 3;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcasecmp(names[i].name + 3, name) == 0) return names[i].number;
	}
	if (strcasecmp(name, "RTMIN") == 0) return SIGRTMIN;
	if (strcasecmp(name, "RTMAX") == 0) return SIGRTMAX;
	return 0;
}

const char *(td_signal_strsignal)(td_scope *s, int number) {
	if (!td__enter(s)) return td_no_text;
	if (number < 1 || number >= SIGNALS) {
		(td_raise)(s, TD_ValueError, "signal number out of range");
		return td_no_text;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].number == number) return names[i].text;
	}
	if (number < SIGRTMIN || number > SIGRTMAX) return (td_strdup)(s, "");
	char text[40];
	snprintf(text, sizeof text, "Real-time signal %d", number - SIGRTMIN);
	return (td_strdup)(s, text);
}

uint64_t td_signal_valid_signals(void) {
	uint64_t all = 0;
	for (int n = 1; n < SIGNALS; n++) {
		if (n < 32 || (n >= SIGRTMIN && n <= SIGRTMAX)) all |= UINT64_C(1) << (n - 1);
	}
	return all;
}
