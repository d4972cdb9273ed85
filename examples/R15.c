/* Reads nested settings from a JSON file. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const td_value *config = td_json_load_path(s, "config.json");

	td_print(s, "bucket: %s", td_value_str(td_need(s, config, "aws", "s3", "bucket"), ""));
	td_print(s, "keep for %s days", td_value_repr(s, td_need(s, config, "aws", "s3", "keep_days")));
	td_print(s, "debug: %s", td_value_bool(td_need(s, config, "app", "debug"), false) ? "on" : "off");
	td_print(s, "replicas: %lld", (long long)td_value_int(td_get(config, "app", "replicas"), 1));
	td_print(s, "timeout: %lld", (long long)td_value_int(td_get(config, "app", "timeout"), 30));
	const td_value *hosts = td_need(s, config, "hosts");
	for (size_t i = 0; i < td_value_len(hosts); i++) td_print(s, "host %s", td_value_str(td_value_at(hosts, i), ""));

	TD_SCOPE(attempt, s);
	td_print(attempt, "%s", td_value_str(td_need(attempt, config, "aws", "s3", "bucket_name"), ""));
	const td_error *e = td_catch(attempt, TD_KeyError);
	if (e) {
		td_print(s, "missing key: %s", e->message);
		td_sys_exit(s, 1);
	}
}
