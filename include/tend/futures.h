/* tend/futures.h: work handed to a pool of threads, and what comes back.
 *
 * A task is a function that gives a value; its result is copied into the scope of whoever asks for it, its error is raised
 * there. The pool's threads are joined at the end of the scope it was made in.
 *
 *     #include <tend.h>
 *
 *     static const td_value *length(td_scope *t, void *arg) {
 *         return td_v(t, strlen(*(const char **)arg));
 *     }
 *
 *     static int64_t total(td_scope *s) {
 *         static const char *const hosts[] = {"alpha", "beta", "gamma"};
 *         TD_SCOPE(pool, s, .timeout = 30);
 *         td_executor *workers = td_executor_new(pool, .max_workers = 8);
 *         const td_value *lengths = td_executor_map(pool, workers, length, hosts, 3, sizeof *hosts);
 *         return td_value_int(td_value_at(lengths, 2), 0);
 *     }
 */
#ifndef TEND_FUTURES_H
#define TEND_FUTURES_H

#pragma GCC system_header

#include <tend/threading.h>
#include <tend/value.h>

TD__BEGIN

typedef struct td_executor td_executor;
typedef struct td_future td_future;

/* t is the task's own scope; what it returns is copied before t ends. NULL is null. */
typedef const td_value *(*td_task_fn)(td_scope *t, void *arg);

typedef struct td_executor_opts {
	TD__OPTS_HEAD;
	int max_workers;         /* 0: the processors and four more, 32 at most, as in Python */
	const char *thread_name; /* of each of its threads; "pool" when left out */
} td_executor_opts;

/* A pool in s, its threads started at once. Python: concurrent.futures.ThreadPoolExecutor. */
TD_API td_executor *td_executor_new(td_scope *s, const td_executor_opts *opts);
#define td_executor_new(...) TD__EXECUTOR_NEW(__VA_ARGS__)
#define TD__EXECUTOR_NEW(s, ...) (td_executor_new)(TD_HERE(s), TD__OPTS(td_executor_opts, __VA_ARGS__))

/* Hands fn(t, arg) to the pool. arg must last until the task has run. RuntimeError "cannot schedule new futures after
 * shutdown". The future lives in s. Does not block. Python: Executor.submit. */
TD_API td_future *td_executor_submit(td_scope *s, td_executor *executor, td_task_fn fn, void *arg);
#define td_executor_submit(s, ...) (td_executor_submit)(TD_HERE(s), __VA_ARGS__)

/* fn on each of count items of size bytes that lie in a row; the results in their order, as a list in s. The first error
 * among them is raised; what has not begun by then is cancelled. Blocks. Python: list(Executor.map(fn, items)). */
TD_API const td_value *td_executor_map(td_scope *s, td_executor *executor, td_task_fn fn, const void *items,
                                       size_t count, size_t size);
#define td_executor_map(s, ...) (td_executor_map)(TD_HERE(s), __VA_ARGS__)

/* Takes no more work and waits for what is under way; with cancel, what has not begun is given up. Twice is as once.
 * Python: Executor.shutdown. */
TD_API bool td_executor_shutdown(td_scope *s, td_executor *executor, bool cancel);
#define td_executor_shutdown(s, executor, cancel) (td_executor_shutdown)(TD_HERE(s), (executor), (cancel))

/* The task's result, copied into s; waits for it. Raises the task's own error; CancelledError (of concurrent.futures) when
 * it was cancelled; TimeoutError when the timeout passed. Python: Future.result. */
TD_API const td_value *td_future_result(td_scope *s, td_future *future, const td_wait_opts *opts);
#define td_future_result(s, ...) TD__WAIT(td_future_result, s, __VA_ARGS__)

/* Whether it has run, failed or been cancelled; whether it was cancelled. Python: Future.done, Future.cancelled. */
TD_API bool td_future_done(td_future *future);
TD_API bool td_future_cancelled(td_future *future);

/* Gives up a task that has not begun; false when it has. Python: Future.cancel. */
TD_API bool td_future_cancel(td_future *future);

typedef enum td_return_when { TD_ALL_COMPLETED, TD_FIRST_COMPLETED, TD_FIRST_EXCEPTION } td_return_when;

typedef struct td_futures_wait_opts {
	TD__OPTS_HEAD;
	double timeout;             /* seconds; 0: as long as s may, TD_NOW: not at all */
	td_return_when return_when; /* of td_futures_wait */
} td_futures_wait_opts;

/* Waits until all of them are done, or one is, or one has failed. False when the timeout passed first, which raises
 * nothing; td_future_done then tells which are done. Python: concurrent.futures.wait. */
TD_API bool td_futures_wait(td_scope *s, td_future *const *futures, size_t count, const td_futures_wait_opts *opts);
#define td_futures_wait(...) TD__FUTURES_WAIT(td_futures_wait, __VA_ARGS__, )
#define TD__FUTURES_WAIT(fn, s, futures, count, ...)                                                                   \
	(fn)(TD_HERE(s), (futures), (count), TD__OPTS(td_futures_wait_opts, __VA_ARGS__))

/* One after the other as they are done, or cancelled:
 *     td_completed *c = td_futures_as_completed(s, futures, count, .timeout = 60);
 *     for (td_future *f; (f = td_completed_next(s, c));) … td_future_result(s, f) …
 * NULL after the last. Raises TimeoutError "2 (of 5) futures unfinished". The futures must live as long as s.
 * Python: concurrent.futures.as_completed. */
typedef struct td_completed td_completed;
TD_API td_completed *td_futures_as_completed(td_scope *s, td_future *const *futures, size_t count,
                                             const td_futures_wait_opts *opts);
#define td_futures_as_completed(...) TD__FUTURES_WAIT(td_futures_as_completed, __VA_ARGS__, )
TD_API td_future *td_completed_next(td_scope *s, td_completed *completed);

TD__END
#endif
