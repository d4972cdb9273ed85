/* tools/agent/past.h: which processes were busy when: the busiest and the largest of each ten seconds for an hour, of each
 * minute for a day, and of each ten minutes for a week.
 *
 * It takes 0.9 MB when a week is full, and memory is touched only as far as it is. What a process was called is kept once,
 * however often it is named, and at most for some thousands: a machine that starts a million different programs gets "?"
 * for the names of the rest. Slots are counted by the clock that cannot be set, as in agent/history.h. */
#ifndef AGENT_PAST_H
#define AGENT_PAST_H

#include <tend/process.h>
#include <tend/value.h>

typedef struct agent_past agent_past;

/* Lives in s. */
agent_past *agent_past_new(td_scope *s);

/* Adds what the table says at that moment (td_time_monotonic_ns). A tick is about a second. */
void agent_past_tick(agent_past *p, const td_process_table *table, int64_t monotonic_ns);

/* Of the finest that is kept of that moment: {step, start, items: [{pid, name, user, state, cpu, rss, threads, nice,
 * created, command}]}, where start is monotonic seconds and cpu the mean over step. NULL when nothing is kept of it. */
const td_value *agent_past_query(td_scope *s, const agent_past *p, int64_t monotonic_ns);

#endif
