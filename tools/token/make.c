/* make.c: tokens, and their entropy. Every token that a plan allows is equally likely, so the entropy is the logarithm of
 * their number and nothing less. */
#include <string.h>
#include <tend/base64.h>
#include <tend/secrets.h>
#include <tend/uuid.h>

#include "token.h"

/* Without libm, which every start of tend would have to map. */
static double power(double x, int64_t n) {
	double result = 1;
	for (; n; n >>= 1, x *= x) {
		if (n & 1) result *= x;
	}
	return result;
}

/* Bit by bit: squaring doubles a logarithm. Exact to eleven places. */
static double log2_of(double x) {
	double whole = 0;
	for (; x >= 2; x /= 2) whole++;
	for (; x < 1; x *= 2) whole--;
	for (double bit = 0.5; bit > 1e-12; bit /= 2) {
		x *= x;
		if (x < 2) continue;
		x /= 2;
		whole += bit;
	}
	return whole;
}

static const char *nth_word(td_scope *s, uint64_t n) {
	const char *word = token_words;
	for (; n; n--) word = strchr(word, ' ') + 1;
	return td_strndup(s, word, (size_t)(strchr(word, ' ') - word));
}

static const char *words(td_scope *s, const token_plan *plan) {
	const char **list = td_alloc_array(s, (size_t)plan->length + 1, sizeof *list);
	for (int64_t i = 0; list && i < plan->length; i++) {
		list[i] = nth_word(s, td_secrets_randbelow(s, token_words_count));
	}
	return list ? td_str_join(s, plan->separator, (td_strs){list, (size_t)plan->length}) : td_no_text;
}

static bool has_each(const token_plan *plan, const char *text) {
	for (size_t i = 0; i < plan->class_count; i++) {
		if (!strpbrk(text, plan->classes[i])) return false;
	}
	return true;
}

/* One that lacks a class is thrown away whole: to put in what it lacks would make some tokens likelier than others. */
static const char *characters(td_scope *s, const token_plan *plan) {
	TD_LOOP (turn, s) {
		const char *text = td_secrets_string(turn, (size_t)plan->length, plan->alphabet);
		if (!td_failed(turn) && has_each(plan, text)) return td_strdup(s, text);
	}
	return td_no_text;
}

const char *token_make(td_scope *s, const token_plan *plan) {
	td_opt_int bytes = TD_INT(plan->length);
	switch (plan->form) {
	case TOKEN_WORDS: return words(s, plan);
	case TOKEN_HEX: return td_secrets_token_hex(s, .nbytes = bytes);
	case TOKEN_BASE64: return td_base64_b64encode(s, td_secrets_token_bytes(s, .nbytes = bytes));
	case TOKEN_URLSAFE: return td_secrets_token_urlsafe(s, .nbytes = bytes);
	case TOKEN_UUID: return td_uuid_str(s, td_uuid_uuid4(s));
	default: return characters(s, plan);
	}
}

/* The share of the texts over the alphabet that have at least one character of each class: one less those that lack one
 * class, more those that lack two, and so on. */
static double share_with_each(const token_plan *plan) {
	double all = (double)strlen(plan->alphabet), share = 0;
	for (unsigned lacking = 0; lacking < 1u << plan->class_count; lacking++) {
		double left = all;
		for (size_t i = 0; i < plan->class_count; i++) {
			if (lacking & 1u << i) left -= (double)strlen(plan->classes[i]);
		}
		double part = power(left / all, plan->length);
		share += __builtin_popcount(lacking) % 2 ? -part : part;
	}
	return share;
}

double token_bits(const token_plan *plan) {
	double n = (double)plan->length;
	switch (plan->form) {
	case TOKEN_WORDS: return n * log2_of((double)token_words_count);
	case TOKEN_HEX:
	case TOKEN_BASE64:
	case TOKEN_URLSAFE: return 8 * n;
	case TOKEN_UUID: return 122; /* version and variant are fixed */
	default: break;
	}
	double bits = n * log2_of((double)strlen(plan->alphabet));
	return plan->class_count > 1 ? bits + log2_of(share_with_each(plan)) : bits;
}

int64_t token_length_for(const token_plan *plan, double bits) {
	token_plan trial = *plan;
	trial.length = plan->class_count > 1 ? (int64_t)plan->class_count : 1;
	while (token_bits(&trial) < bits) {
		if (++trial.length > TOKEN_LONGEST) return -1;
	}
	return trial.length;
}
