/* The program itself: its arguments and its end. */
#include "child.h"

#include <stdint.h>

static void says(td_scope *s, void *arg) {
	td_print(s, "%s", (char *)arg);
}

static void fails(td_scope *s, void *arg) {
	(void)arg;
	td_raise(s, TD_ValueError, "at the end");
}

static void registers(td_scope *s, void *arg) {
	td_atexit_register(s, says, arg);
}

static int ends(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_atexit_register(s, says, text_arg("first"));
	td_atexit_register(s, fails, NULL);
	td_atexit_register(s, registers, text_arg("late"));
	td_atexit_register(s, says, text_arg("second"));
	td_atexit_register(s, says, text_arg("second"));
	td_defer(s, says, text_arg("scope"));
	return 3;
}

TD_TEST(TestAtexit, test_last_first_after_the_scopes) {
	child_result r = child_run(ends);
	td_unittest_assert_equal(t, r.out, "scope\nsecond\nsecond\nlate\nfirst\n");
	td_unittest_assert_equal(t, r.status, 3);
	td_unittest_assert_in(t, "Exception ignored in atexit callback:\n", r.err);
	td_unittest_assert_in(t, "ValueError: at the end\n", r.err);
}

static int ends_by_error(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_atexit_register(s, says, text_arg("end"));
	td_atexit_register(s, fails, NULL);
	td_atexit_unregister(fails);
	int pid = td_os_fork(s);
	if (pid == 0) exit(0);
	td_os_waitpid(s, pid, 0);
	td_raise(s, TD_ValueError, "it");
	return 0;
}

TD_TEST(TestAtexit, test_error_unregister_and_fork) {
	child_result r = child_run(ends_by_error);
	td_unittest_assert_equal(t, r.out, "end\n");
	td_unittest_assert_equal(t, r.status, 1);
	td_unittest_assert_not_in(t, "at the end", r.err);
}

static int ends_by_exit(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_atexit_register(s, says, text_arg("end"));
	td_sys_exit_msg(s, "cannot do %d things", 2);
	return 0;
}

static int ends_by_plain_exit(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_atexit_register(s, says, text_arg("end"));
	exit(5);
}

static int ends_at_once(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_atexit_register(s, says, text_arg("end"));
	td_os_exit(6);
}

TD_TEST(TestAtexit, test_ways_to_end) {
	child_result r = child_run(ends_by_exit);
	td_unittest_assert_equal(t, r.out, "end\n");
	td_unittest_assert_equal(t, r.err, "cannot do 2 things\n");
	td_unittest_assert_equal(t, r.status, 1);
	r = child_run(ends_by_plain_exit);
	td_unittest_assert_equal(t, r.out, "end\n");
	td_unittest_assert_equal(t, r.status, 5);
	r = child_run(ends_at_once);
	td_unittest_assert_equal(t, r.out, "");
	td_unittest_assert_equal(t, r.status, 6);
}

static void hook(const td_error *e, void *arg) {
	fprintf(stderr, "%s: %s\n", (char *)arg, e->message);
}

static int hooked(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_sys_excepthook(hook, text_arg("hook"));
	td_raise(s, TD_ValueError, "it");
	return 0;
}

static int hooked_exit(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_sys_excepthook(hook, text_arg("hook"));
	td_sys_exit(s, 4);
	return 0;
}

TD_TEST(TestSys, test_excepthook) {
	child_result r = child_run(hooked);
	td_unittest_assert_equal(t, r.err, "hook: it\n");
	td_unittest_assert_equal(t, r.status, 1);
	r = child_run(hooked_exit);
	td_unittest_assert_equal(t, r.err, "");
	td_unittest_assert_equal(t, r.status, 4);
}

static int shows_arguments(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_print(s, "%zu %s %d", td_sys_argv().len, td_sys_argv().items[0], td_sys_argv().items[1] == NULL);
	return 0;
}

TD_TEST(TestSys, test_argv) {
	td_unittest_assert_equal(t, child_run(shows_arguments).out, "1 child 1\n");
}

TD_TEST(TestSys, test_format_exc) {
	td_unittest_assert_equal(t, td_traceback_format_exc(t), "NoneType: None\n");
	TD_SCOPE(c, t);
	td_raise(c, TD_ValueError, "it");
	const char *text = td_traceback_format_exc(c);
	td_unittest_assert_true(c, td_catch(c, TD_ValueError) != NULL);
	td_unittest_assert_in(t, "Traceback (most recent call last):\n", text);
	td_unittest_assert_in(t, "ValueError: it\n", text);
}

TD_TEST(TestSys, test_facts) {
	td_unittest_assert_equal(t, td_sys_platform(), "linux");
	td_unittest_assert_equal(t, td_sys_maxsize(), (int64_t)PTRDIFF_MAX);
	uint16_t one = 1;
	td_unittest_assert_equal(t, td_sys_byteorder(), *(char *)&one ? "little" : "big");
	td_unittest_assert_equal(t, td_sys_getfilesystemencoding(), "utf-8");
	td_unittest_assert_true(t, td_path_isabs(td_sys_executable(t)) && td_path_isfile(t, td_sys_executable(t)));
	const td_version_info *v = td_sys_version_info();
	td_unittest_assert_equal(t, td_format(t, "%d.%d.%d", v->major, v->minor, v->micro), td_sys_version());
}

/* A program whose file was removed while it runs. */
static int removed(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_path_write_bytes(s, "copy", td_path_read_bytes(s, td_sys_executable(s)));
	td_os_chmod(s, "copy", 0755);
	td_os_execv(s, "./copy", TD_ARGV("copy", "RemovedProgram.shows_itself"));
	return 0;
}

TD_TEST(RemovedProgram, shows_itself, .hidden = true) {
	td_os_unlink(t, td_sys_executable(t));
	printf("<%s>", td_sys_executable(t));
	fflush(stdout);
}

TD_TEST(TestSys, test_executable_that_was_removed) {
	const char *want = td_format(t, "<%s>", td_path_join(t, td_os_getcwd(t), "copy"));
	td_unittest_assert_in(t, want, child_run(removed).out);
}

TD_TEST(TestUuid, test_forms) {
	const char *plain = "12345678-1234-5678-1234-567812345678";
	static const char *const forms[] = {
		"{12345678-1234-5678-1234-567812345678}",
		"12345678123456781234567812345678",
		"urn:uuid:12345678-1234-5678-1234-567812345678",
		"1-2345678123456781234567812345678",
	};
	for (size_t i = 0; i < 4; i++) td_unittest_assert_equal(t, td_uuid_str(t, td_uuid_new(t, forms[i])), plain);
	td_unittest_assert_equal(t, td_uuid_hex(t, td_uuid_new(t, "{ABCDEF78123456781234567812345678}")),
	                         "abcdef78123456781234567812345678");
	td_unittest_assert_raises_message(t, TD_ValueError, "badly formed hexadecimal UUID string", td_uuid_new(c, "bad"));
	td_unittest_assert_raises_message(t, TD_ValueError,
	                                  "invalid literal for int() with base 16: '1234567812345678123456781234567g'",
	                                  td_uuid_new(c, "1234567812345678123456781234567g"));
	td_unittest_assert_raises_message(t, TD_ValueError, "bytes is not a 16-char string",
	                                  td_uuid_new_bytes(c, td_bytes_of("x")));
	td_unittest_assert_equal(t, td_uuid_version(td_uuid_new_bytes(t, td_bytes_of("0123456789abcdef"))), -1);
	td_unittest_assert_equal(t, td_uuid_variant(td_uuid_new_bytes(t, td_bytes_of("0123456789abcdef"))),
	                         "reserved for NCS compatibility");
}

TD_TEST(TestUuid, test_making) {
	const td_uuid *a = td_uuid_uuid4(t), *b = td_uuid_uuid4(t);
	td_unittest_assert_true(t, memcmp(a, b, sizeof *a) != 0);
	td_unittest_assert_equal(t, td_uuid_version(a), 4);
	td_unittest_assert_equal(t, td_uuid_variant(a), "specified in RFC 4122");
	td_unittest_assert_equal(t, td_uuid_str(t, td_uuid_uuid5(t, TD_NAMESPACE_DNS, "python.org")),
	                         "886313e1-3b8a-5372-9b90-0c9aee199e5d");
	td_unittest_assert_equal(t, td_uuid_str(t, td_uuid_uuid3(t, TD_NAMESPACE_DNS, "python.org")),
	                         "6fa459ea-ee8a-3ca4-894e-db77e160355e");
}
