/* src/os/psutil_net_linux.c: network interfaces: counters, addresses, state. */
#include "core/sys.h"
#include "os/psutil_internal.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <tend/text.h>

/* --- counters --- */

static bool read_nics(td_scope *s, const td_psutil_counters_opts *o, td_snetio_list *out) {
	TD_SCOPE(scratch, s);
	td_bytes text;
	if (!td__proc_read(scratch, o->reader, "net/dev", &text)) return false;
	const char *first = td__next_line(text.data);
	first = first ? td__next_line(first) : NULL; /* two lines of headings */
	size_t lines = 0, count = 0;
	for (const char *p = first; p; p = td__next_line(p)) lines++;
	td_snetio *items = td_alloc_array(s, lines, sizeof *items);
	if (!items) return false;
	td__wraps *wraps = o->reader && !o->keep_wrapping ? &o->reader->nics : NULL;
	if (wraps) td__wraps_begin(wraps);
	for (const char *p = first; p; p = td__next_line(p)) {
		const char *end = strchrnul(p, '\n');
		const char *colon = memrchr(p, ':', (size_t)(end - p)); /* an alias has one in its name */
		if (!colon) continue;
		p += strspn(p, " ");
		uint64_t v[16];
		const char *q = colon + 1;
		for (int i = 0; i < 16; i++) v[i] = td__scan_u64(&q);
		td_snetio *n = &items[count++];
		*n = (td_snetio){.name = td_strndup(s, p, (size_t)(colon - p)),
		                 .bytes_sent = v[8],
		                 .bytes_recv = v[0],
		                 .packets_sent = v[9],
		                 .packets_recv = v[1],
		                 .errin = v[2],
		                 .errout = v[10],
		                 .dropin = v[3],
		                 .dropout = v[11]};
		if (wraps && !td__wraps_add(s, wraps, n->name, &n->bytes_sent, 8)) return false;
	}
	if (wraps) td__wraps_end(wraps);
	*out = (td_snetio_list){items, count};
	return !td_failed(s);
}

const td_snetio_list *(td_psutil_net_io_counters_pernic)(td_scope *s, const td_psutil_counters_opts *opts) {
	static const td_snetio_list none;
	if (!td__enter_opts(s, opts)) return &none;
	td_psutil_counters_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_snetio_list *out = td_alloc(s, sizeof *out);
	return out && read_nics(s, &o, out) ? out : &none;
}

const td_snetio *(td_psutil_net_io_counters)(td_scope *s, const td_psutil_counters_opts *opts) {
	static const td_snetio none = {.name = ""};
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_counters_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_snetio_list list;
	td_snetio *sum = td_alloc(s, sizeof *sum);
	if (!sum || !read_nics(scratch, &o, &list)) return &none;
	sum->name = "";
	for (size_t i = 0; i < list.len; i++) {
		const uint64_t *from = &list.items[i].bytes_sent;
		uint64_t *to = &sum->bytes_sent;
		for (int k = 0; k < 8; k++) to[k] += from[k];
	}
	return sum;
}

/* --- addresses --- */

static const char *address_text(td_scope *s, const struct sockaddr *a) {
	char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 1] = "";
	if (!a) return "";
	if (a->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, text, sizeof text);
	} else if (a->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const void *)a;
		inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
		char nic[IF_NAMESIZE];
		if (six->sin6_scope_id && if_indextoname(six->sin6_scope_id, nic)) {
			size_t len = strlen(text);
			snprintf(text + len, sizeof text - len, "%%%s", nic);
		}
	} else if (a->sa_family == AF_PACKET) {
		const struct sockaddr_ll *link = (const void *)a;
		size_t len = 0, count = link->sll_halen < 8 ? link->sll_halen : 8;
		for (size_t i = 0; i < count; i++) {
			len += (size_t)snprintf(text + len, sizeof text - len, "%s%02x", i ? ":" : "", link->sll_addr[i]);
		}
		for (; count > 0 && count < 6; count++) len += (size_t)snprintf(text + len, sizeof text - len, ":00");
	}
	return td_strdup(s, text);
}

static void free_addresses(td_scope *c, void *list) {
	(void)c;
	freeifaddrs(list);
}

static bool shown(const struct ifaddrs *a) {
	if (!a->ifa_addr) return false;
	int family = a->ifa_addr->sa_family;
	if (family == AF_PACKET) return ((const struct sockaddr_ll *)(const void *)a->ifa_addr)->sll_halen > 0;
	return family == AF_INET || family == AF_INET6;
}

const td_snicaddr_list *(td_psutil_net_if_addrs)(td_scope *s) {
	static const td_snicaddr_list none;
	if (!td__enter(s)) return &none;
	TD_SCOPE(scratch, s);
	struct ifaddrs *list;
	if (getifaddrs(&list) < 0) {
		td__os_error(s, errno, NULL);
		return &none;
	}
	if (!td_defer(scratch, free_addresses, list)) {
		freeifaddrs(list);
		return &none;
	}
	size_t total = 0, count = 0;
	for (struct ifaddrs *a = list; a; a = a->ifa_next) total += shown(a);
	td_snicaddr_list *out = td_alloc(s, sizeof *out);
	td_snicaddr *items = td_alloc_array(s, total, sizeof *items);
	const struct ifaddrs **order = td_alloc_array(scratch, total, sizeof *order);
	if (!out || !items || !order) return &none;
	/* By family, and then each interface where it comes first: the order of psutil's dict. */
	static const int families[3] = {AF_INET, AF_INET6, AF_PACKET};
	for (int f = 0; f < 3; f++) {
		for (struct ifaddrs *a = list; a; a = a->ifa_next) {
			if (shown(a) && a->ifa_addr->sa_family == families[f]) order[count++] = a;
		}
	}
	count = 0;
	for (size_t i = 0; i < total; i++) {
		if (!order[i]) continue;
		const char *name = order[i]->ifa_name;
		for (size_t k = i; k < total; k++) {
			const struct ifaddrs *a = order[k];
			if (!a || strcmp(a->ifa_name, name) != 0) continue;
			const struct sockaddr *other = a->ifa_ifu.ifu_broadaddr;
			items[count++] = (td_snicaddr){.name = td_strdup(s, name),
			                               .family = a->ifa_addr->sa_family,
			                               .address = address_text(s, a->ifa_addr),
			                               .netmask = address_text(s, a->ifa_netmask),
			                               .broadcast = a->ifa_flags & IFF_BROADCAST ? address_text(s, other) : "",
			                               .ptp = !(a->ifa_flags & IFF_BROADCAST) && a->ifa_flags & IFF_POINTOPOINT
			                                          ? address_text(s, other)
			                                          : ""};
			if (k > i) order[k] = NULL;
		}
	}
	if (td_failed(s)) return &none;
	*out = (td_snicaddr_list){items, count};
	return out;
}

/* --- state --- */

static const char *flags_text(td_scope *s, unsigned flags) {
	static const char *const names[15] = {"up",         "broadcast", "debug",     "loopback", "pointopoint",
	                                      "notrailers", "running",   "noarp",     "promisc",  "allmulti",
	                                      "master",     "slave",     "multicast", "portsel",  "automedia"};
	char text[160];
	size_t len = 0;
	text[0] = 0;
	for (unsigned i = 0; i < 15; i++) {
		if (flags & 1u << i) len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len ? "," : "", names[i]);
	}
	if (flags & IFF_DYNAMIC) snprintf(text + len, sizeof text - len, "%sdynamic", len ? "," : "");
	return td_strdup(s, text);
}

/* false when the interface has gone, or the error is raised. */
static bool read_state(td_scope *s, int fd, const char *name, td_snicstats *out) {
	struct ifreq request = {0};
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (ioctl(fd, SIOCGIFMTU, &request) < 0) return errno != ENODEV && td__os_error(s, errno, name);
	out->mtu = request.ifr_mtu;
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0) return errno != ENODEV && td__os_error(s, errno, name);
	unsigned flags = (unsigned short)request.ifr_flags;
	out->flags = flags_text(s, flags);
	out->isup = (flags & IFF_RUNNING) != 0;
	struct ethtool_cmd link = {.cmd = ETHTOOL_GSET};
	request.ifr_data = (char *)&link;
	if (ioctl(fd, SIOCETHTOOL, &request) < 0) return true; /* loopback and most virtual ones have no link */
	uint32_t speed = (uint32_t)link.speed_hi << 16 | link.speed;
	out->duplex = link.duplex == DUPLEX_FULL ? 2 : link.duplex == DUPLEX_HALF ? 1 : 0;
	out->speed = speed == UINT16_MAX || speed == UINT32_MAX ? 0 : (int)speed;
	return true;
}

const td_snicstats_list *(td_psutil_net_if_stats)(td_scope *s, const td_psutil_opts *opts) {
	static const td_snicstats_list none;
	if (!td__enter_opts(s, opts)) return &none;
	TD_SCOPE(scratch, s);
	td_psutil_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_psutil_counters_opts counters = {.td__size = sizeof counters, .reader = o.reader, .keep_wrapping = true};
	td_snetio_list nics;
	if (!read_nics(scratch, &counters, &nics)) return &none;
	td_snicstats_list *out = td_alloc(s, sizeof *out);
	td_snicstats *items = td_alloc_array(s, nics.len, sizeof *items);
	if (!out || !items) return &none;
	int fd = td__sys_socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		td__os_error(s, errno, NULL);
		return &none;
	}
	size_t count = 0;
	for (size_t i = 0; i < nics.len && !td_failed(s); i++) {
		items[count] = (td_snicstats){.name = td_strdup(s, nics.items[i].name), .flags = ""};
		count += read_state(s, fd, nics.items[i].name, &items[count]);
	}
	td__sys_close(fd);
	if (td_failed(s)) return &none;
	*out = (td_snicstats_list){items, count};
	return out;
}
