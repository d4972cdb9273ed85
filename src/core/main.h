/* src/core/main.h: what TD_MAIN was given. */
#ifndef TD_CORE_MAIN_H
#define TD_CORE_MAIN_H

/* The program's arguments; 0 and NULL before TD_MAIN. */
int td__main_arguments(char ***argv);

/* The handler of fatal signals that TD_MAIN sets where a signal would have ended the program: it still does. */
void td__main_on_fatal(int number);

#endif
