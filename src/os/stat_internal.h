/* What the modules of src/os share of stat. */
#ifndef TD_OS_STAT_INTERNAL_H
#define TD_OS_STAT_INTERNAL_H

#include <sys/stat.h>
#include <tend/stat.h>

/* The system's answer as ours. */
void td__stat_of(const struct stat *from, td_stat *into);
extern const td_stat td__no_stat; /* of a call that failed */

#endif
