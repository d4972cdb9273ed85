/* src/net/prometheus_http.c: the registry over HTTP, from a thread that ends with its maker's scope. It is no td_thread:
 * a scope waits for those before anything else ends, and this one has to be told to stop first. */
#include "net/prometheus_private.h"
#include <signal.h>

typedef struct exporter {
	td_http_server *server;
	td_prometheus_registry *registry;
	pthread_t thread;
} exporter;

static void answer(td_scope *s, td_http_request *req, void *userdata) {
	const exporter *e = userdata;
	if (!strcmp(req->route, "/favicon.ico")) {
		td_http_req_reply(s, req, 200, "image/x-icon", "");
		return;
	}
	td_http_req_reply_bytes(s, req, 200, TD_PROMETHEUS_CONTENT_TYPE_LATEST,
	                        td_prometheus_generate_latest(s, e->registry));
}

static void *serve(void *arg) {
	exporter *e = arg;
	td_scope *root = td_scope_open_root();
	td_http_server_serve_forever(root, e->server);
	td_scope_close(root);
	return NULL;
}

static void stop(td_scope *c, void *handle) {
	exporter *e = handle;
	(void)c;
	if (!e->server) return;
	td_http_server_shutdown(e->server);
	pthread_join(e->thread, NULL);
	e->server = NULL;
}

td_http_server *(td_prometheus_start_http_server)(td_scope *s, int port, const td_prometheus_http_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_prometheus_http_opts o;
	td__opts_copy(&o, sizeof o, opts);
	exporter *shared = td_alloc(s, sizeof *shared);
	if (!shared) return NULL;
	td_http_server *server = (td_http_server_new)(s, o.addr ? o.addr : "0.0.0.0", port,
	                                              TD__OPTS(td_http_server_opts, .handler = answer, .userdata = shared));
	exporter *e = server ? td__handle_new(s, sizeof *e, stop) : NULL;
	if (!e) return NULL;
	*shared = *e = (exporter){.server = server, .registry = o.registry};
	/* Signals are for the threads of the program. */
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int err = pthread_create(&e->thread, NULL, serve, e);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!err) return server;
	e->server = NULL;
	td__handle_close(e);
	td__os_error(s, err, NULL);
	return NULL;
}
