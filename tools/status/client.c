/* tools/status/client.c: one line of JSON there, one back. */
#include "status/client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <tend/json.h>
#include <tend/socket.h>
#include <tend/text.h>
#include <unistd.h>

const char *tend_socket_path(td_scope *s, const char *option) {
	if (*option) return option;
	const char *set = getenv("TEND_SOCKET"), *runtime = getenv("XDG_RUNTIME_DIR");
	if (set && *set) return set;
	if (geteuid() == 0 || !runtime || !*runtime) return "/run/tend/tend.sock";
	return td_format(s, "%s/tend/tend.sock", runtime);
}

static td_bytes read_line(td_scope *s, td_sock *sock) {
	size_t room = 64 * 1024, len = 0;
	char *line = td_alloc(s, room);
	while (line && !td_failed(s)) {
		if (len == room) {
			char *grown = td_alloc(s, room * 2);
			if (!grown) break;
			memcpy(grown, line, len);
			line = grown;
			room *= 2;
		}
		int64_t n = td_socket_recv_into(s, sock, line + len, room - len);
		if (n <= 0) break;
		len += (size_t)n;
		if (line[len - 1] == '\n') return (td_bytes){line, len - 1};
	}
	if (!td_failed(s)) td_raise(s, TD_EOFError, "the agent hung up");
	return (td_bytes){"", 0};
}

const td_value *tend_ask(td_scope *s, const char *path, const td_value *request) {
	TD_SCOPE(attempt, s, .timeout = 10);
	td_sock *sock = td_socket_socket(attempt, .family = AF_UNIX);
	td_socket_connect(attempt, sock, path, 0);
	const char *text = td_format(attempt, "%s\n", td_json_dumps(attempt, request));
	td_socket_sendall(attempt, sock, (td_bytes){text, strlen(text)});
	const td_value *answer = td_json_loads_bytes(s, read_line(attempt, sock));
	const td_error *e = td_catch(attempt, TD_FileNotFoundError, TD_ConnectionRefusedError);
	if (e) {
		fprintf(stderr, "tend: no agent answers at %s\n", path);
	} else if ((e = td_catch(attempt)) != NULL) {
		fprintf(stderr, "tend: %s: %s\n", path, e->message);
	}
	if (e) {
		td_sys_exit(s, 1);
		return NULL;
	}
	if (td_value_bool(td_value_get(answer, "ok"), false)) return answer;
	const char *why = td_value_str(td_value_get(answer, "error"), "the agent's answer makes no sense");
	const char *meant = td_value_str(td_value_get(answer, "suggestion"), "");
	if (*meant)
		fprintf(stderr, "tend: %s; did you mean '%s'?\n", why, meant);
	else
		fprintf(stderr, "tend: %s\n", why);
	td_sys_exit(s, td_str_startswith(why, "no service") ? 2 : 1);
	return NULL;
}
