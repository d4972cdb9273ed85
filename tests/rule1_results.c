/* Rule 1: where results live, and who ends what. */
#include "child.h"

#include "core/internal.h"

static int ended;

static void count(td_scope *c, void *arg) {
	(void)c;
	ended += *(int *)arg;
}

static const char *made_in_scratch(td_scope *s) {
	TD_SCOPE(tmp, s);
	char *draft = td_alloc(tmp, 100);
	snprintf(draft, 100, "built from %s", "scratch");
	return td_keep(s, draft);
}

TD_TEST(TestRule1Results, test_result_outlives_the_scratch_it_was_made_in) {
	const char *text = made_in_scratch(t);
	for (int i = 0; i < 50; i++) made_in_scratch(t); /* takes the recycled block again */
	td_unittest_assert_equal(t, text, "built from scratch");
}

TD_TEST(TestRule1Results, test_alloc_is_zeroed_and_aligned_at_every_size) {
	for (size_t size = 1; size < 5000; size += 37) {
		TD_SCOPE(c, t);
		unsigned char *a = td_alloc(c, size), *b = td_alloc(c, size);
		td_unittest_assert_true(t, a != NULL && b != NULL && a != b);
		td_unittest_assert_equal(t, (uintptr_t)a % 16, 0);
		for (size_t i = 0; i < size; i++) {
			if (a[i] || b[i]) td_unittest_fail(t, "byte %zu of %zu is not zero", i, size);
		}
		memset(a, 0xAA, size);
		memset(b, 0xBB, size);
	}
}

TD_TEST(TestRule1Results, test_large_and_many_allocations_do_not_overlap) {
	TD_SCOPE(c, t);
	unsigned char *at[300];
	for (int i = 0; i < 300; i++) {
		size_t size = (size_t)(i * i) % 40000 + 1;
		at[i] = td_alloc(c, size);
		memset(at[i], i & 0xff, size);
	}
	for (int i = 0; i < 300; i++) td_unittest_assert_equal(t, (int)at[i][((size_t)(i * i) % 40000)], i & 0xff);
}

TD_TEST(TestRule1Results, test_an_array_that_cannot_fit_is_an_error) {
	td_unittest_assert_raises(t, TD_OverflowError, td_alloc_array(c, SIZE_MAX / 2, 4));
	td_unittest_assert_raises(t, TD_MemoryError, td_alloc(c, SIZE_MAX - 100));
}

TD_TEST(TestRule1Results, test_open_scopes_close_in_any_order) {
	int one = 1, ten = 10, hundred = 100;
	ended = 0;
	td_scope *a = td_scope_open(t), *b = td_scope_open(t), *c = td_scope_open(t);
	td_defer(a, count, &one);
	td_defer(b, count, &ten);
	td_defer(c, count, &hundred);
	td_scope_close(b);
	td_unittest_assert_equal(t, ended, 10);
	td_scope_close(a);
	td_unittest_assert_equal(t, ended, 11);
	td_scope_close(c);
	td_unittest_assert_equal(t, ended, 111);
}

TD_TEST(TestRule1Results, test_what_is_still_open_ends_with_the_parent) {
	int one = 1;
	ended = 0;
	{
		TD_SCOPE(parent, t);
		td_scope *connection = td_scope_open(parent);
		td_defer(connection, count, &one);
	}
	td_unittest_assert_equal(t, ended, 1);
}

static void end_handle(td_scope *c, void *handle) {
	(void)c;
	ended += *(int *)handle;
}

TD_TEST(TestRule1Results, test_a_moved_handle_ends_with_the_scope_it_moved_to) {
	ended = 0;
	{
		TD_SCOPE(outer, t);
		{
			TD_SCOPE(inner, outer);
			int *handle = td__handle_new(inner, sizeof *handle, end_handle);
			*handle = 7;
			td_unittest_assert_true(t, td_move(outer, handle));
		}
		td_unittest_assert_equal(t, ended, 0);
	}
	td_unittest_assert_equal(t, ended, 7);
}

TD_TEST(TestRule1Results, test_a_closed_handle_is_refused_not_read) {
	ended = 0;
	TD_SCOPE(c, t);
	int *handle = td__handle_new(c, sizeof *handle, end_handle);
	*handle = 1;
	td_unittest_assert_true(t, td__handle_open(handle));
	td__handle_close(handle);
	td__handle_close(handle); /* twice is as once */
	td_unittest_assert_false(t, td__handle_open(handle));
	td_unittest_assert_raises(t, TD_ValueError, td_move(c, handle));
	td_unittest_assert_equal(t, ended, 0);
}

/* --- memory that is short --- */

static bool starving;

static void *starve(void *memory, size_t size) {
	if (size && starving) return NULL;
	if (!size) {
		free(memory);
		return NULL;
	}
	return realloc(memory, size);
}

static int without_memory(int argc, char **argv) {
	(void)argc;
	(void)argv;
	td_set_allocator(starve);
	td_scope *root = td_scope_open_root();
	starving = true;
	int opened = 0;
	{
		TD_SCOPE(a, root);
		TD_SCOPE(b, a);
		TD_SCOPE(c, b);
		opened = a && b && c && td_failed(a) && td_failed(c);
		if (td_alloc(c, 10)) return 10;
		if (td_strdup(c, "x") != td_no_text) return 11;
		TD_LOOP (turn, c) return 12;
	}
	const td_error *e = td_catch(root);
	if (!opened || !e || e->kind != TD_MemoryError) return 13;
	starving = false;
	{
		TD_SCOPE(again, root);
		if (td_failed(again) || !td_alloc(again, 10)) return 14;
	}
	td_scope_close(root);
	starving = true;
	td_scope *second = td_scope_open_root();
	if (!second || !td_failed(second) || !td_peek(second)) return 15;
	td_scope_close(second);
	return 0;
}

TD_TEST(TestRule1Results, test_out_of_memory_gives_a_failed_scope_never_null) {
	td_unittest_assert_equal(t, child_run(without_memory).status, 0);
}
