/* src/time/struct_time.c: seconds to broken-down time and back, and the local zone. */
#include "time/time_internal.h"
#include <stdio.h>
#include <tend/text.h>

static const td_struct_time nothing = {.tm_zone = ""};

bool td__time_floor(td_scope *s, double secs, int64_t *out) {
	if (secs != secs) {
		td_raise(s, TD_ValueError, "Invalid value NaN (not a number)");
		return false;
	}
	if (!(secs >= -9223372036854775808.0 && secs < 9223372036854775808.0)) {
		td_raise(s, TD_OverflowError, "timestamp out of range for platform time_t");
		return false;
	}
	int64_t whole = (int64_t)secs;
	*out = whole - ((double)whole > secs);
	return true;
}

static bool seconds_of(td_scope *s, const td_time_secs_opts *opts, int64_t *out) {
	td_time_secs_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.secs.given) return td__time_floor(s, o.secs.value, out);
	*out = (int64_t)time(NULL);
	return true;
}

/* A zone's name belongs to the C library and may go at its next tzset. */
static const td_struct_time *made(td_scope *s, const struct tm *tm) {
	td_struct_time *t = td_alloc(s, sizeof *t);
	if (!t) return &nothing;
	*t = (td_struct_time){.tm_year = tm->tm_year + 1900,
	                      .tm_mon = tm->tm_mon + 1,
	                      .tm_mday = tm->tm_mday,
	                      .tm_hour = tm->tm_hour,
	                      .tm_min = tm->tm_min,
	                      .tm_sec = tm->tm_sec,
	                      .tm_wday = (tm->tm_wday + 6) % 7,
	                      .tm_yday = tm->tm_yday + 1,
	                      .tm_isdst = tm->tm_isdst,
	                      .tm_gmtoff = (int)tm->tm_gmtoff,
	                      .tm_has_gmtoff = true};
	t->tm_zone = td_strdup(s, tm->tm_zone ? tm->tm_zone : "");
	return td_failed(s) ? &nothing : t;
}

const td_struct_time *(td_time_gmtime)(td_scope *s, const td_time_secs_opts *opts) {
	int64_t secs;
	if (!td__enter_opts(s, opts) || !seconds_of(s, opts, &secs)) return &nothing;
	time_t t = (time_t)secs;
	struct tm tm;
	if (!gmtime_r(&t, &tm)) {
		td__os_error(s, errno, NULL);
		return &nothing;
	}
	tm.tm_zone = "GMT";
	return made(s, &tm);
}

const td_struct_time *(td_time_localtime)(td_scope *s, const td_time_secs_opts *opts) {
	int64_t secs;
	if (!td__enter_opts(s, opts) || !seconds_of(s, opts, &secs)) return &nothing;
	time_t t = (time_t)secs;
	struct tm tm;
	if (!localtime_r(&t, &tm)) {
		td__os_error(s, errno, NULL);
		return &nothing;
	}
	return made(s, &tm);
}

/* To C's conventions. A year that C cannot count is OverflowError. */
static bool to_tm(td_scope *s, const td_struct_time *t, struct tm *tm) {
	if (!td__need_handle(s, "t", t)) return false;
	if (t->tm_year < INT32_MIN + 1900) {
		td_raise(s, TD_OverflowError, "year out of range");
		return false;
	}
	*tm = (struct tm){.tm_year = t->tm_year - 1900,
	                  .tm_mon = (int)((unsigned)t->tm_mon - 1u),
	                  .tm_mday = t->tm_mday,
	                  .tm_hour = t->tm_hour,
	                  .tm_min = t->tm_min,
	                  .tm_sec = t->tm_sec,
	                  .tm_wday = (int)(((int64_t)t->tm_wday + 1) % 7),
	                  .tm_yday = (int)((unsigned)t->tm_yday - 1u),
	                  .tm_isdst = t->tm_isdst};
	if (t->tm_has_gmtoff) tm->tm_gmtoff = t->tm_gmtoff;
	tm->tm_zone = t->tm_zone && *t->tm_zone ? t->tm_zone : NULL;
	return true;
}

double(td_time_mktime)(td_scope *s, const td_struct_time *t) {
	struct tm tm;
	if (!td__enter(s) || !to_tm(s, t, &tm)) return -1;
	tm.tm_wday = -1; /* mktime fills it in when it succeeds, so that its -1 can be told from an error's */
	time_t secs = mktime(&tm);
	if (secs == (time_t)-1 && tm.tm_wday == -1) {
		td_raise(s, TD_OverflowError, "mktime argument out of range");
		return -1;
	}
	return (double)secs;
}

int64_t(td_calendar_timegm)(td_scope *s, const td_struct_time *t) {
	if (!td__enter(s) || !td__need_handle(s, "t", t)) return 0;
	if (t->tm_year < 1 || t->tm_year > 9999) {
		td_raise(s, TD_ValueError, "year %d is out of range", t->tm_year);
		return 0;
	}
	if (t->tm_mon < 1 || t->tm_mon > 12) {
		td_raise(s, TD_ValueError, "month must be in 1..12");
		return 0;
	}
	int64_t days = td__ordinal(t->tm_year, t->tm_mon, 1) - 719163 + t->tm_mday - 1;
	return ((days * 24 + t->tm_hour) * 60 + t->tm_min) * 60 + t->tm_sec;
}

/* Python's own look at a tuple before it is handed to the C library. */
static bool check_tm(td_scope *s, struct tm *tm) {
	const char *what = NULL;
	if (tm->tm_mon == -1) tm->tm_mon = 0;
	if (tm->tm_mday == 0) tm->tm_mday = 1;
	if (tm->tm_yday == -1) tm->tm_yday = 0;
	if (tm->tm_mon < 0 || tm->tm_mon > 11)
		what = "month out of range";
	else if (tm->tm_mday < 0 || tm->tm_mday > 31)
		what = "day of month out of range";
	else if (tm->tm_hour < 0 || tm->tm_hour > 23)
		what = "hour out of range";
	else if (tm->tm_min < 0 || tm->tm_min > 59)
		what = "minute out of range";
	else if (tm->tm_sec < 0 || tm->tm_sec > 61)
		what = "seconds out of range";
	else if (tm->tm_wday < 0)
		what = "day of week out of range";
	else if (tm->tm_yday < 0 || tm->tm_yday > 365)
		what = "day of year out of range";
	if (what) {
		td_raise(s, TD_ValueError, "%s", what);
		return false;
	}
	return true;
}

static bool tm_given_or_now(td_scope *s, const td_time_t_opts *opts, struct tm *tm) {
	td_time_t_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.t) return to_tm(s, o.t, tm) && check_tm(s, tm);
	time_t now = time(NULL);
	if (!localtime_r(&now, tm)) return td__os_error(s, errno, NULL);
	return true;
}

const char *(td_time_strftime)(td_scope *s, const char *format, const td_time_t_opts *opts) {
	struct tm tm;
	if (!td__enter_opts(s, opts) || !td__need_text(s, "format", format)) return td_no_text;
	if (!tm_given_or_now(s, opts, &tm)) return td_no_text;
	if (tm.tm_isdst < -1) tm.tm_isdst = -1;
	if (tm.tm_isdst > 1) tm.tm_isdst = 1;
	return td__strftime(s, format, &tm);
}

static const char *in_words(td_scope *s, const struct tm *tm) {
	return td_format(s, "%.3s %.3s%3d %.2d:%.2d:%.2d %lld", td__day_names[(tm->tm_wday + 6) % 7],
	                 td__month_names[tm->tm_mon], tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec,
	                 (long long)tm->tm_year + 1900);
}

const char *(td_time_asctime)(td_scope *s, const td_time_t_opts *opts) {
	struct tm tm;
	if (!td__enter_opts(s, opts) || !tm_given_or_now(s, opts, &tm)) return td_no_text;
	return in_words(s, &tm);
}

const char *(td_time_ctime)(td_scope *s, const td_time_secs_opts *opts) {
	int64_t secs;
	if (!td__enter_opts(s, opts) || !seconds_of(s, opts, &secs)) return td_no_text;
	time_t t = (time_t)secs;
	struct tm tm;
	if (!localtime_r(&t, &tm)) {
		td__os_error(s, errno, NULL);
		return td_no_text;
	}
	return in_words(s, &tm);
}

const td_struct_time *(td_time_strptime)(td_scope *s, const char *text, const td_time_strptime_opts *opts) {
	td_time_strptime_opts o;
	td__parsed_time p;
	if (!td__enter_opts(s, opts)) return &nothing;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__strptime(s, text, o.format, &p)) return &nothing;
	td_struct_time *t = td_alloc(s, sizeof *t);
	if (!t) return &nothing;
	*t = (td_struct_time){.tm_year = (int)p.year,
	                      .tm_mon = p.month,
	                      .tm_mday = p.day,
	                      .tm_hour = p.hour,
	                      .tm_min = p.minute,
	                      .tm_sec = p.second,
	                      .tm_wday = p.weekday,
	                      .tm_yday = p.yday,
	                      .tm_isdst = p.isdst,
	                      .tm_gmtoff = p.offset,
	                      .tm_zone = p.zone ? p.zone : "",
	                      .tm_has_gmtoff = p.has_offset};
	return t;
}

/* --- the local zone ---
 * Python looks at two moments half a year apart, and takes the one farther west for standard time. */

void td__local_zone(td__zone *out) {
	const time_t year = (365 * 24 + 6) * 3600;
	struct tm tm[2] = {0};
	int west[2];
	time_t t = time(NULL) / year * year;
	for (int i = 0; i < 2; i++, t += year / 2) {
		if (!localtime_r(&t, &tm[i])) tm[i].tm_zone = "UTC";
		west[i] = -(int)tm[i].tm_gmtoff;
	}
	int standard = west[0] < west[1]; /* daylight saving is the other way round in the south */
	*out = (td__zone){.timezone = west[standard], .altzone = west[!standard], .daylight = west[0] != west[1]};
	snprintf(out->names[0], sizeof out->names[0], "%.9s", tm[standard].tm_zone ? tm[standard].tm_zone : "   ");
	snprintf(out->names[1], sizeof out->names[1], "%.9s", tm[!standard].tm_zone ? tm[!standard].tm_zone : "   ");
}

void td_time_tzset(void) {
	tzset();
}

int td_time_timezone(void) {
	td__zone z;
	td__local_zone(&z);
	return z.timezone;
}

int td_time_altzone(void) {
	td__zone z;
	td__local_zone(&z);
	return z.altzone;
}

bool td_time_daylight(void) {
	td__zone z;
	td__local_zone(&z);
	return z.daylight;
}

td_strs td_time_tzname(td_scope *s) {
	static const char *const none[1] = {NULL};
	const td_strs empty = {none, 0};
	if (!td__enter(s)) return empty;
	td__zone z;
	td__local_zone(&z);
	const char **items = td_alloc_array(s, 3, sizeof *items);
	if (!items) return empty;
	items[0] = td_strdup(s, z.names[0]);
	items[1] = td_strdup(s, z.names[1]);
	return td_failed(s) ? empty : (td_strs){items, 2};
}
