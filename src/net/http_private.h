/* src/net/http_private.h: inside the HTTP server. One server, its connections, the request in hand.
 *
 * Input is read into one buffer of the server's; what is left of a request that is not whole yet moves to memory of the
 * connection's, so that an idle connection holds none. Positions in a request are offsets from its first byte until it
 * is whole; only then are texts cut in place. */
#ifndef TD_NET_HTTP_PRIVATE_H
#define TD_NET_HTTP_PRIVATE_H

#include "core/internal.h"
#include "net/socket_private.h"
#include <strings.h>
#include <tend/http_server.h>
#include <tend/text.h>

enum { TD__HTTP_MAX_FIELDS = 100 };

typedef struct td__http_field {
	char *name, *value; /* terminated once the request is whole */
	uint32_t name_len, value_len;
} td__http_field;

/* What the parser makes of a request's head. */
typedef struct td__http_head {
	char *method, *target;
	size_t method_len, target_len;
	const char *host; /* of an absolute target, else of the Host header */
	size_t host_len;
	size_t path_at; /* where in target the path begins (behind the authority of an absolute one) */
	int minor;      /* of HTTP/1.x */
	bool keep_alive, chunked, has_length, expect_continue, asterisk;
	uint64_t length;
	size_t count;
	td__http_field fields[TD__HTTP_MAX_FIELDS];
} td__http_head;

/* How far the search for the end of a head has come. */
typedef struct td__http_scan {
	size_t at;   /* everything before has been looked at */
	size_t line; /* where the present line begins */
	size_t skip; /* an empty line in front of the request */
	unsigned lines;
} td__http_scan;

/* The offset behind the head's empty line; 0: more is needed; negative: the status to refuse it with. */
int64_t td__http_scan_head(td__http_scan *scan, const char *data, size_t len, size_t max_uri, size_t max_headers);
/* Reads the head in data[0..len), which scan_head has found whole. 0, or the status to refuse it with. */
int td__http_parse_head(td__http_head *head, char *data, size_t len, size_t max_uri);

/* A chunked body is decoded in place, to the front. */
typedef struct td__http_chunks {
	enum { TD__CHUNK_SIZE, TD__CHUNK_DATA, TD__CHUNK_END, TD__CHUNK_TRAILER, TD__CHUNK_DONE } state;
	size_t in, out;  /* offsets into the body: raw bytes taken, decoded bytes made */
	size_t left;     /* of the chunk in hand */
	size_t overhead; /* bytes of size lines and trailers so far */
} td__http_chunks;
/* 1 when the body is whole, 0 when more is needed, negative: the status to refuse it with. */
int td__http_decode_chunks(td__http_chunks *chunks, char *body, size_t len, size_t max_body, size_t max_headers);

/* target's path, decoded, dots resolved, without its query, in s; NULL when it is malformed or climbs out (nothing is
 * raised) or memory is out (raised). */
const char *td__http_decode_path(td_scope *s, const char *path, size_t len);
/* A query's or form's text: "+" is a blank, bad escapes stay as they are. NULL when memory is out. */
const char *td__http_unquote_plus(td_scope *s, const char *text, size_t len);

bool td__http_is_token(const char *text, size_t len);
bool td__http_value_ok(const char *text, size_t len);
/* Whether a comma-separated list such as Connection's has the token, in any case. */
bool td__http_list_has(const char *list, size_t len, const char *token);
/* Whether Accept-Encoding allows coding, by name or "*", with q other than 0. */
bool td__http_accepts(const char *accept, const char *coding);
/* Whether If-None-Match names the entity tag (given with its quotes), by weak comparison. */
bool td__http_etag_matches(const char *list, const char *etag);

void td__http_date(char out[30], int64_t seconds); /* IMF-fixdate */
bool td__http_date_parse(const char *text, int64_t *seconds);

/* --- bytes that grow --- */

typedef struct td__http_buffer {
	char *data;
	size_t len, cap;
	bool failed; /* memory was out: what it holds is not to be sent */
} td__http_buffer;
bool td__http_reserve(td__http_buffer *b, size_t more);
void td__http_put(td__http_buffer *b, const void *data, size_t len);
void td__http_puts(td__http_buffer *b, const char *text);
void td__http_put_uint(td__http_buffer *b, uint64_t n);
void td__http_buffer_free(td__http_buffer *b);

/* --- the server --- */

typedef struct td__http_asset {
	td_bytes body, gzip;
	bool gzip_only;
	int64_t last_modified;
	const char *etag, *gzip_etag; /* with quotes */
	td_bytes fields, gzip_fields; /* header lines up to Content-Length's value, the body's length included */
	td_bytes shared_fields;       /* those of a 304: ETag, Last-Modified, Cache-Control, Vary */
	td_bytes gzip_shared_fields;
} td__http_asset;

typedef struct td__http_route {
	const char *method, *path;
	size_t path_len;
	td_http_handler fn;
	void *userdata;
	bool prefix;
	const td__http_asset *asset;
	struct td__http_route *next;
} td__http_route;

typedef struct td__http_conn td__http_conn;
struct td__http_conn {
	int fd, port;
	uint32_t events; /* what epoll waits for */
	bool registered, closing, lingering, head_done, continued, peer_closed;
	int64_t deadline; /* TD__NEVER: none */
	td__http_conn *next, *previous;
	td_http_stream *stream;
	/* the request that is not whole yet */
	char *in;
	size_t in_len, in_cap;
	td__http_scan scan;
	size_t head_len;
	td__http_chunks chunks;
	size_t discarded; /* while lingering */
	/* what the client has not taken yet: the buffer first, then bytes that are somebody else's */
	td__http_buffer out;
	size_t out_at;
	td_bytes ref;
	char host[64];
};

/* The answer that a handler is making. */
typedef struct td__http_answer {
	int code;
	const char *message;
	bool begun, close;
	td__http_buffer fields, body;
	td_http_stream *stream;
} td__http_answer;

struct td_http_server {
	td_scope *scope;
	td_http_server_opts o;
	const char *server_version;
	td_strs allowed_hosts;
	int epoll, listener, timer, wake;
	int port;
	char host[64];
	bool listening, paused, draining;
	int stopping;       /* set by other threads */
	int64_t now, armed; /* monotonic; when the timer will fire */
	int64_t date_second;
	td__http_buffer prelude;             /* "Server: …\r\nDate: …\r\n" */
	td__http_conn *connections, *closed; /* those closed in this step */
	td__http_route *routes, **last_route;
	td_http_server_stats stats;
	char *read_buffer;     /* READ_SIZE and one byte to spare */
	td__http_buffer out;   /* what the connection in hand is about to send */
	td__http_buffer later; /* the same for streams written to outside of a request */
	td__http_conn *current;
	td__http_head *head;
	td__http_answer answer;
	td_bytes out_ref; /* follows out */
};

struct td_http_stream {
	td_http_server *server; /* NULL when the answer has ended */
	td__http_conn *conn;
	bool chunked, keep_alive;
};

/* Answers the whole request in hand: server->head is filled in, its texts are cut. */
void td__http_dispatch(td_scope *s, td_http_server *server, td__http_conn *conn, td_bytes body);
/* An answer made by the server itself, with Python's error page; the connection is closed after it when close is set. */
void td__http_refuse(td_http_server *server, td__http_conn *conn, int code, const char *extra_fields,
                     const char *message, const char *explain, bool close);
void td__http_status_line(td_http_server *server, td__http_buffer *b, int minor, int code, const char *message);
/* Keeps the prelude's date. */
void td__http_tick(td_http_server *server);
void td__http_routes_allowed(td_http_server *server, const char *path, td__http_buffer *out);
td__http_route *td__http_route_find(td_http_server *server, const char *method, const char *path, const char **rest,
                                    bool *path_known);
void td__http_serve_asset(td_http_server *server, td__http_conn *conn, const td__http_asset *asset, bool is_head,
                          int minor, bool close, int *code, uint64_t *sent);
void td__http_close(td_http_server *server, td__http_conn *conn);
/* Sends, or keeps for later, what stands in b; false when the connection is gone. */
bool td__http_flush(td_http_server *server, td__http_conn *conn, td__http_buffer *b, td_bytes ref);
void td__http_stream_lost(td__http_conn *conn);
/* After something was sent outside of a step: watch for the right thing. resume also limits the wait for the next request. */
void td__http_settle(td_http_server *server, td__http_conn *conn);
void td__http_resume(td_http_server *server, td__http_conn *conn);
bool td__http_open(td_scope *s, td_http_server *server);
int td__http_step(td_scope *s, td_http_server *server);
void td__http_finish(td_scope *s, td_http_server *server, int64_t until);
void td__http_close_all(td_http_server *server);
void td__http_peer(const td__sockaddr *at, char *host, size_t size, int *port);

#endif
