/* Rows of ipaddress: an address is its text. */
#include "oracle.h"

static const td_ip_address *address(td_scope *s, const oracle_call *call) {
	const char *text = oracle_text(s, call, "address", NULL);
	return td_failed(s) ? NULL : td_ipaddress_ip_address(s, text);
}

ORACLE_ROW(ipaddress_ip_address, "ipaddress.ip_address", "address") {
	const td_ip_address *ip = address(s, call);
	return ip ? td_value_new_str(s, td_ip_address_str(s, ip)) : NULL;
}
