/* src/os/pool.h: what the two sides of a pool of processes share. A message is its length and then its bytes. */
#ifndef TD_OS_POOL_H
#define TD_OS_POOL_H

#include <tend/multiprocessing.h>

#include "os/value_wire.h"

/* To a worker: a function, the first item's number and how many, then the items. Back: for each item a byte, 'r' with the
 * result or 'e' with the error. */
typedef struct td__pool_head {
	td_pool_fn fn;
	size_t first, count;
} td__pool_head;

/* pool_worker_linux.c: what a forked worker does until its socket ends; does not return. */
_Noreturn void td__pool_work(int socket, const td_pool_opts *opts);

/* pool_error.c */
void td__pool_put_error(td__buffer *out, const td_error *e);
void td__pool_raise(td_scope *s, td__wire *in);

#endif
