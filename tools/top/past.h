/* tools/top/past.h: what the agent remembers of a moment. */
#ifndef TOP_PAST_H
#define TOP_PAST_H

#include "top/sample.h"

typedef struct top_past top_past;

/* The moment that text names, seconds since the epoch: "14:05" and "14:05:30" (the last time it was that late),
 * "2024-02-29 14:05", "2024-02-29T14:05:00", "10m" and "1h30m" (so long ago). ValueError. */
double top_past_moment(td_scope *s, const char *text, double now);

/* Lives in s. socket is the agent's control socket. Asks nothing yet. */
top_past *top_past_new(td_scope *s, const char *socket);

/* The sample of that moment, in s. What cannot be had (no agent, a moment outside of what it keeps) raises RuntimeError
 * with what is to be told to the user. *step is how many seconds it stands for. */
const top_sample *top_past_at(td_scope *s, top_past *past, double at, double *step);

#endif
