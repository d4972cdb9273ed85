/* What the script "os" calls. Calls come on standard input, each a count of its texts and the texts, NUL behind each: the
 * name, then the arguments. Answers go out likewise: "ok" and what was returned, or "error", its kind, errno, both file
 * names and its message. Nothing of one call is left for the next but the current directory and the umask. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <tend.h>
#include <unistd.h>

enum { FIELDS_MOST = 16, ANSWERS_MOST = 100000 };

typedef struct answer {
	const char **fields;
	size_t len;
} answer;

static void say(answer *a, const char *text) {
	if (a->len < ANSWERS_MOST) a->fields[a->len++] = text;
}

static int64_t number(char **args, int i) {
	return args[i] ? strtoll(args[i], NULL, 0) : 0;
}

static bool has(char **args, const char *option) {
	for (; *args; args++) {
		if (strcmp(*args, option) == 0) return true;
	}
	return false;
}

/* --- what is asked --- */

/* Times only where somebody set them: before 2020. */
static const char *shown_stat(td_scope *s, const td_stat *st) {
	int64_t mtime = st->mtime_ns < 1577836800000000000 ? st->mtime_ns : -1;
	int64_t size = td_stat_isdir(st->mode) ? 0 : st->size, nlink = td_stat_isdir(st->mode) ? 0 : st->nlink;
	return td_format(s, "%o %lld %lld %lld %lld %lld %llu", st->mode, (long long)nlink, (long long)st->uid,
	                 (long long)st->gid, (long long)size, (long long)mtime, (unsigned long long)st->rdev);
}

static void put_file(td_scope *s, answer *a, char **args) {
	int fd = td_os_open(s, args[0], (int)number(args, 1), .mode = TD_INT(number(args, 2)));
	size_t size = (size_t)number(args, 3);
	char *data = td_alloc(s, size + 1);
	if (data) memset(data, 'p', size);
	int64_t written = size ? td_os_write(s, fd, (td_bytes){data, size}) : 0;
	td_bytes back = args[4] && td_os_lseek(s, fd, 0, SEEK_SET) == 0 ? td_os_read(s, fd, 1 << 20) : (td_bytes){"", 0};
	say(a, td_format(s, "%lld %zu", (long long)written, back.len));
	if (fd >= 0 && !td_failed(s)) td_os_close(s, fd);
	if (fd >= 0 && td_failed(s)) close(fd);
}

static void show_scandir(td_scope *s, answer *a, const char *path) {
	for (td_scandir *e = td_os_scandir(s, path); td_scandir_next(s, e);) {
		TD_SCOPE(attempt, s);
		bool dir = td_scandir_is_dir(attempt, e), file = !dir && td_scandir_is_file(attempt, e);
		const td_error *error = td_catch(attempt, TD_OSError);
		say(a, td_format(s, "%s\n%s\n%d %d %d %d", e->name, e->path, dir, file, td_scandir_is_symlink(s, e),
		                 error ? error->err_no : 0));
	}
}

static void show_walk(td_scope *s, answer *a, char **args) {
	bool f = has(args + 1, "fd");
	td_os_walk_opts o = {.td__size = sizeof o, .bottomup = has(args + 1, "bottomup")};
	for (td_walk *w = f ? (td_os_fwalk)(s, args[0], &o) : (td_os_walk)(s, args[0], &o); td_walk_next(s, w);) {
		td_walk_sort(w);
		say(a, td_strdup(s, w->path));
		for (size_t i = 0; i < w->dirs.len; i++) say(a, td_format(s, "d %s", w->dirs.items[i]));
		for (size_t i = 0; i < w->files.len; i++) say(a, td_format(s, "f %s", w->files.items[i]));
	}
}

static void say_all(answer *a, td_strs list) {
	for (size_t i = 0; i < list.len; i++) say(a, list.items[i]);
}

static const char *hexadecimal(td_scope *s, td_bytes data) {
	char *text = td_alloc(s, 2 * data.len + 1);
	for (size_t i = 0; text && i < data.len; i++) {
		text[2 * i] = "0123456789abcdef"[(unsigned char)data.data[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[data.data[i] & 15];
	}
	return text ? text : "";
}

static void ask_stat(td_scope *s, answer *a, const char *name, char **args) {
	const char *path = args[0];
	bool nofollow = has(args + 1, "nofollow");
	if (strcmp(name, "stat") == 0) say(a, shown_stat(s, td_os_stat(s, path)));
	if (strcmp(name, "lstat") == 0) say(a, shown_stat(s, td_os_lstat(s, path)));
	if (strcmp(name, "readlink") == 0) say(a, td_os_readlink(s, path));
	if (strcmp(name, "listdir") == 0) say_all(a, td_os_listdir(s, path));
	if (strcmp(name, "scandir") == 0) show_scandir(s, a, path);
	if (strcmp(name, "walk") == 0) show_walk(s, a, args);
	if (strcmp(name, "glob") == 0)
		say_all(a, td_glob_glob(s, path, .recursive = has(args + 1, "recursive"),
		                        .include_hidden = has(args + 1, "hidden")));
	if (strcmp(name, "iglob") == 0) {
		for (td_glob *g = td_glob_iglob(s, path); td_glob_next(s, g);) say(a, td_strdup(s, g->path));
	}
	if (strcmp(name, "access") == 0)
		say(a, td_os_access(s, path, (int)number(args, 1), .effective_ids = has(args + 1, "effective"),
		                    .nofollow = nofollow)
		           ? "1"
		           : "0");
	if (strcmp(name, "statvfs") == 0) {
		const td_statvfs *fs = td_os_statvfs(s, path);
		say(a, td_format(s, "%lld %lld %lld %lld", (long long)fs->bsize, (long long)fs->blocks, (long long)fs->flag,
		                 (long long)fs->namemax));
	}
	if (strcmp(name, "getxattr") == 0) say(a, hexadecimal(s, td_os_getxattr(s, path, args[1], .nofollow = nofollow)));
	if (strcmp(name, "listxattr") == 0) say_all(a, td_os_listxattr(s, path, .nofollow = nofollow));
	if (strcmp(name, "path") == 0)
		say(a, td_format(s, "%d%d%d%d%d%d", td_path_exists(s, path), td_path_lexists(s, path), td_path_isfile(s, path),
		                 td_path_isdir(s, path), td_path_islink(s, path), td_path_ismount(s, path)));
	if (strcmp(name, "getsize") == 0) say(a, td_format(s, "%lld", (long long)td_path_getsize(s, path)));
	if (strcmp(name, "realpath") == 0) say(a, td_path_realpath(s, path));
	if (strcmp(name, "samefile") == 0) say(a, td_path_samefile(s, path, args[1]) ? "1" : "0");
	if (strcmp(name, "cmp") == 0) say(a, td_filecmp_cmp(s, path, args[1], .deep = true) ? "1" : "0");
}

/* --- what changes something --- */

static void change(td_scope *s, answer *a, const char *name, char **args) {
	const char *path = args[0], *other = args[1];
	bool nofollow = has(args, "nofollow");
	if (strcmp(name, "put") == 0) put_file(s, a, args);
	if (strcmp(name, "mkdir") == 0) td_os_mkdir(s, path, .mode = TD_INT(number(args, 1)));
	if (strcmp(name, "makedirs") == 0)
		td_os_makedirs(s, path, .mode = TD_INT(number(args, 1)), .exist_ok = has(args, "exist_ok"));
	if (strcmp(name, "rmdir") == 0) td_os_rmdir(s, path);
	if (strcmp(name, "removedirs") == 0) td_os_removedirs(s, path);
	if (strcmp(name, "rename") == 0) td_os_rename(s, path, other);
	if (strcmp(name, "renames") == 0) td_os_renames(s, path, other);
	if (strcmp(name, "replace") == 0) td_os_replace(s, path, other);
	if (strcmp(name, "link") == 0) td_os_link(s, path, other);
	if (strcmp(name, "symlink") == 0) td_os_symlink(s, path, other);
	if (strcmp(name, "unlink") == 0) td_os_unlink(s, path);
	if (strcmp(name, "remove") == 0) td_os_remove(s, path);
	if (strcmp(name, "chmod") == 0) td_os_chmod(s, path, (unsigned)number(args, 1), .nofollow = nofollow);
	if (strcmp(name, "chown") == 0) td_os_chown(s, path, number(args, 1), number(args, 2), .nofollow = nofollow);
	if (strcmp(name, "lchown") == 0) td_os_lchown(s, path, number(args, 1), number(args, 2));
	if (strcmp(name, "utime") == 0)
		td_os_utime(s, path, .atime_ns = TD_INT(number(args, 1)), .mtime_ns = TD_INT(number(args, 2)),
		            .nofollow = nofollow);
	if (strcmp(name, "truncate") == 0) td_os_truncate(s, path, number(args, 1));
	if (strcmp(name, "mkfifo") == 0) td_os_mkfifo(s, path, .mode = TD_INT(number(args, 1)));
	if (strcmp(name, "setxattr") == 0)
		td_os_setxattr(s, path, args[1], td_bytes_of(args[2]), .create = has(args, "create"),
		               .replace = has(args, "replace"), .nofollow = nofollow);
	if (strcmp(name, "removexattr") == 0) td_os_removexattr(s, path, args[1], .nofollow = nofollow);
	if (strcmp(name, "chdir") == 0) {
		td_os_chdir(s, path);
		say(a, td_path_basename(s, td_os_getcwd(s)));
	}
	if (strcmp(name, "umask") == 0) say(a, td_format(s, "%o", td_os_umask((unsigned)number(args, 0))));
	if (strcmp(name, "mkdtemp") == 0) {
		const char *dir = td_tempfile_mkdtemp(s, .dir = path, .prefix = args[1], .suffix = args[2]);
		say(a, dir);
		say(a, shown_stat(s, td_os_lstat(s, dir)));
	}
	if (strcmp(name, "mkstemp") == 0) {
		const char *file = "";
		int fd = td_tempfile_mkstemp(s, &file, .dir = path, .prefix = args[1], .suffix = args[2]);
		say(a, file);
		say(a, shown_stat(s, td_os_lstat(s, file)));
		if (fd >= 0) close(fd);
	}
	if (strcmp(name, "temporary") == 0) { /* gone again when the call is over */
		TD_SCOPE(work, s);
		const char *dir = td_tempfile_temporary_directory(work, .dir = path);
		td_file *file = td_tempfile_temporary_file(work, .dir = dir), *named = td_tempfile_named(work, .dir = dir);
		td_file_write(work, file, "x");
		td_file_write(work, named, "x");
		say(a, td_format(s, "%zu", td_os_listdir(work, dir).len));
		td_file_close(work, file);
		td_file_close(work, named);
	}
	if (strcmp(name, "gettempdir") == 0) {
		if (args[0] && *args[0]) td_os_environ_set(s, "TMPDIR", args[0]);
		say(a, td_tempfile_gettempdir(s));
	}
}

/* --- what is killed in the middle --- */

static void long_work(td_scope *s, answer *a, const char *name, char **args) {
	const char *path = args[0];
	if (strcmp(name, "write_bytes") == 0) { /* path, size, which byte */
		size_t size = (size_t)number(args, 1);
		char *data = td_alloc(s, size + 1);
		if (data) memset(data, args[2][0], size);
		td_bytes bytes = {data, size};
		td_path_write_bytes(s, path, bytes, .atomic = true);
	}
	if (strcmp(name, "make_archive") == 0) say(a, td_shutil_make_archive(s, path, args[1], .root_dir = args[2]));
	if (strcmp(name, "work") == 0) { /* a lock, and files without a name, for so many seconds */
		TD_SCOPE(work, s);
		td_lockfile_open(work, path);
		td_file *file = td_tempfile_temporary_file(work, .dir = args[2]),
				*spooled = td_tempfile_spooled(work, .dir = args[2]);
		td_file_write(work, file, "x");
		td_file_write(work, spooled, "x");
		td_file_fileno(work, spooled);
		if (args[3]) td_subprocess_popen(work, TD_ARGV("sleep", args[3]), .keep_fds = true);
		td_print(work, "at work");
		fflush(stdout);
		td_time_sleep(work, (double)number(args, 1));
		td_file_close(work, file);
		td_file_close(work, spooled);
	}
}

/* --- calls in, answers out --- */

static bool read_text(FILE *in, char **text) {
	size_t room = 0;
	*text = NULL;
	if (getdelim(text, &room, '\0', in) >= 0) return true;
	free(*text);
	*text = NULL;
	return false;
}

static void put_text(const char *text) {
	fwrite(text, 1, strlen(text) + 1, stdout);
}

static void one_call(td_scope *s, answer *a, char **fields) {
	TD_SCOPE(attempt, s);
	a->len = 0;
	say(a, "ok");
	ask_stat(attempt, a, fields[0], fields + 1);
	if (!td_failed(attempt)) change(attempt, a, fields[0], fields + 1);
	if (!td_failed(attempt)) long_work(attempt, a, fields[0], fields + 1);
	const td_error *e = td_catch(attempt);
	if (e) {
		a->len = 0;
		say(a, "error");
		say(a, e->kind->name);
		say(a, td_format(s, "%d", e->err_no));
		say(a, e->filename ? e->filename : "");
		say(a, e->filename2 ? e->filename2 : "");
		say(a, e->message);
	}
	printf("%zu", a->len);
	put_text("");
	for (size_t i = 0; i < a->len; i++) put_text(a->fields[i]);
	fflush(stdout);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	answer a = {.fields = td_alloc_array(s, ANSWERS_MOST, sizeof *a.fields)};
	for (char *count_text; read_text(stdin, &count_text);) {
		char *fields[FIELDS_MOST + 1] = {0};
		int count = atoi(count_text);
		free(count_text);
		for (int i = 0; i < count && i < FIELDS_MOST; i++) {
			if (!read_text(stdin, &fields[i])) return 2;
		}
		TD_SCOPE(turn, s);
		one_call(turn, &a, fields);
		for (int i = 0; i < count && i < FIELDS_MOST; i++) free(fields[i]);
	}
	return 0;
}
