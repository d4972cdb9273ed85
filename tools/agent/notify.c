/* tools/agent/notify.c: the sd_notify protocol: datagrams of NAME=value lines. */
#include "agent/notify.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <tend/socket.h>
#include <tend/text.h>
#include <tend/time.h>
#include <unistd.h>

void agent_notify(td_scope *s, const char *lines) {
	const char *path = getenv("NOTIFY_SOCKET");
	if (!path || (path[0] != '/' && path[0] != '@')) return;
	TD_SCOPE(attempt, s);
	td_sock *sock = td_socket_socket(attempt, .family = AF_UNIX, .type = SOCK_DGRAM);
	td_socket_settimeout(attempt, sock, TD_NOW);
	td_socket_connect(attempt, sock, path, 0);
	td_socket_send(attempt, sock, (td_bytes){lines, strlen(lines)});
	td_catch(attempt);
}

void agent_notify_reloading(td_scope *s) {
	TD_SCOPE(tmp, s);
	agent_notify(tmp, td_format(tmp, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reading the configuration",
	                            (long long)(td_time_monotonic_ns() / 1000)));
}

double agent_notify_watchdog(td_scope *s) {
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	TD_SCOPE(attempt, s);
	if (!usec || (pid && td_int(attempt, pid) != getpid())) usec = "0";
	double seconds = (double)td_int(attempt, usec) / 1e6 / 2;
	return td_catch(attempt) || seconds < 0 ? 0 : seconds;
}
