/* Copies a file, copies a tree, removes a tree. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_os_makedirs(s, "project/src/__pycache__");
	td_path_write_text(s, "project/README", "read me\n");
	td_path_write_text(s, "project/src/app.py", "print('hello')\n");
	td_path_write_text(s, "project/src/__pycache__/app.pyc", "compiled");

	td_print(s, "copied to %s", td_shutil_copy(s, "project/README", "README.bak"));
	td_print(s, "copied to %s",
	         td_shutil_copytree(s, "project", "backup", .ignore = TD_IGNORE_PATTERNS("__pycache__")));
	td_print(s, "%s", td_path_read_text(s, "backup/src/app.py"));
	td_print(s, "compiled files copied: %s", td_path_exists(s, "backup/src/__pycache__") ? "True" : "False");

	TD_SCOPE(attempt, s);
	td_shutil_copytree(attempt, "project", "backup");
	const td_error *e = td_catch(attempt, TD_FileExistsError);
	if (e) td_print(s, "not twice: %s", e->message);

	td_shutil_rmtree(s, "project");
	td_print(s, "project is there: %s", td_path_exists(s, "project") ? "True" : "False");
}
