/* Sends both outputs of a command to a file; feeds its standard input. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_file *log = td_open(s, "both.log", "wb");
	td_subprocess_run(s, TD_ARGV("sh", "-c", "echo out; echo err >&2"), .check = true,
	                  .out = TD_FD(td_file_fileno(s, log)), .err = TD_STDOUT);
	td_file_close(s, log);
	td_print(s, "%s", td_path_read_text(s, "both.log"));

	const td_completed_process *fed =
		td_subprocess_run(s, TD_ARGV("sort"), .input = "pear\napple\n", .capture_output = true, .text = true);
	td_print(s, "%s", fed->out);
}
