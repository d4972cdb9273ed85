/* Runs ls -l, captures its output as text, prints it. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const td_completed_process *ls =
		td_subprocess_run(s, TD_ARGV("ls", "-l", "/usr/share/common-licenses"), .capture_output = true, .text = true);
	td_print(s, "status %d", ls->returncode);
	td_print(s, "%s", ls->out);
}
