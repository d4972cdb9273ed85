/* tend/unittest.h: tests that register themselves, each in its own process with its own empty directory and time limit.
 *
 *     #include <tend.h>
 *
 *     TD_TEST(TestSplit, test_commas) {
 *         td_strs parts = td_str_split(t, "a,b", .sep = ",");
 *         td_unittest_assert_equal(t, parts.len, 2);
 *         td_unittest_assert_equal(t, parts.items[1], "b");
 *     }
 *
 *     TD_TEST(TestSplit, test_empty_separator, .timeout = 2) {
 *         td_unittest_assert_raises(t, TD_ValueError, td_str_split(c, "a", .sep = ""));   // c: a child scope of t
 *     }
 *
 *     TD_UNITTEST_MAIN
 *
 * t is the test's own scope. A failed assertion, or an error that reaches t, ends the test there: cleanups run, nothing
 * after the failing line does. A test that leaves a descriptor, child, thread or temporary file behind has failed.
 * Command line of the test program: [-v] [-q] [-f] [-b] [-k PATTERN] [--list] [-j N] [--shuffle SEED] [--durations N]
 * [--tap] [--junit FILE] [NAME…]; exit status 0 when all passed, 1 when not, 5 when no test was run.
 */
#ifndef TEND_UNITTEST_H
#define TEND_UNITTEST_H

#pragma GCC system_header

#include <tend/text.h>
#include <tend/value.h>

TD__BEGIN

typedef void (*td_test_fn)(td_scope *t);

typedef struct td_test_opts {
	TD__OPTS_HEAD;
	const char *skip; /* the reason: the test is not run, and counted; NULL runs it (skipIf: cond ? "why" : NULL) */
	bool expected_failure; /* fails when it passes */
	double timeout;        /* seconds; 0 is 30 */
	bool hidden;           /* runs only when the command line names it */
} td_test_opts;

typedef struct td_testcase_opts {
	TD__OPTS_HEAD;
	td_test_fn set_up;       /* before each test of the case, on its scope; an error skips the test and tear_down */
	td_test_fn tear_down;    /* after each test, failed or not, on a scope of its own */
	td_test_fn set_up_class; /* in each test's process too, first of all; an error skips everything else */
	td_test_fn tear_down_class;
} td_testcase_opts;

/* A test or a case of fixtures on the list of all; in the program's own memory, so that registering cannot fail. */
typedef struct td__test {
	struct td__test *next;
	const char *testcase, *name;
	td_test_fn fn;
	td_test_opts opts; /* last: it may grow */
} td__test;
typedef struct td__testcase {
	struct td__testcase *next;
	const char *name;
	td_testcase_opts opts; /* last: it may grow */
} td__testcase;
TD_API void td__unittest_register(td__test *test);
TD_API void td__unittest_register_case(td__testcase *testcase);

/* TD_TEST(Case, name, .skip = …) { … }: a test; its body has `td_scope *t`. Python: a method of unittest.TestCase. */
#define TD_TEST(...) TD__TEST(__VA_ARGS__, )
#define TD__TEST(case_, name_, ...)                                                                                    \
	static void case_##_##name_(td_scope *t);                                                                          \
	__attribute__((constructor)) static void case_##_##name_##_register(void) {                                        \
		static td__test test;                                                                                          \
		test.testcase = #case_;                                                                                        \
		test.name = #name_;                                                                                            \
		test.fn = case_##_##name_;                                                                                     \
		test.opts = *TD__OPTS(td_test_opts, __VA_ARGS__);                                                              \
		td__unittest_register(&test);                                                                                  \
	}                                                                                                                  \
	static void case_##_##name_(TD__UNUSED td_scope *t)

/* TD_TESTCASE(Case, .set_up = fn, .tear_down = fn): fixtures of a case, at file scope. */
#define TD_TESTCASE(case_, ...)                                                                                        \
	__attribute__((constructor)) static void case_##_register_case(void) {                                             \
		static td__testcase fixtures;                                                                                  \
		fixtures.name = #case_;                                                                                        \
		fixtures.opts = *TD__OPTS(td_testcase_opts, __VA_ARGS__);                                                      \
		td__unittest_register_case(&fixtures);                                                                         \
	}                                                                                                                  \
	_Static_assert(1, "")

/* Runs the registered tests as the arguments say and returns the exit status. Python: unittest.main. */
TD_API int td_unittest_main(int argc, char **argv);
#define TD_UNITTEST_MAIN                                                                                               \
	int main(int argc, char **argv) {                                                                                  \
		return td_unittest_main(argc, argv);                                                                           \
	}

/* TD_SUBTEST(t, "i=%d", i) { … }: a part that fails by itself; the test goes on after it and has failed. t must be a
 * variable: in the body it is the part's own scope, and after an error there what follows is refused, not left. Python:
 * with self.subTest(i=i). */
TD_API td_scope *td__subtest_begin(td_scope **t, const char *fmt, ...) TD__PRINTF(2, 3);
TD_API void td__subtest_leave(td_scope **t);
TD_API td_scope *td__subtest_turn(td_scope *t);
#define TD_SUBTEST(t_, ...)                                                                                            \
	for (td_scope * td__sub TD__CLEANUP(td__subtest_leave) = td__subtest_begin(&(t_), __VA_ARGS__); td__sub;           \
	     td__sub = td__subtest_turn(td__sub))

/* Ends the test as failed or as skipped. Python: self.fail, self.skipTest. */
TD_API void td_unittest_fail(td_scope *t, const char *fmt, ...) TD__PRINTF(2, 3);
#define td_unittest_fail(t, ...) (td_unittest_fail)(TD_HERE(t), __VA_ARGS__)
TD_API void td_unittest_skip_test(td_scope *t, const char *fmt, ...) TD__PRINTF(2, 3);
#define td_unittest_skip_test(t, ...) (td_unittest_skip_test)(TD_HERE(t), __VA_ARGS__)

/* Runs fn(c, arg) after the test and its tear_down, last in first out, on a scope of its own; its error is told by
 * itself. (td_defer on t runs before tear_down.) Python: self.addCleanup. */
TD_API void td_unittest_add_cleanup(td_scope *t, td_cleanup_fn fn, void *arg);

typedef struct td_assert_opts {
	TD__OPTS_HEAD;
	const char *msg;    /* appended: "1 != 2 : msg" */
	td_opt_int places;  /* of the almost-equal family: decimal places; absent: 7 */
	td_opt_float delta; /* instead of places */
} td_assert_opts;

/* Each returns whether it held. Texts, numbers, bools, td_bytes, td_strs and values are compared as what they are; two
 * texts of several lines are shown as a diff. Python: assertTrue, assertFalse, assertEqual … */
TD_API bool td_unittest_assert_true(td_scope *t, bool expr, const td_assert_opts *opts);
TD_API bool td_unittest_assert_false(td_scope *t, bool expr, const td_assert_opts *opts);
#define td_unittest_assert_true(...) TD__ASSERT_1(td_unittest_assert_true, __VA_ARGS__, )
#define td_unittest_assert_false(...) TD__ASSERT_1(td_unittest_assert_false, __VA_ARGS__, )
#define TD__ASSERT_1(fn, t, x, ...) (fn)(TD_HERE(t), (x), TD__OPTS(td_assert_opts, __VA_ARGS__))

TD_API bool td__assert_compare(td_scope *t, const char *op, td_lit a, td_lit b, const td_assert_opts *opts);
#define td_unittest_assert_equal(...) TD__ASSERT_2("==", __VA_ARGS__, )
#define td_unittest_assert_not_equal(...) TD__ASSERT_2("!=", __VA_ARGS__, )
#define td_unittest_assert_greater(...) TD__ASSERT_2(">", __VA_ARGS__, )
#define td_unittest_assert_greater_equal(...) TD__ASSERT_2(">=", __VA_ARGS__, )
#define td_unittest_assert_less(...) TD__ASSERT_2("<", __VA_ARGS__, )
#define td_unittest_assert_less_equal(...) TD__ASSERT_2("<=", __VA_ARGS__, )
#define td_unittest_assert_almost_equal(...) TD__ASSERT_2("~=", __VA_ARGS__, )
#define td_unittest_assert_not_almost_equal(...) TD__ASSERT_2("!~=", __VA_ARGS__, )
/* member in container: a text in a text, td_strs or value. Python: assertIn. */
#define td_unittest_assert_in(...) TD__ASSERT_2("in", __VA_ARGS__, )
#define td_unittest_assert_not_in(...) TD__ASSERT_2("not in", __VA_ARGS__, )
/* Lists (td_strs, values): the same items in the same order; as often, in any order; or the same set of them. Texts, by
 * their lines. Dicts. Python: assertListEqual, assertCountEqual, assertSetEqual, assertMultiLineEqual, assertDictEqual. */
#define td_unittest_assert_list_equal(...) TD__ASSERT_2("list", __VA_ARGS__, )
#define td_unittest_assert_count_equal(...) TD__ASSERT_2("count", __VA_ARGS__, )
#define td_unittest_assert_set_equal(...) TD__ASSERT_2("set", __VA_ARGS__, )
#define td_unittest_assert_multi_line_equal(...) TD__ASSERT_2("lines", __VA_ARGS__, )
#define td_unittest_assert_dict_equal(...) TD__ASSERT_2("dict", __VA_ARGS__, )
#define TD__ASSERT_2(op, t, a, b, ...)                                                                                 \
	td__assert_compare(TD_HERE(t), op, td__lit(a), td__lit(b), TD__OPTS(td_assert_opts, __VA_ARGS__))

TD_API bool td__assert_pointer(td_scope *t, const char *op, const void *a, const void *b, const td_assert_opts *opts);
#define td_unittest_assert_is(...) TD__ASSERT_P("is", __VA_ARGS__, )
#define td_unittest_assert_is_not(...) TD__ASSERT_P("is not", __VA_ARGS__, )
#define TD__ASSERT_P(op, t, a, b, ...)                                                                                 \
	td__assert_pointer(TD_HERE(t), op, (a), (b), TD__OPTS(td_assert_opts, __VA_ARGS__))
/* Whether the pointer is NULL. Python: assertIsNone. */
#define td_unittest_assert_is_none(...) TD__ASSERT_N("is none", __VA_ARGS__, )
#define td_unittest_assert_is_not_none(...) TD__ASSERT_N("is not none", __VA_ARGS__, )
#define TD__ASSERT_N(op, t, a, ...) td__assert_pointer(TD_HERE(t), op, (a), NULL, TD__OPTS(td_assert_opts, __VA_ARGS__))

/* Whether the regular expression matches somewhere in text. Python: assertRegex, assertNotRegex. */
TD_API bool td__assert_regex(td_scope *t, bool wanted, const char *text, const char *pattern,
                             const td_assert_opts *opts);
#define td_unittest_assert_regex(...) TD__ASSERT_R(true, __VA_ARGS__, )
#define td_unittest_assert_not_regex(...) TD__ASSERT_R(false, __VA_ARGS__, )
#define TD__ASSERT_R(wanted, t, text, pattern, ...)                                                                    \
	td__assert_regex(TD_HERE(t), wanted, (text), (pattern), TD__OPTS(td_assert_opts, __VA_ARGS__))

/* Evaluates expr with `td_scope *c`, a child of t, and takes the error of that kind (or a descendant) from it; fails
 * when there is none. The message form also wants the text in the error's message, the regex form that the regular
 * expression matches there. Python: assertRaises, assertRaisesRegex. */
TD_API bool td__assert_raised(td_scope *t, td_scope *c, const td_kind *kind, const char *message, const char *pattern);
#define td_unittest_assert_raises(t_, kind, expr) TD__ASSERT_RAISES(t_, kind, NULL, NULL, expr)
#define td_unittest_assert_raises_message(t_, kind, message, expr) TD__ASSERT_RAISES(t_, kind, message, NULL, expr)
#define td_unittest_assert_raises_regex(t_, kind, pattern, expr) TD__ASSERT_RAISES(t_, kind, NULL, pattern, expr)
#define TD__ASSERT_RAISES(t_, kind, message, pattern, expr)                                                            \
	do {                                                                                                               \
		td_scope *td__outer = TD_HERE(t_);                                                                             \
		TD_SCOPE(c, td__outer);                                                                                        \
		(void)(expr);                                                                                                  \
		td__assert_raised(td__outer, c, (kind), (message), (pattern));                                                 \
	} while (0)

/* What a logger, and those below it, were told at level or above. From the call to td_unittest_assert_logs_end it has no
 * other handler. Fails at the end when there was nothing; the second form when there was something. What is still watched
 * when t ends is let go.
 *
 *     td_log_capture *seen = td_unittest_assert_logs(t, .logger = "app");
 *     td_logging_warning(td_logging_get_logger("app.db"), "slow");
 *     td_strs lines = td_unittest_assert_logs_end(t, seen);         // {"WARNING:app.db:slow"}
 *
 * Python: assertLogs, assertNoLogs. */
typedef struct td_log_capture td_log_capture;
typedef struct td_assert_logs_opts {
	TD__OPTS_HEAD;
	const char *logger; /* NULL: the root */
	int level;          /* 0: INFO */
} td_assert_logs_opts;
TD_API td_log_capture *td_unittest_assert_logs(td_scope *t, const td_assert_logs_opts *opts);
#define td_unittest_assert_logs(...) TD__ASSERT_LOGS(td_unittest_assert_logs, __VA_ARGS__, )
TD_API td_log_capture *td_unittest_assert_no_logs(td_scope *t, const td_assert_logs_opts *opts);
#define td_unittest_assert_no_logs(...) TD__ASSERT_LOGS(td_unittest_assert_no_logs, __VA_ARGS__, )
#define TD__ASSERT_LOGS(fn, t, ...) (fn)(TD_HERE(t), TD__OPTS(td_assert_logs_opts, __VA_ARGS__))
/* "LEVEL:logger:message" of each record, in t. */
TD_API td_strs td_unittest_assert_logs_end(td_scope *t, td_log_capture *capture);
#define td_unittest_assert_logs_end(t, capture) (td_unittest_assert_logs_end)(TD_HERE(t), (capture))

TD__END
#endif
