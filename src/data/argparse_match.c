/* argparse_match.c: which arguments go to which action. Python writes this as regular expressions over a word of A (an
 * argument), O (an option) and - (the "--"): '(-*A-*)' for one argument, '(-*[A-]*)' for any number, and so on. Here the
 * same expressions are lists of atoms, matched greedily with backtracking, as re does. */
#include "data/argparse_internal.h"

enum { SET_A = 1, SET_O = 2, SET_DASH = 4 };

typedef struct atom {
	int set;
	size_t least, most;
	size_t owner; /* whose group it stands in */
} atom;

typedef struct matcher {
	const char *pattern;
	atom *atoms;
	size_t count;
	size_t *lengths; /* of each group */
} matcher;

static int letter_set(char c) {
	return c == 'A' ? SET_A : c == 'O' ? SET_O : c == '-' ? SET_DASH : 0;
}

static bool match(matcher *m, size_t i, size_t at) {
	if (i == m->count) return true;
	const atom *a = &m->atoms[i];
	size_t run = 0;
	while (run < a->most && (letter_set(m->pattern[at + run]) & a->set)) run++;
	for (size_t k = run + 1; k-- > a->least;) {
		m->lengths[a->owner] += k;
		if (match(m, i + 1, at + k)) return true;
		m->lengths[a->owner] -= k;
	}
	return false;
}

/* The atoms of one action's expression, written at out; an option takes no "--". */
static size_t put_atoms(const arg_action *a, size_t owner, atom *out) {
	size_t n = 0;
	int dash = a->flags.len ? 0 : SET_DASH;
#define ATOM(set_, least_, most_)                                                                                      \
	out[n++] = (atom) {                                                                                                \
		(set_), (least_), (most_), owner                                                                               \
	}
#define DASHES() ATOM(dash, 0, SIZE_MAX)
	switch (a->nargs) {
	case NARGS_ONE: DASHES(), ATOM(SET_A, 1, 1), DASHES(); break;
	case NARGS_OPTIONAL: DASHES(), ATOM(SET_A, 0, 1), DASHES(); break;
	case NARGS_ANY: DASHES(), ATOM(SET_A | dash, 0, SIZE_MAX); break;
	case NARGS_SOME: DASHES(), ATOM(SET_A, 1, 1), ATOM(SET_A | dash, 0, SIZE_MAX); break;
	case NARGS_REST: ATOM(SET_A | SET_O | dash, 0, SIZE_MAX); break;
	case NARGS_PARSER: DASHES(), ATOM(SET_A, 1, 1), ATOM(SET_A | SET_O | dash, 0, SIZE_MAX); break;
	case NARGS_COUNT:
		DASHES();
		for (size_t i = 0; i < a->count; i++) ATOM(SET_A, 1, 1), DASHES();
		break;
	}
#undef DASHES
#undef ATOM
	return n;
}

static size_t atoms_of(const arg_action *a) {
	return 3 + (a->nargs == NARGS_COUNT ? 2 * a->count : 0);
}

size_t td__argparse_match_some(arg_action *const *actions, size_t count, const char *pattern, size_t *lengths) {
	size_t room = 1;
	for (size_t i = 0; i < count; i++) room += atoms_of(actions[i]);
	matcher m = {.pattern = pattern, .lengths = lengths};
	m.atoms = td__malloc(room * sizeof *m.atoms);
	if (!m.atoms) return SIZE_MAX;
	size_t matched = 0;
	for (size_t n = count; n > 0 && !matched; n--) {
		m.count = 0;
		for (size_t i = 0; i < n; i++) m.count += put_atoms(actions[i], i, m.atoms + m.count);
		memset(lengths, 0, n * sizeof *lengths);
		if (match(&m, 0, 0)) matched = n;
	}
	td__free(m.atoms);
	return matched;
}

int64_t td__argparse_match_one(const arg_action *a, const char *pattern) {
	size_t length = 0;
	arg_action *list[] = {(arg_action *)(uintptr_t)a};
	size_t n = td__argparse_match_some(list, 1, pattern, &length);
	return n == 1 ? (int64_t)length : n == 0 ? -1 : -2;
}
