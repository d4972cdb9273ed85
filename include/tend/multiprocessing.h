/* tend/multiprocessing.h: work handed to a pool of processes, and what comes back.
 *
 * The workers are forked when the pool is made: they have the program as it was then, and nothing that happens later. A
 * task is a function that is given a value and makes one; both cross between the processes as copies. Its error is raised
 * where the result is asked for. At the end of its scope a pool is terminated: its workers get TERM, the scope's grace,
 * then KILL, and are reaped.
 *
 *     #include <tend.h>
 *
 *     static const td_value *digest(td_scope *t, const td_value *path) {
 *         return td_v(t, td_str_len(td_path_read_text(t, td_value_str(path, ""))));
 *     }
 *
 *     static void print_lengths(td_scope *s, td_strs paths) {
 *         TD_SCOPE(work, s);
 *         td_pool *pool = td_pool_new(work, .processes = 4);
 *         const td_value *lengths = td_pool_map(work, pool, digest, td_v(work, paths));
 *         for (size_t i = 0; i < paths.len; i++) {
 *             td_print(work, "%ld %s", (long)td_value_int(td_value_at(lengths, i), 0), paths.items[i]);
 *         }
 *     }
 *
 * Fork a pool before starting threads: a lock that another thread holds at that moment stays locked in the workers.
 * Libraries that are opened on first use may be used in a worker if the program had not opened them before. What a worker
 * writes to standard output is flushed after each task. A pool belongs to the thread that made it. */
#ifndef TEND_MULTIPROCESSING_H
#define TEND_MULTIPROCESSING_H

#pragma GCC system_header

#include <tend/value.h>

TD__BEGIN

typedef struct td_pool td_pool;

/* Runs in a worker; t is the task's own scope there. What it returns is copied; NULL is null. */
typedef const td_value *(*td_pool_fn)(td_scope *t, const td_value *item);

typedef struct td_pool_opts {
	TD__OPTS_HEAD;
	int processes;                               /* 0: one for each processor */
	void (*initializer)(td_scope *t, void *arg); /* run in each worker, first; its error breaks the pool */
	void *arg;                                   /* given to it */
} td_pool_opts;

/* A pool in s. Raises OSError when no process can be made, ValueError "Number of processes must be at least 1".
 * Python: multiprocessing.Pool. */
TD_API td_pool *td_pool_new(td_scope *s, const td_pool_opts *opts);
#define td_pool_new(...) TD__POOL_NEW(__VA_ARGS__)
#define TD__POOL_NEW(s, ...) (td_pool_new)(TD_HERE(s), TD__OPTS(td_pool_opts, __VA_ARGS__))

typedef struct td_pool_map_opts {
	TD__OPTS_HEAD;
	size_t chunksize; /* items that are sent at once; 0: as Python, a quarter of each worker's share */
	double timeout;   /* seconds; TimeoutError. 0: as long as s may */
} td_pool_map_opts;
/* fn of each item of a list, the results in their order as a list in s. The first error is raised once all that is under
 * way has come back; what was not begun is not begun. A worker that dies is BrokenProcessPool, with what killed it, and
 * the pool is of no more use. ValueError "Pool not running" after it was closed. Blocks. Python: Pool.map. */
TD_API const td_value *td_pool_map(td_scope *s, td_pool *pool, td_pool_fn fn, const td_value *items,
                                   const td_pool_map_opts *opts);
#define td_pool_map(...) TD__POOL_MAP(td_pool_map, __VA_ARGS__, )
#define TD__POOL_MAP(fn_, s, pool, fn, items, ...)                                                                     \
	(fn_)(TD_HERE(s), (pool), (fn), (items), TD__OPTS(td_pool_map_opts, __VA_ARGS__))

/* One call, its result in s. Blocks. Python: Pool.apply. */
TD_API const td_value *td_pool_apply(td_scope *s, td_pool *pool, td_pool_fn fn, const td_value *item);
#define td_pool_apply(s, ...) (td_pool_apply)(TD_HERE(s), __VA_ARGS__)

/* The results one by one as they come, in any order; valid until the next step; NULL after the last and after an error.
 *     for (td_results *r = td_pool_imap_unordered(s, pool, fn, items); td_results_next(s, r);) … td_results_value(r) …
 * One such walk, or map, at a time. Python: Pool.imap_unordered. */
typedef struct td_results td_results;
TD_API td_results *td_pool_imap_unordered(td_scope *s, td_pool *pool, td_pool_fn fn, const td_value *items,
                                          const td_pool_map_opts *opts);
#define td_pool_imap_unordered(...) TD__POOL_MAP(td_pool_imap_unordered, __VA_ARGS__, )
TD_API bool td_results_next(td_scope *s, td_results *results);
TD_API const td_value *td_results_value(const td_results *results);
/* Which item it is the result of. */
TD_API size_t td_results_index(const td_results *results);

/* Takes no more work; the workers end once they are idle. Python: Pool.close. */
TD_API bool td_pool_close(td_scope *s, td_pool *pool);
#define td_pool_close(s, pool) (td_pool_close)(TD_HERE(s), (pool))
/* Ends the workers at once, whatever they do. Twice is as once. Python: Pool.terminate. */
TD_API bool td_pool_terminate(td_scope *s, td_pool *pool);
#define td_pool_terminate(s, pool) (td_pool_terminate)(TD_HERE(s), (pool))
/* Waits for the workers of a closed or terminated pool to end. ValueError "Pool is still running". Python: Pool.join. */
TD_API bool td_pool_join(td_scope *s, td_pool *pool);
#define td_pool_join(s, pool) (td_pool_join)(TD_HERE(s), (pool))

/* The processors that this process may use. Python: multiprocessing.cpu_count (which counts all). */
TD_API int td_multiprocessing_cpu_count(void);

TD__END
#endif
