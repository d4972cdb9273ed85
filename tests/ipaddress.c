/* Addresses: what the oracle does not ask. */
#include <tend.h>

TD_TEST(TestIpAddress, test_versions_and_bytes) {
	const td_ip_address *four = td_ipaddress_ip_address(t, "10.0.0.255"), *six = td_ipaddress_ip_address(t, "::1%eth0");
	td_unittest_assert_equal(t, td_ip_address_version(four), 4);
	td_unittest_assert_equal(t, td_ip_address_version(six), 6);
	td_unittest_assert_equal(t, td_ip_address_version(NULL), 0);
	td_unittest_assert_equal(t, td_ip_address_packed(t, four), ((td_bytes){"\x0a\0\0\xff", 4}));
	td_unittest_assert_equal(t, td_ip_address_packed(t, six).len, 16);
	td_unittest_assert_equal(t, td_ip_address_str(t, six), "::1%eth0");
}

TD_TEST(TestIpAddress, test_what_is_none) {
	td_unittest_assert_raises_message(t, TD_ValueError, "'1.2.3' does not appear to be an IPv4 or IPv6 address",
	                                  td_ipaddress_ip_address(c, "1.2.3"));
	td_unittest_assert_raises(t, TD_TypeError, td_ipaddress_ip_address(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_ip_address_str(c, NULL));
}
