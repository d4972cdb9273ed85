/* argparse_complete_fish.c: completion for fish: a line per word, each under the condition that its command was typed. */
#include "data/argparse_complete.h"

static const char *quoted(td_scope *s, const char *text) {
	return td_format(s, "'%s'", td_str_replace(s, td_str_replace(s, text, "\\", "\\\\"), "'", "\\'"));
}

static void steps(complete_script *out, const td_argparser *p, const char *path) {
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (c->alias || !td__complete_is_plain(c->name)) continue;
		td__complete_add(out, "\t\t\tcase '%s %s'", path, c->name);
		for (size_t k = 0; k < c->aliases.len; k++) {
			if (td__complete_is_plain(c->aliases.items[k]))
				td__complete_add(out, " '%s %s'", path, c->aliases.items[k]);
		}
		td__complete_add(out, "\n\t\t\t\tset at '%s %s'\n", path, c->name);
	}
}

/* "complete -c tend -n …": the beginning of each line of a parser. */
static void begin(complete_script *out, const char *path) {
	const char *prog = td_strndup(out->s, path, strcspn(path, " "));
	const char *fn = td_str_replace(out->s, td_str_replace(out->s, prog, "-", "_"), ".", "_");
	td__complete_add(out, "complete -c %s -n '__%s_at \"%s\"'", prog, fn, path);
}

static void add_flag(complete_script *out, const char *flag) {
	if (!td__complete_is_plain(flag)) return;
	if (flag[0] == '-' && flag[1] == '-')
		td__complete_add(out, " -l %s", flag + 2);
	else if (flag[0] == '-' && flag[1] && !flag[2])
		td__complete_add(out, " -s %s", flag + 1);
	else if (flag[0] == '-')
		td__complete_add(out, " -o %s", flag + 1);
}

static void add_offer(complete_script *out, const arg_action *a) {
	complete_offer o = td__complete_offer(out->s, a);
	td__complete_add(out, "%s%s", o.files ? " -F" : "", !a->flags.len ? "" : o.files ? " -r" : " -x");
	const char *words = td_str_join(out->s, " ", o.words);
	if (o.command) words = td_format(out->s, "%s (sh -c %s)", words, quoted(out->s, o.command));
	if (*words) td__complete_add(out, " -a %s", quoted(out->s, td_str_strip(out->s, words)));
}

static void lines(complete_script *out, const td_argparser *p, const char *path) {
	for (size_t i = 0; p->sub && i < p->sub->count; i++) {
		const arg_command *c = &p->sub->commands[i];
		if (!c->help || !td__complete_is_plain(c->name)) continue;
		begin(out, path);
		td__complete_add(out, " -a %s -d '%s'\n", c->name, td__complete_summary(out->s, c->parser, NULL, c->help));
	}
	if (p->sub && p->sub->action->suggest_command) {
		begin(out, path);
		td__complete_add(out, " -a %s\n",
		                 quoted(out->s,
		                        td_format(out->s, "(sh -c %s)", quoted(out->s, p->sub->action->suggest_command))));
	}
	for (size_t i = 0; i < p->actions.count; i++) {
		const arg_action *a = p->actions.items[i];
		if (!td__complete_listed(a) || a->sub) continue;
		begin(out, path);
		for (size_t k = 0; k < a->flags.len; k++) add_flag(out, a->flags.items[k]);
		if (td__complete_takes(a)) add_offer(out, a);
		if (a->flags.len) td__complete_add(out, " -d '%s'", td__complete_summary(out->s, p, a, a->help));
		td__complete_add(out, "\n");
	}
}

void td__complete_fish(complete_script *out, const td_argparser *p, const char *function) {
	td__complete_add(out,
	                 "# fish completion for %s\n"
	                 "function _%s_at\n"
	                 "\tset -l at '%s'\n"
	                 "\tfor word in (commandline -opc)[2..-1]\n"
	                 "\t\tswitch \"$at $word\"\n",
	                 p->prog, function, p->prog);
	td__complete_each(out, p, p->prog, steps);
	td__complete_add(out,
	                 "\t\tend\n"
	                 "\tend\n"
	                 "\ttest \"$at\" = \"$argv[1]\"\n"
	                 "end\n"
	                 "complete -c %s -f\n",
	                 p->prog);
	td__complete_each(out, p, p->prog, lines);
}
