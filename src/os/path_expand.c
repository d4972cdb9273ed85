/* Home directories and the environment in paths. */
#include <tend/os.h>
#include <tend/pwd.h>
#include <tend/stat.h>
#include <tend/text.h>
#include <unistd.h>

#include "core/buffer.h"
#include "os/path_names.h"

/* The home directory of a user, by name, or of the one who runs this (NULL), in s. NULL: not known, or raised. */
static const char *home_of(td_scope *s, const char *name) {
	TD_SCOPE(attempt, s);
	const td_passwd *user = name ? (td_pwd_getpwnam)(attempt, name) : (td_pwd_getpwuid)(attempt, getuid());
	if (td_catch(attempt, TD_KeyError) || td_failed(attempt)) return NULL;
	return td_strdup(s, user->dir);
}

const char *(td_path_expanduser)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path)) return td_no_text;
	if (path[0] != '~') return td_strdup(s, path);
	TD_SCOPE(tmp, s);
	size_t len = strcspn(path, "/");
	const char *home = len == 1 ? td_os_getenv(tmp, "HOME") : NULL;
	if (!home) home = home_of(tmp, len == 1 ? NULL : td_strndup(tmp, path + 1, len - 1));
	if (td_failed(tmp)) return td_no_text;
	if (!home) return td_strdup(s, path);
	size_t home_len = strlen(home);
	while (home_len && home[home_len - 1] == '/') home_len--;
	return home_len || path[len] ? td_format(s, "%.*s%s", (int)home_len, home, path + len) : td_strdup(s, "/");
}

/* The name in a "$name" or "${name}" that stands at dollar; how long it is with all that belongs to it, 0 for none. */
static size_t variable(const char *dollar, const char **name, size_t *len) {
	*name = dollar + 1;
	if (dollar[1] == '{') {
		const char *close = strchr(dollar, '}');
		++*name;
		*len = close ? (size_t)(close - *name) : 0;
		return close ? (size_t)(close + 1 - dollar) : 0;
	}
	for (*len = 0; td__is_word((*name)[*len]) || (*name)[*len] == '_';) ++*len;
	return *len ? *len + 1 : 0;
}

const char *(td_path_expandvars)(td_scope *s, const char *path) {
	if (!td__enter(s) || !td__need_text(s, "path", path)) return td_no_text;
	TD_SCOPE(tmp, s);
	td__buffer b;
	td__buffer_begin(&b, s);
	while (*path) {
		size_t plain = strcspn(path, "$");
		td__buffer_put(&b, path, plain);
		path += plain;
		if (!*path) break;
		const char *name;
		size_t len, all = variable(path, &name, &len);
		const char *value = all ? td_os_getenv(tmp, td_strndup(tmp, name, len)) : NULL;
		if (td_failed(tmp)) {
			td__buffer_drop(&b);
			return td_no_text;
		}
		if (!all) all = 1;
		td__buffer_put(&b, value ? value : path, value ? strlen(value) : all);
		path += all;
	}
	return td__buffer_text(&b).data;
}

/* --- pathlib's --- */

const char *(td_path_pexpanduser)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td__pure p;
	if (!td__pure_read(tmp, path, &p)) return td_no_text;
	if (p.root || p.first[0] != '~') return td_strdup(s, p.text);
	size_t len = strcspn(p.first, "/");
	const char *home = (td_path_expanduser)(tmp, td_strndup(tmp, p.first, len));
	if (td_failed(tmp)) return td_no_text;
	if (home[0] == '~') {
		(td_raise)(tmp, TD_RuntimeError, "Could not determine home directory.");
		return td_no_text;
	}
	const char *both[2] = {home, p.first[len] ? p.first + len + 1 : ""};
	return td__path_joinpath(s, (td_strs){both, 2});
}

const char *(td_path_home)(td_scope *s) {
	return (td_path_pexpanduser)(s, "~");
}

/* --- names of owners --- */

const char *(td_path_owner)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	const td_stat *st = (td_os_stat)(tmp, td__pure_text(tmp, path));
	if (td_failed(tmp)) return td_no_text;
	const char *name = (td_pwd_getpwuid)(tmp, st->uid)->name;
	return td_failed(tmp) ? td_no_text : td_strdup(s, name);
}

const char *(td_path_group)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	const td_stat *st = (td_os_stat)(tmp, td__pure_text(tmp, path));
	if (td_failed(tmp)) return td_no_text;
	const char *name = (td_grp_getgrgid)(tmp, st->gid)->name;
	return td_failed(tmp) ? td_no_text : td_strdup(s, name);
}
