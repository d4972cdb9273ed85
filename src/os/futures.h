/* src/os/futures.h: a future as its pool and those who wait for several see it. */
#ifndef TD_OS_FUTURES_H
#define TD_OS_FUTURES_H

#include <tend/futures.h>

#include "core/park.h"
#include "os/threading.h"

typedef enum progress { PENDING, RUNNING, DONE, CANCELLED } progress;

/* Who wants to be told once a future is settled: tell is called under the future's lock, once. */
typedef struct td__future_watch {
	struct td__future_watch *next;
	void (*tell)(struct td__future_watch *watch);
} td__future_watch;

struct td_future {
	td__line line; /* who waits for it; guards the rest */
	progress state;
	td__future_watch *watches;
	td_executor *executor;
	td_future *next; /* among the pending */
	td_task_fn fn;
	void *arg;
	td_scope *box; /* a detached root: where the result lives */
	const td_value *result;
	td_error *error;
};

struct td_executor {
	td__line line;            /* of the workers without work; guards the rest */
	td_scope *parent, *scope; /* scope: of the threads; NULL once it was shut down */
	td_future *first, *last;
	bool closed;
};

bool td__future_settled(td_future *future);

#endif
