/* JSON from and into files. */
#include <tend/file.h>

#include "core/file_private.h"
#include "core/unicode.h"
#include "data/json_private.h"
#include "data/json_write.h"

/* Python reads every line end of a text file as "\n"; that shows in a nonstrict text and in an error's place. */
static size_t fold_line_ends(char *text, size_t len) {
	char *first = memchr(text, '\r', len), *end = text + len, *out = first;
	if (!first) return len;
	for (const char *p = first; p < end;) {
		char c = *p++;
		if (c == '\r' && p < end && *p == '\n') p++;
		*out++ = c == '\r' ? '\n' : c;
	}
	*out = '\0';
	return (size_t)(out - text);
}

const td_value *(td_json_load)(td_scope *s, td_file *f, const td_json_loads_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "f", f)) return NULL;
	TD_SCOPE(tmp, s);
	td__json_source src = {.whole = true, .first_line = 1, .strict_utf8 = f->text};
	td__json_options(&src.o, opts);
	td_bytes text;
	if (f->text && f->errors != TD__STRICT) {
		const char *all = td_file_read(tmp, f);
		text = (td_bytes){all, strlen(all)};
	} else {
		text = td_file_read_bytes(tmp, f);
	}
	if (td_failed(tmp)) return NULL;
	if (f->translate) text.len = fold_line_ends((char *)(uintptr_t)text.data, text.len); /* nobody else has seen it */
	if (!f->text && !td__json_decode(s, tmp, text, &text)) return NULL;
	src.text = text.data;
	src.len = text.len;
	if (f->text && td__json_has_mark(s, &src)) return NULL;
	size_t end;
	return td__json_read(s, &src, &end);
}

const td_value *(td_json_load_path)(td_scope *s, const char *path, const td_json_loads_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return NULL;
	td_json_loads_opts o;
	td__opts_copy(&o, sizeof o, opts);
	o.td__size = sizeof o;
	o.td__file = NULL;
	if (!o.source) o.source = path;
	TD_SCOPE(tmp, s);
	td_file *f = td_open(tmp, path, "r");
	if (!f) return NULL;
	const td_value *v = (td_json_load)(s, f, &o);
	td_file_close(tmp, f);
	return td_failed(tmp) ? NULL : v;
}

static bool write_piece(td_scope *s, td_bytes text, void *f) {
	return td_file_write(s, f, text.data); /* JSON text holds no NUL: it is written as \u0000 */
}

bool(td_json_dump)(td_scope *s, const td_value *v, td_file *f, const td_json_dumps_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "v", v) || !td__need_handle(s, "f", f)) return false;
	td__json_writer w;
	if (!td__json_write_begin(&w, s, opts)) return false;
	w.drain = write_piece;
	w.drain_arg = f;
	w.says_value = true;
	bool ok = td__json_write(&w, v);
	td__buffer_drop(&w.out);
	return ok;
}

/* --- JSON Lines --- */

struct td_json_lines {
	td_file *f;
	td_scope *turn; /* holds the value */
	const td_value *value;
	int64_t number;
	td__json_source src;
};

td_json_lines *(td_json_lines_open)(td_scope *s, td_file *f, const td_json_loads_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "f", f)) return NULL;
	td_json_lines *it = td_alloc(s, sizeof *it);
	if (!it) return NULL;
	it->f = f;
	it->src.whole = true;
	it->src.strict_utf8 = true;
	td__json_options(&it->src.o, opts);
	if (it->src.o.source) it->src.o.source = td_strdup(s, it->src.o.source);
	return it;
}

static bool is_blank(td_bytes line) {
	for (size_t i = 0; i < line.len; i++) {
		if (!memchr(" \t\r\n", line.data[i], 4)) return false;
	}
	return true;
}

bool(td_json_lines_next)(td_scope *s, td_json_lines *it) {
	if (!td__enter(s) || !td__need_handle(s, "it", it)) return false;
	if (it->turn) td_scope_close(it->turn);
	it->turn = NULL;
	it->value = NULL;
	td_bytes line;
	do {
		if (!td_file_next_line(s, it->f, &line)) return false;
		it->number++;
	} while (is_blank(line));
	it->turn = td_scope_open(s);
	it->src.text = line.data;
	it->src.len = line.len;
	it->src.first_line = it->number;
	size_t end;
	it->value = td__json_read(it->turn, &it->src, &end);
	if (it->value) return true;
	td_scope_close(it->turn); /* its error goes to s */
	it->turn = NULL;
	return false;
}

const td_value *td_json_lines_value(const td_json_lines *it) {
	return it ? it->value : NULL;
}

int64_t td_json_lines_number(const td_json_lines *it) {
	return it ? it->number : 0;
}
