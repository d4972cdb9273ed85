#include "agent/web_private.h"

#include <string.h>

/* --- who may ask --- */

/* Without telling, by the time it takes, how much of it was right. */
static bool same_secret(const char *given, const char *wanted) {
	size_t given_len = strlen(given), wanted_len = strlen(wanted);
	unsigned differs = given_len != wanted_len;
	for (size_t i = 0; i < given_len; i++)
		differs |= (unsigned char)given[i] ^ (unsigned char)wanted[wanted_len ? i % wanted_len : 0];
	return !differs;
}

/* Answers and is false unless the request carries the token. */
static bool may_change(td_scope *s, td_http_request *req, const agent_web *web) {
	const char *origin = td_http_req_header(req, "Origin"), *given = td_http_req_header(req, "Authorization");
	if (origin && strcmp(origin, td_format(s, "http://%s", req->host)) != 0) {
		td_http_req_reply(s, req, 403, "application/json", "{\"error\": \"the request comes from another page\"}\n");
		return false;
	}
	if (!*web->token) {
		td_http_req_reply(s, req, 403, "application/json",
		                  "{\"error\": \"no token is configured, so nothing can be changed here\"}\n");
		return false;
	}
	if (given && !strncmp(given, "Bearer ", 7) && same_secret(given + 7, web->token)) return true;
	td_http_req_send_response(s, req, 401);
	td_http_req_send_header(s, req, "WWW-Authenticate", "Bearer realm=\"tend\"");
	td_http_req_send_header(s, req, "Content-Type", "application/json");
	td_http_req_end_headers(s, req);
	const char *body = given ? "{\"error\": \"the token is wrong\"}\n" : "{\"error\": \"a token is needed\"}\n";
	td_http_req_write(s, req, td_bytes_of(body));
	return false;
}

/* --- answers --- */

static const char *json(td_scope *s, const td_value *v) {
	return td_json_dumps(s, v, .ensure_utf8 = true, .item_separator = ",", .key_separator = ":");
}

static void reply_json(td_scope *s, td_http_request *req, int code, const td_value *v) {
	const char *text = json(s, v);
	if (td_failed(s)) return;
	td_http_req_send_response(s, req, code);
	td_http_req_send_header(s, req, "Content-Type", "application/json");
	td_http_req_send_header(s, req, "Cache-Control", "no-store");
	td_http_req_send_header(s, req, "X-Content-Type-Options", "nosniff");
	td_http_req_end_headers(s, req);
	td_http_req_write(s, req, td_bytes_of(text));
	td_http_req_write(s, req, td_bytes_of("\n"));
}

static void answer_sample(td_scope *s, td_http_request *req, void *web) {
	reply_json(s, req, 200, agent_sampler_value(s, ((agent_web *)web)->sampler));
}

static void answer_processes(td_scope *s, td_http_request *req, void *web) {
	reply_json(s, req, 200, agent_sampler_processes(s, ((agent_web *)web)->sampler));
}

static void answer_services(td_scope *s, td_http_request *req, void *web) {
	reply_json(s, req, 200, agent_api_services(s, web));
}

static void answer_problems(td_scope *s, td_http_request *req, void *web) {
	reply_json(s, req, 200, agent_api_problems(s, web, agent_sampler_value(s, ((agent_web *)web)->sampler)));
}

static void answer_info(td_scope *s, td_http_request *req, void *web) {
	reply_json(s, req, 200, agent_api_info(s, web));
}

static void answer_series(td_scope *s, td_http_request *req, void *web) {
	reply_json(s, req, 200, agent_history_list(s, agent_sampler_history(((agent_web *)web)->sampler)));
}

static void answer_history(td_scope *s, td_http_request *req, void *userdata) {
	agent_web *web = userdata;
	const char *series = td_http_req_arg(s, req, "series"), *ring = td_http_req_arg(s, req, "ring"),
			   *since = td_http_req_arg(s, req, "since");
	agent_ring which = ring ? agent_ring_of(ring) : AGENT_RING_1S;
	double from = 0;
	if (since) {
		TD_SCOPE(attempt, s);
		from = td_float(attempt, since);
		if (td_catch(attempt, TD_ValueError) || !(from >= 0)) {
			reply_json(s, req, 400, td_dict(s, "error", "since is a number of seconds since 1970"));
			return;
		}
	}
	if (which == AGENT_RINGS) {
		reply_json(s, req, 400, td_dict(s, "error", "ring is one of 1s, 10s, 1m"));
		return;
	}
	td_strs names = {0};
	if (series && *series) names = td_str_split(s, series, .sep = ",");
	reply_json(s, req, 200, agent_history_query(s, agent_sampler_history(web->sampler), names, which, from));
}

static void answer_past(td_scope *s, td_http_request *req, void *userdata) {
	const char *text = td_http_req_arg(s, req, "at"), *why_not = "";
	TD_SCOPE(attempt, s);
	double at = td_float(attempt, text ? text : "");
	if (td_catch(attempt, TD_ValueError) || !(at >= 0)) {
		reply_json(s, req, 400, td_dict(s, "error", "at is a number of seconds since 1970"));
		return;
	}
	const td_value *v = agent_sampler_past(s, ((agent_web *)userdata)->sampler, at, &why_not);
	reply_json(s, req, v ? 200 : 404, v ? v : td_dict(s, "error", why_not));
}

static void answer_metrics(td_scope *s, td_http_request *req, void *web) {
	td_http_req_reply_bytes(s, req, 200, TD_PROMETHEUS_CONTENT_TYPE_LATEST, agent_metrics_text(s, web));
}

static void answer_page(td_scope *s, td_http_request *req, void *web) {
	const char *page = agent_page(s, web);
	td_http_req_send_response(s, req, 200);
	td_http_req_send_header(s, req, "Content-Type", "text/html; charset=utf-8");
	td_http_req_send_header(s, req, "Cache-Control", "no-store");
	td_http_req_send_header(s, req, "Content-Security-Policy",
	                        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
	                        "data:; connect-src 'self'; "
	                        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
	td_http_req_send_header(s, req, "X-Content-Type-Options", "nosniff");
	td_http_req_send_header(s, req, "Referrer-Policy", "no-referrer");
	td_http_req_end_headers(s, req);
	td_http_req_write(s, req, td_bytes_of(page));
}

static void answer_control(td_scope *s, td_http_request *req, void *userdata) {
	agent_web *web = userdata;
	td_strs parts = td_str_rpartition(s, req->rest, "/");
	static const struct {
		const char *verb;
		agent_event event;
	} verbs[] = {{"start", AGENT_START}, {"stop", AGENT_STOP}, {"restart", AGENT_RESTART}};
	size_t verb = 0;
	while (verb < 3 && strcmp(parts.len == 3 ? parts.items[2] : "", verbs[verb].verb) != 0) verb++;
	int64_t at = verb < 3 && web->supervisor ? agent_supervisor_find(web->supervisor, parts.items[0]) : -1;
	if (!may_change(s, req, web)) return;
	if (at < 0) {
		reply_json(s, req, 404, td_dict(s, "error", "there is no such service, or it cannot do that"));
		return;
	}
	agent_supervisor_do(s, web->supervisor, (size_t)at, verbs[verb].event);
	reply_json(s, req, 202, td_value_at(agent_api_services(s, web), (size_t)at));
}

/* --- events --- */

static void send_event(td_scope *s, agent_web *web, const char *event, const td_value *v) {
	const char *text = NULL;
	for (size_t i = 0; i < AGENT_WEB_LISTENERS; i++) {
		agent_listener *l = &web->listeners[i];
		if (!l->scope) continue;
		/* Made once for all, and not at all when nobody listens. */
		if (!text) text = td_format(s, "event: %s\ndata: %s\n\n", event, json(s, v));
		if (td_failed(s)) return;
		if (td_http_stream_write(s, l->stream, td_bytes_of(text))) continue;
		td_scope_close(l->scope);
		*l = (agent_listener){0};
	}
}

static bool anyone_listens(agent_web *web) {
	bool any = false;
	for (size_t i = 0; i < AGENT_WEB_LISTENERS; i++) {
		agent_listener *l = &web->listeners[i];
		if (l->scope && !td_http_stream_is_open(l->stream)) {
			td_scope_close(l->scope);
			*l = (agent_listener){0};
		}
		any = any || l->scope;
	}
	return any;
}

static void answer_events(td_scope *s, td_http_request *req, void *userdata) {
	agent_web *web = userdata;
	anyone_listens(web);
	size_t i = 0;
	while (i < AGENT_WEB_LISTENERS && web->listeners[i].scope) i++;
	if (i == AGENT_WEB_LISTENERS) {
		td_http_req_send_error(s, req, 503);
		return;
	}
	td_http_req_send_response(s, req, 200);
	td_http_req_send_header(s, req, "Cache-Control", "no-store");
	td_scope *scope = td_scope_open(web->s, .name = "events");
	td_http_stream *stream = td_http_req_stream(scope, req, 200, "text/event-stream");
	const char *first = td_format(s, "retry: 2000\nevent: sample\ndata: %s\n\n", json(s, agent_api_state(s, web)));
	if (td_failed(s) || !td_http_stream_write(scope, stream, td_bytes_of(first))) {
		td_scope_close(scope);
		return;
	}
	web->listeners[i] = (agent_listener){scope, stream};
}

void agent_web_tick(td_scope *s, agent_web *web) {
	const td_value *sample = agent_sampler_value(s, web->sampler);
	static const char *const parts[3] = {"cpu", "memory", "io"};
	for (size_t i = 0; i < 3; i++) {
		double now = td_value_float(td_get(sample, "pressure", parts[i], "some"), 0);
		web->pressure[i] += (now - web->pressure[i]) / 10;
	}
	if (anyone_listens(web)) send_event(s, web, "sample", agent_api_state(s, web));
}

void agent_web_changed(td_scope *s, agent_web *web) {
	if (anyone_listens(web)) send_event(s, web, "services", agent_api_state(s, web));
}

/* --- beginning and ending --- */

static void ready(td_scope *turn, void *self, unsigned events) {
	(void)events;
	agent_web *web = self;
	td_http_server_step(turn, web->server);
}

static bool is_loopback(const char *host) {
	return !strcmp(host, "localhost") || !strcmp(host, "::1") ||
	       (td_str_startswith(host, "127.") && strspn(host, "0123456789.") == strlen(host));
}

void agent_web_configure(agent_web *web, const agent_config *config) {
	/* The configuration may go; the token is kept by itself, and the old one goes with its scope. */
	td_scope *scope = td_scope_open(web->s, .name = "token");
	const char *token = td_strdup(scope, config->token);
	if (web->token_scope) td_scope_close(web->token_scope);
	web->token_scope = scope;
	web->token = token;
}

static void routes(td_scope *s, agent_web *web) {
	static const struct {
		const char *path;
		td_http_handler fn;
	} gets[] = {{"/", answer_page},
	            {"/metrics", answer_metrics},
	            {"/api/v1/sample", answer_sample},
	            {"/api/v1/processes", answer_processes},
	            {"/api/v1/services", answer_services},
	            {"/api/v1/series", answer_series},
	            {"/api/v1/history", answer_history},
	            {"/api/v1/past", answer_past},
	            {"/api/v1/problems", answer_problems},
	            {"/api/v1/info", answer_info},
	            {"/api/v1/events", answer_events}};
	for (size_t i = 0; i < sizeof gets / sizeof *gets; i++)
		td_http_server_handle(s, web->server, "GET", gets[i].path, gets[i].fn, web);
	td_http_server_handle(s, web->server, "POST", "/api/v1/services/", answer_control, web, .prefix = true);
	for (size_t i = 0; i < agent_asset_count; i++) {
		const agent_asset *a = &agent_assets[i];
		td_bytes data = {(const char *)a->data, a->len};
		td_http_server_static(s, web->server, a->path, data, .content_type = a->content_type, .gzip_only = a->gzip,
		                      .cache_control = "no-cache", .headers = td_strs_of(s, "X-Content-Type-Options: nosniff"));
	}
}

agent_web *agent_web_new(td_scope *s, td_selector *selector, const agent_config *config, agent_sampler *sampler,
                         agent_supervisor *supervisor) {
	if (!is_loopback(config->listen_host)) {
		td_raise(s, agent_config_error,
		         "%s: listen: %s is not an address of this machine alone; without TLS only loopback is served "
		         "(127.0.0.1 or ::1)",
		         config->path, config->listen);
		return NULL;
	}
	agent_web *web = td_alloc(s, sizeof *web);
	if (!web) return NULL;
	*web = (agent_web){.s = s, .sampler = sampler, .supervisor = supervisor, .token = "", .started = td_time_time()};
	agent_web_configure(web, config);
	const char *host = strcmp(config->listen_host, "localhost") ? config->listen_host : "127.0.0.1";
	td_strs hosts = td_strs_of(s, "localhost", "127.0.0.1", "[::1]", host);
	web->server = td_http_server_new(s, host, config->listen_port, .allowed_hosts = hosts, .max_connections = 256,
	                                 .max_body = 4096, .max_stream = 4 << 20);
	if (!web->server) return NULL;
	routes(s, web);
	agent_metrics_begin(s, web);
	web->source = (agent_source){ready, web};
	td_selectors_register(s, selector, td_http_server_fileno(web->server), TD_EVENT_READ, &web->source);
	return td_failed(s) ? NULL : web;
}

int agent_web_port(const agent_web *web) {
	return td_http_server_port(web->server);
}

void agent_web_drain(agent_web *web) {
	td_http_server_drain(web->server);
}
