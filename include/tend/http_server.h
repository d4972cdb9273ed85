/* tend/http_server.h: an HTTP/1.1 server on one thread.
 *
 * A server listens from the moment it is made and answers when it is driven: by td_http_server_serve_forever, or from a
 * loop of the caller's that watches td_http_server_fileno and calls td_http_server_step. Requests are whole when a
 * handler sees them (the body is read first, within the limits), and one handler runs at a time, on a scope of its own
 * that ends with it. A slow client never holds up another.
 *
 *     #include <tend.h>
 *
 *     static void hello(td_scope *s, td_http_request *req, void *userdata) {
 *         const char *name = td_http_req_arg(s, req, "name");
 *         td_http_req_reply(s, req, 200, "text/plain; charset=utf-8", td_format(s, "Hello, %s.\n", name ? name : "you"));
 *     }
 *
 *     int main(int argc, char **argv) {
 *         TD_MAIN(s, argc, argv);
 *         td_http_server *server = td_http_server_new(s, "127.0.0.1", 8080);
 *         td_http_server_handle(s, server, "GET", "/hello", hello, NULL);
 *         td_http_server_serve_forever(s, server);
 *     }
 *
 * Requests are read by RFC 9112 without leniency: what two servers could read as two different requests (a bare line
 * feed, a folded header, blanks before a colon, two lengths, a length and a chunked body) is refused with 400 and the
 * connection is closed. An error that a handler raises becomes 500 with no word of what it was; .on_error is told. */
#ifndef TEND_HTTP_SERVER_H
#define TEND_HTTP_SERVER_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_http_server td_http_server;
typedef struct td_http_stream td_http_stream;

/* A request, for the time of its handler. Texts are as the client sent them unless it says decoded. */
typedef struct td_http_request {
	const char *command;         /* "GET" */
	const char *path;            /* the target, query included; several leading slashes are one */
	const char *route;           /* the path alone, percent-decoded, without "." and ".." */
	const char *rest;            /* what follows a prefix route in it, else "" */
	const char *query;           /* behind the "?", or "" */
	const char *request_version; /* "HTTP/1.1" */
	const char *host;            /* of the target or the Host header, or "" */
	const char *client_host;     /* "127.0.0.1" */
	int client_port;
	td_bytes body;
	td_http_server *server;
} td_http_request;

/* Answers req. s is the request's own scope; an error left on it becomes 500. */
typedef void (*td_http_handler)(td_scope *s, td_http_request *req, void *userdata);

typedef struct td_http_server_opts {
	TD__OPTS_HEAD;
	td_http_handler handler; /* for what no route takes; NULL: 404 */
	void *userdata;          /* of handler, log and on_error */
	void (*log)(const td_http_request *req, int status, uint64_t bytes, void *userdata); /* after each answer */
	void (*on_error)(const td_http_request *req, const td_error *error, void *userdata); /* of a handler */
	const char *server_version; /* the Server header; NULL is "tend" */
	td_strs allowed_hosts;      /* names a request's Host may have, without port; none given: any. Else 421 */
	int backlog;
	bool reuse_port;
	size_t max_connections; /* 0 is 1024; one more gets 503 */
	size_t max_uri;         /* bytes of the target; 0 is 8000; more is 414 */
	size_t max_headers;     /* bytes of request line and headers; 0 is 16384; more is 431 */
	size_t max_body;        /* bytes; 0 is 1 MiB; more is 413 */
	size_t max_stream;      /* bytes a stream may lag behind before it is cut off; 0 is 1 MiB */
	double header_timeout;  /* seconds from a request's first byte to the end of its headers; 0 is 10; then 408 */
	double body_timeout;    /* seconds for its body; 0 is 30; then 408 */
	double idle_timeout;    /* seconds a connection may wait for its next request; 0 is 75 */
	double write_timeout;   /* seconds in which a client must take something of an answer; 0 is 30 */
	double handler_timeout; /* the deadline of a handler's scope; 0 is none */
	double grace;           /* seconds in which answers under way are finished at shutdown; 0 is 5 */
} td_http_server_opts;

/* Binds and listens; "" is every address, port 0 one that is free. Does not block. Raises OSError as
 * td_socket_create_server. The server ends with s: answers under way get the grace. Python: http.server.HTTPServer. */
TD_API td_http_server *td_http_server_new(td_scope *s, const char *host, int port, const td_http_server_opts *opts);
#define td_http_server_new(s, host, ...) TD__HTTP_SERVER_NEW(s, host, __VA_ARGS__, )
#define TD__HTTP_SERVER_NEW(s, host, port, ...)                                                                        \
	(td_http_server_new)(TD_HERE(s), (host), (port), TD__OPTS(td_http_server_opts, __VA_ARGS__))

/* Where it listens. Python: HTTPServer.server_address. */
TD_API const char *td_http_server_host(const td_http_server *server);
TD_API int td_http_server_port(const td_http_server *server);

typedef struct td_http_route_opts {
	TD__OPTS_HEAD;
	bool prefix; /* also takes every path that goes on behind it; the longest prefix wins, an exact route before it */
} td_http_route_opts;
/* Lets fn answer method ("GET" answers HEAD too) at path, which is given decoded. A path that has routes, but none for
 * the method, is 405 with Allow. Python: do_GET and an if on self.path. */
TD_API bool td_http_server_handle(td_scope *s, td_http_server *server, const char *method, const char *path,
                                  td_http_handler fn, void *userdata, const td_http_route_opts *opts);
#define td_http_server_handle(s, server, method, path, fn, ...)                                                        \
	TD__HTTP_HANDLE(s, server, method, path, fn, __VA_ARGS__, )
#define TD__HTTP_HANDLE(s, server, method, path, fn, userdata, ...)                                                    \
	(td_http_server_handle)(TD_HERE(s), (server), (method), (path), (fn), (userdata),                                  \
	                        TD__OPTS(td_http_route_opts, __VA_ARGS__))

typedef struct td_http_static_opts {
	TD__OPTS_HEAD;
	const char *content_type; /* NULL is "application/octet-stream" */
	td_bytes gzip;            /* the same bytes compressed by gzip, for clients that take them */
	bool gzip_only;           /* body itself is what gzip made; clients that do not take it get 406 */
	const char *etag;         /* without quotes; NULL: made from the bytes */
	int64_t last_modified;    /* seconds since 1970; 0: none */
	const char *cache_control;
	td_strs headers; /* more of them, "Name: value" each */
} td_http_static_opts;
/* Serves body at path, with ETag, HEAD and 304. The bytes are not copied: they must live as long as the server. */
TD_API bool td_http_server_static(td_scope *s, td_http_server *server, const char *path, td_bytes body,
                                  const td_http_static_opts *opts);
#define td_http_server_static(s, server, path, ...) TD__HTTP_STATIC(s, server, path, __VA_ARGS__, )
#define TD__HTTP_STATIC(s, server, path, body, ...)                                                                    \
	(td_http_server_static)(TD_HERE(s), (server), (path), (body), TD__OPTS(td_http_static_opts, __VA_ARGS__))

/* --- driving it --- */

/* Answers until td_http_server_shutdown is called (true) or s fails, is cancelled or expires. Python: serve_forever. */
TD_API bool td_http_server_serve_forever(td_scope *s, td_http_server *server);
#define td_http_server_serve_forever(s, ...) (td_http_server_serve_forever)(TD_HERE(s), __VA_ARGS__)
/* Ends serve_forever after the answers under way; from any thread or signal handler. Python: shutdown. */
TD_API void td_http_server_shutdown(td_http_server *server);
/* Blocks until one more request has been answered. Python: handle_request. */
TD_API bool td_http_server_handle_request(td_scope *s, td_http_server *server);
#define td_http_server_handle_request(s, ...) (td_http_server_handle_request)(TD_HERE(s), __VA_ARGS__)

/* A descriptor that is readable when there is something to do, timeouts included, for a loop of the caller's. */
TD_API int td_http_server_fileno(const td_http_server *server);
/* Does what is ready, without blocking, handlers on scopes below s; returns how many events that were, -1 on failure.
 * s may be another scope at each call (a TD_LOOP's turn). */
TD_API int td_http_server_step(td_scope *s, td_http_server *server);
#define td_http_server_step(s, ...) (td_http_server_step)(TD_HERE(s), __VA_ARGS__)
/* Stops listening, closes connections that wait and streams; answers under way go on while it is stepped. */
TD_API void td_http_server_drain(td_http_server *server);
/* Closes everything now; twice is as once. Python: server_close. */
TD_API bool td_http_server_close(td_scope *s, td_http_server *server);
#define td_http_server_close(s, ...) (td_http_server_close)(TD_HERE(s), __VA_ARGS__)

typedef struct td_http_server_stats {
	uint64_t accepted, refused, requests,
		errors;                  /* connections taken and turned away; requests; handlers that failed */
	uint64_t responses[6];       /* by hundreds: [2] is 2xx */
	uint64_t bytes;              /* sent */
	size_t connections, streams; /* open now */
} td_http_server_stats;
TD_API td_http_server_stats td_http_server_statistics(const td_http_server *server);

/* --- in a handler: the request --- */

/* The first header of that name (in any case), or NULL. Python: headers.get. */
TD_API const char *td_http_req_header(const td_http_request *req, const char *name);
/* The i-th header; false past the end. */
TD_API bool td_http_req_header_at(const td_http_request *req, size_t i, const char **name, const char **value);
/* The first value of that name in the query, decoded, in s; NULL when it is not there. Python: parse_qs(query)[name][0]. */
TD_API const char *td_http_req_arg(td_scope *s, const td_http_request *req, const char *name);
#define td_http_req_arg(s, ...) (td_http_req_arg)(TD_HERE(s), __VA_ARGS__)
/* Whether the client takes gzip. */
TD_API bool td_http_req_accepts_gzip(const td_http_request *req);

/* --- in a handler: the answer ---
 * send_response, send_header …, end_headers, write …, as in Python, with Server, Date, Content-Length and Connection put
 * in by the server; or one call of reply. The answer is kept until the handler returns; a handler that fails, or that
 * answers nothing, is 500. */

typedef struct td_http_response_opts {
	TD__OPTS_HEAD;
	const char *message; /* instead of the standard phrase */
	const char *explain; /* of send_error: instead of the standard sentence */
} td_http_response_opts;
TD_API bool td_http_req_send_response(td_scope *s, td_http_request *req, int code, const td_http_response_opts *opts);
#define td_http_req_send_response(s, req, ...) TD__HTTP_RESPONSE(td_http_req_send_response, s, req, __VA_ARGS__, )
/* ValueError for a name or value that would break out of its line, and for Transfer-Encoding. */
TD_API bool td_http_req_send_header(td_scope *s, td_http_request *req, const char *keyword, const char *value);
#define td_http_req_send_header(s, ...) (td_http_req_send_header)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_http_req_end_headers(td_scope *s, td_http_request *req);
#define td_http_req_end_headers(s, ...) (td_http_req_end_headers)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_http_req_write(td_scope *s, td_http_request *req, td_bytes data);
#define td_http_req_write(s, ...) (td_http_req_write)(TD_HERE(s), __VA_ARGS__)
/* A whole answer of type content_type; body is a text, or td_bytes with reply_bytes. */
TD_API bool td_http_req_reply(td_scope *s, td_http_request *req, int code, const char *content_type, const char *body);
#define td_http_req_reply(s, ...) (td_http_req_reply)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_http_req_reply_bytes(td_scope *s, td_http_request *req, int code, const char *content_type,
                                    td_bytes body);
#define td_http_req_reply_bytes(s, ...) (td_http_req_reply_bytes)(TD_HERE(s), __VA_ARGS__)
/* Python's error page for that code. Python: send_error. */
TD_API bool td_http_req_send_error(td_scope *s, td_http_request *req, int code, const td_http_response_opts *opts);
#define td_http_req_send_error(s, req, ...) TD__HTTP_RESPONSE(td_http_req_send_error, s, req, __VA_ARGS__, )
#define TD__HTTP_RESPONSE(fn, s, req, code, ...)                                                                       \
	(fn)(TD_HERE(s), (req), (code), TD__OPTS(td_http_response_opts, __VA_ARGS__))

/* --- answers that stay open --- */

/* Answers with headers alone and stays open: what is written to the stream later, from the same thread, goes to the
 * client at once (server-sent events: content_type "text/event-stream"). The stream lives in s, which is not the
 * request's scope but one that is to hold it: open one for each (td_scope_open), close it and the answer is ended. More
 * headers: send_header before. NULL on failure. */
TD_API td_http_stream *td_http_req_stream(td_scope *s, td_http_request *req, int code, const char *content_type);
#define td_http_req_stream(s, ...) (td_http_req_stream)(TD_HERE(s), __VA_ARGS__)
/* False when the client is gone or lags behind too far; that is no error. Does not block. */
TD_API bool td_http_stream_write(td_scope *s, td_http_stream *stream, td_bytes data);
#define td_http_stream_write(s, ...) (td_http_stream_write)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_http_stream_is_open(const td_http_stream *stream);
/* Ends the answer; the connection can be used for the next request. Twice is as once. */
TD_API bool td_http_stream_close(td_scope *s, td_http_stream *stream);
#define td_http_stream_close(s, ...) (td_http_stream_close)(TD_HERE(s), __VA_ARGS__)

/* --- words of HTTP --- */

/* "Sun, 06 Nov 1994 08:49:37 GMT", in s. Python: BaseHTTPRequestHandler.date_time_string. */
TD_API const char *td_http_date_time_string(td_scope *s, int64_t seconds);
#define td_http_date_time_string(s, ...) (td_http_date_time_string)(TD_HERE(s), __VA_ARGS__)
/* "Not Found" for 404, "" for what has no name. Python: http.HTTPStatus(code).phrase. */
TD_API const char *td_http_status_phrase(int code);
/* "Nothing matches the given URI" for 404. Python: http.HTTPStatus(code).description. */
TD_API const char *td_http_status_description(int code);

TD__END
#endif
