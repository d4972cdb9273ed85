#include <pwd.h>
#include <tend.h>
#include <unistd.h>

#include "os/process_internal.h"

/* The names of users in lists of processes: taken from /etc/passwd only where libc would find the same there. */

static const char plain[] = "passwd: files systemd\n";
static const char users[] = "# a word\n"
							"\n"
							"root:x:0:0:root:/root:/bin/sh\n"
							"toor:x:0:0::/root:/bin/sh\n"
							"web-1:x:4294967294:33:Web, the first:/srv::\n"
							"last:x:7:7";

static const char *name_of(td_scope *t, const char *nsswitch, const char *passwd, int64_t uid) {
	td_bytes name;
	return td__user_in_files(nsswitch, passwd, uid, &name) ? td_strndup(t, name.data, name.len) : "-";
}

TD_TEST(TestUserName, test_the_first_of_that_number) {
	td_unittest_assert_equal(t, name_of(t, plain, users, 0), "root");
	td_unittest_assert_equal(t, name_of(t, plain, users, 4294967294), "web-1");
	td_unittest_assert_equal(t, name_of(t, plain, users, 5), "-");
	td_unittest_assert_equal(t, name_of(t, plain, "", 0), "-");
}

TD_TEST(TestUserName, test_what_is_not_plain_is_left_to_libc) {
	static const char *const strange[] = {
		"+\nroot:x:0:0::/:\n",      "+@admins:::::\nroot:x:0:0::/:\n", " odd:x:0:0::/:\nroot:x:0:0::/:\n",
		"odd:x: 0:0\nroot:x:0:0\n", "odd:x:0:\nroot:x:0:0::/:\n",      "odd\nroot:x:0:0::/:\n",
		":x:0:0\nroot:x:0:0::/:\n", "odd:x:0x0:0\nroot:x:0:0::/:\n",   "odd:x:99999999999:0::/:\nroot:x:0:0::/:\n",
	};
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
		td_unittest_assert_equal(t, name_of(t, plain, strange[i], 0), "-", .msg = strange[i]);
}

TD_TEST(TestUserName, test_where_the_system_looks_first) {
	static const char *const yes[] = {"passwd:files\n", "  passwd:\tfiles # ours\n", "group: ldap\npasswd: files",
	                                  "passwd: sss files\npasswd: files sss\n"};
	static const char *const no[] = {"",
	                                 "group: files\n",
	                                 "passwd: sss files\n",
	                                 "passwd: filesystem\n",
	                                 "passwd: files [SUCCESS=continue] sss\n",
	                                 "passwd: compat\n",
	                                 "passwd: files\npasswd: sss files\n",
	                                 "passwd : files\n",
	                                 "#passwd: files\n"};
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		td_unittest_assert_equal(t, name_of(t, yes[i], users, 0), "root", .msg = yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		td_unittest_assert_equal(t, name_of(t, no[i], users, 0), "-", .msg = no[i]);
}

TD_TEST(TestUserName, test_every_user_of_this_machine_has_the_name_that_libc_gives) {
	setpwent();
	for (struct passwd *e; (e = getpwent());) {
		uid_t uid = e->pw_uid;
		const struct passwd *first = getpwuid(uid);
		td_unittest_assert_equal(t, td__user_name(t, uid), first->pw_name);
	}
	endpwent();
	td_unittest_assert_equal(t, td__user_name(t, 3999999999), "3999999999");
	td_unittest_assert_equal(t, td__user_name(t, -1), "");
}
