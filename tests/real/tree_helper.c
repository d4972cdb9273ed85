/* What libtend finds in a tree, for the test beside it: fields end with a NUL, records with a line end and a NUL. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <tend.h>

static void field(const char *text) {
	fwrite(text, 1, strlen(text) + 1, stdout);
}

static void record_end(void) {
	fwrite("\n", 1, 2, stdout);
}

static void note(td_scope *s, const td_error *e, void *arg) {
	(void)s;
	(void)arg;
	printf("!%d", e->err_no);
	field("");
	field(e->filename);
	record_end();
}

static void walk(td_scope *s, const char *top, const char *how) {
	bool f = strchr(how, 'f');
	td_os_walk_opts o = {.td__size = sizeof o,
	                     .bottomup = strchr(how, 'b'),
	                     .followlinks = strchr(how, 'l'),
	                     .onerror = note};
	for (td_walk *w = f ? (td_os_fwalk)(s, top, &o) : (td_os_walk)(s, top, &o); td_walk_next(s, w);) {
		field(w->path);
		for (size_t i = 0; i < w->dirs.len; i++) field(w->dirs.items[i]);
		field("/");
		for (size_t i = 0; i < w->files.len; i++) field(w->files.items[i]);
		record_end();
	}
}

static int64_t deep(td_scope *s, const char *top, const char *how) {
	int64_t count = 0;
	for (td_walk *w = td_os_walk(s, top, .bottomup = strchr(how, 'b'), .onerror = td_walk_raise); td_walk_next(s, w);) {
		count += (int64_t)(1 + w->files.len);
		for (size_t i = 0; i < w->files.len; i++) count += td_walk_stat(s, w, w->files.items[i])->size;
	}
	return count;
}

static void entry(td_scope *s, td_scandir *e) {
	field(e->name);
	field(e->path);
	TD_SCOPE(attempt, s);
	bool dir = td_scandir_is_dir(attempt, e);
	const td_error *error = td_catch(attempt, TD_OSError);
	bool file = td_scandir_is_file(attempt, e);
	const td_error *again = td_catch(attempt, TD_OSError);
	if (!error) error = again;
	printf("%d %d %d %d %llu", error ? error->err_no : 0, dir, file, td_scandir_is_symlink(s, e),
	       (unsigned long long)e->ino);
	field("");
	const td_stat *st = td_scandir_stat(s, e, .nofollow = true);
	printf("%o %lld %lld %lld %lld", st->mode, (long long)st->nlink, (long long)st->size, (long long)st->mtime_ns,
	       (long long)st->blocks);
	field("");
	record_end();
}

static void texts(td_strs list) {
	for (size_t i = 0; i < list.len; i++) {
		field(list.items[i]);
		record_end();
	}
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	if (argc < 3) td_sys_exit(s, 2);
	const char *what = argv[1], *path = argv[2], *more = argc > 3 ? argv[3] : "";
	if (strcmp(what, "walk") == 0) walk(s, path, more);
	if (strcmp(what, "deep") == 0) td_print(s, "%lld", (long long)deep(s, path, more));
	if (strcmp(what, "glob") == 0) texts(td_glob_glob(s, more, .root_dir = path, .recursive = argc > 4));
	if (strcmp(what, "glob_fd") == 0) {
		td_opt_int dir_fd = TD_INT(td_os_open(s, path, O_RDONLY | O_DIRECTORY));
		texts(td_glob_glob(s, more, .dir_fd = dir_fd, .recursive = argc > 4, .root_dir = argc > 5 ? argv[5] : NULL));
	}
	if (strcmp(what, "scandir_fd") == 0) {
		int fd = td_os_open(s, path, O_RDONLY | O_DIRECTORY);
		for (int i = 0; i < 2; i++) { /* it is the caller's still, and begins again */
			for (td_scandir *e = td_os_scandir(s, NULL, .fd = TD_INT(fd)); td_scandir_next(s, e);) entry(s, e);
		}
		td_os_close(s, fd);
	}
	if (strcmp(what, "rglob") == 0) texts(td_path_rglob(s, path, more));
	if (strcmp(what, "realpath") == 0) field(td_path_realpath(s, path));
	if (strcmp(what, "scandir") == 0) {
		for (td_scandir *e = td_os_scandir(s, path); td_scandir_next(s, e);) entry(s, e);
	}
	return 0;
}
