#include <fcntl.h>
#include <tend.h>
#include <unistd.h>

TD_TEST(TestSelectors, test_events_and_data) {
	td_sock *pair[2];
	td_socket_socketpair(t, pair);
	int a = td_socket_fileno(pair[0]), b = td_socket_fileno(pair[1]), mine = 0, other = 0;
	td_selector *sel = td_selectors_new(t);
	td_unittest_assert_true(t, td_selectors_register(t, sel, a, TD_EVENT_READ, &mine));
	td_selector_event ready[4];
	td_unittest_assert_equal(t, td_selectors_select(t, sel, ready, 4, .timeout = TD_NOW), 0);
	td_unittest_assert_equal(t, td_selectors_select(t, sel, ready, 4, .timeout = 0.01), 0);
	td_socket_sendall(t, pair[1], (td_bytes){"x", 1});
	td_unittest_assert_equal(t, td_selectors_select(t, sel, ready, 4), 1);
	td_unittest_assert_equal(t, ready[0].fd, a);
	td_unittest_assert_equal(t, ready[0].events, TD_EVENT_READ);
	td_unittest_assert_is(t, ready[0].data, &mine);
	td_selectors_modify(t, sel, a, TD_EVENT_READ | TD_EVENT_WRITE, &other);
	td_unittest_assert_equal(t, td_selectors_select(t, sel, ready, 4), 1);
	td_unittest_assert_equal(t, ready[0].events, TD_EVENT_READ | TD_EVENT_WRITE);
	td_unittest_assert_is(t, ready[0].data, &other);
	td_selectors_register(t, sel, b, TD_EVENT_WRITE, NULL);
	td_unittest_assert_equal(t, td_selectors_len(sel), 2);
	td_unittest_assert_equal(t, td_selectors_select(t, sel, ready, 1), 1);
	td_unittest_assert_is(t, td_selectors_unregister(t, sel, a), &other);
	td_unittest_assert_equal(t, td_selectors_len(sel), 1);
}

TD_TEST(TestSelectors, test_errors_are_pythons) {
	td_selector *sel = td_selectors_new(t);
	int fds[2];
	td_unittest_assert_equal(t, pipe2(fds, O_CLOEXEC), 0);
	td_selectors_register(t, sel, fds[0], TD_EVENT_READ, NULL);
	const char *twice = td_format(t, "'%d (FD %d) is already registered'", fds[0], fds[0]);
	td_unittest_assert_raises_message(t, TD_KeyError, twice,
	                                  td_selectors_register(c, sel, fds[0], TD_EVENT_READ, NULL));
	const char *never = td_format(t, "'%d is not registered'", fds[1]);
	td_unittest_assert_raises_message(t, TD_KeyError, never, td_selectors_modify(c, sel, fds[1], TD_EVENT_READ, NULL));
	td_unittest_assert_raises_message(t, TD_KeyError, never, td_selectors_unregister(c, sel, fds[1]));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid events: 0",
	                                  td_selectors_register(c, sel, fds[1], 0, NULL));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid events: 999",
	                                  td_selectors_register(c, sel, fds[1], 999, NULL));
	td_unittest_assert_raises_message(t, TD_ValueError, "Invalid file descriptor: -1",
	                                  td_selectors_register(c, sel, -1, TD_EVENT_READ, NULL));
	int file = open("plain", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	td_unittest_assert_raises(t, TD_PermissionError, td_selectors_register(c, sel, file, TD_EVENT_READ, NULL));
	close(fds[1]);
	td_selector_event ready[1];
	td_unittest_assert_equal(t, td_selectors_select(t, sel, ready, 1), 1, .msg = "a hang-up is what was waited for");
	td_unittest_assert_equal(t, ready[0].events, TD_EVENT_READ);
	close(fds[0]);
	close(file);
	td_selectors_close(t, sel);
	td_selectors_close(t, sel);
	td_unittest_assert_raises(t, TD_OSError, td_selectors_select(c, sel, ready, 1));
	td_unittest_assert_raises(t, TD_TypeError, td_selectors_select(c, NULL, ready, 1));
}

TD_TEST(TestSelectors, test_select_obeys_the_scope) {
	td_selector *sel = td_selectors_new(t);
	TD_SCOPE(limited, t, .timeout = 0.02);
	td_selector_event ready[1];
	td_unittest_assert_equal(t, td_selectors_select(limited, sel, ready, 1), 0);
	td_unittest_assert_is_not_none(t, td_catch(limited, TD_TimeoutError));
}
