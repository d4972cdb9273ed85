/* src/os/shutil_internal.h: what the parts of shutil share. */
#ifndef TD_OS_SHUTIL_INTERNAL_H
#define TD_OS_SHUTIL_INTERNAL_H

#include <tend/shutil.h>

#include "core/internal.h"

/* dst, or the place of src's name in it when it is a directory; in s. */
const char *td__shutil_into(td_scope *s, const char *src, const char *dst);

/* td_shutil_copytree, but errors show dst as shown. */
bool td__copytree(td_scope *s, const char *src, const char *dst, const char *shown, const td_shutil_copytree_opts *o);

#endif
