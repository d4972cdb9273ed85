/* src/core/scope_private.h: the scope as its four mechanisms see it: arena.c, error.c and raise.c, cleanup.c, deadline.c;
 * scope.c opens and ends it. Nothing else includes this. */
#ifndef TD_CORE_SCOPE_PRIVATE_H
#define TD_CORE_SCOPE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/internal.h"

typedef struct td__context td__context;
typedef struct td__block td__block;
typedef struct td__registration td__registration;
typedef struct td__owned_error td__owned_error;
typedef struct td_thread td_thread;

struct td__block {
	td__block *next;
	size_t size; /* of the whole block */
};

/* An error and the memory behind it: it moves from scope to scope without being copied. */
struct td__owned_error {
	td_error e; /* first: a td_error * that the core made is a td__owned_error * */
	td__block *blocks;
	char *bump, *limit;
	td_scope *origin;      /* whose cancel or deadline caused it; NULL for any other */
	td__owned_error *next; /* among the errors that a scope has caught */
	bool reserved;         /* the context's own, for when memory is out */
	td__context *alone;    /* of a reserved one that outlives its root: the context it lies in, freed with it */
	char space[480];
};

/* Opening and ending one of these is the price of every call that wants scratch memory, so the members stand in the
 * order in which they are written: those that begin as nothing together, to be zeroed in one go. */
struct td_scope {
	struct td__scope_head head;
	td__context *context;
	td_scope *parent, *next; /* next: the sibling opened before it */
	char *bump, *limit;      /* arena */
	td__block *blocks;       /* the scope itself lies at the end of this chain */
	size_t bytes;
	int64_t grace;
	int64_t deadline;                   /* its own, TD__NEVER for none */
	const char *name, *function, *file; /* who opened it */
	unsigned line;

	/* from here on all is zero when it opens */
	unsigned failed_children;  /* open scopes below, in this thread, that hold an uncaught error */
	td_scope *prev, *children; /* children: the youngest first */
	td__owned_error *error;
	td__owned_error *caught;
	td__registration *registrations; /* youngest first */
	td__registration *closed;        /* handles that are closed: their memory stays until the end */
	td_thread *threads;
	struct td__farewell *farewells; /* said before the threads are joined */
	int64_t shield;                 /* how long an outer cancel or deadline is kept from it */
	int64_t started;                /* when it was opened; known where it has a deadline */
	_Atomic int64_t cancelled_at;   /* 0: not */
	_Atomic int cancel_fd;          /* one more than an eventfd that is readable once it is cancelled; 0: none */
	bool born_failed, ending, emergency, is_root;
};

/* What the scopes of one root, or of one thread, share: the thread that may use them, recycled blocks, and what is kept
 * for the moment when memory is out. */
struct td__context {
	pthread_t thread;
	unsigned generation; /* of fork: another process's registrations are not run */
	unsigned refusals;   /* refused calls in a row */
	td_scope *root;
	td__context *next_root; /* the open roots of this thread, the youngest first */
	td__on_fatal on_fatal;  /* NULL: a root that is not fatal */
	void *on_fatal_arg;
	td__block *spare_small, *spare_large;
	size_t spare_small_count, spare_large_bytes;
	td_scope emergency;        /* handed out, failed, when no scope can be made */
	unsigned emergency_opened; /* how often it is open */
	td__owned_error memory_error;
	int park_fd; /* one more than the eventfd that the thread sleeps on in a line (park.c); 0: none */
	bool is_static;
};

enum { TD__SPARE_SMALL_MOST = 64, TD__SMALL_BLOCK = 2048, TD__FIRST_LARGE_BLOCK = 8192, TD__LAST_LARGE_BLOCK = 262144 };

extern unsigned td__generation; /* counts forks, seen from this process */

/* arena.c */
td__block *td__block_new(td__context *context, size_t size);
void td__arena_release(td_scope *s);
void td__context_release_blocks(td__context *context);
void td__scope_grew(td_scope *s);

/* error.c */
td__owned_error *td__error_make(td_scope *s, const td_kind *kind); /* never NULL: the reserved one when memory is out */
td__owned_error *td__error_copy(td_scope *s, const td_error *e);
void td__error_vmessage(td_error *e, const char *fmt, va_list args) TD__PRINTF(2, 0);
void td__error_note(td__owned_error *error, const char *fmt, ...) TD__PRINTF(2, 3);
void td__error_note_error(td__owned_error *error, const td_error *later);
void td__error_frame(td__owned_error *error, const td_scope *s);
void td__error_set_cause(td_error *e, const td_error *cause);
void td__error_set_context(td_error *e, const td_error *context);
void td__error_print(FILE *out, const td_error *e);

/* raise.c */
void td__error_place(td_scope *s, td__owned_error *error); /* s holds it; its ancestors count as failed */
td__owned_error *td__error_take(td_scope *s);              /* s is as if it had never failed */
void td__raise_memory(td_scope *s);
bool td__scope_is_failed(const td_scope *s);
void td__refresh_failed(td_scope *s);

/* cleanup.c */
void td__run_cleanups(td_scope *s);
void td__free_handles(td_scope *s);

/* thread.c */
void td__join_threads(td_scope *s);

/* scope.c */
td_scope *td__scope_make(td_scope *parent, td__context *context, const td_scope_opts *opts);
td__context *td__context_new(void);
void td__context_free(td__context *context);
td_scope *td__cleanup_scope(td_scope *s, int64_t deadline);
void td__hand_up(td_scope *parent, td__owned_error *error); /* parent holds it, or notes it on the one it has */
td_scope *td__youngest_root(void);
void td__adopt_root(td__context *context); /* as a root of the calling thread */

#endif
