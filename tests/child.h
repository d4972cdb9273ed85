/* tests/child.h: runs a function in a process of its own and looks at how it ended and what it printed, for the tests of
 * what a scope does when a program ends. */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tend.h>
#include <unistd.h>

typedef struct child_result {
	int status; /* of exit, or minus the signal */
	char out[8192], err[8192];
} child_result;

static inline void child_read(int fd, char *into, size_t size) {
	size_t len = 0;
	ssize_t got;
	lseek(fd, 0, SEEK_SET);
	while (len < size - 1 && (got = read(fd, into + len, size - 1 - len)) > 0) len += (size_t)got;
	into[len] = '\0';
	close(fd);
}

/* A text as the argument of a callback. */
static inline void *text_arg(const char *text) {
	return (void *)(uintptr_t)text;
}

/* body runs as main would: with the arguments of a program. */
static inline child_result child_run(int (*body)(int argc, char **argv)) {
	child_result r;
	char name[] = "child", *argv[] = {name, NULL};
	FILE *out = tmpfile(), *err = tmpfile();
	int out_fd = dup(fileno(out)), err_fd = dup(fileno(err));
	fclose(out);
	fclose(err);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(out_fd, 1);
		dup2(err_fd, 2);
		exit(body(1, argv));
	}
	int status = 0;
	waitpid(pid, &status, 0);
	r.status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
	child_read(out_fd, r.out, sizeof r.out);
	child_read(err_fd, r.err, sizeof r.err);
	return r;
}

#endif
