/* src/core/main.h: what TD_MAIN was given. */
#ifndef TD_CORE_MAIN_H
#define TD_CORE_MAIN_H

/* The program's arguments; 0 and NULL before TD_MAIN. */
int td__main_arguments(char ***argv);

#endif
