/* Makes a deployment directory if there is none and copies a configuration into it. */
#include <tend.h>

static void deploy(td_scope *s, const char *environment) {
	const char *dir = td_path_join(s, "deploy", environment);
	const char *config = td_path_join(s, "config", td_format(s, "%s.conf", environment));
	if (!td_path_exists(s, dir)) {
		td_os_makedirs(s, dir, .exist_ok = true);
		td_print(s, "made %s", dir);
	}
	if (!td_path_exists(s, config)) {
		td_print(s, "no configuration for %s", environment);
		return;
	}
	td_print(s, "copied to %s", td_shutil_copy(s, config, td_path_join(s, dir, "app.conf")));
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	deploy(s, "production");
	deploy(s, "production");
	deploy(s, "staging");
}
