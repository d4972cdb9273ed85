/* value_wire.c: a tag, then what the type has; both sides are the same program, so sizes are the machine's own. */
#include "os/value_wire.h"

#include <tend/text.h>

void td__wire_put(td__buffer *out, const void *data, size_t size) {
	td__buffer_put(out, data, size);
}

static void put_bytes(td__buffer *out, td_bytes b) {
	td__wire_put(out, &b.len, sizeof b.len);
	td__wire_put(out, b.data, b.len);
	td__buffer_char(out, '\0');
}

void td__wire_put_text(td__buffer *out, const char *text) {
	td__buffer_char(out, text ? 't' : 'n');
	if (text) put_bytes(out, td_bytes_of(text));
}

static void put_integer(td__buffer *out, const td_value *v) {
	int64_t small = td_value_int(v, INT64_MIN);
	if (small != INT64_MIN) {
		td__buffer_char(out, 'i');
		td__wire_put(out, &small, sizeof small);
		return;
	}
	TD_SCOPE(tmp, out->s);
	td__buffer_char(out, 'I');
	put_bytes(out, td_bytes_of(td_value_digits(tmp, v)));
}

void td__wire_put_value(td__buffer *out, const td_value *v) {
	size_t len = td_value_len(v);
	double d;
	switch (td_value_type(v)) {
	case TD_BOOL: td__buffer_char(out, td_value_bool(v, false) ? 'T' : 'F'); break;
	case TD_INTEGER: put_integer(out, v); break;
	case TD_FLOAT_TYPE:
		d = td_value_float(v, 0);
		td__buffer_char(out, 'd');
		td__wire_put(out, &d, sizeof d);
		break;
	case TD_STR:
		td__buffer_char(out, 's');
		put_bytes(out, td_value_bytes(v));
		break;
	case TD_BYTES:
		td__buffer_char(out, 'b');
		put_bytes(out, td_value_bytes(v));
		break;
	case TD_LIST:
		td__buffer_char(out, 'l');
		td__wire_put(out, &len, sizeof len);
		for (size_t i = 0; i < len; i++) td__wire_put_value(out, td_value_at(v, i));
		break;
	case TD_DICT:
		td__buffer_char(out, 'm');
		td__wire_put(out, &len, sizeof len);
		for (size_t i = 0; i < len; i++) {
			td__wire_put_value(out, td_value_key(v, i));
			td__wire_put_value(out, td_value_at(v, i));
		}
		break;
	default: td__buffer_char(out, 'n'); break;
	}
}

void td__wire_get(td__wire *in, void *data, size_t size) {
	memcpy(data, in->at, size);
	in->at += size;
}

static td_bytes get_bytes(td__wire *in) {
	size_t len;
	td__wire_get(in, &len, sizeof len);
	td_bytes b = {in->at, len};
	in->at += len + 1;
	return b;
}

const char *td__wire_get_text(td__wire *in) {
	return *in->at++ == 'n' ? NULL : get_bytes(in).data;
}

td_value *td__wire_get_value(td_scope *s, td__wire *in) {
	int64_t i;
	size_t len;
	double d;
	td_value *v;
	switch (*in->at++) {
	case 'T': return td_value_new_bool(s, true);
	case 'F': return td_value_new_bool(s, false);
	case 'i': td__wire_get(in, &i, sizeof i); return td_value_new_int(s, i);
	case 'I': return td_value_new_digits(s, get_bytes(in).data);
	case 'd': td__wire_get(in, &d, sizeof d); return td_value_new_float(s, d);
	case 's': return td_value_new_text(s, get_bytes(in));
	case 'b': return td_value_new_bytes(s, get_bytes(in));
	case 'l':
		td__wire_get(in, &len, sizeof len);
		v = td_value_new_list(s);
		while (len-- > 0) td_value_append(s, v, td__wire_get_value(s, in));
		return v;
	case 'm':
		td__wire_get(in, &len, sizeof len);
		v = td_value_new_dict(s);
		while (len-- > 0) {
			td_value *key = td__wire_get_value(s, in);
			td_value_set_key(s, v, key, td__wire_get_value(s, in));
		}
		return v;
	default: return td_value_new_null(s);
	}
}
