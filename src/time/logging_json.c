/* src/time/logging_json.c: a record as one line of JSON. It is written directly: no value is built, nothing is allocated but
 * for what a caller added. */
#include "time/logging_internal.h"
#include <tend/json.h>

/* Bytes that are no UTF-8 become U+FFFD: a line that no reader takes would be a lost one. */
static size_t utf8_at(const unsigned char *p, size_t left) {
	size_t n = *p < 0x80                 ? 1
	           : *p >= 0xC2 && *p < 0xE0 ? 2
	           : *p >= 0xE0 && *p < 0xF0 ? 3
	           : *p >= 0xF0 && *p < 0xF5 ? 4
	                                     : 0;
	if (n > left) return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80) return 0;
	}
	bool bad = (*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F) || (*p == 0xF0 && p[1] < 0x90) ||
	           (*p == 0xF4 && p[1] > 0x8F);
	return bad ? 0 : n;
}

static void put_json_text(td__log_buffer *out, const char *text, size_t len) {
	const unsigned char *p = (const unsigned char *)text;
	td__log_put(out, "\"", 1);
	for (size_t i = 0; i < len;) {
		size_t plain = i;
		while (plain < len && p[plain] >= 0x20 && p[plain] < 0x7F && p[plain] != '"' && p[plain] != '\\') plain++;
		td__log_put(out, text + i, plain - i);
		i = plain;
		if (i == len) break;
		unsigned char c = p[i];
		char escape[8];
		if (c >= 0x80) {
			size_t n = utf8_at(p + i, len - i);
			td__log_put(out, n ? text + i : "\xEF\xBF\xBD", n ? n : 3);
			i += n ? n : 1;
			continue;
		}
		const char *known = c == '"'    ? "\\\""
		                    : c == '\\' ? "\\\\"
		                    : c == '\n' ? "\\n"
		                    : c == '\t' ? "\\t"
		                    : c == '\r' ? "\\r"
		                                : NULL;
		if (known)
			td__log_put(out, known, 2);
		else
			td__log_put(out, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
		i++;
	}
	td__log_put(out, "\"", 1);
}

static void put_json_field(td__log_buffer *out, const char *name, const char *text, size_t len) {
	td__log_put(out, ", \"", 3);
	td__log_put(out, name, strlen(name));
	td__log_put(out, "\": ", 3);
	put_json_text(out, text, len);
}

static void put_extra(td__record *r, td__log_buffer *out) {
	td_scope *s = td_scope_open_root();
	for (size_t i = 0; i < td_value_len(r->r.extra) && !td_failed(s); i++) {
		const char *key = td_value_str(td_value_key(r->r.extra, i), NULL);
		static const char *const own[] = {"time", "level", "logger", "message", "file", "line", "function", "error"};
		bool taken = !key;
		for (size_t k = 0; k < sizeof own / sizeof *own && !taken; k++) taken = !strcmp(own[k], key);
		if (taken) continue;
		const td_value *v = td_value_at(r->r.extra, i);
		td__log_put(out, ", ", 2);
		put_json_text(out, key, strlen(key));
		td__log_put(out, ": ", 2);
		if (td_value_type(v) == TD_STR) {
			put_json_text(out, td_value_bytes(v).data, td_value_bytes(v).len);
			continue;
		}
		const char *text = td_json_dumps(s, v);
		if (td_failed(s)) { /* NaN is fine; bytes and odd keys are not */
			td_catch(s);
			text = td_value_repr(s, v);
			put_json_text(out, text, strlen(text));
		} else {
			td__log_put(out, text, strlen(text));
		}
	}
	td_scope_close(s);
}

void td__log_format_json(td_formatter *f, td__record *r, td__log_buffer *out) {
	int64_t second = (int64_t)r->r.created - (r->r.created < (double)(int64_t)r->r.created);
	if (!f->cached || f->second != second) {
		td__log_make_time(f, second);
		if (f->time_len == 23) {
			f->time[10] = 'T';
			f->time[19] = '.';
		}
	}
	td__log_put_digits(f->time + 20, (unsigned)td__log_milliseconds(r), 3);
	td__log_put(out, "{\"time\": \"", 10);
	td__log_put(out, f->time, f->time_len);
	td__log_put(out, "Z\", \"level\": ", 13);
	put_json_text(out, r->r.levelname, strlen(r->r.levelname));
	put_json_field(out, "logger", r->r.name, strlen(r->r.name));
	put_json_field(out, "message", r->r.message, r->message_len);
	if (f->source) {
		char line[32];
		put_json_field(out, "file", r->r.pathname, strlen(r->r.pathname));
		td__log_put(out, line, (size_t)snprintf(line, sizeof line, ", \"line\": %u", r->r.lineno));
		put_json_field(out, "function", r->r.function, strlen(r->r.function));
	}
	if (r->r.extra) put_extra(r, out);
	if (r->r.error) {
		td_scope *s = td_scope_open_root();
		const char *text = td_error_format(s, r->r.error);
		put_json_field(out, "error", text, strlen(text));
		td_scope_close(s);
	}
	td__log_put(out, "}", 1);
}

td_formatter *(td_logging_json_formatter)(td_scope *s, const td_logging_json_formatter_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_logging_json_formatter_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_formatter *f = td_alloc(s, sizeof *f);
	if (!f) return NULL;
	f->json = true;
	f->utc = true;
	f->source = o.source;
	return f;
}
