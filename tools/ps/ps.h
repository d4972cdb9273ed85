/* tools/ps/ps.h: `tend ps`: lists processes, and acts on those that are chosen. */
#ifndef PS_PS_H
#define PS_PS_H

#include <tend/argparse.h>

void tend_ps(td_scope *s, td_strs argv);
td_argparser *tend_ps_parser(td_scope *s);

#endif
