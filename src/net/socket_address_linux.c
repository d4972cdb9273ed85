#include "net/socket_private.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

const td_addr td__addr_none = {0, td_no_text, -1};

static bool port_ok(td_scope *s, const char *call, int port) {
	if (port >= 0 && port <= 65535) return true;
	td_raise(s, TD_OverflowError, "%s(): port must be 0-65535.", call);
	return false;
}

static bool unix_address(td_scope *s, const char *path, td__address *out) {
	struct sockaddr_un *un = (struct sockaddr_un *)(void *)&out->at;
	size_t len = strlen(path);
	/* An abstract name has no NUL at its end, so it may fill the whole field. */
	if (len > sizeof un->sun_path - (path[0] != '@')) {
		td_raise(s, TD_OSError, "AF_UNIX path too long");
		return false;
	}
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, len);
	if (path[0] == '@') un->sun_path[0] = '\0';
	out->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (path[0] != '@'));
	return true;
}

static bool numeric(int family, const char *host, int port, bool passive, td__address *out) {
	struct sockaddr_in *in4 = (struct sockaddr_in *)(void *)&out->at;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)&out->at;
	memset(out, 0, sizeof *out);
	if (!*host && passive && family == AF_INET6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons((uint16_t)port);
		in6->sin6_addr = in6addr_any;
		out->len = sizeof *in6;
		return true;
	}
	if (family != AF_INET6 && (!*host || inet_pton(AF_INET, host, &in4->sin_addr) == 1)) {
		in4->sin_family = AF_INET;
		in4->sin_port = htons((uint16_t)port);
		if (!*host) in4->sin_addr.s_addr = htonl(passive ? INADDR_ANY : INADDR_LOOPBACK);
		out->len = sizeof *in4;
		return true;
	}
	if (family == AF_INET) return false;
	char bare[INET6_ADDRSTRLEN];
	const char *zone = strchr(host, '%');
	size_t len = zone ? (size_t)(zone - host) : strlen(host);
	if (len >= sizeof bare) return false;
	memcpy(bare, host, len);
	bare[len] = '\0';
	if (inet_pton(AF_INET6, bare, &in6->sin6_addr) != 1) return false;
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons((uint16_t)port);
	if (zone) in6->sin6_scope_id = if_nametoindex(zone + 1);
	out->len = sizeof *in6;
	return !zone || in6->sin6_scope_id;
}

size_t td__addresses_of(td_scope *s, int family, const char *host, int port, bool passive, td__address *out,
                        size_t max) {
	if (numeric(family, host, port, passive, out)) return 1;
	if (!td__may_block(s)) return 0;
	struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = passive ? AI_PASSIVE : 0};
	struct addrinfo *list = NULL;
	int rc = getaddrinfo(*host ? host : NULL, "0", &hints, &list);
	if (rc) {
		if (rc == EAI_SYSTEM) return td__os_error(s, errno, NULL), 0;
		if (rc == EAI_MEMORY) return td_raise(s, TD_MemoryError, "no memory to look up a host name"), 0;
		td_raise(s, TD_gaierror, "[Errno %d] %s", rc, gai_strerror(rc));
		return 0;
	}
	size_t count = 0;
	for (struct addrinfo *a = list; a && count < max; a = a->ai_next) {
		if (a->ai_addrlen > sizeof out[count].at || (a->ai_family != AF_INET && a->ai_family != AF_INET6)) continue;
		memcpy(&out[count].at, a->ai_addr, a->ai_addrlen);
		out[count].len = a->ai_addrlen;
		if (a->ai_family == AF_INET)
			((struct sockaddr_in *)(void *)&out[count].at)->sin_port = htons((uint16_t)port);
		else
			((struct sockaddr_in6 *)(void *)&out[count].at)->sin6_port = htons((uint16_t)port);
		count++;
	}
	freeaddrinfo(list);
	if (!count) td_raise(s, TD_OSError, "getaddrinfo returns an empty list");
	return count;
}

bool td__address_of(td_scope *s, const char *call, int family, const char *host, int port, td__address *out) {
	if (!td__need_text(s, "host", host)) return false;
	memset(out, 0, sizeof *out);
	if (family == AF_UNIX) return unix_address(s, host, out);
	if (!port_ok(s, call, port)) return false;
	/* As Python: the empty host is any address, to bind and to connect alike. */
	return td__addresses_of(s, family, host, port, true, out, 1) == 1;
}

const td_addr *td__addr_text(td_scope *s, const td__sockaddr *at, socklen_t len) {
	td_addr *a = td_alloc(s, sizeof *a);
	if (!a) return &td__addr_none;
	char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE] = "";
	a->family = at->any.sa_family;
	if (a->family == AF_INET) {
		const struct sockaddr_in *in4 = (const struct sockaddr_in *)(const void *)at;
		inet_ntop(AF_INET, &in4->sin_addr, text, sizeof text);
		a->port = ntohs(in4->sin_port);
	} else if (a->family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)at;
		inet_ntop(AF_INET6, &in6->sin6_addr, text, INET6_ADDRSTRLEN);
		a->port = ntohs(in6->sin6_port);
		char zone[IF_NAMESIZE];
		if (in6->sin6_scope_id && if_indextoname(in6->sin6_scope_id, zone)) {
			size_t used = strlen(text);
			text[used++] = '%';
			memcpy(text + used, zone, strlen(zone) + 1);
		}
	} else if (a->family == AF_UNIX) {
		const struct sockaddr_un *un = (const struct sockaddr_un *)(const void *)at;
		size_t path = len > offsetof(struct sockaddr_un, sun_path) ? len - offsetof(struct sockaddr_un, sun_path) : 0;
		bool abstract = path > 1 && !un->sun_path[0];
		char *copy = td_alloc(s, path + 1);
		if (!copy) return &td__addr_none;
		memcpy(copy, un->sun_path, path);
		if (abstract) copy[0] = '@';
		a->host = copy;
		return a;
	}
	a->host = td_strdup(s, text);
	return td_failed(s) ? &td__addr_none : a;
}
