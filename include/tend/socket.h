/* tend/socket.h: sockets: TCP, UDP and UNIX, with Python's names, timeouts and errors.
 *
 * A td_sock owns one descriptor (close-on-exec) and closes it with its scope. Calls wait as long as the socket's timeout
 * and the scope's deadline allow, whichever is first; the socket's own timeout raises TimeoutError "timed out", as in
 * Python. SIGPIPE is never raised: writing to a closed connection is BrokenPipeError.
 *
 * Addresses are a host and a port; of a UNIX socket the address is its path, "@name" stands for the abstract name
 * "\0name", and the port is 0. A host is a number ("127.0.0.1", "::1"), a name, or "" for any address of this machine.
 * Looking a name up cannot be interrupted by a deadline; numbers are not looked up.
 *
 *     #include <tend.h>
 *
 *     static bool port_is_open(td_scope *s, const char *host, int port) {
 *         TD_SCOPE(attempt, s);
 *         td_socket_create_connection(attempt, host, port, .timeout = 3);
 *         return !td_catch(attempt, TD_OSError) && !td_failed(attempt);
 *     }
 *
 *     static void echo_once(td_scope *s, int port) {
 *         td_sock *server = td_socket_create_server(s, "127.0.0.1", port);
 *         td_sock *peer = td_socket_accept(s, server, NULL);
 *         td_bytes said = td_socket_recv(s, peer, 4096);
 *         td_socket_sendall(s, peer, said);
 *     }
 */
#ifndef TEND_SOCKET_H
#define TEND_SOCKET_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_sock td_sock;

/* Where a socket is, or its peer. */
typedef struct td_addr {
	int family;       /* AF_INET, AF_INET6, AF_UNIX */
	const char *host; /* "127.0.0.1", "::1", or the path of a UNIX socket ("" without a name, "@name" abstract) */
	int port;
} td_addr;

typedef struct td_socket_opts {
	TD__OPTS_HEAD;
	int family; /* AF_INET, AF_INET6, AF_UNIX; 0 is AF_INET */
	int type;   /* SOCK_STREAM, SOCK_DGRAM; 0 is SOCK_STREAM */
	int proto;
} td_socket_opts;

/* A socket that is not connected yet. NULL on failure. Does not block. Python: socket.socket. */
TD_API td_sock *td_socket_socket(td_scope *s, const td_socket_opts *opts);
#define td_socket_socket(...) TD__SOCKET(__VA_ARGS__, )
#define TD__SOCKET(s, ...) (td_socket_socket)(TD_HERE(s), TD__OPTS(td_socket_opts, __VA_ARGS__))

typedef struct td_socket_connection_opts {
	TD__OPTS_HEAD;
	double timeout;          /* seconds for each address tried, and for the socket afterwards; 0 is none */
	const char *source_host; /* bind to this address first */
	int source_port;
} td_socket_connection_opts;

/* Connects to host and port over TCP, trying each of the host's addresses; the error is the last one's. Blocks.
 * Raises ConnectionRefusedError, TimeoutError, gaierror, OSError. Python: socket.create_connection. */
TD_API td_sock *td_socket_create_connection(td_scope *s, const char *host, int port,
                                            const td_socket_connection_opts *opts);
#define td_socket_create_connection(s, host, ...) TD__SOCKET_CONNECTION(s, host, __VA_ARGS__, )
#define TD__SOCKET_CONNECTION(s, host, port, ...)                                                                      \
	(td_socket_create_connection)(TD_HERE(s), (host), (port), TD__OPTS(td_socket_connection_opts, __VA_ARGS__))

typedef struct td_socket_server_opts {
	TD__OPTS_HEAD;
	int family;  /* 0 is AF_INET, or AF_INET6 when the host is an IPv6 number */
	int backlog; /* 0 is the system's choice */
	bool reuse_port;
	bool dualstack_ipv6; /* an IPv6 socket that takes IPv4 too */
} td_socket_server_opts;

/* A TCP socket that listens on host ("" is any) and port (0: one that is free; td_socket_getsockname says which).
 * SO_REUSEADDR is set. Raises OSError with Python's text. Python: socket.create_server. */
TD_API td_sock *td_socket_create_server(td_scope *s, const char *host, int port, const td_socket_server_opts *opts);
#define td_socket_create_server(s, host, ...) TD__SOCKET_SERVER(s, host, __VA_ARGS__, )
#define TD__SOCKET_SERVER(s, host, port, ...)                                                                          \
	(td_socket_create_server)(TD_HERE(s), (host), (port), TD__OPTS(td_socket_server_opts, __VA_ARGS__))

/* Two sockets connected to each other, in pair[0] and pair[1]. Python: socket.socketpair. */
TD_API bool td_socket_socketpair(td_scope *s, td_sock *pair[2]);
#define td_socket_socketpair(s, ...) (td_socket_socketpair)(TD_HERE(s), __VA_ARGS__)

/* A td_sock that owns fd from now on, also when this fails. Python: socket.socket(fileno=fd). */
TD_API td_sock *td_socket_fromfd(td_scope *s, int fd);
#define td_socket_fromfd(s, ...) (td_socket_fromfd)(TD_HERE(s), __VA_ARGS__)

/* Blocks until connected. Python: socket.connect. */
TD_API bool td_socket_connect(td_scope *s, td_sock *sock, const char *host, int port);
#define td_socket_connect(s, ...) (td_socket_connect)(TD_HERE(s), __VA_ARGS__)
/* The same, but what connect(2) says comes back as its errno, 0 when connected; EAGAIN for a timeout. A wrong argument
 * still raises, and gives -1. Python: socket.connect_ex. */
TD_API int td_socket_connect_ex(td_scope *s, td_sock *sock, const char *host, int port);
#define td_socket_connect_ex(s, ...) (td_socket_connect_ex)(TD_HERE(s), __VA_ARGS__)

/* OverflowError "bind(): port must be 0-65535." Python: socket.bind. */
TD_API bool td_socket_bind(td_scope *s, td_sock *sock, const char *host, int port);
#define td_socket_bind(s, ...) (td_socket_bind)(TD_HERE(s), __VA_ARGS__)

typedef struct td_socket_listen_opts {
	TD__OPTS_HEAD;
	int backlog; /* 0 is the system's choice */
} td_socket_listen_opts;
/* Python: socket.listen. */
TD_API bool td_socket_listen(td_scope *s, td_sock *sock, const td_socket_listen_opts *opts);
#define td_socket_listen(s, ...) TD__SOCKET_LISTEN(s, __VA_ARGS__, )
#define TD__SOCKET_LISTEN(s, sock, ...)                                                                                \
	(td_socket_listen)(TD_HERE(s), (sock), TD__OPTS(td_socket_listen_opts, __VA_ARGS__))

/* Blocks until someone connects. The new socket has no timeout; who it is goes to *peer (in s) unless that is NULL.
 * Python: socket.accept. */
TD_API td_sock *td_socket_accept(td_scope *s, td_sock *sock, const td_addr **peer);
#define td_socket_accept(s, ...) (td_socket_accept)(TD_HERE(s), __VA_ARGS__)

/* Sends what fits and says how many bytes; -1 on failure. Python: socket.send. */
TD_API int64_t td_socket_send(td_scope *s, td_sock *sock, td_bytes data);
#define td_socket_send(s, ...) (td_socket_send)(TD_HERE(s), __VA_ARGS__)
/* Sends all of it; the timeout is for the whole. Python: socket.sendall. */
TD_API bool td_socket_sendall(td_scope *s, td_sock *sock, td_bytes data);
#define td_socket_sendall(s, ...) (td_socket_sendall)(TD_HERE(s), __VA_ARGS__)
/* At most size bytes, in s, as soon as there are any; a length of 0 is the end (and what comes back from a failed scope:
 * ask td_failed). Python: socket.recv. */
TD_API td_bytes td_socket_recv(td_scope *s, td_sock *sock, size_t size);
#define td_socket_recv(s, ...) (td_socket_recv)(TD_HERE(s), __VA_ARGS__)
/* The same into memory of the caller's: bytes received, 0 at the end, -1 on failure. Python: socket.recv_into. */
TD_API int64_t td_socket_recv_into(td_scope *s, td_sock *sock, void *buffer, size_t size);
#define td_socket_recv_into(s, ...) (td_socket_recv_into)(TD_HERE(s), __VA_ARGS__)

/* Seconds that a call on this socket may wait: 0 is without limit (Python's None), TD_NOW is not at all (Python's 0: what
 * would wait raises BlockingIOError). Python: socket.settimeout. */
TD_API bool td_socket_settimeout(td_scope *s, td_sock *sock, double seconds);
#define td_socket_settimeout(s, ...) (td_socket_settimeout)(TD_HERE(s), __VA_ARGS__)
TD_API double td_socket_gettimeout(const td_sock *sock);

/* Options whose value is an int. getsockopt gives -1 on failure. Python: socket.setsockopt, socket.getsockopt. */
TD_API bool td_socket_setsockopt(td_scope *s, td_sock *sock, int level, int name, int value);
#define td_socket_setsockopt(s, ...) (td_socket_setsockopt)(TD_HERE(s), __VA_ARGS__)
TD_API int td_socket_getsockopt(td_scope *s, td_sock *sock, int level, int name);
#define td_socket_getsockopt(s, ...) (td_socket_getsockopt)(TD_HERE(s), __VA_ARGS__)

/* how is SHUT_RD, SHUT_WR or SHUT_RDWR. Python: socket.shutdown. */
TD_API bool td_socket_shutdown(td_scope *s, td_sock *sock, int how);
#define td_socket_shutdown(s, ...) (td_socket_shutdown)(TD_HERE(s), __VA_ARGS__)
/* Closes now; twice is as once. Works on a failed scope too. Python: socket.close. */
TD_API bool td_socket_close(td_scope *s, td_sock *sock);
#define td_socket_close(s, ...) (td_socket_close)(TD_HERE(s), __VA_ARGS__)
/* The descriptor, which is the caller's from now on; -1 on failure. Python: socket.detach. */
TD_API int td_socket_detach(td_scope *s, td_sock *sock);
#define td_socket_detach(s, ...) (td_socket_detach)(TD_HERE(s), __VA_ARGS__)
/* The descriptor, still the socket's; -1 when it is closed or NULL. Python: socket.fileno. */
TD_API int td_socket_fileno(const td_sock *sock);

/* Never NULL; an address of nothing (family 0, host "", port -1) on failure. Python: getsockname, getpeername. */
TD_API const td_addr *td_socket_getsockname(td_scope *s, td_sock *sock);
#define td_socket_getsockname(s, ...) (td_socket_getsockname)(TD_HERE(s), __VA_ARGS__)
TD_API const td_addr *td_socket_getpeername(td_scope *s, td_sock *sock);
#define td_socket_getpeername(s, ...) (td_socket_getpeername)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
