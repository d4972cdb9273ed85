/* tools/top/sample.h: what `tend top` shows of one moment, whether it was looked at now (live.c) or is what the agent
 * remembers (past.c). What is not known is NaN, or 0 where that cannot be a value. */
#ifndef TOP_SAMPLE_H
#define TOP_SAMPLE_H

#include <tend/process.h>

/* Percentages of one processor's time, or of all of them. */
typedef struct top_cpu {
	double user, system, wait, steal; /* nice is in user, interrupts are in system */
} top_cpu;

/* Percent of the time in which some, or all, tasks stood still; NaN where it is not known. */
typedef struct top_stall {
	double some, full;
} top_stall;
enum { TOP_STALL_CPU, TOP_STALL_MEMORY, TOP_STALL_IO, TOP_STALLS };

/* What a control group may use, the groups above it counted, and what is used of that. */
typedef struct top_limits {
	const char *cgroup;          /* "" when there is none */
	double cpus;                 /* processors' worth of time; 0 is no limit */
	double cpu;                  /* percent of one processor that the group used; NaN */
	uint64_t memory_max, memory; /* bytes; a limit of 0 is none */
	top_stall stalls[TOP_STALLS];
} top_limits;

typedef struct top_sample {
	double time; /* seconds since the epoch */
	const char *host;
	double uptime;
	top_cpu all;
	const top_cpu *each;
	size_t cpus;
	double load[3];
	uint64_t memory_total, memory_used, memory_cached, swap_total, swap_used;
	top_stall stalls[TOP_STALLS];
	top_limits limits;
	size_t tasks, running, zombies, threads;
	const td_process_row *items; /* by pid */
	size_t len;
	bool partly;      /* the processes are the busiest and the largest only */
	const char *note; /* "" or what is to be said about it */
} top_sample;

/* user + system + wait + steal, without wait: what is not idle. */
static inline double top_busy(top_cpu c) {
	return c.user + c.system + c.steal;
}

#endif
