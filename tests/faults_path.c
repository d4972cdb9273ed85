/* What walks, patterns and paths do when memory, system calls or time run out, at each step. */
#include <tend.h>
#include <unistd.h>

#include "fault.h"

static void make_tree(td_scope *t) {
	td_os_makedirs(t, "walked/a/b", .exist_ok = true);
	td_os_makedirs(t, "walked/c", .exist_ok = true);
	td_path_write_text(t, "walked/a/f", "x");
	if (!td_path_islink(t, "walked/link")) td_os_symlink(t, "a", "walked/link");
}

TD_FAULT_SCENARIO(walking, .prepare = make_tree) {
	for (int i = 0; i < 4; i++) {
		for (td_walk *w = td_os_walk(s, "walked", .bottomup = i & 1, .followlinks = i & 2, .onerror = td_walk_raise);
		     td_walk_next(s, w);) {
			td_walk_sort(w);
			if (w->files.len) td_walk_stat(s, w, w->files.items[0]);
		}
	}
	td_walk *w = td_os_fwalk(s, "walked");
	td_walk_next(s, w);
	td_walk_set_dirs(s, w, td_strs_of(s, "c"));
	while (td_walk_next(s, w)) td_walk_prune(w, "b");
	for (td_scandir *e = td_os_scandir(s, "walked"); td_scandir_next(s, e);) {
		td_scandir_is_dir(s, e);
		td_scandir_stat(s, e, .nofollow = true);
	}
}
