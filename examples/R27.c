/* Runs df -h and prints what it said. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *out = td_subprocess_check_output(s, TD_ARGV("df", "-h", "--output=target", "/"), .text = true);
	td_print(s, "%s", td_str_rstrip(s, out));
	TD_SCOPE(attempt, s);
	td_subprocess_check_output(attempt, TD_ARGV("df", "-h", "/no/such/place"), .err = TD_DEVNULL);
	const td_error *e = td_catch(attempt, TD_CalledProcessError);
	if (e) td_print(s, "df ended with %d", e->process->returncode);
}
