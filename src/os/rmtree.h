/* src/os/rmtree.h: removing a tree. */
#ifndef TD_OS_RMTREE_H
#define TD_OS_RMTREE_H

#include <tend/base.h>

#include "core/internal.h"

typedef struct td__rmtree_opts {
	bool insist;        /* what its own modes protect is made accessible first, if it is ours */
	bool ignore_errors; /* goes on past what cannot be removed */
	bool missing_ok;    /* that path is not there is no error */
	/* Is told of each error, with Python's name of the call that failed; one that raises nothing lets it go on. */
	void (*on_error)(td_scope *s, void *arg, const char *function, const char *path, const td_error *e);
	void *on_error_arg;
	td_progress_fn progress; /* entries that are gone, of -1 */
	void *progress_arg;
} td__rmtree_opts;

/* Removes the directory path with all in it, in Python's order. Every step is taken relative to a directory that is open
 * and was entered without following a link, so that nobody can lead it elsewhere by putting a link in its way; such a link
 * goes as a file does. Any depth, with few descriptors. Raises OSError. */
bool td__rmtree(td_scope *s, const char *path, td__rmtree_opts o);

#endif
