/* src/os/rmtree.h: removing a tree. */
#ifndef TD_OS_RMTREE_H
#define TD_OS_RMTREE_H

#include "core/internal.h"

typedef struct td__rmtree_opts {
	bool insist;        /* what its own modes protect is made accessible first, if it is ours */
	bool ignore_errors; /* goes on past what cannot be removed */
	bool missing_ok;    /* that path is not there is no error */
} td__rmtree_opts;

/* Removes the directory path with all in it. Every step is taken relative to a directory that is open and was entered
 * without following a link, so that nobody can lead it elsewhere by putting a link in its way. Any depth, with three
 * descriptors. Raises OSError; NotADirectoryError for a link. */
bool td__rmtree(td_scope *s, const char *path, td__rmtree_opts o);

#endif
