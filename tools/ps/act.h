/* tools/ps/act.h: what is done to processes: signals, waiting, niceness. */
#ifndef PS_ACT_H
#define PS_ACT_H

#include <tend/text.h>

/* verb: kill, stop, continue, wait or nice; argv: what follows it. */
void ps_act(td_scope *s, const char *verb, td_strs argv);

#endif
