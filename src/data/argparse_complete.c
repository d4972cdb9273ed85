/* argparse_complete.c: completion scripts: what is offered, read from the declaration; the shells have a file each. */
#include "data/argparse_complete.h"

void td__complete_add(complete_script *out, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	TD_SCOPE(tmp, out->s);
	const char *more = td_vformat(tmp, fmt, args);
	va_end(args);
	if (!td_failed(tmp)) out->text = td_format(out->s, "%s%s", out->text, more);
}

bool td__complete_is_plain(const char *text) {
	return *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:/+=@%-") == strlen(text);
}

const char *td__complete_summary(td_scope *s, const td_argparser *p, const arg_action *a, const char *help) {
	if (!help || arg_suppressed(help)) return "";
	const char *text = a ? td__argparse_expand(s, p, a, help) : help;
	char *out = td_alloc(s, strlen(text) + 1);
	size_t n = 0;
	for (const char *c = text; out && *c && *c != '\n'; c++) {
		if (!strchr("'\\`$\":[]", *c)) out[n++] = *c;
	}
	return out ? out : "";
}

void td__complete_each(complete_script *out, const td_argparser *p, const char *path, complete_visit visit) {
	visit(out, p, path);
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (!c->alias && td__complete_is_plain(c->name))
			td__complete_each(out, c->parser, td_format(out->s, "%s %s", path, c->name), visit);
	}
}

bool td__complete_listed(const arg_action *a) {
	return !arg_suppressed(a->help);
}

size_t td__complete_takes(const arg_action *a) {
	if (a->nargs == NARGS_COUNT) return a->count;
	return a->nargs == NARGS_ONE || a->nargs == NARGS_OPTIONAL ? 1 : 9999;
}

complete_offer td__complete_offer(td_scope *s, const arg_action *a) {
	complete_offer out = {.command = a->suggest_command};
	size_t choices = td_value_len(a->choices), n = 0;
	const char **words = td_alloc_array(s, choices + a->suggestions.len + 1, sizeof *words);
	if (!words) return out;
	for (size_t i = 0; i < choices + a->suggestions.len; i++) {
		const char *word =
			i < choices ? td__argparse_str(s, td_value_at(a->choices, i)) : a->suggestions.items[i - choices];
		if (td__complete_is_plain(word)) words[n++] = word;
	}
	out.words = (td_strs){words, n};
	out.several = a->flags.len && !a->choices && (n || out.command);
	bool text = a->type == TD_ARG_TEXT || a->type == TD_ARG_STR;
	out.files = !a->choices && (a->type == TD_ARG_PATH || (!a->flags.len && text && !n && !out.command));
	return out;
}

const char *td_argparse_completion(td_scope *s, td_argparser *p, const char *shell) {
	if (!td__enter(s) || !td__need_handle(s, "parser", p) || !td__need_text(s, "shell", shell)) return td_no_text;
	TD_SCOPE(tmp, s);
	complete_script out = {tmp, "", strcmp(shell, "zsh") == 0};
	if (!td__complete_is_plain(p->prog)) {
		td_raise(s, TD_ValueError, "a program with such a name cannot be completed: %s", td_str_repr(tmp, p->prog));
		return td_no_text;
	}
	const char *fn = td_format(tmp, "_%s", td_str_replace(tmp, td_str_replace(tmp, p->prog, "-", "_"), ".", "_"));
	if (out.zsh || strcmp(shell, "bash") == 0) {
		td__complete_sh(&out, p, fn);
	} else if (strcmp(shell, "fish") == 0) {
		td__complete_fish(&out, p, fn);
	} else {
		td_raise(s, TD_ValueError, "no completion for the shell %s: bash, zsh and fish have it",
		         td_str_repr(tmp, shell));
	}
	return td_failed(tmp) ? td_no_text : td_strdup(s, out.text);
}
