/* Rule 3: raising, catching, and an error that nobody caught. */
#include "child.h"

#include "core/internal.h"

TD_KIND(DeployError, TD_RuntimeError);

static bool raised(td_scope *s, const td_kind *kind, const char *message) {
	td_raise(s, kind, "%s", message);
	return td_failed(s);
}

TD_TEST(TestRule3Raising, test_kinds_are_caught_by_their_ancestors) {
	TD_SCOPE(c, t);
	raised(c, TD_FileNotFoundError, "x");
	td_unittest_assert_is_none(t, td_catch(c, TD_ValueError, TD_KeyError));
	td_unittest_assert_true(t, td_failed(c));
	const td_error *e = td_catch(c, TD_ValueError, TD_OSError);
	td_unittest_assert_is(t, e->kind, TD_FileNotFoundError);
	td_unittest_assert_equal(t, e->message, "x");
	td_unittest_assert_is_none(t, td_catch(c));
	raised(c, DeployError, "mine");
	td_unittest_assert_is_not_none(t, td_catch(c, TD_RuntimeError));
}

TD_TEST(TestRule3Raising, test_base_exceptions_pass_a_plain_catch) {
	const td_kind *kinds[] = {TD_CancelledError, TD_KeyboardInterrupt, TD_SystemExit};
	for (size_t i = 0; i < 3; i++) {
		TD_SCOPE(c, t);
		raised(c, kinds[i], "");
		td_unittest_assert_is_none(t, td_catch(c));
		td_unittest_assert_is_not_none(t, td_catch(c, TD_BaseException));
	}
}

TD_TEST(TestRule3Raising, test_os_errors_speak_as_python_does) {
	TD_SCOPE(c, t);
	td_raise_os(c, 2, "it's");
	const td_error *e = td_catch(c, TD_FileNotFoundError);
	td_unittest_assert_equal(t, e->message, "[Errno 2] No such file or directory: \"it's\"");
	td_unittest_assert_equal(t, e->err_no, 2);
	td_unittest_assert_equal(t, e->filename, "it's");
	td__os_error2(c, 18, "a", "b");
	td_unittest_assert_equal(t, td_catch(c)->message, "[Errno 18] Invalid cross-device link: 'a' -> 'b'");
	td_raise_os(c, 99999, NULL);
	td_unittest_assert_equal(t, td_catch(c)->message, "[Errno 99999] Unknown error 99999");
	td_unittest_assert_equal(t, td_errno_errorcode(13), "EACCES");
	td_unittest_assert_equal(t, td_errno_errorcode(0), "");
}

TD_TEST(TestRule3Raising, test_the_first_error_wins_and_the_later_one_is_a_note) {
	TD_SCOPE(c, t);
	raised(c, TD_ValueError, "first");
	raised(c, TD_KeyError, "second");
	const td_error *e = td_catch(c);
	td_unittest_assert_is(t, e->kind, TD_ValueError);
	td_unittest_assert_equal(t, e->notes.len, 1);
	td_unittest_assert_in(t, "KeyError: second", e->notes.items[0]);
}

static void fails(td_scope *s) {
	TD_SCOPE(work, s);
	td_raise(work, TD_ValueError, "deep");
}

TD_TEST(TestRule3Raising, test_an_uncaught_error_goes_to_the_parent_with_its_trace) {
	TD_SCOPE(attempt, t);
	fails(attempt);
	const td_error *e = td_catch(attempt, TD_ValueError);
	td_unittest_assert_equal(t, e->frame_count, 1);
	td_unittest_assert_equal(t, e->frames[0].scope, "work");
	td_unittest_assert_equal(t, e->frames[0].function, "fails");
	td_unittest_assert_in(t, "rule3_raising.c", e->file);
	td_unittest_assert_greater(t, e->at, e->frames[0].line);
}

TD_TEST(TestRule3Raising, test_reraise_and_raise_from) {
	TD_SCOPE(outer, t);
	{
		TD_SCOPE(inner, outer);
		raised(inner, TD_ValueError, "kept");
		const td_error *e = td_catch(inner);
		td_reraise(inner, e);
	}
	const td_error *e = td_catch(outer, TD_ValueError);
	td_unittest_assert_equal(t, e->message, "kept");
	{
		TD_SCOPE(inner, outer);
		td_raise_from(inner, e, DeployError, "deployment of %s", "web");
	}
	const td_error *from = td_catch(outer, DeployError);
	td_unittest_assert_equal(t, from->cause->message, "kept");
	const char *text = td_error_format(outer, from);
	td_unittest_assert_in(t, "ValueError: kept\n\nThe above exception was the direct cause", text);
	td_unittest_assert_in(t, "__main__.DeployError: deployment of web\n", text);
}

TD_TEST(TestRule3Raising, test_an_outer_deadline_is_not_caught_further_in) {
	TD_SCOPE(outer, t, .timeout = TD_NOW);
	{
		TD_SCOPE(inner, outer);
		td_unittest_assert_false(t, td_check(inner));
		td_unittest_assert_is_none(t, td_catch(inner, TD_TimeoutError));
		td_unittest_assert_is_none(t, td_catch(inner, TD_BaseException));
	}
	td_unittest_assert_is_not_none(t, td_catch(outer, TD_TimeoutError));
}

static int uncaught(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	printf("before\n");
	fails(s);
	printf("after\n");
	return 0;
}

TD_TEST(TestRule3Raising, test_an_error_that_reaches_the_root_is_printed_and_ends_the_program) {
	child_result r = child_run(uncaught);
	td_unittest_assert_equal(t, r.status, 1);
	td_unittest_assert_equal(t, r.out, "before\n");
	td_unittest_assert_true(t, td_str_startswith(r.err, "Traceback (most recent call last):\n  File \""));
	td_unittest_assert_in(t, ", in uncaught", r.err);
	td_unittest_assert_in(t, ", in fails, scope work\n", r.err);
	td_unittest_assert_true(t, td_str_endswith(r.err, "\nValueError: deep\n"));
}

static int exits(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	TD_SCOPE(inner, s);
	td_sys_exit(inner, 7);
	return 0;
}

static int exits_with_zero(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_sys_exit(s, 0);
	return 9;
}

static int returns_three(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	return td_failed(s) ? 0 : 3;
}

static int full_disk(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	if (!freopen("/dev/full", "w", stdout)) return 9;
	printf("lost\n");
	return td_failed(s);
}

TD_TEST(TestRule3Raising, test_the_status_of_a_program) {
	child_result r = child_run(exits);
	td_unittest_assert_equal(t, r.status, 7);
	td_unittest_assert_equal(t, r.err, "");
	td_unittest_assert_equal(t, child_run(exits_with_zero).status, 0);
	td_unittest_assert_equal(t, child_run(returns_three).status, 3);
	r = child_run(full_disk);
	td_unittest_assert_equal(t, r.status, 120);
	td_unittest_assert_in(t, "No space left on device", r.err);
}

TD_TEST(TestRule3Raising, test_a_root_that_is_not_fatal_keeps_its_error) {
	td_scope *root = td_scope_open_root();
	fails(root);
	td_unittest_assert_is(t, td_peek(root)->kind, TD_ValueError);
	td_unittest_assert_is_not_none(t, td_catch(root));
	td_scope_close(root);
}

TD_TEST(TestRule3Raising, test_module_names_stand_in_the_trace) {
	TD_SCOPE(c, t);
	raised(c, TD_JSONDecodeError, "Expecting value: line 1 column 1 (char 0)");
	const td_error *e = td_catch(c);
	td_unittest_assert_in(t, "\njson.decoder.JSONDecodeError: Expecting value", td_error_format(c, e));
	raised(c, TD_psutil_Error, "x");
	td_unittest_assert_equal(t, td_catch(c)->kind->name, "Error");
}

TD_TEST(TestRule3Raising, test_a_note_is_added_to_the_error_in_hand) {
	TD_SCOPE(c, t);
	td_add_note(c, "nothing to add it to");
	raised(c, TD_ValueError, "x");
	td_add_note(c, "while reading line %d", 12);
	td_unittest_assert_equal(t, td_catch(c)->notes.items[0], "while reading line 12");
}
