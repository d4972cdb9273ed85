/* src/os/value_wire.h: values as bytes, between processes of one program. Never read from anybody else. */
#ifndef TD_OS_VALUE_WIRE_H
#define TD_OS_VALUE_WIRE_H

#include <tend/value.h>

#include "core/buffer.h"

void td__wire_put(td__buffer *out, const void *data, size_t size);
void td__wire_put_text(td__buffer *out, const char *text); /* NULL too */
void td__wire_put_value(td__buffer *out, const td_value *v);

typedef struct td__wire {
	const char *at, *end;
} td__wire;
void td__wire_get(td__wire *in, void *data, size_t size);
const char *td__wire_get_text(td__wire *in); /* points into the bytes */
/* NULL: raised. */
td_value *td__wire_get_value(td_scope *s, td__wire *in);

#endif
