#include "net/http_private.h"

static td__http_route *route_new(td_scope *s, td_http_server *server, const char *method, const char *path) {
	if (!td__need_handle(s, "server", server) || !td__need_text(s, "method", method) || !td__need_text(s, "path", path))
		return NULL;
	if (!td__http_is_token(method, strlen(method)))
		return td_raise(s, TD_ValueError, "invalid method: '%s'", method), NULL;
	if (*path != '/') return td_raise(s, TD_ValueError, "a route begins with '/': '%s'", path), NULL;
	td__http_route *route = td_alloc(server->scope, sizeof *route);
	const char *kept_method = td_strdup(server->scope, method), *kept_path = td_strdup(server->scope, path);
	if (!route || td_failed(server->scope)) return NULL;
	*route = (td__http_route){.method = kept_method, .path = kept_path, .path_len = strlen(path)};
	return route;
}

/* A later route for the same method and path takes the place of the earlier: it is put in front of it. */
static bool route_add(td_http_server *server, td__http_route *route) {
	td__http_route **at = &server->routes;
	while (*at &&
	       (strcmp((*at)->path, route->path) || strcmp((*at)->method, route->method) || (*at)->prefix != route->prefix))
		at = &(*at)->next;
	route->next = *at ? (*at)->next : NULL;
	*at = route;
	return true;
}

bool(td_http_server_handle)(td_scope *s, td_http_server *server, const char *method, const char *path,
                            td_http_handler fn, void *userdata, const td_http_route_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_http_route_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__need_handle(s, "fn", (const void *)&fn) || !fn)
		return td_raise(s, TD_TypeError, "fn must not be NULL"), false;
	td__http_route *route = route_new(s, server, method, path);
	if (!route) return false;
	route->fn = fn;
	route->userdata = userdata;
	route->prefix = o.prefix;
	return route_add(server, route);
}

td__http_route *td__http_route_find(td_http_server *server, const char *method, const char *path, const char **rest,
                                    bool *path_known) {
	size_t len = strlen(path);
	bool head = !strcmp(method, "HEAD");
	td__http_route *best = NULL;
	bool best_exact = false, best_own = false;
	*path_known = false;
	for (td__http_route *r = server->routes; r; r = r->next) {
		bool exact = r->path_len == len && !memcmp(r->path, path, len);
		if (!exact && !(r->prefix && len > r->path_len && !memcmp(r->path, path, r->path_len))) continue;
		*path_known = true;
		bool own = !strcmp(r->method, method);
		if (!own && !(head && !strcmp(r->method, "GET"))) continue;
		bool better = !best || (exact && !best_exact) ||
		              (exact == best_exact &&
		               (r->path_len > best->path_len || (r->path_len == best->path_len && own && !best_own)));
		if (better) best = r, best_exact = exact, best_own = own;
	}
	if (best) *rest = path + best->path_len;
	return best;
}

void td__http_routes_allowed(td_http_server *server, const char *path, td__http_buffer *out) {
	size_t len = path ? strlen(path) : 0, from = out->len;
	bool get = false, head = false;
	for (td__http_route *r = server->routes; r; r = r->next) {
		bool here = !path || (r->path_len == len && !memcmp(r->path, path, len)) ||
		            (r->prefix && len > r->path_len && !memcmp(r->path, path, r->path_len));
		if (!here) continue;
		get = get || !strcmp(r->method, "GET");
		head = head || !strcmp(r->method, "HEAD");
		size_t n = strlen(r->method);
		bool listed = false;
		for (size_t i = from; i + n <= out->len; i++) {
			bool starts = i == from || out->data[i - 1] == ' ';
			listed = listed ||
			         (starts && !memcmp(out->data + i, r->method, n) && (i + n == out->len || out->data[i + n] == ','));
		}
		if (listed) continue;
		if (out->len > from) td__http_puts(out, ", ");
		td__http_puts(out, r->method);
	}
	if (get && !head) td__http_puts(out, ", HEAD");
	td__http_puts(out, out->len > from ? ", OPTIONS" : "OPTIONS");
}

/* --- static bytes --- */

static const char *make_etag(td_scope *s, td_bytes body) {
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < body.len; i++) h = (h ^ (unsigned char)body.data[i]) * 1099511628211u;
	return td_format(s, "%016llx-%zx", (unsigned long long)h, body.len);
}

typedef struct fields_of {
	const char *content_type, *etag, *last_modified, *cache_control;
	bool vary, gzip;
	td_strs more;
} fields_of;

/* shared: what a 304 carries too (RFC 9110 §15.4.5). */
static td_bytes make_fields(td_scope *s, const fields_of *f, const td_bytes *body) {
	td__http_buffer b = {0};
	if (body) {
		td__http_puts(&b, "Content-Type: ");
		td__http_puts(&b, f->content_type);
		if (f->gzip) td__http_puts(&b, "\r\nContent-Encoding: gzip");
		td__http_puts(&b, "\r\nContent-Length: ");
		td__http_put_uint(&b, body->len);
		td__http_puts(&b, "\r\n");
	}
	td__http_puts(&b, "ETag: ");
	td__http_puts(&b, f->etag);
	td__http_puts(&b, "\r\n");
	const char *const lines[][2] = {{"Last-Modified: ", f->last_modified},
	                                {"Cache-Control: ", f->cache_control},
	                                {"Vary: ", f->vary ? "Accept-Encoding" : NULL}};
	for (size_t i = 0; i < 3; i++) {
		if (!lines[i][1]) continue;
		td__http_puts(&b, lines[i][0]);
		td__http_puts(&b, lines[i][1]);
		td__http_puts(&b, "\r\n");
	}
	for (size_t i = 0; i < f->more.len; i++) {
		td__http_puts(&b, f->more.items[i]);
		td__http_puts(&b, "\r\n");
	}
	if (b.failed) td_raise(s, TD_MemoryError, "no memory for the headers of a static answer");
	td_bytes kept = b.failed ? (td_bytes){"", 0} : td__keep_bytes(s, (td_bytes){b.data, b.len});
	td__http_buffer_free(&b);
	return kept;
}

static bool line_ok(const char *line) {
	const char *colon = strchr(line, ':');
	return colon && td__http_is_token(line, (size_t)(colon - line)) && td__http_value_ok(colon + 1, strlen(colon + 1));
}

bool(td_http_server_static)(td_scope *s, td_http_server *server, const char *path, td_bytes body,
                            const td_http_static_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "body", body.data)) return false;
	td_http_static_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__http_route *route = route_new(s, server, "GET", path);
	if (!route) return false;
	if (!o.content_type) o.content_type = "application/octet-stream";
	const char *texts[] = {o.content_type, o.etag ? o.etag : "", o.cache_control ? o.cache_control : ""};
	for (size_t i = 0; i < 3; i++) {
		if (!td__http_value_ok(texts[i], strlen(texts[i])) || (i == 1 && strchr(texts[i], '"'))) {
			return td_raise(s, TD_ValueError, "Invalid header value '%s'", texts[i]), false;
		}
	}
	for (size_t i = 0; i < o.headers.len; i++) {
		if (!line_ok(o.headers.items[i]))
			return td_raise(s, TD_ValueError, "Invalid header '%s'", o.headers.items[i]), false;
	}
	td_scope *keep = server->scope;
	td__http_asset *asset = td_alloc(keep, sizeof *asset);
	if (!asset) return false;
	const char *tag = o.etag ? o.etag : make_etag(keep, body);
	*asset = (td__http_asset){.body = body, .gzip = o.gzip, .gzip_only = o.gzip_only, .last_modified = o.last_modified};
	asset->etag = td_format(keep, "\"%s\"", tag);
	asset->gzip_etag = td_format(keep, "\"%s-gz\"", tag);
	char date[30];
	td__http_date(date, o.last_modified);
	fields_of f = {
		o.content_type, asset->etag, o.last_modified ? date : NULL, o.cache_control, o.gzip.len || o.gzip_only,
		o.gzip_only,    o.headers};
	asset->fields = make_fields(keep, &f, &asset->body);
	asset->shared_fields = make_fields(keep, &f, NULL);
	if (o.gzip.len) {
		f.etag = asset->gzip_etag;
		f.gzip = true;
		asset->gzip_fields = make_fields(keep, &f, &asset->gzip);
		asset->gzip_shared_fields = make_fields(keep, &f, NULL);
	}
	if (td_failed(keep)) return false;
	route->asset = asset;
	return route_add(server, route);
}
