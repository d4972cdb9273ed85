/* Moves a tree to another file system; adds up the sizes of its subdirectories. */
#include <tend.h>

static int64_t size_of(td_scope *s, const char *dir) {
	TD_SCOPE(listing, s);
	int64_t total = 0;
	for (td_scandir *e = td_os_scandir(listing, dir); td_scandir_next(listing, e);) {
		bool is_dir = td_scandir_is_dir(listing, e, .nofollow = true);
		total += is_dir ? size_of(listing, e->path) : td_scandir_stat(listing, e, .nofollow = true)->size;
	}
	return total;
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *sizes[] = {"alpha", "beta"};
	for (size_t i = 0; i < 2; i++) {
		const char *dir = td_path_join(s, "data", sizes[i]);
		td_os_makedirs(s, dir);
		for (size_t n = 1; n < 4; n++) {
			const char *path = td_path_join(s, dir, td_format(s, "%zu.bin", n));
			td_path_write_text(s, path, td_str_ljust(s, "x", (int)(1000 * (i + n))));
		}
	}
	const char *far = td_tempfile_temporary_directory(s, .dir = "/dev/shm");
	const char *moved = td_shutil_move(s, "data", far);
	td_print(s, "moved: %s", td_path_basename(s, moved));
	td_print(s, "still here: %s", td_path_exists(s, "data") ? "True" : "False");
	for (size_t i = 0; i < 2; i++) {
		td_print(s, "%s: %lld bytes", sizes[i], (long long)size_of(s, td_path_join(s, moved, sizes[i])));
	}
	td_print(s, "all: %lld bytes", (long long)size_of(s, moved));
}
