/* tools/agent/config_tool.h: `tend config check` and `tend config show`. */
#ifndef AGENT_CONFIG_TOOL_H
#define AGENT_CONFIG_TOOL_H

#include <tend/argparse.h>

/* argv: what follows the command's name. Ends the program by td_sys_exit where its status is not 0. */
void tend_config(td_scope *s, td_strs argv);
td_argparser *tend_config_parser(td_scope *s);

#endif
