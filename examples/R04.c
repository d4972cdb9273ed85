/* Works in a temporary directory that is gone afterwards, on every way out. */
#include <tend.h>

static const char *work(td_scope *s, bool fail) {
	TD_SCOPE(inner, s);
	const char *dir = td_tempfile_temporary_directory(inner, .prefix = "deploy-");
	const char *path = td_path_join(inner, dir, "manifest.txt");
	td_path_write_text(inner, path, "app 1.2.3\n");
	td_os_makedirs(inner, td_path_join(inner, dir, "a", "b"));
	td_print(inner, "wrote %s: %s", td_path_basename(inner, path), td_str_strip(inner, td_path_read_text(inner, path)));
	if (fail) td_raise(inner, TD_RuntimeError, "half way");
	return td_keep(s, dir);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *dir = work(s, false);
	td_print(s, "still there: %s", td_path_exists(s, dir) ? "True" : "False");

	TD_SCOPE(attempt, s);
	work(attempt, true);
	const td_error *e = td_catch(attempt, TD_RuntimeError);
	if (e) td_print(s, "failed: %s", e->message);

	size_t left = 0;
	td_strs names = td_os_listdir(s, ".");
	for (size_t i = 0; i < names.len; i++) left += td_str_startswith(names.items[i], "deploy-");
	td_print(s, "directories left: %zu", left);
}
