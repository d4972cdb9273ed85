"""R24: tests a helper that validates IP addresses."""
import ipaddress
import unittest


def is_valid_ip(text):
    try:
        ipaddress.ip_address(text)
        return True
    except ValueError:
        return False


class TestIPValidation(unittest.TestCase):
    def test_valid_ipv4(self):
        self.assertTrue(is_valid_ip("192.168.1.1"))

    def test_invalid_ipv4(self):
        self.assertFalse(is_valid_ip("999.999.999.999"))

    def test_valid_ipv6(self):
        self.assertTrue(is_valid_ip("2001:db8::1"))


unittest.main()
