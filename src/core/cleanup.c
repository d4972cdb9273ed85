/* cleanup.c: what is undone when a scope ends. Each registration runs once, the youngest first, in a fresh scope that is
 * shielded and has the grace as its deadline; what fails in one does not keep the next from running. */
#include <poll.h>

#include "core/handle.h"
#include "core/scope_private.h"

enum { MAGIC = 0x7d5c0de5 };

struct td__registration {
	td__registration *prev, *next;
	td_scope *owner;
	td_cleanup_fn fn; /* called with arg; of a handle, with the handle */
	void *arg;
	const td__stoppable *stop;
	unsigned generation;
	unsigned magic; /* of a handle that is open; 0 once it is closed */
	bool stays;     /* td_move refuses it */
};

enum { HANDLE_HEAD = (sizeof(td__registration) + 15) / 16 * 16 };

static void link_in(td_scope *s, td__registration *r) {
	r->owner = s;
	r->prev = NULL;
	r->next = s->registrations;
	if (r->next) r->next->prev = r;
	s->registrations = r;
}

static void unlink_out(td__registration *r) {
	if (r->prev) {
		r->prev->next = r->next;
	} else {
		r->owner->registrations = r->next;
	}
	if (r->next) r->next->prev = r->prev;
	r->prev = r->next = NULL;
}

bool td_defer(td_scope *s, td_cleanup_fn fn, void *arg) {
	if (!td__enter(s)) return false;
	if (s->ending || !td__need_handle(s, "fn", (const void *)(uintptr_t)fn)) return false;
	td__registration *r = td_alloc(s, sizeof *r);
	if (!r) return false;
	r->fn = fn;
	r->arg = arg;
	r->generation = td__generation;
	link_in(s, r);
	return true;
}

bool td_undefer(td_scope *s, td_cleanup_fn fn, void *arg) {
	for (td__registration *r = s->registrations; r; r = r->next) {
		if (r->fn != fn || r->arg != arg) continue;
		unlink_out(r);
		return true;
	}
	return false;
}

void td_ignore_arg(td_scope *c, void *arg) {
	(void)c;
	(void)arg;
}

/* --- handles --- */

static td__registration *of_handle(const void *handle) {
	return (td__registration *)(void *)((char *)(uintptr_t)handle - HANDLE_HEAD);
}

void *td__handle_new(td_scope *s, size_t size, td__handle_end end) {
	if (!td__enter(s)) return NULL;
	if (s->ending) {
		td_raise(s, TD_RuntimeError, "the scope is ending and takes no new resources");
		return NULL;
	}
	td__registration *r = td__malloc(HANDLE_HEAD + size);
	if (!r) {
		td__raise_memory(s);
		return NULL;
	}
	memset(r, 0, HANDLE_HEAD + size);
	r->fn = end;
	r->arg = (char *)r + HANDLE_HEAD;
	r->magic = MAGIC;
	r->generation = td__generation;
	link_in(s, r);
	return r->arg;
}

bool td__handle_open(const void *handle) {
	const td__registration *r = of_handle(handle);
	return r->magic == MAGIC;
}

td_scope *td__handle_scope(const void *handle) {
	return of_handle(handle)->owner;
}

/* The memory stays until the scope ends: whoever still holds the handle is refused, not led astray. */
static void retire(td__registration *r) {
	r->magic = 0;
	r->next = r->owner->closed;
	r->owner->closed = r;
}

void td__handle_close(void *handle) {
	td__registration *r = of_handle(handle);
	if (r->magic != MAGIC) return;
	unlink_out(r);
	retire(r);
}

void td__handle_stoppable(void *handle, const td__stoppable *how) {
	of_handle(handle)->stop = how;
}

void td__handle_stays(void *handle) {
	of_handle(handle)->stays = true;
}

bool td_move(td_scope *up, void *handle) {
	if (!td__enter(up) || !td__need_handle(up, "handle", handle)) return false;
	td__registration *r = of_handle(handle);
	if (r->magic != MAGIC) {
		td_raise(up, TD_ValueError, "the handle is closed");
		return false;
	}
	if (r->stays) {
		td_raise(up, TD_ValueError, "the handle stays in its scope: what it has handed out lives there");
		return false;
	}
	if (up->ending) return false;
	unlink_out(r);
	link_in(up, r);
	return true;
}

void td__free_handles(td_scope *s) {
	for (td__registration *r = s->closed; r;) {
		td__registration *next = r->next;
		td__free(r);
		r = next;
	}
	s->closed = NULL;
}

/* --- the end --- */

static bool runs_here(const td__registration *r) {
	return r->generation == td__generation;
}

static bool all_gone(td_scope *s, int64_t deadline) {
	for (;;) {
		struct pollfd waits[32];
		nfds_t count = 0;
		bool gone = true;
		for (td__registration *r = s->registrations; r; r = r->next) {
			if (!r->stop || !runs_here(r) || r->stop->gone(r->arg)) continue;
			gone = false;
			int fd = r->stop->fd(r->arg);
			if (fd >= 0 && count < 32) waits[count++] = (struct pollfd){fd, POLLIN, 0};
		}
		if (gone) return true;
		int64_t left = deadline - td__now();
		if (left <= 0) return false;
		int64_t step = count ? left : 5000000; /* what cannot be waited for is looked at every 5 ms */
		if (step > left) step = left;
		struct timespec wait = {step / 1000000000, step % 1000000000};
		ppoll(waits, count, &wait, NULL);
	}
}

/* All child processes of the scope are asked together and share one grace; who is left is made to go. */
static void stop_processes(td_scope *s, int64_t deadline) {
	bool any = false;
	for (td__registration *r = s->registrations; r; r = r->next) {
		if (!r->stop || !runs_here(r) || r->stop->gone(r->arg)) continue;
		r->stop->ask(r->arg);
		any = true;
	}
	if (!any || all_gone(s, deadline)) return;
	for (td__registration *r = s->registrations; r; r = r->next) {
		if (r->stop && runs_here(r) && !r->stop->gone(r->arg)) r->stop->force(r->arg);
	}
}

/* An error of a cleanup is a note on the scope's error, or the error if there was none. */
static void take_over(td_scope *s, td_scope *c) {
	td__owned_error *error = (td__owned_error *)td__scope_end(c);
	if (!error) return;
	if (s->error) {
		td__error_note(s->error, "while cleaning up: %s: %s", error->e.kind->name, error->e.message);
		td__error_free(&error->e);
	} else {
		td__error_place(s, error);
	}
}

static void run_one(td_scope *s, td__registration *r, int64_t deadline) {
	bool handle = r->magic == MAGIC;
	unlink_out(r);
	if (runs_here(r)) {
		td_scope *c = td__cleanup_scope(s, deadline);
		r->fn(c, r->arg);
		take_over(s, c);
	}
	if (handle) retire(r);
}

void td__run_cleanups(td_scope *s) {
	if (!s->registrations) return;
	int64_t deadline = td__now() + s->grace;
	stop_processes(s, deadline);
	while (s->registrations) run_one(s, s->registrations, deadline);
}
