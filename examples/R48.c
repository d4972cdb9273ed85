/* Sets the modes and owners of a deployed tree: directories 755, files 644, scripts 755, secrets 600; then says who may what. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>
#include <unistd.h>

static unsigned wanted(td_scope *s, const char *path, unsigned mode) {
	if (td_stat_isdir(mode)) return 0755;
	if (td_str_startswith(td_path_basename(s, path), "secret")) return 0600;
	return td_str_endswith(path, ".sh") ? 0755 : 0644;
}

static void put_right(td_scope *s, const char *path) {
	const td_stat *st = td_os_lstat(s, path);
	if (td_stat_islnk(st->mode)) return;
	unsigned mode = wanted(s, path, st->mode);
	if (td_stat_imode(st->mode) != mode) td_os_chmod(s, path, mode);
	td_os_chown(s, path, td_os_getuid(), td_os_getgid());
	st = td_os_stat(s, path);
	td_print(s, "%s %s %s%s%s %s", td_stat_filemode(s, st->mode), st->uid == td_os_getuid() ? "mine" : "another's",
	         td_os_access(s, path, R_OK) ? "r" : "-", td_os_access(s, path, W_OK) ? "w" : "-",
	         td_os_access(s, path, X_OK) ? "x" : "-", path);
}

static int by_name(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_directory_right(td_scope *s, const char *dir) {
	put_right(s, dir);
	td_strs names = td_os_listdir(s, dir);
	const char **sorted = td_alloc_array(s, names.len + 1, sizeof *sorted);
	for (size_t i = 0; i < names.len; i++) sorted[i] = names.items[i];
	qsort(sorted, names.len, sizeof *sorted, by_name);
	for (size_t i = 0; i < names.len; i++) put_right(s, td_path_join(s, dir, sorted[i]));
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *top = argc > 1 ? argv[1] : "app";
	if (argc < 2) { /* something to deploy */
		static const char *const names[] = {"app/bin/start.sh", "app/config.ini", "app/secret.key"};
		td_os_makedirs(s, "app/bin", .exist_ok = true);
		for (int i = 0; i < 3; i++) {
			td_path_write_text(s, names[i], "x\n");
			td_os_chmod(s, names[i], 0777);
		}
	}
	put_directory_right(s, top);
	put_directory_right(s, td_path_join(s, top, "bin"));

	TD_SCOPE(attempt, s);
	td_os_chmod(attempt, td_path_join(attempt, top, "nowhere"), 0644);
	const td_error *e = td_catch(attempt, TD_FileNotFoundError);
	if (e) td_print(s, "%s", e->message);
}
