#include <tend.h>

TD_TEST(TestNumber, test_float_repr_is_pythons) {
	static const struct {
		double x;
		const char *text;
	} rows[] = {
		{0.1, "0.1"},
		{1e16, "1e+16"},
		{9999999999999998.0, "9999999999999998.0"},
		{1e-5, "1e-05"},
		{0.0001, "0.0001"},
		{-0.0, "-0.0"},
		{5e-324, "5e-324"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{123456.789, "123456.789"},
		{2.2250738585072014e-308, "2.2250738585072014e-308"},
		{1e22, "1e+22"},
		{1e15, "1000000000000000.0"},
		{1.0, "1.0"},
		{0x1p53, "9007199254740992.0"},
		{9.5e-7, "9.5e-07"},
		{1e100, "1e+100"},
		{2.5, "2.5"},
		{0x1p-1074, "5e-324"},
		{__builtin_inf(), "inf"},
		{-__builtin_inf(), "-inf"},
		{__builtin_nan(""), "nan"},
		{0.3, "0.3"},
		{2e-3, "0.002"},
		{4.35, "4.35"},
		{100.0, "100.0"},
		{1234567890123456.7, "1234567890123456.8"},
		{0x1p-1022, "2.2250738585072014e-308"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		td_unittest_assert_equal(t, td_float_repr(t, rows[i].x), rows[i].text);
	}
}

TD_TEST(TestNumber, test_floats_are_read_to_the_nearest) {
	static const struct {
		const char *text;
		double x;
	} rows[] = {
		{"0.1", 0.1},
		{" 1_0.5\n", 10.5},
		{"1e400", __builtin_inf()},
		{"-1e400", -__builtin_inf()},
		{"1e-400", 0},
		{"Infinity", __builtin_inf()},
		{"-inF", -__builtin_inf()},
		{".5", 0.5},
		{"5.", 5},
		{"1E+2", 100},
		{"2.4703282292062327e-324", 0},
		{"2.4703282292062328e-324", 5e-324},
		{"9007199254740993", 9007199254740992.0},
		{"9007199254740993.00000000000000000000000000000001", 9007199254740994.0},
		{"1.7976931348623158e308", 1.7976931348623157e308},
		{"1.7976931348623159e308", __builtin_inf()},
		{"1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775872070963302864"
	     "1"
	     "6692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366"
	     "9"
	     "59622842914819860834936475292719074168444365510704342711559699508093042880177904174497792",
	     __builtin_inf()},
		{"\xd9\xa1\xd9\xa2", 12},
		{"0.000000000000000000000000000000000000000000000000000000000000000000000000000000001", 1e-81},
		{"100000000000000000000000000000000000000000000000000000000000000000000000000000000e-80", 1},
		{"2.2250738585072011e-308", 2.2250738585072011e-308},
		{"6.9294956446009195e15", 6929495644600919.5},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		td_unittest_assert_equal(t, td_float(t, rows[i].text), rows[i].x, .msg = rows[i].text);
	}
	double nan = td_float(t, "nan");
	td_unittest_assert_true(t, nan != nan);
	static const char *const bad[] = {"",   " ", "x",   "1__0", "_1",  "1_",      "1e",
	                                  "e5", ".", "+-1", "0x10", "1 2", "infinit", "1_.5"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		td_unittest_assert_raises_message(t, TD_ValueError, "could not convert string to float: '",
		                                  td_float(c, bad[i]));
	}
}

TD_TEST(TestNumber, test_ints_are_read_as_python_does) {
	td_unittest_assert_equal(t, td_int(t, " -42\t"), -42);
	td_unittest_assert_equal(t, td_int(t, "1_000"), 1000);
	td_unittest_assert_equal(t, td_int(t, "ff", .base = TD_INT(16)), 255);
	td_unittest_assert_equal(t, td_int(t, "0xFF", .base = TD_INT(16)), 255);
	td_unittest_assert_equal(t, td_int(t, "0x_f", .base = TD_INT(0)), 15);
	td_unittest_assert_equal(t, td_int(t, "-0b11", .base = TD_INT(0)), -3);
	td_unittest_assert_equal(t, td_int(t, "00", .base = TD_INT(0)), 0);
	td_unittest_assert_equal(t, td_int(t, "\xd9\xa1\xd9\xa2"), 12);
	td_unittest_assert_equal(t, td_int(t, "-9223372036854775808"), INT64_MIN);
	td_unittest_assert_equal(t, td_int(t, "zz", .base = TD_INT(36)), 1295);
	td_unittest_assert_raises(t, TD_OverflowError, td_int(c, "9223372036854775808"));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid literal for int() with base 10: 'x'", td_int(c, "x"));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid literal for int() with base 0: '01'",
	                                  td_int(c, "01", .base = TD_INT(0)));
	static const char *const bad[] = {"", "1__0", "_1", "1_", "0x10", "1.5", "--1", "+", "1 2"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		td_unittest_assert_raises_message(t, TD_ValueError, "invalid literal for int() with base 10: '",
		                                  td_int(c, bad[i]));
	}
	td_unittest_assert_raises_message(t, TD_ValueError, "int() base must be >= 2 and <= 36, or 0",
	                                  td_int(c, "1", .base = TD_INT(1)));
	char *digits = td_alloc(t, 4302);
	for (int i = 0; i < 4301; i++) digits[i] = '1';
	td_unittest_assert_raises_message(
		t, TD_ValueError,
		"Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use "
		"sys.set_int_max_str_digits() to increase the limit",
		td_int(c, digits));
}
