/* src/os/replace.h: a file that is replaced in one step: it holds what it held before or all of the new, whatever happens. */
#ifndef TD_OS_REPLACE_H
#define TD_OS_REPLACE_H

#include <sys/stat.h>

#include "core/internal.h"

typedef struct td__replacement {
	int fd;      /* what is written to */
	bool exists; /* the file that will be replaced, with: */
	struct stat st;
	const char *target; /* where it goes: links followed */
	const char *made;   /* where it is made, in the same directory */
	td__temp *temp;
	bool unsynced; /* for end: whole for whoever looks, but after a power failure perhaps the old or nothing */
} td__replacement;

/* Opens a new file beside the one that path leads to, for its owner alone if there is one to replace, else with mode (less
 * the umask). What a run that was killed left there is removed. The strings live in s. Raises OSError, IsADirectoryError,
 * and ValueError where path is there and no regular file. When it raised, end does nothing. */
bool td__replace_open(td_scope *s, td__replacement *r, const char *path, mode_t mode);
/* Gives the new file the owner, as far as that may be, and the mode of the one that it will replace. */
bool td__replace_inherit(td_scope *s, td__replacement *r);
/* Closes it. good: brings it to the disk, puts it in its place, brings the directory to the disk; raises OSError. Else, and
 * when that fails, it is gone and the old one is as it was. */
bool td__replace_end(td_scope *s, td__replacement *r, bool good);

#endif
