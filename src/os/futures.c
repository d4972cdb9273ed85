/* futures.c: a pool of threads that takes tasks from one line. A result crosses from thread to thread in a root of its
 * own: made and filled by the worker, read and ended by whoever owns the future. */
#include <tend/futures.h>

#include <unistd.h>

#include "os/futures.h"

/* --- futures --- */

static void settle(td_future *future, progress state) {
	td__line_lock(&future->line);
	future->state = state;
	while (td__line_wake(&future->line)) {
	}
	for (td__future_watch *w = future->watches; w; w = w->next) w->tell(w);
	future->watches = NULL;
	td__line_unlock(&future->line);
}

bool td__future_settled(td_future *future) {
	td__line_lock(&future->line);
	bool settled = future->state >= DONE;
	td__line_unlock(&future->line);
	return settled;
}

static bool take_off(td_executor *executor, td_future *future) {
	bool found = false;
	td__line_lock(&executor->line);
	for (td_future *before = NULL, *f = executor->first; f && !found; before = f, f = f->next) {
		if (f != future) continue;
		found = true;
		if (before) {
			before->next = f->next;
		} else {
			executor->first = f->next;
		}
		if (executor->last == f) executor->last = before;
	}
	td__line_unlock(&executor->line);
	return found;
}

bool td_future_cancel(td_future *future) {
	if (!future || !td__handle_open(future)) return false;
	if (!td__future_settled(future) && take_off(future->executor, future)) settle(future, CANCELLED);
	return td_future_cancelled(future);
}

/* The future's scope ends: what has not begun never will, what runs is waited for. */
static void end_future(td_scope *c, void *handle) {
	td_future *future = handle;
	/* A pool settles all of its futures before it ends: of a settled one it may be gone. */
	if (!td__future_settled(future) && take_off(future->executor, future)) settle(future, CANCELLED);
	td__line_lock(&future->line);
	while (future->state == RUNNING || future->state == PENDING) {
		if (td__line_wait(c, &future->line, TD__NEVER) < 0) td__error_free(td__error_detach(c));
		if (future->state < DONE && td_remaining(c) <= 0)
			usleep(1000); /* the grace is over; memory is not freed under it */
	}
	td__line_unlock(&future->line);
	if (future->box) {
		td__root_take(future->box);
		td__error_free(td__scope_end(future->box));
	}
	td__error_free(future->error);
}

bool td_future_done(td_future *future) {
	return future && td__handle_open(future) && td__future_settled(future);
}

bool td_future_cancelled(td_future *future) {
	if (!future || !td__handle_open(future)) return false;
	td__line_lock(&future->line);
	bool cancelled = future->state == CANCELLED;
	td__line_unlock(&future->line);
	return cancelled;
}

const td_value *(td_future_result)(td_scope *s, td_future *future, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !td__need_handle(s, "future", future)) return NULL;
	td__line_lock(&future->line);
	while (future->state < DONE && until != TD__NOT_AT_ALL) {
		if (td__line_wait(s, &future->line, until) <= 0) break;
	}
	progress state = future->state;
	td__line_unlock(&future->line);
	if (td_failed(s)) return NULL;
	if (state == CANCELLED) {
		td_raise(s, TD_futures_CancelledError, "%s", "");
	} else if (state != DONE) {
		td_raise(s, TD_TimeoutError, "%s", "");
	} else if (future->error) {
		td_reraise(s, future->error);
	} else {
		return future->result ? td_value_copy(s, future->result) : td_value_new_null(s);
	}
	return NULL;
}

/* --- workers --- */

/* A task's error is the future's and not the worker's; but what stops the worker itself goes on its way. */
static void run_task(td_scope *worker, td_future *future) {
	td_scope *box = td__root_detached();
	{
		TD_SCOPE(t, worker);
		const td_value *result = box ? future->fn(t, future->arg) : NULL;
		if (!box) td_raise(t, TD_MemoryError, "%s", "");
		if (!td_failed(t) && result) future->result = td_value_copy(box, result);
		if (box && td_failed(box)) future->error = td__error_detach(box);
		if (td_failed(t)) future->error = td__error_detach(t);
	}
	future->box = box;
	settle(future, DONE);
}

static td_future *next_task(td_scope *t, td_executor *executor) {
	td__line_lock(&executor->line);
	while (!executor->first && !executor->closed) {
		if (td__line_wait(t, &executor->line, TD__NEVER) < 0) break;
	}
	td_future *future = td_failed(t) ? NULL : executor->first;
	if (future) {
		executor->first = future->next;
		if (!executor->first) executor->last = NULL;
		td__line_lock(&future->line);
		future->state = RUNNING;
		td__line_unlock(&future->line);
	}
	td__line_unlock(&executor->line);
	return future;
}

static void give_up_pending(td_executor *executor) {
	for (;;) {
		td__line_lock(&executor->line);
		td_future *future = executor->first;
		if (future) {
			executor->first = future->next;
			if (!executor->first) executor->last = NULL;
		}
		td__line_unlock(&executor->line);
		if (!future) return;
		settle(future, CANCELLED);
	}
}

static void work(td_scope *t, void *arg) {
	td_executor *executor = arg;
	for (;;) {
		td_future *future = next_task(t, executor);
		if (!future) break;
		run_task(t, future);
	}
	if (td_failed(t)) give_up_pending(executor); /* cancelled from outside: nobody will come for them */
}

static void close_for_more(td_executor *executor) {
	td__line_lock(&executor->line);
	executor->closed = true;
	while (td__line_wake(&executor->line)) {
	}
	td__line_unlock(&executor->line);
}

/* The pool's scope is ending: after an error what has not begun is given up. */
static void say_farewell(void *arg) {
	td_executor *executor = arg;
	if (td_failed(executor->parent)) give_up_pending(executor);
	close_for_more(executor);
}

/* --- the pool --- */

static int default_workers(void) {
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors < 28 ? (int)processors + 4 : 32;
}

td_executor *(td_executor_new)(td_scope *s, const td_executor_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_executor_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.max_workers < 0) {
		td_raise(s, TD_ValueError, "max_workers must be greater than 0");
		return NULL;
	}
	td_executor *executor = td_alloc(s, sizeof *executor);
	if (!executor) return NULL;
	td__line_init(&executor->line);
	executor->parent = s;
	executor->scope = (td_scope_open)(s, TD__OPTS(td_scope_opts, .name = "executor"));
	if (!td__before_join(executor->scope, say_farewell, executor)) return NULL;
	int workers = o.max_workers ? o.max_workers : default_workers();
	const char *name = o.thread_name ? o.thread_name : "pool";
	for (int i = 0; i < workers; i++) {
		if (!(td_thread_start)(executor->scope, work, executor, TD__OPTS(td_thread_opts, .name = name))) return NULL;
	}
	return executor;
}

td_future *(td_executor_submit)(td_scope *s, td_executor *executor, td_task_fn fn, void *arg) {
	if (!td__enter(s) || !td__need_handle(s, "executor", executor)) return NULL;
	if (!td__need_handle(s, "fn", (const void *)(uintptr_t)fn)) return NULL;
	td_future *future = td__handle_new(s, sizeof *future, end_future);
	if (!future) return NULL;
	td__line_init(&future->line);
	future->executor = executor;
	future->fn = fn;
	future->arg = arg;
	td__line_lock(&executor->line);
	bool open = !executor->closed;
	if (open) {
		if (executor->last) {
			executor->last->next = future;
		} else {
			executor->first = future;
		}
		executor->last = future;
		td__line_wake(&executor->line);
	}
	td__line_unlock(&executor->line);
	if (open) return future;
	future->state = CANCELLED;
	td_raise(s, TD_RuntimeError, "cannot schedule new futures after shutdown");
	return NULL;
}

const td_value *(td_executor_map)(td_scope *s, td_executor *executor, td_task_fn fn, const void *items, size_t count,
                                  size_t size) {
	if (!td__enter(s) || (count && !td__need_handle(s, "items", items))) return NULL;
	td_value *results = td_value_new_list(s);
	TD_SCOPE(tmp, s);
	td_future **futures = td_alloc_array(tmp, count, sizeof *futures);
	for (size_t i = 0; futures && i < count; i++) {
		futures[i] = (td_executor_submit)(tmp, executor, fn, (char *)(uintptr_t)items + i * size);
	}
	for (size_t i = 0; i < count && !td_failed(tmp); i++) {
		td_value_append(tmp, results, (td_future_result)(tmp, futures[i], NULL));
	}
	return td_failed(tmp) ? NULL : results;
}

bool(td_executor_shutdown)(td_scope *s, td_executor *executor, bool cancel) {
	if (!td__enter(s) || !td__need_handle(s, "executor", executor)) return false;
	if (cancel) give_up_pending(executor);
	close_for_more(executor);
	td_scope *scope = executor->scope;
	if (!scope) return true;
	executor->scope = NULL;
	td_scope_close(scope);
	return !td_failed(s);
}
