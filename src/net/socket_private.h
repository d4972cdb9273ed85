/* src/net/socket_private.h: what the socket files and the servers built on them share. */
#ifndef TD_NET_SOCKET_PRIVATE_H
#define TD_NET_SOCKET_PRIVATE_H

#include "core/internal.h"
#include <sys/socket.h>
#include <tend/socket.h>

typedef union td__sockaddr {
	struct sockaddr any;
	struct sockaddr_storage storage;
} td__sockaddr;

typedef struct td__address {
	td__sockaddr at;
	socklen_t len;
} td__address;

/* Fills in *out from a number, a name or a UNIX path; false: raised. call names the function for port errors. */
bool td__address_of(td_scope *s, const char *call, int family, const char *host, int port, td__address *out);
/* Every address of host, at most max, for TCP; family 0 is any. 0: raised. */
size_t td__addresses_of(td_scope *s, int family, const char *host, int port, bool passive, td__address *out,
                        size_t max);
/* In s; on failure the address of nothing. */
const td_addr *td__addr_text(td_scope *s, const td__sockaddr *at, socklen_t len);
extern const td_addr td__addr_none;

#endif
