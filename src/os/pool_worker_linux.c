/* pool_worker_linux.c: the life of a worker: a message is read, its items are worked off, the answer is written; until
 * the socket ends. Everything here runs in the forked child, which has nobody to raise to: it ends itself. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "core/sys.h"
#include "os/pool.h"

static bool read_all(int fd, void *data, size_t size) {
	for (char *to = data; size > 0;) {
		ssize_t n = read(fd, to, size);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) return false;
		to += n;
		size -= (size_t)n;
	}
	return true;
}

static bool write_all(int fd, const void *data, size_t size) {
	for (const char *from = data; size > 0;) {
		ssize_t n = send(fd, from, size, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) return false;
		from += n;
		size -= (size_t)n;
	}
	return true;
}

/* Runs one item; false: it failed, and what follows in the same message is left. */
static bool run_one(td_scope *turn, const td__pool_head *head, td__wire *in, td__buffer *out) {
	TD_SCOPE(attempt, turn);
	const td_value *item = td__wire_get_value(attempt, in);
	const td_value *result = td_failed(attempt) ? NULL : head->fn(attempt, item);
	td_error *e = td__error_detach(attempt);
	if (e) {
		td__buffer_char(out, 'e');
		td__pool_put_error(out, e);
		td__error_free(e);
		return false;
	}
	td__buffer_char(out, 'r');
	td__wire_put_value(out, result);
	return true;
}

static bool answer(td_scope *root, int socket, td__wire in) {
	TD_SCOPE(turn, root);
	td__pool_head head;
	td__wire_get(&in, &head, sizeof head);
	td__buffer out;
	td__buffer_begin(&out, turn);
	for (size_t i = 0; i < head.count && run_one(turn, &head, &in, &out); i++) {
	}
	fflush(NULL);
	bool sent = !out.failed && write_all(socket, &out.len, sizeof out.len) && write_all(socket, out.data, out.len);
	td__buffer_drop(&out);
	return sent;
}

/* The child's own way to be told to stop is the default one: the program's handlers are not its. */
static void forget_handlers(void) {
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGALRM};
	struct sigaction standard = {.sa_handler = SIG_DFL};
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) sigaction(numbers[i], &standard, NULL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void td__pool_work(int socket, const td_pool_opts *opts) {
	forget_handlers();
	td_scope *root = td_scope_open_root(.name = "worker");
	if (opts->initializer) {
		opts->initializer(root, opts->arg);
		if (td_failed(root)) _exit(1);
	}
	for (;;) {
		size_t size;
		if (!read_all(socket, &size, sizeof size)) _exit(0);
		char *message = td__malloc(size);
		if (!message || !read_all(socket, message, size)) _exit(message ? 0 : 1);
		bool sent = answer(root, socket, (td__wire){message, message + size});
		td__free(message);
		if (!sent) _exit(1);
	}
}
