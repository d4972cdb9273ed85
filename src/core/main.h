/* src/core/main.h: what TD_MAIN was given, and what it asks others to do. */
#ifndef TD_CORE_MAIN_H
#define TD_CORE_MAIN_H

#include <tend/errors.h>

/* The program's arguments; 0 and NULL before TD_MAIN. */
int td__main_arguments(char ***argv);

/* The handler of fatal signals that TD_MAIN sets where a signal would have ended the program: it still does. */
void td__main_on_fatal(int number);

/* Whether a TD_MAIN is in force in this process. */
bool td__main_in_force(void);

/* Instead of printing an error that reached TD_MAIN; NULL prints it. */
extern void (*td__main_excepthook)(const td_error *e, void *arg);
extern void *td__main_excepthook_arg;
/* Once all scopes have ended, before standard output is flushed for the last time. NULL: nothing. */
extern void (*td__main_at_end)(void);

#endif
