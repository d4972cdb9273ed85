/* tools/token/token.h: `tend token`: secrets that nobody can guess, and how hard it would be. */
#ifndef TOOLS_TOKEN_TOKEN_H
#define TOOLS_TOKEN_TOKEN_H

#include <tend/argparse.h>

void tend_token(td_scope *s, td_strs argv);
td_argparser *tend_token_parser(td_scope *s);

/* --- words.c --- */

extern const char token_words[]; /* each followed by a blank, sorted */
extern const size_t token_words_count;

/* --- make.c --- */

enum { TOKEN_CLASSES = 4, TOKEN_LONGEST = 1 << 16 };

/* What a token is made of. */
typedef struct token_plan {
	enum { TOKEN_CHARACTERS, TOKEN_WORDS, TOKEN_HEX, TOKEN_BASE64, TOKEN_URLSAFE, TOKEN_UUID } form;
	int64_t length; /* characters, words or bytes */
	char alphabet[128];
	const char *classes[TOKEN_CLASSES]; /* of each at least one; they share no character */
	size_t class_count;
	const char *separator;
} token_plan;

const char *token_make(td_scope *s, const token_plan *plan);
/* The binary logarithm of how many tokens there are, all equally likely. */
double token_bits(const token_plan *plan);
/* The least length that has so many bits; the plan's own is not looked at. -1: no length has. */
int64_t token_length_for(const token_plan *plan, double bits);

#endif
