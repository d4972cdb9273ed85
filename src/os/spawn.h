/* src/os/spawn.h: starting a program. What Popen asks for has been made plain here: numbers, absolute facts, no names to
 * look up, because the child shares the parent's memory until it executes and may do nothing but system calls. */
#ifndef TD_OS_SPAWN_H
#define TD_OS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum td__spawn_stage { TD__SPAWN_EXEC, TD__SPAWN_CWD, TD__SPAWN_SETUP } td__spawn_stage;

typedef struct td__spawn {
	const char *const *paths; /* to be tried in turn; NULL at the end */
	const char *const *argv;
	const char *const *envp;
	const char *cwd;
	int fds[3]; /* what becomes 0, 1 and 2; -1 leaves it as it is */
	const int *pass_fds;
	size_t pass_count;
	bool keep_fds, new_session, keep_signals;
	bool has_group, has_umask, has_uid, has_gid, has_groups;
	pid_t group;
	unsigned umask;
	unsigned uid, gid;
	const unsigned *groups;
	size_t group_count;
	int cgroup; /* directory of the control group to be born in; -1, and made so where that may not be */
	/* the answer */
	pid_t pid;
	int pidfd;
	int err_no; /* why it could not be executed, 0 when it could */
	td__spawn_stage stage;
} td__spawn;

/* Starts it; the calling thread is suspended until the child has executed or failed to. True: sp->pid and sp->pidfd are
 * there. False: sp->err_no says why and no child is left. */
bool td__spawn_start(td__spawn *sp);

/* For tests: false takes the way for systems whose clone3 is not to be had. */
extern bool td__spawn_clone3;

#endif
