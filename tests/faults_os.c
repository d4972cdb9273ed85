/* What paths, directories, temporary files, arrays and maps do when memory, system calls or time run out, at each step. */
#include <tend.h>
#include <unistd.h>

#include "fault.h"

static const char OLD[] = "what was there before", NEW[] = "what is there now, and is longer";

/* --- a file that is replaced holds the old or the new, and nothing is left beside it --- */

static void make_old(td_scope *t) {
	td_os_makedirs(t, "dir", .exist_ok = true);
	td_path_write_text(t, "dir/target", OLD);
}

static void is_old_or_new(td_scope *t, bool failed) {
	const char *text = td_path_read_text(t, "dir/target");
	if (failed && td_str_startswith(text, OLD))
		td_unittest_assert_equal(t, text, OLD);
	else
		td_unittest_assert_equal(t, text, NEW);
	td_unittest_assert_equal(t, td_os_listdir(t, "dir").len, 1, .msg = "files beside the target");
}

TD_FAULT_SCENARIO(replacing, .prepare = make_old, .verify = is_old_or_new) {
	td_path_write_text(s, "dir/target", NEW, .atomic = true);
}

static void make_link(td_scope *t) {
	make_old(t);
	TD_SCOPE(attempt, t);
	td_os_unlink(attempt, "link");
	td_catch(attempt, TD_FileNotFoundError);
	if (symlink("dir/target", "link") != 0) td_unittest_fail(t, "no link could be made");
}

TD_FAULT_SCENARIO(replacing_through_a_link, .prepare = make_link, .verify = is_old_or_new) {
	td_path_write_text(s, "link", NEW, .atomic = true);
}

/* --- directories --- */

static void remove_directories(td_scope *t) {
	TD_SCOPE(work, t);
	static const char *const names[] = {"a/b/c/f", "a/b/c/g", "a/b/c", "a/b", "a"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (td_path_isdir(work, names[i]))
			td_os_rmdir(work, names[i]);
		else if (td_path_lexists(work, names[i]))
			td_os_unlink(work, names[i]);
	}
}

TD_FAULT_SCENARIO(directories, .prepare = remove_directories) {
	td_os_makedirs(s, "a/b/c");
	td_path_write_text(s, td_path_join(s, "a", "b", "c", "f"), "x");
	td_os_rename(s, "a/b/c/f", "a/b/c/g");
	td_strs names = td_os_listdir(s, "a/b/c");
	if (names.len) td_path_isfile(s, td_path_joinpath(s, "a/b", "c", names.items[0]));
	td_path_relpath(s, td_path_abspath(s, "a/b"), .start = "x/y");
	td_path_commonpath(s, td_strs_of(s, "/usr/lib", "/usr/bin"));
	td_path_getsize(s, "a/b/c/g");
	td_os_environ_set(s, "TEND_FAULT", "value");
	td_os_getenv(s, "TEND_FAULT");
	td_path_read_text(s, "/proc/self/status");
}

/* --- temporary files --- */

TD_FAULT_SCENARIO(temporary) {
	TD_SCOPE(work, s);
	const char *dir = td_tempfile_temporary_directory(work, .prefix = "fault-");
	td_os_makedirs(work, td_path_join(work, dir, "a/b"));
	td_path_write_text(work, td_path_join(work, dir, "a", "f"), "x");
	td_file *f = td_tempfile_named(work, .suffix = ".tmp");
	td_file_write(work, f, "x");
	td_file_flush(work, f);
	td_file *g = td_tempfile_named(work);
	td_file_close(work, g);
}

/* --- arrays and maps --- */

TD_FAULT_SCENARIO(collections) {
	td_array *a = td_array_new(s, sizeof(int), .room = 2);
	for (int i = 40; i > 0; i--) td_array_append(s, a, &i);
	td_map *m = td_map_new(s);
	for (size_t i = 0; i < 60; i++) td_map_set(s, m, td_format(s, "key %zu", i), a);
	for (size_t i = 0; i < 30 && !td_failed(s); i++) td_map_pop(s, m, td_format(s, "key %zu", 2 * i));
	const char *key;
	for (size_t at = 0; td_map_next(m, &at, &key, NULL);) td_map_remove(m, key);
}

TD_FAULT_SCENARIO(memory_files) {
	td_file *f = td_file_mem(s, (td_bytes){"one\ntwo\n", 8});
	td_file_readline(s, f);
	td_file_printf(s, f, "%01000d\n", 1);
	td_file_seek(s, f, 0);
	td_file_readlines(s, f);
	td_file_getvalue(s, f);
	td_file_close(s, f);
}

static const td_value *twice(td_scope *t, const td_value *item) {
	return td_v(t, 2 * td_value_int(item, 0));
}

TD_FAULT_SCENARIO(pool_of_processes, .also = TD_BrokenProcessPool) {
	td_pool *pool = td_pool_new(s, .processes = 2);
	const td_value *doubled = td_pool_map(s, pool, twice, td_list(s, 1, 2, 3, "text"));
	td_value_repr(s, doubled);
	for (td_results *r = td_pool_imap_unordered(s, pool, twice, td_list(s, 4, 5)); td_results_next(s, r);) {
	}
	td_pool_close(s, pool);
	td_pool_join(s, pool);
}
