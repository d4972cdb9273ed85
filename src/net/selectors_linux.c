#include "core/internal.h"
#include "core/sys.h"
#include <tend/selectors.h>

typedef struct slot {
	unsigned events; /* 0: not registered */
	void *data;
} slot;

struct td_selector {
	int fd;
	slot *slots; /* by descriptor */
	size_t capacity, count;
};

static void selector_end(td_scope *c, void *handle) {
	td_selector *selector = handle;
	(void)c;
	if (selector->fd >= 0) td__sys_close(selector->fd);
	selector->fd = -1;
	td__free(selector->slots);
	selector->slots = NULL;
}

static bool usable(td_scope *s, td_selector *selector) {
	if (!td__enter(s) || !td__need_handle(s, "selector", selector)) return false;
	if (td__handle_open(selector) && selector->fd >= 0) return true;
	return td__os_error(s, EBADF, NULL);
}

td_selector *(td_selectors_new)(td_scope *s) {
	if (!td__enter(s)) return NULL;
	td_selector *selector = td__handle_new(s, sizeof *selector, selector_end);
	if (!selector) return NULL;
	selector->fd = td__sys_epoll_create1(EPOLL_CLOEXEC);
	if (selector->fd >= 0) return selector;
	td__os_error(s, errno, NULL);
	td__handle_close(selector);
	return NULL;
}

static bool events_ok(td_scope *s, unsigned events) {
	if (events && !(events & ~(unsigned)(TD_EVENT_READ | TD_EVENT_WRITE))) return true;
	td_raise(s, TD_ValueError, "Invalid events: %u", events);
	return false;
}

static uint32_t epoll_of(unsigned events) {
	return (events & TD_EVENT_READ ? (uint32_t)EPOLLIN : 0) | (events & TD_EVENT_WRITE ? (uint32_t)EPOLLOUT : 0);
}

static slot *find(td_selector *selector, int fd) {
	return fd >= 0 && (size_t)fd < selector->capacity && selector->slots[fd].events ? &selector->slots[fd] : NULL;
}

static bool missing(td_scope *s, int fd) {
	td_raise(s, TD_KeyError, "'%d is not registered'", fd);
	return false;
}

bool(td_selectors_register)(td_scope *s, td_selector *selector, int fd, unsigned events, void *data) {
	if (!usable(s, selector) || !events_ok(s, events)) return false;
	if (fd < 0) return td_raise(s, TD_ValueError, "Invalid file descriptor: %d", fd), false;
	if (find(selector, fd)) return td_raise(s, TD_KeyError, "'%d (FD %d) is already registered'", fd, fd), false;
	if ((size_t)fd >= selector->capacity) {
		size_t capacity = selector->capacity ? selector->capacity : 16;
		while (capacity <= (size_t)fd) capacity *= 2;
		slot *grown = td__realloc(selector->slots, capacity * sizeof *grown);
		if (!grown) return td_raise(s, TD_MemoryError, "no memory for %zu descriptors", capacity), false;
		memset(grown + selector->capacity, 0, (capacity - selector->capacity) * sizeof *grown);
		selector->slots = grown;
		selector->capacity = capacity;
	}
	struct epoll_event e = {.events = epoll_of(events), .data.fd = fd};
	if (td__sys_epoll_ctl(selector->fd, EPOLL_CTL_ADD, fd, &e) < 0) return td__os_error(s, errno, NULL);
	selector->slots[fd] = (slot){events, data};
	selector->count++;
	return true;
}

bool(td_selectors_modify)(td_scope *s, td_selector *selector, int fd, unsigned events, void *data) {
	if (!usable(s, selector)) return false;
	slot *k = find(selector, fd);
	if (!k) return missing(s, fd);
	if (!events_ok(s, events)) return false;
	if (events != k->events) {
		struct epoll_event e = {.events = epoll_of(events), .data.fd = fd};
		if (td__sys_epoll_ctl(selector->fd, EPOLL_CTL_MOD, fd, &e) < 0) return td__os_error(s, errno, NULL);
	}
	*k = (slot){events, data};
	return true;
}

void *(td_selectors_unregister)(td_scope *s, td_selector *selector, int fd) {
	if (!usable(s, selector)) return NULL;
	slot *k = find(selector, fd);
	if (!k) return missing(s, fd), NULL;
	void *data = k->data;
	*k = (slot){0, NULL};
	selector->count--;
	/* A descriptor that was closed before has left the set by itself; Python overlooks that too. */
	td__sys_epoll_ctl(selector->fd, EPOLL_CTL_DEL, fd, NULL);
	return data;
}

size_t(td_selectors_select)(td_scope *s, td_selector *selector, td_selector_event *ready, size_t max,
                            const td_selectors_select_opts *opts) {
	if (!td__enter_opts(s, opts)) return 0;
	td_selectors_select_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!usable(s, selector) || !td__need_handle(s, "ready", ready) || !td__may_block(s)) return 0;
	int64_t until = o.timeout < 0 ? 0 : td__deadline_in(o.timeout);
	struct epoll_event got[128];
	int most = max < 128 ? (int)max : 128;
	if (!most) return 0;
	for (;;) {
		int n = td__sys_epoll_wait(selector->fd, got, most, 0);
		if (n < 0 && errno != EINTR) return td__os_error(s, errno, NULL), 0;
		size_t count = 0;
		for (int i = 0; i < n; i++) {
			slot *k = find(selector, got[i].data.fd);
			if (!k) continue;
			unsigned events = (got[i].events & ~(uint32_t)EPOLLOUT ? TD_EVENT_READ : 0) |
			                  (got[i].events & ~(uint32_t)EPOLLIN ? TD_EVENT_WRITE : 0);
			if (events & k->events) ready[count++] = (td_selector_event){got[i].data.fd, events & k->events, k->data};
		}
		if (count || o.timeout < 0) return count;
		if (td__wait_fd(s, selector->fd, POLLIN, until) <= 0) return 0;
	}
}

int td_selectors_fileno(const td_selector *selector) {
	return selector && td__handle_open(selector) ? selector->fd : -1;
}

size_t td_selectors_len(const td_selector *selector) {
	return selector && td__handle_open(selector) ? selector->count : 0;
}

bool(td_selectors_close)(td_scope *s, td_selector *selector) {
	if (!selector || selector->fd < 0 || !td__handle_open(selector)) return !td_failed(s);
	selector_end(s, selector);
	td__handle_close(selector);
	return !td_failed(s);
}
