/* Any bytes as a shell's pattern and a name, one line each. What a pattern says does not depend on how it is asked:
 * filter and iglob agree with fnmatch, escape makes any name match itself, and translate makes a regular expression that says
 * the same (of texts that are UTF-8, since re has no other). */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tend.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static void need(bool held) {
	if (!held) abort();
}

static int here = -1; /* an empty directory */

int LLVMFuzzerInitialize(int *argc, char ***argv) {
	(void)argc;
	(void)argv;
	static char dir[] = "/tmp/tend-fuzz-XXXXXX";
	need(mkdtemp(dir) != NULL);
	here = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	need(here >= 0 && rmdir(dir) == 0);
	need(mkdirat(here, "x", 0) < 0); /* it is gone: nothing can be made in it, nothing is left */
	return 0;
}

static bool is_utf8(td_scope *s, const char *text) {
	td_str_encode(s, text);
	return td_catch(s, TD_UnicodeEncodeError) == NULL;
}

static void says_the_same(td_scope *s, const char *name, const char *pattern, bool matched) {
	if (!is_utf8(s, name) || !is_utf8(s, pattern)) return;
	const char *re = td_fnmatch_translate(s, pattern);
	const td_match *m = td_re_match(s, re, name);
	if (td_catch(s, TD_re_error)) return; /* PCRE2 takes no pattern that is too long, nor matches without an end */
	need((m != NULL) == matched);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	td_scope *s = td_scope_open_root();
	const char *all = td_strndup(s, (const char *)data, size);
	td_strs parts = td_str_split(s, all, .sep = "\n", .maxsplit = TD_INT(1));
	const char *pattern = parts.items[0], *name = parts.len > 1 ? parts.items[1] : "";
	bool matched = td_fnmatch_fnmatch(s, name, pattern);
	need(!td_failed(s));
	need(td_fnmatch_filter(s, (td_strs){&name, 1}, pattern).len == matched);
	need(td_fnmatch_fnmatch(s, name, td_glob_escape(s, name)));
	says_the_same(s, name, pattern, matched);
	if (pattern[0] != '/' && !strstr(pattern, "..")) { /* within the directory, where there is nothing */
		for (int recursive = 0; recursive < 2; recursive++) {
			td_strs found = td_glob_glob(s, pattern, .dir_fd = TD_INT(here), .recursive = recursive);
			bool any_depth =
				recursive && strstr(pattern, "**"); /* finds its beginning, be it there or not, as Python */
			for (size_t i = 0; i < found.len && !any_depth; i++)
				need(found.items[i][strspn(found.items[i], "./")] == '\0');
		}
	}
	const td_error *e = td_catch(s);
	need(!e);
	td_re_purge();
	td_scope_close(s);
	return 0;
}
