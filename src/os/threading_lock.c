/* threading_lock.c: Lock, RLock and Condition. A lock that is released while somebody waits is handed to the first in
 * line, so nobody starves and nobody wakes for nothing. */
#include <tend/threading.h>

#include "core/park.h"
#include "os/threading.h"

struct td_lock {
	td__line line;
	bool held;
};

struct td_rlock {
	td__line line;
	uint64_t owner; /* 0: nobody */
	uint64_t heir;  /* of the handed-over lock: who was woken for it takes it when it runs */
	size_t depth;
};

struct td_condition {
	td_rlock lock;
	td__line waiting;
};

bool td__wait_times(td_scope *s, const td_wait_opts *opts, int64_t *until) {
	if (!td__enter_opts(s, opts)) return false;
	td_wait_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.nonblocking && o.timeout != 0) {
		td_raise(s, TD_ValueError, "can't specify a timeout for a non-blocking call");
		return false;
	}
	*until = o.nonblocking ? TD__NOT_AT_ALL : td__until(o.timeout);
	return true;
}

/* --- Lock --- */

td_lock *td_lock_new(td_scope *s) {
	td_lock *lock = td_alloc(s, sizeof *lock);
	if (lock) td__line_init(&lock->line);
	return lock;
}

bool(td_lock_acquire)(td_scope *s, td_lock *lock, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !td__need_handle(s, "lock", lock)) return false;
	td__line_lock(&lock->line);
	bool mine = !lock->held;
	if (mine) {
		lock->held = true;
	} else if (until != TD__NOT_AT_ALL) {
		mine = td__line_wait(s, &lock->line, until) > 0;
		if (mine && td_failed(s)) { /* handed over in the moment the scope failed */
			mine = false;
			lock->held = td__line_wake(&lock->line);
		}
	}
	td__line_unlock(&lock->line);
	return mine;
}

static bool lock_release(td_lock *lock) {
	td__line_lock(&lock->line);
	bool held = lock->held;
	if (held) lock->held = td__line_wake(&lock->line);
	td__line_unlock(&lock->line);
	return held;
}

bool(td_lock_release)(td_scope *s, td_lock *lock) {
	if (!lock) return td__enter(s) && td__need_handle(s, "lock", lock);
	if (lock_release(lock)) return true;
	td_raise(s, TD_RuntimeError, "release unlocked lock");
	return false;
}

bool td_lock_locked(td_lock *lock) {
	if (!lock) return false;
	td__line_lock(&lock->line);
	bool held = lock->held;
	td__line_unlock(&lock->line);
	return held;
}

td_lock *td__lock_enter(td_scope *s, td_lock *lock) {
	return (td_lock_acquire)(s, lock, NULL) ? lock : NULL;
}

void td__lock_leave(td_lock **lock) {
	if (*lock) lock_release(*lock);
	*lock = NULL;
}

/* --- RLock --- */

static td_rlock *rlock_init(td_rlock *lock) {
	if (lock) td__line_init(&lock->line);
	return lock;
}

td_rlock *td_rlock_new(td_scope *s) {
	return rlock_init(td_alloc(s, sizeof(td_rlock)));
}

/* line is locked. The lock passes to whoever waits first, who signs for it when it runs; held meanwhile by nobody. */
static void pass_on(td_rlock *lock) {
	lock->owner = 0;
	lock->depth = 0;
	lock->heir = td__line_wake(&lock->line);
}

static bool take(td_scope *s, td_rlock *lock, int64_t until) {
	uint64_t me = td_threading_get_ident();
	td__line_lock(&lock->line);
	bool mine = lock->owner == me || (!lock->owner && !lock->heir);
	if (!mine && until != TD__NOT_AT_ALL) {
		mine = td__line_wait(s, &lock->line, until) > 0;
		if (mine) lock->heir = 0;
		if (mine && td_failed(s)) {
			mine = false;
			pass_on(lock);
		}
	}
	if (mine) {
		lock->owner = me;
		lock->depth++;
	}
	td__line_unlock(&lock->line);
	return mine;
}

bool(td_rlock_acquire)(td_scope *s, td_rlock *lock, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !td__need_handle(s, "lock", lock)) return false;
	return take(s, lock, until);
}

static bool give_back(td_rlock *lock) {
	td__line_lock(&lock->line);
	bool mine = lock->owner == td_threading_get_ident();
	if (mine && --lock->depth == 0) pass_on(lock);
	td__line_unlock(&lock->line);
	return mine;
}

bool(td_rlock_release)(td_scope *s, td_rlock *lock) {
	if (!lock) return td__enter(s) && td__need_handle(s, "lock", lock);
	if (give_back(lock)) return true;
	td_raise(s, TD_RuntimeError, "cannot release un-acquired lock");
	return false;
}

/* --- Condition --- */

td_condition *td_condition_new(td_scope *s) {
	td_condition *condition = td_alloc(s, sizeof *condition);
	if (!condition) return NULL;
	rlock_init(&condition->lock);
	td__line_init(&condition->waiting);
	return condition;
}

bool(td_condition_acquire)(td_scope *s, td_condition *condition, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !td__need_handle(s, "condition", condition)) return false;
	return take(s, &condition->lock, until);
}

bool(td_condition_release)(td_scope *s, td_condition *condition) {
	if (!condition) return td__enter(s) && td__need_handle(s, "condition", condition);
	return (td_rlock_release)(s, &condition->lock);
}

static bool is_mine(td_condition *condition) {
	td__line_lock(&condition->lock.line);
	bool mine = condition->lock.owner == td_threading_get_ident();
	td__line_unlock(&condition->lock.line);
	return mine;
}

/* The lock is let go whole, however often it was taken, and taken back so. Taking it back is not cut short by the scope's
 * own end: the caller has to find it held. */
static int wait_once(td_scope *s, td_condition *condition, int64_t until) {
	td_rlock *lock = &condition->lock;
	size_t depth = lock->depth;
	td__line_lock(&condition->waiting);
	td__line_lock(&lock->line);
	pass_on(lock);
	td__line_unlock(&lock->line);
	int woken = until == TD__NOT_AT_ALL ? 0 : td__line_wait(s, &condition->waiting, until);
	td__line_unlock(&condition->waiting);
	td_scope *back = td_scope_open_root();
	take(back, lock, TD__NEVER);
	td_scope_close(back);
	lock->depth = depth;
	return woken;
}

static bool may_wait(td_scope *s, td_condition *condition, const char *message) {
	if (!td__need_handle(s, "condition", condition)) return false;
	if (is_mine(condition)) return true;
	td_raise(s, TD_RuntimeError, "%s", message);
	return false;
}

bool(td_condition_wait)(td_scope *s, td_condition *condition, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !may_wait(s, condition, "cannot wait on un-acquired lock")) return false;
	return wait_once(s, condition, until) > 0 && !td_failed(s);
}

bool(td_condition_wait_for)(td_scope *s, td_condition *condition, bool (*predicate)(void *arg), void *arg,
                            const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !may_wait(s, condition, "cannot wait on un-acquired lock")) return false;
	bool result = predicate(arg);
	while (!result && !td_failed(s)) {
		int woken = wait_once(s, condition, until);
		result = predicate(arg);
		if (woken <= 0) break;
	}
	return result && !td_failed(s);
}

bool(td_condition_notify)(td_scope *s, td_condition *condition, size_t n) {
	if (!td__enter(s) || !may_wait(s, condition, "cannot notify on un-acquired lock")) return false;
	td__line_lock(&condition->waiting);
	while (n-- > 0 && td__line_wake(&condition->waiting)) {
	}
	td__line_unlock(&condition->waiting);
	return true;
}

bool(td_condition_notify_all)(td_scope *s, td_condition *condition) {
	return (td_condition_notify)(s, condition, SIZE_MAX);
}
