/* argparse_usage.c: the usage line, wrapped where it is too long; HelpFormatter._format_usage and its helpers. */
#include <sys/ioctl.h>
#include <unistd.h>

#include "data/argparse_internal.h"

size_t td__argparse_width(const td_argparser *p) {
	if (p->o.width > 0) return (size_t)p->o.width;
	long columns = 0;
	const char *text = getenv("COLUMNS");
	if (text && strlen(text) < 6 && strspn(text, "0123456789") == strlen(text)) {
		for (; *text; text++) columns = columns * 10 + (*text - '0');
	}
	struct winsize size = {0};
	if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
	if (columns <= 0) columns = 80;
	return columns > 4 ? (size_t)columns - 2 : 2;
}

/* --- how an action and its arguments are written --- */

const char *td__argparse_metavar(td_scope *s, const td_argparser *p, const arg_action *a, size_t i) {
	if (a->metavars.len) return a->metavars.items[i < a->metavars.len ? i : a->metavars.len - 1];
	if (a->metavar) return a->metavar;
	if (a->sub) return td_format(s, "{%s}", td_str_join(s, ",", td__argparse_command_names(s, a->sub)));
	if (a->choices) {
		const char *list = "";
		for (size_t k = 0; k < td_value_len(a->choices); k++)
			list = td_format(s, "%s%s%s", list, k ? "," : "", td__argparse_str(s, td_value_at(a->choices, k)));
		return td_format(s, "{%s}", list);
	}
	if (p->o.formatter == TD_ARG_METAVAR_TYPE) return a->type == TD_ARG_TEXT ? "str" : td__argparse_type_name(a);
	const char *dest = a->dest ? a->dest : TD_SUPPRESS;
	return a->flags.len ? td_str_upper(s, dest) : dest;
}

const char *td__argparse_args_text(td_scope *s, const td_argparser *p, const arg_action *a) {
	const char *first = td__argparse_metavar(s, p, a, 0), *text = "";
	switch (a->nargs) {
	case NARGS_ONE: return first;
	case NARGS_OPTIONAL: return td_format(s, "[%s]", first);
	case NARGS_ANY:
		if (a->metavars.len == 2) return td_format(s, "[%s [%s ...]]", first, a->metavars.items[1]);
		return td_format(s, "[%s ...]", first);
	case NARGS_SOME: return td_format(s, "%s [%s ...]", first, td__argparse_metavar(s, p, a, 1));
	case NARGS_REST: return "...";
	case NARGS_PARSER: return td_format(s, "%s ...", first);
	case NARGS_COUNT: break;
	}
	for (size_t i = 0; i < a->count; i++)
		text = td_format(s, "%s%s%s", text, i ? " " : "", td__argparse_metavar(s, p, a, i));
	return text;
}

/* --- the actions in one line --- */

typedef struct part {
	const char *before; /* what a group puts in front: brackets, or a bar */
	const char *text;   /* NULL: hidden */
} part;

static size_t place_of(const arg_action *const *actions, size_t count, const arg_action *a) {
	for (size_t i = 0; i < count; i++) {
		if (actions[i] == a) return i;
	}
	return count;
}

/* Marks an exclusive group whose actions stand next to each other. */
static bool mark_group(td_scope *s, const td_arggroup *g, const arg_action *const *actions, size_t count, part *parts,
                       bool *grouped) {
	size_t n = g->actions.count, start = n ? place_of(actions, count, g->actions.items[0]) : count;
	if (start == count || start + n > count) return true;
	for (size_t i = 0; i < n; i++) {
		if (actions[start + i] != g->actions.items[i]) return true;
	}
	const char *open = g->required ? "(" : "[", *close = g->required ? ")" : "]";
	const char *was = parts[start].before;
	parts[start].before = was ? td_format(s, "%s %s", was, open) : open;
	was = parts[start + n].before;
	parts[start + n].before = was ? td_format(s, "%s%s", was, close) : close;
	for (size_t i = 0; i < n; i++) {
		grouped[start + i] = true;
		if (i) parts[start + i].before = "|";
	}
	return !td_failed(s);
}

static const char *action_part(td_scope *s, const td_argparser *p, const arg_action *a, bool grouped) {
	const char *text;
	if (!a->flags.len) {
		text = td__argparse_args_text(s, p, a);
		size_t len = strlen(text);
		bool bare = grouped && len > 1 && text[0] == '[' && text[len - 1] == ']';
		return bare ? td_strndup(s, text + 1, len - 2) : text;
	}
	if (a->nargs == NARGS_COUNT && a->count == 0) {
		text = a->kind == TD_ARG_BOOLEAN_OPTIONAL ? td_str_join(s, " | ", a->flags) : a->flags.items[0];
	} else {
		text = td_format(s, "%s %s", a->flags.items[0], td__argparse_args_text(s, p, a));
	}
	return a->required || grouped ? text : td_format(s, "[%s]", text);
}

static bool is_open(char c) {
	return c == '[' || c == '(';
}
static bool is_close(char c) {
	return c == ']' || c == ')';
}

/* Python's four substitutions, one after another, in place: no blank inside a bracket, no empty brackets, no round ones
 * around what has no bar. */
static void tidy(char *text) {
	char *out = text;
	for (const char *in = text; *in; in++) {
		*out++ = *in;
		if (is_open(*in) && in[1] == ' ') in++;
	}
	*out = '\0';
	out = text;
	for (const char *in = text; *in; in++) {
		if (*in == ' ' && is_close(in[1])) in++;
		*out++ = *in;
	}
	*out = '\0';
	out = text;
	for (const char *in = text; *in;) {
		const char *end = in + 1;
		while (is_open(*in) && *end == ' ') end++;
		if (is_open(*in) && is_close(*end))
			in = end + 1;
		else
			*out++ = *in++;
	}
	*out = '\0';
	out = text;
	for (const char *in = text; *in;) {
		const char *last = NULL;
		for (const char *q = in + 1; *in == '(' && *q && *q != '|'; q++) {
			if (*q == ')') last = q;
		}
		if (last) {
			memmove(out, in + 1, (size_t)(last - in - 1));
			out += last - in - 1;
			in = last + 1;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
}

static const char *actions_usage(td_scope *s, const td_argparser *p, const arg_action *const *actions, size_t count) {
	part *parts = td_alloc_array(s, count + 2, sizeof *parts);
	bool *grouped = td_alloc_array(s, count + 1, sizeof *grouped);
	if (!parts || !grouped) return td_no_text;
	for (size_t i = 0; i < p->exclusive.count; i++) {
		if (!mark_group(s, p->exclusive.items[i], actions, count, parts, grouped)) return td_no_text;
	}
	size_t len = 1;
	for (size_t i = 0; i <= count; i++) {
		if (i < count && arg_suppressed(actions[i]->help)) {
			part *bar = parts[i].before && strcmp(parts[i].before, "|") == 0 ? &parts[i] : &parts[i + 1];
			if (bar->before && strcmp(bar->before, "|") == 0) bar->before = NULL;
		} else if (i < count) {
			parts[i].text = action_part(s, p, actions[i], grouped[i]);
		}
		len += (parts[i].before ? strlen(parts[i].before) : 0) + (parts[i].text ? strlen(parts[i].text) : 0) + 2;
	}
	char *text = td_alloc(s, len), *out = text;
	if (!text) return td_no_text;
	for (size_t i = 0; i <= count; i++) {
		const char *both[] = {parts[i].before, parts[i].text};
		for (size_t k = 0; k < 2; k++) {
			if (!both[k]) continue;
			if (out > text) *out++ = ' ';
			size_t n = strlen(both[k]);
			memcpy(out, both[k], n);
			out += n;
		}
	}
	*out = '\0';
	tidy(text);
	return td_str_strip(s, text);
}

/* --- lines --- */

/* A bracketed part up to its last bracket before a blank, or a word. */
static size_t part_len(const char *p) {
	char close = *p == '(' ? ')' : *p == '[' ? ']' : '\0';
	for (const char *q = p + 1; close && *q; q++) {
		if (*q != close) continue;
		while (*q == close) q++;
		if (!*q || *q == ' ') return (size_t)(q - p);
		q--;
	}
	return strcspn(p, " ");
}

typedef struct words {
	const char **items;
	size_t count;
} words;

static words split_parts(td_scope *s, const char *text) {
	words w = {td_alloc_array(s, strlen(text) + 2, sizeof(char *)), 0};
	for (const char *p = text; w.items && *p;) {
		p += strspn(p, " ");
		if (!*p) break;
		size_t n = part_len(p);
		w.items[w.count++] = td_strndup(s, p, n);
		p += n;
	}
	return w;
}

/* Appends the words in lines of at most width, each after indent; first, if not NULL, stands before the first line in
 * place of its indent. Returns the lines, newline-separated. */
static const char *lay_out(td_scope *s, words w, size_t indent, size_t width, const char *prefix) {
	const char *out = "", *line = NULL;
	size_t len = (prefix ? td_str_len(prefix) : indent) - 1;
	bool first = true;
	for (size_t i = 0; i <= w.count; i++) {
		size_t n = i < w.count ? td_str_len(w.items[i]) : 0;
		if (line && (i == w.count || len + 1 + n > width)) {
			out = td_format(s, "%s%s%*s%s", out, first ? "" : "\n", prefix && first ? 0 : (int)indent, "", line);
			first = false;
			line = NULL;
			len = indent - 1;
		}
		if (i == w.count) break;
		line = line ? td_format(s, "%s %s", line, w.items[i]) : w.items[i];
		len += n + 1;
	}
	return out;
}

static const char *and_then(td_scope *s, const char *a, const char *b) {
	return td_format(s, "%s%s%s", a, *a && *b ? "\n" : "", b);
}

static words with_first(td_scope *s, const char *first, words w) {
	words out = {td_alloc_array(s, w.count + 2, sizeof(char *)), w.count + 1};
	if (!out.items) return (words){NULL, 0};
	out.items[0] = first;
	memcpy(out.items + 1, w.items, w.count * sizeof(char *));
	return out;
}

static const char *wrap(td_scope *s, const char *prog, const char *prefix, words options, words positionals,
                        size_t width) {
	size_t before = td_str_len(prefix) + td_str_len(prog);
	if ((double)before <= 0.75 * (double)width) {
		size_t indent = before + 1;
		if (options.count) {
			const char *lines = lay_out(s, with_first(s, prog, options), indent, width, prefix);
			return and_then(s, lines, lay_out(s, positionals, indent, width, NULL));
		}
		return positionals.count ? lay_out(s, with_first(s, prog, positionals), indent, width, prefix) : prog;
	}
	size_t indent = td_str_len(prefix);
	words all = {td_alloc_array(s, options.count + positionals.count + 1, sizeof(char *)),
	             options.count + positionals.count};
	if (!all.items) return td_no_text;
	memcpy(all.items, options.items, options.count * sizeof(char *));
	memcpy(all.items + options.count, positionals.items, positionals.count * sizeof(char *));
	const char *lines = lay_out(s, all, indent, width, NULL);
	if (strchr(lines, '\n'))
		lines = and_then(s, lay_out(s, options, indent, width, NULL), lay_out(s, positionals, indent, width, NULL));
	return and_then(s, prog, lines);
}

const char *td__argparse_usage(td_scope *s, const td_argparser *p, const arg_action *const *actions, size_t count,
                               const char *prefix, size_t width) {
	TD_SCOPE(tmp, s);
	if (p->o.usage) return td_format(s, "%s%s\n\n", prefix, td__argparse_expand(tmp, p, NULL, p->o.usage));
	const arg_action **sorted = td_alloc_array(tmp, count + 1, sizeof *sorted);
	size_t options = 0, n = 0;
	if (!sorted) return td_no_text;
	for (size_t i = 0; i < count; i++) options += actions[i]->flags.len > 0;
	for (size_t i = 0, o = 0; i < count; i++) {
		if (actions[i]->flags.len)
			sorted[o++] = actions[i];
		else
			sorted[options + n++] = actions[i];
	}
	const char *text = actions_usage(tmp, p, sorted, count);
	const char *usage = *text && *p->prog ? td_format(tmp, "%s %s", p->prog, text) : *text ? text : p->prog;
	if (td_str_len(prefix) + td_str_len(usage) > width) {
		words o = split_parts(tmp, actions_usage(tmp, p, sorted, options));
		words q = split_parts(tmp, actions_usage(tmp, p, sorted + options, n));
		if (td_failed(tmp)) return td_no_text;
		usage = wrap(tmp, p->prog, prefix, o, q, width);
	}
	return td_failed(tmp) ? td_no_text : td_format(s, "%s%s\n\n", prefix, usage);
}
