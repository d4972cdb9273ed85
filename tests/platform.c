/* Tests of tend/platform.h. That the answers are CPython's on the same machine is what the oracle asks. */
#include <sys/utsname.h>
#include <tend.h>

TD_TEST(TestPlatform, test_uname_is_the_kernel_s) {
	struct utsname u;
	uname(&u);
	const td_platform_uname_result *r = td_platform_uname(t);
	td_unittest_assert_equal(t, r->system, "Linux");
	td_unittest_assert_equal(t, r->node, (const char *)u.nodename);
	td_unittest_assert_equal(t, r->version, (const char *)u.version);
	td_unittest_assert_equal(t, td_platform_release(t), (const char *)u.release);
	td_unittest_assert_equal(t, td_platform_machine(t), (const char *)u.machine);
}

TD_TEST(TestPlatform, test_platform_is_one_word) {
	const char *text = td_platform_platform(t);
	td_unittest_assert_true(t, td_str_startswith(text, td_format(t, "Linux-%s", td_platform_release(t))));
	td_unittest_assert_in(t, "-with-", text);
	td_unittest_assert_not_in(t, " ", text);
	td_unittest_assert_equal(t, td_platform_platform(t, .terse = true), text);
}

TD_TEST(TestPlatform, test_the_program_and_its_library) {
	td_unittest_assert_equal(t, td_platform_architecture(t)->bits, sizeof(void *) == 8 ? "64bit" : "32bit");
	td_unittest_assert_equal(t, td_platform_architecture(t)->linkage, "ELF");
	td_unittest_assert_true(t, *td_platform_libc_ver(t)->lib != '\0');
	td_unittest_assert_equal(t, td_platform_python_version(), "3.11");
}

static const td_value *os_release(td_scope *t, const char *text) {
	FILE *f = fopen("os-release", "w");
	fputs(text, f);
	fclose(f);
	return td_platform_freedesktop_os_release(t, .path = "os-release");
}

TD_TEST(TestPlatform, test_os_release_reads_as_python_does) {
	const td_value *v =
		os_release(t, "ID=debian\n# c\nPRETTY_NAME=\"Debian \\\"x\\\" \\$1\"\nA='b c'\nB=\"open\nC=\n D=1\nE=a=b\r\n"
	                  "F=\"\nG=\"'\nH=\"a\"b\nI=\\n\nID=last");
	td_unittest_assert_equal(t, td_value_repr(t, v),
	                         "{'NAME': 'Linux', 'ID': 'last', 'PRETTY_NAME': 'Debian \"x\" $1', 'A': 'b c', 'B': "
	                         "'\"open', 'C': '', 'E': 'a=b', "
	                         "'F': '\"', 'G': '\"\\'', 'H': '\"a\"b', 'I': '\\\\n'}");
}

TD_TEST(TestPlatform, test_a_missing_os_release_is_an_error) {
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_platform_freedesktop_os_release(c, .path = "none"));
	TD_SCOPE(c, t);
	td_raise(c, TD_ValueError, "first");
	td_unittest_assert_equal(t, td_platform_uname(c)->machine, "");
	td_unittest_assert_true(t, td_platform_system(c) == td_no_text);
	td_catch(c);
}
