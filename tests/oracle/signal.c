/* Rows of signal and errno: names and words of numbers. */
#include "oracle.h"

ORACLE_ROW(signal_strsignal, "signal.strsignal", "signalnum, /") {
	int64_t n = oracle_int(s, call, "signalnum", 0);
	const char *text = td_signal_strsignal(s, n < -1 || n > 1000 ? -1 : (int)n);
	if (td_failed(s)) return NULL;
	return text[0] ? td_value_new_str(s, text) : td_value_new_null(s);
}

ORACLE_ROW(signal_name, "signal.Signals.name", "self") {
	int64_t n = oracle_int(s, call, "self", 0);
	const char *name = td_signal_name(n < 0 || n > 1000 ? 0 : (int)n);
	if (!name[0] && !td_failed(s)) td_raise(s, TD_ValueError, "%lld is not a valid Signals", (long long)n);
	return td_failed(s) ? NULL : td_value_new_str(s, name);
}

ORACLE_ROW(signal_valid_signals, "signal.valid_signals", "") {
	uint64_t set = td_signal_valid_signals();
	td_value *list = td_value_new_list(s);
	for (int n = 1; n <= 64; n++) {
		if (set >> (n - 1) & 1) td_value_append(s, list, td_v(s, n));
	}
	return list;
}

ORACLE_ROW(errno_errorcode, "errno.errorcode", "key") {
	int64_t n = oracle_int(s, call, "key", 0);
	const char *name = td_errno_errorcode(n < 0 || n > 100000 ? 0 : (int)n);
	if (!name[0] && !td_failed(s)) td_raise(s, TD_KeyError, "%lld", (long long)n);
	return td_failed(s) ? NULL : td_value_new_str(s, name);
}
