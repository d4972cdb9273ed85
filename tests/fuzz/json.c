/* Any bytes are JSON or an error; what was read is written and read again as the same. */
#include <stdlib.h>
#include <tend.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_all(td_scope *s, const uint8_t *data, size_t size) {
	TD_SCOPE(c, s);
	char *bytes = td_alloc(c, size + 1);
	for (size_t i = 0; i < size; i++) bytes[i] = (char)data[i];
	const td_value *v = td_json_loads_bytes(c, ((td_bytes){bytes, size}));
	const td_value *placed = NULL;
	const char *text = NULL;
	if (v) {
		text = td_json_dumps(c, v);
		if (!td_value_equal(v, v))
			text = ""; /* it holds a NaN: nothing below would be equal */
		else if (!td_value_equal(v, td_json_loads(c, text)))
			abort();
		placed = td_json_loads_bytes(c, ((td_bytes){bytes, size}), .positions = true);
		if (*text && !td_value_equal(v, placed)) abort();
		if (*text && !td_value_equal(v, td_value_copy(c, placed))) abort();
		td_json_dumps(c, v, .indent = TD_INT(1), .ensure_utf8 = true, .sort_keys = true);
		td_value_repr(c, v);
	}
	td_catch(c);
	td_json_loads_bytes(c, ((td_bytes){bytes, size}), .nonstrict = true, .reject_duplicates = true, .reject_nan = true);
	td_catch(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	td_scope *s = td_scope_open_root();
	try_all(s, data, size);
	td_scope_close(s);
	return 0;
}
