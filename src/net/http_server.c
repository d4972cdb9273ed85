#include "net/http_private.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

void td__http_peer(const td__sockaddr *at, char *host, size_t size, int *port) {
	*host = '\0';
	*port = 0;
	if (at->any.sa_family == AF_INET) {
		const struct sockaddr_in *in4 = (const struct sockaddr_in *)(const void *)at;
		inet_ntop(AF_INET, &in4->sin_addr, host, (socklen_t)size);
		*port = ntohs(in4->sin_port);
	} else if (at->any.sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)at;
		inet_ntop(AF_INET6, &in6->sin6_addr, host, (socklen_t)size);
		*port = ntohs(in6->sin6_port);
	}
}

static void server_end(td_scope *c, void *handle) {
	td_http_server *server = handle;
	if (server->epoll < 0) return;
	if (!td_failed(c) && server->read_buffer) td__http_finish(c, server, td__now() + (int64_t)(server->o.grace * 1e9));
	td__http_close_all(server);
}

static void defaults(td_http_server_opts *o) {
	size_t *const sizes[] = {&o->max_connections, &o->max_uri, &o->max_headers, &o->max_body, &o->max_stream};
	static const size_t size_defaults[] = {1024, 8000, 16384, 1048576, 1048576};
	for (size_t i = 0; i < 5; i++) {
		if (!*sizes[i]) *sizes[i] = size_defaults[i];
	}
	double *const times[] = {&o->header_timeout, &o->body_timeout, &o->idle_timeout, &o->write_timeout, &o->grace};
	static const double time_defaults[] = {10, 30, 75, 30, 5};
	for (size_t i = 0; i < 5; i++) {
		if (!*times[i]) *times[i] = time_defaults[i];
		if (*times[i] < 0) *times[i] = 0;
	}
}

td_http_server *(td_http_server_new)(td_scope *s, const char *host, int port, const td_http_server_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_http_server_opts o;
	td__opts_copy(&o, sizeof o, opts);
	defaults(&o);
	if (o.server_version && !td__http_value_ok(o.server_version, strlen(o.server_version))) {
		return td_raise(s, TD_ValueError, "Invalid header value '%s'", o.server_version), NULL;
	}
	td_sock *sock =
		(td_socket_create_server)(s, host, port,
	                              TD__OPTS(td_socket_server_opts, .backlog = o.backlog, .reuse_port = o.reuse_port));
	const td_addr *at = td_socket_getsockname(s, sock);
	int fd = td_socket_detach(s, sock);
	if (fd < 0) return NULL;
	td_http_server *server = td__handle_new(s, sizeof *server, server_end);
	if (!server) return close(fd), NULL;
	server->epoll = server->timer = server->wake = -1;
	server->listener = fd;
	server->listening = true;
	server->scope = s;
	server->o = o;
	server->armed = TD__NEVER;
	server->now = td__now();
	server->port = at->port;
	size_t len = strlen(at->host) < sizeof server->host ? strlen(at->host) : sizeof server->host - 1;
	memcpy(server->host, at->host, len);
	server->server_version = o.server_version ? td_strdup(s, o.server_version) : "tend";
	server->allowed_hosts = td__keep_strs(s, o.allowed_hosts);
	server->head = td_alloc(s, sizeof *server->head);
	if (td_failed(s) || !td__http_open(s, server)) {
		td__http_close_all(server);
		td__handle_close(server);
		return NULL;
	}
	td__http_tick(server);
	return server;
}

const char *td_http_server_host(const td_http_server *server) {
	return server ? server->host : "";
}

int td_http_server_port(const td_http_server *server) {
	return server ? server->port : -1;
}

static bool usable(td_scope *s, td_http_server *server) {
	if (!td__enter(s) || !td__need_handle(s, "server", server)) return false;
	if (td__handle_open(server) && server->epoll >= 0) return true;
	td_raise(s, TD_ValueError, "the server is closed");
	return false;
}

/* One round: what is ready, else waiting for it. */
static bool turn(td_scope *s, td_http_server *server) {
	int n = td__http_step(s, server);
	if (n) return n > 0;
	return td__wait_fd(s, server->epoll, POLLIN, TD__NEVER) > 0;
}

bool(td_http_server_serve_forever)(td_scope *s, td_http_server *server) {
	if (!usable(s, server)) return false;
	while (!__atomic_load_n(&server->stopping, __ATOMIC_ACQUIRE)) {
		if (!td__may_block(s) || !turn(s, server)) return false;
	}
	td__http_finish(s, server, td__now() + (int64_t)(server->o.grace * 1e9));
	return !td_failed(s);
}

bool(td_http_server_handle_request)(td_scope *s, td_http_server *server) {
	if (!usable(s, server)) return false;
	uint64_t before = server->stats.requests;
	while (server->stats.requests == before && !__atomic_load_n(&server->stopping, __ATOMIC_ACQUIRE)) {
		if (!td__may_block(s) || !turn(s, server)) return false;
	}
	return true;
}

void td_http_server_shutdown(td_http_server *server) {
	if (!server) return;
	__atomic_store_n(&server->stopping, 1, __ATOMIC_RELEASE);
	uint64_t one = 1;
	int err = errno;
	ssize_t n = write(server->wake, &one, sizeof one);
	(void)n;
	errno = err;
}

int td_http_server_fileno(const td_http_server *server) {
	return server && td__handle_open(server) ? server->epoll : -1;
}

int(td_http_server_step)(td_scope *s, td_http_server *server) {
	return usable(s, server) ? td__http_step(s, server) : -1;
}

bool(td_http_server_close)(td_scope *s, td_http_server *server) {
	if (server && td__handle_open(server)) {
		td__http_close_all(server);
		td__handle_close(server);
	}
	return !td_failed(s);
}

td_http_server_stats td_http_server_statistics(const td_http_server *server) {
	return server ? server->stats : (td_http_server_stats){0};
}

/* --- answers that stay open --- */

static void stream_end(td_scope *c, void *handle) {
	td_http_stream *stream = handle;
	(void)c;
	if (!stream->server) return;
	td_http_server *server = stream->server;
	td__http_conn *conn = stream->conn;
	bool in_hand = server->current == conn;
	if (stream->chunked) td__http_puts(in_hand ? &server->out : &server->later, "0\r\n\r\n");
	if (!stream->keep_alive) conn->closing = true;
	td__http_stream_lost(conn);
	if (in_hand) return;
	server->now = td__now();
	if (td__http_flush(server, conn, &server->later, (td_bytes){NULL, 0})) td__http_resume(server, conn);
}

td_http_stream *(td_http_req_stream)(td_scope *s, td_http_request *req, int code, const char *content_type) {
	if (!td__enter(s) || !td__need_handle(s, "req", req) || !td__need_text(s, "content_type", content_type))
		return NULL;
	td_http_server *server = req->server;
	if (!server || !server->current || server->answer.stream) {
		return td_raise(s, TD_RuntimeError, "the request has been answered"), NULL;
	}
	if (!td__http_value_ok(content_type, strlen(content_type)) || code < 200 || code > 299 || code == 204) {
		return td_raise(s, TD_ValueError, "Invalid head of a stream: %d, '%s'", code, content_type), NULL;
	}
	td_http_stream *stream = td__handle_new(s, sizeof *stream, stream_end);
	if (!stream) return NULL;
	td__http_answer *a = &server->answer;
	td__http_buffer *b = &server->out;
	const td__http_head *h = server->head;
	stream->chunked = h->minor > 0;
	stream->keep_alive = h->minor && h->keep_alive && !a->close && !server->draining;
	td__http_status_line(server, b, h->minor, code, NULL);
	td__http_puts(b, "Content-Type: ");
	td__http_puts(b, content_type);
	td__http_puts(b, stream->chunked ? "\r\nTransfer-Encoding: chunked\r\n" : "\r\n");
	if (!stream->keep_alive) td__http_puts(b, "Connection: close\r\n");
	td__http_put(b, a->fields.data, a->fields.len);
	td__http_puts(b, "\r\n");
	a->code = code;
	a->begun = true;
	a->stream = stream;
	if (h->method_len == 4 && !memcmp(h->method, "HEAD", 4)) {
		if (!stream->keep_alive) server->current->closing = true;
		return stream;
	}
	stream->server = server;
	stream->conn = server->current;
	server->current->stream = stream;
	server->stats.streams++;
	return stream;
}

bool(td_http_stream_write)(td_scope *s, td_http_stream *stream, td_bytes data) {
	if (!td__enter(s) || !td__need_handle(s, "stream", stream) || !td__need_text(s, "data", data.data)) return false;
	td_http_server *server = stream->server;
	if (!server || !td__handle_open(stream)) return false;
	if (!data.len) return true;
	td__http_conn *conn = stream->conn;
	bool in_hand = server->current == conn;
	td__http_buffer *b = in_hand ? &server->out : &server->later;
	if (conn->out.len - conn->out_at + data.len > server->o.max_stream) {
		td__http_close(server, conn);
		return false;
	}
	if (stream->chunked) {
		char size[20];
		int n = snprintf(size, sizeof size, "%zx\r\n", data.len);
		td__http_put(b, size, (size_t)n);
	}
	td__http_put(b, data.data, data.len);
	if (stream->chunked) td__http_puts(b, "\r\n");
	if (in_hand) return true;
	server->now = td__now();
	if (td__http_flush(server, conn, b, (td_bytes){NULL, 0})) td__http_settle(server, conn);
	return stream->server != NULL;
}

bool td_http_stream_is_open(const td_http_stream *stream) {
	return stream && stream->server && td__handle_open(stream);
}

bool(td_http_stream_close)(td_scope *s, td_http_stream *stream) {
	if (stream && td__handle_open(stream)) {
		stream_end(s, stream);
		td__handle_close(stream);
	}
	return !td_failed(s);
}
