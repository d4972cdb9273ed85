/* src/archive/attached.h: the open files that read from or write to an archive. Either may end before the other: a file
 * that outlives its archive finds NULL there, and no memory that is gone. */
#ifndef TD_ARCHIVE_ATTACHED_H
#define TD_ARCHIVE_ATTACHED_H

#include <stddef.h>

typedef struct td__attached {
	void *archive; /* NULL: it is closed */
	struct td__attached *next, **link;
} td__attached;

static inline void td__attach(td__attached *a, void *archive, td__attached **first) {
	*a = (td__attached){.archive = archive, .next = *first, .link = first};
	if (a->next) a->next->link = &a->next;
	*first = a;
}

static inline void td__detach(td__attached *a) {
	if (!a->archive) return;
	*a->link = a->next;
	if (a->next) a->next->link = a->link;
	a->archive = NULL;
}

static inline void td__detach_all(td__attached **first) {
	while (*first) td__detach(*first);
}

#endif
