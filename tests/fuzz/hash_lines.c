/* Any bytes as lines of sums: what is taken has a name without a NUL and as many digits as its algorithm has, and a line
 * that we write of it says the same. */
#include <hash/hash.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool held) {
	if (!held) abort();
}

static void read_again(td_scope *s, const hash_line *line, const char *name, const char *hex) {
	char *text = td_alloc(s, 2 * strlen(name) + 400);
	FILE *out = fmemopen(text, 2 * strlen(name) + 400, "w");
	bool escape = hash_name_needs_escape(name);
	const hash_wanted *w = &line->wanted;
	fprintf(out, "%s%s", escape ? "\\" : "", w->algorithm->tag);
	if (w->size != w->algorithm->size) fprintf(out, "-%zu", 8 * w->size);
	fputs(" (", out);
	hash_print_name(name, escape, out);
	fprintf(out, ") = %s", hex);
	fclose(out);
	hash_reader reader = {.reversed = -1, .tag = ""};
	hash_line again;
	need(hash_line_read(&reader, text, strlen(text), &again));
	need(strcmp(again.name, name) == 0 && strcmp(again.hex, hex) == 0);
	need(again.wanted.algorithm == w->algorithm && again.wanted.size == w->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size < 1) return 0;
	td_scope *s = td_scope_open_root();
	hash_reader reader = {.reversed = -1, .tag = ""};
	size_t known = 0;
	while (hash_algorithms[known].name) known++;
	const hash_algorithm *a = &hash_algorithms[data[0] % known];
	if (data[0] < 128) reader.allowed = (hash_set){1, {{a, a->size}}};
	char *text = td_alloc(s, size);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	hash_line line;
	if (hash_line_read(&reader, text, size - 1, &line)) {
		const char *hex = td_strndup(s, line.hex, 2 * line.wanted.size);
		need(strspn(hex, "0123456789abcdefABCDEF") == 2 * line.wanted.size);
		need(!reader.allowed.count || line.wanted.algorithm == a);
		need(hash_same(hex, td_str_upper(s, hex), line.wanted.size));
		read_again(s, &line, td_strdup(s, line.name), hex);
		need(*hash_quote(s, line.name));
	}
	td_scope_close(s);
	return 0;
}
