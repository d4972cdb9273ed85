/* Any bytes as a pattern, a replacement and a text, one line each: no pattern that Python's reader lets through is
 * refused by PCRE2 for its syntax, and what is found lies in the text. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool held) {
	if (!held) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	td_scope *s = td_scope_open_root();
	const char *all = td_strndup(s, (const char *)data, size);
	td_strs parts = td_str_split(s, all, .sep = "\n", .maxsplit = TD_INT(2));
	if (parts.len == 3) {
		const char *text = parts.items[2];
		int64_t count = 0, end = 0;
		td_matches *found = td_re_finditer(s, parts.items[0], text, .flags = (int)(size & (2 | 8 | 16 | 64 | 256)));
		for (const td_match *m; (m = td_matches_next(s, found)) && count < 1000; count++) {
			int64_t from = td_match_start(s, m, 0), to = td_match_end(s, m, 0);
			need(from >= end && to >= from && to <= (int64_t)strlen(text));
			end = to;
			td_match_groups(s, m, "");
		}
		const td_error *e = td_catch(s);
		need(!e || e->kind != TD_re_error || e->position >= 0 || !strstr(e->message, "compiling"));
		td_re_sub(s, parts.items[0], parts.items[1], text);
		td_catch(s);
		td_re_split(s, parts.items[0], text);
		td_catch(s);
	}
	td_re_purge();
	td_scope_close(s);
	return 0;
}
