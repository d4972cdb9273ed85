/* tools/agent/history.h: the past, in three rings of fixed size: a value a second for 10 minutes, one for 10 s for 6 hours,
 * one a minute for 7 days. The coarser rings hold means of the finer.
 *
 * A series takes 50 KB when all of it is filled, and memory is touched only as far as it is. There are at most
 * AGENT_SERIES_MAX; those that come later are not kept (a container host with a thousand interfaces must not grow
 * without bound). Gaps are NaN inside and null in answers. A step of the system clock does no harm: slots are counted by
 * the clock that cannot be set. */
#ifndef AGENT_HISTORY_H
#define AGENT_HISTORY_H

#include <tend/text.h>
#include <tend/value.h>

#define AGENT_SERIES_MAX 128

typedef struct agent_history agent_history;

typedef enum agent_ring {
	AGENT_RING_1S,  /* "1s": 600 values */
	AGENT_RING_10S, /* "10s": 2160 */
	AGENT_RING_1M,  /* "1m": 10080 */
	AGENT_RINGS
} agent_ring;

/* "1s", "10s", "1m"; AGENT_RINGS when it is none of these. */
agent_ring agent_ring_of(const char *name);

/* Lives in s. */
agent_history *agent_history_new(td_scope *s);

/* The series of that name, made if it is new: "cpu.busy", "disk.vda.read". unit: "%", "B", "B/s", "/s", "°C", "". -1 when
 * there are too many, or memory is out; agent_history_put ignores it. */
int agent_history_series(agent_history *h, const char *name, const char *unit);

/* The value of a series in the tick that agent_history_tick ends next. */
void agent_history_put(agent_history *h, int series, double value);

/* Ends a tick at that moment (td_time_monotonic_ns): what was put since the last one goes into the rings. Ticks that
 * were missed leave gaps. */
void agent_history_tick(agent_history *h, int64_t monotonic_ns);

/* [{name, unit}], in the order in which they came. */
const td_value *agent_history_list(td_scope *s, const agent_history *h);

/* The values of some series (all when names.len is 0) that are newer than since, seconds since the epoch; 0 is all that
 * there is:
 *   {ring: "1s", step: 1, start: 1700000000.0, count: 600, series: [{name, unit, values: [1.5, null, …]}]}
 * start is the time of the first value; each value has one place per step, the newest last. Unknown names are left out.
 * Values have four significant digits. */
const td_value *agent_history_query(td_scope *s, const agent_history *h, td_strs names, agent_ring ring, double since);

/* The finest ring that reaches back to that moment (td_time_monotonic_ns) and on to it; AGENT_RINGS when none does. */
agent_ring agent_history_ring(const agent_history *h, int64_t monotonic_ns);
/* Seconds that a value of a ring stands for. */
int64_t agent_ring_step(agent_ring ring);
/* The value of a series at that moment in that ring; NaN where there is none. */
double agent_history_value(const agent_history *h, const char *name, agent_ring ring, int64_t monotonic_ns);
/* The first and the last moment that anything is kept of; false before the first tick. */
bool agent_history_span(const agent_history *h, int64_t *oldest, int64_t *newest);

#endif
