/* tend/pwd.h: users and groups by name and number, by the names of Python's pwd, grp and getpass; and asking for a password.
 *
 * The answers come from the system's databases: files, and what else is configured (LDAP, sssd), which may ask the network:
 * those calls block and cannot be interrupted. Safe among threads.
 *
 *     #include <tend.h>
 *
 *     static void give(td_scope *s, const char *path, const char *user) {
 *         const td_passwd *who = td_pwd_getpwnam(s, user);      // KeyError when there is none
 *         td_os_chown(s, path, who->uid, who->gid);
 *     }
 */
#ifndef TEND_PWD_H
#define TEND_PWD_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* Python's struct_passwd without the "pw_". When the call failed: "" and −1. */
typedef struct td_passwd {
	const char *name;
	const char *passwd; /* "x": the real one is where only root reads it */
	int64_t uid, gid;   /* gid: the group that new files get */
	const char *gecos;  /* who that is */
	const char *dir;    /* home */
	const char *shell;
} td_passwd;
/* KeyError for a name or number that nobody has. Never NULL. Python: pwd.getpwnam, pwd.getpwuid. */
TD_API const td_passwd *td_pwd_getpwnam(td_scope *s, const char *name);
#define td_pwd_getpwnam(s, ...) (td_pwd_getpwnam)(TD_HERE(s), __VA_ARGS__)
TD_API const td_passwd *td_pwd_getpwuid(td_scope *s, int64_t uid);
#define td_pwd_getpwuid(s, uid) (td_pwd_getpwuid)(TD_HERE(s), (uid))

/* Python's struct_group without the "gr_". When the call failed: "", −1 and nobody. */
typedef struct td_group {
	const char *name;
	const char *passwd;
	int64_t gid;
	td_strs mem; /* its members, but for those whose own group it is */
} td_group;
/* KeyError for a name or number that no group has. Never NULL. Python: grp.getgrnam, grp.getgrgid. */
TD_API const td_group *td_grp_getgrnam(td_scope *s, const char *name);
#define td_grp_getgrnam(s, ...) (td_grp_getgrnam)(TD_HERE(s), __VA_ARGS__)
TD_API const td_group *td_grp_getgrgid(td_scope *s, int64_t gid);
#define td_grp_getgrgid(s, gid) (td_grp_getgrgid)(TD_HERE(s), (gid))

/* The user's name: of LOGNAME, USER, LNAME and USERNAME in the environment the first that is not empty; else the name of
 * the real user id. Anybody can set those variables: never decide by it what somebody may do. Python: getpass.getuser. */
TD_API const char *td_getpass_getuser(td_scope *s);
#define td_getpass_getuser(s) (td_getpass_getuser)(TD_HERE(s))

typedef struct td_getpass_opts {
	TD__OPTS_HEAD;
	const char *prompt; /* NULL: "Password: " */
} td_getpass_opts;
/* Asks on the terminal, without showing what is typed; the echo is back on every way out. Without a terminal it reads a
 * line of standard input, the prompt on standard error. Blocks; obeys the deadline and cancel of s. Control-C and
 * Control-\ raise KeyboardInterrupt. EOFError when there is no answer. The answer is wiped from the scope's memory by
 * nobody: use it and end the scope. Python: getpass.getpass. */
TD_API const char *td_getpass_getpass(td_scope *s, const td_getpass_opts *opts);
#define td_getpass_getpass(...) TD__GETPASS(__VA_ARGS__)
#define TD__GETPASS(s, ...) (td_getpass_getpass)(TD_HERE(s), TD__OPTS(td_getpass_opts, __VA_ARGS__))

TD__END
#endif
