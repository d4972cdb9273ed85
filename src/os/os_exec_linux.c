/* Becoming two, becoming another program. */
#include <tend/os_process.h>

#include "core/sys.h"
#include "os/popen.h"

int(td_os_fork)(td_scope *s) {
	if (!td__enter(s)) return -1;
	pid_t pid = td__sys_fails("fork") ? -1 : fork();
	if (pid < 0) td__os_error(s, errno, NULL);
	return pid;
}

void td_os_exit(int status) {
	_exit(status);
}

static bool need_arguments(td_scope *s, const char *call, td_strs argv) {
	if (!td__need_strs(s, "argv", argv)) return false;
	if (argv.len == 0)
		td_raise(s, TD_ValueError, "%s() arg 2 must not be empty", call);
	else if (!argv.items[0][0])
		td_raise(s, TD_ValueError, "%s() arg 2 first element cannot be empty", call);
	return !td_failed(s);
}

/* Tries the paths in turn. What is there and cannot be executed says more than what is not there. */
static bool become(td_scope *s, const char *const *paths, td_strs argv, const char *const *envp) {
	if (fflush(stdout) != 0 || fflush(stderr) != 0) return td__os_error(s, errno, NULL);
	struct sigaction ours, standard = {.sa_handler = SIG_DFL};
	bool ignored = sigaction(SIGPIPE, NULL, &ours) == 0 && ours.sa_handler == SIG_IGN;
	if (ignored) sigaction(SIGPIPE, &standard, NULL);
	const char *told = paths[0];
	int why = ENOENT;
	for (; *paths; paths++) {
		td__sys_execve(*paths, (char *const *)(uintptr_t)argv.items, (char *const *)(uintptr_t)envp);
		if (why != ENOENT && why != ENOTDIR) continue;
		why = errno;
		told = *paths;
	}
	if (ignored) sigaction(SIGPIPE, &ours, NULL);
	return td__os_error(s, why, told);
}

static bool execute(td_scope *s, const char *call, const char *file, bool search, td_strs argv,
                    const td_os_exec_opts *opts) {
	td_os_exec_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__need_text(s, "file", file) || !need_arguments(s, call, argv) || !td__may_block(s)) return false;
	TD_SCOPE(tmp, s);
	const char *const *envp = td__env_make(tmp, o.env, NULL);
	const char *const one[2] = {file, NULL};
	const char *const *paths = search && !td_failed(tmp) ? td__path_make(tmp, file, envp) : one;
	return !td_failed(tmp) && become(tmp, paths, argv, envp);
}

bool(td_os_execv)(td_scope *s, const char *path, td_strs argv, const td_os_exec_opts *opts) {
	return td__enter_opts(s, opts) && execute(s, opts && opts->env ? "execve" : "execv", path, false, argv, opts);
}

bool(td_os_execvp)(td_scope *s, const char *file, td_strs argv, const td_os_exec_opts *opts) {
	return td__enter_opts(s, opts) && execute(s, opts && opts->env ? "execve" : "execv", file, true, argv, opts);
}
