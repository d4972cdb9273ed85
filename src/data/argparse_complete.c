/* argparse_complete.c: completion scripts. Each walks the words so far to the command they name, and offers that command's
 * options and commands with their help; where an option has choices, those; else files. */
#include "data/argparse_internal.h"

typedef struct script {
	td_scope *s;
	const char *text;
} script;

static void add(script *out, const char *fmt, ...) TD__PRINTF(2, 3);
static void add(script *out, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	TD_SCOPE(tmp, out->s);
	const char *more = td_vformat(tmp, fmt, args);
	va_end(args);
	if (!td_failed(tmp)) out->text = td_format(out->s, "%s%s", out->text, more);
}

/* Only what no shell reads anything into goes into a script. */
static bool is_plain(const char *text) {
	return *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:/+=@%-") == strlen(text);
}

/* The help's first sentence, without what a single-quoted word of a shell cannot hold. */
static const char *summary(td_scope *s, const td_argparser *p, const arg_action *a, const char *help) {
	if (!help || arg_suppressed(help)) return "";
	const char *text = a ? td__argparse_expand(s, p, a, help) : help;
	char *out = td_alloc(s, strlen(text) + 1);
	size_t n = 0;
	for (const char *c = text; out && *c && *c != '\n'; c++) {
		if (!strchr("'\\`$\":[]", *c)) out[n++] = *c;
	}
	return out ? out : "";
}

static bool listed(const arg_action *a) {
	return !arg_suppressed(a->help);
}

/* One function body per shell calls these back for each parser, path by path. */
typedef void (*visit)(script *out, const td_argparser *p, const char *path);

static void each_parser(script *out, const td_argparser *p, const char *path, visit fn) {
	fn(out, p, path);
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (!c->alias && is_plain(c->name)) each_parser(out, c->parser, td_format(out->s, "%s %s", path, c->name), fn);
	}
}

/* --- bash and zsh: a case per path --- */

static void steps(script *out, const td_argparser *p, const char *path) {
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (c->alias || !is_plain(c->name)) continue;
		add(out, "\t\t'%s %s'", path, c->name);
		for (size_t k = 0; k < c->aliases.len; k++) add(out, " | '%s %s'", path, c->aliases.items[k]);
		add(out, ") path='%s %s' ;;\n", path, c->name);
	}
}

static void bash_words(script *out, const td_argparser *p, const char *path) {
	add(out, "\t'%s') words='", path);
	const char *between = "";
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		if (!p->sub->commands[i].help || !is_plain(p->sub->commands[i].name)) continue;
		add(out, "%s%s", between, p->sub->commands[i].name);
		between = " ";
	}
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		for (size_t k = 0; listed(a) && k < a->flags.len; k++) {
			if (!is_plain(a->flags.items[k])) continue;
			add(out, "%s%s", between, a->flags.items[k]);
			between = " ";
		}
	}
	add(out, "' ;;\n");
}

static void choices(script *out, const arg_action *a, const char *around) {
	for (size_t i = 0; i < td_value_len(a->choices); i++) {
		const char *word = td__argparse_str(out->s, td_value_at(a->choices, i));
		if (is_plain(word)) add(out, "%s%s%s%s", i ? " " : "", around, word, around);
	}
}

static bool takes_value(const arg_action *a) {
	return a->flags.len && !(a->nargs == NARGS_COUNT && a->count == 0);
}

static void flag_cases(script *out, const td_argparser *p, const char *path, const char *open, const char *around,
                       const char *close) {
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		if (!listed(a) || !takes_value(a)) continue;
		add(out, "\t");
		for (size_t k = 0; k < a->flags.len; k++) add(out, "%s'%s %s'", k ? " | " : "", path, a->flags.items[k]);
		add(out, ") %s", open);
		choices(out, a, around);
		add(out, "%s ;;\n", close);
	}
}

static void bash_values(script *out, const td_argparser *p, const char *path) {
	flag_cases(out, p, path, "words='", "", "'");
}

static void bash(script *out, const td_argparser *p, const char *fn) {
	add(out, "# bash completion for %s\n%s() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} path='%s' words= i\n", p->prog,
	    fn, p->prog);
	add(out, "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase \"$path ${COMP_WORDS[i]}\" in\n");
	each_parser(out, p, p->prog, steps);
	add(out, "\t\tesac\n\tdone\n\tcase $path in\n");
	each_parser(out, p, p->prog, bash_words);
	add(out, "\tesac\n\tcase \"$path ${COMP_WORDS[COMP_CWORD - 1]}\" in\n");
	each_parser(out, p, p->prog, bash_values);
	add(out, "\tesac\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n");
	add(out, "complete -o bashdefault -o default -F %s %s\n", fn, p->prog);
}

static void zsh_words(script *out, const td_argparser *p, const char *path) {
	add(out, "\t'%s') entries=(", path);
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (c->help && is_plain(c->name)) add(out, " '%s:%s'", c->name, summary(out->s, c->parser, NULL, c->help));
	}
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		for (size_t k = 0; listed(a) && k < a->flags.len; k++) {
			if (is_plain(a->flags.items[k])) add(out, " '%s:%s'", a->flags.items[k], summary(out->s, p, a, a->help));
		}
	}
	add(out, " ) ;;\n");
}

static void zsh_values(script *out, const td_argparser *p, const char *path) {
	flag_cases(out, p, path, "entries=( ", "'", " )");
}

static void zsh(script *out, const td_argparser *p, const char *fn) {
	add(out, "#compdef %s\n%s() {\n\tlocal where='%s' i\n\tlocal -a entries\n", p->prog, fn, p->prog);
	add(out, "\tfor ((i = 2; i < CURRENT; i++)); do\n\t\tcase \"$where ${words[i]}\" in\n");
	script inner = {out->s, ""};
	each_parser(&inner, p, p->prog, steps);
	add(out, "%s", td_str_replace(out->s, inner.text, ") path=", ") where="));
	add(out, "\t\tesac\n\tdone\n\tcase $where in\n");
	each_parser(out, p, p->prog, zsh_words);
	add(out, "\tesac\n\tcase \"$where ${words[CURRENT-1]}\" in\n");
	each_parser(out, p, p->prog, zsh_values);
	add(out, "\tesac\n\t_describe '%s' entries || _files\n}\n", p->prog);
	add(out, "if [ \"$funcstack[1]\" = \"%s\" ]; then\n\t%s \"$@\"\nelse\n\tcompdef %s %s\nfi\n", fn, fn, fn, p->prog);
}

/* --- fish: a line per word --- */

/* The condition under which a parser's words are offered: its commands were typed, none of those below it was. */
static const char *fish_condition(script *out, const td_argparser *p, const char *path) {
	const char *condition = "";
	td_strs chain = td_str_split(out->s, path);
	for (size_t i = 1; i < chain.len; i++)
		condition = td_format(out->s, "%s%s__fish_seen_subcommand_from %s", condition, *condition ? "; and " : "",
		                      chain.items[i]);
	const char *below = "";
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		if (is_plain(p->sub->commands[i].name)) below = td_format(out->s, "%s %s", below, p->sub->commands[i].name);
	}
	if (*below)
		condition =
			td_format(out->s, "%s%snot __fish_seen_subcommand_from%s", condition, *condition ? "; and " : "", below);
	return *condition ? td_format(out->s, " -n '%s'", condition) : "";
}

static void fish_flag(script *out, const char *flag) {
	if (!is_plain(flag)) return;
	if (flag[0] == '-' && flag[1] == '-')
		add(out, " -l %s", flag + 2);
	else if (flag[0] == '-' && flag[1] && !flag[2])
		add(out, " -s %s", flag + 1);
	else if (flag[0] == '-')
		add(out, " -o %s", flag + 1);
}

static void fish_lines(script *out, const td_argparser *p, const char *path) {
	const char *condition = fish_condition(out, p, path);
	const char *prog = td_strndup(out->s, path, strcspn(path, " "));
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (!c->help || !is_plain(c->name)) continue;
		add(out, "complete -c %s%s -f -a %s -d '%s'\n", prog, condition, c->name,
		    summary(out->s, c->parser, NULL, c->help));
	}
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		if (!listed(a) || !a->flags.len) continue;
		add(out, "complete -c %s%s", prog, condition);
		for (size_t k = 0; k < a->flags.len; k++) fish_flag(out, a->flags.items[k]);
		if (takes_value(a)) add(out, " -r");
		if (a->choices) {
			add(out, " -f -a '");
			choices(out, a, "");
			add(out, "'");
		}
		add(out, " -d '%s'\n", summary(out->s, p, a, a->help));
	}
}

const char *td_argparse_completion(td_scope *s, td_argparser *p, const char *shell) {
	if (!td__enter(s) || !td__need_handle(s, "parser", p) || !td__need_text(s, "shell", shell)) return td_no_text;
	TD_SCOPE(tmp, s);
	script out = {tmp, ""};
	if (!is_plain(p->prog)) {
		td_raise(s, TD_ValueError, "a program with such a name cannot be completed: %s", td_str_repr(tmp, p->prog));
		return td_no_text;
	}
	const char *fn = td_format(tmp, "_%s", td_str_replace(tmp, td_str_replace(tmp, p->prog, "-", "_"), ".", "_"));
	if (strcmp(shell, "bash") == 0) {
		bash(&out, p, fn);
	} else if (strcmp(shell, "zsh") == 0) {
		zsh(&out, p, fn);
	} else if (strcmp(shell, "fish") == 0) {
		add(&out, "# fish completion for %s\n", p->prog);
		each_parser(&out, p, p->prog, fish_lines);
	} else {
		td_raise(s, TD_ValueError, "no completion for the shell %s: bash, zsh and fish have it",
		         td_str_repr(tmp, shell));
	}
	return td_failed(tmp) ? td_no_text : td_strdup(s, out.text);
}
