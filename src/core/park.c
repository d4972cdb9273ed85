/* park.c: the line of waiters under every lock, event and queue. */
#include "core/park.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "core/scope_private.h"

void td__line_init(td__line *line) {
	pthread_mutex_init(&line->own, NULL);
	line->mutex = &line->own;
	line->first = line->last = NULL;
}

void td__line_init_beside(td__line *line, td__line *other) {
	line->mutex = other->mutex;
	line->first = line->last = NULL;
}

int64_t td__until(double seconds) {
	return td__deadline_in(seconds);
}

static void join_line(td__line *line, td__waiter *w) {
	w->next = NULL;
	w->prev = line->last;
	if (line->last) {
		line->last->next = w;
	} else {
		line->first = w;
	}
	line->last = w;
}

static void leave_line(td__line *line, td__waiter *w) {
	if (w->prev) {
		w->prev->next = w->next;
	} else {
		line->first = w->next;
	}
	if (w->next) {
		w->next->prev = w->prev;
	} else {
		line->last = w->prev;
	}
}

bool td__line_wake(td__line *line) {
	td__waiter *w = line->first;
	if (!w) return false;
	leave_line(line, w);
	uint64_t one = 1;
	int fd = w->fd;
	/* From here on w may be gone: its thread looks at woken under the line's mutex, which the caller holds. */
	atomic_store(&w->woken, true);
	ssize_t written = write(fd, &one, sizeof one);
	(void)written;
	return true;
}

/* The descriptor a thread sleeps on, made when it first has to and closed with the last scope of its root. */
static int parking_fd(td_scope *s) {
	td__context *context = s->context;
	if (!context->park_fd) {
		int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (fd < 0) {
			td__os_error(s, errno, NULL);
			return -1;
		}
		context->park_fd = fd + 1;
	}
	return context->park_fd - 1;
}

int td__line_wait(td_scope *s, td__line *line, int64_t until) {
	td__waiter w = {.fd = parking_fd(s)};
	if (w.fd < 0) return -1;
	join_line(line, &w);
	td__line_unlock(line);
	int ready = td__wait_fd(s, w.fd, POLLIN, until);
	td__line_lock(line);
	if (!atomic_load(&w.woken)) {
		leave_line(line, &w);
		return ready < 0 ? -1 : 0;
	}
	uint64_t count;
	ssize_t got = read(w.fd, &count, sizeof count);
	(void)got;
	return 1;
}
