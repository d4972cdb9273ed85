/* Rows of textwrap and difflib. */
#include "oracle.h"

#define WRAP_OPTIONS                                                                                                   \
	"width=70, *, initial_indent='', subsequent_indent='', break_long_words=True, break_on_hyphens=True, "             \
	"max_lines=None, placeholder=' [...]'"

static td_textwrap_opts options(td_scope *s, const oracle_call *call) {
	td_textwrap_opts o = {.td__size = sizeof o};
	int64_t width = oracle_int(s, call, "width", 70);
	if (oracle_given(call, "width") && width <= 0) {
		td_raise(s, TD_ValueError, "invalid width %lld (must be > 0)", (long long)width);
	}
	o.width = (int)width;
	o.initial_indent = oracle_text(s, call, "initial_indent", NULL);
	o.subsequent_indent = oracle_text(s, call, "subsequent_indent", NULL);
	o.keep_long_words = !oracle_true(call, "break_long_words", true);
	o.keep_hyphens = !oracle_true(call, "break_on_hyphens", true);
	o.max_lines = (int)oracle_int(s, call, "max_lines", 0);
	o.placeholder = oracle_text(s, call, "placeholder", NULL);
	return o;
}

ORACLE_ROW(textwrap_wrap, "textwrap.wrap", "text, " WRAP_OPTIONS) {
	td_textwrap_opts o = options(s, call);
	td_strs lines = (td_textwrap_wrap)(s, oracle_text(s, call, "text", NULL), &o);
	return td_failed(s) ? NULL : td_value_new_strs(s, lines);
}

ORACLE_ROW(textwrap_fill, "textwrap.fill", "text, " WRAP_OPTIONS) {
	td_textwrap_opts o = options(s, call);
	const char *text = (td_textwrap_fill)(s, oracle_text(s, call, "text", NULL), &o);
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

static const td_value *text_value(td_scope *s, const char *text) {
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

ORACLE_ROW(textwrap_shorten, "textwrap.shorten", "text, width, *, placeholder=' [...]'") {
	return text_value(s,
	                  td_textwrap_shorten(s, oracle_text(s, call, "text", NULL), (int)oracle_int(s, call, "width", 70),
	                                      .placeholder = oracle_text(s, call, "placeholder", NULL)));
}

ORACLE_ROW(textwrap_dedent, "textwrap.dedent", "text") {
	return text_value(s, td_textwrap_dedent(s, oracle_text(s, call, "text", NULL)));
}

ORACLE_ROW(textwrap_indent, "textwrap.indent", "text, prefix") {
	return text_value(s,
	                  td_textwrap_indent(s, oracle_text(s, call, "text", NULL), oracle_text(s, call, "prefix", NULL)));
}

ORACLE_ROW(difflib_get_close_matches, "difflib.get_close_matches", "word, possibilities, n=3, cutoff=0.6") {
	const char *word = oracle_text(s, call, "word", NULL);
	td_strs possibilities = oracle_strs(s, call, "possibilities");
	int64_t n = oracle_int(s, call, "n", 3);
	td_opt_float cutoff = {oracle_given(call, "cutoff"), oracle_float(s, call, "cutoff", 0.6)};
	if (!td_failed(s) && n <= 0) td_raise(s, TD_ValueError, "n must be > 0: %lld", (long long)n);
	td_strs close = td_difflib_get_close_matches(s, word, possibilities, .n = (int)n, .cutoff = cutoff);
	return td_failed(s) ? NULL : td_value_new_strs(s, close);
}
