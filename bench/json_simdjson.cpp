// The peer simdjson, for json_text.py: json_simdjson parse|walk|dumps ROUNDS FILE prints GB/s of processor time, each round.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <simdjson.h>

using namespace simdjson;

static double now() {
	timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t walk(ondemand::value v) {
	switch (v.type()) {
	case ondemand::json_type::array: {
		size_t n = 0;
		for (auto x : v.get_array()) n += walk(x.value());
		return n;
	}
	case ondemand::json_type::object: {
		size_t n = 0;
		for (auto f : v.get_object()) {
			n += std::string_view(f.unescaped_key()).size();
			n += walk(f.value());
		}
		return n;
	}
	case ondemand::json_type::string: return std::string_view(v.get_string()).size();
	case ondemand::json_type::number: return (size_t)(double)v.get_double();
	case ondemand::json_type::boolean: return bool(v.get_bool());
	default: return 0;
	}
}

int main(int argc, char **argv) {
	if (argc != 4) return 2;
	padded_string text = padded_string::load(argv[3]);
	dom::parser parser;
	ondemand::parser demand;
	dom::element kept;
	bool dumps = !strcmp(argv[1], "dumps");
	if (dumps) kept = parser.parse(text);
	for (int i = 0; i < atoi(argv[2]); i++) {
		double begin = now();
		size_t bytes = text.size();
		if (dumps) {
			std::string out = minify(kept);
			bytes = out.size();
		} else if (!strcmp(argv[1], "walk")) {
			auto doc = demand.iterate(text);
			if (walk(doc.get_value()) == 1) return 3;
		} else {
			dom::parser fresh;
			dom::element e = fresh.parse(text);
			if (e.is_null()) return 3;
		}
		printf("%.4f\n", (double)bytes / (now() - begin) / 1e9);
	}
}
