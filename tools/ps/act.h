/* tools/ps/act.h: what is done to processes: signals, waiting, niceness. */
#ifndef PS_ACT_H
#define PS_ACT_H

#include <tend/argparse.h>

/* verb: kill, stop, continue, wait or nice; argv: what follows it. */
/* Adds the actions to the commands of `tend ps`, for completion. */
void ps_act_declare(td_scope *s, td_argsub *sub);
void ps_act(td_scope *s, const char *verb, td_strs argv);

#endif
