/* src/os/threading.h: what the waiting calls of threading and queue share. */
#ifndef TD_OS_THREADING_H
#define TD_OS_THREADING_H

#include <tend/threading.h>

#include "core/internal.h"

/* until of a call that is not to wait at all, not even to look once whether somebody lets go. */
#define TD__NOT_AT_ALL INT64_MIN

/* Enters the call and reads its options; false: refused, or ValueError was raised. */
bool td__wait_times(td_scope *s, const td_wait_opts *opts, int64_t *until);

#endif
