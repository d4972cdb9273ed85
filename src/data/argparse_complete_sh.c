/* argparse_complete_sh.c: completion for bash and zsh. The script walks the words so far: to the command that they name,
 * the option that still wants a word, and the number of the positional argument that stands next. */
#include "data/argparse_complete.h"

/* As one word of a shell, whatever is in it. */
static const char *quoted(td_scope *s, const char *text) {
	return td_format(s, "'%s'", td_str_replace(s, text, "'", "'\\''"));
}

/* bash has a text of words; zsh a list of them, each with its meaning behind a colon. */
static void add_word(complete_script *out, const char *word, const char *meaning) {
	if (!out->zsh)
		td__complete_add(out, "%s ", word);
	else
		td__complete_add(out, " '%s%s%s'", td_str_replace(out->s, word, ":", "\\:"), *meaning ? ":" : "", meaning);
}

static void open_words(complete_script *out, const char *name) {
	td__complete_add(out, "%s+=%s", name, out->zsh ? "(" : "'");
}

static void close_words(complete_script *out) {
	td__complete_add(out, "%s", out->zsh ? " )" : "'");
}

static void add_offer(complete_script *out, const arg_action *a) {
	complete_offer o = td__complete_offer(out->s, a);
	if (o.words.len) {
		open_words(out, "offered");
		for (size_t i = 0; i < o.words.len; i++) add_word(out, o.words.items[i], "");
		close_words(out);
	}
	if (o.command) td__complete_add(out, " more=%s", quoted(out->s, o.command));
	if (o.files) td__complete_add(out, " files=1");
	if (o.several) td__complete_add(out, " several=1");
	td__complete_add(out, " ;;\n");
}

/* --- the walk --- */

static void flag_cases(complete_script *out, const td_argparser *p, const char *path) {
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		if (!a->flags.len || !td__complete_takes(a)) continue;
		td__complete_add(out, "\t\t\t");
		for (size_t k = 0; k < a->flags.len; k++)
			td__complete_add(out, "%s%s", k ? " | " : "",
			                 quoted(out->s, td_format(out->s, "%s %s", path, a->flags.items[k])));
		td__complete_add(out, ") flag=%s left=%zu ;;\n",
		                 quoted(out->s, td_format(out->s, "%s %s", path, a->flags.items[0])), td__complete_takes(a));
	}
}

/* How many words stand before the command's name. */
static size_t before_commands(const td_argparser *p) {
	size_t n = 0;
	for (size_t i = 0; i < p->actions.count && !p->actions.items[i]->sub; i++) {
		const arg_action *a = p->actions.items[i];
		if (a->flags.len) continue;
		n += a->nargs == NARGS_COUNT ? a->count : a->nargs == NARGS_ONE;
	}
	return n;
}

static void command_cases(complete_script *out, const td_argparser *p, const char *path) {
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (c->alias || !td__complete_is_plain(c->name)) continue;
		size_t n = before_commands(p);
		td__complete_add(out, "\t\t\t'%zu %s %s'", n, path, c->name);
		for (size_t k = 0; k < c->aliases.len; k++) {
			if (td__complete_is_plain(c->aliases.items[k]))
				td__complete_add(out, " | '%zu %s %s'", n, path, c->aliases.items[k]);
		}
		td__complete_add(out, ") at='%s %s' count=0 ;;\n", path, c->name);
	}
}

static void walk(complete_script *out, const td_argparser *p) {
	td__complete_add(out, "\tfor word in \"${line[@]}\"; do\n"
	                      "\t\tif [[ $word == '=' ]]; then\n"
	                      "\t\t\tcontinue\n"
	                      "\t\telif [[ $end == 0 && $word == -- ]]; then\n"
	                      "\t\t\tend=1 left=0\n"
	                      "\t\telif [[ $end == 0 && $word == -?* ]]; then\n"
	                      "\t\t\tflag='' left=0\n"
	                      "\t\t\tcase \"$at $word\" in\n");
	td__complete_each(out, p, p->prog, flag_cases);
	td__complete_add(out, "\t\t\tesac\n"
	                      "\t\telif ((left > 0)); then\n"
	                      "\t\t\tleft=$((left - 1))\n"
	                      "\t\telse\n"
	                      "\t\t\tcase \"$count $at $word\" in\n");
	td__complete_each(out, p, p->prog, command_cases);
	td__complete_add(out, "\t\t\t*) count=$((count + 1)) ;;\n"
	                      "\t\t\tesac\n"
	                      "\t\tfi\n"
	                      "\tdone\n");
}

/* --- what is offered --- */

static void option_words(complete_script *out, const td_argparser *p, const char *path) {
	td__complete_add(out, "\t'%s') ", path);
	open_words(out, "flags");
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		for (size_t k = 0; td__complete_listed(a) && k < a->flags.len; k++) {
			if (td__complete_is_plain(a->flags.items[k]))
				add_word(out, a->flags.items[k], td__complete_summary(out->s, p, a, a->help));
		}
	}
	close_words(out);
	td__complete_add(out, " ;;\n");
}

static void option_values(complete_script *out, const td_argparser *p, const char *path) {
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		if (!a->flags.len || !td__complete_takes(a)) continue;
		td__complete_add(out, "\t\t%s) ", quoted(out->s, td_format(out->s, "%s %s", path, a->flags.items[0])));
		add_offer(out, a);
	}
}

static void command_words(complete_script *out, const td_argparser *p, const char *path) {
	if (!p->sub) return;
	td__complete_add(out, "\t\t'%zu %s') ", before_commands(p), path);
	open_words(out, "offered");
	for (size_t i = 0; i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (c->help && td__complete_is_plain(c->name))
			add_word(out, c->name, td__complete_summary(out->s, c->parser, NULL, c->help));
	}
	close_words(out);
	if (p->sub->action->suggest_command)
		td__complete_add(out, " more=%s", quoted(out->s, p->sub->action->suggest_command));
	td__complete_add(out, " ;;\n");
}

/* A pattern per word that a positional argument takes; the last one may be for all that follow. */
static void positional_values(complete_script *out, const td_argparser *p, const char *path) {
	size_t at = 0;
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		if (a->flags.len || a->sub || !td__complete_listed(a)) continue;
		size_t words = td__complete_takes(a);
		td__complete_add(out, "\t\t");
		if (words > 99)
			td__complete_add(out, "*' %s'", path);
		else
			for (size_t k = 0; k < words; k++) td__complete_add(out, "%s'%zu %s'", k ? " | " : "", at + k, path);
		td__complete_add(out, ") ");
		add_offer(out, a);
		if (words > 99) return;
		at += words;
	}
}

static void offers(complete_script *out, const td_argparser *p) {
	td__complete_add(out, "\tcase $at in\n");
	td__complete_each(out, p, p->prog, option_words);
	td__complete_add(out,
	                 "\tesac\n"
	                 "\tif [[ $end == 0 && $cur == -* ]]; then\n"
	                 "\t\toffered=%s\n"
	                 "\telif ((left > 0)); then\n"
	                 "\t\tcase $flag in\n",
	                 out->zsh ? "(\"${flags[@]}\")" : "$flags");
	td__complete_each(out, p, p->prog, option_values);
	td__complete_add(out, "\t\tesac\n"
	                      "\telse\n"
	                      "\t\tcase \"$count $at\" in\n");
	td__complete_each(out, p, p->prog, command_words);
	td__complete_add(out, "\t\tesac\n"
	                      "\t\tcase \"$count $at\" in\n");
	td__complete_each(out, p, p->prog, positional_values);
	td__complete_add(out,
	                 "\t\t*) [[ $end == 1 || -n \"%s\" ]] || offered=%s ;;\n"
	                 "\t\tesac\n"
	                 "\tfi\n",
	                 out->zsh ? "${offered[*]}" : "$offered", out->zsh ? "(\"${flags[@]}\")" : "$flags");
}

static void bash(complete_script *out, const td_argparser *p, const char *fn) {
	td__complete_add(out,
	                 "# bash completion for %s\n"
	                 "%s() {\n"
	                 "\tlocal cur=${COMP_WORDS[COMP_CWORD]} at='%s' word flag='' left=0 count=0 end=0\n"
	                 "\tlocal offered='' flags='' more='' files=0 several=0 before=''\n"
	                 "\tlocal -a line=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\n"
	                 "\t[[ $cur != '=' ]] || cur=''\n",
	                 p->prog, fn, p->prog);
	walk(out, p);
	offers(out, p);
	td__complete_add(out,
	                 "\tif [[ $several == 1 && $cur == *,* ]]; then before=${cur%%,*},; fi\n"
	                 "\tmapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$offered\" -- \"${cur#\"$before\"}\")\n"
	                 "\tif [[ -n $more ]]; then\n"
	                 "\t\twhile IFS= read -r word; do\n"
	                 "\t\t\t[[ $before$word == \"$cur\"* ]] || continue\n"
	                 "\t\t\tprintf -v word '%%q' \"$before$word\"\n"
	                 "\t\t\tCOMPREPLY+=(\"$word\")\n"
	                 "\t\tdone < <(sh -c \"$more\" 2>/dev/null)\n"
	                 "\tfi\n"
	                 "\tif ((files)); then\n"
	                 "\t\tcompopt -o filenames 2>/dev/null\n"
	                 "\t\tmapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$cur\")\n"
	                 "\tfi\n"
	                 "}\n");
	td__complete_add(out, "complete -F %s %s\n", fn, p->prog);
}

static void zsh(complete_script *out, const td_argparser *p, const char *fn) {
	td__complete_add(out,
	                 "#compdef %s\n"
	                 "%s() {\n"
	                 "\tlocal cur=$PREFIX at='%s' word flag='' left=0 count=0 end=0 more='' files=0 several=0\n"
	                 "\tlocal -a offered flags line\n"
	                 "\tline=(\"${(@)words[2,CURRENT-1]}\")\n"
	                 "\tif [[ $cur == --?*=* ]]; then\n"
	                 "\t\tline+=(\"${cur%%%%=*}\")\n"
	                 "\t\tcur=${cur#*=}\n"
	                 "\t\tcompset -P 1 '*='\n"
	                 "\tfi\n",
	                 p->prog, fn, p->prog);
	walk(out, p);
	offers(out, p);
	td__complete_add(out,
	                 "\tif ((several)); then compset -P '*,'; fi\n"
	                 "\tif [[ -n $more ]]; then offered+=(${${(f)\"$(sh -c $more 2>/dev/null)\"}//:/\\\\:}); fi\n"
	                 "\tif ((${#offered})); then _describe '%s' offered; fi\n"
	                 "\tif ((files)); then _files; fi\n"
	                 "}\n",
	                 p->prog);
	td__complete_add(out,
	                 "if [ \"$funcstack[1]\" = \"%s\" ]; then\n"
	                 "\t%s \"$@\"\n"
	                 "else\n"
	                 "\tcompdef %s %s\n"
	                 "fi\n",
	                 fn, fn, fn, p->prog);
}

void td__complete_sh(complete_script *out, const td_argparser *p, const char *function) {
	if (out->zsh)
		zsh(out, p, function);
	else
		bash(out, p, function);
}
