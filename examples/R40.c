/* Pipes one command into another without a shell. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_popen *words = td_subprocess_popen(s, TD_ARGV("printf", "%s\\n", "pear", "apple", "fig"), .out = TD_PIPE);
	td_popen *sorted = td_subprocess_popen(s, TD_ARGV("sort"), .in = TD_FD(td_popen_stdout_fd(words)), .out = TD_PIPE);
	td_print(s, "%s", td_popen_communicate(s, sorted)->out);
	td_print(s, "%d %d", td_popen_wait(s, words), td_popen_wait(s, sorted));
}
