/* src/os/copier.h: copying files, as the calls of shutil and whatever copies many of them share it. */
#ifndef TD_OS_COPIER_H
#define TD_OS_COPIER_H

#include <tend/base.h>

#include "core/sys.h"

/* Who copies: his buffer, and what he has found out about the two file systems he last copied between. */
typedef struct td__copier {
	char *buffer; /* TD__COPY_BUFFER bytes, made when first needed */
	dev_t from, to;
	bool known;     /* from and to are set, and these hold for them: */
	bool no_clone;  /* blocks cannot be shared */
	bool no_range;  /* copy_file_range does not work between them */
	bool no_xattrs; /* from has no extended attributes */
	td_progress_fn progress;
	void *progress_arg;
	int64_t done, total; /* bytes */
} td__copier;
enum { TD__COPY_BUFFER = 256 * 1024 };

void td__copier_end(td__copier *c);

/* A file by its name in an open directory (or AT_FDCWD), and the path that errors show. */
typedef struct td__name {
	int dir;
	const char *name, *shown;
} td__name;

typedef enum td__copy_what { TD__COPY_DATA, TD__COPY_MODE, TD__COPY_STAT } td__copy_what;

typedef struct td__copy_how {
	td__copy_what what;
	bool nofollow; /* a link is copied as a link */
	bool no_links; /* from is known not to be a link: one that stands there now is refused */
	bool atomic;
} td__copy_how;

/* Copies one file, as shutil.copyfile, copy and copy2 do once they know that to is no directory. Raises. */
bool td__copy_file(td_scope *s, td__copier *c, td__name from, td__name to, const td__copy_how *how);

/* Copies a link as a link. */
bool td__copy_link(td_scope *s, td__copier *c, td__name from, td__name to, td__copy_what what);

/* The bytes of in to out, both at their beginning and out empty: shared where that can be, holes as holes. out_st may be
 * NULL for a file that was just made beside the last one. Raises, with both names. */
bool td__copy_bytes(td_scope *s, td__copier *c, int in, const struct stat *st, int out, const struct stat *out_st,
                    td__name from, td__name to);

/* Times, extended attributes and mode of in, which are in st, to out. have is the mode that out has, or −1 when it is
 * to be set in any case. Raises. */
bool td__copy_stat(td_scope *s, td__copier *c, int in, const struct stat *st, int out, int64_t have, td__name from,
                   td__name to);
/* The same between two paths, links followed. */
bool td__copy_path_stat(td_scope *s, const char *src, const char *dst);
/* Times and extended attributes of a link, which is in st. */
bool td__copy_link_stat(td_scope *s, td__copier *c, const struct stat *st, td__name from, td__name to);

/* Raises SameFileError when both names lead to one file, SpecialFileError when one leads to a named pipe. False when it
 * raised nothing. */
bool td__copy_refuses(td_scope *s, td__name from, td__name to);

#endif
