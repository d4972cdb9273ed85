/* What sockets, selectors, the HTTP server and metrics do when memory, system calls or time run out, at each step. */
#include <tend.h>

#include "fault.h"

TD_FAULT_SCENARIO(talking, .also = TD_OSError) {
	td_sock *pair[2];
	if (!td_socket_socketpair(s, pair)) return;
	td_selector *selector = td_selectors_new(s);
	td_selectors_register(s, selector, td_socket_fileno(pair[1]), TD_EVENT_READ, pair[1]);
	td_socket_sendall(s, pair[0], td_bytes_of("hello"));
	td_selector_event ready[2];
	if (td_selectors_select(s, selector, ready, 2, .timeout = 1)) td_socket_recv(s, ready[0].data, 100);
	td_selectors_unregister(s, selector, td_socket_fileno(pair[1]));
}

static void answer(td_scope *s, td_http_request *req, void *userdata) {
	(void)userdata;
	const char *name = td_http_req_arg(s, req, "name");
	td_http_req_reply(s, req, 200, "text/plain", td_format(s, "%s %s", name ? name : "-", req->body.data));
}

TD_FAULT_SCENARIO(serving, .also = TD_OSError) {
	td_http_server *server = td_http_server_new(s, "127.0.0.1", 0);
	td_http_server_static(s, server, "/x", td_bytes_of("static"));
	td_http_server_handle(s, server, "POST", "/a b", answer, NULL);
	td_sock *sock = td_socket_create_connection(s, "127.0.0.1", td_http_server_port(server));
	td_socket_settimeout(s, sock, TD_NOW);
	const char *ask =
		"GET /x HTTP/1.1\r\nHost: h\r\n\r\nPOST /a%20b?name=me HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbo";
	td_socket_sendall(s, sock, td_bytes_of(ask));
	for (int i = 0; i < 4 && !td_failed(s); i++) td_http_server_step(s, server);
	td_socket_sendall(s, sock, td_bytes_of("dy"));
	for (int i = 0; i < 4 && !td_failed(s); i++) td_http_server_step(s, server);
	td_socket_recv(s, sock, 4096);
}

static void collect(td_scope *s, td_prometheus_registry *out, void *userdata) {
	(void)userdata;
	td_prometheus_family *f = td_prometheus_family_new(s, out, "gauge", "mine", "h", td_strs_of(s, "l"));
	td_prometheus_family_add(s, f, td_strs_of(s, "v"), 1);
}

TD_FAULT_SCENARIO(counting) {
	td_prometheus_registry *r = td_prometheus_collector_registry(s);
	td_metric *m = td_prometheus_counter(s, "c", "h", .registry = r, .labelnames = td_strs_of(s, "l"));
	td_metric *h = td_prometheus_histogram(s, "h", "h", .registry = r);
	td_prometheus_register(s, r, collect, NULL);
	for (int i = 0; i < 20 && !td_failed(s); i++)
		td_prometheus_inc(s, td_prometheus_labels(s, m, td_format(s, "%d", i)));
	td_prometheus_observe(s, h, 1);
	td_prometheus_generate_latest(s, r);
}
