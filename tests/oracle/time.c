/* Rows of time and calendar. A struct_time is its nine numbers. */
#include "oracle.h"

static const td_value *numbers(td_scope *s, const td_struct_time *t) {
	if (td_failed(s)) return NULL;
	return td_list(s, t->tm_year, t->tm_mon, t->tm_mday, t->tm_hour, t->tm_min, t->tm_sec, t->tm_wday, t->tm_yday,
	               t->tm_isdst);
}

/* least is how many numbers Python wants: 9, or 6 of calendar. NULL: raised. */
static td_struct_time *given_time(td_scope *s, const oracle_call *call, const char *name, const char *function,
                                  size_t least) {
	const td_value *v = oracle_arg(call, name);
	td_struct_time *t = td_alloc(s, sizeof *t);
	if (!t) return NULL;
	if (td_value_type(v) != TD_LIST) {
		td_raise(s, TD_TypeError, "Tuple or struct_time argument required");
		return NULL;
	}
	size_t len = td_value_len(v);
	if (least == 9 ? len != 9 && len != 11 : len < least) {
		if (least == 9) {
			td_raise(s, TD_TypeError, "%s(): illegal time tuple argument", function);
		} else {
			td_raise(s, TD_ValueError, "not enough values to unpack (expected %zu, got %zu)", least, len);
		}
		return NULL;
	}
	int *fields[] = {&t->tm_year, &t->tm_mon,  &t->tm_mday, &t->tm_hour, &t->tm_min,
	                 &t->tm_sec,  &t->tm_wday, &t->tm_yday, &t->tm_isdst};
	for (size_t i = 0; i < 9 && i < len; i++) {
		const td_value *x = td_value_at(v, i);
		int64_t n = td_value_type(x) == TD_BOOL ? td_value_bool(x, false) : td_value_int(x, INT64_MIN);
		if (td_value_type(x) != TD_INTEGER && td_value_type(x) != TD_BOOL) {
			td_raise(s, TD_TypeError, "'%s' object cannot be interpreted as an integer", td_value_type_name(x));
			return NULL;
		}
		if (n < INT32_MIN || n > INT32_MAX) {
			td_raise(s, TD_OverflowError, "signed integer is %s than %s", n < 0 ? "less" : "greater",
			         n < 0 ? "minimum" : "maximum");
			return NULL;
		}
		*fields[i] = (int)n;
	}
	if (td_value_type(td_value_at(v, 9)) == TD_STR) t->tm_zone = td_value_str(td_value_at(v, 9), "");
	if (!t->tm_zone) t->tm_zone = "";
	return t;
}

static td_opt_float seconds(td_scope *s, const oracle_call *call) {
	const td_value *v = oracle_arg(call, "secs");
	if (td_value_is_null(v)) return (td_opt_float){false, 0};
	if (td_value_type(v) == TD_STR || td_value_type(v) == TD_BYTES || td_value_type(v) == TD_LIST) {
		td_raise(s, TD_TypeError, "'%s' object cannot be interpreted as an integer", td_value_type_name(v));
	}
	return (td_opt_float){true, oracle_float(s, call, "secs", 0)};
}

ORACLE_ROW(time_gmtime, "time.gmtime", "secs=None, /") {
	return numbers(s, td_time_gmtime(s, .secs = seconds(s, call)));
}

ORACLE_ROW(time_localtime, "time.localtime", "secs=None, /") {
	return numbers(s, td_time_localtime(s, .secs = seconds(s, call)));
}

ORACLE_ROW(time_mktime, "time.mktime", "t, /") {
	const td_struct_time *t = given_time(s, call, "t", "mktime", 9);
	double at = t ? td_time_mktime(s, t) : 0;
	return td_failed(s) ? NULL : td_value_new_float(s, at);
}

ORACLE_ROW(calendar_timegm, "calendar.timegm", "tuple") {
	const td_struct_time *t = given_time(s, call, "tuple", "timegm", 6);
	int64_t at = t ? td_calendar_timegm(s, t) : 0;
	return td_failed(s) ? NULL : td_value_new_int(s, at);
}

ORACLE_ROW(time_strftime, "time.strftime", "format, t=None, /") {
	const char *format = oracle_text_or(s, call, "format", "strftime() argument 1 must be str, not %s");
	const td_struct_time *t = oracle_given(call, "t") ? given_time(s, call, "t", "strftime", 9) : NULL;
	const char *text = td_time_strftime(s, format, .t = t);
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

ORACLE_ROW(time_asctime, "time.asctime", "t=None, /") {
	const td_struct_time *t = oracle_given(call, "t") ? given_time(s, call, "t", "asctime", 9) : NULL;
	const char *text = td_time_asctime(s, .t = t);
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

ORACLE_ROW(time_ctime, "time.ctime", "secs=None, /") {
	const char *text = td_time_ctime(s, .secs = seconds(s, call));
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

ORACLE_ROW(time_strptime, "time.strptime", "data_string, format='%a %b %d %H:%M:%S %Y', /") {
	const char *text = oracle_text_or(s, call, "data_string", "strptime() argument 0 must be str, not <class '%s'>");
	const char *format = NULL;
	if (oracle_arg(call, "format") && !td_failed(s)) {
		format = oracle_text_or(s, call, "format", "strptime() argument 1 must be str, not <class '%s'>");
	}
	return numbers(s, td_time_strptime(s, text, .format = format));
}
