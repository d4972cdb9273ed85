/* tools/top/live.h: looking at the machine now. */
#ifndef TOP_LIVE_H
#define TOP_LIVE_H

#include "top/sample.h"

typedef struct top_live top_live;

/* Lives in s. procfs and sysfs are other trees, for tests; NULL is /proc and /sys. */
top_live *top_live_new(td_scope *s, const char *procfs, const char *sysfs);

/* What is dear is read only when it is asked for. */
typedef struct top_want {
	bool io;            /* each process's reads and writes */
	bool cgroups;       /* each process's control group */
	bool again;         /* there will be many looks */
	const char *limits; /* the control group whose limits are shown; NULL is our own */
} top_want;

/* Looks at everything; rates are over the time since the look before (NaN the first time). The sample and its rows are
 * valid until the next look. NULL when tick has failed. */
const top_sample *top_live_look(td_scope *tick, top_live *live, const top_want *want);

#endif
