/* Gives a slow command a time limit. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	TD_SCOPE(attempt, s);
	td_subprocess_run(attempt, TD_ARGV("sleep", "30"), .capture_output = true, .timeout = 0.2);
	const td_error *e = td_catch(attempt, TD_TimeoutExpired);
	if (e) td_print(s, "%s", e->message);
	td_print(s, "a quick one: %d", td_subprocess_run(s, TD_ARGV("true"), .timeout = 30)->returncode);
}
