/* argparse_help.c: the help text; HelpFormatter's sections, columns and wrapping. */
#include <tend/textwrap.h>

#include "data/argparse_internal.h"

typedef struct writer {
	td_scope *s; /* scratch */
	const td_argparser *p;
	char *data;
	size_t len, room;
	size_t width;
	size_t column; /* where help texts begin */
} writer;

static bool put(writer *w, const char *text, size_t n) {
	void *data = w->data;
	if (!td__grow(w->s, &data, &w->room, w->len + n + 1, 1)) return false;
	w->data = data;
	memcpy(w->data + w->len, text, n);
	w->len += n;
	w->data[w->len] = '\0';
	return true;
}
static bool put_text(writer *w, const char *text) {
	return put(w, text, strlen(text));
}
static bool put_blanks(writer *w, size_t n) {
	static const char blanks[] = "                                ";
	for (; n >= sizeof blanks; n -= sizeof blanks - 1) {
		if (!put(w, blanks, sizeof blanks - 1)) return false;
	}
	return put(w, blanks, n);
}

/* --- %(name)s --- */

static const char *nargs_text(td_scope *s, const arg_action *a) {
	static const char *const texts[] = {"None", "", "?", "*", "+", "...", "A..."};
	return a->nargs == NARGS_COUNT ? td_format(s, "%zu", a->count) : texts[a->nargs];
}

static const char *list_text(td_scope *s, const td_value *list) {
	const char *out = "";
	for (size_t i = 0; i < td_value_len(list); i++)
		out = td_format(s, "%s%s%s", out, i ? ", " : "", td__argparse_str(s, td_value_at(list, i)));
	return out;
}

/* What a name stands for; NULL: nothing of that name. */
static const char *lookup(td_scope *s, const td_argparser *p, const arg_action *a, const char *name) {
	if (strcmp(name, "prog") == 0) return p->prog;
	if (!a) return NULL;
	if (strcmp(name, "default") == 0) return a->no_default ? NULL : td__argparse_str(s, a->def);
	if (strcmp(name, "const") == 0) return td__argparse_str(s, a->konst);
	if (strcmp(name, "type") == 0) return td__argparse_type_name(a);
	if (strcmp(name, "dest") == 0) return a->dest ? a->dest : NULL;
	if (strcmp(name, "metavar") == 0) return a->metavar ? a->metavar : "None";
	if (strcmp(name, "nargs") == 0) return nargs_text(s, a);
	if (strcmp(name, "required") == 0) return a->required ? "True" : "False";
	if (strcmp(name, "env") == 0) return a->env ? a->env : "None";
	if (strcmp(name, "option_strings") == 0) return td_str_join(s, ", ", a->flags);
	if (strcmp(name, "choices") != 0) return NULL;
	if (a->sub) return td_str_join(s, ", ", td__argparse_command_names(s, a->sub));
	return a->choices ? list_text(s, a->choices) : "None";
}

/* The value of the conversion "%(name)s" that begins at *p, which moves past it. */
static const char *conversion(td_scope *s, const td_argparser *parser, const arg_action *a, const char **p) {
	const char *from = *p + 2, *close = strchr(from, ')');
	if ((*p)[1] == '%') {
		*p += 2;
		return "%";
	}
	if ((*p)[1] != '(' || !close || !close[1]) {
		td_raise(s, TD_ValueError,
		         (*p)[1] && (*p)[1] != '(' ? "unsupported format character in a help text: write %%%% for %%"
		                                   : "incomplete format");
		return NULL;
	}
	const char *name = td_strndup(s, from, (size_t)(close - from));
	const char *value = lookup(s, parser, a, name);
	*p = close + 2;
	if (!value)
		td_raise(s, TD_KeyError, "%s", td_str_repr(s, name));
	else if (close[1] == 'r')
		return td_str_repr(s, value);
	else if (close[1] == 's' || close[1] == 'd')
		return value;
	else
		td_raise(s, TD_ValueError, "unsupported format character '%c'", close[1]);
	return NULL;
}

const char *td__argparse_expand(td_scope *s, const td_argparser *p, const arg_action *a, const char *text) {
	TD_SCOPE(tmp, s);
	writer w = {.s = tmp};
	for (const char *c = text; *c;) {
		size_t n = strcspn(c, "%");
		if (!put(&w, c, n)) return td_no_text;
		c += n;
		if (!*c) break;
		const char *value = conversion(tmp, p, a, &c);
		if (!value || !put_text(&w, value)) return td_no_text;
	}
	return td_strdup(s, w.data ? w.data : "");
}

/* --- texts --- */

/* White space runs as one blank, none at the ends; Python's \s+ with re.ASCII, then strip. */
static const char *squeeze(td_scope *s, const char *text) {
	char *out = td_alloc(s, strlen(text) + 1);
	size_t n = 0;
	if (!out) return td_no_text;
	for (const char *c = text; *c; c++) {
		bool blank = *c == ' ' || (*c >= '\t' && *c <= '\r');
		if (!blank)
			out[n++] = *c;
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n && out[n - 1] == ' ') n--;
	out[n] = '\0';
	return out;
}

static bool put_paragraph(writer *w, const char *text, size_t indent) {
	if (!text || arg_suppressed(text)) return true;
	if (strstr(text, "%(prog)")) text = td__argparse_expand(w->s, w->p, NULL, text);
	if (td_failed(w->s)) return false;
	td_arg_formatter f = w->p->o.formatter;
	const char *blanks = td_format(w->s, "%*s", (int)indent, "");
	if (f == TD_ARG_RAW_DESCRIPTION || f == TD_ARG_RAW_TEXT) {
		td_strs lines = td_str_splitlines(w->s, text, .keepends = true);
		for (size_t i = 0; i < lines.len; i++) {
			if (!put_text(w, blanks) || !put_text(w, lines.items[i])) return false;
		}
		return put_text(w, "\n\n");
	}
	size_t width = w->width > indent + 11 ? w->width - indent : 11;
	const char *filled = td_textwrap_fill(w->s, squeeze(w->s, text), .width = (int)width, .initial_indent = blanks,
	                                      .subsequent_indent = blanks);
	return !td_failed(w->s) && put_text(w, filled) && put_text(w, "\n\n");
}

/* --- actions --- */

static const char *invocation(td_scope *s, const td_argparser *p, const arg_action *a) {
	if (!a->flags.len) return td__argparse_metavar(s, p, a, 0);
	bool bare = a->nargs == NARGS_COUNT && a->count == 0;
	const char *args = bare ? "" : td__argparse_args_text(s, p, a), *out = "";
	for (size_t i = 0; i < a->flags.len; i++)
		out = td_format(s, "%s%s%s%s%s", out, i ? ", " : "", a->flags.items[i], bare ? "" : " ", args);
	return out;
}

static const char *command_invocation(td_scope *s, const arg_command *c) {
	return c->aliases.len ? td_format(s, "%s (%s)", c->name, td_str_join(s, ", ", c->aliases)) : c->name;
}

/* The widest entry, as the column of the help texts is made from it. */
static size_t widest(td_scope *s, const td_argparser *p) {
	size_t most = 0;
	for (size_t g = 0; g < p->groups.count; g++) {
		for (size_t i = 0; i < p->groups.items[g]->actions.count; i++) {
			const arg_action *a = p->groups.items[g]->actions.items[i];
			if (arg_suppressed(a->help)) continue;
			size_t n = td_str_len(invocation(s, p, a));
			for (size_t k = 0; a->sub && k < a->sub->count; k++) {
				const arg_command *c = &a->sub->commands[k];
				size_t m = c->help ? td_str_len(command_invocation(s, c)) : 0;
				if (m > n) n = m;
			}
			if (n + 2 > most) most = n + 2;
		}
	}
	return most;
}

static const char *help_text(writer *w, const arg_action *a, const char *help) {
	bool defaults = w->p->o.formatter == TD_ARG_DEFAULTS && a && !strstr(help, "%(default)") && !a->no_default &&
	                (a->flags.len || a->nargs == NARGS_OPTIONAL || a->nargs == NARGS_ANY);
	if (defaults) help = td_format(w->s, "%s (default: %%(default)s)", help);
	return td__argparse_expand(w->s, w->p, a, help);
}

/* One entry: what is typed on the left, its help on the right, or below when the left is too long. */
static bool put_entry(writer *w, const arg_action *a, const char *left, const char *help, size_t indent) {
	size_t wide = td_str_len(left), at = w->column, room = at > indent + 2 ? at - indent - 2 : 0, first = at;
	if (!put_blanks(w, indent) || !put_text(w, left)) return false;
	if (!help || !*help) return put_text(w, "\n");
	if (wide <= room) {
		if (!put_blanks(w, room - wide + 2)) return false;
		first = 0;
	} else if (!put_text(w, "\n")) {
		return false;
	}
	if (!*squeeze(w->s, help)) return first || put_text(w, "\n");
	const char *text = help_text(w, a, help);
	if (td_failed(w->s)) return false;
	int width = w->width > at + 11 ? (int)(w->width - at) : 11;
	td_strs lines = w->p->o.formatter == TD_ARG_RAW_TEXT ? td_str_splitlines(w->s, text)
	                                                     : td_textwrap_wrap(w->s, squeeze(w->s, text), .width = width);
	for (size_t i = 0; i < lines.len; i++) {
		if (!put_blanks(w, i ? at : first) || !put_text(w, lines.items[i]) || !put_text(w, "\n")) return false;
	}
	return !td_failed(w->s);
}

static bool put_action(writer *w, const arg_action *a) {
	if (arg_suppressed(a->help)) return true;
	if (!put_entry(w, a, invocation(w->s, w->p, a), a->help, 2)) return false;
	for (size_t i = 0; a->sub && i < a->sub->count; i++) {
		const arg_command *c = &a->sub->commands[i];
		if (!c->help) continue;
		const arg_action pseudo = {.dest = c->name, .nargs = NARGS_ONE};
		if (!put_entry(w, &pseudo, command_invocation(w->s, c), c->help, 4)) return false;
	}
	return true;
}

static bool put_group(writer *w, const td_arggroup *g) {
	size_t before = w->len;
	bool headed = g->title && !arg_suppressed(g->title);
	if (!put_text(w, "\n") || (headed && (!put_text(w, g->title) || !put_text(w, ":\n")))) return false;
	size_t begin = w->len;
	if (!put_paragraph(w, g->description, 2)) return false;
	for (size_t i = 0; i < g->actions.count; i++) {
		if (!put_action(w, g->actions.items[i])) return false;
	}
	if (w->len == begin) { /* nothing in it: no heading either */
		w->len = before;
		if (w->data) w->data[before] = '\0';
		return true;
	}
	return put_text(w, "\n");
}

/* At most one empty line anywhere, none at the start, exactly one line end at the end. */
static const char *finish(td_scope *s, const writer *w) {
	char *out = td_alloc(s, w->len + 2);
	size_t n = 0;
	if (!out) return td_no_text;
	for (size_t i = 0; i < w->len; i++) {
		bool third = w->data[i] == '\n' && (n == 0 || (n >= 2 && out[n - 1] == '\n' && out[n - 2] == '\n'));
		if (!third) out[n++] = w->data[i];
	}
	while (n && out[n - 1] == '\n') n--;
	if (w->len) out[n++] = '\n';
	out[n] = '\0';
	return out;
}

static writer begin(td_scope *tmp, const td_argparser *p) {
	writer w = {.s = tmp, .p = p, .width = td__argparse_width(p)};
	size_t most = w.width > 24 ? w.width - 20 : 4;
	if (most > 24) most = 24;
	w.column = widest(tmp, p) + 2;
	if (w.column > most) w.column = most;
	return w;
}

static const char *usage_text(td_scope *s, const td_argparser *p, size_t width) {
	return td__argparse_usage(s, p, (const arg_action *const *)p->actions.items, p->actions.count, "usage: ", width);
}

const char *td_argparse_format_help(td_scope *s, td_argparser *p) {
	if (!td__enter(s) || !td__need_handle(s, "parser", p)) return td_no_text;
	TD_SCOPE(tmp, s);
	writer w = begin(tmp, p);
	if (!arg_suppressed(p->o.usage) && !put_text(&w, usage_text(tmp, p, w.width))) return td_no_text;
	if (td_failed(tmp) || !put_paragraph(&w, p->o.description, 0)) return td_no_text;
	for (size_t i = 0; i < p->groups.count; i++) {
		if (!put_group(&w, p->groups.items[i])) return td_no_text;
	}
	if (!put_paragraph(&w, p->o.epilog, 0)) return td_no_text;
	return finish(s, &w);
}

const char *td_argparse_format_usage(td_scope *s, td_argparser *p) {
	if (!td__enter(s) || !td__need_handle(s, "parser", p)) return td_no_text;
	TD_SCOPE(tmp, s);
	writer w = begin(tmp, p);
	if (!arg_suppressed(p->o.usage) && !put_text(&w, usage_text(tmp, p, w.width))) return td_no_text;
	return td_failed(tmp) ? td_no_text : finish(s, &w);
}

const char *td__argparse_paragraph(td_scope *s, const td_argparser *p, const char *text) {
	TD_SCOPE(tmp, s);
	writer w = begin(tmp, p);
	return put_paragraph(&w, text, 0) ? finish(s, &w) : td_no_text;
}
