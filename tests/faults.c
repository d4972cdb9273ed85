/* What the core does when memory, system calls or time run out, at each single step. */
#include <fcntl.h>
#include <tend.h>
#include <unistd.h>

#include "fault.h"

/* --- scope --- */

static void count_down(td_scope *c, void *arg) {
	td_alloc(c, 100);
	--*(int *)arg;
}

static int pending;

static void scopes_in_scopes(td_scope *s, int depth) {
	TD_SCOPE(inner, s, .timeout = 60);
	if (td_defer(inner, count_down, &pending)) pending++;
	for (int i = 0; i < 3; i++) td_alloc(inner, (size_t)1 << (4 * i));
	td_strdup(s, "kept");
	if (depth) scopes_in_scopes(inner, depth - 1);
	td_check(inner);
}

static void no_cleanup_pends(td_scope *t, bool failed) {
	(void)failed;
	td_unittest_assert_equal(t, pending, 0, .msg = "cleanups that did not run");
}

TD_FAULT_SCENARIO(scopes, .verify = no_cleanup_pends) {
	scopes_in_scopes(s, 4);
	TD_LOOP (turn, s) {
		if (td_alloc_array(turn, 10, 1000)) break;
	}
	td_scope *session = td_scope_open(s);
	td_alloc(session, 70000);
	td_scope_close(session);
}

TD_FAULT_SCENARIO(errors) {
	TD_SCOPE(attempt, s);
	td_raise(attempt, TD_KeyError, "'%s'", "a key that is long enough to need memory of its own");
	const td_error *e = td_catch(attempt, TD_LookupError);
	if (e) {
		TD_SCOPE(second, s);
		td_raise_from(second, e, TD_ValueError, "on top of it");
		td_add_note(second, "seen on %s", "Sunday");
		e = td_catch(second);
		if (e) td_error_format(s, e);
	}
}

static void sleeper(td_scope *t, void *arg) {
	(void)arg;
	td_alloc(t, 5000);
	td_check(t);
}

TD_FAULT_SCENARIO(threads, .also = TD_RuntimeError) {
	TD_SCOPE(nursery, s);
	for (int i = 0; i < 2; i++) td_thread_start(nursery, sleeper, NULL, .name = "sleeper");
}

/* --- text and values --- */

TD_FAULT_SCENARIO(texts) {
	td_strs parts = td_str_split(s, "alpha beta  gamma\tdelta");
	const char *joined = td_str_join(s, ", ", parts);
	td_str_upper(s, td_str_replace(s, joined, "a", "ÄÄÄ"));
	td_str_splitlines(s, td_format(s, "%s\n%d\n%5.2f", joined, 42, 1.5), .keepends = true);
	td_str_zfill(s, td_str_strip(s, "  -7 "), 300);
	td_str_repr(s, "quote ' and \" and \n");
	td_float_repr(s, td_float(s, "0.1"));
	td_int(s, "12_345");
}

TD_FAULT_SCENARIO(values) {
	td_value *list = td_value_new_list(s), *dict = td_value_new_dict(s);
	for (int i = 0; i < 40; i++) {
		td_value_append(s, list, td_v(s, i));
		td_value_set(s, dict, td_format(s, "key %d", i), td_list(s, i, "text", 1.5));
	}
	td_value_set(s, dict, "nested", td_dict(s, "a", list, "b", td_strs_of(s, "x", "y")));
	td_value_remove(s, dict, "key 3");
	const td_value *copy = td_value_copy(s, dict);
	td_value_repr(s, copy);
	td_value_compare(s, td_list(s, 1, 2), td_list(s, 1, 3));
	td_value_digits(s, td_value_new_digits(s, "123456789012345678901234567890"));
	for (td_value_walk *w = td_value_walk_open(s, copy); td_value_walk_next(s, w);) td_value_walk_path(s, w);
}

TD_FAULT_SCENARIO(json_text) {
	const td_value *v = td_json_loads(s, "{\"a\": [1, 2.5, \"text \\u00e9 \\ud83d\\ude00\", null, true, {\"b\": {}}], "
	                                     "\"big\": 123456789012345678901234567890, \"a\": {\"c\": [[], [[]]]}}");
	td_json_dumps(s, v);
	td_json_dumps(s, v, .indent = TD_INT(2), .sort_keys = true, .ensure_utf8 = true);
	TD_SCOPE(attempt, s);
	td_json_loads(attempt, "[1, 2,, 3]");
	td_catch(attempt, TD_JSONDecodeError);
}

/* --- files --- */

static const char CONTENT[] = "first line\nsecond line\nthird, which is longer than the others, and has no end";

static void make_source(td_scope *t) {
	unlink("target");
	td_file *f = td_open(t, "source", "w");
	td_file_write(t, f, CONTENT);
	td_file_close(t, f);
}

/* A copy that is said to be made is whole. */
static void target_is_whole(td_scope *t, bool failed) {
	if (failed) return;
	TD_SCOPE(tmp, t);
	td_file *f = td_open(tmp, "target", "r");
	td_unittest_assert_equal(tmp, td_file_read(tmp, f), CONTENT);
}

TD_FAULT_SCENARIO(files, .prepare = make_source, .verify = target_is_whole) {
	td_file *in = td_open(s, "source", "r"), *out = td_open(s, "target", "w");
	for (td_bytes line; td_file_next_line(s, in, &line);) td_file_write_bytes(s, out, line);
	td_file_flush(s, out);
	td_file_close(s, out);
	td_file_seek(s, in, 0);
	td_file_readlines(s, in);
	td_file_close(s, in);
}

TD_FAULT_SCENARIO(files_in_place, .prepare = make_source) {
	td_file *f = td_open(s, "source", "r+b");
	td_file_read_bytes(s, f, .n = TD_INT(5));
	td_file_seek(s, f, 2);
	td_file_write_bytes(s, f, (td_bytes){"XYZ", 3});
	td_file_truncate(s, f, .size = TD_INT(20));
	td_file_tell(s, f);
	td_file_close(s, f);
}

static const char JSON[] = "{\"name\": \"tend\", \"ports\": [80, 443]}";

static void make_json(td_scope *t) {
	td_file *f = td_open(t, "in.json", "w");
	td_file_write(t, f, JSON);
	td_file_close(t, f);
}

static void json_is_whole(td_scope *t, bool failed) {
	if (failed) return;
	td_unittest_assert_equal(t, td_json_load_path(t, "out.json"), td_json_loads(t, JSON));
}

TD_FAULT_SCENARIO(json_files, .prepare = make_json, .verify = json_is_whole) {
	const td_value *v = td_json_load_path(s, "in.json");
	td_file *f = td_open(s, "out.json", "w");
	td_json_dump(s, v, f, .indent = TD_INT(1));
	td_file_close(s, f);
}
