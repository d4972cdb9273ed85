/* main.c: the command line of `tend token`. What it makes goes to standard output and nowhere else. */
#include <stdio.h>
#include <string.h>
#include <tend/argparse.h>
#include <tend/difflib.h>
#include <tend/file.h>
#include <tend/json.h>
#include <tend/secrets.h>

#include "token.h"

static const char ambiguous[] = "0Oo1Il|`'\";:,.";

typedef struct kind {
	const char *name, *unit;
	int form;
	int64_t length; /* by default */
} kind;

static const kind kinds[] = {
	{"key", "characters", TOKEN_CHARACTERS, 43},
	{"password", "characters", TOKEN_CHARACTERS, 20},
	{"passphrase", "words", TOKEN_WORDS, 7},
	{"pin", "characters", TOKEN_CHARACTERS, 6},
	{"hex", "bytes", TOKEN_HEX, 32},
	{"base64", "bytes", TOKEN_BASE64, 32},
	{"urlsafe", "bytes", TOKEN_URLSAFE, 32},
	{"uuid", "", TOKEN_UUID, 16},
	{NULL, NULL, 0, 0},
};

static td_strs kind_names(td_scope *s) {
	const char **names = td_alloc_array(s, sizeof kinds / sizeof *kinds, sizeof *names);
	size_t n = 0;
	for (const kind *k = kinds; names && k->name; k++) names[n++] = k->name;
	return (td_strs){names, n};
}

td_argparser *tend_token_parser(td_scope *s) {
	td_argparser *p =
		td_argparse_argument_parser(s, .prog = "tend token", .formatter = TD_ARG_RAW_DESCRIPTION,
	                                .description =
	                                    "Make keys, passwords and passphrases from the kernel's random numbers.\n\n"
	                                    "kinds:\n"
	                                    "  key         letters and digits\n"
	                                    "  password    letters, digits and symbols, at least one of each class\n"
	                                    "  passphrase  English words\n"
	                                    "  pin         digits\n"
	                                    "  hex, base64, urlsafe\n"
	                                    "              random bytes in these letters\n"
	                                    "  uuid        a random UUID (version 4)",
	                                .epilog = "example: tend token password -l 24 --no-ambiguous --entropy");
	td_argparse_add_argument(s, p, "kind", .nargs = "?", .default_ = "key", .metavar = "KIND",
	                         .help = "one of these (default: %(default)s)", .suggestions = kind_names(s));
	td_argparse_add_argument(s, p, "-l, --length", .type = TD_ARG_INT, .metavar = "N",
	                         .help = "characters, words of a passphrase, bytes of hex, base64 and urlsafe");
	td_argparse_add_argument(s, p, "--bits", .type = TD_ARG_FLOAT, .metavar = "BITS",
	                         .help = "at least so much entropy: as long as is needed for it");
	td_argparse_add_argument(s, p, "-n, --count", .type = TD_ARG_INT, .default_ = "1", .metavar = "COUNT",
	                         .help = "so many (default: %(default)s)");
	td_argparse_add_argument(s, p, "--classes", .metavar = "CLASS[,CLASS]",
	                         .help =
	                             "of keys and passwords: lower, upper, digits, symbols; at least one of each is in it",
	                         .suggestions = td_strs_of(s, "lower", "upper", "digits", "symbols"));
	td_argparse_add_argument(s, p, "--symbols", .metavar = "CHARACTERS",
	                         .help = "what symbols are, in place of punctuation");
	td_argparse_add_argument(s, p, "--no-ambiguous", .action = TD_ARG_STORE_TRUE,
	                         .help = "without characters that look alike");
	td_argparse_add_argument(s, p, "--separator", .default_ = "-", .metavar = "TEXT",
	                         .help = "between the words of a passphrase (default: %(default)s)");
	td_argparse_add_argument(s, p, "--entropy", .action = TD_ARG_STORE_TRUE,
	                         .help = "say on standard error how much entropy each has");
	td_argparse_add_argument(s, p, "--json", .action = TD_ARG_STORE_TRUE, .help = "print JSON");
	return p;
}

static const kind *find_kind(td_scope *s, td_argparser *p, const char *name) {
	for (const kind *k = kinds; k->name; k++) {
		if (strcmp(k->name, name) == 0) return k;
	}
	td_strs known = kind_names(s);
	td_strs near = td_difflib_get_close_matches(s, name, known, .n = 1);
	if (near.len)
		td_argparse_error(s, p, "no kind '%s'; did you mean '%s'?", name, near.items[0]);
	else
		td_argparse_error(s, p, "no kind '%s' (choose from %s)", name, td_str_join(s, ", ", known));
	return NULL;
}

/* --- the alphabet --- */

/* Characters that look alike are left out, and none is there twice: each is as likely as any other. */
static const char *thinned(td_scope *s, const char *characters, bool no_ambiguous) {
	char *out = td_alloc(s, strlen(characters) + 1);
	size_t n = 0;
	for (const char *c = characters; out && *c; c++) {
		if (!memchr(out, *c, n) && !(no_ambiguous && strchr(ambiguous, *c))) out[n++] = *c;
	}
	return out;
}

static bool is_printable(const char *text) {
	for (; *text; text++) {
		if (*text <= ' ' || *text >= 0x7f) return false;
	}
	return true;
}

static const char *class_named(td_scope *s, td_argparser *p, const char *name, const char *symbols) {
	if (strcmp(name, "lower") == 0) return TD_ASCII_LOWERCASE;
	if (strcmp(name, "upper") == 0) return TD_ASCII_UPPERCASE;
	if (strcmp(name, "digits") == 0) return TD_DIGITS;
	if (strcmp(name, "symbols") == 0) return symbols;
	td_argparse_error(s, p, "argument --classes: no class '%s' (choose from lower, upper, digits, symbols)", name);
	return "";
}

static bool add_class(td_scope *s, td_argparser *p, token_plan *plan, const char *name, const char *characters) {
	for (size_t i = 0; i < plan->class_count; i++) {
		if (strpbrk(plan->classes[i], characters)) {
			td_argparse_error(s, p, "'%s' shares characters with another class", name);
			return false;
		}
	}
	if (!*characters) {
		td_argparse_error(s, p, "no characters are left of '%s'", name);
		return false;
	}
	plan->classes[plan->class_count++] = characters;
	strncat(plan->alphabet, characters, sizeof plan->alphabet - strlen(plan->alphabet) - 1);
	return true;
}

static void choose_characters(td_scope *s, td_argparser *p, const td_args *args, const kind *k, token_plan *plan) {
	const char *symbols = td_args_has(args, "symbols") ? td_args_str(args, "symbols") : TD_PUNCTUATION;
	const char *classes = "lower,upper,digits,symbols";
	if (strcmp(k->name, "pin") == 0) classes = "digits";
	if (strcmp(k->name, "key") == 0) classes = td_args_has(args, "symbols") ? classes : "lower,upper,digits";
	if (td_args_has(args, "classes")) classes = td_args_str(args, "classes");
	if (!is_printable(symbols)) {
		td_argparse_error(s, p, "argument --symbols: printable ASCII characters are expected");
		return;
	}
	td_strs names = td_str_split(s, classes, .sep = ",");
	if (names.len > TOKEN_CLASSES) {
		td_argparse_error(s, p, "argument --classes: there are four of them");
		return;
	}
	bool no_ambiguous = td_args_bool(args, "no_ambiguous");
	for (size_t i = 0; i < names.len && !td_failed(s); i++) {
		const char *name = td_str_strip(s, names.items[i]);
		const char *characters = thinned(s, class_named(s, p, name, symbols), no_ambiguous);
		if (td_failed(s) || !add_class(s, p, plan, name, characters)) return;
	}
	/* A key has to be unguessable, a password has to please those who count its classes. */
	if (strcmp(k->name, "key") == 0 && !td_args_has(args, "classes")) plan->class_count = 0;
}

/* --- the length --- */

static void choose_length(td_scope *s, td_argparser *p, const td_args *args, const kind *k, token_plan *plan) {
	bool given = td_args_has(args, "length"), wanted = td_args_has(args, "bits");
	double bits = td_args_float(args, "bits");
	plan->length = given ? td_args_int(args, "length") : k->length;
	if (plan->form == TOKEN_UUID && given) {
		td_argparse_error(s, p, "argument -l/--length: a UUID has one length only");
	} else if (plan->length < 1 || plan->length > TOKEN_LONGEST) {
		td_argparse_error(s, p, "argument -l/--length: 1 to %d %s are possible", TOKEN_LONGEST, k->unit);
	} else if (plan->length < (int64_t)plan->class_count) {
		td_argparse_error(s, p, "%lld characters cannot have one of each of %zu classes", (long long)plan->length,
		                  plan->class_count);
	} else if (wanted && !(bits > 0)) {
		td_argparse_error(s, p, "argument --bits: more than 0 is expected");
	} else if (wanted && plan->form == TOKEN_UUID && bits > 122) {
		td_argparse_error(s, p, "a UUID has 122 bits, %g are wanted", bits);
	} else if (wanted && given && token_bits(plan) < bits) {
		td_argparse_error(s, p, "%lld %s have %.1f bits, %g are wanted: %lld would do", (long long)plan->length,
		                  k->unit, token_bits(plan), bits, (long long)token_length_for(plan, bits));
	} else if (wanted && !given && plan->form != TOKEN_UUID) {
		plan->length = token_length_for(plan, bits);
		if (plan->length < 0) td_argparse_error(s, p, "argument --bits: no %s is long enough for %g", k->name, bits);
	}
}

static bool make_plan(td_scope *s, td_argparser *p, const td_args *args, const kind *k, token_plan *plan) {
	bool characters = k->form == TOKEN_CHARACTERS;
	const char *of_characters[] = {"classes", "symbols", "no_ambiguous"};
	plan->form = k->form;
	plan->separator = td_args_str(args, "separator");
	for (size_t i = 0; i < 3; i++) {
		bool set = i == 2 ? td_args_bool(args, of_characters[i]) : td_args_has(args, of_characters[i]);
		if (!set || characters) continue;
		td_argparse_error(s, p, "argument --%s: not of a %s", i == 2 ? "no-ambiguous" : of_characters[i], k->name);
		return false;
	}
	if (plan->form == TOKEN_WORDS && (!*plan->separator || strpbrk(plan->separator, TD_ASCII_LOWERCASE))) {
		/* Without one between them "car" "pet" is "carpet", and the entropy less than what is said. */
		td_argparse_error(s, p, "argument --separator: what is no small letter is expected");
		return false;
	}
	if (characters) choose_characters(s, p, args, k, plan);
	if (!td_failed(s)) choose_length(s, p, args, k, plan);
	return !td_failed(s);
}

static const char *made_of(td_scope *s, const token_plan *plan, const kind *k) {
	long long n = (long long)plan->length;
	switch (plan->form) {
	case TOKEN_UUID: return "random bits of a UUID";
	case TOKEN_WORDS: return td_format(s, "%lld words of %zu", n, token_words_count);
	case TOKEN_CHARACTERS: break;
	default: return td_format(s, "%lld random bytes", n);
	}
	const char *each = plan->class_count > 1 ? td_format(s, ", one of each of %zu classes", plan->class_count) : "";
	return td_format(s, "%lld %s of %zu%s", n, k->unit, strlen(plan->alphabet), each);
}

void tend_token(td_scope *s, td_strs argv) {
	td_argparser *p = tend_token_parser(s);
	const td_args *args = td_argparse_parse_args(s, p, .args = argv);
	const kind *k = td_failed(s) ? NULL : find_kind(s, p, td_args_str(args, "kind"));
	token_plan plan = {0};
	if (!k || !make_plan(s, p, args, k, &plan)) return;
	int64_t count = td_args_int(args, "count");
	if (count < 1) {
		td_argparse_error(s, p, "argument -n/--count: 1 or more is expected");
		return;
	}
	bool json = td_args_bool(args, "json");
	if (json) {
		printf("{\"kind\": \"%s\", \"bits\": %.1f, \"length\": %lld, \"tokens\": [", k->name, token_bits(&plan),
		       (long long)plan.length);
	}
	for (int64_t i = 0; i < count && !td_failed(s); i++) {
		TD_SCOPE(turn, s);
		const char *token = token_make(turn, &plan);
		if (td_failed(turn)) break;
		if (json)
			printf("%s\n\t%s", i ? "," : "", td_json_dumps(turn, td_value_new_str(turn, token)));
		else
			td_print(turn, "%s", token);
	}
	if (json) puts("\n]}");
	if (td_args_bool(args, "entropy") && !td_failed(s)) {
		fprintf(stderr, "tend token: %.1f bits each: %s\n", token_bits(&plan), made_of(s, &plan, k));
	}
}
