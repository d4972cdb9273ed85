// Peers in C, for json_text.py: json_peers yajl|jsonc ROUNDS FILE prints GB/s of processor time, each round.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <json-c/json.h>
#include <string>
#include <yajl/yajl_parse.h>

static double now() {
	timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t seen;

static int on_null(void *) { return ++seen != 0; }
static int on_boolean(void *, int) { return ++seen != 0; }
static int on_integer(void *, long long) { return ++seen != 0; }
static int on_double(void *, double) { return ++seen != 0; }
static int on_string(void *, const unsigned char *, size_t n) { return (seen += n + 1) != 0; }
static int on_container(void *) { return ++seen != 0; }

static bool yajl(const std::string &text) {
	static const yajl_callbacks callbacks = {on_null, on_boolean, on_integer, on_double, nullptr, on_string,
		on_container, on_string, on_container, on_container, on_container};
	yajl_handle h = yajl_alloc(&callbacks, nullptr, nullptr);
	bool ok = yajl_parse(h, (const unsigned char *)text.data(), text.size()) == yajl_status_ok &&
		yajl_complete_parse(h) == yajl_status_ok;
	yajl_free(h);
	return ok;
}

int main(int argc, char **argv) {
	if (argc != 4) return 2;
	FILE *f = fopen(argv[3], "rb");
	if (!f) return 2;
	std::string text;
	char buffer[65536];
	for (size_t n; (n = fread(buffer, 1, sizeof buffer, f)) > 0;) text.append(buffer, n);
	fclose(f);
	for (int i = 0; i < atoi(argv[2]); i++) {
		double begin = now(), end;
		if (!strcmp(argv[1], "yajl")) {
			if (!yajl(text)) return 3;
			end = now();
		} else {
			json_object *o = json_tokener_parse(text.c_str());
			if (!o) return 3;
			end = now();
			json_object_put(o);
		}
		printf("%.4f\n", (double)text.size() / (end - begin) / 1e9);
	}
}
