/* re_cache.c: patterns are compiled once and kept, the newest 512 of them, as Python keeps them; whoever uses one holds
 * a reference, so that it may leave the cache at any time. */
#include "data/re_cache.h"

#include <pthread.h>

enum { KEPT_MOST = 512 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static td__regex *kept[KEPT_MOST];
static size_t oldest; /* the place that the next one takes */

static void regex_free(td__regex *re) {
	for (int mode = 0; mode < TD__RE_MODES; mode++) td__rx_free(re->code[mode]);
	for (size_t i = 0; i < re->name_count; i++) td__free((void *)(uintptr_t)re->names[i].name);
	td__free(re->names);
	td__free(re->parents);
	td__free(re->syntax);
	td__free(re->pattern);
	td__free(re);
}

void td__regex_hold(td__regex *re) {
	pthread_mutex_lock(&lock);
	re->refs++;
	pthread_mutex_unlock(&lock);
}

void td__regex_drop(td__regex *re) {
	pthread_mutex_lock(&lock);
	bool last = --re->refs == 0;
	pthread_mutex_unlock(&lock);
	if (last) regex_free(re);
}

static void *copy_of(const void *data, size_t size) {
	void *copy = td__malloc(size ? size : 1);
	if (copy && size) memcpy(copy, data, size);
	return copy;
}

/* What was parsed, in memory of its own. NULL: out of memory. */
static td__regex *regex_new(const char *pattern, int given, const td__re_parsed *parsed) {
	td__regex *re = td__malloc(sizeof *re);
	if (!re) return NULL;
	*re = (td__regex){.refs = 1, .given = given, .flags = parsed->flags, .groups = parsed->groups};
	re->pattern = copy_of(pattern, strlen(pattern) + 1);
	re->syntax = copy_of(parsed->pattern.data, parsed->pattern.len + 1);
	re->parents = copy_of(parsed->parents, ((size_t)parsed->groups + 1) * sizeof *re->parents);
	re->names = copy_of(parsed->names, parsed->name_count * sizeof *re->names);
	bool ok = re->pattern && re->syntax && re->parents && re->names;
	for (size_t i = 0; ok && i < parsed->name_count; i++) {
		re->names[i].name = copy_of(parsed->names[i].name, strlen(parsed->names[i].name) + 1);
		if (re->names[i].name)
			re->name_count++;
		else
			ok = false;
	}
	if (ok) return re;
	regex_free(re);
	return NULL;
}

const td__rx *td__regex_code(td_scope *s, td__regex *re, td__re_mode mode) {
	td__rx *code = __atomic_load_n(&re->code[mode], __ATOMIC_ACQUIRE);
	if (code) return code;
	TD_SCOPE(tmp, s);
	const char *syntax = mode == TD__RE_FULLMATCH ? td_format(tmp, "(?:%s)\\z", re->syntax) : re->syntax;
	if (td_failed(tmp)) return NULL;
	unsigned options = mode == TD__RE_SEARCH ? 0 : TD__RX_ANCHORED;
	if (re->flags & TD_RE_ASCII)
		options |= TD__RX_ASCII;
	else if (re->flags & TD_RE_IGNORECASE)
		options |= TD__RX_CASELESS;
	code = td__rx_compile(s, td_bytes_of(syntax), options);
	if (!code) return NULL;
	td__rx *other = NULL; /* another thread was faster */
	if (__atomic_compare_exchange_n(&re->code[mode], &other, code, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return code;
	td__rx_free(code);
	return other;
}

static td__regex *find(const char *pattern, int flags) {
	for (size_t i = 0; i < KEPT_MOST && kept[i]; i++) {
		if (kept[i]->given == flags && strcmp(kept[i]->pattern, pattern) == 0) return kept[i];
	}
	return NULL;
}

td__regex *td__regex_get(td_scope *s, const char *pattern, int flags) {
	pthread_mutex_lock(&lock);
	td__regex *re = find(pattern, flags);
	if (re) re->refs++;
	pthread_mutex_unlock(&lock);
	if (re) return re;
	TD_SCOPE(tmp, s);
	td__re_parsed parsed;
	if (!td__re_parse(tmp, pattern, flags, &parsed)) return NULL;
	re = regex_new(pattern, flags, &parsed);
	if (!re) {
		td__raise_memory(s);
		return NULL;
	}
	if (!td__regex_code(s, re, TD__RE_SEARCH)) {
		td__regex_drop(re);
		return NULL;
	}
	pthread_mutex_lock(&lock);
	td__regex *leaves = kept[oldest];
	kept[oldest] = re;
	oldest = (oldest + 1) % KEPT_MOST;
	re->refs++;
	bool last = leaves && --leaves->refs == 0;
	pthread_mutex_unlock(&lock);
	if (last) regex_free(leaves);
	return re;
}

void td_re_purge(void) {
	for (size_t i = 0; i < KEPT_MOST; i++) {
		pthread_mutex_lock(&lock);
		td__regex *re = kept[i];
		kept[i] = NULL;
		oldest = 0;
		bool last = re && --re->refs == 0;
		pthread_mutex_unlock(&lock);
		if (last) regex_free(re);
	}
}
