/* pool_error.c: an error goes from a worker to its pool. Both are the same program, so a kind's address is its name. */
#include "os/pool.h"

void td__pool_put_error(td__buffer *out, const td_error *e) {
	td__wire_put(out, &e->kind, sizeof e->kind);
	td__wire_put(out, &e->err_no, sizeof e->err_no);
	td__wire_put(out, &e->at, sizeof e->at);
	const char *texts[] = {e->message, e->filename, e->filename2, e->file, e->function};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) td__wire_put_text(out, texts[i]);
}

void td__pool_raise(td_scope *s, td__wire *in) {
	const td_kind *kind;
	int err_no;
	unsigned at;
	td__wire_get(in, &kind, sizeof kind);
	td__wire_get(in, &err_no, sizeof err_no);
	td__wire_get(in, &at, sizeof at);
	const char *texts[5];
	for (size_t i = 0; i < 5; i++) texts[i] = td__wire_get_text(in);
	td_error *e = td__error_new(s, kind, "%s", texts[0] ? texts[0] : "");
	if (!e) return;
	e->err_no = err_no;
	for (size_t i = 0; i < 3; i++) {
		const char **to = i == 0 ? &e->filename : i == 1 ? &e->filename2 : &e->file;
		const char *text = texts[i + 1];
		if (text && *text) *to = td__error_text(e, text, strlen(text));
	}
	if (texts[3] && *texts[3]) e->at = at;
	if (texts[4] && *texts[4]) e->function = td__error_text(e, texts[4], strlen(texts[4]));
	td__error_throw(s, e);
}
