/* deadline.c: how long a scope may take, and who may stop it. Deadlines are absolute and monotonic. A cancel is a time
 * stamp, so that a shield can keep it away for so many seconds; an eventfd beside it wakes whoever waits. Nothing is
 * pushed down the tree: a blocking call looks up the chain of its scopes before it starts, and each time it wakes. */
#include <limits.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "core/scope_private.h"
#include "core/signals.h"

bool (*td__deadline_hook)(void);
_Atomic(const td__signals *) td__signals_hook;
atomic_bool td__signals_due;

int64_t td__now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int64_t later(int64_t t, int64_t by) {
	int64_t sum;
	return __builtin_add_overflow(t, by, &sum) ? TD__NEVER : sum;
}

static int64_t nanoseconds(double seconds) {
	return seconds >= 9e9 ? TD__NEVER : (int64_t)(seconds * 1e9);
}

int64_t td__deadline_in(double seconds) {
	if (seconds == 0 || seconds != seconds) return TD__NEVER;
	if (seconds < 0) return td__now();
	return later(td__now(), nanoseconds(seconds));
}

int64_t td__duration(double seconds) {
	return seconds > 0 ? nanoseconds(seconds) : 0;
}

/* --- looking up the chain --- */

typedef struct reach {
	td_scope *cancelled, *expired; /* the scope whose cancel or deadline reaches us now */
	int64_t next;                  /* when that can change by itself */
} reach;

static reach look(td_scope *s) {
	reach r = {NULL, NULL, TD__NEVER};
	int64_t now = 0, kept_away = 0;
	for (td_scope *p = s; p; p = p->parent) {
		int64_t cancelled = atomic_load_explicit(&p->cancelled_at, memory_order_acquire);
		if (cancelled || p->deadline != TD__NEVER) {
			if (!now) now = td__now();
			int64_t cancels = cancelled ? later(cancelled, kept_away) : TD__NEVER;
			int64_t expires = later(p->deadline, kept_away);
			if (cancels <= now && !r.cancelled) r.cancelled = p;
			if (expires <= now && !r.expired) r.expired = p;
			if (cancels < r.next) r.next = cancels;
			if (expires < r.next) r.next = expires;
		}
		kept_away = later(kept_away, p->shield);
	}
	return r;
}

static void raise_caused(td_scope *s, const td_kind *kind, td_scope *origin, const char *message) {
	td__owned_error *error = td__error_make(s, kind);
	if (!error->reserved) error->e.message = message;
	error->origin = origin;
	td__error_throw(s, &error->e);
}

bool td_check(td_scope *s) {
	if (!td__enter(s)) return false;
	if (td__unlikely(td__deadline_hook != NULL) && td__deadline_hook()) {
		raise_caused(s, TD_TimeoutError, s, "the time of the scope is over");
		return false;
	}
	if (td__unlikely(atomic_load_explicit(&td__signals_due, memory_order_acquire)) &&
	    !atomic_load(&td__signals_hook)->run(s))
		return false;
	reach r = look(s);
	if (r.cancelled) {
		raise_caused(s, TD_CancelledError, r.cancelled, "the scope was cancelled");
	} else if (r.expired) {
		raise_caused(s, TD_TimeoutError, r.expired, "the time of the scope is over");
	}
	return !r.cancelled && !r.expired;
}

bool td_stopping(td_scope *s) {
	if (td_failed(s)) return true;
	reach r = look(s);
	return r.cancelled || r.expired;
}

int64_t td__deadline_of(td_scope *s) {
	return look(s).next;
}

double td_remaining(td_scope *s) {
	int64_t next = look(s).next;
	if (next == TD__NEVER) return __builtin_inf();
	int64_t left = next - td__now();
	return left > 0 ? (double)left / 1e9 : 0;
}

/* --- cancelling --- */

void td_scope_cancel(td_scope *s) {
	int saved = errno;
	int64_t none = 0;
	if (atomic_compare_exchange_strong(&s->cancelled_at, &none, td__now())) {
		int fd = atomic_load(&s->cancel_fd) - 1;
		uint64_t one = 1;
		if (fd >= 0 && s->context->generation == td__generation) {
			ssize_t written = write(fd, &one, sizeof one);
			(void)written; /* an eventfd takes one more unless it is readable already */
		}
	}
	errno = saved;
}

void td__scope_set_cancel_fd(td_scope *s) {
	if (!td__enter(s) || atomic_load(&s->cancel_fd)) return;
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0) {
		td__os_error(s, errno, NULL);
		return;
	}
	atomic_store(&s->cancel_fd, fd + 1);
	if (atomic_load(&s->cancelled_at)) {
		uint64_t one = 1;
		ssize_t written = write(fd, &one, sizeof one);
		(void)written;
	}
}

/* --- waiting --- */

enum { FEW = 16 };

/* Readable when a handler of the program is due, which td_check runs; -1 where none can be. */
static int handler_fd(void) {
	const td__signals *signals = atomic_load(&td__signals_hook);
	return td__unlikely(signals != NULL) ? signals->fd() : -1;
}

/* The eventfds of the scopes that can still be cancelled, written to into unless it is NULL; one that is cancelled already
 * is a matter of time, not of waiting. */
static size_t cancel_fds(td_scope *s, struct pollfd *into) {
	size_t count = 0;
	for (td_scope *p = s; p; p = p->parent) {
		int fd = atomic_load(&p->cancel_fd) - 1;
		if (fd < 0 || atomic_load(&p->cancelled_at) || p->context->generation != td__generation) continue;
		if (into) into[count] = (struct pollfd){fd, POLLIN, 0};
		count++;
	}
	return count;
}

static int poll_once(struct pollfd *fds, size_t nfds, int64_t wake) {
	if (wake == TD__NEVER) return ppoll(fds, nfds, NULL, NULL);
	int64_t left = wake - td__now();
	if (left < 0) left = 0;
	struct timespec t = {left / 1000000000, left % 1000000000};
	return ppoll(fds, nfds, &t, NULL);
}

int td__poll(td_scope *s, struct pollfd *fds, size_t nfds, int64_t until) {
	struct pollfd few[FEW], *all = few;
	TD_SCOPE(tmp, s);                      /* for more descriptors than fit on the stack */
	size_t ours = cancel_fds(s, NULL) + 1; /* and the handlers' */
	if (nfds + ours > FEW) {
		all = td_alloc_array(tmp, nfds + ours, sizeof *all);
		if (!all) return -1;
	}
	for (;;) {
		if (!td_check(s)) return -1;
		if (nfds) memcpy(all, fds, nfds * sizeof *fds);
		size_t cancels = cancel_fds(s, all + nfds);
		int handlers = handler_fd();
		if (handlers >= 0) all[nfds + cancels++] = (struct pollfd){handlers, POLLIN, 0};
		int64_t wake = td__deadline_of(s);
		if (until < wake) wake = until;
		int ready = poll_once(all, nfds + cancels, wake);
		if (ready < 0 && errno != EINTR) {
			td__os_error(s, errno, NULL);
			return -1;
		}
		int mine = 0;
		for (size_t i = 0; ready > 0 && i < nfds; i++) {
			fds[i].revents = all[i].revents;
			mine += all[i].revents != 0;
		}
		if (mine) return mine;
		if (until != TD__NEVER && td__now() >= until) return td_check(s) ? 0 : -1;
	}
}

bool td__waits_plainly(td_scope *s) {
	if (td__deadline_hook || handler_fd() >= 0) return false;
	for (td_scope *p = s; p; p = p->parent) {
		if (p->deadline != TD__NEVER || atomic_load(&p->cancel_fd) || atomic_load(&p->cancelled_at)) return false;
	}
	return true;
}

int td__wait_fd(td_scope *s, int fd, short events, int64_t until) {
	struct pollfd one = {fd, events, 0};
	int ready = td__poll(s, &one, 1, until);
	return ready > 0 ? one.revents : ready;
}
