/* src/net/http_server_linux.c: connections over epoll: accepting, reading, writing, time limits, shutting down. */
#include "net/http_private.h"
#include "core/sys.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { READ_SIZE = 65536, BATCH = 64, OUT_ENOUGH = 262144, LINGER_MOST = 1048576 };

static int64_t seconds(double s) {
	return (int64_t)(s * 1e9);
}

/* --- the timer: armed for the earliest limit known; a limit that moved back is noticed when it fires --- */

static void arm(td_http_server *server, int64_t at) {
	if (at >= server->armed) return;
	/* Never more than ten times a second: limits are seconds. */
	int64_t soonest = server->now + 100000000;
	if (at < soonest) at = soonest;
	if (at >= server->armed) return;
	struct itimerspec when = {.it_value = {.tv_sec = at / 1000000000, .tv_nsec = at % 1000000000}};
	if (timerfd_settime(server->timer, TFD_TIMER_ABSTIME, &when, NULL) == 0) server->armed = at;
}

static void limit(td_http_server *server, td__http_conn *conn, double timeout) {
	conn->deadline = server->now + seconds(timeout);
	arm(server, conn->deadline);
}

/* --- connections --- */

static bool watch(td_http_server *server, td__http_conn *conn, uint32_t events) {
	if (conn->registered && conn->events == events) return true;
	struct epoll_event e = {.events = events, .data.ptr = conn};
	if (td__sys_epoll_ctl(server->epoll, conn->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, conn->fd, &e) < 0)
		return false;
	conn->registered = true;
	conn->events = events;
	return true;
}

void td__http_stream_lost(td__http_conn *conn) {
	if (!conn->stream) return;
	conn->stream->server->stats.streams--;
	conn->stream->server = NULL;
	conn->stream->conn = NULL;
	conn->stream = NULL;
}

/* The memory goes at the end of the step: an event of the same batch may still point to it. */
void td__http_close(td_http_server *server, td__http_conn *conn) {
	if (conn->fd < 0) return;
	td__http_stream_lost(conn);
	td__sys_close(conn->fd);
	conn->fd = -1;
	td__free(conn->in);
	conn->in = NULL;
	td__http_buffer_free(&conn->out);
	if (conn->previous)
		conn->previous->next = conn->next;
	else
		server->connections = conn->next;
	if (conn->next) conn->next->previous = conn->previous;
	server->stats.connections--;
	conn->next = server->closed;
	server->closed = conn;
	if (server->paused && server->listening) {
		server->paused = false;
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = &server->listener};
		td__sys_epoll_ctl(server->epoll, EPOLL_CTL_MOD, server->listener, &e);
	}
}

static void free_closed(td_http_server *server) {
	while (server->closed) {
		td__http_conn *conn = server->closed;
		server->closed = conn->next;
		td__free(conn);
	}
}

/* Closing while the client is still sending would make the system throw away the answer it has not read yet: the way
 * out is closed, and what still comes in is read and forgotten, for a while. */
static void close_gently(td_http_server *server, td__http_conn *conn) {
	if (conn->peer_closed || conn->lingering || !watch(server, conn, EPOLLIN | EPOLLRDHUP)) {
		td__http_close(server, conn);
		return;
	}
	if (shutdown(conn->fd, SHUT_WR) < 0) {
		td__http_close(server, conn);
		return;
	}
	conn->lingering = true;
	conn->in_len = 0;
	limit(server, conn, 2);
}

static bool pending(const td__http_conn *conn) {
	return conn->out_at < conn->out.len || conn->ref.len;
}

/* Sends first and second in one piece as far as the socket takes them; returns how much, -1 when the client is gone. */
static int64_t send_two(td__http_conn *conn, td_bytes first, td_bytes second) {
	for (;;) {
		ssize_t n;
		if (second.len) {
			struct iovec parts[2] = {{(void *)(uintptr_t)first.data, first.len},
			                         {(void *)(uintptr_t)second.data, second.len}};
			struct msghdr message = {.msg_iov = parts + !first.len, .msg_iovlen = first.len ? 2 : 1};
			n = td__sys_sendmsg(conn->fd, &message, MSG_NOSIGNAL);
		} else {
			n = td__sys_send(conn->fd, first.data, first.len, MSG_NOSIGNAL);
		}
		if (n >= 0) return n;
		if (errno == EINTR) continue;
		return errno == EAGAIN ? 0 : -1;
	}
}

/* Takes up what was left; false when the connection is gone. */
static bool send_pending(td_http_server *server, td__http_conn *conn) {
	while (pending(conn)) {
		td_bytes first = {conn->out.len ? conn->out.data + conn->out_at : "", conn->out.len - conn->out_at};
		int64_t n = send_two(conn, first, conn->ref);
		if (n < 0) return td__http_close(server, conn), false;
		if (!n) break;
		server->stats.bytes += (uint64_t)n;
		size_t head = conn->out.len - conn->out_at, taken = (size_t)n < head ? (size_t)n : head;
		conn->out_at += taken;
		if ((size_t)n > taken)
			conn->ref = (td_bytes){conn->ref.data + ((size_t)n - taken), conn->ref.len - ((size_t)n - taken)};
		limit(server, conn, server->o.write_timeout);
	}
	if (conn->out.data && conn->out_at == conn->out.len) {
		td__http_buffer_free(&conn->out);
		conn->out_at = 0;
	}
	return true;
}

bool td__http_flush(td_http_server *server, td__http_conn *conn, td__http_buffer *b, td_bytes ref) {
	if (conn->fd < 0) return b->len = 0, false;
	if (b->failed) {
		/* Half an answer is worse than none. */
		b->failed = false;
		b->len = 0;
		td__http_close(server, conn);
		return false;
	}
	if (!b->len && !ref.len) return true;
	size_t sent = 0;
	if (!pending(conn)) {
		int64_t n = send_two(conn, (td_bytes){b->data, b->len}, ref);
		if (n < 0) return b->len = 0, td__http_close(server, conn), false;
		sent = (size_t)n;
		server->stats.bytes += sent;
	}
	size_t head = sent < b->len ? sent : b->len;
	if (head < b->len) {
		if (conn->out_at == conn->out.len) conn->out_at = conn->out.len = 0;
		td__http_put(&conn->out, b->data + head, b->len - head);
	}
	if (ref.len) conn->ref = (td_bytes){ref.data + (sent - head), ref.len - (sent - head)};
	b->len = 0;
	if (conn->out.failed) return td__http_close(server, conn), false;
	if (pending(conn) && conn->deadline == TD__NEVER) limit(server, conn, server->o.write_timeout);
	return true;
}

static void wait_for_request(td_http_server *server, td__http_conn *conn) {
	conn->scan = (td__http_scan){0};
	conn->head_len = 0;
	conn->head_done = conn->continued = false;
	limit(server, conn, server->o.idle_timeout);
}

/* A request that cannot be read: the answer is made without one. */
static void refuse_unread(td_http_server *server, td__http_conn *conn, int code) {
	*server->head = (td__http_head){.method = (char[]){"-"}, .target = (char[]){"-"}, .minor = 1};
	td__http_refuse(server, conn, code, NULL, NULL, NULL, true);
}

/* The length of the whole request at the front of data, its body in *body; 0 when more is needed, negative: a status. */
static int64_t whole_request(td_http_server *server, td__http_conn *conn, char *data, size_t len, td_bytes *body) {
	if (!conn->head_done) {
		int64_t n = td__http_scan_head(&conn->scan, data, len, server->o.max_uri, server->o.max_headers);
		if (n <= 0) return n;
		conn->head_len = (size_t)n;
	}
	/* Parsed anew once the body is there: the buffer may have moved, and a head is short. */
	td__http_head *h = server->head;
	int status = td__http_parse_head(h, data + conn->scan.skip, conn->head_len - conn->scan.skip, server->o.max_uri);
	if (status) return -status;
	if (!conn->head_done) {
		conn->head_done = true;
		conn->chunks = (td__http_chunks){0};
		if (h->length > server->o.max_body) return -413;
		if (h->chunked || h->length) limit(server, conn, server->o.body_timeout);
	}
	char *at = data + conn->head_len;
	size_t have = len - conn->head_len;
	if (h->chunked) {
		int whole = td__http_decode_chunks(&conn->chunks, at, have, server->o.max_body, server->o.max_headers);
		if (whole < 0) return whole;
		if (whole) {
			if (conn->chunks.out) *body = (td_bytes){at, conn->chunks.out};
			return (int64_t)(conn->head_len + conn->chunks.in);
		}
	} else if (have >= h->length) {
		if (h->length) *body = (td_bytes){at, (size_t)h->length};
		return (int64_t)(conn->head_len + h->length);
	}
	if (h->expect_continue && !conn->continued && !have) {
		td__http_puts(&server->out, "HTTP/1.1 100 Continue\r\n\r\n");
		conn->continued = true;
	}
	return 0;
}

/* Answers the requests that stand in data[0..len); returns how many bytes they were. data[len] may be written to. */
static size_t answer_all(td_scope *s, td_http_server *server, td__http_conn *conn, char *data, size_t len) {
	size_t used = 0;
	while (used < len && !conn->closing && !conn->stream && !pending(conn) && !td_failed(s)) {
		td_bytes body = {"", 0};
		bool fresh = !conn->scan.at;
		int64_t n = whole_request(server, conn, data + used, len - used, &body);
		if (n < 0) {
			refuse_unread(server, conn, (int)-n);
			return len;
		}
		if (!n) {
			if (fresh && !conn->head_done) limit(server, conn, server->o.header_timeout);
			break;
		}
		/* The body is handed out as a text too: what follows it gives way for the time of the handler. */
		char *end = (char *)(uintptr_t)body.data + body.len, kept = body.len ? *end : '\0';
		if (body.len) *end = '\0';
		td__http_dispatch(s, server, conn, body);
		if (body.len) *end = kept;
		used += (size_t)n;
		if (conn->fd < 0) return len;
		wait_for_request(server, conn);
		if (server->out.len >= OUT_ENOUGH || server->out_ref.len) {
			td_bytes ref = server->out_ref;
			server->out_ref = (td_bytes){NULL, 0};
			if (!td__http_flush(server, conn, &server->out, ref)) return len;
		}
	}
	return used;
}

/* Keeps what is left of data for when there is more. */
static bool keep_rest(td__http_conn *conn, const char *rest, size_t len) {
	if (conn->in && rest >= conn->in && rest <= conn->in + conn->in_len) {
		memmove(conn->in, rest, len);
		conn->in_len = len;
		if (!len) {
			td__free(conn->in);
			conn->in = NULL;
			conn->in_cap = 0;
		}
		return true;
	}
	if (!len) return true;
	conn->in_cap = len < 2048 ? 4096 : len * 2;
	conn->in = td__malloc(conn->in_cap + 1);
	if (!conn->in) return false;
	memcpy(conn->in, rest, len);
	conn->in_len = len;
	return true;
}

/* What comes after reading or sending: watch for the right thing, or close. */
static void settle(td_http_server *server, td__http_conn *conn) {
	if (conn->fd < 0 || conn->lingering) return;
	if (pending(conn)) {
		if (!watch(server, conn, EPOLLOUT | (conn->stream ? (uint32_t)(EPOLLIN | EPOLLRDHUP) : 0)))
			td__http_close(server, conn);
		return;
	}
	if (conn->closing) {
		close_gently(server, conn);
		return;
	}
	if (conn->stream) conn->deadline = TD__NEVER;
	if (!watch(server, conn, EPOLLIN | EPOLLRDHUP)) td__http_close(server, conn);
}

void td__http_settle(td_http_server *server, td__http_conn *conn) {
	settle(server, conn);
}

void td__http_resume(td_http_server *server, td__http_conn *conn) {
	wait_for_request(server, conn);
	settle(server, conn);
}

static void process(td_scope *s, td_http_server *server, td__http_conn *conn, char *data, size_t len) {
	size_t used = answer_all(s, server, conn, data, len);
	td_bytes ref = server->out_ref;
	server->out_ref = (td_bytes){NULL, 0};
	if (!td__http_flush(server, conn, &server->out, ref)) return;
	if (conn->closing || conn->stream) used = len;
	if (!keep_rest(conn, data + used, len - used)) {
		td__http_close(server, conn);
		return;
	}
	settle(server, conn);
}

static void readable(td_scope *s, td_http_server *server, td__http_conn *conn) {
	char *into = server->read_buffer;
	size_t room = READ_SIZE;
	if (conn->in_len && !conn->lingering && !conn->stream) {
		size_t most = server->o.max_headers + server->o.max_body + READ_SIZE * 4;
		if (conn->in_len >= conn->in_cap) {
			size_t cap = conn->in_cap * 2;
			char *grown = cap / 2 < most ? td__realloc(conn->in, cap + 1) : NULL;
			if (!grown) {
				td__http_close(server, conn);
				return;
			}
			conn->in = grown;
			conn->in_cap = cap;
		}
		into = conn->in + conn->in_len;
		room = conn->in_cap - conn->in_len;
	}
	ssize_t n = td__sys_recv(conn->fd, into, room, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
	if (n <= 0) {
		conn->peer_closed = true;
		td__http_close(server, conn);
		return;
	}
	if (conn->lingering) {
		conn->discarded += (size_t)n;
		if (conn->discarded > LINGER_MOST) td__http_close(server, conn);
		return;
	}
	if (conn->stream) return; /* nobody asks anything while an answer goes on */
	if (into == server->read_buffer) {
		process(s, server, conn, server->read_buffer, (size_t)n);
	} else {
		conn->in_len += (size_t)n;
		process(s, server, conn, conn->in, conn->in_len);
	}
}

static void writable(td_scope *s, td_http_server *server, td__http_conn *conn) {
	if (!send_pending(server, conn) || pending(conn)) return;
	if (!conn->closing && !conn->stream) limit(server, conn, server->o.idle_timeout);
	/* Requests that came in while the answer was stuck have been waiting here. */
	if (conn->in_len && !conn->closing && !conn->stream)
		process(s, server, conn, conn->in, conn->in_len);
	else
		settle(server, conn);
}

/* --- accepting --- */

static void turn_away(td_http_server *server, int fd) {
	static const char busy[] =
		"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	/* What was sent already is taken off first: closing over it would reset the connection before the answer is read. */
	ssize_t n = td__sys_recv(fd, server->read_buffer, READ_SIZE, 0);
	n = td__sys_send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL);
	(void)n;
	td__sys_close(fd);
}

/* No descriptors or no memory: the listener rests until a connection is closed, or the timer fires. */
static void pause_listening(td_http_server *server) {
	struct epoll_event e = {.events = 0, .data.ptr = &server->listener};
	if (td__sys_epoll_ctl(server->epoll, EPOLL_CTL_MOD, server->listener, &e) == 0) server->paused = true;
	arm(server, server->now + seconds(0.2));
}

static void accept_some(td_http_server *server) {
	for (int i = 0; i < BATCH && server->listening; i++) {
		td__sockaddr at = {0};
		socklen_t len = sizeof at;
		int fd = td__sys_accept4(server->listener, &at.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno == EINTR || errno == ECONNABORTED) continue;
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) pause_listening(server);
			return;
		}
		if (server->stats.connections >= server->o.max_connections) {
			server->stats.refused++;
			turn_away(server, fd);
			continue;
		}
		td__http_conn *conn = td__malloc(sizeof *conn);
		if (!conn) {
			td__sys_close(fd);
			pause_listening(server);
			return;
		}
		*conn = (td__http_conn){.fd = fd, .deadline = TD__NEVER};
		int one = 1;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		td__http_peer(&at, conn->host, sizeof conn->host, &conn->port);
		conn->next = server->connections;
		if (conn->next) conn->next->previous = conn;
		server->connections = conn;
		server->stats.connections++;
		server->stats.accepted++;
		limit(server, conn,
		      server->o.header_timeout > server->o.idle_timeout ? server->o.idle_timeout : server->o.header_timeout);
		if (!watch(server, conn, EPOLLIN | EPOLLRDHUP)) td__http_close(server, conn);
	}
}

/* --- time --- */

static void time_out(td_http_server *server, td__http_conn *conn) {
	bool mid_request = conn->in_len && !pending(conn) && !conn->lingering && !conn->closing;
	if (!mid_request) {
		td__http_close(server, conn);
		return;
	}
	refuse_unread(server, conn, 408);
	if (!td__http_flush(server, conn, &server->out, (td_bytes){NULL, 0})) return;
	if (pending(conn))
		settle(server, conn);
	else
		close_gently(server, conn);
}

static void timer_fired(td_http_server *server) {
	uint64_t times;
	ssize_t n = read(server->timer, &times, sizeof times);
	(void)n;
	server->armed = TD__NEVER;
	int64_t next = TD__NEVER;
	for (td__http_conn *conn = server->connections, *after; conn; conn = after) {
		after = conn->next;
		if (conn->deadline <= server->now) time_out(server, conn);
		if (conn->fd >= 0 && conn->deadline < next) next = conn->deadline;
	}
	if (server->paused && server->listening) {
		server->paused = false;
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = &server->listener};
		td__sys_epoll_ctl(server->epoll, EPOLL_CTL_MOD, server->listener, &e);
	}
	if (next != TD__NEVER) arm(server, next);
}

/* --- driving --- */

int td__http_step(td_scope *s, td_http_server *server) {
	struct epoll_event events[BATCH];
	int n = td__sys_epoll_wait(server->epoll, events, BATCH, 0);
	if (n < 0) return errno == EINTR ? 0 : (td__os_error(s, errno, NULL), -1);
	if (!n) return 0;
	server->now = td__now();
	td__http_tick(server);
	for (int i = 0; i < n && !td_failed(s); i++) {
		void *what = events[i].data.ptr;
		if (what == &server->listener) {
			accept_some(server);
		} else if (what == &server->timer) {
			timer_fired(server);
		} else if (what == &server->wake) {
			uint64_t value;
			ssize_t got = read(server->wake, &value, sizeof value);
			(void)got;
		} else {
			td__http_conn *conn = what;
			if (conn->fd < 0) continue;
			uint32_t e = events[i].events;
			if (conn->stream && (e & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
				td__http_close(server, conn);
			else if (e & EPOLLOUT && pending(conn))
				writable(s, server, conn);
			else if (pending(conn) && (e & (EPOLLHUP | EPOLLERR)))
				td__http_close(server, conn);
			else
				readable(s, server, conn);
		}
	}
	free_closed(server);
	return td_failed(s) ? -1 : n;
}

static void stop_listening(td_http_server *server) {
	if (!server->listening) return;
	server->listening = false;
	td__sys_close(server->listener);
	server->listener = -1;
}

void td_http_server_drain(td_http_server *server) {
	if (!server || server->draining || server->epoll < 0) return;
	server->draining = true;
	server->now = td__now();
	stop_listening(server);
	for (td__http_conn *conn = server->connections, *after; conn; conn = after) {
		after = conn->next;
		if (conn->stream) {
			if (conn->stream->chunked) td__http_puts(&server->later, "0\r\n\r\n");
			td__http_stream_lost(conn);
			conn->closing = true;
			if (!td__http_flush(server, conn, &server->later, (td_bytes){NULL, 0})) continue;
			settle(server, conn);
		} else if (!conn->in_len && !pending(conn) && !conn->lingering) {
			td__http_close(server, conn);
		}
	}
	free_closed(server);
}

/* Steps until the answers under way are out or the time is over. */
void td__http_finish(td_scope *s, td_http_server *server, int64_t until) {
	td_http_server_drain(server);
	while (server->connections && !td_failed(s) && td__now() < until) {
		int n = td__http_step(s, server);
		if (n < 0) return;
		if (!n && server->connections && td__wait_fd(s, server->epoll, POLLIN, until) <= 0) return;
	}
}

void td__http_close_all(td_http_server *server) {
	stop_listening(server);
	while (server->connections) td__http_close(server, server->connections);
	free_closed(server);
	int *const fds[] = {&server->timer, &server->wake, &server->epoll};
	for (size_t i = 0; i < 3; i++) {
		if (*fds[i] >= 0) td__sys_close(*fds[i]);
		*fds[i] = -1;
	}
	td__free(server->read_buffer);
	server->read_buffer = NULL;
	td__http_buffer_free(&server->out);
	td__http_buffer_free(&server->later);
	td__http_buffer_free(&server->prelude);
	td__http_buffer_free(&server->answer.fields);
	td__http_buffer_free(&server->answer.body);
}

bool td__http_open(td_scope *s, td_http_server *server) {
	server->read_buffer = td__malloc(READ_SIZE + 1);
	if (!server->read_buffer) return td_raise(s, TD_MemoryError, "no memory for a server"), false;
	server->epoll = td__sys_epoll_create1(EPOLL_CLOEXEC);
	server->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	server->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (server->epoll < 0 || server->timer < 0 || server->wake < 0) return td__os_error(s, errno, NULL);
	int *const watched[] = {&server->listener, &server->timer, &server->wake};
	for (size_t i = 0; i < 3; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = watched[i]};
		if (td__sys_epoll_ctl(server->epoll, EPOLL_CTL_ADD, *watched[i], &e) < 0) return td__os_error(s, errno, NULL);
	}
	server->listening = true;
	return true;
}
