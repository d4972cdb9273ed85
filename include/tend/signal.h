/* tend/signal.h: signals that stop a scope, signals that a loop reads, handlers, and the names of signals.
 *
 * What the kernel calls may do almost nothing in C, so it is always the library's own: it cancels a scope, writes a byte
 * that a loop reads, or notes that a handler is due. The handler itself runs in ordinary context, in the main thread, when
 * that next waits in a call of the library or asks td_check or td_signal_check: it may do anything. Then the wait goes on
 * with what is left of its time, unless the handler has raised on the scope that it was given. All of these last as long
 * as the scope they were made in; then what was there before is back.
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
 * Thread-safe; td_signal_signal and td_signal_set_wakeup_fd are of the main thread alone, as in Python. Only these calls
 * and TD_MAIN touch the process's signals; SIGCHLD is never touched unless a program asks for it here. */
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
 * is none, and never blocks. A signal that comes many times before it is read may be seen once. NULL when s has failed. */
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

/* --- handlers --- */

/* Called with the scope of the call that waited or asked, whose error it may raise: then that call has failed. */
typedef void (*td_signal_handler)(td_scope *s, int signal, void *arg);
TD_API void td__sig_dfl(td_scope *s, int signal, void *arg);
TD_API void td__sig_ign(td_scope *s, int signal, void *arg);
#define TD_SIG_DFL (&td__sig_dfl) /* what the system does. Python: signal.SIG_DFL */
#define TD_SIG_IGN (&td__sig_ign) /* nothing, and so in children. Python: signal.SIG_IGN */

typedef struct td_signal_opts {
	TD__OPTS_HEAD;
	void *arg; /* the handler's third parameter */
} td_signal_opts;

/* td_signal_signal(s, SIGHUP, reload, .arg = &config): from now to the end of s, or to the next such call, the signal runs
 * the handler. A signal that comes again before its handler ran runs it once. Returns what was there before, to be set
 * again if one likes: a handler, TD_SIG_DFL, TD_SIG_IGN, or NULL for what was not set here (and when s has failed).
 * OSError (EINVAL) for SIGKILL and SIGSTOP; ValueError for what is no signal and in a thread other than the main one;
 * TypeError for NULL. Does not block. Python: signal.signal. */
TD_API td_signal_handler td_signal_signal(td_scope *s, int signal, td_signal_handler handler,
                                          const td_signal_opts *opts);
#define td_signal_signal(s, ...) TD__SIGNAL_SIGNAL(s, __VA_ARGS__)
#define TD__SIGNAL_SIGNAL(s, signal, handler, ...)                                                                     \
	(td_signal_signal)(TD_HERE(s), (signal), (handler), TD__OPTS(td_signal_opts, __VA_ARGS__))

/* What is there now, as td_signal_signal returns it. ValueError for what is no signal. Python: signal.getsignal. */
TD_API td_signal_handler td_signal_getsignal(td_scope *s, int signal);
#define td_signal_getsignal(s, signal) (td_signal_getsignal)(TD_HERE(s), (signal))

/* A handler: raises KeyboardInterrupt. Python: signal.default_int_handler. */
TD_API void td_signal_default_int_handler(td_scope *s, int signal, void *arg);

/* Runs the handlers that are due, in the main thread; for long computations. False when s has failed or one of them has
 * raised on it. Does not block. */
TD_API bool td_signal_check(td_scope *s);
#define td_signal_check(s) (td_signal_check)(TD_HERE(s))

/* Waits until a signal came that is handled here, by whatever call, and its handler has run. Python: signal.pause. */
TD_API bool td_signal_pause(td_scope *s);
#define td_signal_pause(s) (td_signal_pause)(TD_HERE(s))

/* Writes the number of each signal that is handled here, as one byte, to the descriptor fd, which must not block (ValueError)
 * and stays the caller's; what finds it full is dropped. -1 ends it. Returns the one before, -1 for none and when s has
 * failed. Python: signal.set_wakeup_fd. */
TD_API int td_signal_set_wakeup_fd(td_scope *s, int fd);
#define td_signal_set_wakeup_fd(s, fd) (td_signal_set_wakeup_fd)(TD_HERE(s), (fd))

/* Whether the signal ends system calls of the program itself early (true: as it is set) or they go on by themselves; calls of
 * the library go on either way. Until its handler is set again. Python: signal.siginterrupt. */
TD_API bool td_signal_siginterrupt(td_scope *s, int signal, bool flag);
#define td_signal_siginterrupt(s, signal, flag) (td_signal_siginterrupt)(TD_HERE(s), (signal), (flag))

/* Sends a signal to a thread of this process by its td_threading_get_ident; one that has ended is the caller's mistake, as
 * in Python. Handlers run in the main thread all the same. OSError (EINVAL) for what is no signal.
 * Python: signal.pthread_kill. */
TD_API bool td_signal_pthread_kill(td_scope *s, uint64_t thread, int signal);
#define td_signal_pthread_kill(s, thread, signal) (td_signal_pthread_kill)(TD_HERE(s), (thread), (signal))

/* --- timers; for the time that something may take, a scope's .timeout is the better one --- */

/* SIGALRM after so many seconds, in place of the one that was asked for before; 0 only takes that back. Returns how many
 * seconds it had left, rounded up, or 0. Never fails. Python: signal.alarm. */
TD_API int td_signal_alarm(unsigned seconds);

typedef struct td_itimer {
	double delay, interval; /* seconds; 0 is not set */
} td_itimer;

/* Sets ITIMER_REAL (SIGALRM), ITIMER_VIRTUAL (SIGVTALRM) or ITIMER_PROF (SIGPROF) to go off after so many seconds, and then
 * every interval, or once for 0. Returns what it was set to, in s. OSError (EINVAL) for other timers and negative times;
 * ValueError for NaN. Python: signal.setitimer. */
TD_API const td_itimer *td_signal_setitimer(td_scope *s, int which, double seconds, double interval);
#define td_signal_setitimer(s, which, seconds, interval)                                                               \
	(td_signal_setitimer)(TD_HERE(s), (which), (seconds), (interval))
/* What it is set to now, in s. Python: signal.getitimer. */
TD_API const td_itimer *td_signal_getitimer(td_scope *s, int which);
#define td_signal_getitimer(s, which) (td_signal_getitimer)(TD_HERE(s), (which))

/* --- signals that are held back --- */

/* A set of signals is a number in which bit n - 1 is set when n is in it. TD_SIGS(SIGTERM, SIGINT); TD_SIGS(0) is the empty
 * one. */
static inline uint64_t td__sigs(const int *signals, size_t count) {
	uint64_t set = 0;
	for (size_t i = 0; i < count; i++) {
		if (signals[i] >= 1 && signals[i] <= 64) set |= UINT64_C(1) << (signals[i] - 1);
	}
	return set;
}
#ifdef __cplusplus
TD__END
inline uint64_t td__sigs_list(std::initializer_list<int> l) {
	return td__sigs(l.begin(), l.size());
}
#define TD_SIGS(...) (td__sigs_list({__VA_ARGS__}))
TD__BEGIN
#else
#define TD_SIGS(...) (td__sigs((const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int)))
#endif

/* SIG_BLOCK adds the set to those that this thread holds back, SIG_UNBLOCK takes it away, SIG_SETMASK puts it in their
 * place. Returns the set before; 0 also when s has failed. OSError (EINVAL) for another how. Handlers that are due have run
 * when it returns. Python: signal.pthread_sigmask. */
TD_API uint64_t td_signal_pthread_sigmask(td_scope *s, int how, uint64_t set);
#define td_signal_pthread_sigmask(s, how, set) (td_signal_pthread_sigmask)(TD_HERE(s), (how), (set))
/* The signals that have come and are held back. Python: signal.sigpending. */
TD_API uint64_t td_signal_sigpending(td_scope *s);
#define td_signal_sigpending(s) (td_signal_sigpending)(TD_HERE(s))

/* Waits for one of the set, which must be held back, takes it and returns its number; -1 when s has failed.
 * Python: signal.sigwait. */
TD_API int td_signal_sigwait(td_scope *s, uint64_t set);
#define td_signal_sigwait(s, set) (td_signal_sigwait)(TD_HERE(s), (set))

/* Who sent it and why; which of these mean something depends on code (sigaction(2)). */
typedef struct td_siginfo {
	int signo, code, err_no, pid;
	int64_t uid;
	int status;
	int64_t band;
} td_siginfo;

/* The same, with what is known of it, in s; NULL when s has failed. Python: signal.sigwaitinfo. */
TD_API const td_siginfo *td_signal_sigwaitinfo(td_scope *s, uint64_t set);
#define td_signal_sigwaitinfo(s, set) (td_signal_sigwaitinfo)(TD_HERE(s), (set))
/* The same for at most so many seconds, 0 being not at all; NULL when none came. ValueError for a negative time.
 * Python: signal.sigtimedwait. */
TD_API const td_siginfo *td_signal_sigtimedwait(td_scope *s, uint64_t set, double timeout);
#define td_signal_sigtimedwait(s, set, timeout) (td_signal_sigtimedwait)(TD_HERE(s), (set), (timeout))

/* --- sending and naming --- */

/* Sends a signal to the calling thread; what it does has happened when the call returns, a handler of the main thread's too
 * if this is it. Python: signal.raise_signal. */
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
