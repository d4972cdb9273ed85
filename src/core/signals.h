/* src/core/signals.h: where the program's own signal handlers run. The signal module sets these when the first handler is
 * set; the one place that waits (deadline.c) asks them. */
#ifndef TD_CORE_SIGNALS_H
#define TD_CORE_SIGNALS_H

#include <stdatomic.h>
#include <tend/scope.h>

typedef struct td__signals {
	/* Runs the handlers that are due, if this is the thread to run them. False: one has raised on s. */
	bool (*run)(td_scope *s);
	/* What is readable when one is due; -1 in other threads. */
	int (*fd)(void);
} td__signals;

extern _Atomic(const td__signals *) td__signals_hook;
extern atomic_bool td__signals_due;

#endif
