#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <tend.h>
#include <unistd.h>

static td_bytes bytes(const char *text) {
	return (td_bytes){text, strlen(text)};
}

/* What the server says to the raw bytes until it closes, or has nothing more to say. */
static const char *exchange(td_scope *t, td_http_server *server, td_bytes raw) {
	td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_sendall(t, sock, raw);
	size_t cap = 4 << 20, len = 0;
	char *said = td_alloc(t, cap);
	for (int quiet = 0; said && quiet < 3;) {
		while (td_http_server_step(t, server) > 0) {
		}
		struct pollfd p = {.fd = td_socket_fileno(sock), .events = POLLIN};
		if (poll(&p, 1, 5) == 0) {
			quiet++;
			continue;
		}
		int64_t n = td_socket_recv_into(t, sock, said + len, cap - len - 1);
		if (n <= 0) break;
		len += (size_t)n;
		quiet = 0;
	}
	td_socket_close(t, sock);
	while (td_http_server_step(t, server) > 0) {
	}
	return said;
}

static const char *ask(td_scope *t, td_http_server *server, const char *raw) {
	return exchange(t, server, bytes(raw));
}

static void echo(td_scope *s, td_http_request *req, void *userdata) {
	(void)userdata;
	const char *extra = td_http_req_header(req, "X-Extra"), *arg = td_http_req_arg(s, req, "q");
	td_http_req_reply(s, req, 200, "text/plain",
	                  td_format(s, "%s|%s|%s|%s|%s|%s|%s|%s", req->command, req->path, req->route, req->query,
	                            req->host, extra ? extra : "-", arg ? arg : "-", req->body.data));
}

static void failing(td_scope *s, td_http_request *req, void *userdata) {
	(void)userdata;
	td_http_req_send_response(s, req, 200);
	td_raise(s, TD_ValueError, "the password is hunter2");
}

static void silent(td_scope *s, td_http_request *req, void *userdata) {
	(void)s, (void)req, (void)userdata;
}

static td_http_server *echo_server(td_scope *t) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0, .handler = echo);
	td_http_server_handle(t, server, "GET", "/fail", failing, NULL);
	td_http_server_handle(t, server, "GET", "/silent", silent, NULL);
	return server;
}

static const char *body_of(const char *answer) {
	const char *at = strstr(answer, "\r\n\r\n");
	return at ? at + 4 : "(no end of headers)";
}

#define H "Host: h\r\n"

TD_TEST(TestHTTPServer, test_a_request_and_its_answer) {
	td_http_server *server = echo_server(t);
	const char *said =
		ask(t, server, "GET /a?q=1%202+3&x HTTP/1.1\r\nHost: example:80\r\nx-extra:  two words \t\r\n\r\n");
	td_unittest_assert_true(t, td_str_startswith(said, "HTTP/1.1 200 OK\r\nServer: tend\r\nDate: "));
	td_unittest_assert_in(t, "\r\nContent-Type: text/plain\r\nContent-Length: ", said);
	td_unittest_assert_equal(t, body_of(said), "GET|/a?q=1%202+3&x|/a|q=1%202+3&x|example:80|two words|1 2 3|");
	td_unittest_assert_equal(t, td_http_server_statistics(server).requests, 1);
	td_unittest_assert_equal(t, td_http_server_statistics(server).connections, 0);
}

/* What two servers could take for two different requests, and what a strict one must refuse. */
static const struct {
	const char *raw, *status;
} malformed[] = {
	{"GET / HTTP/1.1\r\n" H "\r\n", "200"},
	{"\r\nGET / HTTP/1.1\r\n" H "\r\n", "200"},
	{"\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET / HTTP/1.1\n" H "\r\n", "400"},
	{"GET / HTTP/1.1\r\nHost: h\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H "\n", "400"},
	{"GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", "400"},
	{"GET /\r\n" H "\r\n", "400"},
	{"GET  / HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /  HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET\t/ HTTP/1.1\r\n" H "\r\n", "400"},
	{" GET / HTTP/1.1\r\n" H "\r\n", "400"},
	{"G\x80T / HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET / http/1.1\r\n" H "\r\n", "400"},
	{"GET / HTTP/1.1 \r\n" H "\r\n", "400"},
	{"GET / HTTP/11\r\n" H "\r\n", "400"},
	{"GET / HTTP/1.10\r\n" H "\r\n", "400"},
	{"GET / HTTP/2.0\r\n" H "\r\n", "505"},
	{"GET / HTTP/0.9\r\n" H "\r\n", "505"},
	{"GET / HTTP/1.2\r\n" H "\r\n", "200"},
	{"GET / HTTP/1.0\r\n\r\n", "200"},
	{"GET / HTTP/1.1\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H H "\r\n", "400"},
	{"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\nHost: user@h\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "200"},
	{"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\nHost: h:8x\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\nHost:\r\n\r\n", "200"},
	{"GET / HTTP/1.1\r\n" H "X : y\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H "X\t: y\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H " X: y\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H "X: y\r\n folded\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H "X\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H ": y\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H "X[]: y\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H "X: a\x01z\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H "X: a\x7fz\r\n\r\n", "400"},
	{"GET / HTTP/1.1\r\n" H "X: a\xc3\xa4z\r\n\r\n", "200"},
	{"GET / HTTP/1.1\r\n" H "X:\r\n\r\n", "200"},
	{"GET /a#b HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /a\\b HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /\xc3\xa4 HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /%zz HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /%4 HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /%00 HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /a/../../b HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /%2e%2e/b HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET /a/..%2f..%2fb HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET http://h/x HTTP/1.1\r\n" H "\r\n", "200"},
	{"GET http:///x HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET http://u@h/x HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET ftp://h/x HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET x HTTP/1.1\r\n" H "\r\n", "400"},
	{"GET * HTTP/1.1\r\n" H "\r\n", "400"},
	{"OPTIONS * HTTP/1.1\r\n" H "\r\n", "204"},
	{"CONNECT h:443 HTTP/1.1\r\n" H "\r\n", "501"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc", "200"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "400"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\nabc", "400"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\nabc", "400"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: -3\r\n\r\nabc", "400"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 0x3\r\n\r\nabc", "400"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 3 4\r\n\r\nabc", "400"},
	{"POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999999\r\n\r\n", "413"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 1048577\r\n\r\n", "413"},
	{"POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: \x0b"
     "chunked\r\n\r\n0\r\n\r\n",
     "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"},
	{"POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n", "200"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", "413"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n100001\r\n", "413"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\nX : y\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n folded\r\n\r\n", "400"},
	{"POST / HTTP/1.1\r\n" H "Expect: something\r\n\r\n", "417"},
	{"BREW / HTTP/1.1\r\n" H "\r\n", "200"},
};

TD_TEST(TestHTTPServer, test_strict_reading) {
	td_http_server *server = echo_server(t);
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
		TD_SUBTEST (t, "%s", td_str_repr(t, malformed[i].raw)) {
			const char *said = ask(t, server, malformed[i].raw);
			td_unittest_assert_equal(t, td_strndup(t, said, 12), td_format(t, "HTTP/1.1 %s", malformed[i].status));
			if (malformed[i].status[0] == '4') td_unittest_assert_in(t, "\r\nConnection: close\r\n", said, .msg = "");
		}
	}
}

/* The same requests a byte at a time come to the same. */
TD_TEST(TestHTTPServer, test_a_byte_at_a_time) {
	td_http_server *server = echo_server(t);
	const char *raw = "POST /x HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
					  "GET /y HTTP/1.1\r\n" H "Connection: close\r\n\r\n";
	td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_setsockopt(t, sock, IPPROTO_TCP, TCP_NODELAY, 1);
	for (const char *at = raw; *at; at++) {
		td_socket_sendall(t, sock, (td_bytes){at, 1});
		while (td_http_server_step(t, server) > 0) {
		}
	}
	td_bytes first = td_socket_recv(t, sock, 65536);
	td_unittest_assert_in(t, "POST|/x|/x||h|-|-|abcdefg", first.data);
	td_unittest_assert_in(t, "GET|/y|/y||h|-|-|", first.data);
	while (td_http_server_step(t, server) > 0) {
	}
	td_unittest_assert_equal(t, td_socket_recv(t, sock, 10).len, 0);
}

TD_TEST(TestHTTPServer, test_keep_alive_and_pipelining) {
	td_http_server *server = echo_server(t);
	const char *said = ask(t, server,
	                       "GET /1 HTTP/1.1\r\n" H "\r\nPOST /2 HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nhi"
	                       "GET /3 HTTP/1.1\r\n" H "Connection: close\r\n\r\nGET /4 HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_in(t, "GET|/1|", said);
	td_unittest_assert_in(t, "POST|/2|/2||h|-|-|hiHTTP/1.1", said);
	td_unittest_assert_in(t, "GET|/3|", said);
	td_unittest_assert_not_in(t, "/4", said);
	td_unittest_assert_equal(t, td_http_server_statistics(server).accepted, 1);
	said = ask(t, server, "GET / HTTP/1.0\r\n\r\nGET /second HTTP/1.0\r\n\r\n");
	td_unittest_assert_in(t, "\r\nConnection: close\r\n", said);
	td_unittest_assert_not_in(t, "second", said);
	said = ask(t, server, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /second HTTP/1.0\r\n\r\n");
	td_unittest_assert_in(t, "\r\nConnection: keep-alive\r\n", said);
	td_unittest_assert_in(t, "second", said);
}

TD_TEST(TestHTTPServer, test_paths) {
	td_http_server *server = echo_server(t);
	static const char *const cases[][2] = {
		{"/a%20b/c", "|/a b/c|"},
		{"/a/./b", "|/a/b|"},
		{"/a/../b", "|/b|"},
		{"/a/b/..", "|/a/|"},
		{"/a/.", "|/a/|"},
		{"/%61%2e%2E/x", "|/a../x|"},
		{"/a/%2e%2e/b", "|/b|"},
		{"//evil.example/x", "|/evil.example/x|/evil.example/x|"},
		{"/...", "|/...|"},
		{"/.hidden", "|/.hidden|"},
		{"http://other/p?x", "|/p||other|"},
		{"http://other?x", "|/|"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		TD_SUBTEST (t, "%s", cases[i][0]) {
			const char *said = body_of(ask(t, server, td_format(t, "GET %s HTTP/1.1\r\n" H "\r\n", cases[i][0])));
			td_strs parts = td_str_split(t, said, .sep = "|");
			td_strs want = td_str_split(t, cases[i][1], .sep = "|");
			const char *route = parts.len > 2 ? parts.items[2] : said;
			if (want.len == 3)
				td_unittest_assert_equal(t, route, want.items[1]);
			else
				td_unittest_assert_in(t, want.items[1], said);
		}
	}
	td_unittest_assert_in(t, "|other|", ask(t, server, "GET http://other/p HTTP/1.1\r\n" H "\r\n"));
}

TD_TEST(TestHTTPServer, test_routes) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0);
	td_http_server_handle(t, server, "GET", "/one", echo, NULL);
	td_http_server_handle(t, server, "POST", "/one", echo, NULL);
	td_http_server_handle(t, server, "GET", "/tree/", echo, NULL, .prefix = true);
	td_unittest_assert_in(t, " 200 ", ask(t, server, "GET /one HTTP/1.1\r\n" H "\r\n"));
	td_unittest_assert_in(t, " 200 ", ask(t, server, "GET /tree/a/b HTTP/1.1\r\n" H "\r\n"));
	td_unittest_assert_in(t, " 404 ", ask(t, server, "GET /on HTTP/1.1\r\n" H "\r\n"));
	td_unittest_assert_in(t, " 404 ", ask(t, server, "GET /one/ HTTP/1.1\r\n" H "\r\n"));
	const char *said = ask(t, server, "DELETE /one HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_in(t, " 405 ", said);
	td_unittest_assert_in(t, "\r\nAllow: GET, POST, HEAD, OPTIONS\r\n", said);
	said = ask(t, server, "OPTIONS /one HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_in(t, "HTTP/1.1 204 No Content\r\n", said);
	td_unittest_assert_not_in(t, "Content-Length", said);
	said = ask(t, server, "BREW /one HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_in(t, " 501 ", said);
	td_unittest_assert_in(t, "<p>Message: Unsupported method ('BREW').</p>", said);
	said = ask(t, server, "HEAD /one HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_in(t, "\r\nContent-Length: 22\r\n", said);
	td_unittest_assert_equal(t, body_of(said), "");
	td_unittest_assert_raises(t, TD_ValueError, td_http_server_handle(c, server, "GET", "no-slash", echo, NULL));
	td_unittest_assert_raises(t, TD_ValueError, td_http_server_handle(c, server, "G T", "/", echo, NULL));
}

static int told;
static void tell(const td_http_request *req, const td_error *e, void *userdata) {
	(void)req, (void)userdata;
	told += e->kind == TD_ValueError;
}

TD_TEST(TestHTTPServer, test_a_failing_handler_is_500_and_the_server_lives) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0, .on_error = tell);
	td_http_server_handle(t, server, "GET", "/fail", failing, NULL);
	td_http_server_handle(t, server, "GET", "/silent", silent, NULL);
	td_http_server_handle(t, server, "GET", "/", echo, NULL);
	const char *said = ask(t, server, "GET /fail HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_true(t, td_str_startswith(said, "HTTP/1.1 500 Internal Server Error\r\n"));
	td_unittest_assert_not_in(t, "hunter2", said);
	td_unittest_assert_in(t, "GET|/|", said);
	td_unittest_assert_equal(t, told, 1);
	td_unittest_assert_in(t, " 500 ", ask(t, server, "GET /silent HTTP/1.1\r\n" H "\r\n"));
	td_unittest_assert_equal(t, td_http_server_statistics(server).errors, 2);
	td_unittest_assert_false(t, td_failed(t));
}

TD_TEST(TestHTTPServer, test_limits) {
	td_http_server *server =
		td_http_server_new(t, "127.0.0.1", 0, .handler = echo, .max_uri = 100, .max_headers = 500, .max_body = 10);
	const char *longer = td_str_replace(t, td_str_ljust(t, "/", 120), " ", "x");
	td_unittest_assert_in(t, " 414 ", ask(t, server, td_format(t, "GET %s HTTP/1.1\r\n" H "\r\n", longer)));
	td_unittest_assert_in(t, " 414 ", ask(t, server, td_str_replace(t, td_str_ljust(t, "GET /", 300), " ", "x")));
	const char *header = td_str_replace(t, td_str_ljust(t, "X:", 600), " ", "x");
	td_unittest_assert_in(t, " 431 ", ask(t, server, td_format(t, "GET / HTTP/1.1\r\n" H "%s\r\n\r\n", header)));
	td_unittest_assert_in(t, " 431 ", ask(t, server, td_format(t, "GET / HTTP/1.1\r\n" H "%s", header)));
	td_unittest_assert_in(t, " 200 ", ask(t, server, "POST / HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\n0123456789"));
	td_unittest_assert_in(t, " 413 ", ask(t, server, "POST / HTTP/1.1\r\n" H "Content-Length: 11\r\n\r\n01234567890"));
	td_unittest_assert_in(t, " 413 ",
	                      ask(t, server,
	                          "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\n"));
	const char *many = "GET / HTTP/1.1\r\n" H;
	for (int i = 0; i < 101; i++) many = td_format(t, "%sa:\r\n", many);
	server = td_http_server_new(t, "127.0.0.1", 0, .handler = echo);
	td_unittest_assert_in(t, " 431 ", ask(t, server, td_format(t, "%s\r\n", many)));
}

TD_TEST(TestHTTPServer, test_slow_clients) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0, .handler = echo, .header_timeout = 0.2,
	                                            .body_timeout = 0.2, .idle_timeout = 0.4);
	static const char *const cases[][2] = {
		{"GET / HTTP/1.1\r\nHos", "HTTP/1.1 408 "},
		{"POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\na", "HTTP/1.1 408 "},
		{"GET / HTTP/1.1\r\n" H "\r\n", "HTTP/1.1 200 "},
		{"", ""},
	};
	for (size_t i = 0; i < 4; i++) {
		TD_SUBTEST (t, "%zu", i) {
			td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
			td_socket_sendall(t, sock, bytes(cases[i][0]));
			td_bytes all = {"", 0};
			for (;;) {
				struct pollfd p[2] = {{.fd = td_socket_fileno(sock), .events = POLLIN},
				                      {.fd = td_http_server_fileno(server), .events = POLLIN}};
				td_unittest_assert_greater(t, poll(p, 2, 5000), 0, .msg = "the server never let go");
				if (p[1].revents) td_http_server_step(t, server);
				if (!p[0].revents) continue;
				td_bytes some = td_socket_recv(t, sock, 4096);
				if (!some.len) break;
				if (!all.len) all = some;
			}
			td_unittest_assert_true(t, td_str_startswith(all.data, cases[i][1]));
			td_socket_close(t, sock);
		}
	}
}

TD_TEST(TestHTTPServer, test_expect_100_continue) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0, .handler = echo, .max_body = 5);
	td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_sendall(t, sock, bytes("POST / HTTP/1.1\r\n" H "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
	while (td_http_server_step(t, server) > 0) {
	}
	td_unittest_assert_equal(t, td_socket_recv(t, sock, 4096).data, "HTTP/1.1 100 Continue\r\n\r\n");
	td_socket_sendall(t, sock, bytes("hi"));
	while (td_http_server_step(t, server) > 0) {
	}
	td_unittest_assert_in(t, "|hi", td_socket_recv(t, sock, 4096).data);
	td_unittest_assert_true(t, td_str_startswith(ask(t, server,
	                                                 "POST / HTTP/1.1\r\n" H
	                                                 "Content-Length: 6\r\nExpect: 100-continue\r\n\r\n"),
	                                             "HTTP/1.1 413 "));
	td_unittest_assert_true(t, td_str_startswith(ask(t, server,
	                                                 "POST / HTTP/1.1\r\n" H
	                                                 "Content-Length: 2\r\nExpect: 100-continue\r\n\r\nhi"),
	                                             "HTTP/1.1 200 "));
}

TD_TEST(TestHTTPServer, test_static_bytes) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0);
	td_http_server_static(t, server, "/x.txt", bytes("plain bytes"), .content_type = "text/plain", .gzip = {"GZIP", 4},
	                      .etag = "v1", .last_modified = 784111777, .cache_control = "no-cache");
	const char *said = ask(t, server, "GET /x.txt HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_in(t,
	                      "\r\nContent-Type: text/plain\r\nContent-Length: 11\r\nETag: \"v1\"\r\nLast-Modified: Sun, "
	                      "06 Nov 1994 08:49:37 GMT\r\n"
	                      "Cache-Control: no-cache\r\nVary: Accept-Encoding\r\n\r\nplain bytes",
	                      said);
	said = ask(t, server, "GET /x.txt HTTP/1.1\r\n" H "Accept-Encoding: br, GZIP;q=0.5\r\n\r\n");
	td_unittest_assert_in(t, "\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\nETag: \"v1-gz\"\r\n", said);
	td_unittest_assert_equal(t, body_of(said), "GZIP");
	static const struct {
		const char *fields;
		int status;
	} cases[] = {
		{"If-None-Match: \"v1\"", 304},
		{"If-None-Match: W/\"v1\"", 304},
		{"If-None-Match: \"a\", \"v1\"", 304},
		{"If-None-Match: *", 304},
		{"If-None-Match: \"v2\"", 200},
		{"If-None-Match: v1", 200},
		{"If-None-Match: \"v1-gz\"", 200},
		{"If-None-Match: \"v1-gz\"\r\nAccept-Encoding: gzip", 304},
		{"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 304},
		{"If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", 304},
		{"If-Modified-Since: Sun Nov  6 08:49:37 1994", 304},
		{"If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 200},
		{"If-Modified-Since: yesterday", 200},
		{"If-None-Match: \"v2\"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 200},
		{"Accept-Encoding: gzip;q=0", 200},
		{"Accept-Encoding: *", 200},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		TD_SUBTEST (t, "%s", cases[i].fields) {
			said = ask(t, server, td_format(t, "GET /x.txt HTTP/1.1\r\n" H "%s\r\n\r\n", cases[i].fields));
			td_unittest_assert_in(t, td_format(t, "HTTP/1.1 %d ", cases[i].status), said);
			if (cases[i].status == 304) {
				td_unittest_assert_equal(t, body_of(said), "");
				td_unittest_assert_not_in(t, "Content-Length", said);
			}
		}
	}
	td_unittest_assert_not_in(t, "GZIP",
	                          ask(t, server, "GET /x.txt HTTP/1.1\r\n" H "Accept-Encoding: gzip;q=0\r\n\r\n"));
	td_unittest_assert_in(t, "\r\nContent-Length: 11\r\n", ask(t, server, "HEAD /x.txt HTTP/1.1\r\n" H "\r\n"));
	td_unittest_assert_equal(t, body_of(ask(t, server, "HEAD /x.txt HTTP/1.1\r\n" H "\r\n")), "");
	td_unittest_assert_in(t, " 405 ", ask(t, server, "POST /x.txt HTTP/1.1\r\n" H "\r\n"));
	td_unittest_assert_raises(t, TD_ValueError,
	                          td_http_server_static(c, server, "/y", bytes(""), .content_type = "a\r\nb"));
}

TD_TEST(TestHTTPServer, test_large_static_bytes_and_a_slow_reader) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0);
	size_t len = 8 << 20;
	char *large = td_alloc(t, len);
	for (size_t i = 0; i < len; i++) large[i] = (char)('a' + i % 23);
	td_bytes all = {large, len};
	td_http_server_static(t, server, "/large", all);
	td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_sendall(t, sock,
	                  bytes("GET /large HTTP/1.1\r\n" H "\r\nGET /large HTTP/1.1\r\n" H "Connection: close\r\n\r\n"));
	size_t got = 0, total = 0;
	char *in = td_alloc(t, 2 * len + 65536);
	do {
		while (td_http_server_step(t, server) > 0) {
		}
		got = (size_t)td_socket_recv_into(t, sock, in + total, 65536);
		total += got;
	} while (got && total < 2 * len + 60000);
	const char *body = strstr(in, "\r\n\r\n") + 4;
	td_unittest_assert_true(t, !memcmp(body, large, len));
	body = strstr(body + len, "\r\n\r\n") + 4;
	td_unittest_assert_true(t, !memcmp(body, large, len));
	td_unittest_assert_equal(t, (size_t)(body - in) + len, total);
}

static void injecting(td_scope *s, td_http_request *req, void *userdata) {
	(void)userdata;
	td_unittest_assert_raises(s, TD_ValueError, td_http_req_send_header(c, req, "X", "a\r\nSet-Cookie: b"));
	td_unittest_assert_raises(s, TD_ValueError, td_http_req_send_header(c, req, "X: y\r\nZ", "a"));
	td_unittest_assert_raises(s, TD_ValueError, td_http_req_send_header(c, req, "Transfer-Encoding", "chunked"));
	td_unittest_assert_raises(s, TD_ValueError, td_http_req_send_response(c, req, 200, .message = "a\nb"));
	td_http_req_send_response(s, req, 201, .message = "Made");
	td_http_req_send_header(s, req, "Content-Length", "7");
	td_http_req_send_header(s, req, "X-One", "1");
	td_http_req_end_headers(s, req);
	td_http_req_write(s, req, bytes("ab"));
	td_http_req_write(s, req, bytes("c"));
}

static void sorry(td_scope *s, td_http_request *req, void *userdata) {
	(void)userdata;
	td_http_req_send_error(s, req, 404, .explain = "no <such> thing");
}

TD_TEST(TestHTTPServer, test_the_python_way_to_answer) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0);
	td_http_server_handle(t, server, "GET", "/a", injecting, NULL);
	td_http_server_handle(t, server, "GET", "/b", sorry, NULL);
	const char *said = ask(t, server, "GET /a HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_true(t, td_str_startswith(said, "HTTP/1.1 201 Made\r\n"));
	td_unittest_assert_true(t, td_str_endswith(said, "\r\nX-One: 1\r\nContent-Length: 3\r\n\r\nabc"));
	said = ask(t, server, "GET /b HTTP/1.1\r\n" H "\r\n");
	td_unittest_assert_in(t, "\r\nConnection: close\r\n", said);
	td_unittest_assert_equal(
		t, body_of(said),
		"<!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>\n        <meta charset=\"utf-8\">\n        <title>Error "
		"response</title>\n"
		"    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: 404</p>\n"
		"        <p>Message: Not Found.</p>\n        <p>Error code explanation: 404 - no &lt;such&gt; thing.</p>\n    "
		"</body>\n</html>\n");
}

typedef struct events {
	td_scope *holder;
	td_http_stream *stream;
} events;

static void open_stream(td_scope *s, td_http_request *req, void *userdata) {
	events *e = userdata;
	td_http_req_send_header(s, req, "Cache-Control", "no-store");
	e->stream = td_http_req_stream(e->holder, req, 200, "text/event-stream");
	td_http_stream_write(s, e->stream, bytes("data: 1\n\n"));
}

TD_TEST(TestHTTPServer, test_streams) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0);
	events e = {td_scope_open(t), NULL};
	td_http_server_handle(t, server, "GET", "/events", open_stream, &e);
	td_http_server_static(t, server, "/x", bytes("after"));
	td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_sendall(t, sock, bytes("GET /events HTTP/1.1\r\n" H "\r\n"));
	while (td_http_server_step(t, server) > 0) {
	}
	const char *said = td_socket_recv(t, sock, 4096).data;
	td_unittest_assert_in(t,
	                      "\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nCache-Control: "
	                      "no-store\r\n\r\n9\r\ndata: 1\n\n\r\n",
	                      said);
	td_unittest_assert_equal(t, td_http_server_statistics(server).streams, 1);
	td_unittest_assert_true(t, td_http_stream_write(t, e.stream, bytes("data: 2\n\n")));
	td_unittest_assert_equal(t, td_socket_recv(t, sock, 4096).data, "9\r\ndata: 2\n\n\r\n");
	td_scope_close(e.holder);
	td_unittest_assert_equal(t, td_socket_recv(t, sock, 4096).data, "0\r\n\r\n");
	td_socket_sendall(t, sock, bytes("GET /x HTTP/1.1\r\n" H "\r\n"));
	while (td_http_server_step(t, server) > 0) {
	}
	td_unittest_assert_in(t, "after", td_socket_recv(t, sock, 4096).data);
	td_socket_close(t, sock);

	e.holder = td_scope_open(t);
	sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_sendall(t, sock, bytes("GET /events HTTP/1.1\r\n" H "\r\n"));
	while (td_http_server_step(t, server) > 0) {
	}
	td_unittest_assert_true(t, td_http_stream_is_open(e.stream));
	td_socket_close(t, sock);
	while (td_http_server_step(t, server) > 0) {
	}
	td_unittest_assert_false(t, td_http_stream_is_open(e.stream),
	                         .msg = "a client that leaves is noticed without writing");
	td_unittest_assert_false(t, td_http_stream_write(t, e.stream, bytes("x")));
	td_unittest_assert_false(t, td_failed(t));
	td_unittest_assert_equal(t, td_http_server_statistics(server).streams, 0);
}

TD_TEST(TestHTTPServer, test_a_stream_that_lags_is_cut_off) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0, .max_stream = 100000);
	events e = {td_scope_open(t), NULL};
	td_http_server_handle(t, server, "GET", "/events", open_stream, &e);
	td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_sendall(t, sock, bytes("GET /events HTTP/1.1\r\n" H "\r\n"));
	while (td_http_server_step(t, server) > 0) {
	}
	td_bytes lump = {td_alloc(t, 50000), 50000};
	int writes = 0;
	while (td_http_stream_write(t, e.stream, lump) && writes < 1000) writes++;
	td_unittest_assert_less(t, writes, 1000);
	td_unittest_assert_false(t, td_failed(t));
}

TD_TEST(TestHTTPServer, test_too_many_connections) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0, .handler = echo, .max_connections = 1);
	td_sock *first = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	while (td_http_server_step(t, server) > 0) {
	}
	td_unittest_assert_true(t, td_str_startswith(ask(t, server, "GET / HTTP/1.1\r\n" H "\r\n"),
	                                             "HTTP/1.1 503 Service Unavailable\r\n"));
	td_socket_close(t, first);
	while (td_http_server_step(t, server) > 0) {
	}
	td_unittest_assert_true(t, td_str_startswith(ask(t, server, "GET / HTTP/1.1\r\n" H "\r\n"), "HTTP/1.1 200 OK\r\n"));
}

TD_TEST(TestHTTPServer, test_allowed_hosts) {
	td_http_server *server = td_http_server_new(t, "127.0.0.1", 0, .handler = echo,
	                                            .allowed_hosts = td_strs_of(t, "localhost", "127.0.0.1", "[::1]"));
	static const char *const cases[][2] = {{"localhost", "200"},
	                                       {"LOCALHOST:9180", "200"},
	                                       {"127.0.0.1:1", "200"},
	                                       {"[::1]:80", "200"},
	                                       {"evil.example", "421"},
	                                       {"", "421"},
	                                       {"localhost.evil.example", "421"}};
	for (size_t i = 0; i < 7; i++) {
		TD_SUBTEST (t, "%s", cases[i][0]) {
			const char *said = ask(t, server, td_format(t, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", cases[i][0]));
			td_unittest_assert_in(t, td_format(t, "HTTP/1.1 %s ", cases[i][1]), said);
		}
	}
}

static void serve(td_scope *s, void *arg) {
	td_http_server_serve_forever(s, arg);
}

TD_TEST(TestHTTPServer, test_serve_forever_and_shutdown_from_another_thread) {
	td_http_server *server = echo_server(t);
	TD_SCOPE(nursery, t);
	td_thread *thread = td_thread_start(nursery, serve, server);
	td_sock *sock = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_sendall(t, sock, bytes("GET /x HTTP/1.1\r\n" H "\r\n"));
	td_unittest_assert_in(t, "GET|/x|", td_socket_recv(t, sock, 4096).data);
	td_http_server_shutdown(server);
	td_unittest_assert_true(t, td_thread_join(nursery, thread));
	td_unittest_assert_equal(t, td_socket_recv(t, sock, 4096).len, 0);
	td_unittest_assert_raises(t, TD_ConnectionRefusedError,
	                          td_socket_create_connection(c, "127.0.0.1", td_http_server_port(server)));
}

TD_TEST(TestHTTPServer, test_drain_finishes_what_is_under_way) {
	td_http_server *server = echo_server(t);
	td_sock *busy = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_sock *idle = td_socket_create_connection(t, "127.0.0.1", td_http_server_port(server), .timeout = 5);
	td_socket_sendall(t, busy, bytes("POST /x HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\na"));
	while (td_http_server_step(t, server) > 0) {
	}
	td_http_server_drain(server);
	td_unittest_assert_equal(t, td_socket_recv(t, idle, 10).len, 0);
	td_socket_sendall(t, busy, bytes("bc"));
	while (td_http_server_step(t, server) > 0) {
	}
	td_bytes said = td_socket_recv(t, busy, 4096);
	td_unittest_assert_in(t, "|abc", said.data);
	td_unittest_assert_in(t, "\r\nConnection: close\r\n", said.data);
}

TD_TEST(TestHTTPServer, test_closed_and_wrong) {
	td_http_server *server = echo_server(t);
	td_http_server_close(t, server);
	td_http_server_close(t, server);
	td_unittest_assert_equal(t, td_http_server_fileno(server), -1);
	td_unittest_assert_raises(t, TD_ValueError, td_http_server_step(c, server));
	td_unittest_assert_raises(t, TD_TypeError, td_http_server_serve_forever(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_http_server_handle(c, echo_server(c), "GET", "/", NULL, NULL));
	td_unittest_assert_equal(t, td_http_date_time_string(t, 784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
	td_unittest_assert_equal(t, td_http_date_time_string(t, 1709164800), "Thu, 29 Feb 2024 00:00:00 GMT");
	td_unittest_assert_equal(t, td_http_status_phrase(404), "Not Found");
	td_unittest_assert_equal(t, td_http_status_description(404), "Nothing matches the given URI");
}
