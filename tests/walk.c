#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <tend.h>
#include <unistd.h>

static void make_tree(td_scope *t) {
	td_os_makedirs(t, "top/a/b");
	td_os_makedirs(t, "top/c");
	td_path_write_text(t, "top/f", "12345");
	td_path_write_text(t, "top/a/g", "123");
	td_os_symlink(t, "a", "top/link");
	td_os_symlink(t, "f", "top/to-f");
	td_os_symlink(t, "nowhere", "top/dangling");
	td_os_mkfifo(t, "top/fifo");
}

/* The walk as a text: "path[dirs|files] …", sorted within each directory. */
static const char *walked(td_scope *t, td_walk *w) {
	const char *all = "";
	while (td_walk_next(t, w)) {
		td_walk_sort(w);
		all = td_format(t, "%s%s[%s|%s] ", all, w->path, td_str_join(t, ",", w->dirs), td_str_join(t, ",", w->files));
	}
	return all;
}

TD_TEST(TestWalk, test_both_orders) {
	make_tree(t);
	td_unittest_assert_equal(t, walked(t, td_os_walk(t, "top")),
	                         "top[a,c,link|dangling,f,fifo,to-f] top/a[b|g] top/a/b[|] top/c[|] ");
	const char *up = walked(t, td_os_walk(t, "top", .bottomup = true));
	td_unittest_assert_true(t, td_str_endswith(up, "top[a,c,link|dangling,f,fifo,to-f] "));
	td_unittest_assert_true(t, td_str_find(up, "top/a/b[|] top/a[b|g] ") >= 0);
	td_unittest_assert_equal(t, walked(t, td_os_walk(t, "top/")),
	                         "top/[a,c,link|dangling,f,fifo,to-f] top/a[b|g] top/a/b[|] top/c[|] ");
	td_unittest_assert_true(t, td_str_find(walked(t, td_os_walk(t, "top", .followlinks = true)),
	                                       " top/link[b|g] top/link/b[|] ") > 0);
}

TD_TEST(TestWalk, test_types_stat_and_descriptor) {
	make_tree(t);
	td_walk *w = td_os_walk(t, "top");
	td_unittest_assert_true(t, td_walk_next(t, w));
	td_walk_sort(w);
	td_unittest_assert_equal(t, w->dir_types[0], TD_TYPE_DIR);
	td_unittest_assert_equal(t, w->dir_types[2], TD_TYPE_LNK);
	td_unittest_assert_equal(t, w->file_types[0], TD_TYPE_LNK);
	td_unittest_assert_equal(t, w->file_types[1], TD_TYPE_REG);
	td_unittest_assert_equal(t, w->file_types[2], TD_TYPE_FIFO);
	td_unittest_assert_equal(t, td_walk_stat(t, w, "f")->size, 5);
	td_unittest_assert_true(t, td_stat_isdir(td_walk_stat(t, w, "link")->mode));
	td_unittest_assert_true(t, td_stat_islnk(td_walk_stat(t, w, "link", .nofollow = true)->mode));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'top/no'",
	                                  td_walk_stat(c, w, "no"));
	td_unittest_assert_equal(t, w->path, "top");
	struct stat st;
	td_unittest_assert_equal(t, fstatat(w->fd, "f", &st, 0), 0);
	td_unittest_assert_equal(t, w->depth, 0);
}

TD_TEST(TestWalk, test_pruned_sorted_given) {
	td_os_makedirs(t, "top/c/x");
	td_os_makedirs(t, "top/a/x");
	td_os_makedirs(t, "top/b/x");
	td_walk *w = td_os_walk(t, "top");
	td_unittest_assert_true(t, td_walk_next(t, w));
	td_walk_sort(w);
	td_unittest_assert_true(t, td_walk_prune(w, "b") && !td_walk_prune(w, "b"));
	td_unittest_assert_equal(t, w->dirs.len, 2);
	td_unittest_assert_equal(t, walked(t, w), "top/a[x|] top/a/x[|] top/c[x|] top/c/x[|] ");
	w = td_os_walk(t, "top");
	td_walk_next(t, w);
	td_walk_sort(w);
	td_unittest_assert_equal(t, walked(t, w), "top/a[x|] top/a/x[|] top/b[x|] top/b/x[|] top/c[x|] top/c/x[|] ");
	w = td_os_walk(t, "top");
	td_walk_next(t, w);
	td_walk_set_dirs(t, w, td_strs_of(t, "b", "a")); /* the last one counts */
	{
		TD_SCOPE(brief, t);
		td_walk_set_dirs(brief, w, td_strs_of(brief, "c", "gone", "a"));
	}
	td_unittest_assert_equal(t, walked(t, w), "top/c[x|] top/c/x[|] top/a[x|] top/a/x[|] ");
	w = td_os_walk(t, "top");
	td_walk_next(t, w);
	td_unittest_assert_raises(t, TD_ValueError, td_walk_set_dirs(c, w, td_strs_of(c, "../etc")));
	td_unittest_assert_raises(t, TD_ValueError, td_walk_set_dirs(c, w, td_strs_of(c, "..")));
}

static void note(td_scope *s, const td_error *e, void *arg) {
	(void)s;
	char *all = arg;
	strcat(strcat(all, e->kind->name), " ");
	strcat(strcat(all, e->filename), ";");
}

TD_TEST(TestWalk, test_what_cannot_be_read) {
	char told[500] = "";
	td_unittest_assert_equal(t, walked(t, td_os_walk(t, "no")), "", .msg = "as in Python, nobody is told");
	td_unittest_assert_equal(t, walked(t, td_os_walk(t, "no", .onerror = note, .onerror_arg = told)), "");
	td_unittest_assert_equal(t, told, "FileNotFoundError no;");
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  walked(c, td_os_walk(c, "no", .onerror = td_walk_raise)));
	td_unittest_assert_raises_message(t, TD_FileNotFoundError, "[Errno 2] No such file or directory: 'no'",
	                                  walked(c, td_os_fwalk(c, "no")));
	td_path_write_text(t, "f", "");
	td_unittest_assert_raises(t, TD_NotADirectoryError, walked(c, td_os_walk(c, "f", .onerror = td_walk_raise)));
	td_unittest_assert_equal(t, walked(t, td_os_fwalk(t, "f")), "");
	make_tree(t);
	td_unittest_assert_equal(t, walked(t, td_os_fwalk(t, "top/link")), "", .msg = "fwalk does not enter a link");
	td_unittest_assert_equal(t, walked(t, td_os_fwalk(t, "top/link", .followlinks = true)),
	                         "top/link[b|g] top/link/b[|] ");
	int fd = open("top", O_RDONLY | O_DIRECTORY);
	td_unittest_assert_equal(t, walked(t, td_os_fwalk(t, "a", .dir_fd = TD_INT(fd))), "a[b|g] a/b[|] ");
	close(fd);
}

/* A directory that goes during the walk is an error of that directory, which comes again in nobody's list. */
TD_TEST(TestWalk, test_removed_meanwhile) {
	make_tree(t);
	char told[500] = "";
	td_walk *w = td_os_walk(t, "top", .onerror = note, .onerror_arg = told);
	td_walk_next(t, w);
	td_os_rmdir(t, "top/c");
	walked(t, w);
	td_unittest_assert_equal(t, told, "FileNotFoundError top/c;");
	w = td_os_walk(t, "top/a/b", .onerror = td_walk_raise);
	td_walk_next(t, w);
	td_os_rmdir(t, "top/a/b");
	td_unittest_assert_false(t, td_walk_next(t, w));
}

TD_TEST(TestWalk, test_loop_of_links) {
	td_os_makedirs(t, "top/d");
	td_os_symlink(t, "..", "top/d/up");
	size_t count = 0, deepest = 0;
	for (td_walk *w = td_os_walk(t, "top", .followlinks = true); td_walk_next(t, w); count++) {
		if (w->depth > deepest) deepest = w->depth;
	}
	td_unittest_assert_equal(t, deepest, 81, .msg = "forty links and as many directories, and the last");
	td_unittest_assert_equal(t, count, 82);
}

/* Deeper than there are descriptors, and longer than a path may be; all of it in the reach of its own stat. */
static size_t descend(td_scope *t, bool bottomup) {
	size_t count = 0;
	int64_t bytes = 0;
	for (td_walk *w = td_os_walk(t, "deep", .bottomup = bottomup, .onerror = td_walk_raise); td_walk_next(t, w);) {
		count++;
		bytes += td_walk_stat(t, w, "f")->size;
	}
	td_unittest_assert_equal(t, bytes, (int64_t)count * 3);
	return count;
}

TD_TEST(TestWalk, test_deep) {
	TD_SCOPE(work, t);
	const char *before = td_os_getcwd(work);
	td_os_mkdir(work, "deep");
	td_os_chdir(work, "deep");
	for (int i = 0; i < 3000; i++) {
		TD_SCOPE(turn, work);
		td_path_write_text(turn, "f", "123");
		td_os_mkdir(turn, "ddddd");
		td_os_chdir(turn, "ddddd");
	}
	td_path_write_text(work, "f", "123");
	td_os_chdir(work, before);
	td_unittest_assert_equal(t, descend(t, false), 3001);
	td_unittest_assert_equal(t, descend(t, true), 3001);
}

TD_TEST(TestWalk, test_memory_stays_small) {
	td_os_mkdir(t, "top");
	for (int i = 0; i < 50; i++) {
		TD_SCOPE(turn, t);
		const char *dir = td_format(turn, "top/%d", i);
		td_os_mkdir(turn, dir);
		for (int j = 0; j < 20; j++) td_path_write_text(turn, td_format(turn, "%s/%d", dir, j), "");
	}
	size_t before = td_scope_bytes(t), count = 0;
	for (td_walk *w = td_os_walk(t, "top"); td_walk_next(t, w);) count += w->files.len;
	td_unittest_assert_equal(t, count, 1000);
	td_unittest_assert_less(t, td_scope_bytes(t) - before, 4096);
}

TD_TEST(TestWalk, test_left_early_and_used_after) {
	make_tree(t);
	td_walk *w = td_os_walk(t, "top");
	td_walk_next(t, w);
	td_walk_close(w);
	td_walk_close(w);
	td_unittest_assert_false(t, td_walk_next(t, w) || td_walk_prune(w, "a"));
	td_unittest_assert_raises(t, TD_ValueError, td_walk_set_dirs(c, w, (td_strs){0}));
	td_unittest_assert_raises(t, TD_TypeError, td_os_walk(c, NULL));
	td_scope_cancel(t);
}

/* --- one directory --- */

TD_TEST(TestScandir, test_entries) {
	make_tree(t);
	size_t count = 0;
	int64_t bytes = 0;
	for (td_scandir *e = td_os_scandir(t, "top"); td_scandir_next(t, e); count++) {
		td_unittest_assert_equal(t, e->path, td_path_join(t, "top", e->name));
		bool dir = strcmp(e->name, "a") == 0 || strcmp(e->name, "c") == 0, link = strcmp(e->name, "link") == 0;
		td_unittest_assert_equal(t, td_scandir_is_dir(t, e), dir || link);
		td_unittest_assert_equal(t, td_scandir_is_dir(t, e, .nofollow = true), dir);
		td_unittest_assert_equal(t, td_scandir_is_file(t, e),
		                         strcmp(e->name, "f") == 0 || strcmp(e->name, "to-f") == 0);
		td_unittest_assert_equal(t, td_scandir_is_symlink(t, e),
		                         link || *e->name == 't' || strcmp(e->name, "dangling") == 0);
		if (td_scandir_is_file(t, e)) bytes += td_scandir_stat(t, e)->size;
		td_unittest_assert_equal(t, td_scandir_stat(t, e, .nofollow = true)->ino, e->ino);
		if (strcmp(e->name, "dangling") != 0) continue;
		td_unittest_assert_raises_message(t, TD_FileNotFoundError,
		                                  "[Errno 2] No such file or directory: 'top/dangling'", td_scandir_stat(c, e));
	}
	td_unittest_assert_equal(t, count, 7);
	td_unittest_assert_equal(t, bytes, 10);
}

TD_TEST(TestScandir, test_what_is_none) {
	td_path_write_text(t, "f", "");
	td_unittest_assert_raises_message(t, TD_NotADirectoryError, "[Errno 20] Not a directory: 'f'",
	                                  td_os_scandir(c, "f"));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_os_scandir(c, ""));
	td_os_symlink(t, "loop", "loop");
	for (td_scandir *e = td_os_scandir(t, "."); td_scandir_next(t, e);) {
		if (strcmp(e->name, "loop") != 0) continue;
		td_unittest_assert_raises_message(t, TD_OSError, "[Errno 40] Too many levels of symbolic links: './loop'",
		                                  td_scandir_is_dir(c, e));
	}
	td_scandir *e = td_os_scandir(t, ".");
	td_unittest_assert_raises(t, TD_ValueError, td_scandir_is_dir(c, e));
	td_scandir_close(e);
	td_scandir_close(e);
	td_unittest_assert_false(t, td_scandir_next(t, e));
}

/* More than one reading's worth. */
TD_TEST(TestScandir, test_many) {
	td_os_mkdir(t, "many");
	for (int i = 0; i < 3000; i++) {
		TD_SCOPE(turn, t);
		td_os_mkfifo(turn, td_format(turn, "many/a-name-of-some-length-%d", i));
	}
	size_t count = 0;
	for (td_scandir *e = td_os_scandir(t, "many"); td_scandir_next(t, e);) count += e->type == TD_TYPE_FIFO;
	td_unittest_assert_equal(t, count, 3000);
}
