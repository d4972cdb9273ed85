/* Rows of os.path and pathlib: those that only look at texts. */
#include "oracle.h"

static const td_value *text(td_scope *s, const char *t) {
	return td_failed(s) ? NULL : td_value_new_str(s, t);
}

static const td_value *strs(td_scope *s, td_strs list) {
	return td_failed(s) ? NULL : td_value_new_strs(s, list);
}

/* The first part with the others behind it. */
static td_strs parts(td_scope *s, const oracle_call *call, const char *first) {
	size_t count = td_value_len(call->rest) + 1;
	const char **items = td_alloc_array(s, count + 1, sizeof *items);
	if (!items) return (td_strs){0};
	items[0] = oracle_text(s, call, first, NULL);
	for (size_t i = 1; i < count; i++) items[i] = td_value_str(td_value_at(call->rest, i - 1), NULL);
	return (td_strs){items, count};
}

ORACLE_ROW(path_join, "os.path.join", "a, /, *p") {
	return text(s, td__path_join(s, parts(s, call, "a")));
}

ORACLE_ROW(path_joinpath, "pathlib.PurePosixPath.joinpath", "self, /, *args") {
	return text(s, td__path_joinpath(s, parts(s, call, "self")));
}

ORACLE_ROW(path_dirname, "os.path.dirname", "p") {
	return text(s, td_path_dirname(s, oracle_text(s, call, "p", NULL)));
}

ORACLE_ROW(path_basename, "os.path.basename", "p") {
	return text(s, td_path_basename(s, oracle_text(s, call, "p", NULL)));
}

ORACLE_ROW(path_split, "os.path.split", "p") {
	return strs(s, td_path_split(s, oracle_text(s, call, "p", NULL)));
}

ORACLE_ROW(path_splitext, "os.path.splitext", "p") {
	return strs(s, td_path_splitext(s, oracle_text(s, call, "p", NULL)));
}

ORACLE_ROW(path_normpath, "os.path.normpath", "path") {
	return text(s, td_path_normpath(s, oracle_text(s, call, "path", NULL)));
}

ORACLE_ROW(path_abspath, "os.path.abspath", "path") {
	return text(s, td_path_abspath(s, oracle_text(s, call, "path", NULL)));
}

ORACLE_ROW(path_isabs, "os.path.isabs", "s") {
	const char *path = oracle_text(s, call, "s", NULL);
	return td_failed(s) ? NULL : td_value_new_bool(s, td_path_isabs(path));
}

ORACLE_ROW(path_commonpath, "os.path.commonpath", "paths") {
	return text(s, td_path_commonpath(s, oracle_strs(s, call, "paths")));
}

ORACLE_ROW(path_commonprefix, "os.path.commonprefix", "m") {
	return text(s, td_path_commonprefix(s, oracle_strs(s, call, "m")));
}

ORACLE_ROW(path_relpath, "os.path.relpath", "path, start=None") {
	const char *start = oracle_text(s, call, "start", NULL);
	return text(s, td_path_relpath(s, oracle_text(s, call, "path", NULL),
	                               .start = oracle_given(call, "start") ? start : NULL));
}
