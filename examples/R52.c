/* Shows the lines of a long command as they come. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_popen *build =
		td_subprocess_popen(s, TD_ARGV("sh", "-c", "for i in 1 2 3; do echo step $i; sleep 0.05; done; exit 2"),
	                        .out = TD_PIPE);
	td_file *lines = td_popen_stdout(s, build);
	td_bytes line;
	while (td_file_next_line(s, lines, &line)) td_print(s, "| %s", td_str_rstrip(s, line.data));
	td_print(s, "ended with %d", td_popen_wait(s, build));
}
