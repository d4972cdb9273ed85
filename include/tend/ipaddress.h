/* tend/ipaddress.h: addresses of IPv4 and IPv6, read as strictly as Python's ipaddress reads them.
 *
 * An address is read once and never changes. Reading is all or nothing: no leading zeros, no blanks, no short forms of
 * IPv4. Nothing here blocks. Networks are not offered yet.
 *
 *     #include <tend.h>
 *
 *     static bool is_valid_ip(td_scope *s, const char *text) {
 *         TD_SCOPE(attempt, s);
 *         td_ipaddress_ip_address(attempt, text);
 *         return !td_catch(attempt, TD_ValueError);
 *     }
 */
#ifndef TEND_IPADDRESS_H
#define TEND_IPADDRESS_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_ip_address td_ip_address;

/* The address in text, of either version, in s. ValueError "'x' does not appear to be an IPv4 or IPv6 address".
 * Python: ipaddress.ip_address. */
TD_API const td_ip_address *td_ipaddress_ip_address(td_scope *s, const char *text);
#define td_ipaddress_ip_address(s, text) (td_ipaddress_ip_address)(TD_HERE(s), (text))

/* 4 or 6; 0 for NULL. Never fails. Python: IPv4Address.version, IPv6Address.version. */
TD_API int td_ip_address_version(const td_ip_address *ip);

/* The address as it is written shortest, with its zone when it has one: "2001:db8::1", "fe80::1%eth0".
 * Python: str(ip), ip.compressed. */
TD_API const char *td_ip_address_str(td_scope *s, const td_ip_address *ip);
#define td_ip_address_str(s, ip) (td_ip_address_str)(TD_HERE(s), (ip))

/* Its 4 or 16 bytes, in the network's order. Python: ip.packed. */
TD_API td_bytes td_ip_address_packed(td_scope *s, const td_ip_address *ip);
#define td_ip_address_packed(s, ip) (td_ip_address_packed)(TD_HERE(s), (ip))

TD__END
#endif
