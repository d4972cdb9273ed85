/* Makes an API key from letters, digits and symbols. */
#include <string.h>
#include <tend.h>

static const char alphabet[] = TD_ASCII_LETTERS TD_DIGITS TD_PUNCTUATION;

static const char *api_key(td_scope *s, size_t length) {
	return td_secrets_string(s, length, alphabet);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *key = api_key(s, 40);
	td_print(s, "%zu characters", strlen(key));
	td_print(s, "printable: %s", strspn(key, alphabet) == strlen(key) ? "True" : "False");
	td_print(s, "another each time: %s", strcmp(key, api_key(s, 40)) != 0 ? "True" : "False");

	/* What rules often ask for: one of each kind at least. */
	const char *password = "";
	while (!td_failed(s) && !(strpbrk(password, TD_ASCII_LETTERS) && strpbrk(password, TD_DIGITS) &&
	                          strpbrk(password, TD_PUNCTUATION))) {
		password = api_key(s, 16);
	}
	td_print(s, "password: %zu characters, with a letter, a digit and a symbol", strlen(password));
	td_print(s, "for a URL: %zu hexadecimal: %zu", strlen(td_secrets_token_urlsafe(s, .nbytes = TD_INT(32))),
	         strlen(td_secrets_token_hex(s, .nbytes = TD_INT(16))));
}
