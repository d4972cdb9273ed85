/* Rules 9 and 10: memory of an ended scope is caught in debug and sanitizer builds; every way out of a block is a plain
 * one. */
#include "child.h"

#include "core/internal.h"

static const volatile char *text_of_an_ended_scope(td_scope *s) {
	TD_SCOPE(c, s);
	return td_strdup(c, "gone with its scope");
}

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__SANITIZE_THREAD__)
#define THREADS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#elif __has_feature(thread_sanitizer)
#define THREADS_SANITIZED 1
#endif
#endif

#ifdef THREADS_SANITIZED
enum { ENDS_WHO_LOOKS = true };
#else
enum { ENDS_WHO_LOOKS = false };
#endif

#ifdef SANITIZED
int __asan_address_is_poisoned(const volatile void *at);

static bool is_poisoned(const volatile char *at) {
	return __asan_address_is_poisoned(at);
}
#else
/* The first bytes are the allocator's own by now. */
static bool is_poisoned(const volatile char *at) {
	return at[17] == (char)0xDD;
}
#endif

TD_TEST(TestRule9Debug, test_memory_of_an_ended_scope_is_poisoned) {
	if (!td__is_debug()) td_unittest_skip_test(t, "only debug and sanitizer builds poison");
	if (ENDS_WHO_LOOKS) td_unittest_skip_test(t, "ThreadSanitizer ends the program that looks");
	td_unittest_assert_true(t, is_poisoned(text_of_an_ended_scope(t)));
}

static int wrong_thread_status;

static void uses_the_parents_scope(td_scope *t, void *arg) {
	(void)t;
	TD_SCOPE(wrong, (td_scope *)arg);
	wrong_thread_status = td_failed(wrong);
}

static int two_threads_one_scope(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	TD_SCOPE(c, s);
	td_thread_start(c, uses_the_parents_scope, c);
	return 0;
}

TD_TEST(TestRule9Debug, test_a_scope_used_by_another_thread_is_caught) {
	if (!td__is_debug()) td_unittest_skip_test(t, "only debug and sanitizer builds look");
	child_result r = child_run(two_threads_one_scope);
	td_unittest_assert_equal(t, r.status, -6);
	td_unittest_assert_in(t, "does not belong to", r.err);
}

TD_TEST(TestRule9Debug, test_dump_shows_who_opened_what) {
	TD_SCOPE(outer, t);
	TD_SCOPE(inner, outer);
	td_raise(inner, TD_ValueError, "shown");
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	td_scope_dump(outer, out);
	fclose(out);
	td_catch(inner);
	const char *copy = td_strdup(t, text);
	free(text);
	td_unittest_assert_true(t, td_str_startswith(copy, "outer  "));
	td_unittest_assert_in(t, "\n  inner  ", copy);
	td_unittest_assert_in(t, "rule9_debug.c:", copy);
	td_unittest_assert_in(t, "holds ValueError: shown", copy);
}

static int ended;

static void count(td_scope *c, void *arg) {
	(void)c;
	(void)arg;
	ended++;
}

static int leaves_by(td_scope *s, int way) {
	TD_SCOPE(a, s);
	td_defer(a, count, NULL);
	for (int i = 0; i < 2; i++) {
		TD_SCOPE(b, a);
		td_defer(b, count, NULL);
		if (way == 0) return 0;
		if (way == 1) break;
		if (way == 2) continue;
		do {
			TD_SCOPE(c, b);
			td_defer(c, count, NULL);
			if (way == 3) return 3;
		} while (false);
	}
	return way;
}

TD_TEST(TestRule10PlainReturns, test_every_way_out_ends_the_scopes) {
	const int expected[] = {2, 2, 3, 3, 5};
	for (int way = 0; way < 5; way++) {
		ended = 0;
		td_unittest_assert_equal(t, leaves_by(t, way), way);
		td_unittest_assert_equal(t, ended, expected[way]);
	}
}
