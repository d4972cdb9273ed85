/* src/os/dirs.h: the floor under what goes through trees: reading a directory from its descriptor, and a way down from
 * one directory that stays right whatever others move meanwhile. */
#ifndef TD_OS_DIRS_H
#define TD_OS_DIRS_H

#include <dirent.h>
#include <sys/syscall.h>

#include "core/sys.h"

/* struct linux_dirent64, which no header has. */
typedef struct td__dirent {
	uint64_t inode;
	int64_t offset; /* of the entry behind this one: lseek goes on there */
	unsigned short length;
	unsigned char type; /* DT_DIR and its like; DT_UNKNOWN where the file system does not say */
	char name[];
} td__dirent;

static inline ssize_t td__sys_getdents(int fd, void *buffer, size_t size) {
	return td__sys_fails("getdents") ? -1 : syscall(SYS_getdents64, fd, buffer, size);
}

static inline bool td__is_dots(const char *name) {
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* Entries as the system wrote them, those of several directories one behind the other: who goes down reads his behind
 * his parent's, and takes them off again by setting len back. Addresses hold until the next read: keep offsets. */
typedef struct td__dirents {
	char *data;
	size_t len, room;
} td__dirents;

/* Appends the entries of fd, from its position on, "." and ".." among them, until the end or until most bytes have come.
 * 0, or an errno (ENOMEM too). *end: there are no more. */
int td__dirents_read(td__dirents *d, int fd, size_t most, bool *end);
static inline const td__dirent *td__dirents_at(const td__dirents *d, size_t at) {
	return (const td__dirent *)(const void *)(d->data + at);
}
void td__dirents_free(td__dirents *d);

/* The path one stands at, as it grows and shrinks. */
typedef struct td__way {
	char *text; /* NULL before the first push */
	size_t len, room;
} td__way;
bool td__way_push(td__way *w, const char *name); /* behind a "/" if there is need of one; false: memory is out */
void td__way_cut(td__way *w, size_t len);
/* The last name of it, above_len being the length of the path above. */
static inline const char *td__way_name(const td__way *w, size_t above_len) {
	return w->text + above_len + (above_len && w->text[above_len] == '/');
}
void td__way_free(td__way *w);

/* Directories that were entered one from the other. Of a deep one only the last few are open: going up, ".." leads to
 * those that were closed, and only the very directory that was left will do. A directory from which one went on through a
 * link stays open, since ".." would not lead back. */
typedef struct td__trail {
	struct td__step *steps;
	size_t depth, room; /* depth counts the steps; steps[depth - 1] is the one that one stands in */
} td__trail;

/* Takes fd as the next step, and closes it if that cannot be done. jumped: it was entered through a link. 0, or ENOMEM. */
int td__trail_push(td__trail *t, int fd, bool jumped);
int td__trail_fd(const td__trail *t); /* of the last step, which is open; -1 when there is none */
/* Takes the last step back; the one above is open then. 0, or an errno: ESTALE when the directory has been moved elsewhere.
 * After an error nothing but free may follow. */
int td__trail_pop(td__trail *t);
void td__trail_free(td__trail *t); /* closes all */

#endif
