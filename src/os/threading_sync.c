/* threading_sync.c: Event, Semaphore, Barrier and Timer. */
#include <tend/threading.h>

#include "core/park.h"
#include "os/threading.h"

/* --- Event --- */

struct td_event {
	td__line line;
	_Atomic bool set;
};

td_event *td_event_new(td_scope *s) {
	td_event *event = td_alloc(s, sizeof *event);
	if (event) td__line_init(&event->line);
	return event;
}

void td_event_set(td_event *event) {
	if (!event) return;
	td__line_lock(&event->line);
	atomic_store(&event->set, true);
	while (td__line_wake(&event->line)) {
	}
	td__line_unlock(&event->line);
}

void td_event_clear(td_event *event) {
	if (event) atomic_store(&event->set, false);
}

bool td_event_is_set(td_event *event) {
	return event && atomic_load(&event->set);
}

bool(td_event_wait)(td_scope *s, td_event *event, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !td__need_handle(s, "event", event)) return false;
	if (atomic_load(&event->set)) return true;
	td__line_lock(&event->line);
	bool set = atomic_load(&event->set);
	if (!set && until != TD__NOT_AT_ALL) set = td__line_wait(s, &event->line, until) > 0;
	td__line_unlock(&event->line);
	return set && !td_failed(s);
}

/* --- Semaphore --- */

struct td_semaphore {
	td__line line;
	int value, most; /* most: of a bounded one, else INT_MAX */
};

static td_semaphore *semaphore_new(td_scope *s, int value, int most) {
	if (!td__enter(s)) return NULL;
	if (value < 0) {
		td_raise(s, TD_ValueError, "semaphore initial value must be >= 0");
		return NULL;
	}
	td_semaphore *semaphore = td_alloc(s, sizeof *semaphore);
	if (!semaphore) return NULL;
	td__line_init(&semaphore->line);
	semaphore->value = value;
	semaphore->most = most;
	return semaphore;
}

td_semaphore *(td_semaphore_new)(td_scope *s, int value) {
	return semaphore_new(s, value, __INT_MAX__);
}

td_semaphore *(td_bounded_semaphore_new)(td_scope *s, int value) {
	return semaphore_new(s, value, value);
}

bool(td_semaphore_acquire)(td_scope *s, td_semaphore *semaphore, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !td__need_handle(s, "semaphore", semaphore)) return false;
	td__line_lock(&semaphore->line);
	bool mine = semaphore->value > 0;
	if (mine) {
		semaphore->value--;
	} else if (until != TD__NOT_AT_ALL) {
		mine = td__line_wait(s, &semaphore->line, until) > 0; /* the one given back is handed on, not counted */
		if (mine && td_failed(s)) {
			mine = false;
			if (!td__line_wake(&semaphore->line)) semaphore->value++;
		}
	}
	td__line_unlock(&semaphore->line);
	return mine;
}

bool(td_semaphore_release)(td_scope *s, td_semaphore *semaphore, int n) {
	if (!semaphore) return td__enter(s) && td__need_handle(s, "semaphore", semaphore);
	if (n < 1) {
		td_raise(s, TD_ValueError, "n must be one or more");
		return false;
	}
	td__line_lock(&semaphore->line);
	bool fits = semaphore->value <= semaphore->most - n;
	for (int i = 0; fits && i < n; i++) {
		if (!td__line_wake(&semaphore->line)) semaphore->value++;
	}
	td__line_unlock(&semaphore->line);
	if (!fits) td_raise(s, TD_ValueError, "Semaphore released too many times");
	return fits;
}

/* --- Barrier --- */

struct td_barrier {
	td__line line;
	int parties, arrived;
	uint64_t round; /* which meeting this is: who waits learns from it whether its own took place */
	bool broken;
};

td_barrier *td_barrier_new(td_scope *s, int parties) {
	if (!td__enter(s)) return NULL;
	if (parties < 1) {
		td_raise(s, TD_ValueError, "parties must be > 0");
		return NULL;
	}
	td_barrier *barrier = td_alloc(s, sizeof *barrier);
	if (!barrier) return NULL;
	td__line_init(&barrier->line);
	barrier->parties = parties;
	return barrier;
}

static void wake_all(td_barrier *barrier) {
	while (td__line_wake(&barrier->line)) {
	}
}

int(td_barrier_wait)(td_scope *s, td_barrier *barrier, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !td__need_handle(s, "barrier", barrier)) return -1;
	td__line_lock(&barrier->line);
	int number = barrier->arrived;
	uint64_t round = barrier->round;
	if (!barrier->broken && ++barrier->arrived == barrier->parties) {
		barrier->arrived = 0;
		barrier->round++;
		wake_all(barrier);
	} else if (!barrier->broken) {
		int woken = until == TD__NOT_AT_ALL ? 0 : td__line_wait(s, &barrier->line, until);
		if (woken <= 0 && barrier->round == round && !barrier->broken) {
			barrier->broken = true; /* one who gives up breaks it for all */
			wake_all(barrier);
		}
	}
	bool met = barrier->round != round;
	td__line_unlock(&barrier->line);
	if (!met) td_raise(s, TD_BrokenBarrierError, "%s", "");
	return met && !td_failed(s) ? number : -1;
}

void td_barrier_abort(td_barrier *barrier) {
	if (!barrier) return;
	td__line_lock(&barrier->line);
	barrier->broken = true;
	wake_all(barrier);
	td__line_unlock(&barrier->line);
}

void td_barrier_reset(td_barrier *barrier) {
	if (!barrier) return;
	td__line_lock(&barrier->line);
	wake_all(barrier); /* round is unchanged: they find that their meeting did not take place */
	barrier->arrived = 0;
	barrier->broken = false;
	td__line_unlock(&barrier->line);
}

bool td_barrier_broken(td_barrier *barrier) {
	if (!barrier) return true;
	td__line_lock(&barrier->line);
	bool broken = barrier->broken;
	td__line_unlock(&barrier->line);
	return broken;
}

/* --- Timer --- */

struct td_timer {
	td_event *cancelled;
	double interval;
	td_thread_fn fn;
	void *arg;
};

static void run_timer(td_scope *t, void *arg) {
	td_timer *timer = arg;
	double wait = timer->interval > 0 ? timer->interval : TD_NOW;
	bool cancelled = (td_event_wait)(t, timer->cancelled, TD__OPTS(td_wait_opts, .timeout = wait));
	if (!cancelled && !td_failed(t)) timer->fn(t, timer->arg);
}

td_timer *(td_timer_start)(td_scope *s, double interval, td_thread_fn fn, void *arg) {
	if (!td__enter(s) || !td__need_handle(s, "fn", (const void *)(uintptr_t)fn)) return NULL;
	td_timer *timer = td_alloc(s, sizeof *timer);
	if (!timer) return NULL;
	timer->cancelled = td_event_new(s);
	timer->interval = interval;
	timer->fn = fn;
	timer->arg = arg;
	return (td_thread_start)(s, run_timer, timer, TD__OPTS(td_thread_opts, .name = "timer")) ? timer : NULL;
}

void td_timer_cancel(td_timer *timer) {
	if (timer) td_event_set(timer->cancelled);
}
