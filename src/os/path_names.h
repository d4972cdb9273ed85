/* src/os/path_names.h: a path as pathlib reads it: normal, with its root and names. */
#ifndef TD_OS_PATH_NAMES_H
#define TD_OS_PATH_NAMES_H

#include <tend/pathlib.h>

#include "core/internal.h"

typedef struct td__pure {
	const char *text;  /* normal: "a/b", "/a", "//a", "." for no name at all */
	size_t root;       /* how many slashes it begins with: 0, 1, 2 */
	const char *first; /* the first name; "" when there is none */
	const char *last;  /* the last name; "" when there is none */
} td__pure;

/* Reads path into p, its text in s. False: raised. */
bool td__pure_read(td_scope *s, const char *path, td__pure *p);
/* The path of a name in the directory p, in s. */
const char *td__pure_child(td_scope *s, const char *normal, const char *name);
/* path itself when it is normal, else its normal form in s; td_no_text: raised. */
const char *td__pure_text(td_scope *s, const char *path);

#endif
