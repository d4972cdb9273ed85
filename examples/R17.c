/* Writes deployment metrics as indented JSON. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const td_value *metrics = td_dict(s,
		"service", "shop",
		"version", "1.4.2",
		"duration_seconds", 12.5,
		"success_rate", 1.0 / 3,
		"hosts", td_list(s, "alpha", "beta"),
		"errors", td_list(s),
		"rolled_back", TD_FALSE,
		"note", "déployé à 100 %");
	td_file *f = td_open(s, "metrics.json", "w");
	td_json_dump(s, metrics, f, .indent = TD_INT(2));
	td_file_close(s, f);
	td_print(s, "wrote metrics.json");
}
