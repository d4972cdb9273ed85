/* Runs a deployment command with arguments as a list, checks it, prints its standard error when it fails, fails itself. */
#include <tend.h>

static void deploy(td_scope *s, const char *version) {
	td_subprocess_run(s, TD_ARGV("sh", "deploy.sh", "--version", version), .check = true, .capture_output = true,
	                  .text = true);
	td_print(s, "deployed %s", version);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	deploy(s, "1.2.3");
	TD_SCOPE(attempt, s);
	deploy(attempt, "1.2.4");
	const td_error *e = td_catch(attempt, TD_CalledProcessError);
	if (e) {
		td_print(s, "%s", e->message);
		td_print(s, "it said: %s", td_str_strip(s, e->process->err));
		td_sys_exit(s, 1);
	}
}
