/* What copying, moving and removing do when memory, system calls or time run out, at each step. */
#include <sys/stat.h>
#include <tend.h>
#include <unistd.h>

#include "fault.h"

static const char OLD[] = "what was there before", NEW[] = "what is there now, and is longer";

static void clear(td_scope *t) {
	static const char *const trees[] = {"tree", "copy", "dir"};
	for (size_t i = 0; i < 3; i++) {
		if (td_path_lexists(t, trees[i])) td_shutil_rmtree(t, trees[i]);
	}
}

static void make_files(td_scope *t) {
	clear(t);
	td_os_makedirs(t, "dir");
	td_path_write_text(t, "dir/target", OLD);
	td_path_write_text(t, "source", NEW);
}

static void target_is_whole(td_scope *t, bool failed) {
	const char *text = td_path_read_text(t, "dir/target");
	if (!failed || !td_str_startswith(text, OLD))
		td_unittest_assert_equal(t, text, NEW);
	else
		td_unittest_assert_equal(t, text, OLD);
	td_unittest_assert_equal(t, td_os_listdir(t, "dir").len, 1, .msg = "files beside the target");
}

TD_FAULT_SCENARIO(copying_atomically, .prepare = make_files, .verify = target_is_whole) {
	td_shutil_copy2(s, "source", "dir/target", .atomic = true);
}

static void copy_is_whole(td_scope *t, bool failed) {
	if (!failed) td_unittest_assert_equal(t, td_path_read_text(t, "dir/target"), NEW);
}

TD_FAULT_SCENARIO(copying, .prepare = make_files, .verify = copy_is_whole) {
	td_shutil_copy2(s, "source", "dir/target");
	td_shutil_copy(s, "source", "dir");
}

static void make_sparse(td_scope *t) {
	make_files(t);
	td_os_truncate(t, "source", 1 << 20);
}

static void sparse_is_whole(td_scope *t, bool failed) {
	if (!failed) td_unittest_assert_equal(t, td_path_getsize(t, "dir/target"), 1 << 20);
}

TD_FAULT_SCENARIO(copying_holes, .prepare = make_sparse, .verify = sparse_is_whole) {
	td_shutil_copyfile(s, "source", "dir/target");
}

static void make_tree(td_scope *t) {
	clear(t);
	td_os_makedirs(t, "tree/a/b");
	td_path_write_text(t, "tree/f", "f");
	td_path_write_text(t, "tree/a/b/g", "g");
	td_os_symlink(t, "f", "tree/link");
	td_os_symlink(t, "a", "tree/link-to-dir");
}

static void tree_is_whole(td_scope *t, bool failed) {
	if (failed) return;
	td_unittest_assert_equal(t, td_path_read_text(t, "copy/a/b/g"), "g");
	td_unittest_assert_equal(t, td_path_read_text(t, "copy/link-to-dir/b/g"), "g");
}

TD_FAULT_SCENARIO(copying_a_tree, .prepare = make_tree, .verify = tree_is_whole) {
	td_shutil_copytree(s, "tree", "copy");
}

static void tree_is_gone(td_scope *t, bool failed) {
	if (!failed) td_unittest_assert_false(t, td_path_lexists(t, "tree"));
}

TD_FAULT_SCENARIO(removing_a_tree, .prepare = make_tree, .verify = tree_is_gone) {
	td_shutil_rmtree(s, "tree");
}

static void tree_is_somewhere(td_scope *t, bool failed) {
	(void)failed;
	bool here = td_path_exists(t, "tree/a/b/g"), there = td_path_exists(t, "copy/a/b/g");
	td_unittest_assert_true(t, here || there);
	td_strs names = td_os_listdir(t, ".");
	for (size_t i = 0; i < names.len; i++) td_unittest_assert_false(t, td_str_endswith(names.items[i], ".tend-new"));
}

/* The rename that works at once; where it is the call that fails, what is done across file systems. */
TD_FAULT_SCENARIO(moving_a_tree, .prepare = make_tree, .verify = tree_is_somewhere) {
	td_shutil_move(s, "tree", "copy");
}

TD_FAULT_SCENARIO(rest_of_shutil) {
	td_shutil_which(s, "sh");
	td_shutil_disk_usage(s, "/");
	td_shutil_get_terminal_size(s);
	td_shutil_chown(s, ".", .uid = TD_INT(getuid()));
	td_shutil_ignored(s, TD_IGNORE_PATTERNS("a*"), ".", td_strs_of(s, "a", "b"));
}
