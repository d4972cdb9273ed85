/* What bench/web_http.py and bench/web_prometheus.py measure: `bench-web serve PORT` answers 1 KiB from memory, the static way
 * and by a handler; `bench-web metrics` times metrics in this process. */
#include <string.h>
#include <tend.h>
#include <time.h>

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void handler(td_scope *s, td_http_request *req, void *body) {
	td_http_req_reply(s, req, 200, "application/octet-stream", body);
}

static void serve(td_scope *s, int port) {
	char *body = td_alloc(s, 1025);
	memset(body, 'x', 1024);
	td_http_server *server = td_http_server_new(s, "127.0.0.1", port);
	td_http_server_static(s, server, "/1k.bin", td_bytes_of(body));
	td_http_server_handle(s, server, "GET", "/handler", handler, body);
	td_http_server_serve_forever(s, server);
}

static void metrics(td_scope *s) {
	enum { TURNS = 3000000 };
	td_metric *counter = td_prometheus_counter(s, "a", "h"), *histogram = td_prometheus_histogram(s, "c", "h");
	td_metric *labelled = td_prometheus_counter(s, "b", "h", .labelnames = td_strs_of(s, "method", "status"));
	double t = now();
	for (int i = 0; i < TURNS; i++) td_prometheus_inc(s, counter);
	printf("inc %.3f\n", (now() - t) / TURNS * 1e9);
	t = now();
	for (int i = 0; i < TURNS; i++) td_prometheus_inc(s, td_prometheus_labels(s, labelled, "GET", "200"));
	printf("labels %.3f\n", (now() - t) / TURNS * 1e9);
	t = now();
	for (int i = 0; i < TURNS; i++) td_prometheus_observe(s, histogram, 0.004 * (i % 5));
	printf("observe %.3f\n", (now() - t) / TURNS * 1e9);
	for (int i = 0; i < 1000; i++)
		td_prometheus_inc(s, td_prometheus_labels(s, labelled, "x", td_format(s, "%d", i)), i * 1.5);
	t = now();
	for (int i = 0; i < 50; i++) {
		TD_SCOPE(turn, s);
		td_prometheus_generate_latest(turn, NULL);
	}
	printf("text %.3f\n", (now() - t) / 50 * 1e6);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	if (argc > 2 && !strcmp(argv[1], "serve"))
		serve(s, (int)td_int(s, argv[2]));
	else
		metrics(s);
}
