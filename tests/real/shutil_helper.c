/* What the script "shutil" calls: CALL SRC [DST] [OPTION…]. The answer is a list of texts with a NUL behind each: "ok" and
 * what was returned, or "error", its kind, message, errno, both file names and its args; before it "onerror", function,
 * path and message of each error that onerror was told, and "progress" with the last numbers. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <tend.h>
#include <unistd.h>

static char suffix[] = ".own", letter[] = "f";
static int64_t progress_done = -2, progress_total;

static void progress(void *arg, int64_t done, int64_t total) {
	(void)arg;
	progress_done = done;
	progress_total = total;
}

static void say(const char *text) {
	fwrite(text ? text : "None", 1, text ? strlen(text) + 1 : 5, stdout);
}

static void onerror(td_scope *s, void *arg, const char *function, const char *path, const td_error *e) {
	say("onerror");
	say(function);
	say(path);
	say(e->message);
	if (arg) td_reraise(s, e);
}

/* A copy function of the user's: its target's name ends in ".own". */
static const char *own(td_scope *s, const char *src, const char *dst, const td_shutil_copy_opts *o) {
	return td_shutil_copyfile(s, src, td_format(s, "%s%s", dst, (const char *)o->arg));
}

static td_strs odd_names(td_scope *s, void *arg, const char *dir, td_strs names) {
	(void)dir;
	const char **items = td_alloc_array(s, names.len + 1, sizeof *items);
	size_t count = 0;
	for (size_t i = 0; items && i < names.len; i++) {
		if (strstr(names.items[i], arg)) items[count++] = names.items[i];
	}
	return (td_strs){items, count};
}

static bool has(int argc, char **argv, const char *option) {
	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], option) == 0) return true;
	}
	return false;
}

static td_copy_fn copy_function(int argc, char **argv) {
	if (has(argc, argv, "copy=copy")) return td_shutil_copy;
	if (has(argc, argv, "copy=copyfile")) return td_shutil_copyfile;
	return has(argc, argv, "copy=own") ? own : NULL;
}

static const char *call(td_scope *s, int argc, char **argv) {
	const char *name = argv[1], *src = argv[2], *dst = argc > 3 ? argv[3] : "";
	bool nofollow = has(argc, argv, "nofollow"), atomic = has(argc, argv, "atomic");
	td_copy_fn one = strcmp(name, "copy") == 0       ? td_shutil_copy
	                 : strcmp(name, "copy2") == 0    ? td_shutil_copy2
	                 : strcmp(name, "copyfile") == 0 ? td_shutil_copyfile
	                                                 : NULL;
	if (one) {
		td_shutil_copy_opts o = {.td__size = sizeof o, .nofollow = nofollow, .atomic = atomic, .progress = progress};
		return one(s, src, dst, &o);
	}
	if (strcmp(name, "copymode") == 0) td_shutil_copymode(s, src, dst, .nofollow = nofollow);
	if (strcmp(name, "copystat") == 0) td_shutil_copystat(s, src, dst, .nofollow = nofollow);
	if (strcmp(name, "write") == 0) td_path_write_text(s, src, dst, .atomic = true);
	if (strcmp(name, "rmtree") == 0)
		td_shutil_rmtree(s, src, .ignore_errors = has(argc, argv, "ignore_errors"),
		                 .onerror = has(argc, argv, "onerror") || has(argc, argv, "raise") ? onerror : NULL,
		                 .onerror_arg = has(argc, argv, "raise") ? argv : NULL, .progress = progress);
	if (strcmp(name, "move") == 0)
		return td_shutil_move(s, src, dst, .copy_function = copy_function(argc, argv), .copy_arg = suffix,
		                      .progress = progress);
	if (strcmp(name, "copytree") == 0) {
		td_ignore patterns = TD_IGNORE_PATTERNS("*.pyc", "tmp*");
		td_ignore ignore = has(argc, argv, "ignore") ? patterns : (td_ignore){0};
		if (has(argc, argv, "ignore_call")) ignore = (td_ignore){.call = odd_names, .arg = letter};
		return td_shutil_copytree(s, src, dst, .symlinks = has(argc, argv, "symlinks"), .ignore = ignore,
		                          .copy_function = copy_function(argc, argv), .copy_arg = suffix,
		                          .ignore_dangling_symlinks = has(argc, argv, "dangling"),
		                          .dirs_exist_ok = has(argc, argv, "exist_ok"), .progress = progress);
	}
	return NULL;
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	if (argc < 3) return 2;
	TD_SCOPE(attempt, s);
	const char *result = call(attempt, argc, argv);
	const td_error *e = td_catch(attempt);
	if (progress_done != -2) {
		say("progress");
		say(td_format(s, "%lld", (long long)progress_done));
		say(td_format(s, "%lld", (long long)progress_total));
	}
	if (!e) {
		say("ok");
		say(result);
		return 0;
	}
	say("error");
	say(e->kind == TD_shutil_Error ? "Error" : e->kind->name);
	say(e->message);
	say(td_format(s, "%d", e->err_no));
	say(e->filename);
	say(e->filename2);
	for (size_t i = 0; i < e->args.len; i++) say(e->args.items[i]);
	return 1;
}
