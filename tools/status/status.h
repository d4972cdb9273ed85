/* tools/status/status.h: `tend status`, `tend start`, `tend stop`, `tend restart`, `tend reload`. */
#ifndef STATUS_STATUS_H
#define STATUS_STATUS_H

#include <tend/text.h>

/* argv: what follows the command's name. Each ends the program by td_sys_exit where its status is not 0. */
void tend_status(td_scope *s, td_strs argv);
void tend_start(td_scope *s, td_strs argv);
void tend_stop(td_scope *s, td_strs argv);
void tend_restart(td_scope *s, td_strs argv);
void tend_reload(td_scope *s, td_strs argv);

#endif
