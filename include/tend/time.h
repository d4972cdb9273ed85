/* tend/time.h: clocks, sleeping, and broken-down time as text.
 *
 * Seconds are doubles since the epoch, as in Python; the calls that end in _ns are exact, in int64_t nanoseconds (1677 to
 * 2262). A td_struct_time follows Python, not C: the full year, months 1 to 12, Monday is 0, the first of January is 1.
 * Names of days and months are English whatever the host's locale. Local time is that of TZ, read as the C library does.
 *
 *     #include <tend.h>
 *
 *     static void backup_name(td_scope *s) {
 *         double begin = td_time_perf_counter();
 *         const char *name = td_time_strftime(s, "backup-%Y%m%d-%H%M%S.tar");      // local time, now
 *         const td_struct_time *t = td_time_strptime(s, "2024-02-29", .format = "%Y-%m-%d");
 *         td_time_sleep(s, 0.25);                                     // ends early when s is cancelled or out of time
 *         printf("%s %s %d %.3f s\n", name, td_time_asctime(s, .t = t), t->tm_yday, td_time_perf_counter() - begin);
 *     }
 *
 * Thread-safe; td_time_tzset changes the zone for the whole process, as tzset(3) does. */
#ifndef TEND_TIME_H
#define TEND_TIME_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* --- clocks: they cannot fail and take no scope --- */

/* Seconds since the epoch; the clock can be set, so it may jump. Python: time.time. */
TD_API double td_time_time(void);
/* The same in nanoseconds. Python: time.time_ns. */
TD_API int64_t td_time_time_ns(void);
/* Seconds from some point in the past, never backwards, not stopped while the clock is set. Python: time.monotonic. */
TD_API double td_time_monotonic(void);
TD_API int64_t td_time_monotonic_ns(void);
/* The clock to measure with; the same one on Linux. Python: time.perf_counter. */
TD_API double td_time_perf_counter(void);
TD_API int64_t td_time_perf_counter_ns(void);
/* Processor seconds that this process has used, system and user. Python: time.process_time. */
TD_API double td_time_process_time(void);
TD_API int64_t td_time_process_time_ns(void);
/* Processor seconds that this thread has used. Python: time.thread_time. */
TD_API double td_time_thread_time(void);
TD_API int64_t td_time_thread_time_ns(void);

enum {
	TD_TIME_CLOCK_REALTIME = 0,
	TD_TIME_CLOCK_MONOTONIC = 1,
	TD_TIME_CLOCK_PROCESS_CPUTIME_ID = 2,
	TD_TIME_CLOCK_THREAD_CPUTIME_ID = 3,
	TD_TIME_CLOCK_MONOTONIC_RAW = 4,
	TD_TIME_CLOCK_BOOTTIME = 7,
	TD_TIME_CLOCK_TAI = 11
};
/* Any clock of the system by its number. OSError (EINVAL) when there is no such clock; 0 when s has failed.
 * Python: time.clock_gettime, clock_gettime_ns, clock_getres. */
TD_API double td_time_clock_gettime(td_scope *s, int clk_id);
#define td_time_clock_gettime(s, clk_id) (td_time_clock_gettime)(TD_HERE(s), (clk_id))
TD_API int64_t td_time_clock_gettime_ns(td_scope *s, int clk_id);
#define td_time_clock_gettime_ns(s, clk_id) (td_time_clock_gettime_ns)(TD_HERE(s), (clk_id))
TD_API double td_time_clock_getres(td_scope *s, int clk_id);
#define td_time_clock_getres(s, clk_id) (td_time_clock_getres)(TD_HERE(s), (clk_id))

/* --- sleeping --- */

/* Blocks for secs seconds, signals notwithstanding; 0 gives the processor to another thread. True when that time is
 * over; false when s failed: cancelled, or its deadline came first. ValueError "sleep length must be non-negative".
 * Python: time.sleep. */
TD_API bool td_time_sleep(td_scope *s, double secs);
#define td_time_sleep(s, secs) (td_time_sleep)(TD_HERE(s), (secs))

/* --- broken-down time --- */

/* Python: time.struct_time. */
typedef struct td_struct_time {
	int tm_year;         /* 2024 */
	int tm_mon;          /* 1 to 12 */
	int tm_mday;         /* 1 to 31 */
	int tm_hour;         /* 0 to 23 */
	int tm_min;          /* 0 to 59 */
	int tm_sec;          /* 0 to 61 */
	int tm_wday;         /* Monday is 0 */
	int tm_yday;         /* 1 to 366 */
	int tm_isdst;        /* 1 in daylight saving time, 0 not, -1 unknown */
	int tm_gmtoff;       /* seconds east of UTC */
	const char *tm_zone; /* "CET"; "" when it is not known */
	bool tm_has_gmtoff;  /* whether tm_gmtoff is known */
} td_struct_time;

typedef struct td_time_secs_opts {
	TD__OPTS_HEAD;
	td_opt_float secs; /* TD_FLOAT(seconds since the epoch); absent: now. Fractions are cut towards the past */
} td_time_secs_opts;
/* UTC, and local time. Never NULL; all fields 0 when s has failed. OverflowError and OSError for times out of range.
 * Python: time.gmtime, time.localtime. */
TD_API const td_struct_time *td_time_gmtime(td_scope *s, const td_time_secs_opts *opts);
#define td_time_gmtime(...) TD__TIME_SECS(td_time_gmtime, __VA_ARGS__)
TD_API const td_struct_time *td_time_localtime(td_scope *s, const td_time_secs_opts *opts);
#define td_time_localtime(...) TD__TIME_SECS(td_time_localtime, __VA_ARGS__)
#define TD__TIME_SECS(fn, s, ...) (fn)(TD_HERE(s), TD__OPTS(td_time_secs_opts, __VA_ARGS__))

/* Seconds since the epoch of a local time. Fields past their range are carried (day 32 is in the next month); tm_wday
 * and tm_yday are not looked at; tm_isdst of -1 lets the C library decide. OverflowError when there is no such second;
 * -1 when s has failed. Python: time.mktime. */
TD_API double td_time_mktime(td_scope *s, const td_struct_time *t);
#define td_time_mktime(s, t) (td_time_mktime)(TD_HERE(s), (t))

/* The inverse of gmtime. Only the day and what is shorter may be out of range. ValueError for a month or year that is
 * not in the calendar (years 1 to 9999); 0 when s has failed. Python: calendar.timegm. */
TD_API int64_t td_calendar_timegm(td_scope *s, const td_struct_time *t);
#define td_calendar_timegm(s, t) (td_calendar_timegm)(TD_HERE(s), (t))

typedef struct td_time_t_opts {
	TD__OPTS_HEAD;
	const td_struct_time *t; /* NULL: the local time now */
} td_time_t_opts;
/* The time in words, by the directives of strftime(3) in the C locale, flags and widths of glibc included. ValueError
 * when a field is out of its range ("month out of range"). Python: time.strftime. */
TD_API const char *td_time_strftime(td_scope *s, const char *format, const td_time_t_opts *opts);
#define td_time_strftime(s, ...) TD__TIME_STRFTIME(s, __VA_ARGS__)
#define TD__TIME_STRFTIME(s, format, ...)                                                                              \
	(td_time_strftime)(TD_HERE(s), (format), TD__OPTS(td_time_t_opts, __VA_ARGS__))

/* "Thu Feb 29 12:00:00 2024". Python: time.asctime. */
TD_API const char *td_time_asctime(td_scope *s, const td_time_t_opts *opts);
#define td_time_asctime(...) TD__TIME_ASCTIME(__VA_ARGS__)
#define TD__TIME_ASCTIME(s, ...) (td_time_asctime)(TD_HERE(s), TD__OPTS(td_time_t_opts, __VA_ARGS__))

/* The same of a time in seconds, local. Python: time.ctime. */
TD_API const char *td_time_ctime(td_scope *s, const td_time_secs_opts *opts);
#define td_time_ctime(...) TD__TIME_SECS(td_time_ctime, __VA_ARGS__)

typedef struct td_time_strptime_opts {
	TD__OPTS_HEAD;
	const char *format; /* NULL: "%a %b %d %H:%M:%S %Y" */
} td_time_strptime_opts;
/* Reads a time from text. Directives are Python's: %a %A %b %B %c %d %f %G %H %I %j %m %M %p %S %u %U %V %w %W %x %X %y %Y
 * %z %Z %%; letters match in either case, blanks match any run of white space. ValueError, in Python's words, when the
 * text does not match, when some of it is left, or for a bad format. Never NULL; all fields 0 when s has failed.
 * Python: time.strptime. */
TD_API const td_struct_time *td_time_strptime(td_scope *s, const char *text, const td_time_strptime_opts *opts);
#define td_time_strptime(s, ...) TD__TIME_STRPTIME(s, __VA_ARGS__)
#define TD__TIME_STRPTIME(s, text, ...)                                                                                \
	(td_time_strptime)(TD_HERE(s), (text), TD__OPTS(td_time_strptime_opts, __VA_ARGS__))

/* --- the local zone --- */

/* Reads TZ again. Not while other threads ask for local time. Python: time.tzset. */
TD_API void td_time_tzset(void);
/* Seconds WEST of UTC of standard time, and of daylight saving time. Python: time.timezone, time.altzone. */
TD_API int td_time_timezone(void);
TD_API int td_time_altzone(void);
/* Whether the zone has daylight saving time in this year. Python: time.daylight. */
TD_API bool td_time_daylight(void);
/* Its two names, at most 9 bytes each. Python: time.tzname. */
TD_API td_strs td_time_tzname(td_scope *s);

TD__END
#endif
