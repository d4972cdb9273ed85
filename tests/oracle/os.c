/* Rows of os, stat, sys, pwd, grp, resource and uuid: what can be asked without changing anything. */
#include "oracle.h"

#include <limits.h>

static const td_value *text(td_scope *s, const char *t) {
	return td_failed(s) ? NULL : td_value_new_str(s, t);
}

static const td_value *integer(td_scope *s, int64_t i) {
	return td_failed(s) ? NULL : td_value_new_int(s, i);
}

static const td_value *truth(td_scope *s, bool b) {
	return td_failed(s) ? NULL : td_value_new_bool(s, b);
}

/* A C int, as Python converts it. */
static int c_int(td_scope *s, const oracle_call *call, const char *name, int64_t fallback) {
	int64_t i = oracle_int(s, call, name, fallback);
	if (!td_failed(s) && (i < INT_MIN || i > INT_MAX))
		td_raise(s, TD_OverflowError, "Python int too large to convert to C int");
	return (int)i;
}

/* --- os --- */

ORACLE_ROW(os_getenv, "os.getenv", "key, default=None") {
	const char *key = oracle_text(s, call, "key", NULL);
	const td_value *fallback = oracle_arg(call, "default");
	const char *value = td_os_getenv(s, key);
	if (td_failed(s)) return NULL;
	return value ? td_value_new_str(s, value) : fallback;
}

ORACLE_ROW(os_environ_get, "os.environ.get", "key, default=None") {
	const char *value = td_os_getenv(s, oracle_text(s, call, "key", NULL));
	if (td_failed(s)) return NULL;
	return value ? td_value_new_str(s, value) : oracle_arg(call, "default");
}

ORACLE_ROW(os_strerror, "os.strerror", "code, /") {
	int code = c_int(s, call, "code", 0);
	return td_failed(s) ? NULL : text(s, td_os_strerror(s, code));
}

ORACLE_ROW(os_waitstatus, "os.waitstatus_to_exitcode", "status") {
	int status = c_int(s, call, "status", 0);
	return td_failed(s) ? NULL : integer(s, td_os_waitstatus_to_exitcode(s, status));
}

ORACLE_ROW(os_cpu_count, "os.cpu_count", "") {
	int n = td_os_cpu_count();
	return n ? td_value_new_int(s, n) : NULL;
}

ORACLE_ROW(os_sysconf, "os.sysconf", "name, /") {
	const td_value *name = oracle_arg(call, "name");
	if (td_value_type(name) == TD_INTEGER || td_value_type(name) == TD_BOOL) {
		td_raise(s, TD_NotImplementedError, "names are texts here");
	} else if (td_value_type(name) != TD_STR) {
		td_raise(s, TD_TypeError, "configuration names must be strings or integers");
	}
	return td_failed(s) ? NULL : integer(s, td_os_sysconf(s, oracle_text(s, call, "name", NULL)));
}

ORACLE_ROW(os_uname, "os.uname", "") {
	const td_uname *u = td_os_uname(s);
	const char *items[] = {u->sysname, u->nodename, u->release, u->version, u->machine, NULL};
	return td_failed(s) ? NULL : td_value_new_strs(s, (td_strs){items, 5});
}

ORACLE_ROW(os_getuid, "os.getuid", "") {
	return integer(s, td_os_getuid());
}
ORACLE_ROW(os_geteuid, "os.geteuid", "") {
	return integer(s, td_os_geteuid());
}
ORACLE_ROW(os_getgid, "os.getgid", "") {
	return integer(s, td_os_getgid());
}
ORACLE_ROW(os_getegid, "os.getegid", "") {
	return integer(s, td_os_getegid());
}
ORACLE_ROW(os_getgroups, "os.getgroups", "") {
	const td_gids *groups = td_os_getgroups(s);
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < groups->len; i++) td_value_append(s, list, td_value_new_int(s, groups->items[i]));
	return list;
}
ORACLE_ROW(os_getcwd, "os.getcwd", "") {
	return text(s, td_os_getcwd(s));
}
ORACLE_ROW(os_getsid, "os.getsid", "pid, /") {
	return integer(s, td_os_getsid(s, c_int(s, call, "pid", 0)));
}
ORACLE_ROW(os_getpriority, "os.getpriority", "which, who") {
	int which = c_int(s, call, "which", 0);
	return integer(s, td_os_getpriority(s, which, c_int(s, call, "who", 0)));
}
ORACLE_ROW(os_isatty, "os.isatty", "fd, /") {
	return truth(s, td_os_isatty(c_int(s, call, "fd", 0)));
}

/* Of a file: the fields that reading it does not change. */
static const td_value *stat_fields(td_scope *s, const td_stat *st) {
	if (td_failed(s)) return NULL;
	return td_list(s, (int64_t)st->mode, (int64_t)st->ino, (int64_t)st->dev, st->nlink, st->uid, st->gid, st->size,
	               st->mtime_ns, st->mtime);
}
ORACLE_ROW(os_stat, "os.stat", "path") {
	return stat_fields(s, td_os_stat(s, oracle_text(s, call, "path", NULL)));
}
ORACLE_ROW(os_lstat, "os.lstat", "path") {
	return stat_fields(s, td_os_lstat(s, oracle_text(s, call, "path", NULL)));
}
ORACLE_ROW(os_readlink, "os.readlink", "path") {
	return text(s, td_os_readlink(s, oracle_text(s, call, "path", NULL)));
}
ORACLE_ROW(os_access, "os.access", "path, mode, *, effective_ids=False, follow_symlinks=True") {
	const char *path = oracle_text(s, call, "path", NULL);
	int mode = c_int(s, call, "mode", 0);
	return truth(s, td_os_access(s, path, mode, .effective_ids = oracle_true(call, "effective_ids", false),
	                             .nofollow = !oracle_true(call, "follow_symlinks", true)));
}
ORACLE_ROW(os_listdir, "os.listdir", "path='.'") {
	td_strs names = td_os_listdir(s, oracle_text(s, call, "path", "."));
	return td_failed(s) ? NULL : td_value_new_strs(s, names);
}

/* --- stat --- */

/* An unsigned int, as Python's stat converts it. */
static unsigned mode_of(td_scope *s, const oracle_call *call) {
	const td_value *v = oracle_arg(call, "mode");
	int64_t mode = oracle_int(s, call, "mode", 0);
	if (td_failed(s)) return 0;
	if (mode < 0)
		td_raise(s, TD_OverflowError, "can't convert negative value to unsigned int");
	else if (mode > UINT32_MAX)
		td_raise(s, TD_OverflowError, "mode out of range");
	return td_value_is_null(v) ? 0 : (unsigned)mode;
}

#define MODE_ROW(id, name, answer)                                                                                     \
	ORACLE_ROW(id, name, "mode, /") {                                                                                  \
		unsigned mode = mode_of(s, call);                                                                              \
		return td_failed(s) ? NULL : (answer);                                                                         \
	}
MODE_ROW(stat_filemode, "stat.filemode", text(s, td_stat_filemode(s, mode)))
MODE_ROW(stat_isdir, "stat.S_ISDIR", truth(s, td_stat_isdir(mode)))
MODE_ROW(stat_isreg, "stat.S_ISREG", truth(s, td_stat_isreg(mode)))
MODE_ROW(stat_islnk, "stat.S_ISLNK", truth(s, td_stat_islnk(mode)))
MODE_ROW(stat_isfifo, "stat.S_ISFIFO", truth(s, td_stat_isfifo(mode)))
MODE_ROW(stat_issock, "stat.S_ISSOCK", truth(s, td_stat_issock(mode)))
MODE_ROW(stat_isblk, "stat.S_ISBLK", truth(s, td_stat_isblk(mode)))
MODE_ROW(stat_ischr, "stat.S_ISCHR", truth(s, td_stat_ischr(mode)))
MODE_ROW(stat_imode, "stat.S_IMODE", integer(s, td_stat_imode(mode)))
MODE_ROW(stat_ifmt, "stat.S_IFMT", integer(s, td_stat_ifmt(mode)))

/* --- sys --- */

ORACLE_ROW(sys_fsencoding, "sys.getfilesystemencoding", "") {
	return text(s, td_sys_getfilesystemencoding());
}

/* --- users and groups --- */

static const td_value *user(td_scope *s, const td_passwd *p) {
	return td_failed(s) ? NULL : td_list(s, p->name, p->passwd, p->uid, p->gid, p->gecos, p->dir, p->shell);
}

static const td_value *group(td_scope *s, const td_group *g) {
	return td_failed(s) ? NULL : td_list(s, g->name, g->passwd, g->gid, td_value_new_strs(s, g->mem));
}

ORACLE_ROW(pwd_getpwnam, "pwd.getpwnam", "name, /") {
	return user(s, td_pwd_getpwnam(s, oracle_text_or(s, call, "name", "getpwnam() argument must be str, not %s")));
}
ORACLE_ROW(pwd_getpwuid, "pwd.getpwuid", "uid, /") {
	return user(s, td_pwd_getpwuid(s, oracle_int(s, call, "uid", 0)));
}
ORACLE_ROW(grp_getgrnam, "grp.getgrnam", "name") {
	return group(s,
	             td_grp_getgrnam(s, oracle_text_or(s, call, "name", "getgrnam() argument 'name' must be str, not %s")));
}
ORACLE_ROW(grp_getgrgid, "grp.getgrgid", "id") {
	return group(s, td_grp_getgrgid(s, oracle_int(s, call, "id", 0)));
}
ORACLE_ROW(getpass_getuser, "getpass.getuser", "") {
	return text(s, td_getpass_getuser(s));
}

ORACLE_ROW(resource_getrlimit, "resource.getrlimit", "resource, /") {
	const td_rlimit *limit = td_resource_getrlimit(s, c_int(s, call, "resource", 0));
	return td_failed(s) ? NULL : td_list(s, limit->soft, limit->hard);
}

/* --- uuid --- */

static const td_uuid *uuid_of(td_scope *s, const oracle_call *call, const char *name) {
	return td_uuid_new(s, oracle_text(s, call, name, NULL));
}

ORACLE_ROW(uuid_uuid, "uuid.UUID", "hex=None, bytes=None") {
	const td_value *bytes = oracle_arg(call, "bytes");
	bool has_hex = oracle_given(call, "hex"), has_bytes = oracle_given(call, "bytes");
	if (has_hex == has_bytes) {
		td_raise(s, TD_TypeError, "one of the hex, bytes, bytes_le, fields, or int arguments must be given");
		return NULL;
	}
	return text(s, td_uuid_str(s, has_hex ? uuid_of(s, call, "hex") : td_uuid_new_bytes(s, td_value_bytes(bytes))));
}
ORACLE_ROW(uuid_uuid5, "uuid.uuid5", "namespace, name") {
	const td_uuid *space = uuid_of(s, call, "namespace");
	return text(s, td_uuid_str(s, td_uuid_uuid5(s, space, oracle_text(s, call, "name", NULL))));
}
ORACLE_ROW(uuid_uuid3, "uuid.uuid3", "namespace, name") {
	const td_uuid *space = uuid_of(s, call, "namespace");
	return text(s, td_uuid_str(s, td_uuid_uuid3(s, space, oracle_text(s, call, "name", NULL))));
}
ORACLE_ROW(uuid_version, "uuid.UUID.version", "self") {
	int version = td_uuid_version(uuid_of(s, call, "self"));
	return td_failed(s) || version < 0 ? NULL : td_value_new_int(s, version);
}
ORACLE_ROW(uuid_variant, "uuid.UUID.variant", "self") {
	return text(s, td_uuid_variant(uuid_of(s, call, "self")));
}
ORACLE_ROW(uuid_hex, "uuid.UUID.hex", "self") {
	return text(s, td_uuid_hex(s, uuid_of(s, call, "self")));
}

/* --- temporary files: names are chance, so that only what is refused can be compared --- */

ORACLE_ROW(tempfile_gettempdir, "tempfile.gettempdir", "") {
	return text(s, td_tempfile_gettempdir(s));
}
ORACLE_ROW(tempfile_gettempprefix, "tempfile.gettempprefix", "") {
	return text(s, td_tempfile_gettempprefix());
}
ORACLE_ROW(tempfile_mkdtemp, "tempfile.mkdtemp", "suffix=None, prefix=None, dir=None") {
	const char *suffix = oracle_text(s, call, "suffix", NULL), *prefix = oracle_text(s, call, "prefix", NULL);
	return text(s,
	            td_tempfile_mkdtemp(s, .suffix = suffix, .prefix = prefix, .dir = oracle_text(s, call, "dir", NULL)));
}
ORACLE_ROW(tempfile_mkstemp, "tempfile.mkstemp", "suffix=None, prefix=None, dir=None, text=False") {
	const char *suffix = oracle_text(s, call, "suffix", NULL), *prefix = oracle_text(s, call, "prefix", NULL),
			   *path = NULL;
	int fd =
		td_tempfile_mkstemp(s, &path, .suffix = suffix, .prefix = prefix, .dir = oracle_text(s, call, "dir", NULL));
	if (fd >= 0) td_os_close(s, fd);
	return text(s, path);
}
