/* R36: counts requests and shows the counter to Prometheus. Python: prometheus_client.Counter, start_http_server. */
#include <stdio.h>
#include <tend.h>

static int free_port(td_scope *s) {
	TD_SCOPE(tmp, s);
	return td_socket_getsockname(tmp, td_socket_create_server(tmp, "127.0.0.1", 0))->port;
}

/* What Prometheus would read. */
static const char *scrape(td_scope *s, int port) {
	td_sock *sock = td_socket_create_connection(s, "127.0.0.1", port, .timeout = 10);
	td_socket_sendall(s, sock, td_bytes_of("GET /metrics HTTP/1.0\r\n\r\n"));
	const char *page = "";
	for (td_bytes some; (some = td_socket_recv(s, sock, 65536)).len;) page = td_format(s, "%s%s", page, some.data);
	return page;
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_metric *requests = td_prometheus_counter(s, "app_requests_total", "Requests by path and status",
	                                            .labelnames = td_strs_of(s, "path", "status"));
	int port = free_port(s);
	td_prometheus_start_http_server(s, port, .addr = "127.0.0.1");

	for (int i = 0; i < 5; i++) td_prometheus_inc(s, td_prometheus_labels(s, requests, "/", "200"));
	td_prometheus_inc(s, td_prometheus_labels(s, requests, "/missing", "404"));
	td_prometheus_inc(s, td_prometheus_labels(s, requests, "/bulk", "200"), 2.5);

	td_strs lines = td_str_splitlines(s, scrape(s, port));
	for (size_t i = 0; i < lines.len; i++) {
		if (td_str_find(lines.items[i], "app_requests_total") >= 0) printf("%s\n", lines.items[i]);
	}
}
