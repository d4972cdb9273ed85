/* tools/agent/agent.h: `tend agent`. */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <tend/argparse.h>

/* argv: what follows the command's name. Ends the program by td_sys_exit where its status is not 0. */
void tend_agent(td_scope *s, td_strs argv);
td_argparser *tend_agent_parser(td_scope *s);

#endif
