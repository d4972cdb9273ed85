#include "net/socket_private.h"
#include "core/sys.h"
#include <fcntl.h>
#include <netinet/in.h>

/* Every socket is non-blocking underneath: waiting is td__wait_fd's, which obeys the scope. */
struct td_sock {
	int fd;
	int family;
	double timeout; /* as the caller gave it: 0 none, negative not at all */
};

static void sock_end(td_scope *c, void *handle) {
	td_sock *sock = handle;
	(void)c;
	if (sock->fd >= 0) td__sys_close(sock->fd);
	sock->fd = -1;
}

static td_sock *adopt(td_scope *s, int fd, int family) {
	td_sock *sock = td__handle_new(s, sizeof *sock, sock_end);
	if (!sock) {
		td__sys_close(fd);
		return NULL;
	}
	sock->fd = fd;
	sock->family = family;
	return sock;
}

static bool usable(td_scope *s, td_sock *sock) {
	if (!td__enter(s) || !td__need_handle(s, "sock", sock)) return false;
	if (td__handle_open(sock) && sock->fd >= 0) return true;
	return td__os_error(s, EBADF, NULL);
}

static int64_t until_of(const td_sock *sock) {
	return sock->timeout > 0 ? td__deadline_in(sock->timeout) : TD__NEVER;
}

/* After an EAGAIN: waits until the socket is ready. False: raised. */
static bool wait_ready(td_scope *s, td_sock *sock, short events, int64_t until) {
	if (sock->timeout < 0) return td__os_error(s, EAGAIN, NULL);
	int got = td__wait_fd(s, sock->fd, events, until);
	if (got == 0) td_raise(s, TD_TimeoutError, "timed out");
	return got > 0;
}

td_sock *(td_socket_socket)(td_scope *s, const td_socket_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_socket_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int family = o.family ? o.family : AF_INET;
	int type = o.type ? o.type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC) : SOCK_STREAM;
	int fd = td__sys_socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, o.proto);
	if (fd < 0) return td__os_error(s, errno, NULL), NULL;
	return adopt(s, fd, family);
}

td_sock *(td_socket_fromfd)(td_scope *s, int fd) {
	if (!td__enter(s)) {
		if (fd >= 0) td__sys_close(fd);
		return NULL;
	}
	td__sockaddr at = {0};
	socklen_t len = sizeof at;
	int flags;
	if (getsockname(fd, &at.any, &len) < 0 || (flags = fcntl(fd, F_GETFL)) < 0 ||
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		int err = errno;
		if (err != EBADF) td__sys_close(fd);
		return td__os_error(s, err, NULL), NULL;
	}
	return adopt(s, fd, at.any.sa_family);
}

bool(td_socket_socketpair)(td_scope *s, td_sock *pair[2]) {
	if (pair) pair[0] = pair[1] = NULL;
	if (!td__enter(s) || !td__need_handle(s, "pair", pair)) return false;
	int fds[2];
	if (td__sys_socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) < 0)
		return td__os_error(s, errno, NULL);
	pair[0] = adopt(s, fds[0], AF_UNIX);
	if (!pair[0]) {
		td__sys_close(fds[1]);
		return false;
	}
	pair[1] = adopt(s, fds[1], AF_UNIX);
	if (pair[1]) return true;
	td__sys_close(fds[0]);
	pair[0]->fd = -1;
	td__handle_close(pair[0]);
	pair[0] = NULL;
	return false;
}

/* connect(2) to the end: 0, or the errno; -1 when something was raised. EAGAIN: the socket's own timeout is over. */
static int connect_to(td_scope *s, td_sock *sock, const td__address *to) {
	if (!td__may_block(s)) return -1;
	int64_t until = until_of(sock);
	if (td__sys_connect(sock->fd, &to->at.any, to->len) == 0) return 0;
	if (errno == EAGAIN && sock->family == AF_UNIX) {
		/* A full backlog: such a socket cannot be waited for, only tried again. */
		while (sock->timeout >= 0) {
			int64_t next = td__now() + 5000000;
			if (td__poll(s, NULL, 0, next < until ? next : until) < 0) return -1;
			if (td__sys_connect(sock->fd, &to->at.any, to->len) == 0) return 0;
			if (errno != EAGAIN) return errno;
			if (td__now() >= until) return EAGAIN;
		}
		return EAGAIN;
	}
	/* An interrupted connect goes on in the background, like one that is in progress. */
	if (errno != EINPROGRESS && errno != EINTR) return errno;
	if (sock->timeout < 0) return EINPROGRESS;
	int got = td__wait_fd(s, sock->fd, POLLOUT, until);
	if (got < 0) return -1;
	if (got == 0) return EAGAIN;
	int err = 0;
	socklen_t len = sizeof err;
	if (getsockopt(sock->fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0) return errno;
	return err;
}

static bool raise_connect(td_scope *s, td_sock *sock, int err) {
	if (err == 0) return true;
	if (err == EAGAIN && sock->timeout > 0)
		td_raise(s, TD_TimeoutError, "timed out");
	else if (err > 0)
		td__os_error(s, err, NULL);
	return false;
}

bool(td_socket_connect)(td_scope *s, td_sock *sock, const char *host, int port) {
	td__address to;
	if (!usable(s, sock) || !td__address_of(s, "connect", sock->family, host, port, &to)) return false;
	return raise_connect(s, sock, connect_to(s, sock, &to));
}

int(td_socket_connect_ex)(td_scope *s, td_sock *sock, const char *host, int port) {
	td__address to;
	if (!usable(s, sock) || !td__address_of(s, "connect_ex", sock->family, host, port, &to)) return -1;
	return connect_to(s, sock, &to);
}

td_sock *(td_socket_create_connection)(td_scope *s, const char *host, int port, const td_socket_connection_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "host", host)) return NULL;
	td_socket_connection_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (port < 0 || port > 65535) return td_raise(s, TD_OverflowError, "getsockaddrarg: port must be 0-65535."), NULL;
	TD_SCOPE(tmp, s);
	enum { MOST = 32 };
	td__address *list = td_alloc_array(tmp, MOST, sizeof *list);
	if (!list) return NULL;
	size_t count = td__addresses_of(tmp, 0, host, port, false, list, MOST);
	for (size_t i = 0; i < count; i++) {
		/* All but the last address may fail without a word: the last one's error is the answer. */
		TD_SCOPE(attempt, tmp);
		int family = list[i].at.any.sa_family;
		td_sock *sock = (td_socket_socket)(attempt, TD__OPTS(td_socket_opts, .family = family));
		if (sock) sock->timeout = o.timeout;
		if (sock && (o.source_host || o.source_port)) {
			td_socket_bind(attempt, sock, o.source_host ? o.source_host : "", o.source_port);
		}
		if (!td_failed(attempt)) raise_connect(attempt, sock, connect_to(attempt, sock, &list[i]));
		if (!td_failed(attempt)) {
			int fd = td_socket_detach(attempt, sock);
			td_sock *kept = adopt(s, fd, family);
			if (kept) kept->timeout = o.timeout;
			return kept;
		}
		if (i + 1 < count && !td_catch(attempt, TD_OSError)) return NULL;
	}
	return NULL;
}

td_sock *(td_socket_create_server)(td_scope *s, const char *host, int port, const td_socket_server_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "host", host)) return NULL;
	td_socket_server_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int family = o.family ? o.family : strchr(host, ':') || o.dualstack_ipv6 ? AF_INET6 : AF_INET;
	td__address at;
	if (!td__address_of(s, "bind", family, host, port, &at)) return NULL;
	td_sock *sock = (td_socket_socket)(s, TD__OPTS(td_socket_opts, .family = family));
	if (!sock) return NULL;
	td_socket_setsockopt(s, sock, SOL_SOCKET, SO_REUSEADDR, 1);
	if (o.reuse_port) td_socket_setsockopt(s, sock, SOL_SOCKET, SO_REUSEPORT, 1);
	if (family == AF_INET6) td_socket_setsockopt(s, sock, IPPROTO_IPV6, IPV6_V6ONLY, !o.dualstack_ipv6);
	if (!td_failed(s) && td__sys_bind(sock->fd, &at.at.any, at.len) < 0) {
		/* Python's words: the system's, and which address it was. */
		int err = errno;
		if (family == AF_INET6)
			td_raise(s, td__kind_of_errno(err), "[Errno %d] %s (while attempting to bind on address ('%s', %d, 0, 0))",
			         err, strerrordesc_np(err), host, port);
		else
			td_raise(s, td__kind_of_errno(err), "[Errno %d] %s (while attempting to bind on address ('%s', %d))", err,
			         strerrordesc_np(err), host, port);
	}
	(td_socket_listen)(s, sock, TD__OPTS(td_socket_listen_opts, .backlog = o.backlog));
	if (!td_failed(s)) return sock;
	(td_socket_close)(s, sock);
	return NULL;
}

bool(td_socket_bind)(td_scope *s, td_sock *sock, const char *host, int port) {
	td__address at;
	if (!usable(s, sock) || !td__address_of(s, "bind", sock->family, host, port, &at)) return false;
	if (td__sys_bind(sock->fd, &at.at.any, at.len) < 0) return td__os_error(s, errno, NULL);
	return true;
}

bool(td_socket_listen)(td_scope *s, td_sock *sock, const td_socket_listen_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_socket_listen_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!usable(s, sock)) return false;
	if (td__sys_listen(sock->fd, o.backlog > 0 ? o.backlog : SOMAXCONN) < 0) return td__os_error(s, errno, NULL);
	return true;
}

td_sock *(td_socket_accept)(td_scope *s, td_sock *sock, const td_addr **peer) {
	if (peer) *peer = &td__addr_none;
	if (!usable(s, sock) || !td__may_block(s)) return NULL;
	int64_t until = until_of(sock);
	for (;;) {
		td__sockaddr at = {0};
		socklen_t len = sizeof at;
		int fd = td__sys_accept4(sock->fd, &at.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			td_sock *got = adopt(s, fd, sock->family);
			if (got && peer) *peer = td__addr_text(s, &at, len);
			return got;
		}
		/* A connection that was given up before it was accepted is nobody's error. */
		if (errno == EINTR || errno == ECONNABORTED) continue;
		if (errno != EAGAIN) return td__os_error(s, errno, NULL), NULL;
		if (!wait_ready(s, sock, POLLIN, until)) return NULL;
	}
}

static int64_t send_some(td_scope *s, td_sock *sock, td_bytes data, int64_t until) {
	for (;;) {
		ssize_t n = td__sys_send(sock->fd, data.data, data.len, MSG_NOSIGNAL);
		if (n >= 0) return n;
		if (errno == EINTR) continue;
		if (errno != EAGAIN) return td__os_error(s, errno, NULL), -1;
		if (!wait_ready(s, sock, POLLOUT, until)) return -1;
	}
}

int64_t(td_socket_send)(td_scope *s, td_sock *sock, td_bytes data) {
	if (!usable(s, sock) || !td__need_text(s, "data", data.data) || !td__may_block(s)) return -1;
	return send_some(s, sock, data, until_of(sock));
}

bool(td_socket_sendall)(td_scope *s, td_sock *sock, td_bytes data) {
	if (!usable(s, sock) || !td__need_text(s, "data", data.data) || !td__may_block(s)) return false;
	int64_t until = until_of(sock);
	while (data.len) {
		int64_t n = send_some(s, sock, data, until);
		if (n < 0) return false;
		data.data += n;
		data.len -= (size_t)n;
	}
	return true;
}

int64_t(td_socket_recv_into)(td_scope *s, td_sock *sock, void *buffer, size_t size) {
	if (!usable(s, sock) || !td__need_handle(s, "buffer", buffer) || !td__may_block(s)) return -1;
	int64_t until = until_of(sock);
	for (;;) {
		ssize_t n = td__sys_recv(sock->fd, buffer, size, 0);
		if (n >= 0) return n;
		if (errno == EINTR) continue;
		if (errno != EAGAIN) return td__os_error(s, errno, NULL), -1;
		if (!wait_ready(s, sock, POLLIN, until)) return -1;
	}
}

td_bytes(td_socket_recv)(td_scope *s, td_sock *sock, size_t size) {
	td_bytes none = {td_no_text, 0};
	if (!usable(s, sock)) return none;
	/* No more than the system hands out at once, so that a generous size costs nothing. */
	if (size > 262144) size = 262144;
	char *buffer = td_alloc(s, size + 1);
	int64_t n = buffer ? td_socket_recv_into(s, sock, buffer, size) : -1;
	if (n < 0) return none;
	buffer[n] = '\0';
	return (td_bytes){buffer, (size_t)n};
}

bool(td_socket_settimeout)(td_scope *s, td_sock *sock, double seconds) {
	if (!usable(s, sock)) return false;
	if (seconds != seconds) return td_raise(s, TD_ValueError, "Invalid value NaN (not a number)"), false;
	sock->timeout = seconds;
	return true;
}

double td_socket_gettimeout(const td_sock *sock) {
	return sock ? sock->timeout : 0;
}

bool(td_socket_setsockopt)(td_scope *s, td_sock *sock, int level, int name, int value) {
	if (!usable(s, sock)) return false;
	if (setsockopt(sock->fd, level, name, &value, sizeof value) < 0) return td__os_error(s, errno, NULL);
	return true;
}

int(td_socket_getsockopt)(td_scope *s, td_sock *sock, int level, int name) {
	if (!usable(s, sock)) return -1;
	int value = 0;
	socklen_t len = sizeof value;
	if (getsockopt(sock->fd, level, name, &value, &len) < 0) return td__os_error(s, errno, NULL), -1;
	return value;
}

bool(td_socket_shutdown)(td_scope *s, td_sock *sock, int how) {
	if (!usable(s, sock)) return false;
	if (shutdown(sock->fd, how) < 0) return td__os_error(s, errno, NULL);
	return true;
}

bool(td_socket_close)(td_scope *s, td_sock *sock) {
	if (!sock || sock->fd < 0 || !td__handle_open(sock)) return !td_failed(s);
	td__sys_close(sock->fd);
	sock->fd = -1;
	td__handle_close(sock);
	return !td_failed(s);
}

int(td_socket_detach)(td_scope *s, td_sock *sock) {
	if (!usable(s, sock)) return -1;
	int fd = sock->fd;
	sock->fd = -1;
	td__handle_close(sock);
	return fd;
}

int td_socket_fileno(const td_sock *sock) {
	return sock && td__handle_open(sock) ? sock->fd : -1;
}

static const td_addr *name_of(td_scope *s, td_sock *sock, int (*ask)(int, struct sockaddr *, socklen_t *)) {
	if (!usable(s, sock)) return &td__addr_none;
	td__sockaddr at = {0};
	socklen_t len = sizeof at;
	if (ask(sock->fd, &at.any, &len) < 0) return td__os_error(s, errno, NULL), &td__addr_none;
	return td__addr_text(s, &at, len);
}

static int ask_sockname(int fd, struct sockaddr *at, socklen_t *len) {
	return getsockname(fd, at, len);
}

static int ask_peername(int fd, struct sockaddr *at, socklen_t *len) {
	return getpeername(fd, at, len);
}

const td_addr *(td_socket_getsockname)(td_scope *s, td_sock *sock) {
	return name_of(s, sock, ask_sockname);
}

const td_addr *(td_socket_getpeername)(td_scope *s, td_sock *sock) {
	return name_of(s, sock, ask_peername);
}
