/* main.c: the root of a program. TD_MAIN is the one place where the library touches signals (with td_signal_*), installs
 * an exit handler, prints an error and ends the program. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "core/main.h"
#include "core/scope_private.h"

static int main_argc;
static char **main_argv;
void (*td__main_excepthook)(const td_error *e, void *arg);
void *td__main_excepthook_arg;
void (*td__main_at_end)(void);
static const int fatal_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

enum { STATUS_FAILED = 1, STATUS_OUTPUT_LOST = 120, STATUS_INTERRUPTED = 130 };

int td__main_arguments(char ***argv) {
	*argv = main_argv;
	return main_argc;
}

bool td__main_in_force(void) {
	return main_argv != NULL;
}

/* The terminal is put right and temporary files go, then the signal does what it would have done. */
void td__main_on_fatal(int number) {
	td__last_words();
	signal(number, SIG_DFL);
	raise(number);
}

static void take_signals(void) {
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the call that writes, not the end of the program */
	for (size_t i = 0; i < sizeof fatal_signals / sizeof *fatal_signals; i++) {
		struct sigaction old, new = {.sa_handler = td__main_on_fatal, .sa_flags = SA_NODEFER | SA_RESETHAND};
		if (sigaction(fatal_signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
			sigaction(fatal_signals[i], &new, NULL);
		}
	}
}

/* What exit() still has to clean up: the calling thread's open roots; of other threads only their temporary files. */
static void at_exit(void) {
	for (td_scope *root = td__youngest_root(); root; root = td__youngest_root()) {
		if (root->threads) td_scope_cancel(root);
		td__error_free(td__scope_end(root));
	}
	if (td__main_at_end) td__main_at_end();
	td__temp_purge();
}

static int status_of(const td_error *e) {
	if (!e) return 0;
	fflush(stdout); /* what the program said before comes before the error */
	if (e->kind == TD_SystemExit) {
		if (e->args.len) fprintf(stderr, "%s\n", e->args.items[0]); /* td_sys_exit_msg */
		return e->status;
	}
	if (td__main_excepthook)
		td__main_excepthook(e, td__main_excepthook_arg);
	else
		td__error_print(stderr, e);
	return e->kind == TD_KeyboardInterrupt ? STATUS_INTERRUPTED : STATUS_FAILED;
}

static bool flush_output(void) {
	if (fflush(stdout) == 0 && !ferror(stdout)) return true;
	fprintf(stderr, "standard output could not be written: %s\n", strerrordesc_np(errno));
	return false;
}

static _Noreturn void finish(const td_error *e, void *arg) {
	(void)arg;
	int status = status_of(e);
	td__error_free((td_error *)(uintptr_t)e);
	if (td__main_at_end) td__main_at_end();
	if (!flush_output() && status == 0) status = STATUS_OUTPUT_LOST;
	exit(status);
}

td_scope *td__main_begin(int argc, char **argv, const td_scope_opts *opts) {
	main_argc = argc;
	main_argv = argv;
	take_signals();
	atexit(at_exit);
	td_scope *s = td__root_open(opts, finish, NULL);
	if (s->emergency) finish(&s->error->e, NULL);
	return s;
}

/* main is returning: its own status stands, unless an error says otherwise. */
void td__main_leave(td_scope **s) {
	td_error *e = td__scope_end(*s);
	if (e) finish(e, NULL);
	if (td__main_at_end) td__main_at_end();
	if (!flush_output()) exit(STATUS_OUTPUT_LOST);
}
