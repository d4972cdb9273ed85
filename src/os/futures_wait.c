/* futures_wait.c: several futures are waited for. Each is watched; whoever settles one puts it in the waiter's line. */
#include "os/futures.h"

typedef struct watch {
	td__future_watch base;
	td_completed *set;
	td_future *future;
	struct watch *after; /* among those that have been settled */
} watch;

struct td_completed {
	td__line line; /* guards the list of the settled */
	watch *first, *last;
	watch *watches;
	size_t count, given;
	int64_t until;
};

static void settled(td__future_watch *base) {
	watch *w = (watch *)(void *)base;
	td_completed *set = w->set;
	td__line_lock(&set->line);
	if (set->last)
		set->last->after = w;
	else
		set->first = w;
	set->last = w;
	td__line_wake(&set->line);
	td__line_unlock(&set->line);
}

static void watch_one(watch *w) {
	td_future *future = w->future;
	td__line_lock(&future->line);
	bool already = future->state >= DONE;
	if (!already) {
		w->base.next = future->watches;
		future->watches = &w->base;
	}
	td__line_unlock(&future->line);
	if (already) settled(&w->base);
}

/* The waiter goes: nobody may tell it any more. */
static void unwatch(td_scope *c, void *arg) {
	(void)c;
	td_completed *set = arg;
	for (size_t i = 0; i < set->count; i++) {
		watch *w = &set->watches[i];
		td__line_lock(&w->future->line);
		for (td__future_watch **at = &w->future->watches; *at; at = &(*at)->next) {
			if (*at != &w->base) continue;
			*at = w->base.next;
			break;
		}
		td__line_unlock(&w->future->line);
	}
}

td_completed *(td_futures_as_completed)(td_scope *s, td_future *const *futures, size_t count,
                                        const td_futures_wait_opts *opts) {
	if (!td__enter_opts(s, opts) || (count && !td__need_handle(s, "futures", futures))) return NULL;
	td_futures_wait_opts o;
	td__opts_copy(&o, sizeof o, opts);
	for (size_t i = 0; i < count; i++) {
		if (!td__need_handle(s, "future", futures[i])) return NULL;
	}
	td_completed *set = td_alloc(s, sizeof *set);
	watch *watches = td_alloc_array(s, count, sizeof *watches);
	if (!set || !watches) return NULL;
	td__line_init(&set->line);
	set->until = td__deadline_in(o.timeout);
	set->watches = watches;
	for (size_t i = 0; i < count; i++) watches[i] = (watch){.base.tell = settled, .set = set, .future = futures[i]};
	set->count = count;
	if (!td_defer(s, unwatch, set)) return NULL;
	for (size_t i = 0; i < count; i++) watch_one(&watches[i]);
	return set;
}

/* NULL: none is left, the time is over (*late), or raised. */
static td_future *next(td_scope *s, td_completed *set, bool *late) {
	*late = false;
	if (set->given == set->count) return NULL;
	td__line_lock(&set->line);
	while (!set->first && !td_failed(s) && !*late) {
		if (td__line_wait(s, &set->line, set->until) == 0 && !set->first) *late = true;
	}
	watch *w = td_failed(s) ? NULL : set->first;
	if (w) {
		set->first = w->after;
		if (!set->first) set->last = NULL;
		set->given++;
	}
	td__line_unlock(&set->line);
	return w ? w->future : NULL;
}

td_future *td_completed_next(td_scope *s, td_completed *set) {
	if (!td__enter(s) || !td__need_handle(s, "completed", set)) return NULL;
	bool late;
	td_future *future = next(s, set, &late);
	if (late) {
		size_t left = set->count - set->given;
		td_raise(s, TD_TimeoutError, "%zu (of %zu) futures unfinished", left, set->count);
	}
	return future;
}

static bool has_failed(td_future *future) {
	td__line_lock(&future->line);
	bool failed = future->state == DONE && future->error;
	td__line_unlock(&future->line);
	return failed;
}

bool(td_futures_wait)(td_scope *s, td_future *const *futures, size_t count, const td_futures_wait_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_futures_wait_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	td_completed *set = (td_futures_as_completed)(tmp, futures, count, opts);
	bool late = false;
	for (td_future *f; set && (f = next(tmp, set, &late));) {
		if (o.return_when == TD_FIRST_COMPLETED) break;
		if (o.return_when == TD_FIRST_EXCEPTION && has_failed(f)) break;
	}
	return set && !td_failed(tmp) && !late;
}
