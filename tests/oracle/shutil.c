/* Rows of shutil. Paths are the caller's: he makes what they name. */
#include <stdlib.h>

#include "oracle.h"

static const td_value *text(td_scope *s, const char *t) {
	return td_failed(s) || !t ? NULL : td_value_new_str(s, t);
}

static bool nofollow(const oracle_call *call) {
	return !oracle_true(call, "follow_symlinks", true);
}

#define COPY_ROW(name)                                                                                                 \
	ORACLE_ROW(shutil_##name, "shutil." #name, "src, dst, *, follow_symlinks=True") {                                  \
		const char *src = oracle_text(s, call, "src", NULL), *dst = oracle_text(s, call, "dst", NULL);                 \
		return text(s, td_shutil_##name(s, src, dst, .nofollow = nofollow(call)));                                     \
	}
COPY_ROW(copyfile)
COPY_ROW(copy)
COPY_ROW(copy2)

ORACLE_ROW(shutil_copymode, "shutil.copymode", "src, dst, *, follow_symlinks=True") {
	const char *src = oracle_text(s, call, "src", NULL), *dst = oracle_text(s, call, "dst", NULL);
	td_shutil_copymode(s, src, dst, .nofollow = nofollow(call));
	return NULL;
}

ORACLE_ROW(shutil_copystat, "shutil.copystat", "src, dst, *, follow_symlinks=True") {
	const char *src = oracle_text(s, call, "src", NULL), *dst = oracle_text(s, call, "dst", NULL);
	td_shutil_copystat(s, src, dst, .nofollow = nofollow(call));
	return NULL;
}

/* ignore is a list of patterns here. */
ORACLE_ROW(shutil_copytree, "shutil.copytree",
           "src, dst, symlinks=False, ignore=None, copy_function=None, ignore_dangling_symlinks=False, "
           "dirs_exist_ok=False") {
	if (oracle_given(call, "copy_function")) {
		td_raise(s, TD_NotImplementedError, "copy_function is no JSON");
		return NULL;
	}
	const char *src = oracle_text(s, call, "src", NULL), *dst = oracle_text(s, call, "dst", NULL);
	td_ignore ignore = {0};
	if (oracle_given(call, "ignore")) ignore.patterns = oracle_strs(s, call, "ignore");
	return text(s, td_shutil_copytree(s, src, dst, .symlinks = oracle_true(call, "symlinks", false), .ignore = ignore,
	                                  .ignore_dangling_symlinks = oracle_true(call, "ignore_dangling_symlinks", false),
	                                  .dirs_exist_ok = oracle_true(call, "dirs_exist_ok", false)));
}

ORACLE_ROW(shutil_rmtree, "shutil.rmtree", "path, ignore_errors=False, onerror=None") {
	const char *path = oracle_text(s, call, "path", NULL);
	td_shutil_rmtree(s, path, .ignore_errors = oracle_true(call, "ignore_errors", false));
	return NULL;
}

ORACLE_ROW(shutil_move, "shutil.move", "src, dst, copy_function=None") {
	const char *src = oracle_text(s, call, "src", NULL);
	return text(s, td_shutil_move(s, src, oracle_text(s, call, "dst", NULL)));
}

/* Python's answer is a function: this one also calls it. */
ORACLE_ROW(shutil_ignore_patterns, "shutil.ignore_patterns", "patterns, path, names") {
	td_ignore ignore = {.patterns = oracle_strs(s, call, "patterns")};
	const char *path = oracle_text(s, call, "path", NULL);
	td_strs ignored = td_shutil_ignored(s, ignore, path, oracle_strs(s, call, "names"));
	return td_failed(s) ? NULL : td_value_new_strs(s, ignored);
}

ORACLE_ROW(shutil_disk_usage, "shutil.disk_usage", "path") {
	const td_disk_usage *u = td_shutil_disk_usage(s, oracle_text(s, call, "path", NULL));
	td_value *list = td_failed(s) ? NULL : td_value_new_list(s);
	td_value_append(s, list, td_value_new_int(s, u->total));
	td_value_append(s, list, td_value_new_int(s, u->used));
	td_value_append(s, list, td_value_new_int(s, u->free));
	return list;
}

ORACLE_ROW(shutil_which, "shutil.which", "cmd, mode=1, path=None") {
	const char *cmd = oracle_text(s, call, "cmd", NULL), *path = oracle_text(s, call, "path", NULL);
	return text(s, td_shutil_which(s, cmd, .mode = oracle_opt_int(s, call, "mode"),
	                               .path = oracle_given(call, "path") ? path : NULL));
}

/* user and group are names or numbers. */
ORACLE_ROW(shutil_chown, "shutil.chown", "path, user=None, group=None") {
	td_shutil_chown_opts o = {.td__size = sizeof o};
	const td_value *user = oracle_arg(call, "user"), *group = oracle_arg(call, "group");
	if (td_value_type(user) == TD_INTEGER)
		o.uid = oracle_opt_int(s, call, "user");
	else
		o.user = oracle_text(s, call, "user", NULL);
	if (td_value_type(group) == TD_INTEGER)
		o.gid = oracle_opt_int(s, call, "group");
	else
		o.group = oracle_text(s, call, "group", NULL);
	const char *path = oracle_text(s, call, "path", NULL);
	if (!td_failed(s)) (td_shutil_chown)(s, path, &o);
	return NULL;
}

ORACLE_ROW(shutil_get_terminal_size, "shutil.get_terminal_size", "fallback=(80, 24)") {
	const td_value *fallback = oracle_arg(call, "fallback");
	int columns = (int)td_value_int(td_value_at(fallback, 0), 80),
		lines = (int)td_value_int(td_value_at(fallback, 1), 24);
	const td_terminal_size *size = td_shutil_get_terminal_size(s, .columns = columns, .lines = lines);
	td_value *list = td_failed(s) ? NULL : td_value_new_list(s);
	td_value_append(s, list, td_value_new_int(s, size->columns));
	td_value_append(s, list, td_value_new_int(s, size->lines));
	return list;
}
