/* tests/fault.h: the fault loop. A scenario is run again and again; the first time its first allocation fails, then its
 * second, and so on until it goes through without a failure; the same with its system calls and with its deadline. After
 * each run nothing may be left: no memory, no descriptor, no child, no temporary file, and what verify looks for.
 *
 *     TD_FAULT_SCENARIO(copying, .prepare = make_source, .verify = target_is_whole) {
 *         td_shutil_copy(s, "source", "target");
 *     }
 *
 * becomes the tests TestFaults.copying_allocation, …_memory_out, …_system_call, …_short_transfer and …_deadline. A run
 * ends with no error (the failure was made good), or with one that belongs to what failed. */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <tend/unittest.h>

typedef enum fault_kind {
	FAULT_ALLOCATION,     /* the n-th fails */
	FAULT_MEMORY_OUT,     /* the n-th fails and all after it */
	FAULT_SYSTEM_CALL,    /* the n-th fails: with EIO, with ENOSPC, with EINTR */
	FAULT_SHORT_TRANSFER, /* the n-th read, write, … moves half of what was asked */
	FAULT_DEADLINE,       /* the n-th look at the clock finds the deadline passed */
} fault_kind;

typedef struct fault_opts {
	TD__OPTS_HEAD;
	td_test_fn prepare;                       /* before each run, without faults */
	void (*verify)(td_scope *t, bool failed); /* after each run, without faults: are the files as they may be? */
	long each, stride;   /* after the first each steps, only every stride-th fails: for thousands that are alike */
	const td_kind *also; /* a kind of error that a run may end with, besides those that belong to the fault */
} fault_opts;

void fault_loop(td_scope *t, fault_kind kind, td_test_fn scenario, const fault_opts *opts);

#define TD_FAULT_SCENARIO(...) TD__FAULT_SCENARIO(__VA_ARGS__, )
#define TD__FAULT_SCENARIO(name_, ...)                                                                                 \
	static void name_##_scenario(td_scope *s);                                                                         \
	TD__FAULT_TEST(name_, allocation, FAULT_ALLOCATION, __VA_ARGS__)                                                   \
	TD__FAULT_TEST(name_, memory_out, FAULT_MEMORY_OUT, __VA_ARGS__)                                                   \
	TD__FAULT_TEST(name_, system_call, FAULT_SYSTEM_CALL, __VA_ARGS__)                                                 \
	TD__FAULT_TEST(name_, short_transfer, FAULT_SHORT_TRANSFER, __VA_ARGS__)                                           \
	TD__FAULT_TEST(name_, deadline, FAULT_DEADLINE, __VA_ARGS__)                                                       \
	static void name_##_scenario(TD__UNUSED td_scope *s)
#define TD__FAULT_TEST(name_, suffix, kind, ...)                                                                       \
	TD_TEST(TestFaults, name_##_##suffix, .timeout = 120) {                                                            \
		fault_loop(t, kind, name_##_scenario, TD__OPTS(fault_opts, __VA_ARGS__));                                      \
	}

#endif
