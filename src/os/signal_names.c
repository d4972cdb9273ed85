/* src/os/signal_names.c: the names of signals. */
#include "core/internal.h"
#include <stdio.h>
#include <strings.h>
#include <tend/signal.h>

#define SIGNALS 65 /* 1 to 64 */

static const struct {
	int number;
	const char *name, *text;
} names[] = {
	{SIGHUP, "SIGHUP", "Hangup"},
	{SIGINT, "SIGINT", "Interrupt"},
	{SIGQUIT, "SIGQUIT", "Quit"},
	{SIGILL, "SIGILL", "Illegal instruction"},
	{SIGTRAP, "SIGTRAP", "Trace/breakpoint trap"},
	{SIGABRT, "SIGABRT", "Aborted"},
	{SIGBUS, "SIGBUS", "Bus error"},
	{SIGFPE, "SIGFPE", "Floating point exception"},
	{SIGKILL, "SIGKILL", "Killed"},
	{SIGUSR1, "SIGUSR1", "User defined signal 1"},
	{SIGSEGV, "SIGSEGV", "Segmentation fault"},
	{SIGUSR2, "SIGUSR2", "User defined signal 2"},
	{SIGPIPE, "SIGPIPE", "Broken pipe"},
	{SIGALRM, "SIGALRM", "Alarm clock"},
	{SIGTERM, "SIGTERM", "Terminated"},
#ifdef SIGSTKFLT
	{SIGSTKFLT, "SIGSTKFLT", "Stack fault"},
#endif
	{SIGCHLD, "SIGCHLD", "Child exited"},
	{SIGCONT, "SIGCONT", "Continued"},
	{SIGSTOP, "SIGSTOP", "Stopped (signal)"},
	{SIGTSTP, "SIGTSTP", "Stopped"},
	{SIGTTIN, "SIGTTIN", "Stopped (tty input)"},
	{SIGTTOU, "SIGTTOU", "Stopped (tty output)"},
	{SIGURG, "SIGURG", "Urgent I/O condition"},
	{SIGXCPU, "SIGXCPU", "CPU time limit exceeded"},
	{SIGXFSZ, "SIGXFSZ", "File size limit exceeded"},
	{SIGVTALRM, "SIGVTALRM", "Virtual timer expired"},
	{SIGPROF, "SIGPROF", "Profiling timer expired"},
	{SIGWINCH, "SIGWINCH", "Window changed"},
	{SIGIO, "SIGIO", "I/O possible"},
	{SIGPWR, "SIGPWR", "Power failure"},
	{SIGSYS, "SIGSYS", "Bad system call"},
	/* second names, found by number only after the first */
	{SIGABRT, "SIGIOT", ""},
	{SIGCHLD, "SIGCLD", ""},
	{SIGIO, "SIGPOLL", ""},
};

const char *td_signal_name(int number) {
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].number == number) return names[i].name;
	}
	if (number == SIGRTMIN) return "SIGRTMIN";
	if (number == SIGRTMAX) return "SIGRTMAX";
	return "";
}

int td_signal_number(const char *name) {
	if (!name || !*name) return 0;
	if (name[0] >= '0' && name[0] <= '9') {
		int number = 0;
		for (; *name >= '0' && *name <= '9' && number < SIGNALS; name++) number = number * 10 + (*name - '0');
		bool valid = !*name && number >= 1 && number < SIGNALS && (td_signal_valid_signals() >> (number - 1) & 1);
		return valid ? number : 0;
	}
	if (strncasecmp(name, "SIG", 3) == 0) name += 3;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcasecmp(names[i].name + 3, name) == 0) return names[i].number;
	}
	if (strcasecmp(name, "RTMIN") == 0) return SIGRTMIN;
	if (strcasecmp(name, "RTMAX") == 0) return SIGRTMAX;
	return 0;
}

const char *(td_signal_strsignal)(td_scope *s, int number) {
	if (!td__enter(s)) return td_no_text;
	if (number < 1 || number >= SIGNALS) {
		(td_raise)(s, TD_ValueError, "signal number out of range");
		return td_no_text;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].number == number) return names[i].text;
	}
	if (number < SIGRTMIN || number > SIGRTMAX) return (td_strdup)(s, "");
	char text[40];
	snprintf(text, sizeof text, "Real-time signal %d", number - SIGRTMIN);
	return (td_strdup)(s, text);
}

uint64_t td_signal_valid_signals(void) {
	uint64_t all = 0;
	for (int n = 1; n < SIGNALS; n++) {
		if (n < 32 || (n >= SIGRTMIN && n <= SIGRTMAX)) all |= UINT64_C(1) << (n - 1);
	}
	return all;
}
