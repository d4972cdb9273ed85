/* src/os/cgroup_linux.h: where the hierarchies of control groups are. */
#ifndef TD_OS_CGROUP_LINUX_H
#define TD_OS_CGROUP_LINUX_H

#include "os/psutil_internal.h"

/* The directory, in scratch, of a group: path is as in /proc/PID/cgroup, in the hierarchy that has that controller ("memory")
 * or, of version 2, "". list is the names that line of /proc/PID/cgroup has; NULL when it is not known. *top is as long as
 * what cannot be gone above. NULL: that hierarchy is mounted nowhere.
 * mountinfo is the content of /proc/self/mountinfo; "" has the usual places looked at. */
char *td__cgroup_dir(td_scope *scratch, const char *sysfs, const char *mountinfo, const char *controller,
                     const char *list, const char *path, size_t *top);
/* Whether a list has the name between separators. */
bool td__names_have(td_bytes list, char separator, const char *name);

#endif
