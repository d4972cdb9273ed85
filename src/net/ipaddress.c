/* ipaddress.c: addresses read by hand: inet_pton is laxer in some places than Python and stricter in others. */
#include <tend/ipaddress.h>
#include <tend/text.h>

#include "core/internal.h"

struct td_ip_address {
	int version;
	unsigned char bytes[16];
	const char *zone; /* of IPv6, "" when there is none */
};

enum { GROUPS = 8 };

/* Four decimal numbers to 255 without leading zeros; exactly len characters. */
static bool read_v4(const char *text, size_t len, unsigned char *bytes) {
	size_t at = 0;
	for (int i = 0; i < 4; i++) {
		if (i > 0 && (at >= len || text[at++] != '.')) return false;
		size_t first = at;
		unsigned value = 0;
		while (at < len && at - first < 3 && text[at] >= '0' && text[at] <= '9')
			value = value * 10 + (unsigned)(text[at++] - '0');
		if (at == first || value > 255 || (text[first] == '0' && at - first > 1)) return false;
		bytes[i] = (unsigned char)value;
	}
	return at == len;
}

static int hex(char c) {
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Groups of one to four hexadecimal digits, at most one "::" for one or more of them, the last two maybe as IPv4. */
static bool read_v6(const char *text, size_t len, unsigned char *bytes) {
	uint16_t groups[GROUPS];
	int count = 0, gap = -1;
	size_t at = 0;
	if (len >= 2 && text[0] == ':' && text[1] == ':') {
		gap = 0;
		at = 2;
	}
	while (at < len) {
		size_t end = at;
		while (end < len && text[end] != ':') end++;
		if (count == GROUPS) return false;
		unsigned char v4[4];
		if (end == len && memchr(text + at, '.', end - at)) {
			if (count > GROUPS - 2 || !read_v4(text + at, end - at, v4)) return false;
			groups[count++] = (uint16_t)(v4[0] << 8 | v4[1]);
			groups[count++] = (uint16_t)(v4[2] << 8 | v4[3]);
			break;
		}
		unsigned value = 0;
		if (end == at || end - at > 4) return false;
		for (; at < end; at++) {
			if (hex(text[at]) < 0) return false;
			value = value << 4 | (unsigned)hex(text[at]);
		}
		groups[count++] = (uint16_t)value;
		if (at == len) break;
		at++;
		if (at == len) return false; /* a single colon at the end */
		if (text[at] != ':') continue;
		if (gap >= 0) return false;
		gap = count;
		at++;
	}
	if (gap < 0 ? count != GROUPS : count >= GROUPS) return false;
	int missing = GROUPS - count;
	for (int i = 0, from = 0; i < GROUPS; i++) {
		uint16_t value = gap >= 0 && i >= gap && i < gap + missing ? 0 : groups[from++];
		bytes[2 * i] = (unsigned char)(value >> 8);
		bytes[2 * i + 1] = (unsigned char)value;
	}
	return true;
}

static bool read_any(const char *text, td_ip_address *ip) {
	size_t len = strlen(text);
	if (read_v4(text, len, ip->bytes)) {
		ip->version = 4;
		return true;
	}
	const char *percent = strchr(text, '%');
	if (percent && (!percent[1] || strchr(percent + 1, '%') || strchr(percent + 1, '/'))) return false;
	ip->version = 6;
	ip->zone = percent ? percent + 1 : "";
	return read_v6(text, percent ? (size_t)(percent - text) : len, ip->bytes);
}

const td_ip_address *(td_ipaddress_ip_address)(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return NULL;
	td_ip_address *ip = td_alloc(s, sizeof *ip);
	if (!ip) return NULL;
	ip->zone = "";
	if (!read_any(text, ip)) {
		TD_SCOPE(tmp, s);
		td_raise(s, TD_ValueError, "%s does not appear to be an IPv4 or IPv6 address", td_str_repr(tmp, text));
		return NULL;
	}
	ip->zone = td_strdup(s, ip->zone);
	return td_failed(s) ? NULL : ip;
}

int td_ip_address_version(const td_ip_address *ip) {
	return ip ? ip->version : 0;
}

/* The longest run of two or more zero groups, the first of equal ones, is written as "::". */
static const char *v6_text(td_scope *s, const td_ip_address *ip) {
	unsigned groups[GROUPS];
	int best = -1, longest = 1;
	for (int i = 0; i < GROUPS; i++) groups[i] = (unsigned)ip->bytes[2 * i] << 8 | ip->bytes[2 * i + 1];
	for (int i = 0; i < GROUPS; i++) {
		int run = 0;
		while (i + run < GROUPS && !groups[i + run]) run++;
		if (run > longest) {
			best = i;
			longest = run;
		}
	}
	char text[64];
	int n = 0;
	for (int i = 0; i < GROUPS; i++) {
		if (i == best) {
			n += snprintf(text + n, sizeof text - (size_t)n, "::");
			i += longest - 1;
			continue;
		}
		const char *colon = i > 0 && i != best + longest ? ":" : "";
		if (best < 0 && i > 0) colon = ":";
		n += snprintf(text + n, sizeof text - (size_t)n, "%s%x", colon, groups[i]);
	}
	return td_format(s, "%s%s%s", text, ip->zone[0] ? "%" : "", ip->zone);
}

const char *(td_ip_address_str)(td_scope *s, const td_ip_address *ip) {
	if (!td__enter(s) || !td__need_handle(s, "ip", ip)) return td_no_text;
	if (ip->version == 6) return v6_text(s, ip);
	return td_format(s, "%u.%u.%u.%u", ip->bytes[0], ip->bytes[1], ip->bytes[2], ip->bytes[3]);
}

td_bytes(td_ip_address_packed)(td_scope *s, const td_ip_address *ip) {
	if (!td__enter(s) || !td__need_handle(s, "ip", ip)) return (td_bytes){"", 0};
	return td__keep_bytes(s, (td_bytes){(const char *)ip->bytes, ip->version == 6 ? 16 : 4});
}
