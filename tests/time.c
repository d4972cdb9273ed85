#include <math.h>
#include <string.h>
#include <tend.h>

/* Dates and formats are held against CPython by the oracle (tests/oracle/gen_time.py); here is what it cannot ask. */

TD_TEST(TestTime, test_clocks_go_forward) {
	double wall = td_time_time();
	td_unittest_assert_almost_equal(t, (double)td_time_time_ns() / 1e9, wall, .delta = TD_FLOAT(1));
	int64_t before = td_time_monotonic_ns();
	for (int i = 0; i < 1000; i++) {
		int64_t now = td_time_monotonic_ns();
		td_unittest_assert_less_equal(t, before, now);
		before = now;
	}
	td_unittest_assert_almost_equal(t, td_time_perf_counter(), td_time_monotonic(), .delta = TD_FLOAT(1));
	td_unittest_assert_almost_equal(t, (double)td_time_perf_counter_ns() / 1e9, td_time_perf_counter(),
	                                .delta = TD_FLOAT(1));
}

TD_TEST(TestTime, test_processor_time_counts_work_and_not_sleep) {
	double process = td_time_process_time(), thread = td_time_thread_time();
	td_time_sleep(t, 0.05);
	td_unittest_assert_less(t, td_time_thread_time() - thread, 0.04);
	int64_t end = td_time_monotonic_ns() + 30000000;
	while (td_time_monotonic_ns() < end) {
	}
	td_unittest_assert_greater(t, td_time_process_time_ns() - (int64_t)(process * 1e9), 0);
	td_unittest_assert_greater(t, td_time_thread_time_ns() - (int64_t)(thread * 1e9), 0);
}

TD_TEST(TestTime, test_clock_gettime) {
	td_unittest_assert_almost_equal(t, td_time_clock_gettime(t, TD_TIME_CLOCK_REALTIME), td_time_time(),
	                                .delta = TD_FLOAT(1));
	td_unittest_assert_greater(t, td_time_clock_gettime_ns(t, TD_TIME_CLOCK_BOOTTIME), 0);
	double resolution = td_time_clock_getres(t, TD_TIME_CLOCK_MONOTONIC);
	td_unittest_assert_true(t, resolution > 0 && resolution < 0.1);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 22] Invalid argument", td_time_clock_gettime(c, 1000));
	td_unittest_assert_raises(t, TD_OSError, td_time_clock_getres(c, 1000));
}

TD_TEST(TestSleep, test_sleeps_as_long_as_it_is_told) {
	double begin = td_time_monotonic();
	td_unittest_assert_true(t, td_time_sleep(t, 0.05));
	double took = td_time_monotonic() - begin;
	td_unittest_assert_true(t, took >= 0.05 && took < 2);
	td_unittest_assert_true(t, td_time_sleep(t, 0));
}

TD_TEST(TestSleep, test_what_is_no_length) {
	td_unittest_assert_raises_message(t, TD_ValueError, "sleep length must be non-negative", td_time_sleep(c, -1));
	td_unittest_assert_raises_message(t, TD_ValueError, "sleep length must be non-negative", td_time_sleep(c, -1e-9));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid value NaN (not a number)", td_time_sleep(c, NAN));
	td_unittest_assert_raises(t, TD_OverflowError, td_time_sleep(c, INFINITY));
	td_unittest_assert_raises(t, TD_OverflowError, td_time_sleep(c, 1e30));
}

TD_TEST(TestSleep, test_the_deadline_of_the_scope_ends_it) {
	double begin = td_time_monotonic();
	td_unittest_assert_raises(t, TD_TimeoutError, ({
								  TD_SCOPE(short_one, c, .timeout = 0.05);
								  td_time_sleep(short_one, 60);
							  }));
	td_unittest_assert_less(t, td_time_monotonic() - begin, 5.0);
	td_unittest_assert_raises(t, TD_TimeoutError, ({
								  TD_SCOPE(expired, c, .timeout = TD_NOW);
								  td_time_sleep(expired, 0);
							  }));
}

static void cancel_soon(td_scope *s, void *arg) {
	td_time_sleep(s, 0.02);
	td_scope_cancel(arg);
}

TD_TEST(TestSleep, test_a_cancel_ends_it) {
	double begin = td_time_monotonic();
	{
		TD_SCOPE(work, t);
		td_thread_start(work, cancel_soon, work);
		td_unittest_assert_false(t, td_time_sleep(work, 60));
	}
	td_unittest_assert_less(t, td_time_monotonic() - begin, 5.0);
}

TD_TEST(TestStructTime, test_a_failed_scope_gives_zeros_and_no_crash) {
	TD_SCOPE(failed, t);
	td_raise(failed, TD_ValueError, "x");
	td_unittest_assert_equal(t, td_time_gmtime(failed)->tm_year, 0);
	td_unittest_assert_equal(t, td_time_localtime(failed)->tm_zone, "");
	td_unittest_assert_equal(t, td_time_strptime(failed, "x")->tm_mon, 0);
	td_unittest_assert_is(t, td_time_strftime(failed, "%Y"), td_no_text);
	td_unittest_assert_is(t, td_time_ctime(failed), td_no_text);
	td_unittest_assert_equal(t, td_time_tzname(failed).len, 0);
	td_catch(failed);
}

TD_TEST(TestStructTime, test_there_and_back) {
	td_os_environ_set(t, "TZ", "Europe/Berlin");
	td_time_tzset();
	const td_struct_time *local = td_time_localtime(t, .secs = TD_FLOAT(1711846800.75)); /* the hour after the gap */
	td_unittest_assert_equal(t, td_time_strftime(t, "%Y-%m-%d %H:%M:%S %Z %z", .t = local),
	                         "2024-03-31 03:00:00 CEST +0200");
	td_unittest_assert_equal(t, td_time_mktime(t, local), 1711846800.0);
	td_struct_time gap = {.tm_year = 2024, .tm_mon = 3, .tm_mday = 31, .tm_hour = 2, .tm_min = 30, .tm_isdst = -1};
	td_unittest_assert_equal(t, td_time_mktime(t, &gap), 1711848600.0);
	td_unittest_assert_equal(t, td_time_timezone(), -3600);
	td_unittest_assert_equal(t, td_time_altzone(), -7200);
	td_unittest_assert_true(t, td_time_daylight());
	td_unittest_assert_equal(t, td_time_tzname(t), td_strs_of(t, "CET", "CEST"));
	td_unittest_assert_equal(t, td_time_strptime(t, "cest", .format = "%Z")->tm_isdst, 1);
	td_struct_time odd = {.tm_year = 2024, .tm_mon = 14, .tm_mday = 0, .tm_isdst = -1};
	td_unittest_assert_equal(t, td_time_mktime(t, &odd), 1738278000.0, .msg = "months and days are carried");
	const td_struct_time *utc = td_time_gmtime(t, .secs = TD_FLOAT(-0.5));
	td_unittest_assert_equal(t, td_time_asctime(t, .t = utc), "Wed Dec 31 23:59:59 1969");
	td_unittest_assert_equal(t, td_calendar_timegm(t, utc), -1);
	td_unittest_assert_equal(t, utc->tm_zone, "GMT");
}

TD_TEST(TestStructTime, test_out_of_range) {
	td_unittest_assert_raises(t, TD_OverflowError, td_time_gmtime(c, .secs = TD_FLOAT(1e30)));
	td_unittest_assert_raises(t, TD_OSError, td_time_gmtime(c, .secs = TD_FLOAT(1e18)));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid value NaN (not a number)",
	                                  td_time_localtime(c, .secs = TD_FLOAT(NAN)));
	td_struct_time odd = {.tm_year = 2024, .tm_mon = 13, .tm_mday = 1};
	td_unittest_assert_raises_message(t, TD_ValueError, "month out of range", td_time_strftime(c, "%Y", .t = &odd));
	td_unittest_assert_raises_message(t, TD_ValueError, "month must be in 1..12", td_calendar_timegm(c, &odd));
	td_unittest_assert_raises(t, TD_TypeError, td_time_mktime(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_time_strftime(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_time_strptime(c, td_no_text));
}

TD_TEST(TestStrptime, test_a_zone_is_kept) {
	const td_struct_time *p = td_time_strptime(t, "2024-02-29 12:00:00 -01:30", .format = "%Y-%m-%d %H:%M:%S %z");
	td_unittest_assert_equal(t, p->tm_gmtoff, -5400);
	td_unittest_assert_true(t, p->tm_has_gmtoff);
	td_unittest_assert_equal(t, p->tm_yday, 60);
	td_unittest_assert_equal(t, td_time_strptime(t, "UTC", .format = "%Z")->tm_zone, "UTC");
	td_unittest_assert_false(t, td_time_strptime(t, "12", .format = "%d")->tm_has_gmtoff);
	td_unittest_assert_equal(t, td_time_strptime(t, "Thu Feb  9 12:00:00 2023")->tm_mday, 9);
}

TD_TEST(TestStrptime, test_a_long_format_takes_no_stack) {
	enum { LENGTH = 200000 };
	char *format = td_alloc(t, LENGTH + 1), *text = td_alloc(t, LENGTH + 1);
	for (int i = 0; i < LENGTH; i++) format[i] = text[i] = i % 2 ? ' ' : 'a';
	text[0] = 'A';
	td_unittest_assert_equal(t, td_time_strptime(t, text, .format = format)->tm_year, 1900);
}
