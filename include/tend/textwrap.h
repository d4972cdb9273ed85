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
	bool keep_long_words; /* Python: break_long_words=False */
	bool keep_hyphens;    /* Python: break_on_hyphens=False */
} td_textwrap_opts;

/* The lines, without line ends; none for an empty text. Python: textwrap.wrap. */
TD_API td_strs td_textwrap_wrap(td_scope *s, const char *text, const td_textwrap_opts *opts);
#define td_textwrap_wrap(s, ...) TD__TEXTWRAP(td_textwrap_wrap, s, __VA_ARGS__)
/* The same as one text. Python: textwrap.fill. */
TD_API const char *td_textwrap_fill(td_scope *s, const char *text, const td_textwrap_opts *opts);
#define td_textwrap_fill(s, ...) TD__TEXTWRAP(td_textwrap_fill, s, __VA_ARGS__)
#define TD__TEXTWRAP(fn, s, text, ...) (fn)(TD_HERE(s), (text), TD__OPTS(td_textwrap_opts, __VA_ARGS__))

TD__END
#endif
