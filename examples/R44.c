/* R44: works through many hosts at once with a pool of threads. */
#include <tend.h>

static const td_value *check(td_scope *t, void *arg) {
	int port = *(const int *)arg;
	TD_SCOPE(attempt, t);
	td_socket_create_connection(attempt, "127.0.0.1", port, .timeout = 2);
	return td_v(t, td_catch(attempt, TD_OSError) ? "down" : "up");
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	int ports[40];
	for (int i = 0; i < 40; i++) {
		td_sock *host = td_socket_socket(s);
		td_socket_bind(s, host, "127.0.0.1", 0);
		if (i % 3) td_socket_listen(s, host); /* at every third one nobody listens */
		ports[i] = td_socket_getsockname(s, host)->port;
	}
	TD_SCOPE(work, s, .timeout = 30);
	td_executor *pool = td_executor_new(work, .max_workers = 10);
	const td_value *states = td_executor_map(work, pool, check, ports, 40, sizeof *ports);
	int up = 0;
	for (size_t i = 0; i < td_value_len(states); i++) {
		const char *state = td_value_str(td_value_at(states, i), "");
		td_print(s, "host%02zu %s", i, state);
		up += *state == 'u';
	}
	td_print(s, "%d of 40 are up", up);
}
