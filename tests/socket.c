#include <netinet/in.h>
#include <sys/socket.h>
#include <tend.h>
#include <unistd.h>

static td_bytes bytes(const char *text) {
	return (td_bytes){text, __builtin_strlen(text)};
}

TD_TEST(TestSocket, test_tcp_echo) {
	td_sock *server = td_socket_create_server(t, "127.0.0.1", 0);
	int port = td_socket_getsockname(t, server)->port;
	td_unittest_assert_greater(t, port, 0);
	td_sock *client = td_socket_create_connection(t, "127.0.0.1", port, .timeout = 5);
	td_unittest_assert_almost_equal(t, td_socket_gettimeout(client), 5.0);
	const td_addr *peer;
	td_sock *served = td_socket_accept(t, server, &peer);
	td_unittest_assert_equal(t, peer->host, "127.0.0.1");
	td_unittest_assert_equal(t, peer->port, td_socket_getsockname(t, client)->port);
	td_unittest_assert_true(t, td_socket_sendall(t, client, bytes("hello")));
	td_unittest_assert_equal(t, td_socket_recv(t, served, 4096).data, "hello");
	td_socket_close(t, client);
	td_unittest_assert_equal(t, td_socket_recv(t, served, 4096).len, 0);
	td_unittest_assert_true(t, td_socket_close(t, client));
	td_unittest_assert_equal(t, td_socket_fileno(client), -1);
	td_unittest_assert_raises_message(t, TD_OSError, "[Errno 9] Bad file descriptor", td_socket_recv(c, client, 1));
}

TD_TEST(TestSocket, test_refused_and_timed_out) {
	td_sock *server = td_socket_create_server(t, "127.0.0.1", 0);
	int port = td_socket_getsockname(t, server)->port;
	td_socket_close(t, server);
	td_unittest_assert_raises_message(t, TD_ConnectionRefusedError, "[Errno 111] Connection refused",
	                                  td_socket_create_connection(c, "127.0.0.1", port));
	td_sock *again = td_socket_create_server(t, "127.0.0.1", 0);
	td_socket_settimeout(t, again, 0.02);
	td_unittest_assert_raises_message(t, TD_TimeoutError, "timed out", td_socket_accept(c, again, NULL));
	td_socket_settimeout(t, again, TD_NOW);
	td_unittest_assert_raises_message(t, TD_BlockingIOError, "[Errno 11] Resource temporarily unavailable",
	                                  td_socket_accept(c, again, NULL));
}

TD_TEST(TestSocket, test_the_scope_limits_a_socket_without_timeout) {
	td_sock *pair[2];
	td_unittest_assert_true(t, td_socket_socketpair(t, pair));
	TD_SCOPE(limited, t, .timeout = 0.02);
	td_unittest_assert_equal(t, td_socket_recv(limited, pair[0], 10).len, 0);
	const td_error *e = td_catch(limited, TD_TimeoutError);
	td_unittest_assert_is_not_none(t, e);
}

TD_TEST(TestSocket, test_writing_to_the_gone_is_broken_pipe) {
	td_sock *pair[2];
	td_socket_socketpair(t, pair);
	td_socket_close(t, pair[1]);
	td_unittest_assert_raises_message(t, TD_BrokenPipeError, "[Errno 32] Broken pipe",
	                                  td_socket_sendall(c, pair[0], bytes("x")));
}

TD_TEST(TestSocket, test_more_than_the_buffers_hold) {
	td_sock *pair[2];
	td_socket_socketpair(t, pair);
	td_socket_settimeout(t, pair[0], 0.05);
	size_t len = 4 << 20;
	const char *much = td_alloc(t, len);
	td_unittest_assert_raises_message(t, TD_TimeoutError, "timed out",
	                                  td_socket_sendall(c, pair[0], ((td_bytes){much, len})));
	td_socket_settimeout(t, pair[0], TD_NOW);
	td_unittest_assert_raises(t, TD_BlockingIOError, td_socket_send(c, pair[0], bytes("x")));
	td_unittest_assert_greater(t, td_socket_recv(t, pair[1], len).len, 0);
}

TD_TEST(TestSocket, test_unix_path_and_abstract_name) {
	const char *const names[] = {"here.sock", "@tend-test-abstract"};
	for (size_t i = 0; i < 2; i++) {
		TD_SUBTEST (t, "%s", names[i]) {
			td_sock *server = td_socket_socket(t, .family = AF_UNIX);
			td_socket_bind(t, server, names[i], 0);
			td_socket_listen(t, server);
			td_unittest_assert_equal(t, td_socket_getsockname(t, server)->host, names[i]);
			td_sock *client = td_socket_socket(t, .family = AF_UNIX);
			td_socket_connect(t, client, names[i], 0);
			td_sock *served = td_socket_accept(t, server, NULL);
			td_socket_sendall(t, served, bytes("hi"));
			td_unittest_assert_equal(t, td_socket_recv(t, client, 10).data, "hi");
		}
	}
	td_sock *sock = td_socket_socket(t, .family = AF_UNIX);
	const char *endless = td_str_ljust(t, "x", 200);
	td_unittest_assert_raises_message(t, TD_OSError, "AF_UNIX path too long", td_socket_bind(c, sock, endless, 0));
}

TD_TEST(TestSocket, test_wrong_arguments) {
	td_sock *sock = td_socket_socket(t);
	td_unittest_assert_raises_message(t, TD_OverflowError, "bind(): port must be 0-65535.",
	                                  td_socket_bind(c, sock, "", 65536));
	td_unittest_assert_raises_message(t, TD_OverflowError, "connect(): port must be 0-65535.",
	                                  td_socket_connect(c, sock, "::", -1));
	td_unittest_assert_raises(t, TD_TypeError, td_socket_bind(c, sock, NULL, 1));
	td_unittest_assert_raises(t, TD_TypeError, td_socket_recv(c, NULL, 1));
	td_unittest_assert_raises(t, TD_gaierror, td_socket_create_connection(c, "no.such.host.invalid", 1));
	td_sock *server = td_socket_create_server(t, "127.0.0.1", 0);
	int port = td_socket_getsockname(t, server)->port;
	const char *said =
		td_format(t, "[Errno 98] Address already in use (while attempting to bind on address ('127.0.0.1', %d))", port);
	td_unittest_assert_raises_message(t, TD_OSError, said, td_socket_create_server(c, "127.0.0.1", port));
}

TD_TEST(TestSocket, test_detach_hands_the_descriptor_over) {
	td_sock *pair[2];
	td_socket_socketpair(t, pair);
	int fd = td_socket_detach(t, pair[0]);
	td_unittest_assert_greater_equal(t, fd, 0);
	td_unittest_assert_equal(t, td_socket_fileno(pair[0]), -1);
	td_sock *back = td_socket_fromfd(t, fd);
	td_unittest_assert_equal(t, td_socket_fileno(back), fd);
	td_socket_sendall(t, back, bytes("x"));
	td_unittest_assert_equal(t, td_socket_recv(t, pair[1], 1).data, "x");
	td_unittest_assert_raises(t, TD_OSError, td_socket_fromfd(c, 9999));
}

TD_TEST(TestSocket, test_connect_ex_says_the_number) {
	td_sock *sock = td_socket_socket(t);
	td_sock *server = td_socket_create_server(t, "127.0.0.1", 0);
	int port = td_socket_getsockname(t, server)->port;
	td_unittest_assert_equal(t, td_socket_connect_ex(t, sock, "127.0.0.1", port), 0);
	td_socket_close(t, server);
	td_unittest_assert_equal(t, td_socket_connect_ex(t, td_socket_socket(t), "127.0.0.1", port), 111);
	td_unittest_assert_false(t, td_failed(t));
}
