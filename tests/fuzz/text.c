/* Any bytes as text: what cuts it up loses nothing, what maps it can be measured, and nothing reads past its end. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool held) {
	if (!held) abort();
}

static void cut_up(td_scope *s, const char *text, const char *sep) {
	td_strs lines = td_str_splitlines(s, text, .keepends = true);
	need(strcmp(td_str_join(s, "", lines), text) == 0);
	need(lines.len == td_str_splitlines(s, text).len);
	td_strs words = td_str_split(s, text), back = td_str_rsplit(s, text);
	need(words.len == back.len);
	for (size_t i = 0; i < words.len; i++) need(strcmp(words.items[i], back.items[i]) == 0 && *words.items[i]);
	if (*sep) {
		need(strcmp(td_str_join(s, sep, td_str_split(s, text, .sep = sep)), text) == 0);
		need(strcmp(td_str_join(s, sep, td_str_rsplit(s, text, .sep = sep, .maxsplit = TD_INT(2))), text) == 0);
		need(strcmp(td_str_join(s, "", td_str_partition(s, text, sep)), text) == 0);
		need(strcmp(td_str_join(s, "", td_str_rpartition(s, text, sep)), text) == 0);
		need(strcmp(td_str_replace(s, text, sep, sep), text) == 0);
	}
	const char *stripped = td_str_strip(s, text);
	need(strcmp(stripped, td_str_lstrip(s, td_str_rstrip(s, text))) == 0);
	need(td_str_find(text, stripped) >= 0);
}

static void map(td_scope *s, const char *text) {
	const char *lower = td_str_lower(s, text), *upper = td_str_upper(s, text);
	need(strcmp(td_str_lower(s, lower), td_str_lower(s, td_str_lower(s, lower))) == 0);
	need(td_str_len(td_str_ljust(s, upper, 50)) >= 50);
	need(td_str_len(td_str_repr(s, text)) >= td_str_len(text) + 2);
	const char *interleaved = td_str_replace(s, text, "", "|");
	need(td_str_len(interleaved) == 2 * td_str_len(text) + 1);
}

/* Read as a file the text comes to the same by lines and whole, with every newline. */
static void read_back(td_scope *s, const char *text, size_t len) {
	td_file *f = td_file_mem(s, (td_bytes){text, len});
	size_t total = 0;
	for (td_bytes line; td_file_next_line(s, f, &line); total += line.len) {
		need(total + line.len <= len && memcmp(line.data, text + total, line.len) == 0);
	}
	need(total == len);
}

/* The format is not one that a compiler has seen: every argument it could ask for is an int, a pointer to a text, or 0. */
static void format(td_scope *s, const char *text) {
	char fmt[64];
	size_t n = 0, asked = 0, digits = 0;
	for (; *text && n < sizeof fmt - 1 && asked < 8; text++) {
		if (strchr("sScCpnfFeEgGaAlLqhzjt*", *text)) continue; /* integers only: what else is asked for is not there */
		digits = *text >= '0' && *text <= '9' ? digits + 1 : 0;
		if (digits > 4) continue; /* widths that fill the memory are no finding */
		asked += *text == '%';
		fmt[n++] = *text;
	}
	fmt[n] = '\0';
	TD_SCOPE(attempt, s);
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
	const char *out = td_format(attempt, fmt, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
#pragma clang diagnostic pop
	(void)strlen(out);
	td_catch(attempt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *text = malloc(size + 1);
	if (!text) return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	size_t len = strlen(text);
	char sep[3] = {len ? text[len / 2] : ',', len > 1 && size % 2 ? text[len / 2 + 1] : '\0', '\0'};
	td_scope *s = td_scope_open_root();
	cut_up(s, text, sep);
	map(s, text);
	read_back(s, text, size);
	format(s, text);
	need(!td_failed(s));
	td_scope_close(s);
	free(text);
	return 0;
}
