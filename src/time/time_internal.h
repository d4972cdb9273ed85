/* src/time/time_internal.h: what the modules of time share. */
#ifndef TD_TIME_INTERNAL_H
#define TD_TIME_INTERNAL_H

#include "core/internal.h"
#include <tend/time.h>
#include <time.h>

/* Days since the first of January of year 1, the proleptic Gregorian calendar; that day is 1. Python: date.toordinal. */
int64_t td__ordinal(int64_t year, int month, int day);
void td__from_ordinal(int64_t ordinal, int64_t *year, int *month, int *day);
bool td__is_leap(int64_t year);
int td__days_in_month(int64_t year, int month);
int td__weekday(int64_t year, int month, int day); /* Monday is 0 */

extern const char *const td__day_names[7]; /* "Monday" first */
extern const char *const td__month_names[12];

/* What Python's own parser answers; time and datetime take what they need of it. */
typedef struct td__parsed_time {
	int64_t year;
	int month, day, hour, minute, second, weekday, yday, isdst;
	int fraction; /* microseconds */
	bool has_offset;
	int offset, offset_fraction; /* seconds and microseconds east of UTC */
	const char *zone;            /* in s; NULL when there was none */
} td__parsed_time;
/* False: raised. NULL as format is ctime's. */
bool td__strptime(td_scope *s, const char *text, const char *format, td__parsed_time *out);

/* The directives of glibc's strftime in the C locale, whatever setlocale says, of a struct tm whose fields are in range.
 * td_no_text: MemoryError raised. */
const char *td__strftime(td_scope *s, const char *format, const struct tm *tm);

/* Seconds as Python rounds them: the whole second at or before. False: raised (NaN, out of range). */
bool td__time_floor(td_scope *s, double secs, int64_t *out);

/* Names and offsets of standard and daylight time as Python's time module finds them. */
typedef struct td__zone {
	int timezone, altzone;
	bool daylight;
	char names[2][10];
} td__zone;
void td__local_zone(td__zone *out);

#endif
