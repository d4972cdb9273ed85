/* tend/textwrap.h: paragraphs of a given width.
 *
 *     #include <tend.h>
 *
 *     static void print_paragraph(td_scope *s, const char *text) {
 *         td_strs lines = td_textwrap_wrap(s, text, .width = 72, .subsequent_indent = "    ");
 *         for (size_t i = 0; i < lines.len; i++) puts(lines.items[i]);
 *     }
 *
 * Widths count characters. Nothing here blocks. */
#ifndef TEND_TEXTWRAP_H
#define TEND_TEXTWRAP_H

#pragma GCC system_header

#include <tend/text.h>

TD__BEGIN

typedef struct td_textwrap_opts {
	TD__OPTS_HEAD;
	int width;                  /* 0 is 70; below 0 is ValueError */
	const char *initial_indent; /* counted in the width */
	const char *subsequent_indent;
	bool keep_long_words;    /* Python: break_long_words=False */
	bool keep_hyphens;       /* Python: break_on_hyphens=False */
	int max_lines;           /* 0: as many as it takes; what is left over is dropped */
	const char *placeholder; /* at the end when something was dropped; NULL is " [...]" */
} td_textwrap_opts;

/* The lines, without line ends; none for an empty text. Python: textwrap.wrap. */
TD_API td_strs td_textwrap_wrap(td_scope *s, const char *text, const td_textwrap_opts *opts);
#define td_textwrap_wrap(s, ...) TD__TEXTWRAP(td_textwrap_wrap, s, __VA_ARGS__)
/* The same as one text. Python: textwrap.fill. */
TD_API const char *td_textwrap_fill(td_scope *s, const char *text, const td_textwrap_opts *opts);
#define td_textwrap_fill(s, ...) TD__TEXTWRAP(td_textwrap_fill, s, __VA_ARGS__)
#define TD__TEXTWRAP(fn, s, text, ...) (fn)(TD_HERE(s), (text), TD__OPTS(td_textwrap_opts, __VA_ARGS__))

/* The text with its white space collapsed, cut between words to width characters with the placeholder behind them.
 * ValueError "placeholder too large for max width". Python: textwrap.shorten. */
TD_API const char *td_textwrap_shorten(td_scope *s, const char *text, int width, const td_textwrap_opts *opts);
#define td_textwrap_shorten(s, text, ...) TD__TEXTWRAP_SHORTEN(s, text, __VA_ARGS__)
#define TD__TEXTWRAP_SHORTEN(s, text, width, ...)                                                                      \
	(td_textwrap_shorten)(TD_HERE(s), (text), (width), TD__OPTS(td_textwrap_opts, __VA_ARGS__))

/* Without the blanks and tabs that all lines begin with; lines of nothing else become empty. Python: textwrap.dedent. */
TD_API const char *td_textwrap_dedent(td_scope *s, const char *text);

typedef struct td_textwrap_indent_opts {
	TD__OPTS_HEAD;
	bool (*predicate)(const char *line, void *arg); /* which lines; NULL: those that are not white space alone */
	void *arg;
} td_textwrap_indent_opts;
/* With prefix before the lines. Python: textwrap.indent. */
TD_API const char *td_textwrap_indent(td_scope *s, const char *text, const char *prefix,
                                      const td_textwrap_indent_opts *opts);
#define td_textwrap_indent(s, text, ...) TD__TEXTWRAP_INDENT(s, text, __VA_ARGS__)
#define TD__TEXTWRAP_INDENT(s, text, prefix, ...)                                                                      \
	(td_textwrap_indent)(TD_HERE(s), (text), (prefix), TD__OPTS(td_textwrap_indent_opts, __VA_ARGS__))

TD__END
#endif
