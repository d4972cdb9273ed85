/* src/os/shlex.c: lines as a shell reads them, and words that it reads as one. */
#include "core/internal.h"
#include <tend/subprocess.h>
#include <tend/text.h>

/* --- split: the POSIX rules of Python's shlex.split --- */

typedef struct splitter {
	td_scope *s;
	const char **words;
	size_t count, room;
	char *word; /* as long as the text at most */
	size_t len;
	bool open; /* a word has begun, be it empty */
} splitter;

static bool end_word(splitter *p) {
	if (!p->open) return true;
	if (!td__grow(p->s, (void **)(void *)&p->words, &p->room, p->count + 2, sizeof *p->words)) return false;
	const char *copy = (td_strndup)(p->s, p->word, p->len);
	if (copy == td_no_text) return false;
	p->words[p->count++] = copy;
	p->len = 0;
	p->open = false;
	return true;
}

/* The quoted part that begins at t; what stands behind its end, or NULL when it has none. */
static const char *quoted(splitter *p, const char *t) {
	char quote = *t++;
	p->open = true;
	for (; *t && *t != quote; t++) {
		if (*t == '\\' && quote == '"') {
			if (!t[1]) {
				(td_raise)(p->s, TD_ValueError, "No escaped character");
				return NULL;
			}
			if (t[1] == '"' || t[1] == '\\') t++; /* before anything else it stays */
		}
		p->word[p->len++] = *t;
	}
	if (*t) return t + 1;
	(td_raise)(p->s, TD_ValueError, "No closing quotation");
	return NULL;
}

td_strs(td_shlex_split)(td_scope *s, const char *text, const td_shlex_split_opts *opts) {
	static const char *const none[1];
	td_strs empty = {none, 0};
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return empty;
	td_shlex_split_opts o;
	td__opts_copy(&o, sizeof o, opts);
	splitter p = {.s = s, .word = td_alloc(s, strlen(text) + 1)};
	if (!p.word) return empty;
	for (const char *t = text; *t;) {
		if (*t == ' ' || *t == '\t' || *t == '\r' || *t == '\n') {
			if (!end_word(&p)) return empty;
			t++;
		} else if (*t == '#' && o.comments) {
			/* As Python: a # ends a word that has begun, too. */
			if (!end_word(&p)) return empty;
			while (*t && *t != '\n') t++;
		} else if (*t == '\'' || *t == '"') {
			t = quoted(&p, t);
			if (!t) return empty;
		} else {
			if (*t == '\\' && !*++t) {
				(td_raise)(s, TD_ValueError, "No escaped character");
				return empty;
			}
			p.open = true;
			p.word[p.len++] = *t++;
		}
	}
	if (!end_word(&p)) return empty;
	if (!p.words) return empty;
	p.words[p.count] = NULL;
	return (td_strs){p.words, p.count};
}

/* --- quote --- */

static bool is_safe(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_@%+=:,./-", c));
}

const char *(td_shlex_quote)(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	size_t len = 0, quotes = 0, safe = 0;
	for (; text[len]; len++) {
		quotes += text[len] == '\'';
		safe += is_safe(text[len]);
	}
	if (len > 0 && safe == len) return (td_strdup)(s, text);
	char *q = td_alloc(s, len + quotes * 4 + 3);
	if (!q) return td_no_text;
	char *at = q;
	*at++ = '\'';
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\'') {
			memcpy(at, "'\"'\"'", 5);
			at += 5;
		} else {
			*at++ = text[i];
		}
	}
	*at++ = '\'';
	*at = 0;
	return q;
}

const char *(td_shlex_join)(td_scope *s, td_strs words) {
	if (!td__enter(s) || !td__need_strs(s, "words", words)) return td_no_text;
	const char **quoted_words = td_alloc_array(s, words.len + 1, sizeof *quoted_words);
	if (!quoted_words) return td_no_text;
	for (size_t i = 0; i < words.len; i++) quoted_words[i] = (td_shlex_quote)(s, words.items[i]);
	return td_str_join(s, " ", (td_strs){quoted_words, words.len});
}
