/* tend/queue.h: queues between threads.
 *
 * A queue holds items of one size, copied in and copied out. It lives in the scope it was made in; any thread below may use
 * it. Waiting obeys the deadline and the cancels of s.
 *
 *     #include <tend.h>
 *
 *     static void worker(td_scope *t, void *arg) {
 *         td_queue *jobs = arg;
 *         TD_LOOP(turn, t) {
 *             int job;
 *             if (!td_queue_get(turn, jobs, &job) || job < 0) break;
 *             td_queue_task_done(turn, jobs);
 *         }
 *     }
 *
 *     static void all_jobs(td_scope *s) {
 *         TD_SCOPE(nursery, s);
 *         td_queue *jobs = td_queue_new(nursery, sizeof(int), .maxsize = 100);
 *         td_thread_start(nursery, worker, jobs);
 *         for (int job = 0; job < 1000; job++) td_queue_put(nursery, jobs, &job);
 *         td_queue_join(nursery, jobs);
 *         int end = -1;
 *         td_queue_put(nursery, jobs, &end);
 *     }
 */
#ifndef TEND_QUEUE_H
#define TEND_QUEUE_H

#pragma GCC system_header

#include <tend/threading.h>

TD__BEGIN

typedef struct td_queue td_queue;

typedef struct td_queue_opts {
	TD__OPTS_HEAD;
	size_t maxsize; /* how many items fit; 0 is as many as memory holds */
} td_queue_opts;

/* First in, first out. Python: queue.Queue. */
TD_API td_queue *td_queue_new(td_scope *s, size_t item_size, const td_queue_opts *opts);
#define td_queue_new(s, ...) TD__QUEUE_NEW(td_queue_new, s, __VA_ARGS__)
/* Last in, first out. Python: queue.LifoQueue. */
TD_API td_queue *td_lifo_queue_new(td_scope *s, size_t item_size, const td_queue_opts *opts);
#define td_lifo_queue_new(s, ...) TD__QUEUE_NEW(td_lifo_queue_new, s, __VA_ARGS__)
#define TD__QUEUE_NEW(fn, s, size, ...) (fn)(TD_HERE(s), (size), TD__OPTS(td_queue_opts, __VA_ARGS__))
/* The least first, by compare as qsort's; equal ones in any order. Python: queue.PriorityQueue. */
TD_API td_queue *td_priority_queue_new(td_scope *s, size_t item_size, int (*compare)(const void *a, const void *b),
                                       const td_queue_opts *opts);
#define td_priority_queue_new(s, size, ...) TD__PRIORITY_QUEUE_NEW(s, size, __VA_ARGS__)
#define TD__PRIORITY_QUEUE_NEW(s, size, compare, ...)                                                                  \
	(td_priority_queue_new)(TD_HERE(s), (size), (compare), TD__OPTS(td_queue_opts, __VA_ARGS__))

/* Copies the item in, waiting for room. Full when the timeout passed, or at once with .nonblocking. Python: Queue.put. */
TD_API bool td_queue_put(td_scope *s, td_queue *queue, const void *item, const td_wait_opts *opts);
#define td_queue_put(s, queue, ...) TD__QUEUE_MOVE(td_queue_put, s, queue, __VA_ARGS__)
/* Copies the next item out, waiting for one. Empty when the timeout passed, or at once with .nonblocking.
 * Python: Queue.get. */
TD_API bool td_queue_get(td_scope *s, td_queue *queue, void *item, const td_wait_opts *opts);
#define td_queue_get(s, queue, ...) TD__QUEUE_MOVE(td_queue_get, s, queue, __VA_ARGS__)
#define TD__QUEUE_MOVE(fn, s, queue, item, ...) (fn)(TD_HERE(s), (queue), (item), TD__OPTS(td_wait_opts, __VA_ARGS__))

/* Says that an item that was taken is dealt with. ValueError "task_done() called too many times".
 * Python: Queue.task_done. */
TD_API bool td_queue_task_done(td_scope *s, td_queue *queue);
#define td_queue_task_done(s, queue) (td_queue_task_done)(TD_HERE(s), (queue))
/* Waits until all that was put in is dealt with. Python: Queue.join. */
TD_API bool td_queue_join(td_scope *s, td_queue *queue);
#define td_queue_join(s, queue) (td_queue_join)(TD_HERE(s), (queue))

/* How many items there are at this moment; never fails. Python: Queue.qsize. */
TD_API size_t td_queue_qsize(td_queue *queue);

TD__END
#endif
