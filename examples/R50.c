/* Gives one hostile file name to a command as a list, through the shell, and through the shell quoted. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *name = "a b; echo owned";
	td_subprocess_run(s, TD_ARGV("touch", name), .check = true);
	td_print(s, "list: %s", td_subprocess_check_output(s, TD_ARGV("ls", name)));
	const td_completed_process *raw =
		td_subprocess_run_shell(s, td_format(s, "ls %s", name), .capture_output = true, .text = true);
	td_print(s, "shell: %s", raw->out);
	const td_completed_process *quoted = td_subprocess_run_shell(s, td_format(s, "ls %s", td_shlex_quote(s, name)),
	                                                             .capture_output = true, .text = true);
	td_print(s, "quoted: %s", quoted->out);
}
