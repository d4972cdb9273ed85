#include <tend.h>

static const char *order(td_scope *t, const td_map *m) {
	const char *items[64], *key;
	size_t count = 0;
	for (size_t at = 0; count < 64 && td_map_next(m, &at, &key, NULL);) items[count++] = key;
	return td_str_join(t, " ", (td_strs){items, count});
}

TD_TEST(TestMap, test_keeps_the_order) {
	td_map *m = td_map_new(t);
	int one = 1, two = 2, three = 3;
	td_map_set(t, m, "b", &one);
	td_map_set(t, m, "a", &two);
	td_map_set(t, m, "", &three);
	td_unittest_assert_equal(t, order(t, m), "b a ");
	td_map_set(t, m, "b", &three);
	td_unittest_assert_equal(t, order(t, m), "b a ", .msg = "a known key keeps its place");
	td_unittest_assert_is(t, td_map_get(m, "b"), &three);
	td_map_remove(m, "b");
	td_map_set(t, m, "b", &one);
	td_unittest_assert_equal(t, order(t, m), "a  b", .msg = "one that was taken out comes last");
	td_unittest_assert_equal(t, td_map_len(m), 3);
}

TD_TEST(TestMap, test_missing) {
	td_map *m = td_map_new(t);
	td_unittest_assert_is_none(t, td_map_get(m, "x"));
	td_unittest_assert_false(t, td_map_contains(m, "x") || td_map_remove(m, "x"));
	td_unittest_assert_raises_message(t, TD_KeyError, "'x'", td_map_pop(c, m, "x"));
	td_map_set(t, m, "x", NULL);
	td_unittest_assert_true(t, td_map_contains(m, "x"), .msg = "NULL is a value");
	td_unittest_assert_is_none(t, td_map_pop(t, m, "x"));
	td_unittest_assert_raises(t, TD_TypeError, td_map_set(c, m, NULL, m));
	td_unittest_assert_raises(t, TD_TypeError, td_map_set(c, NULL, "x", m));
	td_unittest_assert_equal(t, td_map_len(NULL), 0);
	td_unittest_assert_is_none(t, td_map_get(NULL, "x"));
}

TD_TEST(TestMap, test_keys_are_copied) {
	char key[] = "key";
	td_map *m = td_map_new(t);
	td_map_set(t, m, key, key);
	key[0] = 'x';
	td_unittest_assert_true(t, td_map_contains(m, "key"));
}

/* Against a plain list that is searched from the front: many keys come and go. */
TD_TEST(TestMap, test_many_come_and_go) {
	enum { KEYS = 3000, STEPS = 60000 };
	td_map *m = td_map_new(t);
	char **names = td_alloc_array(t, KEYS, sizeof *names);
	uintptr_t *values = td_alloc_array(t, KEYS, sizeof *values);
	for (int i = 0; i < KEYS; i++) names[i] = (char *)(uintptr_t)td_format(t, "key-%d", i);
	unsigned random = 1;
	size_t len = 0;
	for (uintptr_t step = 1; step <= STEPS; step++) {
		random = random * 1103515245 + 12345;
		size_t i = random / 65536 % KEYS;
		if (random & 1 << 12) {
			len += !values[i];
			values[i] = step;
			td_map_set(t, m, names[i], (void *)step);
		} else {
			bool there = values[i] != 0;
			if (td_map_remove(m, names[i]) != there) td_unittest_fail(t, "step %zu", (size_t)step);
			len -= there;
			values[i] = 0;
		}
	}
	td_unittest_assert_equal(t, td_map_len(m), len);
	size_t seen = 0;
	const char *key;
	void *value;
	for (size_t at = 0; td_map_next(m, &at, &key, &value); seen++) {
		if (values[td_int(t, key + 4)] != (uintptr_t)value) td_unittest_fail(t, "%s", key);
	}
	td_unittest_assert_equal(t, seen, len);
	for (int i = 0; i < KEYS; i++) {
		if ((uintptr_t)td_map_get(m, names[i]) != values[i]) td_unittest_fail(t, "%s", names[i]);
	}
	td_map_clear(m);
	td_unittest_assert_equal(t, td_map_len(m), 0);
	td_unittest_assert_true(t, td_map_set(t, m, "again", m) && td_map_contains(m, "again"));
}

TD_TEST(TestMap, test_taking_out_while_going_through) {
	td_map *m = td_map_new(t);
	for (int i = 0; i < 100; i++) td_map_set(t, m, td_format(t, "%d", i), m);
	const char *key;
	size_t met = 0;
	for (size_t at = 0; td_map_next(m, &at, &key, NULL); met++) {
		if (met % 2) td_map_remove(m, key);
	}
	td_unittest_assert_equal(t, met, 100);
	td_unittest_assert_equal(t, td_map_len(m), 50);
}

TD_TEST(TestMap, test_limit) {
	td_map *m = td_map_new(t, .limit = 2);
	td_map_set(t, m, "a", m);
	td_map_set(t, m, "b", m);
	td_unittest_assert_true(t, td_map_set(t, m, "a", NULL), .msg = "a known key is no new one");
	td_unittest_assert_raises_message(t, TD_OverflowError, "the map holds at most 2 keys", td_map_set(c, m, "c", m));
}
