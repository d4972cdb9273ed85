/* src/data/re_replace.h: a replacement written out for one match. */
#ifndef TD_DATA_RE_REPLACE_H
#define TD_DATA_RE_REPLACE_H

#include "data/re_internal.h"

/* text holds the bytes from base on of what the spans count in. */
void td__re_expand(td__buffer *out, const td__re_template *t, const char *text, size_t base, const size_t *spans);

#endif
