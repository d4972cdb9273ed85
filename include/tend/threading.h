/* tend/threading.h: threads that belong to a scope.
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
#define TD__THREAD_START(s, fn, arg, ...) (td_thread_start)(TD_HERE(s), (fn), (arg), TD__OPTS(td_thread_opts, __VA_ARGS__))

/* Waits for the thread to end and raises its error, if it has one, in s. False when s failed, or runs out of time
 * first (the thread then goes on and can be joined again). Twice is as once. Python: Thread.join. */
TD_API bool td_thread_join(td_scope *s, td_thread *thread);
#define td_thread_join(s, thread) (td_thread_join)(TD_HERE(s), (thread))

/* Whether it still runs. Python: Thread.is_alive. */
TD_API bool td_thread_is_alive(const td_thread *thread);

TD__END
#endif
