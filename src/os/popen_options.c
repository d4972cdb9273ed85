/* src/os/popen_options.c: what the options of a child mean: its environment, where its program may be, who it is. All of
 * it is looked up here, before the child exists. */
#include "core/internal.h"
#include "os/popen.h"
#include "os/spawn.h"
#include <grp.h>
#include <tend/pwd.h>
#include <unistd.h>

extern char **environ;

/* The strings of an environment: the dict's, or the parent's, with more on top. */
static bool env_entry(td_scope *s, const td_value *key, const td_value *v, const char **entry) {
	td_bytes k = td_value_bytes(key), t = td_value_bytes(v);
	if (td_value_type(key) != TD_STR || (td_value_type(v) != TD_STR && td_value_type(v) != TD_BYTES)) {
		const td_value *wrong = td_value_type(key) != TD_STR ? key : v;
		(td_raise)(s, TD_TypeError, "expected str, bytes or os.PathLike object, not %s", td_value_type_name(wrong));
		return false;
	}
	if (k.len == 0 || memchr(k.data, '=', k.len)) {
		(td_raise)(s, TD_ValueError, "illegal environment variable name");
		return false;
	}
	if (memchr(k.data, 0, k.len) || memchr(t.data, 0, t.len)) {
		(td_raise)(s, TD_ValueError, "embedded null byte");
		return false;
	}
	char *text = td_alloc(s, k.len + t.len + 2);
	if (!text) return false;
	memcpy(text, k.data, k.len);
	text[k.len] = '=';
	memcpy(text + k.len + 1, t.data, t.len);
	*entry = text;
	return true;
}

static bool same_name(const char *entry, td_bytes key) {
	return strncmp(entry, key.data, key.len) == 0 && entry[key.len] == '=';
}

static const char *const *strings(td_scope *s, const td_value *env, const td_value *more, const char *mark) {
	if (!env && !more && !mark) return (const char *const *)environ;
	if ((env && td_value_type(env) != TD_DICT) || (more && td_value_type(more) != TD_DICT)) {
		(td_raise)(s, TD_TypeError, "env must be a dict, not %s",
		           td_value_type_name(env && td_value_type(env) != TD_DICT ? env : more));
		return NULL;
	}
	size_t have = 0, n = 0;
	while (!env && environ && environ[have]) have++;
	const char **list = td_alloc_array(s, have + td_value_len(env) + td_value_len(more) + 2, sizeof *list);
	if (!list) return NULL;
	for (; n < have; n++) list[n] = environ[n];
	for (size_t i = 0; i < td_value_len(env); i++) {
		if (!env_entry(s, td_value_key(env, i), td_value_at(env, i), &list[n++])) return NULL;
	}
	for (size_t i = 0; i < td_value_len(more); i++) {
		td_bytes key = td_value_bytes(td_value_key(more, i));
		size_t at = 0;
		while (at < n && !same_name(list[at], key)) at++;
		if (td_value_is_null(td_value_at(more, i))) {
			if (at < n) list[at] = list[--n];
		} else if (!env_entry(s, td_value_key(more, i), td_value_at(more, i), &list[at])) {
			return NULL;
		} else if (at == n) {
			n++;
		}
	}
	if (mark) list[n++] = mark;
	list[n] = NULL;
	return list;
}

const char *const *td__env_make(td_scope *s, const td_value *env, const td_value *more) {
	return strings(s, env, more, NULL);
}

const char *const *td__popen_env(td_scope *s, const td_subprocess_opts *o, const char *mark) {
	return strings(s, o->env, o->more_env, mark);
}

/* Where the program may be: itself if it has a slash, else in each directory of the PATH that it will have. */
const char *const *td__path_make(td_scope *s, const char *file, const char *const *envp) {
	if (strchr(file, '/')) {
		const char **one = td_alloc_array(s, 2, sizeof *one);
		if (one) one[0] = file;
		return one;
	}
	const char *path = "/bin:/usr/bin";
	for (size_t i = 0; envp && envp[i]; i++) {
		if (strncmp(envp[i], "PATH=", 5) == 0) path = envp[i] + 5;
	}
	size_t dirs = 1, len = strlen(file), total = 0;
	for (const char *c = path; *c; c++) dirs += *c == ':';
	const char **list = td_alloc_array(s, dirs + 1, sizeof *list);
	char *text = td_alloc(s, strlen(path) + dirs * (len + 2));
	if (!list || !text) return NULL;
	for (size_t i = 0; i < dirs; i++) {
		size_t n = strcspn(path, ":");
		list[i] = text + total;
		memcpy(text + total, path, n);
		total += n;
		if (n && path[n - 1] != '/') text[total++] = '/';
		memcpy(text + total, file, len + 1);
		total += len + 1;
		path += n + 1;
	}
	return list;
}

static bool find_group(td_scope *s, const char *name, unsigned *gid) {
	int64_t found = (td_grp_getgrnam)(s, name)->gid;
	if (found >= 0) *gid = (unsigned)found;
	return found >= 0;
}

static bool find_user(td_scope *s, const char *name, const td_passwd **who) {
	*who = (td_pwd_getpwnam)(s, name);
	return !td_failed(s);
}

static bool may_be_id(td_scope *s, const char *what, int64_t id) {
	if (id >= 0 && id <= UINT32_MAX) return true;
	if (id < 0)
		(td_raise)(s, TD_ValueError, "%s ID cannot be negative, got %lld", what, (long long)id);
	else
		(td_raise)(s, TD_OverflowError, "%cid is less than minimum", what[0] == 'U' ? 'u' : 'g'); /* Python's words */
	return false;
}

/* A list that is there takes the place of all groups, an empty one too. */
static bool spawn_groups(td_scope *s, td__spawn *sp, const td_subprocess_opts *o) {
	size_t names = o->extra_groups.items ? o->extra_groups.len : 0, n = 0;
	if (!o->extra_groups.items && !o->extra_gids.items) return true;
	if (names && !td__need_strs(s, "extra_groups", o->extra_groups)) return false;
	unsigned *groups = td_alloc_array(s, names + o->extra_gids.len + 1, sizeof *groups);
	if (!groups) return false;
	for (; n < names; n++) {
		if (!find_group(s, o->extra_groups.items[n], &groups[n])) return false;
	}
	for (size_t i = 0; i < o->extra_gids.len; i++) {
		if (!may_be_id(s, "Group", o->extra_gids.items[i])) return false;
		groups[n++] = (unsigned)o->extra_gids.items[i];
	}
	sp->has_groups = true;
	sp->groups = groups;
	sp->group_count = n;
	return true;
}

bool td__popen_ids(td_scope *s, td__spawn *sp, const td_subprocess_opts *o) {
	const td_passwd *who;
	if (o->login) {
		if (!td__need_text(s, "login", o->login) || !find_user(s, o->login, &who)) return false;
		int count = 64;
		gid_t *groups = NULL;
		for (;;) {
			int room = count;
			groups = td_alloc_array(s, (size_t)room, sizeof *groups);
			if (!groups) return false;
			if (getgrouplist(o->login, (gid_t)who->gid, groups, &count) >= 0) break;
			if (count <= room) count = room * 2;
		}
		sp->has_uid = sp->has_gid = sp->has_groups = true;
		sp->uid = (unsigned)who->uid;
		sp->gid = (unsigned)who->gid;
		sp->groups = groups;
		sp->group_count = (size_t)count;
		/* Only the superuser may set groups; who is that account already needs none of it. */
		if (geteuid() != 0 && geteuid() == sp->uid) sp->has_uid = sp->has_gid = sp->has_groups = false;
	}
	if (o->uid.given) {
		if (!may_be_id(s, "User", o->uid.value)) return false;
		sp->has_uid = true;
		sp->uid = (unsigned)o->uid.value;
	} else if (o->user) {
		if (!td__need_text(s, "user", o->user) || !find_user(s, o->user, &who)) return false;
		sp->has_uid = true;
		sp->uid = (unsigned)who->uid;
	}
	if (o->gid.given) {
		if (!may_be_id(s, "Group", o->gid.value)) return false;
		sp->has_gid = true;
		sp->gid = (unsigned)o->gid.value;
	} else if (o->group) {
		if (!td__need_text(s, "group", o->group) || !find_group(s, o->group, &sp->gid)) return false;
		sp->has_gid = true;
	}
	return spawn_groups(s, sp, o);
}

bool td__popen_pass_fds(td_scope *s, td__spawn *sp, td_fds fds) {
	if (!fds.len) return true;
	int *sorted = td_alloc_array(s, fds.len, sizeof *sorted);
	if (!sorted) return false;
	for (size_t i = 0; i < fds.len; i++) {
		size_t at = i;
		if (fds.items[i] < 0) {
			(td_raise)(s, TD_ValueError, "bad value(s) in fds_to_keep");
			return false;
		}
		for (; at > 0 && sorted[at - 1] > fds.items[i]; at--) sorted[at] = sorted[at - 1];
		sorted[at] = fds.items[i];
	}
	sp->pass_fds = sorted;
	sp->pass_count = fds.len;
	return true;
}
