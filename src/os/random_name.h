/* src/os/random_name.h: names that nobody can guess, for files that are made beside others. */
#ifndef TD_OS_RANDOM_NAME_H
#define TD_OS_RANDOM_NAME_H

#include <stdbool.h>

enum { TD__RANDOM_NAME = 8 };

/* Writes 8 characters of a to z, 0 to 9 and "_", as Python's tempfile does, and a NUL. False: no randomness (errno). */
bool td__random_name(char out[TD__RANDOM_NAME + 1]);

#endif
