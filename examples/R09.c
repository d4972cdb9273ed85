/* Writes a key to a named temporary file that outlives the handle, uses it, unlinks it. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_file *f = td_tempfile_named(s, .mode = "w", .suffix = ".pem", .keep = true);
	td_file_write(s, f, "-----BEGIN KEY-----\nnot a real one\n-----END KEY-----\n");
	td_file_close(s, f);

	const char *path = td_file_name(f);
	const td_completed_process *used =
		td_subprocess_run(s, TD_ARGV("stat", "-c", "%a %s", path), .capture_output = true, .text = true, .check = true);
	td_print(s, "mode and size: %s", td_str_strip(s, used->out));
	td_print(s, "suffix: %s", td_path_splitext(s, path).items[1]);

	td_os_unlink(s, path);
	td_print(s, "still there: %s", td_path_exists(s, path) ? "True" : "False");
}
