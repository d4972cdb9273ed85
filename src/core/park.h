/* src/core/park.h: threads that wait for each other. What a lock, an event or a queue blocks on: a line of waiters, each
 * asleep on a descriptor of its own, so that the cancel and the deadline of its scope wake it as they wake any other
 * blocking call. Whoever is not contended never gets here. */
#ifndef TD_CORE_PARK_H
#define TD_CORE_PARK_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/internal.h"

typedef struct td__waiter td__waiter;
struct td__waiter {
	td__waiter *prev, *next;
	int fd;
	_Atomic bool woken; /* taken off the line by whoever woke it */
};

/* A line of waiters. mutex guards it, and whatever the owner keeps beside it; it is held for a few instructions only. */
typedef struct td__line {
	pthread_mutex_t own, *mutex;
	td__waiter *first, *last;
} td__line;

void td__line_init(td__line *line);
void td__line_init_beside(td__line *line, td__line *other); /* under the other's mutex */
static inline void td__line_lock(td__line *line) {
	pthread_mutex_lock(line->mutex);
}
static inline void td__line_unlock(td__line *line) {
	pthread_mutex_unlock(line->mutex);
}

/* Sleeps in line, which is locked on entry and on return. 1: woken; 0: until has passed; -1: raised on s. A waiter that was
 * woken in the same moment in which its time ran out counts as woken: nothing that was handed to it is lost. */
int td__line_wait(td_scope *s, td__line *line, int64_t until);

/* Wakes the first in the locked line; false when nobody waits. */
bool td__line_wake(td__line *line);

/* seconds as the waiting calls take them: 0 is for ever, TD_NOW is not at all. */
int64_t td__until(double seconds);

#endif
