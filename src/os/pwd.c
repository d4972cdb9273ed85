/* Users and groups. */
#include <grp.h>
#include <pwd.h>
#include <tend/os.h>
#include <tend/pwd.h>
#include <tend/text.h>

#include "core/sys.h"

enum { ROOM_FIRST = 1024, ROOM_MOST = 64 << 20 }; /* a group with a hundred thousand members is one entry */

static void no_name(td_scope *s, const char *call, const char *name) {
	TD_SCOPE(tmp, s);
	const char *message = td_format(tmp, "%s(): name not found: %s", call, td_str_repr(tmp, name));
	td_raise(s, TD_KeyError, "%s", td_str_repr(tmp, message));
}

/* Python shows the number only if the system could have it, and the largest as −1. */
static void no_number(td_scope *s, const char *call, const char *what, int64_t id) {
	if (id == UINT32_MAX) id = -1;
	if (id >= -1 && id <= UINT32_MAX)
		td_raise(s, TD_KeyError, "'%s(): %s not found: %lld'", call, what, (long long)id);
	else
		td_raise(s, TD_KeyError, "'%s(): %s not found'", call, what);
}

/* --- users --- */

static const td_passwd no_passwd = {"", "", -1, -1, "", "", ""};

/* By name, or by number when name is NULL. */
static const td_passwd *find_user(td_scope *s, const char *name, int64_t uid) {
	if (!td__may_block(s)) return &no_passwd;
	TD_SCOPE(tmp, s);
	struct passwd entry, *found = NULL;
	int err_no = ERANGE;
	for (size_t size = ROOM_FIRST; err_no == ERANGE && size <= ROOM_MOST; size *= 4) {
		char *room = td__alloc_raw(tmp, size);
		if (!room) return &no_passwd;
		err_no =
			name ? getpwnam_r(name, &entry, room, size, &found) : getpwuid_r((uid_t)uid, &entry, room, size, &found);
	}
	if (!found && (err_no == ENOMEM || err_no == ERANGE)) {
		td__raise_memory(s);
	} else if (!found && name) {
		no_name(s, "getpwnam", name);
	} else if (!found) {
		no_number(s, "getpwuid", "uid", uid);
	}
	td_passwd *r = found ? td_alloc(s, sizeof *r) : NULL;
	if (!r) return &no_passwd;
	r->name = td_strdup(s, found->pw_name);
	r->passwd = td_strdup(s, found->pw_passwd ? found->pw_passwd : "");
	r->uid = found->pw_uid;
	r->gid = found->pw_gid;
	r->gecos = td_strdup(s, found->pw_gecos ? found->pw_gecos : "");
	r->dir = td_strdup(s, found->pw_dir ? found->pw_dir : "");
	r->shell = td_strdup(s, found->pw_shell ? found->pw_shell : "");
	return td_failed(s) ? &no_passwd : r;
}

const td_passwd *(td_pwd_getpwnam)(td_scope *s, const char *name) {
	if (!td__enter(s) || !td__need_text(s, "name", name)) return &no_passwd;
	return find_user(s, name, -1);
}

const td_passwd *(td_pwd_getpwuid)(td_scope *s, int64_t uid) {
	if (!td__enter(s)) return &no_passwd;
	if (uid >= -1 && uid <= UINT32_MAX) return find_user(s, NULL, uid);
	no_number(s, "getpwuid", "uid", uid);
	return &no_passwd;
}

/* --- groups --- */

static const char *const no_items[1] = {NULL};
static const td_group no_group = {"", "", -1, {no_items, 0}};

static const td_group *find_group(td_scope *s, const char *name, int64_t gid) {
	if (!td__may_block(s)) return &no_group;
	TD_SCOPE(tmp, s);
	struct group entry, *found = NULL;
	int err_no = ERANGE;
	for (size_t size = ROOM_FIRST; err_no == ERANGE && size <= ROOM_MOST; size *= 4) {
		char *room = td__alloc_raw(tmp, size);
		if (!room) return &no_group;
		err_no =
			name ? getgrnam_r(name, &entry, room, size, &found) : getgrgid_r((gid_t)gid, &entry, room, size, &found);
	}
	if (!found && (err_no == ENOMEM || err_no == ERANGE)) {
		td__raise_memory(s);
	} else if (!found && name) {
		no_name(s, "getgrnam", name);
	} else if (!found) {
		no_number(s, "getgrgid", "gid", gid);
	}
	td_group *r = found ? td_alloc(s, sizeof *r) : NULL;
	if (!r) return &no_group;
	size_t count = 0;
	while (found->gr_mem && found->gr_mem[count]) count++;
	r->name = td_strdup(s, found->gr_name);
	r->passwd = td_strdup(s, found->gr_passwd ? found->gr_passwd : "");
	r->gid = found->gr_gid;
	r->mem = td_keep(s, ((td_strs){count ? (const char *const *)found->gr_mem : no_items, count}));
	return td_failed(s) ? &no_group : r;
}

const td_group *(td_grp_getgrnam)(td_scope *s, const char *name) {
	if (!td__enter(s) || !td__need_text(s, "name", name)) return &no_group;
	return find_group(s, name, -1);
}

const td_group *(td_grp_getgrgid)(td_scope *s, int64_t gid) {
	if (!td__enter(s)) return &no_group;
	if (gid >= -1 && gid <= UINT32_MAX) return find_group(s, NULL, gid);
	td_raise(s, TD_OverflowError, "gid is less than minimum");
	return &no_group;
}

const char *(td_getpass_getuser)(td_scope *s) {
	static const char *const names[] = {"LOGNAME", "USER", "LNAME", "USERNAME"};
	if (!td__enter(s)) return td_no_text;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *name = td_os_getenv(s, names[i], .fallback = "");
		if (*name || td_failed(s)) return name;
	}
	const char *name = td_pwd_getpwuid(s, getuid())->name;
	return td_failed(s) ? td_no_text : name;
}
