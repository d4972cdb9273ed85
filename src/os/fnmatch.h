/* src/os/fnmatch.h: a shell's pattern that is matched against many names. */
#ifndef TD_OS_FNMATCH_H
#define TD_OS_FNMATCH_H

#include <tend/fnmatch.h>

#include "core/internal.h"

typedef struct td__pattern td__pattern;

/* Reads the pattern, in s; NULL: raised. */
td__pattern *td__pattern_read(td_scope *s, const char *pat);
bool td__pattern_match(const td__pattern *p, const char *name);

#endif
