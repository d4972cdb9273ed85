/* What shutil has beside copying, moving and removing. */
#include <limits.h>
#include <tend/fnmatch.h>
#include <tend/os.h>
#include <tend/os_fd.h>
#include <tend/path.h>
#include <tend/pwd.h>
#include <tend/shutil.h>

#include "core/sys.h"

/* --- what a tree's copy leaves out --- */

static const char *const no_items[1] = {NULL};

td_strs(td_shutil_ignored)(td_scope *s, td_ignore ignore, const char *dir, td_strs names) {
	const td_strs none = {no_items, 0};
	if (!td__enter(s) || !td__need_text(s, "dir", dir) || !td__need_strs(s, "names", names) ||
	    !td__need_strs(s, "patterns", ignore.patterns))
		return none;
	if (ignore.call) {
		td_strs ignored = ignore.call(s, ignore.arg, dir, names);
		return !td_failed(s) && td__need_strs(s, "what the function ignores", ignored) ? ignored : none;
	}
	const char **items = td_alloc_array(s, names.len + 1, sizeof *items);
	if (!items) return none;
	size_t count = 0;
	for (size_t i = 0; i < names.len; i++) {
		bool matches = false;
		for (size_t p = 0; p < ignore.patterns.len && !matches; p++)
			matches = td_fnmatch_fnmatch(s, names.items[i], ignore.patterns.items[p]);
		if (matches) items[count++] = names.items[i];
	}
	return td_failed(s) ? none : (td_strs){items, count};
}

/* --- disk_usage --- */

const td_disk_usage *(td_shutil_disk_usage)(td_scope *s, const char *path) {
	static const td_disk_usage none = {-1, -1, -1};
	if (!td__enter(s) || !td__need_text(s, "path", path) || !td__may_block(s)) return &none;
	struct statvfs st;
	if (td__sys_statvfs(path, &st) < 0) {
		td__os_error(s, errno, path);
		return &none;
	}
	td_disk_usage *usage = td_alloc(s, sizeof *usage);
	if (!usage) return &none;
	int64_t unit = (int64_t)st.f_frsize;
	usage->total = (int64_t)st.f_blocks * unit;
	usage->used = (int64_t)(st.f_blocks - st.f_bfree) * unit;
	usage->free = (int64_t)st.f_bavail * unit;
	return usage;
}

/* --- which --- */

static bool is_program(const char *path, int mode) {
	struct stat st;
	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && access(path, mode) == 0;
}

/* The directories to search, in s; "" when there are none. */
static const char *search_path(td_scope *s, const char *given) {
	if (given) return given;
	const char *path = td_os_getenv(s, "PATH");
	if (path || td_failed(s)) return path;
	char usual[256];
	size_t len = confstr(_CS_PATH, usual, sizeof usual);
	return len && len <= sizeof usual ? td_strdup(s, usual) : "/bin:/usr/bin";
}

const char *(td_shutil_which)(td_scope *s, const char *cmd, const td_shutil_which_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "cmd", cmd) || !td__may_block(s)) return td_no_text;
	td_shutil_which_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.path && !td__need_text(s, "path", o.path)) return td_no_text;
	int mode = o.mode.given ? (int)o.mode.value : X_OK;
	if (strchr(cmd, '/')) return is_program(cmd, mode) ? td_strdup(s, cmd) : NULL;
	TD_SCOPE(tmp, s);
	const char *path = search_path(tmp, o.path);
	if (td_failed(tmp)) return td_no_text;
	for (const char *dir = path; *path;) {
		size_t len = strcspn(dir, ":");
		const char *both[2] = {td_strndup(tmp, dir, len), cmd};
		const char *file = td__path_join(tmp, (td_strs){both, 2});
		if (td_failed(tmp)) return td_no_text;
		if (is_program(file, mode)) return td_strdup(s, file);
		if (!dir[len]) break;
		dir += len + 1;
	}
	return NULL;
}

/* --- get_terminal_size --- */

/* What the variable says, if that is a positive number; else 0. */
static int from_environment(td_scope *s, const char *name) {
	const char *text = td_os_getenv(s, name);
	if (!text || td_failed(s)) return 0;
	TD_SCOPE(attempt, s);
	int64_t n = td_int(attempt, text);
	td_catch(attempt, TD_ValueError, TD_OverflowError);
	return n > 0 && n <= INT_MAX ? (int)n : 0;
}

const td_terminal_size *(td_shutil_get_terminal_size)(td_scope *s, const td_shutil_get_terminal_size_opts *opts) {
	static const td_terminal_size none = {-1, -1}, unknown = {0, 0};
	if (!td__enter_opts(s, opts)) return &none;
	td_shutil_get_terminal_size_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(tmp, s);
	int columns = from_environment(tmp, "COLUMNS"), lines = from_environment(tmp, "LINES");
	if (!columns || !lines) {
		const td_terminal_size *t = td_os_get_terminal_size(tmp, STDOUT_FILENO);
		if (td_catch(tmp, TD_OSError)) t = &unknown;
		if (!columns) columns = t->columns ? t->columns : o.columns ? o.columns : 80;
		if (!lines) lines = t->lines ? t->lines : o.lines ? o.lines : 24;
	}
	td_terminal_size *size = td_failed(tmp) ? NULL : td_alloc(s, sizeof *size);
	if (!size) return &none;
	*size = (td_terminal_size){columns, lines};
	return size;
}

/* --- chown --- */

/* LookupError when nobody has that name. */
static bool find_id(td_scope *s, const char *name, bool is_group, int64_t *id) {
	TD_SCOPE(tmp, s);
	*id = is_group ? td_grp_getgrnam(tmp, name)->gid : td_pwd_getpwnam(tmp, name)->uid;
	if (td_catch(tmp, TD_KeyError))
		(td_raise)(tmp, TD_LookupError, "no such %s: %s", is_group ? "group" : "user", td_str_repr(tmp, name));
	return !td_failed(tmp);
}

static bool which_id(td_scope *s, const char *name, td_opt_int number, bool is_group, int64_t *id) {
	*id = number.given ? number.value : -1;
	if (!name) return true;
	if (!td__need_text(s, is_group ? "group" : "user", name)) return false;
	if (!number.given) return find_id(s, name, is_group, id);
	(td_raise)(s, TD_ValueError, "%s",
	           is_group ? "group and gid exclude each other" : "user and uid exclude each other");
	return false;
}

bool(td_shutil_chown)(td_scope *s, const char *path, const td_shutil_chown_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__may_block(s)) return false;
	td_shutil_chown_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int64_t uid, gid;
	if (!o.user && !o.group && !o.uid.given && !o.gid.given) {
		(td_raise)(s, TD_ValueError, "user and/or group must be set");
		return false;
	}
	if (!which_id(s, o.user, o.uid, false, &uid) || !which_id(s, o.group, o.gid, true, &gid)) return false;
	return td__sys_chown(path, (uid_t)uid, (gid_t)gid) == 0 || td__os_error(s, errno, path);
}
