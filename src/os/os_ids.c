/* Who this process is: its numbers, user, groups, session; and signals to others. */
#include <tend/os_process.h>

#include <grp.h>
#include <signal.h>

#include "core/sys.h"
#include "os/os_internal.h"

/* <grp.h> is no header for all to see: it takes the name "group". */
TD__SYS(int, setgroups, (size_t count, const gid_t *groups), (count, groups))
TD__SYS(int, initgroups, (const char *user, gid_t group), (user, group))

int td_os_getpid(void) {
	return getpid();
}
int td_os_getppid(void) {
	return getppid();
}
int64_t td_os_getuid(void) {
	return getuid();
}
int64_t td_os_geteuid(void) {
	return geteuid();
}
int64_t td_os_getgid(void) {
	return getgid();
}
int64_t td_os_getegid(void) {
	return getegid();
}

bool td__need_id(td_scope *s, const char *what, int64_t id) {
	if (id == -1 || (id >= 0 && id <= UINT32_MAX)) return true;
	td_raise(s, TD_OverflowError, "%s is less than minimum", what); /* Python says so of a large one too */
	return false;
}

const td_gids *(td_os_getgroups)(td_scope *s) {
	static const td_gids none = {NULL, 0};
	if (!td__enter(s)) return &none;
	TD_SCOPE(tmp, s);
	for (;;) { /* another thread may set them between the two calls */
		int room = td__sys_getgroups(0, NULL);
		gid_t *found = room < 0 ? NULL : td_alloc_array(tmp, (size_t)room + 1, sizeof *found);
		int count = found ? td__sys_getgroups(room, found) : -1;
		if (count < 0) {
			if (td_failed(tmp)) return &none;
			if (room >= 0 && errno == EINVAL) continue;
			td__os_error(s, errno, NULL);
			return &none;
		}
		td_gids *result = td_alloc(s, sizeof *result);
		int64_t *items = td_alloc_array(s, (size_t)count + 1, sizeof *items);
		if (!result || !items) return &none;
		for (int i = 0; i < count; i++) items[i] = found[i];
		*result = (td_gids){items, (size_t)count};
		return result;
	}
}

const char *(td_os_getlogin)(td_scope *s) {
	if (!td__enter(s) || !td__may_block(s)) return td_no_text;
	TD_SCOPE(tmp, s);
	int err_no = ERANGE;
	for (size_t size = 256; err_no == ERANGE && size < 1 << 20; size *= 4) {
		char *name = td__alloc_raw(tmp, size);
		if (!name) return td_no_text;
		err_no = getlogin_r(name, size);
		if (err_no == 0) return td_strdup(s, name);
	}
	td__os_error(s, err_no, NULL);
	return td_no_text;
}

bool(td_os_setuid)(td_scope *s, int64_t uid) {
	if (!td__enter(s) || !td__need_id(s, "uid", uid)) return false;
	return td__sys_setuid((uid_t)uid) == 0 || td__os_error(s, errno, NULL);
}

bool(td_os_setgid)(td_scope *s, int64_t gid) {
	if (!td__enter(s) || !td__need_id(s, "gid", gid)) return false;
	return td__sys_setgid((gid_t)gid) == 0 || td__os_error(s, errno, NULL);
}

bool(td_os_setgroups)(td_scope *s, const int64_t *groups, size_t count) {
	if (!td__enter(s) || (count && !td__need_handle(s, "groups", groups))) return false;
	TD_SCOPE(tmp, s);
	gid_t *all = td_alloc_array(tmp, count + 1, sizeof *all);
	if (!all) return false;
	for (size_t i = 0; i < count; i++) {
		if (!td__need_id(s, "gid", groups[i])) return false;
		all[i] = (gid_t)groups[i];
	}
	return td__sys_setgroups(count, all) == 0 || td__os_error(s, errno, NULL);
}

bool(td_os_initgroups)(td_scope *s, const char *name, int64_t gid) {
	if (!td__enter(s) || !td__need_text(s, "name", name) || !td__need_id(s, "gid", gid) || !td__may_block(s))
		return false;
	return td__sys_initgroups(name, (gid_t)gid) == 0 || td__os_error(s, errno, NULL);
}

static int number(td_scope *s, int result) {
	if (result < 0) td__os_error(s, errno, NULL);
	return result;
}

int(td_os_getpgid)(td_scope *s, int pid) {
	return td__enter(s) ? number(s, td__sys_getpgid(pid)) : -1;
}

bool(td_os_setpgid)(td_scope *s, int pid, int pgrp) {
	return td__enter(s) && number(s, td__sys_setpgid(pid, pgrp)) == 0;
}

bool(td_os_setsid)(td_scope *s) {
	return td__enter(s) && number(s, td__sys_setsid()) >= 0;
}

int(td_os_getsid)(td_scope *s, int pid) {
	return td__enter(s) ? number(s, td__sys_getsid(pid)) : -1;
}

bool(td_os_kill)(td_scope *s, int pid, int signal) {
	return td__enter(s) && number(s, td__sys_kill(pid, signal)) == 0;
}

bool(td_os_killpg)(td_scope *s, int pgid, int signal) {
	return td__enter(s) && number(s, td__sys_killpg(pgid, signal)) == 0;
}
