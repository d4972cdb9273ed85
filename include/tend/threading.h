/* tend/threading.h: threads that belong to a scope, and what they wait for each other with.
 *
 * A thread started in s gets a child scope of s. Its unhandled error cancels s at once and is raised in s when the
 * thread is joined, in the place of the CancelledError that it caused. The end of s joins its threads without a time
 * limit: memory is never freed under a running thread.
 *
 *     #include <tend.h>
 *
 *     static void work(td_scope *t, void *arg) {
 *         td_time_sleep(t, *(double *)arg);
 *     }
 *
 *     static void both(td_scope *s) {
 *         TD_SCOPE(nursery, s, .timeout = 10);
 *         double first = 0.1, second = 0.2;
 *         td_thread_start(nursery, work, &first);
 *         td_thread_start(nursery, work, &second, .name = "second");
 *     }                                               // both are joined here
 */
#ifndef TEND_THREADING_H
#define TEND_THREADING_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_thread td_thread;
typedef void (*td_thread_fn)(td_scope *t, void *arg);

typedef struct td_thread_opts {
	TD__OPTS_HEAD;
	const char *name; /* shown by the system, cut at 15 bytes */
	size_t stack;     /* bytes; 0 is the system's default */
} td_thread_opts;

/* Starts fn(t, arg) in a thread of its own; t is a child scope of s. NULL when s has failed or no thread could be made
 * (OSError). Does not block. Python: threading.Thread(target=fn).start(). */
TD_API td_thread *td_thread_start(td_scope *s, td_thread_fn fn, void *arg, const td_thread_opts *opts);
#define td_thread_start(s, fn, ...) TD__THREAD_START(s, fn, __VA_ARGS__)
#define TD__THREAD_START(s, fn, arg, ...)                                                                              \
	(td_thread_start)(TD_HERE(s), (fn), (arg), TD__OPTS(td_thread_opts, __VA_ARGS__))

/* Waits for the thread to end and raises its error, if it has one, in s. False when s failed, or runs out of time
 * first (the thread then goes on and can be joined again). Twice is as once. Python: Thread.join. */
TD_API bool td_thread_join(td_scope *s, td_thread *thread);
#define td_thread_join(s, thread) (td_thread_join)(TD_HERE(s), (thread))

/* Whether it still runs. Python: Thread.is_alive. */
TD_API bool td_thread_is_alive(const td_thread *thread);

/* The name it was started with, or "". Python: Thread.name. */
TD_API const char *td_thread_name(const td_thread *thread);

/* The system's number for it; 0 until it runs. Python: Thread.native_id. */
TD_API int td_thread_native_id(const td_thread *thread);

/* The numbers of the calling thread: one that is unique in the process, and the system's. Never fail.
 * Python: threading.get_ident, threading.get_native_id. */
TD_API uint64_t td_threading_get_ident(void);
TD_API int td_threading_get_native_id(void);

/* The calling thread itself, until it ends; NULL in the first one and in those that something else started. Never fails.
 * Python: threading.current_thread. */
TD_API const td_thread *td_threading_current_thread(void);

/* How many threads of this library run, the first included. Never fails. Python: threading.active_count. */
TD_API int td_threading_active_count(void);

/* --- what threads wait for each other with ---
 *
 * Each lives in the scope it was made in and may be used by any thread below it. Waiting obeys the deadline and the
 * cancels of s. In the options, timeout is in seconds: 0 waits as long as s may, TD_NOW does not wait. */

typedef struct td_wait_opts {
	TD__OPTS_HEAD;
	double timeout;
	bool nonblocking; /* do not wait at all; with a timeout it is ValueError */
} td_wait_opts;

typedef struct td_lock td_lock;
typedef struct td_rlock td_rlock;
typedef struct td_event td_event;
typedef struct td_condition td_condition;
typedef struct td_semaphore td_semaphore;
typedef struct td_barrier td_barrier;
typedef struct td_timer td_timer;

/* A lock that any thread may release. Python: threading.Lock. */
TD_API td_lock *td_lock_new(td_scope *s);
/* True once it is held; false when the timeout passed first, or s failed. Python: Lock.acquire. */
TD_API bool td_lock_acquire(td_scope *s, td_lock *lock, const td_wait_opts *opts);
#define td_lock_acquire(s, ...) TD__WAIT(td_lock_acquire, s, __VA_ARGS__)
/* RuntimeError "release unlocked lock". Also works on a failed scope: a lock is not to stay held because of an error.
 * Python: Lock.release. */
TD_API bool td_lock_release(td_scope *s, td_lock *lock);
#define td_lock_release(s, lock) (td_lock_release)(TD_HERE(s), (lock))
/* Python: Lock.locked. */
TD_API bool td_lock_locked(td_lock *lock);

/* TD_WITH_LOCK(s, lock) { … }: holds it for the body, whichever way that is left; the body is skipped when s fails first.
 * Python: with lock. */
TD_API td_lock *td__lock_enter(td_scope *s, td_lock *lock);
TD_API void td__lock_leave(td_lock **lock);
#define TD_WITH_LOCK(s, lock)                                                                                          \
	for (td_lock * td__held TD__CLEANUP(td__lock_leave) = td__lock_enter(TD_HERE(s), (lock)); td__held;                \
	     td__lock_leave(&td__held))

/* A lock that its holder may take again, and only its holder release ("cannot release un-acquired lock").
 * Python: threading.RLock. */
TD_API td_rlock *td_rlock_new(td_scope *s);
TD_API bool td_rlock_acquire(td_scope *s, td_rlock *lock, const td_wait_opts *opts);
#define td_rlock_acquire(s, ...) TD__WAIT(td_rlock_acquire, s, __VA_ARGS__)
TD_API bool td_rlock_release(td_scope *s, td_rlock *lock);
#define td_rlock_release(s, lock) (td_rlock_release)(TD_HERE(s), (lock))

/* A flag to wait for. set and clear never fail; a set followed at once by a clear wakes all who waited.
 * Python: threading.Event. */
TD_API td_event *td_event_new(td_scope *s);
TD_API void td_event_set(td_event *event);
TD_API void td_event_clear(td_event *event);
TD_API bool td_event_is_set(td_event *event);
/* True once it is set; false when the timeout passed first, or s failed. Python: Event.wait. */
TD_API bool td_event_wait(td_scope *s, td_event *event, const td_wait_opts *opts);
#define td_event_wait(s, ...) TD__WAIT(td_event_wait, s, __VA_ARGS__)

/* A condition with its own lock inside. wait, notify and release want it held by the caller (RuntimeError "cannot wait on
 * un-acquired lock"). Python: threading.Condition. */
TD_API td_condition *td_condition_new(td_scope *s);
TD_API bool td_condition_acquire(td_scope *s, td_condition *condition, const td_wait_opts *opts);
#define td_condition_acquire(s, ...) TD__WAIT(td_condition_acquire, s, __VA_ARGS__)
TD_API bool td_condition_release(td_scope *s, td_condition *condition);
#define td_condition_release(s, condition) (td_condition_release)(TD_HERE(s), (condition))
/* Lets the lock go, waits to be notified, takes it back. False when the timeout passed, or s failed: the lock is held
 * again in either case. Python: Condition.wait. */
TD_API bool td_condition_wait(td_scope *s, td_condition *condition, const td_wait_opts *opts);
#define td_condition_wait(s, ...) TD__WAIT(td_condition_wait, s, __VA_ARGS__)
/* Waits until predicate(arg), called with the lock held, is true; what it said last. Python: Condition.wait_for. */
TD_API bool td_condition_wait_for(td_scope *s, td_condition *condition, bool (*predicate)(void *arg), void *arg,
                                  const td_wait_opts *opts);
#define td_condition_wait_for(s, condition, predicate, ...) TD__WAIT_FOR(s, condition, predicate, __VA_ARGS__)
#define TD__WAIT_FOR(s, condition, predicate, arg, ...)                                                                \
	(td_condition_wait_for)(TD_HERE(s), (condition), (predicate), (arg), TD__OPTS(td_wait_opts, __VA_ARGS__))
/* Wakes n of those who wait, or all. Python: Condition.notify, Condition.notify_all. */
TD_API bool td_condition_notify(td_scope *s, td_condition *condition, size_t n);
#define td_condition_notify(s, condition, n) (td_condition_notify)(TD_HERE(s), (condition), (n))
TD_API bool td_condition_notify_all(td_scope *s, td_condition *condition);
#define td_condition_notify_all(s, condition) (td_condition_notify_all)(TD_HERE(s), (condition))

/* A count that is taken from and given back to. A bounded one refuses to grow past where it began (ValueError "Semaphore
 * released too many times"). ValueError "semaphore initial value must be >= 0". Python: threading.Semaphore,
 * threading.BoundedSemaphore. */
TD_API td_semaphore *td_semaphore_new(td_scope *s, int value);
#define td_semaphore_new(s, value) (td_semaphore_new)(TD_HERE(s), (value))
TD_API td_semaphore *td_bounded_semaphore_new(td_scope *s, int value);
#define td_bounded_semaphore_new(s, value) (td_bounded_semaphore_new)(TD_HERE(s), (value))
TD_API bool td_semaphore_acquire(td_scope *s, td_semaphore *semaphore, const td_wait_opts *opts);
#define td_semaphore_acquire(s, ...) TD__WAIT(td_semaphore_acquire, s, __VA_ARGS__)
/* Gives n back; works on a failed scope too. Python: Semaphore.release. */
TD_API bool td_semaphore_release(td_scope *s, td_semaphore *semaphore, int n);
#define td_semaphore_release(s, semaphore, n) (td_semaphore_release)(TD_HERE(s), (semaphore), (n))

/* Where parties threads meet; then all go on and it can be used again. Python: threading.Barrier. */
TD_API td_barrier *td_barrier_new(td_scope *s, int parties);
/* The number of the thread among them, from 0; -1 when s failed. BrokenBarrierError when the timeout of one of them passed,
 * or it was aborted. Python: Barrier.wait. */
TD_API int td_barrier_wait(td_scope *s, td_barrier *barrier, const td_wait_opts *opts);
#define td_barrier_wait(s, ...) TD__WAIT(td_barrier_wait, s, __VA_ARGS__)
/* Breaks it for all who wait and will wait; makes it whole again, for those who come then. Never fail.
 * Python: Barrier.abort, Barrier.reset. */
TD_API void td_barrier_abort(td_barrier *barrier);
TD_API void td_barrier_reset(td_barrier *barrier);
TD_API bool td_barrier_broken(td_barrier *barrier);

/* Runs fn(t, arg) in a thread of its own after so many seconds, unless it is cancelled before. The end of s waits for it.
 * Python: threading.Timer(interval, function).start(). */
TD_API td_timer *td_timer_start(td_scope *s, double interval, td_thread_fn fn, void *arg);
#define td_timer_start(s, ...) (td_timer_start)(TD_HERE(s), __VA_ARGS__)
TD_API void td_timer_cancel(td_timer *timer);

#define TD__WAIT(fn, s, what, ...) (fn)(TD_HERE(s), (what), TD__OPTS(td_wait_opts, __VA_ARGS__))

TD__END
#endif
