/* src/os/signal_wait_linux.c: signals that are held back and waited for, and the timers that send them. A wait for a
 * signal goes through the one place that waits, by a descriptor; what has come is then taken without waiting. */
#include "core/sys.h"
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <tend/signal.h>
#include <unistd.h>

static sigset_t to_set(uint64_t mask) {
	sigset_t set;
	sigemptyset(&set);
	for (int n = 1; n <= 64; n++) {
		if (mask >> (n - 1) & 1) sigaddset(&set, n);
	}
	return set;
}

static uint64_t to_mask(const sigset_t *set) {
	uint64_t mask = 0;
	for (int n = 1; n <= 64; n++) {
		if (sigismember(set, n) == 1) mask |= UINT64_C(1) << (n - 1);
	}
	return mask;
}

uint64_t(td_signal_pthread_sigmask)(td_scope *s, int how, uint64_t mask) {
	if (!td__enter(s)) return 0;
	sigset_t set = to_set(mask), old;
	int e = pthread_sigmask(how, &set, &old);
	if (e) {
		td__os_error(s, e, NULL);
		return 0;
	}
	return (td_signal_check)(s) ? to_mask(&old) : 0;
}

uint64_t(td_signal_sigpending)(td_scope *s) {
	if (!td__enter(s)) return 0;
	sigset_t set;
	if (sigpending(&set) == 0) return to_mask(&set);
	td__os_error(s, errno, NULL);
	return 0;
}

/* The signal; 0 when until has passed; -1: raised. */
static int take(td_scope *s, uint64_t mask, int64_t until, siginfo_t *info) {
	sigset_t set = to_set(mask);
	const struct timespec none = {0, 0};
	int number = sigtimedwait(&set, info, &none);
	if (number > 0) return number;
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0) {
		td__os_error(s, errno, NULL);
		return -1;
	}
	int r = 1;
	while (number <= 0 && r > 0) { /* another thread may have been quicker */
		r = td__wait_fd(s, fd, POLLIN, until);
		if (r > 0) number = sigtimedwait(&set, info, &none);
	}
	td__sys_close(fd);
	return r > 0 ? number : r;
}

int(td_signal_sigwait)(td_scope *s, uint64_t set) {
	siginfo_t info;
	return td__enter(s) && td__may_block(s) ? take(s, set, TD__NEVER, &info) : -1;
}

static const td_siginfo *wait_info(td_scope *s, uint64_t set, int64_t until) {
	siginfo_t info = {0};
	if (!td__may_block(s) || take(s, set, until, &info) <= 0) return NULL;
	td_siginfo *r = td_alloc(s, sizeof *r);
	if (!r) return NULL;
	*r = (td_siginfo){.signo = info.si_signo,
	                  .code = info.si_code,
	                  .err_no = info.si_errno,
	                  .pid = info.si_pid,
	                  .uid = (int64_t)info.si_uid,
	                  .status = info.si_status,
	                  .band = info.si_band};
	return r;
}

const td_siginfo *(td_signal_sigwaitinfo)(td_scope *s, uint64_t set) {
	return td__enter(s) ? wait_info(s, set, TD__NEVER) : NULL;
}

const td_siginfo *(td_signal_sigtimedwait)(td_scope *s, uint64_t set, double timeout) {
	if (!td__enter(s)) return NULL;
	if (timeout < 0 || timeout != timeout) {
		(td_raise)(s, TD_ValueError, timeout < 0 ? "timeout must be non-negative" : "Invalid value NaN (not a number)");
		return NULL;
	}
	return wait_info(s, set, timeout == 0 ? td__now() : td__deadline_in(timeout));
}

/* --- timers --- */

int td_signal_alarm(unsigned seconds) {
	return (int)alarm(seconds);
}

/* Rounded up, as Python does: a timer must not go off too early. seconds fits. */
static struct timeval to_timeval(double seconds) {
	int64_t whole = (int64_t)seconds - (seconds < (double)(int64_t)seconds);
	double part = (seconds - (double)whole) * 1e6;
	int64_t micro = (int64_t)part;
	if ((double)micro < part) micro++;
	return (struct timeval){whole + micro / 1000000, micro % 1000000};
}

static double to_seconds(struct timeval t) {
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static const td_itimer no_timer;

static const td_itimer *answer(td_scope *s, int failed, const struct itimerval *v) {
	if (failed) {
		td__os_error(s, errno, NULL);
		return &no_timer;
	}
	td_itimer *r = td_alloc(s, sizeof *r);
	if (!r) return &no_timer;
	*r = (td_itimer){to_seconds(v->it_value), to_seconds(v->it_interval)};
	return r;
}

const td_itimer *(td_signal_setitimer)(td_scope *s, int which, double seconds, double interval) {
	if (!td__enter(s)) return &no_timer;
	if (seconds != seconds || interval != interval) {
		(td_raise)(s, TD_ValueError, "Invalid value NaN (not a number)");
		return &no_timer;
	}
	if (__builtin_fabs(seconds) > 9e15 || __builtin_fabs(interval) > 9e15) {
		(td_raise)(s, TD_OverflowError, "timestamp out of range for platform time_t");
		return &no_timer;
	}
	struct itimerval v = {.it_interval = to_timeval(interval), .it_value = to_timeval(seconds)}, old;
	return answer(s, setitimer((__itimer_which_t)which, &v, &old), &old);
}

const td_itimer *(td_signal_getitimer)(td_scope *s, int which) {
	if (!td__enter(s)) return &no_timer;
	struct itimerval v;
	return answer(s, getitimer((__itimer_which_t)which, &v), &v);
}
