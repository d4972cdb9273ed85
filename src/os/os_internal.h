/* What the sources of os share. */
#ifndef TD_OS_OS_INTERNAL_H
#define TD_OS_OS_INTERNAL_H

#include "core/internal.h"

/* OverflowError unless id is the number of a user or group, or −1, which the system reads as "as it is". */
bool td__need_id(td_scope *s, const char *what, int64_t id);

#endif
