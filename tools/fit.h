/* tools/fit.h: texts that fit into columns of a terminal. What they are made of is allocated in the scope given. */
#ifndef TOOLS_FIT_H
#define TOOLS_FIT_H

#include <tend/text.h>

/* How many columns text takes on a terminal: wide characters take two, those that only change the last one none. */
int tend_text_width(const char *text);
/* text cut or filled to exactly width columns; what is cut ends in '…' or '~'. Control characters and stray bytes become
 * '?', and where utf8 is not set all that is not ASCII. */
const char *tend_text_fit(td_scope *s, const char *text, int width, bool utf8);
/* The same without the blanks after it. */
const char *tend_text_cut(td_scope *s, const char *text, int width, bool utf8);

#endif
