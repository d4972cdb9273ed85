/* src/archive/extract.h: the one place that writes what an archive holds into a directory.
 *
 * Every step is taken from the open target directory downwards. The kernel (openat2, RESOLVE_BENEATH) or, where it
 * cannot, our own walk refuses each name that leads out, by "..", by an absolute name or through a link, at the moment
 * it is used: there is no check that could be overtaken. Links inside that stay inside are followed, as Python follows
 * them, but never the last component: what stands there is replaced, not written through.
 *
 * A file's content goes into one without a name (O_TMPFILE) and gets its name when it is whole; file systems that know
 * no such files get a name that nobody can guess, and a rename. */
#ifndef TD_ARCHIVE_EXTRACT_H
#define TD_ARCHIVE_EXTRACT_H

#include "core/sys.h"

typedef struct td__target {
	const char *path; /* as the caller gave it, for messages */
	int root;
	bool trusted;    /* names are taken as they are, and may lead anywhere */
	bool no_beneath; /* openat2 is not to be had */
	bool no_tmpfile;
	bool no_empty_path; /* what is open cannot be linked as such */
	int parent;         /* the directory of the last member, -1 for none */
	char *parent_name;  /* its name; from td__malloc */
} td__target;

/* Opens the directory, which is made if it is not there. */
bool td__target_open(td_scope *s, td__target *t, const char *path, bool trusted);
void td__target_close(td__target *t);

/* The full name for messages. */
const char *td__target_name(td_scope *s, const td__target *t, const char *name);

/* Opens the directory that name's last component is in, with those above it made if they are not there; *leaf is that
 * component, in s. -1: raised, td__target_escapes when the name leads out. The descriptor stays t's. */
int td__target_parent(td_scope *s, td__target *t, const char *name, const char **leaf);
/* Whether the error of s is that a name leads out of the target; it is then taken. */
bool td__target_escaped(td_scope *s);

/* A directory; one that is there, or a link to one inside, is as good. */
bool td__target_mkdir(td_scope *s, td__target *t, const char *name, unsigned mode);

typedef struct td__new_file {
	int fd;
	int parent; /* the target's: nothing else may be done in it before this file is committed or dropped */
	const char *name, *leaf;
	char temp[24]; /* its name meanwhile; "" for one that has none */
} td__new_file;
bool td__target_create(td_scope *s, td__target *t, const char *name, td__new_file *f);
/* Gives it its name, over what stands there. In any case it is closed, and gone if this fails. */
bool td__target_commit(td_scope *s, td__target *t, td__new_file *f);
void td__target_drop(td__target *t, td__new_file *f);

bool td__target_symlink(td_scope *s, td__target *t, const char *name, const char *to);
/* false without an error: what it should link to is not there, or cannot be linked to. */
bool td__target_link(td_scope *s, td__target *t, const char *name, const char *to);
bool td__target_mknod(td_scope *s, td__target *t, const char *name, mode_t mode, dev_t dev);

typedef struct td__attrs {
	bool owner, mode, mtime;
	uid_t uid;
	gid_t gid;
	mode_t bits;
	struct timespec time;
} td__attrs;
/* Sets them; 0, or which could not be set: 1 owner, 2 mode, 3 time, with errno. */
int td__attrs_fd(int fd, const td__attrs *a);
/* The same of a name, whose last component is not followed if it is a link, unless it is a directory's. */
int td__target_attrs(td_scope *s, td__target *t, const char *name, const td__attrs *a, bool is_dir);

#endif
