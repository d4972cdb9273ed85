/* What bench/json_text.py measures of ours:
 *     bench-json parse|dumps|lines ROUNDS FILE     prints GB/s of processor time, each round
 *     bench-json whole FILE                        reads a file and writes it to standard output */
#include <stdio.h>
#include <string.h>
#include <tend.h>

static void report(size_t bytes, double seconds) {
	printf("%.4f\n", (double)bytes / seconds / 1e9);
}

static void parse(td_scope *s, td_bytes text) {
	TD_SCOPE(t, s);
	double begin = td_time_process_time();
	const td_value *v = td_json_loads(t, text.data);
	if (v) report(text.len, td_time_process_time() - begin);
}

static void dumps(td_scope *s, const td_value *v) {
	TD_SCOPE(t, s);
	double begin = td_time_process_time();
	const char *text = td_json_dumps(t, v, .ensure_utf8 = true, .item_separator = ",", .key_separator = ":");
	double seconds = td_time_process_time() - begin;
	report(strlen(text), seconds);
}

static void lines(td_scope *s, const char *path) {
	TD_SCOPE(t, s);
	td_file *f = td_open(t, path, "r");
	size_t documents = 0;
	double begin = td_time_process_time();
	for (td_json_lines *it = td_json_lines_open(t, f); td_json_lines_next(t, it);) documents++;
	double seconds = td_time_process_time() - begin;
	report((size_t)td_file_tell(t, f), seconds);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	if (argc == 3 && strcmp(argv[1], "whole") == 0) {
		const td_value *v = td_json_load_path(s, argv[2]);
		td_file *out = td_os_fdopen(s, 1, "w", .keep_fd = true);
		td_json_dump(s, v, out, .ensure_utf8 = true, .item_separator = ",", .key_separator = ":");
		td_file_close(s, out);
		return 0;
	}
	if (argc != 4) return 2;
	int64_t rounds = td_int(s, argv[2]);
	td_file *f = td_open(s, argv[3], "rb");
	td_bytes text = {"", 0};
	if (strcmp(argv[1], "lines") != 0) text = td_file_read_bytes(s, f);
	const td_value *v = strcmp(argv[1], "dumps") == 0 ? td_json_loads(s, text.data) : NULL;
	for (int64_t i = 0; i < rounds; i++) {
		if (v)
			dumps(s, v);
		else if (strcmp(argv[1], "lines") == 0)
			lines(s, argv[3]);
		else
			parse(s, text);
	}
	return 0;
}
