/* tools/status/status.h: `tend status`, `tend start`, `tend stop`, `tend restart`, `tend reload`. */
#ifndef STATUS_STATUS_H
#define STATUS_STATUS_H

#include <tend/argparse.h>

/* argv: what follows the command's name. Each ends the program by td_sys_exit where its status is not 0. */
void tend_status(td_scope *s, td_strs argv);
td_argparser *tend_status_parser(td_scope *s);
void tend_start(td_scope *s, td_strs argv);
td_argparser *tend_start_parser(td_scope *s);
void tend_stop(td_scope *s, td_strs argv);
td_argparser *tend_stop_parser(td_scope *s);
void tend_restart(td_scope *s, td_strs argv);
td_argparser *tend_restart_parser(td_scope *s);
void tend_reload(td_scope *s, td_strs argv);
td_argparser *tend_reload_parser(td_scope *s);

#endif
