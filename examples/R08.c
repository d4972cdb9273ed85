/* Builds the paths of staging and production configuration, asks whether one exists. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *base = td_path_joinpath(s, "config", "environments");
	const char *staging = td_path_joinpath(s, base, "staging", "app.yml");
	const char *production = td_path_joinpath(s, base, "production", "app.yml");

	td_print(s, "%s", staging);
	td_print(s, "%s", production);
	td_print(s, "%s", td_path_joinpath(s, base, "./shared//", "app.yml"));
	td_strs both = td_strs_of(s, staging, production);
	for (size_t i = 0; i < both.len; i++) {
		if (td_path_exists(s, both.items[i])) {
			td_print(s, "%s is there: %s", both.items[i], td_str_strip(s, td_path_read_text(s, both.items[i])));
		} else {
			td_print(s, "%s is missing", both.items[i]);
		}
	}
}
