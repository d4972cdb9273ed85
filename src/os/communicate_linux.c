/* src/os/communicate_linux.c: talking to a child through its pipes without either of the two waiting for the other.
 *
 * All pipes are served from one poll; the input is written without blocking, as much as the pipe takes. What was captured
 * stays with the child until it is asked for, so that a timeout loses nothing. */
#include "core/sys.h"
#include "os/popen.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define READ_MOST (1 << 20)

static bool room_for(td__captured *c, size_t more) {
	if (c->room - c->len > more) return true;
	size_t room = c->room ? c->room * 2 : 4096;
	while (room - c->len <= more) room *= 2;
	char *data = td__realloc(c->data, room);
	if (!data) return false;
	c->data = data;
	c->room = room;
	return true;
}

/* One read. 1: there may be more; 0: it was the end; -1: errno. hup: no one writes any more, so that a short read is
 * all there is. */
static int read_some(td_popen *p, int which, bool hup) {
	td__captured *c = &p->got[which - 1];
	if (!room_for(c, c->len < READ_MOST ? c->len / 2 + 2048 : READ_MOST / 2)) {
		errno = ENOMEM;
		return -1;
	}
	size_t room = c->room - c->len - 1;
	if (room > READ_MOST) room = READ_MOST;
	ssize_t n = td__sys_read(p->fds[which], c->data + c->len, room);
	if (n < 0) return errno == EINTR || errno == EAGAIN ? 1 : -1;
	c->len += (size_t)n;
	c->data[c->len] = 0;
	return n == 0 || (hup && (size_t)n < room) ? 0 : 1;
}

/* One write. A child that has closed its standard input wants no more: that is no error. */
static bool write_some(td_popen *p) {
	ssize_t n = td__sys_write(p->fds[0], p->input + p->input_at, p->input_len - p->input_at);
	if (n < 0) return errno == EINTR || errno == EAGAIN || (td__popen_close(p, 0), errno == EPIPE);
	p->input_at += (size_t)n;
	if (p->input_at == p->input_len) td__popen_close(p, 0);
	return true;
}

static int raise_pump(td_scope *s) {
	if (errno == ENOMEM)
		(td_raise)(s, TD_MemoryError, "out of memory");
	else
		td__os_error(s, errno, NULL);
	return -1;
}

/* The pipes that have something to do, and whose they are. */
static size_t gather(td_popen *const *ps, size_t count, struct pollfd *fds, int *which) {
	size_t n = 0;
	for (size_t k = 0; k < count; k++) {
		for (int i = 0; i < 3; i++) {
			if (ps[k]->fds[i] < 0 || (i == 0 && !ps[k]->input_given)) continue;
			fds[n] = (struct pollfd){.fd = ps[k]->fds[i], .events = i == 0 ? POLLOUT : POLLIN};
			which[n++] = (int)k * 3 + i;
		}
	}
	return n;
}

static bool serve(td_popen *p, int which, int events) {
	if (which == 0) return write_some(p);
	/* The end alone: nobody writes any more and nothing is left to read. */
	int more = events == POLLHUP ? 0 : read_some(p, which, events & POLLHUP);
	if (more == 0) td__popen_close(p, which);
	return more >= 0;
}

enum { FEW = 4 };

static int pump(td_scope *s, td_popen *const *ps, size_t count, int64_t until) {
	struct pollfd few_fds[FEW * 3], *fds = few_fds;
	int few_which[FEW * 3], *which = few_which;
	TD_SCOPE(tmp, s);
	if (count > FEW) {
		fds = td_alloc_array(tmp, count * 3, sizeof *fds);
		which = td_alloc_array(tmp, count * 3, sizeof *which);
		if (!fds || !which) return -1;
	}
	for (;;) {
		size_t n = gather(ps, count, fds, which);
		if (n == 0) break;
		int r = td__poll(s, fds, n, until);
		if (r <= 0) return r;
		for (size_t i = 0; i < n; i++) {
			if (fds[i].revents && !serve(ps[which[i] / 3], which[i] % 3, fds[i].revents)) return raise_pump(s);
		}
	}
	for (size_t k = 0; k < count; k++) {
		int r = td__popen_wait_until(s, ps[k], until);
		if (r <= 0) return r;
	}
	return 1;
}

int td__popen_pump(td_scope *s, td_popen *const *ps, size_t count, int64_t until) {
	td_popen *first = ps[0];
	if (first->fds[0] >= 0 && !first->input_given)
		td__popen_close(first, 0); /* nothing will come: let it read the end */
	struct sigaction now;
	if (first->fds[0] < 0 || (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_IGN)) {
		return pump(s, ps, count, until);
	}
	/* A host that has not ignored SIGPIPE must not die of a child that closed its input: the signal is held back and
	 * taken off again. */
	sigset_t pipe_only, old, pending;
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &pipe_only, &old);
	int r = pump(s, ps, count, until);
	if (!sigismember(&pending, SIGPIPE)) {
		struct timespec none = {0, 0};
		while (sigtimedwait(&pipe_only, NULL, &none) == SIGPIPE) {
		}
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r;
}

void td__popen_drain(td_popen *p) {
	for (int i = 1; i < 3; i++) {
		int waiting = 0;
		if (p->fds[i] >= 0 && ioctl(p->fds[i], FIONREAD, &waiting) == 0 && waiting > 0) read_some(p, i, false);
	}
}

bool td__popen_input(td_scope *s, td_popen *p, const char *text, td_bytes bytes) {
	if (text && !td__need_text(s, "input", text)) return false;
	const char *data = text ? text : bytes.data;
	size_t len = text ? strlen(text) : bytes.len;
	if (p->input_given || !data) return true; /* what was given first counts */
	if (p->fds[0] < 0) return true;
	p->input_given = true;
	if (len == 0) {
		td__popen_close(p, 0);
		return true;
	}
	p->input = td__malloc(len);
	if (!p->input) {
		(td_raise)(s, TD_MemoryError, "out of memory");
		return false;
	}
	memcpy(p->input, data, len);
	p->input_len = len;
	int flags = fcntl(p->fds[0], F_GETFL);
	if (flags < 0 || fcntl(p->fds[0], F_SETFL, flags | O_NONBLOCK) < 0) return td__os_error(s, errno, NULL);
	return true;
}

static void free_captured(td_scope *c, void *data) {
	(void)c;
	td__free(data);
}

/* A small one is copied into the scope, a large one handed over as it is. */
static bool move_captured(td_scope *s, td__captured *c, const char **data, size_t *len) {
	*data = "";
	*len = c->len;
	if (c->len == 0) return true;
	if (c->len < 65536) {
		char *copy = td_alloc(s, c->len + 1);
		if (!copy) return false;
		*data = memcpy(copy, c->data, c->len + 1);
		return true;
	}
	if (!td_defer(s, free_captured, c->data)) return false;
	*data = c->data;
	*c = (td__captured){0};
	return true;
}

bool td__popen_result(td_scope *s, td_popen *p, bool text, td_completed_process *r) {
	r->args = td__keep_strs(s, p->args);
	r->returncode = p->returncode;
	if (!move_captured(s, &p->got[0], &r->out, &r->out_len)) return false;
	if (!move_captured(s, &p->got[1], &r->err, &r->err_len)) return false;
	if (text && !(td__popen_fold(s, &r->out, &r->out_len) && td__popen_fold(s, &r->err, &r->err_len))) return false;
	return !td_failed(s);
}
