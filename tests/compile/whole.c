/* What must compile without a warning, in C17 and C++20, with gcc and clang, and run: scopes, loops, options, lists, dicts,
 * catching and keeping. The output is held against whole.expected. */
#include <stdio.h>
#include <tend.h>

static const char *words(td_scope *s, int64_t *count) {
	TD_SCOPE(work, s, .timeout = 60, .grace = 1);
	td_strs parts = td_str_split(work, "alpha, beta,gamma", .sep = ",", .maxsplit = TD_INT(2));
	*count = (int64_t)parts.len;
	const char *last = "";
	for (size_t i = 0; i < parts.len; i++) last = td_str_strip(work, parts.items[i]);
	return td_keep(s, last);
}

static const td_value *configuration(td_scope *s) {
	TD_SCOPE(work, s);
	const char *text = "web";
	bool debug = true;
	td_strs names = td_strs_of(work, "x", "y");
	td_value *v = td_dict(work, "name", text, "port", 8080, "share", 0.5, "debug", debug, "none", TD_NULL, "big",
	                      (uint64_t)18446744073709551615u, "names", names, "servers",
	                      td_list(work, td_dict(work, "name", "a"), td_dict(work, "name", "b"), td_list(work)));
	return td_keep(s, (const td_value *)v);
}

static int turns(td_scope *s) {
	int n = 0;
	TD_LOOP (t, s, .timeout = 5) {
		if (++n == 2) continue;
		if (n == 5) break;
		td_alloc(t, 100);
	}
	TD_LOOP (t, s) {
		if (td_alloc(t, 1)) return n;
	}
	return -1;
}

static void refused(td_scope *s) {
	TD_SCOPE(attempt, s);
	td_int(attempt, "twelve");
	const td_error *e = td_catch(attempt, TD_KeyError, TD_ValueError);
	printf("%s: %s, line %s\n", e ? e->kind->name : "nothing", e ? e->message : "", e && e->at > 40 ? "known" : "lost");
	td_raise(attempt, TD_KeyError, "again %d", 2);
	printf("%d", td_catch(attempt, TD_ValueError) != NULL);
	printf("%d\n", td_catch(attempt) != NULL);
}

TD_KIND(MyError, TD_ValueError);

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	int64_t count = 0;
	const char *last = words(s, &count);
	printf("%s %d\n", last, (int)count);
	const td_value *v = configuration(s);
	printf("%s %d %s %s\n", td_value_str(td_get(v, "name"), "-"), (int)td_value_int(td_get(v, "port"), 0),
	       td_value_str(td_get(v, "servers", "1", "name"), "-"), td_value_repr(s, v));
	printf("%d turns\n", turns(s));
	refused(s);
	TD_SCOPE(mine, s);
	td_raise(mine, MyError, "of my own");
	const td_error *e = td_catch(mine, TD_ValueError);
	printf("%s\n", e ? e->kind->name : "nothing");
	static td_str_split_opts made;
	made.sep = "-";
	printf("%d\n", (int)(td_str_split)(s, "a-b-c", &made).len);
	td_scope *open = td_scope_open(s, .name = "open");
	td_scope_close(open);
	td_scope *root = td_scope_open_root(.timeout = 1);
	td_scope_close(root);
	return 0;
}
