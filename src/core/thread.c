/* thread.c: threads that belong to a scope. A thread has a child scope with a context of its own, so nothing of the
 * arena is shared; what crosses over is the cancel flag, an eventfd that says it is done, and at the join its error. */
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <tend/threading.h>

#include "core/scope_private.h"

struct td_thread {
	td_thread *next;
	td_scope *owner, *scope;
	td_thread_fn fn;
	void *arg;
	pthread_t id;
	int done_fd;
	_Atomic bool failing, done; /* failing: its scope has ended with an error; only telling so is left */
	bool joined;
	unsigned generation;
	td__owned_error *error;
	uint64_t failed_as; /* the how-manieth of all threads to fail: the first one's error wins */
	_Atomic int native_id;
	char name[16];
};

static _Atomic uint64_t failures;
static _Atomic int running;
static _Thread_local td_thread *current; /* NULL in a thread that something else started */

/* Caused by the owner's cancel, or by one further out: it will be raised there, and is no news of this thread's. */
static bool is_echo(const td_thread *thread, const td__owned_error *error) {
	for (const td_scope *p = thread->owner; p && error->origin; p = p->parent) {
		if (p == error->origin) return true;
	}
	return false;
}

static void *run(void *arg) {
	td_thread *thread = arg;
	td_scope *t = thread->scope;
	current = thread;
	if (thread->name[0]) pthread_setname_np(pthread_self(), thread->name);
	t->context->thread = pthread_self();
	td__adopt_root(t->context);
	atomic_store(&thread->native_id, td_threading_get_native_id());
	thread->fn(t, thread->arg);
	td__owned_error *error = (td__owned_error *)td__scope_end(t);
	if (error && !is_echo(thread, error)) {
		thread->error = error;
		thread->failed_as = atomic_fetch_add(&failures, 1);
		atomic_store(&thread->failing, true);
		td_scope_cancel(thread->owner);
	} else if (error) {
		td__error_free(&error->e);
	}
	atomic_fetch_sub(&running, 1);
	atomic_store(&thread->done, true);
	uint64_t one = 1;
	ssize_t written = write(thread->done_fd, &one, sizeof one);
	(void)written;
	return NULL;
}

static bool start(td_scope *s, td_thread *thread, size_t stack) {
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	if (stack) pthread_attr_setstacksize(&attributes, stack);
	atomic_fetch_add(&running, 1);
	int failed = pthread_create(&thread->id, &attributes, run, thread);
	pthread_attr_destroy(&attributes);
	if (failed) atomic_fetch_sub(&running, 1);
	if (failed) td_raise(s, TD_RuntimeError, "can't start new thread");
	return !failed;
}

td_thread *(td_thread_start)(td_scope *s, td_thread_fn fn, void *arg, const td_thread_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	if (s->ending || !td__need_handle(s, "fn", (const void *)(uintptr_t)fn) || !td_check(s)) return NULL;
	td_thread_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_thread *thread = td_alloc(s, sizeof *thread);
	/* The thread can cancel any scope above it, and what waits below that one must wake. Those of other threads above have
	 * been given theirs when those threads began. */
	for (td_scope *p = s; p && p->context == s->context && !td_failed(p); p = p->parent) td__scope_set_cancel_fd(p);
	if (!thread || td_failed(s)) return NULL;
	td__context *context = td__context_new();
	td_scope *t = context ? td__scope_make(s, context, NULL) : NULL;
	thread->done_fd = t ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1;
	if (!t || thread->done_fd < 0) {
		int err_no = errno;
		if (t) td__arena_release(t);
		if (context) td__context_free(context);
		if (t) {
			td__os_error(s, err_no, NULL);
		} else {
			td__raise_memory(s);
		}
		return NULL;
	}
	t->name = "thread";
	t->is_root = true;
	context->root = t;
	thread->owner = s;
	thread->scope = t;
	thread->fn = fn;
	thread->arg = arg;
	thread->generation = td__generation;
	if (o.name) {
		strncpy(thread->name, o.name, sizeof thread->name - 1);
		t->name = thread->name;
	}
	if (!start(s, thread, o.stack)) {
		td__arena_release(t);
		td__context_free(context);
		close(thread->done_fd);
		return NULL;
	}
	thread->next = s->threads;
	s->threads = thread;
	return thread;
}

const td_thread *td_threading_current_thread(void) {
	return current;
}

bool td_thread_is_alive(const td_thread *thread) {
	return thread && !atomic_load(&thread->done);
}

const char *td_thread_name(const td_thread *thread) {
	return thread ? thread->name : "";
}

int td_thread_native_id(const td_thread *thread) {
	return thread ? atomic_load(&thread->native_id) : 0;
}

uint64_t td_threading_get_ident(void) {
	return (uint64_t)pthread_self();
}

int td_threading_get_native_id(void) {
	return gettid();
}

int td_threading_active_count(void) {
	return atomic_load(&running) + 1;
}

static td__owned_error *collect(td_thread *thread) {
	if (thread->joined) return NULL;
	pthread_join(thread->id, NULL);
	close(thread->done_fd);
	thread->joined = true;
	td__owned_error *error = thread->error;
	thread->error = NULL;
	return error;
}

/* The error of a thread stands in the place of the CancelledError that it caused in its scope. */
static void raise_of_thread(td_scope *s, td__owned_error *error) {
	if (s->error && s->error->origin == s && s->error->e.kind == TD_CancelledError) {
		td__error_free(&td__error_take(s)->e);
	}
	td__hand_up(s, error);
}

static void wait_for(td_scope *s, td_thread *thread) {
	struct pollfd done = {thread->done_fd, POLLIN, 0};
	bool said = false;
	while (!atomic_load(&thread->done)) {
		if (poll(&done, 1, 10000) != 0 || said) continue;
		fprintf(stderr, "scope %s (%s:%u) has ended and waits for its thread %s\n", s->name, s->file, s->line,
		        thread->name);
		said = true;
	}
}

bool(td_thread_join)(td_scope *s, td_thread *thread) {
	if (!thread) return td__enter(s) && td__need_handle(s, "thread", thread);
	if (td_failed(s) && (s != thread->owner || !atomic_load(&thread->failing))) return td__enter(s);
	if (thread->joined) return true;
	while (!atomic_load(&thread->done)) {
		if (td__wait_fd(s, thread->done_fd, POLLIN, TD__NEVER) < 0) break;
	}
	/* A failing thread cancels its owner, which may be what ended the wait: then its own error is the one to see. */
	if (!atomic_load(&thread->done) && !atomic_load(&thread->failing)) return false;
	wait_for(s, thread);
	td__owned_error *error = collect(thread);
	if (!error) return !td_failed(s);
	raise_of_thread(s, error);
	return false;
}

void td__join_threads(td_scope *s) {
	if (td_failed(s)) td_scope_cancel(s);
	td__owned_error *first = NULL;
	uint64_t first_as = UINT64_MAX;
	for (td_thread *thread = s->threads; thread; thread = thread->next) {
		if (thread->joined || thread->generation != td__generation) continue;
		wait_for(s, thread);
		uint64_t as = thread->failed_as;
		td__owned_error *error = collect(thread);
		if (!error) continue;
		td__owned_error *later = as < first_as ? first : error;
		if (as < first_as) {
			first = error;
			first_as = as;
		}
		if (later) {
			td__error_note_error(first, &later->e);
			td__error_free(&later->e);
		}
	}
	s->threads = NULL;
	if (first) raise_of_thread(s, first);
}
