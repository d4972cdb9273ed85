/* src/core/internal.h: what the modules of libtend share and its users do not see. Every function of the library follows
 * one pattern:
 *
 *     bool (td_os_mkdir)(td_scope *s, const char *path, const td_os_mkdir_opts *o) {
 *         if (!td__enter_opts(s, o)) return false;               // refused: s has failed
 *         if (!td__need_text(s, "path", path)) return false;          // TypeError: NULL, or td_no_text
 *         if (td__sys_mkdir(path, mode) < 0) return td__os_error(s, errno, path);
 *         return true;
 *     }
 *
 * Parentheses around the name keep the public macro away. Scratch memory: TD_SCOPE(tmp, s). A nested library call that
 * takes options is written (td_f)(s, x, TD__OPTS(td_f_opts, …)) or through its macro: inside the library the macro does
 * not overwrite the user's file and line. */
#ifndef TD_CORE_INTERNAL_H
#define TD_CORE_INTERNAL_H

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <tend/scope.h>

#define td__likely(x) __builtin_expect(!!(x), 1)
#define td__unlikely(x) __builtin_expect(!!(x), 0)

/* --- entering a call --- */

/* False when s has failed (and counts the refusal: a million in a row is a loop that nobody will leave). */
bool td__refused(td_scope *s);
static inline bool td__enter(td_scope *s) {
	return td__likely(!((struct td__scope_head *)(void *)s)->failed) || td__refused(s);
}
/* The same for a call with options, which carry the user's file and line. o may be NULL. */
struct td__opts_head {
	TD__OPTS_HEAD;
};
static inline bool td__enter_opts(td_scope *s, const void *o) {
	const struct td__opts_head *h = (const struct td__opts_head *)o;
	if (h && h->td__file) td__here(s, h->td__file, h->td__line);
	return td__enter(s);
}
/* Copies the options the caller knows into full (zeroed beyond), so that a program built against an older header works:
 *     td_f_opts o; td__opts_copy(&o, sizeof o, opts); */
void td__opts_copy(void *full, size_t full_size, const void *opts);

/* TypeError unless value can be used: not NULL, not td_no_text. what names the parameter. */
bool td__need_text(td_scope *s, const char *what, const char *value);
/* The same for a handle. */
bool td__need_handle(td_scope *s, const char *what, const void *value);
/* TypeError for a NULL or td_no_text among the items. */
bool td__need_strs(td_scope *s, const char *what, td_strs list);

/* Of ASCII alone, whatever the locale; a byte of a longer character is none of these. */
static inline bool td__is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool td__is_word(char c) { /* a letter or a digit */
	return td__is_letter(c) || (c >= '0' && c <= '9');
}

/* --- raising --- */

/* td_raise_os that returns false, for `return td__os_error(s, errno, path);`. filename may be NULL. */
bool td__os_error(td_scope *s, int err_no, const char *filename);
/* Two names: "[Errno 2] No such file or directory: 'a' -> 'b'". */
bool td__os_error2(td_scope *s, int err_no, const char *filename, const char *filename2);
/* UnicodeDecodeError for the bad bytes at at, as td__utf8_check has found them. */
void td__raise_decode(td_scope *s, const char *text, size_t at, size_t bad, const char *reason);
/* Raises and hands out the error to fill in what its kind carries, before anyone sees it; the strings must live in the
 * error: td__error_text copies one there. NULL when s had failed before. On a fatal root nobody could fill it in later,
 * so raising is made of two halves: new, then throw. */
td_error *td__error_new(td_scope *s, const td_kind *kind, const char *fmt, ...) TD__PRINTF(3, 4);
const char *td__error_text(td_error *e, const char *text, size_t len);
void *td__error_alloc(td_error *e, size_t size);
td_strs td__error_strs(td_error *e, td_strs list);
void td__error_throw(td_scope *s, td_error *e);
const td_kind *td__kind_of_errno(int err_no);

/* --- handles: objects with one registration that ends them ---
 * The memory behind a handle outlives its close (until its scope ends), so that a closed one is refused and not read
 * after it is gone. end is called once: by td__handle_close, or at the scope's end. */
typedef void (*td__handle_end)(td_scope *c, void *handle);
void *td__handle_new(td_scope *s, size_t size, td__handle_end end); /* zeroed; NULL when s has failed or is ending */
bool td__handle_open(const void *handle);                           /* not closed yet */
void td__handle_close(void *handle);            /* unregisters without calling end: the caller has done it */
td_scope *td__handle_scope(const void *handle); /* the scope it is registered in now */
/* A registration in which a process that must be stopped stands: all of a scope get ask() together, share one grace
 * while gone() is polled on fd, then force(); end() reaps and frees. */
typedef struct td__stoppable {
	void (*ask)(void *handle);
	bool (*gone)(void *handle);
	int (*fd)(void *handle); /* readable once it is gone (a pidfd), or -1 */
	void (*force)(void *handle);
} td__stoppable;
void td__handle_stoppable(void *handle, const td__stoppable *how);

/* --- waiting --- */

#define TD__NEVER INT64_MAX
int64_t td__now(void);                   /* CLOCK_MONOTONIC, nanoseconds */
int64_t td__deadline_in(double seconds); /* from now; TD_NOW is now, 0 is TD__NEVER */
int64_t td__duration(double seconds);    /* nanoseconds; 0 for what is not positive */
int64_t td__deadline_of(td_scope *s);    /* the one in force for s, shields counted */
/* The one place that blocks: poll(2) that obeys the cancels and deadlines that reach s, and signals. until is the call's
 * own deadline (TD__NEVER for none). >0: that many fds are ready; 0: until has passed; -1: raised on s. nfds 0 sleeps. */
int td__poll(td_scope *s, struct pollfd *fds, size_t nfds, int64_t until);
/* The same for one descriptor: its revents, 0 or -1. */
int td__wait_fd(td_scope *s, int fd, short events, int64_t until);
/* Whether nothing can end a wait on s before what it waits for: no deadline, nobody to cancel it, no handler of the
 * program. Then a plain blocking call will do. */
bool td__waits_plainly(td_scope *s);
/* What may not have started on a cancelled or expired scope: raises and is false. td_check under another name. */
static inline bool td__may_block(td_scope *s) {
	return td_check(s);
}

/* The fault loop's hook: true makes this check find the deadline passed. NULL outside tests. */
extern bool (*td__deadline_hook)(void);

/* --- scope, seen from inside --- */

/* As td_alloc, but not zeroed: for text that is written at once. */
void *td__alloc_raw(td_scope *s, size_t size);
/* Memory from td__malloc, of that whole size, becomes s's; its first 16 bytes are the arena's from then on. */
void td__adopt(td_scope *s, void *memory, size_t size);
void td__raise_memory(td_scope *s); /* MemoryError: td__malloc gave NULL */
/* A root on which an error ends the program: once all is cleaned up, on_fatal(e, arg) is called and does not return.
 * TD_MAIN prints and exits; a test's process reports. */
typedef void (*td__on_fatal)(const td_error *e, void *arg);
td_scope *td__root_open(const td_scope_opts *opts, td__on_fatal on_fatal, void *arg);
/* A root of no thread: it may be made in one and read and ended in another, which then says td__root_take. */
td_scope *td__root_detached(void);
void td__root_take(td_scope *root);
/* Takes the error out of s, which is healthy again; to be freed with td__error_free. NULL when it holds none. */
td_error *td__error_detach(td_scope *s);
/* Runs fn(arg) when s ends, before its threads are joined: to tell them that no more work will come. */
bool td__before_join(td_scope *s, void (*fn)(void *arg), void *arg);
/* Ends any scope; of a root, hands out the error it held, to be freed with td__error_free. */
td_error *td__scope_end(td_scope *s);
void td__error_free(td_error *e);

void td__scope_set_cancel_fd(td_scope *s); /* so that a cancel wakes waits below s; raises OSError */
td_scope *td__scope_parent(const td_scope *s);
bool td__scope_ending(const td_scope *s);
static inline bool td__is_debug(void) { /* built with one malloc per allocation */
#ifdef TD_SCOPE_DEBUG
	return true;
#else
	return false;
#endif
}
/* Raw memory through the one allocator; NULL when it is out. */
void *td__malloc(size_t size);
void *td__realloc(void *memory, size_t size);
void td__free(void *memory);
/* Grows an array in s to hold at least need items of size each; the old place stays in the arena. false: raised. */
bool td__grow(td_scope *s, void **items, size_t *capacity, size_t need, size_t size);

/* --- temporary files: the async-signal-safe list that exit and fatal signals work off --- */

typedef struct td__temp td__temp;
td__temp *td__temp_add(const char *path, bool is_dir); /* absolute path, copied; NULL when memory is out */
void td__temp_remove(td__temp *t);                     /* off the list; the file itself is the caller's */
void td__temp_delete(const char *path, bool is_dir);   /* removes it, without following links */
void td__temp_purge(void);                             /* removes all that this process registered */

/* What else a fatal signal must put right, with async-signal-safe calls only: a terminal. NULL for nothing. */
extern void (*_Atomic td__fatal_hook)(void);
/* All that is done before a signal ends the process: that, and the temporary files. */
void td__last_words(void);

/* --- the libraries that are opened on first use --- */

typedef struct td__lib {
	const char *soname;  /* "libyaml-0.so.2" */
	const char *package; /* "libyaml-0-2", for the message */
	const char *const *names;
	void **slots; /* the typed table: one address per name */
	size_t count;
	void (*init)(void);
	int state; /* 0 not tried, 1 open, 2 missing; under one lock */
} td__lib;
bool td__lib_open(td_scope *s, td__lib *lib); /* ImportError that names the package */

#endif
