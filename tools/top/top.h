/* tools/top/top.h: `tend top`. */
#ifndef TOP_TOP_H
#define TOP_TOP_H

#include <tend/argparse.h>

/* argv: what follows the command's name. Ends the program by td_sys_exit where its status is not 0. */
void tend_top(td_scope *s, td_strs argv);
td_argparser *tend_top_parser(td_scope *s);

#endif
