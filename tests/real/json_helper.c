/* Answers the script "json-suite": documents come as a length of 4 bytes (native order) and that many bytes; each answer
 * is a length and a text: "o" and the document written again, or "e", the error's kind, a blank and its message. */
#include <stdint.h>
#include <string.h>
#include <tend.h>

static const char *answer(td_scope *t, td_bytes document) {
	TD_SCOPE(c, t);
	const td_value *v = td_json_loads_bytes(c, document);
	const char *text = td_json_dumps(c, v);
	const td_error *e = td_catch(c);
	return e ? td_format(t, "e%s %s", e->kind->name, e->message) : td_format(t, "o%s", text);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_file *in = td_os_fdopen(s, 0, "rb", .keep_fd = true);
	TD_LOOP (t, s) {
		uint32_t len;
		td_bytes head = td_file_read_bytes(t, in, .n = TD_INT(4));
		if (head.len < 4) break;
		memcpy(&len, head.data, 4);
		td_bytes document = td_file_read_bytes(t, in, .n = TD_INT(len));
		const char *text = answer(t, document);
		len = (uint32_t)strlen(text);
		fwrite(&len, 4, 1, stdout);
		fwrite(text, 1, len, stdout);
		fflush(stdout);
	}
	return 0;
}
