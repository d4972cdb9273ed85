/* R24: tests a helper that validates IP addresses. */
#include <tend.h>

static bool is_valid_ip(td_scope *s, const char *text) {
	TD_SCOPE(attempt, s);
	td_ipaddress_ip_address(attempt, text);
	return !td_catch(attempt, TD_ValueError);
}

TD_TEST(TestIPValidation, test_valid_ipv4) {
	td_unittest_assert_true(t, is_valid_ip(t, "192.168.1.1"));
}

TD_TEST(TestIPValidation, test_invalid_ipv4) {
	td_unittest_assert_false(t, is_valid_ip(t, "999.999.999.999"));
}

TD_TEST(TestIPValidation, test_valid_ipv6) {
	td_unittest_assert_true(t, is_valid_ip(t, "2001:db8::1"));
}

TD_UNITTEST_MAIN
