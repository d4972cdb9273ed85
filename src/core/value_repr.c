/* A value as Python's repr shows it. */
#include "core/buffer.h"
#include "core/number.h"
#include "core/unicode.h"
#include "core/value_build.h"

static void put_hex(td__buffer *b, char letter, uint32_t c, int digits) {
	char out[12] = {'\\', letter};
	for (int i = 0; i < digits; i++) out[2 + i] = "0123456789abcdef"[c >> (4 * (digits - 1 - i)) & 15];
	td__buffer_put(b, out, (size_t)digits + 2);
}

static void put_escaped(td__buffer *b, uint32_t c, char quote) {
	char out[4] = {'\\'};
	out[1] = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c == (uint32_t)quote || c == '\\' ? (char)c : 0;
	if (out[1])
		td__buffer_put(b, out, 2);
	else if (c < 0x100)
		put_hex(b, 'x', c, 2);
	else if (c < 0x10000)
		put_hex(b, 'u', c, 4);
	else
		put_hex(b, 'U', c, 8);
}

static char quote_of(td_bytes text) {
	return memchr(text.data, '\'', text.len) && !memchr(text.data, '"', text.len) ? '"' : '\'';
}

static void put_text(td__buffer *b, td_bytes text) {
	char quote = quote_of(text);
	td__buffer_char(b, quote);
	for (const char *p = text.data, *end = p + text.len; p < end;) {
		const char *start = p;
		uint32_t c = td__utf8_next(&p, end);
		if (c != (uint32_t)quote && c != '\\' && td__unicode(c)->flags & TD__UNI_PRINTABLE) {
			td__buffer_put(b, start, (size_t)(p - start));
		} else {
			put_escaped(b, c, quote);
		}
	}
	td__buffer_char(b, quote);
}

static void put_bytes(td__buffer *b, td_bytes bytes) {
	char quote = quote_of(bytes);
	td__buffer_char(b, 'b');
	td__buffer_char(b, quote);
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.data[i];
		if (c >= 0x20 && c < 0x7F && c != (unsigned char)quote && c != '\\')
			td__buffer_char(b, (char)c);
		else
			put_escaped(b, c, quote);
	}
	td__buffer_char(b, quote);
}

static void put_scalar(td__buffer *b, const td_value *v) {
	char number[TD__FLOAT_MOST];
	switch ((td_type)v->type) {
	case TD_BOOL: td__buffer_put(b, v->as.b ? "True" : "False", v->as.b ? 4 : 5); break;
	case TD_INTEGER:
		if (v->flags & TD__V_DIGITS)
			td__buffer_put(b, v->as.text, v->n);
		else
			td__buffer_put(b, number, td__int_text(number, v->as.i));
		break;
	case TD_FLOAT_TYPE: td__buffer_put(b, number, td__float_text(number, v->as.d)); break;
	case TD_STR: put_text(b, td__text_of(v)); break;
	case TD_BYTES: put_bytes(b, td__text_of(v)); break;
	default: td__buffer_lit(b, "None"); break;
	}
}

typedef struct level {
	const td_value *v;
	size_t next;
} level;

const char *td_value_repr(td_scope *s, const td_value *v) {
	if (!td__enter(s)) return td_no_text;
	if (!v) return "nothing";
	TD_SCOPE(tmp, s);
	void *levels = NULL;
	size_t depth = 0, room = 0;
	td__buffer b;
	td__buffer_begin(&b, s);
	for (;;) {
		if (td__is_container(v)) {
			if (!td__grow(tmp, &levels, &room, depth + 1, sizeof(level))) break;
			((level *)levels)[depth++] = (level){v, 0};
			td__buffer_char(&b, v->type == TD_LIST ? '[' : '{');
		} else {
			put_scalar(&b, v);
		}
		level *top = NULL;
		while (depth) {
			top = &((level *)levels)[depth - 1];
			if (top->next < td__items_of(top->v).len) break;
			td__buffer_char(&b, top->v->type == TD_LIST ? ']' : '}');
			depth--;
		}
		if (depth == 0 || b.failed) break;
		if (top->next) td__buffer_lit(&b, ", ");
		td__items c = td__items_of(top->v);
		if (top->v->type == TD_LIST) {
			v = td__item(&c, top->next++);
		} else {
			put_scalar(&b, td__pair_key(&c, top->next));
			td__buffer_lit(&b, ": ");
			v = td__pair_value(&c, top->next++);
		}
	}
	return td__buffer_text(&b).data;
}
