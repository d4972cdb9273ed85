/* Rows of shlex. */
#include "oracle.h"

ORACLE_ROW(shlex_split, "shlex.split", "s, comments=False, posix=True") {
	const char *text = oracle_text(s, call, "s", NULL);
	if (!oracle_true(call, "posix", true)) {
		td_raise(s, TD_NotImplementedError, "posix=False is not offered");
		return NULL;
	}
	td_strs words = td_shlex_split(s, text, .comments = oracle_true(call, "comments", false));
	return td_failed(s) ? NULL : td_value_new_strs(s, words);
}

ORACLE_ROW(shlex_quote, "shlex.quote", "s") {
	const char *text =
		td_shlex_quote(s, oracle_text_or(s, call, "s", "expected string or bytes-like object, got '%s'"));
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

ORACLE_ROW(shlex_join, "shlex.join", "split_command") {
	const char *text = td_shlex_join(s, oracle_strs(s, call, "split_command"));
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}
