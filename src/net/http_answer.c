/* src/net/http_answer.c: from a whole request to the bytes of its answer. */
#include "net/http_private.h"
#include <time.h>

/* --- writing heads --- */

void td__http_tick(td_http_server *server) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (now.tv_sec == server->date_second && server->prelude.len) return;
	server->date_second = now.tv_sec;
	char date[30];
	td__http_date(date, now.tv_sec);
	server->prelude.len = 0;
	td__http_puts(&server->prelude, "Server: ");
	td__http_puts(&server->prelude, server->server_version);
	td__http_puts(&server->prelude, "\r\nDate: ");
	td__http_puts(&server->prelude, date);
	td__http_puts(&server->prelude, "\r\n");
}

void td__http_status_line(td_http_server *server, td__http_buffer *b, int minor, int code, const char *message) {
	(void)minor; /* RFC 9110 §2.5: an answer tells the server's own version, also to HTTP/1.0 */
	if (code == 200 && !message) {
		td__http_puts(b, "HTTP/1.1 200 OK\r\n");
	} else {
		td__http_puts(b, "HTTP/1.1 ");
		td__http_put_uint(b, (uint64_t)code);
		td__http_puts(b, " ");
		td__http_puts(b, message ? message : td_http_status_phrase(code));
		td__http_puts(b, "\r\n");
	}
	td__http_put(b, server->prelude.data, server->prelude.len);
	server->stats.responses[code / 100 < 6 ? code / 100 : 0]++;
}

static void connection_field(td__http_buffer *b, int minor, bool close) {
	if (close)
		td__http_puts(b, "Connection: close\r\n");
	else if (!minor)
		td__http_puts(b, "Connection: keep-alive\r\n");
}

static bool has_body(int code) {
	return code >= 200 && code != 204 && code != 304;
}

static void put_escaped(td__http_buffer *b, const char *text) {
	for (; *text; text++) {
		if (*text == '<')
			td__http_puts(b, "&lt;");
		else if (*text == '>')
			td__http_puts(b, "&gt;");
		else if (*text == '&')
			td__http_puts(b, "&amp;");
		else
			td__http_put(b, text, 1);
	}
}

/* Python's page, to the byte. */
static void error_page(td__http_buffer *b, int code, const char *message, const char *explain) {
	td__http_puts(b, "<!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>\n        <meta charset=\"utf-8\">\n"
	                 "        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n"
	                 "        <p>Error code: ");
	td__http_put_uint(b, (uint64_t)code);
	td__http_puts(b, "</p>\n        <p>Message: ");
	put_escaped(b, message ? message : td_http_status_phrase(code));
	td__http_puts(b, ".</p>\n        <p>Error code explanation: ");
	td__http_put_uint(b, (uint64_t)code);
	td__http_puts(b, " - ");
	put_escaped(b, explain ? explain : td_http_status_description(code));
	td__http_puts(b, ".</p>\n    </body>\n</html>\n");
}

static bool is_head(const td_http_server *server) {
	return server->head->method_len == 4 && !memcmp(server->head->method, "HEAD", 4);
}

void td__http_refuse(td_http_server *server, td__http_conn *conn, int code, const char *extra_fields,
                     const char *message, const char *explain, bool close) {
	td__http_buffer *b = &server->out, *page = &server->answer.body;
	td__http_status_line(server, b, server->head->minor, code, NULL);
	page->len = 0;
	if (has_body(code)) {
		error_page(page, code, message, explain);
		td__http_puts(b, "Content-Type: text/html;charset=utf-8\r\nContent-Length: ");
		td__http_put_uint(b, page->len);
		td__http_puts(b, "\r\n");
	}
	if (extra_fields) td__http_puts(b, extra_fields);
	connection_field(b, server->head->minor, close);
	td__http_puts(b, "\r\n");
	if (!is_head(server)) td__http_put(b, page->data, page->len);
	b->failed = b->failed || page->failed;
	page->failed = false;
	if (close) conn->closing = true;
}

/* --- static bytes --- */

void td__http_serve_asset(td_http_server *server, td__http_conn *conn, const td__http_asset *asset, bool head_only,
                          int minor, bool close, int *code, uint64_t *sent) {
	const td__http_head *h = server->head;
	const char *accept = NULL, *none_match = NULL, *since = NULL;
	for (size_t i = 0; i < h->count; i++) {
		const td__http_field *f = &h->fields[i];
		if (f->name_len == 15 && !strcasecmp(f->name, "accept-encoding"))
			accept = f->value;
		else if (f->name_len == 13 && !strcasecmp(f->name, "if-none-match"))
			none_match = f->value;
		else if (f->name_len == 17 && !strcasecmp(f->name, "if-modified-since"))
			since = f->value;
	}
	bool takes_gzip = (asset->gzip.len || asset->gzip_only) && td__http_accepts(accept, "gzip");
	if (asset->gzip_only && accept && !takes_gzip) {
		td__http_refuse(server, conn, *code = 406, "Vary: Accept-Encoding\r\n", NULL, NULL, close);
		return;
	}
	bool gzip = takes_gzip && asset->gzip.len;
	const char *etag = gzip ? asset->gzip_etag : asset->etag;
	int64_t when;
	bool fresh =
		none_match ? td__http_etag_matches(none_match, etag)
				   : since && asset->last_modified && td__http_date_parse(since, &when) && asset->last_modified <= when;
	td__http_buffer *b = &server->out;
	td_bytes body = gzip ? asset->gzip : asset->body;
	td_bytes fields = fresh  ? gzip ? asset->gzip_shared_fields : asset->shared_fields
	                  : gzip ? asset->gzip_fields
	                         : asset->fields;
	td__http_status_line(server, b, minor, *code = fresh ? 304 : 200, NULL);
	td__http_put(b, fields.data, fields.len);
	connection_field(b, minor, close);
	td__http_puts(b, "\r\n");
	if (fresh || head_only) return;
	*sent = body.len;
	/* Copying a page or two costs less than a second piece for the kernel. */
	if (body.len <= 16384)
		td__http_put(b, body.data, body.len);
	else
		server->out_ref = body;
}

/* --- what a handler says --- */

static td_http_server *answering(td_scope *s, const td_http_request *req) {
	if (!td__need_handle(s, "req", req)) return NULL;
	td_http_server *server = req->server;
	if (server && server->current && !server->answer.stream) return server;
	td_raise(s, TD_RuntimeError, "the request has been answered");
	return NULL;
}

bool(td_http_req_send_response)(td_scope *s, td_http_request *req, int code, const td_http_response_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_http_response_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_http_server *server = answering(s, req);
	if (!server) return false;
	if (code < 200 || code > 599) return td_raise(s, TD_ValueError, "status %d is none of an answer", code), false;
	if (o.message && !td__http_value_ok(o.message, strlen(o.message)))
		return td_raise(s, TD_ValueError, "Invalid status message"), false;
	td__http_answer *a = &server->answer;
	a->code = code;
	a->message = o.message ? td_strdup(s, o.message) : NULL;
	a->begun = true;
	a->close = false;
	a->fields.len = a->body.len = 0;
	return !td_failed(s);
}

bool(td_http_req_send_header)(td_scope *s, td_http_request *req, const char *keyword, const char *value) {
	if (!td__enter(s) || !td__need_text(s, "keyword", keyword) || !td__need_text(s, "value", value)) return false;
	td_http_server *server = answering(s, req);
	if (!server) return false;
	td__http_answer *a = &server->answer;
	if (!td__http_is_token(keyword, strlen(keyword)))
		return td_raise(s, TD_ValueError, "Invalid header name '%s'", keyword), false;
	if (!td__http_value_ok(value, strlen(value)))
		return td_raise(s, TD_ValueError, "Invalid header value for '%s'", keyword), false;
	if (!strcasecmp(keyword, "transfer-encoding"))
		return td_raise(s, TD_ValueError, "Transfer-Encoding is the server's to say"), false;
	/* The server counts the body itself: a length that does not match would cut or mix up answers. */
	if (!strcasecmp(keyword, "content-length")) return true;
	if (!strcasecmp(keyword, "connection")) {
		a->close = a->close || td__http_list_has(value, strlen(value), "close");
		return true;
	}
	td__http_puts(&a->fields, keyword);
	td__http_puts(&a->fields, ": ");
	td__http_puts(&a->fields, value);
	td__http_puts(&a->fields, "\r\n");
	if (a->fields.failed) td_raise(s, TD_MemoryError, "no memory for a header");
	return !a->fields.failed;
}

bool(td_http_req_end_headers)(td_scope *s, td_http_request *req) {
	if (!td__enter(s)) return false;
	return answering(s, req) != NULL;
}

bool(td_http_req_write)(td_scope *s, td_http_request *req, td_bytes data) {
	if (!td__enter(s) || !td__need_text(s, "data", data.data)) return false;
	td_http_server *server = answering(s, req);
	if (!server) return false;
	td__http_put(&server->answer.body, data.data, data.len);
	if (server->answer.body.failed) td_raise(s, TD_MemoryError, "no memory for an answer of %zu bytes", data.len);
	return !server->answer.body.failed;
}

bool(td_http_req_reply_bytes)(td_scope *s, td_http_request *req, int code, const char *content_type, td_bytes body) {
	return (td_http_req_send_response)(s, req, code, NULL) &&
	       (td_http_req_send_header)(s, req, "Content-Type", content_type) && (td_http_req_end_headers)(s, req) &&
	       (td_http_req_write)(s, req, body);
}

bool(td_http_req_reply)(td_scope *s, td_http_request *req, int code, const char *content_type, const char *body) {
	if (!td__enter(s) || !td__need_text(s, "body", body)) return false;
	return (td_http_req_reply_bytes)(s, req, code, content_type, (td_bytes){body, strlen(body)});
}

bool(td_http_req_send_error)(td_scope *s, td_http_request *req, int code, const td_http_response_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_http_response_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!(td_http_req_send_response)(s, req, code, TD__OPTS(td_http_response_opts, .message = o.message))) return false;
	td__http_answer *a = &req->server->answer;
	a->close = true;
	if (!has_body(code)) return true;
	if (!(td_http_req_send_header)(s, req, "Content-Type", "text/html;charset=utf-8")) return false;
	error_page(&a->body, code, o.message, o.explain);
	if (a->body.failed) td_raise(s, TD_MemoryError, "no memory for an error page");
	return !a->body.failed;
}

/* --- reading the request --- */

const char *td_http_req_header(const td_http_request *req, const char *name) {
	if (!req || !name || !req->server || !req->server->current) return NULL;
	const td__http_head *h = req->server->head;
	size_t len = strlen(name);
	for (size_t i = 0; i < h->count; i++) {
		if (h->fields[i].name_len == len && !strcasecmp(h->fields[i].name, name)) return h->fields[i].value;
	}
	return NULL;
}

bool td_http_req_header_at(const td_http_request *req, size_t i, const char **name, const char **value) {
	if (!req || !req->server || !req->server->current || i >= req->server->head->count) return false;
	*name = req->server->head->fields[i].name;
	*value = req->server->head->fields[i].value;
	return true;
}

bool td_http_req_accepts_gzip(const td_http_request *req) {
	return td__http_accepts(td_http_req_header(req, "Accept-Encoding"), "gzip");
}

const char *(td_http_req_arg)(td_scope *s, const td_http_request *req, const char *name) {
	if (!td__enter(s) || !td__need_handle(s, "req", req) || !td__need_text(s, "name", name)) return NULL;
	for (const char *at = req->query; at && *at;) {
		const char *end = strchr(at, '&');
		size_t len = end ? (size_t)(end - at) : strlen(at);
		const char *equals = memchr(at, '=', len);
		const char *key = td__http_unquote_plus(s, at, equals ? (size_t)(equals - at) : len);
		if (!key) return NULL;
		if (!strcmp(key, name)) {
			return equals ? td__http_unquote_plus(s, equals + 1, len - (size_t)(equals + 1 - at)) : "";
		}
		at = end ? end + 1 : NULL;
	}
	return NULL;
}

/* --- the whole of it --- */

static const char known_methods[] = " GET HEAD POST PUT DELETE OPTIONS PATCH TRACE CONNECT ";

static bool method_known(const char *method) {
	size_t len = strlen(method);
	for (const char *at = known_methods; (at = strstr(at, method)); at++) {
		if (at[-1] == ' ' && at[len] == ' ') return true;
	}
	return false;
}

static bool host_allowed(const td_http_server *server, const td__http_head *h) {
	if (!server->allowed_hosts.len) return true;
	size_t len = h->host_len;
	const char *colon = len && h->host[0] == '[' ? memchr(h->host, ']', len) : memchr(h->host, ':', len);
	if (colon) len = (size_t)(colon - h->host) + (*colon == ']');
	for (size_t i = 0; i < server->allowed_hosts.len; i++) {
		const char *allowed = server->allowed_hosts.items[i];
		if (strlen(allowed) == len && !strncasecmp(allowed, h->host, len)) return true;
	}
	return false;
}

static void finish_answer(td_http_server *server, td__http_conn *conn, bool head_only, int minor, bool close,
                          uint64_t *sent) {
	td__http_answer *a = &server->answer;
	td__http_buffer *b = &server->out;
	close = close || a->close;
	td__http_status_line(server, b, minor, a->code, a->message);
	td__http_put(b, a->fields.data, a->fields.len);
	if (has_body(a->code)) {
		td__http_puts(b, "Content-Length: ");
		td__http_put_uint(b, a->body.len);
		td__http_puts(b, "\r\n");
	}
	connection_field(b, minor, close);
	td__http_puts(b, "\r\n");
	if (!head_only && has_body(a->code)) {
		td__http_put(b, a->body.data, a->body.len);
		*sent = a->body.len;
	}
	if (close) conn->closing = true;
}

/* Runs fn on the request's scope; the status it came to. */
static int run_handler(td_scope *r, td_http_server *server, td__http_conn *conn, td_http_request *req,
                       td_http_handler fn, void *userdata, bool head_only, bool close, uint64_t *sent) {
	td__http_answer *a = &server->answer;
	a->begun = a->close = false;
	a->fields.len = a->body.len = 0;
	a->stream = NULL;
	fn(r, req, userdata);
	/* A deadline of the handler's own is the handler's failure; what reaches it from outside is not caught here. */
	const td_error *e = td_catch(r);
	bool failed = e || a->fields.failed || a->body.failed;
	if (e && server->o.on_error) server->o.on_error(req, e, server->o.userdata);
	a->fields.failed = a->body.failed = false;
	if (td_failed(r)) {
		conn->closing = true;
		return 0;
	}
	if (failed) server->stats.errors++;
	if (a->stream) {
		/* Its head is on its way: all that can still be said of an error is that the answer breaks off. */
		if (failed) conn->closing = true;
		return a->code;
	}
	if (!failed && a->begun) {
		finish_answer(server, conn, head_only, server->head->minor, close, sent);
		return a->code;
	}
	if (!failed) server->stats.errors++;
	td__http_refuse(server, conn, 500, NULL, NULL, NULL, close);
	return 500;
}

static int answer_request(td_scope *r, td_http_server *server, td__http_conn *conn, td_http_request *req,
                          size_t path_len, bool close, uint64_t *sent) {
	const td__http_head *h = server->head;
	bool head_only = is_head(server), asterisk = h->asterisk, known = false;
	int code = 0;
	if (!asterisk && (req->path[path_len] || memchr(req->path, '%', path_len) || strstr(req->path, "/."))) {
		const char *decoded = td__http_decode_path(r, req->path, path_len);
		req->route = decoded ? decoded : "";
	}
	if (h->host_len) req->host = td_strndup(r, h->host, h->host_len);
	if (td_failed(r)) {
		if (!td_catch(r)) return conn->closing = true, 0;
		td__http_refuse(server, conn, 503, NULL, NULL, NULL, true);
		return 503;
	}
	if (!*req->route) {
		td__http_refuse(server, conn, 400, NULL, NULL, NULL, true);
		return 400;
	}
	if (!host_allowed(server, h)) {
		td__http_refuse(server, conn, 421, NULL, NULL, NULL, close);
		return 421;
	}
	td__http_route *route = asterisk ? NULL : td__http_route_find(server, req->command, req->route, &req->rest, &known);
	if (route && route->asset) {
		td__http_serve_asset(server, conn, route->asset, head_only, h->minor, close, &code, sent);
		if (close) conn->closing = true;
		return code;
	}
	if (route) return run_handler(r, server, conn, req, route->fn, route->userdata, head_only, close, sent);
	if (server->o.handler && !known && !asterisk) {
		return run_handler(r, server, conn, req, server->o.handler, server->o.userdata, head_only, close, sent);
	}
	if (!method_known(req->command)) {
		td__http_refuse(server, conn, 501, NULL, td_format(r, "Unsupported method ('%s')", req->command), NULL, close);
		return 501;
	}
	if (!known && !asterisk) {
		td__http_refuse(server, conn, 404, NULL, NULL, NULL, close);
		return 404;
	}
	td__http_buffer allow = {0};
	td__http_puts(&allow, "Allow: ");
	td__http_routes_allowed(server, asterisk ? NULL : req->route, &allow);
	td__http_put(&allow, "\r\n", 3);
	code = strcmp(req->command, "OPTIONS") ? 405 : 204;
	td__http_refuse(server, conn, code, allow.failed ? NULL : allow.data, NULL, NULL, close);
	td__http_buffer_free(&allow);
	return code;
}

void td__http_dispatch(td_scope *s, td_http_server *server, td__http_conn *conn, td_bytes body) {
	td__http_head *h = server->head;
	server->stats.requests++;
	h->method[h->method_len] = '\0';
	h->target[h->target_len] = '\0';
	for (size_t i = 0; i < h->count; i++) {
		h->fields[i].name[h->fields[i].name_len] = '\0';
		h->fields[i].value[h->fields[i].value_len] = '\0';
	}
	const char *path = h->target + h->path_at, *question = strchr(path, '?');
	/* An absolute target without a path stands for "/"; "//elsewhere/" in a redirect would lead there. */
	if (!h->asterisk && *path != '/') path = "/";
	while (path[0] == '/' && path[1] == '/') path++;
	td_http_request req = {.command = h->method,
	                       .path = path,
	                       .route = path,
	                       .rest = "",
	                       .query = question ? question + 1 : "",
	                       .request_version = h->minor ? "HTTP/1.1" : "HTTP/1.0",
	                       .host = "",
	                       .client_host = conn->host,
	                       .client_port = conn->port,
	                       .body = body,
	                       .server = server};
	uint64_t sent = 0;
	server->current = conn;
	TD_SCOPE(r, s, .timeout = server->o.handler_timeout);
	int code = answer_request(r, server, conn, &req, strcspn(path, "?"), !h->keep_alive || server->draining, &sent);
	if (server->o.log) server->o.log(&req, code, sent, server->o.userdata);
	server->current = NULL;
}
