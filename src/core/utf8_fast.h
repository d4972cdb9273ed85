/* src/core/utf8_fast.h: whether text is UTF-8, and nothing else about it: td__utf8_check says what is wrong. */
#ifndef TD_CORE_UTF8_FAST_H
#define TD_CORE_UTF8_FAST_H

#include <stdbool.h>
#include <stddef.h>

bool td__is_utf8(const char *text, size_t len);

#endif
