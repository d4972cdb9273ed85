/* tend/signal.h: signals that stop a scope, signals that a loop reads, and their names.
 *
 * A handler may do almost nothing in C, so there are only two kinds of it here, and both are the library's own: one
 * cancels a scope, the other writes a byte that a loop reads. Both last as long as the scope they were made in; then
 * what was there before is back.
 *
 *     #include <tend.h>
 *
 *     static void serve(td_scope *s) {
 *         TD_SCOPE(work, s);
 *         td_signal_cancel_on(work, SIGTERM, SIGINT);
 *         TD_LOOP(turn, work) {
 *             td_time_sleep(turn, 1);                // CancelledError once a signal has come: the loop ends
 *         }
 *     }                                              // and work absorbs it: the program goes on, and ends with 0
 *
 * Thread-safe. Only these calls and TD_MAIN touch the process's signals; SIGCHLD is never touched. */
#ifndef TEND_SIGNAL_H
#define TEND_SIGNAL_H

#pragma GCC system_header

#include <signal.h>
#include <tend/scope.h>

TD__BEGIN

/* td_signal_cancel_on(s, SIGTERM, SIGINT): from now to the end of s, one of these signals cancels s (every blocking call
 * on it or below it raises CancelledError) and a second one, of any of them, removes the temporary files and ends the
 * process at once with 128 plus its number. An inner scope that asks for the same signal has it until it ends. OSError
 * (EINVAL) for SIGKILL and SIGSTOP, ValueError for what is no signal. False when s has failed. Does not block. */
TD_API bool td__signal_cancel_on(td_scope *s, const int *signals, size_t count);
#define td_signal_cancel_on(s, ...) TD__SIGNAL_CALL(td__signal_cancel_on, s, __VA_ARGS__)

/* td_signal_watch(s, SIGHUP, SIGTERM): from now to the end of s these signals do nothing but wait to be read.
 * td_signal_watch_fd is readable when there is one; td_signal_watch_next takes the number of the next, or 0 when there
 * is none, and never blocks. A signal that comes many times before it is read may be seen once. NULL when s has failed.
 * Python: signal.set_wakeup_fd. */
typedef struct td_signal_watch td_signal_watch;
TD_API td_signal_watch *td__signal_watch(td_scope *s, const int *signals, size_t count);
#define td_signal_watch(s, ...) TD__SIGNAL_CALL(td__signal_watch, s, __VA_ARGS__)
TD_API int td_signal_watch_fd(const td_signal_watch *w);
TD_API int td_signal_watch_next(td_signal_watch *w);

#ifdef __cplusplus
TD__END
#include <initializer_list>
inline bool td__signal_cancel_on_list(td_scope *s, std::initializer_list<int> l) {
	return td__signal_cancel_on(s, l.begin(), l.size());
}
inline td_signal_watch *td__signal_watch_list(td_scope *s, std::initializer_list<int> l) {
	return td__signal_watch(s, l.begin(), l.size());
}
#define TD__SIGNAL_CALL(fn, s, ...) fn##_list(TD_HERE(s), {__VA_ARGS__})
TD__BEGIN
#else
#define TD__SIGNAL_CALL(fn, s, ...)                                                                                    \
	fn(TD_HERE(s), (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))
#endif

/* Sends a signal to the calling thread; what it does has happened when the call returns. Python: signal.raise_signal. */
TD_API bool td_signal_raise_signal(td_scope *s, int signal);
#define td_signal_raise_signal(s, signal) (td_signal_raise_signal)(TD_HERE(s), (signal))

/* "SIGTERM" for SIGTERM; "SIGRTMIN" and "SIGRTMAX" for the two ends; "" for what has no name. Never fails.
 * Python: signal.Signals(n).name. */
TD_API const char *td_signal_name(int signal);

/* SIGTERM for "SIGTERM" and for "TERM", in capitals or not, and for "15"; 0 for what is no signal's name. Never fails.
 * Python: signal.Signals[name]. */
TD_API int td_signal_number(const char *name);

/* "Terminated" for SIGTERM; "" for a number inside the range that says nothing. ValueError "signal number out of range"
 * outside of it. Python: signal.strsignal. */
TD_API const char *td_signal_strsignal(td_scope *s, int signal);
#define td_signal_strsignal(s, signal) (td_signal_strsignal)(TD_HERE(s), (signal))

/* The signals of this system: bit n - 1 is set when n is one. Never fails. Python: signal.valid_signals. */
TD_API uint64_t td_signal_valid_signals(void);

TD__END
#endif
