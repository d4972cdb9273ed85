/* tend/selectors.h: waiting for many descriptors at once, over epoll.
 *
 * A selector knows each descriptor it was given, what to wait for, and the caller's own pointer, which comes back with
 * every event. Descriptors are watched as long as they are ready (level-triggered). Take a descriptor out before closing
 * it. select obeys the scope's deadline and cancel. One thread at a time.
 *
 *     #include <tend.h>
 *
 *     static void pump(td_scope *s, td_sock *a, td_sock *b) {
 *         td_selector *both = td_selectors_new(s);
 *         td_selectors_register(s, both, td_socket_fileno(a), TD_EVENT_READ, a);
 *         td_selectors_register(s, both, td_socket_fileno(b), TD_EVENT_READ, b);
 *         TD_LOOP(t, s) {
 *             td_selector_event ready[16];
 *             size_t count = td_selectors_select(t, both, ready, 16);
 *             for (size_t i = 0; i < count; i++) {
 *                 td_bytes some = td_socket_recv(t, (td_sock *)ready[i].data, 4096);
 *                 if (!some.len) return;
 *                 td_socket_sendall(t, ready[i].data == a ? b : a, some);
 *             }
 *         }
 *     }
 */
#ifndef TEND_SELECTORS_H
#define TEND_SELECTORS_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_selector td_selector;

enum { TD_EVENT_READ = 1, TD_EVENT_WRITE = 2 };

typedef struct td_selector_event {
	int fd;
	unsigned events; /* TD_EVENT_READ, TD_EVENT_WRITE; a hang-up or an error is whatever was waited for */
	void *data;
} td_selector_event;

/* A selector without descriptors; ends with s. Python: selectors.DefaultSelector. */
TD_API td_selector *td_selectors_new(td_scope *s);
#define td_selectors_new(s) (td_selectors_new)(TD_HERE(s))

/* Begins to watch fd. ValueError "Invalid events: 0"; KeyError '5 (FD 5) is already registered'; PermissionError for a
 * regular file. Python: register. */
TD_API bool td_selectors_register(td_scope *s, td_selector *selector, int fd, unsigned events, void *data);
#define td_selectors_register(s, ...) (td_selectors_register)(TD_HERE(s), __VA_ARGS__)
/* Waits for something else from now on, with another pointer. KeyError '5 is not registered'. Python: modify. */
TD_API bool td_selectors_modify(td_scope *s, td_selector *selector, int fd, unsigned events, void *data);
#define td_selectors_modify(s, ...) (td_selectors_modify)(TD_HERE(s), __VA_ARGS__)
/* Stops watching; the pointer it was registered with comes back, NULL on failure. Python: unregister. */
TD_API void *td_selectors_unregister(td_scope *s, td_selector *selector, int fd);
#define td_selectors_unregister(s, ...) (td_selectors_unregister)(TD_HERE(s), __VA_ARGS__)

typedef struct td_selectors_select_opts {
	TD__OPTS_HEAD;
	double timeout; /* seconds; 0 is without limit, TD_NOW is not at all */
} td_selectors_select_opts;
/* Blocks until something is ready or the timeout has passed; writes at most max events to ready and says how many. 0
 * after the timeout, and when s has failed. Python: select. */
TD_API size_t td_selectors_select(td_scope *s, td_selector *selector, td_selector_event *ready, size_t max,
                                  const td_selectors_select_opts *opts);
#define td_selectors_select(s, selector, ready, ...) TD__SELECT(s, selector, ready, __VA_ARGS__, )
#define TD__SELECT(s, selector, ready, max, ...)                                                                       \
	(td_selectors_select)(TD_HERE(s), (selector), (ready), (max), TD__OPTS(td_selectors_select_opts, __VA_ARGS__))

/* The epoll descriptor, which is readable when something is ready: a selector can be watched by another. */
TD_API int td_selectors_fileno(const td_selector *selector);
/* How many descriptors it watches. Python: len(selector.get_map()). */
TD_API size_t td_selectors_len(const td_selector *selector);
/* Ends it now; twice is as once. Python: close. */
TD_API bool td_selectors_close(td_scope *s, td_selector *selector);
#define td_selectors_close(s, ...) (td_selectors_close)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
