/* src/data/argparse_complete.h: what the completion scripts of the shells have in common. */
#ifndef TD_DATA_ARGPARSE_COMPLETE_H
#define TD_DATA_ARGPARSE_COMPLETE_H

#include "data/argparse_internal.h"

typedef struct complete_script {
	td_scope *s;
	const char *text;
	bool zsh; /* of the two whose scripts are nearly the same */
} complete_script;

void td__complete_add(complete_script *out, const char *fmt, ...) TD__PRINTF(2, 3);

/* Called for each parser, with the words that lead to it: "tend config check". */
typedef void (*complete_visit)(complete_script *out, const td_argparser *p, const char *path);
void td__complete_each(complete_script *out, const td_argparser *p, const char *path, complete_visit visit);

/* Only what no shell reads anything into goes into a script as a word. */
bool td__complete_is_plain(const char *text);
/* The first line of a help text, without what a single-quoted word of a shell cannot hold. */
const char *td__complete_summary(td_scope *s, const td_argparser *p, const arg_action *a, const char *help);

/* Whether it appears in help and so in completion; and how many words follow the flag (9999: as many as there are). */
bool td__complete_listed(const arg_action *a);
size_t td__complete_takes(const arg_action *a);

/* What may stand where an argument is expected. */
typedef struct complete_offer {
	td_strs words;       /* plain ones */
	const char *command; /* NULL, or one for sh(1), whose lines are words too */
	bool files;
	bool several; /* with commas between them */
} complete_offer;
complete_offer td__complete_offer(td_scope *s, const arg_action *a);

/* argparse_complete_sh.c, argparse_complete_fish.c */
void td__complete_sh(complete_script *out, const td_argparser *p, const char *function);
void td__complete_fish(complete_script *out, const td_argparser *p, const char *function);

#endif
