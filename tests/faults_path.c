/* What walks, patterns and paths do when memory, system calls or time run out, at each step. */
#include <fcntl.h>
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

TD_FAULT_SCENARIO(finding, .prepare = make_tree) {
	td_path_rglob(s, "walked", "*");
	td_path_glob(s, "walked", "*/f");
	td_glob_glob(s, "walked/**/[a-f]", .recursive = true);
	td_fnmatch_translate(s, "[c-ax-z]*");
	td_filecmp_dircmp(s, "walked", "walked/a");
	td_filecmp_cmp(s, "walked/a/f", "walked/a/f", .deep = true);
	td_dircmp_report_full_closure(s, td_filecmp_dircmp(s, "walked/a", "walked/a", .hide = td_strs_of(s, "g")));
	int fd = td_os_open(s, "walked", O_RDONLY | O_DIRECTORY);
	for (td_scandir *e = td_os_scandir(s, NULL, .fd = TD_INT(fd)); td_scandir_next(s, e);) td_scandir_stat(s, e);
	td_glob_glob(s, "*", .dir_fd = TD_INT(fd));
	if (fd >= 0) close(fd);
	td_path_realpath(s, "walked/link/../c", .strict = true);
	td_path_resolve(s, "walked/link");
	td_path_expandvars(s, "$HOME/$NOPE/${HOME}");
	td_path_pexpanduser(s, "~root/x");
	td_path_owner(s, "walked");
}

static void remove_made(td_scope *t) {
	if (td_path_exists(t, "made/a/b")) td_os_rmdir(t, "made/a/b");
	if (td_path_exists(t, "made/f")) td_os_unlink(t, "made/f");
}

TD_FAULT_SCENARIO(changing, .prepare = remove_made) {
	td_path_mkdir(s, "made/a/b", .parents = true, .exist_ok = true);
	td_path_touch(s, "made/f");
	td_path_iterdir(s, "made");
	td_path_is_mount(s, "made");
	td_path_ismount(s, "made");
	td_path_samefile(s, "made/f", "made/f");
	td_path_unlink(s, "made/f", .missing_ok = true);
	td_path_with_name(s, td_path_with_suffix(s, "a/b.c", ".d"), "x");
	td_path_parents(s, td_path_relative_to(s, "/a/b/c", "/a"));
	td_path_match(s, td_path_as_uri(s, td_path_absolute(s, "x y")), "*");
}

TD_FAULT_SCENARIO(temporary_files) {
	const char *path;
	td_file *f = td_tempfile_temporary_file(s);
	td_file_write(s, f, "x");
	td_file_close(s, f);
	int fd = td_tempfile_mkstemp(s, &path, .dir = ".");
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	f = td_tempfile_spooled(s, .max_size = 10, .dir = ".");
	td_file_write(s, f, "0123456789");
	td_file_write(s, f, "0123456789");
	td_file_seek(s, f, 0);
	td_file_read(s, f);
	td_file_close(s, f);
}
