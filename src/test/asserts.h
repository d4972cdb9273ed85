/* src/test/asserts.h: what the assertions share: values as Python shows them, and differences as ndiff shows them. */
#ifndef TD_TEST_ASSERTS_H
#define TD_TEST_ASSERTS_H

#include <tend/unittest.h>

#include "core/internal.h"

/* The lines of Python's difflib.ndiff(a, b), with end after each. */
const char *td__ndiff(td_scope *s, td_strs a, td_strs b, const char *end);
/* Python's pprint.pformat(v). */
const char *td__pformat(td_scope *s, const td_value *v);
/* Both reprs, cut as unittest cuts long ones: in the middle, where they are the same. */
void td__shorten_both(td_scope *s, const char **first, const char **second);
/* Why two values of the same type are not equal: repr, first difference and diff of texts, lists and dicts. */
const char *td__unequal(td_scope *s, const td_value *a, const td_value *b);
/* message, and after it the diff, or how long it would be. */
const char *td__with_diff(td_scope *s, const char *message, const char *diff);

#endif
