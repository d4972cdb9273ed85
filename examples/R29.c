/* A dict to JSON text and back. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const td_value *server =
		td_dict(s, "name", "web-1", "ip", "192.0.2.10", "ports", td_list(s, 80, 443), "load", 0.25, "owner", TD_NULL);
	const char *text = td_json_dumps(s, server);
	td_print(s, "%s", text);
	td_print(s, "%s", td_json_dumps(s, server, .indent = TD_INT(4), .sort_keys = true));

	const td_value *back = td_json_loads(s, text);
	td_print(s, "%s", td_value_equal(back, server) ? "True" : "False");
	td_print(s, "first port: %lld", (long long)td_value_int(td_get(back, "ports", "0"), 0));

	TD_SCOPE(attempt, s);
	td_json_loads(attempt, "{\"name\": \"web-1\",}");
	const td_error *e = td_catch(attempt, TD_JSONDecodeError);
	if (e) {
		td_print(s, "not JSON: %s", e->message);
		td_print(s, "at line %lld column %lld", (long long)e->line, (long long)e->column);
	}
}
