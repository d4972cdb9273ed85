/* Reads a variable of the environment with a default, sets another for its children. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *stage = td_os_getenv(s, "DEPLOY_STAGE", .fallback = "staging");
	td_print(s, "deploying to %s", stage);
	if (!td_os_getenv(s, "DEPLOY_TOKEN")) td_print(s, "no token");

	td_os_environ_set(s, "DEPLOY_VERSION", "1.2.3");
	const td_completed_process *child =
		td_subprocess_run(s, TD_ARGV("sh", "-c", "echo version $DEPLOY_VERSION"), .capture_output = true, .text = true);
	td_print(s, "the child says: %s", td_str_strip(s, child->out));
}
