/* tend/scope.h: the scope, the one idea of libtend.
 *
 * A scope is where results live (nobody frees anything), what is cleaned up (in reverse order, on every way out), where
 * errors go (the first one stays, later calls do nothing, who does not catch it passes it up) and how long it may take
 * (a deadline and a cancel flag that every blocking call obeys). Every call that can fail, allocate, block or hold a
 * resource takes one first.
 *
 *     #include <tend.h>
 *
 *     static void careful(td_scope *s) {
 *         TD_SCOPE(work, s, .timeout = 60);              // all of this within 60 s
 *         char *buffer = td_alloc(work, 4096);           // gone at the closing brace
 *         td_defer(work, td_ignore_arg, buffer);         // runs there, before the memory goes
 *         td_time_sleep(work, 0.01);                     // TimeoutError once the minute is over
 *     }                                                  // an error in any line skipped the rest and is now in s
 *
 *     int main(int argc, char **argv) {
 *         TD_MAIN(s, argc, argv);
 *         careful(s);
 *     }
 *
 * Invariants. A scope is used by one thread at a time. Only who opened a scope ends it. A deadline is never later than
 * the parent's. There is no NULL scope. No goto and no case label past a TD_SCOPE in its block. docs/scope.md teaches
 * the whole of it, pitfalls included. */
#ifndef TEND_SCOPE_H
#define TEND_SCOPE_H

#pragma GCC system_header

#include <tend/errors.h>

TD__BEGIN

typedef struct td_scope_opts {
	TD__OPTS_HEAD;
	const char *td__variable; /* filled in by the macros: the scope's variable and the function it stands in */
	const char *td__function;
	TD__OPTS_GUARD(td__scope_options_are_named);
	double timeout;   /* seconds this scope may take; 0 is no limit of its own, TD_NOW is at once */
	double shield;    /* seconds for which an outer cancel or deadline does not reach it */
	double grace;     /* seconds that cleanups and child processes get at its end; 0 is 5 */
	const char *name; /* in traces; the name of the variable when left out */
} td_scope_opts;

TD_API td_scope *td__scope_begin(td_scope *parent, const td_scope_opts *opts);
TD_API void td__scope_leave(td_scope **s);
TD_API td_scope *td__main_begin(int argc, char **argv, const td_scope_opts *opts);
TD_API void td__main_leave(td_scope **s);
TD_API td_scope *td__loop_begin(td_scope *parent, const td_scope_opts *opts);
TD_API td_scope *td__loop_turn(td_scope *turn);

/* TD_SCOPE(name, parent, .timeout = …): declares `td_scope *name` that ends with the block it stands in, whichever way
 * the block is left. Never NULL: when memory is short, or parent has failed, the scope is born failed. */
#define TD_SCOPE(name_, ...) TD__SCOPE(name_, td__scope_begin, __VA_ARGS__)
#define TD__SCOPE(var, begin, parent, ...)                                                                             \
	td_scope *var TD__CLEANUP(td__scope_leave) = begin((parent), TD__SCOPE_OPTS(#var, __VA_ARGS__))
#define TD__SCOPE_OPTS(variable, ...)                                                                                  \
	TD__OPTS(td_scope_opts, .td__variable = variable, .td__function = __func__, __VA_ARGS__)

/* TD_MAIN(s, argc, argv): the root scope of a program, first in main. An error that reaches it is printed as Python
 * prints an exception, the open scopes are cleaned up, standard output is flushed, and the program ends with 1 (or with
 * the status of td_sys_exit; 0 when it was told to stop by td_signal_cancel_on; 120 when standard output could not be
 * flushed). Ignores SIGPIPE (restored in children) and makes `exit` and fatal signals clean up what must be. */
#define TD_MAIN(s_, argc_, argv_)                                                                                      \
	td_scope *s_ TD__CLEANUP(td__main_leave) = td__main_begin((argc_), (argv_), TD__SCOPE_OPTS("main", ))

/* TD_LOOP(t, s) { … }: opens a fresh scope t each turn and ends it on continue, break and return; stops when s has
 * failed, is cancelled or has expired (s then holds the CancelledError or TimeoutError). A waiting loop is a TD_LOOP
 * too; a daemon has one scope per tick or request. TD_LOOP(t, s, .timeout = 5) limits each turn. */
#define TD_LOOP(t, ...) TD__LOOP(t, __VA_ARGS__)
#define TD__LOOP(t, parent, ...)                                                                                       \
	for (td_scope * t TD__CLEANUP(td__scope_leave) = td__loop_begin((parent), TD__SCOPE_OPTS(#t, __VA_ARGS__)); t;     \
	     t = td__loop_turn(t))

/* A scope whose life is not a block (a connection, a session): open … close, siblings in any order; what is still open
 * ends with the parent. Never NULL. */
TD_API td_scope *td_scope_open(td_scope *parent, const td_scope_opts *opts);
#define td_scope_open(...) TD__SCOPE_OPEN(__VA_ARGS__)
#define TD__SCOPE_OPEN(parent, ...) (td_scope_open)((parent), TD__SCOPE_OPTS("scope", __VA_ARGS__))
TD_API void td_scope_close(td_scope *s);

/* A root that is not fatal, for hosts that embed the library: errors stay in it until they are caught. End it with
 * td_scope_close; an error that it still holds then is gone with it. Never NULL. */
TD_API td_scope *td_scope_open_root(const td_scope_opts *opts);
#define td_scope_open_root(...) TD__SCOPE_OPEN_ROOT(__VA_ARGS__)
#define TD__SCOPE_OPEN_ROOT(...) (td_scope_open_root)(TD__SCOPE_OPTS("root", __VA_ARGS__))

/* Memory that lives until s ends: size bytes, aligned for any type, zeroed. NULL when s has failed or memory is out
 * (MemoryError). A size of 0 gives a valid address. */
TD_API void *td_alloc(td_scope *s, size_t size);

/* The same for count things of size bytes each; OverflowError when the product does not fit. */
TD_API void *td_alloc_array(td_scope *s, size_t count, size_t size);

/* A copy of text, or of at most n bytes of it, in s. td_no_text when s has failed. */
TD_API const char *td_strdup(td_scope *s, const char *text);
TD_API const char *td_strndup(td_scope *s, const char *text, size_t n);

/* td_keep(up, x): copies a result into an outer scope, so that it outlives the one it was made in. x is a text, a
 * td_bytes, a td_strs or a const td_value *. */
TD_API const char *td__keep_text(td_scope *up, const char *text);
TD_API td_bytes td__keep_bytes(td_scope *up, td_bytes bytes);
TD_API td_strs td__keep_strs(td_scope *up, td_strs strs);
TD_API const td_value *td__keep_value(td_scope *up, const td_value *value);
#ifdef __cplusplus
TD__END
inline const char *td_keep(td_scope *up, const char *x) {
	return td__keep_text(up, x);
}
inline td_bytes td_keep(td_scope *up, td_bytes x) {
	return td__keep_bytes(up, x);
}
inline td_strs td_keep(td_scope *up, td_strs x) {
	return td__keep_strs(up, x);
}
inline const td_value *td_keep(td_scope *up, const td_value *x) {
	return td__keep_value(up, x);
}
TD__BEGIN
#else
#define td_keep(up, x)                                                                                                 \
	_Generic((x),                                                                                                      \
	    char *: td__keep_text,                                                                                         \
	    const char *: td__keep_text,                                                                                   \
	    td_bytes: td__keep_bytes,                                                                                      \
	    td_strs: td__keep_strs,                                                                                        \
	    td_value *: td__keep_value,                                                                                    \
	    const td_value *: td__keep_value)(TD_HERE(up), (x))
#endif

/* td_move(up, handle): moves the one registration of a handle (a file, a process, a listening server) to an outer
 * scope, which cleans it up from then on. ValueError for one that is closed, and for an archive, which has to stay. */
TD_API bool td_move(td_scope *up, void *handle);

/* Runs fn(c, arg) when s ends, last in first out. c is a fresh scope, shielded, with the grace as its deadline; an error
 * in it becomes a note on s's error, or the error if there was none. False when s has failed or is ending: fn has then
 * not been registered. Python: ExitStack.callback. */
typedef void (*td_cleanup_fn)(td_scope *c, void *arg);
TD_API bool td_defer(td_scope *s, td_cleanup_fn fn, void *arg);

/* Takes the latest such registration of fn with arg back; false when there is none. */
TD_API bool td_undefer(td_scope *s, td_cleanup_fn fn, void *arg);

/* A cleanup that does nothing, for examples and tests. */
TD_API void td_ignore_arg(td_scope *c, void *arg);

/* Cancels s: every blocking call on it or below it raises CancelledError, now or when it is next made. May be called by
 * a thread started below s or by the handler that td_signal_cancel_on installs; async-signal-safe. s absorbs the
 * CancelledError at its end. Twice is as once. */
TD_API void td_scope_cancel(td_scope *s);

/* Whether s, or a scope around it that reaches it, is cancelled or past its deadline. Never raises; also true when s
 * has failed. For loops that do not block: while (!td_stopping(s)). */
TD_API bool td_stopping(td_scope *s);

/* Seconds until the deadline in force, shields counted; infinity without one; never negative. */
TD_API double td_remaining(td_scope *s);

/* Raises CancelledError or TimeoutError if it is time for that; false when s has failed. What every blocking call asks
 * first; for long computations of your own. */
TD_API bool td_check(td_scope *s);

/* Writes the tree of open scopes from s down to out: name, who opened it, bytes, cleanups, error. For a debugger; takes
 * no scope's time and never fails. */
TD_API void td_scope_dump(const td_scope *s, FILE *out);

/* How many bytes s itself holds now, without its children. */
TD_API size_t td_scope_bytes(const td_scope *s);

/* Ends the program with that status: raises SystemExit on s, so everything is cleaned up on the way. Python: sys.exit. */
TD_API void td_sys_exit(td_scope *s, int status);
#define td_sys_exit(s, status) (td_sys_exit)(TD_HERE(s), (status))

/* The one allocator of the library, as realloc(3) plus free: size 0 frees. Set before the first scope is opened and left
 * alone; NULL restores the C library's. */
typedef void *(*td_allocator_fn)(void *memory, size_t size);
TD_API void td_set_allocator(td_allocator_fn fn);

TD__END
#endif
