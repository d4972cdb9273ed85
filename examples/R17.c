/* Writes deployment metrics as indented JSON. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_value *metrics =
		td_dict(s, "service", "shop", "version", "1.4.2", "duration_seconds", 12.5, "success_rate", 1.0 / 3);
	td_value_set(s, metrics, "hosts", td_list(s, "alpha", "beta"));
	td_value_set(s, metrics, "errors", td_list(s));
	td_value_set(s, metrics, "rolled_back", td_v(s, TD_FALSE));
	td_value_set(s, metrics, "note", td_v(s, "déployé à 100 %"));
	td_file *f = td_open(s, "metrics.json", "w");
	td_json_dump(s, metrics, f, .indent = TD_INT(2));
	td_file_close(s, f);
	td_print(s, "wrote metrics.json");
}
