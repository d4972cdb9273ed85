/* src/time/calendar.c: the proleptic Gregorian calendar, as datetime.date counts it. */
#include "time/time_internal.h"

const char *const td__day_names[7] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
const char *const td__month_names[12] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};

bool td__is_leap(int64_t year) {
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int td__days_in_month(int64_t year, int month) {
	static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return month == 2 && td__is_leap(year) ? 29 : days[month - 1];
}

static int64_t floor_div(int64_t a, int64_t b) {
	return a / b - (a % b < 0);
}

int64_t td__ordinal(int64_t year, int month, int day) {
	static const uint16_t before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int64_t y = year - 1;
	int64_t days = y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
	return days + before[month - 1] + (month > 2 && td__is_leap(year)) + day;
}

void td__from_ordinal(int64_t ordinal, int64_t *year, int *month, int *day) {
	/* Counted from the first of March of year 0, the leap day is the last of its year. */
	int64_t n = ordinal + 305;
	int64_t era = floor_div(n, 146097);
	int64_t of_era = n - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

int td__weekday(int64_t year, int month, int day) {
	int64_t n = (td__ordinal(year, month, day) + 6) % 7;
	return (int)(n < 0 ? n + 7 : n);
}
