/* src/os/tree_private.h: what the two ways to a child's tree share: looking at processes, and the control group. */
#ifndef TD_OS_TREE_PRIVATE_H
#define TD_OS_TREE_PRIVATE_H

#include "os/dirs.h"
#include <tend/scope.h>

typedef struct td__process {
	int pid, ppid, group, session;
	uint64_t start;
	char state;
	bool is_kernel; /* a thread of the kernel's */
} td__process;

/* The descriptor of /proc, or -1. */
int td__open_proc(void);
/* false: gone, or errno says why it cannot be looked at. */
bool td__process_look(int proc, int pid, td__process *p);

/* The names in a directory, without memory: at a scope's end it may be out. */
typedef struct td__names {
	int fd;
	bool failed; /* not all have been seen */
	long at, len;
	char buffer[8192] __attribute__((aligned(8)));
} td__names;
/* NULL: there are no more. */
const char *td__names_next(td__names *n);

typedef struct td__tree_group {
	int dir;         /* its directory, or -1 */
	char path[1024]; /* its name, to remove it; "" when there is none */
} td__tree_group;

/* Makes one, where it may be; dir says whether. Raises only when memory is out. */
void td__tree_group_make(td_scope *s, td__tree_group *g, const char *name);
void td__tree_group_remove(td__tree_group *g);
bool td__tree_group_runs(const td__tree_group *g);
/* All in it; leader is left out, unless it is SIGKILL. */
void td__tree_group_signal(const td__tree_group *g, int leader, int number);

#endif
