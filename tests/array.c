#include <tend.h>

static int by_value(const void *a, const void *b, void *arg) {
	(void)arg;
	int x = *(const int *)a / 10, y = *(const int *)b / 10;
	return (x > y) - (x < y);
}

TD_TEST(TestArray, test_grows) {
	td_array *a = td_array_new(t, sizeof(int));
	td_unittest_assert_equal(t, td_array_len(a), 0);
	td_unittest_assert_is_none(t, td_array_at(a, 0));
	for (int i = 0; i < 10000; i++) *(int *)td_array_append(t, a, NULL) = i;
	td_unittest_assert_equal(t, td_array_len(a), 10000);
	for (size_t i = 0; i < 10000; i++) {
		if (*(int *)td_array_at(a, i) != (int)i) td_unittest_fail(t, "at %zu", i);
	}
	td_unittest_assert_equal(t, ((int *)td_array_data(a))[9999], 9999);
	td_array_clear(a);
	td_unittest_assert_equal(t, td_array_len(a), 0);
}

TD_TEST(TestArray, test_insert_and_pop) {
	td_array *a = td_array_new(t, sizeof(int), .room = 2);
	for (int i = 1; i <= 3; i++) td_array_insert(t, a, 0, &i);
	int more[] = {7, 8}, out;
	td_array_extend(t, a, more, 2);
	td_array_insert(t, a, 99, &more[0]);
	td_unittest_assert_true(t, td_array_pop(t, a, 1, &out));
	td_unittest_assert_equal(t, out, 2);
	const int wanted[] = {3, 1, 7, 8, 7};
	for (size_t i = 0; i < 5; i++) td_unittest_assert_equal(t, *(int *)td_array_at(a, i), wanted[i]);
	td_unittest_assert_raises_message(t, TD_IndexError, "pop index out of range", td_array_pop(c, a, 5, NULL));
	td_array_clear(a);
	td_unittest_assert_raises_message(t, TD_IndexError, "pop from empty list", td_array_pop(c, a, 0, NULL));
}

/* An item of the array's own is copied, though growing moves it. */
TD_TEST(TestArray, test_own_items) {
	td_array *a = td_array_new(t, 64);
	for (int i = 0; i < 8; i++) *(int *)td_array_append(t, a, NULL) = i;
	td_array_append(t, a, td_array_at(a, 7));
	td_array_insert(t, a, 0, td_array_at(a, 8));
	td_unittest_assert_equal(t, *(int *)td_array_at(a, 0), 7);
	td_unittest_assert_true(t, td_array_extend(t, a, td_array_data(a), 10));
	td_unittest_assert_equal(t, td_array_len(a), 20);
	td_unittest_assert_equal(t, *(int *)td_array_at(a, 19), 7);
	td_unittest_assert_equal(t, *(int *)td_array_at(a, 12), 1);
}

TD_TEST(TestArray, test_limit) {
	td_array *a = td_array_new(t, 1, .limit = 3);
	td_unittest_assert_true(t, td_array_extend(t, a, "abc", 3));
	td_unittest_assert_raises_message(t, TD_OverflowError, "the array holds at most 3 items",
	                                  td_array_append(c, a, "d"));
	td_unittest_assert_raises(t, TD_ValueError, td_array_new(c, 0));
	td_unittest_assert_raises(t, TD_MemoryError, td_array_new(c, 1 << 20, .room = SIZE_MAX / 2));
	td_unittest_assert_raises(t, TD_TypeError, td_array_append(c, NULL, "d"));
}

TD_TEST(TestArray, test_sort_keeps_the_order_of_equals) {
	for (size_t len = 0; len < 300; len = len * 2 + 1) {
		td_array *a = td_array_new(t, sizeof(int));
		unsigned random = 12345;
		for (size_t i = 0; i < len; i++) {
			random = random * 1103515245 + 12345;
			int item = (int)(random >> 16 & 7) * 10;
			td_array_append(t, a, &item);
		}
		td_unittest_assert_true(t, td_array_sort(t, a, by_value, NULL));
		for (size_t i = 1; i < len; i++) {
			if (*(int *)td_array_at(a, i - 1) > *(int *)td_array_at(a, i)) td_unittest_fail(t, "%zu at %zu", len, i);
		}
	}
	const int items[] = {21, 12, 11, 29, 10, 20};
	const int wanted[] = {12, 11, 10, 21, 29, 20};
	td_array *a = td_array_new(t, sizeof(int));
	td_array_extend(t, a, items, 6);
	td_array_sort(t, a, by_value, NULL);
	for (size_t i = 0; i < 6; i++) td_unittest_assert_equal(t, *(int *)td_array_at(a, i), wanted[i]);
}

TD_TEST(TestArray, test_moves_to_an_outer_scope) {
	td_array *a;
	{
		TD_SCOPE(inner, t);
		a = td_array_new(inner, 1);
		td_array_extend(inner, a, "abc", 3);
		td_move(t, a);
	}
	td_array_append(t, a, "d");
	td_unittest_assert_equal(t, td_array_len(a), 4);
}
