/* Any bytes as YAML: an answer or an error, in bounded time and memory. */
#include <stdlib.h>
#include <string.h>
#include <tend/yaml.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *text = malloc(size + 1);
	if (!text) return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	td_scope *s = td_scope_open_root();
	for (td_yaml_docs *d = td_yaml_safe_load_all(s, text, .max_aliases = 100000); td_yaml_docs_next(s, d);) {
		(void)td_value_repr(s, td_yaml_docs_value(d));
	}
	td_scope_close(s);
	free(text);
	return 0;
}
