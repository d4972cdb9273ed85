/* fault.c: the fault loop: hooks that count and, at the n-th step, fail; and what is looked at after each run. */
#include "fault.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "core/internal.h"
#include "core/sys.h"

enum { STEPS_MOST = 100000 };

/* One fault, of one step; system calls are made by threads too. */
static struct {
	fault_kind kind;
	int err_no;
	_Atomic long step; /* counts down to the fault; below it, the fault has happened */
	_Atomic bool armed, happened;
} fault;
static _Atomic long live; /* allocations that nobody freed */

static bool strikes(void) {
	if (!fault.armed) return false;
	long left = atomic_fetch_sub(&fault.step, 1);
	bool now = left == 1 || (left < 1 && fault.kind == FAULT_MEMORY_OUT);
	if (now) fault.happened = true;
	return now;
}

static void *counting_allocator(void *memory, size_t size) {
	if (size == 0) {
		live -= memory != NULL;
		free(memory);
		return NULL;
	}
	bool failing = fault.kind == FAULT_ALLOCATION || fault.kind == FAULT_MEMORY_OUT;
	if (failing && strikes()) return NULL;
	void *result = realloc(memory, size);
	live += result && !memory;
	return result;
}

static bool is_transfer(const char *call) {
	static const char *const transfers[] = {"read", "pread", "write", "pwrite", "send", "recv"};
	for (size_t i = 0; i < sizeof transfers / sizeof transfers[0]; i++) {
		if (strcmp(transfers[i], call) == 0) return true;
	}
	return false;
}

static int failing_call(const char *call) {
	if (fault.kind == FAULT_SHORT_TRANSFER) return is_transfer(call) && strikes() ? TD__SYS_SHORT : 0;
	if (strcmp(call, "close") == 0 && fault.err_no == EINTR) return 0; /* Linux has closed it all the same */
	return strikes() ? fault.err_no : 0;
}

static bool deadline_passed(void) {
	return strikes();
}

/* --- what must be as before --- */

typedef struct state {
	long live;
	int descriptors;
} state;

static int count_entries(const char *path) {
	int count = 0;
	DIR *dir = opendir(path);
	for (struct dirent *d; dir && (d = readdir(dir));) count += d->d_name[0] != '.';
	if (dir) closedir(dir);
	return count;
}

static state look(void) {
	return (state){live, count_entries("/proc/self/fd")};
}

static bool has_children(void) {
	siginfo_t info;
	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

static const char *const names[] = {"allocation", "allocation and all after it", "system call", "transfer",
                                    "look at the clock"};

static bool belongs(const td_kind *kind, const fault_opts *o) {
	if (td_kind_is(kind, TD_MemoryError) || (o->also && td_kind_is(kind, o->also))) return true;
	if (fault.kind == FAULT_DEADLINE) return td_kind_is(kind, TD_TimeoutError);
	return fault.kind == FAULT_SYSTEM_CALL && td_kind_is(kind, TD_OSError);
}

static void hooks(bool on) {
	td__sys_hook = on && (fault.kind == FAULT_SYSTEM_CALL || fault.kind == FAULT_SHORT_TRANSFER) ? failing_call : NULL;
	td__deadline_hook = on && fault.kind == FAULT_DEADLINE ? deadline_passed : NULL;
	fault.armed = on;
}

/* How a run ended. The error itself is freed before what is left is counted. */
typedef struct ending {
	const td_kind *kind; /* NULL: without an error */
	char message[500];
} ending;

static ending run(td_test_fn scenario, long n) {
	ending end = {0};
	fault.step = n;
	fault.happened = false;
	hooks(true);
	td_scope *s = td__root_open(NULL, NULL, NULL);
	scenario(s);
	td_error *e = td__scope_end(s);
	hooks(false);
	if (!e) return end;
	end.kind = e->kind;
	snprintf(end.message, sizeof end.message, "%s", e->message);
	td__error_free(e);
	return end;
}

static void check(td_scope *t, const ending *end, const fault_opts *o, long n, state before, state after) {
	const char *why = fault.kind == FAULT_SYSTEM_CALL ? strerrorname_np(fault.err_no) : "";
	TD_SUBTEST (t, "%s %ld %s", names[fault.kind], n, why) {
		if (end->kind && (!fault.happened || !belongs(end->kind, o))) td_raise(t, end->kind, "%s", end->message);
		td_unittest_assert_equal(t, after.live, before.live, .msg = "allocations that are left");
		td_unittest_assert_equal(t, after.descriptors, before.descriptors, .msg = "descriptors that are open");
		td_unittest_assert_false(t, has_children(), .msg = "a child is left");
		td_unittest_assert_equal(t, count_entries(getenv("TMPDIR")), 0, .msg = "temporary files that are left");
		if (o->verify) o->verify(t, end->kind != NULL);
	}
}

static void prepare(td_scope *t, const fault_opts *o) {
	if (!o->prepare) return;
	TD_SCOPE(p, t);
	o->prepare(p);
}

static void loop(td_scope *t, td_test_fn scenario, const fault_opts *o) {
	int bad = 0;
	for (long n = 1; n < STEPS_MOST && bad < 3; n += n <= o->each ? 1 : n < 2000 ? o->stride : n / 1000 + o->stride) {
		prepare(t, o);
		state before = look();
		ending end = run(scenario, n);
		state after = look();
		check(t, &end, o, n, before, after);
		bad += after.live != before.live || after.descriptors != before.descriptors;
		if (!fault.happened) return;
	}
	td_unittest_fail(t, "%s", bad ? "runs leave something behind" : "the scenario was failing to the end");
}

void fault_loop(td_scope *t, fault_kind kind, td_test_fn scenario, const fault_opts *opts) {
	static const int errors[] = {EIO, ENOSPC, EINTR};
	fault_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.stride < 1) o.stride = 1;
	td_set_allocator(counting_allocator);
	fault.kind = kind;
	prepare(t, &o);
	ending end = run(scenario, STEPS_MOST + 1); /* what is opened once and kept is opened now */
	if (end.kind) td_raise(t, end.kind, "%s", end.message);
	for (size_t i = 0; i < (kind == FAULT_SYSTEM_CALL ? 3 : 1) && !end.kind; i++) {
		fault.err_no = errors[i];
		loop(t, scenario, &o);
	}
	td_set_allocator(NULL);
}
