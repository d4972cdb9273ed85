/* src/time/clock.c: the clocks and sleeping. */
#include "time/time_internal.h"
#include <sched.h>

#define NS 1000000000LL

/* Python's way from nanoseconds to seconds: whole seconds stay exact however many there are. */
static double seconds(int64_t ns) {
	return ns % NS == 0 ? (double)(ns / NS) : (double)ns / 1e9;
}

static int64_t read_clock(clockid_t clock) {
	struct timespec t = {0};
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * NS + t.tv_nsec;
}

int64_t td_time_time_ns(void) {
	return read_clock(CLOCK_REALTIME);
}
double td_time_time(void) {
	return seconds(read_clock(CLOCK_REALTIME));
}
int64_t td_time_monotonic_ns(void) {
	return read_clock(CLOCK_MONOTONIC);
}
double td_time_monotonic(void) {
	return seconds(read_clock(CLOCK_MONOTONIC));
}
int64_t td_time_perf_counter_ns(void) {
	return read_clock(CLOCK_MONOTONIC);
}
double td_time_perf_counter(void) {
	return seconds(read_clock(CLOCK_MONOTONIC));
}
int64_t td_time_process_time_ns(void) {
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}
double td_time_process_time(void) {
	return seconds(read_clock(CLOCK_PROCESS_CPUTIME_ID));
}
int64_t td_time_thread_time_ns(void) {
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}
double td_time_thread_time(void) {
	return seconds(read_clock(CLOCK_THREAD_CPUTIME_ID));
}

int64_t(td_time_clock_gettime_ns)(td_scope *s, int clk_id) {
	if (!td__enter(s)) return 0;
	struct timespec t;
	if (clock_gettime((clockid_t)clk_id, &t) < 0) return td__os_error(s, errno, NULL);
	return (int64_t)t.tv_sec * NS + t.tv_nsec;
}

double(td_time_clock_gettime)(td_scope *s, int clk_id) {
	if (!td__enter(s)) return 0;
	struct timespec t;
	if (clock_gettime((clockid_t)clk_id, &t) < 0) return td__os_error(s, errno, NULL);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double(td_time_clock_getres)(td_scope *s, int clk_id) {
	if (!td__enter(s)) return 0;
	struct timespec t;
	if (clock_getres((clockid_t)clk_id, &t) < 0) return td__os_error(s, errno, NULL);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

bool(td_time_sleep)(td_scope *s, double secs) {
	if (!td__enter(s)) return false;
	if (secs != secs) {
		td_raise(s, TD_ValueError, "Invalid value NaN (not a number)");
		return false;
	}
	if (secs < 0) {
		td_raise(s, TD_ValueError, "sleep length must be non-negative");
		return false;
	}
	if (secs >= 9223372036.0) {
		td_raise(s, TD_OverflowError, "timestamp out of range for platform time_t");
		return false;
	}
	if (secs == 0) {
		if (!td_check(s)) return false;
		sched_yield();
		return true;
	}
	int64_t ns = (int64_t)(secs * 1e9);
	if ((double)ns < secs * 1e9) ns++;
	int64_t now = td__now();
	return td__poll(s, NULL, 0, ns > TD__NEVER - 1 - now ? TD__NEVER : now + ns) == 0;
}
