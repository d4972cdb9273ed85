/* tools/top/limits.h: what a control group may use: a machine of 64 processors of which we may use two. */
#ifndef TOP_LIMITS_H
#define TOP_LIMITS_H

#include "top/sample.h"

typedef struct top_limits_reader top_limits_reader;

/* Lives in s. */
top_limits_reader *top_limits_new(td_scope *s, td_psutil_reader *reader);

/* The limits of that group ("/system.slice/x.service"; NULL: our own), each the tightest on the way up, with what the
 * group that sets it uses. at is monotonic: rates are over the time since the last call for the same group. No group,
 * or none that is limited, is no error. */
top_limits top_limits_read(td_scope *s, top_limits_reader *reader, const char *cgroup, double at);

#endif
